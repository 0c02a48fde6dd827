//! The policies are ordinary Rego: OPA accepts them, and on every fixture it reaches the same sets as
//! the engine inside.

use crate::common::{root, system};
use seaworthy::evaluate::{Catalogue, Document, Engine, View, input};
use seaworthy::snapshot::Snapshot;
use seaworthy::standard::Standard;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// The `opa` on PATH. Where the test command has said aloud that there is none, nothing is claimed.
fn opa() -> Option<Command> {
    if std::env::var_os("SEAWORTHY_TEST_WITHOUT_OPA").is_some() {
        return None;
    }
    let mut command = Command::new("opa");
    command.current_dir(root().join("policies"));
    Some(command)
}

fn succeeds(command: &mut Command) -> String {
    let output = command.output().expect("`opa` must be on PATH: scripts/test puts it there");
    assert!(output.status.success(), "{command:?}\n{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn opa_checks_the_policies_against_the_schemas() {
    let Some(mut opa) = opa() else { return };
    succeeds(opa.args(["check", "--strict", "--schema", "schemas", "controls", "lib", "testdata"]));
}

#[test]
fn opa_would_format_nothing_differently() {
    let Some(mut opa) = opa() else { return };
    assert_eq!(succeeds(opa.args(["fmt", "--fail", "--list", "controls", "lib"])), "");
}

#[test]
fn opa_passes_the_tests_of_the_policies() {
    let Some(mut opa) = opa() else { return };
    succeeds(opa.args(["test", "controls", "lib", "testdata"]));
}

/// The sets of one control, whatever the engine: an empty one and a missing one are the same.
type Sets = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

fn sets_of_opa(control: &Value) -> Sets {
    let texts = |value: &Value| {
        value.as_array().unwrap().iter().map(|text| text.as_str().map_or_else(|| text.to_string(), str::to_owned)).collect::<BTreeSet<_>>()
    };
    let mut sets = Sets::new();
    for rule in ["subjects", "compliant", "lacking", "violating", "undetermined", "not_applicable", "explain", "cite", "note"] {
        let entry = sets.entry(rule.to_owned()).or_default();
        match control.get(rule) {
            Some(Value::Array(members)) if !members.is_empty() => {
                entry.insert(String::new(), texts(&Value::Array(members.clone())));
            }
            Some(Value::Object(object)) => object.iter().for_each(|(subject, set)| {
                entry.insert(subject.clone(), texts(set));
            }),
            _ => {}
        }
    }
    sets
}

fn sets_of_engine(said: seaworthy::evaluate::Said) -> Sets {
    let names = |set: BTreeSet<String>| if set.is_empty() { BTreeMap::new() } else { BTreeMap::from([(String::new(), set)]) };
    Sets::from([
        ("subjects".to_owned(), names(said.subjects)),
        ("compliant".to_owned(), names(said.compliant)),
        ("lacking".to_owned(), names(said.lacking)),
        ("violating".to_owned(), names(said.violating)),
        ("undetermined".to_owned(), said.undetermined),
        ("not_applicable".to_owned(), said.not_applicable),
        ("explain".to_owned(), said.explain),
        ("cite".to_owned(), said.cite),
        ("note".to_owned(), said.note),
    ])
}

fn agree_on(name: &str, view: View) {
    let Some(mut opa) = opa() else { return };
    let snapshot = Snapshot::load(&std::fs::read(system(name).join("snapshot.json")).unwrap()).unwrap();
    let resolved = Standard::embedded().unwrap().resolve(&snapshot.system);
    let standard = serde_json::to_string(&resolved).unwrap();
    let json = input(&snapshot, &resolved, view, snapshot.taken_at_s).unwrap();
    let scratch = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = scratch.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let input_file = write("input.json", &json);
    let data_file = write("data.json", &format!("{{\"standard\":{standard}}}"));
    let show = |path: &Path| path.display().to_string();
    let out =
        succeeds(
            opa.args(["eval", "--format=raw", "--strict-builtin-errors", "--input", &show(&input_file), "--data", &show(&data_file)])
                .args(["--data", "controls", "--data", "lib", "data.controls"]),
        );
    let of_opa: Value = serde_json::from_str(&out).unwrap();
    let catalogue = Catalogue::embedded().unwrap();
    let (standard, json) = (Document::parse(&standard).unwrap(), Document::parse(&json).unwrap());
    for (id, control) in &catalogue.controls {
        let mut engine = Engine::new(catalogue.policies_of(control), &standard).unwrap();
        engine.set_input(&json);
        let pointer = format!("/{}", id.replace('.', "/"));
        let theirs = sets_of_opa(of_opa.pointer(&pointer).unwrap_or(&Value::Null));
        let ours = sets_of_engine(engine.judge(id).unwrap_or_else(|error| panic!("{id} on {name}: {error}")));
        for (rule, theirs) in &theirs {
            assert_eq!(&ours[rule], theirs, "{id}: `{rule}` on {name} differs between this engine (left) and OPA (right)");
        }
    }
}

#[test]
fn opa_reaches_the_same_sets() {
    for name in ["kubernaut", "kubernaut-ready"] {
        for view in [View::Live, View::Declared] {
            agree_on(name, view);
        }
    }
}
