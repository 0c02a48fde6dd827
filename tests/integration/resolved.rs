//! The standard, resolved for a whole system: what evidence may be about, and with which limits.

use crate::common::system;
use seaworthy::snapshot::{Noun, Snapshot, Subject};
use seaworthy::standard::{Resolved, Standard};
use std::collections::BTreeSet;

fn resolved() -> Resolved {
    let snapshot = Snapshot::load(&std::fs::read(system("kubernaut-ready").join("snapshot.json")).unwrap()).unwrap();
    Standard::embedded().unwrap().resolve(&snapshot.system)
}

#[test]
fn a_restore_of_whatever_is_backed_up_can_be_drilled_and_only_a_databases_must_be_every_month() {
    let resolved = resolved();
    let drilled = resolved.subjects_of(Noun::Drill);
    let backed_up: BTreeSet<Subject> = resolved.backups.keys().cloned().collect();
    assert_eq!(backed_up.len(), 5);
    assert!(drilled.is_superset(&backed_up), "{drilled:?}");
    assert_eq!(resolved.restores.keys().map(Subject::to_string).collect::<Vec<_>>(), ["postgresql/us-east-1"]);
}

#[test]
fn whatever_is_kept_runs_or_gives_rights_can_drift() {
    let resolved = resolved();
    let found: BTreeSet<String> = resolved.subjects_of(Noun::Drift).iter().map(Subject::thing).map(str::to_owned).collect();
    let expected = ["access", "configmaps", "context-api", "data-storage", "gateway", "postgresql", "redis", "secrets"];
    assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    assert_eq!(resolved.subjects_of(Noun::Drift).len(), 2 * expected.len());
}

#[test]
fn each_line_of_backups_knows_how_many_runs_tell_a_rate() {
    for (subject, rule) in &resolved().runs {
        assert_eq!((rule.at_least_percent, rule.at_least_runs), (98, 3), "{subject}");
    }
}
