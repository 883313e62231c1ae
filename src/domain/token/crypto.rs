//! Whether a signature verifies with a key: the cryptography alone.

use aws_lc_rs::signature::UnparsedPublicKey;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;

use super::algorithm::Algorithm;
use super::material::Material;

/// True when a signature over a message verifies with this key and algorithm.
pub(super) fn verifies(algorithm: Algorithm, key: &Material, message: &[u8], signature: &[u8]) -> bool {
    let (key, curve) = match (key, algorithm) {
        (Material::Secret(secret) | Material::SecretText(secret), Algorithm::Hs(_)) => (DecodingKey::from_secret(secret.bytes()), None),
        (Material::Rsa { n, e }, Algorithm::Rs(_) | Algorithm::Ps(_)) => (DecodingKey::from_rsa_raw_components(n, e), None),
        (Material::Ec { curve, point }, Algorithm::Es(wanted)) if *curve == wanted => {
            (DecodingKey::from_ec_der(point), Some((curve, point)))
        }
        (Material::Ed25519(x), Algorithm::EdDsa) => (DecodingKey::from_ed_der(x), None),
        _ => return false,
    };
    match (algorithm.jose(), curve) {
        (Some(jose), _) => jsonwebtoken::crypto::verify(&URL_SAFE_NO_PAD.encode(signature), message, &key, jose).unwrap_or(false),
        // ES512 and ES256K, which jsonwebtoken does not know.
        (None, Some((curve, point))) => UnparsedPublicKey::new(curve.fixed(), point).verify(message, signature).is_ok(),
        (None, None) => false,
    }
}
