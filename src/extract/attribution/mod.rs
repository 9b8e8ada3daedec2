//! Who said a quotation: a sieve of rules, the first that fires names itself.

pub mod features;
pub mod model;
pub mod nearby;
mod paragraphs;
mod phrasings;
pub mod subjects;

use std::ops::Range;

use crate::extract::{
    attribution::model::Attributed,
    findings::Rule,
    lexicon::lexicon,
    names::actors::Cast,
    references::{
        makers::Makers,
        phrases::{self, Referent},
        pronouns::Referents,
    },
    text::sentences::Parsed,
    voices::Voices,
};

/// Where a statement comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The rule that found it.
    pub rule: Rule,
    /// The phrase that names it, if any.
    pub mention: Option<Range<usize>>,
    /// The actor meant.
    pub actor: Option<usize>,
    /// Whether it is an unnamed group.
    pub group: bool,
    /// The attributing word.
    pub cue: Option<Range<usize>>,
}

/// Words that go on behind a verb whose words stand before it: `“…?” S said of the plan.`
const BEHIND_VERB: &[&str] = &[
    ".",
    ",",
    "in",
    "at",
    "to",
    "on",
    "during",
    "after",
    "when",
    "as",
    "the",
    "reporters",
    "of",
    "about",
    "from",
    "before",
    "via",
    "by",
    "last",
    "earlier",
    "recently",
    "afterwards",
    "later",
    "with",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "yesterday",
    "today",
];

/// What the sieve reads.
pub struct Sieve<'p, 'a> {
    /// The text.
    pub parsed: &'p Parsed<'a>,
    /// Its actors.
    pub cast: &'p Cast,
    /// Resolved pronouns.
    pub referents: &'p Referents,
    /// What the learned models find, by sentence.
    pub learned: &'p [Vec<Attributed>],
    /// Whom “I” and “we” mean.
    pub voices: &'p Voices,
    /// Whose the named things are.
    pub makers: &'p Makers,
}

impl Sieve<'_, '_> {
    /// The source of each quotation that is a statement, by its index.
    pub fn quotations(&self) -> Vec<Option<Source>> {
        let quotes = &self.parsed.quotes;
        let mut sources: Vec<Option<Source>> = vec![None; quotes.len()];
        let interviewee = self.interviewee();
        for q in 0..quotes.len() {
            // `“A,” says S, when I meet him, “and b.”`: the second half is of one breath with the first.
            if let Some(first) = self.first_half(q, &sources).or_else(|| self.labelled(q)) {
                sources[q] = Some(first);
                continue;
            }
            // Where both the rules and the models name a source, the models' mention stands, unless only the rules know the actor
            // or a phrase says outright whose words they are.
            let (learned, ruled) = (self.learned(q), self.beside(q));
            let chosen = match (learned, ruled) {
                (Some(learned), Some(ruled)) => {
                    let sure = learned.actor.is_none() || ruled.rule == Rule::AccordingTo;
                    Some(if sure && ruled.actor.is_some() { ruled } else { learned })
                }
                (learned, ruled) => learned.or(ruled),
            };
            sources[q] = chosen
                .or_else(|| self.shared(q, &sources))
                .or_else(|| self.introduced(q))
                .or_else(|| self.continuation(q, &sources))
                .or_else(|| self.resumed(q, &sources))
                .or_else(|| self.goes_on(q, &sources))
                .or_else(|| self.answered(q, interviewee))
                .or_else(|| self.alone(q))
                .or_else(|| self.opens(q, &sources))
                .or_else(|| self.added(q))
                .or_else(|| self.beat(q));
        }
        // A first half without a source of its own takes that of its second half: `“A,” and then: “B,” she said`.
        for q in 0..quotes.len().saturating_sub(1) {
            if sources[q].is_none() && self.sentence(q) == self.sentence(q + 1) {
                sources[q] = sources[q + 1].clone();
            }
        }
        sources
    }

    /// The source that the learned models give the quotation's sentence.
    fn learned(&self, q: usize) -> Option<Source> {
        let quote = &self.parsed.quotes[q].tokens;
        let around = self.learned[self.sentence(q)].iter().find(|a| a.content.start <= quote.start && quote.end <= a.content.end)?;
        let source = around.source.clone()?;
        // `Asked whether A agreed, B was brief: “…”`: who is asked about says nothing.
        let sentence = &self.parsed.sentences[self.sentence(q)].tokens;
        if self.behind_opening(sentence.start, quote.start).is_some_and(|main| source.end <= main) {
            return None;
        }
        // `A spoke of a rival, B, saying …`: the main clause's subject speaks on.
        let cue = around.cue;
        let participle = self.parsed.tokens[cue].lower.ends_with("ing") && cue > 0 && self.parsed.tokens[cue - 1].is(",");
        if participle && source.end == cue.saturating_sub(1) && source.start > sentence.start + 3 {
            return None;
        }
        let phrase = phrases::phrase(self.parsed, self.cast, source);
        let narrator = phrase.referent == Referent::First && self.first_person(phrase.head).is_none();
        if narrator && !lexicon().speaks(&self.parsed.tokens[around.cue].lower) {
            return None;
        }
        Some(self.source(Rule::Beside, &phrase, around.cue..around.cue + 1))
    }

    /// The source of indirect speech: whom the models name, else the subject of the cue.
    pub fn source_of(&self, attributed: &Attributed) -> Option<Source> {
        let cue = attributed.cue;
        let phrase = match attributed.source.clone() {
            Some(source) => phrases::phrase(self.parsed, self.cast, source),
            None => {
                let start = self.parsed.sentences[self.parsed.sentence_of[cue] as usize].tokens.start;
                let finite = lexicon().speaks(&self.parsed.tokens[cue].lower) && attributed.content.start > cue;
                let floor = (start..cue).rev().find(|&i| self.parsed.quote_of[i].is_some()).map_or(start, |i| i + 1);
                let phrase = if self.parsed.tokens[cue].lower.ends_with("ing") {
                    self.main_subject(floor, cue)
                } else {
                    self.subject(floor, cue).or_else(|| self.main_subject(floor, cue))
                };
                phrase.filter(|p| finite && self.actor_of(p).is_some())?
            }
        };
        Some(self.source(Rule::Clause, &phrase, cue..cue + 1))
    }

    pub(in crate::extract) fn sentence(&self, q: usize) -> usize {
        self.parsed.sentence_of[self.parsed.quotes[q].tokens.start] as usize
    }

    /// Tokens of the quotation's sentence before it, back to another quotation.
    pub(in crate::extract) fn pre(&self, q: usize) -> Range<usize> {
        let start = self.parsed.quotes[q].tokens.start;
        let first = self.parsed.sentences[self.sentence(q)].tokens.start;
        let from = (first..start)
            .rev()
            .find(|&i| self.parsed.quote_of[i].is_some_and(|other| self.parsed.quotes[other as usize].is_statement()))
            .map_or(first, |i| i + 1);
        from..start
    }

    /// Tokens of the quotation's sentence after it, up to another quotation; of the next sentence where that reads `NAME asked.`
    fn post(&self, q: usize) -> Range<usize> {
        let end = self.parsed.quotes[q].tokens.end;
        let sentence = self.sentence(q);
        let last = self.parsed.sentences[sentence].tokens.end;
        if end >= last {
            let Some(next) = self.parsed.sentences.get(sentence + 1).filter(|s| s.block == self.parsed.sentences[sentence].block) else {
                return end..end;
            };
            let dashed = self.parsed.tokens[next.tokens.start].is_any(&["—", "–", "―"])
                && self.cast.mention_of.get(next.tokens.start + 1).is_some_and(Option::is_some);
            if dashed {
                return next.tokens.clone();
            }
            let verb = next
                .tokens
                .clone()
                .take(7)
                .find(|&i| lexicon().speaks(&self.parsed.tokens[i].lower) && !self.parsed.tokens[i].lower.ends_with("ing"));
            let Some(verb) = verb.filter(|&v| v > next.tokens.start) else { return end..end };
            let names = self.cast.mention_at(verb - 1).is_some_and(|m| m.start <= next.tokens.start + 3) || verb == next.tokens.start + 1;
            let ends = self.parsed.tokens.get(verb + 1).is_none_or(|t| t.is_any(BEHIND_VERB))
                || self.parsed.tokens[verb].is_any(&["told", "tells"])
                || verb + 1 >= next.tokens.end;
            return if names && ends { next.tokens.clone() } else { end..end };
        }
        let to = (end..last).find(|&i| self.parsed.quote_of[i].is_some()).unwrap_or(last);
        end..to
    }

    /// Cue and source in the quotation's own sentence.
    fn beside(&self, q: usize) -> Option<Source> {
        let text = self.parsed.quotes[q].inner.of(&self.parsed.article.text);
        let (pre, post) = (self.pre(q), self.post(q));
        let opened = self.parsed.tokens.get(post.start).is_some_and(|t| t.is_any(&[",", "—", "–"])) && !post.is_empty();
        let complete = text.ends_with([',', '?', '!', '…', '—', '–', '.', '-']) || opened;
        let after_colon = pre.end > pre.start && self.parsed.tokens[pre.end - 1].is(":");
        if complete && !after_colon {
            self.behind(&post).or_else(|| self.before(&pre))
        } else {
            self.before(&pre).or_else(|| self.behind(&post))
        }
    }

    /// `…,” said S` · `…,” S said`.
    fn behind(&self, post: &Range<usize>) -> Option<Source> {
        let tokens = &self.parsed.tokens;
        let mut from = post.start;
        while from < post.end && tokens[from].is_any(&[",", "—", "–", "―", "-", ".", "…"]) {
            from += 1;
        }
        if from > post.start && tokens[from - 1].is_any(&["—", "–", "―", "-"]) && from < post.end && self.cast.mention_of[from].is_some()
        {
            let named = self.cast.mention_at(from).map(|m| m.start..m.end)?;
            let phrase = phrases::phrase(self.parsed, self.cast, named);
            return Some(self.source(Rule::Beside, &phrase, from..from));
        }
        if from < post.end && tokens[from].is_any(&["so", "as", "and", "then", "also", "or"]) && from + 1 < post.end {
            from += 1;
        }
        if from >= post.end {
            return None;
        }
        if let Some(source) = self.outright(from, post.end) {
            return Some(source);
        }
        if self.is_finite_cue(from) && from + 1 < post.end && !tokens[from + 1].is_any(&["that", "of", "by", "in"]) {
            let phrase = phrases::starting(self.parsed, self.cast, from + 1, post.end)?;
            if phrase.referent != Referent::Abstract {
                return Some(self.source(Rule::Beside, &phrase, from..from + 1));
            }
        }
        if let Some(source) = self.phrased(from, post.end) {
            return Some(source);
        }
        let limit = post.end.min(from + 40);
        for verb in from..limit {
            if tokens[verb].is_any(&[";", ":"]) {
                break;
            }
            if !lexicon().speaks(&tokens[verb].lower) || tokens[verb].is_capital() || self.cast.mention_of[verb].is_some() || verb == from {
                continue;
            }
            if lexicon().is_role(&tokens[verb].lower) && !tokens[verb].lower.ends_with("ed") {
                continue;
            }
            let Some(phrase) = self.subject(from, verb) else { continue };
            if phrase.tokens.start > from + 14 || phrase.referent == Referent::Abstract {
                continue;
            }
            return Some(self.source(Rule::Beside, &phrase, verb..verb + 1));
        }
        self.acted(from, post.end)
    }

    /// `S said: “…` · `S called it “…` · `according to S, “…`.
    pub(in crate::extract) fn before(&self, pre: &Range<usize>) -> Option<Source> {
        let tokens = &self.parsed.tokens;
        if pre.is_empty() {
            return None;
        }
        if let Some(at) = (pre.start..pre.end.saturating_sub(2)).find(|&i| tokens[i].is("according") && tokens[i + 1].is("to")) {
            let phrase = phrases::starting(self.parsed, self.cast, at + 2, pre.end)?;
            return Some(self.source(Rule::AccordingTo, &phrase, at..at + 2));
        }
        let colon = tokens[pre.end - 1].is(":");
        if let Some(source) = self.document(pre).filter(|_| colon) {
            return Some(source);
        }
        let main = self.behind_opening(pre.start, pre.end).unwrap_or(pre.start);
        let near = pre.end.saturating_sub(45).max(main);
        for verb in (near..pre.end).rev() {
            let known =
                lexicon().cues.contains_key(&tokens[verb].lower) && !tokens[verb].is_capital() && self.cast.mention_of[verb].is_none();
            let noun =
                verb > pre.start && tokens[verb - 1].is_any(&["the", "a", "an", "its", "their", "his", "her", "our", "my", "this", "'s"]);
            if noun || !known || tokens[verb].is_any(&["see", "open", "read", "go", "like"]) && !tokens[pre.end - 1].is_any(&[":", ","]) {
                continue;
            }
            if lexicon().is_role(&tokens[verb].lower) && !tokens[verb].lower.ends_with("ed") {
                continue;
            }
            let participle = tokens[verb].lower.ends_with("ing");
            let phrase = if participle {
                self.main_subject(pre.start, verb)
            } else {
                self.subject(pre.start, verb).or_else(|| self.main_subject(pre.start, verb))
            };
            // The reader says nothing: `Before you laugh: “…”`.
            let Some(phrase) = phrase.filter(|p| !tokens[p.head].is("you")) else { continue };
            if phrase.referent == Referent::First && self.first_person(phrase.head).is_none() && !lexicon().speaks(&tokens[verb].lower) {
                continue;
            }
            // `where a note above the door reads: “…”`: nobody's words.
            let last = verb + 1 == pre.end || verb + 2 == pre.end && tokens[verb + 1].is(":");
            if phrase.referent == Referent::Abstract && last && lexicon().speaks(&tokens[verb].lower) && colon {
                return Some(self.source(Rule::Beside, &phrase, verb..verb + 1));
            }
            // `demanded that A publish B, “…”`: they are the words of who demands.
            let demanded = tokens[phrase.tokens.start].is("that") && phrase.tokens.len() > 1
                || phrase.tokens.start > pre.start && tokens[phrase.tokens.start - 1].is("that");
            let bare = lexicon().cues.get(&tokens[verb].lower).is_some_and(|c| c.0 == tokens[verb].lower);
            if phrase.referent == Referent::Abstract || demanded && bare {
                continue;
            }
            return Some(self.source(Rule::Beside, &phrase, verb..verb + 1));
        }
        // `NAME: “…` or a subject that only a comma or colon parts from its words.
        let phrase = self.main_subject(pre.start, pre.end)?;
        // `Then, since I have not understood: “…”`: the writer only tells of being there.
        if phrase.referent == Referent::First && self.first_person(phrase.head).is_none() {
            return None;
        }
        (phrase.referent != Referent::Abstract && phrase.referent != Referent::Group || colon)
            .then(|| self.source(Rule::Beside, &phrase, pre.end - 1..pre.end))
    }

    fn is_finite_cue(&self, i: usize) -> bool {
        let token = &self.parsed.tokens[i];
        lexicon().speaks(&token.lower) && !token.is_capital() && !token.lower.ends_with("ing")
    }

    /// The source of the first half of a quotation that its attribution cuts in two.
    fn first_half(&self, q: usize, sources: &[Option<Source>]) -> Option<Source> {
        let previous = q.checked_sub(1).filter(|&p| self.sentence(p) == self.sentence(q))?;
        let (before, quote) = (&self.parsed.quotes[previous], &self.parsed.quotes[q]);
        let text = &self.parsed.article.text;
        let cut = before.inner.of(text).ends_with([',', '—', '–']) && quote.inner.of(text).starts_with(char::is_lowercase);
        let last = &self.parsed.tokens[quote.tokens.start.checked_sub(1)?];
        let source = sources[previous].clone().filter(|s| cut && s.cue.is_some() && s.actor.is_some())?;
        last.is_any(&[",", "—", "–"]).then_some(source)
    }

    /// Another part of the same sentence's quotation.
    fn shared(&self, q: usize, sources: &[Option<Source>]) -> Option<Source> {
        let previous = q.checked_sub(1).filter(|&p| self.sentence(p) == self.sentence(q))?;
        sources[previous].clone()
    }

    /// A quotation inside a clause without an attributing verb: its subject, if a person or organization.
    pub(in crate::extract) fn loose(&self, q: usize) -> Option<Source> {
        let pre = self.pre(q);
        let phrase = self.main_subject(pre.start, pre.end)?;
        self.actor_of(&phrase)?;
        Some(self.source(Rule::Beside, &phrase, pre.end.saturating_sub(1)..pre.end))
    }
}

#[cfg(test)]
pub(in crate::extract) mod tests {
    use crate::{
        domain::{registry, statement::StatementKind},
        extract::{self, Format, Gazetteer, text::article},
    };

    /// The speakers of the quotations of a text, in order.
    pub fn speakers(text: &str) -> Vec<Option<String>> {
        let article = article::read(text, Format::Text);
        let findings = extract::extract(&article, &Gazetteer::new(registry::known(), []));
        let quotes = findings.statements.iter().filter(|f| f.kind == StatementKind::Quote);
        quotes.map(|f| f.actor.map(|a| findings.actors[a].name.clone())).collect()
    }

    fn all(text: &str, name: &str) {
        let found = speakers(text);
        assert!(!found.is_empty() && found.iter().all(|s| s.as_deref() == Some(name)), "{text} {found:?}");
    }

    #[test]
    fn both_halves_of_a_cut_quotation_have_one_speaker() {
        all(
            "David Ostrom mends nets. “Nine winters of our work,” says Ostrom, when I find him at the quay, “and they had it by noon.”",
            "David Ostrom",
        );
    }

    #[test]
    fn a_name_beside_any_definite_noun_speaks() {
        all("“It took nine seasons and a good deal of luck,” says our agronomist, David Ostrom.", "David Ostrom");
        all("“You left the gate open for all of them,” its secretary-general, David Ostrom, told me over tea.", "David Ostrom");
    }

    #[test]
    fn the_words_of_somebody_are_theirs() {
        all("The mill bought “a very large amount of rope”, in the words of its keeper, David Ostrom.", "David Ostrom");
        all("The Harbour Museum was quick. “Better a late ferry than none at all,” read a post on its page.", "Harbour Museum");
        all("David Ostrom has left. Before you laugh: “All of the boats leaked on the way.” Ostrom adds that he can swim.", "David Ostrom");
        all(
            "“We knew who had the key,” said David Ostrom. His staff were against it, he recalled. “We would do it again.”",
            "David Ostrom",
        );
    }

    #[test]
    fn documents_speak_for_their_owner() {
        all("David Ostrom was asked about the delay. His answer took one line: “We will be done by the spring.”", "David Ostrom");
        all("An honest essay by David Ostrom, who left in March: “I should have said what I knew.”", "David Ostrom");
        assert_eq!(speakers("David Ostrom waited, and a note taped above the door read: “Do not feed the old dog.”"), [None]);
    }

    #[test]
    fn the_main_clause_has_the_speaker() {
        all(
            "Asked by a student whether Mary Brandt regretted anything, David Ostrom was brief: “Only that we waited so long.”",
            "David Ostrom",
        );
        all("David Ostrom spoke of an old rival, Mary Brandt, saying “she was right on the day that counted”.", "David Ostrom");
        all("David Ostrom demanded that Mary Brandt publish the table “down to the last figure of it”.", "David Ostrom");
    }

    #[test]
    fn who_is_not_named_is_nobody() {
        let text = "David Ostrom waited. “Bridges are not built by wishing,” said an official at the Harbour Authority, who gave no name.";
        assert_eq!(speakers(text), [None]);
        assert!(speakers("The Harbour Authority has a new sign. Its motto is “Somebody has to read it.”").is_empty());
    }
}
