//! The clusters of the tests are what the other tests take them for.

use crate::lab::{self, ControlPlane, Options, crds, process::until};
use seaworthy::collect::objects::kinds::KINDS;
use std::time::Duration;

#[test]
fn every_kind_that_is_read_is_served() {
    let Some(plane) = lab::shared() else { return };
    let served = plane.admin.get("/apis");
    for kind in KINDS.iter().filter(|kind| !kind.group.is_empty()) {
        let group = served["groups"].as_array().unwrap().iter().find(|group| group["name"] == kind.group);
        let version = group.unwrap_or_else(|| panic!("{}", kind.group))["preferredVersion"]["groupVersion"].as_str().unwrap();
        let all = plane.admin.get(&format!("/apis/{version}"));
        // A group may serve a kind in another version than the one that it prefers.
        let here = all["resources"].as_array().unwrap().iter().any(|one| one["name"] == kind.resource && one["kind"] == kind.kind);
        assert!(here || kind.kind == "AlertmanagerConfig", "{}/{}", kind.group, kind.kind);
    }
}

#[test]
fn jobs_end_as_they_are_told() {
    let Some(plane) = ControlPlane::start(&Options { controllers: true, ..Options::default() }) else { return };
    plane.admin.namespace("app");
    let job = |name: &str, outcome: &str| {
        format!(
            "{{apiVersion: batch/v1, kind: Job, metadata: {{name: {name}, namespace: app}}, spec: {{backoffLimit: 0, template: {{
              metadata: {{annotations: {{seaworthy.test/outcome: {outcome}}}}},
              spec: {{restartPolicy: Never, containers: [{{name: main, image: 'example.org/tool:1'}}]}}}}}}}}"
        )
    };
    plane.admin.apply(&job("good", "succeed"));
    plane.admin.apply(&job("bad", "fail"));
    for (name, wanted) in [("good", "Complete"), ("bad", "Failed")] {
        until(name, Duration::from_secs(60), || {
            let job = plane.admin.get(&format!("/apis/batch/v1/namespaces/app/jobs/{name}"));
            job["status"]["conditions"].as_array()?.iter().any(|c| c["type"] == wanted && c["status"] == "True").then_some(())
        });
    }
}

#[test]
fn a_frozen_server_answers_nothing_and_a_thawed_one_does() {
    let Some(plane) = ControlPlane::start(&Options::default()) else { return };
    plane.api.freeze();
    assert!(plane.admin.text("/version", Duration::from_millis(500)).is_err());
    plane.api.thaw();
    plane.admin.text("/version", Duration::from_secs(10)).unwrap();
}

#[test]
fn the_real_definitions_are_accepted() {
    let Some(folder) = crds::real() else { return };
    let Some(plane) = ControlPlane::start(&Options::default()) else { return };
    crds::install_real(&plane.admin, &folder);
}
