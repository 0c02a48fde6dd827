//! Why there is no verdict: what is wrong, where, and what to do, with its exit code.

use crate::collect::CollectError;
use crate::config::ConfigError;
use crate::evaluate::{CatalogueError, EvaluateError};
use crate::exit::Exit;
use crate::report::clean;
use crate::snapshot::SnapshotError;
use crate::standard::StandardError;
use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};
use std::fmt;
use std::io::ErrorKind;
use std::path::Path;

/// How many characters of a line are shown.
const LONGEST_LINE: u32 = 160;

/// What to do about a snapshot that cannot be used.
pub(super) const SNAPSHOT_HELP: &str =
    "restore the file as `seaworthy collect` wrote it, or take a new one: `seaworthy collect --out FILE`";

/// One thing that is wrong in a file of ours, with its place.
#[derive(Debug)]
struct Spot {
    message: String,
    help: Option<String>,
    source: Option<NamedSource<String>>,
    label: Option<LabeledSpan>,
}

/// Why there is no verdict.
#[derive(Debug)]
pub struct Failure {
    exit: Exit,
    spots: Vec<Spot>,
}

impl Failure {
    /// The command line, or a file of ours, is wrong.
    pub(super) fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, spots: vec![Spot { message: message.into(), help: Some(help.into()), source: None, label: None }] }
    }

    /// The program could not do its work.
    pub(super) fn could_not(message: impl Into<String>) -> Self {
        Self { exit: Exit::CouldNotRun, spots: vec![Spot { message: message.into(), help: None, source: None, label: None }] }
    }

    /// Standard output took no more. Whoever closed it has what they wanted, and nobody reads a complaint.
    pub(super) fn stdout(error: &std::io::Error) -> Self {
        let closed = error.kind() == ErrorKind::BrokenPipe;
        let mut failure = Self::could_not(format!("standard output: {error}"));
        failure.spots.retain(|_| !closed);
        failure
    }

    /// A file that cannot be read.
    pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        let name = if path == Path::new("-") { "standard input".into() } else { path.display().to_string() };
        let help = match error.kind() {
            ErrorKind::FileTooLarge => "name another file, or a part of it",
            ErrorKind::InvalidInput => "to read a pipe, give `-` where the command takes it, or write it to a file first",
            ErrorKind::Other => "save the file as UTF-8",
            _ => "check the path and its permissions",
        };
        Self::usage(format!("{name}: {error}"), help)
    }

    /// A standard that is wrong, with its text.
    pub(super) fn standard(name: &str, text: &str, error: &StandardError) -> Self {
        let spots = match error {
            StandardError::Shape(error) => vec![Spot::at(name, text, error.at.map(|at| (at.line, at.column)), error.message.clone(), None)],
            StandardError::Invalid(problems) => problems.iter().map(|problem| Spot::plain(format!("{name}: {problem}"))).collect(),
        };
        Self { exit: Exit::Usage, spots }
    }

    /// The exit code.
    #[must_use]
    pub fn exit(&self) -> Exit {
        self.exit
    }

    /// Each thing that is wrong, for the error handler to draw.
    pub fn reports(self) -> impl Iterator<Item = miette::Report> {
        self.spots.into_iter().map(miette::Report::new)
    }
}

impl Spot {
    fn plain(message: String) -> Self {
        Self { message, help: None, source: None, label: None }
    }

    /// A problem at a line and column of a text.
    fn at(name: &str, text: &str, at: Option<(u32, u32)>, message: String, help: Option<String>) -> Self {
        let Some((line, column)) = at.filter(|(line, _)| *line > 0) else {
            return Self { help, ..Self::plain(format!("{name}: {message}")) };
        };
        let message = format!("{name}:{line}:{column}: {message}");
        if text.is_empty() || column > LONGEST_LINE {
            return Self { help, ..Self::plain(message) };
        }
        let text = shown(text);
        let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1) as usize).map(str::len).sum();
        let rest = text.get(before..).unwrap_or_default();
        let inside: usize = rest.chars().take(column.saturating_sub(1) as usize).map(char::len_utf8).sum();
        let label = LabeledSpan::at_offset((before + inside).min(text.len()), "here");
        Self { message, help, source: Some(NamedSource::new(name, text)), label: Some(label) }
    }
}

/// A text as a frame shows it: what moves a cursor is taken out, what may be a password is blackened, and a line that
/// nobody would read to its end is cut. Columns stay true.
fn shown(text: &str) -> String {
    let line = |line: &str| clean::excerpt(&blackened(line).chars().take(LONGEST_LINE as usize).collect::<String>());
    text.trim_start_matches('\u{feff}').lines().map(line).fold(String::new(), |text, line| text + &line + "\n")
}

/// A line without the passwords that somebody wrote where none belongs: the problem is that they stand there, and a frame
/// ends up in the log of a pipeline. What stands before the last `@` of an address may belong to one.
fn blackened(line: &str) -> String {
    let address = line.find("://").and_then(|at| {
        let user = at + "://".len();
        let end = line.rfind('@').filter(|end| *end > user)?;
        let colon = line.get(user..end)?.find(':')?;
        Some((user + colon + 1, end))
    });
    let named = line.to_ascii_lowercase().find("password").and_then(|at| {
        let after = at + "password".len();
        let value = after + line.get(after..)?.find(|c: char| !matches!(c, '"' | '\'' | ' ' | ':' | '='))?;
        // Where it is may be said, with or without a comment.
        let place = line.get(value..)?.trim_start_matches(['{', '"', '\'', ' ']);
        let is_place = ["env", "file", "secret", "#"].iter().any(|word| place.starts_with(word));
        (value > after && !is_place).then_some((value, line.len()))
    });
    let secret = |at: usize| [address, named].into_iter().flatten().any(|(from, to)| (from..to).contains(&at));
    line.char_indices().map(|(at, c)| if secret(at) { '*' } else { c }).collect()
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        let spots = error
            .problems
            .iter()
            .map(|problem| {
                let at = problem.at.map(|at| (at.line, at.column));
                Spot::at(
                    &problem.file,
                    error.source_of(&problem.file).unwrap_or_default(),
                    at,
                    problem.message.clone(),
                    problem.help.clone(),
                )
            })
            .collect();
        Self { exit: Exit::Usage, spots }
    }
}

impl From<CollectError> for Failure {
    fn from(error: CollectError) -> Self {
        match error {
            CollectError::Snapshot(_) => Self::could_not(error.to_string()),
            CollectError::Path { .. } => Self::usage(
                error.to_string(),
                "check the spelling: paths on the command line are relative to the directory that you are in",
            ),
            CollectError::Region { .. } | CollectError::UnknownRegion { .. } => {
                Self::usage(error.to_string(), "for example `--region us-east-1`, a name under `regions:` in the config")
            }
            CollectError::WithoutClients => Self::usage(error.to_string(), "give PATHs, or `--no-config`, to judge what manifests declare"),
            CollectError::Nothing => Self::usage(error.to_string(), "see `seaworthy schema config`"),
            CollectError::Recorded { .. } => Self::usage(
                error.to_string(),
                "check `recorded:` in the config; what it names are snapshots, or parts of one: see `seaworthy schema snapshot`",
            ),
        }
    }
}

impl From<SnapshotError> for Failure {
    fn from(error: SnapshotError) -> Self {
        Self::usage(error.to_string(), SNAPSHOT_HELP)
    }
}

impl From<CatalogueError> for Failure {
    fn from(error: CatalogueError) -> Self {
        Self::usage(error.to_string(), "test your policies with `seaworthy policy test DIR`")
    }
}

impl From<EvaluateError> for Failure {
    fn from(error: EvaluateError) -> Self {
        match error {
            EvaluateError::Catalogue(error) => error.into(),
            EvaluateError::Snapshot(error) => error.into(),
            EvaluateError::TooEarly => Self::usage(error.to_string(), "leave --at out, or give a later instant"),
            EvaluateError::Input(_) | EvaluateError::Standard(_) => Self::could_not(error.to_string()),
        }
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&clean::lines(&self.message))
    }
}

impl std::error::Error for Spot {}

impl Diagnostic for Spot {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.label.as_ref().map(|label| Box::new(std::iter::once(label.clone())) as Box<dyn Iterator<Item = LabeledSpan>>)
    }
}

#[cfg(test)]
mod tests {
    use super::blackened;

    #[test]
    fn a_password_that_stands_where_none_belongs_is_not_shown() {
        for (line, wanted) in [
            ("url: postgres://app:s3c/r@t@db/app # x", "url: postgres://app:*******@db/app # x"),
            ("url: postgres://app@db:5432/app", "url: postgres://app@db:5432/app"),
            ("patroni: [http://10.0.0.5:8008]", "patroni: [http://10.0.0.5:8008]"),
            ("url: postgres://db/app?password=s3cr3t", "url: postgres://db/app?password=******"),
            ("password: s3cr3t", "password: ******"),
            ("\"Password\": \"s3cr3t\"}", "\"Password\": \"********"),
            ("password: {value: x}", "password: **********"),
            ("password: {env: PGPASSWORD}", "password: {env: PGPASSWORD}"),
            ("password:", "password:"),
            ("passwords are read", "passwords are read"),
        ] {
            assert_eq!(blackened(line), wanted);
        }
    }
}
