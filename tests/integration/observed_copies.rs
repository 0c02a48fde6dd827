//! What the controllers that make copies say of themselves in a live cluster, row by row: objects as the controller
//! writes them, the facts that must come of them, and the verdicts that they must lead to.
//!
//! The rows are in `observed_copies/PRODUCT.yaml`. `with` names texts of `parts` that a row takes besides its own
//! `objects`; of two objects of one kind and name the later counts. `facts` holds, for each noun, the items of the
//! subject, each with the fields that matter (`null`: it must not be there); an instant is written as a date. A noun
//! that is left out is not looked at.

use crate::common::root;
use seaworthy::clock::instant_s;
use seaworthy::collect::objects::{Context, Found, Object, Origin, evidence, settle};
use seaworthy::evaluate::{Catalogue, Evaluator, Terms};
use seaworthy::snapshot::{Class, InventoryItem, Noun, RegionRole, Scope, ScopeKind, Snapshot, Stage, Subject, System};
use seaworthy::source_text::{Limits, parse};
use seaworthy::standard::{Resolved, Standard};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

const REGION: &str = "us-east-1";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    /// The instant of reading.
    at: String,
    /// Whom the facts are about.
    subject: String,
    /// Texts that rows share.
    #[serde(default)]
    parts: BTreeMap<String, String>,
    rows: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    row: String,
    /// Another instant than the table's.
    at: Option<String>,
    /// Another subject than the table's.
    subject: Option<String>,
    #[serde(default)]
    with: Vec<String>,
    #[serde(default)]
    objects: String,
    /// Whether the system has a second region.
    #[serde(default)]
    second_region: bool,
    #[serde(default)]
    facts: BTreeMap<String, Value>,
    /// The nouns that are not complete.
    #[serde(default)]
    partial: BTreeSet<String>,
    /// The places that are read by somebody else, where the row is about them.
    elsewhere: Option<BTreeSet<String>>,
    #[serde(default)]
    verdicts: BTreeMap<String, String>,
}

fn table(product: &str) -> Table {
    let path = root().join(format!("tests/integration/observed_copies/{product}.yaml"));
    let text = std::fs::read_to_string(&path).unwrap();
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn system(second_region: bool) -> System {
    let pair = |name: &str| (name.to_owned(), name.to_owned());
    let mut regions = BTreeMap::from([(REGION.to_owned(), RegionRole::Primary)]);
    if second_region {
        regions.insert("eu-west-1".to_owned(), RegionRole::Standby);
    }
    let item = |kind: &str, ready| InventoryItem { kind: kind.to_owned(), name: None, namespace: None, ready };
    System {
        name: "kubernaut".to_owned(),
        regions,
        namespaces: BTreeSet::from(["app".to_owned()]),
        inventory: BTreeMap::from([("redis".to_owned(), item("RedisCluster.redis.redis.opstreelabs.in", 6))]),
        components: ["postgresql", "configmaps", "secrets"].map(pair).into(),
        routed_name: Some("gateway.kubernaut.io".to_owned()),
        ..System::default()
    }
}

fn objects(text: &str) -> Vec<Object> {
    let mut objects: Vec<Object> = Vec::new();
    for body in parse(text.as_bytes(), &Limits::default()).unwrap_or_else(|error| panic!("{error:?}: {text}")) {
        let word = |path: &str| body.at_path(path).and_then(|node| node.as_str()).map(str::to_owned);
        let Some(api) = word("apiVersion") else { continue };
        let (group, version) = api.split_once('/').unwrap_or(("", &api));
        let object = Object {
            group: group.to_owned(),
            version: version.to_owned(),
            kind: word("kind").unwrap(),
            namespace: word("metadata.namespace"),
            name: word("metadata.name").unwrap(),
            origin: Origin::Api,
            body,
        };
        objects.retain(|other| other.group != object.group || other.reference() != object.reference());
        objects.push(object);
    }
    objects
}

/// What a row is about, read.
struct Reading {
    system: System,
    at_s: i64,
    found: Found,
}

/// The standard, with drills asked for the subjects that are backed up.
fn widened(system: &System) -> Resolved {
    let mut standard = Standard::embedded().unwrap().resolve(system);
    if let Some(rule) = standard.restores.values().next().cloned() {
        let backed_up: Vec<Subject> = standard.backups.keys().cloned().collect();
        standard.restores.extend(backed_up.into_iter().map(|subject| (subject, rule.clone())));
    }
    standard
}

fn read(table: &Table, row: &Row, class: Class) -> Reading {
    let system = system(row.second_region);
    let standard = widened(&system);
    let parts: Vec<&str> = row.with.iter().map(|name| table.parts[name].as_str()).chain([row.objects.as_str()]).collect();
    let at_s = instant_s(row.at.as_deref().unwrap_or(&table.at)).unwrap();
    let context =
        Context { region: REGION, class, source: "clusters", system: &system, standard: &standard, at_s, backed_up_by: &BTreeMap::new() };
    let mut found = evidence(&objects(&parts.join("\n---\n")), &context);
    settle(&mut found.evidence);
    Reading { system, at_s, found }
}

/// A value as the table writes it: an instant of a field in seconds is a date.
fn meant(key: &str, value: &Value) -> Value {
    let instant = value.as_str().filter(|_| key.ends_with("_s")).and_then(instant_s);
    instant.map_or_else(|| value.clone(), |instant| json!(instant))
}

fn differs(noun: &str, expected: &Value, items: &[Value]) -> Vec<String> {
    let expected: Vec<&Map<String, Value>> = match expected {
        Value::Array(list) => list.iter().map(|item| item.as_object().unwrap()).collect(),
        one => vec![one.as_object().unwrap()],
    };
    if expected.len() != items.len() {
        return vec![format!("{} items of {noun}, not {}: {items:?}", items.len(), expected.len())];
    }
    let pairs = expected.iter().zip(items).flat_map(|(expected, item)| expected.iter().map(move |(key, value)| (key, value, item)));
    let wrong = pairs.filter(|(key, value, item)| *item.get(key.as_str()).unwrap_or(&Value::Null) != meant(key, value));
    wrong.map(|(key, value, item)| format!("{noun}.{key} is {}, not {}", item[key], meant(key, value))).collect()
}

/// The snapshot of a reading, as a collector of the cluster would enter it.
fn snapshot(reading: &Reading) -> Snapshot {
    let scope = Scope { kind: ScopeKind::Live, stage: Stage::PreProduction, everything: true };
    let mut snapshot = serde_json::to_value(Snapshot::new(reading.system.clone(), scope, reading.at_s).unwrap()).unwrap();
    let standard = Standard::embedded().unwrap().resolve(&reading.system);
    let evidence = serde_json::to_value(&reading.found.evidence).unwrap();
    let section = format!("clusters/{REGION}");
    for noun in Noun::ALL {
        let subjects: BTreeSet<Subject> =
            standard.subjects_of(*noun).into_iter().filter(|subject| subject.region() == REGION || subject.is_global()).collect();
        if subjects.is_empty() {
            continue;
        }
        let items = |subject: &str| evidence[noun.word()].get(subject).cloned().unwrap_or_else(|| json!([]));
        let count = |subject: &str| items(subject).as_array().unwrap().len();
        let stored: BTreeMap<&str, usize> = subjects.iter().map(|subject| (subject.as_str(), count(subject.as_str()))).collect();
        let state = if reading.found.partial.contains_key(noun) { "partial" } else { "collected" };
        snapshot["asked"]
            .as_array_mut()
            .unwrap()
            .push(json!({"read": section, "noun": noun.word(), "class": Class::Observed, "subjects": subjects, "section": "clusters"}));
        snapshot["reads"].as_array_mut().unwrap().push(
            json!({"read": section, "noun": noun.word(), "of": "test", "at_s": reading.at_s, "state": state, "detail": "test", "stored": stored, "unlinked": count("unlinked")}),
        );
        let kept = subjects.iter().map(Subject::as_str).chain(["unlinked"]).filter(|subject| count(subject) > 0);
        snapshot["evidence"][noun.word()] = Value::Object(kept.map(|subject| (subject.to_owned(), items(subject))).collect());
    }
    Snapshot::load(snapshot.to_string().as_bytes()).unwrap()
}

/// Judges rows; the controls are compiled once for each kind of system.
struct Bench {
    standard: Standard,
    catalogue: Catalogue,
    evaluators: BTreeMap<bool, Evaluator>,
}

impl Bench {
    fn verdicts(&mut self, row: &Row, reading: &Reading, subject: &str) -> Vec<String> {
        let snapshot = snapshot(reading);
        let stage = snapshot.scope.stage;
        let terms = Terms { standard: &self.standard, catalogue: &self.catalogue, waivers: &[], stage, at_s: reading.at_s };
        let resolved = self.standard.resolve(&reading.system);
        let evaluator = self.evaluators.entry(row.second_region).or_insert_with(|| Evaluator::new(&self.catalogue, &resolved).unwrap());
        let report = evaluator.evaluate(&snapshot, &terms).unwrap();
        let of = |control: &str| {
            let mut findings = report.findings.iter();
            findings.find(|finding| finding.control == control && finding.subject == subject)
        };
        let found = row.verdicts.iter().map(|(control, verdict)| (control, verdict, of(control)));
        let wrong = found.filter(|(_, verdict, finding)| finding.is_none_or(|finding| finding.verdict.word() != verdict.as_str()));
        wrong
            .map(|(control, verdict, finding)| {
                let found = finding.map_or("not judged at all".to_owned(), |finding| {
                    format!("{}: {}", finding.verdict.word(), finding.sentences.join("; "))
                });
                format!("{control}: {found}, not {verdict}")
            })
            .collect()
    }
}

fn check(product: &str) {
    let table = table(product);
    let mut bench =
        Bench { standard: Standard::embedded().unwrap(), catalogue: Catalogue::embedded().unwrap(), evaluators: BTreeMap::new() };
    let mut wrong = Vec::new();
    let mut names = BTreeSet::new();
    for row in &table.rows {
        assert!(names.insert(&row.row), "two rows are called {}", row.row);
        let reading = read(&table, row, Class::Observed);
        let subject = row.subject.as_deref().unwrap_or(&table.subject);
        let evidence = serde_json::to_value(&reading.found.evidence).unwrap();
        for (noun, expected) in &row.facts {
            let items = evidence[noun].get(subject).and_then(Value::as_array).cloned().unwrap_or_default();
            wrong.extend(differs(noun, expected, &items).into_iter().map(|difference| format!("{}: {difference}", row.row)));
        }
        let partial: BTreeSet<String> = reading.found.partial.keys().map(|noun| noun.word().to_owned()).collect();
        if partial != row.partial {
            wrong.push(format!("{}: not complete: {:?}", row.row, reading.found.partial));
        }
        let elsewhere: BTreeSet<String> = reading.found.elsewhere.iter().map(|place| place.place.clone()).collect();
        if row.elsewhere.as_ref().is_some_and(|expected| *expected != elsewhere) {
            wrong.push(format!("{}: elsewhere: {elsewhere:?}", row.row));
        }
        wrong.extend(bench.verdicts(row, &reading, subject).into_iter().map(|difference| format!("{}: {difference}", row.row)));
        said_by_nobody(&row.row, &reading.found);
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// No message of a product is kept: each one in the tables names a host that is nowhere else.
fn said_by_nobody(row: &str, found: &Found) {
    let evidence = serde_json::to_string(&found.evidence).unwrap();
    let text = format!("{evidence} {:?} {:?} {:?}", found.links, found.partial, found.elsewhere);
    assert!(!text.contains("canary.invalid"), "{row}: a message was kept");
}

/// What stands in a status is nothing that a manifest declares.
fn declared(product: &str) {
    let table = table(product);
    for row in &table.rows {
        let found = read(&table, row, Class::Declared).found.evidence;
        let live = found.run.len() + found.recovery_points.len() + found.drill.len();
        assert_eq!(live, 0, "{}", row.row);
        assert!(found.repository.values().flatten().all(|item| item.available.is_none()), "{}", row.row);
        assert!(found.archiver.values().flatten().all(|item| item.failing.is_none()), "{}", row.row);
        assert!(found.database.values().flatten().all(|item| item.ready.is_none()), "{}", row.row);
    }
}

#[test]
fn velero() {
    check("velero");
}

#[test]
fn cloudnativepg() {
    check("cloudnativepg");
}

#[test]
fn crunchy_redis_and_route_53() {
    check("others");
}

#[test]
fn what_is_declared_has_no_status() {
    ["velero", "cloudnativepg", "others"].into_iter().for_each(declared);
}
