//! Sets of keys to verify signatures with: key sets (RFC 7517), PEM files, shared secrets.
//!
//! A key that cannot be used stays in the set with its faults: "the key is there, but marked for encryption" is an
//! answer, "no such key" would be a wrong one.

use std::collections::HashMap;

use serde_json::Value;

use super::key::{Key, KeyFaultKind};
use super::material::Material;
use super::secret::Secret;
use super::{jwk, pem};
use crate::domain::json::Object;
use crate::domain::span::line_column;

/// Keys that a token's signature may be verified with.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    /// Where they were read from, for messages: a path, or `secret`.
    pub source: String,
    /// The keys in the original order, unfit ones included.
    pub keys: Vec<Key>,
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

    /// A set of one shared secret, taken as it is.
    pub fn from_bytes(bytes: &[u8], source: &str) -> Self {
        Self { source: source.into(), keys: vec![Key::of(Material::Secret(Secret::new(bytes.to_vec())))] }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::token::algorithm::Algorithm;

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
