//! The report for programs. The structs are this format's own and versioned: a change inside the
//! program does not change them by accident, and [`schema`] is generated from them.

use super::{Report, Severity as ReportSeverity, Verdict as ReportVerdict, clean};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::{self, Write};

/// What the reader of this version can rely on. Fields may be added; a changed or lost one makes a new version.
const VERSION: u32 = 1;

/// Writes `report` as JSON, for people's `jq` too: pretty, ordered, with a newline at its end.
///
/// # Errors
/// What the writer says.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(&Document::from(report))?;
    out.write_all(escaped(&text).as_bytes())?;
    out.write_all(b"\n")
}

/// The JSON Schema of this format.
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Document).to_value()
}

/// The same JSON, safe to print in a terminal and in a CI log: outside of strings it has neither `#` nor
/// anything unsafe but line ends, so each can be escaped where it stands.
fn escaped(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    let mut units = [0; 2];
    for (at, c) in json.char_indices() {
        let commands = c == '#' && json.get(at + 1..).is_some_and(|rest| rest.starts_with('[') || clean::starts_with_vso(rest));
        if commands || c != '\n' && clean::is_unsafe(c) {
            for unit in c.encode_utf16(&mut units) {
                safe.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            safe.push(c);
        }
    }
    safe
}

macro_rules! json {
    ($(#[$meta:meta])* $name:ident { $($body:tt)* }) => {
        $(#[$meta])*
        #[serde_with::skip_serializing_none]
        #[derive(Debug, Clone, Serialize, JsonSchema)]
        struct $name { $($body)* }
    };
}

json! {
    /// What a run of seaworthy found.
    Document {
        /// The version of this format.
        version: u32,
        /// The program and its version.
        tool: String,
        /// The system.
        system: String,
        /// When the snapshot was taken, epoch seconds.
        taken_at_s: i64,
        /// The instant of judgement, epoch seconds.
        judged_at_s: i64,
        /// The stage that gates.
        stage: String,
        /// `declared` or `live`.
        scope: String,
        /// `ready`, `no-fault-declared`, `incomplete` or `not-ready`.
        outcome: String,
        /// How the program ended.
        exit: Exit,
        /// The gated findings, counted.
        counts: Counts,
        /// Both checklists; the gated one first.
        checklist: Vec<ChecklistLine>,
        /// The RTO/RPO table, one entry for each objective of each scenario.
        objectives: Vec<Objective>,
        /// The findings, by verdict, severity, control and subject.
        findings: Vec<Finding>,
        /// Files and objects that were not judged.
        unjudged: Vec<Unjudged>,
        /// Which evidence went to which subject, and why.
        links: Vec<Link>,
        /// What was read, and what came of it.
        reads: Vec<Read>,
        /// Files that were read.
        files: u64,
        /// Objects that were judged.
        objects: u64,
        /// What else a person should know.
        notices: Vec<String>,
    }
}
json! {
    /// How the program ended.
    Exit {
        /// 0, 1 or 3.
        code: u8,
        /// Why, in a few words.
        reason: String,
    }
}
json! {
    /// The gated findings, counted.
    Counts {
        /// Proven bad.
        fail: usize,
        /// Not proven.
        unknown: usize,
        /// Not looked at.
        not_judged: usize,
        /// Taken on by a person.
        waived: usize,
        /// Proven good.
        pass: usize,
        /// Does not apply.
        not_applicable: usize,
    }
}
/// What came of a claim, worst first.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Verdict {
    Fail,
    Unknown,
    NotJudged,
    Waived,
    Pass,
    NotApplicable,
}
/// How much a finding matters.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Severity {
    Critical,
    High,
    Medium,
    Low,
}
json! {
    /// A line of a checklist.
    ChecklistLine {
        /// `pre-2`.
        id: String,
        /// The line as the organisation wrote it.
        text: String,
        /// `pre-production` or `post-production`.
        stage: String,
        /// The worst of its findings.
        verdict: Verdict,
        /// What makes it so.
        why: String,
        /// Its findings, as `control subject`.
        findings: Vec<String>,
    }
}
/// Which objective.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Which {
    Rto,
    Rpo,
}
json! {
    /// A scenario's objective.
    Objective {
        /// `region-failure`.
        scenario: String,
        /// The scenario's name for a person.
        title: String,
        /// `rto` or `rpo`.
        objective: Which,
        /// Less than this, in seconds; 0 for a recovery point: no loss at all.
        target_s: i64,
        /// What the configuration makes possible.
        structural: Half,
        /// What drills measured.
        measured: Half,
    }
}
json! {
    /// Half of an objective.
    Half {
        /// The worst verdict of its controls; missing where no control speaks of it.
        verdict: Option<Verdict>,
        /// The worst value, in seconds.
        value_s: Option<i64>,
    }
}
json! {
    /// What came of one claim about one subject. Control and subject are its identity.
    Finding {
        /// `backup.frequency`.
        control: String,
        /// The claim.
        title: String,
        /// `postgresql/us-east-1`.
        subject: String,
        /// What came of it.
        verdict: Verdict,
        /// How much it matters.
        severity: Severity,
        /// Whether the gated stage asks for it; only these are counted and decide the exit code.
        gated: bool,
        /// `declared`, `observed` or `attested`: the weakest evidence that it rests on; empty for none.
        class: String,
        /// `live` or `declared`.
        view: String,
        /// What is so.
        sentences: Vec<String>,
        /// What does not change the verdict.
        notes: Vec<String>,
        /// The numbers that decided.
        measure: Vec<Measure>,
        /// Where to look.
        at: Option<Place>,
        /// The evidence, by id.
        cite: Vec<String>,
        /// The checklist lines that it serves.
        checklist: Vec<String>,
        /// The section of the standard's document.
        section: String,
        /// What to do.
        fix: String,
        /// Where it is waived.
        waived: Option<Waived>,
    }
}
json! {
    /// A number that decided.
    Measure {
        /// What was observed.
        observed: i64,
        /// What is required.
        required: i64,
        /// `s`, `ms`, `d`, `bytes` or `count`.
        unit: String,
        /// Whether more is better; else less is.
        higher_is_better: bool,
    }
}
json! {
    /// Where to look.
    Place {
        /// The file.
        file: Option<String>,
        /// The line, from 1.
        line: Option<u32>,
        /// The column, in characters from 1.
        column: Option<u32>,
        /// How many characters the judged value takes.
        length: Option<u32>,
        /// That one line.
        excerpt: Option<String>,
        /// What the judged value means.
        label: Option<String>,
        /// The object.
        object: Option<String>,
        /// Other places with the same content, as `file:line`.
        also: Vec<String>,
    }
}
json! {
    /// Who took a red verdict on, and until when.
    Waived {
        /// Who.
        owner: String,
        /// Why.
        reason: String,
        /// Until when, epoch seconds.
        expires_s: i64,
        /// What it would be otherwise.
        instead_of: Verdict,
    }
}
json! {
    /// A file or object that was not judged.
    Unjudged {
        /// What.
        what: String,
        /// The line in its file, from 1.
        line: Option<u32>,
        /// Why.
        because: String,
        /// Whether it may hold an object that matters.
        in_doubt: bool,
    }
}
json! {
    /// Which evidence went to which subject, and why.
    Link {
        /// The evidence's object.
        object: String,
        /// The subject, or `unlinked`.
        to: String,
        /// Why.
        because: String,
    }
}
json! {
    /// What came of one read.
    Read {
        /// The read.
        read: String,
        /// The noun.
        noun: String,
        /// Of whom it was asked.
        of: String,
        /// When, epoch seconds.
        at_s: i64,
        /// `collected`, `absent`, `denied`, `unreachable`, `timed_out`, `partial`, `unsupported` or `stale`.
        state: String,
        /// Why it is not complete.
        detail: Option<String>,
        /// How many items it stored.
        items: u64,
    }
}

impl From<&Report> for Document {
    fn from(report: &Report) -> Self {
        Self {
            version: VERSION,
            tool: report.tool.clone(),
            system: report.system.clone(),
            taken_at_s: report.taken_at_s,
            judged_at_s: report.judged_at_s,
            stage: report.stage.clone(),
            scope: report.scope.clone(),
            outcome: report.outcome.word().to_owned(),
            exit: Exit { code: report.outcome.code(), reason: report.reason.clone() },
            counts: report.counts.into(),
            checklist: report.checklist.iter().map(ChecklistLine::from).collect(),
            objectives: report.scenarios.iter().flat_map(objectives).collect(),
            findings: report.findings.iter().map(Finding::from).collect(),
            unjudged: report.unjudged.iter().map(Unjudged::from).collect(),
            links: report.links.iter().map(Link::from).collect(),
            reads: report.reads.iter().map(Read::from).collect(),
            files: report.files,
            objects: report.objects,
            notices: report.notices.clone(),
        }
    }
}

fn objectives(scenario: &super::Scenario) -> [Objective; 2] {
    [(Which::Rto, &scenario.rto), (Which::Rpo, &scenario.rpo)].map(|(which, objective)| Objective {
        scenario: scenario.id.clone(),
        title: scenario.title.clone(),
        objective: which,
        target_s: objective.target_s,
        structural: (&objective.structure).into(),
        measured: (&objective.measured).into(),
    })
}

impl From<&super::Half> for Half {
    fn from(half: &super::Half) -> Self {
        Self { verdict: half.verdict.map(Verdict::from), value_s: half.value_s }
    }
}

impl From<super::Counts> for Counts {
    fn from(counts: super::Counts) -> Self {
        let super::Counts { fail, unknown, not_judged, waived, pass, not_applicable } = counts;
        Self { fail, unknown, not_judged, waived, pass, not_applicable }
    }
}

impl From<ReportVerdict> for Verdict {
    fn from(verdict: ReportVerdict) -> Self {
        match verdict {
            ReportVerdict::Fail => Self::Fail,
            ReportVerdict::Unknown => Self::Unknown,
            ReportVerdict::NotJudged => Self::NotJudged,
            ReportVerdict::Waived => Self::Waived,
            ReportVerdict::Pass => Self::Pass,
            ReportVerdict::NotApplicable => Self::NotApplicable,
        }
    }
}

impl From<ReportSeverity> for Severity {
    fn from(severity: ReportSeverity) -> Self {
        match severity {
            ReportSeverity::Critical => Self::Critical,
            ReportSeverity::High => Self::High,
            ReportSeverity::Medium => Self::Medium,
            ReportSeverity::Low => Self::Low,
        }
    }
}

impl From<&super::ChecklistLine> for ChecklistLine {
    fn from(line: &super::ChecklistLine) -> Self {
        let super::ChecklistLine { id, text, stage, verdict, why, findings } = line.clone();
        Self { id, text, stage, verdict: verdict.into(), why, findings }
    }
}

impl From<&super::Finding> for Finding {
    fn from(finding: &super::Finding) -> Self {
        let super::Finding { control, title, subject, verdict, severity, gated, class, view, sentences, notes, .. } = finding.clone();
        let super::Finding { measure, at, cite, checklist, section, fix, waived, .. } = finding.clone();
        Self {
            control,
            title,
            subject,
            verdict: verdict.into(),
            severity: severity.into(),
            gated,
            class,
            view,
            sentences,
            notes,
            measure: measure.into_iter().map(Measure::from).collect(),
            at: at.map(Place::from),
            cite,
            checklist,
            section,
            fix,
            waived: waived.map(Waived::from),
        }
    }
}

impl From<super::Measure> for Measure {
    fn from(measure: super::Measure) -> Self {
        let super::Measure { observed, required, unit, higher_is_better } = measure;
        Self { observed, required, unit, higher_is_better }
    }
}

impl From<super::Place> for Place {
    fn from(place: super::Place) -> Self {
        let super::Place { file, line, column, length, excerpt, label, object, also } = place;
        Self { file, line, column, length, excerpt, label, object, also }
    }
}

impl From<super::Waived> for Waived {
    fn from(waived: super::Waived) -> Self {
        let super::Waived { owner, reason, expires_s, instead_of } = waived;
        Self { owner, reason, expires_s, instead_of: instead_of.into() }
    }
}

impl From<&super::Unjudged> for Unjudged {
    fn from(unjudged: &super::Unjudged) -> Self {
        let super::Unjudged { what, line, because, in_doubt } = unjudged.clone();
        Self { what, line, because, in_doubt }
    }
}

impl From<&super::Link> for Link {
    fn from(link: &super::Link) -> Self {
        let super::Link { object, to, because } = link.clone();
        Self { object, to, because }
    }
}

impl From<&super::Read> for Read {
    fn from(read: &super::Read) -> Self {
        let super::Read { read, noun, of, at_s, state, detail, items } = read.clone();
        Self { read, noun, of, at_s, state, detail, items }
    }
}

#[cfg(test)]
mod tests;
