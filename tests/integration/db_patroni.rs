//! What real Patroni members and their etcd say of themselves, through the built binary.

use crate::db_tools::{Found, collect};
use crate::lab::patroni::Cluster;
use crate::lab::process::until;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const SUBJECT: &str = "postgresql/east";

fn ask(cluster: &Cluster) -> Found {
    let members: Vec<String> = cluster.members.iter().map(|member| format!("http://127.0.0.1:{}", member.rest)).collect();
    let etcd = [format!("http://127.0.0.1:{}", cluster.etcd_port)];
    collect(&json!({"component": "postgresql", "patroni": members, "etcd": etcd}), "")
}

fn database(found: &Found) -> [Value; 5] {
    let [database] = found.items("database", SUBJECT)[..] else { panic!("no database") };
    ["role", "instances", "ready", "consistent", "primaries"].map(|key| database[key].clone())
}

#[test]
fn a_member_that_hangs_leaves_the_list_and_is_missed_all_the_same() {
    let cluster = Cluster::start();
    let well = ask(&cluster);
    assert_eq!(database(&well), [json!("primary"), json!(3), json!(3), json!(true), json!(1)]);
    assert_eq!(well.reads("patroni", "database"), [("collected", "")]);
    assert!(well.of("patroni").contains(", system 7"), "{}", well.of("patroni"));

    cluster.pause(true);
    assert_eq!(ask(&cluster).reads("patroni", "database"), [("collected", "")]);
    cluster.pause(false);

    // Its server goes on; only who manages it hangs.
    let (frozen, other) = (cluster.member(false), cluster.member(true));
    frozen.process.freeze();
    let begun = Instant::now();
    let hung = ask(&cluster);
    assert!(begun.elapsed() < Duration::from_secs(8), "it costs its own deadline only");
    assert_eq!(database(&hung), [json!("primary"), json!(3), Value::Null, Value::Null, Value::Null]);
    let silent = format!("Patroni at 127.0.0.1:{}: timed out: no whole answer in 2 s", frozen.rest);
    assert_eq!(hung.reads("patroni", "database"), [("partial", silent.as_str())]);
    until("it leaves the list", Duration::from_secs(60), || (other.get("/cluster")?["members"].as_array()?.len() == 2).then_some(()));
    let gone = ask(&cluster);
    assert_eq!(gone.reads("patroni", "database"), [("partial", format!("{silent}; Patroni knows 2 members, 3 are configured").as_str())]);
    frozen.process.thaw();
    until("it is back", Duration::from_secs(60), || (other.get("/cluster")?["members"].as_array()?.len() == 3).then_some(()));

    // Without its store it cannot say whom it knows, and after a while nobody leads.
    cluster.etcd.freeze();
    until("nobody leads", Duration::from_secs(60), || {
        let leads = |own: Value| own["role"] == "master" || own["role"] == "primary";
        (!cluster.members.iter().any(|member| member.get("/patroni").is_some_and(leads))).then_some(())
    });
    let headless = ask(&cluster);
    assert!(headless.items("database", SUBJECT).is_empty());
    assert_eq!(headless.reads("patroni", "database")[0].0, "partial");
    cluster.etcd.thaw();
}
