//! What may be a statement: quotations, clauses with a subject, turns of an interview, contents of indirect speech; still without a position.

pub mod clauses;
pub mod extents;
pub mod holders;
pub mod memberships;
mod relatives;
mod split;

use std::ops::Range;

use crate::domain::{stance::Value, statement::StatementKind, text::Span};
use crate::extract::{
    attribution::{Sieve, Source, model},
    candidates::{
        clauses::Clause,
        extents::{content_start, cue, outside_quotes, refuses, trim_end, trim_start},
        holders::{Choice, Holders},
    },
    findings::{Finding, Rule},
    lexicon::lexicon,
    positions::{confidence, position},
    tables::Table,
    text::{article::BlockKind, quotes::Quote, tokens::Token},
    voices::Label,
};

/// How a candidate was found, which decides how it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A quotation: a statement with or without a position.
    Quote,
    /// A sentence of a labelled turn.
    Turn,
    /// A clause with a subject.
    Clause,
    /// `…; A and B do not`: the reverse of the clause before.
    Refusal,
    /// The content of indirect speech: a statement with or without a position.
    Content,
}

/// What may be a statement.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// How it was found.
    pub form: Form,
    /// The statement's tokens.
    pub tokens: Range<usize>,
    /// Those of them in which a position is looked for: without quotations, and of a clause what it says of its subject.
    pub parts: Vec<Range<usize>>,
    /// Whether the words are an actor's, rather than the source's about the actor.
    pub speech: bool,
    /// Whose words they are.
    pub speaker: Option<usize>,
    /// The attributing word of a clause.
    pub cue: Option<Range<usize>>,
    /// Whether the rules name nobody: it is a statement only of whom the model finds.
    pub open: bool,
    /// The chance that its holder is right among those near it.
    pub chance: f32,
    /// Everything but the position.
    pub finding: Finding,
}

impl Candidate {
    /// All the words of a text as one: a quotation, or a source's words about somebody.
    pub fn whole(sieve: &Sieve, speech: bool) -> Self {
        let tokens = 0..sieve.parsed.tokens.len();
        let (form, kind, rule) = if speech {
            (Form::Quote, StatementKind::Quote, Rule::Beside)
        } else {
            (Form::Clause, StatementKind::Description, Rule::Description)
        };
        let actor = sieve.cast.mentions.first().map(|m| m.actor).filter(|_| !speech);
        let finding = finding(sieve, kind, rule, &tokens, actor);
        Self { form, tokens: tokens.clone(), parts: vec![tokens], speech, speaker: None, cue: None, open: false, chance: 1.0, finding }
    }
}

/// The candidates of each sentence, in the order in which they are read: quotations first, since nothing repeats them. Who is meant
/// where nobody is quoted, these weights tell.
pub fn find(sieve: &Sieve, weights: &Table<1>) -> Vec<Vec<Candidate>> {
    walk(sieve, weights, |_, _| ())
}

/// The same; `see` is shown each candidate whose holder is left to the model, as the rules leave it, with all that it may be of.
pub fn walk(sieve: &Sieve, weights: &Table<1>, mut see: impl FnMut(&Candidate, &[Choice])) -> Vec<Vec<Candidate>> {
    let sources = sieve.quotations();
    let mut found = enumerate(sieve, &sources);
    let holders = Holders::new(sieve, &sources);
    let mut before: Option<(u32, Option<usize>)> = None;
    for here in &mut found {
        for at in 0..here.len() {
            let block = sieve.parsed.block_of[here[at].tokens.start];
            if holders::is_open(here, at) {
                let previous = before.filter(|b| b.0 == block).and_then(|b| b.1);
                let choices = holders.choices(&here[at], previous);
                see(&here[at], &choices);
                assign(sieve, &mut here[at], &choices, weights);
            }
            before = Some((block, here[at].finding.actor));
        }
        here.retain(|c| !c.open || c.finding.actor.is_some());
    }
    found
}

/// Gives a candidate to the likeliest of those it may be of.
fn assign(sieve: &Sieve, candidate: &mut Candidate, choices: &[Choice], weights: &Table<1>) {
    let Some((choice, chance)) = holders::best(weights, choices) else { return };
    candidate.chance = chance;
    let finding = &mut candidate.finding;
    if choice.actor == finding.actor {
        return;
    }
    if finding.kind == StatementKind::Document {
        (finding.kind, finding.rule, candidate.speech) = (StatementKind::Description, Rule::Description, false);
    }
    if candidate.open && choice.actor.is_some() && choice.actor == sieve.voices.i.or(sieve.voices.we) {
        (finding.kind, finding.rule, candidate.speech) = (StatementKind::Document, Rule::FirstPerson, true);
    }
    finding.actor = choice.actor;
    finding.group = choice.actor.is_none();
    finding.mention = choice.mention.clone().map(|tokens| sieve.parsed.span(tokens));
    finding.on_behalf_of = if finding.kind == StatementKind::Description { None } else { behalf(sieve, &candidate.tokens, choice.actor) };
    finding.accused.retain(|accused| Some(accused.0) != choice.actor);
    candidate.speaker = choice.actor;
}

/// The candidates of each sentence as the rules find them.
pub fn enumerate(sieve: &Sieve, sources: &[Option<Source>]) -> Vec<Vec<Candidate>> {
    let mut quoted = quotations(sieve, sources).into_iter().peekable();
    let mut found = Vec::with_capacity(sieve.parsed.sentences.len());
    for sentence in &sieve.parsed.sentences {
        let tokens = sentence.tokens.clone();
        let end = sieve.parsed.tokens[tokens.end - 1].span.end;
        let mut here: Vec<Candidate> = std::iter::from_fn(|| quoted.next_if(|c| c.finding.span.start < end)).collect();
        if sieve.parsed.article.blocks[sentence.block].kind != BlockKind::Heading {
            match sieve.voices.labels.get(sentence.block).copied().unwrap_or_default() {
                Label::Speaks(Some(speaker)) => turn(sieve, tokens, speaker, &mut here),
                Label::Asks | Label::Speaks(None) => clauses(sieve, tokens, &mut here),
                Label::None => {
                    clauses(sieve, tokens.clone(), &mut here);
                    contents(sieve, tokens, &mut here);
                }
            }
        }
        found.push(here);
    }
    found
}

/// A finding without a position.
fn finding(sieve: &Sieve, kind: StatementKind, rule: Rule, range: &Range<usize>, actor: Option<usize>) -> Finding {
    Finding {
        kind,
        span: sieve.parsed.span(range.clone()),
        actor,
        group: false,
        mention: None,
        on_behalf_of: if kind == StatementKind::Description { None } else { behalf(sieve, range, actor) },
        rule,
        cue: None,
        position: None,
        confidence: confidence::UNKNOWN,
        accused: Vec::new(),
    }
}

fn mention(sieve: &Sieve, source: Option<&Source>) -> Option<Span> {
    source.and_then(|s| s.mention.clone()).map(|tokens| sieve.parsed.span(tokens))
}

/// For whom: the organization that the actor speaks for, or is of and calls “we”.
fn behalf(sieve: &Sieve, range: &Range<usize>, actor: Option<usize>) -> Option<usize> {
    let own = |i: usize| {
        sieve.parsed.quote_of[i].is_some() || sieve.voices.labels.get(sieve.parsed.block_of[i] as usize) == Some(&Label::Speaks(actor))
    };
    let we = || range.clone().any(|i| sieve.parsed.tokens[i].is_any(&["we", "our", "us", "ours"]) && own(i));
    let speaker = &sieve.cast.actors[actor?];
    speaker.organization.filter(|_| speaker.speaks_for || we())
}

/// One candidate a quotation.
fn quotations(sieve: &Sieve, sources: &[Option<Source>]) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (quote, source) in sieve.parsed.quotes.iter().zip(sources) {
        if !quote.is_statement() || quote.typed || scare(sieve, quote, source.as_ref()) {
            continue;
        }
        let actor = source.as_ref().and_then(|s| s.actor);
        let inner = quote.tokens.start + 1..quote.tokens.end - usize::from(quote.closed && quote.tokens.len() > 1);
        let rule = source.as_ref().map_or(Rule::Unattributed, |s| s.rule);
        let finding = Finding {
            span: quote.inner,
            group: source.as_ref().is_some_and(|s| s.group),
            mention: mention(sieve, source.as_ref()),
            cue: source.as_ref().and_then(|s| s.cue.clone()).map(|c| sieve.parsed.span(c)),
            ..finding(sieve, StatementKind::Quote, rule, &inner, actor)
        };
        found.push(Candidate {
            form: Form::Quote,
            tokens: inner.clone(),
            parts: vec![inner],
            speech: true,
            speaker: actor,
            cue: None,
            open: false,
            chance: 1.0,
            finding,
        });
    }
    found
}

/// Labels and catchwords between quotation marks: a name is given to something, nobody speaks.
fn scare(sieve: &Sieve, quote: &Quote, source: Option<&Source>) -> bool {
    let before = quote.tokens.start.checked_sub(1).map(|i| &sieve.parsed.tokens[i]);
    let attributed = source.is_some_and(|s| s.cue.is_some());
    let tokens = &sieve.parsed.tokens[quote.tokens.start.saturating_sub(3)..quote.tokens.start];
    let motto = tokens.last().is_some_and(|t| t.is_any(&["is", "was", "reads", ":", ","]))
        && tokens.iter().any(|t| t.is_any(&["motto", "slogan", "title", "headline", "tagline", "chorus"]));
    let label = motto
        || before.is_some_and(|t| {
            t.is_any(&[
                "called",
                "titled",
                "entitled",
                "named",
                "dubbed",
                "so-called",
                "headlined",
                "advertise",
                "paper",
                "book",
                "song",
                "article",
                "report",
                "under",
                "slogan",
            ])
        });
    let fragment = source.is_none()
        && before.is_some()
        && quote.words <= 7
        && sieve.parsed.sentence_of[quote.tokens.start - 1] == sieve.parsed.sentence_of[quote.tokens.start]
        && !sieve.parsed.tokens.get(quote.tokens.start + 1).is_some_and(Token::is_capital);
    if fragment {
        return true;
    }
    label && quote.words <= 8 && !(attributed && before.is_some_and(|t| t.is("called")) && quote.words > 4)
}

/// A sentence of an interview's turn: the speaker's, but for the clauses that it says of other actors.
fn turn(sieve: &Sieve, sentence: Range<usize>, speaker: usize, here: &mut Vec<Candidate>) {
    let start = content_start(sieve, &sentence);
    let clauses = clauses::find(sieve, start..sentence.end);
    // `ORG sells them; I give mine away`, even where the speaker is of ORG.
    let apart = clauses.iter().any(|c| c.first_person);
    let home = sieve.cast.actors[speaker].organization.filter(|_| !apart);
    let other = |c: &Clause| c.subjects.first().is_some_and(|&a| a != speaker && Some(a) != home);
    if !clauses.iter().any(other) {
        // `Some of our members would rather …`: theirs, not the speaker's.
        let group = clauses.first().is_some_and(|c| quotes_group(sieve, c));
        here.extend(own(sieve, start..sentence.end, speaker, group, here));
        return;
    }
    for clause in &clauses {
        let new = if other(clause) {
            clause_candidates(sieve, clause, here)
        } else if clause.first_person {
            own(sieve, trim_start(sieve, clause.tokens.start, clause.tokens.end)..clause.tokens.end, speaker, false, here)
                .into_iter()
                .collect()
        } else {
            continue;
        };
        here.extend(new);
    }
}

/// What a labelled speaker says, or says that a group says.
fn own(sieve: &Sieve, range: Range<usize>, speaker: usize, group: bool, here: &[Candidate]) -> Option<Candidate> {
    let range = range.start..trim_end(sieve, range.start, range.end);
    if range.len() < 2 || overlapped(sieve, here, &range) {
        return None;
    }
    let actor = Some(speaker).filter(|_| !group);
    let finding = Finding { group, ..finding(sieve, StatementKind::Document, Rule::Label, &range, actor) };
    let parts = outside_quotes(sieve, &range);
    Some(Candidate {
        form: Form::Turn,
        tokens: range,
        parts,
        speech: true,
        speaker: Some(speaker),
        cue: None,
        open: false,
        chance: 1.0,
        finding,
    })
}

/// Whether an unnamed group is said to say or want what follows.
fn quotes_group(sieve: &Sieve, clause: &Clause) -> bool {
    let tokens = &sieve.parsed.tokens;
    let some = clause
        .mention
        .as_ref()
        .is_some_and(|m| tokens[m.clone()].iter().any(|t| t.is_any(&["some", "many", "several", "others", "people", "colleagues"])));
    let behind = clause.mention.as_ref().map_or(clause.tokens.start, |m| m.end);
    clause.group
        && some
        && tokens[behind..clause.tokens.end.min(behind + 2)].iter().any(|t| lexicon().speaks(&t.lower) || t.is_any(&["would", "want"]))
}

/// Clauses that say something of an actor, in the source's voice or in indirect speech.
fn clauses(sieve: &Sieve, sentence: Range<usize>, here: &mut Vec<Candidate>) {
    let mut first = true;
    for clause in clauses::find(sieve, sentence) {
        if !first && refuses(sieve, &clause) {
            here.extend(clause.subjects.iter().map(|&actor| refusal(sieve, &clause, actor)));
        }
        first = false;
        let new = clause_candidates(sieve, &clause, here);
        here.extend(new);
    }
}

fn refusal(sieve: &Sieve, clause: &Clause, actor: usize) -> Candidate {
    let start = trim_start(sieve, clause.tokens.start, clause.tokens.end);
    let tokens = start..trim_end(sieve, start, clause.tokens.end).max(start + 1);
    let mention = clause.mention.clone().map(|m| sieve.parsed.span(m));
    let finding = Finding { mention, ..finding(sieve, StatementKind::Description, Rule::Description, &tokens, Some(actor)) };
    Candidate { form: Form::Refusal, tokens, parts: Vec::new(), speech: false, speaker: None, cue: None, open: false, chance: 1.0, finding }
}

/// A candidate for each subject of the clause.
fn clause_candidates(sieve: &Sieve, clause: &Clause, here: &[Candidate]) -> Vec<Candidate> {
    let start = trim_start(sieve, clause.tokens.start, clause.tokens.end);
    let range = start..trim_end(sieve, start, clause.tokens.end);
    let predicate = clause.predicate.start.max(start)..clause.predicate.end.min(range.end);
    if range.len() < 2 || predicate.len() < 2 || overlapped(sieve, here, &range) {
        return Vec::new();
    }
    let cue = cue(sieve, clause, &predicate);
    let spoken = cue.as_ref().is_some_and(|cue| lexicon().reports_speech(&sieve.parsed.tokens, cue.start));
    let (mut kind, mut rule) =
        if spoken { (StatementKind::Paraphrase, Rule::Clause) } else { (StatementKind::Description, Rule::Description) };
    let mut open = false;
    let mut subjects: Vec<Option<usize>> = clause.subjects.iter().copied().map(Some).collect();
    if subjects.is_empty() {
        let group = clause.group
            && cue.is_some()
            && clause.mention.as_ref().is_some_and(|m| m.len() > 1 || sieve.parsed.tokens[m.start].lower.ends_with('s'));
        if group && spoken {
            subjects.push(None);
        } else if let Some(writer) = writer(sieve, &range).filter(|_| !quoting(sieve, here, &range)) {
            subjects.push(Some(writer));
            (kind, rule) = (StatementKind::Document, Rule::FirstPerson);
        } else if group || !quoting(sieve, here, &range) {
            subjects.push(None);
            open = !group;
        }
    }
    let mention = clause.mention.clone().map(|m| sieve.parsed.span(m));
    let speech = cue.is_some() || clause.first_person;
    let parts = outside_quotes(sieve, &predicate);
    let candidate = |actor: Option<usize>| Candidate {
        form: Form::Clause,
        tokens: range.clone(),
        parts: parts.clone(),
        speech,
        speaker: clause.subjects.first().copied(),
        cue: cue.clone(),
        open,
        chance: 1.0,
        finding: Finding {
            group: clause.group && actor.is_none(),
            mention,
            cue: cue.clone().map(|c| sieve.parsed.span(c)),
            accused: accused(sieve, clause, cue.as_ref()),
            ..finding(sieve, kind, rule, &range, actor)
        },
    };
    subjects.into_iter().map(candidate).collect()
}

/// Whether the range holds what somebody else is quoted to say.
fn quoting(sieve: &Sieve, here: &[Candidate], range: &Range<usize>) -> bool {
    let span = sieve.parsed.span(range.clone());
    here.iter().any(|c| c.form == Form::Quote && span.contains(c.finding.span))
}

/// Whose words a clause without a named subject is: the post's, the column's.
fn writer(sieve: &Sieve, range: &Range<usize>) -> Option<usize> {
    let sentence = sieve.parsed.sentences[sieve.parsed.sentence_of[range.start] as usize].tokens.clone();
    let says = |words: &[&str]| sentence.clone().any(|i| sieve.parsed.quote_of[i].is_none() && sieve.parsed.tokens[i].is_any(words));
    let voices = sieve.voices;
    if says(&["i", "my"]) || voices.column {
        voices.i.or(voices.we)
    } else if says(&["we", "our", "us"]) || voices.release && on_question(sieve, range) {
        voices.we
    } else {
        None
    }
}

/// Whether a range speaks of models and what becomes of them.
fn on_question(sieve: &Sieve, range: &Range<usize>) -> bool {
    position::touches(sieve.parsed, range.clone()) || range.clone().any(|i| sieve.makers.of(sieve.parsed, sieve.cast, i).is_some())
}

/// Whom the clause accuses: the first actor named behind `accuses`; with what depends on the clause's position.
fn accused(sieve: &Sieve, clause: &Clause, cue: Option<&Range<usize>>) -> Vec<(usize, Value)> {
    let Some(cue) = cue.filter(|c| sieve.parsed.tokens[c.start].lower.starts_with("accus")) else { return Vec::new() };
    let named = sieve.cast.within(cue.end..clause.tokens.end.max(cue.end)).iter().map(|m| m.actor).find(|a| !clause.subjects.contains(a));
    named.map(|actor| (actor, Value::MIXED)).into_iter().collect()
}

/// Indirect speech that the models find.
fn contents(sieve: &Sieve, sentence: Range<usize>, here: &mut Vec<Candidate>) {
    let index = sieve.parsed.sentence_of[sentence.start] as usize;
    for attributed in &sieve.learned[index] {
        let range = attributed.content.start..trim_end(sieve, attributed.content.start, attributed.content.end);
        let quoted = range.clone().any(|i| sieve.parsed.quote_of[i].is_some_and(|q| sieve.parsed.quotes[q as usize].is_statement()));
        let around = range.contains(&attributed.cue) && quoted;
        if range.is_empty() || around || attributed.probability < model::ACCEPT_MIN || overlapped(sieve, here, &range) {
            continue;
        }
        let cue = attributed.cue..attributed.cue + 1;
        let unnamed = Source { rule: Rule::Clause, mention: None, actor: None, group: true, cue: Some(cue.clone()) };
        let source = sieve.source_of(attributed).unwrap_or(unnamed);
        let actor = source.actor;
        let finding = Finding {
            group: source.group || actor.is_none(),
            mention: mention(sieve, Some(&source)),
            cue: source.cue.clone().map(|c| sieve.parsed.span(c)),
            ..finding(sieve, StatementKind::Paraphrase, source.rule, &range, actor)
        };
        // A quotation inside is a statement of its own: what stands around it is not read.
        let parts = if quoted || actor.is_none() { Vec::new() } else { vec![range.clone()] };
        here.push(Candidate {
            form: Form::Content,
            tokens: range,
            parts,
            speech: true,
            speaker: actor,
            cue: source.cue,
            open: false,
            chance: 1.0,
            finding,
        });
    }
}

/// Whether a quotation already covers most of the range.
fn overlapped(sieve: &Sieve, here: &[Candidate], range: &Range<usize>) -> bool {
    let span = sieve.parsed.span(range.clone());
    here.iter().any(|c| c.form == Form::Quote && c.finding.span.overlaps(span) && c.finding.span.len() * 2 > span.len())
}
