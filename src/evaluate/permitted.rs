//! What a policy may name: checked in its text, before it is run.

use super::catalogue::{CatalogueError, Policy};
use super::metadata::Metadata;
use std::collections::BTreeSet;

/// What a policy may not call: the clock, the network, chance, the environment, and what differs
/// between engines.
const BANNED: [&str; 11] =
    ["time.", "http.", "opa.", "rand.", "uuid.", "regex.", "net.lookup_ip_addr", "print(", "trace(", "io.", "rego.metadata"];

/// The code of a policy, without comments and without what stands in quotes, line by line.
pub(super) struct Code<'p> {
    policy: &'p Policy,
    lines: Vec<String>,
}

impl<'p> Code<'p> {
    /// Reads the code of `policy`.
    pub(super) fn of(policy: &'p Policy) -> Self {
        let mut raw = false;
        let mut lines = Vec::new();
        for line in policy.source.lines() {
            let mut code = String::with_capacity(line.len());
            let mut quoted = false;
            let mut escaped = false;
            for c in line.chars() {
                match c {
                    '`' if !quoted => raw = !raw,
                    _ if raw => {}
                    '"' if !escaped => quoted = !quoted,
                    '#' if !quoted => break,
                    _ if quoted => {}
                    _ => code.push(c),
                }
                escaped = quoted && c == '\\' && !escaped;
            }
            lines.push(code);
        }
        Self { policy, lines }
    }

    /// The sections of the standard that it reads.
    pub(super) fn sections(&self) -> BTreeSet<String> {
        self.mentions("data.standard.").into_iter().map(|(_, word)| word).collect()
    }

    /// Checks a helper: it reads no evidence of its own. The control that calls it hands it over, and
    /// declares it.
    pub(super) fn helper(&self) -> Result<(), CatalogueError> {
        self.calls()?;
        match self.word(|word| word == "input" || word.starts_with("input.")) {
            Some((line, _)) => self.forbidden(
                line,
                "a helper may not read `input`: the control hands over what it reads, and names it in its needs".to_owned(),
            ),
            None => Ok(()),
        }
    }

    /// Checks a control: it may read no noun outside its `needs`, since what it reads and did not declare
    /// would not be known to be incomplete.
    pub(super) fn control(&self, metadata: &Metadata) -> Result<(), CatalogueError> {
        self.calls()?;
        // `input` as a whole, or by a computed key, could be any noun.
        if let Some((line, _)) = self.word(|word| word == "input") {
            return self.forbidden(line, "`input` is read noun by noun: write input.<noun>".to_owned());
        }
        let known = |word: &str| word == "taken_at_s" || metadata.needs.keys().any(|noun| noun.word() == word);
        match self.mentions("input.").into_iter().find(|(_, word)| !known(word)) {
            Some((line, word)) => self.forbidden(line, format!("it reads `input.{word}`, which is not among its needs")),
            None => Ok(()),
        }
    }

    /// A policy may call nothing that makes a verdict depend on anything but its input.
    fn calls(&self) -> Result<(), CatalogueError> {
        for banned in BANNED {
            if let Some((line, rest)) = self.mentions(banned).into_iter().next() {
                return self
                    .forbidden(line, format!("`{banned}{rest}` is not allowed: a verdict depends on the snapshot and the standard alone"));
            }
        }
        // What another control said rests on nouns that this one does not declare.
        match self.word(|word| word == "data" || word == "data.controls" || word.starts_with("data.controls.")) {
            Some((line, word)) => self
                .forbidden(line, format!("`{word}` is not allowed: a control reads data.standard and its helpers, never another control")),
            None => Ok(()),
        }
    }

    /// The first name that is like `wanted`, with its line.
    fn word(&self, wanted: impl Fn(&str) -> bool) -> Option<(usize, &str)> {
        self.lines.iter().enumerate().find_map(|(number, line)| Some((number + 1, words(line).find(|word| wanted(word))?)))
    }

    /// The words that follow `prefix`, with their lines.
    fn mentions(&self, prefix: &str) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        for (number, line) in self.lines.iter().enumerate() {
            for (at, _) in line.match_indices(prefix) {
                let starts_word = !line[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.');
                if starts_word {
                    let rest = line[at + prefix.len()..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                    found.push((number + 1, rest));
                }
            }
        }
        found
    }

    fn forbidden(&self, line: usize, message: String) -> Result<(), CatalogueError> {
        Err(CatalogueError::Forbidden { path: self.policy.path.clone(), line, message })
    }
}

/// The names in a line of code, with their dots.
fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'))
}
