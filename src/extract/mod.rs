//! From the text of an article to actors, statements and positions: offline, deterministic, explainable, in linear time.
//!
//! Every stage is a pure function; every finding carries byte spans into the article's immutable text.
//!
//! | stage | module |
//! | --- | --- |
//! | lines become blocks; boilerplate yields nothing | [`article`] |
//! | tokens, sentences, quotations | [`tokens`], [`sentences`], [`quotes`] |
//! | names become organizations and people, with roles | [`names`], `runs`, `institutions`, [`evidence`], `behind`, [`actors`], `groups`, [`kinds`], [`roles`] |
//! | pronouns and definite nouns | [`pronouns`], `standins`, `documents` |
//! | learned: which words attribute, and what is their source and content | [`features`], [`model`] |
//! | who said a quotation; who is said to do, want or say what | [`attribution`], `phrasings`, [`nearby`], `paragraphs`, [`subjects`], [`clauses`], `split`, `relatives`, `makers`, [`author`], `bylines`, `publisher`, `narrators`, `letters`, `interview` |
//! | what may be a statement, and whose | [`candidates`], [`extents`], [`holders`] |
//! | positions, from terms and learned; what the article is about | [`terms`], [`position`], [`stance_features`], [`stance`], [`topic`] |
//! | findings, with measured confidence; where actors stand | [`statements`], [`confidence`], [`overall`], [`findings`] |
//! | scoring against annotations | [`measure`] |

#![expect(
    clippy::if_same_then_else,
    clippy::nonminimal_bool,
    clippy::needless_range_loop,
    clippy::struct_excessive_bools,
    reason = "rules are written out one beside the other, and tokens are named by their place"
)]

pub mod actors;
pub mod article;
pub mod attribution;
pub mod author;
mod behind;
mod bylines;
pub mod candidates;
pub mod clauses;
pub mod confidence;
mod documents;
pub mod evidence;
pub mod extents;
pub mod features;
pub mod findings;
pub mod gazetteer;
mod gendered;
mod groups;
pub mod holders;
mod html;
mod institutions;
mod interview;
pub mod kinds;
mod letters;
pub mod lexicon;
mod makers;
pub mod measure;
pub mod model;
pub mod names;
mod narrators;
pub mod nearby;
pub mod overall;
mod paragraphs;
pub mod phrases;
mod phrasings;
pub mod position;
pub mod pronouns;
mod publisher;
pub mod quotes;
mod relatives;
pub mod roles;
mod runs;
pub mod sentences;
mod split;
pub mod stance;
pub mod stance_features;
mod standins;
pub mod statements;
pub mod subjects;
pub mod terms;
pub mod tokens;
pub mod topic;

pub use article::{Article, Format, read};
pub use findings::{Finding, Findings, FoundActor, Provenance, Reading, Rule, VERSION};
pub use gazetteer::{Gazetteer, KnownName};

use crate::domain::stance::Confidence;
use article::BlockKind;

/// Finds the actors and statements of an article.
pub fn extract(article: &Article, gazetteer: &Gazetteer) -> Findings {
    extract_by(article, gazetteer, stance::weights())
}

/// The same, with the positions read by these weights.
pub fn extract_by(article: &Article, gazetteer: &Gazetteer, weights: &stance::Weights) -> Findings {
    let parsed = sentences::Parsed::new(article);
    let ((statements, stances), actors) = sieved(&parsed, gazetteer, |sieve| (statements::find(sieve, weights), sieve.cast.actors.clone()));
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
    let reading = sieved(&parsed, gazetteer, |sieve| statements::position(sieve, stance::weights(), speech))?;
    let confidence = confidence::of(if speech { Rule::Beside } else { Rule::Description }, Some(&reading));
    Some((reading, confidence))
}

/// Runs the stages up to the attribution, then what is wanted of it.
pub fn sieved<T>(parsed: &sentences::Parsed, gazetteer: &Gazetteer, then: impl FnOnce(&attribution::Sieve) -> T) -> T {
    let mut cast = actors::find(parsed, gazetteer);
    let voices = author::find(parsed, &mut cast);
    let referents = pronouns::resolve(parsed, &mut cast, &voices);
    let makers = makers::find(parsed, &cast, &referents, voices.we);
    let learned: Vec<_> =
        parsed.sentences.iter().map(|s| model::attributions(parsed, &cast, s.tokens.clone(), model::ACCEPT_MIN)).collect();
    then(&attribution::Sieve { parsed, cast: &cast, referents: &referents, learned: &learned, voices: &voices, makers: &makers })
}
