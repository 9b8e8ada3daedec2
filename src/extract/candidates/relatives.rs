//! Relative clauses, and whom they say something of.

use std::ops::Range;

use crate::extract::{
    attribution::Sieve,
    candidates::clauses::Clause,
    lexicon::{lexicon, verb},
    text::tokens::Kind,
};

/// `NAME, which …,` · `NAME, a group that …` · `NAME, whose model can be reached only …`
pub fn find(sieve: &Sieve, range: &Range<usize>) -> Vec<Clause> {
    let tokens = &sieve.parsed.tokens;
    let mut found = Vec::new();
    let mut i = range.start + 1;
    while i < range.end {
        let token = &tokens[i];
        let relative = token.is_any(&["which", "who", "whose", "that"]) && sieve.parsed.quote_of[i].is_none();
        if let Some(clause) = Some(i).filter(|_| relative).and_then(|i| object_relative(sieve, range, i)) {
            i = clause.tokens.end;
            found.push(clause);
            continue;
        }
        let antecedent = if token.is("that") { appositive_that(sieve, range, i) } else { sieve.referents[i].map(|a| a as usize) };
        if let Some(actor) = antecedent.filter(|_| relative) {
            let end = (i + 1..range.end).find(|&j| tokens[j].is(",") && j > i + 3 && !list_comma(sieve, j, range.end)).unwrap_or(range.end);
            let start = (range.start..i)
                .rev()
                .find(|&j| sieve.cast.at(j) == Some(actor))
                .and_then(|j| sieve.cast.mention_at(j))
                .map_or(i, |m| m.start);
            let mention = sieve.cast.mention_at(start).map(|m| m.start..m.end);
            found.push(Clause { tokens: start..end, predicate: i..end, subjects: vec![actor], mention, group: false, first_person: false });
            i = end;
        }
        i += 1;
    }
    found
}

/// Nouns whose `that` opens what is said, not a relative clause.
const SPEECH: &[&str] = &[
    "admission",
    "claim",
    "claims",
    "statement",
    "argument",
    "idea",
    "belief",
    "view",
    "fact",
    "suggestion",
    "news",
    "announcement",
    "promise",
    "warning",
    "fear",
    "fears",
    "hope",
    "evidence",
    "concern",
    "concerns",
    "accusation",
    "allegation",
    "decision",
    "clear",
    "so",
    "notion",
    "opinion",
    "remark",
    "report",
    "sign",
];

/// `a model that the start-up NAME had placed in …`: the subject stands behind the relative word.
fn object_relative(sieve: &Sieve, range: &Range<usize>, i: usize) -> Option<Clause> {
    let tokens = &sieve.parsed.tokens;
    let noun = i > range.start
        && !tokens[i - 1].is_any(SPEECH)
        && !verb(&tokens[i - 1])
        && (tokens[i - 1].kind == Kind::Word || tokens[i - 1].is(",") && tokens[i].is("which"));
    let mention = sieve.cast.within(i + 1..range.end.min(i + 6)).first().filter(|_| noun)?;
    let led = tokens[i + 1..mention.start].iter().all(|t| !verb(t) && t.kind == Kind::Word);
    let follows = tokens.get(mention.end).filter(|_| mention.end < range.end).is_some_and(verb);
    let before = (range.start..i).rev().take(12).any(|j| lexicon().speaks(&tokens[j].lower));
    if !led || !follows || before {
        return None;
    }
    Some(Clause {
        tokens: i + 1..range.end,
        predicate: mention.start..range.end,
        subjects: vec![mention.actor],
        mention: Some(mention.start..mention.end),
        group: false,
        first_person: false,
    })
}

/// Whether the comma at `j` parts items of a list rather than clauses.
fn list_comma(sieve: &Sieve, j: usize, end: usize) -> bool {
    let tokens = &sieve.parsed.tokens;
    tokens[j + 1..end.min(j + 5)].iter().any(|t| t.is("and") || t.is("or")) && !tokens.get(j + 1).is_some_and(verb)
}

/// `NAME, a foundation in Bergen that …`
fn appositive_that(sieve: &Sieve, range: &Range<usize>, i: usize) -> Option<usize> {
    let tokens = &sieve.parsed.tokens;
    let from = range.start.max(i.saturating_sub(10));
    let comma = (from..i).rev().find(|&j| tokens[j].is(","))?;
    let article = tokens.get(comma + 1).is_some_and(|t| t.is_any(&["a", "an", "the"]));
    let noun = tokens[comma + 1..i].iter().any(|t| lexicon().is_organization_noun(&t.lower));
    comma.checked_sub(1).and_then(|j| sieve.cast.at(j)).filter(|_| article && noun)
}
