//! Bodies that are wrong: as bytes, as JSON, as a statement, as anything else.

use serde_json::{Value, json};
use sqlx::PgPool;

use super::{Table, article, at, check, is, organization, post, post_json, seeded, statement};
use crate::{
    harness::{As, Outcome, id},
    samples::{description, quote},
};

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn bodies(pool: PgPool) -> Outcome {
    let service = seeded(pool).await?;
    let valid = || quote().to_string();
    let not_json = || is(400, "malformed-json");
    let unsupported = || is(415, "unsupported-media-type");
    let large = || format!(r#"{{"text": "{}"}}"#, "a".repeat(2_000_000));
    let mut table: Table = vec![
        ("a content type that is no JSON", post("/v1/statements", valid()).header("content-type", "text/plain"), unsupported()),
        ("a form", post("/v1/people", "name=x").header("content-type", "application/x-www-form-urlencoded"), unsupported()),
        ("no content type", super::Asked { headers: Vec::new(), ..post("/v1/people", r#"{"name": "x"}"#) }, unsupported()),
        ("a compressed body", post("/v1/people", "{}").header("content-encoding", "gzip"), unsupported()),
        ("a NUL in a name, escaped", post("/v1/people", r#"{"name": "a\u0000b"}"#), at("/name")),
        ("a NUL in an alias, escaped", post("/v1/organizations", r#"{"name": "Cordova", "aliases": ["x", "\u0000"]}"#), at("/aliases/1")),
        ("a NUL in a member's name", post("/v1/people", r#"{"na\u0000me": "x"}"#), at("")),
        ("a NUL deep in a statement", statement(|s| s["source"]["title"] = json!("a\0b")), at("/source/title")),
    ];
    for (path, member) in [
        ("/v1/organizations", "name"),
        ("/v1/people", "name"),
        ("/v1/memberships", "role"),
        ("/v1/statements", "text"),
        ("/v1/reviews", "comment"),
        ("/v1/ingestions", "text"),
    ] {
        let with = |value: &[u8]| post(path, [b"{\"", member.as_bytes(), b"\": \"", value, b"\"}"].concat());
        table.extend([
            ("no JSON", post(path, "name: x"), not_json()),
            ("an empty body", post(path, ""), not_json()),
            ("a body cut off", post(path, r#"{"text": "a"#), not_json()),
            ("two bodies", post(path, "{}{}"), not_json()),
            ("a raw NUL", with(b"a\0b"), not_json()),
            ("a lone surrogate", with(br"\ud800"), not_json()),
            ("bad UTF-8", with(b"\xff"), not_json()),
            ("JSON of depth 100,000", post(path, format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))), not_json()),
            ("objects of depth 100,000", post(path, r#"{"a":"#.repeat(100_000)), not_json()),
            ("2 MB", post(path, large()), is(413, "body-too-large")),
            ("a list for an object", post(path, "[]"), at("")),
            ("an unknown member", post(path, r#"{"colour": "red"}"#), at("/colour")),
        ]);
    }
    check(&service, table).await?;
    service.stop().await
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn members_of_statements(pool: PgPool) -> Outcome {
    let service = seeded(pool).await?;
    let known = service.get("/v1/people/ines-cardoso").await?.str("/id").to_owned();
    let long = "word ".repeat(2001);
    let table: Table = vec![
        ("no text", statement(|s| s["text"] = json!("  \n ")), at("/text")),
        ("a text too long", statement(|s| s["text"] = json!(long)), at("/text")),
        ("a number for a text", statement(|s| s["text"] = json!(7)), at("/text")),
        ("null for a text", statement(|s| s["text"] = Value::Null), at("/text")),
        ("no text at all", statement(|s| drop(s.as_object_mut().and_then(|s| s.remove("text")))), at("/text")),
        ("an unknown member within", statement(|s| s["source"]["author"] = json!("x")), at("/source/author")),
        ("an unknown kind", statement(|s| s["kind"] = json!("speech")), at("/kind")),
        ("a day that is none", statement(|s| s["said_on"] = json!("2025-02-30")), at("/said_on")),
        ("a date in words", statement(|s| s["said_on"] = json!("last May")), at("/said_on")),
        ("said tomorrow", statement(|s| s["said_on"] = json!("2025-03-02")), at("/said_on")),
        ("said next month", statement(|s| s["said_on"] = json!("2025-04")), at("/said_on")),
        ("published next year", statement(|s| s["source"]["published_on"] = json!("2026")), at("/source/published_on")),
        ("a script for an address", statement(|s| s["source"]["url"] = json!("javascript:alert(1)")), at("/source/url")),
        ("data for an address", statement(|s| s["source"]["url"] = json!("data:text/html,x")), at("/source/url")),
        ("a file for an address", statement(|s| s["source"]["url"] = json!("file:///etc/passwd")), at("/source/url")),
        ("a user in an address", statement(|s| s["source"]["url"] = json!("https://me:pw@news.example/")), at("/source/url")),
        ("a relative address", statement(|s| s["source"]["url"] = json!("/harbour")), at("/source/url")),
        (
            "an address too long",
            statement(|s| s["source"]["url"] = json!(format!("https://a.example/{}", "x".repeat(2000)))),
            at("/source/url"),
        ),
        ("a title too long", statement(|s| s["source"]["title"] = json!("x".repeat(501))), at("/source/title")),
        ("a publisher too long", statement(|s| s["source"]["publisher"] = json!("x".repeat(201))), at("/source/publisher")),
        ("no source", statement(|s| s["source"] = json!({"publisher": "Harbour News"})), at("/source")),
        ("words that the text has not", statement(|s| s["text"] = json!("Openness? Never,")), at("/text")),
        ("words in another order", statement(|s| s["text"] = json!("Perhaps one day, openness?")), at("/text")),
        ("an unknown id", statement(|s| s["actor"] = json!({"id": id(999)})), at("/actor/id")),
        ("an id that is none", statement(|s| s["actor"] = json!({"id": "7"})), at("/actor/id")),
        ("an unknown slug", statement(|s| s["actor"] = json!({"slug": "nobody"})), at("/actor/slug")),
        ("the slug of a pending person", statement(|s| s["actor"] = json!({"slug": "tom-holloway"})), at("/actor/slug")),
        ("a new name of no kind", statement(|s| s["actor"] = json!({"name": "Nobody Known"})), at("/actor/kind")),
        ("a name without a letter", statement(|s| s["actor"] = json!({"name": "…", "kind": "person"})), at("/actor/name")),
        ("a name too long", statement(|s| s["actor"] = json!({"name": "x".repeat(201), "kind": "person"})), at("/actor/name")),
        ("no actor", statement(|s| s["actor"] = json!({})), at("/actor")),
        ("two actors in one", statement(|s| s["actor"] = json!({"slug": "ada-labs", "name": "Ada Labs"})), at("/actor")),
        ("on behalf of a person", statement(|s| s["on_behalf_of"] = json!({"id": known})), at("/on_behalf_of")),
        ("on behalf of nobody", statement(|s| s["on_behalf_of"] = json!({"slug": "nobody"})), at("/on_behalf_of/slug")),
        ("a description on behalf of someone", statement(|s| s["kind"] = json!("description")), at("/on_behalf_of")),
        ("an unknown proposition", statement(|s| s["stances"][0]["proposition"] = json!("flat-earth")), at("/stances/0/proposition")),
        ("an unknown position", statement(|s| s["stances"][0]["position"] = json!("ajar")), at("/stances/0/position")),
        ("a strength between", statement(|s| s["stances"][0]["strength"] = json!(0.5)), at("/stances/0/strength")),
        ("a strength in words", statement(|s| s["stances"][0]["strength"] = json!("strong")), at("/stances/0/strength")),
        ("a strength of the middle", statement(|s| s["stances"][0]["position"] = json!("mixed")), at("/stances/0/strength")),
        (
            "two positions on one proposition",
            statement(|s| s["stances"] = json!([{"position": "open"}, {"position": "closed", "proposition": "open-release"}])),
            at("/stances/1/proposition"),
        ),
        ("a member twice", post("/v1/statements", quote().to_string().replacen('{', r#"{"text": "x","#, 1)), at("/text")),
    ];
    check(&service, table).await?;
    service.stop().await
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn members_of_others(pool: PgPool) -> Outcome {
    let service = seeded(pool).await?;
    let statement = service.get("/v1/statements").await?.str("/items/0/id").to_owned();
    let membership = |change: fn(&mut Value)| {
        let mut body = json!({"person": "ines-cardoso", "organization": "ada-labs", "role": "adviser"});
        change(&mut body);
        post_json("/v1/memberships", &body)
    };
    let review = |body: Value| post_json("/v1/reviews", &body);
    let table: Table = vec![
        ("an organization without a name", organization(|o| o["name"] = json!(" ")), at("/name")),
        ("a name too long", organization(|o| o["name"] = json!("x".repeat(201))), at("/name")),
        ("an empty alias", organization(|o| o["aliases"] = json!(["Cordova", ""])), at("/aliases/1")),
        ("too many aliases", organization(|o| o["aliases"] = json!(vec!["x"; 51])), at("/aliases")),
        ("text for aliases", organization(|o| o["aliases"] = json!("Cordova")), at("/aliases")),
        ("an unknown classification", organization(|o| o["classification"] = json!("club")), at("/classification")),
        ("an unknown parent", organization(|o| o["parent"] = json!("nobody")), at("/parent")),
        ("a person for a parent", organization(|o| o["parent"] = json!("ines-cardoso")), at("/parent")),
        ("a script for a website", organization(|o| o["website"] = json!("javascript:alert(1)")), at("/website")),
        ("a user in a website", organization(|o| o["website"] = json!("https://me@cordova.example")), at("/website")),
        ("founded on no day", organization(|o| o["founded_on"] = json!("2025-13")), at("/founded_on")),
        ("founded in the future", organization(|o| o["founded_on"] = json!("2031")), at("/founded_on")),
        (
            "dissolved before it was founded",
            organization(|o| *o = json!({"name": "X", "founded_on": "2020", "dissolved_on": "2019"})),
            at("/dissolved_on"),
        ),
        ("a name that is taken", organization(|o| o["name"] = json!("ADA LABS")), is(409, "conflict")),
        ("an alias for a name", organization(|o| o["name"] = json!("Ada Laboratories")), is(409, "conflict")),
        ("a person of a name that is taken", post_json("/v1/people", &json!({"name": "ines cardoso"})), is(409, "conflict")),
        ("a person with an empty given name", post_json("/v1/people", &json!({"name": "X Y", "given_name": ""})), at("/given_name")),
        ("an unknown person", membership(|m| m["person"] = json!("nobody")), at("/person")),
        ("an organization for a person", membership(|m| m["person"] = json!("ada-labs")), at("/person")),
        ("an unknown organization", membership(|m| m["organization"] = json!(id(999))), at("/organization")),
        ("no role", membership(|m| m["role"] = json!("")), at("/role")),
        (
            "an end before the start",
            membership(|m| {
                *m = json!({"person": "ines-cardoso", "organization": "ada-labs", "role": "x", "start_on": "2024", "end_on": "2023-12"});
            }),
            at("/end_on"),
        ),
        ("a start on no day", membership(|m| m["start_on"] = json!("2024-02-30")), at("/start_on")),
        ("a review of nothing", review(json!({"statement_id": id(999), "verdict": "accept"})), at("/statement_id")),
        ("a review of no id", review(json!({"statement_id": "7", "verdict": "accept"})), at("/statement_id")),
        ("no such verdict", review(json!({"statement_id": statement, "verdict": "maybe"})), at("/verdict")),
        (
            "a comment too long",
            review(json!({"statement_id": statement, "verdict": "accept", "comment": "x".repeat(2001)})),
            at("/comment"),
        ),
        ("an article without text", article(|a| a["text"] = json!(" ")), at("/text")),
        ("an article with neither text nor page", article(|a| *a = json!({"title": "x"})), at("")),
        ("an article with both", article(|a| a["html"] = json!("<p>x")), at("")),
        ("an article of tomorrow", article(|a| a["published_on"] = json!("2025-03-02")), at("/published_on")),
        ("an article at a script", article(|a| a["url"] = json!("javascript:alert(1)")), at("/url")),
        ("an article's title too long", article(|a| a["title"] = json!("x".repeat(501))), at("/title")),
        ("an article's publisher too long", article(|a| a["publisher"] = json!("x".repeat(201))), at("/publisher")),
        ("text for a truth value", article(|a| a["keep_all"] = json!("yes")), at("/keep_all")),
    ];
    check(&service, table).await?;
    service.stop().await
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn duplicates_that_contradict(pool: PgPool) -> Outcome {
    let service = seeded(pool).await?;
    let again = |change: fn(&mut Value)| {
        let mut body = quote();
        change(&mut body);
        post_json("/v1/statements", &body)
    };
    let conflict = || is(409, "conflict");
    let table: Table = vec![
        ("with another date", again(|s| s["said_on"] = json!("2025-02-10")), conflict()),
        ("with another position", again(|s| s["stances"] = json!([{"position": "closed"}])), conflict()),
        ("as another kind", again(|s| s["kind"] = json!("paraphrase")), conflict()),
        ("for another organization", again(|s| s["on_behalf_of"] = json!({"slug": "borealis"})), conflict()),
        ("for a new organization", again(|s| s["on_behalf_of"] = json!({"name": "Dunlin Works"})), conflict()),
        (
            "with another date, elsewhere",
            again(|s| {
                s["said_on"] = json!("2025-02-10");
                s["source"] = json!({"url": "https://other.example/reprint"});
            }),
            conflict(),
        ),
    ];
    check(&service, table).await?;
    let mut other = description();
    other["stances"] = json!([{"position": "open"}]);
    let existing = service.post(As::Publish, "/v1/statements", &other).await?.expect(409);
    service.get(existing.str("/existing/url")).await?.expect(200);
    service.stop().await
}
