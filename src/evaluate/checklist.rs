//! The checklist and the RTO/RPO table, made from findings.

use super::catalogue::{Catalogue, Control};
use super::metadata::ObjectiveHalf;
use crate::report::{ChecklistLine, Finding, Half, Objective, Scenario, Verdict};
use crate::snapshot::{Stage, Subject};
use crate::standard::Standard;
use std::collections::BTreeSet;

/// The checklist lines that each control serves, by the control's own word and by the line's.
pub(super) fn lines_of(control: &Control, standard: &Standard) -> Vec<String> {
    let lines = standard.checklist.iter().filter(|line| serves(control, &line.id, line.controls.as_deref()));
    lines.map(|line| line.id.clone()).collect()
}

fn serves(control: &Control, line: &str, named: Option<&[String]>) -> bool {
    match named {
        Some(controls) => controls.contains(&control.id),
        None => control.metadata.checklist.iter().any(|id| id == line),
    }
}

/// Whether `stage` asks for a control: it serves a line of that stage, or no line at all.
pub(super) fn gated(lines: &[String], standard: &Standard, stage: Stage) -> bool {
    let of_stage = |id: &String| standard.checklist.iter().any(|line| line.id == *id && line.stage == stage);
    lines.is_empty() || lines.iter().any(of_stage)
}

/// Both checklists, the gated one first: a line is the worst of its findings.
pub(super) fn checklist(standard: &Standard, findings: &[Finding], stage: Stage) -> Vec<ChecklistLine> {
    let mut lines: Vec<_> = standard.checklist.iter().collect();
    lines.sort_by_key(|line| line.stage != stage);
    lines
        .into_iter()
        .map(|line| {
            let served: Vec<&Finding> = findings.iter().filter(|finding| finding.checklist.contains(&line.id)).collect();
            let (verdict, why) = worst(&served);
            ChecklistLine {
                id: line.id.clone(),
                text: line.text.clone(),
                stage: line.stage.word().to_owned(),
                verdict,
                why,
                findings: served.iter().map(|finding| finding.identity()).collect(),
            }
        })
        .collect()
}

/// The worst verdict, in the order fail, unknown, not judged, waived, pass; not applicable only if all
/// are; unknown where nothing proves it.
fn worst(findings: &[&Finding]) -> (Verdict, String) {
    let Some(verdict) = findings.iter().map(|finding| finding.verdict).min() else {
        return (Verdict::Unknown, "no control proves it".to_owned());
    };
    let which: BTreeSet<&str> = findings
        .iter()
        .filter(|finding| finding.verdict == verdict)
        .map(|finding| finding.subject.as_str())
        .filter(|s| *s != "system")
        .collect();
    let things: BTreeSet<&str> = which.iter().map(|subject| subject.rsplit_once('/').map_or(*subject, |(thing, _)| thing)).collect();
    let count = findings.iter().filter(|finding| finding.verdict == verdict).count();
    let why = match verdict {
        Verdict::Pass => format!("{count} proven"),
        Verdict::Fail | Verdict::Unknown | Verdict::Waived => {
            let named = things.into_iter().collect::<Vec<_>>().join(", ");
            if named.is_empty() { format!("{count} of {}", findings.len()) } else { format!("{count} of {}: {named}", findings.len()) }
        }
        Verdict::NotJudged | Verdict::NotApplicable => {
            let first = findings.iter().find(|finding| finding.verdict == verdict);
            first.and_then(|finding| finding.sentences.first()).cloned().unwrap_or_default()
        }
    };
    (verdict, why)
}

/// The RTO/RPO table.
pub(super) fn scenarios(standard: &Standard, catalogue: &Catalogue, findings: &[Finding]) -> Vec<Scenario> {
    let half = |scenario: &str, wanted: ObjectiveHalf| {
        let about: Vec<&Finding> = findings
            .iter()
            .filter(|finding| catalogue.controls.get(&finding.control).is_some_and(|control| control.metadata.objective == Some(wanted)))
            .filter(|finding| Subject::parse(&finding.subject).is_some_and(|subject| subject.thing() == scenario))
            .collect();
        Half {
            verdict: about.iter().map(|finding| finding.verdict).min(),
            value_s: about
                .iter()
                .flat_map(|finding| &finding.measure)
                .filter(|measure| measure.unit == "s")
                .map(|measure| measure.observed)
                .max(),
        }
    };
    let mut rows: Vec<_> = standard.scenarios.iter().collect();
    rows.sort_by_key(|(_, scenario)| (scenario.rto, scenario.rpo));
    rows.into_iter()
        .map(|(id, scenario)| Scenario {
            id: id.clone(),
            title: scenario.title.clone(),
            rto: Objective {
                target_s: scenario.rto.0,
                structure: half(id, ObjectiveHalf::RtoStructure),
                measured: half(id, ObjectiveHalf::RtoMeasured),
            },
            rpo: Objective {
                target_s: scenario.rpo.0,
                structure: half(id, ObjectiveHalf::RpoStructure),
                measured: half(id, ObjectiveHalf::RpoMeasured),
            },
        })
        .collect()
}
