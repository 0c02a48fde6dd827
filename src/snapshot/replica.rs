//! `replica`: a copy of a database that follows another.

use super::item::evidence;

evidence! {
    /// One replica, stored under the subject that it lives in.
    pub struct Replica {
        /// `postgresql` or `redis`.
        pub product: String,
        /// Its name.
        pub name: String,
        /// Whether its source lies in another region.
        pub cross_region: bool,
        /// `streaming`, or `archive` where it only replays archived segments.
        pub mode: Option<String>,
        /// Whether it is connected and following now.
        pub streaming: Option<bool>,
        /// Whether a commit waits for it.
        pub synchronous: Option<bool>,
        /// How long it holds changes back on purpose, in seconds.
        pub apply_delay_s: Option<i64>,
        /// How many times its lag was measured.
        pub samples: Option<u64>,
        /// Half of the measurements were at most this, in milliseconds.
        pub lag_p50_ms: Option<i64>,
        /// 99 of 100 measurements were at most this, in milliseconds.
        pub lag_p99_ms: Option<i64>,
        /// The worst measurement, in milliseconds.
        pub lag_max_ms: Option<i64>,
        /// What a loss of the source would lose by construction, at most, in seconds (a segment that
        /// was not archived yet).
        pub exposure_s: Option<i64>,
    }
}
