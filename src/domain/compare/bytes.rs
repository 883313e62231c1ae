//! Two texts character by character, where there is no structure to compare: what shows as nothing is named with its place.

use super::ComparisonRow;
use crate::domain::span::character;
use crate::domain::visible::{hidden, name, visible};

/// Most differing places that are listed.
const MAX_PLACES: usize = 12;

/// Rows for length, hidden characters and the part that differs.
pub(super) fn rows(a: &str, b: &str) -> Vec<ComparisonRow> {
    let mut rows = vec![ComparisonRow::new("token", Some(a.into()), Some(b.into()), "").secret()];
    let length = |s: &str| format!("{} bytes", s.len());
    rows.push(ComparisonRow::new("length", Some(length(a)), Some(length(b)), ""));
    let hidden_in = |s: &str| {
        let found: Vec<String> =
            hidden(s).take(MAX_PLACES).map(|(at, c)| format!("{} at character {}", name(c), character(s, at))).collect();
        (!found.is_empty()).then(|| found.join(", "))
    };
    let (in_a, in_b) = (hidden_in(a), hidden_in(b));
    if in_a.is_some() || in_b.is_some() {
        rows.push(ComparisonRow::new("hidden characters", in_a, in_b, "characters that do not show"));
    }
    if let Some((start, middle_a, middle_b)) = differing(a, b) {
        let side = |s: &str| (!s.is_empty()).then(|| visible(s).into_owned());
        let same = match character(a, start) - 1 {
            0 => "they differ from the beginning".to_string(),
            1 => "the first character is the same".to_string(),
            count => format!("the first {count} characters are the same"),
        };
        let meaning = format!("{same}; from there A has {} of its own, B {}", counted(middle_a), middle_b.chars().count());
        let from = format!("from character {}", character(a, start));
        rows.push(ComparisonRow::new(from, side(middle_a), side(middle_b), meaning).secret());
    }
    rows
}

fn counted(text: &str) -> String {
    match text.chars().count() {
        1 => "1 character".into(),
        count => format!("{count} characters"),
    }
}

/// Offset of the first difference, and what is between the common start and the common end.
pub(super) fn differing<'a>(a: &'a str, b: &'a str) -> Option<(usize, &'a str, &'a str)> {
    if a == b {
        return None;
    }
    let start: usize = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).map(|(c, _)| c.len_utf8()).sum();
    let (rest_a, rest_b) = (a.get(start..)?, b.get(start..)?);
    let end: usize = rest_a.chars().rev().zip(rest_b.chars().rev()).take_while(|(x, y)| x == y).map(|(c, _)| c.len_utf8()).sum();
    Some((start, rest_a.get(..rest_a.len() - end)?, rest_b.get(..rest_b.len() - end)?))
}

/// In words, what happened to B; `None` when the texts are equal or have little in common.
pub(super) fn what_happened(a: &str, b: &str) -> Option<String> {
    if let Some((at, c)) = hidden(b).find(|(_, c)| !a.contains(*c)) {
        return Some(format!("B holds {} at character {}, which does not show", name(c), character(b, at)));
    }
    if a.trim() == b.trim() && a != b {
        return Some("the spaces around B differ from those around A".into());
    }
    let (start, in_a, in_b) = differing(a, b)?;
    let count = |s: &str| s.chars().count();
    match (count(in_a), count(in_b)) {
        (1, 0) if start + in_a.len() == a.len() => Some("B is A cut off: its last character is missing".into()),
        (lost, 0) if start + in_a.len() == a.len() => Some(format!("B is A cut off: its last {lost} characters are missing")),
        (0, _) if start == a.len() => Some(format!("B is A with {} more at the end", counted(in_b))),
        (_, 0) => Some(format!("B lacks {} at character {}", counted(in_a), character(a, start))),
        (0, _) => Some(format!("B has {} more at character {}", counted(in_b), character(a, start))),
        (x, y) if x == y && in_a.eq_ignore_ascii_case(in_b) => Some("B is A in other upper and lower case".into()),
        (1, 1) => Some(format!("B differs from A in one character, number {}", character(a, start))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invisible_character_shows_with_code_point_and_place() {
        let rows = rows("abcdef", "abc\u{200b}def");
        let row = rows.iter().find(|r| r.field == "hidden characters").expect("a row");
        assert_eq!(row.b.as_deref(), Some("U+200B (zero width space) at character 4"));
        assert_eq!(
            what_happened("abcdef", "abc\u{200b}def").as_deref(),
            Some("B holds U+200B (zero width space) at character 4, which does not show")
        );
    }

    #[test]
    fn the_differing_part_is_cut_out() {
        assert_eq!(differing("abXcd", "abYYcd"), Some((2, "X", "YY")));
        assert_eq!(differing("aa", "aaa"), Some((2, "", "a")));
        assert_eq!(differing("a", "a"), None);
    }

    #[test]
    fn how_far_they_are_the_same_is_said_in_words() {
        let meaning = |a: &str, b: &str| rows(a, b).pop().map(|row| row.meaning).unwrap_or_default();
        assert_eq!(meaning("xbc", "ybc"), "they differ from the beginning; from there A has 1 character of its own, B 1");
        assert_eq!(meaning("axxc", "ayc"), "the first character is the same; from there A has 2 characters of its own, B 1");
    }

    #[test]
    fn what_happened_is_said() {
        assert_eq!(what_happened("abcdef", "abc").as_deref(), Some("B is A cut off: its last 3 characters are missing"));
        assert_eq!(what_happened("abcdef", "abcde").as_deref(), Some("B is A cut off: its last character is missing"));
        assert_eq!(what_happened("abcdef", "axbcdef").as_deref(), Some("B has 1 character more at character 2"));
        assert_eq!(what_happened("abc", "abc ").as_deref(), Some("the spaces around B differ from those around A"));
        assert_eq!(what_happened("abc", "aBC").as_deref(), Some("B is A in other upper and lower case"));
        assert_eq!(what_happened("abc", "xyz"), None);
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(128))]
        #[test]
        fn start_middle_and_end_make_the_text(a in "[ab\u{200b}ü]{0,12}", b in "[ab\u{200b}ü]{0,12}") {
            if let Some((start, in_a, in_b)) = differing(&a, &b) {
                let end = a.len() - start - in_a.len();
                proptest::prop_assert_eq!(&a[..start], &b[..start]);
                proptest::prop_assert_eq!(&a[a.len() - end..], &b[b.len() - end..]);
                proptest::prop_assert_eq!(start + in_b.len() + end, b.len());
            }
        }
    }
}
