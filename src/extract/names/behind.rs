//! What the words behind a name say of what it names.

use crate::extract::{
    lexicon::lexicon,
    names::{Name, evidence::Score},
    text::{
        sentences::Parsed,
        tokens::{Kind, Shape, Token},
    },
};

/// What an organization has, in lower case.
const HOLDINGS: &[&str] = &[
    "shares",
    "customers",
    "website",
    "headquarters",
    "employees",
    "staff",
    "leadership",
    "board",
    "revenue",
    "investors",
    "engineers",
    "spokesperson",
    "users",
];

/// What stands after the name in its sentence.
pub fn after(parsed: &Parsed, name: &Name, score: &mut Score) {
    let end = parsed.sentences[parsed.sentence_of[name.tokens.start] as usize].tokens.end;
    let at = name.tokens.end;
    let Some(next) = token(parsed, (at < end).then_some(at)) else { return };
    let single = name.tokens.len() == 1;
    if next.is_any(&[",", "(", "–", "—"]) {
        let tail = &parsed.tokens[at + 1..end];
        if next.is(",")
            && tail.first().is_some_and(|t| t.is_any(&["once", "now", "long", "formerly", "itself", "until", "too"]))
            && tail.iter().take(20).any(|t| t.is_any(&["has", "will", "is", "was", "had", "have"]))
        {
            score.acts += 2;
        }
        apposition(parsed, at + 1, end, single && !lexicon().is_given(&parsed.tokens[name.tokens.start].lower), score);
        if next.is(",") {
            resumed(parsed, name, end, score);
        }
    } else if next.is("'s") {
        owner(noun_head(parsed, at + 1, end), single, score);
    } else if !(prepositional(parsed, at, end, single, score) || typed(parsed, name, end, score) || governed(parsed, name)) {
        pronoun(parsed, at, end, score);
        subject(parsed, name, end, score);
    }
}

/// `The third, NAME, has not released its model` · `NAME, whose rivals object, said it would`: the verb behind the comma is the name's.
fn resumed(parsed: &Parsed, name: &Name, end: usize, score: &mut Score) {
    let tokens = &parsed.tokens;
    let at = name.tokens.end;
    // What else stands before the comma may be a thing: `her scanner, NAME, was new`.
    let told = |t: &Token| {
        t.is_any(&["first", "second", "third", "fourth", "other", "another", "them", "these", "latter", "last"]) || is_actor_noun(t)
    };
    let closes = name.tokens.start > 1 && tokens[name.tokens.start - 1].is(",") && told(&tokens[name.tokens.start - 2]);
    let verb = if tokens.get(at + 1).is_some_and(|t| t.is("whose")) {
        let Some(comma) = (at + 2..end.min(at + 20)).find(|&i| tokens[i].is(",")) else { return };
        comma + 1
    } else if closes {
        at + 1
    } else {
        return;
    };
    let Some(word) = tokens.get(verb).filter(|_| verb < end) else { return };
    let speaks = lexicon().speaks(&word.lower);
    if !acts(word) && !speaks {
        return;
    }
    let it = tokens.get(verb + 1).is_some_and(|t| verb + 1 < end && t.is("it"));
    score.person += if speaks && !it && name.tokens.len() > 1 { 2 } else { 0 };
    score.acts += if name.tokens.len() == 1 { 2 } else { 1 };
    score.organization += i32::from(it); // `said it would`
    pronoun(parsed, verb, end, score);
}

/// Whether a noun means an organization or a person by its role.
fn is_actor_noun(token: &Token) -> bool {
    lexicon().is_organization_noun(&token.lower) || lexicon().is_role(&token.lower)
}

/// `NAME’s HEAD`.
fn owner(head: Option<&str>, single: bool, score: &mut Score) {
    let Some(head) = head else { return };
    if lexicon().is_role(head) || HOLDINGS.contains(&head) {
        score.organization += 3;
    } else if lexicon().is_organization_noun(head) || lexicon().things.contains(head) {
        score.organization += 2;
    } else {
        score.acts += i32::from(single);
    }
}

/// `NAME in PLACE, who …` · `NAME of our desk` · `NAME of the Institute`; whether a preposition follows.
fn prepositional(parsed: &Parsed, at: usize, end: usize, single: bool, score: &mut Score) -> bool {
    let next = &parsed.tokens[at];
    let behind = token(parsed, Some(at + 1));
    if next.is_any(&["in", "from", "at"]) {
        let comma = (at + 1..end.min(at + 5)).find(|&i| parsed.tokens[i].is(","));
        let who = comma.and_then(|i| parsed.tokens[..end].get(i + 1)).is_some_and(|t| t.is("who"));
        score.person += if who { 4 } else { 0 };
    } else if next.is("of") {
        let ours = behind.is_some_and(|t| t.is_any(&["our", "my", "your"]));
        let named = !single && behind.is_some_and(|t| t.is_capital() || t.is("the"));
        score.person += if ours { 3 } else { i32::from(named) };
        // `NAME of Storvik, which rents out its models`
        let comma = (at + 1..end.min(at + 4)).find(|&i| parsed.tokens[i].is(","));
        let which = comma.and_then(|i| parsed.tokens[..end].get(i + 1)).is_some_and(|t| t.is("which"));
        score.organization += if which { 2 } else { 0 };
    } else {
        return false;
    }
    true
}

/// What the next words say the name is: `NAME is a vendor` · `NAME, who` · `NAME executives` · `NAME:` · `NAME was trained`; whether they do.
fn typed(parsed: &Parsed, name: &Name, end: usize, score: &mut Score) -> bool {
    let lexicon = lexicon();
    let at = name.tokens.end;
    let next = &parsed.tokens[at];
    let single = name.tokens.len() == 1;
    if next.is_any(&["is", "was", "became", "remains"])
        && let Some(head) = noun_head(parsed, at + 1, end)
    {
        if lexicon.is_role(head) && !(single && lexicon.is_organization_noun(head)) && !lexicon.cues.contains_key(head) {
            score.person += 4;
        } else if lexicon.is_organization_noun(head) {
            score.organization += 4;
        } else if lexicon.things.contains(head) || head == "intelligence" {
            score.product += 4;
        }
    }
    let label = || {
        parsed.tokens[name.tokens.start].shape == Shape::Upper
            && (name.tokens.start == 0 || parsed.sentence_of[name.tokens.start - 1] != parsed.sentence_of[name.tokens.start])
    };
    if next.is_any(&["who", "whom"]) {
        score.person += 4;
    } else if next.is_any(&[
        "team",
        "staff",
        "headquarters",
        "spokesperson",
        "executives",
        "employees",
        "researchers",
        "engineers",
        "group",
    ]) {
        score.organization += 3;
    } else if next.is("which") {
        score.organization += 1;
    } else if next.is(":") && single && label() {
        score.person += 3;
    } else if next.kind == Kind::Word && lexicon.things.contains(next.lower.as_str()) {
        score.product += 4;
    } else if next.kind == Kind::Word && lexicon.is_role(&next.lower) && !lexicon.cues.contains_key(&next.lower) {
        score.organization += 2;
    } else if undergoes(parsed, at, end) {
        score.product += 4;
    } else if next.is("runs") && token(parsed, Some(at + 1)).is_some_and(|t| t.is("on")) {
        score.product += 3;
    } else {
        return false;
    }
    true
}

/// The name as the subject of a verb; adverbs may part them: `NAME still publishes`.
fn subject(parsed: &Parsed, name: &Name, end: usize, score: &mut Score) {
    let lexicon = lexicon();
    let at = name.tokens.end;
    let single = name.tokens.len() == 1;
    if lexicon.speaks(&parsed.tokens[at].lower) {
        score.person += if single { 0 } else { 2 };
        score.acts += 2;
        return;
    }
    let adverb = |token: &Token| token.is_any(ADVERBS) || token.lower.ends_with("ly");
    let Some(verb) = parsed.tokens[at..end.min(at + 3)].iter().find(|t| !adverb(t)) else { return };
    let plural = name.tokens.start > 0 && parsed.tokens[name.tokens.start - 1].is("and");
    let given = !single && lexicon.is_given(&parsed.tokens[name.tokens.start].lower);
    if plural && verb.is_in(&lexicon.verbs) {
        score.acts += 2;
    } else if acts(verb) {
        score.acts += 1 + i32::from(!given);
    }
}

const ADVERBS: &[&str] =
    &["still", "already", "also", "both", "never", "now", "since", "later", "then", "just", "again", "soon", "even", "long", "always"];

/// Whether a preposition rules the name, so that the verb behind is another's.
fn governed(parsed: &Parsed, name: &Name) -> bool {
    let start = parsed.sentences[parsed.sentence_of[name.tokens.start] as usize].tokens.start;
    let before = |n: usize| name.tokens.start.checked_sub(n).filter(|&i| i >= start).map(|i| &parsed.tokens[i]);
    let preposition =
        |t: &Token| t.is_any(&["at", "in", "of", "from", "with", "near", "to", "by", "on", "for", "into", "against", "between"]);
    before(1).is_some_and(preposition) || before(1).is_some_and(|t| t.is("the")) && before(2).is_some_and(preposition)
}

/// Whether the name before token `at` is trained, built or sold: `NAME was trained`, `NAME has been withdrawn`.
fn undergoes(parsed: &Parsed, at: usize, end: usize) -> bool {
    const AUXILIARIES: &[&str] =
        &["is", "was", "has", "had", "been", "be", "will", "to", "can", "now", "not", "never", "also", "currently", "freely"];
    const WORKS: &[&str] = &[
        "product",
        "publication",
        "newsletter",
        "podcast",
        "supplement",
        "column",
        "model",
        "work",
        "system",
        "tool",
        "network",
        "program",
        "assistant",
    ];
    let mut i = at;
    while i < end && i < at + 4 && parsed.tokens[i].is_any(AUXILIARIES) {
        i += 1;
    }
    i > at
        && i < end
        && parsed.tokens[i - 1].is_any(&["is", "was", "been", "be", "now", "not", "freely"])
        && parsed.tokens[i].is_in(&lexicon().undergone)
        || parsed.tokens[at].is("is")
            && parsed.tokens[i.min(end - 1)].is_any(&["a", "the"])
            && parsed.tokens[i..end].iter().take(4).any(|t| t.is_any(WORKS))
}

/// The next pronoun, before any other name, tells people from organizations.
fn pronoun(parsed: &Parsed, at: usize, end: usize, score: &mut Score) {
    for token in parsed.tokens[at..end].iter().take(16) {
        if token.is_capital() || matches!(token.kind, Kind::Open | Kind::Straight) {
            return;
        }
        match token.lower.as_str() {
            "he" | "she" | "his" | "her" | "himself" | "herself" => score.person += 2,
            "its" | "itself" => score.organization += 1,
            _ => continue,
        }
        return;
    }
}

/// Whether a word after a name looks like its verb.
fn acts(next: &Token) -> bool {
    const AUXILIARY: &[&str] = &[
        "is", "was", "has", "had", "will", "would", "does", "did", "may", "might", "can", "could", "should", "must", "also", "now", "have",
        "are", "were", "do", "never", "itself",
    ];
    next.kind == Kind::Word
        && !next.is_capital()
        && (next.is_any(AUXILIARY)
            || (next.lower.len() > 3
                && (next.lower.ends_with('s') || next.lower.ends_with("ed"))
                && !next.is_any(&["as", "this", "towards", "besides", "always"])))
}

/// The head of the noun phrase that starts at `i`.
fn noun_head<'p>(parsed: &'p Parsed, i: usize, end: usize) -> Option<&'p str> {
    let lexicon = lexicon();
    let mut head = None;
    let i = i + usize::from(parsed.tokens.get(i).is_some_and(|t| t.is_any(&["a", "an", "the", "its"])));
    for token in &parsed.tokens[i.min(end)..end.min(i + 6)] {
        if token.kind != Kind::Word || lexicon.function.contains(token.lower.as_str()) || token.lower.starts_with('\'') {
            break;
        }
        head = Some(token.lower.as_str());
        if lexicon.is_role(&token.lower) {
            break;
        }
    }
    head
}

const AGES: &[&str] = &["seventeen", "eighteen", "nineteen", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/// The head of the noun phrase that `tokens` open with, and whether an article or an owner opens it.
pub fn appositive_head(tokens: &[Token]) -> (Option<&str>, bool) {
    let lexicon = lexicon();
    let Some(first) = tokens.first() else { return (None, false) };
    let mut head: Option<&str> = None;
    let mut opened = first.is_any(&["a", "an", "the", "its", "their", "his", "her", "our", "one", "another"]);
    for (n, token) in tokens.iter().enumerate() {
        if n > 0 && token.is("'s") {
            opened = true;
            continue;
        }
        if token.is_any(&["'", "’"]) && n > 0 && !token.spaced {
            continue;
        }
        if token.kind != Kind::Word && token.kind != Kind::Number
            || token.is_any(&[
                "of", "at", "for", "in", "from", "behind", "that", "who", "which", "and", "with", "said", "says", "told", "by", "on",
            ])
        {
            break;
        }
        // `the mill owners’ cooperative`: an owner in the plural is no head.
        let owner = token.lower.ends_with('s') && tokens.get(n + 1).is_some_and(|t| t.is_any(&["'", "’"]));
        if owner {
            opened = true;
        }
        if n > 0 && token.is_any(&["most", "more", "very", "own"]) {
            continue;
        }
        if n > 0 && lexicon.function.contains(token.lower.as_str()) {
            break;
        }
        if head.is_some_and(|h| lexicon.is_role(h)) && !lexicon.is_organization_noun(&token.lower) {
            break;
        }
        head = Some(token.lower.as_str());
    }
    (head, opened)
}

/// `, the Utrecht company behind …`, `, head of product at …`, `, who …`, `, its speech model`.
fn apposition(parsed: &Parsed, from: usize, end: usize, single: bool, score: &mut Score) {
    let lexicon = lexicon();
    let tokens = &parsed.tokens[from.min(end)..end.min(from + 9)];
    let Some(first) = tokens.first() else { return };
    match first.lower.as_str() {
        "who" | "whom" => {
            score.person += 5;
            return;
        }
        "whose" => return,
        "which" => {
            // What others distribute is a thing: `NAME, which the institute publishes`.
            let object =
                tokens.get(1).is_some_and(|t| t.is_capital() || t.is_any(&["the", "a", "its", "their", "he", "she", "it", "they", "we"]));
            if object {
                score.product += 2;
            } else {
                score.organization += 2;
            }
            return;
        }
        _ => {}
    }
    if first.is("of") && tokens.get(1).is_some_and(|t| t.is("the")) {
        score.person += 2; // `NAME, of the Institute`
        return;
    }
    if first.is_any(&["asked", "told", "contacted", "reached", "approached", "questioned"]) {
        score.acts += 2;
        return;
    }
    if (first.kind == Kind::Number || AGES.iter().any(|age| first.lower.starts_with(age)))
        && tokens.get(1).is_some_and(|t| t.is(",") || t.is("."))
    {
        score.person += 4; // an age
        return;
    }
    if first.is_in(&lexicon.undergone) {
        score.product += 3;
        return;
    }
    let (head, opened) = appositive_head(tokens);
    let Some(head) = head else { return };
    if opened && single && lexicon.is_organization_noun(head) {
        score.organization += 6; // `Ardane, a developer of …`: both, but people have two names
    } else if (lexicon.is_role(head) || opened && lexicon.person_nouns.contains(head)) && !lexicon.cues.contains_key(head) {
        // Without an article only a role stands alone: `, chief executive of X`.
        score.person += 5;
    } else if opened && lexicon.is_organization_noun(head) {
        score.organization += 6;
    } else if opened && lexicon.things.contains(head) {
        score.product += 5;
    }
}

fn token<'p>(parsed: &'p Parsed, i: Option<usize>) -> Option<&'p Token> {
    i.and_then(|i| parsed.tokens.get(i))
}
