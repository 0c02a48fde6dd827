//! What real PostgreSQL servers say of themselves, through the built binary: a healthy cluster, all of it; then each
//! thing that can be wrong with one, and what is then known, or not.

use crate::common::seaworthy;
use crate::lab::account::{give, of_postgres, program};
use crate::lab::postgres::{CHECKER, Cluster, PLAIN, REJECTED, STREAMER};
use crate::lab::process::{Process, Scratch, until};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// What a run gave: the snapshot, and the verdicts by control and subject.
pub(crate) struct Found {
    /// The evidence.
    pub(crate) snapshot: Value,
    verdicts: BTreeMap<(String, String), String>,
}

/// A server as a configuration names it.
pub(crate) struct Entry<'a> {
    /// Where it is, and how it is reached, from `localhost:5432` on.
    pub(crate) address: String,
    /// Its region.
    pub(crate) region: &'a str,
    /// The role that asks.
    pub(crate) role: &'a str,
    /// More lines.
    pub(crate) more: &'a str,
}

impl<'a> Entry<'a> {
    /// One that is reached as it should be, by a role with `pg_monitor`.
    pub(crate) fn new(cluster: &Cluster, port: u16, region: &'a str, more: &'a str) -> Self {
        Self { address: format!("localhost:{port}/postgres?sslrootcert={}", cluster.authority.display()), region, role: "checker", more }
    }
}

/// The servers of a cluster: the primary and `s1` in one region, `west` in the other, which is named after it.
pub(crate) fn all(cluster: &Cluster) -> Vec<Entry<'static>> {
    let mut entries = vec![Entry::new(cluster, cluster.primary.port, "east", "standbys: [s1, west]")];
    for standby in &cluster.standbys {
        entries.push(Entry::new(cluster, standby.port, if standby.name == "west" { "west" } else { "east" }, ""));
    }
    entries
}

fn config(entries: &[Entry<'_>]) -> String {
    let mut text = "version: 1\nsystem: shop\nstage: post-production\nregions: {east: {role: primary}, west: {role: standby}}
inventory: {gateway: {kind: Deployment, ready: 2}}\ncustom-resources: [Order]\nexcluded: {configmaps: {reason: none}, secrets: {reason: none}}
databases:\n"
        .to_owned();
    for Entry { address, region, role, more } in entries {
        let url = format!("postgres://{role}@{address}");
        text.push_str(&format!("  - component: postgresql\n    region: {region}\n    url: '{url}'\n    sample-for: 2s\n"));
        text.push_str(&format!("    password: {{env: PASSWORD_OF_{}}}\n", role.to_uppercase()));
        more.lines().for_each(|line| text.push_str(&format!("    {line}\n")));
    }
    text
}

/// Runs the binary on these servers: collects, and judges what was collected. No password may show in any of it.
pub(crate) fn check(entries: &[Entry<'_>]) -> Found {
    let dir = Scratch::new();
    let file = dir.write("seaworthy.yaml", &config(entries));
    let snapshot = run(&["collect", "--request-timeout", "6s", "--config", file.to_str().unwrap()], dir.path());
    let stored = dir.write("snapshot.json", &snapshot);
    let report = run(&["check", "--snapshot", stored.to_str().unwrap(), "--stage", "post-production", "-o", "json"], dir.path());
    let report: Value = serde_json::from_str(&report).unwrap_or_else(|error| panic!("{error}: {report}"));
    let verdicts = report["findings"].as_array().unwrap().iter().map(|finding| {
        let word = |key: &str| finding[key].as_str().unwrap().to_owned();
        ((word("control"), word("subject")), word("verdict"))
    });
    Found { verdicts: verdicts.collect(), snapshot: serde_json::from_str(&snapshot).unwrap() }
}

fn run(args: &[&str], dir: &Path) -> String {
    let mut command = seaworthy();
    for (role, password) in [("CHECKER", CHECKER), ("PLAIN", PLAIN), ("REJECTED", REJECTED), ("WRONG", "canary-wrong")] {
        command.env(format!("PASSWORD_OF_{role}"), password);
    }
    let output = command.current_dir(dir).args(args).output().unwrap();
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    for text in [&out, &err] {
        assert!(!text.contains("canary") && !text.contains(STREAMER), "a password shows: {text}");
    }
    assert!(!out.is_empty(), "{args:?}: {err}");
    out
}

impl Found {
    /// The items of a noun about a subject.
    pub(crate) fn items(&self, noun: &str, subject: &str) -> Vec<&Value> {
        self.snapshot["evidence"][noun][subject].as_array().into_iter().flatten().collect()
    }

    /// The one item of a noun about a subject that has `key: value`.
    pub(crate) fn item(&self, noun: &str, subject: &str, key: &str, value: &str) -> &Value {
        let all = self.items(noun, subject);
        let found: Vec<&&Value> = all.iter().filter(|item| item[key] == value).collect();
        assert_eq!(found.len(), 1, "{noun} of {subject} with {key} {value}: {all:#?}");
        found[0]
    }

    /// The states of the reads of a noun of one server, with why.
    pub(crate) fn read(&self, port: u16, noun: &str) -> (String, String) {
        let reads = self.snapshot["reads"].as_array().unwrap();
        let of_port = |read: &&Value| read["read"].as_str().unwrap().contains(&format!(":{port}/")) && read["noun"] == noun;
        let read = reads.iter().find(of_port).unwrap_or_else(|| panic!("{noun} was not asked of {port}: {reads:#?}"));
        (read["state"].as_str().unwrap().to_owned(), read["detail"].as_str().unwrap_or_default().to_owned())
    }

    /// What a control says.
    pub(crate) fn verdict(&self, control: &str, subject: &str) -> &str {
        let found = self.verdicts.get(&(control.to_owned(), subject.to_owned()));
        found.unwrap_or_else(|| panic!("{control} {subject}: {:#?}", self.verdicts.keys()))
    }
}

impl Found {
    /// Which controls fail, and whom.
    pub(crate) fn fails(&self) -> Vec<(String, String)> {
        self.verdicts.iter().filter(|(_, verdict)| *verdict == "fail").map(|(of, _)| of.clone()).collect()
    }
}

/// Names of fields that an item has not.
pub(crate) fn lacks(item: &Value, fields: &[&str]) {
    fields.iter().for_each(|field| assert!(item.get(field).is_none(), "{field} is known: {item:#}"));
}

#[test]
fn a_healthy_cluster_says_all_of_it() {
    let cluster = Cluster::start(&["s1", "west"]);
    cluster
        .primary
        .sql("create table heartbeat (at timestamptz); insert into heartbeat values (now()); grant select on heartbeat to checker");
    cluster.primary.set("synchronous_standby_names", "ANY 1 (s1)");
    cluster.primary.fill_a_segment();
    cluster.settle();
    let trail = "standbys: [s1, west]\naudit-trail:\n  Order: \"select count(*) as samples, 0 as missing, 2.5 as written_within_s, 7776000 as keep_s from orders -- all\"";
    let mut entries = all(&cluster);
    entries[0].more = trail;
    entries[2].more = "heartbeat: select extract(epoch from interval '1.2345 s') * 1000";
    let found = check(&entries);
    for read in found.snapshot["reads"].as_array().unwrap() {
        let of = read["read"].as_str().unwrap();
        assert!(!of.starts_with("postgres@") || read["state"] == "collected", "{read:#}");
        let identified = read["of"].as_str().unwrap().contains("over TLS (verify-full), system ");
        assert!(!of.starts_with("postgres@") || identified, "{read:#}");
    }
    let primary = found.item("database", "postgresql/east", "role", "primary");
    for (field, value) in [("instances", 2), ("ready", 2), ("synchronous", 1), ("checksum_failures", 0), ("lost_slots", 0)] {
        assert_eq!(primary[field], value, "{field}: {primary:#}");
    }
    assert_eq!(
        (&primary["synchronous_required"], &primary["checksums"], &primary["consistent"]),
        (&true.into(), &true.into(), &true.into())
    );
    assert!(primary["major"].as_u64().unwrap() >= 15);
    let replica = found.item("replica", "postgresql/east", "id", &format!("observed/postgres@localhost:{}/east/s1", cluster.primary.port));
    assert_eq!((&replica["streaming"], &replica["synchronous"], &replica["cross_region"]), (&true.into(), &true.into(), &false.into()));
    assert!(replica["samples"].as_u64().unwrap() >= 4 && replica["lag_p99_ms"].as_i64().unwrap() < 2_000, "{replica:#}");
    lacks(replica, &["apply_delay_s"]);
    let abroad = found.item("replica", "postgresql/west", "id", &format!("observed/postgres@localhost:{}/east/west", cluster.primary.port));
    assert_eq!((&abroad["streaming"], &abroad["synchronous"], &abroad["cross_region"]), (&true.into(), &false.into(), &true.into()));
    assert_eq!(found.item("replica", "postgresql/east", "id", &itself(&cluster, "s1"))["streaming"], true);
    let itself = found.item("replica", "postgresql/west", "id", &itself(&cluster, "west"));
    assert_eq!((&itself["apply_delay_s"], &itself["streaming"], &itself["cross_region"]), (&0.into(), &true.into(), &true.into()));
    assert_eq!((&itself["lag_p99_ms"], &itself["mode"]), (&1_235.into(), &"streaming".into()));
    let archiver = &found.items("archiver", "postgresql/east")[0];
    assert_eq!((&archiver["enabled"], &archiver["failing"], &archiver["timeout_s"]), (&true.into(), &false.into(), &60.into()));
    assert!(archiver["pending_s"].as_i64().unwrap() <= 60 && archiver["last_archived_s"].is_i64(), "{archiver:#}");
    let trail = &found.items("audit_trail", "custom-resources/east")[0];
    for (field, value) in [("samples", 500), ("missing", 0), ("written_within_s", 3), ("keep_s", 7_776_000)] {
        assert_eq!(trail[field], value, "{field}: {trail:#}");
    }
    assert_eq!(found.items("consensus", "postgresql/global")[0]["primaries"], 1);
    for (control, subject, verdict) in [
        ("recovery.rpo_no_loss", "single-pod-failure/east", "pass"),
        ("replication.streaming", "postgresql/west", "pass"),
        ("replication.lag", "postgresql/west", "pass"),
        ("replication.topology", "postgresql/west", "pass"),
        ("backup.audit_trail", "custom-resources/east", "pass"),
        ("recovery.rpo_failover", "region-failure/global", "pass"),
    ] {
        assert_eq!(found.verdict(control, subject), verdict, "{control}");
    }
    cluster.primary.set("synchronous_standby_names", "");
    let found = check(&all(&cluster));
    assert_eq!(found.item("database", "postgresql/east", "role", "primary")["synchronous"], 0);
    assert_eq!(found.verdict("recovery.rpo_no_loss", "single-pod-failure/east"), "fail");
    cluster.primary.set("synchronous_standby_names", "*");
    cluster.primary.sql("alter role checker set synchronous_commit = local");
    let found = check(&all(&cluster));
    lacks(found.item("database", "postgresql/east", "role", "primary"), &["synchronous"]);
    assert_eq!(found.verdict("recovery.rpo_no_loss", "single-pod-failure/east"), "unknown");
}

#[test]
fn a_standby_that_does_not_follow_says_so() {
    let mut cluster = Cluster::start(&["s1", "west"]);
    let write = |cluster: &Cluster| drop(cluster.primary.sql("insert into orders select max(id) + 1 from orders"));

    write(&cluster);
    cluster.settle();
    cluster.standby("west").sql("select pg_wal_replay_pause()");
    write(&cluster);
    let found = check(&all(&cluster));
    let itself = found.item("replica", "postgresql/west", "id", &itself(&cluster, "west"));
    assert_eq!(itself["streaming"], false, "{itself:#}");
    assert!(itself["lag_p50_ms"].as_i64().unwrap() > 0);
    lacks(seen(&found, &cluster, "west"), &["lag_p99_ms"]);
    // To its primary it still streams, which is no proof that it applies.
    assert_ne!(found.verdict("replication.streaming", "postgresql/west"), "pass");
    cluster.standby("west").sql("select pg_wal_replay_resume()");

    cluster.standby("west").set("recovery_min_apply_delay", "60s");
    write(&cluster);
    let found = check(&all(&cluster));
    assert_eq!(found.item("replica", "postgresql/west", "id", &self::itself(&cluster, "west"))["apply_delay_s"], 60);
    assert_ne!(found.verdict("replication.streaming", "postgresql/west"), "pass");
    assert_ne!(found.verdict("replication.lag", "postgresql/west"), "pass");
    cluster.standby("west").set("recovery_min_apply_delay", "0");

    cluster.standby("west").stop();
    let mut entries = all(&cluster);
    entries.pop();
    let found = check(&entries);
    let gone = seen(&found, &cluster, "west");
    assert_eq!(gone["streaming"], false, "{gone:#}");
    lacks(gone, &["lag_p99_ms", "synchronous"]);
    assert_eq!(found.verdict("replication.streaming", "postgresql/west"), "fail");

    cluster.primary.set("max_slot_wal_keep_size", "1MB");
    cluster.primary.set("wal_keep_size", "0");
    (0..4).for_each(|_| cluster.primary.fill_a_segment());
    cluster.primary.sql("checkpoint");
    cluster.start_again("west");
    let found = check(&all(&cluster));
    assert_eq!(found.item("database", "postgresql/east", "role", "primary")["lost_slots"], 1);
    // It answers, it is a standby, and all that it received is applied: it follows nobody.
    let itself = found.item("replica", "postgresql/west", "id", &self::itself(&cluster, "west"));
    assert_eq!(itself["streaming"], false);
    lacks(itself, &["lag_p99_ms"]);
    assert_eq!(found.verdict("replication.streaming", "postgresql/west"), "fail");
    assert_ne!(found.verdict("replication.topology", "postgresql/west"), "pass");
}

/// What a standby says of itself.
fn itself(cluster: &Cluster, name: &str) -> String {
    let standby = cluster.standbys.iter().find(|standby| standby.name == name).unwrap();
    let region = if name == "west" { "west" } else { "east" };
    format!("observed/postgres@localhost:{}/{region}/itself", standby.port)
}

/// What the primary says of a standby.
fn seen<'a>(found: &'a Found, cluster: &Cluster, name: &str) -> &'a Value {
    let subject = if name == "west" { "postgresql/west" } else { "postgresql/east" };
    found.item("replica", subject, "id", &format!("observed/postgres@localhost:{}/east/{name}", cluster.primary.port))
}

#[test]
fn an_archiver_that_archives_nothing_says_so() {
    let cluster = Cluster::start(&[]);
    let primary = &cluster.primary;
    let good = format!("cp %p {}/archive/%f", cluster.dir.path().display());
    let archiver = || {
        let found = check(&[Entry::new(&cluster, primary.port, "east", "")]);
        found.items("archiver", "postgresql/east")[0].clone()
    };
    let count = |what: &str, least: i64| {
        let query = format!("select {what} from pg_stat_archiver");
        crate::lab::process::until(what, std::time::Duration::from_secs(30), || {
            (primary.sql(&query).parse::<i64>().unwrap() >= least).then_some(())
        });
    };
    primary.set("archive_command", "/bin/false");
    primary.fill_a_segment();
    count("failed_count", 1);
    let failing = archiver();
    assert_eq!((&failing["enabled"], &failing["failing"]), (&true.into(), &true.into()));
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    assert!(archiver()["pending_s"].as_i64().unwrap() >= 1);

    primary.set("archive_command", &good);
    count("archived_count", 1);
    let repaired = archiver();
    assert_eq!((&repaired["enabled"], &repaired["failing"]), (&true.into(), &false.into()), "{repaired:#}");

    for nothing in ["", "/bin/true", "true %p", "echo %p %f", ": # %p"] {
        primary.set("archive_command", nothing);
        let empty = archiver();
        assert_eq!(empty["enabled"], false, "{empty:#}");
        lacks(&empty, &["failing", "pending_s"]);
    }
    primary.set("archive_command", &format!("\ttrue && {good}"));
    assert_eq!(archiver()["enabled"], true);
    primary.set("archive_command", &good);
    primary.sql("select pg_stat_reset_shared('archiver')");
    let reset = archiver();
    assert_eq!(reset["enabled"], true);
    lacks(&reset, &["failing", "last_archived_s"]);
}

#[test]
fn who_only_stores_the_log_is_no_standby() {
    let cluster = Cluster::start(&[]);
    let (primary, dir) = (&cluster.primary, cluster.dir.path().join("received"));
    std::fs::create_dir(&dir).unwrap();
    give(&dir);
    let root = cluster.authority.display();
    let source = format!("host=localhost port={} user=streamer password={STREAMER} sslrootcert={root}", primary.port);
    let mut receiver = program(of_postgres("pg_receivewal"));
    let _receiver = Process::spawn("pg_receivewal", receiver.arg("-D").arg(&dir).args(["-d", &source]), cluster.dir.path());
    let streams = "select count(*) from pg_stat_replication where state = 'streaming'";
    until("it streams", std::time::Duration::from_secs(30), || (primary.sql(streams) == "1").then_some(()));
    let found = check(&[Entry::new(&cluster, primary.port, "east", "")]);
    assert_eq!(found.items("replica", "postgresql/east"), Vec::<&Value>::new());
    assert_eq!(found.item("database", "postgresql/east", "role", "primary")["ready"], 1);
    assert_ne!(found.verdict("replication.standbys", "postgresql/east"), "pass");
}

#[test]
fn two_primaries_are_counted() {
    let mut cluster = Cluster::start(&["s1", "west"]);
    cluster.standby("s1").sql("select pg_promote()");
    let found = check(&all(&cluster));
    assert_eq!(found.items("consensus", "postgresql/global")[0]["primaries"], 2);
    assert_eq!(found.verdict("replication.one_primary", "postgresql/global"), "fail");
    // One that cannot be asked may be a third.
    cluster.standby("west").stop();
    let found = check(&all(&cluster));
    assert!(found.items("consensus", "postgresql/global").is_empty());
    assert_eq!(found.verdict("replication.one_primary", "postgresql/global"), "unknown");
}

#[test]
fn a_corrupted_page_is_counted() {
    let mut cluster = Cluster::start(&[]);
    cluster.primary.sql("checkpoint");
    let file = cluster.primary.data.join(cluster.primary.sql("select pg_relation_filepath('orders')"));
    cluster.primary.stop_in_order();
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[8192 * 3 + 4000] ^= 0xff;
    std::fs::write(&file, bytes).unwrap();
    cluster.start_again("primary");
    cluster.primary.sql("do 'begin perform count(*) from orders; exception when data_corrupted then null; end'");
    let counted = "select sum(checksum_failures) from pg_stat_database";
    crate::lab::process::until("it is counted", std::time::Duration::from_secs(10), || (cluster.primary.sql(counted) != "0").then_some(()));
    let found = check(&[Entry::new(&cluster, cluster.primary.port, "east", "")]);
    let database = found.item("database", "postgresql/east", "role", "primary");
    assert_eq!((&database["checksums"], &database["checksum_failures"]), (&true.into(), &1.into()));
    assert_eq!(found.verdict("recovery.checksums", "postgresql/east"), "fail");
}

#[test]
fn for_whom_a_commit_waits_is_known_where_it_is_one_number() {
    let cluster = Cluster::start(&[]);
    let database = || {
        let found = check(&[Entry::new(&cluster, cluster.primary.port, "east", "")]);
        found.item("database", "postgresql/east", "role", "primary").clone()
    };
    cluster.primary.set("synchronous_standby_names", "ANY 2 (a, b, c)");
    // Nobody is there: a write would wait for ever, but none is lost.
    let alone = database();
    assert_eq!((&alone["synchronous"], &alone["synchronous_required"], &alone["ready"]), (&2.into(), &true.into(), &1.into()));
    lacks(&alone, &["instances"]);
    // A manager may take the names away when nobody is left.
    cluster.primary.configure("cnpg.config_sha256 = 'x'\n");
    cluster.primary.set("synchronous_commit", "remote_write");
    let managed = database();
    assert_eq!(managed["synchronous"], 2);
    lacks(&managed, &["synchronous_required"]);
    cluster.primary.set("synchronous_commit", "local");
    assert_eq!(database()["synchronous"], 0);
}

#[test]
fn the_lab_itself_streams_over_tls() {
    let cluster = Cluster::start(&["s1"]);
    let encrypted = "select bool_and(ssl) from pg_stat_ssl s join pg_stat_replication r using (pid)";
    assert_eq!(cluster.primary.sql(encrypted), "t");
}
