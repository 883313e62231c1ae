//! What verifying says, case by case.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;
use crate::domain::token::algorithm::{Curve, Hash};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA384, RsaKeyPair};
use jsonwebtoken::EncodingKey;

fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn unsigned(header: &str) -> String {
    format!("{}.{}", b64(header), b64(r#"{"sub":"a"}"#))
}

fn hs256(header: &str, secret: &[u8]) -> String {
    let input = unsigned(header);
    let key = EncodingKey::from_secret(secret);
    let signature = jsonwebtoken::crypto::sign(input.as_bytes(), &key, jsonwebtoken::Algorithm::HS256).expect("a signature");
    format!("{input}.{signature}")
}

fn oct(secret: &[u8], more: &str) -> KeySet {
    KeySet::read(&format!(r#"{{"kty":"oct","k":"{}"{more}}}"#, b64(secret)), "test").expect("a JWK")
}

fn check(token: &str, keys: &KeySet) -> Verification {
    verify(&Jws::read(token), keys)
}

const LONG: &[u8] = b"a secret of more than thirty-two bytes";

#[test]
fn a_secret_verifies_and_a_changed_token_does_not() {
    let token = hs256(r#"{"alg":"HS256"}"#, LONG);
    assert_eq!(check(&token, &oct(LONG, "")).state, SignatureState::Valid);
    let changed = token.replacen("eyJzdWIiOiJhIn0", &b64(r#"{"sub":"b"}"#), 1);
    let found = check(&changed, &oct(LONG, ""));
    assert_eq!((found.state, found.fault, found.hint), (SignatureState::Invalid, Some(SignatureFault::Mismatch), None));
}

#[test]
fn a_secret_file_fits_in_any_form_and_the_form_is_said() {
    let token = hs256(r#"{"alg":"HS256"}"#, LONG);
    for (file, form) in [
        ([LONG, b"\n"].concat(), "line breaks"),
        (b64(LONG).into_bytes(), "base64-decoded"),
        (LONG.iter().map(|b| format!("{b:02x}")).collect::<String>().into_bytes(), "hex-decoded"),
    ] {
        let found = check(&token, &KeySet::from_secret(&file, "secret"));
        assert!(found.state == SignatureState::Valid && found.reason.contains(form), "{found:?}");
    }
}

#[test]
fn a_jwk_whose_bytes_fit_only_decoded_is_invalid_with_a_hint() {
    let encoded = b64(LONG);
    let decoded = check(&hs256(r#"{"alg":"HS256"}"#, LONG), &oct(encoded.as_bytes(), ""));
    assert_eq!(decoded.fault, Some(SignatureFault::Mismatch));
    assert!(decoded.hint.is_some_and(|h| h.contains("base64-decoded")));
    let not_decoded = check(&hs256(r#"{"alg":"HS256"}"#, encoded.as_bytes()), &oct(LONG, ""));
    assert!(not_decoded.hint.is_some_and(|h| h.contains("not decoded")));
}

#[test]
fn every_asymmetric_algorithm_verifies() {
    let rng = SystemRandom::new();
    for curve in Curve::ALL {
        let pair = EcdsaKeyPair::generate(curve.signing()).expect("a key");
        let (x, y) = pair.public_key().as_ref()[1..].split_at(curve.bytes());
        let jwk = format!(r#"{{"kty":"EC","crv":"{}","x":"{}","y":"{}"}}"#, curve.name(), b64(x), b64(y));
        let input = unsigned(&format!(r#"{{"alg":"{}"}}"#, Algorithm::Es(curve).name()));
        let signature = pair.sign(&rng, input.as_bytes()).expect("a signature");
        let found = check(&format!("{input}.{}", b64(signature)), &KeySet::read(&jwk, "test").expect("a JWK"));
        assert_eq!(found.state, SignatureState::Valid, "{curve:?}: {}", found.reason);
    }
    let pair = Ed25519KeyPair::generate().expect("a key");
    let jwk = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{}","alg":"EdDSA"}}"#, b64(pair.public_key()));
    for alg in ["EdDSA", "Ed25519"] {
        let input = unsigned(&format!(r#"{{"alg":"{alg}"}}"#));
        let token = format!("{input}.{}", b64(pair.sign(input.as_bytes())));
        assert_eq!(check(&token, &KeySet::read(&jwk, "test").expect("a JWK")).state, SignatureState::Valid);
    }
}

#[test]
fn rsa_verifies_with_both_paddings_and_names_the_one_that_was_used() {
    let pair = RsaKeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).expect("a key");
    let pem = format!("-----BEGIN RSA PUBLIC KEY-----\n{}\n-----END RSA PUBLIC KEY-----\n", b64(pair.public_key()));
    let keys = KeySet::read(&pem, "test").expect("PEM");
    let sign = |alg: &str, padding: &'static dyn aws_lc_rs::signature::RsaEncoding| {
        let input = unsigned(&format!(r#"{{"alg":"{alg}"}}"#));
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(padding, &SystemRandom::new(), input.as_bytes(), &mut signature).expect("a signature");
        format!("{input}.{}", b64(signature))
    };
    assert_eq!(check(&sign("RS256", &RSA_PKCS1_SHA256), &keys).state, SignatureState::Valid);
    assert_eq!(check(&sign("PS384", &RSA_PSS_SHA384), &keys).state, SignatureState::Valid);
    let other = check(&sign("RS256", &RSA_PSS_SHA384), &keys);
    assert_eq!(other.hint.as_deref(), Some("the bytes verify as PS384, the header says RS256"));
}

#[test]
fn an_ecdsa_signature_in_asn1_is_named() {
    let pair = EcdsaKeyPair::generate(&aws_lc_rs::signature::ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
    let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
    let jwk = format!(r#"{{"kty":"EC","crv":"P-256","x":"{}","y":"{}"}}"#, b64(x), b64(y));
    let input = unsigned(r#"{"alg":"ES256"}"#);
    let signature = pair.sign(&SystemRandom::new(), input.as_bytes()).expect("a signature");
    let found = check(&format!("{input}.{}", b64(signature)), &KeySet::read(&jwk, "test").expect("a JWK"));
    assert!(found.hint.is_some_and(|h| h.contains("ASN.1")));
}

#[test]
fn none_is_refused_in_any_case() {
    for alg in ["none", "None", "NONE", "nOnE"] {
        let found = check(&format!("{}.", unsigned(&format!(r#"{{"alg":"{alg}"}}"#))), &oct(LONG, ""));
        assert_eq!((found.state, found.fault), (SignatureState::Invalid, Some(SignatureFault::Algorithm)));
    }
}

#[test]
fn a_secret_where_the_keys_are_public_is_confusion() {
    let jwk = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    let found = check(&hs256(r#"{"alg":"HS256"}"#, LONG), &KeySet::read(jwk, "test").expect("a JWK"));
    assert_eq!((found.state, found.fault), (SignatureState::Invalid, Some(SignatureFault::Algorithm)));
    assert!(found.reason.contains("keys are public (OKP)"), "{}", found.reason);
}

#[test]
fn a_header_that_cannot_be_used_says_why() {
    for (header, words) in [
        ("{}", "no `alg`"),
        (r#"{"alg":5}"#, "not a string"),
        (r#"{"alg":"HS256","crit":["exp"],"exp":1}"#, "`crit` demands \"exp\""),
        (r#"{"alg":"HS256","crit":[]}"#, "empty list"),
        (r#"{"alg":"HS256","crit":["b64"],"b64":false}"#, "`b64` is false"),
        (r#"{"alg":"HS256","alg":"none"}"#, "twice"),
    ] {
        let found = check(&hs256(header, LONG), &oct(LONG, ""));
        assert_eq!((found.state, found.fault), (SignatureState::Invalid, Some(SignatureFault::Header)), "{header}");
        assert!(found.reason.contains(words), "{header}: {}", found.reason);
    }
}

#[test]
fn a_kid_that_no_key_has_is_unknown_and_a_twin_is_named() {
    let token = hs256(r#"{"alg":"HS256","kid":"old"}"#, LONG);
    let found = check(&token, &oct(LONG, r#","kid":"new""#));
    assert_eq!(found.fault, Some(SignatureFault::KeyUnknown));
    assert!(found.hint.is_some_and(|h| h.contains("only the kid differs")));
    assert_eq!(check(&token, &oct(LONG, "")).state, SignatureState::Valid, "a key without a kid may be any");
}

#[test]
fn an_unfit_key_is_named_with_what_stands_against_it() {
    let token = hs256(r#"{"alg":"HS256"}"#, LONG);
    for (more, words) in [(r#","alg":"HS384""#, "is for HS384"), (r#","use":"enc""#, "\"enc\""), (r#","key_ops":["sign2"]"#, "key_ops")] {
        let found = check(&token, &oct(LONG, more));
        assert_eq!((found.state, found.fault), (SignatureState::Invalid, Some(SignatureFault::KeyUnfit)), "{more}");
        assert!(found.reason.contains(words) && found.hint.is_some(), "{more}: {found:?}");
    }
    let short = check(&hs256(r#"{"alg":"HS256"}"#, b"short"), &oct(b"short", ""));
    assert!(short.reason.contains("5 bytes; HS256 needs 32"), "{}", short.reason);
    let other = check(&hs256(r#"{"alg":"HS256"}"#, b"other"), &oct(b"short", ""));
    assert_eq!((other.state, other.fault), (SignatureState::Invalid, Some(SignatureFault::Mismatch)), "{other:?}");
    assert_eq!(check(&hs256(r#"{"alg":"HS256"}"#, b"short"), &KeySet::from_secret(b"short", "f")).state, SignatureState::Valid);
}

#[test]
fn faults_of_form_are_refused_and_the_repair_is_named() {
    let token = hs256(r#"{"alg":"HS256"}"#, LONG);
    for broken in [format!("{token}="), token.replacen('.', " .", 1), format!("{token}?"), format!("{token}\n")] {
        let found = check(&broken, &oct(LONG, ""));
        assert_eq!((found.state, found.fault), (SignatureState::Invalid, Some(SignatureFault::Form)), "{broken:?}");
        assert!(found.hint.is_some(), "{broken:?}");
    }
}

/// Wycheproof calls these valid: a decoder that passes over the character finds the signature right.
#[test]
fn a_stray_character_before_the_signature_leaves_it_valid_and_is_named() {
    let token = hs256(r#"{"alg":"HS256"}"#, LONG);
    let found = check(&token.replacen('.', "?.", 1), &oct(LONG, ""));
    assert_eq!((found.state, found.fault), (SignatureState::Valid, None));
    assert!(found.reason.contains("but for the fault of form: '?'"), "{}", found.reason);
}

#[test]
fn an_rsa_key_may_make_a_longer_hash_than_it_is_marked_for_and_no_shorter() {
    let key = |alg: &str| {
        let n = b64([0xFF; 256]);
        let set = KeySet::read(&format!(r#"{{"kty":"RSA","n":"{n}","e":"AQAB","alg":"{alg}"}}"#), "test").expect("a JWK");
        set.keys.into_iter().next().expect("a key")
    };
    assert_eq!(key("PS256").unfit_for(Algorithm::Ps(Hash::Sha384)), None);
    assert!(key("PS512").unfit_for(Algorithm::Ps(Hash::Sha384)).is_some());
    assert!(key("RS256").unfit_for(Algorithm::Ps(Hash::Sha384)).is_some());
}

#[test]
fn without_keys_it_stays_unverified() {
    let found = check(&hs256(r#"{"alg":"HS256"}"#, LONG), &KeySet::default());
    assert_eq!((found.state, found.fault), (SignatureState::Unverified, Some(SignatureFault::NoKeys)));
}

#[test]
fn a_misspelled_algorithm_is_named() {
    let found = check(&hs256(r#"{"alg":"hs256"}"#, LONG), &oct(LONG, ""));
    assert_eq!(found.hint.as_deref(), Some("\"hs256\" should read \"HS256\""));
    assert_eq!(Algorithm::Hs(Hash::Sha256).name(), "HS256");
}

#[test]
fn the_embedded_key_proves_nothing() {
    let pair = Ed25519KeyPair::generate().expect("a key");
    let header = format!(r#"{{"alg":"EdDSA","jwk":{{"kty":"OKP","crv":"Ed25519","x":"{}"}}}}"#, b64(pair.public_key()));
    let input = unsigned(&header);
    let token = format!("{input}.{}", b64(pair.sign(input.as_bytes())));
    let other = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    let found = check(&token, &KeySet::read(other, "test").expect("a JWK"));
    assert_eq!(found.fault, Some(SignatureFault::Mismatch));
    assert!(found.hint.is_some_and(|h| h.contains("own header")));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(128))]
    #[test]
    fn any_other_character_anywhere_ends_validity(place in 0usize..120, other in "\\PC") {
        let token = hs256(r#"{"alg":"HS256"}"#, LONG);
        let (place, keys) = (place % token.len(), oct(LONG, ""));
        let changed = format!("{}{other}{}", &token[..place], &token[place + 1..]);
        let state = check(&changed, &keys).state;
        proptest::prop_assert_eq!(state == SignatureState::Valid, changed == token, "{}", changed);
    }
}

#[test]
fn of_a_large_set_some_keys_are_tried_for_a_near_miss_and_all_for_a_token_that_names_none() {
    let secret = |i: usize| format!("the secret of the key of number {i:05}");
    let jwk = |i: usize| format!(r#"{{"kty":"oct","kid":"{i}","k":"{}"}}"#, b64(secret(i)));
    let set = format!(r#"{{"keys":[{}]}}"#, (0..1_000).map(jwk).collect::<Vec<_>>().join(","));
    let keys = KeySet::read(&set, "test").expect("a set");
    let signed_by = |header: &str, i: usize| check(&hs256(header, secret(i).as_bytes()), &keys);
    assert_eq!(signed_by(r#"{"alg":"HS256"}"#, 999).state, SignatureState::Valid);
    for (signer, hint) in [(50, true), (999, false)] {
        let found = signed_by(r#"{"alg":"HS256","kid":"0"}"#, signer);
        assert_eq!((found.state, found.hint.is_some()), (SignatureState::Invalid, hint), "{signer}: {found:?}");
    }
}
