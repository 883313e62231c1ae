//! Fields of a request's body and of a query, decoded, with the places of their values.

use crate::domain::json::{Member, Object};
use crate::domain::limits::{MAX_FIELDS, MAX_JUDGED};
use crate::domain::request::Request;
use crate::domain::span::Span;

/// The fields of a form body (`application/x-www-form-urlencoded`), with the places of their values; those of a token
/// request also when it is JSON, as some authorization servers take it.
pub fn form(request: &Request) -> Vec<(String, String, Span)> {
    let typed = request.headers.get("content-type").is_some_and(|t| t.to_ascii_lowercase().contains("x-www-form-urlencoded"));
    let looks = request.body.len() <= MAX_FIELDS && request.body.contains('=') && !request.body.trim_start().starts_with(['{', '[', '<']);
    if looks && (typed || !request.headers.has("content-type")) {
        return pairs(&request.body);
    }
    // Most bodies are no token request, which shows before they are read.
    let fields = if request.body.contains("grant_type") { json_fields(&request.body) } else { Vec::new() };
    if fields.iter().any(|(name, _, _)| name == "grant_type") { fields } else { Vec::new() }
}

/// The members of a JSON object that hold text, with the places of their values; none of any other body.
pub fn json_fields(body: &str) -> Vec<(String, String, Span)> {
    if body.len() > MAX_FIELDS || !body.trim_start().starts_with('{') {
        return Vec::new();
    }
    let members = Object::read(body).members;
    members.iter().filter_map(|m| Some((m.name.clone(), m.value.as_str()?.to_string(), m.value_span))).collect()
}

/// User and password in the body of a login request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogIn {
    /// The user as the server reads it.
    pub user: String,
    /// The password as the server reads it.
    pub password: String,
    /// The password's bytes in the body.
    pub span: Span,
}

/// Finds user and password in a form or in a JSON object.
pub fn log_in(request: &Request) -> Option<LogIn> {
    const USERS: [&str; 9] = ["username", "user", "email", "login", "user_name", "userid", "name", "log", "identifier"];
    const PASSWORDS: [&str; 5] = ["password", "passwd", "pass", "pwd", "user_password"];
    let is = |names: &[&str], name: &str| names.iter().any(|n| n.eq_ignore_ascii_case(name));
    let mut fields = form(request);
    if fields.is_empty() {
        fields = json_fields(&request.body);
    }
    let user = fields.iter().find(|(n, _, _)| is(&USERS, n)).map(|field| field.1.clone());
    let password = fields.iter().find(|(n, _, _)| is(&PASSWORDS, n)).cloned();
    match (user, password) {
        (Some(user), Some((_, password, span))) => Some(LogIn { user, password, span }),
        // Devices with one account ask for the password alone.
        (None, Some((_, password, span))) if is_to_log_in(request) => Some(LogIn { user: String::new(), password, span }),
        _ => prefixed(&fields, &USERS, &PASSWORDS).or_else(|| nested(&request.body, &USERS, &PASSWORDS)),
    }
}

/// User and password under names with one beginning: `j_username` and `j_password`, `user[email]` and `user[password]`.
fn prefixed(fields: &[(String, String, Span)], users: &[&str], passwords: &[&str]) -> Option<LogIn> {
    const LONGEST: usize = 16;
    let beginning = |name: &str, ends: &[&str]| {
        let lower = name.trim_end_matches(']').to_ascii_lowercase();
        let before = ends.iter().filter_map(|end| lower.strip_suffix(end)).min_by_key(|before| before.len());
        before.filter(|before| !before.is_empty() && before.len() <= LONGEST).map(String::from)
    };
    let found = |ends: &[&str], before: &str| fields.iter().find(|(name, _, _)| beginning(name, ends).as_deref() == Some(before));
    let before = fields.iter().find_map(|(name, _, _)| beginning(name, passwords).filter(|before| found(users, before).is_some()))?;
    let ((_, user, _), (_, password, span)) = (found(users, &before)?, found(passwords, &before)?);
    Some(LogIn { user: user.clone(), password: password.clone(), span: *span })
}

/// True for a POST to an address that is called after logging in.
fn is_to_log_in(request: &Request) -> bool {
    const NAMES: [&str; 7] = ["auth", "login", "signin", "session", "sessions", "authenticate", "token"];
    let path = request.path().split(['?', '#']).next().unwrap_or_default();
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    request.method.eq_ignore_ascii_case("POST") && NAMES.iter().any(|name| last.eq_ignore_ascii_case(name))
}

/// User and password in one object somewhere inside the body: `{"auth":{"user":{"name":…,"password":…}}}`.
fn nested(body: &str, users: &[&str], passwords: &[&str]) -> Option<LogIn> {
    let names_one = || passwords.iter().any(|name| body.contains(name));
    (body.len() <= MAX_FIELDS && body.trim_start().starts_with('{') && names_one()).then(|| within(body, users, passwords, DEEPEST))?
}

/// The same in the text of one object and those in it.
fn within(text: &str, users: &[&str], passwords: &[&str], depth: usize) -> Option<LogIn> {
    let object = Object::read(text);
    let member = |names: &[&str]| object.members.iter().find(|member| names.contains(&member.name.as_str()) && member.value.is_string());
    if let (Some(user), Some(password)) = (member(users), member(passwords)) {
        let text = |member: &Member| member.value.as_str().unwrap_or_default().to_string();
        return Some(LogIn { user: text(user), password: text(password), span: password.value_span });
    }
    let mut objects = object.members.iter().filter(|member| depth > 0 && member.value.is_object());
    objects.find_map(|member| {
        let found = within(member.value_span.cut(text)?, users, passwords, depth - 1)?;
        Some(LogIn { span: found.span.shifted(member.value_span.start), ..found })
    })
}

/// How deep in a body a login is looked for.
const DEEPEST: usize = 5;

/// `a=b&c=d` taken apart and decoded, as far as it is judged; spans are those of the values.
pub fn pairs(text: &str) -> Vec<(String, String, Span)> {
    text.split('&')
        .filter(|p| !p.is_empty())
        .take(MAX_JUDGED)
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
    use super::log_in;
    use crate::domain::request::Request;

    #[test]
    fn a_log_in_is_found_under_the_names_of_many_forms() {
        let of = |body: &str| {
            let headers = [("Content-Type", "application/x-www-form-urlencoded")].into_iter().collect();
            let request =
                Request { method: "POST".into(), url: "https://a.example/x".into(), headers, body: body.into(), ..Request::default() };
            log_in(&request).map(|found| (found.user, found.password, found.span.cut(body).map(String::from)))
        };
        for (body, user) in [
            ("username=ann&password=p%26q", "ann"),
            ("j_username=ann&j_password=p%26q", "ann"),
            ("user%5Bemail%5D=ann%40a.example&user%5Bpassword%5D=p%26q", "ann@a.example"),
            ("action=login&lgname=ann&lgpassword=p%26q", "ann"),
        ] {
            assert_eq!(of(body), Some((user.into(), "p&q".into(), Some("p%26q".into()))), "{body}");
        }
        for body in ["a_name=ann&b_password=x", "name=ann&note=password", "new_password=x&confirm_password=x"] {
            assert_eq!(of(body).map(|found| found.0), None, "{body}");
        }
    }
}
