//! A large cluster: reading it is timed together with `kubectl` on the same lists in the same run, and costs no
//! more memory and makes no larger a snapshot for all its objects. Prints what it measured and fails where a
//! figure is over its ceiling.
#![expect(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a benchmark prints, and one that cannot go on has failed")]

/// The clusters of the tests.
#[path = "../tests/integration"]
#[expect(dead_code, clippy::expect_used, clippy::print_stderr, reason = "what the tests need of it is more")]
mod integration {
    pub(crate) mod common;
    pub(crate) mod lab;
}

use integration::lab::measured::{Measured, measure};
use integration::lab::{ControlPlane, Options, crds};
use integration::{common, lab};
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

/// How many of each there are.
const JOBS: usize = 10_000;
/// Of three schedules.
const BACKUPS: usize = 10_000;
/// How many there are in a small cluster.
const FEW: usize = 10;
const SECRETS: usize = 2_000;
/// How often both are timed, one after the other.
const PAIRS: usize = 5;
/// Between two copies of a schedule.
const EVERY_S: i64 = 600;

/// The system that is read: copies every ten minutes of three namespaces' worth of objects.
const CONFIG: &str = "version: 1
system: large
namespaces: [large]
regions: {here: {role: primary}}
components: {configmaps: {is: configmaps}, secrets: {is: secrets}}
excluded:
  postgresql: {reason: none here}
  redis: {reason: none here}
clusters: [{region: here, context: lab, kubeconfig: KUBECONFIG}]
";

fn instant(at_s: i64) -> String {
    jiff::Timestamp::from_second(at_s).unwrap().to_string()
}

fn job(index: usize) -> Value {
    let container = json!({"name": "main", "image": "example.org/tool:1", "command": ["/bin/sh", "-c", "true"]});
    json!({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": format!("job-{index:05}"), "namespace": "large"},
        "spec": {"backoffLimit": 0, "template": {"spec": {"restartPolicy": "Never", "containers": [container]}}},
    })
}

fn secret(index: usize) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": format!("secret-{index:05}"), "namespace": "large"},
        "type": "Opaque", "stringData": {"value": "x".repeat(1_000)},
    })
}

fn schedule(index: usize) -> Value {
    json!({
        "apiVersion": "velero.io/v1", "kind": "Schedule", "metadata": {"name": format!("schedule-{index}"), "namespace": "velero"},
        "spec": {"schedule": "*/10 * * * *", "template": {"includedNamespaces": ["large"], "storageLocation": "default"}},
        "status": {"phase": "Enabled"},
    })
}

/// The newest copy has the number 0.
fn backup(index: usize, now_s: i64) -> Value {
    let at_s = now_s / EVERY_S * EVERY_S - i64::try_from(index / 3).unwrap() * EVERY_S;
    let schedule = format!("schedule-{}", index % 3);
    json!({
        "apiVersion": "velero.io/v1", "kind": "Backup",
        "metadata": {"name": format!("{schedule}-{at_s}"), "namespace": "velero",
            "labels": {"velero.io/schedule-name": schedule, "velero.io/storage-location": "default"}},
        "spec": {"includedNamespaces": ["large"], "storageLocation": "default", "ttl": "2160h0m0s", "snapshotVolumes": false},
        "status": {"phase": "Completed", "startTimestamp": instant(at_s), "completionTimestamp": instant(at_s + 9),
            "expiration": instant(at_s + 90 * 86_400), "progress": {"itemsBackedUp": 14, "totalItems": 14}},
    })
}

/// Creates objects, and tells how long it took.
fn create(plane: &ControlPlane, objects: Vec<Value>, with_status: bool) {
    let begun = Instant::now();
    let (count, kind) = (objects.len(), objects[0]["kind"].as_str().unwrap().to_owned());
    let statuses = if with_status { objects.clone() } else { Vec::new() };
    plane.admin.create_all(objects);
    plane.admin.set_statuses(statuses);
    println!("{count} of {kind} created in {:.0} s", begun.elapsed().as_secs_f64());
}

/// What our reading of at least so many objects took, and the size of the snapshot in bytes.
fn ours(dir: &Path, objects: usize) -> (Measured, usize) {
    let objects = u64::try_from(objects).unwrap();
    let mut command = common::seaworthy();
    let measured = measure(command.current_dir(dir).args(["collect", "--allow", "secrets"]));
    assert!(measured.output.status.success(), "{}", common::stderr(&measured.output));
    let snapshot: Value = serde_json::from_slice(&measured.output.stdout).unwrap();
    let unread = |read: &&Value| read["read"] == "clusters/here" && read["state"] != "collected";
    let unread: Vec<&Value> = snapshot["reads"].as_array().unwrap().iter().filter(unread).collect();
    assert!(unread.is_empty() && snapshot["seen"]["objects"].as_u64() >= Some(objects), "not all was read: {unread:?}");
    let size = measured.output.stdout.len();
    (measured, size)
}

/// What `kubectl` took for the large lists, one after the other.
fn theirs(kubeconfig: &Path, home: &Path) -> Measured {
    let script = "set -e; for what in jobs.batch backups.velero.io secrets; do kubectl get $what -A -o json >/dev/null; done";
    let mut command = Command::new("bash");
    let measured = measure(command.args(["-c", script]).env("KUBECONFIG", kubeconfig).env("HOME", home));
    assert!(measured.output.status.success(), "{}", common::stderr(&measured.output));
    measured
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// A bar: its figure, its target, and what both are.
struct Bar {
    what: &'static str,
    figure: f64,
    target: f64,
    ceiling: f64,
    unit: &'static str,
}

fn measured(plane: &ControlPlane) -> Vec<Bar> {
    let dir = tempfile::tempdir().unwrap();
    let kubeconfig = plane.path().join("admin.kubeconfig");
    std::fs::write(dir.path().join("seaworthy.yaml"), CONFIG.replace("KUBECONFIG", &kubeconfig.display().to_string())).unwrap();
    let now_s = seaworthy::clock::now_s();
    ["large", "velero"].into_iter().for_each(|name| plane.admin.namespace(name));
    create(plane, (0..3).map(schedule).collect(), true);
    create(plane, (0..FEW).map(|index| backup(index, now_s)).collect(), true);
    let (_, small) = ours(dir.path(), FEW);
    create(plane, (FEW..BACKUPS).map(|index| backup(index, now_s)).collect(), true);
    create(plane, (0..JOBS).map(job).collect(), false);
    create(plane, (0..SECRETS).map(secret).collect(), false);
    // Once each before it counts: discovery is kept by the one, pages of files by both.
    let (_, large) = ours(dir.path(), BACKUPS + JOBS + SECRETS);
    theirs(&kubeconfig, dir.path());
    let (mut ratios, mut peak_bytes) = (Vec::new(), 0);
    for _ in 0..PAIRS {
        let (mine, _) = ours(dir.path(), BACKUPS + JOBS + SECRETS);
        let other = theirs(&kubeconfig, dir.path());
        let (mine_s, other_s) = (mine.took.as_secs_f64(), other.took.as_secs_f64());
        println!("collect {mine_s:.2} s; kubectl get -o json {other_s:.2} s; ratio {:.2}", mine_s / other_s);
        ratios.push(mine_s / other_s);
        peak_bytes = peak_bytes.max(mine.peak_bytes);
    }
    println!("snapshot of {FEW} backups: {small} bytes; of {BACKUPS}: {large} bytes");
    let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    vec![
        Bar { what: "collect of 22,000 objects ÷ kubectl of them", figure: median(ratios), target: 1.0, ceiling: 3.0, unit: "×" },
        Bar { what: "memory of collect", figure: mib(peak_bytes), target: 200.0, ceiling: 200.0, unit: "MiB" },
        Bar { what: "snapshot of 10,000 backups ÷ of 10", figure: large as f64 / small as f64, target: 1.01, ceiling: 1.05, unit: "×" },
    ]
}

fn main() -> ExitCode {
    let Some(plane) = ControlPlane::start(&Options::default()) else {
        println!("NOT MEASURED: there is no control plane");
        return ExitCode::SUCCESS;
    };
    crds::install(&plane.admin);
    let mut good = true;
    for bar in measured(&plane) {
        let met = bar.figure <= bar.target;
        good &= bar.figure <= bar.ceiling;
        println!("{} {}: {:.2} {} (target {} {})", if met { "met " } else { "OVER" }, bar.what, bar.figure, bar.unit, bar.target, bar.unit);
    }
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
