//! Whether a primary's log is archived, and for how long the oldest of what is not has waited.

use super::place;
use super::server::Server;
use super::session::Session;
use crate::collect::fault::Fault;
use crate::collect::reading::{Around, Reading};
use crate::snapshot::{Archiver, Class, Noun};
use serde::Deserialize;

/// The settings and the counters. The command may hold keys: it is compared where it is, and never read. One that
/// succeeds and does nothing archives nothing, whatever it is handed.
const STATUS: &str = "
    select (select setting in ('on', 'always') from pg_settings where name = 'archive_mode')
            and (coalesce((select setting <> '' from pg_settings where name = 'archive_library'), false)
                or (select setting !~* '^\\s*((((/usr)?/bin/)?(true|echo)|:|rem|exit\\s+0|cd\\s+\\.)(\\s[^&|;<>`$]*)?)?$'
                    from pg_settings where name = 'archive_command')) as enabled,
        (select setting::bigint from pg_settings where name = 'archive_timeout') as timeout_s,
        floor(extract(epoch from clock_timestamp()))::bigint as now_s, failed_count as failures,
        floor(extract(epoch from last_archived_time))::bigint as archived_s, last_failed_time > last_archived_time as failed_last
    from pg_stat_archiver";

/// What waits: whole segments, and what was written to the one that is being filled.
const WAITING: &str = "
    select (select floor(extract(epoch from min(modification)))::bigint from pg_ls_archive_statusdir()
            where name ~ '^[0-9A-F]{24}(\\.partial)?\\.ready$') as ready_s,
        (select floor(extract(epoch from modification))::bigint from pg_ls_archive_statusdir()
            where name = (select last_archived_wal from pg_stat_archiver) || '.done') as done_s,
        mod(pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0'),
            (select setting::bigint from pg_settings where name = 'wal_segment_size'))::bigint as begun";

/// A segment that has only its header.
const HEADER: i64 = 40;

/// What the server writes for itself when nothing happens: a checkpoint and lists of running transactions. In so few
/// bytes there may or may not be a commit.
const OWN_NOTES: i64 = 1024;

#[derive(Debug, Clone, Deserialize)]
struct Status {
    enabled: bool,
    timeout_s: i64,
    now_s: i64,
    failures: u64,
    archived_s: Option<i64>,
    failed_last: Option<bool>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
struct Waiting {
    /// When the oldest segment that waits was full.
    ready_s: Option<i64>,
    /// When the segment that was archived last was full: its mark keeps that time when it changes its name. `None`: the
    /// mark is gone, as it is some while later.
    done_s: Option<i64>,
    /// How many bytes the current segment has.
    begun: i64,
}

/// Asks and stores it.
pub(super) async fn read(around: &Around<'_>, session: &Session, server: &Server, reading: &mut Reading) {
    let status: Status = match session.ask_one(STATUS).await {
        Ok(status) => status,
        Err(fault) => return reading.partly(Noun::Archiver, fault.to_string()),
    };
    let pending_s = match waiting(session, server, &status).await {
        Ok(waiting) => waiting.and_then(|waiting| pending_s(&status, waiting)),
        Err(fault) => {
            reading.partly(Noun::Archiver, format!("what waits to be archived: {fault}"));
            None
        }
    };
    let last_archived_s = status.archived_s.and_then(|told_s| match server.instant(told_s) {
        Ok(told_s) => Some(told_s),
        Err(why) => {
            reading.partly(Noun::Archiver, why);
            None
        }
    });
    let archiver = Archiver {
        id: reading.id("archiver"),
        class: Class::Observed,
        read: reading.read.clone(),
        at: place(reading),
        enabled: status.enabled,
        timeout_s: Some(status.timeout_s),
        // The command says where to, in a language of its own and perhaps with keys.
        destination: None,
        off_region: None,
        has_base: None,
        failing: if status.enabled { failing(&status) } else { None },
        pending_s,
        missing: None,
        last_archived_s,
    };
    reading.evidence.archiver.entry(around.subject().to_string()).or_default().push(archiver);
}

/// Only a primary that archives has something that waits; a standby does not know what it was given.
async fn waiting(session: &Session, server: &Server, status: &Status) -> Result<Option<Waiting>, Fault> {
    if !status.enabled || server.standby {
        return Ok(None);
    }
    session.ask_one(WAITING).await.map(Some)
}

/// Whether the last attempt failed. A failure that a success followed is history; counters without any history may have
/// been reset a moment ago.
fn failing(status: &Status) -> Option<bool> {
    match (status.failed_last, status.archived_s, status.failures) {
        (Some(failed_last), _, _) => Some(failed_last),
        (None, Some(_), 0) => Some(false),
        (None, None, 1..) => Some(true),
        _ => None,
    }
}

/// For how long the oldest of the log that is not archived has waited, at most.
///
/// What waits was written after the segment before it was full. That is what the mark of the last success tells; the
/// success itself may have come hours later, where it had to wait for a command that failed. Where the server
/// closes segments after a time, it has looked whether anything worth keeping was written since, and would have closed
/// this one: nothing waits longer than that, however long ago the last segment was.
fn pending_s(status: &Status, waiting: Waiting) -> Option<i64> {
    let since = |then_s: i64| status.now_s.saturating_sub(then_s).max(0);
    let timeout = (status.timeout_s > 0).then_some(status.timeout_s);
    let full_s = waiting.done_s.into_iter().chain(status.archived_s).min();
    let Some(ready_s) = waiting.ready_s else {
        if waiting.begun <= HEADER {
            return Some(0);
        }
        let archived = full_s.map(since);
        return match timeout {
            Some(timeout) => Some(archived.map_or(timeout, |archived| archived.min(timeout))),
            None => archived.filter(|_| waiting.begun > OWN_NOTES),
        };
    };
    let first_s = full_s.map_or(ready_s, |full_s| full_s.min(ready_s));
    Some(since(timeout.map_or(first_s, |timeout| first_s.max(ready_s.saturating_sub(timeout)))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_S: i64 = 1_000_000;

    fn status(timeout_s: i64, archived_ago_s: Option<i64>) -> Status {
        Status { enabled: true, timeout_s, now_s: NOW_S, failures: 0, archived_s: archived_ago_s.map(|ago| NOW_S - ago), failed_last: None }
    }

    #[test]
    fn what_waits_is_as_old_as_the_segment_before_it() {
        for (what, timeout_s, archived_ago, ready_ago, begun, wanted) in [
            ("a new segment", 0, Some(7_200), None, 40, Some(0)),
            ("exactly at its start", 0, None, None, 0, Some(0)),
            ("a few bytes, perhaps a commit", 0, Some(7_200), None, 500, None),
            ("written to since two hours", 0, Some(7_200), None, 50_000, Some(7_200)),
            ("written to, never archived", 0, None, None, 50_000, None),
            ("idle for two hours, closed after five minutes if need be", 300, Some(7_200), None, 50_000, Some(300)),
            ("a minute after the last", 300, Some(60), None, 50_000, Some(60)),
            ("counters were reset", 300, None, None, 50_000, Some(300)),
            ("a segment waits that was begun after the last success", 0, Some(600), Some(10), 50_000, Some(600)),
            ("the same, closed after a minute", 60, Some(600), Some(10), 50_000, Some(70)),
            ("an old one was just sent, younger ones wait for two hours", 0, Some(1), Some(7_200), 0, Some(7_200)),
            ("nothing was ever sent", 0, None, Some(900), 0, Some(900)),
        ] {
            let waiting = Waiting { ready_s: ready_ago.map(|ago: i64| NOW_S - ago), done_s: None, begun };
            assert_eq!(pending_s(&status(timeout_s, archived_ago), waiting), wanted, "{what}");
        }
    }

    #[test]
    fn what_was_archived_late_was_full_long_before() {
        for (what, timeout_s, ready_ago, wanted) in [
            ("the current segment was begun two hours ago", 0, None, 7_200),
            ("it would have been closed", 300, None, 300),
            ("another waits, begun when that was full", 0, Some(600), 7_200),
            ("another waits, closed after five minutes", 300, Some(600), 900),
        ] {
            let waiting = Waiting { ready_s: ready_ago.map(|ago: i64| NOW_S - ago), done_s: Some(NOW_S - 7_200), begun: 50_000 };
            assert_eq!(pending_s(&status(timeout_s, Some(1)), waiting), Some(wanted), "{what}");
        }
    }

    #[test]
    fn only_the_last_attempt_says_whether_it_fails() {
        for (what, failures, failed_last, archived_ago, wanted) in [
            ("good", 0, None, Some(10), Some(false)),
            ("failing", 3, Some(true), Some(10), Some(true)),
            ("failed once", 3, Some(false), Some(20), Some(false)),
            ("never a success", 3, None, None, Some(true)),
            ("no history", 0, None, None, None),
        ] {
            assert_eq!(failing(&Status { failures, failed_last, ..status(0, archived_ago) }), wanted, "{what}");
        }
    }
}
