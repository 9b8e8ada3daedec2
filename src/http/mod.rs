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

use axum::Router;
use metrics_exporter_prometheus::PrometheusHandle;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

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
}

impl App {
    /// The moment of a write.
    pub fn now(&self) -> Now {
        Now { at: self.clock.now(), ids: self.ids.clone() }
    }
}

/// The documented routes and their document; needs no database, so that the document can be printed without one.
pub fn documented(probe: health::Probe) -> (Router<App>, OpenApi) {
    let (router, document) =
        OpenApiRouter::with_openapi(docs::frame()).merge(problem::routes()).merge(health::routes(probe)).split_for_parts();
    (router, docs::complete(document))
}

/// The whole service: routes, documentation, metrics if they belong here, and the layers around them.
pub fn service(
    app: App,
    probe: health::Probe,
    metrics: Option<PrometheusHandle>,
    settings: layers::Settings,
) -> Result<Router, serde_json::Error> {
    let (router, document) = documented(probe);
    let mut router = router.merge(docs::routes(&document)?);
    if let Some(handle) = metrics {
        router = router.merge(health::metrics(handle));
    }
    Ok(layers::install(router.with_state(app), settings))
}
