//! The HTTP interface: every route on one screen, and what all handlers share.

pub mod actors;
pub mod auth;
pub mod conditional;
pub mod docs;
pub mod health;
pub mod ingestions;
pub mod input;
pub mod layers;
pub mod memberships;
mod meters;
pub mod organizations;
pub mod people;
pub mod problem;
pub mod propositions;
pub mod reviews;
pub mod server;
pub mod sources;
pub mod stances;
pub mod standings;
pub mod statements;
pub mod wire;

use std::sync::Arc;

use axum::Router;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::Notify;
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    clock::{Clock, Ids, Now},
    db::Db,
    query::CursorKey,
};

/// What handlers work with. Cloned for each request: everything in it is shared.
#[derive(Debug, Clone)]
pub struct App {
    /// The database.
    pub db: Db,
    /// Tells the time.
    pub clock: Clock,
    /// Makes ids.
    pub ids: Ids,
    /// Signs cursors.
    pub cursor_key: CursorKey,
    /// Rings when an ingestion was enqueued.
    pub bell: Arc<Notify>,
}

impl App {
    /// The moment of a write.
    pub fn now(&self) -> Now {
        Now { at: self.clock.now(), ids: self.ids.clone() }
    }
}

/// Every documented route.
fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(organizations::list_organizations, organizations::create_organization))
        .routes(routes!(organizations::get_organization))
        .routes(routes!(organizations::get_organization_standing))
        .routes(routes!(people::list_people, people::create_person))
        .routes(routes!(people::get_person))
        .routes(routes!(people::get_person_standing))
        .routes(routes!(memberships::list_memberships, memberships::create_membership))
        .routes(routes!(memberships::get_membership))
        .routes(routes!(statements::list_statements, statements::post::create_statement))
        .routes(routes!(statements::get_statement, statements::retract_statement))
        .routes(routes!(stances::list_stances))
        .routes(routes!(stances::get_stance))
        .routes(routes!(standings::list_standings))
        .routes(routes!(sources::list_sources))
        .routes(routes!(sources::get_source))
        .routes(routes!(propositions::list_propositions))
        .routes(routes!(propositions::get_proposition))
        .routes(routes!(reviews::list_reviews, reviews::create_review))
        .routes(routes!(reviews::get_review))
        .routes(routes!(ingestions::list_ingestions, ingestions::create_ingestion))
        .routes(routes!(ingestions::get_ingestion))
}

/// The documented routes and their document; needs no database, so that the document can be printed without one.
pub fn documented(probe: health::Probe) -> (Router<App>, OpenApi) {
    let (router, document) =
        OpenApiRouter::with_openapi(docs::frame()).merge(routes()).merge(problem::routes()).merge(health::routes(probe)).split_for_parts();
    (router, docs::complete(document))
}

/// The document of the interface.
pub fn openapi() -> OpenApi {
    documented(health::Probe::new(|| async { Ok(()) })).1
}

/// The whole service: routes, documentation, pages, metrics if they belong here, and the layers around them.
pub fn service(
    app: App,
    pages: Router<App>,
    probe: health::Probe,
    metrics: Option<PrometheusHandle>,
    settings: layers::Settings,
) -> Result<Router, serde_json::Error> {
    let (router, document) = documented(probe);
    let mut router = router.merge(docs::routes(&document)?).merge(pages);
    if let Some(handle) = metrics {
        router = router.merge(health::metrics(handle));
    }
    Ok(layers::install(router.with_state(app), settings))
}
