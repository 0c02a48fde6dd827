//! API servers → objects, one cluster for each region, all at once.
//!
//! ```text
//! ClusterSource ─api→ connection ─discovery→ what is served ─pages→ whole lists ─trim→ Object
//!                                                 └────────── an Outcome for each kind ──────┘
//! ```
//!
//! What lives here: questions to servers, and what came of each. What must not: what an object means,
//! which is the business of `objects`, the same for files. Every question is a GET, or a review of the
//! account's own rights; nothing is ever written. A command in a Pod runs only where a person allowed it. A list is whole or it is no list.

mod api;
mod discovery;
mod doctor;
mod exec;
mod pages;
mod plugin;
mod trim;

pub use doctor::{Checked, Doctor, Grant, doctor};
pub(super) use exec::exec;

use super::cluster::{Cluster, Outcome, Progress};
use super::fault::{Fault, Right};
use super::objects::Object;
use super::objects::kinds::{KINDS, Keep, Kind};
use super::{Allow, Deadlines};
use crate::clock;
use crate::config::ClusterSource;
use api::{Api, JSON, Question};
use discovery::{Discovery, Served};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};
use trim::Shape;

/// The largest answer to one question, in bytes, after decompression. A page of 500 objects of the largest
/// size that etcd takes would be larger; such a cluster does not exist, and a server that will not end does.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// An answer from this size on is held while no other of them is, whatever the server: so memory has a bound.
const LARGE_BYTES: usize = 8 * 1024 * 1024;

/// How many objects a page has: what kubectl asks for.
const PAGE: usize = 500;

/// How many objects of one kind are read at most.
const MAX_OBJECTS: usize = 200_000;

/// How many lists are read from one server at once: a check must not be what takes it down.
const AT_ONCE: usize = 4;

/// The namespace whose uid is the cluster's.
const IDENTITY: &str = "kube-system";

/// How long things may take.
#[derive(Debug, Clone, Copy)]
struct Limits {
    request: Duration,
    read: Duration,
}

impl Limits {
    fn of(deadlines: &Deadlines) -> Self {
        Self { request: deadlines.request, read: deadlines.request.saturating_mul(4) }
    }

    fn timed_out(&self) -> Fault {
        Fault::TimedOut(self.request.as_millis())
    }
}

/// Reads `sources`, all at once; the result has each region.
pub fn read(
    sources: &[ClusterSource],
    namespaces: &BTreeSet<String>,
    allow: Allow,
    deadlines: &Deadlines,
    tell: &mut dyn FnMut(Progress),
) -> BTreeMap<String, Cluster> {
    let failed = |why: String| {
        let cluster = || Cluster { fault: Some(Fault::Unreachable(why.clone())), at_s: clock::now_s(), ..Cluster::default() };
        sources.iter().map(|source| (source.region.clone(), cluster())).collect()
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(format!("this program cannot open connections: {error}")),
    };
    let limits = Limits::of(deadlines);
    let found = runtime.block_on(async {
        let until = Instant::now() + deadlines.all;
        let (sender, mut events) = mpsc::unbounded_channel();
        let mut clusters = JoinSet::new();
        for source in sources {
            let reader = Reader { source: source.clone(), namespaces: namespaces.clone(), allow, limits, until, events: sender.clone() };
            clusters.spawn(async move { (reader.source.region.clone(), reader.read().await) });
        }
        drop(sender);
        while let Some(event) = events.recv().await {
            tell(event);
        }
        clusters.join_all().await
    });
    // Whoever waits for a name or a plugin must not keep the program.
    runtime.shutdown_background();
    found.into_iter().collect()
}

/// One cluster that is being read.
struct Reader {
    source: ClusterSource,
    /// The namespaces of the system, where it names any.
    namespaces: BTreeSet<String>,
    allow: Allow,
    limits: Limits,
    until: Instant,
    events: mpsc::UnboundedSender<Progress>,
}

impl Reader {
    async fn read(&self) -> Cluster {
        let started = Instant::now();
        let mut cluster = Cluster::default();
        if let Err(fault) = self.fill(&mut cluster).await {
            cluster.fault = Some(fault);
        }
        cluster.at_s = clock::now_s();
        cluster.took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        cluster
    }

    async fn fill(&self, cluster: &mut Cluster) -> Result<(), Fault> {
        let api = Arc::new(Api::connect(&self.source, self.limits, self.until).await?);
        cluster.unverified = api.unverified;
        let groups: Vec<&str> = KINDS.iter().map(|kind| kind.group).collect();
        let discovery = Discovery::ask(&api, &groups).await?;
        cluster.uid = identity(&api).await.ok();
        let gate = Arc::new(Semaphore::new(AT_ONCE));
        let mut lists = JoinSet::new();
        for kind in KINDS {
            match self.plan(kind, &discovery) {
                Ok(jobs) => {
                    // What becomes of a reader that breaks stands there before it does.
                    let broken = Outcome::Failed(Fault::Strange("reading it broke off".to_owned()));
                    cluster.kinds.insert((kind.group, kind.kind), broken);
                    let (api, gate) = (Arc::clone(&api), Arc::clone(&gate));
                    lists.spawn(async move { (kind, all(&api, &gate, jobs).await) });
                }
                Err(outcome) => drop(cluster.kinds.insert((kind.group, kind.kind), outcome)),
            }
        }
        let mut told = KINDS.len() - lists.len();
        while let Some(done) = lists.join_next().await {
            told += 1;
            let Ok((kind, result)) = done else { continue };
            let outcome = match result {
                Ok(objects) => {
                    let count = objects.len();
                    cluster.objects.extend(objects);
                    Outcome::Read(count)
                }
                Err(fault) => Outcome::Failed(fault),
            };
            cluster.kinds.insert((kind.group, kind.kind), outcome);
            let progress = Progress { region: self.source.region.clone(), kind: kind.kind, done: told, of: KINDS.len() };
            // Nobody listens any more where the program ends.
            let _ = self.events.send(progress);
        }
        // In one order, whatever order the lists came in.
        let key = |object: &Object| (object.group.clone(), object.kind.clone(), object.namespace.clone(), object.name.clone());
        cluster.objects.sort_by_cached_key(key);
        cluster.skew_s = api.skew_s();
        // Half of one cluster and half of the one that took its place is neither.
        let is = |object: &&Object| object.is("", "Namespace") && object.name == IDENTITY;
        let listed = cluster.objects.iter().find(is).and_then(|object| object.text("metadata.uid")).map(str::to_owned);
        let after = identity(&api).await.ok();
        let mut uids: Vec<String> = [cluster.uid.take(), listed, after].into_iter().flatten().collect();
        uids.dedup();
        if uids.len() > 1 {
            return Err(Fault::Unreachable("another cluster took its place while it was read".to_owned()));
        }
        cluster.uid = uids.pop();
        Ok(())
    }

    /// The lists that a kind takes, or why there are none.
    fn plan(&self, kind: &'static Kind, discovery: &Discovery) -> Result<Vec<Job>, Outcome> {
        if kind.keep == Keep::Table && !self.allow.secrets {
            return Err(Outcome::NotAllowed);
        }
        let served = match discovery.find(kind.group, kind.kind) {
            Ok(Some(served)) => served,
            Ok(None) => return Err(Outcome::NotServed),
            Err(fault) => return Err(Outcome::Failed(fault)),
        };
        Ok(self.places(kind, served.namespaced).into_iter().map(|namespace| Job::new(kind, served, namespace)).collect())
    }

    /// Where a kind is listed: `None` is the whole cluster. A table does not say in which namespace its rows
    /// are, so it is asked for one at a time.
    fn places(&self, kind: &Kind, namespaced: bool) -> Vec<Option<String>> {
        places(&self.source, &self.namespaces, kind, namespaced)
    }
}

/// The namespaces in which a kind is listed; `None` is the whole cluster.
fn places(source: &ClusterSource, scope: &BTreeSet<String>, kind: &Kind, namespaced: bool) -> Vec<Option<String>> {
    let named = |list: &BTreeSet<String>| list.iter().cloned().map(Some).collect();
    match (namespaced, kind.keep) {
        (true, Keep::Table) => named(if source.namespaces.is_empty() { scope } else { &source.namespaces }),
        (true, _) if !kind.everywhere && !source.namespaces.is_empty() => named(&source.namespaces),
        _ => vec![None],
    }
}

/// One list to be read.
struct Job {
    kind: &'static Kind,
    served: Served,
    namespace: Option<String>,
}

impl Job {
    fn new(kind: &'static Kind, served: &Served, namespace: Option<String>) -> Self {
        Self { kind, served: served.clone(), namespace }
    }

    fn path(&self) -> String {
        let (group, version, resource) = (self.kind.group, &self.served.version, &self.served.resource);
        let root = if group.is_empty() { format!("/api/{version}") } else { format!("/apis/{group}/{version}") };
        match &self.namespace {
            Some(namespace) => format!("{root}/namespaces/{namespace}/{resource}"),
            None => format!("{root}/{resource}"),
        }
    }

    fn right(&self, verb: &'static str) -> Right {
        let Kind { group, .. } = self.kind;
        Right { verb, group: (*group).to_owned(), resource: self.served.resource.clone(), namespace: self.namespace.clone() }
    }

    fn shape(&self) -> Shape<'_> {
        let Kind { group, kind, keep, .. } = *self.kind;
        let version = &self.served.version;
        match keep {
            Keep::Metadata => Shape::Metadata { group, version, kind },
            Keep::Table => Shape::Table { group, version, kind, namespace: self.namespace.as_deref().unwrap_or_default() },
            Keep::Whole | Keep::Paths(_) => Shape::Objects { group, version, kind, keep },
        }
    }
}

/// All lists of one kind, or the first fault: a part of them is no list.
async fn all(api: &Api, gate: &Semaphore, jobs: Vec<Job>) -> Result<Vec<Object>, Fault> {
    let mut objects = Vec::new();
    for job in jobs {
        // Only a closed gate refuses, and nobody closes it.
        let Ok(_turn) = gate.acquire().await else { return Err(Fault::Skipped) };
        let list = pages::List { path: job.path(), shape: job.shape(), right: job.right("list") };
        let until = api.read_until();
        let read = timeout_at(until, pages::read(api, &list, until)).await;
        objects.extend(read.unwrap_or(Err(api.too_slow()))?);
    }
    Ok(objects)
}

/// The value of one key of a Secret that the configuration names as a credential: read by name, and handed to its
/// connection alone.
pub(super) async fn secret(
    source: &ClusterSource,
    (namespace, name, key): (&str, &str, &str),
    deadlines: &Deadlines,
) -> Result<String, Fault> {
    let api = Api::connect(source, Limits::of(deadlines), Instant::now() + deadlines.all).await?;
    let path = format!("/api/v1/namespaces/{namespace}/secrets/{name}");
    let right = Right { verb: "get", group: String::new(), resource: format!("secrets/{name}"), namespace: Some(namespace.to_owned()) };
    let answer = api.get(&Question { path: &path, accept: JSON, right }, api.read_until()).await?;
    let value: serde_json::Value = serde_json::from_slice(&answer.body).map_err(|_| discovery::not_json())?;
    let encoded =
        value.get("data").and_then(|data| data.get(key)?.as_str()).ok_or_else(|| Fault::Strange(format!("it has no key {key}")))?;
    decoded(encoded).ok_or_else(|| Fault::Strange(format!("its key {key} holds no text")))
}

/// Base64 as the API writes it.
fn decoded(text: &str) -> Option<String> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in text.trim_end_matches('=').bytes() {
        bits = (bits << 6) | u32::from(digit(byte)?);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).ok()?);
            bits &= (1 << held) - 1;
        }
    }
    String::from_utf8(bytes).ok()
}

/// The uid of the cluster.
async fn identity(api: &Api) -> Result<String, Fault> {
    let path = format!("/api/v1/namespaces/{IDENTITY}");
    let right = Right { verb: "get", group: String::new(), resource: "namespaces".to_owned(), namespace: None };
    let answer = api.get(&Question { path: &path, accept: JSON, right }, api.read_until()).await?;
    let value: serde_json::Value = serde_json::from_slice(&answer.body).map_err(|_| discovery::not_json())?;
    let uid = value.pointer("/metadata/uid").and_then(serde_json::Value::as_str);
    uid.map(str::to_owned).ok_or_else(|| Fault::Strange("kube-system has no uid".to_owned()))
}
