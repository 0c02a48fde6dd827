use super::*;
use crate::snapshot::ReadState;
use crate::standard::EMBEDDED;
use std::path::Path;

const CONFIG: &str = "version: 1
system: kubernaut
regions:
  us-east-1: {role: primary}
  eu-west-1: {role: standby}
inventory:
  gateway: {kind: Deployment, ready: 3}
manifests:
  - {path: deploy/us, region: us-east-1}
  - {path: deploy/eu, region: eu-west-1}
at: 2026-11-22T14:00:00Z
";

const OBJECT: &str = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: backup, namespace: ns}\nspec: {schedule: '0 * * * *'}\n";

struct House {
    directory: tempfile::TempDir,
}

impl House {
    fn new(files: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let base: [(&str, &str); 2] = [("deploy/us/a.yaml", OBJECT), ("deploy/eu/a.yaml", OBJECT)];
        for (name, text) in base.iter().chain(files) {
            let path = directory.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Self { directory }
    }

    fn path(&self, name: &str) -> String {
        self.directory.path().join(name).to_string_lossy().into_owned()
    }

    fn config(&self, more: &str) -> Config {
        let path = self.directory.path().join("seaworthy.yaml");
        std::fs::write(&path, format!("{CONFIG}{more}")).unwrap();
        Config::load(&path, EMBEDDED).unwrap()
    }

    fn collect(&self, more: &str) -> Snapshot {
        run(&self.config(more), &[], None).unwrap()
    }
}

fn run(config: &Config, paths: &[String], region: Option<&str>) -> Result<Snapshot, CollectError> {
    let standard = Standard::embedded().unwrap();
    let paths: Vec<PathArgument> = paths.iter().map(|path| PathArgument::Path(path.clone())).collect();
    let request = Request {
        config,
        standard: &standard,
        paths: &paths,
        stdin: None,
        region: region.map(str::to_owned),
        now_s: 1_795_000_000,
        live: false,
        require_live: false,
        stage: None,
        allow: Allow::default(),
        deadlines: Deadlines::default(),
        environment: |_| None,
    };
    collect(&request, &mut |_| {})
}

fn reads_of(snapshot: &Snapshot) -> BTreeSet<&str> {
    snapshot.reads.iter().map(|read| read.read.as_str()).collect()
}

fn state(snapshot: &Snapshot, read: &str, noun: Noun) -> Option<(ReadState, String)> {
    let found = snapshot.reads.iter().find(|entry| entry.read == read && entry.noun == noun)?;
    Some((found.state, found.detail.clone().unwrap_or_default()))
}

#[test]
fn every_region_is_asked_for_what_it_can_say() {
    let app = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app, namespace: ns}\nspec: {}\n";
    let snapshot = House::new(&[("deploy/us/app.yaml", app)]).collect("");
    assert_eq!(reads_of(&snapshot), BTreeSet::from(["manifests/eu-west-1", "manifests/us-east-1"]));
    assert_eq!((snapshot.taken_at_s, snapshot.seen), (1_795_356_000, Seen { files: 3, objects: 3 }));
    assert_eq!((snapshot.scope.kind, snapshot.scope.everything), (ScopeKind::Declared, true));
    assert_eq!(snapshot.system.namespaces, BTreeSet::from(["ns".to_owned()]));
    let schedule = snapshot.asked.iter().find(|asked| asked.read == "manifests/us-east-1" && asked.noun == Noun::Schedule).unwrap();
    let subjects: Vec<&str> = schedule.subjects.iter().map(Subject::as_str).collect();
    assert_eq!(subjects, ["configmaps/us-east-1", "postgresql/us-east-1", "secrets/us-east-1"]);
    assert!(snapshot.reads.iter().all(|read| read.state == ReadState::Collected && read.of.starts_with("deploy/")));
    // Without a routed name there is nobody to ask about routes.
    assert_eq!(state(&snapshot, "manifests/us-east-1", Noun::Route), None);
    assert_eq!(Snapshot::load(snapshot.to_json().unwrap().as_bytes()).unwrap(), snapshot);
}

#[test]
fn a_doubt_in_one_region_makes_only_its_reads_partial() {
    let snapshot = House::new(&[("deploy/us/b.yaml", "a: [")]).collect("");
    let (found, detail) = state(&snapshot, "manifests/us-east-1", Noun::Schedule).unwrap();
    assert!(found == ReadState::Partial && detail.starts_with("deploy/us/b.yaml: does not parse"), "{detail}");
    assert_eq!(state(&snapshot, "manifests/eu-west-1", Noun::Schedule), Some((ReadState::Collected, String::new())));
}

#[test]
fn a_place_without_an_object_proves_nothing() {
    let house = House::new(&[("deploy/us/values.yaml", "a: 1\n")]);
    std::fs::remove_file(house.directory.path().join("deploy/us/a.yaml")).unwrap();
    let found = state(&house.collect(""), "manifests/us-east-1", Noun::Workload).unwrap();
    assert_eq!(found, (ReadState::Partial, "no Kubernetes object was found in deploy/us".to_owned()));
}

#[test]
fn a_path_is_in_the_region_that_the_configuration_says() {
    let house = House::new(&[("deploy/c.yaml", OBJECT), ("other/d.yaml", OBJECT)]);
    let config = house.config("");
    let regions = |path: &str, region: Option<&str>| {
        run(&config, &[house.path(path)], region)
            .map(|snapshot| reads_of(&snapshot).into_iter().map(str::to_owned).collect::<Vec<_>>().join(" "))
    };
    assert_eq!(regions("deploy/us/a.yaml", None).unwrap(), "manifests/us-east-1");
    assert_eq!(regions("deploy", None).unwrap(), "manifests/eu-west-1 manifests/us-east-1");
    assert_eq!(regions("deploy/eu/*.yaml", None).unwrap(), "manifests/eu-west-1");
    assert!(matches!(regions("other", None), Err(CollectError::Region { .. })));
    assert_eq!(regions("other", Some("eu-west-1")).unwrap(), "manifests/eu-west-1");
    assert!(matches!(regions("other", Some("mars")), Err(CollectError::UnknownRegion { .. })));
    assert!(matches!(regions("nowhere", None), Err(CollectError::Path { .. })));
    assert!(matches!(regions("nowhere/*.yaml", None), Err(CollectError::Path { .. })));
    let whole = run(&config, &[house.path("deploy")], None).unwrap();
    assert!(whole.unjudged.iter().any(|entry| entry.what.ends_with("deploy/c.yaml")), "{:?}", whole.unjudged);
}

#[test]
fn without_a_file_what_occurs_is_the_system() {
    let house = House::new(&[("deploy/us/s.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: ns}\n")]);
    let snapshot = run(&Config::without_file(), &[house.path("deploy/us")], None).unwrap();
    assert_eq!(reads_of(&snapshot), BTreeSet::from(["manifests/default"]));
    assert!(!snapshot.scope.everything && snapshot.system.name.is_empty());
    assert_eq!(snapshot.system.components.keys().collect::<Vec<_>>(), ["secrets"]);
    let snapshot = run(&Config::without_file(), &[house.path("deploy/us")], Some("mars")).unwrap();
    assert_eq!(reads_of(&snapshot), BTreeSet::from(["manifests/mars"]));
    assert!(matches!(run(&Config::without_file(), &[], None), Err(CollectError::Nothing)));
}

const DRILL: &str = "version: 1
id: d1
kind: restore
subjects: [postgresql/us-east-1, database-corruption/us-east-1, gone/us-east-1]
started: 2026-11-01T10:00:00Z
finished: 2026-11-01T10:20:00Z
result: passed
rto: 15m
rpo: 0s
backup: {id: b, taken: 2026-11-01T09:50:00Z}
checks: {expected: 12, passed: 12}
";

#[test]
fn a_drill_is_stored_under_each_subject_that_it_names() {
    let snapshot = House::new(&[("drills/d.yaml", DRILL)]).collect("drills: {ledger: drills/}\n");
    let subjects: Vec<&String> = snapshot.evidence.drill.keys().collect();
    assert_eq!(subjects, ["database-corruption/us-east-1", "postgresql/us-east-1"]);
    let drill = snapshot.evidence.drill.values().flatten().next().unwrap();
    assert_eq!((drill.rto_s, drill.rpo_s, drill.checks, drill.finished_s - drill.started_s), (Some(900), Some(0), Some(12), 1200));
    assert!(snapshot.links.iter().any(|link| link.to == "gone/us-east-1" && link.because == "not in the standard"));
    assert_eq!(state(&snapshot, "drills/global", Noun::Drill), Some((ReadState::Collected, String::new())));
}

#[test]
fn a_record_that_cannot_be_read_is_never_a_shorter_list() {
    let table = [
        DRILL.replace("result: passed", "result: fine"),
        DRILL.replace("rto: 15m", "rto: 15"),
        DRILL.replace("id: d1", "idd: d1"),
        DRILL.replace("2026-11-01T10:00:00Z", "2027-11-01T10:00:00Z"),
        DRILL.replace("2026-11-01T10:20:00Z", "2026-11-01T09:20:00Z"),
        DRILL.replace("taken: 2026-11-01T09:50:00Z", "taken: 2027-11-01T09:50:00Z"),
        String::new(),
    ];
    for text in table {
        let snapshot =
            House::new(&[("drills/a.yaml", DRILL), ("drills/b.yaml", &text.replace("d1", "d2"))]).collect("drills: {ledger: drills/}\n");
        let (found, detail) = state(&snapshot, "drills/global", Noun::Drill).unwrap();
        assert!(found == ReadState::Partial && detail.contains("drills/b.yaml"), "{text}: {detail}");
        assert!(snapshot.evidence.drill.contains_key("postgresql/us-east-1"));
    }
}

#[test]
fn an_empty_ledger_proves_that_there_was_no_drill() {
    let house = House::new(&[("drills/.keep", "")]);
    let snapshot = house.collect("drills: {ledger: drills/}\n");
    assert_eq!(state(&snapshot, "drills/global", Noun::Drill), Some((ReadState::Collected, String::new())));
    // A question about some files reads no records.
    let some = run(&house.config("drills: {ledger: drills/}\n"), &[house.path("deploy/us")], None).unwrap();
    assert_eq!(state(&some, "drills/global", Noun::Drill), None);
}

#[test]
fn a_signature_is_independent_only_of_somebody_else() {
    let signed = |owner: &str| {
        format!(
            "version: 1\ndocument: on-call\nowner: {owner}\nreviewed: 2026-11-01\nreviewer: Ada\nescalation: 30m\nurl: https://u:p@h/x?token=t\n"
        )
    };
    for (owner, independent) in [("ada", false), ("Bob", true)] {
        let snapshot = House::new(&[("signed/a.yaml", &signed(owner))]).collect("attestations: signed\n");
        let attestation = snapshot.evidence.attestation.values().flatten().next().unwrap();
        assert_eq!(attestation.independent, Some(independent));
        assert_eq!((attestation.url.as_deref(), attestation.escalation_s), (Some("https://h/x"), Some(1800)));
    }
}

/// A recording of one read of runs, for two subjects.
fn recording(read: &str, at_s: i64) -> String {
    serde_json::json!({
        "version": 1,
        "asked": [{"read": read, "noun": "run", "class": "observed", "subjects": ["gone/us-east-1", "postgresql/us-east-1"], "section": "recorded"}],
        "reads": [{"read": read, "noun": "run", "of": "c", "at_s": at_s, "state": "collected",
            "stored": {"gone/us-east-1": 0, "postgresql/us-east-1": 0}, "unlinked": 0}],
        "evidence": {}
    })
    .to_string()
}

#[test]
fn what_was_recorded_is_live_and_about_this_system() {
    let house = House::new(&[("evidence/a.json", &recording("clusters/us-east-1", 1_795_355_000))]);
    let snapshot = house.collect("recorded: [evidence/*.json]\n");
    assert_eq!(snapshot.scope.kind, ScopeKind::Live);
    let read = snapshot.reads.iter().find(|read| read.noun == Noun::Run).unwrap();
    assert_eq!(read.stored.keys().map(Subject::as_str).collect::<Vec<_>>(), ["postgresql/us-east-1"]);
    assert_eq!(read.state, ReadState::Collected);
    let whole = snapshot.to_json().unwrap();
    let second = House::new(&[("evidence/a.json", &whole)]);
    assert!(matches!(run(&second.config("recorded: [evidence/*.json]\n"), &[], None), Err(CollectError::Recorded { .. })));
}

#[test]
fn a_recording_that_cannot_be_trusted_is_refused_or_decides_nothing() {
    let house = House::new(&[("evidence/a.json", &recording("clusters/us-east-1", 1_795_999_999))]);
    let snapshot = house.collect("recorded: [evidence/*.json]\n");
    assert_eq!(state(&snapshot, "clusters/us-east-1", Noun::Run).map(|(state, _)| state), Some(ReadState::Partial));
    let good = recording("clusters/us-east-1", 1);
    let table = [
        "{".to_owned(),
        "[]".to_owned(),
        good.replace("\"version\":1", "\"version\":9"),
        good.replace("\"evidence\":{}", "\"evidence\":{\"runs\":{}}"),
        good.replace("\"unlinked\":0", "\"unlinked\":0,\"x\":1"),
        good.replace("\"postgresql/us-east-1\":0", "\"postgresql/us-east-2\":0"),
    ];
    for text in table {
        let house = House::new(&[("evidence/a.json", &text)]);
        assert!(matches!(run(&house.config("recorded: [evidence/*.json]\n"), &[], None), Err(CollectError::Recorded { .. })), "{text}");
    }
    let none = House::new(&[]);
    assert!(matches!(run(&none.config("recorded: [evidence/*.json]\n"), &[], None), Err(CollectError::Recorded { .. })));
    assert!(!Path::new(&none.path("evidence")).exists());
}

#[test]
fn the_same_files_give_the_same_bytes() {
    let house = House::new(&[("drills/d.yaml", DRILL)]);
    let more = "drills: {ledger: drills/}\ncomponents: {postgresql: {backed-up-by: [CronJob/ns/none]}}\n";
    let first = house.collect(more);
    assert_eq!(first.to_json().unwrap(), house.collect(more).to_json().unwrap());
    assert!(first.unjudged.iter().any(|entry| entry.what == "components.postgresql.backed-up-by: CronJob/ns/none"));
}

#[cfg(feature = "live")]
#[test]
fn of_a_cluster_that_was_not_reached_nothing_is_said_and_nothing_has_drifted() {
    let gateway = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: gateway, namespace: ns}\nspec: {replicas: 3}\n";
    let house = House::new(&[("deploy/us/b.yaml", gateway), ("nowhere", "contexts: []")]);
    let path = house.directory.path().join("seaworthy.yaml");
    // A config with live clusters has the clock of the world.
    let text = CONFIG.replace("at: 2026-11-22T14:00:00Z\n", "");
    std::fs::write(&path, format!("{text}namespaces: [ns]\nclusters: [{{region: us-east-1, context: c, kubeconfig: nowhere}}]\n")).unwrap();
    let snapshot = run(&Config::load(&path, EMBEDDED).unwrap(), &[], None).unwrap();
    for read in snapshot.reads.iter().filter(|read| read.read == "clusters/us-east-1") {
        assert_eq!(read.state, ReadState::Unreachable, "{:?}", read.noun);
    }
    let evidence = serde_json::to_string(&snapshot.evidence).unwrap();
    assert!(evidence.contains("declared/manifests/us-east-1/Deployment/ns/gateway"), "{evidence}");
    assert!(!evidence.contains("\"observed/"), "{evidence}");
}
