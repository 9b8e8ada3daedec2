//! Clauses of a sentence and their subjects.

use std::ops::Range;

use super::{
    attribution::Sieve,
    lexicon::lexicon,
    phrases::Referent,
    tokens::{Kind, Token},
};

/// A clause with its subjects.
#[derive(Debug, Clone)]
pub struct Clause {
    /// Its tokens; of a relative clause, from its antecedent on.
    pub tokens: Range<usize>,
    /// The part that says something of the subject.
    pub predicate: Range<usize>,
    /// The named actors that are its subject.
    pub subjects: Vec<usize>,
    /// The phrase that names them, as printed.
    pub mention: Option<Range<usize>>,
    /// Whether the subject is an unnamed group.
    pub group: bool,
    /// Whether the subject is the first person.
    pub first_person: bool,
}

const SPLITTERS: &[&str] =
    &["while", "whereas", "although", "though", "but", "because", "as", "since", "unlike", "and", "so", "then", "yet", "despite", "when"];
const COLLECTIVES: &[&str] = &[
    "companies",
    "firms",
    "groups",
    "laboratories",
    "labs",
    "organizations",
    "organisations",
    "players",
    "rivals",
    "vendors",
    "developers",
    "start-ups",
    "startups",
    "others",
    "makers",
    "businesses",
];

/// The clauses of a sentence, quotations left inside.
pub fn split(sieve: &Sieve, sentence: Range<usize>) -> Vec<Range<usize>> {
    let tokens = &sieve.parsed.tokens;
    let mut clauses = Vec::new();
    let mut start = sentence.start;
    let mut i = sentence.start;
    while i < sentence.end {
        if sieve.parsed.quote_of[i].is_some() {
            i += 1;
            continue;
        }
        let cut = if tokens[i].is(";") {
            Some(i)
        } else if tokens[i].is(",") {
            (opens_clause(sieve, i + 1, sentence.end)
                && clause_verb(sieve, start, i)
                && !conditional(sieve, start)
                && !parenthetical(sieve, i, sentence.end))
            .then_some(i)
        } else if tokens[i].is_any(&["and", "but"])
            && i > start
            && sieve.parsed.quote_of[i - 1].is_some()
            && tokens.get(i + 1).is_some_and(|t| lexicon().cues.contains_key(&t.lower))
        {
            Some(i)
        } else if tokens[i].is_any(&["while", "whereas", "although", "but"]) && i > start && has_subject(sieve, i + 1, sentence.end) {
            Some(i)
        } else {
            None
        };
        if let Some(at) = cut {
            if at > start {
                clauses.push(start..at);
            }
            start = if tokens[at].is_any(&[";", ","]) { at + 1 } else { at };
        }
        i += 1;
    }
    if start < sentence.end {
        clauses.push(start..sentence.end);
    }
    clauses
}

/// Whether a clause is an opening condition, which belongs to what follows.
fn conditional(sieve: &Sieve, start: usize) -> bool {
    sieve.parsed.tokens[start..].iter().take(2).any(|t| t.is_any(&["if", "should", "unless", "once", "were", "provided", "until"]))
}

/// Whether `, S said` stands at the comma `i` and ends the sentence or goes on behind another comma.
fn parenthetical(sieve: &Sieve, i: usize, end: usize) -> bool {
    attribution_at(sieve, i, end).is_some()
}

/// Subject and verb of `, S said` at the comma `i`.
fn attribution_at(sieve: &Sieve, i: usize, end: usize) -> Option<(Range<usize>, usize)> {
    let tokens = &sieve.parsed.tokens;
    let verb = (i + 1..end.min(i + 9))
        .find(|&j| lexicon().speaks(&tokens[j].lower) && !tokens[j].is_capital() && sieve.cast.mention_of[j].is_none())?;
    let phrase = sieve.subject(i + 1, verb)?;
    let opens = phrase.tokens.start == i + 1 && phrase.referent != Referent::Abstract;
    let next = tokens.get(verb + 1).filter(|_| verb + 1 < end);
    let closes = next
        .is_none_or(|t| t.is_any(&[".", ",", "in", "on", "at", "during", "after", "the"]) || sieve.cast.mention_of[verb + 1].is_some())
        && !next.is_some_and(|t| t.is("that"));
    let complement = (verb + 1..end.min(verb + 4)).any(|j| tokens[j].is_any(&["that", "it", "them"]));
    (opens && closes && !complement).then_some((phrase.tokens, verb))
}

/// Whether a clause with a subject of its own starts at `i`, behind a comma.
fn opens_clause(sieve: &Sieve, i: usize, end: usize) -> bool {
    let tokens = &sieve.parsed.tokens;
    let Some(first) = tokens.get(i).filter(|_| i < end) else { return false };
    if first.is_any(SPLITTERS) {
        return has_subject(sieve, i + 1, end);
    }
    // The clause after an opening `While …,`.
    let item = i >= 2 && sieve.cast.mention_of[i - 2].is_some();
    !item && has_subject(sieve, i, end)
}

/// Whether a name, pronoun or collective with a verb behind it stands at `i`.
fn has_subject(sieve: &Sieve, i: usize, end: usize) -> bool {
    let tokens = &sieve.parsed.tokens;
    let mut at = i;
    while at < end
        && at < i + 2
        && tokens[at].is_any(&["the", "a", "both", "even", "many", "some", "most", "several", "other", "in", "however"])
    {
        at += 1;
    }
    let Some(token) = tokens.get(at).filter(|_| at < end) else { return false };
    if let Some(mention) = sieve.cast.mention_at(at) {
        let next = tokens.get(mention.end).filter(|_| mention.end < end);
        return next
            .is_some_and(|t| verb(t) || t.is_any(&["and", ",", "'s"]) && clause_verb(sieve, mention.end, end.min(mention.end + 12)));
    }
    if token.is_any(&["he", "she", "they", "it", "we", "i"]) {
        return tokens.get(at + 1).is_some_and(|t| t.kind == Kind::Word);
    }
    token.is_any(COLLECTIVES) || (sieve.referents[at].is_some() && !token.is_any(&["who", "which", "whose", "its", "their", "his", "her"]))
}

fn clause_verb(sieve: &Sieve, from: usize, to: usize) -> bool {
    (from..to).any(|i| sieve.cast.mention_of[i].is_none() && verb(&sieve.parsed.tokens[i]))
}

/// Whether a word looks like a finite verb.
pub fn verb(token: &Token) -> bool {
    token.kind == Kind::Word && !token.is_capital() && !token.is("like") && lexicon().is_verb(&token.lower)
}

/// The clauses of a sentence with their subjects; relative clauses stand beside their main clause.
pub fn find(sieve: &Sieve, sentence: Range<usize>) -> Vec<Clause> {
    let mut found = Vec::new();
    let mut previous: Option<Clause> = None;
    for range in split(sieve, sentence) {
        let mut main = subject(sieve, range.clone());
        if main.subjects.is_empty() && !main.group && !main.first_person {
            // `…, but never the current one`: the subject of the clause before goes on.
            if let Some(before) = previous.as_ref().filter(|_| {
                !sieve.parsed.tokens[range.clone()].iter().take(3).any(|t| t.is_any(&["this", "that", "there", "it", "others"]))
            }) {
                main.subjects.clone_from(&before.subjects);
                main.mention.clone_from(&before.mention);
                main.first_person = before.first_person;
            }
        }
        let relatives = relatives(sieve, &range);
        if let Some(first) = relatives.first() {
            // What a relative clause says is its antecedent's; the main clause is read around it.
            let same = first.subjects == main.subjects;
            if !same {
                let inner = first.predicate.clone();
                if inner.end >= range.end {
                    main.predicate.end = inner.start.max(main.predicate.start);
                } else {
                    main.predicate.start = inner.end.max(main.predicate.start);
                }
            }
            found.extend(relatives.into_iter().filter(|r| !same || r.subjects != main.subjects));
        }
        previous = Some(main.clone());
        found.push(main);
    }
    found
}

/// `NAME, which …,` · `NAME, a group that …` · `NAME, whose model can be reached only …`
fn relatives(sieve: &Sieve, range: &Range<usize>) -> Vec<Clause> {
    let tokens = &sieve.parsed.tokens;
    let mut found = Vec::new();
    let mut i = range.start + 1;
    while i < range.end {
        let token = &tokens[i];
        let relative = token.is_any(&["which", "who", "whose", "that"]) && sieve.parsed.quote_of[i].is_none();
        if let Some(clause) = Some(i).filter(|_| relative).and_then(|i| object_relative(sieve, range, i)) {
            i = clause.tokens.end;
            found.push(clause);
            continue;
        }
        let antecedent = if token.is("that") { appositive_that(sieve, range, i) } else { sieve.referents[i].map(|a| a as usize) };
        if let Some(actor) = antecedent.filter(|_| relative) {
            let end = (i + 1..range.end).find(|&j| tokens[j].is(",") && j > i + 3 && !list_comma(sieve, j, range.end)).unwrap_or(range.end);
            let start = (range.start..i)
                .rev()
                .find(|&j| sieve.cast.at(j) == Some(actor))
                .and_then(|j| sieve.cast.mention_at(j))
                .map_or(i, |m| m.start);
            let mention = sieve.cast.mention_at(start).map(|m| m.start..m.end);
            found.push(Clause { tokens: start..end, predicate: i..end, subjects: vec![actor], mention, group: false, first_person: false });
            i = end;
        }
        i += 1;
    }
    found
}

/// Nouns whose `that` opens what is said, not a relative clause.
const SPEECH: &[&str] = &[
    "admission",
    "claim",
    "claims",
    "statement",
    "argument",
    "idea",
    "belief",
    "view",
    "fact",
    "suggestion",
    "news",
    "announcement",
    "promise",
    "warning",
    "fear",
    "fears",
    "hope",
    "evidence",
    "concern",
    "concerns",
    "accusation",
    "allegation",
    "decision",
    "clear",
    "so",
    "notion",
    "opinion",
    "remark",
    "report",
    "sign",
];

/// `a model that the start-up NAME had placed in …`: the subject stands behind the relative word.
fn object_relative(sieve: &Sieve, range: &Range<usize>, i: usize) -> Option<Clause> {
    let tokens = &sieve.parsed.tokens;
    let noun = i > range.start && !tokens[i - 1].is_any(SPEECH) && !verb(&tokens[i - 1]) && tokens[i - 1].kind == Kind::Word;
    let mention = sieve.cast.within(i + 1..range.end.min(i + 6)).first().filter(|_| noun)?;
    let led = tokens[i + 1..mention.start].iter().all(|t| !verb(t) && t.kind == Kind::Word);
    let follows = tokens.get(mention.end).filter(|_| mention.end < range.end).is_some_and(verb);
    let before = (range.start..i).rev().take(12).any(|j| lexicon().speaks(&tokens[j].lower));
    if !led || !follows || before {
        return None;
    }
    Some(Clause {
        tokens: i + 1..range.end,
        predicate: mention.start..range.end,
        subjects: vec![mention.actor],
        mention: Some(mention.start..mention.end),
        group: false,
        first_person: false,
    })
}

/// Whether the comma at `j` parts items of a list rather than clauses.
fn list_comma(sieve: &Sieve, j: usize, end: usize) -> bool {
    let tokens = &sieve.parsed.tokens;
    tokens[j + 1..end.min(j + 5)].iter().any(|t| t.is("and") || t.is("or")) && !tokens.get(j + 1).is_some_and(verb)
}

/// `NAME, a foundation in Bergen that …`
fn appositive_that(sieve: &Sieve, range: &Range<usize>, i: usize) -> Option<usize> {
    let tokens = &sieve.parsed.tokens;
    let from = range.start.max(i.saturating_sub(10));
    let comma = (from..i).rev().find(|&j| tokens[j].is(","))?;
    let article = tokens.get(comma + 1).is_some_and(|t| t.is_any(&["a", "an", "the"]));
    let noun = tokens[comma + 1..i].iter().any(|t| lexicon().is_organization_noun(&t.lower));
    comma.checked_sub(1).and_then(|j| sieve.cast.at(j)).filter(|_| article && noun)
}

/// The subject of a clause.
fn subject(sieve: &Sieve, range: Range<usize>) -> Clause {
    let tokens = &sieve.parsed.tokens;
    let mut clause =
        Clause { tokens: range.clone(), predicate: range.clone(), subjects: Vec::new(), mention: None, group: false, first_person: false };
    if let Some(attributed) = attributed(sieve, &range) {
        return attributed;
    }
    let limit = range.end.min(range.start + 30);
    for i in range.start..limit {
        if sieve.parsed.quote_of[i].is_some() {
            continue;
        }
        let token = &tokens[i];
        if let Some(mention) = sieve.cast.mention_at(i) {
            if mention.start != i {
                continue;
            }
            let before = i.checked_sub(1).filter(|&p| p >= range.start).map(|p| &tokens[p]);
            let example = before.is_some_and(|t| t.is("like")) || before.is_some_and(|t| t.is("as")) && i >= 2 && tokens[i - 2].is("such");
            let governed = before.is_some_and(|t| {
                t.is_any(&["of", "at", "in", "on", "from", "for", "to", "with", "by", "than", "about", "against", "behind"])
                    || t.is("the") && i >= 2 + range.start && tokens[i - 2].is_any(&["of", "at", "for", "from", "in", "to", "by"])
            });
            if governed && !example {
                continue;
            }
            if let Some(named) = sieve.person_behind(mention.end, range.end).filter(|_| !sieve.cast.is_person(mention.actor)) {
                clause.subjects = vec![named.actor];
                clause.mention = Some(i..named.end);
                return clause;
            }
            let vocative = i == range.start
                && sieve.cast.is_person(mention.actor)
                && tokens.get(mention.end).is_some_and(|t| t.is(","))
                && has_subject(sieve, mention.end + 1, range.end);
            if vocative {
                continue;
            }
            let list = list(sieve, range.clone(), i);
            clause.subjects = list.0;
            clause.mention = Some(i..list.1);
            clause.predicate.start = i;
            let possessive = tokens.get(mention.end).is_some_and(|t| t.is("'s")) && mention.end < range.end;
            if possessive {
                possessed(sieve, &mut clause, mention.end + 1, range.end);
            }
            return clause;
        }
        if token.is_any(&["he", "she", "it", "they"]) && sieve.referents[i].is_some()
            || sieve.referents[i].is_some() && !token.is_any(&["who", "which", "whose", "whom", "him", "his", "her", "its", "their"])
        {
            clause.subjects = sieve.referents[i].map(|a| a as usize).into_iter().collect();
            clause.mention = Some(i..i + 1);
            clause.predicate.start = range.start;
            if tokens.get(i + 1).is_some_and(|t| t.is("'s")) {
                possessed(sieve, &mut clause, i + 2, range.end);
            }
            return clause;
        }
        if token.is_any(&["we", "i"]) {
            clause.first_person = true;
            clause.mention = Some(i..i + 1);
            return clause;
        }
        if verb(token) && i > range.start && clause.mention.is_none() {
            // A verb before any name: the subject is what stands before it.
            if let Some(phrase) = super::phrases::ending(sieve.parsed, sieve.cast, range.start, i) {
                match phrase.referent {
                    Referent::Group => {
                        clause.group = true;
                        clause.mention = Some(phrase.tokens);
                    }
                    _ => {
                        if let Some(actor) = sieve.actor_of(&phrase) {
                            clause.subjects = vec![actor];
                            clause.mention = Some(phrase.tokens);
                        }
                    }
                }
            }
            if lexicon().cues.contains_key(&token.lower) || clause.group {
                return clause;
            }
        }
    }
    clause
}

/// `…, S said.`: the clause is S's.
fn attributed(sieve: &Sieve, range: &Range<usize>) -> Option<Clause> {
    let comma = (range.start + 3..range.end)
        .find(|&i| sieve.parsed.tokens[i].is(",") && sieve.parsed.quote_of[i].is_none() && parenthetical(sieve, i, range.end))?;
    let (subject, _) = attribution_at(sieve, comma, range.end)?;
    let phrase = super::phrases::phrase(sieve.parsed, sieve.cast, subject);
    let actor = sieve.actor_of(&phrase);
    let group = actor.is_none() && phrase.referent == Referent::Group;
    Some(Clause {
        tokens: range.clone(),
        predicate: range.clone(),
        subjects: actor.into_iter().collect(),
        mention: Some(phrase.tokens),
        group,
        first_person: phrase.referent == Referent::First,
    })
}

/// `X's director says` is about the director; `X's model`, `X's leadership`, `X's law suit` are about X.
fn possessed(sieve: &Sieve, clause: &mut Clause, from: usize, end: usize) {
    let tokens = &sieve.parsed.tokens;
    for i in from..end.min(from + 7) {
        if let Some(mention) = sieve.cast.mention_at(i) {
            if sieve.cast.is_person(mention.actor) {
                clause.subjects = vec![mention.actor];
                clause.mention = Some(mention.start..mention.end);
            }
            return;
        }
        if verb(&tokens[i]) && i > from {
            return;
        }
    }
}

/// The named actors of `A, B and C` from the mention at `i` on, and where the list ends.
fn list(sieve: &Sieve, range: Range<usize>, i: usize) -> (Vec<usize>, usize) {
    let tokens = &sieve.parsed.tokens;
    let mut actors = Vec::new();
    let mut end = i;
    let mut at = i;
    let mut joined = false;
    while let Some(mention) = sieve.cast.mention_at(at).filter(|m| m.start == at && m.end <= range.end) {
        actors.push(mention.actor);
        end = mention.end;
        at = end;
        let mut and = false;
        if at + 1 < range.end && tokens[at].is_any(&["of", "in"]) && tokens[at + 1].is_capital() {
            at += 2;
        }
        if at + 2 < range.end
            && tokens[at].kind == Kind::Word
            && !verb(&tokens[at])
            && tokens[at + 1].is("in")
            && tokens[at + 2].is_capital()
        {
            at += 3;
        }
        while at < range.end && tokens[at].is_any(&[",", "and", "the", "or"]) {
            and |= tokens[at].is_any(&["and", "or"]);
            at += 1;
        }
        joined |= and;
        if at == end {
            break;
        }
    }
    if !joined {
        // `A, B said`: no list without `and`.
        actors.truncate(1);
        end = sieve.cast.mention_at(i).map_or(end, |m| m.end);
    }
    let mut unique: Vec<usize> = Vec::new();
    for actor in actors {
        if !unique.contains(&actor) {
            unique.push(actor);
        }
    }
    (unique, end)
}
