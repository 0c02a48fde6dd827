//! Typed reading through serde.

use super::at;
use crate::source_text::{Limits, Position, SourceError, SourceErrorKind as Kind, Spanned, from_node, from_str, parse};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    name: Spanned<String>,
    schedule: Option<Spanned<String>>,
    #[serde(default)]
    targets: Vec<Spanned<Target>>,
    #[serde(default)]
    tiers: BTreeMap<Spanned<String>, u8>,
    #[serde(default)]
    mode: Mode,
    ratio: Option<f64>,
    pair: Option<(u32, i8)>,
    by_number: Option<BTreeMap<u16, bool>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Target {
    rpo_seconds: Spanned<u32>,
}

#[derive(Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Mode {
    #[default]
    Strict,
    Lenient,
    Custom {
        level: u8,
    },
    Named(Spanned<String>),
}

fn config(text: &str) -> Result<Config, SourceError> {
    from_str(text, &Limits::default())
}

#[test]
fn spanned_values_carry_their_places() {
    let read = config("name: 'x'\nschedule: ~\ntargets:\n  - rpo_seconds: 60\ntiers: {gold: 1}\nmode: {named: q}\nratio: 1\npair: [1, -2]\nby_number: {7: yes}\n").unwrap();
    assert_eq!((read.name.value.as_str(), read.name.at, read.name.len), ("x", at(1, 7), 3));
    assert!(read.schedule.is_none());
    let target = &read.targets[0];
    assert_eq!((target.at, target.value.rpo_seconds.at), (at(4, 5), at(4, 18)));
    let (tier, level) = read.tiers.first_key_value().unwrap();
    assert_eq!((tier.value.as_str(), tier.at, tier.len, *level), ("gold", at(5, 9), 4, 1));
    assert_eq!(read.ratio, Some(1.0));
    assert_eq!(read.pair, Some((1, -2)));
    assert!(read.by_number.unwrap()[&7]);
    let Mode::Named(name) = read.mode else { panic!() };
    assert_eq!(name.at, at(6, 15));
    assert_eq!(config("name: x\nmode: {custom: {level: 3}}").unwrap().mode, Mode::Custom { level: 3 });
    assert_eq!(config("name: x\nmode: lenient").unwrap().mode, Mode::Lenient);
}

#[test]
fn errors_have_a_place_and_plain_words() {
    let table: &[(&str, Kind, (u32, u32), &str)] = &[
        ("name: x\nshedule: y", Kind::UnknownKey, (2, 1), "unknown key `shedule`, did you mean `schedule`?"),
        ("name: x\nby-number: {}", Kind::UnknownKey, (2, 1), "unknown key `by-number`, did you mean `by_number`?"),
        ("name: x\ntargets:\n- rpo_second: 1", Kind::UnknownKey, (3, 3), "unknown key `rpo_second`, did you mean `rpo_seconds`?"),
        ("name: x\ntargets: [{foo: 1}]", Kind::UnknownKey, (2, 12), "unknown key `foo`, expected `rpo_seconds`"),
        ("name: x\nmode: strct", Kind::UnknownKey, (2, 7), "unknown value `strct`, did you mean `strict`?"),
        ("name: x\nmode: {custom: {lvl: 3}}", Kind::UnknownKey, (2, 17), "unknown key `lvl`, did you mean `level`?"),
        ("name: x\nmode: 3", Kind::Shape, (2, 7), "expected a name, found a number"),
        ("name: 5", Kind::Shape, (1, 7), "expected a string, found the number 5"),
        ("schedule: x", Kind::Shape, (1, 1), "missing key `name`"),
        ("name: x\ntargets: {}", Kind::Shape, (2, 10), "expected a list, found a mapping"),
        ("name: x\ntargets: [1]", Kind::Shape, (2, 11), "expected a mapping, found a number"),
        ("name: x\ntargets:\n- rpo_seconds: -1", Kind::Shape, (3, 16), "expected a whole number from 0 to 4294967295, found the number -1"),
        ("name: x\ntiers: {a: 300}", Kind::Shape, (2, 12), "expected a whole number from 0 to 255, found the number 300"),
        ("name: x\nratio: secret", Kind::Shape, (2, 8), "expected a number, found a string"),
        ("name: x\npair: [1, 2, 3]", Kind::Shape, (2, 14), "one item too many"),
        ("name: x\nname: y", Kind::DuplicateKey, (2, 1), "duplicate key `name`, already set on line 1"),
        ("name: x\n---\nname: y", Kind::Shape, (3, 1), "expected one document, found 2"),
        ("- 1", Kind::Shape, (1, 1), "expected a mapping, found a list"),
        ("name:", Kind::Shape, (1, 5), "expected a string, found null"),
    ];
    for (text, kind, (line, column), message) in table {
        let error = config(text).unwrap_err();
        assert_eq!((error.message.as_str(), error.kind, error.at), (*message, *kind, Some(at(*line, *column))), "{text}");
    }
    assert_eq!(config("# nothing\n").unwrap_err().message, "the text is empty");
}

#[test]
fn other_deserialisers_give_line_zero() {
    let read: Spanned<u8> = serde_json::from_str("5").unwrap();
    assert_eq!((read.value, read.at), (5, Position { line: 0, column: 0 }));
}

#[test]
fn a_node_can_become_json() {
    let nodes = parse(b"a: [1, 1.5, x, ~, yes]\n", &Limits::default()).unwrap();
    let value: serde_json::Value = from_node(&nodes[0]).unwrap();
    assert_eq!(value, serde_json::json!({"a": [1, 1.5, "x", null, true]}));
}
