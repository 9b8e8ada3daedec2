//! How many queries an answer costs: counted where sqlx tells of each.

use std::{cell::RefCell, sync::Once};

use serde_json::json;
use sqlx::PgPool;
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    subscriber::Interest,
};
use tracing_subscriber::{
    Layer, Registry,
    layer::{Context, SubscriberExt},
};

use crate::{
    harness::{As, Outcome, Service},
    samples::seed,
};

thread_local! {
    /// The queries made on this thread while they are counted. A test runs on one thread, and so does the service that it starts.
    static MADE: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Begins to count, and gives what was counted since the last time.
fn counted() -> Vec<String> {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| tracing::subscriber::set_global_default(Registry::default().with(Queries)).expect("no other test installs one"));
    MADE.replace(Some(Vec::new())).unwrap_or_default()
}

/// Hears what sqlx tells of each query.
struct Queries;

impl<S: Subscriber> Layer<S> for Queries {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if metadata.target() == "sqlx::query" { Interest::sometimes() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.target() == "sqlx::query" && MADE.with_borrow(Option::is_some)
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut summary = Summary(String::new());
        event.record(&mut summary);
        MADE.with_borrow_mut(|made| made.as_mut().map(|made| made.push(summary.0)));
    }
}

struct Summary(String);

impl Visit for Summary {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "summary" {
            self.0 = format!("{value:?}");
        }
    }
}

#[sqlx::test(migrator = "openstance::db::MIGRATOR")]
async fn reads_cost_few_queries(pool: PgPool) -> Outcome {
    let service = Service::start(pool).await?;
    let s = &service;
    seed(s).await?;
    for n in 0..50 {
        let body = json!({"actor": {"name": format!("Speaker {}", n % 10), "kind": "person"}, "on_behalf_of": {"slug": "ada-labs"}, "kind": "quote",
            "text": format!("Sentence number {n} of a long day, said to be quoted."), "source": {"title": format!("Paper {}", n % 7)},
            "stances": [{"position": "open"}]});
        s.post(As::Publish, "/v1/statements", &body).await?.expect(201);
    }
    let statement = s.get("/v1/statements").await?.str("/items/0/url").to_owned();
    for (path, most, items) in [
        (statement.as_str(), 3, 0),
        ("/v1/statements?limit=50", 4, 50),
        ("/v1/statements?limit=50&organization=ada-labs&position=open", 6, 50),
        ("/v1/organizations?stance=open", 2, 1),
        ("/v1/organizations/ada-labs", 3, 0),
        ("/v1/organizations/ada-labs/standing", 5, 0),
        ("/v1/organizations/ada-labs/standing?explain=true", 5, 0),
        ("/v1/standings", 2, 13),
        ("/v1/stances?limit=50", 1, 50),
        ("/v1/sources", 1, 8),
        ("/v1/memberships", 1, 1),
    ] {
        counted();
        let answer = s.get(path).await?.expect(200);
        let made = counted();
        assert!((1..=most).contains(&made.len()), "{path}: {} queries: {made:#?}", made.len());
        if items > 0 {
            assert_eq!(answer.items().len(), items, "{path}");
        }
    }
    service.stop().await
}
