//! Organizations and people, with their standing on one proposition.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use super::{FIGURES, Figures, keyset};
use crate::{
    db::{PgConnection, Result},
    domain::{
        actor::{ActorKind, Classification},
        date::{PartialDate, Precision},
        standing::StandingPosition,
    },
    query::{Cursor, Direction, Key, Sort, SortKey},
};

/// Which actors.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Of which kind.
    pub kind: ActorKind,
    /// The proposition that `standing` is on.
    pub proposition: Uuid,
    /// These alone.
    pub ids: Option<Vec<Uuid>>,
    /// Standing there.
    pub position: Option<StandingPosition>,
    /// With at least this score.
    pub score_min: Option<f64>,
    /// With at most this score.
    pub score_max: Option<f64>,
    /// With at least so many pieces of evidence.
    pub evidence_min: Option<i32>,
    /// Of this sort.
    pub classification: Option<Classification>,
    /// With a name that has these letters.
    pub q: Option<String>,
}

/// What actors can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActorKey {
    /// s·S/(S+1).
    RankScore,
    /// s.
    Score,
    /// (1 − D)·S/(S+1).
    Confidence,
    /// Pieces of evidence.
    EvidenceCount,
    /// The newest evidence.
    LastEvidenceOn,
    /// The name, without regard to case.
    Name,
    /// When it was recorded.
    CreatedAt,
}

impl SortKey for ActorKey {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("rank_score", Self::RankScore),
        ("score", Self::Score),
        ("confidence", Self::Confidence),
        ("evidence_count", Self::EvidenceCount),
        ("last_evidence_on", Self::LastEvidenceOn),
        ("name", Self::Name),
        ("created_at", Self::CreatedAt),
    ];
}

impl ActorKey {
    pub(super) const fn column(self) -> &'static str {
        match self {
            Self::RankScore => "st.rank_score",
            Self::Score => "st.score",
            Self::Confidence => "st.confidence",
            Self::EvidenceCount => "nullif(st.pieces_for + st.pieces_against + st.pieces_mixed, 0)",
            Self::LastEvidenceOn => "st.last_evidence_on",
            Self::Name => r#"lower(a.name) collate "C""#,
            Self::CreatedAt => "a.created_at",
        }
    }
}

/// An actor with what its page shows.
#[derive(Debug, Clone, sqlx::FromRow)]
#[expect(missing_docs, reason = "the columns of the tables, described there")]
pub struct ActorRow {
    pub id: Uuid,
    pub kind: ActorKind,
    pub name: String,
    pub sort_name: String,
    pub slug: String,
    pub created_at: DateTime<Utc>,
    pub aliases: Vec<String>,
    pub classification: Option<Classification>,
    pub website: Option<String>,
    pub founded_on: Option<NaiveDate>,
    pub founded_precision: Option<Precision>,
    pub dissolved_on: Option<NaiveDate>,
    pub dissolved_precision: Option<Precision>,
    pub parent_id: Option<Uuid>,
    pub parent_name: Option<String>,
    pub parent_slug: Option<String>,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    #[sqlx(flatten)]
    pub standing: Figures,
}

impl ActorRow {
    /// When it was founded, as far as known.
    pub fn founded(&self) -> Option<PartialDate> {
        PartialDate::stored(self.founded_on, self.founded_precision)
    }

    /// When it was dissolved, as far as known.
    pub fn dissolved(&self) -> Option<PartialDate> {
        PartialDate::stored(self.dissolved_on, self.dissolved_precision)
    }

    /// Where a page that ends with this row ends.
    pub fn keys(&self, sort: &Sort<ActorKey>) -> (Vec<Key>, Uuid) {
        let standing = &self.standing;
        let key = |key: ActorKey| -> Key {
            match key {
                ActorKey::RankScore => standing.rank_score.into(),
                ActorKey::Score => standing.score.into(),
                ActorKey::Confidence => standing.confidence.into(),
                ActorKey::EvidenceCount => standing.evidence_count.filter(|count| *count > 0).map(i64::from).into(),
                ActorKey::LastEvidenceOn => standing.last_evidence_on.into(),
                ActorKey::Name => self.sort_name.clone().into(),
                ActorKey::CreatedAt => self.created_at.into(),
            }
        };
        (sort.0.iter().map(|(k, _)| key(*k)).collect(), self.id)
    }
}

/// Public actors.
pub async fn list(
    conn: &mut PgConnection,
    filter: &Filter,
    sort: &Sort<ActorKey>,
    after: Option<&Cursor>,
    rows: i64,
) -> Result<Vec<ActorRow>> {
    let mut builder = QueryBuilder::<Postgres>::new(
        r#"select a.id, a.kind, a.name, lower(a.name) collate "C" as sort_name, s.slug, a.created_at,
           array(select n.name from actor_names n where n.actor_id = a.id and n.name <> a.name order by n.folded) as aliases,
           o.classification, o.website, o.founded_on, o.founded_precision, o.dissolved_on, o.dissolved_precision,
           pa.id as parent_id, pa.name as parent_name, ps.slug as parent_slug, pe.given_name, pe.family_name, "#,
    );
    builder.push(FIGURES).push(
        " from actors a join actor_slugs s on s.actor_id = a.id and s.current
          left join organizations o on o.actor_id = a.id left join people pe on pe.actor_id = a.id
          left join actors pa on pa.id = o.parent_id and pa.status = 'public' left join actor_slugs ps on ps.actor_id = pa.id and ps.current
          left join standings st on st.holder_id = a.id and st.proposition_id = ",
    );
    builder.push_bind(filter.proposition).push(" where a.status = 'public' and a.kind = ").push_bind(filter.kind.as_str());
    push_filter(&mut builder, filter);
    let columns: Vec<_> = sort.0.iter().map(|(key, direction)| (key.column(), *direction)).collect();
    keyset::after(&mut builder, &columns, "a.id", after);
    keyset::order(&mut builder, &columns, "a.id", rows);
    builder.build_query_as().persistent(false).fetch_all(conn).await
}

fn push_filter(builder: &mut QueryBuilder<Postgres>, filter: &Filter) {
    if let Some(ids) = &filter.ids {
        builder.push(" and a.id = any(").push_bind(ids.clone()).push(")");
    }
    if let Some(position) = filter.position {
        builder.push(" and st.position = ").push_bind(position.as_str());
    }
    if let Some(least) = filter.score_min {
        builder.push(" and st.score >= ").push_bind(least);
    }
    if let Some(most) = filter.score_max {
        builder.push(" and st.score <= ").push_bind(most);
    }
    if let Some(least) = filter.evidence_min {
        builder.push(" and coalesce(st.pieces_for + st.pieces_against + st.pieces_mixed, 0) >= ").push_bind(least);
    }
    if let Some(classification) = filter.classification {
        builder.push(" and o.classification = ").push_bind(classification.as_str());
    }
    if let Some(letters) = &filter.q {
        builder.push(" and exists (select 1 from actor_names n where n.actor_id = a.id and strpos(lower(n.name), lower(");
        builder.push_bind(letters.clone()).push(")) > 0)");
    }
}

/// One actor by id or by slug, past or present; the caller tells a past slug by comparing.
pub async fn one(conn: &mut PgConnection, kind: ActorKind, proposition: Uuid, key: &str) -> Result<Option<ActorRow>> {
    let id = match Uuid::try_parse(key) {
        Ok(id) => Some(id),
        Err(_) => sqlx::query_scalar!("select actor_id from actor_slugs where slug = $1", key).fetch_optional(&mut *conn).await?,
    };
    let Some(id) = id else { return Ok(None) };
    let filter = Filter {
        kind,
        proposition,
        ids: Some(vec![id]),
        position: None,
        score_min: None,
        score_max: None,
        evidence_min: None,
        classification: None,
        q: None,
    };
    Ok(list(conn, &filter, &Sort(vec![(ActorKey::Name, Direction::Ascending)]), None, 1).await?.pop())
}
