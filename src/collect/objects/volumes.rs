//! The space that databases have: what a CloudNativePG cluster asks for, and the claims that its
//! operator made. Other claims are understood and evidence of nothing: what they hold is not known.

use super::{Context, Found, Object, store, values};
use crate::collect::retention::quantity_bytes;
use crate::snapshot::{Class, Noun, Subject, Volume};
use std::collections::BTreeSet;

/// Reads volume claims.
pub(super) fn read(objects: &[Object], context: &Context, found: &mut Found) {
    let clusters: Vec<&Object> = objects.iter().filter(|object| object.is("postgresql.cnpg.io", "Cluster")).collect();
    let asked = context.standard.subjects_of(Noun::Volume);
    for claim in objects.iter().filter(|object| object.is("", "PersistentVolumeClaim")) {
        found.understood.insert(claim.reference());
        if context.class == Class::Observed {
            store_claim(claim, &clusters, &asked, context, found);
        }
    }
    // What is live has claims of its own; a description only says what they will be.
    if context.class == Class::Declared {
        for cluster in &clusters {
            store_declared(cluster, &clusters, &asked, context, found);
        }
    }
}

/// The component that a cluster is: by the inventory, or as the only cluster where there is only one
/// PostgreSQL.
fn subject(cluster: &Object, clusters: &[&Object], asked: &BTreeSet<Subject>, context: &Context) -> Option<Subject> {
    let named: BTreeSet<Subject> = context
        .system
        .inventory
        .iter()
        .filter(|(thing, wanted)| {
            let name = wanted.name.as_deref().unwrap_or(thing);
            wanted.kind == values::kind_name(cluster) && name == cluster.name && values::in_scope(cluster, context)
        })
        .map(|(thing, _)| context.subject(thing))
        .filter(|subject| asked.contains(subject))
        .collect();
    if let Some(subject) = named.first() {
        return Some(subject.clone());
    }
    let mut databases = context.system.components.iter().filter(|(_, known)| *known == "postgresql");
    let (only, _) = databases.next()?;
    let subject = context.subject(only);
    let only = databases.next().is_none() && clusters.len() == 1 && values::in_scope(cluster, context);
    (only && asked.contains(&subject)).then_some(subject)
}

fn store_declared(cluster: &Object, clusters: &[&Object], asked: &BTreeSet<Subject>, context: &Context, found: &mut Found) {
    let Some(subject) = subject(cluster, clusters, asked, context) else {
        return;
    };
    for (field, suffix) in [("storage", ""), ("walStorage", "-wal")] {
        let Some(storage) = values::given(&cluster.body, &format!("spec.{field}")) else {
            continue;
        };
        let size = values::given(storage, "size").or_else(|| values::given(storage, "pvcTemplate.resources.requests.storage"));
        let item = Volume {
            id: format!("{}/{field}", context.id(cluster)),
            class: context.class,
            read: context.read(),
            at: cluster.place(size, None),
            claim: claim_name(cluster, suffix),
            capacity_bytes: size.and_then(bytes),
            used_bytes: None,
            full_in_s: None,
        };
        found.link(&cluster.reference(), &subject, "its storage is that of the database");
        store(&mut found.evidence.volume, subject.as_str(), item);
    }
}

/// Stores a claim that the operator has marked as a cluster's.
fn store_claim(claim: &Object, clusters: &[&Object], asked: &BTreeSet<Subject>, context: &Context, found: &mut Found) {
    let owner = claim.at("metadata.labels").and_then(|labels| labels.get("cnpg.io/cluster")).and_then(|name| name.as_str());
    let cluster = clusters.iter().find(|cluster| Some(cluster.name.as_str()) == owner && cluster.namespace == claim.namespace);
    let Some(subject) = cluster.and_then(|cluster| subject(cluster, clusters, asked, context)) else {
        return;
    };
    let item = Volume {
        id: context.id(claim),
        class: context.class,
        read: context.read(),
        at: claim.place(None, None),
        claim: claim_name(claim, ""),
        capacity_bytes: claim.at("status").and_then(|status| values::given(status, "capacity.storage")).and_then(bytes),
        used_bytes: None,
        full_in_s: None,
    };
    found.link(&claim.reference(), &subject, "its operator marked it as the database's");
    store(&mut found.evidence.volume, subject.as_str(), item);
}

fn claim_name(object: &Object, suffix: &str) -> String {
    match &object.namespace {
        Some(namespace) => format!("{namespace}/{}{suffix}", object.name),
        None => format!("{}{suffix}", object.name),
    }
}

/// A quantity as it is written: a bare number is bytes.
fn bytes(node: &crate::source_text::Node) -> Option<u64> {
    match node.as_i64() {
        Some(bytes) => u64::try_from(bytes).ok(),
        None => quantity_bytes(node.as_str()?).ok(),
    }
}

#[cfg(test)]
mod tests {
    use crate::collect::objects::sample::{self, System};

    const CLUSTER: &str = "
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: postgresql-primary, namespace: kubernaut-system}
spec: {instances: 3, storage: {size: 100Gi}, walStorage: {pvcTemplate: {resources: {requests: {storage: 10Gi}}}}}
";

    #[test]
    fn a_lone_cluster_is_the_database_and_its_sizes_are_read() {
        let found = sample::read(CLUSTER, super::read);
        let sizes: Vec<_> =
            found.evidence.volume["postgresql/us-east-1"].iter().map(|item| (item.claim.as_str(), item.capacity_bytes)).collect();
        let name = "kubernaut-system/postgresql-primary";
        assert_eq!(sizes, [(name, Some(100 << 30)), ("kubernaut-system/postgresql-primary-wal", Some(10 << 30))]);
    }

    #[test]
    fn two_clusters_of_which_none_is_named_are_not_guessed() {
        let found = sample::read(&format!("{CLUSTER}---{}", CLUSTER.replace("-primary", "-other")), super::read);
        assert!(found.evidence.volume.is_empty());
    }

    #[test]
    fn a_neighbour_s_cluster_is_not_ours_though_it_is_the_only_one() {
        let found = System::observed().read(&CLUSTER.replace("kubernaut-system", "billing"), super::read);
        assert!(found.evidence.volume.is_empty());
        let found = sample::read(&CLUSTER.replace("kubernaut-system", "billing"), super::read);
        assert!(found.evidence.volume.is_empty());
    }

    #[test]
    fn a_live_claim_says_what_it_has() {
        let claim = "---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: postgresql-primary-1, namespace: kubernaut-system, labels: {cnpg.io/cluster: postgresql-primary}}
status: {capacity: {storage: 200Gi}}
";
        let found = System::observed().read(&format!("{CLUSTER}{claim}"), super::read);
        let items = &found.evidence.volume["postgresql/us-east-1"];
        assert_eq!(items.len(), 1);
        assert_eq!(items[0].capacity_bytes, Some(200 << 30));
    }
}
