//! HTML pages: the readable part, and what their metadata say.

use super::article::{Article, plain};

/// Reads an HTML page.
pub fn read(input: &str) -> Article {
    let Ok(mut reader) = dom_smoothie::Readability::new(input, None, None) else { return plain(input, false) };
    let metadata = reader.get_article_metadata(None);
    let text = reader.parse().map_or_else(|_| String::new(), |page| page.text_content.to_string());
    let mut article = plain(&text, false);
    article.title = Some(metadata.title).filter(|t| !t.is_empty());
    article.publisher = metadata.site_name;
    article.url = metadata.url;
    article.lang = metadata.lang;
    article.authors = metadata.byline.into_iter().collect();
    article
}
