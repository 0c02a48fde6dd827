//! How the runs of a `CronJob` went, from its status and from the Jobs that it has left.
//!
//! Nothing in a `CronJob` says "failed": its last success stands still while runs fail, hang, are refused or
//! replaced, and the Jobs of a total outage read "3 Complete, 1 Failed". So runs are counted by the schedule:
//! each slot since the oldest success that is still there was due, and one without a success did not succeed,
//! whatever became of it. Before that success, history limits and time to live have eaten what there was.
//!
//! A slot may also be without a run because the schedule was another then, or was switched off. Only an
//! object of its first generation never changed; in any other, slots of which no trace is left make it
//! unknown how many were due.

use super::super::backups::{Backup, Timing, asked_here};
use super::super::history::Times;
use super::super::slots::MOST;
use super::super::{Context, Elsewhere, Found, Object, store};
use super::jobs::{End, Job};
use crate::collect::cron;
use crate::snapshot::{Noun, Run, Subject, UNLINKED};
use std::collections::{BTreeMap, BTreeSet};

/// How long after its slot a run may come, in seconds: the controller works a queue, and another one takes over
/// within this time where it died.
const DELAY_S: i64 = 60;

/// How far back runs are looked at, in seconds: 90 days.
const WINDOW_S: i64 = 90 * 86_400;

/// Stores the runs of the `CronJob`s of `backups` under the subjects of their schedules, and what their
/// status can never say: whether a copy is there.
pub(super) fn write(backups: &[Backup], objects: &[Object], context: &Context, found: &mut Found) {
    let mut seen = BTreeSet::new();
    for backup in backups {
        let subjects = subjects(backup, context, found);
        for subject in subjects.iter().filter_map(|subject| Subject::parse(subject)) {
            if context.asks(Noun::RecoveryPoints, &subject) {
                found.elsewhere.insert(Elsewhere { place: place(backup), noun: Noun::RecoveryPoints, subject });
            }
        }
        // What is switched off has no runs to go well or badly; that it is off, its schedule says.
        if subjects.is_empty() || backup.timing.suspended || !seen.insert(backup.id(context)) {
            continue;
        }
        let mut times = Times::at(context.at_s);
        let line = Line::read(backup, objects, context.at_s, &mut times);
        let reference = backup.object.reference();
        if times.ahead() {
            found.partial(Noun::Run, format!("{reference} or one of its Jobs has a time in the future"));
        }
        let Some(summary) = line.summary() else {
            found.partial(Noun::Run, format!("when {reference} was due cannot be told from its schedule"));
            continue;
        };
        for subject in subjects.into_iter().filter(|subject| takes(subject, context)) {
            store(&mut found.evidence.run, &subject, summary.item(backup, context));
        }
    }
}

/// The subjects under which the schedule of a backup lies.
fn subjects(backup: &Backup, context: &Context, found: &Found) -> Vec<String> {
    let id = backup.id(context);
    let with = found.evidence.schedule.iter().filter(|(_, items)| items.iter().any(|item| item.id == id));
    with.map(|(subject, _)| subject.clone()).collect()
}

fn takes(subject: &str, context: &Context) -> bool {
    match Subject::parse(subject) {
        Some(subject) => context.asks(Noun::Run, &subject),
        None => subject == UNLINKED && asked_here(context, Noun::Run),
    }
}

/// Where the copies lie, if they are there.
fn place(backup: &Backup) -> String {
    backup.destination.uri.clone().unwrap_or_else(|| format!("where {} puts its copies", backup.object.reference()))
}

/// A `CronJob` and what is left of its runs.
struct Line<'a> {
    timing: &'a Timing,
    at_s: i64,
    /// When it was made, epoch seconds.
    created_s: Option<i64>,
    /// The newest slot that its controller made a Job for.
    scheduled_s: Option<i64>,
    /// When a Job of it last ended well, a hand-made one too.
    succeeded_s: Option<i64>,
    /// Whether nothing but its status ever changed.
    unchanged: bool,
    /// Whether a run waits for the one before it.
    waits: bool,
    /// Whether it says that one of its Jobs has not ended.
    active: bool,
    /// The Jobs of its schedule, by slot.
    jobs: BTreeMap<i64, Job>,
    /// When the Jobs that ended well did.
    ends: BTreeSet<i64>,
}

/// How the runs went.
struct Summary {
    from_s: i64,
    due: Option<u64>,
    succeeded: u64,
    failures_since: u64,
    start_s: Option<i64>,
    end_s: Option<i64>,
    longest_s: Option<i64>,
}

impl Summary {
    fn item(&self, backup: &Backup, context: &Context) -> Run {
        let object = backup.object;
        Run {
            id: backup.id(context),
            class: context.class,
            read: context.read(),
            at: object.place(object.at("status"), None),
            window_from_s: self.from_s,
            due: self.due,
            succeeded: self.succeeded,
            failures_since: self.failures_since,
            last_success_start_s: self.start_s,
            last_success_end_s: self.end_s,
            longest_s: self.longest_s,
        }
    }
}

impl<'a> Line<'a> {
    fn read(backup: &'a Backup, objects: &[Object], at_s: i64, times: &mut Times) -> Self {
        let object = backup.object;
        let all = Job::of(object, objects, times);
        let well = all.iter().filter(|job| job.end == End::Well);
        Self {
            timing: &backup.timing,
            at_s,
            created_s: times.read(&object.body, "metadata.creationTimestamp"),
            scheduled_s: times.read(&object.body, "status.lastScheduleTime"),
            succeeded_s: times.read(&object.body, "status.lastSuccessfulTime"),
            unchanged: object.int("metadata.generation") == Some(1),
            waits: object.text("spec.concurrencyPolicy") == Some("Forbid"),
            active: !object.list("status.active").is_empty(),
            ends: well.filter_map(|job| job.ended_s).collect(),
            jobs: all.into_iter().filter_map(|job| Some((job.slot?, job))).collect(),
        }
    }

    /// `None` where nobody can tell when runs were due.
    fn summary(&self) -> Option<Summary> {
        let newest = self.successes().next_back();
        let unseen = self.unseen();
        let (start_s, end_s) = match (unseen, newest) {
            (Some(end), _) => (None, Some(end)),
            (None, Some((_, job))) => (job.started_s, job.ended_s),
            (None, None) => (None, None),
        };
        let after = self.window(unseen);
        let slots = self.slots(after)?;
        // A Job of a slot that the schedule does not have is from before the schedule was changed.
        let changed = self.jobs.keys().filter(|slot| **slot > after && !slots.contains(slot)).max();
        let after = changed.map_or(after, |changed| self.first_success(*changed).map_or(*changed, |slot| slot - 1));
        let newest_slot = slots.last().copied();
        let due: Vec<i64> = slots.range(after + 1..).copied().filter(|slot| !self.is_open(*slot, newest_slot)).collect();
        let since = newest.map(|(slot, _)| slot).filter(|_| unseen.is_none());
        let failed = |slot: &&i64| since.is_none_or(|since| **slot > since) && !self.is_success(**slot);
        let suspended = self.timing.suspended;
        let late = newest_slot.is_some_and(|slot| self.is_late(slot));
        let known = !suspended && !late && self.created_s.is_some() && (self.unchanged || self.leaves_traces(&due));
        Some(Summary {
            from_s: after + 1,
            due: known.then_some(due.len() as u64),
            succeeded: due.iter().filter(|slot| self.is_success(**slot)).count() as u64,
            failures_since: if suspended { self.failed_after(since.unwrap_or(after)) } else { due.iter().filter(failed).count() as u64 },
            start_s,
            end_s,
            longest_s: self.longest_s(),
        })
    }

    /// The runs that ended well.
    fn successes(&self) -> impl DoubleEndedIterator<Item = (i64, &Job)> {
        self.jobs.iter().filter(|(_, job)| job.end == End::Well).map(|(slot, job)| (*slot, job))
    }

    fn is_success(&self, slot: i64) -> bool {
        self.jobs.get(&slot).is_some_and(|job| job.end == End::Well)
    }

    fn first_success(&self, after: i64) -> Option<i64> {
        self.successes().map(|(slot, _)| slot).find(|slot| *slot > after)
    }

    /// The end of the last success, where its Job is gone: which slot it was, and whether it was one, is not known.
    fn unseen(&self) -> Option<i64> {
        self.succeeded_s.filter(|end| self.ends.last().is_none_or(|seen| seen < end))
    }

    /// The instant after which each slot without a success is known not to have had one: just before the oldest
    /// success, or a last success whose slot is not known, or the beginning.
    fn window(&self, unseen: Option<i64>) -> i64 {
        let oldest = self.successes().next().map(|(slot, _)| slot - 1);
        let after = unseen.or(oldest).or(self.succeeded_s).or(self.created_s).unwrap_or(self.at_s);
        after.max(self.at_s - WINDOW_S)
    }

    /// The slots after an instant and until now; `None` where that cannot be told.
    fn slots(&self, after: i64) -> Option<BTreeSet<i64>> {
        let schedule = self.timing.schedule.as_ref().filter(|_| self.timing.refusal.is_none())?;
        let zone = &self.timing.zone;
        let mut from = after;
        if schedule.is_every() {
            // Its place on the clock is that of any of its runs.
            let anchor = self.jobs.keys().next_back().copied().or(self.scheduled_s).or(self.created_s)?;
            let period = cron::slots_after(schedule, zone, anchor).next()? - anchor;
            from = after - (after - anchor).rem_euclid(period);
        }
        let slots = cron::slots_after(schedule, zone, from).take_while(|slot| *slot <= self.at_s);
        let slots: BTreeSet<i64> = slots.take(MOST + 1).collect();
        (slots.len() <= MOST).then_some(slots)
    }

    /// Whether nobody can say yet how the run of a slot ended: it may not have begun, or it is the newest and goes
    /// on or waits for its turn, or it goes on and others took as long.
    fn is_open(&self, slot: i64, newest: Option<i64>) -> bool {
        let own = self.jobs.get(&slot);
        let goes_on = self.goes_on(slot);
        let age_s = own.and_then(|job| job.started_s).map(|started| self.at_s - started);
        // Its Job was made and is gone, and in the same update a success would have been written.
        let over = own.is_none() && !self.active && self.scheduled_s.is_some_and(|scheduled| scheduled >= slot);
        let usual = age_s.zip(self.longest_s()).is_some_and(|(age, longest)| age <= longest);
        match own.map(|job| job.end) {
            Some(End::Well | End::Badly) => false,
            Some(End::Not) | None => (self.at_s - slot < DELAY_S && !over) || (goes_on && (newest == Some(slot) || usual)),
        }
    }

    /// Whether the run of a slot has not ended, or waits for one that has not.
    fn goes_on(&self, slot: i64) -> bool {
        match self.jobs.get(&slot) {
            Some(job) => job.end == End::Not,
            None => self.active && (self.waits || self.scheduled_s == Some(slot)),
        }
    }

    /// Whether it goes on for longer than any that ended well took: it may never end.
    fn is_late(&self, slot: i64) -> bool {
        let started_s = self.jobs.get(&slot).and_then(|job| job.started_s).unwrap_or(slot);
        self.goes_on(slot) && self.longest_s().is_some_and(|longest_s| self.at_s - started_s > longest_s + DELAY_S)
    }

    /// Whether each stretch of slots without a success holds a run that is known to have failed: one whose Job is
    /// there, or the last that the controller made one for.
    fn leaves_traces(&self, due: &[i64]) -> bool {
        let mut stretches = due.split(|slot| self.is_success(*slot)).filter(|stretch| !stretch.is_empty());
        stretches.all(|stretch| stretch.iter().any(|slot| self.jobs.contains_key(slot) || self.scheduled_s == Some(*slot)))
    }

    /// How many Jobs after an instant have failed.
    fn failed_after(&self, after: i64) -> u64 {
        self.jobs.range(after + 1..).filter(|(_, job)| job.end == End::Badly).count() as u64
    }

    /// The longest run that ended well, of those that are still there.
    fn longest_s(&self) -> Option<i64> {
        self.successes().filter_map(|(_, job)| job.took_s()).max()
    }
}
