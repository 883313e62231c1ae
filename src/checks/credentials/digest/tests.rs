//! What the Digest checks say, case by case.

use crate::checks::Outcome::{Fail, NotApplicable, Pass, Unknown};
use crate::checks::scene::Scene;
use crate::domain::context::Previous;
use crate::domain::digest::DigestCredentials;
use proptest::prelude::*;

const CHALLENGE: &str = r#"401
WWW-Authenticate: Digest realm="lab", nonce="0123456789abcdef0123456789abcdef", algorithm=MD5, qop="auth""#;
const SENT: &str = r#"username="bob", realm="lab", nonce="fedcba9876543210fedcba9876543210", uri="/dir?x=1", algorithm=MD5, qop=auth, nc=00000001, cnonce="cn", response="1b1ade97ba4d3a72b7b3c85d0d4e9ae2""#;

fn scene(sent: &str, answer: &str) -> Scene {
    Scene::new(&format!("GET http://localhost/dir?x=1\nAuthorization: Digest {sent}"), answer)
}

/// The credentials with the response that this password gives.
fn signed(password: &str) -> String {
    let sent = DigestCredentials::read(&format!("Digest {SENT}")).expect("Digest");
    let response = sent.expected_response("bob", password, "GET", "").expect("computable");
    SENT.replace(sent.get("response").unwrap_or_default(), &response)
}

#[test]
fn what_fits_and_is_refused_is_user_name_or_password() {
    assert_eq!(scene(SENT, CHALLENGE).cause(), Some("digest-rejected"));
    let known = scene(&signed("wrong"), CHALLENGE).log_in("bob", "p@ss");
    assert!(known.find("digest-rejected").message.contains("does not fit the password given for bob"));
    let other = scene(&signed("p@ss"), CHALLENGE).log_in("alice", "p@ss");
    assert!(other.find("digest-rejected").message.contains("alice is meant"));
}

#[test]
fn a_right_response_that_is_refused_leaves_the_nonce() {
    let scene = scene(&signed("p@ss"), CHALLENGE).log_in("bob", "p@ss");
    assert_eq!((scene.outcome("digest-rejected"), scene.cause()), (Pass, Some("digest-stale-nonce")));
}

#[test]
fn a_right_response_to_a_fresh_nonce_leaves_the_password_on_the_server() {
    let before = r#"Digest realm="lab", nonce="fedcba9876543210fedcba9876543210", qop="auth""#;
    let first = Previous { status: 401, www_authenticate: vec![before.into()], ..Previous::default() };
    let scene = scene(&signed("p@ss"), CHALLENGE).log_in("bob", "p@ss").after(first);
    assert_eq!(scene.cause(), Some("digest-rejected"));
}

#[test]
fn stale_is_the_servers_own_word() {
    assert_eq!(scene(SENT, &format!("{CHALLENGE}, stale=true")).cause(), Some("digest-stale-nonce"));
    let alien = SENT.replace("fedcba9876543210fedcba9876543210", "dcd98b71");
    assert_eq!(scene(&alien, CHALLENGE).cause(), Some("digest-stale-nonce"));
}

#[test]
fn each_parameter_answers_the_challenge() {
    let wrong = |from: &str, to: &str| scene(&SENT.replace(from, to), CHALLENGE).find("digest-challenge-mismatch").message;
    assert!(wrong("realm=\"lab\"", "realm=\"Lab\"").contains("realm \"lab\""));
    assert!(wrong("algorithm=MD5", "algorithm=SHA-256").contains("asks for MD5"));
    assert!(wrong("qop=auth", "qop=auth-int").contains("offers qop auth"));
    assert!(wrong("qop=auth", "qop=").contains("qop is empty"));
    assert!(wrong("cnonce=\"cn\", ", "").contains("need cnonce"));
    assert!(wrong("nc=00000001", "nc=1").contains("eight hexadecimal digits"));
    assert!(wrong("username=\"bob\", ", "").contains("no username"));
}

#[test]
fn of_two_challenges_the_one_that_was_answered_counts() {
    let both = format!("{}\n{}", CHALLENGE.replace("MD5", "SHA-256"), &CHALLENGE[4..]);
    assert_eq!(scene(SENT, &both).outcome("digest-challenge-mismatch"), Pass);
}

#[test]
fn the_uri_is_path_and_query() {
    let shorter = scene(&SENT.replace("/dir?x=1", "/dir"), "400");
    assert_eq!(shorter.cause(), Some("digest-uri-mismatch"));
    assert_eq!(scene(&SENT.replace("/dir?x=1", "http://localhost/dir?x=1"), "401").outcome("digest-uri-mismatch"), Pass);
}

#[test]
fn other_requests_and_taken_ones_are_left_alone() {
    for id in ["digest-stale-nonce", "digest-challenge-mismatch", "digest-uri-mismatch", "digest-rejected"] {
        assert_eq!(Scene::new("GET http://localhost/\nAuthorization: Bearer x", "401").outcome(id), NotApplicable, "{id}");
        assert_eq!(scene(&SENT.replace("lab", "other"), "200").outcome(id), Pass, "{id}");
    }
    assert_eq!(scene(SENT, "500").outcome("digest-rejected"), Unknown);
    assert_ne!(scene(SENT, "500").outcome("digest-stale-nonce"), Fail);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_digest_header_breaks_a_check(sent in "[ -~é\"\\\\=,]{0,60}", offered in "[ -~é\"\\\\=,]{0,60}") {
        let answer = format!("401\nWWW-Authenticate: Digest {offered}");
        let scene = scene(&sent, &answer).log_in("bob", "p@ss");
        for id in ["digest-stale-nonce", "digest-challenge-mismatch", "digest-uri-mismatch", "digest-rejected"] {
            scene.find(id);
        }
    }
}
