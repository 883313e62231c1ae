//! `redirect-changes-method`

use url::Url;

use crate::checks::check::check;
use crate::checks::facts::{Facts, Standing};
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::request::Edit;
use crate::domain::span::Span;

check! {
    /// A redirect turned the request into a GET without its body.
    ///
    /// # What it looks at
    /// A redirect with status 301, 302 or 303 right before this exchange, from another method to GET, that only corrects the
    /// address: a slash, https, a host name.
    ///
    /// # Why a server answers 401 to it
    /// Clients follow these redirects with GET and leave the body out. The server then has another request before it: one
    /// without the login form, the signature or the token in the body, or for a method that the path does not have.
    ///
    /// # How to prove it
    /// `curl -v -L` shows the method of each request.
    ///
    /// # How to fix it
    /// Send the request directly to the redirect's target. On the server, redirect with 307 or 308, which keep method and body.
    ///
    /// # Example
    /// `POST http://api.example.com/login` → 301 → `GET https://api.example.com/login`, answered 401.
    ///
    /// # References
    /// RFC 9110 sections 15.4.2 to 15.4.4, 15.4.8 and 15.4.9.
    METHOD_CHANGED = "redirect-changes-method", Address,
    stage: Way,
    explains: ["authorization-missing", "token-rejected", "basic-rejected", "route-unknown"],
    decided_by: [EarlierRequests],
    run: look
}

/// A redirect that clients follow with GET.
struct Redirect {
    method: String,
    from: Url,
    to: Url,
    status: u16,
    /// True when the request that was redirected is the recorded one.
    is_of_recorded: bool,
}

fn redirect(facts: &Facts) -> Option<Redirect> {
    let recorded = facts.url.as_ref()?;
    if let Some(hop) = facts.answer.and_then(|answer| answer.hops.last()) {
        let from = Url::parse(&hop.url).ok()?;
        let to = from.join(&hop.location).ok()?;
        return Some(Redirect { method: hop.method.clone(), from, to, status: hop.status, is_of_recorded: true });
    }
    let hop = facts.context.previous.last()?;
    let is_nameless = hop.url.is_empty();
    let from = if is_nameless { recorded.clone() } else { Url::parse(&hop.url).ok()? };
    let to = from.join(hop.location.as_ref()?).ok()?;
    let is_of_recorded = from == *recorded && to != *recorded;
    let method = if is_of_recorded { facts.request.method.clone() } else { hop.method.clone() };
    Some(Redirect { method, from, to, status: hop.status, is_of_recorded })
}

fn look(facts: &Facts) -> Finding {
    let Some(redirect) = redirect(facts).filter(|r| matches!(r.status, 301..=303 | 307 | 308)) else { return Finding::not_applicable() };
    if facts.standing != Standing::Refused {
        return Finding::not_applicable();
    }
    let (method, recorded) = (redirect.method.to_ascii_uppercase(), facts.request.method.to_ascii_uppercase());
    let is_safe = |method: &str| matches!(method, "" | "GET" | "HEAD" | "OPTIONS");
    if is_safe(&method) {
        return Finding::pass("the request before the redirect was a GET too");
    }
    if matches!(redirect.status, 307 | 308) {
        return Finding::pass(format!("{} keeps method and body", redirect.status));
    }
    // After a form was taken, 303 leads to another page on purpose; here the address alone is corrected.
    let path = |url: &Url| url.path().trim_end_matches('/').to_ascii_lowercase();
    if path(&redirect.from) != path(&redirect.to) {
        return Finding::pass("the redirect leads to another page on purpose");
    }
    let strength = match (redirect.is_of_recorded, facts.status()) {
        (false, _) if recorded == "GET" => Strength::Contradiction,
        (false, _) => return Finding::pass("the method is the same after the redirect"),
        (true, 404 | 405 | 415 | 422) => Strength::Likely,
        (true, 400) => Strength::Plausible,
        (true, _) => Strength::Possible,
    };
    let was = if redirect.is_of_recorded { "clients then send" } else { "the client then sent" };
    let mut edits = vec![Edit::Url(redirect.to.to_string())];
    if method != recorded {
        edits.push(Edit::Method(method.clone()));
    }
    Finding::suspect(strength, format!("{} redirected the {method} to {}, and {was} a GET without the body", redirect.status, redirect.to))
        .proof(Place::RequestLine, Span::new(0, facts.request.method.len()), "the method")
        .context(format!("{method} {} answered {} → {}", redirect.from, redirect.status, redirect.to))
        .fixed_by(Fix::edit("Send the request directly to the redirect's target", edits))
}
