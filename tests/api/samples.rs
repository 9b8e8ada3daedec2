//! A small record, written through the interface; its names and sentences are made up.

use serde_json::{Value, json};

use super::harness::{As, Outcome, Service};

pub const ARTICLE: &str = "At the harbour fair, a speech drew a crowd.\n\
“We publish the weights of every model that we train, and we shall go on doing so,” said Inês Cardoso, who heads research at Ada Labs.\n\
Borealis keeps its best models behind an interface and sells access by the month.\n\
“Openness? Perhaps one day,” said Tom Holloway of Borealis.";
pub const QUOTE: &str = "We publish the weights of every model that we train, and we shall go on doing so,";

pub fn ada() -> Value {
    json!({"name": "Ada Labs", "aliases": ["Ada Laboratories"], "classification": "lab", "website": "https://ada.example/", "founded_on": "2019-04"})
}

pub fn source() -> Value {
    json!({"url": "https://news.example/harbour", "title": "Speeches at the harbour", "publisher": "Harbour News",
        "published_on": "2025-02-20", "text": ARTICLE, "lang": "en"})
}

/// A quotation for open release.
pub fn quote() -> Value {
    json!({"actor": {"slug": "ines-cardoso"}, "on_behalf_of": {"slug": "ada-labs"}, "kind": "quote", "said_on": "2025-02-19", "text": QUOTE,
        "source": source(), "stances": [{"position": "open", "strength": 1}]})
}

/// The source in its own voice, against.
pub fn description() -> Value {
    json!({"actor": {"name": "Borealis", "kind": "organization"}, "kind": "description",
        "text": "Borealis keeps its best models behind an interface and sells access by the month.",
        "source": source(), "stances": [{"position": "closed", "strength": 0.7}]})
}

/// Undecided, without a text to find it in, of someone new.
pub fn hesitant() -> Value {
    json!({"actor": {"name": "Tom Holloway", "kind": "person"}, "kind": "quote", "text": "Openness? Perhaps one day,", "said_on": "2025-02",
        "source": {"url": "https://blog.example/notes", "title": "Notes"}, "stances": [{"proposition": "open-release", "position": "mixed"}]})
}

/// Two organizations, two people, a membership, a public quotation and a description, one statement that waits.
pub async fn seed(service: &Service) -> Outcome {
    service.post(As::Publish, "/v1/organizations", &ada()).await?.expect(201);
    service
        .post(As::Publish, "/v1/people", &json!({"name": "Inês Cardoso", "given_name": "Inês", "family_name": "Cardoso"}))
        .await?
        .expect(201);
    let role = json!({"person": "ines-cardoso", "organization": "ada-labs", "role": "head of research", "start_on": "2021"});
    service.post(As::Publish, "/v1/memberships", &role).await?.expect(201);
    service.post(As::Publish, "/v1/statements", &quote()).await?.expect(201);
    service.post(As::Publish, "/v1/statements", &description()).await?.expect(201);
    service.post(As::Submit, "/v1/statements", &hesitant()).await?.expect(201);
    Ok(())
}
