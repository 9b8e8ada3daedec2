//! The style sheet and the icon, from the binary itself, at addresses that name their content.

use std::sync::LazyLock;

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::http::{input::Path, problem::Problem};

const STYLE: &str = include_str!("../../assets/style.css");
const ICON: &str = include_str!("../../assets/icon.svg");

/// Digest of all assets: they change together, with the binary.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let digest = Sha256::new().chain_update(STYLE).chain_update(ICON).finalize();
    URL_SAFE_NO_PAD.encode(&digest[..9])
});

/// Where the style sheet is.
pub(super) fn style() -> String {
    format!("/assets/{}/style.css", *VERSION)
}

/// Where the icon is.
pub(super) fn icon() -> String {
    format!("/assets/{}/icon.svg", *VERSION)
}

/// An asset. Under this version's address it may be kept for good; under another's it is this version's, to be asked for again.
pub(super) async fn file(Path((version, file)): Path<(String, String)>) -> Result<Response, Problem> {
    let (kind, text) = match file.as_str() {
        "style.css" => ("text/css; charset=utf-8", STYLE),
        "icon.svg" => ("image/svg+xml", ICON),
        _ => return Err(Problem::not_found("such file")),
    };
    let caching = if version == *VERSION { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CACHE_CONTROL, HeaderValue::from_static(caching))];
    Ok((headers, text).into_response())
}
