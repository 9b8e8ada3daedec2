//! The record over time: repeats, corroboration, retraction, removal, and that what is not public shows nowhere.

use chrono::TimeDelta;
use openstance::{ingest::demo, record::verdicts};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::{
    harness::{Answer, As, Outcome, Service},
    samples::{description, hesitant, quote, seed},
};

/// A quotation of nine words.
fn long(source: &Value) -> Value {
    json!({"actor": {"name": "Pia Sund", "kind": "person"}, "kind": "quote", "source": source, "stances": [{"position": "open"}],
        "text": "Every model that we train belongs to everyone, always."})
}

/// A quotation of three words.
fn short(said_on: &str) -> Value {
    json!({"actor": {"name": "Pia Sund", "kind": "person"}, "kind": "quote", "source": {"url": "https://clips.example/"}, "said_on": said_on,
        "stances": [{"position": "open"}], "text": "Open it all."})
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn a_second_source_corroborates_and_an_earlier_one_redates(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let s = &service;
    let first = s
        .post(As::Publish, "/v1/statements", &long(&json!({"url": "https://a.example/", "published_on": "2025-02-10"})))
        .await?
        .expect(201);
    let id = first.str("/id").to_owned();
    assert_eq!(first.str("/stances/0/evidence_on"), "2025-02-10");

    let later = s
        .post(As::Publish, "/v1/statements", &long(&json!({"url": "https://b.example/", "published_on": "2025-02-12"})))
        .await?
        .expect(200);
    assert_eq!((later.str("/id"), later.str("/stances/0/evidence_on")), (id.as_str(), "2025-02-10"));
    let text = "Some said so then. “Every model that we train belongs to everyone, always.”";
    let earlier = long(&json!({"url": "https://c.example/", "published_on": "2024-06", "text": text}));
    let earlier = s.post(As::Publish, "/v1/statements", &earlier).await?.expect(200);
    assert_eq!(
        (earlier.str("/id"), earlier.str("/stances/0/evidence_on")),
        (id.as_str(), "2024-06-30"),
        "it dates from its earliest publication"
    );
    assert_eq!(earlier.body["occurrences"].as_array().map(Vec::len), Some(3));
    assert_eq!(earlier.str("/verification"), "verified");
    assert_eq!((s.count("statements").await?, s.count("occurrences").await?), (1, 3));
    let standing = s.get("/v1/people/pia-sund/standing?explain=true").await?.expect(200);
    assert_eq!(standing.body["standing"]["evidence_count"], 1, "three times said is one piece");
    assert_eq!(standing.str("/standing/last_evidence_on"), "2024-06-30");

    let before = s.contents().await?;
    s.post(As::Publish, "/v1/statements", &long(&json!({"url": "https://b.example/", "published_on": "2025-02-12"}))).await?.expect(200);
    assert_eq!(before, s.contents().await?, "once more from there is nothing new");
    service.stop().await
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn what_waits_is_redated_too(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let s = &service;
    let first = long(&json!({"url": "https://a.example/", "published_on": "2025-02-10"}));
    let first = s.post(As::Submit, "/v1/statements", &first).await?.expect(201);
    let earlier = long(&json!({"url": "https://b.example/", "published_on": "2024-06"}));
    let waits = s.post(As::Publish, "/v1/statements", &earlier).await?.expect(409);
    assert_eq!(waits.str("/existing/id"), first.str("/id"), "what waits is for a reviewer to decide");
    s.post(As::Submit, "/v1/statements", &earlier).await?.expect(200);
    s.post(As::Review, "/v1/reviews", &json!({"statement_id": first.str("/id"), "verdict": "accept"})).await?.expect(201);
    let accepted = s.get(first.str("/url")).await?.expect(200);
    assert_eq!((accepted.str("/stances/0/evidence_on"), accepted.str("/stances/0/state")), ("2024-06-30", "counted"));
    service.stop().await
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn short_words_are_told_apart_by_week(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let s = &service;
    let first = s.post(As::Publish, "/v1/statements", &short("2025-02-10")).await?.expect(201);
    let same = s.post(As::Publish, "/v1/statements", &short("2025-02-10")).await?.expect(200);
    let other = s.post(As::Publish, "/v1/statements", &short("2025-02-17")).await?.expect(201);
    assert_eq!(first.str("/id"), same.str("/id"));
    assert_ne!(first.str("/id"), other.str("/id"));
    assert_eq!(other.body["standings"][0]["standing"]["evidence_count"], 2);
    service.stop().await
}

/// The same source, words and actor are the same statement, also where there is no text to find them in.
#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn the_same_from_the_same_source_is_one_statement(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let s = &service;
    for kind in ["quote", "paraphrase", "description", "document"] {
        let body = json!({"actor": {"name": "Cordova Systems", "kind": "organization"}, "kind": kind, "text": format!("All of it ({kind})."),
            "source": {"title": "A talk"}, "stances": [{"position": "open"}]});
        let first = s.post(As::Publish, "/v1/statements", &body).await?.expect(201);
        let again = s.post(As::Publish, "/v1/statements", &body).await?.expect(200);
        assert_eq!(first.str("/id"), again.str("/id"), "{kind}");
    }
    assert_eq!((s.count("statements").await?, s.count("occurrences").await?), (4, 4));
    service.stop().await
}

/// One sentence can be about three.
#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn a_sentence_about_two_is_two_statements(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let mut other = description();
    other["actor"] = json!({"name": "Cordova Systems", "kind": "organization"});
    let first = service.post(As::Publish, "/v1/statements", &description()).await?.expect(201);
    let second = service.post(As::Publish, "/v1/statements", &other).await?.expect(201);
    assert_ne!(first.str("/id"), second.str("/id"));
    assert_eq!(first.body["occurrences"][0]["position"], second.body["occurrences"][0]["position"]);
    service.stop().await
}

/// Without stances the position rules propose them; an empty list says that there are none.
#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn stances_are_stated_proposed_or_none(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let mut body = quote();
    body["actor"] = json!({"name": "Pia Sund", "kind": "person"});
    body["on_behalf_of"] = Value::Null;
    body["text"] = json!("We will release the weights of all our models as open source.");
    body["source"] = json!({"title": "A talk"});
    drop(body.as_object_mut().and_then(|body| body.remove("stances")));
    let proposed = service.post(As::Publish, "/v1/statements", &body).await?.expect(201);
    assert_eq!((proposed.str("/stances/0/position"), proposed.str("/stances/0/method")), ("open", "position_rules"));
    body["source"] = json!({"title": "Another talk"});
    body["actor"] = json!({"name": "Ole Dahl", "kind": "person"});
    body["stances"] = json!([]);
    let none = service.post(As::Publish, "/v1/statements", &body).await?.expect(201);
    assert_eq!((&none.body["stances"], &none.body["standings"]), (&json!([]), &json!([])));
    service.stop().await
}

/// Everything that the public can read, but when a standing's account was last touched: what waits is kept there, too.
async fn public(service: &Service) -> Outcome<Vec<Value>> {
    let mut answers = Vec::new();
    for list in ["organizations", "people", "memberships", "statements", "stances", "standings", "sources", "propositions"] {
        let answer = service.get(&format!("/v1/{list}?limit=200")).await?.expect(200);
        for item in answer.items() {
            if let Some(url) = item["resource_url"].as_str().or(item["url"].as_str()) {
                answers.push(service.get(url).await?.expect(200).body);
            }
            if matches!(list, "organizations" | "people") {
                let url = format!("{}/standing?explain=true", item["url"].as_str().unwrap_or_default());
                let mut standing = service.get(&url).await?.expect(200).body;
                standing["known_at"].take();
                answers.push(standing);
            }
        }
        answers.push(answer.body);
    }
    answers.push(service.get("/v1/standings?as_of=2025-03-01").await?.expect(200).body);
    for page in ["/", "/organizations/ada-labs", "/people/ines-cardoso"] {
        let page = service.request(As::Nobody, Method::GET, page).header("x-request-id", "the-same");
        answers.push(Answer::of(page).await?.text.into());
    }
    Ok(answers)
}

/// Changes of what the public reads; a source is noted when it is read.
const TOLD: &str = "changes where entity <> 'source'";

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn what_waits_shows_nowhere(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let s = &service;
    s.post(As::Publish, "/v1/people", &json!({"name": "Inês Cardoso"})).await?.expect(201);
    s.post(As::Publish, "/v1/organizations", &json!({"name": "Ada Labs"})).await?.expect(201);
    s.post(As::Publish, "/v1/statements", &quote()).await?.expect(201);
    s.post(As::Publish, "/v1/statements", &long(&json!({"url": "https://a.example/", "published_on": "2025-02-10"}))).await?.expect(201);
    let (before, changes) = (public(s).await?, s.count(TOLD).await?);

    s.advance(TimeDelta::days(1));
    let new = s.post(As::Submit, "/v1/statements", &hesitant()).await?.expect(201);
    let mut known = description();
    known["actor"] = json!({"slug": "ada-labs"});
    let known = s.post(As::Submit, "/v1/statements", &known).await?.expect(201);
    let mut speaker = hesitant();
    speaker["on_behalf_of"] = json!({"name": "Dunlin Works"});
    speaker["actor"] = json!({"slug": "ines-cardoso"});
    s.post(As::Submit, "/v1/statements", &speaker).await?.expect(201);
    let older =
        s.post(As::Submit, "/v1/statements", &long(&json!({"url": "https://old.example/", "published_on": "2001"}))).await?.expect(200);
    assert_eq!(older.str("/stances/0/evidence_on"), "2025-02-10", "a submitted source redates nothing");
    assert_eq!(before, public(s).await?, "what waits for review changes no public answer");
    assert_eq!(changes, s.count(TOLD).await?, "nor is any of it told");

    for statement in [&new, &known] {
        s.get(statement.str("/url")).await?.expect(404);
        s.get(&format!("/v1/stances/{}", statement.str("/stances/0/id"))).await?.expect(404);
        s.get(&format!("/v1/sources/{}", statement.str("/occurrences/0/source/id"))).await?;
        s.get_as(As::Review, statement.str("/url")).await?.expect(200);
    }
    s.get(new.str("/actor/url")).await?.expect(404);
    s.get(&format!("{}/standing", new.str("/actor/url"))).await?.expect(404);
    s.get(&format!("/v1/sources/{}", new.str("/occurrences/0/source/id"))).await?.expect(404);

    let reject = json!({"statement_id": new.str("/id"), "verdict": "reject"});
    s.post(As::Review, "/v1/reviews", &reject).await?.expect(201);
    assert_eq!(before, public(s).await?, "nor does a rejection of it");
    assert_eq!(changes, s.count(TOLD).await?, "nor is its rejection told");
    service.stop().await
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn an_answer_is_the_same_under_the_clocks_that_it_names(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    seed(&service).await?;
    let s = &service;
    let standing = "/v1/organizations/ada-labs/standing?explain=true";
    let then = s.get(standing).await?.expect(200);
    assert_eq!(then.body["standing"]["position"], "open");
    let known_at = then.str("/known_at");
    let again = format!("{standing}&known_at={known_at}");
    assert_eq!(then.body, s.get(&again).await?.expect(200).body);

    let id = s.get("/v1/statements?kind=quote").await?.str("/items/0/id").to_owned();
    let mut other = description();
    other["actor"] = json!({"slug": "ada-labs"});
    s.post(As::Publish, "/v1/statements", &other).await?.expect(201);
    assert_eq!(then.body, s.get(&again).await?.expect(200).body, "after another statement in the same moment");
    s.advance(TimeDelta::days(3));
    s.retract(As::Publish, &id, "Misheard.", Some("*")).await?.expect(204);
    assert_eq!(then.body, s.get(&again).await?.expect(200).body, "after a retraction");
    let now = s.get(standing).await?.expect(200);
    assert_eq!(now.body["standing"]["position"], "closed");
    assert_eq!(s.get(&format!("{standing}&as_of=2025-02-19")).await?.expect(200).body["standing"], Value::Null);

    let known = s.get(&format!("/v1/standings?kind=organization&known_at={known_at}")).await?.expect(200);
    let of = |answer: &Answer| {
        let item = answer.items().iter().find(|item| item["holder"]["slug"] == "ada-labs").cloned();
        item.map(|item| item["standing"].clone())
    };
    assert_eq!(of(&known), Some(then.body["standing"].clone()), "the ranking of then, too");
    let today = s.get("/v1/standings?as_of=2025-03-04").await?.expect(200);
    assert_eq!(today.items(), s.get("/v1/standings").await?.expect(200).items(), "as of today is now");
    service.stop().await
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn a_removed_collection_leaves_no_trace_and_stays_away(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let s = &service;
    let (empty, changes) = (public(s).await?, s.count("changes").await?);
    let report = demo::ingest(&s.app.db, &s.now()).await?;
    assert!(matches!(report, openstance::ingest::Ingested::Now(ref report) if report.stored > 0), "{report:?}");
    assert_ne!(empty, public(s).await?);
    let source = s.get("/v1/sources").await?.str("/items/0/id").to_owned();
    assert_eq!(s.get("/v1/sources?collection=demo").await?.items().len(), 1);

    s.advance(TimeDelta::hours(1));
    assert!(demo::remove(&s.app.db, &s.now()).await?);
    assert_eq!(empty, public(s).await?, "the public sees nothing of it");
    assert!(s.count("changes").await? > changes, "whoever follows the changes is told");
    s.get(&format!("/v1/sources/{source}")).await?.expect(404);
    assert_eq!(s.count("sources where text is not null").await?, 0, "its text is erased");
    assert_eq!(s.count("standings where position is not null or weight <> 0").await?, 0);
    let before = s.contents().await?;
    assert!(!demo::remove(&s.app.db, &s.now()).await?);
    let again = demo::ingest(&s.app.db, &s.now()).await?;
    assert!(!matches!(again, openstance::ingest::Ingested::Now(_)), "{again:?}");
    assert_eq!(before, s.contents().await?, "it is not ingested again");
    let otherwise = openstance::ingest::Options { keep_all: true, ..demo::options() };
    let otherwise = openstance::ingest::article(&s.app.db, &s.now(), demo::ARTICLE, &otherwise).await?;
    assert_eq!(otherwise, openstance::ingest::Ingested::Removed, "nor in another way");
    assert_eq!(empty, public(s).await?);
    service.stop().await
}

/// What others say of the same actors stays when the demonstration goes.
#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn a_removed_collection_takes_nothing_else_along(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let s = &service;
    seed(s).await?;
    let before = public(s).await?;
    demo::ingest(&s.app.db, &s.now()).await?;
    let mut tx = s.app.db.write.begin().await?;
    verdicts::remove_collection(&mut tx, &s.now(), demo::COLLECTION).await?;
    tx.commit().await?;
    assert_eq!(before, public(s).await?);
    service.stop().await
}
