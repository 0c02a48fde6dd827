//! The evidence types: the product's common language, one file per noun. What collectors write, what
//! controls read and what is kept for a year is this and nothing else.
//!
//! A snapshot holds the question (`system`, `scope`, tied by `digest`), the plan and its outcome
//! (`asked`, `reads`), how evidence found its subject (`links`), what could not be judged, and the
//! evidence: one object for each noun, keyed by subject, then a list. Departure from the house: the
//! nouns lie together under `evidence`, so that a recording is the same type without the question and
//! no field is flattened.
//!
//! [`Snapshot::load`] is the border: a snapshot whose books do not balance is refused or degraded
//! there, and everything right of it may trust what it is given.

mod access;
mod alert_route;
mod alert_rule;
mod archiver;
mod attestation;
mod audit_trail;
mod backup_plan;
mod balance;
mod consensus;
mod database;
mod digest;
mod drift;
mod drill;
mod health_check;
mod item;
mod probe;
mod reads;
mod recovery_points;
mod replica;
mod repository;
mod route;
mod run;
mod scan;
mod schedule;
mod subject;
mod system;
mod volume;
mod workload;

pub use access::Access;
pub use alert_route::AlertRoute;
pub use alert_rule::AlertRule;
pub use archiver::Archiver;
pub use attestation::Attestation;
pub use audit_trail::AuditTrail;
pub use backup_plan::BackupPlan;
pub use consensus::Consensus;
pub use database::{Database, DatabaseRole};
pub use drift::{Drift, DriftState};
pub use drill::{Drill, DrillResult};
pub use health_check::HealthCheck;
pub use item::{Class, Item, Place};
pub use probe::Probe;
pub use reads::{Asked, Link, Read, ReadState, Unjudged};
pub use recovery_points::{RecoveryPoints, Wholeness};
pub use replica::Replica;
pub use repository::Repository;
pub use route::{Route, RouteHealthCheck};
pub use run::Run;
pub use scan::Scan;
pub use schedule::Schedule;
pub use subject::{GLOBAL, Subject, UNLINKED};
pub use system::{Exclusion, InventoryItem, RegionRole, Scope, ScopeKind, Stage, System};
pub use volume::Volume;
pub use workload::Workload;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the snapshot's format that this program writes and reads.
pub const VERSION: u32 = 1;

/// Items by subject; under [`UNLINKED`] those whose subject is not known.
pub type Subjects<T> = BTreeMap<String, Vec<T>>;

/// Lists the nouns once: everything that must know all of them is made from this list.
macro_rules! nouns {
    ($($(#[$doc:meta])* $variant:ident $field:ident $word:literal),* $(,)?) => {
        /// An evidence noun.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Noun {
            $($(#[$doc])* $variant,)*
        }

        impl Noun {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The noun's key in the snapshot and in Rego.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The noun of a key; `None` for a word that is none.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }

        /// The evidence: one object for each noun, all of them required.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct Evidence {
            $($(#[$doc])* pub $field: Subjects<$variant>,)*
        }

        /// Does something with each noun's items, whatever their type.
        pub trait Visit {
            /// Called once for each noun, in order.
            fn noun<T: Item>(&mut self, noun: Noun, items: &Subjects<T>);
        }

        /// Changes each noun's items, whatever their type.
        pub trait VisitMut {
            /// Called once for each noun, in order.
            fn noun<T: Item>(&mut self, noun: Noun, items: &mut Subjects<T>);
        }

        impl Evidence {
            /// Shows every noun to `visitor`.
            pub fn visit(&self, visitor: &mut impl Visit) {
                $(visitor.noun(Noun::$variant, &self.$field);)*
            }

            /// Hands every noun to `visitor`.
            pub fn visit_mut(&mut self, visitor: &mut impl VisitMut) {
                $(visitor.noun(Noun::$variant, &mut self.$field);)*
            }

            /// Adds all of `other`.
            pub fn append(&mut self, other: Self) {
                $(for (subject, mut items) in other.$field {
                    self.$field.entry(subject).or_default().append(&mut items);
                })*
            }
        }
    };
}

nouns! {
    /// Objects that start backups.
    Schedule schedule "schedule",
    /// Lines of copies.
    BackupPlan backup_plan "backup_plan",
    /// How backups went.
    Run run "run",
    /// What can be restored.
    RecoveryPoints recovery_points "recovery_points",
    /// Where copies lie.
    Repository repository "repository",
    /// Continuous archiving of a log.
    Archiver archiver "archiver",
    /// Database clusters.
    Database database "database",
    /// Their replicas.
    Replica replica "replica",
    /// Guards against two primaries.
    Consensus consensus "consensus",
    /// Custom resources against their rows.
    AuditTrail audit_trail "audit_trail",
    /// What runs.
    Workload workload "workload",
    /// Checks that decide where traffic goes.
    HealthCheck health_check "health_check",
    /// Records that lead traffic.
    Route route "route",
    /// What endpoints answered.
    Probe probe "probe",
    /// Restores and exercises that were carried out.
    Drill drill "drill",
    /// Rules that would tell somebody.
    AlertRule alert_rule "alert_rule",
    /// Whether they reach a person.
    AlertRoute alert_route "alert_route",
    /// Dated words of people.
    Attestation attestation "attestation",
    /// Rights and traffic.
    Access access "access",
    /// What other tools found.
    Scan scan "scan",
    /// Space.
    Volume volume "volume",
    /// What Git declares against what is there.
    Drift drift "drift",
}

/// The evidence of one system, frozen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// The format's version.
    pub version: u32,
    /// The system that was asked about.
    pub system: System,
    /// How much of it was looked at.
    pub scope: Scope,
    /// SHA-256 over `system` and `scope`.
    pub digest: String,
    /// When it was taken, epoch seconds: the clock of every verdict.
    pub taken_at_s: i64,
    /// The plan.
    pub asked: Vec<Asked>,
    /// Its outcome: exactly one for each entry of the plan.
    pub reads: Vec<Read>,
    /// Which evidence went to which subject, and why.
    pub links: Vec<Link>,
    /// How many files were read and how many objects were judged.
    pub seen: Seen,
    /// What was not judged, and why.
    pub unjudged: Vec<Unjudged>,
    /// The evidence.
    pub evidence: Evidence,
}

/// How much went in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// Files that were read.
    pub files: u64,
    /// Objects that were judged.
    pub objects: u64,
}

/// Evidence that was taken elsewhere or earlier: a snapshot without the question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Recording {
    /// The format's version.
    pub version: u32,
    /// What was asked.
    pub asked: Vec<Asked>,
    /// What came of it.
    pub reads: Vec<Read>,
    /// The evidence; a noun that nothing was asked of may be left out.
    pub evidence: RecordedEvidence,
}

/// The evidence of a recording, before it is known to be complete.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RecordedEvidence(pub BTreeMap<String, serde_json::Value>);

/// Why a snapshot is refused.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// It is not the JSON of a snapshot.
    #[error("this is not a snapshot: {0}")]
    Shape(#[source] serde_json::Error),
    /// It has another version.
    #[error("the snapshot has version {found}, this program reads version {VERSION}")]
    Version {
        /// What it says.
        found: u32,
    },
    /// `system` or `scope` was changed after it was taken.
    #[error("system or scope differs from what was asked: its digest is {found}, not {expected}")]
    Digest {
        /// What the question's digest is.
        found: String,
        /// What the snapshot says.
        expected: String,
    },
    /// The books do not balance.
    #[error("the snapshot's books do not balance: {0}")]
    Unbalanced(String),
    /// It could not be written.
    #[error("the snapshot could not be written: {0}")]
    Write(#[source] serde_json::Error),
}

impl Snapshot {
    /// Puts a snapshot together and balances its books, as [`Snapshot::load`] will.
    ///
    /// # Errors
    /// [`SnapshotError`] where the parts do not belong together.
    pub fn new(system: System, scope: Scope, taken_at_s: i64) -> Result<Self, SnapshotError> {
        let digest = digest::of(&system, &scope)?;
        Ok(Self {
            version: VERSION,
            system,
            scope,
            digest,
            taken_at_s,
            asked: Vec::new(),
            reads: Vec::new(),
            links: Vec::new(),
            seen: Seen::default(),
            unjudged: Vec::new(),
            evidence: Evidence::default(),
        })
    }

    /// Reads a snapshot and refuses one that cannot be trusted.
    ///
    /// # Errors
    /// [`SnapshotError`] says what does not fit.
    pub fn load(bytes: &[u8]) -> Result<Self, SnapshotError> {
        let snapshot: Self = serde_json::from_slice(bytes).map_err(SnapshotError::Shape)?;
        snapshot.balanced()
    }

    /// Checks the books, and makes reads partial whose items do not add up.
    ///
    /// # Errors
    /// [`SnapshotError`] says what does not fit.
    pub fn balanced(mut self) -> Result<Self, SnapshotError> {
        if self.version != VERSION {
            return Err(SnapshotError::Version { found: self.version });
        }
        let found = digest::of(&self.system, &self.scope)?;
        if found != self.digest {
            return Err(SnapshotError::Digest { found, expected: self.digest });
        }
        balance::check(&mut self)?;
        Ok(self)
    }

    /// The snapshot as it is stored: JSON, indented, one newline at the end.
    ///
    /// # Errors
    /// [`SnapshotError::Write`], which no snapshot of ours has met.
    pub fn to_json(&self) -> Result<String, SnapshotError> {
        let mut text = serde_json::to_string_pretty(self).map_err(SnapshotError::Write)?;
        text.push('\n');
        Ok(text)
    }
}

/// The JSON Schema of a snapshot.
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Snapshot).to_value()
}

/// The JSON Schema of the input of a control: the nouns, keyed by subject, and the clock.
#[must_use]
pub fn input_schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Evidence).to_value();
    if let Some(properties) = schema.pointer_mut("/properties").and_then(serde_json::Value::as_object_mut) {
        properties.insert("taken_at_s".to_owned(), serde_json::json!({"type": "integer"}));
    }
    schema
}
