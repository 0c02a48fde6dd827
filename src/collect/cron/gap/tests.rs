//! Tests of the gaps: known answers, and the fast way against the naive one.

use proptest::prelude::*;

use super::super::Dialect;
use super::*;

fn zone(name: &str) -> TimeZone {
    jiff::tz::TimeZoneDatabase::bundled().get(name).unwrap()
}

fn gap(zone_name: &str, dialect: Dialect, texts: &[&str]) -> Option<(i64, i64)> {
    let zone = zone(zone_name);
    let schedules: Vec<Schedule> = texts.iter().map(|text| Schedule::parse(dialect, text).unwrap()).collect();
    let runs: Vec<_> = schedules.iter().map(|schedule| (schedule, &zone)).collect();
    largest_gap(&runs).map(|gap| (gap.max_s, gap.net_s))
}

#[test]
fn known_gaps() {
    use Dialect::{CloudNativePg, CronJob, Velero};
    const H: i64 = 3600;
    type Case = (&'static str, Dialect, &'static [&'static str], Option<(i64, i64)>);
    let cases: &[Case] = &[
        ("UTC", CronJob, &["0 2 * * *"], Some((24 * H, 24 * H))),
        ("Europe/Berlin", CronJob, &["0 4 * * *"], Some((25 * H, 24 * H))),
        // 02:00 to 02:59 do not exist on the last Sunday of March.
        ("Europe/Berlin", CronJob, &["0 2 * * *"], Some((47 * H, 47 * H))),
        ("Europe/Berlin", CronJob, &["30 2 * * *"], Some((47 * H, 47 * H))),
        // Half an hour is skipped in spring, 02:00 with it: not forgiven.
        ("Australia/Lord_Howe", CronJob, &["0 * * * *"], Some((5400, 5400))),
        ("UTC", CronJob, &["30 3-23 * * *", "30 1 * * *"], Some((2 * H, 2 * H))),
        ("UTC", CronJob, &["0 0 29 2 *"], Some((1461 * DAY, 1461 * DAY))),
        ("UTC", CronJob, &["0 0 1 2 *"], Some((366 * DAY, 366 * DAY))),
        ("UTC", CronJob, &["0 0 30 * *"], Some((60 * DAY, 60 * DAY))),
        ("UTC", CronJob, &["0 0 31 2 *"], None),
        ("UTC", CronJob, &["0 0 31 2 *", "@daily"], Some((DAY, DAY))),
        ("UTC", CronJob, &[], None),
        ("UTC", CronJob, &["*/7 * * * *", "@every 5m"], Some((300, 300))),
        ("Europe/Berlin", CronJob, &["@daily", "@every 24h30m"], Some((24 * H + 1800, 24 * H))),
        ("Europe/Berlin", Velero, &["CRON_TZ=UTC 0 2 * * *"], Some((24 * H, 24 * H))),
        ("UTC", CloudNativePg, &["0 2 * * *"], Some((H, H))),
        ("UTC", CloudNativePg, &["* * * * * *"], Some((1, 1))),
        // 1 February is a Monday in 2027; the next, in 2038, is out of reach
        // of robfig, so the job never runs again.
        ("UTC", CloudNativePg, &["0 0 0 */31 2 1"], Some((9831 * DAY, 9831 * DAY))),
    ];
    for (zone_name, dialect, texts, expected) in cases {
        assert_eq!(gap(zone_name, *dialect, texts), *expected, "{texts:?} in {zone_name}");
    }
}

/// Every run by [`Clock::next`], every gap measured, nothing clever.
fn naive(runs: &[(&Schedule, &TimeZone)], from: i64, until: i64) -> Option<Gaps> {
    let mut all: BTreeMap<i64, Vec<&TimeZone>> = BTreeMap::new();
    for (schedule, zone) in runs {
        let Kind::Calendar(fields) = &schedule.kind else { continue };
        let mut at = from;
        while let Some(next) = Clock::new(zone).next(fields, at) {
            all.entry(next).or_default().push(*zone);
            at = next;
            if next >= until {
                break;
            }
        }
    }
    let set_back = |zones: &[&TimeZone], start: i64, end: i64| {
        let back = |zone: &TimeZone| Clock::new(zone).offset(start) - Clock::new(zone).offset(end);
        zones.iter().map(|zone| back(zone)).filter(|back| (1..=3600).contains(back)).max()
    };
    let mut gaps: Option<Gaps> = None;
    for ((start, opens), (end, closes)) in all.iter().zip(all.iter().skip(1)) {
        if *start >= until {
            break;
        }
        let net = set_back(opens, *start, *end).unwrap_or(0);
        let net = end - start - net.min(set_back(closes, *start, *end).unwrap_or(0));
        let gaps = gaps.get_or_insert(Gaps { longest: Gap { max_s: 0, net_s: 0 }, shortest_s: i64::MAX });
        gaps.longest.max_s = gaps.longest.max_s.max(end - start);
        gaps.longest.net_s = gaps.longest.net_s.max(net);
        gaps.shortest_s = gaps.shortest_s.min(end - start);
    }
    gaps
}

fn field(low: u8, high: u8) -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just("*".to_owned()),
        3 => (low..=high).prop_map(|n| n.to_string()),
        2 => (1..=high).prop_map(|n| format!("*/{n}")),
        2 => (low..=high, low..=high, 1..5_u8).prop_map(|(a, b, step)| {
            format!("{}-{}/{step}", a.min(b), a.max(b))
        }),
        1 => (low..=high, low..=high).prop_map(|(a, b)| format!("{a},{b}")),
    ]
}

prop_compose! {
    fn schedule()(
        second in prop_oneof![Just("0".to_owned()), (0..60_u8).prop_map(|n| n.to_string()), Just("*/20".to_owned())],
        minute in field(0, 59),
        hour in field(0, 23),
        dom in prop_oneof![3 => Just("*".to_owned()), 1 => field(1, 31)],
        month in prop_oneof![5 => Just("*".to_owned()), 1 => field(1, 12)],
        dow in prop_oneof![3 => Just("*".to_owned()), 1 => field(0, 6)],
        v1 in any::<bool>(),
    ) -> Schedule {
        if v1 {
            let text = format!("{second} {minute} {hour} {dom} {month} {dow}");
            Schedule::parse(Dialect::CloudNativePg, &text).unwrap()
        } else {
            let text = format!("{minute} {hour} {dom} {month} {dow}");
            Schedule::parse(Dialect::CronJob, &text).unwrap()
        }
    }
}

fn zones() -> impl Strategy<Value = TimeZone> {
    prop_oneof![
        Just("UTC"),
        Just("Europe/Berlin"),
        Just("America/New_York"),
        Just("Australia/Lord_Howe"),
        Just("America/Santiago"),
        Just("Africa/Casablanca"),
        Just("Africa/Cairo"),
        Just("America/Havana"),
        Just("Asia/Beirut"),
        Just("Atlantic/Azores"),
        Just("Antarctica/Troll"),
        Just("Asia/Kathmandu"),
    ]
    .prop_map(zone)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// The window begins within a week of a clock change of many zones.
    #[test]
    fn the_fast_way_finds_what_the_naive_one_finds(
        members in prop::collection::vec((schedule(), zones()), 1..4),
        start in prop_oneof![Just("2026-03-24T00:00:00Z"), Just("2026-10-20T07:31:12Z"), Just("2026-09-01T00:00:00Z"), Just("2026-04-01T13:00:00Z")],
        days in 1..20_i64,
    ) {
        let runs: Vec<_> = members.iter().map(|(schedule, zone)| (schedule, zone)).collect();
        let from: Timestamp = start.parse().unwrap();
        let until = Timestamp::from_second(from.as_second() + days * DAY).unwrap();
        let fast = gaps_between(&runs, from, until);
        let slow = naive(&runs, from.as_second(), until.as_second());
        prop_assert_eq!(fast.filter(|gaps| gaps.shortest_s < i64::MAX), slow);
    }
}
