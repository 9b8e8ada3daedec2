//! Whether an article is about AI models at all: elsewhere, “open” and “closed” mean other things.

use super::{findings::{Finding, Rule}, sentences::Parsed};
use crate::domain::statement::StatementKind;

/// Words of the field, in lower case.
const WORDS: &[&str] = &[
    "ai", "licence", "license", "download", "machine-learning", "networks", "developers", "training", "speech", "laboratory", "laboratories", "code", "trained", "software", "model", "models", "weights", "checkpoint", "checkpoints", "open-source", "open-weight", "open-weights", "open-sourced", "open-sourcing", "llm", "llms", "chatbot", "chatbots", "neural", "dataset", "datasets",
    "corpus", "corpora", "parameters", "algorithm", "algorithms", "openai", "deepmind", "transformer", "fine-tuning", "fine-tune", "generative",
];

/// Uses of words of the field from which on an article is about it.
const ENOUGH: usize = 4;

/// Whether the article is about the field.
pub fn is_about(parsed: &Parsed) -> bool {
    let single = |i: usize| parsed.tokens[i].is_any(WORDS);
    let pair = |i: usize| {
        let next = |word: &str| parsed.tokens.get(i + 1).is_some_and(|t| t.is(word));
        parsed.tokens[i].is("artificial") && next("intelligence") || parsed.tokens[i].is("machine") && next("learning") || parsed.tokens[i].is("open") && next("source")
    };
    (0..parsed.tokens.len()).filter(|&i| single(i) || pair(i)).take(ENOUGH).count() == ENOUGH
}

/// What remains of an article on something else: attributions without positions.
pub fn without_positions(findings: Vec<Finding>) -> Vec<Finding> {
    let kept = findings.into_iter().filter(|f| f.kind != StatementKind::Description && f.rule != Rule::FirstPerson && f.rule != Rule::Label);
    kept.map(|f| Finding { position: None, confidence: super::confidence::of(f.rule, None), ..f }).collect()
}
