use super::*;
use std::collections::BTreeMap;
use std::time::Duration;

/// The primary's offset, and the replica's with its silence in seconds.
type Seen = (u64, Option<(u64, u64)>);

/// A look each 100 ms, each answered in 10 ms.
fn of(looks: &[Seen], end: usize) -> Lag {
    let begun = Instant::now();
    let mut series = Series { end: Some(end), ..Series::default() };
    for (at, (offset, follower)) in (0_u64..).zip(looks) {
        let sent = begun + Duration::from_millis(100 * at);
        let follower = follower.map(|(offset, silent_s)| Follower { online: true, offset: Some(offset), silent_s: Some(silent_s) });
        let replicas = follower.into_iter().map(|follower| ("r".to_owned(), follower)).collect::<BTreeMap<_, _>>();
        let state = Replication { leads: true, offset: Some(*offset), linked: None, replicas };
        series.add(sent, sent + Duration::from_millis(10), state);
    }
    series.of("r")
}

#[test]
fn what_has_acknowledged_all_is_not_behind() {
    let lag = of(&[(50, Some((50, 0))), (50, Some((50, 1))), (50, Some((50, 0)))], 2);
    assert_eq!((lag.samples, lag.at(50), lag.at(99), lag.streaming), (Some(3), Some(0), Some(0), Some(true)));
}

#[test]
fn what_has_just_acknowledged_more_is_behind_by_the_time_since() {
    let looks = [(10, Some((5, 0))), (20, Some((5, 0))), (30, Some((5, 1))), (40, Some((20, 0))), (50, Some((20, 0))), (60, Some((50, 0)))];
    let lag = of(&looks, 5);
    // At 300 ms it has what the primary had at 100 ms; at 500 ms what it had at 400 ms.
    assert_eq!((lag.samples, lag.at(50), lag.at(99), lag.at(100)), (Some(2), Some(110), Some(210), Some(210)));
}

#[test]
fn nothing_is_told_of_what_was_not_measured_to_the_end() {
    let cases: [(&str, &[Seen], Option<bool>, bool); 5] = [
        ("it hangs, and is called online", &[(10, Some((10, 0))), (20, Some((10, 2))), (30, Some((10, 5)))], Some(false), false),
        ("it hung for a while", &[(10, Some((10, 4))), (20, Some((20, 0))), (30, Some((30, 0)))], Some(true), false),
        (
            "it does not acknowledge any more, for less than is noticed",
            &[(10, Some((10, 0))), (20, Some((10, 1))), (30, Some((10, 2)))],
            Some(true),
            false,
        ),
        ("it is further behind than was looked", &[(90, Some((5, 0))), (95, Some((6, 0))), (99, Some((7, 0)))], Some(true), true),
        ("it is gone", &[(10, Some((10, 0))), (20, None), (30, None)], Some(false), false),
    ];
    for (what, looks, streaming, beyond) in cases {
        let lag = of(looks, 2);
        assert_eq!((lag.samples, lag.at(99), lag.streaming, lag.beyond), (None, None, streaming, beyond), "{what}");
    }
    // Ended at the last look, and nothing was acknowledged since.
    assert!(!of(&[(10, Some((10, 0))), (20, Some((10, 1)))], 1).settled);
}
