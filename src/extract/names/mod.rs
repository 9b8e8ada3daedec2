//! Names in the text: known ones, and runs of capitalised words.

pub mod actors;
mod behind;
pub mod evidence;
pub mod gazetteer;
mod groups;
mod institutions;
pub mod kinds;
pub mod roles;
mod runs;

use std::{collections::HashSet, ops::Range};

use crate::extract::{
    lexicon::{Lexicon, lexicon},
    names::{
        gazetteer::{Gazetteer, Known},
        runs::{MONTHS, run_end},
    },
    text::{
        article::BlockKind,
        sentences::Parsed,
        tokens::{Kind, Shape, Token},
    },
};

/// A run of tokens that may name an actor.
#[derive(Debug, Clone)]
pub struct Name {
    /// The tokens of the name alone, without titles, roles and clitics.
    pub tokens: Range<usize>,
    /// What is known of it.
    pub known: Option<Known>,
    /// Whether known letters also mean something else, so that context must decide.
    pub ambiguous: bool,
    /// A title or role printed directly before, within the same run of capitals.
    pub role: Option<Range<usize>>,
    /// Whether its only capital may be owed to its place: first in a sentence and a common word.
    pub weak: bool,
    /// Whether it stands where everything has a capital (headings).
    pub titled: bool,
}

const MODIFIERS: &[&str] = &[
    "chief",
    "vice",
    "senior",
    "former",
    "executive",
    "product",
    "policy",
    "acting",
    "managing",
    "research",
    "technology",
    "technical",
    "operating",
    "security",
    "science",
    "general",
    "deputy",
    "prime",
    "foreign",
    "interim",
    "founding",
    "assistant",
    "associate",
    "financial",
    "information",
    "marketing",
    "legal",
    "communications",
    "ai",
    "public",
    "press",
    "state",
];

/// Titles that belong to the name where one word follows: `Sister Agathe`, `Lord Storvik`.
const NAMING: &[&str] = &[
    "sister", "brother", "father", "mother", "king", "queen", "prince", "princess", "pope", "lord", "lady", "baron", "baroness",
    "viscount", "don", "doña",
];

/// Verbs that call a name up: `Take Ardane Systems.`
const CALLING: &[&str] = &["take", "consider", "compare", "meet", "ask", "imagine", "remember"];

/// Words between which and a name a month dates what follows: `In May Ardane Systems left.`
const DATING: &[&str] = &["in", "since", "until", "by", "last", "next", "this", "early", "late", "mid", "during"];

/// Days of the week, in lower case.
pub const DAYS: &[&str] = &["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

const TOPIC: &[&str] = &[
    "open",
    "open-source",
    "source",
    "proprietary",
    "closed",
    "artificial",
    "intelligence",
    "models",
    "model",
    "generative",
    "machine",
    "weights",
    "weight",
    "open-weight",
    "ai",
    "large",
    "language",
    "vs",
    "versus",
    "frontier",
    "closed-source",
    "silicon",
    "open-weights",
];

/// All names in order, without overlap.
pub fn find(parsed: &Parsed, gazetteer: &Gazetteer) -> Vec<Name> {
    let lexicon = lexicon();
    let text = &parsed.article.text;
    let surnames = surnames(parsed, lexicon);
    let mut names = Vec::new();
    let (mut titled_block, mut titled_end) = (usize::MAX, 0);
    let mut i = 0;
    while i < parsed.tokens.len() {
        let token = &parsed.tokens[i];
        let block = parsed.block_of[i] as usize;
        if titled_block != block {
            (titled_block, titled_end) = (block, if is_titled(parsed, i) { usize::MAX } else { head_end(parsed, i) });
        }
        let titled = i < titled_end;
        let line_end = line_end(parsed, i);
        if token.kind != Kind::Word || !(token.is_capital() || token.lower.len() > 2) {
            i += 1;
            continue;
        }
        let named = gazetteer
            .find(text, &parsed.tokens[i..line_end])
            .filter(|(length, _, _)| !licenses(&parsed.tokens[i + length..line_end.max(i + length)]));
        let longer = |length: usize| {
            let end = run_end(parsed, gazetteer, lexicon, i, line_end);
            let behind = &parsed.tokens[i + length..end.max(i + length)];
            let unknown = behind.first().is_some_and(|t| {
                t.shape == Shape::Capital && !lexicon.is_common(&t.lower) && (behind.len() == 1 || !lexicon.is_given(&t.lower))
            });
            token.is_capital() && (marks_organization(lexicon, behind) || length == 1 && unknown)
        };
        // `Forbes Harbour Association` is no paper: a venue's or an everyday word may open another's name.
        let named = named.filter(|(length, known, ambiguous)| !(matches!(known, Known::Venue(_)) || *ambiguous) || !longer(*length));
        if let Some((length, known, ambiguous)) = named {
            let weak = ambiguous && starts_sentence(parsed, i) && lexicon.common.contains(token.lower.as_str());
            let end = corporate_end(parsed, i + length, line_end);
            names.push(Name { tokens: i..end, known: Some(known.clone()), ambiguous, role: None, weak, titled });
            i = end;
        } else if token.is_capital() {
            let end = run_end(parsed, gazetteer, lexicon, i, line_end);
            let title = parsed.quote_of[i].is_some_and(|q| parsed.quotes[q as usize].title);
            cut_run(parsed, lexicon, &surnames, i..end, titled || title, &mut names);
            i = corporate_end(parsed, end, line_end);
        } else {
            i += 1;
        }
    }
    uncover(parsed, lexicon, &mut names);
    names
}

/// A common word that only opens a sentence before a name met without it is no part of it: `Publishing Norna` beside `Norna`.
fn uncover(parsed: &Parsed, lexicon: &Lexicon, names: &mut [Name]) {
    let words = |range: Range<usize>| parsed.tokens[range].iter().map(|t| t.lower.as_str()).collect::<Vec<_>>();
    let inside = |n: &&Name| n.known.is_none() && !n.titled && !starts_sentence(parsed, n.tokens.start);
    let met: HashSet<Vec<&str>> = names.iter().filter(inside).map(|n| words(n.tokens.clone())).collect();
    for name in names.iter_mut().filter(|n| n.known.is_none() && n.role.is_none() && !n.titled && n.tokens.len() > 1) {
        let range = name.tokens.clone();
        let opens = starts_sentence(parsed, range.start) && lexicon.is_common(&parsed.tokens[range.start].lower);
        if opens && !met.contains(&words(range.clone())) && met.contains(&words(range.start + 1..range.end)) {
            name.tokens.start += 1;
        }
    }
}

/// Whether one of the words marks a name as an organization's.
fn marks_organization(lexicon: &Lexicon, tokens: &[Token]) -> bool {
    tokens.iter().any(|t| lexicon.organization_words.contains(t.lower.as_str()))
}

/// Whether the words behind a name make it a licence's: `MIT licence`, `MIT or BSD terms`.
fn licenses(behind: &[Token]) -> bool {
    const LICENCES: &[&str] = &["licence", "license", "licences", "licenses", "licensed"];
    match behind {
        [next, ..] if next.is_any(LICENCES) => true,
        [or, other, noun, ..] => or.is_any(&["or", "and"]) && other.is_capital() && (noun.is_any(LICENCES) || noun.is("terms")),
        _ => false,
    }
}

/// Behind a name, `, Inc.` and the like belong to it.
fn corporate_end(parsed: &Parsed, end: usize, limit: usize) -> usize {
    let at = end + usize::from(parsed.tokens.get(end).is_some_and(|t| t.is(",")));
    let form =
        parsed.tokens.get(at).filter(|_| at < limit && at > end).is_some_and(|t| {
            t.is_any(&["inc", "inc.", "ltd", "ltd.", "llc", "lda", "corp", "corp.", "gmbh", "plc", "co."]) && t.is_capital()
        });
    if form { at + 1 } else { end }
}

/// One past the last token of the block that token `i` stands in, or 40 tokens on.
fn line_end(parsed: &Parsed, i: usize) -> usize {
    let sentence = &parsed.sentences[parsed.sentence_of[i] as usize];
    sentence.tokens.end.min(i + 40)
}

/// Whether token `i` opens a sentence, be it within a quotation.
pub fn starts_sentence(parsed: &Parsed, i: usize) -> bool {
    let Some(before) = i.checked_sub(1).map(|p| &parsed.tokens[p]) else { return true };
    parsed.sentence_of[i] != parsed.sentence_of[i - 1]
        || matches!(before.kind, Kind::Open | Kind::Straight)
        || before.is_any(&[".", "?", "!", ":", "‘", "'", "(", "—", "–", "…", "...", "•"]) && !(before.is("-") && !before.spaced)
}

/// Whether a short line near the top opens with `By NAME`.
fn is_byline(parsed: &Parsed, i: usize) -> bool {
    let block = parsed.block_of[i];
    let line = parsed.tokens[i..].iter().zip(&parsed.block_of[i..]).take_while(|&(_, &b)| b == block).map(|(t, _)| t).take(16).count();
    let opens = parsed.tokens[i].is("by")
        || parsed.tokens[i].is_any(&["posted", "words", "written"]) && parsed.tokens.get(i + 1).is_some_and(|t| t.is("by"));
    opens && block < 4 && line < 14
}

/// Whether a block has capitals throughout, as titles do.
fn is_titled(parsed: &Parsed, i: usize) -> bool {
    let block = parsed.block_of[i];
    if parsed.block_kind(i) == BlockKind::Heading {
        return !is_byline(parsed, i);
    }
    let (mut weighty, mut capital) = (0, 0);
    for (token, _) in parsed.tokens[i..].iter().zip(&parsed.block_of[i..]).take_while(|&(_, &b)| b == block).take(40) {
        if token.kind == Kind::Word && token.lower.chars().count() > 4 {
            weighty += 1;
            capital += usize::from(token.is_capital());
        }
    }
    weighty >= 4 && capital * 10 >= weighty * 8
}

/// Where the head ends that opens a block in capitals, as in newsletters: `HARBOUR SHUTS UP. The harbour …`; `i` where there is none.
fn head_end(parsed: &Parsed, i: usize) -> usize {
    let tokens = &parsed.tokens[i..line_end(parsed, i)];
    let shouted = |t: &&Token| t.kind != Kind::Word && !t.is_any(&[".", "?", "!"]) || matches!(t.shape, Shape::Upper | Shape::Initial);
    let end = tokens.iter().take_while(shouted).count();
    let closes = tokens.get(end).is_some_and(|t| t.is_any(&[".", "?", "!"])) && end + 1 < tokens.len();
    if closes { i + end } else { i }
}

/// Whether `’s office` follows at token `i`.
fn is_office(parsed: &Parsed, i: usize) -> bool {
    parsed.tokens.get(i).is_some_and(|t| t.is("'s")) && parsed.tokens.get(i + 1).is_some_and(|t| t.is("office"))
}

/// Words for roles that are surnames in this article: they stand behind a given name and end the run (`Ada Miller`).
fn surnames(parsed: &Parsed, lexicon: &Lexicon) -> HashSet<String> {
    let tokens = &parsed.tokens;
    let given = |t: &Token| t.shape == Shape::Capital && lexicon.is_given(&t.lower);
    let ends = |i: usize| tokens.get(i).is_none_or(|t| !t.is_capital() || !t.spaced);
    let role = |t: &Token| t.shape == Shape::Capital && t.spaced && lexicon.is_role(&t.lower);
    let fits = (1..tokens.len())
        .filter(|&i| role(&tokens[i]) && given(&tokens[i - 1]) && ends(i + 1) && parsed.block_kind(i) != BlockKind::Heading);
    fits.map(|i| tokens[i].lower.clone()).collect()
}

/// Cuts a run of capitals into names: leading function words, roles and titles go; what stands before a role is another name.
fn cut_run(parsed: &Parsed, lexicon: &Lexicon, surnames: &HashSet<String>, run: Range<usize>, titled: bool, into: &mut Vec<Name>) {
    let tokens = &parsed.tokens;
    let mut start = run.start;
    let initial = starts_sentence(parsed, start);
    while start < run.end
        && !(start + 1 < run.end && tokens[start].is("oh") && !initial)
        && !counted(parsed, lexicon, start..run.end)
        && (is_numeral(&tokens[start].lower)
            || lexicon.function.contains(tokens[start].lower.as_str())
                && (tokens[start].shape != Shape::Upper || tokens[start].lower.len() < 3))
    {
        start += 1;
    }
    // `Ask Me Anything` is a title: no name has a pronoun in it.
    if start == run.end || tokens[start..run.end].iter().any(|t| t.is_any(&["me", "you", "they", "him"])) {
        return;
    }
    let is_role = |j: usize| {
        let word = tokens[j].lower.as_str();
        !surnames.contains(word) && (lexicon.is_role(word) || lexicon.titles.contains(word.trim_end_matches('.')))
    };
    let organization = |range: Range<usize>| tokens[range].iter().any(|t| lexicon.organization_words.contains(t.lower.as_str()));
    let last_role = (start..run.end).rev().find(|&j| is_role(j));
    match last_role.filter(|&j| !belongs(parsed, lexicon, start..run.end, j, titled)) {
        Some(role) if !(role + 1 < run.end && organization(role + 1..run.end)) => {
            let mut from = role;
            while from > start && (tokens[from - 1].is_any(MODIFIERS) || is_role(from - 1)) {
                from -= 1;
            }
            // `Chief Ploughing Officer`, `the Harbour Data Commissioner`: common words before a role are its field.
            let field = |j: usize| lexicon.is_common(&tokens[j].lower) || is_role(start) && tokens[j].lower.ends_with("ing");
            let typed = (start..from).any(|j| lexicon.is_organization_noun(&tokens[j].lower) && !is_role(j) || tokens[j].is("&"));
            if (start..from).all(field) && (is_role(start) || from > start + 1 && !typed) {
                from = start;
            }
            if role + 1 == run.end && start < role && is_office(parsed, run.end) {
                // `the Harbour Commissioner’s office` acts as an organization.
                push(parsed, lexicon, start..run.end + 2, None, false, titled, into);
                return;
            }
            if from > start {
                push(parsed, lexicon, start..from, None, initial && start == run.start, titled, into);
            }
            if role + 2 == run.end && tokens[role].is_any(NAMING) && from == role {
                // `Sister Agathe`: with a given name alone the title is part of the name.
                push(parsed, lexicon, role..run.end, Some(role..role + 1), false, titled, into);
            } else if role + 1 < run.end {
                push(parsed, lexicon, role + 1..run.end, Some(from..role + 1), false, titled, into);
            }
        }
        _ => push(parsed, lexicon, start..run.end, None, initial && start == run.start, titled, into),
    }
}

/// Whether the word for a role at `j` is a part of an organization's name: its members (`Union of Storvik Bakers`, `Ardane Partners`), its
/// field (`Ministry of Justice`, `Office of the Privacy Commissioner`), or the office itself (`Patient Safety Ombudsman`).
fn belongs(parsed: &Parsed, lexicon: &Lexicon, run: Range<usize>, j: usize, titled: bool) -> bool {
    let tokens = &parsed.tokens;
    let organization = |range: Range<usize>| tokens[range].iter().any(|t| lexicon.organization_words.contains(t.lower.as_str()));
    let has = |word: &str| tokens[run.start..j].iter().any(|t| t.is(word));
    let of = (run.start..j).rev().find(|&k| tokens[k].is_any(&["of", "for", "on"]));
    let plain = |k: usize| tokens[k].is("the") || lexicon.is_common(&tokens[k].lower);
    let field = of.is_some_and(|of| organization(run.start..of) && (of + 1..j).all(plain));
    if j > run.start && tokens[j - 1].is("&") {
        return true; // `Quill & Anchor`, `Storvik & Partner`
    }
    let several = tokens[j].lower.ends_with('s');
    let inner = j + 2 < run.end;
    // `Doctors Without Borders`, `Parents for Open Classrooms`
    let preposition = |t: &Token| t.is("for") || t.is_capital() && lexicon.function.contains(t.lower.as_str());
    // `Salt Workers’ Samiti`, `Court of King’s Bench`
    let owner = |t: &Token| several && t.is_any(&["'", "’"]) || field && t.is("'s");
    if inner && (several && preposition(&tokens[j + 1]) || owner(&tokens[j + 1])) {
        return true;
    }
    let last = j + 1 == run.end;
    let office = last && j > run.start && organization(j..j + 1);
    let members = several && j > run.start && (last && !titled || has("of") || organization(run.start..j) || organization(j..j + 1));
    office || (last || tokens[j + 1].is("of")) && (field || has("for") || members)
}

/// Whether a hyphen joins two numerals: `sixty-three`.
fn is_numeral(word: &str) -> bool {
    const TENS: &[&str] = &["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    word.split('-').next().is_some_and(|first| TENS.contains(&first))
}

/// Whether a run opens with a numeral of its own: `Two Rivers Capital`, `the First Harbour Bank`.
fn counted(parsed: &Parsed, lexicon: &Lexicon, run: Range<usize>) -> bool {
    const CARDINALS: &[&str] = &["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "hundred", "thousand"];
    const ORDINALS: &[&str] = &["first", "second", "third", "next"];
    let tokens = &parsed.tokens;
    let ordinal = tokens[run.start].is_any(ORDINALS);
    let cardinal = tokens[run.start].is_any(CARDINALS);
    let initial = starts_sentence(parsed, run.start);
    let word =
        |t: &Token| t.is_any(&["of", "for", "and", "the"]) || !lexicon.is_role(&t.lower) && !lexicon.function.contains(t.lower.as_str());
    let plain = tokens[run.start + 1..run.end].iter().all(word);
    // Where a sentence starts, only what is counted and a further word make a name of it.
    let one = tokens[run.start].is("one") && !initial && run.len() > 2;
    let shown = if initial { cardinal && run.len() > 2 && tokens[run.start + 1].lower.ends_with('s') } else { run.len() > 1 };
    (ordinal || cardinal || one) && shown && plain
}

/// A run without the day, place or people that it opens with and the topic that it ends with.
fn trim(parsed: &Parsed, lexicon: &Lexicon, mut range: Range<usize>, organization: bool, role: bool) -> Range<usize> {
    let tokens = &parsed.tokens;
    let full = range.clone();
    // `Shona Roe`, `Ada Cree`: a given name and a word that English lacks, though one of them names a people too.
    let given = |j: usize| lexicon.is_given(&tokens[j].lower) && !lexicon.is_place(&tokens[j].lower);
    if full.len() == 2 && given(full.start) && tokens[full.end - 1].is_capital() && !lexicon.is_common(&tokens[full.end - 1].lower) {
        return range;
    }
    let skip = |j: usize, organization: bool| {
        let word = tokens[j].lower.as_str();
        let given = j + 1 < full.end && lexicon.is_given(word) && lexicon.is_given(&tokens[j + 1].lower);
        let place = lexicon.is_place(word) && !given || word.strip_suffix("-based").is_some();
        let acronym = word.len() <= 3 && tokens[j].shape != Shape::Upper;
        // A place alone hardly stands right before a name; with one other word it is a name's own (`Milan Storvik`, `Oslo Trykk`).
        let own =
            place && j == full.start && full.len() == 2 && !lexicon.not_names.contains(word) && !lexicon.is_common(&tokens[j + 1].lower);
        word.ends_with("-based") || (!organization && !own && (lexicon.not_names.contains(word) && !acronym || place))
    };
    let dated = |j: usize| j > 0 && tokens[j].is_any(MONTHS) && tokens[j - 1].kind == Kind::Number;
    while range.len() > 1
        && (tokens[range.start].is_any(DAYS)
            || dated(range.start)
            || tokens[range.start].is_any(MONTHS)
                && (tokens[range.start + 1].is("the") || range.start > 0 && tokens[range.start - 1].is_any(DATING)))
    {
        range.start += 1;
    }
    let headed = range.start > 0 && tokens[range.start - 1].is("the");
    let is_person = |j: usize| lexicon.is_given(&tokens[j].lower) || lexicon.is_role(&tokens[j].lower);
    // Behind a place or a people stands another's name (`Canadian Ada Roe`), unless only common words are left (`Frisian Harbour Board`).
    let whole = range.clone();
    while range.start < range.end && skip(range.start, organization && range.len() > 1) {
        range.start += 1;
    }
    if range.start > whole.start
        && range.len() > usize::from(starts_sentence(parsed, whole.start))
        && !role
        && !tokens[range.start - 1].lower.ends_with("-based")
        && (range.clone().all(|j| lexicon.is_common(&tokens[j].lower) && !lexicon.is_role(&tokens[j].lower))
            || range.len() > 1 && lexicon.is_common(&tokens[range.end - 1].lower) && !range.clone().any(is_person)
            || range.len() == 1 && headed && !lexicon.is_role(&tokens[range.start].lower)
            || range.len() > 1 && (headed || tokens[range.end - 1].lower.ends_with('s')) && !range.clone().any(is_person))
        && !tokens[whole.clone()].iter().any(|t| t.is_any(DAYS) || t.is_any(TOPIC) && !(headed && organization))
    {
        range.start = whole.start;
    }
    let extra = |j: usize| {
        !tokens[j].is_any(&["earth", "moon", "sun", "mars"])
            && lexicon.not_names.contains(tokens[j].lower.as_str())
            && !lexicon.is_common(&tokens[j - 1].lower)
    };
    while range.start < range.end && !organization && range.len() > 1 && extra(range.end - 1) {
        range.end -= 1;
    }
    range
}

fn push(
    parsed: &Parsed,
    lexicon: &Lexicon,
    range: Range<usize>,
    role: Option<Range<usize>>,
    initial: bool,
    titled: bool,
    into: &mut Vec<Name>,
) {
    let tokens = &parsed.tokens;
    let headed = range.len() > 1 && lexicon.is_organization_noun(&tokens[range.end - 1].lower);
    let organization = headed || marks_organization(lexicon, &tokens[range.clone()]);
    let mut range = trim(parsed, lexicon, range, organization, role.is_some());
    if range.is_empty() {
        return;
    }
    let joined = tokens[range.clone()].iter().map(|t| t.lower.as_str()).collect::<Vec<_>>().join(" ");
    if lexicon.is_place(&joined)
        || tokens[range.clone()].iter().all(|t| {
            t.is_any(TOPIC)
                || t.lower.starts_with("open-")
                || t.lower.starts_with("closed-")
                || lexicon.not_names.contains(t.lower.as_str())
        })
    {
        return;
    }
    let common = |j: usize| lexicon.is_common(&tokens[j].lower) || tokens[j].kind == Kind::Number;
    let given = |j: usize| lexicon.is_given(&tokens[j].lower);
    // A common word may open a sentence and a name: it goes where it types or rules what follows (`Chipmaker Ardane`, `Publishing Brenna`).
    let governs = |j: usize| {
        let word = tokens[j].lower.as_str();
        if !tokens[j + 1].is_capital() {
            return false; // `Growers of the Weald`
        }
        word.ends_with("ing")
            || word.ends_with("ly")
            || word.ends_with("ed")
            || lexicon.is_organization_noun(word)
            || lexicon.verbs.contains(word)
            || given(j + 1)
    };
    let called = initial && tokens[range.start].is_any(CALLING) && tokens.get(range.start + 1).is_some_and(Token::is_capital);
    if range.len() > 1 && (called || initial && common(range.start) && !organization && !given(range.start) && governs(range.start)) {
        range.start += 1;
    }
    let all_common = range.clone().all(common);
    let strong = tokens[range.clone()].iter().any(|t| lexicon.is_organization_noun(&t.lower));
    if all_common && role.is_none() && (range.len() > 1 && !strong) && titled {
        return;
    }
    let first = initial || starts_sentence(parsed, range.start);
    let plain = range.len() == 1
        && (lexicon.is_role(&tokens[range.start].lower)
            || lexicon.is_organization_noun(&tokens[range.start].lower)
            || lexicon.is_verb(&tokens[range.start].lower));
    let weak = range.len() == 1 && ((all_common && !strong) || plain) && first && role.is_none();
    into.push(Name { tokens: range, known: None, ambiguous: false, role, weak, titled });
}
