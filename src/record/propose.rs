//! What the position rules make of words that come without a stance.

use crate::{
    domain::{
        stance::{Confidence, Value},
        statement::StatementKind,
    },
    extract::{self, Format, Rule, confidence, position, sentences::Parsed},
};

/// Names the rules as a stance's method.
pub const METHOD: &str = "position_rules";

/// The position that the rules read in a statement's words, and how often they are right; `None` where they read none.
pub fn propose(text: &str, kind: StatementKind) -> Option<(Value, Confidence)> {
    let article = extract::read(text, Format::Text);
    let parsed = Parsed::new(&article);
    let (voice, rule) =
        if kind.is_speech() { (position::Voice::Speech, Rule::Beside) } else { (position::Voice::Description, Rule::Description) };
    let reading = position::read(&parsed, 0..parsed.tokens.len(), voice)?;
    Some((reading.value, confidence::of(rule, Some(&reading))))
}
