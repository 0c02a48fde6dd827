//! A standby, as it sees itself: whether it receives the log and applies it, and how late.

use super::followers::{Looks, ceil};
use super::lag::{Lag, Look};
use super::place;
use super::server::{Server, Servers};
use super::session::Session;
use crate::collect::fault::Fault;
use crate::collect::reading::{Around, Reading};
use crate::snapshot::{Class, Noun, RegionRole, Replica};
use serde::Deserialize;

/// For how long the last message of the primary counts. Where nothing happens, the receiver asks after half of
/// `wal_receiver_timeout`, which is 30 s unless somebody changed it.
const SILENT_S: f64 = 60.0;

/// So many milliseconds two clocks that are kept right may be apart.
const TREMOR_MS: f64 = 100.0;

/// What was said of a standby in one look. `{paused}` is what the version has for it.
const STATE: &str = "
    select r.pid is not null as receives, r.status,
        extract(epoch from clock_timestamp() - r.last_msg_receipt_time)::float8 as silent_s,
        pg_wal_lsn_diff(greatest(pg_last_wal_receive_lsn(), r.latest_end_lsn), '0/0')::bigint as written,
        pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint as applied,
        extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp())::float8 * 1000 as age_ms, {paused} as paused,
        (select ceil(setting::float8 / 1000) from pg_settings where name = 'recovery_min_apply_delay')::bigint as apply_delay_s,
        (select setting <> '' from pg_settings where name = 'restore_command') as restores
    from (select) as one left join pg_stat_wal_receiver r on true";

#[derive(Debug, Deserialize)]
struct State {
    /// Whether there is a receiver at all, which anybody sees.
    receives: bool,
    /// What it does, for those who may know.
    status: Option<String>,
    silent_s: Option<f64>,
    written: Option<i64>,
    applied: Option<i64>,
    age_ms: Option<f64>,
    paused: bool,
    apply_delay_s: Option<i64>,
    restores: Option<bool>,
}

impl State {
    /// Whether it is connected and follows; `None`: that is not for this account to know, or the other end may be gone.
    fn streams(&self) -> Option<bool> {
        if !self.receives || self.paused {
            return Some(false);
        }
        match self.status.as_deref()? {
            "streaming" => self.hears().then_some(true),
            _ => Some(false),
        }
    }

    /// Whether its primary said something lately.
    fn hears(&self) -> bool {
        self.silent_s.is_some_and(|silent| silent < SILENT_S)
    }

    fn look(&self, at_ms: i64) -> Look {
        // Who is not connected has applied all that it received, and knows nothing of what is written since. A pause
        // is different: what comes in then is known to wait.
        let connected = self.status.as_deref() == Some("streaming") && self.hears();
        let (written, applied) = match (self.written, self.applied) {
            (Some(written), Some(applied)) if connected => (written, Some(applied)),
            (written, _) => (written.unwrap_or(0), None),
        };
        let behind = applied.is_some_and(|applied| applied < written);
        Look { at_ms, written, applied, said_ms: self.age_ms.filter(|_| behind).map(ceil), is_age: true }
    }
}

/// Looks at it for some time and stores what it says of itself.
pub(super) async fn read(around: &Around<'_>, session: &Session, server: &Server, reading: &mut Reading) -> Servers {
    let (states, heartbeats) = match look(around, session, server).await {
        Ok(looked) => looked,
        Err(fault) => {
            reading.partly(Noun::Replica, fault.to_string());
            return Servers::default();
        }
    };
    let streams: Vec<Option<bool>> = states.iter().map(|(_, state)| state.streams()).collect();
    if states.iter().any(|(_, state)| state.receives && state.status.is_none()) {
        reading.partly(Noun::Replica, "the account does not see what its receiver does: it has not the rights of pg_monitor");
    } else if streams.contains(&None) {
        reading.partly(Noun::Replica, "its primary has said nothing for a minute: whether that is still there is not known");
    }
    // One that comes and goes is neither.
    let streaming = streams.first().copied().flatten().filter(|first| streams.iter().all(|streams| *streams == Some(*first)));
    let lag = match &heartbeats {
        Some(_) if server.clock_off_s().is_some() => {
            let off_s = server.clock_off_s().unwrap_or_default();
            reading.partly(Noun::Replica, format!("heartbeat: the clock of this server is {off_s} s off, and dates what arrives"));
            Lag::default()
        }
        Some(heartbeats) => {
            let failed = heartbeats.iter().find_map(|heartbeat| heartbeat.as_ref().err());
            failed.into_iter().for_each(|fault| reading.partly(Noun::Replica, format!("heartbeat: {fault}")));
            Lag::of_moments(&heartbeats.iter().map(|heartbeat| heartbeat.as_ref().ok().copied().flatten()).collect::<Vec<_>>())
        }
        None => Lag::of(&states.iter().map(|(at_ms, state)| state.look(*at_ms)).collect::<Vec<_>>()),
    };
    let subject = around.subject();
    let last = states.last().map(|(_, state)| state);
    let receives = last.is_some_and(|state| state.receives);
    let replica = Replica {
        id: reading.id("itself"),
        class: Class::Observed,
        read: reading.read.clone(),
        at: place(reading),
        product: "postgresql".to_owned(),
        name: if server.cluster.is_empty() { place(reading).object.unwrap_or_default() } else { server.cluster.clone() },
        cross_region: around.system.regions.get(&around.source.region) == Some(&RegionRole::Standby),
        mode: match last {
            Some(state) if state.receives => state.status.as_ref().map(|_| "streaming".to_owned()),
            Some(State { restores: Some(true), .. }) => Some("archive".to_owned()),
            _ => None,
        },
        streaming,
        synchronous: None,
        apply_delay_s: last.and_then(|state| state.apply_delay_s),
        samples: lag.samples,
        lag_p50_ms: lag.p50_ms,
        lag_p99_ms: lag.p99_ms,
        lag_max_ms: lag.max_ms,
        exposure_s: lag.exposure_s().filter(|_| streaming == Some(true)),
    };
    reading.evidence.replica.entry(subject.to_string()).or_default().push(replica);
    Servers { follows: receives && streaming == Some(true), ..Servers::default() }
}

type Looked = (Vec<(i64, State)>, Option<Vec<Result<Option<i64>, Fault>>>);

async fn look(around: &Around<'_>, session: &Session, server: &Server) -> Result<Looked, Fault> {
    let paused = if server.version >= 140_000 { "pg_get_wal_replay_pause_state() <> 'not paused'" } else { "pg_is_wal_replay_paused()" };
    let question = STATE.replace("{paused}", paused);
    let mut looks = Looks::over(around.source.sample_for_s);
    let mut states = Vec::new();
    let mut heartbeats = around.source.heartbeat.as_ref().map(|_| Vec::new());
    while looks.next().await.is_some() {
        let state: State = session.ask_one(&question).await?;
        states.push((looks.now_ms(), state));
        if let (Some(query), Some(heartbeats)) = (&around.source.heartbeat, &mut heartbeats) {
            heartbeats.push(heartbeat(session, query).await);
        }
    }
    Ok((states, heartbeats))
}

/// The milliseconds since the newest heartbeat that arrived here: the first column of the only row, whatever its name.
async fn heartbeat(session: &Session, query: &str) -> Result<Option<i64>, Fault> {
    let rows: Vec<serde_json::Map<String, serde_json::Value>> = session.ask_for_somebody(query).await?;
    let [row] = rows.as_slice() else {
        return Err(Fault::Strange(format!("it gave {} rows, not one", rows.len())));
    };
    match row.values().next() {
        Some(serde_json::Value::Null) => Ok(None),
        Some(value) if row.len() == 1 => {
            let ms = value.as_f64().ok_or_else(|| Fault::Strange("it gave no number of milliseconds".to_owned()))?;
            age(ms).map(Some)
        }
        _ => Err(Fault::Strange(format!("it gave {} columns, not one", row.len()))),
    }
}

/// How old a heartbeat is. One of the future tells how far two clocks are apart, and of the lag nothing.
fn age(ms: f64) -> Result<i64, Fault> {
    if ms < -TREMOR_MS {
        return Err(Fault::Strange("the newest heartbeat is of the future: set the clocks of the two servers right".to_owned()));
    }
    Ok(ceil(ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heartbeat_of_the_future_is_no_lag_of_nothing() {
        assert_eq!((age(12.1).unwrap(), age(0.0).unwrap(), age(-5.0).unwrap()), (13, 0, 0));
        assert!(age(-5_000.0).is_err());
    }

    fn state() -> State {
        State {
            receives: true,
            status: Some("streaming".to_owned()),
            silent_s: Some(2.0),
            written: Some(100),
            applied: Some(100),
            age_ms: Some(3_600_000.0),
            paused: false,
            apply_delay_s: Some(0),
            restores: Some(false),
        }
    }

    #[test]
    fn a_standby_follows_while_it_receives_and_applies() {
        for (what, state, streams, applied, said_ms) in [
            ("caught up with a primary that writes nothing", state(), Some(true), Some(100), None),
            ("behind", State { applied: Some(50), ..state() }, Some(true), Some(50), Some(3_600_000)),
            ("paused, and nothing came in", State { paused: true, ..state() }, Some(false), Some(100), None),
            (
                "not connected: all that was received is applied",
                State { receives: false, status: None, ..state() },
                Some(false),
                None,
                None,
            ),
            ("of an account that may not see it", State { status: None, silent_s: None, ..state() }, None, None, None),
            ("connecting", State { status: Some("starting".to_owned()), ..state() }, Some(false), None, None),
            ("half open: nothing was heard for long", State { silent_s: Some(90.0), ..state() }, None, None, None),
        ] {
            let look = state.look(0);
            assert_eq!((state.streams(), look.applied, look.said_ms), (streams, applied, said_ms), "{what}");
        }
    }
}
