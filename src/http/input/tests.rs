use std::{
    pin::Pin,
    slice,
    task::{Context, Poll},
};

use axum::{
    body::{Body, HttpBody},
    http::Request as HttpRequest,
};
use hyper::body::Frame;
use serde::Deserialize;
use serde_json::json;

use super::*;

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    text: String,
    #[serde(default)]
    stances: Vec<Stance>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stance {
    strength: u8,
}

fn refusal(body: &[u8]) -> (u16, Vec<(String, String)>, String) {
    let problem = parse_json::<New>(body).expect_err("it must be refused");
    let errors = problem.errors().iter().map(|error| (error.pointer.clone().unwrap_or_default(), error.detail.clone())).collect();
    (problem.status().as_u16(), errors, problem.detail().to_owned())
}

#[test]
fn what_is_wrong_in_a_body_is_named_by_pointer() {
    let cases = [
        (r#"{"text": 1}"#, "/text", "is wrong: invalid type: integer `1`, expected a string"),
        (
            r#"{"text": "a", "stances": [{"strength": 1}, {"strength": 256}]}"#,
            "/stances/1/strength",
            "is wrong: invalid value: integer `256`, expected u8",
        ),
        (r#"{"text": "a", "stances": [{}]}"#, "/stances/0/strength", "is required"),
        ("{}", "/text", "is required"),
        (r#"{"text": "a", "a/b~c": 1}"#, "/a~1b~0c", "is wrong: unknown field `a/b~c`, expected `text` or `stances`"),
        (r#"{"text": "a", "text": "b"}"#, "/text", "is there twice"),
        (r#"{"text": "a\u0000b"}"#, "/text", "has a NUL character; leave it out"),
        (r#"{"text": "a", "stances": [{"strength": 1}, {"\u0000": 1}]}"#, "/stances/1", "has a NUL character; leave it out"),
        ("[]", "", "is wrong: invalid length 0, expected an object"),
        ("null", "", "is wrong: invalid type: null, expected an object"),
    ];
    for (body, pointer, detail) in cases {
        let (status, errors, _) = refusal(body.as_bytes());
        assert_eq!((status, errors.as_slice()), (422, &[(pointer.to_owned(), detail.to_owned())][..]), "{body}");
    }
}

#[test]
fn what_is_not_json_is_400_with_line_and_column() {
    let cases: [&[u8]; 10] = [
        b"",
        b"{",
        b"{\"text\": \"a\"} x",
        b"{\"text\": \"\\ud800\"}",
        b"{\"text\": \"\\ud800x\"}",
        b"{\"text\": \"\\udc00\"}",
        b"{\"text\": \"\xff\"}",
        b"{\"text\": \"\0\"}",
        b"\xef\xbb\xbf{}",
        b"{\"text\": 1",
    ];
    for body in cases {
        let shown = String::from_utf8_lossy(&body[..body.len().min(30)]).into_owned();
        let (status, errors, detail) = refusal(body);
        assert_eq!((status, errors.len()), (400, 0), "{shown}");
        assert!(detail.starts_with("The body is not JSON: ") && detail.contains("at line 1, column "), "{shown}: {detail}");
    }
}

#[test]
fn deep_json_is_refused_before_it_is_read() {
    for body in ["[".repeat(100_000), format!(r#"{{"text": {}{}}}"#, "[".repeat(101), "]".repeat(101)), r#"{"a":"#.repeat(100_000)] {
        let (status, _, detail) = refusal(body.as_bytes());
        assert_eq!((status, detail.as_str()), (400, "The body is nested deeper than 100 levels. Make it flatter."));
    }
    let text = format!(r#"{{"text": "\"{}"}}"#, "[{".repeat(200));
    assert!(parse_json::<New>(text.as_bytes()).is_ok(), "brackets in a text are no nesting");
    assert!(parse_json::<Value>(format!("{}{}", "[".repeat(100), "]".repeat(100)).as_bytes()).is_ok());
}

#[test]
fn an_escaped_backslash_before_u0000_is_no_nul() {
    let new: New = parse_json(r#"{"text": "\\u0000 🦀 \ud83e\udd80"}"#.as_bytes()).expect("it is fine");
    assert_eq!(new.text, "\\u0000 🦀 🦀");
}

/// A body that comes in pieces and does not tell its length.
struct Pieces(slice::Iter<'static, &'static str>);

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Ready(self.0.next().map(|piece| Ok(Frame::data(Bytes::from_static(piece.as_bytes())))))
    }
}

async fn read(body: Body, limit: usize, kind: Option<&str>) -> Result<Value, u16> {
    let mut request = HttpRequest::post("/");
    if let Some(kind) = kind {
        request = request.header("content-type", kind);
    }
    let request = request.extension(BodyLimit(limit)).body(body).expect("a request");
    Json::<Value>::from_request(request, &()).await.map(|Json(value)| value).map_err(|problem| problem.status().as_u16())
}

#[tokio::test]
async fn a_body_must_say_that_it_is_json() {
    for kind in ["application/json", "Application/JSON; charset=utf-8", "application/merge-patch+json"] {
        assert_eq!(read("[]".into(), 10, Some(kind)).await, Ok(json!([])), "{kind}");
    }
    for kind in [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("application/jsonx"), Some("")] {
        assert_eq!(read("[]".into(), 10, kind).await, Err(415), "{kind:?}");
    }
}

#[tokio::test]
async fn a_body_is_read_up_to_its_limit() {
    let kind = Some("application/json");
    let pieces = |pieces: &'static [&'static str]| Body::new(Pieces(pieces.iter()));
    assert_eq!(read("[1, 2]".into(), 6, kind).await, Ok(json!([1, 2])));
    assert_eq!(read("[1, 2]".into(), 5, kind).await, Err(413));
    assert_eq!(read(pieces(&["[1", ", ", "2]"]), 6, kind).await, Ok(json!([1, 2])));
    assert_eq!(read(pieces(&["[1", ", ", "2]"]), 5, kind).await, Err(413));
    assert_eq!(read(pieces(&["[1", ", ", "2]", "x", "x"]), 3, kind).await, Err(413));
    assert_eq!(read(vec![b' '; 100].into(), 5, kind).await, Err(413));
}

proptest::proptest! {
    #[test]
    fn any_body_is_read_or_refused(body in r#"[\[\]{}:,"\\u0ntruefalsx 1.\-]{0,60}"#) {
        match parse_json::<Value>(body.as_bytes()) {
            Ok(value) => proptest::prop_assert!(nul_in(&value).is_none() && serde_json::from_str::<Value>(&body).is_ok()),
            Err(problem) => proptest::prop_assert!(problem.status().is_client_error()),
        }
    }
}
