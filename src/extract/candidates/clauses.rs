//! Clauses of a sentence and their subjects.

use std::ops::Range;

use crate::extract::{
    attribution::Sieve,
    candidates::{
        relatives,
        split::{attribution_at, has_subject, parenthetical, split},
    },
    lexicon::{PREPOSITIONS, lexicon, verb},
    references::phrases::{self, Referent},
    text::tokens::Kind,
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

/// The clauses of a sentence with their subjects; relative clauses stand beside their main clause.
pub fn find(sieve: &Sieve, sentence: Range<usize>) -> Vec<Clause> {
    let mut found = Vec::new();
    let mut previous: Option<Clause> = None;
    for range in split(sieve, sentence) {
        let mut main = subject(sieve, range.clone());
        if main.subjects.is_empty() && !main.first_person {
            agent(sieve, &mut main);
        }
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
        let relatives = relatives::find(sieve, &range);
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
                t.is_any(PREPOSITIONS)
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
                && has_subject(sieve, mention.end + 1, range.end)
                // `NAME, ORG's director, …`
                && !sieve.cast.mention_at(mention.end + 1).is_some_and(|m| tokens.get(m.end).is_some_and(|t| t.is("'s")));
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
        if let Some(maker) =
            sieve.makers.of(sieve.parsed, sieve.cast, i).filter(|_| i == range.start || !tokens[i - 1].is_any(PREPOSITIONS))
        {
            clause.subjects = vec![maker];
            clause.mention = Some(i..i + 1);
            return clause;
        }
        if let Some(own) = own_house(sieve, i) {
            clause.subjects = vec![own];
            clause.mention = Some(i..i + 1);
            return clause;
        }
        if token.is_any(&["we", "i"]) {
            clause.first_person = true;
            clause.mention = Some(i..i + 1);
            return clause;
        }
        if verb(token) && i > range.start && clause.mention.is_none() && !introduces(sieve, &range, i) {
            if before_verb(sieve, &mut clause, i) {
                return clause;
            }
            if lexicon().cues.contains_key(&token.lower) || clause.group {
                return clause;
            }
        }
    }
    clause
}

/// A verb before any name: the subject is what stands before it. Whether that settles it.
fn before_verb(sieve: &Sieve, clause: &mut Clause, verb: usize) -> bool {
    let Some(phrase) = phrases::ending(sieve.parsed, sieve.cast, clause.tokens.start, verb) else { return false };
    match phrase.referent {
        Referent::Group | Referent::Abstract if owner(sieve, &phrase).is_some() => {
            clause.subjects = owner(sieve, &phrase).into_iter().collect();
            clause.mention = Some(phrase.tokens);
            return true;
        }
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
    false
}

/// `My company has …`, said by who heads or serves it.
fn own_house(sieve: &Sieve, i: usize) -> Option<usize> {
    let tokens = &sieve.parsed.tokens;
    let noun = tokens
        .get(i + 1)
        .filter(|t| tokens[i].is_any(&["my", "our"]) && lexicon().is_organization_noun(&t.lower) && !t.lower.ends_with('s'))?;
    let person = sieve.first_person(i).or(sieve.voices.i).filter(|&a| sieve.cast.is_person(a) && noun.kind == Kind::Word)?;
    sieve.cast.actors[person].organization.filter(|_| !tokens.get(i + 2).is_some_and(|t| t.is("'s")))
}

/// `The draft code of ORG would …`: whose the thing is.
fn owner(sieve: &Sieve, phrase: &phrases::Phrase) -> Option<usize> {
    let named = sieve.cast.within(phrase.tokens.clone()).last().filter(|m| m.end == phrase.tokens.end)?;
    let tokens = &sieve.parsed.tokens[phrase.tokens.start..named.start];
    let of = tokens.iter().rev().take(2).any(|t| t.is("of"));
    (of && !sieve.cast.is_person(named.actor) && tokens.first().is_some_and(|t| t.is("the"))).then_some(named.actor)
}

/// `… was offered by NAME`: the agent of a passive clause that has no subject of its own.
fn agent(sieve: &Sieve, clause: &mut Clause) {
    let tokens = &sieve.parsed.tokens;
    let by = (clause.tokens.start + 2..clause.tokens.end.saturating_sub(1)).find(|&i| {
        tokens[i].is("by") && sieve.parsed.quote_of[i].is_none() && verb(&tokens[i - 1]) && sieve.cast.mention_of[i - 1].is_none()
    });
    let named = by.and_then(|by| (by + 1..clause.tokens.end.min(by + 6)).find_map(|i| sieve.cast.mention_at(i)));
    if let Some(named) = named.filter(|m| tokens.get(m.end).is_none_or(|t| !t.is("'s"))) {
        clause.subjects = vec![named.actor];
        clause.mention = Some(named.start..named.end);
        clause.group = false;
    }
}

/// Whether what looks like a verb leads to the name that is the subject: `So did NAME`, `the fund NAME`, `a group called NAME`.
fn introduces(sieve: &Sieve, range: &Range<usize>, i: usize) -> bool {
    let tokens = &sieve.parsed.tokens;
    let named = |at: usize| at < range.end && sieve.cast.mention_at(at).is_some_and(|m| m.start == at);
    let inverted = i == range.start + 1 && lexicon().function.contains(tokens[range.start].lower.as_str()) && named(i + 1);
    let noun = lexicon().is_organization_noun(&tokens[i].lower) && named(i + 1) && tokens[range.start].is_any(&["the", "a", "an", "its"]);
    let itself = tokens.get(i + 1).is_some_and(|t| t.is_any(&["itself", "themselves"]));
    let called = tokens[i].is_any(&["called", "named", "dubbed"]) && named(i + 1) || tokens[i].is("calling") && itself && named(i + 2);
    inverted || noun || called
}

/// `…, S said.` · `According to S, …`: the clause is S's.
fn attributed(sieve: &Sieve, range: &Range<usize>) -> Option<Clause> {
    let tokens = &sieve.parsed.tokens;
    let according = range.clone().take(3).find(|&i| tokens[i].is("according") && tokens.get(i + 1).is_some_and(|t| t.is("to")));
    if let Some(at) = according {
        let comma = (at + 2..range.end).find(|&i| tokens[i].is(","))?;
        let named = sieve.cast.within(at + 2..comma).last()?;
        return Some(Clause {
            tokens: range.clone(),
            predicate: range.clone(),
            subjects: vec![named.actor],
            mention: Some(named.start..named.end),
            group: false,
            first_person: false,
        });
    }
    let comma = (range.start + 3..range.end)
        .find(|&i| sieve.parsed.tokens[i].is(",") && sieve.parsed.quote_of[i].is_none() && parenthetical(sieve, i, range.end))?;
    let (subject, _) = attribution_at(sieve, comma, range.end)?;
    let phrase = phrases::phrase(sieve.parsed, sieve.cast, subject);
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

#[cfg(test)]
pub(in crate::extract) mod tests {
    use crate::{
        domain::registry,
        extract::{
            Format, Gazetteer, candidates,
            positions::stance,
            sieved,
            text::{article, sentences::Parsed},
        },
    };

    /// The candidates of a text that are no quotations, as `ACTOR: words`.
    pub fn said(text: &str) -> Vec<String> {
        let article = article::read(text, Format::Text);
        let parsed = Parsed::new(&article);
        sieved(&parsed, &Gazetteer::new(registry::known(), []), &stance::weights().memberships, |sieve| {
            let line = |c: &candidates::Candidate| {
                let actor = c.finding.actor.map_or("-", |a| sieve.cast.actors[a].name.as_str());
                format!("{actor}: {}", c.finding.span.of(&article.text))
            };
            let clauses =
                candidates::find(sieve, &stance::weights().holders).into_iter().flatten().filter(|c| c.form != candidates::Form::Quote);
            clauses.map(|c| line(&c)).collect()
        })
    }

    fn last(text: &str) -> String {
        said(text).pop().unwrap_or_default()
    }

    #[test]
    fn a_passive_clause_has_an_agent() {
        let text = "The Harbour Institute met in May. A second plan was offered by the Harbour Institute on Monday.";
        assert_eq!(last(text), "Harbour Institute: A second plan was offered by the Harbour Institute on Monday");
    }

    #[test]
    fn what_is_inserted_does_not_cut_the_clause() {
        let text = "Mary Brandt is the director of the Harbour Institute. Copies of the maps may leave the house, said Mary Brandt, if a member asks.";
        let whole = "Mary Brandt: Copies of the maps may leave the house, said Mary Brandt, if a member asks";
        assert!(said(text).iter().any(|clause| clause == whole), "its first part alone may be one too");
        let text = "The Harbour Institute will sell the maps, its director, Mary Brandt, said on Friday.";
        assert_eq!(last(text), "Mary Brandt: The Harbour Institute will sell the maps, its director, Mary Brandt, said on Friday");
    }

    #[test]
    fn a_source_stands_before_its_clause() {
        let text = "The Harbour Institute met in May. According to the Harbour Institute, charts belong to those who sail by them.";
        assert_eq!(said(text)[1], "Harbour Institute: According to the Harbour Institute, charts belong to those who sail by them");
    }

    #[test]
    fn the_paragraph_goes_on_with_its_subject() {
        let text = "The Harbour Institute has a rule for guests. Whoever asks may download the weights and the code.";
        assert_eq!(last(text), "Harbour Institute: Whoever asks may download the weights and the code");
    }

    #[test]
    fn a_turn_keeps_the_speakers_own_clauses() {
        let text = "MARY BRANDT: Good evening.\nDAVID OSTROM: The Harbour Institute sells its charts; I gave mine away.\nMARY BRANDT: All of them?\nDAVID OSTROM: Nearly.\nMary Brandt spoke to David Ostrom.\n";
        let found = said(text);
        assert!(found.contains(&"David Ostrom: I gave mine away".to_owned()), "{found:?}");
        assert!(found.contains(&"Harbour Institute: The Harbour Institute sells its charts".to_owned()), "{found:?}");
    }
}
