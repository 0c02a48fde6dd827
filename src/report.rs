//! The report: what was found, as data. Formats take a [`Report`] and a writer and nothing else; they
//! decide nothing, and a report carries no time of its own making.

pub mod clean;
pub mod format;
pub mod json;
pub mod junit;
#[cfg(test)]
mod sample;
pub mod text;

use std::fmt;

/// What came of one claim about one subject, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Proven bad, or proven to lack anything good.
    Fail,
    /// Not proven either way, although it was looked at.
    Unknown,
    /// Nothing was given that could show it.
    NotJudged,
    /// Bad or unknown, and a person has taken it on until a date.
    Waived,
    /// Proven good.
    Pass,
    /// Does not apply, for a reason that a person gave.
    NotApplicable,
}

impl Verdict {
    /// All of them, worst first.
    pub const ALL: [Self; 6] = [Self::Fail, Self::Unknown, Self::NotJudged, Self::Waived, Self::Pass, Self::NotApplicable];

    /// The word in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Unknown => "unknown",
            Self::NotJudged => "not-judged",
            Self::Waived => "waived",
            Self::Pass => "pass",
            Self::NotApplicable => "not-applicable",
        }
    }

    /// The word for a person, red ones in capitals: it must be seen without colour too.
    #[must_use]
    pub fn shown(self) -> &'static str {
        match self {
            Self::Fail => "FAIL",
            Self::Unknown => "UNKNOWN",
            Self::NotJudged => "not judged",
            Self::Waived => "waived",
            Self::Pass => "pass",
            Self::NotApplicable => "not applicable",
        }
    }

    /// Whether it blocks: red everywhere, in every format.
    #[must_use]
    pub fn is_red(self) -> bool {
        matches!(self, Self::Fail | Self::Unknown)
    }
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Data is lost, or cannot be brought back, on the day it happens.
    Critical,
    /// An objective is missed on the day it happens.
    High,
    /// It makes the day longer.
    Medium,
    /// Good to know.
    Low,
}

impl Severity {
    /// The word in JSON, reports and METADATA.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }

    /// The severity of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Critical, Self::High, Self::Medium, Self::Low].into_iter().find(|severity| severity.word() == word)
    }

    /// One step lower, for what matters less than the most.
    #[must_use]
    pub fn lower(self) -> Self {
        match self {
            Self::Critical => Self::High,
            Self::High => Self::Medium,
            Self::Medium | Self::Low => Self::Low,
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Where to look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The file, with forward slashes.
    pub file: Option<String>,
    /// The line, from 1.
    pub line: Option<u32>,
    /// The column, in characters from 1.
    pub column: Option<u32>,
    /// How many characters the judged value takes.
    pub length: Option<u32>,
    /// That one line.
    pub excerpt: Option<String>,
    /// What the judged value means.
    pub label: Option<String>,
    /// The object.
    pub object: Option<String>,
    /// Other places with the same content, as `file:line`.
    pub also: Vec<String>,
}

/// A number that decided.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Measure {
    /// What was observed.
    pub observed: i64,
    /// What is required.
    pub required: i64,
    /// `s`, `ms`, `d`, `bytes` or `count`.
    pub unit: String,
    /// Whether more is better; else less is.
    pub higher_is_better: bool,
}

/// Who took a red verdict on, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waived {
    /// Who.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// Until when, epoch seconds.
    pub expires_s: i64,
    /// What it would be otherwise.
    pub instead_of: Verdict,
}

/// What came of one claim about one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The control: `backup.frequency`.
    pub control: String,
    /// Its claim.
    pub title: String,
    /// The subject: `postgresql/us-east-1`; `system` for a control that has none.
    pub subject: String,
    /// What came of it.
    pub verdict: Verdict,
    /// How much it matters.
    pub severity: Severity,
    /// Whether the gated stage asks for it. What it does not ask for is reported and not counted.
    pub gated: bool,
    /// How strong the weakest evidence is that it rests on; empty where it rests on none.
    pub class: String,
    /// `live` or `declared`: which of the two views decided.
    pub view: String,
    /// What is so, a sentence each.
    pub sentences: Vec<String>,
    /// What does not change the verdict.
    pub notes: Vec<String>,
    /// The numbers that decided.
    pub measure: Vec<Measure>,
    /// Where to look.
    pub at: Option<Place>,
    /// The evidence that it rests on, by id.
    pub cite: Vec<String>,
    /// The checklist lines that it serves.
    pub checklist: Vec<String>,
    /// The section of the standard's document.
    pub section: String,
    /// What to do.
    pub fix: String,
    /// Where it is waived.
    pub waived: Option<Waived>,
}

impl Finding {
    /// A finding's identity: it never depends on a line number or a count.
    #[must_use]
    pub fn identity(&self) -> String {
        format!("{} {}", self.control, self.subject)
    }
}

/// One line of a checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChecklistLine {
    /// `pre-2`.
    pub id: String,
    /// The line as the organisation wrote it.
    pub text: String,
    /// `pre-production` or `post-production`.
    pub stage: String,
    /// The worst of its findings.
    pub verdict: Verdict,
    /// What makes it so, in a few words.
    pub why: String,
    /// Its findings, by identity.
    pub findings: Vec<String>,
}

/// One half of an objective: what the configuration makes possible, or what was measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Half {
    /// The worst verdict of its controls; `None` where no control speaks of it.
    pub verdict: Option<Verdict>,
    /// The worst value, in seconds.
    pub value_s: Option<i64>,
}

/// One of a scenario's two objectives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objective {
    /// Less than this, in seconds; 0 for a recovery point: no loss at all.
    pub target_s: i64,
    /// What the configuration makes possible.
    pub structure: Half,
    /// What drills measured.
    pub measured: Half,
}

/// A row of the RTO/RPO table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// `region-failure`.
    pub id: String,
    /// Its name for a person.
    pub title: String,
    /// Recovery time.
    pub rto: Objective,
    /// Recovery point.
    pub rpo: Objective,
}

/// What came of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Something failed.
    NotReady,
    /// Nothing failed, and something is not known, or nothing passed.
    Incomplete,
    /// Only manifests were given, and nothing is wrong with them.
    NoFaultDeclared,
    /// Live evidence shows nothing wrong and nothing missing.
    Ready,
}

impl Outcome {
    /// The word in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NotReady => "not-ready",
            Self::Incomplete => "incomplete",
            Self::NoFaultDeclared => "no-fault-declared",
            Self::Ready => "ready",
        }
    }

    /// The exit code.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::NotReady => 1,
            Self::Incomplete => 3,
            Self::NoFaultDeclared | Self::Ready => 0,
        }
    }
}

/// How many gated findings there are of each verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Proven bad.
    pub fail: usize,
    /// Not proven.
    pub unknown: usize,
    /// Not looked at.
    pub not_judged: usize,
    /// Taken on.
    pub waived: usize,
    /// Proven good.
    pub pass: usize,
    /// Does not apply.
    pub not_applicable: usize,
}

impl Counts {
    /// The count of `verdict`.
    #[must_use]
    pub fn of(&self, verdict: Verdict) -> usize {
        match verdict {
            Verdict::Fail => self.fail,
            Verdict::Unknown => self.unknown,
            Verdict::NotJudged => self.not_judged,
            Verdict::Waived => self.waived,
            Verdict::Pass => self.pass,
            Verdict::NotApplicable => self.not_applicable,
        }
    }

    /// Counts one more of `verdict`.
    pub fn add(&mut self, verdict: Verdict) {
        let count = match verdict {
            Verdict::Fail => &mut self.fail,
            Verdict::Unknown => &mut self.unknown,
            Verdict::NotJudged => &mut self.not_judged,
            Verdict::Waived => &mut self.waived,
            Verdict::Pass => &mut self.pass,
            Verdict::NotApplicable => &mut self.not_applicable,
        };
        *count += 1;
    }
}

/// A file or object that was not judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unjudged {
    /// What.
    pub what: String,
    /// The line in its file, from 1.
    pub line: Option<u32>,
    /// Why.
    pub because: String,
    /// Whether it may hold an object that matters.
    pub in_doubt: bool,
}

/// Which evidence went to which subject, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The evidence's object.
    pub object: String,
    /// The subject, or `unlinked`.
    pub to: String,
    /// Why.
    pub because: String,
}

/// What came of one read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The read.
    pub read: String,
    /// The noun.
    pub noun: String,
    /// Of whom it was asked.
    pub of: String,
    /// When, epoch seconds.
    pub at_s: i64,
    /// What came of it.
    pub state: String,
    /// Why it is not complete.
    pub detail: Option<String>,
    /// How many items it stored.
    pub items: u64,
}

/// All that a run found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The program and its version.
    pub tool: String,
    /// The system.
    pub system: String,
    /// When the snapshot was taken, epoch seconds.
    pub taken_at_s: i64,
    /// The instant of judgement, epoch seconds: `taken_at_s`, or later with `--at`.
    pub judged_at_s: i64,
    /// The stage that gates.
    pub stage: String,
    /// `declared` or `live`.
    pub scope: String,
    /// What came of it.
    pub outcome: Outcome,
    /// Why, in a few words.
    pub reason: String,
    /// The gated findings, counted.
    pub counts: Counts,
    /// Both checklists, in their own order; the gated one first.
    pub checklist: Vec<ChecklistLine>,
    /// The RTO/RPO table.
    pub scenarios: Vec<Scenario>,
    /// The findings, by verdict, severity, control and subject.
    pub findings: Vec<Finding>,
    /// What was not judged.
    pub unjudged: Vec<Unjudged>,
    /// How evidence found its subject.
    pub links: Vec<Link>,
    /// What was read, and what came of it.
    pub reads: Vec<Read>,
    /// Files that were read.
    pub files: u64,
    /// Objects that were judged.
    pub objects: u64,
    /// What else a person should know: an entry that matched nothing.
    pub notices: Vec<String>,
}
