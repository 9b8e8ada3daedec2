//! `sort=-score,name`: keys from an allow-list, each with a direction.

use serde::{Deserialize, Deserializer, de};

use super::none_of;

/// A closed set of keys that a list can be sorted by.
pub trait SortKey: Copy + PartialEq + 'static {
    /// Every key with its word, as the address spells it.
    const WORDS: &'static [(&'static str, Self)];
}

/// Which way a key sorts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Greatest first: a minus before the key.
    Descending,
}

/// One or more keys, the first deciding; none twice. The id breaks what ties remain and is not among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort<K>(pub Vec<(K, Direction)>);

impl<K: SortKey> std::str::FromStr for Sort<K> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut keys: Vec<(K, Direction)> = Vec::new();
        for word in text.split(',') {
            let (word, direction) = match word.strip_prefix('-') {
                Some(word) => (word, Direction::Descending),
                None => (word, Direction::Ascending),
            };
            let Some((_, key)) = K::WORDS.iter().find(|(known, _)| *known == word) else {
                return Err(none_of(word, &K::WORDS.iter().map(|(known, _)| *known).collect::<Vec<_>>()));
            };
            if keys.iter().any(|(before, _)| before == key) {
                return Err(format!("`{word}` is there twice"));
            }
            keys.push((*key, direction));
        }
        Ok(Self(keys))
    }
}

impl<'de, K: SortKey> Deserialize<'de> for Sort<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
