//! All sources of a region at once: together they cost hardly more than the slowest of them, and one that never
//! answers costs its own deadline and spoils nothing else.

use crate::common::seaworthy;
use crate::lab::patroni;
use crate::lab::pgbackrest::BackedUp;
use crate::lab::postgres::{CHECKER, Cluster};
use crate::lab::process::Scratch;
use crate::lab::redis::{Group, PASSWORD};
use serde_json::Value;
use std::net::TcpListener;
use std::time::{Duration, Instant};

/// How long lag is measured in each of them, in seconds.
const WINDOW: Duration = Duration::from_secs(1);

/// What the machine itself may take on top, whatever is asked.
const NOISE: Duration = Duration::from_millis(700);

/// Collects from these entries: the snapshot, and how long it took.
fn collect(entries: &[&str]) -> (Value, Duration) {
    let dir = Scratch::new();
    let text = format!(
        "version: 1\nsystem: shop\nregions: {{east: {{role: primary}}}}\ninventory: {{redis: {{kind: Redis, ready: 3}}}}
components: {{managed: {{is: postgresql}}, copied: {{is: postgresql}}}}\ndatabases:\n{}",
        entries.concat()
    );
    let file = dir.write("seaworthy.yaml", &text);
    let begun = Instant::now();
    let output = seaworthy()
        .current_dir(dir.path())
        .env("PG", CHECKER)
        .env("REDIS", PASSWORD)
        .args(["collect", "--request-timeout", "4s", "--config", file.to_str().unwrap()])
        .output()
        .unwrap();
    let took = begun.elapsed();
    let snapshot =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    (snapshot, took)
}

/// The state of each read of a source.
fn states(snapshot: &Value, of: &str) -> Vec<String> {
    let reads = snapshot["reads"].as_array().unwrap().iter();
    reads.filter(|read| read["read"].as_str().unwrap().starts_with(of)).map(|read| read["state"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_region_costs_little_more_than_its_slowest_source() {
    let cluster = Cluster::start(&["s1"]);
    let (group, managed, backed_up) = (Group::start(), patroni::Cluster::start(), BackedUp::start());
    let mute = TcpListener::bind("127.0.0.1:0").unwrap();
    let postgres = format!(
        "  - {{component: postgresql, url: 'postgres://checker@localhost:{}/postgres?sslrootcert={}', password: {{env: PG}}, sample-for: 1s, standbys: [s1]}}\n",
        cluster.primary.port,
        cluster.authority.display()
    );
    let redis = format!(
        "  - {{component: redis, url: 'redis://127.0.0.1:{}', password: {{env: REDIS}}, sample-for: 1s, replicas: 2}}\n",
        group.primary.port
    );
    backed_up.back_up("full");
    let report = format!("  - {{component: copied, backups: [{{tool: pgbackrest, command: {:?}}}]}}\n", backed_up.info(&[]));
    let rest: Vec<String> = managed.members.iter().map(|member| format!("http://127.0.0.1:{}", member.rest)).collect();
    let patroni = format!("  - {{component: managed, patroni: {rest:?}, etcd: ['http://127.0.0.1:{}']}}\n", managed.etcd_port);
    let silent = format!(
        "  - {{component: postgresql, url: 'postgres://checker@localhost:{}/postgres', password: {{env: PG}}}}\n",
        mute.local_addr().unwrap().port()
    );

    let alone = [(&postgres, WINDOW), (&redis, WINDOW), (&report, Duration::ZERO), (&patroni, Duration::ZERO)]
        .map(|(entry, window)| collect(&[entry]).1.saturating_sub(window));
    let slowest = alone.iter().max().unwrap();
    let (snapshot, took) = collect(&[&postgres, &redis, &report, &patroni]);
    assert!(took <= WINDOW + *slowest * 2 + NOISE, "{took:?} for all, {alone:?} alone and without the window");
    let healthy = |snapshot: &Value| {
        for source in ["postgres@", "redis@", "pgbackrest", "patroni"] {
            let states = states(snapshot, source).into_iter().filter(|state| state != "timed_out").collect::<Vec<_>>();
            assert!(!states.is_empty() && states.iter().all(|state| state == "collected"), "{source}: {states:?}");
        }
    };
    healthy(&snapshot);

    let (snapshot, took) = collect(&[&postgres, &silent, &redis, &report, &patroni]);
    healthy(&snapshot);
    let waited = states(&snapshot, &format!("postgres@localhost:{}", mute.local_addr().unwrap().port()));
    assert!(!waited.is_empty() && waited.iter().all(|state| state == "timed_out"), "{waited:?}");
    // A question of a server with a window may take both.
    assert!(took <= Duration::from_secs(4 + 5) + *slowest * 2 + NOISE, "{took:?}");
}
