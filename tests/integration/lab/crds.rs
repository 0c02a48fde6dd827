//! The kinds of all products that are read, as definitions that accept anything: what matters to a reader is
//! where a kind is served, and that its status is a subresource.

use super::api::{Api, documents};
use super::process::until;
use seaworthy::collect::objects::kinds::{KINDS, Kind};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The versions that each group serves, the one that is stored first. `v1` where nothing is said.
const VERSIONS: &[(&str, &str, &[&str])] = &[
    ("autoscaling", "", &["v2", "v1"]),
    ("keda.sh", "", &["v1alpha1"]),
    ("cilium.io", "", &["v2"]),
    ("policy.networking.k8s.io", "", &["v1alpha1"]),
    ("postgres-operator.crunchydata.com", "", &["v1beta1"]),
    ("redis.redis.opstreelabs.in", "", &["v1beta2"]),
    ("route53.services.k8s.aws", "", &["v1alpha1"]),
    ("monitoring.coreos.com", "AlertmanagerConfig", &["v1alpha1"]),
    ("config.kio.kasten.io", "", &["v1alpha1"]),
    ("volsync.backube", "", &["v1alpha1"]),
    ("stash.appscode.com", "", &["v1beta1"]),
    ("core.kubestash.com", "", &["v1alpha1"]),
    ("pgv2.percona.com", "", &["v2"]),
    ("longhorn.io", "", &["v1beta2", "v1beta1"]),
];

/// What lies in no namespace.
const CLUSTER_WIDE: [&str; 4] =
    ["CiliumClusterwideNetworkPolicy", "GlobalNetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy"];

/// Whether the API server has a kind by itself.
fn is_built_in(kind: &Kind) -> bool {
    // What the project itself offers as an extension is of its domain too.
    !kind.group.contains('.') || kind.group.ends_with(".k8s.io") && kind.group != "policy.networking.k8s.io"
}

/// Installs a definition for each kind of [`KINDS`] that the API server does not have, and waits for them.
pub(crate) fn install(api: &Api) {
    establish(api, KINDS.iter().filter(|kind| !is_built_in(kind)).map(definition).collect());
}

/// The folder of real definitions, where the machine has one.
pub(crate) fn real() -> Option<PathBuf> {
    std::env::var_os("SEAWORTHY_TEST_CRDS").map(PathBuf::from)
}

/// Installs the real definitions of a folder instead, and [ours](install) of what it lacks.
pub(crate) fn install_real(api: &Api, folder: &Path) {
    let mut all: Vec<Value> = yaml_files(folder).iter().flat_map(|path| documents(&std::fs::read_to_string(path).unwrap())).collect();
    all.retain(|one| one["kind"] == "CustomResourceDefinition");
    // Older versions of the same definitions lie beside the newest.
    all.sort_by_key(|one| one["metadata"]["name"].as_str().unwrap().to_owned());
    all.dedup_by_key(|one| one["metadata"]["name"].clone());
    for kind in KINDS.iter().filter(|kind| !is_built_in(kind)) {
        let ours = definition(kind);
        if !all.iter().any(|one| one["metadata"]["name"] == ours["metadata"]["name"]) {
            all.push(ours);
        }
    }
    establish(api, all);
}

fn yaml_files(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    let of = |path: PathBuf| match path.is_dir() {
        true if path.ends_with("old") => Vec::new(),
        true => yaml_files(&path),
        false => vec![path],
    };
    entries.into_iter().flat_map(of).filter(|path| path.extension().is_some_and(|extension| extension == "yaml")).collect()
}

fn establish(api: &Api, definitions: Vec<Value>) {
    let wanted = definitions.len();
    api.create_all(definitions);
    until("the definitions are established", Duration::from_secs(120), || {
        let list = api.get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions");
        let is = |one: &Value| {
            let conditions = one["status"]["conditions"].as_array();
            conditions.is_some_and(|all| all.iter().any(|c| c["type"] == "Established" && c["status"] == "True"))
        };
        (list["items"].as_array().unwrap().iter().filter(|one| is(one)).count() >= wanted).then_some(())
    });
    // Established is a word before served: the discovery follows.
    until("the definitions are served", Duration::from_secs(60), || {
        let served = api.get("/apis");
        let is = |kind: &&Kind| served["groups"].as_array().unwrap().iter().any(|group| group["name"] == kind.group);
        KINDS.iter().filter(|kind| !kind.group.is_empty()).all(|kind| is(&kind)).then_some(())
    });
}

/// The versions in which a kind is served, the one that is stored first.
pub(crate) fn versions(kind: &Kind) -> &'static [&'static str] {
    let is_of = |(group, only, _): &&(&str, &str, &[&str])| *group == kind.group && (only.is_empty() || *only == kind.kind);
    VERSIONS.iter().find(is_of).map_or(&["v1"], |found| found.2)
}

fn definition(kind: &Kind) -> Value {
    let version = |(at, name): (usize, &&str)| {
        json!({
            "name": name, "served": true, "storage": at == 0, "subresources": {"status": {}},
            "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}},
        })
    };
    json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {
            "name": format!("{}.{}", kind.resource, kind.group),
            // A group of the project itself asks for this; nobody checks what it says.
            "annotations": {"api-approved.kubernetes.io": "unapproved, for tests"},
        },
        "spec": {
            "group": kind.group, "scope": if CLUSTER_WIDE.contains(&kind.kind) { "Cluster" } else { "Namespaced" },
            "names": {"kind": kind.kind, "listKind": format!("{}List", kind.kind), "plural": kind.resource, "singular": kind.kind.to_lowercase()},
            "versions": versions(kind).iter().enumerate().map(version).collect::<Vec<_>>(),
        },
    })
}
