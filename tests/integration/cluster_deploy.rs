//! What `deploy/` holds is taken by a real API server, which refuses fields that it does not know, and its job
//! is let in where the strictest Pod security is enforced, with an account that may do what its config asks for.

use crate::cluster_view::Desk;
use crate::common::{golden, root, stderr, stdout};
use crate::lab::api::documents;
use crate::lab::control_plane::kubeconfig;
use crate::lab::process::until;
use crate::lab::{ControlPlane, Options};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

fn read(name: &str) -> Vec<Value> {
    documents(&std::fs::read_to_string(root().join("deploy").join(name)).unwrap())
}

fn resources() -> Vec<String> {
    read("kustomization.yaml")[0]["resources"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_kustomization_names_every_file() {
    let entries = std::fs::read_dir(root().join("deploy")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let files: BTreeSet<String> = entries.filter(|name| name.ends_with(".yaml") && name != "kustomization.yaml").collect();
    assert_eq!(BTreeSet::from_iter(resources()), files);
}

/// The config that the job is given, at a desk of its own.
fn desk(change: impl Fn(&str) -> String) -> Desk {
    Desk::new(&change(read("config.yaml")[0]["data"]["seaworthy.yaml"].as_str().unwrap()))
}

#[test]
fn its_roles_are_those_of_its_config() {
    let desk = desk(str::to_owned);
    let printed = desk.run(&["rbac"]);
    assert_eq!(printed.status.code(), Some(0), "{}", stderr(&printed));
    golden(&root().join("deploy/rbac.yaml"), &stdout(&printed));
    let outside = desk.run(&["doctor"]);
    assert_eq!(outside.status.code(), Some(3), "the config is taken, and this is no Pod");
    assert!(stdout(&outside).contains("us-east-1 · "), "{}", stdout(&outside));
}

#[test]
fn every_object_names_its_namespace() {
    for object in resources().iter().flat_map(|name| read(name)) {
        let kind = object["kind"].as_str().unwrap();
        let placed = object["metadata"]["namespace"].is_string();
        assert_eq!(placed, !matches!(kind, "Namespace" | "ClusterRole" | "ClusterRoleBinding"), "{kind}");
    }
}

#[test]
fn a_real_server_takes_it_and_runs_its_job() {
    let Some(plane) = ControlPlane::start(&Options { controllers: true, ..Options::default() }) else { return };
    for object in resources().iter().flat_map(|name| read(name)) {
        plane.admin.try_apply(&object).unwrap_or_else(|error| panic!("{error}"));
    }
    let cron = plane.admin.get("/apis/batch/v1/namespaces/seaworthy/cronjobs/seaworthy");
    let job = json!({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "tonight", "namespace": "seaworthy"},
        "spec": cron["spec"]["jobTemplate"]["spec"],
    });
    plane.admin.try_apply(&job).unwrap();
    // What the job would find: the account of its Pod, and its config with the way in that a Pod has by itself.
    let token = format!("{{token: {}}}", plane.admin.token("seaworthy", "seaworthy"));
    let desk = desk(|config| config.replace("in-cluster: true", "context: lab, kubeconfig: own.kubeconfig"));
    desk.write("own.kubeconfig", &kubeconfig(&plane.url, &plane.path().join("ca.crt").display().to_string(), &token));
    let doctor = until("the rights are known", Duration::from_secs(20), || {
        let output = desk.run(&["doctor"]);
        (output.status.code() == Some(0)).then_some(stdout(&output))
    });
    assert!(!doctor.contains("DENIED"), "{doctor}");
    let view = desk.look(&[]);
    assert_eq!((view.read("clusters/us-east-1", "workload").0, view.decided().len()), ("partial", 0), "there is no namespace shop");
    until("the job has run", Duration::from_secs(60), || {
        let job = plane.admin.get("/apis/batch/v1/namespaces/seaworthy/jobs/tonight");
        (job["status"]["succeeded"] == 1).then_some(())
    });
}
