//! What the answer says in words: challenge parameters and body held against one table of phrases.
//!
//! The table is data, never the only evidence: a check raises or lowers its weight by a topic, it does not fire on one
//! alone unless the fault cannot be seen any other way.

use crate::checks::Place;
use crate::domain::response::Response;
use crate::domain::span::Span;

/// What a phrase is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
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
    /// A proxy's own log-in.
    Proxy,
    /// Cross-origin rules.
    Cors,
}

/// A phrase found in the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// What it is about.
    pub topic: Topic,
    /// True when it can hardly mean anything else.
    pub specific: bool,
    /// Where it stands.
    pub place: Place,
    /// Its bytes there.
    pub span: Span,
}

/// One row: a phrase in lower case, its topic, and whether it is specific.
pub type Row = (&'static str, Topic, bool);

/// Finds the table's phrases in the answer's challenges and body.
pub fn read(answer: &Response, table: &[Row]) -> Vec<Word> {
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
        ];
        if telling.iter().any(|n| h.is(n)) || h.name.to_ascii_lowercase().contains("error") {
            find(&without_realm(&h.value), Place::ResponseHeader(i), table, &mut words);
        }
    }
    // A denial says what it says early; a long page is not read to its end.
    let end = (0..=answer.body.len().min(16_384)).rev().find(|i| answer.body.is_char_boundary(*i)).unwrap_or(0);
    find(&answer.body[..end], Place::ResponseBody, table, &mut words);
    words
}

/// A realm is a name that somebody chose, not a message: its letters become blanks, so that places stay.
fn without_realm(value: &str) -> String {
    let mut out = value.to_string();
    let mut from = 0;
    while let Some(at) = out[from..].to_ascii_lowercase().find("realm=\"").map(|i| from + i + 7) {
        let end = out[at..].find('"').map_or(out.len(), |i| at + i);
        out.replace_range(at..end, &" ".repeat(end - at));
        from = end;
    }
    out
}

fn find(text: &str, place: Place, table: &[Row], words: &mut Vec<Word>) {
    // Lower case and without HTML's escapes for quotes, byte for byte as long as the text.
    let folded = text.to_ascii_lowercase().replace("&#39;", "'\0\0\0\0").replace("&quot;", "'\0\0\0\0\0").replace(['"', '\u{60}'], "'");
    let folded = folded.replace("\\'", "\0'");
    let plain: String = folded.chars().map(|c| if c == '_' || c == '-' { ' ' } else { c }).collect();
    let squeezed: Vec<(usize, char)> = plain.char_indices().filter(|(_, c)| *c != '\0').collect();
    let text: String = squeezed.iter().map(|(_, c)| *c).collect();
    let mut offsets = Vec::with_capacity(text.len() + 1);
    for (at, c) in &squeezed {
        for k in 0..c.len_utf8() {
            offsets.push(at + k);
        }
    }
    offsets.push(plain.len());
    for (phrase, topic, specific) in table {
        if let Some(at) = text.find(phrase)
            && let (Some(start), Some(end)) = (offsets.get(at), offsets.get(at + phrase.len()))
        {
            words.push(Word { topic: *topic, specific: *specific, place, span: Span::new(*start, *end) });
        }
    }
}
