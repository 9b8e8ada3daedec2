//! From candidates to findings: the position of each, read from its words.

use std::ops::Range;

use super::{
    attribution::Sieve,
    candidates::{self, Candidate, Form},
    confidence, context,
    findings::{Finding, Modality, Reading, Rule},
    position::{self, Voice},
    quotes,
};
use crate::domain::{stance::Value, statement::StatementKind};

/// Words of a quotation up to which it takes the position of the clause that holds it.
const SHORT: usize = 8;

/// Everything that the sentences of an article yield, in the order of the text.
pub fn find(sieve: &Sieve) -> Vec<Finding> {
    let mut findings: Vec<Finding> = candidates::find(sieve).into_iter().flat_map(|here| read(sieve, here)).collect();
    findings.sort_by_key(|f| (f.span.start, f.span.end, f.actor));
    context::consistent(sieve, &mut findings);
    context::in_context(sieve, &mut findings);
    findings.retain(|f| !f.span.is_empty());
    findings
}

/// The findings of one sentence.
fn read(sieve: &Sieve, candidates: Vec<Candidate>) -> Vec<Finding> {
    let mut here: Vec<Finding> = Vec::new();
    // The position of the clause read last, and the clause that only refuses it.
    let mut last: Option<Reading> = None;
    let mut refused: Option<Range<usize>> = None;
    for candidate in candidates {
        if candidate.form == Form::Clause && refused.as_ref() == Some(&candidate.tokens) {
            continue;
        }
        let reading = if candidate.form == Form::Refusal { last.clone().map(reverse) } else { words(sieve, &candidate) };
        match candidate.form {
            Form::Clause => last.clone_from(&reading),
            Form::Refusal if reading.is_some() => refused = Some(candidate.tokens.clone()),
            _ => {}
        }
        match candidate.form {
            Form::Quote => {
                let attributable = candidate.finding.actor.is_some() || candidate.finding.rule == Rule::Unattributed;
                here.push(finish(candidate, reading.filter(|_| attributable)));
            }
            Form::Content => {
                let twin = |f: &Finding| f.kind != StatementKind::Quote && f.span.overlaps(candidate.finding.span);
                let same = |f: &Finding| f.actor == candidate.finding.actor || f.span == candidate.finding.span;
                if !here.iter().any(|f| twin(f) && same(f)) {
                    let read = here.iter().any(|f| f.position.is_some() && f.span.overlaps(candidate.finding.span));
                    here.push(finish(candidate, reading.filter(|_| !read)));
                }
            }
            Form::Turn | Form::Clause | Form::Refusal => {
                if let Some(reading) = reading.filter(|reading| !embedded(sieve, &candidate, reading, &mut here)) {
                    here.push(finish(candidate, Some(reading)));
                }
            }
        }
    }
    here
}

/// The position that a candidate's words take.
fn words(sieve: &Sieve, candidate: &Candidate) -> Option<Reading> {
    let voice = if candidate.speech { Voice::Speech(sieve.cast, candidate.speaker) } else { Voice::Description };
    let read = candidate.parts.iter().filter_map(|part| position::read(sieve.parsed, part.clone(), voice)).reduce(merge)?;
    // A hedge within a quotation, or parted from its term by one, weakens the whole clause.
    Some(if candidate.form == Form::Clause { position::weakened(sieve.parsed, candidate.tokens.clone(), read) } else { read })
}

fn reverse(reading: Reading) -> Reading {
    let value = Value::new(-reading.value.hundredths()).unwrap_or(Value::MIXED);
    Reading { value, why: format!("the reverse of: {}", reading.why), ..reading }
}

/// A finding with its position and its measured confidence.
fn finish(candidate: Candidate, position: Option<Reading>) -> Finding {
    let mut finding = candidate.finding;
    if let Some(reading) = &position {
        let value = Value::new(-reading.value.hundredths()).unwrap_or(Value::MIXED);
        finding.accused.iter_mut().for_each(|accused| accused.1 = value);
        if !finding.accused.is_empty() {
            finding.rule = Rule::Accusation;
        }
    } else {
        finding.accused.clear();
    }
    finding.confidence = confidence::of(finding.rule, position.as_ref());
    Finding { position, ..finding }
}

/// A quotation within the clause is the statement; a short one without a position of its own takes the clause's.
fn embedded(sieve: &Sieve, candidate: &Candidate, reading: &Reading, here: &mut [Finding]) -> bool {
    let span = candidate.finding.span;
    let within = |f: &&mut Finding| f.kind == StatementKind::Quote && span.contains(f.span) && f.actor.is_some();
    let mut found = false;
    for quote in here.iter_mut().filter(within).filter(|f| candidate.form == Form::Clause && f.actor == candidate.speaker) {
        found = true;
        if quote.position.is_none() && quotes::word_runs(quote.span.of(&sieve.parsed.article.text)) <= SHORT {
            quote.position = Some(Reading { why: format!("its clause: {}", reading.why), ..reading.clone() });
            quote.confidence = confidence::of(quote.rule, quote.position.as_ref());
        }
    }
    found
}

/// Two readings of one clause's parts.
fn merge(a: Reading, b: Reading) -> Reading {
    let value = if a.value.side() == b.value.side() { a.value } else { Value::MIXED };
    let modality = if value == a.value { a.modality } else { Modality::Both };
    let terms = a.terms.into_iter().chain(b.terms).collect();
    Reading { value, modality, terms, why: format!("{}; {}", a.why, b.why) }
}
