//! What the extractor finds: plain data, every span into the article's text.

use crate::domain::{
    actor::ActorKind,
    stance::{Basis, Confidence, Side, Value},
    statement::StatementKind,
    text::Span,
    vocabulary,
};

/// The extractor's version: it changes when the same text may yield other findings.
pub const VERSION: &str = "3";

/// Where a name or role comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Provenance {
    /// The text says it.
    Text,
    /// The registry of known actors or the database says it.
    Registry,
}

/// An actor of the article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundActor {
    /// What it is.
    pub kind: ActorKind,
    /// Its full name.
    pub name: String,
    /// Where the full name comes from.
    pub provenance: Provenance,
    /// Other forms, as printed.
    pub aliases: Vec<String>,
    /// A person's role, as the text words it.
    pub role: Option<String>,
    /// The organization of that role: an index into [`Findings::actors`].
    pub organization: Option<usize>,
    /// Whether the text presents the person as speaking for that organization.
    pub speaks_for: bool,
}

vocabulary! {
    /// The attribution rule that fired first.
    Rule {
        /// `Q, S said`, `Q, said S`, `S said: Q`: cue and source in the quotation's own sentence.
        Beside => "beside",
        /// The sentence before ends in `S said:` or introduces the quotation.
        Introduced => "introduced",
        /// `NAME: …` in an interview.
        Label => "label",
        /// A quotation right after one of the same speaker's.
        Continuation => "continuation",
        /// A document as source: “His law suit argues …”, then the quotation alone.
        Document => "document",
        /// A quotation alone, whose next line begins `X's comments` or the like.
        NextLine => "next_line",
        /// A quotation alone, by the person whom the lines around it speak of.
        LastSubject => "last_subject",
        /// Cue and clause: indirect speech.
        Clause => "clause",
        /// According to S.
        AccordingTo => "according_to",
        /// The source describes what the actor does, wants or keeps.
        Description => "description",
        /// First person of a post or column: its author.
        FirstPerson => "first_person",
        /// An accusation: a stance of the accuser, an alleged one of the accused.
        Accusation => "accusation",
        /// Nothing in the text names a source.
        Unattributed => "unattributed",
    }
}

vocabulary! {
    /// How firmly a statement takes its position.
    Modality {
        /// Does, did, commits to it; favours or opposes without reserve.
        Plain => "plain",
        /// Largely, in part; implied by praise or blame of others.
        Implied => "implied",
        /// May, considers, intends; regrets the opposite.
        Hedged => "hedged",
        /// Both at once, divided, conditional.
        Both => "both",
        /// The words together tell, or what stands around them: read by the model.
        Learned => "learned",
    }
}

/// How a statement's position was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Direction × strength.
    pub value: Value,
    /// How firmly.
    pub modality: Modality,
    /// The chance that the model gives this position, in percent: 0…100.
    pub chance: u8,
    /// The words that made it.
    pub terms: Vec<Span>,
    /// The steps in words, for people.
    pub why: String,
}

/// A statement found in the article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How the source carries it.
    pub kind: StatementKind,
    /// The statement's text, without outer quotation marks.
    pub span: Span,
    /// By or about whom: an index into [`Findings::actors`].
    pub actor: Option<usize>,
    /// An unnamed group (“many businesses”): no actor, and nothing to review.
    pub group: bool,
    /// Who is named as its source, as printed.
    pub mention: Option<Span>,
    /// For whom the source presents the actor as speaking.
    pub on_behalf_of: Option<usize>,
    /// The rule that attributed it.
    pub rule: Rule,
    /// The words that attribute it.
    pub cue: Option<Span>,
    /// Its position; `None` where it takes none.
    pub position: Option<Reading>,
    /// Measured chance that actor and direction are right.
    pub confidence: Confidence,
    /// Whom it accuses: each gets an alleged stance of this value.
    pub accused: Vec<(usize, Value)>,
}

impl Finding {
    /// What a stance of the finding's actor rests on.
    pub const fn basis(&self) -> Basis {
        match self.kind {
            StatementKind::Description => Basis::Reported,
            _ => Basis::Declared,
        }
    }
}

/// Everything found in an article.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Findings {
    /// Actors in the order of their first mention.
    pub actors: Vec<FoundActor>,
    /// Statements in the order of the text.
    pub statements: Vec<Finding>,
    /// Where actors stand by the article as a whole, in the order of actors; of whom it says nothing is left out.
    pub stances: Vec<(usize, Side)>,
    /// Blocks skipped as boilerplate.
    pub skipped_boilerplate: usize,
}

impl Findings {
    /// Quotations whose source the text does not name.
    pub fn unattributed(&self) -> usize {
        self.statements.iter().filter(|s| s.actor.is_none() && !s.group).count()
    }
}
