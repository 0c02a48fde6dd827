//! `scan`: what another tool found.

use super::item::evidence;

evidence! {
    /// One report of a scanner.
    pub struct Scan {
        /// The scanner, with its version.
        pub tool: String,
        /// When it ended, epoch seconds.
        pub finished_s: i64,
        /// How many critical findings are open.
        pub open_critical: u64,
        /// How many findings of high severity are open.
        pub open_high: Option<u64>,
    }
}
