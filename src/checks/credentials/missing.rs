//! `authorization-missing`

use crate::checks::check::check;
use crate::checks::facts::authorization::under_another_name;
use crate::checks::facts::fields;
use crate::checks::facts::other_credentials::{Carrier, OtherCredential};
use crate::checks::facts::perhaps;
use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Standing};
use crate::checks::session::frameworks;
use crate::checks::signing;
use crate::checks::transit::intermediary::own_page;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::context::{AuthLevel, AuthSource};
use crate::domain::request::Edit;

check! {
    /// The request has no credential at all.
    ///
    /// # What it looks at
    /// Authorization, API-key headers, credentials in the address or the body, and cookies. One of them must be there.
    ///
    /// # Why a server answers 401 to it
    /// Without a credential the server does not know who you are. It answers 401, and the challenge (WWW-Authenticate)
    /// names the scheme that it accepts. Some servers answer 403 or redirect to a login page instead.
    ///
    /// # How to prove it
    /// Look at the request as it was really sent: `curl -v` or the browser's Network tab show whether the header is there.
    ///
    /// # How to fix it
    /// Add the credential that the API wants: `Authorization` with the scheme of the challenge (often `Bearer <token>`), or
    /// the API-key header that its documentation names. If your code already adds it, look for a redirect, an
    /// interceptor, an empty environment variable, or a login that has ended.
    ///
    /// # Example
    /// `GET /orders` without Authorization, answered `401` with `WWW-Authenticate: Bearer`.
    ///
    /// # References
    /// RFC 9110 section 11.6; RFC 6750 section 3.1.
    MISSING = "authorization-missing", Credentials,
    stage: Presence, topics: [Missing, ApiKey],
    is_of_absence: true,
    decided_by: [DocumentedLogIn],
    run: look
}

fn look(facts: &Facts) -> Finding {
    if facts.is_preflight() {
        return Finding::not_applicable();
    }
    if let Some(a) = facts.authorization() {
        let place = a.place();
        return Finding::pass(format!(
            "an Authorization header is there, {}{}",
            a.scheme.as_ref().map_or("without a scheme".into(), |s| format!("scheme {s}")),
            inherited(facts)
        ))
        .proof(place, None, "present");
    }
    if let Some((_, header, _)) = under_another_name(&facts.request.headers).next() {
        return Finding::pass(format!("a credential is there, but its header is called {}", header.name));
    }
    // A field may as well be what the call is about, where the server asks for a credential.
    let asks = !facts.challenges.is_empty() || facts.says_plainly(Topic::Missing) || facts.says_plainly(Topic::ApiKey);
    let is_one = |other: &&OtherCredential| other.carrier != Carrier::Body || fields::is_of_the_call(&other.name) || !asks || judges(facts);
    // The page of a front server that asks for a password is not the API's, which the key is for.
    let asked_by_front = facts.challenges.iter().any(|c| c.is("basic")) && own_page(facts).is_some();
    if let Some(other) = facts.others.iter().find(is_one).filter(|_| !asked_by_front) {
        return Finding::pass(format!("a credential is there, in {}{}", other.name, inherited(facts)));
    }
    if let Some(carrier) = signing::carrier(facts) {
        return Finding::pass(format!("the request is signed, in {carrier}"));
    }
    if facts.username_token().is_some() {
        return Finding::pass("a credential is there, the UsernameToken of the SOAP message");
    }
    let in_body = facts.jwt().filter(|token| token.place == Place::RequestBody);
    if let Some(name) = in_body.and_then(|token| token.carrier.as_deref()).filter(|_| !asks || judges(facts)) {
        return Finding::pass(format!("a credential is there, the token {name} in the body"));
    }
    // Some identity services challenge under a name of their own.
    let asks_for_other = facts.challenges.iter().any(|c| ["digest", "negotiate", "ntlm"].iter().any(|scheme| c.is(scheme)));
    if facts.log_in().is_some() && !facts.says_plainly(Topic::ApiKey) && !asks_for_other {
        return Finding::pass("user and password are in the body: this request is the login");
    }
    if facts.is_login_callback() && facts.challenges.is_empty() {
        return Finding::pass("the request is the way back from a login: its code is the credential");
    }
    if facts.may_lack_credentials() {
        return Finding::unknown(
            "this export leaves credentials out on purpose: export the HAR again with sensitive data to know whether one was sent",
        );
    }
    match facts.standing {
        Standing::Accepted => return Finding::not_applicable(),
        Standing::Redirected if matches!(facts.status(), 100..=199 | 304) => return Finding::not_applicable(),
        Standing::Unanswered if !expected(facts) => {
            return Finding::unknown(format!(
                "no credential in the request{}; send it, or name the scheme that the API wants (expectations), to know whether one is needed",
                inherited(facts)
            ));
        }
        Standing::Blocked => {
            return Finding::unknown(
                "no credential in the request; the browser blocked the answer, so it is not known whether one is needed",
            );
        }
        _ => {}
    }
    let cookies = !facts.session().sends_none();
    // A page's own requests mostly log in by cookie: without a word from the server it may be either.
    let by_page = ["sec-fetch-mode", "origin", "referer"].iter().any(|h| facts.request.headers.has(h));
    let strength: Strength = match facts.status() {
        // The header is not there; whether it was never sent or lost at a redirect is another matter.
        401 if crate::checks::transit::redirects::may_follow_a_redirect(facts) => Strength::Possible,
        0 => Strength::Likely,
        401 if by_page && !asks && !expected(facts) => Strength::Possible,
        // A page, or a word about a login, and not one about a header: the cookie of a login may be what is wanted.
        401 if !asks && !expected(facts) && (facts.answers_html() || facts.says(Topic::Login)) => Strength::Possible,
        // The server names the cookie that it wants.
        401 if facts.says_plainly(Topic::Cookie) && !facts.says_plainly(Topic::Missing) && !expected(facts) => Strength::Likely,
        401 if !cookies || asks => Strength::Contradiction,
        401 => Strength::Plausible,
        403 if expected(facts) || !facts.challenges.is_empty() => Strength::Likely,
        // Words about rights are words about a caller, and nobody called.
        403 if !cookies && !by_page && !is_known_by_certificate(facts) && speaks_of_nobody(facts) && own_page(facts).is_none() => {
            Strength::Likely
        }
        // A 403 in the place of a 401 is how frameworks answer that log in by cookie.
        403 => Strength::Unlikely,
        400 | 407 | 422 | 500 if asks => Strength::Likely,
        300..=399 if facts.login_redirect().is_none() => return Finding::not_applicable(),
        300..=399 => Strength::Unlikely,
        _ => Strength::Unlikely,
    };
    // Where a session cookie is the way in, it and its absence are the session checks' matter.
    let perhaps = perhaps::credential(facts.request);
    let by_cookies = facts.works_by_cookies();
    if by_cookies
        && !asks
        && let Some((_, pair)) = facts.session().sent.iter().find(|(_, pair)| facts.session().may_hold(pair.name))
    {
        return Finding::pass(format!("a credential is there, the cookie {}", pair.name));
    }
    let strength = match () {
        // With a cookie it works: that is what is missing.
        () if by_cookies || facts.noted_cookie().is_some() => strength.min(Strength::Unlikely),
        // The cookie that is known to be wanted was set, and is what does not come.
        () if facts.session().jar.entries.iter().any(|entry| facts.context.cookie.contains(&entry.cookie.name)) => {
            strength.min(Strength::Possible)
        }
        () if !facts.others.is_empty() => strength.min(Strength::Plausible),
        () if facts.token_in_cookie().is_some() => strength.min(Strength::Possible),
        // A session without its token against forged requests counts as none.
        () if cookies && frameworks::refusing(facts).is_some_and(|framework| framework.reads) => strength.min(Strength::Possible),
        // Of the client's own login at a token endpoint `client-authentication-failed` speaks.
        () if facts.is_token_request() => strength.min(Strength::Possible),
        () if perhaps.is_some() => strength.min(Strength::Possible),
        () => strength,
    };
    let scheme = facts.offered_schemes().into_iter().next();
    let asked_header = facts.wanted_key_header();
    let key_header = asked_header.or_else(|| facts.header_of_service());
    let wanted = match (key_header, &scheme) {
        (Some(header), _) if asked_header.is_none() => format!("; this service reads it from the header {header}"),
        (Some(header), _) => format!("; the server asks for an API key in the header {header}"),
        (None, Some(scheme)) => format!("; the server asks for {scheme}"),
        (None, None) => String::new(),
    };
    let end = facts.request.url.len() + facts.request.method.len() + 1;
    let inherited = inherited(facts);
    let message = match &perhaps {
        Some(name) => format!("the request has no credential under a known name, unless {name} is one{inherited}{wanted}"),
        None => format!("the request has no credential{inherited}{wanted}"),
    };
    let mut finding = if by_cookies || perhaps.is_some() { Finding::warn(strength, message) } else { Finding::fail(strength, message) }
        .proof(Place::RequestLine, crate::domain::span::Span::new(0, end), "no Authorization header follows this line")
        .fixed_by(added(facts, key_header, scheme.as_deref()));
    if let Some((i, _)) = facts.answered_at("www-authenticate") {
        finding = finding.proof(Place::ResponseHeader(i), None, "the server's challenge");
    }
    finding
}

/// Where the tool that the request is from has its auth, as the end of a sentence.
fn inherited(facts: &Facts) -> String {
    let Some(source) = &facts.context.auth_source else { return String::new() };
    let AuthSource { tool, auth, level, .. } = source;
    match (auth, level) {
        (Some(auth), AuthLevel::Request) => format!("; {tool} adds {auth} to it on sending"),
        (Some(auth), _) if facts.authorization().is_none() && facts.others.is_empty() => {
            format!("; {tool} adds {auth} to it on sending, inherited from {}", source.place())
        }
        (Some(_), _) => format!(", inherited in {tool} from {}", source.place()),
        (None, AuthLevel::Request) => format!("; in {tool} its auth is set to none"),
        (None, AuthLevel::Folder) => format!("; in {tool} its auth is inherited, and {} has it set to none", source.place()),
        (None, AuthLevel::Collection) => format!("; in {tool} its auth is inherited, and {} has none", source.place()),
    }
}

/// True when the answer judges a token, and misses none: it was read.
pub fn judges(facts: &Facts) -> bool {
    let is_of_token = |topic: Topic| matches!(topic, Topic::Token | Topic::Expired | Topic::Revoked | Topic::TokenForm | Topic::Signature);
    !facts.says(Topic::Missing) && (facts.judges_a_claim() || facts.words.iter().any(|word| is_of_token(word.topic)))
}

/// True when the server says that the caller is nobody, or that the caller lacks a right.
fn speaks_of_nobody(facts: &Facts) -> bool {
    facts.says_plainly(Topic::Missing)
        || facts.says_plainly(Topic::Permission) && crate::checks::transit::intermediary::own_page(facts).is_none()
}

/// True when a proxy passes on the certificate with which the caller came.
fn is_known_by_certificate(facts: &Facts) -> bool {
    facts.request.headers.iter().any(|(_, h)| {
        let name = h.name.to_ascii_lowercase();
        name.contains("client-cert") || name.contains("ssl-client")
    })
}

fn expected(facts: &Facts) -> bool {
    facts.expects_jwt() || !facts.context.scheme.is_empty() || !facts.context.header.is_empty() || facts.context.username.is_some()
}

/// Whether the value of a header is one of those that a fix leaves for the user to fill: `Bearer {{token}}`, `{{api_key}}`.
pub fn asks_for_credential(value: &str) -> bool {
    let Some(before) = value.strip_suffix("}}") else { return false };
    ["api_key", "base64_user_password", "token"].iter().any(|name| {
        let scheme = before.strip_suffix(name).and_then(|rest| rest.strip_suffix("{{"));
        scheme.is_some_and(|scheme| scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b' ')))
    })
}

/// The header that is missing; in the place of the credential a variable, which nobody can take for a real one.
fn added(facts: &Facts, key_header: Option<&str>, scheme: Option<&str>) -> Fix {
    if scheme.is_some_and(|s| s.eq_ignore_ascii_case("aws4-hmac-sha256")) {
        return Fix::action(
            "Sign the request with your access key (Signature Version 4); the service's command-line tool and libraries do that",
        );
    }
    let scheme_is = |names: &[&str]| scheme.is_some_and(|s| names.iter().any(|name| s.eq_ignore_ascii_case(name)));
    if scheme_is(&["digest", "negotiate", "ntlm", "dpop"]) {
        let scheme = scheme.unwrap_or_default();
        return Fix::action(format!("Let a client that speaks {scheme} answer the challenge: each request needs a credential of its own"));
    }
    if key_header.is_none() && scheme_is(&["apikey", "api-key"]) {
        return Fix::edit(
            "Add the header X-API-Key with your API key, or the header that the API's documentation names",
            vec![Edit::AddHeader { name: "X-API-Key".into(), value: "{{api_key}}".into() }],
        );
    }
    let name = key_header.or(facts.context.header.first().map(String::as_str)).unwrap_or("Authorization");
    let is_of_its_own = !name.eq_ignore_ascii_case("authorization");
    let value = if is_of_its_own { "{{api_key}}".into() } else { wanted_value(facts, scheme) };
    let title = match scheme {
        _ if is_of_its_own => format!("Add the header {name} with your API key"),
        Some(scheme) => format!("Add an Authorization header with the scheme {scheme}"),
        None => "Add an Authorization header, most often Bearer and a token".into(),
    };
    Fix::edit(title, vec![Edit::AddHeader { name: name.into(), value }])
}

/// A value of `Authorization` under the scheme that is wanted, with a variable where nothing is known.
pub fn wanted_value(facts: &Facts, scheme: Option<&str>) -> String {
    match (scheme, &facts.context.username, &facts.context.password) {
        (Some(s), Some(user), Some(password)) if s.eq_ignore_ascii_case("basic") => {
            format!("Basic {}", crate::domain::basic::encode(user, password))
        }
        (Some(s), ..) if s.eq_ignore_ascii_case("basic") => "Basic {{base64_user_password}}".into(),
        (Some(s), ..) => format!("{s} {{{{token}}}}"),
        (None, ..) => "Bearer {{token}}".into(),
    }
}
