//! Counts and latencies of requests. Looked up once a route, method and status, since making a metric's key costs more than counting.

use std::{
    collections::HashMap,
    fmt,
    sync::{PoisonError, RwLock},
    time::Duration,
};

use axum::http::{Method, StatusCode};
use metrics::{Counter, Histogram};

/// Method and status.
type Outcome = (&'static str, u16);

type Meter = (Counter, Histogram);

#[derive(Default)]
pub(super) struct Meters(RwLock<HashMap<String, HashMap<Outcome, Meter>>>);

impl Meters {
    /// Counts a request to `path`, a route and not an address: metrics must not grow with what clients make up.
    pub(super) fn record(&self, method: &Method, path: &str, status: StatusCode, elapsed: Duration) {
        let outcome = (name(method), status.as_u16());
        let count = |(counter, histogram): &Meter| {
            counter.increment(1);
            histogram.record(elapsed);
        };
        if let Some(meter) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(path).and_then(|meters| meters.get(&outcome)) {
            return count(meter);
        }
        let mut routes = self.0.write().unwrap_or_else(PoisonError::into_inner);
        count(routes.entry(path.to_owned()).or_default().entry(outcome).or_insert_with(|| meter(path, outcome)));
    }
}

fn meter(path: &str, (method, status): Outcome) -> Meter {
    let labels = [("method", method.to_owned()), ("path", path.to_owned()), ("status", status.to_string())];
    (metrics::counter!("openstance_http_requests_total", &labels), metrics::histogram!("openstance_http_request_duration_seconds", &labels))
}

fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

impl fmt::Debug for Meters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Meters")
    }
}
