//! `/v1/ingestions`: articles to be read, as jobs.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    App,
    auth::{Can, Ingest},
    input::{Json, List, Path, Query},
    problem::Problem,
    sources::{http_url, past, short},
};
use crate::{
    clock::Now,
    db::{self, ingestions::IngestionRow, lists::ingestions::list},
    domain::{actor::NAME_MAX, date::PartialDate, statement::TITLE_MAX},
    extract::Format,
    query::{Key, Page, PageParams},
    record::jobs::{Options, enqueue},
};

/// An article that is, or was, to be read.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Ingestion)]
pub struct IngestionBody {
    /// Its id.
    pub id: Uuid,
    /// `queued`, `running`, `succeeded` or `failed`.
    #[schema(example = "succeeded")]
    pub state: String,
    /// How often it was begun.
    pub attempts: i32,
    /// The source that it made or found.
    #[schema(required = true)]
    pub source_id: Option<Uuid>,
    /// Counts of what was found and stored; `null` until it is done.
    #[schema(required = true, value_type = Option<Object>)]
    pub report: Option<Value>,
    /// Why it failed.
    #[schema(required = true)]
    pub error: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it was last begun.
    #[schema(required = true)]
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    #[schema(required = true)]
    pub finished_at: Option<DateTime<Utc>>,
    /// Where it is.
    pub url: String,
}

impl From<IngestionRow> for IngestionBody {
    fn from(row: IngestionRow) -> Self {
        Self {
            url: format!("/v1/ingestions/{}", row.id),
            id: row.id,
            state: row.state,
            attempts: row.attempts,
            source_id: row.source_id,
            report: row.report,
            error: row.error,
            created_at: row.created_at,
            started_at: row.started_at,
            finished_at: row.finished_at,
        }
    }
}

/// An article to read: `text` or `html`.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IngestionInput {
    /// Plain text: every line a paragraph.
    text: Option<String>,
    /// An HTML page: its readable part is taken.
    html: Option<String>,
    /// When it was published; what the page itself says comes second.
    published_on: Option<PartialDate>,
    /// Who published it.
    publisher: Option<String>,
    /// Where it stands.
    url: Option<String>,
    /// Its title.
    title: Option<String>,
    /// Whether to store statements that take no position, too.
    #[serde(default)]
    keep_all: bool,
}

/// Have an article read
///
/// Needs the scope `ingest`. Answers at once; the job at `Location` tells how it goes. The same article asked for again in the same way is
/// the same job.
#[utoipa::path(post, path = "/v1/ingestions", tag = "ingestions", request_body = IngestionInput, security(("key" = [])),
    responses((status = 202, description = "Enqueued, or known", body = IngestionBody)))]
pub async fn create_ingestion(
    State(app): State<App>,
    Can(principal, _): Can<Ingest>,
    Query(()): Query<()>,
    Json(input): Json<IngestionInput>,
) -> Result<Response, Problem> {
    let now = app.now();
    let (text, options) = input.checked(&now)?;
    let mut tx = app.db.write.begin().await?;
    let (row, fresh) = enqueue(&mut tx, &now, &text, &options, Some(principal.key)).await?;
    tx.commit().await?;
    if fresh {
        app.bell.notify_one();
    }
    let body = IngestionBody::from(row);
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, body.url.clone())], Json(body)).into_response())
}

impl IngestionInput {
    /// The article, and how to read it.
    fn checked(self, now: &Now) -> Result<(String, Options), Problem> {
        let (input, format) = match (self.text, self.html) {
            (Some(text), None) => (text, Format::Text),
            (None, Some(html)) => (html, Format::Html),
            _ => return Err(Problem::at("", "needs either `text` or `html`")),
        };
        if input.trim().is_empty() {
            return Err(Problem::at(if format == Format::Text { "/text" } else { "/html" }, "is empty"));
        }
        let options = Options {
            format,
            published_on: past(self.published_on, now, "/published_on")?,
            publisher: short(self.publisher, NAME_MAX, "/publisher")?,
            url: self.url.as_deref().map(|url| http_url(url, "/url")).transpose()?,
            title: short(self.title, TITLE_MAX, "/title")?,
            collection: None,
            keep_all: self.keep_all,
        };
        Ok((input, options))
    }
}

/// Ingestions
///
/// Needs the scope `ingest`. Last asked for first.
#[utoipa::path(get, path = "/v1/ingestions", tag = "ingestions", params(PageParams), security(("key" = [])),
    responses((status = 200, description = "A page of ingestions", body = Page<IngestionBody>)))]
pub async fn list_ingestions(
    State(app): State<App>,
    _: Can<Ingest>,
    List { filter: (), page }: List<()>,
) -> Result<Page<IngestionBody>, Problem> {
    let after = page.after(&app.cursor_key)?;
    let rows = list(&mut *app.db.read.acquire().await?, after.as_ref(), page.rows()).await?;
    Ok(page.page(&app.cursor_key, rows, |row| (vec![Key::Time(row.created_at)], row.id)).map(Into::into))
}

/// An ingestion
///
/// Needs the scope `ingest`.
#[utoipa::path(get, path = "/v1/ingestions/{id}", tag = "ingestions", params(("id" = Uuid, Path, description = "Its id")), security(("key" = [])),
    responses((status = 200, description = "The ingestion", body = IngestionBody)))]
pub async fn get_ingestion(
    State(app): State<App>,
    _: Can<Ingest>,
    Path(id): Path<Uuid>,
    Query(()): Query<()>,
) -> Result<Json<IngestionBody>, Problem> {
    let row = db::ingestions::by_id(&mut *app.db.read.acquire().await?, id).await?;
    row.map(|row| Json(row.into())).ok_or_else(|| Problem::not_found(format!("ingestion `{id}`")))
}
