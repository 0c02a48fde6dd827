//! `schedule`: one object that starts backups, as it stands.

use super::item::evidence;

evidence! {
    /// One schedule of backups.
    pub struct Schedule {
        /// What makes the copies: `velero`, `barman-cloud`, `pg_dump`, `pgbackrest`, …
        pub tool: String,
        /// The expression, in the dialect of its object.
        pub cron: String,
        /// The time zone that it is read in.
        pub time_zone: String,
        /// Whether it is switched off (`suspend`, `paused`).
        pub suspended: bool,
        /// Whether it ever fires: `0 0 31 2 *` does not.
        pub fires: bool,
        /// The longest time between two runs, net of a clock change, in seconds.
        pub max_gap_s: Option<i64>,
        /// The same in elapsed seconds.
        pub elapsed_gap_s: Option<i64>,
        /// Whether its own controller takes it. A Velero Schedule with `ttl: 30d` is admitted by the
        /// API server and then stops its controller.
        pub accepted: bool,
        /// Why it is not accepted.
        pub refusal: Option<String>,
        /// Whether a dump or an upload can fail and the run still end well. Absent: not known.
        pub hides_failure: Option<bool>,
        /// How it does, a line each.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub hiding: Vec<String>,
        /// Whether it calls a program that its image is known not to hold. Absent: not known.
        pub lacks_program: Option<bool>,
        /// Which, a line each.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub lacking: Vec<String>,
    }
}
