//! Credentials in fields of the body: of a form, of a JSON object, or of an object in it.

use super::form::{form, json_fields};
use crate::domain::json::Object;
use crate::domain::limits::MAX_FIELDS;
use crate::domain::request::Request;
use crate::domain::secrecy::carriers;
use crate::domain::secrecy::names::{self, Grade, Side};
use crate::domain::span::Span;
use crate::domain::token::jws::Jws;

/// A field with its name, its value and the value's bytes in the body.
pub type Field = (String, String, Span);

/// Parts of the names of tokens that open nothing here: of devices, pages, forms, payments and mails.
const OTHERWISE: [&str; 24] = [
    "device",
    "push",
    "fcm",
    "apns",
    "registration",
    "csrf",
    "xsrf",
    "verification",
    "captcha",
    "reset",
    "invit",
    "confirm",
    "activat",
    "page",
    "next",
    "continu",
    "sync",
    "payment",
    "card",
    "hint",
    "type",
    "unsubscribe",
    "password",
    "url",
];

/// The fields whose names are those of credentials, with a value that can be one.
pub fn credentials(request: &Request) -> Vec<Field> {
    // A body that names none is not read.
    if request.body.len() > MAX_FIELDS || !carriers::has_part(&folded(&request.body)) {
        return Vec::new();
    }
    let mut fields = form(request);
    if fields.is_empty() {
        fields = object_fields(&request.body);
    }
    let has = |names: &[&str]| fields.iter().any(|(name, ..)| names.contains(&name.as_str()));
    // What a client asks about, and logs in beside.
    let is_subject = has(&["token_type_hint", "client_id"]) || ["introspect", "revo"].iter().any(|part| request.path().contains(part));
    let is_one = |(name, value, _): &Field| {
        let may_be = is_of_the_call(name) && !value.trim().is_empty() || Jws::looks_like(value) || is_opaque(value.trim(), SHORTEST_KEY);
        is_credential(name) && may_be && !(is_subject && name == "token")
    };
    let found: Vec<bool> = fields.iter().map(is_one).collect();
    let found = fields.into_iter().zip(found).filter_map(|(field, is_one)| is_one.then_some(field));
    found.map(|(name, value, span)| (name, value, without_quotes(span, &request.body))).collect()
}

/// True for the name of a field under which a call itself is authorized. Of another token the call may be about.
pub fn is_of_the_call(name: &str) -> bool {
    carriers::authorizes_call(&folded(name))
}

/// True for the name of a field that carries a credential.
fn is_credential(name: &str) -> bool {
    let folded = folded(name);
    let is_named = carriers::has_part(&folded) && names::of(name, Side::Request) >= Grade::Likely;
    (is_named || folded == "refresh") && !OTHERWISE.iter().any(|part| folded.contains(part))
}

fn folded(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '_' | '-')).map(|c| c.to_ascii_lowercase()).collect()
}

/// The texts in an object and in the objects in it: `{"data": {"token": …}}`.
fn object_fields(body: &str) -> Vec<Field> {
    if !body.trim_start().starts_with('{') {
        return Vec::new();
    }
    let members = Object::read(body).members;
    let own = members.iter().filter_map(|member| Some((member.name.clone(), member.value.as_str()?.to_string(), member.value_span)));
    let inner = members.iter().flat_map(|member| {
        let fields = member.value_span.cut(body).filter(|text| text.starts_with('{')).map(json_fields).unwrap_or_default();
        fields.into_iter().map(move |(name, value, at)| (name, value, at.shifted(member.value_span.start)))
    });
    own.chain(inner).collect()
}

/// In JSON a value's span includes its quotes.
fn without_quotes(span: Span, body: &str) -> Span {
    let is_quoted = span.cut(body).is_some_and(|text| text.len() > 1 && text.starts_with('"') && text.ends_with('"'));
    if is_quoted { Span::new(span.start + 1, span.end - 1) } else { span }
}

/// Bytes of the shortest key that is one by its looks alone.
pub(super) const SHORTEST_KEY: usize = 16;

/// At least so long, in one piece and with a digit, as machines write them.
pub fn is_opaque(value: &str, shortest: usize) -> bool {
    value.len() >= shortest && value.bytes().all(|b| b.is_ascii_graphic()) && value.bytes().any(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(body: &str) -> Vec<String> {
        let request = Request { method: "POST".into(), url: "https://h.example/x".into(), body: body.into(), ..Request::default() };
        let fields = credentials(&request);
        assert!(fields.iter().all(|(_, value, span)| span.cut(&request.body) == Some(value.as_str())));
        fields.into_iter().map(|(name, ..)| name).collect()
    }

    #[test]
    fn credentials_in_forms_and_objects() {
        assert_eq!(found("Action=A&WebIdentityToken=eyJhbGciOiJIUzI1NiJ9.e30.AA"), ["WebIdentityToken"]);
        assert_eq!(found("SAMLAssertion=PHNhbWwyOkFzc2VydGlvbj4x"), ["SAMLAssertion"]);
        assert_eq!(found(r#"{"apiKey":"k1","seat":"12A"}"#), ["apiKey"]);
        assert_eq!(found(r#"{"jsonrpc":"2.0","auth":"0424bd59b807674191e7d77572075f33"}"#), ["auth"]);
        assert_eq!(found(r#"{"data":{"idToken":"eyJhbGciOiJIUzI1NiJ9.e30.AA"}}"#), ["idToken"]);
    }

    #[test]
    fn what_is_about_something_else() {
        for body in [
            r#"{"deviceToken":"0424bd59b807674191e7d77572075f33"}"#,
            r#"{"resetToken":"0424bd59b807674191e7d77572075f33"}"#,
            r#"{"nextPageToken":"0424bd59b807674191e7d77572075f33"}"#,
            r#"{"author":"0424bd59b807674191e7d77572075f33"}"#,
            r#"{"token":"12A"}"#,
            "__RequestVerificationToken=0424bd59b807674191e7d77572075f33",
            "token=0424bd59b807674191e7d77572075f33&token_type_hint=access_token",
        ] {
            assert_eq!(found(body), Vec::<String>::new(), "{body}");
        }
    }
}
