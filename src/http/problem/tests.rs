use std::collections::HashSet;

use http_body_util::BodyExt;

use super::*;

#[test]
fn kinds_are_told_apart_by_slug_and_are_errors() {
    let slugs: HashSet<_> = Kind::ALL.iter().map(|kind| kind.slug()).collect();
    assert_eq!(slugs.len(), Kind::ALL.len());
    assert!(Kind::ALL.iter().all(|kind| kind.status().is_client_error() || kind.status().is_server_error()));
}

#[test]
fn a_document_has_what_the_standard_asks() {
    let problem = Problem::at("/said_on", "is in the future").with("existing", "7");
    assert_eq!(
        problem.document(Some("r1")),
        serde_json::json!({
            "type": "/problems/invalid-body",
            "title": "The body is not what is expected",
            "status": 422,
            "detail": "`/said_on` is in the future.",
            "errors": [{"pointer": "/said_on", "detail": "is in the future"}],
            "request_id": "r1",
            "existing": "7",
        })
    );
}

#[tokio::test]
async fn a_response_carries_the_headers_of_its_kind() -> Result<(), axum::Error> {
    let response = Problem::unavailable("Busy.", 3).into_response();
    assert_eq!(response.status(), 503);
    assert_eq!(response.headers()["retry-after"], "3");
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert!(Problem::new(Kind::Unauthorized, "").into_response().headers()["www-authenticate"].as_bytes().starts_with(b"Bearer"));

    let mut response = Problem::not_found("organization `acme`").into_response();
    Problem::finish(&mut response, "r2");
    let body = response.into_body().collect().await?.to_bytes();
    let document: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!((&document["request_id"], &document["detail"]), (&Value::from("r2"), &Value::from("There is no organization `acme`.")));
    Ok(())
}

#[test]
fn a_refused_query_names_its_parameter() {
    let problem = Problem::from(QueryError::invalid("limit", "`0` is not from 1 to 200"));
    assert_eq!((problem.kind(), problem.detail()), (Kind::InvalidParameter, "`limit`: `0` is not from 1 to 200."));
    assert_eq!(problem.errors(), [FieldError::parameter("limit", "`0` is not from 1 to 200")]);
}
