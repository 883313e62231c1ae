//! `redirect-uri-mismatch`

use url::Url;

use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::words::Topic;
use crate::checks::token::audience::near_miss;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::span::Span;

check! {
    /// The redirect address (redirect_uri) is not the one that is registered.
    ///
    /// # What it looks at
    /// `redirect_uri`, compared with the registered one if that is known, and with the one in the request for the code.
    ///
    /// # Why a server answers 401 to it
    /// The two must be exactly equal: scheme, host, port, path, case, and the slash at the end.
    ///
    /// # How to prove it
    /// Compare `redirect_uri` with the client's registration, character by character.
    ///
    /// # How to fix it
    /// Register the address that is sent, or send the one that is registered. Use the same one for the code and the token.
    ///
    /// # Example
    /// `https://app.example.com/callback/` where `https://app.example.com/callback` is registered.
    ///
    /// # References
    /// RFC 6749 section 3.1.2; RFC 9700 section 2.1.
    REDIRECT_URI = "redirect-uri-mismatch", OAuth,
    stage: Elsewhere, topics: [RedirectUri],
    explains: ["grant-invalid", "client-authentication-failed"],
    run: look
}

/// A request for a login by SAML holds its way back within; the answer names it.
fn of_saml(facts: &Facts) -> Option<Finding> {
    facts.query("SAMLRequest").or_else(|| facts.field("SAMLRequest"))?;
    let word = facts.word(Topic::RedirectUri).filter(|word| word.specific && facts.is_refused())?;
    Some(
        Finding::fail(Strength::Stated, "the login server does not know the way back (the reply URL) that the request for a login names")
            .proof(word.place, word.span, facts.quote(word))
            .fixed_by(Fix::action("Register the reply URL that the answer names, or let the application send the registered one")),
    )
}

/// Where the browser is sent back to: after a login, and after a logout (OpenID Connect RP-Initiated Logout 1.0 section 2).
const NAMES: [&str; 2] = ["redirect_uri", "post_logout_redirect_uri"];

fn look(facts: &Facts) -> Finding {
    let in_form = NAMES.iter().find_map(|name| Some((*name, facts.field(name)?.to_string())));
    let sent = in_form.clone().or_else(|| NAMES.iter().find_map(|name| Some((*name, facts.query(name)?.to_string()))));
    let Some((name, sent)) = sent else {
        return of_saml(facts).unwrap_or_else(Finding::not_applicable);
    };
    if !facts.is_refused() {
        return Finding::pass(format!("the server accepted {name}"));
    }
    let (place, span) = match facts.form().iter().find(|(n, _, _)| n == name).filter(|_| in_form.is_some()) {
        Some((_, _, span)) => (Place::RequestBody, Some(*span)),
        None => {
            let query = facts.request.url.split_once('?').map(|(p, q)| (p.len() + 1, q));
            let span = query.and_then(|(at, q)| {
                let pairs = crate::checks::facts::form::pairs(q);
                pairs.into_iter().find(|(n, _, _)| n == name).map(|(_, _, s)| s.shifted(at + facts.request.method.len() + 1))
            });
            (Place::RequestLine, span)
        }
    };
    let fix = || Fix::action("Register the address that was sent, or send the one that is registered");
    if matches!(facts.status(), 400..=499) && sent.starts_with('/') {
        let message = format!("{name} is {sent}, which is a path alone: only whole addresses can be registered");
        return Finding::fail(Strength::Contradiction, message)
            .proof(place, span, sent)
            .fixed_by(Fix::action("Send the whole address, as it is registered with the client"));
    }
    // The code was asked for with another address.
    let before = facts.context.previous.iter().rev().find_map(|p| {
        let url = Url::parse(&p.url).ok()?;
        url.query_pairs().find(|(n, _)| n == "redirect_uri").map(|(_, v)| v.into_owned())
    });
    if let Some(before) = before.filter(|b| *b != sent) {
        let near = near_miss(std::slice::from_ref(&sent), std::slice::from_ref(&before)).map(|n| format!(" ({n})")).unwrap_or_default();
        return Finding::fail(Strength::Contradiction, format!("the code was requested with {before}, but the token with {sent}{near}"))
            .proof(place, span, sent)
            .fixed_by(Fix::action("Send the same redirect_uri for the code and for the token"));
    }
    // The error page to which a login server redirects.
    let is_code = facts.error_code() == Some("redirect_uri_mismatch");
    let registered = facts
        .context
        .notes
        .as_deref()
        .and_then(|n| n.split_whitespace().find(|w| w.contains("://")).map(|w| w.trim_end_matches([',', '.', ';']).to_string()));
    let is_named = facts.context.notes.as_deref().is_some_and(|n| n.to_ascii_lowercase().contains("redirect"));
    if let Some(registered) = registered.filter(|r| is_named && *r != sent && (matches!(facts.status(), 400..=499) || is_code)) {
        let near = near_miss(std::slice::from_ref(&sent), std::slice::from_ref(&registered)).map(|n| format!(" ({n})")).unwrap_or_default();
        return Finding::fail(Strength::Contradiction, format!("{sent} was sent, but {registered} is registered{near}"))
            .proof(place, span, sent)
            .context(format!("registered: {registered}"))
            .fixed_by(fix());
    }
    // The answer names the other address too.
    if let Some((other, near)) = named_in_answer(facts, &sent) {
        let message = format!("redirect_uri is {sent} here, and {other} for the server{near}");
        return Finding::fail(Strength::Contradiction, message)
            .proof(place, span, sent)
            .proof(Place::ResponseBody, Span::of(facts.body(), other), other)
            .fixed_by(Fix::action(
                "Send the same redirect_uri as when the code was requested; behind a proxy, tell the application its public scheme",
            ));
    }
    match facts.word(Topic::RedirectUri).filter(|w| w.place != Place::ResponseBody || facts.status() >= 400) {
        Some(word) if facts.status() >= 400 => Finding::fail(Strength::Stated, format!("the server refuses the redirect address {sent}"))
            .proof(place, span, sent)
            .proof(word.place, word.span, facts.quote(word))
            .fixed_by(fix()),
        _ if is_code => Finding::fail(Strength::Stated, format!("the server refuses the redirect address {sent}"))
            .proof(place, span, sent)
            .context("the answer leads to an error page: redirect_uri_mismatch")
            .fixed_by(fix()),
        _ => Finding::unknown("which redirect address is registered is not known; the client's registration would tell"),
    }
}

/// The address in the answer that the sent one is compared with, and what sets them apart, when it is a small thing.
fn named_in_answer<'a>(facts: &Facts<'a>, sent: &str) -> Option<(&'a str, String)> {
    facts.word(Topic::RedirectUri).filter(|_| facts.status() >= 400)?;
    let ends = |c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '<' | '>' | '`' | ',' | ')');
    let addresses = facts.body().split(ends).filter(|word| word.contains("://"));
    addresses.filter(|word| *word != sent).find_map(|other| {
        let near = near_miss(&[sent.to_string()], &[other.to_string()])?;
        Some((other, format!(" ({near})")))
    })
}
