//! The request for one hop, and the next request that a redirect makes of it.

use std::str::FromStr as _;

use reqwest::Method;
use reqwest::header::{HeaderName, HeaderValue};
use url::Url;

use super::error::SendError;
use crate::checks::mask::secrets_in;
use crate::domain::basic::encode_pair;
use crate::domain::headers::{Header, Headers};
use crate::domain::origin::{self, Refusal};
use crate::domain::request::Request;
use crate::domain::secrecy::echo::Echoes;
use crate::domain::secrecy::{self, quoted};
use crate::domain::text::Text;

/// A request that is ready to send.
#[derive(Clone, Debug)]
pub struct HopRequest {
    /// The method as written.
    pub method: String,
    /// The address without userinfo.
    pub url: Url,
    /// Header fields in order.
    pub headers: Headers,
    /// The body.
    pub body: Text,
    /// What secret variables were filled in with.
    filled: Vec<String>,
}

/// True for statuses that redirect (RFC 9110 section 15.4).
pub const fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

impl HopRequest {
    /// The request as the user wrote it. What HTTP cannot carry is refused before connecting.
    pub fn first(request: &Request, notices: &mut Vec<String>) -> Result<Self, SendError> {
        if let Some(at) = request.url.find(char::is_control) {
            return Err(SendError::illegal(format!("the address has a control character at offset {at}")));
        }
        let mut url = Url::parse(request.url.trim()).map_err(|e| SendError::address(e.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(SendError::address(format!("the scheme `{}:` cannot be sent; http and https can", url.scheme())));
        }
        let mut headers = request.headers.clone();
        if !url.username().is_empty() || url.password().is_some() {
            if headers.has("Authorization") {
                notices.push("The user and password in the address were left out: there is an Authorization header".to_string());
            } else {
                headers.push("Authorization", basic(&url));
                notices.push("The user and password in the address were sent as Authorization: Basic".to_string());
            }
            let _ = url.set_username("");
            let _ = url.set_password(None);
        }
        let filled = secrecy::filled_values(request);
        let leg = Self { method: request.method.clone(), url, headers, body: request.body.clone(), filled };
        if let Some(value) = leg.headers.get("Content-Length").filter(|v| v.trim() != leg.body.len().to_string()) {
            notices.push(match leg.body.len() {
                0 => format!("Content-Length: {} was not sent: there is no body", quoted(value)),
                length => format!("Content-Length was sent as {length} instead of {:?}: that is the length of the body", quoted(value)),
            });
        }
        if leg.headers.has("Transfer-Encoding") {
            notices.push("Transfer-Encoding was not sent: the body goes out with its length".to_string());
        }
        leg.wire(false)?;
        Ok(leg)
    }

    /// Names of the headers that are credentials.
    pub fn credentials(&self) -> Vec<String> {
        // A Referer reveals the previous page, but is no credential.
        let is_one =
            |header: &Header| !header.is("Referer") && (origin::is_credential(header) || origin::holds_one(&header.value, &self.filled));
        self.headers.iter().filter(|(_, h)| is_one(h)).map(|(_, h)| h.name.clone()).collect()
    }

    /// The request to the address in `Location`, with the names of what was withheld, and notices for the user.
    pub fn follow(&self, status: u16, location: &str) -> Result<(Self, Vec<String>, Vec<String>), Refusal> {
        let (url, had_userinfo) = origin::resolve(&self.url, location)?;
        let mut notices = Vec::new();
        let becomes_get = match status {
            303 => self.method != "GET" && self.method != "HEAD",
            301 | 302 => self.method == "POST",
            _ => false,
        };
        let mut described = self.headers.clone();
        if becomes_get {
            // RFC 9110 section 15.4: the new request has no content, so fields that describe it are removed too.
            described.0.retain(|h| !h.name.to_ascii_lowercase().starts_with("content-") && !h.is("Transfer-Encoding"));
        }
        let mut crossing = origin::cross(&described, &self.url, &url);
        if !origin::same_origin(&self.url, &url) {
            crossing.withhold(&self.filled);
            let secrets = self.secrets();
            crossing.withhold(&secrets);
            // A header may repeat one in another spelling.
            crossing.withhold_echoes(&Echoes::new(secrets));
        }
        let (headers, mut withheld) = (crossing.headers, crossing.withheld);
        if had_userinfo {
            withheld.push("userinfo".to_string());
        }
        if origin::is_downgrade(&self.url, &url) {
            notices.push(format!("The redirect leads from https to http ({})", url.host_str().unwrap_or_default()));
        }
        let (method, body) = if becomes_get { ("GET".to_string(), Text::default()) } else { (self.method.clone(), self.body.clone()) };
        origin::may_repeat(&method, &body, &self.url, &url)?;
        Ok((Self { method, url, headers, body, filled: self.filled.clone() }, withheld, notices))
    }

    /// Its secrets, as written and decoded: a header that is harmless by its name may repeat one.
    fn secrets(&self) -> Vec<String> {
        let (method, url, headers, body) = (self.method.clone(), self.url.to_string(), self.headers.clone(), self.body.clone());
        secrets_in(&Request { method, url, headers, body, ..Request::default() })
    }

    /// The request in the library's types. Inside a tunnel `Proxy-Authorization` would reach the server: there, and at a proxy that it
    /// is not for, or without a proxy, it is left out here. To the proxy that makes a tunnel it is passed separately.
    pub fn wire(&self, without_proxy_login: bool) -> Result<reqwest::Request, SendError> {
        let method = Method::from_bytes(self.method.as_bytes())
            .map_err(|_| SendError::illegal(format!("the method {:?} is not a single word", quoted(&self.method))))?;
        let mut wire = reqwest::Request::new(method, self.url.clone());
        for (_, header) in self.headers.iter() {
            let (name, value) = fields(header)?;
            // The library sets the framing: a wrong length would change the message. It sends none without a body, where some
            // servers want the 0 that is written.
            let is_right = self.body.is_empty() && header.is("Content-Length") && header.value.trim() == "0";
            let is_framing = header.is("Content-Length") || header.is("Transfer-Encoding");
            if is_framing && !is_right || (without_proxy_login && header.is("Proxy-Authorization")) {
                continue;
            }
            wire.headers_mut().append(name, value);
        }
        if !self.body.is_empty() {
            *wire.body_mut() = Some(self.body.to_string().into());
        }
        Ok(wire)
    }
}

/// A header in the library's types, or what HTTP cannot carry in it (RFC 9110 section 5.5), with its offset.
fn fields(header: &Header) -> Result<(HeaderName, HeaderValue), SendError> {
    let name = HeaderName::from_str(&header.name)
        .map_err(|_| SendError::illegal(format!("{:?} cannot be the name of a header", quoted(&header.name))))?;
    let value = HeaderValue::from_bytes(header.value.as_bytes()).map_err(|_| {
        let bad = header.value.bytes().enumerate().find(|(_, b)| (*b < 0x20 && *b != b'\t') || *b == 0x7f);
        let (at, byte) = bad.unwrap_or_default();
        let what = match byte {
            b'\r' => "a carriage return (CR)".to_string(),
            b'\n' => "a line feed (LF)".to_string(),
            0 => "a NUL".to_string(),
            other => format!("the control character 0x{other:02x}"),
        };
        SendError::illegal(format!("the value of header {} has {what} at offset {at}", header.name))
    })?;
    Ok((name, value))
}

/// `Basic …` made from an address's userinfo, percent-decoded (RFC 7617).
fn basic(url: &Url) -> String {
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).collect::<Vec<u8>>();
    let mut pair = decoded(url.username());
    pair.push(b':');
    pair.extend(decoded(url.password().unwrap_or_default()));
    format!("Basic {}", encode_pair(pair))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leg(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Result<HopRequest, SendError> {
        let headers = headers.iter().copied().collect();
        HopRequest::first(
            &Request { method: method.into(), url: url.into(), headers, body: body.into(), ..Request::default() },
            &mut Vec::new(),
        )
    }

    #[test]
    fn what_http_cannot_carry_is_named_with_its_place() {
        let message = |method: &str, url: &str, name: &str, value: &str| leg(method, url, &[(name, value)], "").unwrap_err().message;
        let url = "http://h/";
        assert_eq!(message("GET", url, "X-A", "ab\r\nc"), "the value of header X-A has a carriage return (CR) at offset 2");
        assert_eq!(message("GET", url, "X-A", "\0"), "the value of header X-A has a NUL at offset 0");
        assert_eq!(message("GET", url, "X A", "b"), "\"X A\" cannot be the name of a header");
        assert_eq!(message("G T", url, "X-A", "b"), "the method \"G T\" is not a single word");
        assert_eq!(message("GET", "http://h/\n", "X-A", "b"), "the address has a control character at offset 9");
        assert!(message("GET", "ftp://h/", "X-A", "b").contains("`ftp:`"));
        assert!(leg("GET", url, &[("X-A", "täb\tok")], "").is_ok());
    }

    #[test]
    fn userinfo_becomes_basic_unless_there_is_a_header() {
        let sent = leg("GET", "http://us%40er:p:w@h/", &[], "").unwrap();
        assert_eq!(sent.headers.get("Authorization"), Some("Basic dXNAZXI6cDp3"));
        assert_eq!(sent.url.as_str(), "http://h/");
        assert_eq!(leg("GET", "http://u:p@h/", &[("authorization", "x")], "").unwrap().headers.get("Authorization"), Some("x"));
    }

    #[test]
    fn which_redirects_become_a_get() {
        let table = [
            ("POST", 301, "GET"),
            ("POST", 302, "GET"),
            ("POST", 303, "GET"),
            ("POST", 307, "POST"),
            ("POST", 308, "POST"),
            ("PUT", 302, "PUT"),
            ("PUT", 303, "GET"),
            ("HEAD", 303, "HEAD"),
        ];
        for (method, status, next) in table {
            let leg = leg(method, "http://h/a", &[("Content-Type", "text/plain")], "x").unwrap();
            let (next_leg, _, _) = leg.follow(status, "/b").unwrap();
            assert_eq!(next_leg.method, next, "{method} {status}");
            assert_eq!(next_leg.body.is_empty(), next == "GET", "{method} {status}");
            assert_eq!(next_leg.headers.has("Content-Type"), next != "GET", "{method} {status}");
        }
    }

    #[test]
    fn to_another_origin_goes_nothing_but_the_closed_list() {
        let headers = [("Authorization", "Bearer a"), ("X-Acme", "ios"), ("Accept", "text/plain"), ("X-Trace", "7")];
        // The same host without TLS, on another port, and under another name.
        for to in ["http://a.example/x", "https://a.example:8443/x", "https://b.example/x", "//b.example/x", "https://u:p@b.example/x"] {
            let post = leg("POST", "https://a.example/token", &headers, "a=1").unwrap();
            assert!(matches!(post.follow(307, to), Err(Refusal::Body(_))), "{to}");
            assert!(matches!(post.follow(308, to), Err(Refusal::Body(_))), "{to}");
            let (next, withheld, _) = post.follow(303, to).unwrap();
            assert_eq!(next.headers, [("Accept", "text/plain")].into_iter().collect(), "{to}");
            assert_eq!(withheld.get(..3).unwrap(), ["Authorization", "X-Acme", "X-Trace"], "{to}");
            assert!(next.body.is_empty() && next.url.username().is_empty() && next.url.password().is_none());
            let odd = leg("SUMMER", "https://a.example/token", &headers, "").unwrap();
            assert!(matches!(odd.follow(307, to), Err(Refusal::Method(_))), "{to}");
        }
        for to in ["/elsewhere", "https://a.example:443/x", "https://u:p@a.example/x"] {
            let post = leg("POST", "https://a.example/token", &headers, "a=1").unwrap();
            let (next, withheld, _) = post.follow(307, to).unwrap();
            assert_eq!((next.headers, next.body.to_string()), (post.headers, "a=1".to_string()), "{to}");
            assert_eq!(withheld.len(), usize::from(to.contains('@')), "{to}");
        }
    }

    #[test]
    fn a_fragment_is_never_sent() {
        let first = leg("GET", "https://a.example/x#access_token=summer", &[], "").unwrap();
        for to in ["https://b.example/y", "/y", "https://b.example/y#code=winter"] {
            let (next, _, _) = first.follow(302, to).unwrap();
            assert!(next.url.fragment().is_some());
            let wire = next.wire(false).unwrap();
            let target = wire.url().clone();
            assert!(!format!("{}{:?}", target.path(), target.query()).contains('='), "{target}");
        }
    }
}
