//! Stance detection, learned: whether a candidate takes a position, and which.
//!
//! Three logistic models over hashed features of the words (is it on the question, open or closed, both at once), then two small ones
//! over what the first make of the candidates around it: the holder's other statements, its organization's, what the sentence before
//! was about. Trained by `cargo run --release --example train_stance` on the examples in `training/`; the file that ships
//! (`lexicon/stance.bin`) holds weights, no text.

use std::{
    collections::{BTreeMap, HashMap},
    sync::LazyLock,
};

use crate::domain::text::Span;
use crate::extract::{
    attribution::Sieve,
    candidates::{Candidate, Form, holders, memberships},
    hash,
    positions::{overall, stance_features::Feature},
    tables::{self, Table},
};

/// Hash buckets of each model of words.
pub const BUCKETS: usize = 1 << 20;

/// Hash buckets of the model of topics.
pub const TOPICS: usize = 1 << 14;

/// Models, of words as of context: topical, open, mixed.
pub const MODELS: usize = 3;

/// Features of the models of context.
pub const CONTEXT: usize = 22;

/// Where the context holds what the candidate's own words say of its side.
pub const OPEN: usize = 2;

/// Where it holds what they say of holding both.
pub const MIXED: usize = 11;

/// Log-odds of what a candidate says.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Leaning {
    /// That it takes a position at all.
    pub topical: f32,
    /// That its position is open rather than closed.
    pub open: f32,
    /// That it holds both.
    pub mixed: f32,
}

impl Leaning {
    /// The mean of some leanings, of which there is at least one.
    pub fn mean(of: &[Self]) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "the subjects of a clause")]
        let mean = |odds: fn(&Self) -> f32| of.iter().map(odds).sum::<f32>() / of.len().max(1) as f32;
        Self { topical: mean(|l| l.topical), open: mean(|l| l.open), mixed: mean(|l| l.mixed) }
    }
}

/// The probability of log-odds.
pub fn chance(odds: f32) -> f32 {
    1.0 / (1.0 + (-odds).exp())
}

/// Weights of all models.
#[derive(Debug, Clone)]
pub struct Weights {
    /// By feature: topical, open, mixed.
    pub words: Table<MODELS>,
    /// By word of an article: that it is about the field.
    pub topic: Table<1>,
    /// By feature of whom a candidate may be of: that it is that one's.
    pub holders: Table<1>,
    /// By feature of what a person may be: that it is so.
    pub memberships: Table<1>,
    /// By feature of the context: topical, open, mixed.
    pub context: [[f32; CONTEXT]; MODELS],
    /// By outcome and feature of an actor: where it stands as a whole.
    pub overall: overall::Table,
}

impl Weights {
    /// All zero.
    pub fn zero() -> Self {
        Self {
            words: Table::zero(BUCKETS),
            topic: Table::zero(TOPICS),
            holders: Table::zero(holders::BUCKETS),
            memberships: Table::zero(memberships::BUCKETS),
            context: [[0.0; CONTEXT]; MODELS],
            overall: [[0.0; overall::FEATURES]; overall::OUTCOMES.len()],
        }
    }

    /// As bytes: the tables, then the weights of the context and of the whole as little-endian f32.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.words.write(&mut bytes);
        for table in [&self.topic, &self.holders, &self.memberships] {
            table.write(&mut bytes);
        }
        bytes.extend(self.context.iter().flatten().chain(self.overall.iter().flatten()).flat_map(|w| w.to_le_bytes()));
        bytes
    }

    /// Reads what [`Weights::to_bytes`] wrote; nothing where the length is wrong.
    pub fn from_bytes(mut bytes: &'static [u8]) -> Option<Self> {
        let rest = &mut bytes;
        let words = Table::read(rest, BUCKETS)?;
        let topic = Table::read(rest, TOPICS)?;
        let holders = Table::read(rest, holders::BUCKETS)?;
        let memberships = Table::read(rest, memberships::BUCKETS)?;
        let mut weights = Self { words, topic, holders, memberships, ..Self::zero() };
        for weight in weights.context.iter_mut().flatten().chain(weights.overall.iter_mut().flatten()) {
            *weight = tables::float(rest)?;
        }
        rest.is_empty().then_some(weights)
    }

    /// Log-odds that an article with these words is about the field.
    pub fn topic(&self, features: &[Feature]) -> f32 {
        self.topic.sums(features.iter().map(topic_slot))[0]
    }

    /// What the words say.
    pub fn leaning(&self, features: &[Feature]) -> Leaning {
        let [topical, open, mixed] = self.words.sums(features.iter().map(slot));
        Leaning { topical, open, mixed }
    }

    /// The tokens whose features speak most for a side (1 open, −1 closed), at most `most`, in the order of the text.
    pub fn telling(&self, features: &[Feature], side: i32, most: usize) -> Vec<usize> {
        let mut by_token: BTreeMap<usize, f32> = BTreeMap::new();
        for feature in features {
            if let Some(token) = feature.token {
                let [topical, open, _] = self.words.row(slot(feature));
                *by_token.entry(token).or_default() += match side {
                    1 => open,
                    -1 => -open,
                    _ => topical,
                };
            }
        }
        let mut ranked: Vec<(usize, f32)> = by_token.into_iter().filter(|t| t.1 > 0.0).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut tokens: Vec<usize> = ranked.into_iter().take(most).map(|t| t.0).collect();
        tokens.sort_unstable();
        tokens
    }

    /// What the words say, corrected by what stands around them.
    pub fn corrected(&self, context: &[f32; CONTEXT]) -> Leaning {
        let sum = |weights: &[f32; CONTEXT]| weights.iter().zip(context).map(|(w, x)| w * x).sum();
        Leaning { topical: sum(&self.context[0]), open: sum(&self.context[1]), mixed: sum(&self.context[2]) }
    }
}

/// The weights that ship.
pub fn weights() -> &'static Weights {
    static WEIGHTS: LazyLock<Weights> =
        LazyLock::new(|| Weights::from_bytes(include_bytes!("../lexicon/stance.bin")).unwrap_or_else(Weights::zero));
    &WEIGHTS
}

/// The bucket of a feature.
pub const fn slot(feature: &Feature) -> usize {
    hash::slot(feature.hash, BUCKETS)
}

/// The bucket of a word of the article.
pub const fn topic_slot(feature: &Feature) -> usize {
    hash::slot(feature.hash, TOPICS)
}

/// A candidate as the others see it.
#[derive(Debug, Clone)]
pub struct View {
    actor: Option<usize>,
    home: Option<usize>,
    sentence: usize,
    span: Span,
    form: Form,
    speech: bool,
    /// 1 where it sides with what was said before, −1 where it goes against it.
    sides: f32,
    leaning: Leaning,
    /// What it is taken to say by those around it.
    seen: Leaning,
}

impl View {
    /// Of a candidate whose words lean so.
    pub fn new(sieve: &Sieve, candidate: &Candidate, leaning: Leaning) -> Self {
        let actor = candidate.finding.actor;
        let sentence = sieve.parsed.sentence_of[candidate.tokens.start] as usize;
        let tokens = &sieve.parsed.tokens[candidate.tokens.clone()];
        let has = |words: &[&str]| tokens.iter().any(|t| is_among(&t.lower, words));
        let sides = if has(AGAINST) { -1.0 } else { f32::from(u8::from(has(WITH))) };
        Self {
            actor,
            home: actor.and_then(|a| candidate.finding.on_behalf_of.or(sieve.cast.actors[a].organization)),
            sentence,
            span: candidate.finding.span,
            form: candidate.form,
            speech: candidate.speech,
            sides,
            leaning,
            seen: leaning,
        }
    }

    /// What its words say.
    pub const fn leaning(&self) -> Leaning {
        self.leaning
    }

    /// Tells those around it what its context makes of it.
    pub const fn see(&mut self, leaning: Leaning) {
        self.seen = leaning;
    }

    /// How much it says, and to which side.
    fn weighted(&self) -> f32 {
        chance(self.seen.topical) * self.seen.open.clamp(-3.0, 3.0)
    }
}

/// Words that go against what was said or done before, by their first letters (`-`) or whole.
const AGAINST: &[&str] = &[
    "oppos-",
    "reject-",
    "refus-",
    "declin-",
    "object-",
    "against",
    "critici-",
    "condemn-",
    "denounc-",
    "resist-",
    "disagree-",
    "would",
    "n't",
    "never",
    "dismiss-",
    "scoff-",
    "unlike",
];

/// Words that side with it.
const WITH: &[&str] = &[
    "back-", "support-", "welcom-", "agree-", "applaud-", "endors-", "prais-", "echo-", "same", "too", "likewise", "join-", "follow-",
    "also", "so",
];

/// Whether a word is in a list of whole words and beginnings.
fn is_among(word: &str, list: &[&str]) -> bool {
    list.iter().any(|entry| entry.strip_suffix('-').map_or(word == *entry, |stem| word.starts_with(stem)))
}

/// What stands around each candidate, for the models of context; the candidates are in the order of the text.
pub fn context(views: &[View]) -> Vec<[f32; CONTEXT]> {
    let mut by_actor: HashMap<usize, Vec<usize>> = HashMap::new();
    for (i, view) in views.iter().enumerate() {
        if let Some(actor) = view.actor {
            by_actor.entry(actor).or_default().push(i);
        }
        if let Some(home) = view.home.filter(|&h| Some(h) != view.actor) {
            by_actor.entry(home).or_default().push(i);
        }
    }
    let sums: HashMap<usize, (f32, f32)> = by_actor
        .iter()
        .map(|(&actor, of)| {
            let own = of.iter().filter(|&&i| views[i].actor == Some(actor)).map(|&i| views[i].weighted()).sum();
            (actor, (own, of.iter().map(|&i| views[i].weighted()).sum()))
        })
        .collect();
    (0..views.len()).map(|i| around(views, i, &sums)).collect()
}

/// Candidates to each side that are looked at.
const NEAR: usize = 24;

fn around(views: &[View], i: usize, sums: &HashMap<usize, (f32, f32)>) -> [f32; CONTEXT] {
    let view = &views[i];
    let (mut before, mut beside, mut previous, mut covered, mut asked) = (0.0, 0.0, (0.0, -2.0), 0.0, 0.0);
    let near = i.saturating_sub(NEAR)..views.len().min(i + NEAR + 1);
    for (j, other) in views[near.clone()].iter().enumerate() {
        if near.start + j == i {
            continue;
        }
        let gap = view.sentence.abs_diff(other.sentence);
        let same = view.actor.is_some() && view.actor == other.actor;
        if view.span.overlaps(other.span) {
            covered += if same { other.weighted() } else { 0.0 };
        } else if same {
            if other.sentence <= view.sentence && gap <= 2 && near.start + j < i {
                previous = (other.weighted(), other.leaning.topical);
            }
        } else if gap == 0 {
            beside += other.weighted();
        } else if gap <= 2 && other.sentence < view.sentence {
            before += other.weighted() / if gap == 1 { 1.0 } else { 2.0 };
            asked += chance(other.leaning.topical) / if gap == 1 { 1.0 } else { 2.0 };
        }
    }
    let own = view.actor.map_or(0.0, |a| sums[&a].0) - view.weighted() - covered;
    let home = view.home.or(view.actor).and_then(|h| sums.get(&h)).map_or(0.0, |s| s.1) - view.actor.map_or(0.0, |a| sums[&a].0);
    let Leaning { topical, open, mixed } = view.leaning;
    let form = |form: Form| f32::from(u8::from(view.form == form));
    let quote = form(Form::Quote);
    let sided = (before + beside).tanh() * view.sides;
    let [own, home, before, beside] = [(own / 2.0).tanh(), (home / 2.0).tanh(), before.tanh(), beside.tanh()];
    let (side, last) = (previous.0.clamp(-2.0, 2.0), previous.1.clamp(-3.0, 3.0));
    [
        1.0,
        topical,
        open,
        open.abs().min(4.0),
        own,
        home,
        before,
        sided,
        beside,
        side,
        last,
        mixed.clamp(-4.0, 2.0),
        quote,
        form(Form::Content),
        f32::from(u8::from(view.speech)),
        asked.min(3.0),
        // A quotation takes more of its sense from what stands around it.
        quote * own,
        quote * home,
        quote * before,
        quote * beside,
        quote * side,
        quote * topical,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{registry, stance::Side},
        extract::{Gazetteer, position_of},
    };

    fn side(text: &str, speech: bool) -> Option<Side> {
        position_of(text, speech, &Gazetteer::new(registry::known(), [])).map(|(reading, _)| reading.value.side())
    }

    #[test]
    fn plain_words_have_their_side() {
        assert_eq!(side("We publish the weights and the training code of every model under a free licence.", true), Some(Side::For));
        assert_eq!(side("We will never publish the weights; customers reach the model through our interface.", true), Some(Side::Against));
        assert_eq!(side("Acme Labs keeps its models proprietary and sells access to them.", false), Some(Side::Against));
        assert_eq!(side("We hired forty engineers in the spring, and the office has a new kitchen.", true), None);
    }

    #[test]
    fn weights_survive_their_file() {
        let bytes: &[u8] = weights().to_bytes().leak();
        assert_eq!(bytes, include_bytes!("../lexicon/stance.bin"), "the file that ships is read");
        assert!(Weights::from_bytes(&bytes[1..]).is_none() && Weights::from_bytes(&[]).is_none());
    }

    #[test]
    fn words_are_known_whole_or_by_their_beginning() {
        assert!(is_among("opposed", AGAINST) && is_among("so", WITH));
        assert!(!is_among("source", WITH) && !is_among("tools", WITH));
    }
}
