//! The clusters of the tests are what the other tests take them for.

use crate::lab::stand_in::{Identity, StandIn};
use crate::lab::velero::{self, ObjectStore, Velero};
use crate::lab::{self, ControlPlane, Options, crds, process::until};
use seaworthy::collect::objects::kinds::KINDS;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
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

#[test]
fn velero_backs_a_namespace_up_and_restores_it_into_another() {
    let Some(plane) = ControlPlane::start(&Options { controllers: true, ..Options::default() }) else { return };
    let store = ObjectStore::start();
    let _velero = Velero::start(&plane, &store);
    plane.admin.namespace("app");
    plane.admin.apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: kept, namespace: app}, data: {a: b}}");
    plane.admin.apply(
        "{apiVersion: velero.io/v1, kind: Backup, metadata: {name: first, namespace: velero},
          spec: {includedNamespaces: [app], storageLocation: default, snapshotVolumes: false}}",
    );
    let backup = velero::phase(&plane, "backups", "first", "Completed");
    assert!(backup["status"]["progress"]["itemsBackedUp"].as_u64().unwrap() > 0);
    plane.admin.apply(
        "{apiVersion: velero.io/v1, kind: Restore, metadata: {name: first, namespace: velero},
          spec: {backupName: first, namespaceMapping: {app: scratch}}}",
    );
    velero::phase(&plane, "restores", "first", "Completed");
    assert_eq!(plane.admin.get("/api/v1/namespaces/scratch/configmaps/kept")["data"]["a"], "b");
}

/// The paths of keys in a JSON value, with the type of what is there; all elements of a list are one.
fn shape(value: &Value, at: &str, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(key, member)| shape(member, &format!("{at}.{key}"), into)),
        Value::Array(elements) => elements.iter().for_each(|element| shape(element, &format!("{at}[]"), into)),
        Value::Null => drop(into.insert(format!("{at}: null"))),
        Value::Bool(_) => drop(into.insert(format!("{at}: boolean"))),
        Value::Number(_) => drop(into.insert(format!("{at}: number"))),
        Value::String(_) => drop(into.insert(format!("{at}: string"))),
    }
}

/// Code, type of content and shape of an answer.
fn answer(kubeconfig: &Path, method: &str, path: &str, accept: &str, body: &str) -> (u16, String, BTreeSet<String>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let read = kube::config::Kubeconfig::read_from(kubeconfig).unwrap();
        let config = kube::Config::from_custom_kubeconfig(read, &Default::default()).await.unwrap();
        let client = kube::Client::try_from(config).unwrap();
        let request = http::Request::builder().method(method).uri(path).header("accept", accept).header("content-type", "application/json");
        let response = client.send(request.body(body.as_bytes().to_vec().into()).unwrap()).await.unwrap();
        let (head, body) = response.into_parts();
        let body = http_body_util::BodyExt::collect(body).await.unwrap().to_bytes();
        let mut found = BTreeSet::new();
        if let Ok(value) = serde_json::from_slice(&body) {
            shape(&value, "", &mut found);
        }
        (head.status.as_u16(), head.headers["content-type"].to_str().unwrap().to_owned(), found)
    })
}

#[test]
fn the_stand_in_answers_as_a_real_server_does() {
    let Some(plane) = lab::shared() else { return };
    let objects = "{apiVersion: v1, kind: Secret, metadata: {name: one, namespace: alike}, type: Opaque, data: {a: YQ==}}
---
{apiVersion: v1, kind: Secret, metadata: {name: two, namespace: alike}, type: Opaque, data: {a: YQ==}}
---
{apiVersion: batch/v1, kind: CronJob, metadata: {name: one, namespace: alike}, spec: {schedule: '0 * * * *', jobTemplate: {spec: {template: {
  spec: {restartPolicy: Never, containers: [{name: main, image: a}]}}}}}}";
    plane.admin.namespace("alike");
    plane.admin.apply(objects);
    let stand_in = StandIn::start(Identity::Good);
    stand_in.put(objects);
    let json = "application/json";
    let aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    let table = "application/json;as=Table;g=meta.k8s.io;v=v1";
    let metadata = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
    let review = r#"{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","spec":{"resourceAttributes":{"verb":"list","resource":"pods"}}}"#;
    for (method, path, accept, body) in [
        ("GET", "/version", json, ""),
        ("GET", "/api", json, ""),
        ("GET", "/api", aggregated, ""),
        ("GET", "/apis", json, ""),
        ("GET", "/apis", aggregated, ""),
        ("GET", "/api/v1", json, ""),
        ("GET", "/apis/batch/v1", json, ""),
        ("GET", "/apis/velero.io/v1/backups?limit=5", json, ""),
        ("GET", "/apis/batch/v1/cronjobs", json, ""),
        ("GET", "/api/v1/namespaces/kube-system", json, ""),
        ("GET", "/api/v1/namespaces/alike/secrets?limit=1", metadata, ""),
        ("GET", "/api/v1/namespaces/alike/secrets?limit=1&includeObject=None", table, ""),
        ("GET", "/api/v1/namespaces/alike/secrets?includeObject=None", table, ""),
        ("GET", "/api/v1/namespaces/alike/secrets", table, ""),
        ("GET", "/api/v1/namespaces/nowhere/pods", json, ""),
        ("GET", "/api/v1/pods?limit=1&continue=garbage", json, ""),
        ("GET", "/apis/nothing.example.org/v1/things", json, ""),
        ("GET", "/apis/batch/v1/things", json, ""),
        ("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", json, review),
    ] {
        let (code, content, real) = answer(&plane.kubeconfig("admin"), method, path, accept, body);
        let (its_code, its_content, its) = answer(&stand_in.kubeconfig(), method, path, accept, body);
        assert_eq!((its_code, &its_content), (code, &content), "{method} {path} as {accept}");
        let invented: Vec<&String> = its.difference(&real).collect();
        assert!(invented.is_empty(), "{method} {path} as {accept}: a real server says no {invented:#?}, but {real:#?}");
    }
    let refused = |kubeconfig: &Path| answer(kubeconfig, "GET", "/api/v1/secrets", json, "");
    stand_in.forbid("secrets");
    let (real, its) = (refused(&plane.kubeconfig("norights")), refused(&stand_in.kubeconfig()));
    assert_eq!((real.0, &real.1), (its.0, &its.1));
    let (real, its) = (refused(&plane.kubeconfig("unknown")), refused(&stand_in.kubeconfig_of("wrong")));
    assert_eq!((real.0, &real.1), (its.0, &its.1));
}
