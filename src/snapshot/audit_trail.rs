//! `audit_trail`: custom resources against their rows in the database.

use super::item::evidence;

evidence! {
    /// One kind of custom resource and its rows.
    pub struct AuditTrail {
        /// The kind: `RemediationRequest`.
        pub kind: String,
        /// How many of its objects were looked for.
        pub samples: Option<u64>,
        /// How many of them had no row.
        pub missing: Option<u64>,
        /// The longest time from an object to its row, in seconds.
        pub written_within_s: Option<i64>,
        /// How long rows are kept, in seconds.
        pub keep_s: Option<i64>,
        /// Whether rows are kept until somebody deletes them.
        pub kept_forever: Option<bool>,
    }
}
