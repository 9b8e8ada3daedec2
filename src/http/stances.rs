//! `/v1/stances`.

use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    App,
    input::{Json, List, Path, Query},
    problem::Problem,
    wire::{self, ActorBody},
};
use crate::{
    db::lists::stances::{Filter, StanceKey, StanceRow},
    domain::{
        stance::{Basis, StanceState},
        statement::StatementKind,
    },
    query::{Direction, Page, PageParams, Sort},
};

/// What one piece of evidence says about where one holder stands on one proposition.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Stance)]
pub struct StanceBody {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub holder: ActorBody,
    /// On what, by slug.
    #[schema(example = "open-release")]
    pub proposition: String,
    /// The proposition's word for its side.
    #[schema(example = "open")]
    pub position: String,
    /// Direction × strength, −1 … 1.
    pub value: f64,
    /// What kind of evidence it is.
    pub basis: Basis,
    /// Whether it counts; an accusation is shown only.
    pub state: StanceState,
    /// The chance that actor and direction are read right, 0 … 1.
    pub confidence: f64,
    /// Millionths; see the methodology.
    pub weight: i64,
    /// The day that it counts from.
    pub evidence_on: NaiveDate,
    /// Whether that day is only the day of recording.
    pub undated: bool,
    /// The rule that read it, or `person`.
    pub method: String,
    /// The version of the arithmetic.
    pub arithmetic: i16,
    /// What repeats of it share.
    pub occasion: String,
    /// The statement that it rests on.
    pub statement_id: Uuid,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// When another took its place.
    #[schema(required = true)]
    pub superseded_at: Option<DateTime<Utc>>,
    /// Why.
    #[schema(required = true)]
    pub reason: Option<String>,
}

impl StanceBody {
    /// A stance as the API has it.
    pub fn new(row: StanceRow) -> Self {
        Self {
            holder: row.holder().into(),
            position: row.label().to_owned(),
            proposition: row.proposition_slug,
            id: row.id,
            value: row.value.as_f64(),
            basis: row.basis,
            state: row.state,
            confidence: row.confidence.as_f64(),
            weight: row.weight,
            evidence_on: row.evidence_on,
            undated: row.undated,
            method: row.method,
            arithmetic: row.arithmetic,
            occasion: row.occasion,
            statement_id: row.statement_id,
            recorded_at: row.recorded_at,
            superseded_at: row.superseded_at,
            reason: row.reason,
        }
    }
}

/// Filters and sort of stances.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StanceQuery {
    /// On this proposition, by slug; `position` is one of its words. Without, `position` is a word of the default one.
    proposition: Option<String>,
    /// On this side.
    #[param(example = "open")]
    position: Option<String>,
    /// Held by this actor: id or slug.
    holder: Option<String>,
    /// Resting on words of this actor.
    speaker: Option<String>,
    /// Held by, or resting on words said by or for, this organization; repeatable.
    #[serde(default)]
    organization: Vec<String>,
    /// Resting on this.
    basis: Option<Basis>,
    /// Resting on statements of this kind.
    kind: Option<StatementKind>,
    /// Resting on this statement.
    statement: Option<Uuid>,
    /// Carried by this source.
    source: Option<Uuid>,
    /// Dated by this day.
    #[serde(default, deserialize_with = "crate::query::day")]
    as_of: Option<NaiveDate>,
    /// As the record stood at this moment (RFC 3339).
    #[serde(default, deserialize_with = "crate::query::moment")]
    known_at: Option<DateTime<Utc>>,
    /// `evidence_on`, `recorded_at`, `value`, `confidence`, each with a minus for the greatest first. Without: newest evidence first.
    #[param(value_type = Option<String>, example = "-evidence_on")]
    sort: Option<Sort<StanceKey>>,
}

/// Stances
///
/// What each piece of evidence says; under both clocks.
#[utoipa::path(get, path = "/v1/stances", tag = "stances", params(StanceQuery, PageParams),
    responses((status = 200, description = "A page of stances", body = Page<StanceBody>)))]
pub async fn list_stances(State(app): State<App>, List { filter: query, page }: List<StanceQuery>) -> Result<Page<StanceBody>, Problem> {
    let after = page.after(&app.cursor_key)?;
    let mut conn = app.db.read.acquire().await?;
    let mut filter = Filter {
        statements: query.statement.map(|id| vec![id]),
        holder: wire::optional_actor(&mut conn, "holder", query.holder.as_deref()).await?,
        speaker: wire::optional_actor(&mut conn, "speaker", query.speaker.as_deref()).await?,
        kind: query.kind,
        source: query.source,
        basis: query.basis,
        as_of: query.as_of,
        known_at: wire::known_at(&app, query.known_at)?,
        ..Filter::default()
    };
    for key in &query.organization {
        filter.organizations.push(wire::actor(&mut conn, "organization", key).await?);
    }
    if query.proposition.is_some() || query.position.is_some() {
        let proposition = wire::proposition(&mut conn, query.proposition.as_deref()).await?;
        filter.side = wire::side(&proposition, "position", query.position.as_deref())?;
        filter.proposition = Some(proposition.id);
    }
    let sort = query.sort.unwrap_or_else(|| Sort(vec![(StanceKey::EvidenceOn, Direction::Descending)]));
    let rows = crate::db::lists::stances::list(&mut conn, &filter, &sort, after.as_ref(), page.rows()).await?;
    Ok(page.page(&app.cursor_key, rows, |row| row.keys(&sort)).map(StanceBody::new))
}

/// A stance
///
/// A superseded stance stays readable, with the reason.
#[utoipa::path(get, path = "/v1/stances/{id}", tag = "stances", params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 200, description = "The stance", body = StanceBody)))]
pub async fn get_stance(State(app): State<App>, Path(id): Path<Uuid>, Query(()): Query<()>) -> Result<Json<StanceBody>, Problem> {
    let mut conn = app.db.read.acquire().await?;
    let filter = Filter { id: Some(id), ..Filter::default() };
    let sort = Sort(vec![(StanceKey::EvidenceOn, Direction::Descending)]);
    let row = crate::db::lists::stances::list(&mut conn, &filter, &sort, None, 1).await?.pop();
    let row = row.ok_or_else(|| Problem::not_found(format!("stance `{id}`")))?;
    Ok(Json(StanceBody::new(row)))
}
