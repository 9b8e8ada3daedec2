//! Ingestions as jobs: asked for, run under a lease, taken over, given up.

use chrono::TimeDelta;
use openstance::{
    db::{self, ingestions::Outcome as Ended},
    extract,
    ingest::worker::Worker,
};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::{
    harness::{As, Outcome, Service},
    samples::ARTICLE,
};

fn worker(service: &Service) -> Worker {
    let app = &service.app;
    Worker { db: app.db.clone(), clock: app.clock.clone(), ids: app.ids.clone(), bell: app.bell.clone() }
}

fn article() -> Value {
    json!({"text": ARTICLE, "published_on": "2025-02-20", "publisher": "Harbour News", "url": "https://news.example/harbour"})
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn an_article_is_read_by_a_worker(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let s = &service;
    let asked = s.post(As::Ingest, "/v1/ingestions", &article()).await?.expect(202);
    assert_eq!((asked.str("/state"), asked.header("location")), ("queued", asked.str("/url")));
    assert!(s.get("/v1/statements").await?.items().is_empty());

    s.advance(TimeDelta::seconds(5));
    assert!(worker(s).next().await?);
    let done = s.get_as(As::Ingest, asked.str("/url")).await?.expect(200);
    assert_eq!(
        (done.str("/state"), done.str("/started_at"), done.str("/finished_at")),
        ("succeeded", "2025-03-01T12:00:05Z", "2025-03-01T12:00:05Z")
    );
    let count = |member: &str| done.body["report"][member].as_u64().unwrap_or_default();
    assert_eq!((count("stored"), done.str("/report/extractor")), (u64::try_from(s.count("statements").await?)?, extract::VERSION));
    assert!(count("found") >= count("stored") && count("stored") > 0, "{}", done.text);
    assert_eq!(count("pending"), u64::try_from(s.count("statements where status = 'pending'").await?)?);
    assert_eq!(
        done.str("/source_id"),
        s.get_as(As::Ingest, &format!("/v1/sources/{}", done.str("/source_id"))).await?.expect(200).str("/id")
    );
    assert_eq!(s.count("ingestions where input is not null").await?, 0, "the input is erased once it is stored as a source");
    assert!(!worker(s).next().await?, "there is nothing more to do");

    let before = s.contents().await?;
    let again = s.post(As::Ingest, "/v1/ingestions", &article()).await?.expect(202);
    assert_eq!((again.str("/id"), again.str("/state")), (asked.str("/id"), "succeeded"));
    assert_eq!(before, s.contents().await?, "the same again is the same job");
    service.stop().await
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn the_same_asked_for_twice_is_one_job(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let s = &service;
    let (article, mut other) = (article(), article());
    let (one, two) = tokio::join!(s.post(As::Ingest, "/v1/ingestions", &article), s.post(As::Admin, "/v1/ingestions", &article));
    assert_eq!(one?.expect(202).str("/id"), two?.expect(202).str("/id"));
    other["keep_all"] = true.into();
    s.post(As::Ingest, "/v1/ingestions", &other).await?.expect(202);
    assert_eq!(s.count("ingestions").await?, 2, "read in another way is another job");
    let (one, two) = (worker(s), worker(s));
    let (one, two) = tokio::join!(one.next(), two.next());
    assert!(one? && two?);
    assert_eq!(s.count("ingestions where state = 'succeeded'").await?, 2);
    assert_eq!(s.count("sources").await?, 1);
    service.stop().await
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn a_page_is_read_as_html(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let paragraphs = ARTICLE.replace('\n', "</p><p>");
    let page =
        format!("<html><head><title>Harbour</title></head><body><article><h1>Harbour</h1><p>{paragraphs}</p></article></body></html>");
    let asked = service.post(As::Ingest, "/v1/ingestions", &json!({"html": page, "url": "https://news.example/"})).await?.expect(202);
    assert!(worker(&service).next().await?);
    let done = service.get_as(As::Ingest, asked.str("/url")).await?.expect(200);
    assert_eq!(done.str("/state"), "succeeded");
    assert!(done.body["report"]["found"].as_u64().is_some_and(|found| found > 0), "{}", done.text);
    let misplaced =
        service.count("occurrences o join sources s on s.id = o.source_id where substr(s.text, start_at + 1, end_at - start_at) <> exact");
    assert_eq!(misplaced.await?, 0);
    service.stop().await
}

/// A worker that stood still too long finds that its job is another's.
#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn a_lease_that_has_passed_is_taken_over(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let s = &service;
    let asked = s.post(As::Ingest, "/v1/ingestions", &article()).await?.expect(202);
    let mut conn = s.app.db.write.acquire().await?;
    let lease = TimeDelta::seconds(60);
    let slow = db::ingestions::lease(&mut conn, lease, s.now().at).await?.ok_or("a job")?;
    assert!(!worker(s).next().await?, "a job in hand is not given out");
    s.advance(TimeDelta::seconds(50));
    assert!(db::ingestions::renew(&mut conn, slow.id, slow.attempts, s.now().at + lease).await?);
    s.advance(TimeDelta::seconds(59));
    assert!(!worker(s).next().await?, "nor one whose worker says that it is still at it");

    s.advance(TimeDelta::seconds(2));
    assert!(worker(s).next().await?);
    let done = s.get_as(As::Ingest, asked.str("/url")).await?.expect(200);
    assert_eq!((done.str("/state"), done.body["attempts"].as_i64()), ("succeeded", Some(2)));
    let before = s.contents().await?;
    let late = Ended { source: None, report: None, error: Some("late".to_owned()) };
    assert!(!db::ingestions::finish(&mut conn, slow.id, slow.attempts, &late, s.now().at).await?, "the slow one is refused");
    assert!(!db::ingestions::renew(&mut conn, slow.id, slow.attempts, s.now().at + lease).await?);
    db::ingestions::release(&mut conn, slow.id, slow.attempts).await?;
    assert_eq!(before, s.contents().await?);
    service.stop().await
}

/// What cannot be stored is tried again, at last given up, and can be asked for anew.
#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn a_job_that_fails_is_tried_again_and_given_up(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let s = &service;
    sqlx::query("alter table sources add constraint refuse_all check (false)").execute(&s.pool).await?;
    let asked = s.post(As::Ingest, "/v1/ingestions", &article()).await?.expect(202);
    for attempt in 1..=4 {
        assert!(worker(s).next().await?);
        let job = s.get_as(As::Ingest, asked.str("/url")).await?.expect(200);
        assert_eq!((job.str("/state"), job.body["attempts"].as_i64()), ("queued", Some(attempt)));
    }
    assert!(worker(s).next().await?);
    let failed = s.get_as(As::Ingest, asked.str("/url")).await?.expect(200);
    assert_eq!(failed.str("/state"), "failed");
    assert!(failed.str("/error").ends_with('.') && !failed.text.contains("refuse_all"), "{}", failed.text);
    assert!(!worker(s).next().await?);
    for table in ["sources", "statements", "occurrences", "stances", "actors", "memberships"] {
        assert_eq!(s.count(table).await?, 0, "{table}");
    }

    sqlx::query("alter table sources drop constraint refuse_all").execute(&s.pool).await?;
    let again = s.post(As::Ingest, "/v1/ingestions", &article()).await?.expect(202);
    assert_eq!((again.str("/id"), again.str("/state")), (asked.str("/id"), "queued"));
    assert!(worker(s).next().await?);
    assert_eq!(s.get_as(As::Ingest, asked.str("/url")).await?.expect(200).str("/state"), "succeeded");
    service.stop().await
}

/// A text that takes no statement is a source all the same, and one without a date is warned of.
#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn an_article_that_says_nothing_is_read_too(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let asked = service.post(As::Ingest, "/v1/ingestions", &json!({"text": "It rained all day.\u{feff}\r\n"})).await?.expect(202);
    assert!(worker(&service).next().await?);
    let done = service.get_as(As::Ingest, asked.str("/url")).await?.expect(200);
    assert_eq!((done.str("/state"), done.body["report"]["found"].as_u64()), ("succeeded", Some(0)));
    assert_eq!(done.body["report"]["warnings"].as_array().map(Vec::len), Some(1));
    assert!(service.get("/v1/sources").await?.items().is_empty(), "what carries nothing public is not listed");
    service.stop().await
}
