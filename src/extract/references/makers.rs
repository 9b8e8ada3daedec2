//! Things that stand for who makes them: `PRODUCT stays on our servers` says something of its maker, where the text says whose it is.

use std::collections::HashMap;

use crate::extract::{
    lexicon::{PREPOSITIONS, lexicon},
    names::actors::Cast,
    references::pronouns::Referents,
    text::{
        sentences::Parsed,
        tokens::{Kind, Token},
    },
};

/// Names of things that are kept.
const NAMES_MAX: usize = 256;

/// Words between a thing's name and what tells its maker.
const REACH: usize = 7;

/// By the first word of its name: whose a thing is.
#[derive(Debug, Default)]
pub struct Makers(HashMap<String, usize>);

impl Makers {
    /// The maker of the thing that is named at token `i`.
    pub fn of(&self, parsed: &Parsed, cast: &Cast, i: usize) -> Option<usize> {
        let token = parsed.tokens.get(i).filter(|t| named(t) && cast.mention_of[i].is_none())?;
        self.0.get(&token.lower).copied()
    }
}

/// Reads whose the named things are: `MAKER's model, NAME` · `NAME, its model` · `NAME, sold by MAKER` · `MAKER has released NAME`.
pub fn find(parsed: &Parsed, cast: &Cast, referents: &Referents, we: Option<usize>) -> Makers {
    let mut makers = Makers::default();
    for sentence in &parsed.sentences {
        for i in sentence.tokens.clone().skip(1) {
            let first = named(&parsed.tokens[i]) && !named(&parsed.tokens[i - 1]);
            if !first || cast.mention_of[i].is_some() || makers.0.len() >= NAMES_MAX {
                continue;
            }
            let walk = Walk { parsed, cast, referents, we, from: sentence.tokens.start, end: sentence.tokens.end };
            if let Some(maker) = walk.before(i).or_else(|| walk.behind(i)) {
                makers.0.entry(parsed.tokens[i].lower.clone()).or_insert(maker);
            }
        }
    }
    makers
}

/// A word with a capital that means nothing else.
fn named(token: &Token) -> bool {
    token.kind == Kind::Word
        && token.is_capital()
        && token.lower.chars().count() > 2
        && !lexicon().is_common(&token.lower)
        && !token.lower.contains('\'')
}

struct Walk<'w, 'a> {
    parsed: &'w Parsed<'a>,
    cast: &'w Cast,
    referents: &'w Referents,
    we: Option<usize>,
    from: usize,
    end: usize,
}

impl Walk<'_, '_> {
    /// The organization that owns what follows token `i`, which is the last of `ORG's`, `its` or `our`.
    fn owner(&self, i: usize) -> Option<usize> {
        let token = &self.parsed.tokens[i];
        let actor = if token.is("'s") {
            i.checked_sub(1).and_then(|n| self.cast.at(n).or_else(|| self.referents[n].map(|a| a as usize)))
        } else if token.is_any(&["its", "their"]) {
            self.referents[i].map(|a| a as usize)
        } else if token.is("our") {
            self.we
        } else {
            None
        };
        actor.filter(|&a| !self.cast.is_person(a))
    }

    /// `ORG's model, NAME` · `ORG released NAME`
    fn before(&self, i: usize) -> Option<usize> {
        let tokens = &self.parsed.tokens;
        for j in (self.from..i).rev().take(REACH) {
            if let Some(owner) = self.owner(j) {
                // `ORG's NAME` may be a person's; with a thing's noun it is not.
                return tokens[j + 1..i].iter().any(|t| lexicon().things.contains(t.lower.as_str())).then_some(owner);
            }
            if lexicon().making.contains(tokens[j].lower.as_str()) && !tokens[j].lower.ends_with("ing") {
                let subject = (self.from..j).rev().take(4).find_map(|k| self.cast.at(k).or_else(|| self.referents[k].map(|a| a as usize)));
                return subject.filter(|&a| !self.cast.is_person(a) && j + 3 >= i);
            }
            let plain = tokens[j].kind == Kind::Word || tokens[j].is(",") && j + 1 == i || tokens[j].is("-");
            if !plain || tokens[j].is_any(PREPOSITIONS) {
                return None;
            }
        }
        None
    }

    /// `NAME, its model` · `NAME, sold by ORG`
    fn behind(&self, i: usize) -> Option<usize> {
        let tokens = &self.parsed.tokens;
        let comma = (i + 1..self.end.min(i + 4)).find(|&j| tokens[j].is(","))?;
        for j in comma + 1..self.end.min(comma + REACH) {
            if tokens[j].is_any(&[",", ";", ":"]) {
                return None;
            }
            if let Some(owner) = self.owner(j) {
                let thing = tokens[j + 1..self.end.min(j + REACH)]
                    .iter()
                    .take_while(|t| !t.is(","))
                    .any(|t| lexicon().things.contains(t.lower.as_str()));
                return thing.then_some(owner);
            }
            if tokens[j].is("by") && tokens[j - 1].kind == Kind::Word && !tokens[j - 1].is_capital() {
                return (j + 1..self.end.min(j + 4)).find_map(|k| self.cast.at(k)).filter(|&a| !self.cast.is_person(a));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::candidates::clauses::tests::said;

    #[test]
    fn a_named_thing_stands_for_its_maker() {
        for text in [
            "The Harbour Institute’s model, Quillon, is two years old. Quillon can be had by telephone only.",
            "At sea the model Quillon, sold by the Harbour Institute since May. Quillon can be had by telephone only.",
            "On Monday the Harbour Institute released Quillon, its newest model. Quillon can be had by telephone only.",
        ] {
            let found = said(text);
            assert_eq!(found.last().map(String::as_str), Some("Harbour Institute: Quillon can be had by telephone only"), "{found:?}");
        }
    }
}
