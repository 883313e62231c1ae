//! Asking the issuer of a token for its keys, and for where tokens are obtained.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::keys::harness::{Program, document};
use crate::network::server::{answer, answering_as};

/// Keys of a set that is longer than any real one.
const MANY: usize = 10_000;

/// An issuer whose key set is another one with each question; what it calls itself follows its address.
fn issuer(calls_itself: &'static str) -> (String, Arc<Mutex<Vec<String>>>) {
    let mut asked = 0;
    answering_as(move |own, request| {
        let path = request.split(' ').nth(1).unwrap_or_default();
        let body = match path {
            "/realm/.well-known/openid-configuration" => format!(
                r#"{{"issuer":"{own}/realm{calls_itself}","jwks_uri":"{own}/keys","token_endpoint":"{own}/token","introspection_endpoint":"{own}/introspect",
                    "authorization_endpoint":"{own}/authorize","device_authorization_endpoint":"http://elsewhere.example/device"}}"#
            ),
            "/keys" => {
                let key = |kid: &str| format!(r#"{{"kty":"oct","k":"c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U","kid":"{kid}"}}"#);
                asked += 1;
                format!(r#"{{"keys":[{},{}]}}"#, key(&format!("k{}", asked - 1)), key("old"))
            }
            "/many/.well-known/openid-configuration" => format!(r#"{{"issuer":"{own}/many","jwks_uri":"{own}/manykeys"}}"#),
            "/manykeys" => {
                let key = |number| format!(r#"{{"kty":"oct","k":"c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U","kid":"m{number}"}}"#);
                format!(r#"{{"keys":[{}]}}"#, (0..MANY).map(key).collect::<Vec<_>>().join(","))
            }
            "/resource" => format!(r#"{{"authorization_servers":["{own}/realm"]}}"#),
            "/api" => {
                let challenge = format!("WWW-Authenticate: Bearer resource_metadata=\"{own}/resource\"\r\n");
                return answer("401 Unauthorized", &challenge, "");
            }
            // It repeats the secret of who asks, in each of its forms.
            "/echo" => r#"{"active":true,"scope":"read","client":"Gx7/kfP29+Qmwz41vBn8=","note":"Gx7%2FkfP29%2BQmwz41vBn8%3D"}"#.into(),
            "/introspect" if !request.contains("Authorization: Basic Y2xpOnMzY3IzdA==") => return answer("401 Unauthorized", "", "{}"),
            "/introspect" if request.contains("token=revoked") => r#"{"active":false}"#.into(),
            "/introspect" => r#"{"active":true,"scope":"read","aud":"billing","exp":4102444800,"username":"ann"}"#.into(),
            _ => return answer("404 Not Found", "", ""),
        };
        answer("200 OK", "", &body)
    })
}

/// A token of an issuer, with the key k0.
fn token(issuer: &str) -> String {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!(
        "{}.{}.{}",
        part(r#"{"alg":"HS256","kid":"k0"}"#),
        part(&format!(r#"{{"iss":"{issuer}","exp":4102444800}}"#)),
        part("0123456789abcdef0123456789abcdef")
    )
}

fn with_token(token: &str) -> Program {
    Program::open(vec![document(&format!("### a\nGET https://api.example/a\nAuthorization: Bearer {token}\n"))])
}

#[test]
fn the_keys_of_the_issuer_verify_the_token_and_what_came_and_went_is_told() {
    let (address, heard) = issuer("");
    let mut program = with_token(&token(&format!("{address}/realm")));
    program.keys("J").shows("GET http://127.0.0.1").shows("No credential is sent");
    assert!(heard.lock().unwrap().is_empty(), "nothing goes out before the yes");
    program.keys("Enter").waits_for("2 keys from").shows("The token's key k0 is among them").keys("Esc");
    // The signature can be told now, and it is wrong.
    assert_eq!(program.outcome("signature-invalid"), Some("fail"), "{}", program.screen());
    program.keys("J Enter").waits_for("added k1 and dropped k0").shows("The token's key k0 is not one of them (k1, old");
    assert!(heard.lock().unwrap().iter().all(|request| !request.contains("Authorization")));
}

#[test]
fn an_issuer_that_calls_itself_otherwise_is_not_believed() {
    let (address, heard) = issuer("/");
    let mut program = with_token(&token(&format!("{address}/realm")));
    program.keys("J Enter").waits_for("it calls itself").keys("Esc");
    assert!(!heard.lock().unwrap().iter().any(|request| request.starts_with("GET /keys")));
    assert_ne!(program.outcome("signature-invalid"), Some("fail"));
}

#[test]
fn a_key_set_of_ten_thousand_keys_is_taken() {
    let (address, _) = issuer("");
    let mut program = with_token(&token(&format!("{address}/many")));
    program.keys("J Enter").waits_for("10000 keys from").shows("The token's key k0 is not one of them (m0, m1").shows("and 9994 more");
}

#[test]
fn an_issuer_over_http_is_not_asked() {
    with_token(&token("http://login.example/realm")).keys("J").shows("is not asked: only https is");
    Program::with("### a\nGET https://h/\nAuthorization: Bearer opaque123456\n").keys("J").shows("The token names no issuer");
}

#[test]
fn the_form_is_filled_from_the_issuer_and_from_the_resource() {
    let (address, _) = issuer("");
    let mut program = with_token(&token(&format!("{address}/realm")));
    program.keys("R d").shows("Where tokens are obtained").keys("Enter").waits_for("How the token is obtained");
    program.shows(&format!("{address}/token")).keys("Up Right").shows(&format!("{address}/authorize"));
    // What is not https is left out.
    program.keys("Right").hides("elsewhere.example").keys("Esc");
    let mut program = Program::open(vec![document(&format!("### a\nGET {address}/api\n"))]);
    program.keys("^R").waits_for("401 Unauthorized").keys("R d").shows(&format!("GET {address}/resource"));
    program.keys("Enter").waits_for("How the token is obtained").shows(&format!("{address}/token"));
}

/// A request with an opaque token that an API refuses, and how its tokens are obtained.
fn opaque(token: &str, auth: &str) -> Program {
    let (api, _) = answering_as(|_, _| answer("401 Unauthorized", "", "{}"));
    let text =
        format!("### a\n# @expect-audience orders\n# @expect-scope read write\n{auth}\nGET {api}/a\nAuthorization: Bearer {token}\n");
    let mut program = Program::open(vec![document(&text)]);
    program.keys("^R").waits_for("401 Unauthorized");
    program
}

#[test]
fn the_issuer_tells_that_an_opaque_token_is_not_active() {
    let (address, heard) = issuer("");
    let auth =
        format!("# @auth oauth2 token_url={address}/token client_id=cli client_secret=s3cr3t introspection_url={address}/introspect");
    let mut program = opaque("revoked-token-12345", &auth);
    program.keys("I").shows("POST http://127.0.0.1").shows("The token goes there, for the client cli with its secret");
    assert!(heard.lock().unwrap().is_empty(), "nothing goes out before the yes");
    program.keys("Enter").waits_for("The token is not active").keys("Esc").shows("the authorization server says that the token");
    assert_eq!(program.outcome("token-rejected"), Some("fail"));
    // Another token is another question.
    program.keys("i ^End").types("x").keys("Esc").hides("the authorization server says");
}

#[test]
fn what_the_issuer_knows_of_an_active_token_is_held_against_what_the_api_expects() {
    let (address, _) = issuer("");
    let auth =
        format!("# @auth oauth2 token_url={address}/token client_id=cli client_secret=s3cr3t introspection_url={address}/introspect");
    let mut program = opaque("active-token-12345", &auth);
    program.keys("I Enter").waits_for("The token is active").shows("scope: read").shows("exp: 2100-01-01T00:00:00Z (in ").keys("Esc");
    assert_eq!(program.outcome("audience-mismatch"), Some("fail"));
    assert_eq!(program.outcome("scope-insufficient"), Some("fail"));
    program.shows("the token's audience is billing, but the API");
}

#[test]
fn an_endpoint_that_the_issuer_names_gets_the_token_after_a_second_yes_and_no_client_of_another_server() {
    let (address, heard) = issuer("");
    let auth = "# @auth oauth2 token_url=https://login.example/token client_id=cli client_secret=s3cr3t";
    let mut program = opaque(&token(&format!("{address}/realm")), auth);
    program.keys("I").shows("you are asked again before the token goes").keys("Enter").waits_for(&format!("POST {address}/introspect"));
    program.shows("The client cli is of another server, and is not named");
    assert!(!heard.lock().unwrap().iter().any(|request| request.contains("eyJ")));
    program.keys("Enter").waits_for("it wants to know who asks");
    assert!(!heard.lock().unwrap().iter().any(|request| request.contains("cli") || request.contains("Basic")));
}

#[test]
fn where_nothing_says_whom_to_ask_about_a_token_that_is_said() {
    Program::with("### a\nGET https://h/\nAuthorization: Bearer opaque123456\n").keys("I").shows("Nothing says whom to ask");
}

#[test]
fn a_secret_that_the_answer_repeats_is_shown_nowhere() {
    let (address, _) = issuer("");
    let auth = format!(
        "# @auth oauth2 token_url={address}/token client_id=cli client_secret=\"Gx7/kfP29+Qmwz41vBn8=\" introspection_url={address}/echo"
    );
    let mut program = opaque("active-token-12345", &auth);
    program.keys("I Enter").waits_for("The token is active").shows("client: …").hides("Gx7").keys("Esc").hides("Gx7");
}

#[test]
fn a_light_jwt_is_judged_by_what_its_issuer_knows() {
    let (address, _) = issuer("");
    let auth =
        format!("# @auth oauth2 token_url={address}/token client_id=cli client_secret=s3cr3t introspection_url={address}/introspect");
    let mut program = opaque(&token("https://login.example"), &auth);
    program.shows("the token has no aud");
    program.keys("I Enter").waits_for("The token is active").keys("Esc").shows("audience is billing").hides("the token has no aud");
}

#[test]
fn what_the_configuration_lacks_is_said_and_nobody_else_is_asked() {
    let (address, heard) = issuer("");
    let auth = "# @auth oauth2 token_url=https://login.example/token client_id=cli client_secret={{lost}} introspection_url=https://login.example/i";
    let mut program = opaque(&token(&format!("{address}/realm")), auth);
    program.keys("I").shows("Nothing is asked: {{lost}}").keys("I Enter");
    assert!(heard.lock().unwrap().is_empty());
}

#[test]
fn a_host_that_looks_like_another_one_is_named_before_anybody_is_asked() {
    let auth = "# @auth oauth2 token_url=https://g\u{43e}\u{43e}gle.example/token client_id=cli introspection_url=https://g\u{43e}\u{43e}gle.example/i";
    let mut program = opaque("active-token-12345", auth);
    program.keys("I").shows("xn--ggle-55da.example").keys("Esc R").shows("xn--ggle-55da.example").keys("Esc");
}
