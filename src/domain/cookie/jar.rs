//! A jar that remembers every `Set-Cookie` and says of each whether a request carries it, and if not, why.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use url::Url;

use super::reason::{Refusal, Withheld};
use super::set_cookie::{MAX_NAME_AND_VALUE, SameSite, SetCookie};
use super::view::{CredentialsMode, RequestView};
use crate::domain::context::ReceivedCookie;
use crate::domain::site::{WebOrigin, is_address, is_public_suffix};
use crate::domain::time::seconds_between;

/// For how many seconds Chromium sends a cookie without `SameSite` on a cross-site form that is posted (Lax + POST).
const LAX_POST_SECONDS: f64 = 120.0;

/// How many cookies Chromium keeps of a site (`kDomainMaxCookies`); RFC 6265bis section 6.1 asks for 50 or more.
pub const MOST_OF_A_SITE: usize = 180;

/// Everything that was received, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Jar {
    /// One entry for each `Set-Cookie` field, refused ones included.
    pub entries: Vec<StoredCookie>,
    /// The entry that counts for a name, domain and path: a search for it would cost the square of their number.
    newest: HashMap<[String; 3], usize>,
    /// What was refused, by name and reason.
    refused: HashSet<(String, Refusal)>,
}

/// One `Set-Cookie` field with what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCookie {
    /// The cookie.
    pub cookie: SetCookie,
    /// Address of the answer that set it.
    pub url: String,
    /// When it came.
    pub received: Timestamp,
    /// Where it goes back to, or why a browser does not keep it.
    pub kept: Result<Scope, Refusal>,
    /// The later entry that took its place (same name, domain and path).
    pub replaced_by: Option<usize>,
}

/// The requests that a kept cookie belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Host, or domain with the hosts under it.
    pub domain: String,
    /// True without `Domain`: exactly this host.
    pub host_only: bool,
    /// This path and what is under it.
    pub path: String,
    /// When it ends; `None` when the browser is closed.
    pub ends: Option<Timestamp>,
}

/// What becomes of a cookie of the jar on a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// A browser sends it.
    Sent,
    /// A browser does not.
    Withheld(Withheld),
}

impl Jar {
    /// A jar with the cookies that were received earlier; `now` is in where no time is given.
    pub fn from_received(received: &[ReceivedCookie], now: Timestamp) -> Self {
        let mut jar = Self::default();
        for cookie in received {
            jar.receive(&cookie.url, &cookie.set_cookie, cookie.at.unwrap_or(now), None);
        }
        jar
    }

    /// Takes one more `Set-Cookie` field. `page` is the page of another site in answer to which it came, if it was one.
    pub fn receive(&mut self, url: &str, field: &str, at: Timestamp, page: Option<&WebOrigin>) -> &StoredCookie {
        let cookie = SetCookie::read(field);
        let kept = scope(&cookie, url, at, page);
        let place = self.entries.len();
        if let Ok(new) = &kept {
            let old = self.newest.insert([cookie.name.clone(), new.domain.clone(), new.path.clone()], place);
            if let Some(old) = old.and_then(|old| self.entries.get_mut(old)) {
                old.replaced_by = Some(place);
            }
        }
        self.entries.push(StoredCookie { cookie, url: url.to_string(), received: at, kept, replaced_by: None });
        &self.entries[place]
    }

    /// As [`Jar::receive`], but what was refused before for the same reason is not taken a second time; false for that.
    pub fn receive_news(&mut self, url: &str, field: &str, at: Timestamp) -> bool {
        let entry = self.receive(url, field, at, None);
        let Err(refusal) = &entry.kept else { return true };
        let refused = (entry.cookie.name.clone(), refusal.clone());
        let is_news = self.refused.insert(refused);
        if !is_news {
            self.entries.pop();
        }
        is_news
    }

    /// True for an entry that can still matter: it was not replaced, or by one that deletes it.
    pub fn counts(&self, entry: usize) -> bool {
        let Some(entry) = self.entries.get(entry) else { return false };
        entry.replaced_by.and_then(|by| self.entries.get(by)).is_none_or(|by| by.cookie.deletes(by.received))
    }

    /// Each cookie with what becomes of it on a request, oldest first.
    pub fn fates<'a>(&'a self, request: &'a RequestView) -> impl Iterator<Item = (&'a StoredCookie, Fate)> {
        self.entries.iter().map(|entry| (entry, self.fate(entry, request)))
    }

    /// What becomes of one cookie on a request; the first reason against it in the order keep, time, place, page.
    pub fn fate(&self, entry: &StoredCookie, request: &RequestView) -> Fate {
        match self.withheld(entry, request) {
            Some(reason) => Fate::Withheld(reason),
            None => Fate::Sent,
        }
    }

    fn withheld(&self, entry: &StoredCookie, request: &RequestView) -> Option<Withheld> {
        let scope = match &entry.kept {
            Ok(scope) => scope,
            Err(refusal) => return Some(Withheld::Refused(refusal.clone())),
        };
        if let Some(later) = entry.replaced_by.and_then(|at| self.entries.get(at)) {
            let by = later.url.clone();
            let deleted = later.cookie.deletes(later.received);
            return Some(if deleted { Withheld::Deleted { by, at: later.received } } else { Withheld::Replaced { by } });
        }
        if let Some(at) = scope.ends.filter(|at| *at <= request.now) {
            return Some(Withheld::Expired { at, now: request.now });
        }
        let (url, to) = (request.url.as_ref()?, request.origin.as_ref()?);
        if !scope.covers_host(&to.host) {
            return Some(Withheld::Domain { domain: scope.domain.clone(), host_only: scope.host_only, host: to.host.clone() });
        }
        if !scope.covers_path(url.path()) {
            return Some(Withheld::Path { cookie: scope.path.clone(), request: url.path().to_string() });
        }
        if entry.cookie.secure && !to.is_trustworthy() {
            return Some(Withheld::SecureOverHttp(to.to_string()));
        }
        let page = || request.page.as_ref().map_or_else(|| "that sends it".to_string(), ToString::to_string);
        match request.credentials {
            Some(CredentialsMode::Omit) => return Some(Withheld::CredentialsOmitted),
            Some(CredentialsMode::SameOrigin) if request.cross_origin() => {
                return Some(Withheld::SameOriginOnly { page: page(), to: to.to_string() });
            }
            _ => {}
        }
        (!entry.crosses_sites(request)).then(|| Withheld::SameSite {
            same_site: entry.cookie.same_site_in_force(),
            by_default: entry.cookie.same_site.is_none(),
            page: page(),
            to: to.to_string(),
        })
    }
}

impl StoredCookie {
    /// True when `SameSite` lets it go with this request.
    fn crosses_sites(&self, request: &RequestView) -> bool {
        if !request.cross_site {
            return true;
        }
        let fresh = seconds_between(self.received, request.now) < LAX_POST_SECONDS;
        match self.cookie.same_site {
            Some(SameSite::None) => true,
            Some(SameSite::Strict) => false,
            Some(SameSite::Lax) => request.navigation && request.safe_method,
            None => request.navigation && (request.safe_method || fresh),
        }
    }
}

impl Scope {
    /// Domain match of RFC 6265bis section 5.1.3; an address matches itself alone.
    pub fn covers_host(&self, host: &str) -> bool {
        host == self.domain || (!self.host_only && is_under(host, &self.domain))
    }

    /// Path match of RFC 6265bis section 5.1.4.
    pub fn covers_path(&self, path: &str) -> bool {
        path.strip_prefix(self.path.as_str()).is_some_and(|rest| rest.is_empty() || self.path.ends_with('/') || rest.starts_with('/'))
    }
}

fn is_under(host: &str, domain: &str) -> bool {
    !is_address(host) && host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

/// Whether and where a browser keeps a cookie (the storage model of RFC 6265bis section 5.7).
fn scope(cookie: &SetCookie, url: &str, at: Timestamp, page: Option<&WebOrigin>) -> Result<Scope, Refusal> {
    if let Some(at) = cookie.control {
        return Err(Refusal::ControlCharacter(at));
    }
    if cookie.size() == 0 {
        return Err(Refusal::Empty);
    }
    if cookie.size() > MAX_NAME_AND_VALUE {
        return Err(Refusal::TooLarge(cookie.size()));
    }
    let unreadable = || Refusal::AddressUnreadable(url.to_string());
    let address = Url::parse(url.trim()).map_err(|_| unreadable())?;
    let origin = WebOrigin::of(url).ok_or_else(unreadable)?;
    let (domain, host_only) = domain_of(cookie, &origin)?;
    if cookie.secure && !origin.is_trustworthy() {
        return Err(Refusal::SecureOverHttp(origin.to_string()));
    }
    if let Some(refusal) = prefix_refusal(cookie, host_only) {
        return Err(refusal);
    }
    if cookie.partitioned && !cookie.secure {
        return Err(Refusal::PartitionedWithoutSecure);
    }
    if cookie.same_site == Some(SameSite::None) && !cookie.secure {
        return Err(Refusal::NoneWithoutSecure);
    }
    if let Some(page) = page.filter(|page| !page.same_site(&origin) && cookie.same_site_in_force() != SameSite::None) {
        return Err(Refusal::CrossSite { same_site: cookie.same_site_in_force(), page: page.to_string() });
    }
    let path = cookie.path.clone().unwrap_or_else(|| default_path(address.path()).to_string());
    Ok(Scope { domain, host_only, path, ends: cookie.ends(at) })
}

fn domain_of(cookie: &SetCookie, origin: &WebOrigin) -> Result<(String, bool), Refusal> {
    let host = origin.host.clone();
    match &cookie.domain {
        None => Ok((host, true)),
        Some(domain) if is_public_suffix(domain) => {
            if *domain == host {
                Ok((host, true))
            } else {
                Err(Refusal::PublicSuffix(domain.clone()))
            }
        }
        Some(domain) if *domain == host || is_under(&host, domain) => Ok((domain.clone(), false)),
        Some(domain) => Err(Refusal::DomainForeign { domain: domain.clone(), host }),
    }
}

fn prefix_refusal(cookie: &SetCookie, host_only: bool) -> Option<Refusal> {
    let begins = |prefix: &str| cookie.name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    let refused = |prefix, lacks| Some(Refusal::Prefix { prefix, lacks });
    if begins("__Secure-") && !cookie.secure {
        return refused("__Secure-", "Secure");
    }
    if !begins("__Host-") {
        return None;
    }
    match () {
        () if !cookie.secure => refused("__Host-", "Secure"),
        () if cookie.path.as_deref() != Some("/") => refused("__Host-", "Path=/"),
        () if !host_only || cookie.domain.is_some() => refused("__Host-", "the absence of Domain"),
        () => None,
    }
}

/// The folder of a path: up to the last slash, that one left out.
fn default_path(path: &str) -> &str {
    match path.rfind('/') {
        Some(at) if at > 0 => &path[..at],
        _ => "/",
    }
}

#[cfg(test)]
mod tests;
