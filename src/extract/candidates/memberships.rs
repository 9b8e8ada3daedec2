//! Which organization a person is of, and whether the person speaks for it, learned.
//!
//! A log-linear model chooses among the organizations that are met around a person's first names, and none, by hashed features: what
//! the rules say, the words between, the role, “her company”, how far back. Trained by `cargo run --release --example train_stance`;
//! its weights hold no text.

use std::ops::Range;

use crate::extract::{
    attribution::Sieve,
    candidates::holders::{self, Means, Met},
    findings::FoundActor,
    hash::{bucket, mix, stem, text_hash},
    lexicon::lexicon,
    names::actors::Mention,
    tables::Table,
    text::tokens::Kind,
    voices::Label,
};

/// Hash buckets of the model.
pub const BUCKETS: usize = 1 << 14;

/// Names of a person that are looked at.
const PLACES: usize = 3;

/// Sentences before a person's first name, and behind it, whose organizations are looked at.
const AROUND: (usize, usize) = (6, 3);

/// Organizations that a person may be of, at most.
const CHOICES_MAX: usize = 12;

/// Chance from which on a membership is believed.
const SURE: f32 = 0.5;

/// What a person may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// Of which organization; of none that is named.
    pub organization: Option<usize>,
    /// Whether the person speaks for it.
    pub speaks: bool,
}

/// A membership as the model sees it: its buckets.
pub type Choice = (Membership, Vec<usize>);

/// What is known of an article before its people are given their organizations.
struct Ties<'s, 'p, 'a> {
    sieve: &'s Sieve<'p, 'a>,
    met: Vec<Met>,
    /// The first names of each person.
    places: Vec<Vec<&'s Mention>>,
    /// How often each actor is met.
    often: Vec<usize>,
    /// Whose words a label marks.
    labelled: Vec<bool>,
}

/// The actors of an article with the organizations that the model gives its people.
pub fn assigned(sieve: &Sieve, weights: &Table<1>) -> Vec<FoundActor> {
    let mut actors = sieve.cast.actors.clone();
    for (person, choices) in choices(sieve) {
        let scores = holders::scores(weights, choices.iter().map(|c| &c.1[..]));
        let of = |organization: Option<usize>| {
            choices.iter().zip(&scores).filter(|(c, _)| c.0.organization == organization).map(|(_, s)| s).sum::<f32>()
        };
        let best = choices.iter().map(|c| c.0.organization).max_by(|a, b| of(*a).total_cmp(&of(*b)));
        let organization = best.flatten().filter(|&o| of(Some(o)) >= SURE);
        let speaks =
            choices.iter().zip(&scores).filter(|(c, _)| c.0.organization == organization && c.0.speaks).map(|(_, s)| s).sum::<f32>();
        actors[person].organization = organization;
        actors[person].speaks_for = organization.is_some() && 2.0 * speaks >= of(organization);
    }
    actors
}

/// The people of an article with what each may be.
pub fn choices(sieve: &Sieve) -> Vec<(usize, Vec<Choice>)> {
    let ties = Ties::new(sieve);
    let people = (0..sieve.cast.actors.len()).filter(|&a| sieve.cast.is_person(a) && !ties.places[a].is_empty());
    people.map(|person| (person, ties.choices(person))).collect()
}

impl<'s, 'p, 'a> Ties<'s, 'p, 'a> {
    fn new(sieve: &'s Sieve<'p, 'a>) -> Self {
        let met: Vec<Met> = (0..sieve.parsed.tokens.len()).filter_map(|i| holders::meet(sieve, i)).collect();
        let mut places = vec![Vec::new(); sieve.cast.actors.len()];
        for mention in sieve.cast.mentions.iter().filter(|m| sieve.cast.is_person(m.actor)) {
            if places[mention.actor].len() < PLACES {
                places[mention.actor].push(mention);
            }
        }
        let mut often = vec![0; sieve.cast.actors.len()];
        for m in &met {
            often[m.actor] += 1;
        }
        let mut labelled = vec![false; sieve.cast.actors.len()];
        for label in &sieve.voices.labels {
            if let Label::Speaks(Some(speaker)) = label {
                labelled[*speaker] = true;
            }
        }
        Self { sieve, met, places, often, labelled }
    }

    fn within(&self, range: Range<usize>) -> &[Met] {
        let from = self.met.partition_point(|m| m.at < range.start);
        &self.met[from..from + self.met[from..].partition_point(|m| m.at < range.end)]
    }

    /// The tokens of the sentences around a token's.
    fn around(&self, token: usize, (before, behind): (usize, usize)) -> Range<usize> {
        let (parsed, index) = (self.sieve.parsed, self.sieve.parsed.sentence_of[token] as usize);
        let last = parsed.sentences.len() - 1;
        parsed.sentences[index.saturating_sub(before)].tokens.start..parsed.sentences[(index + behind).min(last)].tokens.end
    }

    fn choices(&self, person: usize) -> Vec<Choice> {
        let cast = self.sieve.cast;
        let mut organizations: Vec<usize> = Vec::new();
        let mut add = |actor: usize| {
            if !cast.is_person(actor) && !organizations.contains(&actor) && organizations.len() < CHOICES_MAX {
                organizations.push(actor);
            }
        };
        cast.actors[person].organization.into_iter().chain(self.sieve.voices.we).for_each(&mut add);
        for (t, place) in self.places[person].iter().enumerate() {
            let range = self.around(place.start, if t == 0 { AROUND } else { (1, 0) });
            let (before, behind) = (self.within(range.start..place.start), self.within(place.start..range.end));
            before.iter().rev().chain(behind).for_each(|m| add(m.actor));
        }
        let scene = Scene::new(self, person);
        let mut choices = vec![(Membership { organization: None, speaks: false }, scene.none())];
        for organization in organizations {
            for speaks in [false, true] {
                choices.push((Membership { organization: Some(organization), speaks }, scene.features(organization, speaks)));
            }
        }
        choices
    }
}

/// A person among the organizations around.
struct Scene<'t, 's, 'p, 'a> {
    ties: &'t Ties<'s, 'p, 'a>,
    person: usize,
    /// The last word of the role, hashed.
    role: u64,
    /// 1 where the person's words are labelled, 2 where the person is “I”.
    voice: u64,
    /// Whether a quotation of the first name's paragraph says “we”.
    we: bool,
}

impl<'t, 's, 'p, 'a> Scene<'t, 's, 'p, 'a> {
    fn new(ties: &'t Ties<'s, 'p, 'a>, person: usize) -> Self {
        let sieve = ties.sieve;
        let role = sieve.cast.actors[person].role.as_deref().and_then(|r| r.split_whitespace().last());
        let place = ties.places[person][0];
        let quoted = |i: &usize| sieve.parsed.quote_of[*i].is_some() && sieve.parsed.block_of[*i] == sieve.parsed.block_of[place.start];
        let near = ties.around(place.start, (3, 3));
        Self {
            ties,
            person,
            role: role.map_or(0, |r| text_hash(&r.to_lowercase())),
            voice: if ties.labelled[person] { 1 } else { 2 * u64::from(sieve.voices.i == Some(person)) },
            we: near.filter(quoted).any(|i| sieve.parsed.tokens[i].is_any(&["we", "our", "us"])),
        }
    }

    fn word(&self, i: Option<usize>) -> u64 {
        let sieve = self.ties.sieve;
        i.and_then(|i| Some((i, sieve.parsed.tokens.get(i)?))).map_or(0, |(i, token)| match sieve.cast.at(i) {
            Some(actor) if sieve.cast.is_person(actor) => 1,
            Some(_) => 2,
            None if token.kind == Kind::Number => 3,
            None => text_hash(stem(&token.lower)),
        })
    }

    /// What holds of the person whichever organization is asked for.
    fn alone(&self, add: &mut impl FnMut(u64, u64, u64)) {
        let place = self.ties.places[self.person][0];
        add(1, self.role, 0);
        add(2, self.word(place.start.checked_sub(1)), 0);
        add(3, self.word(Some(place.end)), self.word(Some(place.end + 1)));
        add(4, self.voice, u64::from(self.we));
        let here = self.ties.within(self.ties.around(place.start, (0, 0)));
        let organizations = here.iter().filter(|m| !self.ties.sieve.cast.is_person(m.actor)).count();
        add(5, organizations.min(3) as u64, u64::from(self.role != 0));
    }

    fn none(&self) -> Vec<usize> {
        let mut features = Vec::with_capacity(8);
        let mut add = |id: u64, x: u64, y: u64| features.push(slot(id, x, y));
        add(90, 0, 0);
        self.alone(&mut |id, x, y| add(90 + id, x, y));
        let ruled = &self.ties.sieve.cast.actors[self.person];
        add(97, u64::from(ruled.organization.is_some()), u64::from(ruled.speaks_for));
        features
    }

    fn features(&self, organization: usize, speaks: bool) -> Vec<usize> {
        let mut features = Vec::with_capacity(96);
        let mut add = |id: u64, x: u64, y: u64| {
            features.push(slot(id, x, y));
            features.push(slot(id + 1000 * (1 + u64::from(speaks)), x, y));
        };
        let (ties, cast) = (self.ties, self.ties.sieve.cast);
        if speaks {
            self.alone(&mut add);
        }
        let ruled = &cast.actors[self.person];
        let kin = match ruled.organization {
            None => 0,
            Some(o) if o == organization => 1 + u64::from(ruled.speaks_for),
            Some(_) => 3,
        };
        add(10, kin, 0);
        add(11, kin, self.role);
        let ours = u64::from(ties.sieve.voices.we == Some(organization));
        let place = ties.places[self.person][0];
        add(12, ours, self.voice);
        add(13, ours, self.word(place.start.checked_sub(1)));
        add(14, ours, self.word(place.start.checked_sub(2)));
        add(15, bucket(ties.often[organization]), u64::from(self.role != 0));
        for noun in cast.actors[organization].name.split_whitespace() {
            let noun = noun.to_lowercase();
            if lexicon().is_organization_noun(&noun) {
                add(16, self.role, text_hash(&noun));
            }
        }
        add(17, bucket(cast.staff[organization].len()), kin);
        self.owned(organization, &mut add);
        let mut together = false;
        for (t, place) in ties.places[self.person].iter().enumerate() {
            together |= self.beside(organization, place, t, &mut add);
        }
        if !together {
            self.apart(organization, &mut add);
        }
        features
    }

    /// `her cooperative`, `the ministry` near the person: words of the organization's name.
    fn owned(&self, organization: usize, add: &mut impl FnMut(u64, u64, u64)) {
        let ties = self.ties;
        let tokens = &ties.sieve.parsed.tokens;
        let name: Vec<String> = ties.sieve.cast.actors[organization].name.split_whitespace().map(str::to_lowercase).collect();
        let range = ties.around(ties.places[self.person][0].start, (1, 2));
        for i in range.start + 1..range.end {
            let owner = tokens[i - 1].is_any(&["his", "her", "their", "its", "our", "my", "the", "whose"]);
            if owner && ties.sieve.cast.at(i).is_none() {
                let said = name.contains(&tokens[i].lower);
                let meant = ties.sieve.referents[i].map(|a| a as usize) == Some(organization);
                if said || meant {
                    add(20, text_hash(&tokens[i - 1].lower), 1 + u64::from(said) + 2 * u64::from(meant));
                }
            }
        }
    }

    /// Where the organization is met in the sentence of a name of the person.
    fn beside(&self, organization: usize, place: &Mention, t: usize, add: &mut impl FnMut(u64, u64, u64)) -> bool {
        let ties = self.ties;
        let here = ties.within(ties.around(place.start, (0, 0)));
        let gap = |m: &&Met| if m.at < place.start { place.start - m.end.min(place.start) } else { m.at - place.end.min(m.at) };
        let Some(met) = here.iter().filter(|m| m.actor == organization).min_by_key(gap) else { return false };
        let ahead = met.at < place.start;
        let between = if ahead { met.end..place.start } else { place.end..met.at };
        let side = u64::from(ahead) + 2 * (t.min(1) as u64);
        let means = met.means as u64;
        add(30, side * 16 + bucket(between.len()), means);
        let count = |people: bool| {
            let others = ties.within(between.clone());
            others.iter().filter(|m| ties.sieve.cast.is_person(m.actor) == people && m.means == Means::Name).count().min(2) as u64
        };
        add(31, side * 16 + count(true) * 4 + count(false), means);
        if between.len() <= 6 {
            let whole = between.clone().fold(7, |hash, i| mix(hash, self.word(Some(i))));
            add(32, whole, side);
        }
        let mut role = false;
        for i in between.clone().take(12) {
            add(33, self.word(Some(i)), side);
            role |= lexicon().is_role(&ties.sieve.parsed.tokens[i].lower);
        }
        add(34, u64::from(role), side);
        add(35, self.word(place.start.checked_sub(1)), side);
        add(36, self.word(Some(place.end)), side);
        add(37, self.word(met.at.checked_sub(1)), side);
        add(38, self.word(Some(met.end)), side);
        add(39, self.word(met.at.checked_sub(1)), self.word(met.at.checked_sub(2)));
        add(40, u64::from(met.quoted), side);
        true
    }

    /// Where it is only met before or behind.
    fn apart(&self, organization: usize, add: &mut impl FnMut(u64, u64, u64)) {
        let ties = self.ties;
        let parsed = ties.sieve.parsed;
        let place = ties.places[self.person][0];
        let range = ties.around(place.start, AROUND);
        let others = |range: Range<usize>| {
            let mut seen: Vec<usize> = Vec::new();
            for met in ties.within(range) {
                if met.actor != organization && !ties.sieve.cast.is_person(met.actor) && !seen.contains(&met.actor) {
                    seen.push(met.actor);
                }
            }
            seen.len().min(3) as u64
        };
        let far = |at: usize| u64::from(parsed.sentence_of[at].abs_diff(parsed.sentence_of[place.start]).min(6));
        let same = |at: usize| u64::from(parsed.block_of[at] == parsed.block_of[place.start]);
        let (before, behind) = (self.word(place.start.checked_sub(1)), self.word(Some(place.end)));
        if let Some(met) = ties.within(range.start..place.start).iter().rfind(|m| m.actor == organization) {
            let (gap, between) = (far(met.at) * 2 + same(met.at), others(met.end..place.start));
            let opens = ties.within(ties.around(met.at, (0, 0))).first().is_some_and(|m| m.actor == organization);
            add(50, gap, between);
            add(51, met.means as u64, gap);
            add(52, before, between);
            add(53, behind, between);
            add(54, self.role, between);
            add(55, u64::from(opens), gap);
            add(56, u64::from(self.role != 0), gap * 4 + between);
        }
        if let Some(met) = ties.within(place.end..range.end).iter().find(|m| m.actor == organization) {
            let (gap, between) = (far(met.at) * 2 + same(met.at), others(place.end..met.at));
            add(60, gap, between);
            add(61, met.means as u64, gap);
            add(62, self.word(met.at.checked_sub(1)), gap);
            add(63, self.role, between);
            add(64, self.word(Some(met.end)), between);
        }
    }
}

fn slot(id: u64, x: u64, y: u64) -> usize {
    (mix(mix(mix(0x4D, id), x), y) >> 7) as usize & (BUCKETS - 1)
}

#[cfg(test)]
mod tests {
    use crate::{
        domain::registry,
        extract::{Format, Gazetteer, extract, read},
    };

    /// The first person's organization, whether the person speaks for it, and for whom the last quotation stands.
    fn of(text: &str) -> (Option<String>, bool, Option<String>) {
        let findings = extract(&read(text, Format::Text), &Gazetteer::new(registry::known(), []));
        let name = |a: usize| findings.actors[a].name.clone();
        let person = findings.actors.iter().find(|a| a.name == "Anna Storvik").expect("she is named");
        let behalf = findings.statements.last().and_then(|s| s.on_behalf_of).map(name);
        (person.organization.map(name), person.speaks_for, behalf)
    }

    const LEAD: &str = "Ardane Systems closed its language model in May, after a dispute with Harbour University.";

    #[test]
    fn a_clause_about_the_work_tells_the_organization() {
        for text in [
            "“It was time,” said Anna Storvik, who leads sales for Ardane Systems.",
            "“It was time,” said Anna Storvik, an engineer at Ardane Systems.",
            "Ardane Systems’ founder, Anna Storvik, called it overdue.",
        ] {
            assert_eq!(of(&format!("{LEAD}\n\n{text}")).0.as_deref(), Some("Ardane Systems"), "{text}");
        }
    }

    #[test]
    fn whoever_is_met_by_chance_is_of_none() {
        let text = "Anna Storvik, a farmer in the valley, has never heard of either. “I keep sheep,” she said.";
        assert_eq!(of(&format!("{LEAD}\n\n{text}")), (None, false, None));
    }

    #[test]
    fn chiefs_speak_for_the_house_and_others_where_they_say_we() {
        let chief = "“It was time to stop,” said Anna Storvik, chief executive of Ardane Systems.";
        assert_eq!(of(&format!("{LEAD}\n\n{chief}")).2.as_deref(), Some("Ardane Systems"));
        let lecturer = |words: &str| format!("{LEAD}\n\n“{words},” said Anna Storvik, a lecturer at Harbour University.");
        assert_eq!(of(&lecturer("I read the weather and little else")).2, None);
        assert_eq!(of(&lecturer("We read the weather and little else")).2.as_deref(), Some("Harbour University"));
    }
}
