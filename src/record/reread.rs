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
    db::{self, PgConnection, changes::Change, sources::SourceRow, stances::StanceRow, statements::Extracted},
    domain::{
        stance::{Basis, Confidence, StanceState, Value},
        statement::Status,
        text::TextPosition,
    },
};

/// Why a statement is retracted that a later reading does not find; found again, it comes back.
const LOST: &str = "A later reading of the source does not find it.";

/// Brings the statements that only this source carries, and that nobody has reviewed or posted, in line with a new reading.
///
/// `recorded` is what became of `drafts`; `seen` is where the reading found anything, stored or not. What it no longer finds is retracted.
pub async fn reread(
    conn: &mut PgConnection,
    now: &Now,
    source: &SourceRow,
    drafts: &[Draft],
    recorded: &[Recorded],
    seen: &BTreeSet<TextPosition>,
) -> Result<()> {
    let extracted = db::statements::extracted_from(conn, source.id, LOST).await?;
    let found: BTreeSet<Uuid> = recorded.iter().map(|recorded| recorded.id()).collect();
    let position = |start: Option<i32>, end: Option<i32>| {
        Some(TextPosition { start: usize::try_from(start?).ok()?, end: usize::try_from(end?).ok()? })
    };
    let is_seen = |row: &Extracted| position(row.start_at, row.end_at).is_some_and(|position| seen.contains(&position));
    let kept: BTreeSet<Uuid> = extracted.iter().filter(|row| found.contains(&row.id) || is_seen(row)).map(|row| row.id).collect();
    let lost = extracted.iter().filter(|row| row.status != Status::Retracted && !kept.contains(&row.id));
    let lost: BTreeSet<Uuid> = lost.map(|row| row.id).collect();
    let reason = format!("reread:{}", source.id);
    if !lost.is_empty() {
        verdicts::end(conn, now, &lost.into_iter().collect::<Vec<_>>(), Status::Retracted, &reason, Some(LOST)).await?;
    }

    let extracted: BTreeMap<Uuid, Status> = extracted.into_iter().map(|row| (row.id, row.status)).collect();
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
        let before = extracted.get(&id).copied().unwrap_or(Status::Pending);
        if before != draft.status {
            db::statements::set_read(conn, id, draft.status, draft.for_review, now.at).await?;
            let action =
                if draft.status == Status::Published { Some("create") } else { (before == Status::Published).then_some("retract") };
            let changes: Vec<_> = action.map(|action| Change { entity: "statement", id, action }).into_iter().collect();
            db::changes::insert(conn, &changes, now.at).await?;
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
