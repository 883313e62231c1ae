//! A body that holds the credential, and that the server does not read as it was written.

use crate::checks::facts::Facts;
use crate::checks::facts::form::{form, json_fields};
use crate::checks::facts::other_credentials::is_key_header;
use crate::checks::facts::words::Topic;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::json::Object;
use crate::domain::limits::MAX_FIELDS;
use crate::domain::request::Edit;
use crate::domain::span::Span;

/// The headers of the call went out as its data: in `post(url, data, options)` the options were passed where the data belongs.
pub fn headers_as_data(facts: &Facts) -> Option<Finding> {
    // What calls are made of. A body with other members may be about a call that somebody else is to make: a webhook.
    const OPTIONS: [&str; 12] =
        ["headers", "params", "data", "body", "json", "auth", "timeout", "withCredentials", "credentials", "mode", "cache", "responseType"];
    const OF_ANOTHER_CALL: [&str; 8] = ["url", "uri", "endpoint", "target", "callback", "webhook", "hook", "request"];
    let is_open = facts.authorizations.is_empty() && facts.answer.is_some() && matches!(facts.status(), 400 | 401 | 403 | 422);
    let body = facts.request.body.as_str();
    let is_object = is_open && body.len() <= MAX_FIELDS && body.trim_start().starts_with('{');
    let object = is_object.then(|| Object::read(body))?;
    let headers = object.member("headers")?.value_span;
    let inner = headers.cut(body).filter(|text| text.starts_with('{')).map(Object::read)?;
    let is_credential = |name: &str| name.eq_ignore_ascii_case("authorization") || is_key_header(name);
    let member = inner.members.iter().find(|m| is_credential(&m.name) && m.value.as_str().is_some_and(|v| !v.trim().is_empty()))?;
    let value = member.value.as_str()?;
    if facts.request.headers.has(&member.name) {
        return None;
    }
    let names = || object.members.iter().map(|m| m.name.as_str());
    let is_called = |name: &str| OF_ANOTHER_CALL.iter().any(|part| name.to_ascii_lowercase().contains(part));
    let strength = match () {
        () if names().any(is_called) => return None,
        // With a session cookie the caller has logged in another way.
        () if facts.request.headers.has("cookie") => Strength::Plausible,
        () if names().all(|name| OPTIONS.contains(&name)) => Strength::Contradiction,
        () if facts.says_plainly(Topic::Missing) || facts.says_plainly(Topic::ApiKey) => Strength::Likely,
        // It may be about a message or a job that has headers of its own.
        () => Strength::Plausible,
    };
    let name = &member.name;
    let message = format!("the headers of the call were sent in the body: {name} is there, and not among the request's headers");
    Some(Finding::fail(strength, message).proof(Place::RequestBody, headers, "headers, in the body").fixed_by(Fix::edit(
        format!("Send {name} as a header: in post(url, data, options) the options come last"),
        vec![Edit::AddHeader { name: name.clone(), value: value.into() }],
    )))
}

/// The server misses fields that are there: it reads the body in another form, as a form where JSON was sent, or the other way.
pub fn in_another_form(facts: &Facts) -> Option<Finding> {
    // With which somebody logs in, or a client asks for a token.
    const FIELDS: [&str; 10] =
        ["username", "user", "email", "login", "password", "passwd", "grant_type", "client_id", "client_secret", "refresh_token"];
    if !matches!(facts.status(), 400 | 401 | 422) || facts.answer.is_none() || facts.request.body.len() > MAX_FIELDS {
        return None;
    }
    let is_json = facts.request.body.trim_start().starts_with('{');
    let (fields, sent, wanted) = if is_json {
        (json_fields(&facts.request.body), "JSON", "a form (application/x-www-form-urlencoded)")
    } else {
        (form(facts.request), "a form", "JSON (application/json)")
    };
    let misses = |name: &str| says_missing(facts.lower_body(), name);
    let missed: Vec<(&str, Span, Span)> = fields
        .iter()
        .filter(|(name, value, _)| !value.trim().is_empty() && FIELDS.contains(&name.as_str()))
        .filter_map(|(name, _, span)| Some((name.as_str(), *span, misses(name)?)))
        .collect();
    // One field alone may be missed in another sense: it is empty to the server, or of a wrong type. Of a token request the
    // first parameter says enough: servers stop there.
    let [(first, sent_at, said_at), rest @ ..] = missed.as_slice() else { return token_request_in_json(facts, &fields) };
    let names = match rest {
        [(second, ..), ..] => format!("{first} and {second}, which are"),
        [] if *first == "grant_type" => format!("{first}, which is"),
        [] => return None,
    };
    let kind = facts.request.headers.get("content-type").map_or("no Content-Type", |kind| kind.split(';').next().unwrap_or(kind).trim());
    let message = format!("the server misses {names} in the body as {sent} ({kind}): it reads the body in another form, mostly {wanted}");
    Some(
        Finding::fail(Strength::Stated, message)
            .proof(Place::RequestBody, *sent_at, (*first).to_string())
            .proof(Place::ResponseBody, *said_at, "missed there")
            .fixed_by(Fix::action(format!("Send the fields as {wanted}, as the documentation of this address has them"))),
    )
}

/// A token request in JSON, to a server that says that it knows no such grant (RFC 6749 section 3.2 has the parameters in a form).
fn token_request_in_json(facts: &Facts, fields: &[(String, String, Span)]) -> Option<Finding> {
    let is_unread = matches!(facts.error_code(), Some("unsupported_grant_type" | "invalid_request"));
    let is_json = facts.request.body.trim_start().starts_with('{');
    let (name, _, span) = fields.iter().find(|(name, value, _)| name == "grant_type" && !value.is_empty())?;
    (is_json && is_unread && facts.is_token_request()).then(|| {
        Finding::fail(Strength::Likely, "the parameters of the token request are JSON, and token endpoints read a form")
            .proof(Place::RequestBody, *span, name.clone())
            .fixed_by(Fix::action("Send them as application/x-www-form-urlencoded"))
    })
}

/// Where an answer says of a field, by its name, that it is required and was not there.
fn says_missing(body: &str, name: &str) -> Option<Span> {
    const NEAR: usize = 80;
    const WORDS: [&str; 6] = ["required", "missing", "may not be blank", "can't be blank", "cannot be blank", "must not be null"];
    let quoted = ['"', '\'', '`'].map(|quote| format!("{quote}{name}{quote}"));
    // Names of protocols are no words of a sentence.
    let alone = name.contains('_').then(|| name.to_string());
    quoted.into_iter().chain(alone).find_map(|named| {
        let at = body.find(named.as_str())?;
        let end = at + named.len();
        let behind: String = body.get(end..)?.chars().take(NEAR).collect();
        // Up to the next object or sentence, and from the beginning of this one.
        let behind = behind.split(['}', ';']).next().unwrap_or_default();
        let before = body.get(..at)?.rsplit(['{', '.', ';', '"']).next().unwrap_or_default();
        WORDS.iter().any(|word| behind.contains(word) || before.contains(word)).then(|| Span::new(at, end))
    })
}
