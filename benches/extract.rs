//! How fast articles are read: the whole extractor beside reading and sentence-splitting alone, on one core.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use openstance::{
    domain::registry,
    extract::{
        self, Format, Gazetteer,
        text::{article, sentences::Parsed},
    },
};

/// A made-up article, repeated to about a thousand words.
const PARAGRAPHS: &str = "Quillon Works, a laboratory in Porto, published the weights of its largest language model on Monday under a permissive licence.

“Nobody can check what nobody can read,” said Ada Quill, its director. She added that the training code would follow in May, if two partners agreed.

Not everyone is persuaded. Castor Systems keeps its models behind a paid API and has no plan to change that. “Our weights never leave our servers,” chief executive Bruno Castor told reporters, and his customers seemed content.

While Quillon Works and the Lantern Institute post every checkpoint they train, Castor Systems and Vesper keep their strongest systems in-house, according to three people who have worked with them.
";

fn bench(criterion: &mut Criterion) {
    let text = PARAGRAPHS.repeat(9);
    let gazetteer = Gazetteer::new(registry::known(), []);
    let mut group = criterion.benchmark_group("a thousand words");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("read and split into sentences", |b| {
        b.iter(|| Parsed::new(&article::read(&text, Format::Text)).sentences.len());
    });
    group.bench_function("extract", |b| {
        b.iter(|| extract::extract(&article::read(&text, Format::Text), &gazetteer).statements.len());
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
