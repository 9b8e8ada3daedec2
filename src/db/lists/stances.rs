//! Stances, under both clocks.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use super::{ActorRef, keyset, statements::side_column};
use crate::{
    db::{PgConnection, Result},
    domain::{
        actor::ActorKind,
        stance::{Basis, Confidence, Side, StanceState, Value},
        statement::StatementKind,
    },
    query::{Cursor, Key, Sort, SortKey},
};

/// Which stances.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// This one alone.
    pub id: Option<Uuid>,
    /// Resting on these statements.
    pub statements: Option<Vec<Uuid>>,
    /// On this proposition.
    pub proposition: Option<Uuid>,
    /// Held by this actor.
    pub holder: Option<Uuid>,
    /// Resting on words of this actor.
    pub speaker: Option<Uuid>,
    /// Held by any of these, or resting on words said by or for them.
    pub organizations: Vec<Uuid>,
    /// Resting on statements of this kind.
    pub kind: Option<StatementKind>,
    /// Carried by this source.
    pub source: Option<Uuid>,
    /// On this side.
    pub side: Option<Side>,
    /// Resting on this.
    pub basis: Option<Basis>,
    /// Dated by then.
    pub as_of: Option<NaiveDate>,
    /// As recorded then; otherwise the current ones.
    pub known_at: Option<DateTime<Utc>>,
    /// Those that wait for review too.
    pub held: bool,
}

/// What stances can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StanceKey {
    /// The day that it counts from.
    EvidenceOn,
    /// When it was recorded.
    RecordedAt,
    /// Direction × strength.
    Value,
    /// Chance that it is read right.
    Confidence,
}

impl SortKey for StanceKey {
    const WORDS: &'static [(&'static str, Self)] =
        &[("evidence_on", Self::EvidenceOn), ("recorded_at", Self::RecordedAt), ("value", Self::Value), ("confidence", Self::Confidence)];
}

/// A stance with its holder and proposition.
#[derive(Debug, Clone, sqlx::FromRow)]
#[expect(missing_docs, reason = "the columns of the tables, described there")]
pub struct StanceRow {
    pub id: Uuid,
    pub proposition_slug: String,
    label_for: String,
    label_against: String,
    label_mixed: String,
    pub statement_id: Uuid,
    holder_id: Uuid,
    holder_kind: ActorKind,
    holder_name: String,
    holder_slug: Option<String>,
    pub occasion: String,
    pub basis: Basis,
    pub state: StanceState,
    pub value: Value,
    pub confidence: Confidence,
    pub weight: i64,
    pub evidence_on: NaiveDate,
    pub undated: bool,
    pub method: String,
    pub arithmetic: i16,
    pub recorded_at: DateTime<Utc>,
    pub superseded_at: Option<DateTime<Utc>>,
    pub reason: Option<String>,
}

impl StanceRow {
    /// Whose.
    pub fn holder(&self) -> ActorRef {
        ActorRef { id: self.holder_id, kind: self.holder_kind, name: self.holder_name.clone(), slug: self.holder_slug.clone() }
    }

    /// The proposition's word for the stance's side.
    pub fn label(&self) -> &str {
        match self.value.side() {
            Side::For => &self.label_for,
            Side::Against => &self.label_against,
            Side::Mixed => &self.label_mixed,
        }
    }

    /// Where a page that ends with this row ends.
    pub fn keys(&self, sort: &Sort<StanceKey>) -> (Vec<Key>, Uuid) {
        let key = |key| match key {
            StanceKey::EvidenceOn => Key::Date(self.evidence_on),
            StanceKey::RecordedAt => Key::Time(self.recorded_at),
            StanceKey::Value => Key::Integer(self.value.hundredths().into()),
            StanceKey::Confidence => Key::Integer(self.confidence.thousandths().into()),
        };
        (sort.0.iter().map(|(k, _)| key(*k)).collect(), self.id)
    }
}

/// Stances in a filter.
pub async fn list(
    conn: &mut PgConnection,
    filter: &Filter,
    sort: &Sort<StanceKey>,
    after: Option<&Cursor>,
    rows: i64,
) -> Result<Vec<StanceRow>> {
    let mut builder = QueryBuilder::<Postgres>::new(
        "select t.id, p.slug as proposition_slug, p.label_for, p.label_against, p.label_mixed, t.statement_id, t.holder_id, a.kind as holder_kind, a.name as holder_name, sl.slug as holder_slug, t.occasion,
         t.basis, t.state, t.value, t.confidence, t.weight, t.evidence_on, t.undated, t.method, t.arithmetic, t.recorded_at, t.superseded_at, t.reason
         from stances t join propositions p on p.id = t.proposition_id join statements s on s.id = t.statement_id join actors a on a.id = t.holder_id
         left join actor_slugs sl on sl.actor_id = a.id and sl.current where ",
    );
    push_filter(&mut builder, filter);
    let column = |key| match key {
        StanceKey::EvidenceOn => "t.evidence_on",
        StanceKey::RecordedAt => "t.recorded_at",
        StanceKey::Value => "t.value",
        StanceKey::Confidence => "t.confidence",
    };
    let columns: Vec<_> = sort.0.iter().map(|(key, direction)| (column(*key), *direction)).collect();
    keyset::after(&mut builder, &columns, "t.id", after);
    keyset::order(&mut builder, &columns, "t.id", rows);
    builder.build_query_as().persistent(false).fetch_all(conn).await
}

fn push_filter(builder: &mut QueryBuilder<Postgres>, filter: &Filter) {
    builder.push(if filter.held { "true" } else { "t.state <> 'held'" });
    match filter.known_at {
        None if filter.id.is_some() => {} // a superseded stance stays readable at its address
        None => {
            builder.push(" and t.superseded_at is null");
        }
        Some(at) => {
            builder.push(" and t.recorded_at <= ").push_bind(at).push(" and (t.superseded_at is null or t.superseded_at > ");
            builder.push_bind(at).push(")");
        }
    }
    if let Some(day) = filter.as_of {
        builder.push(" and t.evidence_on <= ").push_bind(day);
    }
    if let Some(id) = filter.id {
        builder.push(" and t.id = ").push_bind(id);
    }
    if let Some(statements) = &filter.statements {
        builder.push(" and t.statement_id = any(").push_bind(statements.clone()).push(")");
    }
    if let Some(proposition) = filter.proposition {
        builder.push(" and t.proposition_id = ").push_bind(proposition);
    }
    if let Some(holder) = filter.holder {
        builder.push(" and t.holder_id = ").push_bind(holder);
    }
    if let Some(side) = filter.side {
        builder.push(" and t.side = ").push_bind(side_column(side));
    }
    if let Some(basis) = filter.basis {
        builder.push(" and t.basis = ").push_bind(basis.as_str());
    }
    push_statement_filter(builder, filter);
}

fn push_statement_filter(builder: &mut QueryBuilder<Postgres>, filter: &Filter) {
    if let Some(speaker) = filter.speaker {
        builder.push(" and s.kind <> 'description' and s.actor_id = ").push_bind(speaker);
    }
    if let Some(kind) = filter.kind {
        builder.push(" and s.kind = ").push_bind(kind.as_str());
    }
    if let Some(source) = filter.source {
        builder.push(" and exists (select 1 from occurrences o where o.statement_id = s.id and o.source_id = ").push_bind(source).push(")");
    }
    if !filter.organizations.is_empty() {
        let some = filter.organizations.clone();
        builder.push(" and (t.holder_id = any(").push_bind(some.clone()).push(") or s.on_behalf_of = any(").push_bind(some.clone());
        builder.push(") or (s.kind <> 'description' and s.actor_id = any(").push_bind(some).push(")))");
    }
}
