//! `alert_rule`: a rule that would tell somebody, stored under the required alert that it is.

use super::item::evidence;

evidence! {
    /// One alerting rule.
    pub struct AlertRule {
        /// Its name.
        pub name: String,
        /// The metric of the required alert that its expression reads.
        pub metric: String,
        /// How old something may get before it fires, as far as its expression says so, in seconds:
        /// the literal that it compares with, and its `for`.
        pub threshold_s: Option<i64>,
        /// Whether it names a runbook.
        pub runbook: bool,
        /// The runbook.
        pub runbook_url: Option<String>,
        /// Whether the server evaluates it without an error.
        pub healthy: Option<bool>,
        /// Whether the metric that it reads exists: a rule on a metric that is not there never fires.
        pub has_series: Option<bool>,
    }
}
