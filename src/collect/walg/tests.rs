use super::*;
use crate::collect::reports::tests::{NOW_S, SUBJECT, blank, doubts};
use crate::config::Tool;
use serde_json::{Value, json};

fn backup(name: &str, at: &str) -> Value {
    json!({"backup_name": name, "time": at, "start_time": at, "finish_time": at, "is_permanent": false,
        "system_identifier": 7_507_672_962_298_572_862_u64, "uncompressed_size": 9000, "compressed_size": 1000})
}

/// Two full backups, and a delta on the first.
fn list() -> Vec<Value> {
    vec![
        backup("base_000000010000000000000002", "2026-11-20T12:00:00.5Z"),
        backup("base_000000010000000000000004_D_000000010000000000000002", "2026-11-21T12:00:00Z"),
        backup("base_000000010000000000000006", "2026-11-22T12:00:00Z"),
    ]
}

fn read(list: &[Value]) -> Reading {
    let mut reading = blank(Tool::WalG);
    enter(&json!(list).to_string(), true, &mut reading);
    reading
}

fn points(reading: &Reading) -> &RecoveryPoints {
    &reading.evidence.recovery_points[SUBJECT][0]
}

#[test]
fn a_list_says_how_far_it_reaches() {
    let reading = read(&list());
    assert_eq!(doubts(&reading), [""; 0]);
    let points = points(&reading);
    assert_eq!((points.count, points.newest_s, points.oldest_s), (3, Some(NOW_S - 7200), Some(NOW_S - 50 * 3600)));
    assert_eq!((points.newest_bytes, points.median_bytes), (Some(1000), Some(1000)));
    assert_eq!(points.kept_forever, None);
    assert_eq!(reading.of, "wal-g, system 7507672962298572862", "a float would end in 848");
}

#[test]
fn what_a_list_does_not_prove() {
    type Change = fn(&mut Vec<Value>);
    let cases: [(&str, Change, u64, &[&str]); 6] = [
        ("a delta without its base", |all| drop(all.remove(0)), 1, &[]),
        ("deltas in a circle", |all| all[0]["backup_name"] = json!("base_000000010000000000000002_D_000000010000000000000004"), 1, &[]),
        ("all are permanent", |all| all.iter_mut().for_each(|one| one["is_permanent"] = json!(true)), 3, &[]),
        (
            "another cluster",
            |all| all[2]["system_identifier"] = json!(7_507_672_962_298_572_863_u64),
            3,
            &["recovery_points: copies of several clusters lie in one place"],
        ),
        (
            "no details",
            |all| drop(all[2].as_object_mut().unwrap().remove("start_time")),
            2,
            &["recovery_points: the list has no times of start: it was made without --detail"],
        ),
        (
            "a clock that is ahead",
            |all| all[2]["start_time"] = json!("2026-11-22T14:01:00Z"),
            2,
            &["recovery_points: a backup is dated in the future"],
        ),
    ];
    for (what, change, count, because) in cases {
        let mut list = list();
        change(&mut list);
        let reading = read(&list);
        assert_eq!((points(&reading).count, doubts(&reading)), (count, because.iter().map(ToString::to_string).collect()), "{what}");
        assert_eq!(points(&reading).kept_forever, (what == "all are permanent").then_some(true));
    }
}

#[test]
fn nothing_printed_is_no_backup_and_an_empty_file_is_no_report() {
    for text in ["", "\n", "[]", "null"] {
        let mut reading = blank(Tool::WalG);
        enter(text, true, &mut reading);
        assert_eq!((points(&reading).count, doubts(&reading)), (0, Vec::new()));
    }
    let mut reading = blank(Tool::WalG);
    enter("", false, &mut reading);
    assert_eq!(doubts(&reading), ["truncated: the file is empty"]);
}

#[test]
fn only_what_is_lost_is_missing() {
    let part = |status: &str, count: u64| json!({"status": status, "segments_count": count, "timeline_id": 1});
    let odd = &["archiver: what was found of the log does not add up"][..];
    let cases = [
        ("OK", vec![part("FOUND", 9)], Some(0), &[][..]),
        ("WARNING", vec![part("FOUND", 9), part("MISSING_DELAYED", 2), part("MISSING_UPLOADING", 1)], Some(0), &[]),
        ("FAILURE", vec![part("FOUND", 9), part("MISSING_LOST", 2), part("FOUND", 5), part("MISSING_LOST", 1)], Some(3), &[]),
        ("OK", vec![part("FOUND", 9), part("MISSING_LOST", 2)], None, odd),
        ("FAILURE", vec![part("FOUND", 9)], None, odd),
        ("OK", vec![], None, odd),
        ("OK", vec![part("FOUND", 9), part("MISLAID", 1)], None, odd),
    ];
    for (status, details, missing, because) in cases {
        let mut reading = blank(Tool::WalGVerify);
        let report = json!({"integrity": {"status": status, "details": details}, "timeline": {"status": "OK"}});
        enter_verified(&report.to_string(), &mut reading);
        assert_eq!(
            (reading.evidence.archiver[SUBJECT][0].missing, doubts(&reading)),
            (missing, because.iter().map(ToString::to_string).collect()),
            "{report}"
        );
    }
    let mut reading = blank(Tool::WalGVerify);
    enter_verified(r#"{"timeline": {"status": "OK"}}"#, &mut reading);
    assert_eq!(doubts(&reading), ["not understood: it says nothing of the integrity of the log"]);
}
