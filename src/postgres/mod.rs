//! A private PostgreSQL for those who bring none: found, set up, started, watched and stopped.
//!
//! [`Embedded`] is the server of a service: it holds the data directory, starts the server or takes over the one that a killed
//! service left behind, restarts it when it dies, and stops it in the end. [`Access`] is for commands: it joins a running server,
//! and starts one only if there is none. [`Temporary`] is thrown away after use.
//!
//! The server listens on a socket in a directory that only its user can enter, never on the network, and runs as an unprivileged
//! user when openstance runs as root. Every write is on disk before it is acknowledged.
//!
//! This is code of our own, as the crate `postgresql_embedded` starts every server with `-F` (no fsync), takes a process id file
//! left behind by a crash for a running server, and can neither run the server as another user nor take over one that runs.

mod account;
mod cluster;
mod directory;
mod embedded;
mod error;
mod pidfile;
mod programs;
mod server;
mod temporary;

use std::env;
use std::path::{Path, PathBuf};
use std::time::Duration;

use account::Account;
pub use embedded::{Access, Embedded, start_background, stop_background};
pub use error::Error;
use programs::Programs;
pub use temporary::Temporary;

/// Oldest major version that serves.
const MIN_MAJOR: u32 = 15;
/// The superuser that owns everything.
const USER: &str = "openstance";
/// The database that holds everything.
const DATABASE: &str = "openstance";
/// There is no TCP port, but the socket's name contains this number.
const PORT: u16 = 5432;

/// Where the private PostgreSQL keeps its data, and how it is run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Everything is kept below this directory, which is created where it is missing.
    pub data_dir: PathBuf,
    /// Directory of the socket; `None` chooses one that is short enough.
    pub runtime_dir: Option<PathBuf>,
    /// Directory of `initdb` and `postgres`; `None` looks for one.
    pub bin_dir: Option<PathBuf>,
    /// Whether every write is on disk before it is acknowledged. Only for tests is it ever off.
    pub fsync: bool,
    /// How long a start may take, recovery after a crash included.
    pub start_timeout: Duration,
    /// How long an orderly shutdown may take before the server is made to end at once.
    pub stop_timeout: Duration,
}

impl Settings {
    /// Durable, with everything else chosen by itself.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            runtime_dir: None,
            bin_dir: None,
            fsync: true,
            start_timeout: Duration::from_mins(5),
            stop_timeout: Duration::from_secs(30),
        }
    }
}

/// The data directory when none is named: `/var/lib/openstance` for root; else in the user's data directory
/// (`$XDG_DATA_HOME`, `~/.local/share`, on macOS `~/Library/Application Support`).
pub fn default_data_dir() -> Result<PathBuf, Error> {
    if rustix::process::geteuid().is_root() {
        return Ok(PathBuf::from("/var/lib/openstance"));
    }
    let in_home = if cfg!(target_os = "macos") { "Library/Application Support" } else { ".local/share" };
    env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| Some(env::home_dir().filter(|home| home.is_absolute())?.join(in_home)))
        .map(|parent| parent.join("openstance"))
        .ok_or(Error::NoDataDir)
}

/// The directory of the server programs that would run the data directory: of the version that its data need, if there are any.
pub fn programs(settings: &Settings) -> Result<PathBuf, Error> {
    let cluster = settings.data_dir.join("cluster");
    let programs = Programs::find(settings.bin_dir.as_deref(), cluster::version(&cluster), &Account::of(&cluster)?)?;
    Ok(programs.directory)
}

/// The URL of the database behind the socket in `runtime`. It says everything that a client would otherwise take from its
/// environment (`PGPORT`, `PGUSER`, …).
fn url(runtime: &Path) -> String {
    url_of(runtime, DATABASE)
}

fn url_of(runtime: &Path, database: &str) -> String {
    use std::fmt::Write as _;
    let mut host = String::new();
    for byte in runtime.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(byte) {
            host.push(char::from(*byte));
        } else {
            let _ = write!(host, "%{byte:02X}");
        }
    }
    format!("postgresql:///{database}?host={host}&port={PORT}&user={USER}&sslmode=disable")
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use sqlx::postgres::PgConnectOptions;

    use super::*;

    #[test]
    fn clients_understand_the_url() {
        let url = url(Path::new("/tmp/it's a dir, 100 %+ä"));
        let options = PgConnectOptions::from_str(&url).expect("a URL that the client parses");
        assert_eq!(options.get_socket().map(PathBuf::as_path), Some(Path::new("/tmp/it's a dir, 100 %+ä")));
        assert_eq!((options.get_port(), options.get_username(), options.get_database()), (PORT, USER, Some(DATABASE)));
    }
}
