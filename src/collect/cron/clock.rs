//! Go's calendar arithmetic on a zone, and robfig's search for the next run.
//!
//! What happens around a clock change is not specified anywhere but in that
//! code, so it is followed step by step: the same order of fields, the same
//! way back to the start of a month, day or hour, and `time.Date`'s choice
//! for a wall clock time that occurs twice or not at all. Only loops that
//! cannot meet a clock change are shortened.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::field::{Fields, at_or_after, has};

pub(super) const DAY: i64 = 86_400;

/// A guard: six years of days, and some. A search that takes longer walks on
/// the spot, as robfig does for ever where a whole day was removed.
const MOST_STEPS: u32 = 3_000;

/// A zone with the last answer remembered, as most questions are about
/// instants between the same two clock changes.
pub(super) struct Clock<'a> {
    zone: &'a TimeZone,
    since: i64,
    until: i64,
    offset: i64,
}

/// What a wall clock and a calendar show.
#[derive(Debug, Clone, Copy)]
struct Civil {
    year: i64,
    month: i64,
    day: i64,
    weekday: i64,
    second_of_day: i64,
}

impl Civil {
    fn hour(self) -> i64 {
        self.second_of_day / 3600
    }

    fn minute(self) -> i64 {
        self.second_of_day / 60 % 60
    }
}

impl<'a> Clock<'a> {
    pub(super) fn new(zone: &'a TimeZone) -> Self {
        Self { zone, since: 0, until: 0, offset: 0 }
    }

    /// Seconds east of UTC at an instant.
    pub(super) fn offset(&mut self, at: i64) -> i64 {
        if at < self.since || at >= self.until {
            let clamp = |at: i64| {
                let at = at.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
                Timestamp::from_second(at).unwrap_or(Timestamp::UNIX_EPOCH)
            };
            let now = clamp(at);
            self.offset = i64::from(self.zone.to_offset(now).seconds());
            // `preceding` is exclusive, and a change at this very instant counts.
            let before = self.zone.preceding(clamp(at.saturating_add(1))).next();
            let after = self.zone.following(now).next();
            self.since = before.map_or(i64::MIN, |change| change.timestamp().as_second());
            self.until = after.map_or(i64::MAX, |change| change.timestamp().as_second());
        }
        self.offset
    }

    /// The offset if no clock changes from `start` to `end`.
    pub(super) fn steady(&mut self, start: i64, end: i64) -> Option<i64> {
        let offset = self.offset(start);
        (end < self.until).then_some(offset)
    }

    /// Whether the fields match this instant.
    pub(super) fn matches(&mut self, fields: &Fields, at: i64) -> bool {
        let now = self.civil(at);
        has(fields.month, now.month)
            && fields.day_matches(now.day, now.weekday)
            && has(fields.hour, now.hour())
            && has(fields.minute, now.minute())
            && has(fields.second, now.second_of_day % 60)
    }

    /// robfig's `SpecSchedule.Next`. `after` is a whole second.
    pub(super) fn next(&mut self, fields: &Fields, after: i64) -> Option<i64> {
        if fields.never_in_a_day() {
            return None;
        }
        let mut at = after.checked_add(1)?;
        let mut now = self.civil(at);
        let last_year = now.year + 5;
        let mut moved = false;
        let mut steps = 0;
        'wrap: loop {
            now = self.civil(at);
            if now.year > last_year {
                return None;
            }
            while !has(fields.month, now.month) {
                if !moved {
                    moved = true;
                    at = self.date(now.year, now.month, 1, 0);
                    now = self.civil(at);
                }
                at = self.date(now.year, now.month + 1, now.day, now.second_of_day);
                now = self.civil(at);
                steps += 1;
                if steps > MOST_STEPS {
                    return None;
                }
                if now.month == 1 {
                    continue 'wrap;
                }
            }
            while !fields.day_matches(now.day, now.weekday) {
                if !moved {
                    moved = true;
                    at = self.date(now.year, now.month, now.day, 0);
                    now = self.civil(at);
                }
                at = self.date(now.year, now.month, now.day + 1, now.second_of_day);
                now = self.civil(at);
                if fields.is_v3() && now.hour() != 0 {
                    let hours = if now.hour() > 12 { 24 - now.hour() } else { -now.hour() };
                    at += hours * 3600;
                    now = self.civil(at);
                }
                steps += 1;
                if steps > MOST_STEPS {
                    return None;
                }
                if now.day == 1 {
                    continue 'wrap;
                }
            }
            while !has(fields.hour, now.hour()) {
                if !moved {
                    moved = true;
                    at = self.date(now.year, now.month, now.day, now.hour() * 3600);
                }
                at += 3600;
                now = self.civil(at);
                if now.hour() == 0 {
                    continue 'wrap;
                }
            }
            while !has(fields.minute, now.minute()) {
                if !moved {
                    moved = true;
                    at -= at.rem_euclid(60);
                }
                at += match self.steady(at, at + 3600) {
                    Some(offset) if offset % 60 == 0 => {
                        let minute = at_or_after(fields.minute, now.minute()).unwrap_or(60);
                        (minute - now.minute()) * 60
                    }
                    Some(_) | None => 60,
                };
                now = self.civil(at);
                if now.minute() == 0 {
                    continue 'wrap;
                }
            }
            let mut second = now.second_of_day % 60;
            while !has(fields.second, second) {
                moved = true;
                at += match self.steady(at, at + 60) {
                    Some(_) => at_or_after(fields.second, second).unwrap_or(60) - second,
                    None => 1,
                };
                now = self.civil(at);
                second = now.second_of_day % 60;
                if second == 0 {
                    continue 'wrap;
                }
            }
            return Some(at);
        }
    }

    /// A run and those that follow in the same minute before `end`, as the
    /// bits of their distance: within a minute nothing needs a search.
    pub(super) fn rest_of_minute(&mut self, fields: &Fields, run: i64, end: i64) -> u64 {
        match self.steady(run, run.saturating_add(60)) {
            Some(offset) if run.saturating_add(60) <= end => fields.second >> (run + offset).rem_euclid(60),
            Some(_) | None => 1,
        }
    }

    fn civil(&mut self, at: i64) -> Civil {
        let local = at.saturating_add(self.offset(at));
        let days = local.div_euclid(DAY);
        let (year, month, day) = date_of(days);
        let second_of_day = local.rem_euclid(DAY);
        Civil { year, month, day, weekday: weekday(days), second_of_day }
    }

    /// Go's `time.Date`: a time that occurs twice or never gets the offset
    /// that holds at the same reading of a UTC clock, corrected once.
    fn date(&mut self, year: i64, month: i64, day: i64, second_of_day: i64) -> i64 {
        let wall = (first_of_month(year, month) + day - 1) * DAY + second_of_day;
        let guess = self.offset(wall);
        if guess == 0 { wall } else { wall - self.offset(wall - guess) }
    }
}

/// 1 January 1970 was a Thursday; Sunday is 0.
fn weekday(days: i64) -> i64 {
    (days + 4).rem_euclid(7)
}

/// Whether a day, counted from 1970, satisfies month and day fields.
pub(super) fn day_matches(fields: &Fields, days: i64) -> bool {
    let (_, month, day) = date_of(days);
    has(fields.month, month) && fields.day_matches(day, weekday(days))
}

/// Year, month and day of a day counted from 1970 (Hinnant's algorithm: the
/// year starts in March, so the leap day comes last).
fn date_of(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The first day of a month, counted from 1970. Month 13 is next January.
fn first_of_month(year: i64, month: i64) -> i64 {
    let year = year + (month - 1).div_euclid(12);
    let month = (month - 1).rem_euclid(12) + 1;
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year - 719_468
}
