//! WAL-G: what `backup-list --detail --json` lists, and what `wal-verify --json` counts.
//!
//! It lists what was uploaded to its end, and nothing of what failed. A delta counts where the copy that it builds on is
//! listed too. Copies of two clusters in one place are told apart by nobody here, so that then nothing is proved.

use super::fault::Fault;
use super::reading::Reading;
use super::reports::series::{Copy, instant, points, store_points};
use crate::clock::instant_s;
use crate::snapshot::{Archiver, Class, Noun, Place, RecoveryPoints};
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Deserialize)]
struct Backup {
    backup_name: String,
    start_time: Option<String>,
    is_permanent: Option<bool>,
    /// More than a float holds.
    system_identifier: Option<u64>,
    compressed_size: Option<u64>,
}

#[derive(Deserialize)]
struct Verified {
    integrity: Option<Integrity>,
    timeline: Option<Timeline>,
}

#[derive(Deserialize)]
struct Integrity {
    status: Option<String>,
    #[serde(default)]
    details: Vec<Segments>,
}

#[derive(Deserialize)]
struct Segments {
    status: String,
    segments_count: u64,
}

#[derive(Deserialize)]
struct Timeline {
    status: Option<String>,
}

/// Enters what the list says. Where there is no backup, the program prints nothing; a file that holds nothing is what
/// is left of a program that could not do its work.
pub(super) fn enter(text: &str, printed: bool, reading: &mut Reading) {
    let backups = match text.trim() {
        "" if printed => Vec::new(),
        "" => {
            reading.fault = Some(Fault::Truncated("the file is empty".to_owned()));
            return;
        }
        text => match serde_json::from_str::<Option<Vec<Backup>>>(text) {
            Ok(backups) => backups.unwrap_or_default(),
            Err(_) => {
                reading.fault = Some(Fault::Strange("this is not what `wal-g backup-list --detail --json` prints".to_owned()));
                return;
            }
        },
    };
    let systems: BTreeSet<u64> = backups.iter().filter_map(|backup| backup.system_identifier).collect();
    if systems.len() > 1 {
        reading.partly(Noun::RecoveryPoints, "copies of several clusters lie in one place");
    }
    if let (Some(system), 1) = (systems.first(), systems.len()) {
        reading.of = format!("{}, system {system}", reading.of);
        reading.identity = Some(system.to_string());
    }
    let permanent = !backups.is_empty() && backups.iter().all(|backup| backup.is_permanent == Some(true));
    let mut copies = Vec::new();
    for backup in backups.iter().filter(|backup| stands(backup, &backups)) {
        let start_s = backup.start_time.as_deref().and_then(instant_s);
        if start_s.is_none() {
            reading.partly(Noun::RecoveryPoints, "the list has no times of start: it was made without --detail");
        } else if let Some(data_s) = start_s.and_then(|start_s| instant(start_s, &[Noun::RecoveryPoints], reading)) {
            let sort = if base(backup).is_some() { "delta" } else { "full" };
            copies.push(Copy { data_s, sort: sort.to_owned(), bytes: backup.compressed_size });
        }
    }
    // What is permanent, the tool deletes with nothing; of the rest it knows no date.
    let kept_forever = permanent.then_some(true);
    store_points(RecoveryPoints { kept_forever, ..points("wal-g", copies, reading) }, reading);
}

/// The segment at which the copy begins that a delta builds on: `base_<own>_D_<that>`.
fn base(backup: &Backup) -> Option<&str> {
    backup.backup_name.split_once("_D_").map(|(_, base)| base)
}

/// Whether all that a copy builds on is listed too.
fn stands(backup: &Backup, all: &[Backup]) -> bool {
    let mut backup = backup;
    for _ in all {
        let Some(segment) = base(backup) else { return true };
        let name = format!("base_{segment}");
        let under = |other: &&Backup| other.backup_name == name || other.backup_name.starts_with(&format!("{name}_D_"));
        match all.iter().find(under) {
            Some(found) => backup = found,
            None => return false,
        }
    }
    // They build on each other in a circle.
    false
}

/// Enters how many segments of the log are lost.
pub(super) fn enter_verified(text: &str, reading: &mut Reading) {
    let Ok(verified) = serde_json::from_str::<Verified>(text) else {
        reading.fault = Some(Fault::Strange("this is not what `wal-g wal-verify integrity timeline --json` prints".to_owned()));
        return;
    };
    let Some(integrity) = verified.integrity else {
        reading.fault = Some(Fault::Strange("it says nothing of the integrity of the log".to_owned()));
        return;
    };
    let count = |status: &str| {
        let parts = integrity.details.iter().filter(|part| part.status == status);
        parts.map(|part| part.segments_count).fold(0, u64::saturating_add)
    };
    let lost = count("MISSING_LOST");
    // What is still on its way is not lost.
    let known = ["FOUND", "MISSING_LOST", "MISSING_DELAYED", "MISSING_UPLOADING"];
    let clear = integrity.details.iter().all(|part| known.contains(&part.status.as_str())) && count("FOUND") > 0;
    let agrees = match integrity.status.as_deref() {
        Some("OK" | "WARNING") => lost == 0,
        Some("FAILURE") => lost > 0,
        _ => false,
    };
    if !clear || !agrees {
        reading.partly(Noun::Archiver, "what was found of the log does not add up");
    }
    if verified.timeline.is_some_and(|timeline| timeline.status.as_deref() != Some("OK")) {
        reading.partly(Noun::Archiver, "the archive holds another timeline than the server writes");
    }
    let item = Archiver {
        id: reading.id("wal-g"),
        class: Class::Observed,
        read: reading.read.clone(),
        at: Place { object: Some("wal-g".to_owned()), ..Place::default() },
        enabled: true,
        timeout_s: None,
        destination: None,
        off_region: None,
        has_base: None,
        failing: None,
        pending_s: None,
        missing: if clear && agrees { Some(lost) } else { None },
        last_archived_s: None,
    };
    if let Some(subject) = reading.home(Noun::Archiver) {
        reading.evidence.archiver.entry(subject).or_default().push(item);
    }
}

#[cfg(test)]
mod tests;
