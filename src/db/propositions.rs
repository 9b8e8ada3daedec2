//! `propositions`: the questions that one can stand on.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{PgConnection, Result};
use crate::domain::proposition::Proposition;

/// Inserts a proposition unless its slug is taken.
pub async fn ensure(conn: &mut PgConnection, new: &Proposition, at: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "insert into propositions (id, slug, text, label_for, label_against, label_mixed, created_at) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (slug) do nothing",
        new.id,
        new.slug,
        new.text,
        new.label_for,
        new.label_against,
        new.label_mixed,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Every proposition, oldest first.
pub async fn all(conn: &mut PgConnection) -> Result<Vec<Proposition>> {
    sqlx::query_as!(Proposition, "select id, slug, text, label_for, label_against, label_mixed from propositions order by created_at, id")
        .fetch_all(conn)
        .await
}

/// The proposition of a slug.
pub async fn by_slug(conn: &mut PgConnection, slug: &str) -> Result<Option<Proposition>> {
    sqlx::query_as!(Proposition, "select id, slug, text, label_for, label_against, label_mixed from propositions where slug = $1", slug)
        .fetch_optional(conn)
        .await
}

/// Used by tests and tools that need the id alone.
pub async fn id_of(conn: &mut PgConnection, slug: &str) -> Result<Option<Uuid>> {
    sqlx::query_scalar!("select id from propositions where slug = $1", slug).fetch_optional(conn).await
}
