//! Hops: each one recorded, no credential to another origin.

use authtui::io::http::{HttpClient, Kind, Progress};

use crate::server::{Server, Step, say};
use crate::{get, patient, send, send_telling};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const SECRETS: &[(&str, &str)] = &[
    ("Authorization", "Bearer a"),
    ("Cookie", "sid=b"),
    ("X-Api-Key", "c"),
    ("Accept", "text/plain"),
    ("Referer", "http://x.example/?code=d"),
];

fn to(location: &str, status: u16) -> Step {
    say(&format!("HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"))
}

#[test]
fn inside_one_origin_everything_goes_along() {
    let server = Server::play(vec![vec![Step::Hear, to("/v1/?x", 308)], vec![Step::Hear, say(OK)]]);
    let (outcome, told) = send_telling(&HttpClient::new(), &get(server.url("/v1?x"), SECRETS), &patient());
    let answer = outcome.unwrap().response;
    assert_eq!(answer.body, "ok");
    let [hop] = answer.hops.as_slice() else { panic!("{:?}", answer.hops) };
    assert_eq!((hop.method.as_str(), hop.status, hop.location.as_str(), hop.url.clone()), ("GET", 308, "/v1/?x", server.url("/v1?x")));
    assert_eq!(hop.sent, ["Authorization", "Cookie", "X-Api-Key"]);
    assert_eq!(hop.withheld, [""; 0]);
    assert!(server.heard()[1].contains("Authorization: Bearer a\r\n"));
    assert!(told.contains(&Progress::Hop(hop.clone())));
}

#[test]
fn to_another_port_no_credential_goes() {
    let other = Server::answer(OK);
    let server = Server::play(vec![vec![Step::Hear, to(&other.url("/"), 302)]]);
    let answer = send(&get(server.url("/"), SECRETS), &patient()).unwrap().response;
    assert_eq!(answer.hops[0].withheld, ["Authorization", "Cookie", "X-Api-Key", "Referer"]);
    let heard = other.heard().remove(0);
    for secret in ["Bearer a", "sid=b", "X-Api-Key", "code=d"] {
        assert!(!heard.contains(secret), "{secret} in {heard}");
    }
    assert!(heard.contains("Accept: text/plain"));
}

#[test]
fn what_was_withheld_once_does_not_come_back_on_the_way_home() {
    let home = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = home.local_addr().unwrap();
    drop(home);
    let away = Server::play(vec![vec![Step::Hear, to(&format!("http://{address}/again"), 302)]]);
    let start = Server::play(vec![vec![Step::Hear, to(&away.url("/"), 302)]]);
    let error = send(&get(start.url("/"), SECRETS), &patient()).unwrap_err();
    assert_eq!(error.kind, Kind::Refused);
    let hops = error.partial.unwrap().hops;
    assert_eq!((hops.len(), hops[1].sent.len()), (2, 0), "{hops:?}");
}

#[test]
fn userinfo_in_a_location_is_not_used() {
    let other = Server::answer(OK);
    let server = Server::play(vec![vec![Step::Hear, to(&other.url("/").replace("http://", "http://u:p@"), 302)]]);
    let answer = send(&get(server.url("/"), &[]), &patient()).unwrap().response;
    assert_eq!(answer.hops[0].withheld, ["userinfo"]);
    assert!(!other.heard()[0].contains("Authorization"));
}

#[test]
fn other_schemes_are_refused_with_the_answer_kept() {
    for location in ["file:///etc/passwd", "ftp://127.0.0.1/", "javascript:alert(1)", "http://"] {
        let server = Server::play(vec![vec![Step::Hear, to(location, 302)]]);
        let error = send(&get(server.url("/"), &[]), &patient()).unwrap_err();
        assert_eq!(error.kind, Kind::Redirect, "{location}");
        assert_eq!(error.partial.unwrap().status, 302);
    }
}

#[test]
fn a_body_with_a_secret_is_not_sent_on() {
    let other = Server::answer(OK);
    let server = Server::play(vec![vec![Step::Hear, to(&other.url("/"), 307)]]);
    let mut request = get(server.url("/token"), &[]);
    request.method = "POST".into();
    request.body = "grant_type=client_credentials&client_secret=canary".into();
    let error = send(&request, &patient()).unwrap_err();
    assert_eq!(error.kind, Kind::Redirect);
    assert!(error.message.contains("client_secret") && !error.message.contains("canary"), "{}", error.message);
    assert!(other.heard().is_empty());
}

#[test]
fn a_circle_ends_and_shows_its_hops() {
    let server = Server::play(vec![vec![Step::Hear, to("/again", 302)]; 11]);
    let error = send(&get(server.url("/"), &[]), &patient()).unwrap_err();
    assert_eq!(error.kind, Kind::TooManyRedirects);
    let partial = error.partial.unwrap();
    assert_eq!((partial.hops.len(), partial.status), (10, 302));
}

#[test]
fn without_following_a_redirect_is_the_answer() {
    let server = Server::play(vec![vec![Step::Hear, to("/login", 302)]]);
    let mut options = patient();
    options.follow_redirects = false;
    let answer = send(&get(server.url("/"), SECRETS), &options).unwrap().response;
    assert_eq!((answer.status, answer.headers.get("location"), answer.hops.len()), (302, Some("/login"), 0));
}
