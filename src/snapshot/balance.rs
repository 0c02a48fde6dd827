//! The books of a snapshot: every entry of the plan has one outcome and every outcome one entry, every
//! item was asked for, and the items add up to what their read counted. What cannot be true is
//! refused; what is merely not all there makes its read partial, for all its subjects.

use super::{Class, Item, Noun, ReadState, Snapshot, SnapshotError, Subject, Subjects, UNLINKED, Visit};
use std::collections::{BTreeMap, BTreeSet};

/// A read of one noun.
type Key = (String, Noun);

/// Checks the books of `snapshot` and degrades what does not add up.
pub(super) fn check(snapshot: &mut Snapshot) -> Result<(), SnapshotError> {
    let plan = plan(snapshot)?;
    let mut tally = Tally { plan: &plan, counts: BTreeMap::new(), problem: None };
    snapshot.evidence.visit(&mut tally);
    if let Some(problem) = tally.problem {
        return Err(SnapshotError::Unbalanced(problem));
    }
    let counts = tally.counts;
    for read in &mut snapshot.reads {
        let key = (read.read.clone(), read.noun);
        let nothing = BTreeMap::new();
        let found = counts.get(&key).unwrap_or(&nothing);
        let total: u64 = found.values().sum();
        if total > 0 && matches!(read.state, ReadState::Absent | ReadState::Denied | ReadState::Unreachable) {
            return Err(SnapshotError::Unbalanced(format!(
                "the read {} of {} is {} and yet gave {total} items",
                read.read,
                read.noun.word(),
                read.state.word()
            )));
        }
        let of = |subject: &str| found.get(subject).copied().unwrap_or(0);
        let adds_up = read.stored.iter().all(|(subject, count)| of(subject.as_str()) == *count) && of(UNLINKED) == read.unlinked;
        if !adds_up && read.state.decides() {
            read.state = ReadState::Partial;
            read.detail = Some("what is stored is not what the read counted".to_owned());
        }
    }
    Ok(())
}

/// The entries of the plan by read and noun, each with an outcome that counts for the same subjects.
fn plan(snapshot: &Snapshot) -> Result<BTreeMap<Key, (Class, BTreeSet<Subject>)>, SnapshotError> {
    let mut plan = BTreeMap::new();
    for asked in &snapshot.asked {
        let key = (asked.read.clone(), asked.noun);
        if asked.subjects.is_empty() {
            return unbalanced(format!("{} is asked for {} of nobody", asked.read, asked.noun.word()));
        }
        if plan.insert(key, (asked.class, asked.subjects.clone())).is_some() {
            return unbalanced(format!("{} is asked for {} twice", asked.read, asked.noun.word()));
        }
    }
    let mut outcomes = BTreeSet::new();
    for read in &snapshot.reads {
        let key = (read.read.clone(), read.noun);
        let Some((_, subjects)) = plan.get(&key) else {
            return unbalanced(format!("the read {} of {} was never asked", read.read, read.noun.word()));
        };
        if !subjects.iter().eq(read.stored.keys()) {
            return unbalanced(format!(
                "the read {} of {} does not count for each subject that it was asked about",
                read.read,
                read.noun.word()
            ));
        }
        if !outcomes.insert(key) {
            return unbalanced(format!("the read {} of {} has two outcomes", read.read, read.noun.word()));
        }
    }
    match plan.keys().find(|key| !outcomes.contains(*key)) {
        Some((read, noun)) => unbalanced(format!("nothing says what came of reading {} from {read}", noun.word())),
        None => Ok(plan),
    }
}

fn unbalanced<T>(problem: String) -> Result<T, SnapshotError> {
    Err(SnapshotError::Unbalanced(problem))
}

/// Counts items by read and subject, and stops at the first that cannot be.
struct Tally<'a> {
    plan: &'a BTreeMap<Key, (Class, BTreeSet<Subject>)>,
    counts: BTreeMap<Key, BTreeMap<String, u64>>,
    problem: Option<String>,
}

impl Tally<'_> {
    fn item<T: Item>(&mut self, noun: Noun, subject: &str, item: &T) -> Result<(), String> {
        let what = || format!("{} {} under {subject}", noun.word(), item.id());
        let key = (item.read().to_owned(), noun);
        let Some((class, subjects)) = self.plan.get(&key) else {
            return Err(format!("{} comes from the read {}, which was never asked for it", what(), item.read()));
        };
        if *class != item.class() {
            return Err(format!("{} is {}, but {} can only give what is {}", what(), item.class().word(), item.read(), class.word()));
        }
        if subject != UNLINKED && !subjects.iter().any(|asked| asked.as_str() == subject) {
            return Err(format!("{} is under a subject that {} was not asked about", what(), item.read()));
        }
        if let Some(impossible) = impossible(item) {
            return Err(format!("{}: {impossible}", what()));
        }
        *self.counts.entry(key).or_default().entry(subject.to_owned()).or_default() += 1;
        Ok(())
    }
}

/// What of an item can be true of nothing: a span or an instant below zero, an end before its beginning.
/// Each of them would meet every limit. The number in an alert's expression is its author's.
fn impossible<T: Item>(item: &T) -> Option<String> {
    let serde_json::Value::Object(fields) = serde_json::to_value(item).ok()? else { return None };
    let number = |key: &str| fields.get(key).and_then(serde_json::Value::as_i64);
    let timed = fields.keys().filter(|key| (key.ends_with("_s") || key.ends_with("_ms")) && *key != "threshold_s");
    let below = timed.filter_map(|key| Some((key, number(key)?))).find(|(_, number)| *number < 0);
    if let Some((key, number)) = below {
        return Some(format!("{key} is {number}, which is below zero"));
    }
    match (number("started_s"), number("finished_s")) {
        (Some(started), Some(finished)) if finished < started => Some("it finished before it started".to_owned()),
        _ => None,
    }
}

impl Visit for Tally<'_> {
    fn noun<T: Item>(&mut self, noun: Noun, items: &Subjects<T>) {
        for (subject, list) in items {
            let mut ids = BTreeSet::new();
            for item in list {
                let result = if ids.insert(item.id()) {
                    self.item(noun, subject, item)
                } else {
                    Err(format!("{} {} stands twice under {subject}", noun.word(), item.id()))
                };
                if let (Err(problem), None) = (result, &self.problem) {
                    self.problem = Some(problem);
                }
            }
        }
    }
}
