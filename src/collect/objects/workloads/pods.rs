//! What a Pod template says: when its Pods can serve, how long they may take, what they keep.

use super::super::{Object, values};
use super::placement::{self, Pods};
use super::selector;
use crate::snapshot::{Class, Workload};
use crate::source_text::Node;

/// Volumes that are gone with the Pod, or that hold nothing of its own.
const PASSING: [&str; 7] = ["emptyDir", "configMap", "secret", "downwardAPI", "projected", "ephemeral", "image"];

/// Fills in what the Pod template of a Deployment, StatefulSet or DaemonSet says.
pub(super) fn describe(object: &Object, objects: &[Object], item: &mut Workload) {
    let Some(pod) = object.at("spec.template.spec") else {
        return;
    };
    let containers = values::list(pod, "containers");
    item.readiness = readiness(containers);
    item.detect_s = detect_s(containers);
    item.startup_budget_s = startup_budget_s(containers);
    item.persistent = persistent(object, pod);
    let labels = selector::labels(object.at("spec.template.metadata.labels"));
    let pods = Pods { owner: object, labels, replicas: item.replicas };
    item.disruption_budget = match item.class {
        Class::Observed => placement::live_disruption_budget(objects, &pods),
        Class::Declared | Class::Attested => placement::disruption_budget(objects, &pods),
    };
    item.spread = if object.kind == "DaemonSet" {
        Some(true) // One on each node is what it is.
    } else {
        placement::spread(values::given(pod, "affinity"), values::list(pod, "topologySpreadConstraints"), &pods)
    };
}

/// Whether the containers that serve (those with ports, or all of them) say when they can. Where some
/// do and some do not, nobody knows whether the one that matters does.
fn readiness(containers: &[Node]) -> Option<bool> {
    let ports = |container: &&Node| !values::list(container, "ports").is_empty();
    let mut serving: Vec<&Node> = containers.iter().filter(ports).collect();
    if serving.is_empty() {
        serving = containers.iter().collect();
    }
    let says = serving.iter().filter(|container| values::given(container, "readinessProbe").is_some()).count();
    let anywhere = containers.iter().any(|container| values::given(container, "readinessProbe").is_some());
    match (containers.is_empty(), anywhere) {
        (true, _) => None,
        (false, false) => Some(false),
        (false, true) => (says == serving.len()).then_some(true),
    }
}

/// The longest time from the first failure to the Pod's leaving its Service.
fn detect_s(containers: &[Node]) -> Option<i64> {
    let probes: Vec<&Node> = containers.iter().filter_map(|container| values::given(container, "readinessProbe")).collect();
    longest(probes.into_iter().map(|probe| span_s(probe, 3)))
}

/// The longest time that a container may take to start.
fn startup_budget_s(containers: &[Node]) -> Option<i64> {
    let budgets: Vec<Option<i64>> = containers.iter().filter_map(container_budget).collect();
    longest(budgets.into_iter())
}

/// A startup probe's whole time, else the wait before the first of the other probes; nothing where the
/// container has no probe at all.
fn container_budget(container: &Node) -> Option<Option<i64>> {
    if let Some(probe) = values::given(container, "startupProbe") {
        let wait = values::whole_or(probe, "initialDelaySeconds", 0);
        return Some(wait.zip(span_s(probe, 3)).and_then(|(wait, span)| wait.checked_add(span)));
    }
    let probes: Vec<&Node> = ["readinessProbe", "livenessProbe"].iter().filter_map(|name| values::given(container, name)).collect();
    if probes.is_empty() {
        return None;
    }
    Some(longest(probes.into_iter().map(|probe| values::whole_or(probe, "initialDelaySeconds", 0))))
}

/// Period × threshold of a probe, whose period is 10 s where none is written.
pub(in super::super) fn span_s(probe: &Node, threshold: i64) -> Option<i64> {
    values::whole_or(probe, "periodSeconds", 10)?.checked_mul(values::whole_or(probe, "failureThreshold", threshold)?)
}

/// The largest of the spans; not known where there is none or one of them is not known.
fn longest(spans: impl Iterator<Item = Option<i64>>) -> Option<i64> {
    let all: Option<Vec<i64>> = spans.collect();
    all?.into_iter().max()
}

/// Whether state outlives a Pod. A volume of the node or of a server (hostPath, NFS) may, and may be
/// there to read logs only: it says nothing.
fn persistent(object: &Object, pod: &Node) -> Option<bool> {
    let claims = !object.list("spec.volumeClaimTemplates").is_empty();
    values::any([Some(claims)].into_iter().chain(values::list(pod, "volumes").iter().map(keeps)))
}

fn keeps(volume: &Node) -> Option<bool> {
    if values::given(volume, "persistentVolumeClaim").is_some() {
        return Some(true);
    }
    let secrets_store = values::text(volume, "csi.driver") == Some("secrets-store.csi.k8s.io");
    // A volume without a source is an emptyDir.
    let bare = volume.as_map().is_some_and(|entries| entries.len() == 1);
    let passing = PASSING.iter().any(|source| volume.get(source).is_some());
    (secrets_store || bare || passing).then_some(false)
}
