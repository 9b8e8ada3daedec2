//! Recording statements: what repeats is found, what is new is written with its stances.

use std::collections::{BTreeSet, HashMap};

use uuid::Uuid;

use super::{Result, actors, ledger, sources::digest};
use crate::{
    clock::Now,
    db::{
        self, PgConnection,
        changes::Change,
        sources::SourceRow,
        stances::StanceRow,
        statements::{Known, NewOccurrence, NewStatement},
    },
    domain::{
        date::PartialDate,
        stance::{Basis, Confidence, Occasion, StanceState, Value, evidence_day},
        standing::{ARITHMETIC, weight},
        statement::{AFFIX, SAME_WORDS_MIN, StatementKind, Status},
        text::{CodePoints, Span, TextPosition, fold, words},
    },
};

/// A statement as a source carries it.
#[derive(Debug, Clone)]
pub struct Draft {
    /// How the source carries it.
    pub kind: StatementKind,
    /// By or about whom; none for an unnamed group, or where nobody is known to have said it.
    pub actor: Option<Uuid>,
    /// The attribution as printed.
    pub actor_text: Option<String>,
    /// For whom the source presents the speaker as speaking.
    pub on_behalf_of: Option<Uuid>,
    /// The words.
    pub text: String,
    /// When they were said.
    pub said_on: Option<PartialDate>,
    /// Public or not.
    pub status: Status,
    /// Wanted in the review queue.
    pub for_review: bool,
    /// Where they stand.
    pub place: Place,
    /// How they were attributed.
    pub rule: String,
    /// The chance that actor and words are right.
    pub confidence: Confidence,
    /// What they say on propositions.
    pub stances: Vec<DraftStance>,
    /// Whom they accuse, and of what value.
    pub accused: Vec<(Uuid, Value)>,
    /// The key that posts them.
    pub created_by: Option<Uuid>,
}

impl Draft {
    /// Whether somebody posted it whose posts wait for review: nothing public may change by it, such as the date of what it repeats.
    fn is_unreviewed(&self) -> bool {
        self.created_by.is_some() && self.status == Status::Pending
    }

    /// Everyone whom the statement concerns.
    pub(super) fn concerned(&self) -> impl Iterator<Item = Uuid> {
        self.actor.into_iter().chain(self.on_behalf_of).chain(self.accused.iter().map(|(accused, _)| *accused))
    }
}

/// Where a statement stands in its source's text, in code points; all empty where there is no text.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// From and to.
    pub position: Option<TextPosition>,
    /// The attribution.
    pub mention: Option<TextPosition>,
    /// The words before.
    pub prefix: String,
    /// The words after.
    pub suffix: String,
}

impl Place {
    /// The place of a span of bytes, and of its attribution, in a source's text.
    pub fn new(text: &str, points: &CodePoints<'_>, span: Span, mention: Option<Span>) -> Self {
        let before: Vec<char> = text[..span.start].chars().rev().take(AFFIX).collect();
        Self {
            position: Some(points.position(span)),
            mention: mention.filter(|mention| !mention.is_empty()).map(|mention| points.position(mention)),
            prefix: before.into_iter().rev().collect(),
            suffix: text[span.end..].chars().take(AFFIX).collect(),
        }
    }
}

/// What a statement says on a proposition.
#[derive(Debug, Clone)]
pub struct DraftStance {
    /// On what.
    pub proposition: Uuid,
    /// Direction × strength.
    pub value: Value,
    /// The chance that it is read right.
    pub confidence: Confidence,
    /// The rule that read it, or `person`.
    pub method: String,
    /// Whether it waits for review although the words are public.
    pub held: bool,
}

/// What became of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// A new statement.
    New(Uuid),
    /// A statement that another source, or another place, carries too.
    Corroborated(Uuid),
    /// Already recorded from this source, place and actor.
    Known(Uuid),
}

impl Recorded {
    /// The statement.
    pub const fn id(self) -> Uuid {
        match self {
            Self::New(id) | Self::Corroborated(id) | Self::Known(id) => id,
        }
    }
}

/// Records what one source carries, in its order.
pub async fn statements(conn: &mut PgConnection, now: &Now, source: &SourceRow, drafts: &[Draft]) -> Result<Vec<Recorded>> {
    let concerned: BTreeSet<Uuid> = drafts.iter().flat_map(Draft::concerned).collect();
    db::actors::lock(conn, &concerned.into_iter().collect::<Vec<_>>()).await?;

    let mut batch = Batch::read(conn, now, source, drafts).await?;
    let recorded: Vec<_> = drafts.iter().map(|draft| batch.place(draft)).collect();

    if batch.changes.iter().any(|change| change.entity == "statement") && !db::sources::is_public(conn, source.id).await? {
        batch.changes.insert(0, Change { entity: "source", id: source.id, action: "create" });
    }
    db::statements::insert(conn, &batch.statements, now.at).await?;
    db::statements::insert_occurrences(conn, &batch.occurrences, now.at).await?;
    let public: Vec<_> = batch.public.iter().copied().collect();
    actors::publish(conn, now, &public).await?;
    db::changes::insert(conn, &batch.changes, now.at).await?;
    let repeated = recorded.iter().zip(drafts).filter(|(recorded, draft)| match recorded {
        Recorded::New(_) => false,
        Recorded::Corroborated(_) => true,
        Recorded::Known(_) => !draft.is_unreviewed(),
    });
    let repeated: Vec<_> = repeated.map(|(recorded, _)| recorded.id()).collect();
    let earlier = redate(conn, now, source, &repeated).await?;
    ledger::post(conn, now, ledger::Entries { add: batch.stances, ..Default::default() }).await?;
    ledger::post(conn, now, earlier).await?;
    Ok(recorded)
}

/// What one source's drafts come to, before anything is written.
struct Batch<'a> {
    now: &'a Now,
    source: &'a SourceRow,
    placed: HashMap<(i32, i32, Option<Uuid>), Uuid>,
    /// What this source carries without a place.
    unplaced: BTreeSet<Uuid>,
    /// The same by actor and words.
    worded: HashMap<(Option<Uuid>, Vec<u8>), Uuid>,
    known: HashMap<(Uuid, Vec<u8>), Vec<Known>>,
    statements: Vec<NewStatement>,
    occurrences: Vec<NewOccurrence>,
    stances: Vec<StanceRow>,
    changes: Vec<Change>,
    public: BTreeSet<Uuid>,
}

impl<'a> Batch<'a> {
    async fn read(conn: &mut PgConnection, now: &'a Now, source: &'a SourceRow, drafts: &[Draft]) -> Result<Self> {
        let placed = db::statements::placed(conn, source.id).await?;
        let unplaced = db::statements::unplaced(conn, source.id).await?;
        let quotes = drafts.iter().filter(|draft| draft.kind == StatementKind::Quote);
        let (actors, digests): (Vec<_>, Vec<_>) = quotes.filter_map(|draft| Some((draft.actor?, digest(&fold(&draft.text))))).unzip();
        let mut known: HashMap<_, Vec<Known>> = HashMap::new();
        for row in db::statements::same_words(conn, &actors, &digests).await? {
            if let Some(actor) = row.actor_id {
                known.entry((actor, row.words_sha256.clone())).or_default().push(row);
            }
        }
        Ok(Self {
            now,
            source,
            placed: placed.into_iter().map(|(start, end, actor, statement)| ((start, end, actor), statement)).collect(),
            unplaced: unplaced.iter().map(|(.., statement)| *statement).collect(),
            worded: unplaced.into_iter().map(|(actor, words, statement)| ((actor, words), statement)).collect(),
            known,
            statements: Vec::new(),
            occurrences: Vec::new(),
            stances: Vec::new(),
            changes: Vec::new(),
            public: BTreeSet::new(),
        })
    }

    /// Decides what a draft is, and notes what has to be written for it.
    fn place(&mut self, draft: &Draft) -> Recorded {
        let place = draft.place.position.map(range);
        if let Some(&id) = place.and_then(|(start, end)| self.placed.get(&(start, end, draft.actor))) {
            return Recorded::Known(id);
        }
        let words_sha256 = digest(&fold(&draft.text));
        // Quotations are told apart by occasion, below.
        if place.is_none()
            && draft.kind != StatementKind::Quote
            && let Some(&id) = self.worded.get(&(draft.actor, words_sha256.clone()))
        {
            return Recorded::Known(id);
        }
        let repeated = self.repeated(draft, &words_sha256).map(|known| (known.id, known.status));
        let id = repeated.map_or_else(|| self.now.id(), |(id, _)| id);
        if let Some((start, end)) = place {
            self.placed.insert((start, end, draft.actor), id);
        }
        match repeated {
            Some(_) if place.is_none() && self.unplaced.contains(&id) => Recorded::Known(id),
            Some((_, Status::Published)) if draft.is_unreviewed() => Recorded::Known(id),
            Some((_, status)) => {
                self.occur(id, draft, place);
                if status == Status::Published {
                    self.changes.push(Change { entity: "statement", id, action: "update" });
                }
                Recorded::Corroborated(id)
            }
            None => {
                self.add(id, draft, words_sha256);
                self.occur(id, draft, place);
                Recorded::New(id)
            }
        }
    }

    /// The quotation that a draft repeats: the same actor's same words, if they are long enough to be recognised, or of the same occasion.
    fn repeated(&self, draft: &Draft, words_sha256: &[u8]) -> Option<&Known> {
        let actor = draft.actor.filter(|_| draft.kind == StatementKind::Quote)?;
        let long = words(&draft.text) >= SAME_WORDS_MIN;
        let occasion = |said, lineage| Occasion::of_words(actor, said, lineage);
        let here = occasion(draft.said_on, self.source.lineage_id);
        self.known
            .get(&(actor, words_sha256.to_vec()))?
            .iter()
            .find(|known| long || known.lineages.iter().any(|&lineage| occasion(known.said(), lineage) == here))
    }

    fn add(&mut self, id: Uuid, draft: &Draft, words_sha256: Vec<u8>) {
        if let (Some(actor), StatementKind::Quote) = (draft.actor, draft.kind) {
            let known = Known {
                id,
                actor_id: Some(actor),
                words_sha256: words_sha256.clone(),
                said_on: draft.said_on.map(PartialDate::first),
                said_precision: draft.said_on.map(PartialDate::precision),
                status: Status::Pending, // whatever follows in this batch is part of the same change
                lineages: vec![self.source.lineage_id],
            };
            self.known.entry((actor, words_sha256.clone())).or_default().push(known);
        }
        self.statements.push(NewStatement {
            id,
            kind: draft.kind,
            actor: draft.actor,
            actor_text: draft.actor_text.clone(),
            on_behalf_of: draft.on_behalf_of,
            text: draft.text.clone(),
            words_sha256,
            said_on: draft.said_on,
            status: draft.status,
            for_review: draft.for_review,
            created_by: draft.created_by,
        });
        if draft.status == Status::Published {
            self.changes.push(Change { entity: "statement", id, action: "create" });
            self.public.extend(draft.concerned());
        }
        let rows = stances_of(id, draft, self.source, self.now);
        self.stances.extend(rows);
    }

    fn occur(&mut self, statement: Uuid, draft: &Draft, place: Option<(i32, i32)>) {
        self.occurrences.push(NewOccurrence {
            id: self.now.id(),
            statement,
            source: self.source.id,
            actor: draft.actor,
            exact: draft.text.clone(),
            prefix: draft.place.prefix.clone(),
            suffix: draft.place.suffix.clone(),
            place,
            mention: draft.place.mention.map(range),
            rule: draft.rule.clone(),
            confidence: draft.confidence,
        });
    }
}

/// Code points as they stand in columns: texts are far shorter than 2³¹.
fn range(position: TextPosition) -> (i32, i32) {
    let column = |figure: usize| i32::try_from(figure).unwrap_or(i32::MAX);
    (column(position.start), column(position.end))
}

/// Who holds what from a statement, and on what basis.
fn holders(draft: &Draft, value: Value) -> Vec<(Uuid, Basis, Value)> {
    let own = if draft.kind.is_speech() { Basis::Declared } else { Basis::Reported };
    let mut holders: Vec<(Uuid, Basis, Value)> = draft.actor.map(|actor| (actor, own, value)).into_iter().collect();
    if let Some(organization) = draft.on_behalf_of.filter(|_| draft.kind.is_speech()) {
        holders.push((organization, Basis::Spokesperson, value));
    }
    holders.extend(draft.accused.iter().map(|&(accused, alleged)| (accused, Basis::Alleged, alleged)));
    let mut seen = BTreeSet::new();
    holders.retain(|(holder, ..)| seen.insert(*holder));
    holders
}

/// The stances that a statement gives, by its draft.
pub(super) fn stances_of(id: Uuid, draft: &Draft, source: &SourceRow, now: &Now) -> Vec<StanceRow> {
    let occasion = match (draft.kind.is_speech(), draft.actor) {
        (true, Some(actor)) => Occasion::of_words(actor, draft.said_on, source.lineage_id),
        _ => Occasion::of_description(source.lineage_id),
    };
    let (evidence_on, undated) = evidence_day(draft.said_on, source.published(), now.at.date_naive());
    let row = |stance: &DraftStance, (holder, basis, value): (Uuid, Basis, Value)| StanceRow {
        id: now.id(),
        proposition_id: stance.proposition,
        holder_id: holder,
        statement_id: id,
        occasion: occasion.0.clone(),
        basis,
        state: if stance.held { StanceState::Held } else { state(draft.status, basis) },
        value,
        confidence: stance.confidence,
        weight: weight(basis, stance.confidence, evidence_on, undated),
        evidence_on,
        undated,
        method: stance.method.clone(),
        arithmetic: ARITHMETIC,
    };
    draft.stances.iter().flat_map(|stance| holders(draft, stance.value).into_iter().map(move |holder| row(stance, holder))).collect()
}

/// Whether a stance of a statement counts.
pub(super) fn state(status: Status, basis: Basis) -> StanceState {
    match (status, basis) {
        (Status::Published, Basis::Alleged) => StanceState::Shown,
        (Status::Published, _) => StanceState::Counted,
        _ => StanceState::Held,
    }
}

/// A quotation without a date of its own dates from its earliest publication: stances that an earlier source has shown to be older.
pub(super) async fn redate(conn: &mut PgConnection, now: &Now, source: &SourceRow, repeated: &[Uuid]) -> Result<ledger::Entries> {
    let mut entries = ledger::Entries { reason: format!("earlier-source:{}", source.id), ..Default::default() };
    let Some(published) = source.published() else { return Ok(entries) };
    let (day, _) = evidence_day(None, Some(published), now.at.date_naive());
    let dated = db::statements::with_date(conn, repeated).await?;
    for row in db::stances::current_of_statements(conn, repeated).await? {
        if dated.contains(&row.statement_id) || (row.evidence_on <= day && !row.undated) {
            continue;
        }
        let new = StanceRow {
            id: now.id(),
            evidence_on: day,
            undated: false,
            weight: weight(row.basis, row.confidence, day, false),
            ..row.clone()
        };
        entries.add.push(new);
        entries.end.push(row);
    }
    Ok(entries)
}
