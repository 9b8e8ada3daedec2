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
        .route(
            "/panic",
            get(|| async {
                if true {
                    panic!("a secret detail")
                }
            }),
        )
        .route("/stuck", get(std::future::pending::<()>).post(std::future::pending::<()>))
        .nest("/v1", Router::new().route("/list", get(page)))
}

/// A body of that many pieces, which tells when it is dropped.
struct Flood(u64, Option<oneshot::Sender<()>>);

impl HttpBody for Flood {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        Poll::Ready(self.0.checked_sub(1).map(|left| {
            self.0 = left;
            Ok(Frame::data(Bytes::from_static(&[b'x'; 64 * 1024])))
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

#[tokio::test]
async fn tags_name_the_bytes_that_are_sent() -> Outcome {
    let server = Server::start(router(), Limits::default()).await?;
    let mut base = String::new();
    for (accept, encoding, suffix) in [("identity", "", ""), ("gzip", "gzip", "-gz"), ("gzip, br", "br", "-br"), ("zstd", "", "")] {
        let response = server.get("/big").header("accept-encoding", accept).send().await?;
        assert_eq!((response.status(), header(&response, "content-encoding")), (StatusCode::OK, encoding), "{accept}");
        assert_eq!((header(&response, "vary"), header(&response, "cache-control")), ("accept-encoding", "no-cache"));
        let tag = header(&response, "etag").to_owned();
        if base.is_empty() {
            base = tag.trim_matches('"').to_owned();
        }
        assert_eq!(tag, format!("\"{base}{suffix}\""));

        for known in [&tag, &format!("W/\"{base}\""), &format!("\"x\", \"{base}-gz\""), "*"] {
            let response = server.get("/big").header("accept-encoding", accept).header("if-none-match", known).send().await?;
            assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{accept} {known}");
            assert_eq!((header(&response, "etag"), header(&response, "vary")), (tag.as_str(), "accept-encoding"));
            assert_eq!((header(&response, "cache-control"), header(&response, "content-encoding")), ("no-cache", ""));
            assert!(!response.headers().contains_key("content-type") && response.bytes().await?.is_empty());
        }
        let response = server.get("/big").header("accept-encoding", accept).header("if-none-match", "\"x\"").send().await?;
        assert_eq!(response.status(), StatusCode::OK);
    }
    Ok(())
}

#[tokio::test]
async fn compressed_bytes_are_the_same_text() -> Outcome {
    let server = Server::start(router(), Limits::default()).await?;
    let plain = server.get("/big").header("accept-encoding", "identity").send().await?.bytes().await?;
    for client in [Client::builder().no_brotli().build()?, Client::builder().no_gzip().build()?] {
        let response = client.get(format!("http://{}/big", server.address)).send().await?;
        assert!(header(&response, "etag").ends_with("-gz\"") || header(&response, "etag").ends_with("-br\""));
        assert_eq!(response.bytes().await?, plain);
    }
    let streamed = Client::new().get(format!("http://{}/stream", server.address)).send().await?;
    assert!(!streamed.headers().contains_key("etag"), "the tag of a stream is not known beforehand");
    assert_eq!((header(&streamed, "vary"), header(&streamed, "cache-control")), ("accept-encoding", "no-cache"));
    assert_eq!(streamed.bytes().await?.len(), 3 * 64 * 1024);
    Ok(())
}

#[tokio::test]
async fn head_is_get_without_the_body() -> Outcome {
    let server = Server::start(router(), Limits::default()).await?;
    let get = server.get("/big").header("accept-encoding", "identity").send().await?;
    let head = server.request(Method::HEAD, "/big").header("accept-encoding", "identity").send().await?;
    for name in ["etag", "vary", "content-type", "content-length", "cache-control"] {
        assert_eq!((name, header(&head, name)), (name, header(&get, name)));
    }
    assert!(!header(&head, "content-length").is_empty() && head.bytes().await?.is_empty());
    let tag = header(&get, "etag").to_owned();
    let head = server.request(Method::HEAD, "/big").header("if-none-match", tag).send().await?;
    assert_eq!(head.status(), StatusCode::NOT_MODIFIED);
    Ok(())
}

#[tokio::test]
async fn routes_can_bring_their_own_tag_and_small_answers_stay_plain() -> Outcome {
    let server = Server::start(router(), Limits::default()).await?;
    let response = server.get("/own-tag").header("accept-encoding", "gzip").send().await?;
    assert_eq!(header(&response, "etag"), "\"v7-gz\"");
    let response = server.get("/own-tag").header("if-none-match", "\"v7-br\"").send().await?;
    assert_eq!(response.status(), StatusCode::NOT_MODIFIED);

    let response = server.get("/small").header("accept-encoding", "gzip").send().await?;
    assert_eq!((header(&response, "content-encoding"), header(&response, "vary")), ("", ""));
    assert_eq!(header(&response, "cache-control"), "no-cache");
    let private = server.get("/small").header("authorization", "Bearer x").send().await?;
    assert_eq!(header(&private, "cache-control"), "private, no-cache");
    let posted = server.request(Method::POST, "/small").header("if-none-match", "*").send().await?;
    assert_eq!((posted.status(), header(&posted, "etag")), (StatusCode::OK, ""), "tags are for reads");
    Ok(())
}

#[tokio::test]
async fn addresses_and_methods_that_are_none_are_problems() -> Outcome {
    let server = Server::start(router(), Limits::default()).await?;
    problem(server.get("/nowhere").send().await?, 404, "unknown-address").await?;
    let refused = server.request(Method::DELETE, "/small").send().await?;
    assert_eq!(header(&refused, "allow"), "GET,HEAD,POST");
    problem(refused, 405, "method-not-allowed").await?;
    problem(server.get("/echo").send().await?, 405, "method-not-allowed").await?;
    problem(server.get("/v1/nowhere").send().await?, 404, "unknown-address").await?;

    problem(server.get("/things/7").send().await?, 404, "not-found").await?;
    problem(server.get("/names/a%00b").send().await?, 404, "not-found").await?;
    problem(server.get("/names/a%ffb").send().await?, 400, "malformed-path").await?;
    let id = Uuid::from_u128(7).to_string();
    assert_eq!(server.get(&format!("/things/{id}")).send().await?.text().await?, id);
    Ok(())
}

#[tokio::test]
async fn a_panic_is_a_problem_and_harms_no_one() -> Outcome {
    let server = Server::start(router(), Limits::default()).await?;
    let body = problem(server.get("/panic").header("x-request-id", "mine").send().await?, 500, "internal").await?;
    assert_eq!(body["request_id"], "mine");
    assert!(!body.to_string().contains("secret"));
    assert_eq!(server.get("/small").send().await?.status(), StatusCode::OK);
    Ok(())
}

#[tokio::test]
async fn bad_bodies_are_precise_4xx() -> Outcome {
    let server = Server::start(router(), Limits::default()).await?;
    let echoed: Value = server.post_json("/echo", r#"{"text": "ä", "said_on": "2025-01-31"}"#).send().await?.json().await?;
    assert_eq!(echoed, json!({"text": "ä", "said_on": "2025-01-31"}));

    let deep = "[".repeat(100_000);
    let large = format!(r#"{{"text": "{}"}}"#, "a".repeat(2_000_000));
    let cases: Vec<(Vec<u8>, u16, &str)> = vec![
        (deep.into(), 400, "malformed-json"),
        (large.into(), 413, "body-too-large"),
        (r#"{"text": "\ud800"}"#.into(), 400, "malformed-json"),
        (b"{\"text\": \"\xff\"}".to_vec(), 400, "malformed-json"),
        (r#"{"text": "a\u0000"}"#.into(), 422, "invalid-body"),
        (r#"{"text": 7}"#.into(), 422, "invalid-body"),
        (r#"{"text": "a", "txet": "b"}"#.into(), 422, "invalid-body"),
        (r#"{"text": "a", "said_on": "2025-02-30"}"#.into(), 422, "invalid-body"),
        (Vec::new(), 400, "malformed-json"),
    ];
    for (body, status, kind) in cases {
        problem(server.post_json("/echo", body).send().await?, status, kind).await?;
    }
    let pointer = problem(server.post_json("/echo", r#"{"text": 7}"#).send().await?, 422, "invalid-body").await?;
    assert_eq!(pointer["errors"][0]["pointer"], "/text");
    let form = server.request(Method::POST, "/echo").header("content-type", "application/x-www-form-urlencoded").body("text=a");
    problem(form.send().await?, 415, "unsupported-media-type").await?;

    let announced = b"POST /echo HTTP/1.1\r\nhost: h\r\ncontent-type: application/json\r\ncontent-length: 100000000\r\n\r\n";
    assert!(server.raw(announced).await?.starts_with("HTTP/1.1 413 "), "refused before a byte is read");
    Ok(())
}

#[tokio::test]
async fn bad_queries_are_precise_400() -> Outcome {
    let server = Server::start(router(), Limits::default()).await?;
    let answer = server.get("/query?organization=a&organization=b%20c&explain=true").send().await?.text().await?;
    assert_eq!(answer, r#"["a", "b c"] Some(true)"#);
    for (query, kind, detail) in [
        ("/query?organisation=a", "unknown-parameter", "`organisation`: there is no such parameter here; did you mean `organization`?"),
        ("/query?explain=1", "invalid-parameter", "`explain`: `1` is not `true` or `false`."),
        ("/query?explain=true&explain=true", "invalid-parameter", "`explain`: is given more than once; give one value."),
        ("/query?organization=%00", "malformed-query", "`organization`: the value has a NUL character; leave it out."),
        ("/v1/list?limit=0", "invalid-parameter", "`limit`: `0` is not from 1 to 200."),
        (
            "/v1/list?cursor=x",
            "invalid-cursor",
            "`cursor`: the cursor is damaged, or belongs to another list, filter or sort; start again without `cursor`.",
        ),
    ] {
        let body = problem(server.get(query).send().await?, 400, kind).await?;
        assert_eq!(body["detail"], detail);
    }
    Ok(())
}

#[tokio::test]
async fn pages_are_linked() -> Outcome {
    let server = Server::start(router(), Limits::default()).await?;
    let (mut next, mut items) = ("/v1/list?limit=2&organization=a%26b".to_owned(), Vec::new());
    loop {
        let response = server.get(&next).send().await?;
        let link = header(&response, "link").to_owned();
        let page: Value = response.json().await?;
        items.extend(page["items"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned));
        let Some(cursor) = page["next_cursor"].as_str() else {
            assert_eq!((page["next_cursor"].clone(), link.as_str()), (Value::Null, ""));
            break;
        };
        next = link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")).expect("a link").to_owned();
        assert!(next.starts_with("/v1/list?limit=2&organization=a%26b&cursor=") && next.ends_with(cursor));
    }
    assert_eq!(items, ["1 of a&b", "2 of a&b", "3 of a&b", "4 of a&b", "5 of a&b"]);
    let foreign = next.replace("a%26b", "other");
    problem(server.get(&foreign).send().await?, 400, "invalid-cursor").await?;
    Ok(())
}

#[tokio::test]
async fn every_answer_has_its_id_and_its_security_headers() -> Outcome {
    let server = Server::start(router(), Limits::default()).await?;
    let page = server.get("/page").header("x-request-id", "trace-7").send().await?;
    assert_eq!(header(&page, "x-request-id"), "trace-7");
    assert!(header(&page, "content-security-policy").contains("script-src 'self'"));
    assert_eq!((header(&page, "x-content-type-options"), header(&page, "referrer-policy")), ("nosniff", "strict-origin-when-cross-origin"));
    let data = server.get("/small").header("x-request-id", "two words").send().await?;
    assert_eq!(header(&data, "x-request-id"), Uuid::from_u128(1).to_string(), "what is no id is replaced");
    assert!(!header(&data, "content-security-policy").contains("script-src"));
    assert!(server.get("/nowhere").send().await?.headers().contains_key("content-security-policy"));
    Ok(())
}

#[tokio::test]
async fn foreign_pages_may_read_and_not_write() -> Outcome {
    let server = Server::start(router(), Limits::default()).await?;
    let read = server.get("/small").header("origin", "https://example.org").send().await?;
    assert_eq!(header(&read, "access-control-allow-origin"), "*");
    assert_eq!(header(&read, "access-control-expose-headers"), "etag,link,location,retry-after,x-request-id");
    let preflight = server
        .request(Method::OPTIONS, "/echo")
        .header("origin", "https://example.org")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type,authorization")
        .send()
        .await?;
    assert_eq!(header(&preflight, "access-control-allow-methods"), "GET,HEAD");
    assert!(!header(&preflight, "access-control-allow-headers").contains("authorization"));
    Ok(())
}

#[tokio::test]
async fn what_takes_too_long_is_given_up() -> Outcome {
    let mut settings = Settings::new(Ids::counting());
    settings.read_timeout = Duration::from_millis(20);
    settings.write_timeout = Duration::from_millis(30);
    let server = Server::start_with(router(), Limits::default(), settings).await?;
    let response = server.get("/stuck").send().await?;
    assert_eq!(header(&response, "retry-after"), "1");
    assert!(problem(response, 503, "timeout").await?["detail"].as_str().is_some_and(|detail| detail.contains("0.02 s")));
    let written = problem(server.request(Method::POST, "/stuck").send().await?, 503, "timeout").await?;
    assert!(written["detail"].as_str().is_some_and(|detail| detail.contains("0.03 s")));
    Ok(())
}

#[tokio::test]
async fn slow_clients_are_cut_off() -> Outcome {
    let mut settings = Settings::new(Ids::counting());
    settings.body_pause = Duration::from_millis(20);
    let limits = Limits { header_timeout: Duration::from_millis(30), write_timeout: Duration::from_millis(30), ..Limits::default() };
    let (gone, dropped) = oneshot::channel();
    let gone = Arc::new(Mutex::new(Some(gone)));
    let flood = get(move || async move { Body::new(Flood(u64::MAX, gone.lock().ok().and_then(|mut gone| gone.take()))).into_response() });
    let server = Server::start_with(router().route("/flood", flood), limits, settings).await?;

    assert_eq!(server.raw(b"").await?, "", "says nothing");
    assert_eq!(server.raw(b"GET /small HTTP/1.1\r\nhost: ").await?, "", "stops within the head");
    assert!(server.raw(b"GET /small HTTP/1.1\r\nhost: h\r\n\r\n").await?.ends_with("\"small\""), "idles after an answer");
    let body = server.raw(b"POST /echo HTTP/1.1\r\nhost: h\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{").await?;
    assert!(body.starts_with("HTTP/1.1 408 ") && body.contains("/problems/slow-body"), "stops within the body: {body}");

    let mut unread = TcpStream::connect(server.address).await?;
    unread.write_all(b"GET /flood HTTP/1.1\r\nhost: h\r\n\r\n").await?;
    dropped.await?; // never reads: the server gives the response up
    assert_eq!(server.get("/small").send().await?.status(), StatusCode::OK, "others are unharmed");
    Ok(())
}

#[tokio::test]
async fn heads_are_bounded() -> Outcome {
    let server = Server::start(router(), Limits::default()).await?;
    let large = format!("GET /small HTTP/1.1\r\nhost: h\r\nx: {}\r\n\r\n", "a".repeat(40_000));
    assert!(server.raw(large.as_bytes()).await?.starts_with("HTTP/1.1 431 "));
    let many = format!("GET /small HTTP/1.1\r\nhost: h\r\n{}\r\n", "x: y\r\n".repeat(200));
    assert!(server.raw(many.as_bytes()).await?.starts_with("HTTP/1.1 431 "));
    let long = format!("GET /{} HTTP/1.1\r\nhost: h\r\n\r\n", "a".repeat(70_000));
    let answer = server.raw(long.as_bytes()).await?;
    assert!(answer.starts_with("HTTP/1.1 431 ") || answer.starts_with("HTTP/1.1 414 "), "{answer}");
    assert!(server.raw(b"nonsense\r\n\r\n").await?.starts_with("HTTP/1.1 400 "));
    assert!(server.raw(b"GET /small HTTP/1.1\r\nhost: h\r\nx: \0\r\n\r\n").await?.starts_with("HTTP/1.1 400 "));
    Ok(())
}

/// A route that says when it is entered and waits to be let go.
fn held(entered: mpsc::UnboundedSender<&'static str>, go: Arc<Notify>) -> Router {
    let answer = move |Path(name): Path<String>| async move {
        let name: &'static str = if name == "first" { "first" } else { "second" };
        let _ = entered.send(name);
        go.notified().await;
        name
    };
    Router::new().route("/held/{name}", get(answer))
}

#[tokio::test]
async fn a_request_in_flight_is_finished_before_the_stop() -> Outcome {
    let (entered, mut events) = mpsc::unbounded_channel();
    let go = Arc::new(Notify::new());
    let server = Server::start(held(entered, go.clone()), Limits::default()).await?;
    let request = tokio::spawn(server.get("/held/first").send());
    assert_eq!(events.recv().await, Some("first"));
    let _ = server.stop.send(());
    go.notify_one();
    let response = request.await??;
    assert_eq!((response.status(), response.text().await?), (StatusCode::OK, "first".to_owned()));
    assert_eq!(server.done.await?, 0, "no connection is cut off");
    assert!(TcpStream::connect(server.address).await.is_err(), "and no other is taken");
    Ok(())
}

#[tokio::test]
async fn the_drain_is_bounded() -> Outcome {
    let (entered, mut events) = mpsc::unbounded_channel();
    let limits = Limits { drain: Duration::from_millis(20), ..Limits::default() };
    let server = Server::start(held(entered, Arc::new(Notify::new())), limits).await?;
    let request = tokio::spawn(server.get("/held/first").send());
    assert_eq!(events.recv().await, Some("first"));
    let _ = server.stop.send(());
    assert_eq!(server.done.await?, 1);
    assert!(request.await?.is_err());
    Ok(())
}

#[tokio::test]
async fn connections_beyond_the_cap_wait_their_turn() -> Outcome {
    let (entered, mut events) = mpsc::unbounded_channel();
    let go = Arc::new(Notify::new());
    let server = Server::start(held(entered, go.clone()), Limits { connections: 1, ..Limits::default() }).await?;
    let close = |name: &str| format!("GET /held/{name} HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n");
    let mut first = TcpStream::connect(server.address).await?;
    first.write_all(close("first").as_bytes()).await?;
    assert_eq!(events.recv().await, Some("first"));
    let mut second = TcpStream::connect(server.address).await?;
    second.write_all(close("second").as_bytes()).await?;
    assert!(events.try_recv().is_err());
    go.notify_one();
    let mut answer = String::new();
    first.read_to_string(&mut answer).await?;
    assert!(answer.ends_with("first"));
    assert_eq!(events.recv().await, Some("second"));
    go.notify_one();
    answer.clear();
    second.read_to_string(&mut answer).await?;
    assert!(answer.ends_with("second"));
    Ok(())
}

fn service(probe: health::Probe) -> Result<Router, Box<dyn std::error::Error>> {
    let (router, document) =
        OpenApiRouter::with_openapi(docs::frame()).merge(problem::routes()).merge(health::routes::<()>(probe)).split_for_parts();
    Ok(router.merge(docs::routes(&docs::complete(document))?))
}

#[tokio::test]
async fn health_tells_life_from_readiness() -> Outcome {
    let ready = Server::start(service(health::Probe::new(|| async { Ok(()) }))?, Limits::default()).await?;
    let unready =
        Server::start(service(health::Probe::new(|| async { Err("the schema is missing".to_owned()) }))?, Limits::default()).await?;
    let hanging = health::Probe::new(std::future::pending).within(Duration::from_millis(10));
    let hanging = Server::start(service(hanging)?, Limits::default()).await?;
    for server in [&ready, &unready, &hanging] {
        let live = server.get("/healthz").send().await?;
        assert_eq!(header(&live, "cache-control"), "no-store");
        assert_eq!(live.json::<Value>().await?, json!({"status": "ok"}));
    }
    assert_eq!(ready.get("/readyz").send().await?.status(), StatusCode::OK);
    let body = problem(unready.get("/readyz").send().await?, 503, "unavailable").await?;
    assert_eq!(body["detail"], "The service is not ready: the schema is missing.");
    problem(hanging.get("/readyz").send().await?, 503, "unavailable").await?;
    Ok(())
}

#[tokio::test]
async fn the_documentation_is_complete_and_at_home() -> Outcome {
    let server = Server::start(service(health::Probe::new(|| async { Ok(()) }))?, Limits::default()).await?;
    let document: Value = server.get("/openapi.json").send().await?.json().await?;
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["components"]["securitySchemes"]["key"]["scheme"], "bearer");
    assert!(document["components"]["schemas"]["Problem"]["properties"]["errors"].is_object());
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            assert_eq!(operation["responses"]["default"]["$ref"], "#/components/responses/Problem", "{method} {path}");
            assert!(operation["summary"].is_string(), "{method} {path}");
        }
    }
    let page = server.get("/docs").send().await?;
    assert_eq!(page.url().path(), "/docs/");
    assert!(header(&page, "content-security-policy").contains("connect-src 'self'"));
    let page = page.text().await?;
    assert!(page.contains("swagger-ui-bundle.js") && !page.contains("http://") && !page.contains("https://"), "{page}");
    let start = server.get("/docs/swagger-initializer.js").send().await?.text().await?;
    assert!(start.contains("\"validatorUrl\": \"none\"") && start.contains("/openapi.json"), "{start}");
    problem(server.get("/docs/nothing.js").send().await?, 404, "not-found").await?;

    let kinds: Value = server.get("/problems").send().await?.json().await?;
    for kind in kinds["items"].as_array().expect("kinds") {
        let address = kind["type"].as_str().expect("a type");
        assert_eq!(&server.get(address).send().await?.json::<Value>().await?, kind);
    }
    let missing = problem(server.get("/problems/not-fuond").send().await?, 404, "not-found").await?;
    assert_eq!(missing["detail"], "There is no such kind of problem; the nearest is `not-found`.");
    Ok(())
}

#[tokio::test]
async fn metrics_count_by_route_and_not_by_address() -> Outcome {
    let handle = openstance::telemetry::init_metrics()?;
    let server = Server::start(router().merge(health::metrics(handle)), Limits::default()).await?;
    let id = Uuid::from_u128(99).to_string();
    server.get(&format!("/things/{id}")).send().await?;
    let response = server.get("/metrics").send().await?;
    assert_eq!(header(&response, "content-type"), "text/plain; version=0.0.4; charset=utf-8");
    let text = response.text().await?;
    assert!(text.contains(r#"openstance_http_requests_total{method="GET",path="/things/{id}",status="200"} "#), "{text}");
    assert!(text.contains(r#"openstance_http_request_duration_seconds_bucket{method="GET",path="/things/{id}",status="200",le="0.001"}"#));
    assert!(!text.contains(&id));
    Ok(())
}
