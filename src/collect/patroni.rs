//! Patroni's REST interface and the members of its consensus store.
//!
//! ```text
//! each member:  GET /patroni ─→ what it says of itself       one of them: GET /cluster ─→ whom it knows
//! each of etcd: GET /health  ─→ whether it takes part in a majority
//! ```
//!
//! A member whose Patroni hangs leaves the list of the others after a while, and its server may go on taking writes: so
//! the list is held against the members that are configured, one by one, and whoever is silent, a stranger or asked twice
//! makes it unknown who leads. So does a lock that nobody holds, or another than who takes writes: what a member says of
//! itself is what its server does, and only the list says who may. Lag is in bytes here, and no bytes are turned into time.

mod http;

use super::fault::Fault;
use super::reading::{Around, Reading, Store};
use crate::snapshot::{Class, Database, DatabaseRole, Noun, Place};
use futures_util::future::{join, join_all};
use http::Http;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::time::Instant;

/// What a member says of itself.
#[derive(Debug, Deserialize)]
struct Member {
    role: String,
    state: String,
    timeline: Option<u64>,
    server_version: Option<u64>,
    database_system_identifier: Option<String>,
    #[serde(default)]
    pause: bool,
    #[serde(default)]
    cluster_unlocked: bool,
    #[serde(default)]
    patroni: Own,
}

/// Who it is; old versions do not say its name.
#[derive(Debug, Default, Deserialize)]
struct Own {
    name: Option<String>,
    scope: Option<String>,
}

/// Whom a member knows.
#[derive(Debug, Deserialize)]
struct Cluster {
    members: Vec<Listed>,
    #[serde(default)]
    pause: bool,
}

/// One that it knows. Its `lag` is a number, a word or nothing.
#[derive(Debug, Deserialize)]
struct Listed {
    name: String,
    role: String,
    api_url: Option<String>,
}

impl Listed {
    /// Whether it holds the lock of the cluster.
    fn leads(&self) -> bool {
        matches!(self.role.as_str(), "leader" | "standby_leader" | "primary" | "master")
    }

    fn shown(&self) -> String {
        self.api_url.as_deref().map_or_else(|| self.name.clone(), http::shown)
    }

    fn is(&self, shown: &str, member: &Member) -> bool {
        match &member.patroni.name {
            Some(name) => *name == self.name,
            None => self.api_url.as_deref().is_some_and(|address| http::shown(address) == shown),
        }
    }
}

impl Member {
    fn runs(&self) -> bool {
        matches!(self.state.as_str(), "running" | "streaming")
    }

    /// Whether its server is in a state that it stays in until somebody does something.
    fn settled(&self) -> bool {
        let down = ["in archive recovery", "stopped", "crashed", "start failed", "creating replica", "initializing new cluster"];
        self.runs() || down.contains(&self.state.as_str())
    }

    /// In the words of its version.
    fn leads(&self) -> bool {
        self.runs() && matches!(self.role.as_str(), "leader" | "primary" | "master")
    }
}

/// All that was said.
struct Said {
    /// `host:port` and what its member said of itself.
    members: Vec<(String, Result<Member, Fault>)>,
    /// What the first of them that answers says of all; `None`: none answers.
    cluster: Option<Result<Cluster, Fault>>,
}

/// Asks the members, if there are any.
pub(super) async fn read(around: &Around<'_>) -> Vec<Reading> {
    let members: BTreeSet<&str> = around.source.patroni.iter().map(String::as_str).collect();
    let stores: BTreeSet<&str> = around.source.etcd.iter().map(String::as_str).collect();
    if members.is_empty() && stores.is_empty() {
        return Vec::new();
    }
    let component = &around.source.component;
    // Where a server is asked itself, its own word on what it is comes first.
    let nouns: &[Noun] = if around.source.url.is_none() && !members.is_empty() { &[Noun::Database] } else { &[] };
    let mut reading = around.reading(&format!("patroni:{component}"), nouns);
    let begun = Instant::now();
    let http = match Http::new(around.deadlines.request) {
        Ok(http) => http,
        Err(fault) => {
            reading.partly(Noun::Consensus, fault.to_string());
            reading.fault = Some(fault);
            return vec![reading];
        }
    };
    let (said, healths) = join(ask(&http, &members), join_all(stores.iter().map(|address| health(&http, address)))).await;
    reading.took_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    let mut store = store(&healths, &mut reading);
    if !members.is_empty() {
        store.leaders = leaders(&said, &mut reading);
        reading.leading = leading(&said);
        reading.identity = said.answered().find_map(|(_, member)| member.database_system_identifier.clone());
        store.paused = paused(&said);
        store.kind = if stores.is_empty() { "patroni" } else { "patroni-etcd" };
        if !nouns.is_empty() {
            database(&said, &mut reading);
        }
    } else {
        reading.partly(Noun::Consensus, "no member of Patroni is configured that could say that the database hangs on this etcd");
    }
    reading.store = Some(store);
    vec![reading]
}

async fn ask(http: &Http, addresses: &BTreeSet<&str>) -> Said {
    let own = addresses.iter().map(|address| async move { (http::shown(address), http.json::<Member>(address, "/patroni").await) });
    let members = join_all(own).await;
    let answering = addresses.iter().zip(&members).find(|(_, (_, member))| member.is_ok());
    let cluster = match answering {
        Some((address, _)) => Some(http.json::<Cluster>(address, "/cluster").await),
        None => None,
    };
    Said { members, cluster }
}

impl Said {
    fn answered(&self) -> impl Iterator<Item = (&str, &Member)> {
        self.members.iter().filter_map(|(shown, member)| Some((shown.as_str(), member.as_ref().ok()?)))
    }
}

/// How many members lead, if all answered; and whatever makes that no whole answer.
fn leaders(said: &Said, reading: &mut Reading) -> Option<u64> {
    let mut doubt = |because: String| [Noun::Consensus, Noun::Database].iter().for_each(|noun| reading.partly(*noun, because.clone()));
    let silent: Vec<_> = said.members.iter().filter_map(|(shown, member)| Some((shown, member.as_ref().err()?))).collect();
    silent.iter().for_each(|(shown, fault)| doubt(format!("Patroni at {shown}: {fault}")));
    match &said.cluster {
        Some(Ok(cluster)) if cluster.members.len() != said.members.len() => {
            doubt(format!("Patroni knows {} members, {} are configured", cluster.members.len(), said.members.len()));
        }
        Some(Ok(cluster)) if silent.is_empty() => one_by_one(said, &cluster.members).into_iter().for_each(doubt),
        Some(Ok(_)) | None => {}
        Some(Err(fault)) => doubt(format!("whom Patroni knows: {fault}")),
    }
    leading(said).map(|leading| leading.len() as u64)
}

/// What is in doubt where all answered, and are as many as the list has.
fn one_by_one(said: &Said, listed: &[Listed]) -> Vec<String> {
    let mut doubts = Vec::new();
    let of = |one: &Listed| said.answered().filter(|(shown, member)| one.is(shown, member)).collect::<Vec<_>>();
    for one in listed {
        match of(one).as_slice() {
            [(shown, member)] if one.leads() && !(member.leads() || member.role == "standby_leader") => {
                doubts.push(format!("Patroni calls {shown} the leader, which says of itself that it is none"));
            }
            [(shown, member)] if member.leads() && !one.leads() => {
                doubts.push(format!("Patroni at {shown} takes writes, and is not called the leader"));
            }
            [_] => {}
            [] => doubts.push(format!("Patroni knows a member at {}, which is none of those that were asked", one.shown())),
            [_, _, ..] => doubts.push(format!("several of the addresses lead to the member of Patroni at {}", one.shown())),
        }
    }
    doubts.extend(said.answered().filter(|(_, member)| !member.settled()).map(|(shown, _)| {
        format!("the server of Patroni at {shown} is between two states, or does not answer: whether it takes writes is not known")
    }));
    if said.answered().any(|(_, member)| member.cluster_unlocked) {
        doubts.push("nobody holds the leader's lock of Patroni".to_owned());
    }
    let systems: BTreeSet<&str> = said.answered().filter_map(|(_, member)| member.database_system_identifier.as_deref()).collect();
    let scopes: BTreeSet<&str> = said.answered().filter_map(|(_, member)| member.patroni.scope.as_deref()).collect();
    if systems.len() > 1 || scopes.len() > 1 {
        doubts.push("members of Patroni belong to different clusters".to_owned());
    }
    doubts
}

/// Which members lead, if all answered: by the address that Patroni itself has for each, so that two ways to one are one.
fn leading(said: &Said) -> Option<BTreeSet<String>> {
    if said.answered().count() < said.members.len() {
        return None;
    }
    let listed =
        said.cluster.as_ref().and_then(|cluster| cluster.as_ref().ok()).map(|cluster| cluster.members.as_slice()).unwrap_or_default();
    let leads = said.answered().filter(|(_, member)| member.leads());
    leads.map(|(shown, member)| listed.iter().find(|one| one.is(shown, member)).map(Listed::shown)).collect()
}

/// Whether anybody says that Patroni is paused; known where all say that it is not.
fn paused(said: &Said) -> Option<bool> {
    let own = said.members.iter().map(|(_, member)| member.as_ref().ok().map(|member| member.pause));
    let listed = said.cluster.as_ref().map(|cluster| cluster.as_ref().ok().map(|cluster| cluster.pause));
    let all: Vec<Option<bool>> = own.chain(listed).collect();
    if all.contains(&Some(true)) {
        return Some(true);
    }
    (!all.is_empty() && !all.contains(&None)).then_some(false)
}

/// Stores what its members make of the database, where its role is known.
fn database(said: &Said, reading: &mut Reading) {
    let answered: Vec<&Member> = said.members.iter().filter_map(|(_, member)| member.as_ref().ok()).collect();
    let whole = answered.len() == said.members.len();
    if answered.is_empty() {
        reading.fault = said.members.iter().find_map(|(_, member)| member.as_ref().err().cloned());
        return;
    }
    let standby = answered.iter().any(|member| member.runs() && member.role == "standby_leader");
    let leads = answered.iter().filter(|member| member.leads()).count();
    let role = match (leads, standby) {
        (0, true) => DatabaseRole::Standby,
        (1.., false) => DatabaseRole::Primary,
        _ => {
            reading.partly(Noun::Database, "no member of Patroni leads, or more than the role of one is led");
            return;
        }
    };
    let systems: BTreeSet<&str> = answered.iter().filter_map(|member| member.database_system_identifier.as_deref()).collect();
    let timelines: BTreeSet<u64> = answered.iter().filter_map(|member| member.timeline).collect();
    let because = if systems.len() > 1 {
        Some("members belong to different database clusters")
    } else if leads > 1 {
        Some("several members lead")
    } else {
        None
    };
    if let Some(system) = systems.first().filter(|_| systems.len() == 1) {
        reading.of = format!("{}, system {system}", reading.of);
    }
    let item = Database {
        id: reading.id("patroni"),
        class: Class::Observed,
        read: reading.read.clone(),
        at: Place { object: Some("patroni".to_owned()), ..Place::default() },
        product: "postgresql".to_owned(),
        role,
        instances: Some(said.members.len() as u64),
        ready: whole.then(|| answered.iter().filter(|member| member.runs()).count() as u64),
        synchronous: None,
        synchronous_required: None,
        // A member on another timeline may be on its way to this one.
        consistent: because.map(|_| false).or((whole && timelines.len() == 1).then_some(true)),
        inconsistency: because.map(str::to_owned),
        checksums: None,
        checksum_failures: None,
        major: answered.iter().filter_map(|member| member.server_version).min().map(|version| version / 10_000),
        lost_slots: None,
        primaries: whole.then_some(leads as u64),
        detect_s: None,
    };
    if let Some(subject) = reading.home(Noun::Database) {
        reading.evidence.database.entry(subject).or_default().push(item);
    }
}

/// What one member of etcd answers.
#[derive(Debug, Deserialize)]
struct Health {
    /// `"true"` or `"false"`.
    health: String,
}

/// Whether a member of etcd takes part in a majority. It asks the others for that, so that one healthy member shows one.
async fn health(http: &Http, address: &str) -> (String, Result<bool, Fault>) {
    let answer = http.get(address, "/health").await.and_then(|(status, body)| match (status, serde_json::from_slice::<Health>(&body)) {
        (200, Ok(health)) if health.health == "true" => Ok(true),
        (200 | 503, Ok(health)) if health.health == "false" => Ok(false),
        (200, _) => Err(Fault::Strange("this is not what etcd answers".to_owned())),
        (status, _) => Err(http::refused(status)),
    });
    (http::shown(address), answer)
}

/// What the members of etcd make of it. A member that only does not answer here may be well.
fn store(healths: &[(String, Result<bool, Fault>)], reading: &mut Reading) -> Store {
    let count = |wanted: bool| healths.iter().filter(|(_, health)| health.as_ref().is_ok_and(|health| *health == wanted)).count();
    let (members, healthy, unhealthy) = (healths.len(), count(true), count(false));
    let quorum = if members == 0 {
        None
    } else if healthy * 2 > members {
        Some(true)
    } else if healthy == 0 && unhealthy * 2 > members {
        Some(false)
    } else {
        None
    };
    for (shown, fault) in healths.iter().filter_map(|(shown, health)| Some((shown, health.as_ref().err()?))) {
        // Where the majority is well whatever this one does, it decides nothing.
        if quorum.is_none() {
            reading.partly(Noun::Consensus, format!("etcd at {shown}: {fault}"));
        }
    }
    Store {
        kind: "etcd",
        members: (members > 0).then_some(members as u64),
        healthy: (members > 0 && healthy + unhealthy == members).then_some(healthy as u64),
        quorum,
        leaders: None,
        paused: None,
    }
}

#[cfg(test)]
mod tests;
