//! What a check says: outcome, message, the bytes that prove it, and the fix.

use std::borrow::Cow;

use crate::domain::exchange::Exchange;
use crate::domain::request::{Edit, RequestPart};
use crate::domain::span::Span;

/// The five answers of a check; the difference between them is the product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// This is wrong, and here are the bytes that prove it.
    Fail,
    /// Suspicious, or wrong only on some servers.
    Warn,
    /// The exchange does not show it; the message names exactly what is missing.
    Unknown,
    /// Looked, and this is not the reason.
    Pass,
    /// Nothing of this kind in this request.
    NotApplicable,
}

impl Outcome {
    /// The mark in front of it, distinct without color.
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Fail => "✗",
            Self::Warn => "▲",
            Self::Unknown => "?",
            Self::Pass => "✓",
            Self::NotApplicable => "–",
        }
    }

    /// The word for it in the JSON contract.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Warn => "warn",
            Self::Unknown => "unknown",
            Self::Pass => "pass",
            Self::NotApplicable => "not-applicable",
        }
    }
}

/// A part of an exchange that evidence points into. Offsets count in that part's own text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// `METHOD URL`, counted from the method's first byte.
    RequestLine,
    /// The name of the request header at this index.
    RequestHeaderName(usize),
    /// The value of the request header at this index.
    RequestHeader(usize),
    /// The request's body.
    RequestBody,
    /// The status and reason of the answer: `401 Unauthorized`.
    ResponseStatus,
    /// The value of the answer's header at this index.
    ResponseHeader(usize),
    /// The answer's body.
    ResponseBody,
    /// The decoded JOSE header of the token.
    TokenHeader,
    /// The decoded claims of the token.
    Claims,
    /// The context of the exchange: expectations, clock, earlier answers.
    Context,
}

impl Place {
    /// The `in` of the JSON contract.
    pub const fn word(self) -> &'static str {
        match self {
            Self::RequestLine => "request.line",
            Self::RequestHeaderName(_) | Self::RequestHeader(_) => "request.headers",
            Self::RequestBody => "request.body",
            Self::ResponseStatus => "response.status",
            Self::ResponseHeader(_) => "response.headers",
            Self::ResponseBody => "response.body",
            Self::TokenHeader | Self::Claims => "claims",
            Self::Context => "context",
        }
    }

    /// The part of the request it is in, if it is in the request.
    pub const fn request_part(self) -> Option<RequestPart> {
        match self {
            Self::RequestLine => Some(RequestPart::Line),
            Self::RequestHeaderName(i) => Some(RequestPart::HeaderName(i)),
            Self::RequestHeader(i) => Some(RequestPart::HeaderValue(i)),
            Self::RequestBody => Some(RequestPart::Body),
            _ => None,
        }
    }

    /// Name of the header it is in, if it is in one.
    pub fn header_name(self, exchange: &Exchange) -> Option<&str> {
        let headers = match self {
            Self::RequestHeaderName(_) | Self::RequestHeader(_) => &exchange.request.headers,
            Self::ResponseHeader(_) => &exchange.answer.as_ref()?.headers,
            _ => return None,
        };
        match self {
            Self::RequestHeaderName(i) | Self::RequestHeader(i) | Self::ResponseHeader(i) => headers.0.get(i).map(|h| h.name.as_str()),
            _ => None,
        }
    }

    /// The text in which this place's offsets count; `None` for the token (ask the decoded token) and the context.
    pub fn text(self, exchange: &Exchange) -> Option<Cow<'_, str>> {
        let answer = exchange.answer.as_ref();
        match self {
            Self::RequestLine => Some(format!("{} {}", exchange.request.method, exchange.request.url).into()),
            Self::RequestHeaderName(i) => exchange.request.headers.0.get(i).map(|h| h.name.as_str().into()),
            Self::RequestHeader(i) => exchange.request.headers.0.get(i).map(|h| h.value.as_str().into()),
            Self::RequestBody => Some(exchange.request.body.as_str().into()),
            Self::ResponseStatus => answer.map(|a| format!("{} {}", a.status, a.reason).into()),
            Self::ResponseHeader(i) => answer?.headers.0.get(i).map(|h| h.value.as_str().into()),
            Self::ResponseBody => answer.map(|a| a.body.as_str().into()),
            Self::TokenHeader | Self::Claims | Self::Context => None,
        }
    }
}

/// Something that proves a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The part it is in.
    pub place: Place,
    /// Its bytes there; `None` when it is about the part as a whole or has no place.
    pub span: Option<Span>,
    /// What is there, or what it implies, in words with actual values.
    pub text: String,
}

impl Evidence {
    /// Evidence without a place of its own.
    pub fn context(text: impl Into<String>) -> Self {
        Self { place: Place::Context, span: None, text: text.into() }
    }

    /// Evidence about a part, or bytes in it. An empty span, such as that of a challenge without a scheme, means the whole part;
    /// the context has no bytes to show.
    pub fn at(place: Place, span: impl Into<Option<Span>>, text: impl Into<String>) -> Self {
        Self { place, span: span.into().filter(|span| !span.is_empty() && place != Place::Context), text: text.into() }
    }
}

/// What would put it right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// In the imperative: `Remove the quotes`.
    pub title: String,
    /// How it is done.
    pub kind: FixKind,
}

/// How a fix is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FixKind {
    /// Changes of the request, which can be applied and undone.
    Edit(Vec<Edit>),
    /// Something to do outside the request.
    Action,
    /// Another token, obtained as the last one was.
    Renew,
    /// A line of a server's or proxy's configuration.
    Configuration {
        /// The server it is for.
        server: String,
        /// The line to write.
        line: String,
    },
}

impl Fix {
    /// A fix that changes the request.
    pub fn edit(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { title: title.into(), kind: FixKind::Edit(edits) }
    }

    /// A fix that is done elsewhere.
    pub fn action(title: impl Into<String>) -> Self {
        Self { title: title.into(), kind: FixKind::Action }
    }

    /// Another token.
    pub fn renew(title: impl Into<String>) -> Self {
        Self { title: title.into(), kind: FixKind::Renew }
    }

    /// A line of configuration.
    pub fn configuration(title: impl Into<String>, server: impl Into<String>, line: impl Into<String>) -> Self {
        Self { title: title.into(), kind: FixKind::Configuration { server: server.into(), line: line.into() } }
    }

    /// The word for its kind in the JSON contract.
    pub const fn word(&self) -> &'static str {
        match self.kind {
            FixKind::Edit(_) => "edit",
            FixKind::Action | FixKind::Renew => "action",
            FixKind::Configuration { .. } => "configuration",
        }
    }
}

/// How strongly a finding speaks for being the cause of the refusal. `ranking.rs` says what a strength is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Strength {
    /// Good practice that the server leaves out, as most do. It says nothing of this refusal, and the screen folds it.
    Hygiene,
    /// Worth a remark, and never the cause: a warning for later.
    Remark,
    /// Thinkable, and rarely the reason.
    Unlikely,
    /// A thinkable reason for what is seen; others are as good.
    Possible,
    /// More likely than not, when nothing else is found.
    Plausible,
    /// The usual reason for what is seen.
    Likely,
    /// The server says exactly this.
    Stated,
    /// Bytes of the request, the token or the context contradict what the server needs, and are shown.
    Contradiction,
    /// An experiment, or both ends seen: the same request with this alone changed was accepted, or what arrived is not what was sent.
    Proven,
}

impl Strength {
    /// One step weaker: something speaks against it.
    #[must_use]
    pub const fn weakened(self) -> Self {
        match self {
            Self::Proven => Self::Proven,
            Self::Contradiction | Self::Stated => Self::Likely,
            Self::Likely => Self::Plausible,
            Self::Plausible => Self::Possible,
            Self::Possible => Self::Unlikely,
            Self::Unlikely | Self::Remark => Self::Remark,
            Self::Hygiene => Self::Hygiene,
        }
    }
}

/// What one check found.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// One of the five.
    pub outcome: Outcome,
    /// One sentence with the actual values.
    pub message: Cow<'static, str>,
    /// The bytes that prove it, the most telling first.
    pub evidence: Vec<Evidence>,
    /// What would put it right.
    pub fix: Option<Fix>,
    /// How strongly it speaks for being the cause of the refusal; [`Strength::Remark`] unless it fails or warns.
    pub strength: Strength,
}

impl Finding {
    fn new(outcome: Outcome, strength: Strength, message: impl Into<Cow<'static, str>>) -> Self {
        Self { outcome, message: message.into(), evidence: Vec::new(), fix: None, strength }
    }

    /// Looked, and it is not the reason.
    pub fn pass(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Outcome::Pass, Strength::Remark, message)
    }

    /// Wrong; `strength` says how strongly it speaks for being the cause.
    pub fn fail(strength: Strength, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Outcome::Fail, strength, message)
    }

    /// Suspicious; `strength` as in [`Finding::fail`].
    pub fn warn(strength: Strength, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Outcome::Warn, strength, message)
    }

    /// Fails when it is at least as likely as not to be the cause alone, else warns.
    pub fn suspect(strength: Strength, message: impl Into<Cow<'static, str>>) -> Self {
        if strength >= Strength::Plausible { Self::fail(strength, message) } else { Self::warn(strength, message) }
    }

    /// It is not known; the message names what is missing.
    pub fn unknown(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Outcome::Unknown, Strength::Remark, message)
    }

    /// Nothing of this kind here.
    pub fn not_applicable() -> Self {
        Self::new(Outcome::NotApplicable, Strength::Remark, "nothing of this kind here")
    }

    /// With one more piece of evidence.
    #[must_use]
    pub fn proof(mut self, place: Place, span: impl Into<Option<Span>>, text: impl Into<String>) -> Self {
        self.evidence.push(Evidence::at(place, span, text));
        self
    }

    /// With evidence from the context of the exchange.
    #[must_use]
    pub fn context(mut self, text: impl Into<String>) -> Self {
        self.evidence.push(Evidence::context(text));
        self
    }

    /// With a fix.
    #[must_use]
    pub fn fixed_by(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }
}
