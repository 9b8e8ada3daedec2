//! `openstance eval`: measures the extractor on annotated texts, checks the figures against committed ones.

mod marked;

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use serde::Deserialize;

use crate::{
    domain::{actor::ActorKind, registry, statement::StatementKind, text::CodePoints},
    extract::{
        self, Findings, Format, FoundActor, Gazetteer,
        measure::{Counts, Gold, Marks, Predicted, Scorer, quoted_spans},
        positions::{confidence::Ground, overall},
        text::article,
    },
};

use super::extract::word;

/// Measures the extractor on annotated texts.
#[derive(Debug, clap::Args)]
pub struct EvalArgs {
    /// Folders that hold `held-out/`, `seed/`, `positions/` or `polnear/dev.ndjson`; what is not there is left out.
    #[arg(default_values = ["training", "../shared/corpora"])]
    pub corpora: Vec<PathBuf>,
    /// Fails where a figure falls by more than half a point under this file's.
    #[arg(long)]
    pub check: Option<PathBuf>,
    /// Writes the figures to this file.
    #[arg(long)]
    pub write: Option<PathBuf>,
}

/// Points by which a figure may fall.
const TOLERANCE: f64 = 0.5;

/// News with annotated attributions.
#[derive(Debug, Deserialize)]
pub struct Attributed {
    /// The text.
    pub text: String,
    /// Who says what in it.
    pub attributions: Vec<Attribution>,
}

/// An annotated attribution, in code points.
#[derive(Debug, Deserialize)]
pub struct Attribution {
    /// What is said.
    pub content: Vec<[usize; 2]>,
    /// By whom.
    pub speaker: Vec<[usize; 2]>,
}

/// A labelled actor.
#[derive(Debug, Deserialize)]
pub struct Named {
    /// The full name.
    pub name: String,
    /// Other forms.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Of a person: the organization's name.
    #[serde(default)]
    pub organization: Option<String>,
}

/// A labelled statement.
#[derive(Debug, Deserialize)]
pub struct Said {
    /// `quote` or `reported`.
    pub kind: String,
    /// Verbatim.
    pub text: String,
    /// By or about whom.
    pub speaker: Option<String>,
    /// For which organization, if for one.
    #[serde(default)]
    pub on_behalf_of: Option<String>,
    /// Its position's word, or `none`.
    pub position: String,
}

/// A labelled stance.
#[derive(Debug, Deserialize)]
pub struct Held {
    /// Whose.
    pub holder: String,
    /// Its word.
    pub position: String,
}

/// The labels of an article.
#[derive(Debug, Deserialize)]
pub struct Labelled {
    /// Its organizations.
    pub organizations: Vec<Named>,
    /// Its people.
    pub people: Vec<Named>,
    /// Its statements, with or without a position.
    pub statements: Vec<Said>,
    /// Who stands where in it.
    pub stances: Vec<Held>,
}

/// Figures by name: F1 or what the name says, in percent.
pub type Figures = BTreeMap<String, f64>;

/// Runs the command.
pub fn run(args: &EvalArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let gazetteer = Gazetteer::new(registry::known(), []);
    let mut figures = Figures::new();
    for corpora in &args.corpora {
        for name in ["held-out", "seed", "positions"] {
            let folder = corpora.join(name);
            if folder.is_dir() {
                positions(&folder, name, &gazetteer, &mut figures, out)?;
            }
        }
        let news = corpora.join("polnear/dev.ndjson");
        if news.is_file() {
            quotes(&news, "polnear/dev", &gazetteer, &mut figures, out)?;
        }
    }
    if figures.is_empty() {
        writeln!(out, "no annotated texts there: nothing is measured")?;
    }
    if let Some(path) = &args.write {
        let lines =
            figures.iter().fold("# Figures of `openstance eval`, in percent: name, value.\n".to_owned(), |mut text, (name, value)| {
                let _ = writeln!(text, "{name}\t{value:.1}"); // writing to a string cannot fail
                text
            });
        fs::write(path, lines).with_context(|| path.display().to_string())?;
    }
    args.check.as_ref().map_or(Ok(ExitCode::SUCCESS), |path| check(path, &figures, out))
}

/// Compares with committed figures.
fn check(path: &Path, figures: &Figures, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let committed = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let mut fell = 0;
    for line in committed.lines().filter(|l| !l.starts_with('#')) {
        let Some((name, value)) = line.split_once('\t') else { continue };
        let was: f64 = value.trim().parse().with_context(|| format!("{name}: no number"))?;
        let Some(&now) = figures.get(name) else { continue };
        if now < was - TOLERANCE {
            fell += 1;
            writeln!(out, "fell: {name}: {was:.1} → {now:.1}")?;
        }
    }
    writeln!(out, "{} figures, {fell} fell by more than {TOLERANCE} points", figures.len())?;
    Ok(if fell == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn read_findings(text: &str, gazetteer: &Gazetteer) -> Findings {
    extract::extract(&article::read(text, Format::Text), gazetteer)
}

/// The documents of a file, a line each.
///
/// # Errors
///
/// Where the file cannot be read or is not in the format.
pub fn attributed(path: &Path) -> anyhow::Result<Vec<Attributed>> {
    let lines = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    lines.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

/// What was found, in code points.
pub fn predicted(text: &str, findings: &Findings) -> Vec<Predicted> {
    let points = CodePoints::new(text);
    let range = |span| {
        let position = points.position(span);
        [position.start, position.end]
    };
    let statement = |f: &extract::Finding| Predicted {
        quote: f.kind == StatementKind::Quote,
        span: range(f.span),
        mention: f.mention.map(range),
        speaker: f.actor.map(|a| findings.actors[a].name.clone()),
        position: f.position.as_ref().map_or("none", |r| word(r.value.side())),
        rule: f.rule,
        ground: (Ground::of(f.position.as_ref(), overall::agrees(&findings.stances, f)), f.position.as_ref().map_or(0, |r| r.chance)),
    };
    findings.statements.iter().map(statement).collect()
}

fn show(figures: &mut Figures, out: &mut impl Write, corpus: &str, label: &str, counts: Counts) -> std::io::Result<()> {
    let (p, r, f) = counts.prf();
    figures.insert(format!("{corpus}: {label}: F1"), f);
    figures.insert(format!("{corpus}: {label}: precision"), p);
    writeln!(out, "{corpus:<12} {label:<46} P {p:5.1}  R {r:5.1}  F1 {f:5.1}   (gold {}, predicted {})", counts.gold, counts.predicted)
}

/// Attributions: spans and speakers.
fn quotes(path: &Path, corpus: &str, gazetteer: &Gazetteer, figures: &mut Figures, out: &mut impl Write) -> anyhow::Result<()> {
    let mut counts = [Counts::default(); 4];
    for document in attributed(path)? {
        let marks = Marks::new(&document.text);
        let found = predicted(&document.text, &read_findings(&document.text, gazetteer));
        let spans: Vec<_> = found.iter().map(|p| marks.set(&[p.span])).collect();
        let gold: Vec<_> = document.attributions.iter().map(|a| (marks.set(&a.content), marks.set(&a.speaker))).collect();
        let mention = |j: usize| found[j].mention.map(|m| marks.set(&[m])).unwrap_or_default();
        let pairs = marks.pairs(&gold.iter().map(|g| &g.0).collect::<Vec<_>>(), &spans.iter().collect::<Vec<_>>(), 0.5);
        let attributed = pairs.iter().filter(|&&(i, j)| marks.shared(&gold[i].1, &mention(j)) > 0).count();
        counts[2].add(pairs.len(), found.len(), gold.len());
        counts[3].add(attributed, found.len(), gold.len());
        let mut direct = Vec::new();
        for quoted in quoted_spans(&document.text) {
            let span = marks.set(&[quoted]);
            let best = gold.iter().max_by_key(|g| (marks.shared(&g.0, &span), std::cmp::Reverse(g.0.first().copied())));
            if let Some(best) = best.filter(|g| marks.shared(&g.0, &span) * 10 >= marks.size(&span) * 8) {
                direct.push((span, &best.1));
            }
        }
        let quotes: Vec<usize> = (0..found.len()).filter(|&j| found[j].quote).collect();
        let pairs =
            marks.pairs(&direct.iter().map(|d| &d.0).collect::<Vec<_>>(), &quotes.iter().map(|&j| &spans[j]).collect::<Vec<_>>(), 0.8);
        let attributed = pairs.iter().filter(|&&(i, j)| marks.shared(direct[i].1, &mention(quotes[j])) > 0).count();
        counts[0].add(pairs.len(), quotes.len(), direct.len());
        counts[1].add(attributed, quotes.len(), direct.len());
    }
    for (label, counts) in [
        "direct quotes: span",
        "direct quotes: span and speaker",
        "all attributions: span, overlap 0.5",
        "all attributions: span and speaker, 0.5",
    ]
    .into_iter()
    .zip(counts)
    {
        show(figures, out, corpus, label, counts)?;
    }
    Ok(())
}

/// The labelled articles of a folder: name, text, labels; an article has its labels in it, or beside it as `NAME.json`.
///
/// # Errors
///
/// Where a file cannot be read or is not in the format.
pub fn labelled(folder: &Path) -> anyhow::Result<Vec<(String, String, Labelled)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_none_or(|e| e != "txt") {
            continue;
        }
        let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let text = fs::read_to_string(&path)?;
        let (text, labels) = if marked::is_marked(&text) {
            marked::parse(&text).with_context(|| path.display().to_string())?
        } else {
            let labels = fs::read_to_string(path.with_extension("json")).with_context(|| path.display().to_string())?;
            (text, serde_json::from_str(&labels)?)
        };
        found.push((name, text, labels));
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(found)
}

/// Compares the labelled actors with those found.
pub fn scorer(labels: &Labelled, found: &[FoundActor]) -> Scorer {
    let gold = labels.organizations.iter().chain(&labels.people).map(|a| (a.name.as_str(), a.aliases.as_slice()));
    Scorer::new(gold, found.iter().map(|a| (a.name.as_str(), a.aliases.as_slice())))
}

/// What was found in labelled articles, against their labels.
#[derive(Debug, Default)]
pub struct Tally {
    counts: [Counts; 6],
    statements: BTreeMap<&'static str, Counts>,
    holders: BTreeMap<&'static str, Counts>,
}

impl Tally {
    /// Adds an article.
    pub fn add(&mut self, text: &str, labels: &Labelled, findings: &Findings) {
        let scorer = scorer(labels, &findings.actors);
        let marks = Marks::new(text);
        let found = predicted(text, findings);
        for (slot, kind, gold) in [(0, ActorKind::Organization, &labels.organizations), (1, ActorKind::Person, &labels.people)] {
            let names: Vec<&str> = findings.actors.iter().filter(|a| a.kind == kind).map(|a| a.name.as_str()).collect();
            let right = scorer.matched(&gold.iter().map(|g| g.name.as_str()).collect::<Vec<_>>(), &names);
            self.counts[slot].add(right, names.len(), gold.len());
        }
        let place = |s: &Said| {
            marks.place(text, &s.text).map(|span| Gold {
                quote: s.kind == "quote",
                set: marks.set(&[span]),
                speaker: s.speaker.clone(),
                position: s.position.clone(),
            })
        };
        let golds: Vec<Gold> = labels.statements.iter().filter_map(place).collect();
        let gold_quotes: Vec<&Gold> = golds.iter().filter(|g| g.quote).collect();
        let found_quotes: Vec<&Predicted> = found.iter().filter(|p| p.quote).collect();
        self.add_members(&scorer, labels, findings);
        self.counts[3].add(scorer.statements(&marks, &gold_quotes, &found_quotes).len(), found_quotes.len(), gold_quotes.len());
        let topical: Vec<&Gold> = golds.iter().filter(|g| g.position != "none").collect();
        let topical_found: Vec<&Predicted> = found.iter().filter(|p| p.position != "none").collect();
        let pairs = scorer.statements(&marks, &topical, &topical_found);
        self.counts[4].add(pairs.len(), topical_found.len(), topical.len());
        for side in SIDES {
            let right = pairs.iter().filter(|&&(i, j)| topical[i].position == side && topical_found[j].position == side).count();
            let (found, gold) = (topical_found.iter().filter(|p| p.position == side), topical.iter().filter(|g| g.position == side));
            self.statements.entry(side).or_default().add(right, found.count(), gold.count());
        }
        self.add_stances(&scorer, labels, findings);
    }

    /// People that have an organization: a person found is right where its organization is the labelled one's.
    fn add_members(&mut self, scorer: &Scorer, labels: &Labelled, findings: &Findings) {
        let name = |a: usize| findings.actors[a].name.as_str();
        let found: Vec<(&str, &str)> = findings.actors.iter().filter_map(|a| Some((a.name.as_str(), name(a.organization?)))).collect();
        let gold: Vec<(&str, &str)> = labels.people.iter().filter_map(|p| Some((p.name.as_str(), p.organization.as_deref()?))).collect();
        let same = |a: &str, b: &str| scorer.same(Some(a), Some(b));
        let right = gold.iter().filter(|g| found.iter().any(|f| same(g.0, f.0) && same(g.1, f.1))).count();
        self.counts[2].add(right, found.len(), gold.len());
    }

    fn add_stances(&mut self, scorer: &Scorer, labels: &Labelled, findings: &Findings) {
        let held: Vec<(&str, &'static str)> =
            findings.stances.iter().map(|&(a, side)| (findings.actors[a].name.as_str(), word(side))).collect();
        let mut right_all = 0;
        for side in SIDES {
            let gold: Vec<&str> = labels.stances.iter().filter(|s| s.position == side).map(|s| s.holder.as_str()).collect();
            let found: Vec<&str> = held.iter().filter(|h| h.1 == side).map(|h| h.0).collect();
            let right = scorer.matched(&gold, &found);
            right_all += right;
            self.holders.entry(side).or_default().add(right, found.len(), gold.len());
        }
        self.counts[5].add(right_all, held.len(), labels.stances.len());
    }

    /// Prints the figures and notes them by name.
    ///
    /// # Errors
    ///
    /// Where `out` cannot be written to.
    pub fn show(&self, corpus: &str, figures: &mut Figures, out: &mut impl Write) -> std::io::Result<()> {
        let labels = [
            "organizations",
            "people",
            "people with their organization",
            "quotes: span and speaker, overlap 0.5",
            "statements taking a position: span and speaker",
            "stances: holder and position",
        ];
        for (label, counts) in labels.into_iter().zip(self.counts) {
            show(figures, out, corpus, label, counts)?;
        }
        for (label, by_side) in [("statement position", &self.statements), ("stance position", &self.holders)] {
            #[expect(clippy::cast_precision_loss, reason = "three sides")]
            let macro_f1 = by_side.values().map(|c| c.prf().2).sum::<f64>() / by_side.len().max(1) as f64;
            figures.insert(format!("{corpus}: {label}: macro-F1"), macro_f1);
            let sides: Vec<String> =
                SIDES.iter().map(|side| format!("{side} {:.1}", by_side.get(side).map_or(0.0, |c| c.prf().2))).collect();
            writeln!(out, "{corpus:<12} {label:<46} macro-F1 {macro_f1:5.1}   ({})", sides.join(", "))?;
        }
        Ok(())
    }
}

/// The sides that a statement or holder can be on.
const SIDES: [&str; 3] = ["open", "closed", "mixed"];

/// Actors, statements, positions, stances.
fn positions(folder: &Path, corpus: &str, gazetteer: &Gazetteer, figures: &mut Figures, out: &mut impl Write) -> anyhow::Result<()> {
    let mut tally = Tally::default();
    for (_, text, labels) in labelled(folder)? {
        tally.add(&text, &labels, &read_findings(&text, gazetteer));
    }
    tally.show(corpus, figures, out)?;
    Ok(())
}
