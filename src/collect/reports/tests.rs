use super::*;
use crate::snapshot::{Evidence, Subject};
use crate::standard::Standard;
use std::collections::{BTreeMap, BTreeSet};

/// 2026-11-22T14:00:00Z.
pub(in crate::collect) const NOW_S: i64 = 1_795_356_000;

pub(in crate::collect) const SUBJECT: &str = "postgresql/us-east-1";

/// A reading of a tool that says nothing yet.
pub(in crate::collect) fn blank(tool: Tool) -> Reading {
    let subject = Subject::parse(SUBJECT).unwrap();
    Reading {
        component: "postgresql".to_owned(),
        is_server: false,
        read: format!("{}/us-east-1", word(tool)),
        of: word(tool).to_owned(),
        at_s: NOW_S,
        took_ms: 0,
        subjects: nouns(tool).iter().map(|noun| (*noun, BTreeSet::from([subject.clone()]))).collect(),
        evidence: Evidence::default(),
        fault: None,
        partial: BTreeMap::new(),
        takes_writes: None,
        store: None,
        leading: None,
        identity: None,
    }
}

/// What is known in part and what is not known at all, a line for each reason, in the order of letters.
pub(in crate::collect) fn doubts(reading: &Reading) -> Vec<String> {
    let lines = reading.partial.iter().flat_map(|(noun, reasons)| reasons.iter().map(|reason| format!("{}: {reason}", noun.word())));
    let all: BTreeSet<String> = lines.chain(reading.fault.iter().map(ToString::to_string)).collect();
    all.into_iter().collect()
}

/// The readings of reports, in a system with a primary region and a deadline of half a second.
fn readings(backups: Vec<ToolReport>) -> Vec<Reading> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("seaworthy.yaml");
    let text = "version: 1\nsystem: shop\nregions: {us-east-1: {role: primary}}\nmanifests: [{path: ., region: us-east-1}]\n\
                databases: [{component: postgresql, url: 'postgres://db/app'}]\n";
    std::fs::write(&path, text).unwrap();
    let config = crate::config::Config::load(&path, crate::standard::EMBEDDED).unwrap();
    let mut source = config.databases[0].clone();
    source.backups = backups;
    let standard = Standard::embedded().unwrap().resolve(&config.system);
    let deadlines = crate::collect::Deadlines { request: Duration::from_millis(500), ..crate::collect::Deadlines::default() };
    read(&Around { source: &source, system: &config.system, standard: &standard, deadlines, now_s: clock::now_s() }, &|_, _| {
        Err(Fault::Skipped)
    })
}

fn printed(script: &str) -> ToolReport {
    let words = ["sh", "-c", script].map(str::to_owned).to_vec();
    ToolReport { tool: Tool::WalG, name: None, source: ReportSource::Command(words) }
}

fn one_of(report: ToolReport) -> Reading {
    readings(vec![report]).pop().unwrap()
}

#[test]
fn a_program_that_does_not_do_its_work_gives_no_empty_list() {
    let cases = [
        ("exit 3", "not understood: it ended with 3"),
        ("echo '[]'; exit 1", "not understood: it ended with 1"),
        ("kill -KILL $$", "not understood: it was ended by a signal"),
        ("sleep 5", "timed out: no whole answer in 1 s"),
        ("exec >&-; sleep 5", "timed out: no whole answer in 1 s"),
        // A child that holds the pipe open for longer than its parent lives.
        ("sleep 5 & echo '[]'", "timed out: no whole answer in 1 s"),
        ("head -c 70000000 /dev/zero", "truncated: it printed more than 64 MiB"),
        ("echo '[{\"backup_na'", "not understood: this is not what `wal-g backup-list --detail --json` prints"),
    ];
    for (script, expected) in cases {
        let reading = one_of(printed(script));
        assert_eq!(doubts(&reading), [expected], "{script}");
        assert!(reading.evidence.recovery_points.is_empty(), "{script}");
    }
    let nobody = ToolReport { tool: Tool::WalG, name: None, source: ReportSource::Command(vec!["/no/such/program".to_owned()]) };
    assert_eq!(doubts(&one_of(nobody)), ["unreachable: the program /no/such/program cannot be started: entity not found"]);
}

#[test]
fn what_a_program_complains_of_is_not_looked_at_and_it_is_asked_nothing() {
    let reading = one_of(printed("echo s3cr3t >&2; cat; exit 0"));
    assert_eq!(doubts(&reading), [""; 0]);
    assert_eq!(reading.evidence.recovery_points[SUBJECT][0].count, 0);
    assert!(!format!("{reading:?}").contains("s3cr3t"));
}

#[test]
fn a_report_in_a_file_is_as_old_as_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("wal-g.json");
    let report = || ToolReport { tool: Tool::WalG, name: None, source: ReportSource::File(path.clone()) };
    assert!(doubts(&one_of(report()))[0].starts_with("unreachable: the file "));
    std::fs::write(&path, "").unwrap();
    assert_eq!(doubts(&one_of(report())), ["truncated: the file is empty"]);
    let file = std::fs::File::create(&path).unwrap();
    std::fs::write(&path, "[]").unwrap();
    file.set_modified(std::time::UNIX_EPOCH + Duration::from_secs(1_700_000_000)).unwrap();
    let reading = one_of(report());
    assert_eq!((reading.at_s, doubts(&reading)), (1_700_000_000, Vec::new()));
    let ahead = u64::try_from(clock::now_s()).unwrap() + 3600;
    file.set_modified(std::time::UNIX_EPOCH + Duration::from_secs(ahead)).unwrap();
    let reading = one_of(report());
    assert!(reading.at_s <= clock::now_s());
    assert_eq!(doubts(&reading), ["recovery_points: its file is dated in the future"]);
}

#[test]
fn each_report_has_a_name_of_its_own() {
    let named = |name: &str| ToolReport { name: Some(name.to_owned()), ..printed("true") };
    let reads: Vec<String> = readings(vec![printed("true"), printed("true"), named("a"), named("b")]).into_iter().map(|r| r.read).collect();
    let expected = ["wal-g:postgresql", "wal-g:postgresql#2", "wal-g:postgresql:a", "wal-g:postgresql:b"];
    assert_eq!(reads, expected.map(|who| format!("{who}/us-east-1")));
}

#[test]
fn bytes_that_are_no_text_spoil_nothing() {
    let mut reading = blank(Tool::PgBackRest);
    let report = b"[{\"name\":\"main\",\n\t\"repo\":[{\"key\":1,\"status\":{\"code\":99,\"message\":\"at line 1: \xff\x00\x1b\x80\"}}]}]";
    pgbackrest::enter(&text(report), None, &mut reading);
    let because = "repo1: it could not be read: it does not answer, is damaged, or has another passphrase";
    assert_eq!(doubts(&reading), [format!("recovery_points: {because}"), format!("repository: {because}")]);
}
