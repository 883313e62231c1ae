//! What the answer says.

use super::Facts;
use super::form::pairs;
use super::other_credentials::key_header_named;
use super::words::{Topic, Word};
use crate::checks::Place;
use crate::checks::denials::is_about_data;
use crate::domain::json::Object;
use crate::domain::limits::{MAX_CHECKED_BODY, MAX_FIELDS};
use crate::domain::response::Response;
use crate::domain::signing::encoding::from_base64;
use crate::domain::span::{self, Span};

impl<'a> Facts<'a> {
    /// The status of the answer, or the one that a denial with a status of success means; 0 without an answer or when it was
    /// blocked.
    pub fn status(&self) -> u16 {
        self.status_meant.unwrap_or_else(|| self.answer.map_or(0, |a| a.status))
    }

    /// True when the answer speaks of this topic.
    pub fn says(&self, topic: Topic) -> bool {
        self.words.iter().any(|w| w.topic == topic)
    }

    /// True when the answer speaks of this topic in words that can hardly mean anything else.
    pub fn says_plainly(&self, topic: Topic) -> bool {
        self.words.iter().any(|w| w.topic == topic && w.specific)
    }

    /// True for an error that refuses whoever asks, under a status that is meant for that or in plain words on one of these
    /// topics: many frameworks answer a fault of the credential with 404, 412, 422 or 500.
    pub fn refuses_over(&self, usual: &[u16], topics: &[Topic]) -> bool {
        let is_other = || matches!(self.status(), 400 | 404 | 412 | 419 | 422 | 500);
        usual.contains(&self.status()) || is_other() && topics.iter().any(|topic| self.says_plainly(*topic))
    }

    /// True for a 400 or 422 that says what is wrong with the data of the call, and nothing else: the caller was let in.
    pub fn refuses_the_data(&self) -> bool {
        let is_plain = || !self.words.iter().any(|word| word.specific) && self.challenges.is_empty() && self.documented_refusal().is_none();
        matches!(self.status(), 400 | 422)
            && is_plain()
            && self.error_code().is_none_or(|code| code.contains(' '))
            && is_about_data(self.lower_body())
    }

    /// True when the answer plainly speaks of what only a token that was read can show.
    pub fn judges_a_claim(&self) -> bool {
        self.words.iter().any(|w| w.specific && is_of_claims(w.topic))
    }

    /// True when the body plainly names a fault of the caller's credential, address or account.
    pub fn names_a_fault(&self) -> bool {
        use Topic as T;
        let of_credential = |topic| {
            matches!(topic, T::Missing | T::ApiKey | T::Scheme | T::TokenForm | T::TokenKind | T::Revoked | T::Password | T::Needless)
        };
        let of_caller = |topic| matches!(topic, T::AddressRule | T::Cors | T::Account | T::Environment | T::Tenant | T::Host);
        let is_fault = |topic| of_credential(topic) || is_of_claims(topic) || of_caller(topic);
        self.words.iter().any(|w| w.specific && w.place == Place::ResponseBody && is_fault(w.topic))
    }

    /// The first phrase on a topic, specific ones first.
    pub fn word(&self, topic: Topic) -> Option<&Word> {
        let mut on_topic = self.words.iter().filter(|w| w.topic == topic);
        let first = on_topic.clone().next();
        on_topic.find(|w| w.specific).or(first)
    }

    /// The phrase's own bytes.
    pub fn quote(&self, word: &Word) -> String {
        if word.place == Place::Context {
            return self.context.notes.as_deref().and_then(|notes| word.span.cut(notes)).unwrap_or_default().to_string();
        }
        word.place.text(self.exchange).and_then(|t| word.span.cut(&t).map(str::to_string)).unwrap_or_default()
    }

    /// The header of its own in which the server wants a key: the challenge or the words that ask for one name it.
    pub fn wanted_key_header(&self) -> Option<&str> {
        let in_challenge = self.challenges.iter().filter(|c| c.get("type") == Some("header")).find_map(|c| c.get("name"));
        in_challenge.or_else(|| self.says_plainly(Topic::ApiKey).then(|| key_header_named(self.body()))?)
    }

    /// The scheme that the answer writes out as the form that it expects, `Authorization: Bearer <token>`, with its bytes in the body.
    pub fn scheme_in_words(&self) -> Option<(&'static str, Span)> {
        let body = self.lower_body();
        let at = body.find("authorization: ")?;
        let start = at + "authorization: ".len();
        let rest = body.get(start..)?;
        let scheme = ["Bearer", "Basic", "Token", "DPoP", "ApiKey"].into_iter().find(|scheme| {
            let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric());
            rest.get(..scheme.len()).is_some_and(|word| word.eq_ignore_ascii_case(scheme)) && rest.get(scheme.len()..).is_some_and(ends)
        })?;
        let before = body.get(..at)?;
        let sentence = before.rfind(['.', '{', '>', '\n']).and_then(|end| before.get(end..)).unwrap_or(before);
        let asks = ["expect", "must", "should", "require", "use ", "send ", "provide", "format", "in the form"];
        asks.iter().any(|word| sentence.contains(word)).then_some((scheme, Span::new(at, start + scheme.len())))
    }

    /// Where the answer asks for the key itself in Authorization, with no word of a scheme: "pass the API key in the Authorization
    /// header".
    pub fn asks_for_bare_key(&self) -> Option<Span> {
        let body = Some(self.lower_body()).filter(|_| self.challenges.is_empty())?;
        let is_asked = |sentence: &&str| {
            let has = |words: &[&str]| words.iter().any(|word| sentence.contains(word));
            let key = has(&["api key", "api_key", "api-key", "apikey", "auth key", "authkey", "access key", "your key", "the key"]);
            let asks = has(&["pass", "send", "provide", "include", "put", "set", "must", "should", "expect", "require", "use ", "add "]);
            has(&["authorization"]) && key && asks && !has(&["bearer", "basic", "scheme", "prefix", "authorization: "])
        };
        Span::of(body, body.split(['.', '{', '}', '"', '<', '>', '\n']).find(is_asked)?)
    }

    /// The error code that OAuth defines (RFC 6749 section 5.2, RFC 6750 section 3.1), from the challenge, the JSON body, or
    /// the address that a redirect leads to.
    pub fn error_code(&self) -> Option<&str> {
        self.error_code
            .get_or_init(|| {
                let answer = self.answer.filter(|a| !a.is_success() || self.status_meant.is_some())?;
                let in_challenge = self.challenges.iter().find_map(|c| c.get("error"));
                let in_location = || {
                    let query = answer.headers.get("location")?.split_once('?')?.1;
                    let parameters = pairs(query);
                    let plain = parameters.iter().find(|(n, _, _)| n == "error").map(|(_, v, _)| v.clone());
                    plain.or_else(|| parameters.iter().find(|(n, _, _)| n.ends_with("Error")).and_then(|(_, v, _)| packed_code(v)))
                };
                let body = answer.body.trim_start();
                let in_body = || {
                    let object = (body.starts_with('{') && body.len() <= MAX_FIELDS).then(|| Object::read(body))?;
                    object.str("error").map(str::to_string)
                };
                in_challenge.map(str::to_string).or_else(in_body).or_else(in_location)
            })
            .as_deref()
    }

    /// True when the answer gives a reason other than the client's name, a filter or an address.
    pub fn gives_another_reason(&self) -> bool {
        let is_said = self.words.iter().any(|w| !matches!(w.topic, Topic::UserAgent | Topic::Filter | Topic::AddressRule));
        is_said || self.documented_refusal().is_some() || !self.challenges.is_empty()
    }

    /// A header of the answer.
    pub fn answered(&self, name: &str) -> Option<&'a str> {
        self.answer.and_then(|a| a.headers.get(name))
    }

    /// True when the headers of the answer are known, so that one that is not there was not sent.
    pub fn knows_answer_headers(&self) -> bool {
        self.answer.is_some_and(Response::has_headers)
    }

    /// A header of the answer with its index.
    pub fn answered_at(&self, name: &str) -> Option<(usize, &'a str)> {
        self.answer?.headers.iter().find(|(_, h)| h.is(name)).map(|(i, h)| (i, h.value.as_str()))
    }

    /// The body of the answer as far as checks read it, empty without one. A denial, and a page to log in on, say what
    /// they are in their first quarter of a megabyte; ten megabytes of data must not be searched on every key.
    pub fn body(&self) -> &'a str {
        let body = self.answer.map_or("", |a| a.body.as_str());
        span::start(body, MAX_CHECKED_BODY)
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

/// True for what only a token that was read can show.
fn is_of_claims(topic: Topic) -> bool {
    matches!(topic, Topic::Signature | Topic::Expired | Topic::NotYet | Topic::Audience | Topic::Issuer | Topic::Scope)
}

/// True when a cache says that it gave the answer.
pub fn is_from_cache(answer: &Response) -> bool {
    cache_header(answer).is_some()
}

/// The header in which a cache says that it gave the answer: its place. Caches name it as they like (`X-Cache`,
/// `CF-Cache-Status`, `X-Proxy-Cache`), but all of them speak of a hit.
pub fn cache_header(answer: &Response) -> Option<usize> {
    let says_hit = |value: &str| {
        let mut words = value.split(|c: char| !c.is_ascii_alphanumeric());
        words.any(|word| ["hit", "stale"].iter().any(|w| word.eq_ignore_ascii_case(w)))
    };
    let counts = |value: &str| value.split(',').any(|n| n.trim().parse::<u64>().is_ok_and(|n| n > 0));
    let shows = |name: &str, value: &str| match name {
        "age" => value.trim().parse::<u64>().is_ok_and(|age| age > 0),
        // Varnish names two transactions when it answers from its store.
        "x-varnish" => value.split_whitespace().count() == 2,
        "x-cache-hits" => counts(value),
        // What an answer allows, and what its entry is called.
        "cache-control" | "x-cache-key" | "cache-tag" | "x-cache-tags" | "surrogate-key" => false,
        _ => name.contains("cache") && says_hit(value),
    };
    answer.headers.iter().find(|(_, header)| shows(&header.name.to_ascii_lowercase(), &header.value)).map(|(index, _)| index)
}
/// The code in the parameter of an error page that has code and message packed in base64.
fn packed_code(value: &str) -> Option<String> {
    const SHORTEST: usize = 6;
    let bytes = from_base64(value)?;
    let mut words = bytes.split(|b| !(b.is_ascii_lowercase() || *b == b'_'));
    let code = words.find(|word| word.len() >= SHORTEST && word.contains(&b'_'))?;
    String::from_utf8(code.to_vec()).ok()
}
