//! What every request passes through, as one layer: each further one would cost every request an allocation and a copy of all within.
//!
//! From the outside in: id, span, log line and metrics; headers for security and foreign pages; tags, 304 and compression
//! ([`conditional`](super::conditional)); the request's id into problem documents; limits on time and body; panics become problems.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::Arc,
    task::Poll,
    time::Duration,
};

use axum::{
    Router,
    body::{Body, HttpBody},
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use tokio::time::{Instant, timeout};
use tower_http::timeout::TimeoutBody;
use tracing::{Instrument, Span};

use super::{
    conditional::Asked,
    input::BodyLimit,
    meters::Meters,
    problem::{Kind, Problem, method_not_allowed, unknown_route},
};
use crate::clock::Ids;

/// The header that names a request, in both directions.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

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

struct Shared {
    settings: Settings,
    meters: Meters,
}

/// Puts the layer, and problems for unknown addresses and methods, around a complete router.
pub fn install(router: Router, settings: Settings) -> Router {
    let shared = Arc::new(Shared { settings, meters: Meters::default() });
    router.fallback(unknown_route).method_not_allowed_fallback(method_not_allowed).layer(middleware::from_fn_with_state(shared, enter))
}

/// The client's own id if it is one, else a new one.
fn request_id(headers: &HeaderMap, ids: &Ids) -> String {
    let sane = |id: &&str| (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    match headers.get(REQUEST_ID).and_then(|value| value.to_str().ok()).filter(sane) {
        Some(id) => id.to_owned(),
        None => ids.next().to_string(),
    }
}

async fn enter(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let start = Instant::now();
    let id = request_id(request.headers(), &shared.settings.ids);
    let method = request.method().clone();
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let path = matched.as_ref().map_or("(none)", MatchedPath::as_str); // the route: values in an address stay out of the log
    let span = tracing::error_span!("request", %method, path, request_id = id);

    let mut response = if is_preflight(&request) {
        StatusCode::NO_CONTENT.into_response()
    } else {
        answer(&shared.settings, request, next, &id).instrument(span.clone()).await
    };

    secure(response.headers_mut());
    share(response.headers_mut(), method == Method::OPTIONS);
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    let elapsed = start.elapsed();
    log(&span, &method, response.status(), elapsed);
    shared.meters.record(&method, path, response.status(), elapsed);
    response
}

/// One line a request. Reads that succeed are told at `debug`: at their rate the log would cost more than the answers.
fn log(span: &Span, method: &Method, status: StatusCode, elapsed: Duration) {
    let (latency_us, code) = (u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX), status.as_u16());
    let quiet = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) && !status.is_client_error();
    span.in_scope(|| {
        if status.is_server_error() {
            tracing::error!(status = code, latency_us, "failed");
        } else if quiet {
            tracing::debug!(status = code, latency_us, "answered");
        } else {
            tracing::info!(status = code, latency_us, "answered");
        }
    });
}

/// The handler's response, with its problem document finished, its tag set, and its bytes as the client takes them.
async fn answer(settings: &Settings, request: Request, next: Next, id: &str) -> Response {
    let asked = Asked::new(&request);
    let mut response = guarded(settings, request, next).await;
    Problem::finish(&mut response, id);
    asked.apply(response).await
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

/// Does a browser ask whether a page from elsewhere may send a request?
fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// Anyone's page may read; writing from a foreign page is refused by the browser, since the preflight names reads alone.
fn share(headers: &mut HeaderMap, preflight: bool) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("etag, link, location, retry-after, x-request-id"));
    if preflight {
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD"));
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("accept, if-none-match, x-request-id"));
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("3600"));
    }
}

/// The handler's response, or a problem if it takes too long or panics.
async fn guarded(settings: &Settings, mut request: Request, next: Next) -> Response {
    let read = matches!(*request.method(), Method::GET | Method::HEAD);
    let limit = if read { settings.read_timeout } else { settings.write_timeout };
    if !request.body().is_end_stream() {
        request.extensions_mut().insert(settings.body_limit);
        request = request.map(|body| Body::new(TimeoutBody::new(settings.body_pause, body)));
    }
    let mut handler = pin!(next.run(request));
    // Unwind safe: a handler that panicked is not polled again, and what it shares with others guards itself.
    let caught = std::future::poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| handler.as_mut().poll(context))) {
        Ok(poll) => poll,
        Err(panic) => Poll::Ready(panicked(panic.as_ref())),
    });
    timeout(limit, caught).await.unwrap_or_else(|_| given_up(limit))
}

fn given_up(limit: Duration) -> Response {
    tracing::warn!(limit_ms = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX), "given up after the time limit");
    let detail = format!("The request was given up after {} s. Try again after the seconds in `Retry-After`.", limit.as_secs_f64());
    Problem::new(Kind::Timeout, detail).retry_after(1).into_response()
}

fn panicked(panic: &(dyn Any + Send)) -> Response {
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
