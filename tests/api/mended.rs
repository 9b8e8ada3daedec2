//! Faults that were there once: each stays mended.

use chrono::{SecondsFormat, TimeDelta};
use openstance::{
    db::{self, ingestions::Outcome as Ended},
    domain::{
        actor::ActorKind,
        proposition::Proposition,
        stance::{Confidence, Value as Stance},
        statement::{StatementKind, Status},
        text::{CodePoints, Span},
    },
    ingest::{self, Ingested, Options, Report, demo, worker::Worker},
    record::{self, Draft, DraftStance, NewSource, Place, Reading, Recorded, verdicts},
};
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    harness::{As, Outcome, Service},
    samples::{ARTICLE, QUOTE, ada, description, hesitant, quote, seed},
};

/// The figures of a job that its answers do not give all of.
async fn job(service: &Service) -> Outcome<(String, Option<String>, Option<String>, i32, i64)> {
    Ok(sqlx::query_as("select state, error, input, attempts, fence from ingestions").fetch_one(&service.pool).await?)
}

/// A job that takes its worker down with it each time would be run for ever.
#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn a_job_that_ends_no_attempt_is_given_up(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let s = &service;
    let app = &s.app;
    let worker = Worker { db: app.db.clone(), clock: app.clock.clone(), ids: app.ids.clone(), bell: app.bell.clone() };
    let article = json!({"text": ARTICLE});
    let asked = s.post(As::Ingest, "/v1/ingestions", &article).await?.expect(202);
    let mut conn = s.app.db.write.acquire().await?;
    let minute = TimeDelta::seconds(60);
    let mut last = None;
    for attempt in 1..=5 {
        let lease = db::ingestions::lease(&mut conn, minute, s.now().at).await?.ok_or("a job that is due")?;
        assert_eq!((lease.attempts, lease.fence), (attempt, i64::from(attempt)));
        assert!(!worker.next().await?, "a job in hand is neither given out nor given up");
        s.advance(minute + TimeDelta::seconds(1));
        last = Some(lease);
    }
    let last = last.ok_or("five attempts")?;
    let (state, error, input, ..) = job(s).await?;
    assert_eq!((state.as_str(), error, input.as_deref()), ("running", None, Some(ARTICLE)));

    assert!(!worker.next().await?, "after the fifth there is no sixth");
    let failed = s.get_as(As::Ingest, asked.str("/url")).await?.expect(200);
    assert_eq!((failed.str("/state"), failed.body["attempts"].as_i64()), ("failed", Some(5)));
    assert!(failed.str("/error").ends_with('.') && !failed.str("/finished_at").is_empty());
    assert_eq!(job(s).await?.2, None, "the input is erased");
    assert!(db::ingestions::lease(&mut conn, minute, s.now().at).await?.is_none());

    let again = s.post(As::Ingest, "/v1/ingestions", &article).await?.expect(202);
    assert_eq!((again.str("/id"), again.str("/state")), (asked.str("/id"), "queued"));
    let anew = db::ingestions::lease(&mut conn, minute, s.now().at).await?.ok_or("the job, queued again")?;
    assert_eq!((anew.id, anew.attempts, anew.fence, anew.input.as_str()), (last.id, 1, 6, ARTICLE));
    let before = s.contents().await?;
    let late = Ended { source: None, report: None, error: Some("late".to_owned()) };
    assert!(!db::ingestions::finish(&mut conn, last.id, last.fence, &late, s.now().at).await?, "the old lease is refused");
    assert!(!db::ingestions::renew(&mut conn, last.id, last.fence, s.now().at + minute).await?);
    db::ingestions::release(&mut conn, last.id, last.fence).await?;
    assert_eq!(before, s.contents().await?);
    service.stop().await
}

/// Ids, names and slugs of the actors of a kind that were withdrawn.
async fn withdrawn(service: &Service, kind: ActorKind) -> Outcome<Vec<(Uuid, String, String)>> {
    let rows = "select a.id, a.name, s.slug from actors a join actor_slugs s on s.actor_id = a.id and s.current
                where a.status = 'withdrawn' and a.kind = $1 order by a.id";
    Ok(sqlx::query_as(rows).bind(kind.as_str()).fetch_all(&service.pool).await?)
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn the_withdrawn_are_named_by_nobody_and_may_come_back(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let s = &service;
    seed(s).await?;
    demo::ingest(&s.app.db, &s.now()).await?;
    assert!(demo::remove(&s.app.db, &s.now()).await?);
    let (people, organizations) = (withdrawn(s, ActorKind::Person).await?, withdrawn(s, ActorKind::Organization).await?);
    assert!(!people.is_empty() && !organizations.is_empty());

    for (id, _, slug) in &people {
        for key in [&id.to_string(), slug] {
            let role = json!({"person": key, "organization": "ada-labs", "role": "adviser"});
            let refused = s.post(As::Publish, "/v1/memberships", &role).await?.expect(422);
            assert_eq!(refused.str("/errors/0/pointer"), "/person");
        }
    }
    for (id, _, slug) in &organizations {
        for key in [&id.to_string(), slug] {
            let role = json!({"person": "ines-cardoso", "organization": key, "role": "adviser"});
            let refused = s.post(As::Publish, "/v1/memberships", &role).await?.expect(422);
            assert_eq!(refused.str("/errors/0/pointer"), "/organization");
        }
    }
    for (id, _, slug) in people.iter().chain(&organizations) {
        for (list, key) in
            [("statements", id.to_string()), ("stances", id.to_string()), ("statements", slug.clone()), ("stances", slug.clone())]
        {
            for parameter in ["speaker", "holder", "organization"] {
                s.get(&format!("/v1/{list}?{parameter}={key}")).await?.expect(400);
            }
        }
    }

    for (id, name, slug) in &organizations {
        let alias = format!("{name} of old");
        let body = json!({"name": name, "aliases": [&alias], "classification": "other", "website": "https://again.example/",
            "founded_on": "2001-02", "parent": "ada-labs"});
        let back = s.post(As::Publish, "/v1/organizations", &body).await?.expect(201);
        assert_eq!((back.str("/id"), back.str("/name"), back.str("/slug")), (id.to_string().as_str(), name.as_str(), slug.as_str()));
        assert_eq!((back.str("/classification"), back.str("/parent/slug")), ("other", "ada-labs"));
        assert_eq!((back.str("/website"), back.str("/founded_on")), ("https://again.example/", "2001-02"));
        assert!(back.body["aliases"].as_array().is_some_and(|aliases| aliases.contains(&json!(alias))), "{}", back.text);
        assert_eq!(s.get(back.str("/url")).await?.expect(200).body, back.body);
    }
    for (id, name, slug) in &people {
        let body = json!({"name": name, "given_name": "Given", "family_name": "Family"});
        let back = s.post(As::Publish, "/v1/people", &body).await?.expect(201);
        assert_eq!((back.str("/id"), back.str("/slug")), (id.to_string().as_str(), slug.as_str()));
        assert_eq!((back.str("/given_name"), back.str("/family_name")), ("Given", "Family"));
        s.get(&format!("/v1/statements?speaker={id}")).await?.expect(200);
        s.post(As::Publish, "/v1/people", &body).await?.expect(409);
    }
    service.stop().await
}

/// Who waits for review is no obstacle to recording them.
#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn a_pending_namesake_is_completed(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let s = &service;
    let person = s.post(As::Submit, "/v1/statements", &hesitant()).await?.expect(201);
    let mut of_ada = description();
    of_ada["actor"] = json!({"name": "Ada Labs", "kind": "organization"});
    let organization = s.post(As::Submit, "/v1/statements", &of_ada).await?.expect(201);
    s.get(&format!("/v1/stances?holder={}", organization.str("/actor/id"))).await?.expect(400);

    let body = json!({"name": "Tom Holloway", "given_name": "Tom", "family_name": "Holloway"});
    let known = s.post(As::Publish, "/v1/people", &body).await?.expect(201);
    assert_eq!((known.str("/id"), known.str("/family_name")), (person.str("/actor/id"), "Holloway"));
    let known = s.post(As::Publish, "/v1/organizations", &ada()).await?.expect(201);
    assert_eq!((known.str("/id"), known.str("/slug")), (organization.str("/actor/id"), "ada-labs"));
    let particulars = (known.str("/classification"), known.str("/website"), known.str("/founded_on"), &known.body["aliases"]);
    assert_eq!(particulars, ("lab", "https://ada.example/", "2019-04", &json!(["Ada Laboratories"])));
    assert!(s.get("/v1/statements").await?.items().is_empty(), "what is said of them waits as before");
    service.stop().await
}

/// Said at the fair, too, and takes no position.
const NEUTRAL: &str = "The fair drew many more visitors this year than it did last year,";

/// Reads an article now, in a way in which it was not read before.
async fn read(service: &Service, options: &Options) -> Outcome<Report> {
    let article = format!("{ARTICLE}\n“{NEUTRAL}” said Inês Cardoso.");
    match ingest::article(&service.app.db, &service.now(), &article, options).await? {
        Ingested::Now(report) => Ok(report),
        other => Err(format!("{other:?}").into()),
    }
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn a_removed_collection_leaves_settled_statements_alone(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let s = &service;
    read(s, &Options { collection: Some("trial".to_owned()), keep_all: true, ..Options::default() }).await?;
    let listed = s.get("/v1/statements").await?.expect(200);
    let urls: Vec<&str> = listed.items().iter().filter_map(|item| item["url"].as_str()).collect();
    let [rejected, retracted, others @ ..] = urls.as_slice() else { return Err("two statements".into()) };
    let id = |url: &str| url.rsplit('/').next().unwrap_or_default().to_owned();
    s.post(As::Review, "/v1/reviews", &json!({"statement_id": id(rejected), "verdict": "reject"})).await?.expect(201);
    s.retract(As::Publish, &id(retracted), "Misheard.", Some("*")).await?.expect(204);

    s.advance(TimeDelta::hours(1));
    let settled = "select md5(string_agg(s::text, '|' order by id)) from statements s where status in ('rejected', 'retracted')";
    let before: String = sqlx::query_scalar(settled).fetch_one(&s.pool).await?;
    let mut tx = s.app.db.write.begin().await?;
    let waiting: Vec<Uuid> = sqlx::query_scalar("select id from statements where status = 'pending'").fetch_all(&mut *tx).await?;
    assert_eq!(verdicts::remove_collection(&mut tx, &s.now(), "trial").await?, 1);
    let only = format!("{settled} and changed_at < $1");
    let after: String = sqlx::query_scalar(sqlx::AssertSqlSafe(only)).bind(s.now().at).fetch_one(&mut *tx).await?;
    assert_eq!(before, after, "not a column of them is touched");
    tx.commit().await?;
    s.get(rejected).await?.expect(404);
    assert_eq!(s.get(retracted).await?.expect(410).str("/reason"), "Misheard.");
    for url in others {
        assert_eq!(s.get(url).await?.expect(410).str("/reason"), "the collection `trial` was removed");
    }
    for id in waiting {
        s.get(&format!("/v1/statements/{id}")).await?.expect(404);
    }
    service.stop().await
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn what_takes_no_position_is_still_seen_by_a_reading_that_does_not_keep_it(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let s = &service;
    let options = |keep_all, publisher: &str| Options { keep_all, publisher: Some(publisher.to_owned()), ..Options::default() };
    let states =
        "select coalesce(string_agg(s.id || s.status || s.text || coalesce(s.reason, ''), '|' order by s.id), '') from statements s";
    let states = async || -> Outcome<String> { Ok(sqlx::query_scalar(states).fetch_one(&s.pool).await?) };
    let whole = read(s, &options(true, "Harbour News")).await?;
    let neutral = format!("statements s where text = '{NEUTRAL}' and not exists (select 1 from stances t where t.statement_id = s.id)");
    let (kept, first) = (s.count(&neutral).await?, states().await?);
    assert!(kept == 1 && whole.stored > 1, "{whole:?}");

    let changes = s.count("changes where entity = 'statement'").await?;
    for (keep_all, publisher) in [(false, "Quay Weekly"), (true, "Quay Weekly")] {
        s.advance(TimeDelta::days(1));
        let report = read(s, &options(keep_all, publisher)).await?;
        assert_eq!((report.stored, report.without_position), (0, usize::from(!keep_all)));
        assert_eq!(states().await?, first, "keep_all: {keep_all}");
    }
    assert_eq!(s.count("changes where entity = 'statement'").await?, changes, "nobody is told of anything");
    assert_eq!((s.count("sources").await?, s.count("sources where publisher = 'Harbour News'").await?), (1, 1));
    service.stop().await
}

/// What the extractor is to have found.
pub const SENTENCES: [&str; 2] =
    ["We publish the weights of every model that we train, always.", "All of it will stay open to everybody who asks for it."];

/// One of the sentences, as the extractor would give it.
pub fn found(actor: Uuid, text: &str, n: usize) -> Draft {
    let start = text.find(SENTENCES[n]).expect("it is in the text");
    let span = Span { start, end: start + SENTENCES[n].len() };
    let stance = DraftStance {
        proposition: Proposition::default_one().id,
        value: Stance::new(100).expect("in range"),
        confidence: Confidence::CONFIRMED,
        method: "test".to_owned(),
        held: false,
    };
    Draft {
        kind: StatementKind::Quote,
        actor: Some(actor),
        actor_text: None,
        on_behalf_of: None,
        text: SENTENCES[n].to_owned(),
        said_on: None,
        status: Status::Published,
        for_review: false,
        place: Place::new(text, &CodePoints::new(text), span, None),
        rule: "test".to_owned(),
        confidence: Confidence::CONFIRMED,
        stances: vec![stance],
        accused: Vec::new(),
        created_by: None,
    }
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn what_a_reading_lost_comes_back_when_it_is_found_again(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let s = &service;
    let text = SENTENCES.join(" ");
    let mut tx = s.app.db.write.begin().await?;
    let actor = record::actors::resolve(&mut tx, &s.now(), ActorKind::Person, "Pia Sund", &[]).await?;
    tx.commit().await?;
    // What is found, what is only seen, and what the reading makes of the second sentence.
    let read = async |kept: &[usize], seen: &[usize]| -> Outcome<Vec<Recorded>> {
        let (now, mut tx) = (s.now(), s.app.db.write.begin().await?);
        let reading = record::sources::source(&mut tx, &now, &NewSource { text: Some(&text), ..NewSource::default() }).await?;
        let drafts: Vec<Draft> = kept.iter().map(|&n| found(actor, &text, n)).collect();
        let seen = seen.iter().filter_map(|&n| found(actor, &text, n).place.position).collect();
        let recorded = record::statements::statements(&mut tx, &now, reading.row(), &drafts).await?;
        if let Reading::Known(row) = &reading {
            record::reread(&mut tx, &now, row, &drafts, &recorded, &seen).await?;
        }
        tx.commit().await?;
        s.advance(TimeDelta::hours(1));
        Ok(recorded)
    };
    let evidence = async || -> Outcome<Value> {
        Ok(s.get("/v1/people/pia-sund/standing").await?.expect(200).body["standing"]["evidence_count"].take())
    };
    let first = read(&[0, 1], &[]).await?;
    let url = format!("/v1/statements/{}", first[1].id());
    let there = s.get(&url).await?.expect(200);
    let told = "changes where entity = 'statement' and entity_id = '{id}'".replace("{id}", &first[1].id().to_string());
    assert_eq!(evidence().await?, 1, "one day, one occasion");

    read(&[0], &[1]).await?;
    assert_eq!(s.get(&url).await?.expect(200).body, there.body, "what is seen is not lost");
    for round in 1..=2 {
        read(&[0], &[0]).await?;
        assert_eq!(s.get(&url).await?.expect(410).str("/reason"), "A later reading of the source does not find it.");
        let again = read(&[0, 1], &[0, 1]).await?;
        assert_eq!(again, [Recorded::Known(first[0].id()), Recorded::Known(first[1].id())]);
        let back = s.get(&url).await?.expect(200);
        assert_eq!((back.str("/status"), back.str("/stances/0/state")), ("published", "counted"));
        assert_eq!(back.body["stances"].as_array().map(Vec::len), Some(1));
        assert_eq!(s.count(&told).await?, 1 + 2 * round, "its going and its coming are told");
    }
    assert_eq!(s.count("statements where reason is not null").await?, 0);

    s.retract(As::Publish, &first[1].id().to_string(), "Misheard.", Some("*")).await?.expect(204);
    read(&[0, 1], &[0, 1]).await?;
    assert_eq!(s.get(&url).await?.expect(410).str("/reason"), "Misheard.", "what a person retracted stays so");
    service.stop().await
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn a_source_read_again_with_its_date_is_completed(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let s = &service;
    let report = read(s, &Options::default()).await?;
    assert_eq!(report.warnings.len(), 1, "without a date there is a warning");
    let url = format!("/v1/sources/{}", report.source_id.ok_or("a source")?);
    let first = s.get(&url).await?.expect(200);
    assert_eq!((&first.body["published_on"], &first.body["publisher"]), (&Value::Null, &Value::Null));
    let stances = s.get("/v1/stances?limit=200").await?.expect(200);
    assert!(
        !stances.items().is_empty()
            && stances.items().iter().all(|stance| stance["undated"] == true && stance["evidence_on"] == "2025-03-01")
    );

    s.advance(TimeDelta::days(1));
    let options = Options {
        published_on: Some("2025-02-20".parse()?),
        publisher: Some("Harbour News".to_owned()),
        title: Some("Speeches at the harbour".to_owned()),
        ..Options::default()
    };
    assert!(read(s, &options).await?.warnings.is_empty());
    let whole = s.get(&url).await?.expect(200);
    assert_eq!((whole.str("/published_on"), whole.str("/publisher")), ("2025-02-20", "Harbour News"));
    if first.body["title"].is_null() {
        assert_eq!(whole.str("/title"), "Speeches at the harbour");
    }
    let dated = s.get("/v1/stances?limit=200").await?.expect(200);
    assert_eq!(dated.items().len(), stances.items().len());
    assert!(dated.items().iter().all(|stance| stance["undated"] == false && stance["evidence_on"] == "2025-02-20"), "{}", dated.text);
    for item in dated.items() {
        let holder = &item["holder"];
        let standing = s.get(&format!("{}/standing", holder["url"].as_str().unwrap_or_default())).await?.expect(200);
        assert_eq!(standing.str("/standing/last_evidence_on"), "2025-02-20");
    }

    let other = Options { published_on: Some("2024-01-01".parse()?), publisher: Some("Quay Weekly".to_owned()), ..Options::default() };
    read(s, &other).await?;
    assert_eq!(s.get(&url).await?.expect(200).body, whole.body, "what is known stays");
    service.stop().await
}

/// A quotation whose source is an address alone.
fn undated() -> Value {
    let mut body = quote();
    body["actor"] = json!({"name": "Inês Cardoso", "kind": "person"});
    body["on_behalf_of"] = Value::Null;
    body["said_on"] = Value::Null;
    body["source"] = json!({"url": "https://news.example/harbour"});
    body
}

/// A date that becomes known with one statement dates all that the source carries.
#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn a_source_dated_later_dates_what_it_carries(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let s = &service;
    let mut body = undated();
    let first = s.post(As::Publish, "/v1/statements", &body).await?.expect(201);
    body["text"] = json!("Other words altogether.");
    body["source"]["published_on"] = json!("2001");
    s.post(As::Publish, "/v1/statements", &body).await?.expect(201);
    let first = s.get(first.str("/url")).await?.expect(200);
    assert_eq!((first.str("/stances/0/evidence_on"), &first.body["stances"][0]["undated"]), ("2001-12-31", &json!(false)));
    service.stop().await
}

/// What nobody has reviewed says nothing of a source that is there.
#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn a_submission_completes_no_source(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let s = &service;
    let mut body = undated();
    let bare = s.post(As::Publish, "/v1/statements", &body).await?.expect(201);
    let url = format!("/v1/sources/{}", bare.str("/occurrences/0/source/id"));
    let before = s.get(&url).await?.expect(200);

    body["source"] = json!({"url": "https://news.example/harbour", "title": "A title", "publisher": "A publisher", "published_on": "2001",
        "lang": "xx", "license": "CC0-1.0"});
    s.post(As::Submit, "/v1/statements", &body).await?.expect(200);
    let mut other = body.clone();
    other["text"] = json!("Other words altogether.");
    s.post(As::Submit, "/v1/statements", &other).await?.expect(201);
    assert_eq!(s.get(&url).await?.expect(200).body, before.body);
    assert_eq!(s.get(bare.str("/url")).await?.expect(200).body["stances"], bare.body["stances"]);

    let known = s.post(As::Publish, "/v1/statements", &body).await?.expect(200);
    let after = s.get(&url).await?.expect(200);
    assert_eq!((after.str("/title"), after.str("/publisher"), after.str("/published_on")), ("A title", "A publisher", "2001"));
    assert_eq!((known.str("/id"), known.str("/stances/0/evidence_on")), (bare.str("/id"), "2001-12-31"));
    service.stop().await
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn names_and_days_are_checked(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let s = &service;
    seed(s).await?;
    let refused = async |path: &str, body: Value, status: u16, pointer: &str| -> Outcome {
        let before = s.contents().await?;
        let answer = s.post(As::Publish, path, &body).await?.expect(status);
        assert_eq!(answer.str("/errors/0/pointer"), pointer, "{path} {body}");
        assert_eq!(before, s.contents().await?, "{path} {body}");
        Ok(())
    };
    for taken in ["Ada Labs", "ADA LABS Inc.", "Ada Laboratories"] {
        let body = json!({"name": "Cordova Systems", "aliases": [taken, "Cordova"]});
        refused("/v1/organizations", body, 409, "/aliases/0").await?;
    }
    refused("/v1/organizations", json!({"name": "Cordova Systems", "aliases": ["Cordova", "Borealis"]}), 409, "/aliases/1").await?;
    refused("/v1/people", json!({"name": "I. Cardoso", "aliases": ["Ines Cardoso"]}), 409, "/aliases/0").await?;

    for odd in ['\n', '\t', '\u{0}', '\u{7}', '\u{7f}', '\u{85}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202e}', '\u{2066}', '\u{2069}'] {
        let name = format!("Cordova{odd}Systems");
        refused("/v1/organizations", json!({"name": name}), 422, "/name").await?;
        refused("/v1/organizations", json!({"name": "Cordova", "aliases": ["Cordova Inc.", name]}), 422, "/aliases/1").await?;
        refused("/v1/people", json!({"name": name}), 422, "/name").await?;
        refused("/v1/people", json!({"name": "Pia Sund", "family_name": name}), 422, "/family_name").await?;
        let mut said = quote();
        said["actor"] = json!({"name": name, "kind": "person"});
        refused("/v1/statements", said, 422, "/actor/name").await?;
        refused("/v1/memberships", json!({"person": "ines-cardoso", "organization": "ada-labs", "role": name}), 422, "/role").await?;
    }
    for start in ["2025-03-02", "2025-04", "2026"] {
        let role = json!({"person": "ines-cardoso", "organization": "ada-labs", "role": "adviser", "start_on": start});
        refused("/v1/memberships", role, 422, "/start_on").await?;
    }

    let ahead = |minutes| (s.now().at + TimeDelta::minutes(minutes)).to_rfc3339_opts(SecondsFormat::Secs, true);
    for path in ["/v1/standings", "/v1/stances", "/v1/organizations/ada-labs/standing", "/v1/people/ines-cardoso/standing"] {
        let early = s.get(&format!("{path}?known_at={}", ahead(2))).await?.expect(400);
        assert!(early.text.contains("known_at"), "{}", early.text);
        s.get(&format!("{path}?known_at={}", ahead(0))).await?.expect(200);
    }
    service.stop().await
}

/// What is told of, in its order.
async fn told(service: &Service, after: i64) -> Outcome<Vec<(String, String, Uuid)>> {
    let rows = "select entity, action, entity_id from changes order by id offset $1";
    Ok(sqlx::query_as(rows).bind(after).fetch_all(&service.pool).await?)
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn what_waits_is_told_when_it_is_public(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let s = &service;
    let before = s.count("changes").await?;
    let waits = s.post(As::Submit, "/v1/statements", &hesitant()).await?.expect(201);
    let reject = json!({"statement_id": waits.str("/id"), "verdict": "reject", "comment": "Not so."});
    s.post(As::Review, "/v1/reviews", &reject).await?.expect(201);
    assert_eq!(s.count("changes").await?, before, "neither source nor statement nor the verdict on it");

    let mut body = quote();
    body["actor"] = json!({"name": "Inês Cardoso", "kind": "person"});
    body["on_behalf_of"] = Value::Null;
    let waits = s.post(As::Submit, "/v1/statements", &body).await?.expect(201);
    assert_eq!((waits.str("/text"), s.count("changes").await?), (QUOTE, before));
    let review = s.post(As::Review, "/v1/reviews", &json!({"statement_id": waits.str("/id"), "verdict": "accept"})).await?.expect(201);
    let changes = told(s, before).await?;
    let public: Vec<_> = changes.iter().map(|(entity, action, id)| (entity.as_str(), action.as_str(), id.to_string())).collect();
    let source = waits.str("/occurrences/0/source/id");
    for (entity, id) in
        [("review", review.str("/id")), ("person", waits.str("/actor/id")), ("statement", waits.str("/id")), ("source", source)]
    {
        let create = (entity, "create", id.to_owned());
        assert_eq!(public.iter().filter(|change| **change == create).count(), 1, "{entity}: {changes:?}");
    }
    assert!(public.contains(&("standing", "update", waits.str("/actor/id").to_owned())), "{changes:?}");
    service.stop().await
}
