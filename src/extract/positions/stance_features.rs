//! What the stance model sees of a candidate: its words, where names are masked, in pairs and under negation; its form; what the terms say.

use std::ops::Range;

use crate::extract::{
    attribution::Sieve,
    candidates::{Candidate, Form},
    findings::Reading,
    hash::{bucket, mix, stem, text_hash},
    text::tokens::{Kind, Token},
};

/// Tokens of a candidate that are looked at.
const TOKENS_MAX: usize = 120;

/// Tokens that a negator reaches.
const REACH: usize = 6;

const NEGATORS: &[&str] = &[
    "not", "n't", "never", "no", "none", "nobody", "nothing", "neither", "nor", "without", "cannot", "hardly", "refuse", "refuses",
    "refused", "refusing", "decline", "declined", "declines", "stop", "stopped", "instead", "rather",
];

/// What a word stands for where its own letters would tell the model nothing that holds elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mask {
    /// The actor whose position is asked for.
    Holder,
    /// Another actor.
    Other,
    /// A product, a place: any other name.
    Name,
}

/// A word as the model sees it.
#[derive(Debug, Clone, Copy)]
struct Word {
    hash: u64,
    negated: bool,
    token: usize,
}

/// A feature with the token that it came from, if from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feature {
    /// Hashed.
    pub hash: u64,
    /// The token that it begins at.
    pub token: Option<usize>,
}

/// A word of the article for the topic model.
pub fn topic_word(token: &Token) -> u64 {
    mix(0x70, text_hash(stem(&token.lower)))
}

fn words(tokens: &[Token], range: Range<usize>, mask: impl Fn(usize) -> Option<Mask>) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::with_capacity(range.len());
    let mut reach = 0;
    for i in range.start..range.end.min(range.start + TOKENS_MAX) {
        let token = &tokens[i];
        let masked = mask(i).or_else(|| (i > range.start && token.is_capital() && !token.is("i")).then_some(Mask::Name));
        let hash = match masked {
            Some(mask) => 2 + mask as u64,
            None if token.kind == Kind::Number => 1,
            None => text_hash(stem(&token.lower)),
        };
        if masked.is_some() && words.last().is_some_and(|w| w.hash == hash) {
            continue;
        }
        let negator = token.is_any(NEGATORS) || token.lower.ends_with("n't");
        if token.is_any(&[".", ";", ":", "!", "?", "—"]) {
            reach = 0;
        }
        words.push(Word { hash, negated: reach > 0 && !negator, token: i });
        reach = if negator { REACH } else { reach.saturating_sub(1) };
    }
    words
}

/// Features of words that take or do not take a position; `form` and `reading` are those of the candidate.
pub fn of_words(
    tokens: &[Token],
    range: Range<usize>,
    mask: impl Fn(usize) -> Option<Mask>,
    form: u64,
    reading: Option<&Reading>,
    into: &mut Vec<Feature>,
) {
    into.clear();
    let words = words(tokens, range, mask);
    let mut add = |id: u64, x: u64, y: u64, token: Option<usize>| into.push(Feature { hash: mix(mix(mix(0xD1, id), x), y), token });
    add(0, 0, 0, None);
    add(1, form, 0, None);
    add(2, bucket(words.len()), 0, None);
    for (i, word) in words.iter().enumerate() {
        let token = Some(word.token);
        add(3, word.hash, 0, token);
        if word.negated {
            add(4, word.hash, 0, token);
        }
        if i < 3 {
            add(5, word.hash, i as u64, token);
        }
        if let Some(next) = words.get(i + 1) {
            add(6, word.hash, next.hash, token);
        }
        if let Some(next) = words.get(i + 2) {
            add(9, word.hash, next.hash, token);
        }
    }
    let (side, modality) = reading.map_or((3, 9), |r| (side(r), r.modality as u64));
    add(7, side, 0, None);
    add(8, side, modality, None);
}

fn side(reading: &Reading) -> u64 {
    match reading.value.hundredths().signum() {
        1 => 1,
        -1 => 2,
        _ => 0,
    }
}

/// Features of a candidate, given what the terms say of it.
pub fn of(sieve: &Sieve, candidate: &Candidate, reading: Option<&Reading>, into: &mut Vec<Feature>) {
    let mask = |i: usize| sieve.cast.at(i).map(|actor| if Some(actor) == candidate.finding.actor { Mask::Holder } else { Mask::Other });
    let form = form(candidate.form, candidate.speech);
    of_words(&sieve.parsed.tokens, candidate.tokens.clone(), mask, form, reading, into);
}

/// How a form is told to the model.
pub const fn form(form: Form, speech: bool) -> u64 {
    form as u64 * 2 + speech as u64
}
