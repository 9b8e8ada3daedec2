use proptest::prelude::*;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn stance(id: u128, occasion: &str, basis: Basis, value: i16, confidence: i16, on: NaiveDate) -> Evidence {
    let confidence = Confidence::new(confidence).expect("thousandths");
    Evidence {
        id: Uuid::from_u128(id),
        occasion: Occasion(occasion.to_owned()),
        basis,
        state: if basis == Basis::Alleged { StanceState::Shown } else { StanceState::Counted },
        value: Value::new(value).expect("hundredths"),
        confidence,
        weight: weight(basis, confidence, on, false),
        evidence_on: on,
    }
}

/// An article on A: its chief executive regrets the closed course five times over, its product head is considering
/// opening older models, the article calls the approach largely controlled and the leaders divided.
#[test]
fn worked_example() {
    let on = day("2025-02-03");
    let mut evidence: Vec<_> = (0..5).map(|i| stance(i, "words:chief", Basis::Spokesperson, 40, 850, on)).collect();
    evidence.push(stance(5, "words:product", Basis::Spokesperson, 40, 950, on));
    evidence.push(stance(6, "source:article", Basis::Reported, -70, 800, on));
    evidence.push(stance(7, "source:article", Basis::Reported, 0, 800, on));
    let standing = Sums::of(&evidence).standing().expect("evidence");
    assert_eq!(standing.position, StandingPosition::Mixed);
    assert_eq!(standing.evidence_count, 4);
    let near = |figure: f64, expected: f64| assert!((figure - expected).abs() < 5e-4, "{figure} for {expected}");
    near(standing.score, 0.1);
    near(standing.disagreement, 0.184);
    near(standing.support, 2.4);
    near(standing.confidence, 0.576);
    assert!(!standing.thin);
    assert_eq!(standing.say_do_gap, None);
}

#[test]
fn weight_halves_in_two_years_and_rounds_once() {
    let full = Confidence::new(1000).expect("thousandths");
    assert_eq!(weight(Basis::Declared, full, day("2015-01-01"), false), 1_000_000);
    assert_eq!(weight(Basis::Declared, full, day("2016-12-31"), false), 2_000_000);
    assert_eq!(weight(Basis::Declared, full, day("2016-12-31"), true), 1_000_000);
    assert_eq!(weight(Basis::Alleged, full, day("2025-01-01"), false), 0);
}

#[test]
fn one_report_fit_for_the_public_suffices_and_is_thin() {
    let on = day("2025-02-03");
    let standing = |confidence| Sums::of(&[stance(0, "source:a", Basis::Reported, 100, confidence, on)]).standing().expect("evidence");
    assert_eq!(standing(700).position, StandingPosition::For);
    assert!(standing(700).thin);
    assert_eq!(standing(660).position, StandingPosition::InsufficientEvidence);
}

#[test]
fn accusations_are_shown_and_never_weighed() {
    let sums = Sums::of(&[stance(0, "source:a", Basis::Alleged, -100, 900, day("2025-02-03"))]);
    assert_eq!((sums.alleged, sums.standing()), (1, None));
}

#[test]
fn say_and_do_are_compared_where_both_have_support() {
    let on = day("2025-02-03");
    let evidence = [stance(0, "words:a", Basis::Declared, 100, 900, on), stance(1, "release:b", Basis::Revealed, -100, 900, on)];
    assert_eq!(Sums::of(&evidence).standing().expect("evidence").say_do_gap, Some(-2.0));
    assert_eq!(Sums::of(&evidence[..1]).standing().expect("evidence").say_do_gap, None);
}

prop_compose! {
    fn any_stance()(
        id in any::<u64>(), occasion in 0..6u8, basis in 0..5usize, value in -100..=100i16, confidence in 300..=1000i16, days in 0..4000i64,
    ) -> Evidence {
        let on = day("2015-01-01") + chrono::TimeDelta::days(days);
        stance(u128::from(id), &occasion.to_string(), Basis::ALL[basis], value, confidence, on)
    }
}

proptest! {
    #[test]
    fn kept_sums_equal_a_fresh_computation(evidence in prop::collection::vec(any_stance(), 0..24), removals in prop::collection::vec(any::<prop::sample::Index>(), 0..12)) {
        let mut current: Vec<Evidence> = Vec::new();
        let mut kept = Sums::default();
        let touched = |rows: &[Evidence], occasion: &Occasion| Sums::of(&rows.iter().filter(|r| &r.occasion == occasion).cloned().collect::<Vec<_>>());
        for one in evidence {
            let before = touched(&current, &one.occasion);
            let occasion = one.occasion.clone();
            current.push(one);
            kept = kept + (touched(&current, &occasion) - before);
        }
        for removal in removals {
            if current.is_empty() { break; }
            let occasion = current[removal.index(current.len())].occasion.clone();
            let before = touched(&current, &occasion);
            current.remove(removal.index(current.len()));
            kept = kept + (touched(&current, &occasion) - before);
        }
        prop_assert_eq!(kept, Sums::of(&current));
        current.reverse();
        prop_assert_eq!(kept, Sums::of(&current));
    }

    #[test]
    fn a_lighter_repeat_changes_nothing(evidence in prop::collection::vec(any_stance(), 1..12), pick in any::<prop::sample::Index>()) {
        let before = Sums::of(&evidence);
        let mut repeat = evidence[pick.index(evidence.len())].clone();
        prop_assume!(repeat.state == StanceState::Counted && repeat.weight > 0);
        repeat.weight -= 1;
        repeat.id = Uuid::max();
        let with = [evidence, vec![repeat]].concat();
        prop_assert_eq!(Sums::of(&with), before);
    }

    #[test]
    fn a_new_piece_pulls_the_score_towards_its_value(evidence in prop::collection::vec(any_stance(), 1..12), mut new in any_stance()) {
        let Some(before) = Sums::of(&evidence).standing() else { return Ok(()) };
        prop_assume!(new.state == StanceState::Counted);
        new.occasion = Occasion("new".to_owned());
        let value = new.value.as_f64();
        let after = Sums::of(&[evidence, vec![new]].concat()).standing().expect("evidence");
        let (low, high) = (before.score.min(value), before.score.max(value));
        prop_assert!(after.score >= low - 1e-9 && after.score <= high + 1e-9);
        if (before.score - value).abs() < 1e-9 {
            prop_assert!(after.confidence >= before.confidence - 1e-9);
        }
    }

    #[test]
    fn a_piece_at_the_score_never_lowers_confidence(mut evidence in prop::collection::vec(any_stance(), 1..12), mut new in any_stance()) {
        for one in &mut evidence { one.value = new.value; }
        let Some(before) = Sums::of(&evidence).standing() else { return Ok(()) };
        prop_assume!(new.state == StanceState::Counted);
        new.occasion = Occasion("new".to_owned());
        let after = Sums::of(&[evidence, vec![new]].concat()).standing().expect("evidence");
        prop_assert!(after.confidence >= before.confidence - 1e-9);
    }

    #[test]
    fn shares_sum_exactly(evidence in prop::collection::vec(any_stance(), 0..24)) {
        let sums = Sums::of(&evidence);
        let pieces = pieces(&evidence);
        prop_assert_eq!(pieces.iter().map(|p| p.counted.weight).sum::<i64>(), sums.all.weight);
        prop_assert_eq!(pieces.iter().map(|p| p.counted.weight * i64::from(p.counted.value.hundredths())).sum::<i64>(), sums.all.weighted);
        let counted = evidence.iter().filter(|one| one.state == StanceState::Counted).count();
        prop_assert_eq!(pieces.iter().map(|p| 1 + p.displaced.len()).sum::<usize>(), counted);
    }
}
