//! Three real Patroni members on one etcd.

use super::account::{give, of_postgres, program};
use super::process::{Process, Scratch, Will, free_port, until};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// No member takes longer to join, however busy the machine is.
const LIMIT: Duration = Duration::from_secs(90);

/// The password of its roles, which must appear nowhere.
pub(crate) const PASSWORD: &str = "canary-patroni";

/// One member.
pub(crate) struct Member {
    /// The port of its REST interface.
    pub(crate) rest: u16,
    /// The port of its server.
    pub(crate) port: u16,
    /// Its Patroni.
    pub(crate) process: Process,
    /// Its server, which its Patroni started and does not take with it.
    _server: Postmaster,
}

/// A cluster. It ends where this is dropped.
pub(crate) struct Cluster {
    /// Its members.
    pub(crate) members: Vec<Member>,
    /// Its store.
    pub(crate) etcd: Process,
    /// The port of its store.
    pub(crate) etcd_port: u16,
    _dir: Scratch,
}

/// A server of which only its files are known.
struct Postmaster {
    end: String,
    will: Will,
}

impl Postmaster {
    fn of(data: &Path) -> Self {
        let end = format!("kill -QUIT \"$(head -n 1 '{}/postmaster.pid')\"", data.display());
        let will = Will::write(&end);
        Self { end, will }
    }
}

impl Drop for Postmaster {
    fn drop(&mut self) {
        let _ = Command::new("sh").args(["-c", &self.end]).stderr(std::process::Stdio::null()).status();
        self.will.revoke();
    }
}

impl Cluster {
    /// Starts one, up to the moment at which two replicas follow a leader.
    pub(crate) fn start() -> Self {
        let dir = Scratch::new();
        std::fs::create_dir(dir.path().join("archive")).unwrap();
        give(dir.path());
        let (etcd_port, peer) = (free_port(), free_port());
        let etcd = etcd(&dir, etcd_port, peer);
        let mut members: Vec<Member> = (1..=3).map(|number| member(&dir, &format!("n{number}"), etcd_port)).collect();
        until("two replicas follow a leader", LIMIT, || {
            if let Some(dead) = members.iter_mut().find_map(|member| member.process.obituary()) {
                panic!("{dead}");
            }
            let cluster = members[0].get("/cluster")?;
            let listed = cluster["members"].as_array()?;
            let follows = |member: &&Value| member["role"] == "replica" && member["lag"] == 0;
            (listed.iter().filter(follows).count() == 2 && listed.iter().any(|member| member["role"] == "leader")).then_some(())
        });
        Self { members, etcd, etcd_port, _dir: dir }
    }

    /// The member that leads, or one that does not.
    pub(crate) fn member(&self, leads: bool) -> &Member {
        let is =
            |member: &&Member| member.get("/patroni").is_some_and(|own| (own["role"] == "master" || own["role"] == "primary") == leads);
        self.members.iter().find(is).unwrap()
    }

    /// Tells it to promote nobody, or to do so again.
    pub(crate) fn pause(&self, pause: bool) {
        let member = &self.members[0];
        member.send("PATCH", "/config", &format!("{{\"pause\": {}}}", if pause { "true" } else { "null" })).unwrap();
        until("the pause is known", LIMIT, || {
            let known = member.get("/cluster")?["pause"] == true;
            (known == pause).then_some(())
        });
    }
}

impl Member {
    /// What it answers.
    pub(crate) fn get(&self, path: &str) -> Option<Value> {
        let answer = self.send("GET", path, "").ok()?;
        serde_json::from_str(answer.split_once("\r\n\r\n")?.1).ok()
    }

    fn send(&self, method: &str, path: &str, body: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.rest))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.0\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }
}

fn etcd(dir: &Scratch, port: u16, peer: u16) -> Process {
    let mut command = program("etcd");
    let (own, others) = (format!("http://127.0.0.1:{port}"), format!("http://127.0.0.1:{peer}"));
    command.args(["--name", "e1", "--data-dir"]).arg(dir.path().join("etcd")).arg("--unsafe-no-fsync");
    command.args(["--listen-client-urls", &own, "--advertise-client-urls", &own]);
    command.args(["--listen-peer-urls", &others, "--initial-advertise-peer-urls", &others, "--initial-cluster", &format!("e1={others}")]);
    let mut process = Process::spawn("etcd", &mut command, dir.path());
    until("etcd listens", LIMIT, || {
        if let Some(dead) = process.obituary() {
            panic!("{dead}");
        }
        TcpStream::connect(("127.0.0.1", port)).ok()
    });
    process
}

fn member(dir: &Scratch, name: &str, etcd: u16) -> Member {
    let (rest, port) = (free_port(), free_port());
    let (shown, bin) = (dir.path().display(), of_postgres(""));
    let config = format!(
        r#"scope: lab
name: {name}
restapi: {{listen: "127.0.0.1:{rest}", connect_address: "127.0.0.1:{rest}"}}
etcd3: {{host: "127.0.0.1:{etcd}"}}
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 1
    retry_timeout: 3
    postgresql:
      use_slots: true
      parameters: {{fsync: "off", max_connections: 30, shared_buffers: 16MB, wal_level: replica, hot_standby: "on",
        archive_mode: "on", archive_timeout: 60, archive_command: "cp %p {shown}/archive/%f"}}
  initdb: [{{encoding: UTF8}}, data-checksums, {{auth-local: trust}}, {{auth-host: trust}}, no-sync]
  pg_hba: ["host replication repl 127.0.0.1/32 md5", "host all all 127.0.0.1/32 md5", "local all all trust"]
postgresql:
  listen: "127.0.0.1:{port}"
  connect_address: "127.0.0.1:{port}"
  data_dir: {shown}/{name}
  bin_dir: {}
  pgpass: {shown}/{name}.pass
  parameters: {{unix_socket_directories: "{shown}"}}
  authentication:
    replication: {{username: repl, password: {PASSWORD}}}
    superuser: {{username: postgres, password: {PASSWORD}}}
watchdog: {{mode: off}}
"#,
        bin.display()
    );
    let file = dir.write(&format!("{name}.yml"), &config);
    give(&file);
    let server = Postmaster::of(&dir.path().join(name));
    let process = Process::spawn(name, program("patroni").arg(file), dir.path());
    Member { rest, port, process, _server: server }
}
