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
        attribution::model::{self, LABELS, Label, TRANSITIONS, Unit, Weights},
        names::actors,
        tables::Table,
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
    let (tag, step) = train_tags(&train);
    let weights = Weights { cue: train_cues(&train), tag, step, judge: train_judge(&train) };
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
fn train_cues<E: std::borrow::Borrow<Example>>(examples: &[E]) -> Table<1> {
    let mut weights = vec![0.0_f32; model::CUES];
    let mut squares = vec![1e-3_f32; model::CUES];
    let mut features = Vec::new();
    for epoch in 0..6 {
        for at in order(examples.len(), epoch) {
            let example = examples[at].borrow();
            for i in (0..example.units.len()).filter(|&i| example.may[i]) {
                model::cue_features(&example.units, i, &mut features);
                let sum: f32 = features.iter().map(|&f| weights[model::slot(f, model::CUES)]).sum();
                let target = if example.cues.iter().any(|(a, _)| *a == i) { 1.0 } else { 0.0 };
                let error = 1.0 / (1.0 + (-sum).exp()) - target;
                if error.abs() < 1e-3 {
                    continue;
                }
                for &f in &features {
                    let slot = model::slot(f, model::CUES);
                    let gradient = error + 2e-5 * weights[slot];
                    squares[slot] += gradient * gradient;
                    weights[slot] -= 0.12 * gradient / squares[slot].sqrt();
                }
            }
        }
    }
    Table::new(&[weights])
}

/// A table in training, with what the mean of its weights over all steps needs.
struct Averaged<const N: usize> {
    weights: Vec<[f32; N]>,
    totals: Vec<[f64; N]>,
}

impl<const N: usize> Averaged<N> {
    fn zero(rows: usize) -> Self {
        Self { weights: vec![[0.0; N]; rows], totals: vec![[0.0; N]; rows] }
    }

    fn sums(&self, features: &[u64]) -> [f32; N] {
        let mut sums = [0.0; N];
        for &feature in features {
            for (sum, weight) in sums.iter_mut().zip(self.weights[model::slot(feature, self.weights.len())]) {
                *sum += weight;
            }
        }
        sums
    }

    fn bump(&mut self, features: &[u64], column: usize, by: f32, clock: f64) {
        for &feature in features {
            let row = model::slot(feature, self.weights.len());
            self.weights[row][column] += by;
            self.totals[row][column] += f64::from(by) * clock;
        }
    }

    fn mean(&self, clock: f64) -> Table<N> {
        #[expect(clippy::cast_possible_truncation, reason = "weights are small")]
        let column = |c: usize| self.weights.iter().zip(&self.totals).map(|(w, t)| (f64::from(w[c]) - t[c] / clock) as f32).collect();
        Table::new(&std::array::from_fn(column))
    }
}

/// Averaged structured perceptron: what units are, and which follows which.
fn train_tags<E: std::borrow::Borrow<Example>>(examples: &[E]) -> (Table<LABELS>, Table<TRANSITIONS>) {
    let (mut tag, mut step) = (Averaged::zero(model::TAGS), Averaged::zero(model::STEPS));
    let mut clock = 1.0_f64;
    let mut features = Vec::new();
    for epoch in 0..10 {
        let mut wrong = 0;
        for at in order(examples.len(), epoch) {
            let example = examples[at].borrow();
            for (anchor, gold) in &example.cues {
                let window = model::window(&example.units, *anchor);
                let found = model::decode(|f| tag.sums(f), |f| step.sums(f), &example.units, *anchor, window.clone()).labels;
                clock += 1.0;
                if found == gold[window.clone()] {
                    continue;
                }
                wrong += 1;
                for (labels, by) in [(&gold[window.clone()], 1.0_f32), (&found[..], -1.0)] {
                    let mut before = 0;
                    for (i, label) in window.clone().zip(labels.iter().map(|&l| l as usize)) {
                        model::tag_features(&example.units, *anchor, i, &mut features);
                        tag.bump(&features, label, by, clock);
                        model::step_features(&example.units, *anchor, i, &mut features);
                        step.bump(&features, model::transition(before, label), by, clock);
                        before = label;
                    }
                }
            }
        }
        println!("epoch {epoch}: {wrong} sequences wrong");
    }
    (tag.mean(clock), step.mean(clock))
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
fn train_judge(examples: &[Example]) -> Table<1> {
    let mut cases: Vec<(Vec<u64>, f32)> = Vec::new();
    let middle = examples.len() / 2;
    for (learn, apply) in [(&examples[..middle], &examples[middle..]), (&examples[middle..], &examples[..middle])] {
        let learn: Vec<&Example> = learn.iter().collect();
        let (tag, step) = train_tags(&learn);
        let weights = Weights { cue: train_cues(&learn), tag, step, judge: Table::zero(0) };
        for example in apply {
            for candidate in model::candidates(&weights, &example.units, |i| example.may[i]) {
                let mut features = Vec::new();
                model::judge_features(&example.units, &candidate, &mut features);
                cases.push((features, if is_right(example, &candidate.content) { 1.0 } else { 0.0 }));
            }
        }
    }
    let mut weights = vec![0.0_f32; model::JUDGEMENTS];
    let mut squares = vec![1e-2_f32; model::JUDGEMENTS];
    for epoch in 0..5 {
        for at in order(cases.len(), epoch) {
            let (features, target) = &cases[at];
            let sum: f32 = features.iter().map(|&f| weights[model::slot(f, model::JUDGEMENTS)]).sum();
            let error = 1.0 / (1.0 + (-sum).exp()) - target;
            for &f in features {
                let slot = model::slot(f, model::JUDGEMENTS);
                let gradient = error + 1e-3 * weights[slot];
                squares[slot] += gradient * gradient;
                weights[slot] -= 0.08 * gradient / squares[slot].sqrt();
            }
        }
    }
    Table::new(&[weights])
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
    let (mut right, mut found, mut gold) = (0, 0, 0);
    for example in examples {
        gold += example.contents.len();
        let accepted = |c: &model::Candidate, buffer: &mut _| model::judge(weights, &example.units, c, buffer) >= model::ACCEPT_MIN;
        for candidate in model::candidates(weights, &example.units, |i| example.may[i]) {
            if accepted(&candidate, &mut buffer) {
                found += 1;
                right += usize::from(is_right(example, &candidate.content));
            }
        }
    }
    println!("{name}: contents: {right} of {found} right, {gold} to find");
    let (mut exact, mut all) = (0, 0);
    for example in examples {
        for (anchor, gold) in &example.cues {
            let window = model::window(&example.units, *anchor);
            all += 1;
            exact += usize::from(weights.decode(&example.units, *anchor, window.clone()).labels == gold[window]);
        }
    }
    println!("{name}: {exact} of {all} label sequences exact");
}
