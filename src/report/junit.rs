//! JUnit XML for CI servers, and the border around the crate that writes it. `junit_report` writes
//! characters that XML does not have and lets `]]>` end a section, so nothing goes into it that is not
//! an `XmlText`; what it would take from the clock, the time and the timestamp, is set here.
//!
//! Pass is a case, fail a failure, unknown an error; everything that does not block is skipped with its
//! reason. Exit codes 1 and 3 always have a failure or an error (`evidence.none` where no finding says
//! why), exit code 0 never does. `junit/junit.xsd` is the grammar of what is written: a part of what
//! Jenkins' xUnit plugin takes.

use super::{Finding, Place, Report, Unjudged, Verdict};
use junit_report::{Duration, OffsetDateTime, TestCase, TestResult, TestSuite};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

mod xml_text;
use xml_text::XmlText;

/// The control and suite that say that there is nothing to say.
const EVIDENCE: &str = "evidence";
/// The last instant that RFC 3339 can write.
const LAST_S: i64 = 253_402_300_799;

/// Writes `report` as JUnit XML: a suite for each group of controls.
///
/// # Errors
/// What the writer says.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut document = junit_report::Report::new();
    document.add_testsuites(suites(report));
    document.write_xml(&mut *out).map_err(|error| match error {
        junit_report::Error::Io(error) => error,
        junit_report::Error::Xml(error) => io::Error::other(error.to_string()),
    })?;
    out.write_all(b"\n")
}

fn suites(report: &Report) -> Vec<TestSuite> {
    let mut groups: BTreeMap<String, Vec<TestCase>> = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for finding in &report.findings {
        let group = finding.control.split_once('.').map_or(finding.control.as_str(), |(group, _)| group);
        groups.entry(XmlText::attribute(group).into()).or_default().push(case(finding, &mut taken));
    }
    let red = groups.values().flatten().any(|case| case.is_failure() || case.is_error());
    if report.outcome.code() != 0 && !red {
        groups.entry(EVIDENCE.to_owned()).or_default().push(no_evidence(report, &mut taken));
    }
    if !report.unjudged.is_empty() {
        groups.entry(EVIDENCE.to_owned()).or_default();
    }
    let instant = OffsetDateTime::from_unix_timestamp(report.judged_at_s.clamp(0, LAST_S)).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    groups
        .into_iter()
        .map(|(group, cases)| TestSuite {
            package: XmlText::attribute(&format!("seaworthy/{}", report.system)).into(),
            timestamp: instant,
            hostname: "seaworthy".to_owned(),
            testcases: cases,
            system_out: (group == EVIDENCE && !report.unjudged.is_empty()).then(|| unjudged(&report.unjudged).into()),
            system_err: None,
            name: group,
        })
        .collect()
}

/// A name and a class that no other case has: GitLab keeps the first of two and drops the other, red or not.
fn unique(control: &str, name: &str, taken: &mut BTreeSet<(String, String)>) -> (String, String) {
    let class = String::from(XmlText::attribute(&format!("seaworthy.{control}")));
    let plain = String::from(XmlText::attribute(name));
    let mut name = plain.clone();
    let mut nth = 2;
    while !taken.insert((class.clone(), name.clone())) {
        name = format!("{plain} ({nth})");
        nth += 1;
    }
    (class, name)
}

fn case(finding: &Finding, taken: &mut BTreeSet<(String, String)>) -> TestCase {
    let (class, name) = unique(&finding.control, &format!("{} [{}]", finding.title, finding.subject), taken);
    TestCase {
        name,
        time: Duration::ZERO,
        result: result(finding),
        classname: Some(class),
        filepath: None,
        system_out: None,
        system_err: None,
    }
}

fn result(finding: &Finding) -> TestResult {
    let said = said(finding);
    let message = String::from(XmlText::attribute(&said));
    let cause = Some(body(finding, &said).into());
    let type_ = finding.verdict.word().to_owned();
    if !finding.gated && finding.verdict.is_red() {
        let message = XmlText::attribute(&format!("not asked at this stage; {}: {said}", finding.verdict.shown())).into();
        return TestResult::SkippedWithCause { type_: "not-asked".to_owned(), message, cause };
    }
    match finding.verdict {
        Verdict::Pass => TestResult::Success,
        Verdict::Fail => TestResult::Failure { type_: finding.severity.word().to_owned(), message, cause },
        Verdict::Unknown => TestResult::Error { type_, message, cause },
        Verdict::NotJudged | Verdict::NotApplicable => TestResult::SkippedWithCause { type_, message, cause },
        Verdict::Waived => {
            let message = XmlText::attribute(&finding.waived.as_ref().map_or_else(
                || said.clone(),
                |waived| {
                    let until = super::text::date(waived.expires_s);
                    format!("waived until {until} by {}: {} ({}: {said})", waived.owner, waived.reason, waived.instead_of.shown())
                },
            ));
            TestResult::SkippedWithCause { type_, message: message.into(), cause }
        }
    }
}

fn said(finding: &Finding) -> String {
    if finding.sentences.is_empty() { finding.title.clone() } else { finding.sentences.join("; ") }
}

/// What GitLab and dorny/test-reporter show is this alone, so it says everything again.
fn body(finding: &Finding, said: &str) -> XmlText {
    let mut lines = vec![format!("{}  {}  {}", finding.verdict.shown(), finding.control, finding.subject), said.to_owned()];
    lines.extend(finding.at.as_ref().and_then(place).map(|place| format!("at {place}")));
    if let Some(at) = &finding.at {
        lines.extend(at.excerpt.as_ref().map(|excerpt| format!("   {}", excerpt.trim())));
        lines.extend(at.label.as_ref().map(|label| format!("   {label}")));
        lines.extend(at.also.iter().map(|also| format!("also at {also}")));
    }
    lines.extend(finding.notes.iter().map(|note| format!("note: {note}")));
    if finding.verdict.is_red() && !finding.fix.is_empty() {
        lines.push(format!("fix: {}", finding.fix));
    }
    if let Some(waived) = &finding.waived {
        lines.push(format!("waived until {} by {}: {}", super::text::date(waived.expires_s), waived.owner, waived.reason));
    }
    lines.extend(finding.cite.iter().map(|id| format!("evidence: {id}")));
    lines.push(format!("explain: seaworthy controls explain {}", finding.control));
    XmlText::body(&lines.join("\n"))
}

fn place(at: &Place) -> Option<String> {
    let file = at.file.as_ref().or(at.object.as_ref())?;
    Some([at.line, at.column].into_iter().map_while(|number| number).fold(file.clone(), |place, number| format!("{place}:{number}")))
}

fn no_evidence(report: &Report, taken: &mut BTreeSet<(String, String)>) -> TestCase {
    let (class, name) = unique("evidence.none", &format!("There is evidence to judge [{}]", report.system), taken);
    let reason = if report.reason.is_empty() { report.outcome.word() } else { &report.reason };
    let cause = format!("{reason}\nexit {}: {}", report.outcome.code(), report.outcome.word());
    TestCase {
        name,
        time: Duration::ZERO,
        result: TestResult::Error {
            type_: "unknown".to_owned(),
            message: XmlText::attribute(reason).into(),
            cause: Some(XmlText::body(&cause).into()),
        },
        classname: Some(class),
        filepath: None,
        system_out: None,
        system_err: None,
    }
}

fn unjudged(items: &[Unjudged]) -> XmlText {
    let mut text = format!("not judged: {}\n", items.len());
    for item in items {
        let line = item.line.map_or_else(String::new, |line| format!(":{line}"));
        let doubt = if item.in_doubt { " (may hold an object that matters)" } else { "" };
        text.push_str(&format!("{}{line}: {}{doubt}\n", item.what, item.because));
    }
    XmlText::body(&text)
}

#[cfg(test)]
mod tests;
