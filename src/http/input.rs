//! What comes in and goes out: our own `Json`, `Path`, `Query` and `List`. Whatever they refuse is a [`Problem`] that names the place.

use std::borrow::Cow;

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request, rejection::PathRejection},
    http::{HeaderMap, HeaderValue, Uri, header, request::Parts},
    response::{IntoResponse, Response},
};
use http_body_util::BodyExt;
use serde::{
    Serialize,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_json::{Value, error::Category};
use serde_path_to_error::Segment;
use tower_http::timeout::TimeoutError;

use super::problem::{Kind, Problem};
use crate::query::{self, Page, PageRequest};

/// The largest body that a route reads, in bytes. [`layers`](super::layers) sets it for all routes; a route can have its own by
/// `Extension(BodyLimit(…))` as a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyLimit(pub usize);

impl Default for BodyLimit {
    fn default() -> Self {
        Self(1024 * 1024)
    }
}

/// A JSON body: read from a request, or written to a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        require_json(request.headers())?;
        let bytes = read_body(request).await?;
        parse_json(&bytes).map(Self)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(bytes) => JsonBytes(bytes.into()).into_response(),
            Err(error) => Problem::internal(error).into_response(),
        }
    }
}

/// JSON that is already bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonBytes(pub Bytes);

impl IntoResponse for JsonBytes {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], self.0).into_response()
    }
}

impl<T: Serialize> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        let link = self.link.as_deref().and_then(|link| HeaderValue::from_str(link).ok());
        let mut response = Json(self).into_response();
        if let Some(link) = link {
            response.headers_mut().insert(header::LINK, link);
        }
        response
    }
}

fn require_json(headers: &HeaderMap) -> Result<(), Problem> {
    if headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        return Err(Problem::new(Kind::UnsupportedMediaType, "The body is compressed, which is not read here. Send it as it is."));
    }
    let given = headers.get(header::CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase());
    let essence = given.as_deref().map(|given| given.split(';').next().unwrap_or_default().trim());
    match essence {
        Some(essence) if essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json")) => Ok(()),
        Some(_) => Err(Problem::new(
            Kind::UnsupportedMediaType,
            "The body is said to be something else than JSON. Send `Content-Type: application/json`.",
        )),
        None => Err(Problem::new(Kind::UnsupportedMediaType, "The body does not say what it is. Send `Content-Type: application/json`.")),
    }
}

/// Reads a body up to the limit of the request.
///
/// Somewhat more is read and thrown away before the refusal: a client that is cut off while it sends often never sees the answer.
pub async fn read_body(request: Request) -> Result<Bytes, Problem> {
    const DISCARDED: usize = 8;
    let BodyLimit(limit) = request.extensions().get().copied().unwrap_or_default();
    let too_large = || Problem::new(Kind::TooLarge, format!("The body is larger than {limit} bytes. Send less, or in several requests."));
    let (parts, mut body) = request.into_parts();
    if declared_length(&parts.headers).is_some_and(|length| length > limit.saturating_mul(DISCARDED)) {
        return Err(too_large());
    }
    let (mut first, mut rest, mut length) = (Bytes::new(), Vec::new(), 0_usize);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|error| broken_body(&error))?.into_data() else { continue };
        length = length.saturating_add(data.len());
        if length > limit.saturating_mul(DISCARDED) {
            break;
        } else if length > limit {
            (first, rest) = (Bytes::new(), Vec::new());
        } else if first.is_empty() && rest.is_empty() {
            first = data; // most bodies are one piece, which need not be copied
        } else {
            rest.extend_from_slice(&std::mem::take(&mut first));
            rest.extend_from_slice(&data);
        }
    }
    match length > limit {
        true => Err(too_large()),
        false if rest.is_empty() => Ok(first),
        false => Ok(rest.into()),
    }
}

fn declared_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn broken_body(error: &axum::Error) -> Problem {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(inner) = cause {
        if inner.is::<TimeoutError>() {
            return Problem::new(Kind::SlowBody, "The rest of the body did not come in time. Send it again.");
        }
        cause = inner.source();
    }
    Problem::new(Kind::MalformedJson, "The body broke off before its end. Send it again.")
}

/// Reads JSON strictly: what is no JSON is told before what does not fit, no NUL in any text, every fault with its place.
pub fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    if depth(bytes) > DEEPEST {
        return Err(Problem::new(Kind::MalformedJson, format!("The body is nested deeper than {DEEPEST} levels. Make it flatter.")));
    }
    serde_json::from_slice::<IgnoredAny>(bytes).map_err(|error| json_problem(&error, String::new()))?;
    refuse_nul(bytes)?;
    serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_slice(bytes)).map_err(|error| {
        let pointer = pointer(error.path());
        json_problem(&error.into_inner(), pointer)
    })
}

/// Deeper JSON is refused: reading it would need as deep a stack.
const DEEPEST: usize = 100;

/// How deep brackets are nested, outside texts.
fn depth(bytes: &[u8]) -> usize {
    let (mut depth, mut deepest, mut text, mut escaped) = (0_usize, 0, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if text => escaped = true,
            b'"' => text = !text,
            b'[' | b'{' if !text => depth += 1,
            b']' | b'}' if !text => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn json_problem(error: &serde_json::Error, mut pointer: String) -> Problem {
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    let (line, column) = (error.line(), error.column());
    if error.classify() != Category::Data {
        return Problem::new(Kind::MalformedJson, format!("The body is not JSON: {message}, at line {line}, column {column}."));
    }
    let named = |prefix: &str| message.strip_prefix(prefix).and_then(|rest| rest.strip_suffix('`'));
    if let Some(field) = named("missing field `") {
        push(&mut pointer, field);
        return Problem::at(pointer, "is required");
    }
    if let Some(field) = named("duplicate field `") {
        push(&mut pointer, field);
        return Problem::at(pointer, "is there twice");
    }
    let message = match message.split_once("expected struct ") {
        Some((before, _)) => Cow::Owned(format!("{before}expected an object")), // the type's name is ours alone
        None => Cow::Borrowed(message),
    };
    Problem::at(pointer, format!("is wrong: {message}"))
}

/// The path of a deserializer as a JSON Pointer (RFC 6901).
fn pointer(path: &serde_path_to_error::Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => push(&mut pointer, &index.to_string()),
            Segment::Map { key } | Segment::Enum { variant: key } => push(&mut pointer, key),
            Segment::Unknown => {}
        }
    }
    pointer
}

fn push(pointer: &mut String, token: &str) {
    pointer.push('/');
    pointer.push_str(&token.replace('~', "~0").replace('/', "~1"));
}

/// PostgreSQL stores no NUL, and a raw one is no JSON: only its escape can bring one in. Bodies without the escape cost one scan.
fn refuse_nul(bytes: &[u8]) -> Result<(), Problem> {
    if !bytes.windows(6).any(|window| window == b"\\u0000") {
        return Ok(());
    }
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else { return Ok(()) }; // the caller's reading tells what is wrong
    match nul_in(&value) {
        Some(place) => Err(Problem::at(place, "has a NUL character; leave it out")),
        None => Ok(()),
    }
}

fn nul_in(value: &Value) -> Option<String> {
    let below = |token: &str, value| {
        nul_in(value).map(|rest| {
            let mut place = String::new();
            push(&mut place, token);
            place + &rest
        })
    };
    match value {
        Value::String(text) => text.contains('\0').then(String::new),
        Value::Array(items) => items.iter().enumerate().find_map(|(index, item)| below(&index.to_string(), item)),
        Value::Object(members) => {
            members.iter().find_map(|(key, member)| if key.contains('\0') { Some(String::new()) } else { below(key, member) })
        }
        _ => None,
    }
}

/// The variable parts of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Path<T>(pub T);

#[expect(clippy::disallowed_types, reason = "ours is built on it")]
impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if parts.uri.path().contains("%00") {
            return Err(Problem::not_found("such thing; the address has a NUL character"));
        }
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(PathRejection::FailedToDeserializePathParams(rejection)) => Err(path_problem(rejection.into_kind())),
            Err(rejection) => Err(Problem::internal(rejection)),
        }
    }
}

fn path_problem(kind: axum::extract::path::ErrorKind) -> Problem {
    use axum::extract::path::ErrorKind;
    match kind {
        ErrorKind::InvalidUtf8InPathParam { key } => {
            Problem::new(Kind::MalformedPath, format!("The part `{key}` of the path is not UTF-8 when decoded. Encode it as UTF-8."))
        }
        // An id that cannot be is the id of nothing.
        ErrorKind::DeserializeError { value, message, .. } => Problem::not_found(format!("`{value}` here: {message}")),
        ErrorKind::ParseErrorAtKey { value, expected_type, .. } | ErrorKind::ParseError { value, expected_type } => {
            Problem::not_found(format!("`{value}` here: it is no {expected_type}"))
        }
        ErrorKind::Message(message) => Problem::not_found(format!("such thing: {message}")),
        other => Problem::internal(other),
    }
}

/// The query of an address that is no list: every parameter must be a field of `T`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        Ok(Self(query::parse(parts.uri.query().unwrap_or_default())?))
    }
}

/// The query of a list: its filters and sort as `T`, and the page.
#[derive(Debug, Clone)]
pub struct List<T> {
    /// Filters and sort.
    pub filter: T,
    /// Which page.
    pub page: PageRequest,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for List<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let uri = full_uri(parts);
        let (filter, page) = query::list(uri.path(), uri.query().unwrap_or_default())?;
        Ok(Self { filter, page })
    }
}

/// The address as the client wrote it, also within a nested router.
fn full_uri(parts: &Parts) -> &Uri {
    parts.extensions.get::<axum::extract::OriginalUri>().map_or(&parts.uri, |original| &original.0)
}

#[cfg(test)]
mod tests;
