//! `scheme-malformed`

use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::authorization::Authorization;
use crate::checks::{Finding, Fix, Strength};
use crate::domain::request::Edit;
use crate::domain::span::Span;

check! {
    /// The scheme is written twice, joined to the token, or followed by the wrong character.
    ///
    /// # What it looks at
    /// `Bearer Bearer …`, `Bearer: …`, `Bearer=…`, `BearereyJ…`, and the header's own name inside its value.
    ///
    /// # Why a server answers 401 to it
    /// It reads the first word as the scheme and the rest as the token. Here at least one of the two is wrong.
    ///
    /// # How to prove it
    /// Read the value aloud: scheme, one space, token, and nothing else.
    ///
    /// # How to fix it
    /// Write scheme, one space, token. A doubled scheme often comes from code that adds `Bearer ` to a value that already has it.
    ///
    /// # Example
    /// `Authorization: Bearer Bearer eyJ…`
    ///
    /// # References
    /// RFC 9110 section 11.4.
    CHECK = "scheme-malformed", Credentials,
    stage: Wrapping, topics: [HeaderForm, Scheme, Missing, TokenForm],
    run: malformed
}

fn malformed(facts: &Facts) -> Finding {
    let Some(a) = facts.authorization() else { return Finding::not_applicable() };
    match malformation(a) {
        Some((span, message, value)) => Finding::fail(Strength::Contradiction, message)
            .proof(a.place(), span, span.cut(&a.value).unwrap_or_default())
            .fixed_by(Fix::edit("Write the scheme, one space and the credential", vec![Edit::HeaderValue { index: a.index, value }])),
        None if a.scheme.is_some() => Finding::pass("the scheme is well formed"),
        None => Finding::not_applicable(),
    }
}

/// True where one space follows the scheme, as it should, and what follows is no JWT and begins with a sign that stands between the
/// parts of a credential: its first part is gone, and the scheme is right.
pub fn begins_in_the_middle(a: &Authorization) -> bool {
    let credential = a.credential.as_str();
    let rest = credential.trim_start_matches([':', '=', '.']);
    let is_opaque = !rest.is_empty() && !rest.starts_with("eyJ") && !rest.contains(char::is_whitespace);
    let gap = a.credential_span.start.saturating_sub(a.scheme_span.end);
    a.is("bearer")
        && gap == 1
        && is_opaque
        && rest.len() < credential.len()
        && credential.len() >= 8
        && !rest.is_empty()
        && rest.contains([':', '_', '-', '.'])
}

/// What is wrong with the scheme's form: the bytes, words for them, and the value as it should be.
pub fn malformation(a: &Authorization) -> Option<(Span, String, String)> {
    let value = &a.value;
    let lead = value.len() - value.trim_start().len();
    let lower = value.to_ascii_lowercase();
    let text = &lower[lead..];
    if let Some((first, rest)) = value[lead..].split_once(' ')
        && let Some((at, letter)) = first.char_indices().find(|(_, c)| c.is_alphabetic() && !c.is_ascii())
    {
        let start = lead + at;
        let message = format!("the letter {letter} (U+{:04X}) in the scheme only looks like a Latin one", letter as u32);
        return Some((Span::new(start, start + letter.len_utf8()), message, format!("Bearer {}", rest.trim_start())));
    }
    for name in ["authorization:", "authorization :", "authorization=", "authorization "] {
        if text.starts_with(name) {
            let rest = value[lead + name.len()..].trim_start();
            return Some((Span::new(lead, lead + name.len()), "the value begins with the header's own name".into(), rest.into()));
        }
    }
    for (scheme, proper) in [("bearer", "Bearer"), ("basic", "Basic"), ("token", "Token"), ("digest", "Digest"), ("dpop", "DPoP")] {
        let Some(rest) = text.strip_prefix(scheme) else { continue };
        let after = lead + scheme.len();
        let trimmed = rest.trim_start();
        let at = value.len() - trimmed.len();
        if let Some(c) = trimmed.chars().next()
            && matches!(c, ':' | '=' | ',' | ';')
            && !(scheme == "token" && c == '=')
            && !begins_in_the_middle(a)
        {
            let tail = value[at + 1..].trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '=' | ',' | ';'));
            return Some((Span::new(at, at + 1), format!("{c:?} follows {proper}, where one space belongs"), format!("{proper} {tail}")));
        }
        if rest.len() == trimmed.len() {
            // Another sign than a space between them: `Bearer%20eyJ…`, `Bearer+eyJ…`.
            if scheme == "bearer"
                && let Some(glue) = ["%20", "%09", "+", "_", "-", "/", "."].iter().find(|glue| value[after..].starts_with(**glue))
                && value[after + glue.len()..].starts_with("eyJ")
            {
                let end = after + glue.len();
                return Some((
                    Span::new(after, end),
                    format!("{glue:?} follows Bearer instead of one space"),
                    format!("Bearer {}", &value[end..]),
                ));
            }
            // Glued: `BearereyJ…`.
            if scheme == "bearer" && value[after..].starts_with("eyJ") {
                return Some((
                    Span::new(lead, after),
                    "no space between Bearer and the token".into(),
                    format!("Bearer {}", &value[after..]),
                ));
            }
            continue;
        }
        for second in [scheme, "bearer", "basic"] {
            let Some(tail) = trimmed.strip_prefix(second) else { continue };
            if tail.starts_with(char::is_whitespace) || tail.starts_with(':') {
                let keep = &value[value.len() - tail.trim_start_matches([':', ' ', '\t']).len()..];
                let word = if second == scheme { proper } else { &value[at..at + second.len()] };
                return Some((Span::new(at, at + second.len()), format!("a second scheme follows {proper}"), format!("{word} {keep}")));
            }
        }
    }
    None
}
