//! What a real Barman lists and checks, through the built binary.

use crate::db_tools::{Found, collect_within};
use crate::lab::barman::Copied;
use serde_json::{Value, json};

const SUBJECT: &str = "postgresql/east";

fn ask(lab: &Copied) -> Found {
    let report = |tool: &str, command: &str| json!({"tool": tool, "command": lab.json(command)});
    let backups = [report("barman", "list-backups"), report("barman-check", "check")];
    collect_within("20s", &json!({"component": "postgresql", "backups": backups}), "")
}

fn log(found: &Found) -> [&Value; 2] {
    let [log] = found.items("archiver", SUBJECT)[..] else { panic!("{:#?}", found.0) };
    [&log["enabled"], &log["failing"]]
}

#[test]
fn barman_is_believed_in_what_it_lists_and_checks() {
    let mut lab = Copied::start();
    let none = ask(&lab);
    assert_eq!(none.items("recovery_points", SUBJECT)[0]["count"], 0);

    lab.back_up();
    lab.back_up();
    let well = ask(&lab);
    let [points] = well.items("recovery_points", SUBJECT)[..] else { panic!("{:#?}", well.0["reads"]) };
    assert_eq!((&points["count"], &points["whole_by"]), (&json!(2), &json!("bytes")));
    assert!(points["newest_bytes"].as_u64() > Some(1_000_000), "{points}");
    assert_eq!((log(&well), &well.items("repository", SUBJECT)[0]["available"]), ([&json!(true), &json!(false)], &json!(true)));
    for (read, noun) in [("barman:", "recovery_points"), ("barman:", "run"), ("barman-check:", "archiver"), ("barman-check:", "repository")]
    {
        assert_eq!(well.reads(read, noun), [("collected", "")], "{read} {noun}");
    }
    assert_eq!(well.fails(), []);

    // What it checks is worth most where something is wrong, and then the program ends with an error.
    lab.receive_no_more();
    let cut = ask(&lab);
    assert_eq!(cut.reads("barman-check:", "archiver"), [("collected", "")]);
    assert_eq!(log(&cut), [&json!(true), &json!(true)]);
    assert_eq!(cut.verdict("backup.archiving", SUBJECT), "fail");

    lab.receive();
    assert_eq!(log(&ask(&lab)), [&json!(true), &json!(false)]);
}
