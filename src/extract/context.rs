//! What an article as a whole says of an actor helps to read its single statements.

use super::{
    attribution::Sieve,
    confidence,
    findings::{Finding, Modality, Reading},
    position,
};
use crate::domain::{stance::Value, statement::StatementKind};

/// Readings that only imply a side yield to a clear majority of the actor's other readings in the same article.
pub fn consistent(sieve: &Sieve, findings: &mut [Finding]) {
    let mut sums = vec![(0i32, 0i32); sieve.cast.actors.len()];
    let mut counts = vec![(0usize, 0usize); sieve.cast.actors.len()];
    let strength = |r: &Reading| if r.modality == Modality::Plain { 2 } else { 1 };
    for finding in findings.iter() {
        if let (Some(actor), Some(reading)) = (finding.actor, &finding.position) {
            match reading.value.hundredths().signum() {
                1 => {
                    sums[actor].0 += strength(reading);
                    counts[actor].0 += 1;
                }
                -1 => {
                    sums[actor].1 += strength(reading);
                    counts[actor].1 += 1;
                }
                _ => {}
            }
        }
    }
    for finding in findings.iter_mut() {
        let (Some(actor), Some(reading)) = (finding.actor, finding.position.as_mut()) else { continue };
        let (open, closed) = sums[actor];
        let side = reading.value.hundredths().signum();
        let outweighed =
            side > 0 && closed >= 2 * open.max(1) && counts[actor].1 > 1 || side < 0 && open >= 2 * closed.max(1) && counts[actor].0 > 1;
        if outweighed && matches!(reading.modality, Modality::Implied) {
            reading.value = Value::new(-side * 40).unwrap_or(Value::MIXED);
            reading.modality = Modality::Context;
            reading.why.push_str("; against the actor's other statements, so read with them");
            finding.confidence = confidence::of(finding.rule, finding.position.as_ref());
        }
    }
}

/// A speaker's first quotation, or one that touches the topic, without a direction of its own takes that of its speaker's other statements.
pub fn in_context(sieve: &Sieve, findings: &mut [Finding]) {
    let mut lean: Vec<i32> = vec![0; sieve.cast.actors.len()];
    for finding in findings.iter() {
        if let (Some(actor), Some(reading)) = (finding.actor, &finding.position) {
            lean[actor] += i32::from(reading.value.hundredths().signum());
            if let Some(organization) = finding.on_behalf_of.filter(|&o| o != actor) {
                lean[organization] += i32::from(reading.value.hundredths().signum());
            }
        }
    }
    let mut quoted = vec![false; sieve.cast.actors.len()];
    for finding in findings.iter_mut().filter(|f| f.kind == StatementKind::Quote) {
        let Some(actor) = finding.actor else { continue };
        let first = !std::mem::replace(&mut quoted[actor], true);
        if finding.position.is_some() {
            continue;
        }
        let own = if lean[actor] == 0 { finding.on_behalf_of.map_or(0, |o| lean[o]) } else { lean[actor] };
        let from = sieve.parsed.tokens.partition_point(|t| t.span.start < finding.span.start);
        let to = sieve.parsed.tokens.partition_point(|t| t.span.start < finding.span.end);
        if own != 0 && (first || position::touches(sieve.parsed, from..to)) {
            let value = Value::new(if own > 0 { 40 } else { -40 }).unwrap_or(Value::MIXED);
            finding.position = Some(Reading {
                value,
                modality: Modality::Context,
                terms: Vec::new(),
                why: "the topic, with the direction of the speaker's other statements".to_owned(),
            });
            finding.confidence = confidence::of(finding.rule, finding.position.as_ref());
        }
    }
}
