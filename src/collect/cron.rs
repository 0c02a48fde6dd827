//! Cron schedules as the three controllers read them, and the gaps they leave.
//!
//! All three use the Go library `robfig/cron`, in two versions that disagree:
//! five fields mean minutes first to Kubernetes and Velero but seconds first
//! to `CloudNativePG`, and `*/2` restricts a day field in v3 but not in v1. The
//! caller must therefore say which dialect it has; nothing here guesses.
//!
//! Lives here: reading an expression, its next run, the largest gap between
//! runs. Must not live here: the clock, the environment, the host's time zone
//! files (a `CRON_TZ=` zone comes from the bundled database), any judgement
//! about objectives.

mod clock;
mod describe;
mod field;
mod gap;
mod slots;

use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, Zoned};
use thiserror::Error;

use self::clock::Clock;
use self::field::{Fields, Part};
use super::retention::{self, RetentionError};

pub use self::gap::{Gap, Gaps, gaps_between, largest_gap};
pub use self::slots::{Slots, slots_after};

/// The controller whose rules decide what an expression means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Kubernetes `CronJob`: robfig v3 `ParseStandard`, five fields. The API
    /// server refuses a `TZ=` prefix and has a `timeZone` field instead.
    CronJob,
    /// Velero `Schedule`: robfig v3 `ParseStandard`, with `TZ=` and `CRON_TZ=`.
    Velero,
    /// `CloudNativePG` `ScheduledBackup`: robfig v1.2.0 `Parse`, seconds first,
    /// the sixth field (day of week) optional.
    CloudNativePg,
}

/// Why an expression was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CronError {
    /// There is no text at all.
    #[error("the schedule is empty")]
    Empty,
    /// The number of space-separated fields is wrong.
    #[error("expected {expected}, found {found}")]
    FieldCount {
        /// What the dialect takes, in words.
        expected: &'static str,
        /// How many there are.
        found: usize,
    },
    /// The dialect does not take a time zone in the expression.
    #[error("a TZ= or CRON_TZ= prefix is not allowed here{hint}")]
    ZonePrefix {
        /// What to use instead, or nothing.
        hint: &'static str,
    },
    /// The zone of a `TZ=` or `CRON_TZ=` prefix is not known.
    #[error("unknown time zone `{zone}`")]
    UnknownZone {
        /// The zone as written.
        zone: String,
        /// Byte offset of the zone in the expression.
        offset: usize,
    },
    /// An `@word` that the dialect does not know.
    #[error(
        "unknown descriptor `{descriptor}`, expected @hourly, @daily, @midnight, @weekly, \
         @monthly, @yearly, @annually or `@every <duration>`"
    )]
    UnknownDescriptor {
        /// The descriptor as written.
        descriptor: String,
        /// Byte offset of the descriptor in the expression.
        offset: usize,
    },
    /// The duration of `@every` is not a Go duration.
    #[error("@every: {source}")]
    Every {
        /// What is wrong with the duration.
        source: RetentionError,
        /// Byte offset of the duration in the expression.
        offset: usize,
    },
    /// One field is wrong.
    #[error("{field} `{piece}`: {problem}, allowed is {allowed}")]
    Field {
        /// The name of the field.
        field: &'static str,
        /// The part of the field that is wrong.
        piece: String,
        /// What is wrong with it.
        problem: String,
        /// The values the field takes.
        allowed: &'static str,
        /// Byte offset of the part in the expression.
        offset: usize,
    },
}

impl CronError {
    /// The byte offset of the culprit in the text given to
    /// [`Schedule::parse`], where one part is to blame.
    #[must_use]
    pub fn offset(&self) -> Option<usize> {
        match self {
            Self::Empty | Self::FieldCount { .. } => None,
            Self::ZonePrefix { hint: _ } => Some(0),
            Self::UnknownZone { zone: _, offset }
            | Self::UnknownDescriptor { descriptor: _, offset }
            | Self::Every { source: _, offset }
            | Self::Field { field: _, piece: _, problem: _, allowed: _, offset } => Some(*offset),
        }
    }
}

/// A schedule that its controller would accept.
#[derive(Debug, Clone)]
pub struct Schedule {
    text: String,
    kind: Kind,
    zone: Option<TimeZone>,
}

#[derive(Debug, Clone)]
enum Kind {
    /// `@every`: this many seconds after the last run, whatever the clock says.
    Every(i64),
    Calendar(Fields),
}

impl Schedule {
    /// Reads an expression exactly as the controller does.
    ///
    /// A schedule that can never run (`0 0 31 2 *`) is not an error: the
    /// controllers accept it too, and [`largest_gap`] tells.
    ///
    /// # Errors
    ///
    /// When the controller would refuse the expression.
    pub fn parse(dialect: Dialect, text: &str) -> Result<Self, CronError> {
        if text.is_empty() {
            return Err(CronError::Empty);
        }
        let (zone, body_at) = match dialect {
            Dialect::CronJob => refuse_zone(text, "; use the timeZone field")?,
            Dialect::Velero => read_zone(text)?,
            Dialect::CloudNativePg => refuse_zone(text, "")?,
        };
        let body = text.get(body_at..).unwrap_or_default();
        let kind = if body.starts_with('@') {
            read_descriptor(body, body_at, dialect)?
        } else {
            Kind::Calendar(read_fields(body, body_at, dialect)?)
        };
        Ok(Self { text: text.to_owned(), kind, zone })
    }

    /// The first run after `from`, in the zone of `from`.
    ///
    /// The clock fields are compared in the zone of a `CRON_TZ=` prefix if
    /// there is one, else in the zone of `from`. `None` when nothing matches
    /// within five years, as in robfig: the controller then never runs it.
    #[must_use]
    pub fn next_after(&self, from: &Zoned) -> Option<Zoned> {
        let zone = self.zone.as_ref().unwrap_or(from.time_zone());
        let after = floor_second(from.timestamp());
        let next = match &self.kind {
            Kind::Every(seconds) => after.checked_add(*seconds)?,
            Kind::Calendar(fields) => Clock::new(zone).next(fields, after)?,
        };
        let next = Timestamp::from_second(next).ok()?;
        Some(next.to_zoned(from.time_zone().clone()))
    }

    /// The zone of a `TZ=` or `CRON_TZ=` prefix.
    #[must_use]
    pub fn zone(&self) -> Option<&TimeZone> {
        self.zone.as_ref()
    }

    /// A short phrase for people, such as `runs once a day, at 02:00`.
    ///
    /// It speaks of the wall clock: on the day of a clock change a run may be
    /// skipped or doubled. An expression that no phrase fits is quoted.
    #[must_use]
    pub fn describe(&self) -> String {
        describe::describe(self)
    }
}

/// Go discards the fraction of a second before it adds, also before 1970.
fn floor_second(at: Timestamp) -> i64 {
    at.as_second() - i64::from(at.subsec_nanosecond() < 0)
}

fn has_zone_prefix(text: &str) -> bool {
    text.starts_with("TZ=") || text.starts_with("CRON_TZ=")
}

fn refuse_zone(text: &str, hint: &'static str) -> Result<(Option<TimeZone>, usize), CronError> {
    if has_zone_prefix(text) { Err(CronError::ZonePrefix { hint }) } else { Ok((None, 0)) }
}

/// Reads a zone prefix and returns where the rest starts.
fn read_zone(text: &str) -> Result<(Option<TimeZone>, usize), CronError> {
    if !has_zone_prefix(text) {
        return Ok((None, 0));
    }
    let zone_at = text.find('=').map_or(0, |at| at + 1);
    // Without a space robfig panics and Velero recovers: refused either way.
    let Some(zone_end) = text.find(' ') else {
        return Err(CronError::FieldCount { expected: "exactly 5 fields", found: 0 });
    };
    let name = text.get(zone_at..zone_end).unwrap_or_default();
    let rest = text.get(zone_end..).unwrap_or_default();
    let body_at = text.len() - rest.trim_start().len();
    let zone = match name {
        "" | "UTC" => Some(TimeZone::UTC),
        // Go's name for the zone of the process, which is the caller's to know.
        "Local" => None,
        name => Some(bundled_zone(name).ok_or_else(|| CronError::UnknownZone { zone: name.to_owned(), offset: zone_at })?),
    };
    Ok((zone, body_at))
}

/// Go opens a file of this name, so case matters, which it does not to jiff.
fn bundled_zone(name: &str) -> Option<TimeZone> {
    let zone = TimeZoneDatabase::bundled().get(name).ok()?;
    (zone.iana_name() == Some(name)).then_some(zone)
}

fn read_descriptor(body: &str, at: usize, dialect: Dialect) -> Result<Kind, CronError> {
    // v3 trims what follows a zone prefix; nobody trims a bare descriptor.
    let body = if at > 0 { body.trim_end() } else { body };
    if let Some(duration) = body.strip_prefix("@every ") {
        let nanos = retention::go_duration_ns(duration).map_err(|source| CronError::Every { source, offset: at + "@every ".len() })?;
        // robfig raises anything shorter, also a negative duration, to 1 s.
        return Ok(Kind::Every((nanos / 1_000_000_000).max(1)));
    }
    let expression = match body {
        "@yearly" | "@annually" => "0 0 1 1 *",
        "@monthly" => "0 0 1 * *",
        "@weekly" => "0 0 * * 0",
        "@daily" | "@midnight" => "0 0 * * *",
        "@hourly" => "0 * * * *",
        other => {
            return Err(CronError::UnknownDescriptor { descriptor: other.to_owned(), offset: at });
        }
    };
    let mut fields = read_fields(expression, at, Dialect::Velero)?;
    fields.set_dialect(dialect);
    Ok(Kind::Calendar(fields))
}

fn read_fields(body: &str, at: usize, dialect: Dialect) -> Result<Fields, CronError> {
    let words: Vec<(usize, &str)> = body.split_whitespace().map(|word| (at + word.as_ptr().addr() - body.as_ptr().addr(), word)).collect();
    let found = words.len();
    let mut words = words.into_iter();
    let mut fields = Fields::new(dialect);
    let parts: &[Part] = match dialect {
        Dialect::CronJob | Dialect::Velero => {
            if found != 5 {
                return Err(CronError::FieldCount { expected: "exactly 5 fields", found });
            }
            &Part::ALL[1..]
        }
        Dialect::CloudNativePg => {
            if !(5..=6).contains(&found) {
                let expected = "5 or 6 fields (seconds first)";
                return Err(CronError::FieldCount { expected, found });
            }
            &Part::ALL
        }
    };
    for part in parts {
        // Only the optional sixth field of CloudNativePG can be missing.
        if let Some((offset, word)) = words.next() {
            fields.read(*part, word, offset)?;
        }
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message(dialect: Dialect, text: &str) -> (String, Option<usize>) {
        let error = Schedule::parse(dialect, text).unwrap_err();
        (error.to_string(), error.offset())
    }

    #[test]
    fn an_error_names_the_field_and_its_place() {
        assert_eq!(
            message(Dialect::CronJob, "0 2 * * 1,7"),
            ("day of week `7`: 7 is too large, allowed is 0-6 or SUN-SAT (Sunday is 0)".into(), Some(10))
        );
        assert_eq!(message(Dialect::CloudNativePg, "0 2 * * 0"), ("month `0`: 0 is too small, allowed is 1-12 or JAN-DEC".into(), Some(8)));
        assert_eq!(
            message(Dialect::CronJob, "CRON_TZ=UTC 0 2 * * *"),
            ("a TZ= or CRON_TZ= prefix is not allowed here; use the timeZone field".into(), Some(0))
        );
        assert_eq!(message(Dialect::Velero, "TZ=Mars/Base 0 2 * * *"), ("unknown time zone `Mars/Base`".into(), Some(3)));
        assert_eq!(
            message(Dialect::Velero, "@every 1d"),
            ("@every: unknown unit `d` in `1d`, expected ns, us, ms, s, m or h".into(), Some(7))
        );
        assert_eq!(message(Dialect::Velero, "TZ=UTC"), ("expected exactly 5 fields, found 0".into(), None));
    }

    #[test]
    fn a_zone_prefix_decides_the_clock_and_keeps_the_zone_of_the_answer() {
        let schedule = Schedule::parse(Dialect::Velero, "CRON_TZ=America/New_York 0 2 * * *").unwrap();
        let from: Zoned = "2026-03-01T12:00:00+01:00[Europe/Berlin]".parse().unwrap();
        let next = schedule.next_after(&from).unwrap();
        assert_eq!(next.to_string(), "2026-03-02T08:00:00+01:00[Europe/Berlin]");
        assert_eq!(schedule.zone().and_then(TimeZone::iana_name), Some("America/New_York"));
    }

    #[test]
    fn a_stepped_star_restricts_the_day_in_v3_but_not_in_v1() {
        let from: Zoned = "2026-03-01T12:00:00Z[UTC]".parse().unwrap();
        let v3 = Schedule::parse(Dialect::CronJob, "0 0 */2 * 1").unwrap();
        let v1 = Schedule::parse(Dialect::CloudNativePg, "0 0 0 */2 * 1").unwrap();
        assert_eq!(v3.next_after(&from).unwrap().strftime("%F").to_string(), "2026-03-02");
        assert_eq!(v1.next_after(&from).unwrap().strftime("%F").to_string(), "2026-03-09");
    }

    proptest! {
        #[test]
        fn parse_never_panics(text in "\\PC*", prefix in "(TZ=|CRON_TZ=|@every |@|)") {
            let text = format!("{prefix}{text}");
            for dialect in [Dialect::CronJob, Dialect::Velero, Dialect::CloudNativePg] {
                if let Ok(schedule) = Schedule::parse(dialect, &text) {
                    prop_assert!(!schedule.describe().is_empty());
                }
            }
        }

        #[test]
        fn parse_never_panics_on_near_misses(text in "[-0-9*/?,@TZ=a-zA-Z ]{0,30}") {
            for dialect in [Dialect::CronJob, Dialect::Velero, Dialect::CloudNativePg] {
                match Schedule::parse(dialect, &text) {
                    Ok(schedule) => prop_assert!(schedule.describe().starts_with("runs ")
                        || schedule.describe() == "never runs"),
                    Err(error) => prop_assert!(error.offset().is_none_or(|at| at <= text.len())),
                }
            }
        }
    }
}
