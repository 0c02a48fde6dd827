//! Servers of a test: they end with it, however it ends.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// A server that a test started. It is killed where this is dropped, by its process id.
pub(crate) struct Process {
    name: String,
    child: Child,
    log: PathBuf,
    will: Will,
}

impl Process {
    /// Starts a program, which writes `<name>.log` in a folder.
    pub(crate) fn spawn(name: &str, command: &mut Command, dir: &Path) -> Self {
        let log = dir.join(format!("{name}.log"));
        let file = std::fs::File::create(&log).unwrap();
        command.current_dir(dir).stdin(Stdio::null()).stdout(file.try_clone().unwrap()).stderr(file);
        // A group of its own: an interrupt from the keyboard reaches the test alone, which lets the API server
        // no time to say farewell to an etcd that is gone.
        let child = command.process_group(0).spawn().unwrap_or_else(|error| panic!("{name}: {error}"));
        let will = Will::write(&format!("kill -s KILL -- -{}", child.id()));
        Self { name: name.to_owned(), child, log, will }
    }

    /// Stops it as a machine stops that hangs: connections are accepted, nothing is answered. Each of its threads stops
    /// for itself, the last one a while after the signal.
    pub(crate) fn freeze(&self) {
        self.signal("STOP");
        until("all of it has stopped", Duration::from_secs(10), || {
            let threads = std::fs::read_dir(format!("/proc/{}/task", self.child.id())).unwrap();
            let state = |stat: &str| stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next());
            let mut states = threads.filter_map(|thread| state(&std::fs::read_to_string(thread.ok()?.path().join("stat")).ok()?));
            states.all(|state| state == 'T').then_some(())
        });
    }

    /// Lets it go on.
    pub(crate) fn thaw(&self) {
        self.signal("CONT");
    }

    /// Ends it at once. The API server must never be asked politely: without its etcd it lingers for minutes.
    /// What it has started itself, a plugin, ends with it: they are of its group.
    pub(crate) fn kill(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let group = format!("-{}", self.child.id());
            let _ = Command::new("sh").args(["-c", "kill -s KILL -- \"$0\"", &group]).stderr(Stdio::null()).status();
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.will.revoke();
    }

    /// The end of its log, if it has ended by itself.
    pub(crate) fn obituary(&mut self) -> Option<String> {
        self.child.try_wait().unwrap()?;
        self.will.revoke();
        Some(format!("{} has ended:\n{}", self.name, self.last_words()))
    }

    fn last_words(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(12)..].join("\n")
    }

    /// Sends a signal by its name.
    pub(crate) fn signal(&self, signal: &str) {
        // The `kill` of the shell: the program of that name is not on every machine.
        let sent = Command::new("sh").args(["-c", "kill -s \"$0\" \"$1\"", signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success(), "{} could not be sent SIG{signal}", self.name);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// What is done when the test process ends without having dropped what it holds: it was killed, or a static
/// held it, which Rust never drops. A tiny shell waits for its standard input to close, which no end of a
/// process fails to do, and then does it. Revoked where things end in order.
pub(crate) struct Will(Option<Child>);

impl Will {
    /// What the shell shall do.
    pub(crate) fn write(command: &str) -> Self {
        let script = format!("read -r word || {{ {command}; }}");
        let mut shell = Command::new("sh");
        shell.args(["-c", &script]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(Some(shell.process_group(0).spawn().unwrap()))
    }

    /// There is nothing to be done any more.
    pub(crate) fn revoke(&mut self) {
        if let Some(mut shell) = self.0.take() {
            // By its id: whoever only closed the pipe would have it done.
            let _ = shell.kill();
            let _ = shell.wait();
        }
    }
}

/// A folder that goes with its test.
pub(crate) struct Scratch {
    dir: Option<tempfile::TempDir>,
    will: Will,
}

impl Scratch {
    /// A new one.
    pub(crate) fn new() -> Self {
        let dir = tempfile::Builder::new().prefix("seaworthy-lab-").tempdir().unwrap();
        // A second later: the servers that write there are being killed at the same moment.
        let will = Will::write(&format!("sleep 1; rm -rf '{}'", dir.path().display()));
        Self { dir: Some(dir), will }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.dir.as_ref().unwrap().path()
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if std::env::var_os("SEAWORTHY_TEST_KEEP").is_some() {
            eprintln!("kept: {}", self.dir.take().unwrap().keep().display());
        }
        self.will.revoke();
    }
}

/// A free port of loopback below those that outgoing connections are given, so that none of them takes it
/// between this and the start of the server.
pub(crate) fn free_port() -> u16 {
    static GIVEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());
    loop {
        let random = RandomState::new().build_hasher().finish();
        let port = 20_000 + u16::try_from(random % 12_000).unwrap();
        if GIVEN.lock().unwrap().insert(port) && TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// Asks again and again until there is an answer; fails after a while.
pub(crate) fn until<T>(what: &str, limit: Duration, mut ask: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(begun.elapsed() < limit, "{what}: not within {limit:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
