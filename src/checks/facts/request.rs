//! What a request is for, and what it carries.

use super::Facts;
use super::form::{self, LogIn, pairs};
use crate::domain::signing::Signed;
use crate::domain::span::Span;

impl Facts<'_> {
    /// True for a CORS preflight.
    pub fn is_preflight(&self) -> bool {
        self.request.method.eq_ignore_ascii_case("OPTIONS") && self.request.headers.has("access-control-request-method")
    }

    /// True when the request goes to a token endpoint: a form with `grant_type`.
    pub fn is_token_request(&self) -> bool {
        self.field("grant_type").is_some()
    }

    /// True when the parameters of a token request are in the address, and its body is empty.
    pub fn is_token_request_in_query(&self) -> bool {
        self.request.method.eq_ignore_ascii_case("POST") && self.request.body.is_empty() && self.query("grant_type").is_some()
    }

    /// True when the request goes to an authorization endpoint: `response_type` and `client_id` in the query.
    pub fn is_authorization_request(&self) -> bool {
        self.query("client_id").is_some() && self.query("response_type").is_some()
    }

    /// True for the way back from a login: the authorization server sent the browser here with its code, or its error, and the
    /// state.
    pub fn is_login_callback(&self) -> bool {
        let has = |name: &str| self.query(name).is_some() || self.field(name).is_some();
        has("state") && ["code", "error", "id_token"].iter().any(|name| has(name))
    }

    /// Value of a form field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.form().iter().find(|(n, _, _)| n == name).map(|(_, v, _)| v.as_str())
    }

    /// Value of a query parameter.
    pub fn query(&self, name: &str) -> Option<&str> {
        let read = || {
            let (_, query) = self.request.url.split_once('?').unwrap_or_default();
            pairs(query.split_once('#').map_or(query, |(query, _)| query))
        };
        self.query.get_or_init(read).iter().find(|(n, _, _)| n == name).map(|(_, v, _)| v.as_str())
    }

    /// What signs the request; `None` when nothing does. Read once.
    pub fn signed(&self) -> Option<&Signed> {
        self.signed.get_or_init(|| Signed::read(self.request)).as_ref()
    }

    /// True when anything that could serve as a credential is in the request: header, key header, query, cookie, field.
    pub fn carries_credential(&self) -> bool {
        self.authorizations.iter().any(|a| !a.value.trim().is_empty()) || !self.others.is_empty() || !self.session().sends_none()
    }

    /// True when a redirect may take a login along or leave one behind: any credential but cookies that hold no session, or a user and
    /// password in the body.
    pub fn carries_login(&self) -> bool {
        let session = self.session();
        self.authorizations.iter().any(|a| !a.value.trim().is_empty())
            || !self.others.is_empty()
            || self.log_in().is_some()
            || session.sent.iter().any(|(_, pair)| session.may_hold(pair.name))
    }

    /// The host that is asked, in lower case.
    pub fn host(&self) -> Option<&str> {
        self.url.as_ref()?.host_str()
    }

    /// Where a part of the host, in lower case, stands in the request line, in whatever case it is written there.
    pub fn host_span(&self, part: &str) -> Option<Span> {
        let url = &self.request.url;
        let host = url.split_once("://")?.1.split(['/', '?', '#']).next()?.rsplit('@').next()?;
        let at = host.to_ascii_lowercase().find(part)?;
        Some(Span::of(url, host.get(at..at + part.len())?)?.shifted(self.request.method.len() + 1))
    }

    /// Fields of a form body, with the places of their values. Read once.
    pub fn form(&self) -> &[(String, String, Span)] {
        self.form.get_or_init(|| form::form(self.request))
    }

    /// User and password in the body of a login request. Read once.
    pub fn log_in(&self) -> Option<&LogIn> {
        self.log_in.get_or_init(|| form::log_in(self.request)).as_ref()
    }
}
