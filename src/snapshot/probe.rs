//! `probe`: what an endpoint answered, or how long the way between two regions takes.

use super::item::evidence;

evidence! {
    /// One endpoint or one way, asked several times.
    pub struct Probe {
        /// What was asked, without credentials.
        pub target: String,
        /// How many times it was asked.
        pub samples: u64,
        /// How many of those were answered well.
        pub good: u64,
        /// Half of the answers came within this, in milliseconds.
        pub p50_ms: Option<i64>,
        /// 99 of 100 answers came within this, in milliseconds.
        pub p99_ms: Option<i64>,
        /// When the certificate of the endpoint expires, epoch seconds.
        pub certificate_expires_s: Option<i64>,
    }
}
