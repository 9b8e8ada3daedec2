//! `/v1/statements`: reading and retracting. Posting is in [`post`].

use std::collections::HashMap;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    App,
    auth::{Caller, Can, Publish},
    conditional::{etag, require_match},
    input::{Json, List, Path, Query},
    problem::{Kind, Problem},
    stances::StanceBody,
    wire::{self, ActorBody},
};
use crate::{
    db::{
        self, PgConnection,
        lists::{
            stances::{self, StanceKey},
            statements::{Filter, OccurrenceRow, StatementKey, StatementRow},
        },
    },
    domain::{
        date::PartialDate,
        stance::Basis,
        statement::{StatementKind, Status},
        text::TextPosition,
    },
    keys::Scope,
    query::{Direction, Page, PageParams, QueryError, Sort},
    record,
};

pub mod post;

/// A statement: something an actor said, or a source says of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Statement)]
pub struct StatementBody {
    /// Its id.
    pub id: Uuid,
    /// How the source carries it. A `description` is the source's own voice, never the actor's words.
    pub kind: StatementKind,
    /// The words.
    pub text: String,
    /// By or about whom; `null` for an unnamed group.
    #[schema(required = true)]
    pub actor: Option<ActorBody>,
    /// The actor, only where it spoke.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speaker: Option<ActorBody>,
    /// The attribution as printed.
    #[schema(required = true)]
    pub actor_text: Option<String>,
    /// For whom the source presents the speaker as speaking.
    #[schema(required = true)]
    pub on_behalf_of: Option<ActorBody>,
    /// When it was said, as far as known.
    #[schema(required = true)]
    pub said_on: Option<PartialDate>,
    /// Public, or waiting for review.
    pub status: Status,
    /// Whether its words were found, to the letter, in a source's stored text.
    pub verification: Verification,
    /// Where sources carry it.
    pub occurrences: Vec<OccurrenceBody>,
    /// What it says on propositions, and of whom.
    pub stances: Vec<StanceBody>,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// Where it is.
    pub url: String,
}

/// Whether words were found in a source's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verification {
    /// They stand there, at the position given.
    Verified,
    /// There is no text to find them in.
    Unverified,
}

/// Where a source carries a statement (W3C Web Annotation: position and quote selectors, in Unicode code points).
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Occurrence)]
pub struct OccurrenceBody {
    /// The source.
    pub source: SourceRef,
    /// The words as this source prints them.
    pub exact: String,
    /// The words before.
    pub prefix: String,
    /// The words after.
    pub suffix: String,
    /// From where to where in the source's text.
    #[schema(required = true)]
    pub position: Option<TextPosition>,
    /// The attribution, from where to where.
    #[schema(required = true)]
    pub mention: Option<TextPosition>,
    /// How it was attributed.
    #[schema(example = "beside")]
    pub rule: String,
    /// The chance that the attribution is right, 0 … 1.
    pub confidence: f64,
    /// The text around it.
    #[schema(required = true)]
    pub context: Option<Context>,
}

/// The text around an occurrence: 300 code points on each side.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Context {
    /// The text.
    pub text: String,
    /// Where it begins in the source's text, in code points.
    pub start: usize,
}

/// A source, as an occurrence refers to it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SourceRef {
    /// Its id.
    pub id: Uuid,
    /// Its title.
    #[schema(required = true)]
    pub title: Option<String>,
    /// Who published it.
    #[schema(required = true)]
    pub publisher: Option<String>,
    /// When, as far as known.
    #[schema(required = true)]
    pub published_on: Option<PartialDate>,
    /// Where it stands.
    #[schema(required = true)]
    pub url: Option<String>,
    /// The collection that it belongs to; `demo` ships with the service.
    #[schema(required = true)]
    pub collection: Option<String>,
}

impl OccurrenceBody {
    fn new(row: OccurrenceRow) -> Self {
        let position = |start: Option<i32>, end: Option<i32>| {
            Some(TextPosition { start: usize::try_from(start?).ok()?, end: usize::try_from(end?).ok()? })
        };
        let start = row.context_start.and_then(|start| usize::try_from(start).ok());
        Self {
            source: SourceRef {
                id: row.source_id,
                published_on: row.published(),
                title: row.source_title,
                publisher: row.source_publisher,
                url: row.source_url,
                collection: row.collection,
            },
            position: position(row.start_at, row.end_at),
            mention: position(row.mention_start, row.mention_end),
            context: row.context.zip(start).map(|(text, start)| Context { text, start }),
            exact: row.exact,
            prefix: row.prefix,
            suffix: row.suffix,
            rule: row.rule,
            confidence: f64::from(row.confidence) / 1000.0,
        }
    }
}

/// Statements with their occurrences and stances: two queries more, however many statements.
pub async fn complete(conn: &mut PgConnection, rows: Vec<StatementRow>, held: bool) -> Result<Vec<StatementBody>, Problem> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let mut occurrences: HashMap<Uuid, Vec<OccurrenceBody>> = HashMap::new();
    for row in db::lists::statements::occurrences(conn, &ids).await? {
        occurrences.entry(row.statement_id).or_default().push(OccurrenceBody::new(row));
    }
    let filter = stances::Filter { statements: Some(ids), held, ..Default::default() };
    let sort = Sort(vec![(StanceKey::RecordedAt, Direction::Ascending)]);
    let mut taken: HashMap<Uuid, Vec<StanceBody>> = HashMap::new();
    for row in stances::list(conn, &filter, &sort, None, i64::MAX).await? {
        taken.entry(row.statement_id).or_default().push(StanceBody::new(row));
    }
    let body = |row: StatementRow| {
        let occurrences = occurrences.remove(&row.id).unwrap_or_default();
        let actor = row.actor().map(ActorBody::from);
        let verified = occurrences.iter().any(|occurrence| occurrence.position.is_some());
        StatementBody {
            speaker: actor.clone().filter(|_| row.kind.is_speech()),
            actor,
            on_behalf_of: row.organization().map(ActorBody::from),
            said_on: row.said(),
            verification: if verified { Verification::Verified } else { Verification::Unverified },
            occurrences,
            stances: taken.remove(&row.id).unwrap_or_default(),
            url: format!("/v1/statements/{}", row.id),
            id: row.id,
            kind: row.kind,
            text: row.text,
            actor_text: row.actor_text,
            status: row.status,
            created_at: row.created_at,
        }
    };
    Ok(rows.into_iter().map(body).collect())
}

/// Filters and sort of statements.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StatementQuery {
    /// With a stance on this side of the proposition.
    #[param(example = "open")]
    position: Option<String>,
    /// With a stance on this proposition, by slug. Without, `position` is a word of the default one.
    proposition: Option<String>,
    /// Said by this actor: id or slug.
    #[param(example = "sam-altman")]
    speaker: Option<String>,
    /// From which this actor has a stance.
    holder: Option<String>,
    /// Said by or for this organization, or giving it a stance; repeatable.
    #[serde(default)]
    organization: Vec<String>,
    /// With a stance that rests on this.
    basis: Option<Basis>,
    /// Carried so.
    kind: Option<StatementKind>,
    /// Carried by this source.
    source: Option<Uuid>,
    /// Said on this day or later.
    #[serde(default, deserialize_with = "crate::query::day")]
    said_from: Option<NaiveDate>,
    /// Said on this day or earlier.
    #[serde(default, deserialize_with = "crate::query::day")]
    said_to: Option<NaiveDate>,
    /// With these words, as in a web search: `open weights`, `"open weights"`, `-closed`.
    #[param(example = "open source")]
    q: Option<String>,
    /// In this state; all but `published` need the scope `review`.
    status: Option<Status>,
    /// Whether a reviewer is wanted; needs the scope `review`.
    #[serde(default)]
    for_review: bool,
    /// `created_at`, `said_on`, each with a minus for the newest first. Without: newest first.
    #[param(value_type = Option<String>, example = "-said_on")]
    sort: Option<Sort<StatementKey>>,
}

/// Statements
///
/// Each with its speaker, where sources carry it, and what it says of whom.
#[utoipa::path(get, path = "/v1/statements", tag = "statements", params(StatementQuery, PageParams),
    responses((status = 200, description = "A page of statements", body = Page<StatementBody>)))]
pub async fn list_statements(
    State(app): State<App>,
    caller: Caller,
    List { filter: query, page }: List<StatementQuery>,
) -> Result<Page<StatementBody>, Problem> {
    let after = page.after(&app.cursor_key)?;
    let hidden = query.for_review || query.status.is_some_and(|status| status != Status::Published);
    if hidden {
        caller.require(Scope::Review, "Reading what is not public")?;
    }
    let sort = query.sort.clone().unwrap_or_else(|| Sort(vec![(StatementKey::CreatedAt, Direction::Descending)]));
    let mut conn = app.db.snapshot().await?; // statements, occurrences and stances of one moment
    let filter = query.filter(&mut conn).await?;
    let rows = db::lists::statements::list(&mut conn, &filter, &sort, after.as_ref(), page.rows()).await?;
    let page = page.page(&app.cursor_key, rows, |row| row.keys(&sort));
    Ok(Page { items: complete(&mut conn, page.items, hidden).await?, next_cursor: page.next_cursor, link: page.link })
}

impl StatementQuery {
    async fn filter(self, conn: &mut PgConnection) -> Result<Filter, Problem> {
        if let (Some(from), Some(to)) = (self.said_from, self.said_to)
            && from > to
        {
            return Err(QueryError::invalid("said_to", "lies before `said_from`").into());
        }
        let mut filter = Filter {
            statuses: match (self.status, self.for_review) {
                (Some(status), _) => vec![status],
                (None, true) => vec![Status::Pending, Status::Published],
                (None, false) => Vec::new(),
            },
            for_review: self.for_review,
            speaker: wire::optional_actor(conn, "speaker", self.speaker.as_deref()).await?,
            holder: wire::optional_actor(conn, "holder", self.holder.as_deref()).await?,
            basis: self.basis,
            kind: self.kind,
            source: self.source,
            said_from: self.said_from,
            said_to: self.said_to,
            q: self.q,
            ..Filter::default()
        };
        for key in &self.organization {
            filter.organizations.push(wire::actor(conn, "organization", key).await?);
        }
        if self.position.is_some() || self.proposition.is_some() {
            let proposition = wire::proposition(conn, self.proposition.as_deref()).await?;
            filter.side = wire::side(&proposition, "position", self.position.as_deref())?;
            filter.proposition = Some(proposition.id);
        }
        Ok(filter)
    }
}

/// A statement
///
/// Public ones are for everyone; those that wait for review need a key with the scope `review`.
#[utoipa::path(get, path = "/v1/statements/{id}", tag = "statements", params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 200, description = "The statement", body = StatementBody), (status = 410, description = "It was retracted")))]
pub async fn get_statement(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(()): Query<()>,
) -> Result<Json<StatementBody>, Problem> {
    let mut conn = app.db.read.acquire().await?;
    Ok(Json(readable(&mut conn, id, caller.may(Scope::Review)).await?))
}

/// A statement, if it may be read: a retracted one is gone, a hidden one is there for reviewers alone.
pub async fn readable(conn: &mut PgConnection, id: Uuid, reviewer: bool) -> Result<StatementBody, Problem> {
    let filter = Filter { ids: Some(vec![id]), statuses: Status::ALL.to_vec(), ..Filter::default() };
    let sort = Sort(vec![(StatementKey::CreatedAt, Direction::Descending)]);
    let row = db::lists::statements::list(conn, &filter, &sort, None, 1).await?.pop();
    match row {
        Some(row) if row.status == Status::Retracted => {
            let reason = row.reason.unwrap_or_default();
            Err(Problem::new(Kind::Gone, format!("The statement was retracted: {reason}")).with("reason", reason))
        }
        Some(row) if row.status == Status::Published || reviewer => {
            let held = row.status != Status::Published;
            complete(conn, vec![row], held).await?.pop().ok_or_else(|| Problem::internal("a statement went missing"))
        }
        _ => Err(Problem::not_found(format!("statement `{id}`"))),
    }
}

/// Why a statement is retracted.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RetractQuery {
    /// What is wrong with it, at most 1,000 characters; stays readable.
    #[param(example = "The source has corrected itself.")]
    reason: String,
}

/// Retract a statement
///
/// Needs the scope `publish`, and in `If-Match` the `ETag` of the statement as you have read it. Its stances no longer count; that it was
/// there, and why it went, stays readable.
#[utoipa::path(delete, path = "/v1/statements/{id}", tag = "statements", security(("key" = [])),
    params(("id" = Uuid, Path, description = "Its id"), RetractQuery, ("If-Match" = String, Header, description = "The `ETag` of the statement")),
    responses((status = 204, description = "Retracted"), (status = 412, description = "It has changed"), (status = 428, description = "`If-Match` is missing")))]
pub async fn retract_statement(
    State(app): State<App>,
    Can(principal, _): Can<Publish>,
    Path(id): Path<Uuid>,
    Query(query): Query<RetractQuery>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    const LONGEST: usize = 1000;
    let reason = query.reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST {
        return Err(QueryError::invalid("reason", format!("is to have 1 to {LONGEST} characters")).into());
    }
    let now = app.now();
    let mut tx = app.db.write.begin().await?;
    let locked = record::verdicts::lock(&mut tx, id).await?;
    let current = readable(&mut tx, id, principal.may(Scope::Review)).await?;
    let current = serde_json::to_vec(&current).map_err(Problem::internal)?;
    require_match(&headers, &etag(&current))?;
    record::verdicts::retract(&mut tx, &now, &locked, reason).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
