//! Each thing that can be wrong with a PostgreSQL is the right verdict of the right control on the right subject, and
//! no other subject's; where nothing is wrong, nothing fails.

use crate::db_postgres::{Entry, Found, all, check};
use crate::lab::certificates::Authority;
use crate::lab::postgres::Cluster;
use crate::lab::process::until;
use std::net::TcpListener;
use std::time::Duration;

const EAST: &str = "postgresql/east";
const WEST: &str = "postgresql/west";
const GLOBAL: &str = "postgresql/global";

/// What a healthy cluster passes. Who keeps it at one primary is not known here.
const WELL: &[(&str, &str, &str)] = &[
    ("replication.standbys", EAST, "pass"),
    ("replication.streaming", WEST, "pass"),
    ("replication.topology", WEST, "pass"),
    ("replication.lag", WEST, "pass"),
    ("replication.slots", EAST, "pass"),
    ("backup.archiving", EAST, "pass"),
    ("recovery.checksums", EAST, "pass"),
    ("recovery.rpo_no_loss", "single-pod-failure/east", "pass"),
    ("recovery.rpo_failover", "region-failure/global", "pass"),
    ("replication.one_primary", GLOBAL, "unknown"),
];

/// What was found that was not expected, a line each.
#[derive(Default)]
struct Surprises(Vec<String>);

impl Surprises {
    /// All that a healthy cluster passes is expected, but for these; and no fail that is not among them.
    fn expect(&mut self, what: &str, found: &Found, other: &[(&str, &str, &str)]) {
        let differs = |row: &&(&str, &str, &str)| !other.iter().any(|(control, subject, _)| (*control, *subject) == (row.0, row.1));
        for (control, subject, verdict) in other.iter().chain(WELL.iter().filter(differs)) {
            let said = found.verdict(control, subject);
            self.0.extend((said != *verdict).then(|| format!("{what}: {control} {subject}: {said}, not {verdict}")));
        }
        let fails: Vec<_> = other.iter().filter(|row| row.2 == "fail").map(|row| (row.0.to_owned(), row.1.to_owned())).collect();
        self.0.extend(found.fails().into_iter().filter(|failed| !fails.contains(failed)).map(|failed| format!("{what}: {failed:?} fails")));
    }
}

/// What is not known where the primary cannot be asked. Its standbys speak for themselves.
const WITHOUT_PRIMARY: &[(&str, &str, &str)] = &[
    ("replication.standbys", EAST, "unknown"),
    ("replication.slots", EAST, "unknown"),
    ("replication.streaming", WEST, "unknown"),
    ("replication.lag", WEST, "unknown"),
    ("backup.archiving", EAST, "unknown"),
    ("recovery.checksums", EAST, "unknown"),
    ("recovery.rpo_no_loss", "single-pod-failure/east", "unknown"),
    ("recovery.rpo_failover", "region-failure/global", "unknown"),
];

#[test]
fn each_fault_is_the_right_verdict_on_the_right_subject() {
    let mut surprises = Surprises::default();
    let mut cluster = Cluster::start(&["s1", "west"]);
    cluster.primary.set("synchronous_standby_names", "ANY 1 (s1)");
    cluster.primary.fill_a_segment();
    cluster.settle();
    surprises.expect("healthy", &check(&all(&cluster)), &[]);

    cluster.standby("s1").sql("select pg_wal_replay_pause()");
    surprises.expect("a paused standby", &check(&all(&cluster)), &[("replication.standbys", EAST, "fail")]);
    cluster.standby("s1").sql("select pg_wal_replay_resume()");

    cluster.standby("west").sql("select pg_wal_replay_pause()");
    let paused = [
        ("replication.streaming", WEST, "fail"),
        ("replication.topology", WEST, "unknown"),
        ("recovery.rpo_failover", "region-failure/global", "unknown"),
    ];
    surprises.expect("a paused standby of another region", &check(&all(&cluster)), &paused);
    cluster.standby("west").sql("select pg_wal_replay_resume()");

    cluster.standby("west").set("recovery_min_apply_delay", "60s");
    surprises.expect("a delayed standby", &check(&all(&cluster)), &[("replication.streaming", WEST, "fail")]);
    cluster.standby("west").set("recovery_min_apply_delay", "0");

    cluster.primary.set("archive_command", "/bin/false");
    cluster.primary.fill_a_segment();
    until("it failed", Duration::from_secs(30), || {
        (cluster.primary.sql("select failed_count > 0 from pg_stat_archiver") == "t").then_some(())
    });
    surprises.expect("a broken archive_command", &check(&all(&cluster)), &[("backup.archiving", EAST, "fail")]);
    cluster.primary.set("archive_command", "");
    surprises.expect("an empty archive_command", &check(&all(&cluster)), &[("backup.archiving", EAST, "fail")]);
    cluster.primary.set("archive_command", &format!("cp %p {}/archive/%f", cluster.dir.path().display()));
    until("it is archived", Duration::from_secs(60), || {
        let caught_up = "select last_archived_time > last_failed_time from pg_stat_archiver";
        (cluster.primary.sql(caught_up) == "t").then_some(())
    });
    cluster.settle();

    let mut refused = all(&cluster);
    refused[0].role = "rejected";
    surprises.expect("a pg_hba reject", &check(&refused), WITHOUT_PRIMARY);

    let mut stranger = all(&cluster);
    let root = cluster.dir.write("stranger.crt", &Authority::new("stranger").pem);
    stranger[0].address = format!("localhost:{}/postgres?sslrootcert={}", cluster.primary.port, root.display());
    surprises.expect("a wrong certificate", &check(&stranger), WITHOUT_PRIMARY);

    let mute = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut silent = all(&cluster);
    silent[0].address = format!("127.0.0.1:{}/postgres", mute.local_addr().unwrap().port());
    surprises.expect("a server that accepts and never answers", &check(&silent), WITHOUT_PRIMARY);

    let mut blind = all(&cluster);
    blind[0].role = "plain";
    let unseen = [
        ("replication.standbys", EAST, "unknown"),
        ("replication.streaming", WEST, "unknown"),
        ("replication.lag", WEST, "unknown"),
        ("backup.archiving", EAST, "unknown"),
        ("recovery.rpo_failover", "region-failure/global", "unknown"),
    ];
    surprises.expect("a role without pg_monitor", &check(&blind), &unseen);

    cluster.primary.set("synchronous_standby_names", "");
    cluster.standby("west").stop();
    let gone = [
        ("replication.streaming", WEST, "fail"),
        ("replication.topology", WEST, "unknown"),
        ("replication.lag", WEST, "unknown"),
        ("recovery.rpo_failover", "region-failure/global", "unknown"),
        ("recovery.rpo_no_loss", "single-pod-failure/east", "fail"),
        ("recovery.rpo_no_loss", "service-failure/east", "fail"),
    ];
    surprises.expect("a standby that vanishes", &check(&rest_of(&cluster)), &gone);

    cluster.primary.set("max_slot_wal_keep_size", "1MB");
    cluster.primary.set("wal_keep_size", "0");
    (0..4).for_each(|_| cluster.primary.fill_a_segment());
    cluster.primary.sql("checkpoint");
    surprises.expect("a lost slot", &check(&rest_of(&cluster)), &[&gone[..], &[("replication.slots", EAST, "fail")]].concat());

    cluster.standby("s1").sql("select pg_promote()");
    let two = [
        &gone[..],
        &[("replication.slots", EAST, "fail"), ("replication.one_primary", GLOBAL, "fail"), ("replication.standbys", EAST, "fail")],
    ];
    surprises.expect("two primaries", &check(&all(&cluster)[..2]), &two.concat());
    assert!(surprises.0.is_empty(), "{}", surprises.0.join("\n"));
}

/// The servers that still run.
fn rest_of(cluster: &Cluster) -> Vec<Entry<'static>> {
    let mut rest = all(cluster);
    rest.pop();
    rest
}
