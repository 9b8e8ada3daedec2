//! `secrets` that all instances of the service share.

use super::{PgConnection, Result};

/// The secret of this name; `fresh` becomes it where there is none yet.
pub async fn get_or_insert(conn: &mut PgConnection, name: &str, fresh: &[u8]) -> Result<Vec<u8>> {
    sqlx::query!("insert into secrets (name, value) values ($1, $2) on conflict (name) do nothing", name, fresh)
        .execute(&mut *conn)
        .await?;
    sqlx::query_scalar!("select value from secrets where name = $1", name).fetch_one(conn).await
}
