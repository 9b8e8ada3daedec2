//! What the words around a name say of what it names.

use crate::extract::{
    lexicon::lexicon,
    names::{self, Name, behind::after},
    text::{
        sentences::Parsed,
        tokens::{Kind, Shape},
    },
};

/// Points for what a name may be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Score {
    /// A person.
    pub person: i32,
    /// An organization.
    pub organization: i32,
    /// A product, policy or other thing.
    pub product: i32,
    /// A place.
    pub place: i32,
    /// Weak signs of an organization (it acts, it owns): they count a little, however many.
    pub acts: i32,
}

impl Score {
    /// The sum of both.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            person: self.person + other.person,
            organization: self.organization + other.organization,
            product: self.product + other.product,
            place: self.place + other.place,
            acts: self.acts + other.acts,
        }
    }

    /// The same with its weak signs counted.
    #[must_use]
    pub const fn settled(self) -> Self {
        let weak = if self.acts > 3 { 3 } else { self.acts };
        Self { organization: self.organization + weak, acts: 0, ..self }
    }
}

/// Points from the name's own words.
pub fn of_words(words: &[String], printed: &str) -> Score {
    let lexicon = lexicon();
    let mut score = Score::default();
    let organization = words.iter().any(|w| lexicon.organization_words.contains(w.as_str()));
    if organization && words.len() > 1 {
        score.organization += 6;
    }
    let heads = words.iter().zip(words.iter().skip(1)).any(|(w, of)| (of == "of" || of == "for") && lexicon.is_organization_noun(w));
    if !organization && words.len() > 1 && (heads || words.last().is_some_and(|w| lexicon.is_organization_noun(w))) {
        score.organization += 5;
    }
    if words.iter().any(|w| w == "&") {
        score.organization += 4;
    }
    if words.last().is_some_and(|w| w.chars().any(|c| c.is_ascii_digit())) {
        score.product += 8;
    }
    if words.len() > 1 && words.last().is_some_and(|w| lexicon.landforms.contains(w.as_str())) {
        score.place += 6;
    }
    if words.len() == 2
        && ["port", "lake", "mount", "mt", "cape", "fort", "isle"].contains(&words[0].trim_end_matches('.'))
        && !organization
        && score.organization == 0
    {
        score.place += 6;
    }
    let thing = |w: &String| lexicon.things.contains(w.as_str()) && !lexicon.is_organization_noun(w) && !lexicon.is_role(w);
    if words.len() > 1 && !organization && words.last().is_some_and(thing) {
        score.product += 4; // `the NAME Prize`
    }
    let given =
        lexicon.is_given(&words[0]) || words.len() > 2 && words[0].len() == 2 && words[0].ends_with('.') && lexicon.is_given(&words[1]);
    if words.len() > 1 && !organization {
        if given {
            score.person += 5;
        }
        if words.len() == 2 && family_first(words, printed) {
            score.person += 5;
        } else if (2..4).contains(&words.len()) && words.last().is_some_and(|w| is_family(w)) {
            score.person += 2;
        }
        if words[0].ends_with('.') && words[0].len() < 4 && words.last().is_some_and(|w| !lexicon.is_common(w)) {
            score.person += 3; // `M. Storvik`
        }
        let all_words = words.iter().any(|w| w.len() > 2 && lexicon.is_common(w));
        if words.len() <= 4 && !all_words {
            score.person += 1;
        }
    } else if words.len() == 1 && given {
        score.person += 2;
    }
    score
}

/// Whether two words are a name with the family first: `Noh Ji-ah`, `Tan Wei`.
pub fn family_first(words: &[String], printed: &str) -> bool {
    let hyphen = printed.rsplit_once('-').is_some_and(|(_, end)| end.starts_with(char::is_lowercase));
    let first = deunicode::deunicode(&words[0]).to_lowercase();
    words.len() == 2 && words[1].contains('-') && hyphen
        || lexicon().family_first.contains(first.as_str()) && !lexicon().is_common(&words[1])
}

/// Whether a lower-case word has the form of a family name in one of several languages.
fn is_family(word: &str) -> bool {
    let plain = deunicode::deunicode(word).to_lowercase();
    let ending = lexicon().family_endings.iter().any(|ending| plain.len() > ending.len() + 2 && plain.ends_with(ending));
    ending || plain.len() > 4 && ["mc", "o'", "d'"].iter().any(|start| plain.starts_with(start))
}

/// `ORG of NAME`, `ORG, of NAME,`: one unknown word behind another's name says where it sits.
fn is_seat(parsed: &Parsed, owner: &Name, name: &Name) -> bool {
    let between = &parsed.tokens[owner.tokens.end..name.tokens.start.max(owner.tokens.end)];
    name.tokens.len() == 1
        && owner.role.is_none()
        && match between {
            [of] => of.is("of"),
            [comma, of] => comma.is(",") && of.is("of"),
            _ => false,
        }
        && parsed.tokens[name.tokens.start].shape == Shape::Capital
}

/// `NAME of PLACE`, `NAME, of PLACE,`, with a known place and no given name before.
fn sits(parsed: &Parsed, name: &Name) -> bool {
    let lexicon = lexicon();
    let next = |i: usize, word: &str| usize::from(parsed.tokens.get(i).is_some_and(|t| t.is(word)));
    let at = name.tokens.end + next(name.tokens.end, ",");
    let at = at + next(at, "both");
    let word = |i: usize| parsed.tokens.get(i).filter(|t| t.is_capital()).map_or("", |t| t.lower.as_str());
    parsed.tokens.get(at).is_some_and(|t| t.is("of"))
        && !lexicon.is_given(&parsed.tokens[name.tokens.start].lower)
        && (lexicon.is_place(word(at + 1)) || lexicon.is_place(&format!("{} {}", word(at + 1), word(at + 2))))
}

/// `in PLACE, PLACE and NAME`: what is listed with places is one.
fn beside_place(parsed: &Parsed, name: &Name) -> bool {
    let article = usize::from(name.tokens.start > 0 && parsed.tokens[name.tokens.start - 1].is("the"));
    let Some(at) = name.tokens.start.checked_sub(2 + article) else { return false };
    // `In Storvik, NAME` lists nothing: the place says where.
    let start = parsed.sentences[parsed.sentence_of[at] as usize].tokens.start;
    let setting = parsed.tokens[at + 1].is(",")
        && (start..at)
            .rev()
            .take(3)
            .any(|i| parsed.tokens[i].is_any(&["in", "from", "at", "near", "outside"]) && names::starts_sentence(parsed, i));
    !setting
        && parsed.tokens[at + 1].is_any(&["and", ",", "or"])
        && parsed.tokens[at].is_capital()
        && lexicon().is_place(&parsed.tokens[at].lower)
}

/// `Dr ADA ROE of NAME`: several words behind a person are where the person works.
fn has_member(parsed: &Parsed, person: &Name, name: &Name) -> bool {
    let between = &parsed.tokens[person.tokens.end..name.tokens.start.max(person.tokens.end)];
    let of = matches!(between, [of] if of.is("of")) || matches!(between, [of, the] if of.is("of") && the.is("the"));
    of && (person.role.is_some() || person.tokens.len() > 1 && lexicon().is_given(&parsed.tokens[person.tokens.start].lower))
}

/// Whether only `and`, with `the` at most, stands between two names.
fn joins(parsed: &Parsed, name: &Name, next: &Name) -> bool {
    let between = &parsed.tokens[name.tokens.end..next.tokens.start.max(name.tokens.end)];
    matches!(between, [and] if and.is("and")) || matches!(between, [and, the] if and.is("and") && the.is("the"))
}

/// Whether a name stands in the place and source that open a report: `STORVIK, 4 May (Fjord Press) —`.
fn is_dateline(parsed: &Parsed, name: &Name) -> bool {
    let block = parsed.block_of[name.tokens.start];
    let tokens = &parsed.tokens;
    let from =
        (0..14).map_while(|back| name.tokens.start.checked_sub(back)).take_while(|&i| parsed.block_of[i] == block).last().unwrap_or(0);
    let opens = name.tokens.start == from || tokens[name.tokens.start - 1].is("(") && tokens[from].shape == Shape::Upper;
    let dash = |i: usize| tokens[i].is_any(&["–", "—", "--", "-"]) && (tokens[i].spaced || tokens[i].is("—"));
    let end = (name.tokens.end..tokens.len()).take(14).take_while(|&i| parsed.block_of[i] == block).find(|&i| dash(i));
    let Some(end) = end else { return false };
    opens
        && tokens[from].shape == Shape::Upper
        && (from == 0 || parsed.block_of[from - 1] != block)
        && (name.tokens.end == end || tokens[name.tokens.end].is_any(&[",", "(", ")"]))
        && tokens[from..end].iter().all(|t| !lexicon().is_verb(&t.lower) || t.is_capital())
}

/// Whether a name is written as makers write their products: `Halix-B`, `Norn-CXR`, `Halix Three`, `Halix Mini`.
fn is_made(parsed: &Parsed, name: &Name) -> bool {
    const EDITIONS: &[&str] =
        &["one", "two", "three", "four", "five", "six", "seven", "ii", "iii", "iv", "mini", "max", "pro", "lite", "ultra", "nano"];
    let text = parsed.text(name.tokens.clone());
    if name.tokens.len() > 1 && name.known.is_none() && parsed.tokens[name.tokens.end - 1].is_any(EDITIONS) {
        return true;
    }
    name.tokens.len() == 1
        && text.rsplit_once('-').is_some_and(|(stem, end)| {
            stem.len() > 2 && end.chars().count() <= 3 && end.chars().all(|c| c.is_uppercase() || c.is_ascii_digit())
        })
}

/// Points from one occurrence.
pub fn of(parsed: &Parsed, name: &Name, names: &[Name], index: usize) -> Score {
    let mut score = Score::default();
    if name.role.is_some() {
        score.person += 5;
    }
    if name.titled {
        return score;
    }
    before(parsed, name, &mut score);
    if beside_place(parsed, name) {
        score.place += 3;
    }
    if index > 0 && name.tokens.len() > 1 && has_member(parsed, &names[index - 1], name) {
        score.organization += 3;
    }
    let made = is_made(parsed, name);
    score.product += if made { 4 } else { 0 };
    if index > 0 && is_seat(parsed, &names[index - 1], name) {
        score.place += 3;
    }
    if names.get(index + 1).is_some_and(|next| is_seat(parsed, name, next)) {
        score.acts += 2;
    }
    if sits(parsed, name) {
        score.organization += if name.role.is_some() { 0 } else { 2 };
    }
    if is_dateline(parsed, name) {
        score.place += 9;
    }
    after(parsed, name, &mut score);
    if let Some(next) = names.get(index + 1)
        && joins(parsed, name, next)
    {
        // Subjects joined by `and` share the verb behind the last.
        let mut shared = Score::default();
        after(parsed, next, &mut shared);
        score.acts += shared.acts;
    }
    if let Some(next) = names.get(index + 1) {
        // `Maker's NAME`: what a maker has is a thing or a person of its own, rarely an organization.
        let possessed = next.tokens.start == name.tokens.end + 1 && parsed.tokens[name.tokens.end].is("'s");
        if possessed {
            score.acts += 1;
        }
    }
    score
}

/// What stands before the name in its sentence.
fn before(parsed: &Parsed, name: &Name, score: &mut Score) {
    let start = parsed.sentences[parsed.sentence_of[name.tokens.start] as usize].tokens.start;
    let single = name.tokens.len() == 1;
    if name.tokens.start <= start {
        return;
    }
    let near = &parsed.tokens[name.tokens.start - 1];
    if near.is("the") && !single && name.role.is_none() {
        score.person -= 3; // people take no article
        score.organization += 1;
    }
    if near.is_any(&["its", "their", "our", "his", "her"]) && single {
        score.product += 2;
    }
    let edition = near.is_any(&["next", "latest", "newest", "original", "upcoming"])
        && parsed.tokens[..name.tokens.start - 1].last().is_some_and(|t| t.is_any(&["the", "its", "their", "our"]));
    if edition {
        score.product += 3; // things have editions: `the next NAME`
    }
    let seat = name.tokens.start.checked_sub(2).filter(|&i| i >= start && near.is("'s") && !single);
    if seat.is_some_and(|i| lexicon().is_place(&parsed.tokens[i].lower)) && !lexicon().is_given(&parsed.tokens[name.tokens.start].lower) {
        score.organization += 2; // `Norway’s NAME`
    }
    let comma = near.is(",");
    let skip = comma || near.is_any(&["the", "a", "an", "its", "their", "our"]);
    let Some(i) = (name.tokens.start - 1).checked_sub(usize::from(skip)).filter(|&i| i >= start) else { return };
    if is_quoted(parsed, name) {
        score.product += if single { 5 } else { 8 };
    }
    noun_before(parsed, name, i, comma, score);
    let previous = |i: usize| if i > start { parsed.tokens[i - 1].lower.as_str() } else { "" };
    let word = parsed.tokens[i].lower.as_str();
    if comma {
        described_as(parsed, name, i, start, score);
        return;
    }
    if word == "as" && previous(i) == "such" || word == "like" {
        likened(parsed, i, start, score);
    }
    if ["of", "to"].contains(&word) && lexicon().parts.contains(previous(i)) {
        score.product += if ["weights", "parameters", "checkpoints"].contains(&previous(i)) { 5 } else { 3 };
    }
    preposition_before(name, &parsed.tokens[name.tokens.start].lower, word, previous(i), i + 1 == name.tokens.start, score);
    if word == "by" && i == start && name.tokens.start == i + 1 && parsed.sentences[parsed.sentence_of[i] as usize].tokens.len() < 14 {
        score.person += 6; // a byline
    }
}

/// Behind a comma: `its head of tide modelling, NAME` · `a cooperative in Storvik, NAME` · `its coordinator, NAME, said`.
fn described_as(parsed: &Parsed, name: &Name, i: usize, start: usize, score: &mut Score) {
    let lexicon = lexicon();
    let word = parsed.tokens[i].lower.as_str();
    let single = name.tokens.len() == 1;
    let open = !single && parsed.tokens.get(name.tokens.end).is_some_and(|t| t.is(","));
    if open && !lexicon.is_organization_noun(word) && !lexicon.things.contains(word) && appositive_start(parsed, i, start) {
        score.person += 1;
    }
    let Some(noun) = described(parsed, i, start) else { return };
    if lexicon.is_role(noun) && !(single && lexicon.is_organization_noun(noun)) {
        score.person += 4;
    } else if lexicon.is_organization_noun(noun) {
        score.organization += 5;
    }
}

/// The word at `i`, directly or behind an article or a comma before the name, as a noun or verb that types it.
fn noun_before(parsed: &Parsed, name: &Name, i: usize, comma: bool, score: &mut Score) {
    let lexicon = lexicon();
    let start = parsed.sentences[parsed.sentence_of[i] as usize].tokens.start;
    let word = &parsed.tokens[i];
    let lower = word.lower.as_str();
    let single = name.tokens.len() == 1;
    let fits = !comma || appositive_start(parsed, i, start);
    if word.is(":") && i > start && lexicon.is_role(&parsed.tokens[i - 1].lower) {
        score.person += 4; // `Proposer: NAME`
    }
    if word.kind != Kind::Word || word.is_capital() {
        return;
    }
    if !comma && lexicon.speaks(lower) && !single && i + 1 == name.tokens.start {
        score.person += 2;
    }
    let role = lexicon.is_role(lower) || lexicon.person_nouns.contains(lower);
    let organization = lexicon.is_organization_noun(lower);
    if !comma && ["called", "named", "dubbed"].contains(&lower) {
        let typed = parsed.tokens[start..i].iter().rev().take(2).any(|t| lexicon.is_organization_noun(&t.lower));
        if typed { score.organization += 4 } else { score.product += 6 }
    } else if role && !(organization && single) {
        score.person += if !fits {
            0
        } else if single {
            2
        } else {
            4
        };
    } else if organization && fits {
        score.organization += 4;
    } else if fits && lexicon.things.contains(lower) {
        score.product += 4;
    } else if !comma && lexicon.making.contains(lower) {
        score.product += 3;
    }
}

/// The preposition or verb `word` before the name, and the word before it.
fn preposition_before(name: &Name, first: &str, word: &str, previous: &str, direct: bool, score: &mut Score) {
    let lexicon = lexicon();
    let single = name.tokens.len() == 1;
    match word {
        "to" if previous == "according" => score.organization += if single { 2 } else { 0 },
        "of" | "at" if !single && name.role.is_none() && lexicon.is_role(previous) && !lexicon.is_given(first) => score.organization += 3,
        "at" if single && !lexicon.is_role(previous) && previous != "works" => {
            score.organization += 1;
            score.place += 2;
        }
        "at" => score.organization += 3,
        "of" if direct && lexicon.areas.contains(previous) => score.place += 5,
        "of" if direct && single && lexicon.is_organization_noun(previous) => score.place += 3,
        "by" | "of" | "for" | "with" | "against" | "like" | "as" | "than" => score.acts += 1,
        "in" | "near" if single => score.place += 3,
        "from" | "to" | "across" if single => score.place += 1,
        "joined" | "left" | "join" | "joining" => score.organization += 2,
        "'s" if single => score.product += 2,
        _ => {}
    }
}

/// `companies such as NAME` · `tools like NAME`.
fn likened(parsed: &Parsed, i: usize, start: usize, score: &mut Score) {
    let lexicon = lexicon();
    let plural =
        |t: &crate::extract::text::tokens::Token| lexicon.is_organization_noun(&t.lower) && t.lower.ends_with('s') || t.is("rivals");
    score.organization += if parsed.tokens[start..i].iter().rev().take(3).any(plural) { 4 } else { 0 };
    let thing = |word: &str| word.strip_suffix('s').is_some_and(|w| lexicon.things.contains(w));
    score.product += if i > start && thing(&parsed.tokens[i - 1].lower) { 4 } else { 0 };
}

/// Whether a name stands alone between quotation marks, as titles and slogans do; in brackets it is a short form.
fn is_quoted(parsed: &Parsed, name: &Name) -> bool {
    let mark = |i: usize| parsed.tokens.get(i).is_some_and(|t| matches!(t.kind, Kind::Open | Kind::Close | Kind::Straight));
    let Some(open) = name.tokens.start.checked_sub(1) else { return false };
    let bracket = open > 0 && parsed.tokens[open - 1].is("(");
    let end = name.tokens.end;
    mark(open) && !bracket && (mark(end) || mark(end + 1) && parsed.tokens[end].is_any(&[",", "."]))
}

/// The noun that the words up to `i`, before a comma, go on from: `its head of tide modelling, NAME`, `a cooperative in Storvik, NAME`.
fn described<'p>(parsed: &'p Parsed, i: usize, start: usize) -> Option<&'p str> {
    let from = i.saturating_sub(7).max(start);
    let of = (from..i).rev().find(|&j| parsed.tokens[j].is_any(&["of", "for", "in", "from", "at"]))?;
    let phrase = of > from && appositive_start(parsed, of - 1, start) && parsed.tokens[of..=i].iter().all(|t| t.kind == Kind::Word);
    phrase.then(|| parsed.tokens[of - 1].lower.as_str())
}

/// Whether the noun at `i`, before a comma, opens an apposition: `its director, NAME`, `the vendor, NAME`.
fn appositive_start(parsed: &Parsed, i: usize, start: usize) -> bool {
    const OPENERS: &[&str] = &[
        "the", "its", "their", "his", "her", "our", "a", "an", "'s", "whose", "my", "your", "two", "three", "four", "five", "six",
        "several", "other",
    ];
    let from = i.saturating_sub(5).max(start);
    parsed.tokens[from..i].iter().rev().any(|t| t.is_any(OPENERS)) || i == start || i == from
}
