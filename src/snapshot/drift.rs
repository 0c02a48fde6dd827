//! `drift`: what Git declares against what is there, object by object, joined from complete reads of both.

use super::Noun;
use super::item::evidence;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the comparison of one object gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DriftState {
    /// It says the same in both.
    Same,
    /// It is in both and says different things.
    Different,
    /// Git declares it and it is not there.
    OnlyDeclared,
    /// It is there and Git does not declare it.
    OnlyLive,
    /// Nobody declares anything here that it could be compared with.
    NothingDeclared,
}

evidence! {
    /// One object as Git and as the cluster has it.
    pub struct Drift {
        /// The object: `CronJob/kubernaut-system/postgresql-backup`.
        pub object: String,
        /// What it is evidence of.
        pub of: Option<Noun>,
        /// What the comparison gave.
        pub state: DriftState,
        /// What differs, a phrase each: `cron: 0 * * * * in Git, 0 2 * * * in the cluster`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub differs: Vec<String>,
    }
}
