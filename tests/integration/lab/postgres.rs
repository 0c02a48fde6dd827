//! Real PostgreSQL: a primary that archives its log, and standbys that stream from it over TLS. The servers run as
//! somebody without rights, as they insist on.

use super::account::{give, of_postgres, program, run};
use super::certificates::{Authority, Pair};
use super::process::{Process, Scratch, free_port, until};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// No server takes longer to start or to do what it is told, however busy the machine is.
const LIMIT: Duration = Duration::from_secs(60);

/// The passwords of the roles, which must appear nowhere.
pub(crate) const CHECKER: &str = "canary-checker";
/// That of the role without `pg_monitor`.
pub(crate) const PLAIN: &str = "canary-plain";
/// That of the role that no rule of `pg_hba.conf` lets in.
pub(crate) const REJECTED: &str = "canary-rejected";
/// That of the standbys.
pub(crate) const STREAMER: &str = "canary-streamer";

/// One server.
pub(crate) struct Server {
    /// Its name, as its primary knows it.
    pub(crate) name: String,
    /// Its port on loopback.
    pub(crate) port: u16,
    /// Its files.
    pub(crate) data: PathBuf,
    process: Option<Process>,
}

/// A primary with its standbys. They end where this is dropped.
pub(crate) struct Cluster {
    /// Takes writes.
    pub(crate) primary: Server,
    /// Follow it.
    pub(crate) standbys: Vec<Server>,
    /// Who signed their certificate, as a file.
    pub(crate) authority: PathBuf,
    /// Signs more.
    pub(crate) signer: Authority,
    /// Where all of it lies.
    pub(crate) dir: Scratch,
}

impl Cluster {
    /// Starts one, with standbys of these names.
    pub(crate) fn start(standbys: &[&str]) -> Self {
        let (dir, signer) = (Scratch::new(), Authority::new("lab"));
        let authority = dir.write("ca.crt", &signer.pem);
        std::fs::create_dir(dir.path().join("archive")).unwrap();
        certify(dir.path(), &signer.server(&["localhost", "127.0.0.1"]));
        give(dir.path());
        let data = dir.path().join("primary");
        let copied = run(Command::new("cp").arg("-a").arg(template()).arg(&data));
        assert_eq!(copied, "");
        let mut primary = Server { name: "primary".to_owned(), port: free_port(), data, process: None };
        configure(&primary, dir.path());
        primary.start(dir.path());
        primary.sql(&format!(
            "create role streamer replication login password '{STREAMER}';
             create role checker login password '{CHECKER}'; grant pg_monitor to checker;
             create role plain login password '{PLAIN}'; create role rejected login password '{REJECTED}';
             create table orders (id int primary key, body text); grant select on orders to checker;
             insert into orders select i, repeat('x', 200) from generate_series(1, 500) i"
        ));
        let mut cluster = Self { primary, standbys: Vec::new(), authority, signer, dir };
        standbys.iter().for_each(|name| cluster.add(name));
        cluster
    }

    /// Another standby, with a slot of its name, up to the moment that it streams.
    pub(crate) fn add(&mut self, name: &str) {
        let (data, port) = (self.dir.path().join(name), free_port());
        self.primary.sql(&format!("select pg_create_physical_replication_slot('{name}')"));
        let source = format!(
            "host=localhost port={} user=streamer password={STREAMER} sslmode=verify-full sslrootcert={} application_name={name}",
            self.primary.port,
            self.authority.display(),
        );
        let mut copy = program(of_postgres("pg_basebackup"));
        run(copy.args(["-R", "-X", "stream", "-c", "fast", "--no-sync", "-S", name, "-d", &source, "-D"]).arg(&data));
        let mut server = Server { name: name.to_owned(), port, data, process: None };
        server.configure(&format!("port = {port}\ncluster_name = '{name}'\n"));
        server.start(self.dir.path());
        until(name, LIMIT, || (self.primary.sql(&streaming(name)) == "1").then_some(()));
        self.standbys.push(server);
    }

    /// Gives the servers another certificate.
    pub(crate) fn certify(&self, pair: &Pair) {
        certify(self.dir.path(), pair);
        self.primary.sql("select pg_reload_conf()");
        std::thread::sleep(Duration::from_millis(300));
    }

    /// A standby by its name.
    pub(crate) fn standby(&mut self, name: &str) -> &mut Server {
        self.standbys.iter_mut().find(|server| server.name == name).unwrap()
    }

    /// Starts a server again that was stopped.
    pub(crate) fn start_again(&mut self, name: &str) {
        let dir = self.dir.path().to_owned();
        let server = if name == "primary" { &mut self.primary } else { self.standby(name) };
        server.start(&dir);
    }

    /// Waits until all standbys have applied everything.
    pub(crate) fn settle(&self) {
        let behind = "select count(*) from pg_stat_replication where replay_lsn is distinct from pg_current_wal_lsn()";
        until("the standbys have caught up", LIMIT, || (self.primary.sql(behind) == "0").then_some(()));
    }
}

/// Counts a standby that streams and has said how far it is: before its first word nobody knows that it follows.
fn streaming(name: &str) -> String {
    format!(
        "select count(*) from pg_stat_replication
         where application_name = '{name}' and state = 'streaming' and replay_lsn is not null and reply_time is not null"
    )
}

/// A cluster as `initdb` makes it, once.
fn template() -> &'static Path {
    static TEMPLATE: OnceLock<Scratch> = OnceLock::new();
    let dir = TEMPLATE.get_or_init(|| {
        let dir = Scratch::new();
        give(dir.path());
        let mut init = program(of_postgres("initdb"));
        run(init
            .args(["-k", "--no-sync", "-E", "UTF8", "--locale=C", "-U", "postgres", "-A", "scram-sha-256", "--auth-local=trust", "-D"])
            .arg(dir.path().join("data")));
        dir
    });
    Box::leak(dir.path().join("data").into_boxed_path())
}

/// The certificate of the servers of a folder.
fn certify(dir: &Path, pair: &Pair) {
    std::fs::write(dir.join("server.crt"), &pair.certificate).unwrap();
    std::fs::write(dir.join("server.key"), &pair.key).unwrap();
    run(Command::new("chmod").arg("600").arg(dir.join("server.key")));
    give(&dir.join("server.crt"));
    give(&dir.join("server.key"));
}

fn configure(primary: &Server, dir: &Path) {
    let (port, dir) = (primary.port, dir.display());
    primary.configure(&format!(
        "port = {port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{dir}'\nfsync = off\nfull_page_writes = off
shared_buffers = 16MB\nmax_connections = 40\nlog_min_messages = warning\nwal_keep_size = 64MB\narchive_mode = on
archive_command = 'cp %p {dir}/archive/%f'\narchive_timeout = 60\nwal_receiver_status_interval = 1\nautovacuum = off
ssl = on\nssl_cert_file = '{dir}/server.crt'\nssl_key_file = '{dir}/server.key'\nssl_ca_file = '{dir}/ca.crt'\n"
    ));
    let rules = "local all all trust\nlocal replication all trust\nhostssl all rejected all reject
hostssl all all 127.0.0.1/32 scram-sha-256\nhostssl replication streamer 127.0.0.1/32 scram-sha-256\n";
    std::fs::write(primary.data.join("pg_hba.conf"), rules).unwrap();
}

impl Server {
    /// Writes settings into its file, which hold from the next change on.
    pub(crate) fn configure(&self, text: &str) {
        let file = self.data.join("postgresql.conf");
        let before = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, before + text).unwrap();
    }

    fn start(&mut self, dir: &Path) {
        let mut server = program(of_postgres("postgres"));
        let mut process = Process::spawn(&self.name, server.arg("-D").arg(&self.data), dir);
        let asked = || Command::new(of_postgres("pg_isready")).args(["-q", "-h"]).arg(dir).args(["-p", &self.port.to_string()]).status();
        until(&self.name, LIMIT, || {
            if let Some(dead) = process.obituary() {
                panic!("{dead}");
            }
            asked().unwrap().success().then_some(())
        });
        self.process = Some(process);
    }

    /// Stops it, which takes no time.
    pub(crate) fn stop(&mut self) {
        let Some(mut process) = self.process.take() else { return };
        // Asked, it takes its shared memory with it; killed, it would not.
        process.signal("QUIT");
        let begun = Instant::now();
        while process.obituary().is_none() && begun.elapsed() < Duration::from_secs(5) {
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Stops it in order, all of it written.
    pub(crate) fn stop_in_order(&mut self) {
        let mut process = self.process.take().unwrap();
        process.signal("INT");
        until(&self.name, LIMIT, || process.obituary().map(drop));
    }

    /// What it answers, as its owner.
    pub(crate) fn sql(&self, text: &str) -> String {
        let mut client = Command::new(of_postgres("psql"));
        let dir = self.data.parent().unwrap();
        client.args(["-AtXq", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", "postgres", "-p", &self.port.to_string(), "-h"]).arg(dir);
        run(client.args(["-c", text]))
    }

    /// Changes a setting, and waits until it holds.
    pub(crate) fn set(&self, name: &str, value: &str) {
        self.sql(&format!("alter system set {name} = '{value}'"));
        self.sql("select pg_reload_conf()");
        let pending = format!(
            "select setting = pg_settings.reset_val and not pending_restart and pg_conf_load_time() > now() - interval '60 s'
            from pg_settings where name = '{name}'"
        );
        until(name, LIMIT, || (self.sql(&pending) == "t").then_some(()));
        // Each process of the server reads its files at its own next breath.
        std::thread::sleep(Duration::from_millis(200));
    }

    /// Does something that its log holds, and begins a new segment, which lets the last be archived.
    pub(crate) fn fill_a_segment(&self) {
        self.sql("create table if not exists filler (i int); insert into filler values (1)");
        self.sql("select pg_switch_wal()");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}
