//! Known organizations, people and venues of the AI field: facts compiled in, which help matching and are never evidence.
//!
//! The data are three files beside this one, each a JSON array with one entry a line, sorted by folded name so that a
//! change shows as the lines it touches. An absent field means that nothing certain is recorded; there are no nulls and
//! no empty strings. Strings hold no escapes.
//!
//! `organizations.json`: [`KnownOrganization`]
//!
//! | field | holds |
//! | --- | --- |
//! | `name` | the name that is shown |
//! | `classification` | a word of [`Classification`] |
//! | `aliases` | other names as printed, in their exact letters |
//! | `parent` | the `name` of the organization that it is a part of |
//! | `products` | models and services that betray their maker: a hint, never an actor |
//! | `ambiguous` | those of the above names that mean something else in everyday English |
//!
//! `people.json`: [`KnownPerson`] with `name`, `given_name`, `family_name`, `aliases`, `pronoun` (`he`, `she`, `they`; only
//! where publicly well known), `roles` (`organization`, `title`, `start`, `end`) and `ambiguous`, in which the family name
//! may stand too. A role without an `end` is one whose end is not recorded: it need not last.
//!
//! `venues.json`: [`KnownVenue`] with `name`, `kind` (`platform`, `publisher`), `aliases` and `ambiguous`.

use std::{collections::HashMap, fmt::Write as _, sync::LazyLock};

use serde::{Deserialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use super::{
    actor::{Classification, fold_name},
    date::PartialDate,
    vocabulary,
};

const ORGANIZATIONS: &str = include_str!("registry/organizations.json");
const PEOPLE: &str = include_str!("registry/people.json");
const VENUES: &str = include_str!("registry/venues.json");

vocabulary! {
    /// The English pronoun that refers to a person.
    Pronoun {
        /// he, him, his
        He => "he",
        /// she, her
        She => "she",
        /// they, them, their
        They => "they",
    }
}

vocabulary! {
    /// What a venue is.
    VenueKind {
        /// A site on which others publish.
        Platform => "platform",
        /// A newspaper, agency, broadcaster or journal.
        Publisher => "publisher",
    }
}

/// An organization of the field.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownOrganization {
    /// The name that is shown.
    pub name: String,
    /// What sort of organization.
    pub classification: Classification,
    /// Other names as printed, in their exact letters.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The `name` of the known organization that it is a part of.
    #[serde(default)]
    pub parent: Option<String>,
    /// Models and services that betray their maker: a hint, never an actor.
    #[serde(default)]
    pub products: Vec<String>,
    /// Those of its names and products that mean something else in everyday English.
    #[serde(default)]
    pub ambiguous: Vec<String>,
}

/// A person of the field.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownPerson {
    /// The name that is shown.
    pub name: String,
    /// Given name, without further names.
    pub given_name: String,
    /// Family name, by which later mentions go; its particles belong to it.
    pub family_name: String,
    /// Other full names as printed, in their exact letters.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Where publicly well known.
    #[serde(default)]
    pub pronoun: Option<Pronoun>,
    /// What the person is or was, and where.
    #[serde(default)]
    pub roles: Vec<KnownRole>,
    /// Those of the names that other well-known people bear, or that are everyday words or common family names.
    #[serde(default)]
    pub ambiguous: Vec<String>,
}

/// What a person is or was in an organization.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownRole {
    /// The `name` of a known organization.
    pub organization: String,
    /// The role in lower case, such as `chief executive`.
    pub title: String,
    /// Since when, as far as it is certain.
    #[serde(default)]
    pub start: Option<PartialDate>,
    /// Until when; none where it lasts **or** its end is not recorded.
    #[serde(default)]
    pub end: Option<PartialDate>,
}

impl KnownRole {
    /// Whether nothing recorded speaks against the role being held at some time within `date`.
    pub fn may_cover(&self, date: PartialDate) -> bool {
        self.start.is_none_or(|start| start.first() <= date.last()) && self.end.is_none_or(|end| date.first() <= end.last())
    }
}

/// A name that usually tells where something was said, and seldom who said it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownVenue {
    /// The name that is shown.
    pub name: String,
    /// What it is.
    pub kind: VenueKind,
    /// Other names as printed, in their exact letters.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Those of its names that are everyday words.
    #[serde(default)]
    pub ambiguous: Vec<String>,
}

macro_rules! names {
    ($($entry:ty),+) => {
        $(impl $entry {
            /// Its name and aliases, as printed.
            pub fn names(&self) -> impl Iterator<Item = &str> {
                std::iter::once(&self.name).chain(&self.aliases).map(String::as_str)
            }

            /// Whether `name`, in these exact letters, also means something else, so that a match needs context.
            pub fn is_ambiguous(&self, name: &str) -> bool {
                self.ambiguous.iter().any(|ambiguous| ambiguous == name)
            }
        })+
    };
}
names!(KnownOrganization, KnownPerson, KnownVenue);

/// All that is known, with look-ups by folded name ([`fold_name`]).
#[derive(Debug)]
pub struct Registry {
    /// Organizations by folded name.
    pub organizations: Vec<KnownOrganization>,
    /// People by folded name.
    pub people: Vec<KnownPerson>,
    /// Venues by folded name.
    pub venues: Vec<KnownVenue>,
    hash: String,
    organization_by_name: HashMap<String, usize>,
    person_by_name: HashMap<String, usize>,
    venue_by_name: HashMap<String, usize>,
    people_by_family: HashMap<String, Vec<usize>>,
    maker_by_product: HashMap<String, usize>,
}

impl Registry {
    /// The organization of that name or alias.
    pub fn organization(&self, name: &str) -> Option<&KnownOrganization> {
        self.organization_by_name.get(&fold_name(name)).map(|&at| &self.organizations[at])
    }

    /// The person of that full name or alias.
    pub fn person(&self, name: &str) -> Option<&KnownPerson> {
        self.person_by_name.get(&fold_name(name)).map(|&at| &self.people[at])
    }

    /// The venue of that name or alias.
    pub fn venue(&self, name: &str) -> Option<&KnownVenue> {
        self.venue_by_name.get(&fold_name(name)).map(|&at| &self.venues[at])
    }

    /// Everybody of that family name, which may be more than one.
    pub fn family(&self, family_name: &str) -> impl Iterator<Item = &KnownPerson> {
        self.people_by_family.get(&fold_name(family_name)).into_iter().flatten().map(|&at| &self.people[at])
    }

    /// The organization that makes a product: a hint, never a mention of the organization.
    pub fn maker(&self, product: &str) -> Option<&KnownOrganization> {
        self.maker_by_product.get(&fold_name(product)).map(|&at| &self.organizations[at])
    }

    /// Lower-case hexadecimal SHA-256 of the compiled-in data, for provenance.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    fn new(organizations: Vec<KnownOrganization>, people: Vec<KnownPerson>, venues: Vec<KnownVenue>, hash: String) -> Self {
        let mut people_by_family: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, person) in people.iter().enumerate() {
            people_by_family.entry(fold_name(&person.family_name)).or_default().push(at);
        }
        Self {
            organization_by_name: index(organizations.iter().map(KnownOrganization::names)),
            person_by_name: index(people.iter().map(KnownPerson::names)),
            venue_by_name: index(venues.iter().map(KnownVenue::names)),
            people_by_family,
            maker_by_product: index(organizations.iter().map(|organization| organization.products.iter().map(String::as_str))),
            organizations,
            people,
            venues,
            hash,
        }
    }
}

/// Folded name → place of its entry.
fn index<'a, N: Iterator<Item = &'a str>>(entries: impl Iterator<Item = N>) -> HashMap<String, usize> {
    entries.enumerate().flat_map(|(at, names)| names.map(move |name| (fold_name(name), at))).collect()
}

fn parse<T: DeserializeOwned>(json: &str) -> Vec<T> {
    serde_json::from_str(json).expect("the compiled-in data parse, as the tests of this module show")
}

/// The registry, parsed at its first use.
pub fn known() -> &'static Registry {
    static KNOWN: LazyLock<Registry> = LazyLock::new(|| {
        let digest = [ORGANIZATIONS, PEOPLE, VENUES].iter().fold(Sha256::new(), Sha256::chain_update).finalize();
        let mut hash = String::with_capacity(2 * digest.len());
        for byte in digest {
            let _ = write!(hash, "{byte:02x}"); // writing to a string cannot fail
        }
        Registry::new(parse(ORGANIZATIONS), parse(PEOPLE), parse(VENUES), hash)
    });
    &KNOWN
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashSet};

    use super::{super::actor::Slug, *};

    /// What the entries of all three files have in common.
    struct Entry {
        file: &'static str,
        name: &'static str,
        names: Vec<&'static str>,
        /// What else it may call ambiguous: products, the family name.
        others: Vec<&'static str>,
        ambiguous: &'static [String],
    }

    fn entries() -> Vec<Entry> {
        let known = known();
        let organizations = known.organizations.iter().map(|o| {
            let others = o.products.iter().map(String::as_str).collect();
            Entry { file: "organizations", name: &o.name, names: o.names().collect(), others, ambiguous: &o.ambiguous }
        });
        let people = known.people.iter().map(|p| {
            let others = vec![p.family_name.as_str()];
            Entry { file: "people", name: &p.name, names: p.names().collect(), others, ambiguous: &p.ambiguous }
        });
        let venues = known.venues.iter().map(|v| {
            let others = Vec::new();
            Entry { file: "venues", name: &v.name, names: v.names().collect(), others, ambiguous: &v.ambiguous }
        });
        organizations.chain(people).chain(venues).collect()
    }

    #[test]
    fn a_folded_name_means_one_entry() {
        let mut owners: BTreeMap<String, &str> = BTreeMap::new();
        let mut slugs = HashSet::new();
        for Entry { name, names, .. } in entries() {
            assert!(slugs.insert(Slug::of(name)), "two entries have the slug of {name}");
            for alias in &names {
                let other = owners.insert(fold_name(alias), name).unwrap_or(name);
                assert_eq!(other, name, "{alias}");
            }
            assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len(), "{name} repeats an alias");
        }
    }

    #[test]
    fn a_product_means_one_maker_and_no_actor() {
        let known = known();
        let mut makers: BTreeMap<String, &str> = BTreeMap::new();
        for organization in &known.organizations {
            for product in &organization.products {
                let other = makers.insert(fold_name(product), &organization.name).unwrap_or(&organization.name);
                assert_eq!(other, organization.name, "{product} has two makers");
                assert!(known.organization(product).is_none() && known.person(product).is_none(), "{product} is an actor's name too");
            }
        }
    }

    #[test]
    fn references_resolve_and_parents_do_not_circle() {
        let named: HashSet<&str> = known().organizations.iter().map(|o| o.name.as_str()).collect();
        for organization in &known().organizations {
            let mut line = vec![organization.name.as_str()];
            let mut at = organization;
            while let Some(parent) = &at.parent {
                assert!(named.contains(parent.as_str()), "{}: no parent {parent}", at.name);
                assert!(!line.contains(&parent.as_str()), "{line:?} circles");
                line.push(parent);
                at = known().organization(parent).expect(parent);
            }
        }
        for person in &known().people {
            for role in &person.roles {
                assert!(named.contains(role.organization.as_str()), "{}: no organization {}", person.name, role.organization);
            }
        }
    }

    #[test]
    fn roles_end_after_they_start() {
        for person in &known().people {
            for role in &person.roles {
                if let (Some(start), Some(end)) = (role.start, role.end) {
                    assert!(start.first() <= end.first() && start.last() <= end.last(), "{}: {role:?}", person.name);
                }
            }
            let distinct: HashSet<_> = person.roles.iter().map(|role| (&role.organization, &role.title, role.start)).collect();
            assert_eq!(distinct.len(), person.roles.len(), "{} repeats a role", person.name);
        }
    }

    #[test]
    fn strings_are_filled_and_ambiguous_ones_are_names() {
        for Entry { name, names, others, ambiguous, .. } in entries() {
            for text in names.iter().chain(&others) {
                assert!(!text.is_empty() && text.trim() == *text && !fold_name(text).is_empty(), "{name}: `{text}`");
            }
            for text in ambiguous {
                assert!(names.contains(&text.as_str()) || others.contains(&text.as_str()), "{name}: {text} is none of its names");
            }
        }
        for person in &known().people {
            assert!(person.name.contains(&person.given_name) && person.name.contains(&person.family_name), "{}", person.name);
            for text in [&person.given_name, &person.family_name].into_iter().chain(person.roles.iter().map(|role| &role.title)) {
                assert!(!text.is_empty() && text.trim() == text, "{}: `{text}`", person.name);
            }
        }
    }

    #[test]
    fn files_hold_one_entry_a_line_sorted_by_name() {
        for (file, json) in [("organizations", ORGANIZATIONS), ("people", PEOPLE), ("venues", VENUES)] {
            let lines: Vec<&str> = json.lines().collect();
            assert_eq!((lines.first(), lines.last()), (Some(&"["), Some(&"]")), "{file}");
            let names: Vec<&str> = entries().into_iter().filter(|entry| entry.file == file).map(|entry| entry.name).collect();
            assert_eq!(lines.len(), names.len() + 2, "{file}");
            for (line, name) in lines[1..].iter().zip(&names) {
                assert!(line.starts_with(&format!("  {{\"name\": \"{name}\"")), "{file}: {line}");
            }
            assert!(names.is_sorted_by_key(|name| fold_name(name)), "{file}");
            assert!(!json.contains('\\') && !json.contains("null"), "{file}");
        }
    }

    #[test]
    fn names_are_found_however_printed() {
        let known = known();
        let organization = |name: &str| known.organization(name).map(|o| o.name.as_str());
        assert_eq!(organization("OpenAI, Inc."), Some("OpenAI"));
        assert_eq!(organization("Google’s DeepMind"), Some("Google DeepMind"));
        assert_eq!(organization("the linux foundation"), Some("Linux Foundation"));
        assert_eq!(organization("Reddit"), None);
        assert_eq!(known.venue("Reddit").map(|v| v.kind), Some(VenueKind::Platform));
        assert_eq!(known.person("clement delangue").map(|p| p.pronoun), Some(Some(Pronoun::He)));
        assert_eq!(known.family("Amodei").map(|p| p.given_name.as_str()).collect::<Vec<_>>(), ["Daniela", "Dario"]);
        assert_eq!(known.family("Nobody").count(), 0);
        assert_eq!(known.maker("Llama").map(|o| o.name.as_str()), Some("Meta"));
        let apple = known.organization("Apple").expect("Apple");
        assert!(apple.is_ambiguous("Apple") && !apple.is_ambiguous("Apple Inc."));
    }

    #[test]
    fn a_role_may_cover_what_its_dates_do_not_exclude() {
        let role = |start: Option<&str>, end: Option<&str>| KnownRole {
            organization: "Example".to_owned(),
            title: "chair".to_owned(),
            start: start.map(|date| date.parse().expect(date)),
            end: end.map(|date| date.parse().expect(date)),
        };
        for (start, end, date, covers) in [
            (None, None, "2024", true),
            (Some("2024-06"), None, "2024-05-31", false),
            (Some("2024-06"), None, "2024", true),
            (Some("2024"), Some("2025"), "2025-12-31", true),
            (Some("2024"), Some("2025-02"), "2025-03", false),
        ] {
            assert_eq!(role(start, end).may_cover(date.parse().expect(date)), covers, "{start:?} {end:?} {date}");
        }
    }

    #[test]
    fn hash_is_the_digest_of_the_data() {
        let hash = known().hash();
        assert_eq!(hash.len(), 64);
        let expected: Vec<u8> = Sha256::digest([ORGANIZATIONS, PEOPLE, VENUES].concat()).to_vec();
        let bytes: Vec<u8> = (0..hash.len()).step_by(2).map(|at| u8::from_str_radix(&hash[at..at + 2], 16).expect("hexadecimal")).collect();
        assert_eq!(bytes, expected);
    }
}
