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
    // As `said` calls them: the first holds the lock.
    let role = |at: usize| if at == 0 { "leader" } else { "replica" };
    let one = |at: usize| {
        json!({"name": format!("n{at}"), "role": role(at), "state": "running", "lag": "unknown",
        "api_url": format!("http://n{at}:8008/patroni")})
    };
    let listed: Vec<_> = (0..members).map(one).collect();
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
    const NONE: &str = "Patroni calls n0:8008 the leader, which says of itself that it is none";
    type Row = (Vec<Result<Member, Fault>>, usize, Option<u64>, &'static [&'static str]);
    let cases: [Row; 7] = [
        (vec![member("master", "running", 1), member("replica", "running", 1)], 2, Some(1), &[]),
        (
            vec![member("primary", "running", 1), member("leader", "running", 2)],
            2,
            Some(2),
            &["Patroni at n1:8008 takes writes, and is not called the leader"],
        ),
        (vec![member("replica", "streaming", 1), member("replica", "streaming", 1)], 2, Some(0), &[NONE]),
        (vec![member("standby_leader", "running", 1), member("replica", "stopped", 1)], 2, Some(0), &[]),
        (
            vec![member("master", "running", 1), member("master", "unknown", 1)],
            2,
            Some(1),
            &["the server of Patroni at n1:8008 is between two states, or does not answer: whether it takes writes is not known"],
        ),
        (vec![member("master", "running", 1), silent()], 2, None, &["Patroni at n1:8008: timed out: no whole answer in 1 s"]),
        (vec![member("master", "running", 1), member("replica", "running", 1)], 1, Some(1), &["Patroni knows 1 members, 2 are configured"]),
    ];
    for (members, listed, expected, doubts) in cases {
        let mut reading = reading();
        let said = said(members, cluster(listed, false));
        assert_eq!(leaders(&said, &mut reading), expected, "{:?}", said.members);
        assert_eq!(in_doubt(&reading), doubts);
    }
}

fn in_doubt(reading: &Reading) -> Vec<String> {
    reading.partial.get(&Noun::Consensus).into_iter().flatten().cloned().collect()
}

#[test]
fn members_are_known_one_by_one() {
    let two = || vec![member("master", "running", 1), member("replica", "running", 1)];
    let doubts = |change: &dyn Fn(&mut Said)| {
        let (mut said, mut reading) = (said(two(), cluster(2, false)), reading());
        change(&mut said);
        let found = leaders(&said, &mut reading);
        (found, in_doubt(&reading))
    };
    let own = |said: &mut Said, at: usize, change: &dyn Fn(&mut Member)| change(said.members[at].1.as_mut().unwrap());
    let listed = |said: &mut Said, at: usize, change: &dyn Fn(&mut Listed)| {
        if let Some(Ok(cluster)) = &mut said.cluster {
            change(&mut cluster.members[at]);
        }
    };
    assert_eq!(doubts(&|_| ()), (Some(1), vec![]));
    let stranger = |at: &str| format!("Patroni knows a member at {at}, which is none of those that were asked");
    let replaced = doubts(&|said| listed(said, 1, &|one| one.api_url = Some("http://n9:8008/patroni".to_owned())));
    assert_eq!(replaced, (Some(1), vec![stranger("n9:8008")]));
    let leads = doubts(&|said| listed(said, 0, &|one| one.api_url = Some("http://n9:8008/patroni".to_owned())));
    assert_eq!(leads, (None, vec![stranger("n9:8008")]), "who takes writes is not in the list");
    // Its name counts where it says one, however it is reached.
    let named = doubts(&|said| {
        own(said, 1, &|member| member.patroni.name = Some("n1".to_owned()));
        listed(said, 1, &|one| one.api_url = Some("http://10.0.0.6:8008/patroni".to_owned()));
    });
    assert_eq!(named, (Some(1), vec![]));
    let twice = doubts(&|said| (0..2).for_each(|at| own(said, at, &|member| member.patroni.name = Some("n0".to_owned()))));
    let (both, other) = ("several of the addresses lead to the member of Patroni at n0:8008".to_owned(), stranger("n1:8008"));
    assert_eq!(twice, (Some(1), vec![other, both]));
    let unlocked = doubts(&|said| own(said, 1, &|member| member.cluster_unlocked = true));
    assert_eq!(unlocked, (Some(1), vec!["nobody holds the leader's lock of Patroni".to_owned()]));
    let different = vec!["members of Patroni belong to different clusters".to_owned()];
    let system = doubts(&|said| own(said, 1, &|member| member.database_system_identifier = Some("8".to_owned())));
    assert_eq!(system, (Some(1), different.clone()));
    let scope = doubts(&|said| (0..2).for_each(|at| own(said, at, &|member| member.patroni.scope = Some(format!("s{at}")))));
    assert_eq!(scope, (Some(1), different));
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
