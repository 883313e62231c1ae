//! `plain-http`

use super::path::redirected;
use crate::checks::declare::check;
use crate::checks::facts::Facts;
use crate::checks::facts::words::Topic;
use crate::checks::{Finding, Fix, Place};
use crate::domain::request::Edit;
use crate::domain::span::Span;

check! {
    /// The request goes over http where https is wanted.
    ///
    /// # What it looks at
    /// The scheme of the address, a redirect to https, and answers that speak of plain HTTP.
    ///
    /// # Why a server answers 401 to it
    /// Cookies marked Secure are not sent, the redirect to https drops the credential in many clients, and some servers
    /// refuse credentials that came in the clear.
    ///
    /// # How to prove it
    /// Send it to the https address.
    ///
    /// # How to fix it
    /// Write `https://`. A credential that went over http was readable on the way: replace it.
    ///
    /// # Example
    /// `http://shop.example.com/account` answered 301 with `Location: https://…`.
    ///
    /// # References
    /// RFC 6750 section 5.3; RFC 6797.
    PLAIN = "plain-http", Address, look
}

fn look(facts: &Facts) -> Finding {
    let url = &facts.request.url;
    if !url.get(..7).is_some_and(|s| s.eq_ignore_ascii_case("http://")) {
        return Finding::pass("the address is https");
    }
    let start = facts.request.method.len() + 1;
    let fixed = format!("https://{}", &url[7..]);
    let blame = |weight: f64, message: String| {
        Finding::fail(weight, message)
            .proof(Place::RequestLine, Span::new(start, start + 4), "http")
            .fixed_by(Fix::edit("Write https://", vec![Edit::Url(fixed.clone())]))
    };
    if let Some(word) = facts.word(Topic::PlainHttp).filter(|_| facts.is_refused()) {
        return blame(0.97, "the server speaks TLS there, and plain HTTP was sent".into()).proof(word.place, word.span, facts.quote(word));
    }
    if let Some(target) = redirected(facts)
        && target.scheme() == "https"
        && facts.url.as_ref().is_some_and(|u| u.host_str() == target.host_str())
    {
        return blame(0.95, "the server redirects to https; the credential has gone over http, and many clients drop it on the way".into());
    }
    let secure_expected = facts.context.url.iter().any(|u| u.starts_with("https://"));
    if secure_expected && facts.is_refused() {
        return blame(0.85, "the documented address is https".into());
    }
    let host = facts.url.as_ref().and_then(|u| u.host_str()).unwrap_or_default();
    let local = host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") || host == "[::1]";
    if facts.carries_credential() && !local {
        return Finding::warn(0.02, "a credential goes over http: anyone on the way can read it").proof(
            Place::RequestLine,
            Span::new(start, start + 4),
            "http",
        );
    }
    Finding::pass("http, without a credential or on this machine")
}
