//! Asking the issuer of a token for its keys, and for where tokens are obtained.

use std::io::Write as _;
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::keys::harness::{Program, document};
use crate::network::server::hear;

/// Keys of a set that is longer than any real one.
const MANY: usize = 10_000;

/// An issuer whose key set is another one with each question; what it calls itself follows its address.
fn issuer(calls_itself: &'static str) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let heard = Arc::new(Mutex::new(Vec::new()));
    let (log, own, asked) = (Arc::clone(&heard), address.clone(), AtomicUsize::new(0));
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let Ok(request) = hear(&mut stream) else { continue };
            let body = if request.starts_with("GET /realm/.well-known/openid-configuration ") {
                format!(
                    r#"{{"issuer":"{own}/realm{calls_itself}","jwks_uri":"{own}/keys","token_endpoint":"{own}/token",
                        "authorization_endpoint":"{own}/authorize","device_authorization_endpoint":"http://elsewhere.example/device"}}"#
                )
            } else if request.starts_with("GET /keys ") {
                let number = asked.fetch_add(1, Ordering::SeqCst);
                format!(
                    r#"{{"keys":[{{"kty":"oct","k":"c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U","kid":"k{number}"}},{{"kty":"oct","k":"c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U","kid":"old"}}]}}"#
                )
            } else if request.starts_with("GET /many/.well-known/openid-configuration ") {
                format!(r#"{{"issuer":"{own}/many","jwks_uri":"{own}/manykeys"}}"#)
            } else if request.starts_with("GET /manykeys ") {
                let key = |number| format!(r#"{{"kty":"oct","k":"c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U","kid":"m{number}"}}"#);
                format!(r#"{{"keys":[{}]}}"#, (0..MANY).map(key).collect::<Vec<_>>().join(","))
            } else if request.starts_with("GET /resource ") {
                format!(r#"{{"authorization_servers":["{own}/realm"]}}"#)
            } else if request.starts_with("GET /api ") {
                let answer = format!(
                    "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer resource_metadata=\"{own}/resource\"\r\nContent-Length: 0\r\n\
                     Connection: close\r\n\r\n"
                );
                log.lock().unwrap().push(request);
                let _ = stream.write_all(answer.as_bytes());
                continue;
            } else {
                String::new()
            };
            log.lock().unwrap().push(request);
            let status = if body.is_empty() { "404 Not Found" } else { "200 OK" };
            let length = body.len();
            let _ =
                stream.write_all(format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}").as_bytes());
        }
    });
    (address, heard)
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
    program.keys("J Enter").waits_for("came k1; gone are k0").shows("The token's key k0 is not among them: k1, old");
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
    program.keys("J Enter").waits_for("10000 keys from").shows("The token's key k0 is not among them: m0, m1").shows("and 9994 more");
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
