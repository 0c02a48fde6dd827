//! `run`: how the runs of a backup went, summarised.

use super::item::evidence;

evidence! {
    /// The runs of one line of backups over a window.
    pub struct Run {
        /// Start of the window that was looked at, epoch seconds.
        pub window_from_s: i64,
        /// How many runs were due in the window. Absent: not known.
        pub due: Option<u64>,
        /// How many of them ended well with a copy that holds something.
        pub succeeded: u64,
        /// Failed runs since the last one that ended well.
        pub failures_since: u64,
        /// Start of the last run that ended well: the time of the data, epoch seconds.
        pub last_success_start_s: Option<i64>,
        /// End of the last run that ended well, epoch seconds.
        pub last_success_end_s: Option<i64>,
        /// The longest run that ended well, in seconds.
        pub longest_s: Option<i64>,
    }
}
