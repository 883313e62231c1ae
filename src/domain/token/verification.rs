//! What came of verifying a signature.

use super::key::Key;

/// The state of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureState {
    /// A key fits and verifies it.
    Valid,
    /// It does not verify, or the header forbids that it could.
    Invalid,
    /// No usable key, or the algorithm is not supported.
    Unverified,
}

impl SignatureState {
    /// The word for it in the JSON contract.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::Unverified => "unverified",
        }
    }
}

/// Why a signature is not valid, as a kind that checks can act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureFault {
    /// No keys at all were given.
    NoKeys,
    /// Keys are there, but none has the token's `kid`.
    KeyUnknown,
    /// A key has that `kid`, but its `kty`, `use`, `key_ops`, `alg`, curve or size does not fit.
    KeyUnfit,
    /// The algorithm is `none`, unknown, or not one that any key in the set could have made.
    Algorithm,
    /// A fitting key is there and the bytes do not verify.
    Mismatch,
    /// The header cannot be used: not JSON, `crit` with unknown members, `b64: false`, no `alg`.
    Header,
    /// The token's text is not a strict compact serialization: padding, spaces, foreign letters, not three parts.
    Form,
}

/// What was done wrong where a mechanical change makes the bytes verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// The secret is text on one side, base64 or hex on the other.
    SecretForm,
    /// An ECDSA signature in ASN.1.
    Asn1,
    /// Another algorithm was used than `alg` says.
    Algorithm,
    /// Another key of the set signed it than `kid` names.
    Kid,
    /// Only the key in the token's own header verifies it.
    OwnKey,
}

/// What came of verifying a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// Valid, invalid or unverified.
    pub state: SignatureState,
    /// The kind of fault, unless valid.
    pub fault: Option<SignatureFault>,
    /// `kid` or RFC 7638 thumbprint of the key that verified it or that should have.
    pub key: Option<String>,
    /// Why, in one sentence; for a secret that fitted only decoded or trimmed, which form fitted.
    pub reason: String,
    /// Set when a mechanical change would make it verify: "the secret must be base64-decoded", …; on a valid one, why a strict
    /// verifier would refuse it all the same.
    pub hint: Option<String>,
    /// The mistake that the hint describes, where it has a name.
    pub mistake: Option<Mistake>,
}

impl Verification {
    pub(super) fn valid(key: &Key, reason: String) -> Self {
        Self { state: SignatureState::Valid, fault: None, key: Some(key.name()), reason, hint: None, mistake: None }
    }

    pub(super) fn invalid(fault: SignatureFault, reason: impl Into<String>) -> Self {
        Self { state: SignatureState::Invalid, fault: Some(fault), key: None, reason: reason.into(), hint: None, mistake: None }
    }

    /// A signature of a kind that is not verified here; `reason` names it.
    pub fn unsupported(reason: impl Into<String>) -> Self {
        Self::unverified(SignatureFault::Algorithm, reason)
    }

    pub(super) fn unverified(fault: SignatureFault, reason: impl Into<String>) -> Self {
        Self { state: SignatureState::Unverified, ..Self::invalid(fault, reason) }
    }

    pub(super) fn with_key(self, key: &Key) -> Self {
        Self { key: Some(key.name()), ..self }
    }

    pub(super) fn with_mistake(self, found: Option<(Mistake, String)>) -> Self {
        let (mistake, hint) = found.unzip();
        Self { hint, mistake, ..self }
    }

    pub(super) fn with_hint(self, hint: Option<String>) -> Self {
        Self { hint, ..self }
    }
}
