//! CloudNativePG clusters as workloads: what the operator gives its Pods when nothing is written.

use super::super::{Object, values};
use super::placement::{self, Pods};
use super::pods;
use crate::snapshot::Workload;
use crate::source_text::Node;

/// Whether an object is a CloudNativePG cluster.
pub(super) fn is_cluster(object: &Object) -> bool {
    object.is("postgresql.cnpg.io", "Cluster")
}

/// Fills in what a cluster's description says.
pub(super) fn describe(object: &Object, item: &mut Workload) {
    item.at = object.place(object.at("spec.instances"), None);
    item.replicas = values::count_or(&object.body, "spec.instances", 1);
    item.persistent = Some(true);
    // The operator's own probes are always there; `probes` only changes their numbers.
    item.readiness = Some(true);
    item.detect_s = values::given(&object.body, "spec.probes.readiness").map_or(Some(30), |probe| pods::span_s(probe, 3));
    item.startup_budget_s = startup_budget_s(object, item.replicas);
    item.disruption_budget = values::flag_or(&object.body, "spec.enablePDB", true);
    item.spread = spread(object, item.replicas);
}

/// How long a restart may take. With a standby the service goes on there and waits for no start; how
/// long the change takes is for a drill to show. A single server serves again when it has started,
/// for which `startDelay` (an hour, if nothing is written) is the time that it has.
fn startup_budget_s(object: &Object, instances: Option<u64>) -> Option<i64> {
    if instances? >= 2 {
        return Some(0);
    }
    let delay = values::whole_or(&object.body, "spec.startDelay", 3600)?;
    let threshold = delay.checked_add(9)? / 10;
    match values::given(&object.body, "spec.probes.startup") {
        Some(probe) => values::whole_or(probe, "initialDelaySeconds", 0)?.checked_add(pods::span_s(probe, threshold)?),
        None => threshold.checked_mul(10),
    }
}

/// The operator's anti-affinity only should hold, unless it is said to be required.
fn spread(object: &Object, instances: Option<u64>) -> Option<bool> {
    let apart = match values::flag_or(&object.body, "spec.affinity.enablePodAntiAffinity", true) {
        Some(true) if object.text("spec.affinity.podAntiAffinityType") == Some("required") => Some(true),
        Some(false) => Some(false),
        Some(true) | None => None,
    };
    let labels = [("cnpg.io/cluster".to_owned(), object.name.clone()), ("cnpg.io/podRole".to_owned(), "instance".to_owned())].into();
    let pods = Pods { owner: object, labels, replicas: instances };
    let none: &[Node] = &[];
    let more = values::given(&object.body, "spec.affinity.additionalPodAntiAffinity");
    let written = object.at("spec.topologySpreadConstraints").and_then(Node::as_seq).unwrap_or(none);
    // Pods have more labels than those two: a rule that takes others may take these Pods all the same.
    let even = placement::spread(None, written, &pods).filter(|even| *even || written.is_empty());
    values::any([apart, even, more.map_or(Some(false), |_| None)])
}
