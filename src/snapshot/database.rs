//! `database`: a database cluster, as declared or as the servers say.

use super::item::evidence;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a database cluster is in its topology.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DatabaseRole {
    /// Takes writes.
    Primary,
    /// Follows another cluster.
    Standby,
}

evidence! {
    /// One database cluster in one region.
    pub struct Database {
        /// `postgresql` or `redis`.
        pub product: String,
        /// Whether it takes writes.
        pub role: DatabaseRole,
        /// How many servers it should have.
        pub instances: Option<u64>,
        /// How many answer.
        pub ready: Option<u64>,
        /// How many standbys must have a transaction before it is acknowledged; 0: none, a failover
        /// can lose what was acknowledged.
        pub synchronous: Option<u64>,
        /// Whether a write waits when those standbys are missing (`dataDurability: required`). False:
        /// it goes on without them, and the promise is gone just when it is needed.
        pub synchronous_required: Option<bool>,
        /// Whether the description of the topology holds together: a standby's source exists and is
        /// another cluster, a primary follows nobody.
        pub consistent: Option<bool>,
        /// What does not hold together.
        pub inconsistency: Option<String>,
        /// Whether pages carry checksums.
        pub checksums: Option<bool>,
        /// How many pages failed theirs.
        pub checksum_failures: Option<u64>,
        /// The major version of the server.
        pub major: Option<u64>,
        /// How many replication slots it has whose log is gone, so that what they were kept for can never catch up.
        pub lost_slots: Option<u64>,
        /// How many of its servers take writes now: one, or nobody can write, or each of several believes that
        /// it is the one. Absent: not known.
        pub primaries: Option<u64>,
        /// From the loss of the primary to the decision to promote, at least, in seconds.
        pub detect_s: Option<i64>,
    }
}
