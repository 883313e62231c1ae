//! Chooses the proxy of a request. The same function serves the screen and the library.
//!
//! An unusable setting is kept: an address that needs it is not sent to, instead of being sent to directly. The rules of
//! `no_proxy` and the parsing of addresses are those of the library that makes the connection.

use std::ffi::OsString;

use hyper::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use super::error::{SendError, SendErrorKind};
use super::hop_request::HopRequest;
use super::phase::Phase;
use crate::domain::exchange::{NamedProxy, TransferOptions};
use crate::domain::origin;
use crate::domain::secrecy::quoted_argument;

/// The proxies by scheme, as in the environment variables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies {
    /// For `http` addresses.
    http: Option<Setting>,
    /// For `https` addresses.
    https: Option<Setting>,
    /// Hosts without a proxy: names, `.suffixes`, addresses, networks (`10.0.0.0/8`), each with an optional port, or `*`.
    except: Vec<String>,
    /// The variable or flag that set the list.
    except_from: String,
    /// The entry that cannot be understood.
    bad_exception: Option<Unusable>,
}

/// A proxy setting.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Setting {
    /// The variable or flag that set it.
    from: String,
    /// Its address, or why it is unusable.
    address: Result<Url, String>,
}

/// An unusable setting.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nothing was sent: the proxy setting {from} cannot be used: {why}")]
pub struct Unusable {
    /// The variable or flag.
    pub from: String,
    /// What is wrong with it.
    pub why: String,
}

impl From<Unusable> for SendError {
    fn from(unusable: Unusable) -> Self {
        let help = "correct it or unset it; an empty -x means no proxy";
        Self::new(Phase::Prepare, SendErrorKind::Proxy, unusable.to_string(), help)
    }
}

/// The supported proxy schemes.
const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

impl Proxies {
    /// Reads `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`, preferring lower case like curl.
    ///
    /// `HTTP_PROXY` in capitals is ignored if `REQUEST_METHOD` is set: under CGI it is a header sent by a visitor
    /// (CVE-2016-5385).
    pub fn from_env() -> Self {
        Self::from_variables(std::env::vars_os())
    }

    /// Reads any set of variables.
    pub fn from_variables(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let mut set: Vec<(String, OsString)> = variables
            .into_iter()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .filter(|(_, value)| !value.to_string_lossy().trim_matches(' ').is_empty())
            .collect();
        // In ASCII order, lower case comes after capitals.
        set.sort_unstable_by(|(a, _), (b, _)| b.cmp(a));
        let is_cgi = set.iter().any(|(name, _)| name == "REQUEST_METHOD");
        let find = |wanted: &str| {
            let found = |name: &str| name.eq_ignore_ascii_case(wanted) && (name == wanted || wanted != "http_proxy" || !is_cgi);
            set.iter().find(|(name, _)| found(name))
        };
        let setting = |wanted: &str| {
            find(wanted).map(|(name, value)| Setting {
                from: name.clone(),
                address: value.to_str().ok_or_else(|| NOT_UTF8.to_string()).and_then(|value| address(value, None)),
            })
        };
        let all = setting("all_proxy");
        let proxies =
            Self { http: setting("http_proxy").or_else(|| all.clone()), https: setting("https_proxy").or(all), ..Self::default() };
        match find("no_proxy") {
            Some((name, list)) => match list.to_str() {
                Some(list) => proxies.without(name, list),
                None => Self { bad_exception: Some(Unusable { from: name.clone(), why: NOT_UTF8.to_string() }), ..proxies },
            },
            None => proxies,
        }
    }

    /// The settings for one request: those of its curl command, else these.
    #[must_use]
    pub fn for_transfer(&self, transfer: &TransferOptions) -> Self {
        let proxies = transfer.proxy.as_deref().map_or_else(|| self.clone(), Self::only);
        match &transfer.no_proxy {
            Some(list) => proxies.without("--noproxy", list),
            None => proxies,
        }
    }

    /// One proxy for all addresses, as in a curl command; an empty one means no proxy.
    pub fn only(proxy: &NamedProxy) -> Self {
        if proxy.address.trim().is_empty() {
            return Self::default();
        }
        let address =
            if proxy.is_chained { Err("chained proxies are not supported".to_string()) } else { address(&proxy.address, Some(CURL_PORT)) };
        let setting = Setting { from: proxy.flag.clone(), address };
        Self { http: Some(setting.clone()), https: Some(setting), ..Self::default() }
    }

    /// Replaces the list of hosts without a proxy.
    #[must_use]
    pub fn without(mut self, from: &str, list: &str) -> Self {
        // curl also allows spaces between the entries.
        let entries = list.split([',', ' ', '\t']).map(str::trim).filter(|entry| !entry.is_empty());
        self.except = entries.map(str::to_string).collect();
        self.except_from = from.to_string();
        let control =
            list.trim_matches(' ').contains(|c: char| c.is_control() && c != '\t').then(|| "it contains a control character".to_string());
        let bad = control.or_else(|| self.except.iter().find_map(|entry| unreadable(entry)));
        self.bad_exception = bad.map(|why| Unusable { from: from.to_string(), why });
        self
    }

    /// The proxy for an address.
    ///
    /// # Errors
    /// If one is set but unusable: nothing may be sent then.
    pub fn choose(&self, url: &Url) -> Result<Option<Url>, Unusable> {
        let setting = match url.scheme() {
            "https" => &self.https,
            _ => &self.http,
        };
        let (Some(setting), Some(host)) = (setting, url.host_str()) else { return Ok(None) };
        if let Some(bad) = &self.bad_exception {
            return Err(bad.clone());
        }
        // Other programs treat such an entry as a pattern; the rules here, as a name that no host has.
        if let Some(entry) = self.except.iter().find(|entry| is_half_meant(entry, host)) {
            let why = format!("{:?} may mean {host}, but `*` is read only by itself or before the first dot", quoted_argument(entry));
            return Err(Unusable { from: self.except_from.clone(), why });
        }
        let port = url.port_or_known_default();
        let except: Vec<&str> = self.except.iter().filter_map(|entry| exception(entry, port)).collect();
        // The library reads `*` for names alone, not for addresses.
        if except.contains(&"*") {
            return Ok(None);
        }
        let unusable = |why: String| Unusable { from: setting.from.clone(), why };
        let host = host.trim_end_matches('.');
        let uri: Uri =
            format!("{}://{host}/", url.scheme()).parse().map_err(|_| unusable(format!("the host {host:?} cannot be given to a proxy")))?;
        // Only the list is queried here, so any proxy will do.
        let takes_none = Matcher::builder().all("http://proxy.invalid").no(except.join(",")).build().intercept(&uri).is_none();
        if takes_none {
            return Ok(None);
        }
        setting.address.clone().map(Some).map_err(unusable)
    }

    /// The setting for the library; `None` without a proxy. `login` is passed to each proxy as `Proxy-Authorization`.
    pub(super) fn layer(&self, login: Option<&str>) -> Option<reqwest::Proxy> {
        if self.http.is_none() && self.https.is_none() {
            return None;
        }
        let proxies = self.clone();
        // An address with an unusable proxy was refused before the library sees it.
        let proxy = reqwest::Proxy::custom(move |url| proxies.choose(url).ok().flatten());
        let authorization = login.and_then(|login| reqwest::header::HeaderValue::from_bytes(login.as_bytes()).ok());
        Some(match authorization {
            Some(value) => proxy.custom_http_auth(value),
            None => proxy,
        })
    }
}

const NOT_UTF8: &str = "it is not UTF-8";

/// The default port of proxies in a curl command. For SOCKS it is the usual one.
const CURL_PORT: u16 = 1080;

/// Parses a proxy address, by default `http://`; errors do not quote the password.
fn address(text: &str, http_port: Option<u16>) -> Result<Url, String> {
    let text = match text.trim() {
        // It is not unset, so it is not left out either.
        "" => text,
        trimmed => trimmed,
    };
    if let Some(scheme @ ("http" | "https")) = text.split_once(":/").filter(|(_, rest)| !rest.starts_with('/')).map(|(scheme, _)| scheme) {
        return Err(format!("after `{scheme}:` two slashes are to follow"));
    }
    let cannot = |scheme: &str| Err(format!("the scheme `{scheme}` is not supported; supported are {}", SCHEMES.join(", ")));
    if text.contains(|c: char| c.is_control() || c.is_whitespace()) {
        return Err("it contains a space or a control character".to_string());
    }
    let with_scheme = match text.split_once(':') {
        Some((_, rest)) if rest.starts_with("//") => text.to_string(),
        // `unix:/run/proxy.sock`; a host would be followed by a port.
        Some((scheme, rest)) if rest.starts_with('/') => return cannot(scheme),
        _ => format!("http://{text}"),
    };
    let mut url = Url::parse(&with_scheme).map_err(|e| e.to_string())?;
    if url.scheme() == "socks" {
        return Err("the scheme `socks` does not say which version: curl means socks4 by it, others socks5".to_string());
    }
    if !SCHEMES.contains(&url.scheme()) {
        return cannot(url.scheme());
    }
    if url.host_str().unwrap_or_default().is_empty() {
        return Err("it has no host".to_string());
    }
    let port = match url.scheme() {
        "https" => None,
        "http" => http_port,
        _ => Some(CURL_PORT),
    };
    // The parsed address does not tell an explicit port 80 from none.
    if let Some(port) = port.filter(|_| with_scheme.parse::<Uri>().is_ok_and(|uri| uri.port().is_none())) {
        let _ = url.set_port(Some(port));
    }
    // The library silently ignores an address that it cannot parse.
    let can_be_read = Matcher::builder().all(url.as_str()).build().intercept(&Uri::from_static("http://any.invalid/")).is_some();
    if can_be_read { Ok(url) } else { Err("it is not a proxy address".to_string()) }
}

/// The host that a `no_proxy` entry excludes for a port, if any.
fn exception(entry: &str, port: Option<u16>) -> Option<&str> {
    // `*.example.com` means `.example.com`.
    let entry = entry.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(entry);
    let (host, wanted) = host_and_port(entry);
    if wanted.is_some_and(|wanted| wanted.parse().ok() != port) {
        return None;
    }
    Some(host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.'))
}

/// Splits off the port; IPv6 addresses contain colons.
fn host_and_port(entry: &str) -> (&str, Option<&str>) {
    match entry.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, Some(port)),
        _ => (entry, None),
    }
}

/// What is wrong with an entry that matches no host. If it were ignored, its host would be sent to through the proxy.
fn unreadable(entry: &str) -> Option<String> {
    let shown = quoted_argument(entry);
    if entry.contains("://") {
        return Some(format!("{shown:?} has a scheme: only hosts are allowed there"));
    }
    if entry.contains('/') && !is_network(entry) {
        return Some(format!("{shown:?} is not a network such as 10.0.0.0/8"));
    }
    let (host, port) = host_and_port(entry);
    if port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return Some(format!("{shown:?} has no port after its colon"));
    }
    let inside = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let address = inside.unwrap_or(host);
    if address.contains(['[', ']']) {
        return Some(format!("{shown:?} has a bracket without its other one"));
    }
    let is_bad = !entry.contains('/') && address.contains(':') && address.parse::<std::net::Ipv6Addr>().is_err();
    is_bad.then(|| format!("{shown:?} is not an IPv6 address"))
}

/// True for an entry with an unsupported `*` that other programs could match with this host.
fn is_half_meant(entry: &str, host: &str) -> bool {
    let rest = entry.strip_prefix("*.").unwrap_or(entry);
    if entry == "*" || !rest.contains('*') {
        return false;
    }
    let (host, entry) = (host.to_ascii_lowercase(), host_and_port(entry).0.to_ascii_lowercase());
    let (first, others) = entry.split_once('*').unwrap_or((&entry, ""));
    let Some(rest) = host.strip_prefix(first) else { return false };
    let (others, last) = others.rsplit_once('*').unwrap_or(("", others));
    let Some(rest) = rest.strip_suffix(last) else { return false };
    others.split('*').try_fold(rest, |rest, part| rest.split_once(part).map(|(_, rest)| rest)).is_some()
}

/// True for an address with a prefix length.
fn is_network(entry: &str) -> bool {
    entry.split_once('/').is_some_and(|(address, bits)| {
        let most = match address.parse() {
            Ok(std::net::IpAddr::V4(_)) => 32,
            Ok(std::net::IpAddr::V6(_)) => 128,
            Err(_) => return false,
        };
        bits.parse::<u8>().is_ok_and(|bits| bits <= most)
    })
}

/// The notice about a proxy, without its password.
pub(super) fn notice(proxy: &Url, leg: &HopRequest) -> String {
    let place = format!("{}://{}:{}", proxy.scheme(), proxy.host_str().unwrap_or_default(), proxy.port_or_known_default().unwrap_or(80));
    let readable = leg.url.scheme() == "http" && leg.headers.iter().any(|(_, h)| origin::is_credential(h));
    if readable {
        format!("Sent through the proxy {place}, which can read it, credentials included: the address is http")
    } else {
        format!("Sent through the proxy {place}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(variables: &[(&str, &str)]) -> Proxies {
        Proxies::from_variables(variables.iter().map(|(name, value)| ((*name).into(), (*value).into())))
    }

    fn chosen(proxies: &Proxies, url: &str) -> Option<String> {
        proxies.choose(&Url::parse(url).unwrap()).unwrap().map(|p| p.to_string())
    }

    #[test]
    fn the_scheme_decides_and_lower_case_wins() {
        let proxies = from(&[("http_proxy", "a:1"), ("HTTP_PROXY", "b:1"), ("HTTPS_PROXY", "http://c:2")]);
        assert_eq!(chosen(&proxies, "http://x/"), Some("http://a:1/".into()));
        assert_eq!(chosen(&proxies, "https://x/"), Some("http://c:2/".into()));
        assert_eq!(chosen(&from(&[("all_proxy", "socks5://s:1080")]), "https://x/"), Some("socks5://s:1080".into()));
        assert_eq!(chosen(&from(&[("Http_Proxy", "a:1")]), "http://x/"), Some("http://a:1/".into()));
        assert_eq!(from(&[("http_proxy", " "), ("all_proxy", "")]), Proxies::default());
    }

    #[test]
    fn what_is_set_and_cannot_be_read_is_named_and_nothing_is_sent() {
        for (name, value) in [
            ("http_proxy", "\t"),
            ("http_proxy", "\n"),
            ("http_proxy", "a\u{7}:1"),
            ("no_proxy", "[::1"),
            ("no_proxy", "::1]"),
            ("no_proxy", "[::1:80"),
            ("no_proxy", "[h.example"),
            ("no_proxy", "x,a\u{1b}b"),
            ("no_proxy", "\u{7}"),
            ("no_proxy", "a\nb"),
        ] {
            let mut set = vec![(name, value)];
            if name == "no_proxy" {
                set.push(("http_proxy", "http://p:1"));
            }
            let refused = from(&set).choose(&Url::parse("http://x.example/").unwrap()).map_err(|why| why.from);
            assert_eq!(refused, Err(name.to_string()), "{value:?}");
        }
    }

    #[test]
    fn a_port_that_is_not_written_is_the_usual_one_of_who_set_the_proxy() {
        let table = [
            ("p", "http://p/", "http://p:1080/"),
            ("p:80", "http://p/", "http://p/"),
            ("http://p", "http://p/", "http://p:1080/"),
            ("http://u:w@p", "http://u:w@p/", "http://u:w@p:1080/"),
            ("https://p", "https://p/", "https://p/"),
            ("socks5://p", "socks5://p:1080", "socks5://p:1080"),
            ("socks4a://[::1]", "socks4a://[::1]:1080", "socks4a://[::1]:1080"),
            ("socks5h://p:1", "socks5h://p:1", "socks5h://p:1"),
        ];
        for (text, in_environment, in_curl) in table {
            assert_eq!(chosen(&from(&[("http_proxy", text)]), "http://x/"), Some(in_environment.into()), "{text}");
            let curl = Proxies::only(&NamedProxy { address: text.into(), ..NamedProxy::default() });
            assert_eq!(chosen(&curl, "http://x/"), Some(in_curl.into()), "{text}");
        }
    }

    #[test]
    fn under_cgi_the_header_of_a_visitor_is_no_proxy() {
        assert_eq!(from(&[("HTTP_PROXY", "evil:1"), ("REQUEST_METHOD", "GET")]).http, None);
        assert!(from(&[("http_proxy", "own:1"), ("REQUEST_METHOD", "GET")]).http.is_some());
    }

    #[test]
    fn no_proxy_patterns() {
        let table = [
            ("example.com", "http://example.com", true),
            ("example.com", "http://api.example.com", true),
            (".example.com", "http://api.example.com", true),
            ("*.example.com", "http://api.example.com", true),
            ("example.com", "http://badexample.com", false),
            ("foo 127.0.0.1", "http://127.0.0.1", true),
            ("127.0.0.1:80", "http://127.0.0.1", true),
            ("127.0.0.1:80", "http://127.0.0.1:8080", false),
            ("[::1]:8080", "http://[::1]:8080", true),
            ("::1", "http://[::1]:8080", true),
            ("10.0.0.0/8", "http://10.1.2.3", true),
            ("10.0.0.0/8", "http://11.1.2.3", false),
            ("0.0.0.0/0", "http://11.1.2.3", true),
            ("fe80::/10", "http://[fe80::1]", true),
            ("*", "http://anything", true),
            (" * ", "http://127.0.0.1", true),
            ("x,*", "https://[::1]", true),
            ("localhost", "http://localhost./", true),
            ("localhost.", "http://localhost", true),
            (" , ", "http://anything", false),
            // A pattern for other hosts does not matter.
            ("10.*,*.corp.*,*.exam.*.com,api.*.com.*", "http://api.example.com", false),
        ];
        for (pattern, url, hit) in table {
            let proxies = from(&[("http_proxy", "p:1"), ("https_proxy", "p:1"), ("no_proxy", pattern)]);
            assert_eq!(chosen(&proxies, url).is_none(), hit, "{pattern:?} {url:?}");
        }
    }
}
