//! What goes out and what comes back when everything is in order.

use authtui::domain::exchange::NamedProxy;
use authtui::domain::request::Request;
use authtui::domain::route::Route;
use authtui::io::http::{HttpClient, Phase, Progress, Proxies, SendErrorKind};

use super::server::{Server, Step, say};
use super::{get, patient, send, send_telling};

const REFUSED: &str = "HTTP/1.1 401 Nope\r\nWWW-Authenticate: Bearer realm=\"a\"\r\nDate: Mon, 23 Nov 2026 04:10:30 GMT\r\n\
     WWW-Authenticate: Basic realm=\"b\"\r\nContent-Length: 4\r\n\r\nsorr";

#[test]
fn a_refusal_comes_back_as_it_was_sent() {
    let server = Server::answer(REFUSED);
    let (outcome, told) = send_telling(&HttpClient::new(), &get(server.url("/v1"), &[("Authorization", "Bearer x")]), &patient());
    let answer = outcome.unwrap().response;
    assert_eq!((answer.status, answer.reason.as_str(), answer.version.as_str()), (401, "Nope", "HTTP/1.1"));
    let challenges: Vec<&str> = answer.headers.all("WWW-Authenticate").map(|(_, h)| h.value.as_str()).collect();
    assert_eq!(challenges, ["Bearer realm=\"a\"", "Basic realm=\"b\""]);
    assert_eq!(answer.body, "sorr");
    assert!(answer.elapsed_ms.is_some_and(|ms| ms > 0.0));
    let timing = *answer.timing.as_deref().expect("measured");
    assert_eq!((timing.dns, timing.tls), (None, None), "an address needs no name server, and http no handshake");
    let phases: f64 = [timing.connect, timing.wait, timing.receive].map(|ms| ms.expect("measured")).iter().sum();
    assert!(answer.elapsed_ms.is_some_and(|ms| phases <= ms), "{answer:?}");
    let phases: Vec<Phase> = told.iter().filter_map(|p| if let Progress::Phase(phase) = p { Some(*phase) } else { None }).collect();
    let route = *answer.route.clone().expect("known");
    let loopback = "127.0.0.1".parse().ok();
    assert_eq!(route, Route { local: loopback, remote: loopback, ..Route::default() });
    assert!(phases.contains(&Phase::Connect) && phases.contains(&Phase::Waiting), "{phases:?}");
    assert!(told.iter().any(|p| matches!(p, Progress::Headers(head) if head.status == 401 && head.body.is_empty())));
    assert!(told.contains(&Progress::Body { bytes: 4 }));
}

#[test]
fn headers_go_out_as_listed_with_their_duplicates_and_nothing_of_ours() {
    let server = Server::answer("HTTP/1.1 204 No Content\r\n\r\n");
    let headers = [("X-Second", "2"), ("Accept", "text/plain"), ("authorization", "Bearer  x "), ("X-First", "1"), ("X-Second", "")];
    send(&get(server.url("/a?b=c"), &headers), &patient()).unwrap();
    let heard = server.heard().remove(0);
    let lines: Vec<&str> = heard.lines().collect();
    assert_eq!(lines[0], "GET /a?b=c HTTP/1.1");
    let ours: Vec<&str> = lines[1..].iter().copied().filter(|l| !l.is_empty() && !l.starts_with("Host: ")).collect();
    assert_eq!(ours, ["X-Second: 2", "X-Second: ", "Accept: text/plain", "Authorization: Bearer  x ", "X-First: 1"]);
}

#[test]
fn a_body_goes_out_with_its_true_length() {
    let server = Server::answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let mut request = get(server.url("/"), &[("Content-Length", "99")]);
    request.method = "POST".into();
    request.body = "grüß".into();
    let received = send(&request, &patient()).unwrap();
    let heard = server.heard().remove(0);
    assert!(heard.contains("Content-Length: 6\r\n") && heard.ends_with("grüß"), "{heard}");
    assert!(received.notices[0].contains("Content-Length was sent as 6"), "{:?}", received.notices);
}

#[test]
fn without_a_body_a_written_length_of_zero_goes_out_and_no_other() {
    for (value, is_sent) in [("0", true), ("99", false)] {
        let server = Server::answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        let mut request = get(server.url("/"), &[("Content-Length", value), ("Transfer-Encoding", "chunked")]);
        request.method = "PUT".into();
        let received = send(&request, &patient()).unwrap();
        let heard = server.heard().remove(0);
        assert_eq!(heard.contains("Content-Length: 0\r\n"), is_sent, "{heard}");
        assert!(!heard.contains("Transfer-Encoding") && !heard.contains("Content-Length: 99"), "{heard}");
        let said = received.notices.join("\n");
        assert!(said.contains("Transfer-Encoding was not sent"), "{said}");
        assert_eq!(said.contains("Content-Length: 99 was not sent"), !is_sent, "{said}");
    }
}

#[test]
fn what_http_cannot_carry_never_connects() {
    for (name, value) in [("X-A", "a\r\nX-B: c"), ("X-A", "\0"), ("Authorization", "Bearer a\n"), ("X\nA", "b")] {
        // Nobody listens on port 1, so that a connection would be another error.
        let error = send(&get("http://127.0.0.1:1/".into(), &[(name, value)]), &patient()).unwrap_err();
        assert_eq!((error.kind.clone(), error.phase), (SendErrorKind::Illegal, Phase::Prepare), "{error:?}");
    }
    let error = send(&get("http://127.0.0.1:1/a\nb".into(), &[]), &patient()).unwrap_err();
    assert_eq!(error.kind, SendErrorKind::Illegal);
}

#[test]
fn addresses_that_cannot_be_sent_to_are_named() {
    for url in ["", "no address", "ftp://127.0.0.1/", "https://", "{{base}}/v1", "/v1"] {
        let error = send(&get(url.into(), &[]), &patient()).unwrap_err();
        assert_eq!((error.kind, error.phase), (SendErrorKind::Address, Phase::Prepare), "{url}");
    }
}

#[test]
fn a_closed_port_and_an_unknown_name_differ() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = send(&get(format!("http://127.0.0.1:{closed}/?key=canary"), &[]), &patient()).unwrap_err();
    assert_eq!((error.kind, error.phase), (SendErrorKind::Refused, Phase::Connect));
    assert!(error.message.contains("refused") && !error.message.contains("canary"), "{}", error.message);
    let mut options = patient();
    options.timeouts.dns = std::time::Duration::from_secs(2);
    // `.invalid` has no address anywhere (RFC 6761); without a name server the look-up times out, in the same phase.
    let error = send(&get("http://nowhere.invalid/".into(), &[]), &options).unwrap_err();
    assert_eq!(error.phase, Phase::Dns);
    match error.kind {
        SendErrorKind::Dns => assert_eq!(error.help, "no host has such a name: it is set apart for examples"),
        kind => assert_eq!(kind, SendErrorKind::TimedOut),
    }
}

#[test]
fn each_send_has_its_own_connection() {
    let twice = vec![vec![Step::Hear, say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), Step::Hold]; 2];
    let server = Server::play(twice);
    let client = HttpClient::new();
    for _ in 0..2 {
        let request = Request { ..get(server.url("/"), &[]) };
        assert!(send_telling(&client, &request, &patient()).0.is_ok());
    }
    assert_eq!(server.heard().len(), 2);
}

fn through(address: &str) -> Proxies {
    Proxies::only(&NamedProxy { address: address.into(), ..NamedProxy::default() })
}

#[test]
fn a_proxy_is_used_shown_and_told_apart() {
    let proxy = Server::answer("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n");
    let mut options = patient();
    options.proxies = through(&proxy.url("/"));
    let received = send(&get("http://api.example/v1".into(), &[("Authorization", "Bearer x")]), &options).unwrap();
    assert_eq!(received.response.status, 407);
    assert!(proxy.heard()[0].starts_with("GET http://api.example/v1 HTTP/1.1\r\n"));
    assert!(received.notices[0].contains(&format!("through the proxy http://127.0.0.1:{}", proxy.port)), "{:?}", received.notices);

    options.proxies = through("http://127.0.0.1:1/");
    let error = send(&get("http://api.example/v1".into(), &[]), &options).unwrap_err();
    assert!(error.message.starts_with("api.example (through the proxy 127.0.0.1:1): the connection was refused"), "{}", error.message);

    let tunnel = Server::answer("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    options.proxies = through(&tunnel.url("/"));
    let headers = [("Authorization", "Bearer canary"), ("Proxy-Authorization", "Basic cHJveHk=")];
    let error = send(&get("https://api.example/v1".into(), &headers), &options).unwrap_err();
    assert_eq!(error.kind, SendErrorKind::Proxy, "{error:?}");
    let heard = tunnel.heard().remove(0);
    assert!(heard.starts_with("CONNECT api.example:443") && heard.contains("Basic cHJveHk="), "{heard}");
    assert!(!heard.contains("canary"), "the proxy never sees what is for the server");
}
