//! Records that people keep: a directory of small files, one record a document. A record that cannot
//! be read makes the read partial and is named: it is never a shorter list.

use super::manifests::Walk;
use super::paths::shown;
use crate::config::Config;
use crate::files;
use crate::snapshot::{Place, Unjudged};
use crate::source_text::{self, Limits, Node, Position, from_node, parse_documents};
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::path::Path;

/// One record and where it is written.
pub(super) struct Record<T> {
    pub(super) raw: T,
    /// `drills/2026-11.yaml`.
    pub(super) file: String,
    pub(super) at: Place,
    pub(super) position: Position,
}

/// The records of a directory, and what could not be read.
pub(super) struct Records<T> {
    pub(super) records: Vec<Record<T>>,
    pub(super) problems: BTreeSet<String>,
    pub(super) unjudged: BTreeSet<Unjudged>,
}

impl<T> Records<T> {
    /// Notes a record that cannot be used.
    pub(super) fn refuse(&mut self, file: &str, at: Option<Position>, because: &str) {
        let line = at.map(|at| at.line);
        let place = line.map_or_else(|| file.to_owned(), |line| format!("{file}:{line}"));
        self.problems.insert(format!("{place}: {because}"));
        self.unjudged.insert(Unjudged { what: file.to_owned(), line, because: because.to_owned(), in_doubt: true });
    }
}

/// Reads the records of a directory of the configuration.
pub(super) fn read<T: DeserializeOwned>(config: &Config, directory: &Path) -> Records<T> {
    let mut records = Records { records: Vec::new(), problems: BTreeSet::new(), unjudged: BTreeSet::new() };
    let mut walk = Walk::default();
    walk.add(&shown(directory), &config.base.join(directory));
    for (file, because) in &walk.broken {
        records.refuse(&file.shown, None, because);
    }
    for file in &walk.files {
        match text(&file.path) {
            Ok(bytes) => records.documents(&file.shown, &bytes),
            Err(because) => records.refuse(&file.shown, None, &because),
        }
    }
    records
}

impl<T: DeserializeOwned> Records<T> {
    fn documents(&mut self, file: &str, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        let documents = parse_documents(bytes, &Limits::default());
        if documents.is_empty() {
            return self.refuse(file, None, "the record is empty");
        }
        for document in documents {
            match document.and_then(|node| Ok((from_node(&node)?, node))) {
                Ok((raw, node)) => {
                    let at = place(file, &text, &node);
                    self.records.push(Record { raw, file: file.to_owned(), at, position: node.at });
                }
                Err(error) => self.refuse(file, error.at, &error.message),
            }
        }
    }
}

fn text(path: &Path) -> Result<Vec<u8>, String> {
    files::read(path, Limits::default().bytes as u64).map_err(|error| format!("cannot be read: {error}"))
}

fn place(file: &str, text: &str, node: &Node) -> Place {
    Place {
        file: Some(file.to_owned()),
        line: Some(node.at.line),
        column: Some(node.at.column),
        length: Some(node.len),
        excerpt: source_text::excerpt_of(text, node),
        ..Place::default()
    }
}

/// An address without its user, password, query and fragment, where a token may stand.
pub(super) fn plain_url(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (authority, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}
