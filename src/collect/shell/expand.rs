//! Values of words as far as they are known before the script runs.

use std::collections::BTreeMap;

use super::syntax::{List, Part, Word};
use super::walk::Walker;

/// Stands for an unknown piece inside a value; shown as `*`.
pub(super) const UNKNOWN: char = '\u{1}';

/// One argument after expansion.
#[derive(Debug, Clone, Default)]
pub(super) struct Arg {
    pub(super) text: String,
}

impl Arg {
    pub(super) fn known(&self) -> bool {
        !self.text.contains(UNKNOWN)
    }
}

/// Names whose values are never kept, however they were set.
pub(super) fn secret_name(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    ["PASS", "SECRET", "TOKEN", "CRED", "PRIVATE", "KEY", "_PAT", "PWD", "AUTH", "SAS"].iter().any(|word| name.contains(word))
}

/// The kubelet's own `$(NAME)` in command and args: known names become shell
/// variables, whose value the walker looks up; `$$` is an escaped `$`.
pub(super) fn kubernetes(text: &str, env: &BTreeMap<String, Option<String>>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        if let Some(tail) = after.strip_prefix("$$") {
            out.push('$');
            rest = tail;
            continue;
        }
        let tail = after.strip_prefix('$').unwrap_or(after);
        if let Some((name, tail)) = tail.strip_prefix('(').and_then(|t| t.split_once(')'))
            && env.contains_key(name)
        {
            out.push_str("${");
            out.push_str(name);
            out.push('}');
            rest = tail;
        } else {
            out.push('$');
            rest = tail;
        }
    }
    out.push_str(rest);
    out
}

/// Removes what may carry a credential and shows unknown pieces as `*`.
pub(super) fn public(text: &str) -> String {
    let mut text = text.to_string();
    if let Some((scheme, rest)) = text.split_once("://") {
        let (authority, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        // A password may itself hold `/`, so every `@` in the text counts.
        let (authority, path) = match rest.rsplit_once('@') {
            Some((_, tail)) => match tail.find('/') {
                Some(at) => tail.split_at(at),
                None => (tail, ""),
            },
            None => (authority, path),
        };
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let authority = authority.split(['?', '#']).next().unwrap_or_default();
        let scheme = scheme.rsplit(['@', ' ', '=']).next().unwrap_or_default();
        let scheme = if scheme.is_empty() { "*" } else { scheme };
        text = format!("{scheme}://{authority}{path}");
    } else if text.starts_with(':') && text.contains('=') {
        // An rclone connection string: `:s3,secret_access_key=…:bucket`.
        let bucket = text.rsplit(':').next().unwrap_or_default();
        let kind = text.trim_start_matches(':').split([',', ':', '=']).next();
        text = format!(":{}:{bucket}", kind.unwrap_or_default());
    } else if let Some((_, tail)) = text.rsplit_once('@') {
        text = tail.to_string();
    }
    let mut out = String::new();
    for c in text.chars() {
        let c = if c == UNKNOWN { '*' } else { c };
        if !(c == '*' && out.ends_with('*')) {
            out.push(c);
        }
    }
    out
}

impl Walker<'_> {
    /// The value of a variable, `UNKNOWN` when it cannot be known.
    pub(super) fn value(&self, name: &str) -> String {
        if secret_name(name) {
            return UNKNOWN.into();
        }
        match self.state.vars.get(name) {
            Some(value) => value.clone(),
            None => UNKNOWN.into(),
        }
    }

    fn unset(&self, name: &str) -> bool {
        !self.state.vars.contains_key(name) && !self.container.env_from && !self.sourced && !name.starts_with(|c: char| c.is_ascii_digit())
    }

    /// Command substitutions of a word, to be walked by the caller.
    pub(super) fn substitutions<'w>(&self, word: &'w Word, out: &mut Vec<&'w List>) {
        for part in &word.parts {
            match part {
                Part::Substitution(list) => out.push(list),
                Part::Variable { default, .. } => {
                    if let Some(default) = default {
                        self.substitutions(default, out);
                    }
                }
                Part::Text { .. } | Part::Unknown => {}
            }
        }
    }

    /// The word as one value, without splitting.
    pub(super) fn single(&self, word: &Word) -> String {
        let mut out = String::new();
        for part in &word.parts {
            match part {
                Part::Text { text, .. } => out.push_str(text),
                Part::Substitution(_) | Part::Unknown => out.push(UNKNOWN),
                Part::Variable { name, default, altered, .. } => out.push_str(&self.variable(name, default.as_ref(), *altered)),
            }
        }
        out
    }

    fn variable(&self, name: &str, default: Option<&Word>, altered: bool) -> String {
        if altered {
            return UNKNOWN.into();
        }
        match default {
            Some(default) if !secret_name(name) => {
                let unset = self.unset(name);
                let empty = self.state.vars.get(name).is_some_and(String::is_empty);
                if unset || empty { self.single(default) } else { self.value(name) }
            }
            Some(_) | None => self.value(name),
        }
    }

    /// The word as arguments: unquoted values are split at blanks.
    pub(super) fn arguments(&self, word: &Word) -> Vec<Arg> {
        let mut out: Vec<Arg> = Vec::new();
        let mut open: Option<Arg> = None;
        for part in &word.parts {
            let (value, split) = match part {
                Part::Text { text, .. } => (text.clone(), false),
                Part::Substitution(_) | Part::Unknown => (UNKNOWN.to_string(), false),
                Part::Variable { name, quoted, default, altered } => {
                    if name == "@" || (name == "*" && !quoted) {
                        out.extend(open.take());
                        out.extend(self.state.params.iter().cloned());
                        continue;
                    }
                    (self.variable(name, default.as_ref(), *altered), !quoted)
                }
            };
            if !split {
                open.get_or_insert_with(Arg::default).text.push_str(&value);
                continue;
            }
            if value.starts_with(char::is_whitespace) {
                out.extend(open.take());
            }
            for (i, piece) in value.split_whitespace().enumerate() {
                if i > 0 {
                    out.extend(open.take());
                }
                open.get_or_insert_with(Arg::default).text.push_str(piece);
            }
        }
        out.extend(open);
        out
    }
}
