//! For each control a fault that makes it fail, made in the ready system as an SRE would meet it: in a
//! manifest, in what was recorded, in a drill or in what somebody signed. Each row says everything that
//! changes; one verdict more or one less fails the test.
//!
//! The rows are in `mutations/GROUP.yaml`. `find` occurs `times` (once) in the file or, where `after`
//! names places to go past first, is the next one after them; without `find` the file is removed.

use crate::common::{root, system};
use seaworthy::collect::{Allow, Deadlines, Request, collect};
use seaworthy::config::Config;
use seaworthy::evaluate::{Catalogue, Evaluator, Terms};
use seaworthy::standard::{EMBEDDED, Standard};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const GROUPS: [&str; 6] = ["backup", "failover", "operations", "recovery", "replication", "restore"];

/// What the system is made of; its reports and its snapshot are made from these.
const PARTS: [&str; 4] = ["attestations", "deploy", "drills", "evidence"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    mutation: String,
    change: Vec<Change>,
    fails: String,
    #[serde(default)]
    also: Vec<String>,
    why: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    r#in: String,
    #[serde(default)]
    after: Vec<String>,
    find: Option<String>,
    #[serde(default)]
    replace: String,
    times: Option<usize>,
}

impl Change {
    /// The file as it is after the change.
    fn made(&self, text: &str, find: &str) -> Result<String, String> {
        if self.after.is_empty() {
            let (found, times) = (text.matches(find).count(), self.times.unwrap_or(1));
            return if found == times { Ok(text.replace(find, &self.replace)) } else { Err(format!("{found} of {find:?}, not {times}")) };
        }
        let mut from = 0;
        for place in self.after.iter().map(String::as_str) {
            from += text[from..].find(place).ok_or_else(|| format!("no {place:?} to go past"))? + place.len();
        }
        let (before, rest) = text.split_at(from);
        if rest.contains(find) { Ok(format!("{before}{}", rest.replacen(find, &self.replace, 1))) } else { Err(format!("no {find:?}")) }
    }

    fn make(&self, tree: &Path) -> Result<(), String> {
        let path = tree.join(&self.r#in);
        let Some(find) = &self.find else {
            return std::fs::remove_file(&path).map_err(|error| format!("{}: {error}", self.r#in));
        };
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", self.r#in))?;
        let made = self.made(&text, find).map_err(|why| format!("{}: {why}", self.r#in))?;
        std::fs::write(&path, made).map_err(|error| format!("{}: {error}", self.r#in))
    }
}

fn rows(group: &str) -> Vec<Row> {
    let path = root().join(format!("tests/integration/mutations/{group}.yaml"));
    let text = std::fs::read_to_string(&path).unwrap();
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &to);
        } else {
            std::fs::copy(&path, &to).unwrap();
        }
    }
}

/// A copy of the ready system without what is made from it.
fn ready() -> tempfile::TempDir {
    let tree = tempfile::tempdir().unwrap();
    let system = system("kubernaut-ready");
    for part in PARTS {
        copy(&system.join(part), &tree.path().join(part));
    }
    std::fs::copy(system.join("seaworthy.yaml"), tree.path().join("seaworthy.yaml")).unwrap();
    tree
}

/// Judges trees of one system; the controls are compiled once.
struct Bench {
    standard: Standard,
    catalogue: Catalogue,
    evaluator: Option<Evaluator>,
}

impl Bench {
    fn new() -> Self {
        Self { standard: Standard::embedded().unwrap(), catalogue: Catalogue::embedded().unwrap(), evaluator: None }
    }

    /// The verdict of each finding.
    fn verdicts(&mut self, tree: &Path) -> BTreeMap<String, &'static str> {
        let config = Config::load(&tree.join("seaworthy.yaml"), EMBEDDED).unwrap();
        let request = Request {
            config: &config,
            standard: &self.standard,
            paths: &[],
            stdin: None,
            region: None,
            now_s: config.at_s.unwrap(),
            live: false,
            require_live: false,
            stage: None,
            allow: Allow::default(),
            deadlines: Deadlines::default(),
            environment: |_| None,
        };
        let snapshot = collect(&request, &mut |_| {}).unwrap();
        let terms = Terms {
            standard: &self.standard,
            catalogue: &self.catalogue,
            waivers: &[],
            stage: snapshot.scope.stage,
            at_s: snapshot.taken_at_s,
        };
        let evaluator =
            self.evaluator.get_or_insert_with(|| Evaluator::new(&self.catalogue, &self.standard.resolve(&snapshot.system)).unwrap());
        let report = evaluator.evaluate(&snapshot, &terms).unwrap();
        report.findings.iter().map(|finding| (finding.identity(), finding.verdict.word())).collect()
    }

    /// What a row says and what happens differ in these.
    fn wrong(&mut self, row: &Row, before: &BTreeMap<String, &'static str>) -> Vec<String> {
        let tree = ready();
        for change in &row.change {
            if let Err(why) = change.make(tree.path()) {
                return vec![why];
            }
        }
        let after = self.verdicts(tree.path());
        let identities = before.keys().chain(after.keys());
        let changed: BTreeSet<String> = identities
            .filter(|identity| before.get(*identity) != after.get(*identity))
            .map(|identity| format!("{} {identity}", after.get(identity).unwrap_or(&"gone")))
            .collect();
        let said: BTreeSet<String> = row.also.iter().cloned().chain([format!("fail {}", row.fails)]).collect();
        let unsaid = changed.difference(&said).map(|change| format!("not in the row: {change}"));
        let missing = said.difference(&changed).map(|change| format!("does not happen: {change}"));
        unsaid.chain(missing).collect()
    }
}

fn each_row_changes_what_it_says(group: &str) {
    let mut bench = Bench::new();
    let before = bench.verdicts(ready().path());
    assert!(before.values().all(|verdict| *verdict == "pass"), "the system is not ready: {before:?}");
    let mut wrong = Vec::new();
    for row in rows(group) {
        wrong.extend(bench.wrong(&row, &before).into_iter().map(|why| format!("{}: {why}", row.mutation)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_fault_of_a_backup_fails_its_control_and_changes_nothing_else() {
    each_row_changes_what_it_says("backup");
}

#[test]
fn a_fault_of_the_failover_fails_its_control_and_changes_nothing_else() {
    each_row_changes_what_it_says("failover");
}

#[test]
fn a_fault_of_the_operations_fails_its_control_and_changes_nothing_else() {
    each_row_changes_what_it_says("operations");
}

#[test]
fn a_fault_of_the_recovery_fails_its_control_and_changes_nothing_else() {
    each_row_changes_what_it_says("recovery");
}

#[test]
fn a_fault_of_the_replication_fails_its_control_and_changes_nothing_else() {
    each_row_changes_what_it_says("replication");
}

#[test]
fn a_fault_of_a_restore_fails_its_control_and_changes_nothing_else() {
    each_row_changes_what_it_says("restore");
}

#[test]
fn every_control_has_a_fault_that_makes_it_fail() {
    let catalogue = Catalogue::embedded().unwrap();
    let rows: Vec<Row> = GROUPS.into_iter().flat_map(rows).collect();
    let failed: BTreeSet<&str> = rows.iter().filter_map(|row| row.fails.split(' ').next()).collect();
    let controls: BTreeSet<&str> = catalogue.controls.keys().map(String::as_str).collect();
    assert_eq!(failed, controls);
}

#[test]
fn a_row_that_changes_more_than_one_verdict_says_why() {
    for row in GROUPS.into_iter().flat_map(rows) {
        assert_eq!(row.also.is_empty(), row.why.is_none(), "{}", row.mutation);
    }
}
