use super::*;
use crate::collect::reports::tests::{NOW_S, SUBJECT, blank, doubts};
use crate::config::Tool;
use serde_json::json;

fn done(id: &str, hours: i64) -> Value {
    json!({"backup_id": id, "backup_type": "rsync", "status": "DONE", "end_time": "Sun Nov 22 12:00:00 2026",
        "end_time_timestamp": (NOW_S - hours * 3600).to_string(), "size_bytes": 1000, "retention_status": "VALID"})
}

fn other(id: &str, status: &str) -> Value {
    json!({"backup_id": id, "backup_type": "rsync", "status": status})
}

fn read(backups: &[Value], name: Option<&str>) -> Reading {
    let mut reading = blank(Tool::Barman);
    enter(&json!({"_INFO": ["s3cr3t"], "pg-main": backups}).to_string(), name, &mut reading);
    reading
}

#[test]
fn only_what_is_done_is_a_copy() {
    let list = [
        other("20261122T130000", "STARTED"),
        other("20261122T120000", "WAITING_FOR_WALS"),
        other("20261122T110000", "FAILED"),
        done("20261122T100000", 3),
        other("20261121T110000", "FAILED"),
        done("20261121T100000", 27),
    ];
    let reading = read(&list, None);
    assert_eq!(doubts(&reading), [""; 0]);
    let points = &reading.evidence.recovery_points[SUBJECT][0];
    assert_eq!((points.count, points.newest_s, points.oldest_s), (2, Some(NOW_S - 3 * 3600), Some(NOW_S - 27 * 3600)));
    let run = &reading.evidence.run[SUBJECT][0];
    assert_eq!((run.succeeded, run.failures_since, run.due), (2, 1, None));
    assert_eq!((run.last_success_end_s, run.last_success_start_s, run.longest_s), (Some(NOW_S - 3 * 3600), None, None));
}

#[test]
fn what_a_list_does_not_prove() {
    let no_run = "run: no backup is listed that ended well, so that nobody knows since when there are any";
    let both = |because: &str| vec![format!("recovery_points: {because}"), format!("run: {because}")];
    let with = |key: &str, value: Value| {
        let mut odd = done("20261122T120000", 1);
        odd[key] = value;
        vec![odd, done("20261122T100000", 3)]
    };
    let cases = [
        (vec![], 0, vec![no_run.to_owned()]),
        (vec![other("20261122T110000", "FAILED")], 0, vec![no_run.to_owned()]),
        (with("status", json!("BENT")), 1, both("a backup has a status that is not known")),
        (with("end_time_timestamp", json!("yesterday")), 1, both("a backup has no date")),
        (with("end_time_timestamp", json!((NOW_S + 60).to_string())), 1, both("a backup is dated in the future")),
    ];
    for (list, count, because) in cases {
        let reading = read(&list, None);
        assert_eq!((reading.evidence.recovery_points[SUBJECT][0].count, doubts(&reading)), (count, because), "{list:?}");
    }
}

#[test]
fn a_server_is_named_or_the_only_one() {
    let two = json!({"a": [done("20261122T100000", 3)], "b": []}).to_string();
    let found = |text: &str, name: Option<&str>| {
        let mut reading = blank(Tool::Barman);
        enter(text, name, &mut reading);
        (reading.evidence.recovery_points.get(SUBJECT).map(|series| series[0].count), doubts(&reading))
    };
    assert_eq!(found(&two, Some("a")), (Some(1), Vec::new()));
    let several = "there are several servers: the configuration must name one";
    assert_eq!(found(&two, None), (None, vec![format!("recovery_points: {several}"), format!("run: {several}")]));
    assert_eq!(found(&two, Some("c")).1[0], "recovery_points: the report names no such server");
    assert_eq!(found("[]", None).1, ["not understood: this is not what `barman -f json list-backups` prints"]);
}

#[test]
fn only_the_checks_that_are_understood_say_anything() {
    let found = |checks: Value| {
        let mut reading = blank(Tool::BarmanCheck);
        enter_checked(&json!({"pg-main": checks}).to_string(), None, &mut reading);
        let place = reading.evidence.repository.get(SUBJECT).and_then(|places| places[0].available);
        let log = reading.evidence.archiver.get(SUBJECT).map(|items| (items[0].enabled, items[0].failing));
        (place, log, doubts(&reading).len())
    };
    let ok = || json!({"status": "OK", "hint": ""});
    let failed = || json!({"status": "FAILED", "hint": "s3cr3t"});
    assert_eq!(found(json!({"directories": ok(), "continuous_archiving": ok()})), (Some(true), Some((true, Some(false))), 0));
    assert_eq!(found(json!({"directories": failed(), "receive_wal_running": failed()})), (Some(false), Some((true, Some(true))), 0));
    assert_eq!(
        found(json!({"directories": ok(), "archive_mode": failed(), "archive_command": ok()})),
        (Some(true), Some((false, Some(true))), 0)
    );
    // By two ways the log arrives where one of them works.
    for (mode, command, arriving, streaming, log) in [
        (ok(), ok(), ok(), failed(), Some((true, Some(false)))),
        (failed(), ok(), ok(), ok(), Some((true, Some(false)))),
        (ok(), failed(), ok(), failed(), Some((false, Some(true)))),
        (ok(), ok(), failed(), failed(), Some((true, Some(true)))),
        (failed(), json!({"status": ""}), json!({"status": ""}), json!({"status": ""}), Some((false, Some(true)))),
        (ok(), ok(), json!({"status": ""}), json!({"status": ""}), None),
    ] {
        let checks = json!({"archive_mode": mode, "archive_command": command, "continuous_archiving": arriving,
            "receive_wal_running": streaming});
        assert_eq!(found(checks.clone()).1, log, "{checks}");
    }
    assert_eq!(found(json!({"ssh": failed(), "replication_slot": failed()})), (None, None, 2));
    assert_eq!(found(json!({"directories": {"status": "MAYBE"}, "continuous_archiving": {"status": ""}})), (None, None, 2));
}
