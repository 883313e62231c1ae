//! How a parameter is spelled: decoded for people, and encoded again.

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::domain::span::Span;
use crate::formats::variables::placeholders;

/// What is encoded in the value of a query: what ends or changes it, and what no address has.
const IN_QUERY: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'\'')
    .add(b'+')
    .add(b';')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');
/// The same for its name.
const IN_NAME: &AsciiSet = &IN_QUERY.add(b'=').add(b'?');
/// What is encoded in a form (URL Standard, application/x-www-form-urlencoded).
const IN_FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_');

/// Where a text is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    QueryName,
    QueryValue,
    Form,
}

/// The text as a server reads it; `{{variables}}` and what cannot be decoded stay as they are written.
pub fn decoded(raw: &str) -> String {
    units(raw).into_iter().map(|(_, text)| text).collect()
}

/// The text as it is written; `{{variables}}` stay as they are.
pub fn encoded(text: &str, alphabet: Alphabet) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (span, _) in placeholders(text) {
        encode(text.get(at..span.start).unwrap_or_default(), alphabet, &mut out);
        out.push_str(span.cut(text).unwrap_or_default());
        at = span.end;
    }
    encode(text.get(at..).unwrap_or_default(), alphabet, &mut out);
    out
}

fn encode(text: &str, alphabet: Alphabet, out: &mut String) {
    match alphabet {
        Alphabet::QueryName => out.extend(utf8_percent_encode(text, IN_NAME)),
        Alphabet::QueryValue => out.extend(utf8_percent_encode(text, IN_QUERY)),
        Alphabet::Form => out.push_str(&utf8_percent_encode(text, IN_FORM).to_string().replace("%20", "+")),
    }
}

/// What is written when a text that was read from `raw` becomes another one: the ends that stay keep their spelling.
pub fn respelled(raw: &str, wanted: &str, alphabet: Alphabet) -> String {
    let units = units(raw);
    let (mut first, mut start) = (0, 0);
    while let Some((_, text)) = units.get(first).filter(|(_, text)| wanted.get(start..).is_some_and(|rest| rest.starts_with(text.as_str())))
    {
        start += text.len();
        first += 1;
    }
    let (mut last, mut end) = (units.len(), wanted.len());
    while let Some((_, text)) = last.checked_sub(1).filter(|at| *at >= first).and_then(|at| units.get(at)) {
        if !wanted.get(start..end).is_some_and(|rest| rest.ends_with(text.as_str())) {
            break;
        }
        end -= text.len();
        last -= 1;
    }
    let place = |at: usize| units.get(at).map_or(raw.len(), |(span, _)| span.start);
    let (before, behind) = (raw.get(..place(first)).unwrap_or_default(), raw.get(place(last)..).unwrap_or_default());
    let kept = format!("{before}{}{behind}", encoded(wanted.get(start..end).unwrap_or_default(), alphabet));
    let names = |text: &str| placeholders(text).map(|(_, name)| name.to_string()).collect::<Vec<_>>();
    if decoded(&kept) == wanted && names(&kept) == names(wanted) { kept } else { encoded(wanted, alphabet) }
}

/// The smallest parts of a text that mean something, each with what it means.
fn units(raw: &str) -> Vec<(Span, String)> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut variables = placeholders(raw).map(|(span, _)| span).peekable();
    while let Some(c) = raw.get(at..).and_then(|rest| rest.chars().next()) {
        if let Some(span) = variables.next_if(|span| span.start == at) {
            found.push((span, span.cut(raw).unwrap_or_default().to_string()));
            at = span.end;
            continue;
        }
        let bytes = escapes(raw.get(at..).unwrap_or_default());
        if bytes.is_empty() {
            let end = at + c.len_utf8();
            found.push((Span::new(at, end), if c == '+' { ' ' } else { c }.to_string()));
            at = end;
            continue;
        }
        for chunk in bytes.utf8_chunks() {
            for c in chunk.valid().chars() {
                let end = at + 3 * c.len_utf8();
                found.push((Span::new(at, end), c.to_string()));
                at = end;
            }
            let end = at + 3 * chunk.invalid().len();
            if end > at {
                found.push((Span::new(at, end), raw.get(at..end).unwrap_or_default().to_string()));
                at = end;
            }
        }
    }
    found
}

/// The bytes of the escapes that a text begins with.
fn escapes(text: &str) -> Vec<u8> {
    let byte = |three: &[u8]| match three {
        [b'%', high, low] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
            u8::from_str_radix(std::str::from_utf8(&[*high, *low]).ok()?, 16).ok()
        }
        _ => None,
    };
    text.as_bytes().chunks(3).map_while(byte).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escapes_are_decoded_and_variables_stay() {
        for (raw, text) in [
            ("a%20b+c", "a b c"),
            ("caf%C3%A9", "café"),
            ("{{a+b}}%2F", "{{a+b}}/"),
            ("100%", "100%"),
            ("%zz%4", "%zz%4"),
            ("%FF%41", "%FFA"),
            ("a=b==", "a=b=="),
        ] {
            assert_eq!(decoded(raw), text, "{raw}");
        }
        assert_eq!(encoded("a b&{{x y}}=é", Alphabet::QueryValue), "a%20b%26{{x y}}=%C3%A9");
        assert_eq!(encoded("a b&c=d", Alphabet::Form), "a+b%26c%3Dd");
        assert_eq!(encoded("a[]=?", Alphabet::QueryName), "a[]%3D%3F");
    }

    #[test]
    fn what_stays_keeps_its_spelling() {
        for (raw, wanted, written) in [
            ("a%2fb", "a/bc", "a%2fbc"),
            ("%FF+x", "%FF y", "%FF+y"),
            ("a b", "a b c", "a b%20c"),
            ("%", "%41", "%2541"),
            ("{{a}}", "{{ab}}", "{{ab}}"),
            ("{x}", "{{x}}", "{{x}}"),
            ("%7B%7Bx%7D%7D!", "{{x}}", "{{x}}"),
        ] {
            assert_eq!(respelled(raw, wanted, Alphabet::QueryValue), written, "{raw}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(raw in "[a%+é{} =&#?0-9A-F]{0,12}", wanted in "[a%+é{} =&#?0-9\n\\x00]{0,12}") {
            for alphabet in [Alphabet::QueryName, Alphabet::QueryValue, Alphabet::Form] {
                prop_assert_eq!(decoded(&encoded(&wanted, alphabet)), wanted.as_str());
                prop_assert_eq!(decoded(&respelled(&raw, &wanted, alphabet)), wanted.as_str());
                prop_assert_eq!(respelled(&raw, &decoded(&raw), alphabet).len() >= decoded(&raw).len().min(1), true);
            }
        }
    }
}
