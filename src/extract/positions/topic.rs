//! Whether an article is about open and closed AI models at all: elsewhere, the same words mean other things.

use rustc_hash::FxHashSet;

use crate::extract::{
    positions::{
        stance::Weights,
        stance_features::{Feature, topic_word},
    },
    text::{sentences::Parsed, tokens::Token},
};

/// Tokens of a window: an article is looked at window by window, so that its length decides nothing.
pub const WINDOW: usize = 300;

/// Windows that are looked at: the subject shows early.
const WINDOWS_MAX: usize = 10;

/// The feature of every window.
pub const CONSTANT: Feature = Feature { hash: 0, token: None };

/// What the topic model sees of a window: each word once, names left out.
pub fn features(tokens: &[Token]) -> Vec<Feature> {
    let mut seen = FxHashSet::default();
    let words = tokens.iter().filter(|t| t.is_wordlike() && !t.is_capital());
    words.map(topic_word).filter(|&hash| seen.insert(hash)).map(|hash| Feature { hash, token: None }).chain([CONSTANT]).collect()
}

/// Log-odds that an article must have for each window: more than even, since positions where there is no question are the worse mistake.
const SURE: f32 = 1.3;

/// Whether the article is about the field: its windows are, on the whole. The part of a window is asked for less, as it has fewer words to
/// tell.
pub fn is_about(parsed: &Parsed, weights: &Weights) -> bool {
    let windows = parsed.tokens.chunks(WINDOW).take(WINDOWS_MAX);
    #[expect(clippy::cast_precision_loss, reason = "at most some windows")]
    let length = parsed.tokens.len().min(WINDOWS_MAX * WINDOW) as f32 / WINDOW as f32;
    windows.map(|tokens| weights.topic(&features(tokens)).clamp(-4.0, 4.0)).sum::<f32>() > SURE * length
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::{Format, positions::stance, text::article};

    fn is_about(text: &str) -> bool {
        super::is_about(&Parsed::new(&article::read(text, Format::Text)), stance::weights())
    }

    #[test]
    fn an_article_is_about_models_or_it_is_not() {
        assert!(is_about(
            "The laboratory published the weights of its language model. Anyone may download the model and train it further."
        ));
        assert!(!is_about(
            "The museum is open on Sundays and closed on Mondays. Visitors share the cloakroom, and the shop keeps its own hours."
        ));
        assert!(!is_about(
            "The minister said that taxes would fall next year. The opposition called the plan a mistake and asked for a vote."
        ));
    }
}
