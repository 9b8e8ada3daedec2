//! Whose words a document holds; what “it” says.

use crate::extract::{
    lexicon::lexicon,
    names::actors::Cast,
    references::{
        phrases::is_document,
        pronouns::{REACH, Walk, sentence_start, subject_like},
    },
    text::sentences::Parsed,
};

/// Who speaks through `the letter`: whom it is by or from, else whom the sentence before speaks of.
pub(in crate::extract) fn author(walk: &Walk, cast: &Cast, i: usize) -> Option<usize> {
    let parsed = walk.parsed;
    let by = parsed.tokens.get(i + 1).is_some_and(|t| t.is_any(&["by", "from", "of"]));
    let named = cast.mention_at(i + 2).or_else(|| cast.mention_at(i + 3)).filter(|_| by);
    if let Some(mention) = named {
        return Some(mention.actor);
    }
    if let Some(maker) = made(walk, cast, i) {
        return Some(maker);
    }
    let sentence = parsed.sentence_of[i] as usize;
    (1..=2.min(sentence)).find_map(|back| {
        let s = sentence - back;
        let near = parsed.sentences[sentence].block - parsed.sentences[s].block <= 1;
        let mut actors = walk.among(sentence_start(parsed, s), parsed.sentences[s].tokens.end).filter(|_| near);
        actors.find(|&(at, _)| subject_like(parsed, cast, at)).map(|(_, a)| a)
    })
}

/// Who filed, wrote or sent something in the sentences before.
fn made(walk: &Walk, cast: &Cast, i: usize) -> Option<usize> {
    const MADE: &[&str] =
        &["filed", "wrote", "written", "submitted", "issued", "posted", "published", "drafted", "sent", "adopted", "signed"];
    let parsed = walk.parsed;
    let sentence = parsed.sentence_of[i] as usize;
    (1..=REACH.min(sentence)).find_map(|back| {
        let range = parsed.sentences[sentence - back].tokens.clone();
        let near = parsed.sentences[sentence].block - parsed.sentences[sentence - back].block <= 2;
        let verb = range.clone().filter(|_| near).find(|&j| parsed.tokens[j].is_any(MADE) && parsed.quote_of[j].is_none())?;
        let ours = || walk.voices.we.filter(|_| parsed.tokens[range.start..verb].iter().rev().take(3).any(|t| t.is("we")));
        ours().or_else(|| walk.among(range.start, verb).find(|&(at, _)| subject_like(parsed, cast, at)).map(|(_, a)| a))
    })
}

/// `NAME sent us a note. “…,” it says.`: what is quoted are the words of who wrote it.
pub(in crate::extract) fn quotes_document(parsed: &Parsed, i: usize) -> bool {
    const PAPERS: &[&str] = &["postcard", "banner", "placard", "reply", "answer", "text"];
    let verb = parsed.tokens.get(i + 1).is_some_and(|t| lexicon().speaks(&t.lower) || t.is_any(&["ended", "ends"]));
    let quoted = i > 0 && parsed.quote_of[i - 1].is_some();
    let sentence = parsed.sentence_of[i] as usize;
    let Some(before) = sentence.checked_sub(1).map(|s| &parsed.sentences[s]).filter(|s| s.block == parsed.sentences[sentence].block) else {
        return false;
    };
    let paper = |j: usize| parsed.quote_of[j].is_none() && (is_document(&parsed.tokens[j].lower) || parsed.tokens[j].is_any(PAPERS));
    verb && quoted && before.tokens.clone().any(paper)
}

/// Whose the document of the sentence before is: its subject, else whom it is from.
pub(in crate::extract) fn sender(walk: &Walk, cast: &Cast, i: usize) -> Option<usize> {
    let parsed = walk.parsed;
    let before = parsed.sentences[parsed.sentence_of[i] as usize - 1].tokens.clone();
    let from = |at: usize| parsed.tokens[at.saturating_sub(2)..at].iter().any(|t| t.is_any(&["from", "by"]));
    let named = |wanted: &dyn Fn(usize) -> bool| walk.among(before.start, before.end).find(|&(at, _)| wanted(at)).map(|(_, a)| a);
    named(&from).or_else(|| named(&|at| subject_like(parsed, cast, at)))
}

/// `it is clear that`, `it would be`: nobody is meant.
pub(in crate::extract) fn expletive(parsed: &Parsed, i: usize) -> bool {
    let Some(next) = parsed.tokens.get(i + 1) else { return false };
    let verb = next.is_any(&["is", "was", "'s", "seems", "appears", "would", "may", "will", "takes"]);
    verb && parsed.tokens[i + 1..]
        .iter()
        .skip(1)
        .take(6)
        .any(|t| t.is_any(&["that", "to", "whether", "clear", "unclear", "possible", "likely"]))
}

#[cfg(test)]
mod tests {
    use crate::extract::attribution::tests::speakers;

    fn speaks(text: &str, name: Option<&str>) {
        assert_eq!(speakers(text).last().cloned().flatten().as_deref(), name, "{text}");
    }

    #[test]
    fn a_letter_is_of_who_sent_it() {
        speaks("Their founder, Mary Brandt, sent us a note. “I enclose a photograph of the boat,” it says.", Some("Mary Brandt"));
        speaks(
            "The Harbour Museum is closed. Its founder, Mary Brandt, wrote to us. “I enclose a photograph of it,” the letter said.",
            Some("Mary Brandt"),
        );
    }
}
