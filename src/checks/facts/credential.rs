//! The credentials that a request carries, wherever they stand.

use crate::checks::Place;
use crate::domain::request::Request;
use crate::domain::span::Span;
use crate::domain::visible::is_hidden;

/// One `Authorization` (or `Proxy-Authorization`) header, taken apart tolerantly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorization {
    /// Index of the header in the request.
    pub index: usize,
    /// Its whole value.
    pub value: String,
    /// The scheme as written, when the value begins with a word and a blank, or is a known scheme alone.
    pub scheme: Option<String>,
    /// Place of the scheme in the value.
    pub scheme_span: Span,
    /// What stands behind the scheme, blanks at its ends left out.
    pub credential: String,
    /// Its place in the value.
    pub credential_span: Span,
}

/// Scheme names that are registered with IANA or widely used.
pub const KNOWN_SCHEMES: [&str; 19] = [
    "Bearer",
    "Basic",
    "Digest",
    "DPoP",
    "Negotiate",
    "NTLM",
    "Token",
    "JWT",
    "ApiKey",
    "APIKEY",
    "Api-Key",
    "AWS4-HMAC-SHA256",
    "Hawk",
    "HOBA",
    "Mutual",
    "OAuth",
    "GNAP",
    "PrivateToken",
    "SCRAM-SHA-256",
];

/// Schemes with a signature or parameters behind their name.
const PARAMETER_SCHEMES: [&str; 11] = [
    "digest",
    "hawk",
    "oauth",
    "aws4-hmac-sha256",
    "aws4-ecdsa-p256-sha256",
    "sharedkey",
    "sharedkeylite",
    "sharedaccesssignature",
    "signature",
    "hmac",
    "hmac-sha256",
];

/// True for a scheme name that is registered or widely used, in any case.
pub fn is_known_scheme(word: &str) -> bool {
    KNOWN_SCHEMES.iter().any(|s| s.eq_ignore_ascii_case(word))
}

impl Authorization {
    /// Takes a header's value apart.
    pub fn read(index: usize, value: &str) -> Self {
        let inner = value.trim();
        let lead = value.len() - value.trim_start().len();
        let word_end = inner.find(char::is_whitespace).unwrap_or(inner.len());
        let word = &inner[..word_end];
        let is_name = !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        // A word alone is a scheme only when it is a known one; a token alone is a credential without scheme. With a
        // blank behind, a short word is meant as scheme.
        let is_scheme = is_name && (is_known_scheme(word) || (word_end < inner.len() && word.len() <= 24));
        let (scheme, scheme_span, rest_at) = if is_scheme {
            (Some(word.to_string()), Span::new(lead, lead + word_end), lead + word_end)
        } else {
            (None, Span::new(lead, lead), lead)
        };
        let rest = value[rest_at..].trim();
        let start = if rest.is_empty() { value.trim_end().len().max(rest_at) } else { value.len() - value[rest_at..].trim_start().len() };
        Self {
            index,
            value: value.to_string(),
            scheme,
            scheme_span,
            credential: rest.to_string(),
            credential_span: Span::new(start, start + rest.len()),
        }
    }

    /// True when the scheme is this one, in any case.
    pub fn is(&self, scheme: &str) -> bool {
        self.scheme.as_deref().is_some_and(|s| s.eq_ignore_ascii_case(scheme))
    }

    /// True for schemes whose credential is a signature or a list of parameters, and not one text to be judged as a whole.
    pub fn has_parameters(&self) -> bool {
        PARAMETER_SCHEMES.iter().any(|scheme| self.is(scheme))
    }

    /// Its place.
    pub const fn place(&self) -> Place {
        Place::RequestHeader(self.index)
    }

    /// `credential` without what copying leaves around it: quotes, repeated schemes, invisible characters.
    pub fn core(&self) -> (&str, Span) {
        let mut span = self.credential_span;
        let text = &self.value;
        loop {
            let part = &text[span.range()];
            let trimmed = part.trim_matches(|c: char| c.is_whitespace() || is_quote(c) || is_invisible(c));
            let without = ["bearer ", "bearer:", "bearer=", "token=", "access_token="]
                .iter()
                .find(|p| trimmed.get(..p.len()).is_some_and(|head| head.eq_ignore_ascii_case(p)))
                .map_or(trimmed, |p| trimmed[p.len()..].trim_start());
            let found = Span::of(text, without).unwrap_or(span);
            if found == span {
                return (&text[span.range()], span);
            }
            span = found;
        }
    }
}

/// A straight, typographic or back quote.
pub const fn is_quote(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '`' | '\u{2018}'
            ..='\u{201f}' | '\u{ab}' | '\u{bb}' | '\u{2039}' | '\u{203a}' | '\u{2032}' | '\u{2033}' | '\u{ff02}' | '\u{ff07}'
    )
}

/// A character that shows nothing, or changes how others are shown; tabs and line ends are blanks, and another matter.
pub fn is_invisible(c: char) -> bool {
    is_hidden(c) && !matches!(c, '\t' | '\n' | '\r')
}

/// What kind of place another credential stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// A header of its own (`X-API-Key`).
    Header,
    /// A parameter of the query.
    Query,
    /// `user:password@` in the address.
    UserInfo,
    /// A field of the body: `client_secret`, `access_token`.
    Body,
}

/// A credential outside `Authorization`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherCredential {
    /// Where it is carried.
    pub carrier: Carrier,
    /// Name of the header, parameter or field.
    pub name: String,
    /// The value, decoded.
    pub value: String,
    /// The part of the request.
    pub place: Place,
    /// The value's bytes there.
    pub span: Span,
}

/// Headers that carry a key or token by themselves.
const KEY_HEADERS: [&str; 34] = [
    "x-api-key",
    "api-key",
    "apikey",
    "api_key",
    "x-apikey",
    "x-api-token",
    "x-auth-token",
    "x-auth-key",
    "x-access-token",
    "access-token",
    "access_token",
    "auth-token",
    "auth_token",
    "x-token",
    "token",
    "private-token",
    "job-token",
    "deploy-token",
    "x-vault-token",
    "ocp-apim-subscription-key",
    "x-goog-api-key",
    "x-functions-key",
    "x-shopify-access-token",
    "x-rapidapi-key",
    "x-figma-token",
    "x-redmine-api-key",
    "x-session-token",
    "x-amz-security-token",
    "dd-api-key",
    "x-consul-token",
    "x-algolia-api-key",
    "x-parse-rest-api-key",
    "circle-token",
    "x-jwt-assertion",
];

/// The header for a key that a text names: `No "apikey" request header`. Azure speaks of its own by another name.
pub fn key_header_named(text: &str) -> Option<&str> {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let known = |word: &&str| word.len() > 5 && KEY_HEADERS.contains(&word.to_ascii_lowercase().as_str());
    let named = text.split(|c| !is_of_name(c)).find(known);
    named.or_else(|| text.contains("missing subscription key").then_some("Ocp-Apim-Subscription-Key"))
}

/// True for the name of a header that carries a key or token by itself.
pub fn is_key_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    if KEY_HEADERS.contains(&name.as_str()) {
        return true;
    }
    let guards = ["csrf", "xsrf", "idempotency", "sec-websocket", "x-forwarded", "request", "correlation", "trace"];
    !guards.iter().any(|g| name.contains(g))
        && (name.ends_with("api-key") || name.ends_with("apikey") || name.ends_with("-token") || name.ends_with("access_token"))
}

/// Misspellings of `Authorization` and names that proxies or frameworks give a copy of it.
pub fn is_misspelled_authorization(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let letters: String = lower.chars().filter(char::is_ascii_alphabetic).collect();
    if lower == "authorization" || lower == "proxy-authorization" || lower == "www-authenticate" || lower == "authentication-info" {
        return false;
    }
    const KNOWN: [&str; 15] = [
        "bearer",
        "authentication",
        "authorisation",
        "authorizations",
        "autorization",
        "authorizaton",
        "authorizatoin",
        "authoriztion",
        "authorisierung",
        "auth",
        "authorize",
        "xauthorization",
        "xauth",
        "httpauthorization",
        "authheader",
    ];
    KNOWN.contains(&letters.as_str()) || letters == "authorization" || (letters.len() >= 10 && distance(&letters, "authorization") <= 2)
}

/// Edit distance with transpositions, for near misses of short names; texts that cannot be near are not compared.
pub fn distance(a: &str, b: &str) -> usize {
    let (long, short) = (a.len().max(b.len()), a.len().min(b.len()));
    // Bytes bound characters from above: what differs by more than this is far away, and long texts cost the square.
    if long - short > 32 || long > 1024 { long } else { strsim::osa_distance(a, b) }
}

const QUERY_NAMES: [&str; 20] = [
    "access_token",
    "accesstoken",
    "api_key",
    "apikey",
    "api-key",
    "key",
    "token",
    "auth_token",
    "authtoken",
    "auth",
    "jwt",
    "bearer",
    "authorization",
    "private_token",
    "subscription-key",
    "appid",
    "sig",
    "x-amz-signature",
    "id_token",
    "code_token",
];

/// Credentials in headers of their own, in the query, before the host and in a form's fields.
pub fn others(request: &Request) -> Vec<OtherCredential> {
    let mut found = Vec::new();
    for (i, h) in request.headers.iter() {
        if is_key_header(&h.name) && !h.value.trim().is_empty() {
            found.push(OtherCredential {
                carrier: Carrier::Header,
                name: h.name.clone(),
                value: h.value.clone(),
                place: Place::RequestHeader(i),
                span: Span::whole(&h.value),
            });
        }
    }
    let line_offset = request.method.len() + 1;
    let url = request.url.split('#').next().unwrap_or_default();
    if let Some((path, query)) = url.split_once('?') {
        for (name, value, span) in pairs(query) {
            if QUERY_NAMES.contains(&name.to_ascii_lowercase().as_str()) {
                let span = span.shifted(line_offset + path.len() + 1);
                found.push(OtherCredential { carrier: Carrier::Query, name, value, place: Place::RequestLine, span });
            }
        }
    }
    if let Some((scheme, rest)) = url.split_once("://") {
        let authority = &rest[..rest.find(['/', '?']).unwrap_or(rest.len())];
        if let Some((info, _)) = authority.rsplit_once('@') {
            let span = Span::new(0, info.len()).shifted(line_offset + scheme.len() + 3);
            found.push(OtherCredential {
                carrier: Carrier::UserInfo,
                name: "user information".into(),
                value: info.into(),
                place: Place::RequestLine,
                span,
            });
        }
    }
    for field in form(request) {
        if ["client_secret", "access_token", "client_assertion"].contains(&field.0.as_str()) {
            found.push(OtherCredential { carrier: Carrier::Body, name: field.0, value: field.1, place: Place::RequestBody, span: field.2 });
        }
    }
    found
}

/// The fields of a form body (`application/x-www-form-urlencoded`), with the places of their values; those of a token
/// request also when it is JSON, as some authorization servers take it.
pub fn form(request: &Request) -> Vec<(String, String, Span)> {
    let typed = request.headers.get("content-type").is_some_and(|t| t.to_ascii_lowercase().contains("x-www-form-urlencoded"));
    let looks = request.body.len() < 65_536 && request.body.contains('=') && !request.body.trim_start().starts_with(['{', '[', '<']);
    if looks && (typed || !request.headers.has("content-type")) {
        return pairs(&request.body);
    }
    let fields = json_fields(&request.body);
    if fields.iter().any(|(name, _, _)| name == "grant_type") { fields } else { Vec::new() }
}

/// The members of a JSON object that hold text, with the places of their values; none of any other body.
fn json_fields(body: &str) -> Vec<(String, String, Span)> {
    if body.len() >= 65_536 || !body.trim_start().starts_with('{') {
        return Vec::new();
    }
    let members = crate::domain::json::Object::read(body).members;
    members.iter().filter_map(|m| Some((m.name.clone(), m.value.as_str()?.to_string(), m.value_span))).collect()
}

/// User and password in the body of a log-in request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogIn {
    /// The user as the server reads it.
    pub user: String,
    /// The password as the server reads it.
    pub password: String,
    /// The password's bytes in the body.
    pub span: Span,
}

/// Finds user and password in a form or in a flat JSON object.
pub fn log_in(request: &Request) -> Option<LogIn> {
    const USERS: [&str; 9] = ["username", "user", "email", "login", "user_name", "userid", "name", "log", "identifier"];
    const PASSWORDS: [&str; 5] = ["password", "passwd", "pass", "pwd", "user_password"];
    let is = |names: &[&str], name: &str| names.iter().any(|n| n.eq_ignore_ascii_case(name));
    let mut fields = form(request);
    if fields.is_empty() {
        fields = json_fields(&request.body);
    }
    let user = fields.iter().find(|(n, _, _)| is(&USERS, n))?.1.clone();
    let (_, password, span) = fields.iter().find(|(n, _, _)| is(&PASSWORDS, n))?.clone();
    Some(LogIn { user, password, span })
}

/// `a=b&c=d` taken apart and decoded; spans are those of the values.
pub fn pairs(text: &str) -> Vec<(String, String, Span)> {
    text.split('&')
        .filter(|p| !p.is_empty())
        .filter_map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let span = if value.is_empty() { Span::of(text, pair).map(|s| Span::new(s.end, s.end)) } else { Span::of(text, value) }?;
            Some((decoded(name), decoded(value), span))
        })
        .collect()
}

/// Percent-decoding with `+` as a blank.
pub fn decoded(text: &str) -> String {
    let blanks = text.replace('+', " ");
    percent_encoding::percent_decode_str(&blanks).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> (Option<String>, String) {
        let a = Authorization::read(0, value);
        assert_eq!(a.credential_span.cut(value), Some(a.credential.as_str()));
        (a.scheme, a.credential)
    }

    #[test]
    fn values_are_taken_apart() {
        assert_eq!(read("Bearer abc"), (Some("Bearer".into()), "abc".into()));
        assert_eq!(read("  bearer   abc "), (Some("bearer".into()), "abc".into()));
        assert_eq!(read("Bearer"), (Some("Bearer".into()), String::new()));
        assert_eq!(read("Bearer "), (Some("Bearer".into()), String::new()));
        assert_eq!(read("eyJhbGci.x.y"), (None, "eyJhbGci.x.y".into()));
        assert_eq!(read(""), (None, String::new()));
    }

    #[test]
    fn the_core_is_what_was_meant() {
        let core = |v: &str| Authorization::read(0, v).core().0.to_string();
        assert_eq!(core("Bearer \"abc\""), "abc");
        assert_eq!(core("Bearer Bearer abc"), "abc");
        assert_eq!(core("Bearer \u{201c}abc\u{201d}"), "abc");
        assert_eq!(core("Bearer \u{feff}abc"), "abc");
    }

    #[test]
    fn near_misses_of_the_name() {
        for name in ["Authentication", "Authorisation", "X-Authorization", "Autorization", "Authorizaton", "HTTP_AUTHORIZATION"] {
            assert!(is_misspelled_authorization(name), "{name}");
        }
        for name in ["Authorization", "Author", "X-Auth-Token", "Accept"] {
            assert!(!is_misspelled_authorization(name), "{name}");
        }
    }

    #[test]
    fn credentials_in_other_places() {
        let request = Request {
            method: "GET".into(),
            url: "https://u:p@h.example/x?a=1&api_key=k%20y".into(),
            headers: [("X-API-Key", "k1"), ("X-CSRF-Token", "no")].into_iter().collect(),
            body: "".into(),
        };
        let line = "GET https://u:p@h.example/x?a=1&api_key=k%20y";
        let found = others(&request);
        assert_eq!(found.iter().map(|o| o.value.as_str()).collect::<Vec<_>>(), ["k1", "k y", "u:p"]);
        assert_eq!(found[1].span.cut(line), Some("k%20y"));
        assert_eq!(found[2].span.cut(line), Some("u:p"));
    }
}
