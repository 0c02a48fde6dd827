//! pgBackRest: what `info --output=json` says of a stanza, repository by repository.
//!
//! It ends well whatever it found, so that the truth is in its status codes; and what it calls well is not all that a
//! restore needs. A copy counts here where it belongs to the newest database of its repository, no page of it was
//! damaged, all copies that it builds on count as well, and the log that makes it consistent lies in the archive.
//! That the archive has no hole between its oldest and its newest segment, `info` does not know.

use super::fault::Fault;
use super::reading::Reading;
use super::reports::series::{Copy, instant, points, store_points};
use crate::snapshot::{Class, Noun, Place, RecoveryPoints, Repository};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
struct Stanza {
    name: Option<String>,
    #[serde(default)]
    repo: Vec<Repo>,
    #[serde(default)]
    db: Vec<Db>,
    #[serde(default)]
    archive: Vec<Archive>,
    #[serde(default)]
    backup: Vec<Backup>,
}

#[derive(Deserialize)]
struct Repo {
    key: u64,
    cipher: Option<String>,
    status: Option<Status>,
}

#[derive(Deserialize)]
struct Status {
    code: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Db {
    id: u64,
    #[serde(default = "first")]
    repo_key: u64,
    system_id: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Of {
    id: u64,
    #[serde(default = "first")]
    repo_key: u64,
}

#[derive(Deserialize)]
struct Archive {
    database: Of,
    min: Option<String>,
    max: Option<String>,
}

#[derive(Deserialize)]
struct Backup {
    label: String,
    #[serde(rename = "type")]
    sort: String,
    database: Of,
    reference: Option<Vec<String>>,
    timestamp: Timestamp,
    archive: Option<Needed>,
    error: Option<bool>,
    info: Option<Info>,
}

#[derive(Deserialize)]
struct Timestamp {
    start: i64,
}

#[derive(Deserialize)]
struct Needed {
    start: Option<String>,
    stop: Option<String>,
}

#[derive(Deserialize)]
struct Info {
    repository: Option<Size>,
}

#[derive(Deserialize)]
struct Size {
    size: Option<u64>,
}

/// Versions that knew one repository only do not number it.
fn first() -> u64 {
    1
}

/// Enters what the report says of the stanza called `name`, or of the only one.
pub(super) fn enter(text: &str, name: Option<&str>, reading: &mut Reading) {
    let Ok(stanzas) = serde_json::from_str::<Vec<Stanza>>(text) else {
        reading.fault = Some(Fault::Strange("this is not what `pgbackrest info --output=json` prints".to_owned()));
        return;
    };
    let of = |stanza: &&Stanza| name.is_none_or(|name| stanza.name.as_deref() == Some(name));
    let chosen: Vec<&Stanza> = stanzas.iter().filter(of).collect();
    match chosen.as_slice() {
        // It was asked for all stanzas, and there is none.
        [] if stanzas.is_empty() => none(name, reading),
        [] => partly(reading, "the report is about other stanzas"),
        [stanza] => enter_stanza(stanza, reading),
        _ => partly(reading, "there are several stanzas: the configuration must name one"),
    }
}

fn partly(reading: &mut Reading, because: &str) {
    [Noun::RecoveryPoints, Noun::Repository].iter().for_each(|noun| reading.partly(*noun, because));
}

/// No stanza holds no copy.
fn none(name: Option<&str>, reading: &mut Reading) {
    let object = format!("pgbackrest/{}", name.unwrap_or("no stanza"));
    store_points(points(&object, Vec::new(), reading), reading);
}

fn enter_stanza(stanza: &Stanza, reading: &mut Reading) {
    let name = stanza.name.as_deref().unwrap_or("main");
    // Of each repository the newest, which another may not have been told of.
    let newest = |repo: &Repo| stanza.db.iter().filter(|db| db.repo_key == repo.key).max_by_key(|db| db.id)?.system_id;
    let systems: BTreeSet<u64> = stanza.repo.iter().filter_map(newest).collect();
    match systems.iter().collect::<Vec<_>>().as_slice() {
        [] => {}
        [system] => {
            reading.of = format!("{}, system {system}", reading.of);
            reading.identity = Some(system.to_string());
        }
        _ => {
            let why = "its repositories hold different database clusters: which is the one of now is not known";
            reading.partly(Noun::RecoveryPoints, why);
        }
    }
    if stanza.repo.is_empty() {
        partly(reading, "the report names no repository: it was printed by a version that is too old");
    }
    let mut seen = BTreeSet::new();
    for repo in &stanza.repo {
        if !seen.insert(repo.key) {
            partly(reading, "one repository stands in the report twice");
            continue;
        }
        let object = format!("pgbackrest/{name}/repo{}", repo.key);
        let available = available(repo, reading);
        let item = repository(repo, &object, available, reading);
        if let Some(subject) = reading.home(Noun::Repository) {
            reading.evidence.repository.entry(subject).or_default().push(item);
        }
        // Of a repository that could not be read nobody knows what lies in it.
        if matches!(repo.status.as_ref().map(|status| status.code), Some(0..=2)) {
            let copies = usable(stanza, repo.key, reading);
            let item = RecoveryPoints { continuous: without_log(stanza, repo.key), ..points(&object, copies, reading) };
            store_points(item, reading);
        }
    }
}

/// Whether a repository answered. The message beside the code may hold anything, and is not looked at.
fn available(repo: &Repo, reading: &mut Reading) -> Option<bool> {
    let because = match repo.status.as_ref().map(|status| status.code) {
        // 2 is a repository without a copy.
        Some(0 | 2) => return Some(true),
        // There is nothing where the stanza should be.
        Some(1) => return Some(false),
        Some(3) => "its catalogue is missing",
        Some(99) => "it could not be read: it does not answer, is damaged, or has another passphrase",
        Some(_) => "its status is none that is known",
        None => "its status is missing",
    };
    partly(reading, &format!("repo{}: {because}", repo.key));
    if repo.status.as_ref().is_some_and(|status| status.code == 99) { Some(false) } else { None }
}

fn repository(repo: &Repo, object: &str, available: Option<bool>, reading: &Reading) -> Repository {
    Repository {
        id: reading.id(object),
        class: Class::Observed,
        read: reading.read.clone(),
        at: Place { object: Some(object.to_owned()), ..Place::default() },
        kind: "pgbackrest".to_owned(),
        name: format!("repo{}", repo.key),
        region: None,
        off_region: None,
        writable: None,
        available,
        // What the tool does not encrypt, the place that it lies in may.
        encrypted: repo.cipher.as_deref().filter(|cipher| cipher.starts_with("aes-")).map(|_| true),
        public: None,
        versioned: None,
        locked_s: None,
        expires_s: None,
        never_expires: None,
    }
}

/// The copies of a repository that can be restored.
fn usable(stanza: &Stanza, repo: u64, reading: &mut Reading) -> Vec<Copy> {
    let current = stanza.db.iter().filter(|db| db.repo_key == repo).map(|db| db.id).max();
    let here: Vec<&Backup> =
        stanza.backup.iter().filter(|backup| backup.database.repo_key == repo && Some(backup.database.id) == current).collect();
    let labels: BTreeMap<&str, bool> = here.iter().map(|backup| (backup.label.as_str(), whole(backup, stanza))).collect();
    let builds_on = |backup: &Backup| backup.reference.iter().flatten().all(|label| labels.get(label.as_str()) == Some(&true));
    let mut copies = Vec::new();
    for backup in here {
        if backup.archive.as_ref().is_none_or(|needed| needed.stop.is_none()) {
            reading.partly(Noun::RecoveryPoints, "what log a copy needs is not known: its server was stopped when it was made");
        }
        if !(whole(backup, stanza) && builds_on(backup)) {
            continue;
        }
        let bytes = backup.info.as_ref().and_then(|info| info.repository.as_ref()).and_then(|size| size.size);
        if let Some(data_s) = instant(backup.timestamp.start, &[Noun::RecoveryPoints], reading) {
            copies.push(Copy { data_s, sort: backup.sort.clone(), bytes });
        }
    }
    copies
}

/// Whether no page of a copy was damaged and its log lies in the archive.
fn whole(backup: &Backup, stanza: &Stanza) -> bool {
    let of = |archive: &&Archive| archive.database.repo_key == backup.database.repo_key && archive.database.id == backup.database.id;
    let held = |archive: &Archive| {
        let needed = backup.archive.as_ref()?;
        let (start, stop) = (needed.start.as_deref()?, needed.stop.as_deref()?);
        let (min, max) = (archive.min.as_deref()?, archive.max.as_deref()?);
        // Names of segments are hexadecimal numbers of one length, the timeline first.
        let names = [start, stop, min, max].iter().all(|name| name.len() == 24 && name.bytes().all(|byte| byte.is_ascii_hexdigit()));
        Some(names && min <= start && start <= stop && stop <= max)
    };
    backup.error != Some(true) && stanza.archive.iter().filter(of).any(|archive| held(archive) == Some(true))
}

/// Without any log only the instants of the copies can be given. With some, nobody knows: it may have holes.
fn without_log(stanza: &Stanza, repo: u64) -> Option<bool> {
    let any = stanza.archive.iter().any(|archive| archive.database.repo_key == repo && archive.max.is_some());
    (!any).then_some(false)
}

#[cfg(test)]
mod tests;
