//! Spans of time and amounts as newtypes that refuse a bare number: `every: 60` could mean anything.

use serde::de::{self, Deserialize, Deserializer};
use std::fmt;

/// A span of time in whole seconds, written `90s`, `30m`, `1h`, `30d`, `2w` or `1h30m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seconds(pub i64);

/// A span of time in milliseconds, written as [`Seconds`] or `150ms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Millis(pub i64);

/// Why a span of time cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnitError {
    /// A number without a unit.
    #[error("`{0}` has no unit: write {0}s, {0}m, {0}h or {0}d")]
    Bare(String),
    /// Something else.
    #[error("`{0}` is not a span of time: write 90s, 30m, 1h, 30d or 1h30m")]
    Malformed(String),
    /// Finer than the field can hold.
    #[error("`{0}` is finer than whole seconds")]
    TooFine(String),
}

/// Milliseconds of `text`: one or more pairs of a whole number and a unit.
fn parse_ms(text: &str) -> Result<i64, UnitError> {
    let malformed = || UnitError::Malformed(text.to_owned());
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(UnitError::Bare(text.to_owned()));
    }
    let mut rest = text;
    let mut total: i64 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(malformed)?;
        let (number, tail) = rest.split_at(digits);
        let letters = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(letters);
        let factor: i64 = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            "w" => 604_800_000,
            _ => return Err(malformed()),
        };
        let number: i64 = number.parse().map_err(|_| malformed())?;
        total = number.checked_mul(factor).and_then(|part| total.checked_add(part)).ok_or_else(malformed)?;
        rest = tail;
    }
    if text.is_empty() { Err(malformed()) } else { Ok(total) }
}

impl Seconds {
    /// Reads a span of whole seconds.
    ///
    /// # Errors
    /// [`UnitError`] says what is missing.
    pub fn parse(text: &str) -> Result<Self, UnitError> {
        let ms = parse_ms(text)?;
        if ms % 1_000 == 0 { Ok(Self(ms / 1_000)) } else { Err(UnitError::TooFine(text.to_owned())) }
    }
}

impl Millis {
    /// Reads a span of milliseconds.
    ///
    /// # Errors
    /// [`UnitError`] says what is missing.
    pub fn parse(text: &str) -> Result<Self, UnitError> {
        parse_ms(text).map(Self)
    }
}

/// Reads a newtype from a string, and says of anything else what it should have been.
struct SpanVisitor<T>(fn(&str) -> Result<T, UnitError>);

impl<T> de::Visitor<'_> for SpanVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a span of time with its unit: 90s, 30m, 1h or 30d")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        (self.0)(text).map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<T, E> {
        Err(E::custom(UnitError::Bare(number.to_string())))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<T, E> {
        Err(E::custom(UnitError::Bare(number.to_string())))
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SpanVisitor(Self::parse))
    }
}

impl<'de> Deserialize<'de> for Millis {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SpanVisitor(Self::parse))
    }
}

/// A span of time as its text looks.
macro_rules! span_schema {
    ($type:ident, $name:literal, $pattern:literal) => {
        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({"type": "string", "pattern": $pattern})
            }
        }
    };
}

span_schema!(Seconds, "Seconds", "^([0-9]+[smhdw])+$");
span_schema!(Millis, "Millis", "^([0-9]+(ms|[smhdw]))+$");

/// A span of seconds for a person: its two largest units that are not zero: `1 h 30 min`.
#[must_use]
pub fn human_s(seconds: i64) -> String {
    const UNITS: [(u64, &str); 4] = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    let sign = if seconds < 0 { "-" } else { "" };
    let mut rest = seconds.unsigned_abs();
    let mut parts = Vec::new();
    for (size, name) in UNITS {
        if rest >= size && parts.len() < 2 {
            parts.push(format!("{} {name}", rest / size));
            rest %= size;
        }
    }
    if parts.is_empty() { "0 s".to_owned() } else { format!("{sign}{}", parts.join(" ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_needs_its_unit() {
        assert_eq!(Seconds::parse("1h30m"), Ok(Seconds(5_400)));
        assert_eq!(Seconds::parse("30d"), Ok(Seconds(2_592_000)));
        assert_eq!(Seconds::parse("0s"), Ok(Seconds(0)));
        assert_eq!(Seconds::parse("60"), Err(UnitError::Bare("60".to_owned())));
        assert_eq!(Seconds::parse("150ms"), Err(UnitError::TooFine("150ms".to_owned())));
        assert_eq!(Millis::parse("150ms"), Ok(Millis(150)));
        for text in ["", "h", "1x", "-1h", "1h30", "1.5h", "99999999999999999w"] {
            assert!(Seconds::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_person_reads_two_units() {
        assert_eq!(human_s(0), "0 s");
        assert_eq!(human_s(59), "59 s");
        assert_eq!(human_s(5_400), "1 h 30 min");
        assert_eq!(human_s(86_400), "1 d");
        assert_eq!(human_s(90_061), "1 d 1 h");
        assert_eq!(human_s(86_401), "1 d 1 s");
    }
}
