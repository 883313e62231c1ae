//! A small protected resource: it answers as a good server does, so that a client can be tried against it.

use jiff::Timestamp;
use serde_json::json;

use crate::checks::mask::Masker;
use crate::checks::{Cause, Evidence, Family, Outcome, Report, Surroundings, examine};
use crate::domain::basic::Basic;
use crate::domain::context::Context;
use crate::domain::exchange::Exchange;
use crate::domain::headers::Headers;
use crate::domain::request::Request;
use crate::domain::response::Response;
use crate::domain::secrecy;

/// What the resource asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// User and password (RFC 7617); without a pair any will do.
    Basic(Option<(String, String)>),
    /// A bearer token (RFC 6750).
    Bearer,
    /// A key in a header of this name; without a key any will do.
    ApiKey { header: String, key: Option<String> },
}

/// A protected resource.
#[derive(Clone, Debug)]
pub struct Required {
    pub scheme: Scheme,
    /// What a token is to have, and the keys that verify it. Without any of these, any token will do.
    pub expected: Context,
    /// The origin whose pages may read the answers (CORS), if any may.
    pub origin: Option<String>,
}

/// What is wrong with a credential.
struct Refusal {
    status: u16,
    /// The code of RFC 6750 section 3.1; `None` where no credential came, of which a challenge says nothing more.
    error: Option<&'static str>,
    description: String,
}

impl Refusal {
    fn absent(what: impl Into<String>) -> Self {
        Self { status: 401, error: None, description: what.into() }
    }

    fn new(status: u16, error: &'static str, description: impl Into<String>) -> Self {
        Self { status, error: Some(error), description: description.into() }
    }
}

/// The name of the protection space.
const REALM: &str = "authtui mirror";

impl Required {
    /// The answer to a request at a moment.
    pub fn answer(&self, request: &Request, now: Timestamp) -> Response {
        if request.method == "OPTIONS" && request.headers.has("access-control-request-method") {
            return self.preflight(request);
        }
        let refusal = match &self.scheme {
            Scheme::Basic(pair) => basic(request, pair.as_ref()),
            Scheme::Bearer => self.bearer(request, now),
            Scheme::ApiKey { header, key } => api_key(request, header, key.as_deref()),
        };
        let path = Request { url: secrecy::masked_url(&request.url), ..Request::default() };
        let path = path.path();
        let (status, body, challenge) = match refusal {
            None => (200, json!({ "ok": true, "method": request.method, "path": path }), None),
            Some(refusal) => {
                let body = json!({ "error": refusal.error.unwrap_or("unauthorized"), "error_description": refusal.description });
                (refusal.status, body, self.challenge(&refusal))
            }
        };
        let mut headers: Headers = [("Content-Type", "application/json"), ("Cache-Control", "no-store")].into_iter().collect();
        challenge.into_iter().for_each(|challenge| headers.push("WWW-Authenticate", challenge));
        self.allow(request, &mut headers);
        Response { status, headers, body: format!("{body}\n").into(), ..Response::default() }
    }

    /// A browser's question is answered without a login (Fetch standard, section 4.8).
    fn preflight(&self, request: &Request) -> Response {
        let mut headers = Headers::default();
        if self.allow(request, &mut headers) {
            for (asked, allowed) in
                [("request-method", "Access-Control-Allow-Methods"), ("request-headers", "Access-Control-Allow-Headers")]
            {
                if let Some(value) = request.headers.get(&format!("access-control-{asked}")) {
                    headers.push(allowed, value);
                }
            }
        }
        Response { status: 204, headers, ..Response::default() }
    }

    /// Lets the pages of the allowed origin read the answer.
    fn allow(&self, request: &Request, headers: &mut Headers) -> bool {
        headers.push("Vary", "Origin");
        let allowed = self.origin.as_deref().filter(|origin| request.headers.get("origin") == Some(*origin));
        if let Some(origin) = allowed {
            headers.push("Access-Control-Allow-Origin", origin);
            headers.push("Access-Control-Allow-Credentials", "true");
            headers.push("Access-Control-Expose-Headers", "WWW-Authenticate");
        }
        allowed.is_some()
    }

    fn challenge(&self, refusal: &Refusal) -> Option<String> {
        let challenge = match &self.scheme {
            Scheme::Basic(_) => format!("Basic realm=\"{REALM}\", charset=\"UTF-8\""),
            Scheme::ApiKey { header, .. } => format!("ApiKey realm=\"{REALM}\", header=\"{}\"", quotable(header)),
            Scheme::Bearer => {
                let scope = self.expected.scope.join(" ");
                let scope = if scope.is_empty() { String::new() } else { format!(", scope=\"{}\"", quotable(&scope)) };
                let error =
                    refusal.error.map(|error| format!(", error=\"{error}\", error_description=\"{}\"", quotable(&refusal.description)));
                format!("Bearer realm=\"{REALM}\"{}{scope}", error.unwrap_or_default())
            }
        };
        Some(challenge)
    }

    fn bearer(&self, request: &Request, now: Timestamp) -> Option<Refusal> {
        let mut fields = request.headers.all("authorization").map(|(_, header)| header.value.trim());
        let Some(field) = fields.next() else { return Some(Refusal::absent("a bearer token is required")) };
        let (scheme, token) = field.split_once(' ').map_or((field, ""), |(scheme, token)| (scheme, token.trim_start()));
        if fields.next().is_some() {
            return Some(Refusal::new(400, "invalid_request", "there is more than one Authorization header"));
        }
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Some(Refusal::absent("a bearer token is required"));
        }
        let is_token = |b: u8| b.is_ascii_alphanumeric() || b"-._~+/=".contains(&b);
        if token.is_empty() || !token.bytes().all(is_token) {
            return Some(Refusal::new(400, "invalid_request", "what follows Bearer is not a token"));
        }
        let now = self.expected.now.unwrap_or(now);
        let context = Context { now: Some(now), scheme: vec!["Bearer".into()], ..self.expected.clone() };
        // Blanks before the token are allowed (RFC 6750 section 2.1).
        let mut request = request.clone();
        request
            .headers
            .0
            .iter_mut()
            .filter(|header| header.is("authorization"))
            .for_each(|header| header.value = format!("{scheme} {token}"));
        let exchange = Exchange { request, context: context.into(), ..Exchange::default() };
        let report = examine(&exchange, &Surroundings::alone(now));
        let masker = Masker::of(&exchange);
        let judges = |family| matches!(family, Family::Credentials | Family::Token);
        // What is wrong with another header is nothing that this resource reads.
        let is_of_another = |cause: &Cause| {
            let of =
                |evidence: &Evidence| evidence.place.header_name(&exchange).is_some_and(|name| !name.eq_ignore_ascii_case("authorization"));
            cause.evidence.first().is_some_and(of)
        };
        let cause = report.causes.iter().find(|cause| {
            judges(cause.check.family)
                && !is_of_another(cause)
                && report.checks.iter().any(|e| e.check.id == cause.check.id && e.finding.outcome == Outcome::Fail)
        });
        match cause {
            Some(cause) if cause.check.id == "scope-insufficient" => {
                Some(Refusal::new(403, "insufficient_scope", masker.hide(&cause.summary)))
            }
            Some(cause) => Some(Refusal::new(401, "invalid_token", masker.hide(&cause.summary))),
            None => self.unproven(&report),
        }
    }

    /// What cannot be shown to be right is refused where it is asked for.
    fn unproven(&self, report: &Report) -> Option<Refusal> {
        let Context { audience, issuer, scope, keys, .. } = &self.expected;
        let asked = [
            (keys.is_some(), "signature-invalid", "the signature cannot be verified"),
            (!audience.is_empty(), "audience-mismatch", "the token names no audience that can be read"),
            (!issuer.is_empty(), "issuer-mismatch", "the token names no issuer that can be read"),
            (!scope.is_empty(), "scope-insufficient", "the token names no scope that can be read"),
        ];
        asked.into_iter().filter(|(is_asked, ..)| *is_asked).find_map(|(_, id, why)| {
            let finding = report.checks.iter().find(|examined| examined.check.id == id).map(|examined| &examined.finding);
            match finding {
                Some(finding) if finding.outcome == Outcome::Pass => None,
                // Before a server has asked for a scope, the engine only warns of one that is missing.
                Some(finding) if id == "scope-insufficient" && matches!(finding.outcome, Outcome::Warn | Outcome::Fail) => {
                    Some(Refusal::new(403, "insufficient_scope", finding.message.as_ref()))
                }
                _ => Some(Refusal::new(401, "invalid_token", why)),
            }
        })
    }
}

fn basic(request: &Request, pair: Option<&(String, String)>) -> Option<Refusal> {
    if request.headers.all("authorization").count() > 1 {
        return Some(Refusal::new(400, "invalid_request", "there is more than one Authorization header"));
    }
    let field = request.headers.get("authorization").unwrap_or_default().trim();
    let Some((_, credential)) = field.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic")) else {
        return Some(Refusal::absent("user and password are required"));
    };
    let basic = Basic::read(credential.trim());
    let sent = basic.text().map(|(user, password)| (user.to_string(), password.to_string()));
    match (sent, pair) {
        (None, _) => Some(Refusal::absent("what follows Basic is not user:password in base64")),
        (Some(sent), Some(pair)) if sent != *pair => Some(Refusal::absent("user or password is wrong")),
        _ => None,
    }
}

fn api_key(request: &Request, header: &str, key: Option<&str>) -> Option<Refusal> {
    if request.headers.all(header).count() > 1 {
        return Some(Refusal::new(400, "invalid_request", format!("there is more than one header {header}")));
    }
    match request.headers.get(header).map(str::trim).filter(|value| !value.is_empty()) {
        None => Some(Refusal::absent(format!("a key is required in the header {header}"))),
        Some(sent) if key.is_some_and(|key| key != sent) => Some(Refusal::absent(format!("the key in the header {header} is wrong"))),
        Some(_) => None,
    }
}

/// A text as the value of a parameter (RFC 6750 section 3: no quotes, no backslash, ASCII alone).
fn quotable(text: &str) -> String {
    let fit = |c: char| match c {
        '"' | '\\' | '“' | '”' | '‘' | '’' => '\'',
        ' '..='~' => c,
        _ => '-',
    };
    text.chars().map(fit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::token::keys::KeySet;
    use crate::domain::token::sign::{self, SigningKey};
    use serde_json::Map;

    fn required(scheme: Scheme) -> Required {
        Required { scheme, expected: Context::default(), origin: None }
    }

    fn request(fields: &[(&str, &str)]) -> Request {
        let headers = fields.iter().copied().collect();
        Request { method: "GET".into(), url: "http://a/b".into(), headers, ..Request::default() }
    }

    const SECRET: &[u8] = b"a-secret-of-thirty-two-bytes-or-more";

    fn signed(claims: &str) -> String {
        sign::make(&Map::new(), claims, &SigningKey::read(SECRET).expect("a key")).expect("a token")
    }

    fn now() -> Timestamp {
        "2026-11-23T07:00:00Z".parse().expect("a moment")
    }

    /// Status and challenge.
    fn told(required: &Required, fields: &[(&str, &str)]) -> String {
        let answer = required.answer(&request(fields), now());
        format!("{} {}", answer.status, answer.headers.get("www-authenticate").unwrap_or_default()).trim().to_string()
    }

    #[test]
    fn basic_asks_for_the_pair() {
        let any = required(Scheme::Basic(None));
        let own = required(Scheme::Basic(Some(("ann".into(), "tulip".into()))));
        let challenge = "401 Basic realm=\"authtui mirror\", charset=\"UTF-8\"";
        for (required, field, expected) in [
            (&any, "Basic YW5uOnR1bGlw", "200"),
            (&own, "basic YW5uOnR1bGlw", "200"),
            (&own, "Basic YW5uOnJvc2U=", challenge),
            (&own, "Basic !!!", challenge),
            (&any, "Bearer abc", challenge),
        ] {
            assert_eq!(told(required, &[("authorization", field)]), expected, "{field}");
        }
        assert_eq!(told(&any, &[]), challenge);
    }

    #[test]
    fn a_key_is_asked_for_in_its_header() {
        let required = required(Scheme::ApiKey { header: "X-API-Key".into(), key: Some("k1".into()) });
        assert_eq!(told(&required, &[("x-api-key", "k1")]), "200");
        let challenge = "401 ApiKey realm=\"authtui mirror\", header=\"X-API-Key\"";
        assert_eq!(told(&required, &[("x-api-key", "k2")]), challenge);
        assert_eq!(told(&required, &[("authorization", "Bearer k1")]), challenge);
        assert!(told(&required, &[("x-api-key", "k1"), ("x-api-key", "k2")]).starts_with("400"));
        assert!(required.answer(&request(&[]), now()).body.contains("a key is required in the header X-API-Key"));
    }

    #[test]
    fn a_challenge_says_nothing_of_a_token_that_did_not_come() {
        let required = required(Scheme::Bearer);
        assert_eq!(told(&required, &[]), "401 Bearer realm=\"authtui mirror\"");
        assert_eq!(told(&required, &[("authorization", "Basic YTpi")]), "401 Bearer realm=\"authtui mirror\"");
        assert_eq!(told(&required, &[("authorization", "Bearer  abcdef123456")]), "200");
        assert_eq!(told(&required, &[("authorization", "Bearer abcdef123456"), ("x-api-key", "undefined")]), "200");
        for broken in ["Bearer", "Bearer a b", "Bearer \"x\""] {
            assert!(
                told(&required, &[("authorization", broken)]).starts_with("400 Bearer realm=\"authtui mirror\", error=\"invalid_request\""),
                "{broken}"
            );
        }
        let twice = [("authorization", "Bearer a"), ("authorization", "Bearer b")];
        assert!(told(&required, &twice).starts_with("400 "));
    }

    #[test]
    fn a_token_is_judged_by_what_is_expected_of_it() {
        let good = signed("{\"iss\":\"https://i\",\"aud\":\"orders\",\"scope\":\"read\",\"exp\":1795420800}");
        let expected = Context {
            audience: vec!["orders".into()],
            issuer: vec!["https://i".into()],
            scope: vec!["read".into()],
            keys: Some(KeySet::from_secret(SECRET, "secret").into()),
            ..Context::default()
        };
        let required = Required { expected, ..required(Scheme::Bearer) };
        let told = |required: &Required, token: &str| self::told(required, &[("authorization", &format!("Bearer {token}"))]);
        assert_eq!(told(&required, &good), "200");
        for (claims, expected) in [
            ("{\"iss\":\"https://i\",\"aud\":\"orders\",\"scope\":\"read\",\"exp\":1795400000}", "401 invalid_token"),
            ("{\"iss\":\"https://i\",\"aud\":\"billing\",\"scope\":\"read\",\"exp\":1795420800}", "401 invalid_token"),
            ("{\"iss\":\"https://other\",\"aud\":\"orders\",\"scope\":\"read\",\"exp\":1795420800}", "401 invalid_token"),
            ("{\"iss\":\"https://i\",\"aud\":\"orders\",\"scope\":\"write\",\"exp\":1795420800}", "403 insufficient_scope"),
            (
                "{\"iss\":\"https://i\",\"aud\":\"orders\",\"scope\":\"write\",\"exp\":1795420800,\"sub\":\"u\",\"iat\":1795417200}",
                "403 insufficient_scope",
            ),
        ] {
            let (status, error) = expected.split_once(' ').expect("two words");
            let said = told(&required, &signed(claims));
            assert!(said.starts_with(status) && said.contains(&format!("error=\"{error}\"")), "{claims}: {said}");
            assert!(said.contains("scope=\"read\""), "{said}");
        }
        let forged = format!("{}x", good.strip_suffix(|_| true).expect("a signature"));
        assert!(told(&required, &forged).contains("invalid_token"));
        assert!(told(&required, "abcdefgh12345678").contains("invalid_token"), "an opaque token proves nothing");
    }

    #[test]
    fn pages_of_the_allowed_origin_may_ask_and_read() {
        let required = Required { origin: Some("https://page".into()), ..required(Scheme::Bearer) };
        let mut question = request(&[
            ("origin", "https://page"),
            ("access-control-request-method", "GET"),
            ("access-control-request-headers", "authorization"),
        ]);
        question.method = "OPTIONS".into();
        let answer = required.answer(&question, now());
        assert_eq!((answer.status, answer.headers.get("access-control-allow-headers")), (204, Some("authorization")));
        let refused = required.answer(&request(&[("origin", "https://page")]), now());
        assert_eq!((refused.status, refused.headers.get("access-control-allow-origin")), (401, Some("https://page")));
        let other = required.answer(&request(&[("origin", "https://other")]), now());
        assert!(!other.headers.has("access-control-allow-origin"));
    }
}
