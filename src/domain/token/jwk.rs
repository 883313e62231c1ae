//! One JSON Web Key (RFC 7517; members of RFC 7518 section 6 and RFC 8037).

use serde_json::{Map, Value};

use super::algorithm::Curve;
use super::encoding::any_base64;
use super::key::{Key, KeyFaultKind};
use super::material::Material;
use super::secret::Secret;
use super::{pem, rsa};

/// Reads a JWK. Never fails: what is wrong with it is in its faults.
///
/// Private members are ignored: the public half is all that verifying needs.
pub fn read(jwk: &Map<String, Value>) -> Key {
    let text = |name: &str| jwk.get(name).and_then(Value::as_str);
    let kty = text("kty").unwrap_or_default();
    let (material, fault) = match material(kty, jwk) {
        Ok(material) => (material, None),
        Err(fault) => (Material::Unusable, Some(fault)),
    };
    let mut key = Key::of(material);
    key.kty = kty.to_string();
    key.kid = match jwk.get("kid") {
        Some(Value::String(kid)) => Some(kid.clone()),
        // A number is a fault of the issuer that some servers make; the token then says the same digits.
        Some(Value::Number(kid)) => Some(kid.to_string()),
        _ => None,
    };
    key.alg = text("alg").map(str::to_string);
    key.public_key_use = text("use").map(str::to_string);
    key.key_ops =
        jwk.get("key_ops").and_then(Value::as_array).map(|ops| ops.iter().filter_map(Value::as_str).map(str::to_string).collect());
    if let Some((kind, message)) = fault {
        key.fault(kind, message);
    }
    mark_use(&mut key);
    key.check_numbers();
    key
}

type Fault = (KeyFaultKind, String);

fn material(kty: &str, jwk: &Map<String, Value>) -> Result<Material, Fault> {
    match kty {
        "RSA" if jwk.contains_key("n") || !jwk.contains_key("x5c") => {
            let n = rsa::trimmed(&bytes(jwk, kty, "n")?).to_vec();
            let e = rsa::trimmed(&bytes(jwk, kty, "e")?).to_vec();
            Ok(Material::Rsa { n, e })
        }
        "EC" if jwk.contains_key("x") || !jwk.contains_key("x5c") => {
            let name = jwk.get("crv").and_then(Value::as_str).ok_or_else(|| missing(kty, "crv"))?;
            let curve =
                Curve::named(name).ok_or_else(|| (KeyFaultKind::Type, format!("has the curve {name:?}, which is not supported")))?;
            let mut point = vec![4];
            for coordinate in ["x", "y"] {
                let number = bytes(jwk, kty, coordinate)?;
                let number = rsa::trimmed(&number);
                let Some(zeros) = curve.bytes().checked_sub(number.len()) else {
                    let message = format!("has {} bytes in `{coordinate}`; {name} has {}", number.len(), curve.bytes());
                    return Err((KeyFaultKind::Curve, message));
                };
                point.extend(std::iter::repeat_n(0, zeros));
                point.extend_from_slice(number);
            }
            Ok(Material::Ec { curve, point })
        }
        "OKP" => {
            let name = jwk.get("crv").and_then(Value::as_str).ok_or_else(|| missing(kty, "crv"))?;
            if name != "Ed25519" {
                return Err((KeyFaultKind::Type, format!("has the curve {name:?}; of the OKP curves only Ed25519 is supported")));
            }
            let x = bytes(jwk, kty, "x")?;
            if x.len() == 32 {
                Ok(Material::Ed25519(x))
            } else {
                Err((KeyFaultKind::Curve, format!("has {} bytes in `x`; Ed25519 has 32", x.len())))
            }
        }
        "oct" => Ok(Material::Secret(Secret::new(bytes(jwk, kty, "k")?))),
        "RSA" | "EC" => from_chain(jwk),
        "" => Err((KeyFaultKind::Member, "has no `kty`".into())),
        other => Err((KeyFaultKind::Type, format!("has the type {other:?}, which no signature algorithm uses"))),
    }
}

/// The public key of the first certificate of `x5c`, whose certificates are standard base64 (RFC 7517 section 4.7).
fn from_chain(jwk: &Map<String, Value>) -> Result<Material, Fault> {
    let first = jwk.get("x5c").and_then(Value::as_array).and_then(|chain| chain.first()).and_then(Value::as_str);
    let der = first.and_then(any_base64);
    der.and_then(|der| pem::certificate(&der)).ok_or_else(|| (KeyFaultKind::Member, "has an `x5c` that cannot be read".into()))
}

fn bytes(jwk: &Map<String, Value>, kty: &str, name: &str) -> Result<Vec<u8>, Fault> {
    let text = jwk.get(name).and_then(Value::as_str).ok_or_else(|| missing(kty, name))?;
    any_base64(text).ok_or_else(|| (KeyFaultKind::Member, format!("has a `{name}` that is not base64url")))
}

fn missing(kty: &str, name: &str) -> Fault {
    (KeyFaultKind::Member, format!("has no `{name}`, which a key of type {kty} needs"))
}

fn mark_use(key: &mut Key) {
    if let Some(public_key_use) = key.public_key_use.clone().filter(|u| u != "sig") {
        key.fault(KeyFaultKind::Use, format!("is marked `use`: {public_key_use:?}, not for signatures (\"sig\")"));
    }
    // A private key says `sign`; its public half verifies.
    if let Some(ops) = key.key_ops.clone().filter(|ops| !ops.iter().any(|op| op == "verify" || op == "sign")) {
        key.fault(KeyFaultKind::Use, format!("is marked `key_ops`: {ops:?}, without \"verify\""));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(json: &str) -> Key {
        read(serde_json::from_str::<Value>(json).expect("JSON").as_object().expect("an object"))
    }

    fn faults(json: &str) -> Vec<KeyFaultKind> {
        key(json).faults.iter().map(|f| f.kind).collect()
    }

    const N: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

    #[test]
    fn the_thumbprint_of_rfc_7638() {
        let key = key(&format!(r#"{{"kty":"RSA","e":"AQAB","alg":"RS256","kid":"2011-04-29","n":"{N}"}}"#));
        assert_eq!(key.thumbprint.as_deref(), Some("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"));
        assert_eq!(key.faults, vec![]);
    }

    #[test]
    fn the_thumbprint_of_rfc_8037() {
        let key = key(r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#);
        assert_eq!(key.thumbprint.as_deref(), Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"));
    }

    #[test]
    fn a_secret_has_no_thumbprint() {
        assert_eq!(key(r#"{"kty":"oct","k":"AAAA"}"#).thumbprint, None);
    }

    #[test]
    fn each_fault_has_its_kind() {
        assert_eq!(faults(r#"{"kty":"RSA","e":"AQAB"}"#), [KeyFaultKind::Member]);
        assert_eq!(faults(r#"{"kty":"EC","crv":"P-257","x":"AA","y":"AA"}"#), [KeyFaultKind::Type]);
        assert_eq!(faults(r#"{"kty":"EC","crv":"P-256","x":"AQ","y":"AQ"}"#), [KeyFaultKind::Curve]);
        assert_eq!(faults(r#"{"kty":"RSA","e":"AQAB","n":"AQAB"}"#), [KeyFaultKind::Weak]);
        assert_eq!(faults(&format!(r#"{{"kty":"RSA","e":"AQ","n":"{N}"}}"#)), [KeyFaultKind::Weak]);
        assert_eq!(faults(&format!(r#"{{"kty":"RSA","e":"AQAB","n":"{N}","use":"enc"}}"#)), [KeyFaultKind::Use]);
        assert_eq!(faults(&format!(r#"{{"kty":"RSA","e":"AQAB","n":"{N}","key_ops":["encrypt"]}}"#)), [KeyFaultKind::Use]);
        assert_eq!(faults(r#"{"kty":"oct","k":""}"#), [KeyFaultKind::Weak]);
        assert_eq!(faults(r#"{"k":"AAAA"}"#), [KeyFaultKind::Member]);
    }

    #[test]
    fn private_members_do_no_harm() {
        assert_eq!(faults(&format!(r#"{{"kty":"RSA","e":"AQAB","n":"{N}","d":"AQAB","key_ops":["sign"]}}"#)), []);
    }
}
