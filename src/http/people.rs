//! `/v1/people`.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    App,
    actors::{self, ActorQuery, Found, StandingAnswer, StandingQuery},
    auth::{Can, Publish},
    input::{Json, List, Path, Query},
    organizations::PropositionQuery,
    problem::Problem,
    wire::{StandingBody, proposition},
};
use crate::{
    db::lists::actors::ActorRow,
    domain::{actor::ActorKind, proposition::Proposition},
    query::{Page, PageParams},
    record::{self, NewPerson},
};

/// A person.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Person)]
pub struct PersonBody {
    /// Their id.
    pub id: Uuid,
    /// Their handle in addresses.
    #[schema(example = "yann-lecun")]
    pub slug: String,
    /// Their full name.
    #[schema(example = "Yann LeCun")]
    pub name: String,
    /// Other names that they are found by.
    pub aliases: Vec<String>,
    /// Given name.
    #[schema(required = true)]
    pub given_name: Option<String>,
    /// Family name.
    #[schema(required = true)]
    pub family_name: Option<String>,
    /// Where they stand on the proposition asked for; `null` without evidence.
    #[schema(required = true)]
    pub standing: Option<StandingBody>,
    /// When they were recorded.
    pub created_at: DateTime<Utc>,
    /// Where they are.
    pub url: String,
}

impl PersonBody {
    fn new(row: ActorRow, proposition: &Proposition) -> Self {
        Self {
            standing: StandingBody::of(&row.standing, proposition),
            url: format!("/v1/people/{}", row.slug),
            id: row.id,
            slug: row.slug,
            name: row.name,
            aliases: row.aliases,
            given_name: row.given_name,
            family_name: row.family_name,
            created_at: row.created_at,
        }
    }
}

/// People and where they stand
#[utoipa::path(get, path = "/v1/people", tag = "actors", params(ActorQuery, PageParams),
    responses((status = 200, description = "A page of people", body = Page<PersonBody>)))]
pub async fn list_people(State(app): State<App>, List { filter, page }: List<ActorQuery>) -> Result<Page<PersonBody>, Problem> {
    let (proposition, page) = actors::list(&app, ActorKind::Person, filter, None, &page).await?;
    Ok(page.map(|row| PersonBody::new(row, &proposition)))
}

/// A person
#[utoipa::path(get, path = "/v1/people/{key}", tag = "actors",
    params(("key" = String, Path, description = "Id or slug", example = "yann-lecun"), PropositionQuery),
    responses((status = 200, description = "The person", body = PersonBody), (status = 308, description = "They have another slug now")))]
pub async fn get_person(
    State(app): State<App>,
    Path(key): Path<String>,
    Query(query): Query<PropositionQuery>,
) -> Result<Response, Problem> {
    let mut conn = app.db.read.acquire().await?;
    let proposition = proposition(&mut conn, query.proposition.as_deref()).await?;
    match actors::find(&mut conn, ActorKind::Person, &key, proposition.id, "").await? {
        Found::Here(row) => Ok(Json(PersonBody::new(*row, &proposition)).into_response()),
        Found::Moved(there) => Ok(there),
    }
}

/// Where a person stands, and why
///
/// With `explain=true` every piece of evidence, its share in the score and what it displaced.
#[utoipa::path(get, path = "/v1/people/{key}/standing", tag = "standings",
    params(("key" = String, Path, description = "Id or slug", example = "yann-lecun"), StandingQuery),
    responses((status = 200, description = "The standing", body = StandingAnswer), (status = 308, description = "They have another slug now")))]
pub async fn get_person_standing(
    State(app): State<App>,
    Path(key): Path<String>,
    Query(query): Query<StandingQuery>,
) -> Result<Response, Problem> {
    actors::get_standing(&app, ActorKind::Person, &key, &query).await
}

/// A person to record.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonInput {
    /// The full name, at most 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Other names.
    #[serde(default)]
    aliases: Vec<String>,
    /// Given name.
    given_name: Option<String>,
    /// Family name.
    family_name: Option<String>,
}

/// Record a person
///
/// Needs the scope `publish`. A name that is there already is 409 and names the existing person.
#[utoipa::path(post, path = "/v1/people", tag = "actors", request_body = PersonInput, security(("key" = [])),
    responses((status = 201, description = "Recorded", body = PersonBody), (status = 409, description = "There is one of that name")))]
pub async fn create_person(
    State(app): State<App>,
    _: Can<Publish>,
    Query(()): Query<()>,
    Json(input): Json<PersonInput>,
) -> Result<Response, Problem> {
    let part = |part: &Option<String>, pointer| part.as_deref().map(|part| actors::name(part, pointer)).transpose();
    let new = NewPerson {
        name: actors::name(&input.name, "/name")?,
        aliases: actors::aliases(&input.aliases)?,
        given_name: part(&input.given_name, "/given_name")?,
        family_name: part(&input.family_name, "/family_name")?,
    };
    let now = app.now();
    let mut tx = app.db.write.begin().await?;
    let hidden = actors::namesake(&mut tx, ActorKind::Person, &new.name, &new.aliases).await?;
    let id = match hidden {
        Some(id) => record::actors::complete_person(&mut tx, id, &new).await?,
        None => record::actors::create_person(&mut tx, &now, &new).await?,
    };
    record::actors::publish(&mut tx, &now, &[id]).await?;
    let proposition = proposition(&mut tx, None).await?;
    let row = actors::stored(&mut tx, ActorKind::Person, id, &proposition).await?;
    tx.commit().await?;
    let body = PersonBody::new(row, &proposition);
    Ok(actors::created(body.url.clone(), body))
}
