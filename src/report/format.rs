//! The formats by name, and the one place that chooses a writer.

use super::text::{self, Style};
use super::{Report, json, junit};
use std::io::{self, Write};

/// A format of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// For a person in a hurry.
    Text,
    /// For programs; versioned.
    Json,
    /// For CI servers.
    Junit,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Text, Self::Json, Self::Junit];

    /// The word after `-o`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Junit => "junit",
        }
    }

    /// The format of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.word() == word)
    }
}

/// Writes `report` in `format`. Only text has a style.
///
/// # Errors
/// What the writer says.
pub fn write(format: Format, report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => text::write(report, style, out),
        Format::Json => json::write(report, out),
        Format::Junit => junit::write(report, out),
    }
}
