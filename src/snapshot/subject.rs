//! A subject: `thing/region`, or `thing/global` where the fact belongs to no one region.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The region of a subject that belongs to no one region.
pub const GLOBAL: &str = "global";

/// Under this key lies evidence whose subject is not known.
pub const UNLINKED: &str = "unlinked";

/// What a claim is about: a thing of the standard, in a region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Subject(String);

impl Subject {
    /// `thing/region`.
    #[must_use]
    pub fn new(thing: &str, region: &str) -> Self {
        Self(format!("{thing}/{region}"))
    }

    /// `thing/global`.
    #[must_use]
    pub fn global(thing: &str) -> Self {
        Self::new(thing, GLOBAL)
    }

    /// Reads `thing/region`; `None` where a part is missing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (thing, region) = text.rsplit_once('/')?;
        (!thing.is_empty() && !region.is_empty()).then(|| Self(text.to_owned()))
    }

    /// The thing: a component, scenario, required alert, attested document or routed name.
    #[must_use]
    pub fn thing(&self) -> &str {
        self.0.rsplit_once('/').map_or(self.0.as_str(), |(thing, _)| thing)
    }

    /// The region, or `global`.
    #[must_use]
    pub fn region(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(_, region)| region)
    }

    /// Whether it belongs to no one region.
    #[must_use]
    pub fn is_global(&self) -> bool {
        self.region() == GLOBAL
    }

    /// `thing/region` as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
