//! Narrators that the cast lacks, or takes for organizations: who signs, answers or says “I” is a person.

use std::ops::Range;

use crate::domain::actor::ActorKind;
use crate::extract::{
    findings::{FoundActor, Provenance},
    lexicon::lexicon,
    names::actors::{Cast, Mention},
    text::{sentences::Parsed, tokens::Kind},
};

/// Words of a person's name at most.
const WORDS_MAX: usize = 4;

/// The run of capitals from token `start` that may be a person's name.
pub fn name_at(parsed: &Parsed, start: usize, end: usize) -> Option<Range<usize>> {
    const PARTICLES: &[&str] =
        &["de", "da", "do", "dos", "del", "della", "di", "van", "von", "der", "den", "la", "le", "al", "el", "bin", "ibn", "y", "ap"];
    let word = |i: usize| {
        let token = &parsed.tokens[i];
        token.kind == Kind::Word
            && token.is_capital()
            && !lexicon().is_role(&token.lower)
            && !lexicon().organization_words.contains(token.lower.as_str())
            && !lexicon().is_organization_noun(&token.lower)
            && !lexicon().periodicals.contains(token.lower.as_str())
            && !lexicon().not_names.contains(token.lower.as_str())
            && !lexicon().function.contains(token.lower.as_str())
    };
    let joins = |i: usize| parsed.tokens[i].is_any(PARTICLES) && i + 1 < end && word(i + 1);
    let start = (start..end).find(|&i| !(lexicon().titles.contains(parsed.tokens[i].lower.as_str()) || parsed.tokens[i].is(".")))?;
    let to = (start..end).find(|&i| !(word(i) || i > start && joins(i))).unwrap_or(end);
    let whole = parsed.tokens.get(to).is_none_or(|t| to == end || !t.is_any(&["&", "'s"]) && !t.is_capital());
    ((2..=WORDS_MAX).contains(&(to - start)) && whole).then_some(start..to)
}

/// The person named at these tokens: one that the cast has, has for an organization, or lacks.
pub fn person(parsed: &Parsed, cast: &mut Cast, place: &Range<usize>) -> Option<usize> {
    match cast.mention_at(place.start) {
        Some(mention) if mention.start == place.start && mention.end == place.end => {
            let actor = mention.actor;
            if cast.actors[actor].provenance == Provenance::Registry {
                return None;
            }
            cast.actors[actor].kind = ActorKind::Person;
            Some(actor)
        }
        Some(_) => None,
        None if place.clone().any(|i| cast.mention_of[i].is_some()) => None,
        None => Some(join(parsed, cast, parsed.text(place.clone()).to_owned(), ActorKind::Person)),
    }
}

/// Adds an actor to the cast, with the places where its name is printed, of a person's also the surname.
pub fn join(parsed: &Parsed, cast: &mut Cast, name: String, kind: ActorKind) -> usize {
    let actor = cast.actors.len();
    let mut printed = places(parsed, &name);
    let mut aliases = Vec::new();
    let surname = name.rsplit(' ').next().filter(|w| kind == ActorKind::Person && w.len() > 3 && name.contains(' '));
    if let Some(surname) = surname {
        let taken = |p: &Range<usize>| printed.iter().any(|q| q.contains(&p.start));
        let alone: Vec<_> = places(parsed, surname).into_iter().filter(|p| !taken(p)).collect();
        if !alone.is_empty() {
            aliases.push(surname.to_owned());
        }
        printed.extend(alone);
    }
    printed.retain(|p| p.clone().all(|i| cast.mention_of[i].is_none()));
    cast.actors.push(FoundActor { kind, name, provenance: Provenance::Text, aliases, role: None, organization: None, speaks_for: false });
    cast.pronouns.push(None);
    cast.staff.resize(cast.actors.len(), Vec::new());
    cast.mentions.extend(printed.into_iter().map(|p| Mention { start: p.start, end: p.end, actor }));
    cast.mentions.sort_by_key(|m| m.start);
    for (index, mention) in cast.mentions.iter().enumerate() {
        cast.mention_of[mention.start..mention.end].fill(u32::try_from(index).ok());
    }
    actor
}

/// Where a name is printed.
pub fn places(parsed: &Parsed, name: &str) -> Vec<Range<usize>> {
    let words = name.split_whitespace().count();
    let starts = (0..parsed.tokens.len()).filter(|&i| name.starts_with(parsed.text(i..i + 1)));
    starts
        .filter_map(|i| {
            let end = (i + 1..=parsed.tokens.len().min(i + words + 3)).find(|&end| parsed.text(i..end).len() >= name.len())?;
            (parsed.text(i..end) == name).then_some(i..end)
        })
        .collect()
}
