//! From a refusal to its cause and on to a response that accepts, by keys alone.

use authtui::domain::request::Request;
use authtui::domain::signing::sigv4::SigV4;
use jiff::Timestamp;

use crate::keys::harness::{Program, document};
use crate::network::server::{answer, answering};

fn with_token(address: &str) -> Program {
    Program::open(vec![document(&format!("### a\nGET {address}/v1/users\nAuthorization: Bearer abcdefgh12345678\n"))])
}

#[test]
fn a_refusal_that_a_cache_kept_is_passed_by() {
    let (address, _) = answering(|request| match request.contains("Cache-Control: no-cache") {
        true => answer("200 OK", "Content-Type: application/json\r\n", "{}"),
        false => answer("401 Unauthorized", "Age: 120\r\nX-Cache: HIT\r\n", ""),
    });
    let mut program = with_token(&address);
    program.keys("^R").waits_for("401 Unauthorized");
    assert_eq!(program.cause(), Some("response-from-cache"));
    program.keys("f").shows("Cache-Control: no-cache").keys("^R").waits_for("200 OK");
    assert_eq!(program.cause(), None);
}

#[test]
fn a_redirect_that_cost_the_header_is_left_out() {
    let (api, heard) = answering(|request| match request.contains("Authorization: Bearer") {
        true => answer("200 OK", "Content-Type: application/json\r\n", "{}"),
        false => answer("401 Unauthorized", "WWW-Authenticate: Bearer\r\n", ""),
    });
    let target = format!("{api}/v2/users");
    let location = format!("Location: {target}\r\n");
    let (address, _) = answering(move |_| answer("307 Temporary Redirect", &location, ""));
    let mut program = with_token(&address);
    program.keys("^R").waits_for("401 Unauthorized");
    assert_eq!(program.cause(), Some("header-dropped-on-redirect"));
    assert!(!heard.lock().unwrap().iter().any(|request| request.contains("abcdefgh12345678")));
    program.keys("f").shows(&format!("GET {target}")).keys("^R").waits_for("200 OK");
    assert_eq!(program.cause(), None);
}

/// The secret key of a service that AWS Signature Version 4 signs for.
const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// A request as the server reads it from the wire.
fn received(text: &str) -> Option<Request> {
    let mut lines = text.lines();
    let mut first = lines.next()?.split(' ');
    let (method, path) = (first.next()?.to_string(), first.next()?);
    let headers: Vec<(&str, &str)> = lines.map_while(|line| line.split_once(": ")).collect();
    let host = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("host"))?.1;
    Some(Request { url: format!("http://{host}{path}"), method, headers: headers.iter().copied().collect(), ..Request::default() })
}

/// Takes a signature that is right and five minutes old at most.
fn signed_service(text: &str) -> String {
    let refused = |why: &str| {
        let body = format!(r#"{{"__type":"InvalidSignatureException","message":"{why}"}}"#);
        answer("403 Forbidden", "Content-Type: application/x-amz-json-1.1\r\nX-Amzn-RequestId: 1\r\n", &body)
    };
    let Some(request) = received(text) else { return answer("400 Bad Request", "", "") };
    let Some(signed) = SigV4::read(&request, &authtui::domain::signing::field::query(&request)) else { return refused("not signed") };
    let age = signed.signed_at().map(|at| Timestamp::now().as_second() - at.as_second()).unwrap_or(i64::MAX);
    let right = signed.canonical(&request).and_then(|canonical| signed.signature_with(SECRET_KEY, &canonical.text()));
    match signed.signature.as_ref().is_some_and(|sent| Some(&sent.value) == right.as_ref()) {
        _ if age.abs() > 300 => refused("Signature expired: 20140101T000000Z is now earlier than the time of the server less 5 min."),
        false => refused("The request signature we calculated does not match the signature you provided."),
        true => answer("200 OK", "Content-Type: application/json\r\n", "{}"),
    }
}

#[test]
fn a_signature_of_long_ago_is_made_again() {
    let (address, heard) = answering(signed_service);
    let host = address.trim_start_matches("http://");
    let text = format!(
        "### a\n# @authtui-password {{{{secret_key}}}}\nGET {address}/\nHost: {host}\nX-Amz-Date: 20140101T000000Z\nAuthorization: AWS4-HMAC-SHA256 \
         Credential=AKIDEXAMPLE/20140101/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=0123456789abcdef\n"
    );
    let mut program = Program::open(vec![document(&format!("@secret_key = {SECRET_KEY}\n\n{text}"))]);
    program.keys("^R").waits_for("403 Forbidden");
    assert_eq!(program.cause(), Some("request-signature-mismatch"));
    program.keys("f ^R").waits_for("200 OK");
    assert_eq!(program.cause(), None);
    assert!(heard.lock().unwrap().iter().all(|request| !request.contains(SECRET_KEY)));
}
