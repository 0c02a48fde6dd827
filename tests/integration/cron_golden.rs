//! Replays what the controllers' own Go code answered: robfig v3.0.1
//! `ParseStandard` (dialect `standard`) and v1.2.0 `Parse` (`cnpg`).

use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan, Zoned};
use seaworthy::collect::cron::{Dialect, Schedule, gaps_between};

const GOLDEN: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/cron-golden.tsv"));

/// The table was made with tzdata 2025b. Since then Morocco has given up its
/// clock changes, so that zone is kept as it was; the host's files, which may
/// be of any age, are not asked.
const CASABLANCA: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/zoneinfo-2025b/Africa/Casablanca"));

fn zone_of_the_table(name: &str) -> TimeZone {
    match name {
        "Africa/Casablanca" => TimeZone::tzif(name, CASABLANCA).unwrap(),
        name => TimeZoneDatabase::bundled().get(name).unwrap(),
    }
}

/// The answer to one row in the notation of the table, from the first run on.
fn answer(dialect: Dialect, pattern: &str, zone: &str, start: &str) -> String {
    let Ok(schedule) = Schedule::parse(dialect, pattern) else {
        return "error".to_owned();
    };
    let zone = zone_of_the_table(zone);
    let start: Timestamp = start.parse().unwrap();
    let start = start.to_zoned(zone.clone());
    let mut runs = Vec::new();
    let mut at: Zoned = start.clone();
    while let Some(next) = schedule.next_after(&at).filter(|_| runs.len() < 3) {
        let text = next.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
        runs.push(text.replace("+00:00", "Z"));
        at = next;
    }
    if runs.is_empty() {
        return "never".to_owned();
    }
    let until = start.checked_add(2.years()).unwrap();
    let gaps = gaps_between(&[(&schedule, &zone)], start.timestamp(), until.timestamp()).unwrap();
    format!("{} {} {}", runs.join(" "), gaps.longest.max_s, gaps.shortest_s)
}

#[test]
fn every_row_is_answered_as_robfig_does() {
    let mut rows = 0;
    let mut wrong = Vec::new();
    for line in GOLDEN.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [dialect, pattern, zone, start, next1, next2, next3, max, min, error] = cells[..] else {
            panic!("{line}");
        };
        let pattern = pattern.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap();
        let expected = match (error, next1) {
            ("", "never") => "never".to_owned(),
            ("", _) => format!("{next1} {next2} {next3} {max} {min}"),
            _ => "error".to_owned(),
        };
        let dialects: &[Dialect] = match dialect {
            "cnpg" => &[Dialect::CloudNativePg],
            _ if pattern.contains("TZ=") => &[Dialect::Velero],
            _ => &[Dialect::Velero, Dialect::CronJob],
        };
        for dialect in dialects {
            let answer = answer(*dialect, pattern, zone, start);
            if answer != expected {
                wrong.push(format!("{dialect:?} {pattern:?} {zone}: {answer}, not {expected}"));
            }
        }
        rows += 1;
    }
    assert_eq!(rows, 1022);
    assert!(wrong.is_empty(), "{} rows differ:\n{}", wrong.len(), wrong.join("\n"));
}
