//! HTML pages: the readable part, and what their metadata say.

use dom_smoothie::{Config, Metadata, Readability, TextMode};

use super::article::{Article, plain};
use crate::domain::date::PartialDate;

/// Elements from which on a page is not read: no article has as many.
const ELEMENTS_MAX: usize = 50_000;

/// Reads an HTML page. A page without a readable part gives an article without text.
pub fn read(input: &str) -> Article {
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
    fn no_page_no_text() {
        assert_eq!(read("").text, "");
        assert_eq!(day("yesterday"), None);
    }
}
