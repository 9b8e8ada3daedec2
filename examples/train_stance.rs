//! Trains the stance model on labelled sentences and articles and writes `src/extract/lexicon/stance.bin`.
//!
//! `cargo run --release --example train_stance -- OUT.bin SENTENCES.tsv ARTICLES…`
//!
//! A line of the sentences is `POSITION<TAB>VOICE<TAB>TEXT` (`training/README.md`); a folder of articles holds `NAME.txt` beside `NAME.json`.
//! The models of context learn from what models of words trained on the other articles say; the chances printed are measured the same way.

use std::{fs, io, path::Path};

use anyhow::Context as _;
use openstance::{
    cli::eval::{self, Figures, Labelled, Said, Tally},
    domain::{
        registry,
        text::{CodePoints, Span},
    },
    extract::{
        Format, Gazetteer,
        actors::Cast,
        article,
        candidates::Form,
        extract_by,
        lexicon::lexicon,
        measure::{Marks, Scorer, Set},
        position::{self, Voice},
        sentences::Parsed,
        sieved,
        stance::{self, CONTEXT, View, Weights, chance},
        stance_features::{self, Feature, Mask},
        statements,
    },
};
/// Parts that the articles are cut into: each is read by models trained on the others.
const FOLDS: usize = 6;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    None,
    Open,
    Closed,
    Mixed,
}

impl Position {
    fn parse(word: &str) -> anyhow::Result<Self> {
        Ok(match word {
            "none" => Self::None,
            "open" => Self::Open,
            "closed" => Self::Closed,
            "mixed" => Self::Mixed,
            other => anyhow::bail!("{other}: not a position"),
        })
    }
}

struct Example {
    features: Vec<Feature>,
    position: Position,
    /// Whether it stands in an article, rather than alone.
    in_article: bool,
}

/// A labelled article.
struct Document {
    text: String,
    labels: Labelled,
}

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let (output, sentences) = (args.next().context("OUT.bin")?, args.next().context("SENTENCES.tsv")?);
    let sentences = sentence_examples(&fs::read_to_string(&sentences).with_context(|| sentences.clone())?)?;
    let mut documents = Vec::new();
    for folder in args {
        documents.extend(eval::labelled(Path::new(&folder))?.into_iter().map(|(_, text, labels)| Document { text, labels }));
    }
    let gazetteer = Gazetteer::new(registry::known(), []);
    let articles: Vec<Vec<Example>> = documents.iter().map(|d| article_examples(d, &gazetteer)).collect();
    println!("{} sentences, {} articles with {} candidates", sentences.len(), articles.len(), articles.iter().map(Vec::len).sum::<usize>());

    let mut cases: Vec<([f32; CONTEXT], Position)> = Vec::new();
    let mut folds = Vec::new();
    for fold in 0..FOLDS.min(documents.len()) {
        let others = (0..articles.len()).filter(|d| d % FOLDS != fold).flat_map(|d| &articles[d]);
        let weights = words(&sentences.iter().chain(others).collect::<Vec<_>>());
        for d in (fold..articles.len()).step_by(FOLDS) {
            let around = contexts(&documents[d], &gazetteer, &weights);
            cases.extend(around.into_iter().zip(&articles[d]).map(|(around, example)| (around, example.position)));
        }
        folds.push(weights);
    }
    let mut weights = words(&sentences.iter().chain(articles.iter().flatten()).collect::<Vec<_>>());
    weights.context[0] = dense(cases.iter().map(|(x, p)| (x, *p != Position::None)));
    weights.context[1] = dense(sided(&cases));
    println!("context, topical: {:.2?}\ncontext, open: {:.2?}", weights.context[0], weights.context[1]);
    measure(&cases, &weights);
    let mut tally = Tally::default();
    for (d, document) in documents.iter().enumerate() {
        let fold = Weights { context: weights.context, ..folds[d % FOLDS].clone() };
        let findings = extract_by(&article::read(&document.text, Format::Text), &gazetteer, &fold);
        tally.add(&document.text, &document.labels, &findings);
    }
    tally.show("by folds", &mut Figures::new(), &mut io::stdout())?;
    fs::write(&output, weights.to_bytes())?;
    Ok(())
}

fn sided(cases: &[([f32; CONTEXT], Position)]) -> impl Iterator<Item = (&[f32; CONTEXT], bool)> {
    cases.iter().filter(|c| matches!(c.1, Position::Open | Position::Closed)).map(|(x, p)| (x, *p == Position::Open))
}

/// The labelled sentences, as quotations or clauses; `{A}` is the holder, `{B}` and `{C}` are others, `{M}` a product.
fn sentence_examples(lines: &str) -> anyhow::Result<Vec<Example>> {
    let cast = Cast::default();
    let mut examples = Vec::new();
    for line in lines.lines().filter(|line| !line.starts_with('#')) {
        let mut cells = line.splitn(3, '\t');
        let (Some(position), Some(voice), Some(text)) = (cells.next(), cells.next(), cells.next()) else {
            anyhow::bail!("{line}: not three cells")
        };
        let text = text.replace("{A}", "Qholder").replace("{B}", "Qother").replace("{C}", "Qother").replace("{M}", "Qname");
        let article = article::read(&text, Format::Text);
        let parsed = Parsed::new(&article);
        let range = 0..parsed.tokens.len();
        let quote = voice == "quote";
        let speech = quote || parsed.tokens.iter().any(|t| lexicon().speaks(&t.lower));
        let voice = if speech { Voice::Speech(&cast, None) } else { Voice::Description };
        let reading = position::read(&parsed, range.clone(), voice);
        let mask = |i: usize| match parsed.tokens[i].lower.as_str() {
            "qholder" => Some(Mask::Holder),
            "qother" => Some(Mask::Other),
            "qname" => Some(Mask::Name),
            _ => None,
        };
        let form = stance_features::form(if quote { Form::Quote } else { Form::Clause }, speech);
        let mut features = Vec::new();
        stance_features::of_words(&parsed.tokens, range, mask, form, reading.as_ref(), &mut features);
        // Labelled sentences take a position far more often than candidates do: this takes up the difference.
        features.push(Feature { hash: 0x5EED, token: None });
        examples.push(Example { features, position: Position::parse(position)?, in_article: false });
    }
    Ok(examples)
}

/// The candidates of an article, each with the position of the labelled statement that it overlaps by half, if any.
fn article_examples(document: &Document, gazetteer: &Gazetteer) -> Vec<Example> {
    let article = article::read(&document.text, Format::Text);
    let parsed = Parsed::new(&article);
    let (marks, points) = (Marks::new(&document.text), CodePoints::new(&document.text));
    let set = |span: Span| {
        let at = points.position(span);
        marks.set(&[[at.start, at.end]])
    };
    let gold: Vec<(Set, &Said)> =
        document.labels.statements.iter().filter_map(|s| marks.place(&document.text, &s.text).map(|at| (marks.set(&[at]), s))).collect();
    sieved(&parsed, gazetteer, |sieve| {
        let labels = &document.labels;
        let named = labels.organizations.iter().chain(&labels.people).map(|a| (a.name.as_str(), a.aliases.as_slice()));
        let scorer = Scorer::new(named, sieve.cast.actors.iter().map(|a| (a.name.as_str(), a.aliases.as_slice())));
        let label = |candidate: &openstance::extract::candidates::Candidate| {
            let own = set(candidate.finding.span);
            let speaker = candidate.finding.actor.map(|a| sieve.cast.actors[a].name.as_str());
            let rank = |g: &&(Set, &Said)| {
                (
                    scorer.same(g.1.speaker.as_deref(), speaker),
                    g.1.position != "none",
                    (1000.0 * marks.overlap(&g.0, &own)).round().to_bits(),
                )
            };
            gold.iter().filter(|g| marks.overlap(&g.0, &own) >= 0.5).max_by_key(rank).map_or("none", |g| g.1.position.as_str())
        };
        statements::read(sieve)
            .into_iter()
            .map(|read| Example {
                position: Position::parse(label(&read.candidate)).unwrap_or(Position::None),
                features: read.features,
                in_article: true,
            })
            .collect()
    })
}

/// What stands around each candidate of an article, by these models of words.
fn contexts(document: &Document, gazetteer: &Gazetteer, weights: &Weights) -> Vec<[f32; CONTEXT]> {
    let article = article::read(&document.text, Format::Text);
    let parsed = Parsed::new(&article);
    sieved(&parsed, gazetteer, |sieve| {
        let views: Vec<View> =
            statements::read(sieve).iter().map(|r| View::new(sieve, &r.candidate, weights.leaning(&r.features))).collect();
        stance::context(&views)
    })
}

fn env(name: &str, default: f32) -> f32 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

/// The models of words.
fn words(examples: &[&Example]) -> Weights {
    let mut weights = Weights::zero();
    weights.words[0] = sparse(examples, env("BANKW", 0.3), |p| Some(p != Position::None));
    weights.words[1] =
        sparse(examples, env("BANKD", 1.0), |p| matches!(p, Position::Open | Position::Closed).then_some(p == Position::Open));
    weights.words[2] = sparse(examples, env("BANKM", 1.0), |p| (p != Position::None).then_some(p == Position::Mixed));
    Weights::from_bytes(&weights.to_bytes())
}

/// Logistic regression over hashed features, by steps of falling size for each feature, in an order that is always the same.
fn sparse(examples: &[&Example], alone: f32, target: impl Fn(Position) -> Option<bool>) -> Vec<f32> {
    let (epochs, decay, rate) = (env("EPOCHS", 15.0) as usize, env("DECAY", 1e-3), env("RATE", 0.05));
    let mut weights = vec![0.0_f32; stance::BUCKETS];
    let mut squares = vec![0.1_f32; stance::BUCKETS];
    for epoch in 0..epochs {
        for at in (0..examples.len()).map(|i| (i * 15_485_863 + epoch * 31) % examples.len()) {
            let Some(target) = target(examples[at].position) else { continue };
            let slots = examples[at].features.iter().map(stance::slot);
            let share = if examples[at].in_article { 1.0 } else { alone };
            let error = share * (chance(slots.clone().map(|s| weights[s]).sum()) - f32::from(u8::from(target)));
            for slot in slots {
                let gradient = error + decay * weights[slot];
                squares[slot] += gradient * gradient;
                weights[slot] -= rate * gradient / squares[slot].sqrt();
            }
        }
    }
    weights
}

/// Logistic regression over a few numbers, by plain descent.
fn dense<'c>(cases: impl Iterator<Item = (&'c [f32; CONTEXT], bool)>) -> [f32; CONTEXT] {
    let cases: Vec<_> = cases.collect();
    let mut weights = [0.0_f32; CONTEXT];
    #[expect(clippy::cast_precision_loss, reason = "some thousand cases")]
    let n = cases.len().max(1) as f32;
    for _ in 0..3000 {
        let mut gradient = weights.map(|w| 1e-3 * w);
        for (x, target) in &cases {
            let error = chance(weights.iter().zip(*x).map(|(w, x)| w * x).sum()) - f32::from(u8::from(*target));
            for (g, x) in gradient.iter_mut().zip(*x) {
                *g += error * x / n;
            }
        }
        for (w, g) in weights.iter_mut().zip(gradient) {
            *w -= 0.3 * g;
        }
    }
    weights
}

/// Prints how often the models are right about articles that their words were not trained on.
fn measure(cases: &[([f32; CONTEXT], Position)], weights: &Weights) {
    let odds = |model: usize, x: &[f32; CONTEXT]| -> f32 { weights.context[model].iter().zip(x).map(|(w, x)| w * x).sum() };
    for threshold in [0.3_f32, 0.35, 0.4, 0.45, 0.5, 0.6] {
        let found = cases.iter().filter(|c| chance(odds(0, &c.0)) >= threshold);
        let (right, found) = (found.clone().filter(|c| c.1 != Position::None).count(), found.count());
        let gold = cases.iter().filter(|c| c.1 != Position::None).count();
        println!("topical at {threshold}: {right} of {found} right, {gold} to find, F1 {:.3}", 2.0 * right as f64 / (found + gold) as f64);
    }
    for (name, at) in [("quote", 12), ("content", 13), ("speech", 14)] {
        for want in [1.0, 0.0] {
            let mine = || cases.iter().filter(|c| c.0[at] == want);
            let found = mine().filter(|c| chance(odds(0, &c.0)) >= 0.4);
            let (right, found) = (found.clone().filter(|c| c.1 != Position::None).count(), found.count());
            let gold = mine().filter(|c| c.1 != Position::None).count();
            println!(
                "{name}={want}: {} cases, {right} of {found} right, {gold} to find, F1 {:.3}",
                mine().count(),
                2.0 * right as f64 / (found + gold) as f64
            );
        }
    }
    let right = |of: &dyn Fn(&[f32; CONTEXT]) -> f32| sided(cases).filter(|(x, open)| (of(x) > 0.0) == *open).count();
    println!("open or closed: {} of {} by words, {} in context", right(&|x| x[2]), sided(cases).count(), right(&|x| odds(1, x)));
    for threshold in [0.2_f32, 0.3, 0.4, 0.5] {
        let found = cases.iter().filter(|c| c.1 != Position::None && chance(c.0[11]) >= threshold);
        let (right, found) = (found.clone().filter(|c| c.1 == Position::Mixed).count(), found.count());
        println!("mixed at {threshold}: {right} of {found} right, {} to find", cases.iter().filter(|c| c.1 == Position::Mixed).count());
    }
}
