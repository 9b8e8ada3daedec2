//! The configuration: typed, read once from flags and environment, secrets wrapped.
//!
//! Subcommands flatten the groups that they need.

use std::{net::SocketAddr, time::Duration};

use clap::{Args, ValueEnum};
use secrecy::SecretString;

use crate::{
    clock::Ids,
    http::{input::BodyLimit, layers, server},
    query::{CursorKey, CursorKeyError},
};

/// Which database, and how much of it.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Database")]
pub struct DatabaseArgs {
    /// PostgreSQL 15 or newer, as `postgres://user:password@host/name`; without it, a private server is run in the data directory
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub database_url: Option<SecretString>,

    /// Connections to the database at once
    #[arg(long, env = "OPENSTANCE_DB_CONNECTIONS", value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub db_connections: u32,
}

/// How the service is served.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Service")]
pub struct ServeArgs {
    /// The address to listen on
    #[arg(long, env = "OPENSTANCE_LISTEN", value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// Another address for /metrics; without it, they are at the service's own address if that is reached from this machine alone
    #[arg(long, env = "OPENSTANCE_METRICS_LISTEN", value_name = "ADDRESS:PORT")]
    pub metrics_listen: Option<SocketAddr>,

    /// Signs cursors: 64 hexadecimal digits, the same for all instances; without it, a key kept in the database
    #[arg(long, env = "OPENSTANCE_CURSOR_KEY", hide_env_values = true, value_name = "HEX", value_parser = cursor_key)]
    pub cursor_key: Option<CursorKey>,

    /// Connections of clients at once
    #[arg(long, env = "OPENSTANCE_MAX_CONNECTIONS", value_name = "N", default_value_t = 1024, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub max_connections: u32,

    /// The largest body of a request, in bytes
    #[arg(long, env = "OPENSTANCE_BODY_LIMIT", value_name = "BYTES", default_value_t = 1024 * 1024, value_parser = clap::value_parser!(u32).range(1024..))]
    pub body_limit: u32,

    /// How long requests may go on after the signal to stop, in seconds
    #[arg(long, env = "OPENSTANCE_DRAIN", value_name = "SECONDS", default_value_t = 10)]
    pub drain: u16,
}

fn cursor_key(text: &str) -> Result<CursorKey, CursorKeyError> {
    CursorKey::from_hex(text)
}

/// Where `/metrics` is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metrics {
    /// With everything else: the listener is reached from this machine alone.
    Main,
    /// On a listener of their own.
    Own(SocketAddr),
    /// Nowhere: the listener is reached from outside, and no other is configured.
    Off,
}

impl ServeArgs {
    /// Where `/metrics` is served: never by accident where strangers can read it.
    pub fn metrics(&self) -> Metrics {
        match self.metrics_listen {
            Some(address) => Metrics::Own(address),
            None if self.listen.ip().is_loopback() => Metrics::Main,
            None => Metrics::Off,
        }
    }

    /// Bounds on connections.
    pub fn limits(&self) -> server::Limits {
        server::Limits {
            connections: usize::try_from(self.max_connections).unwrap_or(usize::MAX).min(tokio::sync::Semaphore::MAX_PERMITS),
            drain: Duration::from_secs(self.drain.into()),
            ..server::Limits::default()
        }
    }

    /// What the layers need to know.
    pub fn layers(&self, ids: Ids) -> layers::Settings {
        let body_limit = BodyLimit(usize::try_from(self.body_limit).unwrap_or(usize::MAX));
        layers::Settings { body_limit, ..layers::Settings::new(ids) }
    }
}

/// What is logged, and how.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Log")]
pub struct LogArgs {
    /// What is logged, by module and level, such as `info` or `openstance=debug,sqlx=warn`
    #[arg(long, env = "OPENSTANCE_LOG", value_name = "FILTER", default_value = "info,sqlx::postgres::notice=warn", global = true)]
    pub log: String,

    /// How the log is written, to standard error
    #[arg(long, env = "OPENSTANCE_LOG_FORMAT", value_name = "FORMAT", default_value = "pretty", global = true)]
    pub log_format: LogFormat,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line, for machines.
    Json,
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct All {
        #[command(flatten)]
        database: DatabaseArgs,
        #[command(flatten)]
        serve: ServeArgs,
        #[command(flatten)]
        log: LogArgs,
    }

    fn parse(flags: &[&str]) -> Result<All, clap::Error> {
        All::try_parse_from(std::iter::once("openstance").chain(flags.iter().copied()))
    }

    #[test]
    fn metrics_are_not_published_by_accident() -> Result<(), clap::Error> {
        assert_eq!(parse(&["--listen", "127.0.0.1:1"])?.serve.metrics(), Metrics::Main);
        assert_eq!(parse(&["--listen", "[::1]:1"])?.serve.metrics(), Metrics::Main);
        assert_eq!(parse(&["--listen", "0.0.0.0:1"])?.serve.metrics(), Metrics::Off);
        let own = parse(&["--listen", "0.0.0.0:1", "--metrics-listen", "127.0.0.1:2"])?;
        assert_eq!(own.serve.metrics(), Metrics::Own(SocketAddr::from(([127, 0, 0, 1], 2))));
        Ok(())
    }

    #[test]
    fn secrets_do_not_print() -> Result<(), clap::Error> {
        let all = parse(&["--database-url", "postgres://u:hunter2@h/d", "--cursor-key", &"5a".repeat(32)])?;
        let printed = format!("{all:?}");
        assert!(!printed.contains("hunter2") && !printed.contains("5a5a") && !printed.contains("90, 90"), "{printed}");
        Ok(())
    }

    #[test]
    fn out_of_range_is_refused() {
        for flags in
            [["--db-connections", "0"], ["--body-limit", "1"], ["--max-connections", "0"], ["--cursor-key", "5a"], ["--listen", "x"]]
        {
            assert!(parse(&flags).is_err(), "{flags:?}");
        }
    }
}
