//! From the general standard to the standard of one system: things × regions.
//!
//! `ConfigMaps` and Secrets are subjects in every region. PostgreSQL is one in its primary region for
//! frequency, retention and RPO; a standby region must declare a backup of its own that starts on
//! promotion. Custom resources follow PostgreSQL. Region failure and complete outage are one subject
//! each. What would need an inventory or regions has no subject where nobody gave them.

use super::resolved::Section;
use super::{
    Access, AlertDelivery, Backup, ComponentIs, Covers, Documents, Endpoint, EvidenceLimits, Excluded, Exercise, Failover, Inventory, Lag,
    Latency, Measured, NoLoss, RecoversBy, RequiredAlert, Resolved, RestorePoint, RpoFailover, RtoFailover, RtoRestart, Runs, Scenario,
    SplitBrain, Standard, WrittenWithin,
};
use crate::snapshot::{RegionRole, Subject, System};
use std::collections::{BTreeMap, BTreeSet};

/// Regions, databases and workloads of the system, by what the sections need.
struct Things<'a> {
    standard: &'a Standard,
    system: &'a System,
    regions: Vec<&'a str>,
    primary: Vec<&'a str>,
    standby: Vec<&'a str>,
}

/// Resolves `standard` for `system`.
pub(super) fn resolve(standard: &Standard, system: &System) -> Resolved {
    let with = |role| system.regions.iter().filter(move |(_, found)| **found == role).map(|(name, _)| name.as_str()).collect();
    let things = Things {
        standard,
        system,
        regions: system.regions.keys().map(String::as_str).collect(),
        primary: with(RegionRole::Primary),
        standby: with(RegionRole::Standby),
    };
    let mut resolved = Resolved {
        evidence: EvidenceLimits { max_age_s: standard.max_age.0 },
        backups: Section::new(),
        standby_backups: Section::new(),
        runs: Section::new(),
        written_within: Section::new(),
        excluded: things.excluded(),
        inventory: things.inventory(),
        rto_restart: Section::new(),
        rto_failover: Section::new(),
        rpo_no_loss: Section::new(),
        rpo_restore: Section::new(),
        rpo_failover: Section::new(),
        rto_measured: Section::new(),
        rpo_measured: Section::new(),
        exercises: Section::new(),
        region_failovers: Section::new(),
        restores: Section::new(),
        replication: things.replication(),
        lag: things.lag(),
        latency: things.latency(),
        split_brain: things.split_brain(),
        failover: things.failover(),
        endpoints: things.endpoints(),
        alerts: things.alerts(),
        alert_delivery: things.alert_delivery(),
        documents: things.documents(),
        access: things.access(),
        priorities: things.priorities(),
        not_applicable: things.not_applicable(),
    };
    things.backups(&mut resolved);
    for (name, scenario) in &standard.scenarios {
        things.scenario(name, scenario, &mut resolved);
    }
    resolved
}

impl<'a> Things<'a> {
    /// A system that somebody described, and not only one that some files happen to show.
    fn described(&self) -> bool {
        !self.system.name.is_empty()
    }

    /// This system's components that the standard's component `general` is about.
    fn named(&self, general: &'a str) -> impl Iterator<Item = &'a str> {
        self.system.components.iter().filter(move |(_, is)| *is == general).map(|(name, _)| name.as_str())
    }

    fn databases(&self) -> impl Iterator<Item = &'a str> {
        self.system
            .components
            .iter()
            .filter(|(_, is)| self.standard.components.get(*is).is_some_and(|component| component.is == ComponentIs::Postgresql))
            .map(|(name, _)| name.as_str())
    }

    fn backups(&self, resolved: &mut Resolved) {
        for (name, general) in &self.system.components {
            let Some(component) = self.standard.components.get(general) else { continue };
            let rule = |every_s| Backup { title: component.title.clone(), every_s, keep_s: component.keep.0 };
            let everywhere = match (&component.is, component.every) {
                (ComponentIs::Postgresql, Some(every)) => {
                    for region in &self.standby {
                        resolved.standby_backups.insert(Subject::new(name, region), rule(every.0));
                    }
                    Some((every, &self.primary))
                }
                (ComponentIs::KubernetesObjects { .. }, Some(every)) => Some((every, &self.regions)),
                (ComponentIs::AuditTrail { written_within, .. }, _) => {
                    let kinds: BTreeMap<String, bool> = self.system.custom_resources.iter().map(|kind| (kind.clone(), true)).collect();
                    for region in self.primary.iter().filter(|_| !kinds.is_empty()) {
                        let rule = WrittenWithin { within_s: written_within.0, keep_s: component.keep.0, kinds: kinds.clone() };
                        resolved.written_within.insert(Subject::new(name, region), rule);
                    }
                    None
                }
                (ComponentIs::Postgresql | ComponentIs::KubernetesObjects { .. }, None) => None,
            };
            let Some((every, regions)) = everywhere else { continue };
            for region in regions {
                let subject = Subject::new(name, region);
                resolved.backups.insert(subject.clone(), rule(every.0));
                let runs = Runs {
                    at_least_percent: self.standard.runs_at_least_percent,
                    at_least_runs: self.standard.runs_at_least,
                    every_s: every.0,
                };
                resolved.runs.insert(subject.clone(), runs);
                if component.is == ComponentIs::Postgresql {
                    resolved.restores.insert(subject, self.cadence(self.standard.restore_drill.0));
                }
            }
        }
    }

    fn cadence(&self, every_s: i64) -> Exercise {
        Exercise { every_s, grace_s: self.standard.grace(crate::units::Seconds(every_s)).0 }
    }

    fn scenario(&self, name: &str, scenario: &Scenario, resolved: &mut Resolved) {
        let data: Vec<&str> = scenario.data.iter().flat_map(|general| self.named(general)).collect();
        let in_primary: BTreeSet<Subject> =
            data.iter().flat_map(|thing| self.primary.iter().map(|region| Subject::new(thing, region))).collect();
        let mut subjects = BTreeSet::new();
        match scenario.recovers_by {
            RecoversBy::Restart => {
                for region in self.regions.iter().filter(|_| !self.system.inventory.is_empty()) {
                    let subject = Subject::new(name, region);
                    let workloads = self.system.inventory.keys().map(|thing| Subject::new(thing, region)).collect();
                    resolved.rto_restart.insert(subject.clone(), RtoRestart { limit_s: scenario.rto.0, workloads });
                    let databases: BTreeSet<Subject> = in_primary.iter().filter(|database| database.region() == *region).cloned().collect();
                    if scenario.rpo.0 == 0 && !databases.is_empty() {
                        resolved.rpo_no_loss.insert(subject.clone(), NoLoss { databases });
                    }
                    subjects.insert(subject);
                }
            }
            RecoversBy::Restore => {
                for database in &in_primary {
                    let subject = Subject::new(name, database.region());
                    let components = in_primary.iter().filter(|other| other.region() == database.region()).cloned().collect();
                    resolved.rpo_restore.insert(subject.clone(), RestorePoint { limit_s: scenario.rpo.0, components, off_region: false });
                    subjects.insert(subject);
                }
            }
            RecoversBy::Rebuild => {
                if !in_primary.is_empty() {
                    let subject = Subject::global(name);
                    let rule = RestorePoint { limit_s: scenario.rpo.0, components: in_primary.clone(), off_region: true };
                    resolved.rpo_restore.insert(subject.clone(), rule);
                    subjects.insert(subject);
                }
            }
            RecoversBy::Failover => {
                let replicas: BTreeSet<Subject> =
                    data.iter().flat_map(|thing| self.standby.iter().map(|region| Subject::new(thing, region))).collect();
                if !replicas.is_empty() {
                    let subject = Subject::global(name);
                    if self.system.routed_name.is_some() {
                        resolved.rto_failover.insert(subject.clone(), RtoFailover { limit_s: scenario.rto.0 });
                    }
                    resolved.rpo_failover.insert(subject.clone(), RpoFailover { limit_s: scenario.rpo.0, replicas });
                    resolved.region_failovers.insert(subject.clone(), self.cadence(self.standard.region_failover.0));
                    subjects.insert(subject);
                }
            }
        }
        for subject in subjects.into_iter().filter(|_| self.described()) {
            let within_s = scenario.proven_within.0;
            resolved.rto_measured.insert(subject.clone(), Measured { limit_s: scenario.rto.0, within_s });
            // Without a database in the region there is nothing whose loss could be measured.
            if scenario.recovers_by != RecoversBy::Restart || resolved.rpo_no_loss.contains_key(&subject) || scenario.rpo.0 > 0 {
                resolved.rpo_measured.insert(subject.clone(), Measured { limit_s: scenario.rpo.0, within_s });
            }
            // A region failover has a cadence of its own.
            if scenario.recovers_by != RecoversBy::Failover {
                resolved.exercises.insert(subject, self.cadence(self.standard.exercise.0));
            }
        }
    }

    fn excluded(&self) -> Section<Excluded> {
        let kinds = self.system.excluded.iter().filter_map(|(thing, said)| Some((thing, said, self.standard.excluded.get(thing)?)));
        kinds
            .flat_map(|(thing, said, kind)| {
                let rule = Excluded { promise: kind.promise, reason: said.reason.clone(), keep_s: kind.keep.map(|keep| keep.0) };
                self.regions.iter().map(move |region| (Subject::new(thing, region), rule.clone()))
            })
            .collect()
    }

    fn inventory(&self) -> Section<Inventory> {
        let items = self.system.inventory.iter();
        items
            .flat_map(|(thing, item)| self.regions.iter().map(move |region| (Subject::new(thing, region), Inventory { ready: item.ready })))
            .collect()
    }

    fn replication(&self) -> Section<Lag> {
        let rule = Lag { product: "postgresql".to_owned(), lag_ms: self.standard.postgresql_lag.0 };
        self.databases()
            .flat_map(|thing| self.standby.iter().map(move |region| Subject::new(thing, region)))
            .map(|subject| (subject, rule.clone()))
            .collect()
    }

    fn lag(&self) -> Section<Lag> {
        let mut lag = self.replication();
        let redis = self.system.inventory.iter().filter(|(_, item)| item.kind.to_ascii_lowercase().contains("redis"));
        for (thing, _) in redis {
            for region in &self.regions {
                let rule = Lag { product: "redis".to_owned(), lag_ms: self.standard.redis_lag.0 };
                lag.insert(Subject::new(thing, region), rule);
            }
        }
        lag
    }

    fn several_regions(&self) -> bool {
        self.regions.len() > 1
    }

    fn latency(&self) -> Section<Latency> {
        let rule = Latency { latency_ms: self.standard.cross_region_latency.0 };
        self.several_regions().then(|| (Subject::global("cross-region"), rule)).into_iter().collect()
    }

    fn split_brain(&self) -> Section<SplitBrain> {
        self.databases().filter(|_| self.described()).map(|thing| (Subject::global(thing), SplitBrain { primaries: 1 })).collect()
    }

    fn failover(&self) -> Section<Failover> {
        let rule = &self.standard.failover;
        let regions: BTreeMap<String, bool> = self.regions.iter().map(|region| ((*region).to_owned(), true)).collect();
        let name = self.system.routed_name.iter();
        name.map(|name| {
            let rule = Failover {
                protocol: rule.protocol.clone(),
                path: rule.path.clone(),
                port: rule.port,
                interval_s: rule.interval.0,
                threshold: rule.threshold,
                routing: rule.routing.clone(),
                regions: regions.clone(),
            };
            (Subject::global(name), rule)
        })
        .collect()
    }

    fn endpoints(&self) -> Section<Endpoint> {
        let name = self.system.routed_name.iter();
        name.flat_map(|name| self.regions.iter().map(move |region| (Subject::new(name, region), Endpoint { name: name.clone() }))).collect()
    }

    fn alerts(&self) -> Section<RequiredAlert> {
        let alerts = self.standard.alerts.iter().filter(|_| self.described());
        alerts
            .map(|(name, alert)| {
                let rule = RequiredAlert { title: alert.title.clone(), metrics: alert.metrics.iter().cloned().collect() };
                (Subject::global(name), rule)
            })
            .collect()
    }

    fn alert_delivery(&self) -> Section<AlertDelivery> {
        let rule = AlertDelivery { within_s: self.standard.max_age.0 };
        self.described().then(|| (Subject::global("alert-delivery"), rule)).into_iter().collect()
    }

    fn documents(&self) -> Section<Documents> {
        let documents = self.standard.documents.iter().filter(|_| self.described());
        documents
            .map(|(name, document)| {
                let covers = match document.covers {
                    Some(Covers::Scenarios) => self.standard.scenarios.keys().map(|scenario| (scenario.clone(), true)).collect(),
                    Some(Covers::Alerts) => self.standard.alerts.keys().map(|alert| (alert.clone(), true)).collect(),
                    None => BTreeMap::new(),
                };
                let rule = Documents {
                    title: document.title.clone(),
                    every_s: document.every.0,
                    grace_s: self.standard.grace(document.every).0,
                    covers,
                    people: document.people,
                    escalation_s: document.escalation.map(|escalation| escalation.0),
                    open_critical: document.open_critical,
                    full_in_s: document.full_in.map(|full_in| full_in.0),
                    independent: document.independent,
                };
                (Subject::global(name), rule)
            })
            .collect()
    }

    fn access(&self) -> Section<Access> {
        let namespaces: BTreeMap<String, bool> = self.system.namespaces.iter().map(|namespace| (namespace.clone(), true)).collect();
        let regions = self.regions.iter().filter(|_| self.described() && !namespaces.is_empty());
        regions.map(|region| (Subject::new("access", region), Access { namespaces: namespaces.clone() })).collect()
    }

    fn priorities(&self) -> BTreeMap<String, super::Priority> {
        let components =
            self.system.components.iter().filter_map(|(name, general)| Some((name, self.standard.components.get(general)?.priority)));
        let scenarios = self.standard.scenarios.iter().map(|(name, scenario)| (name, scenario.priority));
        let alerts = self.standard.alerts.iter().map(|(name, alert)| (name, alert.priority));
        let documents = self.standard.documents.iter().map(|(name, document)| (name, document.priority));
        components.chain(scenarios).chain(alerts).chain(documents).map(|(name, priority)| (name.clone(), priority)).collect()
    }

    fn not_applicable(&self) -> BTreeMap<String, String> {
        let excluded = self.system.excluded.iter().filter(|(thing, _)| !self.standard.excluded.contains_key(*thing));
        excluded.map(|(thing, said)| (thing.clone(), said.reason.clone())).collect()
    }
}
