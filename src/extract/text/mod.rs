//! The text: blocks, tokens, sentences, quotations.

pub mod article;
mod html;
pub mod quotes;
pub mod sentences;
pub mod tokens;
