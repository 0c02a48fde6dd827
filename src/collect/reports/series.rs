//! From the copies that a tool lists to what evidence keeps of them.

use crate::clock::SKEW_S;
use crate::collect::objects::median;
use crate::collect::reading::Reading;
use crate::snapshot::{Class, Noun, Place, RecoveryPoints, Wholeness};

/// One copy that can be restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::collect) struct Copy {
    /// The time of its data, epoch seconds.
    pub(in crate::collect) data_s: i64,
    /// How it was made: only the sizes of copies that were made alike say anything of each other.
    pub(in crate::collect) sort: String,
    /// Its size, in bytes.
    pub(in crate::collect) bytes: Option<u64>,
}

/// An instant that a tool wrote, unless it lies ahead of the reading: then it gives no time, and what it would have
/// said is missing.
pub(in crate::collect) fn instant(at_s: i64, nouns: &[Noun], reading: &mut Reading) -> Option<i64> {
    if at_s > 0 && at_s <= reading.at_s.saturating_add(SKEW_S) {
        return Some(at_s.min(reading.at_s));
    }
    let problem = if at_s > 0 { "a backup is dated in the future" } else { "a backup has no date" };
    nouns.iter().for_each(|noun| reading.partly(*noun, problem));
    None
}

/// How far the copies in one place reach. `object` names the place.
pub(in crate::collect) fn points(object: &str, mut copies: Vec<Copy>, reading: &Reading) -> RecoveryPoints {
    copies.sort_by_key(|copy| copy.data_s);
    let gaps = copies.windows(2).filter_map(|pair| match pair {
        [one, next] => Some(next.data_s.saturating_sub(one.data_s)),
        _ => None,
    });
    let newest = copies.last();
    let alike = |copy: &&Copy| newest.is_some_and(|newest| newest.sort == copy.sort);
    let before = copies.iter().take(copies.len().saturating_sub(1)).filter(alike);
    let newest_bytes = newest.and_then(|copy| copy.bytes);
    RecoveryPoints {
        id: reading.id(object),
        class: Class::Observed,
        read: reading.read.clone(),
        at: Place { object: Some(object.to_owned()), ..Place::default() },
        count: copies.len() as u64,
        newest_s: newest.map(|copy| copy.data_s),
        oldest_s: copies.first().map(|copy| copy.data_s),
        longest_gap_s: gaps.max(),
        newest_expires_s: None,
        kept_forever: None,
        newest_kept_s: None,
        whole_by: newest_bytes.map(|_| Wholeness::Bytes),
        newest_objects: None,
        median_objects: None,
        end_mark: None,
        newest_bytes,
        median_bytes: median(before.filter_map(|copy| copy.bytes).collect()),
        continuous: None,
        system_since_s: None,
    }
}

/// Stores a series.
pub(in crate::collect) fn store_points(item: RecoveryPoints, reading: &mut Reading) {
    if let Some(subject) = reading.home(Noun::RecoveryPoints) {
        reading.evidence.recovery_points.entry(subject).or_default().push(item);
    }
}
