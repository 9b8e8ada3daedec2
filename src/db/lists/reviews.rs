//! Verdicts, newest first.

use uuid::Uuid;

use super::keyset;
use crate::{
    db::{PgConnection, Result, reviews::ReviewRow},
    domain::statement::Verdict,
    query::{Cursor, Direction},
};
use sqlx::{Postgres, QueryBuilder};

/// Which verdicts.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// On this statement.
    pub statement: Option<Uuid>,
    /// Of this kind.
    pub verdict: Option<Verdict>,
}

/// Verdicts in a filter.
pub async fn list(conn: &mut PgConnection, filter: &Filter, after: Option<&Cursor>, rows: i64) -> Result<Vec<ReviewRow>> {
    let mut builder = QueryBuilder::<Postgres>::new(
        "select v.id, v.statement_id, v.verdict, v.comment, v.reviewer, v.created_at from reviews v where true",
    );
    if let Some(statement) = filter.statement {
        builder.push(" and v.statement_id = ").push_bind(statement);
    }
    if let Some(verdict) = filter.verdict {
        builder.push(" and v.verdict = ").push_bind(verdict.as_str());
    }
    let columns = [("v.created_at", Direction::Descending)];
    keyset::after(&mut builder, &columns, "v.id", after);
    keyset::order(&mut builder, &columns, "v.id", rows);
    builder.build_query_as().persistent(false).fetch_all(conn).await
}
