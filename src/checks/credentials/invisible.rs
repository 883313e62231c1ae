//! `credential-invisible-character`

use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::authorization::{is_invisible, is_quote};
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::request::Edit;
use crate::domain::span::{Span, character};
use crate::domain::visible::visible;

check! {
    /// The credential contains a character that cannot be seen.
    ///
    /// # What it looks at
    /// Zero-width characters, the byte order mark, no-break spaces, soft hyphens, direction marks and control characters.
    /// It looks in Authorization and in API-key headers, and names code point and position.
    ///
    /// # Why a server answers 401 to it
    /// The server compares bytes. A token with one extra character is a different token, even if it looks the same.
    ///
    /// # How to prove it
    /// `printf '%s' "$TOKEN" | xxd` shows the extra bytes, mostly above 7f. The value is longer than what you see.
    ///
    /// # How to fix it
    /// Remove the character. It usually comes from a web page, a chat or a document, or from a file saved with a byte order
    /// mark.
    ///
    /// # Example
    /// `Bearer eyJ…` with U+200B before the first character of the token.
    ///
    /// # References
    /// RFC 9110 section 5.5; RFC 6750 section 2.1.
    INVISIBLE = "credential-invisible-character", Credentials,
    stage: Spelling, topics: [TokenForm, Token, HeaderForm, Signature, Password], shares_topics: true,
    explains: ["token-not-a-jwt", "token-malformed", "basic-not-base64", "password-where-token-required"],
    run: look
}

fn look(facts: &Facts) -> Finding {
    let mut looked = false;
    let headers = facts.authorizations.iter().map(|a| (a.index, a.value.as_str()));
    let keys = facts.others.iter().filter_map(|o| match o.place {
        Place::RequestHeader(i) => Some((i, o.value.as_str())),
        _ => None,
    });
    for (index, value) in headers.chain(keys) {
        looked = true;
        if value.bytes().all(|b| b.is_ascii_graphic() || b == b' ') {
            continue;
        }
        let odd: Vec<(usize, char)> = value.char_indices().filter(|(_, c)| is_odd(*c)).collect();
        let Some((at, c)) = odd.first().copied() else { continue };
        let more = if odd.len() > 1 { format!(" and {} more", odd.len() - 1) } else { String::new() };
        let clean: String = value.chars().filter(|c| !is_odd(*c)).collect();
        return Finding::fail(
            Strength::Contradiction,
            format!("an invisible character, {} (U+{:04X}), is in the credential{more}", name_of(c), c as u32),
        )
        .proof(
            Place::RequestHeader(index),
            Span::new(at, at + c.len_utf8()),
            format!("U+{:04X}, character {} of the value", c as u32, character(value, at)),
        )
        .fixed_by(Fix::edit("Remove the invisible characters", vec![Edit::HeaderValue { index, value: clean }]));
    }
    if let Some(finding) = in_basic(facts).or_else(|| in_claims(facts)) {
        return finding;
    }
    if looked { Finding::pass("no invisible character in the credential") } else { Finding::not_applicable() }
}

/// In user or password of Basic, where it does not show: a key that a terminal typed instead of pasting, a character copied from a page.
fn in_basic(facts: &Facts) -> Option<Finding> {
    let (user, password) = facts.basic.as_ref()?.text()?;
    let a = facts.authorization()?;
    let (side, c) = [("user name", user), ("password", password)].into_iter().find_map(|(side, text)| {
        // A line break at the end is another check's.
        let c =
            text.trim_end_matches(['\r', '\n']).chars().find(|c| is_odd(*c) || c.is_ascii_control() && !matches!(c, '\t' | '\r' | '\n'))?;
        Some((side, c))
    })?;
    let message = format!("the {side} holds an invisible character, {} (U+{:04X})", name_of(c), c as u32);
    let fix = "Type or paste it anew: a terminal may take Ctrl+V for a character of its own";
    Some(
        Finding::fail(Strength::Contradiction, message)
            .proof(a.place(), a.credential_span, format!("U+{:04X} in the {side}", c as u32))
            .fixed_by(Fix::action(fix)),
    )
}

/// Whoever made the token copied the character with a name: of the issuer, the application, the API.
fn in_claims(facts: &Facts) -> Option<Finding> {
    let token = facts.jwt()?;
    ["iss", "aud", "sub", "client_id", "azp"].iter().find_map(|name| {
        let member = token.jws.claims.member(name)?;
        let text = member.value.as_str()?;
        let c = text.chars().find(|c| is_odd(*c))?;
        let message =
            format!("the claim {name} holds an invisible character, {} (U+{:04X}): it was copied with the value", name_of(c), c as u32);
        Some(
            Finding::fail(Strength::Contradiction, message)
                .proof(Place::Claims, member.value_span, visible(text).into_owned())
                .fixed_by(Fix::action("Type the value again where the token is made, and get a new token")),
        )
    })
}

/// Tabs and line breaks are another check's; quotes too.
fn is_odd(c: char) -> bool {
    is_invisible(c) && !is_quote(c)
}

fn name_of(c: char) -> &'static str {
    match c {
        '\u{feff}' => "byte order mark",
        '\u{200b}' => "zero-width space",
        '\u{200c}' | '\u{200d}' => "zero-width joiner",
        '\u{a0}' | '\u{202f}' => "no-break space",
        '\u{ad}' => "soft hyphen",
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => "direction mark",
        '\u{2060}' => "word joiner",
        c if c.is_control() => "control character",
        _ => "space of unusual width",
    }
}
