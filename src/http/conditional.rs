//! Conditional reads (RFC 9110, section 13) and which encoding a response gets: decided in one place, so that tag and bytes agree.
//!
//! The tag of a response is that of its uncompressed bytes, with `-br` or `-gz` behind it when they are sent compressed: a strong tag
//! names bytes. A client's tag is compared without that ending, so that whoever has the data in one encoding need not get it in another.

use std::{
    convert::Infallible,
    future::ready,
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    body::{Body, Bytes, HttpBody},
    http::{Extensions, HeaderMap, HeaderValue, Method, StatusCode, Version, header, response::Parts},
    response::Response,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http_body_util::BodyExt;
use hyper::body::Frame;
use sha2::{Digest, Sha256};
use tower::{ServiceExt, service_fn};
use tower_http::{CompressionLevel, compression::Compression};

use super::problem::{Kind, Problem};

/// How a response is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// As it is.
    Identity,
    /// `gzip`.
    Gzip,
    /// `br`.
    Brotli,
}

impl Encoding {
    /// The encoding that a client likes best; of equals the one that packs tighter. A client that refuses all three gets the bytes as they are.
    pub fn negotiate(headers: &HeaderMap) -> Self {
        let (mut brotli, mut gzip, mut identity, mut others) = (None, None, None, None);
        for part in
            headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','))
        {
            let (coding, parameters) = part.split_once(';').unwrap_or((part, ""));
            let quality = parameters
                .split(';')
                .find_map(|parameter| parameter.trim().strip_prefix("q="))
                .map_or(Some(1.0), |q| q.trim().parse().ok());
            let slot = match coding.trim().to_ascii_lowercase().as_str() {
                "br" => &mut brotli,
                "gzip" | "x-gzip" => &mut gzip,
                "identity" => &mut identity,
                "*" => &mut others,
                _ => continue,
            };
            *slot = Some(quality.filter(|quality: &f32| (0.0..=1.0).contains(quality)).unwrap_or(0.0));
        }
        let (brotli, gzip) = (brotli.or(others).unwrap_or(0.0), gzip.or(others).unwrap_or(0.0));
        let best = brotli.max(gzip);
        match identity {
            _ if best <= 0.0 => Self::Identity,
            Some(quality) if quality > best => Self::Identity,
            _ if brotli >= gzip => Self::Brotli,
            _ => Self::Gzip,
        }
    }

    /// Its name in `Accept-Encoding`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Brotli => "br",
        }
    }

    const fn suffix(self) -> &'static str {
        match self {
            Self::Identity => "",
            Self::Gzip => "-gz",
            Self::Brotli => "-br",
        }
    }
}

/// Shorter bodies are sent as they are, in bytes.
const WORTH_COMPRESSING: u64 = 1024;

/// Longer bodies are not held in memory for a tag, in bytes.
const LONGEST_TAGGED: u64 = 16 * 1024 * 1024;

/// The tag of these bytes: 128 bits of their SHA-256, in quotes.
pub fn etag(bytes: &[u8]) -> String {
    format!("\"{}\"", URL_SAFE_NO_PAD.encode(&Sha256::digest(bytes)[..16]))
}

/// What a request says about the bytes that it would take: read before it is handled, applied to the response.
#[derive(Debug)]
pub(super) struct Asked {
    read: bool,
    private: bool,
    encoding: Encoding,
    known: Vec<HeaderValue>,
}

impl Asked {
    pub(super) fn new<B>(request: &hyper::Request<B>) -> Self {
        let (headers, read) = (request.headers(), matches!(*request.method(), Method::GET | Method::HEAD));
        Self {
            read,
            private: headers.contains_key(header::AUTHORIZATION),
            encoding: Encoding::negotiate(headers),
            known: if read { headers.get_all(header::IF_NONE_MATCH).iter().cloned().collect() } else { Vec::new() },
        }
    }

    /// Sets `Vary`, `Cache-Control` and `ETag`, answers 304 to who has the data, and compresses.
    pub(super) async fn apply(self, response: Response) -> Response {
        let (mut parts, mut body) = response.into_parts();
        let encoding = if worth_compressing(&parts, &body) {
            parts.headers.append(header::VARY, HeaderValue::from_name(header::ACCEPT_ENCODING));
            self.encoding
        } else {
            Encoding::Identity
        };
        if self.read && parts.status == StatusCode::OK {
            if !parts.headers.contains_key(header::CACHE_CONTROL) {
                let value = if self.private { "private, no-cache" } else { "no-cache" };
                parts.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(value));
            }
            let tag;
            (tag, body) = tag_of(&parts.headers, body).await;
            if let Some(tag) = tag {
                if let Ok(value) = HeaderValue::from_str(&with_suffix(&tag, encoding)) {
                    parts.headers.insert(header::ETAG, value);
                }
                if self.known.iter().any(|list| matches_any(list, &tag)) {
                    return not_modified(parts);
                }
            }
        }
        compress(Response::from_parts(parts, body), encoding).await
    }
}

/// Compresses a response. The compressor is made for those alone that need it: around all of them, it would cost the others, too.
async fn compress(response: Response, encoding: Encoding) -> Response {
    if encoding == Encoding::Identity {
        return response;
    }
    let mut request = hyper::Request::new(());
    request.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static(encoding.name()));
    let mut response = Some(response);
    let once = service_fn(|_| ready(Ok::<_, Infallible>(response.take().unwrap_or_default())));
    let always = |_: StatusCode, _: Version, _: &HeaderMap, _: &Extensions| true;
    let compressed = Compression::new(once).quality(CompressionLevel::Precise(4)).compress_when(always).oneshot(request).await;
    match compressed {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    }
}

fn not_modified(mut parts: Parts) -> Response {
    parts.status = StatusCode::NOT_MODIFIED;
    for name in [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::CONTENT_ENCODING, header::CONTENT_LANGUAGE] {
        parts.headers.remove(name);
    }
    Response::from_parts(parts, Body::empty())
}

/// Pictures are compressed already; events must not wait in a compressor.
fn worth_compressing(parts: &Parts, body: &Body) -> bool {
    let kind = parts.headers.get(header::CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    let fixed = (kind.starts_with(b"image/") && !kind.starts_with(b"image/svg"))
        || [&b"text/event-stream"[..], b"application/zip", b"application/octet-stream", b"font/"]
            .iter()
            .any(|fixed| kind.starts_with(fixed));
    !fixed
        && !kind.is_empty()
        && !parts.headers.contains_key(header::CONTENT_ENCODING)
        && !parts.headers.contains_key(header::CONTENT_RANGE)
        && body.size_hint().exact().is_none_or(|size| size >= WORTH_COMPRESSING)
}

/// The tag that the handler has set, or that of the body if it is known whole; and the body again.
async fn tag_of(headers: &HeaderMap, body: Body) -> (Option<String>, Body) {
    if let Some(tag) = headers.get(header::ETAG) {
        return (tag.to_str().ok().map(str::to_owned), body);
    }
    let fresh_only =
        headers.get(header::CACHE_CONTROL).is_some_and(|value| value.as_bytes().windows(8).any(|window| window == b"no-store"));
    if fresh_only || body.size_hint().exact().is_none_or(|size| size > LONGEST_TAGGED) {
        return (None, body);
    }
    match body.collect().await.map(http_body_util::Collected::to_bytes) {
        Ok(bytes) => (Some(etag(&bytes)), Body::from(bytes)),
        Err(error) => (None, Body::new(Failed(Some(error)))),
    }
}

/// A body that fails as the original did: the client must not take a part for the whole.
struct Failed(Option<axum::Error>);

impl HttpBody for Failed {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Poll::Ready(self.0.take().map(Err))
    }
}

fn with_suffix(tag: &str, encoding: Encoding) -> String {
    match tag.strip_suffix('"') {
        Some(tag) => format!("{tag}{}\"", encoding.suffix()),
        None => tag.to_owned(),
    }
}

/// The opaque part of a tag, without weakness and encoding.
fn opaque(tag: &str) -> &str {
    let tag = tag.trim();
    let tag = tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"');
    tag.strip_suffix("-gz").or_else(|| tag.strip_suffix("-br")).unwrap_or(tag)
}

/// Whether a list of tags, or `*`, names `tag`; compared weakly.
fn matches_any(list: &HeaderValue, tag: &str) -> bool {
    let Ok(list) = list.to_str() else { return false };
    list.trim() == "*" || list.split(',').any(|one| opaque(one) == opaque(tag))
}

/// Demands that the client has read the stored version before it changes it: 428 without `If-Match`, 412 if it names another.
pub fn require_match(headers: &HeaderMap, current: &str) -> Result<(), Problem> {
    let mut lists = headers.get_all(header::IF_MATCH).iter().peekable();
    if lists.peek().is_none() {
        return Err(Problem::new(Kind::PreconditionRequired, "Send the `ETag` of what you have read as `If-Match`."));
    }
    let strong = |list: &HeaderValue| {
        let list = list.to_str().unwrap_or_default();
        list.trim() == "*" || list.split(',').any(|one| !one.trim_start().starts_with("W/") && opaque(one) == opaque(current))
    };
    if lists.any(strong) {
        Ok(())
    } else {
        Err(Problem::new(Kind::PreconditionFailed, "It has changed since you read it. Read it again and apply your change to that."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn negotiate(text: &'static str) -> &'static str {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(text));
        Encoding::negotiate(&headers).name()
    }

    #[test]
    fn the_client_chooses_the_encoding() {
        let cases = [
            ("", "identity"),
            ("gzip, deflate, br, zstd", "br"),
            ("gzip", "gzip"),
            ("x-gzip", "gzip"),
            ("GZIP;q=0.5, br;q=0.4", "gzip"),
            ("br;q=0, gzip;q=0", "identity"),
            ("*", "br"),
            ("*, br;q=0", "gzip"),
            ("identity, gzip;q=0.5", "identity"),
            ("identity;q=0", "identity"),
            ("gzip;q=nonsense", "identity"),
            ("gzip;q=7", "identity"),
            ("deflate", "identity"),
        ];
        for (accept, expected) in cases {
            assert_eq!(negotiate(accept), expected, "{accept}");
        }
        assert_eq!(Encoding::negotiate(&HeaderMap::new()), Encoding::Identity);
    }

    #[test]
    fn tags_are_compared_without_weakness_and_encoding() {
        let tag = etag(b"text");
        let named = |list: &str| matches_any(&HeaderValue::from_str(list).expect("visible"), &tag);
        assert_eq!(tag.len(), 24);
        assert!(named("*") && named(&tag) && named(&format!("\"x\", W/{tag}")));
        assert!(named(&with_suffix(&tag, Encoding::Gzip)) && named(&with_suffix(&tag, Encoding::Brotli)));
        assert!(!named("\"x\"") && !named("") && !named(&etag(b"other")));
    }

    #[test]
    fn a_change_needs_the_version_that_was_read() {
        let check = |given: Option<&str>| {
            let mut headers = HeaderMap::new();
            if let Some(given) = given {
                headers.insert(header::IF_MATCH, HeaderValue::from_str(given).expect("visible"));
            }
            require_match(&headers, "\"7\"").map_err(|problem| problem.status().as_u16())
        };
        assert_eq!(check(None), Err(428));
        assert_eq!(check(Some("\"8\"")), Err(412));
        assert_eq!(check(Some("W/\"7\"")), Err(412), "a weak tag proves nothing");
        assert_eq!((check(Some("\"8\", \"7-gz\"")), check(Some("*"))), (Ok(()), Ok(())));
    }
}
