//! The METADATA block above `package`: the engine drops annotations, so they are read here.

use super::catalogue::CatalogueError;
use crate::report::Severity;
use crate::snapshot::{Class, Noun};
use crate::source_text;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Which half of which objective a control judges, for the RTO/RPO table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ObjectiveHalf {
    /// What the configuration makes of the recovery time.
    RtoStructure,
    /// What drills measured of it.
    RtoMeasured,
    /// What the configuration makes of the recovery point.
    RpoStructure,
    /// What drills measured of it.
    RpoMeasured,
}

/// What a control says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// A claim that is true when the subject complies.
    pub title: String,
    /// The claim in full.
    pub description: String,
    /// How much it matters for a P0 subject.
    pub severity: Severity,
    /// The nouns that it reads, each with the weakest class that may pass it.
    pub needs: BTreeMap<Noun, Class>,
    /// The checklist lines that it proves.
    pub checklist: Vec<String>,
    /// The section of the standard's document.
    pub section: String,
    /// What to do.
    pub fix: String,
    /// The half of an objective that it judges.
    pub objective: Option<ObjectiveHalf>,
}

#[derive(Deserialize)]
struct Raw {
    title: String,
    #[serde(default)]
    description: String,
    custom: RawCustom,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCustom {
    severity: String,
    needs: BTreeMap<String, Class>,
    #[serde(default)]
    checklist: Vec<String>,
    #[serde(default)]
    section: String,
    #[serde(default)]
    fix: String,
    objective: Option<ObjectiveHalf>,
}

/// Reads the block of a control's source.
pub(super) fn read(path: &str, source: &str) -> Result<Metadata, CatalogueError> {
    let problem = |message: String| CatalogueError::Metadata { path: path.to_owned(), message };
    let block: Vec<&str> = source
        .lines()
        .skip_while(|line| line.trim() != "# METADATA")
        .skip(1)
        .take_while(|line| line.starts_with('#'))
        .map(|line| line.strip_prefix("# ").unwrap_or_else(|| line.trim_start_matches('#')))
        .collect();
    if block.is_empty() {
        return Err(problem("it has no METADATA block above its package".to_owned()));
    }
    let raw: Raw = source_text::from_str(&block.join("\n"), &source_text::Limits::default()).map_err(|error| problem(error.to_string()))?;
    let severity = Severity::from_word(&raw.custom.severity)
        .ok_or_else(|| problem(format!("severity `{}` is none of critical, high, medium, low", raw.custom.severity)))?;
    let needs = raw
        .custom
        .needs
        .iter()
        .map(|(word, class)| {
            Noun::from_word(word).map(|noun| (noun, *class)).ok_or_else(|| problem(format!("`{word}` is no evidence noun")))
        })
        .collect::<Result<BTreeMap<_, _>, _>>()?;
    if needs.is_empty() {
        return Err(problem("it needs no evidence, and so could prove nothing".to_owned()));
    }
    Ok(Metadata {
        title: raw.title,
        description: raw.description,
        severity,
        needs,
        checklist: raw.custom.checklist,
        section: raw.custom.section,
        fix: raw.custom.fix,
        objective: raw.custom.objective,
    })
}
