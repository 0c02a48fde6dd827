//! Where reports go: `-o FORMAT[=FILE]`, repeatable and mixable, at most one to standard output.

use super::{Failure, Io};
use crate::report::Report;
use crate::report::format::{Format, write};
use crate::report::text::Style;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// One report of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Output {
    pub(super) format: Format,
    pub(super) file: Option<PathBuf>,
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, file) = match text.split_once('=') {
            Some((format, file)) => (format, Some(file)),
            None => (text, None),
        };
        let format = Format::from_word(format).ok_or_else(|| {
            let words: Vec<&str> = Format::ALL.iter().map(|format| format.word()).collect();
            format!("`{format}` is no format: there are {}", words.join(", "))
        })?;
        match file {
            Some("") => Err(format!("`{text}` names no file: write {}=FILE", format.word())),
            Some("-") | None => Ok(Self { format, file: None }),
            Some(file) => Ok(Self { format, file: Some(PathBuf::from(file)) }),
        }
    }
}

/// Writes every report; one that cannot be written is said, and the others go on.
pub(super) fn write_all(outputs: &[Output], report: &Report, verbose: bool, io: &mut Io<'_>) -> Result<bool, Failure> {
    if outputs.iter().filter(|output| output.file.is_none()).count() > 1 {
        return Err(Failure::usage("two reports cannot share standard output", "give all but one of them a file: -o junit=report.xml"));
    }
    let mut all_written = true;
    for output in outputs {
        let result = match &output.file {
            None => {
                let style = Style { color: io.color, width: io.width, unicode: true, verbose };
                write(output.format, report, &style, io.stdout).and_then(|()| io.stdout.flush())
            }
            Some(path) => {
                let style = Style { color: false, width: 100, unicode: true, verbose };
                let mut bytes = Vec::new();
                write(output.format, report, &style, &mut bytes).and_then(|()| replace(path, &bytes))
            }
        };
        if let Err(error) = result {
            all_written = false;
            if output.file.is_none() && error.kind() == std::io::ErrorKind::BrokenPipe {
                continue;
            }
            let name = output.file.as_ref().map_or_else(|| "standard output".to_owned(), |path| path.display().to_string());
            let _ = writeln!(io.stderr, "error: the {} report could not be written to {name}: {error}", output.format.word());
        }
    }
    Ok(all_written)
}

/// Puts a whole file in place of another: at no instant is there half of one.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    // A device or a pipe is written to and never replaced: /dev/null must stay what it is.
    if std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        return std::fs::OpenOptions::new().write(true).open(path)?.write_all(bytes);
    }
    // Behind a link it is the file that is replaced, and not the link.
    let real = path.canonicalize();
    let path = real.as_deref().unwrap_or(path);
    let mut name = path.file_name().map(std::ffi::OsStr::to_os_string).unwrap_or_default();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(name);
    let written = std::fs::File::create(&temporary).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    let result = written.and_then(|()| std::fs::rename(&temporary, path));
    if result.is_err() {
        // What could not be put in place is of no use to anybody.
        let _ = std::fs::remove_file(&temporary);
    }
    result
}
