//! Where an actor stands by an article as a whole, learned: more than a sum of its statements, since who says one thing and does the
//! other is of two minds, and what is said in passing may be no position at all.
//!
//! Trained by `cargo run --release --example train_stance`. The arithmetic of standings (`docs/METHODOLOGY.md`) is another matter: it
//! weighs statements across articles, and knows this only by how far each is trusted.

use std::collections::{BTreeMap, HashSet};

use crate::domain::{actor::ActorKind, stance::Side, text::Span};
use crate::extract::{
    candidates::{Candidate, Form},
    findings::{Finding, FoundActor},
    positions::stance::{Leaning, chance},
};

/// Features of an actor.
pub const FEATURES: usize = 2 * HALF;

/// Features of a person, or of an organization.
const HALF: usize = 37;

/// What an article may say of an actor: nothing, or a side.
pub const OUTCOMES: [Option<Side>; 4] = [None, Some(Side::For), Some(Side::Against), Some(Side::Mixed)];

/// Weights by outcome.
pub type Table = [[f32; FEATURES]; OUTCOMES.len()];

/// Chance from which on a statement counts as one that takes a position.
const TAKEN: f32 = 0.4;

/// Open, closed, both.
const SIDES: usize = 3;

/// What the models make of one statement of an actor.
#[derive(Debug, Clone, Copy)]
struct Said {
    span: Span,
    quote: bool,
    /// Chances: that it takes a position at all; that it is open, closed, both.
    taken: f32,
    sides: [f32; SIDES],
    /// Whether the actor says or does it, rather than somebody on its behalf.
    own: bool,
    speech: bool,
}

/// The features of each actor with a candidate, in the order of actors.
pub fn features<'c>(candidates: impl Iterator<Item = (&'c Candidate, Leaning)>, actors: &[FoundActor]) -> Vec<(usize, [f32; FEATURES])> {
    let mut said: BTreeMap<usize, Vec<Said>> = BTreeMap::new();
    for (candidate, leaning) in candidates {
        let (taken, open, mixed) = (candidate.chance * chance(leaning.topical), chance(leaning.open), chance(leaning.mixed));
        let sides = [taken * (1.0 - mixed) * open, taken * (1.0 - mixed) * (1.0 - open), taken * mixed];
        let Some(actor) = candidate.finding.actor else { continue };
        let one =
            Said { span: candidate.finding.span, quote: candidate.form == Form::Quote, taken, sides, own: true, speech: candidate.speech };
        once(said.entry(actor).or_default(), one);
        let spoken = actors[actor].organization.filter(|_| actors[actor].speaks_for);
        if let Some(home) = candidate.finding.on_behalf_of.or(spoken).filter(|&home| home != actor) {
            once(said.entry(home).or_default(), Said { own: false, ..one });
        }
    }
    let kin = kin(&said, actors);
    let none = [0.0; SIDES];
    said.into_iter().map(|(actor, said)| (actor, of(&said, actors[actor].kind, kin.get(&actor).unwrap_or(&none)))).collect()
}

/// What others say that tells of an actor: for each person the organization itself, and for each organization its people who do not
/// speak for it.
fn kin(said: &BTreeMap<usize, Vec<Said>>, actors: &[FoundActor]) -> BTreeMap<usize, [f32; SIDES]> {
    let sum = |actor: usize| -> [f32; SIDES] {
        let own = || said.get(&actor).into_iter().flatten().filter(|s| s.own);
        std::array::from_fn(|of| own().map(|s| s.sides[of]).sum())
    };
    let mut kin: BTreeMap<usize, [f32; SIDES]> = BTreeMap::new();
    let members = (0..actors.len()).filter_map(|person| Some((person, actors[person].organization?)));
    let houses: BTreeMap<usize, [f32; SIDES]> = members.clone().map(|(_, home)| (home, sum(home))).collect();
    for (person, home) in members {
        kin.insert(person, houses[&home]);
        if !actors[person].speaks_for {
            let own = sum(person);
            kin.entry(home).or_default().iter_mut().zip(own).for_each(|(all, one)| *all += one);
        }
    }
    kin
}

/// Adds a statement; of a quotation and the clause around it, or of two such clauses, one counts.
fn once(said: &mut Vec<Said>, one: Said) {
    let rank = |s: &Said| (s.quote, s.taken);
    match said.last_mut().filter(|last| last.span.overlaps(one.span)) {
        Some(last) if rank(&one) > rank(last) => *last = one,
        Some(_) => {}
        None => said.push(one),
    }
}

#[expect(clippy::cast_precision_loss, reason = "the statements of one actor")]
fn of(said: &[Said], kind: ActorKind, kin: &[f32; SIDES]) -> [f32; FEATURES] {
    let side = |of: usize| -> [f32; 5] {
        let mut shares: Vec<f32> = said.iter().map(|s| s.sides[of]).collect();
        let any = 1.0 - shares.iter().map(|share| 1.0 - share).product::<f32>();
        let sum: f32 = shares.iter().sum();
        let last = shares.last().copied().unwrap_or(0.0);
        shares.sort_by(|a, b| b.total_cmp(a));
        [shares[0], saturated(sum), shares.get(1).copied().unwrap_or(0.0), any, last]
    };
    let [open, closed, mixed] = [side(0), side(1), side(2)];
    let count = |test: &dyn Fn(&Said) -> bool| saturated(said.iter().filter(|s| test(s)).count() as f32);
    let leads = |of: usize| count(&|s| s.taken >= TAKEN && (0..3).all(|other| s.sides[of] >= s.sides[other]));
    let most = said.iter().map(|s| s.taken).fold(0.0, f32::max);
    let own = |of: usize| said.iter().filter(|s| s.own).map(|s| s.sides[of]).fold(0.0, f32::max);
    let total = (open[1] + closed[1] + mixed[1]).max(0.1);
    let ratio = ((open[1] + 0.1) / (closed[1] + 0.1)).ln();
    let rest = [
        1.0,
        open[1] / total,
        closed[1] / total,
        mixed[1] / total,
        ratio,
        ratio.abs(),
        open[3].min(closed[3]),
        own(0),
        own(1),
        own(2),
        count(&|_| true),
        count(&|s| s.own),
        count(&|s| s.speech),
        most,
        open[0].min(closed[0]),
        leads(0),
        leads(1),
        leads(2),
        f32::from(u8::from(said.iter().all(|s| !s.own))),
    ];
    let mut features = [0.0; FEATURES];
    let half = if kind == ActorKind::Person { 0 } else { HALF };
    for (feature, value) in
        features[half..half + HALF].iter_mut().zip(open.into_iter().chain(closed).chain(mixed).chain(rest).chain(relative(kin)))
    {
        *feature = value;
    }
    features
}

/// From 0 to 1: the tenth statement adds less than the second.
fn saturated(sum: f32) -> f32 {
    sum / (1.0 + sum)
}

/// What others say, in figures; that they say both makes nobody else of two minds.
fn relative(sums: &[f32; SIDES]) -> [f32; 3] {
    let [open, closed, _] = *sums;
    [saturated(open), saturated(closed), ((open + 0.1) / (closed + 0.1)).ln()]
}

/// The chance of each outcome.
pub fn chances(table: &Table, features: &[f32; FEATURES]) -> [f32; OUTCOMES.len()] {
    let sums = table.map(|weights| weights.iter().zip(features).map(|(w, x)| w * x).sum::<f32>());
    let largest = sums.iter().copied().fold(f32::MIN, f32::max);
    let shares = sums.map(|sum| (sum - largest).exp());
    let total: f32 = shares.iter().sum();
    shares.map(|share| share / total)
}

/// Of `none` this much is believed: an actor that is missed costs as much as one that is read wrongly.
const NONE: f32 = 0.7;

/// Each actor's side, in the order of actors; of an actor without a finding that takes a position, nothing is said.
pub fn stances(table: &Table, actors: &[(usize, [f32; FEATURES])], findings: &[Finding]) -> Vec<(usize, Side)> {
    let taken = findings.iter().filter(|f| f.position.is_some());
    let stand: HashSet<usize> = taken.flat_map(|f| [f.actor, f.on_behalf_of]).flatten().collect();
    let side = |features: &[f32; FEATURES]| {
        let mut chances = chances(table, features);
        chances[0] *= NONE;
        let best = (0..OUTCOMES.len()).max_by(|&a, &b| chances[a].total_cmp(&chances[b]).then(b.cmp(&a)))?;
        OUTCOMES[best]
    };
    actors.iter().filter(|(actor, _)| stand.contains(actor)).filter_map(|(actor, features)| Some((*actor, side(features)?))).collect()
}

/// Whether the actor of a finding stands, by the article as a whole, where the finding puts it, or on both sides.
pub fn agrees(stances: &[(usize, Side)], finding: &Finding) -> bool {
    let Some(reading) = &finding.position else { return false };
    let fits = |stands: Side| stands == reading.value.side() || stands == Side::Mixed;
    stances.iter().any(|&(actor, stands)| Some(actor) == finding.actor && fits(stands))
}
