//! Shapes that several resources share, as JSON has them.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::problem::Problem;
use crate::{
    db::{
        self, PgConnection,
        lists::{ActorRef, Figures},
    },
    domain::{
        actor::ActorKind,
        proposition::{self, Proposition},
        standing::{Standing, is_thin},
    },
    query::{QueryError, none_of},
};

/// An organization or person, as others refer to it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ActorRef)]
pub struct ActorBody {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub kind: ActorKind,
    /// Its name.
    #[schema(example = "Mistral AI")]
    pub name: String,
    /// Its handle in addresses; `null` while it waits for review.
    #[schema(required = true, example = "mistral-ai")]
    pub slug: Option<String>,
    /// Where it is.
    #[schema(example = "/v1/organizations/mistral-ai")]
    pub url: String,
}

impl From<ActorRef> for ActorBody {
    fn from(actor: ActorRef) -> Self {
        let key = actor.slug.clone().unwrap_or_else(|| actor.id.to_string());
        Self { id: actor.id, kind: actor.kind, url: format!("{}/{key}", collection(actor.kind)), name: actor.name, slug: actor.slug }
    }
}

/// The address of the list of actors of a kind.
pub const fn collection(kind: ActorKind) -> &'static str {
    match kind {
        ActorKind::Organization => "/v1/organizations",
        ActorKind::Person => "/v1/people",
    }
}

/// Where an actor stands on a proposition.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = StandingSummary)]
pub struct StandingBody {
    /// The proposition's word for it (`open`, `closed`, `mixed`), or `insufficient_evidence`.
    #[schema(example = "open")]
    pub position: String,
    /// −1 (closed) … 1 (open): the weighted mean of the evidence.
    pub score: f64,
    /// The score, drawn towards 0 the less support it has: the default order.
    pub rank_score: f64,
    /// 0 … 1: how well supported and how undivided the evidence is.
    pub confidence: f64,
    /// The evidence in units of one perfectly read, first-hand piece.
    pub support: f64,
    /// Whether the support is below 1.
    pub thin: bool,
    /// Pieces of evidence counted.
    pub evidence_count: i32,
    /// The newest day of the evidence.
    #[schema(required = true)]
    pub last_evidence_on: Option<NaiveDate>,
}

impl StandingBody {
    /// A kept standing; `None` without evidence.
    pub fn of(figures: &Figures, proposition: &Proposition) -> Option<Self> {
        let support = figures.support?;
        #[expect(clippy::cast_precision_loss, reason = "support is read to a few digits")]
        Some(Self {
            position: proposition.position(figures.position?).to_owned(),
            score: figures.score?,
            rank_score: figures.rank_score?,
            confidence: figures.confidence?,
            support: support as f64 / 10_000.0,
            thin: is_thin(support),
            evidence_count: figures.evidence_count?,
            last_evidence_on: figures.last_evidence_on,
        })
    }

    /// A standing computed just now.
    pub fn computed(standing: &Standing, last_evidence_on: Option<NaiveDate>, proposition: &Proposition) -> Self {
        Self {
            position: proposition.position(standing.position).to_owned(),
            score: standing.score,
            rank_score: standing.rank_score,
            confidence: standing.confidence,
            support: standing.support,
            thin: standing.thin,
            evidence_count: standing.evidence_count,
            last_evidence_on,
        }
    }
}

/// The proposition that a parameter names; the default one without.
pub async fn proposition(conn: &mut PgConnection, slug: Option<&str>) -> Result<Proposition, Problem> {
    let wanted = slug.unwrap_or(proposition::DEFAULT);
    if let Some(proposition) = db::propositions::by_slug(conn, wanted).await? {
        return Ok(proposition);
    }
    let all = db::propositions::all(conn).await?;
    let known: Vec<_> = all.iter().map(|proposition| proposition.slug.as_str()).collect();
    Err(QueryError::invalid("proposition", none_of(wanted, &known)).into())
}

/// Reads a word for a standing's position on a proposition.
pub fn standing_position(
    proposition: &Proposition,
    parameter: &str,
    word: Option<&str>,
) -> Result<Option<crate::domain::standing::StandingPosition>, Problem> {
    let Some(word) = word else { return Ok(None) };
    let position = proposition.standing_position(word);
    position.map(Some).ok_or_else(|| QueryError::invalid(parameter, none_of(word, &proposition.words())).into())
}

/// Reads a word for a stance's position on a proposition.
pub fn side(proposition: &Proposition, parameter: &str, word: Option<&str>) -> Result<Option<crate::domain::stance::Side>, Problem> {
    let Some(word) = word else { return Ok(None) };
    let words = [proposition.label_for.as_str(), &proposition.label_against, &proposition.label_mixed];
    proposition.side(word).map(Some).ok_or_else(|| QueryError::invalid(parameter, none_of(word, &words)).into())
}

/// The public actor that a parameter names by id or slug.
pub async fn actor(conn: &mut PgConnection, parameter: &str, key: &str) -> Result<Uuid, Problem> {
    let id = match Uuid::try_parse(key) {
        Ok(id) => db::actors::by_ids(conn, &[id]).await?.pop().filter(|actor| actor.public).map(|actor| actor.id),
        Err(_) => db::actors::by_slug(conn, key).await?.map(|actor| actor.id),
    };
    id.ok_or_else(|| {
        QueryError::invalid(parameter, format!("there is no actor `{}`; give an id or a slug", key.chars().take(80).collect::<String>()))
            .into()
    })
}

/// The same where the parameter may be absent.
pub async fn optional_actor(conn: &mut PgConnection, parameter: &str, key: Option<&str>) -> Result<Option<Uuid>, Problem> {
    match key {
        Some(key) => actor(conn, parameter, key).await.map(Some),
        None => Ok(None),
    }
}

/// A moment to ask the record for: one that has come, so that the answer stays.
pub fn known_at(
    app: &super::App,
    known_at: Option<chrono::DateTime<chrono::Utc>>,
) -> Result<Option<chrono::DateTime<chrono::Utc>>, Problem> {
    // The record's own time may run a little ahead: each change of a holder comes after the one before.
    let now = app.clock.now();
    if known_at.is_some_and(|at| at > now + chrono::TimeDelta::minutes(1)) {
        return Err(QueryError::invalid(
            "known_at",
            format!("lies in the future; it is {}", now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)),
        )
        .into());
    }
    Ok(known_at)
}
