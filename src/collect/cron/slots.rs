//! The runs of one schedule one after the other, in elapsed time.

use jiff::tz::TimeZone;

use super::clock::Clock;
use super::field::Fields;
use super::{Kind, Schedule};

/// The runs of a schedule after an instant, oldest first. Ends where the controller gives up.
pub struct Slots<'a> {
    step: Step<'a>,
    last: i64,
}

enum Step<'a> {
    Every(i64),
    Calendar(&'a Fields, Clock<'a>),
}

/// The runs after `from_s`, in epoch seconds, in the zone of the controller (a `CRON_TZ=` prefix goes before it).
/// `@every` has no place on the clock: its periods are counted from `from_s`, which must be a run of it or its anchor.
#[must_use]
pub fn slots_after<'a>(schedule: &'a Schedule, zone: &'a TimeZone, from_s: i64) -> Slots<'a> {
    let step = match &schedule.kind {
        Kind::Every(seconds) => Step::Every(*seconds),
        Kind::Calendar(fields) => Step::Calendar(fields, Clock::new(schedule.zone.as_ref().unwrap_or(zone))),
    };
    Slots { step, last: from_s }
}

impl Iterator for Slots<'_> {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        let next = match &mut self.step {
            Step::Every(seconds) => self.last.checked_add(*seconds)?,
            Step::Calendar(fields, clock) => clock.next(fields, self.last)?,
        };
        self.last = next;
        Some(next)
    }
}

impl Schedule {
    /// Whether its runs follow each other by a period and stand at no place of the clock.
    #[must_use]
    pub fn is_every(&self) -> bool {
        matches!(self.kind, Kind::Every(_))
    }
}
