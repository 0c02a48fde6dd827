//! The system that the faults befall: what Git declares of the corrected Kubernaut, as its controllers keep it in
//! a cluster, with copies and runs of tonight, and beside that enough which has gone wrong.

use crate::common::{seaworthy, stderr, system};
use crate::lab::api::documents;
use crate::lab::stand_in::StandIn;
use seaworthy::clock::now_s;
use seaworthy::collect::objects::kinds::KINDS;
use seaworthy::snapshot::Snapshot;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use tempfile::TempDir;

/// Seconds of a day.
const DAY_S: i64 = 86_400;

/// Objects that are there besides those of Git, some of them good.
const LIVE: &str = include_str!("scene.yaml");

/// An instant as the API server writes it.
pub(super) fn instant(at_s: i64) -> String {
    jiff::Timestamp::from_second(at_s).unwrap().to_string()
}

/// `<now-60>` is a minute ago, `<daily-3600>` the cron expression of each day at the time of an hour ago.
fn dated(text: &str, now_s: i64) -> String {
    let slot = jiff::Timestamp::from_second(now_s - 3_600).unwrap().to_zoned(jiff::tz::TimeZone::UTC);
    let text = text.replace("<daily-3600>", &format!("{} {} * * *", slot.minute(), slot.hour()));
    let mut parts = text.split("<now");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (offset, rest) = part.split_once('>').unwrap();
        let offset_s: i64 = if offset.is_empty() { 0 } else { offset.parse().unwrap() };
        out.push_str(&instant(now_s + offset_s));
        out.push_str(rest);
    }
    out
}

/// What Git declares for the region, with statuses as the controllers write them.
fn declared(now_s: i64) -> Vec<Value> {
    let folder = system("kubernaut-ready").join("deploy/us-east-1");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let all = files.iter().flat_map(|file| documents(&std::fs::read_to_string(file).unwrap()));
    let is_read = |object: &Value| {
        let group = object["apiVersion"].as_str().unwrap().split_once('/').map_or("", |(group, _)| group);
        KINDS.iter().any(|kind| kind.group == group && object["kind"] == kind.kind)
    };
    all.filter(is_read).map(|object| kept(object, now_s)).collect()
}

/// An object as its controller keeps it when all is well.
fn kept(mut object: Value, now_s: i64) -> Value {
    let count = |field: &Value| field.as_u64().unwrap_or(1);
    let condition =
        |of: &str, reason: &str| json!({"type": of, "status": "True", "reason": reason, "lastTransitionTime": instant(now_s - DAY_S)});
    let status = match object["kind"].as_str().unwrap() {
        "Deployment" => {
            let replicas = count(&object["spec"]["replicas"]);
            let conditions = [condition("Available", "MinimumReplicasAvailable"), condition("Progressing", "NewReplicaSetAvailable")];
            json!({"observedGeneration": 1, "replicas": replicas, "updatedReplicas": replicas, "readyReplicas": replicas,
                   "availableReplicas": replicas, "conditions": conditions})
        }
        "DaemonSet" => json!({"observedGeneration": 1, "currentNumberScheduled": 3, "desiredNumberScheduled": 3, "numberMisscheduled": 0,
                              "numberReady": 3, "numberAvailable": 3, "updatedNumberScheduled": 3}),
        "Cluster" => json!({"phase": "Cluster in healthy state", "instances": 3, "readyInstances": 3, "currentPrimary": "postgresql-1",
                            "conditions": [condition("Ready", "ClusterIsReady"), condition("ContinuousArchiving", "ContinuousArchivingSuccess")]}),
        "RedisCluster" => json!({"state": "Ready", "readyLeaderReplicas": 3, "readyFollowerReplicas": 3}),
        "ScheduledBackup" => json!({"lastCheckTime": instant(now_s - 60), "lastScheduleTime": instant(now_s - 600)}),
        "BackupStorageLocation" => {
            json!({"phase": "Available", "lastValidationTime": instant(now_s - 40), "lastSyncedTime": instant(now_s - 40)})
        }
        "Schedule" => json!({"phase": "Enabled", "lastBackup": instant(now_s - 3_600)}),
        _ => Value::Null,
    };
    if !status.is_null() {
        object["status"] = status;
    }
    let metadata = object["metadata"].as_object_mut().unwrap();
    metadata.insert("generation".to_owned(), 1.into());
    metadata.insert("creationTimestamp".to_owned(), instant(now_s - 100 * DAY_S).into());
    object
}

/// The copies that a daily schedule of Velero has made since three months ago.
fn copies(schedule: &str, resource: &str, phase: &str, now_s: i64) -> Vec<Value> {
    let newest_s = (now_s - 2 * 3_600 - 60) / DAY_S * DAY_S + 2 * 3_600 + 36;
    let copy = |day: i64| {
        let at_s = newest_s - day * DAY_S;
        json!({
            "apiVersion": "velero.io/v1", "kind": "Backup",
            "metadata": {"name": format!("{schedule}-{at_s}"), "namespace": "velero", "creationTimestamp": instant(at_s),
                "labels": {"velero.io/schedule-name": schedule, "velero.io/storage-location": "default"}},
            "spec": {"includedNamespaces": ["kubernaut-system"], "includedResources": [resource], "storageLocation": "default", "ttl": "2184h0m0s"},
            "status": {"phase": phase, "startTimestamp": instant(at_s), "completionTimestamp": instant(at_s + 1),
                "expiration": instant(at_s + 91 * DAY_S), "progress": {"itemsBackedUp": 14, "totalItems": 14}},
        })
    };
    (0..91).map(copy).collect()
}

/// All objects of the cluster, the same for all tests.
fn objects() -> &'static [Value] {
    static OBJECTS: OnceLock<Vec<Value>> = OnceLock::new();
    // A whole minute, so that what was scheduled was scheduled for one.
    OBJECTS.get_or_init(|| objects_at(now_s() / 60 * 60))
}

fn objects_at(now_s: i64) -> Vec<Value> {
    let mut all = declared(now_s);
    // Its copies are made by two schedules here: one works, one does not.
    all.retain(|object| object["kind"] != "Schedule");
    for object in &mut all {
        // One service has lost a Pod, and one alert was never applied.
        if object["kind"] == "Deployment" && object["metadata"]["name"] == "data-storage" {
            object["status"]["readyReplicas"] = 1.into();
            object["status"]["availableReplicas"] = 1.into();
        }
        if object["kind"] == "PrometheusRule" {
            let groups = object["spec"]["groups"].as_array_mut().unwrap();
            groups.retain(|group| group["name"] != "certificates");
        }
    }
    all.extend(documents(&dated(LIVE, now_s)));
    all.extend(copies("kubernaut-daily", "configmaps", "Completed", now_s));
    all.extend(copies("kubernaut-secrets", "secrets", "Failed", now_s));
    all
}

/// A folder with a `seaworthy.yaml`, and a server that shows the cluster in it.
pub(super) struct Scene {
    pub(super) server: StandIn,
    pub(super) dir: TempDir,
}

impl Scene {
    /// The system in a server.
    pub(super) fn of(server: StandIn) -> Self {
        objects().iter().for_each(|object| server.put(&object.to_string()));
        let scene = Self { dir: tempfile::tempdir().unwrap(), server };
        scene.configure("");
        scene
    }

    /// Writes the config; `more` is said of the cluster.
    pub(super) fn configure(&self, more: &str) {
        self.configure_with(&self.server.kubeconfig(), more);
    }

    /// Writes the config with another kubeconfig.
    pub(super) fn configure_with(&self, kubeconfig: &Path, more: &str) {
        let fixture = std::fs::read_to_string(system("kubernaut-ready").join("seaworthy.yaml")).unwrap();
        let (system_part, _) = fixture.split_once("manifests:").unwrap();
        let system_part = system_part.replace("stage: pre-production", "stage: post-production");
        let deploy = system("kubernaut-ready").join("deploy");
        let text = format!(
            "{system_part}manifests:\n  - {{path: {0}/us-east-1/, region: us-east-1}}\n  - {{path: {0}/eu-west-1/, region: eu-west-1}}\n\
             failover: {{name: gateway.kubernaut.io}}\n\
             clusters:\n  - {{region: us-east-1, context: lab, kubeconfig: {1}{more}}}\n",
            deploy.display(),
            kubeconfig.display(),
        );
        std::fs::write(self.dir.path().join("seaworthy.yaml"), text).unwrap();
    }

    /// The binary, about to do something in the folder.
    pub(super) fn command(&self, args: &[&str]) -> Command {
        let mut command = seaworthy();
        command.current_dir(self.dir.path()).args(args);
        command
    }

    /// What it does.
    pub(super) fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// The snapshot that it takes, with time enough for the busiest machine.
    pub(super) fn collect(&self) -> Snapshot {
        self.collect_within("20s")
    }

    /// The snapshot that it takes where one question may take so long.
    pub(super) fn collect_within(&self, request: &str) -> Snapshot {
        let output = self.run(&["collect", "--allow", "secrets", "--request-timeout", request, "--timeout", "60s"]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        for (name, text) in [("standard output", &output.stdout), ("standard error", &output.stderr)] {
            super::clean(name, text);
        }
        Snapshot::load(&output.stdout).unwrap()
    }
}
