//! What the public reads: filtered, sorted, page by page. Each list is one statement; a single resource is a list of one.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::domain::{actor::ActorKind, standing::StandingPosition};

pub mod actors;
pub mod ingestions;
mod keyset;
pub mod memberships;
pub mod reviews;
pub mod sources;
pub mod stances;
pub mod standings;
pub mod statements;

/// An actor as another resource refers to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActorRef {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub kind: ActorKind,
    /// Its name.
    pub name: String,
    /// Its current slug; none while pending.
    pub slug: Option<String>,
}

/// The figures of a standing that lists show; all empty without a piece of evidence.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Figures {
    /// Where the holder stands.
    pub position: Option<StandingPosition>,
    /// s.
    pub score: Option<f64>,
    /// s·S/(S+1).
    pub rank_score: Option<f64>,
    /// (1 − D)·S/(S+1).
    pub confidence: Option<f64>,
    /// S, ten-thousandths.
    pub support: Option<i64>,
    /// Pieces counted.
    pub evidence_count: Option<i32>,
    /// The newest day of what counts.
    pub last_evidence_on: Option<NaiveDate>,
}

/// The columns of [`Figures`], from `standings st`.
const FIGURES: &str = "st.position, st.score, st.rank_score, st.confidence, st.support, \
     st.pieces_for + st.pieces_against + st.pieces_mixed as evidence_count, st.last_evidence_on";
