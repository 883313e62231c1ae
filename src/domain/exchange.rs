//! A request with its answer and what else is known about it.

use std::borrow::Cow;

use jiff::Timestamp;
use url::Url;

use super::challenge;
use super::context::{Origin, SharedContext};
use super::limits::{MAX_EXPECTED, MAX_JUDGED};
use super::request::Request;
use super::response::Response;
use super::text::Text;

/// What is done with a redirect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Redirects {
    /// It is followed and shown as a hop.
    #[default]
    Follow,
    /// It is the answer: `# @no-redirect` in a file, or a curl command without `-L`.
    Show,
}

/// What is done with a certificate that is refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Certificates {
    /// Then nothing is sent.
    #[default]
    Check,
    /// The request is sent all the same, to its own host: `-k` of curl. Never written to a file.
    LetPass,
}

/// Which versions of HTTP a request may go out in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HttpVersion {
    /// HTTP/2 where the server offers it, else HTTP/1.1.
    #[default]
    Negotiated,
    /// HTTP/1.1 alone: after the address in a file of requests, `--http1.1` of curl.
    Http1,
}

/// How a request is sent, besides its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TransferOptions {
    /// What is done with a redirect.
    pub redirects: Redirects,
    /// What is done with a certificate that is refused.
    pub certificates: Certificates,
    /// Other hosts whose refused certificate the user let pass for this one sending. Never written to a file.
    pub let_pass: Box<[String]>,
    /// Which versions of HTTP are offered.
    pub version: HttpVersion,
    /// Redirects that are followed at most: `--max-redirs` of curl. Never written to a file.
    pub max_redirects: Option<u32>,
    /// The proxy to go through: `-x` of curl. Without it the environment decides. Never written to a file.
    pub proxy: Option<Box<NamedProxy>>,
    /// Hosts that are reached without a proxy: `--noproxy` of curl. Without it the environment decides. Never written to a file.
    pub no_proxy: Option<Box<str>>,
}

/// A proxy that a curl command names, as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamedProxy {
    /// The flag that names it.
    pub flag: String,
    /// Its address; empty for no proxy at all.
    pub address: String,
    /// True for one that precedes another (`--preproxy`).
    pub is_chained: bool,
}

impl TransferOptions {
    /// The same without what a curl command asked for and no file keeps.
    #[must_use]
    pub fn usual(&self) -> Self {
        Self { redirects: self.redirects, version: self.version, ..Self::default() }
    }
}

/// One exchange.
#[derive(Clone, Debug, Default)]
pub struct Exchange {
    /// The file or argument that it came from.
    pub source: String,
    /// Its name: the entry's comment, `### name`, or empty (then [`Exchange::title`] makes one).
    pub name: String,
    /// The request as it goes out on the wire.
    pub request: Request,
    /// The answer, when there is one.
    pub answer: Option<Response>,
    /// What else is known about it.
    pub context: SharedContext,
    /// How the request is sent.
    pub transfer: TransferOptions,
    /// True for a command or a piece of a program: what runs it puts the value in the place of `$TOKEN`. Any other text is sent with
    /// these letters.
    pub is_code: bool,
    /// The body is not all there; `None` when it is.
    pub unread_body: Option<Box<UnreadBody>>,
}

/// A body that names a file which was not read: what is in its place is not what would be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnreadBody {
    /// Which file, and why it was not read.
    pub why: String,
    /// The body without it.
    pub body: Text,
}

impl AsRef<Self> for Exchange {
    fn as_ref(&self) -> &Self {
        self
    }
}

impl Exchange {
    /// The exchange with as many of the request's header fields as are judged ([`MAX_JUDGED`]), since no server reads more, and of
    /// what the API is said to accept ([`MAX_EXPECTED`]).
    pub fn judged(&self) -> Cow<'_, Self> {
        if self.request.headers.len() <= MAX_JUDGED && self.context.has_at_most(MAX_EXPECTED) {
            return Cow::Borrowed(self);
        }
        let mut judged = self.clone();
        judged.request.headers.0.truncate(MAX_JUDGED);
        judged.context.lists_mut().into_iter().for_each(|list| list.truncate(MAX_EXPECTED));
        Cow::Owned(judged)
    }

    /// The same request before it is answered, after an edit that made the answer one to another request. What that answer
    /// taught stays: the schemes that it offers and the scopes that it asks for. It is judged as if it were sent at `now`.
    pub fn unanswered(&self, now: Timestamp) -> Self {
        let mut context = self.context.clone();
        context.now = Some(now);
        context.tried.clear();
        context.transit = None;
        if let Some(answer) = &self.answer {
            let (challenges, _) = challenge::read_all(&answer.headers, "www-authenticate");
            if context.scheme.is_empty() {
                context.scheme = challenges.iter().map(|c| c.scheme.clone()).filter(|s| !s.is_empty()).collect();
                context.origins.insert("expect_scheme", Origin::Challenge);
            }
            if context.scope.is_empty() {
                let asked = challenges.iter().filter_map(|c| c.get("scope"));
                context.scope = asked.flat_map(str::split_whitespace).map(str::to_string).collect();
                context.origins.insert("expect_scope", Origin::Challenge);
            }
        }
        Self {
            source: self.source.clone(),
            name: self.name.clone(),
            request: self.request.clone(),
            answer: None,
            context,
            transfer: self.transfer.clone(),
            unread_body: self.unread_body.clone(),
            is_code: self.is_code,
        }
    }

    /// Why the body is not the intended one, until it replaces the file that was not read.
    pub fn why_not_whole(&self) -> Option<&str> {
        self.unread_body.as_ref().filter(|unread| unread.body == self.request.body).map(|unread| unread.why.as_str())
    }

    /// The name, else `METHOD path`; the host too, where the path says nothing.
    pub fn title(&self) -> String {
        if !self.name.is_empty() {
            return self.name.clone();
        }
        let (method, path) = (&self.request.method, self.request.path());
        // Lists name thousands of requests: few of them are parsed.
        let url = (path.len() <= 1).then(|| Url::parse(&self.request.url).ok()).flatten();
        let host = url.as_ref().and_then(Url::host_str);
        format!("{method} {}", host.unwrap_or(path)).trim().to_string()
    }
}
