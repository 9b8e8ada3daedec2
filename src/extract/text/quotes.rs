//! Quotations: runs between double quotation marks, paragraph by paragraph.

use std::ops::Range;

use crate::domain::text::Span;
use crate::extract::text::tokens::{Kind, Shape, Token};

/// From this many runs of word characters on, a quotation is a statement of its own.
pub const WORDS_MIN: usize = 4;

/// A run between double quotation marks.
#[derive(Debug, Clone)]
pub struct Quote {
    /// Its tokens, marks included.
    pub tokens: Range<usize>,
    /// What stands between the marks, without outer white space.
    pub inner: Span,
    /// Runs of word characters in it.
    pub words: usize,
    /// Whether a mark closes it; if not, it runs to the end of its paragraph.
    pub closed: bool,
    /// Whether it goes on from a paragraph that ended within a quotation.
    pub continues: bool,
    /// Whether its marks are two apostrophes, as old feeds print them.
    pub typed: bool,
    /// Whether it reads as a title (of a paper, a song, a report): every weighty word has a capital.
    pub title: bool,
}

impl Quote {
    /// Whether it is long enough to be a statement and reads as speech.
    pub fn is_statement(&self) -> bool {
        self.words >= WORDS_MIN && !self.title
    }
}

/// Finds the quotations among the tokens of one paragraph and says whether it ends within one.
///
/// Nested single quotation marks never open one; a second opening mark before any closing one starts anew.
pub fn find(text: &str, tokens: &[Token], range: Range<usize>, open_before: bool, into: &mut Vec<Quote>) -> bool {
    let mut start: Option<usize> = None;
    let mut continues = false;
    let mut typed: Option<usize> = None;
    let first = range.start;
    for i in range.clone() {
        match (tokens[i].kind, start) {
            (Kind::Open | Kind::Straight, None) => {
                // Quotations do not overlap: one between two apostrophes does not go over this one.
                typed = None;
                start = Some(i);
                continues = open_before && i == first;
            }
            (Kind::Open, Some(_)) => start = Some(i),
            (Kind::Punct, None) if tokens[i].is_any(&["''", "``"]) => match typed.take() {
                Some(from) => push(text, tokens, from..i + 1, true, false, into),
                None => typed = Some(i),
            },
            (Kind::Close | Kind::Straight, Some(from)) => {
                push(text, tokens, from..i + 1, true, continues, into);
                start = None;
            }
            _ => {}
        }
    }
    let Some(from) = start else { return false };
    push(text, tokens, from..range.end, false, continues, into);
    true
}

fn push(text: &str, tokens: &[Token], range: Range<usize>, closed: bool, continues: bool, into: &mut Vec<Quote>) {
    let end = if closed { tokens[range.end - 1].span.start } else { tokens[range.end - 1].span.end };
    let inner = Span::new(tokens[range.start].span.end, end.max(tokens[range.start].span.end)).trimmed(text);
    let words = word_runs(inner.of(text));
    let title = is_title(&tokens[range.start + 1..range.end - usize::from(closed)]);
    let typed = tokens[range.start].kind == Kind::Punct;
    into.push(Quote { tokens: range, inner, words, closed, continues, typed, title });
}

/// Runs of letters, digits and underscores.
pub fn word_runs(text: &str) -> usize {
    let mut runs = 0;
    let mut inside = false;
    for c in text.chars() {
        let word = c.is_alphanumeric() || c == '_';
        runs += usize::from(word && !inside);
        inside = word;
    }
    runs
}

/// Whether every weighty word has a capital and no sentence ends inside.
fn is_title(tokens: &[Token]) -> bool {
    let mut capitals = 0;
    for (i, token) in tokens.iter().enumerate() {
        if token.is_any(&[".", "?", "!", "…", "..."]) && i + 1 < tokens.len() {
            return false;
        }
        if token.kind == Kind::Word && !token.lower.starts_with('\'') {
            if token.is_capital() {
                capitals += usize::from(!token.is("i"));
            } else if token.lower.chars().count() > 4 || i == 0 {
                return false;
            }
        }
    }
    // Whole words in capitals are shouted.
    let shouted = capitals > 4 && tokens.iter().filter(|t| t.kind == Kind::Word).all(|t| t.shape == Shape::Upper || t.lower.len() < 2);
    let last = tokens.last();
    !shouted && capitals >= 3 && last.is_some_and(|t| !t.is_any(&[".", "!", "…"]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::text::tokens::tokenize;

    fn quotes(text: &str) -> Vec<(&str, bool, bool)> {
        let (mut tokens, mut found) = (Vec::new(), Vec::new());
        tokenize(text, Span::new(0, text.len()), &mut tokens);
        find(text, &tokens, 0..tokens.len(), false, &mut found);
        found.into_iter().map(|q| (q.inner.of(text), q.closed, q.is_statement())).collect()
    }

    #[test]
    fn curly_straight_nested_and_open() {
        assert_eq!(quotes("“It ‘works’ quite well,” she said."), [("It ‘works’ quite well,", true, true)]);
        assert_eq!(quotes(r#""We did," he said, "go home.""#), [("We did,", true, false), ("go home.", true, false)]);
        assert_eq!(quotes("“All of it runs on"), [("All of it runs on", false, true)]);
        assert_eq!(quotes("“WE HAVE WAITED HERE SINCE MAY,” she writes."), [("WE HAVE WAITED HERE SINCE MAY,", true, true)]);
        assert_eq!(quotes("A song, “Ways to Leave a Lover”, played."), [("Ways to Leave a Lover", true, false)]);
    }
}
