//! How long live sources may take, and what they may read beyond the harmless: said once, for all of them.

use std::time::Duration;

/// How long live sources may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// One question, from the connection to the last byte of the answer. A list is several questions, and may take
    /// four times as long.
    pub request: Duration,
    /// Everything together.
    pub all: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self { request: Duration::from_secs(15), all: Duration::from_secs(180) }
    }
}

/// What a person allows beyond reading what any viewer may.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Allow {
    /// The names, types and counts of Secrets: the right to list them is the right to read them all.
    pub secrets: bool,
    /// Running a backup tool's own report in its Pod.
    pub exec: bool,
}
