//! Whole answers, kept as snapshots: what a client sees, and that it stays so. `INSTA_UPDATE=always cargo test --test api` writes them anew.

use serde_json::json;
use sqlx::PgPool;

use crate::{
    harness::{As, Outcome, Service, id},
    samples::{self, description, hesitant, quote, seed},
};

macro_rules! snapshot {
    ($name:expr, $answer:expr) => {{
        let shown = $answer.shown();
        insta::with_settings!({omit_expression => true}, { insta::assert_json_snapshot!($name, shown) });
    }};
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn writes(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let s = &service;
    snapshot!("post_organization", s.post(As::Publish, "/v1/organizations", &samples::ada()).await?);
    snapshot!("post_organization_again", s.post(As::Publish, "/v1/organizations", &json!({"name": "ada labs, Inc."})).await?);
    let child = json!({"name": "Ada Robotics", "parent": "ada-labs", "dissolved_on": "2024-12-31"});
    snapshot!("post_organization_with_parent", s.post(As::Publish, "/v1/organizations", &child).await?);
    let person = json!({"name": "Inês Cardoso", "given_name": "Inês", "family_name": "Cardoso", "aliases": ["I. Cardoso"]});
    snapshot!("post_person", s.post(As::Publish, "/v1/people", &person).await?);
    let role =
        json!({"person": "ines-cardoso", "organization": "ada-labs", "role": "head of research", "start_on": "2021", "end_on": "2024-06"});
    snapshot!("post_membership", s.post(As::Publish, "/v1/memberships", &role).await?);
    snapshot!("post_membership_again", s.post(As::Publish, "/v1/memberships", &role).await?);

    snapshot!("post_statement", s.post(As::Publish, "/v1/statements", &quote()).await?);
    let before = s.contents().await?;
    snapshot!("post_statement_again", s.post(As::Publish, "/v1/statements", &quote()).await?);
    let mut other = quote();
    other["stances"] = json!([{"position": "closed"}]);
    snapshot!("post_statement_contradicting", s.post(As::Publish, "/v1/statements", &other).await?);
    assert_eq!(before, s.contents().await?, "neither writes anything");
    snapshot!("post_statement_description", s.post(As::Publish, "/v1/statements", &description()).await?);
    snapshot!("post_statement_submitted", s.post(As::Submit, "/v1/statements", &hesitant()).await?);
    service.stop().await
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn reads(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    seed(&service).await?;
    let s = &service;
    let statement = s.get("/v1/statements?kind=quote").await?;
    let (statement, stance) = (statement.str("/items/0/id").to_owned(), statement.str("/items/0/stances/0/id").to_owned());
    let source = s.get("/v1/sources").await?.str("/items/0/id").to_owned();
    let membership = s.get("/v1/memberships").await?.str("/items/0/id").to_owned();
    for (name, path) in [
        ("list_organizations", "/v1/organizations"),
        ("list_organizations_open", "/v1/organizations?stance=open"),
        ("list_organizations_none", "/v1/organizations?stance=mixed"),
        ("get_organization", "/v1/organizations/ada-labs"),
        ("get_organization_standing", "/v1/organizations/borealis/standing"),
        ("get_organization_standing_explained", "/v1/organizations/ada-labs/standing?explain=true"),
        ("list_people", "/v1/people"),
        ("get_person", "/v1/people/ines-cardoso"),
        ("get_person_standing_explained", "/v1/people/ines-cardoso/standing?explain=true&as_of=2025-02-28"),
        ("list_memberships", "/v1/memberships?person=ines-cardoso"),
        ("get_membership", &format!("/v1/memberships/{membership}")),
        ("list_statements", "/v1/statements"),
        ("list_statements_of_organization", "/v1/statements?organization=ada-labs&basis=spokesperson&q=weights"),
        ("get_statement", &format!("/v1/statements/{statement}")),
        ("list_stances", "/v1/stances?sort=-value"),
        ("get_stance", &format!("/v1/stances/{stance}")),
        ("list_standings", "/v1/standings"),
        ("list_standings_past", "/v1/standings?as_of=2025-02-19&kind=organization"),
        ("list_sources", "/v1/sources?publisher=harbour%20news"),
        ("get_source", &format!("/v1/sources/{source}")),
        ("list_propositions", "/v1/propositions"),
        ("get_proposition", "/v1/propositions/open-release"),
        ("health", "/healthz"),
        ("ready", "/readyz"),
        ("problem_kind", "/problems/unknown-parameter"),
    ] {
        snapshot!(name, s.get(path).await?.expect(200));
    }
    snapshot!("get_source_with_key", s.get_as(As::Submit, &format!("/v1/sources/{source}")).await?.expect(200));
    snapshot!("list_statements_for_review", s.get_as(As::Review, "/v1/statements?for_review=true").await?.expect(200));
    service.stop().await
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn pages(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    seed(&service).await?;
    let first = service.get("/v1/statements?limit=1&sort=said_on").await?.expect(200);
    snapshot!("page_first", first);
    let link = first.header("link").split(['<', '>']).nth(1).unwrap_or_default().to_owned();
    snapshot!("page_last", service.get(&link).await?.expect(200));
    for list in ["organizations", "people", "memberships", "statements", "stances", "standings", "sources", "propositions"] {
        let whole = service.get(&format!("/v1/{list}")).await?.expect(200);
        let (mut items, mut next) = (Vec::new(), format!("/v1/{list}?limit=1"));
        while !next.is_empty() {
            let page = service.get(&next).await?.expect(200);
            items.extend_from_slice(page.items());
            next = page.header("link").split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        }
        assert_eq!(items, whole.items(), "{list} page by page is {list} whole");
    }
    service.stop().await
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn verdicts(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    seed(&service).await?;
    let s = &service;
    let waiting = s.get_as(As::Review, "/v1/statements?status=pending").await?.str("/items/0/id").to_owned();
    snapshot!("waiting_unseen", s.get(&format!("/v1/statements/{waiting}")).await?.expect(404));
    let accept = json!({"statement_id": waiting, "verdict": "accept", "comment": "Heard it myself."});
    let given = s.post(As::Review, "/v1/reviews", &accept).await?.expect(201);
    snapshot!("post_review_accept", given);
    snapshot!("accepted_statement", s.get(&format!("/v1/statements/{waiting}")).await?.expect(200));
    snapshot!("accepted_person", s.get("/v1/people/tom-holloway").await?.expect(200));
    snapshot!("get_review", s.get_as(As::Review, given.str("/url")).await?.expect(200));
    let reject = json!({"statement_id": waiting, "verdict": "reject"});
    snapshot!("post_review_reject", s.post(As::Review, "/v1/reviews", &reject).await?.expect(201));
    snapshot!("post_review_on_rejected", s.post(As::Review, "/v1/reviews", &accept).await?.expect(409));
    snapshot!("rejected_statement", s.get(&format!("/v1/statements/{waiting}")).await?.expect(404));
    snapshot!("rejected_person", s.get("/v1/people/tom-holloway").await?.expect(200));
    snapshot!("list_reviews", s.get_as(As::Review, "/v1/reviews").await?.expect(200));
    service.stop().await
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn retraction(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    seed(&service).await?;
    let s = &service;
    let read = s.get("/v1/statements?kind=quote").await?;
    let statement = read.str("/items/0/id").to_owned();
    let tag = s.get(&format!("/v1/statements/{statement}")).await?.expect(200).header("etag").to_owned();
    let before = s.contents().await?;
    snapshot!("retract_unconditionally", s.retract(As::Publish, &statement, "Misheard.", None).await?.expect(428));
    snapshot!("retract_another_version", s.retract(As::Publish, &statement, "Misheard.", Some("\"x\"")).await?.expect(412));
    assert_eq!(before, s.contents().await?);
    s.retract(As::Publish, &statement, "Misheard.", Some(&tag)).await?.expect(204);
    snapshot!("retracted", s.get(&format!("/v1/statements/{statement}")).await?.expect(410));
    snapshot!("retract_again", s.retract(As::Publish, &statement, "Misheard.", Some(&tag)).await?.expect(410));
    snapshot!("standing_after_retraction", s.get("/v1/organizations/ada-labs/standing?explain=true").await?.expect(200));
    snapshot!("post_retracted_again", s.post(As::Publish, "/v1/statements", &quote()).await?.expect(409));
    service.stop().await
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn ingestions(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let article = json!({"text": samples::ARTICLE, "published_on": "2025-02-20", "publisher": "Harbour News"});
    let asked = service.post(As::Ingest, "/v1/ingestions", &article).await?.expect(202);
    snapshot!("post_ingestion", asked);
    snapshot!("get_ingestion", service.get_as(As::Ingest, asked.str("/url")).await?.expect(200));
    snapshot!("list_ingestions", service.get_as(As::Ingest, "/v1/ingestions").await?.expect(200));
    snapshot!("get_ingestion_unknown", service.get_as(As::Ingest, &format!("/v1/ingestions/{}", id(999))).await?.expect(404));
    service.stop().await
}
