//! `/v1/standings`: the ranking, now and in the past.

use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    App,
    actors::best_supported,
    input::List,
    problem::Problem,
    wire::{self, ActorBody, StandingBody},
};
use crate::{
    db::{
        self,
        lists::{
            actors::ActorKey,
            standings::{Filter, RankRow},
        },
        stances::StanceRow,
    },
    domain::{
        actor::ActorKind,
        proposition::Proposition,
        standing::{Evidence, Sums, last_evidence_on},
    },
    query::{Page, PageParams, PageRequest, QueryError, Sort},
};

/// A holder and where it stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = RankedStanding)]
pub struct RankBody {
    /// Whose.
    pub holder: ActorBody,
    /// On what, by slug.
    #[schema(example = "open-release")]
    pub proposition: String,
    /// Where it stands.
    pub standing: Option<StandingBody>,
}

impl RankBody {
    fn new(row: &RankRow, proposition: &Proposition) -> Self {
        Self { holder: row.holder().into(), proposition: proposition.slug.clone(), standing: StandingBody::of(&row.figures, proposition) }
    }
}

/// Filters, clocks and sort of the ranking.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RankQuery {
    /// On which proposition, by slug.
    proposition: Option<String>,
    /// Of organizations or of people alone.
    kind: Option<ActorKind>,
    /// There.
    #[param(example = "open")]
    position: Option<String>,
    /// With at least so many pieces of evidence.
    evidence_min: Option<i32>,
    /// With the evidence dated by this day.
    #[serde(default, deserialize_with = "crate::query::day")]
    as_of: Option<NaiveDate>,
    /// As the record stood at this moment (RFC 3339).
    #[serde(default, deserialize_with = "crate::query::moment")]
    known_at: Option<DateTime<Utc>>,
    /// `rank_score`, `score`, `confidence`, `evidence_count`, `last_evidence_on`, `name`, each with a minus for the greatest first.
    /// Without: best supported first. Under a clock of the past, `rank_score` alone.
    #[param(value_type = Option<String>, example = "-score")]
    sort: Option<Sort<ActorKey>>,
}

/// The ranking
///
/// Everyone with evidence on a proposition; with `as_of` or `known_at`, as it was.
#[utoipa::path(get, path = "/v1/standings", tag = "standings", params(RankQuery, PageParams),
    responses((status = 200, description = "A page of standings", body = Page<RankBody>)))]
pub async fn list_standings(State(app): State<App>, List { filter: query, page }: List<RankQuery>) -> Result<Page<RankBody>, Problem> {
    wire::known_at(&app, query.known_at)?;
    let mut conn = app.db.read.acquire().await?;
    let proposition = wire::proposition(&mut conn, query.proposition.as_deref()).await?;
    let filter = Filter {
        proposition: proposition.id,
        kind: query.kind,
        position: wire::standing_position(&proposition, "position", query.position.as_deref())?,
        evidence_min: query.evidence_min,
    };
    let sort = query.sort.clone().unwrap_or_else(|| best_supported(filter.position));
    if query.as_of.is_none() && query.known_at.is_none() {
        let after = page.after(&app.cursor_key)?;
        let rows = db::lists::standings::list(&mut conn, &filter, &sort, after.as_ref(), page.rows()).await?;
        return Ok(page.page(&app.cursor_key, rows, |row| row.keys(&sort)).map(|row| RankBody::new(&row, &proposition)));
    }
    if sort.0.iter().any(|(key, _)| *key != ActorKey::RankScore) {
        return Err(QueryError::invalid("sort", "under a clock of the past the ranking sorts by `rank_score` or `-rank_score`").into());
    }
    let holders = db::lists::standings::evidence(&mut conn, &filter, query.as_of, query.known_at).await?;
    past(&app, &filter, &sort, &page, holders, &proposition)
}

/// The ranking of the past: folded from the stances, then filtered, sorted and paged as the present one is.
fn past(
    app: &App,
    filter: &Filter,
    sort: &Sort<ActorKey>,
    page: &PageRequest,
    holders: Vec<(db::lists::ActorRef, Vec<StanceRow>)>,
    proposition: &Proposition,
) -> Result<Page<RankBody>, Problem> {
    let after = page.after(&app.cursor_key)?;
    let ascending = sort.0.first().is_some_and(|(_, direction)| *direction == crate::query::Direction::Ascending);
    let mut ranked: Vec<(f64, uuid::Uuid, RankBody)> = Vec::new();
    for (holder, stances) in holders {
        let evidence: Vec<Evidence> = stances.iter().map(StanceRow::evidence).collect();
        let Some(standing) = Sums::of(&evidence).standing() else { continue };
        let kept = filter.position.is_none_or(|position| position == standing.position)
            && filter.evidence_min.is_none_or(|least| standing.evidence_count >= least);
        if kept {
            let standing_body = StandingBody::computed(&standing, last_evidence_on(&evidence), proposition);
            let id = holder.id;
            let body = RankBody { holder: holder.into(), proposition: proposition.slug.clone(), standing: Some(standing_body) };
            ranked.push((if ascending { standing.rank_score } else { -standing.rank_score }, id, body));
        }
    }
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    if let Some(cursor) = after {
        let id = cursor.id;
        let [key] = cursor.keys::<1>()?;
        let rank = f64::try_from(key)?;
        let rank = if ascending { rank } else { -rank };
        ranked.retain(|row| row.0.total_cmp(&rank).then(row.1.cmp(&id)).is_gt());
    }
    ranked.truncate(usize::from(page.limit.get()) + 1);
    let position = |row: &(f64, uuid::Uuid, RankBody)| (vec![(if ascending { row.0 } else { -row.0 }).into()], row.1);
    Ok(page.page(&app.cursor_key, ranked, position).map(|row| row.2))
}
