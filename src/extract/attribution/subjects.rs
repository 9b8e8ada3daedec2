//! Subjects of verbs, and the actors that phrases mean.

use std::ops::Range;

use crate::extract::{
    attribution::{Sieve, Source},
    findings::Rule,
    lexicon::lexicon,
    names::actors::Mention,
    references::phrases::{self, Phrase, Referent, is_document},
    text::tokens::Kind,
    voices::Label,
};

pub(in crate::extract) const ADVERBS: &[&str] = &[
    "also",
    "now",
    "then",
    "later",
    "once",
    "further",
    "never",
    "still",
    "always",
    "often",
    "again",
    "just",
    "even",
    "already",
    "first",
    "repeatedly",
    "not",
    "simply",
];
pub(in crate::extract) const AUXILIARIES: &[&str] = &[
    "has",
    "had",
    "have",
    "'ve",
    "'d",
    "would",
    "will",
    "'ll",
    "is",
    "was",
    "were",
    "are",
    "be",
    "been",
    "being",
    "did",
    "does",
    "do",
    "can",
    "could",
    "may",
    "might",
    "must",
    "should",
    "used",
    "to",
    "likes",
    "liked",
    "'s",
    "'re",
    "went",
    "on",
    "tried",
    "wants",
    "wanted",
    "continued",
    "began",
    "kept",
];

impl Sieve<'_, '_> {
    /// The subject of the verb at `verb`: adverbs, auxiliaries and one inserted clause between commas are skipped.
    pub fn subject(&self, floor: usize, verb: usize) -> Option<Phrase> {
        let tokens = &self.parsed.tokens;
        let mut end = verb;
        while end > floor
            && (tokens[end - 1].is_any(ADVERBS)
                || tokens[end - 1].is_any(AUXILIARIES)
                || tokens[end - 1].lower.ends_with("ly") && !tokens[end - 1].is_capital())
            && self.cast.mention_of[end - 1].is_none()
        {
            end -= 1;
        }
        // `its spokesman, NAME, said`: the name is next to the verb.
        if end > floor + 1
            && tokens[end - 1].is(",")
            && let Some(mention) = self.cast.mention_at(end - 2).filter(|m| {
                self.cast.is_person(m.actor)
                    && m.start > floor
                    && tokens[m.start - 1].is(",")
                    && (lexicon().is_role(&tokens[m.start.saturating_sub(2)].lower)
                        || phrases::apposed(self.parsed, self.cast, floor, m.start - 1).is_some())
            })
        {
            return Some(phrases::phrase(self.parsed, self.cast, mention.start..mention.end));
        }
        // `NAME, which rents its tenors and will not say on what, or whom, they were trained, told …`
        if end > floor && tokens[end - 1].is(",") {
            let relative = |m: &&Mention| tokens[m.end].is(",") && tokens[m.end + 1].is_any(&["who", "which", "whose"]);
            let head = self.cast.within(floor..floor + 4).iter().filter(|m| m.end + 2 < end).find(relative);
            if let Some(m) = head {
                return phrases::ending(self.parsed, self.cast, floor, m.end);
            }
        }
        if end > floor && tokens[end - 1].is_any(&[",", ")", "—", "–"]) {
            let opening = (floor..end - 1).rev().take(45).filter(|&i| tokens[i].is_any(&[",", "(", "—", "–"])).find(|&i| {
                let next = &tokens[i + 1];
                next.is_any(&[
                    "who", "which", "whose", "a", "an", "the", "its", "their", "his", "her", "one", "in", "speaking", "now", "also",
                    "then", "himself", "herself",
                ]) || !next.is_capital()
                    || i + 1 == floor
                    || tokens[i].is("(")
                    || lexicon().is_role(&next.lower)
                    || self.cast.at(i.saturating_sub(1)).is_some_and(|a| self.cast.is_person(a))
            })?;
            end = opening;
        } else if end == verb && end > floor && tokens[end - 1].is("and") {
            return self.main_subject(floor, end - 1);
        }
        phrases::ending(self.parsed, self.cast, floor, end)
    }

    /// The first phrase from `floor` on that a clause could have as subject: a name, a pronoun, a definite noun.
    ///
    /// What a clause set before the main one speaks of is met only where the main one has no subject: `Asked whether A agreed, B was brief`.
    pub fn main_subject(&self, floor: usize, limit: usize) -> Option<Phrase> {
        self.behind_opening(floor, limit).and_then(|from| self.first_subject(from, limit)).or_else(|| self.first_subject(floor, limit))
    }

    /// Where the main clause starts behind an opening subordinate or participial one.
    pub fn behind_opening(&self, floor: usize, limit: usize) -> Option<usize> {
        const OPENERS: &[&str] = &[
            "asked",
            "pressed",
            "questioned",
            "told",
            "when",
            "while",
            "after",
            "before",
            "although",
            "though",
            "as",
            "if",
            "since",
            "because",
            "once",
            "until",
            "drafted",
            "written",
        ];
        let tokens = &self.parsed.tokens;
        let first = tokens.get(floor).filter(|t| floor < limit && t.is_any(OPENERS) && self.cast.mention_of[floor].is_none())?;
        let main = (floor + 1..limit).find(|&i| tokens[i].is(",") && self.parsed.quote_of[i].is_none())? + 1;
        (first.is_capital() && main < limit).then_some(main)
    }

    fn first_subject(&self, floor: usize, limit: usize) -> Option<Phrase> {
        let tokens = &self.parsed.tokens;
        for i in floor..limit {
            if self.parsed.quote_of[i].is_some() {
                continue;
            }
            let after_preposition =
                i > floor && tokens[i - 1].is_any(&["of", "at", "in", "on", "from", "for", "to", "with", "by", "than", "about", "against"]);
            if let Some(mention) = self.cast.mention_at(i) {
                let possessive = mention.end < limit && tokens[mention.end].is("'s");
                let document =
                    possessive && tokens[mention.end..limit].iter().take(4).any(|t| is_document(&t.lower) || lexicon().is_role(&t.lower));
                if possessive && mention.start == i && !after_preposition {
                    // `X's director, NAME` and `X's director NAME` are the person.
                    let named = self.cast.within(mention.end..limit.min(mention.end + 9)).iter().find(|m| self.cast.is_person(m.actor));
                    let role = named.filter(|m| {
                        tokens[mention.end..m.start].iter().any(|t| lexicon().is_role(&t.lower))
                            && !tokens[mention.end..m.start].iter().any(crate::extract::lexicon::verb)
                    });
                    if let Some(named) = role {
                        return Some(phrases::phrase(self.parsed, self.cast, named.start..named.end));
                    }
                }
                if mention.start == i
                    && !after_preposition
                    && !possessive
                    && !self.cast.is_person(mention.actor)
                    && let Some(named) = self.person_behind(mention.end, limit)
                {
                    return Some(phrases::phrase(self.parsed, self.cast, named.start..named.end));
                }
                if mention.start == i && !after_preposition && (!possessive || document) {
                    let start = phrases::widened(self.parsed, mention.start, floor);
                    let list = phrases::phrase(self.parsed, self.cast, start..mention.end);
                    return Some(list);
                }
            } else if tokens[i].is_any(&["he", "she", "they", "i", "we", "it"]) {
                return Some(phrases::phrase(self.parsed, self.cast, i..i + 1));
            } else if self.referents[i].is_some()
                && !tokens[i].is_any(&["his", "her", "its", "their", "who", "which", "whose", "him", "whom"])
                && !after_preposition
                && !tokens.get(i + 1).is_some_and(|t| t.is("'s"))
            {
                return phrases::ending(self.parsed, self.cast, floor, i + 1);
            }
        }
        None
    }

    /// The person named behind an organization and a role: `ORG CEO NAME`.
    pub fn person_behind(&self, from: usize, limit: usize) -> Option<&Mention> {
        let named = self.cast.within(from..limit.min(from + 7)).first().filter(|m| self.cast.is_person(m.actor) && m.start > from)?;
        let between = &self.parsed.tokens[from..named.start];
        let role = between.iter().any(|t| lexicon().is_role(&t.lower));
        let plain = between
            .iter()
            .all(|t| t.kind == Kind::Word && !crate::extract::lexicon::verb(t) && !t.is_any(&["of", "and", "for"]) || t.is("-"));
        (role && plain).then_some(named)
    }

    /// The actor that a phrase means.
    pub fn actor_of(&self, phrase: &Phrase) -> Option<usize> {
        match phrase.referent {
            Referent::Actor(actor) => Some(self.holder(phrase, actor)),
            Referent::Pronoun | Referent::Noun => self.referents[phrase.head].map(|a| a as usize).or_else(|| {
                // `its director`, `his law suit`: the owner's organization or the owner.
                let owner = phrase.tokens.clone().find(|&i| self.referents[i].is_some())?;
                self.referents[owner].map(|a| self.holder(phrase, a as usize))
            }),
            Referent::First => self.first_person(phrase.head),
            Referent::Group | Referent::Abstract => None,
        }
    }

    /// `its founder`, `OpenAI's chief executive`: the person whom the article gives that role, else the organization.
    fn holder(&self, phrase: &Phrase, actor: usize) -> usize {
        let head = &self.parsed.tokens[phrase.head].lower;
        if self.cast.is_person(actor) || self.cast.at(phrase.head).is_some() || !lexicon().is_role(head) || head.ends_with('s') {
            return actor;
        }
        let heads = matches!(head.as_str(), "head" | "boss" | "leader");
        let fits = |id: &usize| {
            let person = &self.cast.actors[*id];
            let founded = head.contains("founder") && person.role.is_none();
            let leads = |role: &str| ["chief executive", "ceo", "president"].iter().any(|top| role.to_lowercase().starts_with(top));
            self.cast.is_person(*id)
                && (founded
                    || heads && person.role.as_deref().is_some_and(leads)
                    || person.role.as_ref().is_some_and(|role| role.to_lowercase().contains(head.as_str())))
        };
        // `Brandt Boats … its founder`: who has given it the name.
        let name = &self.cast.actors[actor].name;
        let eponym = |id: &usize| {
            let surname = self.cast.actors[*id].name.split_whitespace().last().filter(|w| w.len() > 3);
            self.cast.is_person(*id) && surname.is_some_and(|surname| name.split([' ', '-']).any(|word| word == surname))
        };
        let heads = heads || matches!(head.as_str(), "founder" | "owner" | "proprietor");
        let named = || (0..self.cast.actors.len()).take(64).find(eponym).filter(|_| heads);
        self.cast.staff[actor].iter().take(64).copied().find(fits).or_else(named).unwrap_or(actor)
    }

    /// Whom “I” or “we” at token `i` means.
    pub fn first_person(&self, i: usize) -> Option<usize> {
        match self.voices.labels.get(self.parsed.block_of[i] as usize) {
            Some(Label::Speaks(speaker)) => *speaker,
            Some(Label::Asks) => None,
            _ if self.parsed.tokens[i].is("i") => self.voices.i,
            _ => self.voices.we,
        }
    }

    /// `said the first doña Marcelina`: the one person who has the word as part of the name.
    fn part_of_name(&self, i: usize) -> Option<usize> {
        let token = &self.parsed.tokens[i];
        let has = |a: &usize| {
            let words = self.cast.actors[*a].name.split([' ', '-']);
            self.cast.is_person(*a) && words.filter(|w| w.chars().count() > 2).any(|w| w.to_lowercase() == token.lower)
        };
        let mut people = (0..self.cast.actors.len()).take(128).filter(|_| token.is_capital() && self.cast.at(i).is_none()).filter(has);
        people.next().filter(|_| people.next().is_none())
    }

    /// A source from a phrase.
    pub fn source(&self, rule: Rule, phrase: &Phrase, cue: Range<usize>) -> Source {
        let mut actor = self.actor_of(phrase);
        // `said spokesperson Marta Quintela`, `said its director, Wanjiru Kamande`: the name beside a role is who speaks.
        let mut mention = phrase.tokens.clone();
        if !matches!(phrase.referent, Referent::Actor(_)) || actor.is_some_and(|a| !self.cast.is_person(a)) {
            let next = phrase.tokens.end;
            let comma = self.parsed.tokens.get(next).is_some_and(|t| t.is(","));
            let named = self
                .cast
                .mention_at(next + usize::from(comma))
                .filter(|m| self.cast.is_person(m.actor) && comma && lexicon().is_role(&self.parsed.tokens[phrase.head].lower));
            if let Some(named) = named {
                actor = Some(named.actor);
                mention.end = named.end;
            }
        }
        actor = actor.or_else(|| self.part_of_name(phrase.head));
        let group = actor.is_none() && matches!(phrase.referent, Referent::Group | Referent::Abstract);
        let tokens = &self.parsed.tokens[cue.clone()];
        let cue = (!tokens.is_empty() && tokens.iter().any(|t| t.kind == Kind::Word || t.is(":"))).then_some(cue);
        Source { rule, mention: Some(mention), actor, group, cue }
    }
}
