//! `archiver`: continuous archiving of a database's log (WAL), as declared or as observed.

use super::item::evidence;

evidence! {
    /// Continuous archiving of one database's log.
    pub struct Archiver {
        /// Whether the log is archived at all.
        pub enabled: bool,
        /// After how long an unfilled segment is archived all the same (`archive_timeout`), in seconds;
        /// 0: never.
        pub timeout_s: Option<i64>,
        /// Where the archive lies.
        pub destination: Option<String>,
        /// Whether the archive lies in another region than the database. Absent: not known.
        pub off_region: Option<bool>,
        /// Whether base backups exist that the log can be replayed on: without one it is worth nothing.
        pub has_base: Option<bool>,
        /// Whether it is failing now: the last failure is younger than the last success.
        pub failing: Option<bool>,
        /// For how long the oldest of the log that is not archived yet has waited, in seconds; 0: nothing waits.
        pub pending_s: Option<i64>,
        /// How many segments of the log are missing between the oldest copy and now, as the archive's own tool
        /// counts them.
        pub missing: Option<u64>,
        /// When a segment was last archived, epoch seconds.
        pub last_archived_s: Option<i64>,
    }
}
