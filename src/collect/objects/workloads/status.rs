//! What a cluster says of a workload now. Only read from a live cluster: a status that somebody
//! committed to Git is not how things are.

use super::super::{Object, values};
use crate::snapshot::Workload;
use crate::source_text::Node;

/// Fills in how a Deployment, StatefulSet or DaemonSet does.
pub(super) fn observe(object: &Object, item: &mut Workload) {
    match object.kind.as_str() {
        "DaemonSet" => daemon_set(object, item),
        "StatefulSet" => stateful_set(object, item),
        _ => deployment(object, item),
    }
}

/// A count of the status: what is zero is left out there.
fn count(object: &Object, field: &str) -> Option<u64> {
    values::count_or(&object.body, &format!("status.{field}"), 0)
}

/// The least of the counts, so that an old or a not yet available Pod is not counted.
fn least(object: &Object, fields: [&str; 3]) -> Option<u64> {
    let counts: Option<Vec<u64>> = fields.iter().map(|field| count(object, field)).collect();
    counts?.into_iter().min()
}

/// Whether the controller has seen the newest description.
fn seen(object: &Object) -> Option<bool> {
    let generation = object.int("metadata.generation")?;
    Some(values::whole_or(&object.body, "status.observedGeneration", 0)? >= generation)
}

fn deployment(object: &Object, item: &mut Workload) {
    item.ready = least(object, ["readyReplicas", "updatedReplicas", "availableReplicas"]);
    item.settled = values::all([seen(object), finished(object, item.replicas)]);
}

/// Whether no rollout of a Deployment is going on. One that has given up is over too: what it lacks
/// shows in what is ready.
fn finished(object: &Object, replicas: Option<u64>) -> Option<bool> {
    let conditions = object.list("status.conditions");
    let progressing = conditions.iter().find(|condition| values::text(condition, "type") == Some("Progressing"));
    // A paused one may have nothing left to do, and its condition is not known then.
    let paused = values::flag_or(&object.body, "spec.paused", false)?;
    let Some(progressing) = progressing.filter(|_| !paused) else {
        // Without a deadline there is no such condition, and only the counts tell.
        return Some(count(object, "updatedReplicas")? == replicas? && count(object, "replicas")? == replicas?);
    };
    match (values::text(progressing, "status")?, values::text(progressing, "reason")) {
        ("False", _) => Some(true),
        ("True", Some(reason)) => Some(reason == "NewReplicaSetAvailable"),
        (_, _) => None,
    }
}

fn stateful_set(object: &Object, item: &mut Workload) {
    item.ready = least(object, ["readyReplicas", "updatedReplicas", "availableReplicas"]);
    item.settled = values::all([seen(object), rolled_out(object, item.replicas), started(object, item.replicas)]);
}

/// Whether all Pods of a StatefulSet are of its newest revision. With `OnDelete` the current revision is never
/// moved on, so that only the count of updated Pods tells.
fn rolled_out(object: &Object, replicas: Option<u64>) -> Option<bool> {
    let revisions = object.text("status.currentRevision").zip(object.text("status.updateRevision"));
    let updated = count(object, "updatedReplicas").zip(replicas).map(|(updated, wanted)| updated >= wanted);
    values::any([revisions.map(|(current, update)| current == update), updated])
}

/// Whether a StatefulSet has made all of its Pods, which it does one after the other, and waits for none of them to
/// have been ready for long enough. It has no condition that would say so.
fn started(object: &Object, replicas: Option<u64>) -> Option<bool> {
    let (ready, available) = (count(object, "readyReplicas")?, count(object, "availableReplicas")?);
    Some(count(object, "replicas")? == replicas? && available >= ready)
}

fn daemon_set(object: &Object, item: &mut Workload) {
    item.replicas = count(object, "desiredNumberScheduled");
    item.ready = least(object, ["numberReady", "updatedNumberScheduled", "numberAvailable"]);
    let updated = count(object, "updatedNumberScheduled").zip(item.replicas).map(|(updated, wanted)| updated >= wanted);
    item.settled = values::all([seen(object), updated]);
}

/// Fills in how a CloudNativePG cluster does. Whatever its phase names but health (a failover, an
/// upgrade, a wait for an instance) is something going on.
pub(super) fn observe_cnpg(object: &Object, item: &mut Workload) {
    item.ready = count(object, "readyInstances");
    item.settled = object.text("status.phase").map(|phase| phase == "Cluster in healthy state");
}

/// Whether an object has a status at all.
pub(in super::super) fn is_there(object: &Object) -> bool {
    object.at("status").and_then(Node::as_map).is_some_and(|status| !status.is_empty())
}
