//! What people have signed about what no machine can see.

use super::books::{Books, Source};
use super::objects::{settle, store};
use super::paths::shown;
use super::records::{self, Record, Records, plain_url};
use crate::clock::{SKEW_S, day_or_instant_s};
use crate::config::Config;
use crate::snapshot::{Attestation, Class, Evidence, Link, Noun, Subject};
use crate::standard::Resolved;
use crate::units::Seconds;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The read that attestations come from.
const READ: &str = "attestations/global";

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawAttestation {
    version: u32,
    document: String,
    owner: String,
    reviewed: String,
    reviewer: Option<String>,
    url: Option<String>,
    #[serde(default)]
    covers: BTreeMap<String, bool>,
    people: Option<u64>,
    escalation: Option<Seconds>,
    open_critical: Option<u64>,
    full_in: Option<Seconds>,
}

/// Enters what people have signed.
pub(super) fn collect(config: &Config, directory: &Path, standard: &Resolved, now_s: i64, books: &mut Books) {
    let asked = standard.subjects_of(Noun::Attestation);
    let mut records: Records<RawAttestation> = records::read(config, directory);
    let mut evidence = Evidence::default();
    for record in std::mem::take(&mut records.records) {
        match attestation(&record, now_s) {
            Ok(attestation) => {
                let subject = Subject::global(&record.raw.document);
                if asked.contains(&subject) {
                    store(&mut evidence.attestation, subject.as_str(), attestation);
                } else {
                    let because = "not in the standard".to_owned();
                    books.links.insert(Link { object: attestation.id, to: subject.to_string(), because });
                }
            }
            Err(because) => records.refuse(&record.file, Some(record.position), &because),
        }
    }
    settle(&mut evidence);
    let source = Source {
        read: READ,
        section: "attestations",
        class: Class::Attested,
        of: &shown(directory),
        at_s: now_s,
        took_ms: None,
        failed: BTreeMap::new(),
        subjects: BTreeMap::from([(Noun::Attestation, asked)]),
        partial: BTreeMap::from([(Noun::Attestation, records.problems)]),
        unsupported: BTreeMap::new(),
    };
    books.enter(&source, evidence);
    books.unjudged.extend(records.unjudged);
}

/// The attestation of a record, or why it cannot be used.
fn attestation(record: &Record<RawAttestation>, now_s: i64) -> Result<Attestation, String> {
    let raw = &record.raw;
    if raw.version != 1 {
        return Err(format!("version {} is not known: this program reads version 1", raw.version));
    }
    if raw.document.trim().is_empty() || raw.owner.trim().is_empty() {
        return Err("an attestation needs a document and an owner".to_owned());
    }
    let reviewed_s = day_or_instant_s(&raw.reviewed).ok_or("`reviewed` is no date: write it as 2026-11-22")?;
    if reviewed_s > now_s.saturating_add(SKEW_S) {
        return Err("`reviewed` lies in the future".to_owned());
    }
    let reviewer = raw.reviewer.clone().filter(|reviewer| !reviewer.trim().is_empty());
    let mut at = record.at.clone();
    at.object = Some(format!("attestation/{}", raw.document));
    Ok(Attestation {
        id: format!("attested/{READ}/attestation/{}/{}", raw.document, raw.reviewed),
        class: Class::Attested,
        read: READ.to_owned(),
        at,
        owner: raw.owner.clone(),
        reviewed_s,
        independent: Some(reviewer.as_ref().is_some_and(|reviewer| !same_person(reviewer, &raw.owner))),
        reviewer,
        url: raw.url.as_deref().map(plain_url),
        covers: raw.covers.clone(),
        people: raw.people,
        escalation_s: raw.escalation.map(|span| span.0),
        open_critical: raw.open_critical,
        full_in_s: raw.full_in.map(|span| span.0),
    })
}

/// Whether two names are one person's, whatever their case.
fn same_person(left: &str, right: &str) -> bool {
    left.trim().to_lowercase() == right.trim().to_lowercase()
}
