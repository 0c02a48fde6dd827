//! A real Barman that copies a PostgreSQL and receives its log by streaming, without any right but its own.

use super::account::{give, is_superuser, of_postgres, program, run};
use super::postgres::Cluster;
use super::process::{Process, Scratch, until};
use std::time::Duration;

/// Nothing takes longer, however busy the machine is.
const LIMIT: Duration = Duration::from_secs(60);

/// A server with a Barman of its own, which knows it as `main`.
pub(crate) struct Copied {
    /// Receives the log.
    receiver: Option<Process>,
    /// The server.
    pub(crate) cluster: Cluster,
    dir: Scratch,
}

impl Copied {
    /// Starts one that receives the log and has no copy.
    pub(crate) fn start() -> Self {
        let (cluster, dir) = (Cluster::start(&[]), Scratch::new());
        let (home, bin) = (dir.path().display().to_string(), of_postgres(""));
        let source = format!("host={} port={} user=postgres dbname=postgres", cluster.dir.path().display(), cluster.primary.port);
        let user = if is_superuser() { "postgres".to_owned() } else { run(std::process::Command::new("id").arg("-un")) };
        let config = format!(
            "[barman]\nbarman_user = {user}\nbarman_home = {home}\nlog_file = {home}/log\n[main]\ndescription = lab
conninfo = {source}\nstreaming_conninfo = {source}\nbackup_method = postgres\nstreaming_archiver = on\nslot_name = barman
path_prefix = {}\n",
            bin.display()
        );
        dir.write("barman.conf", &config);
        give(dir.path());
        let mut lab = Self { receiver: None, cluster, dir };
        lab.tool(&["receive-wal", "--create-slot", "main"]);
        lab.receive();
        // It copies nothing before it has archived a segment, and does not archive the last that it has received.
        (0..2).for_each(|_| lab.cluster.primary.fill_a_segment());
        let archived = format!("{home}/main/wals/*/*");
        until("a segment is archived", LIMIT, || {
            lab.tool(&["archive-wal", "main"]);
            glob::glob(&archived).unwrap().next().map(drop)
        });
        lab
    }

    /// Receives the log again.
    pub(crate) fn receive(&mut self) {
        let [name, words @ ..] = &self.words(&["receive-wal", "main"])[..] else { return };
        self.receiver = Some(Process::spawn("receive-wal", program(name).args(words), self.dir.path()));
        let active = "select count(*) from pg_replication_slots where slot_name = 'barman' and active";
        until("the log is received", LIMIT, || (self.cluster.primary.sql(active) == "1").then_some(()));
    }

    /// Receives no log any more: its server has ended the connection.
    pub(crate) fn receive_no_more(&mut self) {
        let mut receiver = self.receiver.take().unwrap();
        self.cluster.primary.sql("select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = 'barman'");
        until("the log is not received", LIMIT, || receiver.obituary().map(drop));
    }

    /// Makes a copy.
    pub(crate) fn back_up(&self) {
        self.tool(&["backup", "--wait", "main"]);
    }

    /// The words of a command that prints JSON.
    pub(crate) fn json(&self, command: &str) -> Vec<String> {
        self.words(&["-f", "json", command, "main"])
    }

    fn words(&self, words: &[&str]) -> Vec<String> {
        let config = self.dir.path().join("barman.conf").display().to_string();
        ["barman", "-c", &config].iter().chain(words).map(ToString::to_string).collect()
    }

    fn tool(&self, words: &[&str]) {
        let words = self.words(words);
        run(program(&words[0]).args(&words[1..]));
    }
}
