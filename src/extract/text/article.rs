//! From a file to an article: one immutable text, cut into blocks.

use std::sync::LazyLock;

use regex::Regex;

use crate::domain::{date::PartialDate, text::Span};

/// How the input is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, clap::ValueEnum, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Plain text: every line is a block.
    #[default]
    Text,
    /// An HTML page: its readable part.
    Html,
    /// Markdown: marks of structure are no part of a statement.
    Markdown,
}

/// What a block of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BlockKind {
    /// A title or section heading.
    Heading,
    /// A paragraph of the body.
    Paragraph,
    /// An item of a list.
    ListItem,
    /// A bullet of a summary (“Key Takeaways”): it repeats the body.
    Summary,
    /// Site chrome, notices, related links: yields nothing.
    Boilerplate,
}

/// A run of text between line breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Where it stands, without leading marks and outer white space.
    pub span: Span,
}

/// An article as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// The immutable text that every span points into.
    pub text: String,
    /// Its title, where its metadata say so.
    pub title: Option<String>,
    /// Who published it, where its metadata say so.
    pub publisher: Option<String>,
    /// Its canonical address, where its metadata say so.
    pub url: Option<String>,
    /// When it was published, where its metadata say so.
    pub published_on: Option<PartialDate>,
    /// Who wrote it, where its metadata say so.
    pub authors: Vec<String>,
    /// Its language (BCP 47), where its metadata say so.
    pub lang: Option<String>,
    /// The text cut into blocks, in order, without overlap.
    pub blocks: Vec<Block>,
}

/// Reads an article. The text is the input after removal of a byte order mark and CRLF → LF; of HTML, its readable part.
pub fn read(input: &str, format: Format) -> Article {
    match format {
        Format::Text => plain(input, false),
        Format::Markdown => plain(input, true),
        Format::Html => crate::extract::text::html::read(input),
    }
}

pub(in crate::extract) fn plain(input: &str, markdown: bool) -> Article {
    let text = input.strip_prefix('\u{feff}').unwrap_or(input).replace("\r\n", "\n");
    let blocks = blocks(&text, markdown);
    Article { text, title: None, publisher: None, url: None, published_on: None, authors: Vec::new(), lang: None, blocks }
}

/// Cuts a text into blocks, line by line.
fn blocks(text: &str, markdown: bool) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let raw = Span::new(start, start + line.len()).trimmed(text);
        start += line.len();
        if raw.is_empty() {
            continue;
        }
        let span = Span::new(raw.start + marker(raw.of(text), markdown), raw.end).trimmed(text);
        if span.is_empty() || !span.of(text).contains(char::is_alphanumeric) {
            continue;
        }
        let listed = raw.start != span.start && !raw.of(text).starts_with(['#', '>']);
        let heading = (markdown && raw.of(text).starts_with('#')) || (!listed && is_heading(span.of(text)));
        let kind = if heading {
            BlockKind::Heading
        } else if listed {
            BlockKind::ListItem
        } else {
            BlockKind::Paragraph
        };
        blocks.push(Block { kind, span });
    }
    mark_summaries(text, &mut blocks);
    mark_boilerplate(text, &mut blocks);
    blocks
}

/// Length of a list bullet or, in Markdown, of the marks before the words.
fn marker(line: &str, markdown: bool) -> usize {
    static BULLET: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^(?:[-*•·‣▪–]\s+|\d{1,2}[.)]\s+)").expect("a fixed pattern"));
    static MARKS: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^(?:#{1,6}\s+|(?:>\s?)+|[-*+]\s+(?:\[[ xX]\]\s+)?)").expect("a fixed pattern"));
    let pattern = if markdown && MARKS.is_match(line) { &MARKS } else { &BULLET };
    pattern.find(line).map_or(0, |found| found.end())
}

/// Whether a line reads as a heading: short, without a sentence's end, not wholly quoted.
fn is_heading(line: &str) -> bool {
    let words = line.split_whitespace().count();
    let last = line.chars().last().unwrap_or(' ');
    let asks = last == '?' && words <= 8 && !line.contains(['“', '"']) && !line.contains(": ");
    words <= 14 && (asks || !".?!…:;,”\"’)".contains(last)) && !line.starts_with(['“', '"'])
}

fn mark_summaries(text: &str, blocks: &mut [Block]) {
    static OPENER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^(?:key (?:take-?aways|points|facts)|take-?aways|main points|in (?:brief|short)|at a glance|summary|highlights|the gist|tl;?dr)\W*$")
            .expect("a fixed pattern")
    });
    let mut inside = false;
    for block in blocks {
        if OPENER.is_match(block.span.of(text)) {
            inside = true;
            block.kind = BlockKind::Heading;
        } else if inside && block.kind == BlockKind::ListItem {
            block.kind = BlockKind::Summary;
        } else {
            inside = false;
        }
    }
}

/// Whether a line speaks of unsubscribing early on: no opening, so searched for plainly rather than by a pattern.
fn offers_to_end(line: &str) -> bool {
    const REACH: usize = 300;
    ["unsubscribe", "Unsubscribe", "UNSUBSCRIBE"].iter().any(|word| line.find(word).is_some_and(|at| at <= REACH))
}

/// Marks what is no part of the article: lines by their opening words, and the section under “About …” at the end.
fn mark_boilerplate(text: &str, blocks: &mut [Block]) {
    static ANYWHERE: LazyLock<Regex> = LazyLock::new(|| {
        let lines: Vec<&str> =
            include_str!("../lexicon/boilerplate.txt").lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')).collect();
        Regex::new(&format!("(?i)^(?:{})", lines.join("|").replace(r"\b", r"(?-u:\b)"))).expect("patterns checked by a test")
    });
    static ABOUT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:(?:About|ABOUT) (?:[A-Z]|the [Aa]uthor|us(?-u:\b))[^.!?]*|(?:Notes to editors?|Media contacts?|Press contacts?|Contacts?|ENDS|-ENDS-|###|Ends)\W*)$").expect("a fixed pattern")
    });
    let half = text.len() / 2;
    let mut about = false;
    for block in blocks {
        let line = block.span.of(text);
        about |= block.span.start >= half && ABOUT.is_match(line);
        if about || offers_to_end(line) || ANYWHERE.is_match(line) {
            block.kind = BlockKind::Boilerplate;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str, markdown: bool) -> Vec<(BlockKind, String)> {
        let article = plain(text, markdown);
        article.blocks.iter().map(|b| (b.kind, b.span.of(&article.text).to_owned())).collect()
    }

    #[test]
    fn lines_become_blocks() {
        use BlockKind::{Boilerplate, Heading, Paragraph, Summary};
        let text = "\u{feff}Key Takeaways:\r\n- One thing happened.\r\n\r\nA lab spoke. It was brief.\r\nWhat comes next\r\nSubscribe to our letter.\r\nAbout Acme\r\nAcme was founded in 2014.\r\n";
        let found = kinds(text, false);
        let expected = [
            (Heading, "Key Takeaways:"),
            (Summary, "One thing happened."),
            (Paragraph, "A lab spoke. It was brief."),
            (Heading, "What comes next"),
            (Boilerplate, "Subscribe to our letter."),
            (Boilerplate, "About Acme"),
            (Boilerplate, "Acme was founded in 2014."),
        ];
        assert_eq!(found, expected.map(|(k, t)| (k, t.to_owned())));
    }

    #[test]
    fn markdown_marks_are_no_words() {
        let found = kinds("# A title.\n> “We share it,” she said.\n* an item", true);
        let texts: Vec<&str> = found.iter().map(|(_, t)| t.as_str()).collect();
        assert_eq!(texts, ["A title.", "“We share it,” she said.", "an item"]);
    }
}
