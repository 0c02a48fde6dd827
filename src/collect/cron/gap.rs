//! The largest gap between two runs of one or several schedules.
//!
//! Stepping through two years of `* * * * *` run by run is a million
//! searches. Most days are alike, so the window is cut into blocks of 24
//! hours: where no clock changes nearby, the runs of a block follow from which
//! schedules run on the two calendar days it touches, and equal blocks are
//! worked out once. Only blocks near a clock change are stepped through.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::clock::{Clock, DAY, day_matches};
use super::field::{Fields, has};
use super::{Kind, Schedule, floor_second};

/// 2026-01-01T00:00:00Z. Fixed, so that a schedule has one largest gap and the
/// verdict on it does not depend on the day it is asked for.
const WINDOW_START: i64 = 1_767_225_600;

/// Two years: both clock changes twice, at different places in the week.
const WINDOW: i64 = 730 * DAY;

/// 28 years, after which dates, weekdays and leap years repeat.
const LONG_WINDOW: i64 = 28 * 1_461 * DAY / 4;

/// A gap this large means a schedule bound to weekdays, dates or months, whose
/// worst case may lie outside two years: the leap day above all.
const SPARSE: i64 = 6 * DAY;

/// How far from a clock change a block must begin: a day, so that the calendar
/// day it starts in is whole, and a margin for the size of the change.
const AFTER_CHANGE: i64 = DAY + MARGIN;
const MARGIN: i64 = 3 * 3600;

/// The largest clock change that [`Gap::net_s`] forgives.
const FORGIVEN: i64 = 3600;

/// The largest time without a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// Elapsed seconds.
    pub max_s: i64,
    /// The same without the hour that a clock set back adds: the largest, over
    /// all gaps, of the elapsed time less what the clock was set back between
    /// the two runs, if that was an hour or less.
    ///
    /// A daily job has 25 h once a year, but net 24 h. Nothing is ever added
    /// and nothing is taken off when the clock goes forward: `30 2 * * *` in
    /// Berlin skips a night in March, and those 47 h remain 47 h. Never more
    /// than `max_s`; in UTC the same. Between runs of schedules in different
    /// zones, the zone that was set back less counts.
    pub net_s: i64,
}

/// All gaps that open in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gaps {
    /// The largest.
    pub longest: Gap,
    /// The smallest, in elapsed seconds.
    pub shortest_s: i64,
}

/// The largest gap between two consecutive runs of all the given schedules
/// together, each with the zone of its controller (a `CRON_TZ=` prefix goes
/// before it). `None` when nothing ever runs.
///
/// Counted over the two years from 2026-01-01T00:00:00Z, and over the 28 from
/// then when the result is 6 days or more, so that `0 0 29 2 *` has its four
/// years. After a last run (robfig gives up after five years) the gap
/// lasts to the end of the window.
///
/// `@every` has no fixed place on the clock. In a union it is taken to run at
/// the worst moments, which makes the gap the smaller of its period and the
/// gap of all others.
#[must_use]
pub fn largest_gap(runs: &[(&Schedule, &TimeZone)]) -> Option<Gap> {
    let mut members = Members::of(runs);
    let calendar = match members.survey(WINDOW_START - 1, WINDOW_START + WINDOW) {
        Some(tally) if tally.with_ends().max_s < SPARSE => Some(tally.with_ends()),
        Some(_) | None => members.survey(WINDOW_START - 1, WINDOW_START + LONG_WINDOW).map(|tally| tally.with_ends()),
    };
    members.with_every(calendar)
}

/// The gaps that open with a run after `from` and before `until`; the last of
/// them may close after `until`. `None` when nothing runs in the window.
///
/// For `@every` see [`largest_gap`].
#[must_use]
pub fn gaps_between(runs: &[(&Schedule, &TimeZone)], from: Timestamp, until: Timestamp) -> Option<Gaps> {
    let mut members = Members::of(runs);
    let tally = members.survey(floor_second(from), floor_second(until));
    let longest = members.with_every(tally.as_ref().map(|tally| tally.longest))?;
    let shortest_s = tally.map_or(i64::MAX, |tally| tally.shortest);
    let shortest_s = shortest_s.min(members.every.unwrap_or(i64::MAX));
    Some(Gaps { longest, shortest_s })
}

/// The schedules of a union, sorted by kind.
struct Members<'a> {
    calendar: Vec<Member<'a>>,
    /// The shortest period of all `@every`.
    every: Option<i64>,
}

struct Member<'a> {
    fields: &'a Fields,
    clock: Clock<'a>,
    /// The next run, exactly as the controller would find it.
    next: Option<i64>,
}

/// What one schedule does in one block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Plan {
    Quiet,
    /// No clock change is near: the block begins at `phase` seconds of a
    /// calendar day, and these of the two days match.
    Steady {
        phase: i64,
        first: bool,
        second: bool,
    },
    /// Step through it.
    Exact,
}

/// The runs of a block, seen from its start.
#[derive(Debug, Clone, Copy)]
struct Profile {
    first: i64,
    last: i64,
    longest: i64,
    shortest: i64,
}

/// The gaps so far.
struct Tally {
    from: i64,
    first: i64,
    last: i64,
    longest: Gap,
    shortest: i64,
    /// From the last run to the end, if there is no later run.
    tail: i64,
}

impl Tally {
    fn new(from: i64, first: i64) -> Self {
        let longest = Gap { max_s: 0, net_s: 0 };
        Self { from, first, last: first, longest, shortest: i64::MAX, tail: 0 }
    }

    fn add(&mut self, elapsed: i64, net: i64) {
        self.longest.max_s = self.longest.max_s.max(elapsed);
        self.longest.net_s = self.longest.net_s.max(net);
        self.shortest = self.shortest.min(elapsed);
    }

    /// With the time before the first and after the last run. Both are parts
    /// of a gap whose other end is not seen, so they can only be too small.
    fn with_ends(&self) -> Gap {
        let end = self.tail.max(self.first - self.from - 1);
        Gap { max_s: self.longest.max_s.max(end), net_s: self.longest.net_s.max(end) }
    }
}

impl<'a> Members<'a> {
    fn of(runs: &[(&'a Schedule, &'a TimeZone)]) -> Self {
        let mut members = Self { calendar: Vec::new(), every: None };
        for (schedule, zone) in runs {
            match &schedule.kind {
                Kind::Every(seconds) => {
                    let every = members.every.unwrap_or(*seconds);
                    members.every = Some(every.min(*seconds));
                }
                Kind::Calendar(fields) => {
                    let clock = Clock::new(schedule.zone.as_ref().unwrap_or(zone));
                    members.calendar.push(Member { fields, clock, next: None });
                }
            }
        }
        members
    }

    fn with_every(&self, calendar: Option<Gap>) -> Option<Gap> {
        let Some(every) = self.every else {
            return calendar;
        };
        let gap = calendar.unwrap_or(Gap { max_s: every, net_s: every });
        Some(Gap { max_s: gap.max_s.min(every), net_s: gap.net_s.min(every) })
    }

    fn next(&self) -> Option<i64> {
        self.calendar.iter().filter_map(|member| member.next).min()
    }

    /// Walks through the runs after `from` and before `until`.
    fn survey(&mut self, from: i64, until: i64) -> Option<Tally> {
        for member in &mut self.calendar {
            member.next = member.clock.next(member.fields, from);
        }
        let mut known: BTreeMap<Vec<Plan>, Option<Profile>> = BTreeMap::new();
        let mut tally: Option<Tally> = None;
        let mut map = Bitmap::new();
        while let Some(next) = self.next().filter(|next| *next < until) {
            let block = from + (next - from).div_euclid(DAY) * DAY;
            let plans: Vec<Plan> = self.calendar.iter_mut().map(|member| member.plan(block, until)).collect();
            let tally = tally.get_or_insert_with(|| Tally::new(from, next));
            if plans.contains(&Plan::Exact) {
                map.clear();
                for (member, plan) in self.calendar.iter_mut().zip(&plans) {
                    member.mark(&mut map, *plan, block, until);
                }
                map.each_run(|second| self.record(tally, block + second));
            } else {
                let profile = known.get(&plans).copied().unwrap_or_else(|| {
                    map.clear();
                    for (member, plan) in self.calendar.iter().zip(&plans) {
                        member.mark_steady(&mut map, *plan);
                    }
                    let profile = map.profile();
                    known.insert(plans.clone(), profile);
                    profile
                });
                if let Some(profile) = profile {
                    self.record(tally, block + profile.first);
                    if profile.longest > 0 {
                        tally.add(profile.longest, profile.longest);
                        tally.shortest = tally.shortest.min(profile.shortest);
                    }
                    tally.last = block + profile.last;
                }
                for (member, plan) in self.calendar.iter_mut().zip(&plans) {
                    member.pass(*plan, block);
                }
            }
        }
        let mut tally = tally?;
        match self.next() {
            Some(next) => self.record(&mut tally, next),
            None => tally.tail = until - tally.last,
        }
        Some(tally)
    }

    /// Counts the gap from the last run to this one.
    fn record(&mut self, tally: &mut Tally, run: i64) {
        let elapsed = run - tally.last;
        if elapsed > 0 {
            // Forgiveness cannot make a gap count for more than it is.
            let forgiven = if elapsed > tally.longest.net_s {
                self.set_back(tally.last, run, tally.last).min(self.set_back(tally.last, run, run))
            } else {
                0
            };
            tally.add(elapsed, (elapsed - forgiven).min(elapsed));
        }
        tally.last = run;
    }

    /// By how much the clock of a schedule that runs at `at` was set back
    /// from `start` to `end`.
    fn set_back(&mut self, start: i64, end: i64, at: i64) -> i64 {
        let mut most = 0;
        for member in &mut self.calendar {
            let change = member.clock.offset(start) - member.clock.offset(end);
            if change > most && change <= FORGIVEN && member.clock.matches(member.fields, at) {
                most = change;
            }
        }
        most
    }
}

impl Member<'_> {
    fn plan(&mut self, block: i64, until: i64) -> Plan {
        let end = block + DAY;
        let Some(next) = self.next.filter(|next| *next < end) else {
            return Plan::Quiet;
        };
        let Some(offset) = self.clock.steady(block - AFTER_CHANGE, end + MARGIN) else {
            return Plan::Exact;
        };
        let local = block + offset;
        let (day, phase) = (local.div_euclid(DAY), local.rem_euclid(DAY));
        let first = day_matches(self.fields, day);
        let second = day_matches(self.fields, day + 1);
        // After a clock change v1 can be late for the first run of a block.
        let expected = first.then(|| self.fields.first_from(phase).map(|at| at - phase)).flatten().or_else(|| {
            let at = self.fields.first_from(0).filter(|at| second && *at < phase)?;
            Some(at + DAY - phase)
        });
        if end <= until && expected == Some(next - block) { Plan::Steady { phase, first, second } } else { Plan::Exact }
    }

    /// Marks the runs of the block and steps behind it.
    fn mark(&mut self, map: &mut Bitmap, plan: Plan, block: i64, until: i64) {
        match plan {
            Plan::Quiet => {}
            Plan::Steady { .. } => {
                self.mark_steady(map, plan);
                self.pass(plan, block);
            }
            Plan::Exact => {
                let end = until.min(block + DAY);
                while let Some(run) = self.next.filter(|run| *run < end) {
                    let rest = self.clock.rest_of_minute(self.fields, run, end);
                    map.set(run - block, rest);
                    let last = run + 63 - i64::from(rest.leading_zeros());
                    self.next = self.clock.next(self.fields, last);
                }
            }
        }
    }

    fn mark_steady(&self, map: &mut Bitmap, plan: Plan) {
        let Plan::Steady { phase, first, second } = plan else {
            return;
        };
        let starts = [(first, -phase), (second, DAY - phase)];
        for (_, start) in starts.iter().filter(|(matches, _)| *matches) {
            for hour in (0..24).filter(|hour| has(self.fields.hour, *hour)) {
                for minute in (0..60).filter(|minute| has(self.fields.minute, *minute)) {
                    map.set(start + hour * 3600 + minute * 60, self.fields.second);
                }
            }
        }
    }

    /// Steps behind a block that was not stepped through.
    fn pass(&mut self, plan: Plan, block: i64) {
        let Plan::Steady { phase, first, second } = plan else {
            return;
        };
        let last = second.then(|| self.fields.last_before(phase).map(|at| at + DAY - phase)).flatten().or_else(|| {
            let at = self.fields.last_before(DAY).filter(|at| first && *at >= phase)?;
            Some(at - phase)
        });
        // A steady block has a run, so the next is never before the block.
        self.next = self.clock.next(self.fields, block + last.unwrap_or(DAY - 1));
    }
}

/// One bit for every second of a block.
struct Bitmap(Vec<u64>);

impl Bitmap {
    fn new() -> Self {
        Self(vec![0; 1350])
    }

    fn clear(&mut self) {
        self.0.fill(0);
    }

    /// Sets the seconds `at + n` for the bits n of `pattern`, as far as they
    /// lie in the block.
    fn set(&mut self, at: i64, pattern: u64) {
        let (pattern, at) = match u32::try_from(-at) {
            Ok(before) => (pattern.checked_shr(before).unwrap_or(0), 0),
            Err(_) => (pattern, at),
        };
        let Ok(at) = usize::try_from(at) else {
            return;
        };
        if let Some(word) = self.0.get_mut(at / 64) {
            *word |= pattern << (at % 64);
        }
        if at % 64 != 0
            && let Some(word) = self.0.get_mut(at / 64 + 1)
        {
            *word |= pattern >> (64 - at % 64);
        }
    }

    fn each_run(&self, mut run: impl FnMut(i64)) {
        let mut start = 0;
        for word in &self.0 {
            let mut rest = *word;
            while rest != 0 {
                run(start + i64::from(rest.trailing_zeros()));
                rest &= rest - 1;
            }
            start += 64;
        }
    }

    fn profile(&self) -> Option<Profile> {
        let mut profile: Option<Profile> = None;
        self.each_run(|second| match &mut profile {
            None => {
                profile = Some(Profile { first: second, last: second, longest: 0, shortest: i64::MAX });
            }
            Some(profile) => {
                let gap = second - profile.last;
                profile.longest = profile.longest.max(gap);
                profile.shortest = profile.shortest.min(gap);
                profile.last = second;
            }
        });
        profile
    }
}

#[cfg(test)]
mod tests;
