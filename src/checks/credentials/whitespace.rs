//! `credential-whitespace`

use crate::checks::check::check;
use crate::checks::facts::authorization::Authorization;
use crate::checks::facts::other_credentials::Carrier;
use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Standing};
use crate::checks::signing;
use crate::checks::{Finding, Fix, Strength};
use crate::domain::basic;
use crate::domain::request::Edit;
use crate::domain::signing::Signed;
use crate::domain::span::Span;

check! {
    /// A space, tab or line break is where it does not belong.
    ///
    /// # What it looks at
    /// Two spaces or a tab after the scheme, spaces at the start or end, a line break or a literal `\n` in the credential.
    /// Also inside base64: a blank before or behind the user or the password, or behind a key that was encoded.
    ///
    /// # Why a server answers 401 to it
    /// Exactly one space separates scheme and credential. Some servers split at every space and count the parts. A line
    /// break, often read with the secret from a file, ends the header early.
    ///
    /// # How to prove it
    /// Print the value between brackets, or as bytes: `printf '%s' "$TOKEN" | xxd | tail -1`.
    ///
    /// # How to fix it
    /// Trim the value where it is read. Use `printf` instead of `echo`, and `tr -d '\n'` after `base64`.
    ///
    /// # Example
    /// `Authorization: Bearer␠␠eyJ…`, with two spaces (␠) instead of one.
    ///
    /// # References
    /// RFC 9110 section 11.4 and section 5.5.
    WHITESPACE = "credential-whitespace", Credentials,
    stage: Spelling, topics: [HeaderForm, Scheme, Missing, TokenForm],
    explains: ["token-not-a-jwt", "token-malformed", "basic-not-base64", "request-signature-mismatch"],
    run: look
}

struct Blank {
    span: Span,
    strength: Strength,
    message: String,
}

fn look(facts: &Facts) -> Finding {
    let Some(a) = facts.authorization() else {
        return keys(facts);
    };
    if a.has_parameters() {
        return key_id(facts);
    }
    if let Some(finding) = encoded(facts, a).or_else(|| broken_inside(facts, a)) {
        return finding;
    }
    let Some(blank) = worst(facts, a) else { return Finding::pass("one space after the scheme, and no other") };
    let finding = Finding::suspect(blank.strength, blank.message);
    let found = blank.span.cut(&a.value).unwrap_or_default();
    let remedy = match found {
        text if text.starts_with('\\') => "Remove the characters \\n, \\r or \\t",
        text if text.contains(['\n', '\r']) => "Remove the line break",
        _ => "Remove the extra spaces or tabs",
    };
    finding
        .proof(a.place(), blank.span, shown(found))
        .fixed_by(Fix::edit(remedy, vec![Edit::HeaderValue { index: a.index, value: cleaned(a) }]))
}

/// A line break inside the user name or the password of Basic: of a key file, or of base64 that was wrapped. At the end it is another
/// check's.
fn broken_inside(facts: &Facts, a: &Authorization) -> Option<Finding> {
    let (user, password) = facts.basic.as_ref()?.text()?;
    let inside = |text: &str| text.trim_end_matches(['\r', '\n']).find(['\r', '\n']);
    let (side, at) = [("user name", user), ("password", password)].into_iter().find_map(|(side, text)| Some((side, inside(text)?)))?;
    Some(
        Finding::fail(Strength::Contradiction, format!("the {side} has a line break in it, after {at} bytes"))
            .proof(a.place(), a.credential_span, format!("a line break in the {side}"))
            .fixed_by(Fix::action("Write it in one line: base64 -w0 wraps nothing")),
    )
}

/// Of a signed request the id of the key, as it was copied into the credentials of the signer.
fn key_id(facts: &Facts) -> Finding {
    let Some(id) = facts.signed().and_then(Signed::key_id) else { return Finding::not_applicable() };
    let literals = ["\\n", "\\r", "\\t"];
    let bare = literals.iter().fold(id.raw.clone(), |text, literal| text.replace(literal, ""));
    let bare: String = bare.split_whitespace().collect();
    if bare == id.raw {
        return Finding::not_applicable();
    }
    let message = format!("the id of the key {:?} has a space, tab or line break in it, and was signed with it", shown(&id.raw));
    signing::proved(Finding::fail(Strength::Contradiction, message), &id, shown(&id.raw))
        .fixed_by(Fix::action("Remove the space or line break from the key in the client's configuration and sign the request again"))
}

/// API keys in headers of their own suffer the same.
fn keys(facts: &Facts) -> Finding {
    for o in facts.others.iter().filter(|o| o.carrier == Carrier::Header) {
        if let crate::checks::Place::RequestHeader(index) = o.place
            && (o.value.contains(['\n', '\r', '\t']) || o.value.ends_with("\\n"))
        {
            let value: String = o.value.replace("\\n", "").split_whitespace().collect();
            return Finding::fail(Strength::Contradiction, format!("the value of {} contains a line break or tab", o.name))
                .proof(o.place, o.span, shown(&o.value))
                .fixed_by(Fix::edit("Remove the line break or tab", vec![Edit::HeaderValue { index, value }]));
        }
        if let crate::checks::Place::RequestHeader(index) = o.place
            && let Some(value) = without_encoded_blank(o.value.trim())
        {
            return Finding::fail(Strength::Contradiction, format!("{} is base64 of a text that ends in a line break or space", o.name))
                .proof(o.place, o.span, "decodes to a text with a space or line break at its end")
                .fixed_by(Fix::edit("Encode it without the space or line break", vec![Edit::HeaderValue { index, value }]));
        }
    }
    // In the address and in a field it is the client that put it there, encoded.
    for o in facts.others.iter().filter(|o| matches!(o.carrier, Carrier::Query | Carrier::Body)) {
        let is_blank = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n');
        if (o.value.starts_with(is_blank) || o.value.ends_with(is_blank)) && !o.value.trim().is_empty() {
            return Finding::fail(Strength::Contradiction, format!("the value of {} begins or ends with a space or line break", o.name))
                .proof(o.place, o.span, shown(&o.value))
                .fixed_by(Fix::action("Trim the value where the client reads it"));
        }
    }
    if facts.others.is_empty() { Finding::not_applicable() } else { Finding::pass("no space, tab or line break where it does not belong") }
}

fn worst(facts: &Facts, a: &Authorization) -> Option<Blank> {
    let value = &a.value;
    let found = |span: Span, strength: Strength, message: String| Some(Blank { span, strength, message });
    // Two characters, a backslash and an n: a newline that a quoted string did not turn into one.
    for literal in ["\\n", "\\r", "\\t"].into_iter().filter(|_| a.credential.contains('\\')) {
        if let Some(at) = a.credential.find(literal) {
            let start = a.credential_span.start + at;
            return found(
                Span::new(start, start + 2),
                Strength::Contradiction,
                format!("the credential contains the two characters {literal}: a line break or tab that was never decoded"),
            );
        }
    }
    if let Some(at) = value.find(['\n', '\r']) {
        let whole = value.trim_end().len();
        let message = if at >= whole {
            "the value ends in a line break, which cuts off every header after it"
        } else {
            "a line break is inside the value"
        };
        // Inside a Basic credential it is base64's own line break: that check says it better.
        return found(
            Span::new(at, at + 1),
            if a.is("basic") && at < whole { Strength::Plausible } else { Strength::Contradiction },
            message.into(),
        );
    }
    if a.credential.contains(char::is_whitespace) && a.scheme.is_some() {
        let at = a.credential.find(char::is_whitespace).unwrap_or(0);
        let parts = a.credential.split_whitespace().count();
        if parts > 1 && !a.core().0.starts_with('{') && !a.core().0.starts_with('[') {
            let start = a.credential_span.start + at;
            let strength = if facts.says_plainly(Topic::HeaderForm) {
                Strength::Contradiction
            } else if a.is("basic") {
                Strength::Possible
            } else {
                Strength::Likely
            };
            return found(
                Span::new(start, start + 1),
                strength,
                format!("a space or tab is inside the credential, so the header has {} parts instead of 2", parts + 1),
            );
        }
    }
    if let Some(scheme) = &a.scheme {
        let gap = Span::new(a.scheme_span.end, a.credential_span.start);
        let text = gap.cut(value).unwrap_or(" ");
        if text != " " && !a.credential.is_empty() {
            let what = if text.contains('\t') { "a tab".into() } else { format!("{} spaces", text.chars().count()) };
            return found(gap, Strength::Likely, format!("{what} between {scheme} and the credential, where exactly one space belongs"));
        }
    }
    // HTTP itself cuts blanks at both ends off; only what builds the header by hand suffers.
    let (lead, tail) = (value.len() - value.trim_start().len(), value.trim_end().len());
    if lead > 0 {
        return found(Span::new(0, lead), Strength::Unlikely, "a space is before the scheme; servers ignore it".into());
    }
    if tail < value.len() && a.scheme.is_some() && !a.credential.is_empty() {
        let strength = if facts.standing == Standing::Refused { Strength::Possible } else { Strength::Unlikely };
        return found(Span::new(tail, value.len()), strength, "a space is after the credential; most servers ignore it".into());
    }
    None
}

/// Blanks that were encoded together with the credential.
fn encoded(facts: &Facts, a: &Authorization) -> Option<Finding> {
    let fixed = |finding: Finding, value: String| {
        finding
            .proof(a.place(), a.credential_span, "decodes to a text with a space or line break at its end")
            .fixed_by(Fix::edit("Encode it without the space or line break", vec![Edit::HeaderValue { index: a.index, value }]))
    };
    if a.is("basic") {
        let (user, password) = facts.basic.as_ref()?.text()?;
        // A line break behind the password is what `echo` adds: a check of its own.
        let line = password.trim_end_matches(['\r', '\n']);
        let part = match (user.trim() == user, line.trim() == line) {
            (true, true) => return None,
            (false, _) => "user",
            (true, false) => "password",
        };
        if facts.is_meant(user, password) {
            return None;
        }
        let text = if part == "user" { user } else { line };
        let end = if text.trim_start() == text { "ends in" } else { "begins with" };
        let message = format!("the {part} inside the Basic value {end} a space or another blank");
        return Some(fixed(Finding::fail(Strength::Likely, message), format!("Basic {}", basic::encode(user.trim(), password.trim()))));
    }
    let right = without_encoded_blank(&a.credential)?;
    let scheme = a.scheme.as_deref().map(|s| format!("{s} ")).unwrap_or_default();
    let message = "the credential is base64 of a text that ends in a line break or space, as `echo` adds one before `base64`";
    Some(fixed(Finding::fail(Strength::Contradiction, message), format!("{scheme}{right}")))
}

/// Base64 of a readable text with blanks at its ends, encoded again without them. Random bytes hardly ever look like that.
fn without_encoded_blank(credential: &str) -> Option<String> {
    use base64::Engine as _;
    let bytes = base64::prelude::BASE64_STANDARD.decode(credential).ok().filter(|bytes| bytes.len() >= 8)?;
    let text = String::from_utf8(bytes).ok()?;
    let inner = text.trim();
    let is_readable = inner.len() >= 6 && inner.len() < text.len() && inner.chars().all(|c| c.is_ascii_graphic());
    is_readable.then(|| base64::prelude::BASE64_STANDARD.encode(inner))
}

fn cleaned(a: &Authorization) -> String {
    let credential: String = a.credential.replace("\\n", "").replace("\\r", "").replace("\\t", "").split_whitespace().collect();
    match &a.scheme {
        Some(scheme) => format!("{scheme} {credential}"),
        None => credential,
    }
}

fn shown(text: &str) -> String {
    text.chars().map(|c| if c == ' ' { "␠".into() } else { c.escape_debug().to_string() }).collect()
}
