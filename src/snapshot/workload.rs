//! `workload`: something of the inventory that runs: a Deployment, a StatefulSet, a database cluster.

use super::item::evidence;

evidence! {
    /// One workload.
    pub struct Workload {
        /// Its kind: `Deployment`, `Cluster.postgresql.cnpg.io`.
        pub kind: String,
        /// Its namespace.
        pub namespace: Option<String>,
        /// Its name.
        pub name: String,
        /// How many replicas it asks for.
        pub replicas: Option<u64>,
        /// How many are ready, up to date and available.
        pub ready: Option<u64>,
        /// Whether its controller has seen its newest description and is done with it.
        pub settled: Option<bool>,
        /// Whether each Pod says when it can serve (a readiness probe, or the operator's own).
        pub readiness: Option<bool>,
        /// From a failure of a Pod to its detection, at least, in seconds (period × threshold).
        pub detect_s: Option<i64>,
        /// The time that a Pod may take to start before it is given up, in seconds (startup probe).
        pub startup_budget_s: Option<i64>,
        /// The longest time from start to Ready that was seen, in milliseconds, or more: a Pod that was not ready
        /// for a while tells only when it became ready again.
        pub start_max_ms: Option<i64>,
        /// Whether a disruption budget covers it.
        pub disruption_budget: Option<bool>,
        /// Whether its Pods are kept on different nodes or zones.
        pub spread: Option<bool>,
        /// Whether it keeps state on volumes.
        pub persistent: Option<bool>,
        /// What it does for the platform: `log-shipper`, `metrics-store`.
        pub purpose: Option<String>,
        /// For a metrics store: how long it keeps samples, in seconds.
        pub keep_s: Option<i64>,
    }
}
