//! `signature-invalid`, `key-unknown`, `algorithm-refused`

use std::sync::LazyLock;

use regex_lite::Regex;

use crate::checks::check::check;
use crate::checks::configured;
use crate::checks::credentials::settings::signing_secrets;
use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Token};
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::span::Span;
use crate::domain::token::issuer;
use crate::domain::token::keys::{KeySet, Mistake, SignatureFault, SignatureState, verify};

check! {
    /// The token's signature is wrong: the token was changed, or signed with another key.
    ///
    /// # What it looks at
    /// The signature, verified with the key that fits. A shared secret is also tried trimmed, base64-decoded and hex-decoded.
    ///
    /// # Why a server answers 401 to it
    /// The token was changed after signing, or the signer used another key: one of another environment, or an old one from
    /// before a key rotation.
    ///
    /// # How to prove it
    /// Give the issuer's key set (`--jwks`): the token then verifies with it, or does not.
    ///
    /// # How to fix it
    /// Get a new token from the issuer that this API trusts. With a shared secret, compare it on both sides: is it text or
    /// base64?
    ///
    /// # Example
    /// A token whose payload was edited by hand.
    ///
    /// # References
    /// RFC 7515 section 5.2.
    INVALID = "signature-invalid", Token,
    stage: Signature, topics: [Signature],
    run: invalid
}

check! {
    /// No known key has the id (`kid`) that the token names, or the key does not fit the token.
    ///
    /// # What it looks at
    /// Whether the key set has the token's `kid`, has it twice, or has a key whose `use`, `alg` or size does not fit.
    ///
    /// # Why a server answers 401 to it
    /// It cannot verify the signature. Either the issuer has rotated its keys, or the server's copy of the key set is old,
    /// or the token comes from another issuer.
    ///
    /// # How to prove it
    /// Look for the `kid` in the issuer's key set (`jwks_uri`).
    ///
    /// # How to fix it
    /// After a key rotation get a new token. Let the server fetch the key set again when a `kid` is unknown.
    ///
    /// # Example
    /// The token's `kid` is 2024-07, but the key set has only 2024-10.
    ///
    /// # References
    /// RFC 7515 section 4.1.4; RFC 7517 section 4.5.
    KEY_UNKNOWN = "key-unknown", Token,
    stage: Key, topics: [Key],
    run: key_unknown
}

check! {
    /// The API does not accept the token's signature algorithm (`alg`).
    ///
    /// # What it looks at
    /// The token's `alg`: `none`, one that is not expected, or one that no key of the set can have made (HS256 with public
    /// keys).
    ///
    /// # Why a server answers 401 to it
    /// An API accepts only the algorithms in its settings: a token that chooses its own algorithm is a known attack.
    ///
    /// # How to prove it
    /// Compare `alg` in the token's header with the API's settings.
    ///
    /// # How to fix it
    /// Sign with the algorithm that the API expects, or allow the token's in the API's settings. Never allow `none`.
    ///
    /// # Example
    /// `{"alg":"HS256"}` where RS256 is expected.
    ///
    /// # References
    /// RFC 8725 sections 2.1 and 3.1.
    ALGORITHM = "algorithm-refused", Token,
    stage: Algorithm, topics: [Algorithm],
    run: algorithm
}

fn shape<'f>(facts: &'f Facts) -> Option<&'f Token> {
    facts.jwt().filter(|t| t.jws.part_count == 3)
}

fn invalid(facts: &Facts) -> Finding {
    let Some(token) = shape(facts) else { return Finding::not_applicable() };
    let place = token.at(token.jws.signature_part.span);
    let alg = token.jws.algorithm().unwrap_or_default();
    if token.jws.signature_part.span.is_empty() && !alg.is_empty() && !alg.eq_ignore_ascii_case("none") {
        let end = token.jws.signature_part.span.start;
        return Finding::fail(
            Strength::Contradiction,
            format!("the signature is missing: nothing follows the second dot, but alg says {alg}"),
        )
        .proof(token.place, token.at(Span::new(end.saturating_sub(1), end)), "the dot before the signature")
        .fixed_by(Fix::action("Copy the whole token again, or get a new one"));
    }
    let Some(verification) = facts.verification() else {
        if let Some(finding) = with_configured_secret(facts, token) {
            return finding;
        }
        return match facts.word(Topic::Signature).filter(|w| w.specific && facts.is_refused()) {
            // The server's words alone: never quite certain.
            Some(word) => {
                Finding::fail(Strength::Likely, "the signature is wrong, says the server; without a key it cannot be verified here")
                    .proof(word.place, word.span, facts.quote(word))
                    .proof(token.place, place, "the signature")
                    .fixed_by(Fix::action("Get a new token from the issuer that this API trusts"))
            }
            None => Finding::unknown(format!(
                "the signature cannot be verified without the issuer's key set or the shared secret{}",
                key_set_of(token)
            )),
        };
    };
    match (verification.state, verification.fault) {
        (SignatureState::Valid, _) => Finding::pass(format!("the signature is valid; {}", verification.reason)),
        (SignatureState::Invalid, Some(SignatureFault::Mismatch)) => {
            let hint = verification.hint.as_deref();
            let message = match hint {
                Some(hint) => format!("the signature does not verify, but {hint}"),
                None => verification.reason.clone(),
            };
            let fix = match verification.mistake {
                Some(Mistake::SecretForm) => {
                    "Use the secret in the same form on both sides: where the token is signed and where it is verified"
                }
                Some(Mistake::Asn1) => "Let the signer write the signature in the JWS form (r and s), not in ASN.1",
                Some(Mistake::Algorithm) => "Write into alg the algorithm that the signer uses",
                Some(Mistake::Kid) => "Write into kid the id of the key that the signer uses",
                Some(Mistake::OwnKey) => "Do not trust this token: get one from the issuer, signed with a key of its published set",
                None => "Get a new token from the issuer that this API trusts; compare keys and environment",
            };
            Finding::fail(Strength::Contradiction, message)
                .proof(token.place, place, verification.reason.clone())
                .fixed_by(Fix::action(fix))
        }
        (_, Some(SignatureFault::KeyUnknown | SignatureFault::KeyUnfit | SignatureFault::Algorithm)) => Finding::not_applicable(),
        (SignatureState::Invalid, _) => Finding::fail(Strength::Likely, format!("the signature cannot be valid: {}", verification.reason))
            .proof(token.place, place, verification.reason.clone())
            .fixed_by(Fix::action("Copy the whole token again, or get a new one")),
        (SignatureState::Unverified, _) => Finding::unknown(format!("the signature cannot be verified: {}", verification.reason)),
    }
}

/// The token verifies with the shared secret of the settings beside it, in another form than it is written there: its signer and
/// the server read the secret differently.
fn with_configured_secret(facts: &Facts, token: &Token) -> Option<Finding> {
    let is_shared = token.jws.algorithm().is_some_and(|algorithm| algorithm.starts_with("HS"));
    let secrets = is_shared.then(|| signing_secrets(facts)).into_iter().flatten();
    let hint = secrets.filter(|_| facts.is_refused() && facts.answer.is_some()).find_map(|secret| {
        let verification = verify(&token.jws, &KeySet::from_bytes(secret.as_bytes(), "settings"));
        verification.hint.filter(|_| verification.mistake == Some(Mistake::SecretForm))
    })?;
    let finding = Finding::fail(
        Strength::Contradiction,
        format!("with the secret of the settings the signature does not verify as it is written, but {hint}"),
    );
    let place = token.at(token.jws.signature_part.span);
    Some(
        finding
            .proof(token.place, place, "the signature")
            .context("the secret of the settings")
            .fixed_by(Fix::action("Use the secret in the same form on both sides: where the token is signed and where it is verified")),
    )
}

fn key_unknown(facts: &Facts) -> Finding {
    let Some(token) = shape(facts) else { return Finding::not_applicable() };
    let kid = token.jws.header.member("kid");
    let shown = token.jws.key_id();
    let Some(verification) = facts.verification() else {
        if let Some(finding) = other_key_file(facts, token).or_else(|| not_listed(facts, token)) {
            return finding;
        }
        if let Some(said) = facts.noted_restart().filter(|_| facts.is_refused() && facts.status() == 401 && is_published(token)) {
            return Finding::suspect(
                Strength::Likely,
                "until the server is started again it refuses the token: it keeps the key set that it read at its start, without this key",
            )
            .proof(Place::TokenHeader, kid.map(|member| member.value_span), "the key that the token names")
            .context(said.to_string())
            .fixed_by(Fix::action("Let the server fetch the key set again when a token names a key that it does not know"));
        }
        return match facts.word(Topic::Key).filter(|w| w.specific && facts.is_refused()) {
            Some(word) => Finding::fail(
                Strength::Likely,
                format!("the server has no key for {}", shown.map_or_else(|| "this token".into(), |k| format!("kid {k:?}"))),
            )
            .proof(word.place, word.span, facts.quote(word))
            .fixed_by(Fix::action("Get a new token; if the issuer's keys were rotated, let the server fetch the key set again")),
            None => Finding::unknown(format!(
                "whether the server knows the key cannot be told without the issuer's key set{}",
                key_set_of(token)
            )),
        };
    };
    match verification.fault {
        Some(fault @ (SignatureFault::KeyUnknown | SignatureFault::KeyUnfit)) => {
            let message = verification.reason.clone();
            let strength = if fault == SignatureFault::KeyUnknown { Strength::Contradiction } else { Strength::Likely };
            let finding = Finding::fail(strength, message);
            match kid {
                Some(member) => finding.proof(Place::TokenHeader, member.value_span, format!("kid {}", shown.unwrap_or_default())),
                None => finding.proof(token.place, token.at(token.jws.header_part.span), "the token's header has no kid"),
            }
            .fixed_by(Fix::action("Get a new token; if the issuer's keys were rotated, let the server fetch the key set again"))
        }
        Some(SignatureFault::NoKeys) => Finding::unknown("the key set has no key: give one that has the issuer's keys"),
        _ => Finding::pass(format!("the key is known{}", verification.key.as_ref().map_or_else(String::new, |k| format!(": {k}")))),
    }
}

/// A key that is not among those that the server's settings list.
fn not_listed(facts: &Facts, token: &Token) -> Option<Finding> {
    let kid = token.jws.key_id().filter(|_| facts.is_refused() && facts.answer.is_some())?;
    let (known, said) = configured::key_ids(facts).filter(|(known, _)| !known.contains(&kid.as_str()))?;
    let span = token.jws.header.member("kid").map(|member| member.value_span);
    Some(
        Finding::fail(
            Strength::Contradiction,
            format!("the token is signed with the key {kid}, and the server verifies with {} alone", known.join(", ")),
        )
        .proof(Place::TokenHeader, span, format!("kid {kid}"))
        .context(said)
        .fixed_by(Fix::action(format!("Add the issuer's key {kid} to the server's settings, or let it fetch the issuer's key set"))),
    )
}

/// A key file that carries the id of its key in its name, while the token names another one: `…_8JH2R6XK4Q.p8`.
fn other_key_file(facts: &Facts, token: &Token) -> Option<Finding> {
    let kid = token.jws.key_id().filter(|_| facts.is_refused() && facts.answer.is_some())?;
    let is_id =
        |text: &str| text.len() == kid.len() && text.len() >= 8 && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let config = facts.context.config.as_deref().filter(|config| is_id(&kid) && !config.contains(&format!("_{kid}.")))?;
    let names = config.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '/' | '\\' | ',' | '='));
    let mut ids = names.filter_map(|name| name.strip_suffix(".p8").or_else(|| name.strip_suffix(".pem"))?.rsplit_once('_'));
    let (_, id) = ids.find(|(_, id)| is_id(id))?;
    let is_interchanged = token.jws.claims.str("iss") == Some(id);
    let strength = if is_interchanged { Strength::Contradiction } else { Strength::Likely };
    let what = if is_interchanged { "which stands in iss: the two ids are interchanged" } else { "and the token is signed with it" };
    let finding = Finding::fail(strength, format!("kid is {kid}, but the key file is that of the key {id}, {what}"));
    let span = token.jws.header.member("kid").map(|member| member.value_span);
    Some(
        finding
            .proof(Place::TokenHeader, span, format!("kid {kid}"))
            .context(format!("the key file ends with {id}"))
            .fixed_by(Fix::action(format!("Write {id} as the key id"))),
    )
}

/// The algorithms that settings name: `alg: 'HS256'`, `algorithms=["RS256", "ES256"]`.
fn configured_algorithms<'f>(facts: &'f Facts) -> Option<Vec<&'f str>> {
    static LIST: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let one = r#"['"]?(?:HS|RS|ES|PS)\d{3}['"]?"#;
        Regex::new(&format!(r#"(?i)\balg(?:orithm)?s?['"]?\s*[:=]\s*\[?\s*({one}(?:\s*,\s*{one})*)"#)).ok()
    });
    let list = LIST.as_ref()?.captures(facts.context.config.as_deref()?)?.get(1)?.as_str();
    Some(list.split(',').map(|name| name.trim().trim_matches(['\'', '"'])).collect())
}

/// True for a token that names a key of a set which is published, and changes.
fn is_published(token: &Token) -> bool {
    token.jws.key_id().is_some() && token.jws.algorithm().is_some_and(|algorithm| !algorithm.starts_with("HS"))
}

/// Where the issuer publishes its key set, when that is known.
fn key_set_of(token: &Token) -> String {
    let address = issuer::by_iss(&token.jws).and_then(|issuer| issuer.key_set(&token.jws));
    address.map_or_else(String::new, |address| format!("; it is published at {address}"))
}

fn algorithm(facts: &Facts) -> Finding {
    let Some(token) = facts.jwt().filter(|t| t.jws.header.fault.is_none()) else { return Finding::not_applicable() };
    let Some(member) = token.jws.header.member("alg") else {
        return Finding::fail(Strength::Contradiction, "the token's header has no alg: nothing says how the token is signed")
            .proof(token.place, token.at(token.jws.header_part.span), "no alg")
            .fixed_by(Fix::action("Get a new token, one whose header names its algorithm (alg)"));
    };
    let alg = token.jws.algorithm().unwrap_or_default();
    let fix = || Fix::action("Sign the token with an algorithm that the API accepts");
    let proof = |finding: Finding| finding.proof(Place::TokenHeader, member.value_span, format!("alg {alg}")).fixed_by(fix());
    if alg.eq_ignore_ascii_case("none") {
        return proof(Finding::fail(Strength::Contradiction, "the token is not signed: alg is none"));
    }
    let expected = &facts.context.algorithm;
    if !expected.is_empty() && !expected.iter().any(|e| e == alg) {
        return proof(Finding::fail(
            Strength::Contradiction,
            format!("the token is signed with {alg}, but the API accepts {}", expected.join(", ")),
        ));
    }
    if let Some(list) = configured_algorithms(facts).filter(|list| !list.contains(&alg) && facts.is_refused() && facts.answer.is_some()) {
        let message = format!("the token is signed with {alg}, but the settings beside it name {}", list.join(", "));
        return proof(Finding::fail(Strength::Likely, message)).context(list.join(", "));
    }
    if let Some(verification) = facts.verification().filter(|v| v.fault == Some(SignatureFault::Algorithm)) {
        return proof(Finding::fail(Strength::Contradiction, verification.reason.clone()));
    }
    let held_against = facts.verification().filter(|v| v.state == SignatureState::Valid).and_then(|v| v.hint.as_deref());
    if let Some(hint) = held_against.filter(|_| facts.is_refused()) {
        return proof(Finding::warn(Strength::Possible, hint.to_string()));
    }
    if facts.says_plainly(Topic::Algorithm) && facts.is_refused() && !facts.signature_is_valid() {
        let finding = Finding::fail(Strength::Likely, format!("the server does not accept the algorithm {alg}"));
        let finding = facts
            .word(Topic::Algorithm)
            .map(|w| (w.place, w.span, facts.quote(w)))
            .into_iter()
            .fold(finding, |f, (p, s, t)| f.proof(p, s, t));
        return proof(finding);
    }
    if expected.is_empty() && facts.verification().is_none() {
        return Finding::unknown(format!("the token is signed with {alg}; whether the API accepts that is not known"));
    }
    Finding::pass(format!("nothing points to a problem with the algorithm {alg}"))
}
