//! What is reachable and allowed, asked without reading anything: for a person who sets the rights up.

use super::api::{Api, JSON, Question};
use super::discovery::Discovery;
use super::{Job, Limits, identity, places};
use crate::collect::fault::{Fault, Right};
use crate::collect::objects::kinds::{KINDS, Keep, Kind};
use crate::collect::roles::Named;
use crate::collect::{Allow, Deadlines};
use crate::config::{ClusterSource, Config};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tokio::time::Instant;

/// Whether the account has a right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// It has.
    Allowed,
    /// It has not.
    Denied,
    /// Nobody could say.
    Unknown(Fault),
}

/// One right, and whether the account has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The right.
    pub right: Right,
    /// What it is on, where it is on one object alone.
    pub name: Option<String>,
    /// Whether the account has it.
    pub grant: Grant,
}

/// What is known of one cluster.
#[derive(Debug)]
pub struct Doctor {
    /// Its region.
    pub region: String,
    /// As a person names it.
    pub name: String,
    /// Why nothing is known.
    pub fault: Option<Fault>,
    /// Why nobody made sure that it is the server that was meant, where nobody did.
    pub unverified: Option<&'static str>,
    /// The server's version.
    pub version: Option<String>,
    /// The uid of its namespace kube-system.
    pub uid: Option<String>,
    /// How far its clock is ahead of ours, in seconds.
    pub skew_s: Option<i64>,
    /// The version of each group that something is read from.
    pub versions: BTreeMap<String, String>,
    /// The kinds that it does not serve.
    pub not_served: Vec<&'static Kind>,
    /// The rights.
    pub rights: Vec<Checked>,
}

/// Looks at the clusters of `config`, one after another.
pub fn doctor(config: &Config, allow: Allow, deadlines: &Deadlines) -> Vec<Doctor> {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return Vec::new() };
    let found = runtime.block_on(async {
        let mut found = Vec::new();
        for source in &config.clusters {
            let mut patient = Doctor {
                region: source.region.clone(),
                name: source.name(),
                fault: None,
                unverified: None,
                version: None,
                uid: None,
                skew_s: None,
                versions: BTreeMap::new(),
                not_served: Vec::new(),
                rights: Vec::new(),
            };
            let until = Instant::now() + deadlines.all;
            patient.fault = patient.look(source, config, allow, Limits::of(deadlines), until).await.err();
            found.push(patient);
        }
        found
    });
    runtime.shutdown_background();
    found
}

impl Doctor {
    async fn look(&mut self, source: &ClusterSource, config: &Config, allow: Allow, limits: Limits, until: Instant) -> Result<(), Fault> {
        let api = Api::connect(source, limits, until).await?;
        self.unverified = api.unverified;
        self.version = version(&api).await.ok();
        let groups: Vec<&str> = KINDS.iter().map(|kind| kind.group).collect();
        let discovery = Discovery::ask(&api, &groups).await?;
        let served = discovery.versions();
        self.versions = served
            .into_iter()
            .filter(|(group, _)| groups.contains(group))
            .map(|(group, version)| (group.to_owned(), version.to_owned()))
            .collect();
        self.uid = identity(&api).await.ok();
        for kind in KINDS.iter().filter(|kind| kind.keep != Keep::Table || allow.secrets) {
            match discovery.find(kind.group, kind.kind) {
                Ok(None) => self.not_served.push(kind),
                Ok(Some(served)) => {
                    for namespace in places(source, &config.system.namespaces, kind, served.namespaced) {
                        let right = Job::new(kind, served, namespace).right("list");
                        let grant = review(&api, &right, None).await;
                        self.rights.push(Checked { right, name: None, grant });
                    }
                }
                Err(fault) => {
                    let right = Right { verb: "list", group: kind.group.to_owned(), resource: kind.resource.to_owned(), namespace: None };
                    self.rights.push(Checked { right, name: None, grant: Grant::Unknown(fault) });
                }
            }
        }
        for (right, name) in Named::of(config, &source.region, allow).rights() {
            let grant = review(&api, &right, Some(&name)).await;
            self.rights.push(Checked { right, name: Some(name), grant });
        }
        self.skew_s = api.skew_s();
        Ok(())
    }
}

/// Asks the server whether this account has a right, on what is called `name` alone where that is given: the one thing
/// that is asked with a body.
async fn review(api: &Api, right: &Right, name: Option<&str>) -> Grant {
    let (resource, subresource) = right.resource.split_once('/').unwrap_or((&right.resource, ""));
    let attributes = json!({
        "verb": right.verb, "group": right.group, "resource": resource, "subresource": subresource, "namespace": right.namespace, "name": name,
    });
    let body =
        json!({"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": {"resourceAttributes": attributes}});
    let needed = Right {
        verb: "create",
        group: "authorization.k8s.io".to_owned(),
        resource: "selfsubjectaccessreviews".to_owned(),
        namespace: None,
    };
    let question = Question { path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", accept: JSON, right: needed };
    let answer = match api.post(&question, &body.to_string(), api.read_until()).await {
        Ok(answer) => answer,
        Err(fault) => return Grant::Unknown(fault),
    };
    let said = serde_json::from_slice::<Value>(&answer.body).ok().and_then(|value| value.pointer("/status/allowed")?.as_bool());
    match said {
        Some(true) => Grant::Allowed,
        Some(false) => Grant::Denied,
        None => Grant::Unknown(super::discovery::not_json()),
    }
}

async fn version(api: &Api) -> Result<String, Fault> {
    let right = Right { verb: "get", group: String::new(), resource: "/version".to_owned(), namespace: None };
    let answer = api.get(&Question { path: "/version", accept: JSON, right }, api.read_until()).await?;
    let value: Value = serde_json::from_slice(&answer.body).map_err(|_| super::discovery::not_json())?;
    let version = value.get("gitVersion").and_then(Value::as_str).unwrap_or_default();
    Ok(version.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+')).take(40).collect())
}
