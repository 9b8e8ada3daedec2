//! The position lexicon and its matcher.

use std::{ops::Range, sync::LazyLock};

use rustc_hash::FxHashMap;

use crate::extract::text::tokens::{Kind, Token};

/// What a term does; `lexicon/position_terms.txt` explains the classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// A state or value of openness.
    Open,
    /// Of closedness.
    Closed,
    /// An act of opening, complete in itself.
    DoOpen,
    /// An act of closing.
    DoClosed,
    /// An act of opening that needs a target.
    Release,
    /// An act of closing that needs a target.
    Withhold,
    /// What is released or withheld.
    Target,
    /// Closedness as a complaint.
    Lack,
    /// Openness as a danger.
    Danger,
    /// Reverses what it governs.
    Oppose,
    /// Reverses by judging it bad.
    Bad,
    /// Makes it conditional.
    Condition,
    /// Weakens it.
    Hedge,
    /// Limits it.
    Partly,
    /// Both sides at once.
    Both,
    /// No position.
    Void,
    /// No position in its whole sentence.
    Abstain,
    /// Both sides, complete in itself.
    Mixed,
}

const CLASSES: &[(&str, Class)] = &[
    ("open", Class::Open),
    ("closed", Class::Closed),
    ("do-open", Class::DoOpen),
    ("do-closed", Class::DoClosed),
    ("release", Class::Release),
    ("withhold", Class::Withhold),
    ("target", Class::Target),
    ("lack", Class::Lack),
    ("danger", Class::Danger),
    ("oppose", Class::Oppose),
    ("bad", Class::Bad),
    ("condition", Class::Condition),
    ("hedge", Class::Hedge),
    ("partly", Class::Partly),
    ("both", Class::Both),
    ("void", Class::Void),
    ("abstain", Class::Abstain),
    ("mixed", Class::Mixed),
];

/// Words that a gap (`~`) may span.
const GAP: usize = 4;

#[derive(Debug, Clone)]
enum Element {
    /// One of these words; a trailing `*` matches any ending.
    Words(Vec<&'static str>, bool),
    Gap,
}

#[derive(Debug)]
struct Pattern {
    class: Class,
    elements: Vec<Element>,
}

/// A term found in a run of tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// What it does.
    pub class: Class,
    /// Its tokens, gaps included.
    pub tokens: Range<usize>,
}

struct Terms {
    patterns: Vec<Pattern>,
    /// Patterns by the first three letters of their first word.
    by_stem: FxHashMap<String, Vec<usize>>,
    /// Patterns whose first word may be anything (they start with a gap or an optional word) do not exist.
    short: FxHashMap<String, Vec<usize>>,
}

fn terms() -> &'static Terms {
    static TERMS: LazyLock<Terms> = LazyLock::new(|| {
        let mut terms = Terms { patterns: Vec::new(), by_stem: FxHashMap::default(), short: FxHashMap::default() };
        for line in include_str!("../lexicon/position_terms.txt").lines().filter(|line| !line.starts_with('#')) {
            let mut words = line.split_whitespace();
            let Some(class) = words.next().and_then(|word| CLASSES.iter().find(|(name, _)| *name == word)) else { continue };
            let elements: Vec<Element> = words.map(element).skip_while(|e| matches!(e, Element::Gap)).collect();
            let Some(Element::Words(first, _)) = elements.first() else { continue };
            let index = terms.patterns.len();
            for word in first {
                let stem: String = word.trim_end_matches('*').chars().take(3).collect();
                let bucket = if stem.chars().count() < 3 { &mut terms.short } else { &mut terms.by_stem };
                let bucket = bucket.entry(stem).or_default();
                if !bucket.contains(&index) {
                    bucket.push(index);
                }
            }
            terms.patterns.push(Pattern { class: class.1, elements });
        }
        terms
    });
    &TERMS
}

fn element(word: &'static str) -> Element {
    if word == "~" {
        return Element::Gap;
    }
    let (word, optional) = word.strip_prefix('?').map_or((word, false), |word| (word, true));
    Element::Words(word.split('|').collect(), optional)
}

fn fits(words: &[&str], token: &Token) -> bool {
    words.iter().any(|word| match word.strip_suffix('*') {
        Some(stem) => token.lower.starts_with(stem),
        None => *word == token.lower || (*word == "n't" && token.lower.ends_with("n't")),
    })
}

/// The end of the pattern if it matches at the start of `tokens`.
fn matches(elements: &[Element], tokens: &[Token]) -> Option<usize> {
    match elements.split_first() {
        None => Some(0),
        Some((Element::Words(words, optional), rest)) => {
            let taken = tokens.first().filter(|token| fits(words, token)).and_then(|_| matches(rest, &tokens[1..])).map(|n| n + 1);
            taken.or_else(|| if *optional { matches(rest, tokens) } else { None })
        }
        Some((Element::Gap, rest)) => {
            for skip in 0..=GAP.min(tokens.len()) {
                if skip > 0 && !spans(&tokens[skip - 1]) {
                    return None;
                }
                if let Some(n) = matches(rest, &tokens[skip..]) {
                    return Some(n + skip);
                }
            }
            None
        }
    }
}

/// Whether a gap may run over a token.
fn spans(token: &Token) -> bool {
    token.is_wordlike() || token.is("’") || token.is("-") || matches!(token.kind, Kind::Open | Kind::Close | Kind::Straight)
}

/// All terms in a run of tokens, leftmost and longest, in order; `offset` is added to their places.
pub fn find(tokens: &[Token], offset: usize) -> Vec<Hit> {
    let terms = terms();
    let mut hits = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        let token = &tokens[i];
        let mut best: Option<(usize, Class)> = None;
        if token.is_wordlike() || token.is(",") {
            let mut stem = String::new();
            let mut candidates: Vec<usize> = Vec::new();
            for c in token.lower.chars().take(3) {
                stem.push(c);
                let bucket = if stem.chars().count() < 3 { terms.short.get(&stem) } else { terms.by_stem.get(&stem) };
                candidates.extend(bucket.into_iter().flatten());
            }
            for index in candidates {
                let pattern = &terms.patterns[index];
                if let Some(length) = matches(&pattern.elements, &tokens[i..])
                    && length > 0
                    && best.is_none_or(
                        |(was, class)| if class == Class::Abstain { false } else { length > was || pattern.class == Class::Abstain },
                    )
                {
                    best = Some((length, pattern.class));
                }
            }
        }
        match best {
            Some((length, class)) => {
                hits.push(Hit { class, tokens: offset + i..offset + i + length });
                // An act may share its last word with what it acts on; modal words never hide what follows.
                i += length;
            }
            None => i += 1,
        }
    }
    hits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::text::Span, extract::text::tokens::tokenize};

    fn classes(text: &str) -> Vec<Class> {
        let mut tokens = Vec::new();
        tokenize(text, Span::new(0, text.len()), &mut tokens);
        find(&tokens, 0).into_iter().map(|hit| hit.class).collect()
    }

    #[test]
    fn every_line_of_the_lexicon_is_read() {
        let lines = include_str!("../lexicon/position_terms.txt").lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty()).count();
        assert_eq!(terms().patterns.len(), lines);
    }

    #[test]
    fn the_longest_pattern_wins() {
        assert_eq!(classes("open-source"), [Class::Open]);
        assert_eq!(classes("an open question"), [Class::Void]);
        assert_eq!(classes("they keep their best systems in-house"), [Class::DoClosed]);
        assert_eq!(classes("publish the weights"), [Class::Release, Class::Target]);
    }
}
