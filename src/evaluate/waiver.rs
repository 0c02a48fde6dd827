//! Waivers: a red verdict that a person has taken on until a date. They never make a pass, they never
//! cover a broken control, and one that matched nothing is said.

use crate::report::{Finding, Measure, Verdict, Waived};
use crate::standard::{WaivedVerdict, Waiver};
use std::collections::BTreeSet;

/// Applies `waivers` at the instant `at_s`, and says of each that had no effect why.
pub(super) fn apply(findings: &mut [Finding], broken: &BTreeSet<String>, waivers: &[Waiver], at_s: i64) -> Vec<String> {
    let mut notices = Vec::new();
    for waiver in waivers {
        let what = format!("the waiver of {} for {} ({})", waiver.control, waiver.subject, waiver.source);
        let Some(finding) = findings.iter_mut().find(|finding| finding.control == waiver.control && finding.subject == waiver.subject)
        else {
            notices.push(format!("{what} matched nothing: there is no such control and subject"));
            continue;
        };
        let wanted = match waiver.verdict {
            WaivedVerdict::Fail => Verdict::Fail,
            WaivedVerdict::Unknown => Verdict::Unknown,
        };
        if finding.verdict != wanted {
            notices.push(format!("{what} is not needed: the verdict is {}", finding.verdict.shown()));
        } else if broken.contains(&finding.identity()) {
            notices.push(format!("{what} does not hold: the control itself is broken"));
        } else if waiver.expires_s <= at_s {
            finding.notes.push(format!("waived by {} until {}: expired", waiver.owner, day(waiver.expires_s)));
            notices.push(format!("{what} expired on {}", day(waiver.expires_s)));
        } else if let Some(bound) = exceeded(waiver, finding) {
            finding.notes.push(format!("waived by {} only {bound}", waiver.owner));
            notices.push(format!("{what} does not hold any more: it holds only {bound}"));
        } else {
            finding.verdict = Verdict::Waived;
            finding.waived = Some(Waived {
                owner: waiver.owner.clone(),
                reason: waiver.reason.clone(),
                expires_s: waiver.expires_s,
                instead_of: wanted,
            });
        }
    }
    notices
}

/// The bound that the observed value breaks, or that nothing was observed for.
fn exceeded(waiver: &Waiver, finding: &Finding) -> Option<String> {
    let bounded = waiver.at_most.or(waiver.at_least).is_some();
    // What is bad is something else than the number that was taken on.
    if bounded && finding.verdict == Verdict::Fail && !finding.measure.is_empty() && finding.measure.iter().all(met) {
        return Some("while it is the observed value that fails".to_owned());
    }
    let observed: Vec<i64> = finding.measure.iter().map(|measure| measure.observed).collect();
    let holds = |bound: Option<i64>, good: fn(i64, i64) -> bool| {
        bound.is_none_or(|bound| !observed.is_empty() && observed.iter().all(|value| good(*value, bound)))
    };
    if !holds(waiver.at_most, |value, bound| value <= bound) {
        return waiver.at_most.map(|bound| format!("while the observed value is at most {bound}"));
    }
    if !holds(waiver.at_least, |value, bound| value >= bound) {
        return waiver.at_least.map(|bound| format!("while the observed value is at least {bound}"));
    }
    None
}

/// Whether the observed value is as required, which can then be no reason to fail. A limit that is met
/// exactly may be one that must not be reached.
fn met(measure: &Measure) -> bool {
    if measure.higher_is_better { measure.observed >= measure.required } else { measure.observed < measure.required }
}

/// The UTC day of an instant.
fn day(at_s: i64) -> String {
    jiff::Timestamp::from_second(at_s).map_or_else(|_| format!("{at_s} s"), |instant| instant.strftime("%Y-%m-%d").to_string())
}
