//! Where time and ids come from: injected, so that tests hold exact values.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;

/// Tells the time.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// The machine's own clock.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn system() -> Self {
        Self(Arc::new(Utc::now))
    }

    /// A clock that stands still at `instant`.
    pub fn fixed(instant: DateTime<Utc>) -> Self {
        Self(Arc::new(move || instant))
    }

    /// A clock that asks `tell` each time.
    pub fn from_fn(tell: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// The time now, to the microsecond that the database keeps.
    pub fn now(&self) -> DateTime<Utc> {
        (self.0)().trunc_subsecs(6)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// Gives out ids, each greater than the one before.
#[derive(Clone)]
pub struct Ids(Arc<dyn Fn() -> Uuid + Send + Sync>);

impl Ids {
    /// Version 7: in the order of time, and not to be guessed.
    #[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
    pub fn system() -> Self {
        Self(Arc::new(Uuid::now_v7))
    }

    /// 1, 2, 3, … as ids, for tests.
    pub fn counting() -> Self {
        let last = AtomicU64::new(0);
        Self(Arc::new(move || Uuid::from_u128(u128::from(last.fetch_add(1, Ordering::Relaxed) + 1))))
    }

    /// The next id.
    pub fn next(&self) -> Uuid {
        (self.0)()
    }
}

impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ids")
    }
}

/// The moment of one write, and its ids.
#[derive(Debug, Clone)]
pub struct Now {
    /// When it happens.
    pub at: DateTime<Utc>,
    /// Where its ids come from.
    pub ids: Ids,
}

impl Now {
    /// A new id.
    pub fn id(&self) -> Uuid {
        self.ids.next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_rise() {
        let (system, counting) = (Ids::system(), Ids::counting());
        assert!(system.next() < system.next());
        assert_eq!((counting.next().as_u128(), counting.next().as_u128()), (1, 2));
    }
}
