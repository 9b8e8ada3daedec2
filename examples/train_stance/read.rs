//! From labelled sentences and articles to what is learned from.

use std::{fs, path::Path};

use anyhow::Context as _;
use openstance::{
    cli::eval::{self, Labelled, Said},
    domain::text::{CodePoints, Span},
    extract::{
        Format, Gazetteer,
        candidates::{self, Candidate, Form, holders::Choice, memberships},
        lexicon::lexicon,
        measure::{Marks, Set},
        names::actors::Cast,
        positions::{
            overall,
            position::{self, Voice},
            stance::{self, CONTEXT, View, Weights},
            stance_features::{self, Feature, Mask},
            statements, topic,
        },
        ruled, sieved,
        text::{article, sentences::Parsed},
    },
};

use super::learn::{Choosing, Example, Position, Whole};

/// Sentences of a run that stands for an article.
const RUN: usize = 6;

/// Tokens of a part of an article that stands for a short one.
const PART: usize = 80;

/// A labelled article.
pub struct Document {
    pub text: String,
    pub labels: Labelled,
}

/// The labelled sentences, as quotations or clauses; `{A}` is the holder, `{B}` and `{C}` are others, `{M}` a product.
pub fn sentences(lines: &str) -> anyhow::Result<Vec<Example>> {
    let cast = Cast::default();
    let mut examples = Vec::new();
    for line in lines.lines().filter(|line| !line.starts_with('#')) {
        let mut cells = line.splitn(3, '\t');
        let (Some(position), Some(voice), Some(text)) = (cells.next(), cells.next(), cells.next()) else {
            anyhow::bail!("{}…: not three cells", line.chars().take(60).collect::<String>())
        };
        let text = text.replace("{A}", "Qholder").replace("{B}", "Qother").replace("{C}", "Qother").replace("{M}", "Qname");
        let article = article::read(&text, Format::Text);
        let parsed = Parsed::new(&article);
        let range = 0..parsed.tokens.len();
        let quote = voice == "quote";
        let speech = quote || parsed.tokens.iter().any(|t| lexicon().speaks(&t.lower));
        let voice = if speech { Voice::Speech(&cast, None) } else { Voice::Description };
        let reading = position::read(&parsed, range.clone(), voice);
        let mask = |i: usize| match parsed.tokens[i].lower.as_str() {
            "qholder" => Some(Mask::Holder),
            "qother" => Some(Mask::Other),
            "qname" => Some(Mask::Name),
            _ => None,
        };
        let form = stance_features::form(if quote { Form::Quote } else { Form::Clause }, speech);
        let mut features = Vec::new();
        stance_features::of_words(&parsed.tokens, range, mask, form, reading.as_ref(), &mut features);
        // Takes up how much oftener a labelled sentence has a position than a candidate has one.
        features.push(Feature { hash: 0x5EED, token: None });
        examples.push(Example { features, position: Position::parse(position)?, in_article: false });
    }
    Ok(examples)
}

/// Runs of sentences from all over the file, which stand for short articles.
pub fn runs(lines: &str) -> Vec<String> {
    let texts: Vec<&str> = lines.lines().filter_map(|line| line.splitn(3, '\t').nth(2)).collect();
    let run = |r: usize| (0..RUN).map(|k| texts[(r * RUN + k) * 7919 % texts.len()]).collect::<Vec<_>>().join("\n");
    (0..texts.len() / RUN).map(run).collect()
}

/// The texts of a file of news.
pub fn texts(path: &Path) -> anyhow::Result<Vec<String>> {
    #[derive(serde::Deserialize)]
    struct Line {
        text: String,
    }
    let lines = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    lines.lines().map(|line| Ok(serde_json::from_str::<Line>(line)?.text)).collect()
}

/// What the topic model sees of a text: its windows, and a part of some sentences of each.
pub fn topics(text: &str) -> Vec<Vec<Feature>> {
    let article = article::read(text, Format::Text);
    let tokens = Parsed::new(&article).tokens;
    let windows = tokens.chunks(topic::WINDOW).take(4);
    windows.flat_map(|window| [topic::features(window), topic::features(&window[..window.len().min(PART)])]).collect()
}

/// The labelled statements of an article with their places, those that `keep` wants.
pub fn placed<'d>(document: &'d Document, marks: &Marks, keep: impl Fn(&Said) -> bool) -> Vec<(Set, &'d Said)> {
    let place = |s: &Said| marks.place(&document.text, &s.text).map(|at| marks.set(&[at]));
    document.labels.statements.iter().filter(|s| keep(s)).filter_map(|s| Some((place(s)?, s))).collect()
}

/// The people of an article: what each may be, and which of that is right. Whoever is labelled as of an organization that was not found
/// teaches nothing.
pub fn memberships(document: &Document, gazetteer: &Gazetteer) -> Vec<Choosing> {
    let article = article::read(&document.text, Format::Text);
    let parsed = Parsed::new(&article);
    let labels = &document.labels;
    ruled(&parsed, gazetteer, |sieve| {
        let scorer = eval::scorer(labels, &sieve.cast.actors);
        let name = |a: usize| Some(sieve.cast.actors[a].name.as_str());
        let case = |(person, choices): (usize, Vec<memberships::Choice>)| {
            let labelled = labels.people.iter().find(|p| scorer.same(Some(&p.name), name(person)))?;
            let of = labelled.organization.as_deref();
            let said = labels.statements.iter().filter(|s| s.speaker.as_deref() == Some(&labelled.name));
            let for_it = said.clone().filter(|s| of.is_some() && s.on_behalf_of.as_deref() == of).count();
            // Nothing is known of whom is silent.
            let (all, is_right) = (said.count(), |m: &memberships::Membership| match m.organization {
                None => of.is_none(),
                Some(o) => of.is_some() && scorer.same(of, name(o)),
            });
            let right = choices.iter().map(|c| is_right(&c.0) && (of.is_none() || all == 0 || c.0.speaks == (2 * for_it >= all))).collect();
            Some((choices.into_iter().map(|c| c.1).collect(), right))
        };
        memberships::choices(sieve).into_iter().filter_map(case).collect()
    })
}

/// The candidates of an article whose holder is learned: who they may be of, and which of those are right.
pub fn holders(document: &Document, gazetteer: &Gazetteer, weights: &Weights) -> Vec<Choosing> {
    let article = article::read(&document.text, Format::Text);
    let parsed = Parsed::new(&article);
    let (marks, points) = (Marks::new(&document.text), CodePoints::new(&document.text));
    let labels = &document.labels;
    let gold = placed(document, &marks, |s| s.kind != "quote");
    sieved(&parsed, gazetteer, &weights.memberships, |sieve| {
        let scorer = eval::scorer(labels, &sieve.cast.actors);
        let mut cases = Vec::new();
        candidates::walk(sieve, &weights.holders, |candidate, choices| {
            let at = points.position(candidate.finding.span);
            let own = marks.set(&[[at.start, at.end]]);
            let said: Vec<&Said> = gold.iter().filter(|g| marks.overlap(&g.0, &own) >= 0.5).map(|g| g.1).collect();
            let name = |c: &Choice| c.actor.map(|a| sieve.cast.actors[a].name.as_str());
            let right: Vec<bool> = choices.iter().map(|c| said.iter().any(|s| scorer.same(s.speaker.as_deref(), name(c)))).collect();
            if !said.is_empty() {
                cases.push((choices.iter().map(|c| c.features.clone()).collect(), right));
            }
        });
        cases
    })
}

/// The candidates of an article, each with the position of the labelled statement that it overlaps by half, if any.
pub fn candidates(document: &Document, gazetteer: &Gazetteer, weights: &Weights) -> Vec<Example> {
    let article = article::read(&document.text, Format::Text);
    let parsed = Parsed::new(&article);
    let (marks, points) = (Marks::new(&document.text), CodePoints::new(&document.text));
    let set = |span: Span| {
        let at = points.position(span);
        marks.set(&[[at.start, at.end]])
    };
    let labels = &document.labels;
    let gold = placed(document, &marks, |_| true);
    sieved(&parsed, gazetteer, &weights.memberships, |sieve| {
        let scorer = eval::scorer(labels, &sieve.cast.actors);
        let label = |candidate: &Candidate| {
            let own = set(candidate.finding.span);
            let speaker = candidate.finding.actor.map(|a| sieve.cast.actors[a].name.as_str());
            let near = gold.iter().map(|g| (marks.overlap(&g.0, &own), g.1)).filter(|(overlap, _)| *overlap >= 0.5);
            let best = near.max_by(|(x, a), (y, b)| {
                let rank = |s: &Said| (scorer.same(s.speaker.as_deref(), speaker), s.position != "none");
                rank(a).cmp(&rank(b)).then(x.total_cmp(y))
            });
            best.map_or(Position::None, |(_, said)| Position::parse(&said.position).unwrap_or(Position::None))
        };
        let example = |r: statements::Read| Example { position: label(&r.candidate), features: r.features, in_article: true };
        statements::read(sieve, &weights.holders).into_iter().map(example).collect()
    })
}

/// What an article may say of its actors as a whole, with what it says.
pub fn overall(document: &Document, gazetteer: &Gazetteer, weights: &Weights) -> Vec<Whole> {
    let article = article::read(&document.text, Format::Text);
    let parsed = Parsed::new(&article);
    let labels = &document.labels;
    sieved(&parsed, gazetteer, &weights.memberships, |sieve| {
        let scorer = eval::scorer(labels, &sieve.cast.actors);
        let (read, leanings) = statements::heard(sieve, weights);
        let actors = overall::features(read.iter().map(|r| &r.candidate).zip(leanings), &sieve.cast.actors);
        let held = |actor: usize| {
            let held = labels.stances.iter().find(|h| scorer.same(Some(&h.holder), Some(&sieve.cast.actors[actor].name)));
            held.map_or(Position::None, |h| Position::parse(&h.position).unwrap_or(Position::None))
        };
        actors.into_iter().map(|(actor, features)| (features, held(actor))).collect()
    })
}

/// What stands around each candidate of an article, by these models of words.
pub fn contexts(document: &Document, gazetteer: &Gazetteer, weights: &Weights) -> Vec<[f32; CONTEXT]> {
    let article = article::read(&document.text, Format::Text);
    let parsed = Parsed::new(&article);
    sieved(&parsed, gazetteer, &weights.memberships, |sieve| {
        let view = |r: &statements::Read| View::new(sieve, &r.candidate, weights.leaning(&r.features));
        stance::context(&statements::read(sieve, &weights.holders).iter().map(view).collect::<Vec<_>>())
    })
}
