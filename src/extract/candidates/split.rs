//! Where the clauses of a sentence begin and end.

use std::ops::Range;

use crate::extract::{
    attribution::{Sieve, subjects::ADVERBS},
    lexicon::{PREPOSITIONS, lexicon, verb},
    references::phrases::{self, Referent},
    text::tokens::Kind,
};

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
        // `…, its director, NAME, said, …` is one insertion.
        if let Some((_, verb)) = attribution_at(sieve, i, sentence.end).filter(|_| tokens[i].is(",")) {
            i = verb;
            continue;
        }
        let cut = if tokens[i].is(";") {
            Some(i)
        } else if tokens[i].is(":") {
            // `…, at least at first: NAME has …`; behind `We ask one thing:` the clause goes on.
            (clause_verb(sieve, start, i) && i + 4 < sentence.end && names_subject(sieve, i + 1, sentence.end)).then_some(i)
        } else if tokens[i].is(",") {
            (opens_clause(sieve, i + 1, sentence.end)
                && clause_verb(sieve, start, i)
                && !conditional(sieve, start)
                && !parenthetical(sieve, i, sentence.end))
            .then_some(i)
        } else if tokens[i].is_any(&["and", "but"]) && i > start && speaks_on(sieve, start, i, sentence.end) {
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
            start = if tokens[at].is_any(&[";", ",", ":"]) { at + 1 } else { at };
        }
        i += 1;
    }
    if start < sentence.end {
        clauses.push(start..sentence.end);
    }
    clauses
}

/// Whether the conjunction at `i` opens another thing that the subject says or does, behind a quotation or behind what it says first:
/// `A warned that … and urged …`.
fn speaks_on(sieve: &Sieve, start: usize, i: usize, end: usize) -> bool {
    let tokens = &sieve.parsed.tokens;
    let Some(next) = tokens.get(i + 1).filter(|_| i + 1 < end) else { return false };
    let quoted = |j: usize| sieve.parsed.quote_of[j].is_some_and(|q| sieve.parsed.quotes[q as usize].is_statement());
    if sieve.parsed.quote_of[i - 1].is_some() && lexicon().cues.contains_key(&next.lower) {
        return true;
    }
    let told = (start..i).find(|&j| sieve.parsed.quote_of[j].is_none() && lexicon().speaks(&tokens[j].lower));
    let content = told.is_some_and(|at| tokens[at + 1..i].iter().any(|t| t.is("that")));
    let speech = lexicon().speaks(&next.lower) && (next.lower.ends_with('s') || next.lower.ends_with("ed"));
    verb(next) && !next.lower.ends_with("ing") && i > start + 6 && ((start..i).any(quoted) || content && speech)
}

/// Whether a clause is an opening condition, which belongs to what follows.
fn conditional(sieve: &Sieve, start: usize) -> bool {
    sieve.parsed.tokens[start..].iter().take(2).any(|t| t.is_any(&["if", "should", "unless", "once", "were", "provided", "until"]))
}

/// Whether `, S said` stands at the comma `i` and ends the sentence or goes on behind another comma.
pub fn parenthetical(sieve: &Sieve, i: usize, end: usize) -> bool {
    attribution_at(sieve, i, end).is_some()
}

/// Subject and verb of `, S said` or `, said S` at the comma `i`.
pub fn attribution_at(sieve: &Sieve, i: usize, end: usize) -> Option<(Range<usize>, usize)> {
    let tokens = &sieve.parsed.tokens;
    let inverted = i + 2 < end && lexicon().speaks(&tokens[i + 1].lower) && !tokens[i + 1].is_capital();
    if inverted
        && let Some(phrase) = phrases::starting(sieve.parsed, sieve.cast, i + 2, end)
        && sieve.actor_of(&phrase).is_some()
        && tokens.get(phrase.tokens.end).filter(|_| phrase.tokens.end < end).is_none_or(|t| t.is_any(&[".", ",", ";"]))
    {
        return Some((phrase.tokens, i + 1));
    }
    let verb = (i + 1..end.min(i + 9))
        .find(|&j| lexicon().speaks(&tokens[j].lower) && !tokens[j].is_capital() && sieve.cast.mention_of[j].is_none())?;
    let phrase = sieve.subject(i + 1, verb)?;
    let start = phrase.tokens.start;
    // `…, its director, NAME, said`
    let apposed = start > i + 2
        && tokens[start - 1].is(",")
        && phrases::apposed(sieve.parsed, sieve.cast, i + 1, start - 1).is_some_and(|from| from == i + 1);
    let opens = (start == i + 1 || apposed) && phrase.referent != Referent::Abstract;
    let next = tokens.get(verb + 1).filter(|_| verb + 1 < end);
    let closes = next.is_none_or(|t| {
        t.is_any(&[".", ",", ";", "in", "on", "at", "during", "after", "the"]) || sieve.cast.mention_of[verb + 1].is_some()
    }) && !next.is_some_and(|t| t.is("that"));
    let complement = (verb + 1..end.min(verb + 4)).any(|j| tokens[j].is_any(&["that", "it", "them"]));
    (opens && closes && !complement).then_some((phrase.tokens, verb))
}

/// Whether a clause with a subject of its own starts at `i`, behind a comma.
fn opens_clause(sieve: &Sieve, i: usize, end: usize) -> bool {
    let tokens = &sieve.parsed.tokens;
    let Some(first) = tokens.get(i).filter(|_| i < end) else { return false };
    if first.is_any(SPLITTERS) {
        return has_subject(sieve, i + 1, end) || contrasts(sieve, i, end);
    }
    // The clause after an opening `While …,`.
    let item = i >= 2 && sieve.cast.mention_of[i - 2].is_some();
    !item && has_subject(sieve, i, end)
}

/// Whether `whereas NAME` or `while NAME` stands at `i`: what follows says something of the name, whatever its verb.
fn contrasts(sieve: &Sieve, i: usize, end: usize) -> bool {
    let at = i + 1 + usize::from(sieve.parsed.tokens.get(i + 1).is_some_and(|t| t.is("the")));
    sieve.parsed.tokens[i].is_any(&["whereas", "while"])
        && at < end
        && sieve.cast.mention_at(at).is_some_and(|m| m.start == at && m.end + 2 < end && !sieve.parsed.tokens[m.end].is("'s"))
}

/// Whether a name with a verb behind it stands at `i`.
fn names_subject(sieve: &Sieve, i: usize, end: usize) -> bool {
    let at = i + usize::from(sieve.parsed.tokens[i].is("the"));
    sieve.cast.mention_at(at).is_some_and(|m| m.start == at && predicated(sieve, m.end, end))
}

/// Words that may stand between the start of a clause and its subject: `on the whole they …`, `last week the NAME …`.
const LEAD_MAX: usize = 4;

/// Whether a name, pronoun or collective with a verb behind it stands at `i`, or close behind an adverbial.
pub fn has_subject(sieve: &Sieve, i: usize, end: usize) -> bool {
    let tokens = &sieve.parsed.tokens;
    let mut at = i;
    while at < end.min(i + LEAD_MAX + 1) {
        let token = &tokens[at];
        let governed = at > i && tokens[at - 1].is_any(PREPOSITIONS);
        if let Some(mention) = sieve.cast.mention_at(at) {
            if !governed && predicated(sieve, mention.end, end) {
                return true;
            }
            // `Norway's NAME`, `in Norway they …`
            let place = governed || tokens.get(mention.end).is_some_and(|t| t.is("'s"));
            if !place {
                return false;
            }
            at = mention.end.max(at + 1);
            continue;
        }
        if token.is_any(&["he", "she", "they", "we", "i"]) || token.is("it") && at == i {
            return tokens.get(at + 1).filter(|_| at + 1 < end).is_some_and(|t| t.kind == Kind::Word);
        }
        let near = at < i + 2 || at == i + 2 && tokens[i..at].iter().all(|t| t.is_any(DETERMINERS));
        let meant = sieve.referents[at].is_some() && !token.is_any(&["who", "which", "whose", "its", "their", "his", "her", "him", "them"]);
        if !governed && near && (token.is_any(COLLECTIVES) || meant) && tokens[i..at].iter().all(|t| t.is_any(DETERMINERS)) {
            return true;
        }
        if token.kind != Kind::Word && token.kind != Kind::Number && !token.is("'s")
            || verb(token)
            || token.lower.ends_with("ing")
            || token.is_any(&["and", "or", "who", "which", "that", "whose"])
        {
            return false;
        }
        at += 1;
    }
    false
}

const DETERMINERS: &[&str] = &["the", "a", "both", "even", "many", "some", "most", "several", "other", "in", "however"];

/// Whether a verb follows the name that ends at token `from`, behind where it is at home: `NAME of Bergen has …`.
fn predicated(sieve: &Sieve, from: usize, end: usize) -> bool {
    let tokens = &sieve.parsed.tokens;
    let Some(next) = tokens.get(from).filter(|_| from < end) else { return false };
    if next.is_any(&["of", "in", "at"]) {
        let home = (from + 1..end.min(from + 5)).take_while(|&i| tokens[i].is_capital()).last();
        return home.is_some_and(|last| last + 1 < end && verb(&tokens[last + 1]));
    }
    let adverb =
        next.lower.ends_with("ly") && !next.is_capital() || next.is_any(ADVERBS) || next.is_any(&["itself", "therefore", "today", "too"]);
    verb(next)
        || adverb && tokens.get(from + 1).filter(|_| from + 1 < end).is_some_and(verb)
        || next.is_any(&["and", ",", "'s"]) && clause_verb(sieve, from, end.min(from + 12))
}

fn clause_verb(sieve: &Sieve, from: usize, to: usize) -> bool {
    (from..to).any(|i| sieve.cast.mention_of[i].is_none() && verb(&sieve.parsed.tokens[i]))
}

#[cfg(test)]
mod tests {
    use crate::extract::candidates::clauses::tests::said;

    const INSTITUTES: &str = "The Harbour Institute met the Lindgren Foundation in May.";

    fn behind(sentence: &str) -> Vec<String> {
        said(&format!("{INSTITUTES}\n{sentence}")).split_off(1)
    }

    #[test]
    fn a_name_with_its_home_opens_a_clause() {
        let found = behind("The Harbour Institute sells its charts, while the Lindgren Foundation of Bergen provides them to all.");
        let expected = [
            "Harbour Institute: The Harbour Institute sells its charts",
            "Lindgren Foundation: the Lindgren Foundation of Bergen provides them to all",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn whereas_opens_a_clause_of_the_name_behind_it() {
        let found = behind("The Harbour Institute sells its charts, whereas the Lindgren Foundation bills by the sheet.");
        let expected = [
            "Harbour Institute: The Harbour Institute sells its charts",
            "Lindgren Foundation: the Lindgren Foundation bills by the sheet",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn when_and_where_stand_before_the_subject() {
        let found = behind("Nine winters of work went into the charts, and last week the Harbour Institute gave them away.");
        assert!(found.contains(&"Harbour Institute: last week the Harbour Institute gave them away".to_owned()), "{found:?}");
    }

    #[test]
    fn a_colon_opens_a_clause_with_a_name() {
        let found = behind("Some have gone the other way since the spring: the Harbour Institute gave its charts away.");
        assert!(found.contains(&"Harbour Institute: the Harbour Institute gave its charts away".to_owned()), "{found:?}");
    }

    #[test]
    fn what_is_said_behind_a_quotation_is_a_clause() {
        let found =
            behind("The Harbour Institute warned that charts “cannot be called back once they sail” and urged sailors to keep them.");
        assert!(found.contains(&"Harbour Institute: urged sailors to keep them".to_owned()), "{found:?}");
    }
}
