//! **openstance** answers who stands where on open versus closed AI, on what evidence, since when.
//!
//! The tree is the architecture; dependencies run one way:
//! `http`, `dashboard`, `ingest` → [`record`] → [`db`] → [`domain`], and `ingest`, `record` → [`extract`] → [`domain`].
//!
//! | module | holds |
//! | --- | --- |
//! | [`domain`] | actors, statements, stances and the arithmetic of standings: pure, no I/O |
//! | [`postgres`] | the embedded default: finds, starts and stops a private PostgreSQL |
//! | [`extract`] | an article's text → findings with byte spans: pure functions |

pub mod cli;
pub mod clock;
pub mod config;
pub mod dashboard;
pub mod db;
pub mod domain;
pub mod extract;
pub mod http;
pub mod ingest;
pub mod keys;
pub mod postgres;
pub mod query;
pub mod record;
pub mod telemetry;
