//! The reports of backup tools: from a file, or printed by a program, here or in a Pod.
//!
//! ```text
//! ToolReport ─file / program / Pod→ bytes ─text (lossy)→ pgbackrest | walg | barman ─→ Reading
//! ```
//!
//! What lives here: how a report is come by, and what a report is that did not come. What it means is the business of
//! the tools' own files. A report in a file is as old as the file: what it says of a place that answered is true of
//! then, and a snapshot that is judged later calls it stale.

pub(super) mod series;

use super::fault::Fault;
use super::reading::{Around, Reading};
use super::{barman, pgbackrest, walg};
use crate::clock::{self, SKEW_S};
use crate::config::{PodCommand, ReportSource, Tool, ToolReport};
use crate::snapshot::Noun;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// The largest report, in bytes: the catalogue of a backup every minute for a year is smaller.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// How often it is looked whether a program that has said all it has to say has ended.
const LOOK: Duration = Duration::from_millis(5);

/// What came of asking for a report.
struct Report {
    bytes: Vec<u8>,
    /// When it was made; `None`: now.
    at_s: Option<i64>,
}

/// Runs a program in a Pod, and gives what it prints.
pub(super) type InPod<'a> = dyn Fn(&PodCommand, &[i32]) -> Result<Vec<u8>, Fault> + Sync + 'a;

/// Reads each report, all at once.
pub(super) fn read(around: &Around<'_>, in_pod: &InPod<'_>) -> Vec<Reading> {
    let reports = &around.source.backups;
    std::thread::scope(|scope| {
        let named = reports.iter().enumerate().map(|(at, report)| (who(reports, at, around), report));
        let running: Vec<_> = named.map(|(who, report)| (report.tool, scope.spawn(move || one(&who, report, around, in_pod)))).collect();
        let ended = |(tool, thread): (Tool, std::thread::ScopedJoinHandle<'_, Reading>)| {
            thread.join().unwrap_or_else(|_| {
                let mut lost = around.reading(word(tool), nouns(tool));
                lost.fault = Some(Fault::Strange("reading it broke off".to_owned()));
                lost
            })
        };
        running.into_iter().map(ended).collect()
    })
}

/// The name of one of these reports, which no other of the system has: `pgbackrest:postgresql:main`.
fn who(reports: &[ToolReport], at: usize, around: &Around<'_>) -> String {
    let name = |report: &ToolReport| {
        let name = report.name.as_ref().map(|name| format!(":{name}")).unwrap_or_default();
        format!("{}:{}{name}", word(report.tool), around.source.component)
    };
    let own = reports.get(at).map(name).unwrap_or_default();
    let before = reports.iter().take(at).filter(|report| name(report) == own).count();
    if before == 0 { own } else { format!("{own}#{}", before + 1) }
}

/// The tool in the configuration's word.
fn word(tool: Tool) -> &'static str {
    match tool {
        Tool::PgBackRest => "pgbackrest",
        Tool::WalG => "wal-g",
        Tool::WalGVerify => "wal-g-verify",
        Tool::Barman => "barman",
        Tool::BarmanCheck => "barman-check",
    }
}

/// What each tool can tell. None but Barman tells which runs failed, and so whether any did is not asked of them.
fn nouns(tool: Tool) -> &'static [Noun] {
    match tool {
        Tool::PgBackRest => &[Noun::RecoveryPoints, Noun::Repository],
        Tool::WalG => &[Noun::RecoveryPoints],
        Tool::WalGVerify => &[Noun::Archiver],
        Tool::Barman => &[Noun::RecoveryPoints, Noun::Run],
        Tool::BarmanCheck => &[Noun::Repository, Noun::Archiver],
    }
}

/// How a tool ends that has said all it has to say: Barman's `check` with an error, where a check failed.
fn well(tool: Tool) -> &'static [i32] {
    if tool == Tool::BarmanCheck { &[0, 1] } else { &[0] }
}

fn one(who: &str, report: &ToolReport, around: &Around<'_>, in_pod: &InPod<'_>) -> Reading {
    let mut reading = around.reading(who, nouns(report.tool));
    let begun = Instant::now();
    let found = match &report.source {
        ReportSource::File(path) => file(path),
        ReportSource::Command(words) => program(words, well(report.tool), around.deadlines.request),
        ReportSource::Pod(pod) => in_pod(pod, well(report.tool)).map(|bytes| Report { bytes, at_s: None }),
    };
    reading.took_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    match found {
        Ok(report_found) => {
            dated(&mut reading, report_found.at_s, around.now_s);
            let text = text(&report_found.bytes);
            let name = report.name.as_deref();
            match report.tool {
                Tool::PgBackRest => pgbackrest::enter(&text, name, &mut reading),
                Tool::WalG => walg::enter(&text, !matches!(report.source, ReportSource::File(_)), &mut reading),
                Tool::WalGVerify => walg::enter_verified(&text, &mut reading),
                Tool::Barman => barman::enter(&text, name, &mut reading),
                Tool::BarmanCheck => barman::enter_checked(&text, name, &mut reading),
            }
        }
        Err(fault) => reading.fault = Some(fault),
    }
    reading
}

/// A report as text. Whatever bytes a tool puts into a message, such as what it took for its own file and could not
/// decipher, must not keep the rest from being read: JSON has no control character in a string, and outside of one a space is as good.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().map(|c| if c.is_ascii_control() { ' ' } else { c }).collect()
}

/// Notes when a report was made. A replay has a clock of its own, and its files may be younger.
fn dated(reading: &mut Reading, at_s: Option<i64>, now_s: i64) {
    let Some(at_s) = at_s else { return };
    if at_s > clock::now_s().saturating_add(SKEW_S) {
        let nouns: Vec<Noun> = reading.subjects.keys().copied().collect();
        nouns.into_iter().for_each(|noun| reading.partly(noun, "its file is dated in the future"));
    }
    reading.at_s = at_s.min(now_s);
}

/// The report of a file, which was made when the file was written.
fn file(path: &Path) -> Result<Report, Fault> {
    let shown = path.display();
    let unread = |error: std::io::Error| match error.kind() {
        ErrorKind::FileTooLarge => Fault::Truncated(format!("the file {shown} is larger than {} MiB", MAX_BYTES / 1024 / 1024)),
        _ => Fault::Unreachable(format!("the file {shown} cannot be read: {error}")),
    };
    let bytes = crate::files::read(path, MAX_BYTES).map_err(unread)?;
    let at_s = std::fs::metadata(path).map_err(unread)?.modified().map_err(unread)?;
    Ok(Report { bytes, at_s: Some(clock::epoch_s(at_s)) })
}

/// What a program prints.
fn program(words: &[String], well: &[i32], limit: Duration) -> Result<Report, Fault> {
    let [name, arguments @ ..] = words else { return Err(Fault::Unreachable("there is no program to run".to_owned())) };
    let mut command = Command::new(name);
    command.args(arguments);
    printed(command, well, limit).map(|bytes| Report { bytes, at_s: None })
}

/// What a program prints that ends with a status of `well`. It is ended where it does not end in time;
/// what it complains of may hold anything, and is not looked at.
pub(super) fn printed(mut command: Command, well: &[i32], limit: Duration) -> Result<Vec<u8>, Fault> {
    let until = Instant::now() + limit;
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let name = || command.get_program().to_string_lossy();
    let mut child = child.map_err(|error| Fault::Unreachable(format!("the program {} cannot be started: {}", name(), error.kind())))?;
    let found = output(&mut child, well, until, limit);
    // Whatever came of it, nothing of it stays behind.
    if !matches!(child.try_wait(), Ok(Some(_))) {
        let _ = child.kill();
        let _ = child.wait();
    }
    found
}

fn output(child: &mut Child, well: &[i32], until: Instant, limit: Duration) -> Result<Vec<u8>, Fault> {
    let too_slow = || Fault::TimedOut(limit.as_millis());
    let broken = || Fault::Truncated("what it printed could not be read to the end".to_owned());
    let Some(mut stdout) = child.stdout.take() else { return Err(broken()) };
    let (sender, receiver) = channel();
    // A thread of its own, for nobody waits for: a child of the child may keep the pipe open for ever.
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = stdout.by_ref().take(MAX_BYTES + 1).read_to_end(&mut bytes);
        let _ = sender.send(read.map(|_| bytes));
    });
    let bytes = match receiver.recv_timeout(until.saturating_duration_since(Instant::now())) {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => return Err(broken()),
        Err(RecvTimeoutError::Timeout) => return Err(too_slow()),
    };
    if u64::try_from(bytes.len()).is_ok_and(|size| size > MAX_BYTES) {
        return Err(Fault::Truncated(format!("it printed more than {} MiB", MAX_BYTES / 1024 / 1024)));
    }
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return ended(status, well).map(|()| bytes),
            Ok(None) if Instant::now() < until => std::thread::sleep(LOOK),
            Ok(None) => return Err(too_slow()),
            Err(_) => return Err(broken()),
        }
    }
}

fn ended(status: ExitStatus, well: &[i32]) -> Result<(), Fault> {
    match status.code() {
        Some(code) if well.contains(&code) => Ok(()),
        Some(code) => Err(Fault::Strange(format!("it ended with {code}"))),
        None => Err(Fault::Strange("it was ended by a signal".to_owned())),
    }
}

#[cfg(test)]
pub(super) mod tests;
