//! Positions in an immutable text: byte spans inside, Unicode code points outside.

use serde::{Deserialize, Serialize};

/// A half-open range of **bytes** on character boundaries of one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte; never less than `start`.
    pub end: usize,
}

impl Span {
    /// A span from `start` to `end`.
    ///
    /// # Panics
    /// Where `end` lies before `start`.
    pub const fn new(start: usize, end: usize) -> Self {
        assert!(start <= end, "a span ends at or after its start");
        Self { start, end }
    }

    /// The text under the span.
    pub fn of(self, text: &str) -> &str {
        &text[self.start..self.end]
    }

    /// Length in bytes.
    pub const fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether nothing lies under the span.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies wholly within.
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share a byte.
    pub const fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The same span without white space at either end.
    #[must_use]
    pub fn trimmed(self, text: &str) -> Self {
        let inner = self.of(text);
        let start = self.start + (inner.len() - inner.trim_start().len());
        Self::new(start, start + inner.trim().len())
    }
}

/// A W3C `TextPositionSelector`: Unicode **code points** from the start of the text, `end` exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TextPosition {
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
}

/// Converts between bytes and code points of one text in logarithmic time.
#[derive(Debug)]
pub struct CodePoints<'t> {
    text: &'t str,
    /// Code points before every `STRIDE`-th byte (rounded up to a boundary).
    marks: Vec<usize>,
}

const STRIDE: usize = 256;

impl<'t> CodePoints<'t> {
    /// Counts the text once.
    pub fn new(text: &'t str) -> Self {
        let mut marks = Vec::with_capacity(text.len() / STRIDE + 1);
        for (count, (byte, _)) in text.char_indices().enumerate() {
            while marks.len() * STRIDE <= byte {
                marks.push(count);
            }
        }
        Self { text, marks }
    }

    /// The code points of a byte span.
    pub fn position(&self, span: Span) -> TextPosition {
        TextPosition { start: self.count(span.start), end: self.count(span.end) }
    }

    /// The byte span of a run of code points, if the text is long enough and the run is not reversed.
    pub fn span(&self, position: TextPosition) -> Option<Span> {
        let (start, end) = (self.byte(position.start)?, self.byte(position.end)?);
        (start <= end).then(|| Span::new(start, end))
    }

    /// Code points before `byte`, which lies on a boundary.
    fn count(&self, byte: usize) -> usize {
        let mut mark = (byte / STRIDE).min(self.marks.len().saturating_sub(1));
        loop {
            let Some(&count) = self.marks.get(mark) else { return 0 };
            let from = self.boundary(mark);
            if from <= byte {
                return count + self.text[from..byte].chars().count();
            }
            mark -= 1;
        }
    }

    fn byte(&self, position: usize) -> Option<usize> {
        let mark = self.marks.partition_point(|&count| count <= position).saturating_sub(1);
        let (from, count) = (self.boundary(mark), self.marks.get(mark).copied().unwrap_or(0));
        self.text[from..].char_indices().map(|(byte, _)| from + byte).chain([self.text.len()]).nth(position - count)
    }

    /// The first boundary at or after the mark's byte.
    fn boundary(&self, mark: usize) -> usize {
        self.text.ceil_char_boundary((mark * STRIDE).min(self.text.len()))
    }
}

/// Folds what differs between two prints of the same words: case, quotation marks, dashes and white space.
///
/// Two quotations with equal folded text are the same words.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '“' | '”' | '„' | '«' | '»' | '"' | '‘' | '’' | '‚' | '`' | '\'' => folded.push('\''),
            '–' | '—' | '‐' | '‑' | '−' => folded.push('-'),
            '…' => folded.push_str("..."),
            c if c.is_whitespace() || c == '\u{feff}' => {
                if !folded.ends_with(' ') {
                    folded.push(' ');
                }
            }
            c => folded.extend(c.to_lowercase()),
        }
    }
    folded.trim_matches(|c: char| c.is_whitespace() || ",.;:-'".contains(c)).to_owned()
}

/// An address on the web: http or https, with a host, without a user in it.
pub fn http_url(text: &str) -> Option<url::Url> {
    let url = url::Url::parse(text.trim()).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host() && url.username().is_empty() && url.password().is_none()).then_some(url)
}

/// A text as sources keep it: without a byte order mark, lines ending in LF; nothing else changes.
pub fn normalize(text: &str) -> String {
    text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n")
}

/// The first place where `words` stand in a text, to the letter save for the sort of quotation marks and the amount of white space.
pub fn find_words(text: &str, words: &str) -> Option<Span> {
    let (wanted, _) = even(words.trim());
    let (folded, places) = even(text);
    let start = folded.find(&wanted).filter(|_| !wanted.is_empty())?;
    Some(Span::new(places[start], *places.get(start + wanted.len())?).trimmed(text))
}

/// Folds quotation marks and runs of white space, with the byte that each folded byte came from, and one past the last.
fn even(text: &str) -> (String, Vec<usize>) {
    let (mut folded, mut places) = (String::with_capacity(text.len()), Vec::with_capacity(text.len() + 1));
    for (place, c) in text.char_indices() {
        let c = match c {
            '“' | '”' | '„' | '«' | '»' => '"',
            '‘' | '’' | '‚' => '\'',
            c if c.is_whitespace() => ' ',
            c => c,
        };
        if c == ' ' && folded.ends_with(' ') {
            continue;
        }
        folded.push(c);
        places.resize(folded.len(), place);
    }
    places.push(text.len());
    (folded, places)
}

/// Words of a text, counted as runs of letters and digits (an apostrophe or hyphen within joins).
pub fn words(text: &str) -> usize {
    unicode_segmentation::UnicodeSegmentation::unicode_words(text).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fold_joins_two_prints_of_one_quotation() {
        assert_eq!(fold("“We’re  open,”"), fold("\"We're open.\""));
        assert_ne!(fold("We are open"), fold("We are not open"));
    }

    #[test]
    fn words_are_found_under_other_quotation_marks_and_line_breaks() {
        let text = "Él said: “We’re  open\nto all.” So be it.";
        let span = find_words(text, "We're open to all.").expect("there");
        assert_eq!(span.of(text), "We’re  open\nto all.");
        assert_eq!(find_words(text, "So be it.").expect("the end").of(text), "So be it.");
        assert_eq!(find_words(text, "we're open"), None);
        assert_eq!(find_words(text, " "), None);
    }

    proptest! {
        #[test]
        fn found_words_are_those_looked_for(text in "[a-c“”\" \n‘é]{0,60}", a in 0usize..60, b in 0usize..60) {
            let chars: Vec<char> = text.chars().collect();
            let (a, b) = (a.min(chars.len()), b.min(chars.len()));
            let words: String = chars[a.min(b)..a.max(b)].iter().collect();
            if !words.trim().is_empty() {
                let span = find_words(&text, &words).expect("a part of the text");
                prop_assert_eq!(even(span.of(&text)).0, even(words.trim()).0);
            }
        }

        #[test]
        fn code_points_and_bytes_agree(text in "\\PC{0,600}", a in 0usize..700, b in 0usize..700) {
            let index = CodePoints::new(&text);
            let length = text.chars().count();
            let position = TextPosition { start: a.min(b), end: a.max(b) };
            match index.span(position) {
                Some(span) => {
                    prop_assert_eq!(index.position(span), position);
                    let expected: String = text.chars().skip(position.start).take(position.end - position.start).collect();
                    prop_assert_eq!(span.of(&text), expected);
                }
                None => prop_assert!(position.end > length),
            }
        }
    }
}
