//! The only SQL: a file a table, free functions on `&mut PgConnection`; the caller owns the transaction.

use std::time::Duration;

use sqlx::{
    PgPool, Postgres, Transaction,
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

/// Brings the schema up to date; several services may do so at once.
///
/// A schema change that cannot get its lock within a second gives way to the traffic and tries again.
pub async fn migrate(options: &PgConnectOptions) -> Result<(), sqlx::migrate::MigrateError> {
    const TRIES: u32 = 10;
    let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(Duration::from_secs(30)).connect_with(session(options)).await?;
    let mut tries = 0;
    let outcome = loop {
        tries += 1;
        match MIGRATOR.run(&pool).await {
            Err(error) if tries < TRIES && is_lock_timeout(&error) => tokio::time::sleep(Duration::from_millis(250)).await,
            outcome => break outcome,
        }
    };
    pool.close().await;
    outcome
}

fn is_lock_timeout(error: &sqlx::migrate::MigrateError) -> bool {
    use sqlx::migrate::MigrateError::{Execute, ExecuteMigration};
    let (Execute(error) | ExecuteMigration(error, _)) = error else { return false };
    error.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|code| code == "55P03")
}
