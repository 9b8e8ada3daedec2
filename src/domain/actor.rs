//! Whoever can hold a stance: organizations and people.

use super::vocabulary;

vocabulary! {
    /// What an actor is.
    ActorKind {
        /// A company, laboratory, authority, association…
        Organization => "organization",
        /// A natural person.
        Person => "person",
    }
}

vocabulary! {
    /// What sort of organization (Popolo: `classification`).
    Classification {
        /// A business.
        Company => "company",
        /// A research laboratory, on its own or within a company.
        Lab => "lab",
        /// A foundation, association or other body without profit.
        NonProfit => "non-profit",
        /// A ministry, authority, parliament or agency.
        Government => "government",
        /// A university or institute.
        University => "university",
        /// A newspaper, broadcaster or site that reports.
        Media => "media",
        /// Anything else.
        Other => "other",
    }
}

/// Longest name of an actor, in code points.
pub const NAME_MAX: usize = 200;

/// A readable, unique handle in addresses: lower-case ASCII letters, digits and single hyphens, 1 to 80 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slug(String);

impl Slug {
    const MAX: usize = 80;

    /// The slug of a name; what has no letter or digit becomes `actor`.
    pub fn of(name: &str) -> Self {
        let mut slug = String::new();
        for c in deunicode::deunicode(name).chars() {
            if slug.len() >= Self::MAX - 5 {
                break; // leaves room for a numeral that makes it unique
            }
            if c.is_ascii_alphanumeric() {
                slug.push(c.to_ascii_lowercase());
            } else if c != '\'' && !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
        }
        let slug = slug.trim_matches('-');
        Self(if slug.is_empty() { "actor".to_owned() } else { slug.to_owned() })
    }

    /// The same slug with a numeral: the `n`-th actor of that name.
    #[must_use]
    pub fn numbered(&self, n: u32) -> Self {
        Self(format!("{}-{n}", self.0))
    }

    /// Reads a slug as it stands in an address.
    pub fn parse(text: &str) -> Option<Self> {
        let shape = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let hyphens = text.starts_with('-') || text.ends_with('-') || text.contains("--");
        (shape && !hyphens && (1..=Self::MAX).contains(&text.len())).then(|| Self(text.to_owned()))
    }

    /// The slug's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Folds a name for comparison: case, accents, punctuation, corporate forms and a leading article go.
///
/// `OpenAI, Inc.` and `openai` fold alike.
pub fn fold_name(name: &str) -> String {
    const FORMS: &[&str] = &["inc", "ltd", "llc", "corp", "corporation", "gmbh", "plc", "sa", "ag", "co"];
    let plain = deunicode::deunicode(name).to_lowercase().replace('\'', "");
    let mut words: Vec<&str> = plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    if words.len() > 1 && words[0] == "the" {
        words.remove(0);
    }
    while words.len() > 1 && words.last().is_some_and(|last| FORMS.contains(last)) {
        words.pop();
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_readable_and_parse_back() {
        for (name, slug) in
            [("Google DeepMind", "google-deepmind"), ("Inês Cardoso", "ines-cardoso"), ("O'Brien & Co.", "obrien-co"), ("…", "actor")]
        {
            assert_eq!(Slug::of(name).as_str(), slug);
            assert_eq!(Slug::parse(slug), Some(Slug::of(name)));
        }
        for bad in ["", "-a", "a--b", "A", "a/b", "a b"] {
            assert_eq!(Slug::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn names_fold_to_what_is_meant() {
        assert_eq!(fold_name("OpenAI, Inc."), fold_name("openai"));
        assert_eq!(fold_name("The Linux Foundation"), "linux foundation");
        assert_eq!(fold_name("Inc"), "inc");
    }
}
