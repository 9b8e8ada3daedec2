//! How far a finding can be trusted: measured shares, by rule and modality.

use std::{collections::HashMap, sync::LazyLock};

use super::findings::{Reading, Rule};
use crate::domain::stance::Confidence;

/// Before it is looked up.
pub const UNKNOWN: Confidence = Confidence::new(0).expect("in range");

/// The measured share for a rule and modality; `none` stands for findings without a position, whose actor alone counts.
pub fn of(rule: Rule, reading: Option<&Reading>) -> Confidence {
    let modality = reading.map_or("none", |r| r.modality.as_str());
    table().get(&(rule.as_str(), modality)).or_else(|| table().get(&(rule.as_str(), "*"))).copied().unwrap_or(UNKNOWN)
}

/// `lexicon/reliability.tsv`: rule, modality, share in thousandths, cases; `*` is the rule's pool.
fn table() -> &'static HashMap<(&'static str, &'static str), Confidence> {
    static TABLE: LazyLock<HashMap<(&'static str, &'static str), Confidence>> = LazyLock::new(|| {
        let lines = include_str!("lexicon/reliability.tsv").lines().filter(|line| !line.starts_with('#'));
        let row = |line: &'static str| {
            let mut cells = line.split('\t');
            let (rule, modality) = (cells.next()?, cells.next()?);
            let share = cells.next()?.parse().ok().and_then(Confidence::new)?;
            Some(((rule, modality), share))
        };
        lines.filter_map(row).collect()
    });
    &TABLE
}
