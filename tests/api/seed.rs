//! The article that the service is measured by: read from a folder beside the project, and left out, loudly, where that is not there.

use std::{io::Write, path::PathBuf};

use openstance::ingest::{self, Ingested, Options};
use serde::Deserialize;
use sqlx::PgPool;

use crate::harness::{Answer, Outcome, Service};

/// What a person reads in the article.
#[derive(Deserialize)]
struct Gold {
    publisher: Option<String>,
    statements: Vec<GoldStatement>,
    stances: Vec<GoldStance>,
}

#[derive(Deserialize)]
struct GoldStatement {
    kind: String,
    text: String,
    speaker: Option<String>,
}

#[derive(Deserialize)]
struct GoldStance {
    holder: String,
    position: String,
}

struct Article {
    text: String,
    gold: Gold,
}

/// The article, from `OPENSTANCE_SHARED` or the folder `shared` beside the project.
fn article() -> Outcome<Option<Article>> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let folder = std::env::var_os("OPENSTANCE_SHARED").map_or_else(beside, PathBuf::from).join("corpora/seed");
    if !folder.is_dir() {
        // Past the capture of tests that pass: it must not go unnoticed.
        writeln!(
            std::io::stderr(),
            "\nSKIPPED: there is no {}; set OPENSTANCE_SHARED to the folder that holds corpora/seed",
            folder.display()
        )?;
        return Ok(None);
    }
    let text = std::fs::read_to_string(folder.join("article.txt"))?;
    let gold = serde_json::from_str(&std::fs::read_to_string(folder.join("article.json"))?)?;
    Ok(Some(Article { text, gold }))
}

async fn ingested(pool: PgPool) -> Outcome<Option<(Service, Article)>> {
    let Some(article) = article()? else { return Ok(None) };
    let service = Service::start(pool).await?;
    let report = ingest::article(&service.app.db, &service.now(), &article.text, &options(&article)).await?;
    assert!(matches!(&report, Ingested::Now(report) if report.stored > 0), "{report:?}");
    Ok(Some((service, article)))
}

fn options(article: &Article) -> Options {
    Options { publisher: article.gold.publisher.clone(), ..Options::default() }
}

/// An organization or person by a name, if there is one.
async fn actor(service: &Service, list: &str, name: &str) -> Outcome<Option<serde_json::Value>> {
    let found = service.get(&format!("/v1/{list}?q={}", name.replace(' ', "+"))).await?.expect(200);
    let named = |item: &&serde_json::Value| {
        item["name"] == name || item["aliases"].as_array().is_some_and(|aliases| aliases.iter().any(|alias| alias == name))
    };
    Ok(found.items().iter().find(named).cloned())
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn everything_stored_stands_in_the_text(pool: PgPool) -> Outcome {
    let Some((service, article)) = ingested(pool).await? else { return Ok(()) };
    let stored: String = sqlx::query_scalar("select text from sources").fetch_one(&service.pool).await?;
    assert_eq!(stored, article.text.trim_start_matches('\u{feff}').replace("\r\n", "\n"));
    let (all, placed): (i64, i64) = sqlx::query_as(
        "select count(*), count(*) filter (where substr(s.text, o.start_at + 1, o.end_at - o.start_at) = o.exact)
         from occurrences o join sources s on s.id = o.source_id",
    )
    .fetch_one(&service.pool)
    .await?;
    assert!(all > 0 && all == placed, "{placed} of {all} occurrences stand where they are said to");
    let around = service.count(
        "occurrences o join sources s on s.id = o.source_id
         where substr(s.text, greatest(o.start_at - 31, 1), least(32, o.start_at)) <> o.prefix or substr(s.text, o.end_at + 1, 32) <> o.suffix",
    );
    assert_eq!(around.await?, 0, "and so do the words before and after");
    assert_eq!(service.count("statements s join occurrences o on o.statement_id = s.id where s.text <> o.exact").await?, 0);
    assert_eq!(service.count("occurrences where mention_end <= mention_start or rule = ''").await?, 0);
    service.stop().await
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn twice_changes_nothing(pool: PgPool) -> Outcome {
    let Some((service, article)) = ingested(pool).await? else { return Ok(()) };
    let before = service.contents().await?;
    service.advance(chrono::TimeDelta::days(2));
    let again = ingest::article(&service.app.db, &service.now(), &article.text, &options(&article)).await?;
    assert!(matches!(again, Ingested::Before(_)), "{again:?}");
    assert_eq!(before, service.contents().await?);

    let standings = service.get("/v1/standings").await?;
    let otherwise = Options { title: Some("The same".to_owned()), ..options(&article) };
    let otherwise = ingest::article(&service.app.db, &service.now(), &article.text, &otherwise).await?;
    assert!(matches!(&otherwise, Ingested::Now(report) if report.stored == 0 && report.repeated > 0), "{otherwise:?}");
    let after = service.contents().await?;
    for table in ["actors", "statements", "occurrences", "stances", "standings", "memberships", "changes"] {
        assert_eq!(before[table], after[table], "{table}: another title only completes the source");
    }
    assert_eq!(standings.items(), service.get("/v1/standings").await?.items());
    service.stop().await
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn the_first_question_is_answered(pool: PgPool) -> Outcome {
    let Some((service, article)) = ingested(pool).await? else { return Ok(()) };
    for GoldStance { holder, position } in &article.gold.stances {
        let organization = actor(&service, "organizations", holder).await?;
        let found = match organization {
            Some(found) => found,
            None => actor(&service, "people", holder).await?.ok_or_else(|| format!("there is no {holder}"))?,
        };
        assert_eq!(found["standing"]["position"], position.as_str(), "{holder}: {found:#}");
    }
    let listed = async |stance: &str| -> Outcome<Vec<String>> {
        let answer = service.get(&format!("/v1/organizations?stance={stance}")).await?.expect(200);
        Ok(answer.items().iter().map(|item| item["name"].as_str().unwrap_or_default().to_owned()).collect())
    };
    let wanted = |position: &str, organizations: &[String]| {
        let mut wanted = Vec::new();
        for stance in article.gold.stances.iter().filter(|stance| stance.position == position) {
            wanted.extend(organizations.iter().filter(|name| name.starts_with(&stance.holder)).cloned());
        }
        wanted
    };
    for position in ["open", "closed", "mixed"] {
        let mut found = listed(position).await?;
        let mut wanted = wanted(position, &found);
        found.sort();
        wanted.sort();
        assert_eq!(found, wanted, "nobody else is {position}");
    }
    for silent in ["Microsoft", "Reddit"] {
        let standing = actor(&service, "organizations", silent).await?.map(|found| found["standing"].clone());
        assert!(standing.is_none_or(|standing| standing.is_null()), "{silent} has no standing");
    }
    service.stop().await
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn quotations_are_public_word_for_word(pool: PgPool) -> Outcome {
    let Some((service, article)) = ingested(pool).await? else { return Ok(()) };
    let quotes = article.gold.statements.iter().filter(|statement| statement.kind == "quote");
    let mut speakers = 0;
    for GoldStatement { text, speaker, .. } in quotes {
        let Some(speaker) = speaker else { continue };
        speakers += 1;
        let person = actor(&service, "people", speaker).await?.ok_or_else(|| format!("there is no {speaker}"))?;
        let slug = person["slug"].as_str().unwrap_or_default();
        let said = service.get(&format!("/v1/statements?speaker={slug}&kind=quote&limit=200")).await?.expect(200);
        let words = |text: &str| text.trim_end_matches(['.', ',', '!', '?']).to_owned();
        let same = |item: &&serde_json::Value| item["text"].as_str().is_some_and(|said| words(said) == words(text));
        let item = said.items().iter().find(same).ok_or_else(|| format!("{speaker} is not quoted with {text:?}: {}", said.text))?;
        assert_eq!((&item["status"], &item["verification"]), (&"published".into(), &"verified".into()));
        assert_eq!(item["speaker"]["name"], speaker.as_str());
        let occurrence = &item["occurrences"][0];
        assert_eq!(occurrence["exact"], item["text"]);
        let (start, end) = (&occurrence["position"]["start"], &occurrence["position"]["end"]);
        let (start, end) = (usize::try_from(start.as_u64().ok_or("no start")?)?, usize::try_from(end.as_u64().ok_or("no end")?)?);
        let there: String = article.text.chars().skip(start).take(end - start).collect();
        assert_eq!(occurrence["exact"], there.as_str(), "at its place in the text");
        assert!(occurrence["rule"].as_str().is_some_and(|rule| !rule.is_empty()));
        assert!(occurrence["context"]["text"].as_str().is_some_and(|context| context.contains(&there)));
        service.get(&format!("/v1/sources/{}", occurrence["source"]["id"].as_str().unwrap_or_default())).await?.expect(200);
    }
    assert!(speakers >= 4);
    service.stop().await
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn what_is_said_of_an_organization_is_not_its_words(pool: PgPool) -> Outcome {
    let Some((service, _)) = ingested(pool).await? else { return Ok(()) };
    let meta = actor(&service, "organizations", "Meta").await?.ok_or("there is no Meta")?;
    let slug = meta["slug"].as_str().unwrap_or_default();
    let of: Answer = service.get(&format!("/v1/statements?holder={slug}")).await?.expect(200);
    assert!(!of.items().is_empty());
    for item in of.items() {
        assert_eq!(item["kind"], "description", "{item:#}");
        assert!(item.get("speaker").is_none() && item["on_behalf_of"].is_null());
        assert_eq!(item["actor"]["slug"], slug);
        assert!(item["stances"].as_array().is_some_and(|stances| stances.iter().all(|stance| stance["basis"] == "reported")));
    }
    assert!(service.get(&format!("/v1/statements?speaker={slug}")).await?.expect(200).items().is_empty());
    service.stop().await
}
