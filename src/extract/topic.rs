//! Whether an article is about open and closed AI models at all: elsewhere, the same words mean other things.

use std::collections::HashSet;

use super::{
    findings::{Finding, Rule},
    sentences::Parsed,
    stance::Weights,
    stance_features::{Feature, topic_word},
    tokens::Token,
};
use crate::domain::statement::StatementKind;

/// Tokens of an article that are looked at: its subject shows early.
const TOKENS_MAX: usize = 3000;

/// What the topic model sees: each word once, names left out.
pub fn features(tokens: &[Token]) -> Vec<Feature> {
    let mut seen = HashSet::new();
    let words = tokens.iter().take(TOKENS_MAX).filter(|t| t.is_wordlike() && !t.is_capital());
    words.map(topic_word).filter(|&hash| seen.insert(hash)).map(|hash| Feature { hash, token: None }).collect()
}

/// Whether the article is about the field.
pub fn is_about(parsed: &Parsed, weights: &Weights) -> bool {
    weights.topic(&features(&parsed.tokens)) > 0.0
}

/// What remains of an article on something else: attributions without positions.
pub fn without_positions(findings: Vec<Finding>) -> Vec<Finding> {
    let kept =
        findings.into_iter().filter(|f| f.kind != StatementKind::Description && f.rule != Rule::FirstPerson && f.rule != Rule::Label);
    kept.map(|f| Finding { position: None, confidence: super::confidence::of(f.rule, None), ..f }).collect()
}
