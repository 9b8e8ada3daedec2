//! Pages for people: the ranking, an actor's page, a statement in its source. Rendered here, without script.
//!
//! Pages read the same lists as `/v1`, each in one snapshot of the database, and link to the JSON of what they show. A handler answers with a
//! [`Problem`] when something is wrong, which `errors` makes a page of.

mod actors;
mod assets;
mod errors;
mod evidence;
mod figures;
mod passage;
mod ranking;
mod statements;
mod words;

use askama::Template;
use axum::{
    Router,
    http::{HeaderValue, header},
    middleware,
    response::{IntoResponse, Response},
    routing::{any, get},
};

use crate::{
    db::{self, PgConnection, lists::ActorRef},
    domain::{
        actor::ActorKind,
        proposition::{self, Proposition},
    },
    http::{App, problem::Problem},
};

/// Every page, and what pages load.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(ranking::page))
        .route("/organizations/{key}", get(actors::organization))
        .route("/people/{key}", get(actors::person))
        .route("/statements/{id}", get(statements::page))
        .route("/assets/{version}/{file}", get(assets::file))
        .layer(middleware::map_response(errors::as_page))
        .route("/{*address}", any(errors::unknown))
}

/// The collection of what ships with the service, to show what it does.
const DEMO: &str = "demo";

/// A rendered page.
struct Page<T>(T);

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        match self.0.render() {
            Ok(html) => ([(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))], html).into_response(),
            Err(error) => Problem::internal(error).into_response(),
        }
    }
}

/// The question that pages speak of, as it is stored; a database without it has no standings either.
async fn question(conn: &mut PgConnection) -> db::Result<Proposition> {
    Ok(db::propositions::by_slug(conn, proposition::DEFAULT).await?.unwrap_or_else(Proposition::default_one))
}

/// An actor's name, and where its page is.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Name {
    text: String,
    /// None while the actor has no public page.
    href: Option<String>,
}

impl From<ActorRef> for Name {
    fn from(actor: ActorRef) -> Self {
        let href = actor.slug.as_deref().map(|slug| address(actor.kind, slug));
        Self { text: actor.name, href }
    }
}

/// Where an actor's page is; `/v1` before it is where its JSON is.
fn address(kind: ActorKind, slug: &str) -> String {
    match kind {
        ActorKind::Organization => format!("/organizations/{slug}"),
        ActorKind::Person => format!("/people/{slug}"),
    }
}
