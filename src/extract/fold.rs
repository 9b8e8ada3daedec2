//! Where actors stand in one article: the arithmetic of standings over its findings, without the evidence floor.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use uuid::Uuid;

use super::findings::{Finding, Findings};
use crate::domain::{
    stance::{Basis, Occasion, Side, StanceState, Value},
    standing::{Evidence, Sums, weight},
    statement::StatementKind,
};

/// All evidence of one article has one date; which one does not matter to a fold without a second date.
const DAY: NaiveDate = NaiveDate::from_ymd_opt(2015, 1, 1).expect("a date");

/// Each actor's side, in the order of actors; actors without evidence are left out.
pub fn stances(findings: &Findings) -> Vec<(usize, Side)> {
    let mut held: BTreeMap<usize, Vec<Evidence>> = BTreeMap::new();
    for (index, finding) in findings.statements.iter().enumerate() {
        let (Some(actor), Some(reading)) = (finding.actor, finding.position.as_ref()) else { continue };
        held.entry(actor).or_default().push(evidence(index, finding, finding.basis(), reading.value, actor));
        if let Some(organization) = finding.on_behalf_of.filter(|&o| o != actor) {
            held.entry(organization).or_default().push(evidence(index, finding, Basis::Spokesperson, reading.value, actor));
        }
    }
    held.into_iter().filter_map(|(actor, evidence)| side(&Sums::of(&evidence)).map(|side| (actor, side))).collect()
}

fn evidence(index: usize, finding: &Finding, basis: Basis, value: Value, speaker: usize) -> Evidence {
    let source = Uuid::nil();
    let occasion = match finding.kind {
        StatementKind::Description => Occasion::of_description(source),
        _ => Occasion::of_words(Uuid::from_u128(speaker as u128 + 1), None, source),
    };
    Evidence {
        id: Uuid::from_u128(index as u128),
        occasion,
        basis,
        state: StanceState::Counted,
        value,
        confidence: finding.confidence,
        weight: weight(basis, finding.confidence, DAY, false),
        evidence_on: DAY,
    }
}

/// The cuts of a standing, whatever its support.
fn side(sums: &Sums) -> Option<Side> {
    let (weight, weighted) = (i128::from(sums.all.weight), i128::from(sums.all.weighted));
    if weight == 0 {
        return None;
    }
    Some(if weighted >= 25 * weight {
        Side::For
    } else if weighted <= -25 * weight {
        Side::Against
    } else {
        Side::Mixed
    })
}
