//! The integration tests: one binary, one module for each promise.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test that cannot go on has failed")]

mod bad_input;
#[cfg(feature = "live")]
mod cluster_broken;
#[cfg(feature = "live")]
mod cluster_canaries;
#[cfg(feature = "live")]
mod cluster_deploy;
#[cfg(feature = "live")]
mod cluster_faults;
#[cfg(feature = "live")]
mod cluster_jobs;
#[cfg(feature = "live")]
mod cluster_kubernaut;
#[cfg(feature = "live")]
mod cluster_lab;
#[cfg(feature = "live")]
mod cluster_neighbours;
#[cfg(feature = "live")]
mod cluster_rights;
#[cfg(feature = "live")]
mod cluster_served;
#[cfg(feature = "live")]
mod cluster_systems;
#[cfg(feature = "live")]
mod cluster_velero;
#[cfg(feature = "live")]
mod cluster_view;
mod command_line;
mod common;
mod corpus;
mod cron_golden;
#[cfg(feature = "live")]
mod db_barman;
#[cfg(feature = "live")]
mod db_canaries;
#[cfg(feature = "live")]
mod db_exec;
#[cfg(feature = "live")]
mod db_patroni;
#[cfg(feature = "live")]
mod db_postgres;
#[cfg(feature = "live")]
mod db_postgres_faults;
#[cfg(feature = "live")]
mod db_redis;
#[cfg(feature = "live")]
mod db_together;
#[cfg(feature = "live")]
mod db_tools;
#[cfg(feature = "live")]
mod db_verdicts;
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
