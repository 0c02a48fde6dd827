//! Git against the cluster: evidence of one object from both, compared fact by fact, from complete reads of
//! both alone. What only one of them shows would else be what the other could not read.
//!
//! Facts are compared and not texts: what a server writes in for a default is no difference.

use super::books::{Books, Source};
use super::cluster::{Cluster, Outcome};
use super::clusters;
use super::objects::{Object, store};
use crate::config::{ClusterSource, Config};
use crate::snapshot::{Class, Drift, DriftState, Evidence, Item, Noun, Place, ReadState, Subject, Subjects, System, UNLINKED, Visit};
use crate::standard::Resolved;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The nouns that are compared, each with its facts. A scaler may add replicas, so only fewer than declared
/// differ. Of rights and policies only those that Git declares are looked for: what operators make would be noise.
const COMPARED: [(Noun, &[&str]); 6] = [
    (Noun::Schedule, &["cron", "time_zone", "suspended", "tool"]),
    (Noun::BackupPlan, &["kind", "destination", "kept_forever", "keep_s", "keep_copies", "holds_all"]),
    (Noun::Archiver, &["enabled", "timeout_s", "destination"]),
    (Noun::Database, &["role", "instances", "synchronous", "synchronous_required"]),
    (Noun::Workload, &["replicas", "readiness", "detect_s", "startup_budget_s", "disruption_budget", "spread", "persistent"]),
    (Noun::Access, &["default_deny", "wildcard", "lists_secrets"]),
];

/// The kinds that are components by themselves: of these only names are read. What is there and not in Git is
/// no drift, since operators, charts and Kubernetes itself make their own.
const NAMED: [(&str, &str); 2] = [("ConfigMap", "configmaps"), ("Secret", "secrets")];

/// How many missing names are told.
const NAMES: usize = 20;

/// What Git and the clusters have, by region.
pub(super) struct Both<'a> {
    pub(super) declared: BTreeMap<&'a str, &'a [Object]>,
    pub(super) clusters: &'a BTreeMap<String, Cluster>,
    pub(super) system: &'a System,
}

/// What of one noun one side shows of one object.
type Sides = BTreeMap<(Noun, String, String), BTreeMap<Class, Value>>;

/// Compares each region that both were read of.
pub(super) fn enter(config: &Config, both: &Both<'_>, standard: &Resolved, at_s: i64, books: &mut Books) {
    let sides = sides(&books.evidence);
    let asked = standard.subjects_of(Noun::Drift);
    for source in &config.clusters {
        let region = source.region.as_str();
        let subjects: BTreeSet<Subject> = asked.iter().filter(|subject| subject.region() == region).cloned().collect();
        let read = format!("drift/{region}");
        let given = config.manifests.iter().any(|manifests| manifests.region == region);
        let mut partial: BTreeMap<Noun, BTreeSet<String>> = BTreeMap::new();
        let mut evidence = Evidence::default();
        let side = Side { read: &read, region, source };
        if given {
            let doubts: BTreeMap<Noun, Vec<String>> =
                COMPARED.iter().map(|(noun, _)| (*noun, incomplete(books, *noun, region))).filter(|(_, why)| !why.is_empty()).collect();
            // What was not read whole is not compared: of all that Git declares, a cluster that was not reached has nothing.
            let ours = |noun: Noun, subject: &str, found: &BTreeMap<Class, Value>| {
                let asked = subjects.iter().any(|known| known.as_str() == subject);
                // A plan is what comes of schedules: of these it is told who has them.
                let told = match noun {
                    Noun::Access => found.contains_key(&Class::Declared),
                    Noun::BackupPlan => found.len() == 2,
                    _ => true,
                };
                asked && told && !doubts.contains_key(&noun)
            };
            for ((noun, subject, key), found) in sides.iter().filter(|((noun, subject, _), found)| ours(*noun, subject, found)) {
                store(&mut evidence.drift, subject, side.compared(*noun, key, found));
            }
            partial.entry(Noun::Drift).or_default().extend(doubts.into_values().flatten());
            for subject in &subjects {
                match side.names(subject, both) {
                    Ok(items) => items.into_iter().for_each(|item| store(&mut evidence.drift, subject.as_str(), item)),
                    Err(why) => partial.entry(Noun::Drift).or_default().extend(why),
                }
            }
        } else {
            for subject in &subjects {
                store(&mut evidence.drift, subject.as_str(), side.nothing_declared());
            }
        }
        let source = Source {
            read: &read,
            section: "clusters",
            class: Class::Observed,
            of: &format!("manifests/{region} and clusters/{region}"),
            at_s,
            took_ms: None,
            subjects: BTreeMap::from([(Noun::Drift, subjects)]),
            failed: BTreeMap::new(),
            partial,
            unsupported: BTreeMap::new(),
        };
        books.enter(&source, evidence);
    }
}

/// Why a noun cannot be compared: one of its two reads is not complete.
fn incomplete(books: &Books, noun: Noun, region: &str) -> Vec<String> {
    let reads = ["manifests", "clusters"].map(|source| format!("{source}/{region}"));
    let of = |read: &String| books.reads.iter().find(|known| known.read == *read && known.noun == noun).map(|known| known.state);
    reads
        .iter()
        .filter_map(|read| match of(read) {
            Some(state) if !state.decides() => Some(format!("{} of {read} is {}", noun.word(), ReadState::word(state))),
            _ => None,
        })
        .collect()
}

/// The items of both sides by noun, subject and object.
fn sides(evidence: &Evidence) -> Sides {
    struct Sorter(Sides);
    impl Visit for Sorter {
        fn noun<T: Item>(&mut self, noun: Noun, items: &Subjects<T>) {
            let Some((_, facts)) = COMPARED.iter().find(|(compared, _)| *compared == noun) else { return };
            for (subject, list) in items.iter().filter(|(subject, _)| *subject != UNLINKED) {
                for item in list.iter().filter(|item| item.read().starts_with("manifests/") || item.read().starts_with("clusters/")) {
                    let Some(key) = item.id().strip_prefix(&format!("{}/{}/", item.class().word(), item.read())) else { continue };
                    let Ok(Value::Object(mut whole)) = serde_json::to_value(item) else { continue };
                    whole.retain(|fact, _| facts.contains(&fact.as_str()));
                    self.0.entry((noun, subject.clone(), key.to_owned())).or_default().insert(item.class(), Value::Object(whole));
                }
            }
        }
    }
    let mut sorter = Sorter(BTreeMap::new());
    evidence.visit(&mut sorter);
    sorter.0
}

struct Side<'a> {
    read: &'a str,
    region: &'a str,
    source: &'a ClusterSource,
}

impl Side<'_> {
    fn compared(&self, noun: Noun, key: &str, found: &BTreeMap<Class, Value>) -> Drift {
        let (state, differs) = match (found.get(&Class::Declared), found.get(&Class::Observed)) {
            (Some(declared), Some(live)) => {
                let differs = differences(declared, live);
                (if differs.is_empty() { DriftState::Same } else { DriftState::Different }, differs)
            }
            (Some(_), None) => (DriftState::OnlyDeclared, Vec::new()),
            (None, _) => (DriftState::OnlyLive, Vec::new()),
        };
        Drift { object: key.to_owned(), of: Some(noun), state, differs, ..self.item(&format!("{}/{key}", noun.word())) }
    }

    /// Whether each ConfigMap or Secret that Git declares is there, as far as their names may be read.
    fn names(&self, subject: &Subject, both: &Both<'_>) -> Result<Vec<Drift>, BTreeSet<String>> {
        let resource = both.system.components.get(subject.thing()).map_or("", String::as_str);
        let Some((kind, _)) = NAMED.iter().find(|(_, named)| *named == resource) else { return Ok(Vec::new()) };
        let (Some(declared), Some(cluster)) = (both.declared.get(self.region), both.clusters.get(self.region)) else {
            return Ok(Vec::new());
        };
        match cluster.kinds.get(&("", *kind)) {
            Some(Outcome::Read(_)) => {}
            Some(Outcome::Failed(fault)) => return Err(BTreeSet::from([format!("{kind}: {fault}")])),
            Some(Outcome::NotServed | Outcome::NotAllowed) | None => return Ok(Vec::new()),
        }
        let doubts = clusters::doubts(self.source, cluster, both.clusters, both.system);
        if !doubts.is_empty() {
            return Err(doubts);
        }
        let is = |object: &&Object| object.is("", kind);
        let there: BTreeSet<String> = cluster.objects.iter().filter(is).map(Object::reference).collect();
        // One that writes no namespace goes where it is applied, and those of other systems are not ours to miss.
        let placed = |object: &&Object| object.namespace.as_ref().is_some_and(|namespace| both.system.namespaces.contains(namespace));
        let names: BTreeSet<String> = declared.iter().filter(is).filter(placed).map(Object::reference).collect();
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let missing: Vec<&String> = names.difference(&there).take(NAMES).collect();
        if missing.is_empty() {
            return Ok(vec![Drift { object: resource.to_owned(), state: DriftState::Same, ..self.item(resource) }]);
        }
        let lost =
            |name: &String| Drift { object: name.clone(), state: DriftState::OnlyDeclared, ..self.item(&format!("{resource}/{name}")) };
        Ok(missing.into_iter().map(lost).collect())
    }

    fn nothing_declared(&self) -> Drift {
        self.item("nothing-declared")
    }

    fn item(&self, name: &str) -> Drift {
        Drift {
            id: format!("observed/drift/{}/{name}", self.region),
            class: Class::Observed,
            read: self.read.to_owned(),
            at: Place { object: Some(name.to_owned()), ..Place::default() },
            object: name.to_owned(),
            of: None,
            state: DriftState::NothingDeclared,
            differs: Vec::new(),
        }
    }
}

/// What is stated on both sides and not the same. What only one side knows is no difference: a server knows
/// more than a manifest.
fn differences(declared: &Value, live: &Value) -> Vec<String> {
    let (Value::Object(declared), Value::Object(live)) = (declared, live) else { return Vec::new() };
    let both = declared.iter().filter_map(|(fact, git)| Some((fact, git, live.get(fact)?)));
    both.filter(|(fact, git, there)| git != there && !(*fact == "replicas" && there.as_u64() > git.as_u64()))
        .map(|(fact, git, there)| format!("{}: {} in Git, {} in the cluster", fact.replace('_', " "), shown(git), shown(there)))
        .collect()
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
