//! What is kept of an object that a server gave: the fields that evidence is made from, as a tree like
//! that of a file. What must never be kept goes first: `managedFields`, and the annotation in which
//! `kubectl apply` repeats whole objects, values of Secrets among them.

use crate::collect::objects::kinds::Keep;
use crate::collect::objects::{Object, Origin};
use crate::source_text::{Entry, Node, Position, Value as Tree};
use serde::Deserialize;
use serde_json::{Map, Value};

/// What the objects of a list are, and what is kept of them.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape<'a> {
    /// Objects.
    Objects { group: &'a str, version: &'a str, kind: &'a str, keep: Keep },
    /// Their metadata alone.
    Metadata { group: &'a str, version: &'a str, kind: &'a str },
    /// The rows of a table; the namespace is the one that was asked for.
    Table { group: &'a str, version: &'a str, kind: &'a str, namespace: &'a str },
}

/// A column of a table.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Column {
    name: String,
}

/// An object, and what tells it apart from all others.
pub(super) struct Item {
    pub(super) uid: String,
    pub(super) object: Object,
}

/// What is always kept of the metadata. The uid tells the Jobs of a CronJob from those of one of the same name that is gone.
const METADATA: [&str; 7] = ["name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "generation", "labels"];

/// Annotations that evidence is made from.
const ANNOTATIONS: [&str; 3] =
    ["batch.kubernetes.io/cronjob-scheduled-timestamp", "cronjob.kubernetes.io/instantiate", "cnpg.io/skipWalArchiving"];

/// One element of a list; `None` where it has no name.
pub(super) fn item(value: Value, shape: &Shape<'_>, columns: &[Column]) -> Option<Item> {
    match *shape {
        Shape::Objects { group, version, kind, keep } => object(value, group, version, kind, keep),
        Shape::Metadata { group, version, kind } => object(value, group, version, kind, Keep::Metadata),
        Shape::Table { group, version, kind, namespace } => row(&value, columns, group, version, kind, namespace),
    }
}

fn object(value: Value, group: &str, version: &str, kind: &str, keep: Keep) -> Option<Item> {
    let Value::Object(mut whole) = value else { return None };
    let text = |key: &str| whole.get("metadata")?.get(key)?.as_str().map(str::to_owned);
    let name = text("name").filter(|name| !name.is_empty())?;
    let (namespace, uid) = (text("namespace"), text("uid").unwrap_or_default());
    trim_metadata(&mut whole);
    let kept = match keep {
        Keep::Whole => Value::Object(whole),
        Keep::Metadata => only(&Value::Object(whole), &["metadata"]),
        Keep::Table => return None,
        Keep::Paths(paths) => {
            let mut kept = only(&Value::Object(whole.clone()), paths);
            let always: Vec<String> = METADATA.iter().map(|key| format!("metadata.{key}")).collect();
            let always: Vec<&str> = always.iter().map(String::as_str).collect();
            merge(&mut kept, only(&Value::Object(whole), &always));
            kept
        }
    };
    let object = Object {
        group: group.to_owned(),
        version: version.to_owned(),
        kind: kind.to_owned(),
        namespace,
        name,
        body: node(kept),
        origin: Origin::Api,
    };
    Some(Item { uid, object })
}

/// Names and types from a row; a table says no namespace, so one is asked for at a time.
fn row(value: &Value, columns: &[Column], group: &str, version: &str, kind: &str, namespace: &str) -> Option<Item> {
    let cells = value.get("cells")?.as_array()?;
    let cell = |wanted: &str| columns.iter().position(|column| column.name == wanted).and_then(|at| cells.get(at));
    let name = cell("Name")?.as_str().filter(|name| !name.is_empty())?.to_owned();
    let mut body = Map::new();
    for (column, key) in [("Type", "type"), ("Data", "keys")] {
        if let Some(value) = cell(column).filter(|value| value.is_string() || value.is_i64()) {
            body.insert(key.to_owned(), value.clone());
        }
    }
    let object = Object {
        group: group.to_owned(),
        version: version.to_owned(),
        kind: kind.to_owned(),
        namespace: Some(namespace.to_owned()),
        name,
        body: node(Value::Object(body)),
        origin: Origin::Api,
    };
    Some(Item { uid: String::new(), object })
}

fn trim_metadata(whole: &mut Map<String, Value>) {
    let Some(Value::Object(metadata)) = whole.get_mut("metadata") else { return };
    metadata.retain(|key, _| METADATA.contains(&key.as_str()) || matches!(key.as_str(), "annotations" | "ownerReferences"));
    if let Some(Value::Object(annotations)) = metadata.get_mut("annotations") {
        annotations.retain(|key, _| ANNOTATIONS.contains(&key.as_str()));
    }
}

/// The parts of `value` at `paths`; `*` is any element.
fn only(value: &Value, paths: &[&str]) -> Value {
    let mut kept = Value::Null;
    for path in paths {
        let parts: Vec<&str> = path.split('.').collect();
        if let Some(part) = at(value, &parts) {
            merge(&mut kept, part);
        }
    }
    if kept.is_null() { Value::Object(Map::new()) } else { kept }
}

fn at(value: &Value, path: &[&str]) -> Option<Value> {
    let Some((first, rest)) = path.split_first() else { return Some(value.clone()) };
    match (value, *first) {
        (Value::Array(items), "*") => Some(Value::Array(items.iter().map(|item| at(item, rest).unwrap_or(Value::Null)).collect())),
        (Value::Object(entries), key) => {
            let inner = at(entries.get(key)?, rest)?;
            Some(Value::Object(Map::from_iter([(key.to_owned(), inner)])))
        }
        _ => None,
    }
}

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                match into.get_mut(&key) {
                    Some(known) => merge(known, value),
                    None => drop(into.insert(key, value)),
                }
            }
        }
        (into, from) => *into = from,
    }
}

/// A JSON value as a tree without places.
fn node(value: Value) -> Node {
    const NOWHERE: Position = Position { line: 1, column: 1 };
    let value = match value {
        Value::Null => Tree::Null,
        Value::Bool(flag) => Tree::Bool(flag),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Tree::Int(whole),
            (None, Some(float)) => Tree::Float(float),
            (None, None) => Tree::String(number.to_string()),
        },
        Value::String(text) => Tree::String(text),
        Value::Array(items) => Tree::Sequence(items.into_iter().map(node).collect()),
        Value::Object(entries) => {
            let entry = |(key, value)| Entry { key, key_at: NOWHERE, value: node(value) };
            Tree::Mapping(entries.into_iter().map(entry).collect())
        }
    };
    Node { value, at: NOWHERE, len: 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_the_named_paths_stay_and_never_a_copy_of_the_whole() {
        let whole = json!({"metadata": {"name": "j", "namespace": "n", "uid": "u", "labels": {"a": "b"}, "managedFields": [1],
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{\"data\":\"canary\"}", "cronjob.kubernetes.io/instantiate": "manual"}},
            "spec": {"suspend": true, "template": {"env": "canary"}}, "status": {"conditions": [{"type": "Ready", "x": 1}, {"type": "B"}]}});
        let keep = Keep::Paths(&["metadata.annotations", "spec.suspend", "status.conditions.*.type"]);
        let item = object(whole.clone(), "batch", "v1", "Job", keep).unwrap();
        let shown = format!("{:?}", item.object.body);
        assert!(!shown.contains("canary") && !shown.contains("managedFields") && !shown.contains("\"x\""), "{shown}");
        assert_eq!(item.object.flag("spec.suspend"), Some(true));
        assert_eq!(item.object.list("status.conditions").len(), 2);
        assert_eq!(item.object.text("metadata.labels.a"), Some("b"));
        assert_eq!((item.uid.as_str(), item.object.namespace.as_deref()), ("u", Some("n")));
        let metadata = object(whole, "", "v1", "ConfigMap", Keep::Metadata).unwrap();
        assert!(metadata.object.at("spec").is_none() && metadata.object.at("metadata.name").is_some());
    }

    #[test]
    fn a_row_gives_a_name_a_type_and_a_count() {
        let columns: Vec<Column> = ["Name", "Type", "Data", "Age"].map(|name| Column { name: name.to_owned() }).into();
        let shape = Shape::Table { group: "", version: "v1", kind: "Secret", namespace: "n" };
        let item = item(json!({"cells": ["s", "Opaque", 2, "3m"], "object": null}), &shape, &columns).unwrap();
        assert_eq!((item.object.text("type"), item.object.int("keys")), (Some("Opaque"), Some(2)));
        assert_eq!(item.object.reference(), "Secret/n/s");
    }
}
