//! Two whole requests: method, address part by part, headers by name, the token claim by claim, the body.

use jiff::Timestamp;

use super::values::{by_name, near_miss};
use super::{Comparison, ComparisonRow, Relation, capitalized, compare_tokens};
use crate::domain::basic::Basic;
use crate::domain::context::Context;
use crate::domain::headers::Header;
use crate::domain::origin::holds_one;
use crate::domain::request::Request;
use crate::domain::secrecy::{self, shapes};
use crate::domain::visible::visible;

/// Compares two requests: A is the one that is taken, B the one that is refused, each judged at its moment of `at`.
pub fn compare_requests(a: &Request, b: &Request, context: Option<&Context>, at: [Timestamp; 2]) -> Comparison {
    let mut rows = vec![ComparisonRow::new("method", Some(a.method.clone()), Some(b.method.clone()), "")];
    rows.extend(address_rows(&a.url, &b.url));
    rows.extend(header_rows(a, b));
    complete_host(&mut rows);
    let mut token_sentence = None;
    let (credential_a, credential_b) = (credential(a), credential(b));
    if let (Some((scheme_a, token_a)), Some((scheme_b, token_b))) = (&credential_a, &credential_b) {
        let meaning =
            if scheme_a == scheme_b { "the word before the credential".into() } else { near_miss(scheme_a, scheme_b).unwrap_or_default() };
        let scheme = ComparisonRow::new("credential.scheme", Some(scheme_a.clone()), Some(scheme_b.clone()), meaning);
        // Where the scheme was forgotten the credential is in its place.
        let is_credential = [scheme_a, scheme_b].into_iter().any(|scheme| shapes::is_random(scheme));
        rows.push(if is_credential { scheme.secret() } else { scheme });
        let (basic_a, basic_b) = (Basic::read(token_a), Basic::read(token_b));
        match [scheme_a, scheme_b].map(|scheme| scheme.eq_ignore_ascii_case("basic")) {
            [true, true] if basic_a.text().is_some() && basic_b.text().is_some() => {
                rows.extend(login_rows(&basic_a, &basic_b).into_iter().flatten())
            }
            [is_login, other_is_login] if is_login != other_is_login => {}
            _ => {
                let comparison = compare_tokens(token_a, token_b, context, at);
                rows.extend(comparison.rows);
                token_sentence = (token_a != token_b).then_some(comparison.sentence);
            }
        }
    }
    let body = |r: &Request| (!r.body.is_empty()).then(|| visible(&r.body).into_owned());
    rows.push(ComparisonRow::new("body", body(a), body(b), "").secret());
    rows.retain(|r| r.a.is_some() || r.b.is_some());
    let filled = [secrecy::filled_values(a), secrecy::filled_values(b)].concat();
    for row in &mut rows {
        row.is_secret |= row.a.iter().chain(&row.b).any(|value| holds_one(value, &filled));
    }
    let sentence = sentence(&rows, credential_a.is_some(), credential_b.is_some(), token_sentence);
    Comparison { rows, sentence }
}

/// User name and password of two logins.
fn login_rows(a: &Basic, b: &Basic) -> Option<[ComparisonRow; 2]> {
    let row = |field: &str, a: &str, b: &str| {
        let meaning = if a == b { None } else { near_miss(a, b) };
        ComparisonRow::new(field, Some(visible(a).into_owned()), Some(visible(b).into_owned()), meaning.unwrap_or_default())
    };
    let ((user_a, password_a), (user_b, password_b)) = (a.text()?, b.text()?);
    Some([row("credential.user", user_a, user_b), row("credential.password", password_a, password_b).secret()])
}

/// Scheme and credential of the first Authorization header; a value without a space is a credential without a scheme.
pub fn credential(request: &Request) -> Option<(String, String)> {
    let value = request.headers.get("authorization")?;
    match value.split_once(' ') {
        Some((scheme, rest)) => Some((scheme.into(), rest.into())),
        None => Some((String::new(), value.into())),
    }
}

/// The parts of an address, cut by hand: a broken one is compared too.
struct Address<'a> {
    scheme: Option<&'a str>,
    user: Option<&'a str>,
    host: Option<&'a str>,
    path: Option<&'a str>,
    query: Vec<(&'a str, &'a str)>,
}

impl<'a> Address<'a> {
    fn of(url: &'a str) -> Self {
        let fragment = secrecy::user_info(url).map_or(0, |info| info.end);
        let url = url.get(..fragment + url.get(fragment..).unwrap_or_default().find('#').unwrap_or(url.len() - fragment)).unwrap_or(url);
        let (scheme, rest) = url.split_once("://").map_or((None, url), |(s, r)| (Some(s), r));
        // A password may hold what ends a host elsewhere.
        let info = scheme.and_then(|_| secrecy::user_info(url)).map(|info| info.end + 1).and_then(|end| {
            let start = url.len() - rest.len();
            Some((url.get(start..end - 1)?, url.get(end..)?))
        });
        let (user, rest) = info.map_or((None, rest), |(user, rest)| (Some(user), rest));
        let (before, query) = rest.split_once('?').map_or((rest, ""), |(p, q)| (p, q));
        let slash = before.find('/').unwrap_or(before.len());
        let (host, path) = if scheme.is_some() { before.split_at(slash) } else { ("", before) };
        let query = query.split('&').filter(|p| !p.is_empty()).map(|p| p.split_once('=').unwrap_or((p, ""))).collect();
        let some = |s: &'a str| (!s.is_empty()).then_some(s);
        Self { scheme, user, host: some(host), path: some(path), query }
    }
}

fn address_rows(a: &str, b: &str) -> Vec<ComparisonRow> {
    let (a, b) = (Address::of(a), Address::of(b));
    let row = |field: &str, a: Option<&str>, b: Option<&str>| {
        let meaning = a.zip(b).filter(|(a, b)| a != b).and_then(|(a, b)| near_miss(a, b)).unwrap_or_default();
        ComparisonRow::new(field, a.map(|s| visible(s).into_owned()), b.map(|s| visible(s).into_owned()), meaning)
    };
    // A part of a path that looks random may be a credential: what another request has there is not printed with it.
    let holds_token = |path: Option<&str>| path.is_some_and(|p| !secrecy::in_url(p).is_empty() || p.split('/').any(is_key));
    let path = row("url.path", a.path, b.path);
    let path = if holds_token(a.path) || holds_token(b.path) { path.secret() } else { path };
    let mut rows = vec![row("url.scheme", a.scheme, b.scheme), row("url.host", a.host, b.host), path];
    if a.user.or(b.user).is_some() {
        rows.push(row("url.user", a.user, b.user).secret());
    }
    for (name, of_a, of_b) in by_name(a.query.iter().copied(), b.query.iter().copied()) {
        let values = |all: &[&str]| (!all.is_empty()).then(|| all.join(", "));
        let found = row(&format!("url.query.{}", visible(name)), values(&of_a).as_deref(), values(&of_b).as_deref());
        let is_secret = |value: &&str| !secrecy::in_url(&format!("?{name}={value}")).is_empty();
        rows.push(if of_a.iter().chain(&of_b).any(is_secret) { found.secret() } else { found });
    }
    rows
}

/// True for a part of a path that looks random and is not a UUID.
fn is_key(part: &str) -> bool {
    !shapes::is_uuid(part) && shapes::is_random(part)
}

/// Every header under its name in lower case.
fn fields(request: &Request) -> impl Iterator<Item = (String, &Header)> {
    request.headers.0.iter().map(|h| (h.name.to_ascii_lowercase(), h))
}

fn header_rows(a: &Request, b: &Request) -> Vec<ComparisonRow> {
    let row = |(name, of_a, of_b): (String, Vec<&Header>, Vec<&Header>)| {
        let values = |all: &[&Header]| {
            let all: Vec<String> = all.iter().map(|h| visible(&h.value).into_owned()).collect();
            (!all.is_empty()).then(|| all.join(" ⏎ "))
        };
        let (in_a, in_b) = (values(&of_a), values(&of_b));
        let meaning = in_a.as_deref().zip(in_b.as_deref()).filter(|(a, b)| a != b).and_then(|(a, b)| near_miss(a, b)).unwrap_or_default();
        let found = ComparisonRow::new(format!("headers.{}", visible(&name)), in_a, in_b, meaning);
        let mut both = of_a.iter().chain(&of_b);
        if both.any(|h| secrecy::is_secret_header(&h.name) || !secrecy::in_header(h).is_empty()) { found.secret() } else { found }
    };
    by_name(fields(a), fields(b)).into_iter().map(row).collect()
}

/// Gives the side that has no Host header the one that is sent for its address.
fn complete_host(rows: &mut [ComparisonRow]) {
    let sides = |rows: &[ComparisonRow], field: &str| rows.iter().find(|row| row.field == field).map(|row| (row.a.clone(), row.b.clone()));
    let Some((host_a, host_b)) = sides(rows, "url.host") else { return };
    for row in rows.iter_mut().filter(|row| row.field == "headers.host") {
        *row = ComparisonRow::new("headers.host", row.a.take().or(host_a.clone()), row.b.take().or(host_b.clone()), "");
    }
}

/// Fields whose difference can be the reason, the likeliest first, with what it says.
const REASONS: [(&str, &str); 11] = [
    ("url.host", "B goes to another host"),
    ("url.scheme", "B goes over another scheme"),
    ("credential.scheme", "B sends its credential under another scheme"),
    ("credential.user", "the user names differ"),
    ("credential.password", "the passwords differ"),
    ("headers.cookie", "the cookies differ"),
    ("url.path", "B asks for another path"),
    ("method", "B uses another method"),
    ("headers.x-csrf-token", "the CSRF tokens differ"),
    ("headers.origin", "the origins differ"),
    ("headers.host", "the Host headers differ"),
];

fn sentence(rows: &[ComparisonRow], a_has_credential: bool, b_has_credential: bool, token: Option<String>) -> String {
    let mut found: Vec<String> = Vec::new();
    match (a_has_credential, b_has_credential) {
        (true, false) => found.push("B carries no Authorization header, A does".into()),
        (false, true) => found.push("B carries an Authorization header, A does not".into()),
        _ => {}
    }
    let differs = |field: &str| rows.iter().find(|r| r.field == field && r.relation != Relation::Same);
    // A scheme has no case (RFC 9110 section 11.1): that some servers think otherwise comes after all else.
    let is_weak = |row: &ComparisonRow| {
        row.field == "credential.scheme" && row.a.as_ref().zip(row.b.as_ref()).is_some_and(|(a, b)| a.eq_ignore_ascii_case(b))
    };
    let weak = differs("credential.scheme").filter(|row| is_weak(row));
    for (field, words) in REASONS {
        if let Some(row) = differs(field).filter(|row| !is_weak(row)) {
            found.push(if row.is_secret { words.into() } else { format!("{words} ({})", sides(row)) });
        }
    }
    // A credential in a header or parameter of its own.
    for row in rows.iter().filter(|r| r.is_secret && r.relation != Relation::Same) {
        let Some(named) = in_words(&row.field) else { continue };
        if row.field != "headers.authorization" && !REASONS.iter().any(|(field, _)| *field == row.field) {
            let how = if row.relation == Relation::OnlyA { "is missing in B" } else { "differs" };
            found.push(format!("{named} {how}"));
        }
    }
    let others = rows
        .iter()
        .any(|r| r.relation != Relation::Same && (r.field.starts_with("headers.") || r.field.starts_with("url.") || r.field == "body"));
    let weak = weak.map(|row| format!(" B also writes {}: right, but some servers refuse it.", sides(row))).unwrap_or_default();
    match (found.is_empty(), token) {
        (true, Some(token)) => format!("{token}{weak}"),
        (true, None) if !weak.is_empty() => weak.trim_start().to_string(),
        (true, None) if others => "Only headers, parameters or the body differ, none of which is a credential: see the rows.".into(),
        (true, None) => "The two requests are the same: why one is refused lies outside them (time, network, server).".into(),
        (false, token) => {
            let first = capitalized(&found.join("; "));
            token.map_or_else(|| format!("{first}.{weak}"), |token| format!("{first}. In the token: {token}{weak}"))
        }
    }
}

/// A header or parameter for a sentence.
fn in_words(field: &str) -> Option<String> {
    let header = field.strip_prefix("headers.").map(|name| format!("the header {name}"));
    header.or_else(|| Some(format!("the parameter {}", field.strip_prefix("url.query.")?)))
}

fn sides(row: &ComparisonRow) -> String {
    let side = |s: &Option<String>| s.clone().unwrap_or_else(|| "none".into());
    let miss = if row.meaning.is_empty() { String::new() } else { format!("; {}", row.meaning) };
    format!("{} where A has {}{miss}", side(&row.b), side(&row.a))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(url: &str, headers: &[(&str, &str)]) -> Request {
        Request { method: "GET".into(), url: url.into(), headers: headers.iter().copied().collect(), body: "".into(), ..Request::default() }
    }

    fn compare(a: &Request, b: &Request) -> Comparison {
        compare_requests(a, b, None, [Timestamp::from_second(10_000).expect("a moment"); 2])
    }

    #[test]
    fn a_lost_header_is_the_first_reason() {
        let a = request("https://a.example/x", &[("Authorization", "Bearer t0ken"), ("Accept", "*/*")]);
        let b = request("https://a.example/x/", &[("accept", "*/*")]);
        let found = compare(&a, &b);
        assert!(
            found.sentence.starts_with(
                "B carries no Authorization header, A does; B asks for another path (/x/ where A has /x; they differ only in a slash"
            ),
            "{}",
            found.sentence
        );
        let accept = found.rows.iter().find(|r| r.field == "headers.accept").expect("a row");
        assert_eq!(accept.relation, Relation::Same, "names compare without case");
    }

    #[test]
    fn logins_compare_by_user_and_password() {
        let basic = |user: &str, password: &str| {
            request("https://a.example/x", &[("Authorization", &format!("Basic {}", crate::domain::basic::encode(user, password)))])
        };
        let found = compare(&basic("ana", "s3cret"), &basic("Ana", "s3cret "));
        assert!(found.sentence.starts_with("The user names differ (Ana where A has ana"), "{}", found.sentence);
        assert!(found.sentence.ends_with("; the passwords differ."), "{}", found.sentence);
        assert!(found.rows.iter().any(|row| row.field == "credential.password" && row.is_secret));
        let found = compare(&basic("ana", "s3cret"), &request("https://a.example/x", &[("Authorization", "Bearer t0ken")]));
        assert_eq!(found.sentence, "B sends its credential under another scheme (Bearer where A has Basic).");
    }

    #[test]
    fn addresses_compare_part_by_part() {
        let found = compare(&request("https://a.example/x?p=1&api_key=s3", &[]), &request("http://a.example/x?p=2", &[]));
        let row = |field: &str| found.rows.iter().find(|r| r.field == field).expect("a row").clone();
        assert_eq!(row("url.scheme").relation, Relation::Differs);
        assert_eq!((row("url.query.p").a, row("url.query.p").b), (Some("1".into()), Some("2".into())));
        assert!(row("url.query.api_key").is_secret && row("url.query.api_key").relation == Relation::OnlyA);
        assert!(found.sentence.contains("the parameter api_key is missing in B"), "{}", found.sentence);
    }

    #[test]
    fn a_host_that_is_not_written_is_that_of_the_address() {
        let found = compare(&request("https://a.example/x", &[("Host", "a.example")]), &request("https://a.example/x", &[]));
        assert!(found.rows.iter().all(|row| row.relation == Relation::Same), "{:?}", found.rows);
        let found = compare(&request("https://a.example/x", &[("Host", "b.example")]), &request("https://a.example/x", &[]));
        assert_eq!(found.sentence, "The Host headers differ (a.example where A has b.example).");
    }

    #[test]
    fn the_tokens_inside_are_compared() {
        let of = |claims: &str| {
            use base64::Engine as _;
            let b64 = |s: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(s);
            format!("Bearer {}.{}.c2ln", b64(r#"{"alg":"RS256"}"#), b64(claims))
        };
        let (a, b) = (of(r#"{"exp":11000}"#), of(r#"{"exp":6400}"#));
        let found = compare(&request("https://a/x", &[("Authorization", &a)]), &request("https://a/x", &[("Authorization", &b)]));
        assert!(found.sentence.starts_with("B expired 1 h ago"), "{}", found.sentence);
        assert!(found.rows.iter().any(|r| r.field == "claims.exp"));
    }

    #[test]
    fn a_sentence_begins_with_a_capital() {
        let found = compare(&request("https://a/x", &[("Cookie", "a=1")]), &request("https://a/x", &[("Cookie", "a=2")]));
        assert_eq!(found.sentence, "The cookies differ.");
    }

    #[test]
    fn equal_requests_say_so() {
        let a = request("https://a/x", &[]);
        assert!(compare(&a, &a).sentence.starts_with("The two requests are the same"));
    }
}
