//! All sources at once: what a system declares, frozen as one snapshot.
pub mod objects;
pub mod cron;
pub mod retention;
pub mod shell;
