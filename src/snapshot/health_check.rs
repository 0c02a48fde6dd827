//! `health_check`: an outside check that decides where traffic goes.

use super::item::evidence;

evidence! {
    /// One health check of a routed name, stored under that name.
    pub struct HealthCheck {
        /// Its name.
        pub name: String,
        /// `HTTPS`, `HTTP`, `TCP`, …
        pub protocol: Option<String>,
        /// The path that it asks for.
        pub path: Option<String>,
        /// The port.
        pub port: Option<u64>,
        /// The time between two checks, in seconds.
        pub interval_s: Option<i64>,
        /// How many failures in a row make it unhealthy.
        pub threshold: Option<u64>,
        /// Whether it is switched off: a disabled check counts as healthy.
        pub disabled: bool,
        /// Whether its answer is turned round.
        pub inverted: bool,
        /// What it asks.
        pub target: Option<String>,
        /// Whether it says healthy now.
        pub healthy: Option<bool>,
    }
}
