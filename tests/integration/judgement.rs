//! The verdict table, row by row, through `evaluate`: small snapshots made by hand, and small controls
//! that say of a volume what its claim says. Nothing here rests on our own controls or fixtures.

mod foreign;
mod refused;

use seaworthy::evaluate::{Catalogue, CatalogueError, Terms, evaluate};
use seaworthy::report::{Finding, Outcome, Report, Severity, Verdict};
use seaworthy::snapshot::{Class, ReadState, RegionRole, Scope, ScopeKind, Snapshot, SnapshotError, Stage, System};
use seaworthy::standard::{Standard, WaivedVerdict, Waiver};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// When every snapshot here is taken.
const NOW_S: i64 = 1_795_356_000;

/// Says of each subject what the claims of its volumes say.
const RULES: &str = r#"
subjects contains subject if some subject, _ in data.standard.backups

claims(subject) := {volume.claim | some volume in input.volume[subject]}

compliant contains subject if {
	some subject in subjects
	"good" in claims(subject)
}

lacking contains subject if {
	some subject in subjects
	every volume in object.get(input.volume, subject, []) { volume.claim == "short" }
}

violating contains subject if {
	some subject in subjects
	"bad" in claims(subject)
}

undetermined[subject] contains "nobody can tell" if {
	some subject in subjects
	"vague" in claims(subject)
}

not_applicable[subject] contains "it is another thing" if {
	some subject in subjects
	"other" in claims(subject)
}

cite[subject] contains id if {
	some subject in subjects
	some id in [volume.id | some volume in input.volume[subject]]
}

measure[subject] contains value if {
	some subject in subjects
	some volume in input.volume[subject]
	value := {"observed": volume.used_bytes, "required": 10, "unit": "bytes"}
}
"#;

/// One read of volumes.
#[derive(Clone)]
struct Asked {
    read: &'static str,
    class: Class,
    state: ReadState,
    at_s: i64,
    subjects: Vec<&'static str>,
    /// `subject claim`, or `unlinked claim`.
    items: Vec<&'static str>,
    used_bytes: u64,
}

fn asked(read: &'static str, class: Class, items: &[&'static str]) -> Asked {
    let subjects = vec!["postgresql/east"];
    Asked { read, class, state: ReadState::Collected, at_s: NOW_S, subjects, items: items.to_vec(), used_bytes: 20 }
}

fn declared(items: &[&'static str]) -> Asked {
    asked("manifests/east", Class::Declared, items)
}

fn live(items: &[&'static str]) -> Asked {
    asked("cluster/east", Class::Observed, items)
}

fn about(subjects: &[&'static str], asked: Asked) -> Asked {
    Asked { subjects: subjects.to_vec(), ..asked }
}

fn state(state: ReadState, asked: Asked) -> Asked {
    Asked { state, ..asked }
}

fn system(standby: bool) -> System {
    let mut regions = BTreeMap::from([("east".to_owned(), RegionRole::Primary)]);
    if standby {
        regions.insert("west".to_owned(), RegionRole::Standby);
        regions.insert("north".to_owned(), RegionRole::Standby);
    }
    let components = BTreeMap::from([("postgresql".to_owned(), "postgresql".to_owned())]);
    System { name: "test".to_owned(), regions, components, ..System::default() }
}

fn snapshot_of(system: System, kind: ScopeKind, everything: bool, plan: &[Asked]) -> Result<Snapshot, SnapshotError> {
    let scope = Scope { kind, stage: Stage::PreProduction, everything };
    let mut snapshot = serde_json::to_value(Snapshot::new(system, scope, NOW_S)?).unwrap();
    let mut volumes: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for entry in plan {
        let mut stored: BTreeMap<&str, u64> = entry.subjects.iter().map(|subject| (*subject, 0)).collect();
        let mut unlinked = 0;
        for (index, item) in entry.items.iter().enumerate() {
            let (subject, claim) = item.split_once(' ').unwrap();
            let (claim, id) =
                claim.split_once('@').map_or((claim, format!("{}/{index}", entry.read)), |(claim, id)| (claim, id.to_owned()));
            *stored.get_mut(subject).unwrap_or(&mut unlinked) += 1;
            let item =
                json!({"id": id, "class": entry.class, "read": entry.read, "at": {}, "claim": claim, "used_bytes": entry.used_bytes});
            volumes.entry(subject).or_default().push(item);
        }
        let subjects = &entry.subjects;
        let asked = json!({"read": entry.read, "noun": "volume", "class": entry.class, "subjects": subjects, "section": "test"});
        let read = json!({"read": entry.read, "noun": "volume", "of": "test", "at_s": entry.at_s, "state": entry.state, "stored": stored, "unlinked": unlinked});
        snapshot["asked"].as_array_mut().unwrap().push(asked);
        snapshot["reads"].as_array_mut().unwrap().push(read);
    }
    snapshot["evidence"]["volume"] = json!(volumes);
    Snapshot::load(snapshot.to_string().as_bytes())
}

fn policy(name: &str, needs: &str, lines: &str, rules: &str) -> String {
    format!(
        "# METADATA\n# title: A claim\n# custom:\n#   severity: high\n#   needs: {needs}\n#   checklist: {lines}\npackage controls.test.{name}\n{rules}"
    )
}

/// A catalogue of these files, and of nothing of ours.
fn load(files: &[String]) -> Result<Catalogue, CatalogueError> {
    let directory = tempfile::tempdir().unwrap();
    for (index, text) in files.iter().enumerate() {
        std::fs::write(directory.path().join(format!("{index}.rego")), text).unwrap();
    }
    let mut catalogue = Catalogue::with_directories(&[directory.path()])?;
    catalogue.controls.retain(|_, control| control.policy.foreign);
    Ok(catalogue)
}

fn controls(files: &[String]) -> Catalogue {
    load(files).unwrap()
}

fn claim(class: &str) -> Catalogue {
    controls(&[policy("claim", &format!("{{volume: {class}}}"), "[]", RULES)])
}

/// A standard without a checklist: what a control serves is then its own word against nobody's.
fn standard() -> Standard {
    Standard { checklist: Vec::new(), ..Standard::embedded().unwrap() }
}

fn judged(snapshot: &Snapshot, catalogue: &Catalogue, waivers: &[Waiver]) -> Report {
    let terms = Terms { standard: &standard(), catalogue, waivers, stage: snapshot.scope.stage, at_s: NOW_S };
    evaluate(snapshot, &terms).unwrap()
}

fn only(report: &Report) -> &Finding {
    assert_eq!(report.findings.len(), 1, "{:?}", report.findings.iter().map(Finding::identity).collect::<Vec<_>>());
    &report.findings[0]
}

/// The verdict of the one subject `postgresql/east`.
fn verdict(kind: ScopeKind, everything: bool, needs: &str, plan: &[Asked]) -> Verdict {
    let snapshot = snapshot_of(system(false), kind, everything, plan).unwrap();
    only(&judged(&snapshot, &claim(needs), &[])).verdict
}

#[test]
fn each_row_of_the_verdict_table() {
    use ReadState::{Absent, Denied, Partial, Stale, TimedOut, Unreachable, Unsupported};
    use Verdict::{Fail, NotApplicable, NotJudged, Pass, Unknown};
    const LONG_AGO_S: i64 = NOW_S - 26 * 3_600 - 1;
    let good = || declared(&["postgresql/east good"]);
    let gone = |word: ReadState| state(word, declared(&[]));
    let old = |asked: Asked| Asked { at_s: LONG_AGO_S, ..asked };
    let rows: Vec<(&str, Verdict, Vec<Asked>)> = vec![
        ("1: in two sets", Unknown, vec![declared(&["postgresql/east good", "postgresql/east bad"])]),
        ("1: undetermined and compliant", Unknown, vec![declared(&["postgresql/east good", "postgresql/east vague"])]),
        ("1: two contents under one id", Unknown, vec![declared(&["postgresql/east good@a", "postgresql/east good@a#2"])]),
        ("a `#` of somebody's own is no second content", Pass, vec![declared(&["postgresql/east good@drill#2"])]),
        ("2: bad", Fail, vec![declared(&["postgresql/east bad"])]),
        ("2: bad, whatever else is missing", Fail, vec![state(Partial, declared(&["postgresql/east bad"]))]),
        ("2: bad on a stale read is no longer known", Unknown, vec![old(declared(&["postgresql/east bad"]))]),
        ("3: partial", Unknown, vec![state(Partial, good())]),
        ("3: unsupported", Unknown, vec![state(Unsupported, good())]),
        ("3: timed out", Unknown, vec![state(TimedOut, good())]),
        ("3: stale", Unknown, vec![state(Stale, good())]),
        ("3: denied", Unknown, vec![gone(Denied)]),
        ("3: unreachable", Unknown, vec![gone(Unreachable)]),
        ("3: older than 26 h", Unknown, vec![old(good())]),
        ("26 h is not older", Pass, vec![Asked { at_s: LONG_AGO_S + 1, ..good() }]),
        ("3: dated in the future", Unknown, vec![Asked { at_s: NOW_S + 31, ..good() }]),
        ("a clock is never quite right", Pass, vec![Asked { at_s: NOW_S + 30, ..good() }]),
        ("3: one of two reads", Unknown, vec![good(), state(Denied, asked("manifests/too", Class::Declared, &[]))]),
        ("3: before 4", Unknown, vec![state(Partial, declared(&["postgresql/east other"]))]),
        ("4: not applicable", NotApplicable, vec![declared(&["postgresql/east other"])]),
        ("5: nothing was asked", NotJudged, vec![]),
        ("5: asked of a class that cannot pass it", NotJudged, vec![asked("word/of", Class::Attested, &["postgresql/east good"])]),
        ("6: undetermined", Unknown, vec![declared(&["postgresql/east vague"])]),
        ("7: lacking", Fail, vec![declared(&["postgresql/east short"])]),
        ("7: lacking because it is absent", Fail, vec![gone(Absent)]),
        ("7: an unlinked item could be it", Unknown, vec![declared(&["postgresql/east short", "unlinked good"])]),
        ("8: compliant", Pass, vec![good()]),
        ("8: an unlinked item does not matter to a region", Pass, vec![declared(&["postgresql/east good", "unlinked bad"])]),
        ("9: not proven either way", Unknown, vec![declared(&["postgresql/east who knows"])]),
    ];
    for (row, expected, plan) in rows {
        assert_eq!(verdict(ScopeKind::Declared, true, "declared", &plan), expected, "row {row}");
    }
}

#[test]
fn what_was_not_asked_is_a_gap_where_anything_live_was_looked_at() {
    for (kind, expected) in [(ScopeKind::Declared, Verdict::NotJudged), (ScopeKind::Live, Verdict::Unknown)] {
        assert_eq!(verdict(kind, true, "observed", &[declared(&["postgresql/east good"])]), expected);
    }
    // Who is asked later about the stage after the deploy is asked about what runs.
    let snapshot = snapshot_of(system(false), ScopeKind::Declared, true, &[declared(&["postgresql/east good"])]).unwrap();
    let rules = [policy("claim", "{volume: declared}", "[]", RULES), policy("run", "{volume: observed}", "[]", RULES)];
    let catalogue = controls(&rules);
    for (stage, outcome) in [(Stage::PreProduction, Outcome::NoFaultDeclared), (Stage::PostProduction, Outcome::Incomplete)] {
        let terms = Terms { standard: &standard(), catalogue: &catalogue, waivers: &[], stage, at_s: NOW_S };
        assert_eq!(evaluate(&snapshot, &terms).unwrap().outcome, outcome, "{}", stage.word());
    }
}

#[test]
fn nothing_found_is_no_proof_where_nobody_said_that_it_is_everything() {
    for (everything, expected) in [(false, Verdict::Unknown), (true, Verdict::Fail)] {
        assert_eq!(verdict(ScopeKind::Declared, everything, "declared", &[declared(&[])]), expected);
    }
    assert_eq!(verdict(ScopeKind::Live, false, "declared", &[live(&[])]), Verdict::Fail, "a live read is everything");
}

#[test]
fn the_two_views_are_judged_apart() {
    use Verdict::{Fail, Pass, Unknown};
    let short = declared(&["postgresql/east short"]);
    let good = live(&["postgresql/east good"]);
    let rows: Vec<(&str, &str, Verdict, Vec<Asked>)> = vec![
        ("live covers nothing that Git makes weekly", "declared", Fail, vec![good.clone(), short.clone()]),
        ("a declared unknown counts", "declared", Unknown, vec![good.clone(), declared(&["postgresql/east vague"])]),
        ("an outcome is not Git's to fail", "observed", Pass, vec![good.clone(), short]),
        ("but what it violates counts", "observed", Fail, vec![good.clone(), declared(&["postgresql/east bad"])]),
        ("nothing declared is the drift controls' affair", "declared", Pass, vec![good, declared(&[])]),
        (
            "a declared pass covers for no live fail",
            "declared",
            Fail,
            vec![live(&["postgresql/east short"]), declared(&["postgresql/east good"])],
        ),
        (
            "nor for a live read that was denied",
            "declared",
            Unknown,
            vec![state(ReadState::Denied, live(&[])), declared(&["postgresql/east good"])],
        ),
        ("nor for live emptiness", "declared", Fail, vec![live(&[]), declared(&["postgresql/east good"])]),
        (
            "a person's word stands beside both",
            "observed",
            Pass,
            vec![live(&["postgresql/east good"]), asked("word/of", Class::Attested, &[])],
        ),
    ];
    for (row, needs, expected, plan) in rows {
        assert_eq!(verdict(ScopeKind::Live, true, needs, &plan), expected, "{row}");
    }
}

/// A scenario and a component's global subject have their evidence from several subjects.
#[test]
fn whoever_was_not_asked_lacks_nothing() {
    const GLOBAL: &str = "subjects := {\"postgresql/global\"}\n";
    let rules = RULES.replace("subjects contains subject if some subject, _ in data.standard.backups\n", GLOBAL);
    let catalogue = controls(&[policy("claim", "{volume: declared}", "[]", &rules)]);
    let all = ["postgresql/east", "postgresql/north", "postgresql/west"];
    let declared_all = |items: &[&'static str]| about(&all, declared(items));
    let rows: Vec<(&str, Verdict, Vec<Asked>)> = vec![
        ("every region was asked and nothing is there", Verdict::Fail, vec![declared_all(&[])]),
        ("one region was not asked", Verdict::Unknown, vec![about(&all[..2], declared(&[]))]),
        ("one region was not asked, another is good", Verdict::Unknown, vec![about(&all[..2], declared(&["postgresql/east good"]))]),
        (
            "one region was denied",
            Verdict::Unknown,
            vec![
                about(&all[..2], declared(&["postgresql/east good"])),
                about(&all[2..], state(ReadState::Denied, asked("manifests/west", Class::Declared, &[]))),
            ],
        ),
        (
            "one region was asked live, the others were only declared",
            Verdict::Unknown,
            vec![declared_all(&["postgresql/west good"]), live(&["postgresql/east good"])],
        ),
        (
            "live everywhere, declared in one region only",
            Verdict::Pass,
            vec![about(&all, live(&["postgresql/east good"])), declared(&["postgresql/east short"])],
        ),
        (
            "nothing counted is complete with an unlinked item",
            Verdict::Unknown,
            vec![declared_all(&["postgresql/east good", "unlinked bad"])],
        ),
    ];
    for (row, expected, plan) in rows {
        let snapshot = snapshot_of(system(true), ScopeKind::Live, true, &plan).unwrap();
        assert_eq!(only(&judged(&snapshot, &catalogue, &[])).verdict, expected, "{row}");
    }
}

#[test]
fn a_pass_cites_what_bears_on_it_and_is_strong_enough() {
    let cite =
        "cite[subject] contains id if {\n\tsome subject in subjects\n\tsome id in [volume.id | some volume in input.volume[subject]]\n}";
    let cases = [("cites nothing", ""), ("cites what is not there", "cite[subject] contains \"another\" if some subject in subjects")];
    let good = snapshot_of(system(false), ScopeKind::Declared, true, &[declared(&["postgresql/east good"])]).unwrap();
    for (case, instead) in cases {
        assert!(RULES.contains(cite));
        let catalogue = controls(&[policy("claim", "{volume: declared}", "[]", &RULES.replace(cite, instead))]);
        assert_eq!(only(&judged(&good, &catalogue, &[])).verdict, Verdict::Unknown, "{case}");
    }
    let two = controls(&[policy("claim", "{volume: declared, schedule: declared}", "[]", RULES)]);
    assert_eq!(only(&judged(&good, &two, &[])).verdict, Verdict::NotJudged, "a noun that nobody asked for");
    let word = [declared(&[]), asked("word/of", Class::Attested, &["postgresql/east good"])];
    assert_eq!(verdict(ScopeKind::Declared, true, "declared", &word), Verdict::Unknown, "a word is no manifest");
}

fn waiver(control: &str, subject: &str) -> Waiver {
    Waiver {
        control: control.to_owned(),
        subject: subject.to_owned(),
        verdict: WaivedVerdict::Unknown,
        owner: "ops".to_owned(),
        reason: "known".to_owned(),
        expires_s: NOW_S + 1,
        at_most: None,
        at_least: None,
        source: "waivers.yaml:1".to_owned(),
    }
}

#[test]
fn a_waiver_holds_for_what_it_names_until_it_ends() {
    use Verdict::{Fail, Pass, Unknown, Waived};
    let fail = Waiver { verdict: WaivedVerdict::Fail, ..waiver("test.claim", "postgresql/east") };
    let unknown = waiver("test.claim", "postgresql/east");
    let short = || declared(&["postgresql/east short"]);
    let used = |used_bytes| Asked { used_bytes, ..short() };
    let rows: Vec<(&str, Verdict, Waiver, Asked)> = vec![
        ("a fail", Waived, fail.clone(), short()),
        ("an unknown", Waived, unknown.clone(), declared(&["postgresql/east vague"])),
        ("the other verdict", Fail, unknown.clone(), short()),
        ("never a pass", Pass, fail.clone(), declared(&["postgresql/east good"])),
        ("never a broken control", Unknown, unknown, declared(&["postgresql/east good", "postgresql/east bad"])),
        ("another subject", Fail, Waiver { subject: "postgresql/west".to_owned(), ..fail.clone() }, short()),
        ("its last instant is over", Fail, Waiver { expires_s: NOW_S, ..fail.clone() }, short()),
        ("within its bound", Waived, Waiver { at_most: Some(20), ..fail.clone() }, used(20)),
        ("over its bound", Fail, Waiver { at_most: Some(20), ..fail.clone() }, used(21)),
        ("under its bound", Fail, Waiver { at_least: Some(30), ..fail.clone() }, used(21)),
        ("the number that was taken on is not what fails", Fail, Waiver { at_most: Some(20), ..fail.clone() }, used(9)),
        ("a number at a limit that must not be reached", Waived, Waiver { at_most: Some(20), ..fail.clone() }, used(10)),
        ("nothing was measured", Fail, Waiver { at_most: Some(20), ..fail }, declared(&[])),
    ];
    for (row, expected, waiver, asked) in rows {
        let snapshot = snapshot_of(system(false), ScopeKind::Declared, true, &[asked]).unwrap();
        let report = judged(&snapshot, &claim("declared"), std::slice::from_ref(&waiver));
        assert_eq!(only(&report).verdict, expected, "{row}: {:?}", report.notices);
        assert_eq!(report.notices.is_empty(), expected == Waived, "{row}: {:?}", report.notices);
    }
}

#[test]
fn each_row_of_the_outcome_table() {
    use Outcome::{Incomplete, NoFaultDeclared, NotReady, Ready};
    let rows: [(&str, ScopeKind, Outcome, u8, Option<&'static str>); 8] = [
        ("a fail", ScopeKind::Declared, NotReady, 1, Some("postgresql/east short")),
        ("a fail", ScopeKind::Live, NotReady, 1, Some("postgresql/east short")),
        ("an unknown", ScopeKind::Declared, Incomplete, 3, Some("postgresql/east vague")),
        ("nothing is asked", ScopeKind::Declared, Incomplete, 3, None),
        ("nothing applies: not one pass", ScopeKind::Live, Incomplete, 3, Some("postgresql/east other")),
        ("a pass", ScopeKind::Declared, NoFaultDeclared, 0, Some("postgresql/east good")),
        ("a pass", ScopeKind::Live, Ready, 0, Some("postgresql/east good")),
        ("live, and nothing is asked", ScopeKind::Live, Incomplete, 3, None),
    ];
    for (row, kind, outcome, code, item) in rows {
        let plan: Vec<Asked> = item.map(|item| declared(&[item])).into_iter().collect();
        let report = judged(&snapshot_of(system(false), kind, true, &plan).unwrap(), &claim("declared"), &[]);
        assert_eq!((report.outcome, report.outcome.code()), (outcome, code), "{row}");
    }
    let short = snapshot_of(system(false), ScopeKind::Live, true, &[declared(&["postgresql/east short"])]).unwrap();
    let taken_on = Waiver { verdict: WaivedVerdict::Fail, ..waiver("test.claim", "postgresql/east") };
    assert_eq!(judged(&short, &claim("declared"), &[taken_on]).outcome, Incomplete, "all waived is not one pass");
}

#[test]
fn a_stage_gates_what_serves_its_checklist_or_none() {
    let rules = |lines| policy("claim", "{volume: declared}", lines, RULES);
    let short = snapshot_of(system(false), ScopeKind::Live, true, &[declared(&["postgresql/east short"])]).unwrap();
    let whole = Standard::embedded().unwrap();
    let line = |id: &str, controls: Option<&[&str]>| {
        let mut line = whole.checklist.iter().find(|line| line.id == id).unwrap().clone();
        line.controls = controls.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
        line
    };
    let (pre, post) = (line("pre-2", None), line("post-4", None));
    let rows = [
        ("it serves the stage", "[pre-2]", vec![pre.clone(), post.clone()], Outcome::NotReady, Verdict::Fail),
        ("it serves the other stage", "[post-4]", vec![post.clone()], Outcome::Incomplete, Verdict::Fail),
        ("it serves both", "[pre-2, post-4]", vec![pre.clone(), post.clone()], Outcome::NotReady, Verdict::Fail),
        ("it serves none", "[]", vec![post.clone()], Outcome::NotReady, Verdict::Unknown),
        ("it serves a line that is not there", "[pre-99]", vec![post], Outcome::NotReady, Verdict::Unknown),
        ("the line names its own controls", "[]", vec![line("pre-2", Some(&["test.claim"]))], Outcome::NotReady, Verdict::Fail),
        (
            "the line names a control that is not there",
            "[pre-2]",
            vec![line("pre-2", Some(&["test.other"]))],
            Outcome::NotReady,
            Verdict::Unknown,
        ),
    ];
    for (row, lines, checklist, outcome, of_line) in rows {
        let standard = Standard { checklist, ..whole.clone() };
        let catalogue = controls(&[rules(lines)]);
        let terms = Terms { standard: &standard, catalogue: &catalogue, waivers: &[], stage: Stage::PreProduction, at_s: NOW_S };
        let report = evaluate(&short, &terms).unwrap();
        assert_eq!(report.outcome, outcome, "{row}");
        assert_eq!(report.checklist[0].verdict, of_line, "{row}");
    }
    // A line that nothing proves is not known, and the stage with it.
    let good = snapshot_of(system(false), ScopeKind::Live, true, &[declared(&["postgresql/east good"])]).unwrap();
    for (checklist, outcome) in [(vec![line("pre-2", None)], Outcome::Incomplete), (vec![line("post-4", None)], Outcome::Ready)] {
        let standard = Standard { checklist, ..whole.clone() };
        let catalogue = controls(&[rules("[]")]);
        let terms = Terms { standard: &standard, catalogue: &catalogue, waivers: &[], stage: Stage::PreProduction, at_s: NOW_S };
        assert_eq!(evaluate(&good, &terms).unwrap().outcome, outcome);
    }
}

#[test]
fn a_control_without_a_subject_says_why() {
    use Verdict::{NotApplicable, NotJudged, Unknown};
    let rules = |section: &str| format!("subjects contains subject if some subject, _ in data.standard.{section}\n");
    let without = |names: &[&str]| {
        let mut system = system(false);
        system.components.retain(|name, _| !names.contains(&name.as_str()));
        let reason = || seaworthy::snapshot::Exclusion { reason: "it is a toy".to_owned() };
        system.excluded = names.iter().map(|name| ((*name).to_owned(), reason())).collect();
        system
    };
    let nameless = System { name: String::new(), ..system(false) };
    let rows = [
        ("one region only", "replication", system(false), NotApplicable, NotApplicable),
        ("its component is excluded", "restores", without(&["postgresql"]), NotApplicable, NotApplicable),
        ("one of its components is", "backups", System { components: BTreeMap::new(), ..without(&["configmaps"]) }, NotJudged, Unknown),
        ("another component is excluded", "written_within", without(&["configmaps"]), NotJudged, Unknown),
        ("a section of no component, and something is excluded", "rto_nonsense", without(&["configmaps"]), NotJudged, Unknown),
        ("nobody described the system", "alerts", nameless, NotJudged, Unknown),
    ];
    for (row, section, system, declared, live) in rows {
        for (kind, expected) in [(ScopeKind::Declared, declared), (ScopeKind::Live, live)] {
            let catalogue = controls(&[policy("claim", "{volume: declared}", "[]", &rules(section))]);
            let snapshot = snapshot_of(system.clone(), kind, true, &[]).unwrap();
            assert_eq!(only(&judged(&snapshot, &catalogue, &[])).verdict, expected, "{row}");
        }
    }
}

#[test]
fn what_matters_less_is_one_step_less_severe() {
    let system = |name: &str, is: &str| System { components: BTreeMap::from([(name.to_owned(), is.to_owned())]), ..system(false) };
    for (name, is, severity) in [("billing", "postgresql", Severity::High), ("settings", "configmaps", Severity::Medium)] {
        let snapshot = snapshot_of(system(name, is), ScopeKind::Declared, true, &[]).unwrap();
        let report = judged(&snapshot, &claim("declared"), &[]);
        assert_eq!(only(&report).subject, format!("{name}/east"));
        assert_eq!(only(&report).severity, severity);
    }
}
