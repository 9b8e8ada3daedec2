//! Hashed features of words, which all learned models share.

pub(in crate::extract) const fn mix(hash: u64, value: u64) -> u64 {
    let mixed = (hash ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed ^ (mixed >> 29)
}

pub(in crate::extract) fn text_hash(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01B3))
}

pub(in crate::extract) const fn bucket(n: usize) -> u64 {
    match n {
        0..=4 => n as u64,
        5..=7 => 5,
        8..=12 => 6,
        13..=20 => 7,
        _ => 8,
    }
}

/// Without the endings of inflection, roughly: what is cut need not be a word.
pub(in crate::extract) fn stem(word: &str) -> &str {
    for ending in ["ing", "ed", "es", "s", "ly", "ers", "er"] {
        if let Some(stem) = word.strip_suffix(ending).filter(|s| s.chars().count() >= 4) {
            return stem;
        }
    }
    word
}

/// The row of a table that a feature falls into; the table's length is a power of two.
pub const fn slot(feature: u64, rows: usize) -> usize {
    #[expect(clippy::cast_possible_truncation, reason = "masked to the number of rows")]
    let at = (feature ^ (feature >> 31)) as usize;
    at & (rows - 1)
}
