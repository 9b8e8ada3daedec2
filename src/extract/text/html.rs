//! HTML pages: the readable part, and what their metadata say.

use dom_smoothie::{Config, Metadata, Readability, TextMode};

use crate::domain::date::PartialDate;
use crate::extract::text::article::{Article, plain};

/// Elements from which on a page is not read: no article has as many.
const ELEMENTS_MAX: usize = 50_000;

/// Deeper nesting is not read: the parser's stack and time grow with it. Articles stay under 60.
const DEPTH_MAX: usize = 200;

/// Longer tags are not read: their attributes are compared pairwise. In bytes.
const TAG_MAX: usize = 20_000;

/// Elements that hold nothing, or that the next of their kind ends: they do not nest, however many are left open.
const FLAT: &[&str] = &[
    "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option", "p", "param", "path", "source",
    "tbody", "td", "th", "thead", "tr", "track", "wbr",
];

/// Whether a page is of a shape that can be read in reasonable time: by one pass over its tags.
fn is_reasonable(input: &str) -> bool {
    let (mut depth, mut elements) = (0_usize, 0_usize);
    for (at, _) in input.match_indices('<') {
        let rest = &input.as_bytes()[at + 1..];
        let closing = rest.first() == Some(&b'/');
        let name = &rest[usize::from(closing)..];
        let length = name.iter().take(12).take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let name = String::from_utf8_lossy(&name[..length]).to_ascii_lowercase();
        if name.is_empty() || FLAT.contains(&name.as_str()) {
            elements += usize::from(!name.is_empty());
        } else if closing {
            depth = depth.saturating_sub(1);
        } else {
            (depth, elements) = (depth + 1, elements + 1);
        }
        let long = rest.len() > TAG_MAX && !rest[..TAG_MAX].iter().any(|byte| matches!(byte, b'>' | b'<'));
        if depth > DEPTH_MAX || elements > ELEMENTS_MAX || long {
            return false;
        }
    }
    true
}

/// Reads an HTML page. A page without a readable part, or of no reasonable shape, gives an article without text.
pub fn read(input: &str) -> Article {
    if !is_reasonable(input) {
        return plain("", false);
    }
    let config = Config { max_elements_to_parse: ELEMENTS_MAX, text_mode: TextMode::Formatted, ..Config::default() };
    let Ok(mut page) = Readability::new(input, None, Some(config)) else { return plain("", false) };
    let json = page.parse_json_ld();
    let metadata = page.get_article_metadata(json);
    let text = page.parse().map_or_else(|_| String::new(), |article| article.text_content.to_string());
    with_metadata(plain(&text, false), metadata)
}

/// Adds what the metadata say; what they do not say stays unknown.
fn with_metadata(article: Article, metadata: Metadata) -> Article {
    let said = |text: Option<String>| text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
    Article {
        title: said(Some(metadata.title)),
        publisher: said(metadata.site_name),
        url: said(metadata.url).filter(|url| url.starts_with("https://") || url.starts_with("http://")),
        published_on: metadata.published_time.and_then(|time| day(&time)),
        authors: said(metadata.byline).into_iter().collect(),
        lang: said(metadata.lang),
        ..article
    }
}

/// The day of an ISO 8601 time.
fn day(time: &str) -> Option<PartialDate> {
    time.trim().get(..10).unwrap_or(time.trim()).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<!doctype html><html lang="en"><head><title>A lab opens up</title>
<meta property="og:site_name" content="The Harbour Post"><meta property="article:published_time" content="2025-03-02T08:00:00Z"></head>
<body><nav><a href="/">Home</a> <a href="/tech">Technology</a></nav><article><h1>A lab opens up</h1>
<p>Quillon Works, a small laboratory, published the weights of its language model on Sunday, together with the code that trained it.</p>
<p>“We share what we make,” said Ada Quill, its director, in a long and friendly talk about the years that it had taken to get there.</p>
<p>Others in the town said that they were glad, and that they would try the model on their own machines as soon as they could.</p>
</article><footer>All rights reserved</footer></body></html>"#;

    #[test]
    fn a_page_gives_its_article_and_its_metadata() {
        let article = read(PAGE);
        assert!(
            article.text.contains("“We share what we make,” said Ada Quill") && !article.text.contains("Technology"),
            "{}",
            article.text
        );
        assert_eq!(article.publisher.as_deref(), Some("The Harbour Post"));
        assert_eq!(article.published_on.map(|d| d.to_string()).as_deref(), Some("2025-03-02"));
        assert_eq!(article.title.as_deref(), Some("A lab opens up"));
    }

    #[test]
    fn a_page_that_would_not_end_is_not_read() {
        for hostile in
            ["<b>".repeat(150_000), "<div>".repeat(300), "<table><tr><td>".repeat(60_000), format!("<a {}>", "x=1 ".repeat(100_000))]
        {
            assert_eq!(read(&hostile).text, "");
        }
        assert!(is_reasonable(PAGE) && is_reasonable(&"<p>a<br>".repeat(10_000)) && is_reasonable(&"<div><b>a</b></div>".repeat(10_000)));
    }

    #[test]
    fn no_page_no_text() {
        assert_eq!(read("").text, "");
        assert_eq!(day("yesterday"), None);
    }
}
