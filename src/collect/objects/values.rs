//! Small readings that several products share: values with their defaults, counts, images.

use super::{Context, Object};
use crate::source_text::Node;

/// The value at a path, unless it is not there or null, which Kubernetes takes for not there.
pub(super) fn given<'n>(node: &'n Node, path: &str) -> Option<&'n Node> {
    node.at_path(path).filter(|value| !value.is_null())
}

/// A whole number with its default. `None` where something else is written: it is not known then.
pub(super) fn whole_or(node: &Node, path: &str, default: i64) -> Option<i64> {
    given(node, path).map_or(Some(default), Node::as_i64)
}

/// A count with its default. `None` where something else is written.
pub(super) fn count_or(node: &Node, path: &str, default: u64) -> Option<u64> {
    given(node, path).map_or(Some(default), |value| value.as_i64().and_then(|count| u64::try_from(count).ok()))
}

/// A boolean with its default. `None` where something else is written.
pub(super) fn flag_or(node: &Node, path: &str, default: bool) -> Option<bool> {
    given(node, path).map_or(Some(default), Node::as_bool)
}

/// The elements of a list; none where there is no list.
pub(super) fn list<'n>(node: &'n Node, path: &str) -> &'n [Node] {
    node.at_path(path).and_then(Node::as_seq).unwrap_or_default()
}

/// A string that is there and not empty.
pub(super) fn text<'n>(node: &'n Node, path: &str) -> Option<&'n str> {
    node.at_path(path).and_then(Node::as_str).filter(|text| !text.is_empty())
}

/// The kind as the inventory names it: with the group, where it is not a built-in one.
pub(super) fn kind_name(object: &Object) -> String {
    if object.group.is_empty() || matches!(object.group.as_str(), "apps" | "batch") {
        return object.kind.clone();
    }
    format!("{}.{}", object.kind, object.group)
}

/// Whether an object lies in one of the namespaces in scope. An object that writes none goes where
/// it is applied, which a system with one namespace leaves no doubt about.
pub(super) fn in_scope(object: &Object, context: &Context) -> bool {
    match &object.namespace {
        Some(namespace) => context.system.namespaces.contains(namespace),
        None => context.system.namespaces.len() == 1,
    }
}

/// Whether two objects lie in one namespace. `None` where only one of them says where it lies.
pub(super) fn same_namespace(one: &Object, other: &Object) -> Option<bool> {
    match (&one.namespace, &other.namespace) {
        (Some(one), Some(other)) => Some(one == other),
        (None, None) => Some(true),
        (Some(_), None) | (None, Some(_)) => None,
    }
}

/// The last part of an image's path, without tag and digest: `fluent-bit`.
pub(super) fn image_name(image: &str) -> &str {
    let path = image.split('@').next().unwrap_or(image);
    let last = path.rsplit('/').next().unwrap_or(path);
    last.split(':').next().unwrap_or(last)
}

/// Whether all answers are yes: no if one is no, not known if one is not known.
pub(super) fn all(answers: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let mut known = true;
    for answer in answers {
        match answer {
            Some(true) => {}
            Some(false) => return Some(false),
            None => known = false,
        }
    }
    known.then_some(true)
}

/// Whether one answer is yes: not known if none is yes and one is not known.
pub(super) fn any(answers: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    all(answers.into_iter().map(|answer| answer.map(|yes| !yes))).map(|none| !none)
}
