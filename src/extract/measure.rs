//! Scoring of findings against annotations: spans as sets of code points, actors by any of their names, one-to-one pairs.

use std::collections::{HashMap, HashSet};

use crate::extract::{findings::Rule, positions::confidence::Ground};

/// Ranges of code points, disjoint.
pub type Set = Vec<(usize, usize)>;

/// True positives, predictions and annotations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Predictions that match an annotation.
    pub right: usize,
    /// Predictions.
    pub predicted: usize,
    /// Annotations.
    pub gold: usize,
}

impl Counts {
    /// Adds a document's counts.
    pub const fn add(&mut self, right: usize, predicted: usize, gold: usize) {
        self.right += right;
        self.predicted += predicted;
        self.gold += gold;
    }

    /// Precision, recall and F1 in percent.
    #[expect(clippy::cast_precision_loss, reason = "counts are small")]
    pub fn prf(self) -> (f64, f64, f64) {
        let share = |of: usize| if of == 0 { 0.0 } else { self.right as f64 / of as f64 };
        let (p, r) = (share(self.predicted), share(self.gold));
        let f = if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 };
        (100.0 * p, 100.0 * r, 100.0 * f)
    }
}

/// A finding, in code points.
#[derive(Debug, Clone)]
pub struct Predicted {
    /// Whether it is a quotation.
    pub quote: bool,
    /// Its span.
    pub span: [usize; 2],
    /// Its source as printed.
    pub mention: Option<[usize; 2]>,
    /// Its actor's name.
    pub speaker: Option<String>,
    /// Its position's word.
    pub position: &'static str,
    /// Its rule.
    pub rule: Rule,
    /// What its position was read from, and the step of its chance.
    pub ground: (Ground, u8),
}

/// An annotated statement.
#[derive(Debug, Clone)]
pub struct Gold {
    /// Whether it is a quotation.
    pub quote: bool,
    /// Its code points.
    pub set: Set,
    /// Its speaker's name.
    pub speaker: Option<String>,
    /// Its position's word.
    pub position: String,
}

const EDGE: &str = " \t\n\r.,;:!?\"“”'‘’—–-()[]";

/// The characters of a text, for sets of code points.
#[derive(Debug)]
pub struct Marks {
    chars: Vec<char>,
    /// Code points that are no space, before each.
    solid: Vec<usize>,
}

impl Marks {
    /// Of one text.
    pub fn new(text: &str) -> Self {
        let chars: Vec<char> = text.chars().collect();
        let mut solid = vec![0; chars.len() + 1];
        for (i, c) in chars.iter().enumerate() {
            solid[i + 1] = solid[i] + usize::from(!c.is_whitespace());
        }
        Self { chars, solid }
    }

    /// The ranges, each without quotation marks and punctuation at its edges.
    pub fn set(&self, ranges: &[[usize; 2]]) -> Set {
        let trim = |&[mut start, mut end]: &[usize; 2]| {
            end = end.min(self.chars.len());
            while start < end && EDGE.contains(self.chars[start]) {
                start += 1;
            }
            while end > start && EDGE.contains(self.chars[end - 1]) {
                end -= 1;
            }
            (start < end).then_some((start, end))
        };
        ranges.iter().filter_map(trim).collect()
    }

    /// Code points of a set, spaces left out.
    pub fn size(&self, set: &Set) -> usize {
        set.iter().map(|&(start, end)| self.solid[end] - self.solid[start]).sum()
    }

    /// Code points that both sets hold.
    pub fn shared(&self, a: &Set, b: &Set) -> usize {
        let both = |x: &(usize, usize), y: &(usize, usize)| {
            let (start, end) = (x.0.max(y.0), x.1.min(y.1));
            if start < end { self.solid[end] - self.solid[start] } else { 0 }
        };
        a.iter().map(|x| b.iter().map(|y| both(x, y)).sum::<usize>()).sum()
    }

    /// Shared over united, 0…1.
    #[expect(clippy::cast_precision_loss, reason = "lengths of articles")]
    pub fn overlap(&self, a: &Set, b: &Set) -> f64 {
        let shared = self.shared(a, b);
        let united = self.size(a) + self.size(b) - shared;
        if united == 0 { 0.0 } else { shared as f64 / united as f64 }
    }

    /// Where a verbatim text first stands.
    pub fn place(&self, text: &str, part: &str) -> Option<[usize; 2]> {
        let byte = text.find(part)?;
        let start = text[..byte].chars().count();
        Some([start, start + part.chars().count()])
    }

    /// One-to-one pairs by overlap, the best first, each at or above `floor`.
    pub fn pairs(&self, gold: &[&Set], found: &[&Set], floor: f64) -> Vec<(usize, usize)> {
        pairs(gold.len(), found.len(), floor, |i, j| self.overlap(gold[i], found[j]))
    }
}

/// One-to-one pairs, the best first, each at or above `floor`.
fn pairs(gold: usize, found: usize, floor: f64, score: impl Fn(usize, usize) -> f64) -> Vec<(usize, usize)> {
    let mut ranked: Vec<(f64, usize, usize)> =
        (0..gold).flat_map(|i| (0..found).map(move |j| (i, j))).map(|(i, j)| (score(i, j), i, j)).filter(|r| r.0 >= floor).collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let (mut used_gold, mut used_found) = (HashSet::new(), HashSet::new());
    ranked
        .into_iter()
        .filter(|&(_, i, j)| !used_gold.contains(&i) && !used_found.contains(&j) && used_gold.insert(i) && used_found.insert(j))
        .map(|(_, i, j)| (i, j))
        .collect()
}

/// Spans of four words or more between double quotation marks, paragraph by paragraph, marks included, in code points.
pub fn quoted_spans(text: &str) -> Vec<[usize; 2]> {
    let chars: Vec<char> = text.chars().collect();
    let mut spans = Vec::new();
    let mut start: Option<usize> = None;
    for (i, &c) in chars.iter().enumerate().chain([(chars.len(), &'\n')]) {
        match c {
            '\n' => {
                if let Some(from) = start.take() {
                    spans.push([from, i]);
                }
            }
            '“' => start = Some(i),
            '"' if start.is_none() => start = Some(i),
            '”' | '"' => {
                if let Some(from) = start.take() {
                    spans.push([from, i + 1]);
                }
            }
            _ => {}
        }
    }
    let words = |&[from, to]: &[usize; 2]| crate::extract::text::quotes::word_runs(&chars[from..to].iter().collect::<String>());
    spans.retain(|span| words(span) >= crate::extract::text::quotes::WORDS_MIN);
    spans
}

/// Compares actors by their names and aliases.
#[derive(Debug)]
pub struct Scorer {
    gold: HashMap<String, HashSet<String>>,
    found: HashMap<String, HashSet<String>>,
}

/// A name as names are compared: its words in lower case, without articles and legal forms.
pub fn plain(name: &str) -> String {
    const FORMS: &[&str] = &["the", "inc", "ltd", "llc", "corp", "corporation", "company", "gmbh"];
    let spaced: String = name.to_lowercase().chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { ' ' }).collect();
    spaced.split_whitespace().filter(|w| !FORMS.contains(w)).collect::<Vec<_>>().join(" ")
}

impl Scorer {
    /// Of one document's annotated and found actors.
    pub fn new<'n>(gold: impl Iterator<Item = (&'n str, &'n [String])>, found: impl Iterator<Item = (&'n str, &'n [String])>) -> Self {
        fn names<'n>(actors: impl Iterator<Item = (&'n str, &'n [String])>) -> HashMap<String, HashSet<String>> {
            actors
                .map(|(name, aliases)| {
                    (
                        plain(name),
                        std::iter::once(name).chain(aliases.iter().map(String::as_str)).map(plain).filter(|n| !n.is_empty()).collect(),
                    )
                })
                .collect()
        }
        Self { gold: names(gold), found: names(found) }
    }

    /// Whether an annotated and a found name mean one actor; two absent names do.
    pub fn same(&self, gold: Option<&str>, found: Option<&str>) -> bool {
        let (Some(gold), Some(found)) = (gold, found) else { return gold.is_none() && found.is_none() };
        let (gold, found) = (plain(gold), plain(found));
        self.gold.get(&gold).is_some_and(|names| names.contains(&found))
            || self.found.get(&found).is_some_and(|names| names.contains(&gold))
    }

    /// How many of the annotated names are found, one to one.
    pub fn matched(&self, gold: &[&str], found: &[&str]) -> usize {
        pairs(gold.len(), found.len(), 1.0, |i, j| if self.same(Some(gold[i]), Some(found[j])) { 1.0 } else { 0.0 }).len()
    }

    /// Pairs of statements with the same speaker that overlap by half.
    pub fn statements(&self, marks: &Marks, gold: &[&Gold], found: &[&Predicted]) -> Vec<(usize, usize)> {
        let sets: Vec<Set> = found.iter().map(|p| marks.set(&[p.span])).collect();
        pairs(gold.len(), found.len(), 0.5, |i, j| {
            if !self.same(gold[i].speaker.as_deref(), found[j].speaker.as_deref()) {
                return 0.0;
            }
            marks.overlap(&gold[i].set, &sets[j]) + if gold[i].position == found[j].position { 0.001 } else { 0.0 }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_trimmed_and_spaces_do_not_count() {
        let marks = Marks::new("“We share it,” she said.");
        let set = marks.set(&[[0, 14]]);
        assert_eq!(set, [(1, 12)]);
        assert_eq!(marks.size(&set), 9);
        assert!((marks.overlap(&set, &marks.set(&[[1, 9]])) - 7.0 / 9.0).abs() < 1e-9);
    }

    #[test]
    fn names_match_by_any_form() {
        let aliases = ["Quill".to_owned()];
        let scorer = Scorer::new([("Quill Works, Inc.", &[][..])].into_iter(), [("Quill Works", &aliases[..])].into_iter());
        assert!(scorer.same(Some("Quill Works, Inc."), Some("Quill Works")));
        assert!(scorer.same(None, None) && !scorer.same(Some("Quill Works, Inc."), None));
    }

    #[test]
    fn quoted_spans_need_four_words() {
        assert_eq!(quoted_spans("“No, thanks.” “We give it away,” \"yes\""), [[14, 32]]);
    }
}
