//! What the log tells of requests, and what it keeps to itself. Alone in its binary: which events are recorded is settled once a process.

use std::{
    io,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Body,
    http::Request,
    routing::{get, post},
};
use openstance::{
    clock::Ids,
    http::{
        input::{Json, Path, Query},
        layers::{self, Settings},
        problem::Problem,
    },
};
use serde_json::Value;
use tower::ServiceExt;

/// A log kept in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().map_err(|_| io::ErrorKind::Other)?.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

async fn panics() -> &'static str {
    panic!("out of bounds")
}

#[tokio::test]
async fn requests_are_named_and_no_secret_is_told() -> Result<(), Box<dyn std::error::Error>> {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false).with_writer(move || writer.clone()).init();
    let router = Router::new()
        .route("/names/{name}", get(|Path(name): Path<String>| async move { name }))
        .route("/query", get(|Query(()): Query<()>| async { "" }))
        .route("/echo", post(|Json(body): Json<Vec<Value>>| async move { Json(body) }))
        .route("/panic", get(panics))
        .route("/broken", get(|| async { Problem::internal("relation does not exist") }));
    let router = layers::install(router, Settings::new(Ids::counting()));

    let request = || Request::builder().header("authorization", "Bearer header-secret").header("x-request-id", "trace-7");
    for path in ["/names/path-secret?q=query-secret", "/panic?q=query-secret", "/query?query-secret=1", "/broken"] {
        router.clone().oneshot(request().uri(path).body(Body::empty())?).await?;
    }
    let body = Body::from(r#"{"body-secret": "body-secret"}"#);
    router.oneshot(request().method("POST").uri("/echo").header("content-type", "application/json").body(body)?).await?;

    let log = String::from_utf8(log.0.lock().map_err(|_| "poisoned")?.clone())?;
    for told in [
        r#"DEBUG request{method=GET path="/names/{name}" request_id="trace-7"}: openstance::http::layers: answered status=200 latency_us="#,
        r#"INFO request{method=GET path="/query" request_id="trace-7"}: openstance::http::layers: answered status=400"#,
        r#"ERROR request{method=GET path="/panic" request_id="trace-7"}: openstance::http::problem: internal error error=panic: out of bounds"#,
        r#"ERROR request{method=GET path="/panic" request_id="trace-7"}: openstance::http::layers: failed status=500"#,
        "internal error error=relation does not exist",
    ] {
        assert!(log.contains(told), "{told}\n{log}");
    }
    assert!(!log.contains("secret"), "{log}");
    Ok(())
}
