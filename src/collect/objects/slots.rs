//! How many times a schedule was due in a span that has passed.

use super::backups::Timing;
use jiff::Timestamp;

/// More firings than this are not counted: a snapshot of one line of backups is no calendar.
const MOST: u64 = 200_000;

/// The firings in `(from_s, until_s]`; `None` where the controller refuses the expression, or there are too many.
pub(super) fn slots(timing: &Timing, from_s: i64, until_s: i64) -> Option<u64> {
    let schedule = timing.schedule.as_ref()?;
    let mut at = Timestamp::from_second(from_s).ok()?.to_zoned(timing.zone.clone());
    let mut count = 0;
    while let Some(next) = schedule.next_after(&at) {
        if next.timestamp().as_second() > until_s {
            break;
        }
        count += 1;
        if count > MOST {
            return None;
        }
        at = next;
    }
    Some(count)
}
