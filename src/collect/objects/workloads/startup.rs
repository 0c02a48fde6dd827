//! How long the Pods of a workload took to start, as far as they still tell.

use super::super::history::Times;
use super::super::{Object, values};
use super::selector;
use crate::source_text::Node;

/// The longest time from start to Ready, in milliseconds, among the Pods that are Ready and never restarted. A Pod
/// tells only when it last became Ready: one that was not for a while counts with more than it took, never with less.
pub(super) fn longest_ms(workload: &Object, objects: &[Object], at_s: i64) -> Option<i64> {
    longest(objects, at_s, |pod| is_of(pod, workload))
}

/// The same of the Pods in `owner`'s namespace that an operator gave these labels.
pub(in super::super) fn longest_labelled_ms(owner: &Object, labels: &[(&str, &str)], objects: &[Object], at_s: i64) -> Option<i64> {
    let labelled = |pod: &Object| {
        let own = selector::labels(pod.at("metadata.labels"));
        labels.iter().all(|(key, value)| own.get(*key).map(String::as_str) == Some(*value))
    };
    longest(objects, at_s, |pod| pod.namespace == owner.namespace && labelled(pod))
}

fn longest(objects: &[Object], at_s: i64, is_of: impl Fn(&Object) -> bool) -> Option<i64> {
    let pods = objects.iter().filter(|pod| pod.is("", "Pod") && is_of(pod));
    pods.filter_map(|pod| took_s(pod, at_s)).max()?.checked_mul(1_000)
}

/// Whether a Pod is one of the workload's: by its selector, and made by what the workload makes.
fn is_of(pod: &Object, workload: &Object) -> bool {
    let labels = selector::labels(pod.at("metadata.labels"));
    let maker = |owner: &&Node| owner.get("controller").and_then(Node::as_bool) == Some(true);
    let made = pod.list("metadata.ownerReferences").iter().find(maker).is_some_and(|owner| match workload.kind.as_str() {
        "Deployment" => values::text(owner, "kind") == Some("ReplicaSet"),
        kind => values::text(owner, "kind") == Some(kind) && values::text(owner, "name") == Some(workload.name.as_str()),
    });
    made && pod.namespace == workload.namespace && selector::takes(workload.at("spec.selector"), &labels) == Some(true)
}

fn took_s(pod: &Object, at_s: i64) -> Option<i64> {
    let conditions = pod.list("status.conditions");
    let ready = conditions.iter().find(|condition| values::text(condition, "type") == Some("Ready"))?;
    let containers = pod.list("status.containerStatuses");
    let restarted = containers.is_empty() || containers.iter().any(|status| values::count_or(status, "restartCount", 0) != Some(0));
    if values::text(ready, "status") != Some("True") || restarted {
        return None;
    }
    let mut times = Times::at(at_s);
    let took = times.read(ready, "lastTransitionTime")? - times.read(&pod.body, "status.startTime")?;
    (took >= 0).then_some(took)
}
