//! An open request: its text, its exchange, and what derives from them.

mod answers;
mod clock;
mod earlier;
mod labels;
mod past;
mod reload;
mod sends;
mod target;
mod unresolved;

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use jiff::Timestamp;

pub use self::answers::PastSend;
use self::earlier::EarlierSends;
pub use self::earlier::Verdict;
pub use self::past::PastVersion;
use self::sends::Sent;
use self::target::Target;
use super::derived::{Derived, RequestBadge};
use super::marks::Marks;
use super::resolver::{VariableResolver, as_written};
use super::sending::{LookalikeHost, SendState};
use crate::app::editor::Editor;
use crate::app::editor::history::GroupId;
use crate::app::ids::{RequestId, SendId};
use crate::app::panes::checklist;
use crate::app::panes::response::{BodyForm, ResponseText};
use crate::app::panes::token_view::{TokenView, with_token};
use crate::checks::credentials::missing::asks_for_credential;
use crate::checks::facts::{Facts, token_place};
use crate::checks::mask::Masker;
use crate::checks::{self, Evidence, Place, Report, Surroundings, Verified};
use crate::domain::exchange::{Certificates, Exchange};
use crate::domain::request::{Edit, Locator, Request, RequestPart, RequestText};
use crate::domain::response::Response;
use crate::domain::secrecy;
use crate::domain::secrecy::echo::Echoes;
use crate::domain::secrecy::shapes;
use crate::domain::span::Span;
use crate::domain::token::issued::IssuedToken;
use crate::domain::token::jws::Jws;
use crate::domain::token::keys::KeySet;
use crate::formats::http_file::{BodyOrigin, ResolvedRequest, Source, kept_name};
use crate::formats::variables::{Definitions, placeholders};

/// Which text the response belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseTo {
    /// The current text.
    Current,
    /// The text before an edit.
    Earlier,
    /// The current text as it was sent in another environment or to another address.
    Elsewhere,
}

/// An open request.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    pub id: RequestId,
    /// The edited text, with variables as written.
    pub editor: Editor,
    /// That text as a request.
    pub raw: Request,
    /// The positions of its parts.
    pub text: RequestText,
    /// The exchange: request with variables resolved, response, expectations.
    pub exchange: Exchange,
    /// The state of its send.
    pub sending: SendState,
    /// The report and more; `None` while the request is not open. Like all that most requests of a long file lack it is not in the
    /// entry itself.
    pub derived: Option<Box<Derived>>,
    /// The report in short; `None` if not examined since the last change.
    pub badge: Option<RequestBadge>,
    /// The response as text; `None` while the request is not open.
    pub answer: Option<Box<ResponseText>>,
    /// How the body of the response is shown.
    body_form: BodyForm,
    /// How many levels of JSON are open; `None` for all.
    open_levels: Option<usize>,
    /// The token that the response issues; read with the response, since it depends on nothing else.
    issued: Option<Box<(IssuedToken, TokenView)>>,
    /// The secrets of the request that the response belongs to; computed on demand.
    echoes: Option<Echoes>,
    /// The sends before this one.
    earlier: EarlierSends,
    /// The text that the response answers, with variables as written; `None` for a recorded one.
    answered_text: Option<String>,
    /// When the response came; `None` for a recorded one.
    answered_at: Option<Timestamp>,
    /// What was judged of the response.
    verdict: Option<Verdict>,
    /// The request that the response answers, as it was sent; or, if it was not sent from here, as it was before it was edited.
    original: Option<Box<Request>>,
    /// The send that the response came from; `None` for a recorded one.
    pub answered_by: Option<SendId>,
    /// Hash of the current text. Compared for every cell that is drawn, so it is kept.
    current: u64,
    /// Hash of the text that the response belongs to.
    answered: u64,
    /// Where the request is sent to.
    target: Target,
    /// Where it was sent to for the response; `None` for a recorded one.
    answered_in: Option<Target>,
    /// Seconds that the server's clock was ahead when the response came; `None` if not measured.
    pub skew: Option<i64>,
    /// Whether the server's certificate was verified for the response.
    pub certificates: Certificates,
    /// What is being sent, or was last.
    sent: Sent,
    /// The request as written, waiting for its body files.
    waiting: Option<(Box<Request>, LookalikeHost)>,
    /// Hash of the text on disk.
    kept: u64,
    /// Its position in the saved document.
    pub(in crate::app) source: Source,
    /// Whether its name differs from the saved one.
    pub(super) renamed: bool,
    /// The text of its block, including comments and scripts, if it was pasted, opened from a draft, or deleted from the file and
    /// restored.
    pub(in crate::app) block: Option<Arc<str>>,
    /// The variables defined by the blocks that it was pasted or opened with, and its place among them.
    pub(in crate::app) definitions: Option<(Arc<Definitions>, usize)>,
    /// What its body was written for.
    pub(in crate::app) body_origin: BodyOrigin,
    /// Whether times are judged by the clock of its file, also after an edit: that of the tour, or a directive.
    pub(super) has_fixed_clock: bool,
    /// When its text changed last, as a number that grows with every change of the session.
    pub(in crate::app) edited_at: u64,
    /// The edits that another program made in the file.
    theirs: Vec<GroupId>,
    /// Directives changed since the last save, with all their values.
    pub(in crate::app) directives: BTreeMap<&'static str, Vec<String>>,
    /// How often a directive was changed.
    pub(super) directive_changes: u64,
    /// The last verified signature.
    verified: Option<Verified>,
    /// The request with variables resolved, with the way back.
    resolved: ResolvedRequest,
}

/// The result of an examination.
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
    /// A request with its response; `raw` is the request with variables as written.
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
            sending: SendState::Idle,
            derived: None,
            badge: None,
            answer: None,
            body_form: BodyForm::default(),
            open_levels: None,
            issued: None,
            echoes: None,
            earlier: EarlierSends::default(),
            answered_text: None,
            answered_at: None,
            verdict: None,
            original: None,
            answered_by: None,
            current: kept,
            answered: kept,
            target: Target::of(raw, Arc::default()),
            answered_in: None,
            skew: None,
            certificates: Certificates::Check,
            sent: Sent::default(),
            waiting: None,
            kept,
            source: Source::New,
            renamed: false,
            block: None,
            definitions: None,
            body_origin: BodyOrigin::HttpFile,
            has_fixed_clock: false,
            edited_at: 0,
            theirs: Vec::new(),
            directives: BTreeMap::new(),
            directive_changes: 0,
            verified: None,
            resolved: as_written(raw),
        }
    }

    /// Parses the edited text and resolves its variables; true if the request changed. Derived state is dropped.
    pub fn reread(&mut self, resolver: &VariableResolver) -> bool {
        let (raw, text) = RequestText::parse(self.editor.text());
        let before = std::mem::replace(&mut self.current, mark(self.editor.text()));
        self.text = text;
        self.resolved = resolver.resolve(&raw, self.body_origin);
        self.raw = raw;
        let request = std::mem::replace(&mut self.exchange.request, self.resolved.request.clone());
        let is_changed = request != self.exchange.request;
        self.keep_original(before, request);
        self.target = Target::of(&self.exchange.request, resolver.environment());
        self.forget();
        is_changed
    }

    /// Drops derived state.
    pub fn forget(&mut self) {
        self.derived = None;
        self.badge = None;
    }

    /// Runs all checks.
    pub(super) fn examined(&self, around: &Surroundings) -> Examination {
        // A response to something else says nothing about what would be sent now.
        let edited =
            self.response_to().is_some_and(|of| of != ResponseTo::Current).then(|| self.exchange.unanswered(self.judged_at(around.now).0));
        let judged = edited.as_ref().unwrap_or(&self.exchange).judged();
        let facts = Facts::of(&judged, around);
        let known = self.verified.as_ref().filter(|v| signed(&facts).is_some_and(|(token, keys)| v.is_of(token, keys))).cloned();
        let facts = match &known {
            Some(known) => facts.verified(known.verification.clone()),
            None => facts,
        };
        let verified = known.or_else(|| {
            let (token, keys) = signed(&facts)?;
            Some(Verified::with(token, keys, facts.verification()?.clone()))
        });
        let (report, token) = (checks::judge(&facts), TokenView::of(&facts));
        let answerer = facts.answerer().copied();
        let place = token.as_ref().and_then(|t| t.place);
        // Searched once: a body may be long, and this runs on every key.
        let found = secrecy::in_request(&self.exchange.request);
        let masker = Masker::with(&self.exchange, &found);
        let mut locator = Locator::new(&self.text);
        let places = with_token(&self.exchange.request, found, place).into_iter();
        let sent = places.filter_map(|(part, span)| self.locate_by(&mut locator, part, Some(span)));
        let secrets = secrecy::disjoint(sent.chain(self.secrets_switched_off()).collect());
        let secrets = without_variables(self.editor.text(), secrets);
        Examination { derived: Derived { report, token, answerer, secrets, masker }, verified }
    }

    /// Stores the result of an examination.
    pub(super) fn store_examination(&mut self, examination: Examination) {
        let Examination { derived, verified } = examination;
        self.verified = verified;
        // What was answered is another request once it is edited.
        let answer = self.exchange.answer.as_ref().filter(|_| self.response_to() == Some(ResponseTo::Current));
        if answer.is_some() {
            let top = derived.report.causes.first();
            self.verdict = top.map(|cause| Verdict { id: cause.check.id, confidence: cause.confidence });
        }
        self.badge = Some(RequestBadge { mark: checklist::mark(&derived.report, answer), masker: derived.masker.clone() });
        self.derived = Some(Box::new(derived));
    }

    /// The position of some bytes of the request (variables resolved) in the editor's text.
    pub fn locate(&self, part: RequestPart, span: Option<Span>) -> Option<Span> {
        self.locate_by(&mut Locator::new(&self.text), part, span)
    }

    fn locate_by(&self, locator: &mut Locator, part: RequestPart, span: Option<Span>) -> Option<Span> {
        let raw = &self.raw;
        let span = span.map(|s| self.resolved.to_raw(part, s));
        let part = self.resolved.raw_part(part);
        let source = match part {
            RequestPart::Line => "",
            RequestPart::HeaderName(i) => &raw.headers.0.get(i)?.name,
            RequestPart::HeaderValue(i) => &raw.headers.0.get(i)?.value,
            RequestPart::Body => &raw.body,
        };
        locator.locate(part, source, span)
    }

    /// The name of a variable that edits would bring into the request: what a server wrote, in an address or a cookie, would be filled
    /// from the user's values. An address has only variables that it had, since it may lead to another server; anything else may have
    /// those of the request, and the value of a header that a fix adds may ask for a credential.
    pub fn foreign_variable(&self, edits: &[Edit]) -> Option<String> {
        let has = |text: &str, name: &str| placeholders(text).any(|(_, own)| own == name);
        let is_own = |edit: &Edit, text: &str, name: &str| match edit {
            Edit::Url(_) => has(&self.exchange.request.url, name),
            Edit::AddHeader { .. } | Edit::HeaderValue { .. } if asks_for_credential(text) => true,
            _ => has(self.editor.text(), name),
        };
        let texts = edits.iter().flat_map(|edit| edit.texts().map(move |text| (edit, text)));
        let names = texts.flat_map(|(edit, text)| placeholders(text).map(move |(_, name)| (edit, text, name)));
        names.filter(|(edit, text, name)| !is_own(edit, text, name)).map(|(_, _, name)| name.to_string()).next()
    }

    /// Applies a fix as one undoable edit. The text is not parsed again.
    pub fn apply(&mut self, edits: &[Edit], resolver: &VariableResolver) {
        let mut raw = self.raw.clone();
        for edit in edits {
            let of_raw = self.resolved.raw_edit(edit);
            let kept = self.kept_variables(&raw, &of_raw, edit, resolver);
            raw.apply(std::slice::from_ref(kept.as_ref().unwrap_or(&of_raw)));
        }
        let wanted = RequestText::render(&raw).text;
        self.editor.become_text(&wanted);
    }

    /// The same edit with the variables of the old value kept, where the new value contains their values; `asked_for` is the edit of
    /// the request with variables resolved.
    fn kept_variables(&self, raw: &Request, edit: &Edit, asked_for: &Edit, resolver: &VariableResolver) -> Option<Edit> {
        let kept = match edit {
            Edit::HeaderValue { index, value } => {
                let value = resolver.unfill(value, &raw.headers.0.get(*index)?.value)?;
                Edit::HeaderValue { index: *index, value }
            }
            Edit::Url(url) => Edit::Url(resolver.unfill(url, &raw.url)?),
            Edit::Body(body) => Edit::Body(resolver.unfill(body, &raw.body)?),
            _ => return None,
        };
        // Only if resolving the variables gives what the fix wants.
        let (mut tried, mut asked) = (raw.clone(), self.exchange.request.clone());
        tried.apply(std::slice::from_ref(&kept));
        asked.apply(std::slice::from_ref(asked_for));
        let tried = resolver.resolve(&tried, self.body_origin).request;
        asked.filled_secrets.clone_from(&tried.filled_secrets);
        (tried == asked).then_some(kept)
    }

    /// The response to the request as it is now. One to an earlier text, or from elsewhere, says nothing about it.
    pub fn current_answer(&self) -> Option<&Response> {
        self.exchange.answer.as_ref().filter(|_| self.response_to() == Some(ResponseTo::Current))
    }

    /// The same part in the request as written.
    pub(super) fn raw_part(&self, part: RequestPart) -> RequestPart {
        self.resolved.raw_part(part)
    }

    /// Which text the response belongs to; `None` without a response.
    pub fn response_to(&self) -> Option<ResponseTo> {
        self.exchange.answer.as_ref()?;
        Some(match &self.answered_in {
            _ if self.current != self.answered => ResponseTo::Earlier,
            Some(target) if !target.is_same(&self.target) => ResponseTo::Elsewhere,
            _ => ResponseTo::Current,
        })
    }

    /// Why the body would not be sent as intended.
    pub fn why_not_whole(&self) -> Option<&str> {
        self.resolved.why_not_whole().or_else(|| self.exchange.why_not_whole())
    }

    /// True if the text was not resolved yet.
    pub fn is_unread(&self) -> bool {
        self.resolved.request != self.exchange.request
    }

    /// True if the text differs from the one on disk.
    pub fn is_edited(&self) -> bool {
        self.current != self.kept
    }

    /// True if something is not saved. A new empty request counts only with a name or expectations.
    pub fn is_unsaved(&self) -> bool {
        let is_empty = self.source == Source::New && self.is_scratch();
        self.renamed || !self.directives.is_empty() || (self.is_edited() && !is_empty)
    }

    /// What a save stores of it.
    pub(in crate::app) fn state(&self) -> SavedState {
        SavedState { text: self.current, name: self.exchange.name.clone(), directives: self.directives.clone() }
    }

    /// Notes a save. Later changes stay unsaved.
    pub(in crate::app) fn keep(&mut self, state: SavedState, name: &str) {
        self.kept = state.text;
        self.body_origin = self.body_origin.saved();
        self.renamed = self.exchange.name != state.name;
        if !self.renamed {
            self.exchange.name = name.to_string();
        }
        self.directives.retain(|name, values| state.directives.get(name) != Some(values));
    }

    /// Marks the text as not saved anywhere.
    pub fn mark_unsaved(&mut self) {
        self.kept = 0;
    }

    /// True for an empty request without a response.
    pub fn is_scratch(&self) -> bool {
        self.exchange.answer.is_none() && matches!(self.editor.text().trim(), "" | "GET")
    }

    /// True for an empty request without a name or expectations: nothing is lost with it.
    pub fn is_untouched(&self) -> bool {
        self.is_scratch() && !self.renamed && self.directives.is_empty()
    }

    /// The report; `None` until examined.
    pub fn report(&self) -> Option<&Report> {
        self.derived.as_ref().map(|d| &d.report)
    }

    /// The token, if any.
    pub fn token(&self) -> Option<&TokenView> {
        self.derived.as_ref()?.token.as_ref()
    }

    /// Where the token is in the request, if there is one.
    pub fn token_place(&self) -> Option<(RequestPart, Span)> {
        match &self.derived {
            Some(derived) => derived.token.as_ref()?.place,
            None => token_place(&self.exchange),
        }
    }

    /// The token that the response issues, if any.
    pub fn issued(&self) -> Option<&(IssuedToken, TokenView)> {
        self.issued.as_deref()
    }

    /// The positions of evidence in the panes.
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

/// What a save stores of a request.
#[derive(Clone, Debug)]
pub(in crate::app) struct SavedState {
    /// Hash of its text.
    text: u64,
    name: String,
    directives: BTreeMap<&'static str, Vec<String>>,
}

/// The secret bytes of a text without the names of variables in them: a name says where a secret comes from, and is none. What looks
/// like a credential itself was put into the braces by mistake.
fn without_variables(text: &str, secrets: Vec<Span>) -> Vec<Span> {
    if !text.contains("{{") {
        return secrets;
    }
    let is_name = |name: &str| name.len() <= LONGEST_NAME && !shapes::is_random(name) && !shapes::begins_as_token(name);
    let variables: Vec<Span> = placeholders(text).filter(|(_, name)| is_name(name)).map(|(span, _)| span).collect();
    let mut left = Vec::with_capacity(secrets.len());
    for secret in secrets {
        let mut start = secret.start;
        let first = variables.partition_point(|variable| variable.end <= secret.start);
        for variable in variables.iter().skip(first).take_while(|variable| variable.start < secret.end) {
            if start < variable.start {
                left.push(Span::new(start, variable.start));
            }
            start = variable.end;
        }
        if start < secret.end {
            left.push(Span::new(start, secret.end));
        }
    }
    left
}

/// Longer text in braces is the name of no variable.
const LONGEST_NAME: usize = 80;

/// A hash to compare texts.
fn mark(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// The token of a request, and the keys that it is verified with.
fn signed<'f>(facts: &'f Facts) -> Option<(&'f Jws, &'f Arc<KeySet>)> {
    Some((&facts.jwt()?.jws, facts.context.keys.as_ref()?))
}
