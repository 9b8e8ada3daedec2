//! The pages, over a real database: what they show, that nothing hostile runs, where they lead.

mod fixture;

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header, request::Builder},
};
use fixture::{Outcome, Seeded, app, prepare, seed};
use http_body_util::BodyExt;
use openstance::{
    clock::Ids,
    dashboard,
    http::layers::{self, Settings},
    record::verdicts::{lock, retract},
};
use sqlx::{PgPool, postgres::PgConnectOptions};
use tower::ServiceExt;

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Asserts that the page is a whole HTML page with these parts in this order.
    fn shows(&self, parts: &[&str]) {
        let mut rest = self.body.as_str();
        for part in parts {
            let at = rest.find(part).unwrap_or_else(|| panic!("`{part}` is not, or not there, in {}", self.body));
            rest = &rest[at + part.len()..];
        }
        assert!(self.header(header::CONTENT_TYPE).starts_with("text/html"));
    }

    fn shows_not(&self, part: &str) {
        assert!(!self.body.contains(part), "`{part}` is in {}", self.body);
    }
}

fn router(pool: &PgPool) -> Router {
    let options: PgConnectOptions = (*pool.connect_options()).clone();
    layers::install(dashboard::routes().with_state(app(&options)), Settings::new(Ids::counting()))
}

async fn get(router: &Router, address: &str) -> Outcome<Answer> {
    answer(router, Request::get(address).header("x-request-id", "trace-7")).await
}

async fn answer(router: &Router, request: Builder) -> Outcome<Answer> {
    let response = router.clone().oneshot(request.body(Body::empty())?).await?;
    let (parts, body) = response.into_parts();
    let body = String::from_utf8(body.collect().await?.to_bytes().to_vec())?;
    Ok(Answer { status: parts.status, headers: parts.headers, body })
}

async fn seeded(pool: &PgPool) -> Outcome<(Router, Seeded)> {
    let options: PgConnectOptions = (*pool.connect_options()).clone();
    let seeded = seed(&app(&options)).await?;
    Ok((router(pool), seeded))
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn an_empty_record_says_how_to_fill_it(pool: PgPool) -> Outcome {
    for prepared in [false, true] {
        if prepared {
            prepare(&mut *pool.acquire().await?).await?;
        }
        let page = get(&router(&pool), "/").await?;
        assert_eq!(page.status, StatusCode::OK);
        page.shows(&["<title>Who stands where on open and closed AI", "Nothing on record yet", "openstance ingest article.txt", "/docs/"]);
    }
    Ok(())
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn the_ranking_tells_who_is_open_mixed_and_closed(pool: PgPool) -> Outcome {
    let (router, _) = seeded(&pool).await?;
    let page = get(&router, "/").await?;
    page.shows(&[
        "demonstration article",
        "Open (2)",
        "<a href=\"/organizations/ada-labs\">Ada Labs</a>",
        "open, +1.00 on a scale",
        "+1.00",
        "2 pieces",
        "1\u{a0}Mar\u{a0}2025",
        "Mixed (1)",
        "Cordova",
        "1 piece <span class=\"tag\">thin</span>",
        "Closed (2)",
        "/organizations/borealis",
        "−0.82",
        "Insufficient evidence (1)",
        "Dunlin",
        "insufficient evidence</span>",
        "href=\"/v1/standings\"",
    ]);
    page.shows_not("style=");
    page.shows_not("<script");
    assert!(page.header(header::CONTENT_SECURITY_POLICY).contains("style-src 'self'"));

    let closed = get(&router, "/?position=closed&kind=person").await?;
    closed.shows(&["<title>People: closed", "Closed (1)", "/people/tom-oneill", "/v1/standings?position=closed&#38;kind=person"]);
    closed.shows_not("/organizations/borealis");
    get(&router, "/?position=mixed&kind=person").await?.shows(&["Mixed (0)", "Nobody is here."]);
    Ok(())
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn a_position_is_paged(pool: PgPool) -> Outcome {
    let (router, _) = seeded(&pool).await?;
    let first = get(&router, "/?position=open&limit=1").await?;
    let from = first.body.find("/?position=open&#38;cursor=").ok_or("no next page")?;
    let next = first.body[from..].split('"').next().unwrap_or_default().replace("&#38;", "&");
    let second = get(&router, &next).await?;
    second.shows(&["Open (2)"]);
    let names = |page: &Answer| ["ada-labs", "ines-cardoso"].map(|slug| page.body.contains(&format!("/{slug}\"")));
    assert!(names(&first) != names(&second) && names(&first).contains(&true) && names(&second).contains(&true));
    Ok(())
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn an_actor_has_its_standing_its_reason_and_its_statements(pool: PgPool) -> Outcome {
    let (router, seeded) = seeded(&pool).await?;
    let page = get(&router, "/organizations/borealis").await?;
    page.shows(&[
        "<h1>Borealis</h1>",
        "also: Borealis &#60;Group&#62;",
        "closed</span>",
        "−0.82",
        "2 pieces of evidence count: 2 for closed. Weighed, they come to −0.82: −0.25 or less is closed.",
        "1 allegation by others is shown below and not weighed.",
        "What is said for Borealis",
        "speaking for <a href=\"/organizations/borealis\">Borealis</a>",
        "What sources say of Borealis",
        "They are not the actor’s.",
        "the source’s words, not those of Borealis",
        "<mark><b>Borealis</b> keeps its models behind an interface</mark>",
        "What others allege of Borealis",
        "<strong>shown, never weighed</strong>",
    ]);
    page.shows_not("What Borealis says");
    page.shows(&[&format!("/statements/{}", seeded.description), "/v1/organizations/borealis/standing?explain=true"]);

    let person = get(&router, "/people/ines-cardoso").await?;
    person.shows(&[
        "head of research, <a href=\"/organizations/ada-labs\">Ada Labs</a>",
        "What Inês Cardoso says",
        "said: “<mark>Naïve or not — our weights are open, and they stay open.</mark>” The room went quiet.",
        "demonstration",
        "the sentence itself names the speaker",
    ]);
    Ok(())
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn addresses_of_old_or_by_id_lead_to_the_page(pool: PgPool) -> Outcome {
    let (router, _) = seeded(&pool).await?;
    let id: uuid::Uuid = sqlx::query_scalar("select actor_id from actor_slugs where slug = 'ada-labs'").fetch_one(&pool).await?;
    let answer = get(&router, &format!("/organizations/{id}")).await?;
    assert_eq!((answer.status, answer.header(header::LOCATION)), (StatusCode::PERMANENT_REDIRECT, "/organizations/ada-labs"));
    assert_eq!(get(&router, "/people/ada-labs").await?.status, StatusCode::NOT_FOUND);
    Ok(())
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn a_statement_stands_in_its_source(pool: PgPool) -> Outcome {
    let (router, seeded) = seeded(&pool).await?;
    let page = get(&router, &format!("/statements/{}", seeded.quote)).await?;
    page.shows(&[
        "<title>Inês Cardoso: “Naïve or not",
        "<blockquote class=\"passage\">Nobody in the café expected it.\n<b>Inês Cardoso</b>, head of research",
        "said: “<mark>Naïve or not — our weights are open, and they stay open.</mark>” The room went quiet.\nBorealis keeps",
        "Open &#38; &#60;b&#62;shut&#60;/b&#62;",
        "undated",
        "almost certain",
        "/organizations/ada-labs",
        "words of someone who speaks for it; counted",
    ]);
    let other = get(&router, &format!("/statements/{}", seeded.description)).await?;
    other.shows(&[
        "<title>On Borealis",
        "The source about",
        "the source’s words, not those of Borealis",
        "described by the source; counted",
    ]);
    let alleged = get(&router, &format!("/statements/{}", seeded.accusation)).await?;
    alleged.shows(&["alleged by others; shown, never weighed"]);
    Ok(())
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn hostile_text_stays_text(pool: PgPool) -> Outcome {
    let (router, seeded) = seeded(&pool).await?;
    for address in [format!("/statements/{}", seeded.script), "/people/tom-oneill".to_owned(), "/organizations/borealis".to_owned()] {
        let page = get(&router, &address).await?;
        page.shows(&["<mark>&#60;script&#62;alert(&#39;x&#39;)&#60;/script&#62; is all the source code we will publish,</mark>"]);
        page.shows_not("<script");
    }
    Ok(())
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn what_is_not_there_is_a_page_too(pool: PgPool) -> Outcome {
    let (router, seeded) = seeded(&pool).await?;
    for (address, status) in [
        ("/organizations/nobody", 404),
        ("/people/%3Cscript%3E", 404),
        ("/statements/7", 404),
        ("/statements/00000000-0000-0000-0000-00000000ffff", 404),
        ("/assets/x/missing.css", 404),
        ("/?position=ajar", 400),
        ("/?colour=blue", 400),
        ("/?cursor=forged", 400),
        ("/organizations/ada-labs?cursor=forged", 400),
    ] {
        let page = get(&router, address).await?;
        assert_eq!(page.status.as_u16(), status, "{address}");
        page.shows(&["<h1>", "<code>trace-7</code>", "To the ranking"]);
        page.shows_not("<script");
        assert_eq!(page.header(header::CACHE_CONTROL), "no-store");
    }

    let unknown = get(&router, "/nothing/here").await?;
    assert_eq!((unknown.status, unknown.header(header::CONTENT_TYPE)), (StatusCode::NOT_FOUND, "application/problem+json"));
    let browser = Request::get("/nothing/here").header(header::ACCEPT, "text/html,*/*;q=0.8");
    let unknown = answer(&router, browser).await?;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    unknown.shows(&["No such address", "<code>00000000-"]);

    let options: PgConnectOptions = (*pool.connect_options()).clone();
    let app = app(&options);
    let now = openstance::clock::Now { at: app.clock.now(), ids: Ids::system() };
    let mut tx = app.db.write.begin().await?;
    let locked = lock(&mut tx, seeded.quote).await?;
    retract(&mut tx, &now, &locked, "The tape says otherwise.").await?;
    tx.commit().await?;
    let gone = get(&router, &format!("/statements/{}", seeded.quote)).await?;
    assert_eq!(gone.status, StatusCode::GONE);
    gone.shows(&["This statement was withdrawn: The tape says otherwise."]);
    gone.shows_not("Naïve");
    Ok(())
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn assets_may_be_kept_under_their_own_address(pool: PgPool) -> Outcome {
    let router = router(&pool);
    let page = get(&router, "/").await?;
    let from = page.body.find("/assets/").ok_or("no style sheet")?;
    let address = page.body[from..].split('"').next().unwrap_or_default();
    let style = get(&router, address).await?;
    assert_eq!((style.status, style.header(header::CONTENT_TYPE)), (StatusCode::OK, "text/css; charset=utf-8"));
    assert_eq!(style.header(header::CACHE_CONTROL), "public, max-age=31536000, immutable");
    let old = get(&router, "/assets/of-another-version/icon.svg").await?;
    assert_eq!((old.header(header::CONTENT_TYPE), old.header(header::CACHE_CONTROL)), ("image/svg+xml", "no-cache"));
    Ok(())
}
