//! What real Patroni members and their etcd say of themselves, through the built binary.

use crate::db_tools::{Found, collect};
use crate::lab::patroni::{Cluster, Member, PASSWORD};
use crate::lab::process::until;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const SUBJECT: &str = "postgresql/east";

/// Asks Patroni, its store and each of its servers: whether one of them takes writes, and is kept at one.
fn one_primary(cluster: &Cluster, rest: &[String]) -> String {
    let etcd = [format!("http://127.0.0.1:{}", cluster.etcd_port)];
    let mut servers: Vec<Value> = cluster.members.iter().map(|member| server(member.port)).collect();
    servers[0]["patroni"] = json!(rest);
    servers[0]["etcd"] = json!(etcd);
    collect(&json!(servers), PASSWORD).verdict("replication.one_primary", "postgresql/global")
}

fn server(port: u16) -> Value {
    let url = format!("postgres://postgres@127.0.0.1:{port}/postgres?sslmode=disable");
    json!({"component": "postgresql", "url": url, "password": {"env": "PASSWORD"}, "sample-for": "1s"})
}

fn rest(cluster: &Cluster) -> Vec<String> {
    cluster.members.iter().map(|member| format!("http://127.0.0.1:{}", member.rest)).collect()
}

#[test]
fn one_primary_passes_where_patroni_keeps_it_at_one_and_not_else() {
    let cluster = Cluster::start();
    let all = rest(&cluster);
    assert_eq!(one_primary(&cluster, &all), "pass");
    let everything: Vec<Value> = cluster.members.iter().map(|member| server(member.port)).collect();
    let asynchronous = ["service-failure/east", "single-pod-failure/east"].map(|one| ("recovery.rpo_no_loss".to_owned(), one.to_owned()));
    assert_eq!(collect(&json!(everything), PASSWORD).fails(), asynchronous, "nothing fails but that no commit waits");

    // One of the members that were to be asked is another that was asked already, under another name.
    let twice = [all[0].clone(), all[1].clone(), all[1].replace("127.0.0.1", "localhost")];
    assert_eq!(one_primary(&cluster, &twice), "unknown");

    // A store that nobody says the servers hang on.
    assert_eq!(one_primary(&cluster, &[]), "unknown");

    cluster.pause(true);
    assert_eq!(one_primary(&cluster, &all), "fail");
    cluster.pause(false);
    assert_eq!(one_primary(&cluster, &all), "pass");

    cluster.member(false).process.freeze();
    assert_eq!(one_primary(&cluster, &all), "unknown");
}

#[test]
fn two_primaries_fail_however_few_of_the_members_answer() {
    let cluster = Cluster::start();
    let (all, leader) = (rest(&cluster), cluster.member(true));
    leader.process.freeze();
    // Its server takes writes as before, while the others vote for another.
    until("another leads", Duration::from_secs(60), || {
        let leads = |member: &&Member| member.rest != leader.rest && member.get("/patroni").is_some_and(|own| own["role"] == "master");
        cluster.members.iter().find(leads)
    });
    assert_eq!(one_primary(&cluster, &all), "fail");
    leader.process.thaw();
    until("it is one again", Duration::from_secs(60), || (one_primary(&cluster, &all) == "pass").then_some(()));

    // Without their store nobody may lead, and nobody takes writes.
    cluster.etcd.freeze();
    until("nobody leads", Duration::from_secs(60), || (one_primary(&cluster, &all) == "fail").then_some(()));
    cluster.etcd.thaw();
}

fn ask(cluster: &Cluster) -> Found {
    let members = rest(cluster);
    let etcd = [format!("http://127.0.0.1:{}", cluster.etcd_port)];
    collect(&json!({"component": "postgresql", "patroni": members, "etcd": etcd}), "")
}

/// What is known of who leads, where no server is asked itself.
fn verdict(found: &Found) -> String {
    found.verdict("replication.one_primary", "postgresql/global")
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
    assert_eq!((verdict(&well).as_str(), well.fails()), ("pass", vec![]));

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
    assert_eq!(verdict(&hung), "unknown");
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
    assert_eq!(verdict(&headless), "fail");
    cluster.etcd.thaw();
}
