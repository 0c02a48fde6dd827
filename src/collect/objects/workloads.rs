//! What runs: Deployments, StatefulSets, DaemonSets and operators' clusters, as things of the
//! inventory and as what keeps a promise (logs are shipped, metrics are kept, a cache keeps nothing).
//!
//! What lives here: which thing an object is, and what its description says. What must not: how many
//! replicas are enough, or how quick is quick.

mod cnpg;
mod exclusions;
mod placement;
mod pods;
mod selector;
mod startup;
mod status;
#[cfg(test)]
mod tests;

pub(super) use placement::{Pods, disruption_budget, spread};
pub(super) use pods::span_s;
pub(super) use selector::Labels;
pub(super) use startup::longest_labelled_ms;
pub(super) use status::is_there;

use super::{Context, Found, Object, redis_operator, store, values};
use crate::snapshot::{Class, Noun, Subject, Workload};
use exclusions::Role;
use std::collections::BTreeSet;

/// Reads what runs.
pub(super) fn read(objects: &[Object], context: &Context, found: &mut Found) {
    let asked = context.standard.subjects_of(Noun::Workload);
    for object in objects.iter().filter(|object| !redis_operator::owns(object)) {
        let roles = roles(object, context, &asked);
        if is_ours(object) || !roles.is_empty() {
            found.understood.insert(object.reference());
        }
        if !roles.is_empty() {
            store_as(&describe(object, objects, context), object, roles, found);
        }
    }
}

/// Whether this file reads the object, or another that says something about it.
fn is_ours(object: &Object) -> bool {
    built_in(object)
        || cnpg::is_cluster(object)
        || object.is("policy", "PodDisruptionBudget")
        || object.is("autoscaling", "HorizontalPodAutoscaler")
        || object.is("keda.sh", "ScaledObject")
}

fn built_in(object: &Object) -> bool {
    object.group == "apps" && matches!(object.kind.as_str(), "Deployment" | "StatefulSet" | "DaemonSet")
}

/// The subjects that an object is evidence about, each once: the inventory first, then the promises.
pub(super) fn roles(object: &Object, context: &Context, asked: &BTreeSet<Subject>) -> Vec<Role> {
    let mut roles = inventory(object, context);
    roles.extend(exclusions::roles(object, context));
    let mut seen = BTreeSet::new();
    roles.retain(|role| asked.contains(&role.subject) && seen.insert(role.subject.clone()));
    roles
}

/// Stores an item under each of its subjects.
pub(super) fn store_as(item: &Workload, object: &Object, roles: Vec<Role>, found: &mut Found) {
    for role in roles {
        found.link(&object.reference(), &role.subject, role.because);
        let purpose = role.purpose.map(str::to_owned);
        store(&mut found.evidence.workload, role.subject.as_str(), Workload { purpose, keep_s: role.keep_s, ..item.clone() });
    }
}

/// The things of the inventory that an object is.
fn inventory(object: &Object, context: &Context) -> Vec<Role> {
    let kind = values::kind_name(object);
    let full = format!("{}.{}", object.kind, object.group);
    let things = context.system.inventory.iter().filter(|(thing, wanted)| {
        let named = match &wanted.name {
            Some(name) => *name == object.name,
            // The objects of an operator are few, those of Kubernetes are many: these need a name.
            None => kind != object.kind || **thing == object.name,
        };
        let placed = match (&wanted.namespace, &object.namespace) {
            (Some(wanted), Some(namespace)) => wanted == namespace,
            (Some(_), None) => true,
            (None, _) => values::in_scope(object, context) || context.system.namespaces.is_empty(),
        };
        (wanted.kind == kind || wanted.kind == full) && named && placed
    });
    things.map(|(thing, wanted)| Role::plain(context.subject(thing), because(thing, wanted.name.as_deref(), object))).collect()
}

fn because(thing: &str, name: Option<&str>, object: &Object) -> String {
    match name {
        Some(_) => format!("the inventory names it for {thing}"),
        None if thing == object.name => format!("it has the kind and the name of {thing} in the inventory"),
        None => format!("it has the kind of {thing} in the inventory, which names none"),
    }
}

/// An item that says nothing yet.
pub(super) fn blank(object: &Object, context: &Context) -> Workload {
    Workload {
        id: context.id(object),
        class: context.class,
        read: context.read(),
        at: object.place(None, None),
        kind: values::kind_name(object),
        namespace: object.namespace.clone(),
        name: object.name.clone(),
        replicas: None,
        ready: None,
        settled: None,
        readiness: None,
        detect_s: None,
        startup_budget_s: None,
        start_max_ms: None,
        disruption_budget: None,
        spread: None,
        persistent: None,
        purpose: None,
        keep_s: None,
    }
}

/// All that an object says of itself. Of a kind that we do not know: only that it is there.
fn describe(object: &Object, objects: &[Object], context: &Context) -> Workload {
    let mut item = blank(object, context);
    if built_in(object) {
        describe_built_in(object, objects, context, &mut item);
    } else if cnpg::is_cluster(object) {
        cnpg::describe(object, &mut item);
        if context.class == Class::Observed && is_there(object) {
            status::observe_cnpg(object, &mut item);
            let labels = [("cnpg.io/cluster", object.name.as_str()), ("cnpg.io/podRole", "instance")];
            item.start_max_ms = startup::longest_labelled_ms(object, &labels, objects, context.at_s);
        }
    } else {
        describe_other(object, &mut item);
    }
    item
}

fn describe_built_in(object: &Object, objects: &[Object], context: &Context, item: &mut Workload) {
    let observed = context.class == Class::Observed;
    if object.kind != "DaemonSet" {
        let written = values::count_or(&object.body, "spec.replicas", 1);
        // What is live says how many it asks for now; what is declared may leave that to a scaler.
        item.replicas = if observed { written } else { scaled(object, objects).unwrap_or(written) };
        item.at = object.place(object.at("spec.replicas"), None);
    }
    pods::describe(object, objects, item);
    if observed {
        status::observe(object, item);
        item.start_max_ms = startup::longest_ms(object, objects, context.at_s);
    }
}

/// The least that an autoscaler lets a workload have; nothing where none scales it.
fn scaled(object: &Object, objects: &[Object]) -> Option<Option<u64>> {
    let least: Vec<Option<u64>> = objects.iter().filter_map(|scaler| scales(scaler, object)).collect();
    if least.is_empty() {
        return None;
    }
    let known: Option<Vec<u64>> = least.into_iter().collect();
    Some(known.and_then(|known| known.into_iter().min()))
}

/// What a scaler lets this workload have at least, if it scales it.
fn scales(scaler: &Object, object: &Object) -> Option<Option<u64>> {
    let (field, default) = match (scaler.group.as_str(), scaler.kind.as_str()) {
        ("autoscaling", "HorizontalPodAutoscaler") => ("spec.minReplicas", 1),
        ("keda.sh", "ScaledObject") => ("spec.minReplicaCount", 0),
        _ => return None,
    };
    let kind = scaler.text("spec.scaleTargetRef.kind").unwrap_or("Deployment");
    let named = kind == object.kind && scaler.text("spec.scaleTargetRef.name") == Some(object.name.as_str());
    if !named || values::same_namespace(scaler, object) == Some(false) {
        return None;
    }
    Some(values::count_or(&scaler.body, field, default))
}

/// Clusters and stores of other operators: how many servers they ask for.
fn describe_other(object: &Object, item: &mut Workload) {
    item.replicas = match (object.group.as_str(), object.kind.as_str()) {
        ("postgres-operator.crunchydata.com", "PostgresCluster") => {
            let sets: Option<Vec<u64>> = object.list("spec.instances").iter().map(|set| values::count_or(set, "replicas", 1)).collect();
            sets.map(|sets| sets.into_iter().fold(0, u64::saturating_add))
        }
        ("acid.zalan.do", "postgresql") => object.int("spec.numberOfInstances").and_then(|count| u64::try_from(count).ok()),
        ("monitoring.coreos.com", "Prometheus") => values::count_or(&object.body, "spec.replicas", 1),
        _ => None,
    };
    item.persistent = match (object.group.as_str(), object.kind.as_str()) {
        ("postgres-operator.crunchydata.com", "PostgresCluster") | ("acid.zalan.do", "postgresql") => Some(true),
        // Without a claim the operator gives its Pods an emptyDir.
        ("monitoring.coreos.com", "Prometheus") => Some(object.at("spec.storage.volumeClaimTemplate").is_some()),
        _ => None,
    };
}
