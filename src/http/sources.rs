//! `/v1/sources`.

use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    App,
    auth::Caller,
    input::{Json, List, Path, Query},
    problem::Problem,
};
use crate::{
    clock::Now,
    db::{
        self,
        lists::sources::{Filter, SourceKey},
        sources::SourceRow,
    },
    domain::{date::PartialDate, statement::URL_MAX, text},
    query::{Direction, Page, PageParams, Sort},
};

/// A document as it was read.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Source)]
pub struct SourceBody {
    /// Its id.
    pub id: Uuid,
    /// Where it stands.
    #[schema(required = true)]
    pub url: Option<String>,
    /// Its title.
    #[schema(required = true)]
    pub title: Option<String>,
    /// Who published it.
    #[schema(required = true)]
    pub publisher: Option<String>,
    /// When, as far as known.
    #[schema(required = true)]
    pub published_on: Option<PartialDate>,
    /// When it was read.
    pub retrieved_at: DateTime<Utc>,
    /// SHA-256 of its text, hexadecimal.
    #[schema(required = true)]
    pub sha256: Option<String>,
    /// Language tag.
    #[schema(required = true)]
    pub lang: Option<String>,
    /// Licence of its text.
    #[schema(required = true)]
    pub license: Option<String>,
    /// Itself, or the source that it reprints.
    pub lineage_id: Uuid,
    /// The collection that it belongs to; `demo` ships with the service.
    #[schema(required = true)]
    pub collection: Option<String>,
    /// Its text, for callers with a key: to the public, statements give the words around them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The statements that it carries.
    pub statements_url: String,
    /// Where it is.
    pub resource_url: String,
}

impl SourceBody {
    /// A source as the API has it, without its text.
    pub fn new(row: SourceRow) -> Self {
        Self {
            published_on: row.published(),
            sha256: row.sha256.as_deref().map(hex),
            statements_url: format!("/v1/statements?source={}", row.id),
            resource_url: format!("/v1/sources/{}", row.id),
            id: row.id,
            url: row.url,
            title: row.title,
            publisher: row.publisher,
            retrieved_at: row.retrieved_at,
            lang: row.lang,
            license: row.license,
            lineage_id: row.lineage_id,
            collection: row.collection,
            text: None,
        }
    }
}

/// Filters and sort of sources.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SourceQuery {
    /// Published by this publisher, without regard to case.
    publisher: Option<String>,
    /// Of this collection.
    #[param(example = "demo")]
    collection: Option<String>,
    /// Published on this day or later.
    #[serde(default, deserialize_with = "crate::query::day")]
    published_from: Option<NaiveDate>,
    /// Published on this day or earlier.
    #[serde(default, deserialize_with = "crate::query::day")]
    published_to: Option<NaiveDate>,
    /// `retrieved_at`, `published_on`, each with a minus for the newest first. Without: last read first.
    #[param(value_type = Option<String>, example = "-published_on")]
    sort: Option<Sort<SourceKey>>,
}

/// Sources
///
/// Documents that carry a public statement.
#[utoipa::path(get, path = "/v1/sources", tag = "sources", params(SourceQuery, PageParams),
    responses((status = 200, description = "A page of sources", body = Page<SourceBody>)))]
pub async fn list_sources(State(app): State<App>, List { filter: query, page }: List<SourceQuery>) -> Result<Page<SourceBody>, Problem> {
    let after = page.after(&app.cursor_key)?;
    let sort = query.sort.unwrap_or_else(newest);
    let filter = Filter {
        publisher: query.publisher,
        collection: query.collection,
        published_from: query.published_from,
        published_to: query.published_to,
        ..Filter::default()
    };
    let mut conn = app.db.read.acquire().await?;
    let rows = db::lists::sources::list(&mut conn, &filter, &sort, after.as_ref(), page.rows()).await?;
    Ok(page.page(&app.cursor_key, rows, |row| row.keys(&sort)).map(SourceBody::new))
}

fn newest() -> Sort<SourceKey> {
    Sort(vec![(SourceKey::RetrievedAt, Direction::Descending)])
}

/// A source
///
/// With any key, its full text too.
#[utoipa::path(get, path = "/v1/sources/{id}", tag = "sources", params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 200, description = "The source", body = SourceBody)))]
pub async fn get_source(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(()): Query<()>,
) -> Result<Json<SourceBody>, Problem> {
    let mut conn = app.db.read.acquire().await?;
    let keyed = caller.0.is_some();
    let filter = Filter { id: Some(id), unpublished: keyed, ..Filter::default() };
    let row = db::lists::sources::list(&mut conn, &filter, &newest(), None, 1).await?.pop();
    let row = row.ok_or_else(|| Problem::not_found(format!("source `{id}`")))?;
    let mut body = SourceBody::new(row);
    if keyed || body.license.is_some() {
        body.text = db::sources::text(&mut conn, id).await?;
    }
    Ok(Json(body))
}

/// A text without white space around it, at most `longest` characters; an empty one is none.
pub fn short(text: Option<String>, longest: usize, pointer: &str) -> Result<Option<String>, Problem> {
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    if text.as_ref().is_some_and(|text| text.chars().count() > longest) {
        return Err(Problem::at(pointer, format!("is longer than {longest} characters")));
    }
    Ok(text)
}

/// A date that is not in the future.
pub fn past(date: Option<PartialDate>, now: &Now, pointer: &str) -> Result<Option<PartialDate>, Problem> {
    let today = now.at.date_naive();
    if date.is_some_and(|date| date.first() > today) {
        return Err(Problem::at(pointer, format!("lies in the future; today is {today}")));
    }
    Ok(date)
}

/// An address on the web, in its normal form; 422 for anything else, such as `javascript:`.
pub fn http_url(given: &str, pointer: &str) -> Result<String, Problem> {
    let url = text::http_url(given)
        .ok_or_else(|| Problem::at(pointer, "is no address of the form `https://…` or `http://…`, without a user name in it"))?;
    if url.as_str().len() > URL_MAX {
        return Err(Problem::at(pointer, format!("is longer than {URL_MAX} characters")));
    }
    Ok(url.into())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}
