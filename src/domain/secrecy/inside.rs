//! Texts inside other texts, whose kind is known by their first bytes alone.

use super::search::Search;
use super::{body, url};

/// Finds the secrets in the value of a parameter, a member or a header.
pub fn walk(text: &str, search: &mut Search) {
    let begin = text.trim_start();
    let is_path = begin.starts_with('/') && begin.contains('?');
    if is_path || url::scheme(begin).is_some() && !begin.contains(char::is_whitespace) {
        url::walk(text, search);
        return;
    }
    search.shapes(text);
    if begin.starts_with(['{', '[']) {
        body::json::walk(text, search);
    } else if begin.starts_with('<') {
        body::xml::walk(text, search);
    } else {
        body::text::walk(text, search);
    }
}
