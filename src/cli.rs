//! The command line: parse, call the library, choose the writer. Nothing here touches the process:
//! what a command reads and writes comes in as [`Io`].

mod check;
mod collect;
mod controls;
#[cfg(feature = "live")]
mod doctor;
mod failure;
mod given;
mod output;
mod policy;
mod rbac;
mod schema;

pub use failure::Failure;

use crate::collect::{Allow, Deadlines};
use crate::exit::{self, Exit};
use crate::units::Seconds;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::io::{Read, Write};
use std::path::PathBuf;

/// What a command may touch of the world.
pub struct Io<'a> {
    /// Standard input.
    pub stdin: &'a mut dyn Read,
    /// Standard output: the report and nothing else.
    pub stdout: &'a mut dyn Write,
    /// Standard error: everything else.
    pub stderr: &'a mut dyn Write,
    /// The variables of the environment.
    pub environment: fn(&str) -> Option<String>,
    /// Whether somebody watches standard error, who is told what goes on.
    pub watched: bool,
    /// Whether standard output is a terminal that takes colour.
    pub color: bool,
    /// How many columns a line has.
    pub width: usize,
    /// The wall clock, epoch seconds.
    pub now_s: i64,
}

/// Proves, from evidence, whether a system can be restored inside its RTO/RPO table.
#[derive(Debug, Parser)]
#[command(name = "seaworthy", version, about, long_about = None, after_help = exit::TABLE, after_long_help = concat_help(), propagate_version = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    /// When to colour the text report.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", env = "SEAWORTHY_COLOR")]
    color: ColorChoice,
}

fn concat_help() -> String {
    format!(
        "{}\n\nExamples:\n  seaworthy check deploy/                          judge what these manifests declare\n  \
         kustomize build overlay | seaworthy check -      the same, from standard input\n  \
         seaworthy check --config seaworthy.yaml          judge a described system\n  \
         seaworthy check -o text -o junit=report.xml      two reports of one run\n  \
         seaworthy collect --out snapshot.json            freeze the evidence\n  \
         seaworthy check --snapshot snapshot.json         judge it again, in a year, to the same bytes\n  \
         seaworthy controls explain backup.frequency      why, and how to fix it",
        exit::TABLE
    )
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ColorChoice {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Judge a system, and say what is proven, what fails and what is not known
    Check(check::CheckArgs),
    /// Freeze the evidence as one JSON snapshot
    Collect(collect::CollectArgs),
    /// List the controls, or explain one with your own numbers
    Controls(controls::ControlsArgs),
    /// Print the roles that reading the configured clusters takes
    Rbac(rbac::RbacArgs),
    /// Say what is reachable and allowed, and what to add
    #[cfg(feature = "live")]
    Doctor(doctor::DoctorArgs),
    /// Test Rego policies
    Policy(policy::PolicyArgs),
    /// Print a JSON Schema
    Schema(schema::SchemaArgs),
}

/// Where the evidence comes from: shared by `check`, `collect` and `controls explain`.
#[derive(Debug, Args)]
struct Sources {
    /// Manifests: files, directories, globs, or `-` for standard input. They take the place of the config's `manifests:`
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// The config; without it, seaworthy.yaml here or in a parent up to the repository's root
    #[arg(long, value_name = "FILE", env = "SEAWORTHY_CONFIG", conflicts_with = "no_config")]
    config: Option<PathBuf>,
    /// Read no config: judge only what occurs in the PATHs
    #[arg(long)]
    no_config: bool,
    /// Another organisation's standard instead of the embedded one
    #[arg(long, value_name = "FILE", env = "SEAWORTHY_STANDARD")]
    standard: Option<PathBuf>,
    /// Which checklist gates
    #[arg(long, value_name = "STAGE", env = "SEAWORTHY_STAGE")]
    stage: Option<StageChoice>,
    /// The region of the PATHs, where the config has several and says nothing of them
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// With PATHs: read the config's other sections too
    #[arg(long)]
    live: bool,
    /// What needs live evidence and has none is unknown, and not merely not judged
    #[arg(long)]
    require_live: bool,
    #[command(flatten)]
    reach: Reach,
}

/// How far live sources are gone into: shared by whatever asks servers.
#[derive(Debug, Args)]
struct Reach {
    /// What may be read beyond what any viewer may: `secrets` lists their names, types and counts, `exec` runs a
    /// backup tool's own report in its Pod. Repeatable
    #[arg(long, value_name = "WHAT")]
    allow: Vec<Allowance>,
    /// How long one question to a server may take
    #[arg(long, value_name = "SPAN", default_value = "15s", value_parser = span)]
    request_timeout: std::time::Duration,
    /// How long all live sources together may take
    #[arg(long, value_name = "SPAN", default_value = "3m", value_parser = span)]
    timeout: std::time::Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Allowance {
    Secrets,
    Exec,
}

impl Reach {
    fn allow(&self) -> Allow {
        Allow { secrets: self.allow.contains(&Allowance::Secrets), exec: self.allow.contains(&Allowance::Exec) }
    }

    fn deadlines(&self) -> Deadlines {
        Deadlines { request: self.request_timeout, all: self.timeout }
    }
}

fn span(text: &str) -> Result<std::time::Duration, String> {
    let seconds = Seconds::parse(text).map_err(|error| error.to_string())?;
    u64::try_from(seconds.0).ok().filter(|seconds| *seconds > 0).map(std::time::Duration::from_secs).ok_or_else(|| "at least 1s".to_owned())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StageChoice {
    PreProduction,
    PostProduction,
}

impl From<StageChoice> for crate::snapshot::Stage {
    fn from(choice: StageChoice) -> Self {
        match choice {
            StageChoice::PreProduction => Self::PreProduction,
            StageChoice::PostProduction => Self::PostProduction,
        }
    }
}

/// Runs one command.
///
/// # Errors
/// [`Failure`] where there is no verdict: it has its own exit code and says what to do.
pub fn run(cli: Cli, io: &mut Io<'_>) -> Result<Exit, Failure> {
    io.color = match cli.color {
        ColorChoice::Auto => io.color,
        ColorChoice::Always => true,
        ColorChoice::Never => false,
    };
    match cli.command {
        Command::Check(args) => check::run(&args, io),
        Command::Collect(args) => collect::run(&args, io),
        Command::Controls(args) => controls::run(&args, io),
        Command::Rbac(args) => rbac::run(&args, io),
        #[cfg(feature = "live")]
        Command::Doctor(args) => doctor::run(&args, io),
        Command::Policy(args) => policy::run(&args, io),
        Command::Schema(args) => schema::run(&args, io),
    }
}
