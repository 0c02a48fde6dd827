//! Over all clusters: how many servers of a database take writes now, counted where each of them runs. Two
//! regions that each have one primary look right from inside either.

use super::books::{Books, Source};
use crate::snapshot::{Class, Consensus, Database, Evidence, Noun, Place, Subject, System};
use crate::standard::Resolved;
use std::collections::{BTreeMap, BTreeSet};

/// The one read of all of them.
const READ: &str = "clusters/global";

/// Enters one guard for each database that the clusters run; `regions` are those whose clusters were read.
pub(super) fn enter(regions: &BTreeSet<&str>, system: &System, standard: &Resolved, at_s: i64, books: &mut Books) {
    let mut subjects = BTreeSet::new();
    let mut evidence = Evidence::default();
    let mut partial: BTreeMap<Noun, BTreeSet<String>> = BTreeMap::new();
    for subject in standard.subjects_of(Noun::Consensus) {
        let found: Vec<&Database> = books
            .evidence
            .database
            .iter()
            .filter(|(of, _)| of_thing(of, &subject))
            .flat_map(|(_, items)| items)
            .filter(|item| item.read.starts_with("clusters/"))
            .collect();
        if found.is_empty() {
            continue;
        }
        match count(&found, regions, system, books) {
            Ok(primaries) => evidence.consensus.entry(subject.to_string()).or_default().push(guard(&subject, primaries)),
            Err(why) => drop(partial.entry(Noun::Consensus).or_default().insert(why)),
        }
        subjects.insert(subject);
    }
    let source = Source {
        read: READ,
        section: "clusters",
        class: Class::Observed,
        of: &regions.iter().map(|region| format!("clusters/{region}")).collect::<Vec<_>>().join(", "),
        at_s,
        took_ms: None,
        subjects: BTreeMap::from([(Noun::Consensus, subjects)]),
        failed: BTreeMap::new(),
        partial,
        unsupported: BTreeMap::new(),
    };
    books.enter(&source, evidence);
}

fn of_thing(stored: &str, subject: &Subject) -> bool {
    Subject::parse(stored).is_some_and(|stored| stored.thing() == subject.thing())
}

/// How many take writes, if each region was read to its end and each database says how many.
fn count(found: &[&Database], regions: &BTreeSet<&str>, system: &System, books: &Books) -> Result<u64, String> {
    for region in system.regions.keys() {
        let read = format!("clusters/{region}");
        let whole = books.reads.iter().any(|known| known.read == read && known.noun == Noun::Database && known.state.decides());
        if !regions.contains(region.as_str()) || !whole {
            return Err(format!("which servers take writes in {region} could not be read"));
        }
        // It may run outside the cluster there, and take writes too.
        if found.iter().all(|database| database.read != read) {
            return Err(format!("no server in {region} was seen that could be counted"));
        }
    }
    let counted = found
        .iter()
        .map(|database| database.primaries.ok_or_else(|| format!("which servers of {} take writes could not be told", database.id)));
    counted.sum()
}

/// A list of the newest state takes a majority of the store behind the API server, and that store is the guard.
fn guard(subject: &Subject, primaries: u64) -> Consensus {
    Consensus {
        id: format!("observed/{READ}/{}", subject.thing()),
        class: Class::Observed,
        read: READ.to_owned(),
        at: Place { object: Some(subject.to_string()), ..Place::default() },
        kind: "kubernetes".to_owned(),
        members: None,
        healthy: None,
        quorum: Some(true),
        primaries: Some(primaries),
        leaders: None,
        paused: None,
    }
}
