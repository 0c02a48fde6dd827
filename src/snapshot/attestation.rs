//! `attestation`: a person's dated word about something that no machine can see.

use super::item::evidence;
use std::collections::BTreeMap;

evidence! {
    /// One signed statement about a document or a practice, stored under what it is about.
    pub struct Attestation {
        /// Who says so.
        pub owner: String,
        /// When it was last reviewed, epoch seconds.
        pub reviewed_s: i64,
        /// Who reviewed it.
        pub reviewer: Option<String>,
        /// Whether the reviewer is somebody else than the owner.
        pub independent: Option<bool>,
        /// Where it can be read.
        pub url: Option<String>,
        /// What it covers, with an answer for each: `{"region-failure": true}`.
        #[serde(default)]
        pub covers: BTreeMap<String, bool>,
        /// How many people share the duty.
        pub people: Option<u64>,
        /// After how long it is passed on to the next person, in seconds.
        pub escalation_s: Option<i64>,
        /// How many critical findings are open.
        pub open_critical: Option<u64>,
        /// After how long something is full at today's growth, in seconds.
        pub full_in_s: Option<i64>,
    }
}
