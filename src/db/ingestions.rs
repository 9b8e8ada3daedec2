//! `ingestions`: jobs under a lease, and their reports.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{PgConnection, Result};

/// A job.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct IngestionRow {
    /// Its id.
    pub id: Uuid,
    /// `queued`, `running`, `succeeded` or `failed`.
    pub state: String,
    /// How the input is to be read.
    pub options: Json,
    /// The extractor's version when it was asked for.
    pub extractor: String,
    /// How often it was begun.
    pub attempts: i32,
    /// The source that it made or found.
    pub source_id: Option<Uuid>,
    /// Counts.
    pub report: Option<Json>,
    /// Why it failed.
    pub error: Option<String>,
    /// The key that asked for it.
    pub created_by: Option<Uuid>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it was last begun.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

/// A job to enqueue.
#[derive(Debug, Clone)]
pub struct NewIngestion<'a> {
    /// Its id.
    pub id: Uuid,
    /// Digest of input, extractor version and options.
    pub request: &'a [u8],
    /// What to read.
    pub input: &'a str,
    /// How to read it.
    pub options: Json,
    /// The extractor's version.
    pub extractor: &'a str,
    /// The key that asks for it.
    pub created_by: Option<Uuid>,
}

/// Enqueues a job; answers false where the same was asked for before and has not failed.
///
/// A failed job that is asked for again is queued again.
pub async fn enqueue(conn: &mut PgConnection, new: &NewIngestion<'_>, at: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query!(
        "insert into ingestions (id, request, state, input, options, extractor, created_by, created_at)
         values ($1, $2, 'queued', $3, $4, $5, $6, $7)
         on conflict (request) do update set state = 'queued', input = excluded.input, attempts = 0, error = null, finished_at = null
         where ingestions.state = 'failed'",
        new.id,
        new.request,
        new.input,
        new.options,
        new.extractor,
        new.created_by,
        at
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The job of a request.
pub async fn by_request(conn: &mut PgConnection, request: &[u8]) -> Result<Option<IngestionRow>> {
    sqlx::query_as!(
        IngestionRow,
        "select id, state, options, extractor, attempts, source_id, report, error, created_by, created_at, started_at, finished_at
         from ingestions where request = $1",
        request
    )
    .fetch_optional(conn)
    .await
}

/// A job by id.
pub async fn by_id(conn: &mut PgConnection, id: Uuid) -> Result<Option<IngestionRow>> {
    sqlx::query_as!(
        IngestionRow,
        "select id, state, options, extractor, attempts, source_id, report, error, created_by, created_at, started_at, finished_at
         from ingestions where id = $1",
        id
    )
    .fetch_optional(conn)
    .await
}

/// Begins a job that this transaction has just enqueued, so that no worker sees it.
pub async fn begin(conn: &mut PgConnection, id: Uuid, at: DateTime<Utc>) -> Result<Leased> {
    sqlx::query_as!(
        Leased,
        r#"update ingestions set state = 'running', attempts = attempts + 1, fence = fence + 1, leased_until = $2::timestamptz + interval '1 minute', started_at = $2
           where id = $1 returning id, attempts, fence, input as "input!", options"#,
        id,
        at
    )
    .fetch_one(conn)
    .await
}

/// A job in a worker's hands.
#[derive(Debug, Clone)]
pub struct Leased {
    /// Its id.
    pub id: Uuid,
    /// How often it was begun since it was asked for.
    pub attempts: i32,
    /// A later lease has a higher one.
    pub fence: i64,
    /// What to read.
    pub input: String,
    /// How to read it.
    pub options: Json,
}

/// Gives up jobs that ended no attempt of `most`: they may have taken their worker down with them.
pub async fn give_up(conn: &mut PgConnection, most: i32, error: &str, at: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update ingestions set state = 'failed', leased_until = null, input = null, error = $2, finished_at = $3
         where state = 'running' and leased_until < $3 and attempts >= $1",
        most,
        error,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes the oldest job that is due: queued, or running under a lease that has passed.
pub async fn lease(conn: &mut PgConnection, duration: TimeDelta, at: DateTime<Utc>) -> Result<Option<Leased>> {
    sqlx::query_as!(
        Leased,
        r#"update ingestions set state = 'running', attempts = attempts + 1, fence = fence + 1, leased_until = $1::timestamptz + $2::interval, started_at = $1
           where id = (select id from ingestions where state = 'queued' or (state = 'running' and leased_until < $1)
                       order by created_at limit 1 for update skip locked)
           returning id, attempts, fence, input as "input!", options"#,
        at,
        sqlx::postgres::types::PgInterval { months: 0, days: 0, microseconds: duration.num_microseconds().unwrap_or(i64::MAX) }
    )
    .fetch_optional(conn)
    .await
}

/// Prolongs a lease; false where it was lost.
pub async fn renew(conn: &mut PgConnection, id: Uuid, fence: i64, until: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query!("update ingestions set leased_until = $3 where id = $1 and fence = $2 and state = 'running'", id, fence, until)
        .execute(conn)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// How a job ended.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The source that it made or found.
    pub source: Option<Uuid>,
    /// Counts.
    pub report: Option<Json>,
    /// Why it failed.
    pub error: Option<String>,
}

/// Ends a job, unless the lease was lost to another worker: then false, and the transaction must not commit.
pub async fn finish(conn: &mut PgConnection, id: Uuid, fence: i64, outcome: &Outcome, at: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query!(
        "update ingestions set state = case when $5::text is null then 'succeeded' else 'failed' end, leased_until = null, input = null,
         source_id = $3, report = $4, error = $5, finished_at = $6 where id = $1 and fence = $2 and state = 'running'",
        id,
        fence,
        outcome.source,
        outcome.report,
        outcome.error.as_deref(),
        at
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Puts a job back for another attempt after a passing trouble.
pub async fn release(conn: &mut PgConnection, id: Uuid, fence: i64) -> Result<()> {
    sqlx::query!(
        "update ingestions set state = 'queued', leased_until = null where id = $1 and fence = $2 and state = 'running'",
        id,
        fence
    )
    .execute(conn)
    .await?;
    Ok(())
}
