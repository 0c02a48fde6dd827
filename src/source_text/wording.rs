//! What a serde error says to someone who writes YAML.

use serde::de::{Expected, Unexpected};

/// Unknown names are answered with the whole list up to this many.
const LISTED_NAMES: usize = 12;

/// Says what was expected in the words of YAML, and what was found without quoting strings:
/// they may be secrets.
pub(super) fn mismatch(found: Unexpected<'_>, expected: &dyn Expected) -> String {
    let raw = expected.to_string();
    let wanted = match raw.as_str() {
        "a map" => "a mapping",
        "a sequence" => "a list",
        "a boolean" => "true or false",
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "u64" | "u128" | "usize" => "a whole number from 0",
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        name if name.starts_with("struct ") => "a mapping",
        name if name.starts_with("enum ") => "a name",
        other => other,
    };
    let found = match found {
        Unexpected::Bool(flag) => format!("`{flag}`"),
        Unexpected::Signed(number) => format!("the number {number}"),
        Unexpected::Unsigned(number) => format!("the number {number}"),
        Unexpected::Float(number) => format!("the number {number}"),
        Unexpected::Str(_) | Unexpected::Char(_) => "a string".to_owned(),
        Unexpected::Unit | Unexpected::Option => "null".to_owned(),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map | Unexpected::StructVariant => "a mapping".to_owned(),
        other => other.to_string(),
    };
    format!("expected {wanted}, found {found}")
}

pub(super) fn unknown(what: &str, name: &str, expected: &[&str]) -> String {
    let shown: String = name.chars().take(60).collect();
    let near = expected
        .iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.chars().count().div_ceil(3))
        .min_by_key(|(distance, _)| *distance);
    if let Some((_, candidate)) = near {
        return format!("unknown {what} `{shown}`, did you mean `{candidate}`?");
    }
    if expected.is_empty() || expected.len() > LISTED_NAMES {
        return format!("unknown {what} `{shown}`");
    }
    format!("unknown {what} `{shown}`, expected `{}`", expected.join("`, `"))
}

/// Edit distance with swaps of neighbours, blind to case and to `-` against `_`.
fn distance(left: &str, right: &str) -> usize {
    let fold = |c: char| {
        if c == '-' { '_' } else { c.to_ascii_lowercase() }
    };
    // Keys come from a file and may be long; a longer one is never near.
    let left: Vec<char> = left.chars().take(80).map(fold).collect();
    let right: Vec<char> = right.chars().map(fold).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    let mut left_previous = None;
    for (row, l) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        let mut right_previous = None;
        for (column, r) in right.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&last, column) + usize::from(l != r)).min(at(&last, column + 1) + 1).min(at(&current, column) + 1);
            if left_previous == Some(r) && right_previous == Some(l) && column > 0 {
                best = best.min(at(&before, column - 1) + 1);
            }
            current.push(best);
            right_previous = Some(r);
        }
        before = std::mem::replace(&mut last, current);
        left_previous = Some(l);
    }
    last.last().copied().unwrap_or(usize::MAX)
}
