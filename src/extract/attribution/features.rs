//! What the learned models see: the units of a sentence and their hashed features.

use std::ops::Range;

use crate::extract::{
    hash::{bucket, mix, text_hash},
    lexicon::lexicon,
    names::actors::Cast,
    text::{
        sentences::Parsed,
        tokens::{Kind, Shape},
    },
};

/// A unit of a sentence: a token, or a whole quotation of statement length.
#[derive(Debug, Clone)]
pub struct Unit {
    /// Its tokens.
    pub tokens: Range<usize>,
    /// Its text for features.
    pub(in crate::extract) word: u64,
    /// What sort of word it is.
    pub(in crate::extract) class: u64,
    /// Its last three letters.
    pub(in crate::extract) suffix: u64,
    /// Its length in bytes.
    pub length: usize,
    /// Whether it is a quotation.
    pub quote: bool,
    /// Whether it looks like a finite verb.
    pub(in crate::extract) verb: bool,
    pub(in crate::extract) comma: bool,
    pub(in crate::extract) that: bool,
    pub(in crate::extract) conjunction: bool,
}

/// The units of a sentence.
pub fn units(parsed: &Parsed, cast: &Cast, sentence: Range<usize>) -> Vec<Unit> {
    let lexicon = lexicon();
    let mut units = Vec::with_capacity(sentence.len());
    let mut i = sentence.start;
    while i < sentence.end {
        if let Some(quote) = parsed.quote_of[i].map(|q| &parsed.quotes[q as usize]).filter(|q| q.is_statement()) {
            let end = quote.tokens.end.min(sentence.end);
            let closes = parsed.tokens[end - 1..]
                .first()
                .filter(|t| t.kind == Kind::Close || t.kind == Kind::Straight)
                .and_then(|_| parsed.tokens.get(end.wrapping_sub(2)));
            let comma = closes.is_some_and(|t| t.is(","));
            units.push(Unit {
                tokens: i..end,
                word: 1,
                class: if comma { 2 } else { 1 },
                suffix: 0,
                length: parsed.span(i..end).len(),
                quote: true,
                verb: false,
                comma,
                that: false,
                conjunction: false,
            });
            i = end;
            continue;
        }
        let token = &parsed.tokens[i];
        let word = token.lower.as_str();
        let named = cast.at(i);
        let class = match named {
            Some(actor) if cast.is_person(actor) => 3,
            Some(_) => 4,
            None if token.kind == Kind::Number => 5,
            None if token.kind != Kind::Word => 6,
            None if lexicon.cues.contains_key(word) && !token.is_capital() => {
                if lexicon.speaks(word) {
                    7
                } else {
                    8
                }
            }
            None if lexicon.is_role(word) => 9,
            None if lexicon.is_organization_noun(word) => 10,
            None if lexicon.function.contains(word) => 11,
            None if matches!(token.shape, Shape::Capital | Shape::Upper | Shape::Initial) => 12,
            None if lexicon.is_verb(word) => 13,
            None if word.ends_with("ly") => 14,
            None if word.ends_with("ing") => 15,
            None if word.ends_with('s') => 16,
            None => 17,
        };
        let suffix: String = word.chars().rev().take(3).collect();
        units.push(Unit {
            tokens: i..i + 1,
            word: if named.is_some() { 30 + class } else { text_hash(word) },
            class,
            suffix: text_hash(&suffix),
            length: token.span.len(),
            quote: false,
            verb: class == 7 || class == 8 || class == 13,
            comma: token.is(","),
            that: token.is("that"),
            conjunction: token.is_any(&["and", "but", "while", "as", "because", "when", ";"]),
        });
        i += 1;
    }
    units
}

pub(in crate::extract) fn get(units: &[Unit], i: usize, by: isize) -> (u64, u64) {
    i.checked_add_signed(by).and_then(|j| units.get(j)).map_or((0, 0), |u| (u.word, u.class))
}

/// Features of unit `i` as a cue.
pub fn cue_features(units: &[Unit], i: usize, into: &mut Vec<u64>) {
    into.clear();
    let unit = &units[i];
    let (w, c) = (unit.word, unit.class);
    let [(w1, c1), (w2, c2), (w3, c3)] = [get(units, i, 1), get(units, i, 2), get(units, i, 3)];
    let [(p1, d1), (p2, d2), (p3, d3)] = [get(units, i, -1), get(units, i, -2), get(units, i, -3)];
    let quote_left = units[..i].iter().rev().take(12).any(|u| u.quote);
    let quote_right = units[i + 1..].iter().take(12).any(|u| u.quote);
    let quotes = u64::from(quote_left) * 2 + u64::from(quote_right);
    let that = u64::from(units[i + 1..].iter().take(6).any(|u| u.that));
    let person_left = u64::from(units[..i].iter().rev().take(8).any(|u| u.class == 3));
    let last = u64::from(units.len() - i <= 3);
    let first = bucket(i);
    let mut add = |id: u64, a: u64, b: u64| into.push(mix(mix(mix(0x51, id), a), b));
    add(0, 0, 0);
    add(1, w, 0);
    add(2, w, w1);
    add(3, w, p1);
    add(4, w, c1);
    add(5, w, d1);
    add(6, w, quotes);
    add(7, w, that);
    add(8, p1, w1);
    add(9, c, mix(d1, c1));
    add(10, c, mix(p1, w1));
    add(11, unit.suffix, c1);
    add(12, unit.suffix, mix(d1, quotes));
    add(13, w1, c);
    add(14, p1, c);
    add(15, p2, c);
    add(16, w2, c);
    add(17, mix(p1, p2), c);
    add(18, mix(w1, w2), c);
    add(19, w, mix(w1, w2));
    add(20, w, mix(p1, p2));
    add(21, c, mix(quotes, that));
    add(22, c, mix(last, quotes));
    add(23, c, first);
    add(24, w, person_left);
    add(25, mix(d1, d2), mix(c, c1));
    add(26, mix(c1, c2), c);
    add(27, d3, mix(d2, d1));
    add(28, c3, mix(c2, c1));
    add(29, w, last);
    add(30, p3, c);
    add(31, w3, c);
}

/// What lies between a unit and the cue.
struct Between {
    commas: u64,
    that: u64,
    verbs: u64,
    quotes: u64,
    conjunctions: u64,
}

fn between(units: &[Unit], a: usize, i: usize) -> Between {
    let range = if i < a { &units[i + 1..a] } else { &units[(a + 1).min(i)..i] };
    let mut found = Between { commas: 0, that: 0, verbs: 0, quotes: 0, conjunctions: 0 };
    for unit in range {
        found.commas += u64::from(unit.comma);
        found.that |= u64::from(unit.that);
        found.verbs += u64::from(unit.verb);
        found.quotes |= u64::from(unit.quote);
        found.conjunctions += u64::from(unit.conjunction);
    }
    found.commas = found.commas.min(2);
    found.verbs = found.verbs.min(2);
    found.conjunctions = found.conjunctions.min(2);
    found
}

/// Units to each side of a cue that may belong to it.
const REACH: usize = 80;

/// The window of units around a cue.
pub fn window(units: &[Unit], anchor: usize) -> Range<usize> {
    anchor.saturating_sub(REACH)..units.len().min(anchor + REACH + 1)
}

/// Features of unit `i`, given the cue at `a`.
#[expect(clippy::many_single_char_names, reason = "a formula: cue a, unit i, its word w and class c, what lies between b")]
pub fn tag_features(units: &[Unit], a: usize, i: usize, into: &mut Vec<u64>) {
    into.clear();
    let unit = &units[i];
    let left = u64::from(i < a);
    let distance = bucket(i.abs_diff(a)) * 2 + left;
    let b = between(units, a, i);
    let cue = units[a].word;
    let (cue_class, after, before) = (units[a].class, get(units, a, 1), get(units, a, -1));
    let (w, c) = (unit.word, unit.class);
    let (w1, c1) = get(units, i, 1);
    let (p1, d1) = get(units, i, -1);
    let (_, c2) = get(units, i, 2);
    let (_, d2) = get(units, i, -2);
    let barrier = mix(mix(b.commas, b.that), mix(b.verbs, mix(b.quotes, left)));
    let tail = bucket(units.len() - 1 - i);
    let mut add = |id: u64, x: u64, y: u64| into.push(mix(mix(mix(0x77, id), x), y));
    add(0, left, 0);
    add(1, c, distance);
    add(2, w, left);
    add(3, w, distance);
    add(4, cue, left);
    add(5, cue, mix(left, b.commas));
    add(6, cue, distance);
    add(7, barrier, 0);
    add(8, barrier, c);
    add(9, mix(c, d1), left);
    add(10, mix(c, c1), left);
    add(11, mix(p1, w), left);
    add(12, mix(w, w1), left);
    add(13, mix(after.0, left), b.commas);
    add(14, mix(after.1, left), mix(c, b.commas));
    add(15, mix(before.1, left), mix(c, b.commas));
    add(16, mix(after.1, before.1), mix(left, mix(b.commas, b.that)));
    add(17, cue_class, distance);
    add(18, mix(cue, after.0), left);
    add(19, mix(b.conjunctions, left), mix(b.verbs, c));
    add(20, tail, mix(left, b.commas));
    add(21, mix(c, c1), mix(d1, left));
    add(22, mix(c1, c2), mix(c, left));
    add(23, mix(d1, d2), mix(c, left));
    add(24, mix(b.commas, b.quotes), mix(left, after.1));
    add(25, unit.suffix, mix(left, b.commas));
    add(26, mix(cue, w), left);
    add(27, bucket(i), mix(left, b.commas));
    add(28, w1, mix(left, c));
    add(29, p1, mix(left, c));
    add(30, mix(after.0, before.0), left);
}

/// Features of the step from the unit before `i` to it, given the cue at `a`: they decide where source and content begin and end.
pub fn step_features(units: &[Unit], a: usize, i: usize, into: &mut Vec<u64>) {
    into.clear();
    let left = u64::from(i < a);
    let near = u64::from(i == a + 1) * 2 + u64::from(i + 1 == a);
    let (w, c) = (units[i].word, units[i].class);
    let (p1, d1) = get(units, i, -1);
    let (w1, c1) = get(units, i, 1);
    let side = mix(left, near);
    let mut add = |id: u64, x: u64, y: u64| into.push(mix(mix(mix(0x99, id), x), y));
    add(0, side, 0);
    add(1, w, side);
    add(2, p1, side);
    add(3, mix(p1, w), left);
    add(4, mix(d1, c), side);
    add(5, mix(w, w1), left);
    add(6, mix(d1, c), mix(c1, left));
    add(7, mix(p1, c), left);
    add(8, mix(p1, w), w1);
}
