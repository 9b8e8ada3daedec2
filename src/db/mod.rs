//! The only SQL: a file a table, free functions on `&mut PgConnection`; the caller owns the transaction.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::{
    Connection as _, PgPool, Postgres, Transaction,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};

pub mod actors;
pub mod changes;
pub mod ingestions;
pub mod keys;
pub mod lists;
pub mod memberships;
pub mod propositions;
pub mod reviews;
pub mod secrets;
pub mod sources;
pub mod stances;
pub mod standings;
pub mod statements;
mod types;

pub use sqlx::{PgConnection, Result};

use crate::domain::proposition::Proposition;

/// Every schema change, in order.
pub static MIGRATOR: Migrator = sqlx::migrate!();

/// The database, by what is done with it.
#[derive(Clone, Debug)]
pub struct Db {
    /// Read-only transactions; statements end after 5 s.
    pub read: PgPool,
    /// Writes; statements end after 10 s.
    pub write: PgPool,
}

impl Db {
    /// Pools of at most `connections` each; connects at first use.
    pub fn new(options: &PgConnectOptions, connections: u32) -> Self {
        let pool = |settings: [(&'static str, &'static str); 2]| {
            PgPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(Duration::from_secs(1))
                // A ping on every acquire costs a round trip; a broken connection shows at its first query.
                .test_before_acquire(false)
                .connect_lazy_with(session(options).options(settings))
        };
        Self {
            read: pool([("default_transaction_read_only", "on"), ("statement_timeout", "5s")]),
            write: pool([("default_transaction_read_only", "off"), ("statement_timeout", "10s")]),
        }
    }

    /// Whether the database answers and has the schema that this release expects; the error says what is missing.
    pub async fn ready(&self) -> std::result::Result<(), String> {
        let expected = MIGRATOR.iter().map(|migration| migration.version).max();
        let query = sqlx::query_scalar::<_, Option<i64>>("select max(version) from _sqlx_migrations where success");
        let found = query.fetch_one(&self.read).await.map_err(|error| {
            tracing::warn!(%error, "the database does not answer");
            "the database is out of reach".to_owned()
        })?;
        if found < expected { Err("the database has the schema of an older release".to_owned()) } else { Ok(()) }
    }

    /// A read-only transaction that sees one moment throughout.
    pub async fn snapshot(&self) -> Result<Transaction<'static, Postgres>> {
        self.read.begin_with("begin isolation level repeatable read, read only").await
    }

    /// Closes both pools, waiting for their connections to come back.
    pub async fn close(&self) {
        tokio::join!(self.read.close(), self.write.close());
    }
}

fn session(options: &PgConnectOptions) -> PgConnectOptions {
    options.clone().application_name("openstance").options([
        ("lock_timeout", "1s"),
        ("idle_in_transaction_session_timeout", "10s"),
        ("timezone", "UTC"),
    ])
}

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// It cannot be reached, or refuses.
    #[error("PostgreSQL cannot be reached: {0}")]
    Unreachable(#[from] sqlx::Error),
    /// It is too old.
    #[error("PostgreSQL {0} is too old: version 15 or newer is needed")]
    TooOld(String),
    /// The schema could not be brought up to date.
    #[error("the schema could not be brought up to date: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
}

/// Makes a database fit for use: schema up to date, the default proposition there.
pub async fn prepare(options: &PgConnectOptions, at: DateTime<Utc>) -> std::result::Result<(), PrepareError> {
    const OLDEST: i32 = 150_000;
    let mut conn = PgConnection::connect_with(&session(options)).await?;
    let (number, name) =
        sqlx::query_as::<_, (i32, String)>("select current_setting('server_version_num')::int, current_setting('server_version')")
            .fetch_one(&mut conn)
            .await?;
    if number < OLDEST {
        return Err(PrepareError::TooOld(name));
    }
    migrate(&mut conn).await?;
    propositions::ensure(&mut conn, &Proposition::default_one(), at).await?;
    conn.close().await?;
    Ok(())
}

/// Brings the schema up to date; several services may do so at once.
///
/// A schema change that cannot get its lock within a second gives way to the traffic and tries again.
async fn migrate(conn: &mut PgConnection) -> std::result::Result<(), sqlx::migrate::MigrateError> {
    const TRIES: u32 = 10;
    let mut tries = 0;
    loop {
        tries += 1;
        match MIGRATOR.run(&mut *conn).await {
            Err(error) if tries < TRIES && is_lock_timeout(&error) => tokio::time::sleep(Duration::from_millis(250)).await,
            outcome => return outcome,
        }
    }
}

fn is_lock_timeout(error: &sqlx::migrate::MigrateError) -> bool {
    use sqlx::migrate::MigrateError::{Execute, ExecuteMigration};
    let (Execute(error) | ExecuteMigration(error, _)) = error else { return false };
    error.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|code| code == "55P03")
}
