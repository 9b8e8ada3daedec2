//! What organizations and people have in common: lists, standings and their explanation.

use axum::{
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    App,
    input::Json,
    problem::{Kind, Problem},
    wire::{ActorBody, StandingBody, collection, proposition, standing_position},
};
use crate::{
    db::{
        self, PgConnection,
        lists::{
            ActorRef,
            actors::{ActorKey, ActorRow, Filter},
        },
        stances::StanceRow,
    },
    domain::{
        actor::{ActorKind, NAME_MAX, fold_name},
        proposition::Proposition,
        stance::Basis,
        standing::{ARITHMETIC, Evidence, Piece, StandingPosition, Sums, last_evidence_on, pieces},
    },
    query::{Direction, PageRequest, Sort},
};

/// Filters and sort that organizations and people share.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ActorQuery {
    /// Standing here: `open`, `closed`, `mixed` (or the proposition's own words), or `insufficient_evidence`.
    #[param(example = "open")]
    pub stance: Option<String>,
    /// The proposition that `stance`, the score and the answer's `standing` are on; by slug.
    pub proposition: Option<String>,
    /// With at least this score, −1 … 1.
    pub score_min: Option<f64>,
    /// With at most this score, −1 … 1.
    pub score_max: Option<f64>,
    /// With at least so many pieces of evidence.
    pub evidence_min: Option<i32>,
    /// With these letters in a name.
    pub q: Option<String>,
    /// `rank_score`, `score`, `confidence`, `evidence_count`, `last_evidence_on`, `name`, `created_at`, each with a minus for the
    /// greatest first, several with commas. Without: best supported first. Actors without a standing come last.
    #[param(value_type = Option<String>, example = "-score,name")]
    pub sort: Option<Sort<ActorKey>>,
}

/// Reads a page of actors of one kind; answers it with the proposition that their standings are on.
pub async fn list(
    app: &App,
    kind: ActorKind,
    query: ActorQuery,
    classification: Option<crate::domain::actor::Classification>,
    page: &PageRequest,
) -> Result<(Proposition, crate::query::Page<ActorRow>), Problem> {
    let after = page.after(&app.cursor_key)?;
    let mut conn = app.db.read.acquire().await?;
    let proposition = proposition(&mut conn, query.proposition.as_deref()).await?;
    let filter = Filter {
        kind,
        proposition: proposition.id,
        ids: None,
        position: standing_position(&proposition, "stance", query.stance.as_deref())?,
        score_min: query.score_min,
        score_max: query.score_max,
        evidence_min: query.evidence_min,
        classification,
        q: query.q,
    };
    let sort = query.sort.unwrap_or_else(|| best_supported(filter.position));
    let rows = db::lists::actors::list(&mut conn, &filter, &sort, after.as_ref(), page.rows()).await?;
    Ok((proposition, page.page(&app.cursor_key, rows, |row| row.keys(&sort))))
}

/// The default order: of those against, the lowest rank score is the best supported.
pub fn best_supported(position: Option<StandingPosition>) -> Sort<ActorKey> {
    let direction = if position == Some(StandingPosition::Against) { Direction::Ascending } else { Direction::Descending };
    Sort(vec![(ActorKey::RankScore, direction)])
}

/// One actor by id or slug; a slug of the past leads to the present one.
pub enum Found {
    /// The actor.
    Here(Box<ActorRow>),
    /// It has another slug now.
    Moved(Response),
}

/// Finds an actor by id or slug; `below` is what follows in the path.
pub async fn find(conn: &mut PgConnection, kind: ActorKind, key: &str, proposition: Uuid, below: &str) -> Result<Found, Problem> {
    let row = db::lists::actors::one(conn, kind, proposition, key).await?;
    let row =
        row.ok_or_else(|| Problem::not_found(format!("{kind} `{}`; give an id or a slug", key.chars().take(80).collect::<String>())))?;
    if row.slug != key && row.id.to_string() != key.to_ascii_lowercase() {
        return Ok(Found::Moved(Redirect::permanent(&format!("{}/{}{below}", collection(kind), row.slug)).into_response()));
    }
    Ok(Found::Here(Box::new(row)))
}

/// The answer that tells where a new resource is.
pub fn created<T: Serialize>(url: String, body: T) -> Response {
    (axum::http::StatusCode::CREATED, [(header::LOCATION, url)], Json(body)).into_response()
}

/// The two clocks, and whether to explain.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StandingQuery {
    /// On which proposition, by slug.
    pub proposition: Option<String>,
    /// With the evidence dated by this day.
    #[serde(default, deserialize_with = "crate::query::day")]
    pub as_of: Option<NaiveDate>,
    /// As the record stood at this moment (RFC 3339).
    #[serde(default, deserialize_with = "crate::query::moment")]
    pub known_at: Option<DateTime<Utc>>,
    /// Whether to give every piece of evidence, its share, and what it displaced.
    #[serde(default)]
    pub explain: bool,
}

/// Where an actor stands, by which evidence, under which clocks.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StandingAnswer {
    /// Whose.
    pub holder: ActorBody,
    /// On what, by slug.
    #[schema(example = "open-release")]
    pub proposition: String,
    /// `null` where no evidence counts: unknown is not mixed.
    #[schema(required = true)]
    pub standing: Option<StandingBody>,
    /// How divided the evidence is, 0 … 1.
    #[schema(required = true)]
    pub disagreement: Option<f64>,
    /// Score of deeds less that of words, where both have support of 0.4.
    #[schema(required = true)]
    pub say_do_gap: Option<f64>,
    /// Accusations by others: shown, never weighed.
    pub alleged_count: i32,
    /// The evidence is dated by this day.
    #[schema(required = true)]
    pub as_of: Option<NaiveDate>,
    /// The record stood so at this moment: the one asked for, else that of the holder's last change.
    #[schema(required = true)]
    pub known_at: Option<DateTime<Utc>>,
    /// The version of the arithmetic.
    pub arithmetic: i16,
    /// Every piece of evidence; with `explain=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pieces: Option<Vec<PieceBody>>,
}

/// One piece of evidence in a standing: of the stances with one occasion and side, the heaviest.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Piece)]
pub struct PieceBody {
    /// The stance that counts.
    pub stance_id: Uuid,
    /// What it rests on.
    pub statement_id: Uuid,
    /// The statement.
    pub statement_url: String,
    /// What repeats of it share.
    pub occasion: String,
    /// What kind of evidence it is.
    pub basis: Basis,
    /// The proposition's word for its side.
    pub position: String,
    /// v: direction × strength, −1 … 1.
    pub value: f64,
    /// c: the chance that it is read right.
    pub confidence: f64,
    /// w = b·c·2^(t/730), in millionths.
    pub weight: i64,
    /// w/Σw.
    pub share: f64,
    /// w·v/Σw: the contributions add up to the score.
    pub contribution: f64,
    /// The day that it counts from.
    pub evidence_on: NaiveDate,
    /// Whether that day is only the day of recording.
    pub undated: bool,
    /// Lighter stances of the same occasion and side, which do not count.
    pub displaced: Vec<Uuid>,
}

/// A holder's standing: from the kept sums, or folded from the stances under the clocks asked for.
pub async fn standing(
    conn: &mut PgConnection,
    holder: ActorRef,
    proposition: &Proposition,
    query: &StandingQuery,
) -> Result<StandingAnswer, Problem> {
    let known_at = match query.known_at {
        Some(at) => Some(at),
        // Asked again with the time of its last change, the record gives the same answer.
        None => db::stances::last_change(conn, holder.id, proposition.id).await?,
    };
    let present = query.as_of.is_none() && query.known_at.is_none() && !query.explain;
    let kept = if present { db::standings::of_holder(conn, holder.id, proposition.id).await? } else { None };
    let (sums, last, pieces) = match kept {
        Some(kept) => (kept.sums, kept.last_evidence_on, None),
        None => {
            let rows = db::stances::of_holder(conn, holder.id, proposition.id, query.as_of, known_at).await?;
            let evidence: Vec<Evidence> = rows.iter().map(StanceRow::evidence).collect();
            let sums = Sums::of(&evidence);
            (sums, last_evidence_on(&evidence), query.explain.then(|| explain(&rows, &evidence, &sums, proposition)))
        }
    };
    let standing = sums.standing();
    Ok(StandingAnswer {
        holder: holder.into(),
        proposition: proposition.slug.clone(),
        disagreement: standing.map(|standing| standing.disagreement),
        say_do_gap: standing.and_then(|standing| standing.say_do_gap),
        standing: standing.map(|standing| StandingBody::computed(&standing, last, proposition)),
        alleged_count: sums.alleged,
        as_of: query.as_of,
        known_at,
        arithmetic: ARITHMETIC,
        pieces,
    })
}

fn explain(rows: &[StanceRow], evidence: &[Evidence], sums: &Sums, proposition: &Proposition) -> Vec<PieceBody> {
    #[expect(clippy::cast_precision_loss, reason = "shares are read to a few digits; `weight` is exact")]
    let share = |weight: i64| weight as f64 / sums.all.weight as f64;
    let body = |piece: &Piece<'_>| {
        let row = rows.iter().find(|row| row.id == piece.counted.id)?;
        Some(PieceBody {
            stance_id: row.id,
            statement_id: row.statement_id,
            statement_url: format!("/v1/statements/{}", row.statement_id),
            occasion: row.occasion.clone(),
            basis: row.basis,
            position: proposition.label(row.value.side()).to_owned(),
            value: row.value.as_f64(),
            confidence: row.confidence.as_f64(),
            weight: row.weight,
            share: share(row.weight),
            contribution: share(row.weight) * row.value.as_f64(),
            evidence_on: row.evidence_on,
            undated: row.undated,
            displaced: piece.displaced.iter().map(|one| one.id).collect(),
        })
    };
    let mut bodies: Vec<_> = pieces(evidence).iter().filter_map(body).collect();
    bodies.sort_by_key(|piece| (std::cmp::Reverse(piece.weight), piece.stance_id));
    bodies
}

/// Answers the standing of the actor that a path names.
pub async fn get_standing(app: &App, kind: ActorKind, key: &str, query: &StandingQuery) -> Result<Response, Problem> {
    let mut conn = app.db.snapshot().await?; // one moment, so that `known_at` belongs to the figures
    let proposition = proposition(&mut conn, query.proposition.as_deref()).await?;
    match find(&mut conn, kind, key, proposition.id, "/standing").await? {
        Found::Moved(there) => Ok(there),
        Found::Here(row) => {
            let holder = ActorRef { id: row.id, kind, name: row.name, slug: Some(row.slug) };
            Ok(Json(standing(&mut conn, holder, &proposition, query).await?).into_response())
        }
    }
}

/// A name fit to be stored, without white space around it.
pub fn name(text: &str, pointer: &str) -> Result<String, Problem> {
    let name = text.trim();
    if fold_name(name).is_empty() {
        return Err(Problem::at(pointer, "has no letter or digit; give a name"));
    }
    if name.chars().count() > NAME_MAX {
        return Err(Problem::at(pointer, format!("is longer than {NAME_MAX} characters")));
    }
    Ok(name.to_owned())
}

/// Other names fit to be stored: at most 50.
pub fn aliases(given: &[String]) -> Result<Vec<String>, Problem> {
    const MOST: usize = 50;
    if given.len() > MOST {
        return Err(Problem::at("/aliases", format!("has more than {MOST} names")));
    }
    given.iter().enumerate().map(|(i, alias)| name(alias, &format!("/aliases/{i}"))).collect()
}

/// The public actor of a kind that a body names by id or slug; 422 if there is none.
pub async fn referred(conn: &mut PgConnection, kind: ActorKind, key: &str, pointer: &str) -> Result<Uuid, Problem> {
    let found = match Uuid::try_parse(key) {
        Ok(id) => db::actors::by_ids(conn, &[id]).await?.pop().filter(|actor| actor.slug.is_some()),
        Err(_) => db::actors::by_slug(conn, key).await?,
    };
    let found = found.filter(|actor| actor.kind == kind);
    found.map(|actor| actor.id).ok_or_else(|| Problem::at(pointer, format!("names no {kind}; give the id or slug of one")))
}

/// 409 if there is an actor of this kind and name.
pub async fn refuse_known(conn: &mut PgConnection, kind: ActorKind, name: &str) -> Result<(), Problem> {
    let folded = fold_name(name);
    db::actors::lock_names(conn, std::slice::from_ref(&folded)).await?;
    let Some((_, id)) = db::actors::by_names(conn, kind, &[folded]).await?.pop() else { return Ok(()) };
    let detail = format!(
        "There is {} of this name. Use it, or record another name.",
        if kind == ActorKind::Person { "a person" } else { "an organization" }
    );
    let existing = db::actors::by_ids(conn, &[id])
        .await?
        .pop()
        .filter(|actor| actor.slug.is_some())
        .map(|actor| ActorBody::from(ActorRef { id, kind, name: actor.name, slug: actor.slug }));
    let problem = Problem::new(Kind::Conflict, detail);
    Err(match existing.and_then(|existing| serde_json::to_value(existing).ok()) {
        Some(existing) => problem.with("existing", existing),
        None => problem,
    })
}

/// An actor as it was just stored.
pub async fn stored(conn: &mut PgConnection, kind: ActorKind, id: Uuid, proposition: &Proposition) -> Result<ActorRow, Problem> {
    let row = db::lists::actors::one(conn, kind, proposition.id, &id.to_string()).await?;
    row.ok_or_else(|| Problem::internal("an actor just published is not public"))
}
