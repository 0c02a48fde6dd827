//! Whatever goes wrong with a source, no password, no address with one and nothing that a program complains of shows in
//! what is written: not in the snapshot, not in a report, not in an error.

use crate::common::seaworthy;
use crate::lab::certificates::Authority;
use crate::lab::postgres::Cluster;
use crate::lab::process::{Scratch, free_port};
use crate::lab::redis::Group;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;

/// In every password, every address and every complaint that is planted.
const CANARY: &str = "c4nary";

/// Whoever answers at this port says this to everybody, and repeats what it was told.
fn parrot(says: &'static str) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", free_port())).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut heard = [0; 4096];
            let count = stream.read(&mut heard).unwrap_or(0);
            let _ = stream.write_all(says.as_bytes()).and_then(|()| stream.write_all(&heard[..count]));
        }
    });
    port
}

/// Runs a command on a configuration; all that it wrote.
fn said(args: &[&str], dir: &Path) -> String {
    let mut command = seaworthy();
    command.env("PASSWORD", format!("{CANARY}-password")).current_dir(dir).args(args);
    let output = command.output().unwrap();
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn silent(what: &str, text: &str) {
    let at = text.find(CANARY).map(|at| text[at.saturating_sub(200)..].chars().take(400).collect::<String>());
    assert_eq!(at, None, "{what}");
}

/// Collects from an entry, checks it, prints it verbosely and asks the doctor: nothing planted may show.
fn tell(what: &str, entry: &Value) {
    let dir = Scratch::new();
    let config = json!({
        "version": 1, "system": "shop", "stage": "post-production", "regions": {"east": {"role": "primary"}},
        "inventory": {"redis": {"kind": "Redis", "ready": 3}}, "custom-resources": ["Order"], "databases": [entry],
    });
    dir.write("seaworthy.yaml", &config.to_string());
    let runs: [&[&str]; 4] = [
        &["collect", "--request-timeout", "1s", "--out", "snapshot.json"],
        &["check", "--snapshot", "snapshot.json", "--verbose"],
        &["check", "--snapshot", "snapshot.json", "-o", "json"],
        &["check", "--snapshot", "snapshot.json", "-o", "junit"],
    ];
    for args in runs {
        silent(&format!("{what}: {args:?}"), &said(args, dir.path()));
    }
    let snapshot = std::fs::read_to_string(dir.path().join("snapshot.json"));
    silent(what, &snapshot.unwrap_or_else(|_| panic!("{what}: nothing was collected: {}", said(&["collect"], dir.path()))));
}

#[test]
fn nothing_that_goes_wrong_with_a_source_shows_a_secret() {
    let (cluster, group) = (Cluster::start(&[]), Group::start());
    cluster.primary.sql(&format!("create role \"{CANARY}-role\" login password '{CANARY}-other'"));
    let (pg, root) = (cluster.primary.port, cluster.authority.display().to_string());
    let stranger = cluster.dir.write("stranger.crt", &Authority::new("stranger").pem).display().to_string();
    let redis = group.primary.port;
    let babbler = parrot("-WRONGPASS c4nary-said\r\n");
    let web = parrot("HTTP/1.1 500 c4nary-said\r\nx: c4nary\r\n\r\n{\"c4nary\": ");
    let postgres = |rest: &str| json!({"component": "postgresql", "url": format!("postgres://{rest}"), "password": {"env": "PASSWORD"}});
    let at_redis = |rest: &str| json!({"component": "redis", "url": rest, "password": {"env": "PASSWORD"}});
    let cases = [
        ("a wrong password", postgres(&format!("checker@localhost:{pg}/postgres?sslrootcert={root}"))),
        ("a wrong role", postgres(&format!("c4nary-role@localhost:{pg}/postgres?sslrootcert={root}"))),
        ("a wrong database", postgres(&format!("c4nary-role@localhost:{pg}/c4nary?sslrootcert={root}"))),
        ("an option that nobody knows", postgres(&format!("checker@localhost:{pg}/postgres?sslkey=c4nary"))),
        ("a stranger's certificate", postgres(&format!("c4nary-user@localhost:{pg}/postgres?sslrootcert={stranger}"))),
        ("no TLS", postgres(&format!("c4nary-user@localhost:{pg}/postgres?sslmode=disable"))),
        ("nobody", postgres(&format!("c4nary-user@localhost:{}/postgres", free_port()))),
        ("a parrot", postgres(&format!("c4nary-user@localhost:{babbler}/postgres?sslmode=disable"))),
        ("Redis with a wrong password", at_redis(&format!("redis://c4nary-user@127.0.0.1:{redis}"))),
        ("Redis over TLS that is none", at_redis(&format!("rediss://c4nary-user@localhost:{redis}"))),
        ("Redis of nobody", at_redis(&format!("redis://c4nary-user@127.0.0.1:{}", free_port()))),
        ("a parrot of Redis", at_redis(&format!("redis://c4nary-user@127.0.0.1:{babbler}"))),
        (
            "a Sentinel with a wrong password",
            json!({"component": "redis", "sentinels": [format!("redis://c4nary-user@127.0.0.1:{redis}")],
            "password": {"env": "PASSWORD"}}),
        ),
        ("Patroni", json!({"component": "postgresql", "patroni": [format!("http://c4nary-user@127.0.0.1:{web}/?c4nary=1")]})),
        ("Patroni over TLS", json!({"component": "postgresql", "patroni": [format!("https://c4nary-user@localhost:{web}")]})),
        (
            "etcd",
            json!({"component": "postgresql", "patroni": [format!("http://127.0.0.1:{web}")], "etcd": [format!("http://127.0.0.1:{web}")]}),
        ),
    ];
    for (what, entry) in cases {
        tell(what, &entry);
    }
}

#[test]
fn what_a_backup_tool_complains_of_does_not_show() {
    let script = |text: &str| json!(["sh", "-c", text]);
    let scripts = [
        "echo c4nary >&2; exit 1",
        "echo '{\"_ERROR\": [\"c4nary\"]}'; exit 1",
        "echo '{\"main\": {\"directories\": {\"status\": \"FAILED\", \"hint\": \"c4nary\"}, \"receive_wal_running\": {\"status\": \"c4nary\", \"hint\": \"\"}}}'; exit 1",
        "echo '[{\"name\": \"main\", \"status\": {\"code\": 99, \"message\": \"c4nary\"}, \"repo\": [{\"key\": 1, \"status\": {\"code\": 99, \"message\": \"c4nary\"}}]}]'",
        "echo c4nary; kill -KILL $$",
        "echo c4nary; sleep 9",
        "echo '\"c4nary'",
    ];
    for tool in ["pgbackrest", "wal-g", "wal-g-verify", "barman", "barman-check"] {
        let reports: Vec<Value> = scripts.iter().map(|text| json!({"tool": tool, "command": script(text)})).collect();
        tell(tool, &json!({"component": "postgresql", "backups": reports}));
    }
    let nowhere = json!([{"tool": "pgbackrest", "command": ["/nowhere/pgbackrest", "--repo1-cipher-pass=c4nary"]}]);
    tell("a program that is not there", &json!({"component": "postgresql", "backups": nowhere}));
}

#[test]
fn an_address_with_a_password_is_refused_and_not_repeated() {
    let mut shows = Vec::new();
    for entry in [
        json!({"component": "postgresql", "url": "postgres://app:c4nary@db/app"}),
        json!({"component": "postgresql", "url": "postgres://app@db/app?password=c4nary"}),
        json!({"component": "postgresql", "url": "postgres://app:c4n/ary-c4nary@db/app"}),
        json!({"component": "postgresql", "url": "host=db password=c4nary"}),
        json!({"component": "redis", "url": "redis://:c4nary@db"}),
        json!({"component": "redis", "sentinels": ["redis://a:c4nary@db"]}),
        json!({"component": "postgresql", "patroni": ["http://a:c4nary@db:8008"]}),
        json!({"component": "postgresql", "url": "postgres://db/app", "password": "c4nary"}),
        json!({"component": "postgresql", "url": "postgres://db/app", "password": {"value": "c4nary"}}),
    ] {
        let dir = Scratch::new();
        let config = json!({"version": 1, "system": "shop", "inventory": {"redis": {"kind": "Redis", "ready": 3}}, "databases": [entry]});
        dir.write("seaworthy.yaml", &config.to_string());
        let text = said(&["check"], dir.path());
        assert!(text.contains("seaworthy.yaml:1:"), "{text}");
        shows.extend(text.contains(CANARY).then_some(text));
    }
    assert!(shows.is_empty(), "{}", shows.join("\n"));
}
