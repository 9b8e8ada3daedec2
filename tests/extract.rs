//! The extractor as a whole: its findings on made-up articles, and what must hold for any text.

use openstance::{
    domain::{registry, stance::Side, statement::StatementKind, text::Span},
    extract::{
        self, Findings, Format, Gazetteer,
        findings::Rule,
        text::{article, article::BlockKind},
    },
};
use proptest::prelude::*;

const ARTICLE: &str = "A laboratory opens its vault

Quillon Works, a laboratory in Porto, published the weights of its largest language model on Monday under a permissive licence.

“Nobody can check what nobody can read,” said Ada Quill, its director. She added that the training code would follow in May.

Not everyone agrees. Castor Systems keeps its models behind a paid API. “Our weights never leave our servers,” chief executive Bruno Castor told reporters.

While Quillon Works and the Lantern Institute post their checkpoints, Castor Systems and Vesper keep theirs in-house.

Subscribe to our letter: Quillon Works said more in it.
";

fn read(text: &str) -> (extract::Article, Findings) {
    let article = article::read(text, Format::Text);
    let findings = extract::extract(&article, &Gazetteer::new(registry::known(), []));
    (article, findings)
}

fn side(findings: &Findings, name: &str) -> Option<Side> {
    findings.stances.iter().find(|(actor, _)| findings.actors[*actor].name == name).map(|&(_, side)| side)
}

#[test]
fn who_stands_where_in_an_article() {
    let (_, findings) = read(ARTICLE);
    let expected = [
        ("Quillon Works", Side::For),
        ("Ada Quill", Side::For),
        ("Castor Systems", Side::Against),
        ("Bruno Castor", Side::Against),
        ("Lantern Institute", Side::For),
        ("Vesper", Side::Against),
    ];
    for (name, wanted) in expected {
        assert_eq!(side(&findings, name), Some(wanted), "{name}");
    }
}

#[test]
fn quotations_have_their_speakers_and_organizations() {
    let (article, findings) = read(ARTICLE);
    let quote = findings
        .statements
        .iter()
        .find(|f| f.kind == StatementKind::Quote && f.span.of(&article.text).starts_with("Our weights"))
        .expect("the quotation");
    let speaker = &findings.actors[quote.actor.expect("a speaker")];
    assert_eq!((speaker.name.as_str(), speaker.role.as_deref()), ("Bruno Castor", Some("chief executive")));
    assert_eq!(quote.rule, Rule::Beside);
    assert_eq!(quote.cue.expect("a cue").of(&article.text), "told");
}

#[test]
fn a_description_is_never_the_actors_words() {
    let (article, findings) = read(ARTICLE);
    let found =
        findings.statements.iter().filter(|f| f.kind == StatementKind::Description).map(|f| f.span.of(&article.text)).collect::<Vec<_>>();
    assert!(found.iter().any(|t| t.contains("behind a paid API")), "{found:?}");
}

#[test]
fn boilerplate_yields_nothing() {
    let (article, findings) = read(ARTICLE);
    assert_eq!(findings.skipped_boilerplate, 1);
    let boilerplate = article.blocks.iter().find(|b| b.kind == BlockKind::Boilerplate).expect("the last line").span;
    assert!(findings.statements.iter().all(|f| !f.span.overlaps(boilerplate)));
}

#[test]
fn an_article_on_something_else_takes_no_position() {
    let (_, findings) = read(
        "The museum was closed on Monday. “We open our doors again on Friday,” said Ada Quill, its director. She said the roof leaked.\n",
    );
    assert!(findings.statements.iter().all(|f| f.position.is_none()));
    assert!(findings.stances.is_empty());
}

#[test]
fn a_multi_paragraph_quotation_keeps_its_speaker() {
    let (article, findings) = read(
        "Ada Quill spoke for an hour about her models.\n\n“We gave the weights away, and the models came back better.\n\n“Nobody should have to ask us for a copy of the code,” Quill said.\n",
    );
    let quotes: Vec<_> = findings.statements.iter().filter(|f| f.kind == StatementKind::Quote).collect();
    assert_eq!(quotes.len(), 2);
    assert!(quotes.iter().all(|q| q.actor.is_some_and(|a| findings.actors[a].name == "Ada Quill")), "{}", article.text);
}

#[test]
fn extraction_is_deterministic() {
    assert_eq!(read(ARTICLE).1, read(ARTICLE).1);
}

/// Every span lies on boundaries within one block that is no boilerplate, and every index points to an actor.
fn holds(article: &extract::Article, findings: &Findings) {
    let text = &article.text;
    let check = |span: Span| {
        assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end) && span.end <= text.len());
    };
    for finding in &findings.statements {
        check(finding.span);
        assert!(!finding.span.is_empty());
        finding.mention.into_iter().chain(finding.cue).chain(finding.position.iter().flat_map(|r| r.terms.iter().copied())).for_each(check);
        for actor in finding.actor.into_iter().chain(finding.on_behalf_of) {
            assert!(actor < findings.actors.len());
        }
        let boilerplate = article.blocks.iter().filter(|b| b.kind == BlockKind::Boilerplate);
        assert!(boilerplate.clone().all(|b| !b.span.overlaps(finding.span)));
    }
    assert!(findings.stances.iter().all(|(actor, _)| *actor < findings.actors.len()));
}

/// Pieces that news is made of, so that random texts reach deep.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "OpenAI",
        "Meta",
        "Sam Altman",
        "Ada Quill",
        "Quillon Works",
        "“",
        "”",
        "\"",
        "''",
        "‘",
        "’s",
        "said",
        "told",
        "according to",
        "that",
        ",",
        ".",
        "?",
        ":",
        ";",
        "—",
        "\n",
        "\n\n",
        "(",
        ")",
        "the company",
        "he",
        "she",
        "it",
        "they",
        "we",
        "I",
        "his lawsuit",
        "Q:",
        "A:",
        "- ",
        "Key Takeaways",
        "open-source",
        "weights",
        "keeps",
        "releases",
        "never",
        "if",
        "but",
        "while",
        "and",
        "models",
        "behind an API",
        "Inc.",
        "Dr.",
        "U.S.",
        "…",
        "É",
        "日本",
        "\u{301}",
        "\u{feff}",
        "\r\n",
        "About Quillon Works",
        "By Ada Quill",
        "CEO",
        "its director",
        "who",
        "which",
        "whose",
        "AI",
        "4",
        "Llama 3",
        "Subscribe",
    ]);
    prop::collection::vec((piece, prop::bool::weighted(0.8)), 0..120)
        .prop_map(|parts| parts.into_iter().map(|(p, space)| if space { format!("{p} ") } else { p.to_owned() }).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn any_news_holds(text in pieces()) {
        let (article, findings) = read(&text);
        holds(&article, &findings);
    }

    #[test]
    fn any_text_holds(text in "\\PC{0,400}") {
        let (article, findings) = read(&text);
        holds(&article, &findings);
        for format in [Format::Markdown, Format::Html] {
            let article = article::read(&text, format);
            holds(&article, &extract::extract(&article, &Gazetteer::new(registry::known(), [])));
        }
    }
}

#[test]
fn a_name_may_end_behind_the_part_that_is_looked_at() {
    let (article, findings) = read("weAda Quill“\nAbout Quillon Works É’s");
    holds(&article, &findings);
}

/// The annotated articles beside the project, where they are there: the seed article is read without a fault.
#[test]
fn the_seed_article() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora/seed");
    let Ok(text) = std::fs::read_to_string(folder.join("article.txt")) else {
        eprintln!("SKIPPED: no seed article at {}", folder.display());
        return;
    };
    let (article, findings) = read(&text);
    holds(&article, &findings);
    for (name, wanted) in [
        ("OpenAI", Side::Mixed),
        ("Meta", Side::For),
        ("Google DeepMind", Side::Against),
        ("Yann LeCun", Side::For),
        ("Elon Musk", Side::For),
    ] {
        assert_eq!(side(&findings, name), Some(wanted), "{name}");
    }
    assert!(findings.statements.iter().filter(|f| f.kind == StatementKind::Quote).all(|f| f.actor.is_some()));
    assert!(findings.actors.iter().all(|a| !a.name.contains("Reddit")));
}
