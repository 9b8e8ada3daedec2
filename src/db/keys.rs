//! `api_keys`: only the SHA-256 of a key is stored.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{PgConnection, Result};

/// A key as it is stored.
#[derive(Debug, Clone)]
pub struct KeyRow {
    /// Its id.
    pub id: Uuid,
    /// Its owner's name for it.
    pub name: String,
    /// The first characters of the key.
    pub prefix: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Stores a new key.
pub async fn insert(conn: &mut PgConnection, key: &KeyRow, sha256: &[u8]) -> Result<()> {
    sqlx::query!(
        "insert into api_keys (id, name, prefix, sha256, scopes, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7)",
        key.id,
        key.name,
        key.prefix,
        sha256,
        &key.scopes,
        key.created_at,
        key.expires_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The key with this digest.
pub async fn by_sha256(conn: &mut PgConnection, sha256: &[u8]) -> Result<Option<KeyRow>> {
    sqlx::query_as!(
        KeyRow,
        "select id, name, prefix, scopes, created_at, expires_at, revoked_at, last_used_at from api_keys where sha256 = $1",
        sha256
    )
    .fetch_optional(conn)
    .await
}

/// Every key, oldest first.
pub async fn all(conn: &mut PgConnection) -> Result<Vec<KeyRow>> {
    sqlx::query_as!(KeyRow, "select id, name, prefix, scopes, created_at, expires_at, revoked_at, last_used_at from api_keys order by id")
        .fetch_all(conn)
        .await
}

/// Revokes a key; answers whether there was one to revoke.
pub async fn revoke(conn: &mut PgConnection, id: Uuid, at: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query!("update api_keys set revoked_at = $2 where id = $1 and revoked_at is null", id, at).execute(conn).await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that a key was used, at most once a minute.
pub async fn used(conn: &mut PgConnection, id: Uuid, at: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update api_keys set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at < $2::timestamptz - interval '1 minute')",
        id,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}
