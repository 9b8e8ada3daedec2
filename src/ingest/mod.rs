//! Findings → record: one transaction an article, and the jobs that run it.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    clock::Now,
    db::{
        self, Db, PgConnection,
        ingestions::{Leased, Outcome},
    },
    domain::{
        actor::{ActorKind, NAME_MAX},
        proposition, registry,
        stance::Confidence,
        statement::{StatementKind, Status, TEXT_MAX, TITLE_MAX, URL_MAX},
        text::{CodePoints, http_url},
    },
    extract::{self, Article, Finding, Findings, FoundActor, Gazetteer, KnownName, Rule, positions::confidence},
    record::{self, Draft, DraftStance, NewSource, Place, Reading, Recorded},
};

pub mod demo;
pub mod worker;

pub use record::Options;

/// What became of an article.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Report {
    /// The source; `null` for a dry run.
    pub source_id: Option<Uuid>,
    /// Statements found.
    pub found: usize,
    /// Statements stored, public or pending.
    pub stored: usize,
    /// Of these, waiting for review.
    pub pending: usize,
    /// Statements that were recorded already, from here or elsewhere.
    pub repeated: usize,
    /// Quotations whose speaker the text does not name.
    pub unattributed: usize,
    /// Statements that take no position and were not kept.
    pub without_position: usize,
    /// Parts of the article skipped as boilerplate.
    pub boilerplate: usize,
    /// What a reader of the report should know.
    pub warnings: Vec<String>,
    /// The extractor's version.
    pub extractor: String,
    /// SHA-256 of the names that the extractor knew.
    pub gazetteer: String,
}

/// How an ingestion went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ingested {
    /// Read now.
    Now(Report),
    /// The same text was read before in the same way: nothing changed.
    Before(Report),
    /// A job that is waiting or running will read it.
    Queued(Uuid),
    /// It belongs to a collection that was removed.
    Removed,
}

/// Why an article was not ingested.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The record refused.
    #[error(transparent)]
    Record(#[from] record::Error),
    /// Another worker has taken the job over; nothing was stored.
    #[error("the job was taken over by another worker")]
    LeaseLost,
    /// Reading it takes too long; it will not be tried again.
    #[error("the article takes too long to read")]
    TooLong,
    /// A report does not fit its column.
    #[error(transparent)]
    Report(#[from] serde_json::Error),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Record(error.into())
    }
}

/// The names that the extractor knows: the registry's and those of the database.
pub async fn gazetteer(conn: &mut PgConnection) -> db::Result<Gazetteer> {
    let names = db::actors::known_names(conn).await?;
    let extra = names.into_iter().map(|(kind, name, aliases)| KnownName { kind, name, aliases });
    Ok(Gazetteer::new(registry::known(), extra))
}

/// Reads an article now, in one transaction: all of it or nothing.
pub async fn article(db: &Db, now: &Now, input: &str, options: &Options) -> Result<Ingested, Error> {
    let gazetteer = gazetteer(&mut *db.read.acquire().await?).await?;
    let article = extract::read(input, options.format);
    let findings = extract::extract(&article, &gazetteer);

    let mut tx = db.write.begin().await?;
    let (job, fresh) = record::jobs::enqueue(&mut tx, now, input, options, None).await?;
    if !fresh {
        return Ok(match job.report {
            Some(_) if removed(&mut tx, job.source_id).await? => Ingested::Removed,
            Some(report) if job.state == "succeeded" => Ingested::Before(serde_json::from_value(report)?),
            _ => Ingested::Queued(job.id),
        });
    }
    let lease = db::ingestions::begin(&mut tx, job.id, now.at).await?;
    let ingested = finish(&mut tx, now, &lease, options, &article, &findings, gazetteer.hash()).await?;
    tx.commit().await?;
    Ok(ingested)
}

/// Whether a source was withdrawn.
async fn removed(conn: &mut PgConnection, source: Option<Uuid>) -> db::Result<bool> {
    let Some(id) = source else { return Ok(false) };
    Ok(db::sources::by_id(conn, id).await?.is_some_and(|source| source.withdrawn_at.is_some()))
}

/// Stores the findings and ends the job that asked for them.
async fn finish(
    conn: &mut PgConnection,
    now: &Now,
    job: &Leased,
    options: &Options,
    article: &Article,
    findings: &Findings,
    gazetteer: &str,
) -> Result<Ingested, Error> {
    let ingested = store(conn, now, options, article, findings, gazetteer).await?;
    let outcome = match &ingested {
        Ingested::Now(report) => Outcome { source: report.source_id, report: Some(serde_json::to_value(report)?), error: None },
        _ => Outcome { source: None, report: None, error: Some("the collection of this article was removed".to_owned()) },
    };
    if db::ingestions::finish(conn, job.id, job.fence, &outcome, now.at).await? { Ok(ingested) } else { Err(Error::LeaseLost) }
}

/// Stores what was found in an article.
pub async fn store(
    conn: &mut PgConnection,
    now: &Now,
    options: &Options,
    article: &Article,
    findings: &Findings,
    gazetteer: &str,
) -> Result<Ingested, Error> {
    // What a page says of itself is taken as far as it fits.
    let title = options.title.as_deref().or(article.title.as_deref()).and_then(|title| clipped(title, TITLE_MAX));
    let publisher = options.publisher.as_deref().or(article.publisher.as_deref()).and_then(|name| clipped(name, NAME_MAX));
    let url = options.url.as_deref().or(article.url.as_deref()).and_then(http_url).map(String::from);
    let source = NewSource {
        url: url.as_deref().filter(|url| url.len() <= URL_MAX),
        title: title.as_deref(),
        publisher: publisher.as_deref(),
        published_on: options.published_on.or(article.published_on),
        lang: article.lang.as_deref(),
        license: None,
        collection: options.collection.as_deref(),
        text: Some(&article.text),
        completes: true,
    };
    let reading = record::sources::source(conn, now, &source).await?;
    if reading.row().withdrawn_at.is_some() {
        return Ok(Ingested::Removed);
    }
    let kept: Vec<&Finding> = findings.statements.iter().filter(|finding| keeps(finding, &article.text, options)).collect();
    let actors = resolve(conn, now, &kept, &findings.actors).await?;
    memberships(conn, now, findings, &actors, reading.row().id).await?;
    let proposition = db::propositions::id_of(conn, proposition::DEFAULT).await?.ok_or(sqlx::Error::RowNotFound)?;
    let points = CodePoints::new(&article.text);
    let seen = findings.statements.iter().map(|finding| points.position(finding.span)).collect();
    let drafts: Vec<Draft> = kept.iter().map(|finding| draft(finding, &article.text, &points, &actors, proposition)).collect();
    let recorded = record::statements::statements(conn, now, reading.row(), &drafts).await?;
    if let Reading::Known(row) = &reading {
        record::reread(conn, now, row, &drafts, &recorded, &seen).await?;
    }
    let mut report = report(findings, options, article);
    report.source_id = Some(reading.row().id);
    for (recorded, draft) in recorded.iter().zip(&drafts) {
        match recorded {
            Recorded::New(_) => {
                report.stored += 1;
                report.pending += usize::from(draft.status == Status::Pending);
            }
            _ => report.repeated += 1,
        }
    }
    gazetteer.clone_into(&mut report.gazetteer);
    Ok(Ingested::Now(report))
}

/// The first characters of a text; none of an empty one.
fn clipped(text: &str, longest: usize) -> Option<String> {
    let text: String = text.trim().chars().take(longest).collect();
    (!text.is_empty()).then_some(text)
}

/// The part of a report that needs no database.
pub fn report(findings: &Findings, options: &Options, article: &Article) -> Report {
    let without_position = findings.statements.iter().filter(|finding| finding.position.is_none()).count();
    let mut warnings = Vec::new();
    if options.published_on.or(article.published_on).is_none() {
        warnings.push("The article has no date: its evidence weighs as if two years older. Give one with --published-on.".to_owned());
    }
    if article.text.trim().is_empty() {
        warnings.push("No readable text was found.".to_owned());
    }
    Report {
        found: findings.statements.len(),
        unattributed: findings.unattributed(),
        without_position: if options.keep_all { 0 } else { without_position },
        boilerplate: findings.skipped_boilerplate,
        warnings,
        extractor: extract::VERSION.to_owned(),
        ..Report::default()
    }
}

/// Whether a finding is stored: those without a position only on request, those too long for a statement never.
fn keeps(finding: &Finding, text: &str, options: &Options) -> bool {
    (options.keep_all || finding.position.is_some()) && finding.span.of(text).chars().take(TEXT_MAX + 1).count() <= TEXT_MAX
}

/// The actors that the findings need, by index into [`Findings::actors`].
async fn resolve(conn: &mut PgConnection, now: &Now, kept: &[&Finding], found: &[FoundActor]) -> Result<HashMap<usize, Uuid>, Error> {
    let needed: BTreeSet<usize> = kept
        .iter()
        .flat_map(|finding| finding.actor.into_iter().chain(finding.on_behalf_of).chain(finding.accused.iter().map(|(actor, _)| *actor)))
        .collect();
    let names: Vec<&str> = needed.iter().map(|&index| found[index].name.as_str()).collect();
    record::actors::reserve(conn, &names).await?;
    let mut actors = HashMap::new();
    for index in needed {
        let actor = &found[index];
        if actor.name.chars().count() > NAME_MAX {
            continue;
        }
        // A surname alone is a name within one article, not in the record.
        let is_name = |alias: &&String| {
            alias.chars().count() <= NAME_MAX && (actor.kind == ActorKind::Organization || alias.contains(char::is_whitespace))
        };
        let aliases: Vec<String> = actor.aliases.iter().filter(is_name).cloned().collect();
        actors.insert(index, record::actors::resolve(conn, now, actor.kind, &actor.name, &aliases).await?);
    }
    Ok(actors)
}

/// Roles that the text states of people whom it quotes.
async fn memberships(
    conn: &mut PgConnection,
    now: &Now,
    findings: &Findings,
    actors: &HashMap<usize, Uuid>,
    source: Uuid,
) -> Result<(), Error> {
    for (index, actor) in findings.actors.iter().enumerate() {
        let ends = (actors.get(&index), actor.organization.and_then(|organization| actors.get(&organization)), &actor.role);
        let (Some(&person), Some(&organization), Some(role)) = ends else { continue };
        if actor.kind == ActorKind::Person && actor.speaks_for && !role.is_empty() && role.chars().count() <= NAME_MAX {
            let new =
                record::actors::NewMembership { person, organization, role: role.clone(), start: None, end: None, source: Some(source) };
            record::actors::membership(conn, now, &new).await?;
        }
    }
    Ok(())
}

fn draft(finding: &Finding, text: &str, points: &CodePoints<'_>, actors: &HashMap<usize, Uuid>, proposition: Uuid) -> Draft {
    let actor = finding.actor.and_then(|actor| actors.get(&actor).copied());
    let unattributed = actor.is_none() && !finding.group;
    // Of a quotation whose speaker is sure, the words are public even where their position is not: its stance waits for review.
    let attributed = confidence::of(finding.rule, None, false);
    let unsure = finding.confidence < Confidence::PUBLIC_MIN && !finding.group;
    let held = unsure && !unattributed && finding.kind == StatementKind::Quote && attributed >= Confidence::PUBLIC_MIN;
    let pending = unattributed || (unsure && !held);
    let cross_line = matches!(finding.rule, Rule::NextLine | Rule::LastSubject | Rule::Document);
    let stance = |reading: &extract::Reading| DraftStance {
        proposition,
        value: reading.value,
        confidence: finding.confidence,
        method: finding.rule.as_str().to_owned(),
        held,
    };
    Draft {
        kind: finding.kind,
        actor,
        actor_text: finding.mention.map(|mention| mention.of(text).chars().take(1000).collect()),
        on_behalf_of: finding.on_behalf_of.and_then(|organization| actors.get(&organization).copied()),
        text: finding.span.of(text).to_owned(),
        said_on: None,
        status: if pending { Status::Pending } else { Status::Published },
        for_review: pending || held || (!finding.group && (cross_line || !finding.accused.is_empty())),
        place: Place::new(text, points, finding.span, finding.mention),
        rule: finding.rule.as_str().to_owned(),
        confidence: if held { attributed } else { finding.confidence },
        stances: finding.position.as_ref().map(stance).into_iter().collect(),
        accused: finding.accused.iter().filter_map(|(accused, value)| Some((*actors.get(accused)?, *value))).collect(),
        created_by: None,
    }
}
