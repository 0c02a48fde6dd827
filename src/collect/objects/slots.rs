//! How many runs of a schedule were due between two instants, as its controller reads the schedule.

use super::backups::Timing;
use crate::collect::cron;

/// More runs than these are not counted: a run a minute makes as many in 138 days.
pub(super) const MOST: usize = 200_000;

/// The runs in (`from_s`, `until_s`], epoch seconds. `None` where that cannot be known: the controller refuses the
/// schedule, there are too many, or it is `@every`, whose place on the clock only its controller knows.
pub(super) fn slots(timing: &Timing, from_s: i64, until_s: i64) -> Option<u64> {
    let schedule = timing.schedule.as_ref().filter(|schedule| timing.refusal.is_none() && !schedule.is_every())?;
    let due = cron::slots_after(schedule, &timing.zone, from_s).take_while(|slot| *slot <= until_s);
    let count = due.take(MOST + 1).count();
    (count <= MOST).then_some(count as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::objects::backups;
    use crate::collect::objects::testing::objects_from;

    #[test]
    fn runs_are_counted_after_the_first_instant_and_up_to_the_second() {
        const DAY: i64 = 86_400;
        // 2026-03-28T00:00:00Z, the day before clocks go forward in Berlin.
        let from = 1_774_656_000;
        for (cron, zone, until, expected) in [
            ("0 2 * * *", None, from + 7_199, Some(0)),
            ("0 2 * * *", None, from + 7_200, Some(1)),
            ("0 0 * * *", None, from + DAY, Some(1)),
            ("0 0 * * *", None, from - DAY, Some(0)),
            ("* * * * *", None, from + 90 * DAY, Some(90 * 1_440)),
            ("* * * * *", None, from + 365 * DAY, None),
            ("30 2 * * *", Some("Europe/Berlin"), from + 3 * DAY, Some(2)),
            ("30 2 * * *", Some("Mars/Base"), from + 3 * DAY, None),
            ("0 0 31 2 *", None, from + 365 * DAY, Some(0)),
            ("@every 1h", None, from + DAY, None),
            ("61 * * * *", None, from + DAY, None),
        ] {
            let yaml = format!("apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: x}}\nspec: {{schedule: \"{cron}\"}}\n");
            let objects = objects_from(&yaml, "x.yaml");
            let timing = backups::timing(&objects[0], "spec.schedule", cron::Dialect::CronJob, zone, false);
            assert_eq!(slots(&timing, from, until), expected, "{cron} {zone:?}");
        }
    }
}
