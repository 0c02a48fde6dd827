//! Foreign text made harmless. Names, excerpts and reasons come out of manifests, APIs and error
//! messages: none of them may move a cursor, reorder a line, end an XML section or speak to a CI
//! runner. What is taken out is shown as `\u{1b}`, so that nothing is hidden either.

use super::{ChecklistLine, Finding, Link, Place, Read, Report, Scenario, Unjudged, Waived};
use std::fmt::Write as _;

/// A string longer than this is cut in what a person reads; JSON keeps it.
const LONGEST: usize = 4_000;

/// Whether a character does something other than being seen: controls, what reorders or hides text,
/// line ends that are not `\n`, and what XML cannot say.
#[must_use]
pub fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
                | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// Text as one line: white space is one space each, colours are dropped, the rest of what is unsafe is spelled out.
#[must_use]
pub fn line(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in without_colours(text).chars() {
        if matches!(c, '\n' | '\r' | '\t') { clean.push(' ') } else { push(&mut clean, c) }
    }
    cut(clean.trim(), LONGEST)
}

/// Text of several lines, each harmless.
#[must_use]
pub fn lines(text: &str) -> String {
    let unix = without_colours(text).replace("\r\n", "\n");
    let mut clean = String::with_capacity(unix.len());
    for c in unix.chars() {
        match c {
            '\r' | '\n' => clean.push('\n'),
            '\t' => clean.push(' '),
            other => push(&mut clean, other),
        }
    }
    clean
}

/// A line of a file, character for character, so that its columns stay true.
#[must_use]
pub fn excerpt(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\t' => ' ',
            c if is_unsafe(c) => char::REPLACEMENT_CHARACTER,
            c => c,
        })
        .collect()
}

/// The first `longest` characters, and how many are left out.
#[must_use]
pub fn cut(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        None => text.to_owned(),
        Some((end, _)) => {
            let more = text.get(end..).map_or(0, |rest| rest.chars().count());
            format!("{} [{more} characters more]", text.get(..end).unwrap_or_default())
        }
    }
}

/// Takes from finished text the power to speak to a CI runner. GitHub obeys `::` after leading white
/// space; GitHub and Azure obey `##[` and `##vso[` anywhere in a line.
#[must_use]
pub fn defuse(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            safe.push('\n');
        }
        let start = indent(line);
        let (before, rest) = line.split_at(start);
        safe.push_str(before);
        let rest = match rest.strip_prefix("::") {
            Some(rest) => {
                safe.push_str(": :");
                rest
            }
            None => rest,
        };
        let mut left = rest;
        while let Some(at) = left.find("##") {
            let (before, after) = left.split_at(at + 1);
            safe.push_str(before);
            let command = after.trim_start_matches('#');
            if command.starts_with('[') || starts_with_vso(command) {
                safe.push(' ');
            }
            left = after;
        }
        safe.push_str(left);
    }
    safe
}

/// Whether text begins with the rest of Azure's `##vso[`.
pub(super) fn starts_with_vso(text: &str) -> bool {
    text.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("vso["))
}

/// Where a line's text begins, after white space and colours of ours.
fn indent(line: &str) -> usize {
    let mut rest = line;
    loop {
        let shorter = rest.trim_start();
        let shorter = shorter.strip_prefix("\u{1b}[").and_then(|code| code.split_once('m')).map_or(shorter, |(_, after)| after);
        if shorter.len() == rest.len() {
            return line.len() - rest.len();
        }
        rest = shorter;
    }
}

fn push(clean: &mut String, c: char) {
    if is_unsafe(c) {
        // Writing to a string does not fail.
        let _ = write!(clean, "\\u{{{:x}}}", u32::from(c));
    } else {
        clean.push(c);
    }
}

/// Without complete `ESC [ … letter` sequences. A lone ESC stays, to be spelled out.
fn without_colours(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("\u{1b}[") {
        let (before, sequence) = rest.split_at(at);
        clean.push_str(before);
        let body = sequence.get(2..).unwrap_or_default();
        let length = body.find(|c: char| !matches!(c, ' '..='?')).unwrap_or(body.len());
        match body.get(length..).and_then(|tail| tail.chars().next()) {
            Some('@'..='~') => rest = body.get(length + 1..).unwrap_or_default(),
            Some(_) | None => {
                clean.push('\u{1b}');
                rest = sequence.get(1..).unwrap_or_default();
            }
        }
    }
    clean.push_str(rest);
    clean
}

fn all(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| line(text)).collect()
}

/// The whole report with every string as one harmless line: who writes from it cannot forget one.
#[must_use]
pub fn report(report: &Report) -> Report {
    Report {
        tool: line(&report.tool),
        system: line(&report.system),
        taken_at_s: report.taken_at_s,
        judged_at_s: report.judged_at_s,
        stage: line(&report.stage),
        scope: line(&report.scope),
        outcome: report.outcome,
        reason: line(&report.reason),
        counts: report.counts,
        checklist: report.checklist.iter().map(checklist_line).collect(),
        scenarios: report.scenarios.iter().map(scenario).collect(),
        findings: report.findings.iter().map(finding).collect(),
        unjudged: report.unjudged.iter().map(unjudged).collect(),
        links: report.links.iter().map(link).collect(),
        reads: report.reads.iter().map(read).collect(),
        files: report.files,
        objects: report.objects,
        notices: all(&report.notices),
    }
}

fn checklist_line(item: &ChecklistLine) -> ChecklistLine {
    ChecklistLine {
        id: line(&item.id),
        text: line(&item.text),
        stage: line(&item.stage),
        verdict: item.verdict,
        why: line(&item.why),
        findings: all(&item.findings),
    }
}

fn scenario(item: &Scenario) -> Scenario {
    Scenario { id: line(&item.id), title: line(&item.title), rto: item.rto.clone(), rpo: item.rpo.clone() }
}

fn finding(item: &Finding) -> Finding {
    Finding {
        control: line(&item.control),
        title: line(&item.title),
        subject: line(&item.subject),
        verdict: item.verdict,
        severity: item.severity,
        gated: item.gated,
        class: line(&item.class),
        view: line(&item.view),
        sentences: all(&item.sentences),
        notes: all(&item.notes),
        measure: item.measure.clone(),
        at: item.at.as_ref().map(place),
        cite: all(&item.cite),
        checklist: all(&item.checklist),
        section: line(&item.section),
        fix: line(&item.fix),
        waived: item.waived.as_ref().map(waived),
    }
}

fn place(item: &Place) -> Place {
    Place {
        file: item.file.as_deref().map(line),
        line: item.line,
        column: item.column,
        length: item.length,
        excerpt: item.excerpt.as_deref().map(excerpt),
        label: item.label.as_deref().map(line),
        object: item.object.as_deref().map(line),
        also: all(&item.also),
    }
}

fn waived(item: &Waived) -> Waived {
    Waived { owner: line(&item.owner), reason: line(&item.reason), expires_s: item.expires_s, instead_of: item.instead_of }
}

fn unjudged(item: &Unjudged) -> Unjudged {
    Unjudged { what: line(&item.what), line: item.line, because: line(&item.because), in_doubt: item.in_doubt }
}

fn link(item: &Link) -> Link {
    Link { object: line(&item.object), to: line(&item.to), because: line(&item.because) }
}

fn read(item: &Read) -> Read {
    Read {
        read: line(&item.read),
        noun: line(&item.noun),
        of: line(&item.of),
        at_s: item.at_s,
        state: line(&item.state),
        detail: item.detail.as_deref().map(line),
        items: item.items,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_out_is_seen() {
        assert_eq!(line("a\u{1b}[31mred\u{1b}[0m"), "ared");
        assert_eq!(line("a\u{1b}]8;;x\u{7}b\0"), "a\\u{1b}]8;;x\\u{7}b\\u{0}");
        assert_eq!(line("user\u{202e}gpj.exe"), "user\\u{202e}gpj.exe");
        assert_eq!(line(" one\r\ntwo\t "), "one  two");
        assert_eq!(line("\u{1b}["), "\\u{1b}[");
        assert_eq!(lines("one\r\ntwo\rthree"), "one\ntwo\nthree");
    }

    #[test]
    fn an_excerpt_keeps_its_columns() {
        let text = "\tkey: \u{1b}[1mä\0";
        assert_eq!(excerpt(text).chars().count(), text.chars().count());
        assert!(!excerpt(text).chars().any(is_unsafe));
    }

    #[test]
    fn no_line_commands_a_ci_runner() {
        assert_eq!(defuse("::error::x"), ": :error::x");
        assert_eq!(defuse("a\n  ::stop-commands::x"), "a\n  : :stop-commands::x");
        assert_eq!(defuse("\u{1b}[1m ::error::x"), "\u{1b}[1m : :error::x");
        assert_eq!(defuse("x ##[error]y ##vso[z ###[a ##VSO[b"), "x # #[error]y # #vso[z # # #[a # #VSO[b");
        assert_eq!(defuse("arn:aws:s3:::bucket ## a"), "arn:aws:s3:::bucket ## a");
    }

    #[test]
    fn what_is_too_long_says_how_much_is_left() {
        assert_eq!(cut("abcd", 4), "abcd");
        assert_eq!(cut("äbcd", 2), "äb [2 characters more]");
    }
}
