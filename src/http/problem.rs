//! The one error type of the HTTP interface: a problem document (RFC 9457).
//!
//! Handlers return `Result<_, Problem>` and never think of the request's id: [`layers`](super::layers) writes it into the body.

mod database;
mod kinds;
mod record;

use std::{borrow::Cow, fmt::Display};

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::query::{Fault, QueryError};

pub use kinds::{Kind, routes};

/// What the interface answers with when it cannot do what was asked.
#[derive(Debug, Clone)]
pub struct Problem(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    kind: Kind,
    detail: Cow<'static, str>,
    errors: Vec<FieldError>,
    members: Map<String, Value>,
    retry_after: Option<u32>,
}

/// An extension of a response: if it came from a problem, it becomes the page that this makes of the problem and the request's id.
#[derive(Debug, Clone, Copy)]
pub struct AsPage(pub fn(&Problem, &str) -> Option<String>);

/// One fault in one place of the request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// Where in the JSON body: a JSON Pointer (RFC 6901); the empty text is the whole body.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "/stances/0/position")]
    pub pointer: Option<String>,
    /// Which query parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "stance")]
    pub parameter: Option<String>,
    /// What is wrong, and what would be right.
    pub detail: String,
}

impl FieldError {
    /// A fault in the body at `pointer`.
    pub fn at(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { pointer: Some(pointer.into()), parameter: None, detail: detail.into() }
    }

    /// A fault in the query parameter `parameter`.
    pub fn parameter(parameter: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { pointer: None, parameter: Some(parameter.into()), detail: detail.into() }
    }
}

/// A problem document (RFC 9457, `application/problem+json`). Some kinds have further members, such as `existing` on a conflict.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Names the kind of problem, and is where it is explained; stable.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "/problems/unknown-parameter")]
    kind: String,
    /// The kind in a few words; stable.
    title: &'static str,
    /// The HTTP status.
    #[schema(example = 400)]
    status: u16,
    /// What happened this time and what to do about it.
    detail: String,
    /// Where the request is at fault, if places can be named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    /// The request's id, as in the `x-request-id` header and the service's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    #[serde(flatten)]
    #[schema(ignore)]
    members: Map<String, Value>,
}

impl Problem {
    /// A problem of a kind; `detail` says what happened and what to do.
    pub fn new(kind: Kind, detail: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner { kind, detail: detail.into(), errors: Vec::new(), members: Map::new(), retry_after: None }))
    }

    /// 422 for one place in the body.
    pub fn at(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::invalid_body(vec![FieldError::at(pointer, detail)])
    }

    /// 422 for places in the body.
    pub fn invalid_body(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [error] => Cow::Owned(match error.pointer.as_deref() {
                Some("") | None => format!("The body {}.", error.detail),
                Some(pointer) => format!("`{pointer}` {}.", error.detail),
            }),
            _ => Cow::Borrowed("The body has faults in several places; `errors` names each."),
        };
        let mut problem = Self::new(Kind::InvalidBody, detail);
        problem.0.errors = errors;
        problem
    }

    /// 404 for a resource: `what` as in "organization `acme`".
    pub fn not_found(what: impl Display) -> Self {
        Self::new(Kind::NotFound, format!("There is no {what}."))
    }

    /// 500; `error` is logged and not told to the client.
    pub fn internal(error: impl Display) -> Self {
        tracing::error!(%error, "internal error");
        Self::new(Kind::Internal, "The fault is on this side and has been logged. Try again; if it stays, report it with the request id.")
    }

    /// 503: the client may repeat the request after `seconds`.
    pub fn unavailable(detail: impl Into<Cow<'static, str>>, seconds: u32) -> Self {
        Self::new(Kind::Unavailable, detail).retry_after(seconds)
    }

    /// Adds a fault's place.
    #[must_use]
    pub fn with_error(mut self, error: FieldError) -> Self {
        self.0.errors.push(error);
        self
    }

    /// Adds a member to the document, such as `existing`. The members of the standard cannot be replaced.
    #[must_use]
    pub fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        debug_assert!(!["type", "title", "status", "detail", "errors", "request_id", "instance"].contains(&member));
        self.0.members.insert(member.to_owned(), value.into());
        self
    }

    /// Sets `Retry-After`.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// Its status.
    pub fn status(&self) -> StatusCode {
        self.0.kind.status()
    }

    /// What happened and what to do.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// Where the request is at fault.
    pub fn errors(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// The document; also what a line of a bulk answer and a stored idempotent reply hold.
    pub fn document(&self, request_id: Option<&str>) -> Value {
        serde_json::to_value(self.body(request_id)).unwrap_or(Value::Null)
    }

    fn body(&self, request_id: Option<&str>) -> ProblemBody {
        let kind = self.kind();
        ProblemBody {
            kind: format!("/problems/{}", kind.slug()),
            title: kind.title(),
            status: kind.status().as_u16(),
            detail: self.0.detail.clone().into_owned(),
            errors: self.0.errors.clone(),
            request_id: request_id.map(str::to_owned),
            members: self.0.members.clone(),
        }
    }

    /// Writes the body, with the request's id, into a response that came from a problem; others stay as they are.
    pub(super) fn finish(response: &mut Response, request_id: &str) {
        let Some(problem) = response.extensions_mut().remove::<Self>() else { return };
        match response.extensions_mut().remove::<AsPage>().and_then(|AsPage(render)| render(&problem, request_id)) {
            Some(html) => {
                response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
                *response.body_mut() = Body::from(html);
            }
            None => *response.body_mut() = problem.bytes(Some(request_id)),
        }
    }

    fn bytes(&self, request_id: Option<&str>) -> Body {
        Body::from(serde_json::to_vec(&self.body(request_id)).unwrap_or_default())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = Response::new(self.bytes(None));
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match self.kind() {
            Kind::Unauthorized => headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"openstance\"")),
            Kind::InvalidKey => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"openstance\", error=\"invalid_token\""))
            }
            Kind::InsufficientScope => headers
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"openstance\", error=\"insufficient_scope\"")),
            _ => None,
        };
        if let Some(seconds) = self.0.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        let kind = match error.fault {
            Fault::Malformed => Kind::MalformedQuery,
            Fault::Unknown => Kind::UnknownParameter,
            Fault::Invalid => Kind::InvalidParameter,
            Fault::Cursor => Kind::InvalidCursor,
        };
        let detail = if error.parameter.is_empty() {
            format!("In the query, {}.", error.detail)
        } else {
            format!("`{}`: {}.", error.parameter, error.detail)
        };
        let problem = Self::new(kind, detail.replace("?.", "?"));
        if error.parameter.is_empty() { problem } else { problem.with_error(FieldError::parameter(error.parameter, error.detail)) }
    }
}

/// The answer to an address that is none.
pub async fn unknown_route() -> Problem {
    Problem::new(Kind::UnknownRoute, "There is nothing at this address. `/docs` lists what there is.")
}

/// The answer to a method that an address does not have; the router adds `Allow`.
pub async fn method_not_allowed() -> Problem {
    Problem::new(Kind::MethodNotAllowed, "This address does not have that method. The `Allow` header lists those that it has.")
}

#[cfg(test)]
mod tests;
