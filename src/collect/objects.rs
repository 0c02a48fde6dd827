//! Kubernetes objects to evidence: the same code for files and for the API, one file per product.
//!
//! A product's file reads the objects of its own group and kind (never kind alone: `Cluster` has four
//! owners) and stores facts. It has no word for good or bad and knows no limits. Defaults are resolved
//! here and written out, so that a missing field is always a missing fact.

mod access;
mod ack_route53;
mod backups;
mod cloudnativepg;
mod cronjob;
mod crunchy;
mod history;
pub mod kinds;
mod link;
mod other_products;
mod plain;
mod prometheus_rules;
mod redis_operator;
#[cfg(test)]
mod sample;
mod series;
mod settle;
mod slots;
#[cfg(test)]
pub(crate) mod testing;
mod values;
mod velero;
mod volumes;
mod workloads;

pub use link::{DatabaseFound, databases, namespaces, occurring};
pub(super) use series::median;
pub use settle::settle;

use crate::snapshot::{Class, Evidence, Link, Noun, Place, Subject, System, UNLINKED};
use crate::source_text::{self, Node};
use crate::standard::Resolved;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Where an object came from.
#[derive(Debug, Clone)]
pub enum Origin {
    /// A document of a file.
    File {
        /// The file, as it is shown.
        path: Arc<str>,
        /// Its text, for the one judged line.
        text: Arc<str>,
    },
    /// An API server.
    Api,
}

/// One Kubernetes object.
#[derive(Debug, Clone)]
pub struct Object {
    /// Its API group; empty for the core group.
    pub group: String,
    /// Its version: `v1`, `v1beta1`.
    pub version: String,
    /// Its kind.
    pub kind: String,
    /// Its namespace, as written: `None` where none is.
    pub namespace: Option<String>,
    /// Its name; a `generateName` is a name here.
    pub name: String,
    /// All of it.
    pub body: Node,
    /// Where it came from.
    pub origin: Origin,
}

impl Object {
    /// Whether it is of this group and kind, in any version.
    #[must_use]
    pub fn is(&self, group: &str, kind: &str) -> bool {
        self.group == group && self.kind == kind
    }

    /// `Kind/namespace/name`, or `Kind/name` where it has no namespace.
    #[must_use]
    pub fn reference(&self) -> String {
        match &self.namespace {
            Some(namespace) => format!("{}/{namespace}/{}", self.kind, self.name),
            None => format!("{}/{}", self.kind, self.name),
        }
    }

    /// A value of the body: `object.at("spec.schedule")`.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<&Node> {
        self.body.at_path(path)
    }

    /// A string of the body.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<&str> {
        self.at(path).and_then(Node::as_str)
    }

    /// A whole number of the body.
    #[must_use]
    pub fn int(&self, path: &str) -> Option<i64> {
        self.at(path).and_then(Node::as_i64)
    }

    /// A boolean of the body.
    #[must_use]
    pub fn flag(&self, path: &str) -> Option<bool> {
        self.at(path).and_then(Node::as_bool)
    }

    /// The elements of a list of the body; none where there is no list.
    #[must_use]
    pub fn list(&self, path: &str) -> &[Node] {
        self.at(path).and_then(Node::as_seq).unwrap_or_default()
    }

    /// The place of `node` in this object, with what it means as a label; of the object itself where
    /// the node is not there.
    #[must_use]
    pub fn place(&self, node: Option<&Node>, label: Option<String>) -> Place {
        let object = Some(self.reference());
        match &self.origin {
            Origin::Api => Place { object, label, ..Place::default() },
            Origin::File { path, text } => {
                let node = node.unwrap_or(&self.body);
                Place {
                    file: Some(path.to_string()),
                    line: Some(node.at.line),
                    column: Some(node.at.column),
                    length: Some(node.len),
                    excerpt: source_text::excerpt_of(text, node),
                    label,
                    object,
                    also: Vec::new(),
                }
            }
        }
    }
}

/// For whom objects are turned into evidence.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    /// The region that the objects belong to.
    pub region: &'a str,
    /// What evidence from here is worth.
    pub class: Class,
    /// `manifests` or `clusters`.
    pub source: &'a str,
    /// The system.
    pub system: &'a System,
    /// The standard for it.
    pub standard: &'a Resolved,
    /// When the objects were read, epoch seconds: what was due until then is due.
    pub at_s: i64,
    /// What a person said about which objects back up which component: `Kind/namespace/name` by thing.
    pub backed_up_by: &'a BTreeMap<String, Vec<String>>,
}

impl Context<'_> {
    /// The read: `manifests/us-east-1`.
    #[must_use]
    pub fn read(&self) -> String {
        format!("{}/{}", self.source, self.region)
    }

    /// The identity of evidence from `object`: `declared/manifests/us-east-1/CronJob/ns/name`.
    #[must_use]
    pub fn id(&self, object: &Object) -> String {
        format!("{}/{}/{}/{}", self.class.word(), self.source, self.region, object.reference())
    }

    /// The subject of `thing` here.
    #[must_use]
    pub fn subject(&self, thing: &str) -> Subject {
        Subject::new(thing, self.region)
    }

    /// Whether evidence of `noun` can be about `subject`.
    #[must_use]
    pub fn asks(&self, noun: Noun, subject: &Subject) -> bool {
        self.standard.subjects_of(noun).contains(subject)
    }
}

/// What turning objects into evidence gave.
#[derive(Debug, Default)]
pub struct Found {
    /// The items, by subject or unlinked.
    pub evidence: Evidence,
    /// Which object went to which subject, and why.
    pub links: BTreeSet<Link>,
    /// Nouns that could not be read completely, with the reasons.
    pub partial: BTreeMap<Noun, BTreeSet<String>>,
    /// Places that were met and cannot be read (an unknown backup product), with the nouns that they
    /// could say something about.
    pub unsupported: BTreeMap<Noun, BTreeSet<String>>,
    /// The objects (by reference) that some product's file understood.
    pub understood: BTreeSet<String>,
    /// Places that copies lie in, by subject and noun, and that these objects say nothing about.
    pub elsewhere: BTreeSet<Elsewhere>,
}

/// A place that was met and is read by somebody else, if by anybody: a bucket that a script uploads to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Elsewhere {
    /// The place: `s3://kubernaut-backups/postgresql`.
    pub place: String,
    /// What could be read there.
    pub noun: Noun,
    /// About whom.
    pub subject: Subject,
}

impl Found {
    /// Notes why `object` is evidence about `subject`.
    pub fn link(&mut self, object: &str, subject: &Subject, because: impl Into<String>) {
        self.links.insert(Link { object: object.to_owned(), to: subject.to_string(), because: because.into() });
    }

    /// Notes that nobody knows what `object` is evidence about.
    pub fn unlinked(&mut self, object: &str, because: impl Into<String>) {
        self.links.insert(Link { object: object.to_owned(), to: UNLINKED.to_owned(), because: because.into() });
    }

    /// Notes that `noun` could not be read completely.
    pub fn partial(&mut self, noun: Noun, because: impl Into<String>) {
        self.partial.entry(noun).or_default().insert(because.into());
    }
}

/// Adds an item under its subject.
pub fn store<T>(items: &mut BTreeMap<String, Vec<T>>, subject: &str, item: T) {
    items.entry(subject.to_owned()).or_default().push(item);
}

/// A product's reader.
type Product = fn(&[Object], &Context, &mut Found);

/// The products, one line each.
const PRODUCTS: &[Product] = &[
    cronjob::read,
    velero::read,
    cloudnativepg::read,
    crunchy::read,
    other_products::read,
    workloads::read,
    redis_operator::read,
    ack_route53::read,
    prometheus_rules::read,
    access::read,
    volumes::read,
    plain::read,
];

/// The evidence in `objects`, which all belong to one region.
#[must_use]
pub fn evidence(objects: &[Object], context: &Context) -> Found {
    let mut found = Found::default();
    for read in PRODUCTS {
        read(objects, context, &mut found);
    }
    settle(&mut found.evidence);
    found
}
