//! The learned part: which words attribute (cues), and which words around a cue are its source and its content.
//!
//! Linear models over hashed features, trained by `cargo run --release --example train_attribution`: a logistic one that scores each
//! token as a cue, a sequence model that labels the units of the sentence, given the cue, and a logistic one that judges what both found.
//! The weights ship as bytes (`lexicon/attribution.bin`); features are hashed, so the file holds no text.

use std::{ops::Range, sync::LazyLock};

use crate::extract::{
    attribution::features::get,
    hash::{bucket, mix},
    names::actors::Cast,
    tables::Table,
    text::{sentences::Parsed, tokens::Kind},
};

pub use crate::extract::attribution::features::{Unit, cue_features, step_features, tag_features, units, window};
pub use crate::extract::hash::slot;

/// Rows of the model of cues.
pub const CUES: usize = 1 << 19;

/// Rows of the model of labels.
pub const TAGS: usize = 1 << 19;

/// Rows of the model of steps between labels.
pub const STEPS: usize = 1 << 16;

/// Rows of the judge.
pub const JUDGEMENTS: usize = 1 << 14;

/// Cues below this chance are none.
pub const CUE_MIN: f32 = 0.3;

/// What the judge gives less than this chance is dropped.
pub const ACCEPT_MIN: f32 = 0.75;

/// What a unit is to a cue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// Neither source nor content.
    Other = 0,
    /// Part of the source.
    Source = 1,
    /// Part of the content.
    Content = 2,
}

/// Number of labels.
pub const LABELS: usize = 3;

/// Number of steps from label to label.
pub const TRANSITIONS: usize = LABELS * LABELS;

/// All labels, by their number.
pub const ALL: [Label; LABELS] = [Label::Other, Label::Source, Label::Content];

/// Weights of all models.
#[derive(Debug, Clone)]
pub struct Weights {
    /// That a unit is a cue.
    pub cue: Table<1>,
    /// What a unit is to a cue, by label.
    pub tag: Table<LABELS>,
    /// Which label follows which, by [`transition`].
    pub step: Table<TRANSITIONS>,
    /// That what the others found is right.
    pub judge: Table<1>,
}

impl Weights {
    /// All zero.
    pub fn zero() -> Self {
        Self { cue: Table::zero(CUES), tag: Table::zero(TAGS), step: Table::zero(STEPS), judge: Table::zero(JUDGEMENTS) }
    }

    /// As bytes: one table after another.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.cue.write(&mut bytes);
        self.tag.write(&mut bytes);
        self.step.write(&mut bytes);
        self.judge.write(&mut bytes);
        bytes
    }

    /// Reads what [`Weights::to_bytes`] wrote; nothing where the length is wrong.
    pub fn from_bytes(mut bytes: &'static [u8]) -> Option<Self> {
        let rest = &mut bytes;
        let weights = Self {
            cue: Table::read(rest, CUES)?,
            tag: Table::read(rest, TAGS)?,
            step: Table::read(rest, STEPS)?,
            judge: Table::read(rest, JUDGEMENTS)?,
        };
        rest.is_empty().then_some(weights)
    }

    /// The best labels of the units in `window` of the cue at `a`.
    pub fn decode(&self, units: &[Unit], a: usize, window: Range<usize>) -> Decoded {
        let tag = |features: &[u64]| self.tag.sums(features.iter().map(|&f| slot(f, TAGS)));
        let step = |features: &[u64]| self.step.sums(features.iter().map(|&f| slot(f, STEPS)));
        decode(tag, step, units, a, window)
    }
}

/// The weights that ship.
pub fn weights() -> &'static Weights {
    static WEIGHTS: LazyLock<Weights> =
        LazyLock::new(|| Weights::from_bytes(include_bytes!("../lexicon/attribution.bin")).unwrap_or_else(Weights::zero));
    &WEIGHTS
}

/// Cues that a sentence may have at most: the rest of a sentence without end is left alone.
const CUES_MAX: usize = 20;

/// The column of a step from one label to another.
pub const fn transition(from: usize, to: usize) -> usize {
    from * LABELS + to
}

/// The chance that unit `i` is a cue.
pub fn cue_probability(weights: &Weights, units: &[Unit], i: usize, buffer: &mut Vec<u64>) -> f32 {
    cue_features(units, i, buffer);
    let [odds] = weights.cue.sums(buffer.iter().map(|&f| slot(f, CUES)));
    1.0 / (1.0 + (-odds).exp())
}

/// Labels of a window with, for each unit, by how much the best path beats the best one with another label there.
#[derive(Debug, Clone)]
pub struct Decoded {
    /// The best labels.
    pub labels: Vec<Label>,
    /// The margins, in the model's units.
    pub margins: Vec<f32>,
}

/// The best labels of the units in `window` of the cue at `a` (Viterbi, forwards and backwards), by what `tag` and `step` make of features; the
/// cue itself is `Other`.
pub fn decode(
    tag: impl Fn(&[u64]) -> [f32; LABELS],
    step: impl Fn(&[u64]) -> [f32; TRANSITIONS],
    units: &[Unit],
    a: usize,
    window: Range<usize>,
) -> Decoded {
    const NEVER: f32 = -1e9;
    let n = window.len();
    let mut buffer = Vec::with_capacity(32);
    let mut own = Vec::with_capacity(n);
    let mut steps = Vec::with_capacity(n);
    for i in window {
        step_features(units, a, i, &mut buffer);
        steps.push(step(&buffer));
        tag_features(units, a, i, &mut buffer);
        let [other, source, content] = tag(&buffer);
        own.push(if i == a { [other, NEVER, NEVER] } else { [other, source, content] });
    }
    // forwards[t][l]: the best path up to unit t that ends in l; the label before the first unit is `Other`.
    let mut forwards: Vec<[f32; LABELS]> = Vec::with_capacity(n);
    let mut back: Vec<[usize; LABELS]> = Vec::with_capacity(n);
    let mut before = [0.0, NEVER, NEVER];
    for t in 0..n {
        let best = |to: usize| {
            (0..LABELS)
                .map(|from| (from, before[from] + steps[t][transition(from, to)]))
                .max_by(|x, y| x.1.total_cmp(&y.1))
                .unwrap_or((0, NEVER))
        };
        let chosen: [(usize, f32); LABELS] = std::array::from_fn(best);
        before = std::array::from_fn(|to| chosen[to].1 + own[t][to]);
        back.push(std::array::from_fn(|to| chosen[to].0));
        forwards.push(before);
    }
    let mut backwards = vec![[0.0_f32; LABELS]; n];
    for t in (0..n.saturating_sub(1)).rev() {
        let after = backwards[t + 1];
        backwards[t] = std::array::from_fn(|from| {
            (0..LABELS).map(|to| steps[t + 1][transition(from, to)] + own[t + 1][to] + after[to]).fold(f32::MIN, f32::max)
        });
    }
    let mut labels = vec![Label::Other; n];
    let mut label = (0..LABELS).max_by(|&x, &y| before[x].total_cmp(&before[y])).unwrap_or(0);
    for t in (0..n).rev() {
        labels[t] = ALL[label];
        label = back[t][label];
    }
    let through = |t: usize, label: usize| forwards[t][label] + backwards[t][label];
    let margin = |t: usize| {
        let chosen = labels[t] as usize;
        let other = (0..LABELS).filter(|&l| l != chosen).map(|l| through(t, l)).fold(f32::MIN, f32::max);
        through(t, chosen) - other
    };
    let margins = (0..n).map(margin).collect();
    Decoded { labels, margins }
}

/// An attribution within one sentence.
#[derive(Debug, Clone)]
pub struct Attributed {
    /// The cue's token.
    pub cue: usize,
    /// The source's tokens.
    pub source: Option<Range<usize>>,
    /// The content's tokens, from its first to its last.
    pub content: Range<usize>,
    /// The chance that cue and content are right.
    pub probability: f32,
}

/// What the models make of one cue, in units.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The cue.
    pub cue: usize,
    /// Its chance.
    pub probability: f32,
    /// The source.
    pub source: Option<Range<usize>>,
    /// The content.
    pub content: Range<usize>,
    /// How many runs the content was joined from.
    pub runs: usize,
    /// Margins at both sides of the content's edges.
    pub edges: [f32; 4],
    /// The least margin within the content.
    pub inside: f32,
}

/// What the models find among the units of a sentence, the surest cues first; contents do not overlap.
pub fn candidates(weights: &Weights, units: &[Unit], may: impl Fn(usize) -> bool) -> Vec<Candidate> {
    let mut buffer = Vec::with_capacity(32);
    let mut cues: Vec<(f32, usize)> = Vec::new();
    for i in (0..units.len()).filter(|&i| !units[i].quote && may(i)) {
        let p = cue_probability(weights, units, i, &mut buffer);
        if p >= CUE_MIN {
            cues.push((p, i));
        }
    }
    cues.sort_by(|a, b| b.0.total_cmp(&a.0));
    cues.truncate(CUES_MAX);
    let mut found: Vec<Candidate> = Vec::new();
    for (probability, cue) in cues {
        let window = window(units, cue);
        let Decoded { labels, margins } = weights.decode(units, cue, window.clone());
        let Some((content, runs)) = longest(&labels, &window) else { continue };
        let source = nearest(&labels, &window, cue);
        if !found.iter().any(|f| f.content.start < content.end && content.start < f.content.end) {
            let at = |i: usize| margins.get(i.wrapping_sub(window.start)).copied().unwrap_or(1e3);
            let edges = [at(content.start), at(content.start.wrapping_sub(1)), at(content.end - 1), at(content.end)];
            let inside = content.clone().map(at).fold(f32::MAX, f32::min);
            found.push(Candidate { cue, probability, source, content, runs, edges, inside });
        }
    }
    found
}

/// A margin in steps of its logarithm.
fn steps_of(margin: f32) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0…24")]
    let step = ((margin.max(0.0) + 1.0).log2() * 2.0).min(24.0) as u64;
    step
}

/// Features of a candidate for the judge.
pub fn judge_features(units: &[Unit], candidate: &Candidate, into: &mut Vec<u64>) {
    into.clear();
    let Candidate { cue, probability, source, content, runs, edges, inside } = candidate;
    let (cue, runs) = (*cue, *runs);
    let (start, end) = (steps_of(edges[0].min(edges[1])), steps_of(edges[2].min(edges[3])));
    let inside = steps_of(*inside);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a chance in twelfths")]
    let chance = (probability * 12.0) as u64;
    let word = units[cue].word;
    let first = &units[content.start];
    let last = &units[content.end - 1];
    let after = get(units, content.end, 0);
    let left = u64::from(content.end <= cue);
    let gap = if content.start > cue { content.start - cue } else { cue.saturating_sub(content.end) };
    let quotes = u64::from(units[content.clone()].iter().any(|u| u.quote));
    let commas = units[content.clone()].iter().filter(|u| u.comma).count().min(3) as u64;
    let verbs = units[content.clone()].iter().filter(|u| u.verb).count().min(3) as u64;
    let spoken = source.as_ref().map_or(9, |s| units[s.end - 1].class);
    let distance = source.as_ref().map_or(99, |s| bucket(s.start.abs_diff(cue)));
    let length = bucket(content.len());
    let tail = bucket(units.len() - content.end);
    let mut add = |id: u64, x: u64, y: u64| into.push(mix(mix(mix(0xC3, id), x), y));
    add(0, 0, 0);
    add(1, chance, 0);
    add(2, chance, length);
    add(3, word, 0);
    add(4, units[cue].class, chance);
    add(5, first.word, left);
    add(6, first.class, mix(left, length));
    add(7, last.class, after.1);
    add(8, after.0, commas);
    add(9, mix(commas, verbs), length);
    add(10, spoken, left);
    add(11, distance, spoken);
    add(12, bucket(gap), left);
    add(13, runs.min(4) as u64, quotes);
    add(14, tail, commas);
    add(15, quotes, length);
    add(16, first.word, word);
    add(17, verbs, mix(first.class, left));
    add(18, length, chance / 3);
    add(19, tail, mix(left, verbs));
    add(20, start, 0);
    add(21, end, 0);
    add(22, inside, 0);
    add(23, start, end);
    add(24, inside, chance);
    add(25, mix(start, end), chance / 2);
    add(26, end, length);
}

/// The chance that a candidate is right.
pub fn judge(weights: &Weights, units: &[Unit], candidate: &Candidate, buffer: &mut Vec<u64>) -> f32 {
    judge_features(units, candidate, buffer);
    let [odds] = weights.judge.sums(buffer.iter().map(|&f| slot(f, JUDGEMENTS)));
    1.0 / (1.0 + (-odds).exp())
}

/// The attributions of a sentence that the judge accepts with at least `threshold`, in the order of the text.
pub fn attributions(parsed: &Parsed, cast: &Cast, sentence: Range<usize>, threshold: f32) -> Vec<Attributed> {
    let weights = weights();
    let units = units(parsed, cast, sentence);
    let mut buffer = Vec::with_capacity(32);
    let tokens = |r: Range<usize>| units[r.start].tokens.start..units[r.end - 1].tokens.end;
    let mut found: Vec<Attributed> = Vec::new();
    for candidate in candidates(weights, &units, |i| may_cue(&units[i], parsed)) {
        let probability = judge(weights, &units, &candidate, &mut buffer);
        let quoted = units[candidate.content.clone()].iter().any(|u| u.quote);
        if probability >= threshold || quoted {
            found.push(Attributed {
                cue: units[candidate.cue].tokens.start,
                source: candidate.source.map(tokens),
                content: tokens(candidate.content),
                probability,
            });
        }
    }
    found.sort_by_key(|f| f.content.start);
    found
}

/// Whether a unit can be a cue at all.
pub fn may_cue(unit: &Unit, parsed: &Parsed) -> bool {
    let token = &parsed.tokens[unit.tokens.start];
    token.kind == Kind::Word || token.is(":")
}

/// The runs of a label, as ranges of units.
fn runs(labels: &[Label], wanted: Label, window: &Range<usize>) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, &label) in labels.iter().enumerate() {
        let i = window.start + at;
        if label == wanted {
            match runs.last_mut() {
                Some(run) if run.end == i => run.end = i + 1,
                _ => runs.push(i..i + 1),
            }
        }
    }
    runs
}

/// The content, and of how many runs: its runs together where only the cue, its source and a few words part them; else the longest.
fn longest(labels: &[Label], window: &Range<usize>) -> Option<(Range<usize>, usize)> {
    let runs = runs(labels, Label::Content, window);
    let (first, last) = (runs.first()?, runs.last()?);
    let gaps: usize = runs.windows(2).map(|pair| pair[1].start - pair[0].end).sum();
    let held: usize = runs.iter().map(ExactSizeIterator::len).sum();
    if runs.len() == 1 || gaps * 2 <= held && gaps <= 12 {
        return Some((first.start..last.end, runs.len()));
    }
    let count = runs.len();
    runs.into_iter().max_by_key(ExactSizeIterator::len).map(|run| (run, count))
}

/// The source: its run nearest to the cue.
fn nearest(labels: &[Label], window: &Range<usize>, cue: usize) -> Option<Range<usize>> {
    runs(labels, Label::Source, window).into_iter().min_by_key(|r| if r.end <= cue { cue - r.end } else { r.start.saturating_sub(cue) })
}
