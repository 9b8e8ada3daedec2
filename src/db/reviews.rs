//! `reviews`: verdicts of people, insert-only.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{PgConnection, Result};

/// A verdict.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ReviewRow {
    /// Its id.
    pub id: Uuid,
    /// On what.
    pub statement_id: Uuid,
    /// `accept` or `reject`.
    pub verdict: String,
    /// Why.
    pub comment: Option<String>,
    /// The key that gave it.
    pub reviewer: Uuid,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// Notes a verdict.
pub async fn insert(conn: &mut PgConnection, new: &ReviewRow) -> Result<()> {
    sqlx::query!(
        "insert into reviews (id, statement_id, verdict, comment, reviewer, created_at) values ($1, $2, $3, $4, $5, $6)",
        new.id,
        new.statement_id,
        new.verdict,
        new.comment.as_deref(),
        new.reviewer,
        new.created_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A verdict by id.
pub async fn by_id(conn: &mut PgConnection, id: Uuid) -> Result<Option<ReviewRow>> {
    sqlx::query_as!(ReviewRow, "select id, statement_id, verdict, comment, reviewer, created_at from reviews where id = $1", id)
        .fetch_optional(conn)
        .await
}
