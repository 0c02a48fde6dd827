//! The verdict of one claim about one subject: one total function, the first row that matches.
//!
//! Rust knows what was read and Rego what follows from it. A control never has to remember that a read
//! failed: whatever it said, the books decide first whether it could know.

use crate::report::Verdict;

/// All that the verdict of one subject hangs on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Row 1: the control errs, contradicts itself, cites what does not bear on the subject, or one of
    /// the subject's items has two contents.
    pub broken: Option<String>,
    /// Row 2: it is proven bad by an item whose read is not stale.
    pub violating: bool,
    /// Row 3: what was asked for and could not be read completely.
    pub incomplete: Vec<String>,
    /// Row 4: it does not apply.
    pub not_applicable: Vec<String>,
    /// Row 5: what nothing was asked for that could give it.
    pub not_asked: Option<String>,
    /// Whether anything live was looked at: what is then not asked is a gap, not a choice.
    pub live: bool,
    /// Row 6: evidence is there and cannot decide.
    pub undetermined: Vec<String>,
    /// Row 7: nothing good among all that was found.
    pub lacking: bool,
    /// Row 7: why that proves nothing: evidence whose subject is not known, or files that nobody
    /// called everything.
    pub not_everything: Option<String>,
    /// Row 8: something good was found.
    pub compliant: bool,
    /// Row 8: why what it cites does not prove it.
    pub unproven: Option<String>,
}

/// A verdict and, where it is not in the control's own sentences, why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The verdict.
    pub verdict: Verdict,
    /// Why, a sentence each.
    pub because: Vec<String>,
    /// Whether the control itself is broken: such an unknown cannot be waived.
    pub broken: bool,
}

/// The verdict table.
#[must_use]
pub fn judge(facts: &Facts) -> Judged {
    let judged = |verdict, because: Vec<String>| Judged { verdict, because, broken: false };
    if let Some(problem) = &facts.broken {
        return Judged { verdict: Verdict::Unknown, because: vec![problem.clone()], broken: true };
    }
    if facts.violating {
        return judged(Verdict::Fail, Vec::new());
    }
    if !facts.incomplete.is_empty() {
        return judged(Verdict::Unknown, facts.incomplete.clone());
    }
    if !facts.not_applicable.is_empty() {
        return judged(Verdict::NotApplicable, facts.not_applicable.clone());
    }
    if let Some(what) = &facts.not_asked {
        let verdict = if facts.live { Verdict::Unknown } else { Verdict::NotJudged };
        return judged(verdict, vec![what.clone()]);
    }
    if !facts.undetermined.is_empty() {
        return judged(Verdict::Unknown, facts.undetermined.clone());
    }
    if facts.lacking {
        return match &facts.not_everything {
            Some(why) => judged(Verdict::Unknown, vec![why.clone()]),
            None => judged(Verdict::Fail, Vec::new()),
        };
    }
    if facts.compliant {
        return match &facts.unproven {
            Some(why) => judged(Verdict::Unknown, vec![why.clone()]),
            None => judged(Verdict::Pass, Vec::new()),
        };
    }
    judged(Verdict::Unknown, vec!["not proven either way: a fact that decides is missing in the evidence".to_owned()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(change: impl FnOnce(&mut Facts)) -> Verdict {
        let mut facts = Facts::default();
        change(&mut facts);
        judge(&facts).verdict
    }

    #[test]
    fn nothing_said_is_unknown() {
        assert_eq!(facts(|_| ()), Verdict::Unknown);
    }

    #[test]
    fn a_bad_fact_needs_no_other() {
        assert_eq!(
            facts(|facts| {
                facts.violating = true;
                facts.incomplete.push("the rest could not be read".to_owned());
            }),
            Verdict::Fail
        );
    }

    #[test]
    fn an_incomplete_read_hides_both_good_and_bad() {
        for good in [true, false] {
            let verdict = facts(|facts| {
                facts.compliant = good;
                facts.lacking = !good;
                facts.incomplete.push("denied".to_owned());
            });
            assert_eq!(verdict, Verdict::Unknown);
        }
    }

    #[test]
    fn what_was_not_asked_is_not_judged_only_where_nothing_live_was() {
        for (live, expected) in [(false, Verdict::NotJudged), (true, Verdict::Unknown)] {
            let verdict = facts(|facts| {
                facts.live = live;
                facts.compliant = true;
                facts.not_asked = Some("needs clusters:".to_owned());
            });
            assert_eq!(verdict, expected);
        }
    }

    #[test]
    fn lacking_fails_only_where_all_was_seen() {
        assert_eq!(facts(|facts| facts.lacking = true), Verdict::Fail);
        assert_eq!(
            facts(|facts| {
                facts.lacking = true;
                facts.not_everything = Some("nobody said that these files are everything".to_owned());
            }),
            Verdict::Unknown
        );
    }

    #[test]
    fn a_pass_must_be_proven() {
        assert_eq!(facts(|facts| facts.compliant = true), Verdict::Pass);
        assert_eq!(
            facts(|facts| {
                facts.compliant = true;
                facts.unproven = Some("it cites nothing".to_owned());
            }),
            Verdict::Unknown
        );
    }

    #[test]
    fn a_broken_control_is_unknown_whatever_it_says() {
        assert_eq!(
            facts(|facts| {
                facts.violating = true;
                facts.compliant = true;
                facts.broken = Some("in two sets".to_owned());
            }),
            Verdict::Unknown
        );
    }
}
