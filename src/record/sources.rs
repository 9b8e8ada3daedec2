//! Recording sources: the same document twice is one source, the same text elsewhere a reprint.

use sha2::{Digest, Sha256};

use super::{Result, ledger, statements::redate};
use crate::{
    clock::Now,
    db::{self, PgConnection, sources::SourceRow},
    domain::date::PartialDate,
};

/// A document as it was read.
#[derive(Debug, Clone, Default)]
pub struct NewSource<'a> {
    /// Where it stands; http or https.
    pub url: Option<&'a str>,
    /// Its title.
    pub title: Option<&'a str>,
    /// Who published it.
    pub publisher: Option<&'a str>,
    /// When.
    pub published_on: Option<PartialDate>,
    /// Language tag.
    pub lang: Option<&'a str>,
    /// Licence of the text.
    pub license: Option<&'a str>,
    /// Such as `demo`.
    pub collection: Option<&'a str>,
    /// Its text, if it was read.
    pub text: Option<&'a str>,
    /// Whether this may complete what is stored of the same document: not where nobody has reviewed it.
    pub completes: bool,
}

/// Whether a source was read for the first time.
#[derive(Debug, Clone)]
pub enum Reading {
    /// For the first time.
    New(SourceRow),
    /// It was there; what is stored stays.
    Known(SourceRow),
}

impl Reading {
    /// The source.
    pub fn row(&self) -> &SourceRow {
        match self {
            Self::New(row) | Self::Known(row) => row,
        }
    }
}

/// The SHA-256 of a text.
pub fn digest(text: &str) -> Vec<u8> {
    Sha256::digest(text.as_bytes()).to_vec()
}

/// Digest of parts, each told apart from the next.
pub(crate) fn digest_parts<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().to_vec()
}

impl NewSource<'_> {
    /// What identifies the document: text and address; else the address; else title, publisher and date.
    fn key(&self, sha256: Option<&[u8]>) -> Vec<u8> {
        let or_empty = |part: Option<&str>| part.unwrap_or_default().as_bytes().to_vec();
        let date = self.published_on.map(|date| date.to_string()).unwrap_or_default();
        match (sha256, self.url) {
            (Some(sha256), url) => digest_parts([b"text".as_slice(), sha256, &or_empty(url)]),
            (None, Some(url)) => digest_parts([b"url".as_slice(), url.as_bytes()]),
            (None, None) => digest_parts([b"reference".as_slice(), &or_empty(self.title), &or_empty(self.publisher), date.as_bytes()]),
        }
    }
}

/// The stored source, with what was not known of it.
async fn completed(conn: &mut PgConnection, now: &Now, new: &NewSource<'_>, row: SourceRow) -> Result<SourceRow> {
    let missing = (row.title.is_none() && new.title.is_some())
        || (row.publisher.is_none() && new.publisher.is_some())
        || (row.published_on.is_none() && new.published_on.is_some());
    if !new.completes || !missing || row.withdrawn_at.is_some() {
        return Ok(row);
    }
    let known = SourceRow {
        title: new.title.map(ToOwned::to_owned),
        publisher: new.publisher.map(ToOwned::to_owned),
        published_on: new.published_on.map(PartialDate::first),
        published_precision: new.published_on.map(PartialDate::precision),
        lang: new.lang.map(ToOwned::to_owned),
        license: new.license.map(ToOwned::to_owned),
        ..row
    };
    let complete = db::sources::complete(conn, &known).await?.ok_or(sqlx::Error::RowNotFound)?;
    if new.published_on.is_some() {
        // What it carries without a date of its own dates from its publication.
        let carried = db::statements::of_source(conn, complete.id).await?;
        let dated = redate(conn, now, &complete, &carried).await?;
        ledger::post(conn, now, dated).await?;
    }
    Ok(complete)
}

/// Records a source, or finds the one that is there.
pub async fn source(conn: &mut PgConnection, now: &Now, new: &NewSource<'_>) -> Result<Reading> {
    let sha256 = new.text.map(digest);
    let key = new.key(sha256.as_deref());
    if let Some(row) = db::sources::by_key(conn, &key).await? {
        return Ok(Reading::Known(completed(conn, now, new, row).await?));
    }
    let lineage = match &sha256 {
        Some(sha256) => db::sources::lineage_of(conn, sha256).await?,
        None => None,
    };
    let id = now.id();
    let row = SourceRow {
        id,
        sha256,
        url: new.url.map(ToOwned::to_owned),
        title: new.title.map(ToOwned::to_owned),
        publisher: new.publisher.map(ToOwned::to_owned),
        published_on: new.published_on.map(PartialDate::first),
        published_precision: new.published_on.map(PartialDate::precision),
        retrieved_at: now.at,
        lang: new.lang.map(ToOwned::to_owned),
        license: new.license.map(ToOwned::to_owned),
        lineage_id: lineage.unwrap_or(id),
        collection: new.collection.map(ToOwned::to_owned),
        withdrawn_at: None,
    };
    let insert = db::sources::NewSource { row, key: &key, text: new.text };
    if db::sources::insert(conn, &insert).await? {
        return Ok(Reading::New(insert.row));
    }
    // Another transaction recorded it between the look and the insert.
    let row = db::sources::by_key(conn, &key).await?.ok_or(sqlx::Error::RowNotFound)?;
    Ok(Reading::Known(row))
}
