//! The binary: reads the command line and runs the command.

use std::process::ExitCode;

use clap::Parser as _;
use openstance::cli;

#[tokio::main]
async fn main() -> ExitCode {
    cli::run(cli::Cli::parse()).await.unwrap_or_else(|error| {
        eprintln!("openstance: {error:#}");
        ExitCode::FAILURE
    })
}
