//! Tokens of a text: words, numbers and punctuation with byte spans.

use crate::domain::text::Span;

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Letters first.
    Word,
    /// A digit first.
    Number,
    /// A double quotation mark that can only open (`“ «`).
    Open,
    /// A double quotation mark that can only close (`” »`).
    Close,
    /// A straight double quotation mark.
    Straight,
    /// Any other sign; runs of dots are one token.
    Punct,
}

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    /// No capital at its start.
    Lower,
    /// A capital first, then at least one small letter.
    Capital,
    /// Capitals only, two or more.
    Upper,
    /// One capital letter.
    Initial,
    /// No word.
    Other,
}

/// One token.
#[derive(Debug, Clone)]
pub struct Token {
    /// Where it stands, in bytes.
    pub span: Span,
    /// Its text in lower case, with a plain apostrophe.
    pub lower: String,
    /// What it is made of.
    pub kind: Kind,
    /// How it is written.
    pub shape: Shape,
    /// Whether white space (or the start of the text) precedes it.
    pub spaced: bool,
}

impl Token {
    /// Whether it is a word that starts with a capital.
    pub fn is_capital(&self) -> bool {
        matches!(self.shape, Shape::Capital | Shape::Upper | Shape::Initial)
    }

    /// Whether it is a word or a number.
    pub fn is_wordlike(&self) -> bool {
        matches!(self.kind, Kind::Word | Kind::Number)
    }

    /// Whether its lower-case text is one of `words`.
    pub fn is_any(&self, words: &[&str]) -> bool {
        words.contains(&self.lower.as_str())
    }

    /// Whether its lower-case text is in a set of words.
    pub fn is_in(&self, words: &rustc_hash::FxHashSet<&'static str>) -> bool {
        words.contains(self.lower.as_str())
    }

    /// Whether its lower-case text is `word`.
    pub fn is(&self, word: &str) -> bool {
        self.lower == word
    }
}

const fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ')
}

const fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '‐' | '‑')
}

/// Cuts `range` of `text` into tokens.
pub fn tokenize(text: &str, range: Span, into: &mut Vec<Token>) {
    let base = range.start;
    let chars: Vec<(usize, char)> = range.of(text).char_indices().map(|(at, c)| (base + at, c)).collect();
    let at = |i: usize| chars.get(i).map_or(range.end, |&(byte, _)| byte);
    let mut i = 0;
    let mut spaced = true;
    while let Some(&(start, c)) = chars.get(i) {
        if c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}' {
            spaced = true;
            i += 1;
            continue;
        }
        let (kind, next) = scan(&chars, i);
        let span = Span::new(start, at(next));
        let raw = span.of(text);
        let lower: String = raw
            .chars()
            .flat_map(char::to_lowercase)
            .map(|c| {
                if is_apostrophe(c) {
                    '\''
                } else if is_hyphen(c) {
                    '-'
                } else {
                    c
                }
            })
            .collect();
        into.push(Token { span, lower, kind, shape: shape(raw, kind), spaced });
        spaced = false;
        i = next;
    }
}

/// Kind and end of the token that starts at `i`.
fn scan(chars: &[(usize, char)], i: usize) -> (Kind, usize) {
    let c = chars[i].1;
    let get = |j: usize| chars.get(j).map(|&(_, c)| c);
    match c {
        '“' | '«' => (Kind::Open, i + 1),
        '”' | '»' => (Kind::Close, i + 1),
        '"' => (Kind::Straight, i + 1),
        '.' | '…' => {
            let mut j = i + 1;
            while get(j).is_some_and(|c| c == '.' || c == '…') {
                j += 1;
            }
            (Kind::Punct, j)
        }
        '\'' | '`' if get(i + 1) == Some(c) => (Kind::Punct, i + 2),
        c if is_apostrophe(c) => {
            // A clitic after a word: 's, 're, 've, 'll, 'd, 'm.
            let glued = i > 0 && chars[i - 1].1.is_alphanumeric();
            match clitic(chars, i) {
                Some(end) if glued => (Kind::Word, end),
                _ => (Kind::Punct, i + 1),
            }
        }
        c if c.is_alphanumeric() => {
            let kind = if c.is_alphabetic() { Kind::Word } else { Kind::Number };
            (kind, word_end(chars, i))
        }
        _ => (Kind::Punct, i + 1),
    }
}

/// The end of a clitic whose apostrophe is at `i`.
fn clitic(chars: &[(usize, char)], i: usize) -> Option<usize> {
    let letters: String = chars[i + 1..].iter().take(3).map(|&(_, c)| c.to_ascii_lowercase()).take_while(|c| c.is_alphanumeric()).collect();
    matches!(letters.as_str(), "s" | "re" | "ve" | "ll" | "d" | "m").then(|| i + 1 + letters.len())
}

fn word_end(chars: &[(usize, char)], start: usize) -> usize {
    let get = |j: usize| chars.get(j).map(|&(_, c)| c);
    let alnum = |j: usize| get(j).is_some_and(char::is_alphanumeric);
    let mut segment = start;
    let mut dotted = false;
    let mut i = start + 1;
    while let Some(c) = get(i) {
        if c.is_alphanumeric() || c == '\u{301}' {
            i += 1;
        } else if is_apostrophe(c) && alnum(i + 1) && clitic(chars, i).is_none() {
            i += 1;
        } else if (is_hyphen(c) || c == '@' || c == '_') && alnum(i + 1) {
            segment = i + 1;
            i += 1;
        } else if c == ',' && chars[i - 1].1.is_ascii_digit() && get(i + 1).is_some_and(|c| c.is_ascii_digit()) {
            i += 1;
        } else if c == '.' && alnum(i + 1) && (i - segment == 1 || get(i + 1).is_some_and(|c| c.is_lowercase() || c.is_ascii_digit())) {
            dotted = true;
            segment = i + 1;
            i += 1;
        } else if c == '.' && i - segment == 1 && chars[segment].1.is_uppercase() && (dotted || segment == start) {
            // `U.S.` and the initial in `Howard K. Stern`, but not the `I.` that ends a sentence.
            // At the start of a line `A.` numbers a list, unless another initial follows: `K. P. Storvik`.
            let another = get(i + 1) == Some(' ') && get(i + 2).is_some_and(char::is_uppercase) && get(i + 3) == Some('.');
            let initial = dotted || ((start > 0 || another) && chars[start].1 != 'I');
            return if initial { i + 1 } else { i };
        } else if c == '.'
            && segment == start
            && is_title(&chars[start..i])
            && get(i + 1).is_none_or(|c| c.is_whitespace() || c == ',' || c == ';' || is_apostrophe(c))
        {
            return i + 1;
        } else if c == '/' && alnum(i + 1) && start + 7 > i && chars[start..i].iter().all(|&(_, c)| c.is_uppercase()) {
            i += 1; // AFP/Getty
        } else {
            break;
        }
    }
    i
}

/// Titles keep their full stop: `Dr.`
fn is_title(word: &[(usize, char)]) -> bool {
    const TITLES: &[&str] = &[
        "Mr", "Mrs", "Ms", "Dr", "Prof", "Sen", "Rep", "Gov", "Gen", "Lt", "Sgt", "Col", "Capt", "Rev", "St", "Hon", "Jr", "Sr", "Messrs",
        "Inc", "Corp", "Ltd", "Co",
    ];
    (2..=6).contains(&word.len()) && TITLES.iter().any(|title| title.chars().eq(word.iter().map(|&(_, c)| c)))
}

/// Names may open with a small particle: `d’Argent`, `al-Khatib`.
fn has_particle(raw: &str) -> bool {
    let Some((particle, rest)) = raw.split_once(|c| is_apostrophe(c) || is_hyphen(c)) else { return false };
    ["d", "l", "dell", "al", "el", "ad", "as", "ash", "an", "ar", "at", "ibn", "bin"].contains(&particle)
        && rest.starts_with(char::is_uppercase)
}

fn shape(raw: &str, kind: Kind) -> Shape {
    if kind != Kind::Word {
        return Shape::Other;
    }
    let mut letters = raw.chars().filter(|c| c.is_alphabetic());
    let Some(first) = letters.next() else { return Shape::Other };
    if !first.is_uppercase() {
        // `iPhone` and `xAI` are names too.
        let early = raw.chars().count() > 2 && raw.chars().take(2).any(char::is_uppercase);
        return if early || has_particle(raw) { Shape::Capital } else { Shape::Lower };
    }
    let (mut more, mut upper) = (false, true);
    for letter in letters {
        more = true;
        upper &= letter.is_uppercase();
    }
    match (more, upper) {
        (false, _) => Shape::Initial,
        (true, true) => Shape::Upper,
        (true, false) => Shape::Capital,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        let mut tokens = Vec::new();
        tokenize(text, Span::new(0, text.len()), &mut tokens);
        tokens.iter().map(|t| t.span.of(text)).collect()
    }

    #[test]
    fn words_keep_their_hyphens_and_give_up_their_clitics() {
        assert_eq!(
            cut("Ada’s open-source GPT-4 isn’t 9,000 U.S. “bits”…"),
            ["Ada", "’s", "open-source", "GPT-4", "isn’t", "9,000", "U.S.", "“", "bits", "”", "…"]
        );
        assert_eq!(cut("We're O'Brien's 7.4 per cent. Ends."), ["We", "'re", "O'Brien", "'s", "7.4", "per", "cent", ".", "Ends", "."]);
    }

    #[test]
    fn shapes() {
        let mut tokens = Vec::new();
        tokenize("open Open OPEN O xAI 4", Span::new(0, 22), &mut tokens);
        let shapes: Vec<Shape> = tokens.iter().map(|t| t.shape).collect();
        assert_eq!(shapes, [Shape::Lower, Shape::Capital, Shape::Upper, Shape::Initial, Shape::Capital, Shape::Other]);
    }
}
