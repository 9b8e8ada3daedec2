//! Every operation of the document with every credential. An operation that is not in the table fails the test.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sqlx::PgPool;

use crate::{
    document::operations,
    harness::{Answer, As, Outcome, Service},
    samples::{description, seed},
};

/// Who may.
#[derive(Clone, Copy)]
enum Rule {
    /// Everyone; a key is not looked at.
    Open,
    /// Everyone; a key that is sent must be valid.
    Keyed,
    /// Holders of a key with one of these scopes.
    Only(&'static [As]),
}
use Rule::{Keyed, Only, Open};

const SUBMIT: Rule = Only(&[As::Submit, As::Publish, As::Admin]);
const PUBLISH: Rule = Only(&[As::Publish, As::Admin]);
const REVIEW: Rule = Only(&[As::Review, As::Admin]);
const INGEST: Rule = Only(&[As::Ingest, As::Admin]);

impl Rule {
    /// The status for a caller, where `ok` is that for those who may.
    fn status(self, who: As, ok: u16) -> u16 {
        let invalid = matches!(who, As::Expired | As::Revoked);
        match self {
            Keyed | Only(_) if invalid => 401,
            Open | Keyed => ok,
            Only(_) if who == As::Nobody => 401,
            Only(may) if may.contains(&who) => ok,
            Only(_) => 403,
        }
    }
}

/// What is there to ask for, by a word.
type Known = BTreeMap<&'static str, String>;

/// A row: the operation, what its variable part is, who may, and the status for those who may.
const TABLE: [(&str, &str, Rule, u16); 32] = [
    ("GET /healthz", "", Open, 200),
    ("GET /readyz", "", Open, 200),
    ("GET /problems", "", Open, 200),
    ("GET /problems/{slug}", "problem", Open, 200),
    ("GET /v1/organizations", "", Open, 200),
    ("POST /v1/organizations", "", PUBLISH, 201),
    ("GET /v1/organizations/{key}", "organization", Open, 200),
    ("GET /v1/organizations/{key}/standing", "organization", Open, 200),
    ("GET /v1/people", "", Open, 200),
    ("POST /v1/people", "", PUBLISH, 201),
    ("GET /v1/people/{key}", "person", Open, 200),
    ("GET /v1/people/{key}/standing", "person", Open, 200),
    ("GET /v1/memberships", "", Open, 200),
    ("POST /v1/memberships", "", PUBLISH, 201),
    ("GET /v1/memberships/{id}", "membership", Open, 200),
    ("GET /v1/statements", "", Keyed, 200),
    ("POST /v1/statements", "", SUBMIT, 201),
    ("GET /v1/statements/{id}", "statement", Keyed, 200),
    ("DELETE /v1/statements/{id}", "fresh", PUBLISH, 204),
    ("GET /v1/stances", "", Open, 200),
    ("GET /v1/stances/{id}", "stance", Open, 200),
    ("GET /v1/standings", "", Open, 200),
    ("GET /v1/sources", "", Open, 200),
    ("GET /v1/sources/{id}", "source", Keyed, 200),
    ("GET /v1/propositions", "", Open, 200),
    ("GET /v1/propositions/{slug}", "proposition", Open, 200),
    ("GET /v1/reviews", "", REVIEW, 200),
    ("POST /v1/reviews", "", REVIEW, 201),
    ("GET /v1/reviews/{id}", "review", REVIEW, 200),
    ("GET /v1/ingestions", "", INGEST, 200),
    ("POST /v1/ingestions", "", INGEST, 202),
    ("GET /v1/ingestions/{id}", "ingestion", INGEST, 200),
];

/// A body that is right, and new for each `n`.
fn body(operation: &str, n: usize, known: &Known) -> Option<Value> {
    Some(match operation {
        "POST /v1/organizations" => json!({"name": format!("Organization {n}")}),
        "POST /v1/people" => json!({"name": format!("Person {n}")}),
        "POST /v1/memberships" => json!({"person": known["person"], "organization": known["organization"], "role": format!("role {n}")}),
        "POST /v1/statements" => statement(&format!("matrix-{n}")),
        "POST /v1/reviews" => json!({"statement_id": known["statement"], "verdict": "accept"}),
        "POST /v1/ingestions" => json!({"text": format!("Article {n}.")}),
        _ => return None,
    })
}

fn statement(title: &str) -> Value {
    let mut statement = description();
    statement["source"] = json!({"title": title});
    statement
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn every_operation_with_every_credential(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let mut known = things(&service).await?;
    let mut faults = Vec::new();
    let mut n = 0;
    for operation in operations()? {
        let row = TABLE.iter().find(|(name, ..)| *name == operation.name);
        let Some(&(name, variable, rule, ok)) = row else {
            faults.push(format!("{} is not in the table", operation.name));
            continue;
        };
        for who in As::ALL {
            n += 1;
            if variable == "fresh" {
                let posted = service.post(As::Publish, "/v1/statements", &statement(&format!("fresh {n}"))).await?.expect(201);
                known.insert("fresh", posted.str("/id").to_owned());
            }
            let value = known.get(variable).cloned().unwrap_or_default();
            let mut path =
                ["{id}", "{key}", "{slug}"].into_iter().fold(operation.template.clone(), |path, part| path.replace(part, &value));
            if variable == "fresh" {
                path.push_str("?reason=test");
            }
            let mut request = service.request(who, operation.method.clone(), &path).header("if-match", "*");
            if let Some(body) = body(name, n, &known) {
                request = request.json(&body);
            }
            let answer = Answer::of(request).await?;
            let right = rule.status(who, ok);
            if answer.status != right {
                faults.push(format!("{name} as {who:?} answers {}, not {right}: {}", answer.status, answer.text));
            }
        }
    }
    let documented: Vec<_> = operations()?.into_iter().map(|operation| operation.name).collect();
    faults
        .extend(TABLE.iter().filter(|row| !documented.iter().any(|name| name == row.0)).map(|row| format!("{} is not documented", row.0)));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    service.stop().await
}

/// One of each.
async fn things(service: &Service) -> Outcome<Known> {
    seed(service).await?;
    let statement = service.get("/v1/statements?kind=quote").await?;
    let review = json!({"statement_id": statement.str("/items/0/id"), "verdict": "accept"});
    let review = service.post(As::Review, "/v1/reviews", &review).await?.expect(201);
    let ingestion = service.post(As::Ingest, "/v1/ingestions", &json!({"text": "An article."})).await?.expect(202);
    let first = async |list: &str| -> Outcome<String> { Ok(service.get(list).await?.str("/items/0/id").to_owned()) };
    Ok(BTreeMap::from([
        ("organization", "ada-labs".to_owned()),
        ("person", "ines-cardoso".to_owned()),
        ("proposition", "open-release".to_owned()),
        ("problem", "not-found".to_owned()),
        ("statement", statement.str("/items/0/id").to_owned()),
        ("review", review.str("/id").to_owned()),
        ("ingestion", ingestion.str("/id").to_owned()),
        ("membership", first("/v1/memberships").await?),
        ("stance", first("/v1/stances").await?),
        ("source", first("/v1/sources").await?),
    ]))
}
