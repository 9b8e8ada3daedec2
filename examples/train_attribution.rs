//! Trains the attribution models on annotated news and writes `src/extract/lexicon/attribution.bin`.
//!
//! `cargo run --release --example train_attribution -- TRAIN.ndjson OUT.bin [HELD_OUT_EVERY]`
//!
//! Each line of the input is `{"text": …, "attributions": [{"content": [[start, end]], "speaker": …, "cue": …}]}` with
//! offsets in code points. With a third argument n, every n-th document is kept out and measured instead.

use std::{collections::HashMap, fs, ops::Range};

use anyhow::Context as _;
use openstance::{
    domain::{
        registry,
        text::{CodePoints, Span, TextPosition},
    },
    extract::{
        Format, Gazetteer,
        attribution::model::{self, LABELS, Label, Unit, Weights},
        names::actors,
        text::{article, sentences::Parsed},
    },
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Document {
    text: String,
    attributions: Vec<Gold>,
}

#[derive(Deserialize)]
struct Gold {
    content: Vec<[usize; 2]>,
    speaker: Vec<[usize; 2]>,
    cue: Vec<[usize; 2]>,
}

/// A sentence with its cues and the labels around each.
struct Example {
    units: Vec<Unit>,
    may: Vec<bool>,
    cues: Vec<(usize, Vec<Label>)>,
    /// For each attribution whose content the sentence holds, the units of the content.
    contents: Vec<Vec<bool>>,
}

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let (input, output) = (args.next().context("TRAIN.ndjson")?, args.next().context("OUT.bin")?);
    let every: usize = args.next().map_or(Ok(0), |n| n.parse())?;
    let text = fs::read_to_string(&input).with_context(|| input.clone())?;
    let documents: Vec<Document> = text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let counts = cue_words(&documents);
    let gazetteer = Gazetteer::new(registry::known(), []);
    let (mut train, mut held) = (Vec::new(), Vec::new());
    for (number, document) in documents.iter().enumerate() {
        let part = if every > 0 && number % every == 0 { &mut held } else { &mut train };
        examples(document, &gazetteer, &counts, part);
    }
    println!("{} sentences to train on, {} held out", train.len(), held.len());
    let mut weights = Weights::zero();
    weights.cue = train_cues(&train);
    weights.tag = train_tags(&train);
    weights.judge = train_judge(&train);
    let weights = Weights::from_bytes(&weights.to_bytes());
    for (name, part) in [("train", &train), ("held out", &held)] {
        measure(name, part, &weights);
    }
    fs::write(&output, weights.to_bytes())?;
    Ok(())
}

/// How often a word stands in a cue, and at all.
fn cue_words(documents: &[Document]) -> HashMap<String, (f32, f32)> {
    let mut counts: HashMap<String, (f32, f32)> = HashMap::new();
    for document in documents {
        for word in document.text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
            counts.entry(word.to_lowercase()).or_default().1 += 1.0;
        }
        let points = CodePoints::new(&document.text);
        for &[start, end] in document.attributions.iter().flat_map(|a| &a.cue) {
            let Some(span) = points.span(TextPosition { start, end }) else { continue };
            for word in span.of(&document.text).split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
                counts.entry(word.to_lowercase()).or_default().0 += 1.0;
            }
        }
    }
    counts
}

fn spans(points: &CodePoints, ranges: &[[usize; 2]]) -> Vec<Span> {
    ranges.iter().filter_map(|&[start, end]| points.span(TextPosition { start, end })).collect()
}

/// Turns a document into sentences with labels.
fn examples(document: &Document, gazetteer: &Gazetteer, counts: &HashMap<String, (f32, f32)>, into: &mut Vec<Example>) {
    let article = article::read(&document.text, Format::Text);
    if article.text != document.text {
        return; // offsets would not hold
    }
    let parsed = Parsed::new(&article);
    let cast = actors::find(&parsed, gazetteer);
    let points = CodePoints::new(&document.text);
    let golds: Vec<[Vec<Span>; 3]> =
        document.attributions.iter().map(|g| [spans(&points, &g.cue), spans(&points, &g.speaker), spans(&points, &g.content)]).collect();
    for sentence in &parsed.sentences {
        let units = model::units(&parsed, &cast, sentence.tokens.clone());
        let whole = parsed.span(sentence.tokens.clone());
        let covers = |spans: &[Span], unit: &Unit| {
            let span = parsed.span(unit.tokens.clone());
            let shared: usize = spans.iter().map(|s| s.end.min(span.end).saturating_sub(s.start.max(span.start))).sum();
            2 * shared > span.len()
        };
        let mut cues = Vec::new();
        for [cue, speaker, content] in golds.iter().filter(|g| g[0].iter().any(|c| c.overlaps(whole))) {
            let score = |u: &Unit| {
                let word = &parsed.tokens[u.tokens.start].lower;
                counts.get(word).map_or(0.0, |(inside, all)| inside / (all + 5.0))
            };
            let inside = (0..units.len()).filter(|&i| !units[i].quote && covers(cue, &units[i]) && model::may_cue(&units[i], &parsed));
            let Some(anchor) = inside.max_by(|&a, &b| score(&units[a]).total_cmp(&score(&units[b])).then(b.cmp(&a))) else { continue };
            let label = |i: usize| match () {
                () if i == anchor => Label::Other,
                () if covers(speaker, &units[i]) => Label::Source,
                () if covers(content, &units[i]) => Label::Content,
                () => Label::Other,
            };
            let labels: Vec<Label> = (0..units.len()).map(label).collect();
            cues.push((anchor, labels));
        }
        let may = units.iter().map(|u| !u.quote && model::may_cue(u, &parsed)).collect();
        let contents =
            golds.iter().map(|g| units.iter().map(|u| covers(&g[2], u)).collect::<Vec<bool>>()).filter(|c| c.contains(&true)).collect();
        into.push(Example { units, may, cues, contents });
    }
}

/// A fixed shuffle (a linear congruence), so that training is repeatable.
fn order(n: usize, epoch: usize) -> impl Iterator<Item = usize> {
    let step = [7919, 104_729, 15_485_863, 32_452_843, 49_979_687][epoch % 5];
    (0..n).map(move |i| (i * step + epoch * 31) % n.max(1))
}

/// Logistic regression with per-feature step sizes.
fn train_cues<E: std::borrow::Borrow<Example>>(examples: &[E]) -> Vec<f32> {
    let mut weights = vec![0.0_f32; model::BUCKETS];
    let mut squares = vec![1e-3_f32; model::BUCKETS];
    let mut features = Vec::new();
    for epoch in 0..6 {
        for at in order(examples.len(), epoch) {
            let example = examples[at].borrow();
            for i in (0..example.units.len()).filter(|&i| example.may[i]) {
                model::cue_features(&example.units, i, &mut features);
                let sum: f32 = features.iter().map(|&f| weights[model::slot(f, 0)]).sum();
                let target = if example.cues.iter().any(|(a, _)| *a == i) { 1.0 } else { 0.0 };
                let error = 1.0 / (1.0 + (-sum).exp()) - target;
                if error.abs() < 1e-3 {
                    continue;
                }
                for &f in &features {
                    let slot = model::slot(f, 0);
                    let gradient = error + 2e-5 * weights[slot];
                    squares[slot] += gradient * gradient;
                    weights[slot] -= 0.12 * gradient / squares[slot].sqrt();
                }
            }
        }
    }
    weights
}

/// Averaged structured perceptron.
fn train_tags<E: std::borrow::Borrow<Example>>(examples: &[E]) -> Vec<f32> {
    let mut weights = vec![0.0_f32; model::BUCKETS];
    let mut totals = vec![0.0_f64; model::BUCKETS];
    let mut clock = 1.0_f64;
    let mut features = Vec::new();
    for epoch in 0..10 {
        let mut wrong = 0;
        for at in order(examples.len(), epoch) {
            let example = examples[at].borrow();
            for (anchor, gold) in &example.cues {
                let window = model::window(&example.units, *anchor);
                let found = model::decode(&weights, &example.units, *anchor, window.clone(), &mut features).labels;
                clock += 1.0;
                if found == gold[window.clone()] {
                    continue;
                }
                wrong += 1;
                for (labels, sign) in [(&gold[window.clone()], 1.0_f32), (&found[..], -1.0)] {
                    update(&mut weights, &mut totals, clock, &example.units, *anchor, window.clone(), labels, sign, &mut features);
                }
            }
        }
        println!("epoch {epoch}: {wrong} sequences wrong");
    }
    #[expect(clippy::cast_possible_truncation, reason = "weights are small")]
    let averaged = weights.iter().zip(&totals).map(|(&w, &t)| (f64::from(w) - t / clock) as f32).collect();
    averaged
}

#[expect(clippy::too_many_arguments, reason = "one step of the perceptron, called twice")]
fn update(
    weights: &mut [f32],
    totals: &mut [f64],
    clock: f64,
    units: &[Unit],
    anchor: usize,
    window: Range<usize>,
    labels: &[Label],
    sign: f32,
    features: &mut Vec<u64>,
) {
    let mut bump = |slot: usize| {
        weights[slot] += sign;
        totals[slot] += f64::from(sign) * clock;
    };
    let mut before = 0;
    for (i, &label) in window.zip(labels) {
        model::tag_features(units, anchor, i, features);
        for &f in features.iter() {
            bump(model::slot(f, label as usize));
        }
        model::step_features(units, anchor, i, features);
        for &f in features.iter() {
            bump(model::transition(f, before, label as usize));
        }
        before = label as usize;
    }
    let _ = LABELS;
}

/// Whether a candidate's content shares at least half with an annotated one.
fn is_right(example: &Example, content: &Range<usize>) -> bool {
    example.contents.iter().any(|gold| {
        let (mut shared, mut union) = (0, 0);
        for (i, unit) in example.units.iter().enumerate() {
            let (a, b) = (gold[i], content.contains(&i));
            shared += if a && b { unit.length } else { 0 };
            union += if a || b { unit.length } else { 0 };
        }
        2 * shared >= union
    })
}

/// The judge learns from what models trained on the other half of the sentences find.
fn train_judge(examples: &[Example]) -> Vec<f32> {
    let mut cases: Vec<(Vec<u64>, f32)> = Vec::new();
    let middle = examples.len() / 2;
    for (learn, apply) in [(&examples[..middle], &examples[middle..]), (&examples[middle..], &examples[..middle])] {
        let learn: Vec<&Example> = learn.iter().collect();
        let weights = Weights { cue: train_cues(&learn), tag: train_tags(&learn), judge: Vec::new() };
        for example in apply {
            for candidate in model::candidates(&weights, &example.units, |i| example.may[i]) {
                let mut features = Vec::new();
                model::judge_features(&example.units, &candidate, &mut features);
                cases.push((features, if is_right(example, &candidate.content) { 1.0 } else { 0.0 }));
            }
        }
    }
    let mut weights = vec![0.0_f32; model::JUDGE_BUCKETS];
    let mut squares = vec![1e-2_f32; model::JUDGE_BUCKETS];
    for epoch in 0..5 {
        for at in order(cases.len(), epoch) {
            let (features, target) = &cases[at];
            let sum: f32 = features.iter().map(|&f| weights[model::judge_slot(f)]).sum();
            let error = 1.0 / (1.0 + (-sum).exp()) - target;
            for &f in features {
                let slot = model::judge_slot(f);
                let gradient = error + 1e-3 * weights[slot];
                squares[slot] += gradient * gradient;
                weights[slot] -= 0.08 * gradient / squares[slot].sqrt();
            }
        }
    }
    weights
}

fn measure(name: &str, examples: &[Example], weights: &Weights) {
    let mut buffer = Vec::new();
    for threshold in [0.3_f32, 0.5, 0.7] {
        let (mut right, mut found, mut gold) = (0, 0, 0);
        for example in examples {
            gold += example.cues.len();
            for i in (0..example.units.len()).filter(|&i| example.may[i]) {
                if model::cue_probability(weights, &example.units, i, &mut buffer) >= threshold {
                    found += 1;
                    right += usize::from(example.cues.iter().any(|(a, _)| *a == i));
                }
            }
        }
        println!("{name}: cues at {threshold}: {right} of {found} right, {gold} to find");
    }
    let (mut exact, mut all) = (0, 0);
    for example in examples {
        for (anchor, gold) in &example.cues {
            let window = model::window(&example.units, *anchor);
            all += 1;
            exact += usize::from(model::decode(&weights.tag, &example.units, *anchor, window.clone(), &mut buffer).labels == gold[window]);
        }
    }
    println!("{name}: {exact} of {all} label sequences exact");
}
