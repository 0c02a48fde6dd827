//! Barman: what `list-backups` lists and `check` checks, both as JSON (`-f json`).
//!
//! It does not say when a backup began. The time of its data is taken to be the end: a physical copy is brought by the
//! log to the instant at which it ended, and to none before. Its name has the beginning in the server's own time of day,
//! which without a zone is no instant. How long a backup took is therefore not known either.

use super::fault::Fault;
use super::reading::Reading;
use super::reports::series::{Copy, instant, points, store_points};
use crate::snapshot::{Archiver, Class, Noun, Place, Repository, Run};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Backup {
    backup_id: String,
    backup_type: Option<String>,
    status: String,
    /// A number as text.
    end_time_timestamp: Option<String>,
    size_bytes: Option<u64>,
}

#[derive(Deserialize)]
struct Check {
    status: String,
}

/// Enters what the list says of the server called `name`, or of the only one.
pub(super) fn enter(text: &str, name: Option<&str>, reading: &mut Reading) {
    let Some((server, backups)) = server::<Vec<Backup>>(text, name, "barman -f json list-backups", reading) else { return };
    let nouns = [Noun::RecoveryPoints, Noun::Run];
    let mut copies = Vec::new();
    let mut newest_done = None;
    for backup in &backups {
        match backup.status.as_str() {
            "DONE" => {}
            // Its end is not archived yet, or it is not here yet: no copy, and no failure.
            "FAILED" | "STARTED" | "EMPTY" | "WAITING_FOR_WALS" | "SYNCING" => continue,
            _ => {
                nouns.iter().for_each(|noun| reading.partly(*noun, "a backup has a status that is not known"));
                continue;
            }
        }
        let end_s = backup.end_time_timestamp.as_deref().and_then(|text| text.parse().ok()).unwrap_or_default();
        let Some(data_s) = instant(end_s, &nouns, reading) else { continue };
        newest_done = newest_done.max(Some((data_s, backup.backup_id.as_str())));
        let sort = backup.backup_type.clone().unwrap_or_default();
        copies.push(Copy { data_s, sort, bytes: backup.size_bytes });
    }
    run(&server, &backups, &copies, newest_done, reading);
    store_points(points(&format!("barman/{server}"), copies, reading), reading);
}

/// How the runs went that left a trace. How many were due is nothing that Barman knows.
fn run(server: &str, backups: &[Backup], copies: &[Copy], newest_done: Option<(i64, &str)>, reading: &mut Reading) {
    // Names are times of the server, so that they stand in the order in which the backups began.
    let after = |backup: &&Backup| newest_done.is_none_or(|(_, newest)| backup.backup_id.as_str() > newest);
    let failures_since = backups.iter().filter(|backup| backup.status == "FAILED").filter(after).count() as u64;
    let Some(from_s) = copies.iter().map(|copy| copy.data_s).min() else {
        reading.partly(Noun::Run, "no backup is listed that ended well, so that nobody knows since when there are any");
        return;
    };
    let object = format!("barman/{server}");
    let item = Run {
        id: reading.id(&object),
        class: Class::Observed,
        read: reading.read.clone(),
        at: Place { object: Some(object), ..Place::default() },
        window_from_s: from_s,
        due: None,
        succeeded: copies.len() as u64,
        failures_since,
        last_success_start_s: None,
        last_success_end_s: newest_done.map(|(end_s, _)| end_s),
        longest_s: None,
    };
    if let Some(subject) = reading.home(Noun::Run) {
        reading.evidence.run.entry(subject).or_default().push(item);
    }
}

/// Enters what the checks say. A check that is not among those that are understood says nothing.
pub(super) fn enter_checked(text: &str, name: Option<&str>, reading: &mut Reading) {
    let Some((server, checks)) = server::<BTreeMap<String, Check>>(text, name, "barman -f json check", reading) else { return };
    let passed = |key: &str| match checks.get(key).map(|check| check.status.as_str()) {
        Some("OK") => Some(true),
        Some("FAILED") => Some(false),
        _ => None,
    };
    if passed("systemid_coherence") == Some(false) {
        [Noun::Repository, Noun::Archiver].iter().for_each(|noun| reading.partly(*noun, "its copies are of another database cluster"));
    }
    let object = format!("barman/{server}");
    let (id, read) = (reading.id(&object), reading.read.clone());
    let at = Place { object: Some(object), ..Place::default() };
    match passed("directories") {
        Some(available) => {
            let (id, read, at) = (id.clone(), read.clone(), at.clone());
            store_repository(Repository { available: Some(available), ..place(id, read, at, server) }, reading);
        }
        None => reading.partly(Noun::Repository, "there is no check of its directories"),
    }
    // The log comes by `archive_command`, or by streaming, or by both: where one of the two works, it arrives.
    let command = whole(&[passed("archive_mode"), passed("archive_command")]);
    let commanded = if command == Some(false) { command } else { passed("continuous_archiving") };
    let ways = [commanded, passed("receive_wal_running")];
    if ways == [None, None] {
        reading.partly(Noun::Archiver, "there is no check of how the log is archived");
        return;
    }
    let arrives = ways.contains(&Some(true));
    let item = Archiver {
        id,
        class: Class::Observed,
        read,
        at,
        enabled: arrives || command.unwrap_or(true),
        timeout_s: None,
        destination: None,
        off_region: None,
        has_base: None,
        failing: Some(!arrives),
        pending_s: None,
        missing: None,
        last_archived_s: None,
    };
    if let Some(subject) = reading.home(Noun::Archiver) {
        reading.evidence.archiver.entry(subject).or_default().push(item);
    }
}

/// Whether all of what hangs together passed; one that did not is enough to know that they did not.
fn whole(checks: &[Option<bool>]) -> Option<bool> {
    if checks.contains(&Some(false)) { Some(false) } else { (!checks.contains(&None)).then_some(true) }
}

fn place(id: String, read: String, at: Place, name: String) -> Repository {
    Repository {
        id,
        class: Class::Observed,
        read,
        at,
        kind: "barman".to_owned(),
        name,
        region: None,
        off_region: None,
        writable: None,
        available: None,
        encrypted: None,
        public: None,
        versioned: None,
        locked_s: None,
        expires_s: None,
        never_expires: None,
    }
}

fn store_repository(item: Repository, reading: &mut Reading) {
    if let Some(subject) = reading.home(Noun::Repository) {
        reading.evidence.repository.entry(subject).or_default().push(item);
    }
}

/// What a report says of the server called `name`, or of the only one. Beside the servers stand its own messages,
/// under names with an underscore in front.
fn server<T: serde::de::DeserializeOwned>(text: &str, name: Option<&str>, command: &str, reading: &mut Reading) -> Option<(String, T)> {
    let strange = || Fault::Strange(format!("this is not what `{command}` prints"));
    let Ok(mut all) = serde_json::from_str::<BTreeMap<String, Value>>(text) else {
        reading.fault = Some(strange());
        return None;
    };
    all.retain(|key, _| !key.starts_with('_') && name.is_none_or(|name| name == key));
    let nouns: Vec<Noun> = reading.subjects.keys().copied().collect();
    if all.len() > 1 {
        nouns.iter().for_each(|noun| reading.partly(*noun, "there are several servers: the configuration must name one"));
        return None;
    }
    let Some((server, value)) = all.into_iter().next() else {
        nouns.iter().for_each(|noun| reading.partly(*noun, "the report names no such server"));
        return None;
    };
    match serde_json::from_value(value) {
        Ok(found) => Some((server, found)),
        Err(_) => {
            reading.fault = Some(strange());
            None
        }
    }
}

#[cfg(test)]
mod tests;
