//! Making a token: other claims, signed with a key at hand.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::keys::harness::{Program, document};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// A token for another API that has expired.
fn token() -> String {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let claims = r#"{"sub":"ann","aud":"billing","exp":1700000000}"#;
    format!("{}.{}.{}", part(r#"{"alg":"HS256","typ":"JWT"}"#), part(claims), part(SECRET))
}

fn program(directives: &str) -> Program {
    Program::open(vec![document(&format!("### a\n{directives}GET https://api.example/a\nAuthorization: Bearer {}\n", token()))])
}

/// The claims of the request's token.
fn claims(program: &Program) -> String {
    let text = program.text();
    let part = text.split("eyJ").nth(2).and_then(|rest| rest.split('.').next()).expect("a second part");
    String::from_utf8(URL_SAFE_NO_PAD.decode(format!("eyJ{part}")).expect("base64url")).expect("UTF-8")
}

#[test]
fn a_token_with_other_claims_is_signed_with_a_typed_secret_and_marked_as_made_here() {
    let mut program = program("# @expect-audience orders\n");
    assert_eq!(program.outcome("audience-mismatch"), Some("fail"));
    program.keys("4 Enter").shows("Make a token").shows("alg            HS256").shows("1700000000");
    program.types(SECRET).hides(SECRET);
    // typ, sub, aud, exp, another claim
    program.keys("Down Down Down").keys("^U").types("orders").keys("Down ^U").types("+1h").keys("Down").types("scope: read");
    program.keys("Enter").hides("Make a token").shows("made here");
    let made = claims(&program);
    let exp: i64 = made.split("\"exp\":").nth(1).and_then(|rest| rest.split(',').next()).and_then(|exp| exp.parse().ok()).expect("exp");
    assert_eq!(made, format!(r#"{{"sub":"ann","aud":"orders","exp":{exp},"scope":"read"}}"#));
    assert!(exp > 1_700_003_600);
    program.keys("4").shows("made here · HS256").hides("expired");
    for check in ["audience-mismatch", "token-expired"] {
        assert_ne!(program.outcome(check), Some("fail"), "{check}");
    }
    // One undo brings the old one back.
    program.keys("u").hides("made here");
    assert_eq!(claims(&program), r#"{"sub":"ann","aud":"billing","exp":1700000000}"#);
}

#[test]
fn a_key_in_a_file_signs_by_its_own_algorithm_and_a_key_that_cannot_says_why() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).expect("a key");
    let path = folder.path().join("private.pem");
    fs::write(&path, key.serialize_pem()).expect("a file");
    let mut program = program("");
    program.keys("M").keys("Enter").shows("Type the file of the private key, or the shared secret");
    program.types(&path.display().to_string()).keys("Enter").shows("which this key cannot sign: it signs ES256");
    // To the algorithm, and back over the last one to what the key has.
    program.keys("Up Left").shows("as the key has it").keys("Enter").shows("made here").shows("ES256");
    program.keys("M").types("./nowhere.pem").keys("Enter").shows("nowhere.pem").shows("Make a token");
}

#[test]
fn the_form_scrolls_to_what_is_typed_on_a_small_screen() {
    let mut program = program("");
    program.resizes(60, 16).keys("M Up Up").shows("another claim").keys("Down").shows("alg ");
}

#[test]
fn what_is_emptied_is_left_out_and_what_stays_is_as_it_was_written() {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let claims = r#"{"n":12345678901234567890123,"f":1e10,"a":{"x":1,"x":2}}"#;
    let token = format!("{}.{}.{}", part(r#"{"alg":"HS256","typ":"JWT","kid":"k1"}"#), part(claims), part(SECRET));
    let mut program = Program::open(vec![document(&format!("### a\nGET https://api.example/a\nAuthorization: Bearer {token}\n"))]);
    program.keys("M").types(SECRET).keys("Down ^U Down ^U Enter").shows("made here");
    let text = program.text();
    let made = text.split("Bearer ").nth(1).expect("a token").trim().split('.').map(String::from).collect::<Vec<_>>();
    let decoded = |part: &str| String::from_utf8(URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("UTF-8");
    assert_eq!((decoded(&made[0]), decoded(&made[1])), (r#"{"alg":"HS256"}"#.to_string(), claims.to_string()));
}
