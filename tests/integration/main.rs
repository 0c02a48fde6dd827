//! The integration tests: one binary, one module for each promise.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod bad_input;
#[cfg(feature = "live")]
mod cluster_deploy;
#[cfg(feature = "live")]
mod cluster_lab;
mod command_line;
mod common;
mod corpus;
mod cron_golden;
#[cfg(feature = "live")]
mod db_patroni;
#[cfg(feature = "live")]
mod db_redis;
#[cfg(feature = "live")]
mod db_tools;
mod generated;
mod house;
mod invariants;
mod judgement;
mod junit;
#[cfg(feature = "live")]
mod lab;
mod mutations;
mod observed;
mod observed_copies;
mod opa;
mod policies;
mod readme;
mod resolved;
mod secrets;
mod systems;
