//! Other people's manifests, without a config: what occurs in them is judged or listed, and nothing else
//! is talked about. The table is over texts of our own; the rules hold for any directory, the one that
//! `SEAWORTHY_TEST_CORPUS` names or, without it, the same texts.

mod cases;

use crate::common::{root, seaworthy};
use cases::CASES;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const FIXTURES: &str = "fixtures/manifests";

struct Run {
    exit: Option<i32>,
    report: Value,
}

fn check(path: &Path) -> Run {
    let output = seaworthy().args(["check", "--no-config", "-o", "json"]).arg(path).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("panicked"), "{}: {said}", path.display());
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{}: {error}: {said}", path.display()));
    Run { exit: output.status.code(), report }
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// The findings with one of these verdicts.
fn with<'a>(report: &'a Value, verdicts: &'a [&str]) -> impl Iterator<Item = &'a Value> {
    list(report, "findings").iter().filter(|finding| verdicts.contains(&text(finding, "verdict")))
}

/// What the report lists as not judged, and what it lists as unlinked.
fn listed(report: &Value) -> Vec<String> {
    let unjudged = list(report, "unjudged").iter().map(|line| format!("{}: {}", text(line, "what"), text(line, "because")));
    let unlinked = list(report, "links").iter().filter(|link| text(link, "to") == "unlinked");
    unjudged.chain(unlinked.map(|link| format!("{}: {}", text(link, "object"), text(link, "because")))).collect()
}

#[test]
fn each_case_is_judged_as_the_table_says() {
    for case in CASES {
        let run = check(&root().join(FIXTURES).join(case.name));
        let name = case.name;
        let decided: BTreeSet<String> = with(&run.report, &["pass", "fail"])
            .map(|finding| format!("{} {} {}", text(finding, "verdict"), text(finding, "control"), text(finding, "subject")))
            .collect();
        assert_eq!(decided, case.decided.iter().map(|line| (*line).to_owned()).collect(), "{name}");
        let unknown: BTreeSet<&str> = with(&run.report, &["unknown"]).map(|finding| text(finding, "subject")).collect();
        assert_eq!(unknown, case.unknown.iter().copied().collect(), "{name}");
        let listed = listed(&run.report);
        assert_eq!(listed.len(), case.listed.len(), "{name}: {listed:#?}");
        for part in case.listed {
            assert!(listed.iter().any(|line| line.contains(part)), "{name} does not list {part}: {listed:#?}");
        }
        assert_eq!(run.exit, Some(case.exit), "{name}");
    }
}

#[test]
fn every_case_under_the_fixtures_is_in_the_table() {
    let directories: BTreeSet<String> =
        std::fs::read_dir(root().join(FIXTURES)).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    assert_eq!(directories, CASES.iter().map(|case| case.name.to_owned()).collect());
    assert!(directories.len() >= 25);
}

#[test]
fn five_fields_of_cloudnativepg_are_said_to_begin_with_seconds() {
    let output = seaworthy().args(["check", "--no-config", &format!("{FIXTURES}/cnpg-five-fields-rare")]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("the first of five fields is seconds here"), "{text}");
}

/// The directory whose files must all be taken.
fn corpus() -> PathBuf {
    std::env::var_os("SEAWORTHY_TEST_CORPUS").map_or_else(|| root().join(FIXTURES), PathBuf::from)
}

/// The manifests below a directory.
fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|ending| ["yaml", "yml", "json"].iter().any(|known| ending == *known)) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// What holds for any files without a config.
fn holds(path: &Path) {
    let shown = path.display();
    let Run { exit, report } = check(path);
    assert!(matches!(exit, Some(0 | 1 | 3)), "{shown}: {exit:?}");
    let judged = report["objects"].as_u64().unwrap_or_default();
    assert!(judged > 0 || !list(&report, "unjudged").is_empty(), "{shown} is neither judged nor listed");
    for finding in with(&report, &["fail", "unknown", "pass"]) {
        let said = finding["sentences"].to_string();
        let subject = text(finding, "subject");
        for word in ["gateway", "region-failure", "on-call", "cross-region", "alert-delivery", "runbook", "security-audit"] {
            assert!(!subject.starts_with(word), "{shown} has nothing about {word}: {finding}");
        }
        if text(finding, "verdict") == "fail" {
            for phrase in ["nothing backs up", "no schedule backs up", "no schedule that is switched on"] {
                assert!(!said.contains(phrase), "{shown}: an absence is no fail without a config: {finding}");
            }
        }
    }
    let failed = with(&report, &["fail"]).next().is_some();
    assert_eq!(exit == Some(1), failed, "{shown}");
}

#[test]
fn every_file_of_a_corpus_alone_is_judged_or_listed_and_no_absence_fails() {
    let files = files(&corpus());
    assert!(!files.is_empty(), "there is no manifest in {}", corpus().display());
    files.iter().for_each(|file| holds(file));
}

#[test]
fn all_files_of_a_corpus_together_are_judged_or_listed_and_no_absence_fails() {
    holds(&corpus());
}

#[test]
fn a_report_about_files_alone_does_not_talk_of_what_is_not_there() {
    let output = seaworthy().args(["check", "--no-config", &format!("{FIXTURES}/cnpg-backup-without-cluster")]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    for word in ["load balancer", "Region failure", "On-call", "Runbooks", "RTO"] {
        assert!(!text.contains(word), "{word} is in\n{text}");
    }
    assert!(text.contains("unlinked: ScheduledBackup/shop/orders-daily"), "{text}");
    assert_eq!(output.status.code(), Some(3));
}
