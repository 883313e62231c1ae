//! Broken headers, cookies and pages: whatever they hold, each proof can be pointed at and each fix mends.

use authtui::domain::context::ReceivedCookie;
use authtui::domain::exchange::Exchange;
use authtui::domain::request::RequestText;
use authtui::formats::raw;
use proptest::prelude::*;

use super::fixture::Case;
use super::{assert_that_edits_mend, assert_that_proofs_can_be_pointed_at, notation};

/// A case of no fixture.
fn case(request: &str, answer: &str) -> Case {
    let mut exchange = Exchange { request: RequestText::parse(request).0, ..Exchange::default() };
    exchange.answer = raw::read_answer(&format!("HTTP/1.1 {answer}")).ok();
    exchange.context.now = Some(notation::now());
    Case { name: "made".into(), exchange, ..Case::default() }
}

fn assert_that_it_holds(case: &Case) {
    assert_that_proofs_can_be_pointed_at(case);
    assert_that_edits_mend(case);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_cookie_location_or_page_breaks_a_check(
        cookie in "[ -~é;=]{0,40}",
        set_cookie in "[ -~é;=]{0,40}",
        location in "[ -~é/?=]{0,30}",
        body in "(\\PC|missing cookie|type=password|http-equiv|url=){0,8}",
        status in prop::sample::select(vec![200_u16, 302, 401, 403, 419]),
    ) {
        let request = format!("POST http://localhost:8000/me\nCookie: {cookie}\nOrigin: {location}\n\n{body}");
        let answer = format!("{status} -\nContent-Type: text/html\nSet-Cookie: {set_cookie}\nLocation: {location}\n\n{body}");
        let mut case = case(&request, &answer);
        let received = ReceivedCookie { url: "http://localhost:8000/login".into(), set_cookie, at: Some(notation::now()) };
        case.exchange.context.set_cookie.push(received);
        assert_that_it_holds(&case);
    }

    #[test]
    fn no_digest_header_breaks_a_check(sent in "[ -~é\"\\\\=,]{0,60}", offered in "[ -~é\"\\\\=,]{0,60}") {
        let request = format!("GET http://localhost/dir?x=1\nAuthorization: Digest {sent}");
        let mut case = case(&request, &format!("401 Unauthorized\nWWW-Authenticate: Digest {offered}"));
        (case.exchange.context.username, case.exchange.context.password) = (Some("bob".into()), Some("p@ss".into()));
        assert_that_it_holds(&case);
    }
}
