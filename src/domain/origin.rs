//! The origin rule: what may go from one origin to another. One pure function decides, and every path that sends asks it.
//!
//! An origin is scheme, host and port (RFC 6454 section 4). Inside one origin everything may be carried along. To another
//! one no credential goes: not `Authorization`, not cookies, not API keys under whatever name, not the query of a
//! `Referer`. Where a name or value only looks like a credential it is withheld too, and so is a header that no standard
//! knows unless its value is plainly one to read: a header too few is seen at once on the screen, a secret in the wrong
//! hands is not.

use url::Url;

use super::headers::{Header, Headers};
use super::request::Request;
use super::secrecy;

/// True when both addresses have the same scheme, host and port, and are HTTP.
pub fn same_origin(a: &Url, b: &Url) -> bool {
    a.origin().is_tuple() && a.origin() == b.origin()
}

/// True when a header is, or may be, a credential, by its name or by its value.
pub fn is_credential(header: &Header) -> bool {
    secrecy::header::is_withheld(header)
}

/// True when a request takes a credential along: in a header, in its address, or in its body.
pub fn carries_credential(request: &Request) -> bool {
    request.headers.iter().any(|(_, header)| is_credential(header))
        || credential_in_body(&request.body, request.headers.get("content-type").unwrap_or_default()).is_some()
        || !secrecy::in_request(request).is_empty()
}

/// The rule itself: may this header go along from a request to `from` to the next one, to `to`?
pub fn may_carry(header: &Header, from: &Url, to: &Url) -> bool {
    same_origin(from, to) || !is_credential(header) && !secrecy::header::is_doubtful(header)
}

/// The headers of the next request, and what was left behind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Crossing {
    /// What goes along, in order.
    pub headers: Headers,
    /// Names of what was withheld, as written; `Referer` when its path and query were cut off.
    pub withheld: Vec<String>,
}

/// Applies the rule to a list of headers.
///
/// To another origin a `Referer` keeps its origin alone (the policy `strict-origin-when-cross-origin`, and nothing at all
/// on a downgrade), an `Origin` is an origin and no more, and a `Host` written by hand stays behind: it named the first
/// server.
pub fn cross(headers: &Headers, from: &Url, to: &Url) -> Crossing {
    if same_origin(from, to) {
        return Crossing { headers: headers.clone(), withheld: Vec::new() };
    }
    let mut crossing = Crossing::default();
    for (_, header) in headers.iter().filter(|(_, h)| !h.is("Host")) {
        let kept = match () {
            () if header.is("Referer") => origin_of(&header.value).filter(|_| !is_downgrade(from, to)).map(|origin| origin + "/"),
            () if header.is("Origin") => origin_of(&header.value).or_else(|| may_carry(header, from, to).then(|| header.value.clone())),
            () => may_carry(header, from, to).then(|| header.value.clone()),
        };
        if kept.as_deref() != Some(header.value.as_str()) {
            crossing.withheld.push(header.name.clone());
        }
        if let Some(value) = kept {
            crossing.headers.push(header.name.clone(), value);
        }
    }
    crossing
}

impl Crossing {
    /// Withholds what holds one of these values as well: they are secret wherever they are.
    pub fn withhold(&mut self, secrets: &[String]) {
        let withheld = &mut self.withheld;
        self.headers.0.retain(|header| {
            let is_kept = !holds_one(&header.name, secrets) && !holds_one(&header.value, secrets);
            if !is_kept {
                withheld.push(header.name.clone());
            }
            is_kept
        });
    }
}

/// True for a text with one of these values in it. Of short ones other words are made: they count as the whole text alone.
pub fn holds_one(text: &str, secrets: &[String]) -> bool {
    const SHORTEST: usize = 4;
    let is_in = |secret: &String| if secret.len() < SHORTEST { text.trim() == secret } else { text.contains(secret.as_str()) };
    secrets.iter().any(is_in)
}

/// Scheme, host and port of an address, where it has them.
fn origin_of(address: &str) -> Option<String> {
    Url::parse(address.trim()).ok().map(|url| url.origin()).filter(url::Origin::is_tuple).map(|origin| origin.ascii_serialization())
}

/// From `https` to `http`: what was private would go in the clear.
pub fn is_downgrade(from: &Url, to: &Url) -> bool {
    from.scheme() == "https" && to.scheme() == "http"
}

/// Why a `Location` is not followed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is not an address.
    #[error("its Location cannot be read as an address")]
    Unreadable,
    /// Its scheme is neither `http` nor `https`.
    #[error("its Location has the scheme `{0}:`, and only http and https are followed")]
    Scheme(String),
    /// The body would have to be sent again, to another origin, and carries a credential.
    #[error("it asks to send the body again to another origin, and the body carries {0}")]
    Body(String),
}

/// Where a `Location` leads, seen from the address that answered it (RFC 9110 section 10.2.2): resolved, the fragment
/// inherited, userinfo taken off. The flag says whether there was userinfo.
pub fn resolve(from: &Url, location: &str) -> Result<(Url, bool), Refusal> {
    let mut to = from.join(location.trim()).map_err(|_| Refusal::Unreadable)?;
    if !matches!(to.scheme(), "http" | "https") {
        return Err(Refusal::Scheme(to.scheme().to_string()));
    }
    let had_userinfo = !to.username().is_empty() || to.password().is_some();
    // Both fail only for addresses without a host, which http and https always have.
    let _ = to.set_username("");
    let _ = to.set_password(None);
    if to.fragment().is_none() {
        to.set_fragment(from.fragment());
    }
    Ok((to, had_userinfo))
}

/// What of a body is, or may be, a credential: its name, or words for what it looks like.
pub fn credential_in_body(body: &str, media_type: &str) -> Option<String> {
    secrecy::withheld_in_body(body, media_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn header(name: &str, value: &str) -> Header {
        Header { name: name.into(), value: value.into() }
    }

    #[test]
    fn scheme_host_and_port_make_an_origin() {
        let table = [
            ("https://a.example/x", "https://a.example/y?z", true),
            ("https://a.example", "https://A.EXAMPLE:443/", true),
            ("http://a.example", "http://a.example:80", true),
            ("http://a.example", "https://a.example", false),
            ("https://a.example", "http://a.example", false),
            ("https://a.example", "https://a.example:8443", false),
            ("https://a.example", "https://b.a.example", false),
            ("https://b.a.example", "https://a.example", false),
            ("https://a.example", "https://a.example.evil.example", false),
            ("http://127.0.0.1", "http://localhost", false),
            ("file:///a", "file:///a", false),
        ];
        for (a, b, same) in table {
            assert_eq!(same_origin(&url(a), &url(b)), same, "{a} and {b}");
        }
    }

    #[test]
    fn no_credential_crosses_and_the_rest_does() {
        let table = [
            ("Authorization", "anything", false),
            ("Proxy-Authorization", "Basic eA==", false),
            ("Cookie", "sid=1", false),
            ("cookie2", "$Version=1", false),
            ("X-Api-Key", "1", false),
            ("apikey", "1", false),
            ("Ocp-Apim-Subscription-Key", "1", false),
            ("x-functions-key", "1", false),
            ("X-Auth-Token", "1", false),
            ("X-CSRF-Token", "1", false),
            ("PRIVATE-TOKEN", "1", false),
            ("X-Amz-Security-Token", "1", false),
            ("DPoP", "1", false),
            ("X-Anything", "Bearer abc", false),
            ("X-Anything", "eyJhbGciOiJIUzI1NiJ9.e30.x", false),
            ("X-Anything", "ghp_abcdef", false),
            ("Accept", "application/json", true),
            ("Content-Type", "text/plain", true),
            ("User-Agent", "authtui", true),
            ("X-Request-Id", "7", true),
            ("If-Match", "\"abc\"", true),
        ];
        let (from, to) = (url("https://a.example/"), url("https://b.example/"));
        for (name, value, may) in table {
            assert_eq!(may_carry(&header(name, value), &from, &to), may, "{name}: {value}");
            assert!(may_carry(&header(name, value), &from, &from), "{name} stays inside its origin");
        }
    }

    #[test]
    fn order_and_duplicates_survive_and_what_stays_behind_is_named() {
        let headers = [("Accept", "a"), ("Authorization", "Bearer x"), ("Host", "a.example"), ("Accept", "b"), ("X-API-Key", "k")]
            .into_iter()
            .collect();
        let crossing = cross(&headers, &url("https://a.example/"), &url("https://b.example/"));
        assert_eq!(crossing.headers, [("Accept", "a"), ("Accept", "b")].into_iter().collect());
        assert_eq!(crossing.withheld, ["Authorization", "X-API-Key"]);
        let home = cross(&headers, &url("https://a.example/"), &url("https://a.example/2"));
        assert_eq!((home.headers, home.withheld.len()), (headers, 0));
    }

    #[test]
    fn a_referer_loses_path_and_query() {
        let headers = [("Referer", "https://a.example/cb?code=secret")].into_iter().collect();
        let crossing = cross(&headers, &url("https://a.example/"), &url("https://b.example/"));
        assert_eq!(crossing.headers.get("Referer"), Some("https://a.example/"));
        assert_eq!(crossing.withheld, ["Referer"]);
        let downgraded = cross(&headers, &url("https://a.example/"), &url("http://a.example/"));
        assert!(!downgraded.headers.has("Referer"));
    }

    #[test]
    fn locations_resolve_or_are_refused() {
        let from = url("https://a.example/x/y?q#f");
        let to = |location: &str| resolve(&from, location).map(|(u, userinfo)| (u.to_string(), userinfo));
        assert_eq!(to("z"), Ok(("https://a.example/x/z#f".into(), false)));
        assert_eq!(to("//b.example/"), Ok(("https://b.example/#f".into(), false)));
        assert_eq!(to("https://u:p@b.example/#g"), Ok(("https://b.example/#g".into(), true)));
        assert_eq!(to("file:///etc/passwd"), Err(Refusal::Scheme("file".into())));
        assert_eq!(to("javascript:alert(1)"), Err(Refusal::Scheme("javascript".into())));
        assert_eq!(to("https://"), Err(Refusal::Unreadable));
    }

    #[test]
    fn what_takes_a_credential_along_is_known() {
        let table = [
            ("https://h/", "Accept", "*/*", "", false),
            ("https://h/?page=2", "X-Request-Id", "7", "a=b", false),
            ("https://h/", "Authorization", "x", "", true),
            ("https://h/", "X-Api-Key", "1", "", true),
            ("https://name:password@h/", "Accept", "*/*", "", true),
            ("https://h/?access_token=abcdefgh", "Accept", "*/*", "", true),
            ("https://h/", "Accept", "*/*", "grant_type=x&client_secret=y", true),
        ];
        for (url, name, value, body, carries) in table {
            let request = Request {
                method: "POST".into(),
                url: url.into(),
                headers: [(name, value)].into_iter().collect(),
                body: body.into(),
                ..Request::default()
            };
            assert_eq!(carries_credential(&request), carries, "{url} {name} {body}");
        }
    }

    #[test]
    fn bodies_with_credentials_are_recognized() {
        let of = |body| credential_in_body(body, "");
        assert_eq!(of("grant_type=x&client_secret=y").as_deref(), Some("`client_secret`"));
        assert_eq!(of("{ \"password\" : \"y\" }").as_deref(), Some("`password`"));
        assert_eq!(of("{\"forgot_password\":true}"), None);
        assert_eq!(of("the password is needed"), None);
    }
}
