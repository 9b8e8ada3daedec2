//! The position that a statement takes, composed from its terms: target, polarity, modality.

use std::ops::Range;

use crate::domain::{stance::Value, text::Span};
use crate::extract::{
    findings::{Modality, Reading},
    names::actors::Cast,
    positions::terms::{self, Class, Hit},
    text::{
        sentences::Parsed,
        tokens::{Kind, Token},
    },
};

/// Tokens of a statement that are read at most: what comes later repeats.
const READ_MAX: usize = 600;

/// Whose voice is read.
#[derive(Debug, Clone, Copy)]
pub enum Voice<'c> {
    /// The actor's own words or what they are reported to say; with the actors and the speaker.
    Speech(&'c Cast, Option<usize>),
    /// The source's words about the actor.
    Description,
}

impl Voice<'_> {
    /// Whether the clause of a hit is about another actor than the speaker, so that closedness is a reproach.
    fn blames(self, parsed: &Parsed, range: &Range<usize>, hit: &Hit) -> bool {
        let Self::Speech(cast, speaker) = self else { return false };
        let start = sentence_start(parsed, range, hit.tokens.start);
        let own = parsed.tokens[start..hit.tokens.start].iter().any(|t| t.is_any(FIRST));
        let home = speaker.and_then(|s| cast.actors[s].organization.filter(|_| cast.actors[s].speaks_for));
        let other = cast.within(start..hit.tokens.start).iter().any(|m| Some(m.actor) != speaker && Some(m.actor) != home)
            && !cast.within(start..hit.tokens.start).iter().any(|m| Some(m.actor) == speaker || Some(m.actor) == home);
        let they = parsed.tokens[start..hit.tokens.start].first().is_some_and(|t| t.is("they"));
        speaker.is_some() && !own && (other || they)
    }

    /// Whether it is the actor's own.
    const fn is_speech(self) -> bool {
        matches!(self, Self::Speech(..))
    }
}

/// A term with a direction.
#[derive(Debug, Clone)]
struct Signal {
    open: bool,
    implied: bool,
    span: Span,
    why: &'static str,
}

const NEGATORS: &[&str] = &[
    "not",
    "n't",
    "never",
    "no",
    "none",
    "nobody",
    "nothing",
    "neither",
    "nor",
    "without",
    "cannot",
    "hardly",
    "refused",
    "refuse",
    "refuses",
    "refusing",
    "declined",
    "declines",
    "decline",
    "stopped",
    "stops",
    "stop",
    "ceased",
    "cease",
    "instead",
    "rather",
    "fail",
    "failed",
    "fails",
    "ruled",
    "rule",
    "rules",
    "ruling",
    "reluctant",
    "unwilling",
    "prevent",
    "prevents",
    "ban",
    "banned",
    "avoid",
    "avoided",
    "exclude",
    "excludes",
    "excluded",
    "resisted",
    "against",
    "quit",
];
const FIRST: &[&str] = &["we", "our", "ours", "i", "my", "us", "'re"];

/// Reads the position of a run of tokens; `None` where it takes none.
pub fn read(parsed: &Parsed, range: Range<usize>, voice: Voice) -> Option<Reading> {
    let range = range.start..range.end.min(range.start + READ_MAX);
    let tokens = &parsed.tokens[range.clone()];
    let hits = terms::find(tokens, range.start);
    if !hits.iter().any(|hit| hit.class != Class::Target) {
        return None;
    }
    let mut signals = Vec::new();
    for index in 0..hits.len() {
        if let Some(signal) = signal(parsed, &range, &hits, index, voice) {
            signals.push(signal);
        }
    }
    if hits.iter().any(|hit| hit.class == Class::Abstain) {
        return None;
    }
    let ends =
        |hit: &Hit| parsed.tokens.get(hit.tokens.end).filter(|_| hit.tokens.end < range.end).is_none_or(|t| t.is_any(&[".", ",", ";"]));
    let both = hits.iter().find(|hit| {
        matches!(hit.class, Class::Both | Class::Mixed)
            && (!parsed.tokens[hit.tokens.start].is_any(&["and", "but"]) || ends(hit) || !parsed.tokens[hit.tokens.end - 1].is("not"))
    });
    if signals.is_empty() && !hits.iter().any(|hit| hit.class == Class::Mixed) {
        return None;
    }
    Some(weigh(parsed, &range, &hits, &signals, both))
}

/// The reading with the hedge that stands anywhere in `range`, if it has none yet.
pub fn weakened(parsed: &Parsed, range: Range<usize>, reading: Reading) -> Reading {
    let hedged = terms::find(&parsed.tokens[range.clone()], range.start).iter().any(|hit| hit.class == Class::Hedge);
    if !hedged || reading.modality != Modality::Plain {
        return reading;
    }
    let value = Value::new(40 * reading.value.hundredths().signum()).unwrap_or(Value::MIXED);
    Reading { value, modality: Modality::Hedged, why: format!("{}; hedged", reading.why), ..reading }
}

/// Terms of the topic without a direction: a target, or any term at all.
pub fn touches(parsed: &Parsed, range: Range<usize>) -> bool {
    terms::find(&parsed.tokens[range.clone()], range.start).iter().any(|hit| {
        matches!(hit.class, Class::Target | Class::Open | Class::Closed | Class::DoOpen | Class::DoClosed | Class::Lack | Class::Danger)
            && !parsed.tokens[hit.tokens.start].is_any(&["it", "them", "work", "data", "results", "system", "systems", "changes"])
    })
}

fn signal(parsed: &Parsed, range: &Range<usize>, hits: &[Hit], index: usize, voice: Voice) -> Option<Signal> {
    let hit = &hits[index];
    let span = parsed.span(hit.tokens.clone());
    let make = |open: bool, implied: bool, why: &'static str| Signal { open, implied, span, why };
    let base = match hit.class {
        Class::Open => make(true, false, "openness"),
        Class::Closed => make(false, false, "closedness"),
        Class::DoOpen => make(true, false, "an act of opening"),
        Class::DoClosed => make(false, false, "an act of closing"),
        Class::Release | Class::Withhold => {
            target_near(parsed, range, hits, index)?;
            make(hit.class == Class::Release, false, if hit.class == Class::Release { "a release" } else { "withholding" })
        }
        Class::Lack => {
            let barred = parsed.tokens[hit.tokens.start].is_any(&["can't", "cannot", "nobody", "none", "no", "nothing", "no-one"]);
            let own = !barred
                && parsed.tokens[clause_start(parsed, range, hit.tokens.start)..hit.tokens.start]
                    .iter()
                    .any(|t| t.is_any(&["we", "our", "ours", "us", "my"]));
            let open = voice.is_speech() && !own;
            let denied = parsed.tokens[hit.tokens.start.saturating_sub(3).max(range.start)..hit.tokens.start].iter().any(is_negator);
            let signal = make(open != denied, true, "a complaint of closedness");
            return Some(if own { reversed(parsed, range, hits, hit, signal, true) } else { signal });
        }
        Class::Danger => return Some(make(false, true, "openness as a danger")),
        _ => return None,
    };
    if past(parsed, range, hit.tokens.start) || asked(parsed, range, hits, hit) {
        return None;
    }
    if voice.blames(parsed, range, hit)
        && matches!(hit.class, Class::Closed | Class::DoClosed)
        && negations(parsed, range, hits, hit).is_multiple_of(2)
    {
        return Some(make(true, true, "another's closedness, as a reproach"));
    }
    if base.open && voice.is_speech() && feared(parsed, range, hit) {
        return Some(make(false, true, "an opening and its feared consequence"));
    }
    if base.open
        && hits.iter().any(|other| {
            other.class == Class::Danger
                && same_sentence(parsed, other.tokens.start.min(hit.tokens.start), other.tokens.start.max(hit.tokens.start))
        })
    {
        return None; // the danger is what it is said for
    }
    let negated = negations(parsed, range, hits, hit) % 2 == 1;
    let base = Signal { open: base.open != negated, ..base };
    Some(reversed(parsed, range, hits, hit, base, voice.is_speech()))
}

/// `If we published …, … would …`: what the speaker would lose by opening.
fn feared(parsed: &Parsed, range: &Range<usize>, hit: &Hit) -> bool {
    let start = sentence_start(parsed, range, hit.tokens.start);
    let condition = parsed.tokens[start..hit.tokens.start].windows(2).any(|pair| pair[0].is("if") && pair[1].is_any(&["we", "i"]));
    let end = sentence_end(parsed, range, hit.tokens.end);
    condition && parsed.tokens[hit.tokens.end..end].iter().any(|t| t.is("would"))
}

/// What is asked, or left open by `whether`, is no position.
fn asked(parsed: &Parsed, range: &Range<usize>, hits: &[Hit], hit: &Hit) -> bool {
    let start = sentence_start(parsed, range, hit.tokens.start);
    let end = (hit.tokens.end..range.end).find(|&i| parsed.tokens[i].is_any(&[".", "?", "!", ";"]));
    let question = end.is_some_and(|i| parsed.tokens[i].is("?"))
        && !hits.iter().any(|other| matches!(other.class, Class::Bad | Class::Lack | Class::Danger));
    question || parsed.tokens[start..hit.tokens.start].iter().any(|t| t.is("whether"))
}

/// `used to …`: what was once so.
fn past(parsed: &Parsed, range: &Range<usize>, at: usize) -> bool {
    let start = clause_start(parsed, range, at);
    let tokens = &parsed.tokens[start..at];
    let appositive = start > range.start && parsed.tokens[start].is("once") && parsed.tokens[start - 1].is(",");
    appositive
        || tokens.windows(2).any(|pair| pair[0].is("used") && pair[1].is("to"))
            && !tokens.iter().any(|t| t.is_any(&["say", "insist", "tell"]))
}

/// Applies judgements that reverse: `warned against`, `a mistake`.
fn reversed(parsed: &Parsed, range: &Range<usize>, hits: &[Hit], hit: &Hit, signal: Signal, speech: bool) -> Signal {
    let start = sentence_start(parsed, range, hit.tokens.start);
    let opposed = hits.iter().any(|other| {
        other.class == Class::Oppose
            && other.tokens.start >= start
            && other.tokens.end <= hit.tokens.start
            && hit.tokens.start - other.tokens.end <= 14
    });
    let end = sentence_end(parsed, range, hit.tokens.end);
    let bad = speech
        && hits.iter().any(|other| {
            other.class == Class::Bad
                && (other.tokens.start >= hit.tokens.end && other.tokens.end <= end && other.tokens.start - hit.tokens.end <= 16
                    || other.tokens.end <= hit.tokens.start && other.tokens.start >= start && hit.tokens.start - other.tokens.end <= 8)
                && !parsed.tokens[other.tokens.start.saturating_sub(3).max(range.start)..other.tokens.start].iter().any(is_negator)
        });
    if opposed || bad { Signal { open: !signal.open, implied: true, ..signal } } else { signal }
}

/// Whether a target stands within a few words of a releasing or withholding verb.
fn target_near(parsed: &Parsed, range: &Range<usize>, hits: &[Hit], index: usize) -> Option<()> {
    let verb = &hits[index].tokens;
    let vague =
        parsed.tokens[verb.start].is_any(&["put", "puts", "out", "open", "opens", "opened", "opening", "available", "public", "online"])
            || parsed.tokens[verb.start].lower.starts_with("giv")
            || parsed.tokens[verb.start].lower.starts_with("hand")
            || parsed.tokens[verb.start].is("gave");
    let fits = |other: &&Hit| {
        other.class == Class::Target
            && !(vague && parsed.tokens[other.tokens.start].is_any(&["it", "them", "work", "results", "result", "tool", "tools"]))
    };
    let after = hits[index + 1..]
        .iter()
        .take(3)
        .find(fits)
        .is_some_and(|other| other.tokens.start - verb.end <= 9 && same_sentence(parsed, verb.end, other.tokens.start));
    let passive = parsed.tokens[verb.start.saturating_sub(4).max(range.start)..verb.start]
        .iter()
        .any(|t| t.is_any(&["be", "been", "was", "were", "is", "are", "being", "never", "gets", "get"]));
    let before = hits[..index]
        .iter()
        .rev()
        .take(2)
        .find(fits)
        .is_some_and(|other| verb.start - other.tokens.end <= 12 && same_sentence(parsed, other.tokens.end, verb.start) && passive);
    // A product's name: letters with a numeral.
    let product = parsed.tokens[verb.end..range.end.min(verb.end + 6)]
        .iter()
        .take_while(|t| !t.is_any(&[".", ";"]))
        .any(|t| t.is_capital() && t.lower.chars().any(|c| c.is_ascii_digit()));
    (after || before || product).then_some(())
}

fn same_sentence(parsed: &Parsed, from: usize, to: usize) -> bool {
    !parsed.tokens[from.min(to)..to].iter().any(|t| t.is_any(&[".", ";", "?", "!"]))
}

fn is_negator(token: &Token) -> bool {
    token.is_any(NEGATORS) || token.lower.ends_with("n't")
}

/// Negators that govern a term: to its left within its clause, by six words at most, outside other terms.
fn negations(parsed: &Parsed, range: &Range<usize>, hits: &[Hit], hit: &Hit) -> usize {
    let start = clause_start(parsed, range, hit.tokens.start);
    let near = |i: usize| hit.tokens.start - i <= 8 || parsed.tokens[i].is_any(&["neither", "nor", "no", "nobody"]);
    let inside_other = |i: usize| {
        hits.iter().any(|other| {
            other.tokens.contains(&i)
                && other.tokens != hit.tokens
                && !matches!(other.class, Class::Target | Class::Hedge | Class::Condition | Class::Release | Class::Withhold)
        })
    };
    let pair = parsed.tokens[start..hit.tokens.start].iter().any(|t| t.is("neither"));
    let left = (start..hit.tokens.start)
        .filter(|&i| is_negator(&parsed.tokens[i]) && !(pair && parsed.tokens[i].is("nor")) && near(i) && !inside_other(i))
        .count();
    let nothing_after =
        parsed.tokens[hit.tokens.end..range.end.min(hit.tokens.end + 2)].iter().any(|t| t.is_any(&["nothing", "none", "neither"]));
    left + usize::from(nothing_after)
}

fn breaks(token: &Token) -> bool {
    token.is_any(&[
        ".", ";", "?", "!", ":", "but", "while", "whereas", "although", "though", "yet", "because", "so", "that", "which", "who", "where",
        "—",
    ]) || token.kind == Kind::Open
}

fn clause_start(parsed: &Parsed, range: &Range<usize>, at: usize) -> usize {
    (range.start..at).rev().find(|&i| breaks(&parsed.tokens[i]) || (parsed.tokens[i].is(",") && at - i > 3)).map_or(range.start, |i| i + 1)
}

fn sentence_start(parsed: &Parsed, range: &Range<usize>, at: usize) -> usize {
    (range.start..at)
        .rev()
        .find(|&i| parsed.tokens[i].is_any(&[".", "?", "!", ";", "but", "while", "whereas", "wants", "want", "wanted"]))
        .map_or(range.start, |i| i + 1)
}

fn sentence_end(parsed: &Parsed, range: &Range<usize>, at: usize) -> usize {
    (at..range.end).find(|&i| parsed.tokens[i].is_any(&[".", "?", "!", ";", "but"])).unwrap_or(range.end)
}

/// From signals to one value.
fn weigh(parsed: &Parsed, range: &Range<usize>, hits: &[Hit], signals: &[Signal], both: Option<&Hit>) -> Reading {
    let open = signals.iter().filter(|s| s.open).count();
    let closed = signals.len() - open;
    let tokens = &parsed.tokens[range.clone()];
    let contrast = tokens.iter().any(|t| t.is_any(&["but", "while", "whereas", "although", "though", "yet", "and", "or", "then", "not"]));
    let near = |class: Class| hits.iter().find(|hit| hit.class == class);
    let condition = near(Class::Condition).filter(|hit| !parsed.tokens[hit.tokens.start].is("if") || conditional(parsed, range, hit));
    let direction = if open == closed { None } else { Some(open > closed) };
    let mixed = both.is_some()
        || (open > 0 && closed > 0 && (direction.is_none() || (contrast && open.min(closed) * 2 >= open.max(closed))))
        || (condition.is_some() && signals.iter().any(|s| !s.implied));
    let mut terms: Vec<Span> = signals.iter().map(|s| s.span).collect();
    let mut modal = |hit: &Hit| terms.push(parsed.span(hit.tokens.clone()));
    let (modality, hundredths) = match direction {
        _ if mixed => {
            both.into_iter().chain(condition).for_each(&mut modal);
            (Modality::Both, 0)
        }
        None => (Modality::Both, 0),
        Some(open) => {
            let sign = if open { 1 } else { -1 };
            let implied = signals.iter().filter(|s| s.open == open).all(|s| s.implied);
            if let Some(hedge) = near(Class::Hedge) {
                modal(hedge);
                (Modality::Hedged, 40 * sign)
            } else if let Some(partly) = near(Class::Partly) {
                modal(partly);
                (Modality::Implied, 70 * sign)
            } else if implied {
                (Modality::Implied, 70 * sign)
            } else {
                (Modality::Plain, 100 * sign)
            }
        }
    };
    terms.sort_unstable();
    terms.dedup();
    let why = explain(signals, &parsed.article.text, modality);
    Reading { value: Value::new(hundredths).unwrap_or(Value::MIXED), modality, chance: 0, terms, why }
}

/// Whether an `if` makes the position conditional: it stands in the same sentence as a term, and is no `if anything`.
fn conditional(parsed: &Parsed, range: &Range<usize>, hit: &Hit) -> bool {
    let next = parsed.tokens.get(hit.tokens.end);
    let hypothetical = next.is_some_and(|t| t.is_any(&["anything", "not", "so", "you", "nobody", "no", "i", "we"]));
    let asked = hit.tokens.start > range.start && parsed.tokens[hit.tokens.start - 1].is_any(&["as", "ask", "asked", "wonder", "even"]);
    !hypothetical && !asked
}

fn explain(signals: &[Signal], text: &str, modality: Modality) -> String {
    let parts: Vec<String> =
        signals.iter().map(|s| format!("“{}”: {} → {}", s.span.of(text), s.why, if s.open { "open" } else { "closed" })).collect();
    format!("{}; {}", parts.join(", "), modality.as_str())
}
