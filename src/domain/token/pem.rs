//! Public keys out of PEM text (RFC 7468): SPKI, PKCS#1, certificates, and the public half of private keys.

use aws_lc_rs::signature::{EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};

use super::algorithm::Curve;
use super::der::{BIT_STRING, CONTEXT_0, Der, INTEGER, OBJECT_ID, OCTET_STRING, SEQUENCE, whole_bits};
use super::encoding::any_base64;
use super::key::Key;
use super::material::Material;
use super::rsa;
use crate::domain::span::line_column;

// Content bytes of the object identifiers.
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const RSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a];
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];

/// Reads every key in PEM text.
///
/// # Errors
/// Says with its line which block could not be read, and what it would have to be.
pub fn read(text: &str) -> Result<Vec<Key>, String> {
    let mut keys = Vec::new();
    let mut rest = 0;
    while let Some(begin) = text.get(rest..).and_then(|t| t.find("-----BEGIN ")).map(|at| rest + at) {
        let at_line = |message: String| format!("line {}: {message}", line_column(text, begin).0);
        let (label, body, end) = block(text, begin).map_err(&at_line)?;
        rest = end;
        // The curve's name is in a block of its own before a SEC 1 key; the key says it again.
        if label == "EC PARAMETERS" {
            continue;
        }
        if label.starts_with("ENCRYPTED") || body.contains("ENCRYPTED") {
            return Err(at_line(format!("the {label} is encrypted; give the public key instead")));
        }
        let der = any_base64(body).ok_or_else(|| at_line(format!("the {label} is not base64")))?;
        let material =
            material(label, &der).ok_or_else(|| at_line(format!("the {label} holds no RSA, EC or Ed25519 key that can be read")))?;
        let mut key = Key::of(material);
        key.check_numbers();
        keys.push(key);
    }
    if keys.is_empty() { Err("the PEM text holds no key".into()) } else { Ok(keys) }
}

/// Label and base64 text of the first block that is a key.
///
/// # Errors
/// Why there is none, as the end of a sentence.
pub fn first_block(text: &str) -> Result<(&str, &str), String> {
    let mut rest = 0;
    while let Some(begin) = text.get(rest..).and_then(|t| t.find("-----BEGIN ")).map(|at| rest + at) {
        let (label, body, end) = block(text, begin)?;
        if label != "EC PARAMETERS" {
            return Ok((label, body));
        }
        rest = end;
    }
    Err("holds no key".into())
}

/// Label, base64 text and end of the block that begins at `begin`.
fn block(text: &str, begin: usize) -> Result<(&str, &str, usize), String> {
    let after = text.get(begin + "-----BEGIN ".len()..).unwrap_or_default();
    let (label, body) = after.split_once("-----").ok_or("the BEGIN line is not closed by five hyphens")?;
    let end_line = format!("-----END {label}-----");
    let (inside, behind) = body.split_once(&end_line).ok_or_else(|| format!("no line {end_line:?} follows"))?;
    Ok((label, inside, text.len() - behind.len()))
}

fn material(label: &str, der: &[u8]) -> Option<Material> {
    match label {
        "PUBLIC KEY" => spki(&mut Der::new(der)),
        "RSA PUBLIC KEY" => pkcs1_public(der),
        "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => certificate(der),
        "PRIVATE KEY" => pkcs8(der),
        "RSA PRIVATE KEY" => pkcs1_private(der),
        "EC PRIVATE KEY" => ec_private(der),
        _ => None,
    }
}

/// SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7).
fn spki(der: &mut Der) -> Option<Material> {
    let mut info = der.enter(SEQUENCE)?;
    let mut algorithm = info.enter(SEQUENCE)?;
    let bits = whole_bits(info.expect(BIT_STRING)?)?;
    match algorithm.expect(OBJECT_ID)? {
        RSA | RSA_PSS => pkcs1_public(bits),
        EC => Some(Material::Ec { curve: curve(algorithm.expect(OBJECT_ID)?)?, point: bits.to_vec() }),
        ED25519 if bits.len() == 32 => Some(Material::Ed25519(bits.to_vec())),
        _ => None,
    }
}

fn curve(object_id: &[u8]) -> Option<Curve> {
    match object_id {
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07] => Some(Curve::P256),
        [0x2b, 0x81, 0x04, 0x00, 0x22] => Some(Curve::P384),
        [0x2b, 0x81, 0x04, 0x00, 0x23] => Some(Curve::P521),
        [0x2b, 0x81, 0x04, 0x00, 0x0a] => Some(Curve::Secp256k1),
        _ => None,
    }
}

/// The public key of an X.509 certificate (RFC 5280 section 4.1).
pub(super) fn certificate(der: &[u8]) -> Option<Material> {
    let mut tbs = Der::new(der).enter(SEQUENCE)?.enter(SEQUENCE)?;
    if tbs.peek() == Some(CONTEXT_0) {
        tbs.next()?;
    }
    // Serial number, signature algorithm, issuer, validity, subject precede the key.
    for _ in 0..5 {
        tbs.next()?;
    }
    spki(&mut tbs)
}

/// RSAPublicKey (RFC 8017 appendix A.1.1).
fn pkcs1_public(der: &[u8]) -> Option<Material> {
    let mut numbers = Der::new(der).enter(SEQUENCE)?;
    rsa_numbers(&mut numbers)
}

/// RSAPrivateKey (RFC 8017 appendix A.1.2): version, then the public numbers.
fn pkcs1_private(der: &[u8]) -> Option<Material> {
    let mut numbers = Der::new(der).enter(SEQUENCE)?;
    numbers.expect(INTEGER)?;
    rsa_numbers(&mut numbers)
}

fn rsa_numbers(numbers: &mut Der) -> Option<Material> {
    let n = rsa::trimmed(numbers.expect(INTEGER)?).to_vec();
    let e = rsa::trimmed(numbers.expect(INTEGER)?).to_vec();
    Some(Material::Rsa { n, e })
}

/// PrivateKeyInfo (RFC 5208): the public half of what is inside.
fn pkcs8(der: &[u8]) -> Option<Material> {
    let mut info = Der::new(der).enter(SEQUENCE)?;
    info.expect(INTEGER)?;
    let mut algorithm = info.enter(SEQUENCE)?;
    match algorithm.expect(OBJECT_ID)? {
        RSA | RSA_PSS => pkcs1_private(info.expect(OCTET_STRING)?),
        EC => ec_private(der),
        ED25519 => {
            let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).ok()?;
            Some(Material::Ed25519(pair.public_key().as_ref().to_vec()))
        }
        _ => None,
    }
}

/// The point of an EC private key in PKCS#8 or SEC 1 form; computed, because SEC 1 may leave it out.
fn ec_private(der: &[u8]) -> Option<Material> {
    Curve::ALL.into_iter().find_map(|curve| {
        let pair = EcdsaKeyPair::from_private_key_der(curve.signing(), der).ok()?;
        Some(Material::Ec { curve, point: pair.public_key().as_ref().to_vec() })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der};
    use aws_lc_rs::rsa::KeySize;
    use aws_lc_rs::signature::RsaKeyPair;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    fn pem(label: &str, der: &[u8]) -> String {
        let body = STANDARD.encode(der);
        let lines: Vec<&str> = body.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
    }

    fn thumbprint(text: &str) -> String {
        let keys = read(text).expect("PEM");
        assert_eq!(keys[0].faults, vec![]);
        keys[0].thumbprint.clone().expect("a thumbprint")
    }

    const CERTIFICATE: &str = "\
-----BEGIN CERTIFICATE-----\n\
MIIBbjCCAROgAwIBAgIUQVtueMxc4eL94zjsDELSHFDqFj8wCgYIKoZIzj0EAwIw\n\
DDEKMAgGA1UEAwwBYTAeFw0yNjExMjMxMjQ3NTFaFw0zNjExMjAxMjQ3NTFaMAwx\n\
CjAIBgNVBAMMAWEwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATT7uuKD7m5/fze\n\
rWiJw/cGFpo9wUWr3V/u4hFIEEa5Biab+kFGgV4zqGS6Qjnx6lJD62m+7AmnRZ1e\n\
lqu6lcQEo1MwUTAdBgNVHQ4EFgQUpn1lf5jegJmFF+qbFoCq1YZRY8AwHwYDVR0j\n\
BBgwFoAUpn1lf5jegJmFF+qbFoCq1YZRY8AwDwYDVR0TAQH/BAUwAwEB/zAKBggq\n\
hkjOPQQDAgNJADBGAiEAvjG9qbvGkLyF9JL2hf0DR8gkb3BNPnPmZnZ58rw+YIgC\n\
IQCkUGKZo61DrayxJf3y26mq9I+bOJ84BE+TvfSbRMi8GQ==\n\
-----END CERTIFICATE-----\n\
";
    const ITS_KEY: &str = "\
-----BEGIN PUBLIC KEY-----\n\
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE0+7rig+5uf383q1oicP3BhaaPcFF\n\
q91f7uIRSBBGuQYmm/pBRoFeM6hkukI58epSQ+tpvuwJp0WdXparupXEBA==\n\
-----END PUBLIC KEY-----\n\
";

    #[test]
    fn a_certificate_holds_its_key() {
        assert_eq!(thumbprint(CERTIFICATE), thumbprint(ITS_KEY));
    }

    #[test]
    fn all_forms_of_an_rsa_key_are_one_key() {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key");
        let pkcs1 = thumbprint(&pem("RSA PUBLIC KEY", pair.public_key().as_ref()));
        let spki: PublicKeyX509Der = pair.public_key().as_der().expect("DER");
        let pkcs8: Pkcs8V1Der = pair.as_der().expect("DER");
        assert_eq!(thumbprint(&pem("PUBLIC KEY", spki.as_ref())), pkcs1);
        assert_eq!(thumbprint(&pem("PRIVATE KEY", pkcs8.as_ref())), pkcs1);
    }

    #[test]
    fn private_keys_give_their_public_half() {
        for curve in Curve::ALL {
            let pair = EcdsaKeyPair::generate(curve.signing()).expect("a key");
            let spki: PublicKeyX509Der = pair.public_key().as_der().expect("DER");
            let private = pem("PRIVATE KEY", pair.to_pkcs8v1().expect("PKCS#8").as_ref());
            assert_eq!(thumbprint(&private), thumbprint(&pem("PUBLIC KEY", spki.as_ref())), "{curve:?}");
        }
        let pair = Ed25519KeyPair::generate().expect("a key");
        let spki: PublicKeyX509Der = pair.public_key().as_der().expect("DER");
        assert_eq!(
            thumbprint(&pem("PRIVATE KEY", pair.to_pkcs8().expect("PKCS#8").as_ref())),
            thumbprint(&pem("PUBLIC KEY", spki.as_ref()))
        );
    }

    #[test]
    fn sec1_keys_with_their_parameters_before_them_are_read() {
        let pair = EcdsaKeyPair::generate(Curve::P384.signing()).expect("a key");
        let sec1: aws_lc_rs::encoding::EcPrivateKeyRfc5915Der = pair.private_key().as_der().expect("DER");
        let text =
            format!("-----BEGIN EC PARAMETERS-----\nBgUrgQQAIg==\n-----END EC PARAMETERS-----\n{}", pem("EC PRIVATE KEY", sec1.as_ref()));
        let keys = read(&text).expect("PEM");
        assert!(matches!(&keys[..], [Key { material: Material::Ec { curve: Curve::P384, .. }, .. }]), "{keys:?}");
    }

    #[test]
    fn what_cannot_be_read_is_named_with_its_line() {
        let refused = |text: &str| read(text).err().unwrap_or_default();
        assert_eq!(refused("\n-----BEGIN PUBLIC KEY-----\nAAAA"), "line 2: no line \"-----END PUBLIC KEY-----\" follows");
        assert!(refused(&pem("PUBLIC KEY", b"abc")).contains("line 1: the PUBLIC KEY holds no RSA"));
        assert!(refused(&pem("ENCRYPTED PRIVATE KEY", b"abc")).contains("encrypted"));
        assert!(refused("-----BEGIN PUBLIC KEY-----\n!!\n-----END PUBLIC KEY-----").contains("not base64"));
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            for label in ["PUBLIC KEY", "RSA PUBLIC KEY", "CERTIFICATE", "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"] {
                let _ = read(&pem(label, &bytes));
            }
        }
    }
}
