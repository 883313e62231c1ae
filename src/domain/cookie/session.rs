//! The cookies of a session, as a browser would keep them: what goes back to an address, and why the others do not.

use std::cmp::Reverse;
use std::sync::Arc;

use jiff::Timestamp;
use url::Url;

use super::jar::{Fate, Jar, StoredCookie};
use super::view::RequestView;
use crate::domain::context::ReceivedCookie;
use crate::domain::limits::MAX_SESSION_COOKIES;
use crate::domain::request::Request;
use crate::domain::response::Response;
use crate::domain::site::WebOrigin;

/// The cookies that answers set, oldest first.
#[derive(Clone, Debug, Default)]
pub struct SessionCookies(Arc<Vec<ReceivedCookie>>);

/// A cookie, and what becomes of it on a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CookieState {
    pub name: String,
    pub value: String,
    /// The host that set it, or the domain that it is for, and its path.
    pub place: String,
    /// The site that it is cleared with.
    pub site: String,
    /// Why it is not sent, as the rest of a sentence; `None` for one that is.
    pub withheld: Option<String>,
}

impl SessionCookies {
    /// Takes the cookies of an answer; true if there was one.
    pub fn receive(&mut self, request: &Request, answer: &Response, now: Timestamp) -> bool {
        let mut received = Vec::new();
        let mut take = |url: &Url, field: &str| {
            received.push(ReceivedCookie { url: url.to_string(), set_cookie: field.to_string(), at: Some(now) });
        };
        // A login answers with a redirect, which sets the cookie.
        let mut url = Url::parse(request.url.trim()).ok();
        for hop in &answer.hops {
            if let Some(url) = &url {
                hop.set_cookie.iter().for_each(|field| take(url, field));
            }
            url = url.and_then(|url| url.join(&hop.location).ok());
        }
        if let Some(url) = &url {
            answer.headers.all("set-cookie").for_each(|(_, header)| take(url, &header.value));
        }
        let is_any = !received.is_empty();
        let all = Arc::make_mut(&mut self.0);
        all.extend(received);
        let surplus = all.len().saturating_sub(MAX_SESSION_COOKIES);
        all.drain(..surplus);
        is_any
    }

    /// True without any.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn jar(&self, now: Timestamp) -> Jar {
        Jar::from_received(&self.0, now)
    }

    /// The value of the `Cookie` header for a request: longer paths first, then older cookies (RFC 6265bis section 5.8.3); `None`
    /// where none goes there.
    pub fn header_for(&self, request: &Request, now: Timestamp) -> Option<String> {
        let (jar, view) = (self.jar(now), RequestView::of(request, None, now));
        let goes = |(cookie, fate): &(&StoredCookie, Fate)| *fate == Fate::Sent && !holds_variable(cookie);
        let mut sent: Vec<&StoredCookie> = jar.fates(&view).filter(goes).map(|(cookie, _)| cookie).collect();
        sent.sort_by_key(|cookie| Reverse(cookie.kept.as_ref().map_or(0, |scope| scope.path.len())));
        let pair = |cookie: &&StoredCookie| match cookie.cookie.name.as_str() {
            "" => cookie.cookie.value.clone(),
            name => format!("{name}={}", cookie.cookie.value),
        };
        (!sent.is_empty()).then(|| sent.iter().map(pair).collect::<Vec<_>>().join("; "))
    }

    /// Each cookie with what becomes of it on a request: those that are sent first.
    pub fn states(&self, request: &Request, now: Timestamp) -> Vec<CookieState> {
        let (jar, view) = (self.jar(now), RequestView::of(request, None, now));
        let counting = jar.entries.iter().enumerate().filter(|(index, _)| jar.counts(*index)).map(|(_, entry)| entry);
        let mut states: Vec<CookieState> = counting
            .map(|entry| CookieState {
                name: entry.cookie.name.clone(),
                value: entry.cookie.value.clone(),
                place: place(entry),
                site: site(&entry.url),
                withheld: match jar.fate(entry, &view) {
                    Fate::Sent if holds_variable(entry) => Some("it has {{ in it, which your own values would fill".into()),
                    Fate::Sent => None,
                    Fate::Withheld(why) => Some(why.to_string()),
                },
            })
            .collect();
        states.sort_by_key(|state| state.withheld.is_some());
        states
    }

    /// Forgets all cookies of a site.
    pub fn clear_site(&mut self, of: &str) {
        Arc::make_mut(&mut self.0).retain(|cookie| site(&cookie.url) != of);
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.0 = Arc::default();
    }
}

/// True for a cookie that would be more than a cookie in a request: a server wrote it.
fn holds_variable(entry: &StoredCookie) -> bool {
    [&entry.cookie.name, &entry.cookie.value].into_iter().any(|text| text.contains("{{"))
}

fn site(url: &str) -> String {
    WebOrigin::of(url).map(|origin| origin.site().to_string()).unwrap_or_default()
}

fn place(entry: &StoredCookie) -> String {
    match &entry.kept {
        Ok(scope) if scope.host_only => format!("{}{}", scope.domain, scope.path),
        Ok(scope) => format!("*.{}{}", scope.domain, scope.path),
        Err(_) => WebOrigin::of(&entry.url).map(|origin| origin.host).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(url: &str) -> Request {
        Request { method: "GET".into(), url: url.into(), ..Request::default() }
    }

    fn session(set: &[(&str, &str)]) -> SessionCookies {
        let mut session = SessionCookies::default();
        for (url, cookie) in set {
            let answer = Response { status: 200, headers: [("Set-Cookie", *cookie)].into_iter().collect(), ..Response::default() };
            assert!(session.receive(&request(url), &answer, Timestamp::UNIX_EPOCH));
        }
        session
    }

    #[test]
    fn what_was_set_goes_back_where_it_belongs() {
        let session = session(&[
            ("https://app.example/login", "sid=1; Path=/; Secure"),
            ("https://app.example/login", "deep=2; Path=/v1"),
            ("https://app.example/login", "other=3; Path=/admin"),
            ("https://app.example/login", "sid=4; Path=/; Secure"),
            ("https://else.example/", "far=5"),
        ]);
        let header = |url: &str| session.header_for(&request(url), Timestamp::UNIX_EPOCH);
        assert_eq!(header("https://app.example/v1/me").as_deref(), Some("deep=2; sid=4"));
        assert_eq!(header("http://app.example/x"), None);
        let states = session.states(&request("http://app.example/x"), Timestamp::UNIX_EPOCH);
        let sid = states.iter().find(|state| state.name == "sid").unwrap();
        assert!(sid.withheld.as_deref().is_some_and(|why| why.contains("Secure")), "{sid:?}");
        assert_eq!(states.len(), 4, "the one that was replaced does not count");
    }

    #[test]
    fn a_cookie_that_asks_for_a_variable_stays_at_home() {
        let session = session(&[("https://a.example/", "x={{client_secret}}"), ("https://a.example/", "y=2")]);
        assert_eq!(session.header_for(&request("https://a.example/"), Timestamp::UNIX_EPOCH).as_deref(), Some("y=2"));
        let states = session.states(&request("https://a.example/"), Timestamp::UNIX_EPOCH);
        assert!(states.iter().any(|state| state.withheld.as_deref().is_some_and(|why| why.contains("your own values"))));
    }

    #[test]
    fn a_site_is_cleared_alone_and_a_deleted_cookie_is_gone() {
        let mut session = session(&[
            ("https://a.example/", "x=1"),
            ("https://b.example/", "y=2"),
            ("https://b.example/", "z=3"),
            ("https://b.example/", "z=; Max-Age=0"),
        ]);
        assert_eq!(session.header_for(&request("https://b.example/"), Timestamp::UNIX_EPOCH).as_deref(), Some("y=2"));
        session.clear_site("b.example");
        assert_eq!(session.header_for(&request("https://b.example/"), Timestamp::UNIX_EPOCH), None);
        assert_eq!(session.header_for(&request("https://a.example/"), Timestamp::UNIX_EPOCH).as_deref(), Some("x=1"));
    }
}
