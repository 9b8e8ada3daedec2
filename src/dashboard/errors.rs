//! Problems as pages.

use askama::Template;
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, header},
    middleware::Next,
    response::Response,
};

use crate::http::{layers::RequestId, problem::Problem};

/// What a reader sees of a problem.
#[derive(Debug, Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    title: &'a str,
    status: u16,
    detail: &'a str,
    help: &'a str,
    request_id: Option<&'a str>,
}

/// Middleware: turns a handler's problem into a page of the same status, with the request's id.
pub async fn as_page(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().cloned();
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    let kind = problem.kind();
    let page = ErrorPage {
        title: kind.title(),
        status: kind.status().as_u16(),
        detail: problem.detail(),
        help: kind.help(),
        request_id: id.as_ref().map(|RequestId(id)| id.as_str()),
    };
    match page.render() {
        Ok(html) => {
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
            response.headers_mut().remove(header::CONTENT_LENGTH);
            *response.body_mut() = Body::from(html);
        }
        Err(error) => {
            tracing::error!(%error, "the page of a problem cannot be rendered");
            response.extensions_mut().insert(problem);
        }
    }
    response
}
