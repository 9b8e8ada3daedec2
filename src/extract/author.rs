//! Who “we” and “I” are: the publisher of a post, the writer of a column, the speakers of an interview.

use super::{
    actors::Cast,
    article::BlockKind,
    quotes,
    sentences::Parsed,
    tokens::{Kind, Shape},
};

/// What stands before the words of a block.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Label {
    /// No label.
    #[default]
    None,
    /// One who only asks.
    Asks,
    /// Whose words follow, as far as known.
    Speaks(Option<usize>),
}

/// The voices of an article that are printed without quotation marks.
#[derive(Debug, Default)]
pub struct Voices {
    /// The organization that “we” means.
    pub we: Option<usize>,
    /// The person that “I” means.
    pub i: Option<usize>,
    /// Per block: the speaker that a label names.
    pub labels: Vec<Label>,
    /// Whether sentences without another subject are the writer's own (a column).
    pub column: bool,
    /// Whether sentences without another subject are the organization's own (a press release).
    pub release: bool,
}

/// Finds the voices.
pub fn find(parsed: &Parsed, cast: &Cast) -> Voices {
    let mut voices = Voices { labels: labels(parsed, cast), ..Voices::default() };
    if voices.labels.iter().any(|l| *l != Label::None) {
        return voices;
    }
    let (mut we, mut i, mut words) = (0, 0, 0);
    for (index, token) in parsed.tokens.iter().enumerate() {
        if parsed.quote_of[index].is_none() && token.kind == Kind::Word {
            words += 1;
            we += usize::from(token.is_any(&["we", "our", "us"]));
            i += usize::from(token.is_any(&["i", "my"]));
        }
    }
    let (person, organization) = byline(parsed, cast);
    if we >= 4 && we * 100 >= words || organization.is_some() && we >= 2 {
        voices.release = true;
        voices.we = organization.or_else(|| person.and_then(|p| cast.actors[p].organization)).or_else(|| most_named(cast));
    }
    if i >= 2 && person.is_some() {
        voices.i = person;
        voices.column = voices.we.is_none() && i >= 3;
    }
    if let Some(organization) = announcer(parsed, cast) {
        voices.release = true;
        voices.we = voices.we.or(Some(organization));
    }
    voices
}

/// The byline near the top or bottom: `By NAME, ROLE, ORG` · `Posted by the ORG team`.
fn byline(parsed: &Parsed, cast: &Cast) -> (Option<usize>, Option<usize>) {
    for sentence in parsed.sentences.iter().take(6) {
        let tokens = &parsed.tokens[sentence.tokens.clone()];
        let by = tokens.iter().take(3).position(|t| t.is("by"));
        let Some(by) = by.filter(|_| tokens.len() <= 20) else { continue };
        if by > 0 && !tokens[0].is_any(&["posted", "written", "published", "words"]) {
            continue;
        }
        let mentions = cast.within(sentence.tokens.clone());
        let person = mentions.iter().find(|m| cast.is_person(m.actor)).map(|m| m.actor);
        let organization = mentions.iter().find(|m| !cast.is_person(m.actor)).map(|m| m.actor);
        if person.is_some() || organization.is_some() {
            return (person, organization);
        }
    }
    (None, None)
}

fn most_named(cast: &Cast) -> Option<usize> {
    let mut counts = vec![0usize; cast.actors.len()];
    for mention in &cast.mentions {
        counts[mention.actor] += 1;
    }
    (0..cast.actors.len()).filter(|&a| !cast.is_person(a)).max_by_key(|&a| (counts[a], std::cmp::Reverse(a)))
}

/// The organization that announces something in the first sentences behind a dateline.
fn announcer(parsed: &Parsed, cast: &Cast) -> Option<usize> {
    let boilerplate = parsed.article.blocks.iter().rev().take(8).any(|b| {
        let line = b.span.of(&parsed.article.text);
        b.kind == BlockKind::Boilerplate
            && (line.starts_with("About ") || line.starts_with("Media contact") || line.starts_with("Press contact"))
    });
    let first = parsed.sentences.iter().find(|s| parsed.article.blocks[s.block].kind == BlockKind::Paragraph)?;
    let announces = parsed.tokens[first.tokens.clone()]
        .iter()
        .any(|t| t.is_any(&["announced", "announces", "today", "unveiled", "launches", "launched"]));
    let mention = cast.within(first.tokens.clone()).iter().find(|m| !cast.is_person(m.actor))?;
    (boilerplate && announces).then_some(mention.actor)
}

/// Interview labels at the start of blocks: `AUBERT: …`, `Q: …`, `A: …`.
fn labels(parsed: &Parsed, cast: &Cast) -> Vec<Label> {
    let blocks = parsed.article.blocks.len();
    let mut labels = vec![Label::None; blocks];
    let mut answered = vec![false; cast.actors.len()];
    let mut letters = false;
    for sentence in &parsed.sentences {
        let start = sentence.tokens.start;
        let first_of_block = start == 0 || parsed.block_of[start - 1] != parsed.block_of[start];
        let Some(colon) = sentence.tokens.clone().take(5).position(|i| parsed.tokens[i].is(":")).filter(|&n| n > 0 && first_of_block)
        else {
            continue;
        };
        let label = &parsed.tokens[start..start + colon];
        if colon == 1 && label[0].is_any(&["q", "question"]) {
            labels[sentence.block] = Label::Asks;
            letters = true;
        } else if colon == 1 && label[0].is_any(&["a", "answer"]) {
            labels[sentence.block] = Label::Speaks(interviewee(parsed, cast));
            letters = true;
        } else if let Some(mention) = cast.mention_at(start).filter(|m| m.end == start + colon && cast.is_person(m.actor))
            && (label.iter().all(|t| t.shape == Shape::Upper) || colon <= 3)
        {
            labels[sentence.block] = Label::Speaks(Some(mention.actor));
            answered[mention.actor] = true;
        }
    }
    let used = labels.iter().filter(|l| **l != Label::None).count();
    if used < 3 {
        return vec![Label::None; blocks];
    }
    if !letters {
        // Who only asks has no statements of its own: more than half of its turns end in a question.
        for actor in (0..cast.actors.len()).filter(|&a| answered[a]) {
            let turns: Vec<usize> = (0..blocks).filter(|&b| labels[b] == Label::Speaks(Some(actor))).collect();
            let asks = turns
                .iter()
                .filter(|&&b| parsed.article.blocks[b].span.of(&parsed.article.text).trim_end().ends_with(['?', '”', '"']))
                .count();
            if asks * 2 > turns.len() {
                for b in turns {
                    labels[b] = Label::Asks;
                }
            }
        }
    }
    // Blocks between labelled ones belong to the last label.
    labels
}

/// The person an interview in `Q:`/`A:` is with: the first named whom the opening does not call the interviewer.
fn interviewee(parsed: &Parsed, cast: &Cast) -> Option<usize> {
    cast.mentions.iter().filter(|m| cast.is_person(m.actor) && parsed.quote_of[m.start].is_none()).map(|m| m.actor).next()
}

/// Whether the words of a block are direct speech of its label's.
pub fn is_speech(words: &str) -> bool {
    quotes::word_runs(words) >= quotes::WORDS_MIN
}
