//! `session-cookie-withheld`.

use jiff::Timestamp;

use super::{holds_session, is_authorized, is_denied, speaks_of_forgery, wanted};
use crate::checks::browser::is_part_of_page;
use crate::checks::browser::known::trusts_loopback;
use crate::checks::check::check;
use crate::checks::facts::login::{is_login_path, path_of};
use crate::checks::facts::noted::sentences;
use crate::checks::facts::session::is_csrf_name;
use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Standing};
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::cookie::{Fate, Refusal, SameSite, StoredCookie, Withheld};
use crate::domain::request::{Edit, Request};
use crate::domain::site::is_loopback;

check! {
    /// The server set a session cookie, but a browser does not store it or does not send it here.
    ///
    /// # What it looks at
    /// Whether a browser would send each cookie received before with this request, by `Domain`, `Path`, `Secure`, `SameSite` and
    /// the fetch's credentials mode. A frame of another site, by the notes or by `Sec-Fetch-Storage-Access`. Also whether it would store a cookie that this answer sets (prefixes `__Host-`,
    /// `__Secure-`).
    ///
    /// # Why a server answers 401 to it
    /// The login worked, but the next request comes without the cookie, as if you were not logged in. The browser withholds
    /// it silently. `localhost` and `127.0.0.1` are two hosts. A cookie for `/app` is not sent to `/api`, one with
    /// `SameSite=Lax` not from a page of another site, and one with `Secure` not over http; over http to localhost Chrome and Firefox
    /// send it, Safari and most libraries do not. `Domain` must not be a public suffix: `github.io` and `duckdns.org` are, like `com`.
    ///
    /// # How to prove it
    /// Open the request in the Network tab, Cookies, "show filtered out request cookies": the reason is given for each cookie.
    /// For the login's answer it is given at each `Set-Cookie` that was not stored.
    ///
    /// # How to fix it
    /// Where the cookie is set, change the attribute that is named. `Path=/` covers all paths, `Domain` with the parent of both
    /// hosts covers both, `SameSite=None; Secure` allows pages of other sites, and `Secure` needs https. Or serve page and API
    /// from one host, under one name. If the fetch leaves cookies out, write `credentials: "include"`.
    ///
    /// # Example
    /// The login at `http://localhost:8202` sets `session=…`, but the request goes to `http://127.0.0.1:8202`.
    ///
    /// # References
    /// RFC 6265bis sections 5.7 (storage) and 5.8.3 (retrieval); Fetch standard, "credentials mode".
    WITHHELD = "session-cookie-withheld", Session,
    stage: Elsewhere, topics: [Cookie, Login, Missing],
    explains: ["session-cookie-missing", "login-required", "csrf-token-missing", "public-path-protected"],
    holds_when_accepted: true,
    run: look
}

fn look(facts: &Facts) -> Finding {
    if facts.is_preflight() {
        return Finding::not_applicable();
    }
    refused_now(facts).or_else(|| held_back(facts)).or_else(|| never_kept(facts)).or_else(|| third_party(facts)).unwrap_or_else(|| {
        let session = facts.session();
        let wanted = wanted(facts);
        let fits =
            session.jar.fates(&session.view).any(|(e, fate)| holds_session(facts, &e.cookie.name, wanted.as_ref()) && fate == Fate::Sent);
        let set = session.set.iter().any(|(_, entry)| holds_session(facts, &entry.cookie.name, wanted.as_ref()));
        match (fits, set) {
            (true, _) => Finding::pass("a browser sends the session cookie with this request"),
            (false, true) => Finding::pass("a browser stores the session cookie that the answer sets"),
            (false, false) if wanted.is_some() && session.sends_none() && is_denied(facts) => {
                Finding::unknown("whether the cookie was ever set is not known; the login's Set-Cookie line would tell")
            }
            (false, false) => Finding::not_applicable(),
        }
    })
}

/// The answer is that of a login, and a browser does not keep its cookie.
fn refused_now(facts: &Facts) -> Option<Finding> {
    let wanted = wanted(facts);
    if !matches!(facts.standing, Standing::Accepted | Standing::Redirected) {
        return None;
    }
    let (index, entry) =
        facts.session().set.iter().find(|(_, e)| holds_session(facts, &e.cookie.name, wanted.as_ref()) && e.kept.is_err())?;
    let refusal = entry.kept.as_ref().err()?;
    if !is_log_in(facts, wanted.is_some()) || matches!(refusal, Refusal::CrossSite { .. }) && is_before_lax_by_default(facts, entry) {
        return None;
    }
    let name = &entry.cookie.name;
    let finding =
        Finding::fail(Strength::Contradiction, format!("the answer sets the cookie {name}, but a browser does not store it: {refusal}"))
            .proof(Place::ResponseHeader(*index), entry.cookie.span, format!("Set-Cookie: {name}"))
            .fixed_by(repair(refusal, name));
    Some(finding)
}

/// The answer that refuses a page's request sets the very cookie that the request lacks, and a browser does not store it: the next
/// request comes without it again.
fn never_kept(facts: &Facts) -> Option<Finding> {
    let lacks = |name: &str| !facts.session().sent.iter().any(|(_, pair)| pair.name == name);
    let is_telling = |name: &str| is_csrf_name(name) || holds_session(facts, name, wanted(facts).as_ref());
    let is_wanted = is_browser(facts.request) || speaks_of_forgery(facts);
    if !is_denied(facts) || is_authorized(facts) || !is_wanted || facts.may_lack_credentials() {
        return None;
    }
    let mut set = facts.session().set.iter();
    let (index, entry) = set.find(|(_, e)| {
        matches!(e.kept, Err(Refusal::SecureOverHttp(_) | Refusal::DomainForeign { .. }))
            && is_telling(&e.cookie.name)
            && lacks(&e.cookie.name)
    })?;
    let refusal = entry.kept.as_ref().err()?;
    let name = &entry.cookie.name;
    let message =
        format!("the request lacks the cookie {name}, which the answer sets once more, but a browser does not store it: {refusal}");
    Some(
        Finding::fail(Strength::Contradiction, message)
            .proof(Place::ResponseHeader(*index), entry.cookie.span, format!("Set-Cookie: {name}"))
            .fixed_by(repair(refusal, name)),
    )
}

/// A cookie that would be sent, asked for by a page of another site whose requests may send cookies: browsers can be set to keep
/// those from third parties.
fn third_party(facts: &Facts) -> Option<Finding> {
    let session = facts.session();
    let is_allowed = facts.answered("access-control-allow-credentials").is_some_and(|value| value.trim() == "true");
    if !is_denied(facts) || !session.sends_none() || !session.view.cross_site || !is_allowed || facts.may_lack_credentials() {
        return None;
    }
    let wanted = wanted(facts);
    let would_go = |(entry, fate): &(&StoredCookie, Fate)| {
        let is_of_lax = matches!(fate, Fate::Withheld(Withheld::SameSite { .. })) && is_before_lax_by_default(facts, entry);
        (*fate == Fate::Sent || is_of_lax) && holds_session(facts, &entry.cookie.name, wanted.as_ref())
    };
    let (entry, _) = session.not_sent().find(would_go)?;
    let name = &entry.cookie.name;
    let message =
        format!("the cookie {name} was set, and a page of another site sends none: its browser may block cookies of third parties");
    Some(
        Finding::suspect(Strength::Likely, message)
            .context(format!("Set-Cookie: {name} from {}", entry.url))
            .proof(Place::RequestLine, None, "the request is sent without the cookie")
            .fixed_by(Fix::action("Serve page and API from one site, or send a token in Authorization instead of the cookie")),
    )
}

/// True for a request that a browser made for a page.
fn is_browser(request: &Request) -> bool {
    ["origin", "referer", "sec-fetch-mode"].iter().any(|name| request.headers.has(name))
}

/// True for an answer to a log-in. What others set, such as a picture of another site, is no session that anybody waits for.
fn is_log_in(facts: &Facts, is_expected: bool) -> bool {
    let is_part_of_page = is_part_of_page(facts);
    let view = &facts.session().view;
    let by_path = is_login_path(facts.request.path()) && !(view.cross_site && facts.request.method.eq_ignore_ascii_case("GET"));
    let makes_session = facts.request.method.eq_ignore_ascii_case("POST")
        && facts.request.path().split(['/', '?']).any(|part| ["session", "sessions", "auth", "authenticate", "token"].contains(&part));
    is_expected || facts.log_in().is_some() || is_authorized(facts) || makes_session || by_path && !is_part_of_page
}

/// When browsers began to take a cookie without SameSite for Lax: Chrome 80 and later.
const LAX_BY_DEFAULT: Timestamp = Timestamp::constant(1_580_774_400, 0);

/// True for a cookie without SameSite that came before browsers read that as Lax.
fn is_before_lax_by_default(facts: &Facts, entry: &StoredCookie) -> bool {
    entry.cookie.same_site.is_none() && facts.clock.sent_at < LAX_BY_DEFAULT
}

/// A cookie received before does not go with this request.
fn held_back(facts: &Facts) -> Option<Finding> {
    let session = facts.session();
    let wanted = wanted(facts);
    // Where it is said which cookie is waited for, a redirect elsewhere is how many applications say that it did not come.
    let is_sent_on = facts.standing == Standing::Redirected && wanted.is_some() && session.sends_none();
    let is_sent_back = is_sent_back(facts);
    if !(is_denied(facts) || is_sent_on || is_sent_back) || facts.may_lack_credentials() {
        return None;
    }
    if let Some(entry) = secure_on_loopback(facts).filter(|entry| holds_session(facts, &entry.cookie.name, wanted.as_ref())) {
        let name = &entry.cookie.name;
        let to = session.view.origin.as_ref().map(ToString::to_string).unwrap_or_default();
        let message = format!("the cookie {name} is Secure, and this client does not send it to {to}, which is not encrypted");
        return Some(
            Finding::fail(Strength::Contradiction, message)
                .context(format!("Set-Cookie: {name} from {}, with Secure", entry.url))
                .proof(Place::RequestLine, None, "the request is sent without the cookie")
                .fixed_by(Fix::action("Use https on your machine too, or leave out Secure while you develop over http")),
        );
    }
    if let Some((entry, note)) = framed(facts).filter(|(entry, _)| holds_session(facts, &entry.cookie.name, wanted.as_ref())) {
        let name = &entry.cookie.name;
        let message =
            format!("the page is in a frame of another site, where a browser does not send the cookie {name} without SameSite=None");
        return Some(
            Finding::fail(Strength::Likely, message)
                .context(note)
                .context(format!("Set-Cookie: {name} from {}", entry.url))
                .proof(Place::RequestLine, None, "the request is sent without the cookie")
                .fixed_by(Fix::configuration(
                    "Allow the cookie in frames of other sites",
                    "the server that sets the cookie",
                    format!("Set-Cookie: {name}=…; SameSite=None; Secure"),
                )),
        );
    }
    let guards = |name: &str| is_sent_back && is_csrf_name(name);
    let is_telling = |name: &str| holds_session(facts, name, wanted.as_ref()) || guards(name);
    let (entry, reason) = session.not_sent().filter(|(entry, _)| is_telling(&entry.cookie.name)).find_map(|(entry, fate)| {
        match fate {
            Fate::Withheld(Withheld::Expired { .. } | Withheld::Deleted { .. }) | Fate::Sent => None,
            Fate::Withheld(Withheld::SameSite { .. }) if is_before_lax_by_default(facts, entry) => None,
            // Who comes with a credential of its own does not wait for a cookie that rightly stays with another host.
            Fate::Withheld(Withheld::Domain { .. }) if is_authorized(facts) && !facts.says_plainly(Topic::Cookie) => None,
            Fate::Withheld(reason) => Some((entry, reason)),
        }
    })?;
    let name = &entry.cookie.name;
    let finding = Finding::fail(Strength::Contradiction, format!("the cookie {name} is not sent: {reason}"))
        .context(format!("Set-Cookie: {name} from {}", entry.url))
        .proof(Place::RequestLine, None, "the request is sent without the cookie")
        .fixed_by(release(facts, entry, &reason));
    Some(finding)
}

/// A login that is answered with the way back to its own form, which is how many applications refuse it.
fn is_sent_back(facts: &Facts) -> bool {
    let without_query = |path: &str| path.split(['?', '#']).next().unwrap_or_default().to_string();
    let to = || facts.answered_at("location").map(|(_, location)| without_query(path_of(location)));
    facts.standing == Standing::Redirected && facts.log_in().is_some() && to() == Some(without_query(facts.request.path()))
}

/// A Secure cookie that some browsers send over http to the own machine, and this client did not. Without its name the client
/// counts as one of the many (Safari, libraries, command-line tools) that do not.
pub(super) fn secure_on_loopback<'f>(facts: &'f Facts) -> Option<&'f StoredCookie> {
    let session = facts.session();
    let to = session.view.origin.as_ref().filter(|to| !to.is_https() && is_loopback(&to.host))?;
    let trusts = facts.request.headers.get("user-agent").is_some_and(trusts_loopback);
    let found = session.not_sent().find(|(entry, fate)| entry.cookie.secure && *fate == Fate::Sent).map(|(entry, _)| entry);
    found.filter(|_| !trusts && to.is_trustworthy())
}

/// A cookie that would go along from a page of its own, and the sentence of the notes by which the page is in a frame of another site.
fn framed<'f>(facts: &'f Facts) -> Option<(&'f StoredCookie, &'f str)> {
    const FRAMES: [&str; 6] = ["iframe", "in a frame", "embedded in", "side panel", "sidepanel", "chrome-extension://"];
    // A browser says of itself whether a page of another site may use its storage only where it is within one.
    const OF_FRAMES: &str = "sec-fetch-storage-access";
    let told = [&facts.context.notes, &facts.context.client, &facts.context.server].into_iter().flatten().map(String::as_str);
    let is_one = |sentence: &&str| FRAMES.iter().any(|word| sentence.to_ascii_lowercase().contains(word));
    let is_none = |value: &&str| value.trim() == "none";
    let note = told.flat_map(sentences).find(is_one).or_else(|| facts.request.headers.get(OF_FRAMES).filter(is_none).map(|_| OF_FRAMES))?;
    let session = facts.session();
    let stays = |(entry, fate): &(&StoredCookie, Fate)| *fate == Fate::Sent && entry.cookie.same_site != Some(SameSite::None);
    session.not_sent().find(stays).filter(|_| session.sends_none()).map(|(entry, _)| (entry, note.trim()))
}

/// What makes a browser keep it.
fn repair(refusal: &Refusal, name: &str) -> Fix {
    let attribute = |title: &str, line: String| Fix::configuration(title, "the server that sets the cookie", line);
    match refusal {
        Refusal::SecureOverHttp(_) => Fix::action("Serve the login over https, or leave out Secure while you develop over http"),
        Refusal::NoneWithoutSecure | Refusal::PartitionedWithoutSecure => {
            attribute("Add Secure, and serve over https", format!("Set-Cookie: {name}=…; SameSite=None; Secure"))
        }
        Refusal::Prefix { lacks, .. } => attribute(
            &format!("Add what the prefix of the cookie's name requires: {lacks}"),
            format!("Set-Cookie: {name}=…; Secure; Path=/"),
        ),
        Refusal::DomainForeign { .. } | Refusal::PublicSuffix(_) => {
            attribute("Leave out Domain, or set it to a parent of the host", format!("Set-Cookie: {name}=…; Path=/"))
        }
        Refusal::CrossSite { .. } => {
            attribute("Allow the cookie for pages of other sites", format!("Set-Cookie: {name}=…; SameSite=None; Secure"))
        }
        Refusal::TooLarge(_) => Fix::action("Store the data on the server, and only a key to it in the cookie"),
        Refusal::ControlCharacter(_) | Refusal::Empty | Refusal::AddressUnreadable(_) => {
            Fix::action("Correct the Set-Cookie line on the server")
        }
    }
}

/// What makes a browser send it.
fn release(facts: &Facts, entry: &StoredCookie, reason: &Withheld) -> Fix {
    let name = &entry.cookie.name;
    let attribute = |title: &str, line: String| Fix::configuration(title, "the server that sets the cookie", line);
    match reason {
        Withheld::Refused(refusal) => repair(refusal, name),
        Withheld::Domain { domain, host, .. } => match with_host(&facts.request.url, host, domain) {
            Some(url) if is_loopback(host) => {
                Fix::edit(format!("Send the request to {domain}, the host that set the cookie"), vec![Edit::Url(url)])
            }
            _ => Fix::action(format!(
                "Send the request to {domain}, the host that set the cookie, or set the cookie for a Domain that includes {host}"
            )),
        },
        Withheld::Path { .. } => attribute("Set the cookie for the whole host", format!("Set-Cookie: {name}=…; Path=/")),
        Withheld::SecureOverHttp(_) => Fix::action("Send the request to the https address"),
        // localhost and 127.0.0.1: one name for both ends the matter, whatever the cookie says.
        Withheld::SameSite { .. } if is_between_names_of_this_machine(facts) => {
            Fix::action("Open the page and call the API under one name, either localhost or 127.0.0.1, and log in again")
        }
        Withheld::SameSite { .. } => {
            attribute("Allow the cookie for pages of other sites", format!("Set-Cookie: {name}=…; SameSite=None; Secure"))
        }
        Withheld::CredentialsOmitted | Withheld::SameOriginOnly { .. } => Fix::action("Add credentials: \"include\" to the page's fetch"),
        Withheld::Replaced { .. } | Withheld::Deleted { .. } | Withheld::Expired { .. } => Fix::action("Log in again"),
    }
}

/// True when page and request go by two names of the own machine.
fn is_between_names_of_this_machine(facts: &Facts) -> bool {
    let view = &facts.session().view;
    matches!((&view.page, &view.origin), (Some(from), Some(to)) if from.host != to.host && is_loopback(&from.host) && is_loopback(&to.host))
}

/// The address with another host.
fn with_host(url: &str, from: &str, to: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    rest.starts_with(from).then(|| format!("{scheme}://{to}{}", &rest[from.len()..]))
}
