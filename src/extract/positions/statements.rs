//! From candidates to findings: the position of each, read from its words.

use std::ops::Range;

use crate::domain::{
    stance::{Side, Value},
    statement::StatementKind,
};
use crate::extract::{
    attribution::Sieve,
    candidates::{self, Candidate, Form},
    findings::{Finding, Modality, Reading, Rule},
    positions::{
        confidence, overall,
        position::{self, Voice},
        stance::{self, Leaning, View, Weights, chance},
        stance_features::{self, Feature},
        topic,
    },
    tables::Table,
    text::quotes,
};

/// Words of a quotation up to which it takes the position of the clause that holds it.
const SHORT: usize = 8;

/// Everything that the sentences of an article yield, in the order of the text, and where actors stand by it; an article on anything
/// else takes no positions.
pub fn find(sieve: &Sieve, weights: &Weights) -> (Vec<Finding>, Vec<(usize, Side)>) {
    let mut actors = Vec::new();
    let judged: Vec<(Candidate, Option<Reading>)> = if topic::is_about(sieve.parsed, weights) {
        let (read, leanings) = heard(sieve, weights);
        actors = overall::features(read.iter().map(|r| &r.candidate).zip(leanings.iter().copied()), &sieve.cast.actors);
        let judged = |(read, leaning): (Read, Leaning)| {
            let position = judge(sieve, weights, &read, leaning);
            (read.candidate, position)
        };
        read.into_iter().zip(leanings).map(judged).collect()
    } else {
        candidates::find(sieve, &weights.holders).into_iter().flatten().map(|candidate| (candidate, None)).collect()
    };
    let mut findings = assemble(sieve, judged);
    findings.sort_by_key(|f| (f.span.start, f.span.end, f.actor));
    findings.retain(|f| !f.span.is_empty());
    let stances = overall::stances(&weights.overall, &actors, &findings);
    for finding in &mut findings {
        finding.confidence = confidence::of(finding.rule, finding.position.as_ref(), overall::agrees(&stances, finding));
    }
    (findings, stances)
}

/// The candidates of an article with what each says, by its words and by what stands around it.
pub fn heard(sieve: &Sieve, weights: &Weights) -> (Vec<Read>, Vec<Leaning>) {
    let read = read(sieve, &weights.holders);
    let leanings = leanings(sieve, weights, &read);
    (read, leanings)
}

fn leanings(sieve: &Sieve, weights: &Weights, read: &[Read]) -> Vec<Leaning> {
    let mut views: Vec<View> = read.iter().map(|r| View::new(sieve, &r.candidate, weights.leaning(&r.features))).collect();
    // Twice, so that what is said around a candidate is heard as its own context corrects it.
    let context = stance::context(&views);
    for (view, around) in views.iter_mut().zip(&context) {
        view.see(weights.corrected(around));
    }
    let context = stance::context(&views);
    let mut leanings: Vec<Leaning> = context.iter().map(|around| weights.corrected(around)).collect();
    // One clause about several actors says the same of each.
    let mut from = 0;
    for same in read.chunk_by(|a, b| a.candidate.form == b.candidate.form && a.candidate.tokens == b.candidate.tokens) {
        let to = from + same.len();
        let mean = Leaning::mean(&leanings[from..to]);
        leanings[from..to].fill(mean);
        from = to;
    }
    leanings
}

/// The position of words that stand alone, an actor's own or a source's about an actor.
pub fn position(sieve: &Sieve, weights: &Weights, speech: bool) -> Option<Reading> {
    let candidate = Candidate::whole(sieve, speech);
    let reading = words(sieve, &candidate);
    let mut features = Vec::new();
    stance_features::of(sieve, &candidate, reading.as_ref(), &mut features);
    let view = View::new(sieve, &candidate, weights.leaning(&features));
    let leaning = weights.corrected(&stance::context(&[view])[0]);
    judge(sieve, weights, &Read { candidate, reading, features }, leaning)
}

/// A candidate, with what its terms say and what the model sees of it.
#[derive(Debug)]
pub struct Read {
    /// The candidate.
    pub candidate: Candidate,
    /// The position that its terms compose.
    pub reading: Option<Reading>,
    /// For the model.
    pub features: Vec<Feature>,
}

/// The candidates of an article in the order of the text, read.
pub fn read(sieve: &Sieve, holders: &Table<1>) -> Vec<Read> {
    let mut all = Vec::new();
    // The position of the clause read last: `…; A and B do not`.
    let mut last: Option<Reading> = None;
    for candidate in candidates::find(sieve, holders).into_iter().flatten() {
        let reading = if candidate.form == Form::Refusal { last.clone().map(reverse) } else { words(sieve, &candidate) };
        if candidate.form == Form::Clause {
            last.clone_from(&reading);
        }
        let mut features = Vec::new();
        stance_features::of(sieve, &candidate, reading.as_ref(), &mut features);
        all.push(Read { candidate, reading, features });
    }
    all
}

/// Chance from which on a candidate takes a position.
const TOPICAL_MIN: f32 = 0.4;

/// Chance from which on a position is mixed.
const MIXED_MIN: f32 = 0.4;

/// The same where the terms say one side outright.
const OUTRIGHT_MIN: f32 = 0.6;

/// Chance from which on a side that only the model reads counts as largely held.
const FIRM: f32 = 0.75;

/// Words that are shown as what told the model.
const TELLING: usize = 3;

/// The position of a candidate, by the model; where the terms say the same, with their strength.
fn judge(sieve: &Sieve, weights: &Weights, read: &Read, leaning: Leaning) -> Option<Reading> {
    let (topical, open, mixed) = (chance(leaning.topical), chance(leaning.open), chance(leaning.mixed));
    if topical < TOPICAL_MIN {
        return None;
    }
    let plain = read.reading.as_ref().is_some_and(|r| r.modality == Modality::Plain);
    let (side, share) = match () {
        () if mixed >= if plain { OUTRIGHT_MIN } else { MIXED_MIN } => (0, mixed),
        () if open >= 0.5 => (1, open * (1.0 - mixed)),
        () => (-1, (1.0 - open) * (1.0 - mixed)),
    };
    let percent = percent(topical * share * read.candidate.chance);
    if let Some(reading) = read.reading.as_ref().filter(|r| i32::from(r.value.hundredths().signum()) == side) {
        return Some(Reading { chance: percent, ..reading.clone() });
    }
    let hundredths = side * if share >= FIRM { 70 } else { 40 };
    let terms = weights.telling(&read.features, side, TELLING).into_iter().map(|i| sieve.parsed.tokens[i].span).collect();
    Some(Reading {
        value: i16::try_from(hundredths).ok().and_then(Value::new).unwrap_or(Value::MIXED),
        modality: Modality::Learned,
        chance: percent,
        terms,
        why: format!("the words together: {topical:.2} that it takes a position, {open:.2} that it is open, {mixed:.2} that it is both"),
    })
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0…100")]
fn percent(chance: f32) -> u8 {
    (100.0 * chance).round().clamp(0.0, 100.0) as u8
}

/// The findings of an article: quotations and indirect speech with or without a position, clauses with one.
fn assemble(sieve: &Sieve, judged: Vec<(Candidate, Option<Reading>)>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    // Where the findings of the sentence begin, and which clause only refuses the one before.
    let (mut sentence, mut start) = (u32::MAX, 0);
    let mut refused: Option<Range<usize>> = None;
    for (candidate, reading) in judged {
        let at = sieve.parsed.sentence_of[candidate.tokens.start];
        if at != sentence {
            (sentence, start) = (at, findings.len());
        }
        if candidate.form == Form::Clause && refused.as_ref() == Some(&candidate.tokens) {
            continue;
        }
        if candidate.form == Form::Refusal && reading.is_some() {
            refused = Some(candidate.tokens.clone());
        }
        let here = &mut findings[start..];
        match candidate.form {
            Form::Quote => {
                let attributable = candidate.finding.actor.is_some() || candidate.finding.rule == Rule::Unattributed;
                findings.push(finish(candidate, reading.filter(|_| attributable)));
            }
            Form::Content => {
                let twin = |f: &Finding| f.kind != StatementKind::Quote && f.span.overlaps(candidate.finding.span);
                let same = |f: &Finding| f.actor == candidate.finding.actor || f.span == candidate.finding.span;
                if !here.iter().any(|f| twin(f) && same(f)) {
                    let read = here.iter().any(|f| f.position.is_some() && f.span.overlaps(candidate.finding.span));
                    findings.push(finish(candidate, reading.filter(|_| !read)));
                }
            }
            Form::Turn | Form::Clause | Form::Refusal => {
                if let Some(reading) = reading.filter(|reading| !embedded(sieve, &candidate, reading, here)) {
                    findings.push(finish(candidate, Some(reading)));
                }
            }
        }
    }
    findings
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

/// A finding with its position.
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
        }
    }
    found
}

/// Two readings of one clause's parts.
fn merge(a: Reading, b: Reading) -> Reading {
    let value = if a.value.side() == b.value.side() { a.value } else { Value::MIXED };
    let modality = if value == a.value { a.modality } else { Modality::Both };
    let terms = a.terms.into_iter().chain(b.terms).collect();
    Reading { value, modality, chance: 0, terms, why: format!("{}; {}", a.why, b.why) }
}
