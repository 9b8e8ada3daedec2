//! What an actor said, or what a source says of it.

use super::vocabulary;

vocabulary! {
    /// How a source carries a statement.
    StatementKind {
        /// The actor's words between quotation marks.
        Quote => "quote",
        /// The actor's words in indirect speech.
        Paraphrase => "paraphrase",
        /// The source, in its own voice, about the actor; never the actor's words.
        Description => "description",
        /// A document of the actor's: a law suit, a post, a paper.
        Document => "document",
    }
}

impl StatementKind {
    /// Whether the actor spoke: only then is it the statement's `speaker`.
    pub const fn is_speech(self) -> bool {
        !matches!(self, Self::Description)
    }
}

vocabulary! {
    /// Where a statement is in its life.
    Status {
        /// Waits for review; in no public answer.
        Pending => "pending",
        /// Public.
        Published => "published",
        /// Refused by a reviewer; in no public answer.
        Rejected => "rejected",
        /// Withdrawn with a reason; known to have existed.
        Retracted => "retracted",
    }
}

vocabulary! {
    /// What a reviewer says of a statement.
    Verdict {
        /// Actor, words and position are right: it is public from now on, or stays so.
        Accept => "accept",
        /// It is not: it leaves the public answers.
        Reject => "reject",
    }
}

/// Longest text of a statement, in code points.
pub const TEXT_MAX: usize = 10_000;

/// Longest title of a source, in code points.
pub const TITLE_MAX: usize = 500;

/// Longest address, in bytes.
pub const URL_MAX: usize = 2_000;

/// From this many words on, equal folded words of one actor are one statement wherever they are printed.
pub const SAME_WORDS_MIN: usize = 8;

/// Code points of context that a public answer gives on each side of an occurrence.
pub const CONTEXT: usize = 300;

/// Code points of `prefix` and `suffix` that an occurrence keeps (`TextQuoteSelector`).
pub const AFFIX: usize = 32;
