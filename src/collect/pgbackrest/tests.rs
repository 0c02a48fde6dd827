use super::*;
use crate::collect::reports::tests::{NOW_S, SUBJECT, blank, doubts};
use crate::config::Tool;
use serde_json::{Value, json};

const HOUR: i64 = 3600;

/// A backup in repo1 of database 1, `hours` old.
fn backup(label: &str, sort: &str, hours: i64) -> Value {
    let start = NOW_S - hours * HOUR;
    json!({"label": label, "type": sort, "database": {"id": 1, "repo-key": 1}, "error": false, "reference": null,
        "timestamp": {"start": start, "stop": start + 60},
        "archive": {"start": "000000010000000000000002", "stop": "000000010000000000000003"},
        "info": {"size": 9000, "repository": {"size": 1000, "delta": 10}}})
}

/// One repository with a full, an incremental and a full backup.
fn stanza() -> Value {
    let mut incr = backup("F1_I", "incr", 26);
    incr["reference"] = json!(["F1"]);
    json!({"name": "main", "cipher": "none", "status": {"code": 0, "message": "ok"},
        "repo": [{"key": 1, "cipher": "aes-256-cbc", "status": {"code": 0, "message": "ok"}}],
        "db": [{"id": 1, "repo-key": 1, "system-id": 7_710_901_142_128_138_564_u64, "version": "15"}],
        "archive": [{"id": "15-1", "database": {"id": 1, "repo-key": 1}, "min": "000000010000000000000001", "max": "00000001000000000000000A"}],
        "backup": [backup("F1", "full", 50), incr, backup("F2", "full", 2)]})
}

fn read(stanzas: &Value, name: Option<&str>) -> Reading {
    let mut reading = blank(Tool::PgBackRest);
    enter(&stanzas.to_string(), name, &mut reading);
    reading
}

fn of(change: impl FnOnce(&mut Value)) -> Reading {
    let mut stanza = stanza();
    change(&mut stanza);
    read(&json!([stanza]), None)
}

fn series(reading: &Reading) -> &[RecoveryPoints] {
    reading.evidence.recovery_points.get(SUBJECT).map_or(&[], Vec::as_slice)
}

fn places(reading: &Reading) -> &[Repository] {
    reading.evidence.repository.get(SUBJECT).map_or(&[], Vec::as_slice)
}

#[test]
fn a_healthy_repository_says_how_far_it_reaches() {
    let reading = of(|_| {});
    assert_eq!(doubts(&reading), [""; 0]);
    let [points] = series(&reading) else { panic!() };
    assert_eq!(points.id, "observed/pgbackrest/us-east-1/pgbackrest/main/repo1");
    assert_eq!((points.count, points.newest_s, points.oldest_s), (3, Some(NOW_S - 2 * HOUR), Some(NOW_S - 50 * HOUR)));
    assert_eq!(points.longest_gap_s, Some(24 * HOUR));
    assert_eq!((points.newest_bytes, points.median_bytes), (Some(1000), Some(1000)));
    assert_eq!((points.continuous, points.kept_forever), (None, None));
    let [place] = places(&reading) else { panic!() };
    assert_eq!((place.name.as_str(), place.available, place.encrypted), ("repo1", Some(true), Some(true)));
    assert_eq!(reading.of, "pgbackrest, system 7710901142128138564");
}

#[test]
fn what_a_restore_needs_and_is_not_there_makes_a_copy_none() {
    type Change = fn(&mut Value);
    let cases: [(&str, Change, u64); 12] = [
        ("its pages were damaged", |s| s["backup"][2]["error"] = json!(true), 2),
        ("no page of it was looked at", |s| s["backup"][2]["error"] = Value::Null, 3),
        ("the end of its log is not archived", |s| s["backup"][2]["archive"]["stop"] = json!("00000001000000000000000B"), 2),
        ("the beginning of its log is gone", |s| s["archive"][0]["min"] = json!("000000010000000000000004"), 0),
        ("no log at all", |s| s["archive"] = json!([{"database": {"id": 1, "repo-key": 1}, "min": null, "max": null}]), 0),
        ("the log is another database's", |s| s["archive"][0]["database"]["id"] = json!(2), 0),
        ("the log is in another repository", |s| s["archive"][0]["database"]["repo-key"] = json!(2), 0),
        ("a segment with no name of a segment", |s| s["archive"][0]["max"] = json!("~"), 0),
        ("what it builds on was damaged", |s| s["backup"][0]["error"] = json!(true), 1),
        ("what it builds on is gone", |s| s["backup"][1]["reference"] = json!(["F0"]), 2),
        ("it is of an older database", |s| s["db"].as_array_mut().unwrap().push(json!({"id": 2, "repo-key": 1})), 0),
        ("the newer database is another repository's", |s| s["db"].as_array_mut().unwrap().push(json!({"id": 2, "repo-key": 2})), 3),
    ];
    for (what, change, count) in cases {
        let reading = of(change);
        assert_eq!(doubts(&reading), [""; 0], "{what}");
        assert_eq!(series(&reading)[0].count, count, "{what}");
    }
}

#[test]
fn sizes_are_compared_of_copies_that_were_made_alike() {
    let reading = of(|s| s["backup"].as_array_mut().unwrap().pop().map_or((), drop));
    let points = &series(&reading)[0];
    assert_eq!((points.newest_bytes, points.median_bytes), (Some(1000), None), "an incremental one beside a full one");
    let reading = of(|s| s["backup"][2]["info"]["repository"] = json!({"delta": 5}));
    assert_eq!(series(&reading)[0].whole_by, None, "how much a copy added is not its size");
}

#[test]
fn each_status_is_its_own_fact() {
    let all = |because: &str| vec![format!("recovery_points: repo1: {because}"), format!("repository: repo1: {because}")];
    let cases = [
        (0, Some(true), Some(3), Vec::new()),
        (1, Some(false), Some(3), Vec::new()),
        (2, Some(true), Some(3), Vec::new()),
        (3, None, None, all("its catalogue is missing")),
        (6, None, None, all("its status is none that is known")),
        (99, Some(false), None, all("it could not be read: it does not answer, is damaged, or has another passphrase")),
    ];
    for (code, available, count, because) in cases {
        let reading = of(|s| s["repo"][0]["status"] = json!({"code": code, "message": "s3cr3t"}));
        assert_eq!(places(&reading)[0].available, available, "{code}");
        assert_eq!(series(&reading).first().map(|points| points.count), count, "{code}");
        assert_eq!(doubts(&reading), because, "{code}");
        assert!(!format!("{reading:?}").contains("s3cr3t"));
    }
}

#[test]
fn repositories_are_judged_one_by_one() {
    let reading = of(|s| {
        s["status"] = json!({"code": 4, "message": "different across repos"});
        s["repo"].as_array_mut().unwrap().push(json!({"key": 2, "cipher": "none", "status": {"code": 2, "message": "no valid backups"}}));
    });
    assert_eq!(doubts(&reading), [""; 0]);
    let found: Vec<(u64, Option<bool>)> = series(&reading).iter().map(|points| (points.count, points.continuous)).collect();
    assert_eq!(found, [(3, None), (0, Some(false))]);
    assert_eq!(places(&reading)[1].encrypted, None, "the place that it lies in may encrypt it");
}

#[test]
fn repositories_of_two_database_clusters_prove_nothing_together() {
    let with = |system: u64| {
        of(|s| {
            s["repo"].as_array_mut().unwrap().push(json!({"key": 2, "cipher": "none", "status": {"code": 0}}));
            s["db"].as_array_mut().unwrap().push(json!({"id": 1, "repo-key": 2, "system-id": system, "version": "15"}));
        })
    };
    let same = with(7_710_901_142_128_138_564);
    assert_eq!((doubts(&same), same.identity.as_deref()), (vec![], Some("7710901142128138564")));
    let because = "recovery_points: its repositories hold different database clusters: which is the one of now is not known";
    let differ = with(7_710_901_142_128_138_565);
    assert_eq!((doubts(&differ), differ.identity.as_deref()), (vec![because.to_owned()], None));
}

#[test]
fn a_stanza_is_named_or_the_only_one() {
    let other = || {
        let mut other = stanza();
        other["name"] = json!("other");
        other["backup"] = json!([]);
        other
    };
    let two = json!([stanza(), other()]);
    assert_eq!(series(&read(&two, Some("main")))[0].count, 3);
    assert_eq!(series(&read(&two, Some("other")))[0].count, 0);
    let about = |because: &str| vec![format!("recovery_points: {because}"), format!("repository: {because}")];
    assert_eq!(doubts(&read(&two, None)), about("there are several stanzas: the configuration must name one"));
    assert_eq!(doubts(&read(&two, Some("mian"))), about("the report is about other stanzas"));
    for name in [None, Some("main")] {
        let none = read(&json!([]), name);
        assert_eq!((series(&none)[0].count, doubts(&none)), (0, Vec::new()));
    }
}

#[test]
fn what_cannot_be_dated_is_no_copy_and_no_proof() {
    for (start, because) in [(NOW_S + 60, "a backup is dated in the future"), (0, "a backup has no date")] {
        let reading = of(|s| s["backup"][2]["timestamp"]["start"] = json!(start));
        assert_eq!(series(&reading)[0].newest_s, Some(NOW_S - 26 * HOUR));
        assert_eq!(doubts(&reading), [format!("recovery_points: {because}")]);
    }
    let reading = of(|s| s["backup"][2]["archive"] = json!({"start": null, "stop": null}));
    let because = "what log a copy needs is not known: its server was stopped when it was made";
    assert_eq!((series(&reading)[0].count, doubts(&reading)), (2, vec![format!("recovery_points: {because}")]));
}

#[test]
fn what_is_no_report_is_said_to_be_none() {
    for text in ["", "{}", "null", "ERROR: [037]"] {
        let mut reading = blank(Tool::PgBackRest);
        enter(text, None, &mut reading);
        assert_eq!(doubts(&reading), ["not understood: this is not what `pgbackrest info --output=json` prints"], "{text}");
    }
}
