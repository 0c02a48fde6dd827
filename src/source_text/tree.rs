//! The parts of a tree: scalars, keys, merge keys, duplicate keys and what a subtree costs.

use super::{Entry, Node, Position, SourceError, SourceErrorKind, Value, scalar};
use serde_saphyr::granit_parser::{ScalarStyle, Tag};
use std::collections::{HashMap, HashSet};

/// Mappings up to this size are searched for duplicate keys pair by pair.
const SMALL_MAPPING: usize = 12;

/// What a copy of a subtree costs.
#[derive(Clone, Copy, Default)]
pub(super) struct Cost {
    pub(super) nodes: usize,
    pub(super) bytes: usize,
    pub(super) depth: usize,
}

/// A key that waits for its value.
pub(super) enum Key {
    Named(String, Position),
    Merge,
}

pub(super) fn syntax(at: Position, message: impl Into<String>) -> SourceError {
    SourceError::new(SourceErrorKind::Syntax, Some(at), message)
}

pub(super) fn scalar_value(text: &str, style: ScalarStyle, tag: Option<&Tag>, at: Position) -> Result<Value, SourceError> {
    match tag.map(|tag| (tag, tag.core_suffix())) {
        Some((tag, Some(name))) => scalar::tagged(name, text).ok_or_else(|| syntax(at, format!("this is not a {} value", tag.original()))),
        // As in go-yaml, a tag of someone else's says no more than that this is a string.
        Some((_, None)) => Ok(Value::String(text.to_owned())),
        None if style == ScalarStyle::Plain => Ok(scalar::plain(text)),
        None => Ok(Value::String(text.to_owned())),
    }
}

pub(super) fn scalar_key(text: &str, style: ScalarStyle, tag: Option<&Tag>, value: &Value, at: Position) -> Result<Key, SourceError> {
    let merge_tag = |tag: &Tag| tag.suffix_in_namespace("tag:yaml.org,2002:").is_some_and(|name| name == "merge");
    if text == "<<" && tag.map_or(style == ScalarStyle::Plain, merge_tag) {
        return Ok(Key::Merge);
    }
    named_key(value, at)
}

pub(super) fn named_key(value: &Value, at: Position) -> Result<Key, SourceError> {
    let name = match value {
        Value::Bool(flag) => flag.to_string(),
        Value::Int(number) => number.to_string(),
        #[expect(clippy::cast_possible_truncation, reason = "as kubectl words float keys")]
        Value::Float(number) => (*number as f32).to_string(),
        Value::String(text) => text.clone(),
        Value::Null | Value::Sequence(_) | Value::Mapping(_) => {
            return Err(syntax(at, "a key must be a string"));
        }
    };
    Ok(Key::Named(name, at))
}

pub(super) fn collect_merge(node: Node, merged: &mut Vec<Entry>) -> Result<(), SourceError> {
    const NEEDS: &str = "`<<` needs a mapping or a list of mappings";
    match node.value {
        Value::Mapping(entries) => merged.extend(entries),
        Value::Sequence(items) => {
            for item in items {
                let Value::Mapping(entries) = item.value else {
                    return Err(syntax(item.at, NEEDS));
                };
                merged.extend(entries);
            }
        }
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::String(_) => {
            return Err(syntax(node.at, NEEDS));
        }
    }
    Ok(())
}

/// Written entries first, then merged ones whose key is not there yet.
pub(super) fn merge(mut entries: Vec<Entry>, merged: Vec<Entry>) -> Vec<Entry> {
    if merged.is_empty() {
        return entries;
    }
    let mut seen: HashSet<String> = entries.iter().map(|entry| entry.key.clone()).collect();
    let new = merged.into_iter().filter(|e| seen.insert(e.key.clone()));
    entries.extend(new);
    entries
}

pub(super) fn refuse_duplicates(entries: &[Entry]) -> Result<(), SourceError> {
    let pair = if entries.len() <= SMALL_MAPPING {
        entries.iter().enumerate().find_map(|(index, later)| {
            let mut before = entries.iter().take(index);
            Some((before.find(|entry| entry.key == later.key)?, later))
        })
    } else {
        let mut first = HashMap::with_capacity(entries.len());
        entries.iter().find_map(|later| {
            let earlier = first.insert(later.key.as_str(), later)?;
            Some((earlier, later))
        })
    };
    match pair {
        Some((earlier, later)) => Err(SourceError::new(
            SourceErrorKind::DuplicateKey,
            Some(later.key_at),
            format!("duplicate key `{}`, already set on line {}", later.key, earlier.key_at.line),
        )),
        None => Ok(()),
    }
}

pub(super) fn measure(node: &Node, depth: usize, cost: &mut Cost) {
    cost.nodes += 1;
    match &node.value {
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) => {}
        Value::String(text) => cost.bytes += text.len(),
        Value::Sequence(items) => {
            cost.depth = cost.depth.max(depth + 1);
            for item in items {
                measure(item, depth + 1, cost);
            }
        }
        Value::Mapping(entries) => {
            cost.depth = cost.depth.max(depth + 1);
            for entry in entries {
                cost.bytes += entry.key.len();
                measure(&entry.value, depth + 1, cost);
            }
        }
    }
}

/// The column of the first template action outside quotes and comments.
pub(super) fn template_column(line: &str) -> Option<usize> {
    let (before, _) = line.split_once("{{")?;
    let quoted = |quote: char| before.matches(quote).count() % 2 == 1;
    if before.trim_start().starts_with('#') || quoted('"') || quoted('\'') {
        return None;
    }
    Some(before.chars().count() + 1)
}
