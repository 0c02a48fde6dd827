//! The ledger of drills: what somebody restored, failed over or exercised, and measured.

use super::books::{Books, Source};
use super::objects::{settle, store};
use super::paths::shown;
use super::records::{self, Record, Records};
use crate::clock::{SKEW_S, instant_s};
use crate::config::Config;
use crate::snapshot::{Class, Drill, DrillResult, Evidence, Link, Noun, Subject};
use crate::standard::Resolved;
use crate::units::Seconds;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The read that drills come from.
const READ: &str = "drills/global";

/// The kinds of drill.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RawKind {
    Restore,
    Failover,
    Exercise,
    PodKill,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBackup {
    id: String,
    taken: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawChecks {
    expected: u64,
    passed: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawDrill {
    version: u32,
    id: String,
    kind: RawKind,
    subjects: Vec<String>,
    started: String,
    finished: String,
    result: DrillResult,
    rto: Option<Seconds>,
    rpo: Option<Seconds>,
    isolated: Option<bool>,
    backup: Option<RawBackup>,
    checks: Option<RawChecks>,
    failed_back: Option<bool>,
    tool: Option<String>,
}

/// Enters the drills of the ledger.
pub(super) fn collect(config: &Config, directory: &Path, standard: &Resolved, now_s: i64, books: &mut Books) {
    let asked = standard.subjects_of(Noun::Drill);
    let mut records: Records<RawDrill> = records::read(config, directory);
    let mut evidence = Evidence::default();
    for record in std::mem::take(&mut records.records) {
        match drill(&record, now_s) {
            Ok((drill, doubts)) => {
                records.problems.extend(doubts.iter().map(|doubt| format!("{}: {doubt}", record.file)));
                for subject in record.raw.subjects.iter().collect::<BTreeSet<_>>() {
                    if Subject::parse(subject).is_some_and(|subject| asked.contains(&subject)) {
                        store(&mut evidence.drill, subject, drill.clone());
                    } else {
                        let because = "not in the standard".to_owned();
                        books.links.insert(Link { object: drill.id.clone(), to: subject.clone(), because });
                    }
                }
            }
            Err(because) => records.refuse(&record.file, Some(record.position), &because),
        }
    }
    settle(&mut evidence);
    let source = Source {
        read: READ,
        section: "drills",
        class: Class::Observed,
        of: &shown(directory),
        at_s: now_s,
        took_ms: None,
        failed: BTreeMap::new(),
        subjects: BTreeMap::from([(Noun::Drill, asked)]),
        partial: BTreeMap::from([(Noun::Drill, records.problems)]),
        unsupported: BTreeMap::new(),
    };
    books.enter(&source, evidence);
    books.unjudged.extend(records.unjudged);
}

/// The drill of a record, and what of it is left out; or why it cannot be used.
fn drill(record: &Record<RawDrill>, now_s: i64) -> Result<(Drill, Vec<String>), String> {
    let raw = &record.raw;
    if raw.version != 1 {
        return Err(format!("version {} is not known: this program reads version 1", raw.version));
    }
    if raw.id.trim().is_empty() || raw.subjects.is_empty() {
        return Err("a drill needs an id and a subject".to_owned());
    }
    let latest = now_s.saturating_add(SKEW_S);
    let instant = |name: &str, text: &str| match instant_s(text) {
        None => Err(format!("`{name}` is no instant: write it as RFC 3339")),
        Some(at_s) if at_s > latest => Err(format!("`{name}` lies in the future: its clock cannot be trusted")),
        Some(at_s) => Ok(at_s),
    };
    let started_s = instant("started", &raw.started)?;
    let finished_s = instant("finished", &raw.finished)?;
    if finished_s < started_s {
        return Err("it finished before it started".to_owned());
    }
    let mut doubts = Vec::new();
    let taken = raw.backup.as_ref().and_then(|backup| backup.taken.as_deref()).map(|taken| instant("backup.taken", taken));
    let backup_taken_s = taken.and_then(|taken| taken.map_err(|doubt| doubts.push(doubt)).ok());
    let kind = match raw.kind {
        RawKind::Restore => "restore",
        RawKind::Failover => "failover",
        RawKind::Exercise => "exercise",
        RawKind::PodKill => "pod-kill",
    };
    let mut at = record.at.clone();
    at.object = Some(format!("{kind}/{}", raw.id));
    let drill = Drill {
        id: format!("observed/{READ}/{kind}/{}", raw.id),
        class: Class::Observed,
        read: READ.to_owned(),
        at,
        kind: kind.to_owned(),
        started_s,
        finished_s,
        result: raw.result,
        rto_s: raw.rto.map(|span| span.0),
        rpo_s: raw.rpo.map(|span| span.0),
        isolated: raw.isolated,
        backup: raw.backup.as_ref().map(|backup| backup.id.clone()),
        backup_taken_s,
        checks: raw.checks.as_ref().map(|checks| checks.expected),
        checks_passed: raw.checks.as_ref().map(|checks| checks.passed),
        failed_back: raw.failed_back,
        tool: raw.tool.clone(),
    };
    Ok((drill, doubts))
}
