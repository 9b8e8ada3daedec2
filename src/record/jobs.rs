//! Asking for an article to be read: the same article in the same way is one job.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Result, sources::digest_parts};
use crate::{
    clock::Now,
    db::{
        self, PgConnection,
        ingestions::{IngestionRow, NewIngestion},
    },
    domain::date::PartialDate,
    extract::{Format, VERSION},
};

/// How an article is to be read, and what is known of it besides its text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// Plain text, HTML or Markdown.
    pub format: Format,
    /// When it was published; what the text's own metadata says comes second.
    pub published_on: Option<PartialDate>,
    /// Who published it.
    pub publisher: Option<String>,
    /// Where it stands.
    pub url: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// The collection that it belongs to.
    pub collection: Option<String>,
    /// Whether to store statements that take no position.
    pub keep_all: bool,
}

/// Enqueues the reading of an article; answers the job, and whether it is new.
pub async fn enqueue(
    conn: &mut PgConnection,
    now: &Now,
    input: &str,
    options: &Options,
    created_by: Option<Uuid>,
) -> Result<(IngestionRow, bool)> {
    let options = serde_json::to_value(options).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let request = digest_parts([input.as_bytes(), VERSION.as_bytes(), options.to_string().as_bytes()]);
    let new = NewIngestion { id: now.id(), request: &request, input, options, extractor: VERSION, created_by };
    let fresh = db::ingestions::enqueue(conn, &new, now.at).await?;
    let row = db::ingestions::by_request(conn, &request).await?.ok_or(sqlx::Error::RowNotFound)?;
    Ok((row, fresh))
}
