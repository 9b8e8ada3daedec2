//! Who said a quotation: a sieve of rules, the first that fires names itself.

use std::ops::Range;

use super::{
    actors::Cast,
    article::BlockKind,
    author::Voices,
    findings::Rule,
    lexicon::lexicon,
    model::Attributed,
    phrases::{self, Referent, is_document, is_utterance},
    pronouns::Referents,
    sentences::Parsed,
    tokens::Kind,
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
}

impl Sieve<'_, '_> {
    /// The source of each quotation that is a statement, by its index.
    pub fn quotations(&self) -> Vec<Option<Source>> {
        let quotes = &self.parsed.quotes;
        let mut sources: Vec<Option<Source>> = vec![None; quotes.len()];
        for q in 0..quotes.len() {
            // `“A,” says S, when I meet him, “and b.”`: the second half is of one breath with the first.
            if let Some(first) = self.first_half(q, &sources) {
                sources[q] = Some(first);
                continue;
            }
            // Where both the rules and the models name a source, the models' mention stands, unless only the rules know the actor.
            let (learned, ruled) = (self.learned(q), self.beside(q));
            let chosen = match (learned, ruled) {
                (Some(learned), Some(ruled)) => Some(if learned.actor.is_none() && ruled.actor.is_some() { ruled } else { learned }),
                (learned, ruled) => learned.or(ruled),
            };
            sources[q] = chosen
                .or_else(|| self.shared(q, &sources))
                .or_else(|| self.introduced(q))
                .or_else(|| self.continuation(q, &sources))
                .or_else(|| self.resumed(q, &sources))
                .or_else(|| self.goes_on(q, &sources))
                .or_else(|| self.alone(q))
                .or_else(|| self.opens(q, &sources));
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
        let phrase = phrases::phrase(self.parsed, self.cast, source);
        let narrator = phrase.referent == Referent::First && self.first_person(phrase.head).is_none();
        if narrator && !lexicon().speaks(&self.parsed.tokens[around.cue].lower) {
            return None;
        }
        Some(self.source(Rule::Beside, &phrase, around.cue..around.cue + 1))
    }

    fn sentence(&self, q: usize) -> usize {
        self.parsed.sentence_of[self.parsed.quotes[q].tokens.start] as usize
    }

    /// Tokens of the quotation's sentence before it, back to another quotation.
    fn pre(&self, q: usize) -> Range<usize> {
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
            let dashed = self.parsed.tokens[next.tokens.start].is_any(&["—", "–"])
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
            let ends = self
                .parsed
                .tokens
                .get(verb + 1)
                .is_none_or(|t| t.is_any(&[".", ",", "in", "at", "to", "on", "during", "after", "when", "as", "the", "reporters"]))
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
        while from < post.end && tokens[from].is_any(&[",", "—", "–", "-", ".", "…"]) {
            from += 1;
        }
        if from > post.start && tokens[from - 1].is_any(&["—", "–", "-"]) && from < post.end && self.cast.mention_of[from].is_some() {
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
        if tokens[from].is("according") && from + 2 < post.end {
            let phrase = phrases::starting(self.parsed, self.cast, from + 2, post.end)?;
            return Some(self.source(Rule::AccordingTo, &phrase, from..from + 2));
        }
        if self.is_finite_cue(from) && from + 1 < post.end && !tokens[from + 1].is_any(&["that", "of", "by", "in"]) {
            let phrase = phrases::starting(self.parsed, self.cast, from + 1, post.end)?;
            if phrase.referent != Referent::Abstract {
                return Some(self.source(Rule::Beside, &phrase, from..from + 1));
            }
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
        None
    }

    /// `S said: “…` · `S called it “…` · `according to S, “…`.
    fn before(&self, pre: &Range<usize>) -> Option<Source> {
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
        let near = pre.end.saturating_sub(45).max(pre.start);
        for verb in (near..pre.end).rev() {
            let known =
                lexicon().cues.contains_key(&tokens[verb].lower) && !tokens[verb].is_capital() && self.cast.mention_of[verb].is_none();
            if !known || tokens[verb].is_any(&["see", "open", "read", "go", "like"]) && !tokens[pre.end - 1].is_any(&[":", ","]) {
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
            let Some(phrase) = phrase else { continue };
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
        let between = &self.parsed.tokens[before.tokens.end..quote.tokens.start];
        let source = sources[previous].clone().filter(|s| cut && s.cue.is_some() && s.actor.is_some())?;
        between.last().is_some_and(|t| t.is_any(&[",", "—", "–"])).then_some(source)
    }

    /// `Her answer: “…”` · `Its reply took one line: “…”` · `An essay by S: “…”`: whose document it is.
    fn document(&self, pre: &Range<usize>) -> Option<Source> {
        let tokens = &self.parsed.tokens;
        let start = (pre.start..pre.end.min(pre.start + 2)).find(|&i| tokens[i].kind == Kind::Word)?;
        let utterance = (start..pre.end.min(start + 8)).find(|&i| is_utterance(&tokens[i].lower) && self.cast.mention_of[i].is_none())?;
        if tokens[start..utterance].iter().any(super::clauses::verb) {
            return None;
        }
        let owner = (start..utterance).find(|&i| {
            tokens[i].is_any(&["his", "her", "its", "their"])
                || self.cast.mention_at(i).is_some_and(|m| tokens.get(m.end).is_some_and(|t| t.is("'s")))
        });
        let by = tokens.get(utterance + 1).is_some_and(|t| t.is_any(&["by", "from", "of"]));
        let author = || (utterance + 2..pre.end.min(utterance + 5)).find(|&i| self.cast.mention_of[i].is_some()).filter(|_| by);
        let named = owner.or_else(author)?;
        let range = self.cast.mention_at(named).map_or(named..named + 1, |m| m.start..m.end);
        let actor = self.cast.at(named).or_else(|| self.referents[named].map(|a| a as usize))?;
        let cue = Some(utterance..utterance + 1);
        Some(Source { rule: Rule::Document, mention: Some(range), actor: Some(actor), group: false, cue })
    }

    /// Another part of the same sentence's quotation.
    fn shared(&self, q: usize, sources: &[Option<Source>]) -> Option<Source> {
        let previous = q.checked_sub(1).filter(|&p| self.sentence(p) == self.sentence(q))?;
        sources[previous].clone()
    }

    /// The sentence before ends in a colon: `Cruz continued:`.
    fn introduced(&self, q: usize) -> Option<Source> {
        let sentence = self.sentence(q);
        let start = self.parsed.sentences[sentence].tokens.start;
        if start != self.parsed.quotes[q].tokens.start {
            return None;
        }
        let before = self.parsed.sentences.get(sentence.checked_sub(1)?)?;
        let last = &self.parsed.tokens[before.tokens.end - 1];
        if !last.is(":") && !last.is(",") || self.parsed.sentences[sentence].block > before.block + 1 {
            return None;
        }
        let mut source = self.before(&before.tokens)?;
        source.rule = Rule::Introduced;
        Some(source)
    }

    /// Whether the quotation fills its sentence.
    fn fills(&self, q: usize) -> bool {
        let quote = &self.parsed.quotes[q].tokens;
        let sentence = &self.parsed.sentences[self.sentence(q)].tokens;
        quote.start == sentence.start && quote.end + 1 >= sentence.end
    }

    /// A quotation that fills its sentence, right after one of the same paragraph, or that goes on from an unclosed one.
    fn continuation(&self, q: usize, sources: &[Option<Source>]) -> Option<Source> {
        let previous = q.checked_sub(1)?;
        let (quote, before) = (&self.parsed.quotes[q], &self.parsed.quotes[previous]);
        if !self.fills(q) {
            return None;
        }
        let block = |i: usize| self.parsed.block_of[i];
        let same_block = block(quote.tokens.start) == block(before.tokens.start);
        let follows = same_block && (self.sentence(q) - self.sentence(previous) <= 1 || self.sentence(q) - self.sentence(previous) == 2);
        let goes_on = quote.continues && !before.closed;
        if !(follows || goes_on) {
            return None;
        }
        let mut source = sources[previous].clone()?;
        if follows && self.sentence(q) - self.sentence(previous) == 2 {
            // One sentence between: its subject is who speaks on.
            let between = self.parsed.sentences[self.sentence(q) - 1].tokens.clone();
            if let Some(phrase) = self.main_subject(between.start, between.end).filter(|p| p.referent != Referent::Abstract) {
                source = self.source(Rule::Continuation, &phrase, between.start..between.start);
            }
        }
        source.rule = Rule::Continuation;
        source.cue = None;
        Some(source)
    }

    /// `“A,” she says. Then, since I do not follow: “B.”`: a colon without a subject leads on from who spoke last in the paragraph.
    fn resumed(&self, q: usize, sources: &[Option<Source>]) -> Option<Source> {
        let start = self.parsed.quotes[q].tokens.start;
        let colon = start.checked_sub(1).is_some_and(|i| self.parsed.tokens[i].is(":"));
        let sentence = self.sentence(q);
        let before = sentence.checked_sub(1).filter(|&s| colon && self.parsed.sentences[s].block == self.parsed.sentences[sentence].block)?;
        let quoted = q.checked_sub(1).filter(|&p| self.sentence(p) == before).and_then(|p| sources[p].clone());
        let mut source = quoted.or_else(|| self.teller(before))?;
        source.rule = Rule::Continuation;
        source.cue = None;
        Some(source)
    }

    /// Who is said to say something in a sentence of indirect speech: `no, S told me, they would not`.
    fn teller(&self, sentence: usize) -> Option<Source> {
        let range = self.parsed.sentences[sentence].tokens.clone();
        let speaks = |i: &usize| {
            let token = &self.parsed.tokens[*i];
            self.parsed.quote_of[*i].is_none()
                && self.cast.mention_of[*i].is_none()
                && lexicon().reports_speech(&self.parsed.tokens, *i)
                && !token.is_capital()
                && !token.lower.ends_with("ing")
                && !lexicon().is_role(&token.lower)
        };
        range.clone().filter(speaks).take(8).find_map(|verb| {
            let phrase = self.subject(range.start, verb)?;
            let actor = self.actor_of(&phrase).filter(|&a| self.cast.is_person(a))?;
            Some(Source { actor: Some(actor), ..self.source(Rule::LastSubject, &phrase, verb..verb + 1) })
        })
    }

    /// A quotation alone in its paragraph, right behind a paragraph that ends in an attributed quotation.
    fn goes_on(&self, q: usize, sources: &[Option<Source>]) -> Option<Source> {
        let previous = q.checked_sub(1)?;
        let next = self.sentence(previous) + 1;
        let blocks = self.parsed.sentences[self.sentence(q)].block.checked_sub(self.parsed.sentences[self.sentence(previous)].block)?;
        if !self.fills(q)
            || next != self.sentence(q)
            || blocks != 1
            || !self.fills(previous) && self.parsed.quotes[previous].tokens.len() < 4
        {
            return None;
        }
        let mut source = sources[previous].clone()?;
        source.rule = Rule::Continuation;
        source.cue = None;
        Some(source)
    }

    /// A quotation that opens a sentence without a source, right behind an attributed one of the same paragraph.
    fn opens(&self, q: usize, sources: &[Option<Source>]) -> Option<Source> {
        let previous = q.checked_sub(1)?;
        let sentence = &self.parsed.sentences[self.sentence(q)];
        let near =
            self.parsed.sentences[self.sentence(previous)].block == sentence.block && self.sentence(q) - self.sentence(previous) <= 1;
        if !near || sentence.tokens.start != self.parsed.quotes[q].tokens.start {
            return None;
        }
        let mut source = sources[previous].clone()?;
        source.rule = Rule::Continuation;
        source.cue = None;
        Some(source)
    }

    /// A quotation alone in its paragraph, or after sentences about its speaker.
    fn alone(&self, q: usize) -> Option<Source> {
        if !self.fills(q) {
            return self.loose(q);
        }
        self.next_line(q).or_else(|| self.told(q)).or_else(|| self.last_subject(q))
    }

    /// Right behind the speaker's indirect speech in the same paragraph.
    fn told(&self, q: usize) -> Option<Source> {
        let sentence = self.sentence(q);
        let before = sentence.checked_sub(1).filter(|&s| self.parsed.sentences[s].block == self.parsed.sentences[sentence].block)?;
        let mut source = self.teller(before)?;
        source.cue = None;
        Some(source)
    }

    /// The next line opens `X's comments …`, `So said X`, `The speaker is X`.
    fn next_line(&self, q: usize) -> Option<Source> {
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
            "answer",
            "admission",
            "claim",
            "warning",
            "post",
            "criticism",
            "position",
            "reasoning",
            "response",
            "complaint",
        ];
        let sentence = self.sentence(q) + 1;
        let next = self.parsed.sentences.get(sentence)?;
        let tokens = &self.parsed.tokens;
        let mention = self.cast.within(next.tokens.start..next.tokens.end.min(next.tokens.start + 9)).first()?.clone();
        let lead: Vec<&str> = tokens[next.tokens.start..mention.start].iter().map(|t| t.lower.as_str()).collect();
        let possessive = tokens.get(mention.end).is_some_and(|t| t.is("'s"))
            && tokens.get(mention.end + 1).is_some_and(|t| t.is_any(WORDS))
            && lead.len() <= 1;
        let said = lead.iter().take(3).any(|w| matches!(*w, "said" | "speaker" | "speaking" | "words" | "voice" | "author"))
            && matches!(lead.first(), Some(&("so" | "the" | "those" | "that" | "thus" | "these" | "speaking")));
        let started = lead.is_empty() && tokens[mention.end..next.tokens.end].iter().take(3).any(|t| t.is("speaking"));
        if !(possessive || said || started) {
            return None;
        }
        let phrase = phrases::phrase(self.parsed, self.cast, mention.start..mention.end);
        let cue = if possessive { mention.end + 1..mention.end + 2 } else { next.tokens.start..mention.start };
        Some(self.source(Rule::NextLine, &phrase, cue))
    }

    /// The person, else the organization, that the two lines before speak of.
    fn last_subject(&self, q: usize) -> Option<Source> {
        let sentence = self.sentence(q);
        let block = self.parsed.sentences[sentence].block;
        let mut fallback = None;
        for back in 1..=4.min(sentence) {
            let before = &self.parsed.sentences[sentence - back];
            if block - before.block > 2 || self.parsed.article.blocks[before.block].kind == BlockKind::Heading {
                break;
            }
            let Some(phrase) = self.main_subject(before.tokens.start, before.tokens.end) else { continue };
            if self.actor_of(&phrase).is_none() {
                continue;
            }
            let document = self.parsed.tokens[before.tokens.start..before.tokens.end.min(before.tokens.start + 6)]
                .iter()
                .any(|t| is_document(&t.lower));
            let speech = self.parsed.tokens[before.tokens.clone()].iter().any(|t| lexicon().speaks(&t.lower));
            let rule = if document { Rule::Document } else { Rule::LastSubject };
            let mut source = self.source(rule, &phrase, before.tokens.start..before.tokens.start);
            source.cue = None;
            if source.actor.is_some_and(|a| self.cast.is_person(a)) || document {
                return Some(source);
            }
            if speech && fallback.is_none() && phrase.tokens.start <= before.tokens.start + 3 {
                fallback = Some(source);
            }
        }
        if fallback.is_some() {
            return fallback;
        }
        // `His law suit argues …`: the owner of a document speaks through it.
        let before = &self.parsed.sentences[sentence.checked_sub(1)?];
        let owner = before.tokens.clone().take(2).find(|&i| self.parsed.tokens[i].is_any(&["his", "her", "its", "their"]))?;
        let document = self.parsed.tokens[owner + 1..before.tokens.end].iter().take(3).any(|t| is_document(&t.lower));
        let actor = self.referents[owner].filter(|_| document)? as usize;
        Some(Source { rule: Rule::Document, mention: Some(owner..owner + 1), actor: Some(actor), group: false, cue: None })
    }

    /// A quotation inside a clause without an attributing verb: its subject, if a person or organization.
    fn loose(&self, q: usize) -> Option<Source> {
        let pre = self.pre(q);
        let phrase = self.main_subject(pre.start, pre.end)?;
        self.actor_of(&phrase)?;
        Some(self.source(Rule::Beside, &phrase, pre.end.saturating_sub(1)..pre.end))
    }
}
