//! Whom a role, a title or another noun for a person stands for.

use crate::extract::{
    lexicon::lexicon,
    names::actors::{Cast, Mention},
    references::pronouns::{Mark, REACH, Walk, sentence_start, subject_like},
    text::sentences::Parsed,
};

/// Whether nothing tells behind the role at token `i` whose it is and who bears it.
pub(in crate::extract) fn speaks_alone(parsed: &Parsed, cast: &Cast, i: usize) -> bool {
    let named = |j: usize| cast.mention_of.get(j).is_some_and(Option::is_some);
    let next = parsed.tokens.get(i + 1);
    !named(i + 1)
        && !next.is_some_and(|t| t.is_any(&["for", "of", "at", "from", "who", "'s", "-"]))
        && !(next.is_some_and(|t| t.is(",")) && named(i + 2))
}

/// `the minister`: the person last named whom the text gives that title or role.
pub(in crate::extract) fn bearer(parsed: &Parsed, cast: &Cast, i: usize) -> Option<usize> {
    let role = &parsed.tokens[i].lower;
    let named = cast.mention_of.get(i + 1).copied().flatten().is_some()
        || parsed.tokens.get(i + 1).is_some_and(|t| t.is_any(&["of", "at", "for", "who", "-", "'s"]) || lexicon().is_role(&t.lower))
        || parsed.tokens.get(i + 1).is_some_and(|t| t.is(",")) && cast.mention_of.get(i + 2).copied().flatten().is_some();
    if named {
        return None;
    }
    let first = cast.mentions.partition_point(|m| m.start < i).saturating_sub(40);
    let bears = |m: &&Mention| {
        let titled = m.start.checked_sub(1).is_some_and(|before| parsed.tokens[before].lower == *role);
        let given = cast.actors[m.actor].role.as_ref().is_some_and(|r| r.to_lowercase().split_whitespace().any(|word| word == role));
        m.start < i && cast.is_person(m.actor) && (titled || given)
    };
    let Some(named) = cast.mentions[first..].iter().take(40).rfind(bears) else { return only_bearer(parsed, cast, i) };
    // `an executive …, the executive said`: nobody named.
    let unnamed = (named.end..i).rev().take(200).any(|j| {
        parsed.tokens[j].lower == *role && (j.saturating_sub(2)..j).any(|k| parsed.tokens[k].is_any(&["a", "an", "one", "another"]))
    });
    (!unnamed).then_some(named.actor)
}

/// `the chief actuary said`, of somebody named only later: the one person with that role.
fn only_bearer(parsed: &Parsed, cast: &Cast, i: usize) -> Option<usize> {
    let role = &parsed.tokens[i].lower;
    let bears = |&a: &usize| cast.actors[a].role.as_ref().is_some_and(|r| r.to_lowercase().split_whitespace().any(|word| word == role));
    let mut people = (0..cast.actors.len()).take(64).filter(|&a| cast.is_person(a)).filter(bears);
    let quoted = i + 1 < parsed.tokens.len() && lexicon().speaks(&parsed.tokens[i + 1].lower);
    let before = (i.saturating_sub(200)..i).any(|j| parsed.tokens[j].lower == *role);
    people.next().filter(|_| people.next().is_none() && quoted && !before)
}

/// `NAME would not share hers. “…,” the editor said.`: the one person that the sentences before in the paragraph speak of.
pub(in crate::extract) fn epithet(walk: &Walk, cast: &Cast, i: usize) -> Option<usize> {
    let parsed = walk.parsed;
    let speaks = |j: usize| parsed.tokens.get(j).is_some_and(|t| lexicon().speaks(&t.lower) && !lexicon().is_role(&t.lower));
    let article = (i.saturating_sub(3)..i).rev().find(|&j| parsed.tokens[j].is("the"))?;
    let sentence = parsed.sentence_of[i] as usize;
    // `the campaigner of the League said`
    let of = parsed.tokens.get(i + 1).is_some_and(|t| t.is_any(&["of", "from", "for"]));
    let behind = if of { (i + 2..i + 9).any(speaks) } else { speaks(i + 1) };
    let quoted = parsed.sentences[sentence].tokens.clone().any(|j| parsed.quote_of[j].is_some());
    // `” said the editor`, and not `I asked the editor`.
    let inverted = article >= 2 && speaks(article - 1) && parsed.quote_of[article - 2].is_some();
    if !quoted || !(behind || inverted) {
        return None;
    }
    let block = parsed.sentences[sentence].block;
    let first = (sentence.saturating_sub(REACH)..sentence).find(|&s| parsed.sentences[s].block == block)?;
    let (from, to) = (sentence_start(parsed, first), sentence_start(parsed, sentence));
    let mut people = walk.among(from, to).filter(|&(at, a)| cast.is_person(a) && subject_like(parsed, cast, at)).map(|(_, a)| a);
    let person = people.next()?;
    let another =
        walk.marked(from, to).iter().any(|&(at, mark)| mark == Mark::Stranger || parsed.tokens[at].lower == parsed.tokens[i].lower);
    (!another && people.all(|a| a == person)).then_some(person)
}

#[cfg(test)]
mod tests {
    use crate::extract::attribution::tests::speakers;

    fn speaks(text: &str, name: Option<&str>) {
        assert_eq!(speakers(text).last().cloned().flatten().as_deref(), name, "{text}");
    }

    #[test]
    fn a_role_is_the_one_person_of_the_paragraph() {
        speaks("Mary Brandt would not share hers. “I have promised it to the children,” the editor said.", Some("Mary Brandt"));
        speaks("Mary Brandt wrote to David Ostrom, and David Ostrom wrote back. “I have promised it to her,” the editor said.", None);
    }

    #[test]
    fn titles_stand_alone() {
        speaks(
            "Admiral Mary Brandt was frank. David Ostrom sat beside her. “We do not sail on Sundays,” the admiral said.",
            Some("Mary Brandt"),
        );
    }
}
