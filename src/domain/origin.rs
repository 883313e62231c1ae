//! The origin rule: what may go from one origin to another. One pure function decides, and every path that sends asks it.
//!
//! An origin is scheme, host and port (RFC 6454 section 4). Inside one origin everything may be carried along. To another
//! one goes a closed list: the method, if it is a known one, and the headers of [`CROSSING`] with the values that they may have, which
//! are no credentials by definition. Everything else stays, whatever its name and value look like, and so does every body: no
//! search for secrets has to be right for that.

use url::Url;

use super::headers::{Header, Headers};
use super::request::Request;
use super::secrecy;
use super::secrecy::echo::Echoes;

/// True when both addresses have the same scheme, host and port, and are HTTP.
pub fn same_origin(a: &Url, b: &Url) -> bool {
    a.origin().is_tuple() && a.origin() == b.origin()
}

/// What the value of a header that crosses may be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Values {
    /// A switch: `1`, `?0`, `null`.
    Switch,
    /// Words, numbers and dates that a standard defines.
    Words,
    /// Names of programs and media types, which everybody makes up.
    Names,
}

use Values::{Names, Switch, Words};

/// Headers that go along to another origin, and the values that they may have there. These are chosen from what a standard defines (media types, languages,
/// codings, ranges, dates) or name the program that asks, so that none of them authenticates anybody: the request headers that
/// the Fetch standard lets pages send to any origin (its CORS-safelisted ones), and those of RFC 9110 that only say what the
/// client can read, and what browsers say about themselves to every server. Entity tags are not among them: they are made by the first server, which may put anything into them,
/// and RFC 9110 section 15.4 has validators removed.
const CROSSING: [(&str, Values); 27] = [
    ("Accept", Names),
    ("Accept-Charset", Words),
    ("Accept-Datetime", Words),
    ("Accept-Encoding", Words),
    ("Accept-Language", Words),
    ("Cache-Control", Words),
    ("Connection", Words),
    ("Content-Encoding", Words),
    ("Content-Language", Words),
    ("Content-Type", Names),
    ("DNT", Switch),
    ("If-Modified-Since", Words),
    ("If-Unmodified-Since", Words),
    ("Pragma", Words),
    ("Priority", Words),
    ("Range", Words),
    ("Sec-CH-UA", Names),
    ("Sec-CH-UA-Mobile", Switch),
    ("Sec-CH-UA-Platform", Words),
    ("Sec-Fetch-Dest", Words),
    ("Sec-Fetch-Mode", Words),
    ("Sec-Fetch-Site", Words),
    ("Sec-Fetch-User", Switch),
    ("Sec-GPC", Switch),
    ("TE", Words),
    ("Upgrade-Insecure-Requests", Switch),
    ("User-Agent", Names),
];

impl Values {
    /// True for a value of this kind. What looks random is none of any: somebody may have put a key there.
    fn has(self, value: &str) -> bool {
        const LONGEST_SWITCH: usize = 4;
        let is_of_kind = match self {
            Switch => value.trim().len() <= LONGEST_SWITCH,
            Words => secrecy::is_plain(value),
            Names => true,
        };
        is_of_kind && !secrecy::shapes::may_be_key(value)
    }
}

/// Methods that go along to another origin: those of RFC 9110 and RFC 5789, and of WebDAV for reading. Another word in their
/// place may be anything.
const METHODS: [&str; 12] = ["GET", "HEAD", "OPTIONS", "TRACE", "POST", "PUT", "PATCH", "DELETE", "PROPFIND", "REPORT", "SEARCH", "QUERY"];

/// True when a header is, or may be, a credential, by its name or by its value.
pub fn is_credential(header: &Header) -> bool {
    secrecy::header::may_be_credential(header)
}

/// True when a request takes a credential along, or may do so: in a header, in its address, or in its body.
pub fn carries_credential(request: &Request) -> bool {
    request.headers.iter().any(|(_, header)| is_credential(header))
        || secrecy::may_hold_secret(&request.body, request.headers.get("content-type").unwrap_or_default())
        || !secrecy::in_request(request).is_empty()
}

/// The rule for headers: may this one go along from a request to `from` to the next one, to `to`? Even one of the list stays where
/// its value is none that it may have there, or holds what may be a secret (`Accept: */*; token=…`).
pub fn may_carry(header: &Header, from: &Url, to: &Url) -> bool {
    let crosses = || CROSSING.iter().any(|(name, values)| header.is(name) && values.has(&header.value)) && !is_credential(header);
    same_origin(from, to) || crosses()
}

/// The rule for the rest of a request: a method that is no known one and a body are not sent to another origin.
///
/// # Errors
///
/// What keeps the redirect from being followed.
pub fn may_repeat(method: &str, body: &str, from: &Url, to: &Url) -> Result<(), Refusal> {
    match () {
        () if same_origin(from, to) => Ok(()),
        () if !body.is_empty() => Err(Refusal::Body(to.origin().ascii_serialization())),
        () if !METHODS.contains(&method) => Err(Refusal::Method(to.origin().ascii_serialization())),
        () => Ok(()),
    }
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
/// on a downgrade), and an `Origin` is an origin and no more. A `Host` written by hand is replaced: it named the first server.
pub fn cross(headers: &Headers, from: &Url, to: &Url) -> Crossing {
    if same_origin(from, to) {
        return Crossing { headers: headers.clone(), withheld: Vec::new() };
    }
    let mut crossing = Crossing::default();
    for (_, header) in headers.iter().filter(|(_, h)| !h.is("Host")) {
        let kept = match () {
            () if header.is("Referer") => origin_of(&header.value).filter(|_| !is_downgrade(from, to)).map(|origin| origin + "/"),
            () if header.is("Origin") => origin_of(&header.value).or_else(|| (header.value == "null").then(|| header.value.clone())),
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
        self.keep(|text| !holds_one(text, secrets));
    }

    /// Withholds what repeats one of these secrets, in whatever spelling.
    pub fn withhold_echoes(&mut self, secrets: &Echoes) {
        self.keep(|text| secrets.find(text).is_empty());
    }

    /// Keeps the headers whose name and value pass.
    fn keep(&mut self, passes: impl Fn(&str) -> bool) {
        let withheld = &mut self.withheld;
        self.headers.0.retain(|header| {
            let is_kept = passes(&header.name) && passes(&header.value);
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
    /// The body would have to be sent again, to another origin.
    #[error("it asks to send the body again, to another origin ({0})")]
    Body(String),
    /// The method is no known one, and would go to another origin.
    #[error("it asks to send an unknown method to another origin ({0})")]
    Method(String),
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
    fn only_headers_of_the_list_cross_and_without_a_secret() {
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
            ("X-Request-Id", "7", false),
            ("If-Match", "\"abc\"", false),
            ("If-Modified-Since", "Sat, 28 Nov 2026 08:31:18 GMT", true),
            ("Range", "bytes=0-7", true),
            ("X-Anything", "1", false),
            ("Accept", "*/*; token=hunter2", false),
            ("User-Agent", "bot api_key=hunter2", false),
            ("Accept", "application/q8ZZ1x0d7Kp2Lm9Vw3", false),
            ("Content-Type", "text/plain; charset=q8ZZ1x0d7Kp2Lm9Vw3", false),
            ("User-Agent", "acme/q8ZZ1x0d7Kp2Lm9Vw3", false),
            ("Accept-Language", "q8ZZ1x0d7Kp2Lm9Vw3", false),
            ("Accept-Language", "hunter2", false),
            ("Range", "bytes=0-1 q8ZZ1x0d7Kp2Lm9Vw3", false),
            ("Priority", "u=q8ZZ1x0d7Kp2Lm9Vw3", false),
            ("Cache-Control", "5f4dcc3b5aa765d61d8327deb882cf99", false),
            ("DNT", "live-key-4711", false),
            ("TE", "hunter2", false),
            ("DNT", "1", true),
            ("TE", "trailers, deflate;q=0.5", true),
            ("Priority", "u=1, i", true),
            ("Sec-CH-UA-Mobile", "?0", true),
            ("Sec-CH-UA-Platform", "\"Windows\"", true),
            ("Accept-Language", "zh-Hant-TW,zh;q=0.9,sr-Latn;q=0.8,*;q=0.5", true),
            ("Accept", "application/vnd.oai.openapi+json;version=3.1, image/avif,video/3gpp;q=0.8,*/*;q=0.5", true),
            ("User-Agent", "Mozilla/5.0 (Linux; Android 13; SM-G998B Build/TP1A.220624.014) AppleWebKit/537.36 (KHTML, like Gecko)", true),
            ("User-Agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1", true),
            ("User-Agent", "aws-sdk-go-v2/1.24.0 os/linux lang/go#1.21.5 md/GOARCH#amd64 api/s3#1.44.0", true),
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
    fn no_body_and_no_unknown_method_goes_to_another_origin() {
        let (from, to) = (url("https://a.example/"), url("https://b.example/x?y"));
        for other in [&to, &url("http://a.example/"), &url("https://a.example:8443/")] {
            let origin = other.origin().ascii_serialization();
            for body in ["x", " ", "{}", "a=1&b=2"] {
                assert_eq!(may_repeat("POST", body, &from, other), Err(Refusal::Body(origin.clone())), "{body:?}");
            }
            for method in ["ghp_abcdef", "get", "SUMMER", ""] {
                assert_eq!(may_repeat(method, "", &from, other), Err(Refusal::Method(origin.clone())), "{method}");
            }
            for method in METHODS {
                assert_eq!(may_repeat(method, "", &from, other), Ok(()));
            }
        }
        assert_eq!(may_repeat("SUMMER", "x", &from, &url("https://a.example/elsewhere")), Ok(()));
    }
}
