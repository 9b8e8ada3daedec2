//! A standing's figures, ready to print, and the bar that draws its score.

use crate::{
    db::lists::Figures,
    domain::{
        proposition::Proposition,
        standing::{StandingPosition, is_thin},
    },
};

use super::words;

/// A standing in words and figures.
#[derive(Debug, Clone)]
pub(super) struct StandingView {
    /// Style of the position.
    pub(super) class: &'static str,
    /// The position's name on the question.
    pub(super) label: String,
    /// With evidence enough for a position.
    pub(super) known: bool,
    pub(super) score: String,
    pub(super) pieces: String,
    pub(super) confidence: String,
    pub(super) confidence_word: &'static str,
    pub(super) newest: Option<String>,
    pub(super) thin: bool,
    pub(super) bar: Bar,
}

impl StandingView {
    /// From the figures that lists keep; none without a piece of evidence.
    pub(super) fn of(figures: &Figures, question: &Proposition) -> Option<Self> {
        let (position, score, confidence) = (figures.position?, figures.score?, figures.confidence?);
        let pieces = figures.evidence_count.unwrap_or_default();
        Some(Self {
            class: words::class(position),
            label: label(question, position),
            known: position != StandingPosition::InsufficientEvidence,
            score: words::score(score),
            pieces: words::count(pieces.into(), "piece", "pieces"),
            confidence: format!("{confidence:.2}"),
            confidence_word: words::standing_confidence(confidence),
            newest: figures.last_evidence_on.map(words::day),
            thin: is_thin(figures.support.unwrap_or_default()),
            bar: Bar::of(score, position),
        })
    }
}

/// A position's name, for readers.
pub(super) fn label(question: &Proposition, position: StandingPosition) -> String {
    question.position(position).replace('_', " ")
}

/// A horizontal bar from the middle towards one end: what it is, is told by direction, shape and colour together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bar {
    /// Left edge of the bar, whose head is drawn at `tip`.
    pub(super) x: f64,
    pub(super) width: f64,
    /// Where its head points.
    pub(super) tip: f64,
    pub(super) class: &'static str,
}

impl Bar {
    /// Half the length of the axis, whose middle is at 0.
    const REACH: f64 = 100.0;
    /// How much of the bar an arrow's head covers.
    const HEAD: f64 = 8.0;

    fn of(score: f64, position: StandingPosition) -> Self {
        let round = |figure: f64| (figure * 10.0).round() / 10.0;
        let tip = round(score.clamp(-1.0, 1.0) * Self::REACH);
        let head = if position == StandingPosition::Mixed { 0.0 } else { Self::HEAD };
        let width = (tip.abs() - head).max(0.0);
        Self { x: if tip < 0.0 { -width } else { 0.0 }, width, tip, class: words::class(position) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_reach_from_the_middle() {
        let drawn = |score, position| {
            let bar = Bar::of(score, position);
            (bar.x, bar.width, bar.tip)
        };
        let bar = |score| drawn(score, StandingPosition::For);
        assert_eq!(bar(0.5), (0.0, 42.0, 50.0));
        assert_eq!(bar(-0.7), (-62.0, 62.0, -70.0));
        assert_eq!(bar(0.01), (0.0, 0.0, 1.0));
        assert_eq!(drawn(0.1, StandingPosition::Mixed), (0.0, 10.0, 10.0));
        assert_eq!(bar(2.0), (0.0, 92.0, 100.0));
    }
}
