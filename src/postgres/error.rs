//! What can go wrong around the private PostgreSQL, each message saying what to do next.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

/// Why the private PostgreSQL could not be found, set up, started, joined or stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Neither an option nor the environment says where data may be kept.
    #[error("there is no home directory to keep data in: pass --data-dir or set OPENSTANCE_DATA_DIR")]
    NoDataDir,
    /// No PostgreSQL server programs that would do.
    #[error("{}", missing_programs(*.wanted, .found))]
    NoPrograms {
        /// The major version that the existing data needs; `None` for any that is new enough.
        wanted: Option<u32>,
        /// Programs that were found but do not serve: their directory and what is wrong with them.
        found: Vec<(PathBuf, String)>,
    },
    /// Another process serves this data directory.
    #[error(
        "{} is in use by {holder}: stop it, or choose another directory with --data-dir or OPENSTANCE_DATA_DIR", 
        .data_dir.display()
    )]
    InUse {
        /// The data directory.
        data_dir: PathBuf,
        /// Who holds it, with the process id, as far as is known.
        holder: String,
    },
    /// The data belongs to another user of the system.
    #[error("{} belongs to user {owner}: run as that user, or choose another directory with --data-dir or OPENSTANCE_DATA_DIR", .path.display())]
    NotOurs {
        /// The directory with the wrong owner.
        path: PathBuf,
        /// Numeric user id of the owner.
        owner: u32,
    },
    /// Started as root, and there is no other user to run the server as.
    #[error(
        "PostgreSQL refuses to run as root, and /etc/passwd names none of the users {candidates}: \
         create one (`useradd --system openstance`), or start openstance as a plain user"
    )]
    NoAccount {
        /// The user names that were looked for.
        candidates: String,
    },
    /// The unprivileged user cannot get to the data directory.
    #[error(
        "PostgreSQL runs as user {account}, who may not pass through {}: \
         `chmod o+x` that directory, or choose another one with --data-dir or OPENSTANCE_DATA_DIR",
        .path.display()
    )]
    Unreachable {
        /// The directory that stops it.
        path: PathBuf,
        /// The user that the server runs as.
        account: String,
    },
    /// A path that PostgreSQL's files and settings cannot hold.
    #[error("{} cannot hold a database, as its path has a line break or other control character: choose another --data-dir", .0.display())]
    BadPath(PathBuf),
    /// No directory is fit for the server's socket.
    #[error("no directory is fit for PostgreSQL's socket: {tried}; set XDG_RUNTIME_DIR to a short path that is yours alone")]
    NoRuntimeDir {
        /// Each directory that was tried, with its defect.
        tried: String,
    },
    /// `initdb` failed.
    #[error("a new database could not be set up in {}; initdb says:\n{output}", .path.display())]
    Init {
        /// The directory of the new cluster.
        path: PathBuf,
        /// What `initdb` printed.
        output: String,
    },
    /// The server ended while starting.
    #[error("PostgreSQL did not start on {}; its log ends:\n{log}", .path.display())]
    Start {
        /// The cluster directory.
        path: PathBuf,
        /// The end of the server's log.
        log: String,
    },
    /// The server is still not ready.
    #[error("PostgreSQL on {} was not ready after {seconds} seconds; its log ends:\n{log}", .path.display())]
    StartTimeout {
        /// The cluster directory.
        path: PathBuf,
        /// How long was waited.
        seconds: u64,
        /// The end of the server's log.
        log: String,
    },
    /// The server does not end, not even when killed.
    #[error("PostgreSQL (process {pid}) does not end: look at it with `ps -p {pid}`")]
    Stop {
        /// The server's process id.
        pid: u32,
    },
    /// The server runs but does not answer as it should.
    #[error("PostgreSQL started but does not answer on its socket")]
    Connect(#[source] sqlx::Error),
    /// A file or process operation failed.
    #[error("cannot {action} {}", .path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// On which file or program.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// A background task of this module panicked or was cancelled.
    #[error("the PostgreSQL supervisor ended early")]
    Supervisor,
}

impl Error {
    /// A function for `map_err` that says what was tried on which file.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }
}

fn missing_programs(wanted: Option<u32>, found: &[(PathBuf, String)]) -> String {
    let mut text = match wanted {
        Some(major) => format!("the data needs PostgreSQL {major}, whose server programs were not found"),
        None => format!("PostgreSQL {} or newer was not found", super::MIN_MAJOR),
    };
    for (directory, defect) in found {
        let _ = write!(text, "\n  {}: {defect}", directory.display());
    }
    let version = wanted.map_or(String::new(), |major| format!("-{major}"));
    let brew = wanted.unwrap_or(18);
    let _ = write!(
        text,
        "\n`make postgres` fetches PostgreSQL 18 without root; or `apt-get install postgresql{version}`, `brew install postgresql@{brew}`;\n\
         or set OPENSTANCE_POSTGRES_BIN to the directory of initdb and postgres, or DATABASE_URL to a running server"
    );
    text
}
