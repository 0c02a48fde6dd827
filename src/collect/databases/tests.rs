use super::*;
use crate::collect::reports::tests::blank;
use crate::config::Tool;
use serde_json::json;

fn server(name: &str, takes_writes: Option<bool>) -> Reading {
    Reading { is_server: true, takes_writes, of: name.to_owned(), read: format!("postgres@{name}/us-east-1"), ..blank(Tool::WalG) }
}

fn around(name: &str, quorum: Option<bool>, leaders: Option<u64>) -> Reading {
    let store = Store { kind: "patroni-etcd", members: Some(3), healthy: Some(3), quorum, leaders, paused: Some(false) };
    Reading { store: Some(store), read: format!("patroni:{name}/us-east-1"), ..blank(Tool::WalG) }
}

/// `primaries`, `quorum` and `leaders` of a guard.
type Guard = (u64, Option<bool>, Option<u64>);

fn source() -> DatabaseSource {
    DatabaseSource {
        component: "postgresql".to_owned(),
        region: "us-east-1".to_owned(),
        url: Some("postgres://db/app".to_owned()),
        password: None,
        standbys: BTreeSet::new(),
        replicas: None,
        sample_for_s: 1,
        heartbeat: None,
        audit_trail: BTreeMap::new(),
        patroni: Vec::new(),
        etcd: Vec::new(),
        sentinels: Vec::new(),
        backups: Vec::new(),
    }
}

/// Of each guard, and how many doubts there are.
fn all(configured: usize, readings: &[Reading]) -> (Vec<Guard>, usize) {
    all_of(&vec![source(); configured], readings)
}

fn all_of(sources: &[DatabaseSource], readings: &[Reading]) -> (Vec<Guard>, usize) {
    let all = of_component("postgresql", &sources.iter().collect::<Vec<_>>(), readings, 0);
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

/// A server that says of these replicas whether they stream.
fn with(replicas: &[(&str, bool)], server: Reading) -> Reading {
    let found = replicas.iter().map(|(name, streams)| {
        json!({"id": name, "class": "observed", "read": "r", "at": {}, "product": "postgresql", "name": name, "cross_region": false,
            "streaming": streams})
    });
    let found = found.map(|replica| serde_json::from_value(replica).unwrap()).collect();
    let evidence = Evidence { replica: BTreeMap::from([("postgresql/us-east-1".to_owned(), found)]), ..Evidence::default() };
    Reading { evidence, ..server }
}

#[test]
fn a_server_that_was_not_asked_may_take_writes() {
    let expects = |names: &[&str]| DatabaseSource { standbys: names.iter().map(ToString::to_string).collect(), ..source() };
    let primary = |replicas: &[(&str, bool)]| with(replicas, server("a", Some(true)));
    assert_eq!(all_of(&[expects(&["b"])], &[primary(&[("b", true)])]), (vec![(1, None, None)], 0), "it streams");
    assert_eq!(all_of(&[expects(&["b"])], &[primary(&[("b", false)])]), (vec![], 1), "it was promoted, perhaps");
    assert_eq!(all_of(&[expects(&["b"])], &[primary(&[])]), (vec![], 1), "nothing is known of it");
    let both = [expects(&["b"]), source()];
    assert_eq!(all_of(&both, &[primary(&[("b", false)]), server("b", Some(false))]), (vec![(1, None, None)], 0), "it was asked itself");
    let standby = || with(&[("itself", true)], server("b", Some(false)));
    assert_eq!(all(1, &[standby()]), (vec![], 1), "a standby hears from a primary that nobody asked");
    assert_eq!(all(1, &[server("b", Some(false))]), (vec![(0, None, None)], 0), "it hears from nobody");
    let managed = DatabaseSource { patroni: vec!["http://a:8008".to_owned(), "http://b:8008".to_owned()], ..source() };
    assert_eq!(all_of(std::slice::from_ref(&managed), &[standby()]), (vec![], 1), "one of two members was asked");
    assert_eq!(all_of(&[managed, source()], &[standby(), with(&[("itself", true)], server("c", Some(false)))]), (vec![(0, None, None)], 0));
}

#[test]
fn patroni_counts_its_own_where_no_server_is_asked() {
    let managed = [DatabaseSource { url: None, patroni: vec!["http://a:8008".to_owned()], ..source() }];
    let leads = |names: Option<&[&str]>| Reading {
        leading: names.map(|names| names.iter().map(ToString::to_string).collect()),
        ..around("east", Some(true), Some(1))
    };
    let counted = |readings: &[Reading]| all_of(&managed, readings).0.first().map(|guard| guard.0);
    assert_eq!(counted(&[leads(Some(&["a:8008"]))]), Some(1));
    assert_eq!(counted(&[leads(Some(&[]))]), Some(0));
    assert_eq!(counted(&[leads(Some(&["a:8008"])), leads(Some(&["a:8008"]))]), Some(1), "two ways to one cluster");
    assert_eq!(counted(&[leads(Some(&["a:8008"])), leads(Some(&["b:8008"]))]), Some(2), "two clusters");
    assert_eq!(counted(&[leads(Some(&["a:8008"])), leads(None)]), None);
    assert_eq!(counted(&[]), None);
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

    // The copies of another are none of this one's, and put no server in doubt.
    let copies = |identity: &str| Reading {
        identity: Some(identity.to_owned()),
        read: "pgbackrest/us-east-1".to_owned(),
        ..blank(Tool::PgBackRest)
    };
    for (identity, doubts) in [("7", 0), ("8", 2)] {
        let mut readings = [of("a", Some("7")), copies(identity)];
        of_one_cluster(&mut readings);
        assert_eq!((readings[0].partial.len(), readings[1].partial.len()), (0, doubts), "{identity}");
    }
    let mut alone = [copies("8")];
    of_one_cluster(&mut alone);
    assert!(alone[0].partial.is_empty(), "no server says which it is");
    let mut guarded = [of("a", Some("7")), Reading { identity: Some("8".to_owned()), ..around("east", Some(true), Some(1)) }];
    of_one_cluster(&mut guarded);
    assert_eq!(guarded[0].takes_writes, None, "Patroni of another cluster guards nothing here");
}

#[test]
fn copies_without_a_schedule_are_made_by_somebody_whom_nothing_reads() {
    const MANIFESTS: &str = "manifests/us-east-1";
    let points = |count: u64| -> crate::snapshot::RecoveryPoints {
        let at = json!({"object": "stanza/main"});
        serde_json::from_value(
            json!({"id": "observed/wal-g/us-east-1/main", "class": "observed", "read": "wal-g/us-east-1", "at": at, "count": count}),
        )
        .unwrap()
    };
    let plan = || {
        serde_json::from_value(json!({"id": "plan", "class": "declared", "read": MANIFESTS, "at": {}, "tool": "pgbackrest", "kind": "physical", "fires": true})).unwrap()
    };
    // How many copies the report shows, whether a plan of them was found, and whether nobody knows their schedule.
    for (count, planned, unread) in [(800, false, true), (0, false, false), (800, true, false)] {
        let mut books = Books::default();
        let mut reading = blank(Tool::WalG);
        reading.evidence.recovery_points.entry("postgresql/us-east-1".to_owned()).or_default().push(points(count));
        if planned {
            books.evidence.backup_plan.entry("postgresql/us-east-1".to_owned()).or_default().push(plan());
        }
        reading.enter(&mut books);
        enter_schedules(0, &mut books);
        let unsupported: Vec<Noun> =
            books.reads.iter().filter(|read| read.state == crate::snapshot::ReadState::Unsupported).map(|read| read.noun).collect();
        assert_eq!(!unsupported.is_empty(), unread, "{count} {planned}");
        assert!(unsupported.iter().all(|noun| [Noun::BackupPlan, Noun::Schedule].contains(noun)));
    }
}
