//! A whole system in two regions, each a real API server, beside the manifests that it was deployed from: the same
//! verdicts from both, no drift where there is none, and each change named; one region's failure is its own.

use crate::cluster_kubernaut::{deploy, deployment, manifests};
use crate::cluster_view::{Desk, View};
use crate::common::system;
use crate::lab::{ControlPlane, Options};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const REGIONS: [&str; 2] = ["us-east-1", "eu-west-1"];

/// The config of the fixture without what was recorded, and with these clusters.
fn config(clusters: &str) -> String {
    let ready = system("kubernaut-ready");
    let text = std::fs::read_to_string(ready.join("seaworthy.yaml")).unwrap();
    let dated = |line: &&str| !["recorded:", "at:", "drills:", "attestations:"].iter().any(|key| line.starts_with(key));
    let text: String = text.lines().filter(dated).map(|line| format!("{line}\n")).collect();
    format!("{}clusters: [{clusters}]\n", text.replace("path: deploy", &format!("path: {}/deploy", ready.display())))
}

fn cluster(region: &str, plane: &ControlPlane, more: &str) -> String {
    format!("{{region: {region}, context: lab, kubeconfig: {}{more}}}", plane.kubeconfig("admin").display())
}

fn deployed(region: &str) -> Option<ControlPlane> {
    let plane = ControlPlane::start(&Options::default())?;
    deploy(&plane, region);
    Some(plane)
}

/// Applies a manifest with a change.
fn change(plane: &ControlPlane, region: &str, kind: &str, name: &str, change: impl Fn(&mut Value)) -> Value {
    let mut object = manifests(region).into_iter().find(|one| one["kind"] == kind && one["metadata"]["name"] == name).unwrap();
    change(&mut object);
    plane.admin.try_apply(&object).unwrap();
    object
}

/// The subjects on which a control has each verdict.
fn by_verdict(view: &View, control: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for ((of, subject), verdict) in view.verdicts() {
        if of == control {
            found.entry(verdict).or_default().insert(subject);
        }
    }
    found
}

/// The sentences of everything that has drifted.
fn drifted(view: &View) -> BTreeMap<String, String> {
    let failed = by_verdict(view, "operations.drift").remove("fail").unwrap_or_default();
    failed.into_iter().map(|subject| (subject.clone(), view.sentences("operations.drift", &subject))).collect()
}

/// How many subjects of a region have drifted.
fn drifted_of(view: &View, region: &str) -> usize {
    drifted(view).keys().filter(|subject| subject.ends_with(region)).count()
}

#[test]
fn two_regions_are_judged_beside_what_git_declares_of_them() {
    let planes =
        std::thread::scope(|scope| REGIONS.map(|region| scope.spawn(move || deployed(region))).map(|thread| thread.join().unwrap()));
    let [Some(mut east), Some(west)] = planes else { return };
    let clusters = format!("{}, {}", cluster(REGIONS[0], &east, ""), cluster(REGIONS[1], &west, ""));
    let desk = Desk::new(&config(&clusters));
    let declared = Desk::new(&config("")).look(&[]);
    let live = desk.look(&[]);
    as_declared(&live, &declared);
    one_cluster_is_no_two(&east, &west);

    // What people do to a cluster by hand.
    let gateway = change(&east, REGIONS[0], "Deployment", "gateway", |object| object["spec"]["replicas"] = json!(2));
    let mut scaled = gateway.clone();
    let seen = east.admin.get(&east.admin.path(&gateway))["metadata"]["generation"].take();
    scaled["status"] = deployment(&seen, &json!(2));
    east.admin.status(&scaled.to_string());
    change(&east, REGIONS[0], "ScheduledBackup", "postgresql", |object| object["spec"]["suspend"] = json!(true));
    change(&east, REGIONS[0], "Schedule", "kubernaut-daily", |object| object["spec"]["schedule"] = json!("0 2 * * 0"));
    let lost = manifests(REGIONS[1]).into_iter().find(|one| one["kind"] == "Schedule").unwrap();
    west.admin.delete(&west.admin.path(&lost));
    let second = json!({
        "apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "second-shipper", "namespace": "logging"},
        "spec": manifests(REGIONS[1]).into_iter().find(|one| one["kind"] == "DaemonSet").unwrap()["spec"],
    });
    west.admin.try_apply(&second).unwrap();
    let name = manifests(REGIONS[0]).into_iter().find(|one| one["kind"] == "ConfigMap" && one["metadata"]["name"] == "gateway").unwrap();
    east.admin.delete(&east.admin.path(&name));
    let changed = desk.look(&[]);
    let drifted = drifted(&changed);
    for (subject, what) in [
        ("gateway/us-east-1", "replicas: 3 in Git, 2 in the cluster"),
        ("postgresql/us-east-1", "suspended: false in Git, true in the cluster"),
        ("configmaps/us-east-1", "cron: 0 2 * * * in Git, 0 2 * * 0 in the cluster"),
        ("secrets/us-east-1", "cron: 0 2 * * * in Git, 0 2 * * 0 in the cluster"),
        ("configmaps/us-east-1", "Git declares ConfigMap/kubernaut-system/gateway, and it is not in the cluster"),
        ("configmaps/eu-west-1", "Schedule/velero/kubernaut-daily, and it is not in the cluster"),
    ] {
        assert!(drifted.get(subject).is_some_and(|said| said.contains(what)), "{subject}: {what}: {drifted:#?}");
    }
    let untouched = ["gateway/eu-west-1", "context-api/us-east-1", "redis/us-east-1", "postgresql/eu-west-1"];
    assert!(untouched.iter().all(|subject| !drifted.contains_key(*subject)), "{drifted:#?}");
    for (control, subject) in [
        ("operations.services_healthy", "gateway/us-east-1"),
        ("backup.frequency", "postgresql/us-east-1"),
        ("backup.frequency", "secrets/us-east-1"),
        ("backup.frequency", "configmaps/eu-west-1"),
    ] {
        assert_eq!(
            (live.verdict(control, subject).as_str(), changed.verdict(control, subject).as_str()),
            ("pass", "fail"),
            "{control} {subject}"
        );
    }

    let elsewhere = pinned(&east, &west, &west);
    assert_eq!(drifted_of(&elsewhere, REGIONS[0]), 0, "what another cluster lacks is nothing that this one lacks");

    // One region goes, and nothing changes for the other.
    east.api.kill();
    let half = desk.look(&["--request-timeout", "2s"]);
    half.knows_less_than(&changed, "one region is gone");
    let east_alone = |((_, subject), _): &((String, String), String)| subject.ends_with("/us-east-1");
    let decided: Vec<_> = half.decided().into_iter().filter(east_alone).collect();
    assert!(decided.is_empty(), "of the region that is gone: {decided:?}");
    for ((control, subject), verdict) in changed.verdicts() {
        let is = half.verdict(&control, &subject);
        if subject.ends_with("/eu-west-1") {
            assert_eq!(is, verdict, "{control} {subject}");
        }
    }
}

/// Nothing has drifted, all runs, and what the manifests alone decide is decided the same.
fn as_declared(live: &View, declared: &View) {
    for region in REGIONS {
        for (noun, state) in live.states(&format!("clusters/{region}")) {
            let (_, said) = live.read(&format!("clusters/{region}"), &noun);
            // A Backup cannot be made in the past: one whose status is older than itself looks like one from the bucket.
            let returned = said.contains("came back from their bucket");
            assert_eq!(state, if returned { "partial" } else { "collected" }, "{noun} of {region}: {said}");
        }
    }
    assert_eq!(drifted(live), BTreeMap::new());
    let drift = by_verdict(live, "operations.drift");
    assert_eq!(drift.keys().collect::<Vec<_>>(), ["pass"], "{drift:#?}");
    let healthy = by_verdict(live, "operations.services_healthy");
    assert_eq!(healthy.keys().collect::<Vec<_>>(), ["pass"], "{healthy:#?}");
    // No Pod runs here that could show how long a start takes, and no operator that would run what keeps the metrics.
    let unshown = ["recovery.rto_restart", "backup.excluded_metrics"];
    for ((control, subject), verdict) in declared.decided().into_iter().filter(|((control, _), _)| !unshown.contains(&control.as_str())) {
        let is = live.verdict(&control, &subject);
        assert_eq!(is, verdict, "{control} {subject}: {}", live.sentences(&control, &subject));
    }
}

/// Two contexts that lead to one cluster are not two regions, and a context that leads elsewhere is not believed.
fn one_cluster_is_no_two(east: &ControlPlane, west: &ControlPlane) {
    let twice = format!("{}, {}", cluster(REGIONS[0], east, ""), cluster(REGIONS[1], east, ""));
    let view = Desk::new(&config(&twice)).look(&[]);
    for region in REGIONS {
        for (noun, state) in view.states(&format!("clusters/{region}")) {
            let (_, detail) = view.read(&format!("clusters/{region}"), &noun);
            assert!(state == "partial" && detail.contains("lead to one cluster"), "{noun} of {region} is {state}: {detail}");
        }
    }
    assert_eq!(by_verdict(&view, "operations.services_healthy").keys().collect::<Vec<_>>(), ["unknown"]);
    let (right, wrong) = (pinned(east, west, east), pinned(east, west, west));
    for (noun, state) in wrong.states("clusters/us-east-1") {
        let (_, detail) = wrong.read("clusters/us-east-1", &noun);
        assert!(state == "unreachable" && detail.contains("leads to another cluster"), "{noun} is {state}: {detail}");
    }
    assert_eq!(wrong.states("clusters/eu-west-1"), right.states("clusters/eu-west-1"));
    wrong.knows_less_than(&right, "a context that leads elsewhere");
}

/// What is seen where the first region's cluster is said to be the one of `first`.
fn pinned(east: &ControlPlane, west: &ControlPlane, first: &ControlPlane) -> View {
    let uid = |plane: &ControlPlane| plane.admin.get("/api/v1/namespaces/kube-system")["metadata"]["uid"].as_str().unwrap().to_owned();
    let (us, eu) = (format!(", uid: {}", uid(first)), format!(", uid: {}", uid(west)));
    Desk::new(&config(&format!("{}, {}", cluster(REGIONS[0], east, &us), cluster(REGIONS[1], west, &eu)))).look(&[])
}
