//! `credential-wrapped`

use super::quoted::in_brackets;
use crate::checks::check::check;
use crate::checks::facts::authorization::{Authorization, is_known_scheme, is_quote, under_another_name};
use crate::checks::facts::fields::is_opaque;
use crate::checks::facts::other_credentials::Carrier;
use crate::checks::facts::{Facts, Standing};
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::json::Object;
use crate::domain::request::Edit;
use crate::domain::span::Span;
use crate::domain::token::jws::Jws;

check! {
    /// More than the token was sent: it is still inside JSON, or a name such as `token=` is before it.
    ///
    /// # What it looks at
    /// A JSON object such as `{"access_token":"…"}` instead of the token, a name such as `token=` or `API_KEY=` before it, and a
    /// stray character or a bracket at one of its ends.
    ///
    /// # Why a server answers 401 to it
    /// The server reads the whole text as the token.
    ///
    /// # How to prove it
    /// The token itself begins only after the name.
    ///
    /// # How to fix it
    /// Send only the token. In a shell take it out of the answer with `jq -r .access_token`; in code use that field of the
    /// answer.
    ///
    /// # Example
    /// `Authorization: Bearer {"access_token":"eyJ…","token_type":"Bearer"}`
    ///
    /// # References
    /// RFC 6749 section 5.1; RFC 6750 section 2.1.
    WRAPPED = "credential-wrapped", Credentials,
    stage: Wrapping, topics: [TokenForm, Token, HeaderForm, Signature, Password],
    explains: ["token-not-a-jwt", "token-malformed", "basic-not-base64"],
    run: look
}

fn look(facts: &Facts) -> Finding {
    if let Some(finding) = rest_of_json(facts) {
        return finding;
    }
    let Some(a) = facts.authorization() else { return keys(facts) };
    if a.has_parameters() || ["basic", "negotiate", "ntlm"].iter().any(|s| a.is(s)) {
        return Finding::not_applicable();
    }
    let text = a.credential.trim_matches(|c| matches!(c, '\'' | '"'));
    let scheme = a.scheme.as_deref().unwrap_or("Bearer");
    let fixed =
        |inner: &str| Fix::edit("Send only the token", vec![Edit::HeaderValue { index: a.index, value: format!("{scheme} {inner}") }]);
    let span = a.credential_span;
    if text.starts_with('{') && !text.starts_with("{{") && text.contains(['"', ':']) {
        let unescaped = text.replace("\\\"", "\"");
        let object = Object::read(&unescaped);
        let names = ["access_token", "accessToken", "token", "id_token", "idToken", "jwt", "authToken", "bearer"];
        let finding = Finding::fail(
            Strength::Contradiction,
            "JSON was sent instead of the token: it looks like the whole answer to a login, with the token inside",
        )
        .proof(
            a.place(),
            Span::new(span.start, span.start + text.find(':').unwrap_or(1)),
            text.chars().take(24).collect::<String>(),
        );
        return match names.iter().find_map(|n| object.str(n)) {
            Some(inner) => finding.fixed_by(fixed(inner)),
            None => finding.fixed_by(Fix::action("Send only the value of the token field")),
        };
    }
    for name in ["access_token=", "token=", "id_token=", "access_token:", "token:", "jwt=", "\"access_token\":"] {
        if text.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name)) && !a.is("token") {
            let inner = text[name.len()..].split('&').next().unwrap_or_default().trim_matches(|c| matches!(c, '"' | ' ' | ','));
            return Finding::fail(
                Strength::Contradiction,
                format!("{name:?} is before the token, and the server reads it as part of the token"),
            )
            .proof(a.place(), Span::new(span.start, span.start + name.len()), name)
            .fixed_by(fixed(inner));
        }
    }
    if let Some((at, inner)) = assignment(text) {
        return Finding::fail(Strength::Contradiction, "a whole line of settings was sent, with the variable's name before the value")
            .proof(a.place(), Span::new(span.start, span.start + at), &text[..at])
            .fixed_by(fixed(inner));
    }
    if facts.standing != Standing::Accepted
        && let Some(finding) = beside_the_token(a)
    {
        return finding;
    }
    Finding::pass("nothing is around the token")
}

/// Something at one end of the token that is no part of it.
fn beside_the_token(a: &Authorization) -> Option<Finding> {
    let Stray { before, token, after } = Stray::find(&a.credential)?;
    let span = a.credential_span;
    let (text, at, side) = match (before, after) {
        ("", after) => (after, Span::new(span.end - after.len(), span.end), "after"),
        (before, _) => (before, Span::new(span.start, span.start + before.len()), "before"),
    };
    let what = match text.chars().count() {
        _ if text.chars().all(|c| matches!(c, '{' | '}')) => format!("{text} of a variable was left over {side} the token"),
        _ if text.chars().all(|c| BRACKETS.contains(&c)) => format!("{text} was left over {side} the token"),
        1 => format!("there is a stray {text} {side} the token"),
        2..6 => format!("{text:?} is {side} the token"),
        // It may be a secret of its own.
        count => format!("{count} characters are {side} the token"),
    };
    let value = a.scheme.as_ref().map_or_else(|| token.to_string(), |scheme| format!("{scheme} {token}"));
    Some(
        Finding::fail(Strength::Contradiction, format!("{what}: the server reads it as part of the token"))
            .proof(a.place(), at, format!("{} {side} the token", if text.len() < 6 { text } else { "what is" }))
            .fixed_by(Fix::edit("Send only the token", vec![Edit::HeaderValue { index: a.index, value }])),
    )
}

/// Brackets that documentation and templates put around a token.
const BRACKETS: [char; 8] = ['{', '}', '<', '>', '[', ']', '(', ')'];

/// Longer texts before a token are not there by a slip.
const LONGEST_STRAY: usize = 24;

/// A whole JWT with something at its ends that nobody meant to send.
pub struct Stray<'a> {
    /// What is before it.
    before: &'a str,
    token: &'a str,
    /// Brackets after it.
    after: &'a str,
}

impl<'a> Stray<'a> {
    /// Finds it in a credential. Names, schemes, quotes and pairs of brackets around a token are other faults.
    pub fn find(text: &'a str) -> Option<Self> {
        let (before, rest) = text.split_at_checked(text.find("eyJ").filter(|at| *at <= LONGEST_STRAY)?)?;
        let token = rest.trim_end_matches(BRACKETS);
        let after = rest.get(token.len()..)?;
        let is_slip = before.is_empty() || before.ends_with(BRACKETS) || before.bytes().all(|b| b.is_ascii_alphanumeric());
        // Some issuers begin their tokens with a word and a sign of their own.
        let is_sign =
            before.len() == 1 && before.bytes().all(|b| b.is_ascii_punctuation() && !is_quote(char::from(b)) && !matches!(b, b'.' | b':'));
        // Last: it reads the token, which may be long.
        let is_whole = || token.split('.').count() == 3 && Jws::read(token).algorithm().is_some();
        ((is_slip || is_sign)
            && !(before.is_empty() && after.is_empty())
            && !is_known_scheme(before)
            && in_brackets(text).is_none()
            && is_whole())
        .then_some(Self { before, token, after })
    }
}

/// `eyJ…","refreshToken":"eyJ…`: the value was copied out of JSON, and more of it came along.
fn rest_of_json(facts: &Facts) -> Option<Finding> {
    let of_name = under_another_name(&facts.request.headers).map(|(index, ..)| index);
    let indices = facts.authorizations.iter().map(|a| a.index).chain(of_name);
    indices.into_iter().find_map(|index| {
        let header = facts.request.headers.0.get(index)?;
        let (token, rest) = header.value.split_once('"').filter(|(token, _)| !token.contains(['{', '[', '=', ',']))?;
        let follows = rest.trim_start();
        let is_json = follows.starts_with(',') && follows.contains("\":") || follows.starts_with(['}', ']']);
        let is_token = token.rsplit(' ').next().is_some_and(|credential| is_opaque(credential, SHORTEST_TOKEN));
        (is_json && is_token && !token.is_empty()).then(|| {
            let message = "more of the JSON that the token was copied from follows it, and the server reads that as part of the token";
            let span = Span::new(token.len(), header.value.len());
            Finding::fail(Strength::Contradiction, message)
                .proof(Place::RequestHeader(index), span, "what follows the token")
                .fixed_by(Fix::edit("Send only the token", vec![Edit::HeaderValue { index, value: token.into() }]))
        })
    })
}

/// Bytes of the shortest token that is looked behind.
const SHORTEST_TOKEN: usize = 16;

/// Keys in headers of their own.
fn keys(facts: &Facts) -> Finding {
    for o in facts.others.iter().filter(|o| o.carrier == Carrier::Header) {
        let Place::RequestHeader(index) = o.place else { continue };
        if let Some(inner) = behind_own_name(&o.name, &o.value) {
            let at = o.value.len() - inner.len();
            let edit = Edit::HeaderValue { index, value: inner.to_string() };
            return Finding::fail(Strength::Contradiction, format!("the name {} stands once more in its own value", o.name))
                .proof(o.place, Span::new(0, at), &o.value[..at])
                .fixed_by(Fix::edit("Send only the value", vec![edit]));
        }
        if let Some((at, inner)) = assignment(&o.value) {
            let edit = Edit::HeaderValue { index, value: inner.to_string() };
            return Finding::fail(Strength::Contradiction, format!("{} holds a whole line of settings, with the variable's name", o.name))
                .proof(o.place, Span::new(0, at), &o.value[..at])
                .fixed_by(Fix::edit("Send only the value", vec![edit]));
        }
    }
    scheme_in_key(facts).or_else(|| doubled_in_path(facts)).unwrap_or_else(Finding::not_applicable)
}

/// What follows the header's own name in its value: `X-Key: X-Key=abc`.
fn behind_own_name<'v>(name: &str, value: &'v str) -> Option<&'v str> {
    let (before, behind) = value.split_at_checked(name.len()).filter(|(before, _)| before.eq_ignore_ascii_case(name))?;
    let inner = behind.trim_start().strip_prefix(['=', ':'])?.trim_start();
    (!before.is_empty() && !inner.is_empty()).then_some(inner)
}

/// `/botbot123:abc/`: the word that goes before the credential in the path stands there twice, because the program adds it itself.
fn doubled_in_path(facts: &Facts) -> Option<Finding> {
    let known = facts.certain_service().filter(|_| facts.standing == Standing::Refused)?;
    let other = facts.others.iter().find(|o| o.carrier == Carrier::Path)?;
    let is_of_kind = |text: &str| known.service.kinds.iter().any(|kind| kind.is(text));
    let mut words = known.service.header.iter().filter_map(|place| place.strip_prefix("path:")?.rsplit('/').next());
    let word = words.find(|word| {
        let inner = other.value.strip_prefix(word).filter(|_| !word.is_empty() && !is_of_kind(&other.value));
        inner.is_some_and(is_of_kind)
    })?;
    let span = Span::new(other.span.start, other.span.start + word.len());
    let at = span.start.checked_sub(facts.request.method.len() + 1)?;
    let fixed = format!("{}{}", facts.request.url.get(..at)?, facts.request.url.get(at + word.len()..)?);
    let message = format!("{word:?} is twice before the token in the path: the program adds it itself");
    let finding = Finding::fail(Strength::Contradiction, message).proof(other.place, span, word);
    Some(finding.fixed_by(Fix::edit(format!("Leave out one {word:?}"), vec![Edit::Url(fixed)])))
}

/// `X-Api-Key: Bearer …`: a scheme belongs to Authorization, and a server that reads a key in a header of its own takes it for a part
/// of the key. Some take a token there with its scheme.
fn scheme_in_key(facts: &Facts) -> Option<Finding> {
    if facts.standing != Standing::Refused {
        return None;
    }
    let mut headers = facts.others.iter().filter(|o| o.carrier == Carrier::Header);
    headers.find_map(|o| {
        let (scheme, inner) = o.value.trim().split_once(' ')?;
        let inner = inner.trim();
        let Place::RequestHeader(index) = o.place else { return None };
        let is_scheme = ["bearer", "basic", "token", "apikey"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
        let is_of_key = o.name.to_ascii_lowercase().ends_with("key");
        (is_scheme && is_of_key && !inner.is_empty() && !inner.contains(' ')).then(|| {
            Finding::fail(
                Strength::Likely,
                format!("{scheme:?} is before the key in {}, and the server reads it as part of the key", o.name),
            )
            .proof(o.place, Span::new(0, scheme.len()), scheme)
            .fixed_by(Fix::edit("Send only the key", vec![Edit::HeaderValue { index, value: inner.to_string() }]))
        })
    })
}

/// `NAME=value`, as in a file of settings: where the value begins, and the value. A key may end in `=`, and hold one.
fn assignment(text: &str) -> Option<(usize, &str)> {
    let line = text.strip_prefix("export ").or_else(|| text.strip_prefix("set ")).unwrap_or(text);
    let (name, value) = line.split_once('=')?;
    let is_name = name.len() >= 4
        && name.contains('_')
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    let inner = value.trim_matches(|c| matches!(c, '"' | '\''));
    (is_name && inner.len() >= 4 && !inner.starts_with('=')).then(|| (text.len() - value.len(), inner))
}
