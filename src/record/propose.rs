//! What the position rules make of words that come without a stance.

use std::sync::LazyLock;

use crate::{
    domain::{
        registry,
        stance::{Confidence, Value},
        statement::StatementKind,
    },
    extract::{
        self, Format, Gazetteer, Rule, actors, confidence,
        position::{self, Voice},
        sentences::Parsed,
    },
};

/// Names the rules as a stance's method.
pub const METHOD: &str = "position_rules";

/// The position that the rules read in a statement's words, and how often they are right; `None` where they read none.
pub fn propose(text: &str, kind: StatementKind) -> Option<(Value, Confidence)> {
    static GAZETTEER: LazyLock<Gazetteer> = LazyLock::new(|| Gazetteer::new(registry::known(), []));
    let article = extract::read(text, Format::Text);
    let parsed = Parsed::new(&article);
    let cast = actors::find(&parsed, &GAZETTEER);
    let (voice, rule) = if kind.is_speech() { (Voice::Speech(&cast, None), Rule::Beside) } else { (Voice::Description, Rule::Description) };
    let reading = position::read(&parsed, 0..parsed.tokens.len(), voice)?;
    Some((reading.value, confidence::of(rule, Some(&reading))))
}
