//! Statements with their actors; their occurrences and stances in one further query each.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use super::{ActorRef, keyset};
use crate::{
    db::{PgConnection, Result},
    domain::{
        actor::ActorKind,
        date::{PartialDate, Precision},
        stance::{Basis, Side},
        statement::{CONTEXT, StatementKind, Status},
    },
    query::{Cursor, Key, Sort, SortKey},
};

/// Which statements.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// In which states; empty means published.
    pub statuses: Vec<Status>,
    /// These alone.
    pub ids: Option<Vec<Uuid>>,
    /// Wanted in the review queue.
    pub for_review: bool,
    /// Said by this actor.
    pub speaker: Option<Uuid>,
    /// From which this actor has a stance.
    pub holder: Option<Uuid>,
    /// Said by, said for, or giving a stance to any of these.
    pub organizations: Vec<Uuid>,
    /// With a stance on this proposition that the next three describe.
    pub proposition: Option<Uuid>,
    /// On this side.
    pub side: Option<Side>,
    /// Resting on this.
    pub basis: Option<Basis>,
    /// Carried so.
    pub kind: Option<StatementKind>,
    /// Carried by this source.
    pub source: Option<Uuid>,
    /// Said, as far as known, on this day or later.
    pub said_from: Option<NaiveDate>,
    /// Said, as far as known, on this day or earlier.
    pub said_to: Option<NaiveDate>,
    /// With these words (web search syntax).
    pub q: Option<String>,
}

/// What statements can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatementKey {
    /// When it was recorded.
    CreatedAt,
    /// When it was said.
    SaidOn,
}

impl SortKey for StatementKey {
    const WORDS: &'static [(&'static str, Self)] = &[("created_at", Self::CreatedAt), ("said_on", Self::SaidOn)];
}

/// A statement.
#[derive(Debug, Clone, sqlx::FromRow)]
#[expect(missing_docs, reason = "the columns of the tables, described there")]
pub struct StatementRow {
    pub id: Uuid,
    pub kind: StatementKind,
    pub actor_text: Option<String>,
    pub text: String,
    pub said_on: Option<NaiveDate>,
    pub said_precision: Option<Precision>,
    pub status: Status,
    pub for_review: bool,
    pub created_at: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
    pub created_by: Option<Uuid>,
    pub reason: Option<String>,
    pub actor_id: Option<Uuid>,
    actor_kind: Option<ActorKind>,
    actor_name: Option<String>,
    actor_slug: Option<String>,
    pub on_behalf_of: Option<Uuid>,
    organization_name: Option<String>,
    organization_slug: Option<String>,
}

impl StatementRow {
    /// By or about whom.
    pub fn actor(&self) -> Option<ActorRef> {
        let (id, kind, name) = (self.actor_id?, self.actor_kind?, self.actor_name.clone()?);
        Some(ActorRef { id, kind, name, slug: self.actor_slug.clone() })
    }

    /// For whom the speaker is presented as speaking.
    pub fn organization(&self) -> Option<ActorRef> {
        let (id, name) = (self.on_behalf_of?, self.organization_name.clone()?);
        Some(ActorRef { id, kind: ActorKind::Organization, name, slug: self.organization_slug.clone() })
    }

    /// When it was said, as far as known.
    pub fn said(&self) -> Option<PartialDate> {
        PartialDate::stored(self.said_on, self.said_precision)
    }

    /// Where a page that ends with this row ends.
    pub fn keys(&self, sort: &Sort<StatementKey>) -> (Vec<Key>, Uuid) {
        let key = |key| match key {
            StatementKey::CreatedAt => Key::Time(self.created_at),
            StatementKey::SaidOn => self.said_on.into(),
        };
        (sort.0.iter().map(|(k, _)| key(*k)).collect(), self.id)
    }
}

/// Statements in a filter.
pub async fn list(
    conn: &mut PgConnection,
    filter: &Filter,
    sort: &Sort<StatementKey>,
    after: Option<&Cursor>,
    rows: i64,
) -> Result<Vec<StatementRow>> {
    let mut builder = QueryBuilder::<Postgres>::new(
        "select s.id, s.kind, s.actor_text, s.text, s.said_on, s.said_precision, s.status, s.for_review, s.created_at, s.changed_at, s.created_by,
         s.reason, s.actor_id, a.kind as actor_kind, a.name as actor_name, sa.slug as actor_slug, s.on_behalf_of, o.name as organization_name,
         so.slug as organization_slug
         from statements s left join actors a on a.id = s.actor_id left join actor_slugs sa on sa.actor_id = a.id and sa.current
         left join actors o on o.id = s.on_behalf_of left join actor_slugs so on so.actor_id = o.id and so.current where ",
    );
    push_filter(&mut builder, filter);
    let column = |key| match key {
        StatementKey::CreatedAt => "s.created_at",
        StatementKey::SaidOn => "s.said_on",
    };
    let columns: Vec<_> = sort.0.iter().map(|(key, direction)| (column(*key), *direction)).collect();
    keyset::after(&mut builder, &columns, "s.id", after);
    keyset::order(&mut builder, &columns, "s.id", rows);
    // Unnamed: a generic plan for full text with other conditions can be a hundred times slower.
    builder.build_query_as().persistent(false).fetch_all(conn).await
}

fn push_filter(builder: &mut QueryBuilder<Postgres>, filter: &Filter) {
    match filter.statuses.as_slice() {
        [] => builder.push("s.status = 'published'"),
        some => {
            let words: Vec<_> = some.iter().map(|status| status.as_str().to_owned()).collect();
            builder.push("s.status = any(").push_bind(words).push(")")
        }
    };
    if let Some(ids) = &filter.ids {
        builder.push(" and s.id = any(").push_bind(ids.clone()).push(")");
    }
    if filter.for_review {
        builder.push(" and s.for_review");
    }
    if let Some(speaker) = filter.speaker {
        builder.push(" and s.kind <> 'description' and s.actor_id = ").push_bind(speaker);
    }
    if let Some(kind) = filter.kind {
        builder.push(" and s.kind = ").push_bind(kind.as_str());
    }
    if let Some(day) = filter.said_from {
        builder.push(" and s.said_on >= ").push_bind(day);
    }
    if let Some(day) = filter.said_to {
        builder.push(" and s.said_on <= ").push_bind(day);
    }
    if let Some(words) = &filter.q {
        builder.push(" and to_tsvector('english', s.text) @@ websearch_to_tsquery('english', ").push_bind(words.clone()).push(")");
    }
    if let Some(source) = filter.source {
        builder.push(" and exists (select 1 from occurrences o where o.statement_id = s.id and o.source_id = ").push_bind(source).push(")");
    }
    push_stance_filter(builder, filter);
}

fn push_stance_filter(builder: &mut QueryBuilder<Postgres>, filter: &Filter) {
    const CURRENT: &str = "exists (select 1 from stances t where t.statement_id = s.id and t.superseded_at is null";
    if !filter.organizations.is_empty() {
        let some = filter.organizations.clone();
        builder.push(" and ((s.kind <> 'description' and s.actor_id = any(").push_bind(some.clone());
        builder.push(")) or s.on_behalf_of = any(").push_bind(some.clone()).push(") or ").push(CURRENT);
        builder.push(" and t.holder_id = any(").push_bind(some).push(")))");
    }
    if filter.holder.is_none() && filter.proposition.is_none() && filter.side.is_none() && filter.basis.is_none() {
        return;
    }
    builder.push(" and ").push(CURRENT);
    if let Some(holder) = filter.holder {
        builder.push(" and t.holder_id = ").push_bind(holder);
    }
    if let Some(proposition) = filter.proposition {
        builder.push(" and t.proposition_id = ").push_bind(proposition);
    }
    if let Some(side) = filter.side {
        builder.push(" and t.side = ").push_bind(side_column(side));
    }
    if let Some(basis) = filter.basis {
        builder.push(" and t.basis = ").push_bind(basis.as_str());
    }
    builder.push(")");
}

/// A side as the generated column `side` has it.
pub(super) const fn side_column(side: Side) -> i16 {
    match side {
        Side::For => 1,
        Side::Against => -1,
        Side::Mixed => 0,
    }
}

/// Where a source carries a statement, with its surroundings.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the columns of the tables, described there")]
pub struct OccurrenceRow {
    pub statement_id: Uuid,
    pub source_id: Uuid,
    pub source_title: Option<String>,
    pub source_publisher: Option<String>,
    pub source_url: Option<String>,
    pub published_on: Option<NaiveDate>,
    pub published_precision: Option<Precision>,
    pub collection: Option<String>,
    pub exact: String,
    pub prefix: String,
    pub suffix: String,
    pub start_at: Option<i32>,
    pub end_at: Option<i32>,
    pub mention_start: Option<i32>,
    pub mention_end: Option<i32>,
    pub rule: String,
    pub confidence: i16,
    /// The text around it, and where that begins; none without a text.
    pub context: Option<String>,
    pub context_start: Option<i32>,
}

impl OccurrenceRow {
    /// When its source was published, as far as known.
    pub fn published(&self) -> Option<PartialDate> {
        PartialDate::stored(self.published_on, self.published_precision)
    }
}

/// Where statements occur, each with its context, in the order of their recording.
pub async fn occurrences(conn: &mut PgConnection, statements: &[Uuid]) -> Result<Vec<OccurrenceRow>> {
    let context = i32::try_from(CONTEXT).unwrap_or(i32::MAX);
    sqlx::query_as!(
        OccurrenceRow,
        r#"select o.statement_id, o.source_id, src.title as source_title, src.publisher as source_publisher, src.url as source_url,
           src.published_on, src.published_precision as "published_precision: Precision", src.collection, o.exact, o.prefix, o.suffix, o.start_at,
           o.end_at, o.mention_start, o.mention_end, o.rule, o.confidence,
           substr(src.text, greatest(o.start_at - $2, 0) + 1, o.end_at + $2 - greatest(o.start_at - $2, 0)) as context,
           greatest(o.start_at - $2, 0) as context_start
           from occurrences o join sources src on src.id = o.source_id where o.statement_id = any($1) order by o.created_at, o.id"#,
        statements,
        context
    )
    .fetch_all(conn)
    .await
}
