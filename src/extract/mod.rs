//! From the text of an article to actors, statements and positions: offline, deterministic, explainable, in linear time.
//!
//! Every stage is a pure function; every finding carries byte spans into the article's immutable text.
//!
//! | stage | module |
//! | --- | --- |
//! | lines become blocks, tokens, sentences, quotations; boilerplate yields nothing | [`text`] |
//! | names become organizations and people, with roles | [`names`] |
//! | who speaks without quotation marks: “we”, “I”, labels | [`voices`] |
//! | what pronouns, definite nouns, documents and products stand for | [`references`] |
//! | who said a quotation, by learned cues and by rules | [`attribution`] |
//! | what may be a statement, whose, and for whom | [`candidates`] |
//! | its position, with measured confidence; where actors stand | [`positions`] |
//! | what comes out | [`findings`] |
//! | word lists and weights: data | [`lexicon`] |
//! | how weights are kept | [`tables`] |
//! | scoring against annotations | [`measure`] |
//!
//! `findings`, `lexicon`, `tables` and `measure` serve all. A folder knows those above it; but `candidates` asks `positions` whether a clause has a term in it.

#![expect(
    clippy::if_same_then_else,
    clippy::nonminimal_bool,
    clippy::needless_range_loop,
    clippy::struct_excessive_bools,
    reason = "rules are written out one beside the other, and tokens are named by their place"
)]

pub mod attribution;
pub mod candidates;
pub mod findings;
mod hash;
pub mod lexicon;
pub mod measure;
pub mod names;
pub mod positions;
pub mod references;
pub mod tables;
pub mod text;
pub mod voices;

pub use findings::{Finding, Findings, FoundActor, Provenance, Reading, Rule, VERSION};
pub use names::gazetteer::{Gazetteer, KnownName};
pub use text::article::{Article, Format, read};

use crate::domain::stance::Confidence;
use attribution::{Sieve, model};
use candidates::memberships;
use names::actors;
use positions::{confidence, stance, statements};
use references::{makers, pronouns};
use tables::Table;
use text::{article::BlockKind, sentences};

/// Finds the actors and statements of an article.
pub fn extract(article: &Article, gazetteer: &Gazetteer) -> Findings {
    extract_by(article, gazetteer, stance::weights())
}

/// The same, with the positions read by these weights.
pub fn extract_by(article: &Article, gazetteer: &Gazetteer, weights: &stance::Weights) -> Findings {
    let parsed = sentences::Parsed::new(article);
    let ((statements, stances), actors) =
        sieved(&parsed, gazetteer, &weights.memberships, |sieve| (statements::find(sieve, weights), sieve.cast.actors.clone()));
    let skipped_boilerplate = article.blocks.iter().filter(|b| b.kind == BlockKind::Boilerplate).count();
    Findings { actors, statements, stances, skipped_boilerplate }
}

/// The position of words that stand alone, an actor's own (`speech`) or a source's about an actor, with its measured confidence.
pub fn position_of(text: &str, speech: bool, gazetteer: &Gazetteer) -> Option<(Reading, Confidence)> {
    let article = read(text, Format::Text);
    let parsed = sentences::Parsed::new(&article);
    if parsed.tokens.is_empty() {
        return None;
    }
    let reading =
        sieved(&parsed, gazetteer, &stance::weights().memberships, |sieve| statements::position(sieve, stance::weights(), speech))?;
    let confidence = confidence::of(if speech { Rule::Beside } else { Rule::Description }, Some(&reading), true);
    Some((reading, confidence))
}

/// Runs the stages up to the attribution, gives people their organizations by these weights, then does what is wanted of it.
pub fn sieved<T>(parsed: &sentences::Parsed, gazetteer: &Gazetteer, memberships: &Table<1>, then: impl FnOnce(&Sieve) -> T) -> T {
    ruled(parsed, gazetteer, |sieve| {
        let actors = memberships::assigned(sieve, memberships);
        then(&Sieve { cast: &actors::Cast { actors, ..sieve.cast.clone() }, ..*sieve })
    })
}

/// The same, with the organizations that the rules give.
pub fn ruled<T>(parsed: &sentences::Parsed, gazetteer: &Gazetteer, then: impl FnOnce(&Sieve) -> T) -> T {
    let mut cast = actors::find(parsed, gazetteer);
    let voices = voices::find(parsed, &mut cast);
    let referents = pronouns::resolve(parsed, &mut cast, &voices);
    let makers = makers::find(parsed, &cast, &referents, voices.we);
    let learned: Vec<_> =
        parsed.sentences.iter().map(|s| model::attributions(parsed, &cast, s.tokens.clone(), model::ACCEPT_MIN)).collect();
    then(&Sieve { parsed, cast: &cast, referents: &referents, learned: &learned, voices: &voices, makers: &makers })
}
