//! `plain-http`

use super::path::redirected;
use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::words::Topic;
use crate::checks::services::schema::Service;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::request::Edit;
use crate::domain::span::Span;

check! {
    /// The request goes over http, but the server wants https.
    ///
    /// # What it looks at
    /// Whether the address begins with http, a redirect to https, and answers that complain about plain HTTP. And services that
    /// read no user and password over http, as the table of services says.
    ///
    /// # Why a server answers 401 to it
    /// Cookies marked Secure are not sent over http. Many clients drop the credential when they are redirected to https. Some
    /// servers refuse a credential that came unencrypted.
    ///
    /// # How to prove it
    /// Send the same request to the https address.
    ///
    /// # How to fix it
    /// Write `https://`. A credential that went over http could be read on the way: replace it.
    ///
    /// # Example
    /// `http://shop.example.com/account` answered 301 with `Location: https://…`.
    ///
    /// # References
    /// RFC 6750 section 5.3; RFC 6797.
    PLAIN = "plain-http", Address,
    stage: Way, topics: [PlainHttp],
    proven_by: [Https],
    run: look
}

fn look(facts: &Facts) -> Finding {
    let url = &facts.request.url;
    if !url.get(..7).is_some_and(|s| s.eq_ignore_ascii_case("http://")) {
        return handed_out(facts).unwrap_or_else(|| Finding::pass("the address is https"));
    }
    let start = facts.request.method.len() + 1;
    let fixed = format!("https://{}", &url[7..]);
    let blame = |strength: Strength, message: String| {
        Finding::fail(strength, message)
            .proof(Place::RequestLine, Span::new(start, start + 4), "http")
            .fixed_by(Fix::edit("Change http:// to https://", vec![Edit::Url(fixed.clone())]))
    };
    if let Some(word) = facts.word(Topic::PlainHttp).filter(|_| facts.is_refused()) {
        return blame(Strength::Stated, "plain HTTP was sent to a port where the server speaks TLS (https)".into()).proof(
            word.place,
            word.span,
            facts.quote(word),
        );
    }
    if let Some(known) = service_without_passwords(facts) {
        return blame(
            Strength::Contradiction,
            format!("{} reads no user and password over http, and answers as if none had been sent", known.name),
        );
    }
    if let Some(target) = redirected(facts)
        && target.scheme() == "https"
        && facts.host() == target.host_str()
    {
        return blame(
            Strength::Contradiction,
            "the request went over http, and the server redirects to https; many clients drop the credential there".into(),
        );
    }
    if let Some(before) = super::misread::sent_to_http(facts).filter(|_| facts.is_refused()) {
        return blame(Strength::Plausible, format!("the request goes over http, while the one before went over https: {}", before.url));
    }
    let secure_expected = facts.context.url.iter().any(|u| u.starts_with("https://"));
    if secure_expected && facts.is_refused() {
        return blame(Strength::Likely, "the request goes over http, but the documented address is https".into());
    }
    let host = facts.host().unwrap_or_default();
    let local = host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") || host == "[::1]";
    if facts.carries_credential() && !local {
        return Finding::warn(Strength::Remark, "a credential goes over http, where anyone on the way can read it").proof(
            Place::RequestLine,
            Span::new(start, start + 4),
            "http",
        );
    }
    Finding::pass("the address is http, but without a credential or on this machine")
}

/// The service that the request goes to, where it reads no password over http, and one was sent so.
pub fn service_without_passwords<'f>(facts: &'f Facts) -> Option<&'f Service> {
    let is_plain = facts.url.as_ref().is_some_and(|url| url.scheme() == "http");
    let known = facts.service().filter(|_| is_plain && facts.basic.is_some() && facts.is_refused() && facts.answer.is_some())?;
    Some(known.service).filter(|service| service.password_over_https)
}

/// An address over http that the server names for its own host: the next request would go there.
fn handed_out(facts: &Facts) -> Option<Finding> {
    let (header, address) = super::misread::http_in_challenge(facts).filter(|_| facts.is_refused())?;
    let message = format!("the server sends the client to {address}, over http: a login sent there can be read on the way");
    Some(
        Finding::warn(Strength::Possible, message)
            .proof(Place::ResponseHeader(header), None, address)
            .fixed_by(Fix::action("Send no login there; let the server give its address with https")),
    )
}
