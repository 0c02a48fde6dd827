//! What readers of this module may rely on.

mod typed;

use super::{Limits, Node, Position, SourceError, SourceErrorKind as Kind, Value};
use super::{excerpt, parse, parse_documents};
use proptest::prelude::*;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

fn read(text: &str) -> Vec<Node> {
    parse(text.as_bytes(), &Limits::default()).unwrap()
}

fn one(text: &str) -> Node {
    let mut documents = read(text);
    assert_eq!(documents.len(), 1, "{text:?}");
    documents.remove(0)
}

fn refused(text: &str) -> SourceError {
    parse(text.as_bytes(), &Limits::default()).unwrap_err()
}

fn at(line: u32, column: u32) -> Position {
    Position { line, column }
}

fn string(text: &str) -> Value {
    Value::String(text.to_owned())
}

#[test]
fn scalars_are_read_as_kubectl_reads_them() {
    let i = Value::Int;
    let f = Value::Float;
    let s = string;
    let table = [
        ("yes", Value::Bool(true)),
        ("Off", Value::Bool(false)),
        ("ON", Value::Bool(true)),
        ("n", Value::Bool(false)),
        ("yEs", s("yEs")),
        ("'yes'", s("yes")),
        ("\"no\"", s("no")),
        ("~", Value::Null),
        ("null", Value::Null),
        ("", Value::Null),
        ("''", s("")),
        ("0644", i(420)),
        ("0o644", i(420)),
        ("-0644", i(-420)),
        ("'0644'", s("0644")),
        ("08", f(8.0)),
        ("0x1F", i(31)),
        ("0b11", i(3)),
        ("1_000", i(1000)),
        ("+5", i(5)),
        ("0", i(0)),
        ("-0", i(0)),
        ("1e3", f(1000.0)),
        (".5", f(0.5)),
        ("-.5", f(-0.5)),
        ("1.", f(1.0)),
        (".", s(".")),
        ("1e", s("1e")),
        ("1e999", s("1e999")),
        ("9223372036854775807", i(i64::MAX)),
        ("-9223372036854775808", i(i64::MIN)),
        ("9223372036854775808", f(9_223_372_036_854_775_808.0)),
        ("123456789012345678901234567890123456789012345", f(1.234_567_890_123_456_7e44)),
        (".inf", f(f64::INFINITY)),
        ("inf", s("inf")),
        ("nan", s("nan")),
        ("0x", s("0x")),
        ("2024-01-31", s("2024-01-31")),
        ("2024-01-31T02:00:00Z", s("2024-01-31T02:00:00Z")),
        ("12:30", s("12:30")),
        ("1.2.3", s("1.2.3")),
        ("10Gi", s("10Gi")),
        ("30d", s("30d")),
        ("0 1 * * *", s("0 1 * * *")),
        ("1,000", s("1,000")),
        ("!!str 5", s("5")),
        ("!!int '5'", i(5)),
        ("!!float 5", f(5.0)),
        ("! 5", s("5")),
        ("!Ref 5", s("5")),
        ("!!str", s("")),
        ("720h0m0s", s("720h0m0s")),
    ];
    for (text, value) in table {
        assert_eq!(one(&format!("k: {text}\n")).get("k").unwrap().value, value, "{text}");
        if !matches!(text, "" | "1,000") {
            assert_eq!(one(&format!("[{text} , x]")).as_seq().unwrap()[0].value, value, "{text}");
        }
    }
    assert_eq!(refused("k: !!int abc").kind, Kind::Syntax);
}

/// Written as `path line:column+len`, so that a change shows as one line of the table.
fn outline(node: &Node, path: &str, out: &mut String) {
    writeln!(out, "{path} {}:{}+{}", node.at.line, node.at.column, node.len).unwrap();
    for (index, item) in node.as_seq().unwrap_or_default().iter().enumerate() {
        outline(item, &format!("{path}/{index}"), out);
    }
    for entry in node.as_map().unwrap_or_default() {
        let key = format!("{}@{}:{}", entry.key, entry.key_at.line, entry.key_at.column);
        outline(&entry.value, &format!("{path}/{key}"), out);
    }
}

#[test]
fn positions_are_exact() {
    let table = [
        (
            "a: 1\nb:\n  c: [x, 'y z']\n  d:\n",
            " 1:1+1|/a@1:1 1:4+1|/b@2:1 3:3+1|/b@2:1/c@3:3 3:6+1|/b@2:1/c@3:3/0 3:7+1|/b@2:1/c@3:3/1 3:10+5|/b@2:1/d@4:3 4:4+1|",
        ),
        (
            "e: |\n  text\n  more\nf: >-\n x\ng: {k: \"v\" , l: }\n",
            " 1:1+1|/e@1:1 2:3+4|/f@4:1 5:2+1|/g@6:1 6:4+1|/g@6:1/k@6:5 6:8+3|/g@6:1/l@6:14 6:15+1|",
        ),
        ("\u{feff}a:\r\n- x\r\n-\r\n- b: 1\r\n", " 1:1+1|/a@1:1 2:1+1|/a@1:1/0 2:3+1|/a@1:1/1 3:2+1|/a@1:1/2 4:3+1|/a@1:1/2/b@4:3 4:6+1|"),
        ("a:\n  - - x\n    - y\n", " 1:1+1|/a@1:1 2:3+1|/a@1:1/0 2:5+1|/a@1:1/0/0 2:7+1|/a@1:1/0/1 3:7+1|"),
        ("- a:\n  - [x]\n", " 1:1+1|/0 1:3+1|/0/a@1:3 2:3+1|/0/a@1:3/0 2:5+1|/0/a@1:3/0/0 2:6+1|"),
        ("ü: é é # c\nm: one\n  two\n", " 1:1+1|/ü@1:1 1:4+3|/m@2:1 2:4+3|"),
        (
            "a: &x [1]\nb: *x\nc: &y\n  k: v\nd:\n  <<: *y\n  z: 1\n",
            " 1:1+1|/a@1:1 1:7+1|/a@1:1/0 1:8+1|/b@2:1 1:7+1|/b@2:1/0 1:8+1|/c@3:1 4:3+1|/c@3:1/k@4:3 4:6+1|/d@5:1 6:3+1|/d@5:1/z@7:3 7:6+1|/d@5:1/k@4:3 4:6+1|",
        ),
        ("{\n\t\"a\":\t[ 1 ]\n}", " 1:1+1|/a@2:2 2:7+1|/a@2:2/0 2:9+1|"),
        ("# c\n\n--- # d\n  'top'\n", " 4:3+5|"),
    ];
    for (text, expected) in table {
        let mut out = String::new();
        outline(&one(text), "", &mut out);
        assert_eq!(out.replace('\n', "|"), expected, "{text:?}");
    }
}

#[test]
fn documents_are_split_and_empty_ones_dropped() {
    assert!(read("").is_empty());
    assert!(read("# only\n# comments\n").is_empty());
    assert!(read("\u{feff}").is_empty());
    assert!(read("---\n---\n# c\n---\n...\n").is_empty());
    assert_eq!(read("# head\n---\na: 1\n---\n---\nb: 2\n...\n").len(), 2);
    assert_eq!(read("---\r\na: 1\r\n---\r\nb: 1\r\n")[1].get("b").unwrap().at, at(4, 4));
    assert_eq!(one("--- null\n").value, Value::Null);
    assert_eq!(one("top").as_str(), Some("top"));
    assert_eq!(one("- 1\n- 2\n").as_seq().unwrap().len(), 2);
    let tabs = one("a:\t1 \t# c\nb: [\t1,\t2 ]\n");
    assert_eq!(tabs.at_path("b.1").unwrap().as_i64(), Some(2));
    assert_eq!(refused("a:\n\tb: 1\n").at, Some(at(2, 2)));
}

#[test]
fn json_is_yaml() {
    let long = "x".repeat(5000);
    let node = one(&format!("{{\"a\":\"\\ud83d\\ude00\\/\",\"b\":[true,null,1e3,-2],\"c\":\"{long}\"}}"));
    assert_eq!(node.get("a").unwrap().as_str(), Some("😀/"));
    assert_eq!(node.at_path("b.0").unwrap().as_bool(), Some(true));
    assert!(node.at_path("b.1").unwrap().is_null());
    assert_eq!(node.get("c").unwrap().len, 5002);
    assert_eq!(refused("{\"a\": \"\\ud83d\"}").kind, Kind::Syntax);
}

#[test]
fn keys_are_strings() {
    let node = one("1: a\non: b\n1.50: c\n'x y': d\n&k anchored: e\n");
    let keys: Vec<_> = node.as_map().unwrap().iter().map(|e| e.key.as_str()).collect();
    assert_eq!(keys, ["1", "true", "1.5", "x y", "anchored"]);
    assert_eq!(one("a: &k x\n*k : 1\n").get("x").unwrap().as_i64(), Some(1));
    for text in ["~: 1", "{a: 1}: 2", "? [a]\n: 1", "a: &x {b: 1}\n*x : 1"] {
        assert_eq!(refused(text).kind, Kind::Syntax, "{text}");
    }
}

#[test]
fn duplicate_keys_are_errors_at_the_second() {
    for (text, place) in [("a: 1\nb: 2\na: 3\n", at(3, 1)), ("x:\n  - {k: 1, k: 2}\n", at(2, 12)), ("1: a\n\"1\": b\n", at(2, 1))] {
        let error = refused(text);
        assert_eq!((error.kind, error.at), (Kind::DuplicateKey, Some(place)), "{text}");
    }
    let many: String = (0..100).map(|n| format!("k{n}: 1\n")).collect();
    let error = refused(&format!("{many}k7: 2\nk7: 3\n"));
    assert_eq!(error.at, Some(at(101, 1)));
    assert_eq!(error.message, "duplicate key `k7`, already set on line 8");
}

#[test]
fn merge_keys_yield_to_written_keys_and_earlier_sources() {
    let text = "x: &x {a: x, b: x}\nv: &v {b: v, c: v}\nz:\n  <<: [*x, *v]\n  a: z\nw:\n  a: w\n  <<: *x\n  '<<': q\n";
    let node = one(text);
    for (path, value) in [("z.a", "z"), ("z.b", "x"), ("z.c", "v"), ("w.a", "w"), ("w.b", "x"), ("w.<<", "q")] {
        assert_eq!(node.at_path(path).unwrap().as_str(), Some(value), "{path}");
    }
    assert_eq!(refused("<<: 1\n").at, Some(at(1, 5)));
    assert_eq!(refused("a: &a {b: *a}").kind, Kind::Syntax);
    assert_eq!(refused("a: &a 1\n---\nb: *a\n").at, Some(at(3, 4)));
}

#[test]
fn templates_are_named_as_such() {
    for (text, place) in [
        ("k: {{ .Values.x }}\n", at(1, 4)),
        ("a: 1\n{{- if .x }}\nb: 2\n{{- end }}\n", at(2, 1)),
        ("m:\n  l:\n    {{- include \"x\" . | nindent 4 }}\n", at(3, 5)),
        ("name: {{ a }}-{{ b }}\n", at(1, 7)),
        ("name: x-{{ a }}\nb: [\n", at(1, 9)),
    ] {
        let error = refused(text);
        assert_eq!((error.kind, error.at), (Kind::Template, Some(place)), "{text}");
    }
    let rule = "a: \"{{ $labels.x }} down\"\nb: |\n  {{ $value }}\n";
    assert_eq!(one(rule).as_map().unwrap().len(), 2);
    assert_eq!(refused("a: \"{{ $labels.x }}\"\nb: [\n").kind, Kind::Syntax);
    assert_eq!(refused("# {{ x }}\na: b: c\n").kind, Kind::Syntax);
}

#[test]
fn common_mistakes_have_plain_messages() {
    for (text, message) in [
        ("schedule: */5 * * * *\n", "`*` starts an alias to an anchor that is not there: quote the value"),
        ("schedule: @daily\n", "a value cannot start with `@`: quote it"),
    ] {
        let error = refused(text);
        assert_eq!((error.message.as_str(), error.at), (message, Some(at(1, 11))));
    }
    assert_eq!(refused("a: 1\nb: x\0y\n").at, Some(at(2, 5)));
    assert_eq!(refused("a: b: c").to_string(), "mapping values are not allowed in this context (line 1, column 5)");
}

#[test]
fn a_broken_document_hides_no_other() {
    for broken in ["b: [1", "b: \"x", "b: 1\nb: 2", "b: *none", "\t- x\n b: {", "%BAD"] {
        let text = format!("a: 1\n---\n{broken}\n---\nc: 3\n");
        let documents = parse_documents(text.as_bytes(), &Limits::default());
        assert!(documents[0].as_ref().unwrap().get("a").is_some(), "{broken}");
        assert!(documents[1].is_err(), "{broken}");
        assert!(documents.last().unwrap().as_ref().unwrap().get("c").is_some(), "{broken}");
    }
    let template = parse_documents(b"a: 1\n---\nb: {{ x }}\n---\nc: 1\n", &Limits::default());
    assert_eq!(template.len(), 2);
    assert_eq!(template[1].as_ref().unwrap_err().kind, Kind::Template);
}

#[test]
fn hostile_sizes_are_refused_fast() {
    let mut laughs = "a0: &a0 lol\n".to_owned();
    for n in 1..10 {
        let list = vec![format!("*a{}", n - 1); 10].join(", ");
        writeln!(laughs, "a{n}: &a{n} [{list}]").unwrap();
    }
    let big = format!("a: &a {}\nb: [{}]\n", "x".repeat(1 << 20), "*a, ".repeat(10_000));
    let merges = "a: &a {k: [1]}\nb: {<<: *a}\n";
    assert_eq!(one(merges).at_path("b.k.0").unwrap().as_i64(), Some(1));
    let nested = (0..60).map(|n| format!("&n{n} [")).collect::<String>() + &"y".repeat(1 << 20) + &"]".repeat(60);
    let table = [
        (laughs, Kind::Budget),
        (big, Kind::Budget),
        (nested, Kind::Budget),
        ("[".repeat(100_000), Kind::TooDeep),
        ("{a: ".repeat(100_000), Kind::TooDeep),
        ("- ".repeat(100_000), Kind::TooDeep),
        ((0..2000).map(|n| format!("{}a:\n", " ".repeat(n))).collect(), Kind::TooDeep),
        ("---\n".repeat(100_000), Kind::Budget),
    ];
    for (text, kind) in table {
        let start = Instant::now();
        assert_eq!(refused(&text).kind, kind);
        assert!(parse_documents(text.as_bytes(), &Limits::default()).len() <= 2);
        assert!(start.elapsed() < Duration::from_secs(2), "{kind:?}");
    }
    let few = Limits { nodes: 1000, ..Limits::default() };
    let items = "- 1\n".repeat(1000);
    assert_eq!(parse(items.as_bytes(), &few).unwrap_err().at, Some(at(1000, 3)));
    let huge = vec![0xff; 100_000_000];
    let start = Instant::now();
    assert_eq!(parse(&huge, &Limits::default()).unwrap_err().kind, Kind::TooLarge);
    assert!(start.elapsed() < Duration::from_millis(50));
    assert!(Limits::default().check_size(u64::MAX).is_err());
    let deep = Limits { depth: usize::MAX, ..Limits::default() };
    assert_eq!(parse("[".repeat(9999).as_bytes(), &deep).unwrap_err().kind, Kind::TooDeep);
    assert!(parse(format!("{}{}", "[".repeat(64), "]".repeat(64)).as_bytes(), &Limits::default()).is_ok());
}

#[test]
fn text_that_is_not_utf8_is_refused_with_a_place() {
    let error = parse(b"a: 1\r\n\xc3\xa9: \xff", &Limits::default()).unwrap_err();
    assert_eq!((error.kind, error.at), (Kind::NotUtf8, Some(at(2, 4))));
}

#[test]
fn an_excerpt_is_one_clean_line() {
    let text = "\u{feff}one\r\ntwo\t\u{1b}[31m\u{202e}\nthree";
    assert_eq!(excerpt(text, 1).as_deref(), Some("one"));
    assert_eq!(excerpt(text, 2).as_deref(), Some("two \u{fffd}[31m\u{fffd}"));
    assert_eq!(excerpt(text, 3).as_deref(), Some("three"));
    assert_eq!((excerpt(text, 0), excerpt(text, 4)), (None, None));
    assert_eq!(excerpt("a\n\nb\n", 2).as_deref(), Some(""));
    assert_eq!(excerpt(&"é".repeat(500), 1).unwrap().chars().count(), 200);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse_documents(&bytes, &Limits::default());
    }

    #[test]
    fn any_yaml_like_text_is_answered(text in "([a-c<]{1,2}|[-:?,\\[\\]{}#&*!|>'\"%@` ]| |\n|\n  |\n---\n|\n\\.\\.\\.\n|: |- |&a |\\*a|\t|\r|é|<<: |\u{feff}|~|!!str |0x1){0,60}") {
        let start = Instant::now();
        let documents = parse_documents(text.as_bytes(), &Limits::default());
        prop_assert!(start.elapsed() < Duration::from_secs(2));
        let lines = u32::try_from(text.split(['\n', '\r']).count()).unwrap() + 1;
        for document in &documents {
            match document {
                Ok(node) => prop_assert!(node.at.line <= lines && node.at.column > 0),
                Err(error) => prop_assert!(error.at.is_some_and(|at| at.line <= lines && at.column > 0)),
            }
        }
        prop_assert_eq!(documents.iter().all(Result::is_ok), parse(text.as_bytes(), &Limits::default()).is_ok());
        let _ = excerpt(&text, 2);
    }

    #[test]
    fn json_of_any_string_reads_back(text in "\\PC{0,40}") {
        let json = serde_json::to_string(&[&text]).unwrap();
        let node = one(&json);
        prop_assert_eq!(node.as_seq().unwrap()[0].as_str(), Some(text.as_str()));
    }
}
