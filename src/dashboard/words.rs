//! Figures and terms, in words for readers.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::domain::{
    actor::{ActorKind, Classification},
    date::{PartialDate, Precision},
    stance::{Basis, Confidence, Side, StanceState, Value},
    standing::StandingPosition,
};

/// A score with its sign, two decimals and a true minus.
pub(super) fn score(score: f64) -> String {
    let text = format!("{score:+.2}");
    if text == "+0.00" || text == "-0.00" { "0.00".to_owned() } else { text.replace('-', "−") }
}

/// A date as far as it is known.
pub(super) fn date(date: PartialDate) -> String {
    let format = match date.precision() {
        Precision::Year => "%Y",
        Precision::Month => "%B %Y",
        Precision::Day => "%-d %B %Y",
    };
    date.first().format(format).to_string()
}

/// A day in short, with a space that does not break.
pub(super) fn day(day: NaiveDate) -> String {
    day.format("%-d\u{a0}%b\u{a0}%Y").to_string()
}

/// "1 piece", "2 pieces".
pub(super) fn count(number: i64, one: &str, more: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { more })
}

/// How far a standing is to be trusted: (1 − D)·S/(S+1) in a word.
pub(super) fn standing_confidence(confidence: f64) -> &'static str {
    match confidence {
        c if c >= 0.75 => "high",
        c if c >= 0.5 => "moderate",
        c if c >= 0.25 => "low",
        _ => "very low",
    }
}

/// The chance that actor and direction are read right, in a word.
pub(super) fn reading_confidence(confidence: Confidence) -> &'static str {
    match confidence.thousandths() {
        950.. => "almost certain",
        850.. => "very likely",
        700.. => "likely",
        _ => "uncertain",
    }
}

/// How firmly a position is taken.
pub(super) fn strength(value: Value) -> &'static str {
    match value.hundredths().abs() {
        _ if value.side() == Side::Mixed => "both at once, or divided",
        85.. => "without reserve",
        55.. => "largely, or by implication",
        _ => "tentatively",
    }
}

/// What a stance rests on.
pub(super) const fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Declared => "own words",
        Basis::Revealed => "own deeds",
        Basis::Spokesperson => "words of someone who speaks for it",
        Basis::Reported => "described by the source",
        Basis::Alleged => "alleged by others",
    }
}

/// Whether a stance is weighed.
pub(super) const fn state(state: StanceState) -> &'static str {
    match state {
        StanceState::Counted => "counted",
        StanceState::Shown => "shown, never weighed",
        StanceState::Held => "waiting for review",
    }
}

/// How words were attributed; a rule without a text of its own is told by its name.
pub(super) fn rule(rule: &str) -> Cow<'_, str> {
    Cow::Borrowed(match rule {
        "beside" => "the sentence itself names the speaker",
        "introduced" => "the sentence before introduces the quotation",
        "label" => "the speaker’s name stands before the words, as in an interview",
        "continuation" => "it follows a quotation of the same speaker",
        "document" => "the source presents it as from the actor’s document",
        "next_line" => "the line after names whose words they are",
        "last_subject" => "the lines around it speak of the speaker",
        "clause" => "indirect speech: the sentence says who said it",
        "according_to" => "the sentence says according to whom",
        "description" => "the source describes the actor in its own voice",
        "first_person" => "the author speaks in the first person",
        "accusation" => "an accusation that the source reports",
        "unattributed" => "nothing in the text names a speaker",
        "person" | "posted" => "stated by a person",
        "submitted" => "stated by whoever submitted it",
        other => return Cow::Owned(format!("rule “{}”", other.replace(['_', '-'], " "))),
    })
}

/// What an actor is.
pub(super) const fn kind(kind: ActorKind, classification: Option<Classification>) -> &'static str {
    match (kind, classification) {
        (ActorKind::Person, _) => "person",
        (_, Some(Classification::Company)) => "company",
        (_, Some(Classification::Lab)) => "laboratory",
        (_, Some(Classification::NonProfit)) => "non-profit",
        (_, Some(Classification::Government)) => "government body",
        (_, Some(Classification::University)) => "university",
        (_, Some(Classification::Media)) => "media organization",
        (_, Some(Classification::Other) | None) => "organization",
    }
}

/// The style of a position: its colour and shape. Colour never stands alone.
pub(super) const fn class(position: StandingPosition) -> &'static str {
    match position {
        StandingPosition::For => "for",
        StandingPosition::Against => "against",
        StandingPosition::Mixed => "mixed",
        StandingPosition::InsufficientEvidence => "unknown",
    }
}

/// The style of a side.
pub(super) const fn side_class(side: Side) -> &'static str {
    match side {
        Side::For => "for",
        Side::Against => "against",
        Side::Mixed => "mixed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_well() {
        let scores = [score(0.616), score(-0.7), score(0.001), score(-0.001), score(1.0)];
        assert_eq!(scores, ["+0.62", "−0.70", "0.00", "0.00", "+1.00"]);
        let dates = ["2025", "2025-02", "2025-02-03"].map(|text| date(text.parse().expect(text)));
        assert_eq!(dates, ["2025", "February 2025", "3 February 2025"]);
        assert_eq!([count(1, "piece", "pieces"), count(0, "piece", "pieces")], ["1 piece", "0 pieces"]);
    }

    #[test]
    fn the_strengths_of_the_arithmetic_have_words() {
        let words = [100, 70, 40, 0, -40, -70, -100].map(|v| strength(Value::new(v).expect("in range")));
        let [plain, largely, tentative, mixed] =
            ["without reserve", "largely, or by implication", "tentatively", "both at once, or divided"];
        assert_eq!(words, [plain, largely, tentative, mixed, tentative, largely, plain]);
    }

    #[test]
    fn an_unknown_rule_is_told_by_its_name() {
        assert_eq!(rule("by_hand"), "rule “by hand”");
        assert!(rule("beside").contains("names the speaker"));
    }
}
