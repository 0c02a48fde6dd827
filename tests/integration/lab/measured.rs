//! What a process took.

use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A process that has ended.
pub(crate) struct Measured {
    /// What it said.
    pub(crate) output: Output,
    /// How long it took.
    pub(crate) took: Duration,
    /// The most memory that it held at a time, in bytes.
    pub(crate) peak_bytes: u64,
}

/// Runs a program to its end, and looks all the while at how much memory it has held. The kernel keeps that
/// figure, so that only what a process does in its last moment could escape.
pub(crate) fn measure(command: &mut Command) -> Measured {
    let begun = Instant::now();
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let waiting = std::thread::spawn(move || child.wait_with_output().unwrap());
    let mut peak_bytes = 0;
    while !waiting.is_finished() {
        peak_bytes = peak_bytes.max(held(&std::fs::read_to_string(&status).unwrap_or_default()));
        std::thread::sleep(Duration::from_millis(2));
    }
    Measured { output: waiting.join().unwrap(), took: begun.elapsed(), peak_bytes }
}

/// The high water mark of the memory that a process holds, in bytes.
fn held(status: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok()).map_or(0, |kib: u64| kib * 1024)
}
