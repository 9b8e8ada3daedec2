//! The binary: reads the command line and runs the command.

use std::{
    io::{self, Write as _},
    process::ExitCode,
    time::Duration,
};

use clap::Parser as _;
use openstance::cli;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return failure(&error.into()),
    };
    let code = runtime.block_on(cli::run(cli)).unwrap_or_else(|error| failure(&error));
    // What still runs on a thread of its own, such as the reading of an article, is not waited for: its job is taken up again.
    runtime.shutdown_timeout(Duration::from_secs(1));
    code
}

/// Says what went wrong. That nobody reads the output any more is not wrong: `openstance extract … | head`.
fn failure(error: &anyhow::Error) -> ExitCode {
    let closed = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    };
    if error.chain().any(closed) {
        return ExitCode::SUCCESS;
    }
    let _ = writeln!(io::stderr(), "openstance: {error:#}");
    ExitCode::FAILURE
}
