//! What the cross-origin checks say, case by case.

use crate::checks::Outcome::{Fail, NotApplicable, Pass, Warn};
use crate::checks::Strength;
use crate::checks::scene::Scene;

const ALLOWED: &str =
    "Access-Control-Allow-Origin: https://app.example\nAccess-Control-Allow-Methods: GET, PUT\nAccess-Control-Allow-Headers: Authorization";

fn preflight(answer: &str) -> Scene {
    let asks = "Access-Control-Request-Method: PUT\nAccess-Control-Request-Headers: authorization";
    Scene::new(&format!("OPTIONS https://api.example/orders\nOrigin: https://app.example\n{asks}"), answer)
}

fn blocked(headers: &str) -> Scene {
    let mut scene = Scene::new(&format!("GET https://api.example/orders\nReferer: https://app.example/\n{headers}"), "0");
    if let Some(answer) = &mut scene.0.answer {
        answer.failure = Some("net::ERR_FAILED".into());
    }
    scene
}

#[test]
fn a_preflight_that_allows_all_passes_every_check() {
    let scene = preflight(&format!("204\n{ALLOWED}"));
    for id in ["preflight-refused", "preflight-omits-authorization", "origin-not-allowed"] {
        assert_eq!(scene.outcome(id), Pass, "{id}");
    }
    assert_eq!(scene.cause(), None);
}

#[test]
fn a_preflight_that_is_asked_for_a_login_is_refused() {
    let scene = preflight("401\nWWW-Authenticate: Bearer");
    assert!(scene.find("preflight-refused").message.contains("401"));
    assert_eq!(scene.cause(), Some("preflight-refused"));
    assert_eq!(preflight("301\nLocation: https://api.example/orders/").cause(), Some("preflight-refused"));
    assert_eq!(preflight(&format!("204\n{}", ALLOWED.replace(", PUT", ""))).cause(), Some("preflight-refused"));
}

#[test]
fn a_refusal_that_speaks_cors_yields_to_the_header_that_is_wrong() {
    let origin = ALLOWED.replace("Access-Control-Allow-Origin: https://app.example\n", "");
    assert_eq!(preflight(&format!("400\n{origin}\n\nDisallowed CORS origin")).cause(), Some("origin-not-allowed"));
    let header = ALLOWED.replace("Authorization", "Content-Type");
    assert_eq!(preflight(&format!("400\n{header}\n\nDisallowed CORS headers")).cause(), Some("preflight-omits-authorization"));
}

#[test]
fn authorization_must_be_named() {
    let with = |headers: &str| preflight(&format!("204\n{}", ALLOWED.replace("Allow-Headers: Authorization", headers)));
    assert_eq!(with("Allow-Headers: content-type").cause(), Some("preflight-omits-authorization"));
    let star = with("Allow-Headers: *");
    assert_eq!(star.outcome("preflight-omits-authorization"), Warn, "Chromium lets it through, the standard does not");
}

#[test]
fn an_origin_must_be_the_same_letter_by_letter() {
    let with = |origin: &str| preflight(&format!("204\n{}", ALLOWED.replace("Origin: https://app.example", &format!("Origin: {origin}"))));
    assert_eq!(with("https://admin.example").cause(), Some("origin-not-allowed"));
    assert!(with("https://app.example/").find("origin-not-allowed").message.contains("final slash"));
    assert_eq!(with("*").cause(), None);
    assert_eq!(with("*").fetch("include").cause(), Some("credentials-with-wildcard"));
    assert_eq!(with("https://app.example").fetch("include").cause(), Some("credentials-not-allowed"));
}

#[test]
fn the_browser_s_own_words_decide_on_a_blocked_fetch() {
    let says = |text: &str| blocked("Authorization: Bearer x").noted(text).cause();
    assert_eq!(
        says("… blocked by CORS policy: Response to preflight request doesn't pass access control check: It does not have HTTP ok status."),
        Some("preflight-refused")
    );
    assert_eq!(
        says("Request header field authorization is not allowed by Access-Control-Allow-Headers in preflight response."),
        Some("preflight-omits-authorization")
    );
    assert_eq!(says("(Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 401."), Some("origin-not-allowed"));
}

#[test]
fn without_words_a_blocked_fetch_stays_undecided() {
    let scene = blocked("Authorization: Bearer x");
    let finding = scene.find("origin-not-allowed");
    assert!(finding.outcome == Warn && finding.strength < Strength::Plausible);
    let mut unreachable = blocked("");
    if let Some(answer) = &mut unreachable.0.answer {
        answer.failure = Some("net::ERR_NAME_NOT_RESOLVED".into());
    }
    assert_eq!(unreachable.outcome("origin-not-allowed"), NotApplicable);
}

#[test]
fn the_preflight_in_the_same_file_tells_why_a_fetch_was_blocked() {
    let scene = blocked("Authorization: Bearer x").with_sibling(preflight("401"));
    assert_eq!(scene.cause(), Some("preflight-refused"));
    assert_eq!(scene.outcome("preflight-omits-authorization"), Warn);
}

#[test]
fn an_answer_that_a_page_cannot_read_is_noted_but_not_the_cause() {
    let scene = Scene::new("GET https://api.example/orders\nOrigin: https://app.example\nAuthorization: Bearer x", "200");
    assert_eq!((scene.outcome("origin-not-allowed"), scene.cause()), (Warn, None));
    let same = Scene::new("GET https://app.example/orders\nOrigin: https://app.example", "401");
    assert_ne!(same.outcome("origin-not-allowed"), Fail);
}
