//! Seaworthy proves, from evidence, whether a system can be restored inside its RTO/RPO table, and
//! says "I do not know" when it cannot tell.
//!
//! ```text
//! seaworthy.yaml ─config→ Config ─collect→ Snapshot ─evaluate→ Report ─report→ text | json | junit
//!                                    │          ▲
//!                                    └─ file ───┘   taken tonight, judged again in a year: same bytes
//! ```
//!
//! Four nouns ([`config::Config`], [`snapshot::Snapshot`], [`evaluate::Catalogue`], [`report::Report`]),
//! five stages: config, collect, snapshot, evaluate, report. Everything right of the snapshot is pure: no
//! clock, no network, no environment.
//!
//! The invariants, each with a test that fails when it is broken:
//!
//! 1. Nothing unproven passes, and nothing unproven fails.
//! 2. Declared is not done: a manifest never passes a control about outcomes.
//! 3. Same snapshot, same bytes.
//! 4. No secret enters a snapshot: fields are taken by allow-list.
//! 5. One fault hides nothing: what breaks is itself reported, and the others go on.
//! 6. Red is red everywhere: exit code, `JUnit` and text agree.
//! 7. Judgement is in Rego, facts are in Rust.
//! 8. Portable policies: OPA reaches the same sets.

pub mod cli;
pub mod clock;
pub mod collect;
pub mod config;
pub mod evaluate;
pub mod exit;
pub mod files;
pub mod report;
pub mod snapshot;
pub mod source_text;
pub mod standard;
pub mod units;
