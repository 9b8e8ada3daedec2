//! Whose words the blocks of an interview, a hearing or a transcript are: by labels, or by questions between answers.

use std::{collections::HashMap, ops::Range};

use crate::extract::{
    lexicon::lexicon,
    names::actors::{Cast, Mention},
    text::{
        article::BlockKind,
        quotes,
        sentences::Parsed,
        tokens::{Kind, Shape},
    },
    voices::{Label, bylines::byline, narrators, persons},
};

/// Different labels that an article may have at most.
const LABELS_MAX: usize = 64;

/// Makes people of those who answer: under a label with words in the first person, or to `Q` where nobody else may.
pub fn narrators(parsed: &Parsed, cast: &mut Cast) {
    let mut turns: HashMap<&str, (Range<usize>, usize, usize)> = HashMap::new();
    for sentence in &parsed.sentences {
        let start = sentence.tokens.start;
        let opens = start == 0 || parsed.block_of[start - 1] != parsed.block_of[start];
        let Some((label, turn)) = label_at(parsed, cast, &sentence.tokens).filter(|_| opens) else { continue };
        let end = parsed.block_of.partition_point(|&of| of <= parsed.block_of[start]);
        let own = (turn..end).filter(|&i| parsed.quote_of[i].is_none() && parsed.tokens[i].is_any(&["i", "my"])).count();
        let entry = turns.entry(parsed.text(label.clone())).or_insert((label, 0, 0));
        entry.1 += 1;
        entry.2 += own;
    }
    let mut labels: Vec<(Range<usize>, usize, usize)> = turns.into_values().collect();
    labels.sort_by_key(|l| l.0.start);
    if labels.iter().map(|l| l.1).sum::<usize>() < 4 {
        return;
    }
    for (label, times, own) in &labels {
        if *times < 2 || *own == 0 || shouted(parsed, cast, label).is_some() {
            continue;
        }
        if label.len() == 1 && parsed.tokens[label.start].is_any(&["a", "answer"]) {
            let first = label.start;
            if interviewee(parsed, cast, first).is_none() {
                let opening: Vec<_> = opening(parsed).filter(|s| s.start < first).collect();
                let name = opening
                    .into_iter()
                    .filter(|s| parsed.block_kind(s.start) == BlockKind::Paragraph)
                    .find_map(|s| narrators::name_at(parsed, s.start, s.end));
                name.and_then(|name| narrators::person(parsed, cast, &name));
            }
            continue;
        }
        // A label of one word is a name that the cast has, or the first of one.
        let organization =
            cast.mention_at(label.start).is_some_and(|m| m.start == label.start && m.end == label.end && !cast.is_person(m.actor));
        if organization && label.len() == 1 && *times > 2 {
            narrators::person(parsed, cast, label);
        } else if let Some(name) = narrators::name_at(parsed, label.start, label.end).filter(|n| n.end == label.end) {
            narrators::person(parsed, cast, &name);
        }
    }
}

/// Interview labels at the start of blocks: `AUBERT: …`, `MODERATOR: …`, `Q: …`, `A: …`.
pub fn labels(parsed: &Parsed, cast: &Cast) -> Vec<Label> {
    let blocks = parsed.article.blocks.len();
    let mut printed: Vec<Option<Range<usize>>> = vec![None; blocks];
    let mut counts: HashMap<String, usize> = HashMap::new();
    let mut surnames: HashMap<&str, usize> = HashMap::new();
    let mut roles = vec![false; blocks];
    for sentence in &parsed.sentences {
        let start = sentence.tokens.start;
        let opens = start == 0 || parsed.block_of[start - 1] != parsed.block_of[start];
        if let Some((label, turn)) = label_at(parsed, cast, &sentence.tokens).filter(|_| opens) {
            *counts.entry(parsed.text(label.clone()).to_lowercase()).or_default() += 1;
            *surnames.entry(&parsed.tokens[label.end - 1].lower).or_default() += 1;
            roles[sentence.block] = turn > label.end + 1;
            printed[sentence.block] = Some(label);
        }
    }
    // `NAME, ROLE: “…”` once is no label but a way to quote.
    for b in 0..blocks {
        printed[b] = printed[b].take().filter(|l| !roles[b] || surnames[parsed.tokens[l.end - 1].lower.as_str()] > 1);
    }
    let first = printed.iter().flatten().find(|l| counts[&parsed.text((*l).clone()).to_lowercase()] > 1).map_or(0, |l| l.start);
    let mut known: HashMap<String, Label> = HashMap::new();
    let mut labels = vec![Label::None; blocks];
    for (b, label) in printed.iter().enumerate() {
        let Some(label) = label.clone() else { continue };
        let text = parsed.text(label.clone()).to_lowercase();
        labels[b] = match known.get(&text) {
            Some(label) => *label,
            None if known.len() < LABELS_MAX => {
                let meant = label_of(parsed, cast, label, counts[&text], first);
                known.insert(text, meant);
                meant
            }
            None => Label::None,
        };
    }
    if labels.iter().filter(|l| **l != Label::None).count() < 3 {
        return answers(parsed, cast).unwrap_or_else(|| vec![Label::None; blocks]);
    }
    let letters = labels.contains(&Label::Asks);
    if !letters {
        ask_only(parsed, &printed, &mut labels);
    }
    // Paragraphs between labelled ones go on with the last label.
    let last = labels.iter().rposition(|l| *l != Label::None).unwrap_or(0);
    for b in 1..last {
        if labels[b] == Label::None && parsed.article.blocks[b].kind == BlockKind::Paragraph && letters {
            labels[b] = labels[b - 1];
        }
    }
    labels
}

/// The label that opens a block, and where its turn begins: `NAME:` · `NAME, ROLE:` (without the role) · `Q.` · `NAME –` in capitals.
pub fn label_at(parsed: &Parsed, cast: &Cast, sentence: &Range<usize>) -> Option<(Range<usize>, usize)> {
    let tokens = &parsed.tokens;
    let start = sentence.start;
    if let Some(colon) = sentence.clone().take(5).find(|&i| tokens[i].is(":")).filter(|&i| i > start) {
        return Some((start..colon, colon + 1));
    }
    let letter = tokens[start].is_any(&["q", "a"]) && tokens[start].is_capital();
    if letter && tokens.get(start + 1).is_some_and(|t| t.is_any(&[".", "–", "—"])) && sentence.len() > 2 {
        return Some((start..start + 1, start + 2));
    }
    let shouted = |i: usize| tokens[i].shape == Shape::Upper && tokens[i].lower.chars().count() > 1 || tokens[i].is_any(&[".", "-"]);
    let dash = sentence.clone().take(4).find(|&i| tokens[i].is_any(&["–", "—"])).filter(|&i| i > start && (start..i).all(shouted));
    if let Some(dash) = dash {
        return Some((start..dash, dash + 1));
    }
    let told = cast.mention_at(start).filter(|m| cast.is_person(m.actor) && tokens.get(m.end).is_some_and(|t| t.is_any(&[",", "("])))?;
    let colon = sentence.clone().take(16).find(|&i| tokens[i].is(":")).filter(|&i| i > told.end)?;
    let plain = (told.end..colon)
        .all(|i| parsed.quote_of[i].is_none() && (cast.mention_of[i].is_some() || !crate::extract::lexicon::verb(&tokens[i])));
    plain.then_some((start..told.end, colon + 1))
}

/// What a label printed `times` times means; turns begin at token `first`.
fn label_of(parsed: &Parsed, cast: &Cast, label: Range<usize>, times: usize, first: usize) -> Label {
    let words = &parsed.tokens[label.clone()];
    let head = &words[words.len() - 1];
    let upper = words.iter().all(|t| t.shape == Shape::Upper || t.is("-") || t.is(".")) && head.kind == Kind::Word;
    if words.len() == 1 && head.is_any(&["q", "question"]) {
        return Label::Asks;
    }
    if words.len() == 1 && head.is_any(&["a", "answer"]) {
        return Label::Speaks(interviewee(parsed, cast, first));
    }
    if let Some(person) = initials(parsed, cast, &label) {
        return Label::Speaks(Some(person));
    }
    if let Some(person) = shouted(parsed, cast, &label) {
        return Label::Speaks(Some(person));
    }
    // `Ms Brandt`, `Senator Mary Brandt`.
    let titled = |m: &&Mention| parsed.tokens[label.start..m.start].iter().all(|t| t.is(".") || t.is_capital());
    let named = cast.mention_at(label.end - 1).filter(|m| m.end == label.end && m.start >= label.start && cast.is_person(m.actor));
    if let Some(mention) = named.filter(titled) {
        return if upper || words.len() <= 4 { Label::Speaks(Some(mention.actor)) } else { Label::None };
    }
    if times < 2 {
        return Label::None;
    }
    if head.is_any(&["presenter", "host", "interviewer", "moderator", "anchor", "reporter", "us"]) {
        return Label::Asks;
    }
    if lexicon().is_role(&head.lower) && words.len() <= 3 {
        let role = |m: &&Mention| {
            let titled = m.start > 0 && parsed.tokens[m.start - 1].lower == head.lower;
            titled || cast.actors[m.actor].role.as_ref().is_some_and(|r| r.to_lowercase().contains(head.lower.as_str()))
        };
        let bearer = cast.mentions.iter().filter(|m| cast.is_person(m.actor)).find(role).map(|m| m.actor);
        return Label::Speaks(bearer.or_else(|| guest(parsed, cast)));
    }
    if upper && words.len() <= 3 { Label::Speaks(None) } else { Label::None }
}

/// Whom a name in capitals means that the text prints otherwise: `MARY BRANDT`, `BRANDT`.
fn shouted(parsed: &Parsed, cast: &Cast, label: &Range<usize>) -> Option<usize> {
    let text = parsed.text(label.clone());
    let upper = text.chars().count() > 3 && text.chars().all(|c| !c.is_lowercase());
    let means = |m: &&Mention| {
        let name = cast.actors[m.actor].name.to_uppercase();
        cast.is_person(m.actor) && (name == text || name.strip_suffix(text).is_some_and(|rest| rest.ends_with(' ')))
    };
    cast.mentions.iter().filter(|_| upper && cast.mention_of[label.start].is_none()).find(means).map(|m| m.actor)
}

/// Whom initials mean: `MB` and `M.B.` a Mary Brandt, be it that a bracket behind the name says so or that it fits.
fn initials(parsed: &Parsed, cast: &Cast, label: &Range<usize>) -> Option<usize> {
    let letters: String = parsed.text(label.clone()).chars().filter(|c| *c != '.' && !c.is_whitespace()).collect();
    let short = (2..=4).contains(&letters.chars().count()) && letters.chars().all(char::is_uppercase);
    let bracketed = |m: &&Mention| {
        let behind = |n: usize| parsed.tokens.get(m.end + n);
        behind(0).is_some_and(|t| t.is("("))
            && behind(1).is_some_and(|t| parsed.text(m.end + 1..m.end + 2) == letters && t.kind == Kind::Word)
    };
    let people = || cast.mentions.iter().filter(|m| short && cast.is_person(m.actor));
    let fits = |m: &&Mention| {
        let words = || cast.actors[m.actor].name.split([' ', '-']).filter_map(|w| w.chars().next());
        let capitals = words().filter(|c| c.is_uppercase());
        cast.actors[m.actor].name.contains(' ')
            && (capitals.eq(letters.chars()) || [words().next(), words().next_back()].into_iter().flatten().eq(letters.chars()))
    };
    people().find(bracketed).or_else(|| people().find(fits)).map(|m| m.actor)
}

/// Who only asks has no statements of its own: more than half of the turns under a label end in a question.
fn ask_only(parsed: &Parsed, printed: &[Option<Range<usize>>], labels: &mut [Label]) {
    let mut turns: HashMap<String, (usize, usize)> = HashMap::new();
    let name = |b: usize| printed[b].clone().map(|l| parsed.text(l).to_lowercase());
    for b in (0..labels.len()).filter(|&b| labels[b] != Label::None) {
        let asks = parsed.article.blocks[b].span.of(&parsed.article.text).trim_end().ends_with(['?', '”', '"']);
        let turn = turns.entry(name(b).unwrap_or_default()).or_default();
        turn.0 += usize::from(asks);
        turn.1 += 1;
    }
    for b in 0..labels.len() {
        let turn = name(b).filter(|_| labels[b] != Label::None).and_then(|name| turns.get(&name).copied());
        if turn.is_some_and(|(asks, all)| asks * 2 > all) {
            labels[b] = Label::Asks;
        }
    }
}

/// The person an interview in `Q:`/`A:` is with: the first named before its first answer who does not ask.
fn interviewee(parsed: &Parsed, cast: &Cast, first: usize) -> Option<usize> {
    let limit = parsed.sentences.iter().find(|s| s.tokens.start > first && parsed.block_of[s.tokens.start] > parsed.block_of[first]);
    let limit = limit.map_or(parsed.tokens.len(), |s| s.tokens.start);
    let askers = interviewers(parsed, cast);
    let person = |m: &&Mention| cast.is_person(m.actor) && parsed.quote_of[m.start].is_none() && !askers.contains(&m.actor);
    guest(parsed, cast).or_else(|| cast.within(0..limit).iter().find(person).map(|m| m.actor))
}

/// The sentences of the first paragraphs.
fn opening<'p>(parsed: &'p Parsed) -> impl Iterator<Item = Range<usize>> + 'p {
    parsed.sentences.iter().take_while(|s| s.block < 6).map(|s| s.tokens.clone())
}

/// `Our guest is NAME` · `I spoke to NAME` · `answers by NAME`, in the first paragraphs.
fn guest(parsed: &Parsed, cast: &Cast) -> Option<usize> {
    const WORDS: &[&str] =
        &["guest", "guests", "interviewed", "interview", "interviewee", "answers", "joined", "spoke", "talked", "question"];
    let askers = interviewers(parsed, cast);
    let guest = |m: &&Mention| cast.is_person(m.actor) && !askers.contains(&m.actor);
    opening(parsed)
        .filter(|s| parsed.tokens[s.clone()].iter().any(|t| t.is_any(WORDS)))
        .find_map(|s| cast.within(s).iter().find(guest).map(|m| m.actor))
}

/// Who asks, as the first paragraphs tell: `She spoke to NAME` · `NAME met her` · `interviewed by NAME` · `NAME asked the questions`.
fn interviewers(parsed: &Parsed, cast: &Cast) -> Vec<usize> {
    let tokens = &parsed.tokens;
    let asks = |sentence: &Range<usize>, m: &Mention| {
        let before = |n: usize| m.start.checked_sub(n).filter(|i| sentence.contains(i)).map(|i| &tokens[i]);
        let is = |n: usize, words: &[&str]| before(n).is_some_and(|t| t.is_any(words));
        let told = is(1, &["to", "with"])
            && (2..5).any(|n| is(n, &["spoke", "talked", "spoken", "sat", "talks", "speaks"]) && is(n + 1, &["he", "she", "they"]));
        let by =
            is(1, &["by"]) && (2..4).any(|n| is(n, &["interview", "interviewed", "questions", "questioned", "moderated", "conducted"]));
        let behind = &tokens[m.end..sentence.end.min(m.end + 7)];
        let acts = behind.first().is_some_and(|t| {
            t.is_any(&["met", "meets", "asked", "asks", "put", "interviewed", "visited", "spoke", "talked", "joined", "caught"])
        });
        told || by || acts && behind.iter().any(|t| t.is_any(&["him", "her", "them", "questions"]))
    };
    let people = opening(parsed).flat_map(|s| cast.within(s.clone()).iter().map(move |m| (s.clone(), m)));
    people.filter(|(s, m)| cast.is_person(m.actor) && parsed.quote_of[m.start].is_none() && asks(s, m)).map(|(_, m)| m.actor).collect()
}

/// Words of a paragraph up to which it may be a question.
const QUESTION_MAX: usize = 25;

/// An interview without labels: questions as paragraphs of their own, with answers in the first person between them.
///
/// The answers are whom the opening calls its guest; else, where the questions speak to somebody, whom it names first.
fn answers(parsed: &Parsed, cast: &Cast) -> Option<Vec<Label>> {
    let blocks = &parsed.article.blocks;
    let persons = persons(parsed);
    let line = |b: usize| blocks[b].span.of(&parsed.article.text);
    let short = |b: usize| blocks[b].kind != BlockKind::Boilerplate && quotes::word_runs(line(b)) <= QUESTION_MAX;
    let mut asks: Vec<bool> = (0..blocks.len()).map(|b| short(b) && line(b).ends_with('?')).collect();
    let marked = asks.iter().filter(|asks| **asks).count();
    let (first, last) = (asks.iter().position(|asks| *asks)?, asks.iter().rposition(|asks| *asks)?);
    // `Your colleagues disagree.`: an interviewer need not ask to be answered.
    for b in first + 1..last {
        let prompts = short(b) && persons[b].second > 0 && persons[b].first == 0 && line(b).ends_with('.');
        asks[b] |= prompts && !asks[b - 1] && !asks[b + 1];
    }
    let person = guest(parsed, cast).or_else(|| {
        let addressed = (first..=last).filter(|&b| asks[b] && persons[b].second > 0).count();
        let writer = byline(parsed, cast).0;
        let opening = parsed.tokens.len().min(parsed.block_of.partition_point(|&b| (b as usize) < first));
        let askers = interviewers(parsed, cast);
        let mut named =
            cast.within(0..opening).iter().map(|m| m.actor).filter(|&a| cast.is_person(a) && Some(a) != writer && !askers.contains(&a));
        named.next().filter(|_| addressed >= 2)
    });
    let person = person.filter(|_| marked >= 3)?;
    let aside = asides(parsed, cast, person);
    let answer = |b: usize| (first + 1..=last + 1).contains(&b) && blocks[b].kind == BlockKind::Paragraph && !asks[b] && !aside[b];
    let own: usize = (first..blocks.len()).filter(|&b| answer(b)).map(|b| persons[b].first).sum();
    let label = |b: usize| match () {
        () if asks[b] => Label::Asks,
        () if answer(b) => Label::Speaks(Some(person)),
        () => Label::None,
    };
    (own >= 3).then(|| (0..blocks.len()).map(label).collect())
}

/// Blocks in which an interviewer tells: between brackets.
fn asides(parsed: &Parsed, cast: &Cast, person: usize) -> Vec<bool> {
    let text = &parsed.article.text;
    let mut asides: Vec<bool> = parsed.article.blocks.iter().map(|b| b.span.of(text).starts_with(['(', '['])).collect();
    // Nobody speaks of himself by name and not in the first person.
    let persons = persons(parsed);
    for mention in cast.mentions.iter().filter(|m| m.actor == person && parsed.quote_of[m.start].is_none()) {
        let b = parsed.block_of[mention.start] as usize;
        asides[b] |= persons[b].first == 0;
    }
    asides
}

#[cfg(test)]
mod tests {
    use crate::extract::voices::tests::voices;

    #[test]
    fn labels_may_be_roles_and_questions_may_stand_alone() {
        let text = "HOST: Our guest is Mary Brandt, the minister. Why now?\nMINISTER: The nation paid for it.\nHOST: All of it?\nMINISTER: Nearly.\n";
        assert_eq!(voices(text).3, ["?", "Mary Brandt", "?", "Mary Brandt"]);
        let text = "The answers were given in writing by Mary Brandt of the Harbour Institute.\nDo you insure them?\nWe do not, and I say so.\nWhy not?\nI cannot price them.\nWill that change?\nOur rule stands.\n";
        assert_eq!(voices(text).3, ["-", "?", "Mary Brandt", "?", "Mary Brandt", "?", "Mary Brandt"]);
    }
    #[test]
    fn an_interviewer_need_not_ask() {
        let text = "Mary Brandt mends nets in Lund.\nHow did you begin?\nMy aunt had a loom, and I was cold.\nYour neighbours are not pleased.\nThey sleep late.\nWould you move?\nI would not.\n(Mary Brandt has since moved.)\nAnd what do you advise?\nOur rule is to wait.\n";
        assert_eq!(voices(text).3, ["-", "?", "Mary Brandt", "?", "Mary Brandt", "?", "Mary Brandt", "-", "?", "Mary Brandt"]);
    }

    #[test]
    fn who_asks_does_not_answer() {
        for line in ["She spoke to David Ostrom in Lund.", "David Ostrom met her in Lund.", "The interview by David Ostrom was long."] {
            let text = format!("Mary Brandt mends nets. {line}\nQ: Is it hard?\nA: It is cold.\nQ: And the boats?\nA: I have none.\n");
            assert_eq!(voices(&text).3, ["-", "?", "Mary Brandt", "?", "Mary Brandt"], "{line}");
        }
    }

    #[test]
    fn labels_may_be_letters_initials_titles_and_tell_roles() {
        let text = "Mary Brandt mends nets in Lund.\nQ. Is it hard?\nA. It is cold.\nQ. And the boats?\nA. I have none.\n";
        assert_eq!(voices(text).3, ["-", "?", "Mary Brandt", "?", "Mary Brandt"]);
        let text = "Mary Brandt (MB) mends nets in Lund.\nNO: Is it hard?\nMB: It is cold.\nNO: And the boats?\nMB: I have none.\n";
        assert_eq!(voices(text).3[2], "Mary Brandt");
        let text = "The chair of the Harbour Institute, Mary Brandt, sat with David Ostrom.\nMs Mary Brandt: The quay is shut.\nMr David Ostrom: I was late.\nMs Mary Brandt: It opens at six.\n";
        assert_eq!(voices(text).3, ["-", "Mary Brandt", "David Ostrom", "Mary Brandt"]);
    }
}
