//! The service that an exchange is with, and what its documentation says of an answer like this one.

use super::Facts;
use super::other_credentials::{Carrier, OtherCredential};
use super::words::{Topic, Word};
use crate::checks::Place;
use crate::checks::denials::Denial;
use crate::checks::services::schema::Refusal;
use crate::checks::services::{self, Known};
use crate::domain::headers::Header;
use crate::domain::limits::MAX_CHECKED_BODY;
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
    /// True when a verdict may rest on it.
    pub decides: bool,
}

/// What an answer speaks of that means a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// Its topic; `None` for checks that no words speak of.
    pub topic: Option<Topic>,
    /// False when it was refused and nothing is said of the reason.
    pub gives_reason: bool,
}

impl DocumentedRefusal<'_> {
    /// True for a fragment that only repeats the status, which says nothing of the cause.
    pub fn is_of_the_status(&self) -> bool {
        self.place == Place::ResponseStatus || is_of_the_status(&self.refusal.says)
    }
}

impl<'a> Facts<'a> {
    /// The service that the request is for. Looked up once.
    pub fn service(&self) -> Option<Known<'a>> {
        *self.service.get_or_init(|| {
            let url = self.url.as_ref().filter(|_| self.asks_services)?;
            services::of(self.own_services, self.request, url, self.answer)
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
            let fitting = known.service.refusals.iter().filter(|refusal| refusal.status == answer.status);
            fitting.into_iter().find_map(|refusal| {
                let (place, span) = find(answer, refusal)?;
                Some(DocumentedRefusal { refusal, place, span, decides: known.decides() })
            })
        })
    }

    /// True for errors in the body of a 2xx that the documentation calls a refusal.
    pub(super) fn is_documented_denial(&self, denial: &Denial) -> bool {
        let is_documented = |found: DocumentedRefusal| found.decides && found.place == Place::ResponseBody;
        denial.says_failure() && self.documented_refusal().is_some_and(is_documented)
    }

    /// Lets the documented refusal speak in the place of general words on the same bytes. Words that are about other bytes stay.
    pub(super) fn read_documented_refusal(&mut self, meaning: fn(&str) -> Option<Meaning>) {
        let Some(found) = self.documented_refusal() else { return };
        let Some(Meaning { topic: Some(topic), gives_reason }) = meaning(&found.refusal.means) else { return };
        if found.is_of_the_status() {
            return;
        }
        let specific = found.decides && gives_reason;
        let same_bytes = |word: &Word| word.place == found.place && word.span.start < found.span.end && found.span.start < word.span.end;
        if found.decides {
            self.words.retain(|word| word.topic == topic || !same_bytes(word));
        }
        if specific || !self.says(topic) {
            self.words.push(Word { topic, specific, place: found.place, span: found.span });
        }
    }

    /// The service's own headers for a credential that the request has, where the service is known for certain: they are
    /// credentials though their names do not look like it.
    pub(super) fn read_credentials_of_service(&mut self) {
        let Some(known) = self.certain_service() else { return };
        let is_read = |h: &Header| known.service.header.iter().any(|name| !name.contains(':') && h.is(name)) && !h.is("authorization");
        let is_known = |index: usize| self.others.iter().any(|other| other.place == Place::RequestHeader(index));
        let found = self.request.headers.iter().filter(|(i, h)| is_read(h) && !h.value.trim().is_empty() && !is_known(*i));
        let found: Vec<_> = found
            .map(|(i, h)| OtherCredential {
                carrier: Carrier::Header,
                name: h.name.clone(),
                value: h.value.clone(),
                place: Place::RequestHeader(i),
                span: Span::whole(&h.value),
            })
            .collect();
        self.others.extend(found);
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

/// Where a refusal's fragment is in an answer.
fn find(answer: &Response, refusal: &Refusal) -> Option<(Place, Span)> {
    let within = |text: &str| {
        let start = text.to_ascii_lowercase().find(&refusal.says)?;
        Some(Span::new(start, start + refusal.says.len()))
    };
    if let Some(name) = refusal.place.as_deref().and_then(|place| place.strip_prefix("header:")) {
        return answer.headers.all(name).find_map(|(i, h)| Some((Place::ResponseHeader(i), within(&h.value)?)));
    }
    let body = answer.body.as_str();
    let end = (0..=body.len().min(MAX_CHECKED_BODY)).rev().find(|i| body.is_char_boundary(*i)).unwrap_or(0);
    let in_body = body.get(..end).and_then(within).map(|span| (Place::ResponseBody, span));
    in_body.or_else(|| Some((Place::ResponseStatus, within(&format!("{} {}", answer.status, answer.reason))?)))
}

/// A message that repeats the status says nothing of the cause.
fn is_of_the_status(says: &str) -> bool {
    ["unauthorized", "forbidden", "not found", "access denied", "accessdenied", "permission denied", "denied", "unauthenticated"]
        .contains(&says)
}
