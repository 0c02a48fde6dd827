//! What one cluster gave, and what is told while it is read: between the client that asks and the books.

use super::fault::Fault;
use super::objects::Object;
use std::collections::BTreeMap;

/// What came of reading one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// All of it was read: so many objects.
    Read(usize),
    /// The server does not serve it, for certain.
    NotServed,
    /// It was not asked: nobody allowed it.
    NotAllowed,
    /// It was not read, or not all of it.
    Failed(Fault),
}

/// What one cluster gave.
#[derive(Debug, Default)]
pub struct Cluster {
    /// The uid of its namespace kube-system.
    pub uid: Option<String>,
    /// What it gave of each kind, by group and kind; empty where it was not reached.
    pub kinds: BTreeMap<(&'static str, &'static str), Outcome>,
    /// The objects.
    pub objects: Vec<Object>,
    /// Why nothing at all was read.
    pub fault: Option<Fault>,
    /// Why nobody made sure that this is the server that was meant, where nobody did: whoever answered, answered.
    pub unverified: Option<&'static str>,
    /// How far its clock is ahead of ours, in seconds.
    pub skew_s: Option<i64>,
    /// When it had been read, epoch seconds.
    pub at_s: i64,
    /// How long that took, in milliseconds.
    pub took_ms: u64,
}

/// What is told while it goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The region whose cluster it is.
    pub region: String,
    /// The kind that has been read.
    pub kind: &'static str,
    /// How many kinds of that cluster are done.
    pub done: usize,
    /// Of how many.
    pub of: usize,
}
