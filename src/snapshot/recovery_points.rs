//! `recovery_points`: the copies that can be restored, summarised, so that a snapshot grows with
//! components and not with backup objects.

use super::item::evidence;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// By what the newest copy shows that it is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Wholeness {
    /// Its size in bytes, beside that of the copies before it.
    Bytes,
    /// The number of objects in it, beside that of the copies before it.
    Objects,
    /// The mark that its tool writes at its end: the last segment of log that it needs.
    EndMark,
}

evidence! {
    /// A series of recovery points in one place.
    pub struct RecoveryPoints {
        /// How many usable copies there are.
        pub count: u64,
        /// The time of the data in the newest usable copy, epoch seconds.
        pub newest_s: Option<i64>,
        /// The time of the data in the oldest usable copy, epoch seconds.
        pub oldest_s: Option<i64>,
        /// The longest time between two neighbouring copies, in seconds.
        pub longest_gap_s: Option<i64>,
        /// When the newest usable copy will be deleted, epoch seconds. Absent: kept for ever, or not known.
        pub newest_expires_s: Option<i64>,
        /// Whether copies are kept until somebody deletes them. Absent: not known.
        pub kept_forever: Option<bool>,
        /// For how long the newest usable copy is kept from the time of its data on, in seconds. Absent: kept
        /// for ever, or not known.
        pub newest_kept_s: Option<i64>,
        /// By what the newest copy shows that it is whole. Absent: by nothing.
        pub whole_by: Option<Wholeness>,
        /// How many objects the newest copy holds.
        pub newest_objects: Option<u64>,
        /// The median of the copies before it.
        pub median_objects: Option<u64>,
        /// Whether the newest copy has the mark that its tool writes at its end.
        pub end_mark: Option<bool>,
        /// Size of the newest copy, in bytes.
        pub newest_bytes: Option<u64>,
        /// Median size of the copies before it, in bytes.
        pub median_bytes: Option<u64>,
        /// Whether this place can give any instant up to the newest copy of the log, and not only
        /// the instants of the copies.
        pub continuous: Option<bool>,
        /// Since when the system has been running, epoch seconds: no older copy can be asked for.
        pub system_since_s: Option<i64>,
    }
}
