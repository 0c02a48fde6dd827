use super::*;
use crate::report::{Outcome, clean, sample};
use proptest::prelude::*;
use quick_junit::TestCaseStatus;

fn written(report: &Report) -> String {
    let mut out = Vec::new();
    write(report, &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("UTF-8")
}

fn parsed(report: &Report) -> quick_junit::Report {
    quick_junit::Report::deserialize_from_str(&written(report)).expect("JUnit")
}

#[test]
fn a_fail_is_a_failure_with_its_place_and_its_fix() {
    let report = parsed(&sample::report());
    let suites: Vec<&str> = report.test_suites.iter().map(|suite| suite.name.as_str()).collect();
    assert!(suites.is_sorted() && suites.contains(&"backup") && suites.contains(&"evidence"), "{suites:?}");
    let suite = report.test_suites.iter().find(|suite| suite.name.as_str() == "backup").expect("a suite");
    let case = suite.test_cases.first().expect("a case");
    assert_eq!(case.name.as_str(), "The claim of backup.frequency [postgresql/us-east-1]");
    assert_eq!(case.classname.as_ref().map(|class| class.as_str()), Some("seaworthy.backup.frequency"));
    let TestCaseStatus::NonSuccess { ty, message, description, .. } = &case.status else { panic!("{case:?}") };
    assert_eq!(ty.as_ref().map(|ty| ty.as_str()), Some("critical"));
    assert_eq!(message.as_ref().map(|text| text.as_str()), Some("the longest gap between two runs is 24 h; at most 1 h is allowed"));
    let body = description.as_ref().expect("a body").as_str();
    for part in ["at deploy/us-east-1/backup.yaml:8:14", "fix: run it at least hourly", "runs once a day"] {
        assert!(body.contains(part), "{body}");
    }
}

#[test]
fn what_does_not_block_is_skipped_with_its_reason() {
    let xml = written(&sample::report());
    assert!(xml.contains("<skipped type=\"waived\" message=\"waived until 2026-12-22 by team-db: object lock"), "{xml}");
    assert!(xml.contains("<skipped type=\"not-asked\" message=\"not asked at this stage; FAIL: no rule fires"), "{xml}");
    assert!(xml.contains("<skipped type=\"not-judged\" message=\"needs clusters:\""), "{xml}");
    assert!(xml.contains("overlay/patch.yaml: a patch, not an object (may hold an object that matters)"), "{xml}");
}

#[test]
fn incomplete_without_a_finding_is_an_error() {
    let mut report = sample::report();
    report.findings.clear();
    sample::count(&mut report);
    assert_eq!(report.outcome, Outcome::Incomplete);
    let xml = written(&report);
    assert!(xml.contains("classname=\"seaworthy.evidence.none\""), "{xml}");
    assert_eq!(parsed(&report).test_suites.iter().map(|suite| suite.errors).sum::<usize>(), 1);
}

#[test]
fn two_findings_that_look_alike_are_two_cases() {
    let mut report = sample::report();
    report.findings.extend(report.findings.clone());
    let mut seen = BTreeSet::new();
    for case in parsed(&report).test_suites.iter().flat_map(|suite| &suite.test_cases) {
        let class = case.classname.as_ref().map(|class| class.as_str().to_owned());
        assert!(seen.insert((class, case.name.as_str().to_owned())), "{}", case.name.as_str());
    }
}

#[test]
fn the_sample_is_written_the_same_twice() {
    let xml = written(&sample::report());
    assert_eq!(xml, written(&sample::report()));
    assert!(xml.contains("timestamp=\"2026-11-22T02:13:20Z\" time=\"0\""), "{xml}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn red_is_red_and_strings_survive(report in sample::hostile_report()) {
        let read = parsed(&report);
        let cases: Vec<_> = read.test_suites.iter().flat_map(|suite| &suite.test_cases).collect();
        let red = read.test_suites.iter().map(|suite| suite.failures + suite.errors).sum::<usize>();
        prop_assert_eq!(red > 0, report.outcome.code() != 0);
        let counted = report.counts.fail + report.counts.unknown;
        let added = usize::from(red > 0 && counted == 0);
        prop_assert_eq!(red, counted + added);
        prop_assert_eq!(cases.len(), report.findings.len() + added);
        let passed = cases.iter().filter(|case| matches!(case.status, TestCaseStatus::Success { .. })).count();
        prop_assert_eq!(passed, report.findings.iter().filter(|finding| finding.verdict == Verdict::Pass).count());
        for finding in &report.findings {
            let name = String::from(XmlText::attribute(&format!("{} [{}]", finding.title, finding.subject)));
            prop_assert!(cases.iter().any(|case| case.name.as_str().starts_with(&name)), "{}", name);
        }
        let xml = written(&report);
        prop_assert!(!xml.chars().any(|c| c != '\n' && clean::is_unsafe(c)));
    }
}
