use super::*;
use crate::report::sample;
use proptest::prelude::*;

fn written(report: &Report) -> String {
    let mut out = Vec::new();
    write(report, &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn the_keys_are_those_that_readers_know() {
    let value: serde_json::Value = serde_json::from_str(&written(&sample::report())).expect("JSON");
    let keys: Vec<&str> = value.as_object().expect("an object").keys().map(String::as_str).collect();
    for key in ["version", "tool", "system", "taken_at_s", "stage", "outcome", "exit", "counts", "checklist", "objectives", "findings"] {
        assert!(keys.contains(&key), "{key}");
    }
    for key in ["judged_at_s", "scope", "unjudged", "links", "reads", "files", "objects", "notices"] {
        assert!(keys.contains(&key), "{key}");
    }
    assert_eq!(value["version"], 1);
    assert_eq!(value["exit"]["code"], 1);
    assert_eq!(value["findings"][0]["at"]["line"], 8);
    assert_eq!(value["findings"][0]["verdict"], "fail");
    assert_eq!(value["objectives"][2]["objective"], "rto");
    assert_eq!(value["objectives"][3]["structural"]["value_s"], 87_600);
    assert!(written(&sample::report()).ends_with("}\n"));
}

#[test]
fn the_schema_knows_every_key_that_is_written() {
    let schema = schema();
    let value: serde_json::Value = serde_json::from_str(&written(&sample::report())).expect("JSON");
    for key in value.as_object().expect("an object").keys() {
        assert!(schema["properties"][key].is_object(), "{key}");
    }
    for key in value["findings"][0].as_object().expect("an object").keys() {
        assert!(schema["$defs"]["Finding"]["properties"][key].is_object(), "{key}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn strings_survive_and_nothing_unsafe_is_printed(report in sample::hostile_report()) {
        let text = written(&report);
        let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let expected = serde_json::to_value(Document::from(&report)).expect("a value");
        prop_assert_eq!(value["system"].as_str(), Some(report.system.as_str()));
        prop_assert_eq!(value, expected);
        prop_assert!(!text.chars().any(|c| c != '\n' && clean::is_unsafe(c)));
        prop_assert!(!text.contains("##[") && !text.to_lowercase().contains("##vso["));
        prop_assert!(!text.lines().any(|line| line.trim_start().starts_with("::")));
    }
}
