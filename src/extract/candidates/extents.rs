//! Where a clause begins and ends as a statement, and what in it attributes.

use std::ops::Range;

use crate::extract::{
    attribution::Sieve,
    candidates::clauses::Clause,
    lexicon::lexicon,
    text::tokens::{Kind, Token},
    voices::{Label, interview},
};

/// `…; A and B do not.`
pub fn refuses(sieve: &Sieve, clause: &Clause) -> bool {
    let from = clause.mention.as_ref().map_or(clause.tokens.start, |m| m.end);
    let rest: Vec<&Token> =
        sieve.parsed.tokens[from.min(clause.tokens.end)..clause.tokens.end].iter().filter(|t| t.kind == Kind::Word).collect();
    !clause.subjects.is_empty()
        && (1..=3).contains(&rest.len())
        && rest[0].is_any(&[
            "do", "does", "did", "have", "has", "will", "would", "don't", "doesn't", "didn't", "won't", "wouldn't", "haven't", "hasn't",
        ])
        && rest.iter().any(|t| t.is("not") || t.lower.ends_with("n't"))
}

/// Behind a label such as `Q:`.
pub fn content_start(sieve: &Sieve, sentence: &Range<usize>) -> usize {
    let start = sentence.start;
    let block = sieve.parsed.block_of[start];
    if start > 0 && sieve.parsed.block_of[start - 1] == block {
        return start;
    }
    let labelled = sieve.voices.labels.get(block as usize).is_some_and(|l| *l != Label::None);
    let end = if labelled {
        interview::label_at(sieve.parsed, sieve.cast, sentence).map(|(_, end)| end)
    } else {
        sentence.clone().take(5).find(|&i| sieve.parsed.tokens[i].is(":")).map(|colon| colon + 1)
    };
    end.map_or(start, |end| end.min(sentence.end))
}

/// Without the marks at the end.
pub fn trim_end(sieve: &Sieve, start: usize, end: usize) -> usize {
    let mut to = end;
    while to > start && sieve.parsed.tokens[to - 1].kind == Kind::Punct {
        to -= 1;
    }
    to
}

/// Without the words that only join it to what stands before.
pub fn trim_start(sieve: &Sieve, start: usize, end: usize) -> usize {
    let mut from = start;
    while from < end
        && (sieve.parsed.tokens[from].is_any(&[
            ",", "and", "but", "while", "whereas", "although", "though", "as", "then", "so", "because", "–", "—", "-", ":", ";", "yet",
            "that",
        ]) && !sieve.parsed.tokens[from].is_capital())
    {
        from += 1;
    }
    from
}

/// The parts of a range outside quotations of statement length.
pub fn outside_quotes(sieve: &Sieve, range: &Range<usize>) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = range.start;
    for i in range.clone() {
        let inside = sieve.parsed.quote_of[i].is_some_and(|q| sieve.parsed.quotes[q as usize].is_statement());
        if inside {
            if i > start {
                parts.push(start..i);
            }
            start = i + 1;
        }
    }
    if start < range.end {
        parts.push(start..range.end);
    }
    parts
}

/// The attributing verb of a clause whose subject speaks.
pub fn cue(sieve: &Sieve, clause: &Clause, predicate: &Range<usize>) -> Option<Range<usize>> {
    let tokens = &sieve.parsed.tokens;
    let after = clause.mention.as_ref().map_or(predicate.start, |m| m.end.min(predicate.end));
    let speech = |t: &Token| {
        lexicon().cues.contains_key(&t.lower)
            && !t.is_any(&[
                "open",
                "opened",
                "opens",
                "opening",
                "release",
                "post",
                "posts",
                "posted",
                "publish",
                "published",
                "publishes",
                "offer",
                "offered",
                "offers",
                "back",
                "backed",
                "hold",
                "holds",
                "held",
                "close",
                "closed",
                "closes",
                "show",
                "see",
                "find",
                "finds",
                "found",
                "plan",
                "plans",
                "go",
                "goes",
            ])
    };
    let found = (after..predicate.end.min(after + 14))
        .find(|&i| sieve.parsed.quote_of[i].is_none() && speech(&tokens[i]) && !tokens[i].is_capital());
    // `…, she argued` at the end of the clause.
    let found = found.or_else(|| {
        (predicate.end.saturating_sub(4).max(after)..predicate.end)
            .find(|&i| sieve.parsed.quote_of[i].is_none() && speech(&tokens[i]) && lexicon().speaks(&tokens[i].lower))
    });
    found.map(|i| i..i + 1)
}
