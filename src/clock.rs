//! Instants: the one reader of wall time, and the one reader of written dates.

use std::time::{SystemTime, UNIX_EPOCH};

/// How far a timestamp may lie ahead and still be age 0: clocks of two machines are never the same.
pub const SKEW_S: i64 = 30;

/// Now, in epoch seconds. Everything right of the snapshot is handed a clock and never asks this one.
#[must_use]
pub fn now_s() -> i64 {
    epoch_s(SystemTime::now())
}

/// A time of the system, as of a file, in epoch seconds.
#[must_use]
pub fn epoch_s(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |seconds| -seconds),
    }
}

/// The epoch seconds of an RFC 3339 instant; `None` for anything else, a time without an offset too.
#[must_use]
pub fn instant_s(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second)
}

/// The epoch seconds of an HTTP `Date`: `Sun, 22 Nov 2026 14:00:00 GMT`.
#[must_use]
pub fn http_date_s(text: &str) -> Option<i64> {
    jiff::fmt::rfc2822::parse(text).ok().map(|zoned| zoned.timestamp().as_second())
}

/// The epoch seconds at which the day of `2027-01-31` begins in UTC.
#[must_use]
pub fn day_s(text: &str) -> Option<i64> {
    let plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let date = plain.then(|| text.parse::<jiff::civil::Date>().ok()).flatten()?;
    date.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp().as_second())
}

/// A date or an instant: of a date, the first second of it.
#[must_use]
pub fn day_or_instant_s(text: &str) -> Option<i64> {
    day_s(text).or_else(|| instant_s(text))
}

/// When something expires that is written with its last day, or with an instant: a date means the last
/// second of that day, so that it is also the day that a report shows.
#[must_use]
pub fn expiry_s(text: &str) -> Option<i64> {
    day_s(text).map(|start| start + 86_399).or_else(|| instant_s(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_a_day_and_an_instant_needs_its_offset() {
        assert_eq!(day_s("1970-01-02"), Some(86_400));
        assert_eq!(expiry_s("1970-01-02"), Some(172_799));
        assert_eq!(instant_s("1970-01-01T01:00:00+01:00"), Some(0));
        assert_eq!(day_or_instant_s("1970-01-01T00:00:07Z"), Some(7));
        for text in ["1970-13-01", "soon", "1970-01-01T00:00:00", "", "70-1-1", "2027-02-30"] {
            assert_eq!(expiry_s(text), None, "{text}");
        }
    }
}
