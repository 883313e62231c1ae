//! Digest: the challenge is answered by the fix where user name and password are known.

use authtui::domain::digest::DigestCredentials;

use crate::keys::harness::{Program, document};
use crate::network::server::{answer, answering};

/// A server that takes each nonce for one request and then says that it is stale.
fn server() -> String {
    let (mut number, mut taken) = (1, 0);
    let (address, _) = answering(move |request| {
        let value = request.lines().find_map(|line| line.strip_prefix("Authorization: "));
        let sent = value.and_then(DigestCredentials::read);
        let is_right = sent.as_ref().is_some_and(|sent| {
            sent.expected_response("ana", "pw", "GET", "").ok().as_deref() == sent.get("response") && sent.get("uri") == Some("/a?b=1")
        });
        let nonce = sent.as_ref().and_then(|sent| sent.get("nonce")?.strip_prefix("nonce-")?.parse::<u32>().ok());
        if is_right && nonce == Some(number) && taken < number {
            taken = number;
            return answer("200 OK", "", "");
        }
        number += u32::from(sent.is_some());
        let stale = if is_right { ", stale=true" } else { "" };
        let challenge = format!("Digest realm=\"r\", nonce=\"nonce-{number}\", qop=\"auth\", algorithm=SHA-256{stale}");
        answer("401 Unauthorized", &format!("WWW-Authenticate: {challenge}\r\n"), "")
    });
    address
}

#[test]
fn a_first_step_and_a_stale_nonce_are_answered_by_one_key() {
    let address = server();
    let known = "# @authtui-username ana\n# @authtui-password {{password}}\n";
    let mut program = Program::open(vec![document(&format!("@password = pw\n\n### a\n{known}GET {address}/a?b=1\n"))]);
    program.keys("^R").waits_for("401 Unauthorized");
    assert_eq!(program.cause(), Some("challenge-first-step"));
    program.shows("Answer the server's challenge as ana").keys("f ^R").waits_for("200 OK");
    // Sent again, the nonce is used up.
    program.keys("^R").waits_for("200 → 401 Unauthorized");
    assert_eq!(program.cause(), Some("digest-stale-nonce"));
    program.keys("f ^R").waits_for("401 → 200 OK");
}

#[test]
fn without_a_password_the_fix_says_what_to_do() {
    let address = server();
    let mut program = Program::open(vec![document(&format!("### a\nGET {address}/a?b=1\n"))]);
    program.keys("^R").waits_for("401 Unauthorized").shows("how to: Let the client answer the");
}
