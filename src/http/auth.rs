//! Who asks, and what they may do: `Authorization: Bearer ost_live_…`.

use std::marker::PhantomData;

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use chrono::TimeDelta;
use uuid::Uuid;

use super::{
    App,
    problem::{Kind, Problem},
};
use crate::{
    db,
    keys::{ApiKey, Scope},
};

/// The holder of a valid key.
#[derive(Debug, Clone)]
pub struct Principal {
    /// The key's id.
    pub key: Uuid,
    /// What it may do.
    scopes: Vec<Scope>,
}

impl Principal {
    /// Whether the key may do this.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.iter().any(|own| own.covers(scope))
    }

    fn require(self, scope: Scope) -> Result<Self, Problem> {
        if self.may(scope) {
            return Ok(self);
        }
        Err(Problem::new(Kind::InsufficientScope, format!("This needs a key with the scope `{scope}`, which yours has not.")))
    }
}

/// A scope as a type, so that a handler's signature says what it needs and is checked before its body is read.
pub trait Grant: Send + Sync {
    /// The scope.
    const SCOPE: Scope;
}

macro_rules! grants {
    ($($name:ident),+) => {$(
        #[doc = concat!("The scope `", stringify!($name), "`.")]
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        impl Grant for $name {
            const SCOPE: Scope = Scope::$name;
        }
    )+};
}
grants!(Submit, Publish, Review, Ingest);

/// The holder of a key that has the scope `G`; without one, 401 or 403.
#[derive(Debug, Clone)]
pub struct Can<G>(pub Principal, pub PhantomData<G>);

impl<G: Grant> FromRequestParts<App> for Can<G> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Caller(principal) = Caller::from_request_parts(parts, app).await?;
        let principal = principal.ok_or_else(|| {
            Problem::new(Kind::Unauthorized, format!("This needs a key with the scope `{}`: `Authorization: Bearer ost_live_…`.", G::SCOPE))
        })?;
        Ok(Self(principal.require(G::SCOPE)?, PhantomData))
    }
}

/// Whoever asks: reading needs no key, but a key that is sent must be valid.
#[derive(Debug, Clone)]
pub struct Caller(pub Option<Principal>);

impl Caller {
    /// Whether the caller may do this.
    pub fn may(&self, scope: Scope) -> bool {
        self.0.as_ref().is_some_and(|principal| principal.may(scope))
    }

    /// 401 or 403 unless the caller may do this.
    pub fn require(&self, scope: Scope, what: &str) -> Result<(), Problem> {
        match &self.0 {
            Some(principal) if principal.may(scope) => Ok(()),
            Some(_) => {
                Err(Problem::new(Kind::InsufficientScope, format!("{what} needs a key with the scope `{scope}`, which yours has not.")))
            }
            None => Err(Problem::new(
                Kind::Unauthorized,
                format!("{what} needs a key with the scope `{scope}`: `Authorization: Bearer ost_live_…`."),
            )),
        }
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Some(header) = parts.headers.get(header::AUTHORIZATION) else { return Ok(Self(None)) };
        let invalid = |detail: &'static str| Problem::new(Kind::InvalidKey, detail);
        let token = header
            .to_str()
            .ok()
            .and_then(|header| header.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim())
            .ok_or_else(|| invalid("The header `Authorization` is not of the form `Bearer ost_live_…`."))?;
        let key = ApiKey::parse(token).ok_or_else(|| invalid("The key is misspelt or cut off: its checksum is wrong."))?;
        let row = db::keys::by_sha256(&mut *app.db.read.acquire().await?, &key.sha256()).await?;
        let row = row.ok_or_else(|| invalid("There is no such key here."))?;
        let now = app.clock.now();
        if row.revoked_at.is_some_and(|at| at <= now) {
            return Err(invalid("The key was revoked."));
        }
        if row.expires_at.is_some_and(|at| at <= now) {
            return Err(invalid("The key has expired."));
        }
        if row.last_used_at.is_none_or(|at| now - at >= TimeDelta::minutes(1)) {
            db::keys::used(&mut *app.db.write.acquire().await?, row.id, now).await?;
        }
        Ok(Self(Some(Principal { key: row.id, scopes: row.scopes.iter().filter_map(|scope| scope.parse().ok()).collect() })))
    }
}
