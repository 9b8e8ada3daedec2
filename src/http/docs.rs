//! `/openapi.json`, written by the code, and `/docs`, which shows it: Swagger UI from the binary itself, without a request to anywhere else.

use std::{borrow::Cow, sync::Arc};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use utoipa::{
    OpenApi, PartialSchema, ToSchema,
    openapi::{
        self, Content, License, Ref, RefOr, Response as Answer,
        path::Operation,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
        tag::TagBuilder,
    },
};
use utoipa_swagger_ui::Config;

use super::{
    input::{JsonBytes, Path},
    problem::{FieldError, Problem, ProblemBody},
};

/// The frame of the document, for an `OpenApiRouter` to fill.
pub fn frame() -> openapi::OpenApi {
    #[derive(OpenApi)]
    struct Frame;

    let mut document = Frame::openapi();
    "openstance".clone_into(&mut document.info.title);
    document.info.description = Some(DESCRIPTION.to_owned());
    env!("CARGO_PKG_VERSION").clone_into(&mut document.info.version);
    document.info.license = Some(License::builder().name("MIT OR Apache-2.0").identifier(Some("MIT OR Apache-2.0")).build());
    let tag = |(name, says): &(&str, &str)| TagBuilder::new().name(*name).description(Some(*says)).build();
    document.tags = Some(TAGS.iter().map(tag).collect());
    document
}

/// The groups of the document, in the order in which a reader wants them.
const TAGS: &[(&str, &str)] = &[
    ("actors", "Organizations and people, and who held which role where."),
    ("standings", "Where they stand: the ranking, and the evidence behind each figure."),
    ("statements", "What they said, and what sources say of them."),
    ("stances", "What each statement says about whose position."),
    ("sources", "The documents that carry the statements."),
    ("propositions", "The questions that one can stand on."),
    ("reviews", "Verdicts of people on what was read."),
    ("ingestions", "Articles to be read."),
    ("service", "The service itself: health, and the kinds of problem."),
];

const DESCRIPTION: &str = "Who stands where on open versus closed AI, on what evidence, since when.

Reading needs no key. Lists answer `{\"items\": […], \"next_cursor\": …}`; to go on, send `next_cursor` as `cursor` with the same filters and \
sort, or follow the `Link` header. What is not known is refused, not ignored: a misspelt parameter is a 400 that suggests the right one. \
Errors are `application/problem+json` (RFC 9457); `/problems` explains each `type`. Every read has an `ETag`; send it as `If-None-Match` \
and get 304 while nothing has changed.";

/// Completes a filled document: the scheme of keys, and the problem document as every operation's answer to what goes wrong.
#[must_use]
pub fn complete(mut document: openapi::OpenApi) -> openapi::OpenApi {
    let components = document.components.get_or_insert_default();
    let key = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("ost_live_…")
        .description(Some("A key of the service: `Authorization: Bearer ost_live_…`. Needed to write; reading needs none."))
        .build();
    components.add_security_scheme("key", SecurityScheme::Http(key));
    components.schemas.insert(ProblemBody::name().into_owned(), ProblemBody::schema());
    components.schemas.insert(FieldError::name().into_owned(), FieldError::schema());
    let content = Content::new(Some(Ref::from_schema_name(ProblemBody::name())));
    let mut answer = Answer::new("It went wrong: a problem document (RFC 9457)");
    answer.content.insert("application/problem+json".to_owned(), RefOr::T(content));
    components.responses.insert("Problem".to_owned(), RefOr::T(answer));

    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            operation.responses.responses.entry("default".to_owned()).or_insert_with(|| RefOr::Ref(Ref::from_response_name("Problem")));
        }
    }
    document
}

fn operations(item: &mut openapi::PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.head, &mut item.patch].into_iter().filter_map(Option::as_mut)
}

/// `/openapi.json` and `/docs` for a completed document.
pub fn routes<S: Clone + Send + Sync + 'static>(document: &openapi::OpenApi) -> Result<Router<S>, serde_json::Error> {
    let config = Config::new(["/openapi.json"])
        .validator_url("none") // it would send the document's address to a public checker
        .use_base_layout() // without the bar that asks for another document's address
        .try_it_out_enabled(true)
        .persist_authorization(false)
        .display_request_duration(true)
        .default_models_expand_depth(0);
    let state = Docs { document: Bytes::from(document.to_pretty_json()?), config: Arc::new(config) };
    Ok(Router::new()
        .route("/openapi.json", get(openapi_json))
        .route("/docs", get(|| async { Redirect::permanent("/docs/") }))
        .route("/docs/", get(|State(docs): State<Docs>| async move { file(&docs, "") }))
        .route("/docs/{*file}", get(|State(docs): State<Docs>, Path(path): Path<String>| async move { file(&docs, &path) }))
        .with_state(state))
}

#[derive(Clone)]
struct Docs {
    document: Bytes,
    config: Arc<Config<'static>>,
}

async fn openapi_json(State(docs): State<Docs>) -> JsonBytes {
    JsonBytes(docs.document)
}

/// Swagger UI writes styles into the page, and shows its icons from `data:` addresses; scripts are files alone.
const POLICY: &str = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; script-src 'self'; connect-src 'self'; \
                      font-src 'self' data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

fn file(docs: &Docs, path: &str) -> Result<Response, Problem> {
    let Some(file) = utoipa_swagger_ui::serve(path, docs.config.clone()).map_err(Problem::internal)? else {
        return Err(Problem::not_found("such page of the documentation"));
    };
    let text = file.content_type.starts_with("text/") || file.content_type.ends_with("javascript");
    let kind = if text { format!("{}; charset=utf-8", file.content_type) } else { file.content_type };
    let kind = HeaderValue::from_str(&kind).map_err(Problem::internal)?;
    let body = match file.bytes {
        Cow::Borrowed(bytes) if path.is_empty() => {
            String::from_utf8_lossy(bytes).replace("<title>Swagger UI</title>", "<title>openstance: the interface</title>").into()
        }
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes.into(),
    };
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY))];
    Ok((headers, body).into_response())
}
