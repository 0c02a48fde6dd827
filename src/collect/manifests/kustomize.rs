//! Kustomizations: they hold no object, and name files that are patches, objects that lie elsewhere
//! and changes to objects that are here. What they would change decides nothing until it is rendered.

use super::{DECLARABLE, File, Text, Tree, kinds};
use crate::snapshot::Noun;
use crate::source_text::{Limits, Node, parse};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The files that some kustomization names as patches.
#[derive(Debug, Default)]
pub(super) struct Kustomizations {
    patches: BTreeSet<PathBuf>,
}

/// Whether a document is a kustomization: by its group and kind, or by its file's name.
pub(super) fn is_kustomization(file_name: &str, node: &Node) -> bool {
    let word = |key: &str| node.get(key).and_then(Node::as_str);
    let own = word("apiVersion").is_some_and(|api| api.starts_with("kustomize.config.k8s.io/"));
    own || (word("kind").is_none() && matches!(file_name, "kustomization.yaml" | "kustomization.yml" | "kustomization"))
}

impl Kustomizations {
    /// Reads the kustomizations among `texts`, and notes in `tree` what they put in doubt.
    pub(super) fn of(tree: &mut Tree, texts: &[Text], files: &[File]) -> Self {
        let read: BTreeSet<PathBuf> = files.iter().map(|file| real(&file.path)).collect();
        let mut found = Self::default();
        for text in texts {
            let name = text.shown.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
            for node in text.documents.iter().flatten().filter(|node| is_kustomization(&name, node)) {
                found.kustomization(tree, text, node, &read);
            }
        }
        found
    }

    /// Whether this file is a patch.
    pub(super) fn is_patch(&self, path: &Path) -> bool {
        !self.patches.is_empty() && self.patches.contains(&real(path))
    }

    fn kustomization(&mut self, tree: &mut Tree, text: &Text, node: &Node, read: &BTreeSet<PathBuf>) {
        let directory = text.path.as_deref().and_then(Path::parent).unwrap_or(Path::new("")).to_path_buf();
        let list = |key: &str| node.get(key).and_then(Node::as_seq).unwrap_or_default();
        for patch in list("patches").iter().chain(list("patchesJson6902")) {
            self.patch(tree, text, &directory, patch);
        }
        for patch in list("patchesStrategicMerge") {
            match patch.as_str() {
                Some(inline) if inline.contains('\n') => inline_patch(tree, text, patch, inline),
                Some(path) => drop(self.patches.insert(real(&directory.join(path)))),
                None => tree.doubt(&text.shown, Some(patch.at), "a patch that cannot be read: render it first", &DECLARABLE),
            }
        }
        for key in ["helmCharts", "helmChartInflationGenerator", "generators", "transformers"] {
            if let Some(chart) = list(key).first() {
                tree.doubt(&text.shown, Some(chart.at), &format!("`{key}` makes objects that are not here: render it first"), &DECLARABLE);
            }
        }
        if let Some(replicas) = list("replicas").first() {
            tree.doubt(&text.shown, Some(replicas.at), "`replicas` changes workloads: render it first", kinds::nouns("StatefulSet"));
        }
        for resource in list("resources").iter().chain(list("bases")).chain(list("components")) {
            let Some(name) = resource.as_str() else { continue };
            let path = real(&directory.join(name));
            if !read.iter().any(|file| file.starts_with(&path)) {
                let because = format!("`{name}` holds objects that are not read here: render it first");
                tree.doubt(&text.shown, Some(resource.at), &because, &DECLARABLE);
            }
        }
    }

    /// An entry of `patches`: its file or its text, and its target, which may be written beside it.
    fn patch(&mut self, tree: &mut Tree, text: &Text, directory: &Path, patch: &Node) {
        if let Some(path) = patch.get("path").and_then(Node::as_str) {
            self.patches.insert(real(&directory.join(path)));
        }
        let target = |key: &str| patch.get("target").and_then(|target| target.get(key)).and_then(Node::as_str);
        let inline = patch.get("patch").and_then(Node::as_str);
        match (target("kind"), patch.get("target"), inline) {
            (Some(kind), _, _) => {
                let because = format!("a patch of {kind}/{}: render it first", target("name").unwrap_or("*"));
                tree.doubt(&text.shown, Some(patch.at), &because, kinds::nouns(kind));
            }
            (None, Some(_), _) => tree.doubt(&text.shown, Some(patch.at), "a patch of any kind: render it first", &DECLARABLE),
            (None, None, Some(inline)) => inline_patch(tree, text, patch, inline),
            // The file says itself what it is a patch of.
            (None, None, None) => {}
        }
    }
}

/// A patch that is written inside the kustomization, by the kinds that it names.
fn inline_patch(tree: &mut Tree, text: &Text, at: &Node, inline: &str) {
    let documents = parse(inline.as_bytes(), &Limits::default()).unwrap_or_default();
    let kinds: Vec<&str> = documents.iter().filter_map(|document| document.get("kind").and_then(Node::as_str)).collect();
    let nouns: BTreeSet<Noun> = kinds.iter().flat_map(|kind| kinds::nouns(kind)).copied().collect();
    if kinds.is_empty() || kinds.len() != documents.len() {
        return tree.doubt(&text.shown, Some(at.at), "a patch whose target cannot be read: render it first", &DECLARABLE);
    }
    let because = format!("a patch of {}: render it first", kinds.join(", "));
    tree.doubt(&text.shown, Some(at.at), &because, &nouns.into_iter().collect::<Vec<_>>());
}

/// The path without links and dots, as far as it exists.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}
