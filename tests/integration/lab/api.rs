//! Writes to an API server, and reads back: as a test sets its scene, never as the product reads.

use http::Request;
use kube::config::{KubeConfigOptions, Kubeconfig};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

/// No answer takes longer, however busy the machine is.
const LIMIT: Duration = Duration::from_secs(60);
/// How many requests are under way at a time where there are thousands.
const AT_ONCE: usize = 16;

/// A connection to an API server.
pub(crate) struct Api {
    runtime: Runtime,
    client: kube::Client,
    /// Of a version and a kind: the name in URLs, and whether there are namespaces.
    resources: Mutex<BTreeMap<(String, String), (String, bool)>>,
}

impl Api {
    /// As the one user of a kubeconfig.
    pub(crate) fn connect(kubeconfig: &Path) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let client = runtime.block_on(async {
            let read = Kubeconfig::read_from(kubeconfig).unwrap();
            let config = kube::Config::from_custom_kubeconfig(read, &KubeConfigOptions::default()).await.unwrap();
            kube::Client::try_from(config).unwrap()
        });
        Self { runtime, client, resources: Mutex::default() }
    }

    /// The text of a path, or why there is none.
    pub(crate) fn text(&self, path: &str, limit: Duration) -> Result<String, String> {
        self.runtime.block_on(send(self.client.clone(), "GET", path.to_owned(), "", None, limit))
    }

    /// The object or list of a path.
    pub(crate) fn get(&self, path: &str) -> Value {
        self.find(path).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// The object or list of a path, or why there is none.
    pub(crate) fn find(&self, path: &str) -> Result<Value, String> {
        self.text(path, LIMIT).map(|text| serde_json::from_str(&text).unwrap())
    }

    /// Applies objects on the side of the server, which refuses fields that it does not know.
    pub(crate) fn apply(&self, yaml: &str) {
        documents(yaml).iter().for_each(|object| self.try_apply(object).unwrap_or_else(|error| panic!("{error}\n{object}")));
    }

    /// Applies one object, or says why the server refuses.
    pub(crate) fn try_apply(&self, object: &Value) -> Result<(), String> {
        let path = format!("{}?fieldManager=lab&force=true&fieldValidation=Strict", self.path(object));
        let body = Some(object.to_string());
        self.runtime.block_on(send(self.client.clone(), "PATCH", path, "application/apply-patch+yaml", body, LIMIT)).map(drop)
    }

    /// Sets the `status` of objects that are there, as their controller would.
    pub(crate) fn status(&self, yaml: &str) {
        for object in documents(yaml) {
            let path = format!("{}/status?fieldValidation=Strict", self.path(&object));
            let body = Some(serde_json::json!({"status": object["status"]}).to_string());
            let sent = send(self.client.clone(), "PATCH", path, "application/merge-patch+json", body, LIMIT);
            self.runtime.block_on(sent).unwrap_or_else(|error| panic!("{error}\n{object}"));
        }
    }

    /// Applies objects and then their statuses.
    pub(crate) fn apply_with_status(&self, yaml: &str) {
        for mut object in documents(yaml) {
            let whole = object.clone();
            let status = object.as_object_mut().unwrap().remove("status");
            self.try_apply(&object).unwrap_or_else(|error| panic!("{error}\n{object}"));
            if status.is_some() {
                self.status(&whole.to_string());
            }
        }
    }

    /// Creates thousands of objects, several at a time.
    pub(crate) fn create_all(&self, objects: Vec<Value>) {
        let requests: Vec<(String, String)> = objects.iter().map(|object| (self.collection(object), object.to_string())).collect();
        self.at_once("POST", "application/json", requests);
    }

    /// Sets the statuses of thousands of objects, several at a time.
    pub(crate) fn set_statuses(&self, objects: Vec<Value>) {
        let body = |object: &Value| serde_json::json!({"status": object["status"]}).to_string();
        let requests = objects.iter().map(|object| (format!("{}/status", self.path(object)), body(object))).collect();
        self.at_once("PATCH", "application/merge-patch+json", requests);
    }

    fn at_once(&self, method: &'static str, content: &'static str, requests: Vec<(String, String)>) {
        self.runtime.block_on(async {
            let mut running = JoinSet::new();
            let permits = Arc::new(tokio::sync::Semaphore::new(AT_ONCE));
            for (path, body) in requests {
                let permit = permits.clone().acquire_owned().await.unwrap();
                let client = self.client.clone();
                running.spawn(async move {
                    let answer = send(client, method, path, content, Some(body), LIMIT).await;
                    drop(permit);
                    answer
                });
            }
            while let Some(answer) = running.join_next().await {
                answer.unwrap().unwrap();
            }
        });
    }

    /// Deletes the object of a path.
    pub(crate) fn delete(&self, path: &str) {
        self.runtime.block_on(send(self.client.clone(), "DELETE", path.to_owned(), "", None, LIMIT)).unwrap();
    }

    /// A service account, made if need be, and a token that the server issues for it.
    pub(crate) fn token(&self, namespace: &str, account: &str) -> String {
        self.apply(&format!("{{apiVersion: v1, kind: ServiceAccount, metadata: {{name: {account}, namespace: {namespace}}}}}"));
        let path = format!("/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token");
        let body = r#"{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}}"#.to_owned();
        let sent = send(self.client.clone(), "POST", path, "application/json", Some(body), LIMIT);
        let answer: Value = serde_json::from_str(&self.runtime.block_on(sent).unwrap()).unwrap();
        answer["status"]["token"].as_str().unwrap().to_owned()
    }

    /// A new namespace.
    pub(crate) fn namespace(&self, name: &str) {
        self.apply(&format!("{{apiVersion: v1, kind: Namespace, metadata: {{name: {name}}}}}"));
    }

    /// Where an object is, or would be.
    pub(crate) fn path(&self, object: &Value) -> String {
        format!("{}/{}", self.collection(object), object["metadata"]["name"].as_str().unwrap())
    }

    fn collection(&self, object: &Value) -> String {
        let version = object["apiVersion"].as_str().unwrap_or_else(|| panic!("no apiVersion: {object}"));
        let kind = object["kind"].as_str().unwrap();
        let (resource, namespaced) = self.resource(version, kind);
        let root = root(version);
        if !namespaced {
            return format!("{root}/{resource}");
        }
        let namespace = object["metadata"]["namespace"].as_str().unwrap_or_else(|| panic!("a {kind} without a namespace: {object}"));
        format!("{root}/namespaces/{namespace}/{resource}")
    }

    /// What the server says of a kind.
    fn resource(&self, version: &str, kind: &str) -> (String, bool) {
        let key = (version.to_owned(), kind.to_owned());
        if let Some(known) = self.resources.lock().unwrap().get(&key) {
            return known.clone();
        }
        let served = self.get(&root(version));
        let all = served["resources"].as_array().unwrap();
        let found = all.iter().find(|one| one["kind"] == kind && !one["name"].as_str().unwrap().contains('/'));
        let found = found.unwrap_or_else(|| panic!("{version} has no {kind}"));
        let resource = (found["name"].as_str().unwrap().to_owned(), found["namespaced"].as_bool().unwrap());
        self.resources.lock().unwrap().insert(key, resource.clone());
        resource
    }
}

fn root(version: &str) -> String {
    if version.contains('/') { format!("/apis/{version}") } else { format!("/api/{version}") }
}

/// The documents of a YAML text; those of a `List` one by one.
pub(crate) fn documents(yaml: &str) -> Vec<Value> {
    let all: Vec<Value> = serde_saphyr::from_multiple(yaml).unwrap_or_else(|error| panic!("{error}\n{yaml}"));
    let of = |one: Value| match one.get("items").and_then(Value::as_array) {
        Some(items) => items.clone(),
        None => vec![one],
    };
    all.into_iter().filter(|one| !one.is_null()).flat_map(of).collect()
}

async fn send(
    client: kube::Client,
    method: &'static str,
    path: String,
    content: &'static str,
    body: Option<String>,
    limit: Duration,
) -> Result<String, String> {
    let mut request = Request::builder().method(method).uri(&path);
    if body.is_some() {
        request = request.header("content-type", content);
    }
    let request = request.body(body.unwrap_or_default().into_bytes()).unwrap();
    match tokio::time::timeout(limit, client.request_text(request)).await {
        Ok(answer) => answer.map_err(|error| format!("{method} {path}: {error}")),
        Err(_) => Err(format!("{method} {path}: no answer within {limit:?}")),
    }
}
