//! Redis servers and their Sentinels.
//!
//! ```text
//! url       ─session→ INFO ─replication→ who follows ─lag→ how far behind, over a while
//!                     CLUSTER INFO, CLUSTER NODES, where it is one
//! sentinels ─session→ SENTINEL MASTERS, SENTINEL CKQUORUM
//! ```
//!
//! A primary calls a replica that hangs `online` for a minute: what it says of a replica is believed where that has
//! acknowledged something within the last second or two, and not else.

mod cluster;
mod lag;
mod replication;
mod sentinel;
mod session;

use super::fault::Fault;
use super::passwords::Password;
use super::reading::{Around, Reading};
use crate::snapshot::{Class, Database, DatabaseRole, Noun, Place, Replica};
use futures_util::future::join;
use lag::{Lag, Series};
use replication::Replication;
use session::{Address, Session};
use std::time::{Duration, Instant};

/// How often lag is looked at: a replica acknowledges once a second, and what is known is known to this.
const TICK: Duration = Duration::from_millis(100);

/// How long an acknowledgement is waited for at the end.
const SETTLE: Duration = Duration::from_secs(2);

/// What a server can say.
const NOUNS: [Noun; 2] = [Noun::Database, Noun::Replica];

/// Asks the server and the Sentinels, if there are any.
pub(super) async fn read(around: &Around<'_>, password: &Password) -> Vec<Reading> {
    let (server, sentinels) = join(server(around, password), sentinel::read(around, password)).await;
    server.into_iter().chain(sentinels).collect()
}

async fn server(around: &Around<'_>, password: &Password) -> Option<Reading> {
    let url = around.source.url.as_deref()?;
    if !(url.starts_with("redis://") || url.starts_with("rediss://")) {
        return None;
    }
    let address = Address::parse(url);
    let shown = address.as_ref().map_or("(no address)", |address| address.shown.as_str()).to_owned();
    let mut reading = around.reading(&format!("redis@{shown}"), &NOUNS);
    reading.is_server = true;
    let begun = Instant::now();
    let asked = async {
        let password = password.expose().map_err(|why| Fault::Unreachable(format!("the password: {why}")))?;
        let mut session = Session::open(&address?, password, around.deadlines.request).await?;
        ask(&mut session, &shown, around, &mut reading).await
    };
    let fault = asked.await.err();
    reading.took_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    if fault.is_some() {
        // Half of an answer is none.
        reading.evidence = crate::snapshot::Evidence::default();
        reading.takes_writes = None;
    }
    reading.fault = fault;
    Some(reading)
}

async fn ask(session: &mut Session, shown: &str, around: &Around<'_>, reading: &mut Reading) -> Result<(), Fault> {
    let server = session.info("server").await?;
    let first = session.info("replication").await?;
    let state = Replication::parse(&first).ok_or_else(|| Fault::Strange("it does not say what role it has".to_owned()))?;
    if let Some(id) = first.get("master_replid").filter(|id| id.bytes().all(|byte| byte.is_ascii_hexdigit())) {
        reading.of = format!("{shown}, replication {id}");
    }
    let clustered = session.info("cluster").await?.get("cluster_enabled").map(String::as_str) == Some("1");
    let major = server.get("redis_version").and_then(|version| version.split('.').next()?.parse().ok());
    if clustered {
        // Each of several primaries takes the writes of its own slots: that is no number to be held against one.
        let found = cluster::ask(session).await?;
        reading.partly(Noun::Replica, "this is a cluster: how far the replicas of its other primaries are behind was not measured");
        store_database(found.database(base(shown, major, DatabaseRole::Primary, reading)), reading);
        return Ok(());
    }
    let role = if state.leads { DatabaseRole::Primary } else { DatabaseRole::Standby };
    let item = base(shown, major, role, reading);
    reading.takes_writes = Some(state.leads);
    if !state.leads {
        follower(shown, &state, item, reading);
        return Ok(());
    }
    let series = sample(session, state, Duration::from_secs(u64::try_from(around.source.sample_for_s).unwrap_or(1))).await?;
    let Some(last) = series.last() else { return Ok(()) };
    if !last.leads {
        return Err(Fault::Strange("it was a primary, and is one no more".to_owned()));
    }
    let ready = series.replicas().iter().filter(|lag| lag.streaming == Some(true)).count() as u64 + 1;
    let instances = around.source.replicas.map(|replicas| replicas + 1);
    store_database(Database { instances, ready: Some(ready), consistent: Some(true), ..item }, reading);
    followers(&series, around.source.replicas, reading);
    Ok(())
}

/// Looks again and again who is how far behind.
async fn sample(session: &mut Session, first: Replication, sample_for: Duration) -> Result<Series, Fault> {
    let mut series = Series::default();
    let begun = Instant::now();
    series.add(begun, begun, first);
    loop {
        if begun.elapsed() >= sample_for {
            // What is behind at the end may only not have acknowledged yet.
            series.settle();
            if series.settled() || begun.elapsed() >= sample_for + SETTLE {
                return Ok(series);
            }
        }
        tokio::time::sleep(TICK).await;
        let sent = Instant::now();
        let info = session.info("replication").await?;
        let state = Replication::parse(&info).ok_or_else(|| Fault::Strange("it does not say what role it has".to_owned()))?;
        series.add(sent, Instant::now(), state);
    }
}

/// What a server says that follows another. Its primary knows better how far it is behind, so that it is not asked.
fn follower(shown: &str, state: &Replication, item: Database, reading: &mut Reading) {
    if state.linked == Some(true) {
        reading.subjects.remove(&Noun::Replica);
        store_database(Database { consistent: Some(true), ..item }, reading);
        return;
    }
    store_database(item, reading);
    if state.linked.is_none() {
        reading.partly(Noun::Replica, "it does not say whether it is connected to its primary");
        return;
    }
    store_replica(replica(shown, reading), Some(false), None, reading);
}

/// What a primary says of its replicas, and which of those that are expected it does not know.
fn followers(series: &Series, expected: Option<u64>, reading: &mut Reading) {
    let found = series.replicas();
    for lag in &found {
        if lag.beyond {
            reading.partly(Noun::Replica, format!("{} is further behind than was measured", lag.name));
        }
        store_replica(replica(&lag.name, reading), lag.streaming, Some(lag), reading);
    }
    let known = found.len() as u64;
    for missing in known + 1..=expected.unwrap_or(known) {
        let name = format!("replica {missing} of {} (not connected)", expected.unwrap_or_default());
        store_replica(replica(&name, reading), Some(false), None, reading);
    }
}

fn store_database(item: Database, reading: &mut Reading) {
    if let Some(subject) = reading.home(Noun::Database) {
        reading.evidence.database.entry(subject).or_default().push(item);
    }
}

fn store_replica(item: Replica, streaming: Option<bool>, lag: Option<&Lag>, reading: &mut Reading) {
    let item = Replica {
        streaming,
        samples: lag.and_then(|lag| lag.samples),
        lag_p50_ms: lag.and_then(|lag| lag.at(50)),
        lag_p99_ms: lag.and_then(|lag| lag.at(99)),
        lag_max_ms: lag.and_then(|lag| lag.at(100)),
        ..item
    };
    if let Some(subject) = reading.home(Noun::Replica) {
        reading.evidence.replica.entry(subject).or_default().push(item);
    }
}

fn base(shown: &str, major: Option<u64>, role: DatabaseRole, reading: &Reading) -> Database {
    Database {
        id: reading.id(shown),
        class: Class::Observed,
        read: reading.read.clone(),
        at: Place { object: Some(shown.to_owned()), ..Place::default() },
        product: "redis".to_owned(),
        role,
        instances: None,
        ready: None,
        synchronous: None,
        synchronous_required: None,
        consistent: None,
        inconsistency: None,
        checksums: None,
        checksum_failures: None,
        major,
        lost_slots: None,
        primaries: None,
        detect_s: None,
    }
}

fn replica(name: &str, reading: &Reading) -> Replica {
    Replica {
        id: reading.id(&format!("replica/{name}")),
        class: Class::Observed,
        read: reading.read.clone(),
        at: Place { object: Some(name.to_owned()), ..Place::default() },
        product: "redis".to_owned(),
        name: name.to_owned(),
        cross_region: false,
        mode: Some("streaming".to_owned()),
        streaming: None,
        synchronous: None,
        apply_delay_s: None,
        samples: None,
        lag_p50_ms: None,
        lag_p99_ms: None,
        lag_max_ms: None,
        exposure_s: None,
    }
}
