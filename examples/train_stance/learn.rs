//! Logistic regression, by steps in an order that is always the same.

use openstance::extract::{
    candidates::holders,
    positions::{
        overall,
        stance::{self, CONTEXT, MODELS, Weights, chance},
        stance_features::Feature,
        topic,
    },
    tables::Table,
};

use super::Case;

/// Passes over the examples of words: more learn the examples rather than the words.
const EPOCHS: usize = 4;

/// How much a labelled sentence counts beside a candidate in deciding between sides.
const ALONE: f32 = 0.5;

/// How much a window of other news counts beside one on the subject: taking positions where there is no question is the worse mistake.
const OTHER: f32 = 3.0;

/// Passes over the cases of a choice.
const CHOICE_EPOCHS: usize = 6;

/// The label of a candidate or sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    None,
    Open,
    Closed,
    Mixed,
}

impl Position {
    pub fn parse(word: &str) -> anyhow::Result<Self> {
        Ok(match word {
            "none" => Self::None,
            "open" => Self::Open,
            "closed" => Self::Closed,
            "mixed" => Self::Mixed,
            other => anyhow::bail!("{other}: not a position"),
        })
    }
}

/// What the models of words learn from.
pub struct Example {
    pub features: Vec<Feature>,
    pub position: Position,
    /// Whether it stands in an article, rather than alone.
    pub in_article: bool,
}

/// The models of words and of topics.
pub fn words(examples: &[&Example], about: &[&Vec<Feature>], other: &[Vec<Feature>]) -> Weights {
    let weight = |e: &Example| if e.in_article { 1.0 } else { ALONE };
    let topical: Vec<_> = examples.iter().map(|e| (&e.features, 1.0, e.position != Position::None)).collect();
    let taken = || examples.iter().filter(|e| e.position != Position::None);
    let open: Vec<_> =
        taken().filter(|e| e.position != Position::Mixed).map(|e| (&e.features, weight(e), e.position == Position::Open)).collect();
    let mixed: Vec<_> = taken().map(|e| (&e.features, weight(e), e.position == Position::Mixed)).collect();
    let topics: Vec<_> = about.iter().map(|f| (*f, 1.0, true)).chain(other.iter().map(|f| (f, OTHER, false))).collect();
    let mut weights = Weights::zero();
    weights.words = Table::new(&[topical, open, mixed].map(|cases| sparse(&cases, stance::BUCKETS, stance::slot, |_, weight| weight)));
    // Words only speak for the field: what merely belongs to another style of news does not speak against it.
    let constant = stance::topic_slot(&topic::CONSTANT);
    let one_sided = |slot: usize, weight: f32| if slot == constant { weight } else { weight.max(0.0) };
    weights.topic = Table::new(&[sparse(&topics, stance::TOPICS, stance::topic_slot, one_sided)]);
    weights
}

/// Over hashed features, with steps that fall with what each feature has seen.
fn sparse(
    cases: &[(&Vec<Feature>, f32, bool)],
    buckets: usize,
    slot: impl Fn(&Feature) -> usize,
    bound: impl Fn(usize, f32) -> f32,
) -> Vec<f32> {
    let mut weights = vec![0.0_f32; buckets];
    let mut squares = vec![0.1_f32; buckets];
    for epoch in 0..EPOCHS {
        for at in (0..cases.len()).map(|i| (i * 15_485_863 + epoch * 31) % cases.len()) {
            let (features, share, target) = &cases[at];
            let slots: Vec<usize> = features.iter().map(&slot).collect();
            let error = share * (chance(slots.iter().map(|&s| weights[s]).sum()) - f32::from(u8::from(*target)));
            for slot in slots {
                let gradient = error + 1e-3 * weights[slot];
                squares[slot] += gradient * gradient;
                weights[slot] = bound(slot, weights[slot] - 0.05 * gradient / squares[slot].sqrt());
            }
        }
    }
    weights
}

/// The models of context: topical, open, mixed.
pub fn context(cases: &[Case]) -> [[f32; CONTEXT]; MODELS] {
    let topical: Vec<_> = cases.iter().map(|(x, p)| (x, *p != Position::None)).collect();
    let sided = cases.iter().filter(|c| matches!(c.1, Position::Open | Position::Closed));
    let open: Vec<_> = sided.map(|(x, p)| (x, *p == Position::Open)).collect();
    let mixed: Vec<_> = cases.iter().filter(|c| c.1 != Position::None).map(|(x, p)| (x, *p == Position::Mixed)).collect();
    [dense(&topical), dense(&open), dense(&mixed)]
}

/// Over a few numbers, by plain descent.
fn dense(cases: &[(&[f32; CONTEXT], bool)]) -> [f32; CONTEXT] {
    let mut weights = [0.0_f32; CONTEXT];
    #[expect(clippy::cast_precision_loss, reason = "some thousand cases")]
    let n = cases.len().max(1) as f32;
    for _ in 0..3000 {
        let mut gradient = weights.map(|w| 1e-3 * w);
        for (x, target) in cases {
            let error = chance(weights.iter().zip(*x).map(|(w, x)| w * x).sum()) - f32::from(u8::from(*target));
            for (g, x) in gradient.iter_mut().zip(*x) {
                *g += error * x / n;
            }
        }
        for (w, g) in weights.iter_mut().zip(gradient) {
            *w -= 0.3 * g;
        }
    }
    weights
}

/// The features of each thing that may be so, and which of them are right.
pub type Choosing = (Vec<Vec<usize>>, Vec<bool>);

/// A log-linear model over the choices of each case: of holders, or of memberships.
pub fn choice(cases: &[&Choosing], buckets: usize) -> Table<1> {
    let mut weights = vec![0.0_f32; buckets];
    let mut squares = vec![0.1_f32; buckets];
    for epoch in 0..CHOICE_EPOCHS {
        for at in (0..cases.len()).map(|i| (i * 15_485_863 + epoch * 31) % cases.len()) {
            let (choices, right) = cases[at];
            if !right.contains(&true) {
                continue;
            }
            let sums: Vec<f32> = choices.iter().map(|choice| choice.iter().map(|&f| weights[f]).sum()).collect();
            let scores = holders::shares(&sums);
            let sure: f32 = scores.iter().zip(right).filter(|s| *s.1).map(|s| s.0).sum();
            for ((choice, score), right) in choices.iter().zip(&scores).zip(right) {
                let wanted = if *right { score / sure.max(1e-6) } else { 0.0 };
                for &feature in choice {
                    let gradient = score - wanted + 1e-4 * weights[feature];
                    squares[feature] += gradient * gradient;
                    weights[feature] -= 0.1 * gradient / squares[feature].sqrt();
                }
            }
        }
    }
    Table::new(&[weights])
}

/// The features of an actor with where it stands.
pub type Whole = ([f32; overall::FEATURES], Position);

/// The model of where actors stand as a whole: multinomial, by plain descent over standardized features.
#[expect(clippy::cast_precision_loss, reason = "some thousand actors")]
pub fn overall(cases: &[Whole]) -> overall::Table {
    let n = cases.len().max(1) as f32;
    let scale: [f32; overall::FEATURES] =
        std::array::from_fn(|f| (cases.iter().map(|c| c.0[f] * c.0[f]).sum::<f32>() / n).sqrt().max(1e-3));
    let cases: Vec<([f32; overall::FEATURES], usize)> =
        cases.iter().map(|(x, p)| (std::array::from_fn(|f| x[f] / scale[f]), *p as usize)).collect();
    let mut table: overall::Table = [[0.0; overall::FEATURES]; overall::OUTCOMES.len()];
    for _ in 0..1500 {
        let mut gradient = table.map(|weights| weights.map(|w| 1e-4 * w));
        for (x, outcome) in &cases {
            for (of, chance) in overall::chances(&table, x).into_iter().enumerate() {
                let error = chance - f32::from(u8::from(of == *outcome));
                for (g, x) in gradient[of].iter_mut().zip(x) {
                    *g += error * x / n;
                }
            }
        }
        for (weights, gradient) in table.iter_mut().zip(gradient) {
            for (w, g) in weights.iter_mut().zip(gradient) {
                *w -= 0.5 * g;
            }
        }
    }
    table.map(|weights| std::array::from_fn(|f| weights[f] / scale[f]))
}
