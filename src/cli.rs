//! The command line: parse, call the library, choose the writer. Nothing here touches the process:
//! what a command reads and writes comes in as [`Io`].

mod check;
mod collect;
mod controls;
mod failure;
mod given;
mod output;
mod policy;
mod schema;

pub use failure::Failure;

use crate::exit::{self, Exit};
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
        Command::Policy(args) => policy::run(&args, io),
        Command::Schema(args) => schema::run(&args, io),
    }
}
