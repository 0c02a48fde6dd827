//! The system of `fixtures/systems/kubernaut-ready` in a control plane: its manifests, applied, and the statuses
//! that its controllers write.

use crate::common::system;
use crate::lab::api::documents;
use crate::lab::{ControlPlane, crds};
use serde_json::{Value, json};

/// The folder of a region's manifests.
pub(crate) fn manifests(region: &str) -> Vec<Value> {
    let folder = system("kubernaut-ready").join("deploy").join(region);
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().flat_map(|file| documents(&std::fs::read_to_string(file).unwrap())).collect()
}

/// An instant so many seconds ago, as the API writes it.
pub(crate) fn ago(seconds: i64) -> String {
    (jiff::Timestamp::now() - jiff::SignedDuration::from_secs(seconds)).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Installs the kinds, and deploys a region.
pub(crate) fn deploy(plane: &ControlPlane, region: &str) {
    crds::install(&plane.admin);
    ["kubernaut-system", "velero", "monitoring", "logging"].into_iter().for_each(|name| plane.admin.namespace(name));
    // What tells Prometheus where to scrape is read by nobody here.
    let scrapes = |object: &Value| matches!(object["kind"].as_str(), Some("PodMonitor" | "ServiceMonitor"));
    for object in manifests(region).iter().filter(|object| !scrapes(object)) {
        plane.admin.try_apply(object).unwrap_or_else(|error| panic!("{error}\n{object}"));
        let live = plane.admin.get(&plane.admin.path(object));
        if let Some(status) = status(&live) {
            let mut whole = object.clone();
            whole["status"] = status;
            plane.admin.status(&whole.to_string());
        }
    }
    copies(plane);
}

/// What the controller of an object writes where all is well.
fn status(object: &Value) -> Option<Value> {
    let spec = &object["spec"];
    let seen = &object["metadata"]["generation"];
    match object["kind"].as_str()? {
        "Deployment" => Some(deployment(seen, &spec["replicas"])),
        "PodDisruptionBudget" => Some(json!({
            "observedGeneration": seen, "expectedPods": 3, "currentHealthy": 3, "desiredHealthy": 2, "disruptionsAllowed": 1,
        })),
        "DaemonSet" => Some(json!({
            "observedGeneration": seen, "desiredNumberScheduled": 3, "currentNumberScheduled": 3, "updatedNumberScheduled": 3,
            "numberReady": 3, "numberAvailable": 3, "numberMisscheduled": 0,
        })),
        "Cluster" => Some(json!({
            "phase": "Cluster in healthy state", "instances": spec["instances"], "readyInstances": spec["instances"],
            "currentPrimary": "postgresql-1", "targetPrimary": "postgresql-1",
            "conditions": [
                {"type": "Ready", "status": "True", "reason": "ClusterIsReady", "lastTransitionTime": ago(3_600), "message": ""},
                {"type": "ContinuousArchiving", "status": "True", "reason": "ContinuousArchivingSuccess", "lastTransitionTime": ago(3_600), "message": ""},
            ],
        })),
        "ScheduledBackup" => Some(json!({"lastCheckTime": ago(600), "lastScheduleTime": ago(600), "nextScheduleTime": ago(-3_000)})),
        "RedisCluster" => {
            Some(json!({"state": "Ready", "reason": "RedisCluster is ready", "readyLeaderReplicas": 3, "readyFollowerReplicas": 3}))
        }
        "BackupStorageLocation" => Some(json!({"phase": "Available", "lastValidationTime": ago(20), "lastSyncedTime": ago(20)})),
        "Schedule" => Some(json!({"phase": "Enabled", "lastBackup": ago(7_200)})),
        "HealthCheck" => Some(json!({"id": format!("{:.8}-0000-4000-8000-000000000000", object["metadata"]["uid"].as_str().unwrap())})),
        "RecordSet" => Some(json!({"id": "C2682N5HXP0BZ4", "status": "INSYNC"})),
        "HostedZone" => Some(json!({"id": "/hostedzone/Z1D633PJN98FT9"})),
        _ => None,
    }
}

/// The status of a Deployment whose rollout is done.
pub(crate) fn deployment(seen: &Value, replicas: &Value) -> Value {
    let condition = |kind: &str, reason: &str| json!({"type": kind, "status": "True", "reason": reason, "lastTransitionTime": ago(3_600), "lastUpdateTime": ago(3_600), "message": ""});
    json!({
        "observedGeneration": seen, "replicas": replicas, "readyReplicas": replicas, "updatedReplicas": replicas, "availableReplicas": replicas,
        "conditions": [condition("Available", "MinimumReplicasAvailable"), condition("Progressing", "NewReplicaSetAvailable")],
    })
}

/// The copies that both products have made since: Velero's own time must not be before its object's, which would have
/// come back from the bucket then.
fn copies(plane: &ControlPlane) {
    let velero = || {
        json!({
            "apiVersion": "velero.io/v1", "kind": "Backup",
            "metadata": {"name": "kubernaut-daily-1", "namespace": "velero", "labels": {"velero.io/schedule-name": "kubernaut-daily"}},
            "spec": {"includedNamespaces": ["kubernaut-system"], "includedResources": ["configmaps", "secrets"], "storageLocation": "default", "ttl": "2184h0m0s"},
            "status": {
                "phase": "Completed", "startTimestamp": ago(0), "completionTimestamp": ago(0), "expiration": ago(-2_184 * 3_600),
                "progress": {"totalItems": 12, "itemsBackedUp": 12},
            },
        })
    };
    let base = |hour: i64| {
        let start = hour * 3_600 + 600;
        json!({
            "apiVersion": "postgresql.cnpg.io/v1", "kind": "Backup",
            "metadata": {"name": format!("postgresql-{hour}"), "namespace": "kubernaut-system", "labels": {"cnpg.io/scheduled-backup": "postgresql", "cnpg.io/cluster": "postgresql"}},
            "spec": {"cluster": {"name": "postgresql"}, "method": "plugin"},
            "status": {"phase": "completed", "method": "plugin", "startedAt": ago(start), "stoppedAt": ago(start - 60), "beginWal": "000000010000000000000010", "endWal": "000000010000000000000011"},
        })
    };
    let all = || std::iter::once(velero()).chain((0..7).map(base)).collect::<Vec<Value>>();
    let mut bare = all();
    bare.iter_mut().for_each(|one| drop(one.as_object_mut().unwrap().remove("status")));
    plane.admin.create_all(bare);
    plane.admin.set_statuses(all());
}
