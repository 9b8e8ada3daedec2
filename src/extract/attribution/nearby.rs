//! Who said a quotation whose own sentence does not tell: the sentences and lines around it.

use crate::extract::{
    attribution::{Sieve, Source},
    findings::Rule,
    lexicon::lexicon,
    references::phrases::{self, Referent},
};

impl Sieve<'_, '_> {
    /// The sentence before ends in a colon: `Cruz continued:`.
    pub(in crate::extract) fn introduced(&self, q: usize) -> Option<Source> {
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
    pub(in crate::extract) fn fills(&self, q: usize) -> bool {
        let quote = &self.parsed.quotes[q].tokens;
        let sentence = &self.parsed.sentences[self.sentence(q)].tokens;
        quote.start == sentence.start && quote.end + 1 >= sentence.end
    }

    /// A quotation that fills its sentence, right after one of the same paragraph, or that goes on from an unclosed one.
    pub(in crate::extract) fn continuation(&self, q: usize, sources: &[Option<Source>]) -> Option<Source> {
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
            // One sentence between: who is said to say it, else its subject, speaks on.
            let between = self.parsed.sentences[self.sentence(q) - 1].tokens.clone();
            if let Some(teller) = self.teller(self.sentence(q) - 1) {
                source = teller;
            } else if let Some(phrase) = self.main_subject(between.start, between.end).filter(|p| p.referent != Referent::Abstract) {
                // A pronoun that means nobody known leaves the speaker, and so does what an interviewer asks.
                let other = phrase.referent != Referent::Pronoun || self.actor_of(&phrase).is_some();
                if other && !self.asks(self.sentence(q) - 1) {
                    source = self.source(Rule::Continuation, &phrase, between.start..between.start);
                }
            }
        }
        source.rule = Rule::Continuation;
        source.cue = None;
        Some(source)
    }

    /// `“A,” she says. Then, since I do not follow: “B.”`: a colon without a subject leads on from who spoke last in the paragraph.
    pub(in crate::extract) fn resumed(&self, q: usize, sources: &[Option<Source>]) -> Option<Source> {
        let start = self.parsed.quotes[q].tokens.start;
        let colon = start.checked_sub(1).is_some_and(|i| self.parsed.tokens[i].is(":"));
        let sentence = self.sentence(q);
        let before =
            sentence.checked_sub(1).filter(|&s| colon && self.parsed.sentences[s].block == self.parsed.sentences[sentence].block)?;
        let quoted = q.checked_sub(1).filter(|&p| self.sentence(p) == before).and_then(|p| sources[p].clone());
        let mut source = quoted.or_else(|| self.teller(before))?;
        source.rule = Rule::Continuation;
        source.cue = None;
        Some(source)
    }

    /// Who is said to say something in a sentence of indirect speech: `no, S told me, they would not`.
    pub(in crate::extract) fn teller(&self, sentence: usize) -> Option<Source> {
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
    pub(in crate::extract) fn goes_on(&self, q: usize, sources: &[Option<Source>]) -> Option<Source> {
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
    pub(in crate::extract) fn opens(&self, q: usize, sources: &[Option<Source>]) -> Option<Source> {
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
    pub(in crate::extract) fn alone(&self, q: usize) -> Option<Source> {
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

    /// The next sentence opens `NAME adds`, `She also says`: who goes on has spoken.
    pub(in crate::extract) fn added(&self, q: usize) -> Option<Source> {
        let sentence = self.sentence(q) + 1;
        let next = self.parsed.sentences.get(sentence).filter(|s| s.block == self.parsed.sentences[sentence - 1].block)?;
        let tokens = &self.parsed.tokens;
        let start = next.tokens.start;
        let end = self.cast.mention_at(start).filter(|m| m.start == start).map_or(start + 1, |m| m.end);
        let personal = tokens[start].is_any(&["he", "she", "they", "it"]) || end > start + 1 || self.cast.mention_of[start].is_some();
        let also = usize::from(tokens.get(end).is_some_and(|t| t.is("also")));
        let verb = tokens.get(end + also).filter(|_| personal && end + also < next.tokens.end)?;
        let adds = if also == 1 { lexicon().speaks(&verb.lower) } else { verb.is_any(&["adds", "added"]) };
        let phrase = phrases::phrase(self.parsed, self.cast, start..end);
        self.actor_of(&phrase).filter(|_| adds)?;
        Some(self.source(Rule::NextLine, &phrase, end + also..end + also + 1))
    }
}
