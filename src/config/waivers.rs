//! `waivers.yaml`: verdicts that somebody answers for, for a time. Whether one applies, and whether it
//! has run out, is judged elsewhere: a waiver that has expired is still valid input.

use super::problem::Problems;
use super::raw::{RawVerdict, RawWaiver, RawWaivers};
use super::{read, read_text};
use crate::clock;
use crate::snapshot::Subject;
use crate::source_text::{Limits, Spanned, parse};
use crate::standard::{WaivedVerdict, Waiver};
use std::path::Path;

/// Reads the waivers of a file; what is wrong with it goes to `problems`.
pub(super) fn load(path: &Path, file: &str, problems: &mut Problems) -> Vec<Waiver> {
    let Some(text) = read_text(path, file, problems) else { return Vec::new() };
    let documents = match parse(text.as_bytes(), &Limits::default()) {
        Ok(documents) => documents,
        Err(error) => {
            problems.source(file, error);
            return Vec::new();
        }
    };
    let Some(root) = problems.only(file, &documents) else { return Vec::new() };
    let (raw, mistakes) = read::read::<RawWaivers>(root);
    mistakes.into_iter().for_each(|mistake| problems.source(file, mistake));
    let Some(raw) = raw else { return Vec::new() };
    version(raw.version.as_ref(), file, problems);
    raw.waivers.into_iter().filter_map(|waiver| valid(waiver, file, problems)).collect()
}

/// The version that files of ours have, and must name.
pub(super) fn version(found: Option<&Spanned<u32>>, file: &str, problems: &mut Problems) {
    match found {
        Some(version) if version.value == 1 => {}
        Some(version) => {
            problems.at(file, version, format!("version {} is not known: this program reads version 1", version.value));
        }
        None => problems.place(file, None, 1, "missing key `version`").help("write `version: 1` on the first line"),
    }
}

fn valid(raw: RawWaiver, file: &str, problems: &mut Problems) -> Option<Waiver> {
    let before = problems.count();
    if !raw.control.value.split_once('.').is_some_and(|(group, name)| !group.is_empty() && !name.is_empty()) {
        problems.at(file, &raw.control, "a control is named by its group and name: `backup.frequency`");
    }
    if Subject::parse(&raw.subject.value).is_none() {
        problems
            .at(file, &raw.subject, "a subject is a thing and a region: `postgresql/us-east-1`")
            .help("a waiver is for one subject exactly");
    }
    let expires_s = signed(&raw.owner, &raw.reason, &raw.expires, file, problems);
    (problems.count() == before).then_some(())?;
    Some(Waiver {
        source: format!("{file}:{}", raw.control.at.line),
        control: raw.control.value,
        subject: raw.subject.value,
        verdict: match raw.verdict.unwrap_or(RawVerdict::Fail) {
            RawVerdict::Fail => WaivedVerdict::Fail,
            RawVerdict::Unknown => WaivedVerdict::Unknown,
        },
        owner: raw.owner.value,
        reason: raw.reason.value,
        expires_s: expires_s?,
        at_most: raw.at_most.map(|bound| bound.0),
        at_least: raw.at_least.map(|bound| bound.0),
    })
}

/// Who, why and until when: the three that nothing is waived without.
pub(super) fn signed(
    owner: &Spanned<String>,
    reason: &Spanned<String>,
    expires: &Spanned<String>,
    file: &str,
    problems: &mut Problems,
) -> Option<i64> {
    for (name, text) in [("owner", owner), ("reason", reason)] {
        if text.value.trim().is_empty() {
            problems.at(file, text, format!("the {name} is empty"));
        }
    }
    let expires_s = clock::expiry_s(&expires.value);
    if expires_s.is_none() {
        problems.at(file, expires, "this is no date").help("write its last day, such as 2027-01-31, or an RFC 3339 instant");
    }
    expires_s
}
