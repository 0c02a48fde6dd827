//! What keeps the Pods of a workload apart, and what keeps them up while nodes are emptied.

use super::super::{Object, values};
use super::selector::{self, Labels};
use crate::source_text::Node;

/// Whose Pods are placed.
pub(in super::super) struct Pods<'o> {
    /// The object that makes them.
    pub(in super::super) owner: &'o Object,
    /// Their labels.
    pub(in super::super) labels: Labels,
    /// How many there are.
    pub(in super::super) replicas: Option<u64>,
}

/// What a disruption budget does.
enum Strength {
    /// It lets some Pods go and keeps others.
    Protects,
    /// It lets all of them go at once.
    Nothing,
    /// It lets none go, so that a node is emptied by force, past the budget.
    ForbidsAll,
}

/// Whether a PodDisruptionBudget among the objects covers the Pods. `None` where the only one lets
/// none go, or where one cannot be read.
pub(in super::super) fn disruption_budget(objects: &[Object], pods: &Pods) -> Option<bool> {
    budget(objects, pods, |_| Some(true))
}

/// The same in a live cluster, where a budget also says how many Pods it really finds.
pub(super) fn live_disruption_budget(objects: &[Object], pods: &Pods) -> Option<bool> {
    budget(objects, pods, finds_pods)
}

/// Whether the controller of a budget finds Pods for it: a selector that takes none shows nowhere else. `None` where
/// it has not seen the newest description.
fn finds_pods(budget: &Object) -> Option<bool> {
    let seen = values::whole_or(&budget.body, "status.observedGeneration", 0)? >= budget.int("metadata.generation")?;
    let expected = budget.int("status.expectedPods")?;
    seen.then_some(expected > 0)
}

fn budget(objects: &[Object], pods: &Pods, finds: impl Fn(&Object) -> Option<bool>) -> Option<bool> {
    let budgets = objects.iter().filter(|object| object.is("policy", "PodDisruptionBudget"));
    let covers = |budget: &Object| {
        let selected = values::all([values::same_namespace(budget, pods.owner), selects(budget, &pods.labels)]);
        if selected == Some(false) { selected } else { values::all([selected, finds(budget)]) }
    };
    values::any(budgets.map(|budget| match covers(budget) {
        Some(true) => match strength(budget, pods.replicas) {
            Strength::Protects => Some(true),
            Strength::Nothing => Some(false),
            Strength::ForbidsAll => None,
        },
        other => other,
    }))
}

/// Whether a budget selects Pods with these labels.
fn selects(budget: &Object, labels: &Labels) -> Option<bool> {
    let selector = budget.at("spec.selector");
    let empty = selector.and_then(Node::as_map).is_some_and(<[_]>::is_empty);
    // An empty selector means nothing in v1beta1 and everything since v1.
    if empty && budget.version == "v1beta1" {
        return Some(false);
    }
    selector::takes(selector, labels)
}

fn strength(budget: &Object, replicas: Option<u64>) -> Strength {
    if let Some(node) = values::given(&budget.body, "spec.maxUnavailable") {
        return match share(node, replicas) {
            Share::None => Strength::ForbidsAll,
            Share::All => Strength::Nothing,
            Share::Some => Strength::Protects,
        };
    }
    match values::given(&budget.body, "spec.minAvailable").map(|node| share(node, replicas)) {
        Some(Share::None) => Strength::Nothing,
        Some(Share::All) => Strength::ForbidsAll,
        Some(Share::Some) | None => Strength::Protects,
    }
}

/// How many of the Pods a number or a percentage is.
enum Share {
    None,
    Some,
    All,
}

fn share(node: &Node, replicas: Option<u64>) -> Share {
    let percent = node.as_str().and_then(|text| text.strip_suffix('%')).and_then(|text| text.parse::<u64>().ok());
    let number = node.as_i64().and_then(|number| u64::try_from(number).ok());
    match (percent, number) {
        (Some(0), _) | (_, Some(0)) => Share::None,
        (Some(percent), _) if percent >= 100 => Share::All,
        (_, Some(number)) if replicas.is_some_and(|replicas| number >= replicas) => Share::All,
        (Some(_) | None, Some(_) | None) => Share::Some,
    }
}

/// Whether the Pods are kept on different nodes or zones: by a rule that must hold and that takes
/// these very Pods. A rule that only should hold proves nothing either way.
pub(in super::super) fn spread(affinity: Option<&Node>, constraints: &[Node], pods: &Pods) -> Option<bool> {
    let none: &[Node] = &[];
    let terms = |kind: &str| {
        affinity.map_or(none, |node| values::list(node, &format!("podAntiAffinity.{kind}DuringSchedulingIgnoredDuringExecution")))
    };
    let required = terms("required").iter().map(|term| keeps_apart(term, pods));
    let preferred = terms("preferred").iter().map(|term| wished(term.at_path("podAffinityTerm").and_then(|term| keeps_apart(term, pods))));
    values::any(required.chain(preferred).chain(constraints.iter().map(|constraint| keeps_even(constraint, pods))))
}

/// What a rule that only should hold says: not known if it takes the Pods, nothing if it does not.
fn wished(takes: Option<bool>) -> Option<bool> {
    takes.filter(|takes| !takes)
}

fn keeps_apart(term: &Node, pods: &Pods) -> Option<bool> {
    let elsewhere = match (values::given(term, "namespaces").and_then(Node::as_seq), &pods.owner.namespace) {
        (Some(listed), Some(own)) if !listed.is_empty() => !listed.iter().any(|name| name.as_str() == Some(own)),
        (Some(_) | None, Some(_) | None) => false,
    };
    if elsewhere && values::given(term, "namespaceSelector").is_none() {
        return Some(false);
    }
    selector::takes(term.get("labelSelector"), &pods.labels)
}

fn keeps_even(constraint: &Node, pods: &Pods) -> Option<bool> {
    let takes = selector::takes(constraint.get("labelSelector"), &pods.labels);
    if values::text(constraint, "whenUnsatisfiable").unwrap_or("DoNotSchedule") != "DoNotSchedule" {
        return wished(takes);
    }
    // A skew as large as the workload lets all of it run on one node.
    let skew = values::count_or(constraint, "maxSkew", 1)?;
    let even = if skew == 1 { Some(true) } else { pods.replicas.map(|replicas| skew < replicas) };
    values::all([takes, even])
}
