//! Jobs, last asked for first.

use sqlx::{Postgres, QueryBuilder};

use super::keyset;
use crate::{
    db::{PgConnection, Result, ingestions::IngestionRow},
    query::{Cursor, Direction},
};

/// Every job.
pub async fn list(conn: &mut PgConnection, after: Option<&Cursor>, rows: i64) -> Result<Vec<IngestionRow>> {
    let mut builder = QueryBuilder::<Postgres>::new(
        "select i.id, i.state, i.options, i.extractor, i.attempts, i.source_id, i.report, i.error, i.created_by, i.created_at, i.started_at,
         i.finished_at from ingestions i where true",
    );
    let columns = [("i.created_at", Direction::Descending)];
    keyset::after(&mut builder, &columns, "i.id", after);
    keyset::order(&mut builder, &columns, "i.id", rows);
    builder.build_query_as().persistent(false).fetch_all(conn).await
}
