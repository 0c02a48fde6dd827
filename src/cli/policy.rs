//! `seaworthy policy test`: Rego unit tests with line coverage.

use super::{Failure, Io};
use crate::evaluate::policy_test::{self, TestResult, TestRun};
use crate::exit::Exit;
use clap::{Args, Subcommand};
use std::io::{self, Write};
use std::path::PathBuf;

/// Test Rego policies.
#[derive(Debug, Args)]
pub(super) struct PolicyArgs {
    #[command(subcommand)]
    command: PolicyCommand,
}

#[derive(Debug, Subcommand)]
enum PolicyCommand {
    /// Run every rule whose name begins with `test_`, and measure which lines of the policies ran
    #[command(
        after_help = "Examples:\n  seaworthy policy test our-policies/\n  seaworthy policy test --coverage-at-least 100 our-policies/\n\n\
                      `data.golden.input` and `data.golden.standard` are a system that passes everything: write tests as changes to it."
    )]
    Test {
        /// Directories with .rego files; JSON under a testdata directory is merged into `data`
        #[arg(required = true, value_name = "DIR")]
        dirs: Vec<PathBuf>,
        /// Fail below this line coverage, in percent
        #[arg(long, value_name = "PERCENT", default_value_t = 0)]
        coverage_at_least: usize,
    },
}

/// Runs it.
pub(super) fn run(args: &PolicyArgs, io: &mut Io<'_>) -> Result<Exit, Failure> {
    let PolicyCommand::Test { dirs, coverage_at_least } = &args.command;
    let run = policy_test::run(dirs)?;
    if run.tests.is_empty() {
        return Err(Failure::usage(
            "there is not one test here",
            "a test is a rule whose name begins with `test_`, beside the policy that it tests",
        ));
    }
    write(&run, io.stdout).map_err(|error| Failure::stdout(&error))?;
    let failed = run.tests.iter().any(|test| test.result != TestResult::Passed);
    Ok(if failed || run.percent() < *coverage_at_least { Exit::Fail } else { Exit::Pass })
}

fn write(run: &TestRun, out: &mut dyn Write) -> io::Result<()> {
    let mut failed = 0;
    for test in &run.tests {
        match &test.result {
            TestResult::Passed => continue,
            TestResult::Failed => writeln!(out, "FAIL  {}:{} {}", test.path, test.line, test.name)?,
            TestResult::Errored(message) => writeln!(out, "ERROR {}:{} {}: {message}", test.path, test.line, test.name)?,
        }
        failed += 1;
    }
    for file in run.coverage.iter().filter(|file| !file.missed.is_empty()) {
        let lines: Vec<String> = file.missed.iter().map(u32::to_string).collect();
        writeln!(out, "never ran: {} line {}", file.path, lines.join(", "))?;
    }
    writeln!(out, "{} passed, {failed} failed, line coverage {} %", run.tests.len() - failed, run.percent())
}
