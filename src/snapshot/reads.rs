//! The plan and its outcome: what was to be read, and what came of it. Every verdict rests on this
//! book-keeping, so that a read that failed is never an empty list.

use super::{Class, Noun, Subject};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One noun that was to be read somewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// The read, `source/region`: `manifests/us-east-1`.
    pub read: String,
    /// What was to be read there.
    pub noun: Noun,
    /// The class that it can give.
    pub class: Class,
    /// The subjects that it can say something about.
    pub subjects: BTreeSet<Subject>,
    /// The section of the config that asked for it.
    pub section: String,
}

/// What came of a read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReadState {
    /// All of it was read.
    Collected,
    /// It is proved that the thing is not there.
    Absent,
    /// Reading it is not allowed.
    Denied,
    /// Nobody answered.
    Unreachable,
    /// The answer did not come in time.
    TimedOut,
    /// A part was read, or a part could not be understood.
    Partial,
    /// A place was met that this program cannot read.
    Unsupported,
    /// It is older than the standard allows at the instant of judgement.
    Stale,
}

impl ReadState {
    /// Whether a control may decide on it.
    #[must_use]
    pub fn decides(self) -> bool {
        matches!(self, Self::Collected | Self::Absent)
    }

    /// The word in JSON and in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Collected => "collected",
            Self::Absent => "absent",
            Self::Denied => "denied",
            Self::Unreachable => "unreachable",
            Self::TimedOut => "timed out",
            Self::Partial => "partial",
            Self::Unsupported => "unsupported",
            Self::Stale => "stale",
        }
    }
}

/// The outcome of one entry of the plan.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// The read, as in the plan.
    pub read: String,
    /// The noun, as in the plan.
    pub noun: Noun,
    /// Of whom it was asked: the target's own identity (paths, cluster uid, system identifier, account).
    pub of: String,
    /// When, epoch seconds.
    pub at_s: i64,
    /// How long it took, in milliseconds, where it was a question to a server.
    pub took_ms: Option<u64>,
    /// What came of it.
    pub state: ReadState,
    /// Why it is not complete.
    pub detail: Option<String>,
    /// How many items it stored for each subject of the plan, zeros written.
    pub stored: BTreeMap<Subject, u64>,
    /// How many items it stored whose subject is not known.
    pub unlinked: u64,
}

/// Which evidence went to which subject, and why: so that a person can object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The evidence: an object.
    pub object: String,
    /// The subject, or `unlinked`.
    pub to: String,
    /// Why.
    pub because: String,
}

/// A file or an object that was not judged.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unjudged {
    /// The file, or the file and the object.
    pub what: String,
    /// The line in the file, from 1.
    pub line: Option<u32>,
    /// Why.
    pub because: String,
    /// Whether it may hold an object, which makes what its kind could say unknown.
    pub in_doubt: bool,
}
