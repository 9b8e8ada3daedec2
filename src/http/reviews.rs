//! `/v1/reviews`: verdicts of people. What waits for one is at `/v1/statements?for_review=true`.

use axum::{extract::State, response::Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    App, actors,
    auth::{Can, Review},
    input::{Json, List, Path, Query},
    problem::Problem,
};
use crate::{
    db::{
        self,
        lists::reviews::{Filter, list},
        reviews::ReviewRow,
    },
    domain::statement::Verdict,
    query::{Key, Page, PageParams},
    record::{self, verdicts},
};

/// A verdict on a statement.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Review)]
pub struct ReviewBody {
    /// Its id.
    pub id: Uuid,
    /// On what.
    pub statement_id: Uuid,
    /// `accept` or `reject`.
    #[schema(example = "accept")]
    pub verdict: String,
    /// Why.
    #[schema(required = true)]
    pub comment: Option<String>,
    /// The id of the key that gave it.
    pub reviewer: Uuid,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Where it is.
    pub url: String,
}

impl From<ReviewRow> for ReviewBody {
    fn from(row: ReviewRow) -> Self {
        Self {
            url: format!("/v1/reviews/{}", row.id),
            id: row.id,
            statement_id: row.statement_id,
            verdict: row.verdict,
            comment: row.comment,
            reviewer: row.reviewer,
            created_at: row.created_at,
        }
    }
}

/// Filters of verdicts.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReviewQuery {
    /// On this statement.
    statement: Option<Uuid>,
    /// Of this kind.
    verdict: Option<Verdict>,
}

/// Verdicts
///
/// Needs the scope `review`. Last given first.
#[utoipa::path(get, path = "/v1/reviews", tag = "reviews", params(ReviewQuery, PageParams), security(("key" = [])),
    responses((status = 200, description = "A page of verdicts", body = Page<ReviewBody>)))]
pub async fn list_reviews(
    State(app): State<App>,
    _: Can<Review>,
    List { filter: query, page }: List<ReviewQuery>,
) -> Result<Page<ReviewBody>, Problem> {
    let after = page.after(&app.cursor_key)?;
    let filter = Filter { statement: query.statement, verdict: query.verdict };
    let rows = list(&mut *app.db.read.acquire().await?, &filter, after.as_ref(), page.rows()).await?;
    Ok(page.page(&app.cursor_key, rows, |row| (vec![Key::Time(row.created_at)], row.id)).map(Into::into))
}

/// A verdict
///
/// Needs the scope `review`.
#[utoipa::path(get, path = "/v1/reviews/{id}", tag = "reviews", params(("id" = Uuid, Path, description = "Its id")), security(("key" = [])),
    responses((status = 200, description = "The verdict", body = ReviewBody)))]
pub async fn get_review(
    State(app): State<App>,
    _: Can<Review>,
    Path(id): Path<Uuid>,
    Query(()): Query<()>,
) -> Result<Json<ReviewBody>, Problem> {
    let row = db::reviews::by_id(&mut *app.db.read.acquire().await?, id).await?;
    row.map(|row| Json(row.into())).ok_or_else(|| Problem::not_found(format!("review `{id}`")))
}

/// A verdict to give.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewInput {
    /// On this statement.
    statement_id: Uuid,
    /// `accept`: actor, words and position are right. `reject`: they are not.
    verdict: Verdict,
    /// Why, at most 2,000 characters.
    comment: Option<String>,
}

/// Review a statement
///
/// Needs the scope `review`. Accepting makes a pending statement public and gives its stances the confidence 0.95; rejecting takes it out of
/// the public answers. Both at once with the standings that change.
#[utoipa::path(post, path = "/v1/reviews", tag = "reviews", request_body = ReviewInput, security(("key" = [])),
    responses((status = 201, description = "Given", body = ReviewBody), (status = 409, description = "The statement is rejected or retracted already")))]
pub async fn create_review(
    State(app): State<App>,
    Can(principal, _): Can<Review>,
    Query(()): Query<()>,
    Json(input): Json<ReviewInput>,
) -> Result<Response, Problem> {
    const LONGEST: usize = 2000;
    let comment = input.comment.as_deref().map(str::trim).filter(|comment| !comment.is_empty());
    if comment.is_some_and(|comment| comment.chars().count() > LONGEST) {
        return Err(Problem::at("/comment", format!("is longer than {LONGEST} characters")));
    }
    let now = app.now();
    let mut tx = app.db.write.begin().await?;
    let row = verdicts::review(&mut tx, &now, input.statement_id, input.verdict, comment, principal.key).await;
    let row = row.map_err(|error| match error {
        record::Error::NotFound { .. } => Problem::at("/statement_id", "names no statement"),
        error => error.into(),
    })?;
    tx.commit().await?;
    let body = ReviewBody::from(row);
    Ok(actors::created(body.url.clone(), body))
}
