//! What a real pgBackRest says of its repository, through the built binary: a healthy one, then each thing that a restore
//! would miss.

use crate::common::seaworthy;
use crate::lab::pgbackrest::{BackedUp, PASSPHRASE};
use crate::lab::process::Scratch;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const SUBJECT: &str = "postgresql/east";

/// What a run stored.
pub(crate) struct Found(pub(crate) Value);

impl Found {
    /// The items of a noun about a subject.
    pub(crate) fn items(&self, noun: &str, subject: &str) -> Vec<&Value> {
        self.0["evidence"][noun][subject].as_array().into_iter().flatten().collect()
    }

    /// The state of the reads of a noun that begin so, with why they are not complete.
    pub(crate) fn reads(&self, read: &str, noun: &str) -> Vec<(&str, &str)> {
        let all = self.0["reads"].as_array().unwrap().iter();
        let wanted = all.filter(|one| one["noun"] == noun && one["read"].as_str().unwrap().starts_with(read));
        wanted.map(|one| (one["state"].as_str().unwrap(), one["detail"].as_str().unwrap_or_default())).collect()
    }

    /// Of whom the reads that begin so were asked.
    pub(crate) fn of(&self, read: &str) -> &str {
        let found = self.0["reads"].as_array().unwrap().iter().find(|one| one["read"].as_str().unwrap().starts_with(read));
        found.unwrap_or_else(|| panic!("no read {read}: {}", self.0["reads"]))["of"].as_str().unwrap()
    }
}

impl Found {
    /// What the controls say of it, by control and subject.
    pub(crate) fn verdicts(&self) -> BTreeMap<(String, String), String> {
        let dir = Scratch::new();
        let file = dir.write("snapshot.json", &self.0.to_string());
        let output = seaworthy().args(["check", "--stage", "post-production", "-o", "json", "--snapshot", file.to_str().unwrap()]).output();
        let report: Value = serde_json::from_slice(&output.unwrap().stdout).unwrap();
        let word = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
        let findings = report["findings"].as_array().unwrap().iter();
        findings.map(|one| ((word(one, "control"), word(one, "subject")), word(one, "verdict"))).collect()
    }

    /// What one control says of one subject.
    pub(crate) fn verdict(&self, control: &str, subject: &str) -> String {
        self.verdicts().remove(&(control.to_owned(), subject.to_owned())).unwrap_or_else(|| panic!("{control} does not speak of {subject}"))
    }

    /// Which controls fail, and whom.
    pub(crate) fn fails(&self) -> Vec<(String, String)> {
        self.verdicts().into_iter().filter(|(_, verdict)| verdict == "fail").map(|(of, _)| of).collect()
    }
}

/// Collects from one entry of `databases:`, or several. None of the lab's passwords may show.
pub(crate) fn collect(entry: &Value, password: &str) -> Found {
    collect_within("2s", entry, password)
}

/// The same, with so long for each question.
pub(crate) fn collect_within(limit: &str, entry: &Value, password: &str) -> Found {
    let entries = if entry.is_array() { entry.clone() } else { json!([entry]) };
    let dir = Scratch::new();
    let config = json!({
        "version": 1, "system": "shop", "stage": "post-production", "regions": {"east": {"role": "primary"}},
        "inventory": {"gateway": {"kind": "Deployment", "ready": 2}, "redis": {"kind": "RedisReplication.redis.redis.opstreelabs.in", "ready": 3}},
        "excluded": {"configmaps": {"reason": "none"}, "secrets": {"reason": "none"}}, "databases": entries,
    });
    let file = dir.write("seaworthy.yaml", &config.to_string());
    let mut command = seaworthy();
    command.env("PASSWORD", password).args(["collect", "--request-timeout", limit, "--config", file.to_str().unwrap()]);
    let output = command.current_dir(dir.path()).output().unwrap();
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(!out.contains("canary") && !err.contains("canary"), "a password shows: {out}{err}");
    Found(serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {err}")))
}

fn report(command: &[String], name: Option<&str>) -> Found {
    let mut report = json!({"tool": "pgbackrest", "command": command});
    if let Some(name) = name {
        report["name"] = json!(name);
    }
    collect(&json!({"component": "postgresql", "backups": [report]}), "")
}

fn counts(found: &Found) -> Vec<u64> {
    found.items("recovery_points", SUBJECT).iter().map(|points| points["count"].as_u64().unwrap()).collect()
}

fn available(found: &Found) -> Vec<&Value> {
    found.items("repository", SUBJECT).iter().map(|place| &place["available"]).collect()
}

#[test]
fn pgbackrest_is_believed_as_far_as_a_restore_would_go() {
    let mut lab = BackedUp::start();
    let info = lab.info(&["--stanza=main"]);

    let none = report(&info, Some("main"));
    assert_eq!((counts(&none), available(&none)), (vec![0], vec![&json!(true)]));

    lab.back_up("full");
    lab.back_up("incr");
    let well = report(&info, Some("main"));
    let [points] = well.items("recovery_points", SUBJECT)[..] else { panic!() };
    assert_eq!((points["count"].as_u64(), &points["whole_by"]), (Some(2), &json!("bytes")));
    assert!(points["newest_s"].as_i64() > points["oldest_s"].as_i64());
    assert!(points["newest_bytes"].as_u64() > Some(1_000_000));
    assert_eq!(well.items("repository", SUBJECT)[0]["encrypted"], true);
    assert_eq!(well.reads("pgbackrest", "recovery_points"), [("collected", "")]);
    assert!(well.of("pgbackrest").starts_with("pgbackrest:postgresql:main, system 7"), "{}", well.of("pgbackrest"));

    // The same in a file, which is as old as it is.
    let file = lab.path().join("info.json");
    let printed = std::process::Command::new(&info[0]).args(&info[1..]).output().unwrap().stdout;
    std::fs::write(&file, printed).unwrap();
    let filed = collect(&json!({"component": "postgresql", "backups": [{"tool": "pgbackrest", "file": file}]}), "");
    assert_eq!(counts(&filed), [2]);

    let unknown = report(&lab.info(&["--stanza=nope"]), Some("nope"));
    assert_eq!((counts(&unknown), available(&unknown)), (vec![0], vec![&json!(false)]));
    let gone = format!("--repo1-path={}/gone", lab.path().display());
    let gone = report(&lab.info(&[&gone]), None);
    assert_eq!((counts(&gone), available(&gone), gone.reads("pgbackrest", "recovery_points")), (vec![0], vec![], vec![("collected", "")]));

    lab.configure("other.conf", &format!("{PASSPHRASE}-other"));
    let other: Vec<String> = info.iter().map(|word| word.replace("pgbackrest.conf", "other.conf")).collect();
    let locked = report(&other, Some("main"));
    assert_eq!((counts(&locked), available(&locked)), (vec![], vec![&json!(false)]));
    let [(state, detail)] = locked.reads("pgbackrest", "recovery_points")[..] else { panic!() };
    assert_eq!((state, detail), ("partial", "repo1: it could not be read: it does not answer, is damaged, or has another passphrase"));

    // The end of what the newest copy needs of the log is gone; pgBackRest still calls all well.
    let printed: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let held: Vec<_> = lab.archived(printed[0]["backup"][1]["archive"]["stop"].as_str().unwrap());
    assert!(!held.is_empty());
    for path in held {
        std::fs::remove_file(path).unwrap();
    }
    let torn = report(&info, Some("main"));
    assert_eq!((counts(&torn), available(&torn)), (vec![1], vec![&json!(true)]));

    // Another database stands where the one stood that the copies are of.
    lab.begin_anew();
    let anew = report(&info, Some("main"));
    assert_eq!((counts(&anew), available(&anew)), (vec![0], vec![&json!(true)]));
}
