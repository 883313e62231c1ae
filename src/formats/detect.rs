//! What a text is, judging by its content; and bytes into text.

use super::http_file::Document;
use super::offer::offer;
use super::variables::Variables;
use super::{Format, FormatError, ParsedInput, curl, env, foreign, har, http_file, import, no_files, raw, snippet};
use crate::domain::exchange::Exchange;
use crate::domain::request::Request;
use crate::domain::response::Response;
use crate::domain::secrecy::shapes;

/// How the bytes of a file encode text; kept, so that a file is written back as it was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    #[default]
    Utf8,
    /// UTF-8 after a byte order mark.
    Utf8WithMark,
    /// UTF-16, the low byte first, after its mark.
    Utf16Le,
    /// UTF-16, the high byte first, after its mark.
    Utf16Be,
}

/// The text of some bytes, without a byte order mark.
///
/// # Errors
/// As [`decode_as`].
pub fn decode(bytes: &[u8]) -> Result<String, FormatError> {
    decode_as(bytes).map(|(text, _)| text)
}

/// The text of some bytes, without a byte order mark, and how they encoded it.
///
/// # Errors
/// When they are neither UTF-8 nor marked as UTF-16, or hold a NUL, with line and column of the first such byte.
pub fn decode_as(bytes: &[u8]) -> Result<(String, Encoding), FormatError> {
    let (text, encoding) = match bytes {
        [0xff, 0xfe, rest @ ..] => (utf16(rest, u16::from_le_bytes)?, Encoding::Utf16Le),
        [0xfe, 0xff, rest @ ..] => (utf16(rest, u16::from_be_bytes)?, Encoding::Utf16Be),
        [0xef, 0xbb, 0xbf, rest @ ..] => (utf8(rest)?, Encoding::Utf8WithMark),
        _ => (utf8(bytes)?, Encoding::Utf8),
    };
    match text.find('\0') {
        Some(at) => {
            Err(FormatError::at(&text, at, "a NUL byte")
                .with_help("this is not text; UTF-16 is read when it begins with its byte order mark"))
        }
        None => Ok((text, encoding)),
    }
}

/// [`decode_as`] for owned bytes: UTF-8 becomes text where it is, without a second copy of a large file.
///
/// # Errors
/// As [`decode_as`].
pub fn decode_owned(bytes: Vec<u8>) -> Result<(String, Encoding), FormatError> {
    let is_marked = matches!(bytes.as_slice(), [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0xef, 0xbb, 0xbf, ..]);
    if is_marked || memchr::memchr(0, &bytes).is_some() {
        return decode_as(&bytes);
    }
    String::from_utf8(bytes).map(|text| (text, Encoding::Utf8)).or_else(|e| decode_as(e.as_bytes()))
}

/// The bytes of a text, as they were written in the file that it came from.
pub fn encode(text: &str, encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Utf8 => text.as_bytes().to_vec(),
        Encoding::Utf8WithMark => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        Encoding::Utf16Le => std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16Be => std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect(),
    }
}

fn utf8(bytes: &[u8]) -> Result<String, FormatError> {
    std::str::from_utf8(bytes).map(str::to_string).map_err(|e| {
        let (good, bad) = bytes.split_at(e.valid_up_to());
        let good = String::from_utf8_lossy(good);
        let byte = bad.first().copied().unwrap_or_default();
        FormatError::at(&good, good.len(), format!("the byte 0x{byte:02X} is not UTF-8")).with_help("save it as UTF-8")
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, FormatError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::new();
    for found in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match found {
            Ok(c) => text.push(c),
            Err(lone) => {
                let message = format!("half a character (0x{:04X}) in UTF-16", lone.unpaired_surrogate());
                return Err(FormatError::at(&text, text.len(), message));
            }
        }
    }
    if !rest.is_empty() {
        return Err(FormatError::at(&text, text.len(), "the text ends within a character of UTF-16"));
    }
    Ok(text)
}

/// What a text is. The name of its file decides only where the content leaves it open.
pub fn recognize(text: &str, file_name: Option<&str>) -> Format {
    let text = text.trim_start_matches('\u{feff}').trim();
    let ends = |end: &str| file_name.is_some_and(|name| name.to_ascii_lowercase().ends_with(end));
    if file_name.is_some_and(is_named_as_requests) {
        // An exchange as it went over the wire, saved under a name that people take for anything HTTP.
        return if !is_of_requests(text) && raw::is_exchange(text) { Format::Raw } else { Format::HttpFile };
    }
    // `[ann@host dir]$ curl …`
    let is_prompt =
        || text.strip_prefix('[').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic())) && curl::looks_like(text);
    if text.starts_with(['{', '[']) && !text.starts_with("{{") && !is_prompt() || ends(".har") {
        return Format::Har;
    }
    if curl::looks_like(text) {
        return Format::Curl;
    }
    let first = text.lines().next().unwrap_or_default();
    if is_of_requests(text) && !raw::is_status_line(first) {
        return Format::HttpFile;
    }
    if raw::looks_raw(text) {
        // `GET https://… HTTP/1.1` with variables is a saved request.
        return if text.contains("{{") && !raw::is_status_line(first) { Format::HttpFile } else { Format::Raw };
    }
    if snippet::tool(text).is_some() && !http_file::begins_with_request(text) {
        return Format::Snippet;
    }
    if is_bare_token(text) { Format::Token } else { Format::HttpFile }
}

/// True when a text has what only files of requests have: a separator or a directive is not part of any message.
fn is_of_requests(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("###") || line.starts_with("# @") || line.starts_with("// @"))
}

/// What people copy when they copy a token: one word, behind a scheme that is known, or one that no word of a language is.
fn is_bare_token(text: &str) -> bool {
    let (scheme, word) = scheme_and_token(text);
    let has_scheme = word.len() < text.trim().len() && shapes::is_scheme(scheme);
    let letters = word.bytes().filter(u8::is_ascii_alphanumeric).count();
    let has_digit = word.bytes().any(|b| b.is_ascii_digit());
    let is_unlike_words = letters >= LONGEST_WORD || has_digit && letters >= SHORTEST_KEY || shapes::begins_as_token(word);
    is_one_word(text) && (has_scheme || is_unlike_words)
}

/// True for one word (or a scheme and a word) that is not an address.
pub fn is_one_word(text: &str) -> bool {
    let (_, word) = scheme_and_token(text);
    let address = word.contains("://") || word.starts_with(['/', '@']) || word.starts_with("{{");
    !word.is_empty() && !address && !word.contains(char::is_whitespace) && !is_host(word)
}

/// Letters and digits of the shortest word with digits that is taken for a key where nothing else can be meant.
const SHORTEST_KEY: usize = 8;
/// Letters from which on a word is none of a language.
const LONGEST_WORD: usize = 20;
/// Letters of the shortest word that is taken for a token where it may also be a name.
const SHORTEST_TOKEN: usize = 16;

/// True for a text that is a token by its look, and not only because one word can be nothing else: it has a scheme, begins as tokens of
/// well-known issuers do, or is long and has digits among its letters.
pub fn looks_like_token(text: &str) -> bool {
    let (_, word) = scheme_and_token(text);
    let has = |is: fn(&u8) -> bool| word.bytes().any(|b| is(&b));
    let is_mixed = word.len() >= SHORTEST_TOKEN && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
    is_one_word(text) && (word.len() < text.trim().len() || shapes::begins_as_token(word) || is_mixed)
}

/// `api.example/v1`, `localhost:8080`: what could be typed as an address. A token has no slash after a name.
fn is_host(word: &str) -> bool {
    let host = word.split(['/', '?']).next().unwrap_or_default();
    host.starts_with("localhost") || (host.len() < word.len() && host.contains('.') && host.len() < 64)
}

/// Splits `Authorization: Bearer x`, `Bearer x` and `x`.
fn scheme_and_token(text: &str) -> (&str, &str) {
    let text = text.trim();
    let value = match text.split_once(':') {
        Some((name, value)) if name.eq_ignore_ascii_case("authorization") => value.trim(),
        _ => text,
    };
    match value.split_once(char::is_whitespace) {
        Some((scheme, token)) if scheme.len() < 16 && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') => {
            (scheme, token.trim())
        }
        _ => ("Bearer", value),
    }
}

/// Reads a text of any kind. Variables of a file of requests come from that file alone, and files that it names are
/// not read; see [`http_file::read`] for a text that has a folder.
///
/// # Errors
/// When the text is of no kind that is known, or broken, with line and column.
pub fn read_any(text: &str, source: &str) -> Result<ParsedInput, FormatError> {
    read_with_document(text, source).map(|(input, _)| input)
}

/// As [`read_any`], with the document of a file of requests.
///
/// # Errors
/// As [`read_any`].
pub fn read_with_document(text: &str, source: &str) -> Result<(ParsedInput, Option<Document>), FormatError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Err(FormatError::without_place("there is nothing in it"));
    }
    // In YAML, an example may look like a request or a command. JSON is looked at when it is no HAR.
    if !text.trim_start().starts_with(['{', '['])
        && import::is_known(text, source)
        && let Some(read) = import::read_as_requests(text, source)
    {
        return read.map(|(input, document)| (input, Some(document)));
    }
    match recognize(text, Some(source)) {
        Format::Har => read_json(text, source),
        Format::Curl => curl::read(text, source).map(|curl| (ParsedInput::from(curl), None)),
        Format::Raw => raw::read(text, source).map(|input| (input, None)),
        Format::Snippet => snippet::read(text, source).map(|input| (input, None)),
        Format::Token => Ok((token(text, source), None)),
        Format::HttpFile => {
            const EXPECTED: &str = "a curl command, a raw request or answer, a HAR file, .http requests (`GET https://…`) and a token are";
            if !is_named_as_requests(source)
                && let Some(read) = import::read_as_requests(text, source)
            {
                return read.map(|(input, document)| (input, Some(document)));
            }
            let known = foreign::of_text(text);
            if known.is_some() && !is_named_as_requests(source) && !http_file::begins_with_request(text) {
                return Err(foreign::refusal(text, known, EXPECTED));
            }
            let document = Document::read(text);
            let reading = http_file::read_document(&document, source, &Variables::default(), &no_files);
            // Any words make a request line of sorts: without a plausible one, this is something else.
            let believable = |(index, e): (usize, &Exchange)| {
                let written = document.raw_request(index).unwrap_or_default();
                is_method(&e.request.method) && begins_as_address(&written.url) && !e.request.url.contains(' ')
            };
            match reading.exchanges.iter().enumerate().any(believable) {
                true => Ok((reading, Some(document))),
                false => Err(foreign::refusal(text, known, EXPECTED)),
            }
        }
    }
}

/// True for an address without blanks, or one in which what comes before the first one is an address: blanks in a query are read.
fn begins_as_address(url: &str) -> bool {
    match url.split_once([' ', '\t']) {
        Some((first, _)) => first.contains("://") || first.starts_with(['/', '?']) || first.starts_with("{{") || is_host(first),
        None => true,
    }
}

fn is_named_as_requests(source: &str) -> bool {
    let name = source.to_ascii_lowercase();
    name.ends_with(".http") || name.ends_with(".rest")
}

/// Methods are written in capitals; in lower case only those that everybody knows.
fn is_method(method: &str) -> bool {
    method.starts_with("{{")
        || method.bytes().all(|b| b.is_ascii_uppercase() || b == b'-')
        || ["get", "post", "put", "patch", "delete", "head", "options"].contains(&method.to_ascii_lowercase().as_str())
}

/// A whole HAR, one entry of it as the browsers' tools copy it, or a collection of another tool.
fn read_json(text: &str, source: &str) -> Result<(ParsedInput, Option<Document>), FormatError> {
    // Nearly every such text is a HAR, which is read once; what else it is matters only if it is not.
    let fault = match har::read(text, source) {
        Ok(reading) => return Ok((reading, None)),
        Err(fault) => fault,
    };
    if foreign::is_jsonp(text) {
        return Err(fault);
    }
    let help = "HAR has log.entries, or is one entry with a request";
    let shape: Shape = serde_json::from_str(text).map_err(|e| match e.classify() {
        serde_json::error::Category::Data => FormatError { message: "JSON, but not HAR: no object".into(), ..env::json_error(&e) },
        _ => env::json_error(&e),
    })?;
    match shape {
        Shape { log: Some(_), .. } => Err(fault),
        Shape { request: Some(_), .. } => har::read_entry(text, source).map(|input| (input, None)),
        _ if let Some(read) = import::read_as_requests(text, source) => read.map(|(input, document)| (input, Some(document))),
        _ if let Some(known) = foreign::of_json(text, source) => Err(foreign::refusal(text, Some(known), help)),
        _ => {
            let start = text.len() - text.trim_start().len();
            let offer = offer(text).map(|offer| offer.said());
            let help = offer.as_deref().unwrap_or(help);
            Err(FormatError::at(text, start, "JSON, but not HAR: it has neither `log` nor `request`").with_help(help))
        }
    }
}

/// Enough of a JSON text to recognize it, without keeping its content.
#[derive(serde::Deserialize)]
struct Shape {
    log: Option<serde::de::IgnoredAny>,
    request: Option<serde::de::IgnoredAny>,
}

/// A token alone: as if it had been sent as `Authorization: Bearer`.
fn token(text: &str, source: &str) -> ParsedInput {
    let (scheme, token) = scheme_and_token(text);
    let headers = [("Authorization", format!("{scheme} {token}"))].into_iter().collect();
    let request = Request { method: "GET".into(), headers, ..Request::default() };
    ParsedInput { exchanges: vec![Exchange { source: source.into(), request, ..Exchange::default() }], ..ParsedInput::default() }
}

/// Reads a recorded answer: raw HTTP, or the first answer of a HAR.
///
/// # Errors
/// When it is neither.
pub fn read_answer(text: &str) -> Result<Response, FormatError> {
    if !text.trim_start().starts_with('{') {
        return raw::read_answer(text);
    }
    let (reading, _) = read_json(text, "")?;
    let answer = reading.exchanges.into_iter().find_map(|e| e.answer);
    answer.ok_or_else(|| FormatError::without_place("no answer is in it"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln";

    #[test]
    fn texts_are_told_apart_by_their_content() {
        let is = |text: &str| recognize(text, None);
        assert_eq!(is("  {\"log\":{}}"), Format::Har);
        assert_eq!(is("$ curl https://h"), Format::Curl);
        assert_eq!(is("# get it\ncurl https://h"), Format::Curl);
        assert_eq!(is("GET /a HTTP/1.1\nHost: h\n\n"), Format::Raw);
        assert_eq!(is("HTTP/1.1 401 Unauthorized\n\n### not a separator"), Format::Raw);
        assert_eq!(is("* Trying 1.2.3.4\n> GET / HTTP/1.1\n> Host: h\n> \n< HTTP/1.1 401 U\n"), Format::Raw);
        assert_eq!(is(":authority: h\n:method: GET\n"), Format::Raw);
        assert_eq!(is("GET https://h"), Format::HttpFile);
        assert_eq!(is("### a\nGET https://h HTTP/1.1"), Format::HttpFile);
        assert_eq!(is("@h = x\nGET {{h}}/a HTTP/1.1"), Format::HttpFile);
        assert_eq!(is("https://h/a"), Format::HttpFile);
        assert_eq!(recognize("GET /a HTTP/1.1\nHost: h\n\nHTTP/1.1 401 Unauthorized\n", Some("a.http")), Format::Raw);
        assert_eq!(recognize("GET https://h HTTP/1.1\n\nthe words HTTP/1.1 401", Some("a.http")), Format::HttpFile);
        assert_eq!(is("localhost:8080/a"), Format::HttpFile);
        for token in [
            TOKEN,
            &format!("Bearer {TOKEN}\n"),
            &format!("Authorization: Bearer {TOKEN}"),
            "ghp_abc",
            "Basic YTpi",
            "Bearer abc",
            "k3y-0f-m1ne",
        ] {
            assert_eq!(is(token), Format::Token, "{token}");
        }
        for word in ["---", "GET", "notes", "log:", "hello world", "GET ---", "authentication", "v1.2", "2026-11"] {
            assert_eq!(is(word), Format::HttpFile, "{word}");
        }
    }

    #[test]
    fn a_word_alone_is_no_token_by_its_look() {
        for token in [TOKEN, "ghp_abc", "Bearer abc", "q7Rk2mXw9Tb4Zp1L", "sk-1"] {
            assert!(looks_like_token(token), "{token}");
        }
        for word in ["requets", "payments-service-requests", "api/v2", "token2", "20261123072241001", "https://h.example/a1b2c3d4e5f6", ""]
        {
            assert!(!looks_like_token(word), "{word}");
        }
    }

    #[test]
    fn a_bare_token_lies_in_a_request() {
        for (text, value) in [(TOKEN.to_string(), format!("Bearer {TOKEN}")), ("authorization: Basic YTpi\n".into(), "Basic YTpi".into())] {
            let reading = read_any(&text, "-").unwrap_or_default();
            let request = reading.exchanges.first().map(|e| e.request.clone()).unwrap_or_default();
            assert_eq!(
                (request.method.as_str(), request.url.as_str(), request.headers.get("authorization")),
                ("GET", "", Some(value.as_str()))
            );
        }
    }

    #[test]
    fn har_is_read_whole_and_by_the_entry() {
        let entry = r#"{"request":{"method":"GET","url":"https://h/a","headers":[]},"response":{"status":401,"headers":[]}}"#;
        for text in [entry.to_string(), format!("{{\"log\":{{\"entries\":[{entry}]}}}}")] {
            let reading = read_any(&text, "a.json").unwrap_or_default();
            assert_eq!(reading.exchanges.iter().map(|e| e.request.url.as_str()).collect::<Vec<_>>(), ["https://h/a"], "{text}");
            assert_eq!(read_answer(&text).map(|a| a.status), Ok(401));
        }
    }

    #[test]
    fn bad_input_is_named_with_its_place() {
        let place = |text: &str| read_any(text, "-").err().map(|e| (e.line, e.column));
        assert_eq!(place("{\"log\": {\n  \"entries\": ["), Some((2, 14)));
        assert_eq!(place("\n {\"openapi\": 3}"), Some((2, 2)));
        assert_eq!(place("[1,"), Some((1, 3)));
        assert_eq!(place("curl 'a"), Some((1, 6)));
        assert_eq!(place("some words, no request"), Some((1, 1)));
        assert_eq!(place("  \n"), Some((0, 0)));
    }

    #[test]
    fn bytes_become_text_and_text_the_same_bytes() {
        for encoding in [Encoding::Utf8, Encoding::Utf8WithMark, Encoding::Utf16Le, Encoding::Utf16Be] {
            let bytes = encode("a\u{e4}\u{1f600}\r\n", encoding);
            assert_eq!(decode_as(&bytes), Ok(("a\u{e4}\u{1f600}\r\n".to_string(), encoding)));
            assert_eq!(decode_owned(bytes.clone()), decode_as(&bytes));
        }
        let place = |bytes: &[u8]| decode(bytes).err().map(|e| (e.line, e.column));
        assert_eq!(place(b"a\n\xc3\xa4b\xffc"), Some((2, 3)));
        assert_eq!(place(b"a\nb\0"), Some((2, 2)));
        assert_eq!(place(b"\xff\xfea\0\0\xd8b\0"), Some((1, 2)));
        assert_eq!(place(b"\xff\xfea"), Some((1, 1)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn no_input_makes_it_panic(text in any::<String>(), bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = read_any(&text, "-");
            let _ = read_any(&text, "a.http");
            let _ = read_answer(&text);
            prop_assert_eq!(decode_owned(bytes.clone()), decode_as(&bytes));
        }
    }
}
