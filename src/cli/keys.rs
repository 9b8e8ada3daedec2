//! `openstance keys`: keys for writing.

use std::{io::Write as _, process::ExitCode};

use anyhow::bail;
use chrono::{DateTime, TimeDelta, Utc};
use clap::Subcommand;
use serde_json::json;
use uuid::Uuid;

use super::{
    database::{self, Opened, now},
    postgres::Location,
};
use crate::{
    db,
    keys::{self, Scope},
};

impl clap::ValueEnum for Scope {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.as_str()))
    }
}

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Make a key; it is shown this once
    Create {
        /// Whose, or what for
        #[arg(long)]
        name: String,
        /// What it may do; several with commas
        #[arg(long = "scope", required = true, value_delimiter = ',')]
        scopes: Vec<Scope>,
        /// Days until it ends; without, it does not
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=36500))]
        expires_in: Option<u32>,
        /// Print JSON
        #[arg(long)]
        json: bool,
        /// Which database
        #[command(flatten)]
        database: database::Args,
    },
    /// List keys
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
        /// Which database
        #[command(flatten)]
        database: database::Args,
    },
    /// Revoke a key
    Revoke {
        /// Its id, as `list` shows it
        id: Uuid,
        /// Which database
        #[command(flatten)]
        database: database::Args,
    },
}

/// Runs `openstance keys`.
pub async fn run(location: &Location, action: Action) -> anyhow::Result<ExitCode> {
    let (Action::Create { database, .. } | Action::List { database, .. } | Action::Revoke { database, .. }) = &action;
    let opened = Opened::open(location, database).await?;
    let mut conn = opened.db.write.acquire().await?;
    match action {
        Action::Create { name, scopes, expires_in, json, .. } => create(&mut conn, &name, &scopes, expires_in, json).await?,
        Action::List { json, .. } => list(&mut conn, json).await?,
        Action::Revoke { id, .. } => {
            if !db::keys::revoke(&mut conn, id, now().at).await? {
                bail!("there is no key {id} that could be revoked: `openstance keys list` shows all");
            }
            eprintln!("revoked");
        }
    }
    drop(conn);
    opened.close().await
}

async fn create(conn: &mut db::PgConnection, name: &str, scopes: &[Scope], expires_in: Option<u32>, as_json: bool) -> anyhow::Result<()> {
    if name.trim().is_empty() || name.chars().count() > 100 {
        bail!("the name of a key has 1 to 100 characters");
    }
    let now = now();
    let expires_at = expires_in.map(|days| now.at + TimeDelta::days(days.into()));
    let (id, key) = keys::create(conn, &now, &mut rand::rng(), name.trim(), scopes, expires_at).await?;
    if as_json {
        let scopes: Vec<_> = scopes.iter().map(|scope| scope.as_str()).collect();
        print(&json!({"key": key.expose(), "id": id, "name": name.trim(), "scopes": scopes, "expires_at": expires_at}).to_string())
    } else {
        eprintln!("This key is shown this once; keep it as a secret:");
        print(key.expose())
    }
}

async fn list(conn: &mut db::PgConnection, as_json: bool) -> anyhow::Result<()> {
    for row in db::keys::all(conn).await? {
        if as_json {
            print(
                &json!({"id": row.id, "name": row.name, "prefix": row.prefix, "scopes": row.scopes, "created_at": row.created_at,
                "expires_at": row.expires_at, "revoked_at": row.revoked_at, "last_used_at": row.last_used_at})
                .to_string(),
            )?;
        } else {
            let day = |at: Option<DateTime<Utc>>| at.map_or_else(|| "never".to_owned(), |at| at.date_naive().to_string());
            let (ends, used) = (day(row.expires_at), day(row.last_used_at));
            let revoked = if row.revoked_at.is_some() { ", revoked" } else { "" };
            print(&format!("{}  {}…  {}  {}  ends {ends}, last used {used}{revoked}", row.id, row.prefix, row.scopes.join(","), row.name))?;
        }
    }
    Ok(())
}

fn print(line: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}
