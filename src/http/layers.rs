//! What every request passes through, in one place: from the outside in,
//!
//! 1. [`enter`]: request id, span, log line, metrics, security headers, one name as `Accept-Encoding`;
//! 2. CORS for reads;
//! 3. compression, of what [`conditional`] has marked;
//! 4. [`conditional`]: tags, 304, `Vary`, `Cache-Control`;
//! 5. [`guard`]: limits on body and time, and the request's id into problem documents;
//! 6. panics become problems.

use std::{any::Any, time::Duration};

use axum::{
    Extension, Router,
    body::{Body, HttpBody},
    extract::{MatchedPath, Request, State},
    http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use tokio::time::{Instant, timeout};
use tower::ServiceBuilder;
use tower_http::{
    CompressionLevel,
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    cors::{Any as AnyOrigin, CorsLayer},
    timeout::TimeoutBody,
};
use tracing::{Instrument, field::Empty};

use super::{
    conditional::{Compress, Encoding, conditional},
    input::BodyLimit,
    problem::{Kind, Problem, method_not_allowed, unknown_route},
};
use crate::clock::Ids;

/// The header that names a request, in both directions.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request, as an extension.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// What the layers need to know.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Makes the ids of requests that bring none.
    pub ids: Ids,
    /// How long a GET or HEAD may take to its response's head.
    pub read_timeout: Duration,
    /// How long any other request may take, its body included.
    pub write_timeout: Duration,
    /// How long a client may pause within a body.
    pub body_pause: Duration,
    /// The largest body that a route reads.
    pub body_limit: BodyLimit,
}

impl Settings {
    /// 5 s for reads, 30 s for others, 10 s between two pieces of a body, bodies up to 1 MiB.
    pub fn new(ids: Ids) -> Self {
        Self {
            ids,
            read_timeout: Duration::from_secs(5),
            write_timeout: Duration::from_secs(30),
            body_pause: Duration::from_secs(10),
            body_limit: BodyLimit::default(),
        }
    }
}

/// Puts the layers, and problems for unknown addresses and methods, around a complete router.
pub fn install(router: Router, settings: Settings) -> Router {
    let compression = CompressionLayer::new().quality(CompressionLevel::Precise(4)).compress_when(marked);
    let layers = ServiceBuilder::new()
        .layer(middleware::from_fn_with_state(settings.clone(), enter))
        .layer(cors())
        .layer(compression)
        .layer(middleware::from_fn(conditional))
        .layer(Extension(settings.body_limit))
        .layer(middleware::from_fn_with_state(settings, guard))
        .layer(CatchPanicLayer::custom(panicked));
    router.fallback(unknown_route).method_not_allowed_fallback(method_not_allowed).layer(layers)
}

fn marked(_: StatusCode, _: Version, _: &HeaderMap, extensions: &Extensions) -> bool {
    extensions.get::<Compress>().is_some()
}

/// Anyone's page may read; writing from a foreign page is refused by the browser, since its preflight names reads alone.
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AnyOrigin)
        .allow_methods([Method::GET, Method::HEAD])
        .allow_headers([header::ACCEPT, header::IF_NONE_MATCH, REQUEST_ID])
        .expose_headers([header::ETAG, header::LINK, header::LOCATION, header::RETRY_AFTER, REQUEST_ID])
        .max_age(Duration::from_hours(1))
        .vary([])
}

/// The client's own id if it is one, else a new one.
fn request_id(headers: &HeaderMap, ids: &Ids) -> String {
    let sane = |id: &&str| (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    match headers.get(REQUEST_ID).and_then(|value| value.to_str().ok()).filter(sane) {
        Some(id) => id.to_owned(),
        None => ids.next().to_string(),
    }
}

async fn enter(State(settings): State<Settings>, mut request: Request, next: Next) -> Response {
    let start = Instant::now();
    let id = request_id(request.headers(), &settings.ids);
    let method = request.method().clone();
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let path = matched.as_ref().map_or("(none)", MatchedPath::as_str); // the route: values in an address stay out of the log
    let span = tracing::info_span!("request", %method, path, request_id = id, status = Empty);
    let encoding = Encoding::negotiate(request.headers());
    request.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static(encoding.name()));
    request.extensions_mut().insert(RequestId(id.clone()));

    let mut response = next.run(request).instrument(span.clone()).await;

    secure(response.headers_mut());
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    let (status, elapsed) = (response.status(), start.elapsed());
    span.record("status", status.as_u16());
    span.in_scope(|| {
        let latency_us = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
        if status.is_server_error() { tracing::error!(latency_us, "failed") } else { tracing::info!(latency_us, "answered") }
    });
    let labels = [("method", method_label(&method).to_owned()), ("path", path.to_owned()), ("status", status.as_str().to_owned())];
    metrics::counter!("openstance_http_requests_total", &labels).increment(1);
    metrics::histogram!("openstance_http_request_duration_seconds", &labels).record(elapsed);
    response
}

/// Clients can make up methods; metrics must not grow with them.
fn method_label(method: &Method) -> &'static str {
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

const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; \
                           font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const DATA_POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Headers that keep browsers from running or leaking what they should not; a route may set its own policy.
fn secure(headers: &mut HeaderMap) {
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin"));
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        let page = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        let policy = if page { PAGE_POLICY } else { DATA_POLICY };
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    }
}

async fn guard(State(settings): State<Settings>, request: Request, next: Next) -> Response {
    let read = matches!(*request.method(), Method::GET | Method::HEAD);
    let limit = if read { settings.read_timeout } else { settings.write_timeout };
    let id = request.extensions().get::<RequestId>().cloned();
    let pause = settings.body_pause;
    let request = request.map(|body| if body.is_end_stream() { body } else { Body::new(TimeoutBody::new(pause, body)) });
    let mut response = timeout(limit, next.run(request)).await.unwrap_or_else(|_| given_up(limit));
    if let Some(RequestId(id)) = id {
        Problem::finish(&mut response, &id);
    }
    response
}

fn given_up(limit: Duration) -> Response {
    tracing::warn!(limit_ms = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX), "given up after the time limit");
    let detail = format!("The request was given up after {} s. Try again after the seconds in `Retry-After`.", limit.as_secs_f64());
    Problem::new(Kind::Timeout, detail).retry_after(1).into_response()
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over so")]
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let message = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    Problem::internal(format_args!("panic: {}", message.unwrap_or("without a message"))).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clients_request_id_is_kept_if_it_is_one() {
        let id = |text: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, HeaderValue::from_bytes(text).expect("a header"));
            request_id(&headers, &Ids::counting())
        };
        let new = "00000000-0000-0000-0000-000000000001";
        assert_eq!(id(b"trace-7"), "trace-7");
        assert_eq!(id(&[b'a'; 128]).len(), 128);
        for text in [&b""[..], &[b'a'; 129], b"two words", b"\xff"] {
            assert_eq!(id(text), new);
        }
        assert_eq!(request_id(&HeaderMap::new(), &Ids::counting()), new);
    }

    #[test]
    fn a_route_may_have_its_own_policy() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'self'"));
        secure(&mut headers);
        assert_eq!(headers[header::CONTENT_SECURITY_POLICY], "default-src 'self'");
    }
}
