//! `/organizations/{slug}` and `/people/{slug}`: where an actor stands, why, and every statement that speaks to it.

use std::{cmp::Reverse, collections::HashMap};

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use url::form_urlencoded;
use uuid::Uuid;

use super::{
    Name, Page, address,
    evidence::{Reading, StatementView, views},
    figures::{StandingView, label},
    passage::Reach,
    question, words,
};
use crate::{
    db::{
        self, PgConnection,
        lists::{
            actors::{self, ActorRow},
            memberships::{self, MembershipRow},
            statements::{self, StatementKey},
        },
        stances::StanceRow,
    },
    domain::{
        actor::ActorKind,
        date::PartialDate,
        proposition::Proposition,
        standing::{Piece, StandingPosition, Sums, pieces},
    },
    http::{
        App,
        input::{List, Path},
        problem::Problem,
    },
    query::{Direction, PageRequest, Sort},
};

/// The page takes no filters, only `limit` and `cursor`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NoFilter {}

/// An actor's page.
#[derive(Debug, Template)]
#[template(path = "actor.html")]
pub(super) struct ActorPage {
    name: String,
    slug: String,
    kind: &'static str,
    collection: &'static str,
    aliases: Vec<String>,
    parent: Option<Name>,
    roles: Vec<Role>,
    question: Proposition,
    standing: Option<StandingView>,
    reason: String,
    pieces: Vec<PieceView>,
    /// Pieces that count and are not listed.
    lighter: usize,
    groups: Vec<Group>,
    next: Option<String>,
}

/// A membership, from either end.
#[derive(Debug)]
struct Role {
    title: String,
    other: Name,
    when: Option<String>,
}

/// A piece of evidence that counts.
#[derive(Debug)]
struct PieceView {
    statement: Uuid,
    text: String,
    reading: Reading,
    basis: &'static str,
    weight: String,
    confidence_word: &'static str,
    day: String,
    undated: bool,
    /// Repeats that it displaces.
    repeats: usize,
}

/// Statements of one sort.
#[derive(Debug)]
struct Group {
    heading: String,
    note: &'static str,
    statements: Vec<StatementView>,
}

/// How many pieces the explanation lists.
const PIECES: usize = 20;

/// `GET /organizations/{slug or id}`
pub(super) async fn organization(state: State<App>, key: Path<String>, list: List<NoFilter>) -> Result<Response, Problem> {
    page(state, ActorKind::Organization, key, list).await
}

/// `GET /people/{slug or id}`
pub(super) async fn person(state: State<App>, key: Path<String>, list: List<NoFilter>) -> Result<Response, Problem> {
    page(state, ActorKind::Person, key, list).await
}

async fn page(
    State(app): State<App>,
    kind: ActorKind,
    Path(key): Path<String>,
    List { page: request, .. }: List<NoFilter>,
) -> Result<Response, Problem> {
    let mut tx = app.db.snapshot().await?;
    let question = question(&mut tx).await?;
    let row = actors::one(&mut tx, kind, question.id, &key).await?.ok_or_else(|| Problem::not_found(format!("{kind} `{key}`")))?;
    let here = address(kind, &row.slug);
    if row.slug != key {
        return Ok(Redirect::permanent(&here).into_response()); // an id, or a slug of the past
    }
    let evidence = db::stances::of_holder(&mut tx, row.id, question.id, None, None).await?;
    let explained = explain(&mut tx, &question, &evidence).await?;
    let (statements, next) = statements(&mut tx, &app, &row, &request).await?;
    let standing = StandingView::of(&row.standing, &question);
    Ok(Page(ActorPage {
        kind: words::kind(kind, row.classification),
        collection: if kind == ActorKind::Person { "people" } else { "organizations" },
        parent: row.parent_name.clone().map(|text| Name { text, href: row.parent_slug.as_deref().map(|slug| address(kind, slug)) }),
        roles: roles(&mut tx, kind, row.id).await?,
        reason: reason(&row.name, &Sums::of(&explained.evidence), &question),
        pieces: explained.pieces,
        lighter: explained.lighter,
        groups: groups(&row, statements),
        next: next
            .map(|cursor| format!("{here}?{}", form_urlencoded::Serializer::new(String::new()).append_pair("cursor", &cursor).finish())),
        name: row.name,
        slug: row.slug,
        aliases: row.aliases,
        standing,
        question,
    })
    .into_response())
}

/// The pieces of a standing, the heaviest first.
struct Explained {
    evidence: Vec<crate::domain::standing::Evidence>,
    pieces: Vec<PieceView>,
    lighter: usize,
}

async fn explain(conn: &mut PgConnection, question: &Proposition, rows: &[StanceRow]) -> Result<Explained, Problem> {
    let evidence: Vec<_> = rows.iter().map(StanceRow::evidence).collect();
    let mut found = pieces(&evidence);
    found.sort_by_key(|piece| (Reverse(piece.counted.weight), piece.counted.id));
    let lighter = found.len().saturating_sub(PIECES);
    let total: i64 = found.iter().map(|piece| piece.counted.weight).sum();
    found.truncate(PIECES);

    let by_id: HashMap<Uuid, &StanceRow> = rows.iter().map(|row| (row.id, row)).collect();
    let shown: Vec<(&Piece<'_>, &StanceRow)> = found.iter().filter_map(|piece| Some((piece, *by_id.get(&piece.counted.id)?))).collect();
    let filter = statements::Filter { ids: Some(shown.iter().map(|(_, row)| row.statement_id).collect()), ..Default::default() };
    let limit = i64::try_from(PIECES).unwrap_or(i64::MAX);
    let texts: HashMap<Uuid, String> =
        statements::list(conn, &filter, &Sort(Vec::new()), None, limit).await?.into_iter().map(|row| (row.id, row.text)).collect();
    let view = |(piece, row): (&Piece<'_>, &StanceRow)| PieceView {
        statement: row.statement_id,
        text: texts.get(&row.statement_id).map(|text| excerpt(text, 160)).unwrap_or_default(),
        reading: Reading::of(row.value, question.label(row.value.side())),
        basis: words::basis(row.basis),
        weight: share(row.weight, total),
        confidence_word: words::reading_confidence(row.confidence),
        day: words::date(PartialDate::day(row.evidence_on)),
        undated: row.undated,
        repeats: piece.displaced.len(),
    };
    let pieces = shown.into_iter().map(view).collect();
    Ok(Explained { evidence, pieces, lighter })
}

/// A part of a whole in per cent.
fn share(part: i64, whole: i64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a share is read to a per cent")]
    let share = if whole > 0 { part as f64 / whole as f64 * 100.0 } else { 0.0 };
    format!("{share:.0} %")
}

/// The beginning of a text, at most `most` characters, ended between words.
pub(super) fn excerpt(text: &str, most: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(most) else { return text.to_owned() };
    let end = text[..end].rfind(char::is_whitespace).unwrap_or(end);
    format!("{} …", text[..end].trim_end())
}

/// Why a standing is what it is, in a sentence or three.
fn reason(name: &str, sums: &Sums, question: &Proposition) -> String {
    let Some(standing) = sums.standing() else {
        return match sums.alleged {
            0 => format!("No piece of evidence says where {name} stands, so nothing is claimed. Unknown is not mixed."),
            alleged => format!(
                "There is no evidence but what others allege ({}); allegations are shown and never weighed, so nothing is claimed.",
                words::count(alleged.into(), "stance", "stances")
            ),
        };
    };
    let sides = [
        (sums.pieces_for, format!("for {}", question.label_for)),
        (sums.pieces_against, format!("for {}", question.label_against)),
        (sums.pieces_mixed, "both ways".to_owned()),
    ];
    let sides: Vec<String> = sides.into_iter().filter(|(number, _)| *number > 0).map(|(number, side)| format!("{number} {side}")).collect();
    let counted = words::count(standing.evidence_count.into(), "piece of evidence counts", "pieces of evidence count");
    let (score, word) = (words::score(standing.score), label(question, standing.position));
    let weighed = match standing.position {
        StandingPosition::InsufficientEvidence => {
            "Together they support no position yet: the support is below 0.4, less than one clear report.".to_owned()
        }
        StandingPosition::Mixed => format!("Weighed, they come to {score}: between −0.25 and +0.25, so {word}."),
        StandingPosition::For => format!("Weighed, they come to {score}: +0.25 or more is {word}."),
        StandingPosition::Against => format!("Weighed, they come to {score}: −0.25 or less is {word}."),
    };
    let thin = standing.thin && standing.position != StandingPosition::InsufficientEvidence;
    let alleged = || words::count(sums.alleged.into(), "allegation by others is", "allegations by others are");
    let sentences = [
        Some(format!("{counted}: {}.", sides.join(", "))),
        Some(weighed),
        thin.then(|| "The evidence is thin: it supports less than one clear statement in the holder’s own words would.".to_owned()),
        (sums.alleged > 0).then(|| format!("{} shown below and not weighed.", alleged())),
    ];
    sentences.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// A page of the statements by, for and about an actor, and the cursor of the next.
async fn statements(
    conn: &mut PgConnection,
    app: &App,
    actor: &ActorRow,
    request: &PageRequest,
) -> Result<(Vec<StatementView>, Option<String>), Problem> {
    let filter = statements::Filter { organizations: vec![actor.id], ..Default::default() };
    let sort = Sort(vec![(StatementKey::SaidOn, Direction::Descending), (StatementKey::CreatedAt, Direction::Descending)]);
    let after = request.after(&app.cursor_key)?;
    let rows = statements::list(conn, &filter, &sort, after.as_ref(), request.rows()).await?;
    let page = request.page(&app.cursor_key, rows, |row| row.keys(&sort));
    let views = views(conn, page.items, Reach::Line).await?;
    Ok((views, page.next_cursor))
}

/// Parts statements by whose words they are. What a source says of an actor never stands among the actor's own words.
fn groups(actor: &ActorRow, statements: Vec<StatementView>) -> Vec<Group> {
    let is = |name: &Option<Name>| name.as_ref().is_some_and(|name| name.href.as_deref() == Some(&address(actor.kind, &actor.slug)));
    let sort_of = |one: &StatementView| match &one.voice {
        voice if !voice.is_source() && is(&voice.actor) => 0,
        voice if !voice.is_source() && is(&voice.organization) => 1,
        _ if one.stances.iter().any(|stance| stance.holder_id == actor.id && stance.alleged) => 3,
        _ => 2,
    };
    let name = &actor.name;
    let kinds = [
        (format!("What {name} says"), "Words of the actor: quoted, reported in indirect speech, or from a document."),
        (format!("What is said for {name}"), "Words of people whom the source presents as speaking for it."),
        (format!("What sources say of {name}"), "The sources’ own words. They are not the actor’s."),
        (format!("What others allege of {name}"), "Accusations: shown, and never weighed in the standing."),
    ];
    let mut groups: Vec<Group> = kinds.into_iter().map(|(heading, note)| Group { heading, note, statements: Vec::new() }).collect();
    for mut one in statements {
        let sort: usize = sort_of(&one);
        one.stances.retain(|stance| stance.holder_id == actor.id);
        groups[sort].statements.push(one);
    }
    groups.retain(|group| !group.statements.is_empty());
    groups
}

async fn roles(conn: &mut PgConnection, kind: ActorKind, id: Uuid) -> Result<Vec<Role>, Problem> {
    const MOST: i64 = 50;
    let filter = match kind {
        ActorKind::Person => memberships::Filter { person: Some(id), ..Default::default() },
        ActorKind::Organization => memberships::Filter { organization: Some(id), ..Default::default() },
    };
    let role = |row: MembershipRow| Role {
        other: if kind == ActorKind::Person { row.organization() } else { row.person() }.into(),
        when: match (row.start(), row.end()) {
            (None, None) => None,
            (Some(start), None) => Some(format!("from {}", words::date(start))),
            (None, Some(end)) => Some(format!("until {}", words::date(end))),
            (Some(start), Some(end)) => Some(format!("{} to {}", words::date(start), words::date(end))),
        },
        title: row.role,
    };
    Ok(memberships::list(conn, &filter, None, MOST).await?.into_iter().map(role).collect())
}
