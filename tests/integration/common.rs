//! What the tests share: the built binary with a scrubbed environment, the fixtures, golden files.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The root of the checkout.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The systems under `fixtures/systems`.
pub(crate) fn system(name: &str) -> PathBuf {
    root().join("fixtures/systems").join(name)
}

/// The built binary, with nothing of the caller's environment that could matter.
pub(crate) fn seaworthy() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_seaworthy"));
    command.env_clear().current_dir(root());
    command
}

/// Runs the binary with some arguments.
pub(crate) fn run(args: &[&str]) -> Output {
    seaworthy().args(args).output().unwrap()
}

/// What a run printed.
pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What a run complained of.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Compares with a golden file; `UPDATE=1` writes it.
pub(crate) fn golden(path: &Path, found: &str) {
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, found).unwrap();
        return;
    }
    let expected =
        std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}; UPDATE=1 cargo test writes it", path.display()));
    same(&format!("{} (UPDATE=1 cargo test writes it anew; read the difference)", path.display()), &expected, found);
}

/// Two texts are the same; else the first line that differs is told, and not all of both.
pub(crate) fn same(what: &str, expected: &str, found: &str) {
    if expected == found {
        return;
    }
    let differs = expected.lines().zip(found.lines()).position(|(a, b)| a != b);
    let shorter = expected.lines().count().min(found.lines().count());
    let line = differs.unwrap_or(shorter);
    let at = |text: &str| text.lines().nth(line).unwrap_or("<end>").to_owned();
    panic!("{what} differs from line {}:\n  was: {}\n  is:  {}", line + 1, at(expected), at(found));
}
