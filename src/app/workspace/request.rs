//! One request on the bench: its text, its exchange, and what follows from them.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use jiff::Timestamp;

use super::derived::{Derived, RequestBadge};
use super::marks::Marks;
use super::resolver::{Resolver, as_written};
use super::sending::{Failure, Sending};
use super::verified::Verified;
use crate::app::editor::Editor;
use crate::app::ids::{RequestId, SendId};
use crate::app::panes::answer::AnswerText;
use crate::app::panes::checklist;
use crate::app::panes::token_view::{TokenView, with_token};
use crate::checks::facts::Facts;
use crate::checks::mask::{Masker, echoes_of};
use crate::checks::{self, Evidence, Place, Report, Surroundings};
use crate::domain::exchange::{Certificates, Exchange, TransferOptions};
use crate::domain::request::{Edit, Locator, Request, RequestPart, RequestText};
use crate::domain::response::Response;
use crate::domain::secrecy;
use crate::domain::secrecy::echo::Echoes;
use crate::domain::span::Span;
use crate::domain::time;
use crate::formats::http_file::{ResolvedRequest, Source, kept_name};

/// To which text the answer belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerOf {
    /// To the request as it stands.
    This,
    /// To the request before it was edited.
    Earlier,
}

/// One request on the bench.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// Its number.
    pub id: RequestId,
    /// The text that is edited, variables as written.
    pub editor: Editor,
    /// That text as a request.
    pub raw: Request,
    /// Where the parts stand in that text.
    pub text: RequestText,
    /// The exchange: the request with variables filled in, the answer, the expectations.
    pub exchange: Exchange,
    /// How far a sending is.
    pub sending: Sending,
    /// What follows; `None` while the request is not open.
    pub derived: Option<Derived>,
    /// What follows in short; `None` until it was examined since its last change.
    pub badge: Option<RequestBadge>,
    /// The answer as it is shown; `None` while the request is not open.
    pub answer: Option<AnswerText>,
    /// The secrets of the request that the answer belongs to; `None` until they are asked for.
    echoes: Option<Echoes>,
    /// The sending that the answer came from; `None` for a recorded one.
    pub answered_by: Option<SendId>,
    /// Mark of the text as it was read last: whether something belongs to it is asked for every cell that is drawn.
    current: u64,
    /// Mark of the text that the answer belongs to.
    answered: u64,
    /// By how many seconds the server's clock was ahead of the local one when its answer came; `None` when not measured.
    pub skew: Option<i64>,
    /// Whether the server's certificate counted when the answer was fetched.
    pub certificates: Certificates,
    /// Mark of the text at the time of the running sending.
    sent: u64,
    /// The secrets of the request as it is being sent.
    sent_secrets: Option<Echoes>,
    /// How the running sending goes.
    sent_as: TransferOptions,
    /// The request as written that waits for the files that its body names.
    waiting: Option<Box<Request>>,
    /// Mark of the text that was read or saved last.
    kept: u64,
    /// Where its saved text stands.
    pub(in crate::app) source: Source,
    /// Whether it has another name than it was saved with.
    pub(super) renamed: bool,
    /// The text of its block in the file, comments and scripts included, after it was deleted there and brought back.
    pub(super) block: Option<Arc<str>>,
    /// When its text was changed last, as a number that grows with every change in the session.
    pub(in crate::app) edited_at: u64,
    /// Directives that were changed since it was saved, with all their values.
    pub(in crate::app) directives: BTreeMap<&'static str, Vec<String>>,
    /// The signature as it was verified last.
    verified: Option<Verified>,
    /// The request with variables filled in, with the way back.
    resolved: ResolvedRequest,
}

/// What an examination came to.
#[derive(Debug)]
pub(super) struct Examination {
    derived: Derived,
    verified: Option<Verified>,
}

impl AsRef<Exchange> for Entry {
    fn as_ref(&self) -> &Exchange {
        &self.exchange
    }
}

impl Entry {
    /// A request with its answer; `raw` is the request with its variables as written.
    pub fn new(id: RequestId, raw: &Request, exchange: Exchange) -> Self {
        let exchange = Exchange { name: kept_name(&exchange.name), ..exchange };
        let text = RequestText::render(raw);
        let kept = mark(&text.text);
        Self {
            id,
            editor: Editor::new(text.text.clone()),
            raw: raw.clone(),
            text,
            exchange,
            sending: Sending::Idle,
            derived: None,
            badge: None,
            answer: None,
            echoes: None,
            answered_by: None,
            current: kept,
            answered: kept,
            skew: None,
            certificates: Certificates::Check,
            sent: 0,
            sent_secrets: None,
            sent_as: TransferOptions::default(),
            waiting: None,
            kept,
            source: Source::New,
            renamed: false,
            block: None,
            edited_at: 0,
            directives: BTreeMap::new(),
            verified: None,
            resolved: as_written(raw),
        }
    }

    /// Reads the edited text again and fills variables in. What followed from the old text is dropped.
    pub fn reread(&mut self, resolver: &Resolver) {
        let (raw, text) = RequestText::parse(self.editor.text());
        self.current = mark(self.editor.text());
        self.text = text;
        self.resolved = resolver.resolve(&raw);
        self.raw = raw;
        self.exchange.request = self.resolved.request.clone();
        self.forget();
    }

    /// Drops what followed from something that has changed.
    pub fn forget(&mut self) {
        self.derived = None;
        self.badge = None;
    }

    /// Drops what only the open request needs: the memory taken is that of what is shown.
    pub fn put_away(&mut self) {
        self.derived = None;
        self.answer = None;
    }

    /// Lays the answer out, unless that was done.
    pub fn lay_out(&mut self) {
        if self.answer.is_none() {
            // The answer repeats what the request carried when it was sent, whatever became of it since.
            let echoes = self.echoes.get_or_insert_with(|| echoes_of(&self.exchange.request)).clone();
            self.answer = self.exchange.answer.as_ref().map(|answer| AnswerText::new(answer, echoes));
        }
    }

    /// True when the answer is laid out to its end, or there is none.
    pub fn is_laid_out(&self) -> bool {
        self.answer.as_ref().zip(self.exchange.answer.as_ref()).is_none_or(|(text, answer)| text.is_whole(answer))
    }

    /// Lays out the next piece of the answer.
    pub fn lay_out_more(&mut self) {
        if let Some((text, answer)) = self.answer.as_mut().zip(self.exchange.answer.as_ref()) {
            text.lay_out_more(answer);
        }
    }

    /// Lays the answer out to its end.
    pub fn lay_out_all(&mut self) {
        if let Some((text, answer)) = self.answer.as_mut().zip(self.exchange.answer.as_ref()) {
            text.lay_out_to(usize::MAX, answer);
        }
    }

    /// Runs every check.
    pub(super) fn examined(&self, around: &Surroundings) -> Examination {
        // An answer to the request as it was says nothing of the request as it is now.
        let edited = (self.answer_of() == Some(AnswerOf::Earlier)).then(|| self.exchange.unanswered());
        let facts = Facts::of(edited.as_ref().unwrap_or(&self.exchange), around);
        let known = self.verified.as_ref().filter(|v| facts.jwt().is_some_and(|t| t.jws.text == v.token) && v.is_with(&facts)).cloned();
        let facts = match &known {
            Some(known) => facts.verified(known.verification.clone()),
            None => facts,
        };
        let verified = known.or_else(|| Verified::of(&facts));
        let (report, token) = (checks::judge(&facts), TokenView::of(&facts));
        let answerer = facts.answerer().copied();
        let place = token.as_ref().and_then(|t| t.place);
        // Looked for once: a body may be long, and this is done on each key.
        let found = secrecy::in_request(&self.exchange.request);
        let masker = Masker::with(&self.exchange, &found);
        let mut locator = Locator::new(&self.text);
        let places = with_token(&self.exchange.request, found, place).into_iter();
        let secrets = secrecy::disjoint(places.filter_map(|(part, span)| self.locate_by(&mut locator, part, Some(span))).collect());
        Examination { derived: Derived { report, token, answerer, secrets, masker }, verified }
    }

    /// Keeps what an examination came to.
    pub(super) fn keep_examined(&mut self, examination: Examination) {
        let Examination { derived, verified } = examination;
        self.verified = verified;
        self.badge = Some(RequestBadge { mark: checklist::mark(&derived.report), masker: derived.masker.clone() });
        self.derived = Some(derived);
    }

    /// Where some bytes of the request (variables filled in) stand in the editor's text.
    pub fn locate(&self, part: RequestPart, span: Option<Span>) -> Option<Span> {
        self.locate_by(&mut Locator::new(&self.text), part, span)
    }

    fn locate_by(&self, locator: &mut Locator, part: RequestPart, span: Option<Span>) -> Option<Span> {
        let raw = &self.raw;
        let span = span.map(|s| self.resolved.to_raw(part, s));
        let source = match part {
            RequestPart::Line => "",
            RequestPart::HeaderName(i) => &raw.headers.0.get(i)?.name,
            RequestPart::HeaderValue(i) => &raw.headers.0.get(i)?.value,
            RequestPart::Body => &raw.body,
        };
        locator.locate(part, source, span)
    }

    /// Changes the request as a fix says, as one edit that undo takes back. The text is not read again.
    pub fn apply(&mut self, edits: &[Edit], resolver: &Resolver) {
        let mut raw = self.raw.clone();
        for edit in edits {
            let kept = self.kept_variables(&raw, edit, resolver);
            raw.apply(std::slice::from_ref(kept.as_ref().unwrap_or(edit)));
        }
        let wanted = RequestText::render(&raw).text;
        self.editor.become_text(&wanted);
    }

    /// The same edit with the variables of the old value kept, where what they stand for is in the new one as well.
    fn kept_variables(&self, raw: &Request, edit: &Edit, resolver: &Resolver) -> Option<Edit> {
        let kept = match edit {
            Edit::HeaderValue { index, value } => {
                let value = resolver.unfill(value, &raw.headers.0.get(*index)?.value)?;
                Edit::HeaderValue { index: *index, value }
            }
            Edit::Url(url) => Edit::Url(resolver.unfill(url, &raw.url)?),
            Edit::Body(body) => Edit::Body(resolver.unfill(body, &raw.body)?),
            _ => return None,
        };
        // Only when filling the variables in gives what the fix asked for.
        let (mut tried, mut asked) = (raw.clone(), self.exchange.request.clone());
        tried.apply(std::slice::from_ref(&kept));
        asked.apply(std::slice::from_ref(edit));
        (resolver.resolve(&tried).request == asked).then_some(kept)
    }

    /// Notes that the request as it stands is being sent.
    pub fn sending(&mut self, id: SendId, transfer: TransferOptions) {
        self.sent_as = transfer;
        self.sent = self.current;
        self.sent_secrets = Some(echoes_of(&self.exchange.request));
        self.sending = Sending::Running { id, phase: "connecting".into() };
    }

    /// Notes that the request is being sent as soon as the files that its body names are read.
    pub fn reading_files(&mut self, id: SendId, transfer: TransferOptions) {
        self.sending(id, transfer);
        self.sending = Sending::Running { id, phase: "reading the body file".into() };
        self.waiting = Some(Box::new(self.raw.clone()));
    }

    /// The request as written that waits for the files that its body names.
    pub fn take_waiting(&mut self) -> Option<Box<Request>> {
        self.waiting.take()
    }

    /// Notes that a request that has waited is being sent, and gives how.
    pub fn sending_read(&mut self, id: SendId, request: &Request) -> TransferOptions {
        self.sent_secrets = Some(echoes_of(request));
        self.sending = Sending::Running { id, phase: "connecting".into() };
        self.sent_as.clone()
    }

    /// The files that its body names.
    pub fn named_files(&self) -> &[String] {
        &self.resolved.files
    }

    /// The hosts that may be sent to with the certificate that they have, once the user says so: the one at which the last sending
    /// failed, and those that were let pass on the way there.
    pub fn hosts_to_let_pass(&self) -> Vec<String> {
        match &self.sending {
            Sending::Failed(_, Failure::Certificate(host)) => self.sent_as.let_pass.iter().chain([host]).cloned().collect(),
            _ => Vec::new(),
        }
    }

    /// Takes an answer in that came at a moment of the local clock; `None`, and nothing is taken, when it belongs to another sending than the running one.
    pub fn answered(&mut self, id: SendId, answer: &Response, now: Timestamp) -> Option<()> {
        if !matches!(self.sending, Sending::Running { id: running, .. } if running == id) {
            return None;
        }
        self.answer = None;
        self.exchange.answer = Some(answer.clone());
        // The recorded moment was that of the recorded answer; this one is judged by its own.
        self.exchange.context.now = None;
        self.sending = Sending::Idle;
        self.answered = self.sent;
        self.echoes = self.sent_secrets.take();
        self.certificates = if self.sent_as.let_pass.is_empty() { self.sent_as.certificates } else { Certificates::LetPass };
        self.skew = answer.headers.get("date").and_then(time::http_date).map(|date| skew(date, now));
        self.answered_by = Some(id);
        self.forget();
        Some(())
    }

    /// To which text the answer belongs; `None` without an answer.
    pub fn answer_of(&self) -> Option<AnswerOf> {
        self.exchange.answer.as_ref()?;
        Some(if self.current == self.answered { AnswerOf::This } else { AnswerOf::Earlier })
    }

    /// What it is called on the screen. A name that is made from the address shows no secret in it.
    pub fn title(&self) -> String {
        let title = self.exchange.title();
        match &self.badge {
            Some(badge) => badge.masker.title(&self.exchange),
            None => secrecy::quoted(title.split('?').next().unwrap_or_default()),
        }
    }

    /// Why the body that would be sent is not the one that is meant.
    pub fn why_not_whole(&self) -> Option<&str> {
        self.resolved.why_not_whole().or_else(|| self.exchange.why_not_whole())
    }

    /// True when the way from the text to the exchange's request is not known yet.
    pub fn is_unread(&self) -> bool {
        self.resolved.request != self.exchange.request
    }

    /// True when the text differs from what was read or saved last.
    pub fn is_edited(&self) -> bool {
        self.current != self.kept
    }

    /// True when something of it is not saved. An empty request that was never saved holds nothing, unless it was given a name or
    /// expectations.
    pub fn is_unsaved(&self) -> bool {
        let is_empty = self.source == Source::New && self.is_scratch();
        self.renamed || !self.directives.is_empty() || (self.is_edited() && !is_empty)
    }

    /// What of it is saved.
    pub(in crate::app) fn state(&self) -> SavedState {
        SavedState { text: self.current, name: self.exchange.name.clone(), directives: self.directives.clone() }
    }

    /// Notes that it was saved, and under which name. What was changed since stays unsaved.
    pub(in crate::app) fn keep(&mut self, state: SavedState, name: &str) {
        self.kept = state.text;
        self.renamed = self.exchange.name != state.name;
        if !self.renamed {
            self.exchange.name = name.to_string();
        }
        self.directives.retain(|name, values| state.directives.get(name) != Some(values));
    }

    /// Notes that the text stands nowhere yet.
    pub fn never_kept(&mut self) {
        self.kept = 0;
    }

    /// True for an empty request without an answer, in whose place a paste may come.
    pub fn is_scratch(&self) -> bool {
        self.exchange.answer.is_none() && matches!(self.editor.text().trim(), "" | "GET")
    }

    /// The report; empty until it was examined.
    pub fn report(&self) -> Option<&Report> {
        self.derived.as_ref().map(|d| &d.report)
    }

    /// The token, when there is one.
    pub fn token(&self) -> Option<&TokenView> {
        self.derived.as_ref()?.token.as_ref()
    }

    /// The places of some evidence in the panes.
    pub fn marks(&self, evidence: &[Evidence]) -> Marks {
        let mut marks = Marks::default();
        for Evidence { place, span, .. } in evidence {
            if let Some(part) = place.request_part() {
                marks.request.extend(self.locate(part, *span));
                continue;
            }
            let answer = || self.answer.as_ref().zip(self.exchange.answer.as_ref());
            match place {
                Place::ResponseStatus => marks.status = true,
                Place::ResponseHeader(i) => marks.response.extend(answer().and_then(|(text, _)| text.in_header(*i, *span))),
                Place::ResponseBody => marks.response.extend(answer().map(|(text, a)| text.in_body(&a.body, *span))),
                Place::TokenHeader => marks.token_header.push(span.unwrap_or(Span::new(0, usize::MAX))),
                Place::Claims => marks.claims.push(span.unwrap_or(Span::new(0, usize::MAX))),
                _ => {}
            }
        }
        marks
    }
}

/// What of an entry is saved.
#[derive(Clone, Debug)]
pub(in crate::app) struct SavedState {
    /// Mark of its text.
    text: u64,
    name: String,
    directives: BTreeMap<&'static str, Vec<String>>,
}

/// How many seconds a server's clock is ahead. `Date` has whole seconds, and the answer took its time: one is none.
fn skew(date: Timestamp, now: Timestamp) -> i64 {
    let seconds = date.as_second() - now.as_second();
    if seconds.abs() <= 1 { 0 } else { seconds }
}

/// A short mark by which two texts are told apart.
fn mark(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
