//! How far a name goes: runs of capitals with what belongs between and behind them.

use crate::extract::{
    lexicon::Lexicon,
    names::{
        gazetteer::Gazetteer,
        institutions::{complement, known, listed, owns, pairs},
    },
    text::{
        sentences::Parsed,
        tokens::{Kind, Shape, Token},
    },
};

const CONNECTORS: &[&str] = &[
    "de", "da", "do", "dos", "das", "di", "del", "della", "la", "le", "van", "von", "der", "den", "bin", "ibn", "al", "el", "ter", "ten",
    "y", "du", "des", "los", "las",
];

/// Months, in lower case.
pub const MONTHS: &[&str] =
    &["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

/// One past the last token of the run of capitals that starts at `i`.
pub fn run_end(parsed: &Parsed, gazetteer: &Gazetteer, lexicon: &Lexicon, i: usize, limit: usize) -> usize {
    let tokens = &parsed.tokens;
    if let Some(end) = spelled_out(tokens, i, limit) {
        return end;
    }
    let capital = |j: usize| is_capital(tokens, j, limit);
    let mut j = i + 1;
    while j < limit && j < i + 10 {
        let named = capital(j) && gazetteer.find(&parsed.article.text, &tokens[j..limit]).is_some_and(|(_, _, ambiguous)| !ambiguous);
        if named || stops(lexicon, tokens, i, j) {
            break;
        } else if capital(j) {
            j += 1;
        } else if tokens[j].kind == Kind::Number {
            if !(tokens[j].spaced && tokens[j].lower.len() <= 3 && !tokens[j].lower.contains([',', '%'])) {
                break;
            }
            j += 1;
            if !(capital(j) && lexicon.organization_words.contains(tokens[j].lower.as_str())) {
                break; // but `Studio 54 Collective`
            }
        } else {
            let Some(next) = joined(lexicon, tokens, i, j, limit).or_else(|| in_other_tongue(lexicon, tokens, i, j, limit)) else { break };
            j = next;
        }
    }
    j
}

/// Whether token `j` is a word with a capital, spaced, within the limit.
pub fn is_capital(tokens: &[Token], j: usize, limit: usize) -> bool {
    j < limit && tokens[j].kind == Kind::Word && tokens[j].is_capital() && tokens[j].spaced
}

/// Whether a legal form stands before token `j`: its stop may end the sentence too.
fn stops(lexicon: &Lexicon, tokens: &[Token], i: usize, j: usize) -> bool {
    let form = j > i + 1 && tokens[j - 1].is_any(&["ltd.", "inc.", "co.", "corp."]);
    form && !(tokens[j].is_capital() && lexicon.organization_words.contains(tokens[j].lower.trim_end_matches('.')))
}

/// Where a run that came to token `j`, which has no capital, goes on by what joins words within a name.
fn joined(lexicon: &Lexicon, tokens: &[Token], i: usize, j: usize, limit: usize) -> Option<usize> {
    let capital = |j: usize| is_capital(tokens, j, limit);
    let token = &tokens[j];
    if token.is_any(&["of", "for", "on", "at", "into"]) {
        return complement(lexicon, tokens, i, j, limit);
    }
    if token.is(",") {
        // `Palmer, Stokes & Daughters`
        let house = j == i + 1 && capital(j + 1) && j + 3 < limit && tokens[j + 2].is("&") && capital(j + 3);
        return if house { Some(j + 4) } else { listed(lexicon, tokens, i, j, limit) };
    }
    if token.is_any(CONNECTORS) {
        let word = capital(j + 1) || j + 1 < limit && tokens[j + 1].is_any(CONNECTORS) && capital(j + 2);
        return word.then_some(j + 1).or_else(|| in_other_tongue(lexicon, tokens, i, j, limit));
    }
    // `the Commercial Court in Storvik`
    let court = || tokens[i..j].iter().any(|t| t.is_any(&["court", "tribunal"])) && known(lexicon, &tokens[i..j]);
    if token.is("and") {
        return pairs(lexicon, tokens, i, j, limit).map(|second| second + 1);
    }
    let goes_on = capital(j + 1) && (token.is("&") || owns(lexicon, tokens, i, j) || token.is("in") && court());
    goes_on.then_some(j + 2)
}

/// Where it goes on in another language: `Guilde des relieurs`.
fn in_other_tongue(lexicon: &Lexicon, tokens: &[Token], i: usize, j: usize, limit: usize) -> Option<usize> {
    let word = |j: usize| j < limit && tokens[j].kind == Kind::Word && tokens[j].spaced;
    if word(j) && !tokens[j].lower.is_ascii() && !foreign(lexicon, tokens, i, j).is_empty() {
        return Some(j + 1);
    }
    if !foreign_phrase(lexicon, tokens, j, limit) {
        return None;
    }
    let mut end = j + 2;
    while word(end) && !tokens[end].is_capital() && is_foreign(lexicon, &tokens[end].lower) {
        end += 1;
    }
    Some(end)
}

/// `Guild of Boat Builders of the Fjord (GBBF)`: where a short form in brackets takes every initial, the name goes up to the bracket.
fn spelled_out(tokens: &[Token], i: usize, limit: usize) -> Option<usize> {
    let opens = |k: &usize| !(tokens[*k].kind == Kind::Word && (tokens[*k].spaced || *k == i)) && !tokens[*k].is_any(&["&", "-", "'", "’"]);
    let end = (i..limit.min(i + 14)).find(opens).filter(|&k| tokens[k].is("("))?;
    let short = tokens.get(end + 1).filter(|t| t.shape == Shape::Upper && end + 2 < limit && tokens[end + 2].is(")"))?;
    let capitals = tokens[i..end].iter().filter(|t| t.is_capital() && !t.is("the"));
    if tokens[i].is("the") && !tokens.get(i + 1).is_some_and(Token::is_capital) {
        return None;
    }
    let initials: String = capitals.filter_map(|t| t.lower.chars().next()).collect();
    (initials.chars().count() > 2 && initials == short.lower && tokens[end - 1].is_capital()).then_some(end)
}

/// The words of a run when token `j`, in small letters with an accent, goes on with a name in another language.
fn foreign<'t>(lexicon: &Lexicon, tokens: &'t [Token], i: usize, j: usize) -> &'t [Token] {
    let known = lexicon.is_common(&tokens[j].lower) || lexicon.is_common(&deunicode::deunicode(&tokens[j].lower));
    if known || lexicon.is_common(&tokens[j - 1].lower) { &[] } else { &tokens[i..j] }
}

/// `Guilde des relieurs`: a particle and a word that English lacks go on with a name.
fn foreign_phrase(lexicon: &Lexicon, tokens: &[Token], j: usize, limit: usize) -> bool {
    const PARTICLES: &[&str] = &["des", "du", "de", "della", "dei", "delle", "der", "für", "dos", "das", "do", "del", "van", "voor"];
    j + 1 < limit
        && tokens[j].is_any(PARTICLES)
        && tokens[j + 1].kind == Kind::Word
        && tokens[j + 1].spaced
        && is_foreign(lexicon, &tokens[j + 1].lower)
}

/// Whether a lower-case word is none that English texts hold.
fn is_foreign(lexicon: &Lexicon, word: &str) -> bool {
    !lexicon.is_common(word) && !lexicon.function.contains(word) && !lexicon.is_verb(word) && word.len() > 3
}
