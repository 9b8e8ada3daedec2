//! `/v1/memberships`: who held which role where, and when.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    App, actors,
    auth::{Can, Publish},
    input::{Json, List, Path, Query},
    problem::Problem,
    sources::past,
    wire::{self, ActorBody},
};
use crate::{
    db::lists::memberships::{Filter, MembershipRow, list},
    domain::{actor::ActorKind, date::PartialDate},
    query::{Key, Page, PageParams},
    record::{self, NewMembership},
};

/// A membership.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Membership)]
pub struct MembershipBody {
    /// Its id.
    pub id: Uuid,
    /// Who.
    pub person: ActorBody,
    /// Where.
    pub organization: ActorBody,
    /// As what.
    #[schema(example = "chief executive")]
    pub role: String,
    /// From when, as far as known.
    #[schema(required = true)]
    pub start_on: Option<PartialDate>,
    /// Until when, as far as known; `null` does not mean that it lasts.
    #[schema(required = true)]
    pub end_on: Option<PartialDate>,
    /// The source that says so.
    #[schema(required = true)]
    pub source_id: Option<Uuid>,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// Where it is.
    pub url: String,
}

impl MembershipBody {
    fn new(row: MembershipRow) -> Self {
        Self {
            person: row.person().into(),
            organization: row.organization().into(),
            start_on: row.start(),
            end_on: row.end(),
            url: format!("/v1/memberships/{}", row.id),
            id: row.id,
            role: row.role,
            source_id: row.source_id,
            created_at: row.created_at,
        }
    }
}

/// Filters of memberships.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MembershipQuery {
    /// Of this person: id or slug.
    person: Option<String>,
    /// In this organization: id or slug.
    organization: Option<String>,
}

/// Memberships
///
/// Last recorded first.
#[utoipa::path(get, path = "/v1/memberships", tag = "actors", params(MembershipQuery, PageParams),
    responses((status = 200, description = "A page of memberships", body = Page<MembershipBody>)))]
pub async fn list_memberships(
    State(app): State<App>,
    List { filter: query, page }: List<MembershipQuery>,
) -> Result<Page<MembershipBody>, Problem> {
    let after = page.after(&app.cursor_key)?;
    let mut conn = app.db.read.acquire().await?;
    let filter = Filter {
        person: wire::optional_actor(&mut conn, "person", query.person.as_deref()).await?,
        organization: wire::optional_actor(&mut conn, "organization", query.organization.as_deref()).await?,
        ..Filter::default()
    };
    let rows = list(&mut conn, &filter, after.as_ref(), page.rows()).await?;
    Ok(page.page(&app.cursor_key, rows, |row| (vec![Key::Time(row.created_at)], row.id)).map(MembershipBody::new))
}

/// A membership
#[utoipa::path(get, path = "/v1/memberships/{id}", tag = "actors", params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 200, description = "The membership", body = MembershipBody)))]
pub async fn get_membership(State(app): State<App>, Path(id): Path<Uuid>, Query(()): Query<()>) -> Result<Json<MembershipBody>, Problem> {
    let filter = Filter { id: Some(id), ..Filter::default() };
    let row = list(&mut *app.db.read.acquire().await?, &filter, None, 1).await?.pop();
    row.map(|row| Json(MembershipBody::new(row))).ok_or_else(|| Problem::not_found(format!("membership `{id}`")))
}

/// A membership to record.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MembershipInput {
    /// The person: id or slug.
    #[schema(example = "yann-lecun")]
    person: String,
    /// The organization: id or slug.
    #[schema(example = "meta")]
    organization: String,
    /// As what, at most 200 characters.
    role: String,
    /// From when.
    start_on: Option<PartialDate>,
    /// Until when.
    end_on: Option<PartialDate>,
}

/// Record a membership
///
/// Needs the scope `publish`. The same person, organization, role and start again is 200 with the stored one.
#[utoipa::path(post, path = "/v1/memberships", tag = "actors", request_body = MembershipInput, security(("key" = [])),
    responses((status = 201, description = "Recorded", body = MembershipBody), (status = 200, description = "It was there", body = MembershipBody)))]
pub async fn create_membership(
    State(app): State<App>,
    _: Can<Publish>,
    Query(()): Query<()>,
    Json(input): Json<MembershipInput>,
) -> Result<Response, Problem> {
    let role = actors::name(&input.role, "/role")?;
    if let (Some(start), Some(end)) = (input.start_on, input.end_on)
        && start.first() > end.last()
    {
        return Err(Problem::at("/end_on", "lies before `start_on`"));
    }
    let now = app.now();
    past(input.start_on, &now, "/start_on")?;
    let mut tx = app.db.write.begin().await?;
    let person = actors::referred(&mut tx, ActorKind::Person, &input.person, "/person").await?;
    let organization = actors::referred(&mut tx, ActorKind::Organization, &input.organization, "/organization").await?;
    let new = NewMembership { person, organization, role, start: input.start_on, end: input.end_on, source: None };
    let (stored, fresh) = record::actors::membership(&mut tx, &now, &new).await?;
    let filter = Filter { id: Some(stored.id), ..Filter::default() };
    let row = list(&mut tx, &filter, None, 1).await?.pop().ok_or_else(|| Problem::internal("a membership just stored is not there"))?;
    tx.commit().await?;
    let body = MembershipBody::new(row);
    Ok(if fresh { actors::created(body.url.clone(), body) } else { Json(body).into_response() })
}
