//! What a list is asked for: filters, sort, page. One reading for the HTTP interface, the dashboard and exports; it knows nothing of HTTP.
//!
//! A query string becomes a struct by `serde`; what it does not know is refused with the nearest known word. A page after the first is asked
//! for by a signed cursor, which holds the sort keys of the last row, so that no page is missed or repeated when rows come and go.

mod cursor;
mod params;
mod sort;

use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, DeserializeOwned},
};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

pub use cursor::{Cursor, CursorKey, CursorKeyError, Key, Scope};
pub use params::Pairs;
pub use sort::{Direction, Sort, SortKey};

/// Why a query is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("parameter `{parameter}`: {detail}")]
pub struct QueryError {
    /// What sort of fault.
    pub fault: Fault,
    /// The parameter at fault; empty where the query string as a whole cannot be read.
    pub parameter: String,
    /// What is wrong and what would be right.
    pub detail: String,
}

/// The sorts of fault in a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Bad percent-encoding, bad UTF-8 or a NUL character.
    Malformed,
    /// No such parameter here.
    Unknown,
    /// The value is not one that the parameter takes, or it is given twice, or missing.
    Invalid,
    /// The cursor is damaged, forged, or made for another list.
    Cursor,
}

impl QueryError {
    /// A value that `parameter` does not take.
    pub fn invalid(parameter: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { fault: Fault::Invalid, parameter: parameter.into(), detail: detail.into() }
    }
}

/// The known word nearest to `word`, if any is near enough to be what was meant.
pub fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let word: String = word.chars().take(64).collect::<String>().to_lowercase();
    let (similarity, candidate) =
        known.iter().map(|candidate| (strsim::jaro_winkler(&word, candidate), *candidate)).max_by(|a, b| a.0.total_cmp(&b.0))?;
    (similarity >= 0.75).then_some(candidate)
}

/// "`x` is none of `a`, `b`; did you mean `a`?", for any closed set of words.
pub fn none_of(word: &str, known: &[&str]) -> String {
    let shown: String = word.chars().take(64).collect();
    let list = known.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    match nearest(word, known) {
        Some(meant) => format!("`{shown}` is none of {list}; did you mean `{meant}`?"),
        None => format!("`{shown}` is none of {list}"),
    }
}

/// How many items a page holds: 1 to 200, 50 unless asked otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "i64")]
pub struct Limit(u16);

impl Limit {
    /// The most items on one page.
    pub const MAX: u16 = 200;

    /// The number.
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

impl TryFrom<i64> for Limit {
    type Error = String;

    fn try_from(number: i64) -> Result<Self, String> {
        u16::try_from(number)
            .ok()
            .filter(|number| (1..=Self::MAX).contains(number))
            .map(Self)
            .ok_or_else(|| format!("`{number}` is not from 1 to {}", Self::MAX))
    }
}

/// The parameters of every list, for the document of the interface; [`list`] reads them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageParams {
    /// How many items a page holds at most.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, default = 50)]
    #[serde(default)]
    pub limit: Limit,
    /// `next_cursor` of the page before. It belongs to the same list with the same filters and sort; `limit` may change.
    pub cursor: Option<String>,
}

/// A query string that asks for one page of a list.
#[derive(Debug, Clone)]
pub struct PageRequest {
    /// How many items.
    pub limit: Limit,
    cursor: Option<String>,
    scope: Scope,
    path: String,
    pairs: Pairs,
}

impl PageRequest {
    const PARAMETERS: &'static [&'static str] = &["limit", "cursor"];

    /// How many rows to read: one more than the page holds tells whether another page follows.
    pub fn rows(&self) -> i64 {
        i64::from(self.limit.get()) + 1
    }

    /// The last row of the page before, if this is not the first page.
    pub fn after(&self, key: &CursorKey) -> Result<Option<Cursor>, QueryError> {
        self.cursor.as_deref().map(|text| key.open(&self.scope, text)).transpose()
    }

    /// The page from at most [`rows`](Self::rows) rows; `position` tells the sort keys and id of a row, which the next page starts after.
    pub fn page<T>(&self, key: &CursorKey, mut rows: Vec<T>, position: impl FnOnce(&T) -> (Vec<Key>, Uuid)) -> Page<T> {
        let limit = usize::from(self.limit.get());
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows.last().filter(|_| more).map(|last| {
            let (keys, id) = position(last);
            key.seal(&self.scope, &Cursor { keys, id })
        });
        let link = next_cursor.as_ref().map(|cursor| format!("<{}?{}>; rel=\"next\"", self.path, self.pairs.with("cursor", cursor)));
        Page { items: rows, next_cursor, link }
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Page<T> {
    /// The items, in the order asked for.
    pub items: Vec<T>,
    /// Asks for the page after this one; `null` on the last.
    #[schema(required = true)]
    pub next_cursor: Option<String>,
    /// The same as a `Link` header.
    #[serde(skip)]
    #[schema(ignore)]
    pub link: Option<String>,
}

impl<T> Page<T> {
    /// The same page with each item turned into another.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(turn).collect(), next_cursor: self.next_cursor, link: self.link }
    }
}

/// A day of the calendar that a database keeps, for `#[serde(deserialize_with)]`: of the years 1 to 9999.
pub fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    within(Option::<NaiveDate>::deserialize(deserializer)?)
}

/// A moment of that calendar, likewise.
pub fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    within(Option::<DateTime<Utc>>::deserialize(deserializer)?)
}

fn within<T: Datelike, E: de::Error>(given: Option<T>) -> Result<Option<T>, E> {
    match given {
        Some(given) if !(1..=9999).contains(&given.year()) => Err(E::custom("the year is not from 1 to 9999")),
        given => Ok(given),
    }
}

/// Reads a query string into `T`; every parameter must be a field of `T`.
pub fn parse<T: DeserializeOwned>(query: &str) -> Result<T, QueryError> {
    Pairs::parse(query)?.read(&[])
}

/// Reads the query string of a list at `path`: its filters into `T`, and the page.
pub fn list<T: DeserializeOwned>(path: &str, query: &str) -> Result<(T, PageRequest), QueryError> {
    let pairs = Pairs::parse(query)?;
    let filters = pairs.without(PageRequest::PARAMETERS).read(PageRequest::PARAMETERS)?;
    let PageParams { limit, cursor } = pairs.only(PageRequest::PARAMETERS).read(&[])?;
    let scope = Scope::new(path, &pairs);
    Ok((filters, PageRequest { limit, cursor, scope, path: path.to_owned(), pairs }))
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests;
