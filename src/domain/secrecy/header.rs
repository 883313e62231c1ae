//! Secrets in a header: by its name, by the scheme before its value, by the value's looks.

use super::names::{self, Grade, Side};
use super::search::{Aim, Search};
use super::{body, logins, plain, shapes, url};
use crate::domain::cookie::read_cookies;
use crate::domain::headers::Header;
use crate::domain::span::Span;

/// Finds the secrets in the value of a request's header. A scheme is not: it is what one reads.
pub fn in_request(header: &Header, search: &mut Search) {
    let value = header.value.as_str();
    search.shapes(value);
    if header.is("cookie") || header.is("cookie2") {
        for pair in read_cookies(value) {
            search.value(value, pair.value_span, Grade::Secret, Span::default());
        }
        return;
    }
    let grade = names::of_header(&header.name);
    let whole = Span::new(value.len() - value.trim_start().len(), value.trim_end().len());
    if names::is_near_authorization(&header.name) && shapes::is_scheme(value.trim()) {
        // A scheme alone, which is the fault.
    } else if grade == Grade::Secret {
        match parameters(value) {
            Some(list) => list.into_iter().for_each(|(name, inner)| parameter(value, name, inner, search)),
            None => search.value(value, behind_scheme(header, whole), Grade::Secret, Span::default()),
        }
    } else if let Some((_, rest)) = shapes::schemed(value).filter(|(_, rest)| is_credential(rest.cut(value).unwrap_or_default())) {
        search.value(value, rest, Grade::Secret, Span::default());
    } else if header.is("sec-websocket-protocol") {
        in_protocols(value, search);
    } else if url::is_address(value) {
        url::walk(value, search);
    } else if !names::is_public_header(&header.name) {
        // A name that may be one of a key decides with a value that is no word to read.
        let is_key = grade > Grade::Open && search.is_sent() && !names::describes(&header.name) && !plain::is_plain(value);
        search.value(value, whole, if is_key { Grade::Secret } else { grade }, Span::default());
        if grade == Grade::Open && !names::is_identifier(&header.name) {
            credentials(value, search);
        }
    }
    if grade < Grade::Secret
        && let Some(password) = logins::password(header.name.trim(), value.trim())
    {
        search.value(value, password.shifted(whole.start), Grade::Secret, Span::default());
    }
    // `User-Agent: bot/1 (key=…)`; a signature that is asked for is named, and not there yet.
    if names::is_public_header(&header.name) && !header.is("accept-signature") {
        body::text::quoted(value, search);
    }
    if grade < Grade::Secret && memchr::memchr(b'@', value.as_bytes()).is_some() {
        url::in_words(value, search);
    }
    if grade < Grade::Secret && memchr::memchr2(b':', b'\n', value.as_bytes()).is_some() {
        folded(value, search);
    }
}

/// More colons are not looked at: a value of nothing else is no header.
const MOST_COLONS: usize = 1024;

/// Finds a header of a secret in the value of another one, as a line with a blank before it becomes a part of the line above; also
/// one that lacks its colon.
fn folded(value: &str, search: &mut Search) {
    let is_secret =
        |name: &str| names::of_header(name) == Grade::Secret || ["cookie", "cookie2"].iter().any(|own| name.eq_ignore_ascii_case(own));
    let name_before = |colon: usize| {
        let before = value.get(..colon)?.trim_end();
        let name = before.rsplit(|c: char| !is_of_name(c)).next()?;
        is_secret(name).then_some((name, colon + 1))
    };
    let mut colons = memchr::memchr_iter(b':', value.as_bytes()).take(MOST_COLONS);
    if let Some((name, start)) = colons.find_map(name_before) {
        let rest = value.get(start..).unwrap_or_default();
        let mut inner = Search::of(search);
        in_request(&Header { name: name.into(), value: rest.into() }, &mut inner);
        search.adopt(inner, start);
    }
    for line in value.split('\n').skip(1).filter(|line| !line.contains(':')) {
        let Some(whole) = Span::of(value, line) else { continue };
        for span in in_name(&Header { name: line.into(), value: String::new() }) {
            search.value(value, span.shifted(whole.start), Grade::Secret, Span::default());
        }
    }
}

/// What names of headers are made of, as far as servers use it.
fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

/// True for a line without its colon, which is read as the name of a header: `X-Api-Key tulip`, `X-Api-Key=tulip`.
pub fn lacks_colon(header: &Header) -> bool {
    header.value.is_empty() && header.name.trim().contains(|c| !is_of_name(c))
}

/// Schemes whose credential is a list of parameters.
const WITH_PARAMETERS: [&str; 5] = ["digest", "aws4-hmac-sha256", "hawk", "oauth", "signature"];

/// Parameters that say who signs what, and how; all others are secret.
const OPEN_PARAMETERS: [&str; 16] = [
    "username",
    "realm",
    "algorithm",
    "qop",
    "nc",
    "signedheaders",
    "headers",
    "keyid",
    "id",
    "ts",
    "created",
    "expires",
    "version",
    "oauth_signature_method",
    "oauth_timestamp",
    "oauth_version",
];

/// The parameters of a credential, names and values; `None` if it is anything but a list of them.
fn parameters(value: &str) -> Option<Vec<(Span, Span)>> {
    let (scheme, rest) = shapes::schemed(value)?;
    if !WITH_PARAMETERS.iter().any(|known| known.eq_ignore_ascii_case(scheme)) {
        return None;
    }
    let mut is_quoted = false;
    let is_end = |c: char| {
        is_quoted ^= c == '"';
        c == ',' && !is_quoted
    };
    let pairs = rest.cut(value)?.split(is_end).map(|part| {
        // Padding of base64 is no value: `OAuth c2VjcmV0dG9rZW4=`.
        let (name, inner) = part.trim().split_once('=').filter(|(_, inner)| !inner.trim_matches('=').is_empty())?;
        let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
        let inner = inner.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')).unwrap_or(inner);
        Span::of(value, name).zip(Span::of(value, inner)).filter(|_| is_name && !inner.contains('"'))
    });
    pairs.collect()
}

/// Finds what is secret in a parameter of a credential.
fn parameter(text: &str, name: Span, value: Span, search: &mut Search) {
    let known = name.cut(text).unwrap_or_default().to_ascii_lowercase();
    let grade = match known.as_str() {
        "uri" => Grade::Open,
        known if OPEN_PARAMETERS.contains(&known) => Grade::Suspect,
        _ => Grade::Secret,
    };
    search.value(text, value, grade, name);
}

/// Finds the tokens that Kubernetes and others hand over as names of protocols, since a browser sets no other header:
/// `base64url.bearer.authorization.k8s.io.…`, `access_token, …`.
fn in_protocols(value: &str, search: &mut Search) {
    let is_name = |part: &str| names::of(part, Side::Request) == Grade::Secret || shapes::is_scheme(part);
    let mut is_named = false;
    for protocol in value.split(',').map(str::trim) {
        let parts: Vec<&str> = protocol.split('.').collect();
        let mut token = protocol;
        if let Some(named) = parts.iter().position(|part| is_name(part)) {
            let is_about = |part: &&&str| is_name(part) || matches!(**part, "k8s" | "io");
            let about = named + parts.iter().skip(named).take_while(is_about).count();
            token = protocol.get(parts.iter().take(about).map(|part| part.len() + 1).sum()..).unwrap_or_default();
            is_named = token.is_empty();
        } else if !std::mem::take(&mut is_named) {
            for part in parts.into_iter().filter(|part| shapes::is_random(part)) {
                search.value(value, Span::of(value, part).unwrap_or_default(), Grade::Secret, Span::default());
            }
            continue;
        }
        search.value(value, Span::of(value, token).unwrap_or_default(), Grade::Secret, Span::default());
    }
}

/// Finds the words of a value that look like credentials where its name says nothing. The value of a pair is a word:
/// `id=…` names something as `X-Request-Id` does.
fn credentials(value: &str, search: &mut Search) {
    for part in value.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '"' | '\'' | '<' | '>')) {
        let pair = part.split_once('=').filter(|(_, value)| !value.trim_matches('=').is_empty());
        let word = match pair {
            Some((name, _)) if names::is_identifier(name) => continue,
            Some((_, value)) => value,
            None => part,
        };
        if shapes::is_credential(word) {
            search.value(value, Span::of(value, word).unwrap_or_default(), Grade::Secret, Span::default());
        }
    }
}

/// Finds the secrets in the value of an answer's header.
pub fn in_answer(header: &Header, search: &mut Search) {
    let value = header.value.as_str();
    if header.is("set-cookie") || header.is("set-cookie2") {
        search.shapes(value);
        let pair = value.split(';').next().unwrap_or_default();
        let cookie = pair.split_once('=').map_or(pair, |(_, cookie)| cookie).trim();
        search.value(value, Span::of(value, cookie).unwrap_or_default(), Grade::Secret, Span::default());
    } else if header.is("location") || header.is("content-location") {
        let mut inner = Search::of_address(search);
        url::walk(value, &mut inner);
        search.adopt(inner, 0);
    } else if header.is("refresh") || header.is("link") {
        search.shapes(value);
        for part in value.split(['<', '>', ',', '"', '\'']).flat_map(|part| part.split("url=").last()) {
            let mut inner = Search::of_address(search);
            url::walk(part, &mut inner);
            search.adopt(inner, Span::of(value, part).unwrap_or_default().start);
        }
    } else if header.is("www-authenticate") || header.is("proxy-authenticate") || header.is("authentication-info") {
        search.shapes(value);
        body::prose::prose(value, search);
    } else {
        in_request(header, search);
    }
}

/// The credential after its scheme. A key or token in a header of its own has no scheme before it, unless it is a known one.
fn behind_scheme(header: &Header, whole: Span) -> Span {
    let value = header.value.as_str();
    let name = header.name.to_ascii_lowercase();
    let alone = ["key", "token", "secret", "pass"].iter().any(|word| name.contains(word));
    let found = match value.get(whole.start..).and_then(|rest| rest.split_once([' ', '\t'])) {
        Some((word, rest)) if shapes::schemed(value).is_some() || !alone && is_scheme(word) => whole.end - rest.trim().len(),
        _ => whole.start,
    };
    Span::new(found, whole.end)
}

/// The first word of a credential, such as `Bearer` or `AWS4-HMAC-SHA256`. A long one with small and large letters may be
/// the credential itself.
fn is_scheme(word: &str) -> bool {
    let letters = word.bytes().all(|b| b.is_ascii_alphabetic());
    letters && word.len() < 16 || ["AWS4-", "SCRAM-", "HTTP-"].iter().any(|start| word.starts_with(start)) && word.len() < 24
}

/// True for the text after a scheme in a header that normally has none: one word, and not a word of a language.
fn is_credential(rest: &str) -> bool {
    rest.len() >= 8 && !rest.contains(char::is_whitespace) && !shapes::is_word(rest) || shapes::is_random(rest)
}

/// True when a header may be a credential: it holds what is masked, its name may be one of a credential, or its value may be one.
pub fn may_be_credential(header: &Header) -> bool {
    let value = header.value.trim();
    if names::is_public_header(&header.name) || value.is_empty() {
        return holds_secret(header);
    }
    names::of_header(&header.name) > Grade::Open
        || shapes::schemed(value).is_some()
        || shapes::may_be_key(value)
        || shapes::begins_as_token(value)
        || (url::is_address(value) && value.contains(['?', '#', '@', ';']))
        || holds_secret(header)
}

fn holds_secret(header: &Header) -> bool {
    let mut search = super::search(Side::Request, Aim::Suspect);
    in_request(header, &mut search);
    // `User-Agent: bot api_key=…`
    body::any_text(&header.value, &mut search);
    !search.found.is_empty() || !in_name(header).is_empty()
}

/// The secret bytes of a name: of a line without a colon, which is read as a name without a value, all after the first word
/// that says so, or the whole where it looks like a token.
pub fn in_name(header: &Header) -> Vec<Span> {
    let name = header.name.as_str();
    if !header.value.is_empty() || name.len() < 8 {
        return Vec::new();
    }
    let whole = Span::new(name.len() - name.trim_start().len(), name.trim_end().len());
    let mut found = match name.trim().split_once(|c| !is_of_name(c)) {
        Some((first, rest)) if names::of_header(first) > Grade::Open || shapes::schemed(name).is_some() => {
            let start = whole.end - rest.trim_start_matches(|c: char| !c.is_ascii_alphanumeric()).len();
            let rest = Span::new(start, whole.end);
            vec![shapes::schemed(rest.cut(name).unwrap_or_default()).map_or(rest, |(_, inner)| inner.shifted(start))]
        }
        _ if shapes::is_random(name) => vec![whole],
        _ => shapes::find(name),
    };
    found.sort();
    found
}
