//! `stances`: append-only; a row is superseded, never changed.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{PgConnection, Result, statements::Columns};
use crate::domain::{
    stance::{Basis, Confidence, Occasion, StanceState, Value},
    standing::Evidence,
};

/// A stance row, as it is written and as the fold reads it.
#[derive(Debug, Clone)]
pub struct StanceRow {
    /// Its id.
    pub id: Uuid,
    /// On what.
    pub proposition_id: Uuid,
    /// Whose.
    pub holder_id: Uuid,
    /// The evidence.
    pub statement_id: Uuid,
    /// What its repeats share.
    pub occasion: String,
    /// What it rests on.
    pub basis: Basis,
    /// Whether it counts.
    pub state: StanceState,
    /// Direction × strength.
    pub value: Value,
    /// Chance that it is read right.
    pub confidence: Confidence,
    /// Millionths.
    pub weight: i64,
    /// The day that it counts from.
    pub evidence_on: NaiveDate,
    /// Whether that day is only the day of recording.
    pub undated: bool,
    /// The rule that read it, or `person`.
    pub method: String,
    /// The version of the arithmetic.
    pub arithmetic: i16,
}

impl StanceRow {
    /// What the fold needs of it.
    pub fn evidence(&self) -> Evidence {
        Evidence {
            id: self.id,
            occasion: Occasion(self.occasion.clone()),
            basis: self.basis,
            state: self.state,
            value: self.value,
            confidence: self.confidence,
            weight: self.weight,
            evidence_on: self.evidence_on,
        }
    }
}

/// Inserts stances recorded at `at`.
pub async fn insert(conn: &mut PgConnection, new: &[StanceRow], at: DateTime<Utc>) -> Result<()> {
    let column = Columns(new);
    sqlx::query!(
        "insert into stances (id, proposition_id, holder_id, statement_id, occasion, basis, state, value, confidence, weight, evidence_on, undated,
         method, arithmetic, recorded_at)
         select *, $15 from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::smallint[],
         $9::smallint[], $10::bigint[], $11::date[], $12::bool[], $13::text[], $14::smallint[])",
        &column.of(|s| s.id),
        &column.of(|s| s.proposition_id),
        &column.of(|s| s.holder_id),
        &column.of(|s| s.statement_id),
        &column.of(|s| s.occasion.clone()),
        &column.of(|s| s.basis.as_str().to_owned()),
        &column.of(|s| s.state.as_str().to_owned()),
        &column.of(|s| s.value.hundredths()),
        &column.of(|s| s.confidence.thousandths()),
        &column.of(|s| s.weight),
        &column.of(|s| s.evidence_on),
        &column.of(|s| s.undated),
        &column.of(|s| s.method.clone()),
        &column.of(|s| s.arithmetic),
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends stances at `at`, for a reason.
pub async fn supersede(conn: &mut PgConnection, ids: &[Uuid], reason: &str, at: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update stances set superseded_at = $3, reason = $2 where id = any($1) and superseded_at is null", ids, reason, at)
        .execute(conn)
        .await?;
    Ok(())
}

/// The current stances, in any state, that rest on these statements.
pub async fn current_of_statements(conn: &mut PgConnection, statements: &[Uuid]) -> Result<Vec<StanceRow>> {
    sqlx::query_as!(
        StanceRow,
        r#"select id, proposition_id, holder_id, statement_id, occasion, basis as "basis: Basis", state as "state: StanceState",
           value as "value: Value", confidence as "confidence: Confidence", weight, evidence_on, undated, method, arithmetic
           from stances where statement_id = any($1) and superseded_at is null order by id"#,
        statements
    )
    .fetch_all(conn)
    .await
}

/// The current stances that share an occasion with what is about to change: holder, proposition and occasion, entry by entry.
pub async fn current_of_occasions(
    conn: &mut PgConnection,
    holders: &[Uuid],
    propositions: &[Uuid],
    occasions: &[String],
) -> Result<Vec<StanceRow>> {
    sqlx::query_as!(
        StanceRow,
        r#"select s.id, s.proposition_id, s.holder_id, s.statement_id, s.occasion, s.basis as "basis: Basis", s.state as "state: StanceState",
           s.value as "value: Value", s.confidence as "confidence: Confidence", s.weight, s.evidence_on, s.undated, s.method, s.arithmetic
           from (select distinct * from unnest($1::uuid[], $2::uuid[], $3::text[])) as t (holder_id, proposition_id, occasion)
           join stances s on s.holder_id = t.holder_id and s.proposition_id = t.proposition_id and s.occasion = t.occasion
           where s.superseded_at is null and s.state <> 'held'"#,
        holders,
        propositions,
        occasions
    )
    .fetch_all(conn)
    .await
}

/// A holder's stances on a proposition, as the evidence stood at `as_of` and the record at `known_at`.
///
/// Without either, the current ones.
pub async fn of_holder(
    conn: &mut PgConnection,
    holder: Uuid,
    proposition: Uuid,
    as_of: Option<NaiveDate>,
    known_at: Option<DateTime<Utc>>,
) -> Result<Vec<StanceRow>> {
    sqlx::query_as!(
        StanceRow,
        r#"select id, proposition_id, holder_id, statement_id, occasion, basis as "basis: Basis", state as "state: StanceState",
           value as "value: Value", confidence as "confidence: Confidence", weight, evidence_on, undated, method, arithmetic
           from stances where holder_id = $1 and proposition_id = $2 and state <> 'held' and ($3::date is null or evidence_on <= $3)
           and case when $4::timestamptz is null then superseded_at is null
               else recorded_at <= $4 and (superseded_at is null or superseded_at > $4) end
           order by evidence_on desc, id"#,
        holder,
        proposition,
        as_of,
        known_at
    )
    .fetch_all(conn)
    .await
}

/// When what the public knows of a holder on a proposition last changed; `None` if it never knew anything.
///
/// Later changes are recorded later, whatever the clock says: what is known at this moment stays as it is.
pub async fn last_change(conn: &mut PgConnection, holder: Uuid, proposition: Uuid) -> Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "select max(greatest(recorded_at, superseded_at)) from stances where proposition_id = $2 and holder_id = $1 and state <> 'held'",
        holder,
        proposition
    )
    .fetch_one(conn)
    .await
}

/// The newest day of what counts for each holder and proposition, entry by entry.
pub async fn last_evidence(conn: &mut PgConnection, holders: &[Uuid], propositions: &[Uuid]) -> Result<Vec<(Uuid, Uuid, NaiveDate)>> {
    let rows = sqlx::query!(
        r#"select s.holder_id, s.proposition_id, max(s.evidence_on) as "last!" from unnest($1::uuid[], $2::uuid[]) as t (holder_id, proposition_id)
           join stances s on s.holder_id = t.holder_id and s.proposition_id = t.proposition_id
           where s.superseded_at is null and s.state = 'counted' group by s.holder_id, s.proposition_id"#,
        holders,
        propositions
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.holder_id, row.proposition_id, row.last)).collect())
}
