//! What every piece of evidence carries, whatever it is about: who it is, how strong it is, which
//! read gave it and where a person can look at it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How strong a piece of evidence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// What a manifest asks for.
    Declared,
    /// What a person signed.
    Attested,
    /// What a running system said of itself.
    Observed,
}

impl Class {
    /// Whether evidence of this class may pass a control that wants `wanted`. What was observed
    /// satisfies every class; a person's word never stands in for a manifest, nor the reverse.
    #[must_use]
    pub fn satisfies(self, wanted: Self) -> bool {
        self == Self::Observed || self == wanted
    }

    /// The word in JSON and in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Attested => "attested",
            Self::Observed => "observed",
        }
    }
}

/// Where a person can look at a piece of evidence: a line of a file, or an API object.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The file, as the person named it, with forward slashes.
    pub file: Option<String>,
    /// The line of the judged value, from 1.
    pub line: Option<u32>,
    /// The column of the judged value, in characters from 1.
    pub column: Option<u32>,
    /// How many characters the judged value takes on its line.
    pub length: Option<u32>,
    /// That one line, cut at 200 characters. Code frames are drawn from it alone.
    pub excerpt: Option<String>,
    /// What the judged value means, for the label under the line: `runs once a day, at 02:00`.
    pub label: Option<String>,
    /// The API object or record: `CronJob/kubernaut-system/postgresql-backup`.
    pub object: Option<String>,
    /// The other places where the same content stands, as `file:line`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
}

/// What all evidence nouns have in common.
pub trait Item: Clone + PartialEq + Serialize {
    /// `class/source/region/kind/namespace/name`: one object's declared and observed evidence differ.
    fn id(&self) -> &str;
    /// Gives it another identity, where two contents were found under one.
    fn set_id(&mut self, id: String);
    /// How strong it is.
    fn class(&self) -> Class;
    /// The read that gave it, by the `read` of its outcome.
    fn read(&self) -> &str;
    /// Where to look at it.
    fn place(&self) -> &Place;
    /// Where to look at it, to note that the same content stands elsewhere too.
    fn place_mut(&mut self) -> &mut Place;
}

/// Declares an evidence noun: the four common fields, then its own. A field that is not `Option` is
/// one that a control counts, filters or calls bad by, and a snapshot without it is refused.
macro_rules! evidence {
    ($(#[$meta:meta])* pub struct $name:ident { $($body:tt)* }) => {
        $(#[$meta])*
        #[serde_with::skip_serializing_none]
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// `class/source/region/kind/namespace/name`, unique among the items of its noun and subject.
            pub id: String,
            /// How strong it is.
            pub class: crate::snapshot::Class,
            /// The read that gave it.
            pub read: String,
            /// Where a person can look at it.
            pub at: crate::snapshot::Place,
            $($body)*
        }

        impl crate::snapshot::Item for $name {
            fn id(&self) -> &str {
                &self.id
            }
            fn set_id(&mut self, id: String) {
                self.id = id;
            }
            fn class(&self) -> crate::snapshot::Class {
                self.class
            }
            fn read(&self) -> &str {
                &self.read
            }
            fn place(&self) -> &crate::snapshot::Place {
                &self.at
            }
            fn place_mut(&mut self) -> &mut crate::snapshot::Place {
                &mut self.at
            }
        }
    };
}
pub(crate) use evidence;
