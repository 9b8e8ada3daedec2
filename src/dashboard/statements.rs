//! `/statements/{id}`: the words in their source, how they were attributed, and what they are taken to mean.

use askama::Template;
use axum::extract::State;
use uuid::Uuid;

use super::{
    Page,
    actors::excerpt,
    evidence::{StatementView, views},
    passage::Reach,
    question,
};
use crate::{
    db::lists::statements::{self, Filter},
    domain::{proposition::Proposition, statement::Status},
    http::{
        App,
        input::{Path, Query},
        problem::{Kind, Problem},
    },
    query::Sort,
};

/// A statement's page.
#[derive(Debug, Template)]
#[template(path = "statement.html")]
pub(super) struct StatementPage {
    title: String,
    question: Proposition,
    statement: StatementView,
}

/// The page takes no parameters.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// `GET /statements/{id}`
pub(super) async fn page(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    Query(Nothing {}): Query<Nothing>,
) -> Result<Page<StatementPage>, Problem> {
    let mut tx = app.db.snapshot().await?;
    let filter = Filter { ids: Some(vec![id]), statuses: vec![Status::Published, Status::Retracted], ..Default::default() };
    let row = statements::list(&mut tx, &filter, &Sort(Vec::new()), None, 1).await?.pop();
    let row = row.ok_or_else(|| Problem::not_found(format!("statement `{id}`")))?;
    if row.status == Status::Retracted {
        let reason = row.reason.unwrap_or_default();
        return Err(Problem::new(Kind::Gone, format!("This statement was withdrawn: {reason}")));
    }
    let question = question(&mut tx).await?;
    let statement = views(&mut tx, vec![row], Reach::Context).await?.pop();
    let statement = statement.ok_or_else(|| Problem::internal("a statement without a view"))?;
    let (name, words) = (statement.voice.name(), excerpt(&statement.text, 60));
    let title = if statement.voice.is_source() { format!("On {name}: {words}") } else { format!("{name}: “{words}”") };
    Ok(Page(StatementPage { title, question, statement }))
}
