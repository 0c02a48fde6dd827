//! A primary's standbys, as it sees them: those that somebody expects, and whoever else streams from it.

use super::lag::{Lag, Look};
use super::server::{Server, Servers};
use super::session::Session;
use super::{abroad, add, is_abroad, place};
use crate::collect::fault::Fault;
use crate::collect::reading::{Around, Reading};
use crate::snapshot::{Class, Noun, Replica};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Who streams, with positions in bytes. A logical subscriber is no copy of the cluster, and a base backup is none yet.
const ROWS: &str = "
    with written as materialized (select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint as written)
    select coalesce(application_name, '') as name, written, state, sync_state,
        pg_wal_lsn_diff(replay_lsn, '0/0')::bigint as applied, extract(epoch from clock_timestamp() - reply_time)::float8 as silent_s,
        extract(epoch from replay_lag)::float8 * 1000 as lag_ms
    from written cross join pg_stat_replication r
    where state is distinct from 'backup'
        and not exists (select from pg_replication_slots s where s.active_pid = r.pid and s.slot_type = 'logical')";

/// For how long a standby's last word counts: it speaks every ten seconds when nothing happens.
const SILENT_S: f64 = 60.0;

/// How often is looked, and how often at least.
const EVERY: Duration = Duration::from_millis(500);
const LOOKS: u32 = 5;

#[derive(Debug, Clone, Deserialize)]
struct Row {
    name: String,
    written: i64,
    state: Option<String>,
    sync_state: Option<String>,
    applied: Option<i64>,
    silent_s: Option<f64>,
    lag_ms: Option<f64>,
}

impl Row {
    /// Whether the standby said something lately. It dates that by its own clock: by one that is too far off, nobody knows.
    fn speaks(&self) -> bool {
        self.silent_s.is_some_and(|silent| silent.abs() < SILENT_S)
    }
}

/// What one look found, by the name of the standby.
type Seen = BTreeMap<String, Vec<Row>>;

/// When to look, over the time that somebody gave; the last look only confirms the others.
pub(super) struct Looks {
    begun: Instant,
    every: Duration,
    left: u32,
    done: u32,
}

impl Looks {
    pub(super) fn over(seconds: i64) -> Self {
        let whole = Duration::from_secs(seconds.unsigned_abs());
        let every = EVERY.min(whole / LOOKS);
        let left = u32::try_from(whole.as_millis() / every.as_millis().max(1)).unwrap_or(LOOKS);
        Self { begun: Instant::now(), every, left: left + 1, done: 0 }
    }

    /// Waits for the next; `None`: that was all.
    pub(super) async fn next(&mut self) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        sleep_until(self.begun + self.every * self.done).await;
        self.done += 1;
        Some(())
    }

    /// Now, as looks are dated.
    pub(super) fn now_ms(&self) -> i64 {
        i64::try_from(self.begun.elapsed().as_millis()).unwrap_or(i64::MAX)
    }
}

/// Looks at them for some time and stores each.
pub(super) async fn read(around: &Around<'_>, session: &Session, server: &Server, reading: &mut Reading) -> Servers {
    let expected = &around.source.standbys;
    let here = expected.iter().filter(|name| !is_abroad(around, name)).count();
    let instances = (!expected.is_empty()).then(|| 1 + here as u64);
    let nothing = Servers { instances, ready: None, follows: false };
    if !server.sees {
        reading.partly(Noun::Replica, "the account does not see who streams: it has not the rights of pg_monitor");
        return nothing;
    }
    let seen = match look(session, around.source.sample_for_s).await {
        Ok(seen) => seen,
        Err(fault) => {
            reading.partly(Noun::Replica, fault.to_string());
            return nothing;
        }
    };
    let met: BTreeSet<&String> = seen.iter().flat_map(|(_, seen)| seen.keys()).filter(|name| !only_receives(name, &seen)).collect();
    let mut ready = 1;
    for name in expected.iter().chain(met.into_iter().filter(|name| !expected.contains(*name))) {
        let cross_region = is_abroad(around, name);
        let replica = replica(name, cross_region, &seen, reading);
        let counts = !cross_region && (expected.is_empty() || expected.contains(name));
        ready += u64::from(counts && replica.streaming == Some(true));
        // It is stored where it lives; there may be nothing that asks for it.
        let subject = if cross_region { abroad(around, name) } else { Some(around.subject()) };
        let Some(subject) = subject else { continue };
        add(reading, Noun::Replica, if cross_region { BTreeSet::from([subject.clone()]) } else { BTreeSet::new() });
        reading.evidence.replica.entry(subject.to_string()).or_default().push(replica);
    }
    Servers { instances, ready: Some(ready), follows: false }
}

async fn look(session: &Session, seconds: i64) -> Result<Vec<(i64, Seen)>, Fault> {
    let mut looks = Looks::over(seconds);
    let mut all = Vec::new();
    while looks.next().await.is_some() {
        let mut seen = Seen::new();
        for row in session.ask::<Row>(ROWS).await? {
            seen.entry(row.name.clone()).or_default().push(row);
        }
        all.push((looks.now_ms(), seen));
    }
    Ok(all)
}

/// Whether who streams under a name never says how far it applied: `pg_receivewal` and the like store the log, and are no
/// copy that anybody could go on with.
fn only_receives(name: &str, seen: &[(i64, Seen)]) -> bool {
    let mut rows = seen.iter().filter_map(|(_, seen)| seen.get(name)).flatten();
    rows.all(|row| row.state.as_deref() == Some("streaming") && row.applied.is_none())
}

/// Whether a standby streams, by one look at its connections: the server keeps one whose other end is gone for as long
/// as it was told to, and calls it `streaming` all the while.
fn streams(rows: &[Row]) -> Option<bool> {
    let mut streaming = rows.iter().filter(|row| row.state.as_deref() == Some("streaming")).peekable();
    if streaming.peek().is_none() {
        return Some(false);
    }
    streaming.any(|row| row.speaks() && row.applied.is_some()).then_some(true)
}

fn replica(name: &str, cross_region: bool, seen: &[(i64, Seen)], reading: &Reading) -> Replica {
    let rows = |seen: &'_ Seen| seen.get(name).cloned().unwrap_or_default();
    let streams: Vec<Option<bool>> = seen.iter().map(|(_, seen)| streams(&rows(seen))).collect();
    // One that comes and goes is neither.
    let streaming = streams.first().copied().flatten().filter(|first| streams.iter().all(|streams| *streams == Some(*first)));
    let last = seen.last().map(|(_, seen)| rows(seen)).unwrap_or_default();
    let lag = if streaming == Some(true) { Lag::of(&looks(name, seen)) } else { Lag::default() };
    Replica {
        id: reading.id(if name.is_empty() { "unnamed" } else { name }),
        class: Class::Observed,
        read: reading.read.clone(),
        at: place(reading),
        product: "postgresql".to_owned(),
        name: name.to_owned(),
        cross_region,
        mode: streaming.filter(|streams| *streams).map(|_| "streaming".to_owned()),
        streaming,
        synchronous: match last.as_slice() {
            [row] => row.sync_state.as_deref().map(|state| matches!(state, "sync" | "quorum")),
            _ => None,
        },
        // Only the standby itself can say that it holds changes back.
        apply_delay_s: None,
        samples: lag.samples,
        lag_p50_ms: lag.p50_ms,
        lag_p99_ms: lag.p99_ms,
        lag_max_ms: lag.max_ms,
        exposure_s: lag.exposure_s(),
    }
}

/// The looks at one standby. Where two connections have its name, which of them is it is not known.
fn looks(name: &str, seen: &[(i64, Seen)]) -> Vec<Look> {
    let look = |(at_ms, seen): &(i64, Seen)| {
        let rows = seen.get(name).map(Vec::as_slice).unwrap_or_default();
        let [row] = rows else {
            let written = rows.iter().map(|row| row.written).max().unwrap_or(0);
            return Look { at_ms: *at_ms, written, applied: None, said_ms: None, is_age: false };
        };
        let said_ms = row.lag_ms.map(ceil);
        Look { at_ms: *at_ms, written: row.written, applied: row.applied.filter(|_| row.speaks()), said_ms, is_age: false }
    };
    seen.iter().map(look).collect()
}

/// A time in whole units, never less than it is.
#[expect(clippy::cast_possible_truncation, reason = "the cast saturates")]
pub(super) fn ceil(value: f64) -> i64 {
    value.max(0.0).ceil() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        let state = Some("streaming".to_owned());
        Row { name: "s1".to_owned(), written: 100, state, sync_state: None, applied: Some(100), silent_s: Some(2.0), lag_ms: None }
    }

    #[test]
    fn a_standby_streams_while_it_speaks_and_applies() {
        for (what, rows, wanted) in [
            ("well", vec![row()], Some(true)),
            ("not there", vec![], Some(false)),
            ("catching up", vec![Row { state: Some("catchup".to_owned()), ..row() }], Some(false)),
            ("without a state", vec![Row { state: None, ..row() }], Some(false)),
            ("dead, and never given up", vec![Row { silent_s: Some(3_600.0), ..row() }], None),
            ("dead, with a clock that was ahead", vec![Row { silent_s: Some(-3_600.0), ..row() }], None),
            ("never heard", vec![Row { silent_s: None, ..row() }], None),
            ("applies nothing", vec![Row { applied: None, ..row() }], None),
            ("an old connection beside a new one", vec![Row { silent_s: Some(300.0), ..row() }, row()], Some(true)),
        ] {
            assert_eq!(streams(&rows), wanted, "{what}");
        }
    }

    #[test]
    fn who_only_receives_the_log_is_no_standby() {
        let seen = |rows: Vec<Row>| vec![(0, Seen::from([("s1".to_owned(), rows)]))];
        assert!(only_receives("s1", &seen(vec![Row { applied: None, ..row() }])));
        assert!(!only_receives("s1", &seen(vec![row()])));
        assert!(!only_receives("s1", &seen(vec![Row { applied: None, ..row() }, row()])));
        assert!(!only_receives("s1", &seen(vec![Row { applied: None, state: Some("startup".to_owned()), ..row() }])));
    }
}
