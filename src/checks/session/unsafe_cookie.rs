//! `cookie-unsafe`.

use super::{holds_session, wanted};
use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::cookie::{SameSite, SetCookie};
use crate::domain::site::WebOrigin;

check! {
    /// The answer sets a session cookie without an attribute that protects it.
    ///
    /// # What it looks at
    /// The answer's `Set-Cookie` lines: a session cookie without `HttpOnly`, or without `Secure`. Over http on this machine
    /// `Secure` is only needed with `SameSite=None`.
    ///
    /// # Why a server answers 401 to it
    /// Mostly it does not: this is a warning. But browsers do not store a cookie with `SameSite=None` and no `Secure`, and
    /// the next request without the cookie is answered 401.
    ///
    /// # How to prove it
    /// Read the `Set-Cookie` line, or the columns Secure, HttpOnly and SameSite of the developer tools.
    ///
    /// # How to fix it
    /// Set the session cookie with `Secure; HttpOnly; SameSite=Lax`. If pages of other sites need it, use
    /// `SameSite=None; Secure; HttpOnly`.
    ///
    /// # Example
    /// `Set-Cookie: sid=8f1c0d77; Path=/`: any script on the page can read the cookie, and it is also sent over plain http.
    ///
    /// # References
    /// RFC 6265bis sections 4.1.2.5 (Secure), 4.1.2.6 (HttpOnly), 8.3 and 8.8 (security considerations).
    UNSAFE = "cookie-unsafe", Session,
    stage: Elsewhere,
    holds_when_accepted: true,
    run: look
}

fn look(facts: &Facts) -> Finding {
    let wanted = wanted(facts);
    let encrypted = WebOrigin::of(&facts.request.url);
    let needs_secure = encrypted.as_ref().is_some_and(|o| o.is_https() || !o.is_trustworthy());
    let mut seen = false;
    for (index, entry) in &facts.session().set {
        let cookie = &entry.cookie;
        if !holds_session(facts, &cookie.name, wanted.as_ref()) || cookie.deletes(entry.received) {
            continue;
        }
        seen = true;
        let lacks = lacking(cookie, needs_secure);
        if !lacks.is_empty() {
            let lacks = lacks.join(", ");
            return Finding::warn(Strength::Remark, format!("the answer sets the session cookie {} without {lacks}", cookie.name))
                .proof(Place::ResponseHeader(*index), cookie.span, format!("Set-Cookie: {} without {lacks}", cookie.name))
                .fixed_by(Fix::configuration(
                    "Add the missing attributes where the cookie is set",
                    "the server that sets the cookie",
                    format!("Set-Cookie: {}=…; Path=/; Secure; HttpOnly; SameSite={}", cookie.name, cookie.same_site_in_force()),
                ));
        }
    }
    if seen { Finding::pass("the session cookie has Secure and HttpOnly where it needs them") } else { Finding::not_applicable() }
}

fn lacking(cookie: &SetCookie, needs_secure: bool) -> Vec<&'static str> {
    let mut lacks = Vec::new();
    if !cookie.secure && (needs_secure || cookie.same_site == Some(SameSite::None)) {
        lacks.push("Secure");
    }
    if !cookie.http_only {
        lacks.push("HttpOnly");
    }
    lacks
}
