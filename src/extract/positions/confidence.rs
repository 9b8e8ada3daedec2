//! How far a finding can be trusted: measured shares, by rule, by what read its position, and by the chance that the model gives it.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::domain::stance::{Confidence, Side};
use crate::extract::findings::{Modality, Reading, Rule};

/// Before it is looked up.
pub const UNKNOWN: Confidence = Confidence::new(0).expect("in range");

/// Chances in percent from which on a step of the table begins.
pub const STEPS: [u8; 5] = [0, 40, 65, 85, 95];

/// The step of a chance.
pub fn step(chance: u8) -> u8 {
    STEPS.into_iter().rev().find(|&from| chance >= from).unwrap_or(0)
}

/// The share at a chance, where `shares` are those of the steps: each holds in the middle of its step, and between two middles what lies on
/// the line, so that a chance of 84 % is not trusted quite unlike one of 85 %.
pub fn between(shares: &[i16; STEPS.len()], chance: u8) -> i16 {
    let end = |i: usize| STEPS.get(i + 1).copied().unwrap_or(100);
    // In half percent, as whole numbers.
    let middle = |i: usize| i32::from(STEPS[i]) + i32::from(end(i));
    let at = 2 * i32::from(chance);
    let next = (0..STEPS.len()).find(|&i| middle(i) > at);
    match next {
        Some(0) => shares[0],
        None => shares[STEPS.len() - 1],
        Some(i) => {
            let (low, high) = (i32::from(shares[i - 1]), i32::from(shares[i]));
            let share = low + (high - low) * (at - middle(i - 1)) / (middle(i) - middle(i - 1));
            i16::try_from(share).unwrap_or(0)
        }
    }
}

/// What a position was read from, which matters as much as its chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ground {
    /// The terms and the model say the same, and the article as a whole does not contradict.
    Terms,
    /// The model alone says it, and the article as a whole does not contradict.
    Words,
    /// Both sides at once, and the article as a whole too: rarer than a side, so a lower chance is worth as much.
    Both,
    /// The terms and the model; by the article as a whole the actor stands on the other side, or nowhere.
    TermsApart,
    /// The model alone; by the article as a whole the actor stands on the other side, or nowhere.
    WordsApart,
    /// Both sides at once, but by the article as a whole one side, or nothing.
    BothApart,
    /// There is no position: the actor alone counts.
    None,
}

impl Ground {
    /// All grounds.
    pub const ALL: [Self; 7] = [Self::Terms, Self::TermsApart, Self::Words, Self::WordsApart, Self::Both, Self::BothApart, Self::None];

    /// Of a finding with this position; `whole` as [`crate::extract::positions::overall::agrees`] has it.
    pub fn of(reading: Option<&Reading>, whole: bool) -> Self {
        let Some(reading) = reading else { return Self::None };
        match (reading.value.side() == Side::Mixed, reading.modality == Modality::Learned, whole) {
            (true, _, true) => Self::Both,
            (true, _, false) => Self::BothApart,
            (false, true, true) => Self::Words,
            (false, true, false) => Self::WordsApart,
            (false, false, true) => Self::Terms,
            (false, false, false) => Self::TermsApart,
        }
    }

    /// Its word in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Terms => "terms",
            Self::Words => "words",
            Self::TermsApart => "terms, apart",
            Self::WordsApart => "words, apart",
            Self::Both => "both",
            Self::BothApart => "both, apart",
            Self::None => "none",
        }
    }
}

/// The measured share for a rule, what its position was read from, and its chance; `whole` as in [`Ground::of`].
pub fn of(rule: Rule, reading: Option<&Reading>, whole: bool) -> Confidence {
    let Some(shares) = table().get(&(rule.as_str(), Ground::of(reading, whole).as_str())) else { return UNKNOWN };
    Confidence::new(reading.map_or(shares[0], |r| between(shares, r.chance))).unwrap_or(UNKNOWN)
}

/// `lexicon/reliability.tsv`: rule, ground, step of the chance, share in thousandths, cases.
fn table() -> &'static FxHashMap<(&'static str, &'static str), [i16; STEPS.len()]> {
    static TABLE: LazyLock<FxHashMap<(&'static str, &'static str), [i16; STEPS.len()]>> = LazyLock::new(|| {
        let mut table = FxHashMap::<_, [i16; STEPS.len()]>::default();
        for line in include_str!("../lexicon/reliability.tsv").lines().filter(|line| !line.starts_with('#')) {
            if let Some((rule, ground, step, share)) = row(line) {
                table.entry((rule, ground)).or_default()[step] = share;
            }
        }
        table
    });
    &TABLE
}

/// Rule, ground, number of the step, share of a line.
fn row(line: &str) -> Option<(&str, &str, usize, i16)> {
    let mut cells = line.split('\t');
    let (rule, ground, from) = (cells.next()?, cells.next()?, cells.next()?.parse::<u8>().ok()?);
    let step = STEPS.into_iter().position(|step| step == from)?;
    Some((rule, ground, step, cells.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_ground_and_step_has_a_row() {
        for rule in Rule::ALL {
            for ground in Ground::ALL {
                let shares = table().get(&(rule.as_str(), ground.as_str())).copied().unwrap_or_default();
                let steps = if ground == Ground::None { 1 } else { STEPS.len() };
                assert!(shares[..steps].iter().all(|&share| share > 0), "{rule:?} {ground:?} {shares:?}");
            }
        }
    }

    #[test]
    fn shares_hold_in_the_middle_of_their_step() {
        let shares = [200, 300, 600, 800, 900];
        let at = |chance| between(&shares, chance);
        assert_eq!([at(0), at(20), at(75), at(90), at(98), at(100)], [200, 200, 600, 800, 900, 900]);
        assert_eq!([at(82), at(84), at(85)], [693, 720, 733]);
    }
}
