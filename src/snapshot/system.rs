//! The question: which system, under which overrides, and how much of it was looked at. It is kept in
//! the snapshot with its digest, so that a snapshot is judged again without the config that made it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a region is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RegionRole {
    /// Takes the writes.
    Primary,
    /// Takes over.
    Standby,
}

/// Something that must run in each region.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InventoryItem {
    /// Its kind, with the group where it is not a built-in one: `Cluster.postgresql.cnpg.io`.
    pub kind: String,
    /// Its name, where it is not the thing's own; absent: any of that kind.
    pub name: Option<String>,
    /// Its namespace; absent: any in scope.
    pub namespace: Option<String>,
    /// How many replicas must be ready.
    pub ready: u64,
}

/// A person's word that something needs no backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// Why.
    pub reason: String,
}

/// All that resolves the standard for one system.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct System {
    /// Its name.
    pub name: String,
    /// Its regions.
    pub regions: BTreeMap<String, RegionRole>,
    /// The namespaces in scope.
    pub namespaces: BTreeSet<String>,
    /// What must run in each region, by thing.
    pub inventory: BTreeMap<String, InventoryItem>,
    /// The kinds of custom resource that are written to the database.
    pub custom_resources: BTreeSet<String>,
    /// What needs no backup, by thing.
    pub excluded: BTreeMap<String, Exclusion>,
    /// The name that traffic is routed by.
    pub routed_name: Option<String>,
    /// The components of the standard that this system has, by the name that they have here, with the
    /// name in the standard. Given by a config: all of them. Without one: what occurs.
    pub components: BTreeMap<String, String>,
    /// Where this system differs from the standard, as a tree of the standard's own keys.
    pub overrides: Option<serde_json::Value>,
}

/// Whether anything live was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ScopeKind {
    /// Only what manifests say: what needs live evidence is *not judged*.
    Declared,
    /// A live source is configured: what it does not say is *unknown*.
    Live,
}

/// Which checklist gates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Before the first deploy.
    PreProduction,
    /// Ever after.
    PostProduction,
}

impl Stage {
    /// The word in configs, flags and reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::PreProduction => "pre-production",
            Self::PostProduction => "post-production",
        }
    }
}

/// How much was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// Whether anything live was looked at.
    pub kind: ScopeKind,
    /// The checklist that gates.
    pub stage: Stage,
    /// Whether a person said that the sources are everything (a config names them).
    pub everything: bool,
}
