//! Any text in any format: no panic, and every span within its text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use openstance::{
    domain::registry,
    extract::{
        self, Format, Gazetteer,
        text::article::{self, BlockKind},
    },
};

fuzz_target!(|input: (u8, &str)| {
    let (format, text) = input;
    let format = [Format::Text, Format::Markdown, Format::Html][usize::from(format) % 3];
    let article = article::read(text, format);
    let findings = extract::extract(&article, &Gazetteer::new(registry::known(), []));
    for finding in &findings.statements {
        assert!(!finding.span.of(&article.text).is_empty());
        let boilerplate = article.blocks.iter().filter(|b| b.kind == BlockKind::Boilerplate);
        assert!(boilerplate.clone().all(|b| !b.span.overlaps(finding.span)));
    }
    assert!(findings.stances.iter().all(|(actor, _)| *actor < findings.actors.len()));
});
