//! Noun phrases around attributing verbs, and what they refer to.

use std::ops::Range;

use crate::extract::{
    lexicon::lexicon,
    names::actors::Cast,
    text::{
        sentences::Parsed,
        tokens::{Kind, Shape, Token},
    },
};

/// Who is meant by a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Referent {
    /// A named actor.
    Actor(usize),
    /// he, she, it, they, who …: to be resolved.
    Pronoun,
    /// I or we.
    First,
    /// A common noun for one organization or person (“the company”, “its director”): to be resolved.
    Noun,
    /// An unnamed group (“many businesses”).
    Group,
    /// Nobody who could speak (“this”, “the debate”).
    Abstract,
}

/// A noun phrase.
#[derive(Debug, Clone)]
pub struct Phrase {
    /// Its tokens.
    pub tokens: Range<usize>,
    /// Its head.
    pub head: usize,
    /// Who is meant.
    pub referent: Referent,
}

const PERSONAL: &[&str] = &["he", "she", "it", "they", "who", "which"];
const ATTACHING: &[&str] = &["of", "at", "for", "in", "from", "with", "on", "behind", "to"];
const DETERMINERS: &[&str] = &[
    "the", "a", "an", "its", "their", "his", "her", "our", "my", "your", "this", "that", "these", "those", "some", "many", "several",
    "most", "other", "one", "two", "three", "few", "both", "all", "no", "another",
];

/// Whether a token may be part of a noun phrase's core: a noun, name, adjective, number or possessive.
fn nominal(token: &Token) -> bool {
    let lexicon = lexicon();
    match token.kind {
        Kind::Number => true,
        Kind::Word => {
            token.is("'s")
                || (!token.lower.starts_with('\'')
                    && (token.is_capital() && token.shape != Shape::Initial || !lexicon.function.contains(token.lower.as_str()))
                    && !(token.lower.ends_with("ly") && !token.is_capital())
                    && !(lexicon.speaks(&token.lower)
                        && !token.is_capital()
                        && !lexicon.is_role(&token.lower)
                        && !token.lower.ends_with("ing")))
        }
        _ => token.is("&") || token.is("-") || token.is("."),
    }
}

/// The phrase that ends just before token `end` and begins at `floor` or later.
pub fn ending(parsed: &Parsed, cast: &Cast, floor: usize, end: usize) -> Option<Phrase> {
    let tokens = &parsed.tokens;
    let last = end.checked_sub(1).filter(|&l| l >= floor)?;
    if tokens[last].is_any(PERSONAL) || tokens[last].is_any(&["i", "we", "you", "nobody", "everyone", "everybody", "anyone", "someone"]) {
        return Some(phrase(parsed, cast, last..end));
    }
    if tokens[last].is_any(DETERMINERS)
        && tokens[last].is_any(&["some", "many", "several", "most", "this", "that", "others", "few", "both", "all", "one"])
        || tokens[last].is("others")
    {
        return Some(phrase(parsed, cast, last..end));
    }
    let mut start = end;
    while start > floor && start + 24 > end {
        let previous = &tokens[start - 1];
        if let Some(mention) = cast.mention_at(start - 1) {
            start = mention.start.max(floor);
        } else if nominal(previous) {
            start -= 1;
        } else if previous.is_any(DETERMINERS) && start < end {
            start -= 1;
            // `the head of the company`: goes on only over an attaching preposition.
            if !(start > floor && tokens[start - 1].is_any(ATTACHING) && start - 1 > floor && nominal(&tokens[start - 2])) {
                break;
            }
        } else if previous.is_any(ATTACHING)
            && start < end
            && start - 1 > floor
            && (nominal(&tokens[start - 2]) || cast.mention_at(start - 2).is_some())
            && !verbish(&tokens[start - 2])
        {
            start -= 1;
        } else if previous.is("and")
            && start < end
            && start - 1 > floor
            && cast.mention_at(start).is_some()
            && cast.mention_at(start - 2).is_some()
        {
            start -= 1;
        } else if previous.is(",")
            && start < end
            && start - 1 > floor
            && cast.mention_at(start).is_some()
            && cast.mention_at(start - 2).is_some()
            && list_goes_on(parsed, cast, start, end)
        {
            start -= 1;
        } else {
            break;
        }
    }
    (start < end).then(|| phrase(parsed, cast, start..end))
}

/// Whether the mention at `start`, behind a comma, is an item of a list that ends in `and`.
fn list_goes_on(parsed: &Parsed, cast: &Cast, start: usize, end: usize) -> bool {
    let after = cast.mention_at(start).map_or(start, |m| m.end);
    parsed.tokens[after.min(end)..end].iter().take(3).any(|t| t.is("and") || t.is(","))
}

/// Whether a word outside names looks like a verb in the past or third person.
fn verbish(token: &Token) -> bool {
    !token.is_capital() && (lexicon().cues.contains_key(&token.lower) && !lexicon().is_role(&token.lower) || token.lower.ends_with("ed"))
}

/// The phrase that starts at token `start` and ends at `limit` at the latest.
pub fn starting(parsed: &Parsed, cast: &Cast, start: usize, limit: usize) -> Option<Phrase> {
    let tokens = &parsed.tokens;
    let first = tokens.get(start).filter(|_| start < limit)?;
    if first.is_any(PERSONAL) || first.is_any(&["i", "we", "you"]) {
        return Some(phrase(parsed, cast, start..start + 1));
    }
    let mut end = start;
    while end < limit && end < start + 20 {
        let token = &tokens[end];
        if let Some(mention) = cast.mention_at(end) {
            end = mention.end.min(limit);
        } else if (end == start || tokens[end - 1].is_any(ATTACHING) || tokens[end - 1].is("and")) && token.is_any(DETERMINERS) {
            end += 1;
        } else if nominal(token) && !(token.is(".")) && !is_day(token) {
            end += 1;
        } else if end > start && tokens[end - 1].is_any(&["a", "an", "the"]) && is_document(&token.lower) {
            // Behind an article, `post` and `report` are no verbs.
            end += 1;
        } else if end > start
            && token.is_any(&["of", "at", "for", "in", "from", "with"])
            && end + 1 < limit
            && !tokens[end + 1].is_any(&["a", "an"])
            && !is_day(&tokens[end + 1])
        {
            end += 1;
        } else if end > start
            && token.is("on")
            && is_document(&tokens[end - 1].lower)
            && tokens.get(end + 1).is_some_and(|t| t.is_any(&["its", "his", "her", "their"]))
        {
            // `a post on its website`: through which its owner speaks.
            end += 1;
        } else {
            break;
        }
    }
    while end > start && (tokens[end - 1].is_any(ATTACHING) || tokens[end - 1].is_any(DETERMINERS)) {
        end -= 1;
    }
    // `its agronomist, NAME`: the name is who is meant.
    let named = cast.mention_at(end + 1).filter(|m| m.start == end + 1 && m.end <= limit && cast.is_person(m.actor));
    if let Some(named) = named.filter(|_| tokens.get(end).is_some_and(|t| t.is(",")) && is_definite(parsed, cast, start..end)) {
        end = named.end;
    }
    (end > start).then(|| phrase(parsed, cast, start..end))
}

/// Whether a run of tokens is a common noun phrase for one thing in particular: `the rector`, `our chief actuary`, `ORG's lawyer`.
fn is_definite(parsed: &Parsed, cast: &Cast, range: Range<usize>) -> bool {
    let tokens = &parsed.tokens[range.clone()];
    let determined = tokens.first().is_some_and(|t| t.is_any(&["the", "its", "their", "his", "her", "our", "my"]))
        || tokens.iter().any(|t| t.is("'s"))
        || tokens.iter().any(|t| lexicon().is_role(&t.lower));
    determined && tokens.len() > 1 && cast.mention_of[range.end - 1].is_none() && !tokens.iter().any(crate::extract::lexicon::verb)
}

/// Where the definite noun phrase begins that a name in apposition follows: `its chair, NAME` with the comma at token `comma`.
pub fn apposed(parsed: &Parsed, cast: &Cast, floor: usize, comma: usize) -> Option<usize> {
    let phrase = ending(parsed, cast, floor, comma)?;
    is_definite(parsed, cast, phrase.tokens.clone()).then_some(phrase.tokens.start)
}

fn is_day(token: &Token) -> bool {
    token.is_any(&["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "yesterday", "today"])
}

/// Widens a name to the left over its titles and role, for the mention as printed.
pub fn widened(parsed: &Parsed, start: usize, floor: usize) -> usize {
    let lexicon = lexicon();
    let tokens = &parsed.tokens;
    let mut from = start;
    while from > floor && start - from < 6 {
        let token = &tokens[from - 1];
        let role = lexicon.is_role(&token.lower) || lexicon.titles.contains(token.lower.trim_end_matches('.'));
        if !(token.kind == Kind::Word && (role || token.is_any(&["chief", "senior", "deputy", "vice"]))) {
            break;
        }
        from -= 1;
    }
    from
}

/// Works out head and referent.
pub fn phrase(parsed: &Parsed, cast: &Cast, tokens: Range<usize>) -> Phrase {
    let all = &parsed.tokens;
    let first = &all[tokens.start];
    if tokens.len() == 1 {
        if first.is_any(PERSONAL) || first.is_any(&["his", "her", "its", "their"]) {
            return Phrase { head: tokens.start, tokens, referent: Referent::Pronoun };
        }
        if first.is_any(&["i", "we"]) {
            return Phrase { head: tokens.start, tokens, referent: Referent::First };
        }
        if first.is_any(&[
            "others",
            "some",
            "many",
            "several",
            "most",
            "few",
            "nobody",
            "everyone",
            "everybody",
            "someone",
            "anyone",
            "you",
            "both",
            "all",
        ]) {
            return Phrase { head: tokens.start, tokens, referent: Referent::Group };
        }
        if first.is_any(&["this", "that", "these", "those", "one"]) {
            return Phrase { head: tokens.start, tokens, referent: Referent::Abstract };
        }
    }
    // The head is the last nominal before the first attaching preposition; a name at the end of that core wins.
    let core_end = (tokens.start + 1..tokens.end)
        .find(|&i| (all[i].is_any(ATTACHING) || all[i].is_any(&[",", "who", "which", "that", "("])) && cast.mention_at(i).is_none())
        .unwrap_or(tokens.end);
    let head = core_end - 1;
    let named = cast.at(head);
    // `its director, NAME`: the name stands behind the role.
    let behind =
        cast.within(core_end..tokens.end).iter().find(|m| m.start == core_end + 1 && cast.is_person(m.actor) && all[core_end].is(","));
    let named = named.filter(|&a| cast.is_person(a)).or_else(|| behind.map(|m| m.actor)).or(named);
    let referent = match named {
        Some(actor) => Referent::Actor(actor),
        None => common(parsed, cast, &tokens, head, core_end),
    };
    Phrase { tokens, head, referent }
}

/// The referent of a phrase whose head is a common noun.
fn common(parsed: &Parsed, cast: &Cast, tokens: &Range<usize>, head: usize, core_end: usize) -> Referent {
    let lexicon = lexicon();
    let all = &parsed.tokens;
    let word = &all[head];
    let plural = word.lower.ends_with('s') && !word.lower.ends_with("ss");
    let inside = cast.within(tokens.clone());
    let document = is_document(&word.lower);
    let role = lexicon.is_role(&word.lower);
    let speaker = document || role || is_people(&word.lower);
    // `an engineer at X` is nobody in particular; `a spokesperson for X` speaks for it.
    let unnamed = all[tokens.start].is_any(&["a", "an", "one"]) && role && !plural && !speaks_for_others(&word.lower);
    if unnamed && !all.get(core_end).is_some_and(|t| t.is("for") && core_end < tokens.end) {
        return Referent::Group;
    }
    if speaker {
        // `OpenAI's lawyers`, `analysts at Harrow`, `a spokesperson for X`, `Musk's lawsuit`.
        if let Some(mention) = inside.iter().find(|m| m.end <= core_end).or_else(|| inside.iter().find(|m| m.start >= core_end)) {
            return Referent::Actor(mention.actor);
        }
    }
    if document {
        return Referent::Noun;
    }
    if role || lexicon.is_organization_noun(&word.lower) {
        let definite = all[tokens.start].is_any(&["the", "its", "their", "his", "her", "our", "this", "that"]);
        return if plural || !definite && !role { Referent::Group } else { Referent::Noun };
    }
    if all[tokens.start].is("the") && lexicon.stands_for_person(&word.lower) {
        return Referent::Noun;
    }
    if is_people(&word.lower) || is_people(word.lower.trim_end_matches('s')) {
        return Referent::Group;
    }
    if word.is_capital() { Referent::Group } else { Referent::Abstract }
}

/// Whether the holder of a role speaks for whom it is held.
fn speaks_for_others(role: &str) -> bool {
    role.starts_with("spokes") || matches!(role, "lawyer" | "attorney" | "counsel" | "representative" | "solicitor" | "barrister")
}

/// Whether a noun names a document that speaks for its author.
pub fn is_document(word: &str) -> bool {
    const DOCUMENTS: &[&str] = &[
        "lawsuit",
        "suit",
        "complaint",
        "filing",
        "letter",
        "statement",
        "post",
        "blog",
        "report",
        "paper",
        "memo",
        "memorandum",
        "note",
        "submission",
        "brief",
        "petition",
        "email",
        "e-mail",
        "document",
        "study",
        "announcement",
        "article",
        "essay",
        "manifesto",
        "website",
        "testimony",
        "tweet",
        "message",
        "application",
        "prospectus",
        "handbook",
        "card",
        "notice",
        "memoir",
        "editorial",
        "leaflet",
        "brochure",
        "ruling",
        "judgment",
        "newsletter",
        "charter",
        "constitution",
        "declaration",
        "pledge",
    ];
    DOCUMENTS.contains(&word)
}

/// Whether a noun names something that holds its owner's words: `her answer: “…`.
pub fn is_utterance(word: &str) -> bool {
    const UTTERANCES: &[&str] = &[
        "advice",
        "answer",
        "appeal",
        "book",
        "caption",
        "column",
        "comment",
        "conclusion",
        "confession",
        "explanation",
        "lecture",
        "maxim",
        "opinion",
        "plea",
        "reason",
        "remark",
        "reply",
        "response",
        "review",
        "rule",
        "sermon",
        "speech",
        "summary",
        "text",
        "verdict",
        "view",
        "warning",
        "words",
    ];
    is_document(word) || UTTERANCES.contains(&word)
}

/// Whether a noun names people without naming them.
fn is_people(word: &str) -> bool {
    const PEOPLE: &[&str] = &[
        "people",
        "critics",
        "proponents",
        "supporters",
        "opponents",
        "advocates",
        "experts",
        "staff",
        "members",
        "users",
        "customers",
        "businesses",
        "rivals",
        "observers",
        "others",
        "executives",
        "team",
        "leadership",
        "employees",
        "parents",
        "voters",
        "sources",
        "families",
        "residents",
        "colleagues",
        "industry",
        "community",
        "academics",
        "lawyers",
        "government",
        "administration",
        "campaign",
        "poll",
        "survey",
        "police",
        "authorities",
        "women",
        "men",
        "man",
        "woman",
        "person",
        "crowd",
        "public",
        "media",
        "press",
        "candidate",
        "candidates",
        "panel",
        "opposition",
        "aides",
    ];
    PEOPLE.contains(&word)
}
