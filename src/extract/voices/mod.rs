//! Who “we” and “I” are: the publisher of a post, the writer of a column, the speakers of an interview.

mod bylines;
pub(super) mod interview;
mod letters;
mod narrators;
mod publisher;

use crate::extract::{
    lexicon::lexicon,
    names::actors::Cast,
    text::{
        article::{Block, BlockKind},
        sentences::Parsed,
        tokens::Kind,
    },
    voices::bylines::named,
};

/// What stands before the words of a block.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Label {
    /// No label.
    #[default]
    None,
    /// One who only asks.
    Asks,
    /// Whose words follow, as far as known.
    Speaks(Option<usize>),
}

/// The voices of an article that are printed without quotation marks.
#[derive(Debug, Default)]
pub struct Voices {
    /// The organization that “we” means.
    pub we: Option<usize>,
    /// The person that “I” means.
    pub i: Option<usize>,
    /// Per block: the speaker that a label names.
    pub labels: Vec<Label>,
    /// Whether sentences without another subject are the writer's own (a column).
    pub column: bool,
    /// Whether sentences without another subject are the organization's own (a press release).
    pub release: bool,
}

/// Words of the text outside quotations.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    we: usize,
    i: usize,
    advice: usize,
    words: usize,
}

impl Counts {
    fn of(parsed: &Parsed) -> Self {
        let mut counts = Self::default();
        for (index, token) in parsed.tokens.iter().enumerate() {
            if parsed.quote_of[index].is_none() && token.kind == Kind::Word {
                counts.words += 1;
                counts.we += usize::from(token.is_any(&["we", "our", "us"]));
                counts.i += usize::from(token.is_any(&["i", "my", "mine"]));
                counts.advice += usize::from(token.is_any(&["should", "must", "ought"]));
            }
        }
        counts
    }

    /// Whether a group writes.
    fn collective(self) -> bool {
        self.we >= 4 && self.we * 100 >= self.words
    }

    /// Whether one person writes.
    fn personal(self) -> bool {
        self.i >= 3 || self.i >= 1 && self.advice >= 2
    }
}

/// Finds the voices. A publisher that only a byline or a notice names joins the cast.
pub fn find(parsed: &Parsed, cast: &mut Cast) -> Voices {
    interview::narrators(parsed, cast);
    let labels = interview::labels(parsed, cast);
    if labels.iter().any(|l| *l != Label::None) {
        return Voices { labels, ..Voices::default() };
    }
    let counts = Counts::of(parsed);
    let (mut by, signed) = (bylines::byline(parsed, cast), bylines::signature(parsed, cast));
    if by.0.or(signed.0).is_none() && counts.personal() {
        by.0 = bylines::writer(parsed, cast);
        // A name taken for an organization's.
        by.1 = by.1.filter(|&a| !cast.is_person(a));
    }
    let known = by.1.or(signed.1);
    let publisher = known.or_else(|| if counts.collective() { publisher::join(parsed, cast) } else { None });
    let mut voices = Voices { labels, ..whole(parsed, cast, counts, (by.0.or(signed.0), publisher)) };
    if letters::find(parsed, cast, voices.i, &mut voices.labels) {
        // On a page of letters nobody speaks for the whole.
        (voices.we, voices.i, voices.column, voices.release) = (None, None, false, false);
    }
    voices
}

/// The voices of the article as a whole, given the person and the organization that sign it.
fn whole(parsed: &Parsed, cast: &Cast, counts: Counts, (person, organization): (Option<usize>, Option<usize>)) -> Voices {
    let mut voices = Voices::default();
    let Counts { we, i, .. } = counts;
    if let Some(writer) = person.filter(|_| counts.personal() && (organization.is_none() || i > we)) {
        // A column: the writer's “we” takes the writer along.
        return Voices { i: Some(writer), we: organization.filter(|_| we >= 2).or(Some(writer)), column: true, ..voices };
    }
    if counts.collective() || organization.is_some() && we >= 2 {
        voices.we = organization.or_else(|| person.and_then(|p| cast.actors[p].organization)).or_else(|| introduced(parsed, cast));
        voices.release = voices.we.is_some() && counts.collective();
    }
    if i >= 1 {
        voices.i = person;
        voices.column = voices.i.is_some() && voices.we.is_none() && i >= 3;
    }
    if let Some(paper) = editorial(parsed, cast).filter(|_| person.is_none() && i <= we) {
        return Voices { we: Some(paper), column: true, release: false, ..voices };
    }
    if let Some(organization) = announcer(parsed, cast) {
        voices.release = true;
        voices.we = voices.we.or(Some(organization));
    }
    voices
}

/// The organization most named among those that the first paragraphs with “we” name.
fn introduced(parsed: &Parsed, cast: &Cast) -> Option<usize> {
    let most = most_named(cast)?;
    let opening = parsed.sentences.iter().filter(|s| parsed.article.blocks[s.block].kind == BlockKind::Paragraph).take(4);
    opening.into_iter().any(|s| cast.within(s.tokens.clone()).iter().any(|m| m.actor == most)).then_some(most)
}

/// The newspaper whose opinion an unsigned leader is: the first that its text names; under a heading that says so, the first organization.
fn editorial(parsed: &Parsed, cast: &Cast) -> Option<usize> {
    let top = |s: &crate::extract::text::sentences::Sentence| {
        let words: Vec<&str> = parsed.tokens[s.tokens.clone()].iter().map(|t| t.lower.as_str()).collect();
        matches!(
            words[..],
            ["editorial" | "leader" | "editorials"]
                | ["our", "view" | "opinion"]
                | ["leading", "article"]
                | ["by" | "from", "the", "editorial", "board"]
        ) || words.starts_with(&["editorial", ":"])
    };
    let headed = parsed.sentences.iter().take(4).any(top);
    // `this newspaper`, `our readers`.
    let tells = |i: usize| {
        let [first, second] = [&parsed.tokens[i], &parsed.tokens[i + 1]];
        parsed.quote_of[i].is_none()
            && (first.is("this") && second.is_any(&["newspaper", "paper"])
                || first.is("our") && second.is_any(&["readers", "newsroom", "columns", "pages", "leader", "editorial"]))
    };
    if !headed && !(0..parsed.tokens.len().saturating_sub(1)).any(tells) {
        return None;
    }
    let paper = |m: &&crate::extract::names::actors::Mention| {
        !cast.is_person(m.actor)
            && cast.actors[m.actor].name.rsplit(' ').next().is_some_and(|w| lexicon().periodicals.contains(w.to_lowercase().as_str()))
    };
    let first = parsed.sentences.iter().find(|s| parsed.article.blocks[s.block].kind == BlockKind::Paragraph);
    let named = || named(cast, first.filter(|_| headed)?.tokens.clone()).1;
    cast.mentions.iter().filter(|m| parsed.quote_of[m.start].is_none()).find(paper).map(|m| m.actor).or_else(named)
}

fn most_named(cast: &Cast) -> Option<usize> {
    let mut counts = vec![0usize; cast.actors.len()];
    for mention in &cast.mentions {
        counts[mention.actor] += 1;
    }
    (0..cast.actors.len()).filter(|&a| !cast.is_person(a)).max_by_key(|&a| (counts[a], std::cmp::Reverse(a)))
}

/// The organization that announces something in the first sentences behind a dateline, or that an `About NAME` at the end introduces.
fn announcer(parsed: &Parsed, cast: &Cast) -> Option<usize> {
    let last = || parsed.article.blocks.iter().rev().take(8).filter(|b| b.kind == BlockKind::Boilerplate);
    let line = |b: &Block| b.span.of(&parsed.article.text);
    let contact = last().any(|b| line(b).starts_with("Media contact") || line(b).starts_with("Press contact"));
    let about = last().find_map(|b| line(b).strip_prefix("About "));
    let first = parsed.sentences.iter().find(|s| parsed.article.blocks[s.block].kind == BlockKind::Paragraph)?;
    let verb = |&i: &usize| parsed.tokens[i].is_any(&["announced", "announces", "today", "unveiled", "launches", "launched"]);
    let announces = first.tokens.clone().find(verb);
    // Behind the dateline's place, before the announcing verb.
    let limit = announces.unwrap_or(first.tokens.end);
    let dash = first.tokens.clone().take(16).find(|&i| parsed.tokens[i].is_any(&["-", "–", "—", "--", "/"])).filter(|&i| i < limit);
    if let Some(about) = about.filter(|_| dash.is_some()) {
        let title = about.lines().next().unwrap_or_default();
        let named = |a: &usize| !cast.is_person(*a) && title.contains(cast.actors[*a].name.as_str());
        let actor = cast.within(first.tokens.clone()).iter().map(|m| m.actor).find(named);
        if actor.is_some() {
            return actor;
        }
    }
    let from = dash.map_or(first.tokens.start, |i| i + 1);
    let actor = named(cast, from..announces?).1.or_else(|| named(cast, from..first.tokens.end).1)?;
    (contact || about.is_some()).then_some(actor)
}

/// How far a paragraph speaks to and of those who talk, outside quotations.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::extract) struct Person {
    /// Words for the speaker: I, my, we, our.
    pub first: usize,
    /// Words for whom it speaks to: you, your.
    pub second: usize,
}

/// Grammatical person, by block.
pub(in crate::extract) fn persons(parsed: &Parsed) -> Vec<Person> {
    let mut persons = vec![Person::default(); parsed.article.blocks.len()];
    for (i, token) in parsed.tokens.iter().enumerate().filter(|(i, _)| parsed.quote_of[*i].is_none()) {
        let person = &mut persons[parsed.block_of[i] as usize];
        person.first += usize::from(token.is_any(&["i", "my", "me", "we", "our", "us"]));
        person.second += usize::from(token.is_any(&["you", "your", "yours"]));
    }
    persons
}

#[cfg(test)]
pub(in crate::extract) mod tests {
    use super::*;
    use crate::{
        domain::registry,
        extract::{Format, Gazetteer, names::actors, text::article},
    };

    /// Whom “we” and “I” mean, whether the text is a column, and the speakers of its blocks (`?` where one asks).
    pub(in crate::extract) fn voices(text: &str) -> (String, String, bool, Vec<String>) {
        let article = article::read(text, Format::Text);
        let parsed = Parsed::new(&article);
        let mut cast = actors::find(&parsed, &Gazetteer::new(registry::known(), []));
        let voices = find(&parsed, &mut cast);
        let name = |actor: Option<usize>| actor.map_or_else(String::new, |a| cast.actors[a].name.clone());
        let labels = voices.labels.iter().map(|label| match label {
            Label::None => "-".to_owned(),
            Label::Asks => "?".to_owned(),
            Label::Speaks(speaker) => name(*speaker),
        });
        (name(voices.we), name(voices.i), voices.column, labels.collect())
    }

    #[test]
    fn a_post_is_its_signers() {
        let text = "We close the file\nOn Monday we end the service. The Harbour Institute wrote to us about it, and the Harbour Institute was right. Our members met. We voted.\nThe board of the Ostrom Foundation, Lund\n";
        assert_eq!(voices(text).0, "Ostrom Foundation");
    }

    #[test]
    fn a_column_is_its_writers() {
        let text = "What we owe\nBy Mary Brandt\nI asked the Harbour Institute for a copy. We, who are in it, may not have one. I think that it should be free. My aunt agrees.\n";
        let (we, i, column, _) = voices(text);
        assert_eq!((we.as_str(), i.as_str(), column), ("Mary Brandt", "Mary Brandt", true));
    }

    #[test]
    fn a_leader_is_its_papers() {
        let text = "The Harbour Institute has shut the quay. In June the Lund Observer, a newspaper, asked why. We were told to wait, and we tell our readers so. We shall ask again, and we shall print it.\n";
        assert_eq!(voices(text).0, "Lund Observer");
    }
}
