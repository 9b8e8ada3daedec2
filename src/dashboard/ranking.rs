//! `/`: who is open, mixed and closed, best supported first.

use askama::Template;
use axum::extract::State;
use serde::Deserialize;
use url::form_urlencoded;

use super::{
    DEMO, Name, Page,
    figures::{StandingView, label},
    question, words,
};
use crate::{
    db::{
        PgConnection,
        lists::{
            actors::ActorKey,
            sources,
            standings::{self, Filter, RankRow},
        },
    },
    domain::{actor::ActorKind, proposition::Proposition, standing::StandingPosition},
    http::{App, input::List, problem::Problem},
    query::{Direction, PageRequest, QueryError, Sort, none_of},
};

/// What the ranking can be narrowed to.
#[derive(Debug, Deserialize)]
pub(super) struct Query {
    /// The question's word for a position.
    position: Option<String>,
    kind: Option<ActorKind>,
}

/// How many of each position the first page shows.
const FIRST: usize = 25;

/// The order of the sections.
const POSITIONS: [StandingPosition; 4] =
    [StandingPosition::For, StandingPosition::Mixed, StandingPosition::Against, StandingPosition::InsufficientEvidence];

/// The ranking.
#[derive(Debug, Template)]
#[template(path = "ranking.html")]
pub(super) struct Ranking {
    question: Proposition,
    title: String,
    kinds: Vec<Choice>,
    positions: Vec<Choice>,
    sections: Vec<Section>,
    /// Nobody has a standing yet.
    empty: bool,
    demo: bool,
    json: String,
}

/// A link that narrows or widens the ranking.
#[derive(Debug)]
struct Choice {
    text: String,
    href: String,
    chosen: bool,
}

/// Those who stand at one position.
#[derive(Debug)]
struct Section {
    class: &'static str,
    heading: String,
    note: &'static str,
    rows: Vec<Row>,
    /// Leads to the rest.
    more: Option<Choice>,
}

#[derive(Debug)]
struct Row {
    name: Name,
    kind: &'static str,
    standing: StandingView,
}

/// `GET /`
pub(super) async fn page(State(app): State<App>, List { filter, page }: List<Query>) -> Result<Page<Ranking>, Problem> {
    let mut tx = app.db.snapshot().await?;
    let question = question(&mut tx).await?;
    let position = match filter.position.as_deref() {
        Some(word) => {
            Some(question.standing_position(word).ok_or_else(|| QueryError::invalid("position", none_of(word, &question.words())))?)
        }
        None => None,
    };
    page.after(&app.cursor_key)?; // a cursor belongs to one position
    let counts = standings::counts(&mut tx, question.id).await?;
    let count = |position: Option<StandingPosition>, kind: Option<ActorKind>| -> i64 {
        let wanted =
            |row: &&standings::Count| position.is_none_or(|position| row.position == position) && kind.is_none_or(|kind| row.kind == kind);
        counts.iter().filter(wanted).map(|row| row.holders).sum()
    };
    let mut sections = Vec::new();
    for one in POSITIONS.into_iter().filter(|one| position.is_none_or(|wanted| wanted == *one)) {
        let of_kind = count(Some(one), filter.kind);
        if of_kind == 0 && position.is_none() {
            continue;
        }
        let scope = Scope { question: &question, position: one, kind: filter.kind };
        let (rows, more) = match position {
            Some(_) => scope.page(&mut tx, &app, &page).await?,
            None => scope.first(&mut tx, of_kind).await?,
        };
        let heading = format!("{} ({of_kind})", capital(&label(&question, one)));
        sections.push(Section { class: words::class(one), heading, note: note(one), rows, more });
    }
    let filter_demo = sources::Filter { collection: Some(DEMO.to_owned()), ..Default::default() };
    let demo = !sources::list(&mut tx, &filter_demo, &Sort(Vec::new()), None, 1).await?.is_empty();
    let choice = |text: &str, position: Option<StandingPosition>, kind: Option<ActorKind>, chosen| Choice {
        text: format!("{text} ({})", count(position, kind)),
        href: href(&question, position, kind, None),
        chosen,
    };
    let kinds = [("Everyone", None), ("Organizations", Some(ActorKind::Organization)), ("People", Some(ActorKind::Person))]
        .map(|(text, kind)| choice(text, position, kind, kind == filter.kind));
    let positions = std::iter::once(choice("All", None, filter.kind, position.is_none()))
        .chain(POSITIONS.map(|one| choice(&capital(&label(&question, one)), Some(one), filter.kind, position == Some(one))))
        .collect();
    Ok(Page(Ranking {
        title: title(&question, position, filter.kind),
        kinds: kinds.into(),
        positions,
        sections,
        empty: count(None, None) == 0,
        demo,
        json: json(&question, position, filter.kind),
        question,
    }))
}

/// A position and a kind: what one section asks for.
struct Scope<'a> {
    question: &'a Proposition,
    position: StandingPosition,
    kind: Option<ActorKind>,
}

impl Scope<'_> {
    fn filter(&self) -> Filter {
        Filter { proposition: self.question.id, kind: self.kind, position: Some(self.position), evidence_min: None }
    }

    /// The strongest of the position first.
    fn sort(&self) -> Sort<ActorKey> {
        Sort(match self.position {
            StandingPosition::For => vec![(ActorKey::RankScore, Direction::Descending)],
            StandingPosition::Against => vec![(ActorKey::RankScore, Direction::Ascending)],
            StandingPosition::Mixed => vec![(ActorKey::Confidence, Direction::Descending)],
            StandingPosition::InsufficientEvidence => vec![(ActorKey::Name, Direction::Ascending)],
        })
    }

    async fn first(&self, conn: &mut PgConnection, all: i64) -> Result<(Vec<Row>, Option<Choice>), Problem> {
        let limit = i64::try_from(FIRST).unwrap_or(i64::MAX);
        let rows = standings::list(conn, &self.filter(), &self.sort(), None, limit).await?;
        let more = (all > limit).then(|| Choice {
            text: format!("All {all}"),
            href: href(self.question, Some(self.position), self.kind, None),
            chosen: false,
        });
        Ok((self.rows(rows), more))
    }

    async fn page(&self, conn: &mut PgConnection, app: &App, page: &PageRequest) -> Result<(Vec<Row>, Option<Choice>), Problem> {
        let (sort, after) = (self.sort(), page.after(&app.cursor_key)?);
        let rows = standings::list(conn, &self.filter(), &sort, after.as_ref(), page.rows()).await?;
        let page = page.page(&app.cursor_key, rows, |row| row.keys(&sort));
        let more = page.next_cursor.as_deref().map(|cursor| Choice {
            text: "Further down".to_owned(),
            href: href(self.question, Some(self.position), self.kind, Some(cursor)),
            chosen: false,
        });
        Ok((self.rows(page.items), more))
    }

    fn rows(&self, rows: Vec<RankRow>) -> Vec<Row> {
        let row = |row: RankRow| {
            Some(Row {
                standing: StandingView::of(&row.figures, self.question)?,
                kind: words::kind(row.kind, None),
                name: row.holder().into(),
            })
        };
        rows.into_iter().filter_map(row).collect()
    }
}

/// The ranking's address for a choice.
fn href(question: &Proposition, position: Option<StandingPosition>, kind: Option<ActorKind>, cursor: Option<&str>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(position.map(|position| ("position", question.position(position))));
    query.extend_pairs(kind.map(|kind| ("kind", kind.as_str())));
    query.extend_pairs(cursor.map(|cursor| ("cursor", cursor)));
    match query.finish() {
        query if query.is_empty() => "/".to_owned(),
        query => format!("/?{query}"),
    }
}

/// Where the same is as JSON.
fn json(question: &Proposition, position: Option<StandingPosition>, kind: Option<ActorKind>) -> String {
    href(question, position, kind, None).replacen('/', "/v1/standings", 1)
}

fn title(question: &Proposition, position: Option<StandingPosition>, kind: Option<ActorKind>) -> String {
    let who = match kind {
        None => "Who stands where",
        Some(ActorKind::Organization) => "Organizations",
        Some(ActorKind::Person) => "People",
    };
    match position {
        None if kind.is_none() => format!("{who} on open and closed AI"),
        None => format!("{who}: where they stand on open and closed AI"),
        Some(position) => format!("{who}: {}", label(question, position)),
    }
}

fn note(position: StandingPosition) -> &'static str {
    match position {
        StandingPosition::For => "The evidence weighs towards releasing AI models openly. Best supported first.",
        StandingPosition::Against => "The evidence weighs towards keeping AI models closed. Best supported first.",
        StandingPosition::Mixed => "There is evidence enough, and it points both ways. Mixed does not mean unknown.",
        StandingPosition::InsufficientEvidence => "There is something on record, but too little for a position.",
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
