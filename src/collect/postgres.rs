//! PostgreSQL servers, in SQL: what each is in its topology, who follows it and how far behind, whether its log is
//! archived, and what rows there are of custom resources.
//!
//! ```text
//! url ─ address ─ tls ─ session ─┬─ server (what it is) ──┬─ followers (a primary's standbys) ─┐
//!                                │                        └─ following (a standby itself) ─────┴─ lag
//!                                ├─ archiver
//!                                └─ audit_trail
//! ```
//!
//! Every question is a transaction of its own, and what guards it (read only, limits of time, the search path) is set
//! within that transaction alone: behind a pooler, what is set for a session would stay for whoever comes next. A role
//! with `pg_monitor` sees all that is asked for; what another one cannot see is NULL, and is left out.

mod address;
mod archiver;
mod audit_trail;
mod followers;
mod following;
mod lag;
mod server;
mod session;
mod tls;
mod words;

use super::fault::Fault;
use super::passwords::Password;
use super::reading::{Around, Reading};
use crate::snapshot::{Noun, Place, Subject};
use address::Address;
use server::Server;
use session::Session;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// Asks the server, if this is one.
pub(super) async fn read(around: &Around<'_>, password: &Password) -> Vec<Reading> {
    let url = around.source.url.as_deref().filter(|url| url.starts_with("postgres://") || url.starts_with("postgresql://"));
    let Some(url) = url else { return Vec::new() };
    let begun = Instant::now();
    let address = Address::parse(url);
    let who = match &address {
        Ok(address) => format!("postgres@{}", address.shown),
        Err(_) => format!("postgres@{}", around.source.component),
    };
    let mut reading = around.reading(&who, &[Noun::Database, Noun::Replica, Noun::Archiver]);
    reading.is_server = true;
    plan(around, &mut reading);
    let limit = around.deadlines.request + Duration::from_secs(around.source.sample_for_s.unsigned_abs());
    let asked = async {
        let address = address?;
        let password = password.expose().map_err(|why| Fault::Refused(format!("there is no password: {why}")))?;
        let session = Session::connect(&address, password, around.deadlines.request).await?;
        ask(around, &session, &address, &mut reading).await
    };
    let asked = timeout_at(begun + limit, asked).await;
    if let Err(fault) = asked.unwrap_or(Err(Fault::TimedOut(limit.as_millis()))) {
        reading.fault = Some(fault);
    }
    reading.took_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    vec![reading]
}

/// Whom it can say something about beside the component here: its standbys in other regions, and the things whose
/// rows it holds.
fn plan(around: &Around<'_>, reading: &mut Reading) {
    let abroad = around.source.standbys.iter().filter_map(|name| abroad(around, name)).collect();
    add(reading, Noun::Replica, abroad);
    add(reading, Noun::AuditTrail, audit_trail::subjects(around));
}

fn add(reading: &mut Reading, noun: Noun, subjects: BTreeSet<Subject>) {
    if !subjects.is_empty() {
        reading.subjects.entry(noun).or_default().extend(subjects);
    }
}

/// Whether a standby is named after another region of the system, which means that it lives there.
fn is_abroad(around: &Around<'_>, name: &str) -> bool {
    name != around.source.region && around.system.regions.contains_key(name)
}

/// The subject of such a standby, where replicas are asked for.
fn abroad(around: &Around<'_>, name: &str) -> Option<Subject> {
    let subject = is_abroad(around, name).then(|| Subject::new(&around.source.component, name))?;
    around.standard.subjects_of(Noun::Replica).contains(&subject).then_some(subject)
}

/// Asks one thing after another. Only what it is must be known; anything else that fails leaves the rest standing.
async fn ask(around: &Around<'_>, session: &Session, address: &Address, reading: &mut Reading) -> Result<(), Fault> {
    let server = Server::read(session).await?;
    reading.of = server.identity(address);
    reading.identity = server.system();
    reading.takes_writes = Some(!server.standby);
    let database = server.database(around, session, reading).await;
    let ready = if server.standby {
        // The log is archived by the primary, and what follows a standby is another's concern.
        reading.subjects.retain(|noun, _| *noun != Noun::Archiver || server.archives_always);
        let here = around.subject();
        reading.subjects.entry(Noun::Replica).or_default().retain(|subject| *subject == here);
        following::read(around, session, &server, reading).await
    } else {
        followers::read(around, session, &server, reading).await
    };
    server::store(around, database, ready, reading);
    if reading.subjects.contains_key(&Noun::Archiver) {
        archiver::read(around, session, &server, reading).await;
    }
    audit_trail::read(around, session, reading).await;
    Ok(())
}

/// Where a person can look: at the server.
fn place(reading: &Reading) -> Place {
    let server = reading.read.rsplit_once('/').map_or(reading.read.as_str(), |(server, _)| server);
    Place { object: Some(server.to_owned()), ..Place::default() }
}
