//! Values that are part of another request's answer: `{{login.response.body.$.token}}`, `{{login.response.headers.X-Token}}`, and
//! `{{login.token}}` of httpYac.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::domain::response::Response;

/// The last answer to each request that has a name, in this session.
#[derive(Clone, Debug, Default)]
pub struct Answers(Arc<BTreeMap<String, Arc<Response>>>);

/// A part of an answer: the name of its request, and what follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Reference<'a> {
    request: &'a str,
    part: &'a str,
}

impl<'a> Reference<'a> {
    /// The forms that can only be meant as a part of an answer.
    fn read(name: &'a str) -> Option<Self> {
        let (request, part) = name.split_once(".response.")?;
        (!request.is_empty() && !request.contains(char::is_whitespace)).then_some(Self { request, part })
    }

    /// The forms of httpYac, where a name may be that of a request: `login.token` is a member of the body, and `loginResponse` the
    /// answer.
    fn of_httpyac(name: &'a str) -> Option<Self> {
        let end = name.find(['.', '['])?;
        let (request, part) = name.split_at(end);
        Some(Self { request, part })
    }
}

/// The request whose answer a name is a part of; `is_request` knows the names of requests.
pub fn request_of(name: &str, is_request: impl Fn(&str) -> bool) -> Option<&str> {
    if let Some(reference) = Reference::read(name) {
        return Some(reference.request);
    }
    let request = Reference::of_httpyac(name)?.request;
    if is_request(request) {
        return Some(request);
    }
    request.strip_suffix("Response").filter(|request| is_request(request))
}

impl Answers {
    /// Notes an answer to a request of a name.
    pub fn insert(&mut self, name: &str, answer: Arc<Response>) {
        Arc::make_mut(&mut self.0).insert(name.to_string(), answer);
    }

    /// True without any answer.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// True if there is an answer to a request of a name.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The value of a name; `None` if it is no part of an answer.
    ///
    /// # Errors
    /// Why it has no value yet, as the end of a sentence.
    pub(super) fn get(&self, name: &str) -> Option<Result<String, Cow<'static, str>>> {
        if let Some(Reference { request, part }) = Reference::read(name) {
            return Some(match self.0.get(request) {
                Some(answer) => part_of(answer, part),
                None => Err(format!("is filled from the answer of a request named “{request}”, which was not sent in this session").into()),
            });
        }
        let Reference { request, part } = Reference::of_httpyac(name)?;
        if let Some(answer) = self.0.get(request) {
            return Some(member(answer, part));
        }
        let answer = self.0.get(request.strip_suffix("Response")?)?;
        let part = part.strip_prefix('.')?;
        Some(match part.strip_prefix("parsedBody") {
            Some(path) => member(answer, path),
            None => part_of(answer, part),
        })
    }
}

/// What follows `name.response.`.
fn part_of(answer: &Response, part: &str) -> Result<String, Cow<'static, str>> {
    let headers = part.strip_prefix("headers.").or_else(|| part.strip_prefix("headers[").map(|name| name.trim_end_matches(']')));
    if let Some(name) = headers {
        let name = name.trim_matches(['"', '\'']);
        let found = answer.headers.get(name).map(|value| value.trim().to_string());
        return found.ok_or_else(|| format!("is a header that the answer does not have ({name})").into());
    }
    match part.strip_prefix("body") {
        Some("" | ".*") => Ok(answer.body.to_string()),
        Some(path) if path.starts_with("./") || path.starts_with('/') => Err("asks for XPath, which is not read".into()),
        Some(path) if path.starts_with(['.', '[']) => member(answer, path),
        _ if matches!(part, "status" | "statusCode") => Ok(answer.status.to_string()),
        _ => Err("names no part of an answer: body and headers are".into()),
    }
}

/// The value at a path of the JSON body: `.$.data[0]['access_token']`, with or without the `$`.
fn member(answer: &Response, path: &str) -> Result<String, Cow<'static, str>> {
    let json: Value = serde_json::from_str(&answer.body).map_err(|_| "asks for a member of a body that is not JSON")?;
    let path = path.strip_prefix('.').unwrap_or(path);
    let path = path.strip_prefix('$').unwrap_or(path);
    let pointer = pointer(path).ok_or("has a path that is not read: members and indices are")?;
    match json.pointer(&pointer) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(value) => Ok(value.to_string()),
        None => Err("is a member that the answer does not have".into()),
    }
}

/// A path of members and indices as a JSON pointer (RFC 6901).
fn pointer(path: &str) -> Option<String> {
    let mut pointer = String::new();
    let mut rest = path;
    while !rest.is_empty() {
        let name;
        if let Some(inside) = rest.strip_prefix('[') {
            let quote = inside.chars().next().filter(|c| matches!(c, '"' | '\''));
            let close = quote.map_or("]".to_string(), |quote| format!("{quote}]"));
            let inside = inside.get(usize::from(quote.is_some())..)?;
            (name, rest) = inside.split_once(close.as_str())?;
        } else {
            let inside = rest.strip_prefix('.').unwrap_or(rest);
            let end = inside.find(['.', '[']).unwrap_or(inside.len());
            (name, rest) = inside.split_at(end);
        }
        if name.is_empty() || name == "*" {
            return None;
        }
        pointer.push('/');
        pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
    }
    Some(pointer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers() -> Answers {
        let body = r#"{"access_token":"t0k","data":[{"a.b":"x"},{"id":7}],"user":{"name":"maria"},"none":null}"#;
        let headers = [("X-Token", " h3ad ")].into_iter().collect();
        let mut answers = Answers::default();
        answers.insert("login", Arc::new(Response { status: 200, headers, body: body.into(), ..Response::default() }));
        answers
    }

    #[test]
    fn every_form_of_a_reference_is_filled() {
        let answers = answers();
        for (name, value) in [
            ("login.response.body.$.access_token", "t0k"),
            ("login.response.body.access_token", "t0k"),
            ("login.response.body.$['access_token']", "t0k"),
            ("login.response.body.$.data[0]['a.b']", "x"),
            ("login.response.body.$.data[1].id", "7"),
            ("login.response.body.$.user", r#"{"name":"maria"}"#),
            ("login.response.headers.x-token", "h3ad"),
            ("login.response.headers['X-Token']", "h3ad"),
            ("login.response.status", "200"),
            ("login.access_token", "t0k"),
            ("login.data[1].id", "7"),
            ("loginResponse.parsedBody.access_token", "t0k"),
            ("loginResponse.headers.X-Token", "h3ad"),
        ] {
            assert_eq!(answers.get(name), Some(Ok(value.to_string())), "{name}");
        }
        assert!(answers.get("login.response.body.*").is_some_and(|body| body.is_ok_and(|b| b.starts_with('{'))));
    }

    #[test]
    fn what_has_no_value_says_why() {
        let answers = answers();
        for (name, why) in [
            ("other.response.body.$.a", "the answer of a request named “other”"),
            ("login.response.body.$.nothing", "does not have"),
            ("login.response.headers.Nothing", "does not have"),
            ("login.response.body.//a", "XPath"),
            ("login.response.body.$..a", "path"),
            ("login.response.cookies", "names no part"),
        ] {
            assert!(answers.get(name).is_some_and(|got| got.as_ref().is_err_and(|e| e.contains(why))), "{name}: {:?}", answers.get(name));
        }
        assert_eq!(answers.get("token"), None);
        assert_eq!(answers.get("other.token"), None);
    }

    #[test]
    fn the_request_that_has_to_be_sent_is_known_by_name() {
        let is_request = |name: &str| name == "login";
        assert_eq!(request_of("login.response.body.$.a", is_request), Some("login"));
        assert_eq!(request_of("else.response.body.$.a", is_request), Some("else"));
        assert_eq!(request_of("login.token", is_request), Some("login"));
        assert_eq!(request_of("loginResponse.parsedBody.a", is_request), Some("login"));
        assert_eq!(request_of("api.host", is_request), None);
        assert_eq!(request_of("host", is_request), None);
    }
}
