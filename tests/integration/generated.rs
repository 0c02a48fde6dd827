//! What is generated is committed, and written by the same code that checks it: `UPDATE=1 cargo test`.

use crate::common::{golden, root, run, stdout, system};
use seaworthy::evaluate::{View, input};
use seaworthy::snapshot::Snapshot;
use seaworthy::standard::Standard;
use serde_json::Value;

fn printed(args: &[&str]) -> String {
    let output = run(args);
    assert!(output.status.success(), "{args:?}");
    stdout(&output)
}

#[test]
fn the_catalogue_lists_every_control() {
    golden(&root().join("policies/README.md"), &printed(&["controls", "list", "-o", "markdown"]));
}

#[test]
fn the_schemas_of_the_policies_are_those_of_the_types() {
    golden(&root().join("policies/schemas/input.json"), &printed(&["schema", "input"]));
    golden(&root().join("policies/schemas/standard.json"), &printed(&["schema", "resolved"]));
}

#[test]
fn the_golden_input_of_the_policy_tests_is_the_ready_system() {
    let snapshot = Snapshot::load(&std::fs::read(system("kubernaut-ready").join("snapshot.json")).unwrap()).unwrap();
    let resolved = Standard::embedded().unwrap().resolve(&snapshot.system);
    let live: Value = serde_json::from_str(&input(&snapshot, &resolved, View::Live, snapshot.taken_at_s).unwrap()).unwrap();
    let document = serde_json::json!({"golden": {"input": live, "standard": resolved}});
    let mut text = serde_json::to_string_pretty(&document).unwrap();
    text.push('\n');
    golden(&root().join("policies/testdata/golden.json"), &text);
}

#[test]
fn every_kind_of_schema_is_a_json_schema() {
    for what in ["snapshot", "config", "standard", "report", "input", "resolved"] {
        let schema: Value = serde_json::from_str(&printed(&["schema", what])).unwrap();
        assert_eq!(schema["type"], "object", "{what}");
        assert!(schema["properties"].as_object().is_some_and(|properties| !properties.is_empty()), "{what}");
    }
}
