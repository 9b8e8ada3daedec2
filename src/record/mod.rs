//! The only code that writes statements, stances and standings.
//!
//! Every function runs inside the caller's transaction and leaves the record whole: statements with their occurrences,
//! stances with their standings, and the outbox rows, or nothing.

use thiserror::Error;

pub mod actors;
pub mod jobs;
mod ledger;
mod propose;
mod reread;
pub mod sources;
pub mod statements;
pub mod verdicts;

pub use actors::{NewMembership, NewOrganization, NewPerson};
pub use jobs::Options;
pub use propose::{METHOD as POSITION_RULES, propose};
pub use reread::reread;
pub use sources::{NewSource, Reading};
pub use statements::{Draft, DraftStance, Place, Recorded};

/// Why something was not recorded.
#[derive(Debug, Error)]
pub enum Error {
    /// The database refused or failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// There is no such thing.
    #[error("there is no {what} `{key}`")]
    NotFound {
        /// What was looked for.
        what: &'static str,
        /// By which key.
        key: String,
    },
    /// It is not in a state that allows it.
    #[error("the statement is {0}; only a pending or published statement can be changed")]
    Settled(crate::domain::statement::Status),
}

/// What recording answers.
pub type Result<T> = std::result::Result<T, Error>;
