//! What the tests share: the built binary with a scrubbed environment, the fixtures, golden files.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The root of the checkout.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The systems under `fixtures/systems`.
pub fn system(name: &str) -> PathBuf {
    root().join("fixtures/systems").join(name)
}

/// The built binary, with nothing of the caller's environment that could matter.
pub fn seaworthy() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_seaworthy"));
    command.env_clear().current_dir(root());
    command
}

/// Runs the binary with some arguments.
pub fn run(args: &[&str]) -> Output {
    seaworthy().args(args).output().unwrap()
}

/// What a run printed.
pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What a run complained of.
pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Compares with a golden file; `UPDATE=1` writes it.
pub fn golden(path: &Path, found: &str) {
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, found).unwrap();
        return;
    }
    let expected =
        std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}; UPDATE=1 cargo test writes it", path.display()));
    if expected != found {
        let line = expected
            .lines()
            .zip(found.lines())
            .position(|(a, b)| a != b)
            .map_or_else(|| expected.lines().count().min(found.lines().count()), |line| line);
        panic!(
            "{} is not what it was, from line {}:\n  was: {}\n  is:  {}\nUPDATE=1 cargo test writes it anew; read the difference",
            path.display(),
            line + 1,
            expected.lines().nth(line).unwrap_or("<end>"),
            found.lines().nth(line).unwrap_or("<end>")
        );
    }
}
