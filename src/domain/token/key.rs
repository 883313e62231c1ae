//! One key to verify signatures with, and what is wrong with it.

use aws_lc_rs::signature::UnparsedPublicKey;

use super::algorithm::Algorithm;
use super::material::Material;
use super::rsa;

/// One key.
#[derive(Clone, Debug)]
pub struct Key {
    /// `kid`; a PEM key has none.
    pub kid: Option<String>,
    /// `kty`: `RSA`, `EC`, `OKP`, `oct`, or what the JWK says.
    pub kty: String,
    /// `alg`: the one algorithm it is for.
    pub alg: Option<String>,
    /// `use`: `sig` or `enc`.
    pub public_key_use: Option<String>,
    /// `key_ops`, when it is there.
    pub key_ops: Option<Vec<String>>,
    /// The key itself.
    pub material: Material,
    /// RFC 7638 thumbprint, SHA-256, base64url. `None` for secrets: a digest of a weak secret reveals it.
    pub thumbprint: Option<String>,
    /// What is wrong with it.
    pub faults: Vec<KeyFault>,
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
    /// A member that its type needs is missing or is not base64url.
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
        let thumbprint = material.thumbprint();
        let (alg, public_key_use, key_ops) = (None, None, None);
        Self { kid: None, kty: kty.into(), alg, public_key_use, key_ops, material, thumbprint, faults: Vec::new() }
    }

    /// Adds a fault where its numbers are not a valid key: off their curve, or too weak.
    pub(super) fn check_numbers(&mut self) {
        let fault = match &self.material {
            Material::Rsa { n, e } => rsa::fault(n, e).map(|m| (KeyFaultKind::Weak, format!("is unfit: {m}"))),
            Material::Ec { curve, point } => {
                let is_on_curve = UnparsedPublicKey::new(curve.fixed(), point).parse().is_ok();
                (!is_on_curve).then(|| (KeyFaultKind::Curve, format!("is not a point on {}", curve.name())))
            }
            Material::Secret(secret) if secret.bytes().is_empty() => Some((KeyFaultKind::Weak, "is empty".into())),
            _ => None,
        };
        if let Some((kind, message)) = fault {
            self.fault(kind, message);
        }
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
        self.too_short_for(algorithm)
    }

    /// Why its length forbids an algorithm. Many verifiers use a short secret all the same.
    fn too_short_for(&self, algorithm: Algorithm) -> Option<String> {
        let (Material::Secret(secret), Algorithm::Hs(hash)) = (&self.material, algorithm) else { return None };
        let (has, needs) = (secret.bytes().len(), hash.bytes());
        (has < needs).then(|| format!("has {has} bytes; {} needs {needs} or more (RFC 7518 section 3.2)", algorithm.name()))
    }

    /// True for a secret against which nothing stands but its length.
    pub(super) fn is_only_short_for(&self, algorithm: Algorithm) -> bool {
        let is_short = self.too_short_for(algorithm);
        is_short.is_some() && self.unfit_for(algorithm) == is_short
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
