//! The cookies of an exchange: those sent, those received before, and those that the answer sets.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use crate::checks::Siblings;
use crate::domain::cookie::{CookiePair, CredentialsMode, Fate, Jar, RequestView, StoredCookie, Withheld, read_cookies};
use crate::domain::exchange::Exchange;
use crate::domain::limits::MAX_JUDGED;
use crate::domain::site::registrable_domain;

/// Everything about cookies that the checks ask for.
#[derive(Debug)]
pub struct Session<'a> {
    /// Each cookie of the request with the index of its header.
    pub sent: Vec<(usize, CookiePair<'a>)>,
    /// What was received before the request.
    pub jar: Jar,
    /// The request as the jar sees it.
    pub view: RequestView,
    /// What the answer sets, with the index of its header.
    pub set: Vec<(usize, StoredCookie)>,
    /// The first cookie of each name in `sent`.
    by_name: HashMap<&'a str, usize>,
    /// The names in `sent` that usually hold a session.
    named: HashSet<&'a str>,
    /// Names of the cookies of the jar that were set for the server's eyes alone.
    hidden: HashSet<String>,
}

impl<'a> Session<'a> {
    /// Reads the cookies of an exchange. Without a time of its own a cookie counts as received at `now`.
    pub fn of(exchange: &'a Exchange, siblings: Option<Siblings>, now: Timestamp) -> Self {
        let Exchange { request, answer, context, .. } = exchange;
        let pairs = request.headers.all("cookie").flat_map(|(i, h)| read_cookies(&h.value).into_iter().map(move |pair| (i, pair)));
        let sent: Vec<_> = pairs.take(MAX_JUDGED).collect();
        let mut jar = Jar::from_received(&context.set_cookie, now);
        for before in context.previous.iter() {
            for field in &before.set_cookie {
                jar.receive(&before.url, field, now, None);
            }
        }
        let mode = context.fetch_credentials.as_deref().and_then(CredentialsMode::read);
        let view = RequestView::of(request, mode, now);
        if jar.entries.is_empty() && sent.is_empty() && !request.headers.has("authorization") {
            siblings.into_iter().for_each(|siblings| receive_from_siblings(&mut jar, view.url.as_ref(), siblings, now));
        }
        let page = view.page.as_ref().filter(|_| view.cross_site && !view.navigation);
        let set = answer
            .iter()
            .flat_map(|a| a.headers.all("set-cookie"))
            .map(|(i, h)| (i, Jar::default().receive(&request.url, &h.value, now, page).clone()))
            .collect();
        let named = sent.iter().map(|(_, pair)| pair.name).filter(|name| is_session_name(name)).collect();
        let by_name: HashMap<_, _> = sent.iter().enumerate().rev().map(|(i, (_, pair))| (pair.name, i)).collect();
        let hidden = jar.entries.iter().filter(|e| e.cookie.http_only).map(|e| e.cookie.name.clone()).collect();
        Self { sent, jar, view, set, by_name, named, hidden }
    }

    /// The first cookie of the request with that name, which is compared letter by letter.
    pub fn sent(&self, name: &str) -> Option<&(usize, CookiePair<'a>)> {
        self.sent.get(*self.by_name.get(name)?)
    }

    /// True for a cookie that may hold a session: its name says so, or it was set for the server's eyes alone (`HttpOnly`).
    pub fn may_hold(&self, name: &str) -> bool {
        let is_named = if self.by_name.contains_key(name) { self.named.contains(name) } else { is_session_name(name) };
        is_named || self.hidden.contains(name) && !is_csrf_name(name) && !is_statistics_name(name)
    }

    /// True when no cookie is sent but those that count visitors.
    pub fn sends_none(&self) -> bool {
        self.sent.iter().all(|(_, pair)| is_statistics_name(pair.name))
    }

    /// The cookies received before that are not in the request although one of that name was kept last, each with its fate.
    /// A cookie that a later one replaced is left out, unless the later one deleted it.
    pub fn not_sent(&self) -> impl Iterator<Item = (&StoredCookie, Fate)> {
        self.jar
            .fates(&self.view)
            .filter(|(entry, _)| self.sent(&entry.cookie.name).is_none())
            .filter(|(entry, _)| !entry.cookie.deletes(entry.received))
            .filter(|(_, fate)| !matches!(fate, Fate::Withheld(Withheld::Replaced { .. })))
    }

    /// The value that the jar holds for a name and a browser would send, the latest one.
    pub fn kept_value(&self, name: &str) -> Option<&str> {
        let fitting = |(entry, fate): (&'_ StoredCookie, Fate)| entry.cookie.name == name && fate == Fate::Sent;
        let at = self.jar.entries.iter().rposition(|entry| fitting((entry, self.jar.fate(entry, &self.view))))?;
        self.jar.entries.get(at).map(|entry| entry.cookie.value.as_str())
    }
}

/// Fills the jar from earlier exchanges of the same file, any of which may have been the login.
fn receive_from_siblings(jar: &mut Jar, url: Option<&url::Url>, siblings: Siblings, now: Timestamp) {
    let Some(site) = url.and_then(url::Url::host_str).map(|host| registrable_domain(host).unwrap_or(host)) else { return };
    // Cookies of another site cannot come back here.
    for (before, field) in siblings.cookies_before(site, now) {
        jar.receive(&before.request.url, field, before.context.now.unwrap_or(now), None);
    }
}

/// Whether a cookie of this name usually holds a login. Frameworks' own names, and words that applications use.
pub fn is_session_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let bare = lower.trim_start_matches("__host-").trim_start_matches("__secure-").trim_end_matches(|c: char| c.is_ascii_digit());
    const WORDS: [&str; 10] = ["sess", "auth", "token", "jwt", "login", "identity", "remember", "sso", "user", "account"];
    const WHOLE: [&str; 4] = ["sid", "cfid", "ticket", "id"];
    let tells = || {
        WORDS.iter().any(|w| bare.contains(w))
            || bare.starts_with(".aspnet") && bare.contains("cookie")
            || WHOLE.contains(&bare)
            || bare.ends_with("sid")
            || bare.ends_with("_id")
    };
    tells() && !is_csrf_name(bare) && !is_statistics_name(bare)
}

/// Whether a cookie of this name counts visitors or steers a CDN, and opens nothing.
pub fn is_statistics_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    const OF_ADVERTISERS: [&str; 23] = [
        "ide",
        "nid",
        "uuid",
        "tuuid",
        "muid",
        "demdex",
        "tdid",
        "bcookie",
        "bscookie",
        "lidc",
        "li_gc",
        "fr",
        "datr",
        "guest_id",
        "personalization_id",
        "visid",
        "_pin_unauth",
        "ttwid",
        "anonymous_id",
        "mc",
        "c_user_id",
        "dsid",
        "test_cookie",
    ];
    const STARTS: [&str; 30] = [
        "_ga",
        "_gid",
        "_gcl",
        "__utm",
        "__qca",
        "__g",
        "_uet",
        "_cl",
        "_tt",
        "_sc",
        "__hs",
        "hubspotutk",
        "optanon",
        "ajs_",
        "_fbp",
        "_hj",
        "_pk_",
        "mp_",
        "amp_",
        "amplitude",
        "optimizely",
        "visitor",
        "intercom",
        "s_vi",
        "s_fid",
        "incap_",
        "ak_bmsc",
        "bm_s",
        "__cf",
        "cf_",
    ];
    OF_ADVERTISERS.contains(&lower.as_str())
        || STARTS.iter().any(|start| lower.starts_with(start))
        || ["lang", "locale", "theme", "consent"].iter().any(|word| lower.contains(word))
}

/// Whether a cookie, header or field of this name holds a token against forged requests.
pub fn is_csrf_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["csrf", "xsrf", "antiforgery", "requestverificationtoken", "authenticity_token", "x-requestdigest"].iter().any(|w| lower.contains(w))
}

/// The same for a field of a form; Laravel calls its own `_token`.
pub fn is_csrf_field(name: &str) -> bool {
    is_csrf_name(name) || name == "_token"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sessions() {
        for name in [
            "sessionid",
            "connect.sid",
            "JSESSIONID",
            "PHPSESSID",
            ".AspNetCore.Cookies",
            ".AspNetCore.Identity.Application",
            "__Host-token",
            "id",
            "sid2",
        ] {
            assert!(is_session_name(name), "{name}");
        }
        for name in ["csrftoken", "XSRF-TOKEN", "_ga", "ajs_user_id", "theme", "csrf_access_token", "lang"] {
            assert!(!is_session_name(name), "{name}");
        }
    }
}
