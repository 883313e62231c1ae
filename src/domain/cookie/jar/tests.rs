//! What browsers keep, send and withhold, row by row.

use super::*;
use crate::domain::request::Request;

const NOW: &str = "2026-11-23T08:00:00Z";

fn now() -> Timestamp {
    NOW.parse().expect("a moment")
}

fn refusal(url: &str, field: &str) -> Option<Refusal> {
    Jar::default().receive(url, field, now(), None).kept.clone().err()
}

/// The fate of one cookie on a request with these headers, at [`NOW`].
fn fate(set_at: &str, field: &str, method: &str, url: &str, headers: &[(&str, &str)]) -> Fate {
    let mut jar = Jar::default();
    jar.receive(set_at, field, now(), None);
    let request = Request {
        method: method.into(),
        url: url.into(),
        headers: headers.iter().copied().collect(),
        body: "".into(),
        ..Request::default()
    };
    jar.fate(&jar.entries[0], &RequestView::of(&request, None, now()))
}

fn sent(set_at: &str, field: &str, url: &str) -> bool {
    fate(set_at, field, "GET", url, &[]) == Fate::Sent
}

#[test]
fn a_cookie_of_a_host_goes_to_that_host_alone() {
    assert!(sent("https://api.example/login", "a=1; Path=/", "https://api.example:8443/x"));
    assert!(!sent("https://api.example/login", "a=1; Path=/", "https://www.api.example/x"));
    assert!(!sent("http://localhost:3000/", "a=1; Path=/", "http://127.0.0.1:3000/"));
}

#[test]
fn a_cookie_of_a_domain_goes_to_the_hosts_under_it() {
    assert!(sent("https://api.fabrikam.test/", "a=1; Path=/; Domain=fabrikam.test", "https://www.fabrikam.test/"));
    assert!(!sent("https://api.fabrikam.test/", "a=1; Path=/; Domain=fabrikam.test", "https://notfabrikam.test/"));
}

#[test]
fn a_foreign_domain_is_refused() {
    let foreign = Refusal::DomainForeign { domain: "tailspin.test".into(), host: "api.fabrikam.test".into() };
    assert_eq!(refusal("http://api.fabrikam.test/", "a=1; Domain=tailspin.test"), Some(foreign));
    assert_eq!(refusal("https://a.co.uk/", "a=1; Domain=co.uk"), Some(Refusal::PublicSuffix("co.uk".into())));
    assert_eq!(refusal("http://localhost/", "a=1; Domain=localhost"), None);
    assert_eq!(refusal("http://127.0.0.1/", "a=1; Domain=127.0.0.1"), None);
}

#[test]
fn paths_match_by_whole_segments() {
    assert!(sent("https://a.example/", "a=1; Path=/app", "https://a.example/app"));
    assert!(sent("https://a.example/", "a=1; Path=/app", "https://a.example/app/x"));
    assert!(!sent("https://a.example/", "a=1; Path=/app", "https://a.example/apple"));
    // Without Path the folder of the address counts.
    assert!(sent("https://a.example/app/login", "a=1", "https://a.example/app/x"));
    assert!(!sent("https://a.example/app/login", "a=1", "https://a.example/x"));
}

#[test]
fn secure_needs_encryption_but_not_on_the_machine_itself() {
    assert_eq!(refusal("http://api.example/", "a=1; Secure"), Some(Refusal::SecureOverHttp("http://api.example".into())));
    assert_eq!(refusal("http://localhost:8080/", "a=1; Secure"), None);
    assert!(!sent("https://api.example/", "a=1; Path=/; Secure", "http://api.example/"));
    assert!(sent("http://127.0.0.1:1/", "a=1; Path=/; Secure", "http://127.0.0.1:2/"));
}

#[test]
fn prefixes_hold_what_they_promise() {
    let lacks = |field: &str| match refusal("https://api.example/", field) {
        Some(Refusal::Prefix { lacks, .. }) => lacks,
        _ => "nothing",
    };
    assert_eq!(lacks("__Host-a=1; Path=/"), "Secure");
    assert_eq!(lacks("__host-a=1; Secure"), "Path=/");
    assert_eq!(lacks("__Host-a=1; Secure; Path=/; Domain=api.example"), "the absence of Domain");
    assert_eq!(lacks("__Host-a=1; Secure; Path=/"), "nothing");
    assert_eq!(lacks("__Secure-a=1"), "Secure");
}

#[test]
fn none_and_partitioned_need_secure() {
    assert_eq!(refusal("https://a.example/", "a=1; SameSite=None"), Some(Refusal::NoneWithoutSecure));
    assert_eq!(refusal("https://a.example/", "a=1; Partitioned"), Some(Refusal::PartitionedWithoutSecure));
}

#[test]
fn sizes_and_characters() {
    assert_eq!(refusal("https://a.example/", &format!("a={}", "x".repeat(4096))), Some(Refusal::TooLarge(4097)));
    assert_eq!(refusal("https://a.example/", &format!("a={}", "x".repeat(4095))), None);
    assert_eq!(refusal("https://a.example/", "a=\u{7f}"), Some(Refusal::ControlCharacter(2)));
    assert_eq!(refusal("https://a.example/", "=; Path=/"), Some(Refusal::Empty));
}

#[test]
fn same_site_from_another_site() {
    let other = [("Origin", "https://app.partner.example")];
    let link = [("Referer", "https://app.partner.example/"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Site", "cross-site")];
    let (set_at, url) = ("https://api.example/", "https://api.example/x");
    let goes = |field: &str, method: &str, headers: &[(&str, &str)]| fate(set_at, field, method, url, headers) == Fate::Sent;
    assert!(!goes("a=1; SameSite=Lax", "GET", &other));
    assert!(!goes("a=1", "GET", &other));
    assert!(goes("a=1; SameSite=None; Secure", "POST", &other));
    assert!(goes("a=1; SameSite=Lax", "GET", &link));
    assert!(!goes("a=1; SameSite=Lax", "POST", &link));
    assert!(goes("a=1", "POST", &link), "younger than two minutes");
    let frame = [link.as_slice(), &[("Sec-Fetch-Dest", "iframe")]].concat();
    assert!(!goes("a=1; SameSite=Lax", "GET", &frame), "a frame is not the window");
    assert!(!goes("a=1; SameSite=Strict", "GET", &link));
    assert!(goes("a=1; SameSite=Strict", "GET", &[("Origin", "https://www.api.example")]));
    assert!(!goes("a=1; SameSite=Strict", "GET", &[("Origin", "http://api.example")]), "the scheme is part of the site");
}

#[test]
fn a_page_of_another_site_cannot_be_given_a_lax_cookie() {
    let page = WebOrigin::of("https://partner.example");
    let kept = |field: &str| Jar::default().receive("https://api.example/", field, now(), page.as_ref()).kept.is_ok();
    assert!(!kept("a=1"));
    assert!(kept("a=1; SameSite=None; Secure"));
}

#[test]
fn the_fetch_mode_decides_across_origins() {
    let mut jar = Jar::default();
    jar.receive("http://api.fabrikam.test:9841/", "a=1; Path=/", now(), None);
    let headers = [("Origin", "http://app.fabrikam.test:9841")].into_iter().collect();
    let request =
        Request { method: "GET".into(), url: "http://api.fabrikam.test:9841/me".into(), headers, body: "".into(), ..Request::default() };
    let fate = |mode| jar.fate(&jar.entries[0], &RequestView::of(&request, Some(mode), now()));
    assert_eq!(fate(CredentialsMode::Include), Fate::Sent);
    assert_eq!(fate(CredentialsMode::Omit), Fate::Withheld(Withheld::CredentialsOmitted));
    assert!(matches!(fate(CredentialsMode::SameOrigin), Fate::Withheld(Withheld::SameOriginOnly { .. })));
}

#[test]
fn time_ends_a_cookie_and_a_later_answer_deletes_it() {
    let set_at = "https://a.example/login";
    let mut jar = Jar::default();
    jar.receive(set_at, "a=1; Path=/; Max-Age=60", now(), None);
    let request = Request { method: "GET".into(), url: "https://a.example/".into(), ..Request::default() };
    let at = |seconds: i64| RequestView::of(&request, None, now() + jiff::SignedDuration::from_secs(seconds));
    assert_eq!(jar.fate(&jar.entries[0], &at(59)), Fate::Sent);
    let Fate::Withheld(reason) = jar.fate(&jar.entries[0], &at(3720)) else { panic!("expired") };
    assert_eq!(reason.to_string(), "it expired 1 h 1 min before, at 2026-11-23T08:01:00Z");
    jar.receive("https://a.example/logout", "a=; Path=/; Max-Age=0", now(), None);
    let deleted = Withheld::Deleted { by: "https://a.example/logout".into(), at: now() };
    assert_eq!(jar.fate(&jar.entries[0], &at(1)), Fate::Withheld(deleted));
}

#[test]
fn a_reason_names_the_values() {
    let Fate::Withheld(reason) = fate("http://localhost/", "a=1; Path=/", "GET", "http://127.0.0.1/", &[]) else { panic!("withheld") };
    assert_eq!(
        reason.to_string(),
        "it belongs to exactly localhost, but the request goes to 127.0.0.1 (two names of one machine are two hosts for cookies)"
    );
}
