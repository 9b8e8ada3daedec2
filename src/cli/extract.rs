//! `openstance extract`: findings of files, without a database.

use std::{io::Write, path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use serde::Serialize;

use crate::{
    domain::{
        actor::ActorKind,
        registry,
        stance::Side,
        statement::StatementKind,
        text::{CodePoints, Span, TextPosition},
    },
    extract::{self, Article, Findings, Format, Gazetteer, text::article},
};

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Output {
    /// For people.
    Human,
    /// One JSON object a document, a line each.
    Ndjson,
    /// A JSON array of the same objects.
    Json,
}

/// Prints what articles say of who stands where; needs no database and stores nothing.
#[derive(Debug, clap::Args)]
pub struct ExtractArgs {
    /// Files to read; `-` reads standard input.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value = "human")]
    pub format: Output,
    /// What the files are; by default from their names' endings (.html, .md), else plain text.
    #[arg(long, value_enum)]
    pub input: Option<Format>,
    /// Shows for each finding its rule, mention, cue and terms in the marked text.
    #[arg(long)]
    pub explain: bool,
}

/// Runs the command.
pub fn run(args: &ExtractArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let gazetteer = Gazetteer::new(registry::known(), []);
    let mut documents = Vec::new();
    for file in &args.files {
        let (name, input) = read(file)?;
        let article = article::read(&input, args.input.unwrap_or_else(|| format_of(&name)));
        let findings = extract::extract(&article, &gazetteer);
        let stem = std::path::Path::new(&name).file_stem().map_or(name.clone(), |s| s.to_string_lossy().into_owned());
        match args.format {
            Output::Human => human(out, &stem, &article, &findings, args.explain)?,
            Output::Ndjson => {
                serde_json::to_writer(&mut *out, &Document::new(&stem, &article, &findings))?;
                writeln!(out)?;
            }
            Output::Json => documents.push(serde_json::to_value(Document::new(&stem, &article, &findings))?),
        }
    }
    if args.format == Output::Json {
        serde_json::to_writer_pretty(&mut *out, &documents)?;
        writeln!(out)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A file's name and text; `-` is standard input.
pub(super) fn read(file: &std::path::Path) -> anyhow::Result<(String, String)> {
    if file.as_os_str() == "-" {
        return Ok(("-".to_owned(), std::io::read_to_string(std::io::stdin()).context("standard input is no UTF-8 text")?));
    }
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok((file.display().to_string(), text))
}

/// What a file is, by the ending of its name.
pub(super) fn format_of(name: &str) -> Format {
    match name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "html" | "htm" => Format::Html,
        "md" | "markdown" => Format::Markdown,
        _ => Format::Text,
    }
}

/// What one document yields, as `score.py` reads it.
#[derive(Debug, Serialize)]
pub struct Document<'f> {
    #[serde(rename = "document")]
    name: &'f str,
    organizations: Vec<Named<'f>>,
    people: Vec<Named<'f>>,
    statements: Vec<Said<'f>>,
    stances: Vec<Held<'f>>,
}

#[derive(Debug, Serialize)]
struct Named<'f> {
    name: &'f str,
    aliases: &'f [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<&'f str>,
}

#[derive(Debug, Serialize)]
struct Said<'f> {
    kind: &'static str,
    span: TextPosition,
    exact: &'f str,
    speaker: Option<Speaker<'f>>,
    on_behalf_of: Option<&'f str>,
    position: &'static str,
    strength: Option<f64>,
    rule: &'static str,
    cue: Option<TextPosition>,
    terms: Vec<TextPosition>,
    confidence: f64,
}

#[derive(Debug, Serialize)]
struct Speaker<'f> {
    name: Option<&'f str>,
    mention: Option<TextPosition>,
}

#[derive(Debug, Serialize)]
struct Held<'f> {
    holder: &'f str,
    position: &'static str,
}

/// The word for a side of the default proposition.
pub const fn word(side: Side) -> &'static str {
    match side {
        Side::For => "open",
        Side::Against => "closed",
        Side::Mixed => "mixed",
    }
}

impl<'f> Document<'f> {
    /// The findings of one article.
    pub fn new(name: &'f str, article: &'f Article, findings: &'f Findings) -> Self {
        let points = CodePoints::new(&article.text);
        let named = |actor: Option<usize>| actor.map(|a| findings.actors[a].name.as_str());
        let of_kind = |kind: ActorKind| -> Vec<Named<'f>> {
            let actors = findings.actors.iter().filter(|a| a.kind == kind);
            actors
                .map(|a| Named { name: &a.name, aliases: &a.aliases, role: a.role.as_deref(), organization: named(a.organization) })
                .collect()
        };
        let statement = |f: &'f extract::Finding| Said {
            kind: if f.kind == StatementKind::Quote { "quote" } else { "reported" },
            span: points.position(f.span),
            exact: f.span.of(&article.text),
            speaker: (f.actor.is_some() || f.mention.is_some())
                .then(|| Speaker { name: named(f.actor), mention: f.mention.map(|m| points.position(m)) }),
            on_behalf_of: named(f.on_behalf_of),
            position: f.position.as_ref().map_or("none", |r| word(r.value.side())),
            strength: f.position.as_ref().map(|r| r.value.as_f64().abs()),
            rule: f.rule.as_str(),
            cue: f.cue.map(|c| points.position(c)),
            terms: f.position.iter().flat_map(|r| &r.terms).map(|&t| points.position(t)).collect(),
            confidence: f.confidence.as_f64(),
        };
        Self {
            name,
            organizations: of_kind(ActorKind::Organization),
            people: of_kind(ActorKind::Person),
            statements: findings.statements.iter().map(statement).collect(),
            stances: findings.stances.iter().map(|&(a, side)| Held { holder: &findings.actors[a].name, position: word(side) }).collect(),
        }
    }
}

fn human(out: &mut impl Write, name: &str, article: &Article, findings: &Findings, explain: bool) -> std::io::Result<()> {
    writeln!(out, "{name}: {} actors, {} statements", findings.actors.len(), findings.statements.len())?;
    for &(actor, side) in &findings.stances {
        writeln!(out, "  {:<28} {}", findings.actors[actor].name, word(side))?;
    }
    for finding in &findings.statements {
        let who = finding.actor.map_or("(unnamed)", |a| findings.actors[a].name.as_str());
        let position = finding.position.as_ref().map_or("none", |r| word(r.value.side()));
        writeln!(out, "\n  {who} · {} · {position} · {} · confidence {:.2}", finding.kind, finding.rule, finding.confidence.as_f64())?;
        if explain {
            explained(out, article, finding)?;
        } else {
            writeln!(out, "    {}", finding.span.of(&article.text))?;
        }
    }
    writeln!(out)
}

/// The finding's sentence with its parts marked: ⟦statement⟧, ‹mention›, «cue», *term*.
fn explained(out: &mut impl Write, article: &Article, finding: &extract::Finding) -> std::io::Result<()> {
    let mut marks: Vec<(usize, bool, &str)> = Vec::new();
    let mut mark = |span: Span, open: &'static str, close: &'static str| {
        marks.push((span.start, true, open));
        marks.push((span.end, false, close));
    };
    mark(finding.span, "⟦", "⟧");
    if let Some(mention) = finding.mention {
        mark(mention, "‹", "›");
    }
    if let Some(cue) = finding.cue {
        mark(cue, "«", "»");
    }
    for &term in finding.position.iter().flat_map(|r| &r.terms) {
        mark(term, "*", "*");
    }
    marks.sort_by_key(|&(at, opens, _)| (at, opens));
    let (first, last) = (marks.first().map_or(0, |m| m.0), marks.last().map_or(0, |m| m.0));
    let mut line = String::new();
    let mut at = first;
    for (place, _, sign) in marks {
        line.push_str(&article.text[at..place]);
        line.push_str(sign);
        at = place;
    }
    line.push_str(&article.text[at..last.max(at)]);
    writeln!(out, "    {}", line.replace('\n', " ⏎ "))?;
    if let Some(reading) = &finding.position {
        writeln!(out, "    {} (chance by the model {} %)", reading.why, reading.chance)?;
    }
    Ok(())
}
