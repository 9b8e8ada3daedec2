//! How commands come to a database: the one that `DATABASE_URL` names, or the private one, joined or started.

use std::{process::ExitCode, str::FromStr as _};

use anyhow::Context as _;
use secrecy::ExposeSecret as _;
use sqlx::postgres::PgConnectOptions;

use super::postgres::Location;
use crate::{
    clock::{Clock, Ids, Now},
    config::DatabaseArgs,
    db::{self, Db},
    postgres::Access,
};

/// Which database.
pub type Args = DatabaseArgs;

/// A database with its schema up to date.
#[derive(Debug)]
pub struct Opened {
    /// The database.
    pub db: Db,
    access: Option<Access>,
}

impl Opened {
    /// Opens the database that a command works on.
    pub async fn open(location: &Location, args: &Args) -> anyhow::Result<Self> {
        let (url, access) = match &args.database_url {
            Some(url) => (url.expose_secret().to_owned(), None),
            None => {
                let access = Access::open(&location.settings()?).await?;
                (access.url().to_owned(), Some(access))
            }
        };
        let db = connect(&url, args.db_connections).await?;
        Ok(Self { db, access })
    }

    /// Gives the connections back, and stops the private server if it was started for this command.
    pub async fn close(self) -> anyhow::Result<ExitCode> {
        self.db.close().await;
        if let Some(access) = self.access {
            access.close().await?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Connects, with the schema up to date.
pub async fn connect(url: &str, connections: u32) -> anyhow::Result<Db> {
    let options =
        PgConnectOptions::from_str(url).context("the database URL makes no sense; write it like postgres://user:password@host/name")?;
    db::prepare(&options, now().at).await.context("the database cannot be used; nothing was changed")?;
    Ok(Db::new(&options, connections))
}

/// The moment of a command.
pub fn now() -> Now {
    Now { at: Clock::system().now(), ids: Ids::system() }
}
