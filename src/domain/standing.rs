//! Where a holder stands: the arithmetic from evidence to a standing.
//!
//! All sums are integers, so they are exact and independent of order; rounding happens once, when a stance gets its
//! [`weight`]. One fold serves the sums kept by the writer, any past date, and the stances of a single document.

use std::{
    cmp::Reverse,
    collections::BTreeMap,
    ops::{Add, Sub},
};

use chrono::NaiveDate;
use uuid::Uuid;

use super::{
    stance::{Basis, Confidence, Occasion, Side, StanceState, Value},
    vocabulary,
};

/// The version of the constants below; answers name it.
pub const ARITHMETIC: i16 = 1;

/// Days in which a piece of evidence comes to weigh half as much as a new one.
pub const HALF_LIFE_DAYS: i64 = 730;

/// Support under which a standing has no position: 0.4, in ten-thousandths.
const FLOOR: i64 = 4_000;

/// Support under which a standing is `thin`: 1, in ten-thousandths.
const THIN: i64 = 10_000;

vocabulary! {
    /// Where a holder stands, as far as the evidence goes.
    StandingPosition {
        /// Score 0.25 and above.
        For => "for",
        /// Score −0.25 and below.
        Against => "against",
        /// Between, with evidence enough.
        Mixed => "mixed",
        /// Evidence, but too little to say.
        InsufficientEvidence => "insufficient_evidence",
    }
}

/// The weight of a piece of evidence in millionths: w = b·c·2^(t/730), t in days since 2015-01-01.
///
/// Undated evidence weighs as if one half-life older. All weights share one reference date, so that the passing of
/// time alone moves no score.
pub fn weight(basis: Basis, confidence: Confidence, evidence_on: NaiveDate, undated: bool) -> i64 {
    const REFERENCE: NaiveDate = NaiveDate::from_ymd_opt(2015, 1, 1).expect("a date");
    let days = (evidence_on - REFERENCE).num_days() - if undated { HALF_LIFE_DAYS } else { 0 };
    #[expect(clippy::cast_precision_loss, reason = "day counts and bc are far below 2^53")]
    let exact = (basis.tenths() * i64::from(confidence.thousandths())) as f64 * 100.0 * (days as f64 / HALF_LIFE_DAYS as f64).exp2();
    #[expect(clippy::cast_possible_truncation, reason = "rounded; a weight fits until the year 2090, and saturates beyond")]
    let rounded = exact.round() as i64;
    rounded
}

/// Whether a support, in ten-thousandths, is below 1: about one good piece.
pub const fn is_thin(support: i64) -> bool {
    support < THIN
}

/// What the fold needs to know of a stance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The stance.
    pub id: Uuid,
    /// What its repeats share.
    pub occasion: Occasion,
    /// What it rests on.
    pub basis: Basis,
    /// Whether it counts.
    pub state: StanceState,
    /// Direction × strength.
    pub value: Value,
    /// Chance that it is read right.
    pub confidence: Confidence,
    /// Its [`weight`], millionths.
    pub weight: i64,
    /// The day that it counts from.
    pub evidence_on: NaiveDate,
}

impl Evidence {
    /// The order within a group: the piece is the first.
    fn rank(&self) -> impl Ord {
        let value = self.value.hundredths();
        (Reverse(self.weight), value.abs(), value, Reverse(self.confidence), self.basis.as_str(), self.id)
    }
}

/// One occasion's evidence for one side: the stance that counts, and those that it displaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece<'e> {
    /// The heaviest of the group.
    pub counted: &'e Evidence,
    /// Repeats: shown in an explanation, never weighed.
    pub displaced: Vec<&'e Evidence>,
}

/// The pieces among the counted stances of **one** holder on one proposition, by occasion and side.
pub fn pieces(evidence: &[Evidence]) -> Vec<Piece<'_>> {
    fn piece(mut group: Vec<&Evidence>) -> Piece<'_> {
        group.sort_by_cached_key(|one| one.rank());
        let counted = group.remove(0);
        Piece { counted, displaced: group }
    }
    let mut groups: BTreeMap<(&Occasion, Side), Vec<&Evidence>> = BTreeMap::new();
    for one in evidence.iter().filter(|one| one.state == StanceState::Counted) {
        groups.entry((&one.occasion, one.value.side())).or_default().push(one);
    }
    groups.into_values().map(piece).collect()
}

/// Σw, Σwv and Σbc of a part of the evidence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Part {
    /// Σw, millionths.
    pub weight: i64,
    /// Σwv, millionths × hundredths.
    pub weighted: i64,
    /// Σbc, ten-thousandths.
    pub support: i64,
}

impl Part {
    /// s = Σwv/Σw, −1…1; `None` without weight.
    #[expect(clippy::cast_precision_loss, reason = "a score is read to a few digits")]
    pub fn score(self) -> Option<f64> {
        (self.weight > 0).then(|| self.weighted as f64 / (self.weight as f64 * 100.0))
    }

    /// S = Σbc.
    #[expect(clippy::cast_precision_loss, reason = "support is read to a few digits")]
    pub fn support(self) -> f64 {
        self.support as f64 / 10_000.0
    }

    fn sides(self, other: Self, op: fn(i64, i64) -> i64) -> Self {
        Self {
            weight: op(self.weight, other.weight),
            weighted: op(self.weighted, other.weighted),
            support: op(self.support, other.support),
        }
    }
}

/// The sums that a standing is computed from; they add up over disjoint sets of pieces.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// Pieces for the proposition.
    pub pieces_for: i32,
    /// Pieces against it.
    pub pieces_against: i32,
    /// Pieces that are both.
    pub pieces_mixed: i32,
    /// Stances that others allege: shown, not weighed.
    pub alleged: i32,
    /// Everything weighed.
    pub all: Part,
    /// Σwv², millionths × ten-thousandths.
    pub squared: i64,
    /// What the holder says: `declared` and `spokesperson`.
    pub words: Part,
    /// What the holder does: `revealed`.
    pub deeds: Part,
}

impl Sums {
    /// The sums over all evidence of one holder on one proposition.
    pub fn of(evidence: &[Evidence]) -> Self {
        let mut sums = Self::default();
        for piece in pieces(evidence) {
            sums = sums + Self::of_piece(piece.counted);
        }
        let alleged = evidence.iter().filter(|one| one.state == StanceState::Shown).count();
        Self { alleged: i32::try_from(alleged).unwrap_or(i32::MAX), ..sums }
    }

    fn of_piece(piece: &Evidence) -> Self {
        let value = i64::from(piece.value.hundredths());
        let weighted = piece.weight.saturating_mul(value);
        let part = Part { weight: piece.weight, weighted, support: piece.basis.tenths() * i64::from(piece.confidence.thousandths()) };
        let only = |wanted: bool| if wanted { part } else { Part::default() };
        let count = |side: Side| i32::from(piece.value.side() == side);
        Self {
            pieces_for: count(Side::For),
            pieces_against: count(Side::Against),
            pieces_mixed: count(Side::Mixed),
            alleged: 0,
            all: part,
            squared: weighted.saturating_mul(value),
            words: only(matches!(piece.basis, Basis::Declared | Basis::Spokesperson)),
            deeds: only(piece.basis == Basis::Revealed),
        }
    }

    fn sides(self, other: Self, count: fn(i32, i32) -> i32, sum: fn(i64, i64) -> i64) -> Self {
        Self {
            pieces_for: count(self.pieces_for, other.pieces_for),
            pieces_against: count(self.pieces_against, other.pieces_against),
            pieces_mixed: count(self.pieces_mixed, other.pieces_mixed),
            alleged: count(self.alleged, other.alleged),
            all: self.all.sides(other.all, sum),
            squared: sum(self.squared, other.squared),
            words: self.words.sides(other.words, sum),
            deeds: self.deeds.sides(other.deeds, sum),
        }
    }

    /// Pieces in all.
    pub const fn evidence_count(&self) -> i32 {
        self.pieces_for + self.pieces_against + self.pieces_mixed
    }

    /// The standing; `None` without a piece, since unknown is not mixed.
    pub fn standing(&self) -> Option<Standing> {
        let score = self.all.score().filter(|_| self.evidence_count() > 0)?;
        let support = self.all.support();
        #[expect(clippy::cast_precision_loss, reason = "disagreement is read to a few digits")]
        let disagreement = (self.squared as f64 / (self.all.weight as f64 * 10_000.0) - score * score).max(0.0);
        let saturation = support / (support + 1.0);
        let side_of = |part: Part| part.score().filter(|_| part.support >= FLOOR);
        Some(Standing {
            position: self.position(),
            score,
            rank_score: score * saturation,
            confidence: (1.0 - disagreement) * saturation,
            disagreement,
            support,
            thin: is_thin(self.all.support),
            evidence_count: self.evidence_count(),
            say_do_gap: side_of(self.deeds).zip(side_of(self.words)).map(|(deeds, words)| deeds - words),
        })
    }

    /// The same cuts as for a stance, on the exact integers.
    fn position(&self) -> StandingPosition {
        let (weight, weighted) = (i128::from(self.all.weight), i128::from(self.all.weighted));
        if self.all.support < FLOOR {
            StandingPosition::InsufficientEvidence
        } else if weighted >= 25 * weight {
            StandingPosition::For
        } else if weighted <= -25 * weight {
            StandingPosition::Against
        } else {
            StandingPosition::Mixed
        }
    }
}

impl Add for Sums {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.sides(other, i32::saturating_add, i64::saturating_add)
    }
}

impl Sub for Sums {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self.sides(other, i32::saturating_sub, i64::saturating_sub)
    }
}

/// Where a holder stands on a proposition.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// The side, or that the evidence is too little.
    pub position: StandingPosition,
    /// s, −1…1.
    pub score: f64,
    /// s·S/(S+1), −1…1: the default order of a ranking.
    pub rank_score: f64,
    /// (1 − D)·S/(S+1), 0…1.
    pub confidence: f64,
    /// D = Σwv²/Σw − s², 0…1.
    pub disagreement: f64,
    /// S = Σbc, 0 and above.
    pub support: f64,
    /// Whether S < 1: about one good piece.
    pub thin: bool,
    /// Pieces counted.
    pub evidence_count: i32,
    /// Score of deeds less that of words, −2…2, where both have support of 0.4.
    pub say_do_gap: Option<f64>,
}

/// The newest day among evidence that counts.
pub fn last_evidence_on(evidence: &[Evidence]) -> Option<NaiveDate> {
    evidence.iter().filter(|one| one.state == StanceState::Counted).map(|one| one.evidence_on).max()
}

#[cfg(test)]
mod tests;
