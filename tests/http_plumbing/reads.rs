//! Tags, encodings, pages and the headers of every answer.

use super::*;

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
    assert_eq!(header(&read, "access-control-expose-headers"), "etag, link, location, retry-after, x-request-id");
    let preflight = server
        .request(Method::OPTIONS, "/echo")
        .header("origin", "https://example.org")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type,authorization")
        .send()
        .await?;
    assert_eq!(header(&preflight, "access-control-allow-methods"), "GET, HEAD");
    assert!(!header(&preflight, "access-control-allow-headers").contains("authorization"));
    Ok(())
}
