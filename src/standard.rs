//! The requirements as valid types: components, scenarios, cadences, alerts, documents, checklist.
//!
//! Three shapes, one after the other: `raw` mirrors the file and refuses unknown keys, [`Standard`]
//! is valid and general, [`Resolved`] is the same for one system (things × regions, integers with
//! their unit in the name) and is what the controls see as `data.standard`. Data only, no judgement.
//!
//! It names the snapshot's room: the system that a standard is resolved for is part of the question that a
//! snapshot keeps, so that it can be judged again without the config that made it.

pub mod overrides;
mod raw;
mod resolve;
mod resolved;
mod waiver;

pub use resolved::{
    Access, AlertDelivery, Backup, Documents, Endpoint, EvidenceLimits, Excluded, Exercise, Failover, Inventory, Lag, Latency, Measured,
    NoLoss, RequiredAlert, Resolved, RestorePoint, RpoFailover, RtoFailover, RtoRestart, Runs, Section, SplitBrain, WrittenWithin,
};
pub use waiver::{WaivedVerdict, Waiver};

use crate::snapshot::{Stage, System};
use crate::units::{Millis, Seconds};
use std::collections::BTreeMap;

/// The standard that is compiled in.
pub const EMBEDDED: &str = include_str!("../policies/standard.yaml");

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize, schemars::JsonSchema)]
pub enum Priority {
    /// Critical.
    P0,
    /// High.
    P1,
}

/// What a component is, and how its copies are made safe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ComponentIs {
    /// A PostgreSQL database.
    Postgresql,
    /// Kubernetes objects of some resources.
    KubernetesObjects {
        /// Their resource names: `configmaps`.
        resources: Vec<String>,
    },
    /// Custom resources that are written to a database.
    AuditTrail {
        /// The component that they are written to.
        database: String,
        /// How soon, at most.
        written_within: Seconds,
    },
}

/// What needs a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// Its name for a person.
    pub title: String,
    /// What it is.
    pub is: ComponentIs,
    /// The longest time between two copies. Absent for an audit trail, which is written, not copied.
    pub every: Option<Seconds>,
    /// How long a copy is kept, at least.
    pub keep: Seconds,
    /// How much it matters.
    pub priority: Priority,
}

/// What must hold for something to need no backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExcludedKind {
    /// Its name for a person.
    pub title: String,
    /// The promise: `ephemeral`, `shipped` or `retained`.
    pub promise: Promise,
    /// For `retained`: how long, at least.
    pub keep: Option<Seconds>,
}

/// Why something needs no backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Promise {
    /// It keeps nothing.
    Ephemeral,
    /// It is sent elsewhere as it arises.
    Shipped,
    /// It is kept where it is for a while.
    Retained,
}

/// What brings the system back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RecoversBy {
    /// A restart where it ran.
    Restart,
    /// A restore of copies where it ran.
    Restore,
    /// A failover to another region.
    Failover,
    /// A restore of copies from another region into nothing.
    Rebuild,
}

/// A row of the RTO/RPO table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// Its name for a person.
    pub title: String,
    /// Serving again sooner than this.
    pub rto: Seconds,
    /// Less data lost than this; 0: none.
    pub rpo: Seconds,
    /// What brings the system back.
    pub recovers_by: RecoversBy,
    /// The components whose loss the rpo is about, by their name in the standard.
    pub data: Vec<String>,
    /// How much it matters.
    pub priority: Priority,
    /// How old the drill that proves it may be.
    pub proven_within: Seconds,
}

/// How traffic must be led.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailoverRule {
    /// `HTTPS`.
    pub protocol: String,
    /// `/healthz`.
    pub path: String,
    /// 443.
    pub port: u64,
    /// The time between two checks, at most.
    pub interval: Seconds,
    /// Failures in a row until it is unhealthy, at most.
    pub threshold: u64,
    /// `weighted`.
    pub routing: String,
}

/// A required alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Its name for a person.
    pub title: String,
    /// The metrics, one of which its expression reads.
    pub metrics: Vec<String>,
    /// How much it matters.
    pub priority: Priority,
}

/// What a document must cover, with an answer for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Covers {
    /// Every scenario of the table.
    Scenarios,
    /// Every required alert.
    Alerts,
}

/// A document or practice that a person must have signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its name for a person.
    pub title: String,
    /// How often it must be reviewed.
    pub every: Seconds,
    /// What it must cover.
    pub covers: Option<Covers>,
    /// How many people must share the duty, at least.
    pub people: Option<u64>,
    /// After how long it must be passed on, at most.
    pub escalation: Option<Seconds>,
    /// How many critical findings may be open.
    pub open_critical: Option<u64>,
    /// How far off a full volume must be, at least.
    pub full_in: Option<Seconds>,
    /// Whether somebody else than its owner must have reviewed it.
    pub independent: bool,
    /// How much it matters.
    pub priority: Priority,
}

/// A line of a checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChecklistLine {
    /// `pre-2`.
    pub id: String,
    /// The line as the organisation wrote it.
    pub text: String,
    /// The stage that it gates.
    pub stage: Stage,
    /// The controls that prove it, where the line names its own.
    pub controls: Option<Vec<String>>,
}

/// What must hold for any system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standard {
    /// Evidence older than this decides nothing.
    pub max_age: Seconds,
    /// The grace of a cadence, in percent of it.
    pub grace_percent: i64,
    /// The longest grace.
    pub grace_at_most: Seconds,
    /// What needs a backup.
    pub components: BTreeMap<String, Component>,
    /// What needs none.
    pub excluded: BTreeMap<String, ExcludedKind>,
    /// The RTO/RPO table.
    pub scenarios: BTreeMap<String, Scenario>,
    /// The lag that a PostgreSQL replica may have.
    pub postgresql_lag: Millis,
    /// The lag that a Redis replica may have.
    pub redis_lag: Millis,
    /// How long the way between two regions may take.
    pub cross_region_latency: Millis,
    /// How traffic must be led.
    pub failover: FailoverRule,
    /// How often a restore must be drilled.
    pub restore_drill: Seconds,
    /// How often each scenario must be exercised.
    pub exercise: Seconds,
    /// How often a region must be failed over.
    pub region_failover: Seconds,
    /// How much of what was due must have ended well, in percent.
    pub runs_at_least_percent: u64,
    /// How many runs must be known at least, for their rate to say anything.
    pub runs_at_least: u64,
    /// The alerts that must exist.
    pub alerts: BTreeMap<String, Alert>,
    /// What a person must have signed.
    pub documents: BTreeMap<String, Document>,
    /// Both checklists, in their own order.
    pub checklist: Vec<ChecklistLine>,
}

/// Why a standard cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StandardError {
    /// It does not have the shape of a standard.
    #[error("{0}")]
    Shape(#[source] crate::source_text::SourceError),
    /// It has the shape and makes no sense; every problem is listed.
    #[error("{}", .0.join("\n"))]
    Invalid(Vec<String>),
}

impl Standard {
    /// The standard that is compiled in.
    ///
    /// # Errors
    /// None in a program that was built: a test reads it.
    pub fn embedded() -> Result<Self, StandardError> {
        Self::parse(EMBEDDED)
    }

    /// Reads a standard from YAML or JSON.
    ///
    /// # Errors
    /// [`StandardError`] with the place, or with every problem.
    pub fn parse(text: &str) -> Result<Self, StandardError> {
        raw::parse(text)?.validate()
    }

    /// This standard with a system's overrides, as a tree of the standard's own keys.
    ///
    /// # Errors
    /// [`StandardError`] where the result is no standard.
    pub fn with_overrides(text: &str, tree: &serde_json::Value) -> Result<Self, StandardError> {
        raw::parse_with(text, tree)?.validate()
    }

    /// The standard for one system: things × regions.
    #[must_use]
    pub fn resolve(&self, system: &System) -> Resolved {
        resolve::resolve(self, system)
    }

    /// The grace of a cadence.
    #[must_use]
    pub fn grace(&self, every: Seconds) -> Seconds {
        Seconds((every.0.saturating_mul(self.grace_percent) / 100).min(self.grace_at_most.0))
    }
}

/// The JSON Schema of `standard.yaml`.
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(raw::RawStandard).to_value()
}

/// The JSON Schema of `data.standard`, for `opa check --schema`.
#[must_use]
pub fn resolved_schema() -> serde_json::Value {
    schemars::schema_for!(Resolved).to_value()
}
