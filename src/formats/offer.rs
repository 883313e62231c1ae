//! What can be looked at in a text that is read as nothing: a log line, an error of a client, a snippet of a program.

use crate::domain::exchange::Exchange;
use crate::domain::placeholder::placeholder;
use crate::domain::request::Request;
use crate::domain::response::Response;
use crate::domain::secrecy::shapes;
use crate::domain::span;
use crate::domain::token::issued::issued;
use crate::domain::token::jws::Jws;

/// Longer texts are looked at up to here.
const MOST: usize = 1 << 20;

/// What was found in a text.
#[derive(Clone, Debug, Default)]
pub struct Offer {
    /// The value of an `Authorization` header, or a token alone.
    pub credential: Option<String>,
    /// What kind of credential it is, in words.
    pub what: &'static str,
    /// The line that it is in, from 1.
    pub line: usize,
    /// The request that the text tells of, with that credential.
    pub exchange: Option<Exchange>,
}

impl Offer {
    /// What is in the text and where. What it is itself stays out, since it may be a secret.
    pub fn said(&self) -> String {
        match self.credential {
            Some(_) => format!("{} is in it, in line {}: paste it alone to look at it", self.what, self.line),
            None => format!(
                "an address that was refused is in it, in line {}: paste it with its headers, or copy the request as cURL",
                self.line
            ),
        }
    }
}

/// Looks for a whole token, a credential, and the address that was refused.
pub fn offer(text: &str) -> Option<Offer> {
    let text = span::start(text, MOST);
    let found = jwt(text).or_else(|| authorization(text)).or_else(|| of_answer(text));
    let address = address(text, found.is_some());
    if found.is_none() && address.is_none() {
        return None;
    }
    let line = found.as_ref().map(|found| found.line).or(address.map(|(_, line)| line)).unwrap_or_default();
    let mut headers = Vec::new();
    headers.extend(found.as_ref().map(|found| ("Authorization", found.header.clone())));
    let exchange = address.map(|(url, _)| {
        let request =
            Request { method: method(text, url), url: url.to_string(), headers: headers.into_iter().collect(), ..Request::default() };
        Exchange { request, ..Exchange::default() }
    });
    let (credential, what) = found.map_or((None, ""), |found| (Some(found.credential), found.what));
    Some(Offer { credential, what, line, exchange })
}

struct Found {
    credential: String,
    /// The same as the value of a header.
    header: String,
    what: &'static str,
    line: usize,
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(index, line)| (index + 1, line))
}

fn jwt(text: &str) -> Option<Found> {
    let is_of_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    lines(text).filter(|(_, line)| line.contains("eyJ")).find_map(|(number, line)| {
        let words = line.split(|c| !is_of_token(c)).map(|word| word.trim_matches('.'));
        let token = words.into_iter().find(|word| word.starts_with("eyJ") && word.contains('.') && Jws::looks_like(word))?;
        Some(Found { credential: token.into(), header: format!("Bearer {token}"), what: "a token (JWT)", line: number })
    })
}

/// `Authorization: Bearer x` in any quotes.
fn authorization(text: &str) -> Option<Found> {
    lines(text).find_map(|(number, line)| {
        let at = line.to_ascii_lowercase().find("authorization")? + "authorization".len();
        let rest = line.get(at..)?.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
        // In Python and JavaScript a text with variables begins with a letter or a backtick.
        let rest = rest.strip_prefix("f\"").or_else(|| rest.strip_prefix("f'")).unwrap_or(rest);
        let (scheme, rest) = rest.split_once([' ', '+'])?;
        let token: &str = rest.trim_start().split(['"', '\'', '`', ',', ';', ' ', '\\', ')', ']']).next()?;
        let is_whole = shapes::is_scheme(scheme) && !token.is_empty() && placeholder(token).is_none() && !token.contains(['{', '<', '$']);
        let value = format!("{scheme} {token}");
        is_whole.then(|| Found { credential: value.clone(), header: value, what: "an Authorization line", line: number })
    })
}

/// The answer of a login as JSON.
fn of_answer(text: &str) -> Option<Found> {
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let token = issued(&Response { status: 200, body: text.into(), ..Response::default() })?;
    let at = text.find(&token.text)?;
    let line = text.get(..at)?.matches('\n').count() + 1;
    let scheme = token.scheme.clone().unwrap_or_else(|| "Bearer".into());
    let header = format!("{scheme} {}", token.text);
    let credential = if token.scheme.is_some() { header.clone() } else { token.text };
    Some(Found { credential, header, what: "a token", line })
}

/// The first address that was refused, or that a credential is beside, with its line.
fn address(text: &str, has_credential: bool) -> Option<(&str, usize)> {
    let is_refused = |line: &str| {
        let mut numbers = line.split(|c: char| !c.is_ascii_alphanumeric());
        numbers.any(|word| matches!(word, "401" | "403" | "407" | "Unauthorized" | "Forbidden" | "unauthorized"))
    };
    let addressed = || lines(text).filter_map(|(number, line)| Some((url(line)?, number, line)));
    let found = addressed().find(|(.., line)| is_refused(line));
    let beside = || addressed().next().filter(|_| has_credential || text.lines().any(is_refused));
    found.or_else(beside).map(|(url, number, _)| (url, number))
}

/// The first address of a line.
fn url(line: &str) -> Option<&str> {
    let start = ["https://", "http://"].iter().filter_map(|scheme| line.find(scheme)).min()?;
    let rest = line.get(start..)?;
    let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>' | '\\' | '|')).unwrap_or(rest.len());
    let url = rest.get(..end)?.trim_end_matches(['.', ',', ';', ')', ']', '}', ':']);
    let host = url.split("://").nth(1)?;
    (host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[')).then_some(url)
}

/// The method that a text names, before the address on its line or as a call or member anywhere.
fn method(text: &str, url: &str) -> String {
    const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    let line = text.lines().find(|line| line.contains(url)).unwrap_or_default();
    let before = line.split(url).next().unwrap_or_default();
    let mut words = before.split(|c: char| !c.is_ascii_alphabetic());
    if let Some(method) = words.rfind(|word| METHODS.contains(word)) {
        return method.into();
    }
    let lower = text.to_ascii_lowercase();
    let is_named = |method: &&&str| {
        let name = method.to_ascii_lowercase();
        let called = before.to_ascii_lowercase().contains(&format!(".{name}("));
        called
            || ["\"", "'", ""]
                .iter()
                .any(|quote| lower.contains(&format!("method{quote}: {}{name}", if quote.is_empty() { "'" } else { quote })))
    };
    METHODS.iter().find(is_named).map_or("GET", |method| *method).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln";

    #[test]
    fn what_is_in_texts_of_other_kinds_is_found() {
        let bearer = format!("Bearer {TOKEN}");
        for (text, credential, request) in [
            (format!("2026-11-23 WARN jwt expired token={TOKEN} path=/v1"), Some(TOKEN), None),
            (
                format!(
                    "AxiosError: 401\n  config: {{\n    url: 'https://h.example/a?b=c',\n    method: 'post',\n    headers: {{ Authorization: '{bearer}' }}\n"
                ),
                Some(TOKEN),
                Some(("POST", "https://h.example/a?b=c")),
            ),
            (
                format!("requests.put(\"https://h.example/a\", headers={{\"Authorization\": \"{bearer}\"}})"),
                Some(TOKEN),
                Some(("PUT", "https://h.example/a")),
            ),
            (
                "fetch('https://h.example/a', {method: 'DELETE', headers: {'authorization': 'Bearer opaque-0123456789'}})".into(),
                Some("Bearer opaque-0123456789"),
                Some(("DELETE", "https://h.example/a")),
            ),
            ("{\n \"access_token\": \"opaque-0123456789\"\n}".into(), Some("opaque-0123456789"), None),
            ("GET https://h.example/a -> 401".into(), None, Some(("GET", "https://h.example/a"))),
            (
                "requests.get('https://h.example', headers={'Authorization': f'Bearer {token}'})\n# 401".into(),
                None,
                Some(("GET", "https://h.example")),
            ),
        ] {
            let found = offer(&text).unwrap_or_default();
            assert_eq!(found.credential.as_deref(), credential, "{text}");
            let made = found.exchange.map(|e| (e.request.method, e.request.url));
            assert_eq!(made, request.map(|(method, url)| (method.to_string(), url.to_string())), "{text}");
        }
        for text in ["some words", "see https://h.example/docs", "eyJ in a word", "Authorization: Bearer {{token}}"] {
            assert!(offer(text).is_none(), "{text}");
        }
    }
}
