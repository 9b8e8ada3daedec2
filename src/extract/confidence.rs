//! How far a finding can be trusted: measured shares, by rule and by the chance that the model gives its position.

use std::{collections::HashMap, sync::LazyLock};

use super::findings::{Reading, Rule};
use crate::domain::stance::Confidence;

/// Before it is looked up.
pub const UNKNOWN: Confidence = Confidence::new(0).expect("in range");

/// Chances in percent from which on a step of the table begins.
pub const STEPS: [u8; 6] = [0, 40, 55, 70, 80, 90];

/// The step of a chance.
pub fn step(chance: u8) -> u8 {
    STEPS.into_iter().rev().find(|&from| chance >= from).unwrap_or(0)
}

/// The measured share for a rule and the chance of the position; without a position the actor alone counts.
pub fn of(rule: Rule, reading: Option<&Reading>) -> Confidence {
    table().get(&(rule.as_str(), reading.map(|r| step(r.chance)))).copied().unwrap_or(UNKNOWN)
}

/// `lexicon/reliability.tsv`: rule, step of the chance or `none`, share in thousandths, cases.
fn table() -> &'static HashMap<(&'static str, Option<u8>), Confidence> {
    static TABLE: LazyLock<HashMap<(&'static str, Option<u8>), Confidence>> = LazyLock::new(|| {
        let lines = include_str!("lexicon/reliability.tsv").lines().filter(|line| !line.starts_with('#'));
        let row = |line: &'static str| {
            let mut cells = line.split('\t');
            let (rule, step) = (cells.next()?, cells.next()?);
            let share = cells.next()?.parse().ok().and_then(Confidence::new)?;
            Some(((rule, step.parse().ok()), share))
        };
        lines.filter_map(row).collect()
    });
    &TABLE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_and_step_has_a_row() {
        for rule in Rule::ALL {
            for step in STEPS.into_iter().map(Some).chain([None]) {
                assert!(table().contains_key(&(rule.as_str(), step)), "{rule:?} {step:?}");
            }
        }
    }
}
