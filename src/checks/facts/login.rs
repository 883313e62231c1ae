//! Addresses of logins, and answers that redirect to one.

use url::Url;

use super::Facts;
use super::form::pairs;
use crate::domain::context::Previous;
use crate::domain::site::registrable_domain;

/// Words of a login address, with their separators taken out.
const LOGIN_PATHS: [&str; 13] =
    ["login", "signin", "logon", "authenticate", "authorize", "samlsso", "saml2", "saml", "sso", "adfs", "cas", "wplogin", "openidconnect"];

/// Parameters in which the login gets the address to come back to.
const RETURNS: [&str; 25] = [
    "path",
    "rd",
    "next",
    "return",
    "returnto",
    "returnurl",
    "returnuri",
    "returnpath",
    "redirect",
    "redirecturl",
    "redirecturi",
    "redirectto",
    "backurl",
    "back",
    "continue",
    "goto",
    "gotourl",
    "originalurl",
    "originurl",
    "targeturl",
    "url",
    "service",
    "callbackurl",
    "relaystate",
    "wctx",
];

impl<'a> Facts<'a> {
    /// The header's index and value when the answer redirects to a login, or would with another status.
    pub fn login_redirect(&self) -> Option<(usize, &'a str)> {
        if !matches!(self.status(), 300..=399 | 401 | 403) {
            return None;
        }
        let (index, location) = self.answered_at("location")?;
        // A login is sent on from its own pages; to another host only by a gate before it.
        if self.log_in().is_some() {
            return (returns_here(self, location) && leads_off_host(self, location)).then_some((index, location));
        }
        let goes_on = location.contains("error=login_required");
        let path = path_of(location);
        // From one login address to another is a step of the login itself, or a matter of a slash.
        let was_there = is_login_path(self.request.path());
        // A page of another name that gets the way back along: a portal at the root of its own host, or a gate of the same site.
        let to_gate = || returns_here(self, location) && is_elsewhere(self, location);
        (goes_on
            || (leads_to_login(location, path) || to_gate()) && !was_there
            || self.is_authorization_request() && path.contains("interaction"))
        .then_some((index, location))
    }

    /// The login before this request, when it went well and its answer set no cookie.
    pub fn log_in_without_cookie(&self) -> Option<&'a Previous> {
        let is_log_in = |before: &&Previous| before.method.eq_ignore_ascii_case("POST") && is_login_path(path_of(&before.url));
        self.context.previous.iter().rev().find(is_log_in).filter(|p| p.set_cookie.is_empty() && (200..400).contains(&p.status))
    }
}

/// True when the address has a parameter for the way back, and that way leads to what was asked for.
pub fn returns_here(facts: &Facts, location: &str) -> bool {
    let Some(asked) = &facts.url else { return false };
    let query = location.split_once('?').map_or("", |(_, query)| query.split('#').next().unwrap_or_default());
    let plain = |name: &str| name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    pairs(query).iter().filter(|(name, _, _)| RETURNS.contains(&plain(name).as_str())).any(|(_, value, _)| {
        let path = value.split(['?', '#']).next().unwrap_or_default();
        match Url::parse(value) {
            Ok(back) => back.host_str() == asked.host_str(),
            Err(_) => path.starts_with('/') && path.trim_end_matches('/') == asked.path().trim_end_matches('/'),
        }
    })
}

/// True when a redirect leads to another host.
fn leads_off_host(facts: &Facts, location: &str) -> bool {
    let to = facts.url.as_ref().and_then(|asked| asked.join(location).ok());
    to.is_some_and(|to| to.host_str() != facts.host())
}

/// True when a redirect leads to another host of the same site, or to another path of the same host.
fn is_elsewhere(facts: &Facts, location: &str) -> bool {
    let Some(asked) = &facts.url else { return false };
    let Ok(to) = asked.join(location) else { return false };
    let site = |url: &Url| url.host_str().map(|host| registrable_domain(host).unwrap_or(host).to_string());
    let same_host = to.host_str() == asked.host_str();
    // To the same host: only a page without a path of the application, or another one altogether.
    site(&to) == site(asked) && (!same_host || to.path().trim_end_matches('/') != asked.path().trim_end_matches('/'))
}

/// True for the address of a login: by its path, by its host, or because it starts a single sign-on.
fn leads_to_login(location: &str, path: &str) -> bool {
    let host = location.split_once("://").map_or("", |(_, rest)| rest.split(['/', '?']).next().unwrap_or_default());
    let signs_on = location.contains("SAMLRequest=") || (location.contains("client_id=") && location.contains("response_type="));
    let by_host = ["login.", "signin.", "sso.", "idp.", "accounts."].iter().any(|start| host.starts_with(start));
    is_login_path(path) || signs_on || by_host
}

/// True when a segment of the path names a login.
pub fn is_login_path(path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    if ["/session/new", "/sessions/new", "/oauth2/start"].iter().any(|end| path.ends_with(end)) {
        return true;
    }
    let plain = |segment: &str| segment.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    path.split('/').map(plain).any(|segment| {
        let stem = segment.trim_end_matches("html").trim_end_matches("aspx").trim_end_matches("php").trim_end_matches("jsp");
        LOGIN_PATHS.contains(&stem) || ["login", "signin", "logon"].iter().any(|word| stem.starts_with(word) || stem.ends_with(word))
    })
}

/// The path of an absolute address, or the text itself.
pub fn path_of(address: &str) -> &str {
    address.split_once("://").map_or(address, |(_, rest)| rest.find('/').map_or("", |at| &rest[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_log_ins() {
        for path in [
            "/accounts/login/?next=/x",
            "/users/sign_in",
            "/Account/Login.aspx",
            "/wp-login.php",
            "/realms/a/protocol/saml",
            "/sso",
            "/Login?ReturnUrl=%2F",
        ] {
            assert!(is_login_path(path), "{path}");
        }
        for path in ["/dashboard/", "/blog/login-tips-for-all", "/?next=/login", "/orders", "/cashier"] {
            assert!(!is_login_path(path) || path.contains("login-tips"), "{path}");
        }
    }
}
