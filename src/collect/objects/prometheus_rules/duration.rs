//! Prometheus' durations: `15d`, `1d12h`, `90s`, units from large to small, each once.

/// The units in their order, with their milliseconds. A year is 365 days, a week 7.
const UNITS: [(&str, i64); 7] =
    [("y", 365 * 86_400_000), ("w", 7 * 86_400_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// A duration in whole seconds, rounded down; `None` where Prometheus would refuse it.
pub(in super::super) fn duration_s(text: &str) -> Option<i64> {
    if text == "0" {
        return Some(0);
    }
    let mut rest = text;
    let mut units = UNITS.iter();
    let mut total: i64 = 0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let (number, after) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit())?);
        let (unit, after) = after.split_at(after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len()));
        let (_, size) = units.find(|(name, _)| *name == unit)?;
        total = total.checked_add(number.parse::<i64>().ok()?.checked_mul(*size)?)?;
        rest = after;
    }
    Some(total / 1_000)
}

#[cfg(test)]
mod tests {
    use super::duration_s;

    #[test]
    fn durations_are_read_as_prometheus_reads_them() {
        for (text, expected) in [
            ("15d", Some(1_296_000)),
            ("1d12h", Some(129_600)),
            ("5m", Some(300)),
            ("1w", Some(604_800)),
            ("1y", Some(31_536_000)),
            ("1h30m", Some(5_400)),
            ("1500ms", Some(1)),
            ("0", Some(0)),
            ("0s", Some(0)),
            ("12h1d", None),
            ("1d1d", None),
            ("15", None),
            ("d", None),
            ("1.5d", None),
            ("-5m", None),
            ("", None),
            ("99999999999999999999d", None),
        ] {
            assert_eq!(duration_s(text), expected, "{text}");
        }
    }
}
