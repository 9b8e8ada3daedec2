//! Who “we” and “I” are: the publisher of a post, the writer of a column, the speakers of an interview.

use std::collections::HashMap;

use super::{
    actors::{Cast, Mention},
    article::{Block, BlockKind},
    bylines::{self, byline, named},
    letters,
    lexicon::lexicon,
    publisher, quotes,
    sentences::Parsed,
    tokens::{Kind, Shape},
};

/// Different labels that an article may have at most.
const LABELS_MAX: usize = 64;

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
    let labels = labels(parsed, cast);
    if labels.iter().any(|l| *l != Label::None) {
        return Voices { labels, ..Voices::default() };
    }
    let counts = Counts::of(parsed);
    let (by, signed) = (bylines::byline(parsed, cast), bylines::signature(parsed, cast));
    let known = by.1.or(signed.1);
    let publisher = known.or_else(|| if counts.collective() { publisher::join(parsed, cast) } else { None });
    let mut voices = Voices { labels, ..whole(parsed, cast, counts, (by.0.or(signed.0), publisher)) };
    if letters::find(parsed, cast, &mut voices.labels) {
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
    if let Some(paper) = editorial(parsed, cast) {
        return Voices { we: Some(paper), column: true, ..voices };
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

/// The newspaper whose opinion an unsigned leader is: the first organization that its text names.
fn editorial(parsed: &Parsed, cast: &Cast) -> Option<usize> {
    let top = |s: &super::sentences::Sentence| {
        let words: Vec<&str> = parsed.tokens[s.tokens.clone()].iter().map(|t| t.lower.as_str()).collect();
        matches!(words[..], ["editorial" | "leader" | "editorials"] | ["by" | "from", "the", "editorial", "board"])
            || words.starts_with(&["editorial", ":"])
    };
    parsed.sentences.iter().take(4).find(|s| top(s))?;
    let first = parsed.sentences.iter().find(|s| parsed.article.blocks[s.block].kind == BlockKind::Paragraph)?;
    named(cast, first.tokens.clone()).1
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

/// Interview labels at the start of blocks: `AUBERT: …`, `MODERATOR: …`, `Q: …`, `A: …`.
fn labels(parsed: &Parsed, cast: &Cast) -> Vec<Label> {
    let blocks = parsed.article.blocks.len();
    let mut printed: Vec<Option<std::ops::Range<usize>>> = vec![None; blocks];
    let mut counts: HashMap<String, usize> = HashMap::new();
    for sentence in &parsed.sentences {
        let start = sentence.tokens.start;
        let first_of_block = start == 0 || parsed.block_of[start - 1] != parsed.block_of[start];
        let colon = sentence.tokens.clone().take(5).position(|i| parsed.tokens[i].is(":")).filter(|&n| n > 0 && first_of_block);
        if let Some(colon) = colon {
            printed[sentence.block] = Some(start..start + colon);
            *counts.entry(parsed.text(start..start + colon).to_lowercase()).or_default() += 1;
        }
    }
    let first = printed.iter().flatten().find(|l| counts[&parsed.text((*l).clone()).to_lowercase()] > 1).map_or(0, |l| l.start);
    let mut known: HashMap<String, Label> = HashMap::new();
    let mut labels = vec![Label::None; blocks];
    for (b, label) in printed.iter().enumerate() {
        let Some(label) = label.clone() else { continue };
        let text = parsed.text(label.clone()).to_lowercase();
        labels[b] = match known.get(&text) {
            Some(label) => *label,
            None if known.len() < LABELS_MAX => {
                let meant = label_of(parsed, cast, label, counts[&text], first);
                known.insert(text, meant);
                meant
            }
            None => Label::None,
        };
    }
    if labels.iter().filter(|l| **l != Label::None).count() < 3 {
        return answers(parsed, cast).unwrap_or_else(|| vec![Label::None; blocks]);
    }
    let letters = labels.contains(&Label::Asks);
    if !letters {
        ask_only(parsed, &printed, &mut labels);
    }
    // Paragraphs between labelled ones go on with the last label.
    let last = labels.iter().rposition(|l| *l != Label::None).unwrap_or(0);
    for b in 1..last {
        if labels[b] == Label::None && parsed.article.blocks[b].kind == BlockKind::Paragraph && letters {
            labels[b] = labels[b - 1];
        }
    }
    labels
}

/// What a label printed `times` times means; turns begin at token `first`.
fn label_of(parsed: &Parsed, cast: &Cast, label: std::ops::Range<usize>, times: usize, first: usize) -> Label {
    let words = &parsed.tokens[label.clone()];
    let head = &words[words.len() - 1];
    let upper = words.iter().all(|t| t.shape == Shape::Upper || t.is("-") || t.is(".")) && head.kind == Kind::Word;
    if words.len() == 1 && head.is_any(&["q", "question"]) {
        return Label::Asks;
    }
    if words.len() == 1 && head.is_any(&["a", "answer"]) {
        return Label::Speaks(interviewee(parsed, cast, first));
    }
    if let Some(person) = initials(parsed, cast, &label) {
        return Label::Speaks(Some(person));
    }
    if let Some(mention) = cast.mention_at(label.start).filter(|m| m.end == label.end && cast.is_person(m.actor)) {
        return if upper || words.len() <= 3 { Label::Speaks(Some(mention.actor)) } else { Label::None };
    }
    if times < 2 {
        return Label::None;
    }
    if head.is_any(&["presenter", "host", "interviewer", "moderator", "anchor", "reporter", "us"]) {
        return Label::Asks;
    }
    if lexicon().is_role(&head.lower) && words.len() <= 3 {
        let role = |m: &&Mention| {
            let titled = m.start > 0 && parsed.tokens[m.start - 1].lower == head.lower;
            titled || cast.actors[m.actor].role.as_ref().is_some_and(|r| r.to_lowercase().contains(head.lower.as_str()))
        };
        let bearer = cast.mentions.iter().filter(|m| cast.is_person(m.actor)).find(role).map(|m| m.actor);
        return Label::Speaks(bearer.or_else(|| guest(parsed, cast)));
    }
    if upper && words.len() <= 3 { Label::Speaks(None) } else { Label::None }
}

/// Whom initials mean: `MB` and `M.B.` a Mary Brandt, be it that a bracket behind the name says so or that it fits.
fn initials(parsed: &Parsed, cast: &Cast, label: &std::ops::Range<usize>) -> Option<usize> {
    let letters: String = parsed.text(label.clone()).chars().filter(|c| *c != '.' && !c.is_whitespace()).collect();
    let short = (2..=4).contains(&letters.chars().count()) && letters.chars().all(char::is_uppercase);
    let bracketed = |m: &&Mention| {
        let behind = |n: usize| parsed.tokens.get(m.end + n);
        behind(0).is_some_and(|t| t.is("(")) && behind(1).is_some_and(|t| parsed.text(m.end + 1..m.end + 2) == letters && t.kind == Kind::Word)
    };
    let people = || cast.mentions.iter().filter(|m| short && cast.is_person(m.actor));
    let fits = |m: &&Mention| {
        let words = || cast.actors[m.actor].name.split([' ', '-']).filter_map(|w| w.chars().next());
        let capitals = words().filter(|c| c.is_uppercase());
        cast.actors[m.actor].name.contains(' ')
            && (capitals.eq(letters.chars()) || [words().next(), words().last()].into_iter().flatten().eq(letters.chars()))
    };
    people().find(bracketed).or_else(|| people().find(fits)).map(|m| m.actor)
}

/// Who only asks has no statements of its own: more than half of the turns under a label end in a question.
fn ask_only(parsed: &Parsed, printed: &[Option<std::ops::Range<usize>>], labels: &mut [Label]) {
    let mut turns: HashMap<String, (usize, usize)> = HashMap::new();
    let name = |b: usize| printed[b].clone().map(|l| parsed.text(l).to_lowercase());
    for b in (0..labels.len()).filter(|&b| labels[b] != Label::None) {
        let asks = parsed.article.blocks[b].span.of(&parsed.article.text).trim_end().ends_with(['?', '”', '"']);
        let turn = turns.entry(name(b).unwrap_or_default()).or_default();
        turn.0 += usize::from(asks);
        turn.1 += 1;
    }
    for b in 0..labels.len() {
        let turn = name(b).filter(|_| labels[b] != Label::None).and_then(|name| turns.get(&name).copied());
        if turn.is_some_and(|(asks, all)| asks * 2 > all) {
            labels[b] = Label::Asks;
        }
    }
}

/// The person an interview in `Q:`/`A:` is with: the first named before its first answer.
fn interviewee(parsed: &Parsed, cast: &Cast, first: usize) -> Option<usize> {
    let limit = parsed.sentences.iter().find(|s| s.tokens.start > first && parsed.block_of[s.tokens.start] > parsed.block_of[first]);
    let limit = limit.map_or(parsed.tokens.len(), |s| s.tokens.start);
    let mut mentions = cast.within(0..limit).iter().filter(|m| cast.is_person(m.actor) && parsed.quote_of[m.start].is_none());
    guest(parsed, cast).or_else(|| mentions.next().map(|m| m.actor))
}

/// `Our guest is NAME` · `I spoke to NAME` · `answers by NAME`, in the first paragraphs.
fn guest(parsed: &Parsed, cast: &Cast) -> Option<usize> {
    const WORDS: &[&str] =
        &["guest", "guests", "interviewed", "interview", "interviewee", "answers", "joined", "spoke", "talked", "question"];
    let opening = parsed.sentences.iter().take_while(|s| s.block < 6);
    opening
        .into_iter()
        .filter(|s| parsed.tokens[s.tokens.clone()].iter().any(|t| t.is_any(WORDS)))
        .find_map(|s| named(cast, s.tokens.clone()).0)
}

/// How far a paragraph speaks to and of those who talk, outside quotations.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Person {
    /// Words for the speaker: I, my, we, our.
    pub first: usize,
    /// Words for whom it speaks to: you, your.
    second: usize,
}

/// Grammatical person, by block.
pub(super) fn persons(parsed: &Parsed) -> Vec<Person> {
    let mut persons = vec![Person::default(); parsed.article.blocks.len()];
    for (i, token) in parsed.tokens.iter().enumerate().filter(|(i, _)| parsed.quote_of[*i].is_none()) {
        let person = &mut persons[parsed.block_of[i] as usize];
        person.first += usize::from(token.is_any(&["i", "my", "me", "we", "our", "us"]));
        person.second += usize::from(token.is_any(&["you", "your", "yours"]));
    }
    persons
}

/// Words of a paragraph up to which it may be a question.
const QUESTION_MAX: usize = 25;

/// An interview without labels: questions as paragraphs of their own, with answers in the first person between them.
///
/// The answers are whom the opening calls its guest; else, where the questions speak to somebody, whom it names first.
fn answers(parsed: &Parsed, cast: &Cast) -> Option<Vec<Label>> {
    let blocks = &parsed.article.blocks;
    let persons = persons(parsed);
    let line = |b: usize| blocks[b].span.of(&parsed.article.text);
    let short = |b: usize| blocks[b].kind != BlockKind::Boilerplate && quotes::word_runs(line(b)) <= QUESTION_MAX;
    let mut asks: Vec<bool> = (0..blocks.len()).map(|b| short(b) && line(b).ends_with('?')).collect();
    let marked = asks.iter().filter(|asks| **asks).count();
    let (first, last) = (asks.iter().position(|asks| *asks)?, asks.iter().rposition(|asks| *asks)?);
    // `Your colleagues disagree.`: an interviewer need not ask to be answered.
    for b in first + 1..last {
        let prompts = short(b) && persons[b].second > 0 && persons[b].first == 0 && line(b).ends_with('.');
        asks[b] |= prompts && !asks[b - 1] && !asks[b + 1];
    }
    let person = guest(parsed, cast).or_else(|| {
        let addressed = (first..=last).filter(|&b| asks[b] && persons[b].second > 0).count();
        let writer = byline(parsed, cast).0;
        let opening = parsed.tokens.len().min(parsed.block_of.partition_point(|&b| (b as usize) < first));
        let mut named = cast.within(0..opening).iter().map(|m| m.actor).filter(|&a| cast.is_person(a) && Some(a) != writer);
        named.next().filter(|_| addressed >= 2)
    });
    let person = person.filter(|_| marked >= 3)?;
    let aside = asides(parsed, cast, person);
    let answer = |b: usize| (first + 1..=last + 1).contains(&b) && blocks[b].kind == BlockKind::Paragraph && !asks[b] && !aside[b];
    let own: usize = (first..blocks.len()).filter(|&b| answer(b)).map(|b| persons[b].first).sum();
    let label = |b: usize| match () {
        () if asks[b] => Label::Asks,
        () if answer(b) => Label::Speaks(Some(person)),
        () => Label::None,
    };
    (own >= 3).then(|| (0..blocks.len()).map(label).collect())
}

/// Blocks in which an interviewer tells: between brackets.
fn asides(parsed: &Parsed, cast: &Cast, person: usize) -> Vec<bool> {
    let text = &parsed.article.text;
    let mut asides: Vec<bool> = parsed.article.blocks.iter().map(|b| b.span.of(text).starts_with(['(', '['])).collect();
    // Nobody speaks of himself by name and not in the first person.
    let persons = persons(parsed);
    for mention in cast.mentions.iter().filter(|m| m.actor == person && parsed.quote_of[m.start].is_none()) {
        let b = parsed.block_of[mention.start] as usize;
        asides[b] |= persons[b].first == 0;
    }
    asides
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::{
        domain::registry,
        extract::{Format, Gazetteer, actors, article},
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
    fn labels_may_be_roles_and_questions_may_stand_alone() {
        let text = "HOST: Our guest is Mary Brandt, the minister. Why now?\nMINISTER: The nation paid for it.\nHOST: All of it?\nMINISTER: Nearly.\n";
        assert_eq!(voices(text).3, ["?", "Mary Brandt", "?", "Mary Brandt"]);
        let text = "The answers were given in writing by Mary Brandt of the Harbour Institute.\nDo you insure them?\nWe do not, and I say so.\nWhy not?\nI cannot price them.\nWill that change?\nOur rule stands.\n";
        assert_eq!(voices(text).3, ["-", "?", "Mary Brandt", "?", "Mary Brandt", "?", "Mary Brandt"]);
    }
    #[test]
    fn an_interviewer_need_not_ask() {
        let text = "Mary Brandt mends nets in Lund.\nHow did you begin?\nMy aunt had a loom, and I was cold.\nYour neighbours are not pleased.\nThey sleep late.\nWould you move?\nI would not.\n(Mary Brandt has since moved.)\nAnd what do you advise?\nOur rule is to wait.\n";
        assert_eq!(voices(text).3, ["-", "?", "Mary Brandt", "?", "Mary Brandt", "?", "Mary Brandt", "-", "?", "Mary Brandt"]);
    }

    #[test]
    fn a_letter_is_its_signers() {
        let text = "From the post bag\nThe Harbour Institute has moved to the quay this spring.\nSir: I waited an hour for the ferry, and I was not alone. — Mary Brandt, Lund\nThe Harbour Institute closes on Sundays.\n";
        assert_eq!(voices(text).3, ["-", "-", "Mary Brandt", "-"]);
    }
}
