//! What a person sees of the program who points it at clusters: a folder with a config in it, what is collected
//! there, and what is judged of that.

use crate::common::{seaworthy, stderr, stdout};
use crate::lab::process::Scratch;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Child, Output, Stdio};
use std::time::{Duration, Instant};

/// A folder with a `seaworthy.yaml`.
pub(crate) struct Desk(Scratch);

impl Desk {
    /// A new one with this config.
    pub(crate) fn new(config: &str) -> Self {
        let scratch = Scratch::new();
        scratch.write("seaworthy.yaml", config);
        Self(scratch)
    }

    /// Writes a file beside the config.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        self.0.write(name, text)
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Runs the program there.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        seaworthy().current_dir(self.0.path()).args(arguments).output().unwrap()
    }

    /// Starts the program there.
    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        seaworthy().current_dir(self.0.path()).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Collects with some flags, and judges what was collected.
    pub(crate) fn look(&self, flags: &[&str]) -> View {
        let begun = Instant::now();
        let collected = self.run(&[&["collect", "--out", "snapshot.json"], flags].concat());
        let took = begun.elapsed();
        assert_eq!(collected.status.code(), Some(0), "{}", stderr(&collected));
        self.judged(took)
    }

    /// Judges the last snapshot.
    pub(crate) fn judged(&self, took: Duration) -> View {
        let snapshot = serde_json::from_slice(&std::fs::read(self.path().join("snapshot.json")).unwrap()).unwrap();
        let checked = self.run(&["check", "--snapshot", "snapshot.json", "--output", "json"]);
        let report = serde_json::from_str(&stdout(&checked)).unwrap_or_else(|error| panic!("{error}: {}", stderr(&checked)));
        View { snapshot, report, exit: checked.status.code(), took }
    }
}

/// A snapshot and what is judged of it.
pub(crate) struct View {
    /// The snapshot.
    pub(crate) snapshot: Value,
    /// The report.
    pub(crate) report: Value,
    /// The exit code.
    pub(crate) exit: Option<i32>,
    /// How long it took to collect.
    pub(crate) took: Duration,
}

impl View {
    /// The outcome of one noun of one read: its state, and its detail.
    pub(crate) fn read(&self, read: &str, noun: &str) -> (&str, &str) {
        let all = self.snapshot["reads"].as_array().unwrap();
        let one =
            all.iter().find(|one| one["read"] == read && one["noun"] == noun).unwrap_or_else(|| panic!("{read} was not asked for {noun}"));
        (one["state"].as_str().unwrap(), one["detail"].as_str().unwrap_or_default())
    }

    /// The state of each noun of one read.
    pub(crate) fn states(&self, read: &str) -> BTreeMap<String, String> {
        let all = self.snapshot["reads"].as_array().unwrap().iter().filter(|one| one["read"] == read);
        all.map(|one| (one["noun"].as_str().unwrap().to_owned(), one["state"].as_str().unwrap().to_owned())).collect()
    }

    /// The items of one noun about one subject.
    pub(crate) fn items(&self, noun: &str, subject: &str) -> &[Value] {
        self.snapshot["evidence"][noun][subject].as_array().map_or(&[], Vec::as_slice)
    }

    /// The verdict of each control on each subject; the live view, where there are two.
    pub(crate) fn verdicts(&self) -> BTreeMap<(String, String), String> {
        let all = self.report["findings"].as_array().unwrap().iter();
        let mut found: BTreeMap<(String, String), String> = BTreeMap::new();
        for one in all {
            let word = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
            let key = (word("control"), word("subject"));
            if one["view"] == "live" || !found.contains_key(&key) {
                found.insert(key, word("verdict"));
            }
        }
        found
    }

    /// One verdict.
    pub(crate) fn verdict(&self, control: &str, subject: &str) -> String {
        let key = (control.to_owned(), subject.to_owned());
        self.verdicts().remove(&key).unwrap_or_else(|| panic!("{control} has no verdict on {subject}"))
    }

    /// The sentences of one verdict.
    pub(crate) fn sentences(&self, control: &str, subject: &str) -> String {
        let all = self.report["findings"].as_array().unwrap().iter();
        let these = all.filter(|one| one["control"] == control && one["subject"] == subject);
        these.map(|one| one["sentences"].to_string()).collect::<Vec<_>>().join("\n")
    }

    /// What passes or fails.
    pub(crate) fn decided(&self) -> BTreeMap<(String, String), String> {
        self.verdicts().into_iter().filter(|(_, verdict)| verdict == "pass" || verdict == "fail").collect()
    }

    /// What passes.
    pub(crate) fn passes(&self) -> BTreeSet<(String, String)> {
        self.verdicts().into_iter().filter(|(_, verdict)| verdict == "pass").map(|(key, _)| key).collect()
    }

    /// Every verdict is the one of `whole` or unknown: less was known, and nothing else was concluded from that.
    pub(crate) fn knows_less_than(&self, whole: &Self, what: &str) {
        let (ours, theirs) = (self.verdicts(), whole.verdicts());
        for (key, was) in &theirs {
            let is = ours.get(key).unwrap_or_else(|| panic!("{what}: {key:?} has no verdict any more"));
            assert!(is == was || is == "unknown", "{what}: {key:?} was {was} and is {is}: {}", self.sentences(&key.0, &key.1));
        }
    }
}
