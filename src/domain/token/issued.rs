//! The token that a response issues: what a login answers with.

use serde_json::Value;

use super::jws::Jws;
use crate::domain::limits::MAX_CHECKED_BODY;
use crate::domain::response::Response;
use crate::domain::secrecy::shapes;

/// A token in a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedToken {
    /// The token.
    pub text: String,
    /// The member or header that holds it.
    pub name: String,
    /// The scheme that it is to be sent under, if the response says so.
    pub scheme: Option<String>,
}

impl IssuedToken {
    /// Where it is in the response that it was read from, as variables name it: `body.$.data[0].token`, `headers.X-Token`.
    pub fn place(&self, answer: &Response) -> Option<String> {
        if answer.headers.iter().any(|(_, header)| header.is(&self.name) && header.value.contains(&self.text)) {
            // With a scheme before it, the value of the header is not the token.
            return self.scheme.is_none().then(|| format!("headers.{}", self.name));
        }
        let json: Value = match serde_json::from_str(answer.body.trim()) {
            Ok(Value::String(_)) | Err(_) => return (answer.body == self.text).then(|| "body.*".into()),
            Ok(json) => json,
        };
        let mut open = vec![(String::new(), &json)];
        while let Some((path, value)) = open.pop() {
            match value {
                Value::Array(items) => open.extend(items.iter().enumerate().rev().map(|(i, item)| (format!("{path}[{i}]"), item))),
                Value::Object(members) => {
                    if members.get(&self.name).and_then(Value::as_str) == Some(self.text.as_str()) {
                        return Some(format!("body.${}", step(&path, &self.name)?));
                    }
                    open.extend(members.iter().rev().filter_map(|(name, member)| Some((step(&path, name)?, member))));
                }
                _ => {}
            }
        }
        None
    }
}

/// A path with the name of a member behind it; `None` for names that would end the path, the variable or the line, and go on as
/// something else: a server writes them.
fn step(path: &str, name: &str) -> Option<String> {
    let is_plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    let ends = |c: char| c.is_control() || matches!(c, '{' | '}' | '\'' | '\\');
    match is_plain {
        true => Some(format!("{path}.{name}")),
        false => (!name.contains(ends)).then(|| format!("{path}['{name}']")),
    }
}

/// Names of members, as lower case letters, that hold what is sent with the next requests; the likeliest first.
const MEMBERS: [&str; 10] =
    ["accesstoken", "token", "jwt", "authtoken", "apitoken", "bearertoken", "idtoken", "jwttoken", "sessiontoken", "bearer"];

/// Names of headers that hold one.
const HEADERS: [&str; 5] = ["authorization", "x-auth-token", "x-access-token", "x-authtoken", "token"];

/// The token that an accepted request was answered with.
pub fn issued(answer: &Response) -> Option<IssuedToken> {
    if !answer.is_success() {
        return None;
    }
    in_body(answer).or_else(|| in_headers(answer))
}

fn in_headers(answer: &Response) -> Option<IssuedToken> {
    let header =
        HEADERS.iter().find_map(|name| answer.headers.iter().map(|(_, h)| h).find(|h| h.is(name) && !h.value.trim().is_empty()))?;
    let (scheme, text) = match shapes::schemed(&header.value) {
        Some((scheme, rest)) => (Some(scheme.to_string()), rest.cut(&header.value)?),
        None => (None, header.value.trim()),
    };
    Some(IssuedToken { text: text.to_string(), name: header.name.clone(), scheme })
}

fn in_body(answer: &Response) -> Option<IssuedToken> {
    let body = answer.body.trim();
    if body.len() > MAX_CHECKED_BODY || !body.starts_with(['{', '[', '"', 'e']) {
        return None;
    }
    if body.starts_with('e') && Jws::looks_like(body) && !body.contains(char::is_whitespace) {
        return Some(IssuedToken { text: body.to_string(), name: "body".into(), scheme: None });
    }
    let json: Value = serde_json::from_str(body).ok()?;
    if let Value::String(text) = &json {
        return Jws::looks_like(text).then(|| IssuedToken { text: text.clone(), name: "body".into(), scheme: None });
    }
    let mut best: Option<(usize, &str, &str)> = None;
    let mut scheme = None;
    let mut open = vec![&json];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items.iter().rev()),
            Value::Object(members) => {
                for (name, value) in members {
                    if let Value::String(text) = value {
                        if let Some(rank) = rank(name, text).filter(|rank| best.is_none_or(|(known, ..)| *rank < known)) {
                            best = Some((rank, name, text));
                        }
                        if name.eq_ignore_ascii_case("token_type") || name.eq_ignore_ascii_case("tokenType") {
                            scheme = shapes::is_scheme(text).then(|| text.clone());
                        }
                    }
                }
                open.extend(members.values().rev());
            }
            _ => {}
        }
    }
    let (_, name, text) = best?;
    // `bearer` in small letters is what RFC 6749 says; it is sent as everybody writes it.
    let scheme = scheme.map(|scheme| if scheme.eq_ignore_ascii_case("bearer") { "Bearer".to_string() } else { scheme });
    Some(IssuedToken { text: text.to_string(), name: name.to_string(), scheme })
}

/// How likely a member holds the token, 0 first.
fn rank(name: &str, text: &str) -> Option<usize> {
    if text.len() < 8 || text.contains(char::is_whitespace) {
        return None;
    }
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let known = MEMBERS.iter().position(|member| *member == letters);
    known.or_else(|| (Jws::looks_like(text) && !letters.contains("refresh")).then_some(MEMBERS.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const JWT: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln";

    fn found(status: u16, headers: &[(&str, &str)], body: &str) -> Option<(String, String, Option<String>)> {
        let headers = headers.iter().copied().collect();
        let issued = issued(&Response { status, headers, body: body.into(), ..Response::default() })?;
        Some((issued.name, issued.text, issued.scheme))
    }

    fn token(name: &str, text: &str, scheme: Option<&str>) -> Option<(String, String, Option<String>)> {
        Some((name.into(), text.into(), scheme.map(String::from)))
    }

    #[test]
    fn the_token_of_a_login_is_found_wherever_it_is() {
        let oauth = r#"{"id_token":"0123456789","refresh_token":"abcdefghij","access_token":"opaque-0123","token_type":"bearer"}"#;
        assert_eq!(found(200, &[], oauth), token("access_token", "opaque-0123", Some("Bearer")));
        assert_eq!(
            found(201, &[], r#"{"data":{"user":{"name":"a"},"accessToken":"0123456789"}}"#),
            token("accessToken", "0123456789", None)
        );
        assert_eq!(found(200, &[], &format!(r#"[{{"x":"{JWT}"}}]"#)), token("x", JWT, None));
        assert_eq!(found(200, &[], JWT), token("body", JWT, None));
        assert_eq!(found(200, &[], &format!("\"{JWT}\"")), token("body", JWT, None));
        assert_eq!(found(200, &[("Authorization", "DPoP 0123456789")], ""), token("Authorization", "0123456789", Some("DPoP")));
    }

    #[test]
    fn its_place_is_named_as_variables_name_it() {
        let place = |headers: &[(&str, &str)], body: &str| {
            let answer = Response { status: 200, headers: headers.iter().copied().collect(), body: body.into(), ..Response::default() };
            issued(&answer)?.place(&answer)
        };
        for (headers, body, expected) in [
            (&[][..], r#"{"access_token":"0123456789"}"#, Some("body.$.access_token")),
            (&[], r#"{"data":[{},{"user token":{"token":"0123456789"}}]}"#, Some("body.$.data[1]['user token'].token")),
            (&[], JWT, Some("body.*")),
            // Written into a request, these names would be more than names.
            (&[], r#"{"x']}}{{client_secret}}":{"token":"0123456789"}}"#, None),
            (&[], r#"{"x\ny: z":{"token":"0123456789"}}"#, None),
            (&[("X-Auth-Token", "0123456789")], "", Some("headers.X-Auth-Token")),
            (&[("Authorization", "DPoP 0123456789")], "", None),
        ] {
            assert_eq!(place(headers, body).as_deref(), expected, "{body}");
        }
    }

    #[test]
    fn what_is_no_token_is_not_taken_for_one() {
        assert_eq!(found(401, &[], r#"{"access_token":"0123456789"}"#), None);
        for body in ["", "token", "{", r#"{"token":""}"#, r#"{"token":"not a token"}"#, r#"{"token":42}"#, r#"{"next":"abcdefghijkl"}"#] {
            assert_eq!(found(200, &[], body), None, "{body}");
        }
        assert_eq!(found(200, &[], &format!(r#"{{"refresh_token":"{JWT}"}}"#)), None);
    }
}
