//! All sources at once: what a system declares and what people recorded, frozen as one snapshot.
//!
//! ```text
//! Request -> paths (files of each region) -> manifests (objects) -> objects (evidence) -> books -> Snapshot
//!                                  recorded · drills · attestations ---------------------^
//! ```
//!
//! A source that cannot be read is a read that says so, never an error of the whole: only a question
//! that makes no sense (a path that is not there, a region that is not known) and a broken file of our
//! own format are. Facts only: nothing here knows good from bad.

mod attestations;
mod barman;
mod books;
pub mod cluster;
mod clusters;
pub mod cron;
mod databases;
mod deadlines;
mod drift;
mod drills;
pub mod fault;
mod guards;
#[cfg(feature = "live")]
pub mod kubernetes;
pub mod manifests;
pub mod objects;
#[cfg(feature = "live")]
mod passwords;
mod paths;
#[cfg(feature = "live")]
mod patroni;
mod pgbackrest;
#[cfg(feature = "live")]
mod postgres;
mod reading;
mod recorded;
mod records;
#[cfg(feature = "live")]
mod redis;
mod reports;
pub mod retention;
pub mod roles;
pub mod shell;
#[cfg(test)]
mod tests;
mod walg;
#[cfg(feature = "live")]
mod wire;

pub use deadlines::{Allow, Deadlines};

use crate::config::Config;
use crate::snapshot::{Class, Noun, RegionRole, Scope, ScopeKind, Seen, Snapshot, SnapshotError, Stage, Subject, System, Unjudged};
use crate::standard::{Resolved, Standard};
use books::{Books, Source};
use cluster::Progress;
use manifests::{DECLARABLE, Tree};
use objects::{Context, Found, Object};
use paths::{RegionFiles, Regions};
use std::collections::{BTreeMap, BTreeSet};

/// A path on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathArgument {
    /// `-`: the text of [`Request::stdin`].
    Stdin,
    /// A file, a directory or a pattern.
    Path(String),
}

/// What is to be collected.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// The configuration, or none.
    pub config: &'a Config,
    /// The standard, with the overrides of the configuration.
    pub standard: &'a Standard,
    /// A question about these files, in the place of the configuration's manifests; empty: about those.
    pub paths: &'a [PathArgument],
    /// What `-` stands for.
    pub stdin: Option<Vec<u8>>,
    /// The region of paths that the configuration does not place.
    pub region: Option<String>,
    /// Now, epoch seconds; the configuration's own clock comes first.
    pub now_s: i64,
    /// Whether recorded evidence, drills and attestations are read although paths are given.
    pub live: bool,
    /// Whether what needs live evidence is unknown without it.
    pub require_live: bool,
    /// Which checklist gates, in the place of the configuration's.
    pub stage: Option<Stage>,
    /// What live sources may read.
    pub allow: Allow,
    /// How long live sources may take.
    pub deadlines: Deadlines,
    /// The variables of the environment, for the passwords that lie there.
    pub environment: fn(&str) -> Option<String>,
}

/// Why nothing was collected.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// A path that is not there.
    #[error("there is no `{path}`")]
    Path {
        /// The path.
        path: String,
    },
    /// Files that could be in any of several regions.
    #[error("`{path}` is in no region of the configuration: say which region these files are in with --region")]
    Region {
        /// The path.
        path: String,
    },
    /// A region that the configuration does not have.
    #[error("there is no region `{region}`: the configuration has {known}")]
    UnknownRegion {
        /// What was named.
        region: String,
        /// What there is.
        known: String,
    },
    /// Nothing to look at: no manifests, no records and no paths.
    #[error("there is nothing to look at: name a file or a directory, or write `manifests:` in seaworthy.yaml")]
    Nothing,
    /// A file of recorded evidence that cannot be used.
    #[error("{file}: {message}")]
    Recorded {
        /// The file.
        file: String,
        /// Why.
        message: String,
    },
    /// A live source, and a program that was built without the means to read it.
    #[error(
        "this program was built without network clients: it cannot read `clusters`; judge manifests, or build it with the feature `live`"
    )]
    WithoutClients,
    /// The parts do not make a snapshot.
    #[error("what was collected does not make a snapshot: {0}")]
    Snapshot(#[from] SnapshotError),
}

/// Reads what the request asks for, and tells `tell` how far live sources are.
///
/// # Errors
/// [`CollectError`], where the question makes no sense or a file of our own is broken.
pub fn collect(request: &Request<'_>, tell: &mut dyn FnMut(Progress)) -> Result<Snapshot, CollectError> {
    let config = request.config;
    let regions = paths::regions(request)?;
    let records = request.paths.is_empty() || request.live;
    if regions.files.is_empty() && !(records && has_records(config)) {
        return Err(CollectError::Nothing);
    }
    let Regions { files, unjudged } = regions;
    let trees: BTreeMap<String, (RegionFiles, Tree)> = files.into_iter().map(|(region, files)| (region, tree(files, request))).collect();
    let system = system(request, &trees);
    let scope = scope(request, records);
    let standard = request.standard.resolve(&system);
    let clusters = if records { clusters::read(request, &system, tell)? } else { BTreeMap::new() };
    let databases = if records { databases::read(request, &system, &standard)? } else { Vec::new() };
    // A snapshot is taken when the last of its sources had answered.
    let read_at_s = clusters.values().map(|cluster| cluster.at_s).chain(databases.iter().map(|reading| reading.at_s)).max();
    let taken_at_s = config.at_s.unwrap_or_else(|| read_at_s.unwrap_or(request.now_s).max(request.now_s));
    let mut books = Books { unjudged, ..Books::default() };
    let mut seen = manifests(request, &system, &standard, &trees, taken_at_s, &mut books);
    let elsewhere = clusters::enter(request, &clusters, &system, &standard, &mut books);
    seen.objects += clusters.values().map(|cluster| cluster.objects.len() as u64).sum::<u64>();
    if !clusters.is_empty() {
        let declared = trees.iter().map(|(region, (_, tree))| (region.as_str(), tree.objects.as_slice())).collect();
        let both = drift::Both { declared, clusters: &clusters, system: &system };
        drift::enter(config, &both, &standard, taken_at_s, &mut books);
        guards::enter(&clusters.keys().map(String::as_str).collect(), &system, &standard, taken_at_s, &mut books);
    }
    if records {
        databases.into_iter().for_each(|reading| reading.enter(&mut books));
        if let Some(directory) = &config.drills {
            drills::collect(config, directory, &standard, taken_at_s, &mut books);
        }
        if let Some(directory) = &config.attestations {
            attestations::collect(config, directory, &standard, taken_at_s, &mut books);
        }
        recorded::collect(config, (&system, &scope, taken_at_s), &standard, &mut books)?;
    }
    clusters::enter_elsewhere(&elsewhere, taken_at_s, &mut books);
    databases::enter_schedules(taken_at_s, &mut books);
    books.sort();
    let mut snapshot = Snapshot::new(system, scope, taken_at_s)?;
    snapshot.asked = books.asked;
    snapshot.reads = books.reads;
    snapshot.links = books.links.into_iter().collect();
    snapshot.seen = seen;
    snapshot.unjudged = books.unjudged.into_iter().collect();
    snapshot.evidence = books.evidence;
    Ok(snapshot.balanced()?)
}

fn has_records(config: &Config) -> bool {
    config.drills.is_some()
        || config.attestations.is_some()
        || !config.recorded.is_empty()
        || !config.clusters.is_empty()
        || !config.databases.is_empty()
}

/// Reads the files of one region.
fn tree(files: RegionFiles, request: &Request<'_>) -> (RegionFiles, Tree) {
    let mut walk = files.walk;
    walk.files.sort();
    // Two paths to one file are one file, so that nothing in it is counted twice.
    let mut real = BTreeSet::new();
    walk.files.retain(|file| real.insert(file.path.canonicalize().unwrap_or_else(|_| file.path.clone())));
    let stdin = if files.stdin { request.stdin.as_deref() } else { None };
    let mut tree = Tree::read(&walk.files, stdin);
    for (file, because) in &walk.broken {
        tree.broken(file, because);
    }
    if tree.objects.is_empty() && tree.unjudged.is_empty() {
        tree.empty(&files.of);
    }
    (RegionFiles { walk, ..files }, tree)
}

/// The system that is asked about: the configuration's, completed by what the files show.
fn system(request: &Request<'_>, trees: &BTreeMap<String, (RegionFiles, Tree)>) -> System {
    let mut system = request.config.system.clone();
    let objects = || trees.values().map(|(_, tree)| tree.objects.as_slice());
    if system.namespaces.is_empty() {
        system.namespaces = objects().flat_map(objects::namespaces).collect();
    }
    if request.config.file.is_none() {
        if let Some(region) = &request.region {
            system.regions = BTreeMap::from([(region.clone(), RegionRole::Primary)]);
        }
        system.components = objects().flat_map(objects::occurring).collect();
    }
    system
}

fn scope(request: &Request<'_>, records: bool) -> Scope {
    let stage = request.stage.unwrap_or(request.config.stage);
    let sources = records && !request.config.live_sections.is_empty();
    let live = sources || request.require_live || stage == Stage::PostProduction;
    let kind = if live { ScopeKind::Live } else { ScopeKind::Declared };
    Scope { kind, stage, everything: request.config.file.is_some() && paths::covers(request) }
}

/// Enters what the manifests of each region say.
fn manifests(
    request: &Request<'_>,
    system: &System,
    standard: &Resolved,
    trees: &BTreeMap<String, (RegionFiles, Tree)>,
    taken_at_s: i64,
    books: &mut Books,
) -> Seen {
    let mut seen = Seen::default();
    let mut met = BTreeSet::new();
    for (region, (files, tree)) in trees {
        let backed_up_by = &request.config.backed_up_by;
        let context = Context { region, class: Class::Declared, source: "manifests", system, standard, at_s: taken_at_s, backed_up_by };
        let found = objects::evidence(&tree.objects, &context);
        let judged = |object: &&Object| found.understood.contains(&object.reference());
        seen.files += tree.files;
        seen.objects += u64::try_from(tree.objects.iter().filter(judged).count()).unwrap_or(u64::MAX);
        met.extend(tree.objects.iter().flat_map(names));
        books.unjudged.extend(tree.unjudged.iter().cloned());
        books.unjudged.extend(tree.objects.iter().filter(|object| !judged(object)).map(nothing_reads));
        region_read(region, files, tree, found, &context, taken_at_s, books);
    }
    books.unjudged.extend(unmet(request.config, &met).into_iter().filter(|_| request.paths.is_empty()));
    seen
}

fn region_read(region: &str, files: &RegionFiles, tree: &Tree, found: Found, context: &Context<'_>, taken_at_s: i64, books: &mut Books) {
    let mut partial = found.partial;
    for (noun, reasons) in &tree.doubts {
        partial.entry(*noun).or_default().extend(reasons.iter().cloned());
    }
    let of = files.of.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    // A place where nothing at all lies proves nothing: it is more likely the wrong place.
    if tree.objects.is_empty() {
        for noun in DECLARABLE {
            partial.entry(noun).or_default().insert(format!("no Kubernetes object was found in {of}"));
        }
    }
    let here = |noun: Noun| -> BTreeSet<Subject> {
        context.standard.subjects_of(noun).into_iter().filter(|subject| subject.is_global() || subject.region() == region).collect()
    };
    let source = Source {
        read: &context.read(),
        section: "manifests",
        class: Class::Declared,
        of: &of,
        at_s: taken_at_s,
        took_ms: None,
        failed: BTreeMap::new(),
        subjects: DECLARABLE.into_iter().map(|noun| (noun, here(noun))).collect(),
        partial,
        unsupported: found.unsupported,
    };
    books.links.extend(found.links);
    books.enter(&source, found.evidence);
}

/// An object of a kind that nothing is read from.
fn nothing_reads(object: &Object) -> Unjudged {
    let place = object.place(None, None);
    let kind = if object.group.is_empty() { object.kind.clone() } else { format!("{}.{}", object.kind, object.group) };
    Unjudged {
        what: format!("{}: {}", place.file.unwrap_or_default(), object.reference()),
        line: place.line,
        because: format!("nothing is read from {kind}"),
        in_doubt: false,
    }
}

/// The names that an object may have in `backed-up-by`.
fn names(object: &Object) -> [String; 2] {
    let plain = object.reference();
    let grouped = plain.split_once('/').map(|(kind, rest)| format!("{kind}.{}/{rest}", object.group)).unwrap_or_default();
    [plain, grouped]
}

/// What `backed-up-by` names and no file shows.
fn unmet(config: &Config, met: &BTreeSet<String>) -> Vec<Unjudged> {
    let named = config.backed_up_by.iter().flat_map(|(thing, objects)| objects.iter().map(move |object| (thing, object)));
    named
        .filter(|(_, object)| !met.contains(*object))
        .map(|(thing, object)| Unjudged {
            what: format!("components.{thing}.backed-up-by: {object}"),
            line: None,
            because: "no such object was read".to_owned(),
            in_doubt: false,
        })
        .collect()
}
