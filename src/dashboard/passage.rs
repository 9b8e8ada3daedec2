//! A statement's words where they stand: marked, between what comes before and after.

use crate::{
    db::lists::statements::OccurrenceRow,
    domain::{
        statement::CONTEXT,
        text::{CodePoints, Span, TextPosition},
    },
};

/// How much of the surroundings is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// The line of the source that the words stand in.
    Line,
    /// All that public answers give.
    Context,
}

/// A part of the text in one style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) text: String,
    /// Whether it is the attribution.
    pub(super) mention: bool,
}

/// Words in their surroundings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Passage {
    /// Whether text before it is left out.
    pub(super) cut_before: bool,
    pub(super) before: Vec<Run>,
    /// The words themselves.
    pub(super) exact: Vec<Run>,
    pub(super) after: Vec<Run>,
    /// Whether text after it is left out.
    pub(super) cut_after: bool,
}

impl Passage {
    /// The words of an occurrence in the context of its source; where the text is not kept, between the few words kept beside them.
    pub(super) fn of(row: &OccurrenceRow, reach: Reach) -> Self {
        Self::in_context(row, reach).unwrap_or_else(|| {
            let text = format!("{}{}{}", row.prefix, row.exact, row.suffix);
            let exact = Span::new(row.prefix.len(), row.prefix.len() + row.exact.len());
            Self::within(&text, exact, None, (!row.prefix.is_empty(), !row.suffix.is_empty()), reach)
        })
    }

    fn in_context(row: &OccurrenceRow, reach: Reach) -> Option<Self> {
        let (text, from) = (row.context.as_deref()?, row.context_start?);
        let points = CodePoints::new(text);
        let place = |start: i32, end: i32| {
            let position = TextPosition { start: usize::try_from(start - from).ok()?, end: usize::try_from(end - from).ok()? };
            points.span(position)
        };
        let exact = place(row.start_at?, row.end_at?).filter(|span| span.of(text) == row.exact)?;
        let mention = row.mention_start.zip(row.mention_end).and_then(|(start, end)| place(start, end));
        let cut_after = text[exact.end..].chars().count() >= CONTEXT;
        Some(Self::within(text, exact, mention, (from > 0, cut_after), reach))
    }

    /// The words at `exact` of a text that is, as `cut` says, only a part at its beginning and end.
    fn within(text: &str, exact: Span, mention: Option<Span>, cut: (bool, bool), reach: Reach) -> Self {
        let (mut start, mut end) = (0, text.len());
        let (mut cut_before, mut cut_after) = cut;
        // What was cut off at a number of characters ends within a word.
        if let Some(space) = text[..exact.start].find(char::is_whitespace).filter(|_| cut_before) {
            start = space;
        }
        if let Some(space) = text[exact.end..].rfind(char::is_whitespace).filter(|_| cut_after) {
            end = exact.end + space;
        }
        if reach == Reach::Line {
            if let Some(newline) = text[start..exact.start].rfind('\n') {
                (start, cut_before) = (start + newline, false);
            }
            if let Some(newline) = text[exact.end..end].find('\n') {
                (end, cut_after) = (exact.end + newline, false);
            }
        }
        let lead = text[start..exact.start].len() - text[start..exact.start].trim_start().len();
        let before = Span::new(start + lead, exact.start);
        let after = Span::new(exact.end, exact.end + text[exact.end..end].trim_end().len());
        Self {
            cut_before,
            before: runs(text, before, mention),
            exact: runs(text, exact, mention),
            after: runs(text, after, mention),
            cut_after,
        }
    }
}

/// The text of a span, parted where the attribution begins and ends.
fn runs(text: &str, span: Span, mention: Option<Span>) -> Vec<Run> {
    let mention = mention
        .filter(|mention| mention.overlaps(span))
        .map_or(Span::new(span.end, span.end), |mention| Span::new(mention.start.max(span.start), mention.end.min(span.end)));
    let parts = [(Span::new(span.start, mention.start), false), (mention, true), (Span::new(mention.end, span.end), false)];
    parts.into_iter().filter(|(part, _)| !part.is_empty()).map(|(part, mention)| Run { text: part.of(text).to_owned(), mention }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(passage: &Passage) -> String {
        let text = |runs: &[Run]| -> String {
            runs.iter().map(|run| if run.mention { format!("({})", run.text) } else { run.text.clone() }).collect()
        };
        let cut = |cut| if cut { "…" } else { "" };
        let Passage { cut_before, before, exact, after, cut_after } = passage;
        format!("{}{}[{}]{}{}", cut(*cut_before), text(before), text(exact), text(after), cut(*cut_after))
    }

    fn passage(text: &str, exact: &str, mention: &str, cut: (bool, bool), reach: Reach) -> String {
        let find = |part: &str| text.find(part).map(|start| Span::new(start, start + part.len()));
        show(&Passage::within(text, find(exact).expect("is there"), find(mention).filter(|span| !span.is_empty()), cut, reach))
    }

    #[test]
    fn words_are_marked_in_their_surroundings() {
        let text = "alf a word.\nInês said: “Café is open.” And so on.\nMore of th";
        let both = (true, true);
        assert_eq!(
            passage(text, "Café is open.", "Inês", both, Reach::Context),
            "…a word.\n(Inês) said: “[Café is open.]” And so on.\nMore of…"
        );
        assert_eq!(passage(text, "Café is open.", "Inês", both, Reach::Line), "(Inês) said: “[Café is open.]” And so on.");
        assert_eq!(passage("Inês is open.", "Inês is open.", "Inês", (false, false), Reach::Line), "[(Inês) is open.]");
        assert_eq!(passage("a b c", "a b c", "", both, Reach::Line), "…[a b c]…");
    }
}
