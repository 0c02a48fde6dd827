//! How long each tool says it keeps backups, and other quantities people write.
//!
//! `30d`, `6m` and `720h` mean different things to different tools (`6m` is
//! six minutes to Go and six months to barman), so there is one reader per
//! dialect and the caller must say which. None of them guesses.
//!
//! Must not live here: which field a text came from, and what an absent field
//! means, except where the empty text itself has a meaning.

use thiserror::Error;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;

/// A month promises no more than the shortest one has.
const MONTH: i64 = 28 * DAY;

/// A year promises no more than the shortest one has.
const YEAR: i64 = 365 * DAY;

/// What a retention setting promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// At the least this many seconds.
    Seconds(i64),
    /// Nothing is ever deleted.
    Forever,
    /// This many copies, whatever their age: not a span of time.
    Copies(u64),
}

/// Why a text was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RetentionError {
    /// The text has no number where one belongs, or something else is wrong
    /// with its form.
    #[error("`{text}` is not {expected}")]
    Form {
        /// The text.
        text: String,
        /// What belongs there, with an example.
        expected: &'static str,
    },
    /// A number without a unit.
    #[error("`{text}` has a number without a unit, expected {units}")]
    NoUnit {
        /// The text.
        text: String,
        /// The units of the dialect.
        units: &'static str,
    },
    /// A unit that the dialect does not have.
    #[error("unknown unit `{unit}` in `{text}`, expected {units}")]
    UnknownUnit {
        /// The text.
        text: String,
        /// The unit as written.
        unit: String,
        /// The units of the dialect.
        units: &'static str,
    },
    /// The value does not fit.
    #[error("`{text}` is too large")]
    TooLarge {
        /// The text.
        text: String,
    },
}

const GO_UNITS: &str = "ns, us, ms, s, m or h";
const QUANTITY_UNITS: &str = "m, k, M, G, T, P, E, Ki, Mi, Gi, Ti, Pi or Ei";

/// A Go duration (`720h0m0s`, Velero's `ttl`) in whole seconds, rounded toward
/// zero.
///
/// # Errors
///
/// When Go's `time.ParseDuration` refuses it; there is no unit for days.
pub fn go_duration_s(text: &str) -> Result<i64, RetentionError> {
    Ok(go_duration_ns(text)? / 1_000_000_000)
}

/// Go's `time.ParseDuration`, with its limits and its rounding of fractions.
pub(crate) fn go_duration_ns(text: &str) -> Result<i64, RetentionError> {
    let negative = text.starts_with('-');
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(form(text, "a duration such as 720h or 1h30m"));
    }
    let mut total = 0_u64;
    while !rest.is_empty() {
        let (whole, after) = digits(rest);
        let (fraction, after) = match after.strip_prefix('.') {
            Some(after) => digits(after),
            None => ("", after),
        };
        if whole.is_empty() && fraction.is_empty() {
            return Err(form(text, "a duration such as 720h or 1h30m"));
        }
        let end = after.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        let size = match unit {
            "" => return Err(RetentionError::NoUnit { text: text.to_owned(), units: GO_UNITS }),
            "ns" => 1,
            "us" | "\u{b5}s" | "\u{3bc}s" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            unit => return Err(unknown_unit(text, unit, GO_UNITS)),
        };
        total = go_part(whole, fraction, size)
            .and_then(|part| total.checked_add(part))
            .filter(|total| *total <= 1 << 63)
            .ok_or_else(|| too_large(text))?;
        rest = after;
    }
    let value = if negative { 0_i64.checked_sub_unsigned(total) } else { total.try_into().ok() };
    value.ok_or_else(|| too_large(text))
}

/// `whole.fraction` times `size`, in floating point where Go is.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the fraction is below one unit, and Go computes it this way"
)]
fn go_part(whole: &str, fraction: &str, size: u64) -> Option<u64> {
    let whole = if whole.is_empty() { 0 } else { whole.parse::<u64>().ok()? };
    let whole = whole.checked_mul(size).filter(|whole| *whole <= 1 << 63)?;
    let (mut digits, mut scale) = (0_u64, 1.0_f64);
    for digit in fraction.bytes() {
        // Go ignores the digits that do not fit.
        if digits > ((1 << 63) - 1) / 10 {
            break;
        }
        digits = digits * 10 + u64::from(digit - b'0');
        scale *= 10.0;
    }
    let part = (digits as f64 * (size as f64 / scale)) as u64;
    whole.checked_add(part).filter(|sum| *sum <= 1 << 63)
}

/// The retention policy of `CloudNativePG` and barman-cloud: `30d`, `4w`, and
/// `6m` for six **months**, counted as 28 days each: the least they can be.
///
/// # Errors
///
/// When it does not match `^[1-9][0-9]*[dwm]$`.
pub fn barman(text: &str) -> Result<Kept, RetentionError> {
    let (count, unit) = digits(text);
    if count.is_empty() || count.starts_with('0') {
        return Err(form(text, "a retention policy such as 30d, 4w or 6m (months)"));
    }
    let units = "d, w or m (months)";
    let size = match unit {
        "d" => DAY,
        "w" => WEEK,
        "m" => MONTH,
        "" => return Err(RetentionError::NoUnit { text: text.to_owned(), units }),
        unit => return Err(unknown_unit(text, unit, units)),
    };
    times(text, count, size).map(Kept::Seconds)
}

/// pgBackRest's `repoN-retention-full` with its `-type`: days for `time`, else
/// a number of full backups, which is also what an absent type means.
///
/// # Errors
///
/// When the number is not 1 to 9999999 or the type is another.
pub fn pgbackrest_full(count: &str, kind: Option<&str>) -> Result<Kept, RetentionError> {
    let number = whole(count).filter(|number| (1..=9_999_999).contains(number)).ok_or_else(|| form(count, "a number from 1 to 9999999"))?;
    match kind {
        None | Some("count") => Ok(Kept::Copies(number.unsigned_abs())),
        Some("time") => Ok(Kept::Seconds(number * DAY)),
        Some(other) => Err(form(other, "a retention type, count or time")),
    }
}

/// Zalando's `logicalBackupRetention`: `3 months`, `14 days`, or nothing, which
/// keeps everything. Months count 28 days and years 365: the least they can be.
///
/// # Errors
///
/// When it is not a list of numbers with hours, days, weeks, months or years.
pub fn zalando(text: &str) -> Result<Kept, RetentionError> {
    let units = "hours, days, weeks, months or years";
    let mut words = text.split_whitespace();
    let mut total: Option<i64> = None;
    while let Some(word) = words.next() {
        let (count, attached) = digits(word);
        if count.is_empty() {
            return Err(form(text, "a retention such as `14 days` or `3 months`"));
        }
        let unit = if attached.is_empty() { words.next() } else { Some(attached) };
        let size = match unit.map(str::to_ascii_lowercase).as_deref() {
            None => return Err(RetentionError::NoUnit { text: text.to_owned(), units }),
            Some("hour" | "hours") => HOUR,
            Some("day" | "days") => DAY,
            Some("week" | "weeks") => WEEK,
            Some("month" | "months") => MONTH,
            Some("year" | "years") => YEAR,
            Some(unit) => return Err(unknown_unit(text, unit, units)),
        };
        let part = times(text, count, size)?;
        total = Some(total.unwrap_or(0).checked_add(part).ok_or_else(|| too_large(text))?);
    }
    Ok(total.map_or(Kept::Forever, Kept::Seconds))
}

/// The argument of `find -mtime … -delete` as the age in seconds that every
/// file reaches before it is deleted.
///
/// find rounds ages down to whole days, so `+7` deletes from 8 days on and `7`
/// deletes the files between 7 and 8 days old. `-7` deletes the newest.
///
/// # Errors
///
/// When it is not a number with or without a sign.
pub fn find_mtime(text: &str) -> Result<Kept, RetentionError> {
    let days = whole(text.strip_prefix(['+', '-']).unwrap_or(text)).ok_or_else(|| form(text, "a number of days such as +7"))?;
    let days = match text.as_bytes().first() {
        Some(b'+') => days.checked_add(1),
        Some(b'-') => Some(0),
        Some(_) | None => Some(days),
    };
    let seconds = days.and_then(|days| days.checked_mul(DAY));
    seconds.map(Kept::Seconds).ok_or_else(|| too_large(text))
}

/// The `Days` or `NoncurrentDays` of an S3 lifecycle rule.
///
/// # Errors
///
/// When it is not a positive number, which S3 demands, or is too large.
pub fn s3_days(days: i64) -> Result<Kept, RetentionError> {
    if days < 1 {
        return Err(form(&days.to_string(), "a positive number of days"));
    }
    let seconds = days.checked_mul(DAY);
    seconds.map(Kept::Seconds).ok_or_else(|| too_large(&days.to_string()))
}

/// A Kubernetes quantity in whole bytes, rounded up: `100Gi`, `1G`, `1e3`,
/// `500m` (half a byte, hence 1).
///
/// # Errors
///
/// When Kubernetes would refuse it, when it is negative, or when it does not
/// fit.
pub fn quantity_bytes(text: &str) -> Result<u64, RetentionError> {
    let unsigned = text.strip_prefix('+').unwrap_or(text);
    let (whole, fraction, unit) = decimal(unsigned, "a quantity such as 100Gi")?;
    let (size, exponent): (u128, i32) = match unit {
        "" => (1, 0),
        "n" => (1, -9),
        "u" => (1, -6),
        "m" => (1, -3),
        "k" => (1, 3),
        "M" => (1, 6),
        "G" => (1, 9),
        "T" => (1, 12),
        "P" => (1, 15),
        "E" => (1, 18),
        "Ki" => (1 << 10, 0),
        "Mi" => (1 << 20, 0),
        "Gi" => (1 << 30, 0),
        "Ti" => (1 << 40, 0),
        "Pi" => (1 << 50, 0),
        "Ei" => (1 << 60, 0),
        unit => match unit.strip_prefix(['e', 'E']) {
            Some(exponent) => match exponent.parse() {
                Ok(exponent) => (1, exponent),
                Err(_) => return Err(unknown_unit(text, unit, QUANTITY_UNITS)),
            },
            None => return Err(unknown_unit(text, unit, QUANTITY_UNITS)),
        },
    };
    scaled(whole, fraction, size, exponent).ok_or_else(|| too_large(text))
}

/// Splits `1.5Gi` into `1`, `5` and `Gi`.
fn decimal<'a>(text: &'a str, expected: &'static str) -> Result<(&'a str, &'a str, &'a str), RetentionError> {
    let (whole, rest) = digits(text);
    let (fraction, unit) = rest.strip_prefix('.').map_or(("", rest), digits);
    if whole.is_empty() && fraction.is_empty() {
        return Err(form(text, expected));
    }
    Ok((whole, fraction, unit))
}

/// `whole.fraction × size × 10^exponent`, rounded up; exact, in integers.
fn scaled(whole: &str, fraction: &str, size: u128, exponent: i32) -> Option<u64> {
    let fraction = fraction.trim_end_matches('0');
    let mut value = 0_u128;
    for digit in whole.bytes().chain(fraction.bytes()) {
        value = value.checked_mul(10)?.checked_add(u128::from(digit - b'0'))?;
    }
    if value == 0 {
        return Some(0);
    }
    value = value.checked_mul(size)?;
    let exponent = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    let value = match u32::try_from(exponent) {
        Ok(up) => value.checked_mul(10_u128.checked_pow(up)?)?,
        // A divisor that does not fit leaves less than one byte.
        Err(_) => 10_u128.checked_pow(exponent.unsigned_abs()).map_or(1, |by| value.div_ceil(by)),
    };
    u64::try_from(value).ok()
}

/// The leading ASCII digits and the rest.
fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(end)
}

/// A number of digits alone.
fn whole(text: &str) -> Option<i64> {
    let (number, rest) = digits(text);
    if rest.is_empty() { number.parse().ok() } else { None }
}

fn times(text: &str, count: &str, size: i64) -> Result<i64, RetentionError> {
    let product = count.parse::<i64>().ok().and_then(|count| count.checked_mul(size));
    product.ok_or_else(|| too_large(text))
}

fn form(text: &str, expected: &'static str) -> RetentionError {
    RetentionError::Form { text: text.to_owned(), expected }
}

fn unknown_unit(text: &str, unit: &str, units: &'static str) -> RetentionError {
    RetentionError::UnknownUnit { text: text.to_owned(), unit: unit.to_owned(), units }
}

fn too_large(text: &str) -> RetentionError {
    RetentionError::TooLarge { text: text.to_owned() }
}

#[cfg(test)]
mod tests;
