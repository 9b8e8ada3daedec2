//! The command line, a file a command.

use std::{io::Write as _, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::config::LogArgs;

pub mod database;
pub mod demo;
pub mod eval;
pub mod extract;
pub mod ingest;
pub mod keys;
pub mod postgres;
pub mod serve;

/// Who stands where on open versus closed AI, on what evidence, since when
#[derive(Debug, Parser)]
#[command(version)]
pub struct Cli {
    #[command(flatten)]
    location: postgres::Location,
    #[command(flatten)]
    log: LogArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the REST API and the pages
    Serve(serve::Args),
    /// Read articles and store what they say
    Ingest(ingest::Args),
    /// Print what articles say of who stands where; needs no database and stores nothing
    Extract(extract::ExtractArgs),
    /// Measure the extractor on annotated texts
    Eval(eval::EvalArgs),
    /// The article that ships with the service
    #[command(subcommand)]
    Demo(demo::Action),
    /// Keys for writing
    #[command(subcommand)]
    Keys(keys::Action),
    /// Bring the database's schema up to date
    Migrate(database::Args),
    /// Print the OpenAPI document
    Openapi,
    /// The private PostgreSQL that serves when `DATABASE_URL` is not set
    #[command(subcommand)]
    Postgres(postgres::Action),
}

/// Runs the command that was given.
pub async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    crate::telemetry::init_logs(&cli.log)?;
    let location = &cli.location;
    match cli.command {
        Command::Serve(args) => serve::run(location, args).await,
        Command::Ingest(args) => ingest::run(location, &args).await,
        Command::Extract(args) => print(|out| extract::run(&args, out)),
        Command::Eval(args) => print(|out| eval::run(&args, out)),
        Command::Demo(action) => demo::run(location, action).await,
        Command::Keys(action) => keys::run(location, action).await,
        Command::Migrate(args) => database::Opened::open(location, &args).await?.close().await,
        Command::Openapi => print(|out| {
            writeln!(out, "{}", crate::http::openapi().to_pretty_json()?)?;
            Ok(ExitCode::SUCCESS)
        }),
        Command::Postgres(action) => postgres::run(location, action).await,
    }
}

type Out = std::io::BufWriter<std::io::StdoutLock<'static>>;

/// Runs what prints, with its output in large pieces.
fn print(write: impl FnOnce(&mut Out) -> anyhow::Result<ExitCode>) -> anyhow::Result<ExitCode> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let code = write(&mut out)?;
    out.flush()?;
    Ok(code)
}
