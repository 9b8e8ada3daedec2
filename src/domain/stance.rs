//! A stance: what one piece of evidence says about where one holder stands on one proposition.

use chrono::{Datelike, NaiveDate};
use uuid::Uuid;

use super::{
    date::{PartialDate, Precision},
    vocabulary,
};

vocabulary! {
    /// Where a value lies: the cuts at ±0.25 that stances and standings share.
    Side {
        /// 0.25 and above: the proposition's `label_for`.
        For => "for",
        /// −0.25 and below: its `label_against`.
        Against => "against",
        /// Between: its `label_mixed`.
        Mixed => "mixed",
    }
}

vocabulary! {
    /// What kind of evidence a stance rests on.
    Basis {
        /// The holder's own words, quoted or paraphrased.
        Declared => "declared",
        /// What the holder released or withheld.
        Revealed => "revealed",
        /// Words of a person whom the source presents as speaking for the holder.
        Spokesperson => "spokesperson",
        /// A source, in its own voice, describes the holder's position or practice.
        Reported => "reported",
        /// Others accuse the holder: shown, never weighed.
        Alleged => "alleged",
    }
}

impl Basis {
    /// The factor b, in tenths.
    pub const fn tenths(self) -> i64 {
        match self {
            Self::Declared | Self::Revealed => 10,
            Self::Spokesperson => 8,
            Self::Reported => 6,
            Self::Alleged => 0,
        }
    }
}

vocabulary! {
    /// Whether a stance counts.
    StanceState {
        /// Weighed in the standing.
        Counted => "counted",
        /// Shown beside the standing, not weighed (alleged).
        Shown => "shown",
        /// Held back: its statement is pending, rejected or retracted.
        Held => "held",
    }
}

/// Direction × strength, in hundredths: −100 (against without reserve) … 100 (for without reserve).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Value(i16);

impl Value {
    /// Favours without reserve.
    pub const FOR: Self = Self(100);
    /// Opposes without reserve.
    pub const AGAINST: Self = Self(-100);
    /// Both at once, divided, conditional.
    pub const MIXED: Self = Self(0);
    const CUT: i16 = 25;

    /// A value of `hundredths`, if within −100…100.
    pub const fn new(hundredths: i16) -> Option<Self> {
        if hundredths >= -100 && hundredths <= 100 { Some(Self(hundredths)) } else { None }
    }

    /// Hundredths.
    pub const fn hundredths(self) -> i16 {
        self.0
    }

    /// −1…1.
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 100.0
    }

    /// Which side of the proposition it lies on.
    pub const fn side(self) -> Side {
        if self.0 >= Self::CUT {
            Side::For
        } else if self.0 <= -Self::CUT {
            Side::Against
        } else {
            Side::Mixed
        }
    }
}

/// The measured chance that actor and direction are read right, in thousandths: 0…1000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Confidence(i16);

impl Confidence {
    /// Once a person has confirmed actor and direction.
    pub const CONFIRMED: Self = Self(950);
    /// Below this a finding waits for review.
    pub const PUBLIC_MIN: Self = Self(700);

    /// A confidence of `thousandths`, if within 0…1000.
    pub const fn new(thousandths: i16) -> Option<Self> {
        if thousandths >= 0 && thousandths <= 1000 { Some(Self(thousandths)) } else { None }
    }

    /// Thousandths.
    pub const fn thousandths(self) -> i16 {
        self.0
    }

    /// 0…1.
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 1000.0
    }
}

/// What repeats of one piece of evidence share: several stances of a holder with one occasion and side count once.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Occasion(pub String);

impl Occasion {
    /// Words: the speaker and the ISO week, or the source's lineage where the words are not dated to the day.
    pub fn of_words(speaker: Uuid, said: Option<PartialDate>, lineage: Uuid) -> Self {
        match said.filter(|date| date.precision() == Precision::Day) {
            Some(date) => {
                let week = date.first().iso_week();
                Self(format!("words:{speaker}:{}-W{:02}", week.year(), week.week()))
            }
            None => Self(format!("words:{speaker}:{lineage}")),
        }
    }

    /// A source's own description: the source's lineage, so that reprints are one.
    pub fn of_description(lineage: Uuid) -> Self {
        Self(format!("source:{lineage}"))
    }
}

/// The day that a piece of evidence counts from, and whether that day is only the day of recording.
///
/// The last day of `said`, else of `published`, never after the day of recording; without either, that day, undated.
pub fn evidence_day(said: Option<PartialDate>, published: Option<PartialDate>, recorded: NaiveDate) -> (NaiveDate, bool) {
    match said.or(published) {
        Some(date) => (date.last().min(recorded), false),
        None => (recorded, true),
    }
}
