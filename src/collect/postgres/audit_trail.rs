//! Custom resources against their rows: one configured query for each kind, which gives one row.

use super::place;
use super::session::Session;
use crate::collect::reading::{Around, Reading};
use crate::snapshot::{AuditTrail, Class, Noun, Subject};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The things whose rows lie in this database, where somebody says how to look for them.
pub(super) fn subjects(around: &Around<'_>) -> BTreeSet<Subject> {
    if around.source.audit_trail.is_empty() {
        return BTreeSet::new();
    }
    let all = around.standard.subjects_of(Noun::AuditTrail);
    all.into_iter().filter(|subject| subject.region() == around.source.region).collect()
}

/// Asks for each kind and stores what is said.
pub(super) async fn read(around: &Around<'_>, session: &Session, reading: &mut Reading) {
    let subjects = subjects(around);
    for (kind, query) in around.source.audit_trail.iter().filter(|_| !subjects.is_empty()) {
        let rows = match session.ask_for_somebody::<Map<String, Value>>(query).await {
            Ok(rows) => rows,
            Err(fault) => {
                reading.partly(Noun::AuditTrail, format!("{kind}: {fault}"));
                continue;
            }
        };
        let [row] = rows.as_slice() else {
            reading.partly(Noun::AuditTrail, format!("{kind}: its query gives {} rows, not one", rows.len()));
            continue;
        };
        let keep_s = whole(row, "keep_s", f64::floor);
        let trail = AuditTrail {
            id: reading.id(kind),
            class: Class::Observed,
            read: reading.read.clone(),
            at: place(reading),
            kind: kind.clone(),
            samples: count(row, "samples"),
            missing: count(row, "missing"),
            written_within_s: whole(row, "written_within_s", f64::ceil),
            keep_s,
            // Who says for how long rows are kept says that they are not kept for ever.
            kept_forever: row.get("kept_forever").and_then(Value::as_bool).or(keep_s.map(|_| false)),
        };
        for subject in &subjects {
            reading.evidence.audit_trail.entry(subject.to_string()).or_default().push(trail.clone());
        }
    }
}

/// A count, if it is one.
fn count(row: &Map<String, Value>, column: &str) -> Option<u64> {
    row.get(column)?.as_u64()
}

/// A span in whole seconds, on the side that claims less.
#[expect(clippy::cast_possible_truncation, reason = "the cast saturates")]
fn whole(row: &Map<String, Value>, column: &str, side: fn(f64) -> f64) -> Option<i64> {
    let seconds = row.get(column)?.as_f64().filter(|seconds| *seconds >= 0.0)?;
    Some(side(seconds) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_taken_by_its_name_and_only_as_a_number() {
        let row = r#"{"samples": 4, "missing": null, "written_within_s": 12.2, "keep_s": 2592000.9, "other": "1 day", "less": -1}"#;
        let row: Map<String, Value> = serde_json::from_str(row).unwrap();
        assert_eq!((count(&row, "samples"), count(&row, "missing"), count(&row, "absent")), (Some(4), None, None));
        assert_eq!((whole(&row, "written_within_s", f64::ceil), whole(&row, "keep_s", f64::floor)), (Some(13), Some(2_592_000)));
        assert_eq!((whole(&row, "other", f64::ceil), whole(&row, "less", f64::ceil), count(&row, "less")), (None, None, None));
    }
}
