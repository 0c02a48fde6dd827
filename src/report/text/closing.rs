//! The frame around the findings: of what this is the report, what was not looked at, and the line to act on.

use super::page::{Ink, Page, width};
use crate::report::{Finding, Outcome, Read, Report, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// How many files that were not judged are named, unless everything is asked for.
const NAMED: usize = 10;

/// What was judged, as of when.
pub(super) fn head(page: &mut Page, report: &Report) {
    let mut words =
        vec![report.system.clone(), report.stage.clone(), format!("{} evidence of {}", report.scope, super::minute(report.taken_at_s))];
    if report.judged_at_s != report.taken_at_s {
        words.push(format!("judged as of {}", super::minute(report.judged_at_s)));
    }
    // Without a config the system has no name.
    words.retain(|word| !word.is_empty());
    let words = words.join(page.dot());
    page.hang_at("", Ink::Plain, 2, &words);
}

/// What was not looked at, by what would show it.
pub(super) fn not_judged(page: &mut Page, report: &Report) {
    let findings: Vec<&Finding> = report.findings.iter().filter(|finding| finding.gated && finding.verdict == Verdict::NotJudged).collect();
    let mut reasons: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    for finding in &findings {
        let reason =
            if finding.sentences.is_empty() { "nothing was given that could show it".to_owned() } else { finding.sentences.join("; ") };
        reasons.entry(reason).or_default().push(finding);
    }
    if findings.is_empty() {
        return;
    }
    page.heading("What was not judged");
    let mut reasons: Vec<(String, Vec<&Finding>)> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, findings)| std::cmp::Reverse(controls(findings)));
    for (reason, findings) in reasons {
        let controls = controls(&findings);
        let about = if findings.len() == controls { String::new() } else { format!(" ({} findings)", findings.len()) };
        let count = format!("{}{about}", counted(controls, "control"));
        let reason = sections(&reason);
        let line = match reason.strip_prefix("needs ") {
            Some(what) => format!("{count} need{} {what}", if controls == 1 { "s" } else { "" }),
            None => format!("{reason}: {count}"),
        };
        page.hang_at("  ", Ink::Plain, 4, &line);
        if page.style.verbose {
            for finding in findings {
                page.hang_at(&format!("    {}  ", finding.control), Ink::Plain, 6, &finding.subject);
            }
        }
    }
}

/// A sentence of the engine about sections of the config, `needs drills: or recorded:`, with the file that they are
/// sections of.
pub(super) fn sections(sentence: &str) -> String {
    if !sentence.starts_with("needs ") || !sentence.ends_with(':') {
        return sentence.to_owned();
    }
    let quoted = |word: &str| {
        let (name, comma) = word.strip_suffix(',').map_or((word, ""), |name| (name, ","));
        if name.ends_with(':') { format!("`{name}`{comma}") } else { word.to_owned() }
    };
    let words: Vec<String> = sentence.split(' ').map(quoted).collect();
    format!("{} in seaworthy.yaml", words.join(" "))
}

fn controls(findings: &[&Finding]) -> usize {
    findings.iter().map(|finding| finding.control.as_str()).collect::<BTreeSet<_>>().len()
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// Whether a read is of one region's cluster.
fn is_cluster(read: &str) -> bool {
    read.strip_prefix("clusters/").is_some_and(|region| region != "global")
}

/// Whether a read gave nothing at all.
fn failed(read: &Read) -> bool {
    matches!(read.state.as_str(), "denied" | "unreachable" | "timed out")
}

/// What was read, and what of it no control has seen.
pub(super) fn read(page: &mut Page, report: &Report) {
    let clusters = |read: &dyn Fn(&Read) -> bool| {
        let names = report.reads.iter().filter(|entry| is_cluster(&entry.read) && read(entry)).map(|entry| entry.read.as_str());
        names.collect::<BTreeSet<_>>().len()
    };
    let (asked, answered) = (clusters(&|_| true), clusters(&|read| !failed(read)));
    let files = usize::try_from(report.files).unwrap_or(usize::MAX);
    let files = (files > 0).then(|| counted(files, "file"));
    let clusters = (asked > 0)
        .then(|| if asked == answered { counted(asked, "cluster") } else { format!("{answered} of {}", counted(asked, "cluster")) });
    let sources: Vec<String> = files.into_iter().chain(clusters).collect();
    let files = format!("Read {}: ", sources.join(" and "));
    let objects = format!("{} object{} judged", report.objects, if report.objects == 1 { "" } else { "s" });
    let files = if sources.is_empty() { String::new() } else { files };
    let not = report.unjudged.len();
    let mut items: Vec<_> = report.unjudged.iter().collect();
    items.sort_by_key(|item| !item.in_doubt);
    let words: Vec<String> = items
        .into_iter()
        .map(|item| {
            let line = item.line.map_or_else(String::new, |line| format!(":{line}"));
            let doubt = if item.in_doubt { ", may hold an object that matters" } else { "" };
            format!("{}{line}: {}{doubt}", item.what, item.because)
        })
        .collect();
    page.blank();
    match words.as_slice() {
        [] => page.hang_at("", Ink::Plain, 2, &format!("{files}{objects}")),
        [_] | [_, _] => page.hang_at("", Ink::Plain, 2, &format!("{files}{objects}, {not} not ({})", words.join("; "))),
        many => {
            page.hang_at("", Ink::Plain, 2, &format!("{files}{objects}, {not} not:"));
            let named = if page.style.verbose { many.len() } else { NAMED };
            for item in many.iter().take(named) {
                page.hang_at("  ", Ink::Plain, 4, item);
            }
            if many.len() > named {
                page.line(&format!("  and {} more", many.len() - named));
            }
        }
    }
}

/// What no subject owns, always; how the rest found its subject, when asked.
pub(super) fn links(page: &mut Page, report: &Report) {
    let verbose = page.style.verbose;
    for link in report.links.iter().filter(|link| link.to == "unlinked" || verbose) {
        if link.to == "unlinked" {
            page.hang_at("unlinked: ", Ink::Doubtful, 2, &format!("{} ({})", link.object, link.because));
        } else {
            let arrow = if page.style.unicode { "→" } else { "->" };
            page.hang_at("link: ", Ink::Plain, 2, &format!("{} {arrow} {} ({})", link.object, link.to, link.because));
        }
    }
}

/// What came of each read.
pub(super) fn reads(page: &mut Page, report: &Report) {
    if report.reads.is_empty() {
        return;
    }
    page.heading(&format!("Reads: {}", report.reads.len()));
    for read in &report.reads {
        let detail = read.detail.as_ref().map_or_else(String::new, |detail| format!(": {detail}"));
        let ink = if matches!(read.state.as_str(), "collected" | "absent") { Ink::Plain } else { Ink::Doubtful };
        let head = format!("  {:11}  ", read.state);
        let items = usize::try_from(read.items).unwrap_or(usize::MAX);
        page.hang(&head, ink, &format!("{} of {} from {}{detail}", counted(items, "item"), read.noun, read.of));
    }
}

/// What else a person should know.
pub(super) fn notices(page: &mut Page, report: &Report) {
    for notice in &report.notices {
        page.hang("note: ", Ink::Strong, notice);
    }
}

/// How many of each, the exit code and what to do next.
pub(super) fn summary(page: &mut Page, report: &Report) {
    page.blank();
    let counts = report.counts;
    let shown = [Verdict::Fail, Verdict::Unknown, Verdict::Pass, Verdict::NotJudged, Verdict::Waived];
    let mut words: Vec<(Verdict, String)> =
        shown.into_iter().map(|verdict| (verdict, format!("{} {}", counts.of(verdict), verdict.shown().to_lowercase()))).collect();
    if counts.not_applicable > 0 {
        words.push((Verdict::NotApplicable, format!("{} n/a", counts.not_applicable)));
    }
    let plain = words.iter().map(|(_, word)| word.as_str()).collect::<Vec<_>>().join(page.dot());
    let painted: Vec<String> = words
        .iter()
        .map(|(verdict, word)| if counts.of(*verdict) == 0 { word.clone() } else { page.paint(Ink::of(*verdict), word) })
        .collect();
    let ink = match report.outcome {
        Outcome::NotReady => Ink::Bad,
        Outcome::Incomplete => Ink::Doubtful,
        Outcome::NoFaultDeclared => Ink::Strong,
        Outcome::Ready => Ink::Good,
    };
    let painted = painted.join(page.dot());
    page.both(&painted, width(&plain), &format!("exit {}: {}", report.outcome.code(), ending(report)), ink);
    if let Some(control) = worst(report) {
        page.line(&format!("next: seaworthy controls explain {control}"));
    }
    if report.reads.iter().any(|read| is_cluster(&read.read) && failed(read)) {
        page.hang_at("", Ink::Plain, 6, "next: seaworthy doctor (what of the clusters cannot be read, and what to add)");
    }
}

fn ending(report: &Report) -> String {
    match report.outcome {
        Outcome::NotReady => "not ready".to_owned(),
        Outcome::Incomplete if report.reason.is_empty() => "incomplete".to_owned(),
        Outcome::Incomplete if report.reason.starts_with("incomplete") => report.reason.clone(),
        Outcome::Incomplete => format!("incomplete: {}", report.reason),
        Outcome::NoFaultDeclared => {
            let missing: Vec<&Finding> =
                report.findings.iter().filter(|finding| finding.gated && finding.verdict == Verdict::NotJudged).collect();
            let needs = match controls(&missing) {
                0 => String::new(),
                1 => "1 control needs live evidence: ".to_owned(),
                many => format!("{many} controls need live evidence: "),
            };
            format!("no fault in what is declared; {needs}readiness not proven")
        }
        Outcome::Ready if report.counts.waived > 0 => format!("ready, {} waived", report.counts.waived),
        Outcome::Ready => "ready".to_owned(),
    }
}

fn worst(report: &Report) -> Option<&str> {
    let first = |verdict| report.findings.iter().find(|finding| finding.gated && finding.verdict == verdict);
    first(Verdict::Fail).or_else(|| first(Verdict::Unknown)).map(|finding| finding.control.as_str())
}
