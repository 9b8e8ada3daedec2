//! What the words around a name say of what it names.

use super::{
    lexicon::lexicon,
    names::Name,
    sentences::Parsed,
    tokens::{Kind, Shape, Token},
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

const THINGS: &[&str] = &[
    "model",
    "models",
    "system",
    "family",
    "tool",
    "chatbot",
    "assistant",
    "series",
    "licence",
    "license",
    "policy",
    "release",
    "checkpoint",
    "checkpoints",
    "dataset",
    "corpus",
    "platform",
    "app",
    "api",
    "weights",
    "language",
    "chip",
    "chips",
    "conference",
    "summit",
    "act",
    "bill",
    "version",
    "format",
    "prize",
    "award",
    "benchmark",
    "flagship",
    "product",
    "engine",
    "deal",
    "programme",
    "program",
    "newsletter",
    "podcast",
    "book",
    "film",
    "festival",
    "software",
    "service",
    "algorithm",
    "parameters",
    "networks",
    "parser",
    "classifier",
    "replacement",
    "generator",
    "detector",
    "game",
    "suite",
    "simulator",
    "chatbots",
    "interface",
    "browser",
    "recogniser",
    "recognizer",
    "translator",
];
const MAKING: &[&str] = &[
    "download",
    "release",
    "releasing",
    "released",
    "launch",
    "launched",
    "launching",
    "unveil",
    "unveiled",
    "ship",
    "shipped",
    "shipping",
    "publish",
    "published",
    "posted",
    "posting",
    "built",
    "build",
    "building",
    "train",
    "trained",
    "open-source",
    "open-sourced",
    "called",
    "named",
    "dubbed",
    "run",
    "running",
    "making",
    "using",
    "use",
    "used",
    "upload",
    "uploaded",
    "offers",
    "copy",
    "against",
    "try",
    "tried",
    "trying",
    "buy",
    "buying",
    "bought",
    "install",
    "installed",
    "installing",
    "adopt",
    "adopted",
    "swapped",
    "distribute",
    "distributed",
    "host",
    "withdrawn",
    "withdrew",
    "sell",
    "licensed",
    "downloaded",
    "belonged",
];
/// What only a made thing undergoes.
const UNDERGONE: &[&str] = &[
    "trained",
    "built",
    "developed",
    "released",
    "licensed",
    "sold",
    "downloaded",
    "called",
    "rated",
    "withdrawn",
    "deployed",
    "installed",
    "published",
    "designed",
    "distilled",
    "retrained",
    "fine-tuned",
    "broadcast",
    "produced",
    "posted",
    "printed",
    "edited",
    "open-sourced",
    "reserved",
    "hosted",
    "launched",
    "discontinued",
    "updated",
    "shipped",
    "available",
    "downloadable",
    "free",
];
/// What is had of a made thing: `the weights of NAME`.
const PARTS: &[&str] = &[
    "weights",
    "parameters",
    "copy",
    "copies",
    "version",
    "versions",
    "release",
    "code",
    "checkpoints",
    "access",
    "users",
    "author",
    "authors",
    "output",
    "outputs",
    "training",
    "development",
    "publication",
    "successor",
    "predecessor",
    "adaptations",
    "use",
];
const PLACES_END: &[&str] = &[
    "street",
    "road",
    "avenue",
    "square",
    "lane",
    "bridge",
    "river",
    "lake",
    "bay",
    "island",
    "islands",
    "valley",
    "hill",
    "hills",
    "mountain",
    "mountains",
    "coast",
    "peninsula",
    "harbour",
    "harbor",
    "park",
    "beach",
    "strait",
    "sea",
    "ocean",
    "canal",
    "desert",
    "forest",
    "creek",
    "boulevard",
    "plaza",
    "hall",
];

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
    if words.len() > 1 && words.last().is_some_and(|w| PLACES_END.contains(&w.as_str())) {
        score.place += 6;
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
    const FAMILIES: &[&str] = &[
        "ahn", "bae", "chan", "chang", "chen", "cheng", "cheung", "cho", "choi", "chung", "gao", "guo", "han", "heo", "ho", "hong",
        "huang", "hwang", "jang", "jeon", "jeong", "jung", "kang", "kim", "kwon", "lam", "lau", "lee", "leung", "li", "lim", "lin", "liu",
        "luo", "ma", "min", "moon", "ng", "nguyen", "noh", "oh", "ong", "pak", "park", "pham", "seo", "shin", "sim", "son", "song", "suh",
        "sun", "tan", "tran", "vu", "wang", "wong", "woo", "wu", "xu", "yang", "yeo", "yi", "yoo", "yoon", "yu", "zhang", "zhao", "zhou",
        "zhu",
    ];
    let hyphen = printed.rsplit_once('-').is_some_and(|(_, end)| end.starts_with(char::is_lowercase));
    let first = deunicode::deunicode(&words[0]).to_lowercase();
    words.len() == 2 && words[1].contains('-') && hyphen || FAMILIES.contains(&first.as_str()) && !lexicon().is_common(&words[1])
}

/// Whether a lower-case word has the form of a family name in one of several languages.
fn is_family(word: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "ovic", "evic", "escu", "sson", "dottir", "enko", "chuk", "wicz", "wski", "wska", "cki", "cka", "dze", "shvili", "idis", "akis",
        "poulos", "opoulou", "inen", "nnen", "oglu", "zadeh", "zade", "gaard", "quist", "qvist", "strom", "mann", "stein", "ova", "ovna",
        "ov", "yan", "aite", "iene", "auskas", "evicius", "inho", "eira", "inez", "guez", "ndez", "nsen", "rsen", "ssen", "ulos", "berger",
        "meier", "swamy", "murthy", "singh", "nathan",
    ];
    let plain = deunicode::deunicode(word).to_lowercase();
    let ending = ENDINGS.iter().any(|ending| plain.len() > ending.len() + 2 && plain.ends_with(ending));
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
    parsed.tokens[at + 1].is_any(&["and", ",", "or"]) && parsed.tokens[at].is_capital() && lexicon().is_place(&parsed.tokens[at].lower)
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

/// Whether one word is written as makers write their products: `Halix-B`, `Norn-CXR`.
fn single_made(parsed: &Parsed, name: &Name) -> bool {
    let text = parsed.text(name.tokens.clone());
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
    let made = single_made(parsed, name);
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

fn token<'p>(parsed: &'p Parsed, i: Option<usize>) -> Option<&'p Token> {
    i.and_then(|i| parsed.tokens.get(i))
}

/// What stands before the name in its sentence.
fn before(parsed: &Parsed, name: &Name, score: &mut Score) {
    let lexicon = lexicon();
    let sentence = parsed.sentences[parsed.sentence_of[name.tokens.start] as usize].tokens.clone();
    let back = |i: usize| (i > sentence.start).then(|| i - 1);
    let Some(mut p) = back(name.tokens.start) else { return };
    let mut comma = false;
    if parsed.tokens[p].is("the") && name.tokens.len() > 1 && name.role.is_none() {
        score.person -= 3; // people take no article
        score.organization += 1;
    }
    if parsed.tokens[p].is_any(&["its", "their", "our", "his", "her"]) && name.tokens.len() == 1 {
        score.product += 2;
    }
    if parsed.tokens[p].is_any(&["the", "a", "an", "its", "their", "our"]) {
        let Some(next) = back(p) else { return };
        p = next;
    } else if parsed.tokens[p].is(",") {
        comma = true;
        let Some(next) = back(p) else { return };
        p = next;
    }
    let i = p;
    let word = &parsed.tokens[i];
    let lower = word.lower.as_str();
    let single = name.tokens.len() == 1;
    if is_quoted(parsed, name) {
        score.product += 5;
    }
    let open = comma && !single && parsed.tokens.get(name.tokens.end).is_some_and(|t| t.is(","));
    if open && !lexicon.is_organization_noun(lower) && !THINGS.contains(&lower) && appositive_start(parsed, i, sentence.start) {
        score.person += 1; // `its coordinator, NAME, said`
    }
    if word.is(":") && i > sentence.start && lexicon.is_role(&parsed.tokens[i - 1].lower) {
        score.person += 4; // `Proposer: NAME`
    }
    if comma && let Some(noun) = described(parsed, i, sentence.start) {
        if lexicon.is_role(noun) && !(single && lexicon.is_organization_noun(noun)) {
            score.person += 4;
        } else if lexicon.is_organization_noun(noun) {
            score.organization += 5;
        }
    }
    if !comma && lexicon.speaks(lower) && !single && i + 1 == name.tokens.start {
        score.person += 2;
    }
    if !comma && ["called", "named", "dubbed"].contains(&lower) {
        let typed = parsed.tokens[sentence.start..i].iter().rev().take(2).any(|t| lexicon.is_organization_noun(&t.lower));
        if typed { score.organization += 4 } else { score.product += 3 }
    } else if comma && THINGS.contains(&lower) && appositive_start(parsed, i, sentence.start) {
        score.product += 4;
    } else if !comma && ["of", "to"].contains(&lower) && i > sentence.start && PARTS.contains(&parsed.tokens[i - 1].lower.as_str()) {
        score.product += 3;
    }
    if word.kind == Kind::Word && !word.is_capital() {
        let role = lexicon.is_role(lower) || lexicon.person_nouns.contains(lower);
        let organization = lexicon.is_organization_noun(lower);
        if role && !(organization && single) {
            if !comma || appositive_start(parsed, i, sentence.start) {
                score.person += if single { 2 } else { 4 };
            }
        } else if organization && (!comma || appositive_start(parsed, i, sentence.start)) {
            score.organization += 4;
        } else if !comma && THINGS.contains(&lower) {
            score.product += 4;
        } else if !comma && MAKING.contains(&lower) {
            score.product += 3;
        }
    }
    if comma {
        return;
    }
    match lower {
        "by" if i == sentence.start && name.tokens.start == i + 1 && sentence.len() < 14 => score.person += 6,
        "at" if single && !(i > sentence.start && (lexicon.is_role(&parsed.tokens[i - 1].lower) || parsed.tokens[i - 1].is("works"))) => {
            score.organization += 1;
            score.place += 2;
        }
        "at" => score.organization += 3,
        "of" if i + 1 == name.tokens.start && i > sentence.start && parsed.tokens[i - 1].is_any(AREAS) => score.place += 5,
        "of" if single && i + 1 == name.tokens.start && i > sentence.start && lexicon.is_organization_noun(&parsed.tokens[i - 1].lower) => {
            score.place += 3;
        }
        "by" | "of" | "for" | "with" | "against" | "like" | "as" | "than" => score.acts += 1,
        "in" | "from" | "near" | "to" | "across" if single => score.place += if lower == "in" || lower == "near" { 3 } else { 1 },
        "joined" | "left" | "join" | "joining" => score.organization += 2,
        "'s" if single => score.product += 2,
        _ => {}
    }
    if lower == "as" && i > sentence.start && parsed.tokens[i - 1].is("such") || lower == "like" {
        let nouns = parsed.tokens[sentence.start..i]
            .iter()
            .rev()
            .take(3)
            .any(|t| lexicon.is_organization_noun(&t.lower) && t.lower.ends_with('s') || t.is("rivals"));
        score.organization += if nouns { 4 } else { 0 };
        let things = i > sentence.start
            && parsed.tokens[i - 1].lower.ends_with('s')
            && THINGS.contains(&parsed.tokens[i - 1].lower.trim_end_matches('s'));
        score.product += if things { 4 } else { 0 };
    }
}

const AREAS: &[&str] = &[
    "province",
    "city",
    "town",
    "village",
    "district",
    "port",
    "island",
    "region",
    "state",
    "county",
    "municipality",
    "suburb",
    "valley",
    "bay",
    "gulf",
    "coast",
    "outskirts",
    "streets",
    "people",
    "west",
    "east",
    "north",
    "south",
];

/// Whether a name stands alone between quotation marks, as titles and slogans do; in brackets it is a short form.
fn is_quoted(parsed: &Parsed, name: &Name) -> bool {
    let mark = |i: usize| parsed.tokens.get(i).is_some_and(|t| matches!(t.kind, Kind::Open | Kind::Close | Kind::Straight));
    let Some(open) = name.tokens.start.checked_sub(1) else { return false };
    let bracket = open > 0 && parsed.tokens[open - 1].is("(");
    let end = name.tokens.end;
    mark(open) && !bracket && (mark(end) || mark(end + 1) && parsed.tokens[end].is_any(&[",", "."]))
}

/// The noun that the words up to `i`, before a comma, go on from: `its head of crop modelling, NAME`, `a cooperative in Storvik, NAME`.
fn described<'p>(parsed: &'p Parsed, i: usize, start: usize) -> Option<&'p str> {
    let from = i.saturating_sub(7).max(start);
    let of = (from..i).rev().find(|&j| parsed.tokens[j].is_any(&["of", "for", "in", "from", "at"]))?;
    let phrase = of > from && appositive_start(parsed, of - 1, start) && parsed.tokens[of..=i].iter().all(|t| t.kind == Kind::Word);
    phrase.then(|| parsed.tokens[of - 1].lower.as_str())
}

/// Whether the noun at `i`, before a comma, opens an apposition: `its director, NAME`, `the vendor, NAME`.
fn appositive_start(parsed: &Parsed, i: usize, start: usize) -> bool {
    let from = i.saturating_sub(5).max(start);
    const OPENERS: &[&str] = &[
        "the", "its", "their", "his", "her", "our", "a", "an", "'s", "whose", "my", "your", "two", "three", "four", "five", "six",
        "several", "other",
    ];
    parsed.tokens[from..i].iter().rev().any(|t| t.is_any(OPENERS)) || i == start || i == from
}

/// What stands after the name in its sentence.
fn after(parsed: &Parsed, name: &Name, score: &mut Score) {
    let lexicon = lexicon();
    let end = parsed.sentences[parsed.sentence_of[name.tokens.start] as usize].tokens.end;
    let at = name.tokens.end;
    let Some(next) = token(parsed, (at < end).then_some(at)) else { return };
    let single = name.tokens.len() == 1;
    let governed = governed(parsed, name);
    if next.is(",") || next.is("(") || next.is("–") || next.is("—") {
        if next.is(",")
            && parsed.tokens[at + 1..end].first().is_some_and(|t| t.is_any(&["once", "now", "long", "formerly", "itself", "until", "too"]))
            && parsed.tokens[at + 1..end].iter().take(20).any(|t| t.is_any(&["has", "will", "is", "was", "had", "have"]))
        {
            score.acts += 2;
        }
        apposition(parsed, at + 1, end, single && !lexicon.is_given(&parsed.tokens[name.tokens.start].lower), score);
        return;
    }
    if next.is("'s") {
        let head = noun_head(parsed, at + 1, end);
        if let Some(head) = head {
            if lexicon.is_role(head)
                || [
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
                ]
                .contains(&head)
            {
                score.organization += 3;
            } else if lexicon.is_organization_noun(head) || THINGS.contains(&head) {
                score.organization += 2;
            } else {
                score.acts += i32::from(single);
            }
        }
        return;
    }
    if next.is_any(&["in", "from", "at"]) {
        let comma = (at + 1..end.min(at + 5)).find(|&i| parsed.tokens[i].is(","));
        let who = comma.and_then(|i| parsed.tokens[..end].get(i + 1)).is_some_and(|t| t.is("who"));
        score.person += if who { 4 } else { 0 }; // `NAME in PLACE, who …`
        return;
    }
    if next.is("of") && token(parsed, Some(at + 1)).is_some_and(|t| t.is_any(&["our", "my", "your"])) {
        score.person += 3;
        return;
    }
    if next.is_any(&["is", "was", "became", "remains"])
        && let Some(head) = noun_head(parsed, at + 1, end)
    {
        if lexicon.is_role(head) && !(single && lexicon.is_organization_noun(head)) && !lexicon.cues.contains_key(head) {
            score.person += 4;
        } else if lexicon.is_organization_noun(head) {
            score.organization += 4;
        }
    }
    if next.is("of") || next.is("at") {
        score.person += i32::from(!single && token(parsed, Some(at + 1)).is_some_and(|t| t.is_capital() || t.is("the")));
        return;
    }
    if next.is("who") || next.is("whom") {
        score.person += 4;
        return;
    }
    if next.is_any(&["team", "staff", "headquarters", "spokesperson", "executives", "employees", "researchers", "engineers", "group"]) {
        score.organization += 3;
        return;
    }
    if next.is("which") {
        score.organization += 1;
        return;
    }
    if next.is(":")
        && single
        && parsed.tokens[name.tokens.start].shape == Shape::Upper
        && (name.tokens.start == 0 || parsed.sentence_of[name.tokens.start - 1] != parsed.sentence_of[name.tokens.start])
    {
        score.person += 3;
        return;
    }
    if next.kind == Kind::Word && THINGS.contains(&next.lower.as_str()) {
        score.product += 4;
        return;
    }
    if next.kind == Kind::Word && lexicon.is_role(&next.lower) && !lexicon.cues.contains_key(&next.lower) {
        score.organization += 2;
        return;
    }
    if undergoes(parsed, at, end) {
        score.product += 4;
        return;
    }
    if next.is("runs") && token(parsed, Some(at + 1)).is_some_and(|t| t.is("on")) {
        score.product += 3;
        return;
    }
    if governed {
        return;
    }
    pronoun(parsed, at, end, score);
    if lexicon.speaks(&next.lower) {
        score.person += if single { 0 } else { 2 };
        score.acts += 2;
        return;
    }
    // `NAME still publishes`: adverbs part a subject from its verb.
    let verb = (at..end.min(at + 3)).find(|&i| !(parsed.tokens[i].is_any(ADVERBS) || parsed.tokens[i].lower.ends_with("ly")));
    let plural = name.tokens.start > 0 && parsed.tokens[name.tokens.start - 1].is("and");
    let given = !single && lexicon.is_given(&parsed.tokens[name.tokens.start].lower);
    if let Some(i) = verb {
        let joint = plural && lexicon.verbs.contains(parsed.tokens[i].lower.as_str());
        score.acts += if joint {
            2
        } else if acts(&parsed.tokens[i]) {
            1 + i32::from(!given)
        } else {
            0
        };
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
    let mut i = at;
    while i < end
        && i < at + 4
        && parsed.tokens[i].is_any(&[
            "is",
            "was",
            "has",
            "had",
            "been",
            "be",
            "will",
            "to",
            "can",
            "now",
            "not",
            "never",
            "also",
            "currently",
            "freely",
        ])
    {
        i += 1;
    }
    i > at
        && i < end
        && parsed.tokens[i - 1].is_any(&["is", "was", "been", "be", "now", "not", "freely"])
        && parsed.tokens[i].is_any(UNDERGONE)
        || parsed.tokens[at].is("is")
            && parsed.tokens[i.min(end - 1)].is_any(&["a", "the"])
            && parsed.tokens[i..end].iter().take(4).any(|t| {
                t.is_any(&[
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
                ])
            })
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
    if first.is_any(UNDERGONE) {
        score.product += 3;
        return;
    }
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
        // `the boat owners’ cooperative`: an owner in the plural is no head.
        let owner = token.lower.ends_with('s') && tokens.get(n + 1).is_some_and(|t| t.is_any(&["'", "’"]));
        if owner {
            opened = true;
        }
        if n > 0 && lexicon.function.contains(token.lower.as_str()) {
            break;
        }
        if head.is_some_and(|h| lexicon.is_role(h)) && !lexicon.is_organization_noun(&token.lower) {
            break;
        }
        head = Some(token.lower.as_str());
    }
    let Some(head) = head else { return };
    if opened && single && lexicon.is_organization_noun(head) {
        score.organization += 6; // `Ardane, a developer of …`: both, but people have two names
    } else if (lexicon.is_role(head) || opened && lexicon.person_nouns.contains(head)) && !lexicon.cues.contains_key(head) {
        // Without an article only a role stands alone: `, chief executive of X`.
        score.person += 5;
    } else if opened && lexicon.is_organization_noun(head) {
        score.organization += 6;
    } else if opened && THINGS.contains(&head) {
        score.product += 5;
    }
}
