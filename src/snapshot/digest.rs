//! The digest over the question, and nothing else: taking evidence away is caught by the counts of
//! its read, changing the question by this.

use super::{Scope, SnapshotError, System};
use serde::Serialize;
use sha2::{Digest, Sha256};

#[derive(Serialize)]
struct Question<'a> {
    system: &'a System,
    scope: &'a Scope,
}

/// SHA-256 of the question's JSON, in hex.
pub(super) fn of(system: &System, scope: &Scope) -> Result<String, SnapshotError> {
    let text = serde_json::to_vec(&Question { system, scope }).map_err(SnapshotError::Write)?;
    Ok(Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect())
}
