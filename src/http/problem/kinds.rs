//! Every kind of problem, in one table, and the routes that explain them.

use axum::{extract::State, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Problem;
use crate::{
    http::input::{Json, Path},
    query::nearest,
};

macro_rules! kinds {
    ($($(#[$meta:meta])* $variant:ident = $status:ident $slug:literal $title:literal: $help:literal),+ $(,)?) => {
        /// The kinds of problem. A kind keeps its slug and status for good.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Kind { $(#[doc = $help] $variant),+ }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its name in addresses.
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$variant => $slug),+ }
            }

            /// Its HTTP status.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status),+ }
            }

            /// It in a few words.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title),+ }
            }

            /// What it means and what to do about it.
            pub const fn help(self) -> &'static str {
                match self { $(Self::$variant => $help),+ }
            }
        }
    };
}

kinds! {
    MalformedQuery = BAD_REQUEST "malformed-query" "The query cannot be read":
        "The query string has a bad percent-encoding, is not UTF-8, or holds a NUL character. Encode each value, as every HTTP library does.",
    UnknownParameter = BAD_REQUEST "unknown-parameter" "Unknown parameter":
        "The address does not take this parameter. It is refused and not ignored, since a misspelt filter would answer another question. The detail suggests the nearest name.",
    InvalidParameter = BAD_REQUEST "invalid-parameter" "Invalid parameter":
        "A parameter has a value that it does not take, is given twice, or is missing. The detail names the values or the range.",
    InvalidCursor = BAD_REQUEST "invalid-cursor" "Invalid cursor":
        "A cursor continues the list that gave it out, with the same filters and sort. Start again without the cursor.",
    MalformedPath = BAD_REQUEST "malformed-path" "The address cannot be read":
        "A part of the path is not UTF-8 when decoded. Encode it, as every HTTP library does.",
    MalformedJson = BAD_REQUEST "malformed-json" "The body is not JSON":
        "The body is not well-formed JSON in UTF-8, is nested too deep, or was cut off. The detail names line and column.",
    Unauthorized = UNAUTHORIZED "key-required" "A key is required":
        "Send a key: `Authorization: Bearer ost_live_…`. Reading needs none.",
    InvalidKey = UNAUTHORIZED "invalid-key" "The key is not valid":
        "The key is unknown, misspelt, expired or revoked. Ask whoever runs the service for another.",
    InsufficientScope = FORBIDDEN "insufficient-scope" "The key may not do this":
        "The key is valid and lacks the scope that the detail names. Use a key that has it.",
    NotFound = NOT_FOUND "not-found" "Not found":
        "There is no such thing under this id or slug.",
    UnknownRoute = NOT_FOUND "unknown-address" "No such address":
        "The path is none of the interface. `/docs` and `/openapi.json` list all.",
    MethodNotAllowed = METHOD_NOT_ALLOWED "method-not-allowed" "Method not allowed":
        "The address exists and does not have this method. The `Allow` header lists those that it has.",
    SlowBody = REQUEST_TIMEOUT "slow-body" "The body came too slowly":
        "The rest of the body did not come in time. Send it again over a better connection, or in smaller parts.",
    Conflict = CONFLICT "conflict" "Conflict with what is stored":
        "What is stored contradicts the request; the member `existing`, if there, tells what. Read it and decide.",
    Gone = GONE "gone" "No longer here":
        "It was here and was taken away for good; the detail tells why, if a reason was given.",
    PreconditionFailed = PRECONDITION_FAILED "precondition-failed" "It has changed meanwhile":
        "The `If-Match` header names another version than the stored one. Read it again and apply the change to that.",
    TooLarge = PAYLOAD_TOO_LARGE "body-too-large" "The body is too large":
        "The detail names the limit. Send less, or in several requests.",
    UnsupportedMediaType = UNSUPPORTED_MEDIA_TYPE "unsupported-media-type" "Unsupported media type":
        "The body must be JSON and say so: `Content-Type: application/json`.",
    InvalidBody = UNPROCESSABLE_ENTITY "invalid-body" "The body is not what is expected":
        "The body is JSON and has a member that is unknown, missing, of a wrong type, or of a value that cannot be. `errors` names each place by JSON Pointer.",
    PreconditionRequired = PRECONDITION_REQUIRED "precondition-required" "If-Match is required":
        "To change what is stored, name the version that you have read: send its `ETag` as `If-Match`.",
    TooManyRequests = TOO_MANY_REQUESTS "too-many-requests" "Too many requests":
        "Wait for the seconds in `Retry-After`.",
    Internal = INTERNAL_SERVER_ERROR "internal" "Internal error":
        "The fault is on the side of the service. Report it with the request id, which its log holds, too.",
    Unavailable = SERVICE_UNAVAILABLE "unavailable" "Not available now":
        "The service or its database is busy, starting, or out of reach. Repeat the request after the seconds in `Retry-After`.",
    Timeout = SERVICE_UNAVAILABLE "timeout" "It took too long":
        "The request was given up after its time limit. Repeat it after the seconds in `Retry-After`; ask for less, if it stays.",
}

/// A kind of problem, explained.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct KindBody {
    /// The `type` member of such problems.
    #[serde(rename = "type")]
    #[schema(example = "/problems/unknown-parameter")]
    uri: String,
    /// Their `title`.
    title: &'static str,
    /// Their HTTP status.
    status: u16,
    /// What it means and what to do about it.
    help: &'static str,
}

impl From<Kind> for KindBody {
    fn from(kind: Kind) -> Self {
        Self { uri: format!("/problems/{}", kind.slug()), title: kind.title(), status: kind.status().as_u16(), help: kind.help() }
    }
}

/// Every kind of problem that the interface answers with.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct KindList {
    /// The kinds, by status.
    items: Vec<KindBody>,
}

/// The kinds of problem
///
/// Every `type` that an error of this interface can have, with what to do about it.
#[utoipa::path(get, path = "/problems", tag = "service", responses((status = 200, description = "All kinds", body = KindList)))]
async fn list_problems(State(()): State<()>) -> Json<KindList> {
    Json(KindList { items: Kind::ALL.iter().copied().map(KindBody::from).collect() })
}

/// A kind of problem, explained
#[utoipa::path(
    get,
    path = "/problems/{slug}",
    tag = "service",
    params(("slug" = String, Path, description = "The last part of a problem's `type`", example = "unknown-parameter")),
    responses((status = 200, description = "The kind", body = KindBody))
)]
async fn get_problem(Path(slug): Path<String>) -> Result<Json<KindBody>, Problem> {
    let slugs: Vec<_> = Kind::ALL.iter().map(|kind| kind.slug()).collect();
    Kind::ALL.iter().find(|kind| kind.slug() == slug).map(|kind| Json(KindBody::from(*kind))).ok_or_else(|| match nearest(&slug, &slugs) {
        Some(meant) => Problem::not_found(format!("such kind of problem; the nearest is `{meant}`")),
        None => Problem::not_found("such kind of problem; `/problems` lists all"),
    })
}

/// `/problems` and `/problems/{slug}`.
pub fn routes<S: Clone + Send + Sync + 'static>() -> OpenApiRouter<S> {
    OpenApiRouter::default().routes(routes!(list_problems)).routes(routes!(get_problem)).with_state(())
}
