use super::*;
use crate::collect::reports::tests::blank;
use crate::config::Tool;

fn server(name: &str, takes_writes: Option<bool>) -> Reading {
    Reading { is_server: true, takes_writes, of: name.to_owned(), read: format!("postgres@{name}/us-east-1"), ..blank(Tool::WalG) }
}

fn around(name: &str, quorum: Option<bool>, leaders: Option<u64>) -> Reading {
    let store = Store { kind: "patroni-etcd", members: Some(3), healthy: Some(3), quorum, leaders, paused: Some(false) };
    Reading { store: Some(store), read: format!("patroni:{name}/us-east-1"), ..blank(Tool::WalG) }
}

/// `primaries`, `quorum` and `leaders` of a guard.
type Guard = (u64, Option<bool>, Option<u64>);

/// Of each guard, and how many doubts there are.
fn all(configured: usize, readings: &[Reading]) -> (Vec<Guard>, usize) {
    let all = of_component("postgresql", configured, readings, 0);
    let guards = all.evidence.consensus.values().flatten();
    let facts = guards.map(|guard| (guard.primaries.unwrap(), guard.quorum, guard.leaders)).collect();
    (facts, all.partial.values().flatten().count())
}

#[test]
fn how_many_take_writes_is_known_of_all_or_of_none() {
    let (writes, reads) = (|| server("a", Some(true)), || server("b", Some(false)));
    assert_eq!(all(2, &[writes(), reads()]), (vec![(1, None, None)], 0));
    assert_eq!(all(2, &[writes(), server("b", Some(true))]), (vec![(2, None, None)], 0));
    assert_eq!(all(2, &[writes(), server("b", None)]), (vec![], 1), "one does not answer");
    assert_eq!(all(2, &[writes()]), (vec![], 1), "one was not asked");
    assert_eq!(all(1, &[]), (vec![], 1), "none was asked");
}

#[test]
fn each_store_has_to_hold_by_itself() {
    let readings = [server("a", Some(true)), around("east", Some(true), Some(1)), around("west", None, Some(0))];
    assert_eq!(all(1, &readings), (vec![(1, Some(true), Some(1)), (1, None, Some(0))], 0));
    let mut doubtful = around("east", Some(true), None);
    doubtful.partly(Noun::Consensus, "Patroni at n1:8008: timed out");
    assert_eq!(all(1, &[server("a", Some(true)), doubtful]), (vec![(1, Some(true), None)], 1));
}

#[test]
fn two_sources_of_one_name_are_one_read_that_is_not_all() {
    let kept = apart([server("a", None), server("a", None), server("b", None)].into_iter());
    let found: Vec<(&str, usize)> = kept.iter().map(|reading| (reading.read.as_str(), reading.partial.len())).collect();
    assert_eq!(found, [("postgres@a/us-east-1", 1), ("postgres@b/us-east-1", 0)]);
}

#[test]
fn servers_of_two_database_clusters_prove_nothing_of_each_other() {
    let of = |name: &str, identity: Option<&str>| Reading { identity: identity.map(str::to_owned), ..server(name, Some(false)) };
    let doubted = |second: Option<&str>| {
        let mut readings = [of("a", Some("7")), of("b", second)];
        of_one_cluster(&mut readings);
        readings.map(|reading| (reading.takes_writes.is_none(), !reading.partial.is_empty()))
    };
    assert_eq!(doubted(Some("8")), [(true, true), (true, true)]);
    assert_eq!(doubted(Some("7")), [(false, false), (false, false)]);
    assert_eq!(doubted(None), [(false, false), (false, false)], "which it is, is not known to differ");
}
