//! Stances in, standings out: the one place where the sums change.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::TimeDelta;
use uuid::Uuid;

use crate::{
    clock::Now,
    db::{self, PgConnection, changes::Change, stances::StanceRow, standings::StandingRow},
    domain::standing::Sums,
};

/// Stances to add, and stances that end.
#[derive(Debug, Default)]
pub(super) struct Entries {
    pub(super) add: Vec<StanceRow>,
    pub(super) end: Vec<StanceRow>,
    /// Why those end.
    pub(super) reason: String,
}

/// Holder and proposition.
type Account = (Uuid, Uuid);

/// Writes the entries and brings the sums of every touched standing up to date.
///
/// Locks the standings in (proposition, holder) order and moves the time past their last change, so that each holder's
/// record is one line in time.
pub(super) async fn post(conn: &mut PgConnection, now: &Now, entries: Entries) -> db::Result<()> {
    let Entries { add, end, reason } = entries;
    if add.is_empty() && end.is_empty() {
        return Ok(());
    }
    let touched: BTreeSet<(Uuid, Uuid, &str)> =
        add.iter().chain(&end).map(|row| (row.holder_id, row.proposition_id, row.occasion.as_str())).collect();
    let accounts: BTreeSet<Account> = touched.iter().map(|&(holder, proposition, _)| (holder, proposition)).collect();
    let (holders, propositions): (Vec<_>, Vec<_>) = accounts.iter().copied().unzip();

    let mut standings = db::standings::lock(conn, &holders, &propositions, now.at).await?;
    let newest = standings.iter().map(|row| row.changed_at).max().unwrap_or(now.at);
    let at = now.at.max(newest + TimeDelta::microseconds(1));

    let before = occasions(conn, &touched).await?;
    let ended: BTreeSet<Uuid> = end.iter().map(|row| row.id).collect();
    let ended_ids: Vec<_> = ended.iter().copied().collect();
    db::stances::supersede(conn, &ended_ids, &reason, at).await?;
    db::stances::insert(conn, &add, at).await?;
    let mut after: Vec<StanceRow> = before.iter().filter(|row| !ended.contains(&row.id)).cloned().collect();
    after.extend(add.into_iter().filter(|row| row.state != crate::domain::stance::StanceState::Held));

    let (before, after) = (sums(&before), sums(&after));
    let last: HashMap<Account, _> =
        db::stances::last_evidence(conn, &holders, &propositions).await?.into_iter().map(|(h, p, day)| ((h, p), day)).collect();
    let mut changed = Vec::new();
    for row in &mut standings {
        let account = (row.holder_id, row.proposition_id);
        let of = |side: &HashMap<Account, Sums>| side.get(&account).copied().unwrap_or_default();
        let (sums, last) = (row.sums + (of(&after) - of(&before)), last.get(&account).copied());
        if (sums, last) != (row.sums, row.last_evidence_on) {
            changed.push(Change { entity: "standing", id: row.holder_id, action: "update" });
        }
        *row = StandingRow { sums, last_evidence_on: last, changed_at: at, ..row.clone() };
    }
    db::standings::update(conn, &standings).await?;
    // Of a statement that waits for review, the public learns nothing.
    db::changes::insert(conn, &changed, at).await
}

/// The current stances of the touched occasions.
async fn occasions(conn: &mut PgConnection, touched: &BTreeSet<(Uuid, Uuid, &str)>) -> db::Result<Vec<StanceRow>> {
    let mut columns = (Vec::new(), Vec::new(), Vec::new());
    for &(holder, proposition, occasion) in touched {
        columns.0.push(holder);
        columns.1.push(proposition);
        columns.2.push(occasion.to_owned());
    }
    db::stances::current_of_occasions(conn, &columns.0, &columns.1, &columns.2).await
}

fn sums(rows: &[StanceRow]) -> HashMap<Account, Sums> {
    let mut accounts: BTreeMap<Account, Vec<_>> = BTreeMap::new();
    for row in rows {
        accounts.entry((row.holder_id, row.proposition_id)).or_default().push(row.evidence());
    }
    accounts.into_iter().map(|(account, evidence)| (account, Sums::of(&evidence))).collect()
}
