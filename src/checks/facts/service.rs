//! The service that an exchange is with, and what its documentation says of an answer like this one.

use std::cell::LazyCell;

use serde_json::Value;

use super::Facts;
use super::form::{form, json_fields, pairs};
use super::other_credentials::{Carrier, OtherCredential};
use super::words::{Topic, Word};
use crate::checks::denials;
use crate::checks::services::schema::{Kind, Refusal};
use crate::checks::services::{self, Known, KnownBy};
use crate::checks::{Place, Strength};
use crate::domain::json::Object;
use crate::domain::limits::MAX_FIELDS;
use crate::domain::request::Request;
use crate::domain::response::Response;
use crate::domain::span::Span;

/// A refusal that the service's row describes, found in the answer.
#[derive(Clone, Copy, Debug)]
pub struct DocumentedRefusal<'a> {
    /// What the row says of it.
    pub refusal: &'a Refusal,
    /// Where its fragment is.
    pub place: Place,
    /// The fragment's bytes there.
    pub span: Span,
    /// How the service is known, which says how much the row counts.
    pub by: KnownBy,
    /// True when a verdict may be as sure as of what a server says: the row is from the vendor's documentation or code as well.
    pub decides: bool,
}

/// What an answer speaks of that means a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// Its topic; `None` for checks that no words speak of alone.
    pub topic: Option<Topic>,
    /// All topics that may be meant by it.
    pub topics: &'static [Topic],
    /// False when it was refused and nothing is said of the reason.
    pub gives_reason: bool,
}

impl DocumentedRefusal<'_> {
    /// True for a fragment that only repeats the status, which says nothing of the cause.
    pub fn is_of_the_status(&self) -> bool {
        self.place == Place::ResponseStatus || is_of_the_status(&self.refusal.says)
    }

    /// True when the fragment means what the row says, whatever the row is from: by one mark a service is only guessed.
    pub fn speaks(&self) -> bool {
        self.by > KnownBy::Hint
    }

    /// What the row is worth for the check that it names.
    pub fn strength(&self) -> Strength {
        match self.by {
            _ if self.refusal.open => Strength::Possible,
            KnownBy::Host => Strength::Stated,
            KnownBy::Marks | KnownBy::Name => Strength::Likely,
            KnownBy::Hint => Strength::Plausible,
        }
    }

    fn is_about(&self, word: &Word) -> bool {
        word.place == self.place && word.span.start < self.span.end && self.span.start < word.span.end
    }
}

impl<'a> Facts<'a> {
    /// The service that the request is for. Looked up once.
    pub fn service(&self) -> Option<Known<'a>> {
        *self.service.get_or_init(|| {
            let url = self.url.as_ref().filter(|_| self.asks_services)?;
            services::of(self.own_services, self.request, url, self.answer, self.context.server.as_deref())
        })
    }

    /// The service that the request is for, when a verdict may rest on what is known of it.
    pub fn certain_service(&self) -> Option<Known<'a>> {
        self.service().filter(Known::decides)
    }

    /// The refusal that the service's documentation describes and the answer shows. Looked up once.
    pub fn documented_refusal(&self) -> Option<DocumentedRefusal<'a>> {
        *self.documented_refusal.get_or_init(|| {
            let answer = self.answer?;
            let known = self.service()?;
            let mut fitting = known.service.refusals.iter().filter(|refusal| refusal.status == answer.status);
            fitting.find_map(|refusal| {
                let (place, span) = find(answer, self.lower_body(), refusal)?;
                Some(DocumentedRefusal { refusal, place, span, by: known.by, decides: known.decides() })
            })
        })
    }

    /// True for a 2xx whose body the service's row calls a refusal. What the fragment is called in the body is the service's own
    /// affair; a page of data is longer than a refusal, and a success says so.
    pub(super) fn is_documented_denial(&self) -> bool {
        let Some(answer) = self.answer.filter(|answer| answer.is_success() && answer.body.len() <= MAX_FIELDS) else { return false };
        let body = answer.body.trim_start();
        // JSON-RPC, frameworks that hand on their exceptions, and what has a flag for it answer so to what failed only.
        let object = LazyCell::new(|| body.starts_with('{').then(|| Object::read(body)));
        let has = |names: [&str; 2]| object.as_ref().is_some_and(|object| names.iter().all(|name| object.get(name).is_some()));
        let is_flagged = || object.as_ref().is_some_and(denials::is_flagged);
        let is_error = || has(["jsonrpc", "error"]) || has(["exception", "errorcode"]) || is_flagged();
        let is_documented = |found: DocumentedRefusal| (found.by == KnownBy::Host || is_error()) && found.place == Place::ResponseBody;
        let is_page =
            || ["<!doctype html", "<html"].iter().any(|start| body.get(..start.len()).is_some_and(|b| b.eq_ignore_ascii_case(start)));
        let is_failure = |object: &Object| {
            let is_success = ["ok", "success"].iter().any(|name| object.get(name) == Some(&Value::Bool(true)));
            !is_success && object.get("access_token").is_none()
        };
        let is_of_form = || body.starts_with("<?xml") || is_page() || object.as_ref().is_some_and(is_failure);
        self.documented_refusal().is_some_and(is_documented) && is_of_form()
    }

    /// Lets the documented refusal speak in the place of general words on the same bytes. Words that are about other bytes stay.
    pub(super) fn read_documented_refusal(&mut self, meaning: fn(&str) -> Option<Meaning>) {
        let Some(found) = self.documented_refusal().filter(|found| !found.is_of_the_status()) else { return };
        let Some(Meaning { topic, topics, gives_reason }) = meaning(&found.refusal.means) else { return };
        if found.speaks() {
            let is_meant = |word: &Word| topic.map_or_else(|| topics.contains(&word.topic), |topic| word.topic == topic);
            self.words.retain(|word| is_meant(word) || !found.is_about(word));
        }
        let Some(topic) = topic else { return };
        let specific = found.speaks() && gives_reason && !found.refusal.open;
        if specific || !self.says(topic) {
            self.words.push(Word { topic, specific, place: found.place, span: found.span });
        }
    }

    /// What the request has in the places where a service that is known by its host or its marks reads a credential: these are credentials
    /// though their names do not look like it. A row need not be certain for that: its places are names that nobody else gave them.
    pub(super) fn read_credentials_of_service(&mut self) {
        let Some(known) = self.service() else { return };
        for place in &known.service.header {
            let found = match place.split_once(':') {
                Some(("query", name)) => in_query(self.request, name),
                Some(("body", name)) => in_body(self.request, name),
                Some(("path", before)) => behind(self.request, before).or_else(|| in_path(self.request, &known.service.kinds)),
                Some(_) => None,
                None if place == "path" => in_path(self.request, &known.service.kinds),
                None if place.eq_ignore_ascii_case("authorization") => None,
                None => in_header(self.request, place),
            };
            let is_known = |found: &OtherCredential| self.others.iter().any(|o| o.place == found.place && o.span == found.span);
            // By one mark a service is only guessed: then the credential has to look like one of its own.
            let is_its_own = |found: &OtherCredential| {
                known.by != KnownBy::Hint || place.contains(":") && known.service.kinds.iter().any(|kind| kind.is(&found.value))
            };
            if let Some(found) = found.filter(|found| !is_known(found) && is_its_own(found)) {
                self.others.push(found);
            }
        }
    }

    /// The header of its own in which a service that is known for certain reads the credential.
    pub fn header_of_service(&self) -> Option<&'a str> {
        let known = self.certain_service()?;
        let first = known.service.header.first()?;
        (!first.contains(':') && first != "path" && !first.eq_ignore_ascii_case("authorization")).then_some(first.as_str())
    }

    /// The credentials that were sent, each with its place: what `Authorization` holds, user and password of Basic, and what
    /// is in other places.
    pub fn sent_credentials(&self) -> Vec<Sent<'_>> {
        let mut sent = Vec::new();
        if let Some(a) = self.authorization() {
            match self.basic.as_ref().and_then(|basic| basic.text()) {
                Some((user, password)) => {
                    let both = [user, password].into_iter().filter(|text| !text.is_empty());
                    sent.extend(both.map(|text| Sent { text, place: a.place(), span: a.credential_span }));
                }
                None => {
                    let (text, span) = a.core();
                    sent.extend((!text.is_empty()).then_some(Sent { text, place: a.place(), span }));
                }
            }
        }
        let is_alone = |other: &&OtherCredential| other.carrier != Carrier::UserInfo;
        sent.extend(self.others.iter().filter(is_alone).map(|o| Sent { text: o.value.trim(), place: o.place, span: o.span }));
        sent
    }
}

/// A credential that was sent.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'f> {
    /// Its text.
    pub text: &'f str,
    /// The part of the request.
    pub place: Place,
    /// Its bytes there; all of `Authorization`'s credential for one side of Basic.
    pub span: Span,
}

fn in_header(request: &Request, name: &str) -> Option<OtherCredential> {
    let (i, h) = request.headers.all(name).find(|(_, h)| !h.value.trim().is_empty())?;
    Some(OtherCredential {
        carrier: Carrier::Header,
        name: h.name.clone(),
        value: h.value.clone(),
        place: Place::RequestHeader(i),
        span: Span::whole(&h.value),
    })
}

fn in_query(request: &Request, name: &str) -> Option<OtherCredential> {
    let (path, query) = request.url.split('#').next()?.split_once('?')?;
    let is_it = |(given, value, _): &(String, String, Span)| given.eq_ignore_ascii_case(name) && !value.trim().is_empty();
    let (name, value, span) = pairs(query).into_iter().find(is_it)?;
    let span = span.shifted(request.method.len() + 1 + path.len() + 1);
    Some(OtherCredential { carrier: Carrier::Query, name, value, place: Place::RequestLine, span })
}

fn in_body(request: &Request, name: &str) -> Option<OtherCredential> {
    let form = form(request);
    let fields = if form.is_empty() { json_fields(&request.body) } else { form };
    let (name, value, span) = fields.into_iter().find(|(given, value, _)| given == name && !value.trim().is_empty())?;
    Some(OtherCredential { carrier: Carrier::Body, name, value, place: Place::RequestBody, span })
}

/// The part of the path that is of one of the kinds, perhaps behind a word that belongs to the path (`/bot<token>/`).
fn in_path(request: &Request, kinds: &[Kind]) -> Option<OtherCredential> {
    let path = request.url.split(['?', '#']).next()?;
    let (_, behind) = path.split_once("://")?;
    let segments = behind.split('/').skip(1);
    let is_of_kind = |text: &str| kinds.iter().any(|kind| kind.is(text));
    let value = segments.into_iter().find_map(|segment| {
        let word = segment.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(segment.len());
        [segment, segment.get(word..)?].into_iter().find(|text| !text.is_empty() && is_of_kind(text))
    })?;
    let span = Span::of(&request.url, value)?.shifted(request.method.len() + 1);
    Some(OtherCredential { carrier: Carrier::Path, name: "the path".into(), value: value.into(), place: Place::RequestLine, span })
}

/// The part of the path behind its beginning, up to the next slash.
fn behind(request: &Request, before: &str) -> Option<OtherCredential> {
    let path = request.url.split(['?', '#']).next()?;
    let start = path.find("://")? + 3;
    let rest = path.get(start + path.get(start..)?.find('/')?..)?.strip_prefix(before)?;
    let value = rest.split('/').next().filter(|value| !value.trim().is_empty())?;
    let span = Span::of(&request.url, value)?.shifted(request.method.len() + 1);
    Some(OtherCredential { carrier: Carrier::Path, name: "the path".into(), value: value.into(), place: Place::RequestLine, span })
}

/// Where a refusal's fragment is in an answer with this body in lower case.
fn find(answer: &Response, body: &str, refusal: &Refusal) -> Option<(Place, Span)> {
    let span = |start: usize| Span::new(start, start + refusal.says.len());
    let within = |text: &str| text.to_ascii_lowercase().find(&refusal.says).map(span);
    if let Some(name) = refusal.place.as_deref().and_then(|place| place.strip_prefix("header:")) {
        return answer.headers.all(name).find_map(|(i, h)| Some((Place::ResponseHeader(i), within(&h.value)?)));
    }
    let in_body = body.find(&refusal.says).map(|start| (Place::ResponseBody, span(start)));
    in_body.or_else(|| Some((Place::ResponseStatus, within(&format!("{} {}", answer.status, answer.reason))?)))
}

/// A message that repeats the status says nothing of the cause.
fn is_of_the_status(says: &str) -> bool {
    ["unauthorized", "forbidden", "not found", "access denied", "accessdenied", "permission denied", "denied", "unauthenticated"]
        .contains(&says)
}
