//! A person's word that a red verdict is known and taken on until a date. It never makes a pass.

/// Which verdict is waived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaivedVerdict {
    /// A fail.
    Fail,
    /// An unknown.
    Unknown,
}

/// One waiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// The control.
    pub control: String,
    /// The subject, exactly.
    pub subject: String,
    /// The verdict that it takes on.
    pub verdict: WaivedVerdict,
    /// Who takes it on.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// Until when, epoch seconds.
    pub expires_s: i64,
    /// The observed value may be at most this: it voids itself when things get worse.
    pub at_most: Option<i64>,
    /// The observed value must be at least this.
    pub at_least: Option<i64>,
    /// Where it is written: `waivers.yaml:3`.
    pub source: String,
}
