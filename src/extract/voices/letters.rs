//! Letters and testimonies on one page: whose each is.

use std::ops::Range;

use crate::extract::{
    names::actors::Cast,
    text::{article::BlockKind, sentences::Parsed, tokens::Shape},
    voices::{Label, narrators, persons},
};

/// Letters from which on a page is one of letters.
const LETTERS_MIN: usize = 2;

/// Words of a line that names the writer of a letter.
const LINE_MAX: usize = 16;

/// Whom a line of its own names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Writer {
    Known(usize),
    /// Nobody whom the cast has.
    Unknown,
}

/// Labels the letters of an article that one `writer` may have written as a whole; whether the article is a page of them.
pub fn find(parsed: &Parsed, cast: &mut Cast, writer: Option<usize>, labels: &mut [Label]) -> bool {
    if sections(parsed, cast, labels) {
        return true;
    }
    // One letter that fills the article is its writer's as a whole.
    if writer.is_none() {
        closed(parsed, cast, labels);
    }
    false
}

/// A line of its own that names who writes: `From NAME, ROLE` · `NAME, ROLE`.
fn writer(parsed: &Parsed, cast: &Cast, line: &Range<usize>, kind: BlockKind) -> Option<Writer> {
    if !(2..=LINE_MAX).contains(&line.len()) || kind == BlockKind::Boilerplate || parsed.quote_of[line.start].is_some() {
        return None;
    }
    let from = parsed.tokens[line.start].is("from");
    let start = line.start + usize::from(from);
    let last = &parsed.tokens[line.end - 1];
    let plain = |i: usize| cast.mention_of[i].is_some() || !crate::extract::lexicon::verb(&parsed.tokens[i]);
    // A relative clause may tell more of the writer.
    let relative = (start..line.end).find(|&i| parsed.tokens[i].is("who")).unwrap_or(line.end);
    if last.is_any(&["?", "!", ":", ".", ","]) {
        return None;
    }
    // `Captain NAME`.
    let mention = (start..line.end).take(2).find_map(|i| cast.mention_at(i)).filter(|m| cast.is_person(m.actor));
    let apposed = mention.is_some_and(|m| parsed.tokens.get(m.end).is_some_and(|t| t.is(",")));
    if !apposed && !(start..relative).all(plain) {
        return None;
    }
    if let Some(mention) = mention {
        return Some(Writer::Known(mention.actor));
    }
    let capital = |i: usize| parsed.tokens.get(i).is_some_and(|t| t.shape == Shape::Capital);
    let comma = (start..line.end).take(5).any(|i| parsed.tokens[i].is(","));
    (capital(start) && capital(start + 1) && (from || comma)).then_some(Writer::Unknown)
}

/// Whether writers' lines head their letters, where fewer empty lines on one side than on the other tell.
fn lines_head(parsed: &Parsed, lines: &[usize]) -> Option<bool> {
    let blocks = &parsed.article.blocks;
    let empty = |b: usize| {
        let between = blocks.get(b + 1).map(|next| &parsed.article.text[blocks[b].span.end..next.span.start]);
        between.map(|text| text.matches('\n').count())
    };
    let (mut heads, mut ends) = (0, 0);
    for (before, after) in lines.iter().filter_map(|&b| Some((empty(b.checked_sub(1)?)?, empty(b)?))) {
        heads += usize::from(after < before);
        ends += usize::from(before < after);
    }
    (heads != ends).then_some(heads > ends)
}

/// Letters that lines with their writers' names head, or close.
fn sections(parsed: &Parsed, cast: &mut Cast, labels: &mut [Label]) -> bool {
    let blocks = &parsed.article.blocks;
    let persons = persons(parsed);
    let mut writers: Vec<Option<Writer>> = vec![None; blocks.len()];
    let mut from = 0;
    while from < parsed.tokens.len() {
        let b = parsed.block_of[from] as usize;
        let to = parsed.block_of.partition_point(|&of| of as usize <= b);
        writers[b] = writer(parsed, cast, &(from..to), blocks[b].kind);
        from = to;
    }
    let own = |b: usize| blocks.get(b).is_some_and(|k| k.kind == BlockKind::Paragraph) && writers[b].is_none() && persons[b].first > 0;
    let lines: Vec<usize> = (0..blocks.len()).filter(|&b| writers[b].is_some()).collect();
    let named = |b: &&usize| matches!(writers[**b], Some(Writer::Known(_)));
    let heads = lines.iter().filter(named).filter(|b| own(*b + 1)).count();
    let ends = lines.iter().filter(named).filter(|b| b.checked_sub(1).is_some_and(own)).count();
    if heads.max(ends) < LETTERS_MIN {
        return false;
    }
    // On such a page the names that the cast lacks are people's.
    for &line in &lines {
        if writers[line] == Some(Writer::Unknown) {
            let start = parsed.block_of.partition_point(|&of| (of as usize) < line);
            let end = parsed.block_of.partition_point(|&of| of as usize <= line);
            let from = start + usize::from(parsed.tokens[start].is("from"));
            let person = narrators::name_at(parsed, from, end).and_then(|name| narrators::person(parsed, cast, &name));
            writers[line] = person.map(Writer::Known).or(Some(Writer::Unknown));
        }
    }
    let heading = lines_head(parsed, &lines).unwrap_or(heads > ends);
    let body = |b: usize| blocks[b].kind == BlockKind::Paragraph && writers[b].is_none();
    for (n, &line) in lines.iter().enumerate() {
        let writer = match writers[line] {
            Some(Writer::Known(actor)) => Some(actor),
            _ => None,
        };
        let letter: Vec<usize> = if heading {
            let next = lines.get(n + 1).copied();
            (line + 1..next.unwrap_or(blocks.len())).take_while(|&b| body(b) && (next.is_some() || persons[b].first > 0)).collect()
        } else {
            let before = n.checked_sub(1).map_or(0, |n| lines[n] + 1);
            (before..line).rev().take_while(|&b| body(b)).collect()
        };
        for b in letter {
            labels[b] = Label::Speaks(writer);
        }
    }
    true
}

/// Letters among other items: a paragraph in the first person that a dash and a name close is that person's.
fn closed(parsed: &Parsed, cast: &Cast, labels: &mut [Label]) {
    let persons = persons(parsed);
    for mention in cast.mentions.iter().filter(|m| cast.is_person(m.actor) && m.start > 0) {
        let b = parsed.block_of[mention.start] as usize;
        let end = parsed.block_of.partition_point(|&of| of as usize <= b);
        let behind = &parsed.tokens[mention.end..end];
        let closes = behind.len() <= 8 && !behind.iter().any(crate::extract::lexicon::verb);
        let dash = &parsed.tokens[mention.start - 1];
        let signed = closes && dash.is_any(&["—", "–", "--", "-"]) && parsed.quote_of[mention.start].is_none();
        // The dash may open a line of its own.
        let body = if mention.start < 2 || parsed.block_of[mention.start - 2] as usize != b { b.checked_sub(1) } else { Some(b) };
        let Some(body) = body.filter(|&body| signed && labels[body] == Label::None && persons[body].first > 0) else { continue };
        if parsed.article.blocks[body].kind == BlockKind::Paragraph {
            labels[body] = Label::Speaks(Some(mention.actor));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::voices::tests::voices;

    #[test]
    fn a_letter_is_its_signers() {
        let text = "From the post bag\nThe Harbour Institute has moved to the quay this spring.\nSir: I waited an hour for the ferry, and I was not alone. — Mary Brandt, Lund\nThe Harbour Institute closes on Sundays.\n";
        assert_eq!(voices(text).3, ["-", "-", "Mary Brandt", "-"]);
    }

    #[test]
    fn a_page_of_letters_has_many_writers() {
        let text =
            "From Mary Brandt, director\nSir, I have waited for the ferry since May.\nFrom David Ostrom\nSir, My boat is for sale.\n";
        assert_eq!(voices(text).3, ["-", "Mary Brandt", "-", "David Ostrom"]);
        let text = "THE FERRY\nI have waited for the ferry since May, and the Harbour Institute was no help.\nMary Brandt, retired teacher, Lund\nTHE BOAT\nMy boat is for sale.\nDavid Ostrom, Malmö\n";
        assert_eq!(voices(text).3, ["-", "Mary Brandt", "-", "-", "David Ostrom", "-"]);
    }
}
