//! Credentials that are not here: what stands in their place is not what the server saw or will see, and is not judged.

use super::Facts;
use super::authorization::Authorization;
use super::other_credentials::OtherCredential;
use crate::checks::check::Stage;
use crate::checks::{Check, Family, Finding, Fix, Outcome, Place, Strength};
use crate::domain::absent::{Absent, filled_on_sending, made_by_a_tool, removed};
use crate::domain::limits::MAX_JUDGED;
use crate::domain::request::Request;
use crate::domain::response::{Answered, Response};
use crate::domain::span::Span;

/// A credential with something else in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AbsentCredential {
    /// The part of the request.
    pub place: Place,
    /// The bytes there that are not judged.
    pub span: Span,
    /// What it is, for a sentence: `the credential`.
    pub what: String,
    /// Why it is not here.
    pub why: Absent,
}

/// What may be in the place of a value. It depends on how the answer came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stand {
    /// A mark of removal may be there.
    is_copy: bool,
    /// What is written as a variable is filled in on sending.
    is_template: bool,
    /// A shell or a program reads the text before that.
    is_code: bool,
}

impl Stand {
    pub(super) fn of(answer: Option<&Response>, is_code: bool) -> Self {
        match answer.map(|a| a.answered) {
            None | Some(Answered::FilledIn) => Self { is_copy: true, is_template: true, is_code },
            Some(Answered::Recorded) => Self { is_copy: true, is_template: false, is_code },
            Some(Answered::Sent) => Self { is_copy: false, is_template: false, is_code },
        }
    }

    /// Where something is in the place of a value, and why.
    fn find(self, text: &str) -> Option<(Span, Absent)> {
        let taken = || removed(text).filter(|_| self.is_copy).map(|span| (span, Absent::Removed));
        // A variable may be called `hidden`: it is one all the same.
        filled_on_sending(text, self.is_code).filter(|_| self.is_template).or_else(taken)
    }
}

/// The credentials of a request that are not here.
pub(super) fn find(request: &Request, authorizations: &[Authorization], others: &[OtherCredential], stand: Stand) -> Vec<AbsentCredential> {
    let mut found = Vec::new();
    for a in authorizations {
        let made = made_by_a_tool(&a.value).filter(|_| stand.is_template);
        let (span, why) = match made {
            Some(why) => (Span::whole(&a.value), why),
            None => match stand.find(&a.value) {
                Some((at, why)) => {
                    let has_scheme = a.scheme.is_some() && at.start >= a.credential_span.start;
                    (if has_scheme { Span::new(a.scheme_span.end, a.value.len()) } else { Span::whole(&a.value) }, why)
                }
                // A mark may be one only where it stands alone: `Bearer xxxxx`.
                None => match stand.find(&a.credential) {
                    Some((_, why)) => (Span::new(a.scheme_span.end, a.value.len()), why),
                    None => continue,
                },
            },
        };
        found.push(AbsentCredential { place: a.place(), span, what: "the credential".into(), why });
    }
    for o in others {
        if let Some((_, why)) = stand.find(&o.value) {
            found.push(AbsentCredential { place: o.place, span: o.span, what: format!("the value of {}", o.name), why });
        }
    }
    let cookies = request.headers.all("cookie").flat_map(|(i, header)| header.value.split(';').map(move |pair| (i, header, pair)));
    for (index, header, pair) in cookies.take(MAX_JUDGED) {
        let value = pair.split_once('=').map_or(pair, |(_, value)| value);
        if let (Some((_, why)), Some(span)) = (stand.find(value), Span::of(&header.value, pair)) {
            let what = pair.split_once('=').map_or(COOKIES.into(), |(name, _)| format!("the cookie {}", name.trim()));
            found.push(AbsentCredential { place: Place::RequestHeader(index), span, what, why });
        }
    }
    let body = request.body.as_str();
    if let Some((at, why)) = (body.len() <= SHORT).then(|| stand.find(body)).flatten()
        && at.len() == body.trim().len()
    {
        found.push(AbsentCredential { place: Place::RequestBody, span: Span::whole(body), what: "the body".into(), why });
    }
    found
}

/// True when two spans share a byte, or the second is empty and not outside the first.
const fn overlaps(own: Span, span: Span) -> bool {
    if span.is_empty() { own.start <= span.start && span.start <= own.end } else { span.start < own.end && own.start < span.end }
}

/// The cookies altogether, for a sentence.
const COOKIES: &str = "the Cookie header";

/// A body that is nothing but a mark is not longer than this.
const SHORT: usize = 256;

impl Facts<'_> {
    /// Why the bytes at this place are not a credential that can be judged, if they are not.
    pub fn absent_at(&self, place: Place, span: Option<Span>) -> Option<&AbsentCredential> {
        let is_header = matches!(place, Place::RequestHeader(_));
        let meets = |own: Span| span.map_or(is_header, |span| overlaps(own, span));
        self.absent.iter().find(|absent| absent.place == place && meets(absent.span))
    }

    /// True when credentials that are not in the request may have been in it: the recorder leaves them out, or took out a whole
    /// body or the cookies.
    pub fn may_lack_credentials(&self) -> bool {
        let is_whole =
            |absent: &AbsentCredential| absent.why == Absent::Removed && (absent.place == Place::RequestBody || absent.what == COOKIES);
        self.context.sanitized || self.absent.iter().any(is_whole)
    }

    /// True when what the answer holds may have been taken out.
    fn answer_is_copy(&self) -> bool {
        Stand::of(self.answer, self.exchange.is_code).is_copy
    }

    /// The first credential that a recorder took out.
    pub fn removed_credential(&self) -> Option<&AbsentCredential> {
        self.absent.iter().find(|absent| absent.why == Absent::Removed)
    }
}

/// What the server says plainly of a token that a recorder took out. Nothing else can tell what was wrong with it.
fn said(facts: &Facts, check: &Check) -> Option<Finding> {
    let is_of_token = check.family == Family::Token && check.stage != Stage::Residual;
    let [topic] = check.topics else { return None };
    let word = facts.word(*topic).filter(|_| is_of_token)?;
    let word = Some(word).filter(|word| word.specific && facts.is_refused())?;
    facts.removed_credential()?;
    let quote = facts.quote(word);
    let summary = check.summary().trim_end_matches('.');
    let message = format!("the server says so ({quote:?}), and the recorder removed the credential: {summary}");
    let fix = Fix::action("Record the request again with its credential to see it, or get a new token");
    Some(Finding::warn(Strength::Likely, message).proof(word.place, word.span, quote).fixed_by(fix))
}

/// A finding as far as it rests on what is here. One on bytes in whose place something else was or will be says nothing.
pub fn hold_back(facts: &Facts, check: &Check, finding: Finding) -> Finding {
    if !matches!(finding.outcome, Outcome::Fail | Outcome::Warn) {
        return said(facts, check).unwrap_or(finding);
    }
    let Some(evidence) = finding.evidence.first() else { return finding };
    let absent = facts.absent_at(evidence.place, evidence.span);
    if absent.is_some() && check.id != "credential-placeholder" && check.id != "token-rejected" {
        return Finding::not_applicable();
    }
    // Elsewhere, as in the address or an answer's header, only what is pointed at counts.
    let is_mark = |span: Span, text: &str| {
        let stand = Stand::of(facts.answer, facts.exchange.is_code);
        let mut from = 0;
        while let Some((at, _)) = text.get(from..).and_then(|rest| stand.find(rest)).filter(|(at, _)| !at.is_empty()) {
            if overlaps(at.shifted(from), span) {
                return true;
            }
            from += at.end;
        }
        false
    };
    let is_open = match (evidence.place, evidence.span) {
        (Place::RequestLine, Some(span)) => is_mark(span, &format!("{} {}", facts.request.method, facts.request.url)),
        (Place::ResponseHeader(_), span) => evidence
            .place
            .text(facts.exchange)
            .is_some_and(|text| facts.answer_is_copy() && removed(&text).is_some_and(|at| span.is_none_or(|span| overlaps(at, span)))),
        _ => false,
    };
    if is_open { Finding::not_applicable() } else { finding }
}
