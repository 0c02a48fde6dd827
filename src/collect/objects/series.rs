//! From single runs and single copies to what evidence keeps of them: how a schedule's runs went against the
//! instants at which it was due, and how far a series of copies reaches.
//!
//! A run belongs to the instant at which its schedule was due before it, so that a copy made by hand does not
//! make up for a run that is missing. What was due and left nothing behind (its controller is dead, paused, or
//! stopped by another object) counts as much as what failed.

use super::backups::{Backup, Timing};
use super::slots::slots;
use super::{Context, Found, Object};
use crate::clock::{SKEW_S, instant_s};
use crate::snapshot::{Noun, Place, RecoveryPoints, Run};
use crate::source_text::Node;

/// How long a controller may take to start what is due: that Velero looks once a minute is no failure.
const START_S: i64 = 120;

/// How one run went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It ended well, with a copy that holds something.
    Succeeded {
        /// The time of the data.
        start_s: Option<i64>,
        /// Its end.
        end_s: Option<i64>,
    },
    /// It ended in another way.
    Failed,
    /// It has not ended: it waits, or goes on.
    Open,
    /// How it ended is not known.
    Unsaid,
}

/// One run of a schedule.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attempt {
    /// When it was handed to its controller; `None`: not known.
    pub(super) at_s: Option<i64>,
    /// How it went.
    pub(super) outcome: Outcome,
}

/// One copy that can be restored.
#[derive(Debug, Clone, Copy)]
pub(super) struct Copy {
    /// The time of its data.
    pub(super) start_s: i64,
    /// When it will be deleted; `None`: never, or not known.
    pub(super) expires_s: Option<i64>,
    /// For how long it is kept from the time of its data on, in seconds; `None`: for ever, or not known.
    pub(super) kept_s: Option<i64>,
    /// How many objects it holds.
    pub(super) objects: Option<u64>,
}

/// The instant at `path`. One that cannot be read or lies ahead of the reading gives no time, and what it would
/// have said is missing.
pub(super) fn instant(object: &Object, path: &str, nouns: &[Noun], context: &Context, found: &mut Found) -> Option<i64> {
    instant_of(&object.body, path, object, nouns, context, found)
}

/// The same, at `path` of a part of the object.
pub(super) fn instant_of(part: &Node, path: &str, object: &Object, nouns: &[Noun], context: &Context, found: &mut Found) -> Option<i64> {
    let text = part.at_path(path)?.as_str()?;
    let read = instant_s(text);
    if let Some(at_s) = read.filter(|at_s| *at_s <= context.at_s.saturating_add(SKEW_S)) {
        return Some(at_s.min(context.at_s));
    }
    let problem = if read.is_some() { "lies in the future" } else { "is no instant" };
    for noun in nouns {
        found.partial(*noun, format!("{path} of a {} {problem}", object.kind));
    }
    None
}

/// Since when all of the system's namespaces have been there; `None` where one of them was not seen.
pub(super) fn since_s(objects: &[Object], context: &Context) -> Option<i64> {
    let made = |name: &String| {
        let namespace = objects.iter().find(|object| object.is("", "Namespace") && object.name == *name)?;
        instant_s(namespace.text("metadata.creationTimestamp")?).filter(|at_s| *at_s <= context.at_s)
    };
    let all: Option<Vec<i64>> = context.system.namespaces.iter().map(made).collect();
    all?.into_iter().min()
}

/// When a schedule was due.
struct Calendar {
    /// As if its controller took it: what it refuses was due all the same.
    timing: Timing,
    /// `None`: it never is.
    gap_s: Option<i64>,
    /// How often its controller looks.
    tick_s: i64,
}

impl Calendar {
    /// Whether it counts from its last run on, and not by the clock.
    fn counts_on(&self) -> bool {
        self.timing.cron.contains("@every ")
    }

    /// How often it was due in `(from_s, until_s]`; one that never occurs is due nobody knows when: Velero runs it
    /// each minute.
    fn due(&self, from_s: i64, until_s: i64) -> Option<u64> {
        let gap_s = self.gap_s?;
        if until_s <= from_s {
            return Some(0);
        }
        if self.counts_on() {
            let apart_s = gap_s.max(self.tick_s).saturating_add(self.tick_s).max(1);
            return u64::try_from(until_s.saturating_sub(from_s) / apart_s).ok();
        }
        slots(&self.timing, from_s, until_s)
    }

    /// How often it was due between two runs: none, and both belong to one instant.
    fn between(&self, one_s: i64, next_s: i64) -> Option<u64> {
        if !self.counts_on() {
            return self.due(one_s, next_s);
        }
        let apart_s = next_s.saturating_sub(one_s);
        let own = u64::from(apart_s.saturating_mul(2) >= self.gap_s?);
        self.due(one_s, next_s).map(|due| due.max(own))
    }
}

/// All that was made of one instant at which the schedule was due.
#[derive(Debug, Default)]
struct Turn {
    /// How often it was due since the turn before, this one counted.
    after: u64,
    succeeded: bool,
    failed: bool,
    /// Whether how one of its runs ended is not known.
    unsaid: bool,
    /// When the newest of its runs that have not ended was handed to its controller.
    open_s: Option<i64>,
}

impl Turn {
    fn add(&mut self, at_s: i64, outcome: Outcome) {
        match outcome {
            Outcome::Succeeded { .. } => self.succeeded = true,
            Outcome::Failed => self.failed = true,
            Outcome::Open => self.open_s = self.open_s.max(Some(at_s)),
            Outcome::Unsaid => self.unsaid = true,
        }
    }

    /// For how long one of its runs has not ended, where none has ended well.
    fn pending_s(&self, now_s: i64) -> Option<i64> {
        self.open_s.filter(|_| !self.succeeded).map(|open_s| now_s.saturating_sub(open_s))
    }

    /// Whether how it ended is not known, and will not be.
    fn is_unsaid(&self) -> bool {
        self.unsaid && !self.succeeded
    }
}

/// Leaves out what failed before the oldest run that is known to have ended well: where good runs are deleted with
/// their copies and bad ones are not, the bad ones say nothing of the time that is looked at.
pub(super) fn from_first_success(attempts: &mut Vec<Attempt>) {
    let good = attempts.iter().filter(|attempt| matches!(attempt.outcome, Outcome::Succeeded { .. }));
    if let Some(first_s) = good.filter_map(|attempt| attempt.at_s).min() {
        attempts.retain(|attempt| attempt.at_s.is_none_or(|at_s| at_s >= first_s));
    }
}

/// The subjects under which a schedule's own evidence lies.
pub(super) fn homes(backup: &Backup, context: &Context, found: &Found) -> Vec<String> {
    let id = backup.id(context);
    let with = found.evidence.schedule.iter().filter(|(_, items)| items.iter().any(|item| item.id == id));
    with.map(|(subject, _)| subject.clone()).collect()
}

/// How the runs of a schedule went, from the oldest that is listed on, or since the schedule was made where there is
/// none. `tick_s` is how often its controller looks whether something is due. `None` where not even that is known.
pub(super) fn run(backup: &Backup, attempts: &[Attempt], tick_s: i64, context: &Context) -> Option<Run> {
    // A run that was started by one clock and dated by another may bear a time before its own turn.
    let turn_s = |at_s: i64| at_s.saturating_add(SKEW_S).min(context.at_s);
    let mut known: Vec<(i64, Outcome)> = attempts.iter().filter_map(|attempt| Some((turn_s(attempt.at_s?), attempt.outcome))).collect();
    known.sort_by_key(|(at_s, _)| *at_s);
    let made_s = || instant_s(backup.object.text("metadata.creationTimestamp")?).filter(|at_s| *at_s <= context.at_s);
    let window_from_s = attempts.iter().filter_map(|attempt| attempt.at_s).min().or_else(made_s)?;
    let newest_s = known.last().map_or(window_from_s, |(at_s, _)| *at_s);
    let timing = Timing { refusal: None, ..backup.timing.clone() };
    let calendar = Calendar { timing, gap_s: backup.gap().map(|gap| gap.max_s), tick_s };
    let (turns, counted) = turns(&known, &calendar);
    // What is due since the newest run, without what its controller may still be about to start.
    let rest = calendar.due(newest_s, context.at_s).zip(calendar.due(newest_s.max(context.at_s.saturating_sub(START_S)), context.at_s));
    let rest = rest.filter(|_| counted).map(|(all, young)| all.saturating_sub(young));
    let successes = || {
        attempts.iter().filter_map(|attempt| match attempt.outcome {
            Outcome::Succeeded { start_s, end_s } => Some((start_s, end_s)),
            Outcome::Failed | Outcome::Open | Outcome::Unsaid => None,
        })
    };
    let longest_s = successes().filter_map(|(start_s, end_s)| Some(end_s?.saturating_sub(start_s?).max(0))).max();
    // Who waits or goes on for longer than any that ended well took may never end: a queue can lock up, and a server die.
    let late = |turn: &&Turn| turn.pending_s(context.at_s).is_some_and(|age_s| age_s > longest_s.unwrap_or(0).saturating_add(START_S));
    let overtaken = |at: usize| at + 1 < turns.len() || rest != Some(0);
    // What may still end well in its own time is not due yet; what the next turn overtook has had its time.
    let open = |(at, turn): &(usize, &Turn)| turn.pending_s(context.at_s).is_some() && !(late(turn) && overtaken(*at));
    let ended = |from: usize| {
        let some = || turns.iter().enumerate().skip(from);
        let due: u64 = some().map(|(_, turn)| turn.after).sum();
        let not_due = some().filter(|(at, turn)| turn.is_unsaid() || open(&(*at, *turn))).count() as u64;
        rest.map(|rest| due.saturating_sub(not_due).saturating_add(rest))
    };
    let since = turns.iter().rposition(|turn| turn.succeeded).map_or(0, |at| at + 1);
    let failed = turns.iter().skip(since).filter(|turn| turn.failed).count() as u64;
    let last = successes().max_by_key(|(start_s, _)| *start_s);
    Some(Run {
        id: backup.id(context),
        class: context.class,
        read: context.read(),
        at: backup.timing.at.clone(),
        window_from_s,
        // Of what is late nobody can say yet whether it ends well; where none ever did, that makes no difference.
        due: ended(0).filter(|_| last.is_none() || !turns.iter().any(|turn| late(&turn))),
        succeeded: turns.iter().filter(|turn| turn.succeeded).count() as u64,
        failures_since: ended(since).unwrap_or(0).max(failed),
        last_success_start_s: last.and_then(|(start_s, _)| start_s),
        last_success_end_s: last.and_then(|(_, end_s)| end_s),
        longest_s,
    })
}

/// The turns of runs in their order, and whether it is known how often the schedule was due between them.
fn turns(known: &[(i64, Outcome)], calendar: &Calendar) -> (Vec<Turn>, bool) {
    let mut turns: Vec<Turn> = Vec::new();
    let mut counted = true;
    let mut before_s = None;
    for (at_s, outcome) in known {
        // The oldest is a turn of its own: what is before it is not looked at.
        let due = before_s.map_or(Some(1), |before_s| calendar.between(before_s, *at_s));
        counted &= due.is_some();
        match turns.last_mut() {
            Some(turn) if due == Some(0) => turn.add(*at_s, *outcome),
            Some(_) | None => {
                let mut turn = Turn { after: due.unwrap_or(1), ..Turn::default() };
                turn.add(*at_s, *outcome);
                turns.push(turn);
            }
        }
        before_s = Some(*at_s);
    }
    (turns, counted)
}

/// How far a series of copies reaches. By what its newest is whole, and whether the log lies beside it, is for the
/// caller to say.
pub(super) fn points(id: String, at: Place, copies: &[Copy], since_s: Option<i64>, context: &Context) -> RecoveryPoints {
    let mut copies = copies.to_vec();
    copies.sort_by_key(|copy| copy.start_s);
    let gaps = copies.windows(2).filter_map(|pair| match pair {
        [one, next] => Some(next.start_s.saturating_sub(one.start_s)),
        _ => None,
    });
    let newest = copies.last();
    let before = copies.len().saturating_sub(1);
    RecoveryPoints {
        id,
        class: context.class,
        read: context.read(),
        at,
        count: copies.len() as u64,
        newest_s: newest.map(|copy| copy.start_s),
        oldest_s: copies.first().map(|copy| copy.start_s),
        longest_gap_s: gaps.max(),
        newest_expires_s: newest.and_then(|copy| copy.expires_s),
        kept_forever: None,
        newest_kept_s: newest.and_then(|copy| copy.kept_s),
        whole_by: None,
        newest_objects: newest.and_then(|copy| copy.objects),
        median_objects: median(copies.iter().take(before).filter_map(|copy| copy.objects).collect()),
        end_mark: None,
        newest_bytes: None,
        median_bytes: None,
        continuous: None,
        system_since_s: since_s,
    }
}

/// The middle of numbers; of an even count, half way between the two in the middle.
pub(in crate::collect) fn median(mut numbers: Vec<u64>) -> Option<u64> {
    numbers.sort_unstable();
    let upper = *numbers.get(numbers.len() / 2)?;
    if numbers.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *numbers.get(numbers.len() / 2 - 1)?;
    Some(lower.midpoint(upper))
}
