//! What is odd but right: it is taken as it is, and comes back so.

use reqwest::Method;
use serde_json::json;
use sqlx::PgPool;

use crate::{
    harness::{Answer, As, Outcome, Service},
    samples::{quote, seed},
};

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn searches_take_any_letters(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    seed(&service).await?;
    let long = "open+".repeat(1000);
    let words = ["%22", "'", "%5C", "%25", "_", "-", "!!!", "a:*", "%28%26%7C%3C-%3E%29", "%F0%9F%A6%80", "", "or", &long];
    for word in words {
        for list in ["statements", "organizations", "people"] {
            service.get(&format!("/v1/{list}?q={word}")).await?.expect(200);
        }
    }
    assert_eq!(service.get("/v1/organizations?q=LABORATORIES").await?.items().len(), 1, "other names are searched, whatever their case");
    assert_eq!(service.get("/v1/people?q=%25").await?.items().len(), 0, "a percent sign is one");
    service.stop().await
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn texts_come_back_as_they_were(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let texts = [
        "𝔒pen 🦀 weights, said twice: 🦀",
        "אנחנו מפרסמים את המשקלות",
        "Ope\u{301}n, na\u{308}\u{301}ive — “nested ‘marks’ within”",
        "line one\nline two\ttab \u{1}\u{7f} control",
        "zero\u{200d}width\u{feff}joined",
        "<script>alert(1)</script> & 'x' \"y\" \\ %s {0}",
    ];
    for (n, text) in texts.iter().enumerate() {
        let mut body = quote();
        body["actor"] = json!({"name": format!("Speaker № {n} 🦀"), "kind": "person"});
        body["on_behalf_of"] = json!(null);
        body["text"] = json!(text);
        body["source"] =
            json!({"text": format!("\u{feff}🦀🦀 Before:\r\n“{text}”\r\nAfter."), "title": format!("Title {text}").replace('\n', " ")});
        let posted = service.post(As::Publish, "/v1/statements", &body).await?.expect(201);
        let read = service.get(posted.str("/url")).await?.expect(200);
        assert_eq!((read.str("/text"), read.str("/occurrences/0/exact"), read.str("/verification")), (*text, *text, "verified"));
    }
    let misplaced = "occurrences o join sources s on s.id = o.source_id where substr(s.text, start_at + 1, end_at - start_at) <> exact";
    assert_eq!((service.count(misplaced).await?, service.count("occurrences").await?), (0, 6));
    assert_eq!(service.count("sources where text like '%' || chr(13) || '%' or text like chr(65279) || '%'").await?, 0);
    service.stop().await
}

/// Names whose folded or spelt-out forms are longer than they are.
#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn names_of_any_letters_are_taken(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    for (n, letter) in ["ﷺ", "㍿", "ﬃ", "🦀a", "Ω", "中", "é", "İ"].iter().enumerate() {
        let name: String = letter.chars().cycle().take(200).collect();
        let answer = service.post(As::Publish, "/v1/organizations", &json!({"name": name})).await?;
        assert!(matches!(answer.status, 201 | 422), "{letter}: {}", answer.text);
        let given = format!("{letter}{n}");
        let person = service.post(As::Publish, "/v1/people", &json!({"name": given})).await?.expect(201);
        assert_eq!(person.str("/name"), given);
        assert!(!person.str("/slug").is_empty());
        service.get(person.str("/url")).await?.expect(200);
    }
    service.stop().await
}

/// Every read has a tag; who has the data gets 304, and HEAD is GET without the body.
#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn reads_are_conditional(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    seed(&service).await?;
    let statement = service.get("/v1/statements").await?.str("/items/0/url").to_owned();
    for path in [
        "/v1/organizations?stance=open",
        "/v1/people/ines-cardoso",
        "/v1/organizations/ada-labs/standing?explain=true",
        "/v1/standings",
        &statement,
    ] {
        let read = service.get(path).await?.expect(200);
        service.advance(chrono::TimeDelta::hours(1));
        let again = service.request(As::Nobody, Method::GET, path).header("if-none-match", read.header("etag"));
        let again = Answer::of(again).await?.expect(304);
        assert!(again.text.is_empty() && again.header("etag") == read.header("etag"), "{path}");
        let head = Answer::of(service.request(As::Nobody, Method::HEAD, path)).await?.expect(200);
        assert_eq!((head.header("etag"), head.text.as_str()), (read.header("etag"), ""), "{path}");
    }
    service.stop().await
}

/// The ranking of the past, page by page, is the ranking of the past.
#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn the_past_has_pages_too(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    seed(&service).await?;
    for sort in ["rank_score", "-rank_score"] {
        let list = format!("/v1/standings?as_of=2025-02-28&sort={sort}");
        let whole = service.get(&list).await?.expect(200);
        assert_eq!(whole.items().len(), 3);
        let (mut items, mut next) = (Vec::new(), format!("{list}&limit=1"));
        while !next.is_empty() {
            let page = service.get(&next).await?.expect(200);
            items.extend_from_slice(page.items());
            next = page.header("link").split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        }
        assert_eq!(items, whole.items());
    }
    service.stop().await
}

/// What is known to the year alone may lie on either side of what is known to the month.
#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn dates_are_as_precise_as_known(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    seed(&service).await?;
    for (n, (start, end, status)) in [
        (json!("2024-05"), json!("2024"), 201),
        (json!("2024-05-31"), json!("2024-05"), 201),
        (json!("2024-05-31"), json!("2024-05-31"), 201),
        (json!("2024"), json!("2024-02-29"), 201),
        (json!(null), json!("2023"), 201),
        (json!("2024-05-31"), json!("2024-04"), 422),
        (json!("2024"), json!("2023"), 422),
    ]
    .into_iter()
    .enumerate()
    {
        let role =
            json!({"person": "ines-cardoso", "organization": "ada-labs", "role": format!("role {n}"), "start_on": start, "end_on": end});
        let answer = service.post(As::Publish, "/v1/memberships", &role).await?.expect(status);
        if status == 422 {
            assert_eq!(answer.str("/errors/0/pointer"), "/end_on");
        } else {
            assert_eq!((&answer.body["start_on"], &answer.body["end_on"]), (&start, &end));
        }
    }
    let mut said = quote();
    for date in ["2025", "2025-03", "2025-03-01"] {
        said["text"] = json!(format!("Said as of {date}."));
        said["source"] = json!({"title": date});
        said["said_on"] = json!(date);
        let posted = service.post(As::Publish, "/v1/statements", &said).await?.expect(201);
        assert_eq!(posted.str("/said_on"), date);
        assert_eq!(posted.str("/stances/0/evidence_on"), "2025-03-01", "never after the day of recording");
    }
    service.stop().await
}
