//! Database servers and what stands around them, all at once: each question has its own read and its own
//! deadline, so that one that nobody answers spoils nothing else.
//!
//! ```text
//! DatabaseSource ─┬─ postgres (SQL) ─────┐
//!                 ├─ redis (INFO) ───────┤
//!                 ├─ patroni, etcd (REST)├─ Reading each ─→ books
//!                 └─ reports of tools ───┘
//! ```
//!
//! What lives here: who is asked, and what is only known of all of them together (how many take writes).

use super::books::{Books, Source};
use super::fault::Fault;
use super::reading::{Around, Reading, SECTION, Store};
use super::{CollectError, Deadlines, Request};
use crate::clock;
use crate::config::{ClusterSource, DatabaseSource, PodCommand};
use crate::snapshot::{Class, Consensus, Evidence, Noun, Place, Subject, System};
use crate::standard::Resolved;
use std::collections::{BTreeMap, BTreeSet};

/// Asks every server, its Patroni and its tools, all at once.
///
/// Each of `postgres`, `redis`, `patroni` and `reports` takes an [`Around`] and gives readings; a source that has no
/// address for one of them is not asked by it.
pub(super) fn read(request: &Request<'_>, system: &System, standard: &Resolved) -> Result<Vec<Reading>, CollectError> {
    let sources = &request.config.databases;
    let around = |source| Around { source, system, standard, deadlines: request.deadlines, now_s: request.now_s };
    let around: Vec<Around<'_>> = sources.iter().map(around).collect();
    // A program that prints a report takes its time, and nobody else waits for it.
    let (mut readings, servers) = std::thread::scope(|scope| {
        let reports: Vec<_> =
            around.iter().map(|around| scope.spawn(|| super::reports::read(around, &in_pod(request, &around.source.region)))).collect();
        let servers = servers(&around, request);
        let read = reports.into_iter().flat_map(|report| report.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        (read.collect::<Vec<Reading>>(), servers)
    });
    let mut servers = servers?;
    let answered_s = if servers.is_empty() { request.now_s } else { clock::now_s().max(request.now_s) };
    servers.iter_mut().for_each(|reading| reading.at_s = answered_s);
    readings.append(&mut servers);
    of_one_cluster(&mut readings);
    let guards = primaries(&readings, sources, system, standard, answered_s);
    Ok(apart(readings.into_iter().chain(guards)))
}

/// Somebody starts the tool whose report shows copies. Where no schedule of them was found, it stands where nothing
/// reads (a crontab of the server, a timer): that nothing makes these copies is then not known.
pub(super) fn enter_schedules(at_s: i64, books: &mut Books) {
    let of_copies = books.asked.iter().filter(|asked| asked.section == SECTION && asked.noun == Noun::RecoveryPoints);
    let reports: BTreeSet<&str> = of_copies.map(|asked| asked.read.as_str()).collect();
    let (plans, schedules) = (&books.evidence.backup_plan, &books.evidence.schedule);
    let unplanned = |subject: &String| !plans.contains_key(subject) && !schedules.contains_key(subject);
    let copied = books.evidence.recovery_points.iter().filter(|(subject, series)| {
        unplanned(subject) && series.iter().any(|series| series.count > 0 && reports.contains(series.read.as_str()))
    });
    let subjects: BTreeSet<Subject> = copied.filter_map(|(subject, _)| Subject::parse(subject)).collect();
    let because = "a backup tool reports copies, and nothing that is read says on what schedule they are made".to_owned();
    let nouns = [Noun::BackupPlan, Noun::Schedule];
    let source = Source {
        read: "databases/schedules",
        section: SECTION,
        class: Class::Observed,
        of: "the schedules of the copies that backup tools report",
        at_s,
        took_ms: None,
        subjects: nouns.iter().map(|noun| (*noun, subjects.clone())).collect(),
        failed: BTreeMap::new(),
        partial: BTreeMap::new(),
        unsupported: nouns.iter().map(|noun| (*noun, BTreeSet::from([because.clone()]))).collect(),
    };
    books.enter(&source, Evidence::default());
}

/// A standby of another database follows nobody here, however well it streams, and the copies of another are none of
/// this one's.
fn of_one_cluster(readings: &mut [Reading]) {
    let mut identities: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    // A tool speaks of what was copied, perhaps long ago: a wrong one puts no server in doubt.
    for reading in readings.iter().filter(|reading| reading.is_server || reading.store.is_some()) {
        identities.entry(reading.component.clone()).or_default().extend(reading.identity.clone());
    }
    for reading in readings {
        let Some(identities) = identities.get(&reading.component) else { continue };
        let because = if reading.is_server && identities.len() > 1 {
            reading.takes_writes = None;
            format!("the servers of {} are of different database clusters", reading.component)
        } else if !identities.is_empty() && reading.identity.as_ref().is_some_and(|identity| !identities.contains(identity)) {
            format!("this is of another database cluster than the servers of {}", reading.component)
        } else {
            continue;
        };
        let nouns: Vec<Noun> = reading.subjects.keys().copied().collect();
        nouns.into_iter().for_each(|noun| reading.partly(noun, because.clone()));
    }
}

/// Two sources of one name would be one read with two outcomes: the first stands for both, and says that it is not all.
fn apart(readings: impl Iterator<Item = Reading>) -> Vec<Reading> {
    let mut kept: Vec<Reading> = Vec::new();
    for reading in readings {
        let Some(same) = kept.iter_mut().find(|other| other.read == reading.read) else {
            kept.push(reading);
            continue;
        };
        for (noun, subjects) in reading.subjects {
            same.subjects.entry(noun).or_default().extend(subjects);
            same.partial.entry(noun).or_default().insert("another source has the same name, and was not read".to_owned());
        }
    }
    kept
}

/// What runs a program in a Pod of a region, where somebody allowed it.
fn in_pod<'r>(request: &Request<'r>, region: &str) -> impl Fn(&PodCommand, &[i32]) -> Result<Vec<u8>, Fault> + Sync + use<'r> {
    let cluster = request.config.clusters.iter().find(|cluster| cluster.region == region);
    let (allow, deadlines) = (request.allow, request.deadlines);
    move |pod, well| {
        if !allow.exec {
            return Err(Fault::Refused(format!("nobody allowed a command in Pod {}/{}: --allow exec", pod.namespace, pod.name)));
        }
        let cluster = cluster.ok_or_else(|| Fault::Unreachable("no cluster is configured for its region".to_owned()))?;
        exec(cluster, pod, well, deadlines)
    }
}

#[cfg(feature = "live")]
fn exec(cluster: &ClusterSource, pod: &PodCommand, well: &[i32], deadlines: Deadlines) -> Result<Vec<u8>, Fault> {
    super::kubernetes::exec(cluster, pod, well, &deadlines)
}

#[cfg(not(feature = "live"))]
fn exec(_: &ClusterSource, _: &PodCommand, _: &[i32], _: Deadlines) -> Result<Vec<u8>, Fault> {
    Err(Fault::Skipped)
}

/// Asks what needs a network client.
#[cfg(feature = "live")]
fn servers(around: &[Around<'_>], request: &Request<'_>) -> Result<Vec<Reading>, CollectError> {
    if around.is_empty() {
        return Ok(Vec::new());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|_| CollectError::WithoutClients)?;
    let found = runtime.block_on(async {
        let passwords = super::passwords::read(around, request).await;
        let servers = around.iter().zip(&passwords).map(|(around, password)| async move {
            let postgres = super::postgres::read(around, password);
            let (server, members, sentinels) =
                futures_util::future::join3(postgres, super::patroni::read(around), super::redis::read(around, password)).await;
            server.into_iter().chain(members).chain(sentinels).collect::<Vec<Reading>>()
        });
        futures_util::future::join_all(servers).await
    });
    runtime.shutdown_background();
    Ok(found.into_iter().flatten().collect())
}

/// Without network clients a configured server is an error: leaving it out in silence would look like a check.
#[cfg(not(feature = "live"))]
fn servers(around: &[Around<'_>], _: &Request<'_>) -> Result<Vec<Reading>, CollectError> {
    if around.is_empty() { Ok(Vec::new()) } else { Err(CollectError::WithoutClients) }
}

/// How many servers of each component take writes, asked one by one, and what keeps it at one. Known only where every
/// server that is known of answered.
fn primaries(readings: &[Reading], sources: &[DatabaseSource], system: &System, standard: &Resolved, now_s: i64) -> Vec<Reading> {
    let subjects = standard.subjects_of(Noun::Consensus);
    let asked = || sources.iter().filter(|source| source.url.is_some() || !source.patroni.is_empty());
    let components: BTreeSet<&str> = asked().map(|source| source.component.as_str()).collect();
    let components = components.into_iter().filter(|component| subjects.contains(&Subject::global(component)));
    components
        .map(|component| {
            let of: Vec<&DatabaseSource> = asked().filter(|source| source.component == component).collect();
            let mut all = of_component(component, &of, readings, now_s);
            // A region that nobody was asked about may have a primary of its own.
            for region in system.regions.keys().filter(|region| of.iter().all(|source| source.region != **region)) {
                all.partly(Noun::Consensus, format!("no server in {region} is configured that could be asked"));
            }
            all
        })
        .collect()
}

/// What is known of the servers of a component together, which these sources name.
fn of_component(component: &str, sources: &[&DatabaseSource], readings: &[Reading], now_s: i64) -> Reading {
    let of: Vec<&Reading> = readings.iter().filter(|reading| reading.component == component).collect();
    let mut all = Reading::of_all(component, now_s);
    // What stands around the servers has no read of its own for this.
    let doubts = of.iter().filter_map(|reading| reading.partial.get(&Noun::Consensus)).flatten();
    all.partial.entry(Noun::Consensus).or_default().extend(doubts.cloned());
    let primaries = match take_writes(sources, &of) {
        Ok(primaries) => primaries,
        Err(because) => {
            all.partly(Noun::Consensus, because);
            return all;
        }
    };
    // Each region may have a store of its own, and each of them has to hold.
    let stores: Vec<(&str, Store)> = of.iter().filter_map(|reading| Some((reading.read.as_str(), reading.store?))).collect();
    let guards = match stores.as_slice() {
        [] => vec![all.guard(component, primaries, None)],
        stores => stores.iter().map(|(read, store)| all.guard(&format!("{component}/{read}"), primaries, Some(*store))).collect(),
    };
    all.evidence.consensus.insert(Subject::global(component).to_string(), guards);
    all
}

/// How many servers take writes, or why that is not known. Who is asked itself knows best; where nobody is, Patroni asks
/// its own servers.
fn take_writes(sources: &[&DatabaseSource], of: &[&Reading]) -> Result<u64, String> {
    let servers: Vec<&Reading> = of.iter().copied().filter(|reading| reading.is_server).collect();
    let configured = sources.iter().filter(|source| source.url.is_some()).count();
    if configured == 0 {
        let leading: Option<Vec<_>> = of.iter().filter(|reading| reading.store.is_some()).map(|reading| reading.leading.as_ref()).collect();
        let leading = leading.filter(|all| !all.is_empty()).ok_or("which members of Patroni take writes is not known")?;
        return Ok(leading.into_iter().flatten().collect::<BTreeSet<_>>().len() as u64);
    }
    if let Some(silent) = servers.iter().find(|reading| reading.takes_writes.is_none()) {
        return Err(format!("whether {} takes writes is not known", silent.of));
    }
    if servers.len() != configured {
        return Err(format!("{} of {configured} servers were asked", servers.len()));
    }
    let primaries = servers.iter().filter(|reading| reading.takes_writes == Some(true)).count() as u64;
    let expected: BTreeSet<&String> = sources.iter().flat_map(|source| &source.standbys).collect();
    let members = sources.iter().map(|source| source.patroni.len()).max().unwrap_or_default();
    let known = members.max(if expected.is_empty() { 0 } else { 1 + expected.len() });
    // Two primaries are two, whoever else there is.
    if primaries > 1 || (known > 0 && servers.len() >= known) {
        return Ok(primaries);
    }
    let streams = |name: &str| {
        let replicas = of.iter().flat_map(|reading| reading.evidence.replica.values().flatten());
        replicas.filter(|replica| replica.name == name).any(|replica| replica.streaming == Some(true))
    };
    // Who streams takes no writes; and who hears from a primary that is none of these knows of one more.
    if let Some(other) = expected.iter().find(|name| !streams(name)) {
        return Err(format!("whether {other} takes writes is not known: it does not stream, and may be a server that was not asked"));
    }
    let follows = |reading: &&&Reading| reading.evidence.replica.values().flatten().any(|replica| replica.streaming == Some(true));
    match servers.iter().find(follows) {
        Some(standby) if primaries == 0 => Err(format!("{} follows a server that was not asked", standby.of)),
        _ => Ok(primaries),
    }
}

impl Reading {
    /// What is known of all servers of a component together.
    fn of_all(component: &str, now_s: i64) -> Self {
        Self {
            component: component.to_owned(),
            is_server: false,
            read: format!("databases:{component}/global"),
            of: format!("all servers of {component}"),
            at_s: now_s,
            took_ms: 0,
            subjects: BTreeMap::from([(Noun::Consensus, BTreeSet::from([Subject::global(component)]))]),
            evidence: Evidence::default(),
            fault: None,
            partial: BTreeMap::new(),
            takes_writes: None,
            store: None,
            leading: None,
            identity: None,
        }
    }

    fn guard(&self, object: &str, primaries: u64, store: Option<Store>) -> Consensus {
        Consensus {
            id: self.id(object),
            class: Class::Observed,
            read: self.read.clone(),
            at: Place { object: Some(object.to_owned()), ..Place::default() },
            kind: store.map_or("none", |store| store.kind).to_owned(),
            members: store.and_then(|store| store.members),
            healthy: store.and_then(|store| store.healthy),
            quorum: store.and_then(|store| store.quorum),
            primaries: Some(primaries),
            leaders: store.and_then(|store| store.leaders),
            paused: store.and_then(|store| store.paused),
        }
    }
}

#[cfg(test)]
mod tests;
