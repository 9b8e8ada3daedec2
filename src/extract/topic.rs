//! Whether an article is about open and closed AI models at all: elsewhere, the same words mean other things.

use std::collections::HashSet;

use super::{
    sentences::Parsed,
    stance::Weights,
    stance_features::{Feature, topic_word},
    tokens::Token,
};

/// Tokens of a window: an article is looked at window by window, so that its length decides nothing.
pub const WINDOW: usize = 300;

/// Windows that are looked at: the subject shows early.
const WINDOWS_MAX: usize = 10;

/// The feature of every window.
pub const CONSTANT: Feature = Feature { hash: 0, token: None };

/// What the topic model sees of a window: each word once, names left out.
pub fn features(tokens: &[Token]) -> Vec<Feature> {
    let mut seen = HashSet::new();
    let words = tokens.iter().filter(|t| t.is_wordlike() && !t.is_capital());
    words.map(topic_word).filter(|&hash| seen.insert(hash)).map(|hash| Feature { hash, token: None }).chain([CONSTANT]).collect()
}

/// Whether the article is about the field: its windows are, on the whole.
pub fn is_about(parsed: &Parsed, weights: &Weights) -> bool {
    let windows = parsed.tokens.chunks(WINDOW).take(WINDOWS_MAX);
    windows.map(|tokens| weights.topic(&features(tokens)).clamp(-4.0, 4.0)).sum::<f32>() > 0.0
}
