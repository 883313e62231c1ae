//! `token-malformed`, `token-not-a-jwt`

use crate::checks::check::check;
use crate::checks::credentials::quoted::in_brackets;
use crate::checks::credentials::scheme_malformed::begins_in_the_middle;
use crate::checks::credentials::settings::cut_in_sending;
use crate::checks::credentials::wrapped::Stray;
use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Standing, Token};
use crate::checks::services::KnownBy;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::limits::MAX_FIELDS;
use crate::domain::request::Edit;
use crate::domain::span::Span;
use crate::domain::token::jws::{Jws, PartName, TokenFault, TokenFaultKind as K};
use crate::domain::token::kind::{self, TokenKind};

check! {
    /// The token is a JWT, but it is damaged.
    ///
    /// # What it looks at
    /// Three parts, separated by dots, each in base64url without padding. Header and payload must be JSON objects, and the
    /// signature must have the length of its algorithm.
    ///
    /// # Why a server answers 401 to it
    /// It cannot read the token. It was cut off when copied, broken into lines, padded, or encoded in the wrong base64.
    ///
    /// # How to prove it
    /// Compare the token, at the column that is named, with the token as it was issued.
    ///
    /// # How to fix it
    /// Copy the whole token again. If you make the token yourself, encode its parts as base64url without `=`.
    ///
    /// # Example
    /// A token whose last twenty characters are missing.
    ///
    /// # References
    /// RFC 7515 sections 2, 3.1 and 7.1; RFC 7519 section 7.2.
    MALFORMED = "token-malformed", Token,
    stage: Encoding, topics: [TokenForm, Token],
    explains: ["signature-invalid", "key-unknown"],
    run: malformed
}

check! {
    /// The API wants a JWT, but something else was sent.
    ///
    /// # What it looks at
    /// Whether the token is a JWT at all, if the API is known to want one.
    ///
    /// # Why a server answers 401 to it
    /// It tries to read the claims in the token and cannot. Opaque tokens, encrypted tokens and API keys show no claims.
    ///
    /// # How to prove it
    /// A JWT begins with `eyJ` and has two dots.
    ///
    /// # How to fix it
    /// Request a token for this API: at Auth0 name its audience, at Entra its scope. Do not send an API key, a session id or
    /// an authorization code instead.
    ///
    /// # Example
    /// `Bearer 2YotnFZFEjr1zCsicMWpAA`
    ///
    /// # References
    /// RFC 7519 section 1; RFC 9068 section 2.
    NOT_A_JWT = "token-not-a-jwt", Token,
    stage: Encoding, topics: [TokenForm, Token],
    run: not_a_jwt
}

fn malformed(facts: &Facts) -> Finding {
    if facts.worked_in_an_address() {
        return Finding::pass("the same token was accepted in an address");
    }
    if let Some(finding) = cut_in_sending(facts) {
        return finding;
    }
    let Some(token) = facts.jwt() else { return cut_opaque(facts) };
    // Something at an end of a whole token is another check's.
    if facts.authorization().is_some_and(|a| a.place() == token.place && in_brackets_or_beside(&a.credential)) {
        return Finding::not_applicable();
    }
    if let Some(at) = Jws::second_inside(&token.jws.text) {
        let (before, count) = (token.jws.text.get(..at).unwrap_or_default(), token.jws.text.split('.').count());
        if !before.contains('.') && count == 3 {
            return Finding::fail(
                Strength::Contradiction,
                format!("{at} bytes are before the token, and the server reads them as part of it"),
            )
            .proof(token.place, token.at(Span::new(0, at)), "before the token")
            .fixed_by(Fix::action("Send only the token"));
        }
        let parts = if count == 3 { String::new() } else { format!("{count} parts instead of 3: ") };
        let message = format!("{parts}a second token begins inside the first, after {at} characters");
        return Finding::fail(Strength::Contradiction, message)
            .proof(token.place, token.at(Span::new(at, at + 3)), "here the second token begins")
            .fixed_by(Fix::action("Replace the whole value with the new token alone"));
    }
    if facts.is_known_good() && facts.is_refused() {
        return Finding::unknown(
            "whether the token is damaged: it looks so, and works elsewhere as it is; compare its bytes with those that are sent there",
        );
    }
    // Of equals the first in the token is named: `max_by` gives the last, so they are looked at from behind.
    let worst = token.jws.faults.iter().map(|f| (strength_of(f, facts), f)).rev().max_by_key(|(strength, _)| *strength);
    if let Some((strength, fault)) = worst.filter(|(w, _)| *w >= Strength::Plausible) {
        return blame(token, fault, strength);
    }
    if let Some((have, wanted)) = signature_length(token) {
        let part = token.jws.signature_part.span;
        let short = have < wanted;
        let what = if short { "it was cut off" } else { "something follows it" };
        return Finding::fail(
            Strength::Contradiction,
            format!("the signature has {have} bytes instead of the {wanted} of {}: {what}", token.jws.algorithm().unwrap_or_default()),
        )
        .proof(token.place, token.at(Span::new(part.end.saturating_sub(8).max(part.start), part.end)), "the end of the token")
        .fixed_by(Fix::action("Copy the whole token again"));
    }
    match worst {
        Some((strength, fault)) => blame(token, fault, strength),
        None => Finding::pass("three parts, each well formed"),
    }
}

/// True for a whole token with brackets or a stray text around it.
fn in_brackets_or_beside(credential: &str) -> bool {
    in_brackets(credential).is_some() || Stray::find(credential).is_some()
}

/// Lengths at which columns and buffers cut a text: whoever stores a token there loses the rest without a word.
const CUTS: [usize; 6] = [255, 256, 1023, 1024, 4095, 4096];

/// An opaque token shows nothing of its end, but a length that only storage makes does.
fn cut_opaque(facts: &Facts) -> Finding {
    let token = facts.token.as_ref().filter(|t| t.carrier.is_none() && facts.standing == Standing::Refused);
    if let Some(a) = facts.authorization().filter(|a| token.is_some() && begins_in_the_middle(a)) {
        let sign = a.credential.chars().next().unwrap_or(':');
        let start = a.credential_span.start;
        let message =
            format!("the credential begins with {sign:?}: what stood before it is gone, as where a shell takes $name for a variable");
        return Finding::fail(Strength::Plausible, message)
            .proof(a.place(), Span::new(start, start + sign.len_utf8()), sign.to_string())
            .fixed_by(Fix::action("Compare its beginning with the credential as it was issued, and quote it with '…' in the shell"));
    }
    match token.map(|t| (t, t.jws.text.len())) {
        Some((token, length)) if CUTS.contains(&length) => {
            let strength = if length == 255 { Strength::Plausible } else { Strength::Possible };
            Finding::suspect(
                strength,
                format!("the token has {length} characters, the limit of many database columns: it may have been cut off"),
            )
            .proof(token.place, Span::new(token.span.end.saturating_sub(8).max(token.span.start), token.span.end), "its end")
            .fixed_by(Fix::action("Compare its length with the token as it was issued, and widen the column that keeps it"))
        }
        _ => Finding::not_applicable(),
    }
}

fn blame(token: &Token, fault: &TokenFault, strength: Strength) -> Finding {
    let finding = if strength <= Strength::Unlikely {
        Finding::warn(strength, fault.message.clone())
    } else {
        Finding::fail(strength, fault.message.clone())
    };
    let finding = finding.proof(token.place, token.at(fault.span), fault.message.clone());
    let repaired = token.jws.repaired();
    match (token.place, fault.kind) {
        (Place::RequestHeader(index), K::Padding | K::StandardAlphabet | K::Whitespace)
            if repaired != token.jws.text && token.carrier.is_none() =>
        {
            finding.fixed_by(Fix::edit(
                "Write the token in base64url without padding",
                vec![Edit::HeaderValue { index, value: format!("Bearer {repaired}") }],
            ))
        }
        _ => finding.fixed_by(Fix::action("Copy the whole token again")),
    }
}

/// How likely a fault of form alone makes a server refuse the token.
fn strength_of(fault: &TokenFault, facts: &Facts) -> Strength {
    let plain = facts.says_plainly(Topic::TokenForm);
    match (fault.kind, fault.part) {
        (K::PartCount | K::EmptyPart | K::NotUtf8 | K::NotJson | K::BadLength | K::TooLong, _) => Strength::Contradiction,
        (K::BadCharacter | K::Whitespace, _) => Strength::Contradiction,
        // Many libraries are lenient here; when one is not, it says so, or that the signature is wrong.
        (K::Padding | K::StandardAlphabet, _) => {
            if plain {
                Strength::Contradiction
            } else {
                Strength::Likely
            }
        }
        (K::TrailingBits, Some(PartName::Signature)) => Strength::Remark,
        (K::TrailingBits, _) => Strength::Unlikely,
        (K::DuplicateMember, _) => Strength::Unlikely,
    }
}

/// The signature's length in bytes and the one its algorithm makes, when they differ.
fn signature_length(token: &Token) -> Option<(usize, usize)> {
    let have = token.jws.signature_part.bytes.len();
    let wanted = match token.jws.algorithm()? {
        "HS256" => 32,
        "HS384" => 48,
        "HS512" | "ES256" | "ES256K" => 64,
        "EdDSA" | "Ed25519" => 64,
        "ES384" => 96,
        "ES512" => 132,
        "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" => {
            // RSA signatures are as long as the modulus: a multiple of 64 bytes in practice, 256 at least.
            if have >= 256 && have.is_multiple_of(64) {
                return None;
            }
            if have > 128 && have < 256 { 256 } else { have.div_ceil(128).max(2) * 128 }
        }
        _ => return None,
    };
    // Empty belongs to `alg: none` and is another check's.
    (have != wanted && have > 0).then_some((have, wanted))
}

/// True when the answer calls the credential a JWT, and nothing else besides: "Invalid JWT".
fn speaks_of_jwt(facts: &Facts) -> bool {
    let body = facts.lower_body();
    let is_word = |word: &str| matches!(word, "jwt" | "jwts");
    if !facts.is_refused() || body.len() > MAX_FIELDS {
        return false;
    }
    let sentences = body.split(['.', ';', '{', '}', '"', '>', '<', '\n']).filter(|sentence| {
        sentence.contains(' ') && sentence.split(|c: char| !c.is_ascii_alphanumeric()).any(is_word) && !sentence.contains("://")
    });
    let mut sentences = sentences.peekable();
    sentences.peek().is_some() && sentences.all(|sentence| !sentence.contains(" or "))
}

fn not_a_jwt(facts: &Facts) -> Finding {
    let Some(token) = facts.token.as_ref().filter(|t| t.carrier.is_none()) else { return Finding::not_applicable() };
    if token.is_jwt {
        return Finding::pass("the token is a JWT");
    }
    // The remains of something else (JSON, a placeholder, Basic) are named by their own checks.
    if token.jws.text.starts_with('{') {
        return Finding::not_applicable();
    }
    if let Some(inner) = Jws::inside_base64(&token.jws.text).filter(|_| facts.standing != crate::checks::facts::Standing::Accepted) {
        let finding = Finding::fail(Strength::Contradiction, "the token is base64-encoded once more: a JWT comes out when it is decoded")
            .proof(token.place, token.span, "base64 of a JWT");
        return match token.place {
            Place::RequestHeader(index) => finding.fixed_by(Fix::edit(
                "Send the token as it was issued",
                vec![Edit::HeaderValue { index, value: format!("Bearer {inner}") }],
            )),
            _ => finding.fixed_by(Fix::action("Send the token as it was issued")),
        };
    }
    let is_described = facts.context.server.as_deref().is_some_and(|server| server.to_ascii_lowercase().contains("jwt"));
    let wanted = facts.expects_jwt() || is_described;
    let says = facts.says_plainly(Topic::TokenForm) || speaks_of_jwt(facts);
    if facts.standing == crate::checks::facts::Standing::Accepted {
        return Finding::pass("the server accepted the token");
    }
    // What the API expects of the token is held against what its issuer says of it.
    if facts.introspection().is_some() && !says {
        return Finding::pass("the token is not a JWT; its issuer was asked about it");
    }
    // No credential is that short: something was cut off, or typed for a try.
    let letters = token.jws.text.chars().count();
    let is_readable = kind::recognize(&token.jws.text) != TokenKind::Jwe;
    let known = facts.service().filter(|known| known.by == KnownBy::Host && facts.context.keys.is_none() && is_readable);
    if let Some((known, kind)) = known.and_then(|known| Some((known, known.service.kinds.iter().find(|kind| kind.is(&token.jws.text))?))) {
        return Finding::pass(format!("{} has credentials of this form: {}", known.service.name, kind.what));
    }
    if !wanted && !says && letters < 8 && facts.standing == crate::checks::facts::Standing::Refused {
        return Finding::suspect(Strength::Unlikely, format!("the token has only {letters} characters, too few for a real one"))
            .proof(token.place, token.span, "the whole token")
            .fixed_by(Fix::action("Send the whole token"));
    }
    if !wanted && !says && kind::recognize(&token.jws.text) == TokenKind::Jwe {
        // Only whom it was encrypted for can read it, which for most is the issuer alone.
        let what = crate::checks::token::kind::described(&token.jws.text);
        if facts.service().is_some_and(|known| known.by == KnownBy::Host) {
            return Finding::unknown(format!("it is {what}, which {} may have issued for itself", facts.host().unwrap_or_default()));
        }
        return Finding::fail(Strength::Likely, format!("{what} was sent: an API that was not given the key can read no claim in it"))
            .proof(token.place, token.span, what)
            .fixed_by(Fix::action("Request a token for this API, by its audience or scope: issuers encrypt what is meant for themselves"));
    }
    if !wanted && !says {
        return Finding::unknown(
            "the token is not a JWT; whether the API wants one is not known (an expected audience, issuer or key would tell)",
        );
    }
    let what = crate::checks::token::kind::described(&token.jws.text);
    let strength = if wanted { Strength::Contradiction } else { Strength::Likely };
    Finding::fail(strength, format!("the API wants a JWT, but {what} was sent"))
        .proof(token.place, token.span, what)
        .fixed_by(Fix::action("Send the JWT that was issued for this API"))
}
