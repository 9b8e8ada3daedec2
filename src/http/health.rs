//! `/healthz`, `/readyz` and `/metrics`.
//!
//! Metrics tell of traffic, which is nobody's business outside: they are on the main listener only when that is reached from this machine
//! alone, else on a listener of their own if one is configured ([`config::Metrics`](crate::config::Metrics)), else nowhere.

use std::{fmt, pin::Pin, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;
use tokio::time::timeout;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    input::Json,
    problem::{Problem, ProblemBody},
};

type Answer = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// Finds out whether the service can do its work: that the database answers and has the schema that this release expects.
#[derive(Clone)]
pub struct Probe {
    ask: Arc<dyn Fn() -> Answer + Send + Sync>,
    within: Duration,
}

impl Probe {
    /// A probe that asks `ask`, whose error says what is missing, and waits a second for it.
    pub fn new<F>(ask: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), String>> + Send + 'static,
    {
        Self { ask: Arc::new(move || Box::pin(ask())), within: Duration::from_secs(1) }
    }

    /// The same with another patience.
    #[must_use]
    pub fn within(self, within: Duration) -> Self {
        Self { within, ..self }
    }
}

impl fmt::Debug for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Probe").field("within", &self.within).finish_non_exhaustive()
    }
}

/// That all is well.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// Always `ok`.
    #[schema(example = "ok")]
    status: &'static str,
}

fn ok() -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(Health { status: "ok" })).into_response()
}

/// Is the process alive?
///
/// Asks nothing of the database: if this fails, restart the process.
#[utoipa::path(get, path = "/healthz", tag = "service", responses((status = 200, description = "It is", body = Health)))]
async fn healthz() -> Response {
    ok()
}

/// Can it serve?
///
/// Asks the database. If this fails, send the traffic elsewhere and wait.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "service",
    responses(
        (status = 200, description = "It can", body = Health),
        (status = 503, description = "Not now", body = ProblemBody, content_type = "application/problem+json")
    )
)]
async fn readyz(State(probe): State<Probe>) -> Result<Response, Problem> {
    match timeout(probe.within, (probe.ask)()).await {
        Ok(Ok(())) => Ok(ok()),
        Ok(Err(missing)) => Err(Problem::unavailable(format!("The service is not ready: {missing}."), 1)),
        Err(_) => Err(Problem::unavailable("The service is not ready: the database did not answer in time.", 1)),
    }
}

/// `/healthz` and `/readyz`.
pub fn routes<S: Clone + Send + Sync + 'static>(probe: Probe) -> OpenApiRouter<S> {
    OpenApiRouter::default().routes(routes!(healthz)).routes(routes!(readyz)).with_state(probe)
}

/// `/metrics` in Prometheus' text format; not part of the documented interface.
pub fn metrics<S: Clone + Send + Sync + 'static>(handle: PrometheusHandle) -> Router<S> {
    let show = |State(handle): State<PrometheusHandle>| async move {
        let headers = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
        (headers, handle.render())
    };
    Router::new().route("/metrics", get(show)).with_state(handle)
}
