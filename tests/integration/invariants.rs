//! Nothing unproven passes, and nothing unproven fails. In every golden snapshot, healthy and faulty,
//! each key is removed at any depth and each element is dropped: the mutant is refused at load, or every
//! verdict is the old one, unknown or not judged, none has vanished, and the exit code never becomes 0.

use crate::common::system;
use seaworthy::evaluate::{Catalogue, Evaluator, Terms};
use seaworthy::report::{Report, Verdict};
use seaworthy::snapshot::Snapshot;
use seaworthy::standard::Standard;
use serde_json::Value;
use std::collections::BTreeMap;

/// One step to a place in a JSON document.
#[derive(Debug, Clone)]
enum Step {
    Key(String),
    Index(usize),
}

/// Every place below `value` that can be taken away.
fn places(value: &Value, here: &mut Vec<Step>, found: &mut Vec<Vec<Step>>) {
    let mut below = |step: Step, value: &Value| {
        here.push(step);
        found.push(here.clone());
        places(value, here, found);
        here.pop();
    };
    match value {
        Value::Object(object) => object.iter().for_each(|(key, value)| below(Step::Key(key.clone()), value)),
        Value::Array(array) => array.iter().enumerate().for_each(|(index, value)| below(Step::Index(index), value)),
        _ => {}
    }
}

/// The document without what stands at `place`.
fn without(document: &Value, place: &[Step]) -> Value {
    let mut mutant = document.clone();
    let (last, parents) = place.split_last().unwrap();
    let mut at = &mut mutant;
    for step in parents {
        at = match step {
            Step::Key(key) => at.get_mut(key).unwrap(),
            Step::Index(index) => at.get_mut(*index).unwrap(),
        };
    }
    match last {
        Step::Key(key) => drop(at.as_object_mut().unwrap().remove(key)),
        Step::Index(index) => drop(at.as_array_mut().unwrap().remove(*index)),
    }
    mutant
}

/// What a mutant may not change: the places that only tell a person where to look.
fn only_for_people(place: &[Step]) -> bool {
    place.iter().any(|step| matches!(step, Step::Key(key) if key == "at"))
}

fn verdicts(report: &Report) -> BTreeMap<String, Verdict> {
    report.findings.iter().map(|finding| (finding.identity(), finding.verdict)).collect()
}

fn judge(evaluator: &mut Evaluator, snapshot: &Snapshot, standard: &Standard, catalogue: &Catalogue) -> Report {
    let terms = Terms { standard, catalogue, waivers: &[], stage: snapshot.scope.stage, at_s: snapshot.taken_at_s };
    evaluator.evaluate(snapshot, &terms).unwrap()
}

/// Takes one thing after another away from a golden snapshot.
fn ignorance_never_helps(name: &str) {
    let text = std::fs::read_to_string(system(name).join("snapshot.json")).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    let whole = Snapshot::load(text.as_bytes()).unwrap();
    let standard = Standard::embedded().unwrap();
    let catalogue = Catalogue::embedded().unwrap();
    let mut evaluator = Evaluator::new(&catalogue, &standard.resolve(&whole.system)).unwrap();
    let before = judge(&mut evaluator, &whole, &standard, &catalogue);
    let old = verdicts(&before);
    let mut found = Vec::new();
    places(&document, &mut Vec::new(), &mut found);
    let (mut judged, mut refused) = (0, 0);
    for place in found.iter().filter(|place| !only_for_people(&place[..place.len() - 1])) {
        let mutant = without(&document, place);
        let Ok(mutant) = Snapshot::load(mutant.to_string().as_bytes()) else {
            refused += 1;
            continue;
        };
        judged += 1;
        let after = judge(&mut evaluator, &mutant, &standard, &catalogue);
        let new = verdicts(&after);
        for (identity, old) in &old {
            let new = new.get(identity).unwrap_or_else(|| panic!("{name} without {place:?}: {identity} has vanished"));
            assert!(
                new == old || matches!(new, Verdict::Unknown | Verdict::NotJudged),
                "{name} without {place:?}: {identity} was {} and is {}",
                old.shown(),
                new.shown()
            );
        }
        assert!(
            after.outcome.code() != 0 || before.outcome.code() == 0,
            "{name} without {place:?}: the exit code was {} and is 0",
            before.outcome.code()
        );
    }
    assert!(judged > 100 && refused > 100, "{judged} judged, {refused} refused: too few to mean anything");
}

#[test]
fn ignorance_never_helps_a_system_that_is_ready() {
    ignorance_never_helps("kubernaut-ready");
}

#[test]
fn ignorance_never_helps_a_system_with_faults() {
    ignorance_never_helps("kubernaut");
}

#[test]
fn the_empty_snapshot_passes_nothing() {
    let whole = Snapshot::load(&std::fs::read(system("kubernaut-ready").join("snapshot.json")).unwrap()).unwrap();
    let empty = Snapshot::new(whole.system.clone(), whole.scope.clone(), whole.taken_at_s).unwrap();
    let standard = Standard::embedded().unwrap();
    let catalogue = Catalogue::embedded().unwrap();
    let mut evaluator = Evaluator::new(&catalogue, &standard.resolve(&whole.system)).unwrap();
    let report = judge(&mut evaluator, &empty, &standard, &catalogue);
    assert_eq!(report.counts.pass, 0);
    assert_eq!(report.counts.fail, 0);
    assert_eq!(report.outcome.code(), 3);
}

#[test]
fn what_is_stale_decides_nothing() {
    let whole = Snapshot::load(&std::fs::read(system("kubernaut-ready").join("snapshot.json")).unwrap()).unwrap();
    let standard = Standard::embedded().unwrap();
    let catalogue = Catalogue::embedded().unwrap();
    let terms =
        Terms { standard: &standard, catalogue: &catalogue, waivers: &[], stage: whole.scope.stage, at_s: whole.taken_at_s + 40 * 3_600 };
    let report = seaworthy::evaluate::evaluate(&whole, &terms).unwrap();
    let dated = [
        "restore.",
        "recovery.rto_measured",
        "recovery.rpo_measured",
        "recovery.plan",
        "recovery.exercised",
        "recovery.targets",
        "failover.annual",
        "operations.",
    ];
    for finding in report.findings.iter().filter(|finding| !dated.iter().any(|prefix| finding.control.starts_with(prefix))) {
        assert!(
            !matches!(finding.verdict, Verdict::Pass | Verdict::Fail),
            "{} is {} on evidence 40 h old",
            finding.identity(),
            finding.verdict.shown()
        );
    }
}
