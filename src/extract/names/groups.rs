//! Names that are one actor: equal words, short forms in brackets, later shorter forms.

use std::collections::{HashMap, HashSet};

use crate::extract::{
    lexicon::lexicon,
    names::{
        Name,
        evidence::Score,
        gazetteer::{Gazetteer, Known},
    },
    text::sentences::Parsed,
};

/// Names that are one actor.
#[derive(Debug)]
pub struct Group {
    /// Indices of its names, in order.
    pub names: Vec<usize>,
    /// Its fullest form, in lower case.
    pub words: Vec<String>,
    /// The known actor, if it is one.
    pub known: Option<usize>,
    /// The points of all its names.
    pub score: Score,
}

impl Group {
    /// Whether the model decides what it is: what is known in advance is not learned, and common words of a title are no name.
    pub fn learns(&self, names: &[Name]) -> bool {
        let common = |word: &String| word.split('-').all(|part| lexicon().is_common(part));
        let heading = self.names.iter().all(|&n| names[n].titled) && self.words.iter().all(common);
        self.known.is_none() && self.names.iter().all(|&n| names[n].known.is_none()) && !heading
    }

    /// Whether a name of several words ends in a noun for organizations that marks their names too.
    pub fn says_organization(&self) -> bool {
        let marks = |word: &String| lexicon().is_organization_noun(word) && lexicon().organization_words.contains(word.as_str());
        self.words.len() > 1 && self.words.last().is_some_and(marks)
    }
}

fn words_of(parsed: &Parsed, name: &Name) -> Vec<String> {
    parsed.tokens[name.tokens.clone()].iter().map(|t| t.lower.clone()).collect()
}

/// Names with equal words, or of one known actor, form a group.
pub fn gather(parsed: &Parsed, gazetteer: &Gazetteer, names: &[Name]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut by_words: HashMap<Vec<String>, usize> = HashMap::new();
    let mut by_known: HashMap<usize, usize> = HashMap::new();
    for (index, name) in names.iter().enumerate() {
        let known = match &name.known {
            Some(Known::Actor(actor)) => Some(*actor),
            Some(Known::Product) => continue,
            Some(Known::Venue(_)) | None => None,
        };
        let words = words_of(parsed, name);
        let at = known.and_then(|k| by_known.get(&k)).or_else(|| by_words.get(&words)).copied();
        let at = at.unwrap_or_else(|| {
            groups.push(Group { names: Vec::new(), words: words.clone(), known, score: Score::default() });
            groups.len() - 1
        });
        groups[at].names.push(index);
        if let Some(actor) = known {
            by_known.insert(actor, at);
            groups[at].words = words_of_name(&gazetteer.actors[actor].name);
        }
        by_words.entry(words).or_insert(at);
    }
    groups
}

fn words_of_name(name: &str) -> Vec<String> {
    name.split_whitespace().map(str::to_lowercase).collect()
}

/// How the text comes back to a name of two or three words tells what it is: people go by the last word, organizations by the first.
pub fn called(groups: &mut [Group]) {
    let alone: HashSet<String> = groups.iter().filter(|g| g.words.len() == 1 && !g.names.is_empty()).map(|g| g.words[0].clone()).collect();
    for group in groups.iter_mut().filter(|g| (2..4).contains(&g.words.len())) {
        let has = |word: Option<&String>| word.is_some_and(|w| alone.contains(w) && !lexicon().is_common(w));
        group.score.person += if has(group.words.last()) { 3 } else { 0 };
        let family = group.words.len() == 2 && group.score.person >= 5;
        group.score.organization += if has(group.words.first()) && !family && !lexicon().is_given(&group.words[0]) { 3 } else { 0 };
    }
}

/// `Full Name (FN)`, `Full Name (“Full”)`: what stands in brackets behind a name is the same actor's short form.
pub fn abbreviations(parsed: &Parsed, names: &[Name], groups: &mut [Group]) {
    let mut group_of = vec![None; names.len()];
    for (g, group) in groups.iter().enumerate() {
        for &name in &group.names {
            group_of[name] = Some(g);
        }
    }
    let mut into: Vec<usize> = (0..groups.len()).collect();
    for pair in 0..names.len().saturating_sub(1) {
        let (Some(long), Some(short)) = (group_of[pair], group_of[pair + 1]) else { continue };
        let (a, b) = (&names[pair].tokens, &names[pair + 1].tokens);
        let between = &parsed.tokens[a.end..b.start.max(a.end)];
        let marked = matches!(between, [open, mark] if open.is("(") && !mark.is_wordlike());
        let bracket = marked || matches!(between, [open] if open.is("("));
        let closed = parsed.tokens.get(b.end + usize::from(marked)).is_some_and(|t| t.is(")"));
        let ends = into[long] == long && into[short] == short && long != short && groups[short].known.is_none();
        if bracket && closed && ends && b.len() == 1 && (marked || abbreviates(parsed.text(b.clone()), parsed.text(a.clone()))) {
            into[short] = long;
        }
    }
    for short in 0..groups.len() {
        if into[short] != short {
            let moved = std::mem::take(&mut groups[short].names);
            groups[into[short]].names.extend(moved);
            groups[into[short]].names.sort_unstable();
            groups[into[short]].score = groups[into[short]].score.plus(groups[short].score);
        }
    }
}

/// Whether the letters of a short form stand in a full name in their order, its first letter first and two of its letters capitals.
fn abbreviates(short: &str, long: &str) -> bool {
    let mut letters = long.chars().flat_map(char::to_lowercase);
    short.chars().filter(|c| c.is_uppercase()).count() > 1
        && short.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).all(|c| letters.any(|l| l == c))
}

/// Words before the name proper of an organization.
const FORMS: &[&str] = &[
    "pt",
    "cv",
    "as",
    "ao",
    "ooo",
    "grupo",
    "groupe",
    "gruppo",
    "grupa",
    "studio",
    "studios",
    "laboratoire",
    "laboratorio",
    "institut",
    "instituto",
    "fundación",
    "fondation",
    "stiftung",
    "hotel",
    "banco",
    "bank",
    "clínica",
    "casa",
    "maison",
    "éditions",
];

/// Legal forms behind an organization's name.
const LEGAL: &[&str] = &[
    "ag",
    "gmbh",
    "se",
    "kg",
    "ltd",
    "limited",
    "plc",
    "llp",
    "llc",
    "inc",
    "corp",
    "corporation",
    "co",
    "company",
    "sa",
    "sarl",
    "sas",
    "spa",
    "srl",
    "bv",
    "nv",
    "ab",
    "as",
    "asa",
    "oy",
    "oyj",
    "aps",
    "a/s",
    "kk",
    "pty",
    "pte",
    "pvt",
    "bhd",
    "lda",
    "doo",
    "sro",
    "zrt",
    "kft",
];

/// A name without its legal form, by which others will call it: `Quorrawerk` of `Quorrawerk AG`.
pub fn bare(name: &str) -> Option<&str> {
    let mut bare = name;
    while let Some((rest, last)) = bare.rsplit_once(' ') {
        let form = last.to_lowercase().replace('.', "");
        if !last.starts_with(char::is_uppercase) && form != "plc" || !LEGAL.contains(&form.as_str()) || form == "company" {
            break;
        }
        bare = rest.trim_end_matches(',');
    }
    let plain = bare.split_whitespace().all(|word| lexicon().is_common(&word.to_lowercase()));
    (bare.len() < name.len() && !plain).then_some(bare)
}

/// Later, shorter forms join the full name: a surname or given name a person, the first words an organization.
pub fn join(parsed: &Parsed, names: &[Name], groups: &mut [Group]) {
    let mut full: HashMap<String, Vec<usize>> = HashMap::new();
    for (g, group) in groups.iter().enumerate().filter(|(_, g)| g.words.len() > 1 && !g.names.is_empty()) {
        let (first, last) = (group.words[0].clone(), group.words[group.words.len() - 1].clone());
        if FORMS.contains(&first.as_str()) {
            full.entry(group.words[1].clone()).or_default().push(g);
        }
        full.entry(first.clone()).or_default().push(g);
        if first != last {
            full.entry(last).or_default().push(g);
        }
    }
    for short in 0..groups.len() {
        let words = groups[short].words.clone();
        if groups[short].names.is_empty() || groups[short].known.is_some_and(|_| words.len() > 1) {
            continue;
        }
        let (head, tail) = (words.first().cloned().unwrap_or_default(), words.last().cloned().unwrap_or_default());
        let mut candidates: Vec<usize> = [&head, &tail].into_iter().filter_map(|w| full.get(w)).flatten().copied().take(64).collect();
        candidates.sort_unstable();
        candidates.dedup();
        let definite = |n: &usize| names[*n].tokens.start.checked_sub(1).is_some_and(|i| parsed.tokens[i].is("the"));
        let definite = groups[short].names.iter().all(definite);
        let noun = words.len() == 1 && (lexicon().is_organization_noun(&words[0]) || definite);
        let mut best: Option<(usize, bool)> = None;
        for long in candidates {
            if let Some(before) = goes_by(names, groups, long, short, noun, definite)
                && best.is_none_or(|(_, was)| before && (!was || noun))
            {
                best = Some((long, before));
            }
        }
        if let Some((long, _)) = best {
            let moved = std::mem::take(&mut groups[short].names);
            let surname = groups[long].words.ends_with(&words);
            let score = groups[short].score;
            groups[long].score = groups[long].score.plus(score);
            if surname && groups[long].score.organization <= groups[long].score.person {
                groups[long].score.person += 2;
            }
            if groups[long].known.is_none() {
                groups[long].known = groups[short].known;
            }
            groups[long].names.extend(moved);
            groups[long].names.sort_unstable();
        }
    }
}

/// Whether the long group may go by the short one's words (`noun`: a bare noun behind an article), and if so whether it is met before.
fn goes_by(names: &[Name], groups: &[Group], long: usize, short: usize, noun: bool, definite: bool) -> Option<bool> {
    let words = &groups[short].words;
    let full = &groups[long].words;
    if long == short || full.len() <= words.len() || groups[long].names.is_empty() {
        return None;
    }
    // `the Data Secretariat` is the Fjord Data Secretariat.
    let noun = noun || definite && words.last().is_some_and(|w| lexicon().is_organization_noun(w));
    let surname = full.ends_with(words);
    let form = full.len() > 2 && FORMS.contains(&full[0].as_str());
    let first = full[usize::from(form && words[0] != full[0])..].starts_with(words);
    if !(surname || first) {
        return None;
    }
    let score = &groups[long].score;
    let organization = score.organization > score.person;
    // A person goes by either end of the name, an organization by its first words or, behind an article, by its noun.
    if (organization && !first && !noun) || (groups[short].known.is_some() && groups[long].known.is_some()) {
        return None;
    }
    if organization && groups[short].score.person >= 4 {
        return None;
    }
    // Headlines use short forms that only the text below makes clear.
    let opening = |g: usize| names[*groups[g].names.iter().find(|&&n| !names[n].titled).unwrap_or(&groups[g].names[0])].tokens.start;
    let before = opening(long) < opening(short);
    // A longer name met later and less often is another organization (a subsidiary), not the full form.
    let plain = |g: usize| groups[g].names.iter().filter(|&&n| !names[n].titled).count();
    let legal = first && full[words.len()..].iter().all(|w| LEGAL.contains(&w.trim_end_matches('.')));
    let other = !legal
        && !before
        && !surname
        && score.person <= score.organization
        && groups[short].score.organization > 0
        && plain(long) <= plain(short);
    (!other).then_some(before)
}
