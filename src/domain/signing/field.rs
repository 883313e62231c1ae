//! A part of a signed request, with its place.

use percent_encoding::percent_decode_str;

use crate::domain::headers::Header;
use crate::domain::limits::MAX_JUDGED;
use crate::domain::request::{Request, RequestPart};
use crate::domain::span::Span;

/// A named part: a parameter of the query, of a header, or of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// As written.
    pub raw: String,
    /// Decoded.
    pub value: String,
    /// Where it is.
    pub part: RequestPart,
    /// Its bytes there.
    pub span: Span,
}

/// Fields in the order in which they were written.
pub type Fields = Vec<(String, Field)>;

impl Field {
    /// The whole value of a header, without the blanks around it.
    pub fn header(index: usize, header: &Header) -> Self {
        let raw = header.value.trim();
        let span = Span::of(&header.value, raw).unwrap_or_default();
        Self { raw: raw.into(), value: raw.into(), part: RequestPart::HeaderValue(index), span }
    }

    /// A slice of the value of a header.
    fn slice(index: usize, value: &str, raw: &str) -> Self {
        let span = Span::of(value, raw).unwrap_or_default();
        Self { raw: raw.into(), value: raw.into(), part: RequestPart::HeaderValue(index), span }
    }
}

/// The first field of that name.
pub fn find<'f>(fields: &'f Fields, name: &str) -> Option<&'f Field> {
    fields.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, field)| field)
}

/// The first header of that name, as a field.
pub fn header(request: &Request, name: &str) -> Option<Field> {
    request.headers.all(name).next().map(|(index, header)| Field::header(index, header))
}

/// The parameters of the query.
pub fn query(request: &Request) -> Fields {
    let url = request.url.split('#').next().unwrap_or_default();
    let Some((path, query)) = url.split_once('?') else { return Fields::new() };
    pairs(query, RequestPart::Line, request.method.len() + 1 + path.len() + 1)
}

/// The fields of a form body; none of any other body.
pub fn form(request: &Request) -> Fields {
    let is_form = request.headers.get("content-type").is_some_and(|t| t.to_ascii_lowercase().contains("x-www-form-urlencoded"));
    if is_form { pairs(&request.body, RequestPart::Body, 0) } else { Fields::new() }
}

/// `a=b&c=d`, which begins at this offset of a part; nothing of more than are judged, because a signature is over all of them.
pub fn pairs(text: &str, part: RequestPart, offset: usize) -> Fields {
    if memchr::memchr_iter(b'&', text.as_bytes()).nth(MAX_JUDGED).is_some() {
        return Fields::new();
    }
    let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let mut at = offset;
    let mut fields = Fields::new();
    for pair in text.split('&') {
        let (name, raw) = pair.split_once('=').unwrap_or((pair, ""));
        let start = at + pair.len() - raw.len();
        if !pair.is_empty() {
            fields.push((decode(name), Field { raw: raw.into(), value: decode(raw), part, span: Span::new(start, start + raw.len()) }));
        }
        at += pair.len() + 1;
    }
    fields
}

/// `a="b", c=d` behind the scheme in the value of a header; quotes around a value are no part of it. A comma or blank inside of
/// quotes is.
pub fn parameters(index: usize, value: &str, from: usize) -> Fields {
    let mut fields = Fields::new();
    let mut rest = value.get(from..).unwrap_or_default();
    loop {
        rest = rest.trim_start_matches(|c: char| c == ',' || c == ';' || c.is_whitespace());
        let Some(equals) = rest.find('=') else { return fields };
        let (name, behind) = (&rest[..equals], &rest[equals + 1..]);
        let (raw, after) = match behind.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => behind.split_at(behind.find(|c: char| c == ',' || c.is_whitespace()).unwrap_or(behind.len())),
        };
        fields.push((name.trim().to_string(), Field::slice(index, value, raw)));
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_with_quotes_and_without() {
        let value = r#"Scheme a=1, b="x, y",c=de==, d="open"#;
        let read: Vec<_> =
            parameters(0, value, 7).into_iter().map(|(name, f)| (name, f.raw, f.span.cut(value).map(String::from))).collect();
        let want = [("a", "1"), ("b", "x, y"), ("c", "de=="), ("d", "open")];
        assert_eq!(read, want.map(|(n, v)| (n.to_string(), v.to_string(), Some(v.to_string()))));
    }

    #[test]
    fn a_query_is_decoded_and_its_places_are_those_of_the_line() {
        let request = Request { method: "GET".into(), url: "https://h/p?a=%2Fb+c&&d#e=f".into(), ..Request::default() };
        let read = query(&request);
        assert_eq!(read.iter().map(|(n, f)| (n.as_str(), f.value.as_str())).collect::<Vec<_>>(), [("a", "/b c"), ("d", "")]);
        assert_eq!(read[0].1.span.cut("GET https://h/p?a=%2Fb+c&&d#e=f"), Some("%2Fb+c"));
    }
}
