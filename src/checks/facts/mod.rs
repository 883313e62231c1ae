//! What is known about an exchange, parsed once per edit: every check looks here and parses nothing itself.

pub mod absent;
mod answer;
pub mod answerer;
pub mod authorization;
mod carried;
mod clock;
pub mod cors;
pub mod digest;
mod elsewhere;
pub mod fields;
pub mod form;
pub mod login;
pub mod noted;
pub mod other_credentials;
mod paths;
pub mod perhaps;
pub mod phrases;
mod request;
pub mod service;
pub mod session;
mod token;
pub mod username_token;
pub mod words;

use std::cell::OnceCell;
use std::collections::HashSet;

use url::Url;

use super::denials::Denial;
use super::intermediaries::{self, Page};
use super::servers::{self, NothingFound, Sent};
use super::services::{Known, OwnServices};
use super::{Knowledge, Place, Siblings, Surroundings};
use crate::domain::basic::Basic;
use crate::domain::challenge::{self, Challenge, ChallengeFault};
use crate::domain::context::Context;
use crate::domain::exchange::Exchange;
use crate::domain::oauth::Introspection;
use crate::domain::request::Request;
use crate::domain::response::Response;
use crate::domain::signing::Signed;
use crate::domain::span::Span;
use crate::domain::token::keys::{self, SignatureState, Verification};
use absent::AbsentCredential;
pub use answer::{cache_header, is_from_cache};
use answerer::Answerer;
use authorization::Authorization;
pub use carried::token_place;
use carried::{Carried, is_absent};
pub use clock::{Clock, FAR, server_date};
use form::LogIn;
use other_credentials::{Carrier, OtherCredential};
pub use token::Token;
use words::{Topic, Word};

/// How the exchange ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// No answer yet: the request is judged on what it carries.
    Unanswered,
    /// 2xx that does not itself say otherwise: whatever looks odd was accepted.
    Accepted,
    /// 1xx or 3xx.
    Redirected,
    /// 4xx or 5xx, or a 2xx whose body or header says that the caller was refused.
    Refused,
    /// A browser blocked it.
    Blocked,
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
    /// What is known besides the exchange itself.
    pub context: &'a Context,
    /// Other exchanges of the file; `None` for an exchange that is from no file.
    pub siblings: Option<Siblings<'a>>,
    /// How it ended.
    pub standing: Standing,
    /// The status that a 2xx answer means when it says that the caller was refused.
    status_meant: Option<u16>,
    /// When it took place.
    pub clock: Clock,
    /// The `Authorization` headers in order.
    pub authorizations: Vec<Authorization>,
    /// The `Proxy-Authorization` headers in order.
    pub proxy_authorizations: Vec<Authorization>,
    /// Credentials in other places.
    pub others: Vec<OtherCredential>,
    /// Credentials that are not here, with what is in their place.
    pub absent: Vec<AbsentCredential>,
    /// The answer's challenges.
    pub challenges: Vec<Challenge>,
    /// What is wrong with them.
    pub challenge_faults: Vec<ChallengeFault>,
    /// The proxy's challenges.
    pub proxy_challenges: Vec<Challenge>,
    /// Phrases found in the answer.
    pub words: Vec<Word>,
    /// What shows that the server found no credential, by words that it has for that alone; the credential was sent.
    pub nothing_found: Option<NothingFound>,
    /// The token.
    pub token: Option<Token>,
    /// The Basic credential of the first `Authorization` header.
    pub basic: Option<Basic>,
    /// The address, when it can be parsed.
    pub url: Option<Url>,
    form: OnceCell<Vec<(String, String, Span)>>,
    query: OnceCell<Vec<(String, String, Span)>>,
    signed: OnceCell<Option<Signed>>,
    log_in: OnceCell<Option<LogIn>>,
    error_code: OnceCell<Option<String>>,
    lower_body: OnceCell<String>,
    verification: OnceCell<Option<Verification>>,
    session: OnceCell<session::Session<'a>>,
    cors: OnceCell<cors::Cors>,
    digest: OnceCell<Option<digest::Digest>>,
    answerer: OnceCell<Option<Answerer>>,
    page: OnceCell<Option<&'static Page>>,
    is_known_good: OnceCell<bool>,
    asks_services: bool,
    own_services: Option<&'a OwnServices>,
    service: OnceCell<Option<Known<'a>>>,
    documented_refusal: OnceCell<Option<service::DocumentedRefusal<'a>>>,
}

/// What the answer says, and what the server's log says of a request that was refused.
fn read_words(answer: &Response, context: &Context, standing: Standing, knowledge: &Knowledge) -> Vec<Word> {
    let mut words = (knowledge.words)(answer);
    if let Some(notes) = context.notes.as_deref().filter(|_| standing == Standing::Refused) {
        words.extend((knowledge.log)(notes));
    }
    words
}

/// The status that a refusal with a status of success stands for, when it says no other.
const REFUSED: u16 = 401;

impl<'a> Facts<'a> {
    /// Parses an exchange, with all that is known of servers' words.
    pub fn of(exchange: &'a Exchange, around: &Surroundings<'a>) -> Self {
        Self::with(exchange, around, &Knowledge::ALL)
    }

    /// Parses an exchange, with no more than this known of servers' words.
    pub fn with(exchange: &'a Exchange, around: &Surroundings<'a>, knowledge: &Knowledge) -> Self {
        let request = &exchange.request;
        let context = &exchange.context;
        // No status and no word why: nothing is known of an answer.
        let is_unknown = |a: &&Response| a.status == 0 && a.failure.is_none() && context.notes.is_none();
        let answer = exchange.answer.as_ref().filter(|a| !is_unknown(a));
        let denial = answer.and_then(Denial::read);
        let status_meant = denial.as_ref().and_then(Denial::status);
        let standing = match answer {
            None => Standing::Unanswered,
            Some(a) if a.is_blocked() => Standing::Blocked,
            Some(_) if status_meant.is_some() => Standing::Refused,
            Some(a) => match a.status {
                200..=299 => Standing::Accepted,
                100..=399 => Standing::Redirected,
                _ => Standing::Refused,
            },
        };
        let mut challenge_faults = Vec::new();
        let mut challenges = Vec::new();
        let mut proxy_challenges = Vec::new();
        if let Some(answer) = answer {
            (challenges, challenge_faults) = challenge::read_all(&answer.headers, "www-authenticate");
            proxy_challenges = challenge::read_all(&answer.headers, "proxy-authenticate").0;
        }
        let Carried { authorizations, others, absent, token } = Carried::of(exchange, answer);
        let basic = authorizations
            .first()
            .filter(|a| a.is("basic") && !a.credential.is_empty() && !is_absent(&absent, a.place(), a.credential_span))
            .map(|a| Basic::read(a.core().0));
        let mut facts = Self {
            exchange,
            request,
            answer,
            context,
            siblings: around.siblings,
            standing,
            status_meant,
            clock: Clock::of(exchange, around.now),
            token,
            absent,
            proxy_authorizations: carried::authorizations(request, "proxy-authorization"),
            challenges,
            challenge_faults,
            proxy_challenges,
            words: answer.map(|answer| read_words(answer, context, standing, knowledge)).unwrap_or_default(),
            nothing_found: None,
            basic,
            url: Url::parse(&request.url).ok(),
            form: OnceCell::new(),
            query: OnceCell::new(),
            signed: OnceCell::new(),
            log_in: OnceCell::new(),
            authorizations,
            others,
            error_code: OnceCell::new(),
            lower_body: OnceCell::new(),
            verification: OnceCell::new(),
            session: OnceCell::new(),
            cors: OnceCell::new(),
            digest: OnceCell::new(),
            answerer: OnceCell::new(),
            page: OnceCell::new(),
            is_known_good: OnceCell::new(),
            asks_services: knowledge.services,
            own_services: around.services,
            service: OnceCell::new(),
            documented_refusal: OnceCell::new(),
        };
        facts.read_credentials_of_service();
        if knowledge.services {
            facts.read_nothing_found();
        }
        facts.read_documented_refusal(knowledge.meaning);
        let says_failed = || denial.as_ref().is_some_and(Denial::says_failed) && facts.names_a_fault();
        if facts.is_documented_denial() || facts.standing == Standing::Accepted && says_failed() {
            facts.standing = Standing::Refused;
            facts.status_meant.get_or_insert(REFUSED);
        }
        facts
    }

    /// Reads the server's own words for a request without a credential, where one was sent, as what they say.
    fn read_nothing_found(&mut self) {
        let Some(answer) = self.answer.filter(|_| self.standing == Standing::Refused) else { return };
        let authorization = self.authorizations.first().filter(|a| !a.credential.is_empty());
        let key = self.others.iter().find(|other| other.carrier == Carrier::Header);
        let scheme = authorization.and_then(|a| a.scheme.as_deref());
        let sent = match (scheme, key) {
            (Some(scheme), _) => Sent::Scheme(scheme),
            (None, Some(key)) => Sent::Header(&key.name),
            (None, None) => return,
        };
        // A challenge for other schemes alone says what the server reads here, unless it names whom it takes the caller for.
        let is_other = |scheme: &str| !self.offered_schemes().iter().any(|s| s.eq_ignore_ascii_case(scheme));
        let offers_others = !self.challenges.is_empty() && scheme.is_some_and(is_other);
        let Some(found) = servers::TABLE.nothing_found(answer, self.context.server.as_deref(), sent) else { return };
        if offers_others && !matches!(found.place, Place::ResponseHeader(_)) {
            return;
        }
        self.words.push(Word { topic: Topic::Missing, specific: !found.server.also_when_wrong, place: found.place, span: found.span });
        self.nothing_found = Some(found);
    }

    /// True unless the answer was 2xx.
    pub fn is_refused(&self) -> bool {
        self.standing != Standing::Accepted
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
        let named = self.challenges.iter().map(|c| servers::TABLE.scheme_read(&c.scheme));
        offered.extend(named.filter(|s| !s.is_empty() && known.insert(s.to_ascii_lowercase())).map(str::to_string));
        offered
    }

    /// True when the API is known to take JWTs: an audience, an issuer, an algorithm or keys are expected.
    pub fn expects_jwt(&self) -> bool {
        let c = self.context;
        !(c.audience.is_empty() && c.issuer.is_empty() && c.algorithm.is_empty()) || c.keys.is_some()
    }

    /// The JWT of the request.
    pub fn jwt(&self) -> Option<&Token> {
        self.token.as_ref().filter(|t| t.is_jwt)
    }

    /// What the authorization server said of the token that is sent.
    pub fn introspection(&self) -> Option<&Introspection> {
        let token = self.token.as_ref()?;
        self.context.introspection.as_ref().filter(|said| said.token == token.jws.text)
    }

    /// The signature, verified with the expected keys; `None` without a JWT or without keys. Computed once.
    pub fn verification(&self) -> Option<&Verification> {
        self.verification
            .get_or_init(|| {
                let (token, keys) = (self.jwt()?, self.context.keys.as_ref()?);
                Some(match self.siblings {
                    Some(siblings) => siblings.verification(&token.jws, keys),
                    None => keys::verify(&token.jws, keys),
                })
            })
            .as_ref()
    }

    /// With an earlier verification of the same token with the same keys: verifying is the only expensive step.
    #[must_use]
    pub fn verified(mut self, before: Verification) -> Self {
        self.verification = OnceCell::from(Some(before));
        self
    }

    /// The cookies: sent, received before, and set by the answer. Computed once.
    pub fn session(&self) -> &session::Session<'a> {
        self.session.get_or_init(|| session::Session::of(self.exchange, self.siblings, self.clock.sent_at))
    }

    /// True when there is reason to think that the server knows its callers by a session cookie: one is expected, was
    /// received before, or is in the request, and no challenge asks for a header.
    pub fn works_by_cookies(&self) -> bool {
        let session = self.session();
        let received = || session.jar.entries.iter().any(|entry| session.may_hold(&entry.cookie.name));
        let sent = || session.sent.iter().any(|(_, pair)| session.may_hold(pair.name));
        let is_cookie_scheme = |c: &Challenge| ["cookie", "session", "form", "formbased"].iter().any(|scheme| c.is(scheme));
        let by_header = !self.challenges.iter().all(is_cookie_scheme) || !self.context.scheme.is_empty() || !self.context.header.is_empty();
        !by_header && (!self.context.cookie.is_empty() || received() || sent() || self.log_in_without_cookie().is_some())
    }

    /// What a browser makes of the answer under the cross-origin rules. Computed once.
    pub fn cors(&self) -> &cors::Cors {
        self.cors.get_or_init(|| cors::Cors::of(self))
    }

    /// The Digest credentials with their challenges; `None` without any. Computed once.
    pub fn digest(&self) -> Option<&digest::Digest> {
        self.digest.get_or_init(|| digest::Digest::of(self)).as_ref()
    }

    /// Who answered; `None` without an answer, or when nothing shows it. Read once.
    pub fn answerer(&self) -> Option<&Answerer> {
        self.answerer.get_or_init(|| Answerer::of(self)).as_ref()
    }

    /// The error page that the body is, when it is that of a known front server. Searched for once.
    pub fn page(&self) -> Option<&'static Page> {
        *self.page.get_or_init(|| intermediaries::TABLE.page(self.body()))
    }

    /// True when a key at hand verifies the token's signature.
    pub fn signature_is_valid(&self) -> bool {
        self.verification().is_some_and(|v| v.state == SignatureState::Valid)
    }

    /// True when this user and password are the ones that the user means to log in with, both known.
    pub fn is_meant(&self, user: &str, password: &str) -> bool {
        self.context.username.as_deref() == Some(user) && self.context.password.as_deref() == Some(password)
    }
}
