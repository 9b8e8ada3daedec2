//! Slow, large and many clients; stopping.

use super::*;

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
