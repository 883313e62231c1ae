//! Text in Markdown.

use crate::domain::request::pictured;

/// A line of text in which nothing is markup, for a heading or a cell.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in pictured(text).trim().chars() {
        if "\\`*_[]<>#|&~".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_markup() {
        assert_eq!(plain(" a|b <c> &lt; [d](e) "), "a\\|b \\<c\\> \\&lt; \\[d\\](e)");
        assert!(!plain("a\nb").contains('\n'));
    }
}
