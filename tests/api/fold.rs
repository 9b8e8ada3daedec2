//! Random histories against the real database: whatever happens in whatever order, kept sums are those of a fresh fold, and settled answers stay.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use openstance::{
    clock::Now,
    db::{self, PgConnection, stances::StanceRow},
    domain::{
        actor::ActorKind,
        proposition::Proposition,
        stance::{Confidence, Value},
        standing::{Evidence, Sums, last_evidence_on},
        statement::{StatementKind, Status, Verdict},
        text::TextPosition,
    },
    record::{self, Draft, DraftStance, NewSource, Place, Reading, verdicts},
};
use proptest::prelude::*;
use serde_json::Value as Json;
use sqlx::PgPool;
use uuid::Uuid;

use crate::harness::{As, Outcome, Service};

const NAMES: [(&str, ActorKind); 4] = [
    ("Ada Labs", ActorKind::Organization),
    ("Borealis", ActorKind::Organization),
    ("Inês Cardoso", ActorKind::Person),
    ("Tom Holloway", ActorKind::Person),
];
const TEXTS: [&str; 4] = [
    "Open it all.",
    "Never.",
    "We publish the weights of every model that we train, always.",
    "Some of our models will stay with us and others will not.",
];
const DATES: [Option<&str>; 5] = [None, Some("2025-02-10"), Some("2025-02-12"), Some("2025-01"), Some("2024")];
const VALUES: [i16; 6] = [100, 70, 40, 0, -40, -100];

/// What can happen.
#[derive(Debug, Clone)]
enum Event {
    /// A source says something: which one, with a text or not, and what.
    Record {
        source: usize,
        text: bool,
        statements: Vec<Said>,
    },
    /// The same text is read again, and now says this.
    Reread {
        source: usize,
        statements: Vec<Said>,
    },
    Review {
        which: usize,
        accept: bool,
    },
    Retract {
        which: usize,
    },
    /// Time passes.
    Wait(i64),
}

#[derive(Debug, Clone)]
struct Said {
    actor: usize,
    behalf: Option<usize>,
    accused: Option<usize>,
    kind: usize,
    text: usize,
    date: usize,
    value: usize,
    confidence: i16,
    pending: bool,
}

fn said() -> impl Strategy<Value = Said> {
    let who = (0..NAMES.len(), proptest::option::of(0..2_usize), proptest::option::weighted(0.2, 0..NAMES.len()));
    let what = (0..3_usize, 0..TEXTS.len(), 0..DATES.len(), 0..VALUES.len(), 300..=1000_i16, proptest::bool::weighted(0.25));
    (who, what).prop_map(|((actor, behalf, accused), (kind, text, date, value, confidence, pending))| Said {
        actor,
        behalf,
        accused,
        kind,
        text,
        date,
        value,
        confidence,
        pending,
    })
}

fn event() -> impl Strategy<Value = Event> {
    let some = || proptest::collection::vec(said(), 1..4);
    prop_oneof![
        4 => (0..5_usize, any::<bool>(), some()).prop_map(|(source, text, statements)| Event::Record { source, text, statements }),
        2 => (0..5_usize, some()).prop_map(|(source, statements)| Event::Reread { source, statements }),
        3 => (0..64_usize, any::<bool>()).prop_map(|(which, accept)| Event::Review { which, accept }),
        2 => (0..64_usize).prop_map(|which| Event::Retract { which }),
        2 => (0..200_i64).prop_map(Event::Wait),
    ]
}

/// Where the record stands: who is in it, and who reviews.
struct World<'a> {
    service: &'a Service,
    actors: Vec<Uuid>,
    reviewer: Uuid,
}

impl World<'_> {
    fn draft(&self, said: &Said, text: bool) -> Draft {
        let kind = [StatementKind::Quote, StatementKind::Paraphrase, StatementKind::Description][said.kind];
        let confidence = Confidence::new(said.confidence).expect("in range");
        let start = TEXTS[..said.text].iter().map(|text| text.len() + 1).sum();
        let place = TextPosition { start, end: start + TEXTS[said.text].len() };
        let stance = DraftStance {
            proposition: Proposition::default_one().id,
            value: Value::new(VALUES[said.value]).expect("in range"),
            confidence,
            method: "test".to_owned(),
            held: false,
        };
        Draft {
            kind,
            actor: Some(self.actors[said.actor]),
            actor_text: None,
            on_behalf_of: said.behalf.map(|n| self.actors[n]).filter(|_| kind.is_speech()),
            text: TEXTS[said.text].to_owned(),
            said_on: DATES[said.date].and_then(|date| date.parse().ok()),
            status: if said.pending { Status::Pending } else { Status::Published },
            for_review: said.pending,
            place: Place { position: text.then_some(place), ..Place::default() },
            rule: "test".to_owned(),
            confidence,
            stances: vec![stance],
            accused: said.accused.map(|n| (self.actors[n], Value::AGAINST)).into_iter().collect(),
            created_by: None,
        }
    }

    async fn record(&self, conn: &mut PgConnection, now: &Now, source: usize, text: bool, statements: &[Said]) -> Outcome {
        let (url, whole) = (format!("https://source-{source}.example/"), TEXTS.join("\n"));
        let published_on = DATES[source].and_then(|date| date.parse().ok());
        let new = NewSource { url: Some(&url), published_on, text: text.then_some(whole.as_str()), ..NewSource::default() };
        let reading = record::sources::source(conn, now, &new).await?;
        let drafts: Vec<Draft> = statements.iter().map(|said| self.draft(said, text)).collect();
        let recorded = record::statements::statements(conn, now, reading.row(), &drafts).await?;
        if let (Reading::Known(row), true) = (&reading, text) {
            record::reread(conn, now, row, &drafts, &recorded, &BTreeSet::new()).await?;
        }
        Ok(())
    }

    async fn happen(&self, event: &Event) -> Outcome {
        let now = self.service.now();
        let mut tx = self.service.app.db.write.begin().await?;
        match event {
            Event::Wait(minutes) => self.service.advance(TimeDelta::minutes(*minutes)),
            Event::Record { source, text, statements } => self.record(&mut tx, &now, *source, *text, statements).await?,
            Event::Reread { source, statements } => self.record(&mut tx, &now, *source, true, statements).await?,
            Event::Review { which, accept } => {
                let verdict = if *accept { Verdict::Accept } else { Verdict::Reject };
                if let Some(id) = nth(&mut tx, *which).await? {
                    match verdicts::review(&mut tx, &now, id, verdict, None, self.reviewer).await {
                        Ok(_) | Err(record::Error::Settled(_)) => {}
                        Err(error) => return Err(error.into()),
                    }
                }
            }
            Event::Retract { which } => {
                if let Some(id) = nth(&mut tx, *which).await? {
                    let locked = verdicts::lock(&mut tx, id).await?;
                    match verdicts::retract(&mut tx, &now, &locked, "test").await {
                        Ok(()) | Err(record::Error::Settled(_)) => {}
                        Err(error) => return Err(error.into()),
                    }
                }
            }
        }
        Ok(tx.commit().await?)
    }
}

/// Some statement.
async fn nth(conn: &mut PgConnection, which: usize) -> Outcome<Option<Uuid>> {
    let all: Vec<Uuid> = sqlx::query_scalar("select id from statements order by id").fetch_all(conn).await?;
    Ok(if all.is_empty() { None } else { Some(all[which % all.len()]) })
}

/// Checks every kept standing against a fresh fold over the current stances.
async fn check_sums(service: &Service) -> Outcome {
    let mut conn = service.app.db.read.acquire().await?;
    let proposition = Proposition::default_one().id;
    let holders: Vec<Uuid> =
        sqlx::query_scalar("select holder_id from standings union select holder_id from stances").fetch_all(&mut *conn).await?;
    let today = service.now().at.date_naive();
    for holder in holders {
        let rows = db::stances::of_holder(&mut conn, holder, proposition, None, None).await?;
        let evidence: Vec<Evidence> = rows.iter().map(StanceRow::evidence).collect();
        let kept = db::standings::of_holder(&mut conn, holder, proposition).await?.ok_or("a holder without a standing")?;
        assert_eq!((kept.sums, kept.last_evidence_on), (Sums::of(&evidence), last_evidence_on(&evidence)), "{evidence:#?}");
        let by_today = db::stances::of_holder(&mut conn, holder, proposition, Some(today), None).await?;
        assert_eq!(by_today.len(), rows.len(), "no as_of is today's");
        let figures: (Option<String>, Option<f64>) =
            sqlx::query_as("select position, score from standings where holder_id = $1").bind(holder).fetch_one(&mut *conn).await?;
        let fresh = Sums::of(&evidence).standing();
        assert_eq!(figures, (fresh.map(|s| s.position.as_str().to_owned()), fresh.map(|s| s.score)));
    }
    let doubled: i64 = sqlx::query_scalar(
        "select count(*) from (select 1 from stances where superseded_at is null group by holder_id, statement_id having count(*) > 1) as d",
    )
    .fetch_one(&mut *conn)
    .await?;
    assert_eq!(doubled, 0);
    let stale: i64 = sqlx::query_scalar(
        "select count(*) from stances t join statements s on s.id = t.statement_id where t.superseded_at is null
         and (s.status = 'published') <> (t.state <> 'held')",
    )
    .fetch_one(&mut *conn)
    .await?;
    assert_eq!(stale, 0, "what counts is of published statements, and what is held of others");
    let misdated: i64 = sqlx::query_scalar(
        "select count(*) from stances t join statements s on s.id = t.statement_id join occurrences o on o.statement_id = s.id
         join sources r on r.id = o.source_id
         where t.superseded_at is null and s.kind = 'quote' and s.said_on is null and r.published_on is not null and (t.undated or t.evidence_on >
         (r.published_on + case r.published_precision when 'year' then interval '1 year' when 'month' then interval '1 month' else interval '1 day' end)::date - 1)",
    )
    .fetch_one(&mut *conn)
    .await?;
    assert_eq!(misdated, 0, "a quotation dates from its earliest publication");
    Ok(())
}

/// Every standing now, under the address that asks for it again.
async fn answers(service: &Service) -> Outcome<Vec<(String, Json)>> {
    let mut answers = Vec::new();
    for list in ["organizations", "people"] {
        for item in service.get(&format!("/v1/{list}")).await?.expect(200).items() {
            let url = format!("{}/standing?explain=true", item["url"].as_str().unwrap_or_default());
            let answer = service.get(&url).await?.expect(200);
            assert_eq!(answer.body["standing"], item["standing"], "the list says the same");
            if let Some(known_at) = answer.body["known_at"].as_str() {
                answers.push((format!("{url}&known_at={known_at}"), answer.body));
            }
        }
    }
    Ok(answers)
}

/// Lives through a history; checks the sums after each event, and at the end that every answer given on the way is given again.
async fn live(pool: PgPool, history: &[Event]) -> Outcome {
    let service = Service::start(pool).await?;
    let now = service.now();
    let mut tx = service.app.db.write.begin().await?;
    let mut actors = Vec::new();
    for (name, kind) in NAMES {
        actors.push(record::actors::resolve(&mut tx, &now, kind, name, &[]).await?);
    }
    tx.commit().await?;
    let reviewer = sqlx::query_scalar("select id from api_keys where name = 'Review'").fetch_one(&service.pool).await?;
    let world = World { service: &service, actors, reviewer };
    let mut settled = Vec::new();
    for event in history {
        world.happen(event).await?;
        check_sums(&service).await?;
        settled.extend(answers(&service).await?);
    }
    for (address, answer) in settled {
        assert_eq!(service.get(&address).await?.expect(200).body, answer, "{address}");
    }
    assert!(service.get_as(As::Review, "/v1/statements?status=pending").await?.status == 200);
    service.stop().await
}

/// Histories that come out the same in every run.
fn histories(length: usize, seed: u8) -> Vec<Event> {
    use proptest::{
        strategy::ValueTree,
        test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
    };
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]));
    let tree = proptest::collection::vec(event(), length).new_tree(&mut runner).expect("nothing is filtered");
    tree.current()
}

macro_rules! histories {
    ($($name:ident = $seed:literal),+) => {$(
        #[sqlx::test(migrator = "openstance::db::MIGRATOR")]
        async fn $name(pool: PgPool) -> Outcome {
            live(pool, &histories(40, $seed)).await
        }
    )+};
}
histories!(first_history = 1, second_history = 2, third_history = 3, fourth_history = 4, fifth_history = 5, sixth_history = 6);
