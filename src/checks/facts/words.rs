//! What the answer says in words: challenge parameters and body held against one table of phrases.
//!
//! The table is data, never the only evidence: a check raises or lowers its weight by a topic, it does not fire on one
//! alone unless the fault cannot be seen any other way.

use serde::Deserialize;

use super::noted;
use super::phrases::{Folded, Phrase, Phrases};
use crate::checks::Place;
use crate::domain::response::Response;
use crate::domain::span::Span;

/// What a phrase is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// No credential was seen.
    Missing,
    /// The header's form.
    HeaderForm,
    /// The scheme.
    Scheme,
    /// More than one credential.
    Several,
    /// The token's form.
    TokenForm,
    /// The signature.
    Signature,
    /// Expired.
    Expired,
    /// Not valid yet.
    NotYet,
    /// The audience.
    Audience,
    /// The issuer.
    Issuer,
    /// Scopes or roles.
    Scope,
    /// The key or key id.
    Key,
    /// The algorithm.
    Algorithm,
    /// A claim is missing.
    Claim,
    /// A time claim is no number.
    TimeForm,
    /// The kind of token.
    TokenKind,
    /// Username or password.
    Password,
    /// The token, in general.
    Token,
    /// Revoked.
    Revoked,
    /// Base64 or form of a Basic credential.
    BasicForm,
    /// A token is wanted in the place of a password.
    TokenWanted,
    /// A CSRF token.
    Csrf,
    /// Not logged in.
    Login,
    /// A cookie.
    Cookie,
    /// Too many tries.
    Rate,
    /// Address or region.
    AddressRule,
    /// The account's state.
    Account,
    /// A second factor.
    SecondFactor,
    /// A grant: code or refresh token.
    Grant,
    /// The client's authentication.
    Client,
    /// The redirect URI.
    RedirectUri,
    /// A DPoP proof.
    Proof,
    /// A client certificate.
    Certificate,
    /// Not allowed though known.
    Permission,
    /// Size of headers.
    Size,
    /// The key set or authorization server cannot be reached.
    Unreachable,
    /// An API key is wanted.
    ApiKey,
    /// HTTP was spoken to an HTTPS port.
    PlainHttp,
    /// A filter or firewall speaks.
    Filter,
    /// A proxy's own login.
    Proxy,
    /// Cross-origin rules.
    Cors,
    /// The `User-Agent`.
    UserAgent,
    /// Another service, which the server asks itself.
    Upstream,
    /// Tenant, organization or project.
    Tenant,
    /// Region, site or mode.
    Environment,
    /// The form of the user name.
    UserName,
    /// Authorization for an organization's single sign-on.
    SingleSignOn,
    /// Plan, subscription, product or license.
    Entitlement,
    /// A credential where none may be.
    Needless,
    /// The name of the host that was asked.
    Host,
}

/// A phrase found in the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// What it is about.
    pub topic: Topic,
    /// True when it can hardly mean anything else.
    pub specific: bool,
    /// Where it is.
    pub place: Place,
    /// Its bytes there.
    pub span: Span,
}

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The phrase in the notation of [`Phrase::read`], folded as [`Folded`] folds.
    pub phrase: String,
    /// What it is about.
    pub topic: Topic,
    /// True when it can hardly mean anything else.
    pub specific: bool,
}

/// A table with its phrases ready to be looked for.
#[derive(Debug)]
pub struct Table {
    rows: Vec<Row>,
    phrases: Phrases,
}

impl Table {
    /// Makes a table of rows.
    pub fn new(rows: Vec<Row>) -> Self {
        let phrases = Phrases::new(rows.iter().map(|row| Phrase::read(&row.phrase)));
        Self { rows, phrases }
    }

    /// Finds the table's phrases in the answer's challenges and body.
    pub fn read(&self, answer: &Response) -> Vec<Word> {
        let mut words = Vec::new();
        for (i, h) in answer.headers.iter() {
            let telling = [
                "www-authenticate",
                "proxy-authenticate",
                "x-amzn-errortype",
                "x-error",
                "x-auth-error",
                "x-error-message",
                "x-message",
                "x-reason",
                "x-authentication-denied-reason",
                "grpc-message",
            ];
            if telling.iter().any(|n| h.is(n)) || h.name.to_ascii_lowercase().contains("error") {
                self.find(&without_realm(&h.value), Place::ResponseHeader(i), &mut words);
            }
        }
        // Some servers put their message into the status line: `401 No ticket`.
        self.find(&format!("{} {}", answer.status, answer.reason), Place::ResponseStatus, &mut words);
        // A denial says what it says early; a long page is not read to its end.
        let end = (0..=answer.body.len().min(16_384)).rev().find(|i| answer.body.is_char_boundary(*i)).unwrap_or(0);
        self.find(&answer.body[..end], Place::ResponseBody, &mut words);
        words
    }

    /// Finds the table's telling phrases in lines of a log among some notes; their places are of the notes.
    pub fn read_log(&self, notes: &str) -> Vec<Word> {
        let mut words = Vec::new();
        for line in noted::log_lines(notes) {
            let from = words.len();
            self.find(line, Place::Context, &mut words);
            let start = Span::of(notes, line).map_or(0, |span| span.start);
            words.iter_mut().skip(from).for_each(|word| word.span = word.span.shifted(start));
        }
        words.retain(|word| word.specific);
        words
    }

    fn find(&self, text: &str, place: Place, words: &mut Vec<Word>) {
        let places = self.phrases.places(&Folded::of(text));
        // A phrase within a longer one of another meaning says nothing of its own ("invalid or expired" is not "expired"), nor one
        // that a longer one runs on from: "is expired, revoked, or invalid".
        let row = |index: usize| self.rows.get(index).map(|row| (row.topic, row.specific));
        let has_gaps = |index: usize| self.phrases.has_gaps(index);
        let is_part = |index, span: Span| {
            places.iter().any(|(other, longer)| {
                let is_other = row(*other).map(|(topic, _)| topic) != row(index).map(|(topic, _)| topic);
                let overlaps = longer.start < span.end && span.start < longer.end;
                match (has_gaps(index), has_gaps(*other)) {
                    // Whole texts are surer than words with others between them, unless they may mean anything.
                    (true, false) => overlaps && row(*other).is_some_and(|(_, specific)| specific),
                    (false, true) => is_other && longer.covers(span) && row(index).is_some_and(|(_, specific)| !specific),
                    _ => longer.len() > span.len() && if is_other { overlaps } else { longer.covers(span) && row(*other) != row(index) },
                }
            })
        };
        for (index, span) in places.iter().copied().filter(|(index, span)| !is_part(*index, *span)) {
            words.extend(self.rows.get(index).map(|row| Word { topic: row.topic, specific: row.specific, place, span }));
        }
    }
}

/// A realm is a name that somebody chose, not a message: its letters become blanks, so that places stay.
fn without_realm(value: &str) -> String {
    let lower = value.to_ascii_lowercase();
    let mut out = value.to_string();
    let mut from = 0;
    while let Some(at) = lower[from..].find("realm=\"").map(|i| from + i + 7) {
        let end = lower[at..].find('"').map_or(out.len(), |i| at + i);
        out.replace_range(at..end, &" ".repeat(end - at));
        from = end;
    }
    out
}
