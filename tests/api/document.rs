//! The OpenAPI document: committed, sound, and true of the service.

use std::{collections::BTreeSet, path::Path};

use openstance::http::openapi;
use reqwest::Method;
use serde_json::Value;
use sqlx::PgPool;

use crate::{
    harness::{Answer, As, Outcome, Service, id},
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
