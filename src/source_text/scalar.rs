//! What a scalar means: the rules of go-yaml v2, which `kubectl` uses.

use super::Value;

/// The value of a plain scalar without a tag.
pub(super) fn plain(text: &str) -> Value {
    let first = text.as_bytes().first().copied().unwrap_or(b'~');
    let value = match first {
        b'~' | b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' => word(text),
        b'.' => word(text).or_else(|| float(text)),
        b'+' | b'-' => word(text).or_else(|| number(text)),
        b'0'..=b'9' => number(text),
        _ => None,
    };
    value.unwrap_or_else(|| Value::String(text.to_owned()))
}

/// The value of a scalar with a tag of the YAML core schema, or nothing if it does not fit.
pub(super) fn tagged(tag: &str, text: &str) -> Option<Value> {
    match (tag, plain(text)) {
        ("null", value @ Value::Null) => Some(value),
        ("bool", value @ Value::Bool(_)) => Some(value),
        ("int", value @ Value::Int(_)) => Some(value),
        ("float", value @ Value::Float(_)) => Some(value),
        #[expect(clippy::cast_precision_loss, reason = "the tag asks for a float")]
        ("float", Value::Int(number)) => Some(Value::Float(number as f64)),
        ("null" | "bool" | "int" | "float" | "map" | "seq", _) => None,
        _ => Some(Value::String(text.to_owned())),
    }
}

fn word(text: &str) -> Option<Value> {
    let value = match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Value::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Value::Bool(false),
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        ".nan" | ".NaN" | ".NAN" => Value::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Value::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Value::Float(f64::NEG_INFINITY),
        _ => return None,
    };
    Some(value)
}

/// An integer or a float; the text starts with a digit or a sign.
fn number(text: &str) -> Option<Value> {
    // Versions, dates and image names start with a digit too: leave early.
    let allowed = |b: u8| b.is_ascii_hexdigit() || matches!(b, b'+' | b'-' | b'.' | b'_');
    let prefix = |b: u8| matches!(b, b'x' | b'X' | b'o' | b'O');
    if !text.bytes().all(|b| allowed(b) || prefix(b)) {
        return None;
    }
    let joined;
    let digits = if text.contains('_') {
        joined = text.replace('_', "");
        joined.as_str()
    } else {
        text
    };
    integer(digits).or_else(|| decimal_shape(digits).then(|| float(digits)).flatten())
}

/// An integer with an optional sign and base prefix; a leading zero means octal.
fn integer(text: &str) -> Option<Value> {
    let (negative, magnitude) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (digits, base) = match magnitude.as_bytes() {
        [b'0', b'x' | b'X', ..] => (magnitude.get(2..)?, 16),
        [b'0', b'o' | b'O', ..] => (magnitude.get(2..)?, 8),
        [b'0', b'b' | b'B', ..] => (magnitude.get(2..)?, 2),
        [b'0', _, ..] => (magnitude.get(1..)?, 8),
        _ => (magnitude, 10),
    };
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(base)) {
        return None;
    }
    let Ok(value) = i128::from_str_radix(digits, base) else {
        // Over 128 bits; a decimal one is still a number, as in go-yaml.
        return (base == 10).then(|| float(text)).flatten();
    };
    let value = if negative { -value } else { value };
    #[expect(clippy::cast_precision_loss, reason = "documented: the nearest float")]
    Some(i64::try_from(value).map_or(Value::Float(value as f64), Value::Int))
}

/// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`
fn decimal_shape(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let mantissa_fits = match mantissa.split_once('.') {
        Some((whole, part)) => all_digits(whole) && all_digits(part) && !(whole.is_empty() && part.is_empty()),
        None => !mantissa.is_empty() && all_digits(mantissa),
    };
    mantissa_fits
        && exponent.is_none_or(|exponent| {
            let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
            !digits.is_empty() && all_digits(digits)
        })
}

/// A finite float; one that is out of range is none, and so a string.
fn float(text: &str) -> Option<Value> {
    let value = text.parse::<f64>().ok()?;
    value.is_finite().then_some(Value::Float(value))
}
