//! `seaworthy collect`: freeze the evidence.

use super::{Failure, Io, Sources, given, output};
use crate::exit::Exit;
use crate::report::clean;
use crate::snapshot::Snapshot;
use clap::Args;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Freeze the evidence as one JSON snapshot.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  seaworthy collect --config seaworthy.yaml --out snapshot.json\n  seaworthy collect deploy/ --out - | jq .reads"
)]
pub(super) struct CollectArgs {
    #[command(flatten)]
    sources: Sources,
    /// Where the snapshot goes; `-` is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: PathBuf,
}

/// Runs it.
pub(super) fn run(args: &CollectArgs, io: &mut Io<'_>) -> Result<Exit, Failure> {
    let standard = given::StandardText::load(args.sources.standard.as_deref())?;
    let config = given::config(&args.sources, &standard)?;
    let snapshot = given::collect(&args.sources, &config, &standard, io)?;
    incomplete(&snapshot, io);
    let json = snapshot.to_json()?;
    if args.out == Path::new("-") {
        io.stdout.write_all(json.as_bytes()).and_then(|()| io.stdout.flush()).map_err(|error| Failure::stdout(&error))?;
    } else {
        output::replace(&args.out, json.as_bytes())
            .map_err(|error| Failure::could_not(format!("the snapshot could not be written to {}: {error}", args.out.display())))?;
        let _ = writeln!(
            io.stderr,
            "{}: {} files, {} objects, {} reads",
            args.out.display(),
            snapshot.seen.files,
            snapshot.seen.objects,
            snapshot.reads.len()
        );
    }
    Ok(Exit::Pass)
}

/// Says which reads were not complete, each reason once: the file is written all the same, and says so too.
fn incomplete(snapshot: &Snapshot, io: &mut Io<'_>) {
    let mut reasons: BTreeMap<(&str, &str, &str), Vec<&str>> = BTreeMap::new();
    for read in snapshot.reads.iter().filter(|read| !read.state.decides()) {
        let key = (read.read.as_str(), read.state.word(), read.detail.as_deref().unwrap_or_default());
        reasons.entry(key).or_default().push(read.noun.word());
    }
    for ((read, state, detail), nouns) in reasons {
        // What cannot be said on standard error stands in the snapshot.
        let _ = writeln!(io.stderr, "{}", clean::lines(&format!("{read}: {state}: {} ({detail})", nouns.join(", "))));
    }
}
