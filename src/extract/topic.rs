//! Whether an article is about AI models at all: elsewhere, “open” and “closed” mean other things.

use super::{
    findings::{Finding, Rule},
    sentences::Parsed,
};
use crate::domain::statement::StatementKind;

/// Words of the field, in lower case: two points each.
const CORE: &[&str] = &[
    "ai",
    "model",
    "models",
    "weights",
    "checkpoint",
    "checkpoints",
    "open-source",
    "open-weight",
    "open-weights",
    "open-sourced",
    "open-sourcing",
    "llm",
    "llms",
    "chatbot",
    "chatbots",
    "neural",
    "dataset",
    "datasets",
    "corpus",
    "corpora",
    "openai",
    "deepmind",
    "transformer",
    "fine-tuning",
    "fine-tune",
    "generative",
    "parameters",
];

/// Words that the field shares with others: one point each.
const SIDE: &[&str] = &[
    "licence",
    "license",
    "download",
    "networks",
    "network",
    "developers",
    "training",
    "trained",
    "code",
    "software",
    "algorithm",
    "algorithms",
    "machine",
    "machines",
    "compute",
    "scaling",
    "laboratory",
    "laboratories",
    "file",
    "files",
    "research",
    "papers",
    "engine",
    "engines",
];

/// Points from which on an article is about the field.
const ENOUGH: usize = 5;

/// Whether the article is about the field.
pub fn is_about(parsed: &Parsed) -> bool {
    let pair = |i: usize| {
        let next = |word: &str| parsed.tokens.get(i + 1).is_some_and(|t| t.is(word));
        parsed.tokens[i].is("artificial") && next("intelligence")
            || parsed.tokens[i].is("machine") && next("learning")
            || parsed.tokens[i].is("open") && next("source")
    };
    let mut points = 0;
    for (i, token) in parsed.tokens.iter().enumerate() {
        points += if token.is_any(CORE) || pair(i) { 2 } else { usize::from(token.is_any(SIDE)) };
        if points >= ENOUGH {
            return true;
        }
    }
    false
}

/// What remains of an article on something else: attributions without positions.
pub fn without_positions(findings: Vec<Finding>) -> Vec<Finding> {
    let kept =
        findings.into_iter().filter(|f| f.kind != StatementKind::Description && f.rule != Rule::FirstPerson && f.rule != Rule::Label);
    kept.map(|f| Finding { position: None, confidence: super::confidence::of(f.rule, None), ..f }).collect()
}
