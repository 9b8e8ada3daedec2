//! Whose a statement is that nobody puts between quotation marks, learned: of all who are named, meant or spoken of around it, one.
//!
//! A log-linear model ranks them by hashed features: how they are met (a name, a pronoun, a possessive), where, beside which words,
//! what the rules say, who spoke before. Trained by `cargo run --release --example train_stance`; its weights hold no text.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::extract::{
    attribution::{Sieve, Source},
    candidates::{Candidate, Form},
    hash::{bucket, mix, stem, text_hash},
    lexicon::{PREPOSITIONS, lexicon},
    references::gendered,
    tables::Table,
    text::tokens::Kind,
    voices::Label,
};

/// Hash buckets of the model.
pub const BUCKETS: usize = 1 << 14;

/// Sentences before that are looked at for who is spoken of.
const BACK: usize = 4;

/// Who may be meant, at most.
const CHOICES_MAX: usize = 16;

const PRONOUNS: &[&str] = &[
    "he", "she", "it", "they", "his", "her", "its", "their", "him", "them", "we", "our", "us", "i", "my", "me", "you", "your", "mine",
    "ours",
];

/// How somebody is met in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Means {
    Name,
    Subject,
    Possessive,
    Object,
    Relative,
    Noun,
    First,
    Thing,
    House,
}

/// A place where an actor is met.
#[derive(Debug, Clone, Copy)]
pub(super) struct Met {
    pub at: usize,
    pub end: usize,
    pub actor: usize,
    pub means: Means,
    pub quoted: bool,
}

/// An actor that a candidate may be of, or nobody named, as the model sees it.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Whose; nobody's that has a name.
    pub actor: Option<usize>,
    /// Where it is met, if in the candidate's sentence.
    pub mention: Option<Range<usize>>,
    /// Buckets of its features.
    pub features: Vec<usize>,
}

/// What is known of an article before its candidates are given to their holders.
pub struct Holders<'s, 'p, 'a> {
    sieve: &'s Sieve<'p, 'a>,
    met: Vec<Met>,
    /// The speaker of each quotation, with its first token.
    spoken: Vec<(usize, usize)>,
    frequency: FxHashMap<usize, usize>,
}

impl<'s, 'p, 'a> Holders<'s, 'p, 'a> {
    /// Reads who is met where.
    pub fn new(sieve: &'s Sieve<'p, 'a>, sources: &[Option<Source>]) -> Self {
        let quotes = sieve.parsed.quotes.iter().zip(sources);
        let spoken = quotes.filter_map(|(quote, source)| Some((quote.tokens.start, source.as_ref()?.actor?))).collect();
        let mut met: Vec<Met> = Vec::new();
        for i in 0..sieve.parsed.tokens.len() {
            met.extend(meet(sieve, i));
        }
        let mut frequency = FxHashMap::default();
        for m in &met {
            *frequency.entry(m.actor).or_default() += 1;
        }
        Self { sieve, met, spoken, frequency }
    }

    fn within(&self, range: Range<usize>) -> &[Met] {
        let from = self.met.partition_point(|m| m.at < range.start);
        &self.met[from..from + self.met[from..].partition_point(|m| m.at < range.end)]
    }

    /// Who the candidate may be of, the rules' choice first; `before` is whose the candidate before it is, in the same block.
    pub fn choices(&self, candidate: &Candidate, before: Option<usize>) -> Vec<Choice> {
        let parsed = self.sieve.parsed;
        let index = parsed.sentence_of[candidate.tokens.start] as usize;
        let sentence = parsed.sentences[index].tokens.clone();
        let from = parsed.sentences[index.saturating_sub(BACK)].tokens.start;
        let mut actors: Vec<Option<usize>> = vec![candidate.finding.actor];
        let mut add = |actor: Option<usize>| {
            if actor.is_some() && !actors.contains(&actor) && actors.len() < CHOICES_MAX {
                actors.push(actor);
            }
        };
        let near = self.within(from..sentence.end);
        near.iter().rev().for_each(|m| add(Some(m.actor)));
        near.iter().rev().for_each(|m| add(self.sieve.cast.actors[m.actor].organization));
        let first = self.spoken.partition_point(|s| s.0 < from);
        self.spoken[first..].iter().take_while(|s| s.0 < sentence.end).for_each(|s| add(Some(s.1)));
        [before, self.sieve.voices.we, self.sieve.voices.i, self.label(sentence.start)].into_iter().for_each(&mut add);
        if !actors.contains(&None) {
            actors.push(None);
        }
        let scene = Scene { holders: self, candidate, before, sentence, index, from };
        actors.into_iter().map(|actor| scene.choice(actor)).collect()
    }

    fn label(&self, token: usize) -> Option<usize> {
        match self.sieve.voices.labels.get(self.sieve.parsed.block_of[token] as usize) {
            Some(Label::Speaks(speaker)) => *speaker,
            _ => None,
        }
    }
}

/// Who is met at token `i`.
pub(super) fn meet(sieve: &Sieve, i: usize) -> Option<Met> {
    let token = &sieve.parsed.tokens[i];
    let quoted = sieve.parsed.quote_of[i].is_some();
    if let Some(mention) = sieve.cast.mention_at(i) {
        return (mention.start == i).then_some(Met { at: i, end: mention.end, actor: mention.actor, means: Means::Name, quoted });
    }
    let met = |actor: usize, means: Means| Some(Met { at: i, end: i + 1, actor, means, quoted });
    if let Some(actor) = sieve.referents[i] {
        let means = match token.lower.as_str() {
            "he" | "she" | "it" | "they" => Means::Subject,
            "his" | "her" | "its" | "their" => Means::Possessive,
            "him" | "them" | "himself" | "herself" | "itself" => Means::Object,
            "who" | "which" | "whose" | "whom" => Means::Relative,
            _ => Means::Noun,
        };
        return met(actor as usize, means);
    }
    if token.is_any(&["we", "our", "us", "i", "my", "me"]) && !quoted {
        return met(sieve.first_person(i)?, Means::First);
    }
    met(sieve.makers.of(sieve.parsed, sieve.cast, i)?, Means::Thing)
}

/// A candidate among what stands around it.
struct Scene<'h, 's, 'p, 'a> {
    holders: &'h Holders<'s, 'p, 'a>,
    candidate: &'h Candidate,
    before: Option<usize>,
    sentence: Range<usize>,
    index: usize,
    from: usize,
}

impl Scene<'_, '_, '_, '_> {
    fn choice(&self, actor: Option<usize>) -> Choice {
        let mut features = Vec::with_capacity(32);
        let mut add = |id: u64, x: u64, y: u64| {
            features.push((mix(mix(mix(0x40, id), x), y) >> 7) as usize & (BUCKETS - 1));
        };
        let met = actor.and_then(|actor| self.met_here(actor));
        self.rules(actor, &mut add);
        match (actor, met) {
            (Some(actor), Some(met)) => self.here(actor, met, &mut add),
            (Some(actor), None) => self.away(actor, &mut add),
            (None, _) => self.nobody(&mut add),
        }
        let mention = met.filter(|m| m.means != Means::House).map(|m| m.at..m.end);
        Choice { actor, mention, features }
    }

    /// Where the actor is first met in the candidate, else in its sentence.
    fn met_here(&self, actor: usize) -> Option<Met> {
        let holders = self.holders;
        let of = |range: Range<usize>| holders.within(range).iter().find(|m| m.actor == actor && !m.quoted).copied();
        of(self.candidate.tokens.clone()).or_else(|| of(self.sentence.clone())).or_else(|| {
            let house = |m: &&Met| holders.sieve.cast.actors[m.actor].organization == Some(actor) && !m.quoted;
            let found = holders.within(self.candidate.tokens.clone()).iter().find(house)?;
            Some(Met { means: Means::House, ..*found })
        })
    }

    fn word(&self, i: usize) -> u64 {
        self.holders.sieve.parsed.tokens.get(i).filter(|_| self.sentence.contains(&i)).map_or(0, |t| {
            if self.holders.sieve.cast.mention_of[i].is_some() {
                1
            } else if t.kind == Kind::Number {
                2
            } else {
                text_hash(stem(&t.lower))
            }
        })
    }

    /// What the rules, the voices and the candidates before say of it.
    fn rules(&self, actor: Option<usize>, add: &mut impl FnMut(u64, u64, u64)) {
        let (sieve, candidate) = (self.holders.sieve, self.candidate);
        let cast = sieve.cast;
        let ruled = candidate.finding.actor;
        let same = u64::from(actor == ruled);
        let kin = match (actor, ruled) {
            (Some(a), Some(r)) if cast.actors[a].organization == Some(r) => 2,
            (Some(a), Some(r)) if cast.actors[r].organization == Some(a) => 3,
            (Some(_), None) => 4,
            _ => same,
        };
        let person = actor.map_or(2, |a| u64::from(cast.is_person(a)));
        let form = candidate.form as u64 * 4 + u64::from(candidate.speech) * 2 + u64::from(candidate.cue.is_some());
        add(1, kin, form);
        add(2, kin, candidate.finding.rule as u64 * 2 + u64::from(candidate.finding.group));
        let spoken = self.holders.spoken.partition_point(|s| s.0 < candidate.tokens.start);
        let last = spoken.checked_sub(1).map(|s| self.holders.spoken[s]).filter(|s| s.0 >= self.from);
        if let Some((at, speaker)) = last {
            let gap = (self.index - sieve.parsed.sentence_of[at] as usize) as u64;
            let block = u64::from(sieve.parsed.block_of[at] == sieve.parsed.block_of[candidate.tokens.start]);
            add(3, u64::from(actor == Some(speaker)), gap.min(3) * 2 + block);
        }
        let continued = self.before.map_or(2, |b| u64::from(actor == Some(b)));
        add(4, continued, person);
        add(5, continued, self.word(candidate.tokens.start));
        let first = self.holders.within(candidate.tokens.clone()).iter().any(|m| m.means == Means::First);
        let voices = sieve.voices;
        let voice = u64::from(actor.is_some() && actor == voices.we) + 2 * u64::from(actor.is_some() && actor == voices.i);
        add(6, voice, u64::from(first) + 2 * u64::from(voices.column) + 4 * u64::from(voices.release));
        if let Some(label) = self.holders.label(self.sentence.start) {
            add(7, u64::from(actor == Some(label)), form);
        }
        if let Some(cue) = &candidate.cue {
            add(8, same, self.word(cue.start));
        }
        self.agreement(actor, &mut *add);
        if let Some(actor) = actor {
            let frequency = self.holders.frequency.get(&actor).copied().unwrap_or(0);
            add(9, bucket(frequency), person);
        }
    }

    /// Whether the actor fits the candidate's first pronoun, and the noun that it opens with (`the council` and a town council).
    fn agreement(&self, actor: Option<usize>, add: &mut impl FnMut(u64, u64, u64)) {
        let sieve = self.holders.sieve;
        let tokens = &sieve.parsed.tokens;
        let range = self.candidate.tokens.clone();
        let fits = actor.map_or(9, |a| {
            let known = sieve.cast.pronouns[a].or_else(|| gendered::usual(&sieve.cast.actors[a]));
            u64::from(sieve.cast.is_person(a)) * 4 + known.map_or(0, |p| 1 + p as u64)
        });
        let free = |i: &usize| sieve.parsed.quote_of[*i].is_none() && sieve.cast.mention_of[*i].is_none();
        if let Some(pronoun) = range.clone().filter(free).find(|&i| tokens[i].is_any(PRONOUNS)) {
            let place = u64::from(pronoun < range.start + 3);
            add(50, text_hash(&tokens[pronoun].lower), fits * 2 + place);
            add(51, text_hash(&tokens[pronoun].lower), u64::from(self.before.is_some() && self.before == actor) * 10 + fits);
        }
        let definite = |i: &usize| tokens[*i].is_any(&["the", "this", "that", "its", "their", "her", "his", "our", "my"]);
        let Some(opening) = range.clone().take(8).filter(free).find(definite) else { return };
        let Some(actor) = actor.map(|a| &sieve.cast.actors[a]) else { return };
        let said = |text: &str, word: &str| text.split(|c: char| !c.is_alphanumeric()).any(|w| w.to_lowercase() == word);
        let noun = (opening + 1..range.end.min(opening + 4)).filter(free).find(|&i| {
            let word = &tokens[i].lower;
            said(&actor.name, word) || actor.role.as_deref().is_some_and(|role| said(role, word))
        });
        let named = noun.map_or(0, |i| 1 + u64::from(said(&actor.name, &tokens[i].lower)));
        add(52, named, fits);
        add(53, named, text_hash(&tokens[opening].lower));
    }

    /// An actor that is met in the sentence.
    fn here(&self, actor: usize, met: Met, add: &mut impl FnMut(u64, u64, u64)) {
        let parsed = self.holders.sieve.parsed;
        let person = u64::from(self.holders.sieve.cast.is_person(actor));
        let means = met.means as u64 * 2 + person;
        let range = &self.candidate.tokens;
        let mut others: Vec<usize> = Vec::new();
        for other in self.holders.within(range.start..met.at.max(range.start)) {
            if other.actor != actor && !other.quoted && !others.contains(&other.actor) {
                others.push(other.actor);
            }
        }
        let order = others.len().min(3) as u64;
        let inside = range.contains(&met.at);
        let place = if inside { 1 + bucket(met.at - range.start) } else { 0 };
        add(10, means, order);
        add(11, means, place);
        let before = if met.at == self.sentence.start { 3 } else { self.word(met.at - 1) };
        let behind = self.word(met.end);
        add(12, means, before);
        add(13, means, behind);
        add(14, before, behind);
        let governed = met.at > self.sentence.start && parsed.tokens[met.at - 1].is_any(PREPOSITIONS);
        let owner = met.means == Means::Possessive || parsed.tokens.get(met.end).is_some_and(|t| t.is("'s"));
        let next = met.end + usize::from(owner && met.means != Means::Possessive);
        let verb = (next..self.sentence.end.min(next + 3)).find(|&i| lexicon().is_verb(&parsed.tokens[i].lower)).map_or(3, |i| i - next);
        add(15, means * 4 + order, u64::from(governed) * 2 + u64::from(owner));
        add(16, means * 4 + order, verb as u64);
        if owner {
            add(17, person, self.word(next));
        }
        add(18, means, self.word(range.start));
        let count = self.holders.within(range.clone()).iter().filter(|m| m.actor == actor && !m.quoted).count();
        add(19, bucket(count), order);
    }

    /// An actor that is only met before.
    fn away(&self, actor: usize, add: &mut impl FnMut(u64, u64, u64)) {
        let holders = self.holders;
        let parsed = holders.sieve.parsed;
        let person = u64::from(holders.sieve.cast.is_person(actor));
        let here = holders.within(self.sentence.clone()).iter().filter(|m| !m.quoted).count().min(3) as u64;
        add(30, person, here);
        add(31, person, self.word(self.candidate.tokens.start));
        let last = holders.within(self.from..self.sentence.start).iter().rfind(|m| m.actor == actor);
        let Some(last) = last else {
            add(32, person, here);
            return;
        };
        let gap = (self.index - parsed.sentence_of[last.at] as usize) as u64;
        let block = u64::from(parsed.block_of[last.at] == parsed.block_of[self.sentence.start]);
        let since = holders.within(last.at..self.sentence.start).iter().filter(|m| m.actor != actor && !m.quoted).count();
        let opens = parsed.sentences[parsed.sentence_of[last.at] as usize].tokens.start;
        let first = holders.within(opens..last.at).is_empty();
        add(33, gap * 2 + block, person);
        add(34, last.means as u64 * 2 + u64::from(first), gap * 2 + block);
        add(35, bucket(since), gap * 2 + block);
        add(36, gap * 2 + block, here);
        add(37, u64::from(last.quoted), gap);
    }

    /// Nobody who has a name.
    fn nobody(&self, add: &mut impl FnMut(u64, u64, u64)) {
        let here = self.holders.within(self.sentence.clone()).iter().filter(|m| !m.quoted).count().min(3) as u64;
        let range = &self.candidate.tokens;
        add(40, 0, 0);
        add(41, here, u64::from(self.candidate.finding.group));
        add(42, self.word(range.start), 0);
        add(43, self.word(range.start), self.word(range.start + 1));
        add(44, bucket(range.len()), here);
    }
}

/// The choice that the weights prefer, and its chance among all.
pub fn best<'c>(weights: &Table<1>, choices: &'c [Choice]) -> Option<(&'c Choice, f32)> {
    let scores = scores(weights, choices.iter().map(|c| &c.features[..]));
    let (at, _) = scores.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)))?;
    Some((&choices[at], scores[at]))
}

/// The chance of each choice, by the buckets of its features.
pub fn scores<'c>(weights: &Table<1>, choices: impl Iterator<Item = &'c [usize]>) -> Vec<f32> {
    shares(&choices.map(|features| weights.sums(features.iter().copied())[0]).collect::<Vec<_>>())
}

/// The chances of what is that likely, in log-odds against the others.
pub fn shares(sums: &[f32]) -> Vec<f32> {
    let largest = sums.iter().copied().fold(f32::MIN, f32::max);
    let shares: Vec<f32> = sums.iter().map(|s| (s - largest).exp()).collect();
    let total: f32 = shares.iter().sum();
    shares.into_iter().map(|s| s / total).collect()
}

/// Whether the holder of a candidate of a sentence is left to the model: no quotation, and not one of several subjects of a clause.
pub fn is_open(here: &[Candidate], at: usize) -> bool {
    let twin = |i: usize| here.get(i).is_some_and(|c| c.form == here[at].form && c.tokens == here[at].tokens);
    matches!(here[at].form, Form::Clause | Form::Turn) && !twin(at + 1) && !at.checked_sub(1).is_some_and(twin)
}
