//! API keys: `ost_live_`, 32 base62 characters, and a checksum of 6 that tells a mistyped key without a look into the database.

use chrono::{DateTime, Utc};
use rand::Rng;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    clock::Now,
    db::{self, PgConnection, keys::KeyRow},
    domain::vocabulary,
};

vocabulary! {
    /// What a key may do.
    Scope {
        /// Post statements that wait for review.
        Submit => "submit",
        /// Post statements that are public at once, and what they refer to; retract.
        Publish => "publish",
        /// Accept and reject.
        Review => "review",
        /// Have articles read.
        Ingest => "ingest",
        /// Everything.
        Admin => "admin",
    }
}

impl Scope {
    /// Whether a key with this scope may do what `needed` allows: `admin` all, `publish` also what `submit` may.
    pub fn covers(self, needed: Self) -> bool {
        self == needed || self == Self::Admin || (self == Self::Publish && needed == Self::Submit)
    }
}

const PREFIX: &str = "ost_live_";
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const SECRET: usize = 32;
const CHECKSUM: usize = 6;

/// A key as its owner holds it; it never prints.
#[derive(Debug, Clone)]
pub struct ApiKey(SecretString);

impl ApiKey {
    /// A new key of 190 bits of chance.
    pub fn generate(rng: &mut impl Rng) -> Self {
        let mut key = PREFIX.to_owned();
        while key.len() < PREFIX.len() + SECRET {
            let byte = (rng.next_u32() >> 26) as usize; // 0…63: the last two are drawn again, so that all 62 are equally likely
            if let Some(&letter) = ALPHABET.get(byte) {
                key.push(letter.into());
            }
        }
        key.push_str(&checksum(&key));
        Self(key.into())
    }

    /// Reads a key; `None` unless its shape and checksum are right.
    pub fn parse(text: &str) -> Option<Self> {
        let (body, sum) = text.split_at_checked(PREFIX.len() + SECRET)?;
        let letters = text.strip_prefix(PREFIX)?.bytes().all(|b| b.is_ascii_alphanumeric());
        (letters && sum == checksum(body)).then(|| Self(text.to_owned().into()))
    }

    /// What is stored of it.
    pub fn sha256(&self) -> Vec<u8> {
        Sha256::digest(self.0.expose_secret().as_bytes()).to_vec()
    }

    /// Enough to tell keys apart by.
    pub fn prefix(&self) -> &str {
        &self.0.expose_secret()[..PREFIX.len() + 4]
    }

    /// The key itself, to be shown once.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// The first 6 base62 digits of a SHA-256: against mistakes, not against forgers.
fn checksum(body: &str) -> String {
    Sha256::digest(body.as_bytes())[..CHECKSUM].iter().map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()])).collect()
}

/// Makes and stores a key.
pub async fn create(
    conn: &mut PgConnection,
    now: &Now,
    rng: &mut impl Rng,
    name: &str,
    scopes: &[Scope],
    expires_at: Option<DateTime<Utc>>,
) -> db::Result<(Uuid, ApiKey)> {
    let key = ApiKey::generate(rng);
    let row = KeyRow {
        id: now.id(),
        name: name.to_owned(),
        prefix: key.prefix().to_owned(),
        scopes: scopes.iter().map(|scope| scope.as_str().to_owned()).collect(),
        created_at: now.at,
        expires_at,
        revoked_at: None,
        last_used_at: None,
    };
    db::keys::insert(conn, &row, &key.sha256()).await?;
    Ok((row.id, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts upwards: enough to be told what comes of given bits.
    struct Counting(u64);

    impl rand::TryRng for Counting {
        type Error = std::convert::Infallible;

        fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
            self.0 += 1;
            Ok(u32::try_from(self.0 % 64).unwrap_or(0) << 26)
        }

        fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
            Ok(0)
        }

        fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Self::Error> {
            Ok(())
        }
    }

    #[test]
    fn a_key_reads_back_and_a_mistyped_one_does_not() {
        let key = ApiKey::generate(&mut Counting(0));
        assert!(key.expose().starts_with("ost_live_123456789ABC"));
        assert_eq!(ApiKey::parse(key.expose()).expect("its own text").sha256(), key.sha256());
        for bad in [&key.expose().replace("123", "124"), &key.expose()[1..], "", "ost_live_", &format!("{}x", key.expose()), "ost_live_é"]
        {
            assert!(ApiKey::parse(bad).is_none(), "{bad}");
        }
        assert!(!format!("{key:?}").contains("123456"));
    }

    #[test]
    fn scopes_cover_what_they_say() {
        assert!(Scope::Admin.covers(Scope::Review) && Scope::Publish.covers(Scope::Submit));
        assert!(!Scope::Submit.covers(Scope::Publish) && !Scope::Ingest.covers(Scope::Review));
    }
}
