//! What one question to a database, or to what stands around one, gave: the same for a server, its Patroni and the
//! report of a tool, so that all of them are entered alike.

use super::Deadlines;
use super::books::{Books, Source};
use super::fault::Fault;
use crate::config::DatabaseSource;
use crate::snapshot::{Class, Evidence, Noun, Subject, System};
use crate::standard::Resolved;
use std::collections::{BTreeMap, BTreeSet};

/// The section of the config that asks.
pub(super) const SECTION: &str = "databases";

/// What one question gave.
#[derive(Debug)]
pub(super) struct Reading {
    /// The component that it is about.
    pub(super) component: String,
    /// Whether it is of a server that can take writes, and not of what stands around one.
    pub(super) is_server: bool,
    /// The read: `postgres@10.0.0.5:5432/us-east-1`.
    pub(super) read: String,
    /// Of whom it was asked, with the target's own identity where it said one.
    pub(super) of: String,
    /// When it had answered, epoch seconds.
    pub(super) at_s: i64,
    /// How long that took, in milliseconds.
    pub(super) took_ms: u64,
    /// What it could say, and about whom.
    pub(super) subjects: BTreeMap<Noun, BTreeSet<Subject>>,
    /// What it said.
    pub(super) evidence: Evidence,
    /// Why it said nothing.
    pub(super) fault: Option<Fault>,
    /// What it said only a part of.
    pub(super) partial: BTreeMap<Noun, BTreeSet<String>>,
    /// Whether this server takes writes now; `None`: not known, or not a question that it was asked.
    pub(super) takes_writes: Option<bool>,
    /// The consensus store that it hangs on.
    pub(super) store: Option<Store>,
    /// The servers that take writes by what stands around them; `None`: not known, or not asked.
    pub(super) leading: Option<BTreeSet<String>>,
    /// Which database cluster it belongs to: the system identifier that all copies of one share.
    pub(super) identity: Option<String>,
}

/// What keeps it at one server that takes writes, as its members answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Store {
    /// `etcd`, `patroni-etcd`, `sentinel`.
    pub(super) kind: &'static str,
    /// How many members it should have.
    pub(super) members: Option<u64>,
    /// How many of them are healthy; `None`: not all answered.
    pub(super) healthy: Option<u64>,
    /// Whether a majority agrees; `None`: too few answered.
    pub(super) quorum: Option<bool>,
    /// How many members say of themselves that they lead.
    pub(super) leaders: Option<u64>,
    /// Whether it has been told to promote nobody.
    pub(super) paused: Option<bool>,
}

/// For whom a question is asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around<'a> {
    /// The server.
    pub(super) source: &'a DatabaseSource,
    /// The system.
    #[cfg_attr(not(feature = "live"), expect(dead_code, reason = "only servers are asked about it"))]
    pub(super) system: &'a System,
    /// The standard for it.
    pub(super) standard: &'a Resolved,
    /// How long a question may take.
    pub(super) deadlines: Deadlines,
    /// Now, epoch seconds.
    pub(super) now_s: i64,
}

impl Around<'_> {
    /// The subject of the component here.
    pub(super) fn subject(&self) -> Subject {
        Subject::new(&self.source.component, &self.source.region)
    }

    /// The subject here for those of `nouns` that can be about it.
    pub(super) fn subjects(&self, nouns: &[Noun]) -> BTreeMap<Noun, BTreeSet<Subject>> {
        let subject = self.subject();
        let asked = nouns.iter().filter(|noun| self.standard.subjects_of(**noun).contains(&subject));
        asked.map(|noun| (*noun, BTreeSet::from([subject.clone()]))).collect()
    }

    /// A reading that says nothing yet.
    pub(super) fn reading(&self, who: &str, nouns: &[Noun]) -> Reading {
        Reading {
            component: self.source.component.clone(),
            is_server: false,
            read: format!("{who}/{}", self.source.region),
            of: who.to_owned(),
            at_s: self.now_s,
            took_ms: 0,
            subjects: self.subjects(nouns),
            evidence: Evidence::default(),
            fault: None,
            partial: BTreeMap::new(),
            takes_writes: None,
            store: None,
            leading: None,
            identity: None,
        }
    }
}

impl Reading {
    /// The identity of an item of this reading.
    pub(super) fn id(&self, name: &str) -> String {
        format!("observed/{}/{name}", self.read)
    }

    /// Under which subject items of `noun` are stored; `None`: it was not asked for.
    pub(super) fn home(&self, noun: Noun) -> Option<String> {
        self.subjects.get(&noun).and_then(|subjects| subjects.first()).map(ToString::to_string)
    }

    /// Notes that `noun` is known in part only.
    pub(super) fn partly(&mut self, noun: Noun, because: impl Into<String>) {
        self.partial.entry(noun).or_default().insert(because.into());
    }

    /// Enters it.
    pub(super) fn enter(self, books: &mut Books) {
        let failed = self.fault.as_ref().map(|fault| (fault.state(), BTreeSet::from([fault.to_string()])));
        let source = Source {
            read: &self.read,
            section: SECTION,
            class: Class::Observed,
            of: &self.of,
            at_s: self.at_s,
            took_ms: Some(self.took_ms),
            failed: self.subjects.keys().filter_map(|noun| Some((*noun, failed.clone()?))).collect(),
            subjects: self.subjects,
            partial: self.partial,
            unsupported: BTreeMap::new(),
        };
        books.enter(&source, self.evidence);
    }
}
