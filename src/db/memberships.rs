//! `memberships`: who held which role where, and when.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{PgConnection, Result};
use crate::domain::date::{PartialDate, Precision};

/// A membership.
#[derive(Debug, Clone)]
pub struct MembershipRow {
    /// Its id.
    pub id: Uuid,
    /// Who.
    pub person_id: Uuid,
    /// Where.
    pub organization_id: Uuid,
    /// As what.
    pub role: String,
    /// From when.
    pub start_on: Option<NaiveDate>,
    /// How much of that date is known.
    pub start_precision: Option<Precision>,
    /// Until when.
    pub end_on: Option<NaiveDate>,
    /// How much of that date is known.
    pub end_precision: Option<Precision>,
    /// What says so.
    pub source_id: Option<Uuid>,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
}

impl MembershipRow {
    /// From when, as far as known.
    pub fn start(&self) -> Option<PartialDate> {
        PartialDate::stored(self.start_on, self.start_precision)
    }

    /// Until when, as far as known.
    pub fn end(&self) -> Option<PartialDate> {
        PartialDate::stored(self.end_on, self.end_precision)
    }
}

/// Inserts a membership unless the same person, organization, role and start are there; answers whether it did.
pub async fn insert(conn: &mut PgConnection, new: &MembershipRow) -> Result<bool> {
    let done = sqlx::query!(
        "insert into memberships (id, person_id, organization_id, role, start_on, start_precision, end_on, end_precision, source_id, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing",
        new.id,
        new.person_id,
        new.organization_id,
        new.role,
        new.start_on,
        new.start_precision.map(Precision::as_str),
        new.end_on,
        new.end_precision.map(Precision::as_str),
        new.source_id,
        new.created_at
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The stored membership of the same person, organization, role and start.
pub async fn same(conn: &mut PgConnection, new: &MembershipRow) -> Result<Option<MembershipRow>> {
    sqlx::query_as!(
        MembershipRow,
        r#"select id, person_id, organization_id, role, start_on, start_precision as "start_precision: Precision", end_on,
           end_precision as "end_precision: Precision", source_id, created_at from memberships
           where person_id = $1 and organization_id = $2 and lower(role) = lower($3) and start_on is not distinct from $4"#,
        new.person_id,
        new.organization_id,
        new.role,
        new.start_on
    )
    .fetch_optional(conn)
    .await
}

/// Takes away the memberships that rest on these sources alone; answers which.
pub async fn delete_of_sources(conn: &mut PgConnection, sources: &[Uuid]) -> Result<Vec<Uuid>> {
    sqlx::query_scalar!("delete from memberships where source_id = any($1) returning id", sources).fetch_all(conn).await
}
