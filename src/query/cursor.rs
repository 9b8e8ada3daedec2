//! Cursors: where a page ended, signed and bound to the list that it belongs to.

use std::{fmt, sync::Arc};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, NaiveDate, Utc};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretBox};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Fault, Pairs, QueryError};

/// A sort key's value in the last row of a page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Key {
    /// The row has no value.
    #[serde(rename = "0")]
    Null,
    /// A whole number.
    #[serde(rename = "i")]
    Integer(i64),
    /// A number, kept to the bit.
    #[serde(rename = "n", with = "bits")]
    Number(f64),
    /// A day.
    #[serde(rename = "d")]
    Date(NaiveDate),
    /// An instant.
    #[serde(rename = "t")]
    Time(DateTime<Utc>),
    /// A text.
    #[serde(rename = "s")]
    Text(String),
}

/// A number by its bits: a decimal might come back as its neighbour.
mod bits {
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
    pub fn serialize<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(number.to_bits())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        u64::deserialize(deserializer).map(f64::from_bits)
    }
}

macro_rules! key {
    ($($from:ty => $variant:ident),+) => {$(
        impl From<$from> for Key {
            fn from(value: $from) -> Self {
                Self::$variant(value)
            }
        }

        impl TryFrom<Key> for $from {
            type Error = QueryError;

            fn try_from(key: Key) -> Result<Self, QueryError> {
                match key {
                    Key::$variant(value) => Ok(value),
                    _ => Err(invalid()),
                }
            }
        }
    )+};
}
key!(i64 => Integer, f64 => Number, NaiveDate => Date, DateTime<Utc> => Time, String => Text);

impl<T: Into<Self>> From<Option<T>> for Key {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl Key {
    /// The value, `None` if the row had none; an error if it is of another type, as from a cursor of an older release.
    pub fn optional<T: TryFrom<Self, Error = QueryError>>(self) -> Result<Option<T>, QueryError> {
        match self {
            Self::Null => Ok(None),
            key => T::try_from(key).map(Some),
        }
    }
}

/// The last row of a page: the next page starts after it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cursor {
    /// Its sort keys, in the order of the sort.
    #[serde(rename = "k")]
    pub keys: Vec<Key>,
    /// Its id, the last tie-break.
    #[serde(rename = "i")]
    pub id: Uuid,
}

impl Cursor {
    /// The keys as an array of the length that the sort has.
    pub fn keys<const N: usize>(self) -> Result<[Key; N], QueryError> {
        self.keys.try_into().map_err(|_| invalid())
    }
}

/// What a cursor is bound to: the list's address and everything that decides which rows it has and in which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope([u8; 32]);

impl Scope {
    /// Parameters that change a page's size or shape, not the rows or their order.
    const UNBOUND: &'static [&'static str] = &["limit", "cursor", "fields", "expand"];

    /// The scope of a list at `path` asked for with `pairs`, in whatever order they stand.
    pub fn new(path: &str, pairs: &Pairs) -> Self {
        let bound = pairs.without(Self::UNBOUND);
        let mut digest = Sha256::new();
        for text in std::iter::once(path).chain(bound.iter().flat_map(|(name, value)| [name, value])) {
            digest.update(text.len().to_le_bytes()); // no two lists run together into the same bytes
            digest.update(text);
        }
        Self(digest.finalize().into())
    }
}

/// Signs cursors. All instances of the service that share a database share the key.
#[derive(Clone)]
pub struct CursorKey(Arc<SecretBox<[u8; 32]>>);

/// A text that is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a cursor key is 64 hexadecimal digits (32 random bytes), as `openssl rand -hex 32` prints")]
pub struct CursorKeyError;

impl CursorKey {
    const TAG: usize = 16;
    const LONGEST: usize = 4096;

    /// A key of 32 random bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Arc::new(SecretBox::new(Box::new(bytes))))
    }

    /// A key from 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Result<Self, CursorKeyError> {
        let mut bytes = [0; 32];
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != bytes.len() || !rest.is_empty() {
            return Err(CursorKeyError);
        }
        for (byte, pair) in bytes.iter_mut().zip(pairs) {
            let [high, low] = pair.map(|digit| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok()));
            *byte = high.ok_or(CursorKeyError)? << 4 | low.ok_or(CursorKeyError)?;
        }
        Ok(Self::new(bytes))
    }

    fn mac(&self, scope: &Scope, payload: &[u8]) -> Hmac<Sha256> {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(self.0.expose_secret()).expect("HMAC takes a key of any length");
        mac.update(&scope.0);
        mac.update(payload);
        mac
    }

    /// A cursor as text: signature and payload, opaque to clients.
    #[expect(clippy::missing_panics_doc, reason = "a cursor has nothing that JSON cannot hold")]
    pub fn seal(&self, scope: &Scope, cursor: &Cursor) -> String {
        let payload = serde_json::to_vec(cursor).expect("a cursor has nothing that JSON cannot hold");
        let mut bytes = self.mac(scope, &payload).finalize().into_bytes()[..Self::TAG].to_vec();
        bytes.extend(payload);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The cursor that [`seal`](Self::seal) gave out for the same scope.
    pub fn open(&self, scope: &Scope, text: &str) -> Result<Cursor, QueryError> {
        if text.len() > Self::LONGEST {
            return Err(invalid());
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| invalid())?;
        let (tag, payload) = bytes.split_at_checked(Self::TAG).ok_or_else(invalid)?;
        self.mac(scope, payload).verify_truncated_left(tag).map_err(|_| invalid())?;
        serde_json::from_slice(payload).map_err(|_| invalid())
    }
}

impl fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CursorKey([REDACTED])")
    }
}

/// Damaged, forged and foreign cursors are told apart by nobody: the signature covers the list, too.
fn invalid() -> QueryError {
    QueryError {
        fault: Fault::Cursor,
        parameter: "cursor".to_owned(),
        detail: "the cursor is damaged, or belongs to another list, filter or sort; start again without `cursor`".to_owned(),
    }
}
