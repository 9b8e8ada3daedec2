//! Word lists: data files beside this module, read once.
//!
//! Format: UTF-8, one entry a line or several separated by blanks; `#` starts a comment line; `_` within an entry stands for a blank.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::extract::text::tokens::{Kind, Token};

/// The entries of a list.
pub fn words(data: &'static str) -> impl Iterator<Item = &'static str> {
    data.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace)
}

type Set = FxHashSet<&'static str>;

/// The lists that more than one stage reads.
pub struct Lexicon {
    /// Words that carry grammar.
    pub function: Set,
    /// Common words: a capital at the start of a sentence makes none of them a name.
    pub common: Set,
    /// Words that mark a name as an organization's.
    pub organization_words: Set,
    /// Common nouns for organizations.
    pub organization_nouns: Set,
    /// Nouns for people beside a name that are no roles.
    pub person_nouns: Set,
    /// Heads of role phrases, singular.
    pub roles: Set,
    /// Words before a person's name.
    pub titles: Set,
    /// Capitalised words that name no actor.
    pub not_names: Set,
    /// Places; entries of several words joined by blanks.
    pub places: FxHashSet<String>,
    /// Given names without accents.
    pub given: Set,
    /// Nouns for what is made and released, in lower case: beside a name they make it a product.
    pub things: Set,
    /// Verbs whose object is a made thing, in lower case.
    pub making: Set,
    /// What only a made thing undergoes, in lower case: `NAME was trained`.
    pub undergone: Set,
    /// What is had of a made thing, in lower case: `the weights of NAME`.
    pub parts: Set,
    /// Last words of the names of places, in lower case.
    pub landforms: Set,
    /// Nouns before `of` and a place, in lower case.
    pub areas: Set,
    /// Endings of family names in several languages, in lower case without accents.
    pub family_endings: Set,
    /// Short family names that stand before the given name, in lower case without accents.
    pub family_first: Set,
    /// Last words of what is printed or broadcast, in lower case: an actor only where it acts.
    pub periodicals: Set,
    /// Forms of verbs that mostly stand as verbs.
    pub verbs: Set,
    /// Forms of attributing verbs → (base form, whether it may stand beside a quotation).
    pub cues: FxHashMap<String, (&'static str, bool)>,
}

/// The lists, read at first use.
pub fn lexicon() -> &'static Lexicon {
    static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon {
        function: words(include_str!("lexicon/function_words.txt")).collect(),
        common: words(include_str!("lexicon/common.txt")).collect(),
        organization_words: words(include_str!("lexicon/organization_words.txt")).collect(),
        organization_nouns: words(include_str!("lexicon/organization_nouns.txt")).collect(),
        person_nouns: words(include_str!("lexicon/person_nouns.txt")).collect(),
        roles: words(include_str!("lexicon/roles.txt")).collect(),
        titles: words(include_str!("lexicon/titles.txt")).collect(),
        not_names: words(include_str!("lexicon/not_names.txt")).collect(),
        places: words(include_str!("lexicon/places.txt")).map(|w| w.replace('_', " ")).collect(),
        given: words(include_str!("lexicon/given_names.txt")).collect(),
        things: words(include_str!("lexicon/things.txt")).collect(),
        making: words(include_str!("lexicon/making.txt")).collect(),
        undergone: words(include_str!("lexicon/undergone.txt")).collect(),
        parts: words(include_str!("lexicon/parts.txt")).collect(),
        landforms: words(include_str!("lexicon/landforms.txt")).collect(),
        areas: words(include_str!("lexicon/areas.txt")).collect(),
        family_endings: words(include_str!("lexicon/family_endings.txt")).collect(),
        family_first: words(include_str!("lexicon/family_first.txt")).collect(),
        periodicals: words(include_str!("lexicon/periodicals.txt")).collect(),
        verbs: words(include_str!("lexicon/verbs.txt")).collect(),
        cues: cues(),
    });
    &LEXICON
}

impl Lexicon {
    /// Whether a lower-case word heads a role phrase; plurals count.
    pub fn is_role(&self, word: &str) -> bool {
        self.roles.contains(word)
            || word.strip_suffix('s').is_some_and(|w| self.roles.contains(w))
            || word.starts_with("vice-")
            || word.starts_with("co-found")
    }

    /// Whether a lower-case word, singular, may stand for somebody named before: a role, a title, a noun for people.
    pub fn stands_for_person(&self, word: &str) -> bool {
        let doer = word.len() > 6
            && ["er", "or", "ist", "ian", "man"].iter().any(|ending| word.ends_with(ending))
            && !self.is_organization_noun(word)
            && !self.things.contains(word)
            && !self.periodicals.contains(word);
        self.roles.contains(word) || self.person_nouns.contains(word) || word.len() > 4 && self.titles.contains(word) || doer
    }

    /// Whether a lower-case word is a common one, itself or by its base (`submissions`, `politeness`).
    pub fn is_common(&self, word: &str) -> bool {
        let has = |word: &str| word.len() > 2 && self.common.contains(word);
        let stem = |suffix: &str, ending: &str| word.strip_suffix(suffix).is_some_and(|w| w.len() > 2 && has(&format!("{w}{ending}")));
        self.common.contains(word)
            || self.is_role(word)
            || self.is_organization_noun(word)
            || [("s", ""), ("es", ""), ("ies", "y"), ("ness", ""), ("iness", "y"), ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e")]
                .iter()
                .any(|(suffix, ending)| stem(suffix, ending))
    }

    /// Whether a lower-case word is a given name, with or without accents; of a double name the first part counts.
    pub fn is_given(&self, word: &str) -> bool {
        let plain = if word.is_ascii() { word.to_owned() } else { deunicode::deunicode(word).to_lowercase() };
        self.given.contains(plain.as_str()) || plain.split('-').next().is_some_and(|first| first.len() > 2 && self.given.contains(first))
    }

    /// Whether lower-case words name a place, with or without accents.
    pub fn is_place(&self, words: &str) -> bool {
        self.places.contains(words) || !words.is_ascii() && self.places.contains(deunicode::deunicode(words).as_str())
    }

    /// Whether a lower-case word is a common noun for an organization, in singular or plural.
    pub fn is_organization_noun(&self, word: &str) -> bool {
        let nouns = &self.organization_nouns;
        nouns.contains(word)
            || word.strip_suffix("ies").is_some_and(|stem| nouns.contains(format!("{stem}y").as_str()))
            || word.strip_suffix('s').is_some_and(|w| nouns.contains(w))
    }

    /// Whether a lower-case word looks like a finite verb.
    pub fn is_verb(&self, word: &str) -> bool {
        let has = |base: &str| base.len() > 2 && self.verbs.contains(base);
        let third = || {
            word.strip_suffix("es").is_some_and(has)
                || word.strip_suffix('s').is_some_and(has)
                || word.strip_suffix("ies").is_some_and(|stem| has(&format!("{stem}y")))
        };
        let noun = self.is_role(word) || self.is_organization_noun(word);
        self.verbs.contains(word)
            || (!noun && (self.cues.contains_key(word) || third()))
            || (word.len() > 4 && word.ends_with("ed"))
            || word.ends_with("n't")
    }

    /// Whether a lower-case word is a form of a verb that may stand beside a quotation.
    pub fn speaks(&self, word: &str) -> bool {
        self.cues.get(word).is_some_and(|&(_, quotes)| quotes)
    }

    /// Whether a cue makes the clause the actor's words. A verb that champions, keeps or releases is the source's description; so is one that
    /// is of speech beside a quotation alone, unless a that-clause follows, and what others are said to say ("is said to").
    pub fn reports_speech(&self, tokens: &[Token], cue: usize) -> bool {
        const DEEDS: &[&str] = &[
            "answer",
            "begin",
            "close",
            "continue",
            "defend",
            "demonstrate",
            "finish",
            "go",
            "laugh",
            "maintain",
            "offer",
            "open",
            "point",
            "post",
            "publish",
            "reflect",
            "repeat",
            "reveal",
            "sing",
            "venture",
            "volunteer",
        ];
        let Some((base, true)) = self.cues.get(&tokens[cue].lower) else { return false };
        let passive = cue > 0 && tokens[cue - 1].is_any(&["is", "are", "was", "were", "be", "been", "being"]);
        !passive && (!DEEDS.contains(base) || tokens.get(cue + 1).is_some_and(|next| next.is("that")))
    }
}

/// All forms of the attributing verbs.
fn cues() -> FxHashMap<String, (&'static str, bool)> {
    let mut forms = FxHashMap::default();
    for line in include_str!("lexicon/cue_verbs.txt").lines().filter(|line| !line.starts_with('#')) {
        let mut entries = line.split_whitespace();
        let Some(first) = entries.next() else { continue };
        let (base, quotes) = first.strip_prefix('!').map_or((first, false), |base| (base, true));
        let irregular: Vec<&str> = entries.collect();
        let all = if irregular.is_empty() { inflect(base) } else { irregular.into_iter().map(str::to_owned).collect() };
        for form in all.into_iter().chain([base.to_owned()]) {
            forms.entry(form).or_insert((base, quotes));
        }
    }
    forms
}

/// Third person, past and `-ing` form of a regular verb.
pub fn inflect(base: &str) -> Vec<String> {
    let stem = base.strip_suffix('e');
    let sibilant = base.ends_with('s') || base.ends_with("sh") || base.ends_with("ch") || base.ends_with('x');
    let s = if sibilant { format!("{base}es") } else { format!("{base}s") };
    match stem {
        Some(stem) if !stem.ends_with('e') => vec![s, format!("{base}d"), format!("{stem}ing")],
        _ => vec![s, format!("{base}ed"), format!("{base}ing")],
    }
}

/// Words that make a name something other than a subject.
pub const PREPOSITIONS: &[&str] =
    &["of", "at", "in", "on", "from", "for", "to", "with", "by", "than", "about", "against", "behind", "under", "into", "unlike"];

/// Whether a word looks like a finite verb.
pub fn verb(token: &Token) -> bool {
    token.kind == Kind::Word && !token.is_capital() && !token.is("like") && lexicon().is_verb(&token.lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_know_their_forms() {
        let lexicon = lexicon();
        for (form, base) in [("said", "say"), ("argues", "argue"), ("denied", "deny"), ("warning", "warn"), ("stresses", "stress")] {
            assert_eq!(lexicon.cues.get(form).map(|c| c.0), Some(base), "{form}");
        }
        assert!(lexicon.speaks("told") && !lexicon.speaks("hopes"));
    }

    #[test]
    fn plurals_are_known_by_their_singular() {
        assert!(
            lexicon().is_role("researchers")
                && lexicon().is_organization_noun("companies")
                && lexicon().is_organization_noun("laboratories")
        );
    }
}
