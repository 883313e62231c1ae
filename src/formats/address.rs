//! Parts of an address that commands and programs give apart: parameters to add, a login to take out.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::variables::placeholders;

/// Adds parameters, encoded already, before the fragment of an address.
pub(super) fn add_query(url: &mut String, query: &str) {
    if query.is_empty() {
        return;
    }
    let at = url.find('#').unwrap_or(url.len());
    let before = url.get(..at).unwrap_or_default();
    let mark = match before.find('?') {
        None => "?",
        Some(_) if before.ends_with(['?', '&']) => "",
        Some(_) => "&",
    };
    // An address without a path gets one, as clients send it.
    let path = before.split_once("://").is_some_and(|(_, rest)| !rest.contains(['/', '?']));
    url.insert_str(at, &format!("{}{mark}{query}", if path { "/" } else { "" }));
}

/// Takes `name:password@` out of an address: clients send it as Basic. The percent-escapes are decoded.
pub(super) fn take_login(url: &mut String) -> Option<String> {
    let start = url.find("://")? + 3;
    let rest = url.get(start..)?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let at = authority.rfind('@')?;
    let (user, password) = authority.get(..at)?.split_once(':').unwrap_or((authority.get(..at)?, ""));
    let decode = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
    let pair = format!("{}:{}", decode(user), decode(password));
    url.replace_range(start..start + at + 1, "");
    Some(pair)
}

/// The bytes that an encoding of parameters writes as percent-escapes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Escaped(&'static AsciiSet);

impl Escaped {
    /// Forms as browsers send them (`URLSearchParams`).
    pub const FORM: Self = Self(&NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_'));
    /// RFC 3986: `quote_plus` of Python, `--data-urlencode` of curl.
    pub const RFC_3986: Self = Self(&NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~'));
    /// `encodeURIComponent` of JavaScript.
    pub const COMPONENT: Self = Self(&Self::RFC_3986.0.remove(b'!').remove(b'*').remove(b'\'').remove(b'(').remove(b')'));
    /// The parameters of axios.
    pub const AXIOS: Self = Self(&Self::COMPONENT.0.remove(b':').remove(b'$').remove(b','));
}

/// Percent-encoding with `space` for blanks. Placeholders (`{{name}}`) stay, so that they can be filled in.
pub(super) fn encoded(text: &str, escaped: Escaped, space: &str) -> String {
    around_placeholders(text, |out, part| {
        for (index, word) in part.split(' ').enumerate() {
            out.push_str(if index == 0 { "" } else { space });
            out.extend(utf8_percent_encode(word, escaped.0));
        }
    })
}

/// A text whose placeholders stay, while all else is written by `write`.
pub(super) fn around_placeholders(text: &str, mut write: impl FnMut(&mut String, &str)) -> String {
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for (span, _) in placeholders(text) {
        write(&mut out, text.get(copied..span.start).unwrap_or_default());
        out.push_str(span.cut(text).unwrap_or_default());
        copied = span.end;
    }
    write(&mut out, text.get(copied..).unwrap_or_default());
    out
}

/// Fields of a form, encoded and joined.
pub(super) fn form(fields: &[(String, String)], escaped: Escaped) -> String {
    let field = |(name, value): &(String, String)| format!("{}={}", encoded(name, escaped, "+"), encoded(value, escaped, "+"));
    fields.iter().map(field).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_not_encoded() {
        assert_eq!(encoded("a b{{c d}}é", Escaped::FORM, "+"), "a+b{{c d}}%C3%A9");
        assert_eq!(encoded("{{a", Escaped::FORM, "+"), "%7B%7Ba");
    }

    #[test]
    fn every_encoding_leaves_its_own_characters_as_they_are() {
        let ascii: String = ('!'..='~').filter(|c| !c.is_ascii_alphanumeric()).collect();
        for (escaped, left) in
            [(Escaped::FORM, "*-._"), (Escaped::RFC_3986, "-._~"), (Escaped::COMPONENT, "!'()*-._~"), (Escaped::AXIOS, "!$'()*,-.:_~")]
        {
            let is_left = |c: &char| encoded(&c.to_string(), escaped, "+") == c.to_string();
            assert_eq!(ascii.chars().filter(is_left).collect::<String>(), left, "{escaped:?}");
        }
        assert_eq!(encoded("a  b\0", Escaped::RFC_3986, "%20"), "a%20%20b%00");
    }
}
