//! Known names, found as runs of tokens: longest match first, in their exact letters.

use rustc_hash::FxHashMap;

use sha2::{Digest, Sha256};

use crate::domain::{
    actor::ActorKind,
    registry::{Pronoun, Registry},
    text::Span,
};
use crate::extract::text::tokens::{Token, tokenize};

/// A name from the database: it helps matching and is never evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownName {
    /// What bears it.
    pub kind: ActorKind,
    /// The name that is shown.
    pub name: String,
    /// Other names as printed.
    pub aliases: Vec<String>,
}

/// What a known name means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// An actor, by index into [`Gazetteer::actors`].
    Actor(usize),
    /// A model or service: no actor.
    Product,
    /// A platform or publisher: an actor only where it acts.
    Venue(usize),
}

/// A known actor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownActor {
    /// What it is.
    pub kind: ActorKind,
    /// The name that is shown.
    pub name: String,
    /// How the text refers back to a person.
    pub pronoun: Option<Pronoun>,
}

#[derive(Debug)]
struct Entry {
    tokens: Vec<String>,
    known: Known,
    /// Whether the words mean something else in everyday English.
    ambiguous: bool,
}

/// All known names.
#[derive(Debug)]
pub struct Gazetteer {
    /// The actors that names point to.
    pub actors: Vec<KnownActor>,
    /// Names of venues as shown.
    pub venues: Vec<String>,
    by_first: FxHashMap<String, Vec<Entry>>,
    hash: String,
}

impl Gazetteer {
    /// The names of the registry and of the database.
    pub fn new(registry: &Registry, extra: impl IntoIterator<Item = KnownName>) -> Self {
        let mut new = Self { actors: Vec::new(), venues: Vec::new(), by_first: FxHashMap::default(), hash: String::new() };
        for organization in &registry.organizations {
            let actor = new.actor(ActorKind::Organization, &organization.name, None);
            for name in organization.names() {
                new.insert(name, Known::Actor(actor), organization.is_ambiguous(name));
            }
            for product in &organization.products {
                new.insert(product, Known::Product, organization.is_ambiguous(product));
            }
        }
        for person in &registry.people {
            let actor = new.actor(ActorKind::Person, &person.name, person.pronoun);
            for name in person.names() {
                new.insert(name, Known::Actor(actor), person.is_ambiguous(name));
            }
            if registry.family(&person.family_name).count() == 1 && !person.is_ambiguous(&person.family_name) {
                new.insert(&person.family_name, Known::Actor(actor), false);
            }
        }
        for venue in &registry.venues {
            new.venues.push(venue.name.clone());
            for name in venue.names() {
                new.insert(name, Known::Venue(new.venues.len() - 1), venue.is_ambiguous(name));
            }
        }
        let mut digest = Sha256::new_with_prefix(registry.hash());
        for known in extra {
            for name in std::iter::once(&known.name).chain(&known.aliases) {
                digest.update(name);
                digest.update([0, known.kind as u8]);
            }
            new.add(&known);
        }
        for entries in new.by_first.values_mut() {
            entries.sort_by_key(|entry| std::cmp::Reverse(entry.tokens.len()));
        }
        new.hash = digest.finalize().iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        new
    }

    /// Lower-case hexadecimal SHA-256 of everything known, for provenance.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    fn add(&mut self, known: &KnownName) {
        let same = self.actors.iter().position(|actor| actor.kind == known.kind && actor.name == known.name);
        let actor = same.unwrap_or_else(|| self.actor(known.kind, &known.name, None));
        for name in std::iter::once(&known.name).chain(&known.aliases) {
            // One small or short word from a database is no safe match on its own.
            let safe = name.contains(char::is_whitespace) || (name.chars().count() > 3 && name.starts_with(char::is_uppercase));
            self.insert(name, Known::Actor(actor), !safe);
        }
    }

    fn actor(&mut self, kind: ActorKind, name: &str, pronoun: Option<Pronoun>) -> usize {
        self.actors.push(KnownActor { kind, name: name.to_owned(), pronoun });
        self.actors.len() - 1
    }

    fn insert(&mut self, name: &str, known: Known, ambiguous: bool) {
        let mut tokens = Vec::new();
        tokenize(name, Span::new(0, name.len()), &mut tokens);
        let texts: Vec<String> = tokens.iter().map(|t| plain(t.span.of(name))).collect();
        let Some(first) = texts.first().cloned() else { return };
        let entries = self.by_first.entry(first).or_default();
        if !entries.iter().any(|entry| entry.tokens == texts) {
            entries.push(Entry { tokens: texts, known, ambiguous });
        }
    }

    /// The longest known name that starts at the first of `tokens`: its length in tokens, its meaning, and whether it is ambiguous.
    pub fn find(&self, text: &str, tokens: &[Token]) -> Option<(usize, &Known, bool)> {
        let first = tokens.first()?;
        let entries = self.by_first.get(plain(first.span.of(text)).as_str())?;
        let fits = |entry: &&Entry| {
            entry.tokens.len() <= tokens.len() && entry.tokens.iter().zip(tokens).all(|(name, token)| *name == plain(token.span.of(text)))
        };
        entries.iter().find(fits).map(|entry| (entry.tokens.len(), &entry.known, entry.ambiguous))
    }
}

fn plain(text: &str) -> String {
    text.replace('’', "'")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::registry::known;

    fn first(gazetteer: &Gazetteer, text: &str) -> Option<(usize, String)> {
        let mut tokens = Vec::new();
        tokenize(text, Span::new(0, text.len()), &mut tokens);
        match gazetteer.find(text, &tokens)? {
            (length, Known::Actor(actor), _) => Some((length, gazetteer.actors[*actor].name.clone())),
            _ => None,
        }
    }

    #[test]
    fn the_longest_name_wins_and_possessives_join_a_parent() {
        let gazetteer = Gazetteer::new(known(), []);
        assert_eq!(first(&gazetteer, "Google’s DeepMind said"), Some((3, "Google DeepMind".to_owned())));
        assert_eq!(first(&gazetteer, "LeCun’s words"), Some((1, "Yann LeCun".to_owned())));
        assert_eq!(first(&gazetteer, "Llama models"), None);
    }

    #[test]
    fn names_from_the_database_join_and_change_the_hash() {
        let plain = Gazetteer::new(known(), []);
        let name = KnownName { kind: ActorKind::Organization, name: "Quillon Works".to_owned(), aliases: vec!["Quillon".to_owned()] };
        let more = Gazetteer::new(known(), [name]);
        assert_eq!(first(&more, "Quillon said"), Some((1, "Quillon Works".to_owned())));
        assert_ne!(plain.hash(), more.hash());
    }
}
