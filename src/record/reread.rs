//! A source read again by a better extractor: what changed supersedes what was read before.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use uuid::Uuid;

use super::{
    Result, actors, ledger,
    statements::{Draft, Recorded, stances_of},
    verdicts,
};
use crate::{
    clock::Now,
    db::{self, PgConnection, sources::SourceRow, stances::StanceRow},
    domain::{
        stance::{Basis, Confidence, StanceState, Value},
        statement::Status,
    },
};

/// Brings the statements that only this source carries, and that nobody has reviewed or posted, in line with a new reading.
///
/// `recorded` is what became of `drafts`. A statement that is no longer found is retracted.
pub async fn reread(conn: &mut PgConnection, now: &Now, source: &SourceRow, drafts: &[Draft], recorded: &[Recorded]) -> Result<()> {
    let extracted: BTreeMap<Uuid, Status> = db::statements::extracted_from(conn, source.id).await?.into_iter().collect();
    let found: BTreeSet<Uuid> = recorded.iter().map(|recorded| recorded.id()).collect();
    let lost: Vec<Uuid> = extracted.keys().filter(|id| !found.contains(id)).copied().collect();
    let reason = format!("reread:{}", source.id);
    if !lost.is_empty() {
        verdicts::end(conn, now, &lost, Status::Retracted, &reason, Some("A later reading of the source does not find it.")).await?;
    }

    let again: HashMap<Uuid, &Draft> = recorded
        .iter()
        .zip(drafts)
        .filter_map(|(recorded, draft)| match recorded {
            Recorded::Known(id) if extracted.contains_key(id) => Some((*id, draft)),
            _ => None,
        })
        .collect();
    let ids: Vec<Uuid> = again.keys().copied().collect();
    let mut current: BTreeMap<Uuid, Vec<StanceRow>> = BTreeMap::new();
    for row in db::stances::current_of_statements(conn, &ids).await? {
        current.entry(row.statement_id).or_default().push(row);
    }
    let mut entries = ledger::Entries { reason, ..Default::default() };
    for (id, draft) in again {
        if extracted.get(&id) != Some(&draft.status) {
            db::statements::set_read(conn, id, draft.status, draft.for_review, now.at).await?;
        }
        if draft.status == Status::Published {
            actors::publish(conn, now, &draft.concerned().collect::<Vec<_>>()).await?;
        }
        let before = current.remove(&id).unwrap_or_default();
        let after = stances_of(id, draft, source, now);
        if sense(&before) != sense(&after) {
            entries.end.extend(before);
            entries.add.extend(after);
        }
    }
    Ok(ledger::post(conn, now, entries).await?)
}

/// What stances say, apart from when and where it was read.
fn sense(rows: &[StanceRow]) -> BTreeSet<(Uuid, Uuid, Basis, StanceState, Value, Confidence)> {
    rows.iter().map(|row| (row.holder_id, row.proposition_id, row.basis, row.state, row.value, row.confidence)).collect()
}
