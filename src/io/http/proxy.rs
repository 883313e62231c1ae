//! Which proxy a request takes. What is shown is what is used: the same function answers the screen and the library.

use std::net::IpAddr;

use url::Url;

use super::leg::Leg;
use crate::domain::headers::Headers;
use crate::domain::origin;

/// Proxies by scheme, as the environment variables name them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies {
    /// For `http` addresses.
    pub http: Option<Url>,
    /// For `https` addresses.
    pub https: Option<Url>,
    /// Hosts reached without one: names, `.suffixes`, addresses, networks (`10.0.0.0/8`), or `*`.
    pub except: Vec<String>,
}

impl Proxies {
    /// What `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` say, in lower case first, as curl reads them.
    ///
    /// `HTTP_PROXY` in capitals is not read where `REQUEST_METHOD` is set: under CGI it is a header that a visitor sent
    /// (CVE-2016-5385).
    pub fn from_env() -> Self {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    /// The same from any source of variables.
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let either = |name: &str| variable(name).or_else(|| variable(&name.to_ascii_uppercase())).filter(|v| !v.trim().is_empty());
        let http = if variable("REQUEST_METHOD").is_some() { variable("http_proxy") } else { either("http_proxy") };
        let all = either("all_proxy");
        Self {
            http: http.or_else(|| all.clone()).as_deref().and_then(address),
            https: either("https_proxy").or(all).as_deref().and_then(address),
            except: either("no_proxy").map(|list| list.split(',').map(|p| p.trim().to_string()).collect()).unwrap_or_default(),
        }
    }

    /// One proxy for every address, as curl's `-x` names it; none at all for an empty one. `None` when it is no address.
    pub fn only(proxy: &str) -> Option<Self> {
        if proxy.trim().is_empty() {
            return Some(Self::default());
        }
        let proxy = address(proxy)?;
        Some(Self { http: Some(proxy.clone()), https: Some(proxy), except: Vec::new() })
    }

    /// The proxy for an address.
    pub fn choose(&self, url: &Url) -> Option<Url> {
        let proxy = match url.scheme() {
            "https" => self.https.as_ref(),
            _ => self.http.as_ref(),
        }?;
        let host = url.host_str()?.trim_matches(['[', ']']);
        (!self.except.iter().any(|pattern| matches(pattern, host))).then(|| proxy.clone())
    }

    /// For the library; `None` without any proxy. A `Proxy-Authorization` of the request is given to the proxy.
    pub(super) fn layer(&self, headers: &Headers) -> Option<reqwest::Proxy> {
        if self.http.is_none() && self.https.is_none() {
            return None;
        }
        let proxies = self.clone();
        let proxy = reqwest::Proxy::custom(move |url| proxies.choose(url));
        let authorization = headers.get("Proxy-Authorization").and_then(|v| reqwest::header::HeaderValue::from_bytes(v.as_bytes()).ok());
        Some(match authorization {
            Some(value) => proxy.custom_http_auth(value),
            None => proxy,
        })
    }
}

/// A proxy's address, `http://` where no scheme is given.
fn address(text: &str) -> Option<Url> {
    let text = text.trim();
    if text.contains("://") { Url::parse(text).ok() } else { Url::parse(&format!("http://{text}")).ok() }
}

/// One pattern of `no_proxy` against a host.
fn matches(pattern: &str, host: &str) -> bool {
    if pattern == "*" {
        return true;
    }
    if let (Some((network, bits)), Ok(ip)) = (pattern.split_once('/'), host.parse::<IpAddr>()) {
        return network.parse().is_ok_and(|network| bits.parse().is_ok_and(|bits| in_network(ip, network, bits)));
    }
    let name = pattern.trim_start_matches('.').to_ascii_lowercase();
    let host = host.to_ascii_lowercase();
    !name.is_empty() && (host == name || host.strip_suffix(name.as_str()).is_some_and(|rest| rest.ends_with('.')))
}

/// True when the first `bits` bits of both addresses are the same.
fn in_network(ip: IpAddr, network: IpAddr, bits: u32) -> bool {
    match (ip, network) {
        (IpAddr::V4(a), IpAddr::V4(b)) if bits <= 32 => (a.to_bits() ^ b.to_bits()).checked_shr(32 - bits).unwrap_or(0) == 0,
        (IpAddr::V6(a), IpAddr::V6(b)) if bits <= 128 => (a.to_bits() ^ b.to_bits()).checked_shr(128 - bits).unwrap_or(0) == 0,
        _ => false,
    }
}

/// What is said about a leg that takes a proxy; without the proxy's own password.
pub(super) fn notice(proxy: &Url, leg: &Leg) -> String {
    let place = format!("{}://{}:{}", proxy.scheme(), proxy.host_str().unwrap_or_default(), proxy.port_or_known_default().unwrap_or(80));
    let readable = leg.url.scheme() == "http" && leg.headers.iter().any(|(_, h)| origin::is_credential(h));
    if readable {
        format!("sent through the proxy {place}, which can read it, credentials included: the address is http")
    } else {
        format!("sent through the proxy {place}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(variables: &[(&str, &str)]) -> Proxies {
        Proxies::from_variables(|name| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_string()))
    }

    fn chosen(proxies: &Proxies, url: &str) -> Option<String> {
        proxies.choose(&Url::parse(url).unwrap()).map(|p| p.to_string())
    }

    #[test]
    fn the_scheme_decides_and_lower_case_wins() {
        let proxies = from(&[("http_proxy", "a:1"), ("HTTP_PROXY", "b:1"), ("HTTPS_PROXY", "http://c:2")]);
        assert_eq!(chosen(&proxies, "http://x/"), Some("http://a:1/".into()));
        assert_eq!(chosen(&proxies, "https://x/"), Some("http://c:2/".into()));
        assert_eq!(chosen(&from(&[("all_proxy", "socks5://s:1080")]), "https://x/"), Some("socks5://s:1080".into()));
        assert_eq!(from(&[]), Proxies::default());
    }

    #[test]
    fn under_cgi_the_header_of_a_visitor_is_no_proxy() {
        assert_eq!(from(&[("HTTP_PROXY", "evil:1"), ("REQUEST_METHOD", "GET")]).http, None);
    }

    #[test]
    fn no_proxy_patterns() {
        let table = [
            ("example.com", "example.com", true),
            ("example.com", "api.example.com", true),
            (".example.com", "api.example.com", true),
            ("example.com", "badexample.com", false),
            ("127.0.0.1", "127.0.0.1", true),
            ("10.0.0.0/8", "10.1.2.3", true),
            ("10.0.0.0/8", "11.1.2.3", false),
            ("0.0.0.0/0", "11.1.2.3", true),
            ("fe80::/10", "fe80::1", true),
            ("10.0.0.0/99", "10.1.2.3", false),
            ("*", "anything", true),
            ("", "anything", false),
        ];
        for (pattern, host, hit) in table {
            assert_eq!(matches(pattern, host), hit, "{pattern:?} {host:?}");
        }
    }
}
