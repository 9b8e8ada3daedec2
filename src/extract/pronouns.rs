//! What pronouns and definite nouns refer back to.

use super::{
    actors::Cast,
    lexicon::lexicon,
    sentences::Parsed,
    tokens::{Kind, Token},
};
use crate::domain::registry::Pronoun;

/// How many sentences back a referent may stand.
const REACH: usize = 4;

/// For each token, the actor that a pronoun or definite noun there means.
pub type Referents = Vec<Option<u32>>;

/// Resolves pronouns and definite nouns outside quotations, left to right.
pub fn resolve(parsed: &Parsed, cast: &mut Cast) -> Referents {
    let mut found: Referents = vec![None; parsed.tokens.len()];
    for i in 0..parsed.tokens.len() {
        if parsed.quote_of[i].is_some() || cast.mention_of[i].is_some() {
            continue;
        }
        let token = &parsed.tokens[i];
        if token.kind != Kind::Word {
            continue;
        }
        let referent = match token.lower.as_str() {
            "he" | "his" | "him" | "himself" => person(parsed, cast, &found, i, Pronoun::He),
            "she" | "her" | "hers" | "herself" => person(parsed, cast, &found, i, Pronoun::She),
            "it" | "its" | "itself" if !expletive(parsed, i) => organization(parsed, cast, &found, i, None),
            "they" | "their" => plural(parsed, cast, &found, i),
            "who" | "whose" | "which" | "whom" => antecedent(parsed, cast, i),
            noun if i > 0
                && super::phrases::is_document(noun)
                && parsed.tokens[..i].iter().rev().take(3).any(|t| t.is_any(&["the", "this", "its", "his", "her"])) =>
            {
                definite(parsed, cast, &found, i)
            }
            noun if i > 0 && lexicon().is_organization_noun(noun) && !noun.ends_with('s') => definite(parsed, cast, &found, i),
            _ => None,
        };
        found[i] = referent.and_then(|actor| u32::try_from(actor).ok());
    }
    found
}

/// `it is clear that`, `it would be`: nobody is meant.
fn expletive(parsed: &Parsed, i: usize) -> bool {
    let Some(next) = parsed.tokens.get(i + 1) else { return false };
    let verb = next.is_any(&["is", "was", "'s", "seems", "appears", "would", "may", "will", "takes"]);
    verb && parsed.tokens[i + 1..]
        .iter()
        .skip(1)
        .take(6)
        .any(|t| t.is_any(&["that", "to", "whether", "clear", "unclear", "possible", "likely"]))
}

fn sentence_start(parsed: &Parsed, sentence: usize) -> usize {
    parsed.sentences[sentence].tokens.start
}

/// Actors named or meant among tokens outside quotations, in order.
fn among<'p>(
    parsed: &'p Parsed,
    cast: &'p Cast,
    found: &'p Referents,
    from: usize,
    to: usize,
) -> impl Iterator<Item = (usize, usize)> + 'p {
    (from..to).filter(|&i| parsed.quote_of[i].is_none()).filter_map(|i| {
        let named = cast.mention_at(i).filter(|m| m.start == i).map(|m| m.actor);
        named.or_else(|| found[i].map(|a| a as usize)).map(|actor| (i, actor))
    })
}

fn person(parsed: &Parsed, cast: &mut Cast, found: &Referents, i: usize, pronoun: Pronoun) -> Option<usize> {
    let sentence = parsed.sentence_of[i] as usize;
    let mut chosen = None;
    let mut sole = true;
    for back in 0..=REACH.min(sentence) {
        let s = sentence - back;
        let to = if back == 0 { i } else { parsed.sentences[s].tokens.end };
        let mut fits: Vec<(usize, usize)> =
            among(parsed, cast, found, sentence_start(parsed, s), to).filter(|&(_, a)| cast.is_person(a)).collect();
        if back == 0 {
            fits.retain(|&(at, _)| subject_like(parsed, at));
        }
        // A speaker whose words hold the pronoun is not met here: quotations are skipped.
        let all = fits.len();
        fits.retain(|&(_, a)| cast.pronouns[a].is_none_or(|p| p == pronoun));
        if let Some(&(_, actor)) = fits
            .iter()
            .find(|&&(at, a)| cast.pronouns[a] == Some(pronoun) && subject_like(parsed, at))
            .or_else(|| fits.iter().find(|&&(at, _)| subject_like(parsed, at)))
            .or(fits.first())
        {
            sole = fits.iter().all(|&(_, a)| a == actor) && all >= fits.len();
            chosen = Some(actor);
            break;
        }
    }
    if let Some(actor) = chosen
        && sole
        && cast.pronouns[actor].is_none()
    {
        cast.pronouns[actor] = Some(pronoun);
    }
    chosen
}

/// Whether what stands at token `i` is no object of a preposition and no possessor.
fn subject_like(parsed: &Parsed, i: usize) -> bool {
    let mut from = i;
    while from > 0
        && (lexicon().titles.contains(parsed.tokens[from - 1].lower.trim_end_matches('.'))
            || lexicon().is_role(&parsed.tokens[from - 1].lower))
    {
        from -= 1;
    }
    let before = from.checked_sub(1).map(|p| &parsed.tokens[p]);
    let after_preposition =
        before.is_some_and(|t| t.is_any(&["of", "at", "for", "from", "with", "to", "against", "by", "on", "about", "like", "told"]));
    !after_preposition
}

fn organization(parsed: &Parsed, cast: &Cast, found: &Referents, i: usize, noun: Option<&str>) -> Option<usize> {
    let sentence = parsed.sentence_of[i] as usize;
    let wanted = |actor: usize| !cast.is_person(actor);
    if let Some(noun) = noun {
        let from = sentence_start(parsed, sentence.saturating_sub(12));
        let bears = |actor: usize| wanted(actor) && (cast.actors[actor].name.split_whitespace().any(|w| w.eq_ignore_ascii_case(noun)));
        if let Some((_, actor)) = among(parsed, cast, found, from, i).filter(|&(_, a)| bears(a)).last() {
            return Some(actor);
        }
    }
    for back in 0..=REACH.min(sentence) {
        let s = sentence - back;
        let to = if back == 0 { i } else { parsed.sentences[s].tokens.end };
        let fits: Vec<(usize, usize)> = among(parsed, cast, found, sentence_start(parsed, s), to).filter(|&(_, a)| wanted(a)).collect();
        if let Some(&(_, actor)) =
            fits.iter().find(|&&(at, _)| subject_like(parsed, at)).or(if back == 0 { fits.last() } else { fits.first() })
        {
            return Some(actor);
        }
        // A person of an organization stands for it: “Boreal's counsel … the company”.
        let staff = among(parsed, cast, found, sentence_start(parsed, s), to)
            .find_map(|(_, a)| cast.actors[a].organization.filter(|_| cast.actors[a].speaks_for));
        if noun.is_some() && staff.is_some() {
            return staff;
        }
    }
    None
}

/// they: the organizations of the sentence before, where one alone is its subject.
fn plural(parsed: &Parsed, cast: &Cast, found: &Referents, i: usize) -> Option<usize> {
    let sentence = parsed.sentence_of[i] as usize;
    let s = sentence.checked_sub(1)?;
    let named: Vec<usize> = among(parsed, cast, found, sentence_start(parsed, s), parsed.sentences[s].tokens.end).map(|(_, a)| a).collect();
    let first = *named.first()?;
    let start = sentence_start(parsed, sentence);
    (i <= start + 1 && !cast.is_person(first) && named.iter().all(|&a| a == first || cast.is_person(a))).then_some(first)
}

/// `NAME, who …` and `the NAME team, which …`.
fn antecedent(parsed: &Parsed, cast: &Cast, i: usize) -> Option<usize> {
    let before = i.checked_sub(1)?;
    let comma = parsed.tokens[before].is(",");
    let at = if comma { before.checked_sub(1)? } else { before };
    if let Some(actor) = cast.at(at) {
        return Some(actor);
    }
    if comma && parsed.tokens[i].is("which") {
        // `NAME's research group in Daejeon, which …`
        let near = (at.saturating_sub(7)..=at)
            .rev()
            .take_while(|&j| !lexicon().is_verb(&parsed.tokens[j].lower) || parsed.tokens[j].is("'s"))
            .find_map(|j| cast.at(j));
        if let Some(actor) = near.filter(|&a| !cast.is_person(a)) {
            return Some(actor);
        }
    }
    // `NAME, a foundation in Bergen, which …` · `NAME, a nurse from Tamale, who …`
    let start = sentence_start(parsed, parsed.sentence_of[i] as usize).max(i.saturating_sub(14));
    let opening = (start..at).rev().find(|&j| parsed.tokens[j].is(","))?;
    let apposition = parsed.tokens.get(opening + 1).is_some_and(|t: &Token| t.is_any(&["a", "an", "the", "its"]));
    let thing = parsed.tokens[i].is_any(&["which"]);
    let actor = opening.checked_sub(1).and_then(|j| cast.at(j)).filter(|_| apposition)?;
    (!thing || !cast.is_person(actor)).then_some(actor)
}

/// `the company`, `the Japanese firm`, `his company`, `its larger rival`.
fn definite(parsed: &Parsed, cast: &Cast, found: &Referents, i: usize) -> Option<usize> {
    let start = sentence_start(parsed, parsed.sentence_of[i] as usize);
    let mut j = i;
    while j > start && j + 4 > i {
        j -= 1;
        let token = &parsed.tokens[j];
        if token.is("the") || token.is("this") {
            let next = parsed.tokens.get(i + 1);
            // `the company Acme` and `the company's Acme` name it themselves; `the group of …` is another one.
            if super::phrases::is_document(&parsed.tokens[i].lower) {
                let s = (parsed.sentence_of[i] as usize).checked_sub(1)?;
                return among(parsed, cast, found, sentence_start(parsed, s), parsed.sentences[s].tokens.end)
                    .find(|&(at, _)| subject_like(parsed, at))
                    .map(|(_, a)| a);
            }
            let named =
                cast.mention_of.get(i + 1).copied().flatten().is_some() || next.is_some_and(|t| t.is_any(&["of", "behind", "that"]));
            return if named { None } else { organization(parsed, cast, found, i, Some(&parsed.tokens[i].lower)) };
        }
        if token.is_any(&["his", "her", "their"]) {
            let owner = found[j].map(|a| a as usize)?;
            if super::phrases::is_document(&parsed.tokens[i].lower) {
                return Some(owner);
            }
            return if cast.is_person(owner) { cast.actors[owner].organization } else { None };
        }
        if token.kind != Kind::Word || lexicon().function.contains(token.lower.as_str()) {
            return None;
        }
    }
    None
}
