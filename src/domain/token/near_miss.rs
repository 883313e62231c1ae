//! When a signature does not verify: the one mechanical change with which it would. That names the mistake.

use std::collections::HashSet;

use aws_lc_rs::signature::UnparsedPublicKey;

use super::algorithm::Algorithm;
use super::crypto::verifies;
use super::jwk;
use super::jws::Jws;
use super::key::Key;
use super::key_set::KeySet;
use super::material::Material;
use super::secret::{SecretForm, forms};
use super::verification::Mistake;
use crate::domain::limits::MAX_GUESSED_KEYS;

/// For a token whose bytes do not verify with keys that fit.
pub(super) fn of_bytes(token: &Jws, algorithm: Algorithm, fit: &[&Key], keys: &KeySet) -> Option<(Mistake, String)> {
    let message = token.signing_input().as_bytes();
    let signature = token.signature_part.bytes.as_slice();
    if signature.is_empty() {
        return None;
    }
    let tried: HashSet<*const Key> = fit.iter().map(|key| std::ptr::from_ref(*key)).collect();
    let others = keys.keys.iter().filter(|key| !tried.contains(&std::ptr::from_ref(*key))).take(MAX_GUESSED_KEYS);
    let fit = fit.get(..MAX_GUESSED_KEYS).unwrap_or(fit);
    other_form(algorithm, fit, message, signature)
        .map(of(Mistake::SecretForm))
        .or_else(|| der_signature(fit, message, signature).map(of(Mistake::Asn1)))
        .or_else(|| other_algorithm(algorithm, fit, message, signature).map(of(Mistake::Algorithm)))
        .or_else(|| other_key(algorithm, others, message, signature).map(of(Mistake::Kid)))
        .or_else(|| embedded_key(token, algorithm, message, signature).map(of(Mistake::OwnKey)))
}

fn of(mistake: Mistake) -> impl Fn(String) -> (Mistake, String) {
    move |text| (mistake, text)
}

/// The secret decoded, trimmed, or not decoded.
fn other_form(algorithm: Algorithm, fit: &[&Key], message: &[u8], signature: &[u8]) -> Option<String> {
    fit.iter().find_map(|key| {
        let Material::Secret(secret) = &key.material else { return None };
        let fits = |s| verifies(algorithm, &Material::Secret(s), message, signature);
        let (form, _) = forms(secret).into_iter().find(|(form, s)| *form != SecretForm::AsIs && fits(s.clone()))?;
        Some(format!("it verifies with {}: signer and verifier read the secret differently", form.words()))
    })
}

/// An ECDSA signature in the ASN.1 form that OpenSSL writes, where JWS wants r ‖ s (RFC 7518 section 3.4).
fn der_signature(fit: &[&Key], message: &[u8], signature: &[u8]) -> Option<String> {
    fit.iter().find_map(|key| {
        let Material::Ec { curve, point } = &key.material else { return None };
        UnparsedPublicKey::new(curve.asn1(), point).verify(message, signature).ok()?;
        Some("it is right in ASN.1 form; JWS wants the two numbers one after the other (RFC 7518 section 3.4)".into())
    })
}

/// The same key under another algorithm than the header says.
fn other_algorithm(algorithm: Algorithm, fit: &[&Key], message: &[u8], signature: &[u8]) -> Option<String> {
    let others = Algorithm::ALL.into_iter().filter(|a| *a != algorithm && a.key_type() == algorithm.key_type());
    let other = others.into_iter().find(|a| fit.iter().any(|k| verifies(*a, &k.material, message, signature)))?;
    Some(format!("the bytes verify as {}, the header says {}", other.name(), algorithm.name()))
}

/// Another key of the set than the one that `kid` names.
fn other_key<'a>(algorithm: Algorithm, mut others: impl Iterator<Item = &'a Key>, message: &[u8], signature: &[u8]) -> Option<String> {
    let other = others.find(|k| verifies(algorithm, &k.material, message, signature))?;
    Some(format!("it verifies with key {:?}: the kid names the wrong one", other.name()))
}

/// The key in the token's own header: it comes from whoever made the token, so it proves nothing.
fn embedded_key(token: &Jws, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> Option<String> {
    let key = jwk::read(token.header.get("jwk")?.as_object()?);
    verifies(algorithm, &key.material, message, signature)
        .then(|| "it verifies only with the `jwk` in its own header, which anyone can put there".into())
}

/// No key is fit, by its `alg`, `use` or size: whether the bytes verify all the same.
pub(super) fn despite_unfit(token: &Jws, algorithm: Algorithm, keys: &[&Key]) -> Option<String> {
    let message = token.signing_input().as_bytes();
    let key = keys.iter().take(MAX_GUESSED_KEYS).find(|k| verifies(algorithm, &k.material, message, &token.signature_part.bytes))?;
    Some(format!("the bytes do verify with key {:?}: only what it is marked for, or its size, rules it out", key.name()))
}
