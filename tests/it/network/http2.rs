//! HTTP/2 and TLS that break at any point: each end has its name, takes bounded time, and what arrived is kept.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use authtui::domain::request::Request;
use authtui::io::http::{HttpClient, ReceivedResponse, SendError, SendErrorKind, TlsFault};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::server::{Server, Step, say};
use super::tls::{Asks, Authority, Identity, VALID, authority, issued, serve_answer};
use super::{get, patient, send_telling};

/// What a server does once it has heard a request.
enum Then {
    Close,
    Hold,
    /// Write these bytes until the client has had enough.
    Repeat(Vec<u8>),
}

fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let length = payload.len();
    [&[(length >> 16) as u8, (length >> 8) as u8, length as u8, kind, flags, 0, 0, 0, stream], payload].concat()
}

const HEADERS: u8 = 1;
const END_HEADERS: u8 = 4;
/// `:status: 200` in the static table.
const STATUS_200: &[u8] = &[0x88];

fn reset(code: u32) -> Vec<u8> {
    frame(3, 0, 1, &code.to_be_bytes())
}

fn go_away(last: u32, code: u32) -> Vec<u8> {
    frame(7, 0, 0, &[last.to_be_bytes(), code.to_be_bytes()].concat())
}

/// Serves HTTP/2 to one connection: settings, then these bytes once the head of a request came.
fn serve(identity: Identity, answer: Vec<u8>, then: Then) -> u16 {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(identity.key.serialize_der()));
    let mut config = builder.with_no_client_auth().with_single_cert(identity.chain, key).unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let Ok((socket, _)) = listener.accept() else { return };
        let mut stream = StreamOwned::new(ServerConnection::new(Arc::new(config)).unwrap(), socket);
        // A client that goes away ends its script and nothing else.
        let _ = play(&mut stream, &answer, &then);
    });
    port
}

fn play(stream: &mut StreamOwned<ServerConnection, TcpStream>, answer: &[u8], then: &Then) -> std::io::Result<()> {
    stream.read_exact(&mut [0; 24])?;
    stream.write_all(&frame(4, 0, 0, &[]))?;
    stream.flush()?;
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head)?;
        let length = usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
        stream.read_exact(&mut vec![0; length])?;
        if head[3] == HEADERS {
            break;
        }
    }
    stream.write_all(answer)?;
    stream.flush()?;
    match then {
        Then::Close => Ok(()),
        Then::Hold => {
            while stream.read(&mut [0; 1024])? > 0 {}
            Ok(())
        }
        Then::Repeat(bytes) => loop {
            stream.write_all(bytes)?;
            stream.flush()?;
        },
    }
}

fn visit_with(port: u16, trusted: &Authority, request: impl Fn(String) -> Request) -> Result<ReceivedResponse, SendError> {
    let client = HttpClient::with_extra_roots(vec![trusted.der.to_vec()]);
    let mut options = patient();
    options.timeouts.between = Duration::from_secs(1);
    options.timeouts.first_byte = Duration::from_secs(2);
    options.timeouts.whole = Duration::from_secs(4);
    let began = Instant::now();
    let outcome = send_telling(&client, &request(format!("https://localhost:{port}/")), &options).0;
    assert!(began.elapsed() < Duration::from_secs(9), "{:?} for {outcome:?}", began.elapsed());
    outcome
}

fn visit(answer: Vec<u8>, then: Then) -> Result<ReceivedResponse, SendError> {
    let root = authority("root", None);
    let port = serve(issued(&root, "localhost", VALID), answer, then);
    visit_with(port, &root, |url| get(url, &[("Authorization", "Bearer x")]))
}

#[test]
fn a_handshake_that_is_cut_and_a_certificate_for_another_name_are_named() {
    let root = authority("root", None);
    for said in [&b""[..], b"\x16\x03\x03\x00"] {
        let server = Server::play(vec![vec![Step::Say(said.to_vec())]]);
        let error = visit_with(server.port, &root, |url| get(url, &[])).unwrap_err();
        assert!(matches!(error.kind, SendErrorKind::Closed | SendErrorKind::Tls(_)), "{error:?}");
        assert!(!error.help.is_empty(), "{error:?}");
    }
    let port = serve(issued(&root, "other.example", VALID), Vec::new(), Then::Hold);
    let error = visit_with(port, &root, |url| get(url, &[])).unwrap_err();
    assert_eq!(error.kind, SendErrorKind::Tls(TlsFault::WrongHost(vec!["other.example".into()])));
}

#[test]
fn a_stream_that_is_reset_says_by_which_code() {
    for (code, name) in [
        (0, "NO_ERROR"),
        (1, "PROTOCOL_ERROR"),
        (2, "INTERNAL_ERROR"),
        (3, "FLOW_CONTROL_ERROR"),
        (7, "REFUSED_STREAM"),
        (8, "CANCEL"),
        (9, "COMPRESSION_ERROR"),
        (11, "ENHANCE_YOUR_CALM"),
        (12, "INADEQUATE_SECURITY"),
        (0xdead, "57005"),
    ] {
        let error = visit(reset(code), Then::Hold).unwrap_err();
        assert_eq!(error.kind, SendErrorKind::Closed, "{error:?}");
        assert!(error.message.contains(name) && error.message.contains("RST_STREAM"), "{error:?}");
        assert!(!error.help.is_empty(), "{error:?}");
    }
}

#[test]
fn what_arrived_before_a_reset_is_kept() {
    let answer = [frame(HEADERS, END_HEADERS, 1, STATUS_200), frame(0, 0, 1, b"part"), reset(2)].concat();
    let error = visit(answer, Then::Hold).unwrap_err();
    assert_eq!(error.kind, SendErrorKind::EarlyEnd, "{error:?}");
    let partial = error.partial.expect("what arrived");
    assert_eq!((partial.status, partial.body.as_str()), (200, "part"));
}

#[test]
fn a_server_that_goes_away_before_it_answers_is_named() {
    for (last, code) in [(0, 0), (0, 11), (1, 0), (1, 2)] {
        let error = visit(go_away(last, code), Then::Close).unwrap_err();
        assert_eq!(error.kind, SendErrorKind::Closed, "{last} {code}: {error:?}");
        assert!(!error.help.is_empty(), "{error:?}");
    }
    let error = visit(Vec::new(), Then::Close).unwrap_err();
    assert_eq!(error.kind, SendErrorKind::Closed, "{error:?}");
}

#[test]
fn frames_without_end_are_stopped() {
    let continued = frame(9, 0, 1, &[&[0x40, 1, b'a', 120][..], &[b'v'; 120]].concat());
    // Each waits for a limit of time: together they wait once.
    let cases = [
        // A head that never ends: with empty pieces, and with headers.
        (frame(HEADERS, 0, 1, STATUS_200), frame(9, 0, 1, &[])),
        (frame(HEADERS, 0, 1, STATUS_200), continued),
        // Heads that say that the real one follows: `:status: 103`.
        (Vec::new(), frame(HEADERS, END_HEADERS, 1, &[0x48, 3, b'1', b'0', b'3'])),
        // Answers that say nothing.
        (Vec::new(), frame(6, 0, 0, &[0; 8])),
        (Vec::new(), frame(4, 0, 0, &[])),
        (Vec::new(), reset(8)),
    ];
    let stopped = |(answer, repeated): (Vec<u8>, Vec<u8>)| {
        let error = visit(answer, Then::Repeat(repeated.repeat(100))).unwrap_err();
        assert!(!matches!(error.kind, SendErrorKind::Other), "{repeated:?}: {error:?}");
    };
    thread::scope(|scope| cases.into_iter().for_each(|case| drop(scope.spawn(move || stopped(case)))));
}

#[test]
fn what_is_not_http_2_is_named() {
    for answer in [
        vec![0xff; 50],
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".to_vec(),
        frame(0, 0, 1, b"data first"),
        frame(HEADERS, END_HEADERS, 1, &[0x40, 1, b'x', 1, b'a']),
        frame(HEADERS, END_HEADERS, 7, STATUS_200),
    ] {
        let error = visit(answer.clone(), Then::Close).unwrap_err();
        assert!(matches!(error.kind, SendErrorKind::Protocol | SendErrorKind::Closed), "{answer:?}: {error:?}");
    }
}

#[test]
fn a_body_of_two_gigabytes_that_stalls_is_given_up_with_what_came() {
    let two = 2_u64 << 30;
    let length = two.to_string();
    // `content-length` is entry 28 of the static table; without indexing.
    let block = [STATUS_200, &[0x0f, 13, length.len() as u8], length.as_bytes()].concat();
    let answer = [frame(HEADERS, END_HEADERS, 1, &block), frame(0, 0, 1, b"begun")].concat();
    let error = visit(answer, Then::Hold).unwrap_err();
    assert_eq!(error.kind, SendErrorKind::TimedOut, "{error:?}");
    assert_eq!(error.partial.expect("what arrived").body, "begun");

    let server = Server::play(vec![vec![Step::Hear, say(&format!("HTTP/1.1 200 OK\r\nContent-Length: {two}\r\n\r\nbegun")), Step::Hold]]);
    let mut options = patient();
    options.timeouts.between = Duration::from_secs(1);
    let error = super::send(&get(server.url("/"), &[]), &options).unwrap_err();
    assert_eq!(error.kind, SendErrorKind::TimedOut, "{error:?}");
    assert_eq!(error.partial.expect("what arrived").body, "begun");
}

#[test]
fn no_credential_goes_from_https_to_http() {
    const CANARY: &str = "CANARYzq8vT4pW2kLm7x";
    let root = authority("root", None);
    for status in [301, 302, 303, 307, 308] {
        let plain = Server::answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
        let redirect = format!(
            "HTTP/1.1 {status} Moved\r\nLocation: {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            plain.url("/there").replace("127.0.0.1", "localhost")
        );
        let secure = serve_answer(issued(&root, "localhost", VALID), Asks::No, redirect);
        let bearer = format!("Bearer {CANARY}");
        let cookie = format!("sid={CANARY}");
        let referer = format!("https://localhost/cb?code={CANARY}");
        let headers = [("Authorization", bearer.as_str()), ("Cookie", &cookie), ("X-Api-Key", CANARY), ("Referer", &referer)];
        let received = visit_with(secure, &root, |url| get(url, &headers)).unwrap();
        let heard = plain.heard().concat();
        assert!(heard.contains("/there") && !heard.contains(CANARY) && !heard.to_lowercase().contains("referer"), "{status}: {heard}");
        let withheld = &received.response.hops[0].withheld;
        assert_eq!(withheld.len(), 4, "{status}: {withheld:?}");
    }
}
