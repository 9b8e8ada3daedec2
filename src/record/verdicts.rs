//! What changes a recorded statement: reviews, retractions, the removal of a collection.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{Error, Result, actors, ledger, statements::state};
use crate::{
    clock::Now,
    db::{self, PgConnection, changes::Change, reviews::ReviewRow, stances::StanceRow, statements::Locked},
    domain::{
        stance::Confidence,
        standing::weight,
        statement::{Status, Verdict},
    },
};

/// Records a verdict and what follows from it.
pub async fn review(
    conn: &mut PgConnection,
    now: &Now,
    statement: Uuid,
    verdict: Verdict,
    comment: Option<&str>,
    reviewer: Uuid,
) -> Result<ReviewRow> {
    let locked = lock(conn, statement).await?;
    if !matches!(locked.status, Status::Pending | Status::Published) {
        return Err(Error::Settled(locked.status));
    }
    let row = ReviewRow {
        id: now.id(),
        statement_id: statement,
        verdict: verdict.as_str().to_owned(),
        comment: comment.map(ToOwned::to_owned),
        reviewer,
        created_at: now.at,
    };
    db::reviews::insert(conn, &row).await?;
    if locked.status == Status::Published || verdict == Verdict::Accept {
        db::changes::insert(conn, &[Change { entity: "review", id: row.id, action: "create" }], now.at).await?;
    }
    let reason = format!("review:{}", row.id);
    match verdict {
        Verdict::Accept => accept(conn, now, &locked, reason).await?,
        Verdict::Reject => end(conn, now, &[statement], Status::Rejected, &reason, None).await?,
    }
    Ok(row)
}

/// Withdraws a statement, for a reason that stays readable.
pub async fn retract(conn: &mut PgConnection, now: &Now, locked: &Locked, reason: &str) -> Result<()> {
    let statement = locked.id;
    if !matches!(locked.status, Status::Pending | Status::Published) {
        return Err(Error::Settled(locked.status));
    }
    end(conn, now, &[statement], Status::Retracted, &format!("retracted:{statement}"), Some(reason)).await
}

/// Removes a collection: its texts are erased, what it alone carried is retracted, actors without other evidence leave the lists.
///
/// Answers how many sources were removed. The same texts are not ingested again.
pub async fn remove_collection(conn: &mut PgConnection, now: &Now, collection: &str) -> Result<usize> {
    let sources = db::sources::withdraw_collection(conn, collection, now.at).await?;
    if sources.is_empty() {
        return Ok(0);
    }
    let unlocked = db::statements::only_in(conn, &sources).await?;
    let concerned = db::statements::actors_of(conn, &unlocked).await?;
    db::actors::lock(conn, &concerned).await?;
    let reason = format!("the collection `{collection}` was removed");
    let statements = db::statements::only_in(conn, &sources).await?;
    let public = db::statements::published_among(conn, &statements).await?;
    let pending: Vec<_> = statements.into_iter().filter(|id| !public.contains(id)).collect();
    end(conn, now, &pending, Status::Rejected, &reason, None).await?;
    end(conn, now, &public, Status::Retracted, &reason, Some(&reason)).await?;
    let memberships = db::memberships::delete_of_sources(conn, &sources).await?;
    let actors = db::actors::withdraw_unsupported(conn, &concerned, now.at).await?;
    let gone = |entity| move |id| Change { entity, id, action: "retract" };
    let mut changes: Vec<_> = sources.iter().copied().map(gone("source")).chain(memberships.into_iter().map(gone("membership"))).collect();
    changes.extend(actors.into_iter().map(|(id, kind)| gone(kind.as_str())(id)));
    db::changes::insert(conn, &changes, now.at).await?;
    Ok(sources.len())
}

/// Locks a statement and whomever it concerns, so that what is read next stays true until the transaction ends.
pub async fn lock(conn: &mut PgConnection, statement: Uuid) -> Result<Locked> {
    let concerned = db::statements::actors_of(conn, &[statement]).await?;
    db::actors::lock(conn, &concerned).await?;
    let locked = db::statements::lock(conn, statement).await?;
    locked.ok_or_else(|| Error::NotFound { what: "statement", key: statement.to_string() })
}

/// A person has confirmed actor and direction: the stances count, at the confidence that this deserves.
async fn accept(conn: &mut PgConnection, now: &Now, statement: &Locked, reason: String) -> Result<()> {
    let hidden = db::sources::hidden_of(conn, statement.id).await?;
    let told: Vec<_> = hidden.into_iter().map(|id| Change { entity: "source", id, action: "create" }).collect();
    db::changes::insert(conn, &told, now.at).await?;
    db::statements::set_status(conn, &[statement.id], Status::Published, None, now.at).await?;
    let end = db::stances::current_of_statements(conn, &[statement.id]).await?;
    let confirm = |row: &StanceRow| StanceRow {
        id: now.id(),
        state: state(Status::Published, row.basis),
        confidence: Confidence::CONFIRMED,
        weight: weight(row.basis, Confidence::CONFIRMED, row.evidence_on, row.undated),
        method: "person".to_owned(),
        ..row.clone()
    };
    let add: Vec<_> = end.iter().map(confirm).collect();
    let public: BTreeSet<Uuid> = end.iter().map(|row| row.holder_id).chain(statement.actor_id).chain(statement.on_behalf_of).collect();
    actors::publish(conn, now, &public.into_iter().collect::<Vec<_>>()).await?;
    let action = if statement.status == Status::Published { "update" } else { "create" };
    db::changes::insert(conn, &[Change { entity: "statement", id: statement.id, action }], now.at).await?;
    Ok(ledger::post(conn, now, ledger::Entries { add, end, reason }).await?)
}

/// Takes statements out of the public answers, and their stances out of the sums.
pub(super) async fn end(
    conn: &mut PgConnection,
    now: &Now,
    ids: &[Uuid],
    status: Status,
    stance_reason: &str,
    reason: Option<&str>,
) -> Result<()> {
    let public = db::statements::published_among(conn, ids).await?;
    db::statements::set_status(conn, ids, status, reason, now.at).await?;
    let changes: Vec<_> = public.iter().map(|&id| Change { entity: "statement", id, action: "retract" }).collect();
    db::changes::insert(conn, &changes, now.at).await?;
    let end = db::stances::current_of_statements(conn, ids).await?;
    Ok(ledger::post(conn, now, ledger::Entries { end, reason: stance_reason.to_owned(), ..Default::default() }).await?)
}
