//! Attributions without an attributing verb of their own: set phrases, documents, labels, deeds right behind a quotation.

use std::ops::Range;

use crate::extract::{
    attribution::{Sieve, Source, subjects::AUXILIARIES},
    findings::Rule,
    references::phrases::{self, Referent, is_utterance},
    text::tokens::{Kind, Shape},
};

impl Sieve<'_, '_> {
    /// `according to S` · `in the words of S` · `read a post on its website`.
    pub(in crate::extract) fn outright(&self, from: usize, end: usize) -> Option<Source> {
        let tokens = &self.parsed.tokens;
        if tokens[from].is("according") && from + 2 < end {
            let phrase = phrases::starting(self.parsed, self.cast, from + 2, end)?;
            return Some(self.source(Rule::AccordingTo, &phrase, from..from + 2));
        }
        // `in the words of S`
        let words = tokens[from..end.min(from + 4)].iter().map(|t| t.lower.as_str());
        if words.eq(["in", "the", "words", "of"]) {
            let phrase = phrases::starting(self.parsed, self.cast, from + 4, end)?;
            return Some(self.source(Rule::AccordingTo, &phrase, from..from + 4));
        }
        // `read a post on its website`
        let reads = tokens[from].is_any(&["read", "reads", "ran", "runs"]) && from + 1 < end;
        if let Some(phrase) = reads.then(|| phrases::starting(self.parsed, self.cast, from + 1, end)).flatten()
            && is_utterance(&tokens[phrase.head].lower)
        {
            return Some(self.source(Rule::Beside, &phrase, from..from + 1));
        }
        None
    }

    /// `“…,” she submitted.`: right behind a quotation any verb of a person's brings it.
    pub(in crate::extract) fn acted(&self, from: usize, end: usize) -> Option<Source> {
        let tokens = &self.parsed.tokens;
        let named = self.cast.mention_at(from).filter(|m| m.start == from && self.cast.is_person(m.actor)).map(|m| m.end);
        let verb = named.or_else(|| tokens[from].is_any(&["he", "she"]).then_some(from + 1)).filter(|&v| v < end)?;
        let cut = from > 0 && self.parsed.quote_of[from - 1].is_some();
        let brings = cut && crate::extract::lexicon::verb(&tokens[verb]) && !tokens[verb].is_any(AUXILIARIES);
        brings.then(|| self.source(Rule::Beside, &phrases::phrase(self.parsed, self.cast, from..verb), verb..verb + 1))
    }

    /// `… was her answer` · `… her letter ended` · `… as S puts it` · `… S summed up her position`: verbs that speak only in such company.
    pub(in crate::extract) fn phrased(&self, from: usize, end: usize) -> Option<Source> {
        let tokens = &self.parsed.tokens;
        let limit = end.min(from + 14);
        let next = |i: usize, words: &[&str]| tokens.get(i + 1).is_some_and(|t| i + 1 < end && t.is_any(words));
        if tokens[from].is_any(&["was", "is", "came", "ran", "went"]) {
            let owned = self.document(&(from + 1..limit)).filter(|s| s.mention.as_ref().is_some_and(|m| m.start <= from + 2));
            if owned.is_some() {
                return owned;
            }
        }
        // `… is how S puts it`
        let from = from + if tokens[from].is_any(&["is", "was"]) && next(from, &["how", "what"]) { 2 } else { 0 };
        let verb = (from + 1..limit).find(|&i| {
            tokens[i].is_any(&["put", "puts"]) && next(i, &["it", "this", "things", "the"])
                || tokens[i].is_any(&["sums", "summed"]) && next(i, &["up", "it"])
                || tokens[i]
                    .is_any(&["ended", "ends", "began", "begins", "opened", "opens", "ran", "runs", "went", "goes", "read", "reads"])
        })?;
        if tokens[verb].is_any(&["put", "puts", "sums", "summed"]) {
            let phrase = self.subject(from, verb).filter(|p| p.referent != Referent::Abstract)?;
            return Some(self.source(Rule::Beside, &phrase, verb..verb + 1));
        }
        let document = is_utterance(&tokens[verb - 1].lower);
        document.then(|| {
            self.document(&(from..verb)).or_else(|| self.subject(from, verb).map(|p| self.source(Rule::Document, &p, verb..verb + 1)))
        })?
    }

    /// `“BRANDT: We waited.”`: a transcript whose every turn stands between marks.
    pub(in crate::extract) fn labelled(&self, q: usize) -> Option<Source> {
        let quote = &self.parsed.quotes[q].tokens;
        let label = quote.start + 1..(quote.start + 2..quote.end.min(quote.start + 5)).find(|&i| self.parsed.tokens[i].is(":"))?;
        let upper = self.parsed.tokens[label.clone()].iter().all(|t| t.shape == Shape::Upper || t.is("."));
        let name = &self.parsed.tokens[label.end - 1].lower;
        let bears = |a: &usize| {
            let surname = self.cast.actors[*a].name.split_whitespace().last();
            self.cast.is_person(*a) && surname.is_some_and(|surname| surname.eq_ignore_ascii_case(name))
        };
        let actor = || self.cast.at(label.start).or_else(|| (0..self.cast.actors.len()).take(64).find(bears));
        let cue = Some(label.end..label.end + 1);
        upper.then(|| Source { rule: Rule::Beside, mention: Some(label.clone()), actor: actor(), group: false, cue })
    }

    /// `Her answer: “…”` · `Its reply took one line: “…”` · `An essay by S: “…”`: whose document it is.
    pub(in crate::extract) fn document(&self, pre: &Range<usize>) -> Option<Source> {
        let tokens = &self.parsed.tokens;
        let start = (pre.start..pre.end.min(pre.start + 4)).find(|&i| tokens[i].kind == Kind::Word)?;
        let utterance = (start..pre.end.min(start + 8)).find(|&i| is_utterance(&tokens[i].lower) && self.cast.mention_of[i].is_none())?;
        if tokens[start..utterance].iter().any(crate::extract::lexicon::verb) {
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
}

#[cfg(test)]
mod tests {
    use crate::extract::attribution::tests::speakers;

    fn speaks(text: &str, name: Option<&str>) {
        assert_eq!(speakers(text).last().cloned().flatten().as_deref(), name, "{text}");
    }

    #[test]
    fn set_phrases_and_deeds_name_a_source() {
        for behind in
            ["as Mary Brandt puts it", "is how Mary Brandt, a fitter, puts it", "Mary Brandt summed up her view", "Mary Brandt submitted"]
        {
            speaks(&format!("David Ostrom waited. “One ear for each of the houses,” {behind}."), Some("Mary Brandt"));
        }
        speaks("Mary Brandt was asked. “Half a window is still a wall,” was her answer.", Some("Mary Brandt"));
        speaks("Mary Brandt wrote to us. “We have two keys, and most have none,” her letter ended.", Some("Mary Brandt"));
    }

    #[test]
    fn labels_and_dashes_name_a_speaker() {
        speaks("Mary Brandt met David Ostrom.\n“BRANDT: We waited for the tide, and it came.”\n", Some("Mary Brandt"));
        speaks("David Ostrom asked.\n“We waited for the tide all night.” ― Mary Brandt\n", Some("Mary Brandt"));
    }
}
