//! How far a replica is behind, in time: from positions in the log that were looked at again and again.
//!
//! What a server says by itself is not enough. A primary keeps repeating the last lag that it measured when a standby
//! stops applying; on a standby the age of the last transaction grows while nothing is written anywhere. So each moment
//! is checked against the later ones: what was outstanding then and is applied now was late by no more than the time
//! between, and by more than the time until the last look that still missed it.

/// One look at a replica.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    /// When, in milliseconds from any beginning.
    pub(super) at_ms: i64,
    /// The end of the log then, in bytes.
    pub(super) written: i64,
    /// How far it was applied; `None`: nobody said, or not recently.
    pub(super) applied: Option<i64>,
    /// The lag that the server itself gives, in milliseconds.
    pub(super) said_ms: Option<i64>,
    /// Whether that is the age of what was applied last, which grows by itself while nothing is applied, and not a
    /// measurement of the past.
    pub(super) is_age: bool,
}

/// The lag over some time. Where a moment cannot be told, no quantile can: what is missing may be the worst.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Lag {
    /// How many moments are known.
    pub(super) samples: Option<u64>,
    /// Half of them were at most this, in milliseconds.
    pub(super) p50_ms: Option<i64>,
    /// 99 of 100 were at most this, in milliseconds.
    pub(super) p99_ms: Option<i64>,
    /// The worst, in milliseconds.
    pub(super) max_ms: Option<i64>,
}

impl Lag {
    /// What a loss of the source would lose, at most, in seconds: what is not applied may not have arrived.
    pub(super) fn exposure_s(&self) -> Option<i64> {
        self.max_ms.map(|ms| ms.saturating_add(999) / 1000)
    }

    /// Of looks in the order of time; the last one only confirms those before.
    pub(super) fn of(looks: &[Look]) -> Self {
        let moments: Vec<Option<i64>> = (0..looks.len().saturating_sub(1)).filter_map(|index| moment(looks.get(index..)?)).collect();
        Self::of_moments(&moments)
    }

    /// Of moments that were measured one by one.
    pub(super) fn of_moments(moments: &[Option<i64>]) -> Self {
        let mut known: Vec<i64> = moments.iter().copied().flatten().collect();
        let samples = u64::try_from(known.len()).ok();
        if known.is_empty() || known.len() < moments.len() {
            return Self { samples, ..Self::default() };
        }
        known.sort_unstable();
        // The nearest rank: a value that was measured.
        let rank = |percent: usize| known.get((known.len() * percent).div_ceil(100).saturating_sub(1)).copied();
        Self { samples, p50_ms: rank(50), p99_ms: rank(99), max_ms: rank(100) }
    }
}

/// The lag at the first of these looks.
#[expect(clippy::option_option, reason = "there is no moment in no looks, and a moment may not be known")]
fn moment(looks: &[Look]) -> Option<Option<i64>> {
    let (look, later) = looks.split_first()?;
    let Some(applied) = look.applied else { return Some(None) };
    if applied >= look.written {
        return Some(Some(look.said_ms.unwrap_or(0)));
    }
    let mut at_least = 0;
    for next in later {
        let since = next.at_ms.saturating_sub(look.at_ms);
        match next.applied {
            Some(applied) if applied >= look.written => return Some(Some(look.said_ms.map_or(since, |said| said.clamp(at_least, since)))),
            Some(_) => at_least = since,
            None => {}
        }
    }
    let moved = later.iter().filter_map(|next| next.applied).any(|position| position > applied);
    Some(look.said_ms.filter(|_| moved || look.is_age).map(|said| said.max(at_least)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A look each half second: the end of the log, how far it was applied, what the server says.
    fn lag(looks: &[(i64, Option<i64>, Option<i64>)], is_age: bool) -> Lag {
        let look = |(index, (written, applied, said_ms)): (i64, &(i64, Option<i64>, Option<i64>))| Look {
            at_ms: index * 500,
            written: *written,
            applied: *applied,
            said_ms: *said_ms,
            is_age,
        };
        Lag::of(&(0..).zip(looks).map(look).collect::<Vec<_>>())
    }

    #[test]
    fn positions_over_time_say_how_late_a_replica_is() {
        let (zero, none) = ((100, Some(100), None), (100, None, None));
        for (what, looks, is_age, samples, p99_ms) in [
            ("nothing is written", vec![zero, zero, zero, zero], false, 3, Some(0)),
            ("a little is said", vec![(100, Some(100), Some(3)), zero, zero], false, 2, Some(3)),
            ("the last look only confirms", vec![zero, zero, (900, Some(100), Some(9_000))], false, 2, Some(0)),
            ("busy and close", vec![(100, Some(90), Some(2)), (200, Some(190), Some(4)), (300, Some(290), Some(3))], false, 2, Some(4)),
            (
                "outstanding, nobody says for how long, then applied",
                vec![(100, Some(90), None), (100, Some(100), None)],
                false,
                1,
                Some(500),
            ),
            (
                "stuck, and the last lag repeated",
                vec![(100, Some(90), Some(1)), (200, Some(90), Some(1)), (300, Some(90), Some(1))],
                false,
                0,
                None,
            ),
            (
                "stuck for a second, then caught up",
                vec![(100, Some(50), Some(1)), (100, Some(50), Some(1)), zero, zero],
                false,
                3,
                Some(500),
            ),
            (
                "always a minute late",
                vec![(100, Some(50), Some(60_000)), (200, Some(60), Some(60_100)), (300, Some(70), None)],
                false,
                2,
                Some(60_100),
            ),
            ("outstanding, nobody says for how long", vec![zero, (200, Some(100), None), (200, Some(100), None)], false, 1, None),
            ("nobody says how far", vec![none, none, none], false, 0, None),
            ("one of several is not known", vec![zero, none, zero, zero], false, 2, None),
            (
                "paused, and the last transaction grows old",
                vec![(100, Some(50), Some(7_000)), (100, Some(50), Some(7_500)), (100, Some(50), None)],
                true,
                2,
                Some(7_500),
            ),
            ("old last transaction, but applied at once", vec![(100, Some(50), Some(3_600_000)), zero, zero], true, 2, Some(500)),
            ("one look", vec![zero], false, 0, None),
        ] {
            let found = lag(&looks, is_age);
            assert_eq!((found.samples, found.p99_ms), (Some(samples), p99_ms), "{what}");
        }
    }

    #[test]
    fn a_quantile_is_the_nearest_rank() {
        let moments: Vec<Option<i64>> = (1..=200).map(Some).collect();
        let lag = Lag::of_moments(&moments);
        assert_eq!((lag.p50_ms, lag.p99_ms, lag.max_ms), (Some(100), Some(198), Some(200)));
    }
}
