//! Our policies pass their own tests, every line of them runs, and each says what a control must say.

use crate::common::{root, run, stdout};
use seaworthy::evaluate::Catalogue;
use seaworthy::standard::Standard;
use std::collections::BTreeSet;

#[test]
fn every_policy_test_passes_and_every_line_runs() {
    let output = run(&["policy", "test", "--coverage-at-least", "100", "policies"]);
    let text = stdout(&output);
    assert!(output.status.success(), "{text}");
    assert!(text.contains(" 0 failed, line coverage 100 %"), "{text}");
}

#[test]
fn every_control_has_tests_that_pass_fail_and_cannot_read() {
    let catalogue = Catalogue::embedded().unwrap();
    for control in catalogue.controls.values() {
        let path = root().join(control.policy.path.replace(".rego", "_test.rego"));
        let tests = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for (what, words) in
            [("passes", &["test_pass"][..]), ("fails", &["test_fail"]), ("cannot read", &["test_unknown", "test_unreadable"])]
        {
            assert!(words.iter().any(|word| tests.contains(word)), "{}: no test in which it {what}", path.display());
        }
    }
}

#[test]
fn every_line_of_both_checklists_has_a_control_and_every_control_names_a_line_that_is_there() {
    let catalogue = Catalogue::embedded().unwrap();
    let standard = Standard::embedded().unwrap();
    let proven: BTreeSet<&str> =
        catalogue.controls.values().flat_map(|control| control.metadata.checklist.iter().map(String::as_str)).collect();
    let lines: BTreeSet<&str> = standard.checklist.iter().map(|line| line.id.as_str()).collect();
    assert_eq!(proven, lines);
}

#[test]
fn a_control_is_short_and_says_what_to_do() {
    for control in Catalogue::embedded().unwrap().controls.values() {
        let metadata = &control.metadata;
        let lines = control.policy.source.lines().count();
        assert!(lines <= 80, "{}: {lines} lines, at most 80 are one claim", control.policy.path);
        assert!(
            !metadata.fix.is_empty() && !metadata.section.is_empty() && !metadata.description.is_empty(),
            "{}: fix, section and description",
            control.id
        );
        assert!(!metadata.title.ends_with('.') && !metadata.title.contains("should"), "{}: a title is a claim", control.id);
        assert!(
            control.policy.source.contains("schema.input") && control.policy.source.contains("schema.standard"),
            "{}: schemas",
            control.id
        );
    }
}
