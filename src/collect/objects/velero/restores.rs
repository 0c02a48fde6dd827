//! Restores as drills: what a live server says that it put back, and whether away from production.
//!
//! `Completed` with every item restored counts attempts: a restore over what is there completes and changes nothing.
//! So a restore carries no checks here, and alone proves no more than that it ran.

use super::super::backups::Backup;
use super::super::link;
use super::super::series::{self, Outcome, instant};
use super::super::{Context, Found, Object, store, values};
use super::copies::{self, Made};
use super::{GROUP, filter};
use crate::snapshot::{Drill, DrillResult, Noun, Subject, UNLINKED};
use crate::source_text::Node;
use std::collections::BTreeSet;

/// Stores the restores that ended.
pub(super) fn write(backups: &[Backup], made: &[Made], objects: &[Object], context: &Context, found: &mut Found) {
    for object in objects.iter().filter(|object| object.is(GROUP, "Restore")) {
        drill(object, backups, made, context, found);
    }
}

fn drill(object: &Object, backups: &[Backup], made: &[Made], context: &Context, found: &mut Found) {
    let start_s = instant(object, "status.startTimestamp", &[Noun::Drill], context, found);
    let end_s = instant(object, "status.completionTimestamp", &[Noun::Drill], context, found);
    let (Some(started_s), Some(finished_s)) = (start_s, end_s) else { return };
    let reference = object.reference();
    let name = object.text("spec.backupName").unwrap_or_default();
    let Some((backup, schedule)) = copies::called(name, object.namespace.as_deref(), made, backups) else {
        found.unlinked(&reference, "the Backup that it restored is not there any more, so what it was a drill of cannot be told");
        return;
    };
    let result = match result(object, backup) {
        Ok(result) => result,
        Err(because) => return found.unlinked(&reference, because),
    };
    let item = Drill {
        id: context.id(object),
        class: context.class,
        read: context.read(),
        at: object.place(object.at("spec.backupName"), None),
        kind: "restore".to_owned(),
        started_s,
        finished_s,
        result,
        // It waits for its own housekeeping before it completes, and serves nobody by then.
        rto_s: None,
        rpo_s: None,
        isolated: Some(isolated(object, backup.object, context)),
        backup: Some(name.to_owned()),
        backup_taken_s: backup.start_s,
        checks: None,
        checks_passed: None,
        failed_back: None,
        tool: Some("velero".to_owned()),
    };
    for subject in subjects(backup, schedule, context, found) {
        // A part that was left out was not drilled; a part that failed is a failure.
        let held = link::held_by(&filter(object, "spec"), subject.thing(), context);
        let drilled = if result == DrillResult::Passed { held == Some(true) } else { held.is_some() };
        if drilled && context.asks(Noun::Drill, &subject) {
            found.link(&reference, &subject, format!("it restored {name}, which holds it"));
            store(&mut found.evidence.drill, subject.as_str(), item.clone());
        }
    }
}

/// How it ended; or why that says nothing either way.
fn result(object: &Object, backup: &Made) -> Result<DrillResult, &'static str> {
    let count = |path: &str| values::whole_or(&object.body, path, 0);
    match object.text("status.phase").unwrap_or_default() {
        "PartiallyFailed" | "Failed" => Ok(DrillResult::Failed),
        "Completed" => match (count("status.errors"), count("status.progress.totalItems"), count("status.progress.itemsRestored")) {
            (Some(0), Some(0), _) => Err("it completed without an item: the copy was empty, and nothing was restored"),
            (Some(0), Some(total), Some(restored)) if total == restored => match backup.outcome {
                Outcome::Succeeded { .. } => Ok(DrillResult::Passed),
                Outcome::Failed | Outcome::Open | Outcome::Unsaid => Err("the copy that it restored is not one that ended well"),
            },
            (_, _, _) => Err("it completed with errors, or without some of its items"),
        },
        _ => Err("it has not ended, or how it ended is not known"),
    }
}

/// The subjects that the copy is about: those of its schedule, or what a copy made by hand holds.
fn subjects(backup: &Made, schedule: Option<&Backup>, context: &Context, found: &Found) -> BTreeSet<Subject> {
    let Some(schedule) = schedule else { return copies::subjects(&[backup], context) };
    let of_schedule = series::homes(schedule, context, found);
    of_schedule.iter().filter(|subject| *subject != UNLINKED).filter_map(|subject| Subject::parse(subject)).collect()
}

/// Whether every namespace that was restored went to another one, outside the system.
fn isolated(object: &Object, backup: &Object, context: &Context) -> bool {
    let mapping = object.at("spec.namespaceMapping").and_then(Node::as_map).unwrap_or_default();
    let own = filter(object, "spec").namespaces;
    let named = |namespaces: &BTreeSet<String>| !namespaces.is_empty() && !namespaces.contains("*");
    let restored = if named(&own) { own } else { filter(backup, "spec").namespaces };
    let away = |namespace: &String| {
        mapping.iter().any(|entry| {
            let to = entry.value.as_str().unwrap_or_default();
            entry.key == *namespace && !to.is_empty() && to != namespace && !context.system.namespaces.contains(to)
        })
    };
    named(&restored) && restored.iter().all(away)
}
