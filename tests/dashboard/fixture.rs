//! A small record with every sort of statement, written through the one write path; its names and sentences are made up.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use openstance::{
    clock::{Clock, Ids, Now},
    db::{self, Db, PgConnection, sources::SourceRow},
    domain::{
        actor::ActorKind,
        date::PartialDate,
        proposition::Proposition,
        stance::{Confidence, Value},
        statement::{StatementKind, Status},
        text::{CodePoints, Span},
    },
    http::App,
    query::CursorKey,
    record::{self, Draft, DraftStance, NewSource, Place, Recorded, actors},
};
use sqlx::postgres::PgConnectOptions;
use uuid::Uuid;

pub type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// Undated, and of the demonstration.
pub const ARTICLE: &str = "Nobody in the café expected it.\n\
Inês Cardoso, head of research at Ada Labs, took the microphone and said: “Naïve or not — our weights are open, and they stay open.” \
The room went quiet.\n\
Borealis keeps its models behind an interface, and Cordova’s board is divided over releasing them.\n\
“<script>alert('x')</script> is all the source code we will publish,” said Tom O’Neill, who leads Borealis.\n\
Cardoso accused Borealis of closing what the public had paid for.\n\
Dunlin may release a small model one day.";

/// Dated, with an address.
pub const REPORT: &str = "Ada Labs released the weights of its newest model, as it had done before.";

/// When everything is recorded.
pub fn clock() -> Clock {
    Clock::fixed(DateTime::<Utc>::from_timestamp(1_740_830_400, 0).expect("a time")) // 2025-03-01T12:00:00Z
}

pub fn app(options: &PgConnectOptions) -> App {
    App { db: Db::new(options, 4), clock: clock(), ids: Ids::counting(), cursor_key: CursorKey::new([7; 32]), bell: Arc::default() }
}

/// What a draft is made from.
struct Line<'a> {
    exact: &'a str,
    kind: StatementKind,
    actor: Uuid,
    mention: &'a str,
    rule: &'a str,
    confidence: i16,
    value: i16,
}

impl Line<'_> {
    fn draft(&self, text: &str) -> Draft {
        let span = |part: &str| text.find(part).map(|start| Span::new(start, start + part.len()));
        let points = CodePoints::new(text);
        let exact = span(self.exact).expect("the words are in the text");
        let confidence = Confidence::new(self.confidence).expect("in range");
        let stance = DraftStance {
            proposition: Proposition::default_one().id,
            value: Value::new(self.value).expect("in range"),
            confidence,
            method: self.rule.to_owned(),
            held: false,
        };
        Draft {
            kind: self.kind,
            actor: Some(self.actor),
            actor_text: Some(self.mention.to_owned()),
            on_behalf_of: None,
            text: self.exact.to_owned(),
            said_on: None,
            status: Status::Published,
            for_review: false,
            place: Place {
                position: Some(points.position(exact)),
                mention: span(self.mention).map(|span| points.position(span)),
                ..Place::default()
            },
            rule: self.rule.to_owned(),
            confidence,
            stances: vec![stance],
            accused: Vec::new(),
            created_by: None,
        }
    }
}

/// The statements that tests look for.
pub struct Seeded {
    pub quote: Uuid,
    pub script: Uuid,
    pub description: Uuid,
    pub accusation: Uuid,
}

/// Makes the proposition known; nothing more.
pub async fn prepare(conn: &mut PgConnection) -> Outcome {
    Ok(db::propositions::ensure(conn, &Proposition::default_one(), clock().now()).await?)
}

/// Writes the record.
pub async fn seed(app: &App) -> Outcome<Seeded> {
    let now = Now { at: app.clock.now(), ids: app.ids.clone() };
    let mut tx = app.db.write.begin().await?;
    prepare(&mut tx).await?;
    let seeded = article(&mut tx, &now).await?;
    tx.commit().await?;
    Ok(seeded)
}

async fn article(conn: &mut PgConnection, now: &Now) -> Outcome<Seeded> {
    use StatementKind::{Description, Paraphrase, Quote};

    let article = NewSource { title: Some("Open & <b>shut</b>"), collection: Some("demo"), text: Some(ARTICLE), ..NewSource::default() };
    let article = record::sources::source(conn, now, &article).await?.row().clone();
    let ada = actors::resolve(conn, now, ActorKind::Organization, "Ada Labs", &[]).await?;
    let borealis = actors::resolve(conn, now, ActorKind::Organization, "Borealis", &["Borealis <Group>".to_owned()]).await?;
    let cordova = actors::resolve(conn, now, ActorKind::Organization, "Cordova", &[]).await?;
    let dunlin = actors::resolve(conn, now, ActorKind::Organization, "Dunlin", &[]).await?;
    let ines = actors::resolve(conn, now, ActorKind::Person, "Inês Cardoso", &[]).await?;
    let tom = actors::resolve(conn, now, ActorKind::Person, "Tom O’Neill", &[]).await?;

    let line =
        |exact, kind, actor, mention, rule, confidence, value| Line { exact, kind, actor, mention, rule, confidence, value }.draft(ARTICLE);
    let quote = "Naïve or not — our weights are open, and they stay open.";
    let script = "<script>alert('x')</script> is all the source code we will publish,";
    let accusation = "Cardoso accused Borealis of closing what the public had paid for";
    let drafts = [
        Draft { on_behalf_of: Some(ada), ..line(quote, Quote, ines, "Inês Cardoso", "beside", 950, 100) },
        line("Borealis keeps its models behind an interface", Description, borealis, "Borealis", "description", 850, -100),
        line("Cordova’s board is divided over releasing them", Description, cordova, "Cordova", "description", 900, 0),
        Draft { on_behalf_of: Some(borealis), ..line(script, Quote, tom, "Tom O’Neill", "beside", 900, -70) },
        Draft { accused: vec![(borealis, Value::AGAINST)], ..line(accusation, Paraphrase, ines, "Cardoso", "accusation", 800, 40) },
        line("Dunlin may release a small model one day", Description, dunlin, "Dunlin", "description", 600, 40),
    ];
    let recorded = record::statements::statements(conn, now, &article, &drafts).await?;
    let [quote, description, _, script, accusation, _] = recorded.as_slice() else { return Err("six statements".into()) };
    let seeded = Seeded { quote: quote.id(), script: script.id(), description: description.id(), accusation: accusation.id() };
    let membership = record::NewMembership {
        person: ines,
        organization: ada,
        role: "head of research".to_owned(),
        start: None,
        end: None,
        source: Some(article.id),
    };
    actors::membership(conn, now, &membership).await?;
    report(conn, now, ada).await?;
    Ok(seeded)
}

async fn report(conn: &mut PgConnection, now: &Now, ada: Uuid) -> Outcome<Vec<Recorded>> {
    let report = NewSource {
        title: Some("What was released"),
        publisher: Some("Example News"),
        url: Some("https://news.example/released?a=1&b=2"),
        published_on: Some("2025-02-03".parse::<PartialDate>()?),
        text: Some(REPORT),
        ..NewSource::default()
    };
    let report: SourceRow = record::sources::source(conn, now, &report).await?.row().clone();
    let line = Line {
        exact: "Ada Labs released the weights of its newest model",
        kind: StatementKind::Description,
        actor: ada,
        mention: "Ada Labs",
        rule: "description",
        confidence: 900,
        value: 100,
    };
    Ok(record::statements::statements(conn, now, &report, &[line.draft(REPORT)]).await?)
}
