//! From a tree to a raw type, past the first mistake: serde stops at it, a person wants them all.
//!
//! Each round reads the whole tree; where it fails, the mistake is noted, its value or unknown key is
//! cut out of the tree, and the next round goes on without it. A key that is missing only because its
//! value was cut out is not a mistake of its own.

use crate::source_text::{Node, Position, SourceError, SourceErrorKind, Value, from_node};
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;

/// After so many mistakes nobody reads on.
const ROUNDS: usize = 200;

/// Reads `root` into `T` as far as it goes, with every mistake on the way.
pub(super) fn read<T: DeserializeOwned>(root: &Node) -> (Option<T>, Vec<SourceError>) {
    let mut tree = root.clone();
    let mut mistakes = Vec::new();
    let mut cut: BTreeSet<(Position, String)> = BTreeSet::new();
    for _ in 0..ROUNDS {
        let error = match from_node(&tree) {
            Ok(read) => return (Some(read), mistakes),
            Err(error) => error,
        };
        let place = error.at;
        let consequence = place.is_some_and(|at| {
            let missing = error.message.strip_prefix("missing key `").and_then(|rest| rest.strip_suffix('`'));
            missing.is_some_and(|key| cut.contains(&(at, key.to_owned())))
        });
        let unknown_key = error.kind == SourceErrorKind::UnknownKey;
        if !consequence {
            mistakes.push(error);
        }
        let Some(at) = place else { break };
        let as_key = unknown_key && remove(&mut tree, &mut cut, &|key_at, _| key_at == Some(at));
        if !as_key && !remove(&mut tree, &mut cut, &|_, node| node.at == at) {
            break;
        }
    }
    (None, mistakes)
}

/// Cuts out what `hits` names, by the place of its key or by itself; whether there was any.
fn remove(node: &mut Node, cut: &mut BTreeSet<(Position, String)>, hits: &impl Fn(Option<Position>, &Node) -> bool) -> bool {
    let own = node.at;
    match &mut node.value {
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::String(_) => false,
        Value::Sequence(items) => {
            let before = items.len();
            items.retain(|item| !hits(None, item));
            let here = items.len() != before;
            items.iter_mut().fold(here, |found, item| remove(item, cut, hits) || found)
        }
        Value::Mapping(entries) => {
            let before = entries.len();
            entries.retain(|entry| {
                let hit = hits(Some(entry.key_at), &entry.value);
                if hit {
                    cut.insert((own, entry.key.clone()));
                }
                !hit
            });
            let here = entries.len() != before;
            entries.iter_mut().fold(here, |found, entry| remove(&mut entry.value, cut, hits) || found)
        }
    }
}
