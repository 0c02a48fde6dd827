//! Real Redis servers and Sentinels.

use super::process::{Process, Scratch, free_port, until};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// No server takes longer, however busy the machine is.
const LIMIT: Duration = Duration::from_secs(30);

/// The password of all of them, which must appear nowhere.
pub(crate) const PASSWORD: &str = "canary-redis";

/// One server.
pub(crate) struct Server {
    /// Its port on loopback.
    pub(crate) port: u16,
    /// Its process.
    pub(crate) process: Process,
}

/// A primary with two replicas, and three Sentinels that watch it.
pub(crate) struct Group {
    /// Takes writes.
    pub(crate) primary: Server,
    /// Follow it.
    pub(crate) replicas: Vec<Server>,
    /// Watch it.
    pub(crate) sentinels: Vec<Server>,
    _dir: Scratch,
}

impl Group {
    /// Starts one, up to the moment at which all know each other.
    pub(crate) fn start() -> Self {
        let dir = Scratch::new();
        let primary = server(&dir, "primary", "");
        let follow = format!("replicaof 127.0.0.1 {}\n", primary.port);
        let replicas: Vec<Server> = ["r1", "r2"].iter().map(|name| server(&dir, name, &follow)).collect();
        let sentinels = ["s1", "s2", "s3"].iter().map(|name| sentinel(&dir, name, primary.port)).collect();
        let group = Self { primary, replicas, sentinels, _dir: dir };
        until("both replicas are online", LIMIT, || {
            (group.primary.ask("INFO replication").matches("state=online").count() == 2).then_some(())
        });
        for sentinel in &group.sentinels {
            until("the Sentinels know each other", LIMIT, || {
                let answer = sentinel.ask_without("SENTINEL CKQUORUM app");
                answer.starts_with("+OK 3 usable").then_some(())
            });
        }
        group
    }
}

/// A cluster of three primaries without replicas.
pub(crate) fn cluster() -> (Vec<Server>, Scratch) {
    let dir = Scratch::new();
    let servers: Vec<Server> =
        ["c1", "c2", "c3"].iter().map(|name| server(&dir, name, "cluster-enabled yes\ncluster-node-timeout 1000\n")).collect();
    for (server, slots) in servers.iter().zip(["0 5460", "5461 10922", "10923 16383"]) {
        server.ask(&format!("CLUSTER ADDSLOTSRANGE {slots}"));
        server.ask(&format!("CLUSTER MEET 127.0.0.1 {}", servers[0].port));
    }
    for server in &servers {
        until("the cluster is well", LIMIT, || {
            let info = server.ask("CLUSTER INFO");
            (info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:3")).then_some(())
        });
    }
    (servers, dir)
}

fn server(dir: &Scratch, name: &str, more: &str) -> Server {
    let own = dir.path().join(name);
    std::fs::create_dir(&own).unwrap();
    let port = free_port();
    let config = format!(
        "port {port}\nbind 127.0.0.1\ndir {}\nsave \"\"\nappendonly no\nrepl-diskless-sync-delay 0\nrequirepass {PASSWORD}\nmasterauth {PASSWORD}\n{more}",
        own.display()
    );
    let file = dir.write(&format!("{name}.conf"), &config);
    start(Command::new("redis-server").arg(file), name, port, dir)
}

fn sentinel(dir: &Scratch, name: &str, watched: u16) -> Server {
    let port = free_port();
    let config = format!(
        "port {port}\nbind 127.0.0.1\ndir {}\nsentinel monitor app 127.0.0.1 {watched} 2\nsentinel auth-pass app {PASSWORD}
sentinel down-after-milliseconds app 60000\n",
        dir.path().display()
    );
    let file = dir.write(&format!("{name}.conf"), &config);
    start(Command::new("redis-sentinel").arg(file), name, port, dir)
}

fn start(command: &mut Command, name: &str, port: u16, dir: &Scratch) -> Server {
    let mut process = Process::spawn(name, command.env_clear().env("PATH", "/usr/bin:/bin"), dir.path());
    until(name, LIMIT, || {
        if let Some(dead) = process.obituary() {
            panic!("{dead}");
        }
        TcpStream::connect(("127.0.0.1", port)).ok()
    });
    Server { port, process }
}

impl Server {
    /// What it answers, as who knows the password.
    pub(crate) fn ask(&self, words: &str) -> String {
        ask(self.port, &["AUTH canary-redis", words]).pop().unwrap()
    }

    /// What it answers to anybody.
    pub(crate) fn ask_without(&self, words: &str) -> String {
        ask(self.port, &[words]).pop().unwrap()
    }

    /// Writes something every few milliseconds for as long as the result lives.
    pub(crate) fn keep_writing(&self) -> Writer {
        let (port, ended) = (self.port, Arc::new(AtomicBool::new(false)));
        let until = Arc::clone(&ended);
        let thread = std::thread::spawn(move || {
            while !until.load(Ordering::Relaxed) {
                ask(port, &["AUTH canary-redis", &format!("SET key {}", "x".repeat(200))]);
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        Writer { ended, thread: Some(thread) }
    }
}

/// Whoever writes.
pub(crate) struct Writer {
    ended: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        let _ = self.thread.take().unwrap().join();
    }
}

/// The answers to lines that are sent one by one: the first line of each, and the text of those that have a length.
fn ask(port: u16, lines: &[&str]) -> Vec<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut answers = Vec::new();
    for line in lines {
        stream.write_all(format!("{line}\r\n").as_bytes()).unwrap();
        let mut answer = String::new();
        reader.read_line(&mut answer).unwrap();
        if let Some(length) = answer.strip_prefix('$') {
            let length: usize = length.trim().parse().unwrap();
            let mut text = vec![0; length + 2];
            std::io::Read::read_exact(&mut reader, &mut text).unwrap();
            answer = String::from_utf8(text).unwrap();
        }
        answers.push(answer);
    }
    answers
}
