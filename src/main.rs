//! The command line.

mod cli;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Who stands where on open versus closed AI, on what evidence, since when
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(flatten)]
    location: cli::postgres::Location,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The private PostgreSQL that serves when DATABASE_URL is not set
    #[command(subcommand)]
    Postgres(cli::postgres::Action),
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match arguments.command {
        Command::Postgres(action) => cli::postgres::run(&arguments.location, action).await,
    };
    result.unwrap_or_else(|error| {
        eprintln!("openstance: {error:#}");
        ExitCode::FAILURE
    })
}
