//! The publisher of a post that only its byline or the notice under it names.

use crate::domain::actor::ActorKind;
use crate::extract::{
    lexicon::lexicon,
    names::actors::Cast,
    text::sentences::Parsed,
    voices::narrators::{self, places},
};

/// What a notice says of a publisher: `NAME is hiring`.
const OF_PUBLISHERS: &[&str] = &[
    " is hiring",
    " is recruiting",
    " is a ",
    " is an ",
    " is the ",
    " makes ",
    " builds ",
    " sells ",
    " employs ",
    " publishes ",
    " has offices",
    " was founded",
    ", Inc",
    " Inc.",
    " Ltd",
    " Pvt",
    " Pty",
    " LLC",
    " LLP",
    " GmbH",
    " AG",
    " AB",
    " Oy",
    " S.A.",
    " SA,",
    " B.V.",
    " BV",
    " plc",
];

/// Adds the publisher to the cast, if the article has one that the cast lacks.
pub fn join(parsed: &Parsed, cast: &mut Cast) -> Option<usize> {
    let name = notice(parsed).or_else(|| byline(parsed, cast))?;
    let places = places(parsed, &name);
    // A name that the cast has, be it with another end, is told of by other rules.
    if let Some(known) = places.iter().find_map(|p| cast.mention_at(p.start)) {
        return (!cast.is_person(known.actor)).then_some(known.actor);
    }
    Some(narrators::join(parsed, cast, name, ActorKind::Organization))
}

/// `NAME is hiring` · `NAME Ltd, Leeds` in the last lines, of a name that the article prints.
fn notice(parsed: &Parsed) -> Option<String> {
    let text = &parsed.article.text;
    let blocks = &parsed.article.blocks;
    let last = blocks.iter().rev().take(2).map(|b| b.span.of(text));
    let sentences = last.flat_map(|line| line.split(". "));
    sentences.filter_map(|s| leading(s.trim())).find(|name| !places(parsed, name).is_empty() && distinct(name))
}

/// Two words at least, or one that is no common word.
fn distinct(name: &str) -> bool {
    name.contains(' ') || name.len() > 3 && !lexicon().is_given(&name.to_lowercase()) && !lexicon().is_verb(&name.to_lowercase())
}

/// The name that a sentence opens with, if it goes on as of a publisher.
fn leading(sentence: &str) -> Option<String> {
    let at = OF_PUBLISHERS.iter().filter_map(|w| sentence.find(w)).min()?;
    let name = sentence[..at].trim();
    let name = name.strip_prefix("The ").unwrap_or(name);
    let word = |w: &str| w.starts_with(char::is_uppercase) || matches!(w, "&" | "of" | "and" | "the" | "for");
    let words = name.split_whitespace().count();
    let article = |w: &str| matches!(w, "This" | "It" | "There" | "We" | "Our" | "That" | "He" | "She" | "Here" | "These" | "A" | "An");
    let first = name.split_whitespace().next()?;
    ((1..=5).contains(&words) && name.split_whitespace().all(word) && !article(first) && !name.contains([',', ':', ';']))
        .then(|| name.to_owned())
}

/// `Posted by NAME` · `From all of us at NAME` · `By the NAME team`, of two words at least.
fn byline(parsed: &Parsed, cast: &Cast) -> Option<String> {
    let tokens = &parsed.tokens;
    let joins =
        |i: usize| tokens[i].is_any(&["&", "and", "of"]) && tokens.get(i + 1).is_some_and(crate::extract::text::tokens::Token::is_capital);
    let (first, last) = (parsed.sentences.iter().take(4), parsed.sentences.iter().rev().take(2));
    first.chain(last).filter(|s| s.tokens.len() <= 24).find_map(|s| {
        let range = s.tokens.clone();
        // `NAME blog` above the title.
        let blog = range.end - 1;
        if range.start == 0 && range.len() > 2 && tokens[blog].is_any(&["blog", "newsroom"]) && (0..blog).all(|i| tokens[i].is_capital()) {
            return Some(parsed.text(0..blog).to_owned());
        }
        let by = range.clone().find(|&i| tokens[i].is_any(&["by", "at", "own", "from"]))?;
        let opens =
            tokens[range.start].is_any(&["by", "posted", "from", "written", "published", "words", "a", "with", "thanks", "yours", "love"]);
        let start = (by + 1..range.end.min(by + 9)).filter(|_| opens).find(|&i| tokens[i].is_capital())?;
        let end = (start..range.end).find(|&i| !(tokens[i].is_capital() || i > start && joins(i))).unwrap_or(range.end);
        let free = (start..end).all(|i| cast.mention_of[i].is_none() && parsed.quote_of[i].is_none());
        (end - start >= 2 && free && !lexicon().is_given(&tokens[start].lower)).then(|| parsed.text(start..end).to_owned())
    })
}

#[cfg(test)]
mod tests {
    use crate::extract::voices::tests::voices;

    #[test]
    fn a_publisher_may_stand_in_the_byline_or_the_notice_alone() {
        let text = "We mend our nets in public. We have put the chart on our wall, and our neighbours copy it.";
        assert_eq!(voices(&format!("On nets\nFrom all of us at Kelp & Sons\n{text}\n")).0, "Kelp & Sons");
        assert_eq!(voices(&format!("On nets at Quillfeather\n{text}\nQuillfeather is hiring a mender.\n")).0, "Quillfeather");
    }
}
