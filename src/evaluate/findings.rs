//! From what a control said to findings: the books of each view, the verdict table, the place to look.
//!
//! Departure from the house: for the third row of the table only those reads count whose class could prove the
//! claim. A tree of manifests that was read in part leaves no gap in what only a live source can show: that nothing
//! live was asked is the fifth row.

use super::book::{Book, Entry, Source, View};
use super::catalogue::Control;
use super::engine::{EngineError, Said};
use super::verdict::{Facts, Judged, judge};
use crate::report::{Finding, Measure, Place, Verdict};
use crate::snapshot::{Class, Noun, ReadState, Snapshot, Subject};
use crate::standard::{ComponentIs, Priority, Resolved, Standard};
use std::collections::{BTreeMap, BTreeSet};

/// The region of a system whose config names none.
const UNNAMED_REGION: &str = "default";

/// The subject of a finding about the whole system.
pub(super) const SYSTEM: &str = "system";

/// What every finding of a run has in common.
pub(super) struct Judge<'a> {
    pub(super) snapshot: &'a Snapshot,
    /// Whether what is not asked is a gap, and not a choice.
    pub(super) live: bool,
    pub(super) general: &'a Standard,
    pub(super) standard: &'a Resolved,
    pub(super) book: &'a Book,
}

/// A control with the lines that it serves and whether the stage asks for it.
pub(super) struct Served<'a> {
    pub(super) control: &'a Control,
    pub(super) lines: Vec<String>,
    pub(super) gated: bool,
}

/// What a control said in each view.
pub(super) struct Answers {
    pub(super) live: Result<Said, EngineError>,
    pub(super) declared: Result<Said, EngineError>,
    /// Whether its subjects change with the evidence.
    pub(super) moving: bool,
}

/// Findings, and the identities of those that a broken control gave.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) list: Vec<Finding>,
    pub(super) broken: BTreeSet<String>,
}

impl Judge<'_> {
    /// All findings of one control.
    pub(super) fn findings(&self, served: &Served<'_>, answers: &Answers, findings: &mut Findings) {
        let said = match &answers.live {
            Ok(said) if answers.moving => {
                let message =
                    "the control takes its subjects from the evidence: what is not there would not be missed; take them from data.standard";
                findings.broken.insert(format!("{} {SYSTEM}", served.control.id));
                findings.list.push(self.finding(served, SYSTEM, Verdict::Unknown, View::Live, vec![message.to_owned()]));
                said
            }
            Ok(said) => said,
            Err(error) => {
                let message = broken_sentence(error);
                findings.broken.insert(format!("{} {SYSTEM}", served.control.id));
                findings.list.push(self.finding(served, SYSTEM, Verdict::Unknown, View::Live, vec![message]));
                return;
            }
        };
        if said.subjects.is_empty() {
            let (verdict, why) = self.without_subject(served.control);
            findings.list.push(self.finding(served, SYSTEM, verdict, View::Live, vec![why]));
        }
        for name in &said.subjects {
            let (finding, broken) = match Subject::parse(name) {
                Some(subject) => self.subject(served, answers, said, &subject),
                None => {
                    let why = format!("`{name}` is no subject: a subject is thing/region");
                    (self.finding(served, name, Verdict::Unknown, View::Live, vec![why]), true)
                }
            };
            if broken {
                findings.broken.insert(finding.identity());
            }
            findings.list.push(finding);
        }
        let members = said
            .compliant
            .iter()
            .chain(&said.lacking)
            .chain(&said.violating)
            .chain(said.undetermined.keys())
            .chain(said.not_applicable.keys());
        for stranger in members.collect::<BTreeSet<_>>().into_iter().filter(|member| !said.subjects.contains(*member)) {
            let why = format!("the control speaks of `{stranger}`, which is none of its subjects");
            let finding = self.finding(served, stranger, Verdict::Unknown, View::Live, vec![why]);
            findings.broken.insert(finding.identity());
            findings.list.push(finding);
        }
    }

    /// A control that has no subject here: what the config would have to say, or why it does not apply.
    fn without_subject(&self, control: &Control) -> (Verdict, String) {
        let system = &self.snapshot.system;
        let wants: BTreeSet<&str> = control.sections.iter().filter_map(|section| section_of_config(section)).collect();
        let verdict = if self.live { Verdict::Unknown } else { Verdict::NotJudged };
        if system.name.is_empty() {
            return (verdict, "needs a seaworthy.yaml that describes the system".to_owned());
        }
        // The one region of a config that names none is nobody's word.
        if wants.contains("regions:") && system.regions.len() == 1 && !system.regions.contains_key(UNNAMED_REGION) {
            return (Verdict::NotApplicable, "the system has one region only".to_owned());
        }
        if let Some(why) = self.excluded_by_a_person(control) {
            return (Verdict::NotApplicable, why);
        }
        let wants =
            if wants.is_empty() { "a system that has such a thing".to_owned() } else { wants.into_iter().collect::<Vec<_>>().join(" ") };
        (verdict, format!("needs {wants}"))
    }

    /// Why a control has no subject because of a person's word: every component that could give it one is
    /// excluded with a reason. The exclusion of another component says nothing about it.
    fn excluded_by_a_person(&self, control: &Control) -> Option<String> {
        let mut reasons = Vec::new();
        for section in &control.sections {
            let gives = gives_subjects(section)?;
            for (name, _) in self.general.components.iter().filter(|(_, component)| gives(&component.is)) {
                reasons.push(format!("{name} is excluded: {}", self.standard.not_applicable.get(name)?));
            }
        }
        let reasons: BTreeSet<String> = reasons.into_iter().collect();
        (!reasons.is_empty()).then(|| reasons.into_iter().collect::<Vec<_>>().join("; "))
    }

    /// The verdict of one subject over both views.
    fn subject(&self, served: &Served<'_>, answers: &Answers, said: &Said, subject: &Subject) -> (Finding, bool) {
        let control = served.control;
        let live = judge(&self.facts(control, said, subject, View::Live));
        let displaced = control.metadata.needs.keys().any(|noun| self.book.displaced(*noun, subject));
        let mut chosen = (View::Live, live, said);
        match (&answers.declared, displaced) {
            (Ok(declared_said), true) => {
                let facts = self.facts(control, declared_said, subject, View::Declared);
                let only_declared = control.metadata.needs.values().all(|class| *class == Class::Declared);
                let mut declared = judge(&facts);
                if declared.verdict == Verdict::Fail && !facts.violating {
                    // What is only live is no lack of what is declared: that is drift, and not this claim's.
                    if let Some(about) = control.metadata.needs.keys().find_map(|noun| self.book.only_live(*noun, subject)) {
                        declared.verdict = Verdict::Unknown;
                        declared.because =
                            vec![format!("{about} is live and not declared, so what is declared cannot be judged as a whole")];
                    }
                }
                let counts = (only_declared && declared.verdict.is_red()) || facts.violating;
                if counts && declared.verdict < chosen.1.verdict {
                    chosen = (View::Declared, declared, declared_said);
                }
            }
            (Err(error), true) => {
                let why = vec![broken_sentence(error)];
                return (self.finding(served, subject.as_str(), Verdict::Unknown, View::Declared, why), true);
            }
            (Ok(_) | Err(_), false) => {}
        }
        let (view, judged, said) = chosen;
        let broken = judged.broken;
        (self.told(served, subject, view, judged, said), broken)
    }

    /// A finding with the control's own words where it has any.
    fn told(&self, served: &Served<'_>, subject: &Subject, view: View, judged: Judged, said: &Said) -> Finding {
        let name = subject.as_str();
        let of =
            |map: &BTreeMap<String, BTreeSet<String>>| map.get(name).map(|set| set.iter().cloned().collect::<Vec<_>>()).unwrap_or_default();
        let explained = of(&said.explain);
        let mut finding = self.finding(served, name, judged.verdict, view, Vec::new());
        let proven = matches!(judged.verdict, Verdict::Fail | Verdict::Pass);
        finding.sentences = match (proven, judged.because.is_empty()) {
            (true, true) if explained.is_empty() => vec![unexplained(judged.verdict)],
            (true, _) => explained,
            (false, _) => {
                // What is known although it does not decide is worth reading, after the reason.
                let known = if judged.verdict == Verdict::Unknown { explained } else { Vec::new() };
                judged.because.into_iter().chain(known.into_iter().map(|sentence| format!("at least: {sentence}"))).collect()
            }
        };
        finding.notes = of(&said.note);
        finding.measure = said.measure.get(name).map(|set| set.iter().cloned().collect::<Vec<Measure>>()).unwrap_or_default();
        let cited = said.cite.get(name).cloned().unwrap_or_default();
        let entries = self.entries(served.control, subject, view);
        let cited_entries: Vec<&Entry> = entries.iter().filter(|entry| cited.contains(&entry.id)).copied().collect();
        finding.class = cited_entries.iter().map(|entry| entry.class).min().map(|class| class.word().to_owned()).unwrap_or_default();
        let mut places: Vec<&Entry> = cited_entries.clone();
        places.sort_by_key(|entry| (entry.place.excerpt.is_none(), entry.noun, &entry.id));
        finding.at = places.first().map(|entry| place(entry));
        finding.cite = cited.into_iter().collect();
        finding
    }

    fn finding(&self, served: &Served<'_>, subject: &str, verdict: Verdict, view: View, sentences: Vec<String>) -> Finding {
        let metadata = &served.control.metadata;
        let thing = subject.rsplit_once('/').map_or(subject, |(thing, _)| thing);
        let severity = match self.standard.priorities.get(thing) {
            Some(Priority::P1) => metadata.severity.lower(),
            Some(Priority::P0) | None => metadata.severity,
        };
        Finding {
            control: served.control.id.clone(),
            title: metadata.title.clone(),
            subject: subject.to_owned(),
            verdict,
            severity,
            gated: served.gated,
            class: String::new(),
            view: view.word().to_owned(),
            sentences,
            notes: Vec::new(),
            measure: Vec::new(),
            at: None,
            cite: Vec::new(),
            checklist: served.lines.clone(),
            section: metadata.section.clone(),
            fix: metadata.fix.clone(),
            waived: None,
        }
    }

    fn entries(&self, control: &Control, subject: &Subject, view: View) -> Vec<&Entry> {
        control.metadata.needs.keys().flat_map(|noun| self.book.items(*noun, subject, view)).collect()
    }

    /// What the verdict of one subject in one view hangs on.
    fn facts(&self, control: &Control, said: &Said, subject: &Subject, view: View) -> Facts {
        let name = subject.as_str();
        let needs = &control.metadata.needs;
        let entries = self.entries(control, subject, view);
        let cited = said.cite.get(name).cloned().unwrap_or_default();
        let (compliant, lacking, violating) = (said.compliant.contains(name), said.lacking.contains(name), said.violating.contains(name));
        let undetermined: Vec<String> = said.undetermined.get(name).map(|set| set.iter().cloned().collect()).unwrap_or_default();
        let reads: Vec<&Source> = needs.keys().flat_map(|noun| self.book.reads(*noun, subject, view)).collect();
        // A read that could not have proved the claim leaves no gap in it: that nothing else was asked is row 5.
        let could_prove = |source: &Source| needs.get(&source.noun).is_some_and(|class| source.class.satisfies(*class));
        let unlinked = reads.iter().fold(0_u64, |sum, source| sum.saturating_add(source.unlinked));
        Facts {
            broken: broken(&[compliant, lacking, violating], !undetermined.is_empty(), &cited, &entries),
            violating: violating && entries.iter().any(|entry| cited.contains(&entry.id) && entry.state != ReadState::Stale),
            incomplete: reads
                .iter()
                .filter(|source| !source.state.decides() && could_prove(source))
                .map(|source| incomplete(source))
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect(),
            not_applicable: said.not_applicable.get(name).map(|set| set.iter().cloned().collect()).unwrap_or_default(),
            not_asked: needs.iter().find_map(|(noun, class)| self.not_asked(*noun, *class, subject, view)),
            // What live reads displaced is judged by what it says, never by what nobody declared.
            live: self.live && view == View::Live,
            undetermined,
            lacking,
            not_everything: self.not_everything(control, subject, view, unlinked),
            compliant,
            unproven: unproven(needs, &cited, &entries).or_else(|| uncounted(subject, unlinked)),
        }
    }

    /// What was not asked that could give `noun` in the class wanted. A subject that has its evidence from
    /// others (a component's global subject from its regions, a scenario from what it is about) needs each
    /// of them to be asked, in this view: who was not asked lacks nothing.
    fn not_asked(&self, noun: Noun, class: Class, subject: &Subject, view: View) -> Option<String> {
        if self.book.asked_for(noun, subject, class) {
            return None;
        }
        let named = self.standard.named_by(noun, subject);
        let could = || self.book.about(noun, subject).filter(|about| self.book.can_be_about(noun, about));
        let could: Vec<&Subject> = if named.is_empty() { could().collect() } else { named.iter().collect() };
        if !could.iter().any(|about| self.book.asked_for(noun, about, class)) {
            return Some(needed(noun, class));
        }
        let missing = could.iter().find(|about| !self.book.asked_in(noun, about, class, subject, view))?;
        Some(format!("nothing was asked about the {} of {missing}", noun.word()))
    }

    /// Why finding nothing good proves nothing.
    fn not_everything(&self, control: &Control, subject: &Subject, view: View, unlinked: u64) -> Option<String> {
        if unlinked > 0 {
            let what = if unlinked == 1 { "1 item of evidence has" } else { "evidence has" };
            return Some(format!(
                "{what} no known subject and could be what is lacking: a component's backed-up-by in seaworthy.yaml says whose it is"
            ));
        }
        // A scenario names those that it rests on: what was found of one of them is nothing found of the next.
        let found = |noun: Noun| {
            let named = self.standard.named_by(noun, subject);
            let none = |about: &Subject| self.book.items(noun, about, view).is_empty();
            !none(subject) && !named.iter().any(none)
        };
        let nothing = control.metadata.needs.keys().any(|noun| !self.book.asked_live(*noun, subject) && !found(*noun));
        (nothing && !self.snapshot.scope.everything)
            .then(|| "nothing was found, and nobody said that these files are everything: a seaworthy.yaml does".to_owned())
    }
}

/// Row 1 of the table.
fn broken(sets: &[bool; 3], undetermined: bool, cited: &BTreeSet<String>, entries: &[&Entry]) -> Option<String> {
    let [compliant, lacking, violating] = *sets;
    let members = sets.iter().filter(|member| **member).count();
    if members > 1 || (undetermined && (compliant || lacking)) {
        let named = [("compliant", compliant), ("lacking", lacking), ("violating", violating), ("undetermined", undetermined)];
        let named: Vec<&str> = named.iter().filter(|(_, member)| *member).map(|(name, _)| *name).collect();
        return Some(format!("the control contradicts itself: the subject is in {}", named.join(" and ")));
    }
    let ids: BTreeSet<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
    if let Some(stranger) = cited.iter().find(|id| !ids.contains(id.as_str())) {
        return Some(format!("the control cites {stranger}, which does not bear on this subject"));
    }
    // Collectors mark the second content of one identity; a `#` of somebody's own marks nothing.
    entries.iter().find_map(|entry| {
        let id = entry.id.strip_suffix("#2").filter(|id| ids.contains(id))?;
        Some(format!("{id} stands there twice with two contents: which one holds cannot be told"))
    })
}

/// Row 8: what is cited does not prove it.
fn unproven(needs: &BTreeMap<Noun, Class>, cited: &BTreeSet<String>, entries: &[&Entry]) -> Option<String> {
    needs.iter().find_map(|(noun, class)| {
        let mut of_noun = entries.iter().filter(|entry| entry.noun == *noun && cited.contains(&entry.id)).peekable();
        if of_noun.peek().is_none() {
            return Some(format!("the control cites no {} as its proof", noun.word()));
        }
        let weak = of_noun.find(|entry| !entry.class.satisfies(*class))?;
        Some(format!("{} is {}, and only what is {} proves it", weak.id, weak.class.word(), class.word()))
    })
}

/// Nothing counted is complete for a global subject while there is evidence without a subject.
fn uncounted(subject: &Subject, unlinked: u64) -> Option<String> {
    (subject.is_global() && unlinked > 0).then(|| "there is evidence without a known subject that could count here".to_owned())
}

fn incomplete(source: &Source) -> String {
    let state = source.state.word();
    // A reason often begins with what it comes to.
    let because = |detail: &str| detail.strip_prefix(state).and_then(|rest| rest.strip_prefix(": ")).unwrap_or(detail).to_owned();
    let detail = source.detail.as_ref().map(|detail| format!(": {}", because(detail))).unwrap_or_default();
    format!("{} of {} is {state}{detail}", source.noun.word(), source.read)
}

fn broken_sentence(error: &EngineError) -> String {
    match &error.at {
        Some(at) => format!("the control itself is broken at {at}: {}", error.message),
        None => format!("the control itself is broken: {}", error.message),
    }
}

fn unexplained(verdict: Verdict) -> String {
    match verdict {
        Verdict::Pass => "proven by the evidence that it cites".to_owned(),
        _ => "nothing among the evidence proves the claim, and all of it was read".to_owned(),
    }
}

fn place(entry: &Entry) -> Place {
    let at = &entry.place;
    Place {
        file: at.file.clone(),
        line: at.line,
        column: at.column,
        length: at.length,
        excerpt: at.excerpt.clone(),
        label: at.label.clone(),
        object: at.object.clone(),
        also: at.also.clone(),
    }
}

/// Which section of the config would give `noun` in `class`.
fn needed(noun: Noun, class: Class) -> String {
    let section = match (noun, class) {
        (_, Class::Declared) => "manifests:",
        (Noun::Attestation, _) => "attestations:",
        (Noun::Drill, _) => "drills:",
        (Noun::Run | Noun::Workload | Noun::Schedule | Noun::BackupPlan | Noun::Volume | Noun::Access | Noun::Drift, _) => {
            "clusters: or recorded:"
        }
        (Noun::RecoveryPoints, _) => "clusters:, databases: or recorded:",
        (Noun::Repository, _) => "clusters: or recorded:",
        (Noun::Archiver | Noun::Database | Noun::Replica | Noun::Consensus | Noun::AuditTrail, _) => "clusters:, databases: or recorded:",
        // What a bucket, DNS and the monitoring say of themselves is not asked yet.
        (Noun::HealthCheck | Noun::Route | Noun::Probe | Noun::AlertRule | Noun::AlertRoute | Noun::Scan, _) => "recorded:",
    };
    format!("needs {section}")
}

/// Which components give a section of the standard its subjects; `None` for one that components do not.
fn gives_subjects(section: &str) -> Option<fn(&ComponentIs) -> bool> {
    Some(match section {
        "backups" | "runs" => |is| !matches!(is, ComponentIs::AuditTrail { .. }),
        "restores" | "split_brain" | "rpo_no_loss" | "rpo_restore" | "standby_backups" | "replication" | "rpo_failover" => {
            |is| *is == ComponentIs::Postgresql
        }
        "written_within" => |is| matches!(is, ComponentIs::AuditTrail { .. }),
        _ => return None,
    })
}

/// Which section of the config gives a section of the standard its subjects.
fn section_of_config(section: &str) -> Option<&'static str> {
    Some(match section {
        "backups" | "runs" | "restores" | "rpo_restore" | "split_brain" | "rpo_no_loss" => "components:",
        "standby_backups" | "replication" | "latency" | "rpo_failover" | "rto_failover" | "region_failovers" => "regions:",
        "inventory" | "rto_restart" | "rto_measured" | "rpo_measured" | "exercises" | "lag" => "inventory:",
        "failover" | "endpoints" => "failover:",
        "written_within" => "custom-resources:",
        "excluded" => "excluded:",
        "access" => "namespaces:",
        _ => return None,
    })
}
