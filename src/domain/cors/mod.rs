//! Cross-origin requests (Fetch standard, section "CORS protocol"): which rule refuses, and by which header of the answer.

pub mod console;

use std::collections::HashSet;
use std::fmt;

use super::cookie::CredentialsMode;
use super::request::Request;
use super::response::Response;

/// Request headers that a page may set without asking (CORS-safelisted, leaving the limits on their values aside).
const SAFE_HEADERS: [&str; 5] = ["accept", "accept-language", "content-language", "content-type", "range"];
/// Methods that need no leave.
const SAFE_METHODS: [&str; 3] = ["GET", "HEAD", "POST"];

/// The rule by which a browser refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// A preflight was redirected, with this status; 0 when it is not known.
    PreflightRedirected(u16),
    /// A preflight was answered with this status, which is not 2xx; 0 when it is not known.
    PreflightStatus(u16),
    /// No `Access-Control-Allow-Origin`.
    OriginAbsent,
    /// It names another origin than the page's.
    OriginDiffers {
        /// What it says; empty when that is not known.
        allowed: String,
    },
    /// It names several origins, or is there several times.
    OriginSeveral {
        /// What it says, put together.
        allowed: String,
    },
    /// `*` where credentials are sent.
    WildcardWithCredentials,
    /// Credentials are sent and `Access-Control-Allow-Credentials` is not `true`.
    CredentialsNotAllowed {
        /// What it says; `None` when it is absent.
        says: Option<String>,
    },
    /// The method is not in `Access-Control-Allow-Methods`.
    Method(String),
    /// A header is not in `Access-Control-Allow-Headers`.
    Header {
        /// Its name in lower case.
        name: String,
        /// True when only `*` is there: by the standard it does not cover Authorization, Chromium lets it.
        wildcard: bool,
    },
}

/// A refusal and the header of the answer that it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorsRefusal {
    /// The rule.
    pub rule: Rule,
    /// Index of the answer's header that decides; `None` when the header is absent or the status decides.
    pub header: Option<usize>,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PreflightRedirected(0) => f.write_str("the preflight was redirected"),
            Self::PreflightStatus(0) => f.write_str("the preflight was not answered 2xx"),
            Self::PreflightRedirected(status) => write!(f, "the preflight was answered with the redirect {status}"),
            Self::PreflightStatus(status) => write!(f, "the preflight was answered {status}, not 2xx"),
            Self::OriginAbsent => f.write_str("the answer has no Access-Control-Allow-Origin"),
            Self::OriginDiffers { allowed } if allowed.is_empty() => f.write_str("Access-Control-Allow-Origin does not name that origin"),
            Self::OriginDiffers { allowed } => write!(f, "Access-Control-Allow-Origin is {allowed}"),
            Self::OriginSeveral { allowed } => write!(f, "Access-Control-Allow-Origin must be one origin, but is {allowed}"),
            Self::WildcardWithCredentials => {
                f.write_str("Access-Control-Allow-Origin is *, but the request has cookies or other credentials")
            }
            Self::CredentialsNotAllowed { says: None } => f.write_str("the answer has no Access-Control-Allow-Credentials"),
            Self::CredentialsNotAllowed { says: Some(says) } => write!(f, "Access-Control-Allow-Credentials is {says}, not true"),
            Self::Method(method) if method.is_empty() => f.write_str("Access-Control-Allow-Methods does not name the method"),
            Self::Method(method) => write!(f, "Access-Control-Allow-Methods does not name {method}"),
            Self::Header { name, wildcard: false } => write!(f, "Access-Control-Allow-Headers does not name {name}"),
            Self::Header { name, wildcard: true } => {
                write!(f, "Access-Control-Allow-Headers is *, which does not cover {name} by the standard")
            }
        }
    }
}

/// What a preflight asks leave for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preflight {
    /// The page's origin.
    pub origin: String,
    /// Method of the request to come.
    pub method: String,
    /// Its headers that need leave, in lower case.
    pub headers: Vec<String>,
}

impl Preflight {
    /// Reads a preflight; `None` for any other request.
    pub fn read(request: &Request) -> Option<Self> {
        let header = |name| request.headers.get(name).map(str::trim);
        if !request.method.eq_ignore_ascii_case("OPTIONS") {
            return None;
        }
        let method = header("Access-Control-Request-Method")?.to_string();
        let headers = list(header("Access-Control-Request-Headers").unwrap_or_default()).map(|h| h.to_ascii_lowercase()).collect();
        Some(Self { origin: header("Origin")?.to_string(), method, headers })
    }
}

/// The items of a comma-separated field.
fn list(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').map(str::trim).filter(|item| !item.is_empty())
}

/// Every rule by which a browser refuses after this answer to a preflight, in the order in which it looks.
///
/// Without a known credentials mode the request counts as one without cookies, unless the answer itself allows them.
pub fn refusals_of_preflight(preflight: &Preflight, answer: &Response, credentials: Option<CredentialsMode>) -> Vec<CorsRefusal> {
    let mut refusals = Vec::new();
    if (300..400).contains(&answer.status) {
        refusals.push(CorsRefusal { rule: Rule::PreflightRedirected(answer.status), header: index(answer, "Location") });
    }
    let includes = credentials == Some(CredentialsMode::Include);
    refusals.extend(origin_refusal(&preflight.origin, answer, includes));
    if refusals.iter().all(|r| !matches!(r.rule, Rule::PreflightRedirected(_))) && !answer.is_success() {
        refusals.push(CorsRefusal { rule: Rule::PreflightStatus(answer.status), header: None });
    }
    refusals.extend(method_refusal(&preflight.method, answer, includes));
    refusals.extend(header_refusals(&preflight.headers, answer, includes));
    refusals
}

/// The rule by which a browser keeps this answer from the page (the CORS check); `None` when the page may read it.
pub fn origin_refusal(origin: &str, answer: &Response, includes_credentials: bool) -> Option<CorsRefusal> {
    let fields: Vec<(usize, &str)> = answer.headers.all("Access-Control-Allow-Origin").map(|(i, h)| (i, h.value.trim())).collect();
    let refusal = |rule, header| Some(CorsRefusal { rule, header });
    let Some((at, allowed)) = fields.first().copied() else { return refusal(Rule::OriginAbsent, None) };
    if fields.len() > 1 || (allowed != origin && list(allowed).nth(1).is_some()) {
        let allowed = fields.iter().map(|(_, v)| *v).collect::<Vec<_>>().join(", ");
        return refusal(Rule::OriginSeveral { allowed }, Some(at));
    }
    if allowed == "*" {
        return if includes_credentials { refusal(Rule::WildcardWithCredentials, Some(at)) } else { None };
    }
    if allowed != origin {
        return refusal(Rule::OriginDiffers { allowed: allowed.to_string() }, Some(at));
    }
    let says = answer.headers.get("Access-Control-Allow-Credentials").map(str::trim);
    if includes_credentials && says != Some("true") {
        let rule = Rule::CredentialsNotAllowed { says: says.map(str::to_string) };
        return refusal(rule, index(answer, "Access-Control-Allow-Credentials"));
    }
    None
}

fn method_refusal(method: &str, answer: &Response, includes: bool) -> Option<CorsRefusal> {
    let allowed = joined(answer, "Access-Control-Allow-Methods");
    // Methods are compared letter by letter; `patch` is not `PATCH`.
    let fits = list(&allowed).any(|item| item == method || (item == "*" && !includes));
    (!fits && !SAFE_METHODS.contains(&method))
        .then(|| CorsRefusal { rule: Rule::Method(method.to_string()), header: index(answer, "Access-Control-Allow-Methods") })
}

fn header_refusals(names: &[String], answer: &Response, includes: bool) -> Vec<CorsRefusal> {
    let allowed = joined(answer, "Access-Control-Allow-Headers");
    let allowed: HashSet<String> = list(&allowed).map(str::to_ascii_lowercase).collect();
    let wildcard = !includes && allowed.contains("*");
    let at = index(answer, "Access-Control-Allow-Headers");
    names
        .iter()
        .filter(|name| !allowed.contains(&name.to_ascii_lowercase()))
        .filter(|name| *name == "authorization" || !wildcard)
        .map(|name| CorsRefusal { rule: Rule::Header { name: name.clone(), wildcard }, header: at })
        .collect()
}

/// True when a fetch with this method and these headers is preceded by a preflight.
pub fn needs_preflight(request: &Request) -> bool {
    let simple = |value: &str| {
        let kind = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"].contains(&kind.as_str())
    };
    !SAFE_METHODS.contains(&request.method.as_str())
        || request.headers.iter().any(|(_, h)| match h.name.to_ascii_lowercase().as_str() {
            "content-type" => !simple(&h.value),
            name => name == "authorization" || name.starts_with("x-") && !SAFE_HEADERS.contains(&name),
        })
}

fn joined(answer: &Response, name: &str) -> String {
    answer.headers.all(name).map(|(_, h)| h.value.as_str()).collect::<Vec<_>>().join(",")
}

fn index(answer: &Response, name: &str) -> Option<usize> {
    answer.headers.all(name).next().map(|(i, _)| i)
}

#[cfg(test)]
mod tests {
    use super::*;
    use CredentialsMode::{Include, SameOrigin};

    fn preflight() -> Preflight {
        Preflight { origin: "https://app.example".into(), method: "PUT".into(), headers: vec!["authorization".into()] }
    }

    fn answer(status: u16, headers: &[(&str, &str)]) -> Response {
        Response { status, headers: headers.iter().copied().collect(), ..Response::default() }
    }

    fn rules(status: u16, headers: &[(&str, &str)], mode: Option<CredentialsMode>) -> Vec<Rule> {
        refusals_of_preflight(&preflight(), &answer(status, headers), mode).into_iter().map(|r| r.rule).collect()
    }

    const ORIGIN: (&str, &str) = ("Access-Control-Allow-Origin", "https://app.example");
    const METHODS: (&str, &str) = ("access-control-allow-methods", "GET, PUT");
    const HEADERS: (&str, &str) = ("Access-Control-Allow-Headers", "Content-Type, Authorization");

    #[test]
    fn a_preflight_that_is_allowed() {
        assert_eq!(rules(204, &[ORIGIN, METHODS, HEADERS], Some(SameOrigin)), []);
        assert_eq!(rules(204, &[("Access-Control-Allow-Origin", "*"), METHODS, HEADERS], None), []);
    }

    #[test]
    fn status_and_redirect() {
        assert_eq!(rules(401, &[ORIGIN, METHODS, HEADERS], None), [Rule::PreflightStatus(401)]);
        assert_eq!(rules(301, &[ORIGIN, METHODS, HEADERS], None), [Rule::PreflightRedirected(301)]);
    }

    #[test]
    fn the_origin_must_be_this_one() {
        let with = |allowed: &str| rules(204, &[("Access-Control-Allow-Origin", allowed), METHODS, HEADERS], None);
        assert_eq!(rules(204, &[METHODS, HEADERS], None), [Rule::OriginAbsent]);
        for other in ["https://app.example/", "http://app.example", "null", "https://admin.example"] {
            assert_eq!(with(other), [Rule::OriginDiffers { allowed: other.into() }]);
        }
        let both = "https://app.example, https://admin.example";
        assert_eq!(with(both), [Rule::OriginSeveral { allowed: both.into() }]);
        let twice = rules(204, &[ORIGIN, ORIGIN, METHODS, HEADERS], None);
        assert_eq!(twice, [Rule::OriginSeveral { allowed: "https://app.example, https://app.example".into() }]);
    }

    #[test]
    fn credentials_ask_for_more() {
        let star = ("Access-Control-Allow-Origin", "*");
        assert_eq!(rules(204, &[star, METHODS, HEADERS], Some(Include)), [Rule::WildcardWithCredentials]);
        assert_eq!(rules(204, &[ORIGIN, METHODS, HEADERS], Some(Include)), [Rule::CredentialsNotAllowed { says: None }]);
        let yes = ("Access-Control-Allow-Credentials", "true");
        assert_eq!(rules(204, &[ORIGIN, METHODS, HEADERS, yes], Some(Include)), []);
        let loud = ("Access-Control-Allow-Credentials", "True");
        assert_eq!(
            rules(204, &[ORIGIN, METHODS, HEADERS, loud], Some(Include)),
            [Rule::CredentialsNotAllowed { says: Some("True".into()) }]
        );
    }

    #[test]
    fn methods_and_headers_are_named() {
        assert_eq!(rules(204, &[ORIGIN, ("Access-Control-Allow-Methods", "GET, put"), HEADERS], None), [Rule::Method("PUT".into())]);
        let named = |wildcard| vec![Rule::Header { name: "authorization".into(), wildcard }];
        assert_eq!(rules(204, &[ORIGIN, METHODS, ("Access-Control-Allow-Headers", "content-type")], None), named(false));
        assert_eq!(rules(204, &[ORIGIN, METHODS, ("Access-Control-Allow-Headers", "*")], None), named(true));
        assert_eq!(rules(204, &[ORIGIN, METHODS], None), named(false));
    }

    #[test]
    fn what_a_browser_asks_leave_for() {
        let request = |method: &str, headers: &[(&str, &str)]| Request {
            method: method.into(),
            url: "https://api.example/".into(),
            headers: headers.iter().copied().collect(),
            body: "".into(),
            ..Request::default()
        };
        assert!(!needs_preflight(&request("GET", &[("Accept", "application/json")])));
        assert!(needs_preflight(&request("GET", &[("Authorization", "Bearer x")])));
        assert!(needs_preflight(&request("POST", &[("Content-Type", "application/json; charset=utf-8")])));
        assert!(!needs_preflight(&request("POST", &[("Content-Type", "text/plain")])));
        assert!(needs_preflight(&request("DELETE", &[])));
    }
}
