//! The `Cookie` request field.

use crate::domain::span::Span;

/// One `name=value` of a `Cookie` field, as it is written there: quotes and duplicates are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CookiePair<'a> {
    /// The name; empty when there is no `=`, as a browser sends a cookie without a name.
    pub name: &'a str,
    /// The value without the spaces around it.
    pub value: &'a str,
    /// Where the whole pair is in the field's value.
    pub span: Span,
    /// Where the value is in the field's value.
    pub value_span: Span,
}

/// Reads a `Cookie` field. Anything between two semicolons is a pair; empty ones are left out.
pub fn read_cookies(field: &str) -> Vec<CookiePair<'_>> {
    field.split(';').filter_map(|part| read_pair(field, part.trim_matches([' ', '\t']))).collect()
}

fn read_pair<'a>(field: &'a str, part: &'a str) -> Option<CookiePair<'a>> {
    let (name, value) = match part.split_once('=') {
        Some((name, value)) => (name.trim_end_matches([' ', '\t']), value.trim_start_matches([' ', '\t'])),
        None => ("", part),
    };
    let pair = CookiePair { name, value, span: Span::of(field, part)?, value_span: Span::of(field, value)? };
    (!part.is_empty()).then_some(pair)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pairs(field: &str) -> Vec<(&str, &str)> {
        read_cookies(field).iter().map(|p| (p.name, p.value)).collect()
    }

    #[test]
    fn duplicates_quotes_and_missing_blanks_are_kept() {
        assert_eq!(pairs("a=1;b=\"x y\"; a=2"), [("a", "1"), ("b", "\"x y\""), ("a", "2")]);
        assert_eq!(pairs("sid=a=b==; ; x = y ;"), [("sid", "a=b=="), ("x", "y")]);
        assert_eq!(pairs("bare; =v"), [("", "bare"), ("", "v")]);
        assert_eq!(pairs(""), []);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn every_span_cuts_what_it_names(field in "[ -~é;= ]{0,60}") {
            for pair in read_cookies(&field) {
                prop_assert_eq!(pair.value_span.cut(&field), Some(pair.value));
                prop_assert!(pair.span.cut(&field).is_some_and(|text| text.starts_with(pair.name)));
            }
        }
    }
}
