//! Credentials outside `Authorization`: in headers of their own, the query, the address and the body.

use super::fields::{self, is_opaque};
use super::form::{form, pairs};
use super::session::is_csrf_field;
use crate::checks::Place;
use crate::domain::headers::Header;
use crate::domain::request::Request;
use crate::domain::secrecy::carriers;
use crate::domain::span::Span;
use crate::domain::token::jws::Jws;

/// The kind of place of another credential.
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
    /// A part of the path.
    Path,
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

/// The header for a key that a text names: `No "apikey" request header`. Azure speaks of its own by another name.
pub fn key_header_named(text: &str) -> Option<&str> {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let known = |word: &&str| word.len() > 5 && carriers::is_header(word);
    let named = text.split(|c| !is_of_name(c)).find(known);
    named.or_else(|| text.contains("missing subscription key").then_some("Ocp-Apim-Subscription-Key"))
}

/// True for the name of a header that carries a key or token by itself.
pub fn is_key_header(name: &str) -> bool {
    if carriers::is_header(name) {
        return true;
    }
    // Most names end otherwise, which is seen first: every header is asked about.
    if !carriers::ends_like_header(name) {
        return false;
    }
    let name = name.to_ascii_lowercase();
    let guards = ["csrf", "xsrf", "idempotency", "sec-websocket", "x-forwarded", "request", "correlation", "trace"];
    !guards.iter().any(|guard| name.contains(guard))
}

/// True for a header of any other name that holds a whole JWT: what else is one sent for? Proofs and attestations are sent beside the
/// credential.
fn is_token_header(name: &str, value: &str) -> bool {
    if !value.contains("eyJ") {
        return false;
    }
    let name = name.to_ascii_lowercase();
    let known = ["authorization", "cookie"].iter().any(|end| name.ends_with(end));
    let beside = ["dpop", "proof", "check", "attest", "captcha", "csrf", "xsrf", "signature", "state", "client", "device"];
    let is_credential = !known && !beside.iter().any(|part| name.contains(part));
    is_credential && Jws::looks_like(value) && Jws::read(value).algorithm().is_some()
}

/// Credentials in headers of their own, in the query, before the host and in a form's fields.
pub fn find(request: &Request) -> Vec<OtherCredential> {
    let mut found = Vec::new();
    for (i, h) in request.headers.iter() {
        // `X-Docker-Token: true` asks for a token, and is none.
        let is_flag = || matches!(h.value.trim(), "" | "true" | "false");
        if is_key_header(&h.name) && !is_flag() || is_token_header(&h.name, &h.value) {
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
        // A token of OAuth 1.0a is a part of the signature beside it.
        let is_signed = query.contains("oauth_signature=");
        for (name, value, span) in pairs(query) {
            // Extensions of a framework put an underscore before theirs: `_auth_token`.
            let plain = name.strip_prefix('_').filter(|rest| rest.ends_with("token") || rest.ends_with("key")).unwrap_or(&name);
            if carriers::is_parameter(plain) || (!is_signed && carriers::ends_like_field(&name) && is_opaque(&value, fields::SHORTEST_KEY))
            {
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
    let is_signed = request.body.contains("oauth_signature=");
    // What guards a form against forged requests is no credential.
    for field in form(request).into_iter().filter(|(name, ..)| !is_csrf_field(name)) {
        if carriers::is_form_field(&field.0)
            || (!is_signed && carriers::ends_like_field(&field.0) && is_opaque(&field.1, fields::SHORTEST_KEY))
        {
            found.push(OtherCredential { carrier: Carrier::Body, name: field.0, value: field.1, place: Place::RequestBody, span: field.2 });
        }
    }
    // Beside a credential in another place, or a code, a field is what the call is about.
    let has = |header: &str| request.headers.get(header).is_some_and(|value| !value.trim().is_empty());
    if found.is_empty() && !is_signed && !has("authorization") && !has("cookie") && !request.body.contains("grant_type") {
        let of_field = |(name, value, span)| OtherCredential { carrier: Carrier::Body, name, value, place: Place::RequestBody, span };
        found.extend(fields::credentials(request).into_iter().filter(|(name, ..)| !is_csrf_field(name)).map(of_field));
    }
    found
}

/// The headers that are said to carry the credential, and were not found by their names.
pub fn expected(request: &Request, names: &[String], found: &[OtherCredential]) -> Vec<OtherCredential> {
    let is_one = |index: usize, header: &Header| {
        let is_new = !found.iter().any(|other| other.place == Place::RequestHeader(index));
        let is_other = !header.is("authorization") && !header.is("cookie") && !header.value.trim().is_empty();
        is_new && is_other && names.iter().any(|name| header.is(name))
    };
    let headers = request.headers.iter().filter(|(index, header)| is_one(*index, header));
    let of_header = |(index, header): (usize, &Header)| OtherCredential {
        carrier: Carrier::Header,
        name: header.name.clone(),
        value: header.value.clone(),
        place: Place::RequestHeader(index),
        span: Span::whole(&header.value),
    };
    headers.map(of_header).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_in_other_places() {
        let request = Request {
            method: "GET".into(),
            url: "https://u:p@h.example/x?a=1&api_key=k%20y".into(),
            headers: [("X-API-Key", "k1"), ("X-CSRF-Token", "no")].into_iter().collect(),
            body: "".into(),
            ..Request::default()
        };
        let line = "GET https://u:p@h.example/x?a=1&api_key=k%20y";
        let found = find(&request);
        assert_eq!(found.iter().map(|o| o.value.as_str()).collect::<Vec<_>>(), ["k1", "k y", "u:p"]);
        assert_eq!(found[1].span.cut(line), Some("k%20y"));
        assert_eq!(found[2].span.cut(line), Some("u:p"));
    }
}
