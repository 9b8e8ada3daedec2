//! How far a name goes: runs of capitals with what belongs between and behind them.

use super::{
    gazetteer::Gazetteer,
    lexicon::Lexicon,
    names::DAYS,
    sentences::Parsed,
    tokens::{Kind, Shape, Token},
};

const CONNECTORS: &[&str] = &[
    "de", "da", "do", "dos", "das", "di", "del", "della", "la", "le", "van", "von", "der", "den", "bin", "ibn", "al", "el", "ter", "ten",
    "y", "du", "des",
];

/// Months, in lower case.
pub const MONTHS: &[&str] =
    &["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

/// One past the last token of the run of capitals that starts at `i`.
pub fn run_end(parsed: &Parsed, gazetteer: &Gazetteer, lexicon: &Lexicon, i: usize, limit: usize) -> usize {
    let tokens = &parsed.tokens;
    if let Some(end) = spelled_out(tokens, i, limit) {
        return end;
    }
    let capital = |j: usize| j < limit && tokens[j].kind == Kind::Word && tokens[j].is_capital() && tokens[j].spaced;
    let mut j = i + 1;
    while j < limit && j < i + 10 {
        let token = &tokens[j];
        if capital(j) {
            if gazetteer.find(&parsed.article.text, &tokens[j..limit]).is_some_and(|(_, _, ambiguous)| !ambiguous) {
                break;
            }
            j += 1;
        } else if capital(j + 1) && owns(lexicon, tokens, i, j) {
            j += 2;
        } else if token.is("&") && capital(j + 1) {
            j += 2;
        } else if token.kind == Kind::Number && token.spaced && token.lower.len() <= 3 && !token.lower.contains([',', '%']) {
            j += 1;
            break;
        } else if token.is_any(CONNECTORS) && (capital(j + 1) || (j + 1 < limit && tokens[j + 1].is_any(CONNECTORS) && capital(j + 2))) {
            j += 1;
        } else if token.is_any(&["of", "for", "on", "at"]) {
            let Some(next) = complement(lexicon, tokens, i, j, limit) else { break };
            j = next;
        } else if token.is("in") && capital(j + 1) && tokens[i..j].iter().any(|t| t.is_any(&["court", "tribunal"])) && known(lexicon, &tokens[i..j]) {
            j += 2; // `the Commercial Court in Storvik`
        } else if token.is("and") && capital(j + 1) && pairs(lexicon, tokens, i, j, limit) {
            j += 2;
        } else if token.kind == Kind::Word && token.spaced && !token.lower.is_ascii() && !foreign(lexicon, tokens, i, j).is_empty() {
            j += 1;
        } else if foreign_phrase(lexicon, tokens, j, limit) {
            j += 2;
            while j < limit
                && tokens[j].kind == Kind::Word
                && tokens[j].spaced
                && !tokens[j].is_capital()
                && is_foreign(lexicon, &tokens[j].lower)
            {
                j += 1;
            }
        } else {
            break;
        }
    }
    j
}

/// `Guild of Boat Builders of the Fjord (GBBF)`: where a short form in brackets takes every initial, the name goes up to the bracket.
fn spelled_out(tokens: &[Token], i: usize, limit: usize) -> Option<usize> {
    let opens = |k: &usize| !(tokens[*k].kind == Kind::Word && (tokens[*k].spaced || *k == i)) && !tokens[*k].is_any(&["&", "-", "'", "’"]);
    let end = (i..limit.min(i + 14)).find(opens).filter(|&k| tokens[k].is("("))?;
    let short = tokens.get(end + 1).filter(|t| t.shape == Shape::Upper && end + 2 < limit && tokens[end + 2].is(")"))?;
    let capitals = tokens[i..end].iter().filter(|t| t.is_capital() && !t.is("the"));
    if tokens[i].is("the") && !tokens.get(i + 1).is_some_and(Token::is_capital) {
        return None;
    }
    let initials: String = capitals.filter_map(|t| t.lower.chars().next()).collect();
    (initials.chars().count() > 2 && initials == short.lower && tokens[end - 1].is_capital()).then_some(end)
}

/// Whether the mark of possession at `j` stands within a name: `Translators’ League`, `Women’s Union`, `Court of King’s Bench`.
fn owns(lexicon: &Lexicon, tokens: &[Token], i: usize, j: usize) -> bool {
    const ROYAL: &[&str] = &["king", "queen", "prince", "princess", "bishop"];
    let (owner, thing) = (tokens[j - 1].lower.as_str(), tokens[j + 1].lower.as_str());
    let organization = lexicon.organization_words.contains(thing) || lexicon.is_organization_noun(thing);
    if tokens[j].is_any(&["'", "’"]) && !tokens[j].spaced && owner.ends_with('s') {
        return organization || lexicon.is_common(thing) || lexicon.is_common(owner) && j > i + 1;
    }
    let many = matches!(owner, "men" | "women" | "children" | "people") || owner.ends_with("men") && owner.len() > 5;
    let saint = tokens[i].is_any(&["st", "st.", "saint"]) && j == i + 2;
    let royal = ROYAL.contains(&owner) && (organization || j > i + 1 && tokens[j - 2].is("of"));
    let office = owner == "general" && matches!(thing, "chambers" | "office" | "department");
    tokens[j].is("'s") && (many || royal || office || saint && organization)
}

/// Whether all words are common ones, peoples or places: no name of its own stands among them.
fn known(lexicon: &Lexicon, words: &[Token]) -> bool {
    words.iter().all(|t| {
        let word = t.lower.as_str();
        t.kind != Kind::Word
            || word.starts_with(['\'', '’'])
            || lexicon.is_common(word)
            || lexicon.not_names.contains(word)
            || lexicon.function.contains(word)
            || lexicon.organization_words.contains(word)
            || word == "royal"
    })
}

/// The words of a run when token `j`, in small letters with an accent, goes on with a name in another language.
fn foreign<'t>(lexicon: &Lexicon, tokens: &'t [Token], i: usize, j: usize) -> &'t [Token] {
    let known = lexicon.is_common(&tokens[j].lower) || lexicon.is_common(&deunicode::deunicode(&tokens[j].lower));
    if known || lexicon.is_common(&tokens[j - 1].lower) { &[] } else { &tokens[i..j] }
}

/// `Guilde des relieurs`: a particle and a word that English lacks go on with a name.
fn foreign_phrase(lexicon: &Lexicon, tokens: &[Token], j: usize, limit: usize) -> bool {
    const PARTICLES: &[&str] = &["des", "du", "de", "della", "dei", "delle", "der", "für", "dos", "das", "do", "del", "van", "voor"];
    j + 1 < limit
        && tokens[j].is_any(PARTICLES)
        && tokens[j + 1].kind == Kind::Word
        && tokens[j + 1].spaced
        && is_foreign(lexicon, &tokens[j + 1].lower)
}

/// Whether a lower-case word is none that English texts hold.
fn is_foreign(lexicon: &Lexicon, word: &str) -> bool {
    !lexicon.is_common(word) && !lexicon.function.contains(word) && !lexicon.is_verb(word) && word.len() > 3
}

/// Where the complement of `of`, `for`, `on` at `j` takes a run that opened at `i`, when it belongs to the name: `Institute for Harbour
/// Studies`, `Union of Storvik Bakers`; but `the Trust of Storvik` is a trust in a place.
fn complement(lexicon: &Lexicon, tokens: &[Token], i: usize, j: usize, limit: usize) -> Option<usize> {
    let capital = |k: usize| k < limit && tokens[k].kind == Kind::Word && tokens[k].is_capital() && tokens[k].spaced;
    let article = usize::from(tokens.get(j + 1).is_some_and(|t| t.is("the")));
    let at = j + 1 + article;
    if !capital(at) || tokens[at].is_any(DAYS) || tokens[at].is_any(MONTHS) {
        return None;
    }
    let head = tokens[j - 1].lower.as_str();
    let heads = token_heads(head) || lexicon.is_organization_noun(head) || lexicon.organization_words.contains(head);
    let opens = j == i + 1 || known(lexicon, &tokens[i..j - 1]);
    let topic = lexicon.is_common(&tokens[at].lower) || capital(at + 1) || tokens[at].lower.ends_with('s');
    let fits = match tokens[j].lower.as_str() {
        // What goes by plain words alone is known by where it is: `the Royal Library of Storvik`, `Tram Riders of Storvik`.
        "of" if opens && j > i + 1 && (heads || token_heads(head) || seated(lexicon, &tokens[i..j])) => true,
        // `the Ministry of Health of Storvik`
        "of" if article == 0 && second(lexicon, tokens, i, j) && !lexicon.is_common(&tokens[at].lower) => true,
        "of" => {
            heads
                && (opens || token_heads(head) || topic && article == 0)
                && (token_heads(head) || !lexicon.is_place(&tokens[at].lower) || capital(at + 1))
        }
        "at" => j == i + 2 && heads && token_heads(head) && article == 0,
        _ => {
            heads && (topic || opens)
                || (tokens[j].is("for") && lexicon.is_common(&tokens[at].lower) && lexicon.is_common(head) && head.ends_with('s'))
        }
    };
    fits.then_some(at)
}

/// Whether plain words name a body of members or a service: `Tram Riders`, `Metropolitan Transport`.
fn seated(lexicon: &Lexicon, words: &[Token]) -> bool {
    const SERVICES: &[&str] = &["transport", "police", "friends", "library", "libraries", "citizens", "bar", "diocese", "parish", "service"];
    let Some(head) = words.last().map(|t| t.lower.as_str()) else { return false };
    SERVICES.contains(&head) || head.ends_with("ers") && lexicon.is_common(head) && !lexicon.things.contains(head)
}

/// Whether the words from `i` to `j` are an institution with its field, all plain: `Ministry of Health`, `Institute of Applied Physics`.
fn second(lexicon: &Lexicon, tokens: &[Token], i: usize, j: usize) -> bool {
    let of = (i + 1..j).find(|&k| tokens[k].is("of"));
    of.is_some_and(|of| {
        let head = tokens[of - 1].lower.as_str();
        (lexicon.is_organization_noun(head) || token_heads(head)) && known(lexicon, &tokens[i..of]) && known(lexicon, &tokens[of..j])
    })
}

/// Whether `and` at `j` joins two topics of one name: `Ministry of Roads and Public Works`, `the Bread and Data Society`.
fn pairs(lexicon: &Lexicon, tokens: &[Token], i: usize, j: usize, limit: usize) -> bool {
    let capital = |k: usize| k < limit && tokens[k].kind == Kind::Word && tokens[k].is_capital() && tokens[k].spaced;
    let topic = |k: usize| {
        let word = tokens[k].lower.as_str();
        (lexicon.is_common(word) || word.ends_with('s') && !lexicon.is_place(word)) && !lexicon.is_role(word)
    };
    if !topic(j - 1) || !topic(j + 1) {
        return false;
    }
    let of = (i..j).find(|&k| tokens[k].is_any(&["of", "for", "on"]));
    let mut end = j + 1;
    while capital(end) {
        end += 1;
    }
    match of {
        Some(of) => of > i && lexicon.is_organization_noun(&tokens[of - 1].lower),
        // Without `of` the head stands last; the first name is one topic behind an article, so that two names stay two.
        None => {
            (j == i + 1 || j == i + 2 && tokens[i].is("the"))
                && end > j + 2
                && lexicon.organization_words.contains(tokens[end - 1].lower.as_str())
                && (tokens[i].is("the") || i > 0 && tokens[i - 1].is("the"))
        }
    }
}

/// Nouns whose name goes on with a place: `University of Oslo`, `Bank of Ghana`.
fn token_heads(word: &str) -> bool {
    const HEADS: &[&str] = &[
        "university",
        "bank",
        "board",
        "region",
        "assembly",
        "college",
        "institute",
        "city",
        "government",
        "republic",
        "kingdom",
        "state",
        "parliament",
        "academy",
        "museum",
        "school",
        "chamber",
        "council",
        "district",
        "port",
        "bishop",
        "archdiocese",
        "courts",
        "court",
        "bar",
        "commune",
        "county",
        "diocese",
        "library",
        "lyceum",
        "municipality",
        "parish",
        "polytechnic",
        "province",
        "town",
        "tribunal",
    ];
    HEADS.contains(&word)
}
