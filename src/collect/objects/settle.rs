//! Gives the items of one noun under one subject unique ids: the same content twice is one item with
//! two places, two contents under one name stay two items, which the engine then refuses to judge.

use crate::snapshot::{Evidence, Item, Noun, Place, Subjects, VisitMut};
use std::collections::BTreeSet;

/// Merges what is the same and tells apart what is not.
pub fn settle(evidence: &mut Evidence) {
    evidence.visit_mut(&mut Settle);
}

struct Settle;

impl VisitMut for Settle {
    fn noun<T: Item>(&mut self, _noun: Noun, items: &mut Subjects<T>) {
        for list in items.values_mut() {
            let found = std::mem::take(list);
            for item in found {
                add(list, item);
            }
        }
        items.retain(|_, list| !list.is_empty());
    }
}

fn add<T: Item>(list: &mut Vec<T>, item: T) {
    if let Some(same) = list.iter_mut().find(|known| same_content(*known, &item)) {
        note(same.place_mut(), item.place());
        return;
    }
    let taken: BTreeSet<&str> = list.iter().map(Item::id).collect();
    let mut copy = 2_usize;
    let mut id = item.id().to_owned();
    while taken.contains(id.as_str()) {
        id = format!("{}#{copy}", item.id());
        copy += 1;
    }
    let mut item = item;
    item.set_id(id);
    list.push(item);
}

/// Whether two items of one id differ in their place alone.
fn same_content<T: Item>(known: &T, item: &T) -> bool {
    if base(known.id()) != item.id() {
        return false;
    }
    let plain = |item: &T| {
        let mut item = item.clone();
        item.set_id(String::new());
        *item.place_mut() = Place::default();
        item
    };
    plain(known) == plain(item)
}

fn base(id: &str) -> &str {
    id.rsplit_once('#').filter(|(_, copy)| !copy.is_empty() && copy.bytes().all(|byte| byte.is_ascii_digit())).map_or(id, |(base, _)| base)
}

fn note(kept: &mut Place, other: &Place) {
    if let (Some(file), Some(line)) = (&other.file, other.line) {
        let place = format!("{file}:{line}");
        let first = kept.file.as_deref() == Some(file.as_str()) && kept.line == Some(line);
        if !first && !kept.also.contains(&place) {
            kept.also.push(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::{Class, Volume};

    fn volume(file: &str, capacity: u64) -> Volume {
        Volume {
            id: "declared/manifests/r/PersistentVolumeClaim/n/data".to_owned(),
            class: Class::Declared,
            read: "manifests/r".to_owned(),
            at: Place { file: Some(file.to_owned()), line: Some(3), ..Place::default() },
            claim: "n/data".to_owned(),
            capacity_bytes: Some(capacity),
            used_bytes: None,
            full_in_s: None,
        }
    }

    #[test]
    fn the_same_twice_is_one_and_two_contents_stay_two() {
        let mut evidence = Evidence::default();
        let list = vec![volume("a", 1), volume("b", 1), volume("a", 1), volume("c", 2), volume("d", 2), volume("e", 3)];
        evidence.volume.insert("x/r".to_owned(), list);
        settle(&mut evidence);
        let found: Vec<(String, Vec<String>)> = evidence
            .volume
            .values()
            .flatten()
            .map(|item| (item.id.replace("declared/manifests/r/PersistentVolumeClaim/", ""), item.at.also.clone()))
            .collect();
        let expected = [("n/data", vec!["b:3"]), ("n/data#2", vec!["d:3"]), ("n/data#3", vec![])];
        let expected: Vec<(String, Vec<String>)> =
            expected.into_iter().map(|(id, also)| (id.to_owned(), also.into_iter().map(str::to_owned).collect())).collect();
        assert_eq!(found, expected);
    }
}
