//! Files to objects with positions. A file that cannot be read hides no other, and what may hold an
//! object puts in doubt what its kind could say: the report says to render it first.

mod kinds;
mod kustomize;
mod template;
#[cfg(test)]
mod tests;
mod walk;

pub use kinds::DECLARABLE;
pub use walk::{File, Walk};

use super::objects::{Object, Origin};
use crate::files;
use crate::snapshot::{Noun, Unjudged};
use crate::source_text::{Limits, Node, Position, SourceErrorKind, Value, parse_documents};
use kustomize::Kustomizations;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

/// The name that standard input is shown by.
pub const STDIN: &str = "<stdin>";

/// How many bytes of manifests are read: a link that leads out of a repository must not make the program read a disk.
const MOST: usize = 256 * 1024 * 1024;

/// What some files hold.
#[derive(Debug, Default)]
pub struct Tree {
    /// The objects, in the order of the files.
    pub objects: Vec<Object>,
    /// What was not judged.
    pub unjudged: Vec<Unjudged>,
    /// The nouns that something unread could say something about, with the reasons.
    pub doubts: BTreeMap<Noun, BTreeSet<String>>,
    /// How many files were read.
    pub files: u64,
}

/// A text and where it came from.
struct Text {
    shown: Arc<str>,
    /// Absent for standard input.
    path: Option<PathBuf>,
    text: Arc<str>,
    documents: Vec<Result<Node, crate::source_text::SourceError>>,
}

impl Tree {
    /// Reads files, and a text from standard input.
    #[must_use]
    pub fn read(files: &[File], stdin: Option<&[u8]>) -> Self {
        Self::read_within(files, stdin, MOST)
    }

    fn read_within(files: &[File], stdin: Option<&[u8]>, most: usize) -> Self {
        let mut tree = Self::default();
        let (mut texts, mut bytes): (Vec<Text>, usize) = (Vec::new(), 0);
        for (nth, file) in files.iter().enumerate() {
            if bytes > most {
                let because = format!(
                    "{} files from here on are not read: those before it hold {bytes} bytes; name a smaller place",
                    files.len() - nth
                );
                tree.broken(file, &because);
                break;
            }
            let text = tree.text(file);
            bytes = text.iter().fold(bytes, |sum, text| sum.saturating_add(text.text.len()));
            texts.extend(text);
        }
        if let Some(bytes) = stdin {
            tree.files += 1;
            texts.push(read(STDIN, None, bytes));
        }
        let kustomizations = Kustomizations::of(&mut tree, &texts, files);
        for text in &texts {
            for document in &text.documents {
                match document {
                    Ok(node) => tree.document(text, node, &kustomizations),
                    Err(error) if error.kind == SourceErrorKind::Template => tree.template(text, error.at),
                    Err(error) => {
                        let because = format!("does not parse: {}", error.message);
                        tree.doubt(&text.shown, error.at, &because, &DECLARABLE);
                    }
                }
            }
        }
        tree
    }

    /// Notes what could not be looked into.
    pub fn broken(&mut self, file: &File, because: &str) {
        self.doubt(&file.shown, None, because, &DECLARABLE);
    }

    /// Notes a place where nothing at all lies: a typing error, or a renderer that gave nothing.
    pub fn empty(&mut self, of: &BTreeSet<String>) {
        let because = "no Kubernetes object was found there";
        let empty = |place: &String| Unjudged { what: place.clone(), line: None, because: because.to_owned(), in_doubt: true };
        self.unjudged.extend(of.iter().map(empty));
    }

    /// Notes something that may hold an object, and what it puts in doubt.
    fn doubt(&mut self, what: &str, at: Option<Position>, because: &str, nouns: &[Noun]) {
        for noun in nouns {
            self.doubts.entry(*noun).or_default().insert(format!("{what}: {because}"));
        }
        let line = at.map(|at| at.line);
        self.unjudged.push(Unjudged { what: what.to_owned(), line, because: because.to_owned(), in_doubt: !nouns.is_empty() });
    }

    /// Notes something that holds no object.
    fn no_object(&mut self, what: &str, at: Position, because: &str) {
        self.doubt(what, Some(at), because, &[]);
    }

    fn text(&mut self, file: &File) -> Option<Text> {
        match files::read(&file.path, Limits::default().bytes as u64) {
            Ok(bytes) => {
                self.files += 1;
                Some(read(&file.shown, Some(file.path.clone()), &bytes))
            }
            Err(error) => {
                self.broken(file, &format!("cannot be read: {error}"));
                None
            }
        }
    }

    fn template(&mut self, text: &Text, at: Option<Position>) {
        let (what, nouns) = template::names(&text.text);
        let because = format!("a template{what}: render it first");
        match nouns {
            Some(nouns) if nouns.is_empty() => self.doubt(&text.shown, at, &because, &[]),
            Some(nouns) => self.doubt(&text.shown, at, &because, &nouns.into_iter().collect::<Vec<_>>()),
            None => self.doubt(&text.shown, at, &because, &DECLARABLE),
        }
    }

    fn document(&mut self, text: &Text, node: &Node, kustomizations: &Kustomizations) {
        let shown: &str = &text.shown;
        let file_name = shown.rsplit('/').next().unwrap_or(shown).to_ascii_lowercase();
        let word = |key: &str| node.get(key).and_then(Node::as_str);
        if node.as_map().is_none() {
            return self.no_object(shown, node.at, &format!("{}, not an object", node.kind_name()));
        }
        if kustomize::is_kustomization(&file_name, node) {
            return self.no_object(shown, node.at, "a kustomization, not an object");
        }
        let (Some(api), Some(kind)) = (word("apiVersion"), word("kind")) else {
            if contains_key(node, "$patch") {
                return self.doubt(shown, Some(node.at), "a patch whose target cannot be read: render it first", &DECLARABLE);
            }
            return self.no_object(shown, node.at, no_object_because(&file_name));
        };
        if let Some(items) = node.get("items").filter(|_| kind.ends_with("List")) {
            return match &items.value {
                Value::Sequence(items) => items.iter().for_each(|item| self.item(text, item, api, kind, kustomizations)),
                // As the API writes it where there is nothing.
                Value::Null => {}
                _ => self.doubt(shown, Some(items.at), &format!("a list whose items are {}", items.kind_name()), &DECLARABLE),
            };
        }
        self.object(text, node, api, kind, kustomizations);
    }

    /// An element of a list: in a typed list its kind is that of the list.
    fn item(&mut self, text: &Text, item: &Node, api: &str, list: &str, kustomizations: &Kustomizations) {
        let own = item.get("kind").is_some();
        if own || list == "List" || item.as_map().is_none() {
            return self.document(text, item, kustomizations);
        }
        self.object(text, item, api, list.strip_suffix("List").unwrap_or(list), kustomizations);
    }

    fn object(&mut self, text: &Text, node: &Node, api: &str, kind: &str, kustomizations: &Kustomizations) {
        let (group, version) = api.split_once('/').unwrap_or(("", api));
        let metadata = |key: &str| node.get("metadata").and_then(|metadata| metadata.get(key)).and_then(Node::as_str);
        let name = metadata("name").or_else(|| metadata("generateName"));
        let what = format!("{}: {kind}/{}", text.shown, name.unwrap_or("?"));
        if let Some(because) = kinds::renders(group, kind) {
            return self.doubt(&what, Some(node.at), because, &DECLARABLE);
        }
        if contains_key(node, "$patch") || text.path.as_ref().is_some_and(|path| kustomizations.is_patch(path)) {
            let because = "a patch, not an object: render it first";
            return self.doubt(&what, Some(node.at), because, kinds::nouns(kind));
        }
        if template::in_object(text.path.as_deref(), node) {
            return self.doubt(&what, Some(node.at), "a template: render it first", kinds::nouns(kind));
        }
        let Some(name) = name else {
            let nouns = kinds::nouns(kind);
            let because = if nouns.is_empty() { "no object: it has no name" } else { "an object without a name" };
            return self.doubt(&what, Some(node.at), because, nouns);
        };
        self.objects.push(Object {
            group: group.to_owned(),
            version: version.to_owned(),
            kind: kind.to_owned(),
            namespace: metadata("namespace").map(str::to_owned),
            name: name.to_owned(),
            body: node.clone(),
            origin: Origin::File { path: Arc::clone(&text.shown), text: Arc::clone(&text.text) },
        });
    }
}

fn read(shown: &str, path: Option<PathBuf>, bytes: &[u8]) -> Text {
    let documents = parse_documents(bytes, &Limits::default());
    Text { shown: shown.into(), path, text: String::from_utf8_lossy(bytes).into(), documents }
}

fn no_object_because(file_name: &str) -> &'static str {
    match file_name {
        "chart.yaml" | "chart.yml" => "the description of a Helm chart, not an object",
        name if name.starts_with("values") => "Helm values, not an object",
        _ => "not an object: it has no apiVersion and kind",
    }
}

/// Whether a mapping anywhere in the tree has this key.
fn contains_key(node: &Node, key: &str) -> bool {
    match &node.value {
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::String(_) => false,
        Value::Sequence(items) => items.iter().any(|item| contains_key(item, key)),
        Value::Mapping(entries) => entries.iter().any(|entry| entry.key == key || contains_key(&entry.value, key)),
    }
}
