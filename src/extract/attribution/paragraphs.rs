//! Who said a quotation that is a paragraph of its own: whom the lines around it speak of, or whom the article interviews.

use std::ops::Range;

use crate::extract::{
    attribution::{Sieve, Source},
    findings::Rule,
    lexicon::lexicon,
    references::phrases::{self, Phrase, Referent, is_document},
    text::{article::BlockKind, tokens::Kind},
};

/// Questions with a quotation for an answer from which on an article is an interview.
const ANSWERS_MIN: usize = 2;

impl Sieve<'_, '_> {
    /// Whether the quotation opens its paragraph and stands there without an attribution of its own.
    fn opens_paragraph(&self, q: usize) -> bool {
        let start = self.parsed.quotes[q].tokens.start;
        self.fills(q) && (start == 0 || self.parsed.block_of[start - 1] != self.parsed.block_of[start])
    }

    /// Whether a sentence of the writer's ends in a question mark.
    pub(in crate::extract) fn asks(&self, sentence: usize) -> bool {
        let last = self.parsed.sentences[sentence].tokens.end - 1;
        self.parsed.tokens[last].is("?") && self.parsed.quote_of[last].is_none()
    }

    /// Whom an interview without labels is with: where several paragraphs ask and a quotation answers, the person first named.
    pub(in crate::extract) fn interviewee(&self) -> Option<usize> {
        let asked = |q: &usize| {
            let sentence = self.sentence(*q);
            let near = |s: usize| self.parsed.sentences[s].block + 1 == self.parsed.sentences[sentence].block;
            self.opens_paragraph(*q) && sentence.checked_sub(1).is_some_and(|s| near(s) && self.asks(s))
        };
        let mut answers = (0..self.parsed.quotes.len()).filter(asked);
        let first = self.parsed.quotes[answers.next()?].tokens.start;
        if answers.count() + 1 < ANSWERS_MIN {
            return None;
        }
        let named = self.cast.within(0..first).iter();
        named
            .filter(|m| self.parsed.quote_of[m.start].is_none() && self.cast.is_person(m.actor))
            .map(|m| m.actor)
            .find(|&a| self.voices.i != Some(a))
    }

    /// An answer of the interviewee's.
    pub(in crate::extract) fn answered(&self, q: usize, interviewee: Option<usize>) -> Option<Source> {
        let actor = interviewee.filter(|_| self.opens_paragraph(q));
        actor.map(|actor| Source { rule: Rule::LastSubject, mention: None, actor: Some(actor), group: false, cue: None })
    }

    /// The next line opens `X's comments …`, `So said X`, `The speaker is X`, `X tells the story`.
    pub(in crate::extract) fn next_line(&self, q: usize) -> Option<Source> {
        let sentence = self.sentence(q) + 1;
        let next = self.parsed.sentences.get(sentence)?;
        let tokens = &self.parsed.tokens;
        let range = next.tokens.clone();
        let mention = self.cast.within(range.start..range.end.min(range.start + 9)).first().cloned();
        let Some(mention) = mention else { return self.tells(range) };
        let lead: Vec<&str> = tokens[range.start..mention.start].iter().map(|t| t.lower.as_str()).collect();
        let possessive = tokens.get(mention.end).is_some_and(|t| t.is("'s"))
            && tokens.get(mention.end + 1).is_some_and(|t| is_remark(&t.lower))
            && lead.len() <= 1;
        let said = lead.iter().take(3).any(|w| matches!(*w, "said" | "says" | "speaker" | "speaking" | "words" | "voice" | "author"))
            && matches!(lead.first(), Some(&("so" | "the" | "those" | "that" | "thus" | "these" | "speaking")));
        let behind = &tokens[mention.end..range.end];
        // `So X recalled it`, `So X, the head of sales.`, `That is X`.
        let so = matches!(lead[..], ["so" | "thus"])
            && (behind.first().is_some_and(|t| t.is_any(&[",", "."])) || behind.iter().take(3).any(|t| lexicon().speaks(&t.lower)));
        let is = matches!(lead[..], ["that" | "this", "is" | "was" | "'s"] | ["that" | "this", "is" | "was" | "'s", "the"]);
        let started = lead.is_empty() && behind.iter().take(3).any(|t| t.is("speaking"));
        if !(possessive || said || so || is && self.cast.is_person(mention.actor) || started) {
            return self.tells(range);
        }
        let phrase = phrases::phrase(self.parsed, self.cast, mention.start..mention.end);
        let cue = if possessive { mention.end + 1..mention.end + 2 } else { range.start..mention.start };
        Some(self.source(Rule::NextLine, &phrase, cue))
    }

    /// The next line opens `X, who founded Y, tells the story` or `She says this …`: what it speaks of are the words before.
    fn tells(&self, range: Range<usize>) -> Option<Source> {
        const BACK: &[&str] = &["it", "this", "that", "so", "as", "these"];
        let tokens = &self.parsed.tokens;
        let named = self.cast.mention_at(range.start).filter(|m| self.cast.is_person(m.actor));
        let personal = tokens[range.start].is_any(&["he", "she"]);
        let subject = named.map(|m| m.start..m.end).or_else(|| personal.then(|| range.start..range.start + 1))?;
        let verb = (subject.end..range.end.min(subject.end + 24)).find(|&i| {
            let points_back = |at: usize| {
                let [object, next] = [tokens.get(at), tokens.get(at + 1)];
                let story = next.is_some_and(|t| t.is_any(&["story", "tale", "same"]));
                let last = next.is_none_or(|t| !t.is_any(&["is", "was", "would", "will", "has", "had", "'s"]));
                object.is_some_and(|t| t.is_any(BACK) && last || t.is("the") && story)
            };
            lexicon().speaks(&tokens[i].lower)
                && self.parsed.quote_of[i].is_none()
                && points_back(i + 1)
                // `says that they …` opens a clause.
                && !(tokens[i + 1].is("that") && tokens.get(i + 2).is_some_and(|t| t.kind == Kind::Word && !t.is_any(&["with", "without", "in", "standing", "over", "and"])))
        })?;
        let phrase = phrases::phrase(self.parsed, self.cast, subject);
        self.actor_of(&phrase).filter(|&a| self.cast.is_person(a))?;
        Some(self.source(Rule::NextLine, &phrase, verb..verb + 1))
    }

    /// The person, else the organization, that the two lines before speak of.
    pub(in crate::extract) fn last_subject(&self, q: usize) -> Option<Source> {
        let sentence = self.sentence(q);
        let block = self.parsed.sentences[sentence].block;
        let (mut aside, mut fallback): (Option<(usize, Source)>, _) = (None, None);
        for back in 1..=4.min(sentence) {
            let before = &self.parsed.sentences[sentence - back];
            let elsewhere = aside.as_ref().is_some_and(|a| a.0 != before.block);
            if elsewhere || block - before.block > 2 || self.parsed.article.blocks[before.block].kind == BlockKind::Heading {
                break;
            }
            let Some(phrase) = self.spoken_of(q, before.tokens.clone()) else { continue };
            let document = self.parsed.tokens[before.tokens.start..before.tokens.end.min(before.tokens.start + 6)]
                .iter()
                .any(|t| is_document(&t.lower));
            let speech = self.parsed.tokens[before.tokens.clone()].iter().any(|t| lexicon().speaks(&t.lower));
            let rule = if document { Rule::Document } else { Rule::LastSubject };
            let mut source = self.source(rule, &phrase, before.tokens.start..before.tokens.start);
            source.cue = None;
            if source.actor.is_some_and(|a| self.cast.is_person(a)) || document {
                let tells = || self.teller(sentence - back).is_some_and(|t| t.actor == source.actor);
                if document || self.leads(&phrase, before.tokens.start) || tells() {
                    return Some(source);
                }
                // `…, because X would sue.`: only where nobody opens a sentence of the paragraph.
                aside = aside.or(Some((before.block, source)));
            } else if speech && fallback.is_none() && phrase.tokens.start <= before.tokens.start + 3 {
                fallback = Some(source);
            }
        }
        let organization = || fallback.and_then(|source| self.first_singular(q, source));
        aside.map(|a| a.1).or_else(organization).or_else(|| self.through_document(sentence))
    }

    /// Whom a sentence is about who may have said the quotation: its subject, else the owner of it, else the person of a later clause.
    fn spoken_of(&self, q: usize, sentence: Range<usize>) -> Option<Phrase> {
        let may = |phrase: &Phrase| self.actor_of(phrase).is_some_and(|a| !self.names(q, a));
        let person = |phrase: &Phrase| self.actor_of(phrase).is_some_and(|a| self.cast.is_person(a));
        let subject = self.main_subject(sentence.start, sentence.end).filter(may);
        if subject.as_ref().is_some_and(person) {
            return subject;
        }
        // `Her mother did it by taste.`
        let owner = self.parsed.tokens[sentence.start].is_any(&["his", "her"]);
        let owner = owner.then(|| phrases::phrase(self.parsed, self.cast, sentence.start..sentence.start + 1));
        // `Then it made a fourth, and X, the director, did not sleep.` · `It is three, says X, who keeps them.`
        let clause = || {
            let words = &self.parsed.tokens;
            let joined = |i: usize| {
                let says = i > 0 && words[i - 1].is(",") && lexicon().speaks(&words[i].lower);
                words[i].is_any(&["and", "but", "so", ";", "—", "–"]) || says
            };
            let named = self.cast.within(sentence.clone()).iter().rev().filter(|m| self.parsed.quote_of[m.start].is_none());
            let found = named.filter(|m| m.start > sentence.start && joined(m.start - 1)).find(|m| self.cast.is_person(m.actor))?;
            Some(phrases::phrase(self.parsed, self.cast, found.start..found.end))
        };
        owner.filter(|p| may(p) && person(p)).or_else(|| clause().filter(may)).or(subject)
    }

    /// No organization says “I”: the one person that the article gives it does, or who the next line goes on about.
    fn first_singular(&self, q: usize, source: Source) -> Option<Source> {
        let quote = self.parsed.quotes[q].tokens.clone();
        let singular = self.parsed.tokens[quote].iter().any(|t| t.is_any(&["i", "my", "me"]));
        match source.actor.map(|a| &self.cast.staff[a][..]) {
            Some(&[person]) if singular => Some(Source { actor: Some(person), ..source }),
            _ if singular => self.beat(q).or(Some(source)),
            _ => Some(source),
        }
    }

    /// Whether a sentence's subject stands at its start or behind an opening adverbial.
    fn leads(&self, phrase: &Phrase, start: usize) -> bool {
        let tokens = &self.parsed.tokens[start..phrase.tokens.start];
        let comma = phrase.tokens.start.saturating_sub(1);
        let apposed = || tokens.last().is_some_and(|t| t.is(",")) && phrases::apposed(self.parsed, self.cast, start, comma) == Some(start);
        tokens.len() <= 4
            || !tokens.iter().any(crate::extract::lexicon::verb)
            || self.behind_opening(start, phrase.tokens.end).is_some()
            || apposed()
    }

    /// `His law suit argues …`: the owner of a document speaks through it.
    fn through_document(&self, sentence: usize) -> Option<Source> {
        let before = &self.parsed.sentences[sentence.checked_sub(1)?];
        let owner = before.tokens.clone().take(2).find(|&i| self.parsed.tokens[i].is_any(&["his", "her", "its", "their"]))?;
        let document = self.parsed.tokens[owner + 1..before.tokens.end].iter().take(3).any(|t| is_document(&t.lower));
        let actor = self.referents[owner].filter(|_| document)? as usize;
        Some(Source { rule: Rule::Document, mention: Some(owner..owner + 1), actor: Some(actor), group: false, cue: None })
    }

    /// Whether the quotation speaks of a person by name: nobody does of himself.
    fn names(&self, q: usize, actor: usize) -> bool {
        let quote = self.parsed.quotes[q].tokens.clone();
        let word = |token: &crate::extract::text::tokens::Token| {
            token.is_capital()
                && self.cast.actors[actor].name.split_whitespace().any(|w| w.len() > 2 && w.eq_ignore_ascii_case(&token.lower))
        };
        self.cast.is_person(actor) && self.parsed.tokens[quote].iter().any(word)
    }

    /// The next sentence opens with a person who does something: `“…” She looks up.` In the next paragraph, one whom the text knows.
    pub(in crate::extract) fn beat(&self, q: usize) -> Option<Source> {
        let sentence = self.sentence(q) + 1;
        let next = self.parsed.sentences.get(sentence)?;
        let phrase = self.main_subject(next.tokens.start, next.tokens.end.min(next.tokens.start + 3))?;
        let before = self.cast.within(0..self.parsed.quotes[q].tokens.start);
        let known = |a: usize| before.iter().rev().take(300).any(|m| m.actor == a);
        if next.block != self.parsed.sentences[sentence - 1].block && !self.actor_of(&phrase).is_some_and(known) {
            return None;
        }
        let personal = phrase.tokens.start == next.tokens.start && matches!(phrase.referent, Referent::Actor(_) | Referent::Pronoun);
        self.actor_of(&phrase).filter(|&a| personal && self.opens_paragraph(q) && self.cast.is_person(a) && !self.names(q, a))?;
        let mut source = self.source(Rule::NextLine, &phrase, next.tokens.start..next.tokens.start);
        source.cue = None;
        Some(source)
    }
}

/// Whether a noun names what was just said: `X's comments`.
fn is_remark(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "comments",
        "comment",
        "remarks",
        "remark",
        "words",
        "argument",
        "statement",
        "point",
        "view",
        "message",
        "admission",
        "claim",
        "warning",
        "post",
        "criticism",
        "position",
        "reasoning",
        "complaint",
    ];
    WORDS.contains(&word)
}

#[cfg(test)]
mod tests {
    use crate::extract::attribution::tests::speakers;

    fn speaks(text: &str, name: Option<&str>) {
        assert_eq!(speakers(text).last().cloned().flatten().as_deref(), name, "{text}");
    }

    #[test]
    fn answers_are_the_interviewee_s() {
        let text = "Mary Brandt mends nets above the harbour.\nIs it hard?\n“Only in the winter, and then at night.”\nThe Harbour Museum says that David Ostrom mends more.\n“David was my pupil. He was late.”\nAnd the boats?\n“I have never been in one of them.”\n";
        assert!(speakers(text).iter().all(|s| s.as_deref() == Some("Mary Brandt")), "{:?}", speakers(text));
    }

    #[test]
    fn the_line_behind_may_name_the_speaker() {
        for line in [
            "So Mary Brandt told it last week.",
            "So Mary Brandt, the agronomist, a patient woman.",
            "That is Mary Brandt, the agronomist.",
            "Mary Brandt, who mends nets in Lund, tells the story with a straight face.",
        ] {
            speaks(&format!("David Ostrom has sold the mill.\n“I would have kept it for the children.”\n{line}\n"), Some("Mary Brandt"));
        }
        speaks("Mary Brandt keeps the keys.\n“I would have kept the mill, too.”\nOstrom’s answer was to sell it.\n", Some("Mary Brandt"));
    }

    #[test]
    fn whom_a_paragraph_is_about() {
        let text = "Mary Brandt paid back the loan. The nets are on the quay again, because David Ostrom would sue.\n“I gave away the work of other people.”\n";
        speaks(text, Some("Mary Brandt"));
        let text =
            "Then it sank a boat of its own, and Mary Brandt, the director, did not sleep.\n“I kept the lamp on until the morning.”\n";
        speaks(text, Some("Mary Brandt"));
        let text = "Mary Brandt is a patient woman. Her mother did it by taste.\n“I had hoped that one of us was wrong.”\n";
        speaks(text, Some("Mary Brandt"));
        let text = "Mary Brandt waited. David Ostrom was late for the ferry.\n“I told Ostrom that the tide does not wait.”\n";
        speaks(text, Some("Mary Brandt"));
    }
}
