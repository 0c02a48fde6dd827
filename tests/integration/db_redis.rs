//! What real Redis servers and Sentinels say of themselves, through the built binary.

use crate::db_tools::{Found, collect};
use crate::lab::measured::measure;
use crate::lab::redis::{self as lab, Group, PASSWORD};
use serde_json::{Value, json};
use std::io::Write;
use std::net::TcpListener;
use std::time::Duration;

const SUBJECT: &str = "redis/east";

fn entry(port: u16, more: &Value) -> Value {
    let mut entry =
        json!({"component": "redis", "url": format!("redis://127.0.0.1:{port}"), "password": {"env": "PASSWORD"}, "sample-for": "3s"});
    entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    entry
}

fn following(found: &Found) -> Vec<(&Value, bool)> {
    found.items("replica", SUBJECT).iter().map(|replica| (&replica["streaming"], replica["samples"].as_u64() > Some(1))).collect()
}

fn faulty(port: u16, password: &str) -> (String, String) {
    let found = collect(&entry(port, &json!({})), password);
    let (state, detail) = found.reads("redis@", "replica")[0];
    assert!(found.items("replica", SUBJECT).is_empty());
    (state.to_owned(), detail.to_owned())
}

#[test]
fn replicas_are_believed_by_what_they_acknowledge() {
    let group = Group::start();
    let [first, second] = &group.replicas[..] else { panic!() };
    let sentinels: Vec<String> = group.sentinels.iter().map(|one| format!("redis://127.0.0.1:{}", one.port)).collect();
    let more = json!({"replicas": 2, "sentinels": sentinels});
    let yes = json!(true);
    let no = json!(false);

    // At rest, and with writes all the time.
    assert_eq!(following(&collect(&entry(group.primary.port, &more), PASSWORD)), [(&yes, true), (&yes, true)]);
    let writer = group.primary.keep_writing();
    let busy = collect(&entry(group.primary.port, &more), PASSWORD);
    assert_eq!(following(&busy), [(&yes, true), (&yes, true)]);
    for replica in busy.items("replica", SUBJECT) {
        let lag_ms = replica["lag_p99_ms"].as_i64().unwrap();
        assert!((0..1_000).contains(&lag_ms), "{replica}");
    }
    let [database] = busy.items("database", SUBJECT)[..] else { panic!() };
    assert_eq!((&database["role"], &database["instances"], &database["ready"]), (&json!("primary"), &json!(3), &json!(3)));
    assert!(busy.of("redis@").contains(", replication "));

    // One hangs: the primary calls it online, and it is behind.
    second.process.freeze();
    std::thread::sleep(Duration::from_secs(1));
    let hung = collect(&entry(group.primary.port, &more), PASSWORD);
    assert!(group.primary.ask("INFO replication").matches("state=online").count() == 2);
    let mut found = following(&hung);
    found.sort_by_key(|(streaming, _)| streaming.as_bool());
    assert_eq!(found, [(&no, false), (&yes, true)]);
    assert_eq!(faulty(second.port, PASSWORD), ("timed_out".to_owned(), "timed out: no whole answer in 2 s".to_owned()));
    second.process.thaw();
    drop(writer);

    // One that has another password does not get in again.
    first.ask("CONFIG SET masterauth wrong");
    group.primary.ask("CLIENT KILL TYPE replica");
    crate::lab::process::until("the link is down", Duration::from_secs(20), || {
        first.ask("INFO replication").contains("master_link_status:down").then_some(())
    });
    crate::lab::process::until("the other is back", Duration::from_secs(20), || {
        let info = group.primary.ask("INFO replication");
        (info.contains("connected_slaves:1\r") && info.contains("state=online")).then_some(())
    });
    let apart = collect(&entry(group.primary.port, &more), PASSWORD);
    assert_eq!(following(&apart), [(&yes, true), (&no, false)]);
    assert_eq!(apart.items("replica", SUBJECT)[1]["name"], "replica 2 of 2 (not connected)");
    assert_eq!(following(&collect(&entry(first.port, &json!({})), PASSWORD)), [(&no, false)]);
    let own = collect(&entry(second.port, &json!({})), PASSWORD);
    assert_eq!((following(&own), &own.items("database", SUBJECT)[0]["role"]), (vec![], &json!("standby")));
}

#[test]
fn who_is_not_let_in_is_told_why() {
    let (servers, _dir) = lab::cluster();
    let port = servers[0].port;
    let denied = |why: &str| ("denied".to_owned(), format!("denied: {why}"));
    assert_eq!(faulty(port, "canary-wrong"), denied("it refuses the password, or does not know the account: check both"));
    servers[0].ask("ACL SETUSER default -info");
    assert_eq!(
        faulty(port, PASSWORD),
        denied("the account has no right to what is asked: allow it INFO (and CLUSTER or SENTINEL, where it is one)")
    );
    servers[0].ask("ACL SETUSER default +info");
    let open = json!({"component": "redis", "url": format!("redis://127.0.0.1:{port}")});
    assert_eq!(
        collect(&open, "").reads("redis@", "replica"),
        [("denied", "denied: it asks for a password, and none is configured: add `password`")]
    );
    let nobody = crate::lab::process::free_port();
    let (state, detail) = faulty(nobody, PASSWORD);
    assert!(state == "unreachable" && detail.starts_with("unreachable: nobody listens there (connection refused)"), "{detail}");
    let tls = json!({"component": "redis", "url": format!("rediss://localhost:{port}")});
    // It takes the first bytes of TLS for the beginning of a line, and waits for its end.
    assert_eq!(collect(&tls, "").reads("redis@", "replica")[0].0, "timed_out");
}

#[test]
fn an_answer_without_end_fills_no_memory() {
    let listener = TcpListener::bind(("127.0.0.1", crate::lab::process::free_port())).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            // The beginning of a text of four gigabytes, to whatever was asked.
            let _ = stream.write_all(b"$4000000000\r\n");
            while stream.write_all(&[b'x'; 1 << 16]).is_ok() {}
        }
    });
    let dir = crate::lab::process::Scratch::new();
    let config = json!({
        "version": 1, "system": "shop", "regions": {"east": {"role": "primary"}},
        "inventory": {"redis": {"kind": "RedisReplication.redis.redis.opstreelabs.in", "ready": 3}},
        "databases": [{"component": "redis", "url": format!("redis://127.0.0.1:{port}")}],
    });
    dir.write("seaworthy.yaml", &config.to_string());
    let ran = measure(crate::common::seaworthy().current_dir(dir.path()).args(["collect", "--request-timeout", "5s"]));
    let found = String::from_utf8_lossy(&ran.output.stdout);
    assert!(found.contains("truncated: the answer is larger than 8 MiB"), "{found}");
    assert!(ran.peak_bytes < 150 << 20, "{} bytes", ran.peak_bytes);
}

#[test]
fn a_cluster_has_to_serve_every_slot() {
    let (mut servers, _dir) = lab::cluster();
    let port = servers[0].port;
    let database = |found: &Found| {
        let [database] = found.items("database", SUBJECT)[..] else { panic!() };
        [&database["consistent"], &database["instances"], &database["ready"], &database["primaries"]].map(Clone::clone)
    };
    let well = collect(&entry(port, &json!({})), PASSWORD);
    assert_eq!(database(&well), [json!(true), json!(3), json!(3), json!(3)]);
    assert_eq!(well.reads("redis@", "replica")[0].0, "partial");
    servers[2].process.kill();
    crate::lab::process::until("the loss is seen", Duration::from_secs(20), || {
        servers[0].ask("CLUSTER INFO").contains("cluster_state:fail").then_some(())
    });
    let lost = collect(&entry(port, &json!({})), PASSWORD);
    assert_eq!(database(&lost), [json!(false), json!(3), json!(2), json!(2)]);
    assert!(lost.items("database", SUBJECT)[0]["inconsistency"].as_str().unwrap().ends_with("slots are served by nobody"));
}
