//! Roles: what the text says a person is, and where.

use crate::extract::{
    lexicon::lexicon,
    names::actors::Cast,
    text::{
        sentences::Parsed,
        tokens::{Kind, Token},
    },
};

/// Roles whose holder the text presents as speaking for the organization.
const SPEAKING: &[&str] = &[
    "chief",
    "executive",
    "ceo",
    "cto",
    "cfo",
    "coo",
    "cio",
    "cpo",
    "president",
    "vice-president",
    "vp",
    "head",
    "director",
    "co-director",
    "founder",
    "co-founder",
    "cofounder",
    "chair",
    "chairman",
    "chairwoman",
    "chairperson",
    "spokesperson",
    "spokesman",
    "spokeswoman",
    "counsel",
    "officer",
    "lead",
    "leader",
    "minister",
    "owner",
    "co-owner",
    "partner",
];
const OF: &[&str] = &["of", "at", "for", "in", "with", "to"];
const HEADING: &[&str] = &["founded", "co-founded", "leads", "led", "runs", "heads", "chairs", "manages", "directs", "owns", "oversees"];

/// A role found beside a name.
struct Found {
    role: Option<String>,
    organization: Option<usize>,
    speaks: bool,
}

/// Gives people the roles and organizations that the text prints beside their names; the first found stays.
pub fn assign(parsed: &Parsed, cast: &mut Cast) {
    for index in 0..cast.mentions.len() {
        let mention = cast.mentions[index].clone();
        let person = &cast.actors[mention.actor];
        if !cast.is_person(mention.actor) || (person.role.is_some() && person.organization.is_some()) {
            continue;
        }
        let found = after(parsed, cast, mention.start, mention.end).or_else(|| before(parsed, cast, mention.start));
        let Some(mut found) = found.or_else(|| bracketed(parsed, cast, mention.end)) else { continue };
        if found.organization.is_none() && found.speaks && is_bare(parsed, mention.start, mention.end) {
            found.organization = last_organization(parsed, cast, mention.start);
        }
        let person = &mut cast.actors[mention.actor];
        if person.role.is_none() {
            person.role = found.role;
        }
        if person.organization.is_none() {
            person.organization = found.organization.filter(|&o| o != mention.actor);
            person.speaks_for = found.speaks && person.organization.is_some();
        }
    }
}

/// Whether the words beside a name, up to a comma or mark, name nothing else and hold no `a`, `former`: `managing director NAME said`,
/// `NAME, provost of the institute, said`. Whom such a role serves, the text has just said.
fn is_bare(parsed: &Parsed, start: usize, end: usize) -> bool {
    let sentence = &parsed.sentences[parsed.sentence_of[start] as usize].tokens;
    let stops = |i: &usize| parsed.tokens[*i].kind == Kind::Word;
    let other = |i: usize| parsed.tokens[i].is_any(&["a", "an", "former", "then", "ex", "one"]);
    let named = |i: usize| parsed.tokens[i].is_capital() && i != sentence.start && !lexicon().is_role(&parsed.tokens[i].lower);
    let comma = |i: usize| usize::from(parsed.tokens.get(i).is_some_and(|t| t.is(",")));
    // Without a comma the words behind are what is said, no more of the role.
    let reach = if comma(end) == 1 { sentence.end.min(end + 10) } else { end };
    let mut behind = (end + comma(end)..reach).take_while(stops);
    let from = if start > sentence.start { start - comma(start - 1) } else { start };
    let mut ahead = (sentence.start..from).rev().take(8).take_while(stops);
    !behind.any(|i| named(i) || other(i)) && !ahead.any(|i| named(i) || other(i))
}

/// `NAME (ORG)`.
fn bracketed(parsed: &Parsed, cast: &Cast, end: usize) -> Option<Found> {
    let open = parsed.tokens.get(end).is_some_and(|t| t.is("("));
    let organization = organization_at(cast, end + 1).filter(|_| open)?;
    let closes = cast.mention_at(end + 1).is_some_and(|m| parsed.tokens.get(m.end).is_some_and(|t| t.is(")")));
    closes.then_some(Found { role: None, organization: Some(organization), speaks: false })
}

fn organization_at(cast: &Cast, i: usize) -> Option<usize> {
    cast.at(i).filter(|&actor| !cast.is_person(actor))
}

/// The organization last named before token `i`, in the two sentences before at most.
fn last_organization(parsed: &Parsed, cast: &Cast, i: usize) -> Option<usize> {
    let sentence = (parsed.sentence_of[i] as usize).saturating_sub(3);
    let from = parsed.sentences[sentence].tokens.start;
    let mentions = cast.within(from..i);
    mentions.iter().rev().find(|m| !cast.is_person(m.actor) && parsed.quote_of[m.start].is_none()).map(|m| m.actor)
}

/// `NAME, head of product at ORG` · `NAME, its head of product` · `NAME, who leads ORG` · `NAME of ORG` · `NAME is …`.
fn after(parsed: &Parsed, cast: &Cast, start: usize, end: usize) -> Option<Found> {
    let tokens = &parsed.tokens;
    let limit = parsed.sentences[parsed.sentence_of[start] as usize].tokens.end;
    let next = tokens.get(end).filter(|_| end < limit)?;
    let apart = next.is(",") && tokens.get(end + 1).is_some_and(|t| t.is("of"));
    if next.is_any(&["of", "at"]) || apart {
        let from = end + 1 + usize::from(apart);
        let at = from + usize::from(tokens.get(from).is_some_and(|t| t.is("the")));
        // `NAME of the law firm ORG`
        let noun = (at..limit.min(at + 4)).find(|&i| organization_at(cast, i).is_some());
        let typed = |i: &usize| *i == at || lexicon().is_organization_noun(&tokens[i - 1].lower);
        let organization = organization_at(cast, noun.filter(typed)?)?;
        return Some(Found { role: None, organization: Some(organization), speaks: false });
    }
    if !(next.is(",") || next.is("is") || next.is("(") || next.is("was")) {
        if next.is_any(HEADING) {
            let organization = first_organization(parsed, cast, end + 1, limit.min(end + 8))?;
            return Some(Found {
                role: None,
                organization: Some(organization),
                speaks: next.is_any(&["leads", "runs", "heads", "chairs", "manages", "directs"]),
            });
        }
        return None;
    }
    let from = end + 1;
    if tokens.get(from).is_some_and(|t| t.is("who")) {
        let verb = (from + 1..limit.min(from + 4))
            .find(|&i| tokens[i].is_any(HEADING) || tokens[i].is_any(&["works", "studies", "teaches", "worked", "left"]))?;
        let organization = first_organization(parsed, cast, verb + 1, limit.min(verb + 9));
        let definite = tokens.get(verb + 1).is_some_and(|t| t.is("the"))
            && tokens.get(verb + 2).is_some_and(|t| lexicon().is_organization_noun(&t.lower));
        let organization = organization.or_else(|| last_organization(parsed, cast, start).filter(|_| definite));
        return Some(Found {
            role: None,
            organization,
            speaks: tokens[verb].is_any(HEADING) && !tokens[verb].is("co-founded") || definite,
        });
    }
    phrase(parsed, cast, from, limit)
}

/// A role phrase that starts at `from`, with its organization before or behind.
fn phrase(parsed: &Parsed, cast: &Cast, from: usize, limit: usize) -> Option<Found> {
    let lexicon = lexicon();
    let tokens = &parsed.tokens;
    let mut i = from;
    let mut organization = None;
    let mut role_start = None;
    let mut role_end = None;
    while i < limit.min(from + 12) {
        let token = &tokens[i];
        if let Some(found) = organization_at(cast, i) {
            organization = organization.or(Some(found));
            i = cast.mention_at(i).map_or(i + 1, |m| m.end);
            continue;
        }
        if token.is_any(&["its", "their", "our"]) && role_start.is_none() {
            organization = last_organization(parsed, cast, from.saturating_sub(1));
        } else if token.kind == Kind::Word && lexicon.is_role(&token.lower) {
            role_start = role_start.or(Some(i));
            role_end = Some(i + 1);
            // `chief executive`, `vice-president for research`: the phrase goes on over roles and their field.
            if token.is("chief")
                && let Some(head) = (i + 2..limit.min(i + 5)).find(|&k| lexicon.is_role(&tokens[k].lower))
                && (i + 1..head).all(|k| tokens[k].kind == Kind::Word && cast.mention_at(k).is_none() && !tokens[k].is_any(OF))
            {
                i = head; // `chief product officer`
                continue;
            }
            if !tokens.get(i + 1).is_some_and(|t| lexicon.is_role(&t.lower)) {
                break;
            }
        } else if token.is_any(&["'s", "the", "a", "an", "former", "then"]) {
            role_start = None;
        } else if token.kind == Kind::Word && !lexicon.function.contains(token.lower.as_str()) {
            role_start = role_start.or(Some(i));
        } else {
            break;
        }
        i += 1;
    }
    let (start, mut end) = (role_start?, role_end?);
    let former = tokens[from..end].iter().any(|t| t.is_any(&["former", "ex", "then", "once", "ex-ceo"]));
    // The field (`head of policy`) up to the organization.
    let mut j = end;
    while j < limit.min(end + 8) {
        if let Some(found) = organization_at(cast, j) {
            organization = organization.or(Some(found));
            break;
        }
        if tokens[j].is_any(&[".", ";", "who", "and", "said", "whose"])
            || (tokens[j].is(",") && !organization_at(cast, j + 1).is_some())
            || matches!(tokens[j].kind, Kind::Open | Kind::Straight | Kind::Close)
        {
            break;
        }
        j += 1;
    }
    if tokens.get(end).is_some_and(|t| t.is_any(&["of", "for"])) && organization_at(cast, end + 1).is_none() {
        let mut k = end + 1;
        while k < limit
            && k < end + 5
            && tokens[k].kind == Kind::Word
            && !tokens[k].is_any(OF)
            && organization_at(cast, k).is_none()
            && !tokens[k].is("the")
        {
            k += 1;
        }
        if k > end + 1 {
            end = k;
        }
    }
    let words = &tokens[start..end];
    let speaks = !former && words.iter().any(|t| t.is_any(SPEAKING));
    Some(Found { role: Some(parsed.text(start..end).to_owned()), organization, speaks })
}

/// `ORG's ROLE, NAME` · `ORG ROLE NAME` · `its ROLE, NAME` · `Deputy NAME`.
fn before(parsed: &Parsed, cast: &Cast, start: usize) -> Option<Found> {
    let lexicon = lexicon();
    let tokens = &parsed.tokens;
    let first = parsed.sentences[parsed.sentence_of[start] as usize].tokens.start;
    let mut i = start;
    let mut end = start;
    if i > first && tokens[i - 1].is(",") {
        i -= 1;
        end = i;
    }
    let mut role = None;
    let mut organization = None;
    while i > first && end - i < 9 {
        i -= 1;
        let token = &tokens[i];
        if let Some(found) = organization_at(cast, i) {
            organization = Some(found);
            break;
        }
        if token.is_any(&["its", "their", "our", "whose"]) || stands_for_owner(&tokens[first..=i]) {
            organization = last_organization(parsed, cast, i);
            break;
        }
        if token.is("'s") || token.is_any(OF) && role.is_none() {
            continue;
        }
        if token.kind == Kind::Word && (lexicon.is_role(&token.lower) || lexicon.titles.contains(token.lower.trim_end_matches('.'))) {
            role = Some(i);
        } else if token.is_any(OF) || token.is("the") || token.is("and") {
            if token.is("the") && role.is_some() {
                let near = role.is_some_and(|r| !tokens[r..end].iter().any(|t| t.is_any(OF)));
                if near {
                    break;
                }
            }
        } else if token.kind != Kind::Word || lexicon.function.contains(token.lower.as_str()) {
            break;
        } else if role.is_some() {
            role = Some(i);
        }
    }
    let from = role?;
    let to = (from..end)
        .rev()
        .find(|&j| lexicon.is_role(&tokens[j].lower) || lexicon.titles.contains(tokens[j].lower.trim_end_matches('.')))
        .map_or(end, |j| j + 1);
    let words = &tokens[from..to.max(from + 1)];
    let title =
        words.len() == 1 && words[0].is_any(&["mr", "ms", "mrs", "miss", "dr", "prof", "sir", "mr.", "dr.", "ms.", "mrs.", "prof."]);
    let former = tokens[i..end].iter().any(|t| t.is_any(&["former", "ex"]));
    let speaks = !former && words.iter().any(|t| t.is_any(SPEAKING));
    if title {
        return None;
    }
    Some(Found { role: Some(parsed.text(from..to.max(from + 1)).to_owned()), organization, speaks })
}

/// `the trust’s` at the end of these words: the noun stands for whom the text last named.
fn stands_for_owner(tokens: &[Token]) -> bool {
    matches!(tokens, [.., the, noun, owner] if the.is("the") && owner.is("'s") && lexicon().is_organization_noun(&noun.lower))
}

fn first_organization(_: &Parsed, cast: &Cast, from: usize, to: usize) -> Option<usize> {
    cast.within(from..to.max(from)).iter().find(|m| !cast.is_person(m.actor)).map(|m| m.actor)
}

#[cfg(test)]
mod tests {
    use crate::domain::registry::known;
    use crate::extract::{Format, Gazetteer, names::actors, read, text::sentences::Parsed};

    /// The name of the first person's organization.
    fn employer(text: &str) -> Option<String> {
        let article = read(text, Format::Text);
        let cast = actors::find(&Parsed::new(&article), &Gazetteer::new(known(), []));
        let person = (0..cast.actors.len()).find(|&a| cast.is_person(a))?;
        cast.actors[person].organization.map(|o| cast.actors[o].name.clone())
    }

    #[test]
    fn a_definite_noun_stands_for_the_organization() {
        let lead = "Ardane Trust closed its model.";
        assert_eq!(employer(&format!("{lead} The trust’s director, Anna Storvik, agreed.")).as_deref(), Some("Ardane Trust"));
        let said = "Founder and chief executive Anna Storvik said in a talk that a former rival agreed.";
        assert_eq!(employer(&format!("{lead} {said}")).as_deref(), Some("Ardane Trust"));
    }

    #[test]
    fn a_bare_role_serves_whom_the_text_just_named() {
        let lead = "Ardane Systems closed its model.";
        for text in [
            "“No,” managing director Anna Storvik said.",
            "“No,” said Anna Storvik, director of the company.",
            "Anna Storvik (Ardane Systems) agreed.",
        ] {
            assert_eq!(employer(&format!("{lead} {text}")).as_deref(), Some("Ardane Systems"), "{text}");
        }
        assert_eq!(employer(&format!("{lead} “No,” said Anna Storvik, a former director.")), None);
    }
}
