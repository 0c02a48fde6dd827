//! `route`: a DNS record that leads traffic to a region.

use super::item::evidence;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The health check of a record, joined by the collector from complete reads.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RouteHealthCheck {
    /// Whether the record names a check and that check is there.
    pub exists: bool,
    /// Whether it is switched on.
    pub enabled: Option<bool>,
    /// Whether its answer is turned round.
    pub inverted: Option<bool>,
}

evidence! {
    /// One record of a routed name, stored under that name.
    pub struct Route {
        /// The record's set identifier, or its object's name.
        pub name: String,
        /// `weighted`, `failover`, `latency`, `geolocation`, `multivalue` or `simple`.
        pub routing: String,
        /// The region of ours that it leads to. Absent: not known.
        pub region: Option<String>,
        /// Its weight; 0 is out of rotation.
        pub weight: Option<i64>,
        /// How long an answer is cached, in seconds (an alias: 60).
        pub ttl_s: Option<i64>,
        /// Whether its zone is there. Absent: not known.
        pub zone: Option<bool>,
        /// Whether its own controller takes it: the right fields, the right group.
        pub accepted: bool,
        /// Why it is not accepted.
        pub refusal: Option<String>,
        /// Its health check. Absent: not known.
        pub health_check: Option<RouteHealthCheck>,
    }
}
