//! What is wrong with a configuration: every problem with its place, and the texts to show it in.

use crate::source_text::{Node, Position, SourceError, SourceErrorKind, Spanned};
use std::collections::BTreeMap;
use std::fmt;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, as the person named it.
    pub file: String,
    /// Where in it, if it has a place.
    pub at: Option<Position>,
    /// How many characters are wrong, for the frame; at least 1.
    pub len: u32,
    /// What is wrong: a lowercase fragment.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some(at) => write!(f, "{}:{}:{}: {}", self.file, at.line, at.column, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

/// Why a configuration cannot be used: all of it, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// Every problem.
    pub problems: Vec<Problem>,
    /// The texts of the files that were read, by name.
    texts: BTreeMap<String, String>,
}

impl ConfigError {
    /// The text of a file, to draw a frame in.
    #[must_use]
    pub fn source_of(&self, file: &str) -> Option<&str> {
        self.texts.get(file).map(String::as_str)
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

/// Collects problems: nothing stops at the first.
#[derive(Debug, Default)]
pub(super) struct Problems {
    list: Vec<Problem>,
    texts: BTreeMap<String, String>,
}

impl Problems {
    /// Keeps a file's text for the frames, without what must not be shown in one.
    pub(super) fn text(&mut self, file: &str, text: &str) {
        self.texts.insert(file.to_owned(), without_passwords(text));
    }

    /// A problem at a value.
    pub(super) fn at<T>(&mut self, file: &str, value: &Spanned<T>, message: impl Into<String>) -> &mut Self {
        self.place(file, Some(value.at), value.len, message)
    }

    /// A problem at a place, or of the whole file.
    pub(super) fn place(&mut self, file: &str, at: Option<Position>, len: u32, message: impl Into<String>) -> &mut Self {
        self.list.push(Problem { file: file.to_owned(), at, len: len.max(1), message: message.into(), help: None });
        self
    }

    /// What to do about the problem that was noted last.
    pub(super) fn help(&mut self, text: impl Into<String>) {
        if let Some(last) = self.list.last_mut() {
            last.help = Some(text.into());
        }
    }

    /// A problem that the reader of the text found.
    pub(super) fn source(&mut self, file: &str, error: SourceError) {
        self.place(file, error.at, 1, error.message);
        if error.kind == SourceErrorKind::NotUtf8 {
            self.help("save the file as UTF-8");
        }
    }

    /// The document of a file of ours: there is exactly one.
    pub(super) fn only<'n>(&mut self, file: &str, documents: &'n [Node]) -> Option<&'n Node> {
        match documents {
            [root] => return Some(root),
            [] => self.place(file, None, 1, "the file is empty").help("begin it with `version: 1`"),
            [_, second, ..] => {
                self.place(file, Some(second.at), 1, format!("expected one document, found {}", documents.len()))
                    .help("take the `---` between them out, or make them two files");
            }
        }
        None
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.list.len()
    }

    /// The value, or everything that is wrong, sorted by place.
    pub(super) fn finish<T>(mut self, value: Option<T>) -> Result<T, ConfigError> {
        match value {
            Some(value) if self.list.is_empty() => Ok(value),
            Some(_) | None => {
                self.list.sort();
                self.list.dedup();
                Err(ConfigError { problems: self.list, texts: self.texts })
            }
        }
    }
}

/// A text with a star for each character that may be a password's, wherever somebody put one: the frame of a mistake
/// shows the line that it is on and those around it, and ends in the log of a pipeline.
fn without_passwords(text: &str) -> String {
    let mut below: Option<usize> = None;
    let mut shown = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let inside = below.is_some_and(|key| indent > key || line.trim().is_empty());
        let key = if inside { None } else { password_key(line) };
        below = if inside { below } else { key.map(|(key, _)| key) };
        let from = key.map_or(line.len(), |(_, value)| value);
        let from = if inside { line.find(": ").map_or(0, |colon| colon + 1) } else { from };
        let (before, after) = line.split_at_checked(from).unwrap_or((line, ""));
        let mut rest = before;
        while let Some((scheme, address)) = rest.split_once("://") {
            let end = address.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'')).unwrap_or(address.len());
            let user = address.get(..end).and_then(|address| address.rfind('@')).unwrap_or(0);
            let (user, server) = address.split_at_checked(user).unwrap_or(("", address));
            let (name, password) = user.split_at_checked(user.find(':').unwrap_or(user.len())).unwrap_or((user, ""));
            shown.extend([scheme, "://", name, &stars(password)]);
            rest = server;
        }
        shown.extend([rest, &stars(after)]);
    }
    shown
}

fn stars(text: &str) -> String {
    text.chars().map(|c| if c.is_alphanumeric() { '*' } else { c }).collect()
}

/// Where a line has a key like `password`, and where what belongs to it begins.
fn password_key(line: &str) -> Option<(usize, usize)> {
    let small = line.to_ascii_lowercase();
    let starts = ["pas", "pwd", "token"].iter().flat_map(|word| small.match_indices(word)).map(|(start, _)| start);
    let keys = starts.filter_map(|start| {
        let rest = small.get(start..)?;
        let colon = rest.find([':', '='])?;
        let name = rest.get(..colon)?;
        name.chars().all(|c| c.is_alphanumeric() || "_- \"'".contains(c)).then_some((start, start + colon + 1))
    });
    keys.min()
}

/// The nearest of `names`, if one is near enough to be meant.
#[must_use]
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = names.into_iter().map(|name| (distance(word, name), name));
    near.filter(|(distance, name)| *distance <= name.chars().count().div_ceil(3) && *distance < word.chars().count())
        .min()
        .map(|(_, name)| name)
}

/// Edit distance.
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().take(80).collect();
    let mut last: Vec<usize> = (0..=left.len()).collect();
    for (row, r) in right.chars().enumerate() {
        let mut diagonal = row;
        let mut before = row + 1;
        let mut current = vec![before];
        for (l, above) in left.iter().zip(last.iter().skip(1)) {
            before = (diagonal + usize::from(*l != r)).min(above + 1).min(before + 1);
            diagonal = *above;
            current.push(before);
        }
        last = current;
    }
    last.last().copied().unwrap_or(usize::MAX)
}
