//! A real Velero that copies into a real object store, and what is made of its copies: those that ended well, in part,
//! or not at all, a place that went away, a schedule that was switched off, and a restore.

use crate::cluster_jobs::living;
use crate::cluster_view::{Desk, View};
use crate::lab::ControlPlane;
use crate::lab::process::until;
use crate::lab::velero::{ObjectStore, Velero, path, phase};
use serde_json::{Value, json};
use std::time::Duration;

/// A desk whose system is one namespace. What other tests do in theirs at the same time is not read.
fn desk(plane: &ControlPlane, namespace: &str) -> Desk {
    Desk::new(&format!(
        "version: 1
system: {namespace}
namespaces: [{namespace}]
regions: {{us-east-1: {{role: primary}}}}
excluded: {{postgresql: {{reason: \"there is none\"}}}}
clusters: [{{region: us-east-1, context: lab, kubeconfig: {}, namespaces: [{namespace}, velero]}}]
",
        plane.kubeconfig("admin").display()
    ))
}

/// A namespace with something in it, and a schedule of its own, called as it is.
fn scheduled(plane: &ControlPlane, name: &str, spec: &str, template: &str) {
    plane.admin.namespace(name);
    plane.admin.apply(&format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: kept, namespace: {name}}}, data: {{a: b}}}}"));
    plane.admin.apply(&format!("{{apiVersion: v1, kind: Secret, metadata: {{name: kept, namespace: {name}}}, stringData: {{a: b}}}}"));
    plane.admin.apply(&format!(
        "{{apiVersion: velero.io/v1, kind: Schedule, metadata: {{name: {name}, namespace: velero}}, spec: {{{spec}, template: {{
           ttl: 2184h, snapshotVolumes: false, includedResources: [configmaps, secrets, pods], {template}}}}}}}"
    ));
}

/// Has a schedule make a copy now, as `velero backup create --from-schedule` does.
fn now(plane: &ControlPlane, schedule: &str, name: &str) {
    let made = plane.admin.get(&path("schedules", schedule));
    let backup = json!({
        "apiVersion": "velero.io/v1", "kind": "Backup",
        "metadata": {"name": name, "namespace": "velero", "labels": {"velero.io/schedule-name": schedule}},
        "spec": made["spec"]["template"],
    });
    plane.admin.try_apply(&backup).unwrap();
}

/// Changes the spec of an object.
fn changed(plane: &ControlPlane, path: &str, change: impl Fn(&mut Value)) {
    let live = plane.admin.get(path);
    let named = json!({"name": live["metadata"]["name"], "namespace": live["metadata"]["namespace"]});
    let mut object = json!({"apiVersion": live["apiVersion"], "kind": live["kind"], "metadata": named, "spec": live["spec"]});
    change(&mut object["spec"]);
    plane.admin.try_apply(&object).unwrap();
}

fn minute() -> i64 {
    jiff::Timestamp::now().as_second() / 60
}

fn one<'v>(view: &'v View, noun: &str, name: &str) -> &'v Value {
    let items = view.items(noun, "configmaps/us-east-1");
    items.iter().find(|item| item["id"].as_str().unwrap().ends_with(name)).unwrap_or_else(|| panic!("no {noun} of {name}: {items:?}"))
}

/// Succeeded runs, failures since the last, and whether a last success is known.
fn runs(view: &View, name: &str) -> (i64, i64, bool) {
    let run = one(view, "run", name);
    (run["succeeded"].as_i64().unwrap(), run["failures_since"].as_i64().unwrap(), run["last_success_end_s"].is_i64())
}

/// The verdicts on the runs, freshness, history and place of copies; they are the same for both kinds of object.
fn verdicts(view: &View) -> [String; 4] {
    let of = |thing: &str| {
        ["runs", "freshness", "history", "repository"].map(|one| view.verdict(&format!("backup.{one}"), &format!("{thing}/us-east-1")))
    };
    assert_eq!(of("configmaps"), of("secrets"));
    of("configmaps")
}

#[test]
fn copies_of_a_real_velero_are_what_its_server_says_of_them() {
    let Some(plane) = living() else { return };
    let mut store = ObjectStore::start();
    let _velero = Velero::start(plane, &store);
    let daily = "schedule: '0 2 * * *'";
    scheduled(plane, "whole", daily, "includedNamespaces: [whole]");
    scheduled(plane, "minutely", "schedule: '* * * * *'", "includedNamespaces: [minutely]");
    // Nothing runs in a Pod of a node that only pretends.
    let hook = "hooks: {resources: [{name: flush, pre: [{exec: {command: [sync], onError: Fail}}]}]}";
    scheduled(plane, "torn", daily, &format!("includedNamespaces: [torn], {hook}"));
    plane.admin.apply("{apiVersion: v1, kind: Pod, metadata: {name: app, namespace: torn}, spec: {containers: [{name: app, image: a}]}}");
    until("the Pod runs", Duration::from_secs(30), || {
        (plane.admin.get("/api/v1/namespaces/torn/pods/app")["status"]["phase"] == "Running").then_some(())
    });
    scheduled(plane, "kept-out", daily, "excludedNamespaces: [whole, minutely, torn, misplaced, cut-off, paused]");
    plane.admin.apply("{apiVersion: v1, kind: Namespace, metadata: {name: kept-out, labels: {velero.io/exclude-from-backup: 'true'}}}");
    scheduled(plane, "misplaced", daily, "includedNamespaces: [misplaced], storageLocation: nowhere");
    scheduled(plane, "cut-off", daily, "includedNamespaces: [cut-off]");
    scheduled(plane, "paused", "schedule: '* * * * *', paused: true", "includedNamespaces: [paused]");

    for name in ["first", "second", "third"] {
        now(plane, "whole", name);
        phase(plane, "backups", name, "Completed");
    }
    let view = desk(plane, "whole").look(&[]);
    assert_eq!(runs(&view, "Schedule/velero/whole"), (1, 0, true), "three copies of one day are one run of the schedule");
    let points = one(&view, "recovery_points", "Schedule/velero/whole");
    assert_eq!((&points["count"], &points["whole_by"]), (&json!(3), &json!("objects")), "{points}");
    assert!(points["newest_objects"].as_u64().unwrap() > 1 && points["newest_kept_s"] == 2_184 * 3_600, "{points}");
    assert_eq!(one(&view, "repository", "BackupStorageLocation/velero/default")["available"], true);
    assert_eq!(verdicts(&view), ["unknown", "pass", "pass", "unknown"], "one run tells no rate, and nobody looked into the bucket");

    // What a label keeps out of every backup is in no copy of everything.
    now(plane, "kept-out", "kept-out-1");
    let copy = phase(plane, "backups", "kept-out-1", "Completed");
    assert!(copy["status"]["progress"]["totalItems"].as_u64().unwrap() > 0, "{copy}");
    let view = desk(plane, "kept-out").look(&[]);
    assert_eq!(verdicts(&view)[1..3], ["fail", "fail"], "{copy}\n{}", view.sentences("backup.freshness", "configmaps/us-east-1"));
    assert_eq!(view.verdict("backup.frequency", "secrets/us-east-1"), "fail");

    now(plane, "torn", "torn-1");
    phase(plane, "backups", "torn-1", "PartiallyFailed");
    let view = desk(plane, "torn").look(&[]);
    assert_eq!(runs(&view, "Schedule/velero/torn"), (0, 1, false));
    assert_eq!(one(&view, "recovery_points", "Schedule/velero/torn")["count"], 0);
    assert_eq!(verdicts(&view), ["unknown", "fail", "fail", "unknown"], "there is no copy");

    let restore = |name: &str, to: &str| {
        plane.admin.apply(&format!(
            "{{apiVersion: velero.io/v1, kind: Restore, metadata: {{name: {name}, namespace: velero}},
              spec: {{backupName: third, namespaceMapping: {{whole: {to}}}}}}}"
        ));
        phase(plane, "restores", name, "Completed");
    };
    restore("aside", "drill");
    restore("over", "whole");
    let view = desk(plane, "whole").look(&[]);
    // Completed counts attempts: the second ran over what was there and changed nothing. Neither compared anything with
    // what it should be, so that neither proves a restore.
    for thing in ["configmaps", "secrets"] {
        let subject = format!("{thing}/us-east-1");
        let drills = view.items("drill", &subject);
        let told: Vec<_> =
            drills.iter().map(|drill| (drill["result"].as_str(), drill["isolated"].as_bool(), drill["checks"].as_u64())).collect();
        assert_eq!(told, [(Some("passed"), Some(true), None), (Some("passed"), Some(false), None)], "{subject}");
        assert_eq!(view.verdict("restore.tested", &subject), "unknown");
    }
    assert_eq!(verdicts(&view), ["unknown", "pass", "pass", "unknown"], "restores change no copy");

    // The server looks once a minute whether something is due, and whenever a schedule was changed.
    let mut looked = minute();
    until("the schedule has fired, and its copy is whole", Duration::from_secs(150), || {
        if looked != minute() {
            looked = minute();
            changed(plane, &path("schedules", "minutely"), |spec| spec["template"]["ttl"] = json!(format!("{}h", 2_184 + looked % 24)));
        }
        let all = plane.admin.get("/apis/velero.io/v1/namespaces/velero/backups");
        let ours =
            |one: &Value| one["metadata"]["labels"]["velero.io/schedule-name"] == "minutely" && one["status"]["phase"] == "Completed";
        all["items"].as_array().unwrap().iter().any(ours).then_some(())
    });
    let view = desk(plane, "minutely").look(&[]);
    let (succeeded, failures, known) = runs(&view, "Schedule/velero/minutely");
    assert!(succeeded >= 1 && failures == 0 && known, "{succeeded} {failures}");
    let view = desk(plane, "paused").look(&[]);
    assert_eq!(one(&view, "schedule", "Schedule/velero/paused")["suspended"], true);
    assert!(view.items("recovery_points", "configmaps/us-east-1").iter().all(|item| item["count"] == 0));
    assert!(!verdicts(&view).contains(&"pass".to_owned()), "{:?}", verdicts(&view));

    // The place goes, and the server does not know it yet.
    store.process.kill();
    now(plane, "cut-off", "cut-off-1");
    phase(plane, "backups", "cut-off-1", "Failed");
    let view = desk(plane, "cut-off").look(&[]);
    assert_eq!(runs(&view, "Schedule/velero/cut-off"), (0, 1, false), "it has a time at which it ended, and did not end well");
    let [_, freshness, history, _] = verdicts(&view);
    assert_eq!([&*freshness, &*history], ["fail", "fail"]);
    changed(plane, &path("backupstoragelocations", "default"), |spec| spec["validationFrequency"] = json!("1s"));
    until("the server has missed its place", Duration::from_secs(90), || {
        let location = plane.admin.get(&path("backupstoragelocations", "default"));
        (location["status"]["phase"] == "Unavailable").then_some(())
    });
    let view = desk(plane, "whole").look(&[]);
    assert_eq!(one(&view, "repository", "BackupStorageLocation/velero/default")["available"], false);
    assert_eq!(verdicts(&view)[3], "fail", "the place does not answer");
    assert!(view.sentences("backup.repository", "secrets/us-east-1").contains("default"));

    // Last of all: where a copy is refused faster than the server's queue notes that it began, the queue counts it as
    // running for ever, and starts no other.
    now(plane, "misplaced", "misplaced-1");
    phase(plane, "backups", "misplaced-1", "FailedValidation");
    let view = desk(plane, "misplaced").look(&[]);
    assert_eq!(runs(&view, "Schedule/velero/misplaced"), (0, 1, false));
    let [_, freshness, history, repository] = verdicts(&view);
    assert_eq!([&*freshness, &*history], ["fail", "fail"]);
    assert_ne!(repository, "pass", "its place is none of this server's");
}
