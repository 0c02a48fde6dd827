//! A phrase for a schedule, only where it says all of it.

use super::field::{Fields, Part, at_or_after, has};
use super::{Kind, Schedule};

const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/// More times of day than this are not listed.
const MOST_TIMES: usize = 4;

pub(super) fn describe(schedule: &Schedule) -> String {
    let phrase = match &schedule.kind {
        // The zone does not move a period.
        Kind::Every(seconds) => return format!("runs {}", every(*seconds)),
        Kind::Calendar(fields) if never(fields) => return "never runs".to_owned(),
        Kind::Calendar(fields) => calendar(fields),
    };
    let quoted = || format!("runs at `{}`", schedule.text);
    let Some(phrase) = phrase else {
        return quoted();
    };
    match schedule.zone.as_ref().map(|zone| zone.iana_name()) {
        None => format!("runs {phrase}"),
        Some(Some(zone)) => format!("runs {phrase}, {zone} time"),
        Some(None) => quoted(),
    }
}

/// `every 90 minutes`, in the largest unit that divides the period.
fn every(seconds: i64) -> String {
    let units = [(86_400, "day"), (3600, "hour"), (60, "minute")];
    let (size, unit) = units.into_iter().find(|(size, _)| seconds % size == 0).unwrap_or((1, "second"));
    match seconds / size {
        1 => format!("every {unit}"),
        count => format!("every {count} {unit}s"),
    }
}

/// Whether no date matches. A date that some year has may still be out of
/// reach of the search, so this claims less than it could.
fn never(fields: &Fields) -> bool {
    let date_exists = |month: i64| {
        let days = match month {
            2 => 29,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        (1..=days).any(|day| (0..7).any(|weekday| fields.day_matches(day, weekday)))
    };
    fields.never_in_a_day() || !values(fields.month).into_iter().any(date_exists)
}

fn calendar(fields: &Fields) -> Option<String> {
    if every_day(fields) && fields.month == Part::Month.full() {
        return through_the_day(fields).or_else(|| match times(fields)?.as_slice() {
            [time] => Some(format!("once a day, at {time}")),
            times => Some(format!("every day at {}", list(times))),
        });
    }
    let times = list(&times(fields)?);
    let months = values(fields.month);
    let any_month = fields.month == Part::Month.full();
    // With a star in one day field the other one alone decides.
    let any_dom = fields.dom == Part::DayOfMonth.full();
    let any_dow = fields.dow == Part::DayOfWeek.full();
    let once = !times.contains(' ');
    if fields.both_days() && any_dom && any_month {
        let days = values(fields.dow);
        return Some(match days.as_slice() {
            [day] if once => format!("once a week, on {} at {times}", name(&DAYS, *day)?),
            [1, 2, 3, 4, 5] => format!("from Monday to Friday at {times}"),
            days => {
                let names: Option<Vec<_>> = days.iter().map(|day| name(&DAYS, *day)).collect();
                format!("on {} at {times}", list(&names?))
            }
        });
    }
    if !(fields.both_days() && any_dow) {
        return None;
    }
    match (values(fields.dom).as_slice(), months.as_slice()) {
        ([29], [2]) => Some(format!("on 29 February at {times}, in leap years")),
        ([day], [month]) => {
            let month = name(&MONTHS, *month - 1)?;
            let often = if once { "once a year, " } else { "" };
            Some(format!("{often}on {day} {month} at {times}"))
        }
        ([day], _) if any_month && *day > 28 => Some(format!("on day {day} at {times}, in months that have it")),
        ([day], _) if any_month => {
            let often = if once { "once a month, " } else { "" };
            Some(format!("{often}on day {day} at {times}"))
        }
        _ => None,
    }
}

fn every_day(fields: &Fields) -> bool {
    let dom = fields.dom == Part::DayOfMonth.full();
    let dow = fields.dow == Part::DayOfWeek.full();
    if fields.both_days() { dom && dow } else { dom || dow }
}

/// For schedules that run at even intervals all day.
fn through_the_day(fields: &Fields) -> Option<String> {
    let all_hours = fields.hour == Part::Hour.full();
    let all_minutes = fields.minute == Part::Minute.full();
    let seconds = values(fields.second);
    let minutes = values(fields.minute);
    if all_hours
        && all_minutes
        && let Some(step) = even(&seconds, 60)
    {
        return Some(every(step));
    }
    let [second] = seconds.as_slice() else {
        return None;
    };
    let at_second = if *second == 0 { String::new() } else { format!(", at second {second}") };
    if all_hours && let Some(step) = even(&minutes, 60) {
        return Some(format!("{}{at_second}", every(step * 60)));
    }
    let [minute] = minutes.as_slice() else {
        return None;
    };
    let at_second = if *second == 0 { String::new() } else { format!(", second {second}") };
    let hours = even(&values(fields.hour), 24)?;
    let hour = at_or_after(fields.hour, 0).filter(|hour| *hour > 0);
    let from = hour.map_or(String::new(), |hour| format!(" from {hour:02}:{minute:02}"));
    Some(format!("{}{from}, at minute {minute}{at_second}", every(hours * 3600)))
}

/// The distance of values that lie evenly round the clock, two at the least.
fn even(values: &[i64], round: i64) -> Option<i64> {
    let [first, second, ..] = values else {
        return None;
    };
    let step = second - first;
    let steady = values.windows(2).all(|pair| matches!(pair, [a, b] if b - a == step));
    let wraps = values.last().is_some_and(|last| first + round - last == step);
    (steady && wraps).then_some(step)
}

/// The times of day, if they are few.
fn times(fields: &Fields) -> Option<Vec<String>> {
    let mut times = Vec::new();
    for hour in values(fields.hour) {
        for minute in values(fields.minute) {
            for second in values(fields.second) {
                if times.len() == MOST_TIMES {
                    return None;
                }
                times.push(if fields.second == 1 {
                    format!("{hour:02}:{minute:02}")
                } else {
                    format!("{hour:02}:{minute:02}:{second:02}")
                });
            }
        }
    }
    Some(times)
}

fn values(set: u64) -> Vec<i64> {
    (0..64).filter(|value| has(set, *value)).collect()
}

fn name(names: &[&'static str], index: i64) -> Option<&'static str> {
    names.get(usize::try_from(index).ok()?).copied()
}

/// `a, b and c`.
fn list<T: AsRef<str>>(items: &[T]) -> String {
    let mut text = String::new();
    let mut left = items.len();
    for item in items {
        text.push_str(item.as_ref());
        left -= 1;
        match left {
            0 => {}
            1 => text.push_str(" and "),
            _ => text.push_str(", "),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::Dialect::{CloudNativePg, CronJob, Velero};
    use super::*;

    #[test]
    fn phrases() {
        let cases = [
            (CronJob, "17 * * * *", "runs every hour, at minute 17"),
            (CronJob, "*/90 * * * *", "runs every hour, at minute 0"),
            (CronJob, "0 2 * * *", "runs once a day, at 02:00"),
            (CronJob, "*/15 * * * *", "runs every 15 minutes"),
            (CronJob, "*/7 * * * *", "runs at `*/7 * * * *`"),
            (CronJob, "* * * * *", "runs every minute"),
            (CronJob, "0 */6 * * *", "runs every 6 hours, at minute 0"),
            (CronJob, "5 1/6 * * *", "runs every 6 hours from 01:05, at minute 5"),
            (CronJob, "0 3,9 * * *", "runs every day at 03:00 and 09:00"),
            (CronJob, "0 2 * * 0", "runs once a week, on Sunday at 02:00"),
            (CronJob, "0 2 * * 1-5", "runs from Monday to Friday at 02:00"),
            (CronJob, "0 2 * * 1,4", "runs on Monday and Thursday at 02:00"),
            (CronJob, "0 0 1 * 1", "runs at `0 0 1 * 1`"),
            (CronJob, "0 0 1-31 * 1", "runs once a day, at 00:00"),
            (CronJob, "@monthly", "runs once a month, on day 1 at 00:00"),
            (CronJob, "0 0 31 * *", "runs on day 31 at 00:00, in months that have it"),
            (CronJob, "@yearly", "runs once a year, on 1 January at 00:00"),
            (CronJob, "0 0 29 2 *", "runs on 29 February at 00:00, in leap years"),
            (CronJob, "0 0 31 2 *", "never runs"),
            (CronJob, ", 0 * * *", "never runs"),
            (CronJob, "@every 1h30m", "runs every 90 minutes"),
            (CronJob, "@every 500ms", "runs every second"),
            (CloudNativePg, "0 2 * * *", "runs every hour, at minute 2"),
            (CloudNativePg, "* * * * *", "runs every second"),
            (CloudNativePg, "*/30 * * * * *", "runs every 30 seconds"),
            (CloudNativePg, "5 0 2 * * *", "runs once a day, at 02:00:05"),
            (CloudNativePg, "5 7 * * *", "runs every hour, at minute 7, second 5"),
            (Velero, "TZ=Asia/Tokyo 0 2 * * *", "runs once a day, at 02:00, Asia/Tokyo time"),
        ];
        for (dialect, text, phrase) in cases {
            assert_eq!(Schedule::parse(dialect, text).unwrap().describe(), phrase, "{text}");
        }
    }
}
