//! A running service for one test: its own database, time that the test sets, ids that count, a key for each scope.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use chrono::{DateTime, TimeDelta, Utc};
use openstance::{
    clock::{Clock, Ids, Now},
    dashboard,
    db::{self, Db},
    domain::proposition::Proposition,
    http::{
        self, App,
        health::Probe,
        layers::Settings,
        server::{self, Limits},
    },
    keys::{self, Scope},
    query::CursorKey,
};
use reqwest::{Client, Method, RequestBuilder, header::HeaderMap};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgPool, postgres::PgConnectOptions};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use uuid::Uuid;

pub type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// When tests begin: 2025-03-01T12:00:00Z, a Saturday.
const BEGIN: i64 = 1_740_830_400;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum As {
    Nobody,
    Submit,
    Publish,
    Review,
    Ingest,
    Admin,
    /// With every scope, but ended.
    Expired,
    /// With every scope, but taken back.
    Revoked,
}

impl As {
    pub const ALL: [Self; 8] =
        [Self::Nobody, Self::Submit, Self::Publish, Self::Review, Self::Ingest, Self::Admin, Self::Expired, Self::Revoked];
}

/// Chance that is none: each key comes out different, and the same in every run.
pub struct Chance(pub u32);

impl rand::TryRng for Chance {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Ok(self.0)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from(self.try_next_u32()?) << 32 | u64::from(self.try_next_u32()?))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for byte in bytes {
            *byte = self.try_next_u32()?.to_be_bytes()[0];
        }
        Ok(())
    }
}

/// A running service; it stops with the test.
pub struct Service {
    pub app: App,
    pub pool: PgPool,
    pub address: String,
    time: Arc<AtomicI64>,
    client: Client,
    keys: BTreeMap<As, String>,
    stop: Option<oneshot::Sender<()>>,
    done: JoinHandle<usize>,
}

impl Service {
    /// Starts the service on the test's database.
    pub async fn start(pool: PgPool) -> Outcome<Self> {
        let options: PgConnectOptions = (*pool.connect_options()).clone();
        let time = Arc::new(AtomicI64::new(BEGIN));
        let told = time.clone();
        let clock = Clock::from_fn(move || DateTime::from_timestamp(told.load(Ordering::SeqCst), 0).unwrap_or_default());
        let app = App { db: Db::new(&options, 4), clock, ids: Ids::counting(), cursor_key: CursorKey::new([7; 32]), bell: Arc::default() };
        db::propositions::ensure(&mut *pool.acquire().await?, &Proposition::default_one(), app.clock.now()).await?;
        let keys = make_keys(&app).await?;

        let ready = app.db.clone();
        let probe = Probe::new(move || {
            let db = ready.clone();
            async move { db.ready().await }
        });
        let router = http::service(app.clone(), dashboard::routes(), probe, None, Settings::new(Ids::counting()))?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}", listener.local_addr()?);
        let (stop, stopped) = oneshot::channel::<()>();
        let done = tokio::spawn(server::serve(listener, router, Limits::default(), async {
            let _ = stopped.await;
        }));
        let client = Client::builder().no_proxy().no_gzip().no_brotli().redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { app, pool, address, time, client, keys, stop: Some(stop), done })
    }

    /// Stops the service and waits until its last request has ended.
    pub async fn stop(mut self) -> Outcome {
        drop(self.stop.take());
        assert_eq!((&mut self.done).await?, 0, "no request is cut off");
        Ok(())
    }

    /// The moment of a write beside the HTTP interface.
    pub fn now(&self) -> Now {
        self.app.now()
    }

    /// Lets time pass.
    pub fn advance(&self, by: TimeDelta) {
        self.time.fetch_add(by.num_seconds(), Ordering::SeqCst);
    }

    /// The key of a caller.
    pub fn key(&self, who: As) -> Option<&str> {
        self.keys.get(&who).map(String::as_str)
    }

    /// A request, with the caller's key if it has one.
    pub fn request(&self, who: As, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.address));
        match self.key(who) {
            Some(key) => request.bearer_auth(key),
            None => request,
        }
    }

    /// A GET without a key.
    pub async fn get(&self, path: &str) -> Outcome<Answer> {
        self.get_as(As::Nobody, path).await
    }

    /// A GET.
    pub async fn get_as(&self, who: As, path: &str) -> Outcome<Answer> {
        Answer::of(self.request(who, Method::GET, path)).await
    }

    /// A POST of JSON.
    pub async fn post(&self, who: As, path: &str, body: &Value) -> Outcome<Answer> {
        Answer::of(self.request(who, Method::POST, path).json(body)).await
    }

    /// A retraction of the version that `tag` names.
    pub async fn retract(&self, who: As, id: &str, reason: &str, tag: Option<&str>) -> Outcome<Answer> {
        let mut request = self.request(who, Method::DELETE, &format!("/v1/statements/{id}?reason={}", reason.replace(' ', "+")));
        if let Some(tag) = tag {
            request = request.header("if-match", tag);
        }
        Answer::of(request).await
    }

    /// Every table with the number of its rows and a digest of all that they hold; of keys the number alone, since they note their use.
    pub async fn contents(&self) -> Outcome<BTreeMap<String, (i64, String)>> {
        let tables: Vec<String> =
            sqlx::query_scalar("select tablename::text from pg_tables where schemaname = 'public' and tablename not like '\\_sqlx%'")
                .fetch_all(&self.pool)
                .await?;
        let mut contents = BTreeMap::new();
        for table in tables {
            let rows = if table == "api_keys" { "''" } else { "coalesce(md5(string_agg(t::text, '|' order by t::text)), '')" };
            let row = sqlx::query_as(AssertSqlSafe(format!("select count(*), {rows} from {table} t"))).fetch_one(&self.pool).await?;
            contents.insert(table, row);
        }
        Ok(contents)
    }

    /// The number of rows of a table.
    pub async fn count(&self, table: &str) -> Outcome<i64> {
        Ok(sqlx::query_scalar(AssertSqlSafe(format!("select count(*) from {table}"))).fetch_one(&self.pool).await?)
    }
}

async fn make_keys(app: &App) -> Outcome<BTreeMap<As, String>> {
    let mut conn = app.db.write.acquire().await?;
    let now = app.now();
    let mut keys = BTreeMap::new();
    let (hour, all) = (TimeDelta::hours(1), [Scope::Admin]);
    for (n, who) in (1..).zip(As::ALL.into_iter().skip(1)) {
        let (scopes, ends): (&[Scope], Option<DateTime<Utc>>) = match who {
            As::Submit => (&[Scope::Submit], None),
            As::Publish => (&[Scope::Publish], None),
            As::Review => (&[Scope::Review], None),
            As::Ingest => (&[Scope::Ingest], None),
            As::Expired => (&all, Some(now.at - hour)),
            As::Nobody | As::Admin | As::Revoked => (&all, None),
        };
        let (id, key) = keys::create(&mut conn, &now, &mut Chance(n), &format!("{who:?}"), scopes, ends).await?;
        if who == As::Revoked {
            assert!(db::keys::revoke(&mut conn, id, now.at).await?);
        }
        keys.insert(who, key.expose().to_owned());
    }
    Ok(keys)
}

/// What the service answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
    pub text: String,
}

impl Answer {
    pub async fn of(request: RequestBuilder) -> Outcome<Self> {
        let response = request.send().await?;
        let (status, headers, text) = (response.status().as_u16(), response.headers().clone(), response.text().await?);
        Ok(Self { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::Null), text })
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The answer, if it has this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// The text of a member, by JSON Pointer.
    #[track_caller]
    pub fn str(&self, pointer: &str) -> &str {
        let member = self.body.pointer(pointer).and_then(Value::as_str);
        member.unwrap_or_else(|| panic!("no text at {pointer} of {}", self.text))
    }

    /// The items of a list.
    #[track_caller]
    pub fn items(&self) -> &[Value] {
        self.body["items"].as_array().unwrap_or_else(|| panic!("no list: {}", self.text))
    }

    /// Status, the headers that are part of an answer's meaning, and the body: what a snapshot holds.
    pub fn shown(&self) -> Value {
        let mut shown = json!({"status": self.status});
        for name in ["location", "link", "content-type", "etag", "www-authenticate"] {
            if let Some(value) = self.headers.get(name).and_then(|value| value.to_str().ok()) {
                shown[name] = value.into();
            }
        }
        if !self.text.is_empty() {
            shown["body"] = self.body.clone();
        }
        shown
    }
}

/// The id 1, 2, 3, … that [`Ids::counting`] gives.
pub fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}
