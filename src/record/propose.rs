//! What the extractor makes of words that come without a stance.

use std::sync::LazyLock;

use crate::{
    domain::{
        registry,
        stance::{Confidence, Value},
        statement::StatementKind,
    },
    extract::{self, Gazetteer},
};

/// Names the reading as a stance's method.
pub const METHOD: &str = "position_rules";

/// The position that the extractor reads in a statement's words, and how often it is right; `None` where it reads none.
pub fn propose(text: &str, kind: StatementKind) -> Option<(Value, Confidence)> {
    static GAZETTEER: LazyLock<Gazetteer> = LazyLock::new(|| Gazetteer::new(registry::known(), []));
    extract::position_of(text, kind.is_speech(), &GAZETTEER).map(|(reading, confidence)| (reading.value, confidence))
}
