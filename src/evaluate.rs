//! Judgement: a snapshot and a standard go in, a report comes out. Pure: no clock, no network, no
//! environment. What follows from the evidence is said in Rego; whether the evidence can carry it is
//! decided here, from the books of the snapshot.

mod book;
mod catalogue;
mod checklist;
mod engine;
mod findings;
mod metadata;
mod permitted;
pub mod policy_test;
mod verdict;
mod waiver;

pub use book::{Book, View};
pub use catalogue::{Catalogue, CatalogueError, Control, Policy};
pub use engine::{Document, Engine, EngineError, Said};
pub use metadata::{Metadata, ObjectiveHalf};
pub use verdict::{Facts, Judged, judge};

use crate::report::{self, Counts, Outcome, Report, Verdict};
use crate::snapshot::{Noun, ScopeKind, Snapshot, SnapshotError, Stage};
use crate::standard::{Resolved, Standard, Waiver};
use findings::{Answers, Findings, Judge, Served};
use std::collections::{BTreeMap, BTreeSet};

/// What a snapshot is judged by.
pub struct Terms<'a> {
    /// The standard, with the system's overrides.
    pub standard: &'a Standard,
    /// The controls.
    pub catalogue: &'a Catalogue,
    /// What a person has taken on.
    pub waivers: &'a [Waiver],
    /// The checklist that gates.
    pub stage: Stage,
    /// The instant of judgement, epoch seconds; not before the snapshot was taken.
    pub at_s: i64,
}

/// Why nothing could be judged.
#[derive(Debug, thiserror::Error)]
pub enum EvaluateError {
    /// The policies do not compile.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// The snapshot's books do not balance.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The engine refuses the input.
    #[error("the snapshot is no input for the controls: {0}")]
    Input(#[from] EngineError),
    /// The resolved standard cannot be written.
    #[error("the standard could not be handed to the controls: {0}")]
    Standard(#[source] serde_json::Error),
    /// The instant of judgement lies before the snapshot.
    #[error("the snapshot was taken after the instant of judgement: --at may only be later")]
    TooEarly,
}

/// Judges `snapshot` on `terms`.
///
/// # Errors
/// [`EvaluateError`] where nothing can be judged at all; one control that breaks is a finding.
pub fn evaluate(snapshot: &Snapshot, terms: &Terms<'_>) -> Result<Report, EvaluateError> {
    Evaluator::new(terms.catalogue, &terms.standard.resolve(&snapshot.system))?.evaluate(snapshot, terms)
}

/// Controls, compiled for one resolved standard: for whoever judges many snapshots of one system.
pub struct Evaluator {
    /// By control; none for one that has no subject in this system, and so nothing to say.
    engines: BTreeMap<String, Option<Engine>>,
}

impl Evaluator {
    /// Compiles the controls.
    ///
    /// # Errors
    /// [`EvaluateError`] where a policy does not compile.
    pub fn new(catalogue: &Catalogue, resolved: &Resolved) -> Result<Self, EvaluateError> {
        let standard = Document::parse(&serde_json::to_string(resolved).map_err(EvaluateError::Standard)?)?;
        let engine = |control: &Control| {
            let compiled = || Engine::new(catalogue.policies_of(control), &standard);
            if control.is_idle(&standard) { Ok(None) } else { compiled().map(Some) }
        };
        let engines = catalogue.controls.iter().map(|(id, control)| Ok((id.clone(), engine(control)?)));
        Ok(Self { engines: engines.collect::<Result<_, CatalogueError>>()? })
    }

    /// Judges one snapshot of the system that the standard was resolved for.
    ///
    /// # Errors
    /// [`EvaluateError`] where nothing can be judged at all; one control that breaks is a finding.
    pub fn evaluate(&mut self, snapshot: &Snapshot, terms: &Terms<'_>) -> Result<Report, EvaluateError> {
        if terms.at_s < snapshot.taken_at_s {
            return Err(EvaluateError::TooEarly);
        }
        // What was built in memory is held to the same books as what is read from a file.
        let snapshot = &snapshot.clone().balanced()?;
        let resolved = terms.standard.resolve(&snapshot.system);
        let book = Book::open(snapshot, &resolved, terms.at_s);
        let answers = self.answers(&book, terms)?;
        let live = is_live(snapshot, terms);
        let judge = Judge { snapshot, live, general: terms.standard, standard: &resolved, book: &book };
        let mut findings = Findings::default();
        for (control, answers) in terms.catalogue.controls.values().zip(&answers) {
            let lines = checklist::lines_of(control, terms.standard);
            let gated = checklist::gated(&lines, terms.standard, terms.stage);
            judge.findings(&Served { control, lines, gated }, answers, &mut findings);
        }
        let Findings { list: mut found, broken } = findings;
        let notices = waiver::apply(&mut found, &broken, terms.waivers, terms.at_s);
        found.sort_by(|a, b| (a.verdict, a.severity, &a.control, &a.subject).cmp(&(b.verdict, b.severity, &b.control, &b.subject)));
        Ok(summed_up(snapshot, &book, terms, found, notices))
    }

    /// What each control says in each view, in the catalogue's order.
    fn answers(&mut self, book: &Book, terms: &Terms<'_>) -> Result<Vec<Answers>, EvaluateError> {
        let controls = || terms.catalogue.controls.values();
        // The second view is asked only of the controls, and shown only the nouns, that it can differ for.
        let twofold = |control: &Control| control.metadata.needs.keys().any(|noun| book.is_twofold(*noun));
        let second: BTreeSet<Noun> =
            controls().filter(|control| twofold(control)).flat_map(|control| control.metadata.needs.keys().copied()).collect();
        let items = book.documents()?;
        let live = book.document(&items, &Noun::ALL.iter().copied().collect(), View::Live, terms.at_s);
        let declared = book.document(&items, &second, View::Declared, terms.at_s);
        let nothing = book.document(&[], &BTreeSet::new(), View::Live, terms.at_s);
        let answers = controls().map(|control| {
            let said = self.judge(control, &live);
            // Whether its subjects change when there is no evidence. Ours are known not to: a test holds them to it.
            let moving = match &said {
                Ok(said) if control.policy.foreign => {
                    self.judge(control, &nothing).map_or(true, |without| without.subjects != said.subjects)
                }
                _ => false,
            };
            let declared = if twofold(control) { self.judge(control, &declared) } else { said.clone() };
            Answers { live: said, declared, moving }
        });
        Ok(answers.collect())
    }

    /// What a control says of an input.
    fn judge(&mut self, control: &Control, input: &Document) -> Result<Said, EngineError> {
        match self.engines.get_mut(&control.id) {
            Some(Some(engine)) => {
                engine.set_input(input);
                engine.judge(&control.id)
            }
            Some(None) => Ok(Said::default()),
            None => Err(EngineError { message: "it was not compiled".to_owned(), at: None }),
        }
    }
}

/// The input of the controls in one view, as JSON: what `controls explain --input` prints for OPA.
///
/// # Errors
/// [`EvaluateError::Snapshot`] where the books do not balance.
pub fn input(snapshot: &Snapshot, standard: &Resolved, view: View, at_s: i64) -> Result<String, EvaluateError> {
    let snapshot = snapshot.clone().balanced()?;
    Ok(Book::open(&snapshot, standard, at_s).input(view, at_s))
}

/// Whether what is not asked is a gap: where anything live was looked at, and for the stage whose whole
/// list is about what runs, also when a declared snapshot is judged for it later.
fn is_live(snapshot: &Snapshot, terms: &Terms<'_>) -> bool {
    snapshot.scope.kind == ScopeKind::Live || terms.stage == Stage::PostProduction
}

fn summed_up(snapshot: &Snapshot, book: &Book, terms: &Terms<'_>, findings: Vec<report::Finding>, notices: Vec<String>) -> Report {
    let mut counts = Counts::default();
    findings.iter().filter(|finding| finding.gated).for_each(|finding| counts.add(finding.verdict));
    let checklist = checklist::checklist(terms.standard, &findings, terms.stage);
    let open_line = checklist.iter().any(|line| line.stage == terms.stage.word() && line.verdict == Verdict::Unknown);
    let live = is_live(snapshot, terms);
    let outcome = if counts.fail > 0 {
        Outcome::NotReady
    } else if counts.unknown > 0 || open_line || counts.pass == 0 {
        Outcome::Incomplete
    } else if live {
        Outcome::Ready
    } else {
        Outcome::NoFaultDeclared
    };
    Report {
        tool: format!("seaworthy {}", env!("CARGO_PKG_VERSION")),
        system: snapshot.system.name.clone(),
        taken_at_s: snapshot.taken_at_s,
        judged_at_s: terms.at_s,
        stage: terms.stage.word().to_owned(),
        scope: if live { "live" } else { "declared" }.to_owned(),
        outcome,
        reason: reason(outcome, &counts, open_line),
        counts,
        checklist,
        scenarios: checklist::scenarios(terms.standard, terms.catalogue, &findings),
        findings,
        unjudged: snapshot
            .unjudged
            .iter()
            .map(|entry| report::Unjudged {
                what: entry.what.clone(),
                line: entry.line,
                because: entry.because.clone(),
                in_doubt: entry.in_doubt,
            })
            .collect(),
        links: snapshot
            .links
            .iter()
            .map(|link| report::Link { object: link.object.clone(), to: link.to.clone(), because: link.because.clone() })
            .collect(),
        reads: reads(snapshot, book),
        files: snapshot.seen.files,
        objects: snapshot.seen.objects,
        notices,
    }
}

/// The reads with their state at the instant of judgement.
fn reads(snapshot: &Snapshot, book: &Book) -> Vec<report::Read> {
    let outcomes = snapshot.reads.iter();
    let mut reads: Vec<report::Read> = outcomes
        .map(|read| {
            let now = book.sources.iter().find(|source| source.read == read.read && source.noun == read.noun);
            report::Read {
                read: read.read.clone(),
                noun: read.noun.word().to_owned(),
                of: read.of.clone(),
                at_s: read.at_s,
                state: now.map_or(read.state, |source| source.state).word().to_owned(),
                detail: now.and_then(|source| source.detail.clone()).or_else(|| read.detail.clone()),
                items: read.stored.values().fold(read.unlinked, |sum, count| sum.saturating_add(*count)),
            }
        })
        .collect();
    reads.sort_by(|a, b| (&a.read, &a.noun).cmp(&(&b.read, &b.noun)));
    reads
}

fn reason(outcome: Outcome, counts: &Counts, open_line: bool) -> String {
    match outcome {
        Outcome::NotReady => "not ready".to_owned(),
        Outcome::Incomplete if counts.unknown > 0 => "incomplete evidence".to_owned(),
        Outcome::Incomplete if open_line => "incomplete: a line of the checklist is not known".to_owned(),
        Outcome::Incomplete => "incomplete: nothing was proven".to_owned(),
        Outcome::NoFaultDeclared => "no fault in what is declared; readiness not proven".to_owned(),
        Outcome::Ready if counts.waived > 0 => format!("ready, {} waived", counts.waived),
        Outcome::Ready => "ready".to_owned(),
    }
}
