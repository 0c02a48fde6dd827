//! Hostile and broken input: what is ours is refused with its place and what to do, what is theirs is
//! named and never green, and nothing panics, waits for ever or fills the memory.

use crate::common::{root, run, seaworthy, stderr, stdout, system};
use proptest::prelude::*;
use seaworthy::config::Config;
use seaworthy::evaluate::{Catalogue, Evaluator, Terms};
use seaworthy::snapshot::Snapshot;
use seaworthy::standard::{EMBEDDED, Standard};
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// Runs the binary with a text on standard input; one that waits for ever has failed.
fn ends(args: &[&str], input: &[u8]) -> Output {
    let mut child = seaworthy().args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // Whoever reads only a part of it closes the pipe.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let id = child.id();
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || send.send(child.wait_with_output()));
    let output = receive.recv_timeout(Duration::from_secs(30)).unwrap_or_else(|_| {
        let _ = Command::new("kill").arg(id.to_string()).status();
        panic!("{args:?} waits for ever");
    });
    writer.join().unwrap();
    let output = output.unwrap();
    assert!(!stderr(&output).contains("panicked"), "{args:?}: {}", stderr(&output));
    output
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Things that have a name like a file's and are none that can be used.
fn hostile(dir: &Path, ending: &str) -> Vec<PathBuf> {
    let name = |name: &str| dir.join(format!("{name}.{ending}"));
    fifo(&name("fifo"));
    std::os::unix::fs::symlink("/dev/zero", name("zero")).unwrap();
    std::os::unix::fs::symlink("nowhere", name("dangling")).unwrap();
    std::os::unix::fs::symlink(name("itself"), name("itself")).unwrap();
    std::fs::create_dir(name("directory")).unwrap();
    std::fs::File::create(name("huge")).unwrap().set_len(100 << 20).unwrap();
    let texts: [(&str, Vec<u8>); 7] = [
        ("empty", Vec::new()),
        ("nul", b"a: b\0c\n".to_vec()),
        ("not-utf8", b"a: 1\nb: \xff\xfe\n".to_vec()),
        ("twice", b"kind: a\nkind: b\n".to_vec()),
        ("deep", "[".repeat(100_000).into_bytes()),
        ("bomb", bomb().into_bytes()),
        ("many", "---\na: b\n".repeat(10_002).into_bytes()),
    ];
    for (file, text) in &texts {
        std::fs::write(name(file), text).unwrap();
    }
    let names = ["fifo", "zero", "dangling", "itself", "directory", "huge"].into_iter().chain(texts.iter().map(|(name, _)| *name));
    names.map(name).collect()
}

fn bomb() -> String {
    let tenfold = |of: &str| [of; 10].join(",");
    let levels = ["a", "b", "c", "d", "e", "f", "g"];
    let first = format!("x: &x [{}]\n", tenfold("1"));
    let mut last = "x";
    levels.iter().fold(first, |text, level| {
        let line = format!("{text}{level}: &{level} [{}]\n", tenfold(&format!("*{last}")));
        last = level;
        line
    })
}

#[test]
fn a_broken_manifest_is_named_and_never_green() {
    let dir = tempfile::tempdir().unwrap();
    for file in hostile(dir.path(), "yaml") {
        let output = ends(&["check", "--no-config", path(&file)], b"");
        let text = stdout(&output);
        assert_eq!(output.status.code(), Some(3), "{}: {text}{}", file.display(), stderr(&output));
        let name = file.file_name().unwrap().to_str().unwrap();
        assert!(text.contains(name) && text.contains(" objects judged, "), "{name} is not named: {text}");
    }
}

#[test]
fn one_broken_manifest_takes_the_green_from_a_system() {
    let dir = tempfile::tempdir().unwrap();
    let copy = dir.path().join("system");
    assert!(Command::new("cp").arg("-r").arg(system("kubernaut-ready")).arg(&copy).status().unwrap().success());
    let config = copy.join("seaworthy.yaml");
    assert_eq!(ends(&["check", "--config", path(&config)], b"").status.code(), Some(0));
    for (name, text) in [("bomb", bomb()), ("nul", "a: \0".to_owned()), ("list", "apiVersion: v1\nkind: List\nitems: 3\n".to_owned())] {
        let file = copy.join("deploy/us-east-1/zz.yaml");
        std::fs::write(&file, text).unwrap();
        let output = ends(&["check", "--config", path(&config)], b"");
        assert_eq!(output.status.code(), Some(3), "{name}: {}", stdout(&output));
    }
}

#[test]
fn strange_objects_are_judged_or_named() {
    let nested = |depth: usize| r#"{"apiVersion":"v1","kind":"List","items":["#.repeat(depth) + &"]}".repeat(depth);
    let cases = [
        ("list in a list", nested(1_000)),
        ("no items", "apiVersion: v1\nkind: List\nitems:\n".to_owned()),
        ("items of anything", "apiVersion: v1\nkind: List\nitems: [null, 3, x, []]\n".to_owned()),
        ("no metadata", "apiVersion: batch/v1\nkind: CronJob\n".to_owned()),
        ("metadata is a list", "apiVersion: batch/v1\nkind: CronJob\nmetadata: [1]\nspec: 3\n".to_owned()),
        ("spec is text", "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec: text\n".to_owned()),
        (
            "numbers out of range",
            "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: a, namespace: b}\n\
             spec: {instances: -3, backup: {retentionPolicy: \"99999999999999999999d\"}}\n---\n\
             apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d, namespace: b}\nspec: {replicas: -9223372036854775808}\n---\n\
             apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: e, namespace: b}\nspec: {replicas: 99999999999999999999}\n"
                .to_owned(),
        ),
        ("windows lines", "\u{feff}apiVersion: v1\r\nkind: Secret\r\nmetadata:\r\n  name: a\r\n".to_owned()),
        ("ten thousand", "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n".repeat(9_999)),
    ];
    for (name, text) in cases {
        let output = ends(&["check", "--no-config", "-"], text.as_bytes());
        assert_eq!(output.status.code(), Some(3), "{name}: {}{}", stdout(&output), stderr(&output));
    }
}

#[test]
fn foreign_names_move_no_cursor_and_command_no_runner() {
    let text = "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata:\n  name: \"a\\e[31mred\\n::error::x<&>]]>\"\n  \
                namespace: \"\\e]0;x\\a\"\nspec: {instances: 3}\n";
    for format in ["text", "json", "junit"] {
        let output = ends(&["check", "--no-config", "-v", "-o", format, "-"], text.as_bytes());
        let found = stdout(&output);
        assert!(!found.contains('\u{1b}') && !found.contains('\u{7}'), "{format}: {found}");
        assert!(!found.lines().any(|line| line.trim_start().starts_with("::")), "{format}: {found}");
    }
    // Our own files are shown in frames: they have no more power than the others.
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("seaworthy.yaml");
    for text in ["version: 1\nsystem: \"a\u{1b}[31mb\"\n", "version: 1\nsystem: x\n\"\\e]0;x\\a\": 1\n"] {
        std::fs::write(&config, text).unwrap();
        let output = ends(&["check", "--config", path(&config)], b"");
        assert_eq!(output.status.code(), Some(2));
        assert!(!stderr(&output).contains('\u{1b}') && !stderr(&output).contains('\u{7}'), "{}", stderr(&output));
    }
}

#[test]
fn nothing_and_everything_on_standard_input_is_said() {
    let nothing = ends(&["check", "--no-config", "-", "-"], b"");
    assert_eq!(nothing.status.code(), Some(3));
    assert!(stdout(&nothing).contains("<stdin>: no Kubernetes object was found there"), "{}", stdout(&nothing));
    let not_text = ends(&["check", "--no-config", "-"], b"a: \xff\n");
    assert_eq!(not_text.status.code(), Some(3));
    assert!(stdout(&not_text).contains("<stdin>:1: does not parse: the text is not UTF-8"), "{}", stdout(&not_text));
    let endless = ends(&["check", "--no-config", "-"], &vec![b' '; 33 << 20]);
    assert_eq!(endless.status.code(), Some(2));
    assert!(stderr(&endless).contains("standard input: its bytes are more than the limit"), "{}", stderr(&endless));
}

#[test]
fn a_broken_file_of_ours_is_refused_with_its_name() {
    let dir = tempfile::tempdir().unwrap();
    let config = system("kubernaut").join("seaworthy.yaml");
    for file in hostile(dir.path(), "rego") {
        let file = path(&file);
        for args in [
            &["check", "--config", file][..],
            &["check", "--config", path(&config), "--standard", file],
            &["check", "--config", path(&config), "--waivers", file],
            &["check", "--config", path(&config), "--policies", file],
            &["check", "--snapshot", file],
        ] {
            let output = ends(args, b"");
            let said = stderr(&output);
            assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
            let plain: String = said.replace("│", "").split_whitespace().collect();
            let name: String = file.rsplit('/').next().unwrap().split_whitespace().collect();
            assert!(plain.contains(&name), "{args:?} does not name the file: {said}");
            assert!(said.len() < 4_000, "{args:?} says too much: {} bytes", said.len());
        }
    }
}

#[test]
fn broken_records_and_recordings_do_not_block() {
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("seaworthy.yaml");
    let records = dir.path().join("records");
    std::fs::create_dir(&records).unwrap();
    hostile(&records, "yaml");
    std::fs::write(&config, "version: 1\nsystem: x\ndrills: {ledger: records}\nattestations: records\n").unwrap();
    let output = ends(&["check", "-v", "--config", path(&config)], b"");
    assert_eq!(output.status.code(), Some(3), "{}{}", stdout(&output), stderr(&output));
    assert!(stdout(&output).contains("records/fifo.yaml"), "{}", stdout(&output));
    std::fs::write(&config, "version: 1\nsystem: x\nrecorded: [r.json]\n").unwrap();
    let recording = dir.path().join("r.json");
    let fails = |what: &str, said: &str| {
        let output = ends(&["check", "--config", path(&config)], b"");
        assert_eq!(output.status.code(), Some(2), "{what}: {}", stderr(&output));
        assert!(stderr(&output).contains("r.json") && stderr(&output).contains(said), "{what}: {}", stderr(&output));
    };
    fails("nothing", "matches no file");
    fifo(&recording);
    fails("a pipe", "this is not a file");
    std::fs::remove_file(&recording).unwrap();
    let none = json!({"version": 1, "asked": [], "reads": [], "evidence": {}});
    let mut absent = none.clone();
    let id = "observed/kubernetes/us-east-1/x";
    absent["asked"] = json!([{"read": "k/default", "noun": "scan", "class": "observed", "subjects": ["a/default"], "section": "recorded"}]);
    absent["reads"] =
        json!([{"read": "k/default", "noun": "scan", "of": "x", "at_s": 0, "state": "absent", "stored": {"a/default": 1}, "unlinked": 0}]);
    absent["evidence"] = json!({"scan": {"a/default": [{"id": id}]}});
    for (what, text, said) in [
        ("cut", "{\"version\":1,".to_owned(), "line 1 column"),
        ("a list", "[]".to_owned(), "this is not a recording"),
        ("another version", none.to_string().replace("1,", "9,").replace("\"version\":1", "\"version\":9"), "version 9 is not known"),
        ("no noun", json!({"version": 1, "asked": [], "reads": [], "evidence": {"nouns": {}}}).to_string(), "unknown field `nouns`"),
        ("absent with items", absent.to_string(), "r.json"),
    ] {
        std::fs::write(&recording, text).unwrap();
        fails(what, said);
    }
}

fn golden(name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(system(name).join("snapshot.json")).unwrap()).unwrap()
}

/// What is done to a snapshot.
type Change<'a> = &'a dyn Fn(&mut Value);

#[test]
fn a_snapshot_that_cannot_be_is_refused_and_one_that_can_does_not_overflow() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("snapshot.json");
    let good = golden("kubernaut-ready");
    let judged = |change: &dyn Fn(&mut Value)| {
        let mut snapshot = good.clone();
        change(&mut snapshot);
        std::fs::write(&file, snapshot.to_string()).unwrap();
        let output = ends(&["check", "--snapshot", path(&file)], b"");
        (output.status.code().unwrap(), stderr(&output))
    };
    let each_read =
        |snapshot: &mut Value, change: &dyn Fn(&mut Value)| snapshot["reads"].as_array_mut().unwrap().iter_mut().for_each(change);
    assert_eq!(judged(&|_| ()).0, 0);
    let stored = |snapshot: &mut Value| {
        each_read(snapshot, &|read| {
            read["unlinked"] = u64::MAX.into();
            read["stored"].as_object_mut().unwrap().values_mut().for_each(|count| *count = u64::MAX.into());
        });
    };
    assert_eq!(judged(&stored).0, 3);
    for at in [i64::MIN, -1, i64::MAX] {
        assert_eq!(judged(&|snapshot| each_read(snapshot, &|read| read["at_s"] = at.into())).0, 3, "read at {at}");
        assert_ne!(judged(&|snapshot| snapshot["taken_at_s"] = at.into()).0, 0, "taken at {at}");
    }
    let refused: [(&str, Change<'_>); 4] = [
        ("has version 2", &|snapshot| snapshot["version"] = 2.into()),
        ("its digest", &|snapshot| snapshot["system"]["name"] = "another".into()),
        ("expected", &|snapshot| snapshot["asked"][0]["subjects"] = json!(["noslash"])),
        ("stands twice", &|snapshot| {
            let noun = snapshot["evidence"]["schedule"].as_object_mut().unwrap();
            let items = noun.values_mut().next().unwrap().as_array_mut().unwrap();
            items.push(items[0].clone());
        }),
    ];
    for (said, change) in refused {
        let (code, message) = judged(change);
        assert_eq!(code, 2, "{said}: {message}");
        assert!(said == "expected" || message.replace("\n  │ ", " ").contains(said), "{said}: {message}");
    }
}

#[test]
fn the_instant_of_judgement_is_a_later_one_and_written_in_full() {
    let snapshot = system("kubernaut-ready").join("snapshot.json");
    let at = |instant: &str| run(&["check", "--snapshot", path(&snapshot), "--at", instant]);
    for (instant, said) in [("yesterday", "no instant"), ("2027-01-01", "2026-11-22T14:00:00Z"), ("2020-01-01T00:00:00Z", "only be later")]
    {
        let output = at(instant);
        assert_eq!(output.status.code(), Some(2), "{instant}");
        let message = stderr(&output).replace("\n  │ ", " ");
        assert!(message.contains(said), "{instant}: {message}");
    }
    assert_eq!(at("2026-11-22T14:30:00Z").status.code(), Some(0));
    assert_eq!(at("9999-12-30T00:00:00Z").status.code(), Some(1));
}

/// Every place in a tree, as a path for [`Value::pointer_mut`].
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| places(item, &format!("{at}/{index}"), found)),
        Value::Object(fields) => {
            for (key, item) in fields {
                places(item, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn extreme() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        Value::Null,
        json!(true),
        json!(0),
        json!(-1),
        json!(i64::MIN),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(1.5e300),
        json!(""),
        json!("a"),
        json!("/"),
        json!("\u{1b}[0m\n::error::"),
        json!("9999999999999999999d"),
        json!([]),
        json!([null]),
        json!({}),
        json!({"": 1}),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_value_in_a_snapshot_makes_the_judge_panic(picks in prop::collection::vec((any::<prop::sample::Index>(), extreme()), 1..4)) {
        let mut tree = golden("kubernaut-ready");
        let mut all = Vec::new();
        places(&tree, "", &mut all);
        // The question is tied to its digest: only the rest is worth replacing.
        all.retain(|place| !place.is_empty() && !place.starts_with("/system") && !place.starts_with("/scope"));
        for (pick, value) in picks {
            if let Some(place) = tree.pointer_mut(pick.get::<String>(&all)) {
                *place = value;
            }
        }
        if let Ok(snapshot) = Snapshot::load(tree.to_string().as_bytes()) {
            let standard = Standard::parse(EMBEDDED).unwrap();
            let catalogue = Catalogue::embedded().unwrap();
            let terms = Terms { standard: &standard, catalogue: &catalogue, waivers: &[], stage: snapshot.scope.stage, at_s: snapshot.taken_at_s };
            let mut evaluator = Evaluator::new(&catalogue, &standard.resolve(&snapshot.system)).unwrap();
            let report = evaluator.evaluate(&snapshot, &terms).unwrap();
            for format in seaworthy::report::format::Format::ALL {
                let style = seaworthy::report::text::Style { color: true, width: 40, unicode: true, verbose: true };
                seaworthy::report::format::write(format, &report, &style, &mut Vec::new()).unwrap();
            }
        }
    }

    #[test]
    fn no_value_in_a_config_makes_the_reader_panic(picks in prop::collection::vec((any::<prop::sample::Index>(), extreme()), 1..4)) {
        let text = std::fs::read_to_string(root().join("fixtures/systems/kubernaut-ready/seaworthy.yaml")).unwrap();
        let mut tree: Value = seaworthy::source_text::from_str(&text, &seaworthy::source_text::Limits::default()).unwrap();
        let mut all = Vec::new();
        places(&tree, "", &mut all);
        for (pick, value) in picks {
            if let Some(place) = tree.pointer_mut(pick.get::<String>(&all)) {
                *place = value;
            }
        }
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("seaworthy.yaml");
        std::fs::write(&file, tree.to_string()).unwrap();
        if let Err(error) = Config::load(&file, EMBEDDED) {
            prop_assert!(!error.problems.is_empty());
            prop_assert!(error.problems.iter().all(|problem| !problem.message.is_empty()));
        }
    }
}
