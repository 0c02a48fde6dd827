//! What a fault may change, and what it may not: a verdict may become unknown, and no other.

use seaworthy::evaluate::{Catalogue, Evaluator, Terms};
use seaworthy::report::{Report, Verdict};
use seaworthy::snapshot::{Noun, Read, ReadState, Snapshot, Stage};
use seaworthy::standard::Standard;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Verdicts by control and subject.
pub(super) type Verdicts = BTreeMap<(String, String), Verdict>;

/// Judges snapshots of one system by what it was in health.
pub(super) struct Judge {
    standard: Standard,
    catalogue: Catalogue,
    evaluator: Evaluator,
    /// The verdicts in health.
    pub(super) healthy: Verdicts,
    /// What was judged before, without when it was read and why not: whole tables of faults lead to one snapshot.
    known: HashMap<String, (Verdicts, u8)>,
}

impl Judge {
    pub(super) fn new(healthy: &Snapshot) -> Self {
        let standard = Standard::embedded().unwrap();
        let catalogue = Catalogue::embedded().unwrap();
        let evaluator = Evaluator::new(&catalogue, &standard.resolve(&healthy.system)).unwrap();
        let mut judge = Self { standard, catalogue, evaluator, healthy: Verdicts::new(), known: HashMap::new() };
        judge.healthy = judge.verdicts(healthy).0;
        judge
    }

    /// The report on a snapshot.
    pub(super) fn report(&mut self, snapshot: &Snapshot) -> Report {
        let terms = Terms {
            standard: &self.standard,
            catalogue: &self.catalogue,
            waivers: &[],
            stage: Stage::PostProduction,
            at_s: snapshot.taken_at_s,
        };
        self.evaluator.evaluate(snapshot, &terms).unwrap()
    }

    /// The verdicts on a snapshot, and the exit code.
    pub(super) fn verdicts(&mut self, snapshot: &Snapshot) -> (Verdicts, u8) {
        let key = essence(snapshot);
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let report = self.report(snapshot);
        let finding = |finding: &seaworthy::report::Finding| ((finding.control.clone(), finding.subject.clone()), finding.verdict);
        let judged = (report.findings.iter().map(finding).collect(), report.outcome.code());
        self.known.insert(key, judged.clone());
        judged
    }

    /// What a fault did that none may do.
    pub(super) fn wrongs(&mut self, snapshot: &Snapshot) -> Vec<String> {
        let (found, code) = self.verdicts(snapshot);
        let mut wrongs: Vec<String> = self.healthy.iter().filter_map(|(of, was)| wrong(of, *was, found.get(of).copied())).collect();
        let new = found.iter().filter(|(of, verdict)| !self.healthy.contains_key(*of) && matches!(verdict, Verdict::Pass | Verdict::Fail));
        wrongs.extend(new.map(|((control, subject), verdict)| format!("{control} {subject}: {} from nowhere", verdict.word())));
        if code == 0 {
            wrongs.push("the exit code is 0".to_owned());
        }
        wrongs
    }

    /// What differs from health where nothing may.
    pub(super) fn differences(&mut self, snapshot: &Snapshot) -> Vec<String> {
        let (found, _) = self.verdicts(snapshot);
        let differs = |of: &&(String, String)| self.healthy.get(of) != found.get(of);
        let of: BTreeSet<&(String, String)> = self.healthy.keys().chain(found.keys()).collect();
        let word = |verdict: Option<&Verdict>| verdict.map_or("nothing", |verdict| verdict.word());
        of.into_iter()
            .filter(differs)
            .map(|of| format!("{} {}: {} → {}", of.0, of.1, word(self.healthy.get(of)), word(found.get(of))))
            .collect()
    }
}

fn wrong(of: &(String, String), was: Verdict, is: Option<Verdict>) -> Option<String> {
    let Some(is) = is else { return Some(format!("{} {}: {} → nothing", of.0, of.1, was.word())) };
    let good = |verdict: Verdict| matches!(verdict, Verdict::Pass | Verdict::NotApplicable | Verdict::Waived);
    let allowed = was == is || matches!(is, Verdict::Unknown | Verdict::NotJudged) || (good(was) && good(is) && is != Verdict::Pass);
    (!allowed).then(|| format!("{} {}: {} → {}", of.0, of.1, was.word(), is.word()))
}

/// A snapshot without its instants and reasons.
fn essence(snapshot: &Snapshot) -> String {
    let mut value = serde_json::to_value(snapshot).unwrap();
    value["taken_at_s"] = Value::Null;
    for read in value["reads"].as_array_mut().unwrap() {
        for field in ["at_s", "took_ms", "detail"] {
            read.as_object_mut().unwrap().remove(field);
        }
    }
    value.to_string()
}

/// Why the reads of `nouns`, which a fault hit, look as if none had, or do not say which.
pub(super) fn unsaid(snapshot: &Snapshot, read: &str, nouns: &[Noun], words: &str) -> Vec<String> {
    let reads = snapshot.reads.iter().filter(|known| known.read == read && nouns.contains(&known.noun));
    let unsaid = |read: &&Read| {
        let said = |detail: &String| words.split('|').any(|word| detail.contains(word));
        matches!(read.state, ReadState::Collected | ReadState::Absent) || !read.detail.as_ref().is_some_and(said)
    };
    reads.filter(unsaid).map(|read| format!("{} is {}: {:?}, not {words}", read.noun.word(), read.state.word(), read.detail)).collect()
}
