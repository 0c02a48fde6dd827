//! The standard for one system: what the controls see as `data.standard`. Every section is keyed by
//! subject, numbers are integers with their unit in the name, and there is no null.

use super::{Priority, Promise};
use crate::snapshot::{Noun, Subject};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A section of the resolved standard.
pub type Section<T> = BTreeMap<Subject, T>;

macro_rules! requirement {
    ($(#[$meta:meta])* $name:ident { $($body:tt)* }) => {
        $(#[$meta])*
        #[serde_with::skip_serializing_none]
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
        #[schemars(deny_unknown_fields)]
        pub struct $name { $($body)* }
    };
}

requirement! {
    /// What evidence must be like.
    EvidenceLimits {
        /// Evidence older than this decides nothing, in seconds.
        pub max_age_s: i64,
    }
}
requirement! {
    /// How a component must be backed up.
    Backup {
        /// Its name for a person.
        pub title: String,
        /// The longest time between two copies, in seconds.
        pub every_s: i64,
        /// How long a copy is kept at least, in seconds.
        pub keep_s: i64,
    }
}
requirement! {
    /// How soon custom resources must be written to the database.
    WrittenWithin {
        /// How soon at most, in seconds.
        pub within_s: i64,
        /// How long rows are kept at least, in seconds.
        pub keep_s: i64,
        /// The kinds.
        pub kinds: BTreeMap<String, bool>,
    }
}
requirement! {
    /// What must hold for something to need no backup.
    Excluded {
        /// The promise.
        pub promise: Promise,
        /// The person's reason.
        pub reason: String,
        /// For a promise to retain: how long at least, in seconds.
        pub keep_s: Option<i64>,
    }
}
requirement! {
    /// What must run.
    Inventory {
        /// How many replicas must be ready.
        pub ready: u64,
    }
}
requirement! {
    /// A restart must be quick.
    RtoRestart {
        /// Serving again sooner than this, in seconds.
        pub limit_s: i64,
        /// The workloads that must come back.
        pub workloads: BTreeSet<Subject>,
    }
}
requirement! {
    /// A failover must be quick.
    RtoFailover {
        /// Serving again sooner than this, in seconds.
        pub limit_s: i64,
    }
}
requirement! {
    /// Nothing that was acknowledged may be lost.
    NoLoss {
        /// The databases that take the writes.
        pub databases: BTreeSet<Subject>,
    }
}
requirement! {
    /// A restore must lose little.
    RestorePoint {
        /// Less data lost than this, in seconds.
        pub limit_s: i64,
        /// The components whose copies are restored.
        pub components: BTreeSet<Subject>,
        /// Whether only copies in another region count.
        pub off_region: bool,
    }
}
requirement! {
    /// A failover must lose little.
    RpoFailover {
        /// Less data lost than this, in seconds.
        pub limit_s: i64,
        /// Where the replicas live that take over.
        pub replicas: BTreeSet<Subject>,
    }
}
requirement! {
    /// A limit that a drill must have shown to be met.
    Measured {
        /// Less than this, in seconds; 0: none at all.
        pub limit_s: i64,
        /// How old the drill may be, in seconds.
        pub within_s: i64,
    }
}
requirement! {
    /// Something that must be done again and again.
    Exercise {
        /// How often, in seconds.
        pub every_s: i64,
        /// How much later still passes, in seconds.
        pub grace_s: i64,
    }
}
requirement! {
    /// How far a replica may lag behind.
    Lag {
        /// `postgresql` or `redis`.
        pub product: String,
        /// At most, in milliseconds.
        pub lag_ms: i64,
    }
}
requirement! {
    /// How long the way between two regions may take.
    Latency {
        /// At most, in milliseconds.
        pub latency_ms: i64,
    }
}
requirement! {
    /// How many servers may take writes.
    SplitBrain {
        /// Exactly so many.
        pub primaries: u64,
    }
}
requirement! {
    /// How traffic must be led.
    Failover {
        /// `HTTPS`.
        pub protocol: String,
        /// `/healthz`.
        pub path: String,
        /// 443.
        pub port: u64,
        /// The time between two checks at most, in seconds.
        pub interval_s: i64,
        /// Failures in a row until it is unhealthy, at most.
        pub threshold: u64,
        /// `weighted`.
        pub routing: String,
        /// The regions that traffic must be led to.
        pub regions: BTreeMap<String, bool>,
    }
}
requirement! {
    /// An endpoint that must answer.
    Endpoint {
        /// The name that it is reached by.
        pub name: String,
    }
}
requirement! {
    /// How well backups must run.
    Runs {
        /// How much of what was due must have ended well, in percent.
        pub at_least_percent: u64,
        /// How many runs must be known at least, for their rate to say anything.
        pub at_least_runs: u64,
        /// The longest time between two copies, in seconds.
        pub every_s: i64,
    }
}
requirement! {
    /// An alert that must exist.
    RequiredAlert {
        /// Its name for a person.
        pub title: String,
        /// The metrics, one of which its expression reads.
        pub metrics: BTreeSet<String>,
    }
}
requirement! {
    /// Alerts must reach a person.
    AlertDelivery {
        /// How old the last delivery may be, in seconds.
        pub within_s: i64,
    }
}
requirement! {
    /// What a person must have signed.
    Documents {
        /// Its name for a person.
        pub title: String,
        /// How often it must be reviewed, in seconds.
        pub every_s: i64,
        /// How much later still passes, in seconds.
        pub grace_s: i64,
        /// What it must cover.
        pub covers: BTreeMap<String, bool>,
        /// How many people must share the duty, at least.
        pub people: Option<u64>,
        /// After how long it must be passed on at most, in seconds.
        pub escalation_s: Option<i64>,
        /// How many critical findings may be open.
        pub open_critical: Option<u64>,
        /// How far off a full volume must be at least, in seconds.
        pub full_in_s: Option<i64>,
        /// Whether somebody else than its owner must have reviewed it.
        pub independent: bool,
    }
}
requirement! {
    /// The namespaces whose rights and traffic are judged.
    Access {
        /// The namespaces.
        pub namespaces: BTreeMap<String, bool>,
    }
}

/// The standard for one system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Resolved {
    /// What evidence must be like.
    pub evidence: EvidenceLimits,
    /// What must be backed up where its data is written.
    pub backups: Section<Backup>,
    /// Databases of standby regions, which need a backup of their own that starts on promotion.
    pub standby_backups: Section<Backup>,
    /// How backups must run.
    pub runs: Section<Runs>,
    /// Custom resources that must be written to the database.
    pub written_within: Section<WrittenWithin>,
    /// What needs no backup.
    pub excluded: Section<Excluded>,
    /// What must run.
    pub inventory: Section<Inventory>,
    /// Scenarios that a restart ends.
    pub rto_restart: Section<RtoRestart>,
    /// Scenarios that a failover ends.
    pub rto_failover: Section<RtoFailover>,
    /// Scenarios in which nothing may be lost.
    pub rpo_no_loss: Section<NoLoss>,
    /// Scenarios that a restore of copies ends.
    pub rpo_restore: Section<RestorePoint>,
    /// Scenarios that replicas end.
    pub rpo_failover: Section<RpoFailover>,
    /// What drills must have shown of each RTO.
    pub rto_measured: Section<Measured>,
    /// What drills must have shown of each RPO.
    pub rpo_measured: Section<Measured>,
    /// Scenarios that must be exercised.
    pub exercises: Section<Exercise>,
    /// Region failovers that must be carried out, and back.
    pub region_failovers: Section<Exercise>,
    /// Components whose restore must be drilled again and again; once at least, whatever is backed up must be.
    pub restores: Section<Exercise>,
    /// Standby regions whose database must follow the primary's.
    pub replication: Section<Lag>,
    /// Replicas whose lag is bounded.
    pub lag: Section<Lag>,
    /// Ways between regions.
    pub latency: Section<Latency>,
    /// Databases that must have one primary.
    pub split_brain: Section<SplitBrain>,
    /// Names that traffic is routed by.
    pub failover: Section<Failover>,
    /// Their endpoints, by region.
    pub endpoints: Section<Endpoint>,
    /// Alerts that must exist.
    pub alerts: Section<RequiredAlert>,
    /// Alerts must reach a person.
    pub alert_delivery: Section<AlertDelivery>,
    /// What a person must have signed.
    pub documents: Section<Documents>,
    /// Rights and traffic.
    pub access: Section<Access>,

    /// How much each thing matters; not for controls.
    #[serde(skip)]
    #[schemars(skip)]
    pub priorities: BTreeMap<String, Priority>,
    /// Things that a person excluded, with the reason; not for controls.
    #[serde(skip)]
    #[schemars(skip)]
    pub not_applicable: BTreeMap<String, String>,
}

fn keys<T>(section: &Section<T>) -> impl Iterator<Item = &Subject> {
    section.keys()
}

impl Resolved {
    /// The subjects that evidence of a noun can be about, for whoever plans reads.
    #[must_use]
    pub fn subjects_of(&self, noun: Noun) -> BTreeSet<Subject> {
        match noun {
            Noun::Schedule | Noun::BackupPlan | Noun::Run | Noun::RecoveryPoints | Noun::Repository | Noun::Archiver | Noun::Volume => {
                keys(&self.backups).chain(keys(&self.standby_backups)).cloned().collect()
            }
            Noun::Database => {
                let databases = self.rpo_no_loss.values().flat_map(|scenario| scenario.databases.iter());
                let restored = self.rpo_restore.values().flat_map(|scenario| scenario.components.iter());
                keys(&self.replication)
                    .chain(keys(&self.lag))
                    .chain(keys(&self.standby_backups))
                    .chain(databases)
                    .chain(restored)
                    .cloned()
                    .collect()
            }
            Noun::Replica => {
                let databases = self.rpo_no_loss.values().flat_map(|scenario| scenario.databases.iter());
                keys(&self.replication).chain(keys(&self.lag)).chain(databases).cloned().collect()
            }
            Noun::Consensus => keys(&self.split_brain).cloned().collect(),
            Noun::AuditTrail => keys(&self.written_within).cloned().collect(),
            Noun::Workload => keys(&self.inventory).chain(keys(&self.excluded)).cloned().collect(),
            Noun::HealthCheck | Noun::Route => keys(&self.failover).cloned().collect(),
            Noun::Probe => keys(&self.endpoints).chain(keys(&self.latency)).cloned().collect(),
            Noun::Drill => {
                let measured = keys(&self.rto_measured).chain(keys(&self.rpo_measured)).chain(keys(&self.exercises));
                let restored = keys(&self.backups).chain(keys(&self.restores));
                restored.chain(keys(&self.region_failovers)).chain(measured).cloned().collect()
            }
            Noun::AlertRule => keys(&self.alerts).cloned().collect(),
            Noun::AlertRoute => keys(&self.alert_delivery).cloned().collect(),
            Noun::Attestation | Noun::Scan => keys(&self.documents).cloned().collect(),
            Noun::Access => keys(&self.access).cloned().collect(),
            Noun::Drift => {
                let kept = keys(&self.backups).chain(keys(&self.standby_backups)).chain(keys(&self.replication));
                kept.chain(keys(&self.inventory)).chain(keys(&self.access)).cloned().collect()
            }
        }
    }

    /// Every subject of the resolved standard.
    #[must_use]
    pub fn subjects(&self) -> BTreeSet<Subject> {
        Noun::ALL.iter().flat_map(|noun| self.subjects_of(*noun)).chain(self.scenarios().into_keys()).collect()
    }

    /// The scenarios, each with the subjects that it is about.
    #[must_use]
    pub fn scenarios(&self) -> BTreeMap<Subject, BTreeSet<Subject>> {
        let mut scenarios: BTreeMap<Subject, BTreeSet<Subject>> = BTreeMap::new();
        let mut add =
            |scenario: &Subject, about: &BTreeSet<Subject>| scenarios.entry(scenario.clone()).or_default().extend(about.iter().cloned());
        self.rto_restart.iter().for_each(|(scenario, rule)| add(scenario, &rule.workloads));
        self.rpo_no_loss.iter().for_each(|(scenario, rule)| add(scenario, &rule.databases));
        self.rpo_restore.iter().for_each(|(scenario, rule)| add(scenario, &rule.components));
        self.rpo_failover.iter().for_each(|(scenario, rule)| add(scenario, &rule.replicas));
        let names: BTreeSet<Subject> = self.failover.keys().cloned().collect();
        self.rto_failover.keys().for_each(|scenario| add(scenario, &names));
        let none = BTreeSet::new();
        self.rto_measured.keys().chain(self.rpo_measured.keys()).for_each(|scenario| add(scenario, &none));
        scenarios
    }

    /// The subjects whose evidence of `noun` a scenario names; none where it names none of that noun.
    #[must_use]
    pub fn named_by(&self, noun: Noun, scenario: &Subject) -> BTreeSet<Subject> {
        let named = match noun {
            Noun::Workload => self.rto_restart.get(scenario).map(|rule| &rule.workloads),
            Noun::Database => self.rpo_no_loss.get(scenario).map(|rule| &rule.databases),
            Noun::BackupPlan => self.rpo_restore.get(scenario).map(|rule| &rule.components),
            Noun::Replica => self.rpo_failover.get(scenario).map(|rule| &rule.replicas),
            _ => None,
        };
        named.cloned().unwrap_or_default()
    }

    /// The subjects that evidence stored under each subject bears on: itself, its thing's `global`,
    /// and each scenario that is about it. A drill or an attestation bears only on the subject that it
    /// names: the caller does not ask for those.
    #[must_use]
    pub fn bearing(&self) -> BTreeMap<Subject, BTreeSet<Subject>> {
        let subjects = self.subjects();
        let scenarios = self.scenarios();
        let mut bearing: BTreeMap<Subject, BTreeSet<Subject>> = BTreeMap::new();
        for subject in &subjects {
            let judged = bearing.entry(subject.clone()).or_default();
            judged.insert(subject.clone());
            judged.insert(Subject::global(subject.thing()));
        }
        for (scenario, about) in &scenarios {
            for subject in about {
                let judged = bearing.entry(subject.clone()).or_default();
                judged.insert(scenario.clone());
                judged.insert(Subject::global(scenario.thing()));
            }
        }
        bearing
    }
}
