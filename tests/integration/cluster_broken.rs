//! A real cluster that hangs, dies or loses its database, before it is read and in the middle of that: what was not
//! read whole is unknown, for the reason that it was, and the wait has an end.

use crate::cluster_kubernaut::deploy;
use crate::cluster_view::{Desk, View};
use crate::lab::process::until;
use crate::lab::{ControlPlane, Options};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

const READ: &str = "clusters/us-east-1";

/// How long one question may take, and what a busy machine may add to the whole.
const FLAGS: [&str; 2] = ["--request-timeout", "2s"];
const REQUEST: Duration = Duration::from_secs(2);
const SLACK: Duration = Duration::from_secs(2);

fn desk(plane: &ControlPlane) -> Desk {
    Desk::new(&format!(
        "version: 1
system: kubernaut
stage: pre-production
namespaces: [kubernaut-system]
regions: {{us-east-1: {{role: primary}}}}
inventory: {{gateway: {{kind: Deployment, ready: 3}}, postgresql: {{kind: Cluster.postgresql.cnpg.io, ready: 3}}}}
failover: {{name: gateway.kubernaut.io}}
clusters: [{{region: us-east-1, context: lab, kubeconfig: {}}}]
",
        plane.kubeconfig("admin").display()
    ))
}

/// ConfigMaps and Jobs by the thousand.
fn crowd(plane: &ControlPlane) -> usize {
    let config = |n: usize| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": format!("c{n}"), "namespace": "kubernaut-system"}, "data": {"a": "b"}});
    let job = |n: usize| {
        let pod = json!({"restartPolicy": "Never", "containers": [{"name": "main", "image": "a"}]});
        json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": format!("j{n}"), "namespace": "kubernaut-system"}, "spec": {"template": {"spec": pod}}})
    };
    let all: Vec<Value> = (0..5_003).map(config).chain((0..1_001).map(job)).collect();
    let count = all.len();
    plane.admin.create_all(all);
    count
}

fn states(view: &View) -> BTreeSet<String> {
    view.states(READ).into_values().collect()
}

fn set(words: &[&str]) -> BTreeSet<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

/// What a cluster that gave nothing leads to.
fn nothing_known(view: &View, what: &str) {
    assert_eq!((view.decided(), view.exit), (BTreeMap::new(), Some(3)), "{what}");
}

/// Starts a collection, and freezes the API server a little later.
fn frozen_after(plane: &ControlPlane, desk: &Desk, delay: Duration) -> View {
    let begun = Instant::now();
    let arguments = [&["collect", "--out", "snapshot.json"][..], &FLAGS].concat();
    let mut child = desk.start(&arguments);
    std::thread::sleep(delay);
    plane.api.freeze();
    let status = child.wait().unwrap();
    plane.api.thaw();
    assert_eq!(status.code(), Some(0));
    desk.judged(begun.elapsed())
}

#[test]
fn what_a_broken_cluster_did_not_say_is_unknown_and_the_wait_has_an_end() {
    let Some(mut plane) = ControlPlane::start(&Options::default()) else { return };
    deploy(&plane, "us-east-1");
    let desk = desk(&plane);
    let objects = |view: &View| usize::try_from(view.snapshot["seen"]["objects"].as_u64().unwrap()).unwrap();
    let few = desk.look(&[]);
    let crowd = crowd(&plane);
    let whole = desk.look(&[]);
    assert_eq!(objects(&whole), objects(&few) + crowd, "page by page, each object once");
    assert_eq!(states(&whole), set(&["collected"]));
    assert!(!whole.passes().is_empty());

    plane.api.freeze();
    let frozen = desk.look(&FLAGS);
    assert_eq!((states(&frozen), frozen.took < REQUEST + SLACK), (set(&["timed_out"]), true), "{:?}", frozen.took);
    nothing_known(&frozen, "the API server hangs");
    let hurried = desk.look(&["--timeout", "1s"]);
    assert!(hurried.took < Duration::from_secs(1) + SLACK, "{:?}", hurried.took);
    nothing_known(&hurried, "the API server hangs, and nobody waits");
    plane.api.thaw();

    let mut cut = 0;
    for delay in [60, 120, 200, 300, 450] {
        let view = frozen_after(&plane, &desk, Duration::from_millis(delay));
        let what = format!("frozen after {delay} ms: {:?}", view.states(READ));
        assert!(view.took < Duration::from_millis(delay) + REQUEST * 2 + SLACK, "{:?} {what}", view.took);
        assert!(states(&view).is_subset(&set(&["collected", "partial", "timed_out", "unreachable"])), "{what}");
        view.knows_less_than(&whole, &what);
        cut += usize::from(states(&view) != set(&["collected"]));
    }
    assert!(cut > 0, "no collection was cut short");

    plane.etcd.freeze();
    let stuck = desk.look(&FLAGS);
    assert!(stuck.took < REQUEST * 3 + SLACK, "{:?}", stuck.took);
    assert!(states(&stuck).is_subset(&set(&["timed_out", "unreachable"])), "{:?}", stuck.states(READ));
    nothing_known(&stuck, "etcd hangs");
    plane.etcd.thaw();
    until("the cluster is well again", Duration::from_secs(60), || (states(&desk.look(&[])) == set(&["collected"])).then_some(()));

    plane.etcd.kill();
    let lost = desk.look(&[&FLAGS[..], &["--timeout", "10s"]].concat());
    assert!(lost.took < Duration::from_secs(10) + SLACK, "{:?}", lost.took);
    assert!(states(&lost).is_subset(&set(&["timed_out", "unreachable"])), "{:?}", lost.states(READ));
    nothing_known(&lost, "etcd is gone");

    plane.api.kill();
    let dead = desk.look(&FLAGS);
    assert_eq!((states(&dead), dead.took < REQUEST + SLACK), (set(&["unreachable"]), true), "{:?}", dead.took);
    nothing_known(&dead, "the API server is gone");
}
