//! `openstance ingest`: articles from files.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{
    database::{self, Opened, now},
    extract::{format_of, read},
    postgres::Location,
};
use crate::{
    domain::{date::PartialDate, registry},
    extract::{self, Format, Gazetteer},
    ingest::{self, Ingested, Options, Report},
};

/// Reads articles and stores what they say.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files to read; `-` reads standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// What the files are; by default from their names' endings (.html, .md), else plain text
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// When the article was published: YYYY, YYYY-MM or YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    published_on: Option<PartialDate>,
    /// Who published it
    #[arg(long, value_name = "NAME")]
    publisher: Option<String>,
    /// Where it stands: http or https
    #[arg(long, value_parser = url)]
    url: Option<String>,
    /// Its title
    #[arg(long)]
    title: Option<String>,
    /// Store nothing: report what would be found
    #[arg(long)]
    dry_run: bool,
    /// Store statements that take no position, too
    #[arg(long)]
    keep_all: bool,
    /// Print the reports as JSON, a line each
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: database::Args,
}

fn url(text: &str) -> Result<String, String> {
    crate::domain::text::http_url(text).map(Into::into).ok_or_else(|| "write an address that begins with https:// or http://".to_owned())
}

impl Args {
    /// What clap cannot check.
    fn check(&self) -> anyhow::Result<()> {
        let today = now().at.date_naive();
        if self.published_on.is_some_and(|date| date.first() > today) {
            bail!("--published-on lies in the future; today is {today}");
        }
        Ok(())
    }

    fn options(&self, name: &str) -> Options {
        Options {
            format: self.format.unwrap_or_else(|| format_of(name)),
            published_on: self.published_on,
            publisher: self.publisher.clone(),
            url: self.url.clone(),
            title: self.title.clone(),
            collection: None,
            keep_all: self.keep_all,
        }
    }
}

/// Runs `openstance ingest`.
pub async fn run(location: &Location, args: &Args) -> anyhow::Result<ExitCode> {
    if args.dry_run {
        return dry_run(args);
    }
    args.check()?;
    let opened = Opened::open(location, &args.database).await?;
    let progress = progress(args.files.len());
    let mut failed = false;
    for file in &args.files {
        let name = file.display().to_string();
        progress.set_message(name.clone());
        let ingested = one(&opened, args, file).await.with_context(|| format!("{name}: nothing of it was stored"));
        progress.inc(1);
        match ingested {
            Ok(ingested) => progress.suspend(|| print(&name, &ingested, args.json))?,
            Err(error) => {
                failed = true;
                progress.suspend(|| eprintln!("openstance: {error:#}"));
            }
        }
    }
    progress.finish_and_clear();
    opened.close().await?;
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Reads and stores one file.
async fn one(opened: &Opened, args: &Args, file: &Path) -> anyhow::Result<Ingested> {
    let (name, input) = read(file)?;
    if input.contains('\0') {
        bail!("it has a NUL character: it is no text");
    }
    if input.trim().is_empty() {
        bail!("it is empty");
    }
    Ok(ingest::article(&opened.db, &now(), &input, &args.options(&name)).await?)
}

/// A bar on a terminal, where there is more than one file.
fn progress(files: usize) -> ProgressBar {
    let target = if files > 1 { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(files as u64), target);
    let style = ProgressStyle::with_template("{pos}/{len} {wide_bar} {msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.with_style(style)
}

fn dry_run(args: &Args) -> anyhow::Result<ExitCode> {
    let gazetteer = Gazetteer::new(registry::known(), []);
    for file in &args.files {
        let (name, input) = read(file)?;
        let options = args.options(&name);
        let article = extract::read(&input, options.format);
        let findings = extract::extract(&article, &gazetteer);
        print(&name, &Ingested::Now(ingest::report(&findings, &options, &article)), args.json)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn print(name: &str, ingested: &Ingested, as_json: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout();
    match ingested {
        Ingested::Now(report) | Ingested::Before(report) if as_json => writeln!(out, "{}", serde_json::to_string(report)?)?,
        Ingested::Now(report) => writeln!(out, "{name}: {}", summary(report))?,
        Ingested::Before(report) => writeln!(out, "{name}: read before, nothing changed ({} stored then)", report.stored)?,
        Ingested::Queued(job) => writeln!(out, "{name}: waits as ingestion {job}")?,
        Ingested::Removed => writeln!(out, "{name}: was removed from this database and is not ingested again")?,
    }
    if let Ingested::Now(report) = ingested {
        for warning in &report.warnings {
            eprintln!("{name}: {warning}");
        }
    }
    Ok(())
}

fn summary(report: &Report) -> String {
    format!(
        "{} found, {} stored ({} pending), {} known before, {} without a position, {} unattributed, {} parts skipped as boilerplate",
        report.found, report.stored, report.pending, report.repeated, report.without_position, report.unattributed, report.boilerplate
    )
}
