//! The controls: the embedded ones and a user's own, read and checked before anything is judged.

use super::engine::Document;
use super::metadata::{self, Metadata};
use super::permitted::Code;
use crate::{files, source_text};
use include_dir::{Dir, include_dir};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The policies that are compiled in.
static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/policies");

/// How large a policy may be, in bytes.
const MAX_BYTES: u64 = 1024 * 1024;

/// A policy file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its path, as it is shown.
    pub path: String,
    /// Its text.
    pub source: String,
    /// Whether a user brought it.
    pub foreign: bool,
}

/// One control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// `backup.frequency`: its package below `controls`.
    pub id: String,
    /// Its policy.
    pub policy: Policy,
    /// What it says of itself.
    pub metadata: Metadata,
    /// The sections of the standard that it reads.
    pub sections: BTreeSet<String>,
    /// Whether it reads the standard in no other way.
    pub by_section: bool,
}

impl Control {
    /// `backup`: the first part of its id.
    #[must_use]
    pub fn group(&self) -> &str {
        self.id.split('.').next().unwrap_or(&self.id)
    }

    /// Whether `standard` gives it no subject, so that it has nothing to say: its sections are empty. Only
    /// ours are known to take their subjects from there.
    pub(super) fn is_idle(&self, standard: &Document) -> bool {
        let known = !self.policy.foreign && self.by_section && !self.sections.is_empty();
        known && self.sections.iter().all(|section| standard.lacks(section))
    }
}

/// All controls, and the helpers that they call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    /// By id.
    pub controls: BTreeMap<String, Control>,
    /// Policies that are no controls.
    pub helpers: Vec<Policy>,
}

/// Why a catalogue cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// A control's METADATA cannot be read.
    #[error("{path}: {message}")]
    Metadata {
        /// The policy.
        path: String,
        /// What is wrong.
        message: String,
    },
    /// A policy does not compile.
    #[error("{message}")]
    Rego {
        /// What the engine says, with its place.
        message: String,
    },
    /// A policy may not do what it does.
    #[error("{path}:{line}: {message}")]
    Forbidden {
        /// The policy.
        path: String,
        /// The line, from 1.
        line: usize,
        /// What it does.
        message: String,
    },
    /// A file cannot be read.
    #[error("{path}: {source}")]
    Read {
        /// The file or directory.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// Two controls have one id.
    #[error("{path}: the control `{id}` is there already, in {other}: give one of them another package")]
    Twice {
        /// The policy.
        path: String,
        /// The id.
        id: String,
        /// The policy that has it too.
        other: String,
    },
    /// Not one control was found.
    #[error("{0}: there is no control here: a control is a .rego file whose package begins with `controls.`")]
    Nothing(String),
}

impl Catalogue {
    /// The embedded controls.
    ///
    /// # Errors
    /// None in a program that was built: a test reads them all.
    pub fn embedded() -> Result<Self, CatalogueError> {
        let mut policies = Vec::new();
        for part in ["controls", "lib"] {
            if let Some(dir) = EMBEDDED.get_dir(part) {
                embedded_files(dir, &mut policies);
            }
        }
        Self::from_policies(policies)
    }

    /// The embedded controls and those under `dirs`.
    ///
    /// # Errors
    /// [`CatalogueError`] with the file and what is wrong with it.
    pub fn with_directories<P: AsRef<Path>>(dirs: &[P]) -> Result<Self, CatalogueError> {
        let mut catalogue = Self::embedded()?;
        for dir in dirs {
            let policies: Vec<Policy> = rego_files(dir.as_ref())?.into_iter().filter(|policy| !is_test(&policy.path)).collect();
            let added = Self::from_policies(policies)?;
            if added.controls.is_empty() {
                return Err(CatalogueError::Nothing(dir.as_ref().display().to_string()));
            }
            for helper in &added.helpers {
                catalogue.check_addition(helper)?;
            }
            for (id, control) in added.controls {
                if let Some(there) = catalogue.controls.get(&id) {
                    return Err(CatalogueError::Twice { path: control.policy.path, id, other: there.policy.path.clone() });
                }
                catalogue.controls.insert(id, control);
            }
            catalogue.helpers.extend(added.helpers);
        }
        Ok(catalogue)
    }

    fn from_policies(policies: Vec<Policy>) -> Result<Self, CatalogueError> {
        let mut catalogue = Self { controls: BTreeMap::new(), helpers: Vec::new() };
        for policy in policies {
            let Some(id) = package(&policy.source).and_then(|package| package.strip_prefix("controls.").map(str::to_owned)) else {
                Code::of(&policy).helper()?;
                catalogue.helpers.push(policy);
                continue;
            };
            let metadata = metadata::read(&policy.path, &policy.source)?;
            let code = Code::of(&policy);
            code.control(&metadata)?;
            let (sections, by_section) = (code.sections(), code.by_section());
            let path = policy.path.clone();
            let control = Control { id: id.clone(), policy, metadata, sections, by_section };
            if let Some(there) = catalogue.controls.insert(id.clone(), control) {
                return Err(CatalogueError::Twice { path, id, other: there.policy.path });
            }
        }
        Ok(catalogue)
    }

    /// A user's helper may not add to a package that ours read: one more rule there would be one more way
    /// for each of our controls to pass.
    fn check_addition(&self, helper: &Policy) -> Result<(), CatalogueError> {
        let name = package(&helper.source).unwrap_or_default();
        let ours = self.helpers.iter().filter(|policy| !policy.foreign).filter_map(|policy| package(&policy.source));
        let of_standard = name == "standard" || name.starts_with("standard.") || name == "controls";
        if of_standard || ours.into_iter().any(|ours| ours == name || ours.starts_with(&format!("{name}."))) {
            let message = format!("the package `{name}` is taken: give your helper a package of its own");
            let line = helper.source.lines().position(|line| line.trim_start().starts_with("package ")).map_or(1, |at| at + 1);
            return Err(CatalogueError::Forbidden { path: helper.path.clone(), line, message });
        }
        Ok(())
    }

    /// The policy of a control and the helpers that it reaches: by their imports, which ours have for each.
    /// A user's control reaches them in whatever way Rego has, and gets them all.
    pub fn policies_of<'c>(&'c self, control: &'c Control) -> Vec<&'c Policy> {
        let mut found = vec![&control.policy];
        let mut at = 0;
        while let Some(policy) = found.get(at) {
            let imports: BTreeSet<&str> = imports(&policy.source).collect();
            let reached =
                |helper: &&Policy| control.policy.foreign || package(&helper.source).is_some_and(|package| imports.contains(package));
            for helper in self.helpers.iter().filter(reached) {
                if !found.iter().any(|there| std::ptr::eq(*there, helper)) {
                    found.push(helper);
                }
            }
            at += 1;
        }
        found
    }

    /// Every policy, helpers first.
    pub fn policies(&self) -> impl Iterator<Item = &Policy> {
        self.helpers.iter().chain(self.controls.values().map(|control| &control.policy))
    }
}

/// Whether a path names a test.
pub(super) fn is_test(path: &str) -> bool {
    path.ends_with("_test.rego")
}

fn embedded_files(dir: &Dir<'_>, policies: &mut Vec<Policy>) {
    for file in dir.files() {
        let path = file.path().to_string_lossy().replace('\\', "/");
        if path.ends_with(".rego") && !is_test(&path) {
            let source = String::from_utf8_lossy(file.contents()).into_owned();
            policies.push(Policy { path: format!("policies/{path}"), source, foreign: false });
        }
    }
    dir.dirs().for_each(|dir| embedded_files(dir, policies));
}

/// Every `.rego` file under `dir`, tests included, in order.
pub(super) fn rego_files(dir: &Path) -> Result<Vec<Policy>, CatalogueError> {
    let read = |path: &Path, source| CatalogueError::Read { path: path.display().to_string(), source };
    let is_dir = std::fs::metadata(dir).map_err(|error| read(dir, error))?.is_dir();
    if !is_dir {
        let bytes = files::read(dir, MAX_BYTES).map_err(|error| read(dir, error))?;
        let source = source_text::utf8(bytes).map_err(|error| read(dir, std::io::Error::other(error)))?;
        return Ok(vec![Policy { path: dir.display().to_string(), source, foreign: true }]);
    }
    let mut entries = std::fs::read_dir(dir)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>())
        .map_err(|error| read(dir, error))?;
    entries.sort();
    let mut policies = Vec::new();
    for path in entries {
        // A link is not followed: a loop of links would never end.
        let rego = path.extension().is_some_and(|extension| extension == "rego");
        if rego || (path.is_dir() && !path.is_symlink()) {
            policies.extend(rego_files(&path)?);
        }
    }
    Ok(policies)
}

/// The package of a policy.
pub(super) fn package(source: &str) -> Option<&str> {
    let line = source.lines().find_map(|line| line.trim_start().strip_prefix("package "))?;
    Some(line.split('#').next().unwrap_or_default().trim())
}

/// The packages that a policy imports.
fn imports(source: &str) -> impl Iterator<Item = &str> {
    source.lines().filter_map(|line| line.strip_prefix("import data.")?.split_whitespace().next())
}
