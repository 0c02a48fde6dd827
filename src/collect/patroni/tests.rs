use super::*;
use crate::collect::reports::tests::{SUBJECT, blank};
use crate::config::Tool;
use crate::snapshot::Subject;
use serde_json::json;

fn member(role: &str, state: &str, timeline: u64) -> Result<Member, Fault> {
    let text = json!({"role": role, "state": state, "timeline": timeline, "server_version": 150_004,
        "database_system_identifier": "7268616322854375442", "xlog": {"location": 1}});
    Ok(serde_json::from_value(text).unwrap())
}

fn cluster(members: usize, pause: bool) -> Option<Result<Cluster, Fault>> {
    let listed = vec![json!({"name": "n", "role": "replica", "state": "running", "lag": "unknown"}); members];
    let mut text = json!({"members": listed, "scope": "lab"});
    if pause {
        text["pause"] = json!(true);
    }
    Some(Ok(serde_json::from_value(text).unwrap()))
}

fn said(members: Vec<Result<Member, Fault>>, cluster: Option<Result<Cluster, Fault>>) -> Said {
    Said { members: members.into_iter().enumerate().map(|(at, member)| (format!("n{at}:8008"), member)).collect(), cluster }
}

fn reading() -> Reading {
    let subject = Subject::parse(SUBJECT).unwrap();
    Reading { subjects: [(Noun::Database, BTreeSet::from([subject]))].into(), ..blank(Tool::WalG) }
}

#[test]
fn who_leads_is_known_where_all_say_it_of_themselves() {
    let silent = || Err(Fault::TimedOut(1000));
    type Row = (Vec<Result<Member, Fault>>, usize, Option<u64>, &'static [&'static str]);
    let cases: [Row; 6] = [
        (vec![member("master", "running", 1), member("replica", "running", 1)], 2, Some(1), &[]),
        (vec![member("primary", "running", 1), member("leader", "running", 2)], 2, Some(2), &[]),
        (vec![member("replica", "streaming", 1), member("replica", "streaming", 1)], 2, Some(0), &[]),
        (vec![member("master", "stopped", 1), member("standby_leader", "running", 1)], 2, Some(0), &[]),
        (vec![member("master", "running", 1), silent()], 2, None, &["Patroni at n1:8008: timed out: no whole answer in 1 s"]),
        (vec![member("master", "running", 1), member("replica", "running", 1)], 1, Some(1), &["Patroni knows 1 members, 2 are configured"]),
    ];
    for (members, listed, expected, doubts) in cases {
        let mut reading = reading();
        let said = said(members, cluster(listed, false));
        assert_eq!(leaders(&said, &mut reading), expected, "{:?}", said.members);
        let found: Vec<String> = reading.partial.get(&Noun::Consensus).into_iter().flatten().cloned().collect();
        assert_eq!(found, doubts);
    }
}

#[test]
fn a_pause_is_known_from_anybody_and_its_absence_from_all() {
    let up = || member("replica", "running", 1);
    assert_eq!(paused(&said(vec![up(), up()], cluster(2, true))), Some(true));
    assert_eq!(paused(&said(vec![up(), up()], cluster(2, false))), Some(false));
    assert_eq!(paused(&said(vec![up(), Err(Fault::Skipped)], cluster(2, false))), None);
    assert_eq!(paused(&said(vec![up()], Some(Err(Fault::TimedOut(1))))), None);
}

#[test]
fn the_database_is_what_its_members_make_of_it() {
    let found = |members: Vec<Result<Member, Fault>>| {
        let mut reading = reading();
        database(&said(members, None), &mut reading);
        reading.evidence.database.get(SUBJECT).map(|items| (items[0].role, items[0].ready, items[0].consistent, items[0].primaries))
    };
    let (primary, standby) = (DatabaseRole::Primary, DatabaseRole::Standby);
    let follows = || member("replica", "streaming", 1);
    assert_eq!(found(vec![member("master", "running", 1), follows()]), Some((primary, Some(2), Some(true), Some(1))));
    assert_eq!(found(vec![member("standby_leader", "running", 1), follows()]), Some((standby, Some(2), Some(true), Some(0))));
    assert_eq!(found(vec![member("master", "running", 2), follows()]), Some((primary, Some(2), None, Some(1))), "on its way to timeline 2");
    assert_eq!(found(vec![member("master", "running", 1), Err(Fault::Skipped)]), Some((primary, None, None, None)));
    assert_eq!(found(vec![member("master", "running", 1), member("master", "running", 1)]), Some((primary, Some(2), Some(false), Some(2))));
    assert_eq!(found(vec![follows(), follows()]), None, "nobody leads");
}

#[test]
fn one_healthy_member_of_etcd_less_than_a_majority_proves_nothing() {
    let (well, ill, silent) = (|| Ok(true), || Ok(false), || Err(Fault::TimedOut(1000)));
    type Row = (Vec<Result<bool, Fault>>, Option<bool>, Option<u64>, usize);
    let cases: [Row; 6] = [
        (vec![well(), well(), well()], Some(true), Some(3), 0),
        (vec![well(), well(), silent()], Some(true), None, 0),
        (vec![well(), silent(), silent()], None, None, 2),
        (vec![ill(), ill(), silent()], Some(false), None, 0),
        (vec![well(), ill(), ill()], None, Some(1), 0),
        (vec![], None, None, 0),
    ];
    for (healths, quorum, healthy, doubts) in cases {
        let mut reading = reading();
        let healths: Vec<_> = healths.into_iter().enumerate().map(|(at, health)| (format!("e{at}:2379"), health)).collect();
        let found = store(&healths, &mut reading);
        assert_eq!((found.quorum, found.healthy), (quorum, healthy), "{healths:?}");
        assert_eq!(reading.partial.get(&Noun::Consensus).map_or(0, BTreeSet::len), doubts, "{healths:?}");
    }
}

#[test]
fn an_address_is_shown_without_its_user() {
    for (address, shown) in [("http://a:8008/", "a:8008"), ("https://me:s3cr3t@b:1?x=y", "b:1"), ("c", "c")] {
        assert_eq!(http::shown(address), shown);
    }
}
