//! `drill`: a restore, a failover or an exercise that somebody carried out and measured.

use super::item::evidence;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a drill ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DrillResult {
    /// Everything that it checked was as expected.
    Passed,
    /// Something was not.
    Failed,
}

evidence! {
    /// One drill, stored only under the subject that its record names.
    pub struct Drill {
        /// `restore`, `failover`, `exercise` or `pod-kill`.
        pub kind: String,
        /// When it started, epoch seconds.
        pub started_s: i64,
        /// When it ended, epoch seconds.
        pub finished_s: i64,
        /// How it ended.
        pub result: DrillResult,
        /// From the fault to verified service, in seconds.
        pub rto_s: Option<i64>,
        /// How much of the newest data was lost, in seconds; 0: none.
        pub rpo_s: Option<i64>,
        /// Whether it was carried out away from production.
        pub isolated: Option<bool>,
        /// Which copy was restored.
        pub backup: Option<String>,
        /// The time of the data in that copy, epoch seconds.
        pub backup_taken_s: Option<i64>,
        /// How many things were compared with what they should be (row counts, checksums).
        pub checks: Option<u64>,
        /// How many of them were as they should be.
        pub checks_passed: Option<u64>,
        /// Whether traffic was brought back afterwards.
        pub failed_back: Option<bool>,
        /// The tool that measured it, with its version.
        pub tool: Option<String>,
    }
}
