//! Whether a name is an organization's, a person's or neither, learned.
//!
//! A logistic model over hashed signs: what the rules make of the name ([`crate::extract::names::evidence`]), its own words, the words around it, how often
//! and where it stands. Trained by `cargo run --release --example train_names` on labelled articles; the file that ships
//! (`lexicon/kinds.bin`) holds weights, no text.

use std::{collections::HashSet, sync::LazyLock};

use crate::domain::actor::ActorKind;
use crate::extract::{
    hash::{self, bucket, mix, text_hash},
    lexicon::lexicon,
    names::{self, Name, behind::appositive_head, groups::Group},
    tables::Table,
    text::{
        sentences::Parsed,
        tokens::{Kind, Shape},
    },
};

/// Hash buckets of each table.
pub const BUCKETS: usize = 1 << 15;

/// What a name may be: neither, an organization, a person.
pub const KINDS: usize = 3;

/// Mentions of a name that are looked at.
const MENTIONS_MAX: usize = 8;

/// Tokens in which a pronoun behind a name is looked for.
const REACH: usize = 14;

/// Weights of each kind.
#[derive(Debug, Clone)]
pub struct Weights(pub Table<KINDS>);

impl Weights {
    /// Reads what [`Table::write`] wrote; nothing where the length is wrong.
    pub fn from_bytes(mut bytes: &'static [u8]) -> Option<Self> {
        Table::read(&mut bytes, BUCKETS).filter(|_| bytes.is_empty()).map(Self)
    }

    /// Log-odds of each kind.
    pub fn odds(&self, features: &[u64]) -> [f32; KINDS] {
        self.0.sums(features.iter().map(|&f| slot(f)))
    }

    /// The likeliest kind.
    pub fn kind(&self, features: &[u64]) -> Option<ActorKind> {
        let [neither, organization, person] = self.odds(features);
        if neither >= organization.max(person) {
            None
        } else if organization >= person {
            Some(ActorKind::Organization)
        } else {
            Some(ActorKind::Person)
        }
    }
}

/// The weights that ship.
pub fn weights() -> Option<&'static Weights> {
    static WEIGHTS: LazyLock<Option<Weights>> = LazyLock::new(|| Weights::from_bytes(include_bytes!("../lexicon/kinds.bin")));
    WEIGHTS.as_ref()
}

/// The bucket of a feature.
pub const fn slot(feature: u64) -> usize {
    hash::slot(feature, BUCKETS)
}

/// What the lists say of a word.
fn flags(word: &str) -> u64 {
    let lexicon = lexicon();
    [
        lexicon.is_common(word),
        lexicon.is_given(word),
        lexicon.is_place(word),
        lexicon.not_names.contains(word),
        lexicon.organization_words.contains(word),
        lexicon.is_organization_noun(word),
        lexicon.is_role(word),
        lexicon.is_verb(word),
        lexicon.things.contains(word),
        lexicon.function.contains(word),
        lexicon.periodicals.contains(word),
        lexicon.landforms.contains(word),
    ]
    .iter()
    .fold(0, |bits, &flag| bits << 1 | u64::from(flag))
}

/// A word beside a name: its letters, or what it is where they would tell nothing that holds elsewhere.
fn beside(parsed: &Parsed, at: Option<usize>, block: u32) -> (u64, u64) {
    let Some(i) = at.filter(|&i| parsed.block_of.get(i) == Some(&block)) else { return (1, 1) };
    let token = &parsed.tokens[i];
    match token.kind {
        Kind::Number => (2, 2),
        Kind::Word if token.is_capital() && !names::starts_sentence(parsed, i) => (3, mix(3, flags(&token.lower) & 0b11_1111_1000)),
        Kind::Word => (text_hash(&token.lower), mix(4, flags(&token.lower))),
        _ => (text_hash(&token.lower), text_hash(&token.lower)),
    }
}

/// A name's signs, gathered.
struct Signs<'a> {
    parsed: &'a Parsed<'a>,
    names: &'a [Name],
    group: &'a Group,
    into: Vec<u64>,
}

impl Signs<'_> {
    fn add(&mut self, id: u64, x: u64, y: u64) {
        let feature = mix(mix(mix(0xA7, id), x), y);
        if !self.into.contains(&feature) {
            self.into.push(feature);
        }
    }

    /// What the points of the rules are, and what the rules decide.
    fn points(&mut self, ruled: Option<ActorKind>) {
        let score = self.group.score;
        let ruled = ruled.map_or(0, |kind| 1 + kind as u64);
        let length = self.group.words.len().min(4) as u64;
        let step = |points: i32| u64::from(points.clamp(-4, 10).unsigned_abs()) * 2 + u64::from(points < 0);
        let best = score.organization.max(score.person);
        self.add(0, 0, 0);
        self.add(1, step(score.person), 0);
        self.add(2, step(score.organization), 0);
        self.add(3, step(score.product), 0);
        self.add(4, step(score.place), 0);
        self.add(5, step(score.organization - score.person), 0);
        self.add(6, step(best - score.product.max(score.place)), 0);
        self.add(7, ruled, 0);
        self.add(8, ruled, length);
        self.add(9, ruled, step(best));
    }

    /// What its own words are.
    fn words(&mut self) {
        let words = self.group.words.clone();
        let length = words.len().min(4) as u64;
        let (Some(first), Some(last)) = (words.first(), words.last()) else { return };
        let (first_flags, last_flags) = (flags(first), flags(last));
        let of = u64::from(words.iter().any(|w| w == "of"));
        self.add(10, length, of);
        self.add(11, text_hash(first), length.min(2));
        self.add(12, text_hash(last), length.min(2));
        for tail in [2, 3, 4] {
            let start = last.char_indices().rev().nth(tail - 1).map_or(0, |c| c.0);
            self.add(13, text_hash(&last[start..]), length.min(2));
        }
        for (id, word) in [(21, first), (22, last)] {
            for length in [2, 3] {
                let end = word.char_indices().nth(length).map_or(word.len(), |c| c.0);
                let start = word.char_indices().rev().nth(length - 1).map_or(0, |c| c.0);
                let several = u64::from(words.len() > 1);
                self.add(id, text_hash(&word[..end]), several);
                self.add(id + 2, text_hash(&word[start..]), several);
            }
        }
        for bit in 0..12 {
            self.add(14, bit, first_flags >> bit & 1);
            self.add(15, bit, mix(last_flags >> bit & 1, length.min(2)));
        }
        self.add(16, first_flags, length);
        self.add(17, last_flags, length);
        self.add(18, mix(first_flags, last_flags), length);
        let has = |sign: &str| words.iter().any(|w| w.contains(sign));
        for sign in ["&", "-", ".", "'", "’"].into_iter().filter(|sign| has(sign)) {
            self.add(19, text_hash(sign), length);
        }
        let initials = words[..words.len() - 1].iter().filter(|w| w.ends_with('.') && w.chars().count() == 2).count() as u64;
        self.add(25, initials, 0);
        self.add(26, u64::from(initials > 0), length);
        let first = &self.names[self.group.names[0]];
        let printed = self.parsed.text(first.tokens.clone());
        let inner = printed.chars().skip(1).zip(printed.chars().skip(2)).any(|(a, b)| a.is_lowercase() && b.is_uppercase());
        self.add(20, u64::from(inner), u64::from(self.parsed.tokens[first.tokens.start].shape == Shape::Upper));
    }

    /// How often and where it stands.
    fn places(&mut self) {
        let (parsed, group) = (self.parsed, self.group);
        let plain: Vec<&Name> = group.names.iter().map(|&n| &self.names[n]).collect();
        let length = group.words.len().min(3) as u64;
        let placed = plain.iter().all(|n| n.titled || names::starts_sentence(parsed, n.tokens.start));
        let quoted = plain.iter().all(|n| parsed.quote_of[n.tokens.start].is_some());
        let weak = plain.iter().all(|n| n.weak || n.titled);
        let titled = plain.iter().all(|n| n.titled);
        let last = parsed.block_of.last().copied().unwrap_or_default();
        let block = |n: &&Name| parsed.block_of[n.tokens.start];
        let from_end = plain.iter().map(|n| last - block(n)).max().unwrap_or_default().min(3);
        let from_start = plain.iter().map(block).min().unwrap_or_default().min(3);
        let count = bucket(plain.iter().filter(|n| !n.titled).count());
        let role = plain.iter().any(|n| n.role.is_some());
        let article = |n: &&&Name| n.tokens.start > 0 && parsed.tokens[n.tokens.start - 1].is_any(&["the", "a", "an"]);
        let articles = plain.iter().filter(article).count();
        let articles = if articles == 0 { 0 } else { 1 + u64::from(articles == plain.len()) };
        let common = flags(group.words.first().map_or("", String::as_str)) >> 11 & 1;
        let forms: HashSet<&str> = plain.iter().map(|n| parsed.text(n.tokens.clone())).collect();
        self.add(30, count, length);
        self.add(31, u64::from(placed), mix(u64::from(quoted), mix(u64::from(weak), u64::from(titled))));
        self.add(32, u64::from(placed), mix(length, mix(common, count.min(2))));
        self.add(33, u64::from(from_end), count.min(2));
        self.add(34, u64::from(from_start), count.min(2));
        self.add(35, u64::from(role), length);
        self.add(36, articles, length);
        self.add(37, forms.len().min(4) as u64, length);
        self.add(38, u64::from(quoted), count.min(2));
    }

    /// The words around one mention.
    fn around(&mut self, name: &Name) {
        let parsed = self.parsed;
        let block = parsed.block_of[name.tokens.start];
        let before = |n: usize| beside(parsed, name.tokens.start.checked_sub(n), block);
        let behind = |n: usize| beside(parsed, Some(name.tokens.end + n - 1), block);
        let single = u64::from(name.tokens.len() == 1);
        let initial = u64::from(names::starts_sentence(parsed, name.tokens.start));
        let (b, bb, a, aa) = (before(1), before(2), behind(1), behind(2));
        let titled = u64::from(name.titled);
        self.add(50, b.0, mix(single, titled));
        self.add(51, b.1, single);
        self.add(52, a.0, mix(single, titled));
        self.add(53, a.1, single);
        self.add(54, b.0, bb.0);
        self.add(55, b.0, bb.1);
        self.add(56, a.0, aa.0);
        self.add(57, a.0, aa.1);
        self.add(58, a.1, mix(initial, single));
        self.add(59, b.1, a.1);
        self.add(60, initial, mix(a.1, aa.1));
        let end = parsed.sentences[parsed.sentence_of[name.tokens.start] as usize].tokens.end;
        if parsed.tokens.get(name.tokens.end).is_some_and(|t| t.is(",")) {
            let (head, opened) = appositive_head(&parsed.tokens[(name.tokens.end + 1).min(end)..end.min(name.tokens.end + 9)]);
            if let Some(head) = head {
                self.add(62, text_hash(head), u64::from(opened));
                self.add(63, flags(head), mix(u64::from(opened), single));
            }
        }
        for token in parsed.tokens[name.tokens.end.min(end)..end].iter().take(REACH) {
            if token.is_any(&["he", "she", "his", "her", "who", "whose", "its", "it", "they", "their", "which", "itself"]) {
                self.add(61, text_hash(&token.lower), single);
                break;
            }
        }
    }
}

/// The signs of a group of names, given what the rules make of it and of those listed beside it (a bit for each kind).
pub fn features(parsed: &Parsed, names: &[Name], group: &Group, ruled: Option<ActorKind>, beside: u64) -> Vec<u64> {
    let mut signs = Signs { parsed, names, group, into: Vec::with_capacity(160) };
    signs.points(ruled);
    signs.words();
    signs.places();
    signs.add(40, beside, 0);
    signs.add(41, beside, mix(ruled.map_or(0, |kind| 1 + kind as u64), group.words.len().min(2) as u64));
    let shown = |n: &&usize| !names[**n].titled;
    let titled = !group.names.iter().any(|n| shown(&n));
    for &name in group.names.iter().filter(|n| titled || shown(n)).take(MENTIONS_MAX) {
        signs.around(&names[name]);
    }
    signs.into
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_odds_win() {
        let column = |weight: f32| (0..BUCKETS).map(|at| if at == slot(7) { weight } else { 0.0 }).collect();
        let weights = Weights(Table::new(&[0.0, 2.0, -1.0].map(column)));
        assert_eq!(weights.kind(&[7]), Some(ActorKind::Organization));
        assert_eq!(weights.kind(&[8]), None, "without signs a name is nobody's");
        assert!(weights.odds(&[7])[2] < -0.9 && Weights::from_bytes(&[0]).is_none());
    }

    #[test]
    fn the_weights_that_ship_can_be_read() {
        assert!(weights().is_some());
    }
}
