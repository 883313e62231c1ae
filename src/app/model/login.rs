//! The request that gives a fresh token.

use super::Model;
use crate::app::ids::RequestPosition;
use crate::app::workspace::request::Entry;

/// A request that gives a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    pub at: RequestPosition,
    pub name: String,
    /// True if its response has a token already.
    pub has_token: bool,
}

/// The last words of addresses and names of requests that give one.
const LOGINS: [&str; 10] =
    ["login", "log in", "log-in", "signin", "sign in", "sign-in", "token", "authenticate", "get token", "access_token"];

impl Model {
    /// True if the selected finding is that a token has expired.
    pub fn is_about_expiry(&self) -> bool {
        self.subject().is_some_and(|subject| subject.check.id == "token-expired")
    }

    /// The request, in this file or else in another, that has given a token, or else gives one by its name or address.
    pub fn login(&self) -> Option<Login> {
        let all = self
            .files
            .iter()
            .enumerate()
            .filter(|(_, f)| !f.is_tour)
            .flat_map(|(file, f)| f.entries.iter().enumerate().map(move |(entry, e)| (RequestPosition { file, entry }, e)));
        let is_login = |entry: &Entry| {
            let path = entry.exchange.request.url.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
            let last = path.rsplit('/').next().unwrap_or_default();
            [last, entry.exchange.name.as_str()].iter().any(|word| LOGINS.iter().any(|known| known.eq_ignore_ascii_case(word)))
        };
        let others = all.filter(|(at, _)| *at != self.at).map(|(at, entry)| (at, entry, entry.issued().is_some()));
        let found = others.filter(|(_, entry, has_token)| *has_token || is_login(entry));
        let (at, entry, has_token) = found.min_by_key(|(at, _, has_token)| (!has_token, at.file != self.at.file))?;
        Some(Login { at, name: entry.title(), has_token })
    }
}
