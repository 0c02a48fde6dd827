//! What a policy may name: checked in its text, before it is run.

use super::catalogue::{CatalogueError, Policy};
use super::metadata::Metadata;
use std::collections::BTreeSet;

/// What a policy may not call: the clock, the network, chance, the environment, and what differs
/// between engines.
const BANNED: [&str; 11] =
    ["time.", "http.", "opa.", "rand.", "uuid.", "regex.", "net.lookup_ip_addr", "print(", "trace(", "io.", "rego.metadata"];

/// The code of a policy, without comments and without what stands in quotes.
pub(super) struct Code<'p> {
    policy: &'p Policy,
    text: String,
}

impl<'p> Code<'p> {
    /// Reads the code of `policy`.
    pub(super) fn of(policy: &'p Policy) -> Self {
        let mut raw = false;
        let mut text = String::with_capacity(policy.source.len());
        for line in policy.source.lines() {
            let mut quoted = false;
            let mut escaped = false;
            for c in line.chars() {
                match c {
                    '`' if !quoted => raw = !raw,
                    _ if raw => {}
                    '"' if !escaped => quoted = !quoted,
                    '#' if !quoted => break,
                    _ if quoted => {}
                    _ => text.push(c),
                }
                escaped = quoted && c == '\\' && !escaped;
            }
            text.push('\n');
        }
        Self { policy, text }
    }

    /// Whether it reads the standard by its sections alone.
    pub(super) fn by_section(&self) -> bool {
        self.word(|word| word == "data.standard").is_none()
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
        self.text.lines().enumerate().find_map(|(number, line)| Some((number + 1, words(line).find(|word| wanted(word))?)))
    }

    /// The words that follow `prefix`, with their lines.
    fn mentions(&self, prefix: &str) -> Vec<(usize, String)> {
        let in_word = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
        let starts_word = |at: &usize| !self.text[..*at].ends_with(|c| in_word(&c) || c == '.');
        let places = self.text.match_indices(prefix).map(|(at, _)| at).filter(starts_word);
        let line = |at: usize| self.text[..at].matches('\n').count() + 1;
        places.map(|at| (line(at), self.text[at + prefix.len()..].chars().take_while(in_word).collect())).collect()
    }

    fn forbidden(&self, line: usize, message: String) -> Result<(), CatalogueError> {
        Err(CatalogueError::Forbidden { path: self.policy.path.clone(), line, message })
    }
}

/// The names in a line of code, with their dots.
fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'))
}
