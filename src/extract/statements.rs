//! From sources, clauses and positions to findings.

use std::ops::Range;

use super::{
    article::BlockKind,
    attribution::{Sieve, Source},
    author::{Label, Voices},
    clauses::{self, Clause},
    confidence, context,
    findings::{Finding, Modality, Reading, Rule},
    lexicon::lexicon,
    model,
    position::{self, Voice},
    quotes::{self, Quote},
    tokens::{Kind, Token},
};
use crate::domain::{stance::Value, statement::StatementKind, text::Span};

/// Everything that the sentences of an article yield, in the order of the text.
pub fn find(sieve: &Sieve, voices: &Voices) -> Vec<Finding> {
    let sources = sieve.quotations();
    let mut quoted = quotations(sieve, &sources).into_iter().peekable();
    let mut findings = Vec::new();
    for sentence in &sieve.parsed.sentences {
        let tokens = sentence.tokens.clone();
        let end = sieve.parsed.tokens[tokens.end - 1].span.end;
        // What one sentence yields: its quotations first, since they are never repeated by what is read around them.
        let mut here: Vec<Finding> = std::iter::from_fn(|| quoted.next_if(|f| f.span.start < end)).collect();
        if sieve.parsed.article.blocks[sentence.block].kind != BlockKind::Heading {
            match voices.labels.get(sentence.block).copied().unwrap_or_default() {
                Label::Speaks(Some(speaker)) => labelled(sieve, voices, tokens, speaker, &mut here),
                Label::Asks | Label::Speaks(None) => described(sieve, voices, tokens, &mut here),
                Label::None => {
                    described(sieve, voices, tokens.clone(), &mut here);
                    indirect(sieve, tokens, &mut here);
                }
            }
        }
        findings.append(&mut here);
    }
    findings.sort_by_key(|f| (f.span.start, f.span.end, f.actor));
    context::consistent(sieve, &mut findings);
    context::in_context(sieve, &mut findings);
    findings.retain(|f| !f.span.is_empty());
    findings
}

fn mention(sieve: &Sieve, source: Option<&Source>) -> Option<Span> {
    source.and_then(|s| s.mention.clone()).map(|tokens| sieve.parsed.span(tokens))
}

fn behalf(sieve: &Sieve, actor: Option<usize>) -> Option<usize> {
    let actor = &sieve.cast.actors[actor?];
    actor.organization.filter(|_| actor.speaks_for)
}

/// One finding a quotation.
fn quotations(sieve: &Sieve, sources: &[Option<Source>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (quote, source) in sieve.parsed.quotes.iter().zip(sources) {
        if !quote.is_statement() || quote.typed || scare(sieve, quote, source.as_ref()) {
            continue;
        }
        let actor = source.as_ref().and_then(|s| s.actor);
        let rule = source.as_ref().map_or(Rule::Unattributed, |s| s.rule);
        let inner = quote.tokens.start + 1..quote.tokens.end - usize::from(quote.closed && quote.tokens.len() > 1);
        let position =
            position::read(sieve.parsed, inner, Voice::Speech(sieve.cast, actor)).filter(|_| actor.is_some() || source.is_none());
        let cue = source.as_ref().and_then(|s| s.cue.clone()).map(|c| sieve.parsed.span(c));
        findings.push(finish(Finding {
            kind: StatementKind::Quote,
            span: quote.inner,
            actor,
            group: source.as_ref().is_some_and(|s| s.group),
            mention: mention(sieve, source.as_ref()),
            on_behalf_of: behalf(sieve, actor),
            rule,
            cue,
            position,
            confidence: confidence::UNKNOWN,
            accused: Vec::new(),
        }));
    }
    findings
}

/// Labels and catchwords between quotation marks: a name is given to something, nobody speaks.
fn scare(sieve: &Sieve, quote: &Quote, source: Option<&Source>) -> bool {
    let before = quote.tokens.start.checked_sub(1).map(|i| &sieve.parsed.tokens[i]);
    let attributed = source.is_some_and(|s| s.cue.is_some());
    let label = before.is_some_and(|t| {
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

/// A finding with its measured confidence.
fn finish(mut finding: Finding) -> Finding {
    finding.confidence = confidence::of(finding.rule, finding.position.as_ref());
    finding
}

/// The turns of an interview: each sentence that takes a position is the speaker's.
fn labelled(sieve: &Sieve, voices: &Voices, sentence: Range<usize>, speaker: usize, findings: &mut Vec<Finding>) {
    let start = content_start(sieve, &sentence);
    let range = start..trim_end(sieve, start, sentence.end);
    if range.len() < 2 {
        return;
    }
    // What the speaker says of another actor is a description of that actor.
    let clauses = clauses::find(sieve, sentence);
    let other = |c: &Clause| c.subjects.first().is_some_and(|&a| a != speaker && Some(a) != sieve.cast.actors[speaker].organization);
    if clauses.iter().any(other) {
        for clause in clauses.iter().filter(|c| other(c)) {
            let new = from_clause(sieve, voices, clause, findings);
            findings.extend(new.into_iter().flatten());
        }
        return;
    }
    let voice = Voice::Speech(sieve.cast, Some(speaker));
    let Some(reading) =
        outside_quotes(sieve, &range).into_iter().filter_map(|part| position::read(sieve.parsed, part, voice)).reduce(merge)
    else {
        return;
    };
    if overlapped(sieve, findings, &range) {
        return;
    }
    findings.push(finish(Finding {
        kind: StatementKind::Document,
        span: sieve.parsed.span(range),
        actor: Some(speaker),
        group: false,
        mention: None,
        on_behalf_of: behalf(sieve, Some(speaker)),
        rule: Rule::Label,
        cue: None,
        position: Some(reading),
        confidence: confidence::UNKNOWN,
        accused: Vec::new(),
    }));
}

/// Whether a finding was made from a quotation.
fn is_quotation(finding: &Finding) -> bool {
    finding.kind == StatementKind::Quote
        || !matches!(finding.rule, Rule::Clause | Rule::Description | Rule::FirstPerson | Rule::Label | Rule::AccordingTo)
}

/// Whether a quotation already covers most of the range.
fn overlapped(sieve: &Sieve, findings: &[Finding], range: &Range<usize>) -> bool {
    let span = sieve.parsed.span(range.clone());
    findings.iter().any(|f| f.span.overlaps(span) && is_quotation(f) && f.span.len() * 2 > span.len())
}

/// Behind a label such as `Q:`.
fn content_start(sieve: &Sieve, sentence: &Range<usize>) -> usize {
    let start = sentence.start;
    let labelled = start == 0 || sieve.parsed.block_of[start - 1] != sieve.parsed.block_of[start];
    let colon = sentence.clone().take(5).find(|&i| sieve.parsed.tokens[i].is(":")).filter(|_| labelled);
    colon.map_or(start, |c| (c + 1).min(sentence.end))
}

fn trim_end(sieve: &Sieve, start: usize, end: usize) -> usize {
    let mut to = end;
    while to > start && sieve.parsed.tokens[to - 1].kind == Kind::Punct {
        to -= 1;
    }
    to
}

fn trim_start(sieve: &Sieve, start: usize, end: usize) -> usize {
    let mut from = start;
    while from < end
        && (sieve.parsed.tokens[from].is_any(&[
            ",", "and", "but", "while", "whereas", "although", "though", "as", "then", "so", "because", "–", "—", "-", ":", ";", "yet",
            "that",
        ]) && !sieve.parsed.tokens[from].is_capital())
    {
        from += 1;
    }
    from
}

/// Clauses that give an actor a position, in the source's voice or in indirect speech.
fn described(sieve: &Sieve, voices: &Voices, sentence: Range<usize>, findings: &mut Vec<Finding>) {
    let mut before: Option<Reading> = None;
    for clause in clauses::find(sieve, sentence) {
        if let Some(reading) = before.take().filter(|_| refuses(sieve, &clause)) {
            let value = Value::new(-reading.value.hundredths()).unwrap_or(Value::MIXED);
            let reading = Reading { value, why: format!("the reverse of: {}", reading.why), ..reading };
            findings.extend(clause.subjects.iter().map(|&actor| describe(sieve, &clause, actor, reading.clone())));
            continue;
        }
        let start = findings.len();
        let new = from_clause(sieve, voices, &clause, findings);
        findings.extend(new.into_iter().flatten());
        before = findings.get(start).and_then(|f| f.position.clone());
    }
}

/// `…; A and B do not.`
fn refuses(sieve: &Sieve, clause: &Clause) -> bool {
    let from = clause.mention.as_ref().map_or(clause.tokens.start, |m| m.end);
    let rest: Vec<&Token> =
        sieve.parsed.tokens[from.min(clause.tokens.end)..clause.tokens.end].iter().filter(|t| t.kind == Kind::Word).collect();
    !clause.subjects.is_empty()
        && (1..=3).contains(&rest.len())
        && rest[0].is_any(&[
            "do", "does", "did", "have", "has", "will", "would", "don't", "doesn't", "didn't", "won't", "wouldn't", "haven't", "hasn't",
        ])
        && rest.iter().any(|t| t.is("not") || t.lower.ends_with("n't"))
}

/// A description of an actor by a whole clause.
fn describe(sieve: &Sieve, clause: &Clause, actor: usize, reading: Reading) -> Finding {
    let start = trim_start(sieve, clause.tokens.start, clause.tokens.end);
    finish(Finding {
        kind: StatementKind::Description,
        span: sieve.parsed.span(start..trim_end(sieve, start, clause.tokens.end).max(start + 1)),
        actor: Some(actor),
        group: false,
        mention: clause.mention.clone().map(|m| sieve.parsed.span(m)),
        on_behalf_of: None,
        rule: Rule::Description,
        cue: None,
        position: Some(reading),
        confidence: confidence::UNKNOWN,
        accused: Vec::new(),
    })
}

fn from_clause(sieve: &Sieve, voices: &Voices, clause: &Clause, findings: &mut [Finding]) -> Option<Vec<Finding>> {
    let start = trim_start(sieve, clause.tokens.start, clause.tokens.end);
    let range = start..trim_end(sieve, start, clause.tokens.end);
    let predicate = clause.predicate.start.max(start)..clause.predicate.end.min(range.end);
    if range.len() < 3 || predicate.len() < 2 {
        return None;
    }
    let cue = cue(sieve, clause, &predicate);
    let voice =
        if cue.is_some() || clause.first_person { Voice::Speech(sieve.cast, clause.subjects.first().copied()) } else { Voice::Description };
    let outside: Vec<Range<usize>> = outside_quotes(sieve, &predicate);
    let reading = outside.into_iter().filter_map(|part| position::read(sieve.parsed, part, voice)).reduce(merge)?;
    // A hedge within a quotation, or parted from its term by one, weakens the whole clause.
    let reading = position::weakened(sieve.parsed, predicate.clone(), reading);
    if embedded(sieve, clause, &range, &reading, findings) || overlapped(sieve, findings, &range) {
        return None;
    }
    let mut subjects: Vec<Option<usize>> = clause.subjects.iter().copied().map(Some).collect();
    let spoken = cue.as_ref().is_some_and(|cue| lexicon().reports_speech(&sieve.parsed.tokens, cue.start));
    let mut rule = if spoken { Rule::Clause } else { Rule::Description };
    let mut kind = if spoken { StatementKind::Paraphrase } else { StatementKind::Description };
    if subjects.is_empty() {
        let first = sieve.parsed.tokens[range.clone()]
            .iter()
            .enumerate()
            .any(|(n, t)| sieve.parsed.quote_of[range.start + n].is_none() && t.is_any(&["we", "our", "us"]));
        let i = sieve.parsed.tokens[range.clone()]
            .iter()
            .enumerate()
            .any(|(n, t)| sieve.parsed.quote_of[range.start + n].is_none() && t.is_any(&["i", "my"]));
        let voice = if i || voices.column {
            voices.i.or(voices.we)
        } else if first || voices.release {
            voices.we
        } else {
            None
        };
        if let Some(actor) = voice {
            subjects.push(Some(actor));
            rule = Rule::FirstPerson;
            kind = StatementKind::Document;
        } else if clause.group
            && cue.is_some()
            && clause.mention.as_ref().is_some_and(|m| m.len() > 1 || sieve.parsed.tokens[m.start].lower.ends_with('s'))
        {
            subjects.push(None);
        } else {
            return None;
        }
    }
    let mention = clause.mention.clone().map(|m| sieve.parsed.span(m));
    let group = clause.group;
    let accused = accused(sieve, clause, cue.as_ref(), &reading);
    if !accused.is_empty() {
        rule = Rule::Accusation;
    }
    let new = subjects.into_iter().map(|actor| {
        finish(Finding {
            kind,
            span: sieve.parsed.span(range.clone()),
            actor,
            group: group && actor.is_none(),
            mention,
            on_behalf_of: if kind == StatementKind::Description { None } else { behalf(sieve, actor) },
            rule,
            cue: cue.clone().map(|c| sieve.parsed.span(c)),
            position: Some(reading.clone()),
            confidence: confidence::UNKNOWN,
            accused: accused.clone(),
        })
    });
    Some(new.collect())
}

/// Whom the clause accuses: the first actor named behind `accuses`, with the opposite of what its accuser stands for.
fn accused(sieve: &Sieve, clause: &Clause, cue: Option<&Range<usize>>, reading: &Reading) -> Vec<(usize, Value)> {
    let Some(cue) = cue.filter(|c| sieve.parsed.tokens[c.start].lower.starts_with("accus")) else { return Vec::new() };
    let named = sieve.cast.within(cue.end..clause.tokens.end.max(cue.end)).iter().map(|m| m.actor).find(|a| !clause.subjects.contains(a));
    let value = Value::new(-reading.value.hundredths()).unwrap_or(Value::MIXED);
    named.map(|actor| (actor, value)).into_iter().collect()
}

/// A quotation within the clause is the statement; without a position of its own it takes the clause's.
fn embedded(sieve: &Sieve, clause: &Clause, range: &Range<usize>, reading: &Reading, findings: &mut [Finding]) -> bool {
    let span = sieve.parsed.span(range.clone());
    let mut found = false;
    for quote in findings.iter_mut().filter(|f| {
        f.kind == StatementKind::Quote && span.contains(f.span) && f.actor.is_some() && clause.subjects.first() == f.actor.as_ref()
    }) {
        found = true;
        if quote.position.is_none() && quotes::word_runs(quote.span.of(&sieve.parsed.article.text)) <= 8 {
            quote.position = Some(Reading { why: format!("its clause: {}", reading.why), ..reading.clone() });
            quote.confidence = confidence::of(quote.rule, quote.position.as_ref());
        }
    }
    found
}

/// Two readings of one clause's parts.
fn merge(a: Reading, b: Reading) -> Reading {
    let value = if a.value.side() == b.value.side() { a.value } else { Value::MIXED };
    let modality = if value == a.value { a.modality } else { Modality::Both };
    let terms = a.terms.into_iter().chain(b.terms).collect();
    Reading { value, modality, terms, why: format!("{}; {}", a.why, b.why) }
}

/// The parts of a range outside quotations of statement length.
fn outside_quotes(sieve: &Sieve, range: &Range<usize>) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = range.start;
    for i in range.clone() {
        let inside = sieve.parsed.quote_of[i].is_some_and(|q| sieve.parsed.quotes[q as usize].is_statement());
        if inside {
            if i > start {
                parts.push(start..i);
            }
            start = i + 1;
        }
    }
    if start < range.end {
        parts.push(start..range.end);
    }
    parts
}

/// The attributing verb of a clause whose subject speaks.
fn cue(sieve: &Sieve, clause: &Clause, predicate: &Range<usize>) -> Option<Range<usize>> {
    let tokens = &sieve.parsed.tokens;
    let after = clause.mention.as_ref().map_or(predicate.start, |m| m.end.min(predicate.end));
    let speech = |t: &Token| {
        lexicon().cues.contains_key(&t.lower)
            && !t.is_any(&[
                "open",
                "opened",
                "opens",
                "opening",
                "release",
                "post",
                "posts",
                "posted",
                "publish",
                "published",
                "publishes",
                "offer",
                "offered",
                "offers",
                "back",
                "backed",
                "hold",
                "holds",
                "held",
                "close",
                "closed",
                "closes",
                "show",
                "see",
                "find",
                "finds",
                "found",
                "plan",
                "plans",
                "go",
                "goes",
            ])
    };
    let found = (after..predicate.end.min(after + 14))
        .find(|&i| sieve.parsed.quote_of[i].is_none() && speech(&tokens[i]) && !tokens[i].is_capital());
    // `…, she argued` at the end of the clause.
    let found = found.or_else(|| {
        (predicate.end.saturating_sub(4).max(after)..predicate.end)
            .find(|&i| sieve.parsed.quote_of[i].is_none() && speech(&tokens[i]) && lexicon().speaks(&tokens[i].lower))
    });
    found.map(|i| i..i + 1)
}

/// Indirect speech that takes no position: kept as an attribution.
fn indirect(sieve: &Sieve, sentence: Range<usize>, findings: &mut Vec<Finding>) {
    let index = sieve.parsed.sentence_of[sentence.start] as usize;
    for attributed in &sieve.learned[index] {
        let range = attributed.content.start..trim_end(sieve, attributed.content.start, attributed.content.end);
        let around = range.contains(&attributed.cue)
            && range.clone().any(|i| sieve.parsed.quote_of[i].is_some_and(|q| sieve.parsed.quotes[q as usize].is_statement()));
        if range.is_empty() || around || attributed.probability < model::ACCEPT_MIN || overlapped(sieve, findings, &range) {
            continue;
        }
        let source = attributed.source.clone().map_or(
            Source { rule: Rule::Clause, mention: None, actor: None, group: true, cue: Some(attributed.cue..attributed.cue + 1) },
            |s| sieve.source(Rule::Clause, &super::phrases::phrase(sieve.parsed, sieve.cast, s), attributed.cue..attributed.cue + 1),
        );
        let span = sieve.parsed.span(range.clone());
        if findings.iter().any(|f| f.kind != StatementKind::Quote && f.span.overlaps(span) && (f.actor == source.actor || f.span == span)) {
            continue;
        }
        let actor = source.actor;
        // A quotation inside is a statement of its own; a clause that was read already is not read again.
        let quoted = range.clone().any(|i| sieve.parsed.quote_of[i].is_some_and(|q| sieve.parsed.quotes[q as usize].is_statement()));
        let read = findings.iter().any(|f| f.position.is_some() && f.span.overlaps(span));
        let position =
            position::read(sieve.parsed, range, Voice::Speech(sieve.cast, actor)).filter(|_| actor.is_some() && !quoted && !read);
        findings.push(finish(Finding {
            kind: StatementKind::Paraphrase,
            span,
            actor,
            group: source.group || actor.is_none(),
            mention: mention(sieve, Some(&source)),
            on_behalf_of: behalf(sieve, actor),
            rule: source.rule,
            cue: source.cue.clone().map(|c| sieve.parsed.span(c)),
            position,
            confidence: confidence::UNKNOWN,
            accused: Vec::new(),
        }));
    }
}
