//! `seaworthy schema`: the JSON Schemas of what a person writes and of what a program reads.

use super::{Failure, Io};
use crate::exit::Exit;
use clap::{Args, ValueEnum};

/// Print a JSON Schema.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  seaworthy schema config > seaworthy.schema.json\n  seaworthy schema input  > schemas/input.json    for opa check --schema"
)]
pub(super) struct SchemaArgs {
    /// Of what
    what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// The snapshot that `collect` writes
    Snapshot,
    /// seaworthy.yaml
    Config,
    /// waivers.yaml
    Waivers,
    /// standard.yaml
    Standard,
    /// The JSON report
    Report,
    /// The input of a control, for `opa check --schema`
    Input,
    /// `data.standard` of a control, for `opa check --schema`
    Resolved,
}

/// Runs it.
pub(super) fn run(args: &SchemaArgs, io: &mut Io<'_>) -> Result<Exit, Failure> {
    let schema = match args.what {
        What::Snapshot => crate::snapshot::schema(),
        What::Config => crate::config::schema(),
        What::Waivers => crate::config::waivers_schema(),
        What::Standard => crate::standard::schema(),
        What::Report => crate::report::json::schema(),
        What::Input => crate::snapshot::input_schema(),
        What::Resolved => crate::standard::resolved_schema(),
    };
    let mut text = serde_json::to_string_pretty(&schema).map_err(|error| Failure::could_not(error.to_string()))?;
    text.push('\n');
    io.stdout.write_all(text.as_bytes()).map_err(|error| Failure::stdout(&error))?;
    Ok(Exit::Pass)
}
