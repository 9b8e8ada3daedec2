//! How far a finding can be trusted: measured shares, by rule, by what read its position, and by the chance that the model gives it.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::domain::stance::Confidence;
use crate::extract::findings::{Modality, Reading, Rule};

/// Before it is looked up.
pub const UNKNOWN: Confidence = Confidence::new(0).expect("in range");

/// Chances in percent from which on a step of the table begins.
pub const STEPS: [u8; 5] = [0, 40, 65, 85, 95];

/// The step of a chance.
pub fn step(chance: u8) -> u8 {
    STEPS.into_iter().rev().find(|&from| chance >= from).unwrap_or(0)
}

/// What a position was read from, which matters as much as its chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ground {
    /// The terms and the model say the same.
    Terms,
    /// The model alone.
    Words,
    /// There is no position: the actor alone counts.
    None,
}

impl Ground {
    /// All grounds.
    pub const ALL: [Self; 3] = [Self::Terms, Self::Words, Self::None];

    /// Of a finding with this position.
    pub fn of(reading: Option<&Reading>) -> Self {
        match reading.map(|r| r.modality) {
            None => Self::None,
            Some(Modality::Learned) => Self::Words,
            Some(_) => Self::Terms,
        }
    }

    /// Its word in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Terms => "terms",
            Self::Words => "words",
            Self::None => "none",
        }
    }
}

/// The measured share for a rule, what its position was read from, and its chance.
pub fn of(rule: Rule, reading: Option<&Reading>) -> Confidence {
    let key = (rule.as_str(), Ground::of(reading).as_str(), reading.map_or(0, |r| step(r.chance)));
    table().get(&key).copied().unwrap_or(UNKNOWN)
}

/// `lexicon/reliability.tsv`: rule, ground, step of the chance, share in thousandths, cases.
fn table() -> &'static FxHashMap<(&'static str, &'static str, u8), Confidence> {
    static TABLE: LazyLock<FxHashMap<(&'static str, &'static str, u8), Confidence>> = LazyLock::new(|| {
        let lines = include_str!("../lexicon/reliability.tsv").lines().filter(|line| !line.starts_with('#'));
        let row = |line: &'static str| {
            let mut cells = line.split('\t');
            let (rule, ground, step) = (cells.next()?, cells.next()?, cells.next()?.parse().ok()?);
            let share = cells.next()?.parse().ok().and_then(Confidence::new)?;
            Some(((rule, ground, step), share))
        };
        lines.filter_map(row).collect()
    });
    &TABLE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_ground_and_step_has_a_row() {
        for rule in Rule::ALL {
            for ground in Ground::ALL {
                for step in if ground == Ground::None { &STEPS[..1] } else { &STEPS[..] } {
                    assert!(table().contains_key(&(rule.as_str(), ground.as_str(), *step)), "{rule:?} {ground:?} {step}");
                }
            }
        }
    }
}
