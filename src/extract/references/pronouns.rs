//! What pronouns and definite nouns refer back to.

use crate::domain::registry::Pronoun;
use crate::extract::{
    lexicon::lexicon,
    names::actors::Cast,
    references::{
        documents::{author, expletive, quotes_document, sender},
        gendered::{gender, kin, oblique, of_title, theirs, usual},
        phrases::is_document,
        standins::{bearer, epithet, speaks_alone},
    },
    text::{
        sentences::Parsed,
        tokens::{Kind, Token},
    },
    voices::{Label, Voices},
};

/// How many sentences back a referent may stand.
pub(in crate::extract) const REACH: usize = 4;

/// For each token, the actor that a pronoun or definite noun there means.
pub type Referents = Vec<Option<u32>>;

/// A word that stands for somebody whom nothing names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::extract) enum Mark {
    /// `A retired fitter`, as a subject.
    Stranger,
    /// `the manager`, of whom the text gives no name.
    Role,
    /// A relative, or a pronoun that means nobody named.
    Kin(Pronoun),
    /// “he” or “she”.
    Unknown(Pronoun),
}

/// What has been read up to a token.
pub(in crate::extract) struct Walk<'p, 'a> {
    pub(in crate::extract) parsed: &'p Parsed<'a>,
    /// Labels of blocks: nobody calls himself “he”. And whom “we” means.
    pub(in crate::extract) voices: &'p Voices,
    /// By actor: the pronoun of nearly all who bear the given name.
    usual: Vec<Option<Pronoun>>,
    pub(in crate::extract) found: Referents,
    /// Tokens outside quotations that name or mean an actor, in order, with the actor.
    met: Vec<(usize, usize)>,
    marks: Vec<(usize, Mark)>,
}

impl Walk<'_, '_> {
    /// Whose turn token `i` stands in.
    fn speaker(&self, i: usize) -> Option<usize> {
        match self.voices.labels.get(self.parsed.block_of[i] as usize) {
            Some(Label::Speaks(speaker)) => *speaker,
            _ => None,
        }
    }

    /// Whether the mention at token `i` is the label of a turn: `BRANDT:`.
    fn labels(&self, cast: &Cast, i: usize) -> bool {
        let opens = i == 0 || self.parsed.block_of[i - 1] != self.parsed.block_of[i];
        let labelled = self.voices.labels.get(self.parsed.block_of[i] as usize).is_some_and(|l| *l != Label::None);
        opens && labelled && cast.mention_at(i).is_some_and(|m| self.parsed.tokens.get(m.end).is_some_and(|t| t.is(":")))
    }

    /// Actors named or meant among tokens outside quotations, in order.
    pub(in crate::extract) fn among(&self, from: usize, to: usize) -> impl DoubleEndedIterator<Item = (usize, usize)> + '_ {
        within(&self.met, from, to).iter().copied()
    }

    /// Whether a pronoun among these tokens calls an actor otherwise.
    fn called(&self, tokens: std::ops::Range<usize>, actor: usize, pronoun: Pronoun) -> bool {
        let means = |j: usize| self.found[j].is_some_and(|found| found as usize == actor);
        tokens.into_iter().any(|j| means(j) && gender(&self.parsed.tokens[j].lower).is_some_and(|other| other != pronoun))
    }

    pub(in crate::extract) fn marked(&self, from: usize, to: usize) -> &[(usize, Mark)] {
        within(&self.marks, from, to)
    }

    /// Reads token `i`, whose mention or referent is known.
    fn pass(&mut self, cast: &Cast, i: usize) {
        if self.parsed.quote_of[i].is_some() {
            return;
        }
        let token = &self.parsed.tokens[i];
        if let Some(mention) = cast.mention_at(i) {
            if mention.start == i && !self.labels(cast, i) {
                self.met.push((i, mention.actor));
            }
        } else if let Some(actor) = self.found[i] {
            self.met.push((i, actor as usize));
        } else if token.kind == Kind::Word {
            let mark = match token.lower.as_str() {
                "he" => Some(Mark::Unknown(Pronoun::He)),
                "she" => Some(Mark::Unknown(Pronoun::She)),
                _ if stranger(self.parsed, cast, i) => Some(Mark::Stranger),
                // `a copy that somebody's nephew kept` brings in nobody.
                _ if i >= 2 && self.parsed.tokens[i - 1].is("'s") && self.parsed.tokens[i - 2].lower.ends_with("body") => None,
                word => kin(word)
                    .filter(|_| cast.mention_of.get(i + 1).is_none_or(Option::is_none))
                    .map(Mark::Kin)
                    .or_else(|| lexicon().roles.contains(word).then_some(Mark::Role)),
            };
            self.marks.extend(mark.map(|mark| (i, mark)));
        }
    }
}

/// The entries of a list in order whose token is in reach.
fn within<T>(list: &[(usize, T)], from: usize, to: usize) -> &[(usize, T)] {
    let first = list.partition_point(|e| e.0 < from);
    &list[first..first + list[first..].partition_point(|e| e.0 < to)]
}

/// Resolves pronouns and definite nouns outside quotations, left to right.
pub fn resolve(parsed: &Parsed, cast: &mut Cast, voices: &Voices) -> Referents {
    let usual = cast.actors.iter().map(usual).collect();
    let found = vec![None; parsed.tokens.len()];
    let mut walk = Walk { parsed, voices, usual, found, met: Vec::new(), marks: Vec::new() };
    for mention in &cast.mentions {
        if let Some(pronoun) = mention.start.checked_sub(1).and_then(|i| of_title(&parsed.tokens[i].lower)) {
            cast.pronouns[mention.actor].get_or_insert(pronoun);
        }
    }
    for i in 0..parsed.tokens.len() {
        let read = parsed.quote_of[i].is_none() && cast.mention_of[i].is_none() && parsed.tokens[i].kind == Kind::Word;
        let referent = if read { referent(&walk, cast, i) } else { None };
        walk.found[i] = referent.and_then(|actor| u32::try_from(actor).ok());
        walk.pass(cast, i);
    }
    walk.found
}

fn referent(walk: &Walk, cast: &mut Cast, i: usize) -> Option<usize> {
    let tokens = &walk.parsed.tokens;
    let near = |words: &[&str]| tokens[..i].iter().rev().take(3).any(|t| t.is_any(words));
    match tokens[i].lower.as_str() {
        word if gender(word).is_some() => gender(word).and_then(|pronoun| person(walk, cast, i, pronoun)),
        "it" if quotes_document(walk.parsed, i) => sender(walk, cast, i),
        "it" | "its" | "itself" if !expletive(walk.parsed, i) => organization(walk, cast, i, None),
        "they" | "their" => plural(walk, cast, i),
        "who" | "whose" | "which" | "whom" => antecedent(walk.parsed, cast, i),
        noun if i > 0 && is_document(noun) && near(&["the", "this", "its", "his", "her", "their"]) => definite(walk, cast, i),
        noun if i > 0 && lexicon().is_organization_noun(noun) && !noun.ends_with('s') => definite(walk, cast, i),
        // `A spokesman said`: of the organization that is spoken of.
        noun if i > 0 && noun.starts_with("spokes") && tokens[i - 1].is_any(&["a", "the"]) && speaks_alone(walk.parsed, cast, i) => {
            bearer(walk.parsed, cast, i).or_else(|| organization(walk, cast, i, None))
        }
        noun if lexicon().stands_for_person(noun) && near(&["the"]) => bearer(walk.parsed, cast, i).or_else(|| epithet(walk, cast, i)),
        _ => None,
    }
}

pub(in crate::extract) fn sentence_start(parsed: &Parsed, sentence: usize) -> usize {
    parsed.sentences[sentence].tokens.start
}

/// he, she: the subject of the same sentence or of those before, whom pronoun and given name fit.
fn person(walk: &Walk, cast: &mut Cast, i: usize, pronoun: Pronoun) -> Option<usize> {
    let parsed = walk.parsed;
    let sentence = parsed.sentence_of[i] as usize;
    let speaker = walk.speaker(i);
    // Whom the given name speaks against, only where nobody else is near.
    for (unlikely, reach) in [(false, REACH), (true, 1)] {
        for back in 0..=reach.min(sentence) {
            let s = sentence - back;
            let (from, to) = (sentence_start(parsed, s), if back == 0 { i } else { parsed.sentences[s].tokens.end });
            let known = |a: usize| cast.pronouns[a].or(walk.usual[a]);
            let fits: Vec<(usize, usize, bool)> = walk
                .among(from, to)
                .filter(|&(_, a)| cast.is_person(a) && Some(a) != speaker && cast.pronouns[a].is_none_or(|p| p == pronoun))
                .filter(|&(_, a)| unlikely || known(a).is_none_or(|p| p == pronoun))
                // `her program tells her whether he …`: not whom the same sentence calls otherwise.
                .filter(|&(_, a)| back > 0 || !walk.called(from..to, a, pronoun))
                .map(|(at, a)| (at, a, subject_like(parsed, cast, at)))
                .filter(|&(_, _, subject)| back > 0 || subject)
                .collect();
            let subjects = || fits.iter().filter(|&&(_, _, subject)| subject);
            let chosen = subjects().find(|&&(_, a, _)| known(a) == Some(pronoun)).or_else(|| subjects().next()).or(fits.first()).copied();
            let near = Near { chosen, sure: chosen.is_some_and(|(_, a, _)| known(a) == Some(pronoun)), back, unlikely };
            let other = walk.marked(from, to).iter().any(|&(at, mark)| near.means(parsed, i, pronoun, at, mark));
            if other {
                return None;
            }
            if let Some((_, actor, _)) = chosen {
                // What belongs to “him” may belong to another than the one named; “he” alone in reach is he.
                if parsed.tokens[i].is_any(&["he", "she"]) && fits.iter().all(|&(_, a, _)| a == actor) {
                    cast.pronouns[actor].get_or_insert(pronoun);
                }
                return Some(actor);
            }
        }
    }
    far(walk, cast, sentence, pronoun).filter(|&actor| Some(actor) != speaker)
}

/// Who is near enough to be meant by “he” or “she”, and how well they fit.
struct Near {
    /// Token, actor, and whether it is a subject.
    chosen: Option<(usize, usize, bool)>,
    /// Whether the pronoun is known to be theirs.
    sure: bool,
    /// Sentences back.
    back: usize,
    /// Whether the given name speaks against it.
    unlikely: bool,
}

impl Near {
    /// Whether the pronoun at token `i` rather means somebody without a name at token `at`.
    fn means(&self, parsed: &Parsed, i: usize, pronoun: Pronoun, at: usize, mark: Mark) -> bool {
        let (chosen, back) = (self.chosen, self.back);
        match mark {
            Mark::Stranger => chosen.is_none_or(|(named, _, subject)| named > at && !subject),
            // `I asked the manager, and he answered`; and he stays nobody named in the sentence behind. But `asked by the manager, he …`.
            Mark::Role => back == 0 && chosen.is_none() && at + 5 > i && !oblique(parsed, at),
            Mark::Unknown(unknown) => back > 0 && chosen.is_none() && unknown == pronoun,
            // `In their father's workshop … He …`: not the one named.
            Mark::Kin(kin) => {
                let aside = oblique(parsed, at) || theirs(parsed, at, pronoun);
                back <= 1 && chosen.is_some() && !self.sure && kin == pronoun && (self.unlikely || at + 4 > i || !aside)
            }
        }
    }
}

/// Sentences back in which “he” and “she” still mean whom the same pronoun meant there.
const FAR: usize = 12;

/// Nobody nearer fits: the last subject whose pronoun it is known to be.
fn far(walk: &Walk, cast: &Cast, sentence: usize, pronoun: Pronoun) -> Option<usize> {
    let parsed = walk.parsed;
    let (from, to) = (sentence_start(parsed, sentence.saturating_sub(FAR)), sentence_start(parsed, sentence.saturating_sub(REACH)));
    let known = |a: usize| cast.pronouns[a].or(walk.usual[a]) == Some(pronoun);
    let unknown = walk.marked(to, sentence_start(parsed, sentence)).iter().any(|&(_, mark)| mark == Mark::Unknown(pronoun));
    let mut fits = walk.among(from, to).filter(|&(at, a)| cast.is_person(a) && known(a) && subject_like(parsed, cast, at));
    fits.next_back().map(|(_, a)| a).filter(|_| !unknown)
}

/// Whether the noun at token `i` brings in somebody without a name, as a subject: `A retired fitter`, `…, and the manager`.
fn stranger(parsed: &Parsed, cast: &Cast, i: usize) -> bool {
    const MODIFIERS: &[&str] = &["retired", "former", "elderly", "unnamed"];
    let token = &parsed.tokens[i];
    let lexicon = lexicon();
    let start = sentence_start(parsed, parsed.sentence_of[i] as usize);
    let near = (start..i).rev().take(3);
    let modified = i > start && parsed.tokens[i - 1].is_any(MODIFIERS);
    let noun = lexicon.roles.contains(token.lower.as_str())
        || lexicon.person_nouns.contains(token.lower.as_str())
        || token.lower.ends_with("man")
        || modified;
    let Some(article) = near.take_while(|&j| parsed.tokens[j].kind == Kind::Word).find(|&j| parsed.tokens[j].is_any(&["a", "an"])) else {
        return false;
    };
    let before = article.checked_sub(1).filter(|&j| j >= start).map(|j| &parsed.tokens[j]);
    let subject = before.is_none_or(|t| t.is_any(&["and", "when", "but", "winter", "summer", "week", "month", "year"]) || t.is(","));
    let apposed = before.is_some_and(|t| t.is(",")) && article >= 2 && cast.mention_of[article - 2].is_some();
    let named = (i + 1..parsed.tokens.len().min(i + 4)).any(|j| cast.mention_of[j].is_some());
    noun && subject && !apposed && !named
}

/// Whether what stands at token `i` is no object of a preposition and no possessor.
pub(in crate::extract) fn subject_like(parsed: &Parsed, cast: &Cast, i: usize) -> bool {
    // `asked by NAME who had seen it`: as the one whom it goes on from.
    if parsed.tokens[i].is_any(&["who", "which"])
        && let Some(mention) = i.checked_sub(1).and_then(|j| cast.mention_at(j))
    {
        return subject_like(parsed, cast, mention.start);
    }
    let possessor = cast.mention_at(i).is_some_and(|m| parsed.tokens.get(m.end).is_some_and(|t| t.is("'s")));
    let mut from = i;
    while from > 0
        && from + 6 > i
        && (lexicon().titles.contains(parsed.tokens[from - 1].lower.trim_end_matches('.'))
            || lexicon().is_role(&parsed.tokens[from - 1].lower))
    {
        from -= 1;
    }
    let before = from.checked_sub(1).map(|p| &parsed.tokens[p]);
    let after_preposition =
        before.is_some_and(|t| t.is_any(&["of", "at", "for", "from", "with", "to", "against", "by", "on", "about", "like", "told"]));
    // `she prefers NAME`: an object; `said NAME` is a subject.
    let object = before.is_some_and(|t| {
        let copula = t.is_any(&["is", "was", "are", "were", "be", "'s", "named", "called", "became"]);
        let verb = lexicon().is_verb(&t.lower) && !copula && !lexicon().speaks(&t.lower) && !lexicon().is_role(&t.lower);
        verb && !t.is_capital() && from > sentence_start(parsed, parsed.sentence_of[i] as usize) + 1 && cast.mention_of[from - 1].is_none()
    });
    // `Its founder, NAME, wrote`
    let owner = parsed.tokens[i].is_any(&["its", "his", "their"]);
    // `a NAME customer`
    let modifier = before.is_some_and(|t| t.is_any(&["a", "an"]));
    !after_preposition && !possessor && !object && !owner && !modifier
}

fn organization(walk: &Walk, cast: &Cast, i: usize, noun: Option<&str>) -> Option<usize> {
    let parsed = walk.parsed;
    let sentence = parsed.sentence_of[i] as usize;
    let wanted = |actor: usize| !cast.is_person(actor);
    if let Some(noun) = noun {
        let from = sentence_start(parsed, sentence.saturating_sub(12));
        let bears = |actor: usize| wanted(actor) && (cast.actors[actor].name.split_whitespace().any(|w| w.eq_ignore_ascii_case(noun)));
        // `the ferry operator NAME … The operator`: the noun brought the name in. Any firm may be called a company.
        let telling = !matches!(noun, "company" | "firm" | "group" | "organization" | "organisation");
        let brought = |at: usize, actor: usize| telling && wanted(actor) && at > 0 && parsed.tokens[at - 1].is(noun);
        if let Some((_, actor)) = walk.among(from, i).rfind(|&(at, a)| bears(a) || brought(at, a)) {
            return Some(actor);
        }
    }
    let mut aside = None;
    for back in 0..=REACH.min(sentence) {
        let s = sentence - back;
        let to = if back == 0 { i } else { parsed.sentences[s].tokens.end };
        let fits: Vec<(usize, usize)> = walk.among(sentence_start(parsed, s), to).filter(|&(_, a)| wanted(a)).collect();
        if let Some(&(_, actor)) = fits.iter().find(|&&(at, _)| subject_like(parsed, cast, at)) {
            return Some(actor);
        }
        // `In a letter to A, it asked …`: rather the subject of the sentence before.
        let opening = back == 0
            && noun.is_none()
            && i > 0
            && parsed.tokens[i - 1].is(",")
            && !fits.iter().any(|&(at, _)| at > 0 && parsed.tokens[at - 1].is("by"));
        if opening {
            aside = aside.or(fits.last().copied());
        } else if let Some(&(_, actor)) = if back == 0 { fits.last() } else { aside.as_ref().or(fits.first()) } {
            return Some(actor);
        }
        // A person of an organization stands for it: “Boreal's counsel … the company”.
        let staff =
            walk.among(sentence_start(parsed, s), to).find_map(|(_, a)| cast.actors[a].organization.filter(|_| cast.actors[a].speaks_for));
        if noun.is_some() && staff.is_some() {
            return staff;
        }
    }
    aside.map(|(_, actor)| actor)
}

/// they: the organizations of the sentence before, where one alone is its subject.
fn plural(walk: &Walk, cast: &Cast, i: usize) -> Option<usize> {
    let parsed = walk.parsed;
    let sentence = parsed.sentence_of[i] as usize;
    let s = sentence.checked_sub(1)?;
    let within = walk.among(sentence_start(parsed, s), parsed.sentences[s].tokens.end);
    let named: Vec<usize> = within.filter(|&(at, _)| subject_like(parsed, cast, at)).map(|(_, a)| a).collect();
    let first = *named.first()?;
    let start = sentence_start(parsed, sentence);
    (i <= start + 1 && !cast.is_person(first) && named.iter().all(|&a| a == first || cast.is_person(a))).then_some(first)
}

/// `NAME, who …` and `the NAME team, which …`.
fn antecedent(parsed: &Parsed, cast: &Cast, i: usize) -> Option<usize> {
    let before = i.checked_sub(1)?;
    let comma = parsed.tokens[before].is(",");
    let at = if comma { before.checked_sub(1)? } else { before };
    let personal = parsed.tokens[i].is_any(&["who", "whom"]);
    if let Some(mention) = cast.mention_at(at) {
        // `NAME of the ORG, who …`: a person is meant.
        let holder = cast
            .mention_at(mention.start.saturating_sub(if parsed.tokens[mention.start.saturating_sub(1)].is("the") { 3 } else { 2 }))
            .filter(|m| personal && !cast.is_person(mention.actor) && cast.is_person(m.actor) && m.end < mention.start);
        return Some(holder.map_or(mention.actor, |m| m.actor));
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
    if personal {
        // `NAME of the ORG in PLACE, who …`
        let near = (at.saturating_sub(8)..=at).rev().take_while(|&j| parsed.tokens[j].kind == Kind::Word);
        let preposition = |j: usize| parsed.tokens.get(j).is_some_and(|t| t.is_any(&["of", "at", "from", "in"]));
        if let Some(m) = near.filter_map(|j| cast.mention_at(j)).find(|m| cast.is_person(m.actor) && preposition(m.end)) {
            return Some(m.actor);
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
fn definite(walk: &Walk, cast: &Cast, i: usize) -> Option<usize> {
    let parsed = walk.parsed;
    let start = sentence_start(parsed, parsed.sentence_of[i] as usize);
    let mut j = i;
    while j > start && j + 4 > i {
        j -= 1;
        let token = &parsed.tokens[j];
        if token.is("the") || token.is("this") {
            let next = parsed.tokens.get(i + 1);
            // `the company Acme` and `the company's Acme` name it themselves; `the group of …` is another one.
            if is_document(&parsed.tokens[i].lower) {
                return author(walk, cast, i);
            }
            // `The competitor is NAME`
            if next.is_some_and(|t| t.is_any(&["is", "was"]))
                && let Some(mention) = cast.mention_at(i + 2).filter(|m| !cast.is_person(m.actor))
            {
                return Some(mention.actor);
            }
            let named =
                cast.mention_of.get(i + 1).copied().flatten().is_some() || next.is_some_and(|t| t.is_any(&["of", "behind", "that"]));
            return if named { None } else { organization(walk, cast, i, Some(&parsed.tokens[i].lower)) };
        }
        // `the group's website` is the group's; `the rector's office` is not the office last named.
        if token.is("'s") {
            return walk.found[j - 1].map(|a| a as usize).filter(|_| is_document(&parsed.tokens[i].lower));
        }
        if token.is_any(&["his", "her", "their"]) {
            let owner = walk.found[j].map(|a| a as usize)?;
            if is_document(&parsed.tokens[i].lower) {
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

#[cfg(test)]
mod tests {
    use crate::extract::attribution::tests::speakers;

    fn speaks(text: &str, name: Option<&str>) {
        assert_eq!(speakers(text).last().cloned().flatten().as_deref(), name, "{text}");
    }

    #[test]
    fn given_names_break_ties() {
        speaks("David Ostrom thanked Mary Brandt. “It was a very long night,” she said.", Some("Mary Brandt"));
        speaks("David Ostrom’s neighbour, Mary Brandt, uses both. “One is a ruler and one is a living,” she said.", Some("Mary Brandt"));
    }

    #[test]
    fn roles_stand_for_who_bears_them() {
        let text = "Minister Mary Brandt signed the order. David Ostrom looked on. “The town should not have to ask,” the minister said.";
        speaks(text, Some("Mary Brandt"));
        let text = "Manager Mary Brandt left. Another manager at the mill took over. “We begin again on Monday,” the manager said.";
        speaks(text, None);
    }

    #[test]
    fn nouns_mean_whom_they_brought_in() {
        let text = "The ferry operator Norrline wrote to the Harbour Authority. The Harbour Authority was silent. “We sail whenever the tide allows it,” the operator said.";
        speaks(text, Some("Norrline"));
        let text = "The Harbour Authority closed two berths on Monday. “We will mend them before the winter,” a spokesman said.";
        speaks(text, Some("Harbour Authority"));
    }

    #[test]
    fn a_document_is_of_who_made_it() {
        let text = "The Harbour Authority filed a reply to the questions of the Norrline Institute. The Norrline Institute had asked three. The reply is short. “We count boats and nothing else,” the filing says.";
        speaks(text, Some("Harbour Authority"));
    }

    #[test]
    fn somebody_without_a_name_comes_between() {
        speaks("David Ostrom runs the desk. Last winter a retired clerk found a mistake. He wrote: “Your Saturday is upside down.”", None);
        speaks(
            "David Ostrom praised Mary Brandt of the Harbour Museum, who wrote this: “We learned to wait for the tide.”",
            Some("Mary Brandt"),
        );
    }

    #[test]
    fn who_asks_and_who_is_liked_is_not_who_speaks() {
        speaks(
            "Mary Brandt spoke first. Asked by Anna Holm who had seen it, she said: “My mother did, and she was sure.”",
            Some("Mary Brandt"),
        );
        speaks(
            "Mary Brandt, who keeps the books, says that the dog prefers Anna Holm. “The door is open to it,” she said.",
            Some("Mary Brandt"),
        );
        speaks("Mary Brandt founded it in her mother’s kitchen. “We had a table and no chairs,” she says.", Some("Mary Brandt"));
    }

    #[test]
    fn a_speaker_is_not_met_in_the_own_turn() {
        let text = "MARY BRANDT: We are open.\nDAVID OSTROM: I know that well.\nMARY BRANDT: I asked the manager, and he answered: “We improved it for you.”\nDAVID OSTROM: Good.\n";
        speaks(text, None);
    }
}
