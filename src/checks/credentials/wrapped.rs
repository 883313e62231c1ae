//! `credential-wrapped`

use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::{Finding, Fix, Strength};
use crate::domain::json::Object;
use crate::domain::request::Edit;
use crate::domain::span::Span;

check! {
    /// More than the token was sent: it is still inside JSON, or a name such as `token=` is before it.
    ///
    /// # What it looks at
    /// A JSON object such as `{"access_token":"…"}` instead of the token, and a name such as `token=` before it.
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
    let Some(a) = facts.authorization() else { return Finding::not_applicable() };
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
    Finding::pass("nothing is around the token")
}
