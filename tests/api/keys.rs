//! Keys: made, listed, used, ended.

use chrono::TimeDelta;
use openstance::{
    db,
    keys::{self, ApiKey, Scope},
};
use serde_json::json;
use sqlx::PgPool;

use crate::harness::{Answer, As, Chance, Outcome, Service};

async fn post_with(service: &Service, key: &ApiKey, name: &str) -> Outcome<Answer> {
    let request = service.request(As::Nobody, reqwest::Method::POST, "/v1/people").bearer_auth(key.expose());
    Answer::of(request.json(&json!({"name": name}))).await
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn a_key_lives_from_its_making_to_its_end(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let s = &service;
    let mut conn = s.app.db.write.acquire().await?;
    let ends = s.now().at + TimeDelta::days(30);
    let (id, key) = keys::create(&mut conn, &s.now(), &mut Chance(99), "an editor", &[Scope::Publish, Scope::Review], Some(ends)).await?;
    let row = db::keys::all(&mut conn).await?.into_iter().find(|row| row.id == id).ok_or("no such key")?;
    assert_eq!((row.name.as_str(), row.scopes, row.expires_at), ("an editor", vec!["publish".to_owned(), "review".to_owned()], Some(ends)));
    assert_eq!((row.last_used_at, row.revoked_at, row.created_at), (None, None, s.now().at));
    assert!(key.expose().starts_with(&row.prefix) && row.prefix.len() < 16);
    let stored: String = sqlx::query_scalar("select string_agg(k::text, ' ') from api_keys k").fetch_one(&s.pool).await?;
    assert!(!stored.contains(&key.expose()[row.prefix.len()..]), "the key itself is kept nowhere");

    post_with(s, &key, "Kim Lund").await?.expect(201);
    let used = async || -> Outcome<_> {
        Ok(db::keys::by_sha256(&mut *s.pool.acquire().await?, &key.sha256()).await?.and_then(|row| row.last_used_at))
    };
    let first = Some(s.now().at);
    assert_eq!(used().await?, first);
    s.advance(TimeDelta::seconds(59));
    post_with(s, &key, "Lea Moen").await?.expect(201);
    assert_eq!(used().await?, first, "noted at most once a minute");
    s.advance(TimeDelta::seconds(2));
    post_with(s, &key, "Mia Nygard").await?.expect(201);
    assert_eq!(used().await?, Some(s.now().at));

    s.advance(TimeDelta::days(30));
    let expired = post_with(s, &key, "Nils Orre").await?.expect(401);
    assert!(expired.str("/detail").contains("expired"));
    assert!(expired.header("www-authenticate").starts_with("Bearer"));
    service.stop().await
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn a_revoked_key_opens_nothing(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let s = &service;
    let mut conn = s.app.db.write.acquire().await?;
    let (id, key) = keys::create(&mut conn, &s.now(), &mut Chance(98), "a guest", &[Scope::Admin], None).await?;
    post_with(s, &key, "Kim Lund").await?.expect(201);
    assert!(db::keys::revoke(&mut conn, id, s.now().at).await?);
    assert!(post_with(s, &key, "Lea Moen").await?.expect(401).str("/detail").contains("revoked"));
    assert!(!db::keys::revoke(&mut conn, id, s.now().at).await?, "once is enough");
    let row = db::keys::by_sha256(&mut conn, &key.sha256()).await?.ok_or("no such key")?;
    assert_eq!(row.revoked_at, Some(s.now().at));
    service.stop().await
}
