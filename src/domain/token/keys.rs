//! Keys that signatures are verified with: key sets (RFC 7517), PEM files, shared secrets.
//!
//! A key that cannot be used stays in the set with its faults: "the key is there, but marked for encryption" is an
//! answer, "no such key" would be a wrong one.

use std::collections::HashMap;

use serde_json::Value;

use super::algorithm::{Algorithm, Curve};
use super::secret::Secret;
use super::{jwk, pem};
use crate::domain::json::Object;
use crate::domain::span::line_column;

pub use super::signature::verify;
pub use super::verification::{Mistake, SignatureFault, SignatureState, Verification};

/// Keys that a token's signature may be verified with.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    /// Where they were read from, for messages: a path, or `secret`.
    pub source: String,
    /// The keys in the order in which they stood, unfit ones included.
    pub keys: Vec<Key>,
}

/// One key.
#[derive(Clone, Debug)]
pub struct Key {
    /// `kid`; a PEM key has none.
    pub kid: Option<String>,
    /// `kty`: `RSA`, `EC`, `OKP`, `oct`, or what the JWK says.
    pub kty: String,
    /// `alg`: the one algorithm it is meant for.
    pub alg: Option<String>,
    /// `use`: `sig` or `enc`.
    pub public_key_use: Option<String>,
    /// `key_ops`, when it is there.
    pub key_ops: Option<Vec<String>>,
    /// The key itself.
    pub material: Material,
    /// RFC 7638 thumbprint, SHA-256, base64url. `None` for secrets: a digest of a weak secret gives it away.
    pub thumbprint: Option<String>,
    /// What is wrong with it.
    pub faults: Vec<KeyFault>,
}

/// The numbers of a key.
#[derive(Clone, Debug)]
pub enum Material {
    /// An RSA public key.
    Rsa {
        /// The modulus, big-endian, without leading zeros.
        n: Vec<u8>,
        /// The public exponent, big-endian, without leading zeros.
        e: Vec<u8>,
    },
    /// A point on a curve, as SEC 1 writes it.
    Ec {
        /// The curve.
        curve: Curve,
        /// `04 ‖ x ‖ y`, or the compressed form.
        point: Vec<u8>,
    },
    /// An Ed25519 public key.
    Ed25519(Vec<u8>),
    /// A secret whose bytes are the key (an `oct` JWK).
    Secret(Secret),
    /// A secret whose encoding nobody told: raw, base64, hex, with a line end.
    SecretText(Secret),
    /// Nothing to verify with; the faults say why.
    Unusable,
}

/// Something wrong with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFault {
    /// What it is.
    pub kind: KeyFaultKind,
    /// In words, with the actual values; reads on after `the key`.
    pub message: String,
}

/// The kinds of fault of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFaultKind {
    /// A member that its type needs is missing or is no base64url.
    Member,
    /// `kty` or `crv` is not one that signatures are verified with here.
    Type,
    /// `use` is not `sig`, or `key_ops` has no `verify`.
    Use,
    /// The numbers do not fit the curve that it names.
    Curve,
    /// Too short, or of a kind known to be broken.
    Weak,
    /// Another key of the set has the same `kid`; each of them is tried.
    DuplicateKid,
}

impl KeySet {
    /// Reads a JWK set, a single JWK, an object of certificates by `kid`, or PEM text.
    ///
    /// # Errors
    /// Says what could not be read, with line and column where there is one. A set in which single keys are unfit is
    /// no error: they are kept with their fault.
    pub fn read(text: &str, source: &str) -> Result<Self, String> {
        let text = text.trim_start_matches('\u{feff}');
        let keys = if text.trim_start().starts_with('{') {
            Self::read_json(text)?
        } else if text.contains("-----BEGIN ") {
            pem::read(text)?
        } else {
            return Err("neither a JWK set, nor a JWK, nor PEM (-----BEGIN …); a shared secret is given as a secret file".into());
        };
        let mut set = Self { source: source.into(), keys };
        set.mark_duplicates();
        Ok(set)
    }

    /// A set of one shared secret whose encoding is not known: it is tried raw, trimmed, base64- and hex-decoded.
    pub fn from_secret(bytes: &[u8], source: &str) -> Self {
        let mut key = Key::of(Material::SecretText(Secret::new(bytes.to_vec())));
        if bytes.trim_ascii().is_empty() {
            key.fault(KeyFaultKind::Weak, "is empty");
        }
        Self { source: source.into(), keys: vec![key] }
    }

    /// True without any key.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The keys with that `kid`.
    pub fn with_kid<'a>(&'a self, kid: &str) -> Vec<&'a Key> {
        self.keys.iter().filter(|k| k.kid.as_deref() == Some(kid)).collect()
    }

    /// The keys' names, for messages: `kid`, else thumbprint.
    pub fn names(&self) -> Vec<String> {
        self.keys.iter().map(Key::name).collect()
    }

    fn read_json(text: &str) -> Result<Vec<Key>, String> {
        let object = Object::read(text);
        if let Some(fault) = &object.fault {
            let (line, column) = line_column(text, fault.offset);
            return Err(format!("line {line}, column {column}: {}", fault.message));
        }
        match object.get("keys") {
            Some(Value::Array(keys)) => keys
                .iter()
                .enumerate()
                .map(|(i, key)| key.as_object().map(jwk::read).ok_or_else(|| format!("`keys` has no object at place {}", i + 1)))
                .collect(),
            Some(_) => {
                let (line, column) = object.member("keys").map_or((1, 1), |m| line_column(text, m.value_span.start));
                Err(format!("line {line}, column {column}: `keys` is not a list"))
            }
            None if object.get("kty").is_some() => Ok(object.to_value().as_object().map(jwk::read).into_iter().collect()),
            None => Self::read_certificates(&object),
        }
    }

    /// `{"kid": "-----BEGIN CERTIFICATE-----…"}`, as Google publishes the keys of Firebase.
    fn read_certificates(object: &Object) -> Result<Vec<Key>, String> {
        let mut keys = Vec::new();
        for member in &object.members {
            let pem = member.value.as_str().filter(|v| v.contains("-----BEGIN "));
            let pem = pem.ok_or("the object has neither `keys` (a JWK set) nor `kty` (a JWK)")?;
            keys.extend(pem::read(pem)?.into_iter().map(|key| Key { kid: Some(member.name.clone()), ..key }));
        }
        if keys.is_empty() { Err("the object is empty: no `keys`, no `kty`".into()) } else { Ok(keys) }
    }

    fn mark_duplicates(&mut self) {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for kid in self.keys.iter().filter_map(|k| k.kid.clone()) {
            *counts.entry(kid).or_default() += 1;
        }
        for key in &mut self.keys {
            let Some(kid) = key.kid.clone() else { continue };
            if let Some(&count) = counts.get(&kid).filter(|count| **count > 1) {
                key.fault(KeyFaultKind::DuplicateKid, format!("shares its kid {kid:?} with {} other", count - 1));
            }
        }
    }
}

impl Key {
    /// A key of this material alone.
    pub(super) fn of(material: Material) -> Self {
        let kty = match &material {
            Material::Rsa { .. } => "RSA",
            Material::Ec { .. } => "EC",
            Material::Ed25519(_) => "OKP",
            Material::Secret(_) | Material::SecretText(_) => "oct",
            Material::Unusable => "",
        };
        let thumbprint = jwk::thumbprint(&material);
        let (alg, public_key_use, key_ops) = (None, None, None);
        Self { kid: None, kty: kty.into(), alg, public_key_use, key_ops, material, thumbprint, faults: Vec::new() }
    }

    /// The name for messages: `kid`, else the thumbprint, else `secret`.
    pub fn name(&self) -> String {
        self.kid.clone().or_else(|| self.thumbprint.clone()).unwrap_or_else(|| "secret".into())
    }

    /// True for a secret that signer and verifier share.
    pub const fn is_secret(&self) -> bool {
        matches!(self.material, Material::Secret(_) | Material::SecretText(_))
    }

    /// Why this key must not be used with an algorithm; `None` when it may.
    pub fn unfit_for(&self, algorithm: Algorithm) -> Option<String> {
        if let Some(fault) = self.faults.iter().find(|f| f.kind != KeyFaultKind::DuplicateKid) {
            return Some(fault.message.clone());
        }
        let name = algorithm.name();
        if let Some(reason) = self.wrong_type(algorithm) {
            return Some(reason);
        }
        if let Some(meant) = self.alg.as_deref()
            && !algorithm_of_key(meant).is_some_and(|meant| meant == algorithm || is_stronger(algorithm, meant))
        {
            return Some(format!("is for {meant}, the token is signed with {name}"));
        }
        match (&self.material, algorithm) {
            (Material::Secret(secret), Algorithm::Hs(hash)) if secret.bytes().len() < hash.bytes() => {
                let (has, needs) = (secret.bytes().len(), hash.bytes());
                Some(format!("has {has} bytes; {name} needs {needs} or more (RFC 7518 section 3.2)"))
            }
            _ => None,
        }
    }

    /// The algorithm that the key is marked for, when it is another than the one it was used with.
    pub(super) fn marked_for_another(&self, algorithm: Algorithm) -> Option<&str> {
        self.alg.as_deref().filter(|meant| algorithm_of_key(meant) != Some(algorithm))
    }

    /// Why its type cannot have made a signature of an algorithm.
    pub(super) fn wrong_type(&self, algorithm: Algorithm) -> Option<String> {
        let name = algorithm.name();
        match (&self.material, algorithm) {
            (Material::Ec { curve, .. }, Algorithm::Es(wanted)) if *curve != wanted => {
                Some(format!("lies on {}; {name} needs {}", curve.name(), wanted.name()))
            }
            (Material::Unusable, _) => Some("cannot be used".into()),
            _ if self.kty != algorithm.key_type() => Some(format!("is of type {}; {name} needs {}", self.kty, algorithm.key_type())),
            _ => None,
        }
    }

    pub(super) fn fault(&mut self, kind: KeyFaultKind, message: impl Into<String>) {
        self.faults.push(KeyFault { kind, message: message.into() });
    }
}

/// True when an RSA signature has a longer hash than the key is marked for. The key can make both, most verifiers look at the
/// token's `alg` only, and nothing is weakened; a shorter hash would be a step down and stays refused.
fn is_stronger(used: Algorithm, meant: Algorithm) -> bool {
    match (used, meant) {
        (Algorithm::Rs(used), Algorithm::Rs(meant)) | (Algorithm::Ps(used), Algorithm::Ps(meant)) => used.bytes() > meant.bytes(),
        _ => false,
    }
}

/// The algorithm that a key's `alg` names. `ES521` is a misspelling common enough to be read as what it means; the curve
/// is still compared.
fn algorithm_of_key(name: &str) -> Option<Algorithm> {
    Algorithm::named(if name == "ES521" { "ES512" } else { name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_set_is_refused_with_line_and_column() {
        assert_eq!(KeySet::read("{\n \"keys\": 5}", "f").err().as_deref(), Some("line 2, column 10: `keys` is not a list"));
        assert!(KeySet::read("{\n \"keys\": [", "f").is_err_and(|e| e.starts_with("line 2, column 11: ")), "the text ends there");
        assert!(KeySet::read("hello", "f").is_err_and(|e| e.contains("PEM")));
        assert!(KeySet::read("{\"a\":1}", "f").is_err_and(|e| e.contains("kty")));
    }

    #[test]
    fn unfit_keys_stay_in_the_set_with_their_faults() {
        let set = KeySet::read(r#"{"keys":[{"kty":"RSA","kid":"a"},{"kty":"oct","k":"AAAA","kid":"a"}]}"#, "f").expect("a set");
        assert_eq!(set.names(), ["a", "a"]);
        assert_eq!(set.keys[0].faults.iter().map(|f| f.kind).collect::<Vec<_>>(), [KeyFaultKind::Member, KeyFaultKind::DuplicateKid]);
        assert!(set.keys[1].unfit_for(Algorithm::EdDsa).is_some_and(|m| m == "is of type oct; EdDSA needs OKP"));
    }

    #[test]
    fn an_empty_secret_is_a_fault() {
        assert_eq!(KeySet::from_secret(b"\n", "f").keys[0].faults[0].message, "is empty");
    }
}
