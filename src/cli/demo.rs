//! `openstance demo`: the article that ships with the service.

use std::process::ExitCode;

use clap::Subcommand;

use super::{
    database::{self, Opened},
    postgres::Location,
};
use crate::ingest::{Ingested, demo};

/// What to do with the demo article.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Ingest it
    Add(database::Args),
    /// Remove it, and what rests on it alone; it is not ingested again
    Remove(database::Args),
}

/// Runs `openstance demo`.
pub async fn run(location: &Location, action: Action) -> anyhow::Result<ExitCode> {
    let (Action::Add(args) | Action::Remove(args)) = &action;
    let opened = Opened::open(location, args).await?;
    let said = match action {
        Action::Add(_) => match demo::ingest(&opened.db, &database::now()).await? {
            Ingested::Now(report) => format!("the demo article was ingested: {} statements", report.stored),
            Ingested::Before(_) | Ingested::Queued(_) => "the demo article is there already".to_owned(),
            Ingested::Removed => "the demo article was removed from this database and stays so".to_owned(),
        },
        Action::Remove(_) if demo::remove(&opened.db, &database::now()).await? => "the demo article was removed".to_owned(),
        Action::Remove(_) => "there is no demo article".to_owned(),
    };
    eprintln!("{said}");
    opened.close().await
}
