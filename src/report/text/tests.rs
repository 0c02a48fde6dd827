use super::page::width;
use super::*;
use crate::report::{Outcome, Read, Verdict, sample};
use proptest::prelude::*;

fn written(report: &Report, style: &Style) -> String {
    let mut out = Vec::new();
    write(report, style, &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("UTF-8")
}

fn plain(width: usize) -> Style {
    Style { width, ..Style::default() }
}

#[test]
fn no_line_is_wider_than_the_page() {
    for width_of_page in [72, 80, 100, 120, 200] {
        for verbose in [false, true] {
            let text = written(&sample::report(), &Style { verbose, ..plain(width_of_page) });
            for line in text.lines() {
                assert!(width(line) <= width_of_page, "{width_of_page}: {line}");
            }
        }
    }
}

#[test]
fn a_fail_shows_the_line_that_is_to_blame() {
    let text = written(&sample::report(), &plain(100));
    for part in [
        "FAIL  backup.frequency  postgresql/us-east-1",
        "critical · pre-2 · 1.1\n",
        "  × the longest gap between two runs is 24 h; at most 1 h is allowed\n",
        "╭─[deploy/us-east-1/backup.yaml:8:14]\n",
        " 8 │   schedule: \"0 2 * * *\"\n",
        "╰── runs once a day, at 02:00 UTC\n",
        "  help: run it at least hourly",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn every_subject_of_a_group_is_named() {
    let report = sample::report();
    let text = written(&report, &plain(80));
    for finding in report.findings.iter().filter(|finding| finding.verdict.is_red()) {
        assert!(text.contains(&finding.subject), "{}", finding.subject);
    }
}

#[test]
fn a_read_that_failed_is_told_once_for_all_that_it_leaves_unknown() {
    let mut report = sample::report();
    let read = |noun: &str| Read {
        read: "clusters/us-west-2".to_owned(),
        noun: noun.to_owned(),
        of: "context prod".to_owned(),
        at_s: 0,
        state: "unreachable".to_owned(),
        detail: Some("connection refused".to_owned()),
        items: 0,
    };
    report.reads = vec![read("run"), read("schedule"), read("volume")];
    report.findings = ["run", "schedule", "volume", "run"]
        .iter()
        .enumerate()
        .map(|(nth, noun)| {
            let sentence = format!("{noun} of clusters/us-west-2 is unreachable: connection refused");
            let mut finding = sample::finding("backup.runs", &format!("orders{nth}/us-west-2"), Verdict::Unknown, &sentence);
            finding.sentences.push(format!("at least: no {noun} of orders{nth} is known"));
            finding
        })
        .collect();
    sample::count(&mut report);
    let text = written(&report, &plain(100));
    assert!(text.contains("UNKNOWN  4 findings, one reason"), "{text}");
    assert!(text.contains("  ? clusters/us-west-2 is unreachable: connection refused\n"), "{text}");
    assert!(text.contains("Read 14 files and 0 of 1 cluster: "), "{text}");
    assert!(text.ends_with("next: seaworthy doctor (what of the clusters cannot be read, and what to add)\n"), "{text}");
    assert!(
        !text.contains("at least:") && written(&report, &Style { verbose: true, ..plain(100) }).contains("  at least: no run of"),
        "{text}"
    );
}

#[test]
fn the_last_lines_say_how_it_ended_and_what_to_do() {
    let text = written(&sample::report(), &plain(100));
    assert!(text.contains("7 fail · 10 unknown · 2 pass · 7 not judged · 1 waived · 1 n/a"), "{text}");
    assert!(text.ends_with("exit 1: not ready\nnext: seaworthy controls explain backup.frequency\n"), "{text}");
}

#[test]
fn no_fault_declared_is_not_ready() {
    let mut report = sample::report();
    report.findings.retain(|finding| !finding.verdict.is_red());
    sample::count(&mut report);
    assert_eq!(report.outcome, Outcome::NoFaultDeclared);
    let text = written(&report, &plain(120));
    assert!(text.contains("exit 0: no fault in what is declared; 4 controls need live evidence: readiness not proven\n"), "{text}");
    report.scope = "live".to_owned();
    sample::count(&mut report);
    assert!(written(&report, &plain(80)).ends_with("exit 0: ready, 1 waived\n"));
    report.findings.retain(|finding| finding.verdict != Verdict::Pass);
    report.reason = "not one control passed".to_owned();
    sample::count(&mut report);
    assert!(written(&report, &plain(80)).ends_with("exit 3: incomplete: not one control passed\n"));
}

#[test]
fn a_minified_line_is_shown_around_its_value() {
    let mut report = sample::report();
    if let Some(at) = report.findings.first_mut().and_then(|finding| finding.at.as_mut()) {
        at.excerpt = Some(format!("{}\"schedule\":\"0 2 * * *\"{}", "\"a\":1,".repeat(5_000), ",\"b\":2".repeat(5_000)));
        at.column = Some(30_012);
    }
    let text = written(&report, &plain(80));
    assert!(text.contains("[deploy/us-east-1/backup.yaml:8:30012]") && text.contains("\"schedule\":\"0 2 * * *\""), "{text}");
    assert!(text.lines().all(|line| width(line) <= 80));
}

#[test]
fn without_unicode_our_own_text_is_ascii() {
    for verbose in [false, true] {
        let text = written(&sample::report(), &Style { unicode: false, verbose, ..plain(80) });
        assert!(text.is_ascii(), "{text}");
    }
}

#[test]
fn colour_changes_no_word() {
    let colored = written(&sample::report(), &Style { color: true, ..plain(80) });
    let bare = anstream::adapter::strip_str(&colored).to_string();
    let trimmed = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    assert_eq!(trimmed(&bare), trimmed(&written(&sample::report(), &plain(80))));
}

#[test]
fn the_sample_is_written_the_same_twice() {
    let text = written(&sample::report(), &plain(80));
    assert_eq!(text, written(&sample::report(), &plain(80)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_foreign_reaches_the_terminal(report in sample::hostile_report(), verbose: bool, unicode: bool, columns in 0..130_usize) {
        let text = written(&report, &Style { color: false, width: columns, unicode, verbose });
        prop_assert!(!text.chars().any(|c| c != '\n' && clean::is_unsafe(c)));
        prop_assert!(!text.lines().any(|line| line.trim_start().starts_with("::")));
        prop_assert!(!text.contains("##[") && !text.to_lowercase().contains("##vso["));
        let ending = format!("exit {}: ", report.outcome.code());
        prop_assert!(text.contains(&ending));
    }
}
