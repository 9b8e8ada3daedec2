//! `openstance postgres`: the private PostgreSQL by hand.

use std::ffi::OsString;
use std::io::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{ExitCode, ExitStatus};

use crate::postgres::{Access, Embedded, Settings, Temporary, default_data_dir, programs, start_background, stop_background};
use anyhow::Context as _;
use clap::{Args, Subcommand};
use tokio::process::{Child, Command};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Where the private PostgreSQL is.
#[derive(Args, Clone, Debug)]
pub struct Location {
    /// Directory to keep data in [default: the user's data directory; /var/lib/openstance as root]
    #[arg(long, global = true, env = "OPENSTANCE_DATA_DIR", value_name = "DIRECTORY")]
    pub data_dir: Option<PathBuf>,
    /// Directory of initdb and postgres [default: looked for]
    #[arg(long, global = true, env = "OPENSTANCE_POSTGRES_BIN", value_name = "DIRECTORY")]
    pub postgres_bin: Option<PathBuf>,
}

impl Location {
    /// Durable settings for this location.
    pub fn settings(&self) -> anyhow::Result<Settings> {
        let data_dir = match &self.data_dir {
            Some(directory) => directory.clone(),
            None => default_data_dir()?,
        };
        Ok(Settings { bin_dir: self.postgres_bin.clone(), ..Settings::new(data_dir) })
    }
}

/// What to do with the private PostgreSQL.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Start the server in the background, where it stays until `stop`
    Start,
    /// Stop the server that runs in the background
    Stop,
    /// Print the URL of the running server
    Url,
    /// Print the directory of the server programs that would be used
    Programs,
    /// Run a command with DATABASE_URL set, on the running server or on one started for it
    #[command(long_about = "Run a command with DATABASE_URL set, on the running server or on one started for it.\n\n\
                            Exits as the command does: with its exit code, or 128 plus the number of the signal that ended it.")]
    Run {
        /// Use a new, empty server that is removed afterwards; fast rather than durable, for tests
        #[arg(long)]
        temporary: bool,
        /// The command and its arguments
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true, value_name = "COMMAND")]
        command: Vec<OsString>,
    },
}

/// Runs `openstance postgres`.
pub async fn run(location: &Location, action: Action) -> anyhow::Result<ExitCode> {
    match action {
        Action::Start => {
            say(&start_background(&location.settings()?).await?)?;
            Ok(ExitCode::SUCCESS)
        }
        Action::Stop => stop(&location.settings()?).await,
        Action::Url => print_url(&location.settings()?).await,
        Action::Programs => {
            say(&programs(&location.settings()?)?.display().to_string())?;
            Ok(ExitCode::SUCCESS)
        }
        Action::Run { temporary, command } => {
            // From here on, signals are for the command: this process has to clean up after it.
            let signals = Signals::listen()?;
            if temporary {
                let server = Temporary::start(location.postgres_bin.clone()).await?;
                let code = run_command(&command, server.url(), signals).await;
                server.stop().await?;
                code
            } else {
                let server = Access::open(&location.settings()?).await?;
                let code = run_command(&command, server.url(), signals).await;
                server.close().await?;
                code
            }
        }
    }
}

async fn stop(settings: &Settings) -> anyhow::Result<ExitCode> {
    let stopped = stop_background(settings).await?;
    say(if stopped { "stopped" } else { "not running" })?;
    Ok(ExitCode::SUCCESS)
}

async fn print_url(settings: &Settings) -> anyhow::Result<ExitCode> {
    let url = Embedded::join(settings).await?.with_context(|| {
        format!(
            "no PostgreSQL runs on {}: start one with `openstance postgres start`, or a service with `openstance serve`",
            settings.data_dir.display()
        )
    })?;
    say(&url)?;
    Ok(ExitCode::SUCCESS)
}

/// Prints a line; unlike `println!`, a closed pipe is no reason to panic.
fn say(line: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{line}").context("cannot print")
}

/// Runs a command to its end, handing on the signals that this process gets.
async fn run_command(command: &[OsString], url: &str, mut signals: Signals) -> anyhow::Result<ExitCode> {
    let (program, arguments) = command.split_first().context("no command")?;
    tokio::select! {
        biased;
        // It came while the server started, when there was no command yet to hand it to.
        signal = signals.next() => return Ok(exit_code(ExitStatus::from_raw(signal.as_raw()))),
        () = std::future::ready(()) => {}
    }
    let spawned = Command::new(program).args(arguments).env("DATABASE_URL", url).spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) => {
            eprintln!("openstance: cannot run {}: {error}", program.display());
            return Ok(ExitCode::from(if error.kind() == std::io::ErrorKind::NotFound { 127 } else { 126 }));
        }
    };
    loop {
        tokio::select! {
            status = child.wait() => return Ok(exit_code(status.context("cannot wait for the command")?)),
            number = signals.next() => hand_on(number, &child),
        }
    }
}

fn exit_code(status: ExitStatus) -> ExitCode {
    let number = status.code().or_else(|| Some(128 + status.signal()?));
    ExitCode::from(number.and_then(|number| u8::try_from(number).ok()).unwrap_or(1))
}

/// A terminal sends its interrupt to the command as well, so that only the other signals need to be handed on.
fn hand_on(signal: rustix::process::Signal, child: &Child) {
    let pid = child.id().and_then(|pid| i32::try_from(pid).ok()).and_then(rustix::process::Pid::from_raw);
    if let (Some(pid), true) = (pid, signal != rustix::process::Signal::INT) {
        // It fails only if the command has just ended.
        let _ = rustix::process::kill_process(pid, signal);
    }
}

/// The signals that ask a process to end.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Signals {
    fn listen() -> anyhow::Result<Self> {
        let listen = |kind| signal(kind).context("cannot listen for signals");
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            hang_up: listen(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> rustix::process::Signal {
        tokio::select! {
            _ = self.interrupt.recv() => rustix::process::Signal::INT,
            _ = self.terminate.recv() => rustix::process::Signal::TERM,
            _ = self.hang_up.recv() => rustix::process::Signal::HUP,
        }
    }
}
