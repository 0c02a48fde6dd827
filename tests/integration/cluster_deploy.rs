//! What `deploy/` holds is taken by a real API server, which refuses fields that it does not know, and its job
//! is let in where the strictest Pod security is enforced.

use crate::common::root;
use crate::lab::api::documents;
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
    until("the job has run", Duration::from_secs(60), || {
        let job = plane.admin.get("/apis/batch/v1/namespaces/seaworthy/jobs/tonight");
        (job["status"]["succeeded"] == 1).then_some(())
    });
}
