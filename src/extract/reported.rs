//! Indirect speech: cue, source and content.

use std::ops::Range;

use super::{
    attribution::{Sieve, Source},
    findings::Rule,
    lexicon::lexicon,
    phrases::{self, Referent},
    tokens::Kind,
};

/// A reported statement.
#[derive(Debug, Clone)]
pub struct Reported {
    /// What is reported.
    pub content: Range<usize>,
    /// By whom.
    pub source: Source,
}

/// The reported statements of a sentence; `taken` cues already attribute a quotation.
pub fn find(sieve: &Sieve, sentence: Range<usize>, taken: &[usize]) -> Vec<Reported> {
    let tokens = &sieve.parsed.tokens;
    let mut found: Vec<Reported> = Vec::new();
    let mut i = sentence.start;
    while i < sentence.end {
        let free = sieve.parsed.quote_of[i].is_none() && sieve.cast.mention_of[i].is_none();
        let token = &tokens[i];
        let reported = if !free || taken.contains(&i) {
            None
        } else if token.is("according") && tokens.get(i + 1).is_some_and(|t| t.is("to")) {
            according(sieve, &sentence, i)
        } else if token.kind == Kind::Word && !token.is_capital() && lexicon().cues.contains_key(&token.lower) && !(lexicon().is_role(&token.lower) && !token.lower.ends_with("ed")) {
            clause(sieve, &sentence, i)
        } else {
            None
        };
        if let Some(reported) = reported {
            i = i.max(reported.content.end);
            if !found.iter().any(|r| r.content.start < reported.content.end && reported.content.start < r.content.end) {
                found.push(reported);
            }
        }
        i += 1;
    }
    found
}

/// `According to S, …` · `…, according to S.`
fn according(sieve: &Sieve, sentence: &Range<usize>, i: usize) -> Option<Reported> {
    let tokens = &sieve.parsed.tokens;
    let phrase = phrases::starting(sieve.parsed, sieve.cast, i + 2, sentence.end)?;
    let source = sieve.source(Rule::AccordingTo, &phrase, i..i + 2);
    let content = if i <= sentence.start + 1 {
        let comma = (phrase.tokens.end..sentence.end).find(|&j| tokens[j].is(","))?;
        comma + 1..end_of(sieve, comma + 1, sentence.end)
    } else {
        sentence.start..i - usize::from(tokens[i - 1].is(","))
    };
    (content.len() > 1).then_some(Reported { content, source })
}

/// Where a clause that starts at `from` ends: before the sentence's full stop.
fn end_of(sieve: &Sieve, from: usize, end: usize) -> usize {
    let mut to = end;
    while to > from && sieve.parsed.tokens[to - 1].is_any(&[".", "!", "?", ",", ";", ":"]) {
        to -= 1;
    }
    to
}

fn clause(sieve: &Sieve, sentence: &Range<usize>, verb: usize) -> Option<Reported> {
    let tokens = &sieve.parsed.tokens;
    let (base, speaks) = *lexicon().cues.get(&tokens[verb].lower)?;
    let next = tokens.get(verb + 1).filter(|_| verb + 1 < sentence.end);
    let final_ = next.is_none_or(|t| t.is(".")) || verb + 3 >= sentence.end && next.is_some_and(|t| t.is_any(&["on", "in"]));
    let phrase = sieve.subject(sentence.start, verb)?;
    if phrase.referent == Referent::Abstract {
        return None;
    }
    let before = phrase.tokens.start.checked_sub(1).filter(|&b| b >= sentence.start);
    let parenthetical = before.is_some_and(|b| tokens[b].is(",")) && phrase.tokens.start > sentence.start + 2;
    if speaks && parenthetical && (final_ || next.is_some_and(|t| t.is(","))) {
        let source = sieve.source(Rule::Clause, &phrase, verb..verb + 1);
        let last = before.unwrap_or(sentence.start);
        return Some(Reported { content: sentence.start..if final_ { last } else { end_of(sieve, verb, sentence.end) }, source });
    }
    let mut from = verb + 1;
    let that = (from..sentence.end.min(from + 5)).find(|&i| tokens[i].is("that") && sieve.parsed.quote_of[i].is_none());
    let complement = match that {
        Some(at) => {
            from = at + 1;
            true
        }
        None => base == "say" || (speaks || matches!(base, "think" | "believe" | "hope" | "know")) && clause_follows(sieve, from, sentence.end),
    };
    if !complement || from + 1 >= sentence.end {
        return None;
    }
    let end = end_of(sieve, from, sentence.end);
    let source = sieve.source(Rule::Clause, &phrase, verb..verb + 1);
    (end > from + 1).then_some(Reported { content: from..end, source })
}

/// Whether a subject and a finite verb seem to follow.
fn clause_follows(sieve: &Sieve, from: usize, end: usize) -> bool {
    let tokens = &sieve.parsed.tokens;
    let first = &tokens[from.min(tokens.len() - 1)];
    let opens = first.is_any(&["he", "she", "it", "they", "we", "i", "the", "there", "his", "her", "their", "its", "this", "these", "those", "a", "an", "no", "if", "some", "many"]) || first.is_capital();
    opens && (from + 1..end.min(from + 10)).any(|i| super::clauses::verb(&tokens[i]) && sieve.cast.mention_of[i].is_none())
}
