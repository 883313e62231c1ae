//! Key sets (RFC 7517), PEM keys and shared secrets, and the verification of a signature with them.

use super::jws::Jws;

/// Keys that a token's signature may be verified with.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    /// Where they were read from, for messages: a path, or `secret`.
    pub source: String,
}

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
    /// Set when a mechanical change would make it verify: "the secret must be base64-decoded", …
    pub hint: Option<String>,
}

impl KeySet {
    /// Reads a JWK set, a single JWK, or PEM text.
    ///
    /// # Errors
    /// Says what could not be read, with line and column where there is one. A set in which single keys are unfit is
    /// no error: they are kept with their fault.
    pub fn read(_text: &str, source: &str) -> Result<Self, String> {
        Ok(Self { source: source.into() })
    }
}

/// Verifies the signature of a token.
pub fn verify(_token: &Jws, _keys: &KeySet) -> Verification {
    Verification { state: SignatureState::Unverified, fault: Some(SignatureFault::NoKeys), key: None, reason: "no keys".into(), hint: None }
}
