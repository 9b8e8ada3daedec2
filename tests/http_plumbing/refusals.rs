//! What is refused, and how.

use super::*;

#[tokio::test]
async fn addresses_and_methods_that_are_none_are_problems() -> Outcome {
    let server = Server::start(router(), Limits::default()).await?;
    problem(server.get("/nowhere").send().await?, 404, "unknown-address").await?;
    let refused = server.request(Method::DELETE, "/small").send().await?;
    assert_eq!(header(&refused, "allow"), "GET,HEAD,POST");
    problem(refused, 405, "method-not-allowed").await?;
    problem(server.get("/echo").send().await?, 405, "method-not-allowed").await?;
    problem(server.get("/v1/nowhere").send().await?, 404, "unknown-address").await?;

    let none = problem(server.get("/things/7").send().await?, 404, "not-found").await?;
    assert!(none["detail"].as_str().is_some_and(|detail| detail.starts_with("There is no `7` here: ")), "{none}");
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

    let packed = server.post_json("/echo", "{}").header("content-encoding", "gzip");
    problem(packed.send().await?, 415, "unsupported-media-type").await?;

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
