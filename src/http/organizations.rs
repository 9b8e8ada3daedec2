//! `/v1/organizations`.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    App,
    actors::{self, ActorQuery, Found, StandingAnswer, StandingQuery},
    auth::{Can, Publish},
    input::{Json, List, Path, Query},
    problem::Problem,
    sources::{http_url, past},
    wire::{ActorBody, StandingBody, proposition},
};
use crate::{
    db::lists::{ActorRef, actors::ActorRow},
    domain::{
        actor::{ActorKind, Classification},
        date::PartialDate,
        proposition::Proposition,
    },
    query::{Page, PageParams},
    record::{self, NewOrganization},
};

/// An organization.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Organization)]
pub struct OrganizationBody {
    /// Its id.
    pub id: Uuid,
    /// Its handle in addresses.
    #[schema(example = "mistral-ai")]
    pub slug: String,
    /// Its name.
    #[schema(example = "Mistral AI")]
    pub name: String,
    /// Other names that it is found by.
    pub aliases: Vec<String>,
    /// What sort of organization it is.
    #[schema(required = true)]
    pub classification: Option<Classification>,
    /// The organization that it belongs to.
    #[schema(required = true)]
    pub parent: Option<ActorBody>,
    /// Its site.
    #[schema(required = true)]
    pub website: Option<String>,
    /// When it began, as far as known.
    #[schema(required = true)]
    pub founded_on: Option<PartialDate>,
    /// When it ended, as far as known.
    #[schema(required = true)]
    pub dissolved_on: Option<PartialDate>,
    /// Where it stands on the proposition asked for; `null` without evidence.
    #[schema(required = true)]
    pub standing: Option<StandingBody>,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// Where it is.
    pub url: String,
}

impl OrganizationBody {
    fn new(row: ActorRow, proposition: &Proposition) -> Self {
        let parent = row
            .parent_id
            .zip(row.parent_name.clone())
            .map(|(id, name)| ActorBody::from(ActorRef { id, kind: ActorKind::Organization, name, slug: row.parent_slug.clone() }));
        Self {
            parent,
            founded_on: row.founded(),
            dissolved_on: row.dissolved(),
            standing: StandingBody::of(&row.standing, proposition),
            url: format!("/v1/organizations/{}", row.slug),
            id: row.id,
            slug: row.slug,
            name: row.name,
            aliases: row.aliases,
            classification: row.classification,
            website: row.website,
            created_at: row.created_at,
        }
    }
}

/// Filters of organizations.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OrganizationQuery {
    /// Of this sort.
    pub classification: Option<Classification>,
}

/// Organizations and where they stand
///
/// The question that the service exists for: `?stance=open` answers which organizations favour open release, best supported first.
#[utoipa::path(get, path = "/v1/organizations", tag = "actors", params(ActorQuery, OrganizationQuery, PageParams),
    responses((status = 200, description = "A page of organizations", body = Page<OrganizationBody>)))]
pub async fn list_organizations(
    State(app): State<App>,
    List { filter: (query, own), page }: List<(ActorQuery, OrganizationQuery)>,
) -> Result<Page<OrganizationBody>, Problem> {
    let (proposition, page) = actors::list(&app, ActorKind::Organization, query, own.classification, &page).await?;
    Ok(page.map(|row| OrganizationBody::new(row, &proposition)))
}

/// An organization
#[utoipa::path(get, path = "/v1/organizations/{key}", tag = "actors",
    params(("key" = String, Path, description = "Id or slug", example = "mistral-ai"), PropositionQuery),
    responses((status = 200, description = "The organization", body = OrganizationBody), (status = 308, description = "It has another slug now")))]
pub async fn get_organization(
    State(app): State<App>,
    Path(key): Path<String>,
    Query(query): Query<PropositionQuery>,
) -> Result<Response, Problem> {
    let mut conn = app.db.read.acquire().await?;
    let proposition = proposition(&mut conn, query.proposition.as_deref()).await?;
    match actors::find(&mut conn, ActorKind::Organization, &key, proposition.id, "").await? {
        Found::Here(row) => Ok(Json(OrganizationBody::new(*row, &proposition)).into_response()),
        Found::Moved(there) => Ok(there),
    }
}

/// Which proposition the answer's standing is on.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PropositionQuery {
    /// On which proposition, by slug.
    pub proposition: Option<String>,
}

/// Where an organization stands, and why
///
/// With `explain=true` every piece of evidence, its share in the score and what it displaced, so that the figure can be redone by hand.
#[utoipa::path(get, path = "/v1/organizations/{key}/standing", tag = "standings",
    params(("key" = String, Path, description = "Id or slug", example = "mistral-ai"), StandingQuery),
    responses((status = 200, description = "The standing", body = StandingAnswer), (status = 308, description = "It has another slug now")))]
pub async fn get_organization_standing(
    State(app): State<App>,
    Path(key): Path<String>,
    Query(query): Query<StandingQuery>,
) -> Result<Response, Problem> {
    actors::get_standing(&app, ActorKind::Organization, &key, &query).await
}

/// An organization to record.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationInput {
    /// Its name, at most 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Other names.
    #[serde(default)]
    aliases: Vec<String>,
    /// What sort of organization it is.
    classification: Option<Classification>,
    /// The organization that it belongs to: id or slug.
    parent: Option<String>,
    /// Its site: http or https.
    website: Option<String>,
    /// When it began.
    founded_on: Option<PartialDate>,
    /// When it ended.
    dissolved_on: Option<PartialDate>,
}

/// Record an organization
///
/// Needs the scope `publish`. A name that is there already, in whatever case and with or without “Inc.”, is 409 and names the existing one.
#[utoipa::path(post, path = "/v1/organizations", tag = "actors", request_body = OrganizationInput, security(("key" = [])),
    responses((status = 201, description = "Recorded", body = OrganizationBody), (status = 409, description = "There is one of that name")))]
pub async fn create_organization(
    State(app): State<App>,
    _: Can<Publish>,
    Query(()): Query<()>,
    Json(input): Json<OrganizationInput>,
) -> Result<Response, Problem> {
    let name = actors::name(&input.name, "/name")?;
    let aliases = actors::aliases(&input.aliases)?;
    let now = app.now();
    let founded = past(input.founded_on, &now, "/founded_on")?;
    let dissolved = past(input.dissolved_on, &now, "/dissolved_on")?;
    if founded.zip(dissolved).is_some_and(|(founded, dissolved)| founded.first() > dissolved.last()) {
        return Err(Problem::at("/dissolved_on", "lies before `founded_on`"));
    }
    let website = match &input.website {
        Some(website) => Some(http_url(website, "/website")?),
        None => None,
    };
    let mut tx = app.db.write.begin().await?;
    let parent = match &input.parent {
        Some(key) => Some(actors::referred(&mut tx, ActorKind::Organization, key, "/parent").await?),
        None => None,
    };
    let hidden = actors::namesake(&mut tx, ActorKind::Organization, &name, &aliases).await?;
    let new = NewOrganization { name, aliases, classification: input.classification, parent, website, founded, dissolved };
    let id = match hidden {
        Some(id) => record::actors::complete_organization(&mut tx, id, &new).await?,
        None => record::actors::create_organization(&mut tx, &now, &new).await?,
    };
    record::actors::publish(&mut tx, &now, &[id]).await?;
    let proposition = proposition(&mut tx, None).await?;
    let row = actors::stored(&mut tx, ActorKind::Organization, id, &proposition).await?;
    tx.commit().await?;
    let body = OrganizationBody::new(row, &proposition);
    Ok(actors::created(body.url.clone(), body))
}
