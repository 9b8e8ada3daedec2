//! Time and ids, injected so that tests are exact.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use chrono::{DateTime, SubsecRound, Utc};
use uuid::{ContextV7, Timestamp, Uuid};

/// Where the present comes from.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// The machine's clock.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn system() -> Self {
        Self(Arc::new(Utc::now))
    }

    /// A clock that always says `at`.
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self(Arc::new(move || at))
    }

    /// A clock that says whatever `tell` says.
    pub fn from_fn(tell: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// The present, in the microseconds that PostgreSQL keeps.
    pub fn now(&self) -> DateTime<Utc> {
        (self.0)().trunc_subsecs(6)
    }
}

/// Where ids come from: `UUIDv7`, which sort by time of creation.
#[derive(Clone)]
pub struct Ids(Arc<dyn Fn(DateTime<Utc>) -> Uuid + Send + Sync>);

impl Ids {
    /// Random ids; of one process, later ids sort after earlier ones.
    pub fn random() -> Self {
        let context = std::sync::Mutex::new(ContextV7::new());
        Self(Arc::new(move |at| {
            let context = context.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let seconds = u64::try_from(at.timestamp()).unwrap_or(0);
            Uuid::new_v7(Timestamp::from_unix(&*context, seconds, at.timestamp_subsec_nanos()))
        }))
    }

    /// The same ids on every run: a counter behind the time.
    pub fn counted() -> Self {
        let next = AtomicU64::new(1);
        Self(Arc::new(move |at| {
            let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
            let mut bytes = [0; 10];
            bytes[2..].copy_from_slice(&next.fetch_add(1, Ordering::Relaxed).to_be_bytes());
            uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
        }))
    }

    /// A new id at `at`.
    pub fn next(&self, at: DateTime<Utc>) -> Uuid {
        (self.0)(at)
    }
}

/// The moment of one write, and its ids.
#[derive(Clone)]
pub struct Now {
    /// When it happens.
    pub at: DateTime<Utc>,
    /// Where its ids come from.
    pub ids: Ids,
}

impl Now {
    /// A new id.
    pub fn id(&self) -> Uuid {
        self.ids.next(self.at)
    }
}
