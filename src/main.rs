//! The command line.

use std::{io::Write as _, process::ExitCode};

use clap::{Parser, Subcommand};
use openstance::cli::extract;

/// Who stands where on open versus closed AI, on what evidence, since when.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Prints what articles say of who stands where.
    Extract(extract::ExtractArgs),
}

fn main() -> anyhow::Result<ExitCode> {
    let Command::Extract(args) = Cli::parse().command;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let code = extract::run(&args, &mut out)?;
    out.flush()?;
    Ok(code)
}
