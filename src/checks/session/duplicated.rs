//! `cookie-duplicated`.

use super::{holds_session, wanted};
use crate::checks::check::check;
use crate::checks::facts::session::{Session, is_csrf_name};
use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Standing};
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::cookie::{CookiePair, Fate, StoredCookie};
use crate::domain::request::Edit;
use crate::domain::token::jws::Jws;

check! {
    /// The request has two cookies of one name, and the server may read the stale one.
    ///
    /// # What it looks at
    /// Session and CSRF cookies in the `Cookie` header: the same name twice with different values. Also the `Set-Cookie` lines
    /// received before, which show which of the two is the newer one, and for which `Domain` and `Path` each was set.
    ///
    /// # Why a server answers 401 to it
    /// A cookie is identified by name, domain and path. When the server once set it for `example.com` and later for
    /// `app.example.com`, or with another path, the browser keeps and sends both. The header does not say which is which:
    /// most servers take the first, some the last. A new login replaces only one of them, so it does not help.
    ///
    /// # How to prove it
    /// In the developer tools, Application, Cookies: the name is listed twice, with different Domain or Path. Delete the old
    /// one: the request works.
    ///
    /// # How to fix it
    /// Delete both cookies in the browser and log in again. On the server, set the cookie always with the same `Domain` and
    /// `Path`; to get rid of the old one at every user, answer once with its old `Domain` and `Path` and `Max-Age=0`, or rename
    /// the cookie.
    ///
    /// # Example
    /// `Cookie: sid=old; sid=new`, after the login moved from `Domain=example.com` to `app.example.com`.
    ///
    /// # References
    /// RFC 6265 section 5.3 (a cookie's identity) and section 5.4 (the order in the header); section 4.2.2 (servers should not
    /// rely on that order).
    DUPLICATED = "cookie-duplicated", Session,
    stage: Elsewhere, topics: [Cookie],
    explains: ["session-cookie-rejected", "session-cookie-expired", "login-required", "csrf-token-missing", "authorization-missing",
        "token-expired"],
    decided_by: [SetCookie],
    run: look
}

/// Two pairs of one name with different values, each with the index of its header.
type Twins<'s, 'a> = (&'s (usize, CookiePair<'a>), &'s (usize, CookiePair<'a>));

fn look(facts: &Facts) -> Finding {
    let session = facts.session();
    let wanted = wanted(facts);
    // A token decides by itself what it is for, whatever its cookie is called.
    let of_token = facts.token.as_ref().filter(|token| token.is_jwt).map(|token| token.jws.text.as_str());
    let holds_token = |name: &str| session.sent.iter().any(|(_, pair)| pair.name == name && Some(pair.value) == of_token);
    let matters = |name: &str| holds_session(facts, name, wanted.as_ref()) || is_csrf_name(name) || holds_token(name);
    let Some((first, second)) = twins(session, matters) else {
        return if session.sent.is_empty() { Finding::not_applicable() } else { Finding::pass("no session cookie is sent twice") };
    };
    let name = first.1.name;
    let denied = match facts.standing {
        Standing::Refused => matches!(facts.status(), 400 | 401 | 403 | 419 | 422 | 440 | 500),
        Standing::Redirected => facts.login_redirect().is_some(),
        Standing::Accepted => super::login_required::page_instead(facts),
        Standing::Unanswered => true,
        Standing::Blocked => false,
    };
    if !denied {
        return Finding::pass(format!("the cookie {name} is sent twice, and the server accepted the request"));
    }
    let newest = newest(session, name);
    // The server may well have read the right one: then something else is wrong, and it says what.
    let about_rights = facts.status() == 403 && !is_csrf_name(name) && !facts.says_plainly(Topic::Login);
    let strength = match newest {
        _ if facts.says(Topic::Permission) || facts.says(Topic::Scope) => Strength::Unlikely,
        Some(entry) if first.1.value == entry.cookie.value => Strength::Plausible,
        Some(_) => Strength::Contradiction,
        None if is_over(facts, first.1.value) && !is_over(facts, second.1.value) => Strength::Contradiction,
        None if about_rights => Strength::Possible,
        None => Strength::Likely,
    };
    let message = match newest {
        Some(entry) if first.1.value == entry.cookie.value => {
            format!("the cookie {name} is sent twice, the newer value first: a server that takes the last reads the old one")
        }
        Some(_) => format!("the cookie {name} is sent twice, the old value first: a server that takes the first reads the old one"),
        None => format!("the cookie {name} is sent twice with different values; the server reads one of them, perhaps the old one"),
    };
    let mut finding = Finding::suspect(strength, message)
        .proof(Place::RequestHeader(first.0), first.1.span, format!("{name}, the first"))
        .proof(Place::RequestHeader(second.0), second.1.span, format!("{name}, the second"));
    for entry in session.jar.entries.iter().filter(|entry| entry.cookie.name == name) {
        finding = finding.context(format!("Set-Cookie: {name} from {}{}", entry.url, scope(entry)));
    }
    finding.fixed_by(fix(facts, newest, name))
}

/// True for a token that had ended when the request was sent.
fn is_over(facts: &Facts, value: &str) -> bool {
    let exp = || Jws::read(value).claims.member("exp").and_then(|exp| exp.value.as_f64());
    Jws::looks_like(value) && exp().is_some_and(|exp| exp <= facts.clock.server_now.as_second() as f64)
}

/// The first two pairs of one name whose values differ: twice the same value is as good as once.
fn twins<'s, 'a>(session: &'s Session<'a>, matters: impl Fn(&str) -> bool) -> Option<Twins<'s, 'a>> {
    session.sent.iter().filter(|(_, pair)| !pair.name.is_empty()).find_map(|pair| {
        let first = session.sent(pair.1.name)?;
        (first.1.value != pair.1.value && matters(pair.1.name)).then_some((first, pair))
    })
}

/// The cookie of that name that was received last, if a browser sends it with this request.
fn newest<'s>(session: &'s Session, name: &str) -> Option<&'s StoredCookie> {
    let fits = |(entry, fate): &(&StoredCookie, Fate)| entry.cookie.name == name && *fate == Fate::Sent;
    let found = session.jar.fates(&session.view).filter(fits).last().map(|(entry, _)| entry)?;
    session.sent.iter().any(|(_, pair)| pair.name == name && pair.value == found.cookie.value).then_some(found)
}

fn scope(entry: &StoredCookie) -> String {
    entry.kept.as_ref().map_or_else(|_| String::new(), |scope| format!(", for {} and the path {}", scope.domain, scope.path))
}

/// Keeps the newest alone where it is known; which one is stale cannot be seen otherwise.
fn fix(facts: &Facts, newest: Option<&StoredCookie>, name: &str) -> Fix {
    let Some(newest) = newest else {
        return Fix::action(format!("Delete every cookie {name} of this site, of the parent domain too, and log in again"));
    };
    let edits = facts.request.headers.all("cookie").filter_map(|(index, header)| {
        let pairs = facts.session().sent.iter().filter(|(of, _)| *of == index).map(|(_, pair)| pair);
        let kept = pairs.filter(|pair| pair.name != name || pair.value == newest.cookie.value);
        let value = kept.filter_map(|pair| pair.span.cut(&header.value)).collect::<Vec<_>>().join("; ");
        (value != header.value).then_some(Edit::HeaderValue { index, value })
    });
    Fix::edit(format!("Send only the newer cookie {name}, and delete the old one in the browser"), edits.collect())
}
