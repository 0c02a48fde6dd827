//! Servers that cannot be asked, or not for everything: each is known as what it is, costs its own deadline, and
//! leaves the others alone.

use crate::db_postgres::{Entry, all, check, lacks};
use crate::lab::certificates::Authority;
use crate::lab::postgres::Cluster;
use crate::lab::process::free_port;
use std::io::Write;
use std::net::TcpListener;
use std::time::{Duration, Instant};

#[test]
fn a_refusal_is_known_by_its_sort() {
    let cluster = Cluster::start(&[]);
    let port = cluster.primary.port;
    let root = |file: &std::path::Path| format!("sslrootcert={}", file.display());
    let right = root(&cluster.authority);
    let stranger = root(&cluster.dir.write("stranger.crt", &Authority::new("stranger").pem));
    let empty = root(&cluster.dir.write("empty.crt", ""));
    let asked = |query: &str, role: &str| {
        let address = format!("localhost:{port}/postgres?{query}");
        check(&[Entry { address, region: "east", role, more: "" }]).read(port, "database")
    };
    let denied = |said: (String, String), wanted: &str| assert_eq!(said, ("denied".to_owned(), format!("denied: {wanted}")));
    let unreachable = |said: (String, String), wanted: &str| {
        assert_eq!(said.0, "unreachable", "{}", said.1);
        assert!(said.1.contains(wanted), "{} instead of {wanted}", said.1);
    };
    denied(asked(&right, "rejected"), "it refuses this account from here: check pg_hba.conf, and its right to log in");
    denied(asked(&right, "wrong"), "it refuses the password, or does not know the account: check both");
    denied(asked(&right, "absent"), "there is no password: the variable PASSWORD_OF_ABSENT is not set");
    denied(asked("sslmode=disable", "checker"), "it refuses this account from here, or wants TLS: check pg_hba.conf and sslmode");
    let elsewhere = Entry { address: format!("localhost:{port}/nowhere?{right}"), region: "east", role: "checker", more: "" };
    denied(check(&[elsewhere]).read(port, "database"), "it has no such database: correct the address");
    unreachable(asked("", "checker"), "its certificate is signed by nobody who is trusted here");
    unreachable(asked(&stranger, "checker"), "its certificate is signed by nobody who is trusted here");
    unreachable(asked(&empty, "checker"), "it holds no certificate");
    // Whoever only wants it encrypted is answered, and the read says what that is worth.
    assert_eq!(asked("sslmode=require", "checker").0, "collected");

    cluster.certify(&cluster.signer.server(&["other.example"]));
    unreachable(asked(&right, "checker"), "its certificate is for another host");
    assert_eq!(asked(&format!("sslmode=verify-ca&{right}"), "checker").0, "collected");
    unreachable(asked(&format!("sslmode=verify-ca&{stranger}"), "checker"), "its certificate is signed by nobody who is trusted here");
    cluster.certify(&cluster.signer.expired(&["localhost"]));
    unreachable(asked(&right, "checker"), "its certificate has expired");
    unreachable(asked(&format!("sslmode=verify-ca&{right}"), "checker"), "its certificate has expired");
    cluster.primary.set("ssl", "off");
    unreachable(asked(&right, "checker"), "it does not speak TLS");
}

#[test]
fn a_role_without_pg_monitor_knows_less_and_says_so() {
    let cluster = Cluster::start(&["s1"]);
    cluster.primary.sql("alter role checker connection limit 0");
    let mut entries = all(&cluster);
    entries.iter_mut().for_each(|entry| entry.role = "plain");
    entries[0].more = "standbys: [s1]\naudit-trail: {Order: 'select count(*) as samples from orders'}";
    let found = check(&entries);
    let (primary, standby) = (cluster.primary.port, cluster.standbys[0].port);
    for (port, noun) in [(primary, "replica"), (primary, "archiver"), (primary, "audit_trail"), (standby, "replica")] {
        assert_eq!(found.read(port, noun).0, "partial", "{noun}");
    }
    // Nothing is said of a standby that nobody may see: neither that it streams nor that it is gone.
    let all = found.items("replica", "postgresql/east");
    assert!(all.iter().all(|replica| replica["id"].as_str().unwrap().ends_with("/itself")), "{all:#?}");
    all.iter().for_each(|replica| lacks(replica, &["streaming", "lag_p99_ms"]));
    let database = found.item("database", "postgresql/east", "role", "primary");
    assert_eq!((&database["instances"], &database["lost_slots"]), (&2.into(), &0.into()));
    lacks(database, &["ready"]);
    lacks(found.items("archiver", "postgresql/east")[0], &["pending_s"]);
    // And a role whose connections are used up is told from one that is refused.
    let full = check(&[Entry::new(&cluster, primary, "east", "")]).read(primary, "database");
    assert_eq!(full.0, "unreachable");
    assert!(full.1.contains("it has no connection free for this account"), "{}", full.1);
}

#[test]
fn who_answers_nothing_costs_its_own_deadline_only() {
    let cluster = Cluster::start(&["s1"]);
    let mute = TcpListener::bind(("127.0.0.1", free_port())).unwrap();
    let other = TcpListener::bind(("127.0.0.1", free_port())).unwrap();
    let (mute_port, other_port, closed_port) = (mute.local_addr().unwrap().port(), other.local_addr().unwrap().port(), free_port());
    std::thread::spawn(move || mute.incoming().collect::<Vec<_>>());
    std::thread::spawn(move || {
        other.incoming().for_each(|stream| drop(stream.unwrap().write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")));
    });
    let mut entries = all(&cluster);
    let west = |port: u16| Entry { address: format!("127.0.0.1:{port}/postgres"), region: "west", role: "checker", more: "" };
    entries.extend([west(mute_port), west(other_port), west(closed_port)]);
    let begun = Instant::now();
    let found = check(&entries);
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    assert_eq!(found.read(mute_port, "database"), ("timed_out".to_owned(), "timed out: no whole answer in 6 s".to_owned()));
    assert_eq!(found.read(closed_port, "database").0, "unreachable");
    assert_eq!(found.read(other_port, "database").0, "unreachable");
    for port in [cluster.primary.port, cluster.standbys[0].port] {
        assert_eq!(found.read(port, "database").0, "collected");
    }
    assert_eq!(found.item("database", "postgresql/east", "role", "primary")["ready"], 2);
    assert_eq!(found.verdict("replication.one_primary", "postgresql/global"), "unknown");
}

#[test]
fn an_answer_without_end_fills_no_memory() {
    // One row of forty megabytes, which a server makes of very little.
    let cluster = Cluster::start(&[]);
    let endless = "standbys: []\naudit-trail: {Order: \"select repeat('x', 40000000) as samples\"}";
    let found = check(&[Entry::new(&cluster, cluster.primary.port, "east", endless)]);
    let (state, detail) = found.read(cluster.primary.port, "audit_trail");
    assert_eq!((state.as_str(), detail.as_str()), ("partial", "Order: truncated: the answer is larger than 8 MiB"));
    assert_eq!(found.read(cluster.primary.port, "archiver").0, "collected");
}

#[test]
fn a_query_of_somebody_can_only_read_and_has_an_end() {
    let cluster = Cluster::start(&[]);
    cluster.primary.sql(
        "grant insert, delete on orders to checker; create function remove() returns int language sql as 'delete from orders; select 1'",
    );
    for (query, wanted) in [
        ("select remove() as samples", "the question would write"),
        ("select 1 as samples) q; delete from orders; select (1", "the question is no SQL"),
        ("select pg_sleep(30) as samples", "timed out"),
        ("select 1 as samples union select 2", "gives 2 rows, not one"),
        ("select samples from nowhere", "names something that is not there"),
        ("select rolpassword from pg_authid", "no right to what is asked"),
        ("select 'canary' / 0", "cannot answer (SQLSTATE 22P02)"),
    ] {
        let more = format!("standbys: []\naudit-trail: {{Order: \"{query}\"}}");
        let found = check(&[Entry::new(&cluster, cluster.primary.port, "east", &more)]);
        let (state, detail) = found.read(cluster.primary.port, "audit_trail");
        assert_eq!(state, "partial", "{query}: {detail}");
        assert!(detail.starts_with("Order: ") && detail.contains(wanted), "{query}: {detail}");
        // What went wrong there spoils nothing else.
        assert_eq!(found.read(cluster.primary.port, "archiver").0, "collected", "{query}");
    }
    assert_eq!(cluster.primary.sql("select count(*) from orders"), "500");
}
