//! Actors: names gathered into organizations and people.

use std::collections::HashSet;

use crate::domain::{actor::ActorKind, registry::Pronoun};
use crate::extract::{
    findings::{FoundActor, Provenance},
    lexicon::lexicon,
    names::{
        self, Name,
        evidence::{self, Score},
        gazetteer::{Gazetteer, Known},
        groups::{self, Group, abbreviations, called, gather, join},
        kinds, roles,
    },
    text::{article::BlockKind, sentences::Parsed, tokens::Shape},
};

/// A place in the text that names an actor.
#[derive(Debug, Clone)]
pub struct Mention {
    /// First token.
    pub start: usize,
    /// One past the last token.
    pub end: usize,
    /// Index into [`Cast::actors`].
    pub actor: usize,
}

/// The actors of an article and where they are named.
#[derive(Debug, Default, Clone)]
pub struct Cast {
    /// In the order of their first mention.
    pub actors: Vec<FoundActor>,
    /// Pronouns that are known or became clear, by actor.
    pub pronouns: Vec<Option<Pronoun>>,
    /// In the order of the text.
    pub mentions: Vec<Mention>,
    /// The mention that each token belongs to.
    pub mention_of: Vec<Option<u32>>,
    /// The people of each organization, by actor.
    pub staff: Vec<Vec<usize>>,
}

impl Cast {
    /// The actor named at token `i`.
    pub fn at(&self, i: usize) -> Option<usize> {
        self.mention_at(i).map(|m| m.actor)
    }

    /// The mention that token `i` belongs to.
    pub fn mention_at(&self, i: usize) -> Option<&Mention> {
        self.mention_of.get(i).copied().flatten().map(|m| &self.mentions[m as usize])
    }

    /// Whether an actor is a person.
    pub fn is_person(&self, actor: usize) -> bool {
        self.actors[actor].kind == ActorKind::Person
    }

    /// Mentions among a run of tokens.
    pub fn within(&self, tokens: std::ops::Range<usize>) -> &[Mention] {
        let from = self.mentions.partition_point(|m| m.start < tokens.start);
        let to = self.mentions.partition_point(|m| m.start < tokens.end);
        &self.mentions[from..to]
    }
}

/// A group of names as the model of kinds sees it, for training.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Its forms as printed, the longest first.
    pub forms: Vec<String>,
    /// Its signs; none where it is known and nothing is to be learned.
    pub features: Option<Vec<u64>>,
    /// What is decided without the model.
    pub ruled: Option<ActorKind>,
}

/// The groups of names of an article with their signs, for training.
pub fn samples(parsed: &Parsed, gazetteer: &Gazetteer) -> Vec<Sample> {
    let (names, groups) = grouped(parsed, gazetteer);
    let kinds = decide(parsed, gazetteer, &names, &groups);
    let signs = signs(parsed, &names, &groups, &kinds);
    let of = |((group, ruled), features): ((&Group, Option<ActorKind>), Option<Vec<u64>>)| {
        let forms = forms(parsed, &names, group);
        Sample { forms, features, ruled }
    };
    groups.iter().zip(kinds).zip(signs).filter(|((g, _), _)| !g.names.is_empty()).map(of).collect()
}

/// What the model sees of each group that it decides on, given what the rules make of all.
fn signs(parsed: &Parsed, names: &[Name], groups: &[Group], ruled: &[Option<ActorKind>]) -> Vec<Option<Vec<u64>>> {
    let mut beside = vec![0; groups.len()];
    for (from, to) in listed(parsed, names, groups).into_iter().flat_map(|(a, b)| [(a, b), (b, a)]).filter(|(a, b)| a != b) {
        beside[to] |= ruled[from].map_or(1, |kind| 2 << kind as u64);
    }
    let of = |g: usize| kinds::features(parsed, names, &groups[g], ruled[g], beside[g]);
    (0..groups.len()).map(|g| (!groups[g].names.is_empty() && groups[g].learns(names)).then(|| of(g))).collect()
}

/// A name with the title before it: `Senator Ada Roe`.
fn titled<'p>(parsed: &'p Parsed, name: &Name) -> Option<&'p str> {
    let title = name.role.as_ref()?.end.checked_sub(1).filter(|&t| t + 1 == name.tokens.start)?;
    let is_title = lexicon().titles.contains(parsed.tokens[title].lower.trim_end_matches('.'));
    is_title.then(|| parsed.text(title..name.tokens.end))
}

/// The forms of a group as printed, the longest first.
fn forms(parsed: &Parsed, names: &[Name], group: &Group) -> Vec<String> {
    let mut forms: Vec<String> = Vec::new();
    for &name in &group.names {
        let form = parsed.text(names[name].tokens.clone()).to_owned();
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    // The last of the longest goes first, the others stay in order.
    if let Some(longest) = (0..forms.len()).max_by_key(|&f| (forms[f].split_whitespace().count(), forms[f].len())) {
        let longest = forms.remove(longest);
        let bare = groups::bare(&longest).map(str::to_owned).filter(|bare| !forms.contains(bare));
        forms.insert(0, longest);
        forms.extend(bare);
    }
    forms
}

/// Finds the actors of an article.
pub fn find(parsed: &Parsed, gazetteer: &Gazetteer) -> Cast {
    let (names, mut groups) = grouped(parsed, gazetteer);
    let mut kinds = decide(parsed, gazetteer, &names, &groups);
    if let Some(weights) = kinds::weights() {
        let signs = signs(parsed, &names, &groups, &kinds);
        let ruled = kinds.clone();
        for ((kind, features), group) in kinds.iter_mut().zip(signs).zip(&groups) {
            // `the Harbour Institute`, met once in a short text, is what it says it is.
            let sure = kind.filter(|k| *k == ActorKind::Organization && group.says_organization());
            *kind = features.map_or(*kind, |features| weights.kind(&features).or(sure));
        }
        // In a list the rules and the neighbour together outweigh the model: a name met once tells it little.
        for (from, to) in listed(parsed, &names, &groups).into_iter().flat_map(|(a, b)| [(a, b), (b, a)]) {
            let organization = Some(ActorKind::Organization);
            if kinds[to].is_none() && ruled[to] == organization && kinds[from] == organization {
                kinds[to] = organization;
            }
        }
        for (group, kind) in groups.iter_mut().zip(&kinds) {
            group.score = if group.learns(&names) { settled(group.score, *kind) } else { group.score };
        }
        // What is clear now may be called by a part of its name.
        join(parsed, &names, &mut groups);
    }
    let mut cast = build(parsed, gazetteer, &names, &groups, &kinds);
    roles::assign(parsed, &mut cast);
    cast.staff = vec![Vec::new(); cast.actors.len()];
    for person in 0..cast.actors.len() {
        if let Some(organization) = cast.actors[person].organization {
            cast.staff[organization].push(person);
        }
    }
    cast
}

/// Points that say what the model says.
fn settled(score: Score, kind: Option<ActorKind>) -> Score {
    let best = score.organization.max(score.person);
    match kind {
        Some(ActorKind::Organization) => Score { organization: best.max(1), person: best.min(0), ..score },
        Some(ActorKind::Person) => Score { person: best.max(1), organization: best.min(0), ..score },
        None => score,
    }
}

/// The names of an article, those of one actor together, with the points of the rules.
fn grouped(parsed: &Parsed, gazetteer: &Gazetteer) -> (Vec<Name>, Vec<Group>) {
    let names = names::find(parsed, gazetteer);
    let mut groups = gather(parsed, gazetteer, &names);
    let about = about(parsed);
    for group in &mut groups {
        for &name in &group.names {
            group.score = group.score.plus(evidence::of(parsed, &names[name], &names, name));
        }
        if closes(parsed, &names, group) {
            group.score.product += 20; // who wrote and printed it, told at its end
        }
        let used = group.score.organization + group.score.acts;
        if used < 2 && group.names.len() < 3 && group.words.last().is_some_and(|w| lexicon().periodicals.contains(w.as_str())) {
            group.score.product += 9; // the masthead of what the article stands in
        }
        group.score = group.score.plus(evidence::of_words(&group.words, parsed.text(names[group.names[0]].tokens.clone()))).settled();
        if about.contains(&group.words.join(" ")) {
            group.score.organization += 6;
        }
    }
    abbreviations(parsed, &names, &mut groups);
    called(&mut groups);
    join(parsed, &names, &mut groups);
    (names, groups)
}

/// Whether a group is named only in a short last line about the author or the paper: `NAME is a staff writer.`
fn closes(parsed: &Parsed, names: &[Name], group: &Group) -> bool {
    const PRESS: &[&str] = &[
        "writer",
        "correspondent",
        "reporter",
        "reporting",
        "editor",
        "columnist",
        "covers",
        "editing",
        "letters",
        "newsletter",
        "inbox",
        "subscribe",
        "subscribers",
    ];
    let Some(&last) = parsed.block_of.last() else { return false };
    let block = |n: &usize| parsed.block_of[names[*n].tokens.start];
    let Some(first) = group.names.first() else { return false };
    let place = names[*first].tokens.start;
    if group.known.is_some() || block(first) == 0 || block(first) + 1 < last || !group.names.iter().all(|n| block(n) == block(first)) {
        return false;
    }
    let from = parsed.block_of.partition_point(|&b| b < block(first));
    let line = &parsed.tokens[from..parsed.block_of.partition_point(|&b| b <= block(first))];
    let paper = group.words.last().is_some_and(|w| lexicon().periodicals.contains(w.as_str()));
    line.len() < 30 && parsed.quote_of[place].is_none() && (paper || line.iter().any(|t| t.is_any(PRESS)))
}

/// The names, in lower case, of sections `About NAME` in the boilerplate.
fn about(parsed: &Parsed) -> HashSet<String> {
    let boilerplate = parsed.article.blocks.iter().filter(|b| b.kind == BlockKind::Boilerplate);
    let name = |line: &str| line.to_lowercase().strip_prefix("about ").map(|rest| rest.trim_end_matches([':', '.']).to_owned());
    boilerplate.filter_map(|b| name(b.span.of(&parsed.article.text))).collect()
}

/// What each group is, if an actor at all.
fn decide(parsed: &Parsed, gazetteer: &Gazetteer, names: &[Name], groups: &[Group]) -> Vec<Option<ActorKind>> {
    let lexicon = lexicon();
    let kind = |group: &Group| -> Option<ActorKind> {
        let first = names.get(*group.names.first()?)?;
        let plain: Vec<&Name> = group.names.iter().map(|&n| &names[n]).collect();
        if let Some(actor) = group.known {
            let sure = plain.iter().any(|n| !n.ambiguous)
                || plain.iter().any(|n| !n.weak) && group.score.product <= group.score.organization.max(group.score.person) + 2;
            return sure.then_some(gazetteer.actors[actor].kind);
        }
        let Score { person, organization, product, place, .. } = group.score;
        if matches!(first.known, Some(Known::Venue(_))) {
            return (organization >= 4 && place == 0).then_some(ActorKind::Organization);
        }
        let words = group.words.len();
        // Met only where a sentence starts, or only inside quotations: little says that it is a name.
        let placed = plain.iter().all(|n| names::starts_sentence(parsed, n.tokens.start) || n.titled);
        let quoted = plain.iter().all(|n| parsed.quote_of[n.tokens.start].is_some());
        // `the Foundation` that joined no full name is a common noun.
        let unsure = lexicon.is_common(group.words.first().map_or("", String::as_str)) && organization < 3 && person < 3;
        let people = words == 1 && placed && plain.iter().all(|n| is_plural_subject(parsed, n));
        if words == 1 && (people || unsure || lexicon.is_organization_noun(&group.words[0])) {
            return None;
        }
        if words == 1 && (placed || quoted) && person.max(organization) < 5 && !(placed && !quoted && lexicon.is_given(&group.words[0])) {
            let common = lexicon.is_common(&group.words[0]) || quoted;
            if common || organization < 2 {
                return None;
            }
        }
        if plain.iter().all(|n| n.weak || n.titled) && person.max(organization) < 6 {
            let sure = words > 1 && person.max(organization) >= 3 && plain.iter().any(|n| !n.weak && !n.titled);
            if !sure {
                return None;
            }
        }
        if place > organization && place > person {
            return None;
        }
        if product > organization.max(person) {
            return None;
        }
        if person > organization && person >= 2 && (words > 1 || person >= 3) {
            let named = words > 1
                || plain.iter().any(|n| is_label(parsed, n))
                || plain.iter().any(|n| n.role.is_some())
                || lexicon.is_given(&group.words[0]);
            return named.then_some(ActorKind::Person);
        }
        if organization >= 2 && organization >= person {
            return Some(ActorKind::Organization);
        }
        None
    };
    let mut kinds: Vec<Option<ActorKind>> = groups.iter().map(kind).collect();
    coordinate(names, groups, &listed(parsed, names, groups), &mut kinds);
    kinds
}

/// Whether a word in the plural stands before a verb in the plural: `Doubters argue that …`.
fn is_plural_subject(parsed: &Parsed, name: &Name) -> bool {
    let verb = parsed.tokens.get(name.tokens.end).map_or("", |t| t.lower.as_str());
    let plural = ["are", "were", "have", "say"].contains(&verb) || lexicon().cues.get(verb).is_some_and(|(base, _)| *base == verb);
    plural && parsed.tokens[name.tokens.start].shape == Shape::Capital && parsed.tokens[name.tokens.end - 1].lower.ends_with('s')
}

/// Whether a name is a speaker's label: capitals and a colon at the start of a line.
fn is_label(parsed: &Parsed, name: &Name) -> bool {
    let i = name.tokens.start;
    parsed.tokens.get(name.tokens.end).is_some_and(|t| t.is(":"))
        && parsed.tokens[i].shape == Shape::Upper
        && (i == 0 || parsed.block_of[i - 1] != parsed.block_of[i])
}

/// Groups named side by side in a list: `A, B and C`.
fn listed(parsed: &Parsed, names: &[Name], groups: &[Group]) -> Vec<(usize, usize)> {
    let mut group_of = vec![None; names.len()];
    for (g, group) in groups.iter().enumerate() {
        for &name in &group.names {
            group_of[name] = Some(g);
        }
    }
    let pair = |at: usize| {
        let (a, b) = (group_of[at]?, group_of[at + 1]?);
        let between = &parsed.tokens[names[at].tokens.end..names[at + 1].tokens.start.max(names[at].tokens.end)];
        let joined = !between.is_empty()
            && between.len() <= 3
            && between.iter().all(|t| t.is_any(&[",", "and", "or", "the"]))
            && between.iter().any(|t| t.is_any(&["and", "or"]) || between.len() == 1);
        joined.then_some((a, b))
    };
    (0..names.len().saturating_sub(1)).filter_map(pair).collect()
}

/// In a list (“A, B and C”) an undecided name is what its neighbour is.
fn coordinate(names: &[Name], groups: &[Group], listed: &[(usize, usize)], kinds: &mut [Option<ActorKind>]) {
    for _ in 0..2 {
        for (from, to) in listed.iter().flat_map(|&(a, b)| [(a, b), (b, a)]) {
            let score = &groups[to].score;
            let open =
                kinds[to].is_none() || kinds[to] == Some(ActorKind::Person) && score.person <= 3 && groups[from].score.organization >= 4;
            if open
                && kinds[from] == Some(ActorKind::Organization)
                && score.product == 0
                && score.place <= score.organization + 1
                && groups[to].words.len() <= 4
                && groups[to].known.is_none()
            {
                let weak = groups[to].names.iter().all(|&n| names[n].weak || names[n].titled || names[n].known.is_some());
                if !weak {
                    kinds[to] = Some(ActorKind::Organization);
                }
            }
        }
    }
}

fn build(parsed: &Parsed, gazetteer: &Gazetteer, names: &[Name], groups: &[Group], kinds: &[Option<ActorKind>]) -> Cast {
    let mut cast = Cast { mention_of: vec![None; parsed.tokens.len()], ..Cast::default() };
    let mut order: Vec<usize> = (0..groups.len()).filter(|&g| kinds[g].is_some() && !groups[g].names.is_empty()).collect();
    order.sort_by_key(|&g| groups[g].names[0]);
    for g in order {
        let group = &groups[g];
        let Some(kind) = kinds[g] else { continue };
        let forms = forms(parsed, names, group);
        let longest = forms.first().cloned().unwrap_or_default();
        let (name, provenance) = match group.known {
            Some(actor) => {
                let name = gazetteer.actors[actor].name.clone();
                let provenance = if forms.contains(&name) { Provenance::Text } else { Provenance::Registry };
                (name, provenance)
            }
            None => (longest, Provenance::Text),
        };
        let titled = group.names.iter().filter_map(|&n| titled(parsed, &names[n])).filter(|_| kind == ActorKind::Person);
        let mut aliases: Vec<String> = Vec::new();
        for form in forms.into_iter().chain(titled.map(str::to_owned)) {
            if form != name && !aliases.contains(&form) {
                aliases.push(form);
            }
        }
        let pronoun = group.known.and_then(|actor| gazetteer.actors[actor].pronoun);
        cast.actors.push(FoundActor { kind, name, provenance, aliases, role: None, organization: None, speaks_for: false });
        cast.pronouns.push(pronoun);
        for &name in &group.names {
            let tokens = names[name].tokens.clone();
            cast.mentions.push(Mention { start: tokens.start, end: tokens.end, actor: cast.actors.len() - 1 });
        }
    }
    cast.mentions.sort_by_key(|m| m.start);
    for (index, mention) in cast.mentions.iter().enumerate() {
        for slot in &mut cast.mention_of[mention.start..mention.end] {
            *slot = u32::try_from(index).ok();
        }
    }
    cast
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::registry::known,
        extract::text::article::{Format, read},
    };

    /// The organizations and the people of a text, by name.
    fn cast(text: &str) -> (Vec<String>, Vec<String>) {
        let article = read(text, Format::Text);
        let cast = find(&Parsed::new(&article), &Gazetteer::new(known(), []));
        let named = |kind| cast.actors.iter().filter(|a| a.kind == kind).map(|a| a.name.clone()).collect();
        (named(ActorKind::Organization), named(ActorKind::Person))
    }

    fn organizations(text: &str) -> Vec<String> {
        cast(text).0
    }

    #[test]
    fn names_keep_what_belongs_to_them() {
        let text = "The Union of Storvik Bakers wrote to the Ministry of Roads and Public Works.";
        assert_eq!(organizations(text), ["Union of Storvik Bakers", "Ministry of Roads and Public Works"]);
        assert_eq!(organizations("The Brennholt Trust of Storvik publishes its model."), ["Brennholt Trust"]);
        assert_eq!(organizations("The Guilde des relieurs (GDR) agreed. GDR publishes the code."), ["Guilde des relieurs"]);
    }

    #[test]
    fn institutions_keep_their_seat_field_and_members() {
        for name in [
            "National Library of Ostrava",
            "Ministry of Justice of Brennholt",
            "Department for Science, Innovation and Technology",
            "Office of the Privacy Commissioner",
            "Transit Riders of Storvik",
            "Women’s Union",
            "Fishermen’s League",
            "Commission for the Protection of Children",
        ] {
            let text = format!("On Monday the {name} said that it would share its model. A spokesperson for the {name} confirmed it.");
            assert_eq!(organizations(&text), [name]);
        }
        let text = "On Monday Two Rivers Capital said that it would share its model. Forty-four people came.";
        assert_eq!(organizations(text), ["Two Rivers Capital"]);
    }

    #[test]
    fn an_organization_goes_by_its_name_without_the_legal_form() {
        let article = read("Ardane Software Oy said that it would close its model. “We must,” Ardane Software Oy said.", Format::Text);
        let cast = find(&Parsed::new(&article), &Gazetteer::new(known(), []));
        assert_eq!(
            (cast.actors[0].name.as_str(), cast.actors[0].aliases.as_slice()),
            ("Ardane Software Oy", ["Ardane Software".to_owned()].as_slice())
        );
    }

    #[test]
    fn what_is_trained_or_sold_is_no_actor() {
        let text = "The vendor Ardane Systems sells a model called Norna. Norna was trained on old maps. The weights of Norna are secret.";
        assert_eq!(organizations(text), ["Ardane Systems"]);
        assert_eq!(organizations("STORVIK, 4 May (Fjord Press) — Ardane Systems closed its model."), ["Ardane Systems"]);
    }

    #[test]
    fn people_are_known_by_how_the_text_speaks_of_them() {
        let text = "Quorra Haldane disagreed. “We share it,” Haldane said. Its head of tide modelling, Noh Ji-ah, laughed.";
        assert_eq!(cast(text), (vec![], vec!["Quorra Haldane".to_owned(), "Noh Ji-ah".to_owned()]));
        assert_eq!(
            cast("“No,” said Anna Miller. Miller left. K. P. Storvik, who chairs the board, stayed.").1,
            ["Anna Miller", "K. P. Storvik"]
        );
    }

    #[test]
    fn what_goes_on_behind_a_comma_types_the_name() {
        assert_eq!(
            cast("Two labs agreed. The third, Quorra Sul, has never shown a model of its own."),
            (vec!["Quorra Sul".to_owned()], vec![])
        );
        let text = "Two engineers left. One of them, Quorra Sul, stated that nobody had asked her.";
        assert_eq!(cast(text), (vec![], vec!["Quorra Sul".to_owned()]));
        assert_eq!(organizations("Storvik Press agreed. Its scanner, Norna, has never been shown."), ["Storvik Press"]);
        assert_eq!(organizations("She spoke for the pact. Doubters argue that it costs too much."), [""; 0]);
    }

    #[test]
    fn short_forms_and_legal_forms_show_how_far_a_name_goes() {
        let text = "The Guild of Boat Builders of the Fjord (GBBF) agreed. GBBF publishes the code.";
        assert_eq!(organizations(text), ["Guild of Boat Builders of the Fjord"]);
        let text = "Quorrawerk publishes its model. Quorrawerk said so. “We share,” Quorrawerk said. Write to Quorrawerk AG today.";
        assert_eq!(organizations(text), ["Quorrawerk AG"]);
        let text = "She asked the Fjord Data Secretariat. The Data Secretariat said no.";
        assert_eq!(organizations(text), ["Fjord Data Secretariat"]);
    }

    #[test]
    fn a_bare_noun_behind_an_article_is_the_full_name() {
        let text = "The Harbour Translators’ Guild publishes its models. The Guild has no secrets.";
        assert_eq!(organizations(text), ["Harbour Translators’ Guild"]);
    }
}
