//! DPoP: the proof is made by the fix where the key that the token is bound to is known.

use authtui::app::LoadedFile;
use authtui::domain::token::dpop::token_hash;
use authtui::domain::token::jws::Jws;
use authtui::domain::token::keys::{KeySet, SignatureState, verify};
use authtui::domain::token::sign::{self, SigningKey};
use authtui::formats::attachment::Attachment;

use crate::keys::harness::Program;
use crate::network::server::{answer, answering_as};

/// The key of RFC 7515 appendix A.3, and its thumbprint.
const KEY: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#;
const THUMBPRINT: &str = "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U";

fn bound_token(thumbprint: &str) -> String {
    let claims = format!(r#"{{"sub":"ana","cnf":{{"jkt":"{thumbprint}"}}}}"#);
    sign::make(&Default::default(), &claims, &SigningKey::read(b"secret").expect("a secret")).expect("a token")
}

/// The value of a header of a request.
fn sent<'r>(request: &'r str, name: &str) -> Option<&'r str> {
    let fields = request.lines().filter_map(|line| line.split_once(": "));
    fields.into_iter().find_map(|(field, value)| field.eq_ignore_ascii_case(name).then_some(value))
}

/// A server that wants DPoP, and gives a nonce for each proof. Its `/token` gives that token to who proves the key with its nonce.
fn server(token: String) -> String {
    let mut number = 1;
    let (address, _) = answering_as(move |own, request| {
        let keys = KeySet::read(KEY, "the client's").expect("a key");
        let proof = sent(request, "DPoP").map(Jws::read).filter(|proof| verify(proof, &keys).state == SignatureState::Valid);
        let claim = |name: &str| proof.as_ref().and_then(|proof| proof.claims.str(name));
        if request.starts_with("POST /token") {
            let fields = "DPoP-Nonce: login-1\r\nContent-Type: application/json\r\n";
            return match claim("nonce") {
                Some("login-1") => {
                    answer("200 OK", fields, &format!(r#"{{"access_token":"{token}","token_type":"DPoP","expires_in":60}}"#))
                }
                _ => answer("400 Bad Request", fields, r#"{"error":"use_dpop_nonce"}"#),
            };
        }
        let is_right = sent(request, "Authorization") == Some(&format!("DPoP {token}"))
            && (claim("htm"), claim("htu")) == (Some("GET"), Some(&format!("{own}/a")))
            && claim("ath") == Some(&token_hash(&token))
            && claim("nonce") == Some(&format!("nonce-{number}"));
        number += u32::from(is_right);
        match is_right {
            true => answer("200 OK", "", ""),
            false => {
                let fields = format!("WWW-Authenticate: DPoP error=\"use_dpop_nonce\"\r\nDPoP-Nonce: nonce-{number}\r\n");
                answer("401 Unauthorized", &fields, "")
            }
        }
    });
    address
}

fn open(address: &str, token: &str) -> Program {
    let files = |path: &str| match path {
        "client.jwk" => Ok(Attachment::from(KEY.as_bytes().to_vec())),
        other => Err(format!("{other} is not there")),
    };
    let login = format!("# @auth oauth2 token_url={address}/token client_id=cli cache_key=main");
    let text = format!("### a\n# @dpop-key client.jwk\n{login}\nGET {address}/a?b=1\nAuthorization: Bearer {token}\n");
    Program::open(vec![LoadedFile::document("payments.http", None, &text, Default::default(), &files)])
}

#[test]
fn a_missing_proof_and_a_used_nonce_are_answered_by_one_key() {
    let token = bound_token(THUMBPRINT);
    let mut program = open(&server(token.clone()), &token);
    program.keys("^R").waits_for("401 Unauthorized");
    assert_eq!(program.cause(), Some("proof-of-possession-missing"));
    program.shows("Make a new DPoP proof for this request").keys("f ^R").waits_for("200 OK");
    // Sent again, the server wants its next nonce.
    program.keys("^R").waits_for("200 → 401 Unauthorized");
    assert_eq!(program.cause(), Some("proof-of-possession-missing"));
    program.keys("f ^R").waits_for("401 → 200 OK");
}

#[test]
fn a_token_that_is_bound_to_another_key_gets_no_proof() {
    let token = bound_token("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    let mut program = open(&server(token.clone()), &token);
    program.keys("^R").waits_for("401 Unauthorized").shows("how to: Send a token that is bound to your").hides("DPoP: eyJ");
}

#[test]
fn a_token_is_obtained_with_a_proof_and_sent_with_another_one() {
    let mut program = open(&server(bound_token(THUMBPRINT)), "opaque-and-of-no-use");
    program.keys("^R").waits_for("401 Unauthorized");
    program.keys("R").shows("A DPoP proof of the client's key goes along").keys("Enter").waits_for("A new token");
    program.keys("Enter").waits_for("401 → 200 OK");
    let text = program.text();
    assert!(text.contains("Authorization: DPoP {{$auth.token(\"main\")}}"), "{text}");
    assert!(text.contains("DPoP: eyJ"), "{text}");
}

#[test]
fn a_key_that_cannot_be_read_is_said_and_no_token_is_obtained_without_it() {
    let text = "### a\n# @dpop-key typo.jwk\n# @auth oauth2 token_url=https://login.example/t client_id=cli\nGET https://api.example/a\n";
    let files = |path: &str| Err(format!("{path} is not there"));
    let loaded = LoadedFile::document("payments.http", None, text, Default::default(), &files);
    assert!(loaded.key_losses.iter().any(|loss| loss.message.contains("cannot read the DPoP key in typo.jwk")));
    Program::open(vec![loaded]).keys("R").shows("the DPoP key in typo.jwk could not be read").hides("Renew the token?");
}
