//! What live objects say: rows of what real controllers write (Kubernetes 1.36), each with the facts that must
//! be taken from it and the verdict that must follow. A row is named after the situation that it was recorded in.

mod runs;
mod workloads;

use seaworthy::collect::objects::{Context, Found, Object, Origin, evidence};
use seaworthy::evaluate::{Catalogue, Terms, evaluate};
use seaworthy::report::Verdict;
use seaworthy::snapshot::{Class, InventoryItem, Noun, RegionRole, Scope, ScopeKind, Snapshot, Stage, Subject, System};
use seaworthy::source_text::{Limits, Node, parse};
use seaworthy::standard::Standard;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// 2026-11-22T00:00:00Z: the day of all rows.
const DAY_S: i64 = 1_795_305_600;

/// The second of that day that `14:23:28` or `14:23` is, in epoch seconds.
fn at(clock: &str) -> i64 {
    let parts: Vec<i64> = clock.split(':').map(|part| part.parse().unwrap()).collect();
    DAY_S + parts[0] * 3_600 + parts[1] * 60 + parts.get(2).unwrap_or(&0)
}

/// The system, in one region: a database and a service.
fn system() -> System {
    let gateway = InventoryItem { kind: "Deployment".to_owned(), name: None, namespace: None, ready: 2 };
    let store = InventoryItem { kind: "StatefulSet".to_owned(), name: None, namespace: None, ready: 2 };
    System {
        name: "shop".to_owned(),
        regions: BTreeMap::from([("east".to_owned(), RegionRole::Primary)]),
        namespaces: BTreeSet::from(["shop".to_owned()]),
        inventory: BTreeMap::from([("gateway".to_owned(), gateway), ("store".to_owned(), store)]),
        components: BTreeMap::from([("postgresql".to_owned(), "postgresql".to_owned())]),
        ..System::default()
    }
}

/// The standard of ours, with copies every five minutes: the rows tell of a quarter of an hour.
fn standard() -> Standard {
    let text = std::fs::read_to_string(crate::common::root().join("policies/standard.yaml")).unwrap();
    Standard::parse(&text.replace("is: postgresql, backup: {every: 1h,", "is: postgresql, backup: {every: 5m,")).unwrap()
}

/// Objects as an API server gives them.
fn objects(yaml: &str) -> Vec<Object> {
    let documents = parse(yaml.as_bytes(), &Limits::default()).unwrap_or_else(|error| panic!("{error}\n{yaml}"));
    documents.into_iter().filter(|body| body.as_map().is_some()).map(object).collect()
}

fn object(body: Node) -> Object {
    let word = |path: &str| body.at_path(path).and_then(Node::as_str).map(str::to_owned);
    let api = word("apiVersion").unwrap();
    let (group, version) = api.rsplit_once('/').unwrap_or(("", &api));
    Object {
        group: group.to_owned(),
        version: version.to_owned(),
        kind: word("kind").unwrap(),
        namespace: word("metadata.namespace"),
        name: word("metadata.name").unwrap(),
        origin: Origin::Api,
        body,
    }
}

/// What the objects of a text say, read at an instant.
fn read(yaml: &str, class: Class, at_s: i64) -> Found {
    let (system, nobody) = (system(), BTreeMap::new());
    let resolved = standard().resolve(&system);
    let source = if class == Class::Observed { "clusters" } else { "manifests" };
    let context = Context { region: "east", class, source, system: &system, standard: &resolved, at_s, backed_up_by: &nobody };
    evidence(&objects(yaml), &context)
}

/// What a control says of a subject when nothing but these objects is known.
fn verdict(found: &Found, at_s: i64, control: &str, subject: &str) -> Verdict {
    let scope = Scope { kind: ScopeKind::Live, stage: Stage::PostProduction, everything: true };
    let mut snapshot = serde_json::to_value(Snapshot::new(system(), scope, at_s).unwrap()).unwrap();
    let resolved = standard().resolve(&system());
    let mut items = serde_json::to_value(&found.evidence).unwrap();
    for noun in [Noun::Run, Noun::Schedule, Noun::Workload] {
        let subjects = resolved.subjects_of(noun);
        let count = |subject: &str| items[noun.word()][subject].as_array().map_or(0, Vec::len);
        let stored: BTreeMap<&Subject, usize> = subjects.iter().map(|subject| (subject, count(subject.as_str()))).collect();
        let state = if found.partial.contains_key(&noun) { "partial" } else { "collected" };
        let asked = json!({"read": "clusters/east", "noun": noun, "class": "observed", "subjects": subjects, "section": "test"});
        let read = json!({"read": "clusters/east", "noun": noun, "of": "test", "at_s": at_s, "state": state, "stored": stored, "unlinked": count("unlinked")});
        snapshot["asked"].as_array_mut().unwrap().push(asked);
        snapshot["reads"].as_array_mut().unwrap().push(read);
        snapshot["evidence"][noun.word()] = items[noun.word()].take();
    }
    let snapshot = Snapshot::load(snapshot.to_string().as_bytes()).unwrap();
    let mut catalogue = Catalogue::embedded().unwrap();
    catalogue.controls.retain(|name, _| name == control);
    let standard = standard();
    let terms = Terms { standard: &standard, catalogue: &catalogue, waivers: &[], stage: Stage::PostProduction, at_s };
    let report = evaluate(&snapshot, &terms).unwrap();
    report.findings.iter().find(|finding| finding.control == control && finding.subject == subject).map(|finding| finding.verdict).unwrap()
}

/// A number as JSON, or `?` where nothing is known.
fn shown(value: Option<impl Into<Value>>) -> String {
    value.map_or("?".to_owned(), |value| value.into().to_string())
}
