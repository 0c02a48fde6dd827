//! The findings: what is red as blocks, what a person took on as a line each, and the rest only when asked for.

use super::closing::sections;
use super::frame;
use super::page::{Ink, Page, width};
use crate::report::{Finding, Place, Read, Report, Severity, Verdict};
use std::collections::BTreeMap;

/// How the engine begins what is known and does not decide.
const AT_LEAST: &str = "at least: ";

/// More facts than this that do not decide are not read by anybody in a hurry.
const MANY: usize = 3;

/// What is red at the gated stage, worst first.
pub(super) fn red(page: &mut Page, report: &Report) {
    let gated = |verdict| report.findings.iter().filter(move |finding| finding.gated && finding.verdict == verdict).collect::<Vec<_>>();
    let failures = Alike::groups(&gated(Verdict::Fail));
    for (nth, group) in failures.iter().enumerate() {
        let next = failures.get(nth + 1);
        failure(page, group, next.is_some_and(|next| next.of.control == group.of.control && next.of.fix == group.of.fix));
    }
    unknowns(page, &gated(Verdict::Unknown), &report.reads);
}

/// What makes two findings say the same: the control, the severity, the sentences and the notes.
type What<'a> = (&'a str, Severity, &'a [String], &'a [String]);

/// Findings of one control that say the same thing about several subjects.
struct Alike<'a> {
    of: &'a Finding,
    subjects: Vec<&'a str>,
    elsewhere: Vec<&'a Place>,
}

impl<'a> Alike<'a> {
    fn groups(findings: &[&'a Finding]) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        let mut index: BTreeMap<What<'_>, usize> = BTreeMap::new();
        for finding in findings.iter().copied() {
            let key = (finding.control.as_str(), finding.severity, finding.sentences.as_slice(), finding.notes.as_slice());
            match index.get(&key).and_then(|&at| groups.get_mut(at)) {
                Some(group) => {
                    group.subjects.push(&finding.subject);
                    group.elsewhere.extend(finding.at.iter().filter(|at| Some(*at) != group.of.at.as_ref()));
                }
                None => {
                    index.insert(key, groups.len());
                    groups.push(Self { of: finding, subjects: vec![&finding.subject], elsewhere: Vec::new() });
                }
            }
        }
        groups
    }
}

fn failure(page: &mut Page, group: &Alike<'_>, fixed_below: bool) {
    let finding = group.of;
    page.blank();
    let subject = match group.subjects.as_slice() {
        [one] => (*one).to_owned(),
        several => format!("{} subjects", several.len()),
    };
    header(page, finding, &subject);
    if group.subjects.len() > 1 {
        page.hang("  of: ", Ink::Plain, &group.subjects.join(", "));
    }
    if page.style.verbose {
        page.hang("  claim: ", Ink::Faint, &finding.title);
    }
    let title = [finding.title.clone()];
    let sentences = if finding.sentences.is_empty() { &title[..] } else { &finding.sentences };
    frame::write(page, sentences, finding.at.as_ref());
    if !group.elsewhere.is_empty() {
        let mut places: Vec<String> = group.elsewhere.iter().filter_map(|at| place(at)).collect();
        places.dedup();
        page.hang("  also: ", Ink::Plain, &places.join(", "));
    }
    for note in &finding.notes {
        page.hang("  note: ", Ink::Plain, note);
    }
    if !finding.fix.is_empty() && !fixed_below {
        page.hang("  help: ", Ink::Strong, &finding.fix);
    }
}

/// What came of it, of which claim about whom, and for whom it matters how much.
fn header(page: &mut Page, finding: &Finding, subject: &str) {
    let word = finding.verdict.shown();
    let left = format!("{}  {}  {subject}", page.paint(Ink::of(finding.verdict), word), page.paint(Ink::Strong, &finding.control));
    let left_width = width(word) + 4 + width(&finding.control) + width(subject);
    let mut right = vec![finding.severity.word().to_owned()];
    right.extend(finding.checklist.iter().cloned());
    right.extend(Some(finding.section.clone()).filter(|section| !section.is_empty()));
    let right = right.join(page.dot());
    page.both(&left, left_width, &right, Ink::Faint);
}

fn place(at: &Place) -> Option<String> {
    let name = at.file.as_ref().or(at.object.as_ref())?;
    Some(at.line.map_or_else(|| name.clone(), |line| format!("{name}:{line}")))
}

/// One read that was denied makes dozens of subjects unknown: the reason once, and all whom it concerns.
fn unknowns(page: &mut Page, findings: &[&Finding], reads: &[Read]) {
    let mut reasons: Vec<((String, bool), Vec<&Finding>)> = Vec::new();
    let mut index: BTreeMap<(String, bool), usize> = BTreeMap::new();
    for finding in findings.iter().copied() {
        let reason = cause(finding, reads);
        match index.get(&reason).and_then(|&at| reasons.get_mut(at)) {
            Some((_, group)) => group.push(finding),
            None => {
                index.insert(reason.clone(), reasons.len());
                reasons.push((reason, vec![finding]));
            }
        }
    }
    for ((reason, of_read), group) in &reasons {
        page.blank();
        match group.as_slice() {
            [one] => header(page, one, &one.subject),
            several => {
                let worst = several.iter().map(|finding| finding.severity).min().unwrap_or(Severity::Low);
                let word = Verdict::Unknown.shown();
                let about = format!("  {} findings, one reason", several.len());
                let left = format!("{}{about}", page.paint(Ink::of(Verdict::Unknown), word));
                let left_width = width(word) + width(&about);
                page.both(&left, left_width, worst.word(), Ink::Faint);
            }
        }
        page.hang("  ? ", Ink::of(Verdict::Unknown), reason);
        if group.len() > 1 {
            concerned(page, group);
        }
        if *of_read {
            known(page, group);
        }
        let mut places: Vec<String> = group.iter().filter_map(|finding| finding.at.as_ref().and_then(place)).collect();
        places.sort();
        places.dedup();
        if !places.is_empty() {
            page.hang("  at: ", Ink::Faint, &places.join(", "));
        }
        let mut notes: Vec<&str> = group.iter().flat_map(|finding| finding.notes.iter().map(String::as_str)).collect();
        notes.sort_unstable();
        notes.dedup();
        for note in notes {
            page.hang("  note: ", Ink::Plain, note);
        }
    }
}

/// Each control on a line, with its subjects; the columns of the names line up.
fn concerned(page: &mut Page, group: &[&Finding]) {
    let mut controls: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for finding in group {
        controls.entry(&finding.control).or_default().push(&finding.subject);
    }
    let longest = controls.keys().map(|control| width(control)).max().unwrap_or(0).min(page.width() / 2);
    for (control, subjects) in controls {
        let pad = longest.saturating_sub(width(control));
        page.hang_at(&format!("  {control}{:pad$}  ", ""), Ink::Plain, longest + 4, &subjects.join(", "));
    }
}

fn reason(finding: &Finding) -> String {
    if finding.sentences.is_empty() { "not proven either way".to_owned() } else { told(&finding.sentences).join("; ") }
}

fn told(sentences: &[String]) -> Vec<String> {
    sentences.iter().map(|sentence| sections(sentence)).collect()
}

/// Why a verdict is not known. Where a read is why, in words that are the same for all whom it leaves unknown, whatever
/// was read of them, and without what is known of each.
fn cause(finding: &Finding, reads: &[Read]) -> (String, bool) {
    let of_read = |sentence: &String| {
        let read = reads.iter().find(|read| sentence.starts_with(&format!("{} of {} is {}", read.noun, read.read, read.state)))?;
        sentence.strip_prefix(&format!("{} of ", read.noun)).map(str::to_owned)
    };
    let mut causes: Vec<String> = finding.sentences.iter().filter_map(of_read).collect();
    if causes.len() != finding.sentences.iter().filter(|sentence| !sentence.starts_with(AT_LEAST)).count() || causes.is_empty() {
        return (reason(finding), false);
    }
    causes.sort_unstable();
    causes.dedup();
    (causes.join("; "), true)
}

/// What is known of them although it does not decide; of many it is left to whoever asks for everything.
fn known(page: &mut Page, group: &[&Finding]) {
    let mut known: Vec<&str> =
        group.iter().flat_map(|finding| &finding.sentences).filter_map(|sentence| sentence.strip_prefix(AT_LEAST)).collect();
    known.sort_unstable();
    known.dedup();
    if !known.is_empty() && (known.len() <= MANY || page.style.verbose) {
        page.hang("  at least: ", Ink::Faint, &known.join("; "));
    }
}

/// What a person has taken on: who, why and until when, a line each.
pub(super) fn waived(page: &mut Page, report: &Report) {
    let mut first = true;
    for finding in report.findings.iter().filter(|finding| finding.gated && finding.verdict == Verdict::Waived) {
        if first {
            page.blank();
            first = false;
        }
        let taken = finding.waived.as_ref().map_or_else(String::new, |waived| {
            let until = super::date(waived.expires_s);
            format!(": {}, waived until {until} by {}: {}", waived.instead_of.shown(), waived.owner, waived.reason)
        });
        let head = format!("{}  {}  ", finding.verdict.shown(), finding.control);
        page.hang_at(&head, Ink::of(finding.verdict), 8, &format!("{}{taken}", finding.subject));
    }
}

/// What the other stage asks for: its red ones a line each, the rest as counts.
pub(super) fn not_asked(page: &mut Page, report: &Report) {
    let others: Vec<&Finding> = report.findings.iter().filter(|finding| !finding.gated).collect();
    if others.is_empty() {
        return;
    }
    let counts: Vec<String> = Verdict::ALL
        .into_iter()
        .filter_map(|verdict| {
            let count = others.iter().filter(|finding| finding.verdict == verdict).count();
            (count > 0).then(|| format!("{count} {}", verdict.shown()))
        })
        .collect();
    let counts = counts.join(page.dot());
    page.heading(&format!("Not asked at this stage: {counts}"));
    for finding in others.iter().filter(|finding| finding.verdict.is_red()) {
        let pad = width(Verdict::Unknown.shown()) - width(finding.verdict.shown());
        let head = format!("  {}{:pad$}  {}  ", finding.verdict.shown(), "", finding.control);
        page.hang_at(&head, Ink::of(finding.verdict), 11, &format!("{}: {}", finding.subject, reason(finding)));
    }
}

/// What is proven good, and what does not apply.
pub(super) fn green(page: &mut Page, report: &Report) {
    for (verdict, heading) in [(Verdict::Pass, "Proven good"), (Verdict::NotApplicable, "Does not apply")] {
        let findings: Vec<&Finding> = report.findings.iter().filter(|finding| finding.verdict == verdict).collect();
        if findings.is_empty() {
            continue;
        }
        page.heading(&format!("{heading}: {}", findings.len()));
        for finding in findings {
            let class = Some(&finding.class).filter(|class| !class.is_empty()).map_or_else(String::new, |class| format!(" ({class})"));
            let said = finding.sentences.join("; ");
            let said = if said.is_empty() { String::new() } else { format!(": {said}") };
            page.hang_at(&format!("  {}  ", finding.control), Ink::of(verdict), 6, &format!("{}{class}{said}", finding.subject));
            for note in &finding.notes {
                page.hang("      note: ", Ink::Plain, note);
            }
        }
    }
}
