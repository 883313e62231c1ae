//! `credential-quoted`

use std::iter;

use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::authorization::{Authorization, is_quote};
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::basic;
use crate::domain::request::Edit;
use crate::domain::span::Span;
use crate::domain::token::jws::Jws;

check! {
    /// There are quotes around the credential.
    ///
    /// # What it looks at
    /// Straight and typographic quotes at the start or end of the credential or of the whole header value, around a key in a
    /// header of its own, in the address or in a field, and quotes that were encoded together with user and password in Basic.
    ///
    /// # Why a server answers 401 to it
    /// In this header quotes are part of the value. The server reads them as characters of the token, and no such token exists.
    ///
    /// # How to prove it
    /// Look at the first character after `Bearer `: it should be the first character of the token.
    ///
    /// # How to fix it
    /// Remove the quotes. They usually come from JSON, a YAML or .env file, a copied document, or from Windows' command
    /// prompt, which does not take single quotes away: write double quotes there.
    ///
    /// # Example
    /// `Authorization: Bearer "eyJ…"`
    ///
    /// # References
    /// RFC 6750 section 2.1 (the syntax of b64token).
    QUOTED = "credential-quoted", Credentials,
    stage: Wrapping, topics: [TokenForm, Token, HeaderForm, Signature, Password],
    explains: ["token-not-a-jwt", "token-malformed", "basic-not-base64"],
    run: look
}

fn look(facts: &Facts) -> Finding {
    let Some(a) = facts.authorization() else { return of_key(facts) };
    if a.has_parameters() {
        return Finding::not_applicable();
    }
    if let Some(finding) = in_basic(facts, a) {
        return finding;
    }
    let text = a.credential.as_str();
    // Rails writes `Token token="…", nonce="…"`: parameters, whose quotes belong to them.
    let is_parameter = a.is("token") && text.get(..7).is_some_and(|head| head.eq_ignore_ascii_case("token=\""));
    if is_parameter || text.is_empty() || a.core().0.is_empty() {
        return Finding::not_applicable();
    }
    if let Some(inner) = in_brackets(text) {
        let value = a.scheme.as_ref().map_or_else(|| inner.to_string(), |scheme| format!("{scheme} {inner}"));
        return Finding::fail(
            Strength::Contradiction,
            "brackets around the token, as documentation writes a placeholder: the server reads them as part of it",
        )
        .proof(a.place(), Span::new(a.credential_span.start, a.credential_span.start + 1), "a bracket before the token")
        .fixed_by(Fix::edit("Remove the brackets", vec![Edit::HeaderValue { index: a.index, value }]));
    }
    // JSON in the place of the token is another check's.
    if text.starts_with(['{', '[']) {
        return Finding::not_applicable();
    }
    let first = text.chars().next().filter(|c| is_quote(*c));
    let last = text.chars().next_back().filter(|c| is_quote(*c));
    let Some(quote) = first.or(last) else { return Finding::pass("no quotes around the credential") };
    let span = if first.is_some() {
        Span::new(a.credential_span.start, a.credential_span.start + quote.len_utf8())
    } else {
        Span::new(a.credential_span.end - quote.len_utf8(), a.credential_span.end)
    };
    let inner = text.trim_matches(|c: char| is_quote(c) || c.is_whitespace());
    // The scheme may be inside the quotes as well.
    let value = match &a.scheme {
        Some(scheme) => format!("{scheme} {inner}"),
        None => inner.to_string(),
    };
    let kind = if quote.is_ascii() { "quotes" } else { "typographic quotes" };
    Finding::fail(
        Strength::Contradiction,
        format!("{kind} ({quote}, U+{:04X}) around the credential: the server reads them as part of it", quote as u32),
    )
    .proof(a.place(), span, format!("{quote} {} the credential", if first.is_some() { "before" } else { "after" }))
    .fixed_by(Fix::edit("Remove the quotes", vec![Edit::HeaderValue { index: a.index, value }]))
}

/// Quotes around a key in a header of its own, in the address or in a field.
fn of_key(facts: &Facts) -> Finding {
    let is_quoted = |value: &str| value.len() > 2 && value.starts_with(is_quote) && value.ends_with(is_quote);
    let Some(key) = facts.others.iter().find(|other| is_quoted(other.value.trim())) else { return Finding::not_applicable() };
    let value = key.value.trim().trim_matches(is_quote).to_string();
    let fix = match key.place {
        Place::RequestHeader(index) => Fix::edit("Remove the quotes", vec![Edit::HeaderValue { index, value }]),
        _ => Fix::action("Remove the quotes where the client reads the key"),
    };
    Finding::fail(
        Strength::Contradiction,
        format!("there are quotes around the value of {}: the server reads them as part of it", key.name),
    )
    .proof(key.place, key.span, "a quote before and behind the value")
    .fixed_by(fix)
}

/// Quotes that were encoded with user and password: around both, or around one of them.
fn in_basic(facts: &Facts, a: &Authorization) -> Option<Finding> {
    let (user, password) = facts.basic.as_ref().filter(|_| a.is("basic"))?.text()?;
    let inner = |text: &'_ str| -> Option<String> {
        let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        Some(text.strip_prefix(quote)?.strip_suffix(quote).filter(|inner| !inner.is_empty())?.to_string())
    };
    let both = inner(&format!("{user}:{password}"));
    let (what, strength, right) = match (&both, inner(user), inner(password)) {
        _ if facts.is_meant(user, password) => return None,
        // 'user':'password' has a quote at both ends as well.
        (_, Some(user), Some(password)) => ("user and password each", Strength::Contradiction, format!("{user}:{password}")),
        (Some(both), ..) => ("user and password", Strength::Contradiction, both.clone()),
        (None, Some(inner), None) => ("the user", Strength::Contradiction, format!("{inner}:{password}")),
        // A password may have quotes of its own.
        (None, None, Some(inner)) => ("the password", Strength::Likely, format!("{user}:{inner}")),
        (None, None, None) => return None,
    };
    let (user, password) = right.split_once(':')?;
    let value = format!("Basic {}", basic::encode(user, password));
    Some(
        Finding::fail(
            strength,
            format!("there are quotes around {what} inside the Basic value: the shell or file that they come from kept them"),
        )
        .proof(a.place(), a.credential_span, "decodes to a text in quotes")
        .fixed_by(Fix::edit("Encode it without the quotes", vec![Edit::HeaderValue { index: a.index, value }])),
    )
}

/// The token inside the brackets, as many pairs as there are.
pub fn in_brackets<'a>(text: &'a str) -> Option<&'a str> {
    let pairs = [('<', '>'), ('[', ']'), ('(', ')'), ('{', '}')];
    let without = |text: &&'a str| pairs.iter().find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close));
    let inner = iter::successors(without(&text), without).last()?.trim();
    Jws::looks_like(inner).then_some(inner)
}
