//! Statements as pages show them: who spoke, or who is spoken of; the words in their source; what they are taken to mean.

use std::collections::HashMap;

use uuid::Uuid;

use super::{
    DEMO, Name,
    passage::{Passage, Reach},
    words,
};
use crate::{
    db::{
        self, PgConnection,
        lists::{
            stances::{self, StanceRow},
            statements::{OccurrenceRow, StatementRow, occurrences},
        },
    },
    domain::{
        date::PartialDate,
        proposition,
        stance::{Basis, Confidence, Side, StanceState, Value},
        statement::StatementKind,
    },
    query::Sort,
};

/// A statement with where it stands and what it says.
#[derive(Debug, Clone)]
pub(super) struct StatementView {
    pub(super) id: Uuid,
    pub(super) voice: Voice,
    pub(super) text: String,
    pub(super) said: Option<String>,
    pub(super) places: Vec<PlaceView>,
    pub(super) stances: Vec<StanceView>,
}

/// Whose words a statement is.
#[derive(Debug, Clone)]
pub(super) struct Voice {
    /// By or about whom; none for an unnamed group.
    pub(super) actor: Option<Name>,
    /// For whom the speaker is presented as speaking.
    pub(super) organization: Option<Name>,
    /// The attribution as printed.
    pub(super) printed: Option<String>,
    pub(super) kind: StatementKind,
}

impl Voice {
    /// Whether the words are the source's own, about the actor.
    pub(super) fn is_source(&self) -> bool {
        !self.kind.is_speech()
    }

    /// What the words are, after the actor's name.
    pub(super) fn said(&self) -> &'static str {
        match self.kind {
            StatementKind::Quote => "in direct quotation",
            StatementKind::Paraphrase => "in indirect speech: the source’s wording",
            StatementKind::Document => "in a document",
            StatementKind::Description => "described by the source",
        }
    }

    /// The name to print where there is no page to lead to.
    pub(super) fn name(&self) -> &str {
        match (&self.actor, &self.printed) {
            (Some(actor), _) => &actor.text,
            (None, Some(printed)) => printed,
            (None, None) => "nobody named",
        }
    }
}

/// Where a source carries a statement.
#[derive(Debug, Clone)]
pub(super) struct PlaceView {
    pub(super) passage: Passage,
    pub(super) source: SourceView,
    pub(super) rule: String,
    pub(super) confidence: String,
    pub(super) confidence_word: &'static str,
}

/// A source, as far as a reader needs it.
#[derive(Debug, Clone)]
pub(super) struct SourceView {
    pub(super) id: Uuid,
    pub(super) title: Option<String>,
    pub(super) publisher: Option<String>,
    /// http or https alone.
    pub(super) url: Option<String>,
    pub(super) published: Option<String>,
    /// Whether it ships with the service, to show what it does.
    pub(super) demo: bool,
}

/// What a statement is taken to say of a holder.
#[derive(Debug, Clone)]
pub(super) struct StanceView {
    pub(super) holder: Name,
    pub(super) holder_id: Uuid,
    pub(super) reading: Reading,
    /// The question, where it is not the one that pages speak of.
    pub(super) other_question: Option<String>,
    pub(super) basis: &'static str,
    pub(super) alleged: bool,
    pub(super) state: &'static str,
    pub(super) confidence: String,
    pub(super) confidence_word: &'static str,
    /// The day that it counts from.
    pub(super) counts_from: String,
    pub(super) undated: bool,
    pub(super) by_person: bool,
}

/// Direction and strength in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) class: &'static str,
    pub(super) label: String,
    pub(super) strength: &'static str,
    pub(super) value: String,
}

impl Reading {
    /// A value, and the question's word for its side.
    pub(super) fn of(value: Value, label: &str) -> Self {
        let side: Side = value.side();
        Self {
            class: words::side_class(side),
            label: label.to_owned(),
            strength: words::strength(value),
            value: words::score(value.as_f64()),
        }
    }
}

/// What is known of statements besides their rows: two queries, however many they are.
pub(super) async fn views(conn: &mut PgConnection, rows: Vec<StatementRow>, reach: Reach) -> db::Result<Vec<StatementView>> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut places: HashMap<Uuid, Vec<PlaceView>> = HashMap::new();
    for row in occurrences(conn, &ids).await? {
        places.entry(row.statement_id).or_default().push(place(&row, reach));
    }
    let mut held: HashMap<Uuid, Vec<StanceView>> = HashMap::new();
    let filter = stances::Filter { statements: Some(ids), ..Default::default() };
    for row in stances::list(conn, &filter, &Sort(Vec::new()), None, ALL).await? {
        held.entry(row.statement_id).or_default().push(stance(&row));
    }
    let view = |row: StatementRow| StatementView {
        id: row.id,
        voice: Voice {
            actor: row.actor().map(Name::from),
            organization: row.organization().map(Name::from),
            printed: row.actor_text.clone(),
            kind: row.kind,
        },
        said: row.said().map(words::date),
        places: places.remove(&row.id).unwrap_or_default(),
        stances: held.remove(&row.id).unwrap_or_default(),
        text: row.text,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// A page of statements has few stances; none is left out.
const ALL: i64 = 10_000;

fn place(row: &OccurrenceRow, reach: Reach) -> PlaceView {
    let confidence = Confidence::new(row.confidence).unwrap_or(Confidence::PUBLIC_MIN);
    PlaceView {
        passage: Passage::of(row, reach),
        source: SourceView {
            id: row.source_id,
            title: row.source_title.clone(),
            publisher: row.source_publisher.clone(),
            url: row.source_url.clone().filter(|url| url.starts_with("https://") || url.starts_with("http://")),
            published: row.published().map(words::date),
            demo: row.collection.as_deref() == Some(DEMO),
        },
        rule: words::rule(&row.rule).into_owned(),
        confidence: format!("{:.2}", confidence.as_f64()),
        confidence_word: words::reading_confidence(confidence),
    }
}

fn stance(row: &StanceRow) -> StanceView {
    let holder = row.holder();
    StanceView {
        holder_id: holder.id,
        holder: holder.into(),
        reading: Reading::of(row.value, row.label()),
        other_question: (row.proposition_slug != proposition::DEFAULT).then(|| row.proposition_slug.replace('-', " ")),
        basis: words::basis(row.basis),
        alleged: row.basis == Basis::Alleged,
        state: words::state(if row.basis == Basis::Alleged { StanceState::Shown } else { row.state }),
        confidence: format!("{:.2}", row.confidence.as_f64()),
        confidence_word: words::reading_confidence(row.confidence),
        counts_from: words::date(PartialDate::day(row.evidence_on)),
        undated: row.undated,
        by_person: row.method == "person",
    }
}
