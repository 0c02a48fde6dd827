//! Servers that refuse to run as root run as the account of their package; where somebody else runs the tests, as that.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Whom a superuser's tests run the servers as.
const ACCOUNT: &str = "postgres";

/// A program, run as who may run it, without the environment of who runs the tests.
pub(crate) fn program(name: impl AsRef<Path>) -> Command {
    let mut command = Command::new(if is_superuser() { Path::new("setpriv") } else { name.as_ref() });
    if is_superuser() {
        command.args([&format!("--reuid={ACCOUNT}"), &format!("--regid={ACCOUNT}"), "--init-groups", "--"]).arg(name.as_ref());
    }
    command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("HOME", "/nonexistent").env("LC_ALL", "C.UTF-8");
    command
}

/// A program of the newest PostgreSQL that is installed.
pub(crate) fn of_postgres(name: &str) -> PathBuf {
    let all = glob::glob("/usr/lib/postgresql/*/bin/postgres").unwrap().filter_map(Result::ok);
    let newest = all.max_by_key(|path| path.iter().nth(4).and_then(|version| version.to_str()?.parse::<u32>().ok()));
    newest.expect("there is no PostgreSQL: scripts/test installs Debian's package").with_file_name(name)
}

/// Gives files to whoever runs the servers.
pub(crate) fn give(path: &Path) {
    if is_superuser() {
        run(Command::new("chown").arg("-R").arg(format!("{ACCOUNT}:{ACCOUNT}")).arg(path));
    }
}

/// Runs a program to its end; what it printed.
pub(crate) fn run(command: &mut Command) -> String {
    let output = command.current_dir("/").output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}: {out}{err}");
    out.trim_end().to_owned()
}

/// Whether a superuser runs the tests.
pub(crate) fn is_superuser() -> bool {
    static IS: OnceLock<bool> = OnceLock::new();
    *IS.get_or_init(|| run(Command::new("id").arg("-u")) == "0")
}
