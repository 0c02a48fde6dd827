//! What a healthy API server answers: discovery in both forms, lists page by page, tables, metadata, reviews.

use super::Fault;
use super::http::{How, Reply, Request};
use crate::lab::crds;
use seaworthy::collect::objects::kinds::{KINDS, Kind};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A kind that is served.
#[derive(Clone)]
struct Served {
    kind: String,
    namespaced: bool,
    items: Vec<Value>,
}

/// What there is: of a version (`v1`, `batch/v1`) and a resource.
#[derive(Default)]
pub(super) struct Kinds {
    served: BTreeMap<(String, String), Served>,
    /// The resources that nobody may list.
    pub(super) forbidden: BTreeSet<String>,
    /// Whether only the discovery of before 1.26 is known.
    pub(super) old_discovery: bool,
    /// Whether lists come in two pages.
    pub(super) halve: bool,
}

impl Kinds {
    /// All kinds that are read.
    pub(super) fn all() -> Self {
        let mut all = Self::default();
        for kind in KINDS {
            for version in crds::versions(kind) {
                let version = if kind.group.is_empty() { (*version).to_owned() } else { format!("{}/{version}", kind.group) };
                let namespaced = kind.kind != "Namespace" && !kind.kind.starts_with("Cluster") || kind.resource == "clusters";
                let served = Served { kind: kind.kind.to_owned(), namespaced, items: Vec::new() };
                all.served.insert((version, kind.resource.to_owned()), served);
            }
        }
        all.put(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "kube-system", "uid": "5ea-0f-1a8"}}));
        all
    }

    /// Adds an object.
    pub(super) fn put(&mut self, mut object: Value) {
        let (version, kind) = (object["apiVersion"].clone(), object["kind"].clone());
        let found = self.served.iter_mut().find(|((of, _), served)| version == of.as_str() && kind == served.kind.as_str());
        let served = found.unwrap_or_else(|| panic!("{version} {kind} is not served")).1;
        let metadata = object["metadata"].as_object_mut().unwrap();
        let name = metadata["name"].as_str().unwrap().to_owned();
        metadata.entry("uid").or_insert_with(|| format!("uid-of-{name}").into());
        metadata.entry("resourceVersion").or_insert_with(|| "900".into());
        metadata.entry("creationTimestamp").or_insert_with(|| "2026-01-01T00:00:00Z".into());
        // The items of a list do not repeat what the list says.
        object.as_object_mut().unwrap().retain(|key, _| key != "apiVersion" && key != "kind");
        served.items.push(object);
    }

    /// How many objects of a kind there are.
    pub(super) fn count(&self, kind: &Kind) -> usize {
        let group = |version: &str| version.split_once('/').map_or("", |(of, _)| of).to_owned();
        let of = self.served.iter().filter(|((version, resource), _)| group(version) == kind.group && resource == kind.resource);
        of.map(|(_, served)| served.items.len()).sum()
    }

    /// Forgets a group.
    pub(super) fn remove(&mut self, group: &str) {
        self.served.retain(|(version, _), _| version.split_once('/').map_or("", |(of, _)| of) != group);
    }

    /// Serves a resource of a group in another version, and in the one that it had no longer if it moves.
    pub(super) fn serve(&mut self, group: &str, resource: &str, version: &str, moves: bool) {
        let of = |(at, name): &&(String, String)| at.split_once('/').is_some_and(|(of, _)| of == group) && name == resource;
        let key = self.served.keys().find(of).unwrap().clone();
        let served = if moves { self.served.remove(&key) } else { self.served.get(&key).cloned() };
        self.served.insert((format!("{group}/{version}"), resource.to_owned()), served.unwrap());
    }

    /// The answer to a request; a fault of paging is obeyed.
    pub(super) fn answer(&self, request: &Request, fault: Option<&Fault>) -> Reply {
        let parts: Vec<&str> = request.path().split('/').skip(1).collect();
        match (request.method.as_str(), parts.as_slice()) {
            ("GET", ["version"]) => ok(&json!({"major": "1", "minor": "36", "gitVersion": "v1.36.3"})),
            ("GET", ["readyz" | "livez"]) => plain(200, "text/plain", "ok"),
            ("GET", ["api" | "apis"]) => self.discovery(request, parts[0] == "api"),
            ("POST", ["apis", "authorization.k8s.io", "v1", "selfsubjectaccessreviews"]) => self.review(&request.body),
            ("GET", ["api", version, rest @ ..]) => self.resource(request, version, rest, fault),
            ("GET", ["apis", group, version, rest @ ..]) => self.resource(request, &format!("{group}/{version}"), rest, fault),
            ("GET", _) => plain(404, "text/plain; charset=utf-8", "404 page not found\n"),
            _ => status(405),
        }
    }

    /// The groups, each with its versions.
    fn groups(&self, core: bool) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut groups: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (version, _) in self.served.keys() {
            let (group, version) = version.split_once('/').unwrap_or(("", version));
            if group.is_empty() == core {
                groups.entry(group).or_default().insert(version);
            }
        }
        groups
    }

    fn discovery(&self, request: &Request, core: bool) -> Reply {
        let groups = self.groups(core);
        if request.accept.contains("APIGroupDiscoveryList") && !self.old_discovery {
            let items: Vec<Value> = groups.iter().map(|(group, versions)| self.aggregated(group, versions)).collect();
            let list = json!({"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": items});
            return plain(200, "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList", &list.to_string());
        }
        if core {
            return ok(&json!({"kind": "APIVersions", "versions": ["v1"]}));
        }
        let group = |(group, versions): (&&str, &BTreeSet<&str>)| {
            let versions: Vec<Value> =
                versions.iter().rev().map(|version| json!({"groupVersion": format!("{group}/{version}"), "version": version})).collect();
            json!({"name": group, "versions": versions, "preferredVersion": versions[0]})
        };
        ok(&json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups.iter().map(group).collect::<Vec<_>>()}))
    }

    fn aggregated(&self, group: &str, versions: &BTreeSet<&str>) -> Value {
        let resources = |version: &str| -> Vec<Value> {
            let of = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
            let here = self.served.iter().filter(|((at, _), _)| *at == of);
            here.map(|((_, resource), served)| {
                json!({
                    "resource": resource, "scope": if served.namespaced { "Namespaced" } else { "Cluster" }, "verbs": ["get", "list"],
                    "singularResource": served.kind.to_lowercase(), "responseKind": {"group": group, "version": version, "kind": served.kind},
                })
            })
            .collect()
        };
        let versions: Vec<Value> = versions
            .iter()
            .rev()
            .map(|version| json!({"version": version, "freshness": "Current", "resources": resources(version)}))
            .collect();
        let metadata = if group.is_empty() { json!({}) } else { json!({"name": group}) };
        json!({"metadata": metadata, "versions": versions})
    }

    fn review(&self, body: &[u8]) -> Reply {
        let Ok(mut review) = serde_json::from_slice::<Value>(body) else { return status(400) };
        let resource = review["spec"]["resourceAttributes"]["resource"].as_str().unwrap_or_default();
        review["status"] = json!({"allowed": !self.forbidden.contains(resource)});
        Reply { code: 201, ..ok(&review) }
    }

    fn resource(&self, request: &Request, version: &str, rest: &[&str], fault: Option<&Fault>) -> Reply {
        if !self.served.keys().any(|(of, _)| of == version) {
            return plain(404, "text/plain; charset=utf-8", "404 page not found\n");
        }
        let (namespace, resource, name) = match rest {
            [] => return self.resources(version),
            ["namespaces", namespace, resource, name @ ..] => (Some(*namespace), *resource, name.first()),
            [resource, name @ ..] => (None, *resource, name.first()),
        };
        // The right is asked before the thing is looked for.
        if self.forbidden.contains(resource) {
            return status(403);
        }
        let Some(served) = self.served.get(&(version.to_owned(), resource.to_owned())) else { return status(404) };
        let here = |item: &&Value| namespace.is_none_or(|namespace| item["metadata"]["namespace"] == namespace);
        let items: Vec<&Value> = served.items.iter().filter(here).collect();
        let Some(name) = name else { return page(request, version, &served.kind, &items, self.halve, fault) };
        match items.iter().find(|item| item["metadata"]["name"] == *name) {
            Some(item) => {
                let mut whole = (*item).clone();
                whole["apiVersion"] = version.into();
                whole["kind"] = served.kind.as_str().into();
                ok(&whole)
            }
            None => status(404),
        }
    }

    fn resources(&self, version: &str) -> Reply {
        let here = self.served.iter().filter(|((of, _), _)| of == version);
        let one = |((_, resource), served): (&(String, String), &Served)| json!({"name": resource, "singularName": "", "namespaced": served.namespaced, "kind": served.kind, "verbs": ["get", "list"]});
        let resources: Vec<Value> = here.map(one).collect();
        let mut list = json!({"kind": "APIResourceList", "groupVersion": version, "resources": resources});
        // The core group says less than the others.
        if version.contains('/') {
            list["apiVersion"] = "v1".into();
        }
        ok(&list)
    }
}

/// One page of a list, in the form that was asked for.
fn page(request: &Request, version: &str, kind: &str, items: &[&Value], halve: bool, fault: Option<&Fault>) -> Reply {
    let token = request.parameter("continue");
    // A token is `<moment>-<how many were given>`.
    let given = token.and_then(|token| token.split_once('-')).and_then(|(moment, from)| Some((moment, from.parse::<usize>().ok()?)));
    if token.is_some() && given.is_none() {
        return status(400);
    }
    let (moment, given) = given.unwrap_or(("1000", 0));
    let from = match fault {
        Some(Fault::Repeats) if token.is_some() => given - 1,
        Some(Fault::Skips) if token.is_some() => given + 1,
        _ => given,
    };
    let asked = request.parameter("limit").and_then(|limit| limit.parse().ok()).unwrap_or(usize::MAX);
    let limit = if halve { asked.min(items.len().div_ceil(2).max(1)) } else { asked };
    let to = given.saturating_add(limit).min(items.len());
    let mut metadata = json!({"resourceVersion": moment});
    if to < items.len() {
        let next = if matches!(fault, Some(Fault::Circle)) { given } else { to };
        metadata["continue"] = format!("{moment}-{next}").into();
        metadata["remainingItemCount"] = (items.len() - to).into();
    }
    let items = items.get(from..to).unwrap_or_default();
    if request.accept.contains("as=Table") {
        return ok(&table(&metadata, items, request.parameter("includeObject") == Some("None")));
    }
    if request.accept.contains("as=PartialObjectMetadataList") {
        let items: Vec<Value> = items.iter().map(|item| partial(item)).collect();
        let kind = "PartialObjectMetadataList";
        return ok(&json!({"kind": kind, "apiVersion": "meta.k8s.io/v1", "metadata": metadata, "items": items}));
    }
    ok(&json!({"kind": format!("{kind}List"), "apiVersion": version, "metadata": metadata, "items": items}))
}

fn partial(item: &Value) -> Value {
    json!({"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": item["metadata"]})
}

/// The table of Secrets, which has their names, their types and how many keys they hold.
fn table(metadata: &Value, items: &[&Value], bare: bool) -> Value {
    let row = |item: &&Value| {
        let keys = item["data"].as_object().map_or(0, serde_json::Map::len);
        let object = if bare { Value::Null } else { partial(item) };
        json!({"cells": [item["metadata"]["name"], item["type"], keys, "30d"], "object": object})
    };
    let column = |(name, of): (&str, &str)| json!({"name": name, "type": of, "format": "", "description": "", "priority": 0});
    let columns: Vec<Value> = [("Name", "string"), ("Type", "string"), ("Data", "string"), ("Age", "string")].map(column).to_vec();
    let rows: Vec<Value> = items.iter().map(row).collect();
    json!({"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata, "columnDefinitions": columns, "rows": rows})
}

/// What a server says whose token for the next page has grown too old.
pub(super) fn expired(request: &Request, token: bool) -> Reply {
    let mut reply = status(410);
    if token {
        let given = request.parameter("continue").and_then(|token| token.split_once('-')).map_or("0", |(_, given)| given);
        let mut value: Value = serde_json::from_slice(&reply.body).unwrap();
        value["metadata"]["continue"] = format!("1003-{given}").into();
        reply.body = value.to_string().into_bytes();
    }
    reply
}

/// A `Status`, as the API server words it.
pub(super) fn status(code: u16) -> Reply {
    let (reason, message) = match code {
        400 => ("BadRequest", "invalid continue token"),
        401 => ("Unauthorized", "Unauthorized"),
        403 => ("Forbidden", "is forbidden: User \"lab\" cannot list resource at the cluster scope"),
        404 => ("NotFound", "the server could not find the requested resource"),
        405 => ("MethodNotAllowed", "the server does not allow this method on the requested resource"),
        410 => ("Expired", "The provided continue parameter is too old to display a consistent list result."),
        429 => ("TooManyRequests", "Too many requests, please try again later."),
        503 => ("ServiceUnavailable", "the server is currently unable to handle the request"),
        _ => ("InternalError", "etcdserver: request timed out"),
    };
    let body = json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message, "reason": reason, "code": code});
    Reply { code, ..ok(&body) }
}

fn ok(body: &Value) -> Reply {
    plain(200, "application/json", &body.to_string())
}

/// A text.
pub(super) fn plain(code: u16, content: &str, body: &str) -> Reply {
    let headers = vec![("content-type", content.to_owned()), ("date", date(0))];
    Reply { code, headers, body: body.as_bytes().to_vec(), how: How::Whole }
}

/// The time of a clock that is off by so many seconds, as HTTP writes it.
pub(super) fn date(off_s: i64) -> String {
    let now = jiff::Timestamp::from_second(seaworthy::clock::now_s() + off_s).unwrap();
    jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&now).unwrap()
}

/// An item of a list that is sent for ever.
pub(super) fn padding() -> Vec<u8> {
    let item = json!({"metadata": {"name": "again", "namespace": "app", "uid": "u", "annotations": {"padding": "x".repeat(900)}}});
    item.to_string().into_bytes()
}
