//! Sources that carry something public.

use chrono::NaiveDate;
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use super::keyset;
use crate::{
    db::{PgConnection, Result, sources::SourceRow},
    query::{Cursor, Key, Sort, SortKey},
};

/// Which sources.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// This one alone.
    pub id: Option<Uuid>,
    /// Published by this publisher, without regard to case.
    pub publisher: Option<String>,
    /// Of this collection.
    pub collection: Option<String>,
    /// Published on this day or later.
    pub published_from: Option<NaiveDate>,
    /// Published on this day or earlier.
    pub published_to: Option<NaiveDate>,
    /// Those that carry nothing public too.
    pub unpublished: bool,
}

/// What sources can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceKey {
    /// When it was read.
    RetrievedAt,
    /// When it was published.
    PublishedOn,
}

impl SortKey for SourceKey {
    const WORDS: &'static [(&'static str, Self)] = &[("retrieved_at", Self::RetrievedAt), ("published_on", Self::PublishedOn)];
}

impl SourceRow {
    /// Where a page that ends with this row ends.
    pub fn keys(&self, sort: &Sort<SourceKey>) -> (Vec<Key>, Uuid) {
        let key = |key| match key {
            SourceKey::RetrievedAt => Key::Time(self.retrieved_at),
            SourceKey::PublishedOn => self.published_on.into(),
        };
        (sort.0.iter().map(|(k, _)| key(*k)).collect(), self.id)
    }
}

/// Sources in a filter.
pub async fn list(
    conn: &mut PgConnection,
    filter: &Filter,
    sort: &Sort<SourceKey>,
    after: Option<&Cursor>,
    rows: i64,
) -> Result<Vec<SourceRow>> {
    let mut builder = QueryBuilder::<Postgres>::new(
        "select r.id, r.sha256, r.url, r.title, r.publisher, r.published_on, r.published_precision, r.retrieved_at, r.lang, r.license, r.lineage_id,
         r.collection, r.withdrawn_at from sources r where ",
    );
    builder.push(if filter.unpublished {
        "true"
    } else {
        "r.withdrawn_at is null and exists (select 1 from occurrences o join statements s on s.id = o.statement_id
         where o.source_id = r.id and s.status = 'published')"
    });
    if let Some(id) = filter.id {
        builder.push(" and r.id = ").push_bind(id);
    }
    if let Some(publisher) = &filter.publisher {
        builder.push(" and lower(r.publisher) = lower(").push_bind(publisher.clone()).push(")");
    }
    if let Some(collection) = &filter.collection {
        builder.push(" and r.collection = ").push_bind(collection.clone());
    }
    if let Some(day) = filter.published_from {
        builder.push(" and r.published_on >= ").push_bind(day);
    }
    if let Some(day) = filter.published_to {
        builder.push(" and r.published_on <= ").push_bind(day);
    }
    let column = |key| match key {
        SourceKey::RetrievedAt => "r.retrieved_at",
        SourceKey::PublishedOn => "r.published_on",
    };
    let columns: Vec<_> = sort.0.iter().map(|(key, direction)| (column(*key), *direction)).collect();
    keyset::after(&mut builder, &columns, "r.id", after);
    keyset::order(&mut builder, &columns, "r.id", rows);
    builder.build_query_as().persistent(false).fetch_all(conn).await
}
