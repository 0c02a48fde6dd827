//! Evidence that was taken elsewhere or earlier, in the snapshot's own types: a recording, or a whole
//! snapshot, of which the question is left out. It is our own format, so a broken file is an error and
//! not a gap.

use super::CollectError;
use super::books::Books;
use super::paths::shown;
use crate::config::Config;
use crate::snapshot::{Asked, Evidence, Noun, Read, Recording, Scope, Snapshot, System};
use crate::standard::Resolved;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How large a recording may be.
const BYTES: u64 = 256 * 1024 * 1024;

/// What one file holds.
struct Parts {
    asked: Vec<Asked>,
    reads: Vec<Read>,
    evidence: Evidence,
}

/// Enters everything that was recorded.
pub(super) fn collect(
    config: &Config,
    question: (&System, &Scope, i64),
    standard: &Resolved,
    books: &mut Books,
) -> Result<(), CollectError> {
    let mut owners: BTreeMap<(String, Noun), String> =
        books.asked.iter().map(|entry| ((entry.read.clone(), entry.noun), "this run".to_owned())).collect();
    for pattern in &config.recorded {
        for path in files(config, pattern)? {
            let file = shown(path.strip_prefix(&config.base).unwrap_or(&path));
            let parts = read(&path, question).map_err(|message| CollectError::Recorded { file: file.clone(), message })?;
            for entry in &parts.asked {
                if let Some(other) = owners.insert((entry.read.clone(), entry.noun), file.clone()) {
                    let message = format!("the read {} of {} is also in {other}", entry.read, entry.noun.word());
                    return Err(CollectError::Recorded { file, message });
                }
            }
            books.recorded(parts.asked, parts.reads, parts.evidence, standard, question.2);
        }
    }
    Ok(())
}

/// The files that a pattern matches, in order.
fn files(config: &Config, pattern: &str) -> Result<Vec<PathBuf>, CollectError> {
    let broken = |message: String| CollectError::Recorded { file: pattern.to_owned(), message };
    let base = glob::Pattern::escape(&config.base.to_string_lossy());
    let whole = if base.is_empty() { pattern.to_owned() } else { format!("{base}/{pattern}") };
    let whole = if Path::new(pattern).is_absolute() { pattern.to_owned() } else { whole };
    let paths = glob::glob(&whole).map_err(|error| broken(error.to_string()))?;
    let mut files = paths.collect::<Result<Vec<_>, _>>().map_err(|error| broken(error.to_string()))?;
    files.sort();
    // Evidence that somebody counts on and that is not there must not look like evidence of nothing.
    if files.is_empty() { Err(broken("matches no file".to_owned())) } else { Ok(files) }
}

fn read(path: &Path, question: (&System, &Scope, i64)) -> Result<Parts, String> {
    let bytes = crate::files::read(path, BYTES).map_err(|error| format!("cannot be read: {error}"))?;
    let value: serde_json::Value = serde_json::from_slice(&bytes).map_err(|error| format!("this is not JSON: {error}"))?;
    if value.get("system").is_some() {
        let snapshot = Snapshot::load(&bytes).map_err(|error| error.to_string())?;
        return Ok(Parts { asked: snapshot.asked, reads: snapshot.reads, evidence: snapshot.evidence });
    }
    let recording: Recording = serde_json::from_slice(&bytes).map_err(|error| format!("this is not a recording: {error}"))?;
    if recording.version != crate::snapshot::VERSION {
        return Err(format!("version {} is not known: this program reads version {}", recording.version, crate::snapshot::VERSION));
    }
    let evidence = complete(recording.evidence.0)?;
    // Its own books must balance, before anything of it is left out.
    let (system, scope, taken_at_s) = question;
    let mut alone = Snapshot::new(system.clone(), scope.clone(), taken_at_s).map_err(|error| error.to_string())?;
    alone.asked = recording.asked;
    alone.reads = recording.reads;
    alone.evidence = evidence;
    let alone = alone.balanced().map_err(|error| error.to_string())?;
    Ok(Parts { asked: alone.asked, reads: alone.reads, evidence: alone.evidence })
}

/// The evidence of a recording, with the nouns that it leaves out.
fn complete(mut nouns: BTreeMap<String, serde_json::Value>) -> Result<Evidence, String> {
    for noun in Noun::ALL {
        nouns.entry(noun.word().to_owned()).or_insert_with(|| serde_json::Value::Object(serde_json::Map::new()));
    }
    let whole = serde_json::Value::Object(nouns.into_iter().collect());
    serde_json::from_value(whole).map_err(|error| format!("this is not evidence: {error}"))
}
