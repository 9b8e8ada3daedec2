//! Who signs an article: its byline, the line under its title, its last lines.

use crate::extract::{
    names::actors::Cast,
    text::{article::BlockKind, sentences::Parsed},
    voices::narrators,
};

/// Words that say what an author did to a text.
const MADE: &[&str] = &["posted", "written", "published", "words", "drafted", "compiled", "edited", "recorded", "kept", "told", "story"];

/// Texts that are somebody's own words.
const OWN: &[&str] = &[
    "diary",
    "diaries",
    "desk",
    "notebook",
    "notebooks",
    "journal",
    "log",
    "logbook",
    "remarks",
    "statement",
    "testimony",
    "evidence",
    "speech",
    "address",
    "letter",
    "note",
    "notes",
    "message",
    "memoir",
    "memoirs",
    "recollections",
    "words",
    "pen",
    "blog",
];

/// Words for what somebody no longer is: `By NAME, formerly of ORG`.
const NO_LONGER: &[&str] = &["lately", "late", "formerly", "former", "once", "until", "retired", "ex"];

/// The byline near the top: `By NAME, ROLE, ORG` · `Posted by the ORG team` · `From the diary of NAME` · `To everyone at ORG, from NAME`.
pub fn byline(parsed: &Parsed, cast: &Cast) -> (Option<usize>, Option<usize>) {
    for sentence in parsed.sentences.iter().take(6).filter(|s| s.tokens.len() <= 26) {
        let Some(by) = author_at(parsed, cast, &sentence.tokens) else { continue };
        let (person, mut organization) = signers(parsed, cast, by..sentence.tokens.end);
        if parsed.tokens[by..sentence.tokens.end].iter().any(|t| t.is_any(NO_LONGER)) {
            organization = None;
        }
        if (person, organization) != (None, None) {
            return (person, organization);
        }
    }
    introduced(parsed, cast).map_or((None, None), |person| (Some(person), None))
}

/// The writer of a text in the first person whose byline names nobody that the cast has for a person: `By NAME` · `NAME: TITLE`.
pub fn writer(parsed: &Parsed, cast: &mut Cast) -> Option<usize> {
    for sentence in parsed.sentences.iter().take(4).filter(|s| s.tokens.len() <= 20).map(|s| s.tokens.clone()) {
        let first = &parsed.tokens[sentence.start];
        let start = sentence.start + usize::from(first.is("by"));
        let Some(name) = narrators::name_at(parsed, start, sentence.end) else { continue };
        let titled = sentence.start == 0 && parsed.tokens.get(name.end).is_some_and(|t| t.is(":"));
        if first.is("by") || titled {
            return narrators::person(parsed, cast, &name);
        }
    }
    None
}

/// Where in a line the author is named, behind `by`, `from` or `of`.
fn author_at(parsed: &Parsed, cast: &Cast, line: &std::ops::Range<usize>) -> Option<usize> {
    let tokens = &parsed.tokens[line.clone()];
    let by = tokens.iter().take(3).position(|t| t.is("by"));
    if let Some(by) = by.filter(|&by| tokens.len() <= 20 && (by == 0 || tokens[0].is_any(MADE))) {
        return Some(line.start + by);
    }
    let opens = line.start == 0 || parsed.block_of[line.start] != parsed.block_of[line.start - 1];
    if !opens || parsed.block_of[line.start] > 2 || parsed.quote_of[line.start].is_some() {
        return None;
    }
    let named = |i: usize| (i + 1..line.end.min(i + 4)).any(|j| cast.mention_of[j].is_some());
    let at = line.clone().find(|&i| {
        let before = |n: usize| i.checked_sub(n).filter(|j| line.contains(j)).map(|j| &parsed.tokens[j]);
        let token = &parsed.tokens[i];
        let text = || parsed.tokens[line.start..i].iter().any(|t| t.is_any(OWN));
        named(i)
            && if token.is("by") {
                before(1).is_some_and(|t| t.is(",") || t.is_any(MADE))
            } else if token.is("from") {
                i == line.start || before(1).is_some_and(|t| t.is(",")) || text()
            } else {
                token.is("of") && before(1).is_some_and(|t| t.is_any(OWN))
            }
    })?;
    // No line of its own if somebody does something in it, but for what the author is said to be.
    let relative = (at..line.end).find(|&i| parsed.tokens[i].is_any(&["who", "which", "as"])).unwrap_or(line.end);
    let acts = |i: usize| {
        cast.mention_of[i].is_none()
            && crate::extract::lexicon::verb(&parsed.tokens[i])
            && !parsed.tokens[i].is_any(MADE)
            && !parsed.tokens[i].is_any(OWN)
    };
    (!(line.start..relative).any(acts)).then_some(at)
}

/// `My name is NAME` · `I am NAME, …` · `I, NAME, …` · `NAME here;` · `NAME writes:` · `NAME, as told to …` in the first paragraphs.
fn introduced(parsed: &Parsed, cast: &Cast) -> Option<usize> {
    let opening = parsed.sentences.iter().take(8).map(|s| s.tokens.clone());
    opening.into_iter().flat_map(|range| cast.within(range)).find_map(|mention| {
        let before: Vec<&str> = parsed.tokens[mention.start.saturating_sub(3)..mention.start].iter().map(|t| t.lower.as_str()).collect();
        let tells = before.ends_with(&["my", "name", "is"])
            || before.ends_with(&["i", "am"])
            || before.ends_with(&["i", "'m"])
            || before.ends_with(&["i", ","]);
        let here = parsed.tokens.get(mention.end).is_some_and(|t| t.is("here"))
            && parsed.tokens.get(mention.end + 1).is_some_and(|t| t.is_any(&[".", ",", ";", "!", ":"]));
        let opens = mention.start == 0 || parsed.block_of[mention.start - 1] != parsed.block_of[mention.start];
        let behind: Vec<&str> = parsed.tokens[mention.end..].iter().take(4).map(|t| t.lower.as_str()).collect();
        let writes = opens
            && (behind.starts_with(&["writes", ":"]) || behind == [",", "as", "told", "to"] || behind.starts_with(&["as", "told", "to"]));
        ((tells || here || writes) && cast.is_person(mention.actor) && parsed.quote_of[mention.start].is_none()).then_some(mention.actor)
    })
}

/// The first person and the first organization among some tokens.
pub fn named(cast: &Cast, tokens: std::ops::Range<usize>) -> (Option<usize>, Option<usize>) {
    let mentions = cast.within(tokens);
    let first = |person: bool| mentions.iter().map(|m| m.actor).find(|&a| cast.is_person(a) == person);
    (first(true), first(false))
}

/// The same of a line that signs, where a town is none that an organization is named after: `Posted by the team, Lund`.
fn signers(parsed: &Parsed, cast: &Cast, tokens: std::ops::Range<usize>) -> (Option<usize>, Option<usize>) {
    let (person, organization) = named(cast, tokens.clone());
    let place = |m: &crate::extract::names::actors::Mention| {
        let words = cast.actors[m.actor].name.split_whitespace().count();
        m.end - m.start < words && m.start > tokens.start && parsed.tokens[m.start - 1].is(",")
    };
    let first = cast.within(tokens.clone()).iter().find(|m| Some(m.actor) == organization);
    (person, organization.filter(|_| !first.is_some_and(place)))
}

/// Who signs: a line without a verb under the title or at the end (`The ORG team, PLACE` · `NAME, ROLE, ORG`), or a last line about the publisher.
pub fn signature(parsed: &Parsed, cast: &Cast) -> (Option<usize>, Option<usize>) {
    let blocks = &parsed.article.blocks;
    let mut ends: Vec<usize> = (blocks.len().saturating_sub(4)..blocks.len()).collect();
    ends.extend((1..3).filter(|&b| b + 4 < blocks.len()));
    let line = |b: usize| {
        let from = parsed.block_of.partition_point(|&of| (of as usize) < b);
        from..parsed.block_of.partition_point(|&of| (of as usize) <= b)
    };
    // `NAME` or `NAME, ROLE` under a letter, be it behind a dash.
    let alone = |b: usize| {
        let tokens = line(b);
        let dash = usize::from(!tokens.is_empty() && parsed.tokens[tokens.start].is_any(&["—", "–", "-", "--"]));
        let start = tokens.start + dash;
        let first = cast.mention_at(start).filter(|m| m.start == start && cast.is_person(m.actor))?;
        let plain = |i: usize| cast.mention_of[i].is_some() || !crate::extract::lexicon::verb(&parsed.tokens[i]);
        let closes = tokens.len() <= 10 && !parsed.tokens[tokens.end - 1].is_any(&[".", ":", "?", "!"]) && tokens.clone().all(plain);
        closes.then_some(first.actor)
    };
    for &b in &ends {
        let tokens = line(b);
        let plain =
            |i: usize| cast.mention_of[i].is_some() || !crate::extract::lexicon::verb(&parsed.tokens[i]) && parsed.quote_of[i].is_none();
        let found = signers(parsed, cast, tokens.clone());
        if (2..=16).contains(&tokens.len()) && found.1.is_some() && tokens.clone().all(plain) {
            // The person may stand in the line before, with the role and the organization in this one.
            let person = found.0.or_else(|| b.checked_sub(1).filter(|_| b > 2).and_then(alone));
            return (person, found.1);
        }
    }
    let about = |&b: &usize| {
        let text = blocks[b].span.of(&parsed.article.text);
        let text = text.strip_prefix("The ").unwrap_or(text);
        (0..cast.actors.len()).find(|&a| {
            let actor = &cast.actors[a];
            let forms = std::iter::once(&actor.name).chain(&actor.aliases).map(|name| name.strip_prefix("The ").unwrap_or(name));
            forms
                .filter(|name| name.len() > 2)
                .any(|name| text.strip_prefix(name).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric)))
        })
    };
    // Only what stands apart from the article's own sentences tells of its publisher.
    let apart = |b: &usize| blocks[*b].kind == BlockKind::Boilerplate || *b + 1 == blocks.len();
    match ends.iter().take(4).rev().filter(|b| apart(b)).find_map(about) {
        Some(person) if cast.is_person(person) => (Some(person), None),
        Some(organization) => (None, Some(organization)),
        None => ends
            .iter()
            .take(4)
            .rev()
            .filter(|&&b| !line(b).is_empty())
            .find_map(|&b| alone(b))
            .map_or((None, None), |person| (Some(person), None)),
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::voices::tests::voices;

    const OWN: &str = "I asked the Harbour Institute for a copy of the chart. I think that it should be free. My aunt agrees.";

    #[test]
    fn writers_name_themselves_in_many_ways() {
        for text in [
            format!("From the diary of Mary Brandt, who mends nets at the Harbour Institute\n{OWN}\n"),
            format!("To everyone at the Harbour Institute, from Mary Brandt\n{OWN}\n"),
            format!("By Mary Brandt, formerly of the Harbour Institute\n{OWN}\n"),
            format!("Mary Brandt, as told to David Ostrom\n{OWN}\n"),
            format!("Dear neighbours,\nMy name is Mary Brandt.\n{OWN}\n"),
            format!("Dear neighbours,\n{OWN}\nWe shall see.\nMary Brandt, net mender\n"),
            format!("Mary Brandt: The chart\n{OWN}\n"),
        ] {
            let (we, i, column, _) = voices(&text);
            assert_eq!((we.as_str(), i.as_str(), column), ("Mary Brandt", "Mary Brandt", true), "{text}");
        }
    }
}
