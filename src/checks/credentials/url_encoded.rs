//! `credential-url-encoded`

use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::services::schema::Usage;
use crate::checks::services::{Known, KnownBy};
use crate::checks::token::kind::another_setting;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::basic::{self, Basic};
use crate::domain::request::Edit;
use crate::domain::signing::field;
use crate::domain::span::Span;

check! {
    /// The credential is percent-encoded, and servers do not decode it there.
    ///
    /// # What it looks at
    /// `%40`, `%3D` and the like in a token, in a login form's password, or in the user or password of a Basic value, for the server
    /// or for a proxy.
    ///
    /// # Why a server answers 401 to it
    /// Nobody percent-decodes a header: to the server, `p%40ss` and `p@ss` are two passwords. Percent-encoding belongs in
    /// addresses and forms.
    ///
    /// # How to prove it
    /// Decode the Basic value and read the password.
    ///
    /// # How to fix it
    /// Send the credential without percent-encoding. Encode it only inside an address (`https://user:p%40ss@host/`).
    ///
    /// # Example
    /// `Basic dXNlcjpwJTQwc3M=`, which decodes to `user:p%40ss`.
    ///
    /// # References
    /// RFC 7617 section 2; RFC 3986 section 2.1. (OAuth clients do encode id and secret: RFC 6749 section 2.3.1.)
    URL_ENCODED = "credential-url-encoded", Credentials,
    stage: Spelling, topics: [TokenForm, Token, Password, BasicForm],
    explains: ["token-not-a-jwt", "token-malformed", "basic-not-base64", "proxy-authentication-required"],
    run: look
}

/// A login whose password was encoded once more than its form needs.
fn in_log_in(facts: &Facts) -> Finding {
    let Some(log_in) = facts.log_in() else { return Finding::not_applicable() };
    let Some(at) = escape_in(&log_in.password) else { return Finding::pass("no percent-encoding in the password") };
    let decoded = percent_encoding::percent_decode_str(&log_in.password).decode_utf8_lossy().into_owned();
    let strength = match &facts.context.password {
        Some(meant) if *meant == log_in.password => return Finding::pass("the percent sign belongs to the password"),
        Some(meant) if *meant == decoded => Strength::Contradiction,
        Some(_) => Strength::Plausible,
        None => Strength::Likely,
    };
    let escape = &log_in.password[at..at + 3];
    Finding::fail(strength, format!("the password is percent-encoded twice: the server reads {escape} as three characters of it"))
        .proof(crate::checks::Place::RequestBody, log_in.span, "the password")
        .fixed_by(Fix::action("Percent-encode the password only once"))
}

/// The credential for a proxy, as it was copied out of the proxy's address.
fn for_proxy(facts: &Facts) -> Option<Finding> {
    let a = facts.proxy_authorizations.first().filter(|a| facts.status() == 407 && a.is("basic"))?;
    let basic = Basic::read(a.core().0);
    let (user, password) = basic.text()?;
    let at = escape_in(password)?;
    let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let decoded = decode(password);
    // Where somebody wrote the password down as it is, nothing is left to guess.
    let is_noted = [&facts.context.notes, &facts.context.config].into_iter().flatten().any(|text| text.contains(&decoded));
    let strength = if is_noted { Strength::Contradiction } else { Strength::Likely };
    let escape = &password[at..at + 3];
    let value = format!("Basic {}", basic::encode(&decode(user), &decoded));
    Some(
        Finding::fail(
            strength,
            format!("the password for the proxy is percent-encoded ({escape}), as in the proxy's address; in the header it is not"),
        )
        .proof(a.place(), a.credential_span, format!("decodes to a password with {escape}"))
        .fixed_by(Fix::edit("Send the password without percent-encoding", vec![Edit::HeaderValue { index: a.index, value }])),
    )
}

/// A signature in the address that was percent-encoded by hand, and once more by the client: `sign=a%252Bb%253D`.
fn twice_in_query(facts: &Facts) -> Option<Finding> {
    if !facts.is_refused() || facts.answer.is_none() {
        return None;
    }
    let is_of_signature = |name: &str| ["sign", "signature", "sig", "hmac"].iter().any(|word| name.eq_ignore_ascii_case(word));
    let fields = field::query(facts.request);
    let (name, field) = fields.iter().find(|(name, field)| is_of_signature(name) && field.raw.contains("%25"))?;
    escape_in(&field.value)?;
    let fixed = facts.request.url.replacen(&field.raw, &field.value, 1);
    Some(
        Finding::fail(Strength::Contradiction, format!("{name} is percent-encoded twice: what is left after decoding still has %XX in it"))
            .proof(Place::RequestLine, field.span, field.raw.clone())
            .fixed_by(Fix::edit("Encode it once", vec![Edit::Url(fixed)])),
    )
}

fn look(facts: &Facts) -> Finding {
    if let Some(finding) = for_proxy(facts).or_else(|| twice_in_query(facts)) {
        return finding;
    }
    let Some(a) = facts.authorization() else { return in_log_in(facts) };
    if a.is("basic") {
        return in_basic(facts);
    }
    if a.has_parameters() {
        return Finding::not_applicable();
    }
    let (core, span) = a.core();
    let Some(at) = escape_in(core) else { return Finding::pass("no percent-encoding in the credential") };
    // An address in the place of a token is no token that was encoded.
    if another_setting(core).is_some() {
        return Finding::not_applicable();
    }
    let is_as_documented =
        |known: Known| known.by == KnownBy::Host && known.service.kinds.iter().any(|k| k.usage == Usage::Ok && k.is(core));
    if facts.service().is_some_and(is_as_documented) {
        return Finding::pass("the service reads the credential percent-encoded");
    }
    let decoded = percent_encoding::percent_decode_str(core).decode_utf8_lossy().into_owned();
    let value = a.scheme.as_ref().map_or_else(|| decoded.clone(), |s| format!("{s} {decoded}"));
    // Some services issue tokens with such signs in them: who plainly says something else has read it.
    let is_read = facts.words.iter().any(|word| word.specific && !URL_ENCODED.topics.contains(&word.topic));
    let strength = if is_read { Strength::Unlikely } else { Strength::Contradiction };
    Finding::suspect(strength, format!("the token is percent-encoded ({}), and servers do not decode headers", &core[at..at + 3]))
        .proof(a.place(), Span::new(span.start + at, span.start + at + 3), &core[at..at + 3])
        .fixed_by(Fix::edit("Send the token decoded", vec![Edit::HeaderValue { index: a.index, value }]))
}

fn in_basic(facts: &Facts) -> Finding {
    let Some(a) = facts.authorization() else { return Finding::not_applicable() };
    let whole = facts.basic.as_ref().and_then(|b| std::str::from_utf8(b.bytes.as_deref()?).ok());
    let decoded = whole.filter(|w| !w.contains(':')).map(|w| percent_encoding::percent_decode_str(w).decode_utf8_lossy().into_owned());
    if let Some((user, password)) = decoded.as_deref().and_then(|d| d.split_once(':')) {
        let value = format!("Basic {}", basic::encode(user, password));
        return Finding::fail(
            Strength::Contradiction,
            "user:password was percent-encoded before base64 (%3A for the colon), and servers do not decode that",
        )
        .proof(a.place(), a.credential_span, "decodes to a text with %3A instead of the colon")
        .fixed_by(Fix::edit("Send user and password without percent-encoding", vec![Edit::HeaderValue { index: a.index, value }]));
    }
    let Some((user, password)) = facts.basic.as_ref().and_then(|b| b.text()) else { return Finding::not_applicable() };
    let (in_user, in_password) = (escape_in(user), escape_in(password));
    let (part, text, at) = match (in_password, in_user) {
        (Some(at), _) => ("password", password, at),
        (None, Some(at)) => ("user", user, at),
        _ => return Finding::pass("no percent-encoding in user and password"),
    };
    if facts.is_token_request() {
        return Finding::pass("a client's id and secret are percent-encoded at a token endpoint (RFC 6749 section 2.3.1)");
    }
    let decode = |t: &str| percent_encoding::percent_decode_str(t).decode_utf8_lossy().into_owned();
    // Known what is meant: then it is certain, or certainly not it.
    let strength = match (&facts.context.username, &facts.context.password) {
        (_, Some(meant)) if password == meant && in_user.is_none() => return Finding::pass("the percent sign belongs to the password"),
        (_, Some(meant)) if decode(password) == *meant => Strength::Contradiction,
        (Some(meant), _) if decode(user) == *meant && user != meant => Strength::Contradiction,
        (_, Some(_)) => Strength::Plausible,
        _ => Strength::Likely,
    };
    let value = format!("Basic {}", basic::encode(&decode(user), &decode(password)));
    Finding::fail(
        strength,
        format!("the {part} in the Basic value is percent-encoded ({}), and servers do not decode that", &text[at..at + 3]),
    )
    .proof(a.place(), a.credential_span, format!("decodes to a {part} with {}", &text[at..at + 3]))
    .fixed_by(Fix::edit(format!("Send the {part} without percent-encoding"), vec![Edit::HeaderValue { index: a.index, value }]))
}

/// Offset of the first `%` with two hexadecimal digits behind it.
fn escape_in(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    (0..bytes.len().saturating_sub(2)).find(|&i| bytes[i] == b'%' && bytes[i + 1].is_ascii_hexdigit() && bytes[i + 2].is_ascii_hexdigit())
}
