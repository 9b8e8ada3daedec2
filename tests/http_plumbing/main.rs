//! The plumbing of the HTTP interface, over real connections: what every route has without doing anything for it.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes, HttpBody},
    http::header,
    response::{Html, IntoResponse},
    routing::{get, post},
};
use chrono::NaiveDate;
use hyper::body::Frame;
use openstance::{
    clock::Ids,
    http::{
        docs, health,
        input::{Json, List, Path, Query},
        layers::{self, Settings},
        problem::{self, Problem},
        server::{self, Limits},
    },
    query::{CursorKey, Key},
};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{Notify, mpsc, oneshot},
    task::JoinHandle,
};
use utoipa_axum::router::OpenApiRouter;
use uuid::Uuid;

mod connections;
mod reads;
mod refusals;
mod service;

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// A running server; it is told to stop when this is dropped.
struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    done: JoinHandle<usize>,
}

impl Server {
    async fn start(router: Router, limits: Limits) -> io::Result<Self> {
        Self::start_with(router, limits, Settings::new(Ids::counting())).await
    }

    async fn start_with(router: Router, limits: Limits, settings: Settings) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async move {
            let _ = stopped.await;
        };
        let done = tokio::spawn(server::serve(listener, layers::install(router, settings), limits, stopped));
        Ok(Self { address, stop, done })
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let plain = Client::builder().no_gzip().no_brotli().build().expect("a client without TLS cannot fail");
        plain.request(method, format!("http://{}{path}", self.address))
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    fn post_json(&self, path: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
        self.request(Method::POST, path).header("content-type", "application/json").body(body)
    }

    /// Sends bytes and reads until the server closes.
    async fn raw(&self, bytes: &[u8]) -> io::Result<String> {
        let mut stream = TcpStream::connect(self.address).await?;
        stream.write_all(bytes).await?;
        let mut answer = Vec::new();
        match stream.read_to_end(&mut answer).await {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => {}
            Err(error) => return Err(error),
        }
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }
}

/// Checks that a response is a whole problem document, and gives its body.
async fn problem(response: Response, status: u16, kind: &str) -> Result<Value, reqwest::Error> {
    let id = response.headers()["x-request-id"].to_str().expect("visible").to_owned();
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert!(!response.headers().contains_key("etag"));
    assert_eq!(response.status().as_u16(), status);
    let body: Value = response.json().await?;
    assert_eq!((&body["type"], &body["status"]), (&json!(format!("/problems/{kind}")), &json!(status)), "{body}");
    assert_eq!(body["request_id"], json!(id));
    assert!(body["title"].is_string() && body["detail"].as_str().is_some_and(|detail| detail.ends_with(['.', '?'])), "{body}");
    Ok(body)
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[derive(Debug, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
struct New {
    text: String,
    said_on: Option<NaiveDate>,
}

#[derive(Debug, Deserialize)]
struct Filter {
    #[serde(default)]
    organization: Vec<String>,
    explain: Option<bool>,
}

/// Routes such as the interface has, and some that go wrong.
fn router() -> Router {
    let big: Arc<str> = "open and closed ".repeat(1000).into();
    let page = |List { filter, page }: List<Filter>| async move {
        let key = CursorKey::new([1; 32]);
        let after = page.after(&key)?.map_or(0, |cursor| cursor.id.as_u128());
        let rows: Vec<_> = (after + 1..=5).take(usize::try_from(page.rows()).unwrap_or_default()).collect();
        let page = page.page(&key, rows, |row| (vec![Key::Integer(0)], Uuid::from_u128(*row)));
        Ok::<_, Problem>(page.map(|row| format!("{row} of {}", filter.organization.join("+"))))
    };
    Router::new()
        .route("/big", get(move || async move { Json(json!({"text": &*big})) }))
        .route("/small", get(|| async { Json("small") }).post(|| async { "posted" }))
        .route("/page", get(|| async { Html("<p>page") }))
        .route("/own-tag", get(|| async { ([(header::ETAG, "\"v7\"")], "x".repeat(2000)) }))
        .route("/stream", get(|| async { ([(header::CONTENT_TYPE, "application/x-ndjson")], Body::new(Flood(3, None))) }))
        .route("/echo", post(|Json(new): Json<New>| async move { Json(new) }))
        .route(
            "/query",
            get(|Query(Filter { organization, explain }): Query<Filter>| async move { format!("{organization:?} {explain:?}") }),
        )
        .route("/things/{id}", get(|Path(id): Path<Uuid>| async move { id.to_string() }))
        .route("/names/{name}", get(|Path(name): Path<String>| async move { name }))
        .route("/panic", get(panics))
        .route("/stuck", get(std::future::pending::<()>).post(std::future::pending::<()>))
        .nest("/v1", Router::new().route("/list", get(page)))
}

async fn panics() -> &'static str {
    panic!("a secret detail")
}

static PIECE: [u8; 64 * 1024] = [b'x'; 64 * 1024];

/// A body of that many pieces, which tells when it is dropped.
struct Flood(u64, Option<oneshot::Sender<()>>);

impl HttpBody for Flood {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        Poll::Ready(self.0.checked_sub(1).map(|left| {
            self.0 = left;
            Ok(Frame::data(Bytes::from_static(&PIECE)))
        }))
    }
}

impl Drop for Flood {
    fn drop(&mut self) {
        if let Some(dropped) = self.1.take() {
            let _ = dropped.send(());
        }
    }
}
