//! How far replicas are behind, in time, from offsets in bytes that are looked at again and again.
//!
//! A replica acknowledges once a second. What a primary says between two acknowledgements says nothing new, so that only
//! two moments are measurements: where the replica has acknowledged all that there is, which is no lag; and where it has
//! just acknowledged more than before, which is a lag of at most the time since the primary's own log reached that far.

use super::replication::{Follower, Replication};
use std::collections::BTreeSet;
use std::time::Instant;

/// So many seconds may lie between two acknowledgements that come once a second, as the primary counts: whole seconds,
/// by a clock that it looks at now and then.
const BEAT_S: u64 = 2;

/// One look.
#[derive(Debug)]
struct Look {
    /// Before it was asked.
    sent: Instant,
    /// When it had answered.
    answered: Instant,
    state: Replication,
}

/// All looks, oldest first.
#[derive(Debug, Default)]
pub(super) struct Series {
    looks: Vec<Look>,
    /// From which look on it is only waited for what is still to be acknowledged.
    end: Option<usize>,
}

/// What they show of one replica.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Lag {
    /// `ip:port`.
    pub(super) name: String,
    /// Whether it follows; `None`: not known.
    pub(super) streaming: Option<bool>,
    /// How many measurements there are; `None`: they do not show how far behind it is.
    pub(super) samples: Option<u64>,
    /// Whether it had not reached by the end what the primary had at the beginning.
    pub(super) beyond: bool,
    /// Whether there was a measurement after the end of the time.
    settled: bool,
    /// The measurements in milliseconds, the smallest first.
    measured_ms: Vec<i64>,
}

impl Lag {
    /// So many percent of the measurements were at most this, in milliseconds.
    pub(super) fn at(&self, percent: usize) -> Option<i64> {
        self.samples?;
        let rank = (self.measured_ms.len() * percent).div_ceil(100);
        self.measured_ms.get(rank.saturating_sub(1)).copied()
    }
}

impl Series {
    /// Adds a look.
    pub(super) fn add(&mut self, sent: Instant, answered: Instant, state: Replication) {
        self.looks.push(Look { sent, answered, state });
    }

    /// The time is over.
    pub(super) fn settle(&mut self) {
        let newest = self.looks.len().saturating_sub(1);
        self.end.get_or_insert(newest);
    }

    /// Whether each replica has been measured since then.
    pub(super) fn settled(&self) -> bool {
        self.replicas().iter().all(|lag| lag.settled)
    }

    /// The newest.
    pub(super) fn last(&self) -> Option<&Replication> {
        self.looks.last().map(|look| &look.state)
    }

    /// Every replica that was seen, those too that are gone by now.
    pub(super) fn replicas(&self) -> Vec<Lag> {
        let names: BTreeSet<&String> = self.looks.iter().flat_map(|look| look.state.replicas.keys()).collect();
        names.into_iter().map(|name| self.of(name)).collect()
    }

    fn of(&self, name: &str) -> Lag {
        let seen: Vec<Option<&Follower>> = self.looks.iter().map(|look| look.state.replicas.get(name)).collect();
        let mut measured_ms = Vec::new();
        let mut settled = false;
        let mut before: Option<u64> = None;
        for (at, (look, follower)) in self.looks.iter().zip(&seen).enumerate() {
            let Some(offset) = follower.and_then(|follower| follower.offset) else { continue };
            let fresh = follower.is_some_and(|follower| follower.silent_s.is_some_and(|silent_s| silent_s <= BEAT_S));
            let has_all = fresh && look.state.offset == Some(offset);
            let has_more = before.is_some_and(|before| before < offset);
            if has_all {
                measured_ms.push(0);
            } else if has_more {
                measured_ms.extend(self.since(offset, look));
            }
            settled |= (has_all || has_more) && self.end.is_some_and(|end| at >= end);
            before = Some(offset);
        }
        measured_ms.sort_unstable();
        // Whoever hung for a part of the time was measured only while it did not.
        let follows = |follower: &Follower| follower.online && follower.silent_s.is_some_and(|silent_s| silent_s <= BEAT_S);
        let steady = seen.iter().all(|follower| follower.is_some_and(follows));
        let last = seen.last().copied().flatten();
        let beyond = self.looks.first().and_then(|look| look.state.offset) > last.and_then(|follower| follower.offset);
        let samples = (steady && settled && !beyond && !measured_ms.is_empty()).then_some(measured_ms.len() as u64);
        Lag { name: name.to_owned(), streaming: streaming(last), samples, beyond: beyond && steady, settled, measured_ms }
    }

    /// How long before `look` the primary's log had at most reached `offset`; `None`: before the first look.
    fn since(&self, offset: u64, look: &Look) -> Option<i64> {
        let reached =
            self.looks.iter().rev().find(|earlier| earlier.sent <= look.sent && earlier.state.offset.is_some_and(|at| at <= offset))?;
        i64::try_from(look.answered.duration_since(reached.sent).as_millis()).ok()
    }
}

/// Whether a replica follows, by the newest that its primary says of it.
fn streaming(last: Option<&Follower>) -> Option<bool> {
    match last {
        None => Some(false),
        Some(follower) if !follower.online => Some(false),
        Some(follower) => follower.silent_s.map(|silent_s| silent_s <= BEAT_S),
    }
}

#[cfg(test)]
mod tests;
