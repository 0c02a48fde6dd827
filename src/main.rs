//! Arguments, run, exit code: the only place that touches standard output and the process.

use clap::Parser;
use seaworthy::cli::{self, Cli, Io};
use seaworthy::exit::Exit;
use std::io::{BufWriter, IsTerminal, Write};
use std::process::ExitCode;

/// How many columns a report has where there is no terminal to ask.
const WIDTH: usize = 100;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let stdout = std::io::stdout();
    let color = stdout.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let forced = std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| value != "0");
    let width = if stdout.is_terminal() { terminal_size::terminal_size().map_or(WIDTH, |(width, _)| usize::from(width.0)) } else { WIDTH };
    let mut out = BufWriter::new(stdout.lock());
    let mut io = Io {
        stdin: &mut std::io::stdin(),
        stdout: &mut out,
        stderr: &mut std::io::stderr(),
        environment: |name| std::env::var(name).ok(),
        watched: std::io::stderr().is_terminal(),
        color: color || forced,
        width,
        now_s: seaworthy::clock::now_s(),
    };
    let exit = match cli::run(cli, &mut io) {
        Ok(exit) => exit,
        Err(failure) => {
            let exit = failure.exit();
            for report in failure.reports() {
                let _ = write!(std::io::stderr(), "{report:?}");
            }
            exit
        }
    };
    let exit = if out.flush().is_ok() || exit != Exit::Pass { exit } else { Exit::CouldNotRun };
    ExitCode::from(exit.code())
}
