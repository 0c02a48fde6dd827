//! A real pgBackRest with a repository on disk, and a PostgreSQL whose log it archives.

use super::account::{give, of_postgres, program, run};
use super::process::{Process, Scratch, free_port, until};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// No server takes longer, however busy the machine is.
const LIMIT: Duration = Duration::from_secs(60);

/// What the repository is encrypted with, which must appear nowhere.
pub(crate) const PASSPHRASE: &str = "canary-passphrase";

/// A server with its repository, in the stanza `main`.
pub(crate) struct BackedUp {
    /// The server.
    server: Option<Process>,
    /// Its port.
    port: u16,
    /// Where all of it lies.
    dir: Scratch,
}

impl BackedUp {
    /// Starts one that has a stanza and no backup.
    pub(crate) fn start() -> Self {
        let dir = Scratch::new();
        for name in ["repo", "log", "lock", "spool"] {
            std::fs::create_dir(dir.path().join(name)).unwrap();
        }
        let mut lab = Self { server: None, port: free_port(), dir };
        lab.configure("pgbackrest.conf", PASSPHRASE);
        give(lab.path());
        lab.start_server();
        lab.tool(&["stanza-create"]);
        lab
    }

    /// Where its files are.
    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Writes another configuration, with this passphrase.
    pub(crate) fn configure(&self, name: &str, passphrase: &str) -> PathBuf {
        let (dir, port) = (self.path().display(), self.port);
        self.dir.write(
            name,
            &format!(
                "[global]\nrepo1-path={dir}/repo\nrepo1-cipher-type=aes-256-cbc\nrepo1-cipher-pass={passphrase}\nrepo1-retention-full=9
log-path={dir}/log\nlock-path={dir}/lock\nspool-path={dir}/spool\nlog-level-console=error\nlog-level-file=off\nstart-fast=y
compress-type=none\narchive-timeout=30\n[main]\npg1-path={dir}/pg\npg1-port={port}\npg1-socket-path={dir}\npg1-user=postgres\n"
            ),
        )
    }

    /// Makes a backup.
    pub(crate) fn back_up(&self, sort: &str) {
        self.tool(&["backup", &format!("--type={sort}")]);
    }

    /// Another database in the place of the one that there was, and pgBackRest told of it.
    pub(crate) fn begin_anew(&mut self) {
        drop(self.server.take());
        std::fs::remove_dir_all(self.path().join("pg")).unwrap();
        self.start_server();
        self.tool(&["stanza-upgrade"]);
    }

    /// The words of a command that prints what there is.
    pub(crate) fn info(&self, more: &[&str]) -> Vec<String> {
        let config = format!("--config={}/pgbackrest.conf", self.path().display());
        let words = ["pgbackrest", &config, "info", "--output=json"];
        words.iter().chain(more).map(ToString::to_string).collect()
    }

    /// The files of the archive from this segment on.
    pub(crate) fn archived(&self, from: &str) -> Vec<PathBuf> {
        let pattern = format!("{}/repo/archive/main/*/*/*", self.path().display());
        let is_there =
            |path: &PathBuf| path.file_name().is_some_and(|name| name.to_str().unwrap().get(..24).is_some_and(|name| name >= from));
        glob::glob(&pattern).unwrap().filter_map(Result::ok).filter(is_there).collect()
    }

    fn tool(&self, words: &[&str]) {
        let config = format!("--config={}/pgbackrest.conf", self.path().display());
        run(program("pgbackrest").args([&config, "--stanza=main"]).args(words));
    }

    fn start_server(&mut self) {
        let (dir, port) = (self.path().to_owned(), self.port);
        let data = dir.join("pg");
        run(program(of_postgres("initdb")).args(["--no-sync", "-U", "postgres", "-A", "trust", "-D"]).arg(&data));
        let file = data.join("postgresql.conf");
        let before = std::fs::read_to_string(&file).unwrap();
        let shown = dir.display();
        let after = format!(
            "port = {port}\nlisten_addresses = ''\nunix_socket_directories = '{shown}'\nfsync = off\nshared_buffers = 16MB\narchive_mode = on
archive_command = 'pgbackrest --config={shown}/pgbackrest.conf --stanza=main archive-push %p'\n"
        );
        std::fs::write(&file, before + &after).unwrap();
        let mut server = Process::spawn("postgres", program(of_postgres("postgres")).arg("-D").arg(&data), &dir);
        until("PostgreSQL answers", LIMIT, || {
            if let Some(dead) = server.obituary() {
                panic!("{dead}");
            }
            let mut asked = Command::new(of_postgres("pg_isready"));
            let ready = asked.args(["-q", "-h"]).arg(&dir).args(["-p", &port.to_string()]).status().unwrap();
            ready.success().then_some(())
        });
        self.server = Some(server);
    }
}
