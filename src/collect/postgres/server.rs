//! What a server is: its place in the topology, and whether a commit waits for anybody.

use super::address::Address;
use super::place;
use super::session::Session;
use crate::clock::{self, SKEW_S};
use crate::collect::fault::Fault;
use crate::collect::reading::{Around, Reading};
use crate::snapshot::{Class, Database, DatabaseRole, Noun};
use serde::Deserialize;

/// What must be known before anything else is asked. `usage`, not `member`: a role that does not inherit sees nothing.
const IDENTITY: &str = "
    select current_setting('server_version_num')::int as version, pg_is_in_recovery() as standby,
        pg_has_role(current_user, 'pg_read_all_stats', 'usage') as sees, current_setting('cluster_name') as cluster,
        (select setting = 'always' from pg_settings where name = 'archive_mode') as archives_always,
        extract(epoch from clock_timestamp())::bigint as clock_s";

/// Who it is, for those who may ask.
const CONTROL: &str = "
    select s.system_identifier::text as system, c.timeline_id as timeline from pg_control_system() s, pg_control_checkpoint() c";

/// What is known of any server. `synchronous_commit` can be given to a role or a database, whose commits then wait for
/// less than others do; and who manages the server (CloudNativePG leaves a setting of its own, Patroni gives some on the
/// command line) may take the wait away when nobody is left to wait for.
const FACTS: &str = "
    select current_setting('data_checksums') = 'on' as checksums,
        (select sum(checksum_failures)::bigint from pg_stat_database) as checksum_failures,
        (select count(*) from pg_replication_slots where wal_status = 'lost') as lost_slots,
        current_setting('synchronous_standby_names') as synchronous_names,
        (select setting not in ('off', 'local') from pg_settings where name = 'synchronous_commit') as commits_wait,
        (select source in ('database', 'user', 'database user', 'client', 'session') from pg_settings
            where name = 'synchronous_commit') as commits_of_ours,
        exists (select from pg_db_role_setting, unnest(setconfig) as one
            where lower(one) ~ '^synchronous_commit=(off|of|f|fa|fal|fals|false|n|no|0|local)$') as some_do_not_wait,
        current_setting('cnpg.config_sha256', true) is not null
            or exists (select from pg_settings where name = 'wal_level' and source = 'command line') as managed";

/// So many seconds a clock that is read over the network may seem to be off.
const SLOW_S: i64 = 2;

/// A server that answered.
#[derive(Debug, Deserialize)]
pub(super) struct Server {
    /// `150018`.
    pub(super) version: u64,
    /// Whether it follows another.
    pub(super) standby: bool,
    /// Whether the account sees what other sessions do.
    pub(super) sees: bool,
    /// Its `cluster_name`.
    pub(super) cluster: String,
    /// Whether it archives even while it follows another.
    pub(super) archives_always: bool,
    clock_s: i64,
    #[serde(skip)]
    control: Option<Control>,
    /// How far its clock is ahead of ours, in seconds.
    #[serde(skip)]
    skew_s: i64,
}

#[derive(Debug, Deserialize)]
struct Control {
    system: String,
    timeline: u64,
}

#[derive(Debug, Deserialize)]
struct Facts {
    checksums: bool,
    checksum_failures: Option<u64>,
    lost_slots: u64,
    synchronous_names: String,
    commits_wait: bool,
    commits_of_ours: bool,
    some_do_not_wait: bool,
    managed: bool,
}

/// What the replicas tell of the cluster.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Servers {
    /// How many there should be.
    pub(super) instances: Option<u64>,
    /// How many there are.
    pub(super) ready: Option<u64>,
    /// Whether this one follows somebody who is there.
    pub(super) follows: bool,
}

impl Server {
    pub(super) async fn read(session: &Session) -> Result<Self, Fault> {
        let mut server: Self = session.ask_one(IDENTITY).await?;
        server.skew_s = server.clock_s.saturating_sub(clock::now_s());
        server.control = session.ask_one(CONTROL).await.ok();
        Ok(server)
    }

    /// Of whom was asked.
    pub(super) fn identity(&self, address: &Address) -> String {
        let how = address.mode.words();
        match &self.control {
            Some(Control { system, timeline }) => format!("{} {how}, system {system}, timeline {timeline}", address.shown),
            None => format!("{} {how}", address.shown),
        }
    }

    /// The system identifier that all copies of one database cluster share, where the role may read it.
    pub(super) fn system(&self) -> Option<String> {
        self.control.as_ref().map(|control| control.system.clone())
    }

    /// An instant that this server told, unless its clock cannot be trusted.
    pub(super) fn instant(&self, told_s: i64) -> Result<i64, String> {
        if self.skew_s.abs() > SKEW_S {
            return Err(format!("its clock is {} s off: no time of its own is taken", self.skew_s.abs()));
        }
        Ok(told_s)
    }

    /// How far its clock is off where that is more than a slow answer, in seconds: by such a clock nothing young is dated.
    pub(super) fn clock_off_s(&self) -> Option<i64> {
        (self.skew_s.abs() > SLOW_S).then_some(self.skew_s.abs())
    }

    /// The cluster, as far as this server alone can say.
    pub(super) async fn database(&self, around: &Around<'_>, session: &Session, reading: &mut Reading) -> Database {
        let facts: Result<Facts, Fault> = session.ask_one(FACTS).await;
        let role = if self.standby { DatabaseRole::Standby } else { DatabaseRole::Primary };
        let mut database = Database {
            id: reading.id("database"),
            class: Class::Observed,
            read: reading.read.clone(),
            at: place(reading),
            product: "postgresql".to_owned(),
            role,
            instances: None,
            ready: None,
            synchronous: None,
            synchronous_required: None,
            // A server that takes writes follows nobody.
            consistent: (!self.standby).then_some(true),
            inconsistency: None,
            checksums: None,
            checksum_failures: None,
            major: Some(self.version / 10_000),
            lost_slots: None,
            primaries: None,
            detect_s: None,
        };
        match facts {
            Ok(facts) => {
                database.checksums = Some(facts.checksums);
                database.checksum_failures = facts.checksum_failures.filter(|_| facts.checksums);
                database.lost_slots = Some(facts.lost_slots);
                if !self.standby {
                    facts.waits(around, &mut database, reading);
                }
            }
            Err(fault) => reading.partly(Noun::Database, fault.to_string()),
        }
        database
    }
}

impl Facts {
    /// For how many standbys a commit waits, and whether it does when they are missing. PostgreSQL itself waits for ever;
    /// a manager that takes them off the list is not asked here.
    fn waits(&self, around: &Around<'_>, database: &mut Database, reading: &mut Reading) {
        let named = standbys_to_wait_for(&self.synchronous_names);
        if named > 0 && (self.commits_of_ours || self.some_do_not_wait) {
            let why =
                "some roles or databases have a synchronous_commit of their own: for how many standbys a commit waits is not one number";
            return reading.partly(Noun::Database, why);
        }
        let waits = if self.commits_wait { named } else { 0 };
        database.synchronous = Some(waits);
        // pg_auto_failover gives its standbys such names, and empties the list when the last of them is gone.
        let managed = self.managed || !around.source.patroni.is_empty() || self.synchronous_names.contains("pgautofailover_");
        database.synchronous_required = match (waits, managed) {
            (0, _) => Some(false),
            (_, false) => Some(true),
            (_, true) => None,
        };
    }
}

/// Stores the cluster, with what the replicas told about it.
pub(super) fn store(around: &Around<'_>, mut database: Database, servers: Servers, reading: &mut Reading) {
    (database.instances, database.ready) = (servers.instances, servers.ready);
    if servers.follows {
        database.consistent = Some(true);
    }
    reading.evidence.database.entry(around.subject().to_string()).or_default().push(database);
}

/// Of `synchronous_standby_names`, how many a commit waits for: `ANY 2 (a, b, c)`, `FIRST 1 (a, b)`, `2 (a, b)`, or a
/// plain list, of which the first that is there.
fn standbys_to_wait_for(names: &str) -> u64 {
    let names = names.trim();
    if names.is_empty() {
        return 0;
    }
    let head = names.split_once('(').map_or("", |(head, _)| head).trim();
    let count = head.split_whitespace().next_back().unwrap_or_default();
    let method = head.strip_suffix(count).unwrap_or_default().trim();
    let known = method.is_empty() || method.eq_ignore_ascii_case("any") || method.eq_ignore_ascii_case("first");
    count.parse().ok().filter(|_| known).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::standbys_to_wait_for;

    #[test]
    fn a_list_of_names_says_how_many_are_waited_for() {
        for (names, wanted) in [
            ("", 0),
            ("  ", 0),
            ("s1", 1),
            ("*", 1),
            ("s1, s2", 1),
            ("2 (s1, s2)", 2),
            ("FIRST 2 (s1, s2, s3)", 2),
            ("first 1 (s1)", 1),
            ("ANY 2 (s1, s2, s3)", 2),
            ("any 3(*)", 3),
            ("ANY 1 (*)", 1),
            ("\"2 (a\", s2", 1),
            ("\"any 3 (a)\"", 1),
            ("FIRST\t2\n( \"s-1\",s2 )", 2),
            ("\"odd (name\", s2", 1),
            ("first, s2", 1),
        ] {
            assert_eq!(standbys_to_wait_for(names), wanted, "{names}");
        }
    }
}
