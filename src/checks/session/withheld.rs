//! `session-cookie-withheld`.

use super::{holds_session, is_denied, wanted};
use crate::checks::declare::check;
use crate::checks::facts::{Facts, Standing};
use crate::checks::{Finding, Fix, Place};
use crate::domain::cookie::{Entry, Fate, Refusal, Withheld};
use crate::domain::request::Edit;
use crate::domain::site::is_loopback;

check! {
    /// The server did set a session cookie, but the browser does not keep it or does not send it here.
    ///
    /// # What it looks at
    /// Each cookie received before, held against this request by the rules of browsers: `Domain`, `Path`, `Secure`,
    /// `SameSite`, the prefixes `__Host-` and `__Secure-`, and the fetch's credentials mode. On the answer to a log-in: whether
    /// a browser would keep the cookie that it sets at all.
    ///
    /// # Why a server answers 401 to it
    /// The log-in succeeded, the cookie was handed out, and yet the next request comes without it, so the server sees a
    /// stranger. The browser withholds it silently: `localhost` and `127.0.0.1` are two hosts, a cookie for `/app` does not go
    /// to `/api`, `SameSite=Lax` keeps it from a page of another site, `Secure` from plain http.
    ///
    /// # How to prove it
    /// The Network tab names the reason beside the cookie ("filtered out request cookies"), and in the answer of the log-in beside
    /// each `Set-Cookie` that was not stored.
    ///
    /// # How to fix it
    /// Change the one attribute that is named, where the cookie is set: `Path=/`; `Domain` of both hosts' common parent;
    /// `SameSite=None; Secure` for a page of another site; https for `Secure`. Or bring page and API under one host, and in
    /// development use one name for the machine. In the page: `credentials: "include"`.
    ///
    /// # Example
    /// The log-in at `http://localhost:8202` set `session=…`, the request goes to `http://127.0.0.1:8202`.
    ///
    /// # References
    /// RFC 6265bis sections 5.7 (storage) and 5.8.3 (retrieval); Fetch standard, "credentials mode"
    WITHHELD = "session-cookie-withheld", Session, look
}

fn look(facts: &Facts) -> Finding {
    if facts.is_preflight() {
        return Finding::not_applicable();
    }
    refused_now(facts).or_else(|| held_back(facts)).unwrap_or_else(|| {
        let session = facts.session();
        let wanted = wanted(facts);
        let fits =
            session.jar.fates(&session.view).any(|(e, fate)| holds_session(facts, &e.cookie.name, wanted.as_ref()) && fate == Fate::Sent);
        let set = session.set.iter().any(|(_, entry)| holds_session(facts, &entry.cookie.name, wanted.as_ref()));
        match (fits, set) {
            (true, _) => Finding::pass("a browser sends the session cookie with this request"),
            (false, true) => Finding::pass("a browser keeps the session cookie that the answer sets"),
            (false, false) if wanted.is_some() && session.sent.is_empty() && is_denied(facts) => {
                Finding::unknown("was the cookie ever set? The Set-Cookie line of the log-in would tell")
            }
            (false, false) => Finding::not_applicable(),
        }
    })
}

/// The answer is that of a log-in, and a browser does not keep its cookie.
fn refused_now(facts: &Facts) -> Option<Finding> {
    let wanted = wanted(facts);
    if !matches!(facts.standing, Standing::Taken | Standing::Redirected) {
        return None;
    }
    let (index, entry) =
        facts.session().set.iter().find(|(_, e)| holds_session(facts, &e.cookie.name, wanted.as_ref()) && e.kept.is_err())?;
    let refusal = entry.kept.as_ref().err()?;
    let name = &entry.cookie.name;
    let finding = Finding::fail(0.9, format!("the answer sets the cookie {name}, and a browser does not keep it: {refusal}"))
        .proof(Place::ResponseHeader(*index), entry.cookie.span, format!("Set-Cookie: {name}"))
        .fixed_by(repair(refusal, name));
    Some(finding)
}

/// A cookie received before does not go with this request.
fn held_back(facts: &Facts) -> Option<Finding> {
    let session = facts.session();
    let wanted = wanted(facts);
    if !is_denied(facts) || facts.context.sanitized {
        return None;
    }
    let (entry, reason) =
        session.not_sent().filter(|(entry, _)| holds_session(facts, &entry.cookie.name, wanted.as_ref())).find_map(|(entry, fate)| {
            match fate {
                Fate::Withheld(Withheld::Expired { .. } | Withheld::Deleted { .. }) | Fate::Sent => None,
                Fate::Withheld(reason) => Some((entry, reason)),
            }
        })?;
    let name = &entry.cookie.name;
    let finding = Finding::fail(0.93, format!("the cookie {name} is not sent: {reason}"))
        .beside(format!("Set-Cookie: {name} from {}", entry.url))
        .proof(Place::RequestLine, None, "the request that goes without it")
        .fixed_by(release(facts, entry, &reason));
    Some(finding)
}

/// What makes a browser keep it.
fn repair(refusal: &Refusal, name: &str) -> Fix {
    let attribute = |title: &str, line: String| Fix::configuration(title, "the server that sets the cookie", line);
    match refusal {
        Refusal::SecureOverHttp(_) => Fix::action("Serve the log-in over https, or leave Secure out while developing over http"),
        Refusal::NoneWithoutSecure | Refusal::PartitionedWithoutSecure => {
            attribute("Add Secure, and serve over https", format!("Set-Cookie: {name}=…; SameSite=None; Secure"))
        }
        Refusal::Prefix { lacks, .. } => {
            attribute(&format!("Give the cookie what its prefix promises ({lacks})"), format!("Set-Cookie: {name}=…; Secure; Path=/"))
        }
        Refusal::DomainForeign { .. } | Refusal::PublicSuffix(_) => {
            attribute("Leave Domain out, or name a parent of the host", format!("Set-Cookie: {name}=…; Path=/"))
        }
        Refusal::CrossSite { .. } => attribute("Let the cookie cross sites", format!("Set-Cookie: {name}=…; SameSite=None; Secure")),
        Refusal::TooLarge(_) => Fix::action("Keep the data on the server and only its key in the cookie"),
        Refusal::ControlCharacter(_) | Refusal::Empty | Refusal::AddressUnreadable(_) => {
            Fix::action("Correct the Set-Cookie line on the server")
        }
    }
}

/// What makes a browser send it.
fn release(facts: &Facts, entry: &Entry, reason: &Withheld) -> Fix {
    let name = &entry.cookie.name;
    let attribute = |title: &str, line: String| Fix::configuration(title, "the server that sets the cookie", line);
    match reason {
        Withheld::Refused(refusal) => repair(refusal, name),
        Withheld::Domain { domain, host, .. } => match with_host(&facts.request.url, host, domain) {
            Some(url) if is_loopback(host) => Fix::edit(format!("Call {domain}, the host that set the cookie"), vec![Edit::Url(url)]),
            _ => Fix::action(format!("Call the host that set the cookie, {domain}, or set it with a Domain that covers {host}")),
        },
        Withheld::Path { .. } => attribute("Set the cookie for the whole host", format!("Set-Cookie: {name}=…; Path=/")),
        Withheld::SecureOverHttp(_) => Fix::action("Call the address with https"),
        Withheld::SameSite { .. } => attribute("Let the cookie cross sites", format!("Set-Cookie: {name}=…; SameSite=None; Secure")),
        Withheld::CredentialsOmitted | Withheld::SameOriginOnly { .. } => Fix::action("Write credentials: \"include\" in the page's fetch"),
        Withheld::Replaced { .. } | Withheld::Deleted { .. } | Withheld::Expired { .. } => Fix::action("Log in again"),
    }
}

/// The address with another host.
fn with_host(url: &str, from: &str, to: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    rest.starts_with(from).then(|| format!("{scheme}://{to}{}", &rest[from.len()..]))
}
