//! The book-keeping of reads: each noun that was to be read somewhere gets one entry in the plan and
//! one outcome, which counts what was stored for each subject, zeros written.

use crate::clock::SKEW_S;
use crate::snapshot::{Asked, Class, Evidence, Item, Link, Noun, Read, ReadState, Subject, Subjects, UNLINKED, Unjudged, Visit, VisitMut};
use crate::standard::Resolved;
use std::collections::{BTreeMap, BTreeSet};

/// All that was read so far.
#[derive(Debug, Default)]
pub(super) struct Books {
    pub(super) asked: Vec<Asked>,
    pub(super) reads: Vec<Read>,
    pub(super) links: BTreeSet<Link>,
    pub(super) unjudged: BTreeSet<Unjudged>,
    pub(super) evidence: Evidence,
}

/// One source that was read: what it is and what was wrong with it.
pub(super) struct Source<'a> {
    /// `manifests/us-east-1`.
    pub(super) read: &'a str,
    /// The section of the config that asked for it.
    pub(super) section: &'a str,
    /// What its evidence is worth.
    pub(super) class: Class,
    /// Of whom it was asked.
    pub(super) of: &'a str,
    /// When.
    pub(super) at_s: i64,
    /// How long it took, in milliseconds, where it was a question to a server.
    pub(super) took_ms: Option<u64>,
    /// The subjects that it can say something about, by noun.
    pub(super) subjects: BTreeMap<Noun, BTreeSet<Subject>>,
    /// The nouns of which something could not be had at all, with what came of it and the reasons. Where there is
    /// something of them all the same, they are partial.
    pub(super) failed: BTreeMap<Noun, (ReadState, BTreeSet<String>)>,
    /// The nouns that were not read completely, with the reasons.
    pub(super) partial: BTreeMap<Noun, BTreeSet<String>>,
    /// The nouns of places that cannot be read, with the reasons.
    pub(super) unsupported: BTreeMap<Noun, BTreeSet<String>>,
}

impl Books {
    /// Enters what a source gave. Items about subjects that nobody asked about are left out and named.
    pub(super) fn enter(&mut self, source: &Source<'_>, mut evidence: Evidence) {
        self.links.extend(only_about(&mut evidence, &source.subjects, "nothing asks for it there"));
        let counts = count(&evidence);
        for (noun, subjects) in source.subjects.iter().filter(|(_, subjects)| !subjects.is_empty()) {
            let stored = |subject: &str| counts.get(noun).and_then(|counts| counts.get(subject)).copied().unwrap_or(0);
            let any = counts.get(noun).is_some_and(|counts| counts.values().any(|count| *count > 0));
            let (state, detail) = source.state(*noun, any);
            self.asked.push(Asked {
                read: source.read.to_owned(),
                noun: *noun,
                class: source.class,
                subjects: subjects.clone(),
                section: source.section.to_owned(),
            });
            self.reads.push(Read {
                read: source.read.to_owned(),
                noun: *noun,
                of: source.of.to_owned(),
                at_s: source.at_s,
                took_ms: source.took_ms,
                state,
                detail,
                stored: subjects.iter().map(|subject| (subject.clone(), stored(subject.as_str()))).collect(),
                unlinked: stored(UNLINKED),
            });
        }
        self.evidence.append(evidence);
    }

    /// Enters what was recorded elsewhere, as far as it is about subjects of this system.
    pub(super) fn recorded(&mut self, asked: Vec<Asked>, reads: Vec<Read>, mut evidence: Evidence, standard: &Resolved, now_s: i64) {
        let subjects = Noun::ALL.iter().map(|noun| (*noun, standard.subjects_of(*noun))).collect();
        self.links.extend(only_about(&mut evidence, &subjects, "not in the standard"));
        let known = |noun: Noun, subject: &Subject| subjects.get(&noun).is_some_and(|known| known.contains(subject));
        for mut entry in asked {
            entry.subjects.retain(|subject| known(entry.noun, subject));
            if !entry.subjects.is_empty() {
                self.asked.push(entry);
            }
        }
        for mut read in reads {
            read.stored.retain(|subject, _| known(read.noun, subject));
            if read.stored.is_empty() {
                continue;
            }
            if read.at_s > now_s.saturating_add(SKEW_S) && read.state.decides() {
                read.state = ReadState::Partial;
                read.detail = Some("it says that it was read in the future: its clock cannot be trusted".to_owned());
            }
            self.reads.push(read);
        }
        let asked: BTreeSet<(&str, Noun)> = self.asked.iter().map(|entry| (entry.read.as_str(), entry.noun)).collect();
        evidence.visit_mut(&mut OfReads { asked: &asked });
        self.evidence.append(evidence);
    }

    /// In one order, whatever order the sources came in.
    pub(super) fn sort(&mut self) {
        self.asked.sort_by(|a, b| (&a.read, a.noun).cmp(&(&b.read, b.noun)));
        self.reads.sort_by(|a, b| (&a.read, a.noun).cmp(&(&b.read, b.noun)));
        self.evidence.visit_mut(&mut Sort);
    }
}

impl Source<'_> {
    fn state(&self, noun: Noun, any: bool) -> (ReadState, Option<String>) {
        let failed = self.failed.get(&noun);
        let partial = self.partial.get(&noun).filter(|reasons| !reasons.is_empty());
        let unsupported = self.unsupported.get(&noun).filter(|reasons| !reasons.is_empty());
        let state = match (failed, partial, unsupported) {
            (None, None, None) => return (ReadState::Collected, None),
            (Some((state, _)), _, _) if !any => *state,
            (Some(_), _, _) | (None, Some(_), _) => ReadState::Partial,
            (None, None, Some(_)) => ReadState::Unsupported,
        };
        let failed = failed.map(|(_, reasons)| reasons);
        let reasons: Vec<&str> = failed.into_iter().chain(partial).chain(unsupported).flatten().map(String::as_str).collect();
        (state, Some(reasons.join("; ")))
    }
}

/// Drops the items about subjects that are not among `subjects`, and says which.
fn only_about(evidence: &mut Evidence, subjects: &BTreeMap<Noun, BTreeSet<Subject>>, because: &str) -> BTreeSet<Link> {
    let mut only = Only { subjects, because, dropped: BTreeSet::new() };
    evidence.visit_mut(&mut only);
    only.dropped
}

struct Only<'a> {
    subjects: &'a BTreeMap<Noun, BTreeSet<Subject>>,
    because: &'a str,
    dropped: BTreeSet<Link>,
}

impl VisitMut for Only<'_> {
    fn noun<T: Item>(&mut self, noun: Noun, items: &mut Subjects<T>) {
        let asked = self.subjects.get(&noun).filter(|subjects| !subjects.is_empty());
        items.retain(|key, list| {
            let kept = asked.is_some_and(|asked| key == UNLINKED || asked.iter().any(|subject| subject.as_str() == key));
            if !kept {
                let named =
                    list.iter().map(|item| Link { object: item.id().to_owned(), to: key.clone(), because: self.because.to_owned() });
                // What is about nobody known, in a noun that nobody asks for, is no news.
                self.dropped.extend(named.filter(|_| key != UNLINKED));
            }
            kept && !list.is_empty()
        });
    }
}

/// Drops unlinked items whose read has no subject left.
struct OfReads<'a> {
    asked: &'a BTreeSet<(&'a str, Noun)>,
}

impl VisitMut for OfReads<'_> {
    fn noun<T: Item>(&mut self, noun: Noun, items: &mut Subjects<T>) {
        if let Some(list) = items.get_mut(UNLINKED) {
            list.retain(|item| self.asked.contains(&(item.read(), noun)));
        }
        items.retain(|_, list| !list.is_empty());
    }
}

struct Sort;

impl VisitMut for Sort {
    fn noun<T: Item>(&mut self, _: Noun, items: &mut Subjects<T>) {
        for list in items.values_mut() {
            list.sort_by(|a, b| a.id().cmp(b.id()));
        }
    }
}

/// How many items there are, by noun and subject.
fn count(evidence: &Evidence) -> BTreeMap<Noun, BTreeMap<String, u64>> {
    let mut count = Count::default();
    evidence.visit(&mut count);
    count.0
}

#[derive(Default)]
struct Count(BTreeMap<Noun, BTreeMap<String, u64>>);

impl Visit for Count {
    fn noun<T: Item>(&mut self, noun: Noun, items: &Subjects<T>) {
        let counts = items.iter().map(|(subject, list)| (subject.clone(), u64::try_from(list.len()).unwrap_or(u64::MAX)));
        self.0.insert(noun, counts.collect());
    }
}
