//! What belongs to the name of an institution: its field, its seat, its members, its founders.

use crate::extract::{
    lexicon::Lexicon,
    names::{
        DAYS,
        runs::{MONTHS, is_capital},
    },
    text::tokens::{Kind, Token},
};

/// Where the complement of `of`, `for`, `on` at `j` takes a run that opened at `i`, when it belongs to the name: `Institute for Harbour
/// Studies`, `Union of Storvik Bakers`; but `the Trust of Storvik` is a trust in a place.
pub fn complement(lexicon: &Lexicon, tokens: &[Token], i: usize, j: usize, limit: usize) -> Option<usize> {
    let capital = |k: usize| is_capital(tokens, k, limit);
    let article = usize::from(tokens.get(j + 1).is_some_and(|t| t.is("the")));
    let at = j + 1 + article;
    if !capital(at) || tokens[at].is_any(DAYS) || tokens[at].is_any(MONTHS) {
        return None;
    }
    let head = tokens[j - 1].lower.as_str();
    let force = head == "force" && j > i + 1 && tokens[j - 2].is("task");
    let heads = force || token_heads(head) || lexicon.is_organization_noun(head) || lexicon.organization_words.contains(head);
    let opens = j == i + 1 || known(lexicon, &tokens[i..j - 1]);
    let topic = lexicon.is_common(&tokens[at].lower) || capital(at + 1) || tokens[at].lower.ends_with('s');
    let fits = match tokens[j].lower.as_str() {
        // What goes by plain words alone is known by where it is: `the Royal Library of Storvik`, `Transit Riders of Storvik`.
        "of" if opens && j > i + 1 && (heads || token_heads(head) || seated(lexicon, &tokens[i..j])) => true,
        // `the Ministry of Health of Storvik`
        "of" if second(lexicon, tokens, i, j) => true,
        "of" if body(lexicon, tokens, i, j) => true,
        // `the Royal Herbarium of Storvik`, but not `the Prime Minister of Norway`
        "of" if opens && j > i + 1 && i > 0 && tokens[i - 1].is("the") && !lexicon.is_role(head) => true,
        "for" if matches!(head, "campaign" | "charter" | "movement") => topic,
        "into" => matches!(head, "inquiry" | "enquiry" | "inquest" | "investigation" | "commission"),
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

/// Whether plain words name a body of members or a service: `Transit Riders`, `Metropolitan Transport`.
fn seated(lexicon: &Lexicon, words: &[Token]) -> bool {
    const SERVICES: &[&str] =
        &["transport", "police", "friends", "library", "libraries", "citizens", "bar", "diocese", "parish", "service"];
    let Some(head) = words.last().map(|t| t.lower.as_str()) else { return false };
    SERVICES.contains(&head) || agents(lexicon, head) && !lexicon.things.contains(head)
}

/// Whether a word names people in the plural by what they do or are: `keepers`, `vendors`, `midwives`.
fn agents(lexicon: &Lexicon, word: &str) -> bool {
    if let Some(stem) = word.strip_suffix("ers") {
        return lexicon.is_common(word) || stem.len() > 2 && (lexicon.is_common(stem) || lexicon.is_common(&format!("{stem}e")));
    }
    let one = word.strip_suffix("wives").map(|w| format!("{w}wife")).or_else(|| word.strip_suffix('s').map(str::to_owned));
    one.is_some_and(|one| lexicon.is_role(&one) || lexicon.stands_for_person(&one))
}

/// Whether the word at `i`, alone before `of` and within a sentence, names people in the plural: `the Friends of the Lower Meadow`.
fn body(lexicon: &Lexicon, tokens: &[Token], i: usize, j: usize) -> bool {
    let word = tokens[i].lower.as_str();
    let within = i > 0 && tokens[i - 1].kind == Kind::Word && !tokens[i - 1].is_capital() && tokens[i].spaced;
    let article = i > 0 && tokens[i - 1].is("the");
    j == i + 1
        && (word == "friends"
            || within && word.ends_with('s') && word.len() > 4 && lexicon.is_common(word)
            || article && agents(lexicon, word))
}

/// Whether the words from `i` to `j` are an institution with its field, all plain: `Ministry of Health`, `Institute of Applied Physics`.
fn second(lexicon: &Lexicon, tokens: &[Token], i: usize, j: usize) -> bool {
    let of = (i + 1..j).find(|&k| tokens[k].is_any(&["of", "for", "on"]));
    of.is_some_and(|of| {
        let head = tokens[of - 1].lower.as_str();
        (lexicon.is_organization_noun(head) || token_heads(head)) && known(lexicon, &tokens[i..of]) && known(lexicon, &tokens[of..j])
    })
}

/// Where `and` at `j` joins two topics of one name, where the second starts: `Ministry of Roads and Public Works`, `Ministry of Culture and
/// the Arts`, `the Bread and Data Society`.
pub fn pairs(lexicon: &Lexicon, tokens: &[Token], i: usize, j: usize, limit: usize) -> Option<usize> {
    const KIN: &[&str] = &["sons", "daughters", "brothers", "sisters", "partners", "company"];
    const FORMS: &[&str] = &["llp", "ltd", "ltd.", "llc", "gmbh", "partners", "associates"];
    let capital = |k: usize| is_capital(tokens, k, limit);
    if j == i + 1 && capital(j + 1) && (tokens[j + 1].is_any(KIN) || capital(j + 2) && tokens[j + 2].is_any(FORMS)) {
        return Some(j + 1); // `Hart and Sons`, `Hart and Voss LLP`
    }
    let of = (i..j).rev().find(|&k| tokens[k].is_any(&["of", "for", "on"]));
    let second = j + 1 + usize::from(of.is_some() && tokens.get(j + 1).is_some_and(|t| t.is("the")));
    let end = (second..limit).find(|&k| !capital(k)).unwrap_or(limit);
    if end == second {
        return None;
    }
    let noun = |k: usize| lexicon.is_organization_noun(&tokens[k].lower);
    let heads = |k: usize| lexicon.organization_words.contains(tokens[k].lower.as_str()) || noun(k);
    let topic = |k: usize| {
        let word = tokens[k].lower.as_str();
        let one_role = lexicon.is_role(word) && !word.ends_with('s');
        let short = matches!(word, "it" | "ict" | "ai"); // `the Ministry of Science and ICT`
        !one_role && (short || known(lexicon, &tokens[k..=k]) || is_field(word) || word.ends_with('s') || lexicon.is_place(word))
    };
    let joins = match of {
        // What follows has no head of its own: `the Institute of Physics and Harbour Bank` are two.
        Some(of) => {
            let places = (of + 1..j).chain(second..end).all(|k| lexicon.is_place(&tokens[k].lower) || tokens[k].is("the"));
            of > i
                && (heads(of - 1) || token_heads(&tokens[of - 1].lower))
                && (places || topic(j - 1) && (second..end).all(topic) && !(end > second + 1 && noun(end - 1)))
        }
        // Without `of` the head stands last, behind an article, and the first topic has none, so that two names stay two.
        None => {
            let first = i + usize::from(tokens[i].is("the"));
            (first > i || i > 0 && tokens[i - 1].is("the"))
                && heads(end - 1)
                && !noun(j - 1)
                && (end > second + 1 || first + 1 == j)
                && (first..j).chain(second..end).all(topic)
        }
    };
    joins.then_some(second)
}

/// Whether a word has the ending of a field of work: `commerce`, `agriculture`.
fn is_field(word: &str) -> bool {
    ["tion", "ment", "ity", "ics", "logy", "ance", "ence", "ture", "erce", "ing", "stry", "ism", "graphy", "eric", "anic", "ional", "tal"]
        .iter()
        .any(|end| word.ends_with(end))
}

/// Where a list of topics behind `of` or `for` goes on from the comma at `j`: `Department for Science, Innovation and Technology`.
pub fn listed(lexicon: &Lexicon, tokens: &[Token], i: usize, j: usize, limit: usize) -> Option<usize> {
    let topic = |k: usize| {
        k < limit
            && tokens[k].is_capital()
            && (lexicon.is_common(&tokens[k].lower) || is_field(&tokens[k].lower))
            && !lexicon.is_role(&tokens[k].lower)
    };
    let of = (i + 1..j).find(|&k| tokens[k].is_any(&["of", "for", "on"]))?;
    let head = lexicon.is_organization_noun(&tokens[of - 1].lower);
    if !(head && topic(j - 1) && topic(j + 1)) {
        return None;
    }
    let mut k = j + 1;
    while k + 2 < limit && tokens[k + 1].is(",") && topic(k + 2) {
        k += 2;
    }
    k += usize::from(k + 1 < limit && tokens[k + 1].is(","));
    let end = k + 2;
    (k + 1 < limit && tokens[k + 1].is_any(&["and", "&"]) && topic(end)).then_some(end + 1)
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
        "coordination",
        "county",
        "diocese",
        "faculty",
        "guild",
        "library",
        "lyceum",
        "municipality",
        "office",
        "panel",
        "parish",
        "polytechnic",
        "province",
        "town",
        "township",
        "tribunal",
    ];
    HEADS.contains(&word)
}

/// Whether the mark of possession at `j` stands within a name: `Translators’ League`, `Women’s Union`, `Court of King’s Bench`.
pub fn owns(lexicon: &Lexicon, tokens: &[Token], i: usize, j: usize) -> bool {
    const ROYAL: &[&str] = &["king", "queen", "prince", "princess", "bishop"];
    let (owner, thing) = (tokens[j - 1].lower.as_str(), tokens[j + 1].lower.as_str());
    let heads = |t: &Token| lexicon.organization_words.contains(t.lower.as_str()) || lexicon.is_organization_noun(&t.lower);
    let organization = heads(&tokens[j + 1]);
    let ahead = tokens[j + 1..].iter().take(3).take_while(|t| t.is_capital()).any(heads);
    if tokens[j].is_any(&["'", "’"]) && !tokens[j].spaced && owner.ends_with('s') {
        return organization || lexicon.is_common(thing) || lexicon.is_common(owner) && (j > i + 1 || ahead);
    }
    let many = matches!(owner, "men" | "women" | "children" | "people") || owner.ends_with("men") && owner.len() > 5;
    let saint = j > i + 1 && tokens[j - 2].is_any(&["st", "st.", "saint"]);
    let royal = ROYAL.contains(&owner) && (ahead || j > i + 1 && tokens[j - 2].is("of"));
    let office = (lexicon.is_role(owner) || owner == "general" || j > i + 1 && known(lexicon, &tokens[i..j]))
        && matches!(thing, "chambers" | "office" | "department" | "service");
    tokens[j].is("'s") && (many || royal || office || saint && ahead)
}

/// Whether all words are common ones, peoples or places: no name of its own stands among them.
pub fn known(lexicon: &Lexicon, words: &[Token]) -> bool {
    words.iter().enumerate().all(|(n, t)| {
        let owner = words.get(n + 1).is_some_and(|next| next.is_any(&["'", "’"])) && t.lower.ends_with('s');
        let word = t.lower.as_str();
        t.kind != Kind::Word
            || owner
            || word.starts_with(['\'', '’'])
            || lexicon.is_common(word)
            || word.contains('-') && word.split('-').all(|part| lexicon.is_common(part))
            || word.ends_with("ics")
            || lexicon.not_names.contains(word)
            || lexicon.function.contains(word)
            || lexicon.organization_words.contains(word)
            || word == "royal"
    })
}
