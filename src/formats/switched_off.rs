//! Parts of a body that are switched off: comment lines, which are not sent.
//!
//! VS Code leaves out every line of a request that begins with `#` or `//`. Here only those count that can be nothing else: a field of
//! a form, and a part of a multipart body from its delimiter on.
//!
//! ```text
//! name=ann                  --boundary
//! # &password=hunter2       Content-Disposition: form-data; name="a"
//! &remember=true
//!                           1
//!                           # --boundary
//!                           # Content-Disposition: form-data; name="b"
//!                           #
//!                           # 2
//!                           --boundary--
//! ```

use crate::domain::switched_off::{comment, may_be_parameter};

/// The field of a form that a comment line switches off, with the `&` before it if it has one.
pub fn field(line: &str) -> Option<&str> {
    if line.starts_with([' ', '\t']) {
        return None;
    }
    let field = comment(line.trim_end_matches('\r'))?;
    let is_field = match field.strip_prefix('&') {
        Some(rest) => may_be_parameter(rest),
        None => may_be_parameter(field) && field.contains('=') && !without_variables(field).contains([' ', '\t']),
    };
    is_field.then_some(field)
}

/// A text without what is in braces: names of variables may have blanks.
fn without_variables(text: &str) -> String {
    let mut depth = 0_usize;
    let is_outside = |c: &char| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    };
    text.chars().filter(is_outside).collect()
}

/// A line of a part that is switched off, without its mark.
pub fn line_of_part(line: &str) -> Option<&str> {
    let rest = line.strip_prefix('#')?;
    Some(rest.strip_prefix(' ').unwrap_or(rest))
}

/// The delimiter between the parts of a multipart body: its first line, which may be switched off.
pub fn delimiter(body: &str) -> Option<&str> {
    let first = body.lines().find(|line| !line.trim().is_empty())?;
    let first = line_of_part(first).unwrap_or(first).trim_end();
    (first.len() > 2 && first.starts_with("--")).then_some(first)
}

/// Tells which lines of a body are switched off, one after the other.
#[derive(Clone, Debug)]
pub enum OffLines<'a> {
    /// None.
    None,
    /// Fields of a form.
    Fields,
    /// Parts of a multipart body: what they begin with, and whether the line before was of one.
    Parts(&'a str, bool),
}

impl OffLines<'_> {
    /// For the end of a body by the types, in lower case, that its request says: a delimiter is not known there.
    pub fn at_the_end(types: &str) -> Self {
        match types {
            types if types.contains("application/x-www-form-urlencoded") => Self::Fields,
            types if types.contains("multipart/") => Self::Parts("--", false),
            _ => Self::None,
        }
    }

    /// True for a line that is not sent.
    pub fn is_off(&mut self, line: &str) -> bool {
        match self {
            Self::None => false,
            Self::Fields => field(line).is_some(),
            Self::Parts(delimiter, is_inside) => {
                let content = line_of_part(line);
                let begins = content.is_some_and(|content| content.starts_with(*delimiter));
                *is_inside = begins || *is_inside && content.is_some();
                *is_inside
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_are_switched_off_are_told_from_words() {
        for (line, expected) in [
            ("# &b=2", Some("&b=2")),
            ("#a=1", Some("a=1")),
            ("// &b", Some("&b")),
            ("# &note=a b", Some("&note=a b")),
            ("# t={{ token }}", Some("t={{ token }}")),
            ("# note=a b", None),
            ("# a comment", None),
            ("# login = ann", None),
            (" # &b=2", None),
            ("b=#2", None),
        ] {
            assert_eq!(field(line), expected, "{line}");
        }
    }

    #[test]
    fn a_part_is_switched_off_from_its_delimiter_on() {
        let body = "# --x\n# A: b\n#\n# # title\n--x\n\n# a heading\n--x--";
        let mut lines = OffLines::Parts(delimiter(body).unwrap_or_default(), false);
        let off: Vec<bool> = body.lines().map(|line| lines.is_off(line)).collect();
        assert_eq!(off, [true, true, true, true, false, false, false, false]);
    }
}
