//! `/v1/propositions`.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    App,
    input::{Json, List, Path, Query},
    problem::Problem,
};
use crate::{
    db,
    domain::proposition::Proposition,
    query::{Page, PageParams},
};

/// A question that one can stand on.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Proposition)]
pub struct PropositionBody {
    /// Its id.
    pub id: Uuid,
    /// Its handle in addresses.
    #[schema(example = "open-release")]
    pub slug: String,
    /// The claim that one may favour or oppose.
    pub text: String,
    /// What favouring it is called: scores towards 1.
    #[schema(example = "open")]
    pub label_for: String,
    /// What opposing it is called: scores towards −1.
    #[schema(example = "closed")]
    pub label_against: String,
    /// What standing between is called.
    #[schema(example = "mixed")]
    pub label_mixed: String,
    /// Where it is.
    pub url: String,
}

impl From<Proposition> for PropositionBody {
    fn from(row: Proposition) -> Self {
        Self {
            url: format!("/v1/propositions/{}", row.slug),
            id: row.id,
            slug: row.slug,
            text: row.text,
            label_for: row.label_for,
            label_against: row.label_against,
            label_mixed: row.label_mixed,
        }
    }
}

/// Propositions
///
/// There are few: one page holds all.
#[utoipa::path(get, path = "/v1/propositions", tag = "propositions", params(PageParams),
    responses((status = 200, description = "All propositions", body = Page<PropositionBody>)))]
pub async fn list_propositions(State(app): State<App>, List { filter: (), page }: List<()>) -> Result<Page<PropositionBody>, Problem> {
    let after = page.after(&app.cursor_key)?.map(|cursor| cursor.id);
    let all = db::propositions::all(&mut *app.db.read.acquire().await?).await?;
    let rest: Vec<_> = match after {
        Some(id) => all.into_iter().skip_while(|row| row.id != id).skip(1).collect(),
        None => all,
    };
    Ok(page.page(&app.cursor_key, rest, |row| (Vec::new(), row.id)).map(Into::into))
}

/// A proposition
#[utoipa::path(get, path = "/v1/propositions/{slug}", tag = "propositions",
    params(("slug" = String, Path, description = "Its slug", example = "open-release")),
    responses((status = 200, description = "The proposition", body = PropositionBody)))]
pub async fn get_proposition(
    State(app): State<App>,
    Path(slug): Path<String>,
    Query(()): Query<()>,
) -> Result<Json<PropositionBody>, Problem> {
    let row = db::propositions::by_slug(&mut *app.db.read.acquire().await?, &slug).await?;
    let shown = slug.chars().take(80).collect::<String>();
    row.map(|row| Json(row.into())).ok_or_else(|| Problem::not_found(format!("proposition `{shown}`")))
}
