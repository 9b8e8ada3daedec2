//! Dates known to the year, the month or the day (ISO 8601 reduced precision).

use std::{fmt, str::FromStr};

use chrono::{Datelike, Months, NaiveDate};

use super::vocabulary;

vocabulary! {
    /// How much of a date is known.
    Precision {
        /// Only the year.
        Year => "year",
        /// Year and month.
        Month => "month",
        /// The day.
        Day => "day",
    }
}

/// A date as far as it is known: `2025`, `2025-02` or `2025-02-01`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartialDate {
    first: NaiveDate,
    precision: Precision,
}

/// Text that is no date of the years 1000 to 9999.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no date; write YYYY, YYYY-MM or YYYY-MM-DD")]
pub struct BadDate(String);

impl PartialDate {
    /// The date on `day`, as far as `precision` goes.
    pub fn new(day: NaiveDate, precision: Precision) -> Self {
        let first = match precision {
            Precision::Year => day.with_day(1).and_then(|d| d.with_month(1)),
            Precision::Month => day.with_day(1),
            Precision::Day => Some(day),
        };
        Self { first: first.unwrap_or(day), precision }
    }

    /// A date known to the day.
    pub fn day(day: NaiveDate) -> Self {
        Self::new(day, Precision::Day)
    }

    /// A date from its two columns, which are both there or both empty.
    pub fn stored(first: Option<NaiveDate>, precision: Option<Precision>) -> Option<Self> {
        Some(Self::new(first?, precision?))
    }

    /// How much is known.
    pub const fn precision(self) -> Precision {
        self.precision
    }

    /// The first day that it may mean.
    pub const fn first(self) -> NaiveDate {
        self.first
    }

    /// The last day that it may mean.
    pub fn last(self) -> NaiveDate {
        let months = match self.precision {
            Precision::Day => return self.first,
            Precision::Month => 1,
            Precision::Year => 12,
        };
        self.first.checked_add_months(Months::new(months)).and_then(|next| next.pred_opt()).unwrap_or(self.first)
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.precision {
            Precision::Year => write!(f, "{}", self.first.format("%Y")),
            Precision::Month => write!(f, "{}", self.first.format("%Y-%m")),
            Precision::Day => write!(f, "{}", self.first),
        }
    }
}

impl FromStr for PartialDate {
    type Err = BadDate;

    fn from_str(text: &str) -> Result<Self, BadDate> {
        let (full, precision) = match text.len() {
            4 => (format!("{text}-01-01"), Precision::Year),
            7 => (format!("{text}-01"), Precision::Month),
            10 => (text.to_owned(), Precision::Day),
            _ => return Err(BadDate(text.to_owned())),
        };
        let plain = full.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
        match NaiveDate::from_str(&full) {
            Ok(day) if plain && day.year() >= 1000 => Ok(Self::new(day, precision)),
            _ => Err(BadDate(text.to_owned())),
        }
    }
}

impl serde::Serialize for PartialDate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for PartialDate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl utoipa::PartialSchema for PartialDate {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("A date as far as it is known: `2025`, `2025-02` or `2025-02-01`"))
            .pattern(Some("^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"))
            .examples([serde_json::json!("2025-02")])
            .into()
    }
}

impl utoipa::ToSchema for PartialDate {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_what_it_read() {
        for text in ["2025", "2025-02", "2024-02-29"] {
            assert_eq!(text.parse::<PartialDate>().expect(text).to_string(), text);
        }
        for text in ["25", "2025-13", "2025-02-30", "2025-2-1", "+025", "2025-02-0١", "0000"] {
            assert!(text.parse::<PartialDate>().is_err(), "{text}");
        }
    }

    #[test]
    fn last_day_of_what_is_known() {
        let last = |text: &str| text.parse::<PartialDate>().expect(text).last().to_string();
        assert_eq!([last("2024"), last("2024-02"), last("2024-02-03")], ["2024-12-31", "2024-02-29", "2024-02-03"]);
    }
}
