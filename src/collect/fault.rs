//! Why something could not be read from a server. Each is a different fact, and none of them is an
//! empty list.

use crate::snapshot::ReadState;
use std::fmt;

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// 403: the account has no right to it.
    Denied(Right),
    /// The server refuses the account, or what it asks for, in these words.
    Refused(String),
    /// 401: the server does not know the account.
    Unauthorized,
    /// 404 for what discovery said is served.
    NotFound,
    /// 410 while paging, and again after starting anew.
    Gone,
    /// 429, for as long as there was time.
    Throttled,
    /// No whole answer in this many milliseconds.
    TimedOut(u128),
    /// Nobody answered, or not as the server that was meant.
    Unreachable(String),
    /// A status of 5xx.
    Server(u16),
    /// The answer ended early, or would not end.
    Truncated(String),
    /// The answer is none that an API server gives.
    Strange(String),
    /// It was not asked: the server had stopped answering.
    Skipped,
}

/// A right on a resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Right {
    /// `list`, `get`.
    pub verb: &'static str,
    /// The API group; empty for the core group.
    pub group: String,
    /// The resource.
    pub resource: String,
    /// The namespace; `None`: the whole cluster.
    pub namespace: Option<String>,
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dot = if self.group.is_empty() { "" } else { "." };
        write!(f, "{} {}{dot}{}", self.verb, self.resource, self.group)?;
        match &self.namespace {
            Some(namespace) => write!(f, " in namespace {namespace}"),
            None => f.write_str(" in the whole cluster"),
        }
    }
}

impl Fault {
    /// What it makes of a read that gave nothing.
    pub fn state(&self) -> ReadState {
        match self {
            Self::Denied(_) | Self::Refused(_) | Self::Unauthorized => ReadState::Denied,
            Self::TimedOut(_) => ReadState::TimedOut,
            Self::Throttled | Self::Unreachable(_) | Self::Server(_) | Self::Skipped => ReadState::Unreachable,
            Self::NotFound | Self::Gone | Self::Truncated(_) | Self::Strange(_) => ReadState::Partial,
        }
    }

    /// It in words that are the same whatever resource it is about.
    pub fn reason(&self) -> String {
        match self {
            Self::Denied(right) => match &right.namespace {
                Some(namespace) => format!("denied: no right to {} in namespace {namespace}", right.verb),
                None => format!("denied: no right to {} in the whole cluster", right.verb),
            },
            other => other.to_string(),
        }
    }

    /// Whether the server itself seems to be gone, so that asking it more costs time and gives nothing.
    pub fn is_of_the_server(&self) -> bool {
        matches!(self, Self::TimedOut(_) | Self::Unreachable(_))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Denied(right) => write!(f, "denied: no right to {right}"),
            Self::Refused(why) => write!(f, "denied: {why}"),
            Self::Unauthorized => f.write_str("denied: the server does not know this account (401)"),
            Self::NotFound => f.write_str("not found, though the server says that it serves it (404)"),
            Self::Gone => f.write_str("gone: the list went away while it was read (410), twice"),
            Self::Throttled => f.write_str("throttled: too many requests (429), for as long as there was time"),
            Self::TimedOut(ms) => write!(f, "timed out: no whole answer in {} s", ms.div_ceil(1000)),
            Self::Unreachable(why) => write!(f, "unreachable: {why}"),
            Self::Server(status) => write!(f, "server error: it answered {status}"),
            Self::Truncated(why) => write!(f, "truncated: {why}"),
            Self::Strange(why) => write!(f, "not understood: {why}"),
            Self::Skipped => f.write_str("not asked: the server had stopped answering"),
        }
    }
}
