//! What is known about an exchange, parsed once per edit: every check looks here and parses nothing itself.

pub mod cors;
pub mod credential;
pub mod digest;
pub mod phrases;
pub mod session;
pub mod words;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashSet;

use jiff::Timestamp;
use url::Url;

use super::finding::Place;
use super::{Knowledge, Siblings, Surroundings, siblings};
use crate::domain::basic::Basic;
use crate::domain::challenge::{self, Challenge, ChallengeFault};
use crate::domain::context::Context;
use crate::domain::exchange::Exchange;
use crate::domain::json::Object;
use crate::domain::limits::MAX_CHECKED_BODY;
use crate::domain::request::Request;
use crate::domain::response::Response;
use crate::domain::span::Span;
use crate::domain::time;
use crate::domain::token::jws::Jws;
use crate::domain::token::keys::{self, SignatureState, Verification};
use credential::{Authorization, LogIn, OtherCredential};
use words::{Topic, Word};

/// Where the path of a sibling is known from.
const WORKS: &str = "which works in another request";

/// How the exchange ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// No answer yet: the request is judged on what it carries.
    Unanswered,
    /// 2xx: whatever looks odd was taken.
    Taken,
    /// 1xx or 3xx.
    Redirected,
    /// 4xx or 5xx.
    Refused,
    /// A browser blocked it.
    Blocked,
}

/// The token of the request, with the place that it stands in.
#[derive(Clone, Debug)]
pub struct Token {
    /// The part of the request.
    pub place: Place,
    /// Its bytes there, without quotes and other remains around it.
    pub span: Span,
    /// The token, read as a JWS; also for one that only tries to be one.
    pub jws: Jws,
    /// True when it is meant as a JWS.
    pub is_jwt: bool,
    /// Name of the cookie, header or parameter that carries it, unless it stands in `Authorization`.
    pub carrier: Option<String>,
}

impl Token {
    /// A span of the token's text as a span of the place it stands in.
    pub const fn at(&self, span: Span) -> Span {
        span.shifted(self.span.start)
    }
}

/// Everything parsed from an exchange.
#[derive(Debug)]
pub struct Facts<'a> {
    /// The exchange itself.
    pub exchange: &'a Exchange,
    /// Its request.
    pub request: &'a Request,
    /// Its answer.
    pub answer: Option<&'a Response>,
    /// What stands beside it.
    pub context: &'a Context,
    /// Other exchanges of the file or workspace.
    pub siblings: &'a Siblings<'a>,
    /// How it ended.
    pub standing: Standing,
    /// The client's clock when the request was sent.
    pub sent_at: Timestamp,
    /// The server's clock: the answer's Date when it has one that is no cache's, else `sent_at`.
    pub server_now: Timestamp,
    /// Seconds by which the server's clock is ahead of the client's, when both are known.
    pub skew: Option<f64>,
    /// The `Authorization` headers in order.
    pub authorizations: Vec<Authorization>,
    /// The `Proxy-Authorization` headers in order.
    pub proxy_authorizations: Vec<Authorization>,
    /// Credentials in other places.
    pub others: Vec<OtherCredential>,
    /// The answer's challenges.
    pub challenges: Vec<Challenge>,
    /// What is wrong with them.
    pub challenge_faults: Vec<ChallengeFault>,
    /// The proxy's challenges.
    pub proxy_challenges: Vec<Challenge>,
    /// Phrases found in the answer.
    pub words: Vec<Word>,
    /// The token.
    pub token: Option<Token>,
    /// The Basic credential of the first `Authorization` header.
    pub basic: Option<Basic>,
    /// The address, when it can be parsed.
    pub url: Option<Url>,
    /// Fields of a form body, with the places of their values.
    pub form: Vec<(String, String, Span)>,
    /// User and password in the body of a log-in request.
    pub log_in: Option<LogIn>,
    error_code: OnceCell<Option<String>>,
    lower_body: OnceCell<String>,
    verification: OnceCell<Option<Verification>>,
    session: OnceCell<session::Session<'a>>,
    cors: OnceCell<cors::Cors>,
    digest: OnceCell<Option<digest::Digest>>,
}

impl<'a> Facts<'a> {
    /// Parses an exchange, with all that is known of servers' words.
    pub fn of(exchange: &'a Exchange, around: &Surroundings<'a>) -> Self {
        Self::with(exchange, around, &Knowledge::ALL)
    }

    /// Parses an exchange, with no more than this known of servers' words.
    pub fn with(exchange: &'a Exchange, around: &Surroundings<'a>, knowledge: &Knowledge) -> Self {
        let request = &exchange.request;
        let context = &exchange.context;
        let answer = exchange.answer.as_ref();
        let standing = match answer {
            None => Standing::Unanswered,
            Some(a) if a.is_blocked() => Standing::Blocked,
            Some(a) => match a.status {
                200..=299 => Standing::Taken,
                100..=399 => Standing::Redirected,
                _ => Standing::Refused,
            },
        };
        let sent_at = context.now.unwrap_or(around.now);
        let date = answer.and_then(|a| a.headers.get("date")).and_then(time::http_date);
        let cached = answer.is_some_and(is_from_cache);
        let server_now = date.filter(|_| !cached).unwrap_or(sent_at);
        let skew = date.filter(|_| !cached && context.now.is_some()).map(|d| time::seconds_between(sent_at, d));
        let read = |name: &'a str| request.headers.all(name).map(|(i, h)| Authorization::read(i, &h.value)).collect::<Vec<_>>();
        let authorizations = read("authorization");
        let mut challenge_faults = Vec::new();
        let mut challenges = Vec::new();
        let mut proxy_challenges = Vec::new();
        if let Some(answer) = answer {
            (challenges, challenge_faults) = challenge::read_all(&answer.headers, "www-authenticate");
            proxy_challenges = challenge::read_all(&answer.headers, "proxy-authenticate").0;
        }
        let others = credential::others(request);
        let basic = authorizations.first().filter(|a| a.is("basic") && !a.credential.is_empty()).map(|a| Basic::read(a.core().0));
        Self {
            exchange,
            request,
            answer,
            context,
            siblings: around.siblings,
            standing,
            sent_at,
            server_now,
            skew,
            token: token(request, &authorizations, &others),
            proxy_authorizations: read("proxy-authorization"),
            challenges,
            challenge_faults,
            proxy_challenges,
            words: answer.map(knowledge.words).unwrap_or_default(),
            basic,
            url: Url::parse(&request.url).ok(),
            log_in: credential::log_in(request),
            form: credential::form(request),
            authorizations,
            others,
            error_code: OnceCell::new(),
            lower_body: OnceCell::new(),
            verification: OnceCell::new(),
            session: OnceCell::new(),
            cors: OnceCell::new(),
            digest: OnceCell::new(),
        }
    }

    /// The status of the answer; 0 without one or when it was blocked.
    pub fn status(&self) -> u16 {
        self.answer.map_or(0, |a| a.status)
    }

    /// True unless the answer was 2xx.
    pub fn is_refused(&self) -> bool {
        self.standing != Standing::Taken
    }

    /// True when the answer speaks of this topic.
    pub fn says(&self, topic: Topic) -> bool {
        self.words.iter().any(|w| w.topic == topic)
    }

    /// True when the answer speaks of this topic in words that can hardly mean anything else.
    pub fn says_plainly(&self, topic: Topic) -> bool {
        self.words.iter().any(|w| w.topic == topic && w.specific)
    }

    /// The first phrase on a topic, specific ones first.
    pub fn word(&self, topic: Topic) -> Option<&Word> {
        let mut on_topic = self.words.iter().filter(|w| w.topic == topic);
        let first = on_topic.clone().next();
        on_topic.find(|w| w.specific).or(first)
    }

    /// The phrase's own bytes.
    pub fn quote(&self, word: &Word) -> String {
        word.place.text(self.exchange).and_then(|t| word.span.cut(&t).map(str::to_string)).unwrap_or_default()
    }

    /// The header of its own in which the server wants a key: the challenge or the words that ask for one name it.
    pub fn wanted_key_header(&self) -> Option<&str> {
        let in_challenge = self.challenges.iter().filter(|c| c.get("type") == Some("header")).find_map(|c| c.get("name"));
        in_challenge.or_else(|| self.says_plainly(words::Topic::ApiKey).then(|| credential::key_header_named(self.body()))?)
    }

    /// The first `Authorization` header.
    pub fn authorization(&self) -> Option<&Authorization> {
        self.authorizations.first()
    }

    /// The challenge of this scheme.
    pub fn challenge(&self, scheme: &str) -> Option<&Challenge> {
        self.challenges.iter().find(|c| c.is(scheme))
    }

    /// The schemes that the API takes: the challenge's, or the expected ones.
    pub fn offered_schemes(&self) -> Vec<String> {
        let mut offered: Vec<String> = self.context.scheme.clone();
        let mut known: HashSet<String> = offered.iter().map(|o| o.to_ascii_lowercase()).collect();
        let schemes = self.challenges.iter().map(|c| &c.scheme).filter(|s| !s.is_empty() && known.insert(s.to_ascii_lowercase()));
        offered.extend(schemes.cloned());
        offered
    }

    /// True when the API is known to take JWTs: an audience, an issuer, an algorithm or keys are expected.
    pub fn expects_jwt(&self) -> bool {
        let c = self.context;
        !(c.audience.is_empty() && c.issuer.is_empty() && c.algorithm.is_empty()) || c.keys.is_some()
    }

    /// The error code that OAuth defines (RFC 6749 section 5.2, RFC 6750 section 3.1), from the challenge, the JSON body, or
    /// the address that a redirect leads to.
    pub fn error_code(&self) -> Option<&str> {
        self.error_code
            .get_or_init(|| {
                let answer = self.answer.filter(|a| !a.is_success())?;
                let in_challenge = self.challenges.iter().find_map(|c| c.get("error"));
                let in_location = || {
                    let query = answer.headers.get("location")?.split_once('?')?.1;
                    credential::pairs(query).into_iter().find(|(n, _, _)| n == "error").map(|(_, v, _)| v)
                };
                let body = answer.body.trim_start();
                let in_body = || {
                    let object = (body.starts_with('{') && body.len() < 65_536).then(|| Object::read(body))?;
                    object.str("error").map(str::to_string)
                };
                in_challenge.map(str::to_string).or_else(in_body).or_else(in_location)
            })
            .as_deref()
    }

    /// True when some path is known to be right: documented, or of a sibling that works.
    pub fn knows_paths(&self) -> bool {
        self.documented().next().is_some() || self.working().is_some_and(|paths| !paths.is_empty())
    }

    /// Paths that are known to be right and differ from one in upper and lower case and slashes at the end at most, with
    /// where they are known from.
    pub fn paths_alike(&self, path: &str) -> impl Iterator<Item = (Cow<'_, str>, &'static str)> {
        let of_siblings = self.working().into_iter().flat_map(|paths| paths.alike(path).collect::<Vec<_>>());
        self.documented().chain(of_siblings.map(|p| (p.into(), WORKS)))
    }

    /// Paths that are known to be right and may be within one or two letters of one, with where they are known from.
    pub fn paths_near(&self, path: &str) -> impl Iterator<Item = (Cow<'_, str>, &'static str)> {
        let of_siblings = self.working().into_iter().flat_map(|paths| paths.near(path, 2).collect::<Vec<_>>());
        self.documented().chain(of_siblings.map(|p| (p.into(), WORKS)))
    }

    fn documented(&self) -> impl Iterator<Item = (Cow<'_, str>, &'static str)> {
        let path = |url: &String| Some((Url::parse(url).ok()?.path().to_string().into(), "the documented one"));
        self.context.url.iter().filter_map(path)
    }

    fn working(&self) -> Option<&siblings::Paths> {
        self.siblings.working_paths(self.url.as_ref()?.host_str()?)
    }

    /// The JWT of the request.
    pub fn jwt(&self) -> Option<&Token> {
        self.token.as_ref().filter(|t| t.is_jwt)
    }

    /// The signature, verified with the expected keys; `None` without a JWT or without keys. Computed once.
    pub fn verification(&self) -> Option<&Verification> {
        self.verification
            .get_or_init(|| {
                let token = self.jwt()?;
                Some(keys::verify(&token.jws, self.context.keys.as_ref()?))
            })
            .as_ref()
    }

    /// With a verification that was made before, of the same token with the same keys: the one dear step of all.
    #[must_use]
    pub fn verified(mut self, before: Verification) -> Self {
        self.verification = OnceCell::from(Some(before));
        self
    }

    /// The cookies: sent, received before, and set by the answer. Computed once.
    pub fn session(&self) -> &session::Session<'a> {
        self.session.get_or_init(|| session::Session::of(self.exchange, self.siblings, self.sent_at))
    }

    /// True when there is reason to think that the server knows its callers by a session cookie: one is expected, was
    /// received before, or is in the request, and no challenge asks for a header.
    pub fn works_by_cookies(&self) -> bool {
        let session = self.session();
        let received = || session.jar.entries.iter().any(|entry| session.may_hold(&entry.cookie.name));
        let sent = || session.sent.iter().any(|(_, pair)| session.may_hold(pair.name));
        let is_cookie_scheme = |c: &Challenge| ["cookie", "session", "form", "formbased"].iter().any(|scheme| c.is(scheme));
        let by_header = !self.challenges.iter().all(is_cookie_scheme) || !self.context.scheme.is_empty() || !self.context.header.is_empty();
        !by_header
            && (!self.context.cookie.is_empty() || received() || sent() || crate::checks::session::log_in_without_cookie(self).is_some())
    }

    /// What a browser makes of the answer under the cross-origin rules. Computed once.
    pub fn cors(&self) -> &cors::Cors {
        self.cors.get_or_init(|| cors::Cors::of(self))
    }

    /// The Digest credentials with their challenges; `None` without any. Computed once.
    pub fn digest(&self) -> Option<&digest::Digest> {
        self.digest.get_or_init(|| digest::Digest::of(self)).as_ref()
    }

    /// True when a key at hand verifies the token's signature.
    pub fn signature_is_valid(&self) -> bool {
        self.verification().is_some_and(|v| v.state == SignatureState::Valid)
    }

    /// True when this user and password are the ones that the user means to log in with, both known.
    pub fn is_meant(&self, user: &str, password: &str) -> bool {
        self.context.username.as_deref() == Some(user) && self.context.password.as_deref() == Some(password)
    }

    /// True for a CORS preflight.
    pub fn is_preflight(&self) -> bool {
        self.request.method.eq_ignore_ascii_case("OPTIONS") && self.request.headers.has("access-control-request-method")
    }

    /// True when the request goes to a token endpoint: a form with `grant_type`.
    pub fn is_token_request(&self) -> bool {
        self.field("grant_type").is_some()
    }

    /// True when the request goes to an authorization endpoint: `response_type` and `client_id` in the query.
    pub fn is_authorization_request(&self) -> bool {
        self.query("client_id").is_some() && self.query("response_type").is_some()
    }

    /// Value of a form field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.form.iter().find(|(n, _, _)| n == name).map(|(_, v, _)| v.as_str())
    }

    /// Value of a query parameter.
    pub fn query(&self, name: &str) -> Option<String> {
        let (_, query) = self.request.url.split_once('?')?;
        credential::pairs(query.split('#').next()?).into_iter().find(|(n, _, _)| n == name).map(|(_, v, _)| v)
    }

    /// True when anything that could serve as a credential is in the request: header, key header, query, cookie, field.
    pub fn carries_credential(&self) -> bool {
        self.authorizations.iter().any(|a| !a.value.trim().is_empty()) || !self.others.is_empty() || self.request.headers.has("cookie")
    }

    /// A header of the answer.
    pub fn answered(&self, name: &str) -> Option<&'a str> {
        self.answer.and_then(|a| a.headers.get(name))
    }

    /// A header of the answer with its index.
    pub fn answered_at(&self, name: &str) -> Option<(usize, &'a str)> {
        self.answer?.headers.iter().find(|(_, h)| h.is(name)).map(|(i, h)| (i, h.value.as_str()))
    }

    /// The body of the answer as far as checks read it, empty without one. A denial, and a page to log in on, say what
    /// they are in their first quarter of a megabyte; ten megabytes of data must not be searched on every key.
    pub fn body(&self) -> &'a str {
        let body = self.answer.map_or("", |a| a.body.as_str());
        let end = (0..=body.len().min(MAX_CHECKED_BODY)).rev().find(|i| body.is_char_boundary(*i)).unwrap_or(0);
        &body[..end]
    }

    /// [`Facts::body`] in lower case, place by place the same. Made once.
    pub fn lower_body(&self) -> &str {
        self.lower_body.get_or_init(|| self.body().to_ascii_lowercase())
    }

    /// True when the body of the answer is an HTML page.
    pub fn answers_html(&self) -> bool {
        self.answered("content-type").is_some_and(|t| t.contains("html")) || {
            let start = self.body().trim_start().get(..15).unwrap_or_default().to_ascii_lowercase();
            start.starts_with("<!doctype html") || start.starts_with("<html")
        }
    }
}

/// True when a cache says that it gave the answer.
pub fn is_from_cache(answer: &Response) -> bool {
    let hit = |name: &str| {
        answer.headers.get(name).is_some_and(|v| {
            let v = v.to_ascii_lowercase();
            v.starts_with("hit") || v.contains(" hit") || v.contains("; hit") || v.contains("stale") || v.contains("_hit")
        })
    };
    // Varnish names two transactions when it answers from its store.
    answer.headers.get("x-varnish").is_some_and(|v| v.split_whitespace().count() == 2)
        || answer.headers.get("age").and_then(|a| a.trim().parse::<u64>().ok()).is_some_and(|a| a > 0)
        || [
            "x-cache",
            "cf-cache-status",
            "x-cache-status",
            "x-proxy-cache",
            "x-cache-lookup",
            "cache-status",
            "x-varnish-cache",
            "x-drupal-cache",
            "x-vercel-cache",
        ]
        .iter()
        .any(|n| hit(n))
}

/// Finds the token: in Authorization, else in a key header, the query, a cookie or the body.
fn token(request: &Request, authorizations: &[Authorization], others: &[OtherCredential]) -> Option<Token> {
    let make = |place, text: &str, span, carrier: Option<String>| {
        let is_jwt = Jws::looks_like(text);
        Token { place, span, jws: Jws::read(text), is_jwt, carrier }
    };
    for a in authorizations {
        let is_token = !a.has_parameters() && !["basic", "negotiate", "ntlm"].iter().any(|s| a.is(s));
        let (core, span) = a.core();
        if is_token && !core.is_empty() {
            return Some(make(a.place(), core, span, None));
        }
    }
    // Elsewhere only what is meant as a JWT counts: an API key is no token to take apart.
    for o in others {
        if matches!(o.carrier, credential::Carrier::Header | credential::Carrier::Query | credential::Carrier::Body)
            && Jws::looks_like(&o.value)
            && o.value.len() == o.span.len()
        {
            return Some(make(o.place, &o.value, o.span, Some(o.name.clone())));
        }
    }
    for (i, h) in request.headers.all("cookie") {
        for pair in h.value.split(';') {
            let Some((name, value)) = pair.split_once('=') else { continue };
            let value = value.trim();
            if value.starts_with("eyJ")
                && value.matches('.').count() == 2
                && let Some(span) = Span::of(&h.value, value)
            {
                let token = make(Place::RequestHeader(i), value, span, Some(name.trim().to_string()));
                // Signed sessions (itsdangerous) begin with JSON and have three parts too, but name no algorithm.
                if token.jws.header.fault.is_some() || token.jws.algorithm().is_some() {
                    return Some(token);
                }
            }
        }
    }
    None
}
