//! `backup_plan`: what the unsuspended schedules with the same targets, kind of copy, destination
//! and retention give one subject. One line of copies, so that an hourly copy kept a day and a
//! yearly copy kept for ever do not add up to a pass.

use super::item::evidence;

evidence! {
    /// One line of copies of one subject.
    pub struct BackupPlan {
        /// What makes the copies: `velero`, `barman-cloud`, `pg_dump`, …
        pub tool: String,
        /// The kind of copy: `logical`, `physical`, `objects` or `volume-snapshot`.
        pub kind: String,
        /// Whether any of its schedules ever fires.
        pub fires: bool,
        /// The longest time between two copies of its worst target, net of a clock change, in
        /// seconds. Absent when it never fires.
        pub max_gap_s: Option<i64>,
        /// The same in elapsed seconds, when a clock change makes it longer.
        pub elapsed_gap_s: Option<i64>,
        /// What a loss right before the next copy would lose, at most, in seconds: the archive timeout where
        /// the log is archived on top of the copies, else the elapsed gap. Absent: not known.
        pub exposure_s: Option<i64>,
        /// Whether the copies hold all of the subject. Absent: not known.
        pub holds_all: Option<bool>,
        /// What is not held, a phrase each.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub not_held: Vec<String>,
        /// Where the durable copy lies: `s3://bucket/prefix`, `pvc/namespace/name`.
        pub destination: Option<String>,
        /// The region of the durable copy.
        pub destination_region: Option<String>,
        /// Whether the durable copy lies in another region than the subject. Absent: not known.
        pub off_region: Option<bool>,
        /// Whether the durable copy lies outside the cluster. Absent: not known.
        pub off_cluster: Option<bool>,
        /// Whether copies are kept until somebody deletes them. Absent: not known.
        pub kept_forever: Option<bool>,
        /// How long a copy is kept, in seconds. Absent: kept for ever, or not known.
        pub keep_s: Option<i64>,
        /// How many copies are kept, where the tool counts copies and not time.
        pub keep_copies: Option<u64>,
        /// Where the retention came from: `spec.template.ttl`, `the server's default`.
        pub keep_source: Option<String>,
        /// The schedules that it is made of, by id.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub schedules: Vec<String>,
    }
}
