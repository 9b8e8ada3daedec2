//! Measures confidence: of the findings of a rule, at each chance that the model gives them, how many are right.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use anyhow::Context as _;
use openstance::{
    cli::eval::{self, Said},
    extract::{
        Findings, Format, Gazetteer, extract,
        findings::Rule,
        measure::{Marks, Set},
        positions::confidence::{Ground, STEPS},
        text::article,
    },
};

use super::read::Document;

/// From this many cases on, a row stands for itself.
const CASES_MIN: usize = 30;

/// What a row is about: a rule, what its position was read from, and the step of its chance.
type Key = (Rule, Ground, u8);

/// Right findings and all, by row.
type Rows = BTreeMap<Key, (usize, usize)>;

/// The table: of findings with a position, actor and position are right; of those without one, in the news too, the actor.
pub fn table(measured: &[(&Document, &Findings)], quotes: &Path, gazetteer: &Gazetteer) -> anyhow::Result<String> {
    let mut rows = Rows::new();
    let mut add = |rule: Rule, (ground, step): (Ground, u8), right: bool| {
        let row = rows.entry((rule, ground, step)).or_default();
        row.0 += usize::from(right);
        row.1 += 1;
    };
    for &(document, findings) in measured {
        let (scorer, marks) = (eval::scorer(&document.labels, findings), Marks::new(&document.text));
        let place = |s: &Said| marks.place(&document.text, &s.text).map(|at| marks.set(&[at]));
        let gold: Vec<(Set, &Said)> = document.labels.statements.iter().filter_map(|s| Some((place(s)?, s))).collect();
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
    Ok(print(&rows))
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

fn print(rows: &Rows) -> String {
    let sum =
        |wanted: &dyn Fn(&Key) -> bool| rows.iter().filter(|(key, _)| wanted(key)).fold((0, 0), |(r, n), (_, row)| (r + row.0, n + row.1));
    let mut text = "# Written by `cargo run --release --example train_stance`: rule, what read its position, chance in percent from which on, share right in thousandths, cases of its own.\n".to_owned();
    for &rule in Rule::ALL {
        for ground in Ground::ALL {
            for &step in if ground == Ground::None { &STEPS[..1] } else { &STEPS[..] } {
                // A row of few cases takes its family's share, else that of all rules, else that of both grounds.
                let own = rows.get(&(rule, ground, step)).copied().unwrap_or_default();
                let pools = [
                    own,
                    sum(&|(r, g, s)| family(*r) == family(rule) && (*g, *s) == (ground, step)),
                    sum(&|(_, g, s)| (*g, *s) == (ground, step)),
                    sum(&|(_, g, s)| *g != Ground::None && *s == step),
                ];
                let (right, cases) = pools.into_iter().find(|p| p.1 >= CASES_MIN).unwrap_or(pools[3]);
                // In whole hundredths: some dozen cases carry no third digit.
                let share = 10 * ((100 * right + cases / 2).checked_div(cases).unwrap_or(0)).min(99);
                let _ = writeln!(text, "{}\t{}\t{step}\t{share}\t{}", rule.as_str(), ground.as_str(), own.1); // writing to a string cannot fail
            }
        }
    }
    text
}
