//! What clusters gave → evidence and its books. A kind that could not be read makes incomplete what it is
//! read for, and nothing else; an empty list counts only where its namespace is there and its clock is right.

use super::books::{Books, Source};
use super::cluster::{Cluster, Outcome, Progress};
use super::fault::Fault;
use super::objects::kinds::{KINDS, Kind};
use super::objects::{self, Context, Elsewhere, Found, Object};
use super::{CollectError, Request};
use crate::clock::SKEW_S;
use crate::config::ClusterSource;
use crate::snapshot::{Class, Item, Noun, ReadState, Subject, Subjects, System, Unjudged, Visit, VisitMut};
use crate::standard::Resolved;
use std::collections::{BTreeMap, BTreeSet};

/// The source's name in reads and identities.
const SOURCE: &str = "clusters";

/// The nouns whose evidence is dates that a server wrote: they mean nothing where its clock is wrong.
const DATED: [Noun; 5] = [Noun::Run, Noun::RecoveryPoints, Noun::Repository, Noun::Archiver, Noun::Drill];

/// The nouns of products that not every cluster has. One that serves none of their kinds is not where such
/// things are kept, and is asked about them only where Git declares some.
const OPTIONAL: [Noun; 5] = [Noun::HealthCheck, Noun::Route, Noun::AlertRule, Noun::AlertRoute, Noun::Drill];

/// Reads the configured clusters, if this question is about them.
#[cfg(feature = "live")]
pub(super) fn read(
    request: &Request<'_>,
    system: &System,
    tell: &mut dyn FnMut(Progress),
) -> Result<BTreeMap<String, Cluster>, CollectError> {
    let sources = &request.config.clusters;
    if sources.is_empty() {
        return Ok(BTreeMap::new());
    }
    Ok(super::kubernetes::read(sources, &system.namespaces, request.allow, &request.deadlines, tell))
}

/// Without network clients a configured cluster is an error: leaving it out in silence would look like a check.
#[cfg(not(feature = "live"))]
pub(super) fn read(request: &Request<'_>, _: &System, _: &mut dyn FnMut(Progress)) -> Result<BTreeMap<String, Cluster>, CollectError> {
    if request.config.clusters.is_empty() { Ok(BTreeMap::new()) } else { Err(CollectError::WithoutClients) }
}

/// Enters what each cluster gave, and returns the places that were met on the way.
pub(super) fn enter(
    request: &Request<'_>,
    clusters: &BTreeMap<String, Cluster>,
    system: &System,
    standard: &Resolved,
    books: &mut Books,
) -> BTreeSet<Elsewhere> {
    let mut elsewhere = BTreeSet::new();
    for source in &request.config.clusters {
        let Some(cluster) = clusters.get(&source.region) else { continue };
        let backed_up_by = &request.config.backed_up_by;
        let region = &source.region;
        let context = Context { region, class: Class::Observed, source: SOURCE, system, standard, at_s: cluster.at_s, backed_up_by };
        // Of a cluster that was not reached, an absence would be said of what nobody looked at.
        let believed = cluster.fault.is_none() && stranger(source, cluster).is_none();
        let mut found = if believed { objects::evidence(&cluster.objects, &context) } else { Found::default() };
        let unjoined = faults(cluster).flat_map(|(_, kind)| kind.joined.iter().copied());
        let undated = DATED.into_iter().filter(|_| wrong_clock(cluster).is_some());
        found.evidence.visit_mut(&mut Without(unjoined.chain(undated).collect()));
        // Nor is a namespace open in which nobody could have met a policy.
        let unseen = unseen(source, cluster, system);
        found.evidence.access.values_mut().for_each(|items| items.retain(|item| !unseen.contains_key(&item.namespace)));
        elsewhere.append(&mut found.elsewhere);
        one(source, cluster, clusters, &context, found, books);
    }
    elsewhere
}

fn one(
    source: &ClusterSource,
    cluster: &Cluster,
    clusters: &BTreeMap<String, Cluster>,
    context: &Context<'_>,
    found: Found,
    books: &mut Books,
) {
    let mut of = match &cluster.uid {
        Some(uid) => format!("{}, cluster {uid}", source.name()),
        None => source.name(),
    };
    if let Some(why) = cluster.unverified {
        of.push_str(&format!(", not verified ({why})"));
        books.unjudged.insert(Unjudged {
            what: context.read(),
            line: None,
            because: format!("nobody made sure that it is the cluster that is meant ({why}): whoever answered was believed"),
            in_doubt: false,
        });
    }
    let read = Source {
        read: &context.read(),
        section: SOURCE,
        class: Class::Observed,
        of: &of,
        at_s: cluster.at_s,
        took_ms: Some(cluster.took_ms),
        subjects: asked(cluster, context, &found, books),
        failed: failed(source, cluster),
        partial: partial(source, cluster, clusters, context.system, found.partial),
        unsupported: found.unsupported,
    };
    books.links.extend(found.links);
    books.enter(&read, found.evidence);
}

/// What the cluster is asked about: each noun that it can have anything of, with its subjects here.
fn asked(cluster: &Cluster, context: &Context<'_>, found: &Found, books: &Books) -> BTreeMap<Noun, BTreeSet<Subject>> {
    let declared = declared(books);
    let serves = |kind: &&Kind| !matches!(cluster.kinds.get(&(kind.group, kind.kind)), Some(Outcome::NotServed));
    let asks = |noun: &Noun| {
        let served = || KINDS.iter().filter(|kind| kind.nouns.contains(noun)).any(|kind| serves(&kind));
        !OPTIONAL.contains(noun) || cluster.kinds.is_empty() || declared.contains(noun) || served()
    };
    // How far a cache's replicas are behind stands in no object, nor which there are.
    let followed = |subject: &Subject| context.standard.lag.get(subject).is_none_or(|rule| rule.product == "postgresql");
    let shown = |subject: &Subject| found.evidence.drill.contains_key(subject.as_str()) || unread_restores(cluster, subject, context);
    let here = |noun: Noun| -> BTreeSet<Subject> {
        let subjects = context.standard.subjects_of(noun).into_iter();
        let ours = subjects.filter(|subject| subject.is_global() || subject.region() == context.region);
        ours.filter(|subject| match noun {
            Noun::Drill => shown(subject),
            Noun::Replica => followed(subject),
            _ => true,
        })
        .collect()
    };
    nouns().into_iter().filter(asks).map(|noun| (noun, here(noun))).collect()
}

/// What of the cluster could not be had at all: with what came of it, the worst first, and why.
fn failed(source: &ClusterSource, cluster: &Cluster) -> BTreeMap<Noun, (ReadState, BTreeSet<String>)> {
    let mut failed: BTreeMap<Noun, (ReadState, BTreeSet<String>)> = BTreeMap::new();
    let mut fails = |noun: Noun, state: ReadState, why: String| {
        let entry = failed.entry(noun).or_insert_with(|| (state, BTreeSet::new()));
        entry.0 = entry.0.min(state);
        entry.1.insert(why);
    };
    let whole = stranger(source, cluster).or_else(|| cluster.fault.clone());
    for noun in nouns() {
        if let Some(fault) = &whole {
            fails(noun, fault.state(), fault.to_string());
        }
        for (reason, (state, of)) in alike(cluster, noun) {
            fails(noun, state, format!("{reason} ({})", of.join(", ")));
        }
    }
    failed
}

/// What of the cluster was not had completely, beside what its objects themselves leave open.
fn partial(
    source: &ClusterSource,
    cluster: &Cluster,
    clusters: &BTreeMap<String, Cluster>,
    system: &System,
    mut partial: BTreeMap<Noun, BTreeSet<String>>,
) -> BTreeMap<Noun, BTreeSet<String>> {
    let doubts = doubts(source, cluster, clusters, system);
    for noun in nouns().into_iter().filter(|_| !doubts.is_empty()) {
        partial.entry(noun).or_default().extend(doubts.iter().cloned());
    }
    if let Some(because) = wrong_clock(cluster) {
        for noun in DATED {
            partial.entry(noun).or_default().insert(because.clone());
        }
    }
    partial
}

/// Why the cluster's dates cannot be compared with this one's, where they cannot.
fn wrong_clock(cluster: &Cluster) -> Option<String> {
    let Some(skew_s) = cluster.skew_s else {
        let because = "the cluster never said what time it is there: its dates mean nothing";
        return cluster.fault.is_none().then(|| because.to_owned());
    };
    let way = if skew_s > 0 { "ahead of" } else { "behind" };
    let because = || format!("the cluster's clock is {} s {way} this one: its dates mean nothing", skew_s.abs());
    (skew_s.abs() > SKEW_S).then(because)
}

/// A restore goes with the backup that it is of, so that a cluster without one proves nothing: it is asked about
/// the drills that it shows, and where it could not be read about those that it might have shown.
fn unread_restores(cluster: &Cluster, subject: &Subject, context: &Context<'_>) -> bool {
    let failed = cluster.fault.is_some() || matches!(cluster.kinds.get(&("velero.io", "Restore")), Some(Outcome::Failed(_)));
    let component = context.system.components.get(subject.thing()).map(String::as_str);
    failed && matches!(component, Some("configmaps" | "secrets"))
}

/// What a cluster can say anything about.
fn nouns() -> BTreeSet<Noun> {
    KINDS.iter().flat_map(|kind| kind.nouns.iter().copied()).collect()
}

fn faults(cluster: &Cluster) -> impl Iterator<Item = (&Fault, &'static Kind)> {
    KINDS.iter().filter_map(|kind| match cluster.kinds.get(&(kind.group, kind.kind)) {
        Some(Outcome::Failed(fault)) => Some((fault, kind)),
        Some(Outcome::Read(_) | Outcome::NotServed | Outcome::NotAllowed) | None => None,
    })
}

/// The faults of the kinds that `noun` is made from, those that are alike together: with what came of them and the
/// resources that they are about.
fn alike(cluster: &Cluster, noun: Noun) -> BTreeMap<String, (ReadState, Vec<String>)> {
    let mut alike: BTreeMap<String, (ReadState, Vec<String>)> = BTreeMap::new();
    for (fault, kind) in faults(cluster).filter(|(_, kind)| kind.nouns.contains(&noun)) {
        let dot = if kind.group.is_empty() { "" } else { "." };
        let resource = format!("{}{dot}{}", kind.resource, kind.group);
        alike.entry(fault.reason()).or_insert_with(|| (fault.state(), Vec::new())).1.push(resource);
    }
    alike
}

/// Why this is not the cluster that the configuration means.
fn stranger(source: &ClusterSource, cluster: &Cluster) -> Option<Fault> {
    let (wanted, None) = (source.uid.as_ref()?, &cluster.fault) else { return None };
    match &cluster.uid {
        Some(uid) if uid == wanted => None,
        Some(uid) => Some(Fault::Unreachable(format!("{} leads to another cluster, whose kube-system has the uid {uid}", source.name()))),
        None => Some(Fault::Unreachable("which cluster this is could not be read, and the configuration names its uid".to_owned())),
    }
}

/// What makes all lists of a cluster doubtful: it is not the one that is meant, another region's is or may be the same,
/// or a namespace in scope was not looked into.
pub(super) fn doubts(source: &ClusterSource, cluster: &Cluster, clusters: &BTreeMap<String, Cluster>, system: &System) -> BTreeSet<String> {
    let mut doubts: BTreeSet<String> = stranger(source, cluster).iter().map(Fault::to_string).collect();
    if cluster.fault.is_some() {
        return doubts;
    }
    let same = |(region, other): &(&String, &Cluster)| **region != source.region && other.uid.is_some() && other.uid == cluster.uid;
    for (region, _) in clusters.iter().filter(same) {
        doubts.insert(format!("{} and {region} lead to one cluster", source.region));
    }
    if cluster.uid.is_none() && clusters.len() > 1 {
        doubts.insert("which cluster this is could not be read, and it may be that of another region".to_owned());
    }
    doubts.extend(unseen(source, cluster, system).into_values());
    doubts
}

/// The namespaces in question that were not looked into, each with why.
fn unseen(source: &ClusterSource, cluster: &Cluster, system: &System) -> BTreeMap<String, String> {
    let read = |namespace: &String| source.namespaces.is_empty() || source.namespaces.contains(namespace);
    let why = |namespace: &String| {
        let left_out = (!read(namespace)).then(|| format!("namespace {namespace} is not among those that are read"));
        left_out.or_else(|| missing(namespace, cluster))
    };
    let all = system.namespaces.union(&source.namespaces);
    all.filter_map(|namespace| Some((namespace.clone(), why(namespace)?))).collect()
}

/// An API server answers with an empty list for a namespace that is not there.
fn missing(namespace: &String, cluster: &Cluster) -> Option<String> {
    let is = |object: &Object| {
        let itself = object.is("", "Namespace") && object.name == *namespace;
        itself || object.namespace.as_ref() == Some(namespace)
    };
    if cluster.objects.iter().any(is) {
        return None;
    }
    Some(match cluster.kinds.get(&("", "Namespace")) {
        Some(Outcome::Read(_)) => format!("there is no namespace {namespace} in this cluster"),
        _ => format!("whether there is a namespace {namespace} in this cluster could not be read"),
    })
}

/// Drops all items of some nouns.
struct Without(BTreeSet<Noun>);

impl VisitMut for Without {
    fn noun<T: Item>(&mut self, noun: Noun, items: &mut Subjects<T>) {
        if self.0.contains(&noun) {
            items.clear();
        }
    }
}

/// The nouns of which Git declares something.
fn declared(books: &Books) -> BTreeSet<Noun> {
    struct Declared(BTreeSet<Noun>);
    impl Visit for Declared {
        fn noun<T: Item>(&mut self, noun: Noun, items: &Subjects<T>) {
            if items.values().flatten().any(|item| item.class() == Class::Declared) {
                self.0.insert(noun);
            }
        }
    }
    let mut declared = Declared(BTreeSet::new());
    books.evidence.visit(&mut declared);
    declared.0
}

/// Enters the places that copies lie in and that nothing read: they are asked too, and cannot be read yet. A
/// recording of such a place is believed to be one.
pub(super) fn enter_elsewhere(elsewhere: &BTreeSet<Elsewhere>, at_s: i64, books: &mut Books) {
    let recorded = |place: &Elsewhere| {
        books.asked.iter().any(|asked| {
            let other = asked.class == Class::Observed && asked.section != SOURCE;
            other && asked.noun == place.noun && asked.subjects.contains(&place.subject)
        })
    };
    let unread: Vec<&Elsewhere> = elsewhere.iter().filter(|place| !recorded(place)).collect();
    let regions: BTreeSet<&str> = unread.iter().map(|place| place.subject.region()).collect();
    for region in regions {
        let here = || unread.iter().filter(|place| place.subject.region() == region);
        let mut subjects: BTreeMap<Noun, BTreeSet<Subject>> = BTreeMap::new();
        let mut unsupported: BTreeMap<Noun, BTreeSet<String>> = BTreeMap::new();
        for place in here() {
            subjects.entry(place.noun).or_default().insert(place.subject.clone());
            let because = format!("copies of {} lie in {}, which nothing reads", place.subject.thing(), place.place);
            unsupported.entry(place.noun).or_default().insert(because);
        }
        let of: BTreeSet<&str> = here().map(|place| place.place.as_str()).collect();
        let source = Source {
            read: &format!("elsewhere/{region}"),
            section: "repositories",
            class: Class::Observed,
            of: &of.into_iter().collect::<Vec<_>>().join(", "),
            at_s,
            took_ms: None,
            subjects,
            failed: BTreeMap::new(),
            partial: BTreeMap::new(),
            unsupported,
        };
        books.enter(&source, crate::snapshot::Evidence::default());
    }
}
