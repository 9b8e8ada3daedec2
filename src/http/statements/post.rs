//! `POST /v1/statements`.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{StatementBody, readable};
use crate::{
    clock::Now,
    db::{self, PgConnection, lists::ActorRef},
    domain::{
        actor::{ActorKind, NAME_MAX},
        date::PartialDate,
        stance::{Confidence, Side, Value},
        statement::{StatementKind, Status, TEXT_MAX, TITLE_MAX},
        text::{CodePoints, find_words},
    },
    http::{
        App,
        actors::{self, StandingAnswer, StandingQuery, created},
        auth::{Can, Principal, Submit},
        input::{Json, Query},
        problem::{Kind, Problem},
        sources::{http_url, past, short},
        wire,
    },
    keys::Scope,
    record::{self, Draft, DraftStance, NewSource, POSITION_RULES, Place, Recorded},
};

/// Whom a statement is by or about: by `id`, by `slug`, or by `name` and, where the name is new, `kind`.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActorInput {
    /// Its id.
    id: Option<Uuid>,
    /// Its slug.
    #[schema(example = "mistral-ai")]
    slug: Option<String>,
    /// Its name: matched with known names without regard to case, accents and forms such as “Inc.”; a new one is recorded.
    name: Option<String>,
    /// What it is; needed where the name is new, or is both an organization's and a person's.
    kind: Option<ActorKind>,
}

/// The document that carries a statement.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceInput {
    /// Where it stands: http or https.
    #[schema(example = "https://example.org/interview")]
    url: Option<String>,
    /// Its title.
    title: Option<String>,
    /// Who published it.
    publisher: Option<String>,
    /// When.
    published_on: Option<PartialDate>,
    /// Its text. A quotation must stand in it, to the letter save for quotation marks and white space.
    text: Option<String>,
    /// Language tag.
    lang: Option<String>,
    /// Licence of the text; with one, the text may be shown to everyone.
    license: Option<String>,
}

/// What a statement says on a proposition.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StanceInput {
    /// On which proposition, by slug; the default one without.
    #[schema(example = "open-release")]
    proposition: Option<String>,
    /// The proposition's word for the side.
    #[schema(example = "open")]
    position: String,
    /// How strongly: 1 (without reserve), 0.7 (largely, or implied), 0.4 (may, considers, intends). Not for the middle position.
    #[schema(example = 1.0)]
    strength: Option<f64>,
}

/// A statement to post.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StatementInput {
    /// By or about whom.
    actor: ActorInput,
    /// The words, at most 10,000 characters.
    text: String,
    /// How the source carries them.
    kind: StatementKind,
    /// For which organization the source presents the speaker as speaking.
    on_behalf_of: Option<ActorInput>,
    /// When they were said.
    said_on: Option<PartialDate>,
    /// What carries them.
    source: SourceInput,
    /// What they say. Without, the position rules propose it; an empty list says that they take no position.
    stances: Option<Vec<StanceInput>>,
}

/// A statement just posted, and where its holders stand now.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PostedBody {
    #[serde(flatten)]
    statement: StatementBody,
    /// Where each holder of its stances stands now; empty while it waits for review.
    standings: Vec<StandingAnswer>,
}

/// Post a statement
///
/// With the scope `publish` it is public at once; with `submit` it waits for review. The statement, its stances and the standings that they
/// change are written together or not at all. The same statement again is 200 with the stored one; with other particulars, 409. The same words
/// from another source add that source to the statement, if the key may publish.
#[utoipa::path(post, path = "/v1/statements", tag = "statements", request_body = StatementInput, security(("key" = [])),
    responses((status = 201, description = "Recorded", body = PostedBody), (status = 200, description = "It was there", body = PostedBody),
        (status = 409, description = "It was there, with other particulars: see `existing`")))]
pub async fn create_statement(
    State(app): State<App>,
    Can(principal, _): Can<Submit>,
    Query(()): Query<()>,
    Json(input): Json<StatementInput>,
) -> Result<Response, Problem> {
    let now = app.now();
    let checked = input.checked(&now)?;
    let proposed = proposed(&checked).await?;
    let mut tx = app.db.write.begin().await?;
    let (draft, source) = draft(&mut tx, &now, &principal, &checked, proposed).await?;
    let source = record::sources::source(&mut tx, &now, &source).await?;
    if source.row().withdrawn_at.is_some() {
        return Err(Problem::new(Kind::Gone, "This source was withdrawn here; nothing can be posted from it."));
    }
    let recorded = record::statements::statements(&mut tx, &now, source.row(), std::slice::from_ref(&draft)).await?;
    let recorded = *recorded.first().ok_or_else(|| Problem::internal("a statement was not recorded"))?;
    if !matches!(recorded, Recorded::New(_)) {
        refuse_contradiction(&mut tx, recorded.id(), &draft, checked.stances.is_some()).await?;
    }
    let statement = readable(&mut tx, recorded.id(), true).await?;
    let standings = if statement.status == Status::Published { standings(&mut tx, &statement).await? } else { Vec::new() };
    tx.commit().await?;
    let body = PostedBody { statement, standings };
    Ok(match recorded {
        Recorded::New(_) => created(body.statement.url.clone(), body),
        _ => Json(body).into_response(),
    })
}

impl StatementInput {
    /// What can be checked without the database.
    fn checked(mut self, now: &Now) -> Result<Self, Problem> {
        self.text = self.text.trim().to_owned();
        if self.text.is_empty() {
            return Err(Problem::at("/text", "is empty"));
        }
        if self.text.chars().count() > TEXT_MAX {
            return Err(Problem::at("/text", format!("is longer than {TEXT_MAX} characters")));
        }
        self.said_on = past(self.said_on, now, "/said_on")?;
        if self.on_behalf_of.is_some() && !self.kind.is_speech() {
            return Err(Problem::at("/on_behalf_of", "is for words that the actor spoke; a description is the source's"));
        }
        let source = &mut self.source;
        source.url = source.url.as_deref().map(|url| http_url(url, "/source/url")).transpose()?;
        source.title = short(source.title.take(), TITLE_MAX, "/source/title")?;
        source.publisher = short(source.publisher.take(), NAME_MAX, "/source/publisher")?;
        source.lang = short(source.lang.take(), 35, "/source/lang")?;
        source.license = short(source.license.take(), 100, "/source/license")?;
        source.published_on = past(source.published_on, now, "/source/published_on")?;
        source.text = source.text.take().map(|text| crate::domain::text::normalize(&text)).filter(|text| !text.trim().is_empty());
        if source.url.is_none() && source.title.is_none() && source.text.is_none() {
            return Err(Problem::at("/source", "needs a `url`, a `title` or a `text`: a statement without a source is none"));
        }
        Ok(self)
    }
}

/// The statement as the record takes it, and its source.
async fn draft<'a>(
    conn: &mut PgConnection,
    now: &Now,
    principal: &Principal,
    input: &'a StatementInput,
    proposed: Option<(Value, Confidence)>,
) -> Result<(Draft, NewSource<'a>), Problem> {
    let public = principal.may(Scope::Publish);
    let names = [Some(&input.actor), input.on_behalf_of.as_ref()];
    let names: Vec<&str> = names.into_iter().flatten().filter_map(|actor| actor.name.as_deref()).collect();
    record::actors::reserve(conn, &names).await?;
    let actor = actor(conn, now, &input.actor, "/actor").await?;
    let on_behalf_of = match &input.on_behalf_of {
        Some(organization) => Some(self::organization(conn, now, organization).await?),
        None => None,
    };
    let (text, place) = place(input)?;
    let (rule, certain) = if public { ("posted", Confidence::CONFIRMED) } else { ("submitted", UNREVIEWED) };
    let draft = Draft {
        kind: input.kind,
        actor: Some(actor),
        actor_text: None,
        on_behalf_of: on_behalf_of.filter(|organization| *organization != actor),
        stances: stances(conn, input, proposed, certain).await?,
        text,
        said_on: input.said_on,
        status: if public { Status::Published } else { Status::Pending },
        for_review: !public,
        place,
        rule: rule.to_owned(),
        confidence: certain,
        accused: Vec::new(),
        created_by: Some(principal.key),
    };
    let source = &input.source;
    let source = NewSource {
        url: source.url.as_deref(),
        title: source.title.as_deref(),
        publisher: source.publisher.as_deref(),
        published_on: source.published_on,
        lang: source.lang.as_deref(),
        license: source.license.as_deref(),
        collection: None,
        text: source.text.as_deref(),
        completes: public,
    };
    Ok((draft, source))
}

/// The confidence of what nobody has confirmed: it counts for nothing until a reviewer accepts it.
const UNREVIEWED: Confidence = Confidence::new(500).expect("within 0…1000");

/// The actor that a body names.
async fn actor(conn: &mut PgConnection, now: &Now, input: &ActorInput, pointer: &str) -> Result<Uuid, Problem> {
    let unknown =
        |member: &str| Problem::at(format!("{pointer}/{member}"), "names no known actor; give a `name` and a `kind` to record one");
    match (input.id, &input.slug, &input.name) {
        (Some(id), None, None) => {
            let found = db::actors::by_ids(conn, &[id]).await?.pop();
            found.filter(|actor| actor.public).map(|actor| actor.id).ok_or_else(|| unknown("id"))
        }
        (None, Some(slug), None) => Ok(db::actors::by_slug(conn, slug).await?.ok_or_else(|| unknown("slug"))?.id),
        (None, None, Some(name)) => {
            let name = actors::name(name, &format!("{pointer}/name"))?;
            let kind = match input.kind {
                Some(kind) => kind,
                None => kind_of(conn, &name, pointer).await?,
            };
            Ok(record::actors::resolve(conn, now, kind, &name, &[]).await?)
        }
        _ => Err(Problem::at(pointer, "needs one of `id`, `slug` and `name`")),
    }
}

/// What a known name names; 422 for a new name, or one that is both.
async fn kind_of(conn: &mut PgConnection, name: &str, pointer: &str) -> Result<ActorKind, Problem> {
    let folded = [crate::domain::actor::fold_name(name)];
    let organization = !db::actors::by_names(conn, ActorKind::Organization, &folded).await?.is_empty();
    let person = !db::actors::by_names(conn, ActorKind::Person, &folded).await?.is_empty();
    match (organization, person) {
        (true, false) => Ok(ActorKind::Organization),
        (false, true) => Ok(ActorKind::Person),
        (true, true) => Err(Problem::at(format!("{pointer}/kind"), "is needed: both an organization and a person have this name")),
        (false, false) => Err(Problem::at(format!("{pointer}/kind"), "is needed for a new name: `organization` or `person`")),
    }
}

async fn organization(conn: &mut PgConnection, now: &Now, input: &ActorInput) -> Result<Uuid, Problem> {
    const POINTER: &str = "/on_behalf_of";
    if input.kind == Some(ActorKind::Person) {
        return Err(Problem::at("/on_behalf_of/kind", "is to be `organization`"));
    }
    let id = actor(conn, now, &ActorInput { kind: Some(ActorKind::Organization), ..input.clone() }, POINTER).await?;
    let found = db::actors::by_ids(conn, &[id]).await?.pop();
    found
        .filter(|actor| actor.kind == ActorKind::Organization)
        .map(|actor| actor.id)
        .ok_or_else(|| Problem::at(POINTER, "names a person; one speaks for an organization"))
}

/// The words as the source prints them, and where they stand in its text.
fn place(input: &StatementInput) -> Result<(String, Place), Problem> {
    let Some(text) = &input.source.text else { return Ok((input.text.clone(), Place::default())) };
    let Some(span) = find_words(text, &input.text) else {
        if input.kind == StatementKind::Quote {
            return Err(Problem::at("/text", "does not stand in `/source/text`; a quotation is to be there word for word"));
        }
        return Ok((input.text.clone(), Place::default()));
    };
    Ok((span.of(text).to_owned(), Place::new(text, &CodePoints::new(text), span, None)))
}

/// What the position rules read in words that come without stances: before the transaction, on a thread where it holds nobody up.
async fn proposed(input: &StatementInput) -> Result<Option<(Value, Confidence)>, Problem> {
    if input.stances.is_some() {
        return Ok(None);
    }
    let (text, kind) = (input.text.clone(), input.kind);
    tokio::task::spawn_blocking(move || record::propose(&text, kind)).await.map_err(Problem::internal)
}

/// The stances given, or those that the position rules propose.
async fn stances(
    conn: &mut PgConnection,
    input: &StatementInput,
    proposed: Option<(Value, Confidence)>,
    certain: Confidence,
) -> Result<Vec<DraftStance>, Problem> {
    let Some(given) = &input.stances else {
        let proposition = wire::proposition(conn, None).await?.id;
        let proposed = proposed.map(|(value, confidence)| DraftStance {
            proposition,
            value,
            confidence,
            method: POSITION_RULES.to_owned(),
            held: false,
        });
        return Ok(proposed.into_iter().collect());
    };
    let mut stances: Vec<DraftStance> = Vec::with_capacity(given.len());
    for (i, stance) in given.iter().enumerate() {
        let at = |member: &str| format!("/stances/{i}/{member}");
        let proposition = match &stance.proposition {
            Some(slug) => {
                db::propositions::by_slug(conn, slug).await?.ok_or_else(|| Problem::at(at("proposition"), "names no proposition"))?
            }
            None => wire::proposition(conn, None).await?,
        };
        let side = proposition.side(&stance.position).ok_or_else(|| {
            let words = [Side::For, Side::Against, Side::Mixed].map(|side| proposition.label(side));
            Problem::at(at("position"), crate::query::none_of(&stance.position, &words))
        })?;
        if stances.iter().any(|other| other.proposition == proposition.id) {
            return Err(Problem::at(at("proposition"), "is there twice; a statement takes one position on a proposition"));
        }
        let value = value(side, stance.strength)
            .ok_or_else(|| Problem::at(at("strength"), "is to be 1, 0.7 or 0.4, and left out for the middle position"))?;
        stances.push(DraftStance { proposition: proposition.id, value, confidence: certain, method: "person".to_owned(), held: false });
    }
    Ok(stances)
}

fn value(side: Side, strength: Option<f64>) -> Option<Value> {
    let hundredths = match strength {
        None => 100,
        Some(strength) => *[100_i16, 70, 40].iter().find(|step| (strength * 100.0 - f64::from(**step)).abs() < 1e-9)?,
    };
    match side {
        Side::For => Value::new(hundredths),
        Side::Against => Value::new(-hundredths),
        Side::Mixed => strength.is_none().then_some(Value::MIXED),
    }
}

/// 409 where the stored statement says something else than the one just posted.
async fn refuse_contradiction(conn: &mut PgConnection, id: Uuid, draft: &Draft, stated: bool) -> Result<(), Problem> {
    let filter = db::lists::statements::Filter { ids: Some(vec![id]), statuses: Status::ALL.to_vec(), ..Default::default() };
    let sort = crate::query::Sort(Vec::new());
    let stored = db::lists::statements::list(conn, &filter, &sort, None, 1).await?.pop();
    let stored = stored.ok_or_else(|| Problem::internal("a recorded statement is not there"))?;
    let current = db::stances::current_of_statements(conn, &[id]).await?;
    let other_side = |new: &DraftStance| {
        current
            .iter()
            .any(|old| old.proposition_id == new.proposition && Some(old.holder_id) == draft.actor && old.value.side() != new.value.side())
    };
    if stored.status == Status::Pending && draft.status == Status::Published {
        let detail = "These words wait for review. Accept or reject them with `POST /v1/reviews`.";
        return Err(
            Problem::new(Kind::Conflict, detail).with("existing", serde_json::json!({"id": id, "url": format!("/v1/statements/{id}")}))
        );
    }
    let contradicted = if matches!(stored.status, Status::Rejected | Status::Retracted) {
        Some("status")
    } else if stored.kind != draft.kind {
        Some("kind")
    } else if draft.said_on.is_some() && stored.said() != draft.said_on {
        Some("said_on")
    } else if draft.on_behalf_of.is_some() && stored.on_behalf_of != draft.on_behalf_of {
        Some("on_behalf_of")
    } else if stated && draft.stances.iter().any(other_side) {
        Some("stances")
    } else {
        None
    };
    match contradicted {
        None => Ok(()),
        Some("status") => {
            Err(Problem::new(Kind::Conflict, format!("This statement was {} here; it is not recorded again.", stored.status)))
        }
        Some(member) => Err(Problem::new(Kind::Conflict, format!("This statement is there with another `{member}`. Read it and decide."))
            .with("existing", serde_json::json!({"id": id, "url": format!("/v1/statements/{id}")}))),
    }
}

/// Where the holders of a statement's stances stand now.
async fn standings(conn: &mut PgConnection, statement: &StatementBody) -> Result<Vec<StandingAnswer>, Problem> {
    let mut answers = Vec::new();
    for stance in &statement.stances {
        let proposition = wire::proposition(conn, Some(&stance.proposition)).await?;
        let holder =
            ActorRef { id: stance.holder.id, kind: stance.holder.kind, name: stance.holder.name.clone(), slug: stance.holder.slug.clone() };
        answers.push(actors::standing(conn, holder, &proposition, &StandingQuery::default()).await?);
    }
    Ok(answers)
}
