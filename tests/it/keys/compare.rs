//! Two tokens side by side.

use crate::keys::harness::{EXPIRED, Program, refused};

/// As `EXPIRED`, but for `orders` and valid until 2032.
const GOOD: &str = concat!(
    "eyJhbGciOiJIUzI1NiIsImtpZCI6IjIwMjQtMDciLCJ0eXAiOiJKV1QifQ.",
    "eyJpc3MiOiJodHRwczovL2FjbWUuZXhhbXBsZS8iLCJzdWIiOiJ1c2VyLTQyIiwiYXVkIjoib3JkZXJzIiwiaWF0IjoxNzk1NDAzNDMwLCJleHAiOjE5NjM4NzQ2MzB9.",
    "c2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF0dXJlc2lnbmE",
);

#[test]
fn a_pasted_token_is_compared_claim_by_claim() {
    let mut program = Program::empty();
    program.pastes(&refused(&format!("Bearer {EXPIRED}")));
    program.keys("c").shows("Compare with").pastes(GOOD);
    program.shows("claims.aud").shows("orders").shows("billing").shows("≠").shows("B expired").shows("A has not expired");
    program.keys("s").shows("claims.aud");
    program.keys("Esc").shows("Checklist");
}

#[test]
fn the_token_of_another_request_is_compared() {
    let mut program = Program::empty();
    program.pastes(&refused(&format!("Bearer {GOOD}")));
    program.pastes(&refused(&format!("Bearer {EXPIRED}")));
    program.keys("c Enter").shows("method").shows("exp").shows("≠");
}

#[test]
fn a_pasted_command_is_compared_as_a_request() {
    let curl = format!("curl https://api.example.com/me \\\n  -H 'Authorization: Bearer {GOOD}' \\\n  -H 'X-Tenant: acme'");
    for keys in ["c", "c ↓ ↓ Enter"] {
        let mut program = Program::empty();
        program.pastes(&refused(&format!("Bearer {EXPIRED}")));
        program.keys(keys).shows("ompare with").pastes(&curl).shows("headers.x-tenant").shows("claims.aud").hides("not a JWT");
    }
    let mut program = Program::empty();
    program.pastes(&refused(&format!("Bearer {EXPIRED}")));
    program.keys("c").pastes("curl https://a.example/\ncurl https://b.example/").shows("holds 2 requests");
}

#[test]
fn what_differs_stands_above_what_is_the_same() {
    let mut program = Program::empty();
    program.pastes(&refused(&format!("Bearer {GOOD}")));
    program.pastes(&refused(&format!("Bearer {EXPIRED}")));
    program.keys("c Enter");
    let screen = program.screen();
    let marks: Vec<&str> = screen.lines().skip(4).flat_map(|line| ["≠", " = "].into_iter().filter(|mark| line.contains(mark))).collect();
    let first_same = marks.iter().position(|mark| *mark == " = ").expect("something is the same");
    assert!(first_same > 0 && marks[first_same..].iter().all(|mark| *mark == " = "), "{screen}");
}

#[test]
fn what_the_request_was_before_an_edit_is_compared() {
    let mut program = Program::empty();
    program.pastes(&refused(&format!("Bearer {EXPIRED}")));
    program.pastes(GOOD).keys("Enter").keys("c").shows("this request before your edit").shows("refused, 401");
    // The refused one is on the right, and what differs has words.
    program
        .keys("Enter")
        .shows("B  refused, 401 · before your edit")
        .shows("claims.aud")
        .shows("ago (2026-11-23")
        .shows("A has not expired");
}

#[test]
fn an_unchanged_request_is_not_compared_with_itself() {
    let mut program = Program::empty();
    program.pastes(&refused(&format!("Bearer {EXPIRED}")));
    program.keys("c").hides("this request");
}

#[test]
fn a_list_to_compare_with_says_what_was_refused() {
    let mut program = Program::empty();
    program.pastes(&refused(&format!("Bearer {GOOD}")));
    program.pastes(&refused(&format!("Bearer {EXPIRED}")));
    program.keys("c").shows("refused, 401 · ");
}
