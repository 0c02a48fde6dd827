//! What is wrong with a configuration: every problem with its place, and the texts to show it in.

use crate::source_text::{Position, SourceError, Spanned};
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
    /// Keeps a file's text for the frames.
    pub(super) fn text(&mut self, file: &str, text: &str) {
        self.texts.insert(file.to_owned(), text.to_owned());
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
