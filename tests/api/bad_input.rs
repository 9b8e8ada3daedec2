//! Whatever is wrong with a request, the answer is a precise 4xx problem, and nothing of it is written.

mod bodies;

use reqwest::Method;
use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    harness::{Answer, As, Outcome, Service, id},
    samples::{quote, seed},
};

/// A request that is wrong.
struct Asked {
    who: As,
    method: Method,
    path: String,
    body: Option<Vec<u8>>,
    headers: Vec<(&'static str, String)>,
}

impl Asked {
    fn by(self, who: As) -> Self {
        Self { who, ..self }
    }

    fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.into()));
        self
    }
}

fn get(path: impl Into<String>) -> Asked {
    Asked { who: As::Nobody, method: Method::GET, path: path.into(), body: None, headers: Vec::new() }
}

fn delete(path: impl Into<String>) -> Asked {
    Asked { who: As::Publish, method: Method::DELETE, ..get(path) }
}

/// A POST of these bytes as JSON, with every scope.
fn post(path: &str, body: impl Into<Vec<u8>>) -> Asked {
    Asked { who: As::Admin, method: Method::POST, body: Some(body.into()), ..get(path) }.header("content-type", "application/json")
}

fn post_json(path: &str, body: &Value) -> Asked {
    post(path, body.to_string())
}

/// A quotation that would be recorded, but for the change.
fn statement(change: impl FnOnce(&mut Value)) -> Asked {
    let mut body = quote();
    body["text"] = json!("Openness? Perhaps one day,");
    body["actor"] = json!({"name": "Newcomer Nine", "kind": "person"});
    body["said_on"] = json!("2025-02-18");
    change(&mut body);
    post_json("/v1/statements", &body)
}

fn organization(change: impl FnOnce(&mut Value)) -> Asked {
    let mut body = json!({"name": "Cordova Systems"});
    change(&mut body);
    post_json("/v1/organizations", &body)
}

fn article(change: impl FnOnce(&mut Value)) -> Asked {
    let mut body = json!({"text": "Cordova Systems will open its models, it said."});
    change(&mut body);
    post_json("/v1/ingestions", &body)
}

/// The answer that is right.
struct Refusal {
    status: u16,
    kind: &'static str,
    /// `parameter` or `pointer`, and which.
    place: Option<(&'static str, &'static str)>,
}

const fn is(status: u16, kind: &'static str) -> Refusal {
    Refusal { status, kind, place: None }
}

const fn unknown(parameter: &'static str) -> Refusal {
    Refusal { status: 400, kind: "unknown-parameter", place: Some(("parameter", parameter)) }
}

const fn invalid(parameter: &'static str) -> Refusal {
    Refusal { status: 400, kind: "invalid-parameter", place: Some(("parameter", parameter)) }
}

const fn malformed(parameter: &'static str) -> Refusal {
    Refusal { status: 400, kind: "malformed-query", place: Some(("parameter", parameter)) }
}

const fn cursor() -> Refusal {
    Refusal { status: 400, kind: "invalid-cursor", place: Some(("parameter", "cursor")) }
}

const fn at(pointer: &'static str) -> Refusal {
    Refusal { status: 422, kind: "invalid-body", place: Some(("pointer", pointer)) }
}

type Table = Vec<(&'static str, Asked, Refusal)>;

/// Asks each row, and checks the answer and that the database holds what it held.
async fn check(service: &Service, table: Table) -> Outcome {
    let mut before = service.contents().await?;
    let mut wrong = Vec::new();
    for (what, asked, right) in table {
        let mut request = service.request(asked.who, asked.method.clone(), &asked.path);
        for (name, value) in &asked.headers {
            request = request.header(*name, value);
        }
        if let Some(body) = asked.body {
            request = request.body(body);
        }
        let answer = Answer::of(request).await?;
        if let Err(fault) = compare(&answer, &right) {
            wrong.push(format!("{what}: {} {} answers {fault}: {}", asked.method, asked.path, answer.text));
        }
        let after = service.contents().await?;
        if before != after {
            wrong.push(format!("{what}: {} {} wrote something", asked.method, asked.path));
            before = after;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

fn compare(answer: &Answer, right: &Refusal) -> Result<(), String> {
    let body = &answer.body;
    let kind = body["type"].as_str().unwrap_or_default();
    if (answer.status, kind) != (right.status, &format!("/problems/{}", right.kind)) {
        return Err(format!("{} {kind}, not {} {}", answer.status, right.status, right.kind));
    }
    if answer.header("content-type") != "application/problem+json" || body["status"] != answer.status {
        return Err("no problem document".to_owned());
    }
    if body["request_id"] != answer.header("x-request-id") {
        return Err("no request id".to_owned());
    }
    if !body["detail"].as_str().is_some_and(|detail| detail.ends_with(['.', '?']) && detail.len() > 10) {
        return Err("no detail".to_owned());
    }
    match right.place {
        Some((sort, place)) if body["errors"][0][sort] != place => Err(format!("another place than {sort} `{place}`")),
        _ => Ok(()),
    }
}

async fn seeded(pool: PgPool) -> Outcome<Service> {
    let service = Service::start(pool).await?;
    seed(&service).await?;
    Ok(service)
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn queries(pool: PgPool) -> Outcome {
    let service = seeded(pool).await?;
    let table = vec![
        ("misspelt parameter", get("/v1/organizations?stnce=open"), unknown("stnce")),
        ("parameter of another list", get("/v1/people?classification=lab"), unknown("classification")),
        ("parameter where there are none", get("/v1/propositions?q=open"), unknown("q")),
        ("parameter of a single resource", get("/v1/organizations/ada-labs?stance=open"), unknown("stance")),
        ("unknown word", get("/v1/organizations?stance=opne"), invalid("stance")),
        ("a word of no kind", get("/v1/statements?kind=speech"), invalid("kind")),
        ("a word of no basis", get("/v1/stances?basis=heard"), invalid("basis")),
        ("a word of no status", get("/v1/statements?status=lost"), invalid("status")),
        ("a word of no verdict", get("/v1/reviews?verdict=maybe").by(As::Review), invalid("verdict")),
        ("a word of no classification", get("/v1/organizations?classification=club"), invalid("classification")),
        ("text for a number", get("/v1/organizations?score_min=high"), invalid("score_min")),
        ("a number that is none", get("/v1/organizations?score_min=NaN"), invalid("score_min")),
        ("a number that does not fit", get("/v1/people?evidence_min=99999999999"), invalid("evidence_min")),
        ("text for a truth value", get("/v1/statements?for_review=perhaps").by(As::Review), invalid("for_review")),
        ("text for an id", get("/v1/statements?source=7"), invalid("source")),
        ("limit 0", get("/v1/people?limit=0"), invalid("limit")),
        ("limit beyond the bound", get("/v1/statements?limit=201"), invalid("limit")),
        ("negative limit", get("/v1/stances?limit=-1"), invalid("limit")),
        ("text for a limit", get("/v1/sources?limit=many"), invalid("limit")),
        ("empty limit", get("/v1/sources?limit="), invalid("limit")),
        ("unknown sort key", get("/v1/organizations?sort=-fame"), invalid("sort")),
        ("empty sort key", get("/v1/organizations?sort=score,,name"), invalid("sort")),
        ("a sort key twice", get("/v1/statements?sort=said_on,-said_on"), invalid("sort")),
        ("sort key of the present in the past", get("/v1/standings?as_of=2025-01-01&sort=name"), invalid("sort")),
        ("no day", get("/v1/statements?said_from=2025-02-30"), invalid("said_from")),
        ("no date", get("/v1/stances?as_of=yesterday"), invalid("as_of")),
        ("a day before history", get("/v1/standings?as_of=-9999-01-01"), invalid("as_of")),
        ("a day beyond the calendar", get("/v1/sources?published_from=%2B262000-01-01"), invalid("published_from")),
        ("no moment", get("/v1/standings?known_at=2025-02-30T00:00:00Z"), invalid("known_at")),
        ("a moment beyond the calendar", get("/v1/people/ines-cardoso/standing?known_at=%2B262000-01-01T00:00:00Z"), invalid("known_at")),
        ("from after to", get("/v1/statements?said_from=2025-02-02&said_to=2025-02-01"), invalid("said_to")),
        ("unknown proposition", get("/v1/standings?proposition=flat-earth"), invalid("proposition")),
        ("unknown speaker", get("/v1/statements?speaker=nobody"), invalid("speaker")),
        ("unknown holder by id", get(format!("/v1/stances?holder={}", id(999))), invalid("holder")),
        ("one unknown organization of two", get("/v1/statements?organization=ada-labs&organization=nobody"), invalid("organization")),
        ("a pending actor", get("/v1/statements?speaker=tom-holloway"), invalid("speaker")),
        ("a parameter twice", get("/v1/organizations?stance=open&stance=closed"), invalid("stance")),
        ("limit twice", get("/v1/organizations?limit=1&limit=2"), invalid("limit")),
        ("NUL in a value", get("/v1/statements?q=open%00weights"), malformed("q")),
        ("NUL in a name", get("/v1/statements?q%00=open"), is(400, "malformed-query")),
        ("bad percent-encoding", get("/v1/statements?q=100%"), malformed("q")),
        ("bad hexadecimal", get("/v1/people?q=%zz"), malformed("q")),
        ("bad UTF-8", get("/v1/people?q=%ff%fe"), malformed("q")),
        ("an encoded surrogate", get("/v1/people?q=%ed%a0%80"), malformed("q")),
        ("half a character", get("/v1/people?q=%c3"), malformed("q")),
        ("a retraction without a reason", delete(format!("/v1/statements/{}", id(999))), invalid("reason")),
        ("a retraction for an empty reason", delete(format!("/v1/statements/{}?reason=%20", id(999))), invalid("reason")),
        ("a reason too long", delete(format!("/v1/statements/{}?reason={}", id(999), "x".repeat(1001))), invalid("reason")),
    ];
    check(&service, table).await?;
    service.stop().await
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn cursors(pool: PgPool) -> Outcome {
    let service = seeded(pool).await?;
    let page = service.get("/v1/statements?limit=1&sort=said_on").await?.expect(200);
    let good = page.str("/next_cursor");
    let forged = |n: usize| {
        let mut letters: Vec<char> = good.chars().collect();
        letters[n] = if letters[n] == 'A' { 'B' } else { 'A' };
        letters.into_iter().collect::<String>()
    };
    let with = |cursor: &str| get(format!("/v1/statements?limit=1&sort=said_on&cursor={cursor}"));
    let table = vec![
        ("no cursor", with("nonsense"), cursor()),
        ("an empty one", with(""), cursor()),
        ("a forged signature", with(&forged(0)), cursor()),
        ("a forged place", with(&forged(30)), cursor()),
        ("cut off", with(&good[..good.len() - 4]), cursor()),
        ("lengthened", with(&format!("{good}AAAA")), cursor()),
        ("without its alphabet", with("%C3%A4%2F%2B"), cursor()),
        ("beyond any length", with(&"A".repeat(10_000)), cursor()),
        ("of another sort", get(format!("/v1/statements?limit=1&sort=-said_on&cursor={good}")), cursor()),
        ("of another filter", get(format!("/v1/statements?limit=1&sort=said_on&kind=quote&cursor={good}")), cursor()),
        ("of another list", get(format!("/v1/sources?cursor={good}")), cursor()),
        ("twice", with(&format!("{good}&cursor={good}")), invalid("cursor")),
    ];
    check(&service, table).await?;
    service.get(&format!("/v1/statements?limit=2&sort=said_on&cursor={good}")).await?.expect(200);
    service.stop().await
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn paths(pool: PgPool) -> Outcome {
    let service = seeded(pool).await?;
    let unknown_id = id(999);
    let not_found = || is(404, "not-found");
    let table = vec![
        ("unknown slug", get("/v1/organizations/nobody"), not_found()),
        ("unknown id", get(format!("/v1/people/{unknown_id}")), not_found()),
        ("an organization is no person", get("/v1/people/ada-labs"), not_found()),
        ("a pending person", get("/v1/people/tom-holloway"), not_found()),
        ("unknown statement", get(format!("/v1/statements/{unknown_id}")), not_found()),
        ("a word for an id", get("/v1/statements/first"), not_found()),
        ("unknown stance", get(format!("/v1/stances/{unknown_id}")), not_found()),
        ("unknown source", get(format!("/v1/sources/{unknown_id}")), not_found()),
        ("unknown membership", get(format!("/v1/memberships/{unknown_id}")), not_found()),
        ("unknown proposition", get("/v1/propositions/flat-earth"), not_found()),
        ("unknown review", get(format!("/v1/reviews/{unknown_id}")).by(As::Review), not_found()),
        ("unknown ingestion", get(format!("/v1/ingestions/{unknown_id}")).by(As::Ingest), not_found()),
        ("standing of nobody", get("/v1/organizations/nobody/standing"), not_found()),
        ("retraction of nothing", delete(format!("/v1/statements/{unknown_id}?reason=x")).header("if-match", "*"), not_found()),
        ("NUL in a path", get("/v1/organizations/ada%00labs"), not_found()),
        ("bad UTF-8 in a path", get("/v1/people/%ff"), is(400, "malformed-path")),
        ("an overlong slug", get(format!("/v1/people/{}", "a".repeat(5000))), not_found()),
        ("no such address", get("/v1/organisations"), is(404, "unknown-address")),
        ("no such version", get("/v2/organizations"), is(404, "unknown-address")),
        ("a method that is not there", delete("/v1/organizations"), is(405, "method-not-allowed")),
        ("an unknown method", Asked { method: Method::from_bytes(b"BREW")?, ..get("/v1/people") }, is(405, "method-not-allowed")),
        ("no such kind of problem", get("/problems/weather"), not_found()),
    ];
    check(&service, table).await?;
    service.stop().await
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn keys(pool: PgPool) -> Outcome {
    let service = seeded(pool).await?;
    let good = service.key(As::Publish).unwrap_or_default().to_owned();
    let with = |value: String| post_json("/v1/people", &json!({"name": "Kim Lund"})).by(As::Nobody).header("authorization", value);
    let invalid = || is(401, "invalid-key");
    let scope = || is(403, "insufficient-scope");
    let mut mistyped = good.clone();
    mistyped.replace_range(12..13, if &good[12..13] == "x" { "y" } else { "x" });
    let unknown = openstance::keys::ApiKey::generate(&mut crate::harness::Chance(77));
    let person = || post_json("/v1/people", &json!({"name": "Kim Lund"}));
    let table: Table = vec![
        ("no key", person().by(As::Nobody), is(401, "key-required")),
        ("no key for what is not public", get("/v1/reviews"), is(401, "key-required")),
        ("no key for the queue", get("/v1/statements?for_review=true"), is(401, "key-required")),
        ("another scheme", with(format!("Basic {good}")), invalid()),
        ("the key alone", with(good.clone()), invalid()),
        ("an empty key", with("Bearer ".to_owned()), invalid()),
        ("a mistyped key", with(format!("Bearer {mistyped}")), invalid()),
        ("a key cut off", with(format!("Bearer {}", &good[..20])), invalid()),
        ("a key that is none", with("Bearer ost_live_é".to_owned()), invalid()),
        ("an unknown key", with(format!("Bearer {}", unknown.expose())), invalid()),
        ("an expired key", person().by(As::Expired), invalid()),
        ("a revoked key", person().by(As::Revoked), invalid()),
        ("an expired key for what is public", get("/v1/statements/x").by(As::Expired), invalid()),
        ("submit is not publish", person().by(As::Submit), scope()),
        ("ingest is not publish", person().by(As::Ingest), scope()),
        ("publish is not review", get("/v1/reviews").by(As::Publish), scope()),
        ("review is not submit", statement(|_| ()).by(As::Review), scope()),
        ("publish is not ingest", article(|_| ()).by(As::Publish), scope()),
        ("submit does not see the queue", get("/v1/statements?status=pending").by(As::Submit), scope()),
        ("submit does not retract", delete(format!("/v1/statements/{}?reason=x", id(1))).by(As::Submit), scope()),
        ("the scope is asked before the body", post("/v1/people", "no JSON").by(As::Submit), scope()),
    ];
    check(&service, table).await?;
    service.stop().await
}

/// What no well-behaved client can send.
#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn raw_bytes(pool: PgPool) -> Outcome {
    let service = seeded(pool).await?;
    let before = service.contents().await?;
    let heads: [&[u8]; 5] = [
        b"GET /v1/people?q=a\0b HTTP/1.1\r\n",
        b"GET /v1/people/\xff HTTP/1.1\r\n",
        b"GET /v1/people HTTP/1.1\r\nx-request-id: a\0b\r\n",
        b"nonsense\r\n",
        b"POST /v1/people HTTP/1.1\r\ncontent-length: -1\r\n",
    ];
    for head in heads {
        let mut stream = TcpStream::connect(service.address.trim_start_matches("http://")).await?;
        stream.write_all(head).await?;
        stream.write_all(b"host: h\r\nconnection: close\r\n\r\n").await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        assert!(answer.starts_with(b"HTTP/1.1 4"), "{}: {}", String::from_utf8_lossy(head), String::from_utf8_lossy(&answer));
    }
    assert_eq!(before, service.contents().await?);
    service.stop().await
}
