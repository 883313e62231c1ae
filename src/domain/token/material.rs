//! The numbers of a key and its thumbprint (RFC 7638).

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::algorithm::Curve;
use super::secret::Secret;

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
    /// A secret of unknown encoding: raw, base64, hex, with a line end.
    SecretText(Secret),
    /// Nothing to verify with; the faults say why.
    Unusable,
}

impl Material {
    /// RFC 7638 thumbprint with SHA-256, base64url. `None` for secrets and for what has no JWK form here.
    pub fn thumbprint(&self) -> Option<String> {
        let b64 = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        // The members in the order of their names, without spaces, as section 3 asks.
        let canonical = match self {
            Self::Rsa { n, e } => format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, b64(e), b64(n)),
            Self::Ec { curve, point } => {
                let (x, y) = point.strip_prefix(&[4])?.split_at_checked(curve.bytes())?;
                format!(r#"{{"crv":"{}","kty":"EC","x":"{}","y":"{}"}}"#, curve.name(), b64(x), b64(y))
            }
            Self::Ed25519(x) => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, b64(x)),
            Self::Secret(_) | Self::SecretText(_) | Self::Unusable => return None,
        };
        Some(b64(digest::digest(&digest::SHA256, canonical.as_bytes()).as_ref()))
    }
}
