//! `sources`: documents as they were read.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{PgConnection, Result};
use crate::domain::date::{PartialDate, Precision};

/// A source, without its text.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SourceRow {
    /// Its id.
    pub id: Uuid,
    /// Digest of the text.
    pub sha256: Option<Vec<u8>>,
    /// Where it stands.
    pub url: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Who published it.
    pub publisher: Option<String>,
    /// When it was published.
    pub published_on: Option<NaiveDate>,
    /// How much of that date is known.
    pub published_precision: Option<Precision>,
    /// When it was read.
    pub retrieved_at: DateTime<Utc>,
    /// Language tag.
    pub lang: Option<String>,
    /// Licence of the text.
    pub license: Option<String>,
    /// Itself, or what it reprints.
    pub lineage_id: Uuid,
    /// Such as `demo`.
    pub collection: Option<String>,
    /// When its text was erased.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

impl SourceRow {
    /// When it was published, as far as known.
    pub fn published(&self) -> Option<PartialDate> {
        PartialDate::stored(self.published_on, self.published_precision)
    }
}

/// A source to insert.
#[derive(Debug, Clone)]
pub struct NewSource<'a> {
    /// The row.
    pub row: SourceRow,
    /// What identifies it.
    pub key: &'a [u8],
    /// Its text, immutable from here on.
    pub text: Option<&'a str>,
}

/// The source with this key.
pub async fn by_key(conn: &mut PgConnection, key: &[u8]) -> Result<Option<SourceRow>> {
    sqlx::query_as!(
        SourceRow,
        r#"select id, sha256, url, title, publisher, published_on, published_precision as "published_precision: Precision", retrieved_at, lang,
           license, lineage_id, collection, withdrawn_at from sources where key = $1"#,
        key
    )
    .fetch_optional(conn)
    .await
}

/// A source by id.
pub async fn by_id(conn: &mut PgConnection, id: Uuid) -> Result<Option<SourceRow>> {
    Ok(by_ids(conn, &[id]).await?.pop())
}

/// Sources by id.
pub async fn by_ids(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<SourceRow>> {
    sqlx::query_as!(
        SourceRow,
        r#"select id, sha256, url, title, publisher, published_on, published_precision as "published_precision: Precision", retrieved_at, lang,
           license, lineage_id, collection, withdrawn_at from sources where id = any($1)"#,
        ids
    )
    .fetch_all(conn)
    .await
}

/// The lineage of a text that was read before.
pub async fn lineage_of(conn: &mut PgConnection, sha256: &[u8]) -> Result<Option<Uuid>> {
    sqlx::query_scalar!("select lineage_id from sources where sha256 = $1 order by id limit 1", sha256).fetch_optional(conn).await
}

/// Inserts a source unless its key is taken; answers whether it did.
pub async fn insert(conn: &mut PgConnection, new: &NewSource<'_>) -> Result<bool> {
    let row = &new.row;
    let done = sqlx::query!(
        "insert into sources (id, key, sha256, url, title, publisher, published_on, published_precision, retrieved_at, lang, license, text,
         lineage_id, collection) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict (key) do nothing",
        row.id,
        new.key,
        row.sha256.as_deref(),
        row.url.as_deref(),
        row.title.as_deref(),
        row.publisher.as_deref(),
        row.published_on,
        row.published_precision.map(Precision::as_str),
        row.retrieved_at,
        row.lang.as_deref(),
        row.license.as_deref(),
        new.text,
        row.lineage_id,
        row.collection.as_deref()
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The text of a source, while it is kept.
pub async fn text(conn: &mut PgConnection, id: Uuid) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!("select text from sources where id = $1", id).fetch_optional(conn).await?.flatten())
}

/// Erases the texts of a collection and marks its sources withdrawn; answers which.
pub async fn withdraw_collection(conn: &mut PgConnection, collection: &str, at: DateTime<Utc>) -> Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        "update sources set text = null, withdrawn_at = $2 where collection = $1 and withdrawn_at is null returning id",
        collection,
        at
    )
    .fetch_all(conn)
    .await
}

/// Whether a source carries something public.
pub async fn is_public(conn: &mut PgConnection, id: Uuid) -> Result<bool> {
    let found = sqlx::query_scalar!(
        "select 1 from occurrences o join statements s on s.id = o.statement_id where o.source_id = $1 and s.status = 'published' limit 1",
        id
    );
    Ok(found.fetch_optional(conn).await?.is_some())
}

/// Completes what is known of a source, where it was not known.
pub async fn complete(conn: &mut PgConnection, new: &SourceRow) -> Result<Option<SourceRow>> {
    sqlx::query_as!(
        SourceRow,
        r#"update sources set title = coalesce(title, $2), publisher = coalesce(publisher, $3), published_on = coalesce(published_on, $4),
           published_precision = case when published_on is null then $5 else published_precision end, lang = coalesce(lang, $6),
           license = coalesce(license, $7) where id = $1
           returning id, sha256, url, title, publisher, published_on, published_precision as "published_precision: Precision", retrieved_at, lang,
           license, lineage_id, collection, withdrawn_at"#,
        new.id,
        new.title.as_deref(),
        new.publisher.as_deref(),
        new.published_on,
        new.published_precision.map(Precision::as_str),
        new.lang.as_deref(),
        new.license.as_deref()
    )
    .fetch_optional(conn)
    .await
}

/// The sources of a statement that carry nothing public yet.
pub async fn hidden_of(conn: &mut PgConnection, statement: Uuid) -> Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        "select distinct o.source_id from occurrences o where o.statement_id = $1
         and not exists (select 1 from occurrences p join statements s on s.id = p.statement_id where p.source_id = o.source_id and s.status = 'published')",
        statement
    )
    .fetch_all(conn)
    .await
}
