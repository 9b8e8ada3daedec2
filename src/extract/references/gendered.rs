//! Words that tell a person's pronoun: given names, titles, relatives.

use std::{collections::HashMap, sync::LazyLock};

use crate::domain::{actor::ActorKind, registry::Pronoun};
use crate::extract::{findings::FoundActor, text::sentences::Parsed};

/// The pronoun that a person's given name suggests.
pub fn usual(actor: &FoundActor) -> Option<Pronoun> {
    let given = deunicode::deunicode(actor.name.split([' ', '-']).next()?).to_lowercase();
    (actor.kind == ActorKind::Person).then(|| given_pronoun(&given)).flatten()
}

/// The pronoun of nearly all who bear a given name, in lower case without accents.
fn given_pronoun(name: &str) -> Option<Pronoun> {
    static NAMES: LazyLock<HashMap<&str, Pronoun>> = LazyLock::new(|| {
        let lines = include_str!("../lexicon/given_pronouns.txt").lines().filter(|line| !line.starts_with('#'));
        let entries = lines.filter_map(|line| line.split_once(": "));
        let names = |(pronoun, names): (&'static str, &'static str)| {
            let pronoun = if pronoun == "he" { Pronoun::He } else { Pronoun::She };
            names.split_whitespace().map(move |name| (name, pronoun))
        };
        entries.flat_map(names).collect()
    });
    NAMES.get(name).copied()
}

/// The pronoun that goes with a title before a name.
pub fn of_title(word: &str) -> Option<Pronoun> {
    match word.trim_end_matches('.') {
        "mr" | "sir" | "lord" | "king" | "prince" | "spokesman" | "chairman" | "congressman" | "councilman" => Some(Pronoun::He),
        "mrs" | "ms" | "miss" | "dame" | "lady" | "queen" | "princess" | "sister" | "spokeswoman" | "chairwoman" | "congresswoman"
        | "councilwoman" => Some(Pronoun::She),
        _ => None,
    }
}

/// The pronoun of a relative.
pub fn kin(word: &str) -> Option<Pronoun> {
    match word {
        "father" | "brother" | "son" | "husband" | "uncle" | "nephew" | "grandfather" | "grandson" => Some(Pronoun::He),
        "mother" | "sister" | "daughter" | "wife" | "aunt" | "niece" | "grandmother" | "granddaughter" => Some(Pronoun::She),
        _ => None,
    }
}

/// The pronoun that a word is a form of.
pub(in crate::extract) fn gender(word: &str) -> Option<Pronoun> {
    match word {
        "he" | "his" | "him" | "himself" => Some(Pronoun::He),
        "she" | "her" | "hers" | "herself" => Some(Pronoun::She),
        _ => None,
    }
}

/// Whether the noun at token `i` follows a preposition: `with his brother`, `by the manager`.
pub(in crate::extract) fn oblique(parsed: &Parsed, i: usize) -> bool {
    const DETERMINERS: &[&str] = &["a", "an", "the", "his", "her", "their", "my", "our", "own", "elder", "older", "younger", "late"];
    let before = parsed.tokens[..i].iter().rev().take(4).find(|t| !t.is_any(DETERMINERS));
    before.is_some_and(|t| t.is_any(&["of", "at", "for", "from", "with", "to", "against", "by", "about", "like"]))
}

/// `her mother's kitchen … She`: what belongs to a relative of hers.
pub(in crate::extract) fn theirs(parsed: &Parsed, i: usize, pronoun: Pronoun) -> bool {
    let owned = parsed.tokens.get(i + 1).is_some_and(|t| t.is("'s"));
    owned && parsed.tokens[..i].iter().rev().take(2).any(|t| gender(&t.lower) == Some(pronoun))
}
