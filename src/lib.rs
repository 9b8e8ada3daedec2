//! **openstance** answers who stands where on open versus closed AI, on what evidence, since when.
//!
//! The tree is the architecture; dependencies run one way:
//! [`http`], [`dashboard`], [`ingest`] → [`record`] → [`db`] → [`domain`], and [`ingest`], [`record`] → [`extract`] → [`domain`].
//! [`http`] and [`ingest`] do not know each other; [`domain`] and [`extract`] know neither SQL nor HTTP.
//!
//! | module | holds |
//! | --- | --- |
//! | [`cli`] | the command line: puts the parts together and runs them |
//! | [`http`] | the REST API: every route on one screen, one error type, strict input |
//! | [`dashboard`] | pages for people, drawn from the same lists |
//! | [`ingest`] | an article's findings → the record, in one transaction; jobs |
//! | [`record`] | the only code that writes statements, stances and standings |
//! | [`db`] | the only SQL: a file a table, lists apart |
//! | [`extract`] | an article's text → findings with byte spans: pure functions |
//! | [`domain`] | actors, statements, stances and the arithmetic of standings: pure, no I/O |
//! | [`query`] | filters, sort and cursor, for API, pages and exports alike |
//! | [`postgres`] | the private PostgreSQL that serves where no other is named |
//! | [`keys`], [`clock`], [`config`], [`telemetry`] | who may write; time and ids, injected; settings; logs and metrics |

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
