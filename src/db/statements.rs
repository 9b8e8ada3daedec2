//! `statements` and `occurrences`: writing them, and finding repeats. Lists are in [`super::lists::statements`].

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{PgConnection, Result};
use crate::domain::{
    date::{PartialDate, Precision},
    stance::Confidence,
    statement::{StatementKind, Status},
};

/// A statement to insert.
#[derive(Debug, Clone)]
pub struct NewStatement {
    /// Its id.
    pub id: Uuid,
    /// How the source carries it.
    pub kind: StatementKind,
    /// By or about whom.
    pub actor: Option<Uuid>,
    /// The attribution as printed.
    pub actor_text: Option<String>,
    /// For whom the speaker is presented as speaking.
    pub on_behalf_of: Option<Uuid>,
    /// The words.
    pub text: String,
    /// Digest of the folded words.
    pub words_sha256: Vec<u8>,
    /// When it was said.
    pub said_on: Option<PartialDate>,
    /// Public or not.
    pub status: Status,
    /// Wanted in the review queue.
    pub for_review: bool,
    /// The key that posted it.
    pub created_by: Option<Uuid>,
}

/// An occurrence to insert; offsets in code points.
#[derive(Debug, Clone)]
pub struct NewOccurrence {
    /// Its id.
    pub id: Uuid,
    /// What occurs.
    pub statement: Uuid,
    /// Where.
    pub source: Uuid,
    /// The statement's actor.
    pub actor: Option<Uuid>,
    /// The words as this source prints them.
    pub exact: String,
    /// The words before.
    pub prefix: String,
    /// The words after.
    pub suffix: String,
    /// From and to, where the source's text is known.
    pub place: Option<(i32, i32)>,
    /// The attribution, from and to.
    pub mention: Option<(i32, i32)>,
    /// How it was attributed.
    pub rule: String,
    /// The chance that this is right.
    pub confidence: Confidence,
}

/// Inserts statements.
pub async fn insert(conn: &mut PgConnection, new: &[NewStatement], at: DateTime<Utc>) -> Result<()> {
    let column = Columns(new);
    sqlx::query!(
        "insert into statements (id, kind, actor_id, actor_text, on_behalf_of, text, words_sha256, said_on, said_precision, status, for_review,
         created_by, created_at, changed_at)
         select *, $13, $13 from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::bytea[], $8::date[],
         $9::text[], $10::text[], $11::bool[], $12::uuid[])",
        &column.of(|s| s.id),
        &column.of(|s| s.kind.as_str().to_owned()),
        &column.of(|s| s.actor) as &[Option<Uuid>],
        &column.of(|s| s.actor_text.clone()) as &[Option<String>],
        &column.of(|s| s.on_behalf_of) as &[Option<Uuid>],
        &column.of(|s| s.text.clone()),
        &column.of(|s| s.words_sha256.clone()),
        &column.of(|s| s.said_on.map(PartialDate::first)) as &[Option<NaiveDate>],
        &column.of(|s| s.said_on.map(|date| date.precision().as_str().to_owned())) as &[Option<String>],
        &column.of(|s| s.status.as_str().to_owned()),
        &column.of(|s| s.for_review),
        &column.of(|s| s.created_by) as &[Option<Uuid>],
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Inserts occurrences.
pub async fn insert_occurrences(conn: &mut PgConnection, new: &[NewOccurrence], at: DateTime<Utc>) -> Result<()> {
    let column = Columns(new);
    sqlx::query!(
        "insert into occurrences (id, statement_id, source_id, actor_id, exact, prefix, suffix, start_at, end_at, mention_start, mention_end,
         rule, confidence, created_at)
         select *, $14 from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::int[], $9::int[],
         $10::int[], $11::int[], $12::text[], $13::smallint[])",
        &column.of(|o| o.id),
        &column.of(|o| o.statement),
        &column.of(|o| o.source),
        &column.of(|o| o.actor) as &[Option<Uuid>],
        &column.of(|o| o.exact.clone()),
        &column.of(|o| o.prefix.clone()),
        &column.of(|o| o.suffix.clone()),
        &column.of(|o| o.place.map(|place| place.0)) as &[Option<i32>],
        &column.of(|o| o.place.map(|place| place.1)) as &[Option<i32>],
        &column.of(|o| o.mention.map(|mention| mention.0)) as &[Option<i32>],
        &column.of(|o| o.mention.map(|mention| mention.1)) as &[Option<i32>],
        &column.of(|o| o.rule.clone()),
        &column.of(|o| o.confidence.thousandths()),
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Turns rows into the arrays that `unnest` takes.
pub(super) struct Columns<'a, T>(pub &'a [T]);

impl<T> Columns<'_, T> {
    pub(super) fn of<C>(&self, get: impl Fn(&T) -> C) -> Vec<C> {
        self.0.iter().map(get).collect()
    }
}

/// A stored statement that a new one may repeat.
#[derive(Debug, Clone)]
pub struct Known {
    /// Its id.
    pub id: Uuid,
    /// Its actor.
    pub actor_id: Option<Uuid>,
    /// Digest of its folded words.
    pub words_sha256: Vec<u8>,
    /// When it was said.
    pub said_on: Option<NaiveDate>,
    /// How much of that is known.
    pub said_precision: Option<Precision>,
    /// Public or not.
    pub status: Status,
    /// The lineages of the sources that carry it.
    pub lineages: Vec<Uuid>,
}

impl Known {
    /// When it was said, as far as known.
    pub fn said(&self) -> Option<PartialDate> {
        PartialDate::stored(self.said_on, self.said_precision)
    }
}

/// Quotations of these actors with these folded words.
pub async fn same_words(conn: &mut PgConnection, actors: &[Uuid], words: &[Vec<u8>]) -> Result<Vec<Known>> {
    sqlx::query_as!(
        Known,
        r#"select s.id, s.actor_id, s.words_sha256, s.said_on, s.said_precision as "said_precision: Precision", s.status as "status: Status",
           array(select distinct src.lineage_id from occurrences o join sources src on src.id = o.source_id where o.statement_id = s.id) as "lineages!"
           from statements s join (select distinct * from unnest($1::uuid[], $2::bytea[])) as w (actor_id, words) on s.actor_id = w.actor_id and s.words_sha256 = w.words
           where s.kind = 'quote' order by s.id"#,
        actors,
        words
    )
    .fetch_all(conn)
    .await
}

/// What a source already carries: place, actor and statement.
pub async fn placed(conn: &mut PgConnection, source: Uuid) -> Result<Vec<(i32, i32, Option<Uuid>, Uuid)>> {
    let rows = sqlx::query!(
        r#"select start_at as "start!", end_at as "end!", actor_id, statement_id from occurrences where source_id = $1 and start_at is not null"#,
        source
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.start, row.end, row.actor_id, row.statement_id)).collect())
}

/// What a source carries without a place in a text: actor, digest of the folded words, statement.
pub async fn unplaced(conn: &mut PgConnection, source: Uuid) -> Result<Vec<(Option<Uuid>, Vec<u8>, Uuid)>> {
    let rows = sqlx::query!(
        "select o.actor_id, s.words_sha256, o.statement_id from occurrences o join statements s on s.id = o.statement_id
         where o.source_id = $1 and o.start_at is null",
        source
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.actor_id, row.words_sha256, row.statement_id)).collect())
}

/// Those of the statements that are public.
pub async fn published_among(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    sqlx::query_scalar!("select id from statements where id = any($1) and status = 'published' order by id", ids).fetch_all(conn).await
}

/// A statement, locked for a change of its status.
#[derive(Debug, Clone)]
pub struct Locked {
    /// Its id.
    pub id: Uuid,
    /// Public or not.
    pub status: Status,
    /// By or about whom.
    pub actor_id: Option<Uuid>,
    /// For whom.
    pub on_behalf_of: Option<Uuid>,
    /// When it last changed.
    pub changed_at: DateTime<Utc>,
}

/// Locks a statement; its actors should be locked first, see [`actors_of`].
pub async fn lock(conn: &mut PgConnection, id: Uuid) -> Result<Option<Locked>> {
    sqlx::query_as!(
        Locked,
        r#"select id, status as "status: Status", actor_id, on_behalf_of, changed_at from statements where id = $1 for no key update"#,
        id
    )
    .fetch_optional(conn)
    .await
}

/// Everyone whom statements concern: actors, organizations spoken for, holders of their stances.
pub async fn actors_of(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        r#"select actor_id as "id!" from statements where id = any($1) and actor_id is not null
           union select on_behalf_of from statements where id = any($1) and on_behalf_of is not null
           union select holder_id from stances where statement_id = any($1)"#,
        ids
    )
    .fetch_all(conn)
    .await
}

/// Sets the status of statements; `reason` is kept with a retraction. They leave the review queue.
pub async fn set_status(conn: &mut PgConnection, ids: &[Uuid], status: Status, reason: Option<&str>, at: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update statements set status = $2, reason = $3, changed_at = $4, for_review = false where id = any($1)",
        ids,
        status.as_str(),
        reason,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Pending and published statements that no source outside of these carries.
pub async fn only_in(conn: &mut PgConnection, sources: &[Uuid]) -> Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        "select distinct o.statement_id from occurrences o join statements s on s.id = o.statement_id
         where o.source_id = any($1) and s.status in ('pending', 'published')
         and not exists (select 1 from occurrences p where p.statement_id = o.statement_id and p.source_id <> all($1))",
        sources
    )
    .fetch_all(conn)
    .await
}

/// Those of the statements that have a date of their own.
pub async fn with_date(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    sqlx::query_scalar!("select id from statements where id = any($1) and said_on is not null", ids).fetch_all(conn).await
}

/// A statement that the extractor has found.
#[derive(Debug, Clone)]
pub struct Extracted {
    /// Its id.
    pub id: Uuid,
    /// Its state.
    pub status: Status,
    /// From where in the source's text.
    pub start_at: Option<i32>,
    /// To where.
    pub end_at: Option<i32>,
}

/// Statements that only this source carries and that nobody posted or reviewed; of the retracted, those with the reason `lost`.
pub async fn extracted_from(conn: &mut PgConnection, source: Uuid, lost: &str) -> Result<Vec<Extracted>> {
    sqlx::query_as!(
        Extracted,
        r#"select s.id, s.status as "status: Status", o.start_at, o.end_at from occurrences o join statements s on s.id = o.statement_id
           where o.source_id = $1 and (s.status in ('pending', 'published') or (s.status = 'retracted' and s.reason = $2))
           and s.created_by is null
           and not exists (select 1 from occurrences p where p.statement_id = s.id and p.source_id <> $1)
           and not exists (select 1 from reviews r where r.statement_id = s.id)"#,
        source,
        lost
    )
    .fetch_all(conn)
    .await
}

/// Sets what a new reading makes of a statement.
pub async fn set_read(conn: &mut PgConnection, id: Uuid, status: Status, for_review: bool, at: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update statements set status = $2, for_review = $3, changed_at = $4, reason = null where id = $1",
        id,
        status.as_str(),
        for_review,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Every statement that a source carries.
pub async fn of_source(conn: &mut PgConnection, source: Uuid) -> Result<Vec<Uuid>> {
    sqlx::query_scalar!("select distinct statement_id from occurrences where source_id = $1", source).fetch_all(conn).await
}
