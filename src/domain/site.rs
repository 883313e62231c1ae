//! Origins and sites as a browser counts them: which addresses share cookies, and which may read each other's answers.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

/// The origin of an address (RFC 6454): scheme, host and port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebOrigin {
    /// `http` or `https`.
    pub scheme: String,
    /// Host in lower case and punycode; an IPv6 address in brackets.
    pub host: String,
    /// The port that is used, the scheme's own included.
    pub port: u16,
}

impl WebOrigin {
    /// The origin of an absolute http(s) or ws(s) address; `None` for anything else (`null`, a path, a broken address).
    pub fn of(address: &str) -> Option<Self> {
        Self::of_url(&Url::parse(address.trim()).ok()?)
    }

    /// The same of an address that was parsed.
    pub fn of_url(url: &Url) -> Option<Self> {
        let scheme = match url.scheme() {
            "http" | "ws" => "http",
            "https" | "wss" => "https",
            _ => return None,
        };
        Some(Self { scheme: scheme.into(), host: url.host_str()?.to_string(), port: url.port_or_known_default()? })
    }

    /// True when this is an encrypted connection.
    pub fn is_https(&self) -> bool {
        self.scheme == "https"
    }

    /// True when a browser trusts the connection although it is not encrypted: the machine's own addresses
    /// (Secure Contexts, section 3.1; Chromium takes and sends `Secure` cookies there).
    pub fn is_trustworthy(&self) -> bool {
        self.is_https() || is_loopback(&self.host)
    }

    /// The part of the host that one owner registered (`fabrikam.co.uk` of `api.fabrikam.co.uk`); the host itself where
    /// there is none (an address, `localhost`).
    pub fn site(&self) -> &str {
        registrable_domain(&self.host).unwrap_or(&self.host)
    }

    /// Schemeful same-site: scheme and registrable domain are the same, the port does not matter (RFC 6265bis section 5.2).
    pub fn same_site(&self, other: &Self) -> bool {
        self.scheme == other.scheme && self.site() == other.site()
    }
}

/// The serialized origin, as in the `Origin` header: the scheme's own port is left out.
impl fmt::Display for WebOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let usual = if self.is_https() { 443 } else { 80 };
        write!(f, "{}://{}", self.scheme, self.host)?;
        if self.port == usual { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}

/// True for an IPv4 address or an IPv6 one, in brackets or not.
pub fn is_address(host: &str) -> bool {
    host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok()
}

/// True for names and addresses of the machine itself: `localhost`, `*.localhost`, `127.0.0.0/8`, `::1`.
pub fn is_loopback(host: &str) -> bool {
    match Host::parse(host) {
        Ok(Host::Ipv4(address)) => address.is_loopback(),
        Ok(Host::Ipv6(address)) => address.is_loopback(),
        Ok(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Err(_) => false,
    }
}

/// The registrable domain of a host by the public suffix list; `None` for an address, a public suffix or a single label.
pub fn registrable_domain(host: &str) -> Option<&str> {
    if is_address(host) { None } else { psl::domain_str(host) }
}

/// True for a host under a suffix of the list: `api.example.com`, and not `github.user`, the name of a setting.
pub fn has_known_suffix(host: &str) -> bool {
    !is_address(host) && psl::suffix(host.as_bytes()).is_some_and(|suffix| suffix.is_known())
}

/// True when cookies cannot be set for this whole domain: `com`, `co.uk`, `github.io`, and every single label.
pub fn is_public_suffix(domain: &str) -> bool {
    !is_address(domain) && psl::suffix_str(domain) == Some(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(address: &str) -> WebOrigin {
        WebOrigin::of(address).expect("an origin")
    }

    #[test]
    fn an_origin_is_written_without_the_usual_port() {
        assert_eq!(origin("https://API.example:443/x?y").to_string(), "https://api.example");
        assert_eq!(origin("http://localhost:3000").to_string(), "http://localhost:3000");
        assert_eq!(WebOrigin::of("null"), None);
        assert_eq!(WebOrigin::of("/path"), None);
        assert_eq!(WebOrigin::of("data:text/plain,x"), None);
    }

    #[test]
    fn a_site_is_the_registrable_domain_with_the_scheme() {
        assert!(origin("https://api.fabrikam.co.uk").same_site(&origin("https://www.fabrikam.co.uk:8443")));
        assert!(!origin("https://a.github.io").same_site(&origin("https://b.github.io")));
        assert!(!origin("http://a.example").same_site(&origin("https://a.example")));
        assert!(origin("http://localhost:1").same_site(&origin("http://localhost:2")));
        assert!(!origin("http://localhost").same_site(&origin("http://127.0.0.1")));
        assert!(!origin("http://10.0.0.1").same_site(&origin("http://20.0.0.1")));
    }

    #[test]
    fn the_machine_itself_is_trusted_without_encryption() {
        for host in ["localhost", "app.localhost", "127.0.0.1", "127.8.8.8", "[::1]"] {
            assert!(origin(&format!("http://{host}")).is_trustworthy(), "{host}");
        }
        assert!(!origin("http://10.0.0.1").is_trustworthy());
        assert!(!origin("http://localhost.example").is_trustworthy());
    }

    #[test]
    fn public_suffixes() {
        assert!(is_public_suffix("com") && is_public_suffix("co.uk") && is_public_suffix("test"));
        assert!(!is_public_suffix("fabrikam.test") && !is_public_suffix("127.0.0.1"));
    }
}
