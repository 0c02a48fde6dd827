//! A snapshot as evaluation reads it: every item once, found by noun and by the subject that is judged.

use super::engine::{Document, EngineError};
use crate::snapshot::{Asked, Class, Item, Noun, Place, Read, ReadState, Snapshot, Subject, Subjects, UNLINKED, Visit};
use crate::standard::Resolved;
use std::collections::{BTreeMap, BTreeSet};

/// How far ahead of the instant of judgement a read may be: clocks are never quite equal.
const CLOCK_SKEW_S: i64 = 30;

/// One item.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its identity.
    pub id: String,
    /// Its noun.
    pub noun: Noun,
    /// How strong it is.
    pub class: Class,
    /// The state of its read, at the instant of judgement.
    pub state: ReadState,
    /// Where to look.
    pub place: Place,
    /// Its JSON.
    pub json: String,
}

/// One read of the plan with its outcome.
#[derive(Debug, Clone)]
pub struct Source {
    /// The noun.
    pub noun: Noun,
    /// The class that it can give.
    pub class: Class,
    /// The read.
    pub read: String,
    /// What came of it, at the instant of judgement.
    pub state: ReadState,
    /// Why it is not complete.
    pub detail: Option<String>,
    /// How many items it gave for each subject.
    pub stored: BTreeMap<Subject, u64>,
    /// How many items it gave whose subject is not known.
    pub unlinked: u64,
}

/// Which of the two views of a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum View {
    /// What is there; where nothing live was asked, what is declared.
    Live,
    /// What Git declares.
    Declared,
}

impl View {
    /// The word in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Declared => "declared",
        }
    }
}

/// The items and reads of a snapshot.
pub struct Book {
    /// Every item.
    pub entries: Vec<Entry>,
    /// Every read.
    pub sources: Vec<Source>,
    /// Items by noun and by the subject that they are stored under.
    items: BTreeMap<Noun, BTreeMap<String, Vec<usize>>>,
    /// Reads by noun and by the subject that they were asked about.
    asked: BTreeMap<Noun, BTreeMap<Subject, Vec<usize>>>,
    /// The subjects whose evidence bears on each judged subject.
    about: BTreeMap<Subject, BTreeSet<Subject>>,
    /// The subjects that evidence of each noun can be about.
    of_noun: BTreeMap<Noun, BTreeSet<Subject>>,
}

impl Book {
    /// Opens the books of `snapshot` at the instant `at_s`.
    pub fn open(snapshot: &Snapshot, standard: &Resolved, at_s: i64) -> Self {
        let outcomes: BTreeMap<(&str, Noun), &Read> = snapshot.reads.iter().map(|read| ((read.read.as_str(), read.noun), read)).collect();
        let mut asked: BTreeMap<Noun, BTreeMap<Subject, Vec<usize>>> = BTreeMap::new();
        let mut sources = Vec::new();
        for entry in &snapshot.asked {
            let Some(read) = outcomes.get(&(entry.read.as_str(), entry.noun)) else { continue };
            for subject in &entry.subjects {
                asked.entry(entry.noun).or_default().entry(subject.clone()).or_default().push(sources.len());
            }
            sources.push(source(entry, read, standard.evidence.max_age_s, at_s));
        }
        let states = sources.iter().map(|source| ((source.read.clone(), source.noun), source.state)).collect();
        let mut reader = Reader { states, entries: Vec::new(), items: BTreeMap::new() };
        snapshot.evidence.visit(&mut reader);
        let mut about: BTreeMap<Subject, BTreeSet<Subject>> = BTreeMap::new();
        for (stored, judged) in standard.bearing() {
            for judged in judged {
                about.entry(judged).or_default().insert(stored.clone());
            }
        }
        let of_noun = Noun::ALL.iter().map(|noun| (*noun, standard.subjects_of(*noun))).collect();
        Self { entries: reader.entries, sources, items: reader.items, asked, about, of_noun }
    }

    /// The subjects whose evidence of `noun` bears on `judged`. A drill or an attestation bears only
    /// on the subject that it names.
    pub fn about<'a>(&'a self, noun: Noun, judged: &'a Subject) -> impl Iterator<Item = &'a Subject> {
        let others = match noun {
            Noun::Drill | Noun::Attestation => None,
            _ => self.about.get(judged),
        };
        others.is_none().then_some(judged).into_iter().chain(others.into_iter().flatten())
    }

    /// Whether evidence of `noun` can be about `subject`.
    pub fn can_be_about(&self, noun: Noun, subject: &Subject) -> bool {
        self.of_noun.get(&noun).is_some_and(|subjects| subjects.contains(subject))
    }

    /// Whether `noun` was asked live anywhere under `judged`, whatever the answer.
    pub fn asked_live(&self, noun: Noun, judged: &Subject) -> bool {
        self.under(noun, judged).any(|source| source.class == Class::Observed)
    }

    fn under(&self, noun: Noun, judged: &Subject) -> impl Iterator<Item = &Source> {
        let indices: BTreeSet<usize> = self.about(noun, judged).flat_map(|about| self.asked_about(noun, about)).copied().collect();
        indices.into_iter().filter_map(|index| self.sources.get(index))
    }

    fn asked_about(&self, noun: Noun, subject: &Subject) -> impl Iterator<Item = &usize> {
        self.asked.get(&noun).and_then(|subjects| subjects.get(subject)).into_iter().flatten()
    }

    /// Whether evidence of `class` counts in `view`.
    fn counts(&self, noun: Noun, judged: &Subject, view: View) -> impl Fn(Class) -> bool + use<> {
        let declared = view == View::Declared || !self.asked_live(noun, judged);
        move |class| match class {
            Class::Declared => declared,
            Class::Observed => !declared,
            Class::Attested => true,
        }
    }

    /// The reads that decide about `noun` of `judged` in `view`.
    pub fn reads(&self, noun: Noun, judged: &Subject, view: View) -> Vec<&Source> {
        let counts = self.counts(noun, judged, view);
        self.under(noun, judged).filter(|source| counts(source.class)).collect()
    }

    /// The items of `noun` that bear on `judged` in `view`.
    pub fn items(&self, noun: Noun, judged: &Subject, view: View) -> Vec<&Entry> {
        self.indices(noun, judged, view).filter_map(|index| self.entries.get(index)).collect()
    }

    /// Where those items stand among the entries.
    fn indices<'a>(&'a self, noun: Noun, judged: &'a Subject, view: View) -> impl Iterator<Item = usize> {
        let counts = self.counts(noun, judged, view);
        let stored = self.items.get(&noun).map(|of_noun| self.about(noun, judged).filter_map(|about| of_noun.get(about.as_str())));
        stored
            .into_iter()
            .flatten()
            .flatten()
            .copied()
            .filter(move |index| self.entries.get(*index).is_some_and(|entry| counts(entry.class)))
    }

    /// Whether live reads displaced items that Git declares: by the counts of their reads, since an item
    /// that is gone must not take its fault with it.
    pub fn displaced(&self, noun: Noun, judged: &Subject) -> bool {
        let gave = |source: &Source| self.about(noun, judged).any(|about| source.stored.get(about).is_some_and(|count| *count > 0));
        self.asked_live(noun, judged) && self.under(noun, judged).any(|source| source.class == Class::Declared && gave(source))
    }

    /// One of the subjects that `judged` has its evidence from that live reads gave items for and no
    /// declared read did; by the counts of the reads, as above.
    pub fn only_live(&self, noun: Noun, judged: &Subject) -> Option<Subject> {
        let sources: Vec<&Source> = self.under(noun, judged).collect();
        let gave = |about: &Subject, class: Class| {
            let of_class = sources.iter().filter(|source| source.class == class);
            of_class.filter_map(|source| source.stored.get(about)).any(|count| *count > 0)
        };
        self.about(noun, judged).find(|about| gave(about, Class::Observed) && !gave(about, Class::Declared)).cloned()
    }

    /// Whether `judged` was asked about itself, for evidence that satisfies `class`.
    pub fn asked_for(&self, noun: Noun, judged: &Subject, class: Class) -> bool {
        self.asked_about(noun, judged).filter_map(|index| self.sources.get(*index)).any(|source| source.class.satisfies(class))
    }

    /// Whether `about`, one of the subjects that `judged` has its evidence from, was asked about for
    /// evidence that satisfies `class` and counts for `judged` in `view`.
    pub fn asked_in(&self, noun: Noun, about: &Subject, class: Class, judged: &Subject, view: View) -> bool {
        let counts = self.counts(noun, judged, view);
        self.asked_about(noun, about)
            .filter_map(|index| self.sources.get(*index))
            .any(|source| source.class.satisfies(class) && counts(source.class))
    }

    /// Whether evidence of `noun` was both declared and asked live, so that its two views can differ.
    pub fn is_twofold(&self, noun: Noun) -> bool {
        let of = |class: Class| self.sources.iter().filter(move |source| source.noun == noun && source.class == class);
        of(Class::Observed).next().is_some() && of(Class::Declared).any(|source| source.stored.values().any(|count| *count > 0))
    }

    /// The input of the controls in one view, as JSON: for each noun, the items under every subject that
    /// they bear on. Every noun's object is there.
    pub fn input(&self, view: View, at_s: i64) -> String {
        let nouns = Noun::ALL.iter().map(|noun| {
            let subjects = self.by_subject(*noun, view).map(|(judged, items)| {
                let items: Vec<&str> = items.iter().filter_map(|index| Some(self.entries.get(*index)?.json.as_str())).collect();
                format!("{}:[{}]", serde_json::Value::from(judged.as_str()), items.join(","))
            });
            format!(",\"{}\":{{{}}}", noun.word(), subjects.collect::<Vec<_>>().join(","))
        });
        format!("{{\"taken_at_s\":{at_s}{}}}", nouns.collect::<String>())
    }

    /// The same as the engine holds it, of `nouns`: `items` are the entries, each there once.
    pub fn document(&self, items: &[Document], nouns: &BTreeSet<Noun>, view: View, at_s: i64) -> Document {
        let nouns = Noun::ALL.iter().map(|noun| {
            let subjects = nouns.contains(noun).then(|| self.by_subject(*noun, view)).into_iter().flatten();
            let subjects = subjects
                .map(|(judged, indices)| (judged.as_str(), indices.into_iter().filter_map(|index| items.get(index)).cloned().collect()));
            (noun.word(), Document::object(subjects))
        });
        Document::object(nouns.chain([("taken_at_s", Document::from(at_s))]))
    }

    /// The entries, as the engine holds them.
    ///
    /// # Errors
    /// [`EngineError`] where one of them is no JSON.
    pub fn documents(&self) -> Result<Vec<Document>, EngineError> {
        let entries: Vec<&str> = self.entries.iter().map(|entry| entry.json.as_str()).collect();
        Ok(Document::parse(&format!("[{}]", entries.join(",")))?.members())
    }

    /// The subjects that items of `noun` bear on in `view`, with those items.
    fn by_subject(&self, noun: Noun, view: View) -> impl Iterator<Item = (&Subject, Vec<usize>)> {
        let subjects = self.about.keys().map(move |judged| (judged, self.indices(noun, judged, view).collect::<Vec<_>>()));
        subjects.filter(|(_, items)| !items.is_empty())
    }
}

/// A read at the instant of judgement: what is older than the standard allows, or dated ahead of the
/// clock, decides nothing. Drills and attestations have dates of their own instead.
fn source(asked: &Asked, read: &Read, max_age_s: i64, at_s: i64) -> Source {
    let dated = matches!(asked.noun, Noun::Drill | Noun::Attestation | Noun::Scan);
    // A snapshot may hold any instant: what is too far apart to be subtracted is far enough.
    let age_s = at_s.saturating_sub(read.at_s);
    let (state, detail) = if read.state.decides() && !dated && age_s > max_age_s {
        let age = crate::units::human_s(age_s);
        (
            ReadState::Stale,
            Some(format!("read {age} before the instant of judgement, at most {} is allowed", crate::units::human_s(max_age_s))),
        )
    } else if read.state.decides() && read.at_s.saturating_sub(at_s) > CLOCK_SKEW_S {
        (ReadState::Stale, Some("it is dated after the instant of judgement".to_owned()))
    } else {
        (read.state, read.detail.clone())
    };
    Source {
        noun: asked.noun,
        class: asked.class,
        read: asked.read.clone(),
        state,
        detail,
        stored: read.stored.clone(),
        unlinked: read.unlinked,
    }
}

/// Writes every item down once.
struct Reader {
    states: BTreeMap<(String, Noun), ReadState>,
    entries: Vec<Entry>,
    items: BTreeMap<Noun, BTreeMap<String, Vec<usize>>>,
}

impl Visit for Reader {
    fn noun<T: Item>(&mut self, noun: Noun, items: &Subjects<T>) {
        for (subject, list) in items.iter().filter(|(subject, _)| subject.as_str() != UNLINKED) {
            for item in list {
                // An item that cannot be written as JSON cannot be judged; none of ours is such.
                let Ok(json) = serde_json::to_string(item) else { continue };
                let state = self.states.get(&(item.read().to_owned(), noun)).copied().unwrap_or(ReadState::Partial);
                self.items.entry(noun).or_default().entry(subject.clone()).or_default().push(self.entries.len());
                let (id, class, place) = (item.id().to_owned(), item.class(), item.place().clone());
                self.entries.push(Entry { id, noun, class, state, place, json });
            }
        }
    }
}
