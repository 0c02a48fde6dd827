//! Helm and Go templates: text that becomes objects elsewhere. What can still be read of one is its
//! `kind:` lines, and so what it could say.

use super::kinds;
use crate::snapshot::Noun;
use crate::source_text::{Node, Value};
use std::collections::BTreeSet;
use std::path::Path;

/// How to name what a template is of, and the nouns that it could give; `None` where its kind cannot
/// be read.
pub(super) fn names(text: &str) -> (String, Option<BTreeSet<Noun>>) {
    let mut nouns = BTreeSet::new();
    let mut shown = BTreeSet::new();
    let mut readable = true;
    let mut named = None;
    for line in text.lines() {
        if let Some(kind) = line.strip_prefix("kind:").map(plain) {
            readable &= !kind.is_empty() && !kind.contains("{{");
            nouns.extend(kinds::nouns(&kind).iter().copied());
            shown.insert(kind);
        } else if let Some(name) = line.strip_prefix("  name:").map(plain).filter(|name| !name.contains("{{") && named.is_none()) {
            named = Some(name);
        }
    }
    if !readable || shown.is_empty() {
        return (String::new(), None);
    }
    let kinds: Vec<String> = shown.into_iter().collect();
    let what = match (kinds.as_slice(), named) {
        ([kind], Some(name)) => format!(" of {kind}/{name}"),
        (kinds, _) => format!(" of {}", kinds.join(", ")),
    };
    (what, Some(nouns))
}

/// A scalar of a line, without its comment and quotes.
fn plain(rest: &str) -> String {
    let rest = rest.split(" #").next().unwrap_or_default().trim();
    rest.trim_matches(['"', '\'']).to_owned()
}

/// Whether an object that parses is a template all the same: in its name, its namespace or its kind,
/// and anywhere below a chart's `templates`. Elsewhere `{{` is ordinary text, of alerts for instance.
pub(super) fn in_object(path: Option<&Path>, node: &Node) -> bool {
    let metadata = |key: &str| node.get("metadata").and_then(|metadata| metadata.get(key));
    let named = [node.get("kind"), node.get("apiVersion"), metadata("name"), metadata("namespace")];
    named.into_iter().flatten().any(has_action) || (path.is_some_and(in_chart) && has_action(node))
}

fn in_chart(path: &Path) -> bool {
    let templates = path.ancestors().find(|above| above.file_name().is_some_and(|name| name == "templates"));
    templates.and_then(Path::parent).is_some_and(|chart| chart.join("Chart.yaml").is_file())
}

fn has_action(node: &Node) -> bool {
    match &node.value {
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) => false,
        Value::String(text) => text.contains("{{"),
        Value::Sequence(items) => items.iter().any(has_action),
        Value::Mapping(entries) => entries.iter().any(|entry| entry.key.contains("{{") || has_action(&entry.value)),
    }
}
