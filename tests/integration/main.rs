//! The integration tests: one binary, one module for each promise.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod bad_input;
mod command_line;
mod common;
mod corpus;
mod cron_golden;
mod generated;
mod house;
mod invariants;
mod judgement;
mod junit;
mod mutations;
mod opa;
mod policies;
mod readme;
mod resolved;
mod secrets;
mod systems;
