//! NetworkPolicies: whether traffic that no policy names is refused.

use super::super::{Object, values};
use crate::source_text::Node;

/// The groups of policies of other makers, which may refuse traffic too and which we do not read.
const OTHERS: [&str; 4] = ["cilium.io", "crd.projectcalico.org", "projectcalico.org", "policy.networking.k8s.io"];

/// The two ways of traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    In,
    Out,
}

/// Whether an object is a policy that we read.
pub(super) fn is_policy(object: &Object) -> bool {
    object.is("networking.k8s.io", "NetworkPolicy")
}

/// Whether all Pods of a namespace refuse what no policy names, both ways, with a policy that shows it.
/// Not known where the policies of another maker may do it, or where a policy does not say in which of
/// several namespaces it lies.
pub(super) fn default_deny<'o>(namespace: &str, alone: bool, objects: &'o [Object]) -> (Option<bool>, Option<&'o Object>) {
    let mut policies = Vec::new();
    let mut unplaced = false;
    for policy in objects.iter().filter(|object| is_policy(object)) {
        match &policy.namespace {
            Some(own) if own == namespace => policies.push(policy),
            None if alone => policies.push(policy),
            None => unplaced = true,
            Some(_) => {}
        }
    }
    let broad: Vec<&Object> = policies.iter().copied().filter(|policy| takes_all(policy)).collect();
    let open = broad.iter().copied().find(|policy| lets_all(policy, Way::In) || lets_all(policy, Way::Out));
    if let Some(open) = open {
        return (Some(false), Some(open));
    }
    let refuses = |way: Way| broad.iter().copied().find(|policy| isolates(policy, way));
    match (refuses(Way::In), refuses(Way::Out)) {
        (Some(policy), Some(_)) => (Some(true), Some(policy)),
        (one, other) => {
            let doubt = unplaced || objects.iter().any(|object| OTHERS.contains(&object.group.as_str()) && object.kind.ends_with("Policy"));
            let shown = one.or(other).or(policies.first().copied());
            ((!doubt).then_some(false), shown)
        }
    }
}

/// Whether a policy takes every Pod of its namespace.
fn takes_all(policy: &Object) -> bool {
    let empty = |field: &str| match policy.at(&format!("spec.podSelector.{field}")) {
        Some(node) => node.is_null() || node.as_map().is_some_and(<[_]>::is_empty) || node.as_seq().is_some_and(<[_]>::is_empty),
        None => true,
    };
    let readable = policy.at("spec.podSelector").is_none_or(|node| node.is_null() || node.as_map().is_some());
    policy.at("spec").is_some() && readable && empty("matchLabels") && empty("matchExpressions")
}

/// Whether a policy is about this way. Where no types are written it is about what comes in, and about
/// what goes out if it has rules for that.
fn isolates(policy: &Object, way: Way) -> bool {
    let types = policy.list("spec.policyTypes");
    let word = match way {
        Way::In => "Ingress",
        Way::Out => "Egress",
    };
    if types.is_empty() {
        return way == Way::In || !policy.list("spec.egress").is_empty();
    }
    types.iter().any(|kind| kind.as_str() == Some(word))
}

/// Whether a policy lets everything through this way.
fn lets_all(policy: &Object, way: Way) -> bool {
    let (rules, peers) = match way {
        Way::In => ("spec.ingress", "from"),
        Way::Out => ("spec.egress", "to"),
    };
    isolates(policy, way) && policy.list(rules).iter().any(|rule| is_open(rule, peers))
}

/// Whether a rule names no port and no peer, or the whole Internet.
fn is_open(rule: &Node, peers: &str) -> bool {
    let peers = values::list(rule, peers);
    values::list(rule, "ports").is_empty() && (peers.is_empty() || peers.iter().any(is_everybody))
}

fn is_everybody(peer: &Node) -> bool {
    let whole = matches!(values::text(peer, "ipBlock.cidr"), Some("0.0.0.0/0" | "::/0"));
    whole && values::list(peer, "ipBlock.except").is_empty()
}
