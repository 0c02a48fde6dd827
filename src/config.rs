//! `seaworthy.yaml`: the system, and where its evidence is.
//!
//! ```text
//! text -> source_text::Node -> read (raw types, every mistake) -> validate (every problem) -> Config
//! ```
//!
//! What lives here: what a person wrote, made valid. What must not: reading evidence, judging it.
//! Nothing is expanded from the environment (`${VAR}` stays as it is), paths are relative to the file,
//! and a key that is not known is a problem with its place, never ignored.

mod clusters;
mod databases;
mod problem;
mod raw;
mod read;
mod standard;
#[cfg(test)]
mod tests;
mod validate;
mod waivers;

pub use problem::{ConfigError, Problem, nearest};

use crate::snapshot::{RegionRole, Stage, System};
use crate::standard::Waiver;
use problem::Problems;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The names that a configuration is looked for under.
const NAMES: [&str; 2] = ["seaworthy.yaml", ".seaworthy.yaml"];

/// The region of a system without regions.
const DEFAULT_REGION: &str = "default";

/// Manifests of one region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestSource {
    /// A file or a directory, as written: relative to [`Config::base`].
    pub path: PathBuf,
    /// Their region.
    pub region: String,
}

/// How a cluster is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClusterAccess {
    /// Through a context of a kubeconfig.
    Context {
        /// The context.
        context: String,
        /// The kubeconfig; `None`: where kubectl looks for it.
        kubeconfig: Option<PathBuf>,
    },
    /// From inside, with the service account of the Pod.
    InCluster,
}

/// The cluster of one region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterSource {
    /// Its region.
    pub region: String,
    /// How it is reached.
    pub access: ClusterAccess,
    /// The namespaces that are read; empty: all.
    pub namespaces: BTreeSet<String>,
    /// The uid that its namespace kube-system must have.
    pub uid: Option<String>,
}

impl ClusterSource {
    /// As a person names it: `context prod-us`, `this cluster`.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.access {
            ClusterAccess::Context { context, .. } => format!("context {context}"),
            ClusterAccess::InCluster => "this cluster".to_owned(),
        }
    }
}

/// Where a password is. Never the password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasswordSource {
    /// In a variable of the environment.
    Env(String),
    /// In a file.
    File(PathBuf),
    /// In a Secret of the region's cluster.
    Secret {
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
        /// The key.
        key: String,
    },
}

/// Where the report of a backup tool comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReportSource {
    /// A file.
    File(PathBuf),
    /// A program with its arguments.
    Command(Vec<String>),
    /// A program in a Pod of the region's cluster.
    Pod(PodCommand),
}

/// A program in a Pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodCommand {
    /// The namespace of the Pod.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The container; `None`: the only one.
    pub container: Option<String>,
    /// The program with its arguments.
    pub command: Vec<String>,
}

/// A backup tool whose report is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tool {
    /// pgBackRest's catalogue.
    PgBackRest,
    /// WAL-G's catalogue.
    WalG,
    /// WAL-G's check of the log.
    WalGVerify,
    /// Barman's catalogue.
    Barman,
    /// Barman's checks.
    BarmanCheck,
}

/// The report of a backup tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolReport {
    /// The tool.
    pub tool: Tool,
    /// The stanza or the server; `None`: the only one.
    pub name: Option<String>,
    /// Where it comes from.
    pub source: ReportSource,
}

/// A database server and what stands around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseSource {
    /// The component, or the thing of the inventory.
    pub component: String,
    /// Its region.
    pub region: String,
    /// How it is reached, without a password; `None`: only its Patroni or its tools are asked.
    pub url: Option<String>,
    /// Where its password is.
    pub password: Option<PasswordSource>,
    /// The names of the standbys that must stream from it.
    pub standbys: BTreeSet<String>,
    /// How many replicas must follow it (Redis).
    pub replicas: Option<u64>,
    /// How long its lag is measured, in seconds.
    pub sample_for_s: i64,
    /// A query for the age of the newest heartbeat, in milliseconds.
    pub heartbeat: Option<String>,
    /// Queries about the rows of custom resources, by kind.
    pub audit_trail: BTreeMap<String, String>,
    /// Patroni's members.
    pub patroni: Vec<String>,
    /// Members of the consensus store.
    pub etcd: Vec<String>,
    /// Sentinels.
    pub sentinels: Vec<String>,
    /// What its backup tools report.
    pub backups: Vec<ToolReport>,
}

/// A valid configuration.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file; `None`: there is none, and what occurs is judged.
    pub file: Option<PathBuf>,
    /// The directory that paths are relative to.
    pub base: PathBuf,
    /// The system.
    pub system: System,
    /// Which checklist gates.
    pub stage: Stage,
    /// What Git declares.
    pub manifests: Vec<ManifestSource>,
    /// The clusters, at most one for each region.
    pub clusters: Vec<ClusterSource>,
    /// The database servers.
    pub databases: Vec<DatabaseSource>,
    /// Patterns of files with recorded evidence, relative to [`Config::base`].
    pub recorded: Vec<String>,
    /// The clock of a fixture or a replay.
    pub at_s: Option<i64>,
    /// What a person said about which objects back up which component: `Kind/namespace/name` by thing.
    pub backed_up_by: BTreeMap<String, Vec<String>>,
    /// The directory of the records of drills, relative to [`Config::base`].
    pub drills: Option<PathBuf>,
    /// The directory of what people have signed, relative to [`Config::base`].
    pub attestations: Option<PathBuf>,
    /// What somebody answers for.
    pub waivers: Vec<Waiver>,
    /// The sections that make the scope live where they are read.
    pub live_sections: Vec<&'static str>,
}

impl Config {
    /// Reads a configuration. `standard_text` is the standard that its overrides are laid over.
    ///
    /// # Errors
    /// [`ConfigError`] lists every problem with its place.
    pub fn load(path: &Path, standard_text: &str) -> Result<Self, ConfigError> {
        let mut problems = Problems::default();
        let file = shown(path);
        let config = read_text(path, &file, &mut problems)
            .and_then(|text| validate::config(&validate::Source { path, file: &file, text: &text, standard_text }, &mut problems));
        problems.finish(config)
    }

    /// The nearest configuration: here, or in a parent up to the root of the repository.
    #[must_use]
    pub fn discover(from: &Path) -> Option<PathBuf> {
        for directory in from.ancestors() {
            if let Some(found) = NAMES.iter().map(|name| directory.join(name)).find(|path| path.is_file()) {
                return Some(found);
            }
            if directory.join(".git").exists() {
                return None;
            }
        }
        None
    }

    /// No configuration: one region, and what occurs in the files is the system.
    #[must_use]
    pub fn without_file() -> Self {
        let regions = BTreeMap::from([(DEFAULT_REGION.to_owned(), RegionRole::Primary)]);
        Self {
            file: None,
            base: PathBuf::new(),
            system: System { regions, ..System::default() },
            stage: Stage::PreProduction,
            manifests: Vec::new(),
            clusters: Vec::new(),
            databases: Vec::new(),
            recorded: Vec::new(),
            at_s: None,
            backed_up_by: BTreeMap::new(),
            drills: None,
            attestations: None,
            waivers: Vec::new(),
            live_sections: Vec::new(),
        }
    }
}

/// Reads a file of waivers by itself, beside those that a configuration names.
///
/// # Errors
/// [`ConfigError`] lists every problem with its place.
pub fn load_waivers(path: &Path) -> Result<Vec<Waiver>, ConfigError> {
    let mut problems = Problems::default();
    let found = waivers::load(path, &shown(path), &mut problems);
    problems.finish(Some(found))
}

/// The JSON Schema of `seaworthy.yaml`, for editors.
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(raw::RawConfig).to_value()
}

/// The JSON Schema of `waivers.yaml`.
#[must_use]
pub fn waivers_schema() -> serde_json::Value {
    schemars::schema_for!(raw::RawWaivers).to_value()
}

/// A path as it is shown: with forward slashes.
fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// The text of a file of ours, within the limits.
fn read_text(path: &Path, file: &str, problems: &mut Problems) -> Option<String> {
    let limits = crate::source_text::Limits::default();
    let bytes = match crate::files::read(path, limits.bytes as u64) {
        Ok(bytes) => bytes,
        Err(error) => {
            problems.place(file, None, 1, format!("cannot be read: {error}")).help("check the path and its permissions");
            return None;
        }
    };
    match crate::source_text::utf8(bytes) {
        Ok(text) => {
            problems.text(file, &text);
            Some(text)
        }
        Err(error) => {
            problems.source(file, error);
            None
        }
    }
}
