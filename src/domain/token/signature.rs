//! Verification of a JWS signature: which key, whether it fits, whether the bytes verify, and if not, why.
//!
//! The order follows RFC 7515 section 5.2: the header first, then the form of the text, then the key, then the bytes.
//! Reading is tolerant elsewhere; here a wrong padding or a changed last letter is refused, as a verifier would.

use std::collections::BTreeSet;

use serde_json::Value;

use super::algorithm::{Algorithm, unsupported};
use super::crypto::verifies;
use super::jws::{Jws, PartName, TokenFault, TokenFaultKind};
use super::key::Key;
use super::key_set::KeySet;
use super::material::Material;
use super::near_miss;
use super::secret::{SecretForm, forms};
use super::verification::{SignatureFault, SignatureState, Verification};

/// Verifies the signature of a token.
///
/// A key is chosen by `kid`, then by type, `alg` and `use`; several that fit are all tried. Keys that the token itself
/// brings (`jwk`, `jku`, `x5c`, `x5u`) are never used.
pub fn verify(token: &Jws, keys: &KeySet) -> Verification {
    let algorithm = match algorithm_of(token) {
        Ok(algorithm) => algorithm,
        Err(refusal) => return refusal,
    };
    if keys.is_empty() {
        let reason = format!("no key is at hand to verify {} with: give a key set, a PEM file or the secret", algorithm.name());
        return Verification::unverified(SignatureFault::NoKeys, reason);
    }
    if let Some(reason) = fault_of_form(token) {
        if let Some(cleaned) = without_strays(token)
            && let found @ Verification { state: SignatureState::Valid, .. } = verify_with(&cleaned, algorithm, keys)
        {
            return Verification { reason: format!("{}, but for the fault of form: {reason}", found.reason), ..found };
        }
        return Verification::invalid(SignatureFault::Form, reason).with_hint(hint_of_form(token, keys));
    }
    verify_with(token, algorithm, keys)
}

/// Verifies a JWS in its JSON serialization (RFC 7515 section 7.2): no API takes it as a bearer token.
///
/// `compact` is the same token in compact form.
pub fn verify_json_serialization(compact: &Jws, keys: &KeySet) -> Verification {
    let hint = verify(compact, keys);
    let hint = (hint.state == SignatureState::Valid).then(|| "written as header.payload.signature it verifies".to_string());
    let reason = "this is the JSON serialization (RFC 7515 section 7.2); a bearer token must be the compact one";
    Verification::invalid(SignatureFault::Form, reason).with_hint(hint)
}

/// The header's algorithm, or why the header cannot be used.
fn algorithm_of(token: &Jws) -> Result<Algorithm, Verification> {
    let header_fault = |reason: String| Err(Verification::invalid(SignatureFault::Header, reason));
    let header = &token.header;
    let of_header = |kinds: &[TokenFaultKind]| token.faults.iter().find(|f| f.part == Some(PartName::Header) && kinds.contains(&f.kind));
    if let Some(fault) = token.faults.iter().find(|f| f.kind == TokenFaultKind::TooLong) {
        return header_fault(fault.message.clone());
    }
    if let Some(fault) = of_header(&[TokenFaultKind::EmptyPart, TokenFaultKind::NotUtf8, TokenFaultKind::NotJson]) {
        return header_fault(fault.message.clone());
    }
    // RFC 7515 section 4: member names must be unique; which of two a verifier takes cannot be known.
    if let Some(fault) = of_header(&[TokenFaultKind::DuplicateMember]) {
        return header_fault(fault.message.clone());
    }
    let name = match header.get("alg") {
        None => return header_fault("the header has no `alg` (RFC 7515 section 4.1.1)".into()),
        Some(Value::String(name)) => name.as_str(),
        Some(other) => return header_fault(format!("`alg` is {other}, not a string")),
    };
    if name.trim().eq_ignore_ascii_case("none") {
        let reason = format!("`alg` is {name:?}: the token is not signed, and no verifier may accept it (RFC 8725 section 3.1)");
        return Err(Verification::invalid(SignatureFault::Algorithm, reason));
    }
    if let Some(reason) = critical_fault(token) {
        return header_fault(reason);
    }
    if let Some(algorithm) = Algorithm::named(name) {
        return Ok(algorithm);
    }
    if let Some(why) = unsupported(name) {
        return Err(Verification::unverified(SignatureFault::Algorithm, format!("`alg` is {name:?}: {why}")));
    }
    let meant = Algorithm::meant_by(name);
    let hint = meant.map(|m| format!("{name:?} should read {:?}", m.name()));
    let reason = format!("`alg` is {name:?}, which is not a registered signature algorithm");
    let refusal = match meant {
        Some(_) => Verification::invalid(SignatureFault::Algorithm, reason),
        None => Verification::unverified(SignatureFault::Algorithm, reason),
    };
    Err(refusal.with_hint(hint))
}

/// What `crit` or `b64` forbids (RFC 7515 section 4.1.11, RFC 7797).
fn critical_fault(token: &Jws) -> Option<String> {
    if token.header.get("b64") == Some(&Value::Bool(false)) {
        return Some("`b64` is false: a payload that is not base64url cannot be a JWT (RFC 7797 section 7)".into());
    }
    let Value::Array(names) = token.header.get("crit")? else {
        return Some("`crit` is not a list (RFC 7515 section 4.1.11)".into());
    };
    if names.is_empty() {
        return Some("`crit` is an empty list, which RFC 7515 section 4.1.11 forbids".into());
    }
    let refused = names.iter().find(|n| n.as_str() != Some("b64") || token.header.get("b64").is_none())?;
    Some(format!("`crit` demands {refused}, which is not understood here or not in the header; a verifier must refuse it"))
}

/// The first fault of form that a strict verifier refuses. An empty payload and one that is not JSON can be signed.
fn fault_of_form(token: &Jws) -> Option<String> {
    token.faults.iter().find(|f| is_forbidden(f.kind)).map(|f| f.message.clone())
}

fn is_forbidden(kind: TokenFaultKind) -> bool {
    matches!(
        kind,
        TokenFaultKind::PartCount
            | TokenFaultKind::Padding
            | TokenFaultKind::StandardAlphabet
            | TokenFaultKind::Whitespace
            | TokenFaultKind::BadCharacter
            | TokenFaultKind::BadLength
            | TokenFaultKind::TrailingBits
    )
}

/// The token without characters that base64url does not know, when header or payload has such and nothing else is wrong with its
/// form: a tolerant decoder passes over them, and the signature is about what is left.
fn without_strays(token: &Jws) -> Option<Jws> {
    let is_stray = |fault: &TokenFault| match fault.kind {
        // The last two may come of a character too many.
        TokenFaultKind::BadCharacter | TokenFaultKind::BadLength | TokenFaultKind::TrailingBits => fault.part != Some(PartName::Signature),
        kind => !is_forbidden(kind),
    };
    let cleaned = token.faults.iter().all(is_stray).then(|| Jws::read(&token.repaired()))?;
    fault_of_form(&cleaned).is_none().then_some(cleaned)
}

/// Whether a token whose text is not a strict compact serialization verifies apart from that.
fn hint_of_form(token: &Jws, keys: &KeySet) -> Option<String> {
    let verifies = |token: &Jws| {
        let algorithm = Algorithm::named(token.algorithm()?)?;
        (token.part_count == 3 && verify_with(token, algorithm, keys).state == SignatureState::Valid).then_some(())
    };
    if verifies(&Jws::read(&token.repaired())).is_some() {
        return Some("once these characters are corrected it verifies: it was changed on the way".into());
    }
    verifies(token).map(|()| "the signature covers these characters: the issuer wrote them, and strict verifiers refuse them".into())
}

/// The keys that a token may mean.
enum Candidates<'a> {
    /// By `kid`, or all of them when the token or the keys have none.
    Meant(Vec<&'a Key>),
    /// The token has a `kid`, every key has one too, and none is it.
    Foreign(Vec<&'a Key>, String),
}

fn candidates<'a>(token: &Jws, keys: &'a KeySet) -> Candidates<'a> {
    let all = || keys.keys.iter().collect();
    let Some(kid) = token.key_id() else { return Candidates::Meant(all()) };
    let named = keys.with_kid(&kid);
    if !named.is_empty() {
        return Candidates::Meant(named);
    }
    let nameless: Vec<&Key> = keys.keys.iter().filter(|k| k.kid.is_none()).collect();
    if nameless.is_empty() { Candidates::Foreign(all(), kid) } else { Candidates::Meant(nameless) }
}

fn verify_with(token: &Jws, algorithm: Algorithm, keys: &KeySet) -> Verification {
    match candidates(token, keys) {
        Candidates::Meant(meant) => verify_meant(token, algorithm, keys, &meant),
        Candidates::Foreign(all, kid) => verify_foreign(token, algorithm, &all, &kid),
    }
}

fn verify_meant(token: &Jws, algorithm: Algorithm, keys: &KeySet, meant: &[&Key]) -> Verification {
    let name = algorithm.name();
    let fit: Vec<&Key> = meant.iter().copied().filter(|k| k.unfit_for(algorithm).is_none()).collect();
    for key in &fit {
        if let Some(form) = fitting_form(token, algorithm, key) {
            return Verification::valid(key, reason_valid(algorithm, key, form)).with_hint(warning_for(algorithm, key));
        }
    }
    let Some(first) = fit.first() else {
        let hint = near_miss::despite_unfit(token, algorithm, meant);
        return match meant {
            // A verifier that uses a short secret finds the signature wrong, not the key.
            [one] if hint.is_none() && one.is_only_short_for(algorithm) => {
                let reason =
                    format!("the {name} signature does not verify with the secret at hand, which at its length is weak for {name}");
                Verification::invalid(SignatureFault::Mismatch, reason)
                    .with_key(one)
                    .with_mistake(near_miss::of_bytes(token, algorithm, meant, keys))
            }
            _ => no_fit(algorithm, meant).with_hint(hint),
        };
    };
    let tried = match fit.as_slice() {
        [one] => format!("with key {:?}", one.name()),
        many => format!("with any of the {} keys that fit", many.len()),
    };
    let reason = if token.signature_part.span.is_empty() {
        format!("the signature is empty, and `alg` says {name}")
    } else {
        format!("the {name} signature does not verify {tried}: the token was changed, or signed with another key")
    };
    Verification::invalid(SignatureFault::Mismatch, reason).with_key(first).with_mistake(near_miss::of_bytes(token, algorithm, &fit, keys))
}

/// No key that the token may mean is fit for its algorithm.
fn no_fit(algorithm: Algorithm, meant: &[&Key]) -> Verification {
    let name = algorithm.name();
    let refusal =
        if meant.iter().all(|k| k.wrong_type(algorithm).is_some()) && meant.iter().all(|k| !matches!(k.material, Material::Unusable)) {
            let kinds: BTreeSet<&str> = meant.iter().map(|k| k.kty.as_str()).collect();
            let kinds = kinds.into_iter().collect::<Vec<_>>().join(", ");
            let reason = if algorithm.is_symmetric() {
                format!("`alg` is {name}, a shared secret, but the keys are public ({kinds}): a forged token, or the wrong keys")
            } else if meant.iter().all(|k| k.is_secret()) {
                format!("`alg` is {name}, which needs a public key ({}); only a shared secret is at hand", algorithm.key_type())
            } else {
                let why = meant.first().and_then(|k| k.wrong_type(algorithm)).unwrap_or_default();
                format!("no key can have made a {name} signature: the key {why}")
            };
            Verification::invalid(SignatureFault::Algorithm, reason)
        } else {
            let reasons = meant.iter().filter_map(|k| Some(format!("the key {:?} {}", k.name(), k.unfit_for(algorithm)?)));
            Verification::invalid(SignatureFault::KeyUnfit, reasons.collect::<Vec<_>>().join("; "))
        };
    match meant {
        [one] => refusal.with_key(one),
        // With several keys and none named by the token, unusable keys say nothing about the token.
        _ => Verification { state: SignatureState::Unverified, ..refusal },
    }
}

fn verify_foreign(token: &Jws, algorithm: Algorithm, all: &[&Key], kid: &str) -> Verification {
    let name = algorithm.name();
    let names = all.iter().take(8).map(|k| format!("{:?}", k.name())).collect::<Vec<_>>().join(", ");
    let reason = format!("no key has the kid {kid:?}; the set has {names}");
    let fit: Vec<&Key> = all.iter().copied().filter(|k| k.unfit_for(algorithm).is_none()).collect();
    if fit.is_empty() {
        return Verification::unverified(SignatureFault::KeyUnknown, format!("{reason}, none of which fits {name}"));
    }
    if let Some(key) = fit.iter().find(|k| fitting_form(token, algorithm, k).is_some()) {
        let hint = format!("it verifies with key {:?}: only the kid differs", key.name());
        return Verification::invalid(SignatureFault::KeyUnknown, reason).with_key(key).with_hint(Some(hint));
    }
    Verification::invalid(SignatureFault::KeyUnknown, format!("{reason}; none of them verifies the {name} signature"))
}

fn reason_valid(algorithm: Algorithm, key: &Key, form: SecretForm) -> String {
    let name = algorithm.name();
    match (&key.material, algorithm) {
        (Material::SecretText(secret), Algorithm::Hs(hash)) => {
            let short = secret.bytes().len() < hash.bytes() && form == SecretForm::AsIs;
            let note = if short { format!("; at {} bytes it is short for {name}", secret.bytes().len()) } else { String::new() };
            format!("{name} verifies with {}{note}", form.words())
        }
        _ => format!("{name} verifies with key {:?}", key.name()),
    }
}

/// Why a strict verifier would refuse a key that verifies.
fn warning_for(algorithm: Algorithm, key: &Key) -> Option<String> {
    let meant = key.marked_for_another(algorithm)?;
    Some(format!("the key is marked for {meant}: a strict verifier refuses {} with it", algorithm.name()))
}

/// In which form a key verifies the token; a key other than a secret of unknown encoding has only one.
fn fitting_form(token: &Jws, algorithm: Algorithm, key: &Key) -> Option<SecretForm> {
    let message = token.signing_input().as_bytes();
    let signature = &token.signature_part.bytes;
    match &key.material {
        Material::SecretText(secret) => {
            let fits = |key| verifies(algorithm, &Material::Secret(key), message, signature);
            forms(secret).into_iter().find(|(_, key)| fits(key.clone())).map(|(form, _)| form)
        }
        material => verifies(algorithm, material, message, signature).then_some(SecretForm::AsIs),
    }
}

#[cfg(test)]
mod tests;
