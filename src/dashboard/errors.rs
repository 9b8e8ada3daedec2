//! Problems as pages.

use askama::Template;
use axum::{
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};

use crate::http::problem::{AsPage, Problem, unknown_route};

/// What a reader sees of a problem.
#[derive(Debug, Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    title: &'a str,
    status: u16,
    detail: &'a str,
    help: &'a str,
    request_id: &'a str,
}

fn render(problem: &Problem, request_id: &str) -> Option<String> {
    let kind = problem.kind();
    let (title, help, status) = (kind.title(), kind.help(), kind.status().as_u16());
    let page = ErrorPage { title, status, detail: problem.detail(), help, request_id };
    page.render().inspect_err(|error| tracing::error!(%error, "the page of a problem cannot be rendered")).ok()
}

/// Lets a handler's problem be shown as a page.
pub(super) async fn as_page(mut response: Response) -> Response {
    response.extensions_mut().insert(AsPage(render));
    response
}

/// An address that is none: a page for browsers, which ask for one, and a problem document for everyone else.
pub(super) async fn unknown(headers: HeaderMap) -> Response {
    let mut response = unknown_route().await.into_response();
    let accepts = |value: &header::HeaderValue| value.to_str().is_ok_and(|list| list.contains("text/html"));
    if headers.get_all(header::ACCEPT).iter().any(accepts) {
        response.extensions_mut().insert(AsPage(render));
    }
    response
}
