//! `changes`, the outbox: every public change, written in the transaction that makes it.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{PgConnection, Result};

/// A public change.
#[derive(Debug, Clone, Copy)]
pub struct Change {
    /// What kind of thing changed: a word of the constraint `changes_entity_check`.
    pub entity: &'static str,
    /// Which one.
    pub id: Uuid,
    /// `create`, `update` or `retract`.
    pub action: &'static str,
}

/// Notes changes, in their order.
pub async fn insert(conn: &mut PgConnection, changes: &[Change], at: DateTime<Utc>) -> Result<()> {
    let entities: Vec<_> = changes.iter().map(|change| change.entity.to_owned()).collect();
    let ids: Vec<_> = changes.iter().map(|change| change.id).collect();
    let actions: Vec<_> = changes.iter().map(|change| change.action.to_owned()).collect();
    sqlx::query!(
        "insert into changes (entity, entity_id, action, at)
         select entity, id, action, $4 from unnest($1::text[], $2::uuid[], $3::text[]) with ordinality as c (entity, id, action, n) order by n",
        &entities,
        &ids,
        &actions,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}
