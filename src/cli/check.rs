//! `seaworthy check`: collect, or read a snapshot, judge it and report.

use super::output::{self, Output};
use super::{Failure, Io, Sources, given};
use crate::evaluate::{Catalogue, Terms, evaluate};
use crate::exit::Exit;
use crate::report::format::Format;
use clap::Args;
use std::path::PathBuf;

/// Judge a system.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  seaworthy check deploy/\n  helm template . | seaworthy check -\n  seaworthy check --config seaworthy.yaml --stage post-production\n  \
                  seaworthy check --snapshot snapshot.json -o text -o junit=report.xml -o json=report.json\n  seaworthy check --policies our-policies/ deploy/"
)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    sources: Sources,
    /// Judge a stored snapshot instead of collecting; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["paths", "region", "live", "require_live"])]
    snapshot: Option<PathBuf>,
    /// Further controls of your own
    #[arg(long, value_name = "DIR")]
    policies: Vec<PathBuf>,
    /// Waivers, beside those that the config names
    #[arg(long, value_name = "FILE")]
    waivers: Option<PathBuf>,
    /// The instant of judgement (RFC 3339), not before the snapshot was taken; default: when it was taken
    #[arg(long, value_name = "TIME", value_parser = instant)]
    at: Option<i64>,
    /// A report: text, json or junit, with =FILE to a file. Repeatable; default: text
    #[arg(short, long = "output", value_name = "FORMAT[=FILE]")]
    output: Vec<Output>,
    /// Show every finding, every link and both checklists
    #[arg(short, long)]
    verbose: bool,
}

fn instant(text: &str) -> Result<i64, String> {
    crate::clock::instant_s(text).ok_or_else(|| "this is no instant: write its day, time and zone, as in 2026-11-22T14:00:00Z".to_owned())
}

/// Runs it.
pub(super) fn run(args: &CheckArgs, io: &mut Io<'_>) -> Result<Exit, Failure> {
    let standard_text = given::StandardText::load(args.sources.standard.as_deref())?;
    let catalogue = Catalogue::with_directories(&args.policies)?;
    let config = match (&args.snapshot, &args.sources.config) {
        // A snapshot holds its own question; a config beside it can only bring waivers.
        (Some(_), None) => crate::config::Config::without_file(),
        _ => given::config(&args.sources, &standard_text)?,
    };
    let snapshot = match &args.snapshot {
        Some(path) => given::snapshot(path, io)?,
        None => given::collect(&args.sources, &config, &standard_text, io)?,
    };
    let mut waivers = config.waivers.clone();
    if let Some(path) = &args.waivers {
        waivers.extend(crate::config::load_waivers(path)?);
    }
    let standard = standard_text.standard(snapshot.system.overrides.as_ref())?;
    let terms = Terms {
        standard: &standard,
        catalogue: &catalogue,
        waivers: &waivers,
        stage: args.sources.stage.map_or(snapshot.scope.stage, Into::into),
        at_s: args.at.unwrap_or(snapshot.taken_at_s),
    };
    let report = evaluate(&snapshot, &terms)?;
    let text = [Output { format: Format::Text, file: None }];
    let outputs = if args.output.is_empty() { &text[..] } else { &args.output[..] };
    let written = output::write_all(outputs, &report, args.verbose, io)?;
    let exit = Exit::from(report.outcome);
    // A verdict that nobody can read is no verdict; a red one stays red.
    Ok(if written || exit != Exit::Pass { exit } else { Exit::CouldNotRun })
}
