//! Sentences: lines break first; within a line, ends of sentences outside quotation marks.

use std::{collections::HashSet, ops::Range, sync::LazyLock};

use crate::domain::text::Span;
use crate::extract::text::{
    article::{Article, BlockKind},
    quotes::{self, Quote},
    tokens::{Kind, Shape, Token, tokenize},
};

/// Tokens that a sentence may have at most.
const SENTENCE_MAX: usize = 400;

/// A sentence; a quotation within it is part of it, however many sentences it holds itself.
#[derive(Debug, Clone)]
pub struct Sentence {
    /// The block that it stands in: an index into the article's blocks.
    pub block: usize,
    /// Its tokens.
    pub tokens: Range<usize>,
}

/// The text cut up: what every later stage reads.
#[derive(Debug)]
pub struct Parsed<'a> {
    /// The article.
    pub article: &'a Article,
    /// Tokens of all blocks that are no boilerplate, in order.
    pub tokens: Vec<Token>,
    /// The block of each token.
    pub block_of: Vec<u32>,
    /// The sentence of each token.
    pub sentence_of: Vec<u32>,
    /// Sentences in order; together they hold every token.
    pub sentences: Vec<Sentence>,
    /// Quotations in order, without overlap.
    pub quotes: Vec<Quote>,
    /// The quotation that each token stands in, marks included: an index into `quotes`.
    pub quote_of: Vec<Option<u32>>,
}

impl<'a> Parsed<'a> {
    /// Cuts up the article.
    pub fn new(article: &'a Article) -> Self {
        let mut parsed = Self {
            article,
            tokens: Vec::with_capacity(article.text.len() / 5),
            block_of: Vec::new(),
            sentence_of: Vec::new(),
            sentences: Vec::new(),
            quotes: Vec::new(),
            quote_of: Vec::new(),
        };
        let mut open_before = false;
        for (index, block) in article.blocks.iter().enumerate() {
            if block.kind == BlockKind::Boilerplate {
                continue;
            }
            let first = parsed.tokens.len();
            tokenize(&article.text, block.span, &mut parsed.tokens);
            let range = first..parsed.tokens.len();
            parsed.block_of.resize(range.end, u32::try_from(index).unwrap_or(u32::MAX));
            parsed.quote_of.resize(range.end, None);
            open_before = quotes::find(&article.text, &parsed.tokens, range.clone(), open_before, &mut parsed.quotes);
            parsed.mark_quotes(first);
            if first == 0 {
                parsed.headline(range.clone());
            }
            parsed.cut(index, range);
        }
        parsed
    }

    /// A first line that is all quotation without a full stop is the headline: nobody says it there.
    fn headline(&mut self, line: Range<usize>) {
        let stops = line.len() < 2 || self.tokens[line.end - 2].is_any(&[".", "?", "!", ",", "…"]);
        if let [quote] = &mut self.quotes[..]
            && quote.tokens == line
            && quote.closed
        {
            quote.title |= !stops;
        }
    }

    fn mark_quotes(&mut self, first: usize) {
        for (index, quote) in self.quotes.iter().enumerate().rev() {
            if quote.tokens.start < first {
                break;
            }
            for slot in &mut self.quote_of[quote.tokens.clone()] {
                *slot = u32::try_from(index).ok();
            }
        }
    }

    /// Cuts one block's tokens into sentences.
    fn cut(&mut self, block: usize, range: Range<usize>) {
        let mut start = range.start;
        for i in range.clone() {
            let last = i + 1 == range.end;
            // A sentence without end is cut, so that no stage meets more than it can take.
            if last || i - start >= SENTENCE_MAX || self.ends(i, range.end) || (start == range.start && self.is_label(start, i)) {
                let number = u32::try_from(self.sentences.len()).unwrap_or(u32::MAX);
                self.sentence_of.resize(i + 1, number);
                self.sentences.push(Sentence { block, tokens: start..i + 1 });
                start = i + 1;
            }
        }
    }

    /// Whether token `i` is the colon of a speaker's label at the start of a block: `AUBERT:`, `Q:`.
    fn is_label(&self, start: usize, i: usize) -> bool {
        let words = &self.tokens[start..i];
        self.tokens[i].is(":") && (1..=3).contains(&words.len()) && words.iter().all(|t| matches!(t.shape, Shape::Upper | Shape::Initial))
    }

    /// Whether a sentence ends with token `i`.
    fn ends(&self, i: usize, end: usize) -> bool {
        let token = &self.tokens[i];
        let next = &self.tokens[i + 1..end];
        let Some(following) = next.first() else { return true };
        if self.quote_of[i].is_some() {
            // Within a quotation nothing ends; at its close, the sentence may end with it.
            if self.quote_of[i] == self.quote_of[i + 1] {
                return false;
            }
            let before = &self.tokens[i.saturating_sub(1)];
            return before.is_any(&[".", "?", "!", "…", "..."]) && self.starts(i + 1, end);
        }
        if token.is_any(&["?", "!"]) {
            return starts_upper(following) || is_opening(following);
        }
        if token.is(".") || token.is("…") || token.is("...") {
            let previous = i.checked_sub(1).map(|p| &self.tokens[p]);
            let abbreviated = token.is(".")
                && previous.is_some_and(|p| !token.spaced && is_abbreviation(p) && !(p.is("no") && following.kind != Kind::Number));
            let ellipsis = !token.is(".");
            return !abbreviated && (self.starts(i + 1, end) || (!ellipsis && following.kind == Kind::Number));
        }
        if token.is_any(&[")", "]", "'", "’"]) {
            let before = &self.tokens[i.saturating_sub(1)];
            return before.is(".") && self.starts(i + 1, end);
        }
        // `U.S.` ends a sentence only before a clear opener.
        token.kind == Kind::Word
            && token.lower.ends_with('.')
            && following.is_any(&["the", "he", "she", "they", "it", "but", "in", "this"])
            && following.is_capital()
    }

    /// Whether a sentence may start at token `i`.
    fn starts(&self, i: usize, end: usize) -> bool {
        let token = &self.tokens[i];
        if starts_upper(token) {
            return true;
        }
        (is_opening(token) || token.is_any(&["—", "–", "-"]))
            && self.tokens[i + 1..end].iter().take(2).any(|t| starts_upper(t) || t.kind == Kind::Number || is_opening(t))
            || token.kind == Kind::Number
    }

    /// The tokens of a sentence.
    pub fn sentence(&self, index: usize) -> &[Token] {
        &self.tokens[self.sentences[index].tokens.clone()]
    }

    /// The kind of block that token `i` stands in.
    pub fn block_kind(&self, i: usize) -> BlockKind {
        self.article.blocks[self.block_of[i] as usize].kind
    }

    /// The bytes from the first to the last of `tokens`, which is not empty.
    pub fn span(&self, tokens: Range<usize>) -> Span {
        Span::new(self.tokens[tokens.start].span.start, self.tokens[tokens.end - 1].span.end)
    }

    /// The text of a run of tokens.
    pub fn text(&self, tokens: Range<usize>) -> &'a str {
        self.span(tokens).of(&self.article.text)
    }
}

fn starts_upper(token: &Token) -> bool {
    token.is_capital()
}

fn is_opening(token: &Token) -> bool {
    matches!(token.kind, Kind::Open | Kind::Straight) || token.is_any(&["(", "[", "‘", "'", "•"])
}

fn is_abbreviation(token: &Token) -> bool {
    static WORDS: LazyLock<HashSet<&str>> =
        LazyLock::new(|| crate::extract::lexicon::words(include_str!("../lexicon/abbreviations.txt")).collect());
    token.shape == Shape::Initial && !token.is("i") || (token.kind == Kind::Word && WORDS.contains(token.lower.as_str()))
}
