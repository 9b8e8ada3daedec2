//! `standings`: the sums kept by whoever writes stances.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{PgConnection, Result, statements::Columns};
use crate::domain::standing::{Part, StandingPosition, Sums};

/// A kept standing.
#[derive(Debug, Clone)]
pub struct StandingRow {
    /// On what.
    pub proposition_id: Uuid,
    /// Whose.
    pub holder_id: Uuid,
    /// The sums.
    pub sums: Sums,
    /// The newest day of what counts.
    pub last_evidence_on: Option<NaiveDate>,
    /// When it last changed.
    pub changed_at: DateTime<Utc>,
}

/// The columns of `standings`, which both the kept rows and the lists read.
#[derive(Debug, Clone, sqlx::FromRow)]
#[expect(missing_docs, reason = "the columns are described at domain::standing::Sums")]
pub struct StandingColumns {
    pub proposition_id: Uuid,
    pub holder_id: Uuid,
    pub pieces_for: i32,
    pub pieces_against: i32,
    pub pieces_mixed: i32,
    pub alleged: i32,
    pub weight: i64,
    pub weighted: i64,
    pub squared: i64,
    pub support: i64,
    pub words_weight: i64,
    pub words_weighted: i64,
    pub words_support: i64,
    pub deeds_weight: i64,
    pub deeds_weighted: i64,
    pub deeds_support: i64,
    pub last_evidence_on: Option<NaiveDate>,
    pub changed_at: DateTime<Utc>,
}

impl From<StandingColumns> for StandingRow {
    fn from(row: StandingColumns) -> Self {
        Self {
            proposition_id: row.proposition_id,
            holder_id: row.holder_id,
            sums: Sums {
                pieces_for: row.pieces_for,
                pieces_against: row.pieces_against,
                pieces_mixed: row.pieces_mixed,
                alleged: row.alleged,
                all: Part { weight: row.weight, weighted: row.weighted, support: row.support },
                squared: row.squared,
                words: Part { weight: row.words_weight, weighted: row.words_weighted, support: row.words_support },
                deeds: Part { weight: row.deeds_weight, weighted: row.deeds_weighted, support: row.deeds_support },
            },
            last_evidence_on: row.last_evidence_on,
            changed_at: row.changed_at,
        }
    }
}

/// Makes sure of a row for each holder and proposition, entry by entry, and locks them in their order.
pub async fn lock(conn: &mut PgConnection, holders: &[Uuid], propositions: &[Uuid], at: DateTime<Utc>) -> Result<Vec<StandingRow>> {
    sqlx::query!(
        "insert into standings (proposition_id, holder_id, changed_at)
         select proposition_id, holder_id, $3 from unnest($1::uuid[], $2::uuid[]) as t (holder_id, proposition_id)
         order by proposition_id, holder_id on conflict do nothing",
        holders,
        propositions,
        at
    )
    .execute(&mut *conn)
    .await?;
    let rows = sqlx::query_as!(
        StandingColumns,
        "select s.proposition_id, s.holder_id, pieces_for, pieces_against, pieces_mixed, alleged, weight, weighted, squared, support, words_weight,
         words_weighted, words_support, deeds_weight, deeds_weighted, deeds_support, last_evidence_on, changed_at
         from standings s join unnest($1::uuid[], $2::uuid[]) as t (holder_id, proposition_id) using (holder_id, proposition_id)
         order by s.proposition_id, s.holder_id for no key update of s",
        holders,
        propositions
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// A holder's kept standing on a proposition.
pub async fn of_holder(conn: &mut PgConnection, holder: Uuid, proposition: Uuid) -> Result<Option<StandingRow>> {
    let row = sqlx::query_as!(
        StandingColumns,
        "select proposition_id, holder_id, pieces_for, pieces_against, pieces_mixed, alleged, weight, weighted, squared, support, words_weight,
         words_weighted, words_support, deeds_weight, deeds_weighted, deeds_support, last_evidence_on, changed_at
         from standings where holder_id = $1 and proposition_id = $2",
        holder,
        proposition
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(Into::into))
}

/// Writes the sums of locked rows, and what `domain` makes of them.
pub async fn update(conn: &mut PgConnection, rows: &[StandingRow]) -> Result<()> {
    let column = Columns(rows);
    let standings = column.of(|row| row.sums.standing());
    let figure = |get: fn(&crate::domain::standing::Standing) -> f64| -> Vec<Option<f64>> {
        standings.iter().map(|s| s.as_ref().map(get)).collect()
    };
    let positions: Vec<_> = standings.iter().map(|s| s.map(|s| StandingPosition::as_str(s.position).to_owned())).collect();
    sqlx::query!(
        "update standings s set pieces_for = n.a, pieces_against = n.b, pieces_mixed = n.c, alleged = n.d, weight = n.e, weighted = n.f, squared = n.g,
         support = n.h, words_weight = n.i, words_weighted = n.j, words_support = n.k, deeds_weight = n.l, deeds_weighted = n.m, deeds_support = n.n,
         last_evidence_on = n.o, position = n.p, score = n.q, rank_score = n.r, confidence = n.s, disagreement = n.t, changed_at = n.u
         from unnest($1::uuid[], $2::uuid[], $3::int[], $4::int[], $5::int[], $6::int[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[],
         $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[], $17::date[], $18::text[], $19::float8[],
         $20::float8[], $21::float8[], $22::float8[], $23::timestamptz[])
         as n (proposition_id, holder_id, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u)
         where s.proposition_id = n.proposition_id and s.holder_id = n.holder_id",
        &column.of(|row| row.proposition_id),
        &column.of(|row| row.holder_id),
        &column.of(|row| row.sums.pieces_for),
        &column.of(|row| row.sums.pieces_against),
        &column.of(|row| row.sums.pieces_mixed),
        &column.of(|row| row.sums.alleged),
        &column.of(|row| row.sums.all.weight),
        &column.of(|row| row.sums.all.weighted),
        &column.of(|row| row.sums.squared),
        &column.of(|row| row.sums.all.support),
        &column.of(|row| row.sums.words.weight),
        &column.of(|row| row.sums.words.weighted),
        &column.of(|row| row.sums.words.support),
        &column.of(|row| row.sums.deeds.weight),
        &column.of(|row| row.sums.deeds.weighted),
        &column.of(|row| row.sums.deeds.support),
        &column.of(|row| row.last_evidence_on) as &[Option<NaiveDate>],
        &positions as &[Option<String>],
        &figure(|s| s.score) as &[Option<f64>],
        &figure(|s| s.rank_score) as &[Option<f64>],
        &figure(|s| s.confidence) as &[Option<f64>],
        &figure(|s| s.disagreement) as &[Option<f64>],
        &column.of(|row| row.changed_at)
    )
    .execute(conn)
    .await?;
    Ok(())
}
