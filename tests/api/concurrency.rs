//! Several at once: the same statement, the same holder, the same name, the same empty database.

use std::collections::BTreeSet;

use chrono::DateTime;
use openstance::db;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgPool, postgres::PgConnectOptions};
use tokio::task::JoinSet;

use crate::{
    harness::{Answer, As, Outcome, Service},
    samples::quote,
};

/// Posts all at once, and gives the answers.
async fn post_all(service: &Service, bodies: Vec<(&str, Value)>) -> Outcome<Vec<Answer>> {
    let mut posts = JoinSet::new();
    for (path, body) in bodies {
        let request = service.request(As::Publish, reqwest::Method::POST, path).json(&body);
        posts.spawn(async move { Answer::of(request).await.map_err(|error| error.to_string()) });
    }
    Ok(posts.join_all().await.into_iter().collect::<Result<_, _>>()?)
}

fn statement(n: usize, slug: &str) -> Value {
    json!({"actor": {"slug": slug}, "kind": "description", "text": format!("Report {n} says so."), "source": {"title": format!("Report {n}")},
        "stances": [{"position": if n.is_multiple_of(3) { "closed" } else { "open" }, "strength": 0.7}]})
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn identical_posts_make_one_statement(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let mut body = quote();
    body["actor"] = json!({"name": "Pia Sund", "kind": "person"});
    body["on_behalf_of"] = json!({"name": "Dunlin Works", "kind": "organization"});
    let answers = post_all(&service, vec![("/v1/statements", body); 4]).await?;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 201], "{answers:#?}");
    let ids: BTreeSet<&str> = answers.iter().map(|answer| answer.str("/id")).collect();
    assert_eq!(ids.len(), 1);
    for (table, rows) in [("statements", 1), ("occurrences", 1), ("sources", 1), ("actors", 2), ("stances", 2), ("standings", 2)] {
        assert_eq!(service.count(table).await?, rows, "{table}");
    }
    service.stop().await
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn writers_on_the_same_holder_keep_the_sums_right(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    service.post(As::Publish, "/v1/organizations", &json!({"name": "Ada Labs"})).await?.expect(201);
    service.post(As::Publish, "/v1/organizations", &json!({"name": "Borealis"})).await?.expect(201);
    let bodies = (0..12).map(|n| ("/v1/statements", statement(n, if n % 2 == 0 { "ada-labs" } else { "borealis" }))).collect();
    for answer in post_all(&service, bodies).await? {
        answer.expect(201);
    }
    for slug in ["ada-labs", "borealis"] {
        let standing = service.get(&format!("/v1/organizations/{slug}/standing?explain=true")).await?.expect(200);
        assert_eq!(standing.body["standing"]["evidence_count"], 6);
        let listed = service.get(&format!("/v1/organizations/{slug}")).await?.expect(200);
        assert_eq!(listed.body["standing"], standing.body["standing"], "kept and fresh are equal");
        let moments: BTreeSet<String> = service
            .get(&format!("/v1/stances?holder={slug}"))
            .await?
            .items()
            .iter()
            .map(|stance| stance["recorded_at"].as_str().unwrap_or_default().to_owned())
            .collect();
        assert_eq!(moments.len(), 6, "each at its own moment");
    }
    service.stop().await
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn one_name_is_one_actor(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let answers = post_all(&service, vec![("/v1/organizations", json!({"name": "Cordova Systems"})); 4]).await?;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(created, 1);
    assert!(answers.iter().all(|answer| matches!(answer.status, 201 | 409)), "{answers:#?}");
    assert_eq!(service.count("actors").await?, 1);
    service.stop().await
}

/// Names in crossed order: whoever has to wait does so, and nobody is refused for it.
#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn crossed_names_do_not_block_each_other(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let new = |n: usize, actor: &str, behalf: &str| {
        json!({"actor": {"name": actor, "kind": "organization"}, "on_behalf_of": {"name": behalf}, "kind": "document", "text": format!("Text {n}."),
            "source": {"title": format!("Paper {n}")}, "stances": [{"position": "open"}]})
    };
    let bodies =
        (0..8).map(|n| ("/v1/statements", if n % 2 == 0 { new(n, "Eider", "Fulmar") } else { new(n, "Fulmar", "Eider") })).collect();
    for answer in post_all(&service, bodies).await? {
        answer.expect(201);
    }
    assert_eq!(service.count("actors").await?, 2);
    service.stop().await
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn one_of_two_retractions_wins(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    service.post(As::Publish, "/v1/organizations", &json!({"name": "Ada Labs"})).await?.expect(201);
    let posted = service.post(As::Publish, "/v1/statements", &statement(1, "ada-labs")).await?.expect(201);
    let tag = service.get(posted.str("/url")).await?.header("etag").to_owned();
    let id = posted.str("/id");
    let (one, other) =
        tokio::join!(service.retract(As::Publish, id, "First.", Some(&tag)), service.retract(As::Admin, id, "Second.", Some(&tag)));
    let mut statuses = [one?.status, other?.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 410]);
    service.stop().await
}

/// Two services find a database without a schema at the same time.
#[sqlx::test(migrations = false)]
async fn an_empty_database_is_prepared_by_two_at_once(pool: PgPool) -> Outcome {
    let options: PgConnectOptions = (*pool.connect_options()).clone();
    let at = DateTime::from_timestamp(1_740_830_400, 0).ok_or("no time")?;
    let (one, other, third) = tokio::join!(db::prepare(&options, at), db::prepare(&options, at), db::prepare(&options, at));
    one?;
    other?;
    third?;
    let count = async |table: &str| -> Outcome<i64> {
        Ok(sqlx::query_scalar(AssertSqlSafe(format!("select count(*) from {table}"))).fetch_one(&pool).await?)
    };
    assert_eq!(count("propositions").await?, 1);
    assert_eq!(count("_sqlx_migrations").await?, i64::try_from(db::MIGRATOR.iter().count())?);
    db::Db::new(&options, 1).ready().await?;
    Ok(())
}
