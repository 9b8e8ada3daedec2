//! Measures confidence: of the findings of a rule, at each chance that the model gives them, how many are right.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use anyhow::Context as _;
use openstance::{
    cli::eval::{self, Said},
    extract::{
        Findings, Format, Gazetteer, extract,
        findings::Rule,
        measure::Marks,
        positions::confidence::{Ground, STEPS, between, step},
        text::article,
    },
};

use super::read::{self, Document};

/// From this many cases on, a row stands for itself.
const CASES_MIN: usize = 30;

/// A rule, what a position was read from, and its chance.
type Key = (Rule, Ground, u8);

/// Right findings and all.
pub type Rows = BTreeMap<Key, (usize, usize)>;

/// Counts: of findings with a position, actor and position are right; of those without one, in the news too, the actor.
pub fn count(measured: &[(&Document, &Findings)], quotes: &Path, gazetteer: &Gazetteer) -> anyhow::Result<Rows> {
    let mut rows = Rows::new();
    let mut add = |rule: Rule, (ground, chance): (Ground, u8), right: bool| {
        let row = rows.entry((rule, ground, chance)).or_default();
        row.0 += usize::from(right);
        row.1 += 1;
    };
    for &(document, findings) in measured {
        let (scorer, marks) = (eval::scorer(&document.labels, &findings.actors), Marks::new(&document.text));
        let gold = read::placed(document, &marks, |_| true);
        for p in eval::predicted(&document.text, findings) {
            let set = marks.set(&[p.span]);
            let near = || gold.iter().filter(|g| marks.overlap(&g.0, &set) >= 0.5).map(|g| g.1);
            let speaker = |s: &Said| scorer.same(s.speaker.as_deref(), p.speaker.as_deref());
            let right = near().any(|s| speaker(s) && (p.ground.0 == Ground::None || s.position == p.position));
            if p.ground.0 != Ground::None || near().count() > 0 {
                add(p.rule, p.ground, right);
            }
        }
    }
    for document in eval::attributed(quotes).with_context(|| quotes.display().to_string())? {
        let marks = Marks::new(&document.text);
        let findings = extract(&article::read(&document.text, Format::Text), gazetteer);
        for p in eval::predicted(&document.text, &findings) {
            let set = marks.set(&[p.span]);
            let mention = p.mention.map(|m| marks.set(&[m])).unwrap_or_default();
            let right = document.attributions.iter().any(|a| {
                marks.shared(&marks.set(&a.content), &set) * 2 >= marks.size(&set) && marks.shared(&marks.set(&a.speaker), &mention) > 0
            });
            add(p.rule, (Ground::None, 0), right);
        }
    }
    Ok(rows)
}

/// The families that pool rules of few cases.
const fn family(rule: Rule) -> &'static str {
    match rule {
        Rule::Clause | Rule::AccordingTo | Rule::Accusation => "reported",
        Rule::Description => "described",
        Rule::FirstPerson | Rule::Label => "first person",
        _ => "quotation",
    }
}

/// The share that a row is trusted with, in whole hundredths since some dozen cases carry no third digit, and the cases of its own: what
/// was measured less one standard error, since other articles differ. A row of few cases takes its family's share, else that of all
/// rules, else that of all grounds.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "some thousand cases; 0…99")]
fn share(rows: &Rows, rule: Rule, ground: Ground, at: u8) -> (i16, usize) {
    let sum =
        |wanted: &dyn Fn(&Key) -> bool| rows.iter().filter(|(key, _)| wanted(key)).fold((0, 0), |(r, n), (_, row)| (r + row.0, n + row.1));
    let own = sum(&|&(r, g, c)| r == rule && g == ground && step(c) == at);
    let pools = [
        own,
        sum(&|&(r, g, c)| family(r) == family(rule) && g == ground && step(c) == at),
        sum(&|&(_, g, c)| g == ground && step(c) == at),
        sum(&|&(_, g, c)| g != Ground::None && step(c) == at),
    ];
    let (right, cases) = pools.into_iter().find(|p| p.1 >= CASES_MIN).unwrap_or(pools[3]);
    let share = right as f64 / cases.max(1) as f64;
    let error = (share * (1.0 - share) / cases.max(1) as f64).sqrt();
    ((100.0 * (share - error)).round().clamp(0.0, 99.0) as i16, own.1)
}

const fn steps(ground: Ground) -> &'static [u8] {
    if matches!(ground, Ground::None) { &[0] } else { &STEPS }
}

/// The table that ships with the extractor.
pub fn table(rows: &Rows) -> String {
    let mut text = "# Written by `cargo run --release --example train_stance`: rule, what read its position, chance in percent from which on, share right in thousandths, cases of its own.\n".to_owned();
    for &rule in Rule::ALL {
        for ground in Ground::ALL {
            for &step in steps(ground) {
                let (share, cases) = share(rows, rule, ground, step);
                let _ = writeln!(text, "{}\t{}\t{step}\t{}\t{cases}", rule.as_str(), ground.as_str(), 10 * share); // cannot fail
            }
        }
    }
    text
}

/// The lines between which the documentation has the table.
const MARKS: [&str; 2] = ["<!-- reliability: written by train_stance -->\n", "<!-- /reliability -->\n"];

/// A page of the documentation with the table set in anew: the rows that have cases, and what stands above 0.9.
///
/// # Errors
///
/// Where the page lacks the marks.
pub fn documented(page: &str, rows: &Rows) -> anyhow::Result<String> {
    let (before, rest) = page.split_once(MARKS[0]).context("no mark where the table begins")?;
    let (_, after) = rest.split_once(MARKS[1]).context("no mark where the table ends")?;
    let step = |n: usize| format!("0.{:02}", STEPS[n]);
    let mut text =
        format!("| rule | read from | chance under {} | {} |\n", step(1), (1..STEPS.len()).map(step).collect::<Vec<_>>().join(" | "));
    let _ = writeln!(text, "|{}", " --- |".repeat(2 + STEPS.len())); // cannot fail
    let (mut right, mut trusted) = (0, 0);
    for &rule in Rule::ALL {
        for ground in Ground::ALL {
            let own = || rows.iter().filter(|(key, _)| (key.0, key.1) == (rule, ground));
            if own().next().is_none() {
                continue;
            }
            let word = if ground == Ground::None { "no position" } else { ground.as_str() };
            let _ = write!(text, "| `{}` | {word} |", rule.as_str()); // cannot fail
            let mut shares = [0; STEPS.len()];
            for (cell, &at) in shares.iter_mut().zip(&STEPS) {
                if steps(ground).contains(&at) {
                    let (share, cases) = share(rows, rule, ground, at);
                    *cell = 10 * share;
                    let _ = write!(text, " 0.{share:02} ({cases}) |"); // cannot fail
                } else {
                    text += " |";
                }
            }
            for (_, found) in own().filter(|(key, _)| between(&shares, key.2) >= 900) {
                (right, trusted) = (right + found.0, trusted + found.1);
            }
            text.push('\n');
        }
    }
    let _ = writeln!(text, "\nOf {trusted} findings at 0.90 or more, {right} are right: {:.1} %.", percent(right, trusted)); // cannot fail
    Ok([before, MARKS[0], &text, MARKS[1], after].concat())
}

#[expect(clippy::cast_precision_loss, reason = "some thousand findings")]
fn percent(right: usize, of: usize) -> f64 {
    100.0 * right as f64 / of.max(1) as f64
}
