//! Trains the stance model and measures it, each article by models that never saw it.
//!
//! `cargo run --release --example train_stance -- --news NEWS.ndjson training/sentences.tsv training/articles …`
//!
//! Writes `src/extract/lexicon/stance.bin` and, with `--quotes`, `src/extract/lexicon/reliability.tsv`. A line of the sentences is
//! `POSITION<TAB>VOICE<TAB>TEXT` (`training/README.md`); a folder of articles holds `NAME.txt` beside `NAME.json`; a line of the news is
//! `{"text": …}`: articles on anything else, by which the model learns what is not its subject.

mod learn;
mod read;
mod reliability;

use std::{fs, io, path::PathBuf};

use anyhow::Context as _;
use clap::Parser;
use openstance::{
    cli::eval::{self, Figures, Tally},
    domain::registry,
    extract::{
        Findings, Format, Gazetteer,
        candidates::{holders, memberships},
        extract_by,
        positions::{
            stance::{self, CONTEXT, Weights, chance},
            stance_features::Feature,
            topic,
        },
        tables::Table,
        text::{article, sentences::Parsed},
    },
};

use learn::{Choosing, Example, Position};
use read::Document;

/// Parts that the articles are cut into: each is read by models trained on the others.
const FOLDS: usize = 6;

#[derive(Parser)]
struct Args {
    /// Labelled sentences.
    sentences: PathBuf,
    /// Folders of labelled articles.
    #[arg(required = true)]
    articles: Vec<PathBuf>,
    /// Articles on anything else.
    #[arg(long)]
    news: PathBuf,
    /// News with annotated attributions: with them the table of confidence is written.
    #[arg(long)]
    quotes: Option<PathBuf>,
    /// Those of the folders on which confidence is not measured: their articles are harder than news is.
    #[arg(long)]
    unmeasured: Vec<PathBuf>,
    /// Where the weights are written.
    #[arg(long, default_value = "src/extract/lexicon/stance.bin")]
    weights: PathBuf,
    /// Where the table of confidence is written.
    #[arg(long, default_value = "src/extract/lexicon/reliability.tsv")]
    reliability: PathBuf,
    /// The page that shows it.
    #[arg(long, default_value = "docs/METHODOLOGY.md")]
    methodology: PathBuf,
}

/// A candidate's context with its label.
type Case = ([f32; CONTEXT], Position);

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let lines = fs::read_to_string(&args.sentences).with_context(|| args.sentences.display().to_string())?;
    let sentences = read::sentences(&lines)?;
    let mut documents = Vec::new();
    let mut folders = Vec::new();
    for folder in &args.articles {
        let start = documents.len();
        documents.extend(eval::labelled(folder)?.into_iter().map(|(_, text, labels)| Document { text, labels }));
        folders.push((folder, start..documents.len()));
    }
    let gazetteer = Gazetteer::new(registry::known(), []);
    let choices = choices(&documents, &gazetteer);
    let articles: Vec<Vec<Example>> =
        documents.iter().enumerate().map(|(d, document)| read::candidates(document, &gazetteer, &choices[d % FOLDS])).collect();
    let other: Vec<Vec<Feature>> = read::texts(&args.news)?.iter().flat_map(|text| read::topics(text)).collect();
    let runs: Vec<Vec<Feature>> = read::runs(&lines).iter().map(|text| read::topics(text).swap_remove(0)).collect();
    let topics: Vec<Vec<Vec<Feature>>> = documents.iter().map(|d| read::topics(&d.text)).collect();
    println!("{} sentences, {} articles with {} candidates", sentences.len(), articles.len(), articles.iter().map(Vec::len).sum::<usize>());

    let without = |fold: usize| {
        let others = || (0..articles.len()).filter(move |d| d % FOLDS != fold);
        let examples: Vec<&Example> = sentences.iter().chain(others().flat_map(|d| &articles[d])).collect();
        let about: Vec<&Vec<Feature>> = runs.iter().chain(others().flat_map(|d| &topics[d])).collect();
        let Weights { words, topic, .. } = learn::words(&examples, &about, &other);
        Weights { words, topic, ..choices[fold].clone() }
    };
    let mut folds: Vec<Weights> = (0..FOLDS).map(without).collect();
    let mut cases: Vec<Case> = Vec::new();
    for (d, document) in documents.iter().enumerate() {
        let around = read::contexts(document, &gazetteer, &folds[d % FOLDS]);
        cases.extend(around.into_iter().zip(&articles[d]).map(|(around, example)| (around, example.position)));
    }
    let context = learn::context(&cases);
    for weights in &mut folds {
        weights.context = context;
    }
    let mut weights = without(FOLDS);
    weights.context = context;
    let read = |d: usize| read::overall(&documents[d], &gazetteer, &folds[d % FOLDS]);
    weights.overall = learn::overall(&(0..documents.len()).flat_map(read).collect::<Vec<_>>());
    for fold in &mut folds {
        fold.overall = weights.overall;
    }
    fs::write(&args.weights, weights.to_bytes()).with_context(|| args.weights.display().to_string())?;

    measure(&cases, &weights);
    let about = |d: &usize| topic::is_about(&Parsed::new(&article::read(&documents[*d].text, Format::Text)), &folds[d % FOLDS]);
    println!("about the subject: {} of {} articles", (0..documents.len()).filter(about).count(), documents.len());
    let found: Vec<Findings> = (0..documents.len()).map(|d| find(&documents[d], &gazetteer, &folds[d % FOLDS])).collect();
    let measured = |d: &usize| folders.iter().any(|(folder, range)| range.contains(d) && !args.unmeasured.contains(folder));
    let measured: Vec<(&Document, &Findings)> = (0..documents.len()).filter(measured).map(|d| (&documents[d], &found[d])).collect();
    for (folder, range) in &folders {
        let mut tally = Tally::default();
        range.clone().for_each(|d| tally.add(&documents[d].text, &documents[d].labels, &found[d]));
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        tally.show(&name, &mut Figures::new(), &mut io::stdout())?;
    }
    if let Some(quotes) = &args.quotes {
        let rows = reliability::count(&measured, quotes, &gazetteer)?;
        fs::write(&args.reliability, reliability::table(&rows)).with_context(|| args.reliability.display().to_string())?;
        let page = fs::read_to_string(&args.methodology).with_context(|| args.methodology.display().to_string())?;
        fs::write(&args.methodology, reliability::documented(&page, &rows)?)?;
    }
    Ok(())
}

/// The models of memberships and of holders: those without each fold, and those of all.
fn choices(documents: &[Document], gazetteer: &Gazetteer) -> Vec<Weights> {
    let mut models = vec![Weights::zero(); FOLDS + 1];
    let cases: Vec<Vec<Choosing>> = documents.iter().map(|document| read::memberships(document, gazetteer)).collect();
    for (model, weights) in models.iter_mut().zip(learned("memberships", &cases, memberships::BUCKETS)) {
        model.memberships = weights;
    }
    // Twice, since whose the candidate before is tells something, and is itself learned.
    for _ in 0..2 {
        let cases: Vec<Vec<Choosing>> =
            documents.iter().enumerate().map(|(d, document)| read::holders(document, gazetteer, &models[d % FOLDS])).collect();
        for (model, weights) in models.iter_mut().zip(learned("holders", &cases, holders::BUCKETS)) {
            model.holders = weights;
        }
    }
    models
}

/// The models of a choice without each fold, and that of all; prints how often those are right about what they did not learn.
fn learned(name: &str, cases: &[Vec<Choosing>], buckets: usize) -> Vec<Table<1>> {
    let without =
        |fold: usize| learn::choice(&(0..cases.len()).filter(|d| d % FOLDS != fold).flat_map(|d| &cases[d]).collect::<Vec<_>>(), buckets);
    let models: Vec<Table<1>> = (0..=FOLDS).map(without).collect();
    let all: Vec<(usize, &Choosing)> = cases.iter().enumerate().flat_map(|(d, of)| of.iter().map(move |c| (d, c))).collect();
    let chosen = |(d, case): &&(usize, &Choosing)| {
        let scores = holders::scores(&models[d % FOLDS], case.0.iter().map(|c| &c[..]));
        case.1[(0..scores.len()).max_by(|&a, &b| scores[a].total_cmp(&scores[b]).then(b.cmp(&a))).unwrap_or(0)]
    };
    let (right, can_be) = (all.iter().filter(chosen).count(), all.iter().filter(|c| c.1.1.contains(&true)).count());
    println!("{name}: {right} of {} right, {can_be} can be", all.len());
    models
}

fn find(document: &Document, gazetteer: &Gazetteer, weights: &Weights) -> Findings {
    extract_by(&article::read(&document.text, Format::Text), gazetteer, weights)
}

/// Prints how often the models are right about candidates that their words were not trained on.
#[expect(clippy::cast_precision_loss, reason = "some thousand cases")]
fn measure(cases: &[Case], weights: &Weights) {
    let odds = |model: usize, x: &[f32; CONTEXT]| -> f32 { weights.context[model].iter().zip(x).map(|(w, x)| w * x).sum() };
    let gold = cases.iter().filter(|c| c.1 != Position::None).count();
    for threshold in [0.3_f32, 0.35, 0.4, 0.45, 0.5] {
        let found = cases.iter().filter(|c| chance(odds(0, &c.0)) >= threshold);
        let (right, found) = (found.clone().filter(|c| c.1 != Position::None).count(), found.count());
        println!(
            "position from {threshold}: {right} of {found} right, {gold} to find, F1 {:.3}",
            2.0 * right as f64 / (found + gold) as f64
        );
    }
    let sided = || cases.iter().filter(|c| matches!(c.1, Position::Open | Position::Closed));
    let right = |of: &dyn Fn(&[f32; CONTEXT]) -> f32| sided().filter(|(x, p)| (of(x) > 0.0) == (*p == Position::Open)).count();
    let words = right(&|x| x[stance::OPEN]);
    println!("open or closed: {} of {} right by words, {} in context", words, sided().count(), right(&|x| odds(1, x)));
    for threshold in [0.3_f32, 0.4, 0.5] {
        let found = cases.iter().filter(|c| c.1 != Position::None && chance(odds(2, &c.0)) >= threshold);
        let (right, found) = (found.clone().filter(|c| c.1 == Position::Mixed).count(), found.count());
        println!("mixed from {threshold}: {right} of {found} right, {} to find", cases.iter().filter(|c| c.1 == Position::Mixed).count());
    }
}
