//! Signature algorithms of JWS (RFC 7518 section 3, RFC 8037, RFC 8812, RFC 9864) and the curves they use.

use aws_lc_rs::signature::{self as lc, EcdsaSigningAlgorithm, EcdsaVerificationAlgorithm};
use jsonwebtoken::Algorithm as Jose;

/// The hash of an HMAC or RSA algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Hash {
    /// Length of its output in bytes: what RFC 7518 section 3.2 asks of an HMAC key at least.
    pub const fn bytes(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// An elliptic curve with a signature algorithm of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    /// NIST P-256.
    P256,
    /// NIST P-384.
    P384,
    /// NIST P-521.
    P521,
    /// secp256k1 (RFC 8812).
    Secp256k1,
}

impl Curve {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::P256, Self::P384, Self::P521, Self::Secp256k1];

    /// The `crv` of a JWK.
    pub const fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
            Self::Secp256k1 => "secp256k1",
        }
    }

    /// The curve of that `crv`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.name() == name)
    }

    /// Length of a coordinate in bytes.
    pub const fn bytes(self) -> usize {
        match self {
            Self::P256 | Self::Secp256k1 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    pub(super) const fn fixed(self) -> &'static EcdsaVerificationAlgorithm {
        match self {
            Self::P256 => &lc::ECDSA_P256_SHA256_FIXED,
            Self::P384 => &lc::ECDSA_P384_SHA384_FIXED,
            Self::P521 => &lc::ECDSA_P521_SHA512_FIXED,
            Self::Secp256k1 => &lc::ECDSA_P256K1_SHA256_FIXED,
        }
    }

    pub(super) const fn asn1(self) -> &'static EcdsaVerificationAlgorithm {
        match self {
            Self::P256 => &lc::ECDSA_P256_SHA256_ASN1,
            Self::P384 => &lc::ECDSA_P384_SHA384_ASN1,
            Self::P521 => &lc::ECDSA_P521_SHA512_ASN1,
            Self::Secp256k1 => &lc::ECDSA_P256K1_SHA256_ASN1,
        }
    }

    pub(super) const fn signing(self) -> &'static EcdsaSigningAlgorithm {
        match self {
            Self::P256 => &lc::ECDSA_P256_SHA256_FIXED_SIGNING,
            Self::P384 => &lc::ECDSA_P384_SHA384_FIXED_SIGNING,
            Self::P521 => &lc::ECDSA_P521_SHA512_FIXED_SIGNING,
            Self::Secp256k1 => &lc::ECDSA_P256K1_SHA256_FIXED_SIGNING,
        }
    }
}

/// A signature algorithm that is understood here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// HMAC: a secret that both sides share.
    Hs(Hash),
    /// RSASSA-PKCS1-v1_5.
    Rs(Hash),
    /// RSASSA-PSS.
    Ps(Hash),
    /// ECDSA; each curve has its hash.
    Es(Curve),
    /// Ed25519, under its own name or as `EdDSA`.
    EdDsa,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Hs(Hash::Sha256),
        Self::Hs(Hash::Sha384),
        Self::Hs(Hash::Sha512),
        Self::Rs(Hash::Sha256),
        Self::Rs(Hash::Sha384),
        Self::Rs(Hash::Sha512),
        Self::Ps(Hash::Sha256),
        Self::Ps(Hash::Sha384),
        Self::Ps(Hash::Sha512),
        Self::Es(Curve::P256),
        Self::Es(Curve::P384),
        Self::Es(Curve::P521),
        Self::Es(Curve::Secp256k1),
        Self::EdDsa,
    ];

    /// Its `alg`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hs(Hash::Sha256) => "HS256",
            Self::Hs(Hash::Sha384) => "HS384",
            Self::Hs(Hash::Sha512) => "HS512",
            Self::Rs(Hash::Sha256) => "RS256",
            Self::Rs(Hash::Sha384) => "RS384",
            Self::Rs(Hash::Sha512) => "RS512",
            Self::Ps(Hash::Sha256) => "PS256",
            Self::Ps(Hash::Sha384) => "PS384",
            Self::Ps(Hash::Sha512) => "PS512",
            Self::Es(Curve::P256) => "ES256",
            Self::Es(Curve::P384) => "ES384",
            Self::Es(Curve::P521) => "ES512",
            Self::Es(Curve::Secp256k1) => "ES256K",
            Self::EdDsa => "EdDSA",
        }
    }

    /// The algorithm with exactly that `alg`; names are case-sensitive (RFC 7515 section 4.1.1).
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "Ed25519" => Some(Self::EdDsa),
            _ => Self::ALL.into_iter().find(|a| a.name() == name),
        }
    }

    /// The algorithm that a misspelled `alg` means: other case, or `ES521` after the curve P-521 instead of the hash.
    pub fn meant_by(name: &str) -> Option<Self> {
        if name.eq_ignore_ascii_case("ES521") {
            return Some(Self::Es(Curve::P521));
        }
        Self::ALL.into_iter().find(|a| a.name().eq_ignore_ascii_case(name.trim()))
    }

    /// The `kty` of its keys.
    pub const fn key_type(self) -> &'static str {
        match self {
            Self::Hs(_) => "oct",
            Self::Rs(_) | Self::Ps(_) => "RSA",
            Self::Es(_) => "EC",
            Self::EdDsa => "OKP",
        }
    }

    /// True when signer and verifier share one secret.
    pub const fn is_symmetric(self) -> bool {
        matches!(self, Self::Hs(_))
    }

    /// What `jsonwebtoken` calls it; `None` for those that it does not verify.
    pub(super) const fn jose(self) -> Option<Jose> {
        Some(match self {
            Self::Hs(Hash::Sha256) => Jose::HS256,
            Self::Hs(Hash::Sha384) => Jose::HS384,
            Self::Hs(Hash::Sha512) => Jose::HS512,
            Self::Rs(Hash::Sha256) => Jose::RS256,
            Self::Rs(Hash::Sha384) => Jose::RS384,
            Self::Rs(Hash::Sha512) => Jose::RS512,
            Self::Ps(Hash::Sha256) => Jose::PS256,
            Self::Ps(Hash::Sha384) => Jose::PS384,
            Self::Ps(Hash::Sha512) => Jose::PS512,
            Self::Es(Curve::P256) => Jose::ES256,
            Self::Es(Curve::P384) => Jose::ES384,
            Self::Es(Curve::P521 | Curve::Secp256k1) => return None,
            Self::EdDsa => Jose::EdDSA,
        })
    }
}

/// Registered names that are not signature algorithms that a bearer token may use here, with the reason.
const NOT_VERIFIED: &[(&str, &str)] = &[
    ("Ed448", "Ed448 signatures are not supported here"),
    ("ML-DSA-44", "post-quantum signatures are not supported here"),
    ("ML-DSA-65", "post-quantum signatures are not supported here"),
    ("ML-DSA-87", "post-quantum signatures are not supported here"),
    ("RS1", "RS1 signs with SHA-1, which no verifier should accept"),
];

/// Why an `alg` that is registered is not verified here; `None` when it is, or when the name is not registered.
pub fn unsupported(name: &str) -> Option<&'static str> {
    NOT_VERIFIED.iter().find(|(n, _)| *n == name).map(|(_, why)| *why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_algorithms_are_one() {
        for algorithm in Algorithm::ALL {
            assert_eq!(Algorithm::named(algorithm.name()), Some(algorithm));
        }
        assert_eq!(Algorithm::named("rs256"), None);
        assert_eq!(Algorithm::meant_by("rs256"), Some(Algorithm::Rs(Hash::Sha256)));
        assert_eq!(Algorithm::meant_by("ES521"), Some(Algorithm::Es(Curve::P521)));
    }
}
