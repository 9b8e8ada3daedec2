//! The OpenAPI document: committed, sound, and true of the service.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use openstance::{
    domain::{actor::ActorKind, stance},
    http::openapi,
    ingest::demo,
    record::{self, Draft, NewSource},
};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::{
    harness::{Answer, As, Outcome, Service, id},
    mended::{SENTENCES, found},
    samples::seed,
};

/// An operation of the document.
pub struct Operation {
    /// Such as `GET /v1/people/{key}`.
    pub name: String,
    pub method: Method,
    pub template: String,
    pub definition: Value,
}

impl Operation {
    /// The names of its parameters at a place: `query`, `path`, `header`.
    fn parameters(&self, place: &str) -> BTreeSet<String> {
        let all = self.definition["parameters"].as_array().into_iter().flatten();
        all.filter(|parameter| parameter["in"] == place).filter_map(|parameter| parameter["name"].as_str()).map(str::to_owned).collect()
    }

    /// The path with something in each variable part.
    fn path(&self) -> String {
        self.template.replace("{id}", &id(999).to_string()).replace("{key}", "nobody").replace("{slug}", "nothing")
    }
}

/// The document as clients read it.
fn document() -> Outcome<Value> {
    Ok(serde_json::to_value(openapi())?)
}

/// Every operation of the document.
pub fn operations() -> Outcome<Vec<Operation>> {
    let document = document()?;
    let paths = document["paths"].as_object().ok_or("no paths")?;
    let mut operations = Vec::new();
    for (template, item) in paths {
        for (method, definition) in item.as_object().ok_or("no path item")? {
            let method = Method::from_bytes(method.to_uppercase().as_bytes())?;
            let (name, template) = (format!("{method} {template}"), template.clone());
            operations.push(Operation { name, method, template, definition: definition.clone() });
        }
    }
    Ok(operations)
}

#[test]
fn the_committed_document_is_the_one_of_the_code() -> Outcome {
    let committed = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json"))?;
    let written = openapi().to_pretty_json()?;
    let same = serde_json::from_str::<Value>(&committed)? == serde_json::from_str::<Value>(&written)?;
    assert!(
        same && committed.trim_end() == written,
        "the interface has changed: `openstance openapi > openapi.json`, and look at the difference"
    );
    Ok(())
}

#[test]
fn the_document_is_sound() -> Outcome {
    let document = document()?;
    assert_eq!(document["openapi"], "3.1.0");
    for member in ["title", "version", "description"] {
        assert!(document["info"][member].as_str().is_some_and(|text| !text.is_empty()), "info.{member}");
    }
    let mut ids = BTreeSet::new();
    for operation in operations()? {
        let Operation { name, template, definition, .. } = &operation;
        let text = |member: &str| definition[member].as_str().unwrap_or_default();
        assert!(!text("summary").is_empty() && !text("summary").ends_with('.'), "{name}: summary");
        assert!(!text("operationId").is_empty() && ids.insert(text("operationId").to_owned()), "{name}: operationId");
        assert!(definition["tags"].as_array().is_some_and(|tags| tags.len() == 1), "{name}: tag");
        let variables: BTreeSet<String> =
            template.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).map(str::to_owned).collect();
        assert_eq!(operation.parameters("path"), variables, "{name}: path parameters");
        let described = |parameter: &Value| parameter["description"].as_str().is_some_and(|text| !text.is_empty());
        assert!(definition["parameters"].as_array().into_iter().flatten().all(described), "{name}: parameters are described");
        let responses = definition["responses"].as_object().ok_or("no responses")?;
        assert!(responses.keys().any(|status| status.starts_with('2')) && responses.contains_key("default"), "{name}: responses");
        let writes = !matches!(operation.method, Method::GET);
        assert!(!writes || definition["security"].is_array(), "{name}: security");
    }
    references(&document, &document)
}

/// Whether everything referred to is there.
fn references(document: &Value, within: &Value) -> Outcome {
    match within {
        Value::Object(members) => {
            if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                let pointer = reference.strip_prefix('#').ok_or("a reference to elsewhere")?;
                document.pointer(pointer).ok_or_else(|| format!("nothing at {reference}"))?;
            }
            members.values().try_for_each(|member| references(document, member))
        }
        Value::Array(items) => items.iter().try_for_each(|item| references(document, item)),
        _ => Ok(()),
    }
}

/// Every documented parameter is known to its route, and no other is.
#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn routes_take_the_documented_parameters_and_no_others(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    seed(&service).await?;
    let mut faults = Vec::new();
    for operation in operations()?.into_iter().filter(|operation| operation.template.starts_with("/v1/")) {
        let ask = async |query: &str| {
            let path = format!("{}?{query}", operation.path());
            Answer::of(service.request(As::Admin, operation.method.clone(), &path).header("content-type", "application/json").body("{}"))
                .await
        };
        let refused = ask("colour=red").await?;
        if (refused.status, refused.body["type"].as_str()) != (400, Some("/problems/unknown-parameter")) {
            faults.push(format!("{} takes an unknown parameter: {} {}", operation.name, refused.status, refused.text));
        }
        for parameter in operation.parameters("query") {
            let known = ask(&format!("{parameter}=")).await?;
            if known.body["type"] == "/problems/unknown-parameter" {
                faults.push(format!("{} does not take its own `{parameter}`", operation.name));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    service.stop().await
}

/// The schema itself, behind its reference, and the parts that it is made of.
fn resolve<'a>(document: &'a Value, schema: &'a Value) -> Vec<&'a Value> {
    if let Some(reference) = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix('#')) {
        return document.pointer(reference).map(|schema| resolve(document, schema)).unwrap_or_default();
    }
    let parts = ["oneOf", "anyOf", "allOf"].into_iter().filter_map(|member| schema[member].as_array()).flatten();
    std::iter::once(schema).chain(parts.flat_map(|part| resolve(document, part))).collect()
}

/// Notes every word of an answer that the document has a list for, by its member; panics where the list is without it.
fn walk(document: &Value, schema: &Value, answer: &Value, at: &str, words: &mut BTreeMap<String, BTreeSet<String>>) {
    let schemas = resolve(document, schema);
    match answer {
        Value::Object(members) => {
            for (member, value) in members {
                let mut described = schemas.iter().filter_map(|schema| schema["properties"].get(member)).peekable();
                assert!(described.peek().is_some(), "{at}/{member} is not in the document");
                described.for_each(|schema| walk(document, schema, value, &format!("{at}/{member}"), words));
            }
        }
        Value::Array(items) => {
            let each = schemas.iter().filter_map(|schema| schema.get("items"));
            each.for_each(|schema| items.iter().for_each(|item| walk(document, schema, item, at, words)));
        }
        Value::String(word) => {
            let mut lists = schemas.iter().filter_map(|schema| schema["enum"].as_array()).peekable();
            if lists.peek().is_some() {
                assert!(lists.any(|list| list.contains(answer)), "{at}: the document does not know `{word}`");
                let member = at.rsplit('/').next().unwrap_or_default();
                words.entry(member.to_owned()).or_default().insert(word.clone());
            }
        }
        _ => {}
    }
}

/// The words of answers are those of the document, and the document's are taken by the service.
#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn the_document_knows_every_word(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let s = &service;
    let document = document()?;
    let words_of = |schema: &str| -> Vec<String> {
        let list = document["components"]["schemas"][schema]["enum"].as_array();
        list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    seed(s).await?;
    demo::ingest(&s.app.db, &s.now()).await?;
    for (n, classification) in words_of("Classification").iter().enumerate() {
        let body = json!({"name": format!("Organization {n}"), "classification": classification});
        assert_eq!(s.post(As::Publish, "/v1/organizations", &body).await?.expect(201).str("/classification"), classification);
        s.get(&format!("/v1/organizations?classification={classification}")).await?.expect(200);
    }
    for kind in words_of("StatementKind") {
        let mut body =
            json!({"actor": {"slug": "borealis"}, "kind": kind, "text": format!("All of it ({kind})."), "source": {"title": "A talk"}});
        body["stances"] = json!([{"position": "open"}]);
        assert_eq!(s.post(As::Publish, "/v1/statements", &body).await?.expect(201).str("/kind"), kind);
    }
    for (verdict, at) in words_of("Verdict").iter().zip(0..) {
        let id = s.get("/v1/statements").await?.items()[at]["id"].clone();
        s.post(As::Review, "/v1/reviews", &json!({"statement_id": id, "verdict": verdict})).await?.expect(201);
    }
    s.retract(As::Publish, s.get("/v1/statements").await?.str("/items/0/id"), "Misread.", Some("*")).await?.expect(204);

    let (now, mut tx) = (s.now(), s.app.db.write.begin().await?);
    let speaker = record::actors::resolve(&mut tx, &now, ActorKind::Person, "Inês Cardoso", &[]).await?;
    let accused = record::actors::resolve(&mut tx, &now, ActorKind::Organization, "Borealis", &[]).await?;
    let source = record::sources::source(&mut tx, &now, &NewSource { text: Some(SENTENCES[0]), ..NewSource::default() }).await?;
    let accusation = Draft { accused: vec![(accused, stance::Value::AGAINST)], ..found(speaker, SENTENCES[0], 0) };
    record::statements::statements(&mut tx, &now, source.row(), &[accusation]).await?;
    tx.commit().await?;

    let mut paths: Vec<(String, &str)> =
        ["organizations", "people", "memberships", "statements", "stances", "standings", "sources", "propositions", "reviews"]
            .map(|list| (format!("/v1/{list}?limit=200"), list))
            .into();
    paths.extend(words_of("Status").iter().map(|status| (format!("/v1/statements?limit=200&status={status}"), "statements")));
    for (parameter, schema) in [("basis", "Basis"), ("kind", "StatementKind")] {
        for list in ["statements", "stances"] {
            paths.extend(words_of(schema).iter().map(|word| (format!("/v1/{list}?{parameter}={word}"), list)));
        }
    }
    paths.extend(words_of("ActorKind").iter().map(|kind| (format!("/v1/standings?kind={kind}"), "standings")));
    let mut words = BTreeMap::new();
    for (path, list) in paths {
        let answer = s.get_as(As::Admin, &path).await?.expect(200);
        let operation = document["paths"][format!("/v1/{list}")]["get"]["responses"]["200"]["content"]["application/json"].get("schema");
        walk(&document, operation.ok_or("a schema")?, &answer.body, list, &mut words);
    }
    let seen = |member: &str| words.get(member).cloned().unwrap_or_default();
    let all = |schemas: &[&str]| schemas.iter().flat_map(|schema| words_of(schema)).collect::<BTreeSet<String>>();
    assert_eq!(seen("kind"), all(&["ActorKind", "StatementKind"]));
    assert_eq!(seen("classification"), all(&["Classification"]));
    assert_eq!(seen("status"), all(&["Status"]));
    assert_eq!(seen("state"), all(&["StanceState"]));
    assert_eq!(seen("verification"), all(&["Verification"]));
    let unused = BTreeSet::from(["revealed".to_owned()]);
    assert_eq!(seen("basis"), &all(&["Basis"]) - &unused, "deeds are not recorded yet");
    service.stop().await
}
