//! Positions: of each candidate, from terms and learned; of each actor, by the article as a whole.

pub mod confidence;
pub mod overall;
pub mod position;
pub mod stance;
pub mod stance_features;
pub mod statements;
pub mod terms;
pub mod topic;
