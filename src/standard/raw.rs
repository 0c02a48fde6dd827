//! `standard.yaml` as it is written: one struct for each mapping, unknown keys refused.

use super::{Alert, ChecklistLine, Component, ComponentIs, Covers, Document, ExcludedKind, FailoverRule, Priority, Promise, RecoversBy};
use super::{Scenario, Standard, StandardError, overrides};
use crate::snapshot::Stage;
use crate::source_text;
use crate::units::{Millis, Seconds};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The version of the file that this program reads.
const VERSION: u32 = 1;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawStandard {
    version: u32,
    evidence: RawEvidence,
    grace: RawGrace,
    components: BTreeMap<String, RawComponent>,
    excluded: BTreeMap<String, RawExcluded>,
    scenarios: BTreeMap<String, RawScenario>,
    replication: RawReplication,
    failover: RawFailover,
    cadences: RawCadences,
    runs: RawRuns,
    alerts: BTreeMap<String, RawAlert>,
    documents: BTreeMap<String, RawDocument>,
    checklist: RawChecklist,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawEvidence {
    max_age: Seconds,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawGrace {
    percent: u32,
    at_most: Seconds,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum RawIs {
    Postgresql,
    KubernetesObjects,
    AuditTrail,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawBackup {
    every: Seconds,
    keep: Seconds,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawComponent {
    title: String,
    is: RawIs,
    backup: Option<RawBackup>,
    #[serde(default)]
    resources: Vec<String>,
    #[serde(rename = "in")]
    database: Option<String>,
    written_within: Option<Seconds>,
    keep: Option<Seconds>,
    priority: Priority,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawExcluded {
    title: String,
    promise: Promise,
    keep: Option<Seconds>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawScenario {
    title: String,
    rto: Seconds,
    rpo: Seconds,
    recovers_by: RecoversBy,
    data: Vec<String>,
    priority: Priority,
    proven_within: Seconds,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawReplication {
    postgresql: RawLag,
    redis: RawLag,
    cross_region: RawLatency,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawLag {
    lag: Millis,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawLatency {
    latency: Millis,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawFailover {
    protocol: String,
    path: String,
    port: u64,
    interval: Seconds,
    threshold: u64,
    routing: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawCadences {
    restore_drill: Seconds,
    exercise: Seconds,
    region_failover: Seconds,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawRuns {
    at_least_percent: u64,
    at_least_runs: u64,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawAlert {
    title: String,
    metrics: Vec<String>,
    priority: Priority,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawDocument {
    title: String,
    every: Seconds,
    covers: Option<Covers>,
    people: Option<u64>,
    escalation: Option<Seconds>,
    open_critical: Option<u64>,
    full_in: Option<Seconds>,
    #[serde(default)]
    independent: bool,
    priority: Priority,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawChecklist {
    pre_production: Vec<RawLine>,
    post_production: Vec<RawLine>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawLine {
    id: String,
    text: String,
    controls: Option<Vec<String>>,
}

/// Reads the shape.
pub(super) fn parse(text: &str) -> Result<RawStandard, StandardError> {
    source_text::from_str(text, &source_text::Limits::default()).map_err(StandardError::Shape)
}

/// Reads the shape with some fields replaced.
pub(super) fn parse_with(text: &str, tree: &serde_json::Value) -> Result<RawStandard, StandardError> {
    let mut base: serde_json::Value = source_text::from_str(text, &source_text::Limits::default()).map_err(StandardError::Shape)?;
    overrides::merge(&mut base, tree);
    serde_json::from_value(base).map_err(|error| StandardError::Invalid(vec![format!("with this system's overrides: {error}")]))
}

impl RawStandard {
    /// Checks what the shape cannot, and lists every problem.
    pub(super) fn validate(self) -> Result<Standard, StandardError> {
        let mut problems = Vec::new();
        if self.version != VERSION {
            problems.push(format!("version {} is not known: this program reads version {VERSION}", self.version));
        }
        let mut components = BTreeMap::new();
        for (name, raw) in self.components {
            match component(&name, raw) {
                Ok(component) => drop(components.insert(name, component)),
                Err(problem) => problems.push(problem),
            }
        }
        let mut scenarios = BTreeMap::new();
        for (name, raw) in self.scenarios {
            for data in raw.data.iter().filter(|data| !components.contains_key(*data)) {
                problems.push(format!("scenarios.{name}.data: there is no component `{data}`"));
            }
            if raw.data.is_empty() {
                problems.push(format!("scenarios.{name}.data: name the components whose loss the rpo is about"));
            }
            // Only a database is replicated, and only a database acknowledges a write.
            let copies = matches!(raw.recovers_by, RecoversBy::Restore | RecoversBy::Rebuild);
            let stored =
                |data: &&String| components.get(*data).is_some_and(|component: &Component| component.is != ComponentIs::Postgresql);
            for data in raw.data.iter().filter(stored).filter(|_| !copies) {
                problems.push(format!("scenarios.{name}.data: `{data}` is no database, and comes back from copies only"));
            }
            if raw.rpo.0 == 0 && !matches!(raw.recovers_by, RecoversBy::Restart) {
                problems
                    .push(format!("scenarios.{name}.rpo: only what recovers by a restart can lose nothing; write how much may be lost"));
            }
            if raw.rto.0 == 0 {
                problems.push(format!("scenarios.{name}.rto: nothing is restored in no time at all"));
            }
            scenarios.insert(name, scenario(raw));
        }
        for (name, raw) in &self.excluded {
            if (raw.promise == Promise::Retained) != raw.keep.is_some() {
                problems.push(format!("excluded.{name}: `keep` goes with `promise: retained`, and only with it"));
            }
        }
        for (name, alert) in &self.alerts {
            if alert.metrics.is_empty() {
                problems.push(format!("alerts.{name}.metrics: without a metric no rule can be this alert"));
            }
        }
        problems.extend(clashes(&[
            &components.keys().cloned().collect::<Vec<_>>(),
            &scenarios.keys().cloned().collect::<Vec<_>>(),
            &self.alerts.keys().cloned().collect::<Vec<_>>(),
            &self.documents.keys().cloned().collect::<Vec<_>>(),
        ]));
        let checklist = checklist(self.checklist, &mut problems);
        if !problems.is_empty() {
            return Err(StandardError::Invalid(problems));
        }
        Ok(Standard {
            max_age: self.evidence.max_age,
            grace_percent: i64::from(self.grace.percent),
            grace_at_most: self.grace.at_most,
            components,
            excluded: self
                .excluded
                .into_iter()
                .map(|(name, raw)| (name, ExcludedKind { title: raw.title, promise: raw.promise, keep: raw.keep }))
                .collect(),
            scenarios,
            postgresql_lag: self.replication.postgresql.lag,
            redis_lag: self.replication.redis.lag,
            cross_region_latency: self.replication.cross_region.latency,
            failover: FailoverRule {
                protocol: self.failover.protocol,
                path: self.failover.path,
                port: self.failover.port,
                interval: self.failover.interval,
                threshold: self.failover.threshold,
                routing: self.failover.routing,
            },
            restore_drill: self.cadences.restore_drill,
            exercise: self.cadences.exercise,
            region_failover: self.cadences.region_failover,
            runs_at_least_percent: self.runs.at_least_percent,
            runs_at_least: self.runs.at_least_runs,
            alerts: self
                .alerts
                .into_iter()
                .map(|(name, raw)| (name, Alert { title: raw.title, metrics: raw.metrics, priority: raw.priority }))
                .collect(),
            documents: self.documents.into_iter().map(|(name, raw)| (name, document(raw))).collect(),
            checklist,
        })
    }
}

fn component(name: &str, raw: RawComponent) -> Result<Component, String> {
    let is = match (&raw.is, raw.database, raw.written_within) {
        (RawIs::Postgresql, None, None) => ComponentIs::Postgresql,
        (RawIs::KubernetesObjects, None, None) if !raw.resources.is_empty() => {
            ComponentIs::KubernetesObjects { resources: raw.resources.clone() }
        }
        (RawIs::KubernetesObjects, _, _) => return Err(format!("components.{name}: kubernetes-objects need `resources`")),
        (RawIs::AuditTrail, Some(database), Some(written_within)) => ComponentIs::AuditTrail { database, written_within },
        (RawIs::AuditTrail, _, _) => return Err(format!("components.{name}: an audit-trail needs `in` and `written-within`")),
        (RawIs::Postgresql, _, _) => return Err(format!("components.{name}: `in` and `written-within` belong to an audit-trail")),
    };
    let (every, keep) = match (matches!(raw.is, RawIs::AuditTrail), raw.backup, raw.keep) {
        (false, Some(backup), None) => (Some(backup.every), backup.keep),
        (true, None, Some(keep)) => (None, keep),
        (false, _, _) => return Err(format!("components.{name}: needs `backup: {{every, keep}}`")),
        (true, _, _) => return Err(format!("components.{name}: an audit-trail needs `keep` and has no `backup`")),
    };
    Ok(Component { title: raw.title, is, every, keep, priority: raw.priority })
}

fn scenario(raw: RawScenario) -> Scenario {
    Scenario {
        title: raw.title,
        rto: raw.rto,
        rpo: raw.rpo,
        recovers_by: raw.recovers_by,
        data: raw.data,
        priority: raw.priority,
        proven_within: raw.proven_within,
    }
}

fn document(raw: RawDocument) -> Document {
    Document {
        title: raw.title,
        every: raw.every,
        covers: raw.covers,
        people: raw.people,
        escalation: raw.escalation,
        open_critical: raw.open_critical,
        full_in: raw.full_in,
        independent: raw.independent,
        priority: raw.priority,
    }
}

fn checklist(raw: RawChecklist, problems: &mut Vec<String>) -> Vec<ChecklistLine> {
    let mut ids = BTreeSet::new();
    let stages = [(Stage::PreProduction, raw.pre_production), (Stage::PostProduction, raw.post_production)];
    let lines = stages.into_iter().flat_map(|(stage, lines)| lines.into_iter().map(move |line| (stage, line)));
    lines
        .map(|(stage, line)| {
            if !ids.insert(line.id.clone()) {
                problems.push(format!("checklist: the id `{}` stands twice", line.id));
            }
            ChecklistLine { id: line.id, text: line.text, stage, controls: line.controls }
        })
        .collect()
}

/// A thing has one name: subjects are told apart by it alone.
fn clashes(groups: &[&[String]]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    groups
        .iter()
        .flat_map(|group| group.iter())
        .filter(|name| !seen.insert(name.as_str()) || name.contains('/'))
        .map(|name| format!("`{name}` names two things, or has a slash: a subject is told by its thing's name"))
        .collect()
}
