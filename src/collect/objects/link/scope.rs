//! What occurs among the objects, for a run that nobody wrote a config for.

use super::super::Object;
use super::databases::{component_names, databases};
use std::collections::{BTreeMap, BTreeSet};

/// The components that occur, by the name that they have here, with their name in the standard.
#[must_use]
pub fn occurring(objects: &[Object]) -> BTreeMap<String, String> {
    let found = databases(objects);
    let mut components: BTreeMap<String, String> =
        component_names(&found).into_iter().map(|name| (name, "postgresql".to_owned())).collect();
    for (kind, resource) in [("ConfigMap", "configmaps"), ("Secret", "secrets")] {
        let kept = objects.iter().any(|object| object.is("", kind));
        let copied = objects.iter().any(|object| object.is("velero.io", "Schedule") && includes(object, resource));
        if kept || copied {
            components.insert(resource.to_owned(), resource.to_owned());
        }
    }
    components
}

/// Whether a Velero schedule names `resource`, or all resources.
fn includes(object: &Object, resource: &str) -> bool {
    let included = ["spec.template.includedResources", "spec.template.includedNamespaceScopedResources"];
    let names: BTreeSet<&str> = included.iter().flat_map(|path| object.list(path)).filter_map(|node| node.as_str()).collect();
    let short = if resource == "configmaps" { "cm" } else { "secret" };
    let singular = resource.strip_suffix('s').unwrap_or(resource);
    names.is_empty() || names.iter().any(|name| ["*", resource, singular, short].contains(name))
}

/// The namespaces of the workloads and databases given, without those of tools that back up or watch.
#[must_use]
pub fn namespaces(objects: &[Object]) -> BTreeSet<String> {
    let tools: BTreeSet<&String> = objects.iter().filter(|object| is_tool(object)).filter_map(|object| object.namespace.as_ref()).collect();
    let running = objects.iter().filter(|object| is_running(object)).filter_map(|object| object.namespace.clone());
    running.filter(|namespace| !tools.contains(namespace)).collect()
}

fn is_running(object: &Object) -> bool {
    matches!(
        (object.group.as_str(), object.kind.as_str()),
        ("apps", "Deployment" | "StatefulSet" | "DaemonSet")
            | ("postgresql.cnpg.io", "Cluster")
            | ("postgres-operator.crunchydata.com", "PostgresCluster")
            | ("acid.zalan.do", "postgresql")
            | ("redis.redis.opstreelabs.in", "RedisCluster")
    )
}

/// Velero's own objects, and Prometheus.
fn is_tool(object: &Object) -> bool {
    matches!(
        (object.group.as_str(), object.kind.as_str()),
        ("velero.io", "Schedule" | "BackupStorageLocation") | ("monitoring.coreos.com", "Prometheus" | "Alertmanager")
    ) || super::super::velero::is_server(object)
}
