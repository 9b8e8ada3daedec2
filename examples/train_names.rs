//! Trains the model that tells organizations, people and other names, and measures it, each article by a model that never saw it.
//!
//! `cargo run --release --example train_names -- training/articles …`
//!
//! `training/README.md` tells what a folder of articles holds. Writes `src/extract/lexicon/kinds.bin`.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use clap::Parser;
use openstance::{
    cli::eval::{self, Labelled, Named},
    domain::{actor::ActorKind, registry},
    extract::{
        Format, Gazetteer,
        measure::plain,
        names::{
            actors::{self, Sample},
            kinds::{self, BUCKETS, KINDS, Weights},
        },
        tables::Table,
        text::{article, sentences::Parsed},
    },
};

/// Parts that the articles are cut into: each is read by a model trained on the others.
const FOLDS: usize = 8;

/// Passes over the examples; the weights that ship are the mean of those after the second half of them.
const EPOCHS: u16 = 30;

/// How strongly weights are drawn to zero.
const DECAY: f32 = 1e-2;

/// The length of a step.
const RATE: f32 = 0.05;

#[derive(Parser)]
struct Args {
    /// Folders of labelled articles.
    #[arg(required = true)]
    articles: Vec<PathBuf>,
    /// Folders of labelled articles that are only measured.
    #[arg(long)]
    held_out: Vec<PathBuf>,
    /// Where the weights are written.
    #[arg(long, default_value = "src/extract/lexicon/kinds.bin")]
    weights: PathBuf,
}

/// An article's names and what they are.
struct Article {
    labels: Labelled,
    samples: Vec<Sample>,
    /// What each name is; nothing where a label takes only a part of it or more than it.
    kinds: Vec<Option<usize>>,
}

/// Whether a labelled actor is the one that goes by these forms, the longest first.
fn is_same(actor: &Named, forms: &[String]) -> bool {
    let name = plain(&forms[0]);
    std::iter::once(&actor.name).chain(&actor.aliases).any(|n| plain(n) == name) || forms.iter().any(|f| plain(f) == plain(&actor.name))
}

/// Whether one of two names holds the other's words in a row.
fn overlaps(actor: &Named, form: &str) -> bool {
    let form = format!(" {} ", plain(form));
    std::iter::once(&actor.name).chain(&actor.aliases).any(|n| {
        let name = format!(" {} ", plain(n));
        name.contains(&form) || form.contains(&name)
    })
}

fn label(labels: &Labelled, sample: &Sample) -> Option<usize> {
    if labels.organizations.iter().any(|a| is_same(a, &sample.forms)) {
        Some(1)
    } else if labels.people.iter().any(|a| is_same(a, &sample.forms)) {
        Some(2)
    } else if labels.organizations.iter().chain(&labels.people).any(|a| overlaps(a, &sample.forms[0])) {
        None
    } else {
        Some(0)
    }
}

fn articles(folder: &Path, gazetteer: &Gazetteer) -> anyhow::Result<Vec<Article>> {
    let read = |(_, text, labels): (String, String, Labelled)| {
        let article = article::read(&text, Format::Text);
        let samples = actors::samples(&Parsed::new(&article), gazetteer);
        let kinds = samples.iter().map(|s| label(&labels, s)).collect();
        Article { labels, samples, kinds }
    };
    Ok(eval::labelled(folder)?.into_iter().map(read).collect())
}

/// Logistic regression over three kinds, by steps in an order that is always the same.
fn train(articles: &[&Article]) -> Weights {
    let cases: Vec<(&Vec<u64>, usize)> = articles
        .iter()
        .flat_map(|a| a.samples.iter().zip(&a.kinds))
        .filter_map(|(sample, kind)| Some((sample.features.as_ref()?, (*kind)?)))
        .collect();
    let columns = |of: f32| -> [Vec<f32>; KINDS] { std::array::from_fn(|_| vec![of; BUCKETS]) };
    let (mut weights, mut mean, mut squares) = (columns(0.0), columns(0.0), columns(0.1));
    for epoch in 0..EPOCHS {
        for at in (0..cases.len()).map(|i| (i * 15_485_863 + usize::from(epoch) * 31) % cases.len()) {
            let (features, target) = cases[at];
            let odds = weights.each_ref().map(|own| features.iter().map(|&f| own[kinds::slot(f)]).sum::<f32>());
            let largest = odds.iter().copied().fold(f32::MIN, f32::max);
            let powers = odds.map(|o| (o - largest).exp());
            let sum: f32 = powers.iter().sum();
            for kind in 0..KINDS {
                let error = powers[kind] / sum - f32::from(u8::from(kind == target));
                for slot in features.iter().map(|&f| kinds::slot(f)) {
                    let gradient = error + DECAY * weights[kind][slot];
                    squares[kind][slot] += gradient * gradient;
                    weights[kind][slot] -= RATE * gradient / squares[kind][slot].sqrt();
                }
            }
        }
        let late = epoch * 2 >= EPOCHS;
        for (sum, weight) in mean.iter_mut().flatten().zip(weights.iter().flatten()).filter(|_| late) {
            *sum += weight / f32::from(EPOCHS / 2);
        }
    }
    Weights(Table::new(&mean))
}

/// What was found of what is labelled, and what was found in all.
#[derive(Default, Clone, Copy)]
struct Counts {
    both: usize,
    found: usize,
    labelled: usize,
}

impl Counts {
    #[expect(clippy::cast_precision_loss, reason = "some thousand names")]
    fn show(self) -> String {
        let share = |of: usize| 100.0 * self.both as f64 / of.max(1) as f64;
        let f = 200.0 * self.both as f64 / (self.found + self.labelled).max(1) as f64;
        format!("P {:5.1}  R {:5.1}  F1 {f:5.1}", share(self.found), share(self.labelled))
    }
}

/// Counts organizations and people of an article as a model, or the rules alone, find them.
fn count(article: &Article, weights: Option<&Weights>, into: &mut [Counts; 2]) {
    let kind = |sample: &Sample| match (weights, &sample.features) {
        (Some(weights), Some(features)) => weights.kind(features),
        _ => sample.ruled,
    };
    for (at, wanted, labels) in
        [(0, ActorKind::Organization, &article.labels.organizations), (1, ActorKind::Person, &article.labels.people)]
    {
        let mut taken = HashSet::new();
        let found: Vec<&Sample> = article.samples.iter().filter(|s| kind(s) == Some(wanted)).collect();
        let mut free = |s: &Sample| {
            let own = (0..labels.len()).find(|&l| is_same(&labels[l], &s.forms) && !taken.contains(&l));
            own.is_some_and(|l| taken.insert(l))
        };
        into[at].found += found.len();
        into[at].labelled += labels.len();
        into[at].both += found.iter().filter(|s| free(s)).count();
    }
}

/// Prints how often the rules and the models are right.
fn measure<'a>(name: &str, articles: impl Iterator<Item = (&'a Article, &'a Weights)>) {
    let (mut ruled, mut learned) = ([Counts::default(); 2], [Counts::default(); 2]);
    for (article, weights) in articles {
        count(article, None, &mut ruled);
        count(article, Some(weights), &mut learned);
    }
    for (at, kind) in ["organizations", "people"].iter().enumerate() {
        println!("{name:<30} {kind:<14} by rules {}   learned {}", ruled[at].show(), learned[at].show());
    }
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let gazetteer = Gazetteer::new(registry::known(), []);
    let mut all = Vec::new();
    let mut folders = Vec::new();
    for folder in &args.articles {
        let start = all.len();
        all.extend(articles(folder, &gazetteer)?);
        folders.push((folder, start..all.len()));
    }
    let without = |fold: usize| train(&(0..all.len()).filter(|d| d % FOLDS != fold).map(|d| &all[d]).collect::<Vec<_>>());
    let folds: Vec<Weights> = (0..FOLDS).map(without).collect();
    for (folder, range) in folders {
        measure(&folder.display().to_string(), range.map(|d| (&all[d], &folds[d % FOLDS])));
    }
    let weights = train(&all.iter().collect::<Vec<_>>());
    for folder in &args.held_out {
        let other = articles(folder, &gazetteer)?;
        measure(&folder.display().to_string(), other.iter().map(|article| (article, &weights)));
    }
    let mut bytes = Vec::new();
    weights.0.write(&mut bytes);
    fs::write(&args.weights, bytes).with_context(|| args.weights.display().to_string())?;
    Ok(())
}
