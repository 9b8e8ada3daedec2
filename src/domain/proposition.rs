//! A question that one can stand on, with names for its ends.

use uuid::Uuid;

use super::{stance::Side, standing::StandingPosition};

/// A proposition; a positive value stands towards `label_for`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposition {
    /// Its id.
    pub id: Uuid,
    /// Its handle in addresses.
    pub slug: String,
    /// The claim that one may favour or oppose.
    pub text: String,
    /// What favouring it is called.
    pub label_for: String,
    /// What opposing it is called.
    pub label_against: String,
    /// What standing between is called.
    pub label_mixed: String,
}

/// The slug of the default proposition.
pub const DEFAULT: &str = "open-release";

impl Proposition {
    /// The question that the service exists for.
    pub fn default_one() -> Self {
        Self {
            id: Uuid::from_u128(0x0192_4c3e_7800_7000_8000_6f70_656e_2d31),
            slug: DEFAULT.to_owned(),
            text: "AI models should be released openly".to_owned(),
            label_for: "open".to_owned(),
            label_against: "closed".to_owned(),
            label_mixed: "mixed".to_owned(),
        }
    }

    /// What a side is called on this question.
    pub fn label(&self, side: Side) -> &str {
        match side {
            Side::For => &self.label_for,
            Side::Against => &self.label_against,
            Side::Mixed => &self.label_mixed,
        }
    }

    /// What a standing's position is called on this question.
    pub fn position(&self, position: StandingPosition) -> &str {
        match position {
            StandingPosition::For => &self.label_for,
            StandingPosition::Against => &self.label_against,
            StandingPosition::Mixed => &self.label_mixed,
            StandingPosition::InsufficientEvidence => StandingPosition::InsufficientEvidence.as_str(),
        }
    }

    /// The side that a word names.
    pub fn side(&self, word: &str) -> Option<Side> {
        Side::ALL.iter().copied().find(|side| self.label(*side) == word)
    }

    /// The standing's position that a word names.
    pub fn standing_position(&self, word: &str) -> Option<StandingPosition> {
        StandingPosition::ALL.iter().copied().find(|position| self.position(*position) == word)
    }

    /// Every word for a standing's position on this question.
    pub fn words(&self) -> Vec<&str> {
        StandingPosition::ALL.iter().map(|position| self.position(*position)).collect()
    }
}
