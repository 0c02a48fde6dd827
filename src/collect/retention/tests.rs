//! Tables of what each dialect takes and refuses.

use proptest::prelude::*;

use super::*;

fn check<T: PartialEq + std::fmt::Debug>(read: impl Fn(&str) -> Result<T, RetentionError>, good: Vec<(&str, T)>, bad: &[&str]) {
    for (text, expected) in good {
        assert_eq!(read(text), Ok(expected), "{text:?}");
    }
    for text in bad {
        assert!(read(text).is_err(), "{text:?} must be refused");
    }
}

#[test]
fn go_durations_are_read_as_go_does() {
    check(
        go_duration_s,
        vec![
            ("720h0m0s", 2_592_000),
            ("720h", 2_592_000),
            ("1.5h", 5400),
            (".5m", 30),
            ("1.s", 1),
            ("0", 0),
            ("-0", 0),
            ("0s", 0),
            ("-1h", -3600),
            ("+1h", 3600),
            ("-1500ms", -1),
            ("1999ms", 1),
            ("1us1µs1μs1ns", 0),
            ("2562047h47m16.854775807s", 9_223_372_036),
            ("-9223372036854775808ns", -9_223_372_036),
            ("0.99999999999999999999s", 1),
        ],
        &[
            "",
            "-",
            "+",
            ".",
            ".s",
            "1",
            "1h30",
            "30d",
            "1w",
            "1H",
            "1 h",
            " 1h",
            "1h ",
            "--1h",
            "9223372036854775808ns",
            "2562047h47m16.854775808s",
            "99999999999999999999h",
            "1.2.3s",
        ],
    );
}

#[test]
fn barman_months_are_months() {
    let days = |days: i64| Kept::Seconds(days * DAY);
    check(
        barman,
        vec![("30d", days(30)), ("4w", days(28)), ("6m", days(168)), ("1m", days(28))],
        &["", "30", "0d", "07d", "d", "-1d", "1.5d", "30 d", "30D", "1y", "1h", "9999999999999999d"],
    );
}

#[test]
fn pgbackrest_counts_copies_unless_told_otherwise() {
    assert_eq!(pgbackrest_full("30", None), Ok(Kept::Copies(30)));
    assert_eq!(pgbackrest_full("30", Some("count")), Ok(Kept::Copies(30)));
    assert_eq!(pgbackrest_full("30", Some("time")), Ok(Kept::Seconds(30 * DAY)));
    for (count, kind) in [("0", None), ("", None), ("30d", None), ("-1", None), ("10000000", None), ("1", Some("days"))] {
        assert!(pgbackrest_full(count, kind).is_err(), "{count} {kind:?}");
    }
}

#[test]
fn zalando_reads_intervals() {
    let days = |days: i64| Kept::Seconds(days * DAY);
    check(
        zalando,
        vec![
            ("", Kept::Forever),
            ("3 months", days(84)),
            ("14 days", days(14)),
            ("1 week", days(7)),
            ("1 month 2 days", days(30)),
            ("1 year", days(365)),
            ("2weeks", days(14)),
        ],
        &["3", "months", "3 moons", "-3 days", "3 months ago", "1.5 days"],
    );
}

#[test]
fn find_rounds_ages_down() {
    let days = |days: i64| Kept::Seconds(days * DAY);
    check(
        find_mtime,
        vec![("+7", days(8)), ("7", days(7)), ("+0", days(1)), ("-7", days(0))],
        &["", "+", "++7", "7d", "+7.5", "+9223372036854775807"],
    );
}

#[test]
fn s3_days_are_positive() {
    assert_eq!(s3_days(30), Ok(Kept::Seconds(30 * DAY)));
    assert!(s3_days(0).is_err() && s3_days(-1).is_err() && s3_days(i64::MAX).is_err());
}

#[test]
fn quantities_are_read_as_kubernetes_does() {
    check(
        quantity_bytes,
        vec![
            ("100Gi", 100 << 30),
            ("1G", 1_000_000_000),
            ("1e3", 1000),
            ("1E3", 1000),
            ("1E", 1_000_000_000_000_000_000),
            ("12e-1", 2),
            ("500m", 1),
            ("1500m", 2),
            ("0.5Gi", 1 << 29),
            (".5k", 500),
            ("5.", 5),
            ("1e-99", 1),
            ("0e999", 0),
            ("128974848", 128_974_848),
        ],
        &["", "Gi", "1GiB", "1g", "1K", "1e", "1ex", "-1", "16Ei", "1e30", "1 Gi"],
    );
}

proptest! {
    #[test]
    fn nothing_panics(text in prop_oneof!["\\PC*", "[-+]?[0-9.]{0,25}[ a-zA-Zµ]{0,5}[0-9]{0,12}[a-z]?"]) {
        let _ = go_duration_s(&text);
        let _ = barman(&text);
        let _ = pgbackrest_full(&text, Some(&text));
        let _ = pgbackrest_full(&text, Some("time"));
        let _ = zalando(&text);
        let _ = find_mtime(&text);
        let _ = quantity_bytes(&text);
    }
}
