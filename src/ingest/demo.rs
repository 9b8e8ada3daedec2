//! The article that ships with the service, so that a first look has something to show.

use super::{Error, Ingested, Options};
use crate::{
    clock::Now,
    db::Db,
    record::{self, verdicts::remove_collection},
};

/// The collection that the demo article belongs to.
pub const COLLECTION: &str = "demo";

/// The article.
pub const ARTICLE: &str = include_str!("../../assets/demo/article.txt");

/// What is known of it.
pub fn options() -> Options {
    Options {
        title: Some("Open or closed: a demonstration article".to_owned()),
        publisher: Some("openstance".to_owned()),
        collection: Some(COLLECTION.to_owned()),
        ..Options::default()
    }
}

/// Ingests the demo article, unless it was removed.
pub async fn ingest(db: &Db, now: &Now) -> Result<Ingested, Error> {
    super::article(db, now, ARTICLE, &options()).await
}

/// Removes the demo article and what rests on it alone; answers whether it was there.
pub async fn remove(db: &Db, now: &Now) -> Result<bool, record::Error> {
    let mut tx = db.write.begin().await?;
    let removed = remove_collection(&mut tx, now, COLLECTION).await?;
    tx.commit().await?;
    Ok(removed > 0)
}
