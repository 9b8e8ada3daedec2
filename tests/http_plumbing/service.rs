//! Health, metrics and the documentation.

use super::*;

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
    assert_eq!(header(&page, "content-type"), "text/html; charset=utf-8");
    let page = page.text().await?;
    assert!(page.contains("<title>openstance: the interface</title>"));
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
