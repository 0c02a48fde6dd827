//! Seaworthy proves, from evidence, whether a system can be restored inside its RTO/RPO table, and
//! says "I do not know" when it cannot tell.
pub mod collect;
pub mod snapshot;
pub mod source_text;
pub mod standard;
pub mod units;
