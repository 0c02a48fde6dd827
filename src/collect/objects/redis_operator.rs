//! OT-CONTAINER-KIT's Redis operator (`redis.redis.opstreelabs.in`): its objects as workloads and as
//! databases. `spec.affinity` of a RedisCluster is in no version of its definition, so it is pruned and
//! counts as not written; a cluster's placement is that of its leaders and of its followers.

use super::workloads::{self, Labels, Pods};
use super::{Context, Found, Object, store, values};
use crate::snapshot::{Class, Database, DatabaseRole, Noun, Subject, Workload};
use crate::source_text::Node;
use std::collections::BTreeSet;

const GROUP: &str = "redis.redis.opstreelabs.in";

/// Whether an object is this operator's.
pub(super) fn owns(object: &Object) -> bool {
    object.group == GROUP && matches!(object.kind.as_str(), "RedisCluster" | "RedisReplication" | "Redis" | "RedisSentinel")
}

/// Whether an object is one of this operator's that holds data: a sentinel only watches.
pub(super) fn keeps_data(object: &Object) -> bool {
    owns(object) && object.kind != "RedisSentinel"
}

/// Reads the operator's objects.
pub(super) fn read(objects: &[Object], context: &Context, found: &mut Found) {
    let asked = context.standard.subjects_of(Noun::Workload);
    for object in objects.iter().filter(|object| owns(object)) {
        found.understood.insert(object.reference());
        let item = workload(object, objects, context);
        let roles = workloads::roles(object, context, &asked);
        let named: BTreeSet<Subject> = roles.iter().map(|role| role.subject.clone()).collect();
        if keeps_data(object) {
            store_database(object, &item, &named, context, found);
        }
        workloads::store_as(&item, object, roles, found);
    }
}

/// Some of an object's Pods, described and labelled alike.
struct Part<'o> {
    /// The part of the spec that describes them.
    spec: Option<&'o Node>,
    /// Their `app` label.
    app: String,
    /// How many there are.
    replicas: Option<u64>,
}

/// The Pods of an object: leaders and followers of a cluster, all of anything else.
fn parts(object: &Object) -> Vec<Part<'_>> {
    let size = match object.kind.as_str() {
        "Redis" => Some(1),
        "RedisSentinel" => values::count_or(&object.body, "spec.clusterSize", 3),
        _ => object.int("spec.clusterSize").and_then(|size| u64::try_from(size).ok()),
    };
    if object.kind != "RedisCluster" {
        return vec![Part { spec: object.at("spec"), app: object.name.clone(), replicas: size }];
    }
    // The size is that of the leaders and, once more, of the followers.
    let part = |field: &str, word: &str| {
        let path = format!("spec.{field}");
        let own = values::given(&object.body, &format!("{path}.replicas"));
        let replicas = own.map_or(size, |node| node.as_i64().and_then(|count| u64::try_from(count).ok()));
        Part { spec: object.at(&path), app: format!("{}-{word}", object.name), replicas }
    };
    vec![part("redisLeader", "leader"), part("redisFollower", "follower")]
}

fn workload(object: &Object, objects: &[Object], context: &Context) -> Workload {
    let parts = parts(object);
    let filled: Vec<&Part> = parts.iter().filter(|part| part.replicas != Some(0)).collect();
    let counts: Option<Vec<u64>> = parts.iter().map(|part| part.replicas).collect();
    let spans: Option<Vec<i64>> = filled.iter().map(|part| detect_s(part)).collect();
    let mut item = Workload {
        at: object.place(object.at("spec.clusterSize"), None),
        replicas: counts.map(|counts| counts.into_iter().fold(0, u64::saturating_add)),
        // Where none is written the operator sets a probe of its own, with Kubernetes' numbers.
        readiness: Some(true),
        detect_s: spans.and_then(|spans| spans.into_iter().max()),
        startup_budget_s: filled.iter().map(|part| startup_budget_s(part)).try_fold(0, |most, wait| Some(wait?.max(most))),
        disruption_budget: values::all(filled.iter().map(|part| budget(object, objects, part))),
        spread: values::all(filled.iter().map(|part| spread(object, part))),
        persistent: persistent(object),
        ..workloads::blank(object, context)
    };
    if context.class == Class::Observed && workloads::is_there(object) {
        observe(object, &mut item);
        // All of its Pods are there when each part has some that tell; the slowest of them is the slowest start.
        let starts: Option<Vec<i64>> =
            filled.iter().map(|part| workloads::longest_labelled_ms(object, &[("app", &part.app)], objects, context.at_s)).collect();
        item.start_max_ms = starts.and_then(|starts| starts.into_iter().max());
    }
    item
}

fn detect_s(part: &Part) -> Option<i64> {
    let probe = part.spec.and_then(|spec| values::given(spec, "readinessProbe"));
    probe.map_or(Some(30), |probe| workloads::span_s(probe, 3))
}

/// The wait before the first probe: its definition has no startup probe. What the operator's own probes
/// wait is not written in the object.
fn startup_budget_s(part: &Part) -> Option<i64> {
    let probes = ["readinessProbe", "livenessProbe"].map(|name| part.spec.and_then(|spec| values::given(spec, name)));
    probes.into_iter().try_fold(0, |most, probe| Some(values::whole_or(probe?, "initialDelaySeconds", 0)?.max(most)))
}

/// The Pods of a part, with the labels that the operator gives them.
fn pods<'o>(object: &'o Object, part: &Part) -> Pods<'o> {
    let setup = object.kind.strip_prefix("Redis").filter(|setup| !setup.is_empty()).map_or("standalone".to_owned(), str::to_lowercase);
    let role = part.app.strip_prefix(&format!("{}-", object.name)).unwrap_or(&setup).to_owned();
    // The operator hands the object's own labels on to its Pods.
    let own = object.at("metadata.labels").and_then(Node::as_map).unwrap_or_default();
    let mut labels: Labels = own.iter().filter_map(|entry| Some((entry.key.clone(), entry.value.as_str()?.to_owned()))).collect();
    labels.extend([("app".to_owned(), part.app.clone()), ("redis_setup_type".to_owned(), setup), ("role".to_owned(), role)]);
    Pods { owner: object, labels, replicas: part.replicas }
}

/// A budget of the operator's, or one of a person's that takes these Pods.
fn budget(object: &Object, objects: &[Object], part: &Part) -> Option<bool> {
    let own = part.spec.map_or(Some(false), |spec| values::flag_or(spec, "pdb.enabled", false));
    values::any([own, workloads::disruption_budget(objects, &pods(object, part))])
}

fn spread(object: &Object, part: &Part) -> Option<bool> {
    let Some(spec) = part.spec else {
        return Some(false);
    };
    let affinity = values::given(spec, "affinity");
    workloads::spread(affinity, values::list(spec, "topologySpreadConstraints"), &pods(object, part))
}

/// Whether data outlives a Pod: with a claim, or with persistence switched on. Other storage (the file
/// of nodes alone) is not known to hold none.
fn persistent(object: &Object) -> Option<bool> {
    let claim = object.at("spec.storage.volumeClaimTemplate").is_some();
    if claim || object.flag("spec.persistenceEnabled") == Some(true) {
        return Some(true);
    }
    values::given(&object.body, "spec.storage").is_none().then_some(false)
}

fn observe(object: &Object, item: &mut Workload) {
    if object.kind != "RedisCluster" {
        return;
    }
    let leaders = values::count_or(&object.body, "status.readyLeaderReplicas", 0);
    let followers = values::count_or(&object.body, "status.readyFollowerReplicas", 0);
    item.ready = leaders.zip(followers).map(|(leaders, followers)| leaders.saturating_add(followers));
    item.settled = object.text("status.state").map(|state| matches!(state, "Ready" | "Failed"));
}

/// Stores a database under the things that the workload is; where it is none, under the only Redis that
/// the standard knows in this region.
fn store_database(object: &Object, item: &Workload, named: &BTreeSet<Subject>, context: &Context, found: &mut Found) {
    let redis = context.standard.lag.iter().filter(|(subject, rule)| rule.product == "redis" && subject.region() == context.region);
    let known: BTreeSet<Subject> = redis.map(|(subject, _)| subject.clone()).collect();
    let mut subjects: BTreeSet<&Subject> = known.intersection(named).collect();
    let only = known.len() == 1 && named.is_empty() && values::in_scope(object, context);
    if only {
        subjects.extend(known.iter());
    }
    for subject in subjects {
        let because = if only { "it is a Redis, and the standard knows one here" } else { "it is that thing of the inventory" };
        found.link(&object.reference(), subject, because);
        store(&mut found.evidence.database, subject.as_str(), database(item));
    }
}

fn database(item: &Workload) -> Database {
    Database {
        id: item.id.clone(),
        class: item.class,
        read: item.read.clone(),
        at: item.at.clone(),
        product: "redis".to_owned(),
        role: DatabaseRole::Primary,
        instances: item.replicas,
        ready: item.ready,
        synchronous: None,
        synchronous_required: None,
        consistent: None,
        inconsistency: None,
        checksums: None,
        checksum_failures: None,
        major: None,
        detect_s: None,
        primaries: None,
        lost_slots: None,
    }
}
