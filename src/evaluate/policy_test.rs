//! Rego unit tests with line coverage, for our policies and for a user's own.
//!
//! Every rule whose name begins with `test_` is one test: it passes if it is true. JSON under a
//! `testdata` directory is merged into `data`, as `opa test DIR/controls DIR/lib DIR/testdata` does.
//! The embedded helpers and the golden input are there too, so that a user's tests can be written as
//! changes to a system that passes everything.

use super::catalogue::{self, Catalogue, CatalogueError, Policy};
use super::engine::{Document, Engine};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The input and the standard of a system that passes everything, as `data.golden`.
const GOLDEN: &str = include_str!("../../policies/testdata/golden.json");

/// What came of one test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestResult {
    /// It is true.
    Passed,
    /// It is false or undefined.
    Failed,
    /// It could not be evaluated.
    Errored(String),
}

/// One test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyTest {
    /// `controls.backup.frequency_test.test_fail_when_too_rare`.
    pub name: String,
    /// Its file.
    pub path: String,
    /// Its line, from 1.
    pub line: usize,
    /// What came of it.
    pub result: TestResult,
}

/// The lines of one policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The policy.
    pub path: String,
    /// How many lines ran.
    pub covered: usize,
    /// The lines that did not.
    pub missed: BTreeSet<u32>,
}

/// What a run of tests gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestRun {
    /// The tests, by file and line.
    pub tests: Vec<PolicyTest>,
    /// The policies that the tests ran, without the tests themselves.
    pub coverage: Vec<Coverage>,
}

impl TestRun {
    /// How many of all lines ran, in percent, rounded down: 100 means all.
    #[must_use]
    pub fn percent(&self) -> usize {
        let covered: usize = self.coverage.iter().map(|file| file.covered).sum();
        let missed: usize = self.coverage.iter().map(|file| file.missed.len()).sum();
        (covered * 100).checked_div(covered + missed).unwrap_or(100)
    }
}

/// Runs every test under `dirs`.
///
/// # Errors
/// [`CatalogueError`] where a file cannot be read or a policy does not compile.
pub fn run(dirs: &[PathBuf]) -> Result<TestRun, CatalogueError> {
    let mut own = Vec::new();
    for dir in dirs {
        own.extend(catalogue::rego_files(dir)?);
    }
    let packages: BTreeSet<&str> = own.iter().filter_map(|policy| catalogue::package(&policy.source)).collect();
    let embedded = Catalogue::embedded()?;
    let around = embedded.policies().filter(|policy| catalogue::package(&policy.source).is_none_or(|package| !packages.contains(package)));
    let all: Vec<&Policy> = own.iter().chain(around).collect();
    let mut engine = Engine::with_policies(all)?;
    let data = data(dirs)?;
    if !data.contains_key("golden") {
        engine.add_data(GOLDEN)?;
    }
    for json in data.values() {
        engine.add_data(json)?;
    }
    engine.cover();
    engine.set_input(&Document::object(std::iter::empty()));
    let tests = own.iter().flat_map(|policy| tests_of(policy, &mut engine)).collect();
    let own_paths: BTreeSet<&str> = own.iter().map(|policy| policy.path.as_str()).filter(|path| !catalogue::is_test(path)).collect();
    let coverage = engine.coverage().map_err(|error| CatalogueError::Rego { message: error.to_string() })?;
    let coverage = coverage
        .into_iter()
        .filter(|lines| own_paths.contains(lines.path.as_str()))
        .map(|lines| Coverage { path: lines.path, covered: lines.ran.len(), missed: lines.missed })
        .collect();
    Ok(TestRun { tests, coverage })
}

/// The tests of one policy, run.
fn tests_of(policy: &Policy, engine: &mut Engine) -> Vec<PolicyTest> {
    let package = catalogue::package(&policy.source).unwrap_or_default();
    let mut seen = BTreeSet::new();
    let mut tests = Vec::new();
    for (index, line) in policy.source.lines().enumerate() {
        let name: String = line.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        if !name.starts_with("test_") || !seen.insert(name.clone()) {
            continue;
        }
        let name = format!("{package}.{name}");
        let result = match engine.holds(&format!("data.{name}")) {
            Ok(true) => TestResult::Passed,
            Ok(false) => TestResult::Failed,
            Err(error) => TestResult::Errored(error.message),
        };
        tests.push(PolicyTest { name, path: policy.path.clone(), line: index + 1, result });
    }
    tests
}

/// The JSON files of every `testdata` directory, by their first key.
fn data(dirs: &[PathBuf]) -> Result<BTreeMap<String, String>, CatalogueError> {
    let mut found = BTreeMap::new();
    for dir in dirs.iter().filter(|dir| dir.is_dir()) {
        testdata(dir, &mut found)?;
    }
    Ok(found)
}

fn testdata(dir: &Path, found: &mut BTreeMap<String, String>) -> Result<(), CatalogueError> {
    let read = |path: &Path, source| CatalogueError::Read { path: path.display().to_string(), source };
    let entries = std::fs::read_dir(dir).map_err(|error| read(dir, error))?;
    for entry in entries.filter_map(Result::ok) {
        let path = entry.path();
        if path.is_dir() && !path.is_symlink() {
            testdata(&path, found)?;
        } else if dir.ends_with("testdata") && path.extension().is_some_and(|extension| extension == "json") {
            let text = std::fs::read_to_string(&path).map_err(|error| read(&path, error))?;
            let key = if text.trim_start().trim_start_matches('{').trim_start().starts_with("\"golden\"") {
                "golden".to_owned()
            } else {
                path.display().to_string()
            };
            found.insert(key, text);
        }
    }
    Ok(())
}
