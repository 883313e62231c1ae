//! Making a token: claims signed with a key or secret at hand. For test servers, and for a client's assertion (RFC 7523).

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{self as lc, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RsaEncoding, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::algorithm::{Algorithm, Curve, Hash};
use super::encoding::any_base64;
use super::pem::first_block;

/// A private key, or a secret that is shared.
#[derive(Debug)]
pub struct SigningKey {
    material: Signer,
    /// Its name, if its file has one.
    pub kid: Option<String>,
    alg: Option<Algorithm>,
}

#[derive(Debug)]
enum Signer {
    Secret(Vec<u8>),
    Rsa(Box<RsaKeyPair>),
    Ec(Curve, Box<EcdsaKeyPair>),
    Ed25519(Box<Ed25519KeyPair>),
}

impl SigningKey {
    /// Reads a private key in PEM (PKCS#8, PKCS#1, SEC 1) or as a JWK; any other bytes are a shared secret, without the line end
    /// that an editor puts behind it.
    ///
    /// # Errors
    /// Why it cannot be signed with, as the end of a sentence.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        if text.contains("-----BEGIN ") {
            return Self::of_pem(text);
        }
        if text.trim_start().starts_with('{') {
            return Self::of_jwk(text);
        }
        let secret = bytes.strip_suffix(b"\r\n").or_else(|| bytes.strip_suffix(b"\n")).unwrap_or(bytes);
        if secret.is_empty() {
            return Err("is empty".into());
        }
        Ok(Self { material: Signer::Secret(secret.to_vec()), kid: None, alg: None })
    }

    fn of_pem(text: &str) -> Result<Self, String> {
        // The older form of an encrypted key says so in a header.
        if text.contains("Proc-Type: 4,ENCRYPTED") {
            return Err("is encrypted; decrypt it first".into());
        }
        let (label, body) = first_block(text)?;
        let der = any_base64(body).ok_or("is not base64 between its lines")?;
        let refused = |what: &str| format!("is not a {what} that can be signed with");
        let material = match label {
            "PRIVATE KEY" => private(&der).ok_or_else(|| refused("private key (RSA of 2048 bits or more, EC, Ed25519)"))?,
            "RSA PRIVATE KEY" => Signer::Rsa(Box::new(RsaKeyPair::from_der(&der).map_err(|_| refused("RSA key of 2048 bits or more"))?)),
            "EC PRIVATE KEY" => {
                let key = |curve: Curve| Some(Signer::Ec(curve, Box::new(EcdsaKeyPair::from_private_key_der(curve.signing(), &der).ok()?)));
                Curve::ALL.into_iter().find_map(key).ok_or_else(|| refused("EC key"))?
            }
            _ if label.starts_with("ENCRYPTED") => return Err("is encrypted; decrypt it first".into()),
            _ => return Err(format!("is a {label}: to sign, the private key is needed")),
        };
        Ok(Self { material, kid: None, alg: None })
    }

    fn of_jwk(text: &str) -> Result<Self, String> {
        let jwk: Map<String, Value> = serde_json::from_str(text).map_err(|why| format!("is not a JWK: {why}"))?;
        let member = |name: &str| jwk.get(name).and_then(Value::as_str);
        let bytes =
            |name: &str| member(name).and_then(any_base64).ok_or_else(|| format!("has no {name:?}, which the private key is made of"));
        let material = match member("kty").unwrap_or_default() {
            "oct" => Signer::Secret(Some(bytes("k")?).filter(|secret| !secret.is_empty()).ok_or("is empty")?),
            "EC" => {
                let curve = member("crv").and_then(Curve::named).ok_or("has a curve that is not supported")?;
                let padded = |name: &str| -> Result<Vec<u8>, String> {
                    let number = bytes(name)?;
                    let zeros = curve.bytes().checked_sub(number.len()).ok_or_else(|| format!("has a {name:?} that is too long"))?;
                    Ok([vec![0; zeros], number].concat())
                };
                let point = [vec![4], padded("x")?, padded("y")?].concat();
                let key = EcdsaKeyPair::from_private_key_and_public_key(curve.signing(), &padded("d")?, &point);
                Signer::Ec(curve, Box::new(key.map_err(|_| "is no EC key whose halves fit")?))
            }
            "OKP" => {
                let key = Ed25519KeyPair::from_seed_and_public_key(&bytes("d")?, &bytes("x")?);
                Signer::Ed25519(Box::new(key.map_err(|_| "is no Ed25519 key whose halves fit")?))
            }
            "RSA" => return Err("is an RSA key as a JWK; give it as PEM".into()),
            "" if jwk.contains_key("keys") => return Self::of_set(&jwk),
            other => return Err(format!("has the kty {other:?}, which is not supported")),
        };
        Ok(Self { material, kid: member("kid").map(str::to_string), alg: member("alg").and_then(Algorithm::named) })
    }

    /// The one key of a set that can be signed with.
    fn of_set(set: &Map<String, Value>) -> Result<Self, String> {
        let keys = set.get("keys").and_then(Value::as_array).into_iter().flatten();
        let mut usable: Vec<Self> = keys.filter(|key| key.is_object()).filter_map(|key| Self::of_jwk(&key.to_string()).ok()).collect();
        match usable.pop() {
            Some(key) if usable.is_empty() => Ok(key),
            Some(_) => Err(format!("is a key set with {} keys that can be signed with; give the one", usable.len() + 1)),
            None => Err("is a key set without a key that can be signed with".into()),
        }
    }

    /// The algorithm that it signs with where none is asked for.
    pub fn algorithm(&self) -> Algorithm {
        let usual = match &self.material {
            Signer::Secret(_) => Algorithm::Hs(Hash::Sha256),
            Signer::Rsa(_) => Algorithm::Rs(Hash::Sha256),
            Signer::Ec(curve, _) => Algorithm::Es(*curve),
            Signer::Ed25519(_) => Algorithm::EdDsa,
        };
        self.alg.filter(|alg| self.fits(*alg)).unwrap_or(usual)
    }

    fn fits(&self, algorithm: Algorithm) -> bool {
        match (&self.material, algorithm) {
            (Signer::Secret(_), Algorithm::Hs(_)) | (Signer::Rsa(_), Algorithm::Rs(_) | Algorithm::Ps(_)) => true,
            (Signer::Ec(own, _), Algorithm::Es(curve)) => *own == curve,
            (Signer::Ed25519(_), Algorithm::EdDsa) => true,
            _ => false,
        }
    }

    /// The public half as the members of a JWK, for a proof that carries it (RFC 9449); `None` for a secret, and for RSA.
    pub fn public_jwk(&self) -> Option<Value> {
        let b64 = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match &self.material {
            Signer::Ec(curve, key) => {
                let (x, y) = key.public_key().as_ref().strip_prefix(&[4])?.split_at_checked(curve.bytes())?;
                Some(serde_json::json!({"crv": curve.name(), "kty": "EC", "x": b64(x), "y": b64(y)}))
            }
            Signer::Ed25519(key) => Some(serde_json::json!({"crv": "Ed25519", "kty": "OKP", "x": b64(key.public_key().as_ref())})),
            Signer::Secret(_) | Signer::Rsa(_) => None,
        }
    }

    fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Option<Vec<u8>> {
        let random = SystemRandom::new();
        match (&self.material, algorithm) {
            (Signer::Secret(secret), Algorithm::Hs(hash)) => {
                let with = match hash {
                    Hash::Sha256 => hmac::HMAC_SHA256,
                    Hash::Sha384 => hmac::HMAC_SHA384,
                    Hash::Sha512 => hmac::HMAC_SHA512,
                };
                Some(hmac::sign(&hmac::Key::new(with, secret), message).as_ref().to_vec())
            }
            (Signer::Rsa(key), Algorithm::Rs(hash) | Algorithm::Ps(hash)) => {
                let padding: &'static dyn RsaEncoding = match (algorithm, hash) {
                    (Algorithm::Ps(_), Hash::Sha256) => &lc::RSA_PSS_SHA256,
                    (Algorithm::Ps(_), Hash::Sha384) => &lc::RSA_PSS_SHA384,
                    (Algorithm::Ps(_), Hash::Sha512) => &lc::RSA_PSS_SHA512,
                    (_, Hash::Sha256) => &lc::RSA_PKCS1_SHA256,
                    (_, Hash::Sha384) => &lc::RSA_PKCS1_SHA384,
                    (_, Hash::Sha512) => &lc::RSA_PKCS1_SHA512,
                };
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(padding, &random, message, &mut signature).ok()?;
                Some(signature)
            }
            (Signer::Ec(own, key), Algorithm::Es(curve)) if *own == curve => Some(key.sign(&random, message).ok()?.as_ref().to_vec()),
            (Signer::Ed25519(key), Algorithm::EdDsa) => Some(key.sign(message).as_ref().to_vec()),
            _ => None,
        }
    }
}

fn private(der: &[u8]) -> Option<Signer> {
    if let Ok(key) = RsaKeyPair::from_pkcs8(der) {
        return Some(Signer::Rsa(Box::new(key)));
    }
    if let Ok(key) = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der) {
        return Some(Signer::Ed25519(Box::new(key)));
    }
    Curve::ALL.into_iter().find_map(|curve| Some(Signer::Ec(curve, Box::new(EcdsaKeyPair::from_pkcs8(curve.signing(), der).ok()?))))
}

/// A token of a header and claims, each an object. The claims go into it as they are written, byte by byte: a server may be tried with
/// what no library would write. `alg` and `kid` of the key are added to a header that does not have them.
///
/// # Errors
/// Why it cannot be made, as a sentence.
pub fn make(header: &Map<String, Value>, claims: &str, key: &SigningKey) -> Result<String, String> {
    let mut whole = Map::new();
    whole.insert("typ".into(), "JWT".into());
    if let Some(kid) = &key.kid {
        whole.insert("kid".into(), kid.clone().into());
    }
    whole.extend(header.clone());
    make_exactly(&whole, claims, key)
}

/// The same with no other member in the header than these and `alg`.
///
/// # Errors
/// As [`make`].
pub fn make_exactly(header: &Map<String, Value>, claims: &str, key: &SigningKey) -> Result<String, String> {
    let algorithm = match header.get("alg") {
        None => key.algorithm(),
        Some(Value::String(name)) => match Algorithm::named(name).filter(|algorithm| key.fits(*algorithm)) {
            Some(algorithm) => algorithm,
            None => return Err(format!("The header says alg {name:?}, which this key cannot sign: it signs {}", key.algorithm().name())),
        },
        Some(other) => return Err(format!("The header says alg {other}, which is not a text")),
    };
    if header.get("b64") == Some(&Value::Bool(false)) {
        return Err("The header says b64 false (RFC 7797), which is not signed here".into());
    }
    let mut whole = Map::new();
    whole.insert("alg".into(), algorithm.name().into());
    whole.extend(header.clone());
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(Value::Object(whole).to_string()), URL_SAFE_NO_PAD.encode(claims));
    let signature = key.sign(algorithm, message.as_bytes()).ok_or("The key could not sign")?;
    Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

#[cfg(test)]
mod tests {
    use super::super::jws::Jws;
    use super::super::keys::{KeySet, SignatureState, verify};
    use super::*;

    fn made(key: &[u8], header: &str) -> Result<String, String> {
        let header: Map<String, Value> = serde_json::from_str(header).unwrap();
        make(&header, r#"{"sub": "ana"}"#, &SigningKey::read(key)?)
    }

    fn is_valid(token: &str, keys: &KeySet) -> bool {
        verify(&Jws::read(token), keys).state == SignatureState::Valid
    }

    #[test]
    fn what_is_signed_is_verified_for_each_kind_of_key() {
        let ec = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
        let ed = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
        let rsa = rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).unwrap();
        for (key, algorithms) in [(ec, &["ES256"][..]), (ed, &["EdDSA"]), (rsa, &["RS256", "RS512", "PS256", "PS384"])] {
            let (private, public) = (key.serialize_pem(), key.public_key_pem());
            let keys = KeySet::read(&public, "test").unwrap();
            for algorithm in algorithms {
                let token = made(private.as_bytes(), &format!(r#"{{"alg":"{algorithm}"}}"#)).unwrap();
                assert!(is_valid(&token, &keys), "{algorithm}");
            }
            let token = made(private.as_bytes(), "{}").unwrap();
            assert_eq!(Jws::read(&token).header.str("alg"), algorithms.first().copied());
            assert!(made(private.as_bytes(), r#"{"alg":"HS256"}"#).unwrap_err().contains("cannot sign"));
            assert!(made(public.as_bytes(), "{}").unwrap_err().contains("the private key is needed"));
        }
        let secret = b"0123456789abcdef0123456789abcdef\n";
        let keys = KeySet::from_bytes(b"0123456789abcdef0123456789abcdef", "test");
        assert!(is_valid(&made(secret, r#"{"kid":"k1"}"#).unwrap(), &keys));
    }

    #[test]
    fn a_jwk_signs_and_gives_its_name() {
        // RFC 8037 appendix A.1 and RFC 7515 appendix A.3.
        let ed = r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
            "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"e1"}"#;
        let ec = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI","kid":"c1"}"#;
        for (jwk, kid) in [(ed, "e1"), (ec, "c1")] {
            let token = made(jwk.as_bytes(), "{}").unwrap();
            assert_eq!(Jws::read(&token).header.str("kid"), Some(kid));
            assert!(is_valid(&token, &KeySet::read(jwk, "test").unwrap()), "{kid}");
        }
        let read = |jwk: &str| SigningKey::read(jwk.as_bytes()).unwrap_err();
        assert!(read(r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#).contains("\"d\""));
        assert!(read(r#"{"keys":[]}"#).contains("key set"));
        let set = |keys: &[&str]| format!(r#"{{"keys":[{}]}}"#, keys.join(","));
        let public = r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#;
        assert_eq!(SigningKey::read(set(&[public, ed]).as_bytes()).unwrap().kid.as_deref(), Some("e1"));
        assert!(read(&set(&[ed, ec])).contains("2 keys"));
        assert!(read(r#"{"kty":"RSA"}"#).contains("PEM"));
        assert!(read("").contains("empty"));
        assert!(read(r#"{"kty":"oct","k":""}"#).contains("empty"));
        assert!(made(b"secret", r#"{"b64":false}"#).unwrap_err().contains("b64"));
        assert!(read("{").contains("not a JWK"));
    }

    #[test]
    fn claims_go_in_as_they_are_written() {
        let token = make(&Map::new(), "{\"exp\":1,\"exp\":2, \"x\" : 1.0}", &SigningKey::read(b"secret").unwrap()).unwrap();
        assert_eq!(Jws::read(&token).claims.text, "{\"exp\":1,\"exp\":2, \"x\" : 1.0}");
    }
}
