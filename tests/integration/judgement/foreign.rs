//! Policies of a user that misbehave: what they may read, what is made of what they say.

use super::*;
use seaworthy::evaluate::{Document, Engine, Said, View, input};
use std::collections::BTreeSet;

#[test]
fn a_control_that_misbehaves_is_unknown_and_hides_no_other() {
    let cases = [
        ("a shape", "compliant := \"postgresql/east\"\nsubjects := {\"postgresql/east\"}", "wrong shape"),
        ("a conflict", "subjects := {\"postgresql/east\"}\nexplain[s] := t if { some s in subjects; some t in [\"a\", \"b\"] }", "broken"),
        ("no subject", "subjects := {\"postgresql\"}", "is no subject"),
        ("a stranger", "subjects := {\"postgresql/east\"}\ncompliant := {\"redis/east\"}", "none of its subjects"),
        (
            "a stranger that does not apply",
            "subjects := {\"postgresql/east\"}\nnot_applicable[s] contains \"so\" if some s in [\"redis/east\"]",
            "none of its subjects",
        ),
        (
            "moving subjects",
            "subjects contains s if some s, _ in input.volume\ncompliant contains s if some s in subjects",
            "takes its subjects from the evidence",
        ),
    ];
    let good = snapshot_of(system(false), ScopeKind::Declared, true, &[declared(&["postgresql/east good"])]).unwrap();
    for (case, rules, words) in cases {
        let rules = format!("{rules}\n");
        let catalogue = controls(&[policy("odd", "{volume: declared}", "[]", &rules), policy("claim", "{volume: declared}", "[]", RULES)]);
        let report = judged(
            &good,
            &catalogue,
            &[waiver("test.odd", "system"), waiver("test.odd", "postgresql/east"), waiver("test.odd", "redis/east")],
        );
        let of = |control: &str| report.findings.iter().filter(|finding| finding.control == control).collect::<Vec<_>>();
        assert!(
            of("test.odd").iter().any(|finding| finding.verdict == Verdict::Unknown && finding.sentences.join(" ").contains(words)),
            "{case}: {:?}",
            of("test.odd")
        );
        assert!(
            of("test.odd").iter().all(|finding| finding.verdict != Verdict::Pass && finding.verdict != Verdict::NotApplicable),
            "{case}"
        );
        assert_eq!(of("test.claim").iter().map(|finding| finding.verdict).collect::<Vec<_>>(), [Verdict::Pass], "{case}");
        assert_eq!(report.outcome, Outcome::Incomplete, "{case}");
    }
}

#[test]
fn a_policy_may_read_what_it_declares_and_nothing_else() {
    let ours = |body: &str| vec![policy("claim", "{volume: declared}", "[]", RULES), body.to_owned()];
    let read = |expression: &str| {
        policy(
            "odd",
            "{volume: declared}",
            "[]",
            &format!("subjects := {{\"a/b\"}}\ncompliant contains s if {{ some s in subjects; {expression} }}\n"),
        )
    };
    let cases = [
        ("another noun", read("input.schedule[s]")),
        ("all of the input", read("input[\"schedule\"][s]")),
        ("another control", read("s in data.controls.backup.freshness.compliant")),
        ("all of the data", read("s in data[\"controls\"].backup.freshness.compliant")),
        ("the clock", read("time.now_ns() > 0")),
        ("evidence in a helper", "package house\npaused(s) if input.schedule[s]\n".to_owned()),
        ("one more way to pass in our helper", "package lib.copies\noften(plan, rule) if plan.tool == rule.title\n".to_owned()),
        ("the standard", "package standard\nbackups := {\"postgresql/east\": {\"every_s\": 1}}\n".to_owned()),
    ];
    for (case, body) in cases {
        assert!(load(&ours(&body)).is_err(), "{case} was taken");
    }
    assert!(load(&ours("package house\nsmall(volume) if volume.used_bytes < 10\n")).is_ok());
}

#[test]
fn our_controls_take_their_subjects_from_the_standard() {
    let catalogue = Catalogue::embedded().unwrap();
    let path = crate::common::system("kubernaut-ready").join("snapshot.json");
    let whole = Snapshot::load(&std::fs::read(path).unwrap()).unwrap();
    let empty = Snapshot::new(whole.system.clone(), whole.scope.clone(), whole.taken_at_s).unwrap();
    let subjects = |snapshot: &Snapshot| -> BTreeSet<String> {
        let standard = Standard::embedded().unwrap();
        let terms = Terms { standard: &standard, catalogue: &catalogue, waivers: &[], stage: Stage::PreProduction, at_s: whole.taken_at_s };
        evaluate(snapshot, &terms).unwrap().findings.iter().map(Finding::identity).collect()
    };
    assert_eq!(subjects(&whole), subjects(&empty));
}

#[test]
fn a_control_of_ours_has_nothing_to_say_where_its_sections_of_the_standard_are_empty() {
    let catalogue = Catalogue::embedded().unwrap();
    let path = crate::common::system("kubernaut-ready").join("snapshot.json");
    let whole = Snapshot::load(&std::fs::read(path).unwrap()).unwrap();
    let resolved = Standard::embedded().unwrap().resolve(&whole.system);
    let input = Document::parse(&input(&whole, &resolved, View::Live, whole.taken_at_s).unwrap()).unwrap();
    let by_section = || catalogue.controls.values().filter(|control| control.by_section && !control.sections.is_empty());
    assert!(by_section().count() > 40);
    for control in by_section() {
        let mut standard = serde_json::to_value(&resolved).unwrap();
        control.sections.iter().for_each(|section| standard[section] = serde_json::json!({}));
        let mut engine = Engine::new(catalogue.policies_of(control), &Document::parse(&standard.to_string()).unwrap()).unwrap();
        engine.set_input(&input);
        assert_eq!(engine.judge(&control.id), Ok(Said::default()), "{}", control.id);
    }
}
