//! What the session checks say, case by case, with known false alarms next to the hits.

use crate::checks::Outcome::{Fail, NotApplicable, Pass, Unknown, Warn};
use crate::checks::Strength;
use crate::checks::scene::Scene;
use crate::domain::context::Previous;
use proptest::prelude::*;

const LOGIN: &str = "http://localhost:8000/login";
const SID: &str = "sid=8f1c0d77; Path=/; HttpOnly";

fn get(headers: &str, answer: &str) -> Scene {
    Scene::new(&format!("GET http://localhost:8000/me\n{headers}"), answer)
}

#[test]
fn a_cookie_that_was_received_and_not_sent_is_missing() {
    let scene = get("Accept: */*", "401\n\n{\"error\":\"Not logged in\"}").received(LOGIN, SID, 60);
    let finding = scene.find("session-cookie-missing");
    assert_eq!(finding.outcome, Fail);
    assert!(finding.message.contains("sid") && finding.message.contains(LOGIN), "{}", finding.message);
    assert_eq!(scene.cause(), Some("session-cookie-missing"));
}

#[test]
fn a_cookie_that_the_answer_names_is_missing() {
    let scene = get("", "401\n\n{\"msg\":\"Missing cookie \\\"access_token_cookie\\\"\"}");
    assert!(scene.find("session-cookie-missing").message.contains("access_token_cookie"));
    assert_eq!(scene.cause(), Some("session-cookie-missing"));
}

#[test]
fn without_a_sign_of_cookies_it_stays_open_and_is_never_green() {
    assert_eq!(get("", "401").outcome("session-cookie-missing"), Unknown);
    assert_eq!(get("", "401\nWWW-Authenticate: Bearer").outcome("session-cookie-missing"), NotApplicable);
    assert_eq!(get("Cookie: sid=1", "401").outcome("session-cookie-missing"), Pass);
    assert_eq!(get("", "200").wants_cookie("sid").outcome("session-cookie-missing"), Pass);
}

#[test]
fn a_log_in_that_sets_no_cookie_is_remembered() {
    let login = Previous { method: "POST".into(), url: LOGIN.into(), status: 200, ..Previous::default() };
    assert_eq!(get("", "401").after(login).cause(), Some("session-cookie-missing"));
    let token = Previous { method: "POST".into(), url: "http://localhost:8000/oauth/token".into(), status: 200, ..Previous::default() };
    assert_eq!(get("", "401").after(token).cause(), Some("authorization-missing"));
}

#[test]
fn the_log_in_may_stand_in_the_same_file() {
    let login = Scene::new("POST http://localhost:8000/login\n\nusername=a&password=b", "200\nSet-Cookie: sid=8f1c0d77; Path=/; HttpOnly");
    assert_eq!(get("", "401").with_sibling(login).cause(), Some("session-cookie-missing"));
}

#[test]
fn a_cookie_past_its_end_is_expired() {
    let short = "basket=1; Path=/; Max-Age=30; HttpOnly";
    let gone = get("", "401").received(LOGIN, short, 60);
    assert!(gone.find("session-cookie-expired").message.contains("it expired 30 s before"));
    assert_eq!(gone.cause(), Some("session-cookie-expired"));
    let kept = get("Cookie: basket=1", "401").received(LOGIN, short, 60);
    assert_eq!(kept.outcome("session-cookie-expired"), Fail);
    let young = get("Cookie: basket=1", "401").received(LOGIN, short, 10);
    assert_eq!(young.outcome("session-cookie-expired"), Pass);
    assert_eq!(get("Cookie: sid=1", "401").outcome("session-cookie-expired"), Unknown);
}

#[test]
fn a_cookie_that_a_later_answer_deleted_is_expired() {
    let scene = get("", "401").received(LOGIN, SID, 60).received("http://localhost:8000/logout", "sid=; Path=/; Max-Age=0", 30);
    assert!(scene.find("session-cookie-expired").message.contains("/logout deleted it"));
}

#[test]
fn a_cookie_that_the_answer_deletes_was_rejected() {
    let scene =
        get("Cookie: lang=de; sessionid=deadbeef", "403\nSet-Cookie: sessionid=\"\"; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0");
    assert!(scene.find("session-cookie-rejected").message.contains("the answer deletes it"));
    assert_eq!(scene.cause(), Some("session-cookie-rejected"));
}

#[test]
fn a_cookie_that_is_not_the_one_received_was_rejected() {
    let scene = get("Cookie: sid=8f1c0dXX", "401").received(LOGIN, SID, 60);
    assert_eq!(scene.cause(), Some("session-cookie-rejected"));
}

#[test]
fn a_taken_cookie_and_a_bearer_request_are_left_alone() {
    assert_eq!(get("Cookie: sid=1", "200").outcome("session-cookie-rejected"), Pass);
    let bearer = get("Authorization: Bearer x\nCookie: sid=1", "401\nWWW-Authenticate: Bearer error=\"invalid_token\"");
    assert_eq!(bearer.outcome("session-cookie-rejected"), Warn);
    assert!(bearer.find("session-cookie-rejected").strength <= Strength::Unlikely);
}

#[test]
fn each_rule_that_withholds_a_cookie_is_named() {
    let says = |scene: Scene, word: &str| {
        let finding = scene.find("session-cookie-withheld");
        assert_eq!(finding.outcome, Fail, "{word}");
        assert!(finding.message.contains(word), "{}", finding.message);
        // What the page's own code asks for is the page's fault, and has a name of its own.
        let cause = if word.starts_with("credentials:") { "fetch-omits-credentials" } else { "session-cookie-withheld" };
        assert_eq!(scene.cause(), Some(cause), "{word}");
    };
    let other_site = "Origin: https://app.partner.example\nSec-Fetch-Site: cross-site";
    says(get("", "401").received("http://127.0.0.1:8000/login", SID, 9), "two hosts");
    says(get("", "401").received(LOGIN, "sid=1; Path=/app", 9), "Path is /app");
    says(get(other_site, "401").received(LOGIN, SID, 9), "SameSite=Lax (the default where a cookie has no SameSite)");
    says(get("", "401").received(LOGIN, "sid=1; SameSite=None", 9), "it has SameSite=None without Secure");
    says(get("Origin: http://localhost:3000", "401").received(LOGIN, SID, 9).fetch("same-origin"), "credentials: same-origin");
    let plain = Scene::new("GET http://api.example/me", "401").received("https://api.example/login", "sid=1; Secure; Path=/", 9);
    says(plain, "without encryption");
}

#[test]
fn the_fix_for_two_names_of_one_machine_is_the_other_name() {
    let scene = get("", "401").received("http://127.0.0.1:8000/login", SID, 9);
    let fix = scene.find("session-cookie-withheld").fix.expect("a fix");
    assert_eq!(fix.word(), "edit");
}

#[test]
fn a_log_in_whose_cookie_a_browser_refuses_is_a_cause_although_it_is_answered_200() {
    let scene = Scene::new("POST http://api.example/login", "200\nSet-Cookie: sid=1; Secure");
    assert_eq!(scene.cause(), Some("session-cookie-withheld"));
    let fine = Scene::new("POST https://api.example/login", "200\nSet-Cookie: sid=1; Secure; HttpOnly");
    assert_eq!((fine.cause(), fine.outcome("cookie-unsafe")), (None, Pass));
}

#[test]
fn an_unprotected_cookie_is_a_warning_and_no_cause() {
    let scene = Scene::new("POST https://api.example/login", "200\nSet-Cookie: sid=1; Path=/");
    assert!(scene.find("cookie-unsafe").message.contains("without Secure, HttpOnly"));
    assert_eq!((scene.outcome("cookie-unsafe"), scene.cause()), (Warn, None));
    assert_eq!(Scene::new("GET https://a.example/", "200\nSet-Cookie: theme=dark").outcome("cookie-unsafe"), NotApplicable);
}

#[test]
fn a_post_by_cookie_without_its_token_is_named() {
    let post = |headers: &str, answer: &str| Scene::new(&format!("POST http://localhost:8000/items\n{headers}"), answer);
    let cookies = "Cookie: csrftoken=Lid; sessionid=y5";
    let said = post(cookies, "403\n\n{\"detail\":\"CSRF Failed: CSRF token missing.\"}");
    assert_eq!(said.cause(), Some("csrf-token-missing"));
    assert_eq!(
        said.find("csrf-token-missing").fix.map(|fix| fix.title),
        Some("Send the value of the cookie csrftoken in the header X-CSRFToken".into())
    );
    let differs = post(&format!("{cookies}\nX-CSRFToken: abc"), "403");
    assert!(differs.find("csrf-token-missing").message.contains("not the one in its cookie"));
    assert_eq!(post("Cookie: sid=1", "419").cause(), Some("csrf-token-missing"));
    assert_eq!(post(&format!("{cookies}\nX-CSRFToken: Lid"), "403").outcome("csrf-token-missing"), Pass);
    assert_eq!(post("Authorization: Bearer x", "403").outcome("csrf-token-missing"), NotApplicable);
    assert_eq!(get(cookies, "403").outcome("csrf-token-missing"), NotApplicable);
}

#[test]
fn a_server_that_does_not_trust_the_origin_is_not_about_the_token() {
    let request = "POST http://localhost:8000/items\nOrigin: https://evil.example\nCookie: csrftoken=Lid; sessionid=y5\nX-CSRFToken: Lid";
    let scene = Scene::new(
        request,
        "403\n\n{\"detail\":\"CSRF Failed: Origin checking failed - https://evil.example does not match any trusted origins.\"}",
    );
    assert_eq!(scene.cause(), Some("origin-refused"));
}

#[test]
fn a_redirect_to_a_log_in_is_named_with_its_address() {
    let scene = get("", "302\nLocation: /accounts/login/?next=/me");
    assert!(scene.find("login-required").message.contains("/accounts/login/"));
    assert_eq!(scene.cause(), Some("login-required"));
    assert_eq!(get("", "302\nLocation: https://login.microsoftonline.com/x/oauth2/v2.0/authorize").cause(), Some("login-required"));
    assert_eq!(get("", "301\nLocation: /me/").outcome("login-required"), NotApplicable);
    let refresh = "403\nContent-Type: text/html\n\n<html><head><meta http-equiv='refresh' content='1;url=/login?from=%2F'/></head></html>";
    assert_eq!(get("", refresh).outcome("login-required"), Fail);
    let after_login = Scene::new("POST http://localhost:8000/login\n\nusername=a&password=b", "302\nLocation: /login");
    assert_eq!(after_login.outcome("login-required"), NotApplicable);
}

#[test]
fn a_log_in_page_in_the_place_of_an_answer_is_found_behind_its_200() {
    let page = "200\nContent-Type: text/html\n\n<!doctype html><title>Log in</title><form><input type=\"password\" name=\"p\"></form>";
    assert_eq!(get("", page).cause(), Some("login-required"));
    let asked = Scene::new("GET http://localhost:8000/login", page);
    assert_eq!((asked.outcome("login-required"), asked.cause()), (NotApplicable, None));
    let shop = page.replace("Log in", "Our shop");
    assert_eq!(get("", &shop).cause(), None, "a page with a log-in in its corner");
}

#[test]
fn an_export_without_cookies_leaves_all_open() {
    let mut scene = get("", "401").received(LOGIN, SID, 60);
    scene.0.context.sanitized = true;
    assert_eq!(scene.outcome("session-cookie-missing"), Unknown);
    assert_ne!(scene.outcome("session-cookie-withheld"), Fail);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_cookie_location_or_page_breaks_a_check(
        cookie in "[ -~é;=]{0,40}",
        set_cookie in "[ -~é;=]{0,40}",
        location in "[ -~é/?=]{0,30}",
        body in "(\\PC|missing cookie|type=password|http-equiv|url=){0,8}",
        status in prop::sample::select(vec![0_u16, 200, 302, 401, 403, 419]),
    ) {
        let request = format!("POST http://localhost:8000/me\nCookie: {cookie}\nOrigin: {location}\n\n{body}");
        let answer = format!("{status}\nContent-Type: text/html\nSet-Cookie: {set_cookie}\nLocation: {location}\n\n{body}");
        let scene = Scene::new(&request, &answer).received(LOGIN, &set_cookie, 5);
        for check in crate::checks::catalogue::ALL {
            scene.find(check.id);
        }
    }
}
