//! Labelled articles with the labels in the text (`training/README.md`): a header, a line `---`, then the article, in which
//! `[q SPEAKER > ORGANIZATION : position]…[/]` marks a quotation and `[r SPEAKER + SPEAKER : position]…[/]` another statement.

use anyhow::{Context as _, bail, ensure};

use super::{Held, Labelled, Named, Said};

/// Whether a file is in this format rather than plain text.
pub fn is_marked(file: &str) -> bool {
    file.starts_with("title:") && file.contains(SEPARATOR)
}

const SEPARATOR: &str = "\n---\n";

/// A statement whose end has not been met.
struct Open<'f> {
    kind: &'static str,
    speakers: &'f str,
    behalf: Option<&'f str>,
    position: &'f str,
    start: usize,
}

/// The text without its tags, and its labels.
///
/// # Errors
///
/// Where a line of the header or a tag is not understood, a tag is not closed or names an actor that the header does not, or the words of
/// a statement stand earlier in the text too: a statement is known by its words.
pub fn parse(file: &str) -> anyhow::Result<(String, Labelled)> {
    let (header, body) = file.split_once(SEPARATOR).context("no line `---` behind the header")?;
    let mut labels = self::header(header)?;
    let mut text = String::with_capacity(body.len());
    let mut open: Vec<Open> = Vec::new();
    let mut found: Vec<(usize, Said)> = Vec::new();
    let mut rest = body;
    while let Some(at) = rest.find('[') {
        text.push_str(&rest[..at]);
        let (tag, behind) = rest[at + 1..].split_once(']').context("a tag without `]`")?;
        rest = behind;
        if tag == "/" {
            let Some(tag) = open.pop() else { bail!("`[/]` closes nothing") };
            let speakers = tag.speakers.split('+').map(str::trim);
            found.extend(speakers.map(|speaker| {
                let speaker = (speaker != "-").then(|| speaker.to_owned());
                let on_behalf_of = tag.behalf.map(str::to_owned);
                let (kind, position) = (tag.kind.to_owned(), tag.position.to_owned());
                (tag.start, Said { kind, text: text[tag.start..].to_owned(), speaker, on_behalf_of, position })
            }));
        } else {
            open.push(self::tag(tag, text.len()).with_context(|| format!("[{tag}]"))?);
        }
    }
    ensure!(open.is_empty(), "a tag is not closed");
    text.push_str(rest);
    found.sort_by_key(|f| f.0);
    for (start, said) in &found {
        ensure!(text.find(&said.text) == Some(*start), "{}: the same words stand before", said.text);
    }
    let known = |name: &str| labels.organizations.iter().chain(&labels.people).any(|actor| actor.name == name);
    for name in found.iter().filter_map(|f| f.1.speaker.as_deref()).chain(labels.stances.iter().map(|s| s.holder.as_str())) {
        ensure!(known(name), "{name}: not in the header");
    }
    labels.statements = found.into_iter().map(|f| f.1).collect();
    Ok((text, labels))
}

/// `q SPEAKER > ORGANIZATION : position`.
fn tag(tag: &str, start: usize) -> anyhow::Result<Open<'_>> {
    let (kind, rest) = tag.split_once(' ').context("no speaker")?;
    let (speakers, position) = rest.rsplit_once(':').context("no position")?;
    let kind = match kind {
        "q" => "quote",
        "r" => "reported",
        other => bail!("{other}: neither q nor r"),
    };
    let position = position.trim();
    ensure!(matches!(position, "open" | "closed" | "mixed" | "none"), "{position}: not a position");
    let (speakers, behalf) = speakers.split_once('>').map_or((speakers, None), |(speakers, behalf)| (speakers, Some(behalf.trim())));
    Ok(Open { kind, speakers, behalf, position, start })
}

/// `org: NAME | ALIAS`, `person: NAME | ALIAS, ALIAS | role | ORGANIZATION`, `stance: NAME = position`; other lines tell of the article.
fn header(header: &str) -> anyhow::Result<Labelled> {
    let mut labels = Labelled { organizations: Vec::new(), people: Vec::new(), statements: Vec::new(), stances: Vec::new() };
    let given = |names: &[&str]| names.iter().map(|n| n.trim()).filter(|n| !n.is_empty() && *n != "-").map(str::to_owned).collect();
    for line in header.lines() {
        let (key, value) = line.split_once(':').with_context(|| format!("{line}: no key"))?;
        let cells: Vec<&str> = value.split('|').map(str::trim).collect();
        match key {
            "org" => labels.organizations.push(Named { name: cells[0].to_owned(), aliases: given(&cells[1..]), organization: None }),
            "person" => {
                let aliases: Vec<&str> = cells.get(1).map(|c| c.split(',').collect()).unwrap_or_default();
                let organization = cells.get(3).and_then(|cell| given(&[cell]).pop());
                labels.people.push(Named { name: cells[0].to_owned(), aliases: given(&aliases), organization });
            }
            "stance" => {
                let (holder, position) = value.rsplit_once('=').with_context(|| format!("{line}: no position"))?;
                labels.stances.push(Held { holder: holder.trim().to_owned(), position: position.trim().to_owned() });
            }
            "title" | "publisher" | "published_on" | "style" => {}
            other => bail!("{other}: not a key"),
        }
    }
    Ok(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARTICLE: &str = "title: Charts\nstyle: news report\norg: Harbour Institute | the Institute\nperson: Mary Brandt | Brandt | director | Harbour Institute\nstance: Harbour Institute = closed\n---\n[r Harbour Institute : closed]The Harbour Institute sells its charts.[/] “[q Mary Brandt > Harbour Institute : none]We like the sea,[/]” Brandt said.\n";

    #[test]
    fn tags_leave_the_text_and_become_labels() {
        let (text, labels) = parse(ARTICLE).expect("well formed");
        assert_eq!(text, "The Harbour Institute sells its charts. “We like the sea,” Brandt said.\n");
        let said: Vec<_> = labels.statements.iter().map(|s| (s.kind.as_str(), s.text.as_str(), s.position.as_str())).collect();
        assert_eq!(said, [("reported", "The Harbour Institute sells its charts.", "closed"), ("quote", "We like the sea,", "none")]);
        assert_eq!(labels.people[0].aliases, ["Brandt"]);
        assert_eq!(labels.people[0].organization.as_deref(), Some("Harbour Institute"));
        assert_eq!(labels.statements[1].on_behalf_of, labels.people[0].organization);
        assert_eq!((labels.stances[0].holder.as_str(), labels.stances[0].position.as_str()), ("Harbour Institute", "closed"));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for (was, is, why) in [
            ("[/] “", " “", "a tag is not closed"),
            ("[q Mary", "[x Mary", "x: neither q nor r"),
            (": none]", ": maybe]", "maybe: not a position"),
            ("[r Harbour Institute", "[r Nobody", "Nobody: not in the header"),
            ("style:", "stile:", "stile: not a key"),
            ("\n---\n", "\n", "no line `---`"),
            ("\n---\n", "\n---\nWe like the sea,\n", "the same words stand before"),
        ] {
            let error = parse(&ARTICLE.replace(was, is)).expect_err(why);
            assert!(format!("{error:#}").contains(why), "{error:#}");
        }
    }
}
