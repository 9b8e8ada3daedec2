//! What stands for an actor without naming it.

mod documents;
pub(super) mod gendered;
pub(super) mod makers;
pub mod phrases;
pub mod pronouns;
mod standins;
