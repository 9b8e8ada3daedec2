//! The ranking: everyone with a standing on a proposition.

use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use super::{ActorRef, FIGURES, Figures, actors::ActorKey, keyset};
use crate::{
    db::{PgConnection, Result, stances::StanceRow},
    domain::{actor::ActorKind, standing::StandingPosition},
    query::{Cursor, Key, Sort},
};
use chrono::{DateTime, NaiveDate, Utc};

/// Which standings.
#[derive(Debug, Clone)]
pub struct Filter {
    /// On this proposition.
    pub proposition: Uuid,
    /// Of holders of this kind.
    pub kind: Option<ActorKind>,
    /// There.
    pub position: Option<StandingPosition>,
    /// With at least so many pieces of evidence.
    pub evidence_min: Option<i32>,
}

/// A holder and its figures.
#[derive(Debug, Clone, sqlx::FromRow)]
#[expect(missing_docs, reason = "the columns of the tables, described there")]
pub struct RankRow {
    pub id: Uuid,
    pub kind: ActorKind,
    pub name: String,
    pub sort_name: String,
    pub slug: Option<String>,
    pub created_at: DateTime<Utc>,
    #[sqlx(flatten)]
    pub figures: Figures,
}

impl RankRow {
    /// Whose.
    pub fn holder(&self) -> ActorRef {
        ActorRef { id: self.id, kind: self.kind, name: self.name.clone(), slug: self.slug.clone() }
    }

    /// Where a page that ends with this row ends.
    pub fn keys(&self, sort: &Sort<ActorKey>) -> (Vec<Key>, Uuid) {
        let figures = &self.figures;
        let key = |key: ActorKey| -> Key {
            match key {
                ActorKey::Score => figures.score.into(),
                ActorKey::Confidence => figures.confidence.into(),
                ActorKey::EvidenceCount => figures.evidence_count.map(i64::from).into(),
                ActorKey::LastEvidenceOn => figures.last_evidence_on.into(),
                ActorKey::Name => self.sort_name.clone().into(),
                ActorKey::RankScore => figures.rank_score.into(),
                ActorKey::CreatedAt => self.created_at.into(),
            }
        };
        (sort.0.iter().map(|(k, _)| key(*k)).collect(), self.id)
    }
}

/// The ranking as it stands.
pub async fn list(
    conn: &mut PgConnection,
    filter: &Filter,
    sort: &Sort<ActorKey>,
    after: Option<&Cursor>,
    rows: i64,
) -> Result<Vec<RankRow>> {
    let mut builder =
        QueryBuilder::<Postgres>::new(r#"select a.id, a.kind, a.name, lower(a.name) collate "C" as sort_name, s.slug, a.created_at, "#);
    builder.push(FIGURES).push(
        " from standings st join actors a on a.id = st.holder_id join actor_slugs s on s.actor_id = a.id and s.current
         where a.status = 'public' and st.position is not null and st.proposition_id = ",
    );
    builder.push_bind(filter.proposition);
    if let Some(kind) = filter.kind {
        builder.push(" and a.kind = ").push_bind(kind.as_str());
    }
    if let Some(position) = filter.position {
        builder.push(" and st.position = ").push_bind(position.as_str());
    }
    if let Some(least) = filter.evidence_min {
        builder.push(" and st.pieces_for + st.pieces_against + st.pieces_mixed >= ").push_bind(least);
    }
    let columns: Vec<_> = sort.0.iter().map(|(key, direction)| (key.column(), *direction)).collect();
    keyset::after(&mut builder, &columns, "a.id", after);
    keyset::order(&mut builder, &columns, "a.id", rows);
    builder.build_query_as().persistent(false).fetch_all(conn).await
}

/// How many holders of a kind stand at a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// What they are.
    pub kind: ActorKind,
    /// Where they stand.
    pub position: StandingPosition,
    /// How many.
    pub holders: i64,
}

/// How many public holders stand where on a proposition.
pub async fn counts(conn: &mut PgConnection, proposition: Uuid) -> Result<Vec<Count>> {
    sqlx::query_as!(
        Count,
        r#"select a.kind as "kind: ActorKind", st.position as "position!: StandingPosition", count(*) as "holders!"
           from standings st join actors a on a.id = st.holder_id
           where st.proposition_id = $1 and st.position is not null and a.status = 'public' group by a.kind, st.position"#,
        proposition
    )
    .fetch_all(conn)
    .await
}

/// Every stance that counted on a proposition under both clocks, for a ranking of the past; by holder.
pub async fn evidence(
    conn: &mut PgConnection,
    filter: &Filter,
    as_of: Option<NaiveDate>,
    known_at: Option<DateTime<Utc>>,
) -> Result<Vec<(ActorRef, Vec<StanceRow>)>> {
    use crate::domain::stance::{Basis, Confidence, StanceState, Value};
    let rows = sqlx::query!(
        r#"select t.id, t.holder_id, t.statement_id, t.occasion, t.basis as "basis: Basis", t.state as "state: StanceState", t.value as "value: Value",
           t.confidence as "confidence: Confidence", t.weight, t.evidence_on, t.undated, t.method, t.arithmetic, a.kind as "kind: ActorKind", a.name,
           s.slug as "slug?"
           from stances t join actors a on a.id = t.holder_id left join actor_slugs s on s.actor_id = a.id and s.current
           where t.proposition_id = $1 and t.state <> 'held' and a.status = 'public' and ($2::text is null or a.kind = $2)
           and ($3::date is null or t.evidence_on <= $3)
           and case when $4::timestamptz is null then t.superseded_at is null
               else t.recorded_at <= $4 and (t.superseded_at is null or t.superseded_at > $4) end
           order by t.holder_id"#,
        filter.proposition,
        filter.kind.map(ActorKind::as_str),
        as_of,
        known_at
    )
    .fetch_all(conn)
    .await?;
    let mut holders: Vec<(ActorRef, Vec<StanceRow>)> = Vec::new();
    for row in rows {
        if holders.last().is_none_or(|(holder, _)| holder.id != row.holder_id) {
            holders.push((ActorRef { id: row.holder_id, kind: row.kind, name: row.name, slug: row.slug }, Vec::new()));
        }
        if let Some((_, stances)) = holders.last_mut() {
            stances.push(StanceRow {
                id: row.id,
                proposition_id: filter.proposition,
                holder_id: row.holder_id,
                statement_id: row.statement_id,
                occasion: row.occasion,
                basis: row.basis,
                state: row.state,
                value: row.value,
                confidence: row.confidence,
                weight: row.weight,
                evidence_on: row.evidence_on,
                undated: row.undated,
                method: row.method,
                arithmetic: row.arithmetic,
            });
        }
    }
    Ok(holders)
}
